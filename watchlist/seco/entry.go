// SPDX-License-Identifier: Apache-2.0

package seco

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/internal/xmlscan"
	"github.com/interdict-dev/interdict/party"
)

// entry reads a target.
func (l *list) entry(r xmlscan.Record) (party.Entry, error) {
	d := draft{list: l}
	d.Ref = party.Ref{List: List, ID: r.Attr("ssid")}
	if d.Ref.ID == "" {
		return d.Entry, errors.New("it has no ssid")
	}
	subjects := 0
	for _, c := range r.Children {
		switch c.Name {
		case "individual":
			d.Kind = party.Person
		case "entity":
			d.Kind = party.Organization
		case "object":
			kind, err := party.ParseKind(c.Attr("object-type"))
			if err != nil {
				return d.Entry, fmt.Errorf("object-type: %w", err)
			}
			d.Kind = kind
		default:
			continue
		}
		subjects++
		if err := d.subject(c); err != nil {
			return d.Entry, err
		}
	}
	switch {
	case subjects != 1:
		return d.Entry, fmt.Errorf("it is %d individuals, entities and objects, want one", subjects)
	case len(d.Names) == 0:
		return d.Entry, errors.New("it has no name")
	}
	if err := d.listings(r.Element); err != nil {
		return d.Entry, err
	}
	for _, id := range r.Texts("foreign-identifier") {
		d.keep("foreign-identifier", id)
	}
	for _, x := range r.Rest() {
		d.keep(x.Path, x.Value)
	}
	return d.Entry, nil
}

// A draft is an entry while its target is read.
type draft struct {
	party.Entry
	*list
	reason []string
}

func (d *draft) keep(name, value string) {
	if value != "" {
		d.Properties = append(d.Properties, party.Property{Name: name, Value: value})
	}
}

// subject reads the individual, entity or object. Its main identity comes first.
func (d *draft) subject(s *xmlscan.Element) error {
	identities := slices.Collect(s.All("identity"))
	slices.SortStableFunc(identities, func(a, b *xmlscan.Element) int { return cmp.Compare(b.Attr("main"), a.Attr("main")) })
	for _, i := range identities {
		i.Attr("ssid")
		if err := d.identity(i); err != nil {
			return err
		}
	}
	for j := range s.All("justification") {
		j.Attr("ssid")
		d.reason = appendNew(d.reason, j.Text())
	}
	for o := range s.All("other-information") {
		o.Attr("ssid")
		d.Remarks = strings.TrimSpace(d.Remarks + "\n" + o.Text())
	}
	for _, m := range imo.FindAllStringSubmatch(d.Remarks, -1) {
		if d.Kind == party.Vessel {
			d.Identifiers = append(d.Identifiers, party.Labelled("IMO number", "", m[1]))
		}
	}
	for r := range s.All("relation") {
		d.relation(r)
	}
	for a := range s.All("generic-attribute") {
		a.Attr("ssid")
		d.keep("generic-attribute "+a.Attr("name"), a.Text())
	}
	if g := strings.ToLower(s.Attr("sex")); g != "" {
		d.Gender = g
	}
	s.Attr("ssid")
	return nil
}

// imo finds the number of a ship, which stands in the other information.
var imo = regexp.MustCompile(`(?i)\bIMO(?: number| no\.?)?:?\s*(\d{7})\b`)

func (d *draft) identity(i *xmlscan.Element) error {
	for n := range i.All("name") {
		if err := d.name(n); err != nil {
			return err
		}
	}
	for b := range i.All("day-month-year") {
		if err := d.birth(b); err != nil {
			return err
		}
	}
	for p := range i.All("place-of-birth") {
		p.Attr("ssid")
		p.Attr("quality")
		at, known := d.places[p.Attr("place-id")]
		if s := joined(", ", at.location, at.area, at.country); known && s != "" {
			d.BirthPlaces = appendNew(d.BirthPlaces, s)
		} else {
			d.keep("place-of-birth", p.Attr("place-id"))
		}
	}
	for n := range i.All("nationality") {
		n.Attr("ssid")
		n.Attr("quality")
		for c := range n.All("country") {
			d.Nationalities = appendNew(d.Nationalities, countryOf(c))
		}
	}
	for a := range i.All("address") {
		d.address(a)
	}
	for x := range i.All("identification-document") {
		if err := d.document(x); err != nil {
			return err
		}
	}
	return nil
}

// birth reads a day, a month or a year. One of low quality is about right, and
// one of another calendar is kept as text.
func (d *draft) birth(b *xmlscan.Element) error {
	b.Attr("ssid")
	iso := b.Attr("year")
	month, day := b.Attr("month"), b.Attr("day")
	if iso == "" {
		d.keep("day-month-year", joined(".", day, month))
		return nil
	}
	for _, p := range []string{month, day} {
		if p == "" {
			break
		}
		iso += "-" + strings.Repeat("0", max(0, 2-len(p))) + p
	}
	span := party.Span{Text: iso}
	if calendar := b.Attr("calendar"); calendar == "" || calendar == "Gregorian" {
		date, err := party.ParseDate(iso)
		if err != nil {
			return fmt.Errorf("line %d: %w", b.Line, err)
		}
		span = party.On(date)
	} else {
		span.Text += " (" + calendar + ")"
	}
	span.Circa = b.Attr("quality") == "low"
	if !slices.Contains(d.Births, span) {
		d.Births = append(d.Births, span)
	}
	return nil
}

func (d *draft) address(x *xmlscan.Element) {
	x.Attr("ssid")
	x.Attr("quality")
	at, known := d.places[x.Attr("place-id")]
	a := party.Address{Full: joined(", ", x.Get("c-o"), x.Get("address-details"), x.Get("p-o-box")), City: at.location, Region: at.area, Postal: x.Get("zip-code"), Country: at.country}
	if !known {
		d.keep("address place-id", x.Attr("place-id"))
	}
	if a != (party.Address{}) && !slices.Contains(d.Addresses, a) {
		d.Addresses = append(d.Addresses, a)
	}
	for _, r := range x.Texts("remark") {
		d.keep("address remark", joined(": ", a.String(), r))
	}
}

func (d *draft) document(x *xmlscan.Element) error {
	x.Attr("ssid")
	x.Attr("quality")
	number, country := x.Get("number"), ""
	for c := range x.All("issuer") {
		country = countryOf(c)
	}
	label := x.Attr("document-type")
	if label == "" {
		label = "identification-document"
	}
	if number == "" {
		d.keep(label, joined(", ", country, strings.Join(x.Texts("remark"), "; ")))
		return nil
	}
	id := party.Labelled(label, country, number)
	for name, to := range map[string]*party.Date{"date-of-issue": &id.Issued, "expiry-date": &id.Expires} {
		day, err := party.ParseDate(x.Get(name))
		if err != nil {
			return fmt.Errorf("line %d: %s: %w", x.Line, name, err)
		}
		*to = day
	}
	id.Note = strings.Join(x.Texts("remark"), "; ")
	d.Identifiers = append(d.Identifiers, id)
	return nil
}

// relation reads a tie to another target, of which the list says the type in one
// word.
func (d *draft) relation(x *xmlscan.Element) {
	x.Attr("ssid")
	to := x.Attr("target-id")
	r := party.Relation{Label: x.Attr("relation-type"), ToName: d.list.names[to], Note: strings.Join(x.Texts("remark"), "; ")}
	if _, known := d.list.names[to]; known {
		r.To = party.Ref{List: List, ID: to}
	} else if to != "" {
		r.ToName = "target " + to
	}
	switch strings.ToLower(r.Label) {
	case "related-to", "related to", "":
	case "family-member-of", "family member of":
		r.Kind = party.FamilyOf
	case "owned-by", "owned by", "controlled-by", "controlled by":
		r.Kind = party.OwnedBy
	case "owner-of", "owner of":
		r.Kind = party.Owns
	case "associate-of", "associate of":
		r.Kind = party.AssociateOf
	case "member-of", "member of":
		r.Kind = party.MemberOf
	case "acting-for", "acting on behalf of":
		r.Kind = party.ActingFor
	case "subsidiary-of", "subsidiary of":
		r.Kind = party.SubsidiaryOf
	}
	d.Relations = append(d.Relations, r)
}

// listings reads the sets in which the target stands and what was done when. What
// an amendment added or took away in the text is in the target, or was in an
// older edition.
func (d *draft) listings(t *xmlscan.Element) error {
	var act party.Listing
	var on, off party.Date // the newest days of listing and delisting
	for m := range t.All("modification") {
		ev, err := event(m)
		if err != nil {
			return err
		}
		act.Events = append(act.Events, ev)
		switch ev.Type {
		case "listed":
			if act.Listed.IsZero() || ev.Date.Compare(act.Listed) < 0 {
				act.Listed = ev.Date
			}
			on = later(on, ev.Date)
		case "de-listed":
			off = later(off, ev.Date)
		}
		for _, c := range []string{"added", "removed"} {
			m.Drop(c)
		}
	}
	if !off.IsZero() && off.Compare(on) >= 0 {
		act.Delisted = off
	}
	act.List, act.Authority, act.Reason = List, "SECO", strings.Join(d.reason, "\n")
	for s := range t.All("sanctions-set-id") {
		l := act
		l.Events = slices.Clone(act.Events)
		known, ok := d.sets[s.Text()]
		if !ok {
			d.keep("sanctions-set-id", s.Text())
		}
		l.Programs, l.LegalBasis, l.Measures = one(known.program), one(known.ordinance), one(known.measure)
		d.Listings = append(d.Listings, l)
	}
	if len(d.Listings) == 0 {
		return errors.New("no set is named in which it stands")
	}
	return nil
}

func later(a, b party.Date) party.Date {
	if b.Compare(a) > 0 {
		return b
	}
	return a
}

func event(m *xmlscan.Element) (party.Event, error) {
	ev := party.Event{Type: m.Attr("modification-type")}
	var notes []string
	for _, attr := range []string{"effective-date", "enactment-date", "publication-date"} {
		s := m.Attr(attr)
		day, err := party.ParseDate(s)
		switch {
		case err != nil:
			return ev, fmt.Errorf("line %d: %s: %w", m.Line, attr, err)
		case ev.Date.IsZero():
			ev.Date = day
		case !day.IsZero() && day != ev.Date:
			notes = append(notes, attr+" "+s)
		}
	}
	if r := m.Get("remark"); r != "" {
		notes = append(notes, r)
	}
	ev.Comment = strings.Join(notes, "; ")
	return ev, nil
}

func one(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

func appendNew(list []string, s string) []string {
	if s == "" || slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

func joined(sep string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), sep)
}
