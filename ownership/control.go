// SPDX-License-Identifier: Apache-2.0

package ownership

import (
	"fmt"
	"math/big"
	"slices"

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
func (a *Answer) control(v *view, q Query, x int32) {
	if len(v.rule.Control) == 0 || a.Status == Owned {
		return
	}
	l, arcs := v.aboveByControl(x)
	if len(arcs) == 0 {
		return
	}
	seeds := l.listedAbove(q, a.Law)
	for _, first := range v.persons(seeds) {
		r := &run{l: l, seeds: first}
		via := map[int32]controlArc{}
		r.lower = grow(l, sorted(first), false, nil)
		for r.spread(arcs, via) {
		}
		if r.lower.has(0) {
			a.Controlled = true
			a.Proof = r.proveWith("controlled", a, q, via)
			a.flag("controlled", fmt.Sprintf("the control test of %s may catch it: for review, the presumption can be rebutted", v.rule.Regime), a.Company)
			return
		}
	}
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

// spread takes in what the members of the lower set control, and what that
// owns, and says whether anything was new.
func (r *run) spread(arcs []controlArc, via map[int32]controlArc) bool {
	for _, c := range arcs {
		if r.lower.has(c.from) && !r.lower.has(c.to) {
			via[c.to] = c
			r.lower.add(c.to)
			r.lower = regrow(r.l, r.lower)
			return true
		}
	}
	return false
}

// regrow continues a lower pass from what it has reached, keeping its order.
func regrow(l *local, in *set) *set { return grow(l, slices.Clone(in.order), false, nil) }

// aboveByControl gathers whoever stands above x by shares or by control.
func (v *view) aboveByControl(x int32) (*local, []controlArc) {
	l := &local{v: v, at: map[int32]int32{x: 0}, nodes: []int32{x}}
	var arcs []controlArc
	number := func(node int32) int32 {
		at, ok := l.at[node]
		if !ok {
			at = int32(len(l.nodes))
			l.at[node] = at
			l.nodes = append(l.nodes, node)
		}
		return at
	}
	for i := 0; i < len(l.nodes); i++ {
		ins := v.in(l.nodes[i], nil)
		for j := range ins {
			ins[j].node = number(ins[j].node)
		}
		l.ins = append(l.ins, ins)
		if !v.isParty(l.nodes[i]) {
			continue
		}
		for _, r := range v.g.in(l.nodes[i], nil) {
			if v.controls(&r) {
				arcs = append(arcs, controlArc{number(r.owner), int32(i), r})
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
func (r *run) review(a *Answer, q Query) {
	v := r.l.v
	for _, h := range a.Holders {
		r.reviewHolder(a, h)
	}
	if a.Status != Owned {
		if loop := r.l.loop(r.lower); len(loop) > 0 {
			a.flag("circular", "shares are held in a circle: whoever holds most of the shares outside it may own all of it", loop...)
		}
	}
	for _, why := range v.g.silent[r.l.nodes[0]] {
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
	if v.g.own[r.l.nodes[0]] && q.Treasury == TreasuryOpen {
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

// loop returns the parties above the company, and itself, that hold each other
// in a circle; those that are owned anyway aside.
func (l *local) loop(owned *set) []party.Ref {
	left := make([]int, len(l.nodes)) // holders not yet peeled off
	var queue []int32
	for x := range l.nodes {
		left[x] = len(l.ins[x])
		if left[x] == 0 {
			queue = append(queue, int32(x))
		}
	}
	gone := make([]bool, len(l.nodes))
	peel := func(next func(int32) []arc, count []int) {
		for len(queue) > 0 {
			x := queue[len(queue)-1]
			queue = queue[:len(queue)-1]
			gone[x] = true
			for _, a := range next(x) {
				if count[a.node]--; count[a.node] == 0 && !gone[a.node] {
					queue = append(queue, a.node)
				}
			}
		}
	}
	peel(func(x int32) []arc { return l.outs[x] }, left)
	below := make([]int, len(l.nodes)) // what each that is left holds of those left
	for x := range l.nodes {
		if gone[x] {
			continue
		}
		for _, a := range l.outs[x] {
			if !gone[a.node] {
				below[x]++
			}
		}
		if below[x] == 0 {
			queue = append(queue, int32(x))
		}
	}
	peel(func(x int32) []arc { return l.ins[x] }, below)
	var out []party.Ref
	for x := range l.nodes {
		if v := l.nodes[x]; !gone[x] && l.v.isParty(v) && !owned.has(int32(x)) {
			out = append(out, l.v.g.ref(v))
		}
	}
	return out
}
