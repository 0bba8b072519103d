// SPDX-License-Identifier: Apache-2.0

// Package table reads rows out of the tables that people send, CSV, XLSX and
// lines of JSON, in the encodings they send them in, and writes tables that a
// spreadsheet opens safely.
//
// Reading streams: memory does not grow with the number of rows. Every row has
// its number, and a row that cannot be read is a [*RowError] after which
// reading goes on with the next line, so a broken row costs that row alone. Any
// other error ends the rows: a cut gzip stream, a damaged workbook.
//
// What a column means is the business of package rows.
package table

import (
	"fmt"
	"strings"
)

// A Row is one row of a table. The cells are the caller's to keep.
type Row struct {
	Number int // 1-based, as a spreadsheet counts: the header and blank rows count
	Line   int // 1-based line of the file on which the row begins; 0 in a workbook
	Cells  []string
}

// Blank says that no cell of the row holds anything but white space.
func (r Row) Blank() bool {
	for _, c := range r.Cells {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return true
}

// A RowError is a row that could not be read. The rows after it can.
type RowError struct {
	File   string
	Row    int    // 1-based, as [Row.Number]
	Line   int    // 1-based line, where the file has lines
	Reason string // what is wrong, for a person
	Raw    string // the start of the row as it stands, at most 200 bytes
}

// Error says where and why.
func (e *RowError) Error() string {
	where := fmt.Sprintf("row %d", e.Row)
	if e.Line > 0 && e.Line != e.Row {
		where += fmt.Sprintf(" (line %d)", e.Line)
	}
	if e.File != "" {
		where = e.File + ": " + where
	}
	return where + ": " + e.Reason
}

// Options say what is known about a table before it is read. The zero Options
// find everything out from the first bytes.
type Options struct {
	File      string // for messages
	Encoding  string // a WHATWG label ("gb18030", "windows-1251"); "" detects
	Delimiter byte   // "" detects; see [Whole] for lines that are one cell
	Sheet     string // the sheet of a workbook; "" is the first
	MaxRow    int    // longest row in bytes; 0 is DefaultMaxRow
}

// DefaultMaxRow is the longest row or line that is read, in bytes. The longest
// line of the full FollowTheMoney exports is below 2 MiB; 64 MiB leaves room
// and still bounds memory.
const DefaultMaxRow = 64 << 20

// Whole as a delimiter makes each line one cell, quotes and all.
const Whole = '\n'

func (o Options) maxRow() int {
	if o.MaxRow > 0 {
		return o.MaxRow
	}
	return DefaultMaxRow
}

// Column returns the letters of a column, 0 being "A".
func Column(i int) string {
	var b [8]byte
	n := len(b)
	for i++; i > 0; i = (i - 1) / 26 {
		n--
		b[n] = byte('A' + (i-1)%26)
	}
	return string(b[n:])
}

// ColumnIndex reads the letters of a column: "A" is 0. It returns -1 for
// anything else.
func ColumnIndex(s string) int {
	if s == "" || len(s) > 4 {
		return -1
	}
	n := 0
	for _, c := range strings.ToUpper(s) {
		if c < 'A' || c > 'Z' {
			return -1
		}
		n = n*26 + int(c-'A') + 1
	}
	return n - 1
}

// Cell returns the reference of a cell, "B17" for column 1 of row 17.
func Cell(column, row int) string { return fmt.Sprintf("%s%d", Column(column), row) }

func head(b []byte) string {
	if len(b) > 200 {
		b = b[:200]
	}
	return strings.ToValidUTF8(string(b), "\uFFFD")
}
