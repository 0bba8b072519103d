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
)

// A finder ranks the entries of a book by names alone, deeper than any
// screening would look.
type finder struct {
	book   *book.Book
	search index.Searcher
	at     map[hitKey]int
	hits   []hit
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
		for _, l := range f.book.Lists() {
			ofac := strings.HasPrefix(string(l.Info.List), "us-ofac")
			f.search.Search(l.Index, &q, deepEvidence, func(h index.Hit) {
				if !h.Weak || !ofac {
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

// right says that a hit is what the case expects.
func (h *hit) right(c *Case) (bool, error) {
	if len(c.Expect) == 0 {
		return false, nil
	}
	head, err := h.list.Head(h.entry)
	return slices.Contains(c.Expect, head.Ref.ID), err
}

// kind is the kind of party that the case asks about.
func (c *Case) kind() party.Kind {
	k, err := party.ParseKind(c.Type)
	if err != nil {
		return party.Unknown // Run refuses such a deck
	}
	return k
}
