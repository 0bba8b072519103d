// SPDX-License-Identifier: Apache-2.0

package ownership_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/law"
	. "github.com/interdict-dev/interdict/ownership"
	"github.com/interdict-dev/interdict/party"
)

// datedWorld is a random graph whose stakes and listings come and go.
func datedWorld(t *testing.T, r *rand.Rand) (*Graph, []Listed, world) {
	t.Helper()
	day := func() party.Date {
		d := party.Date{Year: int16(2019 + r.IntN(8)), Month: uint8(1 + r.IntN(12)), Day: uint8(1 + r.IntN(28))}
		switch r.IntN(8) {
		case 0:
			d.Day = 0
		case 1:
			d.Month, d.Day = 0, 0
		}
		return d
	}
	w := randomWorld(r)
	stakes := w.graphStakes(t)
	for i := range stakes {
		s := &stakes[i]
		dress(r, s, w.n)
		if r.IntN(4) == 0 {
			s.From = day()
		}
		if r.IntN(2) == 0 {
			s.To = day()
			if r.IntN(2) == 0 { // what follows on it: a sale of some of it
				next := *s
				next.From, next.To = s.To, party.Date{}
				next.Share = []claim.Share{mustShare(t, "45"), mustShare(t, "40"), mustShare(t, "60"), mustShare(t, "10")}[r.IntN(4)]
				stakes = append(stakes, next)
			}
		}
	}
	var joints []Joint
	if w.joint != nil {
		joints = []Joint{{Holders: []party.Ref{node(w.joint[0]), node(w.joint[1])}}}
	}
	var ls []Listed
	for _, x := range w.listed {
		from, until := day(), party.Date{}
		if r.IntN(2) == 0 {
			from = party.Date{}
		}
		if r.IntN(4) == 0 {
			until = day()
		}
		for _, regime := range Regimes() {
			ls = append(ls, Listed{Party: node(x), Entry: node(x), Regime: regime, Cascades: true, From: from, Until: until})
		}
	}
	return built(t, stakes, joints), ls, w
}

// TestIntervalsAreTheAnswersOfEachDay asks on every day on which anything may
// change, on the day before it, and on days between.
func TestIntervalsAreTheAnswersOfEachDay(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 4))
	days, past := map[Status]int{}, map[string]int{}
	for n := range 100 {
		g, ls, w := datedWorld(t, r)
		seeds := g.Seeds(ls)
		for _, regime := range Regimes() {
			q := Query{Regime: regime, Listed: seeds}
			iv, err := g.Intervals(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			for x := range w.n {
				times, ended := iv.Of(node(x))
				for range 25 {
					d := party.Date{Year: int16(2019 + r.IntN(8)), Month: uint8(1 + r.IntN(12)), Day: uint8(1 + r.IntN(28))}
					if l := ls[r.IntN(len(ls))]; !l.From.IsZero() && r.IntN(4) == 0 {
						d = l.From.First()
					}
					checkDay(t, g, q, node(x), d, times, days)
				}
				for _, i := range times {
					for _, d := range []party.Date{i.From, i.Until} {
						if !d.IsZero() {
							checkDay(t, g, q, node(x), d, times, days)
							checkDay(t, g, q, node(x), party.DateOf(d.Time().AddDate(0, 0, -1)), times, days)
						}
					}
				}
				if t.Failed() {
					t.Fatalf("world %d", n)
				}
				if slices.Contains(w.listed, x) {
					continue
				}
				h, err := g.Sweep(t.Context(), node(x), q)
				if err != nil {
					t.Fatal(err)
				}
				if got, want := gistOfPast(t, ended, regime), gistOfPast(t, h.Past, regime); got != want {
					t.Fatalf("world %d, %s, company %d: swept with all %s, alone %s", n, regime, x, got, want)
				}
				for _, p := range ended {
					past[fmt.Sprint(p.Ended, len(p.Sold) > 0)]++
				}
			}
		}
	}
	if days[Owned] < 100 || days[Indeterminate] < 100 || past["stakes true"] == 0 || past["stakes false"] == 0 || past["law false"] == 0 {
		t.Errorf("days %v, pasts %v: want many of each", days, past)
	}
}

func checkDay(t *testing.T, g *Graph, q Query, c party.Ref, d party.Date, times []Interval, days map[Status]int) {
	t.Helper()
	q.Law = d
	a, err := g.Own(c, q)
	if err != nil {
		t.Fatal(err)
	}
	want := a.Status
	if len(a.Listed) > 0 || want < Indeterminate {
		want = NoAnswer
	}
	got, rule := NoAnswer, ""
	for _, i := range times {
		if (i.From.IsZero() || d.Compare(i.From) >= 0) && (i.Until.IsZero() || d.Compare(i.Until) < 0) {
			if got != NoAnswer {
				t.Errorf("%s, %v: two intervals hold %v: %+v", q.Regime, c, d, times)
			}
			got, rule = i.Status, i.Rule
		}
	}
	if got != want || got != NoAnswer && rule != a.Rule {
		t.Errorf("%s, %v on %v: %v under %s, want %v under %s; %+v", q.Regime, c, d, got, rule, want, a.Rule, times)
	}
	days[want]++
}

// gistOfPast leaves out what depends on which of several listed parties is
// taken where they do not add up.
func gistOfPast(t *testing.T, ps []Past, regime law.Regime) string {
	t.Helper()
	var out []any
	for _, p := range ps {
		slices.SortFunc(p.Sold, party.Ref.Compare)
		one := []any{p.From, p.Until, p.Rule, p.Ended, p.Least}
		if regime != law.UK && p.Rule != "us-ofac/2008" {
			one = append(one, p.After, p.Sold)
		}
		out = append(out, one)
	}
	text, err := json.Marshal(out)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
