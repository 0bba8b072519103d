// SPDX-License-Identifier: Apache-2.0

package sema_test

import (
	"os"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/watchlist/sema"
	"github.com/interdict-dev/interdict/watchlist/watchlisttest"
)

const (
	fixture   = "testdata/list.xml" // by hand
	published = "ca/sema-lmes_2020.xml"
)

var count = watchlisttest.CountText("</record>")

func TestSuite(t *testing.T) {
	watchlisttest.Run(t, sema.XML{}, watchlisttest.Case{Name: "hand-written", Files: watchlisttest.Open(t, fixture), List: sema.List, Count: count, Entries: 3})
}

func TestSuiteOnPublishedFile(t *testing.T) {
	watchlisttest.Run(t, sema.XML{}, watchlisttest.Case{Name: "2020", Files: watchlisttest.Published(t, published), List: sema.List, Count: count, Entries: 1369, Large: true})
}

func TestFields(t *testing.T) {
	got := watchlisttest.Entries(t, sema.XML{}, watchlisttest.Open(t, fixture))
	want := party.Entry{
		Ref: party.Ref{List: sema.List, ID: "ru:1-part-2:7"}, Kind: party.Person,
		Names: []party.Name{
			{Full: "Ivan Primerov", Parts: []party.NamePart{{Type: party.PartGiven, Value: "Ivan"}, {Type: party.PartFamily, Value: "Primerov"}}},
			{Full: "Vanya", Kind: party.Alias, Weak: true}, {Full: "Vanya Primerov", Kind: party.Alias},
			{Full: "PRIMEROFF", Kind: party.Alias, Weak: true}, {Full: "Ivan PRIMEROFF", Kind: party.Alias},
			{Full: "Johann Primer", Kind: party.Alias},
		},
		Births: []party.Span{party.On(party.Date{Year: 1972, Month: 8, Day: 10}), party.On(party.Date{Year: 1972, Month: 8, Day: 11})},
		Titles: []string{"Colonel"},
		Listings: []party.Listing{{
			List: sema.List, Authority: "Global Affairs Canada", Programs: []string{"Russia / Russie"}, LegalBasis: []string{"schedule 1, Part 2, item 7"},
		}},
		Properties: []party.Property{{Name: "Colour", Value: "blue"}},
	}
	if !reflect.DeepEqual(got["ru:1-part-2:7"], want) {
		t.Errorf("ru:1-part-2:7 =\n%+v, want\n%+v", got["ru:1-part-2:7"], want)
	}
	var names []string
	for _, n := range got["ir:-:7"].Names {
		names = append(names, n.Full)
	}
	if want := []string{"Shoe Works of Tehran/Usine de chaussures de Téhéran", "Shoe Works of Tehran", "Usine de chaussures de Téhéran", "Primer Co., Ltd.", "Shoe Works"}; !reflect.DeepEqual(names, want) {
		t.Errorf("ir:-:7 has the names %q, want %q", names, want)
	}
	ship := got["jvcfor:-:1"]
	if ship.Kind != party.Vessel || ship.Identifiers[0].Scheme != party.IMO || ship.Craft.Built != party.On(party.Date{Year: 2005}) || ship.Listings[0].Listed.String() != "2024-02-23" {
		t.Errorf("jvcfor:-:1 = %+v, craft %+v", ship, ship.Craft)
	}
}

func TestFieldsOfPublishedEntries(t *testing.T) {
	got := watchlisttest.Entries(t, sema.XML{}, watchlisttest.Published(t, published))
	want := party.Entry{
		Ref: party.Ref{List: sema.List, ID: "mm:1:1"}, Kind: party.Organization,
		Names: []party.Name{{Full: "Air Bagan"}, {Full: "Air Bagan Holdings Pte. Ltd.", Kind: party.Alias}, {Full: "Air Bagan Limited", Kind: party.Alias}},
		Listings: []party.Listing{{
			List: sema.List, Authority: "Global Affairs Canada", Programs: []string{"Burma / Birmanie"}, LegalBasis: []string{"schedule 1, item 1"},
		}},
	}
	if !reflect.DeepEqual(got["mm:1:1"], want) {
		t.Errorf("mm:1:1 =\n%+v, want\n%+v", got["mm:1:1"], want)
	}
	if e := got["zw:-:181"]; e.Name() != "Beauty Lily Zhuwao" || e.Births[0].String() != "1965-01-10" {
		t.Errorf("zw:-:181 = %+v", e)
	}
	regulations := map[string]int{}
	for id, e := range got {
		k, _, _ := strings.Cut(id, ":")
		regulations[k]++
		if e.Kind == party.Unknown || len(e.Properties) > 0 {
			t.Errorf("%s = %+v", id, e)
		}
	}
	if want := map[string]int{"sy": 281, "ua": 242, "ir": 202, "ru": 197, "zw": 181, "ve": 96, "mm": 89, "jvcfor": 70, "ni": 9, "ss": 2}; !reflect.DeepEqual(regulations, want) {
		t.Errorf("the regulations are %v, want %v", regulations, want)
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
		{"<Item>1</Item>", "", "no item"},
		{"<Country>Iran</Country>", "<Country>Russia</Country><Schedule>1, Part 2</Schedule>", "stands twice"},
		{"<LastName>Primerov </LastName>\n\t\t<GivenName>Ivan</GivenName>", "", "no name"},
		{"<GivenName>Ivan</GivenName>", "<GivenName>Ivan</GivenName><Entity>Ivan Ltd</Entity>", "at once"},
		{"2024-02-23", "soon", `"soon" is no date`},
		{"</data-set>", "<annex/></data-set>", "an element data-set/annex"},
	} {
		bad := strings.Replace(read(t), c.old, c.new, 1)
		var all []string
		for _, err := range (sema.XML{}).Parse(fstest.MapFS{"x.xml": {Data: []byte(bad)}}) {
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
	f.Add([]byte("<data-set><record><Country>x</Country><Item>1</Item></record></data-set>"))
	watchlisttest.Fuzz(f, sema.XML{}, "list.xml")
}
