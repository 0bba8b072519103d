// SPDX-License-Identifier: Apache-2.0

package starter

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/identity"
	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/party"
)

// The format of facts.txt and its history.
//
//	version 1: the columns of the package comment
const (
	format  = "interdict-starter"
	version = 1
)

// Parse reads a file of facts. The first line that is none is an error with
// its number and of kind invalid: facts are ours, and half of them are none.
func Parse(r io.Reader) (*Facts, error) {
	b, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("facts: %w", err)
	}
	return parse(string(b))
}

// parse keeps pieces of text in the facts instead of copies.
func parse(text string) (*Facts, error) {
	p := parser{facts: &Facts{}, sources: map[string]claim.Source{}, ids: map[string]bool{}, refs: map[party.Ref]bool{}, done: map[party.ListID]bool{}}
	p.facts.entries = make([]party.Entry, 0, strings.Count(text, "\nentry\t"))
	p.facts.claims = make([]claim.Claim, 0, strings.Count(text, "\nclaim\t"))
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimRight(line, "\r\n")
		if line == "" || line[0] == '#' {
			continue
		}
		if err := p.line(line); err != nil {
			return nil, errkind.Wrap(errkind.Invalid, fmt.Errorf("facts, line %d: %w", n, err))
		}
	}
	if err := p.end(); err != nil {
		return nil, errkind.Wrap(errkind.Invalid, fmt.Errorf("facts: %w", err))
	}
	return p.facts, nil
}

// parser is what is known after some lines.
type parser struct {
	facts   *Facts
	begun   bool // the line of the format was read
	sources map[string]claim.Source
	refs    map[party.Ref]bool
	ids     map[string]bool // of claims
	entry   *party.Entry    // the one that lines with a tab belong to; nil before the first
	inList  party.ListID
	done    map[party.ListID]bool
}

// columns are the columns of one line. Reading beyond the last gives "".
type columns struct {
	rest string
	left bool // rest holds a column, be it an empty one
}

func (c *columns) text() string {
	var t string
	t, c.rest, c.left = strings.Cut(c.rest, "\t")
	return t
}

func (c *columns) into(v interface{ UnmarshalText([]byte) error }) error {
	return v.UnmarshalText([]byte(c.text()))
}

func (c *columns) date(d *party.Date) (err error) {
	*d, err = party.ParseDate(c.text())
	return err
}

func (c *columns) ref(r *party.Ref) (err error) {
	if t := c.text(); t != "" {
		*r, err = party.ParseRef(t)
	}
	return err
}

func (c *columns) thing(t *claim.Thing) (err error) {
	*t, err = claim.ParseThing(c.text())
	return err
}

func (p *parser) line(text string) error {
	body, ofEntry := strings.CutPrefix(text, "\t")
	c := &columns{rest: body, left: true}
	word := c.text()
	if !p.begun {
		if word != format || c.text() != strconv.Itoa(version) {
			return fmt.Errorf("want %q, version %d: use the program that this file came with", format, version)
		}
		p.begun = true
		return nil
	}
	var err error
	if ofEntry {
		if p.entry == nil {
			return errors.New("a line with a tab belongs to an entry, and there is none above it")
		}
		err = p.field(word, c)
	} else {
		err = p.top(word, c)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", word, err)
	}
	if c.left {
		return fmt.Errorf("%s: the columns from %q on mean nothing", word, c.rest)
	}
	return nil
}

func (p *parser) top(word string, c *columns) error {
	f := p.facts
	switch word {
	case "date":
		return c.date(&f.date)
	case "list":
		l := list{id: party.ListID(c.text())}
		err := c.date(&l.date)
		l.title = c.text()
		f.lists = append(f.lists, l)
		return err
	case "source":
		return p.source(c)
	case "entry":
		return p.newEntry(c)
	case "join":
		return p.join(c)
	case "claim":
		return p.claim(c)
	case "timeline":
		return p.event(c)
	}
	return errors.New("unknown kind of line")
}

func (p *parser) source(c *columns) error {
	key := c.text()
	var s claim.Source
	if err := c.into(&s.Class); err != nil {
		return err
	}
	s.Origin, s.URL, s.Name = c.text(), c.text(), c.text()
	if _, twice := p.sources[key]; twice || key == "" || s.Name == "" || s.Class == claim.Ungraded {
		return fmt.Errorf("%q stands twice, or has no name or class", key)
	}
	p.sources[key] = s
	return nil
}

func (p *parser) sourceOf(key string) (claim.Source, error) {
	s, ok := p.sources[key]
	if !ok {
		return s, fmt.Errorf("unknown source %q", key)
	}
	return s, nil
}

func (p *parser) newEntry(c *columns) error {
	var e party.Entry
	if err := c.ref(&e.Ref); err != nil {
		return err
	}
	if p.refs[e.Ref] || e.Ref.IsZero() {
		return fmt.Errorf("%q stands twice, or is no entry", e.Ref)
	}
	if p.facts.list(e.Ref.List).id == "" {
		return fmt.Errorf("%v is of a list that no line names", e.Ref)
	}
	if e.Ref.List != p.inList {
		if p.done[e.Ref.List] {
			return fmt.Errorf("%v: the entries of its list do not stand together", e.Ref)
		}
		p.done[e.Ref.List], p.inList = true, e.Ref.List
	}
	if err := c.into(&e.Kind); err != nil {
		return err
	}
	s, err := p.sourceOf(c.text())
	if err != nil {
		return err
	}
	e.Properties = append(e.Properties, party.Property{Name: "source", Value: s.Name + " (grade " + s.Class.String() + ")"})
	p.refs[e.Ref] = true
	p.facts.entries = append(p.facts.entries, e)
	p.facts.origins = append(p.facts.origins, s)
	p.entry = &p.facts.entries[len(p.facts.entries)-1]
	return nil
}

func (p *parser) join(c *columns) error {
	d := identity.Decision{By: "the built-in facts"}
	n, err := strconv.Atoi(c.text())
	if err != nil || n < 1 {
		return errors.New("want the number of an identity, from 1")
	}
	d.Identity = n
	if err := errors.Join(c.ref(&d.A), c.ref(&d.B), c.date(&d.Date)); err != nil {
		return err
	}
	d.Reason = c.text()
	if !p.refs[d.A] || !p.refs[d.B] || d.Reason == "" || d.Date.IsZero() {
		return errors.New("want two entries of this file, a day and a reason")
	}
	p.facts.joins = append(p.facts.joins, d)
	return nil
}

func (p *parser) claim(c *columns) error {
	k := claim.Claim{ID: c.text()}
	err := errors.Join(c.thing(&k.From), c.into(&k.Relation), c.thing(&k.To))
	if err != nil {
		return err
	}
	if k.Source, err = p.sourceOf(c.text()); err != nil {
		return err
	}
	if err = errors.Join(c.date(&k.Window.First), c.date(&k.Window.Last)); err != nil {
		return err
	}
	if kind := c.text(); kind != "" {
		if err := k.Window.Kind.UnmarshalText([]byte(kind)); err != nil {
			return err
		}
	}
	k.Role = c.text()
	if err := c.into(&k.Scope); err != nil {
		return err
	}
	k.Window.Text, k.Note = c.text(), c.text()
	for _, end := range [...]claim.Thing{k.From, k.To} {
		if end.IsZero() || end.IsParty() && !p.refs[end.Party] {
			return fmt.Errorf("%s: %q is no indicator and no entry of this file", k.ID, end)
		}
	}
	if dated := !k.Window.First.IsZero() || !k.Window.Last.IsZero(); dated != (k.Window.Kind != claim.Undated) {
		return fmt.Errorf("%s: dates and the kind of window do not go together", k.ID)
	}
	if k.ID == "" || p.ids[k.ID] {
		return fmt.Errorf("%q is no ID, or stands twice", k.ID)
	}
	p.ids[k.ID] = true
	p.facts.claims = append(p.facts.claims, k)
	return nil
}

func (p *parser) event(c *columns) error {
	var e Event
	if err := errors.Join(c.date(&e.Date), c.ref(&e.Party), c.into(&e.Source.Class)); err != nil {
		return err
	}
	e.Source.Name, e.Text, e.Note = c.text(), c.text(), c.text()
	if strings.HasPrefix(e.Source.Name, "http") {
		e.Source.URL = e.Source.Name
	}
	if e.Date.IsZero() || e.Text == "" || !e.Party.IsZero() && !p.refs[e.Party] {
		return errors.New("want a date, what happened, and an entry of this file or none")
	}
	p.facts.events = append(p.facts.events, e)
	return nil
}

// end checks what only the whole file shows.
func (p *parser) end() error {
	if !p.begun {
		return errors.New("the file is empty")
	}
	for i := range p.facts.entries {
		e := &p.facts.entries[i]
		if len(e.Names) == 0 {
			return fmt.Errorf("%v has no name", e.Ref)
		}
		if listed := len(e.Listings) > 0; listed == (e.Ref.List == Intel) {
			return fmt.Errorf("%v: entries of lists have a listing, and those of %q have none", e.Ref, Intel)
		}
		if e.Kind == party.Person && e.Ref.List == Intel {
			return fmt.Errorf("%v is a natural person who is not designated", e.Ref)
		}
		for _, r := range e.Relations {
			if !p.refs[r.To] {
				return fmt.Errorf("%v is tied to %v, which is no entry of this file", e.Ref, r.To)
			}
		}
	}
	return nil
}
