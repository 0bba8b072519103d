// SPDX-License-Identifier: Apache-2.0

// Package csv reads stakes from a plain table with the columns owner, owned,
// percent, kind, from, to and source, in any order; only the first two are
// required. It promises that each row ends as a stake or as a reject with its
// line, and that nothing is normalised in silence: a share or a date that
// cannot be read is kept as unknown and reported.
//
// A cell that names an entry ("us-ofac-sdn/50543", "lei/5493001Z012YSB2A0K51")
// is that entry; any other cell is a local key, "local/<cell>".
package csv

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/ownership"
	"github.com/interdict-dev/interdict/party"
)

// columns are the fields of a table, by the names that a header may give them.
func columns() [][]string {
	return [][]string{
		{"owner", "holder", "shareholder"},
		{"owned", "company", "asset", "subject"},
		{"percent", "percentage", "share", "stake"},
		{"kind", "type"},
		{"from", "start", "start_date", "valid_from"},
		{"to", "until", "end", "end_date", "valid_to"},
		{"source"},
		{"held", "holding"},
		{"part", "class"},
		{"together", "joint"},
		{"for", "nominator", "beneficiary"},
		{"note"},
	}
}

const (
	colOwner = iota
	colOwned
	colPercent
	colKind
	colFrom
	colTo
	colSource
	colHeld
	colPart
	colTogether
	colFor
	colNote
	colCount
)

// Read yields the stakes of a table; file is its name in reports and sources.
// See [ownership.Record] for what the errors mean. Rows are read ahead on a
// goroutine of their own, which ends with the sequence.
func Read(r io.Reader, file string) iter.Seq2[ownership.Record, error] {
	return func(yield func(ownership.Record, error) bool) {
		t, err := open(r, file)
		if err != nil {
			yield(ownership.Record{}, err)
			return
		}
		batches, done := make(chan []result, 4), make(chan struct{})
		free := make(chan []result, 4)
		go func() {
			defer close(batches)
			t.ahead(batches, free, done)
		}()
		defer func() {
			close(done)
			for range batches { // until the goroutine has ended: r is the caller's again
			}
		}()
		for b := range batches {
			for i := range b {
				if !yield(b[i].Record, b[i].err) {
					return
				}
			}
			select {
			case free <- b[:0]:
			default:
			}
		}
	}
}

// A result is what Read yields.
type result struct {
	ownership.Record
	err error
}

// ahead reads rows in batches until the file or the caller is done.
func (t *table) ahead(batches chan<- []result, free <-chan []result, done <-chan struct{}) {
	for {
		var b []result
		select {
		case b = <-free:
		default:
			b = make([]result, 0, 256)
		}
		b, more := t.batch(b)
		select {
		case batches <- b:
		case <-done:
			return
		}
		if !more {
			return
		}
	}
}

// batch appends the results of some rows and says whether there may be more.
func (t *table) batch(b []result) ([]result, bool) {
	var buf [colCount]string
	for len(b) < 250 {
		row, line, err := t.rows.row(buf[:0])
		var bad *badRow
		switch {
		case err == io.EOF:
			return b, false
		case errors.As(err, &bad):
			b = append(b, result{err: &ownership.Issue{Kind: ownership.Unreadable, File: t.file, Line: line, Reason: bad.Error(), Raw: raw([]string{bad.text})}})
		case err != nil:
			return append(b, result{err: fmt.Errorf("read %s: %w", t.file, err)}), false
		default:
			b = t.row(row, line, b)
		}
	}
	return b, true
}

// A table is a file whose header is known.
type table struct {
	rows  rows
	file  string
	at    [colCount]int // where each column stands, -1 where it does not
	width int
	// source is the last one, so that equal ones share their bytes.
	source string
}

func open(r io.Reader, file string) (*table, error) {
	t := &table{file: file, rows: rows{r: bufio.NewReaderSize(r, 1<<18), sep: ','}}
	head, err := t.rows.r.Peek(3)
	if err != nil && err != io.EOF {
		return nil, fmt.Errorf("read %s: %w", file, err)
	}
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) {
		return nil, fmt.Errorf("read %s: UTF-16; save it as UTF-8", file)
	}
	line, err := t.rows.next()
	if err != nil {
		return nil, fmt.Errorf("read %s: no header: %w", file, err)
	}
	line = strings.TrimPrefix(line, "\ufeff")
	for _, sep := range []byte{';', '\t'} {
		if strings.IndexByte(line, sep) >= 0 && strings.IndexByte(line, ',') < 0 {
			t.rows.sep = sep
		}
	}
	header := strings.Split(line, string(rune(t.rows.sep)))
	t.width = len(header)
	for i, names := range columns() {
		t.at[i] = -1
		for j, h := range header {
			if slices.Contains(names, strings.ToLower(strings.Trim(h, "\" "))) {
				t.at[i] = j
				break
			}
		}
	}
	if t.at[colOwner] < 0 || t.at[colOwned] < 0 {
		return nil, fmt.Errorf("read %s: the header %q has no columns owner and owned", file, line)
	}
	return t, nil
}

func (t *table) cell(row []string, col int) string {
	if i := t.at[col]; i >= 0 && i < len(row) {
		return strings.TrimSpace(row[i])
	}
	return ""
}

// row appends the stake of a row, with what is odd about it.
func (t *table) row(row []string, line int, out []result) []result {
	reject := func(reason string) []result {
		return append(out, result{err: &ownership.Issue{Kind: ownership.Unreadable, File: t.file, Line: line, Reason: reason, Raw: raw(row)}})
	}
	if len(row) > t.width {
		return reject(fmt.Sprintf("%d fields, the header has %d", len(row), t.width))
	}
	if !t.rows.valid {
		return reject("not UTF-8")
	}
	owner, owned := t.cell(row, colOwner), t.cell(row, colOwned)
	if owner == "" || owned == "" {
		return reject("no owner or no company")
	}
	if src := t.cell(row, colSource); src != t.source {
		t.source = strings.Clone(src)
	}
	s := claim.Stake{Owner: key(owner), Owned: key(owned), File: t.file, Line: line, Source: claim.Source{Name: t.source}}
	var issues []ownership.Issue
	odd := func(kind ownership.IssueKind, err error) {
		issues = append(issues, ownership.Issue{Kind: kind, File: t.file, Line: line, Owner: s.Owner, Owned: s.Owned, Reason: err.Error(), Raw: raw(row)})
	}
	percent := t.cell(row, colPercent)
	share, err := ownership.ParseShare(percent)
	if err != nil {
		odd(ownership.BadShare, fmt.Errorf("%w; kept as unknown", err))
		share = claim.UnknownShare()
	}
	s.Share = share
	if err != nil {
		s.Text = strings.Clone(percent)
	}
	if s.From, err = party.ParseDate(t.cell(row, colFrom)); err != nil {
		odd(ownership.BadDate, fmt.Errorf("%w; kept as a stake that may be nothing", err))
		ownership.Doubt(&s, percent)
	}
	if s.To, err = party.ParseDate(t.cell(row, colTo)); err != nil {
		odd(ownership.BadDate, fmt.Errorf("%w; kept as a stake that may be nothing", err))
		ownership.Doubt(&s, percent)
	}
	if k := t.cell(row, colKind); k != "" {
		if err := s.Kind.UnmarshalText([]byte(strings.ToLower(k))); err != nil {
			return reject(err.Error())
		}
	}
	if h := t.cell(row, colHeld); h != "" {
		if err := s.Held.UnmarshalText([]byte(strings.ToLower(h))); err != nil {
			return reject(err.Error())
		}
	}
	s.Part, s.Together, s.Note = strings.Clone(t.cell(row, colPart)), strings.Clone(t.cell(row, colTogether)), strings.Clone(t.cell(row, colNote))
	if f := t.cell(row, colFor); f != "" {
		s.For = key(f)
		s.For.ID = strings.Clone(s.For.ID)
	}
	if len(issues) == 0 {
		return append(out, result{Record: ownership.Record{Stake: s}})
	}
	out = append(out, result{ownership.Record{Stake: s}, &issues[0]})
	for i := range issues[1:] {
		out = append(out, result{err: &issues[i+1]})
	}
	return out
}

// key reads a cell as an entry where it names one, else as a local key.
func key(cell string) party.Ref {
	if i := strings.IndexByte(cell, '/'); i > 0 && i < len(cell)-1 && isList(cell[:i]) {
		return party.Ref{List: party.ListID(cell[:i]), ID: cell[i+1:]}
	}
	return party.Ref{List: "local", ID: cell}
}

// isList says that s has the form of a list's name: "local", "lei", or lower
// case parts joined by hyphens.
func isList(s string) bool {
	if s == "local" || s == "lei" || s == "intel" {
		return true
	}
	hyphen := false
	for i := range len(s) {
		switch c := s[i]; {
		case c == '-':
			hyphen = true
		case c < 'a' || c > 'z':
			return false
		}
	}
	return hyphen
}

func raw(row []string) string {
	s := strings.Join(row, ",")
	return strings.ToValidUTF8(s[:min(len(s), 4096)], "\ufffd")
}
