// SPDX-License-Identifier: Apache-2.0

package ftm_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/watchlist"
	"github.com/interdict-dev/interdict/watchlist/ftm"
	"github.com/interdict-dev/interdict/watchlist/watchlisttest"
)

const list party.ListID = "ftm-primer"

// fixture returns files of testdata, which are written by hand: see README.md
// there.
func fixture(t testing.TB, names ...string) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	for _, n := range names {
		b, err := os.ReadFile(filepath.Join("testdata", n))
		if err != nil {
			t.Fatal(err)
		}
		files[n] = &fstest.MapFile{Data: b}
	}
	return files
}

// alone returns the entities without an index, under a name that tells the data
// set.
func alone(t testing.TB) fstest.MapFS {
	t.Helper()
	return fstest.MapFS{"primer.entities.ftm.json": fixture(t, "entities.ftm.json")["entities.ftm.json"]}
}

// countTargets counts lines of JSON with another reader: the targets, and where
// no line is marked all of them.
func countTargets(name string, data []byte) int {
	if !strings.HasSuffix(name, ".ftm.json") && !strings.HasSuffix(name, "nested.json") {
		return 0
	}
	targets, lines := 0, 0
	for line := range bytes.Lines(data) {
		var v struct {
			Target bool
			Schema string
		}
		if err := json.Unmarshal(line, &v); err != nil {
			return -1
		}
		lines++
		if v.Target {
			targets++
		}
	}
	if targets == 0 {
		return lines
	}
	return targets
}

func countRows(_ string, data []byte) int {
	rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		return -1
	}
	return len(rows) - 1
}

// countCanonical counts the parties of the statements: those with a topic or a
// sanction.
func countCanonical(_ string, data []byte) int {
	rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		return -1
	}
	ids := map[string]bool{}
	for _, r := range rows[1:] {
		switch {
		case r[2] == "topics":
			ids[r[0]] = true
		case r[4] == "Sanction" && r[2] == "entity":
			ids[r[5]] = true
		}
	}
	return len(ids)
}

func TestSuite(t *testing.T) {
	watchlisttest.Run(t, ftm.JSON{},
		watchlisttest.Case{Name: "entities and index", Files: fixture(t, "entities.ftm.json", "index.json"), List: list, Count: countTargets, Entries: 3},
		watchlisttest.Case{Name: "entities alone", Files: alone(t), List: list, Count: countTargets, Entries: 3, NoEnd: true, Large: true},
		watchlisttest.Case{Name: "nested", Files: fixture(t, "primer.targets.nested.json"), List: list, Count: countTargets, Entries: 3, NoEnd: true},
	)
	watchlisttest.Run(t, ftm.Simple{}, watchlisttest.Case{Name: "simple", Files: fixture(t, "primer.targets.simple.csv"), List: list, Count: countRows, Entries: 2, NoEnd: true})
	watchlisttest.Run(t, ftm.Statements{}, watchlisttest.Case{Name: "statements", Files: fixture(t, "primer.statements.csv"), List: list, Count: countCanonical, Entries: 2, NoEnd: true, Large: true})
}

const t1 = "opensanctions-formats/t1/"

func TestSuiteOnPublishedFiles(t *testing.T) {
	watchlisttest.Run(t, ftm.JSON{},
		watchlisttest.Case{
			Name: "t1 with its catalog", Files: watchlisttest.Published(t, t1+"entities.ftm.json", t1+"index.json"),
			List: "ftm-sanctions", Count: countTargets, Entries: 6, Large: true,
		},
		watchlisttest.Case{
			Name: "t1 alone", Files: watchlisttest.Published(t, t1+"entities.ftm.json"), List: "ftm-eu_fsf", Count: countTargets, Entries: 6, NoEnd: true, Large: true,
		},
	)
}

func day(y int16, m, d uint8) party.Date { return party.Date{Year: y, Month: m, Day: d} }

func ref(id string) party.Ref { return party.Ref{List: list, ID: id} }

func find(t *testing.T, list []party.Property, name string) string {
	t.Helper()
	for _, p := range list {
		if p.Name == name {
			return p.Value
		}
	}
	return ""
}

// The person of both JSON forms: the nested one says the same.
func TestJSONFields(t *testing.T) {
	for _, files := range []fstest.MapFS{fixture(t, "entities.ftm.json", "index.json"), fixture(t, "primer.targets.nested.json")} {
		got := watchlisttest.Entries(t, ftm.JSON{}, files)
		e := got["P1"]
		names := []string{"Ivan Primerov", "Иван Примеров", "Vanyusha P", "Vanya"}
		if len(e.Names) != 4 || !slices.EqualFunc(e.Names, names, func(n party.Name, s string) bool { return n.Full == s }) || !e.Names[3].Weak {
			t.Errorf("P1 has the names %+v, want %q, the last weak", e.Names, names)
		}
		if e.Ref != ref("P1") || e.Kind != party.Person || !slices.Equal(e.Births, []party.Span{party.On(day(1962, 3, 14))}) || e.Gender != "male" || !slices.Equal(e.Nationalities, []string{"ru"}) || !slices.Contains(e.Titles, "Mayor of Tomsk") {
			t.Errorf("P1 = %+v", e)
		}
		if want := (party.Address{Street: "1 Shoe Lane", City: "Tomsk", Country: "ru"}); len(e.Addresses) != 1 || e.Addresses[0] != want {
			t.Errorf("P1 has the addresses %+v, want %+v", e.Addresses, want)
		}
		var schemes []party.Scheme
		for _, id := range e.Identifiers {
			schemes = append(schemes, id.Scheme)
		}
		slices.Sort(schemes)
		if want := []party.Scheme{party.INN, party.Passport, party.Wallet("XBT")}; !slices.Equal(schemes, want) {
			t.Errorf("P1 has the identifiers %+v, want %q", e.Identifiers, want)
		}
		if find(t, e.Properties, "futureProperty") != "kept" || find(t, e.Properties, "topics") != "sanction" {
			t.Errorf("P1 has the properties %+v", e.Properties)
		}
		relations := []party.Relation{
			{Kind: party.Owns, Label: "Ownership: shareholder", To: ref("C1"), ToName: "Primer Shoe Works", From: party.Date{Year: 2019, Month: 5}, Note: "percentage 50.1"},
			{Kind: party.FamilyOf, Label: "Family: wife", ToName: "Olga Primerova"},
		}
		if !reflect.DeepEqual(e.Relations, relations) {
			t.Errorf("P1 has the relations\n%+v, want\n%+v", e.Relations, relations)
		}
		act := e.Listings[0]
		if len(e.Listings) != 2 || act.List != "us-ofac-sdn" || act.Listed != day(2025, 1, 3) || !act.Delisted.IsZero() || act.Authority != "Office of Foreign Assets Control" ||
			!slices.Equal(act.Programs, []string{"CYBER2"}) || !slices.Equal(act.Measures, []string{"Block"}) || act.Reason != "He sold boots." || act.URL != "https://ofac.example" {
			t.Errorf("P1 has the listings %+v", e.Listings)
		}
		company := got["C1"]
		kinds := map[party.RelationKind]string{}
		for _, r := range company.Relations {
			kinds[r.Kind] = r.ToName
		}
		if kinds[party.OwnedBy] != "Ivan Primerov" || kinds[party.RelatedTo] != "Olga Primerova" || kinds[party.SubsidiaryOf] != "X9" || company.Identifiers[0].Scheme != party.OGRN {
			t.Errorf("C1 = %+v", company)
		}
		if ship := got["V1"]; ship.Kind != party.Vessel || ship.Relations[0] != (party.Relation{Kind: party.OwnedBy, Label: "owner", To: ref("C1"), ToName: "Primer Shoe Works"}) || ship.Craft.Type != "Tanker" {
			t.Errorf("V1 = %+v", ship)
		}
	}
}

// A sanction that ended before the edition is past; whether it did is only known
// where the index says which day the edition is of.
func TestEndedSanction(t *testing.T) {
	e := watchlisttest.Entries(t, ftm.JSON{}, fixture(t, "entities.ftm.json", "index.json"))["C1"]
	if l := e.Listings[0]; l.Delisted != day(2024, 12, 31) || l.Listed != day(2020, 1, 1) || l.List != list {
		t.Errorf("C1 is listed as %+v", l)
	}
	e = watchlisttest.Entries(t, ftm.JSON{}, alone(t))["C1"]
	if l := e.Listings[0]; !l.Delisted.IsZero() {
		t.Errorf("without the day of the edition, C1 is listed as %+v", l)
	}
}

func TestFieldsOfPublishedEntry(t *testing.T) {
	e := watchlisttest.Entries(t, ftm.JSON{}, watchlisttest.Published(t, t1+"entities.ftm.json", t1+"index.json"))["NK-2Ka3UvopqbpZmVDFjWd4LA"]
	tax := party.NewIdentifier(party.INN, "ru", "366510784303")
	tax.Label = "taxNumber"
	if e.Ref.List != "ftm-sanctions" || e.Kind != party.Person || e.Births[0] != party.On(day(1971, 1, 22)) || len(e.Names) < 3 || e.Titles[0] != "General Director of JSC 163 Armor Repair Plant" ||
		!slices.Equal(e.Identifiers, []party.Identifier{tax}) || e.Nationalities[0] != "ru" || e.Listings[0].List != "eu-fsf" || !strings.Contains(e.Remarks, "Rostec") {
		t.Errorf("NK-2Ka3UvopqbpZmVDFjWd4LA = %+v", e)
	}
}

func TestHeaders(t *testing.T) {
	h, err := ftm.JSON{}.Detect(fixture(t, "entities.ftm.json", "index.json"))
	if err != nil || h != (watchlist.Header{List: list, Title: "The Primer List", Published: day(2026, 1, 1), Version: "20260101000000-aaa"}) {
		t.Errorf("Detect = %+v, %v", h, err)
	}
	h, err = ftm.JSON{}.Detect(watchlisttest.Published(t, t1+"entities.ftm.json", t1+"index.json"))
	if err != nil || h != (watchlist.Header{List: "ftm-sanctions", Title: "Consolidated Sanctions", Published: day(2024, 5, 27), Version: "20240527134702-zbn"}) {
		t.Errorf("Detect = %+v, %v", h, err)
	}
}

func all(s watchlist.Source, files fs.FS) (entries []party.Entry, errs []string) {
	for e, err := range s.Parse(files) {
		if err != nil {
			errs = append(errs, err.Error())
			continue
		}
		entries = append(entries, e)
	}
	return entries, errs
}

var deltas = []string{"entities.ftm.json", "index.json", "delta.json", "20260102000000-bbb.entities.delta.json", "20260103000000-ccc.entities.delta.json"}

// The edition with its deltas is the next full edition.
func TestDeltasGiveTheNextEdition(t *testing.T) {
	files := fixture(t, deltas...)
	h, err := ftm.JSON{}.Detect(files)
	if err != nil || h.Version != "20260103000000-ccc" || h.Published != day(2026, 1, 3) {
		t.Errorf("Detect = %+v, %v", h, err)
	}
	got, errs := all(ftm.JSON{}, files)
	next := fixture(t, "next.entities.ftm.json", "index.json")
	next["entities.ftm.json"] = next["next.entities.ftm.json"]
	delete(next, "next.entities.ftm.json")
	next["index.json"] = &fstest.MapFile{Data: []byte(`{"name":"primer","version":"20260103000000-ccc","updated_at":"2026-01-01T00:00:00"}`)}
	want, wrong := all(ftm.JSON{}, next)
	if len(errs)+len(wrong) > 0 || len(got) != 3 || !reflect.DeepEqual(got, want) {
		t.Errorf("the deltas give\n%+v %q, want\n%+v %q", got, errs, want, wrong)
	}
}

// The five published deltas add three parties, one of which they change, and
// remove a fourth.
func TestPublishedDeltas(t *testing.T) {
	root := watchlisttest.Published(t, "opensanctions-formats/t2/delta.json").Inputs()[0].Path
	files := os.DirFS(filepath.Dir(root))
	both := overlay{fstest.MapFS{
		"entities.ftm.json": {Data: []byte(`{"id":"X1","schema":"Person","properties":{"name":["Somebody Else"]},"target":true}` + "\n")},
		"index.json":        {Data: []byte(`{"name":"t2","version":"20240520000000-aaa"}`)},
	}, files}
	_, errs := all(ftm.JSON{}, both)
	if len(errs) != 0 {
		t.Errorf("the first delta listed is at hand, so the edition before it will do: %q", errs)
	}
	both.MapFS["index.json"] = &fstest.MapFile{Data: []byte(`{"name":"t2","version":"20240527134702-zbn"}`)}
	got, errs := all(ftm.JSON{}, both)
	var names []string
	for _, e := range got {
		names = append(names, e.Ref.ID+" "+e.Name())
	}
	want := []string{"X1 Somebody Else", "NK-2T3S8Hu29ktYnKSTgQp2wL Foobar Foobargroup", "NK-2sJaJRaPJcWUfMbHjTtWcL Janan Agha", "Q4365364 Vladimir Nikolaevich PLOTNIKOV"}
	if len(errs) > 0 || !slices.Equal(names, want) {
		t.Errorf("the deltas give %q, %q, want %q", names, errs, want)
	}
}

// overlay is files over the folders of another file system.
type overlay struct {
	fstest.MapFS
	under fs.FS
}

func (o overlay) Open(name string) (fs.File, error) {
	if _, ok := o.MapFS[name]; ok {
		return o.MapFS.Open(name)
	}
	return o.under.Open(name)
}

func (o overlay) ReadDir(name string) ([]fs.DirEntry, error) {
	under, err := fs.ReadDir(o.under, name)
	if name != "." || err != nil {
		return under, err
	}
	over, err := o.MapFS.ReadDir(name)
	return append(over, under...), err
}

func (o overlay) ReadFile(name string) ([]byte, error) { return fs.ReadFile(onlyOpen{o}, name) }

func (o overlay) Stat(name string) (fs.FileInfo, error) { return fs.Stat(onlyOpen{o}, name) }

type onlyOpen struct{ o overlay }

func (x onlyOpen) Open(name string) (fs.File, error) { return x.o.Open(name) }

func TestDeltasThatDoNotFit(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(fstest.MapFS)
		want   string
	}{
		{"a gap", func(f fstest.MapFS) { delete(f, deltas[3]) }, "is of version 20260101000000-aaa, before the first"},
		{"without the index", func(f fstest.MapFS) {
			f["primer.entities.ftm.json"] = f["entities.ftm.json"]
			delete(f, "entities.ftm.json")
			delete(f, "index.json")
		}, "hand it in too"},
		{"an unknown operation", func(f fstest.MapFS) { replace(f, deltas[4], "DEL", "DIE") }, `"DIE" is no operation`},
		{"a cut line", func(f fstest.MapFS) { f[deltas[3]].Data = f[deltas[3]].Data[:100] }, "not JSON, or cut off"},
		{"removes what is not there", func(f fstest.MapFS) { replace(f, deltas[4], `"V1"`, `"V9"`) }, "of an entity that is not there"},
		{"adds what is there", func(f fstest.MapFS) { replace(f, deltas[3], `"MOD"`, `"ADD"`) }, "adds an entity that is there already"},
		{"another file", func(f fstest.MapFS) { replace(f, "entities.ftm.json", "Tomsk", "Omsk!") }, "it is cut off or of another version"},
		{"a foreign file", func(f fstest.MapFS) { f["x.dat"] = &fstest.MapFile{Data: []byte("?")} }, "of which it is no part"},
		{"two editions", func(f fstest.MapFS) { f["a.ftm.json"] = f["entities.ftm.json"] }, "are two editions"},
		{"an index of another file", func(f fstest.MapFS) { replace(f, "index.json", `"name": "entities.ftm.json"`, `"name": "names.txt"`) }, "describes no file"},
		{"an index that is a web page", func(f fstest.MapFS) { f["index.json"].Data = []byte("<html>") }, "index.json cannot be read"},
	} {
		files := fixture(t, deltas...)
		c.change(files)
		if _, errs := all(ftm.JSON{}, files); !strings.Contains(strings.Join(errs, "\n"), c.want) {
			t.Errorf("%s: %q, want %q", c.name, errs, c.want)
		}
	}
}

func replace(f fstest.MapFS, name, old, with string) {
	f[name].Data = bytes.ReplaceAll(f[name].Data, []byte(old), []byte(with))
}

func TestSimpleFields(t *testing.T) {
	got := watchlisttest.Entries(t, ftm.Simple{}, fixture(t, "primer.targets.simple.csv"))
	e := got["P1"]
	if e.Kind != party.Person || len(e.Names) != 3 || e.Name() != "Ivan Primerov" || e.Births[0] != party.On(day(1962, 3, 14)) || len(e.Addresses) != 2 || len(e.Identifiers) != 2 ||
		e.Emails[0] != "ivan@primer.example" || e.Countries[0] != "ru" || e.Listings[0].Programs[0] != "US-CYBER" || e.Listings[0].Authority != "The Primer List" {
		t.Errorf("P1 = %+v", e)
	}
	if c := got["C1"]; c.Name() != `Primer "Shoe" Works` || c.Kind != party.Organization {
		t.Errorf("C1 = %+v", c)
	}
}

func TestStatementFields(t *testing.T) {
	got := watchlisttest.Entries(t, ftm.Statements{}, fixture(t, "primer.statements.csv"))
	e := got["P1"]
	want := []party.Name{{Full: "Ivan Primerov", Lang: "eng"}, {Full: "Иван Примеров", Kind: party.Alias, Lang: "rus"}}
	if e.Kind != party.Person || !reflect.DeepEqual(e.Names, want) {
		t.Errorf("P1 = %+v", e)
	}
	if find(t, e.Properties, "alias (external)") != "Wanja" || find(t, e.Properties, "referents") != "primer-1; other-7" {
		t.Errorf("P1 has the properties %+v", e.Properties)
	}
	if l := e.Listings[0]; l.Listed != day(2025, 1, 3) || l.Authority != "Primer Office" {
		t.Errorf("P1 is listed as %+v", l)
	}
	if r := e.Relations; len(r) != 1 || r[0].Kind != party.Owns || r[0].To != ref("C1") || r[0].ToName != "Primer Shoe Works, JSC" {
		t.Errorf("P1 has the relations %+v", r)
	}
	if _, ok := got["P2"]; ok {
		t.Error("P2 has neither a topic nor a sanction, but is an entry")
	}
}

func TestRejects(t *testing.T) {
	for _, c := range []struct {
		source         watchlist.Source
		file           string
		old, new, want string
	}{
		{ftm.JSON{}, "primer.entities.ftm.json", `{"id": "V1", `, `{"id": "C1", `, "stands twice"},
		{ftm.JSON{}, "primer.entities.ftm.json", `{"id": "V1", `, `{`, "has no id"},
		{ftm.JSON{}, "primer.entities.ftm.json", `{"id": "V1", "caption": "PRIMER STAR", "schema": "Vessel", "properties": {"name": ["PRIMER STAR"], "imoNumber": ["9074729"],`, `{"id": "V1", "schema": "Vessel", "properties": {`, "neither a name"},
		{ftm.JSON{}, "primer.entities.ftm.json", `"schema": "Vessel",`, ``, "no schema"},
		{ftm.JSON{}, "entities.ftm.json", `Tomsk`, `Omsk`, "hand in the index.json"},
		{ftm.Simple{}, "primer.targets.simple.csv", `"C1"`, `"P1"`, "stands twice"},
		{ftm.Simple{}, "primer.targets.simple.csv", `"Company"`, `""`, "no schema"},
		{ftm.Simple{}, "primer.targets.simple.csv", `"Primer ""Shoe"" Works"`, `""`, "no name"},
		{ftm.Statements{}, "primer.statements.csv", `C1,primer-2,name,`, `C1,primer-2,,`, "without entity, schema or property"},
	} {
		files := alone(t)
		if _, ok := files[c.file]; !ok {
			files = fixture(t, c.file)
		}
		before := len(files[c.file].Data)
		replace(files, c.file, c.old, c.new)
		if _, errs := all(c.source, files); len(files[c.file].Data) == before && len(c.old) != len(c.new) || !strings.Contains(strings.Join(errs, "\n"), c.want) {
			t.Errorf("%s: no reject says %q but %q", c.new, c.want, errs)
		}
	}
}

func FuzzJSON(f *testing.F) {
	for _, n := range []string{"entities.ftm.json", "primer.targets.nested.json", "20260102000000-bbb.entities.delta.json"} {
		f.Add(fixture(f, n)[n].Data)
	}
	watchlisttest.Fuzz(f, ftm.JSON{}, "primer.entities.ftm.json")
}

// FuzzSet feeds the index and the deltas as well.
func FuzzSet(f *testing.F) {
	var parts [][]byte
	for _, n := range deltas {
		parts = append(parts, fixture(f, n)[n].Data)
	}
	f.Add(bytes.Join(parts, []byte("\x00\x00")))
	watchlisttest.Fuzz(f, ftm.JSON{}, deltas...)
}

func FuzzSimple(f *testing.F) {
	f.Add(fixture(f, "primer.targets.simple.csv")["primer.targets.simple.csv"].Data)
	watchlisttest.Fuzz(f, ftm.Simple{}, "primer.targets.simple.csv")
}

func FuzzStatements(f *testing.F) {
	f.Add(fixture(f, "primer.statements.csv")["primer.statements.csv"].Data)
	watchlisttest.Fuzz(f, ftm.Statements{}, "primer.statements.csv")
}
