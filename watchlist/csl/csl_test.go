// SPDX-License-Identifier: Apache-2.0

package csl_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/interdict-dev/interdict/law"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/watchlist"
	"github.com/interdict-dev/interdict/watchlist/csl"
	"github.com/interdict-dev/interdict/watchlist/watchlisttest"
)

const (
	csvFixture  = "testdata/consolidated.csv" // by hand, see README.md there
	jsonFixture = "testdata/consolidated.json"
	published   = "us-csl-2022/consolidated.csv.gz"
)

func countRows(_ string, data []byte) int {
	rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		return -1
	}
	return len(rows) - 1
}

func countResults(_ string, data []byte) int {
	var v struct{ Results []any }
	if err := json.Unmarshal(data, &v); err != nil {
		return -1
	}
	return len(v.Results)
}

func TestSuite(t *testing.T) {
	watchlisttest.Run(t, csl.CSV{}, watchlisttest.Case{
		Name: "hand-written", Files: watchlisttest.Open(t, csvFixture), List: csl.List, Count: countRows, Entries: 4, NoEnd: true,
	})
	watchlisttest.Run(t, csl.JSON{}, watchlisttest.Case{
		Name: "hand-written", Files: watchlisttest.Open(t, jsonFixture), List: csl.List, Count: countResults, Entries: 4,
	})
}

func TestSuiteOnPublishedFile(t *testing.T) {
	watchlisttest.Run(t, csl.CSV{}, watchlisttest.Case{
		Name: "2022", Files: watchlisttest.Published(t, published), List: csl.List, Count: countRows, Entries: 14160, Large: true, NoEnd: true,
	})
}

func day(y int16, m, d uint8) party.Date { return party.Date{Year: y, Month: m, Day: d} }

// person is 900001 in both fixtures, but for its addresses and properties.
func person() party.Entry {
	passport := party.NewIdentifier(party.Passport, "ru", "514448632")
	passport.Label, passport.Issued, passport.Expires = "Passport", day(2010, 9, 8), day(2020, 9, 7)
	return party.Entry{
		Ref: party.Ref{List: csl.List, ID: "sdn:900001"}, Kind: party.Person,
		Names:  []party.Name{{Full: "PRIMEROV, Ivan"}, {Full: "VANYA", Kind: party.Alias}, {Full: "PRIMEROFF, Ivan", Kind: party.Alias}},
		Births: []party.Span{party.On(day(1962, 3, 14)), {From: party.Date{Year: 1963}, To: party.Date{Year: 1963}, Circa: true, Text: "circa 1963"}},
		Gender: "male", BirthPlaces: []string{"Tomsk, Russia"}, Nationalities: []string{"ru", "kp"}, Citizenships: []string{"ru"}, Titles: []string{"Mayor"},
		Identifiers: []party.Identifier{passport}, Websites: []string{"www.primer.example"},
		Relations: []party.Relation{{Kind: party.RelatedTo, Label: "Linked To", ToName: "PRIMER TRADING (MOSCOW) LLC"}},
		Listings: []party.Listing{{
			List: "us-ofac-sdn", Authority: "Specially Designated Nationals (SDN) - Treasury Department", Programs: []string{"CYBER2", "SHOES"}, URL: "http://list.example",
		}},
		Remarks: "Sells shoes; (Linked To: PRIMER TRADING (MOSCOW) LLC)",
	}
}

func TestCSVFields(t *testing.T) {
	got := watchlisttest.Entries(t, csl.CSV{}, watchlisttest.Open(t, csvFixture))
	want := person()
	want.Addresses = []party.Address{{Full: "1 Shoe Lane, Tomsk, 634000", Country: "ru"}, {Country: "kp"}}
	want.Properties = []party.Property{{Name: "Additional Sanctions Information -", Value: "Subject to Secondary Sanctions"}, {Name: "source_information_url", Value: "http://info.example"}}
	if !reflect.DeepEqual(got["sdn:900001"], want) {
		t.Errorf("900001 =\n%+v, want\n%+v", got["sdn:900001"], want)
	}
	checkOthers(t, got)
}

func TestJSONFields(t *testing.T) {
	got := watchlisttest.Entries(t, csl.JSON{}, watchlisttest.Open(t, jsonFixture))
	want := person()
	want.Addresses = []party.Address{{Street: "1 Shoe Lane", City: "Tomsk", Postal: "634000", Country: "ru"}, {Country: "kp"}}
	want.Properties = []party.Property{{Name: "source_information_url", Value: "http://info.example"}, {Name: "new_field", Value: `{"a":1}`}}
	if !reflect.DeepEqual(got["sdn:900001"], want) {
		t.Errorf("900001 =\n%+v, want\n%+v", got["sdn:900001"], want)
	}
	if p := got["el:abc123"].Properties; len(p) != 1 || p[0] != (party.Property{Name: "addresses.planet", Value: "Earth"}) {
		t.Errorf("abc123 has the properties %+v", p)
	}
	checkOthers(t, got)
}

// checkOthers checks what both fixtures say of the other three.
func checkOthers(t *testing.T, got map[string]party.Entry) {
	t.Helper()
	works := got["el:abc123"]
	listing := party.Listing{
		List: "us-bis-el", Authority: "Entity List (EL) - Bureau of Industry and Security", LegalBasis: []string{"83 FR 44824"},
		Measures: []string{"License requirement: For all items subject to the EAR.", "License policy: Presumption of denial."},
		Listed:   day(2018, 9, 4), Events: []party.Event{{Type: "start_date", Date: day(2018, 9, 4)}}, URL: "http://el.example",
	}
	if !reflect.DeepEqual(works.Listings, []party.Listing{listing}) || len(works.Names) != 3 || works.Names[2].Full != "Works of Shoes" || works.Kind != party.Unknown {
		t.Errorf("abc123 = %+v", works)
	}
	ship := got["sdn:900003"]
	craft := party.Craft{Type: "Crude Oil Tanker", Flag: "ir", FormerFlags: []string{"pa"}, CallSign: "UDQB", Tonnage: "318000", GrossTonnage: "163660", Owner: "NITC"}
	if ship.Kind != party.Vessel || !reflect.DeepEqual(ship.Craft, &craft) || len(ship.Identifiers) != 2 || ship.Identifiers[1].Normal != "9074729" || ship.Identifiers[1].Scheme != party.IMO {
		t.Errorf("900003 = %+v, craft %+v", ship, ship.Craft)
	}
	denied := got["dpl:def456"].Listings[0]
	if denied.List != "us-bis-dpl" || !denied.Delisted.IsZero() || len(denied.Events) != 2 || denied.Events[1] != (party.Event{Type: "end_date", Date: day(2056, 6, 29)}) {
		t.Errorf("def456 is listed as %+v", denied)
	}
}

// The thirteen sources of the published file, and what package law makes of one
// row of each: which is a freeze and which is not.
func TestPublishedSources(t *testing.T) {
	want := map[party.ListID]int{
		"us-bis-dpl": 462, "us-ofac-sdn": 10026, "us-bis-el": 2001, "us-state-isn": 163, "us-ofac-ssi": 290, "us-state-dtc": 727, "us-ofac-plc": 78,
		"us-bis-meu": 71, "us-bis-uvl": 201, "us-ofac-cmic": 68, "us-ofac-capta": 53, "us-ofac-fse": 3, "us-ofac-mbs": 17,
	}
	effect := map[party.ListID]law.Consequence{
		"us-bis-dpl": law.Reject, "us-ofac-sdn": law.Block, "us-bis-el": law.ExportLicence, "us-state-isn": law.Review, "us-ofac-ssi": law.Reject, "us-state-dtc": law.Reject,
		"us-ofac-plc": law.Reject, "us-bis-meu": law.ExportLicence, "us-bis-uvl": law.Review, "us-ofac-cmic": law.Reject, "us-ofac-mbs": law.Review,
	}
	got, effects := map[party.ListID]int{}, map[party.ListID]map[law.Consequence]int{}
	for _, e := range watchlisttest.Entries(t, csl.CSV{}, watchlisttest.Published(t, published)) {
		l := e.Listings[0]
		got[l.List]++
		if effects[l.List] == nil {
			effects[l.List] = map[law.Consequence]int{}
		}
		for _, x := range law.Default().Effects(l, party.Date{}) {
			effects[l.List][x.IfConfirmed]++
		}
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the lists are %v, want %v", got, want)
	}
	for list, k := range effect {
		if 2*effects[list][k] < want[list] {
			t.Errorf("the entries of %s bring %v, want %q of most", list, effects[list], k)
		}
	}
	for list, n := range effects {
		if list != "us-ofac-sdn" && n[law.Block] > 0 {
			t.Errorf("%d entries of %s bring a block", n[law.Block], list)
		}
	}
}

func TestFieldsOfPublishedEntries(t *testing.T) {
	all := watchlisttest.Entries(t, csl.CSV{}, watchlisttest.Published(t, published))
	e := all["cmic:30925"]
	uscc := party.NewIdentifier(party.USCC, "cn", "91110000710935732K")
	uscc.Label = "Unified Social Credit Code (USCC)"
	isin := func(v string) party.Identifier { return party.Labelled("ISIN", "", v) }
	want := party.Entry{
		Ref: party.Ref{List: csl.List, ID: "cmic:30925"}, Kind: party.Organization,
		Names:       []party.Name{{Full: "AVIATION INDUSTRY CORPORATION OF CHINA, LTD."}, {Full: "AVIATION INDUSTRY CORP OF CHINA", Kind: party.Alias}, {Full: "AVIATION INDUSTRY OF CHINA", Kind: party.Alias}, {Full: "AVIC", Kind: party.Alias}},
		Addresses:   []party.Address{{Full: "Building 19 Compound A5 Shuguang Xili Chaoyang District, Beijing, 100028", Country: "cn"}},
		Identifiers: []party.Identifier{uscc, isin("CND10001WSL0"), isin("CND10002HNP1"), isin("CND10002DPC3")},
		Listings: []party.Listing{{
			List: "us-ofac-cmic", Authority: "Non-SDN Chinese Military-Industrial Complex Companies List (CMIC) - Treasury Department", Programs: []string{"CMIC-EO13959"},
			Listed: day(2021, 6, 3), URL: "https://bit.ly/1QWTIfE",
		}},
		Properties: []party.Property{
			{Name: "Issuer Name", Value: "Aviation Industry Corporation of China, Ltd"}, {Name: "Target Type", Value: "State-Owned Enterprise"},
			{Name: "Purchase/Sales For Divestment Date (CMIC)", Value: "03 Jun 2022"}, {Name: "Listing Date (CMIC)", Value: "03 Jun 2021"}, {Name: "Effective Date (CMIC)", Value: "02 Aug 2021"},
			{Name: "source_information_url", Value: "https://bit.ly/3zsMQ4n"},
		},
	}
	if !reflect.DeepEqual(e, want) {
		t.Errorf("cmic:30925 =\n%+v, want\n%+v", e, want)
	}
	if twice, ok := all["cap:15268#2"]; !ok || twice.Name() != "BANK OF KUNLUN CO LTD" {
		t.Errorf("the second row of Bank of Kunlun = %+v", twice)
	}
}

func read(t testing.TB, name string) string {
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestRejects(t *testing.T) {
	for _, c := range []struct {
		source         watchlist.Source
		file           string
		old, new, want string
	}{
		{csl.CSV{}, csvFixture, "Primer Shoe Works", "", "no name"},
		{csl.CSV{}, csvFixture, "Entity List (EL) - Bureau of Industry and Security", "", "no source"},
		{csl.CSV{}, csvFixture, ",Vessel,", ",Balloon,", `unknown kind "Balloon"`},
		{csl.CSV{}, csvFixture, "2018-09-04", "soon", `"soon" is no date`},
		{csl.CSV{}, csvFixture, "http://dpl.example", "http://dpl.example,,,,,,,,,x", "cells"},
		{csl.JSON{}, jsonFixture, `"name": "Primer Shoe Works"`, `"name": null`, "no name"},
		{csl.JSON{}, jsonFixture, `"addresses": [`, `"addresses": "here", "old": [`, "addresses"},
		{csl.JSON{}, jsonFixture, `{`, `{"total": 9,`, "a page of a search"},
	} {
		good := read(t, c.file)
		bad := strings.Replace(good, c.old, c.new, 1)
		var all []string
		for _, err := range c.source.Parse(fstest.MapFS{"x": {Data: []byte(bad)}}) {
			if err != nil {
				all = append(all, err.Error())
			}
		}
		if bad == good || !strings.Contains(strings.Join(all, "\n"), c.want) {
			t.Errorf("%s: no reject says %q but %q", c.new, c.want, all)
		}
	}
}

func FuzzCSV(f *testing.F) {
	f.Add([]byte(read(f, csvFixture)))
	f.Add([]byte("source,entity_number,programs,name,addresses,alt_names,ids\n"))
	watchlisttest.Fuzz(f, csl.CSV{}, "consolidated.csv")
}

func FuzzJSON(f *testing.F) {
	f.Add([]byte(read(f, jsonFixture)))
	f.Add([]byte(`{"results":[{"source_list_url":"","alt_names":[]}]}`))
	watchlisttest.Fuzz(f, csl.JSON{}, "consolidated.json")
}

// Each source of the list is a list of its own, with effects of its own: most
// are no asset freeze.
func TestEachSourceHasItsEffects(t *testing.T) {
	header := "source,entity_number,type,programs,name,title,addresses,alt_names,ids,end_date\n"
	for _, c := range []struct{ source, list, want string }{
		{"Specially Designated Nationals (SDN) - Treasury Department", "us-ofac-sdn", "us-ofac block"},
		{"Sectoral Sanctions Identifications List (SSI) - Treasury Department", "us-ofac-ssi", "us-ofac reject"},
		{"Palestinian Legislative Council List (PLC) - Treasury Department", "us-ofac-plc", "us-ofac reject"},
		{"Foreign Sanctions Evaders (FSE) - Treasury Department", "us-ofac-fse", "us-ofac reject"},
		{"Capta List (CAP) - Treasury Department", "us-ofac-capta", "us-ofac reject"},
		{"Non-SDN Menu-Based Sanctions List (NS-MBS List) - Treasury Department", "us-ofac-mbs", "us-ofac reject"},
		{"Non-SDN Chinese Military-Industrial Complex Companies List (CMIC) - Treasury Department", "us-ofac-cmic", "us-ofac reject"},
		{"Entity List (EL) - Bureau of Industry and Security", "us-bis-el", "us-bis export-licence"},
		{"Denied Persons List (DPL) - Bureau of Industry and Security", "us-bis-dpl", "us-bis reject"},
		{"Unverified List (UVL) - Bureau of Industry and Security", "us-bis-uvl", "us-bis review"},
		{"Military End User (MEU) List - Bureau of Industry and Security", "us-bis-meu", "us-bis export-licence"},
		{"ITAR Debarred (DTC) - State Department", "us-state-dtc", "us-state reject"},
		{"Nonproliferation Sanctions (ISN) - State Department", "us-state-isn", "us-state review"},
	} {
		files := fstest.MapFS{"consolidated.csv": {Data: []byte(header + `"` + c.source + `",1,Entity,,Primer Works,,,,,` + "\n")}}
		n := 0
		for e, err := range (csl.CSV{}).Parse(files) {
			if err != nil {
				t.Fatal(err)
			}
			n++
			l := e.Listings[0]
			effects := law.Default().Effects(l, party.Date{Year: 2026, Month: 1, Day: 1})
			if string(l.List) != c.list || len(effects) != 1 || string(effects[0].Regime)+" "+string(effects[0].IfConfirmed) != c.want {
				t.Errorf("%s is %s and brings %+v, want %s and %s", c.source, l.List, effects, c.list, c.want)
			}
		}
		if n != 1 {
			t.Errorf("%s: %d entries", c.source, n)
		}
	}
}
