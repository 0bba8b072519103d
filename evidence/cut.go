// SPDX-License-Identifier: Apache-2.0

package evidence

import "slices"

// reached returns which nodes the links lead to from node 0 when some are
// lost.
func (n *Network) reached(lost []int) []bool {
	seen := make([]bool, len(n.Nodes))
	if len(n.Nodes) == 0 || slices.Contains(lost, 0) {
		return seen
	}
	gone := make([]bool, len(n.Nodes))
	for _, i := range lost {
		gone[i] = true
	}
	seen[0] = true
	for stack := []int{0}; len(stack) > 0; {
		at := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		for _, to := range n.down[at] {
			if !seen[to] && !gone[to] {
				seen[to] = true
				stack = append(stack, to)
			}
		}
	}
	return seen
}

// Severed returns the nodes that the party can no longer reach when the lost
// ones are gone, without those themselves.
func (n *Network) Severed(lost []int) []int {
	before, after := n.reached(nil), n.reached(lost)
	var out []int
	for i := range n.Nodes {
		if before[i] && !after[i] && !slices.Contains(lost, i) {
			out = append(out, i)
		}
	}
	return out
}

// Dominators returns of each node the one nearest above it through which every
// way from the party leads, and -1 for the party itself and for nodes that no
// way leads to. The algorithm is that of Cooper, Harvey and Kennedy, "A Simple,
// Fast Dominance Algorithm" (2001).
func (n *Network) Dominators() []int {
	dom := make([]int, len(n.Nodes))
	for i := range dom {
		dom[i] = -1
	}
	if len(n.Nodes) == 0 {
		return dom
	}
	order := n.postorder()
	rank := make([]int, len(n.Nodes))
	up := make([][]int, len(n.Nodes))
	for r, at := range order {
		rank[at] = r
		for _, to := range n.down[at] {
			up[to] = append(up[to], at)
		}
	}
	meet := func(a, b int) int {
		for a != b {
			for rank[a] < rank[b] {
				a = dom[a]
			}
			for rank[b] < rank[a] {
				b = dom[b]
			}
		}
		return a
	}
	dom[0] = 0
	for changed := true; changed; {
		changed = false
		for k := len(order) - 2; k >= 0; k-- {
			at, best := order[k], -1
			for _, p := range up[at] {
				switch {
				case dom[p] < 0:
				case best < 0:
					best = p
				default:
					best = meet(p, best)
				}
			}
			if dom[at] != best {
				dom[at], changed = best, true
			}
		}
	}
	dom[0] = -1
	return dom
}

// postorder returns the nodes that the party reaches, each after all that a
// depth-first walk finds below it; the party is the last.
func (n *Network) postorder() []int {
	type frame struct{ node, next int }
	var order []int
	seen := make([]bool, len(n.Nodes))
	seen[0] = true
	stack := []frame{{0, 0}}
	for len(stack) > 0 {
		f := &stack[len(stack)-1]
		if f.next == len(n.down[f.node]) {
			order = append(order, f.node)
			stack = stack[:len(stack)-1]
			continue
		}
		to := n.down[f.node][f.next]
		f.next++
		if !seen[to] {
			seen[to] = true
			stack = append(stack, frame{to, 0})
		}
	}
	return order
}

// Articulations returns the nodes whose loss divides the network into pieces
// that no link ties, whatever its direction, in order.
func (n *Network) Articulations() []int {
	beside := make([][]int, len(n.Nodes))
	for at, tos := range n.down {
		for _, to := range tos {
			beside[at] = append(beside[at], to)
			beside[to] = append(beside[to], at)
		}
	}
	type frame struct{ node, parent, next, children int }
	found, low := make([]int, len(n.Nodes)), make([]int, len(n.Nodes))
	isCut := make([]bool, len(n.Nodes))
	time := 0
	for root := range n.Nodes {
		if found[root] != 0 {
			continue
		}
		time++
		found[root], low[root] = time, time
		stack := []frame{{root, -1, 0, 0}}
		for len(stack) > 0 {
			f := &stack[len(stack)-1]
			if f.next < len(beside[f.node]) {
				to := beside[f.node][f.next]
				f.next++
				if found[to] == 0 {
					f.children++
					time++
					found[to], low[to] = time, time
					stack = append(stack, frame{to, f.node, 0, 0})
				} else if to != f.parent {
					low[f.node] = min(low[f.node], found[to])
				}
				continue
			}
			done := *f
			stack = stack[:len(stack)-1]
			if done.parent < 0 {
				isCut[done.node] = done.children > 1
				continue
			}
			low[done.parent] = min(low[done.parent], low[done.node])
			if stack[len(stack)-1].parent >= 0 && low[done.node] >= found[done.parent] {
				isCut[done.parent] = true
			}
		}
	}
	var out []int
	for i, is := range isCut {
		if is {
			out = append(out, i)
		}
	}
	return out
}

// A Cut is a smallest set of machines whose loss takes a tier from its party.
type Cut struct {
	Lost    []int // the machines, all above the tier
	Severed []int // the nodes of the tier that are then out of reach
	// Beyond are nodes of the tier that no loss above them takes away, since they
	// hang on a party itself: on no machine that we know of.
	Beyond []int
}

// Cut finds a smallest set of machines above a tier whose loss leaves nothing
// of the tier within reach of the party, as far as machines command it. A
// party is never lost, and the machines of the tier itself do not count. Of
// several smallest sets it takes the one nearest to the party.
func (n *Network) Cut(tier int) Cut {
	var c Cut
	var sinks []int
	targets := n.Tier(tier)
	if len(targets) == 0 {
		return c
	}
	reach := n.reached(nil)
	free := n.reachedByParties(targets)
	for _, i := range targets {
		switch {
		case !reach[i]:
		case free[i]:
			c.Beyond = append(c.Beyond, i)
		default:
			sinks = append(sinks, i)
		}
	}
	if len(sinks) == 0 {
		return c
	}
	f := newFlow(n, sinks, targets)
	f.fill()
	c.Lost = f.cut()
	for _, i := range n.Severed(c.Lost) {
		if slices.Contains(sinks, i) {
			c.Severed = append(c.Severed, i)
		}
	}
	return c
}

// reachedByParties returns the nodes that a way over parties, and over nodes of
// the tier itself, leads to: no machine above stands in between.
func (n *Network) reachedByParties(tier []int) []bool {
	passes := make([]bool, len(n.Nodes))
	for i, x := range n.Nodes {
		passes[i] = x.Thing.IsParty()
	}
	for _, i := range tier {
		passes[i] = true
	}
	seen := make([]bool, len(n.Nodes))
	seen[0] = true
	for stack := []int{0}; len(stack) > 0; {
		at := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		for _, to := range n.down[at] {
			if passes[to] && !seen[to] {
				seen[to] = true
				stack = append(stack, to)
			}
		}
	}
	return seen
}

// flow is a network of vertex capacities: each node is an inner arc from 2i to
// 2i+1, of capacity 1 for a machine that may be lost.
type flow struct {
	n     *Network
	arcs  []arc
	first [][]int32 // of each vertex, its arcs
	sink  int
}

type arc struct {
	to   int32
	room int32 // what still fits
}

const plenty = 1 << 30

// newFlow builds the flow to the sinks; those of the tier are never lost.
func newFlow(n *Network, sinks, tier []int) *flow {
	f := &flow{n: n, first: make([][]int32, 2*len(n.Nodes)+1), sink: 2 * len(n.Nodes)}
	isSink, isTier := make([]bool, len(n.Nodes)), make([]bool, len(n.Nodes))
	for _, i := range sinks {
		isSink[i] = true
	}
	for _, i := range tier {
		isTier[i] = true
	}
	for i, x := range n.Nodes {
		room := int32(1)
		if x.Thing.IsParty() || isTier[i] {
			room = plenty
		}
		f.add(2*i, 2*i+1, room)
		for _, to := range n.down[i] {
			f.add(2*i+1, 2*to, plenty)
		}
		if isSink[i] {
			f.add(2*i+1, f.sink, plenty)
		}
	}
	return f
}

// add makes an arc and, as its partner with the number beside, the way back.
func (f *flow) add(from, to int, room int32) {
	f.first[from] = append(f.first[from], int32(len(f.arcs)))
	f.arcs = append(f.arcs, arc{int32(to), room})
	f.first[to] = append(f.first[to], int32(len(f.arcs)))
	f.arcs = append(f.arcs, arc{int32(from), 0})
}

// fill sends as much as fits from the party to the sink (Dinic 1970). Every
// way leads over a machine of capacity one, so each round adds ones.
func (f *flow) fill() {
	for {
		level := f.levels()
		if level[f.sink] < 0 {
			return
		}
		next := make([]int, len(f.first))
		for f.push(level, next) {
		}
	}
}

// levels returns how far each vertex is from the party over arcs with room, -1
// where none leads.
func (f *flow) levels() []int32 {
	level := make([]int32, len(f.first))
	for i := range level {
		level[i] = -1
	}
	level[0] = 0
	queue := []int32{0}
	for ; len(queue) > 0; queue = queue[1:] {
		for _, a := range f.first[queue[0]] {
			if to := f.arcs[a].to; f.arcs[a].room > 0 && level[to] < 0 {
				level[to] = level[queue[0]] + 1
				queue = append(queue, to)
			}
		}
	}
	return level
}

// push sends one over one way of rising levels, and says whether there was one.
func (f *flow) push(level []int32, next []int) bool {
	var way []int32
	at := int32(0)
	for int(at) != f.sink {
		if next[at] == len(f.first[at]) {
			if len(way) == 0 {
				return false
			}
			level[at] = -1 // a dead end for this round
			a := way[len(way)-1]
			way = way[:len(way)-1]
			at = f.arcs[a^1].to
			continue
		}
		a := f.first[at][next[at]]
		if to := f.arcs[a].to; f.arcs[a].room > 0 && level[to] == level[at]+1 {
			way = append(way, a)
			at = to
		} else {
			next[at]++
		}
	}
	for _, a := range way {
		f.arcs[a].room--
		f.arcs[a^1].room++
	}
	return true
}

// cut returns the machines whose inner arc leads from what the party still
// reaches to what it does not.
func (f *flow) cut() []int {
	level := f.levels()
	var lost []int
	for i := range f.n.Nodes {
		if level[2*i] >= 0 && level[2*i+1] < 0 {
			lost = append(lost, i)
		}
	}
	return lost
}
