// SPDX-License-Identifier: Apache-2.0

package screening_test

import (
	"bytes"
	"cmp"
	"context"
	"flag"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/interdict-dev/interdict/book"
	"github.com/interdict-dev/interdict/identity"
	"github.com/interdict-dev/interdict/law"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/screening"
	"github.com/interdict-dev/interdict/subject"
)

var update = flag.Bool("update", false, "rewrite what the stories in testdata want")

// TestStories runs the stories of testdata. Each is a text file: a sentence
// about what it shows, the sections lists and screen, and as an option joins and
// policy; want is what the program answers. A line of lists is an entry and a
// line of screen a subject: its name, then its fields behind bars, as in
//
//	us-ofac-sdn/1 | Ivan Testov | type=person | born=1962-03-14 | weak=Vanya
//
// Scores are not told here, because fitting the model moves them: a story says
// what is found, by which name, and for which reasons. Run the test with -update
// to write want anew; the difference is the review.
func TestStories(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if len(bytes.TrimSpace(a.Comment)) == 0 {
				t.Errorf("%s does not say what it shows", file)
			}
			got := tell(t, a)
			i := slices.IndexFunc(a.Files, func(f txtar.File) bool { return f.Name == "want" })
			if i < 0 {
				t.Fatalf("%s has no section want", file)
			}
			if want := string(a.Files[i].Data); got != want && !*update {
				t.Fatalf("%s: got\n%s\nwant\n%s", file, got, want)
			}
			if *update {
				a.Files[i].Data = []byte(got)
				if err := os.WriteFile(file, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// tell answers a story.
func tell(t *testing.T, a *txtar.Archive) string {
	t.Helper()
	var entries []party.Entry
	var joins []identity.Decision
	var subjects []subject.Subject
	p := policy()
	for _, f := range a.Files {
		for line := range strings.Lines(string(f.Data)) {
			line = strings.TrimSuffix(line, "\n")
			if line == "" || line[0] == '#' {
				continue
			}
			switch f.Name {
			case "lists":
				ref, rest, _ := strings.Cut(line, " | ")
				e := readParty(t, rest, nil)
				e.Ref = parseRef(t, ref)
				for i := range e.Listings {
					e.Listings[i].List = e.Ref.List
				}
				entries = append(entries, e)
			case "joins":
				x, y, _ := strings.Cut(line, " ")
				joins = append(joins, identity.Decision{A: parseRef(t, x), B: parseRef(t, y), Identity: len(joins) + 1, By: "story", Date: day(2026, 1, 2), Reason: "told"})
			case "screen":
				s := subject.Subject{}
				line, s.Prose = strings.CutSuffix(line, " | prose")
				s.Party = readParty(t, line, &s.Bare)
				subjects = append(subjects, s)
			case "policy":
				setPolicy(t, &p, line)
			}
		}
	}
	if len(entries) == 0 || len(subjects) == 0 {
		t.Fatal("the story has no lists, or asks nothing")
	}
	s := newScreener(t, compile(t, entries, joins), p)
	var out strings.Builder
	for i := range subjects {
		answer, err := s.Screen(&subjects[i])
		if err != nil {
			t.Fatal(err)
		}
		write(&out, &answer)
	}
	return out.String()
}

func write(out *strings.Builder, a *screening.Answer) {
	fmt.Fprintf(out, "%s\n", cmp.Or(a.Subject.Name, "without a name"))
	for _, f := range a.Findings {
		fmt.Fprintf(out, "\t%s %s", f.Grade, f.Ref)
		if f.Matched != f.Name {
			fmt.Fprintf(out, " by the name %s", f.Matched)
		}
		if f.Weak {
			out.WriteString(", a weak one")
		}
		for _, r := range f.Identity {
			fmt.Fprintf(out, ", also %s", r)
		}
		out.WriteString("\n")
		for _, r := range f.Reasons {
			if r.Kind == "name.whole" {
				continue
			}
			sign := "for"
			if r.Weight < 0 {
				sign = "against"
			}
			fmt.Fprintf(out, "\t\t%-7s %s %s\n", sign, r.Kind, strings.TrimSpace(r.Left+" | "+r.Right))
		}
		for _, e := range f.Effects {
			fmt.Fprintf(out, "\t\teffect  %s %s since %s\n", e.Regime, e.IfConfirmed, e.Listed)
		}
	}
	for _, p := range a.Places {
		writePlace(out, &p)
	}
	for _, p := range a.Premises {
		fmt.Fprintf(out, "\tpremises shared with %d: %s\n", p.Shared, p.Address)
		for _, n := range p.Parties {
			fmt.Fprintf(out, "\t\tthere   %s %s | %s\n", n.Ref, n.Name, n.Address)
		}
	}
	for _, n := range []struct {
		n    int
		text string
	}{{a.WeakPremises, "at the house of listed parties, in another unit"}, {len(a.Findings) + len(a.Places) + len(a.Premises), ""}, {a.WeakPlaces, "named as a place by words that may mean something else"}, {a.WeakOnly, "resembled by a weak alias alone"}, {a.Omitted, "left out"}} {
		switch {
		case n.text == "" && n.n == 0:
			out.WriteString("\tnothing\n")
		case n.text != "" && n.n > 0:
			fmt.Fprintf(out, "\t%d %s\n", n.n, n.text)
		}
	}
}

func writePlace(out *strings.Builder, p *screening.Place) {
	fmt.Fprintf(out, "\tplace %s", p.Ref)
	if p.Weak {
		out.WriteString(", weak")
	}
	out.WriteString("\n")
	for _, r := range p.Reasons {
		fmt.Fprintf(out, "\t\t        %s %s", r.Kind, r.Left)
		if r.Note != "" {
			fmt.Fprintf(out, " (%s)", r.Note)
		}
		out.WriteString("\n")
	}
	for _, b := range p.Bans {
		fmt.Fprintf(out, "\t\tban     %s %s since %s\n", b.Regime, b.Measure, b.Since)
	}
}

// readParty reads "name | field=value | ...". The word bare says that the name
// was typed as a bare word.
func readParty(t *testing.T, text string, bare *bool) party.Entry {
	t.Helper()
	name, rest, _ := strings.Cut(text, " | ")
	var e party.Entry
	if name != "" {
		e.Names = []party.Name{{Full: name}}
	}
	l := party.Listing{}
	for field := range strings.SplitSeq(rest, " | ") {
		key, value, _ := strings.Cut(field, "=")
		switch key {
		case "":
		case "bare":
			*bare = true
		case "type":
			k, err := party.ParseKind(value)
			if err != nil {
				t.Fatal(err)
			}
			e.Kind = k
		case "aka":
			e.Names = append(e.Names, party.Name{Full: value})
		case "weak":
			e.Names = append(e.Names, party.Name{Full: value, Weak: true})
		case "born":
			e.Births = append(e.Births, party.On(parseDate(t, value)))
		case "country":
			e.Countries = append(e.Countries, value)
		case "nationality":
			e.Nationalities = append(e.Nationalities, value)
		case "gender":
			e.Gender = value
		case "city":
			e.Addresses = append(e.Addresses, party.Address{City: value})
		case "address":
			e.Addresses = append(e.Addresses, party.Address{Full: value})
		case "remarks":
			e.Remarks = value
		case "flag":
			e.Craft = &party.Craft{Flag: value}
		case "site":
			e.Websites = append(e.Websites, value)
		case "email":
			e.Emails = append(e.Emails, value)
		case "phone":
			e.Phones = append(e.Phones, value)
		case "id":
			scheme, number, ok := strings.Cut(value, ":")
			if !ok {
				t.Fatalf("id=%s: want scheme:number", value)
			}
			scheme, country, _ := strings.Cut(scheme, "/")
			e.Identifiers = append(e.Identifiers, party.NewIdentifier(party.Scheme(scheme), country, number))
		case "program":
			l.Programs = append(l.Programs, value)
		case "measure":
			l.Measures = append(l.Measures, value)
		case "listed":
			l.Listed = parseDate(t, value)
		default:
			t.Fatalf("%q: no such field", field)
		}
	}
	if len(l.Programs) > 0 || !l.Listed.IsZero() {
		e.Listings = []party.Listing{l}
	}
	return e
}

func setPolicy(t *testing.T, p *screening.Policy, line string) {
	t.Helper()
	key, value, _ := strings.Cut(line, "=")
	var err error
	switch key {
	case "weak":
		p.Weak = true
	case "limit":
		p.Limit, err = strconv.Atoi(value)
	case "list":
		p.Lists = append(p.Lists, party.ListID(value))
	case "regime":
		p.Regimes = append(p.Regimes, law.Regime(value))
	case "law":
		p.LawAsOf = parseDate(t, value)
	case "facts":
		p.FactsAsOf = parseDate(t, value)
	case "premises":
		p.Premises = screening.PlaceMode(value)
	case "places":
		p.Places = screening.PlaceMode(value)
	default:
		err = fmt.Errorf("%q: no such policy", line)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func parseDate(t *testing.T, s string) party.Date {
	t.Helper()
	d, err := party.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func parseRef(t *testing.T, s string) party.Ref {
	t.Helper()
	r, err := party.ParseRef(s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func day(y, m, d int) party.Date {
	return party.Date{Year: int16(y), Month: uint8(m), Day: uint8(d)}
}

// policy is the default of the command line on a fixed day.
func policy() screening.Policy {
	return screening.Policy{MinScore: screening.DefaultMinScore, LawAsOf: day(2026, 11, 23), FactsAsOf: day(2026, 11, 23)}
}

// compile compiles entries into a book that is open until the test ends.
func compile(t testing.TB, entries []party.Entry, joins []identity.Decision) *book.Book {
	t.Helper()
	path := filepath.Join(t.TempDir(), "test.book")
	in := book.Input{Joins: joins}
	for _, e := range entries {
		if !slices.ContainsFunc(in.Lists, func(l book.ListInput) bool { return l.Info.List == e.Ref.List }) {
			in.Lists = append(in.Lists, book.ListInput{Info: book.Info{List: e.Ref.List}, Entries: of(e.Ref.List, entries)})
		}
	}
	if _, err := book.Compile(context.Background(), path, in); err != nil {
		t.Fatal(err)
	}
	return open(t, path)
}

func of(l party.ListID, entries []party.Entry) iter.Seq2[party.Entry, error] {
	return func(yield func(party.Entry, error) bool) {
		for _, e := range entries {
			if e.Ref.List == l && !yield(e, nil) {
				return
			}
		}
	}
}

func open(t testing.TB, path string) *book.Book {
	t.Helper()
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

func newScreener(t testing.TB, b *book.Book, p screening.Policy) *screening.Screener {
	t.Helper()
	s, err := screening.New(b, p)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
