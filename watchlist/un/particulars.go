// SPDX-License-Identifier: Apache-2.0

package un

import (
	"fmt"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/internal/xmlscan"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/rows"
)

// parseDate reads an xs:date, which may have a zone after it: 2015-04-07-04:00.
func parseDate(s string) (party.Date, error) {
	if len(s) > 10 && strings.ContainsRune("+-Z", rune(s[10])) {
		s = s[:10]
	}
	return party.ParseDate(s)
}

// births reads the dates of birth: exact (a day or a year), approximate, or
// between two years. What stands in the note alone ("Nov. 1973") is read from it.
func (d *draft) births() error {
	for b := range d.record.All("INDIVIDUAL_DATE_OF_BIRTH") {
		kind, note := b.Get("TYPE_OF_DATE"), b.Get("NOTE")
		span, err := birthSpan(b)
		if err != nil {
			return fmt.Errorf("line %d: %w", b.Line, err)
		}
		switch {
		case span.IsZero() && note != "":
			span = spanIn(note)
		case note != "":
			span.Text = span.String() + " (" + note + ")"
		}
		span.Circa = span.Circa || kind == "APPROXIMATELY" || strings.EqualFold(note, "approximately")
		if !span.IsZero() || span.Text != "" {
			d.addBirth(span)
		}
	}
	return nil
}

// birthSpan reads DATE, YEAR, or FROM_YEAR and TO_YEAR; all may be missing.
func birthSpan(b *xmlscan.Element) (party.Span, error) {
	var days []party.Date
	for _, n := range []string{"DATE", "YEAR", "FROM_YEAR", "TO_YEAR"} {
		day, err := parseDate(b.Get(n))
		if err != nil {
			return party.Span{}, fmt.Errorf("%s: %w", n, err)
		}
		if !day.IsZero() {
			days = append(days, day)
		}
	}
	switch len(days) {
	case 0:
		return party.Span{}, nil
	case 1:
		return party.On(days[0]), nil
	case 2:
		return party.Span{From: days[0], To: days[1]}, nil
	}
	return party.Span{}, fmt.Errorf("a date of birth with %d dates", len(days))
}

// spanIn reads the date that a note tells, and keeps the note.
func spanIn(note string) party.Span {
	span := party.Span{}
	if read := rows.Dates(note); len(read) == 1 {
		span = read[0]
	}
	span.Text = note
	return span
}

// addBirth adds a birth that is not there already: aliases repeat them.
func (d *draft) addBirth(s party.Span) {
	if !slices.Contains(d.Births, s) {
		d.Births = append(d.Births, s)
	}
}

func (d *draft) birthPlaces() {
	for p := range d.record.All("INDIVIDUAL_PLACE_OF_BIRTH") {
		d.birthPlace(p.Get("STREET"), p.Get("CITY"), p.Get("STATE_PROVINCE"), p.Get("COUNTRY"), p.Get("NOTE"))
	}
}

func (d *draft) birthPlace(parts ...string) {
	if s := joined(", ", parts...); s != "" && !slices.Contains(d.BirthPlaces, s) {
		d.BirthPlaces = append(d.BirthPlaces, s)
	}
}

// addresses reads the places where the party is. An address that is no more
// than a note is that note.
func (d *draft) addresses() {
	for x := range d.record.All(d.prefix + "ADDRESS") {
		a := party.Address{Street: x.Get("STREET"), City: x.Get("CITY"), Region: x.Get("STATE_PROVINCE"), Postal: x.Get("ZIP_CODE")}
		if c := x.Get("COUNTRY"); c != "" {
			a.Country = rows.CountryOf(c)
		}
		note := x.Get("NOTE")
		switch {
		case note == "":
		case a == party.Address{}:
			a.Full = note
		default:
			d.keep("ADDRESS_NOTE", a.String()+": "+note)
		}
		if a != (party.Address{}) {
			d.Addresses = append(d.Addresses, a)
		}
	}
}

// documents reads passports and the like. TYPE_OF_DOCUMENT2 is the more
// particular type; where there is no number it may hold it, and else the note.
func (d *draft) documents() {
	for x := range d.record.All("INDIVIDUAL_DOCUMENT") {
		label, second, number, note := oneLine(x.Get("TYPE_OF_DOCUMENT")), oneLine(x.Get("TYPE_OF_DOCUMENT2")), oneLine(x.Get("NUMBER")), x.Get("NOTE")
		country := x.Get("ISSUING_COUNTRY")
		issuedIn := joined(", ", x.Get("CITY_OF_ISSUE"), x.Get("COUNTRY_OF_ISSUE"))
		if country == "" {
			country = x.Get("COUNTRY_OF_ISSUE")
		}
		if country != "" {
			country = rows.CountryOf(country)
		}
		switch {
		case number != "":
		case second != "":
			number, second = second, ""
		default:
			number, note = note, ""
		}
		if number == "" {
			d.keep("DOCUMENT", joined(", ", label, country, issuedIn, x.Get("DATE_OF_ISSUE")))
			continue
		}
		if label == "" {
			label = "Document"
		}
		id := party.Labelled(joined(": ", label, second), country, bare(number))
		if id.Value != number {
			note = joined("; ", "printed as "+number, note)
		}
		issued := x.Get("DATE_OF_ISSUE")
		if day, err := parseDate(issued); err == nil {
			id.Issued = day
		} else {
			note = joined("; ", "issued "+issued, note)
		}
		if issuedIn != "" {
			note = joined("; ", "issued in "+issuedIn, note)
		}
		id.Note = note
		d.Identifiers = append(d.Identifiers, id)
	}
}

// bare takes the words off a number that is printed with them: "Russian foreign
// travel passport number 514448632". A number without digits in its last word
// stays as it is.
func bare(s string) string {
	words := strings.Fields(s)
	if len(words) < 3 {
		return s
	}
	last := words[len(words)-1]
	before := strings.ToLower(strings.Trim(words[len(words)-2], ".:"))
	if !strings.ContainsAny(last, "0123456789") || before != "number" && before != "no" && before != "passport" {
		return s
	}
	return last
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// listing reads the act of the committee. Each day of an update is an event.
func (d *draft) listing() error {
	listed, err := parseDate(d.record.Get("LISTED_ON"))
	if err != nil {
		return fmt.Errorf("LISTED_ON: %w", err)
	}
	l := party.Listing{List: List, Authority: "UN Security Council", Listed: listed}
	if p := d.record.Get("UN_LIST_TYPE"); p != "" {
		l.Programs = []string{p}
	}
	if !listed.IsZero() {
		l.Events = append(l.Events, party.Event{Type: "Listed", Date: listed})
	}
	for _, v := range d.values("LAST_DAY_UPDATED") {
		day, err := parseDate(v)
		if err != nil {
			return fmt.Errorf("LAST_DAY_UPDATED: %w", err)
		}
		l.Events = append(l.Events, party.Event{Type: "Updated", Date: day})
	}
	d.record.Drop("LIST_TYPE") // "UN List", of all of them
	d.Listings = []party.Listing{l}
	return nil
}
