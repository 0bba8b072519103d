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
	Version int       `json:"version"`
	Company party.Ref `json:"company,omitzero"`
	// Companies are those that a proof of many shows, instead of Company.
	Companies []party.Ref   `json:"companies,omitempty"`
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
	// Cut says that the proof is longer and that only its last step is here, with
	// one of the listings that it rests on: it shows nothing by itself.
	Cut bool `json:"cut,omitempty"`
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
	Above   bool          `json:"above,omitempty"`   // more than Least
	Basis   string        `json:"basis,omitempty"`   // who says that there is an arrangement
	Members []party.Ref   `json:"members,omitempty"` // who acts together by it
	Stakes  []claim.Stake `json:"stakes"`
}

// A prover turns the order in which a lower pass reached nodes into steps.
type prover struct {
	*ground
	proof *Proof
	done  map[int32]bool
	// via gives the statement by which a node came in by control.
	via map[int32]controlArc
}

func (r *run) prove(a *Answer, q *Query) *Proof {
	return r.proveWith("owned", a, q, nil)
}

func (r *run) proveWith(grade string, a *Answer, q *Query, via map[int32]controlArc) *Proof {
	p := newProof(&r.l.v.rule, grade, q)
	p.Company = a.Company
	pr := &prover{ground: r.ground, proof: p, done: map[int32]bool{}, via: via}
	pr.show(r.x)
	return p
}

// newProof returns a proof without steps.
func newProof(rule *Rule, grade string, q *Query) *Proof {
	p := &Proof{
		Version: ProofVersion, Grade: grade, Regime: rule.Regime, Rule: rule.ID,
		Threshold: rule.Threshold, MoreThan: rule.MoreThan, Aggregate: rule.Aggregate, Joint: rule.Joint,
		Law: q.Law, Facts: q.Facts, Measure: q.Measure, Sources: rule.Sources,
	}
	if p.Facts.IsZero() {
		p.Facts = q.Law
	}
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
		l := pr.l
		if listed, ok := pr.seeds[x]; ok {
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
	l, lower := pr.l, pr.lower
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
			_, la := pr.seeds[l.at[a.node]]
			_, lb := pr.seeds[l.at[b.node]]
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
	l, v := pr.l, pr.l.v
	c := Contribution{Least: h.lo, Above: h.lo.Open}
	for _, s := range h.recs {
		c.Stakes = append(c.Stakes, v.g.stake(s))
	}
	at := l.at[h.node]
	if v.isParty(h.node) {
		c.Holders = []party.Ref{v.g.ref(h.node)}
		return c, []int32{at}
	}
	c.Members, c.How = v.parties(h.node)
	if !v.isGroup(h.node) {
		c.Members = nil
	} else {
		c.Basis = v.groups[h.node-v.n-v.gates].source
	}
	var through []int32
	got, need := int64(0), v.need(h.node, false)
	for _, a := range l.ins[at] {
		if a.lo > 0 && got < need && pr.lower.has(a.node) && pr.lower.rank[a.node] < pr.lower.rank[at] {
			got += a.lo
			through = append(through, a.node)
			c.Holders = append(c.Holders, v.g.ref(l.nodes[a.node]))
		}
	}
	return c, through
}

// mostPrinted is how many companies Write shows before it says how many more
// there are.
const mostPrinted = 100

// deepest is how far lines are indented; what is deeper stands there too.
const deepest = 20

// Write prints the proof for people, from the company up to the listings. Of a
// long one it prints what is nearest to the company, and says so.
func (p *Proof) Write(w io.Writer, name func(party.Ref) string) error {
	if name == nil {
		name = party.Ref.String
	}
	t := proofText{name: name, steps: map[party.Ref]*Step{}, listed: map[party.Ref][]Listed{}, shown: map[party.Ref]bool{}}
	sign := "at least"
	if p.MoreThan {
		sign = "more than"
	}
	t.print(0, "%s is %s under %s (%s %v %%), law of %v, facts of %v", name(p.Company), p.Grade, p.Rule, sign, p.Threshold, p.Law, p.Facts)
	for i := range p.Steps {
		t.steps[p.Steps[i].Company] = &p.Steps[i]
	}
	for _, l := range p.Listed {
		t.listed[l.Party] = append(t.listed[l.Party], l)
	}
	t.walk(p.Company)
	if more := len(p.Steps) - len(t.shown); more > 0 {
		t.print(1, "and %d more companies further up, whose steps are in the proof as JSON", more)
	}
	if p.Cut {
		t.print(1, "and so on: the whole proof is too long to stand here, and is in the proof of many (own --all --proof FILE); at the end of one path:")
		for _, l := range p.Listed {
			t.print(2, "%s", l.line())
		}
	}
	for _, s := range p.Sources {
		t.print(0, "rule: %s", s)
	}
	_, err := io.WriteString(w, t.String())
	return err
}

// A proofText is the printed form of a proof in the making.
type proofText struct {
	strings.Builder
	name   func(party.Ref) string
	steps  map[party.Ref]*Step
	listed map[party.Ref][]Listed
	shown  map[party.Ref]bool
}

func (t *proofText) print(depth int, format string, args ...any) {
	t.WriteString(strings.Repeat("  ", min(depth, deepest)))
	fmt.Fprintf(t, format+"\n", args...)
}

// walk prints a company and whoever it rests on, from an explicit stack: chains
// of holdings may be as long as their authors like.
func (t *proofText) walk(company party.Ref) {
	type frame struct {
		c     *Contribution
		rest  []party.Ref // of the holders of c
		step  *Step
		by    int // the next contribution of step
		depth int
	}
	var stack []frame
	push := func(x party.Ref, depth int) {
		for _, l := range t.listed[x] {
			t.print(depth, "%s", l.line())
		}
		s := t.steps[x]
		switch {
		case s == nil || !t.shown[x] && len(t.shown) == mostPrinted:
		case t.shown[x]:
			t.print(depth, "(shown above)")
		default:
			t.shown[x] = true
			stack = append(stack, frame{step: s, depth: depth})
		}
	}
	push(company, 1)
	for len(stack) > 0 {
		f := &stack[len(stack)-1]
		switch {
		case len(f.rest) > 0:
			next := f.rest[0]
			f.rest = f.rest[1:]
			push(next, f.depth+1)
		case f.by < len(f.step.By):
			f.c = &f.step.By[f.by]
			f.by, f.rest = f.by+1, f.c.Holders
			t.print(f.depth, "%s", f.c.line(t.name))
			for _, st := range f.c.Stakes {
				t.print(f.depth+2, "source: %s", cite(st))
			}
		default:
			if len(f.step.By) > 1 {
				t.print(f.depth, "= %s %%", f.step.Sum)
			}
			stack = stack[:len(stack)-1]
		}
	}
}

func (l *Listed) line() string {
	return fmt.Sprintf("listed: %v %s, %s, since %s", l.Entry, l.Name, strings.Join(l.Programs, " "), since(l.From))
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
