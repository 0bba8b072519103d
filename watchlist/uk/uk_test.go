// SPDX-License-Identifier: Apache-2.0

package uk_test

import (
	"encoding/csv"
	"os"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/watchlist"
	"github.com/interdict-dev/interdict/watchlist/uk"
	"github.com/interdict-dev/interdict/watchlist/watchlisttest"
)

const (
	xmlFixture = "testdata/list.xml" // by hand, see README.md there
	csvFixture = "testdata/list.csv"
	xmlSample  = "samples/uk_sanctions_list_xml_sample_2026-09-02.xml"
)

var countDesignations = watchlisttest.CountText("</Designation>")

// countIDs counts the different texts in the second column with another reader.
func countIDs(_ string, data []byte) int {
	_, rest, _ := strings.Cut(string(data), "\n")
	rows, err := csv.NewReader(strings.NewReader(rest)).ReadAll()
	if err != nil {
		return -1
	}
	ids := map[string]bool{}
	for _, r := range rows[1:] {
		ids[r[1]] = true
	}
	return len(ids)
}

func TestSuite(t *testing.T) {
	watchlisttest.Run(t, uk.XML{}, watchlisttest.Case{
		Name: "hand-written", Files: watchlisttest.Open(t, xmlFixture), List: uk.List, Count: countDesignations, Entries: 3,
	})
	watchlisttest.Run(t, uk.CSV{}, watchlisttest.Case{
		Name: "hand-written", Files: watchlisttest.Open(t, csvFixture), List: uk.List, Count: countIDs, Entries: 3, NoEnd: true,
	})
}

func TestSuiteOnPublishedSample(t *testing.T) {
	watchlisttest.Run(t, uk.XML{}, watchlisttest.Case{
		Name: "xml", Files: watchlisttest.Published(t, xmlSample), List: uk.List, Count: countDesignations, Entries: 2,
	})
}

func day(y int16, m, d uint8) party.Date { return party.Date{Year: y, Month: m, Day: d} }

func labelled(label, value, note string) party.Identifier {
	id := party.Labelled(label, "", value)
	id.Note = note
	return id
}

func unID(value string) party.Identifier {
	id := party.NewIdentifier(party.Number, "", value)
	id.Label = "UN reference number"
	return id
}

const cyber = "The Cyber (Sanctions) (EU Exit) Regulations 2020"

func TestXMLFields(t *testing.T) {
	got := watchlisttest.Entries(t, uk.XML{}, watchlisttest.Open(t, xmlFixture))
	want := party.Entry{
		Ref: party.Ref{List: uk.List, ID: "CYB9001"}, Kind: party.Person,
		Names: []party.Name{
			{Full: "Ivan Ivanovich PRIMEROV", Parts: []party.NamePart{{Type: party.PartGiven, Value: "Ivan"}, {Type: party.PartMiddle, Value: "Ivanovich"}, {Type: party.PartFamily, Value: "PRIMEROV"}}},
			{Full: "Vanya", Kind: party.Alias, Weak: true},
			{Full: "PRIMEROFF", Kind: party.Alias},
			{Full: "Иван Примеров", Kind: party.Alias, Script: "Cyrillic", Lang: "Russian"},
		},
		Births:      []party.Span{party.On(day(1962, 3, 14)), party.On(party.Date{Year: 1963})},
		BirthPlaces: []string{"Tomsk, Russia"}, Gender: "male", Nationalities: []string{"ru"}, Titles: []string{"Dr", "Mayor"},
		Addresses:   []party.Address{{Full: "1 Shoe Lane, Tomsk", Postal: "634000", Country: "ru"}},
		Identifiers: []party.Identifier{unID("KPi.901"), labelled("Passport number", "514448632", "expired")},
		Emails:      []string{"ivan@primer.example"},
		Listings: []party.Listing{{
			List: uk.List, Authority: "UK FCDO", Programs: []string{cyber}, LegalBasis: []string{cyber},
			Measures: []string{"Asset freeze", "Travel Ban", "Director Disqualification Sanction"}, Listed: day(2012, 6, 29), Reason: "He sold boots.",
			Events: []party.Event{{Type: "Designated", Date: day(2012, 6, 29)}, {Type: "Last updated", Date: day(2026, 8, 4)}},
		}},
		Remarks: "Sells shoes.",
		Properties: []party.Property{
			{Name: "OFSI Group ID", Value: "12703"}, {Name: "Designation source", Value: "UK"},
			{Name: "IndividualDetails/Individual/ShoeSizes/ShoeSize", Value: "44"},
		},
	}
	if !reflect.DeepEqual(got["CYB9001"], want) {
		t.Errorf("CYB9001 =\n%+v, want\n%+v", got["CYB9001"], want)
	}
	checkEntity(t, got["CYB9002"])
	checkShip(t, got["RUS9003"])
}

// checkEntity checks what both fixtures say of the company.
func checkEntity(t *testing.T, e party.Entry) {
	t.Helper()
	relations := []party.Relation{
		{Kind: party.ParentOf, Label: "Subsidiaries", ToName: "Primer Boots Ltd"},
		{Kind: party.ParentOf, Label: "Subsidiaries", ToName: "Primer Laces Ltd"},
		{Kind: party.SubsidiaryOf, Label: "Parent company", ToName: "Primer Holding"},
	}
	if !reflect.DeepEqual(e.Relations, relations) || e.LegalForm != "Company" || e.Kind != party.Organization {
		t.Errorf("CYB9002 = %+v, want the relations %+v", e, relations)
	}
	if m := e.Listings[0].Measures; len(m) != 1 || m[0] != "Trust Services Sanctions" {
		t.Errorf("CYB9002 has the measures %q", m)
	}
	if len(e.Identifiers) != 1 || e.Identifiers[0] != labelled("Business registration number", "02696754", "") {
		t.Errorf("CYB9002 has the identifiers %+v", e.Identifiers)
	}
}

func checkShip(t *testing.T, e party.Entry) {
	t.Helper()
	if e.Kind != party.Vessel || e.Craft == nil || e.Craft.Type != "Crude oil tanker" || e.Craft.Flag != "pa" || e.Craft.Built != party.On(party.Date{Year: 2005}) {
		t.Errorf("RUS9003 = %+v, craft %+v", e, e.Craft)
	}
	if len(e.Identifiers) != 1 || e.Identifiers[0].Scheme != party.IMO || e.Relations[0].ToName != "Primer Holding" || e.Relations[0].Kind != party.OperatedBy {
		t.Errorf("RUS9003 = %+v", e)
	}
	if m := e.Listings[0].Measures; len(m) != 2 || m[0] != "Prohibition on Port Entry" {
		t.Errorf("RUS9003 has the measures %q", m)
	}
}

func TestCSVFields(t *testing.T) {
	got := watchlisttest.Entries(t, uk.CSV{}, watchlisttest.Open(t, csvFixture))
	e := got["CYB9001"]
	names := []party.Name{
		{Full: "Ivan Ivanovich PRIMEROV", Parts: []party.NamePart{{Type: party.PartGiven, Value: "Ivan"}, {Type: party.PartMiddle, Value: "Ivanovich"}, {Type: party.PartFamily, Value: "PRIMEROV"}}},
		{Full: "Vanya", Kind: party.Alias, Weak: true},
		{Full: "Ваня", Kind: party.Alias, Script: "Cyrillic", Lang: "Russian"},
	}
	listing := party.Listing{
		List: uk.List, Authority: "UK FCDO", Programs: []string{cyber}, LegalBasis: []string{cyber},
		Measures: []string{"Asset freeze", "Travel Ban"}, Listed: day(2012, 6, 29), Reason: "He sold boots.",
		Events: []party.Event{{Type: "Designated", Date: day(2012, 6, 29)}, {Type: "Last updated", Date: day(2026, 8, 4)}},
	}
	if !reflect.DeepEqual(e.Names, names) || !reflect.DeepEqual(e.Listings, []party.Listing{listing}) || e.Remarks != "Sells shoes,\nand boots." ||
		len(e.Identifiers) != 2 || e.Births[0] != party.On(day(1962, 3, 14)) || e.Addresses[0] != (party.Address{Full: "1 Shoe Lane, Tomsk", Country: "ru"}) {
		t.Errorf("CYB9001 = %+v", e)
	}
	checkEntity(t, got["CYB9002"])
	checkShip(t, got["RUS9003"])
	ship := got["RUS9003"]
	if len(ship.Craft.FormerFlags) != 2 || !ship.Relations[1].Former || ship.Properties[0] != (party.Property{Name: "Length of ship", Value: "274"}) {
		t.Errorf("RUS9003 = %+v, craft %+v", ship, ship.Craft)
	}
}

func TestFieldsOfPublishedEntries(t *testing.T) {
	e := watchlisttest.Entries(t, uk.XML{}, watchlisttest.Published(t, xmlSample))["AFG0006"]
	regime := "The Afghanistan (Sanctions) (EU Exit) Regulations 2020"
	want := party.Entry{
		Ref: party.Ref{List: uk.List, ID: "AFG0006"}, Kind: party.Person,
		Names: []party.Name{{Full: "MOHAMMAD HASSAN AKHUND", Parts: []party.NamePart{
			{Type: party.PartGiven, Value: "MOHAMMAD"}, {Type: party.PartMiddle, Value: "HASSAN"}, {Type: party.PartFamily, Value: "AKHUND"},
		}}},
		Births:      []party.Span{party.On(party.Date{Year: 1945}), party.On(party.Date{Year: 1946})},
		Addresses:   []party.Address{{Full: "Kabul", Country: "af"}},
		Identifiers: []party.Identifier{unID("TAi.002")},
		Listings: []party.Listing{{
			List: uk.List, Authority: "UK FCDO", Programs: []string{regime}, LegalBasis: []string{regime}, Measures: []string{"Asset freeze", "Travel Ban"}, Listed: day(2001, 1, 25),
			Events: []party.Event{{Type: "Designated", Date: day(2001, 1, 25)}, {Type: "Last updated", Date: day(2026, 4, 14)}},
		}},
		Remarks:    "A close associate of Mullah Mohammed Omar (TAi.004).",
		Properties: []party.Property{{Name: "OFSI Group ID", Value: "7172"}, {Name: "Designation source", Value: "UN"}},
	}
	if !reflect.DeepEqual(e, want) {
		t.Errorf("AFG0006 =\n%+v, want\n%+v", e, want)
	}
}

func TestHeaders(t *testing.T) {
	for _, c := range []struct {
		source watchlist.Source
		file   string
	}{{uk.XML{}, xmlFixture}, {uk.CSV{}, csvFixture}} {
		h, err := c.source.Detect(watchlisttest.Open(t, c.file))
		if err != nil || h.Published != day(2026, 9, 2) {
			t.Errorf("%s: Detect = %+v, %v", c.file, h, err)
		}
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
		{uk.XML{}, xmlFixture, "<UniqueID>CYB9002</UniqueID>", "", "no Unique ID"},
		{uk.XML{}, xmlFixture, "CYB9002", "CYB9001", "stands twice"},
		{uk.XML{}, xmlFixture, "<Name6>PRIMER STAR</Name6>", "", "no name"},
		{uk.XML{}, xmlFixture, "<NameType>Alias", "<NameType>Rumour", `the type "Rumour"`},
		{uk.XML{}, xmlFixture, ">Ship<", ">Balloon<", `"Balloon" is neither`},
		{uk.XML{}, xmlFixture, "09/12/2025", "soon", `"soon" is no date`},
		{uk.XML{}, xmlFixture, "</Designations>", "<Annex/></Designations>", "an element Designations/Annex"},
		{uk.CSV{}, csvFixture, ",CYB9002,", ",,", "no Unique ID"},
		{uk.CSV{}, csvFixture, "Regime Name", "Régime", "not this format"},
		{uk.CSV{}, csvFixture, "Sanctions Imposed", "Sanctions", "no column sanctionsimposed"},
		{uk.CSV{}, csvFixture, "02-Sep-2026", "02-Sop-2026", "is no date"},
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

func FuzzXML(f *testing.F) {
	f.Add([]byte(read(f, xmlFixture)))
	f.Add([]byte(`<Designations/>`))
	watchlisttest.Fuzz(f, uk.XML{}, "list.xml")
}

func FuzzCSV(f *testing.F) {
	f.Add([]byte(read(f, csvFixture)))
	f.Add([]byte("Unique ID,Name 6,Regime Name\n"))
	watchlisttest.Fuzz(f, uk.CSV{}, "list.csv")
}
