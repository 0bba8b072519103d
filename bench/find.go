// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"cmp"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/book"
	"github.com/interdict-dev/interdict/index"
	"github.com/interdict-dev/interdict/names"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/starter"
)

// A finder ranks the entries of a book by names alone, deeper than any
// screening would look.
type finder struct {
	book   *book.Book
	lists  []*book.List
	stands map[*book.List][]bool  // entries that are listed on the day, or about no law at all
	refs   map[string][]party.Ref // of those, by the publisher's identifier
	search index.Searcher
	at     map[hitKey]int
	hits   []hit
}

// newFinder reads which entries stand on a day; the zero day is any.
func newFinder(b *book.Book, day party.Date) (*finder, error) {
	f := &finder{book: b, stands: map[*book.List][]bool{}, refs: map[string][]party.Ref{}}
	err := b.Guard(func() error {
		for _, l := range b.Lists() {
			if l.Info.List == starter.Intel {
				continue // listed nowhere: screening leaves it out as well
			}
			f.lists = append(f.lists, l)
			f.stands[l] = make([]bool, l.Len())
			for i := range l.Len() {
				e, err := l.Entry(uint32(i))
				if err != nil {
					return err
				}
				if !standsOn(&e, day) {
					continue
				}
				f.stands[l][i] = true
				f.refs[e.Ref.ID] = append(f.refs[e.Ref.ID], e.Ref)
			}
		}
		return nil
	})
	return f, err
}

// standsOn says that an entry is listed on a day, as a screening decides it: a
// listing without a date stood always, and an entry without listings is not
// about law.
func standsOn(e *party.Entry, day party.Date) bool {
	if len(e.Listings) == 0 || day.IsZero() {
		return true
	}
	return slices.ContainsFunc(e.Listings, func(l party.Listing) bool {
		return l.StoodOn(day)
	})
}

// expected are the entries that count as right for a case: those it names, and
// what is one party with them.
func (f *finder) expected(c *Case) map[party.Ref]bool {
	if len(c.Expect) == 0 {
		return nil
	}
	right := map[party.Ref]bool{}
	for _, id := range c.Expect {
		for _, r := range f.refs[id] {
			if c.List == "" || c.List == string(r.List) {
				right[r] = true
			}
		}
	}
	return right
}

type hitKey struct {
	list  *book.List
	entry uint32
}

// A hit is an entry with the evidence of the best of its names.
type hit struct {
	hitKey
	name     uint32
	evidence int32
}

// deepEvidence is how low a finder looks for the right entry, in milli-nats.
const deepEvidence = -5500

// find returns the entries that resemble a name, the best first. Weak aliases
// of OFAC lists are left out, as the default policy does.
func (f *finder) find(c *Case) []hit {
	f.at, f.hits = map[hitKey]int{}, f.hits[:0]
	for _, mode := range names.Modes(c.kind()) {
		q := names.ReadText(c.Query, mode)
		for _, l := range f.lists {
			ofac := strings.HasPrefix(string(l.Info.List), "us-ofac")
			stands := f.stands[l]
			f.search.Search(l.Index, &q, deepEvidence, func(h index.Hit) {
				if stands[h.Entry] && (!h.Weak || !ofac) {
					f.add(hit{hitKey{l, h.Entry}, h.Name, h.Evidence})
				}
			})
		}
	}
	slices.SortFunc(f.hits, func(a, b hit) int {
		return cmp.Or(cmp.Compare(b.evidence, a.evidence), cmp.Compare(a.list.Info.List, b.list.Info.List), cmp.Compare(a.entry, b.entry))
	})
	return f.hits
}

func (f *finder) add(h hit) {
	i, ok := f.at[h.hitKey]
	switch {
	case !ok:
		f.at[h.hitKey] = len(f.hits)
		f.hits = append(f.hits, h)
	case h.evidence > f.hits[i].evidence:
		f.hits[i] = h
	}
}

// place notes where the right entry stands among all that resemble the query.
// Entries that are one party count once. The case is tied when another party
// has the evidence of the right one at the top, whichever of the two sorts first.
func (f *finder) place(o *Outcome, c *Case, right map[party.Ref]bool) error {
	rank := 0
	seen := map[party.Ref]bool{}
	other := int32(Nothing) // evidence of the best party that is not the right one
	for i, h := range f.find(c) {
		if len(right) == 0 && i > 0 || o.Rank > 0 && (other != Nothing || h.evidence < o.Right) {
			break
		}
		head, err := h.list.Head(h.entry)
		if err != nil {
			return err
		}
		if i == 0 {
			if err := o.top(&h); err != nil {
				return err
			}
		}
		id, err := f.book.Identity(head.Ref)
		if err != nil {
			return err
		}
		if seen[id.Refs[0]] {
			continue
		}
		seen[id.Refs[0]] = true
		rank++
		switch is := slices.ContainsFunc(id.Refs, func(r party.Ref) bool { return right[r] }); {
		case !is && other == Nothing:
			other = h.evidence
		case is && o.Rank == 0:
			o.Rank, o.Right = rank, h.evidence
		}
	}
	if o.Rank > 0 && o.Right == o.Top && other == o.Right {
		o.Tied = true
	}
	return nil
}

// top notes the best entry.
func (o *Outcome) top(h *hit) error {
	e, err := h.list.Entry(h.entry)
	if err != nil {
		return err
	}
	o.Top, o.TopRef, o.TopName = h.evidence, e.Ref.String(), e.Names[h.name].Full
	return nil
}

// right says that a hit is what the case expects.
func (h *hit) right(c *Case) (bool, error) {
	if len(c.Expect) == 0 {
		return false, nil
	}
	head, err := h.list.Head(h.entry)
	return slices.Contains(c.Expect, head.Ref.ID) && (c.List == "" || c.List == string(head.Ref.List)), err
}

// kind is the kind of party that the case asks about.
func (c *Case) kind() party.Kind {
	k, err := party.ParseKind(c.Type)
	if err != nil {
		return party.Unknown // Run refuses such a deck
	}
	return k
}
