// SPDX-License-Identifier: Apache-2.0

package table

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// A CSVWriter writes UTF-8 CSV that a spreadsheet opens without running it.
type CSVWriter struct {
	w   *csv.Writer
	row []string
}

// NewCSVWriter returns a writer with commas and LF. Call Flush at the end.
func NewCSVWriter(w io.Writer) *CSVWriter { return &CSVWriter{w: csv.NewWriter(w)} }

// Write writes one row. Cells that a spreadsheet would take for a formula get
// an apostrophe before them, see [Inert].
func (w *CSVWriter) Write(cells []string) error {
	w.row = w.row[:0]
	for _, c := range cells {
		w.row = append(w.row, Inert(c))
	}
	return w.w.Write(w.row)
}

// Flush writes what is buffered and returns the first error of all writes.
func (w *CSVWriter) Flush() error {
	w.w.Flush()
	return w.w.Error()
}

// Inert returns a cell that no spreadsheet takes for a formula: one that
// begins with =, +, -, @, a tab or a line end, also in their full-width forms,
// gets an apostrophe before it (OWASP, "CSV Injection"). A plain number stays.
func Inert(s string) string {
	trimmed := strings.TrimLeft(s, " \u00A0\u3000")
	r, _ := utf8.DecodeRuneInString(trimmed)
	if trimmed == "" || !strings.ContainsRune("=+-@\t\r\n＝＋－＠", r) {
		return s
	}
	if _, err := strconv.ParseFloat(s, 64); err == nil {
		return s
	}
	return "'" + s
}

// An XLSXWriter writes one table as a workbook. Cells stay text: nothing is
// taken for a formula, a number or a date.
type XLSXWriter struct {
	out    io.Writer
	file   *excelize.File
	stream *excelize.StreamWriter
	name   string
	sheets int
	row    int // last row written on the present sheet
	header []any
}

// NewXLSXWriter returns a writer of a workbook whose sheet has the given name.
// Nothing reaches w before Close.
func NewXLSXWriter(w io.Writer, sheet string) (*XLSXWriter, error) {
	x := &XLSXWriter{out: w, file: excelize.NewFile(), name: sheet}
	if err := x.file.SetSheetName("Sheet1", sheet); err != nil {
		return nil, fmt.Errorf("name sheet %q: %w", sheet, err)
	}
	return x, x.begin(sheet)
}

func (x *XLSXWriter) begin(sheet string) (err error) {
	x.sheets, x.row = x.sheets+1, 0
	if x.stream, err = x.file.NewStreamWriter(sheet); err != nil {
		return fmt.Errorf("write sheet %q: %w", sheet, err)
	}
	return nil
}

// Write writes one row. The first is the header; it is repeated on a further
// sheet when the rows exceed what a worksheet holds.
func (x *XLSXWriter) Write(cells []string) error {
	row := make([]any, len(cells))
	for i, c := range cells {
		row[i] = fit(c)
	}
	if x.header == nil {
		x.header = row
	}
	if x.row == excelize.TotalRows {
		if err := x.nextSheet(); err != nil {
			return err
		}
	}
	x.row++
	return x.stream.SetRow("A"+strconv.Itoa(x.row), row)
}

func (x *XLSXWriter) nextSheet() error {
	if err := x.stream.Flush(); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	name := fmt.Sprintf("%s %d", x.name, x.sheets+1)
	if _, err := x.file.NewSheet(name); err != nil {
		return fmt.Errorf("name sheet %q: %w", name, err)
	}
	if err := x.begin(name); err != nil {
		return err
	}
	x.row = 1
	return x.stream.SetRow("A1", x.header)
}

// fit cuts a text to what a cell holds, and says so in the cell.
func fit(s string) string {
	n := utf8.RuneCountInString(s)
	if n <= excelize.TotalCellChars {
		return s
	}
	note := fmt.Sprintf(" [cut: the whole has %d characters]", n)
	keep := excelize.TotalCellChars - len(note)
	return string([]rune(s)[:keep]) + note
}

// Close writes the workbook out. The writer cannot be used after it.
func (x *XLSXWriter) Close() error {
	if err := x.stream.Flush(); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	if err := x.file.Write(x.out); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	return x.file.Close()
}
