// SPDX-License-Identifier: Apache-2.0

package watchlist

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/interdict-dev/interdict/party"
)

// UsualLoss is how many percent smaller than the edition before it an edition
// may be before its removals wait for a person. The rule and the number are
// those of the project's second issue; OFAC's step from 2025-05-29 to
// 2025-07-01, 17,917 to 17,509 parties or 2.3 %, is one that waits.
const UsualLoss = 2

// A Mark is the start of the [party.Digest] of an entry. It is compared only
// with the mark of the same entry in the next edition, to see that it changed,
// and for that eight bytes are plenty.
type Mark [8]byte

// MarkOf returns the mark of an entry.
func MarkOf(e *party.Entry) Mark {
	d := party.Digest(e)
	return Mark(d[:8])
}

// A Marked is an entry as the gate sees it.
type Marked struct {
	Ref  party.Ref
	Mark Mark
}

// Contents are what the gate sees of one edition.
type Contents struct {
	Edition string   // names the edition: [Edition.ID]
	Entries []Marked // sorted by Ref, each Ref once
	Unread  []string // the publisher's identifier of each reject; "" where it could not be read
	// Repeated is the number of entries whose Ref an earlier entry had.
	Repeated int
	Words    Words
}

// Words are the publisher's own words in an edition, by what they are
// ("program", "property"), each with the number of entries that use it. A word
// that comes or goes may mean that the format changed.
type Words map[string]map[string]int

// maxWords bounds the words of one kind that are kept. Publishers use dozens; a
// user's own list may have a new one in each row, and says nothing by it.
const maxWords = 1000

// Count adds the words of an entry.
func (w Words) Count(e *party.Entry) {
	seen := map[[2]string]bool{}
	add := func(kind, word string) {
		if word == "" || seen[[2]string{kind, word}] {
			return
		}
		seen[[2]string{kind, word}] = true
		if w[kind] == nil {
			w[kind] = map[string]int{}
		}
		if _, ok := w[kind][word]; ok || len(w[kind]) < maxWords {
			w[kind][word]++
		}
	}
	for _, l := range e.Listings {
		for _, p := range l.Programs {
			add("program", p)
		}
		for _, m := range l.Measures {
			add("measure", m)
		}
		for _, v := range l.Events {
			add("event", v.Type)
		}
	}
	for _, i := range e.Identifiers {
		add("identifier", i.Label)
	}
	for _, r := range e.Relations {
		add("relation", r.Label)
	}
	for _, p := range e.Properties {
		add("property", p.Name)
	}
}

// A Decision is what a person said about what waits at an edition: it may go.
type Decision struct {
	By     string      `json:"by"`
	Reason string      `json:"reason"`
	When   time.Time   `json:"when"`
	Refs   []party.Ref `json:"refs,omitempty"` // none means all that waits at the edition
}

// A Why says for what reason an older version of an entry stays live.
type Why string

// The reasons to hold an entry.
const (
	HeldRemoved Why = "removed" // the edition lost unusually many, and this is one
	HeldUnread  Why = "unread"  // the edition has the entry, but it could not be read
	HeldUnnamed Why = "unnamed" // the edition lost it, and has rejects whose identifier could not be read: it may be one
)

// A Hold is an entry that an edition does not give and that stays live.
type Hold struct {
	Ref   party.Ref `json:"ref"`
	From  string    `json:"from"`  // the edition whose version of the entry stays
	Since string    `json:"since"` // the first edition without it
	Why   Why       `json:"why"`
}

// A Step is what became live with an edition. Live are the entries of the
// edition and, of the editions that the holds name, the entries held.
type Step struct {
	Contents Contents
	Before   string // the edition before it in the same format; "" for the first

	Added   []party.Ref // against the edition before, whatever waits
	Changed []party.Ref
	Removed []party.Ref // gone, and not held
	Held    []Hold      // sorted by Ref; waits for a decision
	Dropped []Hold      // were held until a decision at this edition
	// Unread is the number of rejects of the edition that nobody has accepted,
	// whether or not an older version of them stays.
	Unread   int
	Shrank   bool     // lost more than [UsualLoss] percent
	Warnings []string // for people: rejects that are new entries, words that came or went
}

// IsWaiting says that a person has to look.
func (s *Step) IsWaiting() bool { return len(s.Held) > 0 || s.Unread > 0 }

// Gate decides what goes live with an edition. Before is the step of the
// edition published before it in the same format, nil for the first; decisions
// are those taken at this edition. It is a pure function.
//
// Additions and changes go live at once. A removal waits when the edition
// shrank by more than [UsualLoss] percent; an entry that the edition has but
// that could not be read keeps its older version. What waited before waits on,
// until it is back in an edition or a decision lets it go.
func Gate(before *Step, next Contents, decisions []Decision) Step {
	s := Step{Contents: next, Unread: len(next.Unread)}
	if before != nil {
		s.compare(before)
	} else {
		for _, e := range next.Entries {
			s.Added = append(s.Added, e.Ref)
		}
	}
	s.warn(before)
	for _, d := range decisions {
		s.apply(d)
	}
	return s
}

// compare fills in the differences and the holds.
func (s *Step) compare(before *Step) {
	was, is := before.Contents.Entries, s.Contents.Entries
	s.Before = before.Contents.Edition
	s.Shrank = len(is)*100 < len(was)*(100-UsualLoss)
	unread := map[string]bool{}
	for _, id := range s.Contents.Unread {
		unread[id] = true
	}
	hold := func(ref party.Ref, why Why) {
		s.Held = append(s.Held, Hold{ref, s.Before, s.Contents.Edition, why})
	}
	for len(was) > 0 || len(is) > 0 {
		switch c := compareHeads(was, is); {
		case c > 0:
			s.Added = append(s.Added, is[0].Ref)
			is = is[1:]
		case c == 0:
			if was[0].Mark != is[0].Mark {
				s.Changed = append(s.Changed, is[0].Ref)
			}
			was, is = was[1:], is[1:]
		default:
			switch ref := was[0].Ref; {
			case unread[ref.ID]:
				hold(ref, HeldUnread)
			case unread[""]:
				hold(ref, HeldUnnamed)
			case s.Shrank:
				hold(ref, HeldRemoved)
			default:
				s.Removed = append(s.Removed, ref)
			}
			was = was[1:]
		}
	}
	for _, h := range before.Held {
		if !s.Contents.has(h.Ref) {
			s.Held = append(s.Held, h)
		}
	}
	slices.SortFunc(s.Held, func(a, b Hold) int { return a.Ref.Compare(b.Ref) })
}

// compareHeads orders the first entries of two sorted lists; the end of a list
// comes after everything.
func compareHeads(a, b []Marked) int {
	switch {
	case len(a) == 0:
		return 1
	case len(b) == 0:
		return -1
	}
	return a[0].Ref.Compare(b[0].Ref)
}

func (c *Contents) has(r party.Ref) bool {
	_, ok := slices.BinarySearchFunc(c.Entries, r, func(m Marked, r party.Ref) int { return m.Ref.Compare(r) })
	return ok
}

// apply lets go of what a decision names.
func (s *Step) apply(d Decision) {
	if len(d.Refs) == 0 {
		s.Dropped, s.Held, s.Unread = append(s.Dropped, s.Held...), nil, 0
		return
	}
	kept := s.Held[:0:0]
	for _, h := range s.Held {
		if slices.Contains(d.Refs, h.Ref) {
			s.Dropped = append(s.Dropped, h)
			if h.Why == HeldUnread && h.Since == s.Contents.Edition {
				s.Unread--
			}
		} else {
			kept = append(kept, h)
		}
	}
	s.Held = kept
}

// warn says what a person should know although nothing waits for it.
func (s *Step) warn(before *Step) {
	stays := map[string]bool{}
	for _, h := range s.Held {
		if h.Why == HeldUnread {
			stays[h.Ref.ID] = true
		}
	}
	lost := 0
	for _, id := range s.Contents.Unread {
		if !stays[id] {
			lost++
		}
	}
	if lost > 0 {
		s.Warnings = append(s.Warnings, fmt.Sprintf("%s could not be read and no earlier version is at hand: what they list is not screened", count(lost, "entry", "entries")))
	}
	if n := s.Contents.Repeated; n > 0 {
		s.Warnings = append(s.Warnings, count(n, "entry has", "entries have")+" an identifier that an entry before has")
	}
	if before == nil {
		return
	}
	if s.Shrank {
		was, is := len(before.Contents.Entries), len(s.Contents.Entries)
		s.Warnings = append(s.Warnings, fmt.Sprintf("%d entries after %d: lost %.1f %%, more than the usual %d %%", is, was, 100*float64(was-is)/float64(was), UsualLoss))
	}
	s.Warnings = append(s.Warnings, surprises(before.Contents.Words, s.Contents.Words, len(before.Contents.Entries))...)
}

// surprises names the words that are new, and those that are gone although one
// in a hundred entries had them.
func surprises(was, is Words, entries int) []string {
	var out []string
	for _, kind := range slices.Sorted(maps.Keys(is)) {
		if len(was[kind]) >= maxWords || len(was) == 0 {
			continue
		}
		for _, word := range slices.Sorted(maps.Keys(is[kind])) {
			if _, ok := was[kind][word]; !ok {
				out = append(out, fmt.Sprintf("%s %q is new, in %s", kind, word, count(is[kind][word], "entry", "entries")))
			}
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(was)) {
		if len(is[kind]) >= maxWords {
			continue
		}
		for _, word := range slices.Sorted(maps.Keys(was[kind])) {
			if n := was[kind][word]; is[kind][word] == 0 && n >= 10 && n*100 >= entries {
				out = append(out, fmt.Sprintf("%s %q is gone, which stood in %s", kind, word, count(n, "entry", "entries")))
			}
		}
	}
	return out
}

// count returns "1 entry" or "2 entries".
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// Summary says in one line what became live and what waits.
func (s *Step) Summary() string {
	parts := []string{count(len(s.Contents.Entries), "entry", "entries"), fmt.Sprintf("%d added", len(s.Added)), fmt.Sprintf("%d changed", len(s.Changed)), fmt.Sprintf("%d removed", len(s.Removed))}
	by := map[Why]int{}
	for _, h := range s.Held {
		by[h.Why]++
	}
	if n := by[HeldRemoved] + by[HeldUnnamed]; n > 0 {
		parts = append(parts, count(n, "removal waits", "removals wait"))
	}
	if s.Unread > 0 {
		parts = append(parts, fmt.Sprintf("%s not read", count(s.Unread, "entry", "entries")))
	}
	return strings.Join(parts, ", ")
}
