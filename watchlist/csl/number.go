// SPDX-License-Identifier: Apache-2.0

package csl

import (
	"regexp"
	"strings"

	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/rows"
)

var isoDay = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)

// parseNumber reads one of the ids of a CSV cell: "JO, 2014-08-30, 2009-08-31,
// K475336, Passport" is the country, the days of expiry and issue, the number and
// its label. All but the last two may be missing, and which of the two a single
// day is, is not said.
func parseNumber(s string) number {
	f := strings.Split(s, ", ")
	n := number{label: strings.TrimSpace(f[len(f)-1])}
	f = f[:len(f)-1]
	if len(f) > 1 && len(f[0]) == 2 && f[0] == strings.ToUpper(f[0]) {
		n.country, f = f[0], f[1:]
	}
	var days []string
	for len(f) > 1 && isoDay.MatchString(f[0]) {
		days, f = append(days, f[0]), f[1:]
	}
	switch len(days) {
	case 0:
	case 1:
		n.dated = days[0]
	default:
		n.expires, n.issued = days[0], days[1]
	}
	n.value = strings.TrimSpace(strings.Join(f, ", "))
	return n
}

// addTo puts the detail where an entry has a place for it. The labels are
// OFAC's. One that names no field and is no number is a property.
func (n number) addTo(e *party.Entry, l *party.Listing) {
	if n.value == "" { // "Passport" without a number
		n.keep(e)
		return
	}
	switch n.label {
	case "Gender":
		e.Gender = strings.ToLower(n.value)
	case "Website":
		e.Websites = append(e.Websites, n.value)
	case "Email Address":
		e.Emails = append(e.Emails, n.value)
	case "Phone Number":
		e.Phones = append(e.Phones, n.value)
	case "Organization Established Date":
		e.Founded = append(e.Founded, rows.Dates(n.value)...)
	case "Nationality of Registration", "Registration Country":
		e.Countries = append(e.Countries, rows.CountryOf(n.value))
	case "Former Vessel Flag":
		c := craftOf(e)
		c.FormerFlags = append(c.FormerFlags, rows.CountryOf(n.value))
	case "Aircraft Model":
		craftOf(e).Model = n.value
	case "Aircraft Operator":
		craftOf(e).Operator = n.value
	case "Aircraft Manufacture Date":
		if d := rows.Dates(n.value); len(d) == 1 {
			craftOf(e).Built = d[0]
		} else {
			n.keep(e)
		}
	case "Listing Date (CMIC)":
		n.keep(e)
		if d := rows.Dates(n.value); len(d) == 1 && l.Listed.IsZero() {
			l.Listed = d[0].From
		}
	default:
		switch {
		case strings.Contains(n.label, "Directive") && strings.HasPrefix(n.value, "Subject to"):
			l.Measures = append(l.Measures, n.value)
		case n.isText():
			n.keep(e)
		default:
			e.Identifiers = append(e.Identifiers, n.identifier())
		}
	}
}

func craftOf(e *party.Entry) *party.Craft {
	if e.Craft == nil {
		e.Craft = &party.Craft{}
	}
	return e.Craft
}

func (n number) keep(e *party.Entry) {
	parts := []string{n.value}
	for _, p := range []string{n.country, n.dated, n.issued, n.expires} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	e.Properties = append(e.Properties, party.Property{Name: n.label, Value: strings.Join(parts, ", ")})
}

// isText says that a label introduces words or a date, no number.
func (n number) isText() bool {
	switch n.label {
	case "Target Type", "Issuer Name", "Other Vessel Type", "Other Vessel Flag", "UN/LOCODE":
		return true
	}
	for _, part := range []string{"Information", "information", "Date", "Prohibited", "risk", "Determination", "Organization Type"} {
		if strings.Contains(n.label, part) {
			return true
		}
	}
	return strings.HasSuffix(n.label, ":") || strings.HasSuffix(n.label, " -") || !strings.ContainsAny(n.value, "0123456789") && strings.Count(n.value, " ") > 2
}

// identifier returns the number with its days. A day that cannot be read is kept
// in the note.
func (n number) identifier() party.Identifier {
	country := ""
	if n.country != "" {
		country = rows.CountryOf(n.country)
	}
	label := n.label
	if label == "" {
		label = "ids"
	}
	id := party.Labelled(label, country, n.value)
	var notes []string
	if n.dated != "" {
		notes = append(notes, "issued or expires "+n.dated)
	}
	for _, x := range [...]struct {
		to            *party.Date
		printed, word string
	}{{&id.Issued, n.issued, "issued "}, {&id.Expires, n.expires, "expires "}} {
		day, err := party.ParseDate(x.printed)
		if err != nil {
			notes = append(notes, x.word+x.printed)
		}
		*x.to = day
	}
	id.Note = strings.Join(notes, "; ")
	return id
}
