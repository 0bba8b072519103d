// SPDX-License-Identifier: Apache-2.0

package engine_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/interdict-dev/interdict/book"
	"github.com/interdict-dev/interdict/engine"
	"github.com/interdict-dev/interdict/identity"
	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/party"
)

func ref(s string) party.Ref {
	list, id, _ := strings.Cut(s, "/")
	return party.Ref{List: party.ListID(list), ID: id}
}

func decision(k identity.Kind, a, b string) identity.Decision {
	return identity.Decision{Kind: k, A: ref(a), B: ref(b), By: "A. Officer", Reason: "looked it up", Date: party.DateOf(now)}
}

func TestDecide(t *testing.T) {
	h := home(t)
	if own, err := h.Decisions(); err != nil || len(own) != 0 {
		t.Fatalf("Decisions of an empty home = %v, %v", own, err)
	}
	path := filepath.Join(h.Dir, "identities.jsonl")
	before := ""
	for i, c := range []struct {
		kind   identity.Kind
		a, b   string
		number int
		err    error
	}{
		{identity.Joined, "un-sc/1", "eu-fsf/1", 100001, nil},
		{identity.Joined, "eu-fsf/1", "un-sc/1", 0, errkind.Conflict},
		{identity.Split, "eu-fsf/1", "un-sc/1", 0, nil},
		{identity.Split, "un-sc/1", "eu-fsf/1", 0, errkind.Conflict},
		{identity.Joined, "un-sc/1", "eu-fsf/1", 100002, nil},
		{identity.Joined, "us-ofac-sdn/50543", "uk-fcdo/CYB0113", 0, errkind.Conflict}, // built in
		{identity.Split, "us-ofac-sdn/50543", "uk-fcdo/CYB0113", 0, nil},
	} {
		d, err := h.Decide(decision(c.kind, c.a, c.b))
		if !errors.Is(err, c.err) || err == nil && d.Identity != c.number {
			t.Errorf("%d: Decide = %d, %v, want %d, %v", i, d.Identity, err, c.number, c.err)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(string(b), before) || (len(b) > len(before)) != (c.err == nil) {
			t.Errorf("%d: the file was %q and is %q", i, before, b)
		}
		before = string(b)
	}
	if own, err := h.Decisions(); err != nil || len(own) != 4 {
		t.Errorf("Decisions = %v, %v, want 4", own, err)
	}
	bad := decision(identity.Joined, "un-sc/1", "un-sc/2")
	bad.Reason = ""
	if _, err := h.Decide(bad); !errors.Is(err, errkind.Invalid) {
		t.Errorf("a decision without a reason: %v", err)
	}
	if err := os.WriteFile(path, []byte(before[:len(before)-9]), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Decide(decision(identity.Joined, "un-sc/3", "eu-fsf/3")); !errors.Is(err, errkind.Invalid) {
		t.Errorf("onto a damaged file: %v", err)
	}
}

// TestDecideAtOneTime holds that of decisions made at one time none is lost:
// each is recorded with a number of its own, or is told to try again.
func TestDecideAtOneTime(t *testing.T) {
	h := home(t)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for {
				_, err := h.Decide(decision(identity.Joined, fmt.Sprintf("un-sc/%d", i), "eu-fsf/1"))
				if err == nil {
					return
				}
				if !errors.Is(err, errkind.Conflict) {
					t.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	own, err := h.Decisions()
	numbers := map[int]bool{}
	for _, d := range own {
		numbers[d.Identity] = true
	}
	if err != nil || len(own) != 8 || len(numbers) != 8 {
		t.Errorf("%d decisions, %d numbers, %v, want 8 of each", len(own), len(numbers), err)
	}
}

// compile makes a book of entries.
func compile(t *testing.T, joins []identity.Decision, entries ...party.Entry) *book.Book {
	t.Helper()
	in := book.Input{Joins: joins}
	lists := map[party.ListID][]party.Entry{}
	for _, e := range entries {
		lists[e.Ref.List] = append(lists[e.Ref.List], e)
	}
	for id, es := range lists {
		in.Lists = append(in.Lists, book.ListInput{Info: book.Info{List: id}, Entries: func(yield func(party.Entry, error) bool) {
			for _, e := range es {
				if !yield(e, nil) {
					return
				}
			}
		}})
	}
	path := filepath.Join(t.TempDir(), "b.book")
	if _, err := book.Compile(t.Context(), path, in); err != nil {
		t.Fatal(err)
	}
	return open(t, path)
}

func person(r, name string, more ...func(*party.Entry)) party.Entry {
	e := party.Entry{Ref: ref(r), Kind: party.Person, Names: []party.Name{{Full: name, Kind: party.Primary}}}
	for _, m := range more {
		m(&e)
	}
	return e
}

func TestSuggest(t *testing.T) {
	born := func(y int16, m, d uint8) func(*party.Entry) {
		return func(e *party.Entry) { e.Births = []party.Span{party.On(party.Date{Year: y, Month: m, Day: d})} }
	}
	from := func(c string) func(*party.Entry) {
		return func(e *party.Entry) { e.Nationalities = []string{c} }
	}
	company := func(e *party.Entry) { e.Kind = party.Organization }
	const name = "Anastasia Zvonareva"
	for _, c := range []struct {
		what  string
		a, b  party.Entry
		joins []identity.Decision
		want  bool
	}{
		{"one name", person("un-sc/1", name), person("eu-fsf/1", name), nil, true},
		{"one name and day", person("un-sc/1", name, born(1971, 3, 14)), person("eu-fsf/1", name, born(1971, 3, 14)), nil, true},
		{"a birth date is missing", person("un-sc/1", name, born(1971, 3, 14)), person("eu-fsf/1", name), nil, true},
		{"other birth dates", person("un-sc/1", name, born(1971, 3, 14)), person("eu-fsf/1", name, born(1938, 7, 2)), nil, false},
		{"other countries", person("un-sc/1", name, from("ru")), person("eu-fsf/1", name, from("br")), nil, false},
		{"other kinds", person("un-sc/1", name), person("eu-fsf/1", name, company), nil, false},
		{"other names", person("un-sc/1", name), person("eu-fsf/1", "Lakeside Bakery"), nil, false},
		{"one list", person("un-sc/1", name), person("un-sc/2", name), nil, false},
		{"joined", person("un-sc/1", name), person("eu-fsf/1", name), []identity.Decision{decision(identity.Joined, "un-sc/1", "eu-fsf/1")}, false},
		{"split", person("un-sc/1", name), person("eu-fsf/1", name), []identity.Decision{decision(identity.Split, "un-sc/1", "eu-fsf/1")}, false},
		{"a list of one's own", person("un-sc/1", name), person("local-x/1", name), nil, false},
	} {
		filler := person("un-sc/9", "Baltic Pump Factory", company) // so that un-sc is the larger list
		b := compile(t, c.joins, c.a, c.b, filler)
		var got []engine.Suggestion
		var done, of int64
		// A score that only what the table names keeps pairs away from.
		for s, err := range engine.Suggest(t.Context(), b, c.joins, 500, party.DateOf(now), func(n, m int64) { done, of = n, m }) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, s)
		}
		if (len(got) == 1) != c.want || len(got) > 1 || done != of {
			t.Errorf("%s: %+v after %d of %d entries, want a suggestion: %v", c.what, got, done, of, c.want)
		}
		if c.want && len(got) == 1 && !slices.Equal([]party.Ref{got[0].A, got[0].B}, []party.Ref{ref("eu-fsf/1"), ref("un-sc/1")}) {
			t.Errorf("%s: %v and %v", c.what, got[0].A, got[0].B)
		}
	}
}

func TestCheckDecision(t *testing.T) {
	b := compile(t, nil, person("un-sc/1", "A B"), person("un-sc/2", "C D"), person("eu-fsf/1", "A B"), person("eu-fsf/2", "A B Ltd", func(e *party.Entry) { e.Kind = party.Organization }))
	for _, c := range []struct {
		kind identity.Kind
		a, b string
		want error
	}{
		{identity.Joined, "un-sc/1", "eu-fsf/1", nil},
		{identity.Joined, "un-sc/1", "eu-fsf/7", errkind.NotFound},
		{identity.Joined, "nobody/1", "eu-fsf/1", errkind.NotFound},
		{identity.Joined, "un-sc/1", "un-sc/2", errkind.Invalid},
		{identity.Joined, "un-sc/1", "eu-fsf/2", errkind.Invalid},
		{identity.Split, "un-sc/1", "eu-fsf/2", nil},
		{identity.Split, "un-sc/1", "un-sc/7", errkind.NotFound},
	} {
		if err := engine.CheckDecision(b, decision(c.kind, c.a, c.b)); !errors.Is(err, c.want) {
			t.Errorf("CheckDecision(%d, %s, %s) = %v, want %v", c.kind, c.a, c.b, err, c.want)
		}
	}
}
