// SPDX-License-Identifier: Apache-2.0

package table

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/transform"

	"github.com/interdict-dev/interdict/internal/errkind"
)

// A Dialect is how a file of delimited text is written.
type Dialect struct {
	Encoding  string // [ASCII] until a byte above it is met
	Delimiter byte   // [Whole] where each line is one cell
	Width     int    // cells of the usual row
	Ragged    bool   // rows that lack trailing cells are usual in this file
	OldMac    bool   // lines end in CR alone
}

// sniffSize is how much of a file decides its dialect. It holds some thousand
// rows of a vendor file.
const sniffSize = 256 << 10

// ErrBinary means that the bytes are no text in any encoding known here.
var ErrBinary = errkind.New(errkind.Invalid, "this is no text: a binary file, or an encoding that must be named")

// A CSV reads delimited text.
//
// A broken row gives a [*RowError] and reading goes on with the line after the
// one on which that row began. Broken are: a quoted field that does not end or
// is followed by something else than a delimiter; bytes that are not in the
// file's encoding; another number of cells than usual. Empty cells beyond the
// width are dropped; trailing cells may lack where most files of a kind let
// them lack (Dialect.Ragged). Rows before the first one of usual width, as
// titles above a header are, are given as they stand.
type CSV struct {
	opts    Options
	dialect Dialect

	src    io.Reader
	srcErr error
	buf    []byte
	pos    int // next byte to read
	end    int // end of what is buffered

	row     int  // number of the row last read
	line    int  // line at pos
	started bool // a row of usual width was seen
}

// NewCSV detects the dialect of the text in r, reading no more than its head.
func NewCSV(r io.Reader, o Options) (*CSV, error) {
	c := &CSV{opts: o, src: r, line: 1, buf: make([]byte, sniffSize)}
	c.fill(sniffSize)
	head := c.buf[:c.end]
	c.dialect.Encoding = o.Encoding
	if o.Encoding == "" {
		c.dialect.Encoding = DetectEncoding(head, c.srcErr == nil)
	}
	if c.dialect.Encoding == "" {
		return nil, ErrBinary
	}
	if err := c.decode(c.dialect.Encoding); err != nil {
		return nil, err
	}
	c.pos += len(bom(c.buf[:c.end]))
	c.sniff()
	return c, nil
}

// Dialect returns what was found out about the file. The encoding of a file
// that begins in ASCII is final after its last row.
func (c *CSV) Dialect() Dialect { return c.dialect }

func bom(b []byte) []byte {
	if bytes.HasPrefix(b, []byte("\xEF\xBB\xBF")) {
		return b[:3]
	}
	return nil
}

// decode puts a decoder between the bytes not yet read and the scanner, which
// sees UTF-8 only.
func (c *CSV) decode(label string) error {
	d, err := decoderOf(label)
	if err != nil || d == nil {
		return err
	}
	rest := bytes.Clone(c.buf[c.pos:c.end])
	src := c.src
	if c.srcErr != nil {
		src = failing{c.srcErr}
	}
	c.src, c.srcErr, c.pos, c.end = transform.NewReader(io.MultiReader(bytes.NewReader(rest), src), d), nil, 0, 0
	c.fill(sniffSize)
	return nil
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// fill reads until want bytes are buffered from pos on, or the source ends.
func (c *CSV) fill(want int) {
	if c.pos > 0 && c.end-c.pos < want {
		copy(c.buf, c.buf[c.pos:c.end])
		c.end -= c.pos
		c.pos = 0
	}
	if len(c.buf) < want {
		c.buf = slices.Grow(c.buf[:c.end], want-c.end)
		c.buf = c.buf[:cap(c.buf)]
	}
	for c.end-c.pos < want && c.srcErr == nil {
		var n int
		n, c.srcErr = c.src.Read(c.buf[c.end:])
		c.end += n
	}
}

// more buffers more bytes than there are. It reports false after the end of
// the source and when the row is longer than is allowed.
func (c *CSV) more() bool {
	have := c.end - c.pos
	if c.srcErr != nil || have > c.limit() {
		return false
	}
	c.fill(max(2*have, 64<<10))
	return true
}

// limit is the longest row. It is smaller than for lines of JSON, because an
// open quote makes the scanner look this far ahead: a worksheet row of a
// thousand full columns still fits.
func (c *CSV) limit() int {
	if c.opts.MaxRow > 0 {
		return c.opts.MaxRow
	}
	return 1 << 20
}

// sniff chooses the delimiter and the usual width from the head.
func (c *CSV) sniff() {
	head := c.buf[c.pos:min(c.end, c.pos+sniffSize)]
	c.dialect.OldMac = bytes.IndexByte(head, '\n') < 0 && bytes.IndexByte(head, '\r') >= 0
	whole := c.srcErr != nil && c.end-c.pos <= sniffSize
	if d := c.opts.Delimiter; d != 0 {
		s := c.measure(head, d, whole)
		c.dialect.Delimiter, c.dialect.Width, c.dialect.Ragged = d, s.width, s.ragged
		return
	}
	best := shape{}
	c.dialect.Delimiter, c.dialect.Width = Whole, 1
	for _, d := range []byte(",;\t|") {
		if s := c.measure(head, d, whole); s.width > 1 && s.better(best) {
			best = s
			c.dialect.Delimiter, c.dialect.Width, c.dialect.Ragged = d, s.width, s.ragged
		}
	}
}

// A shape is how the head of a file looks with one delimiter.
type shape struct {
	width  int  // most frequent number of cells
	steady int  // how many rows of ten have it
	first  bool // the first row has it
	ragged bool
}

func (s shape) better(t shape) bool {
	if s.steady != t.steady {
		return s.steady > t.steady
	}
	if s.first != t.first {
		return s.first
	}
	return s.width > t.width
}

// measure reads the rows of head with a delimiter. The last row does not count
// unless head is the whole file, for it may be cut.
func (c *CSV) measure(head []byte, delim byte, whole bool) shape {
	counts := map[int]int{}
	rows, first := 0, 0
	for len(head) > 0 && rows < 2000 {
		cells, n, _, st := scan(head, delim, c.term(), whole)
		if st == cut {
			break
		}
		if st == broken {
			n = lineLen(head, c.term())
		}
		if st == fine && !(Row{Cells: cells}).Blank() {
			counts[len(cells)]++
			if rows++; rows == 1 {
				first = len(cells)
			}
		}
		head = head[n:]
	}
	if rows == 0 {
		return shape{width: 1}
	}
	var s shape
	short := 0
	for w, n := range counts {
		if n > counts[s.width] || n == counts[s.width] && w > s.width {
			s.width = w
		}
	}
	if first > s.width && rows >= 5 && counts[1] == 0 { // a header wider than most rows
		s.width = first
	}
	for w, n := range counts {
		if w < s.width {
			short += n
		}
	}
	s.ragged = rows >= 5 && short*5 > rows
	s.steady, s.first = counts[s.width]*10/rows, first == s.width
	return s
}

func (c *CSV) term() byte {
	if c.dialect.OldMac {
		return '\r'
	}
	return '\n'
}

// Read returns the next row that is not blank. Blank rows are counted. After
// the last row it returns io.EOF, and after an error other than a [*RowError]
// that error again.
func (c *CSV) Read() (Row, error) {
	for {
		if r, err := c.next(); err != nil || !r.Blank() {
			return r, err
		}
	}
}

// Rows yields the rows that Read has not yet returned, in order.
func (c *CSV) Rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for {
			r, err := c.Read()
			if err == io.EOF || !yield(r, err) || err != nil && !isRowError(err) {
				return
			}
		}
	}
}

func isRowError(err error) bool {
	var e *RowError
	return errors.As(err, &e)
}

// next returns the next row, blank or not.
func (c *CSV) next() (Row, error) {
	if c.end-c.pos < 64<<10 && c.srcErr == nil {
		c.fill(128 << 10)
	}
	if c.pos == c.end {
		return Row{}, c.ended()
	}
	c.row++
	r := Row{Number: c.row, Line: c.line}
	cells, n, lines, st := c.scan()
	for st == cut {
		if !c.more() {
			if c.srcErr != nil && c.srcErr != io.EOF {
				return r, c.ended()
			}
			return r, c.skipLine("the row is longer than %d bytes, or a quote is not closed", c.limit())
		}
		cells, n, lines, st = c.scan()
	}
	raw := c.buf[c.pos : c.pos+n]
	if st == broken {
		return r, c.skipLine("a quoted cell does not end, or is followed by other text")
	}
	switched, err := c.settle(raw)
	if err != nil {
		return r, err
	}
	if switched {
		c.row--
		return c.next()
	}
	if reason := c.checkText(raw); reason != "" {
		return r, c.skipRow(n, lines, reason)
	}
	if c.srcErr == io.EOF && c.pos+n == c.end && len(bytes.Trim(raw, "\x1A\r\n")) == 0 {
		cells = nil // the end-of-file mark of CP/M, still written by OFAC in 2021
	}
	r.Cells = cells
	if reason := c.checkWidth(&r); reason != "" {
		if lines > 1 {
			return r, c.skipLine("%s", reason) // its quotes may have swallowed good rows
		}
		return r, c.skipRow(n, lines, reason)
	}
	c.pos += n
	c.line += lines
	return r, nil
}

func (c *CSV) scan() (cells []string, n, lines, status int) {
	return scan(c.buf[c.pos:c.end], c.dialect.Delimiter, c.term(), c.srcErr == io.EOF)
}

// checkText says what is wrong with the characters of a row.
func (c *CSV) checkText(raw []byte) string {
	switch {
	case bytes.IndexByte(raw, 0) >= 0:
		return "it holds a zero byte"
	case isASCII(raw):
		return ""
	case !utf8.Valid(raw):
		return "it holds bytes that are not " + c.dialect.Encoding
	case bytes.Contains(raw, []byte("\uFFFD")):
		return "it holds bytes that are not " + c.dialect.Encoding + ", or U+FFFD, which an earlier conversion left for lost characters"
	}
	return ""
}

// ended returns io.EOF, or what broke the source.
func (c *CSV) ended() error {
	if c.srcErr == io.EOF {
		return io.EOF
	}
	return fmt.Errorf("%s: after row %d: %w", c.opts.File, c.row, c.srcErr)
}

// settle decides the encoding of a file that was ASCII up to the row in raw.
// It reports true when the bytes from there on are decoded anew.
func (c *CSV) settle(raw []byte) (switched bool, err error) {
	if c.dialect.Encoding != ASCII || isASCII(raw) {
		return false, nil
	}
	c.fill(sniffSize)
	enc := DetectEncoding(c.buf[c.pos:c.end], c.srcErr == nil)
	if enc == "" {
		return false, fmt.Errorf("%s: line %d: %w", c.opts.File, c.line, ErrBinary)
	}
	c.dialect.Encoding = enc
	if enc == UTF8 {
		return true, nil // the buffer may have moved: read the row again
	}
	if enc == ASCII {
		return false, nil
	}
	return true, c.decode(enc)
}

func isASCII(b []byte) bool {
	for len(b) >= 8 {
		if (uint64(b[0])|uint64(b[1])|uint64(b[2])|uint64(b[3])|uint64(b[4])|uint64(b[5])|uint64(b[6])|uint64(b[7]))&0x80 != 0 {
			return false
		}
		b = b[8:]
	}
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// checkWidth compares the number of cells with the usual one, drops empty
// cells beyond it, and says what is wrong.
func (c *CSV) checkWidth(r *Row) string {
	w := c.dialect.Width
	if c.dialect.Delimiter == Whole || len(r.Cells) == w {
		c.started = true
		return ""
	}
	if !c.started || r.Blank() {
		return ""
	}
	for len(r.Cells) > w && strings.TrimSpace(r.Cells[len(r.Cells)-1]) == "" {
		r.Cells = r.Cells[:len(r.Cells)-1]
	}
	switch n := len(r.Cells); {
	case n > w:
		return fmt.Sprintf("%d cells where %d are usual: a %q inside a cell must stand in quotes", n, w, c.dialect.Delimiter)
	case n < w && !c.dialect.Ragged:
		return fmt.Sprintf("%d cells where %d are usual", n, w)
	}
	return ""
}

func (c *CSV) rowError(raw []byte, reason string) *RowError {
	return &RowError{File: c.opts.File, Row: c.row, Line: c.line, Reason: reason, Raw: head(bytes.TrimRight(raw, "\r\n"))}
}

// skipRow leaves out the n bytes of a row.
func (c *CSV) skipRow(n, lines int, reason string) error {
	e := c.rowError(c.buf[c.pos:c.pos+n], reason)
	c.pos += n
	c.line += lines
	return e
}

// skipLine leaves out the rest of the line, however long it is.
func (c *CSV) skipLine(format string, args ...any) error {
	e := c.rowError(c.buf[c.pos:c.end], fmt.Sprintf(format, args...))
	if i := strings.IndexByte(e.Raw, c.term()); i >= 0 {
		e.Raw = e.Raw[:i]
	}
	for {
		i := bytes.IndexByte(c.buf[c.pos:c.end], c.term())
		if i >= 0 {
			c.pos += i + 1
			break
		}
		c.pos = c.end
		if c.srcErr != nil {
			break
		}
		c.fill(64 << 10)
	}
	c.line++
	return e
}

// What scan says about a row.
const (
	fine   = iota
	cut    // the row goes on after the bytes given
	broken // the quotes are wrong
)

func lineLen(b []byte, term byte) int {
	if i := bytes.IndexByte(b, term); i >= 0 {
		return i + 1
	}
	return len(b)
}

// scan reads one row from the start of b. It returns its cells, and how many
// bytes and lines it takes. last says that nothing follows b.
func scan(b []byte, delim, term byte, last bool) (cells []string, n, lines, status int) {
	n = lineLen(b, term)
	if !last && (n == len(b) && b[n-1] != term) {
		return nil, 0, 0, cut
	}
	line := b[:n]
	if delim == Whole || bytes.IndexByte(line, '"') < 0 {
		s := string(trimEnd(line, term))
		if delim == Whole {
			return []string{s}, n, 1, fine
		}
		return splitPlain(s, delim), n, 1, fine
	}
	return scanQuoted(b, delim, term, last)
}

func trimEnd(line []byte, term byte) []byte {
	line = bytes.TrimSuffix(line, []byte{term})
	if term == '\n' {
		line = bytes.TrimSuffix(line, []byte("\r"))
	}
	return line
}

func splitPlain(s string, delim byte) []string {
	cells := make([]string, 0, strings.Count(s, string(rune(delim)))+1)
	for {
		i := strings.IndexByte(s, delim)
		if i < 0 {
			return append(cells, s)
		}
		cells = append(cells, s[:i])
		s = s[i+1:]
	}
}

// scanQuoted reads a row that has quotes. Blanks around a quoted cell and
// quotes inside an unquoted one are accepted, as spreadsheets do.
func scanQuoted(b []byte, delim, term byte, last bool) (cells []string, n, lines, status int) {
	lines = 1
	for {
		i := n
		for delim != ' ' && i < len(b) && b[i] == ' ' {
			i++
		}
		if i < len(b) && b[i] == '"' {
			text, used, breaks, st := quotedCell(b[i+1:], term, last)
			if st != fine {
				return nil, 0, 0, st
			}
			cells = append(cells, text)
			lines += breaks
			n = i + 1 + used
			for n < len(b) && b[n] == ' ' {
				n++
			}
		} else {
			i = n
			for i < len(b) && b[i] != delim && b[i] != term {
				i++
			}
			text := b[n:i]
			if term == '\n' && (i == len(b) || b[i] == term) {
				text = bytes.TrimSuffix(text, []byte("\r"))
			}
			cells = append(cells, string(text))
			n = i
		}
		switch {
		case n == len(b) && last:
			return cells, n, lines, fine
		case n == len(b):
			return nil, 0, 0, cut
		case b[n] == delim:
			n++
		case b[n] == term:
			return cells, n + 1, lines, fine
		case b[n] == '\r' && n+1 < len(b) && b[n+1] == term:
			return cells, n + 2, lines, fine
		case b[n] == '\r' && n+1 == len(b) && last:
			return cells, n + 1, lines, fine
		case b[n] == '\r' && n+1 == len(b):
			return nil, 0, 0, cut
		default:
			return nil, 0, 0, broken
		}
	}
}

// quotedCell reads a cell after its opening quote up to and with the closing
// one. Line ends inside become "\n".
func quotedCell(b []byte, term byte, last bool) (text string, n, breaks, status int) {
	var parts []byte
	for {
		i := bytes.IndexByte(b[n:], '"')
		if i < 0 {
			if last {
				return "", 0, 0, broken
			}
			return "", 0, 0, cut
		}
		parts = append(parts, b[n:n+i]...)
		n += i + 1
		if n == len(b) && !last {
			return "", 0, 0, cut
		}
		if n < len(b) && b[n] == '"' {
			parts = append(parts, '"')
			n++
			continue
		}
		breaks = bytes.Count(parts, []byte{term})
		if term == '\r' {
			parts = bytes.ReplaceAll(parts, []byte("\r"), []byte("\n"))
		} else if breaks > 0 {
			parts = bytes.ReplaceAll(parts, []byte("\r\n"), []byte("\n"))
		}
		return string(parts), n, breaks, fine
	}
}
