// SPDX-License-Identifier: Apache-2.0

package ownership

import (
	"math/big"

	"github.com/interdict-dev/interdict/party"
)

// An openness is the nodes that listed parties might own if everything that
// nobody accounts for were theirs: a node joins when the shares of those outside
// the set leave enough. Persons have no owners, so they never join.
type openness struct {
	n     net
	v     *view
	in    *set
	limbs int
	left  []sum        // of each node and limb: 100 % less what those outside the set hold
	over  map[int]*sum // what differs from left, where another openness owns that
}

// open returns the nodes that are open whoever is listed.
func open(n net, v *view) *openness {
	o := &openness{n: n, v: v, limbs: n.limbs(), left: make([]sum, n.size()*n.limbs())}
	o.in = &set{bits: make([]uint64, (n.size()+63)/64)}
	var buf []arc
	for x := range int32(n.size()) {
		if buf = o.begin(x, buf); o.joins(x) {
			o.in.add(x)
		}
	}
	o.run()
	return o
}

// begin reckons what the holders of x leave, while all of them are outside.
func (o *openness) begin(x int32, buf []arc) []arc {
	node := o.n.nodeOf(x)
	own := int64(0)
	if o.v.isParty(node) {
		own, _ = o.v.ownShares(node)
	}
	buf = o.n.in(x, buf[:0])
	sums := o.left[int(x)*o.limbs : (int(x)+1)*o.limbs]
	for k := range sums {
		sums[k].points = whole - own*fine
	}
	for _, a := range buf {
		sums[a.limb].points -= a.lo
		sums[a.limb].inexact += uint16(flag(a.inexact))
	}
	for k := range sums {
		if silent(buf, int8(k)) {
			sums[k].points = 0
		} else if sums[k].points < 0 {
			sums[k] = sum{points: whole} // more than 100 %: nothing to reckon with
		}
	}
	return buf
}

// silent says that nobody says anything of the limb while others are spoken of:
// votes are taken to follow shares where only shares are stated.
func silent(arcs []arc, limb int8) bool {
	for i := range arcs {
		if arcs[i].limb == limb {
			return false
		}
	}
	return len(arcs) > 0
}

// joins says whether any limb of x leaves enough.
func (o *openness) joins(x int32) bool {
	for k := range o.limbs {
		if o.enough(x, int8(k)) {
			return true
		}
	}
	return false
}

// with returns what is open once the seeds are counted too. o stays as it is.
func (o *openness) with(seeds []int32) *openness {
	w := *o
	w.in = &set{under: o.in, rank: map[int32]int32{}}
	w.over = map[int]*sum{}
	for _, x := range seeds {
		w.in.add(x)
	}
	w.run()
	return &w
}

func (o *openness) run() {
	var buf []arc
	for i := 0; i < len(o.in.order); i++ {
		buf = o.n.out(o.in.order[i], buf[:0])
		for _, a := range buf {
			if o.in.has(a.node) {
				continue
			}
			o.at(a.node, a.limb).points += a.lo
			if !o.v.isParty(o.n.nodeOf(a.node)) || o.enough(a.node, a.limb) {
				o.in.add(a.node)
			}
		}
	}
}

// at returns the sum of a limb, to be changed.
func (o *openness) at(x int32, limb int8) *sum {
	i := int(x)*o.limbs + int(limb)
	if o.over == nil {
		return &o.left[i]
	}
	s := o.over[i]
	if s == nil {
		s = new(sum)
		*s = o.left[i]
		o.over[i] = s
	}
	return s
}

// enough says whether what is left of x in a limb reaches the bar.
func (o *openness) enough(x int32, limb int8) bool {
	node := o.n.nodeOf(x)
	if !o.v.isParty(node) || o.v.g.kind(node) == party.Person {
		return false
	}
	i := int(x)*o.limbs + int(limb)
	left := &o.left[i]
	if s := o.over[i]; s != nil {
		left = s
	}
	points, more := o.n.bar(x, true)
	if slack := int64(left.inexact) * fine; slack > 0 && left.points >= points && left.points-slack <= points {
		own, _ := o.v.ownShares(node)
		held := o.n.exactly(x, limb, false, func(h int32) bool { return !o.in.has(h) })
		rest := new(big.Rat).Sub(big.NewRat(wholeUnits-own, unitsPerPercent), held.Rat())
		return o.n.passes(x, Bound{rest, held.Open}, true)
	}
	return left.points > points || left.points == points && !more
}
