// SPDX-License-Identifier: Apache-2.0

package ownership

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/law"
	"github.com/interdict-dev/interdict/party"
)

// A Proof shows that a company is owned (or controlled) by listed parties: a
// list of steps, each of which rests only on listed parties and on the steps
// before it. It is complete in itself, so that somebody who has nothing but the
// proof, and the sources that it names, can follow it; package
// ownership/verify does.
type Proof struct {
	Version   int           `json:"version"`
	Company   party.Ref     `json:"company"`
	Grade     string        `json:"grade"` // "owned" or "controlled"
	Regime    law.Regime    `json:"regime"`
	Rule      string        `json:"rule"`
	Threshold claim.Percent `json:"threshold"`
	MoreThan  bool          `json:"more_than"`
	Aggregate bool          `json:"aggregate"`
	Joint     string        `json:"joint"`
	Law       party.Date    `json:"law_as_of"`
	Facts     party.Date    `json:"facts_as_of"`
	Measure   string        `json:"measure,omitempty"`
	Listed    []Listed      `json:"listed"` // the listings it rests on, each with list entry, programs and date
	Steps     []Step        `json:"steps"`
	Sources   []string      `json:"sources"` // of the rule
}

// ProofVersion is the version of the form of a [Proof].
//
//	1  the first
const ProofVersion = 1

// A Step shows one company: these holders, each listed or shown before, hold
// at least Sum of it.
type Step struct {
	Company party.Ref         `json:"company"`
	Control bool              `json:"control,omitempty"` // by a statement of control, not by shares
	Kinds   []claim.StakeKind `json:"kinds"`             // what is added up
	Sum     Bound             `json:"sum"`
	Above   bool              `json:"above,omitempty"` // more than Sum
	By      []Contribution    `json:"by"`
	// OwnShares are the company's shares in itself, where the user has said that
	// they do not count in the whole.
	OwnShares []claim.Stake `json:"own_shares,omitempty"`
}

// A Contribution is one holding that counts in a step.
type Contribution struct {
	// Holders are those, listed or shown before, through whom it counts.
	Holders []party.Ref   `json:"holders"`
	How     How           `json:"how,omitempty"`
	Least   Bound         `json:"least"`
	Above   bool          `json:"above,omitempty"` // more than Least
	Basis   string        `json:"basis,omitempty"` // who says that there is an arrangement
	Stakes  []claim.Stake `json:"stakes"`
}

// A prover turns the order in which a lower pass reached nodes into steps.
type prover struct {
	r     *run
	proof *Proof
	done  map[int32]bool
	// via gives the statement by which a node came in by control.
	via map[int32]controlArc
}

func (r *run) prove(a *Answer, q Query) *Proof {
	return r.proveWith("owned", a, q, nil)
}

func (r *run) proveWith(grade string, a *Answer, q Query, via map[int32]controlArc) *Proof {
	rule := r.l.v.rule
	p := &Proof{
		Version: ProofVersion, Company: a.Company, Grade: grade, Regime: rule.Regime, Rule: rule.ID,
		Threshold: rule.Threshold, MoreThan: rule.MoreThan, Aggregate: rule.Aggregate, Joint: rule.Joint,
		Law: a.Law, Facts: a.Facts, Measure: q.Measure, Sources: rule.Sources,
	}
	pr := &prover{r: r, proof: p, done: map[int32]bool{}, via: via}
	pr.show(0)
	return p
}

// show adds the steps for local node x, and before it those it rests on. The
// pass reached what x rests on earlier, so the recursion ends; it is as deep as
// the chain of holdings, which an explicit stack keeps off the goroutine's.
func (pr *prover) show(x int32) {
	type frame struct {
		x    int32
		step *Step
		rest []int32
	}
	var stack []frame
	push := func(x int32) {
		if pr.done[x] {
			return
		}
		pr.done[x] = true
		l := pr.r.l
		if listed, ok := pr.r.seeds[x]; ok {
			pr.proof.Listed = append(pr.proof.Listed, listed...)
			return
		}
		if !l.v.isParty(l.nodes[x]) {
			return
		}
		step, rest := pr.step(x)
		stack = append(stack, frame{x, step, rest})
	}
	push(x)
	for len(stack) > 0 {
		f := &stack[len(stack)-1]
		if len(f.rest) > 0 {
			next := f.rest[0]
			f.rest = f.rest[1:]
			push(next)
			continue
		}
		pr.proof.Steps = append(pr.proof.Steps, *f.step)
		stack = stack[:len(stack)-1]
	}
}

// step returns the step that shows x, with as few holders as carry it, and the
// local nodes that it rests on.
func (pr *prover) step(x int32) (*Step, []int32) {
	l, lower := pr.r.l, pr.r.lower
	v := l.v
	step := &Step{Company: v.g.ref(l.nodes[x])}
	if c, ok := pr.via[x]; ok {
		step.Control = true
		step.Kinds = []claim.StakeKind{c.rec.kind}
		step.By = []Contribution{{Holders: []party.Ref{v.g.ref(l.nodes[c.from])}, Stakes: []claim.Stake{v.g.stake(c.rec)}}}
		return step, []int32{c.from}
	}
	if v.treats == TreasuryDoesNotCount && v.g.own[l.nodes[x]] {
		for _, r := range v.run(l.nodes[x], l.nodes[x]) {
			step.OwnShares = append(step.OwnShares, v.g.stake(r))
		}
	}
	all := v.holders(l.nodes[x])
	for limb, kinds := range v.rule.Limbs {
		var hs []holder
		for _, h := range all {
			if at, ok := l.at[h.node]; ok && int(h.limb) == limb && lower.has(at) && lower.rank[at] < lower.rank[x] {
				hs = append(hs, h)
			}
		}
		slices.SortStableFunc(hs, func(a, b holder) int {
			_, la := pr.r.seeds[l.at[a.node]]
			_, lb := pr.r.seeds[l.at[b.node]]
			return cmp.Or(flag(lb)-flag(la), cmpLower(b.lo, a.lo))
		})
		total, rest := Bound{}, []int32(nil)
		step.By, step.Kinds = nil, kinds
		for _, h := range hs {
			if h.lo.Rat().Sign() == 0 && !h.lo.Open {
				continue
			}
			total = total.plus(h.lo)
			c, through := pr.contribution(h)
			step.By = append(step.By, c)
			rest = append(rest, through...)
			if v.passes(l.nodes[x], total, false) {
				step.Sum, step.Above = total, total.Open
				return step, rest
			}
		}
	}
	panic(fmt.Sprintf("own %v: the fixed point says owned and no limb carries it", step.Company))
}

// contribution writes down one holding and through whom it counts.
func (pr *prover) contribution(h holder) (Contribution, []int32) {
	l, v := pr.r.l, pr.r.l.v
	c := Contribution{Least: h.lo, Above: h.lo.Open}
	for _, s := range h.recs {
		c.Stakes = append(c.Stakes, v.g.stake(s))
	}
	at := l.at[h.node]
	if v.isParty(h.node) {
		c.Holders = []party.Ref{v.g.ref(h.node)}
		return c, []int32{at}
	}
	_, c.How = v.parties(h.node)
	if v.isGroup(h.node) {
		c.Basis = v.groups[h.node-v.n-v.gates].source
	}
	var through []int32
	got, need := int64(0), v.need(h.node, false)
	for _, a := range l.ins[at] {
		if a.lo > 0 && got < need && pr.r.lower.has(a.node) && pr.r.lower.rank[a.node] < pr.r.lower.rank[at] {
			got += a.lo
			through = append(through, a.node)
			c.Holders = append(c.Holders, v.g.ref(l.nodes[a.node]))
		}
	}
	return c, through
}

// Write prints the proof for people, from the company up to the listings.
func (p *Proof) Write(w io.Writer, name func(party.Ref) string) error {
	if name == nil {
		name = party.Ref.String
	}
	var b strings.Builder
	sign := "at least"
	if p.MoreThan {
		sign = "more than"
	}
	fmt.Fprintf(&b, "%s is %s under %s (%s %v %%), law of %v, facts of %v\n", name(p.Company), p.Grade, p.Rule, sign, p.Threshold, p.Law, p.Facts)
	steps := map[party.Ref]*Step{}
	for i := range p.Steps {
		steps[p.Steps[i].Company] = &p.Steps[i]
	}
	listed := map[party.Ref][]Listed{}
	for _, l := range p.Listed {
		listed[l.Party] = append(listed[l.Party], l)
	}
	shown := map[party.Ref]bool{}
	var walk func(x party.Ref, depth int)
	walk = func(x party.Ref, depth int) {
		pad := strings.Repeat("  ", depth)
		for _, l := range listed[x] {
			fmt.Fprintf(&b, "%slisted: %v %s, %s, since %s\n", pad, l.Entry, l.Name, strings.Join(l.Programs, " "), since(l.From))
		}
		s := steps[x]
		if s == nil {
			return
		}
		if shown[x] {
			fmt.Fprintf(&b, "%s(shown above)\n", pad)
			return
		}
		shown[x] = true
		for _, c := range s.By {
			fmt.Fprintf(&b, "%s%s\n", pad, c.line(name))
			for _, st := range c.Stakes {
				fmt.Fprintf(&b, "%s    source: %s\n", pad, cite(st))
			}
			for _, h := range c.Holders {
				walk(h, depth+1)
			}
		}
		if len(s.By) > 1 {
			fmt.Fprintf(&b, "%s= %s %%\n", pad, s.Sum)
		}
	}
	walk(p.Company, 1)
	for _, s := range p.Sources {
		fmt.Fprintf(&b, "rule: %s\n", s)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (c *Contribution) line(name func(party.Ref) string) string {
	var who []string
	for _, h := range c.Holders {
		who = append(who, name(h))
	}
	s := strings.Join(who, " and ")
	kind := claim.Equity
	if len(c.Stakes) > 0 {
		kind = c.Stakes[0].Kind
	}
	switch {
	case kind == claim.Board || kind == claim.Influence:
		return s + ": " + kind.String()
	case c.Above:
		s += " holds more than " + c.Least.String() + " %"
	default:
		s += " holds " + c.Least.String() + " %"
	}
	if kind != claim.Equity {
		s += " of the " + kind.String()
	}
	if c.How != Direct {
		s += " (" + c.How.String() + ")"
	}
	return s
}

func since(d party.Date) string {
	if d.IsZero() {
		return "a date that the list does not give"
	}
	return d.String()
}

// cite says where a statement stands.
func cite(s claim.Stake) string {
	out := s.Source.Name
	if s.File != "" && s.File != out {
		out = strings.TrimPrefix(out+", "+s.File, ", ")
	}
	if s.Line > 0 {
		out += fmt.Sprintf(":%d", s.Line)
	}
	if out == "" {
		out = "not given"
	}
	switch {
	case !s.From.IsZero() && !s.To.IsZero():
		out += fmt.Sprintf(", %v to %v", s.From, s.To)
	case !s.From.IsZero():
		out += fmt.Sprintf(", from %v", s.From)
	case !s.To.IsZero():
		out += fmt.Sprintf(", until %v", s.To)
	}
	return out
}
