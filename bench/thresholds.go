// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/interdict-dev/interdict/book"
	"github.com/interdict-dev/interdict/cases"
	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/reports"
	"github.com/interdict-dev/interdict/screening"
	"github.com/interdict-dev/interdict/subject"
)

// A WhatIfPlan says which thresholds are tried on one's own subjects. Scores are
// in ten-thousandths.
type WhatIfPlan struct {
	Policy   screening.Policy // MinScore does not matter
	Scores   []int32          // thresholds to count at; none means every tenth, 0.95 and 0.99
	From, To int32            // what would vanish or appear between these two
	Workers  int

	// False and True are what people decided about findings: that they were false,
	// or true. Either may be nil. A decision holds while both records are as they
	// were.
	False, True *cases.Decisions
}

// A WhatIf says how many findings one's own subjects have at each threshold, and
// which ones a move of the threshold makes vanish or appear.
type WhatIf struct {
	Machine Machine `json:"machine"` // filled in by the caller
	Data
	File    string     `json:"subjects"` // where the subjects come from; filled in by the caller
	Policy  string     `json:"policy"`   // digest, with the threshold From
	LawAsOf party.Date `json:"law_as_of"`
	Facts   party.Date `json:"facts_as_of"`
	Asked   int        `json:"asked"`                    // subjects that were screened
	Unread  int        `json:"unread"`                   // rows that could not be read or answered
	Because string     `json:"unread_because,omitempty"` // the first error of those
	Decided bool       `json:"decided"`                  // decisions were given
	Steps   []Step     `json:"thresholds"`
	From    float64    `json:"from"`
	To      float64    `json:"to"`
	Changes []Change   `json:"changes"`
}

// A Step is what one threshold gives.
type Step struct {
	Score    float64 `json:"score"`
	Subjects int     `json:"subjects"` // with a finding
	Findings int     `json:"findings"`
	False    int     `json:"decided_false"`
	True     int     `json:"decided_true"`
	Open     int     `json:"undecided"`
}

// A Change is a finding that a move of the threshold makes vanish or appear.
type Change struct {
	What    string              `json:"change"` // "vanishes" or "appears"
	Subject screening.Described `json:"subject"`
	Shown
	Decided string `json:"decided,omitempty"` // "false" or "true"
}

// The changes and decisions, as JSON has them.
const (
	vanishes = "vanishes"
	appears  = "appears"
	isFalse  = "false"
	isTrue   = "true"
)

// Thresholds screens subjects at each threshold. Nothing is estimated: who has a
// finding at the lowest threshold is screened again at every other one.
func Thresholds(ctx context.Context, b *book.Book, subjects iter.Seq2[subject.Subject, error], p WhatIfPlan) (*WhatIf, error) {
	if p.From == p.To {
		return nil, errkind.New(errkind.Invalid, "the threshold moves from itself to itself: give two that differ")
	}
	if len(p.Scores) == 0 {
		p.Scores = alertScores
	}
	p.Policy.Limit = 0 // all count
	w := whatIf{plan: p, at: map[int32]*screening.Screener{}}
	for _, s := range append([]int32{p.From, p.To}, p.Scores...) {
		policy := p.Policy
		policy.MinScore = s
		sc, err := screening.New(b, policy)
		if err != nil {
			return nil, err
		}
		w.at[s] = sc
	}
	w.scores = slices.Sorted(maps.Keys(w.at))
	lowest := p.Policy
	lowest.MinScore = w.scores[0]
	from := p.Policy
	from.MinScore = p.From
	w.out = &WhatIf{Data: DataOf(b), Policy: from.Digest(), LawAsOf: p.Policy.LawAsOf, Facts: p.Policy.FactsAsOf,
		From: float64(p.From) / 10000, To: float64(p.To) / 10000, Decided: p.False != nil || p.True != nil}
	for _, s := range w.scores {
		w.out.Steps = append(w.out.Steps, Step{Score: float64(s) / 10000})
	}
	rows, err := screening.Stream(ctx, b, lowest, subjects, p.Workers)
	if err != nil {
		return nil, err
	}
	for r := range rows {
		if err := w.row(&r); err != nil {
			return nil, err
		}
	}
	return w.out, ctx.Err()
}

// A whatIf counts.
type whatIf struct {
	plan   WhatIfPlan
	scores []int32 // rising
	at     map[int32]*screening.Screener
	out    *WhatIf
}

// row screens a subject at each threshold, if it has a finding at the lowest.
func (w *whatIf) row(r *screening.Row) error {
	if r.Err != nil {
		w.out.Unread++
		w.out.Because = cmp.Or(w.out.Because, r.Err.Error())
		return nil
	}
	w.out.Asked++
	if len(r.Answer.Findings) == 0 {
		return nil // a lower threshold finds all that a higher one finds
	}
	answers := map[int32]screening.Answer{w.scores[0]: r.Answer}
	for i, s := range w.scores {
		if i > 0 {
			a, err := w.at[s].Screen(&r.Subject)
			if err != nil {
				return err
			}
			answers[s] = a
		}
		a := answers[s]
		w.count(i, &a)
	}
	from, to := answers[w.plan.From], answers[w.plan.To]
	w.compare(vanishes, &from, &to)
	w.compare(appears, &to, &from)
	return nil
}

func (w *whatIf) count(step int, a *screening.Answer) {
	if len(a.Findings) == 0 {
		return
	}
	s := &w.out.Steps[step]
	s.Subjects++
	s.Findings += len(a.Findings)
	decided := w.decided(a)
	for _, f := range a.Findings {
		switch decided[f.Ref] {
		case isFalse:
			s.False++
		case isTrue:
			s.True++
		default:
			s.Open++
		}
	}
}

// decided says what people decided about the findings of an answer.
func (w *whatIf) decided(a *screening.Answer) map[party.Ref]string {
	out := map[party.Ref]string{}
	for _, d := range []struct {
		decisions *cases.Decisions
		word      string
	}{{w.plan.False, isFalse}, {w.plan.True, isTrue}} {
		if d.decisions == nil {
			continue
		}
		copied := *a
		copied.Findings, copied.Places = slices.Clone(a.Findings), slices.Clone(a.Places)
		for _, x := range d.decisions.Suppress(&copied) {
			out[x.Ref] = d.word
		}
	}
	return out
}

// compare notes the findings of one answer about parties of which the other has
// none.
func (w *whatIf) compare(what string, has, lacks *screening.Answer) {
	parties := map[party.Ref]bool{}
	for _, f := range lacks.Findings {
		parties[f.Ref] = true
		for _, r := range f.Identity {
			parties[r] = true
		}
	}
	var decided map[party.Ref]string
	for _, f := range has.Findings {
		if parties[f.Ref] {
			continue
		}
		if decided == nil {
			decided = w.decided(has)
		}
		w.out.Changes = append(w.out.Changes, Change{what, has.Subject, Shown{f.Ref.String(), f.Name, f.Matched, f.Score}, decided[f.Ref]})
	}
}

// counted counts the changes of one kind: all, and those that people decided to
// be true or false.
func (w *WhatIf) counted(what string) (all, subjects, yes, no int) {
	seen := map[string]bool{}
	for i := range w.Changes {
		c := &w.Changes[i]
		if c.What != what {
			continue
		}
		all++
		seen[fmt.Sprint(c.Subject.Row, c.Subject.Pointer, c.Subject.ID)] = true
		switch c.Decided {
		case isTrue:
			yes++
		case isFalse:
			no++
		}
	}
	return all, len(seen), yes, no
}

// said says in a sentence what a move of the threshold does.
func (w *WhatIf) said() []string {
	var out []string
	for _, x := range []struct{ what, verb string }{{vanishes, "would vanish"}, {appears, "would appear"}} {
		all, subjects, yes, no := w.counted(x.what)
		s := fmt.Sprintf("%d findings of %d subjects %s", all, subjects, x.verb)
		if w.Decided {
			s += fmt.Sprintf(": %d decided true, %d decided false, %d undecided", yes, no, all-yes-no)
		}
		out = append(out, s+".")
	}
	return out
}

// Print prints the counts, and at most show of the changes.
func (w *WhatIf) Print(to io.Writer, show int) {
	p := printer{to}
	p.line("%s", w.Machine)
	w.Data.Print(to)
	p.line("%s: %d subjects screened, %d rows not read or answered; law and facts of %s", w.File, w.Asked, w.Unread, dayOf(w.Facts))
	if w.Unread > 0 {
		p.line("  the first of those: %s", w.Because)
	}
	head := fmt.Sprintf("\n%-14s %9s %9s", "match strength", "subjects", "findings")
	if w.Decided {
		head += fmt.Sprintf(" %14s %13s %10s", "decided false", "decided true", "undecided")
	}
	p.line("%s", head)
	for _, s := range w.Steps {
		row := fmt.Sprintf("%-14.4g %9d %9d", s.Score, s.Subjects, s.Findings)
		if w.Decided {
			row += fmt.Sprintf(" %14d %13d %10d", s.False, s.True, s.Open)
		}
		p.line("%s", row)
	}
	p.line("\nfrom %.4g to %.4g:", w.From, w.To)
	for _, s := range w.said() {
		p.line("  %s", s)
	}
	for i := range w.Changes[:min(show, len(w.Changes))] {
		c := &w.Changes[i]
		decided := ""
		if c.Decided != "" {
			decided = ", decided " + c.Decided
		}
		p.line("  %-8s  %s %q: %s, %s (%s%s)", c.What, where(&c.Subject), c.Subject.Name, c.Matched, c.Ref, c.Score, decided)
	}
	if left := len(w.Changes) - show; left > 0 {
		p.line("  and %d more: --show, --format json or --report lists all", left)
	}
}

// where says where a subject stands.
func where(d *screening.Described) string {
	at := cmp.Or(d.Pointer, fmt.Sprintf("row %d", d.Row))
	if d.ID != "" {
		at += " " + d.ID
	}
	return at
}

// Pack returns the evidence of the trial: settings, counts, and every change.
func (w *WhatIf) Pack() *reports.Pack {
	steps := reports.Section{Title: "Thresholds", Text: []string{"Each subject was screened at each threshold; nothing is estimated."},
		Columns: []reports.Column{{Name: "Match strength", Format: reports.AsDecimal}, {Name: "Subjects with findings", Format: reports.AsCount}, {Name: "Findings", Format: reports.AsCount},
			{Name: "Decided false", Format: reports.AsCount}, {Name: "Decided true", Format: reports.AsCount}, {Name: "Undecided", Format: reports.AsCount}}}
	for _, s := range w.Steps {
		steps.Rows = append(steps.Rows, []reports.Cell{reports.Number(s.Score), reports.Count(s.Subjects), reports.Count(s.Findings), reports.Count(s.False), reports.Count(s.True), reports.Count(s.Open)})
	}
	changes := reports.Section{Title: "Changes", Text: []string{fmt.Sprintf("From %.4g to %.4g. %s", w.From, w.To, strings.Join(w.said(), " "))}, Empty: "No finding vanishes or appears.",
		Columns: []reports.Column{{Name: "Change", Width: 10}, {Name: "Where", Width: 20}, {Name: "Own key", Width: 16}, {Name: "Name", Width: 40}, {Name: "Listed name", Width: 40}, {Name: "Name it resembles", Width: 40}, {Name: "Entry", Width: 22},
			{Name: "Match strength", Format: reports.AsDecimal}, {Name: "Decided", Width: 10}}}
	for i := range w.Changes {
		c := &w.Changes[i]
		changes.Rows = append(changes.Rows, []reports.Cell{reports.Text(c.What), reports.Text(cmp.Or(c.Subject.Pointer, fmt.Sprintf("row %d", c.Subject.Row))), reports.Text(c.Subject.ID), reports.Text(c.Subject.Name), reports.Text(c.Name), reports.Text(c.Matched),
			reports.Text(c.Ref), reports.Number(float64(c.Score) / 10000), reports.Text(c.Decided)})
	}
	lists := Report{Data: w.Data}
	return &reports.Pack{Title: "Trial of a threshold on own subjects", Subtitle: fmt.Sprintf("interdict %s, book %s, from %.4g to %.4g", w.Machine.Program, short(w.Book), w.From, w.To), Sections: []reports.Section{
		facts("Summary", w.said(), "Subjects", fmt.Sprintf("%s: %d screened, %d rows not read or answered", w.File, w.Asked, w.Unread), "From, to", fmt.Sprintf("match strength %.4g to %.4g", w.From, w.To),
			"Law and facts as of", dayOf(w.Facts), "Policy with the threshold moved from, SHA-256", w.Policy, "Book, SHA-256 over its content", w.Book, "Model of name comparison", "version "+w.Model, "Program", w.Machine.String(), "Tried at", w.Machine.At.Format(time.RFC3339)),
		steps, changes, lists.packLists(),
		{Title: "Sign-off", Text: []string{"To be filled in by the people who answer for the threshold. The program sets none by itself."}, Sign: []string{"Proposed by", "Reviewed by, independent of who proposed", "Accepted by"}},
	}}
}
