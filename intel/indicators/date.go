// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/party"
)

// parts are the pieces of a date as people write it; 0 is not said.
type parts struct{ year, month, day int }

const months = "jan feb mar apr may jun jul aug sep oct nov dec"

// monthOf returns the number of a month that is written out or cut, 0 for other
// words.
func monthOf(word string) int {
	if len(word) < 3 {
		return 0
	}
	i := strings.Index(months, word[:3])
	full := [...]string{"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"}
	if i < 0 || i%4 != 0 || !strings.HasPrefix(full[i/4], word) && word != "sept" {
		return 0
	}
	return i/4 + 1
}

func isYear(s string) bool {
	n, err := strconv.Atoi(s)
	return err == nil && len(s) == 4 && n >= 1970 && n < 2200
}

// endsInDay says that a text ends in a month and a day, as "Dec 11" does.
func endsInDay(s string) bool {
	p, ok := readParts(s)
	return ok && p.year == 0 && p.month > 0 && p.day > 0
}

// readParts reads "May 19,2025", "Sept. 9", "August 2023", "20", "2024-11-1" and
// "2/12/2026", which is the twelfth of February: those who write so are
// American.
func readParts(s string) (parts, bool) {
	s = strings.ToLower(strings.TrimSpace(s))
	if i := strings.IndexByte(s, 't'); i == 10 && s[4] == '-' {
		s = s[:i] // a time of day
	}
	if p, ok := readNumbers(s, "-", 0, 1, 2); ok {
		return p, true
	}
	if p, ok := readNumbers(s, "/", 2, 0, 1); ok && p.day > 0 {
		return p, true
	}
	var p parts
	for _, w := range strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == ',' || r == '.' }) {
		n, err := strconv.Atoi(w)
		switch {
		case err != nil && p.month == 0 && monthOf(w) > 0:
			p.month = monthOf(w)
		case err == nil && isYear(w) && p.year == 0:
			p.year = n
		case err == nil && n >= 1 && n <= 31 && len(w) <= 2 && p.day == 0:
			p.day = n
		default:
			return parts{}, false
		}
	}
	return p, p != parts{}
}

// readNumbers reads numbers with a mark between them; y, m and d say which of
// them is which.
func readNumbers(s, mark string, y, m, d int) (parts, bool) {
	f := strings.Split(s, mark)
	if len(f) < 2 || len(f) > 3 || y >= len(f) || !isYear(f[y]) {
		return parts{}, false
	}
	var p parts
	for i, w := range f {
		n, err := strconv.Atoi(w)
		if err != nil || n < 1 || i != y && len(w) > 2 {
			return parts{}, false
		}
		switch i {
		case y:
			p.year = n
		case m:
			p.month = n
		case d:
			p.day = n
		}
	}
	return p, true
}

// date returns the date that the parts are; a day without its month, or a month
// without its year, is none.
func (p parts) date() (party.Date, bool) {
	var s string
	switch {
	case p.year == 0, p.day > 0 && p.month == 0:
		return party.Date{}, false
	case p.day > 0:
		s = fmt.Sprintf("%04d-%02d-%02d", p.year, p.month, p.day)
	case p.month > 0:
		s = fmt.Sprintf("%04d-%02d", p.year, p.month)
	default:
		s = fmt.Sprintf("%04d", p.year)
	}
	d, err := party.ParseDate(s)
	return d, err == nil
}

// readDate reads one date.
func readDate(s string) (party.Date, bool) {
	p, ok := readParts(s)
	if !ok {
		return party.Date{}, false
	}
	return p.date()
}

// readSpan reads "Feb. 7 – May 6 2022", "Nov. 15 – 20, 2023" or a single date.
// What the first date leaves out stands in the last one, and what the last one
// leaves out in the first.
func readSpan(s string) (w claim.Window, ok bool) {
	from, to, two := cutSpan(s)
	a, ok := readParts(from)
	b := a
	if ok && two {
		b, ok = readParts(to)
	}
	if !ok {
		return claim.Window{}, false
	}
	if b.month == 0 && b.day > 0 {
		b.month = a.month
	}
	guessed := a.year == 0
	if guessed {
		a.year = b.year
	}
	if b.year == 0 {
		b.year = a.year
	}
	if guessed && a.month > b.month && b.month > 0 {
		a.year-- // "Nov. 12 – Feb. 2022" begins in 2021
	}
	w.Kind = claim.Fuzzy
	if w.First, ok = a.date(); !ok {
		return claim.Window{}, false
	}
	if w.Last, ok = b.date(); !ok || w.Last.Last().Compare(w.First) < 0 {
		return claim.Window{}, false
	}
	w.Text = strings.TrimSpace(s)
	return w, true
}

func cutSpan(s string) (from, to string, two bool) {
	for _, mark := range [...]string{" until ", " – ", "–", " - ", " to ", "—"} {
		if from, to, two = strings.Cut(s, mark); two {
			return from, to, true
		}
	}
	return s, "", false
}
