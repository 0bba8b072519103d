// SPDX-License-Identifier: Apache-2.0

package holdings_test

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/interdict-dev/interdict/book"
	. "github.com/interdict-dev/interdict/holdings"
	"github.com/interdict-dev/interdict/identity"
	"github.com/interdict-dev/interdict/law"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/screening"
	"github.com/interdict-dev/interdict/subject"
)

func date(t testing.TB, s string) party.Date {
	t.Helper()
	d, err := party.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func ref(s string) party.Ref {
	list, id, _ := strings.Cut(s, "/")
	return party.Ref{List: party.ListID(list), ID: id}
}

// lei is that of an entry on two lists; its check digits are right.
const lei = "5493001KJTIIGC8Y1R12"

func company(t testing.TB, r, name, listed string, ids ...party.Identifier) party.Entry {
	e := party.Entry{Ref: ref(r), Kind: party.Organization, Names: []party.Name{{Full: name}}, Identifiers: ids}
	l := party.Listing{List: e.Ref.List, Listed: date(t, listed)}
	if e.Ref.List == "us-ofac-sdn" {
		l.Programs, l.Measures = []string{"CYBER2"}, []string{"Block"}
	}
	e.Listings = []party.Listing{l}
	return e
}

// entries are hand-written: no such parties exist.
func entries(t testing.TB) []party.Entry {
	orbit := company(t, "us-ofac-sdn/1", "Orbit Intelligence Group", "2025-01-03", party.NewIdentifier(party.LEI, "", lei))
	orbit.Addresses = []party.Address{{Full: "7 Listed Lane, Exampletown"}}
	orbit.Phones = []string{"+7 495 000 11 22"}
	orbit.Websites = []string{"www.orbit.example"}
	// One tax number under two entries of one list: head office and branch.
	tax := party.NewIdentifier(party.TaxID, "ru", "7736581290")
	boss := party.Entry{Ref: ref("us-ofac-sdn/4"), Kind: party.Person, Names: []party.Name{{Full: "PRIMEROV, Ivan"}}, Addresses: []party.Address{{Full: "9 Private Road, Exampletown"}},
		Relations: []party.Relation{{Kind: party.LeaderOf, Label: "Leader or official of", To: ref("us-ofac-sdn/1")}},
		Listings:  []party.Listing{{List: "us-ofac-sdn", Programs: []string{"CYBER2"}, Measures: []string{"Block"}, Listed: date(t, "2025-01-03")}}}
	return []party.Entry{
		orbit, company(t, "us-ofac-sdn/2", "Twin Office", "2025-01-03", tax), company(t, "us-ofac-sdn/3", "Twin Branch", "2025-01-03", tax), boss,
		company(t, "eu-fsf/7", "Orbit Intelligence", "2025-06-01", party.NewIdentifier(party.LEI, "", lei)),
	}
}

func testBook(t testing.TB, all []party.Entry) *book.Book {
	t.Helper()
	lists := map[party.ListID][]party.Entry{}
	for _, e := range all {
		lists[e.Ref.List] = append(lists[e.Ref.List], e)
	}
	var in book.Input
	for id, es := range lists {
		in.Lists = append(in.Lists, book.ListInput{Info: book.Info{List: id}, Entries: func(yield func(party.Entry, error) bool) {
			for _, e := range es {
				if !yield(e, nil) {
					return
				}
			}
		}})
	}
	path := filepath.Join(t.TempDir(), "test.book")
	if _, err := book.Compile(t.Context(), path, in); err != nil {
		t.Fatal(err)
	}
	b, err := book.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

func write(t testing.TB, name, text string) File {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return File{Path: path}
}

func load(t testing.TB, b *book.Book, o Options, files ...File) *Holdings {
	t.Helper()
	if o.Day.IsZero() {
		o.Day = date(t, "2025-12-01")
	}
	h, err := Load(t.Context(), b, files, o, nil)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// census is the census of the holdings.
func census(t testing.TB, h *Holdings) iter.Seq2[Result, error] {
	t.Helper()
	c, err := h.Census(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return c.All(t.Context(), nil)
}

// status returns the answer of one regime in one word.
func status(t testing.TB, h *Holdings, company string, regime law.Regime) string {
	t.Helper()
	r, err := h.Find(company)
	if err != nil {
		t.Fatal(err)
	}
	got, err := h.Own(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range got.Answers {
		if a.Regime == regime {
			return a.Status.String()
		}
	}
	return "not asked"
}

func decide(kind identity.Kind, a, b string) identity.Decision {
	d := identity.Decision{Kind: kind, A: ref(a), B: ref(b), By: "tester", Date: party.Date{Year: 2025, Month: 11, Day: 1}, Reason: "test"}
	return d
}

// TestWhoIsListed: by reference, by identifier, by recorded match; never by
// name, and never against a recorded split.
func TestWhoIsListed(t *testing.T) {
	b := testBook(t, entries(t))
	for _, c := range []struct {
		name, owner string
		matches     []identity.Decision
		ofac, eu    string
	}{
		{"reference", "us-ofac-sdn/1", nil, "owned", "owned"},
		{"reference on the other list", "eu-fsf/7", nil, "owned", "owned"},
		{"identifier as a reference", "lei/" + lei, nil, "owned", "owned"},
		{"identifier alone", lei, nil, "owned", "owned"},
		{"name", "Orbit Intelligence Group", nil, "below", "below"},
		{"recorded match", "Orbit Intelligence Group", []identity.Decision{decide(identity.Joined, "local/Orbit Intelligence Group", "us-ofac-sdn/1")}, "owned", "owned"},
		{"a match the other way round", "some key", []identity.Decision{decide(identity.Joined, "us-ofac-sdn/1", "local/some key")}, "owned", "owned"},
		{"recorded split", lei, []identity.Decision{decide(identity.Split, "local/"+lei, "us-ofac-sdn/1"), decide(identity.Split, "local/"+lei, "eu-fsf/7")}, "below", "below"},
		{"a match taken back", "some key", []identity.Decision{decide(identity.Joined, "local/some key", "us-ofac-sdn/1"), decide(identity.Split, "local/some key", "us-ofac-sdn/1"), decide(identity.Split, "local/some key", "eu-fsf/7")}, "below", "below"},
		{"an identifier with a digit mistyped", "5493001KJTIIGC8Y1R13", nil, "below", "below"},
	} {
		h := load(t, b, Options{Matches: c.matches}, write(t, "s.csv", "owner,owned,percent\n"+c.owner+",Acme,60\n"))
		if o, e := status(t, h, "Acme", law.OFAC), status(t, h, "Acme", law.EU); o != c.ofac || e != c.eu {
			t.Errorf("%s: us-ofac %s, eu %s, want %s, %s", c.name, o, e, c.ofac, c.eu)
		}
	}
}

// TestOneHolderUnderTwoNames: 30 % stated under two names of one party are 30 %.
func TestOneHolderUnderTwoNames(t *testing.T) {
	b := testBook(t, entries(t))
	for _, c := range []struct{ rows, want string }{
		{"us-ofac-sdn/1,Acme,30\nlei/" + lei + ",Acme,30\n", "not-owned"},
		{"us-ofac-sdn/1,Acme,30\neu-fsf/7,Acme,30\n", "not-owned"},
		{"us-ofac-sdn/1,Acme,30\nus-ofac-sdn/2,Acme,30\n", "owned"}, // two parties
		{"us-ofac-sdn/2,Acme,30\nus-ofac-sdn/3,Acme,30\n", "owned"}, // two entries with one tax number: the publisher keeps them apart
	} {
		h := load(t, b, Options{Closed: true}, write(t, "s.csv", "owner,owned,percent\n"+c.rows))
		if got := status(t, h, "Acme", law.OFAC); got != c.want {
			t.Errorf("%q: %s, want %s", c.rows, got, c.want)
		}
	}
	// A party of one file and a cell of another that names it.
	ftm := write(t, "e.jsonl", `{"id":"mid","schema":"Company","properties":{"name":["Middle"],"leiCode":["529900T8BM49AURSDO55"]}}`+"\n")
	h := load(t, b, Options{Closed: true}, ftm, write(t, "s.csv", "owner,owned,percent\nus-ofac-sdn/1,ftm/mid,50\nlei/529900T8BM49AURSDO55,Acme,50\n"))
	if got := status(t, h, "Acme", law.OFAC); got != "owned" {
		t.Errorf("a chain over three names of one party: %s, want owned", got)
	}
}

func TestRegimesWithoutList(t *testing.T) {
	b := testBook(t, entries(t))
	h := load(t, b, Options{Lists: []party.ListID{"us-ofac-sdn"}}, write(t, "s.csv", "owner,owned,percent\nus-ofac-sdn/1,Acme,60\n"))
	if slices.Contains(h.Regimes(), law.EU) || !slices.Contains(h.Missing, law.EU) || !slices.Contains(h.Missing, law.UK) {
		t.Errorf("asked under %v, missing %v: without a list of the EU nothing can be said of it", h.Regimes(), h.Missing)
	}
	if h.Incomplete() != "" {
		t.Errorf("nobody asked for the EU: %q", h.Incomplete())
	}
	h = load(t, b, Options{Lists: []party.ListID{"us-ofac-sdn"}, Regimes: []law.Regime{law.UK}}, write(t, "s.csv", "owner,owned,percent\nus-ofac-sdn/1,Acme,60\n"))
	if !strings.Contains(h.Incomplete(), "no list of uk") {
		t.Errorf("the UK was asked for and there is no list: %q", h.Incomplete())
	}
}

func TestEntriesThatTheBookLacks(t *testing.T) {
	h := load(t, testBook(t, entries(t)), Options{}, write(t, "s.csv", "owner,owned,percent\nus-ofac-sdn/99,Acme,60\n"))
	if !strings.Contains(h.Incomplete(), "in doubt") || !strings.Contains(fmt.Sprint(h.Issues), "us-ofac-sdn/99") {
		t.Errorf("%q, %v: an owner who is named as an entry and is none must be said", h.Incomplete(), h.Issues)
	}
}

// TestSuspects: an address alone is nothing; with the day of foundation it is a
// signal; a natural person is never named.
func TestSuspects(t *testing.T) {
	b := testBook(t, entries(t))
	for _, c := range []struct {
		properties string
		want       int
	}{
		{`"address":["7 Listed Lane, Exampletown"]`, 0},
		{`"incorporationDate":["2025-01-05"]`, 0},
		{`"address":["7 Listed Lane, Exampletown"],"incorporationDate":["2025-01-05"]`, 1},
		{`"address":["7 Listed Lane, Exampletown"],"phone":["+74950001122"]`, 1},
		{`"address":["7 Listed Lane, Exampletown"],"incorporationDate":["2025-03-05"]`, 0},
		{`"phone":["8 495 000-11-22"],"incorporationDate":["2025-01-04"]`, 1},
		{`"website":["https://orbit.example"],"incorporationDate":["2025-01-04"]`, 1},
		{`"email":["info@ORBIT.example"],"address":["7 Listed Lane Exampletown"]`, 1},
		{`"website":["orbit.example"],"phone":["+74950001122"]`, 0}, // one family: both are contacts
		{`"incorporationDate":["2025-01-02"],"phone":["+74950001122"]`, 0},
		{`"address":["9 Private Road, Exampletown"],"incorporationDate":["2025-01-05"]`, 0},
	} {
		h := load(t, b, Options{}, write(t, "e.jsonl", `{"id":"new","schema":"Company","properties":{"name":["New Works"],`+c.properties+"}}\n"))
		r, err := h.Own(t.Context(), ref("ftm/new"))
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Suspected) != c.want {
			t.Errorf("%s: %+v, want %d suspicions", c.properties, r.Suspected, c.want)
		}
		if strings.Contains(fmt.Sprint(r.Suspected), "PRIMEROV") {
			t.Errorf("%s names a natural person", c.properties)
		}
		n := 0
		for range census(t, h) {
			n++
		}
		if n != c.want {
			t.Errorf("%s: All yields %d companies, want %d", c.properties, n, c.want)
		}
	}
}

// TestExtraIsScreened: what is owned is found by its own name with its grade,
// its proof and what follows; reasons still add up to the evidence.
func TestExtraIsScreened(t *testing.T) {
	b := testBook(t, entries(t))
	h := load(t, b, Options{Closed: true}, write(t, "s.csv", `owner,owned,percent,kind
us-ofac-sdn/1,Cobham Robotics Limited,51,
eu-fsf/7,Boardroom Systems,20,board
us-ofac-sdn/2,Lakeside Mills,25-50%,
us-ofac-sdn/3,Lakeside Mills,20,
us-ofac-sdn/1,Minority Shipping,49,
`))
	x, err := h.Extra(t.Context(), filepath.Join(t.TempDir(), "owned.book"))
	if err != nil {
		t.Fatal(err)
	}
	defer x.Book.Close() // only read
	day := date(t, "2025-12-01")
	s, err := screening.New(b, screening.Policy{MinScore: screening.DefaultMinScore, LawAsOf: day, FactsAsOf: day}, x)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name    string
		grade   screening.Grade
		effects string
	}{
		{"Cobham Robotics Ltd", screening.Owned, "us-ofac block; eu freeze"},
		{"Boardroom Systems", screening.Controlled, "eu review"},
		{"Lakeside Mills", screening.Related, "us-ofac review"},
		{"Minority Shipping", "", ""},
		{"Orbit Intelligence Group", screening.Listed, "us-ofac block; eu freeze"},
	} {
		a, err := s.Screen(&subject.Subject{Party: party.Entry{Names: []party.Name{{Full: c.name}}}})
		if err != nil {
			t.Fatal(err)
		}
		if c.grade == "" {
			if len(a.Findings) > 0 {
				t.Errorf("%s: %+v, want nothing", c.name, a.Findings)
			}
			continue
		}
		if len(a.Findings) != 1 || a.Findings[0].Grade != c.grade {
			t.Errorf("%s: %+v, want one finding that is %s", c.name, a.Findings, c.grade)
			continue
		}
		f := a.Findings[0]
		var effects []string
		for _, e := range f.Effects {
			effects = append(effects, fmt.Sprintf("%s %s", e.Regime, e.IfConfirmed))
		}
		if got := strings.Join(slices.Compact(effects), "; "); got != c.effects {
			t.Errorf("%s: %s, want %s", c.name, got, c.effects)
		}
		sum := 0
		for _, r := range f.Reasons {
			sum += int(r.Weight)
		}
		if sum != int(f.Evidence) {
			t.Errorf("%s: reasons add up to %d, the evidence is %d", c.name, sum, f.Evidence)
		}
		if (f.Grade == screening.Owned || f.Grade == screening.Controlled) && len(f.Proofs) == 0 {
			t.Errorf("%s: no proof", c.name)
		}
	}
}

// TestAllFindsAll: All yields exactly the companies that asking about each
// party one by one finds.
func TestAllFindsAll(t *testing.T) {
	b := testBook(t, entries(t))
	rng := rand.New(rand.NewPCG(7, 11))
	for range 30 {
		var rows strings.Builder
		rows.WriteString("owner,owned,percent,kind\n")
		const n = 25
		for range 40 {
			owner := fmt.Sprintf("C%02d", rng.IntN(n))
			if rng.IntN(4) == 0 {
				owner = fmt.Sprintf("us-ofac-sdn/%d", 1+rng.IntN(4))
			}
			share := []string{"50", "60", "30", "25-50%", ">50", "", "10"}[rng.IntN(7)]
			kind := []string{"", "", "", "votes", "board"}[rng.IntN(5)]
			fmt.Fprintf(&rows, "%s,C%02d,%s,%s\n", owner, rng.IntN(n), share, kind)
		}
		h := load(t, b, Options{}, write(t, "s.csv", rows.String()))
		var all, single []party.Ref
		for r, err := range census(t, h) {
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, r.Company)
		}
		for i := range n {
			r, err := h.Own(t.Context(), ref(fmt.Sprintf("local/C%02d", i)))
			if err != nil {
				t.Fatal(err)
			}
			if r.Open() || slices.Contains(r.Grades, screening.Owned) || slices.Contains(r.Grades, screening.Controlled) {
				single = append(single, r.Company)
			}
		}
		// The listed parties may be owned themselves under a regime that does not list them.
		all = slices.DeleteFunc(all, func(r party.Ref) bool { return r.List != "local" })
		if !reflect.DeepEqual(all, single) {
			t.Fatalf("%s\nAll: %v\none by one: %v", rows.String(), all, single)
		}
	}
}

func TestFind(t *testing.T) {
	h := load(t, testBook(t, entries(t)), Options{}, write(t, "e.jsonl", `{"id":"a","schema":"Company","properties":{"name":["Same Name"],"leiCode":["529900T8BM49AURSDO55"]}}
{"id":"b","schema":"Company","properties":{"name":["SAME  NAME"]}}
{"id":"c","schema":"Company","properties":{"name":["Ærø Værft"]}}
`))
	for _, c := range []struct{ what, want string }{
		{"ftm/a", "ftm/a"}, {"529900T8BM49AURSDO55", "ftm/a"}, {"ærø værft", "ftm/c"}, {"us-ofac-sdn/1", "us-ofac-sdn/1"}, {"Twin Branch", "us-ofac-sdn/3"},
		{"same name", "error: 2 parties have this name"}, {"nobody", "error: no party"}, {"ftm/zz", "error: no party"},
	} {
		got, err := h.Find(c.what)
		wrong, wantErr := strings.CutPrefix(c.want, "error: ")
		if wantErr && (err == nil || !strings.Contains(err.Error(), wrong)) || !wantErr && (err != nil || got.String() != c.want) {
			t.Errorf("Find(%q) = %v, %v, want %s", c.what, got, err, c.want)
		}
	}
}

func TestFilesThatAreNone(t *testing.T) {
	b := testBook(t, entries(t))
	day := date(t, "2025-12-01")
	for name, text := range map[string]string{"empty": "", "json": `{"a":1}`, "xml": "<a/>", "table": "name,country\nX,US\n"} {
		if _, err := Load(t.Context(), b, []File{write(t, name, text)}, Options{Day: day}, nil); err == nil {
			t.Errorf("%s was taken for stakes", name)
		}
	}
	if _, err := Load(t.Context(), b, []File{{Path: "x", Format: "odt"}}, Options{Day: day}, nil); err == nil {
		t.Error("a format that nobody reads was taken")
	}
	if _, err := Load(t.Context(), b, nil, Options{}, nil); err == nil {
		t.Error("no day was taken for one")
	}
}

// TestPublishedFiles: every published sample is recognised by its content.
func TestPublishedFiles(t *testing.T) {
	dir := os.Getenv("INTERDICT_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared", "data")
	}
	var files []File
	for _, pattern := range []string{"ownership/bods-0.4/examples/*.json", "ownership/gleif/lei-data.xml", "ownership/gleif/repex-data.xml"} {
		found, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range found {
			files = append(files, File{Path: f})
		}
	}
	if len(files) == 0 {
		if os.Getenv("INTERDICT_REQUIRE_DATA") == "1" {
			t.Fatal("no published files of stakes")
		}
		t.Skip("the published files of stakes are not part of the repository")
	}
	b := testBook(t, entries(t))
	formats := map[string]int{}
	for _, f := range files {
		h, err := Load(t.Context(), b, []File{f}, Options{Day: date(t, "2025-12-01")}, nil)
		if err != nil {
			t.Errorf("%s: %v", f.Path, err)
			continue
		}
		r := h.Files[0]
		formats[r.Format]++
		if r.Stakes+r.Parties+r.Silences+r.Rejects == 0 {
			t.Errorf("%s: nothing was read: %+v", f.Path, r)
		}
		for range census(t, h) {
		}
	}
	t.Logf("%d files: %v", len(files), formats)
}
