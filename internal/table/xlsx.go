// SPDX-License-Identifier: Apache-2.0

package table

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"iter"
	"path"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/klauspost/compress/flate"

	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/internal/xmlscan"
)

// An XLSX reads one sheet of a workbook, as ECMA-376 part 1 defines it.
//
// It is our own reader because a row must never vanish: excelize ends its rows
// without an error when the XML of a sheet is cut or damaged, gives "" for a
// text it cannot find, shows a date as 03-04-62, and holds the whole file in
// memory. Here the sheet streams; the texts that cells share are the one thing
// held whole.
//
// Numbers and dates are given as displayed, with two differences that keep
// what display would lose: a date is always written 2006-01-02 (or 2006-01 and
// 2006 where the cell shows no more), and digits are never cut to fit a column
// or written with an exponent. A cell merged over several rows counts in each
// of them.
type XLSX struct {
	opts   Options
	files  map[string]*zip.File
	sheets []sheet
	chosen int
	texts  []string
	styles []style
	merges []merge
	date04 bool // dates count from 1904
}

type sheet struct{ name, part string }

// A merge is a range of cells of which the first holds the value; it is kept
// for its first column.
type merge struct {
	column, from, to int
	value            string
}

// maxTexts bounds the shared texts of a workbook, in bytes: a sheet of a
// million rows with fifty characters of its own in each of ten cells.
const maxTexts = 512 << 20

// NewXLSX opens a workbook of the given size in bytes.
func NewXLSX(r io.ReaderAt, size int64, o Options) (*XLSX, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, errkind.Wrap(errkind.Invalid, fmt.Errorf("%s: the workbook is damaged or cut short: %w", o.File, err))
	}
	z.RegisterDecompressor(zip.Deflate, flate.NewReader) // a fifth faster than compress/flate
	x := &XLSX{opts: o, files: make(map[string]*zip.File, len(z.File))}
	for _, f := range z.File {
		x.files[strings.TrimPrefix(f.Name, "/")] = f
	}
	if err := x.open(); err != nil {
		return nil, errkind.Wrap(errkind.Invalid, fmt.Errorf("%s: %w", o.File, err))
	}
	return x, nil
}

// Sheets returns the names of all sheets, in order.
func (x *XLSX) Sheets() []string {
	names := make([]string, len(x.sheets))
	for i, s := range x.sheets {
		names[i] = s.name
	}
	return names
}

// Sheet returns the name of the sheet that is read.
func (x *XLSX) Sheet() string { return x.sheets[x.chosen].name }

func (x *XLSX) open() error {
	book, err := x.workbookPart()
	if err != nil {
		return err
	}
	parts, err := x.relations(book)
	if err != nil {
		return err
	}
	if err := x.readWorkbook(book, parts); err != nil {
		return err
	}
	if err := x.choose(); err != nil {
		return err
	}
	if err := x.readStyles(parts.kind("styles")); err != nil {
		return err
	}
	if err := x.readTexts(parts.kind("sharedStrings")); err != nil {
		return err
	}
	return x.readMerges()
}

func (x *XLSX) choose() error {
	if len(x.sheets) == 0 {
		return errors.New("the workbook has no sheet with cells")
	}
	if x.opts.Sheet == "" {
		return nil
	}
	for i, s := range x.sheets {
		if strings.EqualFold(s.name, x.opts.Sheet) {
			x.chosen = i
			return nil
		}
	}
	return fmt.Errorf("no sheet %q; the workbook has %s", x.opts.Sheet, strings.Join(quoteAll(x.Sheets()), ", "))
}

func quoteAll(names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = strconv.Quote(n)
	}
	return out
}

// A relation ties a part of the package to another one.
type relation struct{ id, kind, target string }

type relations []relation

func (rs relations) kind(name string) string {
	for _, r := range rs {
		if path.Base(r.kind) == name {
			return r.target
		}
	}
	return ""
}

func (rs relations) id(id string) string {
	for _, r := range rs {
		if r.id == id {
			return r.target
		}
	}
	return ""
}

// relations reads the relations of a part, "" being the package itself.
func (x *XLSX) relations(part string) (relations, error) {
	dir, file := path.Split(part)
	var rs relations
	err := x.walk(dir+"_rels/"+file+".rels", func(t tag, _ []byte) error {
		if string(t.name) == "Relationship" && !t.close {
			target := t.attr("Target")
			if rooted := strings.HasPrefix(target, "/"); rooted {
				target = target[1:]
			} else {
				target = path.Join(dir, target)
			}
			rs = append(rs, relation{t.attr("Id"), t.attr("Type"), target})
		}
		return nil
	})
	return rs, err
}

func (x *XLSX) workbookPart() (string, error) {
	rs, err := x.relations("")
	if err != nil {
		return "", fmt.Errorf("this ZIP file is no workbook: %w", err)
	}
	if p := rs.kind("officeDocument"); p != "" {
		return p, nil
	}
	return "", errors.New("this ZIP file is no workbook")
}

func (x *XLSX) readWorkbook(part string, parts relations) error {
	return x.walk(part, func(t tag, _ []byte) error {
		switch {
		case t.close:
		case string(t.name) == "workbookPr":
			v := t.attr("date1904")
			x.date04 = v == "1" || v == "true"
		case string(t.name) == "sheet":
			p := parts.id(t.attr("id"))
			if strings.Contains(p, "chartsheet") {
				break
			}
			if x.files[p] == nil {
				return fmt.Errorf("sheet %q is missing from the workbook", t.attr("name"))
			}
			x.sheets = append(x.sheets, sheet{t.attr("name"), p})
		}
		return nil
	})
}

// walk calls f with every tag of a part and the text before it.
func (x *XLSX) walk(part string, f func(t tag, text []byte) error) error {
	file := x.files[part]
	if file == nil {
		return fmt.Errorf("part %s is missing", part)
	}
	r, err := file.Open()
	if err != nil {
		return fmt.Errorf("part %s: %w", part, err)
	}
	s := xmlscan.New(r, maxXMLToken)
	s.KeepBlanks()
	var text []byte
	for {
		k, err := s.Next()
		switch {
		case err != nil:
		case k == xmlscan.EOF:
			return r.Close()
		case k == xmlscan.Text:
			text = append(text, s.Text()...) // the buffer may move before the tag
		default:
			err = f(tag{s, s.Name(), k == xmlscan.End}, text)
			text = text[:0]
		}
		if err != nil {
			return errors.Join(fmt.Errorf("part %s: %w", part, err), r.Close())
		}
	}
}

// maxXMLToken bounds a text or a tag. A cell holds at most 32,767 characters.
const maxXMLToken = 1 << 20

// A tag is one start or end tag. It is valid until f returns.
type tag struct {
	s     *xmlscan.Scanner
	name  []byte // local name, without prefix
	close bool
}

// attr returns the value of an attribute of a start tag by its local name, ""
// where it is absent.
func (t tag) attr(name string) string {
	if t.close {
		return ""
	}
	return string(t.s.Attr(name))
}

// readTexts reads the table of shared texts. Phonetic guides are no text.
func (x *XLSX) readTexts(part string) error {
	if part == "" || x.files[part] == nil {
		return nil
	}
	var item strings.Builder
	guide, total := false, 0
	return x.walk(part, func(t tag, text []byte) error {
		switch {
		case string(t.name) == "rPh":
			guide = !t.close
		case string(t.name) == "t" && t.close && !guide:
			item.WriteString(cellText(text))
		case string(t.name) == "si" && t.close:
			if total += item.Len(); total > maxTexts {
				return fmt.Errorf("the workbook holds more than %d bytes of text; save the sheet as CSV", maxTexts)
			}
			x.texts = append(x.texts, item.String())
			item.Reset()
		}
		return nil
	})
}

// cellText resolves the _x000D_ by which a workbook writes
// control characters.
func cellText(b []byte) string {
	s := string(b)
	if !strings.Contains(s, "_x") {
		return s
	}
	var out strings.Builder
	for {
		i := strings.Index(s, "_x")
		if i < 0 || i+7 > len(s) {
			out.WriteString(s)
			return out.String()
		}
		if n, err := strconv.ParseUint(s[i+2:i+6], 16, 16); err == nil && s[i+6] == '_' {
			out.WriteString(s[:i])
			out.WriteRune(rune(n))
			s = s[i+7:]
			continue
		}
		out.WriteString(s[:i+2])
		s = s[i+2:]
	}
}

// readMerges reads the ranges that are merged over rows. They stand behind the
// cells, so the sheet is passed once before it is read.
func (x *XLSX) readMerges() error {
	return x.walk(x.sheets[x.chosen].part, func(t tag, _ []byte) error {
		if string(t.name) != "mergeCell" || t.close {
			return nil
		}
		a, b, ok := strings.Cut(t.attr("ref"), ":")
		c1, r1 := splitRef(a)
		_, r2 := splitRef(b)
		if ok && c1 >= 0 && r2 > r1 {
			x.merges = append(x.merges, merge{column: c1, from: r1, to: r2})
		}
		return nil
	})
}

// splitRef reads "B17" as column 1 and row 17. The column is -1 when ref is no
// reference.
func splitRef(ref string) (column, row int) {
	i := 0
	for i < len(ref) && ref[i] >= 'A' && ref[i] <= 'Z' {
		i++
	}
	n, err := strconv.Atoi(ref[i:])
	if err != nil || n < 1 {
		return -1, 0
	}
	return ColumnIndex(ref[:i]), n
}

// Rows yields the rows of the sheet in order. Blank rows are left out.
func (x *XLSX) Rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		s := sheetScan{x: x}
		err := x.walk(x.sheets[x.chosen].part, func(t tag, text []byte) error {
			if done := s.step(t, text); !done {
				return nil
			}
			r, err := s.take()
			if err == nil && r.Blank() {
				return nil
			}
			if !yield(r, err) {
				return errStop
			}
			return nil
		})
		if err != nil && !errors.Is(err, errStop) {
			yield(Row{}, fmt.Errorf("%s: after row %d: the sheet is damaged: %w", x.opts.File, s.row.Number, err))
		}
	}
}

var errStop = errors.New("the caller has seen enough")

// A sheetScan builds rows from the tags of a sheet.
type sheetScan struct {
	x      *XLSX
	row    Row
	column int // of the cell being read
	kind   string
	style  int
	inline strings.Builder
	guide  bool
	reason string // why the row cannot be read
}

// step takes in one tag with the text before it. It reports true at the end of
// a row.
func (s *sheetScan) step(t tag, text []byte) bool {
	switch string(t.name) {
	case "row":
		if t.close {
			return true
		}
		s.row = Row{Number: s.row.Number + 1, Cells: make([]string, 0, len(s.row.Cells))}
		if n, err := strconv.Atoi(t.attr("r")); err == nil && n > 0 {
			s.row.Number = n
		}
		s.column, s.reason = -1, ""
	case "c":
		if t.close {
			if s.kind == "inlineStr" {
				s.set(s.inline.String())
			}
			s.kind = ""
			return false
		}
		s.startCell(t)
	case "v":
		if t.close {
			s.value(text)
		}
	case "rPh":
		s.guide = !t.close
	case "t":
		if t.close && s.kind == "inlineStr" && !s.guide {
			s.inline.WriteString(cellText(text))
		}
	}
	return false
}

// maxColumns is the width of a worksheet, column XFD.
const maxColumns = 16384

func (s *sheetScan) startCell(t tag) {
	s.column++
	if ref := t.attr("r"); ref != "" {
		if c, _ := splitRef(ref); c >= 0 && c < maxColumns {
			s.column = c
		} else {
			s.reason = fmt.Sprintf("cell reference %q is wrong", ref)
		}
	}
	s.kind, s.style = t.attr("t"), 0
	if s.kind == "" {
		s.kind = "n"
	}
	if v := t.attr("s"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < 0 {
			s.reason = fmt.Sprintf("cell %s has the style %q", Cell(s.column, s.row.Number), v)
		}
		s.style = n
	}
	s.inline.Reset()
}

func (s *sheetScan) value(text []byte) {
	switch s.kind {
	case "s":
		i, err := strconv.Atoi(string(text))
		if err != nil || i < 0 || i >= len(s.x.texts) {
			s.reason = fmt.Sprintf("cell %s points to text %q, which the workbook has not", Cell(s.column, s.row.Number), text)
			return
		}
		s.set(s.x.texts[i])
	case "b":
		s.set(map[bool]string{true: "TRUE", false: "FALSE"}[string(text) == "1"])
	case "n":
		s.set(s.x.display(string(text), s.style))
	default: // "str", "e", "d"
		s.set(cellText(text))
	}
}

func (s *sheetScan) set(v string) {
	if s.column < 0 || s.column >= maxColumns {
		s.reason = "it has more columns than a worksheet"
		return
	}
	if !utf8.ValidString(v) {
		s.reason = fmt.Sprintf("cell %s is not UTF-8", Cell(s.column, s.row.Number))
		return
	}
	for len(s.row.Cells) <= s.column {
		s.row.Cells = append(s.row.Cells, "")
	}
	s.row.Cells[s.column] = v
}

// take ends the row: merged cells get their value.
func (s *sheetScan) take() (Row, error) {
	for i := range s.x.merges {
		m := &s.x.merges[i]
		switch n := s.row.Number; {
		case n == m.from && m.column < len(s.row.Cells):
			m.value = s.row.Cells[m.column]
		case n > m.from && n <= m.to && m.value != "":
			if m.column >= len(s.row.Cells) || s.row.Cells[m.column] == "" {
				s.column = m.column
				s.set(m.value)
			}
		}
	}
	if s.reason != "" {
		return s.row, &RowError{File: s.x.opts.File, Row: s.row.Number, Reason: s.reason, Raw: head([]byte(strings.Join(s.row.Cells, " | ")))}
	}
	return s.row, nil
}
