// SPDX-License-Identifier: Apache-2.0

package documents

import (
	"slices"
	"strings"

	"github.com/valyala/fastjson"

	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/rows"
	"github.com/interdict-dev/interdict/subject"
)

// dealingOf reads the dealing that a row dates.
func dealingOf(columns []rows.Column, cells []string) (d subject.Dealing) {
	for _, c := range columns {
		if c.Index < len(cells) {
			addDealing(&d, c.Field, cells[c.Index])
		}
	}
	return d
}

// dealingOfObject reads the dealing that the keys of an object of JSON date.
func dealingOfObject(v *fastjson.Value) (d subject.Dealing) {
	v.GetObject().Visit(func(key []byte, v *fastjson.Value) {
		m, ok := rows.Recognise(string(key))
		if !ok && (string(key) == string(rows.Served) || string(key) == string(rows.Paid) || string(key) == string(rows.Owed)) {
			m.Field = rows.Field(key)
		}
		switch v.Type() {
		case fastjson.TypeString:
			addDealing(&d, m.Field, string(v.GetStringBytes()))
		case fastjson.TypeNumber, fastjson.TypeTrue, fastjson.TypeFalse:
			addDealing(&d, m.Field, v.String())
		}
	})
	return d
}

func addDealing(d *subject.Dealing, f rows.Field, v string) {
	if strings.TrimSpace(v) == "" {
		return
	}
	switch f {
	case rows.Served:
		d.Served = sureDate(v)
	case rows.Paid:
		d.Paid = sureDate(v)
	case rows.Owed:
		d.Owed = isOwed(v)
	}
}

// sureDate reads a date as far as its readings agree: 03/04/2025 is some day of
// 2025, which decides nothing in that year. What is no date is none.
func sureDate(s string) party.Date {
	spans := rows.Dates(s)
	if len(spans) == 0 || slices.ContainsFunc(spans, func(x party.Span) bool { return x.From.IsZero() || x.From.Year != spans[0].From.Year }) {
		return party.Date{}
	}
	d := spans[0].To
	for _, x := range spans {
		if x.To != d {
			return party.Date{Year: d.Year}
		}
	}
	return d
}

// isOwed says that a cell names an amount other than nought, or says yes.
func isOwed(s string) bool {
	s = strings.ToLower(strings.TrimSpace(s))
	if strings.ContainsAny(s, "0123456789") {
		return strings.ContainsAny(s, "123456789")
	}
	return !slices.Contains([]string{"no", "n", "false", "-", "none", "nein", "non", "nie", "нет", "否"}, s)
}
