// SPDX-License-Identifier: Apache-2.0

package local

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/xuri/excelize/v2"

	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/watchlist"
	"github.com/interdict-dev/interdict/watchlist/watchlisttest"
)

var blocked = List{Name: "blocked", Title: "Blocked vendors"}

// cells is a list as a compliance team keeps it.
var cells = [][]any{
	{"Key", "Name", "Also known as", "Country", "Registration No", "Program", "Measure", "Listed on", "Owner", "Weak"},
	{"K-1", "Integrity Technology Group", "永信至诚; Yongxin Zhicheng", "China", "91110108562135265P", "CYBER2", "block", "2025-01-03", "", ""},
	{"", "Acme Bad Ltd", "", "GB", "", "", "", "", "Ivan Petrov", ""},
	{"K-3", "", "", "", "", "", "", "", "", ""},
	{"K-1", "Twice", "", "", "", "", "", "", "", ""},
	{"K-5", "Common Name", "", "", "", "", "", "", "", "yes"},
}

func workbook(t testing.TB) []byte {
	t.Helper()
	f := excelize.NewFile()
	for i, row := range cells {
		if err := f.SetSheetRow("Sheet1", fmt.Sprint("A", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func csv() []byte {
	var b strings.Builder
	for _, row := range cells {
		for i, c := range row {
			if i > 0 {
				b.WriteByte(',')
			}
			fmt.Fprint(&b, c)
		}
		b.WriteByte('\n')
	}
	return []byte(b.String())
}

// A workbook's end can be seen, so it passes the whole suite. A CSV file or JSON
// lines cut between two rows are a shorter list to every reader.
func TestSource(t *testing.T) {
	watchlisttest.Run(t, blocked, watchlisttest.Case{
		Name: "workbook", Files: fstest.MapFS{"blocked.xlsx": {Data: workbook(t)}}, List: ID("blocked"),
		Count:   func(string, []byte) int { return len(cells) - 1 },
		Entries: 3, Rejects: 2,
	})
}

func read(t *testing.T, l List, name string, data []byte) (entries []party.Entry, rejects []*watchlist.Reject) {
	t.Helper()
	files := fstest.MapFS{name: {Data: data}}
	if _, err := l.Detect(files); err != nil {
		t.Fatalf("Detect(%s): %v", name, err)
	}
	for e, err := range l.Parse(files) {
		var r *watchlist.Reject
		switch {
		case errors.As(err, &r):
			rejects = append(rejects, r)
		case err != nil:
			t.Fatal(err)
		default:
			entries = append(entries, e)
		}
	}
	return entries, rejects
}

func TestEntries(t *testing.T) {
	for name, data := range map[string][]byte{"blocked.csv": csv(), "blocked.xlsx": workbook(t)} {
		entries, rejects := read(t, blocked, name, data)
		if len(entries) != 3 || len(rejects) != 2 {
			t.Fatalf("%s: %d entries, rejects %v", name, len(entries), rejects)
		}
		e := entries[0]
		if e.Ref.String() != "local-blocked/K-1" || e.Name() != "Integrity Technology Group" || len(e.Names) != 3 || e.Countries[0] != "cn" || e.Identifiers[0].Scheme != party.USCC {
			t.Errorf("%s: first entry %+v", name, e)
		}
		if l := e.Listings[0]; l.List != ID("blocked") || l.Programs[0] != "CYBER2" || l.Measures[0] != "block" || l.Listed.String() != "2025-01-03" {
			t.Errorf("%s: its listing %+v", name, l)
		}
		if e := entries[1]; e.Ref.ID != "3" || e.Listings[0].Measures[0] != DefaultMeasure || len(e.Relations) != 1 || e.Relations[0].Kind != party.OwnedBy || e.Relations[0].ToName != "Ivan Petrov" {
			t.Errorf("%s: second entry %+v", name, e)
		}
		if e := entries[2]; !e.Names[0].Weak {
			t.Errorf("%s: the weak flag is lost: %+v", name, e)
		}
		if r := rejects[0]; r.Line != 4 {
			t.Errorf("%s: reject %v, want row 4", name, r)
		}
		if r := rejects[1]; r.Line != 5 || r.ID != "K-1" || !strings.Contains(r.Reason, "row 2") {
			t.Errorf("%s: reject %v, want the key of row 2 again", name, r)
		}
		back, err := party.ParseRef(e.Ref.String())
		if err != nil || back != e.Ref {
			t.Errorf("ParseRef(%q) = %v, %v", e.Ref, back, err)
		}
	}
}

func TestJSONLines(t *testing.T) {
	in := `{"id":"a","name":"Acme","program":"X","measure":"block","btc_address":"1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"}` + "\n" +
		`{"id":"b","schema":"Company","caption":"B","properties":{"name":["B"],"leiCode":["5493001KJTIIGC8Y1R12"],"sanctions":[{"id":"s","schema":"Sanction","properties":{"program":["P"],"listingDate":["2024-05"],"authority":["Us"]}}]}}` + "\n" +
		`{"id":"c","schema":"Address","properties":{"full":["x"]}}` + "\n{\n" + `{"wallet":"1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"}`
	entries, rejects := read(t, List{Name: "w", Measure: "hold"}, "l.jsonl", []byte(in))
	if len(entries) != 3 || len(rejects) != 1 || rejects[0].Line != 4 {
		t.Fatalf("%d entries, rejects %v", len(entries), rejects)
	}
	if e := entries[0]; e.Identifiers[0].Scheme != "wallet-xbt" || e.Listings[0].Measures[0] != "block" {
		t.Errorf("first entry %+v", e)
	}
	if e := entries[1]; e.Ref.ID != "b" || e.Kind != party.Organization || e.Listings[0].Authority != "Us" || e.Listings[0].Listed.String() != "2024-05" || e.Listings[0].Measures[0] != "hold" {
		t.Errorf("second entry %+v", e)
	}
	if e := entries[2]; e.Ref.ID != "5" || e.Name() == "" {
		t.Errorf("third entry %+v", e)
	}
}

func TestWhatIsNoList(t *testing.T) {
	for name, data := range map[string]string{"a.csv": "x,y\n1,2\n", "b.html": "<html>", "c.csv": "", "d.txt": "some words\n"} {
		if _, err := blocked.Detect(fstest.MapFS{name: {Data: []byte(data)}}); !errors.Is(err, watchlist.ErrFormat) {
			t.Errorf("%s: %v, want ErrFormat", name, err)
		}
	}
	if _, err := (List{Name: "a/b"}).Detect(fstest.MapFS{"a.csv": {Data: csv()}}); err == nil {
		t.Error("a list name with a slash was accepted")
	}
	mapped := List{Name: "x", Columns: map[string]string{"name": "x", "key": "y"}}
	entries, _ := read(t, mapped, "a.csv", []byte("x,y\nAcme,7\n"))
	if len(entries) != 1 || entries[0].Ref != (party.Ref{List: "local-x", ID: "7"}) {
		t.Errorf("mapped columns give %+v", entries)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(csv())
	f.Add([]byte(`{"name":"x","id":1}`))
	watchlisttest.Fuzz(f, blocked, "list")
}
