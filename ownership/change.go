// SPDX-License-Identifier: Apache-2.0

package ownership

import (
	"fmt"
	"maps"
	"slices"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/party"
)

// With returns the graph in which the statements about who holds the company
// are these instead. It shares everything else with g, so it costs the lists
// of those who hold or held the company and no more; after some thousand
// changes a new graph is better.
//
// Its Issues are those of g and of the new statements.
func (g *Graph) With(company party.Ref, stakes []claim.Stake) (*Graph, error) {
	n := new(Graph)
	*n = *g
	n.details, n.sources = slices.Clip(g.details), slices.Clip(g.sources)
	n.gates, n.own, n.forGates, n.issues = slices.Clone(g.gates), maps.Clone(g.own), maps.Clone(g.forGates), slices.Clip(g.issues)
	n.over = &overlay{refs: map[party.Ref]int32{}, out: map[int32][]rec{}, in: map[int32][]rec{}}
	if g.over != nil {
		n.over.refs, n.over.names = maps.Clone(g.over.refs), slices.Clip(g.over.names)
		n.over.out, n.over.in = maps.Clone(g.over.out), maps.Clone(g.over.in)
	}
	x := n.number(company)
	for _, r := range g.ins(company) {
		n.over.out[r.owner] = without(n.out(r.owner), x)
	}
	delete(n.own, x)
	for at := range n.gates {
		if n.gates[at].owned == x {
			n.closeGate(int32(at))
		}
	}
	b := &Builder{srcs: map[origin]uint32{}, gateOf: map[gateKey]int32{}, numbered: n.number}
	b.g = *n
	var in []rec
	for i := range stakes {
		s := &stakes[i]
		if s.Owned != company || s.Owner.IsZero() {
			return nil, fmt.Errorf("change the holders of %v: a stake of %q in %q", company, s.Owner, s.Owned)
		}
		in = append(in, b.rec(s))
	}
	over := n.over
	*n = b.g
	n.over = over
	slices.SortStableFunc(in, func(a, b rec) int { return int(a.owner) - int(b.owner) })
	over.in[x] = in
	for i := 0; i < len(in); {
		k := i + 1
		for k < len(in) && in[k].owner == in[i].owner {
			k++
		}
		over.out[in[i].owner] = insert(n.out(in[i].owner), in[i:k])
		i = k
	}
	n.issues = append(n.issues, b.issues...)
	return n, nil
}

func (g *Graph) ins(company party.Ref) []rec {
	if x := g.find(company); x >= 0 {
		return g.in(x, nil)
	}
	return nil
}

// number returns the node of ref, a new one where there is none.
func (g *Graph) number(ref party.Ref) int32 {
	if v := g.find(ref); v >= 0 {
		return v
	}
	v := int32(g.size())
	g.over.refs[ref] = v
	g.over.names = append(g.over.names, ref)
	return v
}

// closeGate empties a gate that nothing goes through any more.
func (g *Graph) closeGate(at int32) {
	for _, m := range g.gates[at].members {
		if for_ := g.forGates[m.node]; slices.Contains(for_, at) {
			g.forGates[m.node] = slices.DeleteFunc(slices.Clone(for_), func(k int32) bool { return k == at })
		}
	}
	g.gates[at].members = nil
}

func without(recs []rec, owned int32) []rec {
	return slices.DeleteFunc(slices.Clone(recs), func(r rec) bool { return r.owned == owned })
}

// insert puts the stakes in one company where they belong among the others.
func insert(recs, run []rec) []rec {
	at, _ := slices.BinarySearchFunc(recs, run[0].owned, func(r rec, owned int32) int { return int(r.owned) - int(owned) })
	return slices.Insert(slices.Clone(recs), at, run...)
}

// Below returns the company and everything that it holds, directly or through
// others and by any kind of stake: what a change of its holders can touch.
func (g *Graph) Below(company party.Ref) []party.Ref {
	x := g.find(company)
	if x < 0 {
		return nil
	}
	var out []party.Ref
	for _, y := range g.below([]int32{x}) {
		out = append(out, g.ref(y))
	}
	return out
}

func (g *Graph) below(from []int32) []int32 {
	seen := map[int32]bool{}
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
	for i := 0; i < len(order); i++ {
		for _, r := range g.out(order[i]) {
			reach(r.owned)
		}
		for _, k := range g.forGates[order[i]] {
			reach(g.gates[k].owned)
		}
		for _, a := range g.joints { // who acts with others may carry what they hold
			if slices.Contains(a.members, order[i]) {
				for _, m := range a.members {
					for _, r := range g.out(m) {
						reach(r.owned)
					}
				}
			}
		}
	}
	return order
}

// Update returns the solution for a graph made with [Graph.With], answering
// again only for the companies whose holders changed and for what stands below
// them. seeds are the listings, numbered for the new graph: [Seeds.On] of those
// that s was asked with where they have not changed. s stays as it is.
func (s *Solution) Update(g *Graph, seeds *Seeds, changed ...party.Ref) (*Solution, error) {
	q := s.q
	q.Listed = seeds
	if seeds == nil || seeds.g != g {
		return nil, fmt.Errorf("update: want listings numbered by Seeds of the new graph")
	}
	st := s.state.on(g.view(s.rule, q.Facts, q.Treasury))
	st.listed = s.state.listed
	if s.ok && seeds.base() != s.q.Listed.base() {
		st.listed = q.listedOn()
	}
	var from []int32
	for _, c := range changed {
		if x := g.find(c); x >= 0 {
			from = append(from, x)
		}
	}
	for k := s.state.v.gates; k < int32(len(g.gates)); k++ {
		from = append(from, st.v.n+k)
	}
	if seeds.base() != s.q.Listed.base() {
		from = append(from, differ(s.state.listed, st.listed)...)
	}
	st.touch(from)
	return &Solution{g, q, s.rule, s.ok, st}, nil
}

// differ returns the nodes that are in one of the two alone.
func differ(a, b map[int32]bool) []int32 {
	var out []int32
	for x := range a {
		if !b[x] {
			out = append(out, x)
		}
	}
	for x := range b {
		if !a[x] {
			out = append(out, x)
		}
	}
	return out
}

// on returns a copy of the state for the view of a changed graph, in which
// parties and gates may have been added: nodes behind them have new numbers.
func (s *state) on(v *view) *state {
	words := (v.size() + 63) / 64
	n := &state{v: v, owned: make([]uint64, words), open: make([]uint64, words)}
	to := func(x int32) int32 {
		switch {
		case s.v.isGate(x):
			return x - s.v.n + v.n
		case s.v.isGroup(x):
			return x - s.v.n - s.v.gates + v.n + v.gates
		}
		return x
	}
	move := func(from, into []uint64) {
		copy(into, from[:s.v.n>>6]) // parties keep their numbers
		for x := s.v.n &^ 63; x < int32(s.v.size()); x++ {
			put(into, to(x), bit(from, x))
		}
	}
	move(s.owned, n.owned)
	move(s.open, n.open)
	if s.persons == nil {
		return n
	}
	n.persons = make(map[int32]*reach, len(s.persons))
	for p, r := range s.persons {
		c := &reach{slices.Clone(r.owned), slices.Clone(r.open)}
		for _, nodes := range [][]int32{c.owned, c.open} {
			for i, x := range nodes {
				nodes[i] = to(x)
			}
		}
		n.persons[p] = c
	}
	return n
}
