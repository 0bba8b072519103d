// SPDX-License-Identifier: Apache-2.0

package un_test

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/watchlist/un"
	"github.com/interdict-dev/interdict/watchlist/watchlisttest"
)

const fixture = "testdata/consolidated.xml" // by hand

// count looks for the end tags of records.
func count(_ string, data []byte) int {
	return strings.Count(string(data), "</INDIVIDUAL>") + strings.Count(string(data), "</ENTITY>")
}

func TestSuite(t *testing.T) {
	watchlisttest.Run(t, un.XML{}, watchlisttest.Case{
		Name: "hand-written", Files: watchlisttest.Open(t, fixture), List: un.List, Count: count, Entries: 2,
	})
}

func TestSuiteOnPublishedFiles(t *testing.T) {
	for name, n := range map[string]int{"un/un_consolidated_2024-11-30.xml": 879, "un/un_consolidated_2026-02-27.xml": 1003} {
		watchlisttest.Run(t, un.XML{}, watchlisttest.Case{
			Name: name, Files: watchlisttest.Published(t, name), List: un.List, Count: count, Entries: n, Large: true,
		})
	}
}

func day(y int16, m, d uint8) party.Date { return party.Date{Year: y, Month: m, Day: d} }

func TestFields(t *testing.T) {
	got := watchlisttest.Entries(t, un.XML{}, watchlisttest.Open(t, fixture))
	passport := party.NewIdentifier(party.Passport, "ru", "514448632")
	passport.Label, passport.Issued, passport.Note = "Passport", day(2010, 9, 8), "printed as Russian passport number 514448632; expired"
	want := party.Entry{
		Ref: party.Ref{List: un.List, ID: "KPi.901"}, Kind: party.Person,
		Names: []party.Name{
			{Full: "IVAN PRIMEROV", Parts: []party.NamePart{{Value: "IVAN"}, {Value: "PRIMEROV"}}},
			{Full: "Иван Примеров", Kind: party.Alias},
			{Full: "Vanya", Kind: party.Alias},
			{Full: "Vanyusha", Kind: party.Alias},
			{Full: "Ванюша", Kind: party.Alias},
			{Full: "The Cobbler", Kind: party.Alias, Weak: true},
		},
		Births: []party.Span{
			party.On(party.Date{Year: 1970}),
			party.On(day(1962, 3, 14)),
			{From: party.Date{Year: 1960}, To: party.Date{Year: 1965}},
			{From: party.Date{Year: 1963}, To: party.Date{Year: 1963}, Circa: true},
			{From: party.Date{Year: 1973, Month: 11}, To: party.Date{Year: 1973, Month: 11}, Text: "Nov. 1973"},
		},
		BirthPlaces:   []string{"Omsk, Russia", "Tomsk, Russian Federation"},
		Gender:        "male",
		Nationalities: []string{"kp"},
		Titles:        []string{"Dr.", "Cobbler", "Mayor"},
		Addresses:     []party.Address{{Street: "1 Shoe Lane", City: "Pyongyang", Country: "kp"}},
		Identifiers:   []party.Identifier{passport},
		Remarks:       "Sells shoes.",
		Listings: []party.Listing{{
			List: un.List, Authority: "UN Security Council", Programs: []string{"DPRK"}, Listed: day(2016, 3, 2),
			Events: []party.Event{{Type: "Listed", Date: day(2016, 3, 2)}, {Type: "Updated", Date: day(2017, 1, 1)}, {Type: "Updated", Date: day(2019, 5, 6)}},
		}},
		Properties: []party.Property{{Name: "ADDRESS_NOTE", Value: "1 Shoe Lane, Pyongyang, kp: previous"}, {Name: "SUBMITTED_BY", Value: "Nobody"}},
	}
	if !reflect.DeepEqual(got["KPi.901"], want) {
		t.Errorf("KPi.901 =\n%+v, want\n%+v", got["KPi.901"], want)
	}
	e := got["KPe.902"]
	if e.Kind != party.Organization || len(e.Names) != 2 || e.Names[1].Kind != party.Former || e.Addresses[0].Full != "at time of listing" {
		t.Errorf("KPe.902 = %+v", e)
	}
}

func TestFieldsOfPublishedEntry(t *testing.T) {
	got := watchlisttest.Entries(t, un.XML{}, watchlisttest.Published(t, "un/un_consolidated_2026-02-27.xml"))
	e := got["TAi.144"]
	e.Remarks = e.Remarks[:39]
	want := party.Entry{
		Ref: party.Ref{List: un.List, ID: "TAi.144"}, Kind: party.Person,
		Names: []party.Name{
			{Full: "SIRAJUDDIN JALLALOUDINE HAQQANI", Parts: []party.NamePart{{Value: "SIRAJUDDIN"}, {Value: "JALLALOUDINE"}, {Value: "HAQQANI"}}},
			{Full: "سراج الدين جلال الدين حقانى", Kind: party.Alias},
			{Full: "Siraj Haqqani", Kind: party.Alias}, {Full: "Serajuddin Haqani", Kind: party.Alias}, {Full: "Siraj Haqani", Kind: party.Alias},
			{Full: "Saraj Haqani", Kind: party.Alias}, {Full: "Khalifa", Kind: party.Alias, Weak: true},
		},
		Births:        []party.Span{{From: party.Date{Year: 1977}, To: party.Date{Year: 1978}, Circa: true, Text: "1977 to 1978 (Approximately)"}},
		BirthPlaces:   []string{"Danda, Miramshah, North Waziristan, Pakistan", "Khost province, Afghanistan", "Neka district, Paktika province, Afghanistan", "Srana village, Garda Saray district, Paktia province, Afghanistan"},
		Nationalities: []string{"af"},
		Titles:        []string{"Na'ib Amir (Deputy Commander)"},
		Addresses: []party.Address{
			{City: "Kela neighborhood/Danda neighborhood, Miramshah", Region: "North Waziristan", Country: "pk"},
			{City: "Manba'ul uloom Madrasa, Miramshah", Region: "North Waziristan", Country: "pk"},
			{City: "Dergey Manday Madrasa, Miramshah", Region: "North Waziristan", Country: "pk"},
		},
		Remarks: "Heading the Haqqani Network (TAe.012) a",
		Listings: []party.Listing{{
			List: un.List, Authority: "UN Security Council", Programs: []string{"Taliban"}, Listed: day(2007, 9, 13),
			Events: []party.Event{{Type: "Listed", Date: day(2007, 9, 13)}, {Type: "Updated", Date: day(2013, 4, 22)}},
		}},
	}
	if !reflect.DeepEqual(e, want) {
		t.Errorf("TAi.144 =\n%+v, want\n%+v", e, want)
	}
}

// Every country and every kind of detail of the published files is understood:
// what is left as a property is only what has no field.
func TestPublishedDetailsAreRead(t *testing.T) {
	got := watchlisttest.Entries(t, un.XML{}, watchlisttest.Published(t, "un/un_consolidated_2026-02-27.xml"))
	properties, long, documents := map[string]int{}, 0, 0
	for _, e := range got {
		documents += len(e.Identifiers)
		for _, p := range e.Properties {
			properties[p.Name]++
		}
		for _, c := range e.Nationalities {
			if len(c) > 2 {
				t.Logf("%s has the nationality %q", e.Ref, c)
				long++
			}
		}
	}
	t.Logf("%d documents, properties %v", documents, properties)
	if documents < 460 || long > 10 {
		t.Errorf("%d documents, want 460 and more; %d nationalities that are no known country, want at most 10", documents, long)
	}
}

func TestHeader(t *testing.T) {
	h, err := un.XML{}.Detect(watchlisttest.Open(t, fixture))
	if err != nil || h.Published != day(2026, 1, 2) || h.Version != "2026-01-02T03:04:05.678Z" {
		t.Errorf("Detect = %+v, %v", h, err)
	}
}

func TestRejects(t *testing.T) {
	good, err := os.ReadFile(filepath.FromSlash(fixture))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ old, new, want string }{
		{"KPe.902", "KPi.901", "stands twice"},
		{"<REFERENCE_NUMBER>KPe.902</REFERENCE_NUMBER>", "", "no reference number"},
		{"<FIRST_NAME>PRIMER SHOE TRADING</FIRST_NAME>", "", "no name"},
		{"2018-03-30", "2018-30-30", "is no date"},
		{"f.k.a.", "so-so", `the quality "so-so"`},
		{"<ENTITIES>", "<ENTITIES><SHIP>x</SHIP>", "an element CONSOLIDATED_LIST/ENTITIES/SHIP"},
	} {
		bad := strings.Replace(string(good), c.old, c.new, 1)
		found := false
		for _, err := range (un.XML{}).Parse(fstest.MapFS{"x.xml": {Data: []byte(bad)}}) {
			found = found || err != nil && strings.Contains(err.Error(), c.want)
		}
		if bad == string(good) || !found {
			t.Errorf("%s: no reject says %q", c.new, c.want)
		}
	}
}

func FuzzXML(f *testing.F) {
	data, err := os.ReadFile(filepath.FromSlash(fixture))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte("<CONSOLIDATED_LIST/>"))
	watchlisttest.Fuzz(f, un.XML{}, "consolidated.xml")
}
