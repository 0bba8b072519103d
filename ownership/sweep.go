// SPDX-License-Identifier: Apache-2.0

package ownership

import (
	"context"
	"fmt"
	"math/big"
	"slices"
	"strings"

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
	Measure string     `json:"measure,omitempty"`
	Spans   []Span     `json:"spans"`
	// Past are the times during which the company met the rule and that have
	// ended.
	Past []Past `json:"past,omitempty"`
}

// A Past is a time during which a company met the rule, and how it ended.
//
// Property that was blocked then stays blocked until licensed (FAQ 402),
// whatever the company's owners are now: the state is sticky, and this is where
// an answer says so.
type Past struct {
	From  party.Date `json:"from,omitzero"` // zero: as far back as anybody says
	Until party.Date `json:"until"`         // the first day after
	Rule  string     `json:"rule"`          // the one that it met last
	Ended Ending     `json:"ended"`
	Least Bound      `json:"least"` // the points that counted on the last day
	After Bound      `json:"after"` // and on the day after it, where stakes ended it
	// Sold names the companies, this one or those through which it was owned, of
	// which stakes were sold to just below the threshold while a listing stood: a
	// red flag, since the sale may be a sham (FAQ 402).
	Sold []party.Ref `json:"sold,omitempty"`
}

// An Ending is what ended a time during which a company met the rule.
type Ending uint8

// The endings.
const (
	ByStakes Ending = iota // who holds it, or what is known of that, changed
	ByLaw                  // a listing ended, or the rule did
)

// String returns the ending in one word.
func (e Ending) String() string {
	if e == ByLaw {
		return "law"
	}
	return "stakes"
}

// MarshalText writes the ending as String does.
func (e Ending) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText reads an ending by its name.
func (e *Ending) UnmarshalText(b []byte) error {
	switch string(b) {
	case "stakes":
		*e = ByStakes
	case "law":
		*e = ByLaw
	default:
		return fmt.Errorf("unknown ending %q", b)
	}
	return nil
}

// NearPoints is how close below the threshold a stake must end for a
// divestment to be a red flag: 10 points, a choice of ours. FAQ 402 warns of
// sham transfers and names no number.
const NearPoints = 10

// isNear says that the points after a sale are just below the threshold.
func isNear(after Bound) bool { return after.Rat().Cmp(big.NewRat(50-NearPoints, 1)) >= 0 }

// Text says what a past means today, under the regime whose rule was met.
func (p *Past) Text(regime law.Regime, measure string, name func(party.Ref) string) string {
	s := fmt.Sprintf("was owned under %s from %s until %v", p.Rule, sinceWhen(p.From), p.Until)
	if p.Ended == ByLaw {
		s += ", when a listing or the rule ended"
	} else {
		s += fmt.Sprintf(", when the stakes that count fell from %s to %s %%", p.Least, p.After)
	}
	switch {
	case measure != "":
	case regime == law.OFAC && p.Ended == ByStakes:
		s += "; property blocked then stays blocked until licensed (FAQ 402)"
	case regime == law.OFAC:
		s += "; whether property blocked then is released is for review"
	case regime == law.EU || regime == law.UK:
		s += "; whether what was frozen then is free is for review"
	case regime == law.BIS:
		s += "; exports of that time wanted the licence of the listed owner"
	}
	if len(p.Sold) > 0 {
		var sold []string
		for _, c := range p.Sold {
			sold = append(sold, name(c))
		}
		s += fmt.Sprintf("; RED FLAG: stakes in %s were sold to just below the threshold while a listing stood: look whether the sale is real", strings.Join(sold, ", "))
	}
	return s
}

func sinceWhen(d party.Date) string {
	if d.IsZero() {
		return "as far back as anybody says"
	}
	return d.String()
}

// Sweep answers for one company on every day on which the answer may change:
// when a stake above it begins or ends, when a party above it is listed or
// delisted, when a rule begins. Law and Facts of the query are ignored. It is
// stopped by ctx between two days.
func (g *Graph) Sweep(ctx context.Context, company party.Ref, q Query) (History, error) {
	h := History{Company: company, Regime: q.Regime, Measure: q.Measure, Spans: []Span{}}
	days, err := g.days(company, q)
	if err != nil {
		return h, err
	}
	before := party.Date{}
	q.plain = true
	for i, d := range days {
		if err := ctx.Err(); err != nil {
			return h, fmt.Errorf("sweep %v: %w", company, err)
		}
		q.Law, q.Facts = d.date(), d.date()
		a, err := g.Own(company, q)
		if err != nil {
			return h, err
		}
		s := Span{From: q.Law, Status: a.Status, Controlled: a.Controlled, Listed: len(a.Listed) > 0, Rule: a.Rule, Least: a.Least, Unconfirmed: a.Unconfirmed != ""}
		if i == 0 {
			s.From = party.Date{}
		}
		if n := len(h.Spans); n > 0 && h.Spans[n-1].Status == Owned && a.Status != Owned {
			if err := g.ended(&h, &s, q, before); err != nil {
				return h, err
			}
		}
		h.add(s)
		before = d.date()
	}
	return h, nil
}

// add appends a span, or lengthens the last one where nothing has changed.
func (h *History) add(s Span) {
	if n := len(h.Spans); n > 0 {
		last := &h.Spans[n-1]
		if last.Status == s.Status && last.Controlled == s.Controlled && last.Listed == s.Listed && last.Rule == s.Rule && last.Least.String() == s.Least.String() {
			return
		}
		last.Until = s.From
	}
	h.Spans = append(h.Spans, s)
}

// ended notes that the company was owned until next began. Where the law of
// that day and the stakes of the day before would still make it owned, the
// stakes have ended it.
func (g *Graph) ended(h *History, next *Span, q Query, before party.Date) error {
	i := len(h.Spans) - 1
	p := Past{Until: next.From, Rule: h.Spans[i].Rule, Least: h.Spans[i].Least, Ended: ByLaw}
	for ; i >= 0 && h.Spans[i].Status == Owned; i-- {
		p.From = h.Spans[i].From
	}
	old := q
	old.Facts = before
	still, err := g.Own(h.Company, old)
	if err != nil {
		return err
	}
	if still.Status == Owned {
		p.Ended, p.After = ByStakes, next.Least
		if p.Sold, err = g.sold(&still, old, q); err != nil {
			return err
		}
	}
	h.Past = append(h.Past, p)
	return nil
}

// sold returns which of a company that was owned, and of those owned through
// whom it was, have been sold to just below the threshold.
func (g *Graph) sold(was *Answer, old, now Query) ([]party.Ref, error) {
	var out []party.Ref
	asked := map[party.Ref]bool{was.Company: true}
	for queue := []*Answer{was}; len(queue) > 0; queue = queue[1:] {
		is, err := g.Own(queue[0].Company, now)
		if err != nil {
			return nil, err
		}
		if is.Status == Owned {
			continue
		}
		if isNear(is.Least) {
			out = append(out, is.Company)
		}
		for _, h := range queue[0].Holders {
			for _, r := range h.Parties {
				if h.Role != IsOwned || asked[r] {
					continue
				}
				asked[r] = true
				a, err := g.Own(r, old)
				if err != nil {
					return nil, err
				}
				if a.Status == Owned {
					queue = append(queue, &a)
				}
			}
		}
	}
	return out, nil
}

// Until returns the history as it was known to be on a day: nothing that
// happened after it.
func (h *History) Until(day party.Date) History {
	out := *h
	out.Spans, out.Past = nil, nil
	for _, s := range h.Spans {
		if !s.From.IsZero() && s.From.Compare(day) > 0 {
			break
		}
		if !s.Until.IsZero() && s.Until.Compare(day) > 0 {
			s.Until = party.Date{}
		}
		out.Spans = append(out.Spans, s)
	}
	for _, p := range h.Past {
		if p.Until.Compare(day) <= 0 {
			out.Past = append(out.Past, p)
		}
	}
	return out
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
