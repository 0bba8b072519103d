// SPDX-License-Identifier: Apache-2.0

// Package ftm reads FollowTheMoney entities as they are published: JSON lines
// with an identifier, a schema and properties, each a list of values. It keeps
// schemata and properties that it does not know, and judges none of them. The
// schemata themselves are here as data: who extends whom, what may be compared.
//
// A line that cannot be read is a [*LineError] after which reading goes on.
// What an entity means to a screening is the business of package rows.
package ftm

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/valyala/fastjson"

	"github.com/interdict-dev/interdict/internal/errkind"
)

// An Entity is one entity. Every field but Schema may be empty.
type Entity struct {
	ID         string
	Caption    string
	Schema     string
	Properties []Values // in the order of the file
	Datasets   []string
	Referents  []string
	FirstSeen  string // "2023-04-20T10:50:01", UTC without a zone
	LastSeen   string
	LastChange string
	Target     bool
	Extra      []Extra // further keys of the line, as JSON
}

// Values is one property with its values.
type Values struct {
	Name   string
	Values []Value
}

// A Value is a text, or a whole entity where the export nests them.
type Value struct {
	Text   string
	Entity *Entity // nil for a text
}

// An Extra is a key of the line that this package does not know.
type Extra struct{ Name, JSON string }

// Get returns the values of a property, nil where it is absent.
func (e *Entity) Get(name string) []Value {
	for _, v := range e.Properties {
		if v.Name == name {
			return v.Values
		}
	}
	return nil
}

// Texts returns the texts of a property. A nested entity counts by its caption
// or its identifier.
func (e *Entity) Texts(name string) []string {
	var out []string
	for _, v := range e.Get(name) {
		switch {
		case v.Entity == nil:
			out = append(out, v.Text)
		case v.Entity.Caption != "":
			out = append(out, v.Entity.Caption)
		default:
			out = append(out, v.Entity.ID)
		}
	}
	return out
}

// First returns the first text of a property, "" where it is absent.
func (e *Entity) First(name string) string {
	if t := e.Texts(name); len(t) > 0 {
		return t[0]
	}
	return ""
}

// A Parser reads entities. It reuses its memory, so each goroutine needs its
// own; the zero Parser is ready.
type Parser struct{ p fastjson.Parser }

// maxNesting bounds entities within entities. Exports nest edges and their far
// ends, two deep.
const maxNesting = 16

// Parse reads one entity.
func (p *Parser) Parse(line []byte) (Entity, error) {
	v, err := p.p.ParseBytes(line)
	if err != nil {
		return Entity{}, errkind.Wrap(errkind.Invalid, fmt.Errorf("not JSON: %w", err))
	}
	return Read(v)
}

// Read reads an entity out of JSON that is parsed already. The entity holds
// copies, so v may be reused.
func Read(v *fastjson.Value) (Entity, error) { return read(v, 0) }

func read(v *fastjson.Value, depth int) (Entity, error) {
	var e Entity
	o, err := v.Object()
	if err != nil {
		return e, errkind.New(errkind.Invalid, "the entity is no JSON object")
	}
	if depth > maxNesting {
		return e, errkind.New(errkind.Invalid, fmt.Sprintf("entities are nested more than %d deep", maxNesting))
	}
	var failed error
	o.Visit(func(key []byte, v *fastjson.Value) {
		if failed != nil || v.Type() == fastjson.TypeNull {
			return
		}
		if err := e.set(string(key), v, depth); err != nil {
			failed = fmt.Errorf("%q: %w", key, err)
		}
	})
	switch {
	case failed != nil:
		return Entity{}, failed
	case e.Schema == "":
		return Entity{}, errkind.New(errkind.Invalid, "the entity has no schema")
	}
	return e, nil
}

func (e *Entity) set(key string, v *fastjson.Value, depth int) (err error) {
	switch key {
	case "id":
		e.ID, err = text(v)
	case "caption":
		e.Caption, err = text(v)
	case "schema":
		e.Schema, err = text(v)
	case "first_seen":
		e.FirstSeen, err = text(v)
	case "last_seen":
		e.LastSeen, err = text(v)
	case "last_change":
		e.LastChange, err = text(v)
	case "datasets":
		e.Datasets, err = texts(v)
	case "referents":
		e.Referents, err = texts(v)
	case "target":
		e.Target, err = v.Bool()
	case "properties":
		e.Properties, err = properties(v, depth)
	default:
		e.Extra = append(e.Extra, Extra{key, v.String()})
	}
	return err
}

// text accepts numbers and booleans as well, as hand-made files hold them.
func text(v *fastjson.Value) (string, error) {
	switch v.Type() {
	case fastjson.TypeString:
		b, err := v.StringBytes()
		return string(b), err
	case fastjson.TypeNumber, fastjson.TypeTrue, fastjson.TypeFalse:
		return v.String(), nil
	}
	return "", errkind.New(errkind.Invalid, "want a text, not "+v.Type().String())
}

func texts(v *fastjson.Value) ([]string, error) {
	items, err := list(v)
	if err != nil {
		return nil, err
	}
	out := make([]string, 0, len(items))
	for _, i := range items {
		s, err := text(i)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

// list returns the items of an array; a single value is a list of one, as some
// clients write it.
func list(v *fastjson.Value) ([]*fastjson.Value, error) {
	if v.Type() == fastjson.TypeArray {
		return v.Array()
	}
	return []*fastjson.Value{v}, nil
}

func properties(v *fastjson.Value, depth int) ([]Values, error) {
	o, err := v.Object()
	if err != nil {
		return nil, errkind.New(errkind.Invalid, "properties are no JSON object")
	}
	out := make([]Values, 0, o.Len())
	var failed error
	o.Visit(func(key []byte, v *fastjson.Value) {
		if failed != nil {
			return
		}
		values, err := valuesOf(v, depth)
		if err != nil {
			failed = fmt.Errorf("property %q: %w", key, err)
			return
		}
		out = append(out, Values{string(key), values})
	})
	return out, failed
}

func valuesOf(v *fastjson.Value, depth int) ([]Value, error) {
	items, err := list(v)
	if err != nil {
		return nil, err
	}
	out := make([]Value, 0, len(items))
	for _, i := range items {
		switch i.Type() {
		case fastjson.TypeNull:
		case fastjson.TypeObject:
			e, err := read(i, depth+1)
			if err != nil {
				return nil, err
			}
			out = append(out, Value{Entity: &e})
		default:
			s, err := text(i)
			if err != nil {
				return nil, err
			}
			out = append(out, Value{Text: s})
		}
	}
	return out, nil
}

// A LineError is a line that could not be read. The lines after it can.
type LineError struct {
	Line   int    // 1-based
	Reason string // what is wrong
	Raw    string // the start of the line, at most 200 bytes
}

// Error says where and why.
func (e *LineError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Reason) }

// MaxLine is the longest line that is read. The longest of the full exports is
// below 2 MiB.
const MaxLine = 64 << 20

// ReadAll yields the entities of a file of JSON lines with their line numbers.
// Blank lines are left out. Errors other than [*LineError] end the sequence.
func ReadAll(r io.Reader) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		var p Parser
		br := bufio.NewReaderSize(r, 256<<10)
		var buf []byte
		for n := 1; ; n++ {
			var err error
			buf, err = readLine(br, buf[:0])
			if err != nil && err != io.EOF && !errors.Is(err, errTooLong) {
				yield(Line{Number: n}, fmt.Errorf("line %d: %w", n, err))
				return
			}
			if !emit(&p, n, buf, errors.Is(err, errTooLong), yield) || err == io.EOF {
				return
			}
		}
	}
}

// A Line is an entity and the number of its line.
type Line struct {
	Number int
	Entity Entity
}

func emit(p *Parser, n int, line []byte, long bool, yield func(Line, error) bool) bool {
	line = bytes.TrimSpace(bytes.TrimPrefix(line, []byte("\xEF\xBB\xBF")))
	if len(line) == 0 {
		return true
	}
	e, err := Entity{}, error(errTooLong)
	if !long {
		e, err = p.Parse(line)
	}
	if err != nil {
		return yield(Line{Number: n}, &LineError{n, err.Error(), string(bytes.ToValidUTF8(line[:min(len(line), 200)], nil))})
	}
	return yield(Line{n, e}, nil)
}

var errTooLong = fmt.Errorf("the line is longer than %d bytes", MaxLine)

// readLine appends the next line to buf. Of a line that is too long it keeps
// the start, skips the rest and returns errTooLong.
func readLine(br *bufio.Reader, buf []byte) ([]byte, error) {
	long := false
	for {
		part, err := br.ReadSlice('\n')
		if len(buf)+len(part) > MaxLine {
			long, part = true, nil
		}
		buf = append(buf, part...)
		switch {
		case err == bufio.ErrBufferFull:
		case err == nil && long || err == io.EOF && long:
			return buf, errTooLong
		default:
			return buf, err
		}
	}
}
