// SPDX-License-Identifier: Apache-2.0

package ownership

import (
	"fmt"
	"iter"
	"math/bits"

	"github.com/interdict-dev/interdict/party"
)

// A Solution is the answer of one rule for every company of a graph at once:
// who is owned, and who may be. It never changes, and any number of goroutines
// may ask it.
type Solution struct {
	g     *Graph
	q     Query
	rule  Rule
	ok    bool // the regime had a rule on the day
	state *state
}

// Solve answers for all companies. The error is for a question that cannot be
// asked. Where the regime has no rule on the day nothing is owned; a suspended
// rule answers as if it were in force, and Rule says that it is suspended.
func (g *Graph) Solve(q Query) (*Solution, error) {
	a, rule, ok, err := g.start(party.Ref{}, q)
	if err != nil {
		return nil, fmt.Errorf("solve %s: %w", q.Regime, err)
	}
	q.Facts = a.Facts
	v := g.view(rule, a.Facts, q.Treasury)
	listed := map[int32]bool{}
	if ok {
		listed = q.listedOn()
	}
	return &Solution{g, q, rule, ok, newState(v, listed)}, nil
}

// listedOn returns which nodes are listed, by what cascades, on the day whose
// law is asked.
func (q *Query) listedOn() map[int32]bool {
	out := map[int32]bool{}
	for x, ls := range q.Listed.by {
		for i := range ls {
			if q.seeds(&ls[i]) {
				out[x] = true
			}
		}
	}
	return out
}

// seeds says whether the listing is one that the question begins with.
func (q *Query) seeds(l *Listed) bool {
	return l.Regime == q.Regime && l.Cascades && l.Measure == q.Measure && l.standsOn(q.Law)
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
	return s.state.status(x)
}

// All yields every company, listed parties aside, that is owned or may be.
func (s *Solution) All() iter.Seq2[party.Ref, Status] {
	return func(yield func(party.Ref, Status) bool) {
		for w, word := range s.state.open {
			for word |= s.state.owned[w]; word != 0; word &= word - 1 {
				x := int32(w*64 + bits.TrailingZeros64(word))
				if int(x) >= s.g.size() || s.state.listed[x] {
					continue
				}
				if !yield(s.g.ref(x), s.state.status(x)) {
					return
				}
			}
		}
	}
}
