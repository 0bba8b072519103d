// SPDX-License-Identifier: Apache-2.0

package documents

import (
	"errors"
	"strings"
	"testing"

	"github.com/interdict-dev/interdict/party"
)

func readPairs(t *testing.T, name, in string, o Options) (pairs []Pair, bad []*RowError, f *PairFile) {
	t.Helper()
	f, err := Pairs(name, strings.NewReader(in), o)
	if err != nil {
		t.Fatal(err)
	}
	for p, err := range f.Pairs() {
		var re *RowError
		switch {
		case errors.As(err, &re):
			if p.Row != re.Row {
				t.Errorf("error about row %d comes with row %d", re.Row, p.Row)
			}
			bad = append(bad, re)
		case err != nil:
			t.Fatal(err)
		default:
			pairs = append(pairs, p)
		}
	}
	return pairs, bad, f
}

func TestPairsOfATable(t *testing.T) {
	pairs, bad, f := readPairs(t, "p.csv", "schema,name1,name2,judgement\nPerson,Ivan Petrov,\"PETROV, Ivan\",true\nCompany,Acme,,false\nBananas,a,b,x\nCompany,\"A, Inc\",A Inc,true\n", Options{})
	if len(pairs) != 2 || len(bad) != 2 || bad[0].Row != 3 || bad[1].Row != 4 {
		t.Fatalf("%d pairs, errors %v", len(pairs), bad)
	}
	p := pairs[0]
	if p.Left.Party.Name() != "Ivan Petrov" || p.Right.Party.Name() != "PETROV, Ivan" || p.Right.Party.Kind != party.Person || p.Right.Pointer != "p.csv#C2" || p.Cells[3] != "true" || f.Header[3] != "judgement" {
		t.Errorf("pair %+v, header %v", p, f.Header)
	}
	pairs, _, _ = readPairs(t, "p.csv", "x,y\na,b\n", Options{Columns: map[string]string{"left": "x", "right": "y"}})
	if len(pairs) != 1 || pairs[0].Right.Party.Name() != "b" {
		t.Errorf("pairs %+v", pairs)
	}
	if _, err := Pairs("p.csv", strings.NewReader("x,y\na,b\n"), Options{}); err == nil || !strings.Contains(err.Error(), "x, y") {
		t.Errorf("error %v does not list the columns", err)
	}
}

func TestPairsOfLines(t *testing.T) {
	in := `{"left":{"schema":"Company","properties":{"name":["A"]}},"right":{"id":"r","schema":"Company","properties":{"name":["B"]}},"judgement":"positive"}` + "\n" +
		`{"left":"Acme","right":{"name":"Acme Ltd","country":"GB"}}` + "\n" +
		`{"left":{"name":"x"}}` + "\nnonsense\n"
	pairs, bad, _ := readPairs(t, "p.jsonl", in, Options{})
	if len(pairs) != 2 || len(bad) != 2 || bad[0].Row != 3 || bad[1].Row != 4 {
		t.Fatalf("%d pairs, errors %v", len(pairs), bad)
	}
	if p := pairs[0]; p.Left.Party.Kind != party.Organization || p.Right.ID != "r" || !strings.Contains(p.JSON, "positive") || p.Right.Pointer != "p.jsonl#L1/right/properties/name/0" {
		t.Errorf("pair %+v", p)
	}
	if p := pairs[1]; p.Left.Party.Name() != "Acme" || p.Right.Party.Countries[0] != "gb" {
		t.Errorf("pair %+v", p)
	}
}

func FuzzPairs(f *testing.F) {
	f.Add([]byte("schema,name1,name2\nPerson,a,b\n"))
	f.Add([]byte(`{"left":{"name":"a"},"right":"b"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := Pairs("p", strings.NewReader(string(data)), Options{})
		if err != nil {
			return
		}
		for p, err := range file.Pairs() {
			if err == nil && (p.Row == 0 || p.Left.Pointer == "" || p.Right.Pointer == "") {
				t.Errorf("pair %+v has no place", p)
			}
		}
	})
}
