// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/party"
)

var day = party.Date{Year: 2026, Month: 11, Day: 23}

func ref(t testing.TB, s string) party.Ref {
	t.Helper()
	r, err := party.ParseRef(s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

const uscc, uscc2 = "91110108562135265P", "91420100551956105K"

// entry makes a company with USCCs, which must have right check digits.
func entry(t testing.TB, r string, usccs ...string) party.Entry {
	t.Helper()
	e := party.Entry{Ref: ref(t, r), Kind: party.Organization, Names: []party.Name{{Full: "INTEGRITY"}}}
	for _, u := range usccs {
		id := party.NewIdentifier(party.USCC, "cn", u)
		if id.Check != party.Valid {
			t.Fatalf("USCC %s is %v, want valid", u, id.Check)
		}
		e.Identifiers = append(e.Identifiers, id)
	}
	return e
}

func joined(t testing.TB, n int, a, b string) Decision {
	return Decision{A: ref(t, a), B: ref(t, b), Identity: n, By: "test", Date: day, Reason: "same company"}
}

func split(t testing.TB, a, b string) Decision {
	return Decision{Kind: Split, A: ref(t, a), B: ref(t, b), By: "test", Date: day, Reason: "two companies"}
}

func build(decisions []Decision, entries ...party.Entry) *Set {
	return Build(slices.Values(entries), decisions)
}

func TestNamesJoinNothing(t *testing.T) {
	s := build(nil, entry(t, "a/1"), entry(t, "b/1"))
	if s.Same(ref(t, "a/1"), ref(t, "b/1")) {
		t.Error("two entries of one name are joined")
	}
	if id := s.Of(ref(t, "a/1")); id.Number != 0 || len(id.Refs) != 1 {
		t.Errorf("Of(a/1) = %+v, want the entry alone", id)
	}
}

func TestStrongIdentifierJoins(t *testing.T) {
	s := build(nil, entry(t, "a/1", uscc), entry(t, "b/1", uscc), entry(t, "c/1", uscc2))
	if !s.Same(ref(t, "a/1"), ref(t, "b/1")) || s.Same(ref(t, "a/1"), ref(t, "c/1")) {
		t.Error("want a/1 and b/1 joined by their USCC, and c/1 alone")
	}
	why := s.Why(ref(t, "b/1"), ref(t, "a/1"))
	if len(why) != 1 || why[0].Identifier.Normal != uscc || why[0].Decision != nil {
		t.Errorf("Why = %v, want the USCC", why)
	}
}

func TestRecordedJoinNamesTheIdentity(t *testing.T) {
	decisions := []Decision{joined(t, 7, "a/1", "b/1"), joined(t, 3, "c/1", "d/1")}
	s := build(decisions, entry(t, "a/1", uscc), entry(t, "b/1"))
	if n := s.Of(ref(t, "b/1")).Number; n != 7 {
		t.Errorf("identity of b/1 = %d, want 7", n)
	}
	// Another list comes: the number stays.
	s = build(decisions, entry(t, "0/1", uscc), entry(t, "a/1", uscc), entry(t, "b/1"))
	id := s.Of(ref(t, "0/1"))
	if id.Number != 7 || len(id.Refs) != 3 {
		t.Errorf("Of(0/1) = %+v, want identity 7 of three entries", id)
	}
	if why := s.Why(ref(t, "0/1"), ref(t, "b/1")); len(why) != 2 || why[0].Decision != nil || why[1].Decision == nil {
		t.Errorf("Why(0/1, b/1) = %v, want an identifier and then a decision", why)
	}
}

func TestSplitOverridesIdentifiers(t *testing.T) {
	s := build([]Decision{split(t, "b/1", "a/1")}, entry(t, "a/1", uscc), entry(t, "b/1", uscc))
	if s.Same(ref(t, "a/1"), ref(t, "b/1")) {
		t.Error("the split does not hold")
	}
	if c := s.Conflicts(); len(c) != 1 || c[0].Kind != Forbidden || !strings.Contains(c[0].String(), "two companies") {
		t.Errorf("Conflicts = %v, want the split", c)
	}
	// Nor over several steps.
	s = build([]Decision{split(t, "a/1", "c/1")}, entry(t, "a/1", uscc), entry(t, "b/1", uscc, uscc2), entry(t, "c/1", uscc2))
	if s.Same(ref(t, "a/1"), ref(t, "c/1")) || len(s.Conflicts()) != 1 {
		t.Errorf("the split does not hold over b/1: conflicts %v", s.Conflicts())
	}
}

func TestLaterDecisionHolds(t *testing.T) {
	a, b := ref(t, "a/1"), ref(t, "b/1")
	if build([]Decision{joined(t, 1, "a/1", "b/1"), split(t, "a/1", "b/1")}).Same(a, b) {
		t.Error("a later split does not override a join")
	}
	if !build([]Decision{split(t, "a/1", "b/1"), joined(t, 1, "b/1", "a/1")}).Same(a, b) {
		t.Error("a later join does not override a split")
	}
}

func TestOneListIsNotJoinedWithItself(t *testing.T) {
	s := build(nil, entry(t, "a/1", uscc), entry(t, "a/2", uscc), entry(t, "b/1", uscc))
	if s.Same(ref(t, "a/1"), ref(t, "a/2")) {
		t.Error("two entries of one list are joined by a number that both carry")
	}
	if c := s.Conflicts(); len(c) == 0 || c[0].Kind != SameList {
		t.Errorf("Conflicts = %v, want one of kind SameList", c)
	}
	if s = build([]Decision{joined(t, 1, "a/1", "a/2")}); !s.Same(ref(t, "a/1"), ref(t, "a/2")) {
		t.Error("a recorded join of one list does not hold")
	}
}

func TestKindsMustAgree(t *testing.T) {
	p := entry(t, "b/1", uscc)
	p.Kind = party.Person
	s := build(nil, entry(t, "a/1", uscc), p)
	if c := s.Conflicts(); len(c) != 1 || c[0].Kind != KindsDiffer || s.Same(ref(t, "a/1"), p.Ref) {
		t.Errorf("Conflicts = %v, want one of kind KindsDiffer", c)
	}
}

func TestBadCheckDigitsJoinNothing(t *testing.T) {
	a, b := entry(t, "a/1"), entry(t, "b/1")
	id := party.NewIdentifier(party.USCC, "cn", "91110108562135265Q")
	if id.Check == party.Valid {
		t.Fatalf("%v is valid: the test needs a wrong check digit", id)
	}
	a.Identifiers, b.Identifiers = []party.Identifier{id}, []party.Identifier{id}
	if build(nil, a, b).Same(a.Ref, b.Ref) {
		t.Error("a mistyped number joins two entries")
	}
}

// TestOrderOfEntriesDoesNotMatter also holds the invariants of every set.
func TestOrderOfEntriesDoesNotMatter(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 12))
	codes := []string{uscc, uscc2, "915101007234134581", "91510600399136451Q", "913101145559933417"}
	merged := 0
	for range 300 {
		var entries []party.Entry
		for i := range 12 {
			var ids []string
			for range rng.IntN(3) {
				ids = append(ids, codes[rng.IntN(len(codes))])
			}
			entries = append(entries, entry(t, string(rune('a'+i%5))+"/"+string(rune('0'+i/5)), ids...))
		}
		var decisions []Decision
		for range rng.IntN(6) {
			a, b := entries[rng.IntN(12)].Ref.String(), entries[rng.IntN(12)].Ref.String()
			switch {
			case a == b:
			case rng.IntN(2) == 0:
				decisions = append(decisions, split(t, a, b))
			default:
				decisions = append(decisions, joined(t, 1+rng.IntN(9), a, b))
			}
		}
		s := build(decisions, entries...)
		slices.Reverse(entries)
		if r := build(decisions, entries...); !reflect.DeepEqual(s, r) {
			t.Fatalf("the order of entries matters: %+v and %+v", s.ids, r.ids)
		}
		last := map[pair]Decision{}
		for _, d := range decisions {
			last[newPair(d.A, d.B)] = d
		}
		for p, d := range last {
			if d.Kind == Split && s.Same(p.a, p.b) {
				t.Fatalf("%v and %v are split and yet one", p.a, p.b)
			}
		}
		numbers := map[int]bool{}
		for id := range s.All() {
			merged++
			if id.Number != 0 && numbers[id.Number] {
				t.Fatalf("two identities have number %d", id.Number)
			}
			numbers[id.Number] = true
			if n := len(s.Joins(id)); n != len(id.Refs)-1 {
				t.Fatalf("identity of %d entries has %d joins", len(id.Refs), n)
			}
			for _, r := range id.Refs[1:] {
				if len(s.Why(id.Refs[0], r)) == 0 {
					t.Fatalf("nothing says why %v and %v are one", id.Refs[0], r)
				}
			}
		}
	}
	if merged == 0 {
		t.Fatal("no identity was made")
	}
}

func TestDecisionsReadBack(t *testing.T) {
	want := []Decision{joined(t, 1, "us-ofac-sdn/50543", "uk-fcdo/CYB0113"), split(t, "a/1", "eu-oj/2019-796:I.B.5")}
	var b bytes.Buffer
	if err := Write(&b, want); err != nil {
		t.Fatal(err)
	}
	got, err := Read(&b)
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("Read = %+v, %v, want %+v", got, err, want)
	}
	if n := NextNumber(got); n != 2 {
		t.Errorf("NextNumber = %d, want 2", n)
	}
}

func TestReadRefuses(t *testing.T) {
	const head = `{"format":"interdict-identities","version":1}` + "\n"
	for _, c := range []struct{ name, in, want string }{
		{"empty", "", "empty"},
		{"another format", `{"a":1}`, "line 1"},
		{"newer", `{"format":"interdict-identities","version":2}`, "newer program"},
		{"cut", head + `{"join":["a/1","b/1"],"by":"x"`, "line 2"},
		{"one entry", head + `{"join":["a/1"],"by":"x","date":"2026","reason":"y"}`, "two entries"},
		{"itself", head + `{"join":["a/1","a/1"],"by":"x","date":"2026","reason":"y"}`, "different"},
		{"both", head + `{"join":["a/1","b/1"],"split":["a/1","b/1"],"by":"x","date":"2026","reason":"y"}`, "either"},
		{"nobody", head + `{"join":["a/1","b/1"],"date":"2026","reason":"y"}`, "who made it"},
		{"no reason", head + `{"join":["a/1","b/1"],"by":"x","date":"2026"}`, "why"},
		{"numbered split", head + `{"split":["a/1","b/1"],"identity":1,"by":"x","date":"2026","reason":"y"}`, "only for a join"},
		{"unknown field", head + `{"join":["a/1","b/1"],"by":"x","date":"2026","reason":"y","why":"z"}`, "unknown field"},
		{"two on a line", head + `{"join":["a/1","b/1"],"by":"x","date":"2026","reason":"y"} {}`, "follows"},
		{"overlong", head + strings.Repeat(" ", maxLine+1), "too long"},
	} {
		_, err := Read(strings.NewReader(c.in))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: Read gives error %v, want one with %q", c.name, err, c.want)
		} else if c.name != "overlong" && !errors.Is(err, errkind.Invalid) {
			t.Errorf("%s: error %v is not of kind invalid", c.name, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"format":"interdict-identities","version":1}` + "\n" + `{"join":["a/1","b/1"],"identity":1,"by":"x","date":"2026","reason":"y"}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		ds, err := Read(bytes.NewReader(b))
		if err != nil {
			return
		}
		var w bytes.Buffer
		if err := Write(&w, ds); err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		again, err := Read(&w)
		if err != nil || !slices.Equal(again, ds) {
			t.Fatalf("decisions do not read back: %v, %v", again, err)
		}
	})
}
