// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
)

// Print prints the report for people.
func (r *Report) Print(w io.Writer) {
	p := printer{w}
	p.line("%s", r.Machine)
	r.Data.Print(w)
	p.line("deck %s: %d cases, %d innocent (%s)", short(r.Deck.Digest), r.Cases, r.Negatives, r.Deck.From)
	p.line("threshold of operation %.2f, law and facts of %s", r.Settings.MinScore, dayOf(r.Settings.FactsAsOf))
	r.printLevels(p)
	r.printClasses(p)
	r.printReliability(p)
	r.printCost(p)
}

// A printer prints lines; what it writes to reports its own errors.
type printer struct{ w io.Writer }

func (p printer) line(format string, args ...any) { fmt.Fprintf(p.w, format+"\n", args...) }

func (r *Report) printLevels(p printer) {
	if len(r.Levels) == 0 {
		p.line("\nThe deck has no innocent names: there is no threshold to give recall at.")
		return
	}
	p.line("\n%-22s %9s %9s %9s %9s %9s", "innocent with finding", "threshold", "strength", "recall@1", "recall@10", "whole@1")
	for _, l := range r.Levels {
		note := ""
		if l.Allowed == 0 {
			note = fmt.Sprintf("   (less than one of %d: none may have one)", r.Negatives)
		}
		p.line("at most %4.1f %%         %9.2f %9.4f %8.1f%% %8.1f%% %8.1f%%%s", l.FalsePositives, float64(l.Threshold)/1000, l.Score, 100*l.Recall1, 100*l.Recall10, 100*l.Whole, note)
	}
	p.line("\nalerts per 10,000 innocent names, by class, and the interval that holds the true number 19 times in 20:")
	classes := slices.Sorted(maps.Keys(r.Alerts[0].ByClass))
	head := fmt.Sprintf("%-12s %7s %15s", "match strength", "all", "interval")
	for _, c := range classes {
		head += fmt.Sprintf(" %8s", c)
	}
	p.line("%s", head)
	for _, a := range r.Alerts {
		row := fmt.Sprintf("%-14.2f %7d %15s", a.Score, a.Per10000, fmt.Sprintf("%d to %d", a.Low, a.High))
		for _, c := range classes {
			row += fmt.Sprintf(" %8d", a.ByClass[c])
		}
		p.line("%s", row)
	}
}

func (r *Report) printClasses(p printer) {
	head := fmt.Sprintf("\n%-22s %6s %6s", "recall@1", "n", "apart")
	for _, l := range r.Levels {
		head += fmt.Sprintf("  at %3.1f%%", l.FalsePositives)
	}
	p.line("%s  at %.2f   @10 at 1%%", head, r.Settings.MinScore)
	last := ""
	for _, c := range r.Classes {
		if c.Group != last && c.Group != "all" {
			p.line("by %s", c.Group)
		}
		last = c.Group
		row := fmt.Sprintf("  %-20s %6d %6d", c.Name, c.N, c.Apart)
		for _, x := range c.Recall1 {
			row += fmt.Sprintf("  %6.1f%%", 100*x)
		}
		row += fmt.Sprintf("  %6.1f%%", 100*c.First)
		if i := slices.Index(Levels, 1); i < len(c.Recall10) {
			row += fmt.Sprintf("   %6.1f%%", 100*c.Recall10[i])
		}
		p.line("%s", row)
	}
	p.line("%d cases fit another entry as well, or nothing is left in them that names, and are set apart (in whole@1 they count)", r.Tied)
	if r.Absent > 0 {
		p.line("%d cases expect an entry that the book does not hold on that day, and count nowhere", r.Absent)
	}
}

func (r *Report) printReliability(p printer) {
	p.line("\n%-14s %7s %8s %8s   calibration error %.3f", "scored", "pairs", "mean", "right", r.ECE)
	for _, b := range r.Bands {
		p.line("%.1f to %.1f     %7d %8.3f %8.3f", b.From, b.To, b.N, b.Mean, b.Right)
	}
}

func (r *Report) printCost(p printer) {
	printLatency(p, r.Latency)
	p.line("mean %s, %s of processor, %.0f allocations, %.1f kB", micro(r.Cost.Wall), micro(r.Cost.CPU), r.Cost.Allocs, r.Cost.Bytes/1000)
	for _, t := range r.Throughput {
		p.line("%d of %d cores: %.0f screenings a second, %s of processor each", t.Cores, r.Machine.Cores, t.PerSecond, micro(t.CPU))
	}
	p.line("memory: %s", r.Memory)
}

func printLatency(p printer, all []Latency) {
	p.line("\n%-14s %7s %10s %10s %10s %10s   %10s %10s %10s", "one screening", "n", "median", "p90", "p99", "worst", "processor:", "p99", "worst")
	for _, l := range all {
		p.line("%-14s %7d %10s %10s %10s %10s   %10s %10s %10s", l.Class, l.N, micro(l.Wall.P50), micro(l.Wall.P90), micro(l.Wall.P99), micro(l.Wall.Max), micro(l.CPU.P50), micro(l.CPU.P99), micro(l.CPU.Max))
	}
}

// micro says a duration in microseconds, so that a column can be compared.
func micro(d time.Duration) string { return fmt.Sprintf("%.1f µs", float64(d)/1000) }

// PrintWorst lists the n worst misses, the n worst false alarms and the cases
// that are set apart.
func (r *Report) PrintWorst(w io.Writer, n int) {
	p := printer{w}
	misses, alarms, apart := r.Misses(), r.FalseAlarms(), r.SetApart()
	p.line("\nset apart: class, query, listed name, why, place of the right entry")
	for _, o := range apart[:min(n, len(apart))] {
		p.line("  %-12s %q < %s: %s; right entry at rank %d", o.Case.Class, o.Case.Query, o.Case.Listed, o.whyApart(), o.Rank)
	}
	p.rest(n, len(apart))
	p.line("\nworst misses: evidence of the right entry, class, query, listed name, best entry")
	for _, o := range misses[:min(n, len(misses))] {
		p.line("%8s  %-12s %q  %q  %q", nats(o.Right), o.Case.Class, o.Case.Query, o.Case.Listed, o.TopName)
	}
	p.rest(n, len(misses))
	p.line("\nworst false alarms: evidence, class, query, best entry")
	for _, o := range alarms[:min(n, len(alarms))] {
		p.line("%8s  %-12s %q  %q %s", nats(o.Top), o.Case.Class, o.Case.Query, o.TopName, o.TopRef)
	}
	p.rest(n, len(alarms))
}

func (p printer) rest(shown, of int) {
	if of > shown {
		p.line("  and %d more: --report lists all", of-shown)
	}
}

// Misses are the cases whose right entry is not among the findings at the
// threshold of operation, or not the first; the worst come first. Cases that are
// set apart or absent are none.
func (r *Report) Misses() []*Outcome {
	return r.pick(func(o *Outcome) bool { return o.counts() && o.Found != 1 }, func(a, b *Outcome) int { return cmp.Compare(margin(a), margin(b)) })
}

// FalseAlarms are the innocent names with a finding at the threshold of
// operation, the highest score first.
func (r *Report) FalseAlarms() []*Outcome {
	return r.pick(func(o *Outcome) bool { return o.Case.Kind == "neg" && o.Findings > 0 }, func(a, b *Outcome) int { return cmp.Compare(b.Top, a.Top) })
}

// SetApart are the cases that no matcher could answer, or that this one finds
// as near to another entry.
func (r *Report) SetApart() []*Outcome {
	return r.pick((*Outcome).isApart, func(a, b *Outcome) int { return 0 })
}

// pick returns the outcomes that fit, ordered; equal ones as in the deck.
func (r *Report) pick(fits func(*Outcome) bool, order func(a, b *Outcome) int) []*Outcome {
	var out []*Outcome
	for i := range r.Outcomes {
		if fits(&r.Outcomes[i]) {
			out = append(out, &r.Outcomes[i])
		}
	}
	slices.SortStableFunc(out, order)
	return out
}

// whyApart says why a case is set apart.
func (o *Outcome) whyApart() string {
	var why []string
	if o.Apart != "" {
		why = append(why, o.Apart)
	}
	if o.Tied {
		why = append(why, "another party has the same evidence at the top ("+o.TopName+")")
	}
	return strings.Join(why, "; ")
}

// margin orders misses: not found at all, then outranked, then low.
func margin(o *Outcome) int64 {
	if o.Rank == 0 {
		return -1 << 40
	}
	m := int64(o.Right)
	if o.Rank > 1 {
		m -= 1 << 20
	}
	return m
}

func nats(e int32) string {
	if e == Nothing {
		return "nothing"
	}
	return fmt.Sprintf("%.1f", float64(e)/1000)
}
