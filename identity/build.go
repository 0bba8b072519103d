// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/party"
)

// member is one entry while a set is built.
type member struct {
	ref    party.Ref
	kind   party.Kind
	strong []party.Identifier
	parent int   // of the union-find
	all    []int // at a root: the members of its component
}

// builder is a union-find that refuses unions which something stands against,
// and remembers why it made or refused each.
type builder struct {
	members   []member // sorted by ref
	splits    map[pair]*Decision
	joins     []Join
	conflicts []Conflict
}

// pair is two entries, the smaller first.
type pair struct{ a, b party.Ref }

func newPair(a, b party.Ref) pair {
	if a.Compare(b) > 0 {
		a, b = b, a
	}
	return pair{a, b}
}

// newBuilder keeps the entries that may be joined at all: those with a strong
// identifier, and those that a decision names.
func newBuilder(entries iter.Seq[party.Entry], decisions []Decision) *builder {
	byRef := map[party.Ref]*member{}
	for _, d := range decisions {
		byRef[d.A] = &member{ref: d.A}
		byRef[d.B] = &member{ref: d.B}
	}
	for e := range entries {
		m := byRef[e.Ref]
		for _, id := range e.Identifiers {
			if !IsStrong(id) {
				continue
			}
			if m == nil {
				m = &member{ref: e.Ref}
				byRef[e.Ref] = m
			}
			m.strong = append(m.strong, id)
		}
		if m != nil {
			m.kind = e.Kind
		}
	}
	b := &builder{splits: map[pair]*Decision{}}
	for _, m := range byRef {
		b.members = append(b.members, *m)
	}
	slices.SortFunc(b.members, func(m, n member) int { return m.ref.Compare(n.ref) })
	for i := range b.members {
		b.members[i].parent = i
		b.members[i].all = []int{i}
	}
	return b
}

// recorded returns the joins of the decisions that stand, and notes the splits
// that do: of two decisions about one pair the later one.
func (b *builder) recorded(decisions []Decision) []Join {
	last := map[pair]int{}
	for i, d := range decisions {
		last[newPair(d.A, d.B)] = i
	}
	var joins []Join
	for i := range decisions {
		d := &decisions[i]
		p := newPair(d.A, d.B)
		switch {
		case last[p] != i:
		case d.Kind == Split:
			b.splits[p] = d
		default:
			joins = append(joins, Join{A: d.A, B: d.B, Decision: d})
		}
	}
	return joins
}

// automatic returns a join for each two neighbours among the entries that
// carry one strong identifier, in the order of the identifiers.
func (b *builder) automatic() []Join {
	type carrier struct {
		id  party.Identifier
		ref party.Ref
	}
	var all []carrier
	for _, m := range b.members {
		for _, id := range m.strong {
			all = append(all, carrier{id, m.ref})
		}
	}
	slices.SortFunc(all, func(x, y carrier) int {
		return cmp.Or(strings.Compare(string(x.id.Scheme), string(y.id.Scheme)), strings.Compare(x.id.Normal, y.id.Normal), x.ref.Compare(y.ref))
	})
	var joins []Join
	for i, c := range all {
		// Every pair is tried, not neighbours alone: what stands against one pair
		// need not stand against another.
		for _, d := range all[i+1:] {
			if d.id.Scheme != c.id.Scheme || d.id.Normal != c.id.Normal {
				break
			}
			if c.ref != d.ref {
				joins = append(joins, Join{A: c.ref, B: d.ref, Identifier: c.id})
			}
		}
	}
	return joins
}

// join makes one component of two, unless something stands against it.
func (b *builder) join(j Join) {
	x, y := b.root(j.A), b.root(j.B)
	if x == y {
		return // they are one already, for a reason that came first
	}
	if c, ok := b.conflict(j, x, y); ok {
		b.conflicts = append(b.conflicts, c)
		return
	}
	b.joins = append(b.joins, j)
	if len(b.members[x].all) < len(b.members[y].all) {
		x, y = y, x
	}
	for _, i := range b.members[y].all {
		b.members[i].parent = x
	}
	b.members[x].all = append(b.members[x].all, b.members[y].all...)
	b.members[y].all = nil
}

// root returns the root of an entry. Members point straight at their root, and
// every ref that is asked for is a member.
func (b *builder) root(r party.Ref) int {
	i, _ := slices.BinarySearchFunc(b.members, r, func(m member, r party.Ref) int { return m.ref.Compare(r) })
	return b.members[i].parent
}

// conflict looks for something that stands between the components x and y. A
// recorded join is only stopped by a recorded split.
func (b *builder) conflict(j Join, x, y int) (Conflict, bool) {
	var worst Conflict
	found := false
	for _, i := range b.members[x].all {
		for _, k := range b.members[y].all {
			m, n := &b.members[i], &b.members[k]
			c := Conflict{Join: j, Others: []party.Ref{m.ref, n.ref}}
			if d := b.splits[newPair(m.ref, n.ref)]; d != nil {
				c.Kind, c.Split = Forbidden, d
				return c, true
			}
			switch {
			case found || j.Decision != nil:
				continue
			case m.ref.List == n.ref.List:
				c.Kind = SameList
			case m.kind != n.kind && m.kind != party.Unknown && n.kind != party.Unknown:
				c.Kind = KindsDiffer
			default:
				continue
			}
			worst, found = c, true
		}
	}
	return worst, found
}

// set returns what was joined. Entries that stand alone are no part of it.
func (b *builder) set() *Set {
	s := &Set{joins: b.joins, conflicts: b.conflicts}
	index := map[int]int32{} // of a root, its identity
	for i, m := range b.members {
		if len(b.members[m.parent].all) < 2 {
			continue
		}
		at, ok := index[m.parent]
		if !ok {
			at = int32(len(s.ids))
			index[m.parent] = at
			s.ids = append(s.ids, Identity{})
		}
		s.ids[at].Refs = append(s.ids[at].Refs, b.members[i].ref)
		s.refs = append(s.refs, m.ref)
		s.of = append(s.of, at)
	}
	b.number(s, index)
	return s
}

// number gives each identity the smallest number of its recorded joins. Where
// a split left one number in two identities, the one whose join was recorded
// first keeps it.
func (b *builder) number(s *Set, index map[int]int32) {
	owner := map[int]int32{}
	for _, j := range s.joins {
		if j.Decision == nil || j.Decision.Identity == 0 {
			continue
		}
		n, at := j.Decision.Identity, index[b.root(j.A)]
		if first, taken := owner[n]; taken && first != at {
			continue
		}
		owner[n] = at
		if id := &s.ids[at]; id.Number == 0 || n < id.Number {
			id.Number = n
		}
	}
}
