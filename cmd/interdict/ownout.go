// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/holdings"
	"github.com/interdict-dev/interdict/internal/table"
	"github.com/interdict-dev/interdict/law"
	"github.com/interdict-dev/interdict/ownership"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/screening"
)

// An ownOutput takes the answers of own in their order.
type ownOutput interface {
	answer(*owned) error
	// close ends the output with what the answers rest on.
	close() error
}

// output is what --format asks for; rest takes the summary of formats that have
// no place for it.
func (s *owning) output(w, rest io.Writer) ownOutput {
	switch s.cmd.Format {
	case "json":
		return &ownJSON{s: s, w: w}
	case "jsonl":
		return &ownLines{s, json.NewEncoder(w), rest}
	case "csv":
		return &ownTable{s: s, t: table.NewCSVWriter(w), rest: rest}
	}
	return &ownText{s, w}
}

// openGrade is how the summary calls companies that could go either way.
const openGrade = "could go either way"

func (s *owning) envelope() any {
	return struct {
		Book      string                `json:"book"`
		Program   string                `json:"program"`
		LawAsOf   party.Date            `json:"law_as_of"`
		FactsAsOf party.Date            `json:"facts_as_of"`
		Stakes    []holdings.FileReport `json:"stakes"`
	}{s.book.Digest().String(), version, s.day, s.day, s.holdings.Files}
}

// ownJSON writes one document, each answer as it comes: those about a large
// book do not fit in memory.
type ownJSON struct {
	s     *owning
	w     io.Writer
	begun bool
}

func (o *ownJSON) answer(q *owned) error {
	before := ",\n    "
	if !o.begun {
		o.begun, before = true, "{\n  \"answers\": [\n    "
	}
	text, err := json.MarshalIndent(q, "    ", "  ")
	if err != nil {
		return err
	}
	_, err = o.w.Write(append([]byte(before), text...))
	return err
}

// close writes what the answers rest on, which ends the document.
func (o *ownJSON) close() error {
	s := o.s
	text, err := json.MarshalIndent(struct {
		On         any               `json:"rests_on"`
		Lists      []listState       `json:"lists"`
		Regimes    []law.Regime      `json:"regimes"`
		Missing    []law.Regime      `json:"regimes_without_list,omitempty"`
		Partial    []law.Regime      `json:"regimes_in_part,omitempty"`
		Hints      []holdings.Hint   `json:"hints,omitempty"`
		Issues     []ownership.Issue `json:"issues,omitempty"`
		Incomplete string            `json:"incomplete,omitempty"`
	}{s.envelope(), s.book.lists, s.holdings.Regimes(), s.holdings.Missing, s.holdings.Partial, s.hints, s.holdings.Issues, s.incomplete()}, "", "  ")
	if err != nil {
		return err
	}
	before := "\n  ],"
	if !o.begun {
		before = "{\n  \"answers\": [],"
	}
	text = append(append([]byte(before), text[1:]...), '\n') // text begins with a brace
	_, err = o.w.Write(text)
	return err
}

// ownLines writes one object a line.
type ownLines struct {
	s    *owning
	enc  *json.Encoder
	rest io.Writer
}

func (o *ownLines) answer(q *owned) error {
	return o.enc.Encode(struct {
		On any `json:"rests_on"`
		owned
	}{o.s.envelope(), *q})
}

func (o *ownLines) close() error { return o.s.summary(o.rest) }

// ownTable writes one row for each company and regime.
type ownTable struct {
	s     *owning
	t     *table.CSVWriter
	rest  io.Writer
	begun bool
}

func (o *ownTable) head() error {
	if o.begun {
		return nil
	}
	o.begun = true
	return o.t.Write([]string{"row", "asked", "company", "name", "grades", "regime", "rule", "status", "if_in_force", "controlled", "least", "most", "unaccounted", "listed_parties", "flip", "review", "past", "related", "suspected", "hints", "incomplete"})
}

func (o *ownTable) answer(q *owned) error {
	if err := o.head(); err != nil {
		return err
	}
	head := []string{fmt.Sprint(q.Row), q.Asked}
	if q.Result == nil {
		return o.t.Write(append(head, "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", q.Error))
	}
	var past, related, suspected, hints []string
	for _, x := range q.Past {
		past = append(past, fmt.Sprintf("%s: %s", x.Regime, x.Text))
	}
	for _, r := range q.Related {
		related = append(related, r.Text)
	}
	for _, p := range q.Suspected {
		suspected = append(suspected, p.Of.String())
	}
	for _, h := range q.Hints {
		hints = append(hints, fmt.Sprintf("%v ~ %v", h.Party, h.Entry))
	}
	head = append(head, q.Company.String(), q.Name, joinGrades(q.Grades))
	tail := []string{strings.Join(past, "; "), strings.Join(related, "; "), strings.Join(suspected, " "), strings.Join(hints, "; "), q.Incomplete}
	answers := q.Answers
	if len(answers) == 0 {
		answers = []holdings.Answer{{}}
	}
	for _, x := range answers {
		if err := o.t.Write(slices.Concat(head, answerCells(&x), tail)); err != nil {
			return err
		}
	}
	return nil
}

func (o *ownTable) close() error {
	return errors.Join(o.head(), o.t.Flush(), o.s.summary(o.rest))
}

func answerCells(x *holdings.Answer) []string {
	var by, review []string
	flip := ""
	if x.Proof != nil {
		for _, l := range x.Proof.Listed {
			if !slices.Contains(by, l.Entry.String()) {
				by = append(by, l.Entry.String())
			}
		}
	}
	if x.Flip != nil {
		flip = x.Flip.Text
	}
	for _, f := range x.Review {
		review = append(review, f.Text)
	}
	controlled := ""
	if x.Controlled {
		controlled = "for review"
	}
	return []string{string(x.Regime), x.Rule, x.Status.String(), x.IfInForce.String(), controlled, x.Least.String(), x.Most.String(), x.Unaccounted.String(), strings.Join(by, " "), flip, strings.Join(review, "; ")}
}

func joinGrades(all []screening.Grade) string {
	var out []string
	for _, g := range all {
		out = append(out, string(g))
	}
	return strings.Join(out, " ")
}

// ownText prints for people.
type ownText struct {
	s *owning
	w io.Writer
}

func (o *ownText) close() error { return o.s.summary(o.w) }

func (o *ownText) answer(q *owned) error {
	s, w := o.s, o.w
	at := ""
	if q.Row > 0 {
		at = fmt.Sprintf(" (row %d)", q.Row)
	}
	if q.Result == nil {
		_, err := fmt.Fprintf(w, "NOT ANSWERED%s  %s\n\n", at, q.Error)
		return err
	}
	var b strings.Builder
	grades := strings.ToUpper(joinGrades(q.Grades))
	switch {
	case grades == "" && q.Open():
		grades = "COULD GO EITHER WAY"
	case grades == "" && q.Incomplete != "":
		grades = "NOTHING FOUND, NOT COMPLETE"
	case grades == "":
		grades = "NOTHING FOUND"
	}
	fmt.Fprintf(&b, "%s%s  %v  %s\n", q.Name, at, q.Company, grades)
	for i := range q.Answers {
		var x strings.Builder
		if err := q.Answers[i].Write(&x, s.holdings.Name); err != nil {
			return err
		}
		indent(&b, x.String())
		if over := sayHistory(q.Answers[i].History); over != "" {
			fmt.Fprintf(&b, "    over time: %s\n", over)
		}
		sayEffects(&b, q.Answers[i].Effects)
		if m := q.Answers[i].Measure; m != "" {
			fmt.Fprintf(&b, "    under the measure %s, which is no block\n", m)
		}
	}
	for _, j := range q.Joins {
		fmt.Fprintf(&b, "  joined: %v is %v, by %s\n", j.Party, j.Entry, j.By)
	}
	for _, x := range q.Past {
		fmt.Fprintf(&b, "  past, %s: %s\n", x.Regime, x.Text)
	}
	for _, r := range q.Related {
		fmt.Fprintf(&b, "  related: %s\n", r.Text)
	}
	for _, p := range q.Suspected {
		fmt.Fprintf(&b, "  suspected: may continue %v; it blocks nothing and proves nothing\n", p.Of)
		for _, g := range p.Signals {
			fmt.Fprintf(&b, "    %s: %s\n", g.Family, g.Evidence)
		}
	}
	for _, h := range q.Hints {
		fmt.Fprintf(&b, "  hint: %s\n", sayHint(h))
	}
	if q.Incomplete != "" {
		fmt.Fprintf(&b, "  incomplete: %s\n", q.Incomplete)
	}
	b.WriteString("\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// sayEffects says what follows if a person confirms that the company is owned.
func sayEffects(b *strings.Builder, effects []law.Effect) {
	for _, e := range effects {
		fmt.Fprintf(b, "    if confirmed by a person, %s: %s, %s", e.Regime, e.IfConfirmed, e.Authority)
		if !e.Listed.IsZero() {
			fmt.Fprintf(b, ", since %v", e.Listed)
		}
		b.WriteString("\n")
		if len(e.Licences) > 0 {
			fmt.Fprintf(b, "      licences to look at: %s\n", strings.Join(e.Licences, "; "))
		}
	}
}

// sayHistory says the answer over time in one line, or "" where it was always
// the same.
func sayHistory(spans []ownership.Span) string {
	var said []string
	last := ""
	for _, s := range spans {
		is := strings.ReplaceAll(s.Status.String(), "-", " ")
		switch {
		case s.Listed:
			is = "listed itself"
		case s.Controlled:
			is += ", controlled"
		}
		if is == last {
			continue
		}
		last = is
		if !s.From.IsZero() {
			is += " since " + s.From.String()
		}
		said = append(said, is)
	}
	if len(said) < 2 {
		return ""
	}
	return strings.Join(said, "; ")
}

func indent(b *strings.Builder, text string) {
	for line := range strings.Lines(text) {
		b.WriteString("  ")
		b.WriteString(line)
	}
}

// summary says what the answers rest on.
func (s *owning) summary(w io.Writer) error {
	var b strings.Builder
	if s.cmd.All {
		fmt.Fprintf(&b, "%d companies found", s.found)
	} else {
		fmt.Fprintf(&b, "%d asked, %d found", s.asked, s.found)
	}
	for _, g := range []string{"listed", "owned", "controlled", "related", "suspected", openGrade} {
		if n := s.grades[g]; n > 0 {
			fmt.Fprintf(&b, ", %d %s", n, g)
		}
	}
	if s.unanswered > 0 {
		fmt.Fprintf(&b, ", %d not answered", s.unanswered)
	}
	b.WriteString("\n")
	sayStakes(&b, s.holdings, s.hints)
	if s.coverage != nil {
		printCoverage(&b, s.coverage)
	}
	sayRegimes(&b, s.holdings)
	fmt.Fprintf(&b, "book %s, program %s\n", s.book.Digest(), version)
	printLists(&b, s.book)
	if why := s.incomplete(); why != "" {
		fmt.Fprintf(&b, "INCOMPLETE: %s.\n", why)
	}
	b.WriteString("An answer says what the sources say, for a person to confirm; it is no legal advice.\n")
	_, err := io.WriteString(w, b.String())
	return err
}
