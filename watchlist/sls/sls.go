// SPDX-License-Identifier: Apache-2.0

// Package sls applies the delta files of OFAC's Sanctions List Service to a full
// file in the ENHANCED format, which they share their elements with.
//
// A [Source] reads the full file and the deltas handed in beside it as one
// edition, of the day of the last delta. Without deltas it reads the full file
// as its reader does. A change of an entity that is not there, or an addition of
// one that is, is a reject: the full file is of another state than the deltas
// build on. How nested changes are meant is not published in full, so the next
// full edition is the judge: package watchlist compares it with what the deltas
// made, and it wins.
//
// Layout of a delta, namespace https://www.treasury.gov/ofac/DeltaFile/1.0:
// publicationInfo/datePublished, entities/entity with action add, remove or
// modify; elements within an entity that is modified may carry an action too.
package sls

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/watchlist"
)

// Source reads full files of the ENHANCED format with deltas beside them.
type Source struct {
	Full watchlist.Source // reads the full file
}

// Format returns the format of the full file: an edition that deltas made stands
// in line with those that were published whole.
func (s Source) Format() string { return s.Full.Format() }

// Detect tells the full file as its reader does, and the day of the last delta.
func (s Source) Detect(files fs.FS) (watchlist.Header, error) {
	deltas, full, err := split(files)
	if err != nil || len(deltas) == 0 {
		h, e := s.Full.Detect(files)
		return h, errors.Join(err, e)
	}
	h, err := s.Full.Detect(full)
	if err != nil {
		return h, err
	}
	for _, d := range deltas {
		if d.published.Compare(h.Published) < 0 {
			return h, errkind.Wrap(errkind.Invalid, fmt.Errorf("%s is of %v, before the full file of %v: it is in it already", d.name, d.published, h.Published))
		}
	}
	last := deltas[len(deltas)-1]
	h.Published, h.Version = last.published, last.stamp
	return h, nil
}

// Parse yields the entries of the full file with the deltas applied in the order
// of their days, then the changes that did not fit as rejects.
func (s Source) Parse(files fs.FS) iter.Seq2[party.Entry, error] {
	deltas, full, err := split(files)
	if err == nil && len(deltas) == 0 {
		return s.Full.Parse(files)
	}
	return func(yield func(party.Entry, error) bool) {
		if err != nil {
			yield(party.Entry{}, err)
			return
		}
		rejects, err := full.apply(deltas)
		if err != nil {
			yield(party.Entry{}, err)
			return
		}
		for e, err := range s.Full.Parse(full) {
			if !yield(e, err) {
				return
			}
		}
		for _, r := range rejects {
			if !yield(party.Entry{}, r) {
				return
			}
		}
	}
}

// A delta is one delta file.
type delta struct {
	name      string
	published party.Date
	stamp     string // the date as published
	entities  []*node
}

// namespace marks a delta file; its head must hold it.
const namespace = "ofac/DeltaFile/"

// split finds the deltas of a set, in the order of their days, and hides them
// from what is left.
func split(files fs.FS) ([]delta, *view, error) {
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		return nil, nil, err
	}
	v := &view{FS: files, hidden: map[string]bool{}}
	var deltas []delta
	for _, e := range entries {
		if e.IsDir() {
			continue
		}
		head, err := watchlist.Head(files, e.Name())
		if err != nil || !bytes.Contains(head[:min(len(head), 1024)], []byte(namespace)) {
			continue // not ours; its reader says what is wrong with it
		}
		d, err := readDelta(files, e.Name())
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", e.Name(), err)
		}
		v.hidden[e.Name()] = true
		deltas = append(deltas, d)
	}
	slices.SortStableFunc(deltas, func(a, b delta) int { return strings.Compare(a.stamp, b.stamp) })
	return deltas, v, nil
}

func readDelta(files fs.FS, name string) (delta, error) {
	f, err := files.Open(name)
	if err != nil {
		return delta{}, err
	}
	defer f.Close()
	root, err := readNode(f)
	if err != nil {
		return delta{}, errkind.Wrap(errkind.Invalid, err)
	}
	d := delta{name: name, stamp: root.path("publicationInfo", "datePublished").content()}
	if len(d.stamp) >= len("2006-01-02") {
		d.published, err = party.ParseDate(d.stamp[:len("2006-01-02")])
	}
	if err != nil || d.published.IsZero() {
		return d, errkind.Wrap(errkind.Invalid, fmt.Errorf("its day of publication %q cannot be read", d.stamp))
	}
	list := root.path("entities")
	if list == nil {
		return d, errkind.New(errkind.Invalid, "the section entities is missing")
	}
	for _, e := range list.kids {
		if e.name != "entity" || e.attr("id") == "" || !slices.Contains([]string{"add", "remove", "modify"}, e.attr("action")) {
			return d, errkind.Wrap(errkind.Invalid, fmt.Errorf("element %s with id %q and action %q: want an entity with action add, remove or modify", e.name, e.attr("id"), e.attr("action")))
		}
	}
	d.entities = list.kids
	return d, nil
}

// A view is a set of files without the deltas, and with the full file as the
// deltas left it.
type view struct {
	fs.FS
	hidden  map[string]bool
	changed string   // the name of the full file
	parts   [][]byte // of it, one after the other
}

// ReadDir implements [fs.ReadDirFS].
func (v *view) ReadDir(name string) ([]fs.DirEntry, error) {
	all, err := fs.ReadDir(v.FS, name)
	return slices.DeleteFunc(all, func(e fs.DirEntry) bool { return v.hidden[e.Name()] }), err
}

// Open implements [fs.FS].
func (v *view) Open(name string) (fs.File, error) {
	f, err := v.FS.Open(name)
	if err != nil || name != v.changed {
		return f, err
	}
	var parts []io.Reader
	for _, p := range v.parts {
		parts = append(parts, bytes.NewReader(p))
	}
	return patched{f, io.MultiReader(parts...)}, nil
}

// patched is the full file as the deltas left it.
type patched struct {
	fs.File
	r io.Reader
}

func (p patched) Read(b []byte) (int, error) { return p.r.Read(b) }

// apply reads the full file and applies the deltas to it.
func (v *view) apply(deltas []delta) ([]*watchlist.Reject, error) {
	entries, err := v.ReadDir(".")
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if e.IsDir() {
			continue
		}
		text, err := fs.ReadFile(v.FS, e.Name())
		if err != nil {
			return nil, err
		}
		if end := bytes.LastIndex(text, []byte("</entities>")); end >= 0 {
			v.changed = e.Name()
			b := base{name: e.Name(), text: text, end: end, at: map[string][2]int{}, now: map[string][]byte{}}
			if err := b.find(); err != nil {
				return nil, err
			}
			for i := range deltas {
				if err := b.apply(&deltas[i]); err != nil {
					return nil, fmt.Errorf("%s: %w", deltas[i].name, err)
				}
			}
			v.parts = b.parts()
			return b.rejects, nil
		}
	}
	return nil, watchlist.ErrFormat
}

// A base is the full file, of which single entities are replaced.
type base struct {
	name    string
	text    []byte
	end     int               // of the section of entities
	ids     []string          // in the order of the file, then as added
	at      map[string][2]int // where an entity of the file stands
	now     map[string][]byte // entities that changed; nil was removed
	rejects []*watchlist.Reject
}

// find finds the entities of the file.
func (b *base) find() error {
	open, shut := []byte("<entity "), []byte("</entity>")
	for at := 0; ; {
		i := bytes.Index(b.text[at:b.end], open)
		if i < 0 {
			return nil
		}
		start := at + i
		j := bytes.Index(b.text[start:b.end], shut)
		if j < 0 {
			return errkind.Wrap(errkind.Invalid, fmt.Errorf("%s: an entity has no end: the file is cut off", b.name))
		}
		at = start + j + len(shut)
		n, err := readNode(bytes.NewReader(b.text[start : start+bytes.IndexByte(b.text[start:at], '>')+1]))
		if n == nil || n.attr("id") == "" {
			return errkind.Wrap(errkind.Invalid, fmt.Errorf("%s: an entity without an id: %w", b.name, err))
		}
		id := n.attr("id")
		b.ids = append(b.ids, id)
		b.at[id] = [2]int{start, at}
	}
}

func (b *base) has(id string) ([]byte, bool) {
	if now, changed := b.now[id]; changed {
		return now, now != nil
	}
	at, ok := b.at[id]
	return b.text[at[0]:at[1]], ok
}

func (b *base) doubt(d *delta, id, reason string) {
	b.rejects = append(b.rejects, watchlist.NewReject(d.name, 0, id, reason, ""))
}

// apply applies one delta.
func (b *base) apply(d *delta) error {
	for _, e := range d.entities {
		id := e.attr("id")
		was, ok := b.has(id)
		switch action := e.attr("action"); {
		case action == "add":
			if ok {
				b.doubt(d, id, "the change adds an entity that is there already: the full file is of another state")
			} else if _, stood := b.at[id]; !stood && !slices.Contains(b.ids, id) {
				b.ids = append(b.ids, id)
			}
			b.now[id] = e.settled().append(nil)
		case !ok:
			b.doubt(d, id, "the change is of an entity that is not there: the full file is of another state")
		case action == "remove":
			b.now[id] = nil
		default:
			n, err := readNode(bytes.NewReader(was))
			if err != nil {
				return fmt.Errorf("entity %s: %w", id, err)
			}
			if why := n.merge(e); why != "" {
				b.doubt(d, id, why)
			}
			b.now[id] = n.append(nil)
		}
	}
	return nil
}

// parts returns the file with what changed in its place, without copying the rest.
func (b *base) parts() [][]byte {
	var out [][]byte
	from := 0
	for _, id := range b.ids {
		at, stood := b.at[id]
		now, changed := b.now[id]
		if !stood || !changed {
			continue
		}
		out = append(out, b.text[from:at[0]], now)
		from = at[1]
	}
	out = append(out, b.text[from:b.end])
	for _, id := range b.ids {
		if _, stood := b.at[id]; !stood {
			out = append(out, b.now[id])
		}
	}
	return append(out, b.text[b.end:])
}

// A node is an element of XML with what stands in it; names are without their
// namespace.
type node struct {
	name  string
	attrs []xml.Attr
	kids  []*node
	text  string
}

// readNode reads the first element. An element that is cut gives what was read
// of it and an error.
func readNode(r io.Reader) (*node, error) {
	d := xml.NewDecoder(r)
	var stack []*node
	for {
		t, err := d.Token()
		if err != nil {
			if len(stack) > 0 {
				return stack[0], fmt.Errorf("the XML is cut off or broken: %w", err)
			}
			return nil, fmt.Errorf("no XML: %w", err)
		}
		switch t := t.(type) {
		case xml.StartElement:
			n := &node{name: t.Name.Local, attrs: slices.Clone(t.Attr)}
			if len(stack) > 0 {
				top := stack[len(stack)-1]
				top.kids = append(top.kids, n)
			}
			stack = append(stack, n)
		case xml.CharData:
			if len(stack) > 0 {
				stack[len(stack)-1].text += string(t)
			}
		case xml.EndElement:
			n := stack[len(stack)-1]
			if len(n.kids) > 0 {
				n.text = "" // blanks between elements
			}
			if len(stack) == 1 {
				return n, nil
			}
			stack = stack[:len(stack)-1]
		}
	}
}

func (n *node) attr(name string) string {
	for _, a := range n.attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// path follows the first elements of these names; nil where one is missing.
func (n *node) path(names ...string) *node {
	for _, name := range names {
		i := -1
		if n != nil {
			i = slices.IndexFunc(n.kids, func(k *node) bool { return k.name == name })
		}
		if i < 0 {
			return nil
		}
		n = n.kids[i]
	}
	return n
}

func (n *node) content() string {
	if n == nil {
		return ""
	}
	return strings.TrimSpace(n.text)
}

// settled returns n without actions; what was removed is left out.
func (n *node) settled() *node {
	out := &node{name: n.name, text: n.text}
	for _, a := range n.attrs {
		if a.Name.Local != "action" {
			out.attrs = append(out.attrs, a)
		}
	}
	for _, k := range n.kids {
		if k.attr("action") != "remove" {
			out.kids = append(out.kids, k.settled())
		}
	}
	return out
}

// acts says that an element within n carries an action.
func (n *node) acts() bool {
	return slices.ContainsFunc(n.kids, func(k *node) bool { return k.attr("action") != "" || k.acts() })
}

// find returns the place of the child that a change is about: of its name, and of
// its id where it has one.
func (n *node) find(k *node) int {
	return slices.IndexFunc(n.kids, func(x *node) bool { return x.name == k.name && x.attr("id") == k.attr("id") })
}

// merge applies the changes within an element, and says what did not fit, or "".
// An element without an action that holds others leads to those that have one;
// one that holds text replaces it.
func (n *node) merge(change *node) (why string) {
	for _, k := range change.kids {
		i := n.find(k)
		action := k.attr("action")
		switch {
		case action == "remove" && i < 0:
			why = fmt.Sprintf("the change removes element %s %s, which is not there", k.name, k.attr("id"))
		case action == "remove":
			n.kids = slices.Delete(n.kids, i, i+1)
		case i < 0:
			if action == "modify" {
				why = fmt.Sprintf("the change is of element %s %s, which is not there", k.name, k.attr("id"))
			}
			n.kids = append(n.kids, k.settled())
		case action != "add" && k.acts(), action == "" && len(k.kids) > 0:
			if w := n.kids[i].merge(k); w != "" {
				why = w
			}
		default:
			if action == "add" && k.attr("id") != "" {
				why = fmt.Sprintf("the change adds element %s %s, which is there already", k.name, k.attr("id"))
			}
			n.kids[i] = k.settled()
		}
	}
	return why
}

// append writes the element.
func (n *node) append(b []byte) []byte {
	b = append(append(b, '<'), n.name...)
	for _, a := range n.attrs {
		if a.Name.Local == "xmlns" || a.Name.Space == "xmlns" {
			continue // that of the file holds
		}
		b = append(append(append(b, ' '), a.Name.Local...), '=', '"')
		b = append(escape(b, a.Value), '"')
	}
	b = append(b, '>')
	b = escape(b, n.text)
	for _, k := range n.kids {
		b = k.append(b)
	}
	return append(append(append(b, '<', '/'), n.name...), '>')
}

func escape(b []byte, s string) []byte {
	var buf bytes.Buffer
	_ = xml.EscapeText(&buf, []byte(s)) // a buffer does not fail
	return append(b, buf.Bytes()...)
}
