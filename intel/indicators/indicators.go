// SPDX-License-Identifier: Apache-2.0

// Package indicators reads tables and lists of indicators as researchers and
// authorities publish them: five layouts that are met in the wild, and CSV with
// named columns, through one tolerant reader.
//
// What a layout looks like, and which of its words mean what, stands in a file
// for people to read, in the folder layouts. Every line that is not blank gives
// a claim, a detail of the claim above it, a heading or other text kept as it
// stands, or a reject: a line in which an indicator is hidden that cannot be
// read, as one inside a sentence or a "SHA-1" of 32 digits. What a file says of
// victims is kept and never claimed. Rows without dates are undated.
package indicators

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/interdict-dev/interdict/intel"
	"github.com/interdict-dev/interdict/internal/table"
)

// A Source reads indicator tables. The zero Source finds the layout out.
type Source struct {
	Layout string // "" finds it out; else [Tabs], [Commas], ...
}

// Format returns "indicators".
func (Source) Format() string { return "indicators" }

// Detect says whether the file has one of the layouts.
func (s Source) Detect(name string, head []byte) bool { return s.find(name, head) != nil }

// Read reads one file. Its claims have their line in their IDs.
func (s Source) Read(name string, r io.Reader, b intel.Brief) iter.Seq2[intel.Statement, error] {
	return func(yield func(intel.Statement, error) bool) {
		br := bufio.NewReaderSize(r, intel.HeadSize)
		head, err := br.Peek(intel.HeadSize)
		if err != nil && err != io.EOF {
			yield(intel.Statement{}, fmt.Errorf("%s: %w", name, err))
			return
		}
		l := s.find(name, head)
		if l == nil {
			yield(intel.Statement{}, fmt.Errorf("%s has no layout of indicators that is known: %w", name, intel.ErrFormat))
			return
		}
		rd := newReader(name, l, b, yield)
		if l.divide == "csv" {
			err = rd.csv(br)
		} else {
			err = intel.Lines(br, rd.line)
		}
		if err != nil && !rd.stopped {
			rd.flush()
			rd.fail(fmt.Errorf("%s: %w", name, err))
			return
		}
		rd.flush()
	}
}

// find returns the layout of a file; nil where there is none.
func (s Source) find(name string, head []byte) *layout {
	text := strings.TrimPrefix(string(head), "\ufeff")
	if intel.IsPage(head) || bytes.HasPrefix(head, []byte("PK\x03\x04")) || strings.HasPrefix(text, "#fields") || strings.ContainsRune(text, 0) {
		return nil
	}
	if i := strings.LastIndexByte(text, '\n'); i > 0 && len(head) == intel.HeadSize {
		text = text[:i] // the last line may be cut
	}
	if trimmed := strings.TrimSpace(text); trimmed == "" || trimmed[0] == '{' {
		return nil
	}
	for i := range mappings().layouts {
		l := &mappings().layouts[i]
		if s.Layout == l.name || s.Layout == "" && l.fits(name, text) {
			return l
		}
	}
	return nil
}

// fits says whether the head of a file is of the layout.
func (l *layout) fits(name, text string) bool {
	switch l.name {
	case Named:
		return strings.EqualFold(path.Ext(name), ".csv") && l.namesColumns(text)
	case Plain:
		return l.isPlain(text)
	case Pairs:
		return l.anyLine(text, l.hasSign)
	case Sections:
		return l.anyLine(text, l.hasIndicator)
	}
	return l.anyLine(text, func(line string) bool { return l.header(l.split(line)) != nil })
}

func (l *layout) namesColumns(text string) bool {
	c, err := table.NewCSV(strings.NewReader(text), table.Options{})
	if err != nil {
		return false
	}
	for row, err := range c.Rows() {
		if err != nil || !row.Blank() {
			return err == nil && l.header(row.Cells) != nil
		}
	}
	return false
}

func (l *layout) anyLine(text string, is func(string) bool) bool {
	for line := range strings.Lines(text) {
		for _, part := range divideLine(line) {
			if is(part) {
				return true
			}
		}
	}
	return false
}

func (l *layout) hasSign(line string) bool {
	for _, s := range l.signs {
		if strings.HasPrefix(strings.ToLower(line), s) {
			return true
		}
	}
	return false
}

func (l *layout) hasIndicator(line string) bool {
	if _, ok := l.free(line); ok {
		return true
	}
	label, value, ok := cutLabel(line)
	if !ok || label == "" {
		return false
	}
	_, ok = l.free(value)
	return ok
}

// isPlain says that the lines are indicators: nineteen of twenty at least, and
// the first one among them, since a broken line must not change the layout.
func (l *layout) isPlain(text string) bool {
	n, good := 0, 0
	for line := range strings.Lines(text) {
		if line = clean(line); line == "" {
			continue
		}
		n++
		if _, ok := l.parse(line); ok {
			good++
		} else if n == 1 {
			return false
		}
	}
	return n > 0 && good*20 >= n*19
}

// clean turns the blanks of word processors into blanks, and takes off bullets.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		switch r {
		case '\u00a0', '\u2002', '\u2003', '\u2009', '\u202f', '\u3000':
			return ' '
		case '\u200b', '\ufeff', '\r':
			return -1
		}
		return r
	}, s)
	s = strings.TrimSpace(s)
	for _, bullet := range [...]string{"•", "#", "* "} {
		s = strings.TrimSpace(strings.TrimPrefix(s, bullet))
	}
	return s
}

// divideLine cleans a line, and divides it where a word processor did.
func divideLine(s string) []string {
	var out []string
	for _, part := range strings.Split(s, "\u2028") {
		if part = clean(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// csv reads a table with named columns.
func (r *reader) csv(in io.Reader) error {
	c, err := table.NewCSV(in, table.Options{File: r.file})
	if err != nil {
		return err
	}
	for row, err := range c.Rows() {
		var bad *table.RowError
		switch {
		case errors.As(err, &bad):
			r.at(bad.Row, bad.Line, bad.Raw)
			r.reject("", bad.Reason)
		case err != nil:
			return err
		case row.Blank():
		case r.cols == nil:
			r.at(row.Number, row.Line, strings.Join(row.Cells, " | "))
			if r.cols = r.layout.header(row.Cells); r.cols == nil {
				return fmt.Errorf("the first row names no columns that are known: %w", intel.ErrFormat)
			}
			r.names = row.Cells
			r.other("header", "")
		default:
			r.at(row.Number, row.Line, strings.Join(row.Cells, " | "))
			r.row(row.Cells)
		}
		if r.stopped {
			return nil
		}
	}
	return nil
}

// line reads one line of text. It reports false when reading ends.
func (r *reader) line(n int, text string, err error) bool {
	r.at(n, n, text)
	switch {
	case strings.TrimSpace(text) == "":
		r.blank()
		return !r.stopped
	case err != nil:
		r.reject("", err.Error())
		return !r.stopped
	case !utf8.ValidString(text):
		r.reject("", "the line is not UTF-8")
		return !r.stopped
	}
	parts := divideLine(text)
	if len(parts) == 0 {
		r.other("text", "")
	}
	for _, p := range parts {
		r.part(p)
	}
	return !r.stopped
}
