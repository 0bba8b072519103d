// SPDX-License-Identifier: Apache-2.0

package watchlist

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/interdict-dev/interdict/party"
)

func ref(id string) party.Ref { return party.Ref{List: "us-test", ID: id} }

// numbered returns the entries from..to-1 with marks of their own.
func numbered(from, to int) []Marked {
	var ms []Marked
	for i := from; i < to; i++ {
		ms = append(ms, Marked{ref(fmt.Sprintf("%05d", i)), Mark{byte(i), byte(i >> 8)}})
	}
	return ms
}

// history runs the gate over editions named e0, e1, ...
func history(editions []Contents, decisions map[int][]Decision) []Step {
	var steps []Step
	var before *Step
	for i, c := range editions {
		c.Edition = fmt.Sprintf("e%d", i)
		steps = append(steps, Gate(before, c, decisions[i]))
		before = &steps[i]
	}
	return steps
}

// live returns what is live after a step, as "ref@edition" for what is held.
func live(s Step) []string {
	var out []string
	for _, e := range s.Contents.Entries {
		out = append(out, e.Ref.ID)
	}
	for _, h := range s.Held {
		out = append(out, h.Ref.ID+"@"+h.From)
	}
	slices.Sort(out)
	return out
}

func TestUsualRemovalsGoAtOnce(t *testing.T) {
	for _, c := range []struct {
		was, is int
		waits   bool
	}{
		{1000, 1000, false}, {1000, 1200, false}, {1000, 980, false}, {1000, 979, true}, {100, 98, false}, {100, 97, true},
		{17917, 17509, true}, // OFAC, 2025-05-29 to 2025-07-01
		{18348, 18367, false}, {10, 0, true}, {0, 10, false}, {0, 0, false},
	} {
		s := history([]Contents{{Entries: numbered(0, c.was)}, {Entries: numbered(0, c.is)}}, nil)[1]
		gone := max(c.was-c.is, 0)
		if s.Shrank != c.waits || s.IsWaiting() != c.waits || len(s.Held)+len(s.Removed) != gone || (len(s.Held) > 0) != c.waits {
			t.Errorf("%d to %d: shrank %v, %d held, %d removed, want waiting %v", c.was, c.is, s.Shrank, len(s.Held), len(s.Removed), c.waits)
		}
		if len(s.Added) != max(c.is-c.was, 0) || len(s.Changed) != 0 {
			t.Errorf("%d to %d: %d added, %d changed", c.was, c.is, len(s.Added), len(s.Changed))
		}
		if c.waits != strings.Contains(strings.Join(s.Warnings, "\n"), "more than the usual 2 %") {
			t.Errorf("%d to %d: warnings %q", c.was, c.is, s.Warnings)
		}
	}
}

func TestAdditionsAndChangesGoAtOnce(t *testing.T) {
	next := numbered(50, 120) // 50 lost, 20 new
	next[0].Mark[7] = 1
	s := history([]Contents{{Entries: numbered(0, 100)}, {Entries: next}}, nil)[1]
	if len(s.Held) != 50 || len(s.Added) != 20 || !slices.Equal(s.Changed, []party.Ref{ref("00050")}) || len(s.Removed) != 0 {
		t.Errorf("%d held, %d added, changed %v, %d removed", len(s.Held), len(s.Added), s.Changed, len(s.Removed))
	}
	if s.Held[0] != (Hold{ref("00000"), "e0", "e1", HeldRemoved}) {
		t.Errorf("held %+v", s.Held[0])
	}
	if got, want := s.Summary(), "70 entries, 20 added, 1 changed, 0 removed, 50 removals wait"; got != want {
		t.Errorf("Summary() = %q, want %q", got, want)
	}
}

func TestRejectsKeepTheirOlderVersion(t *testing.T) {
	first := Contents{Entries: numbered(0, 1000)}
	second := Contents{Entries: slices.Delete(numbered(0, 1000), 3, 6), Unread: []string{"00004", "99999"}}
	s := history([]Contents{first, second}, nil)[1]
	if want := []Hold{{ref("00004"), "e0", "e1", HeldUnread}}; !slices.Equal(s.Held, want) {
		t.Errorf("held %v, want %v", s.Held, want)
	}
	if want := []party.Ref{ref("00003"), ref("00005")}; !slices.Equal(s.Removed, want) || s.Unread != 2 {
		t.Errorf("removed %v, want %v; %d not read, want 2", s.Removed, want, s.Unread)
	}
	if len(s.Warnings) != 1 || !strings.Contains(s.Warnings[0], "1 entry could not be read and no earlier version") {
		t.Errorf("warnings %q", s.Warnings)
	}
}

func TestRejectWithoutIdentifierHoldsAllRemovals(t *testing.T) {
	s := history([]Contents{{Entries: numbered(0, 1000)}, {Entries: numbered(2, 1000), Unread: []string{""}}}, nil)[1]
	if len(s.Held) != 2 || s.Held[0].Why != HeldUnnamed || len(s.Removed) != 0 {
		t.Errorf("held %v, removed %v", s.Held, s.Removed)
	}
}

func TestWhatWaitsWaitsOn(t *testing.T) {
	editions := []Contents{
		{Entries: numbered(0, 100)},
		{Entries: numbered(10, 100)},   // ten wait
		{Entries: numbered(9, 99)},     // one came back, one more goes as usual
		{Entries: numbered(9, 99)},     //
		{Entries: numbered(9, 95)},     // four more wait
		{Entries: numbered(9, 95)[1:]}, // usual
	}
	all := Decision{By: "A", Reason: "delisted"}
	steps := history(editions, nil)
	for i, want := range []int{0, 10, 9, 9, 13, 13} {
		if len(steps[i].Held) != want {
			t.Errorf("after edition %d: %d held, want %d", i, len(steps[i].Held), want)
		}
	}
	if got := steps[2].Removed; !slices.Equal(got, []party.Ref{ref("00099")}) {
		t.Errorf("removed %v", got)
	}
	if h := steps[4].Held[0]; h.From != "e0" || h.Since != "e1" {
		t.Errorf("a hold lost its origin: %+v", h)
	}
	// A decision at an edition lets go of all that waits there, for good.
	steps = history(editions, map[int][]Decision{3: {all}})
	for i, want := range []int{0, 10, 9, 0, 4, 4} {
		if len(steps[i].Held) != want {
			t.Errorf("decision at 3: after edition %d: %d held, want %d", i, len(steps[i].Held), want)
		}
	}
	if len(steps[3].Dropped) != 9 || steps[3].IsWaiting() {
		t.Errorf("%d dropped, want 9", len(steps[3].Dropped))
	}
	// A decision about some leaves the others.
	some := all
	some.Refs = []party.Ref{ref("00003"), ref("00077")}
	steps = history(editions, map[int][]Decision{1: {some}})
	if len(steps[1].Held) != 9 || len(steps[2].Held) != 8 || slices.Contains(live(steps[2]), "00003@e0") {
		t.Errorf("decision about one: %d, %d held", len(steps[1].Held), len(steps[2].Held))
	}
}

func TestDecisionAboutRejects(t *testing.T) {
	editions := []Contents{{Entries: numbered(0, 100)}, {Entries: numbered(1, 100), Unread: []string{"00000"}}}
	one := Decision{Refs: []party.Ref{ref("00000")}}
	if s := history(editions, map[int][]Decision{1: {one}})[1]; s.IsWaiting() || len(s.Dropped) != 1 {
		t.Errorf("still waiting: %+v", s)
	}
	if s := history(editions, map[int][]Decision{1: {{}}})[1]; s.IsWaiting() {
		t.Errorf("still waiting: %+v", s)
	}
}

// TestNothingLeavesUnseen runs random histories: an entry that was live is
// live after the next edition, or named as removed or dropped.
func TestNothingLeavesUnseen(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	holds := 0
	for range 200 {
		var editions []Contents
		decisions := map[int][]Decision{}
		for i := range 8 {
			var c Contents
			loss := []float64{0.001, 0.02, 0.1}[r.IntN(3)]
			for _, m := range numbered(0, 200) {
				switch {
				case r.Float64() >= loss:
					c.Entries = append(c.Entries, m)
				case r.IntN(3) == 0:
					c.Unread = append(c.Unread, []string{m.Ref.ID, ""}[r.IntN(2)])
				}
			}
			editions = append(editions, c)
			if r.IntN(4) == 0 {
				decisions[i] = []Decision{{Refs: []party.Ref{ref("00007")}[:r.IntN(2)]}}
			}
		}
		steps := history(editions, decisions)
		for i, s := range steps[1:] {
			now := map[string]bool{}
			for _, l := range live(s) {
				id, _, _ := strings.Cut(l, "@")
				if now[id] {
					t.Fatalf("%s is live twice", id)
				}
				now[id] = true
			}
			for _, r := range s.Removed {
				now[r.ID] = true
			}
			for _, h := range s.Dropped {
				now[h.Ref.ID] = true
			}
			for _, l := range live(steps[i]) {
				id, _, _ := strings.Cut(l, "@")
				if !now[id] {
					t.Fatalf("%s was live after edition %d and is nowhere after %d", id, i, i+1)
				}
			}
			holds += len(s.Held)
		}
	}
	if holds == 0 {
		t.Fatal("nothing was ever held")
	}
}

func TestWordsThatComeAndGo(t *testing.T) {
	words := func(program, property string) Words {
		w := Words{}
		for range 10 {
			w.Count(&party.Entry{
				Listings:   []party.Listing{{Programs: []string{"SDGT", program}}},
				Properties: []party.Property{{Name: property, Value: "1"}, {Name: property, Value: "2"}},
			})
		}
		return w
	}
	a, b := words("CYBER2", "Height"), words("CYBER4", "Hight")
	s := history([]Contents{{Entries: numbered(0, 100), Words: a}, {Entries: numbered(0, 100), Words: b}}, nil)[1]
	want := []string{
		`program "CYBER4" is new, in 10 entries`,
		`property "Hight" is new, in 10 entries`,
		`program "CYBER2" is gone, which stood in 10 entries`,
		`property "Height" is gone, which stood in 10 entries`,
	}
	if !slices.Equal(s.Warnings, want) || s.IsWaiting() {
		t.Errorf("warnings %q, want %q", s.Warnings, want)
	}
}
