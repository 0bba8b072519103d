// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"cmp"
	"fmt"
	"io"
	"slices"
)

// Print prints the report for people.
func (r *Report) Print(w io.Writer) {
	fmt.Fprintf(w, "%-22s %9s %9s %9s %9s %9s\n", "innocent with finding", "threshold", "strength", "recall@1", "recall@10", "whole@1")
	for _, l := range r.Levels {
		fmt.Fprintf(w, "at most %4.1f %%         %9.2f %9.4f %8.1f%% %8.1f%% %8.1f%%\n", l.FalsePositives, float64(l.Threshold)/1000, l.Score, 100*l.Recall1, 100*l.Recall10, 100*l.Whole)
	}
	fmt.Fprintf(w, "\n%-22s %6s", "recall@1 by class", "n")
	for _, l := range r.Levels {
		fmt.Fprintf(w, "  at %3.1f%%", l.FalsePositives)
	}
	fmt.Fprintf(w, "   default\n")
	for _, c := range r.Classes {
		fmt.Fprintf(w, "%-22s %6d", c.Name, c.N)
		for _, x := range c.Recall1 {
			fmt.Fprintf(w, "  %6.1f%%", 100*x)
		}
		fmt.Fprintf(w, "   %6.1f%%\n", 100*c.Default)
	}
	fmt.Fprintf(w, "\n%d cases fit another entry as well, or nothing is left in them that names, and are set apart (in whole@1 they count)\n", r.Tied)
	fmt.Fprintf(w, "\n%-14s %7s %8s %8s   calibration error %.3f\n", "scored", "pairs", "mean", "right", r.ECE)
	for _, b := range r.Bands {
		fmt.Fprintf(w, "%.1f to %.1f     %7d %8.3f %8.3f\n", b.From, b.To, b.N, b.Mean, b.Right)
	}
	fmt.Fprintf(w, "\nalerts per 10,000 innocent names:")
	for _, a := range r.Alerts {
		fmt.Fprintf(w, "  %.2f: %d", a.Score, a.Per10000)
	}
	fmt.Fprintf(w, "\none screening: median %v, p90 %v, p99 %v, worst %v\n", r.Latency.P50, r.Latency.P90, r.Latency.P99, r.Latency.Max)
}

// PrintWorst lists the n worst misses, the n worst false alarms and the tied
// cases.
func (r *Report) PrintWorst(w io.Writer, n int) {
	var misses, alarms []Outcome
	for _, o := range r.Outcomes {
		switch {
		case o.Case.Kind == "neg":
			if o.Top != Nothing {
				alarms = append(alarms, o)
			}
		case o.Apart != "":
			fmt.Fprintf(w, "apart  %-12s %q < %s: %s; right entry at rank %d\n", o.Case.Class, o.Case.Query, o.Case.Listed, o.Apart, o.Rank)
		case o.Tied:
			fmt.Fprintf(w, "tied   %-12s %q: %s is as near as %s\n", o.Case.Class, o.Case.Query, o.TopName, o.Case.Listed)
		default:
			misses = append(misses, o)
		}
	}
	slices.SortFunc(misses, func(a, b Outcome) int { return cmp.Compare(margin(a), margin(b)) })
	slices.SortFunc(alarms, func(a, b Outcome) int { return cmp.Compare(b.Top, a.Top) })
	fmt.Fprintf(w, "\nworst misses: evidence of the right entry, class, query, listed name, best entry\n")
	for _, o := range misses[:min(n, len(misses))] {
		fmt.Fprintf(w, "%8s  %-12s %q  %q  %q\n", nats(o.Right), o.Case.Class, o.Case.Query, o.Case.Listed, o.TopName)
	}
	fmt.Fprintf(w, "\nworst false alarms: evidence, class, query, best entry\n")
	for _, o := range alarms[:min(n, len(alarms))] {
		fmt.Fprintf(w, "%8s  %-12s %q  %q %s\n", nats(o.Top), o.Case.Class, o.Case.Query, o.TopName, o.TopRef)
	}
}

// margin orders misses: not found at all, then outranked, then low.
func margin(o Outcome) int64 {
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
