// SPDX-License-Identifier: Apache-2.0

package screening_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/interdict-dev/interdict/book"
	"github.com/interdict-dev/interdict/names"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/screening"
	"github.com/interdict-dev/interdict/starter"
	"github.com/interdict-dev/interdict/subject"
)

// TestMain compiles the built-in facts once: real names of several scripts, with
// identifiers and joins, and there on every machine.
func TestMain(m *testing.M) {
	flag.Parse()
	dir, err := os.MkdirTemp("", "interdict-screening-")
	if err != nil {
		panic(err)
	}
	starterPath = filepath.Join(dir, "starter.book")
	if err := compileStarter(starterPath); err != nil {
		panic(err)
	}
	code := m.Run()
	if err := os.RemoveAll(dir); err != nil {
		panic(err)
	}
	os.Exit(code)
}

var starterPath string // written once, by TestMain

func compileStarter(path string) error {
	entries, err := starterEntries()
	if err != nil {
		return err
	}
	in := book.Input{Joins: starter.Joins(), Claims: starter.Claims()}
	for _, l := range starter.Lists() {
		in.Lists = append(in.Lists, book.ListInput{Info: book.Info{List: l, Starter: true}, Entries: of(l, entries)})
	}
	_, err = book.Compile(context.Background(), path, in)
	return err
}

func starterEntries() ([]party.Entry, error) {
	var entries []party.Entry
	for e, err := range starter.Entries() {
		if err != nil {
			return nil, err
		}
		entries = append(entries, e)
	}
	return entries, nil
}

// starterBook opens a book of the built-in facts and gives its listed entries.
func starterBook(t testing.TB) (*book.Book, []party.Entry) {
	t.Helper()
	entries, err := starterEntries()
	if err != nil {
		t.Fatal(err)
	}
	return open(t, starterPath), slices.DeleteFunc(entries, func(e party.Entry) bool { return e.Ref.List == starter.Intel })
}

// about makes n subjects: listed parties as they are, with a part of what is
// known of them or with a letter changed, and strangers.
func about(entries []party.Entry, n int) []subject.Subject {
	r := rand.New(rand.NewPCG(1, 2))
	var out []subject.Subject
	for i := range n {
		e := entries[r.IntN(len(entries))]
		p := party.Entry{Kind: e.Kind, Names: []party.Name{{Full: e.Names[r.IntN(len(e.Names))].Full}}}
		switch r.IntN(4) {
		case 0:
			p.Countries, p.Identifiers, p.Websites = e.Countries, e.Identifiers, e.Websites
		case 1:
			p.Kind = party.Unknown
			letters := []rune(p.Names[0].Full)
			at := r.IntN(len(letters))
			p.Names[0].Full = string(slices.Delete(letters, at, at+1))
		case 2:
			p.Births, p.Addresses, p.Nationalities, p.Gender = e.Births, e.Addresses, e.Nationalities, e.Gender
		case 3:
			p.Names[0].Full = fmt.Sprintf("Lakeside Bakery %d", i)
		}
		out = append(out, subject.Subject{ID: fmt.Sprint("S-", i), Row: i + 2, Party: p, Bare: i%7 == 0})
	}
	return out
}

func TestReasonsAddUpToTheEvidence(t *testing.T) {
	b, entries := starterBook(t)
	p := policy()
	p.MinScore, p.Weak = 100, true // low, so that poor matches are explained as well
	s := newScreener(t, b, p)
	kinds, findings := map[string]int{}, 0
	for _, sub := range about(entries, 600) {
		a, err := s.Screen(&sub)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range a.Findings {
			findings++
			sum := names.Nats(0)
			for _, r := range f.Reasons {
				sum += r.Weight
				kinds[r.Kind]++
			}
			if sum != f.Evidence {
				t.Errorf("%q against %s: the reasons add up to %d, the evidence is %d: %+v", a.Subject.Name, f.Ref, sum, f.Evidence, f.Reasons)
			}
			if got := screening.Score(b.Model().Probability(int32(f.Evidence))); got != f.Score {
				t.Errorf("%q against %s: score %v, want that of the evidence, %v", a.Subject.Name, f.Ref, f.Score, got)
			}
			if f.Score < screening.Score(p.MinScore) {
				t.Errorf("%q against %s: score %v below the threshold", a.Subject.Name, f.Ref, f.Score)
			}
			if f.Innocent < 0 || f.Innocent > 1 {
				t.Errorf("%q against %s: %v innocent hits for one name", a.Subject.Name, f.Ref, f.Innocent)
			}
		}
	}
	if findings < 300 || len(kinds) < 10 {
		t.Fatalf("%d findings with reasons %v: too few to prove anything", findings, kinds)
	}
}

func TestEveryListedNameFindsItsEntry(t *testing.T) {
	b, entries := starterBook(t)
	p := policy()
	p.Weak = true
	s := newScreener(t, b, p)
	for _, e := range entries {
		for _, n := range e.Names {
			if n.Weak {
				continue // "Ben" is weak because half the world has it
			}
			sub := subject.Subject{Party: party.Entry{Kind: e.Kind, Names: []party.Name{{Full: n.Full}}}}
			a, err := s.Screen(&sub)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(a.Findings, func(f screening.Finding) bool { return f.Ref == e.Ref || slices.Contains(f.Identity, e.Ref) }) {
				t.Errorf("%s: its name %q finds %v", e.Ref, n.Full, refs(a))
			}
		}
	}
}

func refs(a screening.Answer) []party.Ref {
	var out []party.Ref
	for _, f := range a.Findings {
		out = append(out, f.Ref)
	}
	return out
}

func TestEqualArgumentsGiveEqualAnswers(t *testing.T) {
	b, entries := starterBook(t)
	once, again := newScreener(t, b, policy()), newScreener(t, b, policy())
	subjects := about(entries, 200)
	want := map[string][]byte{}
	for _, sub := range subjects {
		want[sub.ID] = asJSON(t, screen(t, once, sub))
	}
	slices.Reverse(subjects) // what a screener answered before leaves no trace
	for _, sub := range subjects {
		if got := asJSON(t, screen(t, again, sub)); !bytes.Equal(got, want[sub.ID]) {
			t.Errorf("%s: got\n%s\nwant\n%s", sub.ID, got, want[sub.ID])
		}
	}
}

func screen(t testing.TB, s *screening.Screener, sub subject.Subject) screening.Answer {
	t.Helper()
	a, err := s.Screen(&sub)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func asJSON(t testing.TB, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestAnswersReadBack(t *testing.T) {
	b, entries := starterBook(t)
	s := newScreener(t, b, policy())
	n := 0
	for _, sub := range about(entries, 200) {
		want := asJSON(t, screen(t, s, sub))
		var a screening.Answer
		if err := json.Unmarshal(want, &a); err != nil {
			t.Fatalf("%v: %s", err, want)
		}
		if got := asJSON(t, a); !bytes.Equal(got, want) {
			t.Fatalf("read back: got\n%s\nwant\n%s", got, want)
		}
		if bytes.Contains(want, []byte("null")) {
			t.Fatalf("an answer says null, where an empty list is meant: %s", want)
		}
		n += len(a.Findings)
	}
	if n == 0 {
		t.Fatal("no finding was read back")
	}
}

// TestFieldsSpeakForAgainstOrNot holds that a field that the list does not have
// changes nothing, an equal one raises the evidence, and another one lowers it.
func TestFieldsSpeakForAgainstOrNot(t *testing.T) {
	full := party.Entry{Ref: party.Ref{List: "us-ofac-sdn", ID: "1"}, Kind: party.Person, Names: []party.Name{{Full: "TESTOV, Pavel"}},
		Births: []party.Span{party.On(day(1962, 3, 14))}, Nationalities: []string{"ru"}, Gender: "male"}
	bare := party.Entry{Ref: party.Ref{List: "us-ofac-sdn", ID: "1"}, Kind: party.Person, Names: full.Names}
	against := func(e party.Entry) func(func(*party.Entry)) names.Nats {
		p := policy()
		p.MinScore = 1
		s := newScreener(t, compile(t, []party.Entry{e}, nil), p)
		return func(change func(*party.Entry)) names.Nats {
			sub := subject.Subject{Party: party.Entry{Kind: party.Person, Names: []party.Name{{Full: "Pavel Testov"}}}}
			change(&sub.Party)
			a := screen(t, s, sub)
			if len(a.Findings) != 1 {
				t.Fatalf("%d findings, want 1", len(a.Findings))
			}
			return a.Findings[0].Evidence
		}
	}
	nothing := func(*party.Entry) {}
	fullSays, bareSays := against(full), against(bare)
	for _, c := range []struct {
		field        string
		equal, other func(*party.Entry)
	}{
		{"birth", func(e *party.Entry) { e.Births = full.Births }, func(e *party.Entry) { e.Births = []party.Span{party.On(day(1990, 7, 1))} }},
		{"nationality", func(e *party.Entry) { e.Nationalities = full.Nationalities }, func(e *party.Entry) { e.Nationalities = []string{"br"} }},
		{"gender", func(e *party.Entry) { e.Gender = "male" }, func(e *party.Entry) { e.Gender = "female" }},
	} {
		without, equal, other := fullSays(nothing), fullSays(c.equal), fullSays(c.other)
		if equal <= without || other >= without {
			t.Errorf("%s: evidence %d when equal, %d when it is missing, %d when another: want falling", c.field, equal, without, other)
		}
		if was, equal, other := bareSays(nothing), bareSays(c.equal), bareSays(c.other); equal != was || other != was {
			t.Errorf("%s, which the list does not say: evidence %d and %d, want %d as without it", c.field, equal, other, was)
		}
	}
}

func TestFindingsSayWhatWouldChangeThem(t *testing.T) {
	e := party.Entry{Ref: party.Ref{List: "us-ofac-sdn", ID: "1"}, Kind: party.Person, Names: []party.Name{{Full: "TESTOV, Pavel"}},
		Births: []party.Span{party.On(day(1962, 3, 14))}, Nationalities: []string{"ru"}}
	s := newScreener(t, compile(t, []party.Entry{e}, nil), policy())
	ask := func(births []party.Span) screening.Finding {
		a := screen(t, s, subject.Subject{Party: party.Entry{Kind: party.Person, Names: []party.Name{{Full: "Pavel Testov"}}, Births: births}})
		if len(a.Findings) != 1 {
			t.Fatalf("%d findings, want 1", len(a.Findings))
		}
		return a.Findings[0]
	}
	f := ask(nil)
	if len(f.Flips) != 4 {
		t.Fatalf("%v would change the score, want a birth date and a country, the same and another", f.Flips)
	}
	if got := ask(e.Births).Score; got != f.Flips[0].Score || f.Flips[0].Score <= f.Score || f.Flips[1].Score >= f.Score {
		t.Errorf("%v was promised of score %v; with the birth date it is %v", f.Flips, f.Score, got)
	}
	if got := ask(e.Births).Flips; len(got) != 2 {
		t.Errorf("with a birth date %v would change the score, want a country alone", got)
	}
}

func TestIdentifierOutranksTheName(t *testing.T) {
	b, entries := starterBook(t)
	s := newScreener(t, b, policy())
	n := 0
	for _, e := range entries {
		for _, id := range e.Identifiers {
			if id.Check == party.Bad || len(party.Normals(id)) == 0 {
				continue
			}
			n++
			for _, name := range []string{"John Smith", "北京永信至诚科技股份有限公司", ""} {
				sub := subject.Subject{Party: party.Entry{Identifiers: []party.Identifier{party.NewIdentifier(id.Scheme, id.Country, id.Value)}}}
				if name != "" {
					sub.Party.Names = []party.Name{{Full: name}}
				}
				a := screen(t, s, sub)
				if !slices.ContainsFunc(a.Findings, func(f screening.Finding) bool { return f.Ref == e.Ref || slices.Contains(f.Identity, e.Ref) }) {
					t.Errorf("%s %s with the name %.20q finds %v, want %s", id.Scheme, id.Value, name, refs(a), e.Ref)
				}
			}
		}
	}
	if n == 0 {
		t.Fatal("no identifier in the starter's facts: nothing was tested")
	}
}

// TestThresholdsNest holds that a lower threshold finds all that a higher one
// finds, and with the same evidence: nothing that prunes depends on it
// otherwise. An entry with weak aliases is apart: there the best name that
// alerts speaks, and below the threshold of the others a weak one.
func TestThresholdsNest(t *testing.T) {
	b, entries := starterBook(t)
	subjects := about(entries, 150)
	found := func(min int32) map[string]names.Nats {
		p := policy()
		p.MinScore, p.Weak = min, true
		s := newScreener(t, b, p)
		out := map[string]names.Nats{}
		for _, sub := range subjects {
			for _, f := range screen(t, s, sub).Findings {
				e, err := b.Entry(f.Ref)
				if err != nil {
					t.Fatal(err)
				}
				if slices.ContainsFunc(e.Names, func(n party.Name) bool { return n.Weak }) {
					f.Evidence = 0
				}
				out[sub.ID+" "+f.Ref.String()] = f.Evidence
			}
		}
		return out
	}
	low := found(200)
	for _, min := range []int32{3000, 5000, 9000} {
		high := found(min)
		if len(high) == 0 {
			t.Fatalf("nothing reaches %d", min)
		}
		for k, e := range high {
			if got, ok := low[k]; !ok || got != e {
				t.Errorf("%s: evidence %d at threshold %d, %d (%v) at 200", k, e, min, got, ok)
			}
		}
	}
}

func TestPolicyNamesAMissingList(t *testing.T) {
	b, _ := starterBook(t)
	p := policy()
	p.Lists = []party.ListID{"eu-fsf"}
	if _, err := screening.New(b, p); err == nil {
		t.Fatal("a list that the book does not hold was accepted: answers would be silent about it")
	}
}

func TestPolicyDigest(t *testing.T) {
	p, q := policy(), policy()
	p.Lists, q.Lists = []party.ListID{"a", "b"}, []party.ListID{"b", "a"}
	if p.Digest() != q.Digest() {
		t.Error("the order of the lists names another policy")
	}
	if p.Lists[0] != "a" || q.Lists[0] != "b" {
		t.Error("Digest changed the policy")
	}
	seen := map[string]string{p.Digest(): "two lists"}
	for name, change := range map[string]func(*screening.Policy){
		"min":    func(p *screening.Policy) { p.MinScore++ },
		"weak":   func(p *screening.Policy) { p.Weak = true },
		"lists":  func(p *screening.Policy) { p.Lists = p.Lists[:1] },
		"law":    func(p *screening.Policy) { p.LawAsOf = day(2025, 1, 1) },
		"facts":  func(p *screening.Policy) { p.FactsAsOf = day(2025, 1, 1) },
		"limit":  func(p *screening.Policy) { p.Limit = 1 },
		"regime": func(p *screening.Policy) { p.Regimes = append(p.Regimes, "eu") },
	} {
		q := p
		change(&q)
		if other, ok := seen[q.Digest()]; ok {
			t.Errorf("policies %s and %s have one digest", name, other)
		}
		seen[q.Digest()] = name
	}
}

func TestCompareIsScreening(t *testing.T) {
	b, entries := starterBook(t)
	p := policy()
	p.MinScore, p.Weak = 100, true
	s := newScreener(t, b, p)
	n := 0
	for _, sub := range about(entries, 100) {
		sub.Bare = false
		for _, f := range screen(t, s, sub).Findings {
			e, err := b.Entry(f.Ref)
			if err != nil {
				t.Fatal(err)
			}
			c := screening.Compare(b.Model(), &sub.Party, &e)
			if e.Kind != sub.Party.Kind {
				continue // names of a person and of a company are not compared, and Compare says so
			}
			if c.Evidence < f.Evidence {
				t.Errorf("%q against %s: compared %d, screened %d; the best name counts in both", sub.Party.Name(), f.Ref, c.Evidence, f.Evidence)
			}
			n++
		}
	}
	if n == 0 {
		t.Fatal("nothing was compared")
	}
}

func BenchmarkScreen(b *testing.B) {
	bk, entries := starterBook(b)
	s := newScreener(b, bk, policy())
	subjects := about(entries, 200)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := s.Screen(&subjects[i%len(subjects)]); err != nil {
			b.Fatal(err)
		}
	}
}

// TestFindingsPage holds that doc/findings.md has every field of an answer and
// every kind of reason.
func TestFindingsPage(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "doc", "findings.md"))
	if err != nil {
		t.Fatal(err)
	}
	b, entries := starterBook(t)
	p := policy()
	p.MinScore, p.Weak = 100, true
	s := newScreener(t, b, p)
	words := map[string]bool{}
	for _, sub := range about(entries, 300) {
		var answer any
		if err := json.Unmarshal(asJSON(t, screen(t, s, sub)), &answer); err != nil {
			t.Fatal(err)
		}
		collect(answer, words)
	}
	neighbours := 0
	for i, e := range entries {
		sub := subject.Subject{Party: party.Entry{Names: []party.Name{{Full: fmt.Sprintf("Acme %d Haulage", i)}}, Addresses: e.Addresses}}
		var answer any
		a := screen(t, s, sub)
		neighbours += len(a.Premises)
		if err := json.Unmarshal(asJSON(t, a), &answer); err != nil {
			t.Fatal(err)
		}
		collect(answer, words)
	}
	if neighbours < 20 {
		t.Fatalf("%d shared addresses: too few to prove anything", neighbours)
	}
	for w := range words {
		if !strings.Contains(string(text), "`"+w+"`") {
			t.Errorf("doc/findings.md does not have `%s`", w)
		}
	}
	if len(words) < 30 {
		t.Fatalf("%d words in answers: too few to prove anything", len(words))
	}
}

// collect adds the keys of a JSON value and what its keys "kind" hold.
func collect(v any, words map[string]bool) {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			collect(x, words)
		}
	case map[string]any:
		for k, x := range v {
			words[k] = true
			if s, ok := x.(string); ok && k == "kind" {
				words[s] = true
			}
			collect(x, words)
		}
	}
}
