// SPDX-License-Identifier: Apache-2.0

package documents

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/valyala/fastjson"

	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/internal/table"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/rows"
	"github.com/interdict-dev/interdict/subject"
)

// isLines knows JSON lines by their first byte that is no blank.
func isLines(_ string, head []byte) bool {
	return bytes.HasPrefix(bytes.TrimSpace(bytes.TrimPrefix(head, []byte("\xEF\xBB\xBF"))), []byte("{"))
}

// isEntities knows FollowTheMoney entities by the keys of the first line.
func isEntities(name string, head []byte) bool {
	line, _, _ := bytes.Cut(bytes.TrimSpace(head), []byte("\n"))
	return isLines(name, head) && bytes.Contains(line, []byte(`"schema"`)) && bytes.Contains(line, []byte(`"properties"`))
}

// openLines reads objects of JSON, one a line: FollowTheMoney entities or flat
// ones, and both in one file.
func openLines(d *Document, src *source) error {
	d.coverage.Encoding = table.UTF8
	l := lineReader{d: d}
	d.read = func(yield func(subject.Subject, error) bool) {
		for line, err := range table.Lines(src, d.tableOptions()) {
			if !l.one(line, err, yield) {
				return
			}
		}
	}
	return nil
}

// isJSON knows an array of objects, and an object that is written over several
// lines.
func isJSON(_ string, head []byte) bool {
	text := bytes.TrimSpace(bytes.TrimPrefix(head, []byte("\xEF\xBB\xBF")))
	line, rest, _ := bytes.Cut(text, []byte("\n"))
	line = bytes.TrimSpace(line)
	switch {
	case bytes.HasPrefix(text, []byte("[")):
		after := bytes.TrimSpace(text[1:])
		return bytes.HasPrefix(after, []byte("{")) || bytes.HasPrefix(after, []byte("]"))
	case bytes.HasPrefix(text, []byte("{")):
		return len(rest) > 0 && (bytes.HasSuffix(line, []byte("{")) || bytes.HasSuffix(line, []byte("[")) || bytes.HasSuffix(line, []byte(",")))
	}
	return false
}

// openJSON reads an array of objects, or objects one after the other, one at a
// time. A row is an object. What is no JSON ends the document, since nobody can
// tell where the next object begins.
func openJSON(d *Document, src *source) error {
	d.coverage.Encoding = table.UTF8
	br := bufio.NewReader(src)
	if mark, err := br.Peek(3); err == nil && string(mark) == "\xEF\xBB\xBF" {
		if _, err := br.Discard(3); err != nil {
			return err
		}
	}
	dec := json.NewDecoder(br)
	array := bytes.HasPrefix(bytes.TrimSpace(bytes.TrimPrefix(src.head, []byte("\xEF\xBB\xBF"))), []byte("["))
	if array {
		if _, err := dec.Token(); err != nil {
			return errkind.Wrap(errkind.Invalid, err)
		}
	}
	l := lineReader{d: d, array: array}
	d.read = func(yield func(subject.Subject, error) bool) {
		for n := 1; !array || dec.More(); n++ {
			var raw json.RawMessage
			err := dec.Decode(&raw)
			if err == io.EOF && !array {
				return
			}
			if err != nil {
				err = errkind.Wrap(errkind.Invalid, fmt.Errorf("%s: object %d: not JSON, or cut short: %w", d.name, n, err))
			}
			if !l.one(table.Line{Number: n, Text: raw}, err, yield) {
				return
			}
		}
		if _, err := dec.Token(); err != nil {
			yield(subject.Subject{}, errkind.Wrap(errkind.Invalid, fmt.Errorf("%s: the array does not end: %w", d.name, err)))
		}
	}
	return nil
}

type lineReader struct {
	d     *Document
	json  fastjson.Parser
	array bool // lines are the elements of one array
}

// at returns the place of a line or element, to which a path is added.
func (l *lineReader) at(n int) string {
	if l.array {
		return fmt.Sprintf("%s#/%d", l.d.name, n-1)
	}
	return fmt.Sprintf("%s#L%d", l.d.name, n)
}

func (l *lineReader) one(line table.Line, err error, yield func(subject.Subject, error) bool) bool {
	var re *RowError
	if err != nil && !errors.As(err, &re) {
		yield(subject.Subject{}, err)
		return false
	}
	l.d.coverage.Rows++
	if err != nil {
		return l.d.rowError(re, yield)
	}
	obj, dealing, err := l.object(line.Text)
	switch {
	case err != nil:
		return l.d.rowError(&RowError{Row: line.Number, Line: line.Number, Reason: err.Error(), Raw: start(line.Text)}, yield)
	case obj == nil:
		l.d.coverage.Skipped++
		return true
	case len(obj.Parties) == 0:
		return l.d.rowError(&RowError{Row: line.Number, Line: line.Number, Reason: "the object holds neither a name nor an identifier under a key that is read as such", Raw: start(line.Text)}, yield)
	}
	l.d.cover(obj)
	for _, p := range obj.Parties {
		s := objectSubject(p, l.at(line.Number))
		s.Row, s.Dealing = line.Number, dealing
		if s.Role == "" {
			s.Role = l.d.opts.Role
		}
		if !yield(s, nil) {
			return false
		}
	}
	return true
}

func (l *lineReader) object(text []byte) (*rows.Object, subject.Dealing, error) {
	if !utf8.Valid(text) {
		return nil, subject.Dealing{}, errors.New("the line is not UTF-8")
	}
	v, err := l.json.ParseBytes(text)
	if err != nil {
		return nil, subject.Dealing{}, fmt.Errorf("not JSON: %w", err)
	}
	obj, err := rows.ReadObject(v, rows.Options{Kind: l.d.opts.Party})
	if err != nil || obj == nil {
		return obj, subject.Dealing{}, err
	}
	dealing := dealingOfObject(v)
	if o := v.Get("dealing"); o != nil && o.Type() == fastjson.TypeObject { // as answers print it
		dealing = dealingOfObject(o)
		obj.Ignored = slices.DeleteFunc(obj.Ignored, func(k string) bool { return k == "dealing" })
		obj.Used = append(obj.Used, "dealing")
	}
	return obj, dealing, nil
}

// cover adds the keys of an object to the coverage, in the order in which they
// first appear.
func (d *Document) cover(obj *rows.Object) {
	c := &d.coverage
	for _, k := range obj.Used {
		if !slices.ContainsFunc(c.Used, func(u ColumnUse) bool { return u.Header == k }) && len(c.Used) < maxKeys {
			use := rows.KeyUse(k)
			if k == "dealing" {
				use = "dealing: served, paid, owed"
			}
			c.Used = append(c.Used, ColumnUse{Header: k, Use: use})
		}
	}
	for _, k := range obj.Ignored {
		if !slices.Contains(c.Ignored, k) && len(c.Ignored) < maxKeys {
			c.Ignored = append(c.Ignored, k)
		}
	}
}

// maxKeys bounds the keys in a coverage: a file of objects with keys of their
// own is no table.
const maxKeys = 200

func objectSubject(p rows.ObjectParty, at string) subject.Subject {
	s := subject.Subject{ID: p.Key, Pointer: at + p.Path, Role: p.Role, Party: p.Entry, Pointers: make(map[string]string, len(p.Paths))}
	for k, path := range p.Paths {
		s.Pointers[k] = at + path
	}
	return s
}

func start(b []byte) string { return string(bytes.ToValidUTF8(b[:min(len(b), 200)], nil)) }

// Names reads one name a line, as they come on standard input. A name may as
// well be an identifier, a ticker or a domain. Lines are given as soon as they
// are typed. A line that is not UTF-8 is a [*RowError].
func Names(r io.Reader) iter.Seq2[subject.Subject, error] {
	return func(yield func(subject.Subject, error) bool) {
		for line, err := range table.Lines(r, table.Options{File: "standard input"}) {
			s := subject.Subject{Row: line.Number, Bare: true}
			var re *RowError
			if err != nil && !errors.As(err, &re) {
				yield(s, err)
				return
			}
			if err == nil && !utf8.Valid(line.Text) {
				err = &RowError{File: "standard input", Row: line.Number, Line: line.Number, Reason: "the line is not UTF-8", Raw: start(line.Text)}
			}
			if err == nil {
				s.Party.Names = []party.Name{{Full: strings.TrimSpace(string(line.Text))}}
			}
			if !yield(s, err) {
				return
			}
		}
	}
}

// openNames reads a file of one name a line, whatever the names hold.
func openNames(d *Document, src *source) error {
	d.opts.Delimiter = table.Whole
	d.opts.NoHeader = true
	return openCSV(d, src)
}
