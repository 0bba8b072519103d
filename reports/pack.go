// SPDX-License-Identifier: Apache-2.0

package reports

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strconv"
	"strings"
	"sync"
)

// A Pack is a document of sections with tables, for somebody who has to prove
// something with it: a test of the screening, a change of a threshold. The same
// pack is written as one page or as a workbook, with the same content.
type Pack struct {
	Title    string
	Subtitle string
	Sections []Section
}

// A Section is one chapter of a page and one sheet of a workbook.
type Section struct {
	// Title names the sheet too: at most 31 characters, and none of []:*?/\.
	Title   string
	Text    []string // paragraphs before the table
	Columns []Column
	Rows    [][]Cell
	Empty   string // said in place of a table without rows
	Plot    *Plot
	Sign    []string // who is to sign; the lines stay blank
}

// A Column is a column of a table.
type Column struct {
	Name   string
	Format Format
	Width  int // in characters, for workbooks; 0 is that of the format
}

// A Format says how the numbers of a column are written.
type Format uint8

// The formats.
const (
	AsText    Format = iota
	AsCount          // 1,402
	AsPercent        // 0.982 as 98.2 %
	AsDecimal        // 0.961
)

// A Cell is a text, or a number that is written in the format of its column.
type Cell struct {
	Text   string
	Number float64
	IsText bool
}

// Text is a cell of text.
func Text(s string) Cell { return Cell{Text: s, IsText: true} }

// Count is a cell with a whole number.
func Count(n int) Cell { return Cell{Number: float64(n)} }

// Number is a cell with a number.
func Number(x float64) Cell { return Cell{Number: x} }

// A Plot shows how two shares between 0 and 1 go together, with the diagonal
// that they should lie on.
type Plot struct {
	X, Y   string // what the axes are
	Points []Point
}

// A Point is one point of a plot; its area goes with its weight, from 0 to 1.
type Point struct{ X, Y, Weight float64 }

// in writes a cell of a column for a page.
func (c Cell) in(f Format) string {
	switch {
	case c.IsText:
		return c.Text
	case f == AsPercent:
		return strconv.FormatFloat(100*c.Number, 'f', 1, 64) + " %"
	case f == AsDecimal:
		return strconv.FormatFloat(c.Number, 'f', 3, 64)
	}
	return thousands(strconv.FormatFloat(c.Number, 'f', -1, 64))
}

// thousands puts commas into a whole number.
func thousands(s string) string {
	if strings.ContainsAny(s, ".-") {
		return s
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

//go:embed pack.html
var packText string

var packTemplate = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("pack").Funcs(template.FuncMap{
		"anchor": func(i int) string { return fmt.Sprintf("s%d", i+1) },
		"text":   func(s *Section, col int, c Cell) string { return c.in(s.Columns[col].Format) },
		"number": func(s *Section, col int) bool { return s.Columns[col].Format != AsText },
		"long":   func(s *Section) bool { return len(s.Rows) > longTable },
		"px":     func(x float64) string { return strconv.FormatFloat(plotEdge+x*plotSize, 'f', 1, 64) },
		"py":     func(y float64) string { return strconv.FormatFloat(plotEdge+(1-y)*plotSize, 'f', 1, 64) },
		"radius": func(w float64) string { return strconv.FormatFloat(2+8*w, 'f', 1, 64) },
		"ticks":  func() []float64 { return []float64{0, 0.2, 0.4, 0.6, 0.8, 1} },
		"tick":   func(x float64) string { return strconv.FormatFloat(x, 'f', 1, 64) },
	}).Parse(packText))
})

// longTable is how many rows a page shows before it folds a table.
const longTable = 300

// The plot is a square with an edge for the axes, in pixels.
const (
	plotSize = 300.0
	plotEdge = 50.0
)

// WriteHTML writes the pack as one page that needs nothing else and runs
// nothing. All text is escaped.
func (p *Pack) WriteHTML(w io.Writer) error {
	if err := packTemplate().Execute(w, p); err != nil {
		return fmt.Errorf("write %s: %w", p.Title, err)
	}
	return nil
}
