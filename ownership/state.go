// SPDX-License-Identifier: Apache-2.0

package ownership

import (
	"math/bits"
	"slices"
)

// A state is the fixed points of one view: who is owned, and who may be.
//
// Where the rule adds up the stakes of several listed parties it is one pair of
// sets; where it does not, the sets of each listed person, and their union.
type state struct {
	v      *view
	listed map[int32]bool
	owned  []uint64 // a bit per node of the view
	open   []uint64 // owned or may be

	persons map[int32]*reach    // by listed party; nil where stakes add up
	by      map[int32][]reacher // who reaches a node; made when first asked for
}

// A reach is what the stakes of one listed party alone make owned or open, the
// party itself first.
type reach struct{ owned, open []int32 }

// A reacher is a listed party that may own a node, or does.
type reacher struct {
	party int32
	owns  bool
}

// newState returns the state of a view with these listed parties.
func newState(v *view, listed map[int32]bool) *state {
	words := (v.size() + 63) / 64
	s := &state{v: v, listed: listed, owned: make([]uint64, words), open: make([]uint64, words)}
	seeds := sortedNodes(listed)
	sc := &scratch{sums: make([]sum, v.size()*v.limbs())}
	if v.rule.Aggregate {
		sc.bits = s.owned
		grow(v, seeds, false, sc)
		sc.bits = s.open
		grow(v, seeds, true, sc)
		return s
	}
	sc.bits = make([]uint64, words)
	s.persons = make(map[int32]*reach, len(seeds))
	for _, x := range seeds {
		r := s.reachOf(x, sc)
		s.persons[x] = r
		s.mark(r)
	}
	return s
}

func sortedNodes[T any](m map[int32]T) []int32 {
	out := make([]int32, 0, len(m))
	for x := range m {
		out = append(out, x)
	}
	slices.Sort(out)
	return out
}

// reachOf finds what one listed party reaches. sc may be nil.
func (s *state) reachOf(x int32, sc *scratch) *reach {
	pass := func(upper bool) []int32 {
		in := grow(s.v, []int32{x}, upper, sc)
		if sc != nil {
			for _, y := range in.order {
				sc.bits[y>>6] = 0
			}
		}
		return in.order
	}
	return &reach{owned: pass(false), open: pass(true)}
}

func (s *state) mark(r *reach) {
	for _, x := range r.owned {
		put(s.owned, x, true)
	}
	for _, x := range r.open {
		put(s.open, x, true)
	}
}

func bit(words []uint64, x int32) bool { return words[x>>6]&(1<<(x&63)) != 0 }

func put(words []uint64, x int32, on bool) {
	words[x>>6] &^= 1 << (x & 63)
	if on {
		words[x>>6] |= 1 << (x & 63)
	}
}

func (s *state) status(x int32) Status {
	switch {
	case bit(s.owned, x):
		return Owned
	case bit(s.open, x):
		return Indeterminate
	}
	return NotOwned
}

// touch answers again for the nodes of from and for all that stands below them,
// after their holders, or who of them is listed, have changed. It returns the
// nodes that it has looked at, each once.
//
// That is enough: whatever does not stand below a change has the holders that it
// had, and they are what they were.
func (s *state) touch(from []int32) []int32 {
	if s.persons != nil {
		return s.touchPersons(from)
	}
	below, in := s.below(from)
	s.regrow(s.owned, below, in, false)
	s.regrow(s.open, below, in, true)
	return below
}

// below returns the nodes and all that stands below them on the day.
func (s *state) below(from []int32) ([]int32, map[int32]bool) {
	seen := make(map[int32]bool, len(from))
	var order []int32
	reach := func(x int32) {
		if !seen[x] {
			seen[x] = true
			order = append(order, x)
		}
	}
	for _, x := range from {
		reach(x)
	}
	var buf []arc
	for i := 0; i < len(order); i++ {
		buf = s.v.out(order[i], buf[:0])
		for j := range buf {
			reach(buf[j].node)
		}
	}
	return order, seen
}

// regrow runs one fixed point again for some nodes, on the ground of all
// others.
func (s *state) regrow(words []uint64, nodes []int32, among map[int32]bool, upper bool) {
	for _, x := range nodes {
		put(words, x, false)
	}
	w := newGrower(s.v, &set{bits: words}, upper, nil)
	for _, x := range nodes {
		if s.listed[x] {
			w.in.add(x)
		}
	}
	var buf []arc
	for _, x := range nodes {
		buf = s.v.in(x, buf[:0])
		for j := range buf {
			if from := buf[j].node; !among[from] && bit(words, from) {
				buf[j].node = x
				w.take(&buf[j])
			}
		}
	}
	w.run()
}

// touchPersons does the same where each listed person counts alone: those who
// reach one of the nodes, or a holder of one, are asked again.
func (s *state) touchPersons(from []int32) []int32 {
	s.index()
	below, _ := s.below(from)
	asked := map[int32]bool{}
	ask := func(x int32) {
		if s.listed[x] {
			asked[x] = true
		}
		for _, p := range s.by[x] {
			asked[p.party] = true
		}
	}
	var buf []arc
	for _, x := range below {
		ask(x)
		buf = s.v.in(x, buf[:0])
		for j := range buf {
			ask(buf[j].node)
		}
	}
	looked := slices.Clone(below)
	seen := map[int32]bool{}
	for _, x := range below {
		seen[x] = true
	}
	look := func(r *reach) {
		for _, x := range append(slices.Clone(r.owned), r.open...) {
			if !seen[x] {
				seen[x] = true
				looked = append(looked, x)
			}
		}
	}
	persons := sortedNodes(asked)
	for _, p := range persons {
		if r := s.persons[p]; r != nil {
			look(r)
			s.drop(p, r)
		}
		delete(s.persons, p)
		if s.listed[p] {
			r := s.reachOf(p, nil)
			look(r)
			s.persons[p] = r
			s.enter(p, r)
		}
	}
	for _, x := range looked {
		put(s.owned, x, false)
		put(s.open, x, false)
	}
	for _, x := range looked {
		for _, p := range s.by[x] {
			put(s.open, x, true)
			if p.owns {
				put(s.owned, x, true)
			}
		}
	}
	return looked
}

// index notes which listed parties reach each node.
func (s *state) index() {
	if s.by != nil {
		return
	}
	s.by = map[int32][]reacher{}
	for _, p := range sortedNodes(s.persons) {
		s.enter(p, s.persons[p])
	}
}

func (s *state) enter(p int32, r *reach) {
	owns := make(map[int32]bool, len(r.owned))
	for _, x := range r.owned {
		owns[x] = true
	}
	for _, x := range r.open {
		s.by[x] = append(s.by[x], reacher{p, owns[x]})
	}
}

func (s *state) drop(p int32, r *reach) {
	for _, x := range r.open {
		s.by[x] = slices.DeleteFunc(s.by[x], func(q reacher) bool { return q.party == p })
	}
}

// reached returns the nodes that are owned or open, and those of also.
func (s *state) reached(also map[int32]Status) map[int32]bool {
	out := map[int32]bool{}
	for x := range also {
		out[x] = true
	}
	for w, word := range s.open {
		for word |= s.owned[w]; word != 0; word &= word - 1 {
			out[int32(w*64+bits.TrailingZeros64(word))] = true
		}
	}
	return out
}

// least returns the most points of a limb that surely count for x; where stakes
// do not add up, for one listed party.
func (s *state) least(x int32) Bound {
	best := Bound{}
	holders := s.v.holders(x)
	for limb := range s.v.limbs() {
		sums := map[int32]Bound{}
		for _, h := range holders {
			if int(h.limb) != limb {
				continue
			}
			for _, p := range s.owners(h.node) {
				sums[p] = sums[p].plus(h.lo)
			}
		}
		for _, b := range sums {
			if cmpLower(b, best) > 0 {
				best = b
			}
		}
	}
	return best
}

// owners returns the listed parties that own x, each alone; where stakes add
// up, one number that stands for all of them.
func (s *state) owners(x int32) []int32 {
	if s.persons == nil {
		if bit(s.owned, x) {
			return []int32{-1}
		}
		return nil
	}
	s.index()
	var out []int32
	for _, p := range s.by[x] {
		if p.owns {
			out = append(out, p.party)
		}
	}
	return out
}
