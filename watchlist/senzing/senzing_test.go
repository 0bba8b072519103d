// SPDX-License-Identifier: Apache-2.0

package senzing_test

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/watchlist/senzing"
	"github.com/interdict-dev/interdict/watchlist/watchlisttest"
)

const (
	linesFixture = "testdata/records.jsonl" // by hand, see README.md there
	arrayFixture = "testdata/records.json"
	list         = party.ListID("senzing-primer-list")
)

func countElements(_ string, data []byte) int {
	var v []any
	if err := json.Unmarshal(data, &v); err != nil {
		return -1
	}
	return len(v)
}

func countLines(_ string, data []byte) int { return bytes.Count(data, []byte("\n")) }

func TestSuite(t *testing.T) {
	watchlisttest.Run(t, senzing.JSON{},
		watchlisttest.Case{Name: "lines", Files: watchlisttest.Open(t, linesFixture), List: list, Count: countLines, Entries: 2, NoEnd: true},
		watchlisttest.Case{Name: "array", Files: watchlisttest.Open(t, arrayFixture), List: list, Count: countElements, Entries: 2},
	)
}

func TestFields(t *testing.T) {
	passport := party.NewIdentifier(party.Passport, "ru", "514448632")
	passport.Label = "PASSPORT"
	want := party.Entry{
		Ref: party.Ref{List: list, ID: "1001"}, Kind: party.Person,
		Names: []party.Name{
			{Full: "Ivan Primerov", Parts: []party.NamePart{{Type: party.PartGiven, Value: "Ivan"}, {Type: party.PartFamily, Value: "Primerov"}}},
			{Full: "Vanya", Kind: party.Alias},
		},
		Births: []party.Span{party.On(party.Date{Year: 1962, Month: 3, Day: 14})}, Gender: "male", Nationalities: []string{"ru"},
		Addresses:   []party.Address{{Street: "1 Shoe Lane", City: "Tomsk", Country: "ru"}},
		Identifiers: []party.Identifier{passport, party.Labelled("IMO number", "", "9074729")},
		Relations:   []party.Relation{{Kind: party.Owns, Label: "OWNER_OF", To: party.Ref{List: list, ID: "1002"}}},
		Listings:    []party.Listing{{List: list, Authority: "Primer List"}},
		Properties:  []party.Property{{Name: "ADDR_TYPE", Value: "HOME"}, {Name: "SHOE_SIZE", Value: "44"}, {Name: "TOPICS", Value: "sanction"}, {Name: "STATUS", Value: "Listed"}},
	}
	for _, file := range []string{linesFixture, arrayFixture} {
		got := watchlisttest.Entries(t, senzing.JSON{}, watchlisttest.Open(t, file))
		if len(got["1001"].Properties) == 4 { // their order is that of the file
			got1 := got["1001"]
			got1.Properties = want.Properties
			if !reflect.DeepEqual(got1, want) {
				t.Errorf("%s: 1001 =\n%+v, want\n%+v", file, got1, want)
			}
		} else {
			t.Errorf("%s: 1001 has the properties %+v", file, got["1001"].Properties)
		}
		e := got["1002"]
		if e.Kind != party.Organization || e.Name() != "Primer Shoe Works" || e.Names[1].Full != "Primer Boots" || e.Addresses[0].Full != "2 Shoe Lane, Tomsk" ||
			e.Identifiers[0].Scheme != party.INN || e.Websites[0] != "www.primer.example" || e.Phones[0] != "+7 1" {
			t.Errorf("%s: 1002 = %+v", file, e)
		}
	}
	if got := watchlisttest.Entries(t, senzing.JSON{}, watchlisttest.Open(t, linesFixture))["1001"].Properties; !reflect.DeepEqual(got, want.Properties) {
		t.Errorf("1001 has the properties %+v, want %+v", got, want.Properties)
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
	for _, c := range []struct{ old, new, want string }{
		{`"RECORD_ID":"1002",`, ``, "no RECORD_ID"},
		{`"RECORD_ID":"1002"`, `"RECORD_ID":"1001"`, "stands twice"},
		{`"RECORD_ID":"1002","PRIMARY_NAME_ORG":"Primer Shoe Works","AKA_NAME_ORG":"Primer Boots"`, `"RECORD_ID":"1002"`, "no name"},
		{`{"DATA_SOURCE":"Primer List","RECORD_ID":"1002"`, `{"DATA_SOURCE":"Other","RECORD_ID":"1002"`, `the data source "Other"`},
		{`{"DATA_SOURCE":"Primer List","RECORD_ID":"1002"`, `[{"RECORD_ID":"1002"`, "not JSON"},
	} {
		good := read(t, linesFixture)
		bad := strings.Replace(good, c.old, c.new, 1)
		var all []string
		for _, err := range (senzing.JSON{}).Parse(fstest.MapFS{"x.json": {Data: []byte(bad)}}) {
			if err != nil {
				all = append(all, err.Error())
			}
		}
		if bad == good || !strings.Contains(strings.Join(all, "\n"), c.want) {
			t.Errorf("%s: no reject says %q but %q", c.new, c.want, all)
		}
	}
}

func FuzzJSON(f *testing.F) {
	f.Add([]byte(read(f, linesFixture)))
	f.Add([]byte(read(f, arrayFixture)))
	watchlisttest.Fuzz(f, senzing.JSON{}, "records.json")
}
