// SPDX-License-Identifier: Apache-2.0

package ownership

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/interdict-dev/interdict/party"
)

// An Interval is a time during which a company was owned, or could have been.
type Interval struct {
	From   party.Date `json:"from"`  // zero: as far back as anybody says
	Until  party.Date `json:"until"` // the first day after; zero: still
	Status Status     `json:"status"`
	Rule   string     `json:"rule"`
}

// Intervals are those of every company that was ever owned or undetermined
// under one regime and measure, swept once along the days on which anything
// changes. They never change, and any number of goroutines may ask them.
//
// The time during which a company is listed itself is in none of them.
type Intervals struct {
	g  *Graph
	of map[int32]*track
}

// A track is the intervals of one company, the last one open while it lasts.
type track struct {
	times []Interval
	past  []Past
}

// Of returns the intervals of a company and the times of being owned that have
// ended, both in order.
func (iv *Intervals) Of(company party.Ref) ([]Interval, []Past) {
	t := iv.of[iv.g.find(company)]
	if t == nil {
		return nil, nil
	}
	return slices.Clone(t.times), slices.Clone(t.past)
}

// All yields every company that has intervals.
func (iv *Intervals) All() iter.Seq2[party.Ref, []Interval] {
	return func(yield func(party.Ref, []Interval) bool) {
		for _, x := range sortedNodes(iv.of) {
			if !yield(iv.g.ref(x), slices.Clone(iv.of[x].times)) {
				return
			}
		}
	}
}

// Intervals sweeps the graph. Each day asks again only about what its events
// touch: a stake that begins or ends, a listing, a rule. Law and Facts of the
// query are ignored.
func (g *Graph) Intervals(ctx context.Context, q Query) (*Intervals, error) {
	if q.Listed == nil || q.Listed.g != g {
		return nil, fmt.Errorf("intervals: want listings numbered by Seeds of this graph")
	}
	s := &sweep{g: g, q: q, iv: &Intervals{g: g, of: map[int32]*track{}}, now: map[int32]Status{}, on: firstDay}
	events, err := g.events(&q)
	if err != nil {
		return nil, err
	}
	for _, d := range sortedDays(events) {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("sweep %s: %w", q.Regime, err)
		}
		if err := s.day(d, events[d]); err != nil {
			return nil, err
		}
	}
	return s.iv, nil
}

// firstDay stands for all time before anybody says anything.
const firstDay day = 19000101

// An event is what may change on a day.
type event struct {
	stakes []int32 // companies whose holders change
	listed []int32 // parties that are listed or delisted
}

func sortedDays(m map[day]*event) []day {
	out := make([]day, 0, len(m))
	for d := range m {
		out = append(out, d)
	}
	slices.Sort(out)
	return out
}

// events returns what happens to whoever listed parties may ever reach.
func (g *Graph) events(q *Query) (map[day]*event, error) {
	rules, err := Rules(q.Regime)
	if err != nil {
		return nil, fmt.Errorf("intervals: %w", err)
	}
	out := map[day]*event{firstDay: {}}
	at := func(d day) *event {
		if out[d] == nil {
			out[d] = &event{}
		}
		return out[d]
	}
	for _, r := range rules {
		for _, d := range []party.Date{r.From, r.Until} {
			if !d.IsZero() {
				at(dayOf(d))
			}
		}
	}
	for _, x := range g.everReached(*q) {
		for _, r := range g.in(x, nil) {
			for _, d := range []day{r.from, r.to} {
				if d != 0 {
					first, last := at(d.first()), at(d.last())
					first.stakes = append(first.stakes, x)
					if last != first {
						last.stakes = append(last.stakes, x)
					}
				}
			}
		}
		for _, l := range q.Listed.by[x] {
			if l.Regime != q.Regime || l.Measure != q.Measure {
				continue
			}
			if !l.From.IsZero() {
				e := at(dayOf(l.From.First()))
				e.listed = append(e.listed, x)
			}
			if !l.Until.IsZero() {
				e := at(dayOf(l.Until.Last()))
				e.listed = append(e.listed, x)
			}
		}
	}
	return out, nil
}

// A sweep is under way: the state of the day before, and what it made of each
// company.
type sweep struct {
	g    *Graph
	q    Query
	iv   *Intervals
	rule Rule
	ok   bool // there is a rule
	st   *state
	on   day              // whose facts the state has
	now  map[int32]Status // of parties that are not listed; NotOwned is left out
}

// day takes the state to day d: first its law with the facts of before, then
// its facts, so that it is known which of them ended a time of being owned.
func (s *sweep) day(d day, e *event) error {
	before := map[int32]Bound{}
	s.q.Law = d.date()
	rule, ok, err := RuleOn(s.q.Regime, s.q.Law)
	if err != nil {
		return err
	}
	lost := map[int32]Ending{}
	if s.st == nil || rule.ID != s.rule.ID {
		s.remember(before, sortedNodes(s.now))
		s.rule, s.ok = rule, ok
		s.st = newState(s.g.view(rule, s.on.date(), s.q.Treasury), s.listed())
		s.compare(d, sortedNodes(s.st.reached(s.now)), ByLaw, lost)
	} else if len(e.listed) > 0 {
		s.remember(before, s.owned(e.listed))
		s.st.listed = s.listed()
		s.compare(d, s.st.touch(e.listed), ByLaw, lost)
	}
	was := map[int32]bool{}
	if len(e.stakes) > 0 {
		low := s.owned(e.stakes)
		s.remember(before, low)
		for _, x := range low {
			was[x] = true
		}
	}
	holders := s.holdersOf(was)
	s.on, s.st.v.on = d, d
	if len(e.stakes) > 0 {
		s.compare(d, s.st.touch(e.stakes), ByStakes, lost)
	}
	s.note(d, lost, before, holders)
	return nil
}

// listed returns who is listed on the day of the law.
func (s *sweep) listed() map[int32]bool {
	if !s.ok || s.rule.Suspended {
		return map[int32]bool{}
	}
	return s.q.listedOn()
}

// owned returns the parties, below the nodes and not listed, that are owned.
func (s *sweep) owned(from []int32) []int32 {
	below, _ := s.st.below(from)
	return slices.DeleteFunc(below, func(x int32) bool { return s.now[x] != Owned })
}

// remember notes what counts for the owned ones of the nodes.
func (s *sweep) remember(before map[int32]Bound, nodes []int32) {
	for _, x := range nodes {
		if _, ok := before[x]; !ok && s.now[x] == Owned && s.st != nil {
			before[x] = s.st.least(x)
		}
	}
}

// holdersOf returns, for companies that were owned, those of their holders that
// were too.
func (s *sweep) holdersOf(was map[int32]bool) map[int32][]int32 {
	out := map[int32][]int32{}
	var buf []arc
	for x := range was {
		buf = s.st.v.in(x, buf[:0])
		for _, a := range buf {
			if was[a.node] {
				out[x] = append(out[x], a.node)
			}
		}
	}
	return out
}

// compare writes down what has become of the nodes on day d.
func (s *sweep) compare(d day, nodes []int32, by Ending, lost map[int32]Ending) {
	for _, x := range nodes {
		if !s.st.v.isParty(x) {
			continue
		}
		is := s.st.status(x)
		if s.st.listed[x] {
			is = NotOwned // by anybody else's stakes, which nobody asks
		}
		was := s.now[x]
		if was == Owned && is != Owned && !s.st.listed[x] {
			lost[x] = by
		} else if is == Owned {
			delete(lost, x)
		}
		if is == NotOwned {
			delete(s.now, x)
		} else {
			s.now[x] = is
		}
		s.enter(x, d, is)
	}
}

// enter ends the interval of x that lasts and begins the next one.
func (s *sweep) enter(x int32, d day, is Status) {
	t := s.iv.of[x]
	if t == nil {
		if is == NotOwned {
			return
		}
		t = &track{}
		s.iv.of[x] = t
	}
	from := d.date()
	if d == firstDay {
		from = party.Date{}
	}
	if n := len(t.times); n > 0 && t.times[n-1].Until.IsZero() {
		last := &t.times[n-1]
		if last.Status == is && last.Rule == s.rule.ID {
			return
		}
		last.Until = from
		if last.From == from { // law and facts of one day
			t.times = t.times[:n-1]
			if n > 1 && is != NotOwned && t.times[n-2].Until == from && t.times[n-2].Status == is && t.times[n-2].Rule == s.rule.ID {
				t.times[n-2].Until = party.Date{}
				return
			}
		}
	}
	if is != NotOwned {
		t.times = append(t.times, Interval{From: from, Status: is, Rule: s.rule.ID})
	}
}

// note writes down which times of being owned ended on day d, and through whose
// sale.
func (s *sweep) note(d day, lost map[int32]Ending, before map[int32]Bound, holders map[int32][]int32) {
	after := map[int32]Bound{}
	for x := range lost {
		after[x] = s.st.least(x)
	}
	for _, x := range sortedNodes(lost) {
		t := s.iv.of[x]
		p := Past{Until: d.date(), Ended: lost[x], Least: before[x]}
		if p.Ended == ByStakes {
			p.After = after[x]
		}
		for k := len(t.times) - 1; k >= 0; k-- {
			i := t.times[k]
			if i.Status != Owned {
				if p.Rule != "" {
					break
				}
				continue // what it is from d on
			}
			if p.Rule == "" {
				p.Rule = i.Rule
			} else if i.Until != p.From {
				break
			}
			p.From = i.From
		}
		t.past = append(t.past, p)
	}
	s.sold(lost, after, holders)
}

// mostSold is how many sales a past names.
const mostSold = 5

// sold goes down from each company that ended just below the threshold to those
// that were lost with it.
func (s *sweep) sold(lost map[int32]Ending, after map[int32]Bound, holders map[int32][]int32) {
	below := map[int32][]int32{}
	for x, hs := range holders {
		for _, h := range hs {
			below[h] = append(below[h], x)
		}
	}
	for _, x := range sortedNodes(lost) {
		if lost[x] != ByStakes || !isNear(after[x]) {
			continue
		}
		seen := map[int32]bool{x: true}
		for queue := []int32{x}; len(queue) > 0; queue = queue[1:] {
			t := s.iv.of[queue[0]]
			p := &t.past[len(t.past)-1]
			if len(p.Sold) == mostSold {
				continue
			}
			p.Sold = append(p.Sold, s.g.ref(x))
			for _, y := range below[queue[0]] {
				if by, ok := lost[y]; ok && by == ByStakes && !seen[y] {
					seen[y] = true
					queue = append(queue, y)
				}
			}
		}
	}
}
