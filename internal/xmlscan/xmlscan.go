// SPDX-License-Identifier: Apache-2.0

// Package xmlscan reads XML that holds data, one token at a time, several
// times faster than encoding/xml and no less strict: what it accepts, encoding/xml
// accepts with the same elements, attributes and text (FuzzScanner holds it to that).
//
// It refuses what data files do not need and attackers do: document type
// declarations and with them entities, tokens over a limit, elements nested
// over a limit. It reads UTF-8 only, and names in ASCII only. Elements and
// attributes are known by their local names, since publishers change their
// namespaces. Text that is nothing but white space is not reported.
//
// Meaning is left to the caller.
package xmlscan

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// DefaultMaxToken is how long one tag or text may be: 16 MiB. OFAC's longest
// text has some thousand bytes.
const DefaultMaxToken = 16 << 20

const (
	maxDepth = 1000     // elements within each other; OFAC's files have 11
	maxAttrs = 1000     // attributes of one element; OFAC's files have 9
	minBuf   = 64 << 10 // bytes read at a time, at least
	maxIdle  = 100      // reads in a row that give nothing; the limit of bufio
)

// A Kind says what a token is.
type Kind uint8

// The kinds of tokens. An empty element <a/> is a Start and an End.
const (
	EOF Kind = iota
	Start
	End
	Text
)

// ErrDoctype means that the file declares a document type. None of the lists
// does, and entity declarations are a known way to exhaust memory.
var ErrDoctype = errors.New("a document type declaration, which is refused")

// A SyntaxError says where and why a file is no XML that we read.
type SyntaxError struct {
	Line int // 1-based
	Err  error
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("line %d: %v", e.Line, e.Err) }

// Unwrap returns the reason; it is [io.ErrUnexpectedEOF] for a file that ends
// too early, and the reader's own error where reading failed.
func (e *SyntaxError) Unwrap() error { return e.Err }

// A Scanner reads tokens. It is for one goroutine. After an error it returns
// the same error again.
type Scanner struct {
	r   io.Reader
	max int

	buf  []byte // buf[:end] is read, buf[end] is 0, so that loops stop there
	pos  int    // start of what is not yet scanned
	end  int
	eof  bool
	rerr error // of the reader, once what was read before it is scanned

	line    int // newlines before buf[counted], plus 1
	counted int
	started bool
	emptied bool // the last Start was of an empty element: its End comes next
	closed  bool // the root element has ended
	blanks  bool // white space within the root is reported too
	err     error

	name   []byte
	attrs  []attr
	text   []byte
	unesc  []byte // decoded attribute values of the present tag
	joined []byte // text that is not one piece in the file
	value  []byte // what Value returned last
	stack  []byte // full names of the open elements, one after the other
	starts []int  // where each begins

	tag    int    // where the present start tag begins, while the buffer does not move
	mark   int    // where the marked element goes on in buf, -1 where none is marked
	marked []byte // its beginning that left the buffer, at most maxMarked bytes
}

type attr struct {
	full  []byte // name with prefix
	name  []byte // local name
	value []byte
}

// New returns a scanner. maxToken limits the bytes of one tag or text; 0
// means [DefaultMaxToken].
func New(r io.Reader, maxToken int) *Scanner {
	if maxToken <= 0 {
		maxToken = DefaultMaxToken
	}
	s := &Scanner{r: r, max: maxToken, line: 1, mark: -1}
	s.buf = make([]byte, min(minBuf, maxToken)+1)
	return s
}

// KeepBlanks makes the scanner report text that is nothing but white space, too:
// in a workbook a blank between two words may stand in an element of its own.
func (s *Scanner) KeepBlanks() { s.blanks = true }

// Next returns the kind of the next token, EOF after the last one. What
// Name, Attr and Text return is overwritten by it.
func (s *Scanner) Next() (Kind, error) {
	if s.err != nil {
		return EOF, s.err
	}
	if s.emptied {
		s.emptied = false
		s.pop()
		return End, nil
	}
	for {
		k, err := s.scan()
		if err == nil {
			return k, nil
		}
		if err == errMore {
			err = s.fill()
		}
		if err != nil {
			s.err = &SyntaxError{s.Line(), err}
			return EOF, s.err
		}
	}
}

// Name returns the local name of the element that starts or ends.
func (s *Scanner) Name() []byte { return s.name }

// Text returns the text of a Text token.
func (s *Scanner) Text() []byte { return s.text }

// Depth returns how many elements are open, the present one included.
func (s *Scanner) Depth() int { return len(s.starts) }

// Attr returns the value of an attribute of the present Start by its local
// name, nil where the element does not have it.
func (s *Scanner) Attr(name string) []byte {
	for i := range s.attrs {
		if string(s.attrs[i].name) == name {
			return s.attrs[i].value
		}
	}
	return nil
}

// Attrs calls f for each attribute of the present Start with its local name.
// Declarations of namespaces are among them.
func (s *Scanner) Attrs(f func(name, value []byte)) {
	for _, a := range s.attrs {
		f(a.name, a.value)
	}
}

// Line returns the line on which the present token starts, counted from 1.
func (s *Scanner) Line() int {
	if s.pos > s.counted {
		s.line += bytes.Count(s.buf[s.counted:s.pos], newline)
		s.counted = s.pos
	}
	return s.line
}

// maxMarked is how much of a marked element is kept.
const maxMarked = 4 << 10

// Mark remembers the element whose Start was returned last, for Marked.
func (s *Scanner) Mark() { s.mark, s.marked = s.tag, s.marked[:0] }

// Marked returns what was read since the tag at which Mark was called, as it
// stands in the file, at most 4 KiB.
func (s *Scanner) Marked() string {
	if s.mark < 0 {
		return ""
	}
	s.keepMarked()
	s.mark = s.pos
	return string(s.marked)
}

func (s *Scanner) keepMarked() {
	b := s.buf[s.mark:s.pos]
	s.marked = append(s.marked, b[:min(len(b), maxMarked-len(s.marked))]...)
}

// Skip reads on to the end of the element whose Start was returned last.
func (s *Scanner) Skip() error {
	depth := len(s.starts)
	for {
		k, err := s.Next()
		if err != nil {
			return err
		}
		if k == End && len(s.starts) < depth {
			return nil
		}
	}
}

// Value reads on to the end of the element whose Start was returned last, and
// returns its text. An element within it is an error, since it would be lost;
// the scanner then stands at that element's Start and can go on.
func (s *Scanner) Value() ([]byte, error) {
	name := string(s.name)
	k, err := s.Next()
	if err != nil || k == End {
		return nil, err
	}
	if k == Text {
		s.value = append(s.value[:0], s.text...) // the buffer may move before the end tag
		k, err = s.Next()
		if err != nil {
			return nil, err
		}
		if k == End {
			return s.value, nil
		}
	}
	return nil, fmt.Errorf("line %d: <%s> holds <%s> where only text is expected", s.Line(), name, s.name)
}

var (
	newline = []byte{'\n'}
	errMore = errors.New("the token goes on beyond the buffer")
)

// fill reads on, keeping what is not yet scanned. It reads until the buffer is
// full, so that a token scanned again after each fill costs no more than twice.
func (s *Scanner) fill() error {
	if s.eof {
		return s.atEnd()
	}
	if s.end-s.pos >= s.max {
		return fmt.Errorf("one tag or text is longer than %d bytes, which is refused", s.max)
	}
	s.Line()
	if s.mark >= 0 {
		s.keepMarked()
		s.mark = 0
	}
	kept := copy(s.buf, s.buf[s.pos:s.end])
	if kept > (len(s.buf)-1)/2 {
		grown := make([]byte, min(2*len(s.buf), s.max+minBuf))
		copy(grown, s.buf[:kept])
		s.buf = grown
	}
	s.pos, s.end, s.counted = 0, kept, 0
	s.read()
	return nil
}

// read fills the buffer or finds the end of the file. It is not io.ReadFull,
// which gives the end of the file and a cut archive the same error.
func (s *Scanner) read() {
	for idle := 0; s.end < len(s.buf)-1 && !s.eof; {
		n, err := s.r.Read(s.buf[s.end : len(s.buf)-1])
		s.end += n
		if n > 0 {
			idle = 0
		} else if idle++; err == nil && idle > maxIdle {
			err = io.ErrNoProgress
		}
		if err != nil {
			s.eof = true
		}
		if err != nil && err != io.EOF {
			s.rerr = err
		}
	}
	s.buf[s.end] = 0
}

func (s *Scanner) atEnd() error {
	if s.rerr != nil {
		return s.rerr
	}
	if n := len(s.starts); n > 0 {
		return fmt.Errorf("the file ends within <%s>: %w", s.stack[s.starts[n-1]:], io.ErrUnexpectedEOF)
	}
	return io.ErrUnexpectedEOF
}

// Classes of bytes.
const (
	cName  = 1 << iota // may stand in a name
	cFirst             // may begin a name
	cSpace
	cStop // ends the quick run through text: < & \r ] control characters, bytes over 0x7f
)

var class = func() (t [256]uint8) {
	for c := range t {
		switch {
		case 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' || c == ':':
			t[c] = cName | cFirst
		case '0' <= c && c <= '9' || c == '-' || c == '.':
			t[c] = cName
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			t[c] = cSpace
		}
		if c < 0x20 && c != '\t' && c != '\n' || c == '<' || c == '&' || c == ']' || c >= 0x80 {
			t[c] |= cStop
		}
	}
	return t
}()

// scan reads one token that lies whole in the buffer. It moves s.pos only past
// what is done, so that it can be called again after fill.
func (s *Scanner) scan() (Kind, error) {
	if !s.started {
		if err := s.start(); err != nil {
			return EOF, err
		}
	}
	for {
		p := s.pos
		for class[s.buf[p]]&cSpace != 0 {
			p++
		}
		if p == s.end {
			if s.eof && s.rerr == nil && s.closed {
				return EOF, nil
			}
			return EOF, errMore
		}
		if s.buf[p] != '<' || len(s.starts) > 0 && !s.tagAt(p) || s.blanks && p > s.pos && len(s.starts) > 0 {
			return s.scanText()
		}
		switch s.buf[p+1] {
		case 0:
			if p+1 == s.end {
				return EOF, errMore
			}
			return EOF, s.at(p, "an unexpected NUL byte after <")
		case '!', '?':
			next, err := s.misc(p)
			if err != nil {
				return EOF, err
			}
			s.pos = next
			continue
		case '/':
			return s.endTag(p)
		}
		return s.startTag(p)
	}
}

// tagAt says whether the < at p opens or closes an element; comments,
// instructions and CDATA sections belong to the text around them.
func (s *Scanner) tagAt(p int) bool { return s.buf[p+1] != '!' && s.buf[p+1] != '?' }

// at returns an error at an offset of the buffer.
func (s *Scanner) at(p int, format string, args ...any) error {
	s.pos = min(p, s.end)
	return fmt.Errorf(format, args...)
}

// start takes off a byte order mark and looks at the first byte.
func (s *Scanner) start() error {
	if s.end < 3 && !s.eof {
		return errMore
	}
	if s.end == 0 && s.rerr == nil {
		return fmt.Errorf("the file is empty: %w", io.ErrUnexpectedEOF)
	}
	switch b := s.buf[:s.end]; {
	case bytes.HasPrefix(b, []byte("\xef\xbb\xbf")):
		s.pos = 3
	case bytes.HasPrefix(b, []byte("\xff\xfe")), bytes.HasPrefix(b, []byte("\xfe\xff")):
		return errors.New("the file is in UTF-16, want UTF-8")
	}
	s.started = true
	return nil
}

func (s *Scanner) startTag(p int) (Kind, error) {
	if s.closed {
		return EOF, s.at(p, "a second root element")
	}
	full, q, err := s.readName(p + 1)
	if err != nil {
		return EOF, err
	}
	s.attrs, s.unesc = s.attrs[:0], s.unesc[:0]
	for {
		spaced := class[s.buf[q]]&cSpace != 0
		for class[s.buf[q]]&cSpace != 0 {
			q++
		}
		switch c := s.buf[q]; {
		case c == '>':
			return s.push(full, p, q+1)
		case c == '/':
			if s.buf[q+1] == '>' {
				s.emptied = true
				return s.push(full, p, q+2)
			}
			if q+1 == s.end {
				return EOF, errMore
			}
			return EOF, s.at(q, "a stray / in <%s>", full)
		case q == s.end:
			return EOF, errMore
		case !spaced:
			return EOF, s.at(q, "an unexpected %q in <%s>", c, full)
		}
		if q, err = s.readAttr(q); err != nil {
			return EOF, err
		}
	}
}

// push opens the element whose start tag stands at buf[p:q].
func (s *Scanner) push(full []byte, p, q int) (Kind, error) {
	if len(s.starts) >= maxDepth {
		return EOF, s.at(q, "elements are nested more than %d deep, which is refused", maxDepth)
	}
	s.starts = append(s.starts, len(s.stack))
	s.stack = append(s.stack, full...)
	s.name = local(full)
	s.tag, s.pos = p, q
	return Start, nil
}

func (s *Scanner) pop() {
	n := len(s.starts) - 1
	from := s.starts[n]
	s.name = local(s.stack[from:])
	s.stack, s.starts = s.stack[:from], s.starts[:n]
	s.closed = n == 0
}

func (s *Scanner) endTag(p int) (Kind, error) {
	n := len(s.starts)
	if n == 0 {
		return EOF, s.at(p, "an end tag without its start")
	}
	full := s.stack[s.starts[n-1]:]
	q := p + 2 + len(full)
	if q >= s.end {
		return EOF, errMore
	}
	if !bytes.Equal(s.buf[p+2:q], full) || class[s.buf[q]]&cName != 0 {
		return EOF, s.at(p, "an end tag that is not </%s>", full)
	}
	for class[s.buf[q]]&cSpace != 0 {
		q++
	}
	if s.buf[q] != '>' {
		if q == s.end {
			return EOF, errMore
		}
		return EOF, s.at(p, "an end tag </%s with %q in it", full, s.buf[q])
	}
	s.pos = q + 1
	s.pop()
	return End, nil
}

// readName reads the name that begins at p. A colon stands within it, once.
func (s *Scanner) readName(p int) (full []byte, next int, err error) {
	q := p
	if class[s.buf[q]]&cFirst == 0 || s.buf[q] == ':' {
		if q == s.end {
			return nil, 0, errMore
		}
		return nil, 0, s.at(q, "an unexpected %q where a name begins", s.buf[q])
	}
	colons := 0
	for class[s.buf[q]]&cName != 0 {
		if s.buf[q] == ':' {
			colons++
		}
		q++
	}
	if q == s.end {
		return nil, 0, errMore
	}
	if colons > 1 || s.buf[q-1] == ':' || s.buf[q] >= 0x80 {
		return nil, 0, s.at(p, "a name that we do not read: %.40q", s.buf[p:q+1])
	}
	return s.buf[p:q:q], q, nil
}

func local(full []byte) []byte {
	if i := bytes.IndexByte(full, ':'); i >= 0 {
		return full[i+1:]
	}
	return full
}

func (s *Scanner) readAttr(p int) (next int, err error) {
	full, q, err := s.readName(p)
	if err != nil {
		return 0, err
	}
	for class[s.buf[q]]&cSpace != 0 {
		q++
	}
	if s.buf[q] != '=' {
		return 0, s.unexpected(q, "= after an attribute's name")
	}
	q++
	for class[s.buf[q]]&cSpace != 0 {
		q++
	}
	quote := s.buf[q]
	if quote != '"' && quote != '\'' {
		return 0, s.unexpected(q, "a quoted value")
	}
	q++
	n := bytes.IndexByte(s.buf[q:s.end], quote)
	if n < 0 {
		return 0, errMore
	}
	value, err := s.attrValue(q, s.buf[q:q+n])
	if err != nil {
		return 0, err
	}
	for i := range s.attrs {
		if bytes.Equal(s.attrs[i].full, full) {
			return 0, s.at(p, "the attribute %s stands twice", full)
		}
	}
	if len(s.attrs) >= maxAttrs {
		return 0, s.at(p, "more than %d attributes, which is refused", maxAttrs)
	}
	s.attrs = append(s.attrs, attr{full, local(full), value})
	return q + n + 1, nil
}

func (s *Scanner) unexpected(p int, want string) error {
	if p == s.end {
		return errMore
	}
	return s.at(p, "an unexpected %q, want %s", s.buf[p], want)
}

func (s *Scanner) attrValue(p int, raw []byte) ([]byte, error) {
	plain := true
	for _, c := range raw {
		plain = plain && class[c]&cStop == 0
	}
	if plain {
		return raw, nil
	}
	if i := bytes.IndexByte(raw, '<'); i >= 0 {
		return nil, s.at(p+i, "a < within an attribute's value")
	}
	// The values decoded before keep pointing to the array they were put in.
	from := len(s.unesc)
	out, err := unescape(s.unesc, raw)
	if err != nil {
		return nil, s.at(p, "%w", err)
	}
	s.unesc = out
	return out[from:len(out):len(out)], nil
}

// scanText reads text up to the next tag, across comments, instructions and
// CDATA sections.
func (s *Scanner) scanText() (Kind, error) {
	p := s.pos
	for class[s.buf[p]]&cStop == 0 {
		p++
	}
	if s.buf[p] != '<' || !s.tagAt(p) || p+1 == s.end {
		return s.scanTextSlow()
	}
	if len(s.starts) == 0 {
		return EOF, s.at(s.pos, "text outside of the root element")
	}
	s.text = s.buf[s.pos:p]
	s.pos = p
	return Text, nil
}

func (s *Scanner) scanTextSlow() (Kind, error) {
	if len(s.starts) == 0 {
		return EOF, s.at(s.pos, "text outside of the root element: %.40q", s.buf[s.pos:s.end])
	}
	p := s.pos
	s.joined = s.joined[:0]
	for {
		n := bytes.IndexByte(s.buf[p:s.end], '<')
		if n < 0 || p+n+1 == s.end {
			return EOF, errMore
		}
		raw := s.buf[p : p+n]
		if i := bytes.Index(raw, []byte("]]>")); i >= 0 {
			return EOF, s.at(p+i, "]]> outside of a CDATA section")
		}
		var err error
		if s.joined, err = unescape(s.joined, raw); err != nil {
			blank := len(raw) - len(bytes.TrimLeft(raw, " \t\r\n"))
			return EOF, s.at(p+blank, "%w", err)
		}
		p += n
		if s.tagAt(p) {
			break
		}
		if p, err = s.miscInText(p); err != nil {
			return EOF, err
		}
	}
	s.pos = p
	s.text = s.joined
	if len(s.text) == 0 || !s.blanks && len(bytes.TrimLeft(s.text, " \t\r\n")) == 0 {
		return s.scan()
	}
	return Text, nil
}

var cdata = []byte("<![CDATA[")

func (s *Scanner) miscInText(p int) (next int, err error) {
	if b := s.buf[p:s.end]; !bytes.HasPrefix(b, cdata) {
		if len(b) < len(cdata) && bytes.HasPrefix(cdata, b) {
			return 0, errMore
		}
		return s.misc(p)
	}
	p += len(cdata)
	n := bytes.Index(s.buf[p:s.end], []byte("]]>"))
	if n < 0 {
		return 0, errMore
	}
	if s.joined, err = appendText(s.joined, s.buf[p:p+n]); err != nil {
		return 0, s.at(p, "%w", err)
	}
	return p + n + 3, nil
}

// misc reads a comment or an instruction and returns where it ends.
func (s *Scanner) misc(p int) (next int, err error) {
	b := s.buf[p:s.end]
	if len(b) < len(cdata) && !s.eof {
		return 0, errMore
	}
	switch {
	case bytes.HasPrefix(b, []byte("<?")):
		return s.instruction(p)
	case bytes.HasPrefix(b, []byte("<!--")):
		n := bytes.Index(b[4:], []byte("--"))
		if n < 0 || 4+n+2 >= len(b) {
			return 0, errMore
		}
		if b[4+n+2] != '>' {
			return 0, s.at(p+4+n, "-- within a comment")
		}
		if _, err := appendText(nil, b[4:4+n]); err != nil {
			return 0, s.at(p, "%w", err)
		}
		return p + 4 + n + 3, nil
	case bytes.HasPrefix(b, cdata):
		return 0, s.at(p, "a CDATA section outside of the root element")
	case len(b) < len(cdata) && (bytes.HasPrefix(cdata, b) || bytes.HasPrefix([]byte("<!--"), b)):
		return 0, errMore
	}
	return 0, s.at(p, "%w", ErrDoctype)
}

func (s *Scanner) instruction(p int) (next int, err error) {
	n := bytes.Index(s.buf[p+2:s.end], []byte("?>"))
	if n < 0 {
		return 0, errMore
	}
	body := s.buf[p+2 : p+2+n]
	target, _, err := s.readName(p + 2)
	if err != nil {
		return 0, s.at(p, "an instruction without a name")
	}
	if string(target) == "xml" {
		if s.Line() > 1 || p > 3 {
			return 0, s.at(p, "an XML declaration that is not at the start")
		}
		if err := declaration(body); err != nil {
			return 0, s.at(p, "%w", err)
		}
	}
	if _, err := appendText(nil, body); err != nil {
		return 0, s.at(p, "%w", err)
	}
	return p + 2 + n + 2, nil
}

// declaration checks version and encoding of <?xml ... ?>.
func declaration(body []byte) error {
	if v, ok := pseudo(body, "version"); ok && v != "1.0" {
		return fmt.Errorf("XML version %q, want 1.0", v)
	}
	if enc, ok := pseudo(body, "encoding"); ok && !strings.EqualFold(enc, "utf-8") {
		return fmt.Errorf("the file is in %q, want UTF-8", enc)
	}
	return nil
}

// pseudo returns the value of name="value" in an instruction and whether name
// stands in it. Where it cannot be read the value is "?": what is declared but
// not understood is never taken for the default.
func pseudo(body []byte, name string) (value string, ok bool) {
	i := bytes.Index(body, []byte(name))
	if i < 0 {
		return "", false
	}
	body = body[i+len(name):]
	if len(body) < 2 || body[0] != '=' || body[1] != '"' && body[1] != '\'' {
		return "?", true
	}
	n := bytes.IndexByte(body[2:], body[1])
	if n < 0 {
		return "?", true
	}
	return string(body[2 : 2+n]), true
}

// unescape appends raw to dst with references replaced and line ends as XML
// gives them: one newline for each.
func unescape(dst, raw []byte) ([]byte, error) {
	for {
		i := bytes.IndexByte(raw, '&')
		if i < 0 {
			return appendText(dst, raw)
		}
		var err error
		if dst, err = appendText(dst, raw[:i]); err != nil {
			return nil, err
		}
		n := bytes.IndexByte(raw[i:], ';')
		if n < 0 {
			return nil, errors.New("an & that begins no reference")
		}
		r, err := reference(raw[i+1 : i+n])
		if err != nil {
			return nil, err
		}
		dst = utf8.AppendRune(dst, r)
		raw = raw[i+n+1:]
	}
}

func reference(b []byte) (rune, error) {
	switch string(b) {
	case "lt":
		return '<', nil
	case "gt":
		return '>', nil
	case "amp":
		return '&', nil
	case "apos":
		return '\'', nil
	case "quot":
		return '"', nil
	}
	digits, base := b, 10
	if len(b) < 2 || b[0] != '#' {
		return 0, fmt.Errorf("an unknown entity &%.40s;", b)
	}
	digits = b[1:]
	if digits[0] == 'x' {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(string(digits), base, 32)
	if err != nil || n > utf8.MaxRune || !allowed(rune(n)) {
		return 0, fmt.Errorf("a reference &%.40s; to no character", b)
	}
	return rune(n), nil
}

// allowed says whether XML 1.0 (section 2.2) allows a character.
func allowed(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || 0x20 <= r && r <= 0xD7FF || 0xE000 <= r && r <= 0xFFFD || 0x10000 <= r && r <= utf8.MaxRune
}

// appendText appends raw, checked, with \r\n and \r as \n.
func appendText(dst, raw []byte) ([]byte, error) {
	from := len(dst)
	for i := 0; i < len(raw); {
		switch c := raw[i]; {
		case c == '\r':
			dst = append(dst, '\n')
			if i++; i < len(raw) && raw[i] == '\n' {
				i++
			}
		case c < 0x20 && c != '\t' && c != '\n':
			return dst, fmt.Errorf("the control character %#02x", c)
		case c < utf8.RuneSelf:
			dst = append(dst, c)
			i++
		default:
			r, n := utf8.DecodeRune(raw[i:])
			if r == utf8.RuneError && n == 1 {
				return dst[:from], fmt.Errorf("bytes that are not UTF-8: %.8q", raw[i:])
			}
			if !allowed(r) {
				return dst[:from], fmt.Errorf("the character %U, which XML does not allow", r)
			}
			dst = append(dst, raw[i:i+n]...)
			i += n
		}
	}
	return dst, nil
}
