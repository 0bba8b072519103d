// SPDX-License-Identifier: Apache-2.0

package ownership

import (
	"fmt"
	"iter"
	"math/big"
	"slices"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/law"
	"github.com/interdict-dev/interdict/party"
)

// A Span is a time during which the answer for a company was the same.
type Span struct {
	From        party.Date `json:"from"`  // zero: as far back as anybody says
	Until       party.Date `json:"until"` // the first day after; zero: still
	Status      Status     `json:"status"`
	Controlled  bool       `json:"controlled,omitempty"`
	Listed      bool       `json:"listed,omitempty"` // the company itself was listed
	Rule        string     `json:"rule,omitempty"`
	Least       Bound      `json:"least"`
	Unconfirmed bool       `json:"unconfirmed,omitempty"`
}

// A History is what Sweep found about one company.
type History struct {
	Company party.Ref  `json:"company"`
	Regime  law.Regime `json:"regime"`
	Spans   []Span     `json:"spans"`
	// Sticky are the times during which the company met the rule and that have
	// ended. Property that was blocked then stays blocked until licensed
	// (FAQ 402), whatever the company's owners are now.
	Sticky []Span `json:"sticky,omitempty"`
	Review []Flag `json:"review,omitempty"`
}

// NearPoints is how close below the threshold a stake must end for a
// divestment to be a red flag: 10 points, a choice of ours. FAQ 402 warns of
// sham transfers and names no number.
const NearPoints = 10

// Sweep answers for one company on every day on which the answer may change:
// when a stake above it begins or ends, when a party above it is listed or
// delisted, when a rule begins. Law and Facts of the query are ignored.
func (g *Graph) Sweep(company party.Ref, q Query) (History, error) {
	h := History{Company: company, Regime: q.Regime}
	days, err := g.days(company, q)
	if err != nil {
		return h, err
	}
	for i, d := range days {
		q.Law, q.Facts = d.date(), d.date()
		a, err := g.Own(company, q)
		if err != nil {
			return h, err
		}
		s := Span{From: q.Law, Status: a.Status, Controlled: a.Controlled, Listed: len(a.Listed) > 0, Rule: a.Rule, Least: a.Least, Unconfirmed: a.Unconfirmed != ""}
		if i == 0 {
			s.From = party.Date{}
		}
		if n := len(h.Spans); n > 0 {
			last := &h.Spans[n-1]
			if last.Status == s.Status && last.Controlled == s.Controlled && last.Listed == s.Listed && last.Rule == s.Rule && last.Least.String() == s.Least.String() {
				continue
			}
			last.Until = s.From
		}
		h.Spans = append(h.Spans, s)
	}
	h.look()
	return h, nil
}

// look finds in the spans what lasts after they end.
func (h *History) look() {
	near := big.NewRat(50-NearPoints, 1)
	for i, s := range h.Spans {
		if s.Status != Owned || s.Until.IsZero() || i+1 == len(h.Spans) {
			continue
		}
		if next := h.Spans[i+1]; next.Status != Owned {
			h.Sticky = append(h.Sticky, s)
			h.Review = append(h.Review, Flag{"sticky", fmt.Sprintf("met %s from %s to %v: property blocked then stays blocked until licensed", s.Rule, since(s.From), s.Until), []party.Ref{h.Company}})
			if next.Rule == s.Rule && next.Least.Rat().Cmp(near) >= 0 {
				h.Review = append(h.Review, Flag{"divestment", fmt.Sprintf("on %v the stakes that count fell from %s to %s %%, just below the threshold, while a listing stood: look whether the sale is real (FAQ 402)", s.Until, s.Least, next.Least), []party.Ref{h.Company}})
			}
		}
	}
}

// days returns the days on which the answer for a company may change, the
// first of them standing for all time before.
func (g *Graph) days(company party.Ref, q Query) ([]day, error) {
	if q.Listed == nil || q.Listed.g != g {
		return nil, fmt.Errorf("sweep %v: want listings numbered by Seeds of this graph", company)
	}
	rules, err := Rules(q.Regime)
	if err != nil {
		return nil, fmt.Errorf("sweep %v: %w", company, err)
	}
	days := []day{19000101}
	take := func(d party.Date) {
		if !d.IsZero() {
			days = append(days, dayOf(d.First()), dayOf(d.Last()))
		}
	}
	for _, r := range rules {
		take(r.From)
		take(r.Until)
	}
	listings := func(ls []Listed) {
		for i := range ls {
			if ls[i].Regime == q.Regime && ls[i].Measure == q.Measure {
				take(ls[i].From)
				take(ls[i].Until)
			}
		}
	}
	listings(q.Listed.all[company])
	if x := g.find(company); x >= 0 {
		for _, y := range g.aboveEver(x) {
			listings(q.Listed.by[y])
			for _, r := range g.in(y, nil) {
				take(r.from.date())
				take(r.to.date())
			}
		}
	}
	slices.Sort(days)
	return slices.Compact(days), nil
}

// aboveEver returns whoever stood above x on any day, by any kind of stake.
func (g *Graph) aboveEver(x int32) []int32 {
	seen := map[int32]bool{x: true}
	order := []int32{x}
	reach := func(y int32) {
		if !seen[y] {
			seen[y] = true
			order = append(order, y)
		}
	}
	for i := 0; i < len(order); i++ {
		for _, r := range g.in(order[i], nil) {
			reach(r.owner)
			if r.flags&flagGate != 0 {
				for _, m := range g.gates[g.details[r.detail-1].gate].members {
					reach(m.node)
				}
			}
		}
		for _, a := range g.joints {
			if slices.Contains(a.members, order[i]) {
				for _, m := range a.members {
					reach(m)
				}
			}
		}
	}
	return order
}

// SweepAll yields the history of every company that was ever owned or open
// under the regime: whatever listed parties reach when all stakes of all times
// are taken together. It is what a book compiles.
func (g *Graph) SweepAll(q Query) iter.Seq2[History, error] {
	return func(yield func(History, error) bool) {
		if q.Listed == nil || q.Listed.g != g {
			yield(History{}, fmt.Errorf("sweep: want listings numbered by Seeds of this graph"))
			return
		}
		for _, x := range g.everReached(q) {
			h, err := g.Sweep(g.ref(x), q)
			if err == nil && !h.everOpen() {
				continue
			}
			if !yield(h, err) || err != nil {
				return
			}
		}
	}
}

func (h *History) everOpen() bool {
	return slices.ContainsFunc(h.Spans, func(s Span) bool { return s.Status >= Indeterminate || s.Controlled })
}

// Reached returns every company that might be owned or controlled under the
// regime and measure of the query on some day, and some that are not: whoever
// is not among them need not be asked about. Listed parties are among them.
func (g *Graph) Reached(q Query) ([]party.Ref, error) {
	if q.Listed == nil || q.Listed.g != g {
		return nil, fmt.Errorf("reached: want listings numbered by Seeds of this graph")
	}
	var out []party.Ref
	for _, x := range g.everReached(q) {
		out = append(out, g.ref(x))
	}
	return out, nil
}

// everReached returns the companies that might have been owned or controlled
// on some day: from everybody who was ever listed, whatever the most of all
// statements of all days together carries over the lowest bar that any rule of
// the regime has, and whatever is controlled.
func (g *Graph) everReached(q Query) []int32 {
	seen := map[int32]bool{}
	var order []int32
	reach := func(x int32) {
		if !seen[x] {
			seen[x] = true
			order = append(order, x)
		}
	}
	for x, ls := range q.Listed.by {
		for i := range ls {
			if ls[i].Regime == q.Regime && ls[i].Cascades && ls[i].Measure == q.Measure {
				reach(x)
			}
		}
	}
	most := map[int32]int64{}
	spread := func(r *rec) {
		switch {
		case r.owner == r.owned:
			return
		case r.kind == claim.Board || r.kind == claim.Influence:
			reach(r.owned)
		case r.lo == r.hi && r.flags&flagGate == 0 && len(g.own) == 0 && len(g.joints) == 0:
			most[r.owned] += int64(r.hi)
		default:
			most[r.owned] += wholeUnits
		}
		if r.lo != r.hi || most[r.owned] >= wholeUnits/2 {
			reach(r.owned)
		}
	}
	for i := 0; i < len(order); i++ {
		recs := g.out(order[i])
		for k := range recs {
			spread(&recs[k])
		}
		for _, k := range g.forGates[order[i]] {
			reach(g.gates[k].owned)
		}
		for _, a := range g.joints {
			if slices.Contains(a.members, order[i]) {
				for _, m := range a.members {
					for _, r := range g.out(m) {
						reach(r.owned)
					}
				}
			}
		}
	}
	out := slices.Clone(order)
	slices.Sort(out)
	return out
}
