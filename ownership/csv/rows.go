// SPDX-License-Identifier: Apache-2.0

package csv

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// maxQuoted is how many lines a quoted field may run over. A quote that is not
// closed by then is taken as a mistake of its own line, so that it does not
// swallow the rest of the file.
const maxQuoted = 64

// rows cuts a file into rows. Lines without a quote, nearly all, are split by
// hand; the others go through encoding/csv.
type rows struct {
	r       *bufio.Reader
	sep     byte
	line    int
	valid   bool     // the last row is UTF-8
	pending []string // lines read ahead and given back, after line
}

// next returns the next line, without its end.
func (r *rows) next() (string, error) {
	if len(r.pending) > 0 {
		s := r.pending[0]
		r.pending = r.pending[1:]
		r.line++
		return s, nil
	}
	part, err := r.r.ReadSlice('\n')
	text := string(part)
	if errors.Is(err, bufio.ErrBufferFull) {
		var rest string
		rest, err = r.r.ReadString('\n')
		text += rest
	}
	if err != nil && (err != io.EOF || text == "") {
		return "", err
	}
	r.line++
	return strings.TrimSuffix(strings.TrimSuffix(text, "\n"), "\r"), nil
}

// row appends the cells of the next row to buf and returns the line on which
// it begins. A *[badRow] is about this row alone.
func (r *rows) row(buf []string) (cells []string, line int, err error) {
	text, err := r.next()
	for err == nil && text == "" {
		text, err = r.next()
	}
	if err != nil {
		return nil, 0, err
	}
	line, r.valid = r.line, utf8.ValidString(text)
	if strings.IndexByte(text, '"') >= 0 {
		cells, err = r.quoted(text)
		return cells, line, err
	}
	for {
		i := strings.IndexByte(text, r.sep)
		if i < 0 {
			return append(buf, text), line, nil
		}
		buf = append(buf, text[:i])
		text = text[i+1:]
	}
}

// A badRow is a row that quotes make unreadable.
type badRow struct {
	text string
	err  error
}

func (b *badRow) Error() string { return b.err.Error() }

// quoted reads a row that has quotes, over as many lines as they take.
func (r *rows) quoted(text string) ([]string, error) {
	lines := []string{text}
	for open := strings.Count(text, `"`)%2 == 1; open; {
		more, err := r.next()
		if err != nil && err != io.EOF {
			return nil, err
		}
		if err == io.EOF || len(lines) == maxQuoted {
			if err == nil {
				lines = append(lines, more)
			}
			r.giveBack(lines[1:])
			return nil, &badRow{text, fmt.Errorf("a quote is not closed")}
		}
		lines = append(lines, more)
		open = open != (strings.Count(more, `"`)%2 == 1)
	}
	whole := strings.Join(lines, "\n")
	r.valid = utf8.ValidString(whole)
	c := csv.NewReader(strings.NewReader(whole))
	c.Comma = rune(r.sep)
	c.TrimLeadingSpace = true
	cells, err := c.Read()
	if err != nil {
		r.giveBack(lines[1:])
		return nil, &badRow{text, errors.Unwrap(err)}
	}
	return cells, nil
}

func (r *rows) giveBack(lines []string) {
	r.pending = append(append([]string(nil), lines...), r.pending...)
	r.line -= len(lines)
}
