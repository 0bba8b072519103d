// SPDX-License-Identifier: Apache-2.0

package seco_test

import (
	"os"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/watchlist/seco"
	"github.com/interdict-dev/interdict/watchlist/watchlisttest"
)

const (
	fixture   = "testdata/list.xml" // by hand
	published = "samples/ch_seco_sample_2026-08-27.xml"
)

var count = watchlisttest.CountText("</target>")

func TestSuite(t *testing.T) {
	watchlisttest.Run(t, seco.XML{}, watchlisttest.Case{Name: "hand-written", Files: watchlisttest.Open(t, fixture), List: seco.List, Count: count, Entries: 2})
}

func TestSuiteOnPublishedSample(t *testing.T) {
	watchlisttest.Run(t, seco.XML{}, watchlisttest.Case{Name: "sample", Files: watchlisttest.Published(t, published), List: seco.List, Count: count, Entries: 3})
}

func day(y int16, m, d uint8) party.Date { return party.Date{Year: y, Month: m, Day: d} }

func TestFields(t *testing.T) {
	got := watchlisttest.Entries(t, seco.XML{}, watchlisttest.Open(t, fixture))
	passport := party.NewIdentifier(party.Passport, "ru", "514448632")
	passport.Label, passport.Issued, passport.Note = "passport", day(2010, 9, 8), "expired"
	named := func(given, family string) []party.NamePart {
		return []party.NamePart{{Type: party.PartGiven, Value: given}, {Type: party.PartFamily, Value: family}}
	}
	want := party.Entry{
		Ref: party.Ref{List: seco.List, ID: "901"}, Kind: party.Person,
		Names: []party.Name{
			{Full: "Ivan Primerov", Lang: "eng", Parts: named("Ivan", "Primerov")},
			{Full: "Иван Примеров", Kind: party.Alias, Lang: "RUS", Script: "CYRL", Parts: named("Иван", "Примеров")},
			{Full: "Ivan Primeroff", Kind: party.Alias, Lang: "RUS", Script: "LATN", Parts: named("Ivan", "Primeroff")},
			{Full: "Vanya", Kind: party.Alias, Weak: true, Lang: "eng"},
		},
		Births:      []party.Span{party.On(day(1962, 3, 14)), {From: party.Date{Year: 1963}, To: party.Date{Year: 1963}, Circa: true}},
		BirthPlaces: []string{"Tomsk, Tomsk Oblast, ru"}, Gender: "male", Nationalities: []string{"ru"},
		Addresses:   []party.Address{{Full: "Shoe Club, 1 Shoe Lane", City: "Tomsk", Region: "Tomsk Oblast", Postal: "634000", Country: "ru"}},
		Identifiers: []party.Identifier{passport},
		Relations:   []party.Relation{{Kind: party.Owns, Label: "owner-of", To: party.Ref{List: seco.List, ID: "902"}, ToName: "Primer Works"}},
		Listings: []party.Listing{{
			List: seco.List, Authority: "SECO", Programs: []string{"Exampleland"}, LegalBasis: []string{"Ordinance on measures against Exampleland"},
			Measures: []string{"article 1 -- Restrictions on named individuals"}, Listed: day(2020, 1, 1), Reason: "He sold boots.",
			Events: []party.Event{{Type: "amended", Date: day(2021, 1, 2), Comment: "enactment-date 2021-01-01"}, {Type: "listed", Date: day(2020, 1, 1)}},
		}},
		Remarks:    "Sells shoes.",
		Properties: []party.Property{{Name: "foreign-identifier", Value: "140"}, {Name: "individual/shoe@size", Value: "44"}},
	}
	if !reflect.DeepEqual(got["901"], want) {
		t.Errorf("901 =\n%+v, want\n%+v", got["901"], want)
	}
	e := got["902"]
	if len(e.Listings) != 2 || e.Listings[1].Measures[0] != "article 2 -- Restrictions on the money and capital market" || e.Listings[0].Delisted != day(2024, 5, 6) {
		t.Errorf("902 = %+v", e)
	}
}

func TestFieldsOfPublishedEntries(t *testing.T) {
	got := watchlisttest.Entries(t, seco.XML{}, watchlisttest.Published(t, published))
	e := got["5142"]
	if e.Name() != "Lukashenka Dzmitry Aliaksandravich" || e.Names[1].Full != "Lukashenko Dzmitry Aliaksandravich" || e.Births[0] != party.On(day(1980, 3, 23)) ||
		e.Addresses[0].Postal != "220029" || e.Listings[0].Measures[0] != "article 12 -- Restrictions on named individuals and entities" || e.Listings[0].Delisted != day(2016, 3, 1) || len(e.Listings[0].Events) != 2 {
		t.Errorf("5142 = %+v", e)
	}
	ship := got["34461"]
	if ship.Kind != party.Vessel || ship.Name() != "Hui Chon" || len(ship.Identifiers) != 1 || ship.Identifiers[0].Normal != "8405270" || ship.Listings[0].Programs[0] != "North Korea" {
		t.Errorf("34461 = %+v", ship)
	}
	if bank := got["46130"]; bank.Listings[0].Measures[0] != "article 16 and 17 -- Restrictions on the money and capital market" || bank.Listings[0].Listed != day(2021, 8, 11) {
		t.Errorf("46130 = %+v", bank)
	}
}

func TestHeader(t *testing.T) {
	h, err := seco.XML{}.Detect(watchlisttest.Open(t, fixture))
	if err != nil || h.Published != day(2026, 8, 27) {
		t.Errorf("Detect = %+v, %v", h, err)
	}
}

func read(t testing.TB) string {
	b, err := os.ReadFile(fixture)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestRejects(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{`<target ssid="902">`, `<target>`, "no ssid"},
		{`<target ssid="902">`, `<target ssid="901">`, "stands twice"},
		{"<value>Primer Works</value>", "", "no name"},
		{"<entity>", "<entity/><entity>", "2 individuals"},
		{`name-type="alias"`, `name-type="rumour"`, `the type "rumour"`},
		{`year="1962"`, `year="62"`, "is no date"},
		{`order="2"`, `order="last"`, "is no number"},
		{"<sanctions-set-id>21</sanctions-set-id>\n    <foreign", "<foreign", "no set is named"},
		{"whole-list", "delta", "is a delta and no whole list"},
		{"<place ", "<planet/><place ", "an element swiss-sanctions-list/planet"},
	} {
		bad := strings.Replace(read(t), c.old, c.new, 1)
		var all []string
		for _, err := range (seco.XML{}).Parse(fstest.MapFS{"x.xml": {Data: []byte(bad)}}) {
			if err != nil {
				all = append(all, err.Error())
			}
		}
		if bad == read(t) || !strings.Contains(strings.Join(all, "\n"), c.want) {
			t.Errorf("%s: no reject says %q but %q", c.new, c.want, all)
		}
	}
}

func FuzzXML(f *testing.F) {
	f.Add([]byte(read(f)))
	f.Add([]byte("<swiss-sanctions-list/>"))
	watchlisttest.Fuzz(f, seco.XML{}, "list.xml")
}
