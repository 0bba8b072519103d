// SPDX-License-Identifier: Apache-2.0

package ownership

import (
	"fmt"
	"iter"
	"math/bits"
	"slices"

	"github.com/interdict-dev/interdict/party"
)

// A Solution is the answer of one rule for every company of a graph at once:
// who is owned, and who may be. It never changes.
type Solution struct {
	g      *Graph
	q      Query
	rule   Rule
	listed map[int32]bool
	owned  []uint64 // a bit per party
	open   []uint64 // owned or may be
}

// Solve answers for all companies. The error is for a question that cannot be
// asked. Where the regime has no rule on the day nothing is owned; a suspended
// rule answers as if it were in force, and Rule says that it is suspended.
func (g *Graph) Solve(q Query) (*Solution, error) {
	a, rule, ok, err := g.start(party.Ref{}, q)
	if err != nil {
		return nil, fmt.Errorf("solve %s: %w", q.Regime, err)
	}
	s := &Solution{g: g, q: q, rule: rule, listed: map[int32]bool{}}
	s.q.Facts = a.Facts
	v := g.view(rule, a.Facts, q.Treasury)
	words := (v.size() + 63) / 64
	s.owned, s.open = make([]uint64, words), make([]uint64, words)
	if !ok {
		return s, nil
	}
	seeds := s.mark()
	slices.Sort(seeds)
	s.pass(v, seeds, false, s.owned)
	s.pass(v, seeds, true, s.open)
	return s, nil
}

// mark notes which nodes are listed on the day and returns them.
func (s *Solution) mark() []int32 {
	var seeds []int32
	for x, ls := range s.q.Listed.by {
		for i := range ls {
			if l := &ls[i]; l.Regime == s.q.Regime && l.Cascades && l.Measure == s.q.Measure && l.standsOn(s.q.Law) {
				s.listed[x] = true
			}
		}
		if s.listed[x] {
			seeds = append(seeds, x)
		}
	}
	return seeds
}

// pass runs one fixed point for all seeds together, or one for each.
func (s *Solution) pass(v *view, seeds []int32, upper bool, into []uint64) {
	sc := &scratch{sums: make([]sum, v.size()*v.limbs())}
	if v.rule.Aggregate {
		sc.bits = into
		grow(v, seeds, upper, sc)
		return
	}
	sc.bits = make([]uint64, len(into))
	for i := range seeds {
		in := grow(v, seeds[i:i+1], upper, sc)
		for _, x := range in.order {
			into[x>>6] |= 1 << (x & 63)
			sc.bits[x>>6] = 0
		}
	}
}

// Rule returns the rule that was asked; the zero Rule where there was none.
func (s *Solution) Rule() Rule { return s.rule }

// Status returns [Owned], [Indeterminate] or [NotOwned] for a company, the last
// for whatever listed parties do not reach on what is known: [Graph.Own] tells
// the weaker answers apart. A listed party counts as owned.
func (s *Solution) Status(ref party.Ref) Status {
	x := s.g.find(ref)
	if x < 0 {
		return NoData
	}
	return s.status(x)
}

func (s *Solution) status(x int32) Status {
	switch bit := uint64(1) << (x & 63); {
	case s.owned[x>>6]&bit != 0:
		return Owned
	case s.open[x>>6]&bit != 0:
		return Indeterminate
	}
	return NotOwned
}

// All yields every company, listed parties aside, that is owned or may be.
func (s *Solution) All() iter.Seq2[party.Ref, Status] {
	return func(yield func(party.Ref, Status) bool) {
		for w, word := range s.open {
			for word |= s.owned[w]; word != 0; word &= word - 1 {
				x := int32(w*64 + bits.TrailingZeros64(word))
				if int(x) >= s.g.size() || s.listed[x] {
					continue
				}
				if !yield(s.g.ref(x), s.status(x)) {
					return
				}
			}
		}
	}
}
