// SPDX-License-Identifier: Apache-2.0

package ownership

import (
	"fmt"
	"math/big"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/party"
)

// A view is the graph as one rule sees it on one day.
//
// Its nodes are the parties 0..n-1, then the gates, then the arrangements.
type view struct {
	g      *Graph
	rule   Rule
	on     day
	n      int32 // parties
	gates  int32 // n + gates is the first arrangement
	limbOf [8]int8
	treats Treasury
	// inGroup gives the arrangements of a party; nil where the rule knows none.
	inGroup map[int32][]int32
	groups  []arrangement
}

// A Treasury says what a company's own shares do to the whole. The rules are
// silent, so the user has to.
type Treasury uint8

// What own shares do. The zero Treasury leaves it open: the answer is an
// interval over both.
const (
	TreasuryOpen Treasury = iota
	TreasuryCounts
	TreasuryDoesNotCount
)

var treasuries = [...]string{"open", "count", "ignore"}

// String returns the choice in one word.
func (t Treasury) String() string {
	if int(t) < len(treasuries) {
		return treasuries[t]
	}
	return fmt.Sprintf("treasury(%d)", t)
}

// MarshalText writes the choice as String does.
func (t Treasury) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads a choice by its name.
func (t *Treasury) UnmarshalText(b []byte) error {
	for i, s := range treasuries {
		if s == string(b) {
			*t = Treasury(i)
			return nil
		}
	}
	return fmt.Errorf("unknown choice for own shares %q", b)
}

// An arc is what one node holds in another, on the day, in one limb.
type arc struct {
	node    int32 // the other end
	limb    int8
	inexact bool // lo is rounded down, hi up
	lo, hi  int64
}

// gateSteps is what all members of a gate together bring; a gate passes when
// its members bring as much.
const gateSteps = 1 << 20

func (g *Graph) view(rule Rule, on party.Date, t Treasury) *view {
	v := &view{g: g, rule: rule, on: dayOf(on), n: int32(g.size()), gates: int32(len(g.gates)), treats: t}
	for i := range v.limbOf {
		v.limbOf[i] = -1
	}
	for i, limb := range rule.Limbs {
		for _, k := range limb {
			v.limbOf[k] = int8(i)
		}
	}
	if rule.Arrangements && len(g.joints) > 0 {
		v.groups = g.joints
		v.inGroup = map[int32][]int32{}
		for i, a := range g.joints {
			for _, m := range a.members {
				v.inGroup[m] = append(v.inGroup[m], int32(i))
			}
		}
	}
	return v
}

func (v *view) limbs() int           { return len(v.rule.Limbs) }
func (v *view) nodeOf(x int32) int32 { return x }

func (v *view) size() int { return int(v.n+v.gates) + len(v.groups) }

func (v *view) isParty(x int32) bool { return x < v.n }
func (v *view) isGate(x int32) bool  { return x >= v.n && x < v.n+v.gates }
func (v *view) isGroup(x int32) bool { return x >= v.n+v.gates }

// counts says whether the stake is a share that some limb asks for.
func (v *view) counts(r *rec) bool {
	return v.limbOf[r.kind] >= 0 && r.held != claim.Treasury && r.owner != r.owned
}

// out appends what x holds.
func (v *view) out(x int32, buf []arc) []arc {
	switch {
	case v.isGate(x):
		return v.gateOut(x, buf)
	case v.isGroup(x):
		return v.groupOut(x, buf)
	}
	recs := v.g.out(x)
	for len(recs) > 0 {
		n := 1
		for n < len(recs) && recs[n].owned == recs[0].owned {
			n++
		}
		run := recs[:n]
		recs = recs[n:]
		if v.inGroup != nil && v.groupFor(x, run[0].owned) >= 0 {
			buf = v.gatesOf(run, x, buf)
			continue // counts through the arrangement
		}
		buf = v.pair(run, run[0].owned, buf)
		buf = v.gatesOf(run, x, buf)
	}
	for _, k := range v.g.forGates[x] {
		buf = append(buf, v.step(k, x))
	}
	for _, k := range v.inGroup[x] {
		buf = append(buf, arc{node: v.n + v.gates + k, lo: gateSteps, hi: gateSteps})
	}
	return buf
}

// in appends who holds x.
func (v *view) in(x int32, buf []arc) []arc {
	switch {
	case v.isGate(x):
		for _, m := range v.g.gates[x-v.n].members {
			a := v.step(x-v.n, m.node)
			a.node = m.node
			buf = append(buf, a)
		}
		return buf
	case v.isGroup(x):
		for _, m := range v.groups[x-v.n-v.gates].members {
			buf = append(buf, arc{node: m, lo: gateSteps, hi: gateSteps})
		}
		return buf
	}
	var few [16]rec
	recs := v.g.in(x, few[:0])
	for rest := recs; len(rest) > 0; {
		n := 1
		for n < len(rest) && rest[n].owner == rest[0].owner {
			n++
		}
		run := rest[:n]
		rest = rest[n:]
		if v.inGroup != nil && v.groupFor(run[0].owner, x) >= 0 {
			continue
		}
		buf = v.pair(run, run[0].owner, buf)
	}
	buf = v.gatesInto(recs, buf)
	for i := range v.groups {
		if v.applies(int32(i), x) {
			buf = v.groupInto(int32(i), x, buf)
		}
	}
	return buf
}

// pair appends the arcs of one holder's own stakes in one company.
func (v *view) pair(run []rec, other int32, buf []arc) []arc {
	if len(run) == 1 && run[0].flags&(flagInexact|flagGate) == 0 && run[0].held == claim.Direct {
		r := &run[0]
		may, sure := r.heldOn(v.on)
		if !may || !v.counts(r) {
			return buf
		}
		a := arc{node: other, limb: v.limbOf[r.kind], lo: r.fineLo(), hi: r.fineHi()}
		if !sure {
			a.lo = 0
		}
		return append(buf, a)
	}
	for limb := range v.limbs() {
		if s, ok := v.combine(run, int8(limb), -1); ok {
			buf = append(buf, s.arc(other, int8(limb)))
		}
	}
	return buf
}

// gatesOf appends the steps of x into the gates that its stakes go through.
func (v *view) gatesOf(run []rec, x int32, buf []arc) []arc {
	for i := range run {
		if k := v.gateOf(&run[i]); k >= 0 && v.firstOf(run[:i], k) {
			buf = append(buf, v.step(k, x))
		}
	}
	return buf
}

// gatesInto appends the arcs of the gates through which recs go.
func (v *view) gatesInto(recs []rec, buf []arc) []arc {
	for i := range recs {
		k := v.gateOf(&recs[i])
		if k < 0 || !v.firstOf(recs[:i], k) {
			continue
		}
		for limb := range v.limbs() {
			if s, ok := v.combine(recs, int8(limb), k); ok {
				buf = append(buf, s.arc(v.n+k, int8(limb)))
			}
		}
	}
	return buf
}

// gateOut appends what the gate x passes on.
func (v *view) gateOut(x int32, buf []arc) []arc {
	owned := v.g.gates[x-v.n].owned
	recs := v.g.in(owned, nil)
	for limb := range v.limbs() {
		if s, ok := v.combine(recs, int8(limb), x-v.n); ok {
			buf = append(buf, s.arc(owned, int8(limb)))
		}
	}
	return buf
}

func (v *view) gateOf(r *rec) int32 {
	if r.flags&flagGate == 0 {
		return -1
	}
	return v.g.details[r.detail-1].gate
}

func (v *view) firstOf(before []rec, k int32) bool {
	for i := range before {
		if v.gateOf(&before[i]) == k {
			return false
		}
	}
	return true
}

// step is what member x brings to gate k: of joint holders each brings its
// part where the rule wants all of them, the whole where any will do. The one
// behind a nominee brings the whole, since the source names him; a nominee
// and everybody in a trust only may.
func (v *view) step(k, x int32) arc {
	g := &v.g.gates[k]
	a := arc{node: v.n + k, hi: gateSteps}
	for _, m := range g.members {
		if m.node != x || !m.sure {
			continue
		}
		a.lo = gateSteps
		if g.how == JointHolders && v.rule.Joint != "any" {
			a.lo = 1
		}
	}
	return a
}

// need is what a gate's members must bring; 0 for a party.
func (v *view) need(x int32, upper bool) int64 {
	switch {
	case v.isParty(x):
		return 0
	case v.isGate(x) && !upper:
		if g := &v.g.gates[x-v.n]; g.how == JointHolders && v.rule.Joint != "any" {
			return int64(len(g.members))
		}
	}
	return gateSteps
}

// groupFor returns the arrangement through which x's stakes in company count,
// or -1.
func (v *view) groupFor(x, company int32) int32 {
	for _, k := range v.inGroup[x] {
		if v.applies(k, company) {
			return k
		}
	}
	return -1
}

// applies says whether arrangement k reaches the company: it is named, or at
// least two members hold there.
func (v *view) applies(k, company int32) bool {
	a := v.groups[k]
	if a.company >= 0 {
		return a.company == company
	}
	holders := 0
	for _, m := range a.members {
		for _, r := range v.g.out(m) {
			if r.owned == company {
				holders++
				break
			}
		}
	}
	return holders >= 2
}

func (v *view) groupOut(x int32, buf []arc) []arc {
	k := x - v.n - v.gates
	seen := map[int32]bool{}
	for _, m := range v.groups[k].members {
		for _, r := range v.g.out(m) {
			if !seen[r.owned] && v.groupFor(m, r.owned) == k {
				seen[r.owned] = true
				for _, a := range v.groupInto(k, r.owned, nil) {
					a.node = r.owned
					buf = append(buf, a)
				}
			}
		}
	}
	return buf
}

// groupInto appends what the members of arrangement k hold together in x.
func (v *view) groupInto(k, x int32, buf []arc) []arc {
	for limb := range v.limbs() {
		sum, any := interval{}, false
		for _, m := range v.groups[k].members {
			if v.groupFor(m, x) != k {
				continue
			}
			if s, ok := v.combine(v.run(m, x), int8(limb), -1); ok {
				sum, any = sum.plus(s), true
			}
		}
		if any {
			buf = append(buf, sum.arc(v.n+v.gates+k, int8(limb)))
		}
	}
	return buf
}

// run returns the stakes that x holds in company.
func (v *view) run(x, company int32) []rec {
	recs := v.g.out(x)
	for i := range recs {
		if recs[i].owned == company {
			n := i + 1
			for n < len(recs) && recs[n].owned == company {
				n++
			}
			return recs[i:n]
		}
	}
	return nil
}

// An interval is what statements together say of one holding, exactly.
type interval struct {
	lo, hi   Bound
	disagree bool // no number fits all statements
}

func (s interval) plus(t interval) interval {
	return interval{s.lo.plus(t.lo), s.hi.plus(t.hi), s.disagree || t.disagree}
}

func (s interval) arc(node int32, limb int8) arc {
	lo, exactLo := fineOf(s.lo, false)
	hi, exactHi := fineOf(s.hi, true)
	return arc{node: node, limb: limb, lo: lo, hi: hi, inexact: !exactLo || !exactHi}
}

func fineOf(b Bound, upper bool) (int64, bool) {
	r := b.Rat()
	r.Mul(r, big.NewRat(unitsPerPercent, 1))
	q, m := new(big.Int).DivMod(r.Num(), r.Denom(), new(big.Int))
	if !q.IsInt64() || q.Int64() > 4*wholeUnits {
		return ceiling, true
	}
	n := q.Int64() * fine
	exact := m.Sign() == 0
	switch {
	case upper && !exact:
		n += fine
	case upper && b.Open:
		n--
	case !upper && b.Open:
		n++
	}
	return n, exact
}

// combine says what the stakes of recs that go through gate k (-1: none) say
// of one limb on the day. Statements of one part are about one holding: they
// are intersected, and where no number fits them all the answer runs over all
// of them. Parts add up.
func (v *view) combine(recs []rec, limb int8, k int32) (interval, bool) {
	var parts []string
	var sums []interval
	var srcs [][]rec
	for i := range recs {
		r := &recs[i]
		if !v.counts(r) || v.limbOf[r.kind] != limb || v.gateOf(r) != k {
			continue
		}
		may, sure := r.heldOn(v.on)
		if !may {
			continue
		}
		s := v.said(r, sure)
		p, at := v.g.part(*r), 0
		for at < len(parts) && parts[at] != p {
			at++
		}
		if at == len(parts) {
			parts, sums, srcs = append(parts, p), append(sums, s), append(srcs, []rec{*r})
			continue
		}
		sums[at] = v.reconcile(sums[at], s, srcs[at], r)
		srcs[at] = append(srcs[at], *r)
	}
	if len(parts) == 0 {
		return interval{}, false
	}
	total := sums[0]
	for _, s := range sums[1:] {
		total = total.plus(s)
	}
	if hundred := (Bound{points: big.NewRat(100, 1)}); len(parts) > 1 && cmpUpper(total.hi, hundred) > 0 {
		total.hi = hundred
		if cmpLower(total.lo, hundred) > 0 {
			total.lo, total.disagree = hundred, true
		}
	}
	return total, true
}

// said is the interval of one statement: nothing is sure where its dates leave
// it open, or where what is held is held indirectly, since an indirect
// percentage may be a product along a chain that the rules do not count.
func (v *view) said(r *rec, sure bool) interval {
	sh := r.share
	s := sh()
	if r.detail != 0 {
		s = v.g.details[r.detail-1].share
	}
	out := interval{lo: boundOf(s.Lo, s.LoOpen), hi: boundOf(s.Hi, s.HiOpen)}
	if !sure || r.held == claim.Indirect {
		out.lo = Bound{}
	}
	return out
}

// reconcile puts another statement about the same holding beside the others.
func (v *view) reconcile(a, b interval, before []rec, r *rec) interval {
	lo, hi := a.lo, a.hi
	if cmpLower(b.lo, lo) > 0 {
		lo = b.lo
	}
	if cmpUpper(b.hi, hi) < 0 {
		hi = b.hi
	}
	if !a.disagree && !empty(lo, hi) {
		return interval{lo: lo, hi: hi}
	}
	lo, hi = a.lo, a.hi
	if cmpLower(b.lo, lo) < 0 {
		lo = b.lo
	}
	if cmpUpper(b.hi, hi) > 0 {
		hi = b.hi
	}
	for i := range before {
		if before[i].source == r.source && before[i].kind == r.kind {
			hi = a.hi.plus(b.hi) // one source, two numbers: they may be two parcels
			break
		}
	}
	if h := (Bound{points: big.NewRat(100, 1)}); cmpUpper(hi, h) > 0 {
		hi = h
	}
	return interval{lo: lo, hi: hi, disagree: true}
}

func empty(lo, hi Bound) bool {
	c := lo.Rat().Cmp(hi.Rat())
	return c > 0 || c == 0 && (lo.Open || hi.Open)
}

// ownShares returns the share of x in itself: the least and the most that the
// statements say, in units.
func (v *view) ownShares(x int32) (lo, hi int64) {
	if !v.g.own[x] {
		return 0, 0
	}
	for _, r := range v.g.out(x) {
		if r.owned != x || v.limbOf[r.kind] < 0 {
			continue
		}
		may, sure := r.heldOn(v.on)
		if may {
			hi = max(hi, int64(r.hi))
		}
		if sure {
			lo = max(lo, int64(r.lo))
		}
	}
	return lo, hi
}
