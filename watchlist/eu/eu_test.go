// SPDX-License-Identifier: Apache-2.0

package eu_test

import (
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/watchlist"
	"github.com/interdict-dev/interdict/watchlist/eu"
	"github.com/interdict-dev/interdict/watchlist/watchlisttest"
)

const (
	xmlFixture = "testdata/list.xml" // by hand, like the next
	csvFixture = "testdata/list.csv"
	xmlSample  = "samples/eu_fsf_xml_1_1_sample_2018-12-21.xml"
	csvSample  = "samples/eu_fsf_csv_1_1_first21cols_2026-08-05.csv"
)

// countIDs counts the different numbers in the second column.
func countIDs(_ string, data []byte) int {
	ids := map[string]bool{}
	for i, line := range strings.Split(strings.TrimSpace(string(data)), "\n") {
		if f := strings.SplitN(line, ";", 3); i > 0 && len(f) == 3 {
			ids[f[1]] = true
		}
	}
	return len(ids)
}

var countEntities = watchlisttest.CountText("</sanctionEntity>")

func TestSuite(t *testing.T) {
	watchlisttest.Run(t, eu.XML{}, watchlisttest.Case{
		Name: "hand-written", Files: watchlisttest.Open(t, xmlFixture), List: eu.List, Count: countEntities, Entries: 2,
	})
	watchlisttest.Run(t, eu.CSV{}, watchlisttest.Case{
		Name: "hand-written", Files: watchlisttest.Open(t, csvFixture), List: eu.List, Count: countIDs, Entries: 2, NoEnd: true,
	})
}

func TestSuiteOnPublishedSamples(t *testing.T) {
	watchlisttest.Run(t, eu.XML{}, watchlisttest.Case{
		Name: "xml", Files: watchlisttest.Published(t, xmlSample), List: eu.List, Count: countEntities, Entries: 2,
	})
	watchlisttest.Run(t, eu.CSV{}, watchlisttest.Case{
		Name: "csv", Files: watchlisttest.Published(t, csvSample), List: eu.List, Count: countIDs, Entries: 1, NoEnd: true,
	})
}

func day(y int16, m, d uint8) party.Date { return party.Date{Year: y, Month: m, Day: d} }

func passport(note string) party.Identifier {
	id := party.NewIdentifier(party.Passport, "kp", "AD001095")
	id.Label, id.Note = "National passport", note
	return id
}

func unID() party.Identifier {
	id := party.NewIdentifier(party.Number, "", "KPi.901")
	id.Label = "UN reference number"
	return id
}

func TestXMLFields(t *testing.T) {
	got := watchlisttest.Entries(t, eu.XML{}, watchlisttest.Open(t, xmlFixture))
	doc := passport("(diplomatic); diplomatic; issuedBy MFA")
	doc.Issued, doc.Expires = day(2010, 9, 8), day(2020, 9, 7)
	want := party.Entry{
		Ref: party.Ref{List: eu.List, ID: "EU.9001.10"}, Kind: party.Person,
		Names: []party.Name{
			{Full: "Ivan Primerov", Lang: "en", Parts: []party.NamePart{{Type: party.PartGiven, Value: "Ivan"}, {Type: party.PartFamily, Value: "Primerov"}}},
			{Full: "Vanya", Kind: party.Alias, Weak: true},
			{Full: "Иван Примеров", Kind: party.Alias, Script: "Cyrillic", Lang: "bg"},
		},
		Births: []party.Span{
			party.On(day(1962, 3, 14)),
			{From: party.Date{Year: 1963, Month: 5}, To: party.Date{Year: 1963, Month: 5}, Circa: true},
			{From: party.Date{Year: 1960}, To: party.Date{Year: 1965}},
		},
		BirthPlaces: []string{"Tomsk, RUSSIAN FEDERATION"}, Gender: "male", Citizenships: []string{"kp"}, Titles: []string{"Mayor", "Dr"},
		Addresses:   []party.Address{{Street: "1 Shoe Lane, P.O. Box 12", City: "Pyongyang", Postal: "0001", Country: "kp"}},
		Identifiers: []party.Identifier{doc, unID()},
		Websites:    []string{"www.primer.example"}, Emails: []string{"ivan@primer.example"},
		Listings: []party.Listing{{
			List: eu.List, Authority: "EU", Programs: []string{"PRK"}, LegalBasis: []string{"2021/999 (OJ L219)"}, Listed: day(2021, 6, 21), URL: "http://eur-lex.europa.eu/x",
			Events: []party.Event{
				{Type: "amendment", Date: day(2021, 6, 21), LegalBasis: "2021/999 (OJ L219)", Comment: "in force 2021-06-22"},
				{Type: "amendment", Date: day(2023, 2, 3), LegalBasis: "2023/5 (OJ L1)"},
				{Type: "designation", Date: day(2021, 6, 21), Comment: "first decision"},
			},
		}},
		Remarks: "UNSC RESOLUTION 0",
		Properties: []party.Property{
			{Name: "regulation@organisationType", Value: "commission"},
			{Name: "nameAlias/remark", Value: "Ivan Primerov: good"},
			{Name: "address/remark", Value: "1 Shoe Lane, P.O. Box 12, Pyongyang, 0001, kp: the shop"},
			{Name: "address@asAtListingTime", Value: "1 Shoe Lane, P.O. Box 12, Pyongyang, 0001, kp"},
			{Name: "@logicalId", Value: "901"},
			{Name: "unexpected@note", Value: "kept"},
		},
	}
	if !reflect.DeepEqual(got["EU.9001.10"], want) {
		t.Errorf("EU.9001.10 =\n%+v, want\n%+v", got["EU.9001.10"], want)
	}
	e, ok := got["902"] // an entity without a reference number goes by its logicalId
	if !ok || e.Kind != party.Organization || !e.Listings[0].Listed.IsZero() || e.Listings[0].Programs[0] != "TERR" {
		t.Errorf("902 = %+v", e)
	}
}

func TestCSVFields(t *testing.T) {
	got := watchlisttest.Entries(t, eu.CSV{}, watchlisttest.Open(t, csvFixture))
	want := party.Entry{
		Ref: party.Ref{List: eu.List, ID: "EU.9001.10"}, Kind: party.Person,
		Names: []party.Name{
			{Full: "Ivan Primerov", Lang: "en", Parts: []party.NamePart{{Type: party.PartGiven, Value: "Ivan"}, {Type: party.PartFamily, Value: "Primerov"}}},
			{Full: "Иван Примеров", Kind: party.Alias, Script: "Cyrillic", Lang: "bg"},
		},
		Births:      []party.Span{party.On(day(1962, 3, 14))},
		BirthPlaces: []string{"Tomsk, RUSSIAN FEDERATION"}, Gender: "male", Citizenships: []string{"kp"}, Titles: []string{"Mayor"},
		Addresses:   []party.Address{{Street: "1 Shoe Lane; left, P.O. Box 12", City: "Pyongyang", Country: "kp"}},
		Identifiers: []party.Identifier{passport(""), unID()},
		Listings: []party.Listing{{
			List: eu.List, Authority: "EU", Programs: []string{"PRK"}, LegalBasis: []string{"2021/999 (OJ L219)"}, Listed: day(2021, 6, 21), URL: "http://eur-lex.europa.eu/x",
			Events: []party.Event{
				{Type: "amendment", Date: day(2021, 6, 21), LegalBasis: "2021/999 (OJ L219)", Comment: "in force 2021-06-22"},
				{Type: "amendment", Date: day(2023, 2, 3), LegalBasis: "2023/5 (OJ L1)"},
				{Type: "designation", Date: day(2021, 6, 21)},
			},
		}},
		Remarks: "UNSC RESOLUTION 0",
		Properties: []party.Property{
			{Name: "regulation@organisationType", Value: "commission"},
			{Name: "address/remark", Value: "1 Shoe Lane; left, P.O. Box 12, Pyongyang, kp: the shop"},
			{Name: "@logicalId", Value: "901"},
			{Name: "some@newColumn", Value: "new"},
		},
	}
	if !reflect.DeepEqual(got["EU.9001.10"], want) {
		t.Errorf("EU.9001.10 =\n%+v, want\n%+v", got["EU.9001.10"], want)
	}
	if e := got["902"]; e.Name() != "Primer Shoe Trading" || e.Kind != party.Organization {
		t.Errorf("902 = %+v", e)
	}
}

func TestFieldsOfPublishedEntries(t *testing.T) {
	e := watchlisttest.Entries(t, eu.XML{}, watchlisttest.Published(t, xmlSample))["EU.36.64"]
	doc := party.NewIdentifier(party.Passport, "", "AD001095")
	doc.Label, doc.Note = "National passport", "(passport)"
	l := e.Listings[0]
	if e.Name() != "Robert Gabriel Mugabe" || len(e.Names[0].Parts) != 3 || e.Births[0] != party.On(day(1924, 2, 21)) || !slices.Equal(e.Identifiers, []party.Identifier{doc}) ||
		e.Gender != "male" || e.Titles[0] != "Former President" || l.Programs[0] != "ZWE" || l.LegalBasis[0] != "2018/223 (OJ L43)" || len(l.Events) != 3 || !l.Listed.IsZero() {
		t.Errorf("EU.36.64 = %+v", e)
	}
	e = watchlisttest.Entries(t, eu.XML{}, watchlisttest.Published(t, xmlSample))["EU.3523.13"]
	if len(e.Names) != 5 || e.Names[3].Lang != "el" || e.Names[3].Script != "Greek" || e.Kind != party.Organization {
		t.Errorf("EU.3523.13 = %+v", e)
	}
	e = watchlisttest.Entries(t, eu.CSV{}, watchlisttest.Published(t, csvSample))["EU.27.28"]
	if e.Name() != "Saddam Hussein Al-Tikriti" || e.Names[1].Full != "Abu Ali" || e.Kind != party.Person || e.Remarks != "(UNSC RESOLUTION 1483)" || e.Listings[0].Programs[0] != "IRQ" {
		t.Errorf("EU.27.28 = %+v", e)
	}
}

func TestHeaders(t *testing.T) {
	h, err := eu.XML{}.Detect(watchlisttest.Open(t, xmlFixture))
	if err != nil || h.Published != day(2026, 8, 5) || h.Version != "118887" {
		t.Errorf("Detect = %+v, %v", h, err)
	}
	h, err = eu.CSV{}.Detect(watchlisttest.Open(t, csvFixture))
	if err != nil || h.Published != day(2026, 8, 5) {
		t.Errorf("Detect = %+v, %v", h, err)
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
		{eu.XML{}, xmlFixture, `logicalId="902"`, `logicalId=""`, "neither an EU reference number"},
		{eu.XML{}, xmlFixture, `euReferenceNumber="" logicalId="902"`, `euReferenceNumber="EU.9001.10"`, "stands twice"},
		{eu.XML{}, xmlFixture, `wholeName="Primer Shoe Trading"`, ``, "no name"},
		{eu.XML{}, xmlFixture, `code="enterprise" classificationCode="E"`, `code="spirit"`, "is not known"},
		{eu.XML{}, xmlFixture, `birthdate="1962-03-14"`, `birthdate="14.3.62"`, "is no date"},
		{eu.XML{}, xmlFixture, "</export>", "<annex/></export>", "an element export/annex"},
		{eu.CSV{}, csvFixture, "05/08/2026;902;", "05/08/2026;;", "no Entity_LogicalId"},
		{eu.CSV{}, csvFixture, ";Иван Примеров;", ";", "cells"},
		{eu.CSV{}, csvFixture, ";NameAlias_WholeName;", ";NameAlias_AllNames;", "nameAlias wholeName is missing"},
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
	f.Add([]byte(`<export generationDate=""/>`))
	watchlisttest.Fuzz(f, eu.XML{}, "list.xml")
}

func FuzzCSV(f *testing.F) {
	f.Add([]byte(read(f, csvFixture)))
	f.Add([]byte("fileGenerationDate;Entity_LogicalId;\n"))
	watchlisttest.Fuzz(f, eu.CSV{}, "list.csv")
}
