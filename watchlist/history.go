// SPDX-License-Identifier: Apache-2.0

package watchlist

import (
	"slices"

	"github.com/interdict-dev/interdict/party"
)

// A Turn is one edition of a list against the one before it in the same format:
// what the publisher did, and what became of it here.
type Turn struct {
	Edition Edition
	Before  string // the edition before; "" for the first of its format

	// Added, Changed and Removed are as published, in the order of Refs, whatever
	// waited. The first edition of a format adds nothing: nobody knows.
	Added, Changed, Removed []party.Ref
	// Held are the entries that stay live although this edition does not give them,
	// with the decisions about this edition that were taken since.
	Held []Hold
	// Dropped were held until a decision at this edition.
	Dropped []Hold

	entries []Marked
}

// Mark returns the mark of an entry in the edition; ok is false where the edition
// does not give it.
func (t *Turn) Mark(r party.Ref) (m Mark, ok bool) {
	i, ok := slices.BinarySearchFunc(t.entries, r, func(m Marked, r party.Ref) int { return m.Ref.Compare(r) })
	if !ok {
		return m, false
	}
	return t.entries[i].Mark, true
}

// History returns the editions of a series, the oldest first, each against the
// one before it. A series without editions has an empty history.
func (a *Archive) History(s Series) ([]Turn, error) {
	all, err := a.Editions(s)
	if err != nil {
		return nil, err
	}
	var out []Turn
	done := map[string]bool{}
	for _, e := range all {
		if done[e.Format] {
			continue
		}
		done[e.Format] = true
		line, err := a.line(inFormat(all, e.Format))
		if err != nil {
			return nil, err
		}
		out = append(out, line...)
	}
	slices.SortStableFunc(out, func(x, y Turn) int { return x.Edition.published().Compare(y.Edition.published()) })
	return out, nil
}

// line returns the turns of the editions of one format.
func (a *Archive) line(editions []Edition) ([]Turn, error) {
	out := make([]Turn, 0, len(editions))
	var before *Step
	for _, e := range editions {
		c, err := a.Contents(e)
		if err != nil {
			return nil, err
		}
		step := Gate(before, c, e.Accepted)
		t := Turn{Edition: e, Before: step.Before, Held: step.Held, Dropped: step.Dropped, entries: c.Entries}
		if before != nil {
			t.Added, t.Changed, t.Removed = CompareMarks(before.Contents.Entries, c.Entries)
		}
		out, before = append(out, t), &step
	}
	return out, nil
}

// CompareMarks says what of two sorted sets of entries was added, what is in both
// and changed, and what was removed.
func CompareMarks(was, is []Marked) (added, changed, removed []party.Ref) {
	for len(was) > 0 || len(is) > 0 {
		switch c := compareHeads(was, is); {
		case c > 0:
			added, is = append(added, is[0].Ref), is[1:]
		case c < 0:
			removed, was = append(removed, was[0].Ref), was[1:]
		default:
			if was[0].Mark != is[0].Mark {
				changed = append(changed, is[0].Ref)
			}
			was, is = was[1:], is[1:]
		}
	}
	return added, changed, removed
}
