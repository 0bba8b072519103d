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

// above gathers everybody from whom x can be reached upwards, x first.
func (v *view) above(x int32) *local {
	l := &local{v: v, at: map[int32]int32{x: 0}, nodes: []int32{x}}
	for i := 0; i < len(l.nodes); i++ {
		arcs := v.in(l.nodes[i], nil)
		for j := range arcs {
			at, ok := l.at[arcs[j].node]
			if !ok {
				at = int32(len(l.nodes))
				l.at[arcs[j].node] = at
				l.nodes = append(l.nodes, arcs[j].node)
			}
			arcs[j].node = at
		}
		l.ins = append(l.ins, arcs)
	}
	l.link()
	return l
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
