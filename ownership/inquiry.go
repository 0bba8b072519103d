// SPDX-License-Identifier: Apache-2.0

package ownership

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"sync"

	"github.com/interdict-dev/interdict/party"
)

// An Inquiry is one question about many companies. Whoever stands above any of
// them is gathered once, so that a circle of 200,000 companies costs what its
// stakes cost and not their square. It never changes, and any number of
// goroutines may ask it.
type Inquiry struct {
	g       *Graph
	q       Query
	rule    Rule
	inForce bool
	most    int

	v     *view
	l     *local
	arcs  []controlArc
	base  *openness
	rings []bool
	round []bool // on a ring or below one

	grounds []*ground
	// by gives the grounds that make a difference to a node; nil where there is
	// one ground for all. Those that make one to very many nodes are in wide.
	by   map[int32][]int32
	wide []int32
	// caught gives of each node the first of controls that has it.
	caught   map[int32]int32
	controls []*controlGround
}

// A controlGround is what listed parties own or control.
type controlGround struct {
	*ground
	via map[int32]controlArc
}

// Inquire gathers what stands above the companies. A proof in an answer has at
// most so many steps; of a longer one the answer has the last step, and
// [Inquiry.Proofs] has all.
func (g *Graph) Inquire(ctx context.Context, companies []party.Ref, q Query, most int) (*Inquiry, error) {
	a, rule, inForce, err := g.start(party.Ref{}, q)
	if err != nil {
		return nil, err
	}
	q.Facts = a.Facts
	i := &Inquiry{g: g, q: q, rule: rule, inForce: inForce, most: most}
	if !inForce {
		return i, nil
	}
	i.v = g.view(rule, q.Facts, q.Treasury)
	var nodes []int32
	for _, c := range companies {
		if x := g.find(c); x >= 0 {
			nodes = append(nodes, x)
		}
	}
	i.l, i.arcs = i.v.aboveByControl(nodes...)
	i.base = open(i.l, i.v)
	i.look()
	for _, seeds := range i.v.persons(i.l.listedIn(&q, -1)) {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("inquire under %s: %w", rule.ID, err)
		}
		s := i.l.ground(seeds, i.base)
		s.behind = sync.OnceValue(func() []behind { return s.newBehind(nil) })
		i.grounds = append(i.grounds, s)
	}
	i.index()
	return i, i.catch(ctx)
}

// look finds the circles, and what stands below them.
func (i *Inquiry) look() {
	i.rings = i.l.rings()
	i.round = slices.Clone(i.rings)
	var queue []int32
	for x, on := range i.rings {
		if on {
			queue = append(queue, int32(x))
		}
	}
	for ; len(queue) > 0; queue = queue[1:] {
		for _, a := range i.l.outs[queue[0]] {
			if !i.round[a.node] {
				i.round[a.node] = true
				queue = append(queue, a.node)
			}
		}
	}
}

// wideReach is from how many nodes on a ground of many is kept as bits alone.
const wideReach = 4096

// index notes which grounds reach or open a node.
func (i *Inquiry) index() {
	if len(i.grounds) < 2 {
		return
	}
	i.by = map[int32][]int32{}
	for k, s := range i.grounds {
		if len(s.upper.order)+len(s.open.order) > wideReach {
			i.wide = append(i.wide, int32(k))
			s.upper, s.open = s.upper.packed(len(i.l.nodes)), s.open.packed(len(i.l.nodes))
			continue
		}
		for _, x := range slices.Concat(s.upper.order, s.open.order) { // the second leaves out what is open anyway
			i.by[x] = append(i.by[x], int32(k))
		}
	}
}

// packed returns the same set without the order in which it grew.
func (s *set) packed(size int) *set {
	out := &set{bits: make([]uint64, (size+63)/64), under: s.under}
	for _, x := range s.order {
		put(out.bits, x, true)
	}
	return out
}

// catch finds what the control test may catch.
func (i *Inquiry) catch(ctx context.Context) error {
	if len(i.arcs) == 0 {
		return nil
	}
	i.caught = map[int32]int32{}
	for _, s := range i.grounds {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("inquire under %s: %w", i.rule.ID, err)
		}
		c := &controlGround{ground: &ground{l: i.l, seeds: s.seeds}}
		c.via = c.spread(i.arcs)
		c.behind = sync.OnceValue(func() []behind { return c.newBehind(c.via) })
		news := false
		for _, x := range c.lower.order {
			if _, ok := i.caught[x]; !ok {
				i.caught[x], news = int32(len(i.controls)), true
			}
		}
		if news {
			i.controls = append(i.controls, c)
		}
	}
	return nil
}

// Own answers about one company as [Graph.Own] does, but for long proofs and
// with no more than a note on a company that is listed itself and in a circle.
func (i *Inquiry) Own(company party.Ref) (Answer, error) {
	a, _, _, err := i.g.start(company, i.q)
	if err != nil || !i.inForce {
		return a, err
	}
	node := i.g.find(company)
	x, ok := i.l.at[node]
	if node < 0 || !ok {
		return i.g.Own(company, i.q)
	}
	if slices.ContainsFunc(i.q.Listed.by[node], func(l Listed) bool { return i.q.seeds(&l) }) {
		return i.ownListed(a, x)
	}
	r := i.nearest(x)
	r.fill(&a, &i.q)
	if a.Status == Owned {
		a.Proof = r.short(&a, &i.q, i.most)
	} else if loop := i.loop(x, r.lower); len(loop) > 0 {
		a.circular(loop)
	}
	if k, ok := i.caught[x]; ok && a.Status != Owned {
		c := i.controls[k]
		a.controlled(i.v)
		a.Proof = (&run{ground: c.ground, x: x}).shortWith("controlled", &a, &i.q, c.via, i.most)
	}
	a.settle(i.rule, a.Status)
	return a, nil
}

// mostAlone is how many parties may stand above a listed company for it to be
// asked on its own.
const mostAlone = 10_000

// ownListed answers about a company that is listed itself: others may own it,
// but not through its own listing, so it has a ground of its own.
func (i *Inquiry) ownListed(a Answer, x int32) (Answer, error) {
	if len(i.l.nodes) <= mostAlone || !i.round[x] {
		return i.g.Own(a.Company, i.q)
	}
	a.flag("listed-in-circle", "it is listed itself and stands in or below a large circle of holdings: whether others own it too is asked about it alone", a.Company)
	return a, nil
}

// nearest returns the run with the strongest answer.
func (i *Inquiry) nearest(x int32) *run {
	if i.by == nil {
		return i.grounds[0].run(x, &i.q)
	}
	which := slices.Concat(i.wide, i.by[x])
	for _, a := range i.l.ins[x] {
		which = append(which, i.by[a.node]...)
	}
	slices.Sort(which)
	var best *run
	for _, k := range slices.Compact(which) {
		if r := i.grounds[k].run(x, &i.q); best == nil || r.nearer(best) {
			best = r
		}
	}
	if best == nil {
		none := &ground{l: i.l, lower: newSet(nil), upper: newSet(nil), open: i.base.in}
		best = none.run(x, &i.q)
	}
	return best
}

// loop returns the first of the parties above x that hold each other in a
// circle and are not owned.
func (i *Inquiry) loop(x int32, owned *set) []party.Ref {
	if !i.round[x] {
		return nil
	}
	var out []party.Ref
	seen := map[int32]bool{x: true}
	for queue := []int32{x}; len(queue) > 0 && len(seen) < mostAlone && len(out) <= mostNamed; queue = queue[1:] {
		y := queue[0]
		if node := i.l.nodes[y]; i.rings[y] && i.v.isParty(node) && !owned.has(y) {
			out = append(out, i.g.ref(node))
		}
		for _, a := range i.l.ins[y] {
			if i.round[a.node] && !seen[a.node] {
				seen[a.node] = true
				queue = append(queue, a.node)
			}
		}
	}
	return out
}

// Proofs yields the proofs of everything that is owned among the companies and
// those above them: one where the rule adds up stakes, else one for each listed
// party. Every step stands once, however many companies rest on it.
func (i *Inquiry) Proofs() iter.Seq[*Proof] {
	return func(yield func(*Proof) bool) {
		for _, s := range i.grounds {
			if p := s.proof(i); len(p.Steps) > 0 && !yield(p) {
				return
			}
		}
	}
}

// proof shows all that the ground owns.
func (s *ground) proof(i *Inquiry) *Proof {
	p := newProof(&i.rule, "owned", &i.q)
	pr := &prover{ground: s, proof: p}
	for _, x := range s.lower.order {
		if listed, ok := s.seeds[x]; ok {
			p.Listed = append(p.Listed, listed...)
		} else if s.l.v.isParty(s.l.nodes[x]) {
			step, _ := pr.step(x)
			p.Steps = append(p.Steps, *step)
			p.Companies = append(p.Companies, step.Company)
		}
	}
	return p
}

// short is prove for an answer that must not grow with the chain behind it.
func (r *run) short(a *Answer, q *Query, most int) *Proof {
	return r.shortWith("owned", a, q, nil, most)
}

// shortWith returns the whole proof where it has at most so many steps; else
// its last step alone, marked as cut, with the listing at the end of one path.
func (r *run) shortWith(grade string, a *Answer, q *Query, via map[int32]controlArc, most int) *Proof {
	pr := &prover{ground: r.ground, via: via}
	cut := func(last *Step) *Proof {
		p := newProof(&r.l.v.rule, grade, q)
		p.Company, p.Cut, p.Steps, p.Listed = a.Company, true, []Step{*last}, r.seeds[r.behind()[r.x].party]
		return p
	}
	if int(r.behind()[r.x].steps) > most {
		last, _ := pr.step(r.x)
		return cut(last)
	}
	seen := map[int32]bool{r.x: true}
	var last *Step
	steps := 0
	for queue := []int32{r.x}; len(queue) > 0; queue = queue[1:] {
		y := queue[0]
		if _, ok := r.seeds[y]; ok || !r.l.v.isParty(r.l.nodes[y]) {
			continue
		}
		step, rest := pr.step(y)
		if last == nil {
			last = step
		}
		if steps++; steps > most {
			return cut(last)
		}
		for _, z := range rest {
			if !seen[z] {
				seen[z] = true
				queue = append(queue, z)
			}
		}
	}
	return r.proveWith(grade, a, q, via)
}

// A behind is a listed party behind a node, and how many companies there are
// at least on the way to any.
type behind struct {
	party int32
	steps int32
}

// newBehind finds one for each node of the lower set: that of the first of
// its holders to be counted, or of who controls it.
func (s *ground) newBehind(via map[int32]controlArc) []behind {
	out := make([]behind, len(s.l.nodes))
	for _, x := range s.lower.order {
		out[x].party = x
		if _, ok := s.seeds[x]; ok {
			continue
		}
		if c, ok := via[x]; ok {
			out[x] = behind{out[c.from].party, out[c.from].steps + 1}
			continue
		}
		rank := s.lower.rank[x]
		first, near := rank, int32(len(out))
		for _, a := range s.l.ins[x] {
			k, ok := s.lower.rank[a.node]
			if !ok || k >= rank || a.lo == 0 && !a.inexact {
				continue
			}
			if k < first {
				first, out[x].party = k, out[a.node].party
			}
			near = min(near, out[a.node].steps)
		}
		out[x].steps = near
		if s.l.v.isParty(s.l.nodes[x]) {
			out[x].steps++
		}
	}
	return out
}
