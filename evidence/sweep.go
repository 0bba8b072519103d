// SPDX-License-Identifier: Apache-2.0

package evidence

import (
	"slices"
	"sync"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/infra"
	"github.com/interdict-dev/interdict/party"
)

// A Sweep judges many indicators in turn, all at one moment, and finds of the
// chains of each the strongest alone. [Graph.Trace] walks every chain, for each
// indicator anew; a sweep finds once, for each strength that steps between
// parties have, how far each party is from a listed one over steps at least as
// strong. It gives what stands first in a trace that met no bound, and has no
// bound but the length of chains. Any number of goroutines may use it.
type Sweep struct {
	g      *Graph
	at     party.Date
	steps  int        // the longest chain
	levels []strength // of steps between parties, the strongest first
	of     []uint16   // of each edge that begins at a party, the level of its group
	far    [][]uint8  // of each level, of each party: steps to a listed one, or unreachable
	tails  sync.Map   // of tailKey: []Step
}

// strength is what [Step.compare] compares.
type strength struct {
	beside  bool
	class   claim.Class
	origins int
}

func (s *Step) strength() strength { return strength{s.Beside, s.Class(), s.Origins} }

// compare orders as Step.compare does, the stronger first.
func (s strength) compare(t strength) int {
	switch {
	case s.beside != t.beside:
		if s.beside {
			return 1
		}
		return -1
	case t.class.Weaker(s.class):
		return -1
	case s.class.Weaker(t.class):
		return 1
	}
	return t.origins - s.origins
}

// tailKey names the way on from a party over steps of a level or stronger.
type tailKey struct {
	from  int32
	level int
}

// NewSweep prepares a sweep at a moment; the zero moment asks about no day in
// particular.
func (g *Graph) NewSweep(at party.Date) *Sweep {
	s := &Sweep{g: g, at: at, steps: Bound{}.orDefault().Steps}
	strengths := s.measureSteps()
	s.levels = slices.SortedFunc(slices.Values(strengths), strength.compare)
	s.levels = slices.Compact(s.levels)
	s.of = make([]uint16, len(strengths))
	for i, x := range strengths {
		n, _ := slices.BinarySearchFunc(s.levels, x, strength.compare)
		s.of[i] = uint16(n)
	}
	s.measure()
	return s
}

// measureSteps returns the strength of the step that each edge between parties
// belongs to.
func (s *Sweep) measureSteps() []strength {
	var out []strength
	w := walker{g: s.g, at: s.at, steps: map[[2]int32]Step{}}
	for n := range int32(len(s.g.listed)) {
		for all := s.g.t.edgesOf(n); all.len() > 0; {
			group := all.group()
			all = all.from(group.len())
			step, _ := w.step(n, group.to(0), group, claim.Thing{})
			for range group.len() {
				out = append(out, step.strength())
			}
		}
		clear(w.steps)
	}
	return out
}

// measure finds, for each level, how far each party is from a listed one.
func (s *Sweep) measure() {
	g, parties := s.g, int32(len(s.g.listed))
	type upEdge struct {
		from  int32
		level uint16
	}
	back := make([][]upEdge, parties)
	k := 0
	for n := range parties {
		for es := g.t.edgesOf(n); es.len() > 0; es = es.from(1) {
			back[es.to(0)] = append(back[es.to(0)], upEdge{n, s.of[k]})
			k++
		}
	}
	s.far = make([][]uint8, max(len(s.levels), 1))
	for level := range s.far {
		far := make([]uint8, parties)
		var queue []int32
		for n := range far {
			if far[n] = unreachable; g.listed[n] {
				far[n] = 0
				queue = append(queue, int32(n))
			}
		}
		for ; len(queue) > 0; queue = queue[1:] {
			n := queue[0]
			if far[n] == uint8(s.steps) {
				continue
			}
			for _, e := range back[n] {
				if int(e.level) <= level && far[e.from] == unreachable {
					far[e.from] = far[n] + 1
					queue = append(queue, e.from)
				}
			}
		}
		s.far[level] = far
	}
}

// Judge is [Graph.Judge] with the strongest chain alone.
func (s *Sweep) Judge(seen infra.Indicator) Judgement {
	j, r := s.g.judge(seen, s.at)
	j.Trace = Trace{From: claim.OfIndicator(seen), At: s.at}
	if len(r.ns) > 0 {
		s.strongest(&j.Trace, &r)
	}
	return j
}

// strongest finds the strongest chain from what was seen, which the claims r
// reach.
func (s *Sweep) strongest(t *Trace, r *reached) {
	w := walker{g: s.g, at: s.at, known: r}
	var best Chain
	found, machines, behind := false, false, false
	for _, n := range s.g.startsOf(t.From, r) {
		for all := s.g.t.edgesOf(n); all.len() > 0; {
			group := all.group()
			all = all.from(group.len())
			if to := group.to(0); !s.g.isPartyNode(to) {
				machines = machines || s.g.far[to] != unreachable
				behind = behind || s.g.far[to] != unreachable && !group.beside(0)
				continue
			} else if s.far[len(s.far)-1][to] >= uint8(s.steps) {
				continue
			}
			step, ok := w.step(n, group.to(0), group, t.From)
			if !ok {
				continue
			}
			if c := s.chain(step, group.to(0)); !found || c.compare(&best) < 0 {
				best, found = c, true
			}
		}
	}
	// Over other machines the way is an association nearly always, and then weaker
	// than one that is none.
	if behind || machines && (!found || best.Steps[best.Weakest()].Beside) {
		whole := s.g.Trace(t.From, s.at, Bound{})
		if len(whole.Chains) > 0 && (!found || whole.Chains[0].compare(&best) < 0) {
			best, found = whole.Chains[0], true
		}
		t.Truncated = whole.Truncated
	}
	if found {
		t.Chains = []Chain{best}
	}
}

// chain returns the strongest chain that begins with a step to a party from which
// a listed one is within reach: as strong as its step and the strongest way on
// allow, and the shortest of those.
func (s *Sweep) chain(first Step, to int32) Chain {
	level := 0
	for s.far[level][to] >= uint8(s.steps) {
		level++
	}
	// As long as the first step is the weakest, a shorter way on may be as weak.
	as, isLevel := slices.BinarySearchFunc(s.levels, first.strength(), strength.compare)
	if !isLevel {
		as--
	}
	level = max(level, as)
	tail := s.tail(to, level)
	c := Chain{Party: first.To.Party, Steps: append([]Step{first}, tail...)}
	if len(tail) > 0 {
		c.Party = tail[len(tail)-1].To.Party
	}
	return c
}

// tail returns the shortest way from a party to a listed one over steps of a
// level or stronger; of several the first in the order of things.
func (s *Sweep) tail(from int32, level int) []Step {
	key := tailKey{from, level}
	if t, ok := s.tails.Load(key); ok {
		return t.([]Step)
	}
	w := walker{g: s.g, at: s.at, steps: map[[2]int32]Step{}}
	var out []Step
	far := s.far[level]
	for n := from; far[n] > 0; {
		all, k := s.g.t.edgesOf(n), int(s.g.t.Start[n]) // edges of parties stand before all others
		for {
			group := all.group()
			if to := group.to(0); int(s.of[k]) <= level && far[to] == far[n]-1 {
				step, _ := w.step(n, to, group, claim.Thing{})
				out, n = append(out, step), to
				break
			}
			k += group.len()
			all = all.from(group.len())
		}
	}
	s.tails.Store(key, out)
	return out
}

// Leads returns whether a way of parties from an indicator leads to one of the
// parties that is accepts, no further than chains do. The answer is for the
// indicators of this graph.
func (g *Graph) Leads(is func(party.Ref) bool) func(i infra.Indicator) bool {
	parties := int32(len(g.listed))
	back := make([][]int32, parties)
	far := make([]uint8, parties)
	var queue []int32
	for n := range parties {
		for es := g.t.edgesOf(n); es.len() > 0; es = es.from(1) {
			if !g.listed[n] { // chains end at a listed party
				back[es.to(0)] = append(back[es.to(0)], n)
			}
		}
		if far[n] = unreachable; is(g.t.thing(n).Party) {
			far[n] = 0
			queue = append(queue, n)
		}
	}
	most := uint8(Bound{}.orDefault().Steps - 1)
	for ; len(queue) > 0; queue = queue[1:] {
		for _, m := range back[queue[0]] {
			if far[m] == unreachable && far[queue[0]] < most {
				far[m] = far[queue[0]] + 1
				queue = append(queue, m)
			}
		}
	}
	return func(i infra.Indicator) bool {
		r := g.reach(i)
		for _, n := range g.startsOf(claim.OfIndicator(i), &reached{ns: r, claims: g.claimsAt(r)}) {
			for es := g.t.edgesOf(n); es.len() > 0; es = es.from(1) {
				if g.isPartyNode(es.to(0)) && far[es.to(0)] != unreachable {
					return true
				}
			}
		}
		return false
	}
}

// startsOf returns the nodes from which the claims that reach what was seen begin.
func (g *Graph) startsOf(seen claim.Thing, r *reached) []int32 {
	var starts []int32
	for i := range r.claims {
		if n, ok := g.t.node(claim.OfIndicator(claimed(&r.claims[i], seen.Indicator))); ok && !slices.Contains(starts, n) {
			starts = append(starts, n)
		}
	}
	slices.Sort(starts)
	return starts
}
