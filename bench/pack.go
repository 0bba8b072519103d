// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/interdict-dev/interdict/reports"
)

// Pack returns the evidence pack of a run: what was tested, with what, how, and
// with which result, every record listed. doc/bench.md says for which rules of
// supervisors it is evidence, and what it does not show.
func (r *Report) Pack() *reports.Pack {
	p := &reports.Pack{Title: "Test of name screening: control and manipulated records",
		Subtitle: fmt.Sprintf("interdict %s, book %s, deck %s", r.Machine.Program, short(r.Data.Book), short(r.Deck.Digest))}
	p.Sections = []reports.Section{
		r.packSummary(), packMethod(), r.packSettings(), r.packLists(), r.packParts(), r.packLevels(), r.packAlerts(), r.packReliability(),
		r.packRecords("Misses", "Records whose right entry was not found at the threshold of operation, or not as the first finding.", "No record was missed.", r.Misses()),
		r.packRecords("False alarms", "Innocent names with a finding at the threshold of operation, the strongest first.", "No innocent name has a finding.", r.FalseAlarms()),
		r.packRecords("Set apart", "Records that fit another listed party as well, or in which nothing is left that names. They count in no recall but \"with set apart\".", "No record was set apart.", r.SetApart()),
		r.packRecords("Absent", "Records that expect an entry which the book does not hold, or which was not listed on the day of the facts. They count nowhere.", "No record was absent.",
			r.pick(func(o *Outcome) bool { return o.Absent }, func(a, b *Outcome) int { return 0 })),
		r.packLatency(),
		r.packRecords("All records", "Every record of the deck with its result, in the order of the deck.", "The deck is empty.", r.pick(func(*Outcome) bool { return true }, func(a, b *Outcome) int { return 0 })),
		{Title: "Sign-off", Text: []string{"To be filled in by the people who answer for the screening. The program signs nothing and judges no result to be good enough."},
			Sign: []string{"Tested by", "Reviewed by, independent of who tested", "Accepted by"}},
	}
	return p
}

// facts are rows of two columns: what, and its value.
func facts(title string, text []string, pairs ...string) reports.Section {
	s := reports.Section{Title: title, Text: text, Columns: []reports.Column{{Name: "What", Width: 46}, {Name: "Value", Width: 84}}}
	for i := 0; i+1 < len(pairs); i += 2 {
		s.Rows = append(s.Rows, []reports.Cell{reports.Text(pairs[i]), reports.Text(pairs[i+1])})
	}
	return s
}

func percentText(x float64) string { return fmt.Sprintf("%.1f %%", 100*x) }

// packSummary has the results on one page.
func (r *Report) packSummary() reports.Section {
	pairs := []string{
		"Records", fmt.Sprintf("%d: %d control, %d manipulated, %d innocent", r.Cases, r.Deck.Kinds["control"], r.Deck.Kinds["manipulated"], r.Deck.Kinds["innocent"]),
		"Threshold of operation", fmt.Sprintf("match strength %.2f", r.Settings.MinScore),
	}
	for _, c := range r.Classes {
		if c.Group == "record" || c.Group == "all" {
			name := c.Name + " records"
			if c.Group == "all" {
				name = "all listed records"
			}
			pairs = append(pairs, "Found at that threshold, "+name, fmt.Sprintf("%s (%d of %d missed), as the first finding %s", percentText(c.Default), c.Missed, c.N, percentText(c.First)))
		}
	}
	pairs = append(pairs, "Innocent names with a finding at that threshold", fmt.Sprintf("%d of %d", len(r.FalseAlarms()), r.Negatives))
	for _, l := range r.Levels {
		pairs = append(pairs, fmt.Sprintf("Right entry first where at most %v %% of innocent names have a finding", l.FalsePositives),
			fmt.Sprintf("%s, with those set apart %s (match strength %.4f)", percentText(l.Recall1), percentText(l.Whole), l.Score))
	}
	pairs = append(pairs, "Calibration error", fmt.Sprintf("%.3f", r.ECE),
		"Set apart, absent", fmt.Sprintf("%d, %d", r.Tied, r.Absent))
	return facts("Summary", []string{"Percentages are of the records that count: those set apart or absent are listed, and left out."}, pairs...)
}

// packMethod says how the test was done, and what it does not show.
func packMethod() reports.Section {
	return reports.Section{Title: "Method", Text: []string{
		"Records. Control records are names of listed parties as the list prints them, given names first: the primary name (exact) and other names (alias, native). Manipulated records are listed names altered in one way each; the class names the way: words in another order, one typing error, an error in every word, another romanisation, a word left out, two words written as one, a legal form written otherwise or added, initials, abbreviations, Cyrillic letters. Innocent names are names that nobody lists, as they are (easy) and with a word put in that at least three listed entries share (hard). The draw is by a seed: the same book, program and seed give the same records.",
		"Screening. Each record is screened by name and type of party alone, through the same code and the same book as any other screening, at the threshold of operation. Besides, all entries that resemble the name are ranked far below that threshold, to tell a record that was nearly found from one that was not found at all.",
		"Right. A record is right when the entry that it was made from, or one that is the same party on another list, is among the findings. A record that fits another listed party as well is set apart and listed: by whole words, without regard to how the program scores, or because another party has the very same score at the top.",
		"Match strength is the evidence as a probability that two names are one party's, at an even prior: where right and wrong pairs are equally common. The reliability table compares it with how often it was right. Among real customers innocent names outnumber listed ones by thousands; the number of alerts for 10,000 innocent names is the figure to plan by.",
		"Intervals hold the true share 19 times in 20 (Wilson's score interval), if other records were drawn in the same way.",
		"What it is evidence for. 3 NYCRR 504.3(b) asks for end-to-end testing of the filtering program before and after it goes into use: data matching, threshold settings, the logic of matching, model validation, data input and output. EBA/GL/2024/14 asks to calibrate screening before use and at least once a year with control and manipulated records. This pack shows the matching of names, the effect of the threshold, and calibration, on the records listed.",
		"What it does not show. Whether the lists are the right ones for the institution; whether its own data reach the screening whole and in the right fields; matching by birth date, country, address or identifier; how people decide about alerts. Innocent names are a sample of public names and not the institution's customers: interdict bench thresholds counts on those.",
		"In the workbook a text that begins with =, +, - or @ has an apostrophe before it, so that it is never run as a formula.",
	}}
}

func (r *Report) packSettings() reports.Section {
	m := r.Machine
	return facts("Settings", nil,
		"Tested at", m.At.Format(time.RFC3339), "Program", m.Program, "Commit", cmp.Or(m.Commit, "the build does not say"), "Go", m.Go+", "+m.System, "Machine", fmt.Sprintf("%d cores, %s, %s, load %.1f", m.Cores, m.CPU, bytesText(m.Memory), m.Load),
		"Book, SHA-256 over its content", r.Data.Book, "Book, file", fmt.Sprintf("%s, %d bytes", r.Data.File, r.Data.Bytes), "Model of name comparison", "version "+r.Data.Model,
		"Policy, SHA-256 of its values", r.Settings.Policy, "Threshold of operation", fmt.Sprintf("%.4f", r.Settings.MinScore),
		"Law and facts as of", dayOf(r.Settings.FactsAsOf), "Weak aliases of OFAC lists", "confirm and do not alert (FAQ 122 to 125)",
		"Deck, SHA-256", r.Deck.Digest, "Deck, where from", r.Deck.From)
}

func (r *Report) packLists() reports.Section {
	s := reports.Section{Title: "Lists", Text: []string{"The lists of the book. The edition is the SHA-256 of the files as they were fetched."},
		Columns: []reports.Column{{Name: "List"}, {Name: "Title", Width: 40}, {Name: "Published", Width: 12}, {Name: "Edition", Width: 68}, {Name: "Entries", Format: reports.AsCount}, {Name: "Not read", Format: reports.AsCount}, {Name: "Note", Width: 30}}}
	for _, l := range r.Lists {
		published, note := l.Published.String(), ""
		if l.Published.IsZero() {
			published = "undated"
		}
		if l.Starter {
			note = "built-in facts, not the full list"
		}
		s.Rows = append(s.Rows, []reports.Cell{reports.Text(string(l.List)), reports.Text(l.Title), reports.Text(published), reports.Text(l.Edition), reports.Count(l.Entries), reports.Count(l.Rejects), reports.Text(note)})
	}
	return s
}

func (r *Report) packParts() reports.Section {
	s := reports.Section{Title: "Results by part", Text: []string{"\"First at n %\" is the share of records whose right entry stands first where at most n % of the innocent names have a finding; low and high are its interval at 1 %. \"Found\" and \"Found first\" are at the threshold of operation."},
		Columns: []reports.Column{{Name: "Parted by", Width: 12}, {Name: "Part", Width: 18}, {Name: "Records", Format: reports.AsCount}, {Name: "Set apart", Format: reports.AsCount}, {Name: "Found", Format: reports.AsPercent}, {Name: "Found first", Format: reports.AsPercent}, {Name: "Missed", Format: reports.AsCount}}}
	for _, l := range r.Levels {
		s.Columns = append(s.Columns, reports.Column{Name: fmt.Sprintf("First at %v %%", l.FalsePositives), Format: reports.AsPercent})
	}
	if len(r.Levels) > 0 {
		s.Columns = append(s.Columns, reports.Column{Name: "Low", Format: reports.AsPercent}, reports.Column{Name: "High", Format: reports.AsPercent}, reports.Column{Name: "Among ten at 1 %", Format: reports.AsPercent})
	}
	const onePercent = 1 // its place in Levels
	for _, c := range r.Classes {
		row := []reports.Cell{reports.Text(c.Group), reports.Text(c.Name), reports.Count(c.N), reports.Count(c.Apart), reports.Number(c.Default), reports.Number(c.First), reports.Count(c.Missed)}
		for _, x := range c.Recall1 {
			row = append(row, reports.Number(x))
		}
		if len(c.Recall1) > 0 {
			row = append(row, reports.Number(c.Low1[onePercent]), reports.Number(c.High1[onePercent]), reports.Number(c.Recall10[onePercent]))
		}
		s.Rows = append(s.Rows, row)
	}
	return s
}

func (r *Report) packLevels() reports.Section {
	s := reports.Section{Title: "False positives", Text: []string{"Recall where a share of the innocent names has any finding. Where the share is less than one name of the sample, no innocent name has a finding."},
		Empty: "The deck has no innocent names.", Columns: []reports.Column{{Name: "Innocent with a finding, at most %", Format: reports.AsCount, Width: 20}, {Name: "Names that is", Format: reports.AsCount}, {Name: "Match strength", Format: reports.AsDecimal},
			{Name: "Right entry first", Format: reports.AsPercent}, {Name: "Among the first ten", Format: reports.AsPercent}, {Name: "First, with set apart", Format: reports.AsPercent}}}
	for _, l := range r.Levels {
		s.Rows = append(s.Rows, []reports.Cell{reports.Number(l.FalsePositives), reports.Count(l.Allowed), reports.Number(l.Score), reports.Number(l.Recall1), reports.Number(l.Recall10), reports.Number(l.Whole)})
	}
	return s
}

func (r *Report) packAlerts() reports.Section {
	s := reports.Section{Title: "Alerts", Text: []string{fmt.Sprintf("How many of 10,000 innocent names have a finding at a threshold, measured on %d, with the interval.", r.Negatives)}, Empty: "The deck has no innocent names.",
		Columns: []reports.Column{{Name: "Match strength", Format: reports.AsDecimal}, {Name: "Alerts per 10,000", Format: reports.AsCount}, {Name: "Low", Format: reports.AsCount}, {Name: "High", Format: reports.AsCount}, {Name: "By class", Width: 40}}}
	for _, a := range r.Alerts {
		s.Rows = append(s.Rows, []reports.Cell{reports.Number(a.Score), reports.Count(a.Per10000), reports.Count(a.Low), reports.Count(a.High), reports.Text(strings.Trim(fmt.Sprint(a.ByClass), "map[]"))})
	}
	return s
}

func (r *Report) packReliability() reports.Section {
	s := reports.Section{Title: "Reliability", Text: []string{fmt.Sprintf("Of the pairs of names that were scored so, which share was right, listed and innocent records weighing the same. The calibration error, %.3f, is the mean distance of the two columns.", r.ECE)},
		Columns: []reports.Column{{Name: "From", Format: reports.AsDecimal}, {Name: "To", Format: reports.AsDecimal}, {Name: "Pairs", Format: reports.AsCount}, {Name: "Mean score", Format: reports.AsDecimal}, {Name: "Share right", Format: reports.AsDecimal}},
		Plot:    &reports.Plot{X: "Mean score", Y: "Share right"}}
	for _, b := range r.Bands {
		s.Rows = append(s.Rows, []reports.Cell{reports.Number(b.From), reports.Number(b.To), reports.Count(b.N), reports.Number(b.Mean), reports.Number(b.Right)})
		if b.N > 0 {
			s.Plot.Points = append(s.Plot.Points, reports.Point{X: b.Mean, Y: b.Right, Weight: float64(b.N) / float64(r.Cases)})
		}
	}
	return s
}

func (r *Report) packLatency() reports.Section {
	s := reports.Section{Title: "Speed", Text: []string{"How long one screening took on this machine, in microseconds, one after the other."},
		Columns: []reports.Column{{Name: "Class"}, {Name: "Records", Format: reports.AsCount}, {Name: "Median µs", Format: reports.AsCount}, {Name: "p99 µs", Format: reports.AsCount}, {Name: "Worst µs", Format: reports.AsCount}, {Name: "Processor, median µs", Format: reports.AsCount}, {Name: "Processor, p99 µs", Format: reports.AsCount}}}
	for _, l := range r.Latency {
		s.Rows = append(s.Rows, []reports.Cell{reports.Text(l.Class), reports.Count(l.N), reports.Count(int(l.Wall.P50.Microseconds())), reports.Count(int(l.Wall.P99.Microseconds())),
			reports.Count(int(l.Wall.Max.Microseconds())), reports.Count(int(l.CPU.P50.Microseconds())), reports.Count(int(l.CPU.P99.Microseconds()))})
	}
	return s
}

// packRecords lists records with their results.
func (r *Report) packRecords(title, text, empty string, os []*Outcome) reports.Section {
	s := reports.Section{Title: title, Text: []string{text, fmt.Sprintf("%d records.", len(os))}, Empty: empty,
		Columns: []reports.Column{{Name: "Record"}, {Name: "Kind", Width: 13}, {Name: "Class", Width: 12}, {Name: "Type", Width: 13}, {Name: "Name asked for", Width: 40}, {Name: "Listed name", Width: 40}, {Name: "Right entry", Width: 22},
			{Name: "Result", Width: 44}, {Name: "Score of the right entry", Format: reports.AsDecimal}, {Name: "First finding", Width: 40}, {Name: "Its entry", Width: 22}, {Name: "Its score", Format: reports.AsDecimal}, {Name: "Findings", Format: reports.AsCount}}}
	for _, o := range os {
		s.Rows = append(s.Rows, r.packRecord(o))
	}
	return s
}

func (r *Report) packRecord(o *Outcome) []reports.Cell {
	c := &o.Case
	right := strings.Join(c.Expect, " ")
	if o.List != "" {
		right = o.List + "/" + strings.Join(c.Expect, " ")
	}
	score := reports.Text("")
	if o.Right != Nothing {
		score = reports.Number(float64(o.RightScore) / 10000)
	}
	name, ref, best := "", "", reports.Text("")
	switch {
	case o.First != nil:
		name, ref, best = o.First.Matched, o.First.Ref, reports.Number(float64(o.First.Score)/10000)
	case o.Top != Nothing:
		name, ref, best = "nearest, below the threshold: "+o.TopName, o.TopRef, reports.Number(float64(o.TopScore)/10000)
	}
	return []reports.Cell{reports.Text(c.ID), reports.Text(c.Record()), reports.Text(c.Class), reports.Text(c.Type), reports.Text(c.Query), reports.Text(c.Listed), reports.Text(right),
		reports.Text(r.result(o)), score, reports.Text(name), reports.Text(ref), best, reports.Count(o.Findings)}
}

// result says in words what became of a record.
func (r *Report) result(o *Outcome) string {
	apart := ""
	if o.isApart() {
		apart = "; set apart: " + o.whyApart()
	}
	switch {
	case o.Absent:
		return "the book does not hold the right entry on that day"
	case o.Case.Kind == "neg" && o.Findings == 0:
		return "no finding, as it should be"
	case o.Case.Kind == "neg":
		return "false alarm"
	case o.Found == 1:
		return "found, first" + apart
	case o.Found > 1:
		return fmt.Sprintf("found, at place %d", o.Found) + apart
	case o.Rank == 0:
		return "missed: nothing in the name resembles the entry" + apart
	}
	return fmt.Sprintf("missed: scored %s, below the threshold; place %d among all entries", o.RightScore, o.Rank) + apart
}
