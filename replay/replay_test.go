// SPDX-License-Identifier: Apache-2.0

package replay

import (
	"errors"
	"iter"
	"path/filepath"
	"strings"
	"testing"

	"github.com/interdict-dev/interdict/book"
	"github.com/interdict-dev/interdict/cases"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/screening"
	"github.com/interdict-dev/interdict/subject"
)

// testBook compiles a list of invented parties.
func testBook(t testing.TB) *book.Book {
	t.Helper()
	entries := func(yield func(party.Entry, error) bool) {
		for i, name := range []string{"Zelenograd Widget Works", "Baltic Pump Factory"} {
			e := party.Entry{Ref: party.Ref{List: "us-ofac-sdn", ID: string(rune('1' + i))}, Kind: party.Organization, Names: []party.Name{{Full: name}}}
			if !yield(e, nil) {
				return
			}
		}
	}
	path := filepath.Join(t.TempDir(), "b.book")
	in := book.Input{Lists: []book.ListInput{{Info: book.Info{List: "us-ofac-sdn"}, Entries: iter.Seq2[party.Entry, error](entries)}}}
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

// ask returns a line about a name.
func ask(t testing.TB, b *book.Book, name string) *Line {
	t.Helper()
	p := screening.Policy{MinScore: 3000, LawAsOf: party.Date{Year: 2026, Month: 2, Day: 4}}
	p.FactsAsOf = p.LawAsOf
	s, err := screening.New(b, p)
	if err != nil {
		t.Fatal(err)
	}
	sub := subject.Subject{ID: "V-1", Row: 3, Pointer: "v.csv#B3", Role: "vendor", Party: party.Entry{Names: []party.Name{{Full: name}}, Countries: []string{"ru"}}}
	a, err := s.Screen(&sub)
	if err != nil {
		t.Fatal(err)
	}
	envelope, err := NewEnvelope(b, "v1", p)
	if err != nil {
		t.Fatal(err)
	}
	return &Line{Envelope: envelope, Answer: a, Incomplete: "a list is old", Asked: AskedOf(&sub), PolicyValues: &p}
}

func encode(t testing.TB, l *Line) string {
	t.Helper()
	text, err := l.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestReplay(t *testing.T) {
	b := testBook(t)
	line := ask(t, b, "Zelenograd Widget Works LLC")
	if len(line.Findings) != 1 {
		t.Fatalf("%d findings, want 1", len(line.Findings))
	}
	text := encode(t, line)
	suppressed := ask(t, b, "Zelenograd Widget Works LLC")
	d, err := cases.NewDecisions([]cases.Decision{{Subject: line.Record, Ref: line.Findings[0].Ref, Record: line.Findings[0].Record, By: "A. Officer", Reason: "another"}})
	if err != nil {
		t.Fatal(err)
	}
	suppressed.Decisions = d.Suppress(&suppressed.Answer)
	swap := func(old, new string) string {
		if !strings.Contains(text, old) {
			t.Fatalf("the line has no %s", old)
		}
		return strings.Replace(text, old, new, 1)
	}
	for _, c := range []struct {
		name, text string
		want       Verdict
		says       string
	}{
		{"as written", text, Same, ""},
		{"with a line end of Windows", text + "\r\n", Same, ""},
		{"suppressed", encode(t, suppressed), Same, ""},
		{"nothing found", encode(t, ask(t, b, "Lakeside Bakery")), Same, ""},
		{"blanks", swap(`,"record"`, ` , "record"`), Same, "the bytes are not"},
		{"a number in other digits", swap(`"row":3`, `"row":3.0e0`), Cannot, "no answer in JSON"}, // a row is a whole number
		{"another score", swap(`"score":0.`, `"score":0.1`), Differs, "findings[0].score"},
		{"a field more", swap(`"weak":false`, `"weak":false,"verified":true`), Differs, "findings[0].verified"},
		{"another name", swap(`"name":"Zelenograd Widget Works LLC"`, `"name":"Lakeside Bakery"`), Differs, "subject.name"},
		{"a finding less", swap(`"findings":[{`, `"findings":[],"was":[{`), Differs, "findings[0]"},
		{"another policy", swap(`"min_score":3000`, `"min_score":1`), Differs, "contradicts itself"},
		{"another day", swap(`"law_as_of":"2026-02-04"`, `"law_as_of":"2026-02-05"`), Differs, "contradicts itself"},
		{"another record", swap(`"record":"sha256:`, `"record":"sha256:0`), Differs, "contradicts itself"},
		{"another book", swap(line.Book, "sha256:00"), Cannot, "not here"},
		{"no answer", `{"subject":{"row":7},"error":"a quote"}`, Cannot, "a quote"},
		{"no JSON", `text`, Cannot, "no answer in JSON"},
		{"another thing", `{"a":1}`, Cannot, "names no book"},
		{"half a line", text[:len(text)/2], Cannot, "no answer in JSON"},
		{"of an older program", swap(`"asked"`, `"asks"`), Cannot, "does not say in full"},
	} {
		r := Replayer{Program: "v1", Open: func(digest string) (*book.Book, error) {
			if digest != b.Digest().String() {
				return nil, errors.New("it is not here")
			}
			return b, nil
		}}
		res := r.Replay(1, []byte(c.text))
		said := res.Why
		for _, d := range res.Differences {
			said += " " + d.Field
		}
		if res.Verdict != c.want || !strings.Contains(said, c.says) {
			t.Errorf("%s: %s, %s; want %s, %s", c.name, res.Verdict, said, c.want, c.says)
		}
	}
}

func TestAllKeepsTheOrder(t *testing.T) {
	b := testBook(t)
	var in strings.Builder
	for i := range 500 {
		name := "Lakeside Bakery"
		if i%7 == 0 {
			name = "Baltic Pump Factory"
		}
		in.WriteString(encode(t, ask(t, b, name)) + "\n")
		if i%50 == 0 {
			in.WriteString("\n")
		}
	}
	in.WriteString("cut")
	open := func(string) (*book.Book, error) { return b, nil }
	last, same, cannot := 0, 0, 0
	for r, err := range All(t.Context(), strings.NewReader(in.String()), []*Replayer{{Program: "v2", Open: open}, {Program: "v2", Open: open}, {Program: "v2", Open: open}}) {
		if err != nil {
			t.Fatal(err)
		}
		if r.Line <= last {
			t.Fatalf("line %d after line %d", r.Line, last)
		}
		last = r.Line
		switch r.Verdict {
		case Same:
			same++
			if r.Program != "v1" {
				t.Fatalf("line %d does not say which program answered", r.Line)
			}
		case Cannot:
			cannot++
		}
	}
	if same != 500 || cannot != 1 || last != 511 {
		t.Errorf("%d the same, %d cannot, last line %d; want 500, 1, 511", same, cannot, last)
	}
}

// FuzzReplay holds that no line crashes or passes for the same by accident.
func FuzzReplay(f *testing.F) {
	b := testBook(f)
	f.Add(encode(f, ask(f, b, "Baltic Pump Factory")))
	f.Add(`{"book":"sha256:00","asked":{"party":"AQ=="},"policy_values":{}}`)
	f.Add(`{"error":"x"}`)
	f.Fuzz(func(t *testing.T, text string) {
		r := Replayer{Program: "v1", Open: func(string) (*book.Book, error) { return b, nil }}
		res := r.Replay(1, []byte(text))
		if res.Verdict == Cannot && res.Why == "" {
			t.Errorf("%q cannot be replayed, and nobody says why", text)
		}
		if res.Verdict == Differs && len(res.Differences) == 0 {
			t.Errorf("%q differs, and nobody says in what", text)
		}
	})
}
