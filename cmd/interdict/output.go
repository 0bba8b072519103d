// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/cases"
	"github.com/interdict-dev/interdict/internal/table"
	"github.com/interdict-dev/interdict/replay"
	"github.com/interdict-dev/interdict/screening"
)

// An output takes the rows of a screening in their order.
type output interface {
	row(*answered) error
	// close ends the output; the tally is nil when the screening failed.
	close(*tallied) error
}

// An answered is one row as it is written: with the decisions that suppressed
// findings of its answer.
type answered struct {
	screening.Row
	decisions []cases.Decision
	ofacLike  map[string]int // by entry, about the score of OFAC's own search; nil where it was not asked for
}

// output opens what --format and --out ask for.
func (c *screenCmd) output(a *app, o *opened, p screening.Policy) (output, error) {
	w, done := a.out, func() error { return nil }
	if c.Out != "" {
		f, err := os.Create(c.Out)
		if err != nil {
			return nil, err
		}
		w, done = f, f.Close
	} else if c.Format == "xlsx" {
		return nil, errors.New("--format xlsx needs --out FILE")
	}
	buf := bufio.NewWriter(w)
	envelope, err := replay.NewEnvelope(o.Book, version, p)
	if err != nil {
		return nil, errors.Join(err, done())
	}
	var out output
	switch c.Format {
	case "jsonl":
		out = &linesOutput{json.NewEncoder(buf), envelope, p, a.err, o}
	case "json":
		out = &jsonOutput{w: buf, envelope: envelope, book: o, policy: p}
	case "csv":
		out = &tableOutput{table: table.NewCSVWriter(buf), rest: a.err, book: o, ofacLike: c.OFACLike}
	case "xlsx":
		x, err := table.NewXLSXWriter(buf, "findings")
		if err != nil {
			return nil, errors.Join(err, done())
		}
		out = &tableOutput{table: csvOfXLSX{x}, rest: a.err, book: o, ofacLike: c.OFACLike}
	default:
		out = &textOutput{w: buf, book: o, single: c.File == ""}
	}
	if c.SheetTo != "" {
		s, err := newSheets(c.SheetTo, o, p)
		if err != nil {
			return nil, errors.Join(err, done())
		}
		out = &withSheets{out, s}
	}
	return &flushed{out, buf, done}, nil
}

// flushed flushes and closes what an output writes to.
type flushed struct {
	output
	buf  *bufio.Writer
	done func() error
}

func (f *flushed) close(t *tallied) error {
	return errors.Join(f.output.close(t), f.buf.Flush(), f.done())
}

// failed is a row without an answer.
type failed struct {
	Subject screening.Described `json:"subject"`
	Error   string              `json:"error"`
}

func failedRow(r *answered) failed {
	d := screening.Described{ID: r.Subject.ID, Row: r.Subject.Row, Pointer: r.Subject.Pointer}
	return failed{d, r.Err.Error()}
}

// linesOutput writes one JSON object a row.
type linesOutput struct {
	enc      *json.Encoder
	envelope replay.Envelope
	policy   screening.Policy
	rest     io.Writer
	book     *opened
}

func (l *linesOutput) row(r *answered) error {
	if r.Err != nil {
		return l.enc.Encode(failedRow(r))
	}
	return l.enc.Encode(&replay.Line{Envelope: l.envelope, Answer: r.Answer, Incomplete: l.book.incomplete(),
		Asked: replay.AskedOf(&r.Subject), PolicyValues: &l.policy, Decisions: r.decisions, OFACLike: r.ofacLike})
}

func (l *linesOutput) close(t *tallied) error {
	if t == nil {
		return nil
	}
	return t.print(l.rest, l.book)
}

// jsonOutput writes one JSON document: the answers, and what they rest on.
type jsonOutput struct {
	w        io.Writer
	envelope replay.Envelope
	book     *opened
	policy   screening.Policy
	rows     []any
}

func (j *jsonOutput) row(r *answered) error {
	if r.Err != nil {
		j.rows = append(j.rows, failedRow(r))
	} else {
		j.rows = append(j.rows, struct {
			screening.Answer
			OFACLike map[string]int `json:"ofac_like,omitempty"`
		}{r.Answer, r.ofacLike})
	}
	return nil
}

func (j *jsonOutput) close(t *tallied) error {
	if t == nil {
		return nil
	}
	e := json.NewEncoder(j.w)
	e.SetIndent("", "  ")
	return e.Encode(struct {
		replay.Envelope
		PolicyValues screening.Policy `json:"policy_values"`
		Lists        []listState      `json:"lists"`
		Answers      []any            `json:"answers"`
		Summary      *tallied         `json:"summary"`
	}{j.envelope, j.policy, j.book.lists, j.rows, t})
}

// tableOutput writes one row a finding, place or shared address, and one for every subject without.
type tableOutput struct {
	table interface {
		Write([]string) error
		Flush() error
	}
	rest  io.Writer
	book  *opened
	begun bool

	ofacLike bool // the last column has about the score of OFAC's own search
}

// begin writes the header, once.
func (t *tableOutput) begin() error {
	if t.begun {
		return nil
	}
	t.begun = true
	return t.write("ofac_like", tableHeader)
}

// write writes a row, with about the score of OFAC's own search if it is wanted.
func (t *tableOutput) write(ofacLike string, cells []string) error {
	if t.ofacLike {
		cells = append(slices.Clip(cells), ofacLike)
	}
	return t.table.Write(cells)
}

// csvOfXLSX closes a workbook where a CSV file is flushed.
type csvOfXLSX struct{ *table.XLSXWriter }

func (x csvOfXLSX) Flush() error { return x.Close() }

var tableHeader = []string{"row", "id", "pointer", "name", "type", "match_strength", "grade", "ref", "listed_name", "matched", "weak", "programs", "listed", "identity", "effects", "expected_innocent", "reasons", "error"}

func (t *tableOutput) row(r *answered) error {
	if err := t.begin(); err != nil {
		return err
	}
	if r.Err != nil {
		f := failedRow(r)
		return t.write("", []string{fmt.Sprint(f.Subject.Row), f.Subject.ID, f.Subject.Pointer, "", "", "", "", "", "", "", "", "", "", "", "", "", "", f.Error})
	}
	s := r.Answer.Subject
	head := []string{fmt.Sprint(s.Row), s.ID, s.Pointer, s.Name, s.Type.String()}
	if len(r.Answer.Findings)+len(r.Answer.Gone)+len(r.Answer.Places)+len(r.Answer.Premises) == 0 {
		return t.write("", append(head, "", "", "", "", "", "", "", "", "", "", "", "", ""))
	}
	for _, f := range r.Answer.Findings {
		var identity, effects, reasons []string
		for _, ref := range f.Identity {
			identity = append(identity, ref.String())
		}
		for _, e := range f.Effects {
			effects = append(effects, fmt.Sprintf("%s: %s (%s)", e.Regime, e.IfConfirmed, e.Authority))
		}
		for _, re := range f.Reasons {
			reasons = append(reasons, sayReason(re))
		}
		strength, innocent := f.Score.String(), sayRate(f.Innocent)
		if f.Says != "" {
			strength, innocent = "", "" // a contact resembles nobody
			reasons = append([]string{f.Says}, reasons...)
		}
		err := t.write(sayOFACLike(r.ofacLike, f.Ref), append(head[:len(head):len(head)], strength, string(f.Grade), f.Ref.String(), f.Name, f.Matched, fmt.Sprint(f.Weak),
			strings.Join(f.Programs, " "), f.Listed.String(), strings.Join(identity, " "), strings.Join(effects, "; "), innocent, strings.Join(reasons, "; "), ""))
		if err != nil {
			return err
		}
	}
	for i := range r.Answer.Gone {
		if err := t.write("", append(head[:len(head):len(head)], goneCells(&r.Answer.Gone[i])...)); err != nil {
			return err
		}
	}
	for i := range r.Answer.Places {
		if err := t.write("", append(head[:len(head):len(head)], placeCells(&r.Answer.Places[i])...)); err != nil {
			return err
		}
	}
	for i := range r.Answer.Premises {
		if err := t.write("", append(head[:len(head):len(head)], premisesCells(&r.Answer.Premises[i])...)); err != nil {
			return err
		}
	}
	return nil
}

func (t *tableOutput) close(s *tallied) error {
	if err := t.begin(); err != nil {
		return err
	}
	err := t.table.Flush()
	if s != nil {
		err = errors.Join(err, s.print(t.rest, t.book))
	}
	return err
}

// sayRate says an expected number of innocent hits as people read it.
func sayRate(x float64) string {
	switch {
	case x >= 0.01:
		return fmt.Sprintf("%.2f", x)
	case x >= 0.0001:
		return fmt.Sprintf("%.4f", x)
	}
	return "less than 0.0001"
}
