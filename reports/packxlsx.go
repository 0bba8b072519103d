// SPDX-License-Identifier: Apache-2.0

package reports

import (
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"github.com/interdict-dev/interdict/internal/table"
)

// WriteXLSX writes the pack as a workbook, a sheet for each section. No cell is
// a formula: text is text, and where it begins like a formula it has an
// apostrophe before it, so that it stays text when the sheet is saved as CSV.
func (p *Pack) WriteXLSX(w io.Writer) (err error) {
	b := workbook{file: excelize.NewFile()}
	defer func() { err = errors.Join(err, b.file.Close()) }()
	if err := b.styles(); err != nil {
		return fmt.Errorf("write %s: %w", p.Title, err)
	}
	for i := range p.Sections {
		s := &p.Sections[i]
		if err := b.sheet(i, s, p); err != nil {
			return fmt.Errorf("write %s: sheet %q: %w", p.Title, s.Title, err)
		}
	}
	if err := b.file.Write(w); err != nil {
		return fmt.Errorf("write %s: %w", p.Title, err)
	}
	return nil
}

// A workbook is one that is being written.
type workbook struct {
	file                     *excelize.File
	title, head, wrap, blank int
	formats                  [AsDecimal + 1]int
}

func (b *workbook) styles() error {
	percent, count, decimal := "0.0%", "#,##0", "0.000"
	top := &excelize.Alignment{Vertical: "top"}
	for _, s := range []struct {
		to    *int
		style excelize.Style
	}{
		{&b.title, excelize.Style{Font: &excelize.Font{Bold: true, Size: 15}}},
		{&b.head, excelize.Style{Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E3E8EF"}}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}}},
		{&b.wrap, excelize.Style{Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}}},
		{&b.blank, excelize.Style{Border: []excelize.Border{{Type: "bottom", Style: 1, Color: "000000"}}}},
		{&b.formats[AsText], excelize.Style{Alignment: top, NumFmt: 49}}, // 49 is text
		{&b.formats[AsCount], excelize.Style{Alignment: top, CustomNumFmt: &count}},
		{&b.formats[AsPercent], excelize.Style{Alignment: top, CustomNumFmt: &percent}},
		{&b.formats[AsDecimal], excelize.Style{Alignment: top, CustomNumFmt: &decimal}},
	} {
		id, err := b.file.NewStyle(&s.style)
		if err != nil {
			return err
		}
		*s.to = id
	}
	return nil
}

// sheet writes one section: title, paragraphs, table, lines to sign on.
func (b *workbook) sheet(i int, s *Section, p *Pack) error {
	if i == 0 {
		if err := b.file.SetSheetName("Sheet1", s.Title); err != nil {
			return err
		}
	} else if _, err := b.file.NewSheet(s.Title); err != nil {
		return err
	}
	out, err := b.file.NewStreamWriter(s.Title)
	if err != nil {
		return err
	}
	x := worksheet{book: b, out: out, number: i + 1}
	if err := x.widths(s); err != nil {
		return err
	}
	if len(s.Rows) > frozen {
		x.tableAt = len(s.Text) + 3 // title, paragraphs, a blank row, and the head
		if i == 0 {
			x.tableAt += 2
		}
		err := out.SetPanes(&excelize.Panes{Freeze: true, YSplit: x.tableAt, TopLeftCell: fmt.Sprintf("A%d", x.tableAt+1), ActivePane: "bottomLeft"})
		if err != nil {
			return err
		}
	}
	x.row(excelize.Cell{StyleID: b.title, Value: table.Inert(s.Title)})
	if i == 0 {
		x.row(table.Inert(p.Title))
		x.row(table.Inert(p.Subtitle))
	}
	for _, t := range s.Text {
		x.paragraph(t)
	}
	x.row()
	x.table(s)
	for _, who := range s.Sign {
		x.row()
		x.row(table.Inert(who), excelize.Cell{StyleID: b.blank}, excelize.Cell{StyleID: b.blank}, excelize.Cell{StyleID: b.blank}, excelize.Cell{StyleID: b.blank})
		x.row("", "name", "function", "date", "signature")
	}
	if x.err != nil {
		return x.err
	}
	if err := out.Flush(); err != nil {
		return err
	}
	if s.Plot != nil {
		return b.plot(s, x.tableAt)
	}
	return nil
}

// frozen is from how many rows on the head of a table stays in view.
const frozen = 20

// A worksheet is a sheet that is being written, row by row. The first error
// stays.
type worksheet struct {
	book    *workbook
	out     *excelize.StreamWriter
	number  int // of the sheet
	at      int // last row written
	tableAt int // row of the head of the table
	err     error
}

func (x *worksheet) row(cells ...any) {
	x.at++
	if x.err == nil {
		x.err = x.out.SetRow(fmt.Sprintf("A%d", x.at), cells)
	}
}

// textColumns is over how many columns a paragraph goes.
const textColumns = 8

// paragraph writes a text over several columns, as high as it needs.
func (x *worksheet) paragraph(t string) {
	x.at++
	const perLine, most = 120, 27 // a row is at most 409 points high
	lines := min(most, 1+utf8.RuneCountInString(t)/perLine)
	if x.err == nil {
		x.err = errors.Join(
			x.out.SetRow(fmt.Sprintf("A%d", x.at), []any{excelize.Cell{StyleID: x.book.wrap, Value: table.Inert(t)}}, excelize.RowOpts{Height: 15 * float64(lines)}),
			x.out.MergeCell(fmt.Sprintf("A%d", x.at), fmt.Sprintf("%s%d", table.Column(textColumns-1), x.at)))
	}
}

func (x *worksheet) widths(s *Section) error {
	defaults := [...]int{AsText: 26, AsCount: 11, AsPercent: 11, AsDecimal: 11}
	n := max(len(s.Columns), textColumns)
	for i := range n {
		width := 16
		if i < len(s.Columns) {
			if width = s.Columns[i].Width; width == 0 {
				width = defaults[s.Columns[i].Format]
			}
		}
		if err := x.out.SetColWidth(i+1, i+1, float64(width)); err != nil {
			return err
		}
	}
	return nil
}

// table writes the table of a section. Rows beyond what a sheet holds are
// refused: a pack that lacks rows proves nothing.
func (x *worksheet) table(s *Section) {
	if len(s.Columns) == 0 {
		return
	}
	if len(s.Rows) == 0 && s.Empty != "" {
		x.row(table.Inert(s.Empty))
		return
	}
	if x.at+1+len(s.Rows) > excelize.TotalRows {
		x.err = errors.Join(x.err, fmt.Errorf("%d rows do not fit into a sheet, which has %d: write the pack as HTML, or test fewer records", len(s.Rows), excelize.TotalRows))
		return
	}
	var head []any
	for _, c := range s.Columns {
		head = append(head, excelize.Cell{StyleID: x.book.head, Value: table.Inert(c.Name)})
	}
	x.row(head...)
	x.tableAt = x.at
	cells := make([]any, len(s.Columns))
	for _, r := range s.Rows {
		for k := range r {
			cells[k] = x.cell(r[k], s.Columns[k].Format)
		}
		x.row(cells[:len(r)]...)
	}
	if x.err == nil { // a table has filters
		x.err = x.out.AddTable(&excelize.Table{Range: fmt.Sprintf("A%d:%s%d", x.tableAt, table.Column(len(s.Columns)-1), x.at), Name: fmt.Sprintf("table%d", x.number), StyleName: "TableStyleLight1"})
	}
}

func (x *worksheet) cell(c Cell, f Format) excelize.Cell {
	if c.IsText {
		return excelize.Cell{StyleID: x.book.formats[AsText], Value: fit(table.Inert(c.Text))}
	}
	return excelize.Cell{StyleID: x.book.formats[f], Value: c.Number}
}

// fit cuts a text to what a cell of a workbook holds, and says so in the cell.
func fit(s string) string {
	n := utf8.RuneCountInString(s)
	if n <= excelize.TotalCellChars {
		return s
	}
	note := fmt.Sprintf(" [cut: the whole has %d characters]", n)
	return string([]rune(s)[:excelize.TotalCellChars-len(note)]) + note
}

// plot adds a sheet with the chart of a section: of the columns that are named
// like its axes.
func (b *workbook) plot(s *Section, head int) error {
	at := func(name string, from, to int) string {
		for i, c := range s.Columns {
			if col := table.Column(i); c.Name == name {
				return fmt.Sprintf("'%s'!$%s$%d:$%s$%d", s.Title, col, from, col, to)
			}
		}
		return ""
	}
	one := 1.0
	axis := func(name string) excelize.ChartAxis {
		return excelize.ChartAxis{Minimum: new(float64), Maximum: &one, MajorGridLines: true, Title: excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: name}}}}
	}
	return b.file.AddChartSheet(s.Title+" chart", &excelize.Chart{
		Type: excelize.Scatter, XAxis: axis(s.Plot.X), YAxis: axis(s.Plot.Y), Legend: excelize.ChartLegend{Position: "none"},
		Series: []excelize.ChartSeries{{Name: at(s.Plot.Y, head, head), Categories: at(s.Plot.X, head+1, head+len(s.Rows)), Values: at(s.Plot.Y, head+1, head+len(s.Rows)), Marker: excelize.ChartMarker{Symbol: "circle", Size: 8}}},
	})
}
