// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/law"
	"github.com/interdict-dev/interdict/ownership"
	"github.com/interdict-dev/interdict/party"
)

// A Figure is one line of what a README says of speed or accuracy.
type Figure struct {
	What   string  `json:"what"`
	Value  float64 `json:"value"`
	Unit   string  `json:"unit"` // "s", "µs", "ns", "bytes", "%", "a second", "" for a plain number
	Detail string  `json:"detail,omitempty"`
}

// String says the value with its unit.
func (f Figure) String() string {
	s := strconv.FormatFloat(f.Value, 'f', digits(f.Value), 64)
	switch f.Unit {
	case "bytes":
		s = fmt.Sprintf("%.0f MB", f.Value/1e6)
	case "":
	default:
		s += " " + f.Unit
	}
	if f.Detail != "" {
		s += ", " + f.Detail
	}
	return s
}

// digits are as many behind the point as are worth saying.
func digits(x float64) int {
	switch {
	case x >= 100 || x == math.Trunc(x):
		return 0
	case x >= 10:
		return 1
	}
	return 3
}

// PrintFigures prints figures as a table of Markdown.
func PrintFigures(w io.Writer, all []Figure) {
	p := printer{w}
	p.line("| what | figure |\n|---|---|")
	for _, f := range all {
		p.line("| %s | %s |", f.What, f)
	}
}

func micros(d time.Duration) float64 { return float64(d) / 1000 }

// Figures are those of a report that a README quotes.
func (r *Report) Figures() []Figure {
	deck := fmt.Sprintf("%d altered names, %d innocent, deck %s", r.Cases-r.Negatives, r.Negatives, short(r.Deck.Digest))
	out := []Figure{{fmt.Sprintf("listed names found at match strength %.2f", r.Settings.MinScore), 100 * r.classShare("all", "all"), "%", deck}}
	for _, l := range r.Levels {
		out = append(out, Figure{fmt.Sprintf("right entry first where %v %% of innocent names have a finding", l.FalsePositives), 100 * l.Recall1, "%", fmt.Sprintf("%.1f %% with the %d set apart", 100*l.Whole, r.Tied)})
	}
	at := slices.Index(Levels, 1)
	for _, c := range r.Classes {
		if c.Group == "class" && at < len(c.Recall1) {
			out = append(out, Figure{"right entry first at 1 %, class " + c.Name, 100 * c.Recall1[at], "%", fmt.Sprintf("of %d, between %.1f and %.1f %%", c.N, 100*c.Low1[at], 100*c.High1[at])})
		}
	}
	for _, a := range r.Alerts {
		if a.Score == r.Settings.MinScore {
			out = append(out, Figure{"alerts per 10,000 innocent names at that match strength", float64(a.Per10000), "", fmt.Sprintf("between %d and %d", a.Low, a.High)})
		}
	}
	return append(out, Figure{"calibration error", r.ECE, "", deck})
}

// classShare is the share found at the threshold of operation.
func (r *Report) classShare(group, name string) float64 {
	for _, c := range r.Classes {
		if c.Group == group && c.Name == name {
			return c.Default
		}
	}
	return 0
}

// Figures are those of a speed report that a README quotes.
func (s *Speed) Figures() []Figure {
	against := fmt.Sprintf("against %d entries, one core", s.Entries)
	var out []Figure
	for _, x := range []struct{ class, what string }{{"easy", "one innocent name"}, {"exact", "one listed name with its findings"}, {"typo-each", "one name with an error in every word"}, {"all", "any name of the deck"}} {
		i := slices.IndexFunc(s.Single, func(l Latency) bool { return l.Class == x.class })
		if i < 0 {
			continue
		}
		l := &s.Single[i]
		out = append(out, Figure{x.what + ", median", micros(l.Wall.P50), "µs", fmt.Sprintf("%s of processor, %s", micro(l.CPU.P50), against)},
			Figure{x.what + ", p99", micros(l.Wall.P99), "µs", fmt.Sprintf("%s of processor", micro(l.CPU.P99))})
	}
	out = append(out, Figure{"allocations of one screening, mean", s.Cost.Allocs, "", fmt.Sprintf("%.1f kB", s.Cost.Bytes/1000)})
	if j := s.Join; j != nil {
		out = append(out, Figure{fmt.Sprintf("%d customers against %d entries", j.Customers, s.Entries), j.Wall.Seconds(), "s", fmt.Sprintf("%.1f s of processor, %s, %d cores, %d of %d hidden names found", j.CPU.Seconds(), j.How, j.Cores, j.Found, j.Hidden)})
	}
	return append(out, Figure{"memory after it, resident at most", float64(s.Memory.Peak), "bytes", ""})
}

// Infra measures tables of n address prefixes and n domains, asked in no order.
func Infra(n int) []Figure {
	c := MeasureInfra(InfraPlan{Prefixes: n, Domains: n, Seed: 1})
	var out []Figure
	for _, l := range c.Lookups {
		out = append(out, Figure{"looked up: " + l.Of, float64(l.Wall.Nanoseconds()), "ns", fmt.Sprintf("%d ns of processor, among %d", l.CPU.Nanoseconds(), n)})
	}
	return append(out, Figure{fmt.Sprintf("tables of %d prefixes and as many domains built", n), c.Load.Seconds(), "s", fmt.Sprintf("%.1f s of processor, %.0f MB", c.LoadCPU.Seconds(), float64(c.Heap)/1e6)})
}

// Ownership measures the fixed point over n companies in chains of ten, each
// held by half, the head of each chain by a listed party; and the answer about
// the last company of a chain, with its proof.
func Ownership(n int) ([]Figure, error) {
	local := func(kind string, i int) party.Ref {
		return party.Ref{List: "local", ID: kind + strconv.Itoa(i)}
	}
	half, err := ownership.ParseShare("50 %")
	if err != nil {
		return nil, err
	}
	build := ownership.NewBuilder()
	var listed []ownership.Listed
	for i := range n {
		owner := local("c", i-1)
		if i%10 == 0 {
			owner = local("listed", i)
			listed = append(listed, ownership.Listed{Party: owner, Entry: owner, Regime: law.OFAC, Cascades: true})
		}
		if err := build.Add(claim.Stake{Owner: owner, Owned: local("c", i), Share: half}); err != nil {
			return nil, err
		}
	}
	g := build.Graph()
	q := ownership.Query{Regime: law.OFAC, Law: party.Date{Year: 2025, Month: 12, Day: 1}, Listed: g.Seeds(listed)}
	owned := 0
	all, err := CostOf(func() error {
		s, err := g.Solve(q)
		if err != nil {
			return err
		}
		for _, status := range s.All() {
			if status == ownership.Owned {
				owned++
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	const asked = 200
	one, err := CostOf(func() error {
		for i := range asked {
			if _, err := g.Own(local("c", 10*i+9), q); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return []Figure{
		{fmt.Sprintf("who is owned, of %d companies", n), all.Wall.Seconds(), "s", fmt.Sprintf("%.2f s of processor, %d owned", all.CPU.Seconds(), owned)},
		{"one company at the end of a chain of ten, with its proof", micros(one.Wall) / asked, "µs", fmt.Sprintf("%.0f µs of processor", micros(one.CPU)/asked)},
	}, nil
}
