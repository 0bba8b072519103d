// SPDX-License-Identifier: Apache-2.0

package intel

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/infra"
	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/party"
)

// What follows is shared by the readers of formats.

// NewReject returns a reject with the start of what was rejected.
func NewReject(file string, row, line int, id, reason, raw string) *Reject {
	return &Reject{File: file, Row: row, Line: line, ID: id, Reason: reason, Raw: Start(raw, 4<<10)}
}

// Start returns at most n bytes of s, cut between characters.
func Start(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// SourceFor returns who says what the file says: the brief's source, its name
// replaced by the one that the file gives. Where neither names anybody it is
// named after the file, and nobody graded it.
func (b Brief) SourceFor(file, says string) claim.Source {
	s := b.Source
	if says = strings.TrimSpace(says); says != "" {
		s.Name = says
	}
	if s.Name == "" {
		s.Name = path.Base(file)
	}
	return s
}

// FileParty returns whom the indicators of a file are attributed to that it
// attributes to nobody, and the entry that has to be made for it; nil where
// the brief names a party.
func (b Brief) FileParty(file string) (party.Ref, *party.Entry) {
	if !b.Party.IsZero() {
		return b.Party, nil
	}
	stem := strings.TrimSuffix(path.Base(file), path.Ext(file))
	e := &party.Entry{
		Ref:     party.Ref{List: List, ID: "file/" + Slug(stem)},
		Names:   []party.Name{{Full: strings.TrimSpace(strings.NewReplacer("_", " ", "-", " ").Replace(stem))}},
		Remarks: "Made for the file " + path.Base(file) + ", which does not say whom its indicators belong to.",
	}
	if e.Names[0].Full == "" {
		e.Names[0].Full = path.Base(file)
	}
	return e.Ref, e
}

// NamedParty returns the party that a file calls by a name, and the entry that
// has to be made for it; nil where the brief knows the name. Equal names of
// different files are different parties: only a recorded decision joins them.
func (b Brief) NamedParty(file, name string) (party.Ref, *party.Entry) {
	if r, ok := b.Named[name]; ok {
		return r, nil
	}
	stem := strings.TrimSuffix(path.Base(file), path.Ext(file))
	e := &party.Entry{
		Ref:   party.Ref{List: List, ID: "file/" + Slug(stem) + "/" + Slug(name)},
		Names: []party.Name{{Full: name}},
	}
	return e.Ref, e
}

// ScopeOf returns how far a claim about i reaches by the brief: only domains
// reach further than themselves.
func (b Brief) ScopeOf(i infra.Indicator) infra.Scope {
	if i.Type != infra.Domain {
		return infra.Exact
	}
	return infra.ScopeFor(i.Value, b.Scope)
}

// nobodys says why a claim about an address can be about nobody: every network has
// the address for itself, or the prefix is so wide that it holds the machines of
// half the world. Such a claim would make a contact of everybody's own traffic.
func nobodys(c *claim.Claim) string {
	p, ok := c.From.Indicator.Prefix()
	if !ok {
		return ""
	}
	widest := 8 // what IANA gave a company at most ("IANA IPv4 Address Space Registry")
	if p.Addr().Is6() {
		widest = 16 // wider than a registry gives anybody
	}
	switch a := p.Addr(); {
	case p.Bits() < widest:
		return fmt.Sprintf("%v is too wide to be anybody's", p)
	case a.IsPrivate(), !a.IsGlobalUnicast():
		return fmt.Sprintf("%s is no address of the Internet: every network has its own", c.From.Indicator.Value)
	}
	return ""
}

// Slug returns a name in the form of a key: small letters and digits of any
// script, everything else a single hyphen. "Tier 3 Sparrow" is "tier3-sparrow":
// the number of a tier belongs to its word.
func Slug(s string) string {
	var b strings.Builder
	gap := false
	for _, r := range strings.ToLower(s) {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			gap = true
			continue
		}
		if gap && b.Len() > 0 && !(unicode.IsDigit(r) && strings.HasSuffix(b.String(), "tier")) {
			b.WriteByte('-')
		}
		gap = false
		b.WriteRune(r)
	}
	if b.Len() == 0 {
		return "unnamed"
	}
	return b.String()
}

// RoleOf returns the role of an indicator in the form "raptor-train/tier3", "" for
// no words.
func RoleOf(p party.Ref, words string) string {
	if words = strings.TrimSpace(words); words == "" {
		return ""
	}
	return p.ID + "/" + Slug(words)
}

// ReadAll reads a file of which a reader has to hold the whole, at most limit
// bytes. A web page, an empty file and text that is not UTF-8 are [ErrFormat].
func ReadAll(name string, r io.Reader, limit int64) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	b = bytes.TrimPrefix(b, []byte("\xEF\xBB\xBF"))
	switch {
	case int64(len(b)) > limit:
		return nil, errkind.New(errkind.Invalid, fmt.Sprintf("%s is longer than %d bytes", name, limit))
	case len(bytes.TrimSpace(b)) == 0:
		return nil, fmt.Errorf("%s is empty: %w", name, ErrFormat)
	case IsPage(b):
		return nil, fmt.Errorf("%s is a web page: %w", name, ErrFormat)
	case !utf8.Valid(b):
		return nil, fmt.Errorf("%s is not UTF-8: %w", name, ErrFormat)
	}
	return b, nil
}

// IsPage says that bytes begin a web page, as servers send on bad days.
func IsPage(head []byte) bool {
	text := bytes.ToLower(bytes.TrimSpace(head[:min(len(head), 512)]))
	return bytes.HasPrefix(text, []byte("<!doctype")) || bytes.HasPrefix(text, []byte("<html"))
}

// IsJSON says that bytes begin a JSON object or array.
func IsJSON(head []byte) bool {
	text := bytes.TrimSpace(bytes.TrimPrefix(head, []byte("\xEF\xBB\xBF")))
	return len(text) > 0 && (text[0] == '{' || text[0] == '[')
}

// maxLine bounds a line of text: no row that we know is longer than a few KiB.
const maxLine = 1 << 20

// errLong is a line longer than maxLine.
var errLong = errors.New("the line is longer than 1 MiB")

// Lines calls f with each line of a text, numbered from 1, without its end. A
// line of a MiB is handed over cut, with an error. It stops when f returns
// false, and returns the error of the reader.
func Lines(r io.Reader, f func(n int, text string, err error) bool) error {
	br := bufio.NewReaderSize(r, 64<<10)
	for n := 1; ; n++ {
		var line []byte
		long := false
		var err error
		for {
			var part []byte
			part, err = br.ReadSlice('\n')
			if room := maxLine - len(line); len(part) > room {
				part, long = part[:room], true
			}
			line = append(line, part...)
			if err != bufio.ErrBufferFull {
				break
			}
		}
		if err != nil && err != io.EOF {
			return err
		}
		if err == io.EOF && len(line) == 0 {
			return nil
		}
		text := strings.TrimSuffix(strings.TrimSuffix(string(line), "\n"), "\r")
		if n == 1 {
			text = strings.TrimPrefix(text, "\ufeff")
		}
		var bad error
		if long {
			bad = errLong
		}
		if !f(n, text, bad) || err == io.EOF {
			return nil
		}
	}
}

// An Element is one value of a JSON file.
type Element struct {
	Row  int // 1-based
	Line int // on which it begins
	Raw  json.RawMessage
}

// A Doc is a JSON file whose values know the line on which they stand.
type Doc struct {
	text []byte
	dec  *json.Decoder
	at   int // bytes whose lines are counted
	line int
}

// NewDoc begins to read the JSON text b.
func NewDoc(b []byte) *Doc {
	return &Doc{text: b, dec: json.NewDecoder(bytes.NewReader(b)), line: 1}
}

// NewDocAt begins to read a JSON text that stands on a line of a larger one.
func NewDocAt(e Element) *Doc {
	d := NewDoc(e.Raw)
	d.line = e.Line
	return d
}

// Next returns the first byte of the value that comes next; 0 at the end.
func (d *Doc) Next() byte {
	rest := bytes.TrimLeft(d.text[min(int(d.dec.InputOffset()), len(d.text)):], " \t\r\n,:")
	if len(rest) == 0 {
		return 0
	}
	return rest[0]
}

// Object calls field with each key of the object that comes next. field reads
// the value, with [Doc.Value] or [Doc.Array].
func (d *Doc) Object(field func(key string) error) error {
	if err := d.open('{'); err != nil {
		return err
	}
	for d.dec.More() {
		t, err := d.dec.Token()
		if err != nil {
			return err
		}
		key, ok := t.(string)
		if !ok {
			return fmt.Errorf("%v is no key", t)
		}
		if err := field(key); err != nil {
			return err
		}
	}
	_, err := d.dec.Token()
	return err
}

// Array calls each with every element of the array that comes next.
func (d *Doc) Array(each func(Element) error) error {
	return d.Items(func(n int) error {
		e, err := d.Value()
		if err != nil {
			return err
		}
		e.Row = n
		return each(e)
	})
}

// Items calls item before every element of the array that comes next, with its
// number from 1. item reads the element.
func (d *Doc) Items(item func(n int) error) error {
	if err := d.open('['); err != nil {
		return err
	}
	for n := 1; d.dec.More(); n++ {
		if err := item(n); err != nil {
			return err
		}
	}
	_, err := d.dec.Token()
	return err
}

func (d *Doc) open(want json.Delim) error {
	t, err := d.dec.Token()
	if err != nil {
		return err
	}
	if t != want {
		return fmt.Errorf("found %v where %q was expected: %w", t, rune(want), ErrFormat)
	}
	return nil
}

// Value reads the value that comes next, whatever it is.
func (d *Doc) Value() (Element, error) {
	var raw json.RawMessage
	if err := d.dec.Decode(&raw); err != nil {
		return Element{}, err
	}
	begin := int(d.dec.InputOffset()) - len(raw)
	d.line += bytes.Count(d.text[d.at:begin], []byte("\n"))
	d.at = begin
	return Element{Line: d.line, Raw: raw}, nil
}

// End says that nothing but white space is left.
func (d *Doc) End() error {
	if _, err := d.dec.Token(); err != io.EOF {
		return errors.New("there is more after the end of the document")
	}
	return nil
}
