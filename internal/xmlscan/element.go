// SPDX-License-Identifier: Apache-2.0

package xmlscan

import (
	"bytes"
	"fmt"
	"io"
	"iter"
	"strings"
)

// MaxElement is how many bytes of names, attributes and text one [Element] may
// hold: 32 MiB. The largest entries of published lists have some 100 KiB.
const MaxElement = 32 << 20

// An Element is one element with all that is in it: an entry of a list is
// small, and easier to read as a whole. It remembers what was asked for, so
// that the reader can keep the rest, whatever the publisher added: [Element.Rest].
//
// Text and attribute values are trimmed of white space. An empty text or
// attribute says nothing and is never part of the rest.
type Element struct {
	Name     string
	Line     int // 1-based, of the start tag
	Children []*Element

	text  string
	attrs []attribute
	asked bool // for the text
}

type attribute struct {
	name, value string
	asked       bool
}

// A Rest is a text or an attribute that nobody asked for. Path are the names of
// the elements below the one that was asked for its rest, and the attribute's
// name after an @: "ADDRESS/CITY", "nameAlias@function".
type Rest struct{ Path, Value string }

// Text returns the text that stands in the element itself.
func (e *Element) Text() string {
	e.asked = true
	return e.text
}

// Attr returns the value of an attribute, "" where there is none.
func (e *Element) Attr(name string) string {
	for i := range e.attrs {
		if e.attrs[i].name == name {
			e.attrs[i].asked = true
			return e.attrs[i].value
		}
	}
	return ""
}

// Get returns the first text, other than "", of a child of that name. If there
// are others they stay in the rest.
func (e *Element) Get(name string) string {
	for _, c := range e.Children {
		if c.Name == name && c.text != "" {
			return c.Text()
		}
	}
	return ""
}

// Texts returns the texts of all children of that name, without empty ones.
func (e *Element) Texts(name string) []string {
	var out []string
	for c := range e.All(name) {
		if t := c.Text(); t != "" {
			out = append(out, t)
		}
	}
	return out
}

// All yields the children of that name.
func (e *Element) All(name string) iter.Seq[*Element] {
	return func(yield func(*Element) bool) {
		for _, c := range e.Children {
			if c.Name == name && !yield(c) {
				return
			}
		}
	}
}

// In yields the elements at the end of a path of names: In("Names", "Name").
func (e *Element) In(path ...string) iter.Seq[*Element] {
	return func(yield func(*Element) bool) { e.in(path, yield) }
}

func (e *Element) in(path []string, yield func(*Element) bool) bool {
	if len(path) == 0 {
		return yield(e)
	}
	for c := range e.All(path[0]) {
		if !c.in(path[1:], yield) {
			return false
		}
	}
	return true
}

// Drop marks the children of these names as asked for, whole: what the reader
// knows and does not need.
func (e *Element) Drop(names ...string) {
	for _, n := range names {
		for c := range e.All(n) {
			c.dropAll()
		}
	}
}

func (e *Element) dropAll() {
	e.asked = true
	for i := range e.attrs {
		e.attrs[i].asked = true
	}
	for _, c := range e.Children {
		c.dropAll()
	}
}

// Rest returns the texts and attributes that nobody asked for, in their order.
// Attributes of namespaces are not among them.
func (e *Element) Rest() []Rest { return e.rest("", nil) }

func (e *Element) rest(path string, out []Rest) []Rest {
	for _, a := range e.attrs {
		if !a.asked && a.value != "" {
			out = append(out, Rest{path + "@" + a.name, a.value})
		}
	}
	if !e.asked && e.text != "" {
		name := path
		if name == "" {
			name = e.Name
		}
		out = append(out, Rest{name, e.text})
	}
	for _, c := range e.Children {
		p := c.Name
		if path != "" {
			p = path + "/" + c.Name
		}
		out = c.rest(p, out)
	}
	return out
}

// Element reads the element whose Start was returned last to its end.
func (s *Scanner) Element() (*Element, error) {
	left := MaxElement
	return s.element(&left)
}

func (s *Scanner) element(left *int) (*Element, error) {
	e := &Element{Name: string(s.name), Line: s.Line()}
	for _, a := range s.attrs {
		if string(a.name) == "xmlns" || bytes.HasPrefix(a.full, []byte("xmlns:")) || bytes.HasPrefix(a.full, []byte("xsi:")) {
			continue
		}
		e.attrs = append(e.attrs, attribute{name: string(a.name), value: string(bytes.TrimSpace(a.value))})
		*left -= len(a.name) + len(a.value)
	}
	*left -= len(e.Name) + 64 // so that empty elements count too
	for {
		if *left < 0 {
			return nil, &SyntaxError{s.Line(), fmt.Errorf("one element is larger than %d bytes, which is refused", MaxElement)}
		}
		k, err := s.Next()
		if err != nil {
			return nil, err
		}
		switch k {
		case End:
			return e, nil
		case EOF:
			return nil, io.ErrUnexpectedEOF
		case Text:
			*left -= len(s.text)
			e.text = strings.TrimSpace(e.text + " " + string(bytes.TrimSpace(s.text)))
		case Start:
			c, err := s.element(left)
			if err != nil {
				return nil, err
			}
			e.Children = append(e.Children, c)
		}
	}
}

// Root returns the local name of the root element of a file by its head, ""
// for what is no XML, declares a document type, or has a longer head.
func Root(head []byte) string {
	s := New(bytes.NewReader(head), 0)
	if k, err := s.Next(); err != nil || k != Start {
		return ""
	}
	return string(s.Name())
}

// Records reads a file that is a root element with records in it. visit says
// what to do with an element by the names of those around it, the root first,
// and its own.
//
// The root comes first, with its attributes. Each record comes with its
// beginning as it stands in the file; an element that visit does not know comes
// as a stray, so that it is not lost. A text outside of records is an error. Any
// error ends the sequence.
func Records(r io.Reader, visit func(path []string) Visit) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		s := New(r, 0)
		var path []string
		for {
			k, err := s.Next()
			if err != nil {
				yield(Record{}, err)
				return
			}
			switch k {
			case EOF:
				return
			case End:
				path = path[:len(path)-1]
				continue
			case Text:
				yield(Record{}, &SyntaxError{s.Line(), fmt.Errorf("the text %.40q stands where only elements are expected", s.Text())})
				return
			}
			path = append(path, string(s.Name()))
			do := visit(path)
			if do == Enter {
				if len(path) > 1 {
					continue
				}
				root := Record{Element: &Element{Name: path[0], Line: s.Line()}, Path: []string{path[0]}, Root: true}
				for _, a := range s.attrs {
					root.Element.attrs = append(root.Element.attrs, attribute{name: string(a.name), value: string(bytes.TrimSpace(a.value))})
				}
				if !yield(root, nil) {
					return
				}
				continue
			}
			s.Mark()
			e, err := s.Element()
			if err != nil {
				yield(Record{}, err)
				return
			}
			if !yield(Record{Element: e, Path: append([]string(nil), path...), Raw: s.Marked(), Stray: do == Unknown}, nil) {
				return
			}
			path = path[:len(path)-1]
		}
	}
}

// A Visit says what [Records] does with an element.
type Visit uint8

// What can be done.
const (
	Unknown Visit = iota // read it whole and give it as stray
	Enter                // its children are looked at one by one
	Read                 // read it whole: a record
)

// A Record is an element that [Records] read whole.
type Record struct {
	*Element
	Path  []string // the names of the elements around it and its own
	Raw   string   // its beginning as published, at most 4 KiB
	Root  bool     // it is the root element, with its attributes only
	Stray bool     // the reader's function does not know it
}

// NewElement returns an element that was not read from XML, for publishers who
// print the same records as rows of a table. Empty values say nothing and are
// left out.
func NewElement(name, text string, line int) *Element {
	return &Element{Name: name, Line: line, text: strings.TrimSpace(text)}
}

// Set gives the element an attribute.
func (e *Element) Set(name, value string) {
	if value = strings.TrimSpace(value); value != "" {
		e.attrs = append(e.attrs, attribute{name: name, value: value})
	}
}

// Add appends a child, unless nothing is in it.
func (e *Element) Add(child *Element) {
	if !child.IsEmpty() {
		e.Children = append(e.Children, child)
	}
}

// IsEmpty says that an element holds no text, attribute or child.
func (e *Element) IsEmpty() bool { return e.text == "" && len(e.attrs) == 0 && len(e.Children) == 0 }
