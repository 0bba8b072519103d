// SPDX-License-Identifier: Apache-2.0

package ftm

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestModel(t *testing.T) {
	m, err := parseModel(schemataText)
	if err != nil {
		t.Fatal(err)
	}
	if len(m) < 34 {
		t.Fatalf("%d schemata, want the 33 of FORMATS.md 5.2 and Value", len(m))
	}
	for name, s := range m {
		for _, p := range s.Properties {
			if p.Range != "" && m[p.Range] == nil && p.Range != "Document" && p.Range != "Contract" && p.Range != "Project" {
				t.Errorf("%s.%s has the range %s, which is no schema", name, p.Name, p.Range)
			}
		}
		for _, end := range s.Edge {
			if _, ok := PropertyOf(name, end); end != "" && !ok {
				t.Errorf("edge %s has no property %s", name, end)
			}
		}
	}
	for _, c := range []struct {
		a, b string
		want bool
	}{{"Company", "LegalEntity", true}, {"Company", "Asset", true}, {"Company", "Value", true}, {"Person", "Thing", true}, {"Thing", "Person", false}, {"Vessel", "LegalEntity", false}, {"Brandnew", "Brandnew", true}, {"Brandnew", "Thing", false}} {
		if got := IsA(c.a, c.b); got != c.want {
			t.Errorf("IsA(%q, %q) = %v", c.a, c.b, got)
		}
	}
	if p, ok := PropertyOf("Company", "leiCode"); !ok || p.Type != "identifier" || p.Format != "lei" {
		t.Errorf("PropertyOf(Company, leiCode) = %+v, %v", p, ok)
	}
	if p, _ := PropertyOf("Ownership", "asset"); p.Range != "Asset" || p.Reverse != "ownershipAsset" {
		t.Errorf("PropertyOf(Ownership, asset) = %+v", p)
	}
	if p, _ := PropertyOf("Person", "weakAlias"); !p.NoMatch {
		t.Error("weakAlias counts in comparing")
	}
	if s, ok := Lookup("Ownership"); !ok || s.Matchable || s.Edge != [2]string{"owner", "asset"} {
		t.Errorf("Lookup(Ownership) = %+v, %v", s, ok)
	}
	if !slices.Contains(Schemata(), "CryptoWallet") {
		t.Error("Schemata lacks CryptoWallet")
	}
}

func TestReadAll(t *testing.T) {
	in := "\xEF\xBB\xBF" + `{"id":"a","schema":"Company","caption":"A","properties":{"name":["A","B"],"futureProperty":["kept"],"addressEntity":[{"id":"x","schema":"Address","properties":{"full":["Main St"]}}]},"target":true,"score":0.5}` + "\n\n" +
		"{broken\n" + `{"id":"b"}` + "\n" + `{"id":7,"schema":"Newschema","properties":{"name":"single"}}`
	var got []Line
	var bad []*LineError
	for l, err := range ReadAll(strings.NewReader(in)) {
		var le *LineError
		switch {
		case errors.As(err, &le):
			bad = append(bad, le)
		case err != nil:
			t.Fatal(err)
		default:
			got = append(got, l)
		}
	}
	if len(got) != 2 || got[0].Number != 1 || got[1].Number != 5 || len(bad) != 2 || bad[0].Line != 3 || bad[1].Line != 4 {
		t.Fatalf("lines %+v, errors %v", got, bad)
	}
	a := got[0].Entity
	if a.Texts("name")[1] != "B" || a.First("futureProperty") != "kept" || a.Get("addressEntity")[0].Entity.First("full") != "Main St" || !a.Target || a.Extra[0] != (Extra{"score", "0.5"}) {
		t.Errorf("entity %+v", a)
	}
	if b := got[1].Entity; b.ID != "7" || b.Schema != "Newschema" || b.First("name") != "single" {
		t.Errorf("entity %+v", b)
	}
}

func TestPublishedEntities(t *testing.T) {
	dir := os.Getenv("INTERDICT_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	f, err := os.Open(filepath.Join(dir, "lists", "opensanctions-formats", "t1", "entities.ftm.json"))
	if err != nil {
		if os.Getenv("INTERDICT_REQUIRE_DATA") == "1" {
			t.Fatal(err)
		}
		t.Skip("the published files are not here: set INTERDICT_DATA")
	}
	defer f.Close()
	n := 0
	for l, err := range ReadAll(f) {
		if err != nil {
			t.Fatal(err)
		}
		n++
		if l.Entity.ID == "" || len(l.Entity.Properties) == 0 {
			t.Errorf("line %d: %+v", l.Number, l.Entity)
		}
		if _, ok := Lookup(l.Entity.Schema); !ok {
			t.Errorf("line %d: schema %s is not known", l.Number, l.Entity.Schema)
		}
	}
	if n != 7 {
		t.Errorf("%d entities, want 7", n)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"id":"a","schema":"Company","properties":{"name":["A",{"schema":"Thing"},null,7]},"datasets":"x"}`))
	f.Add([]byte(`{"schema":"X","properties":[]}`))
	f.Fuzz(func(t *testing.T, line []byte) {
		var p Parser
		if e, err := p.Parse(line); err == nil && e.Schema == "" {
			t.Errorf("%q gives an entity without schema", line)
		}
	})
}
