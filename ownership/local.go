// SPDX-License-Identifier: Apache-2.0

package ownership

// A local net holds the nodes that one answer needs: the company and whoever
// stands above it.
type local struct {
	v     *view
	nodes []int32 // of the view
	at    map[int32]int32
	ins   [][]arc
	outs  [][]arc
}

// above gathers everybody from whom x can be reached upwards by shares, x
// first.
func (v *view) above(x int32) *local {
	l := &local{v: v, at: map[int32]int32{}}
	l.number(x)
	for i := 0; i < len(l.nodes); i++ {
		l.gather(i)
	}
	l.link()
	return l
}

// number returns the local node of a node of the view, a new one where it has
// none.
func (l *local) number(node int32) int32 {
	at, ok := l.at[node]
	if !ok {
		at = int32(len(l.nodes))
		l.at[node] = at
		l.nodes = append(l.nodes, node)
	}
	return at
}

// gather takes in who holds local node i.
func (l *local) gather(i int) {
	arcs := l.v.in(l.nodes[i], nil)
	for j := range arcs {
		arcs[j].node = l.number(arcs[j].node)
	}
	l.ins = append(l.ins, arcs)
}

// link writes the arcs down from their other end.
func (l *local) link() {
	l.outs = make([][]arc, len(l.nodes))
	for i, arcs := range l.ins {
		for _, a := range arcs {
			from := a.node
			a.node = int32(i)
			l.outs[from] = append(l.outs[from], a)
		}
	}
}

func (l *local) size() int                         { return len(l.nodes) }
func (l *local) nodeOf(x int32) int32              { return l.nodes[x] }
func (l *local) limbs() int                        { return l.v.limbs() }
func (l *local) out(x int32, buf []arc) []arc      { return append(buf, l.outs[x]...) }
func (l *local) in(x int32, buf []arc) []arc       { return append(buf, l.ins[x]...) }
func (l *local) need(x int32, upper bool) int64    { return l.v.need(l.nodes[x], upper) }
func (l *local) bar(x int32, u bool) (int64, bool) { return l.v.bar(l.nodes[x], u) }
func (l *local) passes(x int32, b Bound, upper bool) bool {
	return l.v.passes(l.nodes[x], b, upper)
}

func (l *local) exactly(x int32, limb int8, upper bool, counts func(int32) bool) Bound {
	return l.v.exactly(l.nodes[x], limb, upper, func(h int32) bool {
		at, ok := l.at[h]
		return ok && counts(at)
	})
}
