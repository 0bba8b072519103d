// SPDX-License-Identifier: Apache-2.0

package ownership

import (
	"math"
	"math/big"
)

// A net is what the fixed point runs on: the whole graph as a view shows it,
// or the few nodes that one answer needs.
type net interface {
	size() int
	limbs() int
	// nodeOf returns the node of the view that x is.
	nodeOf(x int32) int32
	out(x int32, buf []arc) []arc
	in(x int32, buf []arc) []arc
	need(x int32, upper bool) int64
	// bar returns what the sum of a limb has to reach, and whether it has to
	// exceed it.
	bar(x int32, upper bool) (points int64, moreThan bool)
	// exactly returns the sum of a limb over the holders that count, as a
	// rational: for the rare sums that units cannot hold.
	exactly(x int32, limb int8, upper bool, counts func(holder int32) bool) Bound
	// passes compares such a sum with the bar.
	passes(x int32, b Bound, upper bool) bool
}

// A sum is what one limb of one node has collected.
type sum struct {
	points  int64
	epoch   uint32 // the pass that it belongs to, where sums are used again
	inexact uint16 // how many addends were rounded; stops at its largest
	wide    bool   // an addend is an interval
}

// A scratch is the memory of a pass over a whole graph: sums for all nodes,
// used again by the next pass without clearing them.
type scratch struct {
	sums  []sum
	bits  []uint64
	epoch uint32
}

// sums holds what nodes have collected: for all nodes, or for those that were
// touched.
type sums struct {
	*scratch
	sparse map[int64]*sum
}

func (s *sums) at(i int64) *sum {
	if s.scratch != nil {
		c := &s.sums[i]
		if c.epoch != s.epoch {
			*c = sum{epoch: s.epoch}
		}
		return c
	}
	c := s.sparse[i]
	if c == nil {
		c = new(sum)
		s.sparse[i] = c
	}
	return c
}

// A set is the nodes that a pass has reached, with the order in which it did.
type set struct {
	rank  map[int32]int32 // nil when bits is used
	bits  []uint64
	under *set // whose members are members too, and are not in the order; nil for none
	order []int32
}

func newSet(sc *scratch) *set {
	if sc != nil {
		return &set{bits: sc.bits}
	}
	return &set{rank: map[int32]int32{}}
}

func (s *set) has(x int32) bool {
	if s.under != nil && s.under.has(x) {
		return true
	}
	if s.bits != nil {
		return s.bits[x>>6]&(1<<(x&63)) != 0
	}
	_, ok := s.rank[x]
	return ok
}

// add takes x in and says whether it is new.
func (s *set) add(x int32) bool {
	if s.has(x) {
		return false
	}
	if s.bits != nil {
		s.bits[x>>6] |= 1 << (x & 63)
	} else {
		s.rank[x] = int32(len(s.order))
	}
	s.order = append(s.order, x)
	return true
}

// grow is the fixed point of DOMAIN.md section 1.2: from the seeds, whatever
// its members' shares carry over the bar joins them, until nothing changes.
// Each member counts with its whole stake, once; nobody else counts.
//
// The lower pass adds the least that each share may be and so finds what is
// owned whatever the unknown is. The upper pass adds the most, within the 100
// percent that the other holders leave, and so finds what may be owned.
//
// With a scratch the set lives in its bits until the next pass; without one the
// set remembers the order in which it grew.
func grow(n net, seeds []int32, upper bool, sc *scratch) *set {
	w := newGrower(n, newSet(sc), upper, sc)
	for _, x := range seeds {
		w.in.add(x)
	}
	w.run()
	return w.in
}

// A grower makes a set grow.
type grower struct {
	n     net
	upper bool
	in    *set
	acc   sums
	limbs int64
	next  int // in the order of in: whose stakes have been taken
	side  []arc
}

// newGrower returns a grower of in, whose members it takes to have been asked
// already but for those in its order.
func newGrower(n net, in *set, upper bool, sc *scratch) *grower {
	w := &grower{n: n, upper: upper, in: in, limbs: int64(n.limbs()), acc: sums{scratch: sc}}
	if sc == nil {
		w.acc.sparse = map[int64]*sum{}
	} else {
		sc.epoch++
	}
	return w
}

// run takes what the members in the order carry, until nothing joins.
func (w *grower) run() {
	var buf []arc
	for ; w.next < len(w.in.order); w.next++ {
		buf = w.n.out(w.in.order[w.next], buf[:0])
		for j := range buf {
			w.take(&buf[j])
		}
	}
}

// take adds what a member holds in a.node, which joins where that is enough.
func (w *grower) take(a *arc) {
	if w.in.has(a.node) {
		return
	}
	s := w.acc.at(int64(a.node)*w.limbs + int64(a.limb))
	s.add(a, w.upper)
	if need := w.n.need(a.node, w.upper); need > 0 {
		if s.points >= need {
			w.in.add(a.node)
		}
		return
	}
	if s.carries(w.n, a.node, a.limb, w.upper, w.in) && (!w.upper || !s.wide || leaves(w.n, a.node, a.limb, w.in, &w.side)) {
		w.in.add(a.node)
	}
}

func (s *sum) add(a *arc, upper bool) {
	p := a.lo
	if upper {
		p = a.hi
	}
	s.points = min(s.points+p, ceiling)
	s.wide = s.wide || a.lo != a.hi
	if a.inexact && s.inexact < math.MaxUint16 {
		s.inexact++
	}
}

// carries says whether the sum is over the bar. Rounding is outwards and less
// than a unit each, so only sums within that of the bar are made again.
func (s *sum) carries(n net, x int32, limb int8, upper bool, in *set) bool {
	points, more := n.bar(x, upper)
	slack := int64(s.inexact) * fine
	over := func(p int64) bool { return p > points || p == points && !more }
	switch {
	case s.inexact == 0:
		return over(s.points)
	case !upper && over(s.points), upper && over(s.points-slack):
		return true
	case !upper && !over(s.points+slack), upper && !over(s.points):
		return false
	}
	return n.passes(x, n.exactly(x, limb, upper, in.has), upper)
}

// leaves says whether the holders outside the set leave enough of the 100
// percent for those inside. Sources that claim more than 100 percent leave
// nothing to reckon with, so then it says yes.
func leaves(n net, x int32, limb int8, in *set, buf *[]arc) bool {
	*buf = n.in(x, (*buf)[:0])
	total, outside, slack := int64(0), int64(0), int64(0)
	for _, a := range *buf {
		if a.limb != limb {
			continue
		}
		total += a.lo
		if !in.has(a.node) {
			outside += a.lo
			if a.inexact {
				slack += fine
			}
		}
	}
	if total > whole {
		return true
	}
	points, more := n.bar(x, true)
	left := whole - outside
	if slack > 0 && left >= points && left-slack <= points {
		rest := n.exactly(x, limb, false, func(h int32) bool { return !in.has(h) })
		return n.passes(x, Bound{new(big.Rat).Sub(big.NewRat(100, 1), rest.Rat()), rest.Open}, true)
	}
	return left > points || left == points && !more
}

// bar is the threshold of the rule on node x. Where the company holds shares
// of its own and nobody has said whether they count, the upper pass takes them
// out of the whole and the lower pass leaves them in.
func (v *view) bar(x int32, upper bool) (int64, bool) {
	t := v.threshold()
	if v.treats == TreasuryCounts || !v.g.own[x] {
		return t, v.rule.MoreThan
	}
	lo, hi := v.ownShares(x)
	out := lo
	if upper {
		out = hi
	} else if v.treats == TreasuryOpen {
		out = 0
	}
	// The bar is t × (1 − out): fine is even and t has at most seven decimals, so
	// nothing is lost for a threshold of 50 %.
	r := new(big.Int).Mul(big.NewInt(t), big.NewInt(wholeUnits-out))
	return r.Div(r, big.NewInt(wholeUnits)).Int64(), v.rule.MoreThan
}

func (v *view) threshold() int64 {
	u, _ := units(v.rule.Threshold, false)
	return int64(u) * fine
}

func (v *view) passes(x int32, b Bound, upper bool) bool {
	points, more := v.bar(x, upper)
	bar := big.NewRat(points/fine, unitsPerPercent)
	if points%fine != 0 {
		bar = new(big.Rat).SetFrac(big.NewInt(points), new(big.Int).Mul(big.NewInt(unitsPerPercent), big.NewInt(fine)))
	}
	switch c := b.Rat().Cmp(bar); {
	case c != 0:
		return c > 0
	case upper:
		return !more && !b.Open
	}
	return !more || b.Open
}

func (v *view) exactly(x int32, limb int8, upper bool, counts func(int32) bool) Bound {
	total := Bound{}
	for _, h := range v.holders(x) {
		if h.limb == limb && counts(h.node) {
			if upper {
				total = total.plus(h.hi)
			} else {
				total = total.plus(h.lo)
			}
		}
	}
	return total
}

// A holder is one who holds a company, exactly, with the statements that say so.
type holder struct {
	interval
	node  int32
	limb  int8
	recs  []rec
	order int
}

// holders returns who holds x on the day: parties, gates and arrangements.
func (v *view) holders(x int32) []holder {
	if !v.isParty(x) {
		return nil
	}
	recs := v.g.in(x, nil)
	var out []holder
	take := func(node int32, from []rec, k int32) {
		for limb := range v.limbs() {
			if s, ok := v.combine(from, int8(limb), k); ok {
				out = append(out, holder{interval: s, node: node, limb: int8(limb), recs: v.holding(from, int8(limb), k), order: len(out)})
			}
		}
	}
	for rest := recs; len(rest) > 0; {
		n := 1
		for n < len(rest) && rest[n].owner == rest[0].owner {
			n++
		}
		if v.groupFor(rest[0].owner, x) < 0 {
			take(rest[0].owner, rest[:n], -1)
		}
		rest = rest[n:]
	}
	for i := range recs {
		if k := v.gateOf(&recs[i]); k >= 0 && v.firstOf(recs[:i], k) {
			take(v.n+k, recs, k)
		}
	}
	for i := range v.groups {
		if v.applies(int32(i), x) {
			out = append(out, v.groupHolders(int32(i), x)...)
		}
	}
	return out
}

func (v *view) groupHolders(k, x int32) []holder {
	var out []holder
	for limb := range v.limbs() {
		h := holder{node: v.n + v.gates + k, limb: int8(limb)}
		any := false
		for _, m := range v.groups[k].members {
			if v.groupFor(m, x) != k {
				continue
			}
			run := v.run(m, x)
			if s, ok := v.combine(run, int8(limb), -1); ok {
				h.interval, any = h.interval.plus(s), true
				h.recs = append(h.recs, v.holding(run, int8(limb), -1)...)
			}
		}
		if any {
			out = append(out, h)
		}
	}
	return out
}

// holding returns the statements that combine looks at.
func (v *view) holding(recs []rec, limb int8, k int32) []rec {
	var out []rec
	for i := range recs {
		r := &recs[i]
		if may, _ := r.heldOn(v.on); may && v.counts(r) && v.limbOf[r.kind] == limb && v.gateOf(r) == k {
			out = append(out, *r)
		}
	}
	return out
}
