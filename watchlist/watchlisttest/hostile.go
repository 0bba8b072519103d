// SPDX-License-Identifier: Apache-2.0

package watchlisttest

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/interdict-dev/interdict/party"
)

// hostile does to each file what programs and people do on the way: other
// encodings and line ends, marks, the same file twice in one, a text without
// end. Whatever comes of it, the entries are those of the publisher, or there is
// an error or a reject; nothing is taken for something else.
func (s suite) hostile(t *testing.T, first reading) {
	for name, f := range s.data {
		if !utf8.Valid(f.Data) || bytes.IndexByte(f.Data, 0) >= 0 {
			continue // a workbook, an archive
		}
		bare := bytes.TrimPrefix(f.Data, []byte("\xef\xbb\xbf"))
		for what, data := range map[string][]byte{
			"a byte order mark":           append([]byte("\xef\xbb\xbf"), bare...),
			"UTF-16":                      utf16LE(bare),
			"line ends of Windows":        bytes.ReplaceAll(bytes.ReplaceAll(bare, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n")),
			"Latin-1":                     latin1(bare),
			"blanks before its beginning": append([]byte(" \n"), bare...),
		} {
			s.sameOrSaid(t, what+" in "+name, read(s.source, with(s.data, name, data)), first)
		}
		if bare[0] == '<' {
			page := "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]>"
			_, body, _ := bytes.Cut(bare, []byte("?>"))
			s.said(t, "a document type in "+name, read(s.source, with(s.data, name, append([]byte(page), body...))), first)
		}
		for what, data := range map[string][]byte{
			"the same file twice in one": append(append(bytes.Clone(bare), '\n'), bare...),
			"a zero byte in each line":   bytes.ReplaceAll(bare, []byte("\n"), []byte("\x00\n")),
			"a web page behind it":       append(bytes.Clone(bare), webPage...),
			"a text of 40 MB":            longText(bare),
		} {
			s.said(t, what+" in "+name, read(s.source, with(s.data, name, data)), first)
		}
	}
}

// sameOrSaid wants the very entries, or an error or a reject.
func (s suite) sameOrSaid(t *testing.T, what string, r, first reading) {
	t.Helper()
	s.said(t, what, r, first)
	if r.err == nil && len(r.rejects) == len(first.rejects) && len(r.entries) != len(first.entries) {
		t.Errorf("%s gave %d entries, want %d, and no error", what, len(r.entries), len(first.entries))
	}
}

// said holds that the entries are the publisher's as far as there are any: what
// is missing is said, no two are one, and no text has what no publisher wrote.
func (s suite) said(t *testing.T, what string, r, first reading) {
	t.Helper()
	if r.err == nil && len(r.entries)+len(r.rejects) < len(first.entries)+len(first.rejects) {
		t.Errorf("%s gave %d entries and %d rejects of %d, and no error", what, len(r.entries), len(r.rejects), len(first.entries)+len(first.rejects))
	}
	known := map[party.Ref]*party.Entry{}
	for i := range first.entries {
		known[first.entries[i].Ref] = &first.entries[i]
	}
	seen := map[party.Ref]bool{}
	for i := range r.entries {
		e := &r.entries[i]
		switch was := known[e.Ref]; {
		case seen[e.Ref]:
			t.Errorf("%s gave %s twice", what, e.Ref)
		case was == nil:
			t.Errorf("%s gave an entry %q that the file does not have", what, e.Ref)
		case len(r.rejects) <= len(first.rejects) && r.err == nil && !reflect.DeepEqual(texts(e), texts(was)) && !strings.Contains(what, "40 MB"):
			t.Errorf("%s gave %s as %q, want %q, and no error", what, e.Ref, texts(e), texts(was))
		}
		seen[e.Ref] = true
		for _, n := range texts(e) {
			if !utf8.ValidString(n) || strings.ContainsAny(n, "\x00\ufeff\ufffd") {
				t.Errorf("%s gave %s the text %.60q", what, e.Ref, n)
			}
		}
	}
}

// texts are the texts of an entry by which people know it.
func texts(e *party.Entry) []string {
	out := []string{e.Ref.ID, strings.ReplaceAll(e.Remarks, "\r\n", "\n")}
	for _, n := range e.Names {
		out = append(out, n.Full)
	}
	for _, a := range e.Addresses {
		out = append(out, strings.ReplaceAll(a.String(), "\r\n", "\n"))
	}
	for _, id := range e.Identifiers {
		out = append(out, id.Value)
	}
	return out
}

func utf16LE(b []byte) []byte {
	out := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(string(b))) {
		out = append(out, byte(u), byte(u>>8))
	}
	return out
}

// latin1 writes the characters that Latin-1 has as such, as a careless program
// does, and leaves the others.
func latin1(b []byte) []byte {
	var out []byte
	for _, r := range string(b) {
		if r < 0x100 {
			out = append(out, byte(r))
		} else {
			out = utf8.AppendRune(out, r)
		}
	}
	return out
}

// longText makes one word in the middle of a file 40 MB long.
func longText(b []byte) []byte {
	at := len(b) / 2
	for at < len(b) && !isLetter(b[at]) {
		at++
	}
	return bytes.Join([][]byte{b[:at], bytes.Repeat([]byte("a"), 40<<20), b[at:]}, nil)
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
