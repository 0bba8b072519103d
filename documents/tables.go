// SPDX-License-Identifier: Apache-2.0

package documents

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/internal/table"
	"github.com/interdict-dev/interdict/rows"
	"github.com/interdict-dev/interdict/subject"
)

func isXLSX(name string, head []byte) bool { return bytes.HasPrefix(head, []byte("PK\x03\x04")) }

func isTSV(name string, _ []byte) bool {
	return strings.HasSuffix(name, ".tsv") || strings.HasSuffix(name, ".tab")
}

func (d *Document) tableOptions() table.Options {
	return table.Options{File: d.name, Encoding: d.opts.Encoding, Delimiter: d.opts.Delimiter, Sheet: d.opts.Sheet}
}

func openCSV(d *Document, src *source) error {
	o := d.tableOptions()
	if d.coverage.Kind == "tsv" && o.Delimiter == 0 {
		o.Delimiter = '\t'
	}
	c, err := table.NewCSV(src, o)
	if err != nil {
		return err
	}
	t := tableReader{d: d, table: c.Peek()}
	d.coverage.Delimiter = delimiterName(c.Dialect().Delimiter)
	d.coverage.Encoding = c.Dialect().Encoding
	if err := t.open(); err != nil {
		return err
	}
	d.read = func(yield func(subject.Subject, error) bool) {
		t.read(yield)
		d.coverage.Encoding = c.Dialect().Encoding
	}
	return nil
}

func delimiterName(d byte) string {
	switch d {
	case '\t':
		return "tab"
	case table.Whole:
		return ""
	}
	return string(rune(d))
}

// maxInMemory bounds a workbook that cannot be read at random.
const maxInMemory = 1 << 30

// workbook opens a workbook, in memory where it cannot be read at random.
func (d *Document) workbook(src *source) (*table.XLSX, error) {
	if src.at == nil {
		b, err := io.ReadAll(io.LimitReader(src, maxInMemory+1))
		if err != nil {
			return nil, err
		}
		if len(b) > maxInMemory {
			return nil, errkind.New(errkind.Invalid, fmt.Sprintf("the workbook is larger than %d bytes and cannot be read at random: hand it in as an unpacked file", maxInMemory))
		}
		src.at, src.size = bytes.NewReader(b), int64(len(b))
	}
	return table.NewXLSX(src.at, src.size, d.tableOptions())
}

func openXLSX(d *Document, src *source) error {
	x, err := d.workbook(src)
	if err != nil {
		return err
	}
	d.coverage.Sheet = x.Sheet()
	for _, s := range x.Sheets() {
		if s != x.Sheet() {
			d.coverage.OtherSheets = append(d.coverage.OtherSheets, s)
		}
	}
	t := tableReader{d: d, table: x.Peek()}
	if err := t.open(); err != nil {
		return err
	}
	d.read = t.read
	return nil
}

// A tableReader makes subjects of the rows of a table.
type tableReader struct {
	d      *Document
	table  *table.Peeked
	layout *rows.Layout
	header int // number of the header's row; 0 without one
}

// open finds the layout and describes it in the coverage.
func (t *tableReader) open() error {
	head, numbers, err := t.table.Head()
	switch {
	case err == io.EOF:
		return errkind.New(errkind.Invalid, "it holds no rows")
	case err != nil:
		return fmt.Errorf("no row could be read: %w", err)
	}
	o := t.d.opts
	l, err := rows.Find(head, rows.Options{Columns: o.Columns, NoHeader: o.NoHeader, Kind: o.Party})
	if err != nil {
		return err
	}
	t.layout = l
	if l.HeaderRow >= 0 {
		t.header = numbers[l.HeaderRow]
		for _, title := range head[:l.HeaderRow] {
			t.d.coverage.Titles = append(t.d.coverage.Titles, strings.TrimSpace(strings.Join(title, " ")))
		}
	}
	c := &t.d.coverage
	c.HeaderRow = t.header
	for _, col := range l.Columns {
		switch {
		case col.Field != "":
			c.Used = append(c.Used, ColumnUse{col.Letter(), col.Header, col.Use()})
		case strings.TrimSpace(col.Header) != "" || l.HeaderRow < 0:
			c.Ignored = append(c.Ignored, col.Label())
		}
	}
	return nil
}

func (t *tableReader) read(yield func(subject.Subject, error) bool) {
	for r, err := range t.table.Rows() {
		if !t.one(r, err, yield) {
			return
		}
	}
}

// one yields what a row gives. It reports false when reading must end.
func (t *tableReader) one(r table.Row, err error, yield func(subject.Subject, error) bool) bool {
	var re *RowError
	switch {
	case errors.As(err, &re):
		t.d.coverage.Rows++
		return t.d.rowError(re, yield)
	case err != nil:
		yield(subject.Subject{}, err)
		return false
	case r.Number <= t.header:
		return true // the header, and titles above it
	}
	t.d.coverage.Rows++
	parties := t.layout.Parties(r.Cells)
	if len(parties) == 0 {
		return t.d.rowError(&RowError{Row: r.Number, Line: r.Line, Reason: "it holds neither a name nor an identifier in a column that is read as such", Raw: strings.Join(r.Cells, " | ")}, yield)
	}
	for _, p := range parties {
		s := t.subject(r.Number, p)
		s.Dealing = dealingOf(t.layout.Columns, r.Cells)
		if !yield(s, nil) {
			return false
		}
	}
	return true
}

func (t *tableReader) subject(row int, p rows.Party) subject.Subject {
	number := strconv.Itoa(row)
	at := func(column int) string { return t.d.name + "#" + table.Column(column) + number }
	s := subject.Subject{ID: p.Key, Row: row, Pointer: at(p.Column), Role: p.Role, Party: p.Entry}
	if s.Role == "" {
		s.Role = t.d.opts.Role
	}
	s.Pointers = make(map[string]string, len(p.Cells))
	for _, i := range p.Cells {
		label := t.layout.Columns[i].Label()
		if _, taken := s.Pointers[label]; taken {
			label = "column " + table.Column(i)
		}
		s.Pointers[label] = at(i)
	}
	return s
}
