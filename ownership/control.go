// SPDX-License-Identifier: Apache-2.0

package ownership

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/party"
)

// A controlArc is a statement of control between two local nodes.
type controlArc struct {
	from, to int32
	rec      rec
}

// control asks the control test of the rule, where it has one, about a company
// that is not owned. The answer is a grade of its own and always for review:
// control is judged on facts that no register holds.
func (a *Answer) control(v *view, q *Query, x int32) {
	if len(v.rule.Control) == 0 || a.Status == Owned {
		return
	}
	l, arcs := v.aboveByControl(x)
	if len(arcs) == 0 {
		return
	}
	for _, first := range v.persons(l.listedIn(q, 0)) {
		r := &run{ground: &ground{l: l, seeds: first}}
		via := r.spread(arcs)
		if r.lower.has(0) {
			a.controlled(v)
			a.Proof = r.proveWith("controlled", a, q, via)
			return
		}
	}
}

func (a *Answer) controlled(v *view) {
	a.Controlled = true
	a.flag("controlled", fmt.Sprintf("the control test of %s may catch it: for review, the presumption can be rebutted", v.rule.Regime), a.Company)
}

// persons splits the listed parties as the rule does: all together where their
// stakes add up, else one by one.
func (v *view) persons(seeds map[int32][]Listed) []map[int32][]Listed {
	if v.rule.Aggregate || len(seeds) < 2 {
		return []map[int32][]Listed{seeds}
	}
	var out []map[int32][]Listed
	for _, x := range sorted(seeds) {
		out = append(out, map[int32][]Listed{x: seeds[x]})
	}
	return out
}

// spread grows the lower set by shares and by control, and returns by which
// statement each node came in that no shares brought. What shares bring comes
// first.
func (s *ground) spread(arcs []controlArc) map[int32]controlArc {
	of := map[int32][]controlArc{}
	for _, c := range arcs {
		of[c.from] = append(of[c.from], c)
	}
	via := map[int32]controlArc{}
	s.lower = newSet(nil)
	for _, x := range sorted(s.seeds) {
		s.lower.add(x)
	}
	w := newGrower(s.l, s.lower, false, nil)
	var waiting []controlArc
	for seen := 0; ; {
		w.run()
		for ; seen < len(s.lower.order); seen++ {
			waiting = append(waiting, of[s.lower.order[seen]]...)
		}
		for len(waiting) > 0 && s.lower.has(waiting[0].to) {
			waiting = waiting[1:]
		}
		if len(waiting) == 0 {
			return via
		}
		via[waiting[0].to] = waiting[0]
		s.lower.add(waiting[0].to)
	}
}

// aboveByControl gathers whoever stands above any of the nodes by shares or by
// control, those nodes first.
func (v *view) aboveByControl(nodes ...int32) (*local, []controlArc) {
	l := &local{v: v, at: map[int32]int32{}}
	var arcs []controlArc
	for _, x := range nodes {
		l.number(x)
	}
	for i := 0; i < len(l.nodes); i++ {
		l.gather(i)
		if !v.isParty(l.nodes[i]) || len(v.rule.Control) == 0 {
			continue
		}
		for _, r := range v.g.in(l.nodes[i], nil) {
			if v.controls(&r) {
				arcs = append(arcs, controlArc{l.number(r.owner), int32(i), r})
			}
		}
	}
	l.link()
	return l, arcs
}

// controls says whether the statement is one of control under the rule: board
// or influence, or a majority of votes where votes are a matter of control.
// What may be a majority is taken too, since the answer is for review.
func (v *view) controls(r *rec) bool {
	if may, _ := r.heldOn(v.on); !may || r.owner == r.owned || !slices.Contains(v.rule.Control, r.kind) {
		return false
	}
	return r.kind != claim.Votes || r.fineHi() > whole/2
}

// review writes down what a person has to look at.
func (r *run) review(a *Answer, q *Query) {
	v := r.l.v
	for _, h := range a.Holders {
		r.reviewHolder(a, h)
		for _, p := range h.Parties {
			a.reviewListing(p, q)
		}
	}
	for _, why := range v.g.silent[r.l.nodes[r.x]] {
		a.flag("undisclosed", "a source does not say who holds it: "+why, a.Company)
	}
	total := Bound{}
	for _, h := range r.holders {
		if h.limb == r.limb {
			total = total.plus(h.lo)
		}
		if h.disagree {
			p, _ := v.parties(h.node)
			a.flag("disagree", "sources give different shares; the answer runs over all of them", p...)
		}
	}
	if total.Rat().Cmp(big.NewRat(100, 1)) > 0 {
		a.flag("over-100", fmt.Sprintf("the shares add to %s %%", total), a.Company)
	}
	if v.g.own[r.l.nodes[r.x]] && q.Treasury == TreasuryOpen {
		a.flag("treasury", "the company holds shares of its own and nobody has said whether they count in the whole", a.Company)
	}
	if v.rule.RedFlag29 && (a.Status == Indeterminate || a.Status == Below && len(r.seeds) > 0) {
		a.flag("red-flag-29", "a listed owner is known and the percentage cannot be determined: resolve it or obtain a licence first", r.listedHolders()...)
	}
	if v.rule.MinorityFlag && a.Status != Owned && cmpLower(r.least, Bound{}) > 0 {
		a.flag("minority", fmt.Sprintf("listed parties hold %s %%: a significant minority stake is a red flag", r.least), r.listedHolders()...)
	}
	if a.Status != Owned && !v.rule.MinorityFlag && cmpLower(r.least, Bound{}) > 0 {
		a.flag("minority", fmt.Sprintf("listed parties hold %s %%: not owned by that, caution (FAQ 398)", r.least), r.listedHolders()...)
	}
}

// reviewListing says of a holder who is listed why that does not count: what he
// is listed by does not reach what he owns (NS-CMIC, FAQ 857), or is asked apart.
func (a *Answer) reviewListing(p party.Ref, q *Query) {
	for _, l := range q.Listed.all[p] {
		if l.Regime != q.Regime || !l.standsOn(q.Law) || q.seeds(&l) {
			continue
		}
		what := strings.TrimSpace(fmt.Sprintf("%v %s", l.Entry, strings.Join(l.Programs, " ")))
		if l.Cascades {
			a.flag("other-measure", fmt.Sprintf("a holder is listed under another measure, %s: it is asked apart", what), p)
		} else {
			a.flag("no-cascade", fmt.Sprintf("a holder is listed, %s, by a measure that does not reach what it owns", what), p)
		}
		return
	}
}

func (r *run) listedHolders() []party.Ref {
	var out []party.Ref
	for _, h := range r.holders {
		if r.upper.has(r.l.at[h.node]) {
			p, _ := r.l.v.parties(h.node)
			out = append(out, p...)
		}
	}
	return out
}

func (r *run) reviewHolder(a *Answer, h Holder) {
	if h.Role < MayBeOwned {
		return
	}
	switch h.How {
	case JointHolders:
		a.flag("joint", "held jointly: whether the whole holding counts depends on each joint holder", h.Parties...)
	case ThroughNominee:
		a.flag("nominee", "held through a nominee: look at who stands behind it", h.Parties...)
	case InTrust:
		a.flag("trust", "held in trust: look at settlor, trustees and beneficiaries", h.Parties...)
	case ByArrangement:
		a.flag("arrangement", "counts together by a joint arrangement", h.Parties...)
	}
	for _, s := range h.Stakes {
		if s.Held == claim.Indirect {
			a.flag("indirect", "an indirect percentage may be a product along a chain, which the rules do not count: look at the direct holders", s.Owner)
		}
	}
}

// mostNamed is how many parties a flag names of those that hold each other in a
// circle.
const mostNamed = 20

// circular marks the answer for review.
func (a *Answer) circular(loop []party.Ref) {
	text := "shares are held in a circle: whoever holds most of the shares outside it may own all of it"
	if n := len(loop); n > mostNamed {
		loop, text = loop[:mostNamed], fmt.Sprintf("%s; %d parties, of whom the first are named", text, n)
	}
	a.flag("circular", text, loop...)
}

// loop returns the parties above the company, and itself, that hold each other
// in a circle; those that are owned anyway aside.
func (l *local) loop(owned *set) []party.Ref {
	var out []party.Ref
	for x, round := range l.rings() {
		if v := l.nodes[x]; round && l.v.isParty(v) && !owned.has(int32(x)) {
			out = append(out, l.v.g.ref(v))
		}
	}
	return out
}

// rings says of each node whether it is on a circle of holdings, or between
// two.
func (l *local) rings() []bool {
	left := make([]int, len(l.nodes)) // holders not yet peeled off
	var queue []int32
	for x := range l.nodes {
		left[x] = len(l.ins[x])
		if left[x] == 0 {
			queue = append(queue, int32(x))
		}
	}
	round := make([]bool, len(l.nodes))
	for x := range round {
		round[x] = true
	}
	peel := func(next func(int32) []arc, count []int) {
		for len(queue) > 0 {
			x := queue[len(queue)-1]
			queue = queue[:len(queue)-1]
			round[x] = false
			for _, a := range next(x) {
				if count[a.node]--; count[a.node] == 0 && round[a.node] {
					queue = append(queue, a.node)
				}
			}
		}
	}
	peel(func(x int32) []arc { return l.outs[x] }, left)
	below := make([]int, len(l.nodes)) // what each that is left holds of those left
	for x := range l.nodes {
		if !round[x] {
			continue
		}
		for _, a := range l.outs[x] {
			if round[a.node] {
				below[x]++
			}
		}
		if below[x] == 0 {
			queue = append(queue, int32(x))
		}
	}
	peel(func(x int32) []arc { return l.ins[x] }, below)
	return round
}
