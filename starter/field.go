// SPDX-License-Identifier: Apache-2.0

package starter

import (
	"errors"
	"strings"

	"github.com/interdict-dev/interdict/party"
)

// field reads one line of the entry above it.
func (p *parser) field(word string, c *columns) error {
	e := p.entry
	switch word {
	case "name":
		return p.name(c)
	case "address":
		a := party.Address{Street: c.text(), City: c.text(), Region: c.text(), Postal: c.text(), Country: c.text()}
		e.Addresses = append(e.Addresses, a)
	case "id":
		label, country, value := c.text(), c.text(), c.text()
		if value == "" {
			return errors.New("an identifier has a label, a country and a value")
		}
		e.Identifiers = append(e.Identifiers, party.Labelled(label, country, value))
	case "born":
		return appendSpan(&e.Births, c)
	case "founded":
		return appendSpan(&e.Founded, c)
	case "relation":
		return p.relation(c)
	case "listing":
		return p.listing(c)
	case "event":
		return p.listingEvent(c)
	case "craft":
		return p.craft(c)
	case "property":
		return p.property(c.text(), c.text())
	case "role":
		return p.property("role", c.text())
	case "gender":
		e.Gender = c.text()
	case "remarks":
		e.Remarks = c.text()
	default:
		return p.plain(word, c.text())
	}
	return nil
}

// plain reads a field that is one text and may be given several times.
func (p *parser) plain(word, value string) error {
	e := p.entry
	fields := [...]struct {
		word string
		all  *[]string
	}{
		{"birthplace", &e.BirthPlaces}, {"nationality", &e.Nationalities}, {"citizenship", &e.Citizenships}, {"country", &e.Countries},
		{"title", &e.Titles}, {"website", &e.Websites}, {"email", &e.Emails}, {"phone", &e.Phones},
	}
	for _, f := range fields {
		if f.word != word {
			continue
		}
		if value == "" {
			return errors.New("the value is missing")
		}
		*f.all = append(*f.all, value)
		return nil
	}
	return errors.New("unknown kind of line")
}

func (p *parser) property(name, value string) error {
	if name == "" || value == "" {
		return errors.New("want a name and a value")
	}
	p.entry.Properties = append(p.entry.Properties, party.Property{Name: name, Value: value})
	return nil
}

// name reads a name. One that is not from the list itself says in a property
// where it is from.
func (p *parser) name(c *columns) error {
	kind, weak := strings.CutPrefix(c.text(), "weak ")
	n := party.Name{Weak: weak}
	if err := n.Kind.UnmarshalText([]byte(kind)); err != nil {
		return err
	}
	n.Script, n.Lang, n.Full = c.text(), c.text(), c.text()
	if n.Full == "" || len(p.entry.Names) == 0 && n.Kind != party.Primary {
		return errors.New("want a name, and the primary one first")
	}
	p.entry.Names = append(p.entry.Names, n)
	key := c.text()
	if key == "" {
		return nil
	}
	s, err := p.sourceOf(key)
	if err != nil {
		return err
	}
	return p.property("name not from the list", n.Full+": "+s.Name+" (grade "+s.Class.String()+")")
}

func appendSpan(spans *[]party.Span, c *columns) error {
	s, err := parseSpan(c.text())
	*spans = append(*spans, s)
	return err
}

// parseSpan reads one date, or two with a slash between them.
func parseSpan(s string) (party.Span, error) {
	from, to, isRange := strings.Cut(s, "/")
	if !isRange {
		to = from
	}
	first, err := party.ParseDate(from)
	if err != nil {
		return party.Span{}, err
	}
	last, err := party.ParseDate(to)
	if err != nil {
		return party.Span{}, err
	}
	if first.IsZero() || last.IsZero() {
		return party.Span{}, errors.New("the date is missing")
	}
	return party.Span{From: first, To: last}, nil
}

func (p *parser) relation(c *columns) error {
	var r party.Relation
	if err := errors.Join(c.into(&r.Kind), c.ref(&r.To)); err != nil {
		return err
	}
	r.Label, r.ToName = c.text(), c.text()
	p.entry.Relations = append(p.entry.Relations, r)
	return nil
}

func (p *parser) listing(c *columns) error {
	l := party.Listing{List: p.entry.Ref.List}
	if err := c.date(&l.Listed); err != nil {
		return err
	}
	l.Programs, l.LegalBasis, l.Measures, l.URL = several(c.text()), several(c.text()), several(c.text()), c.text()
	if l.Listed.IsZero() || len(l.Measures) == 0 || l.URL == "" {
		return errors.New("a listing has a day, measures and a URL")
	}
	p.entry.Listings = append(p.entry.Listings, l)
	return nil
}

func several(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, "; ")
}

func (p *parser) listingEvent(c *columns) error {
	if len(p.entry.Listings) == 0 {
		return errors.New("an event belongs to a listing, and there is none above it")
	}
	v := party.Event{Type: c.text()}
	if err := c.date(&v.Date); err != nil {
		return err
	}
	v.LegalBasis, v.Comment = c.text(), c.text()
	l := &p.entry.Listings[len(p.entry.Listings)-1]
	l.Events = append(l.Events, v)
	return nil
}

func (p *parser) craft(c *columns) error {
	k := &party.Craft{Type: c.text(), Flag: c.text(), Owner: c.text(), Model: c.text(), Operator: c.text()}
	p.entry.Craft = k
	built := c.text()
	if built == "" {
		return nil
	}
	var err error
	k.Built, err = parseSpan(built)
	return err
}
