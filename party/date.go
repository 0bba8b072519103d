// SPDX-License-Identifier: Apache-2.0

package party

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// A Date is a day, a month or a year of the Gregorian calendar: lists say
// "1962" and "March 1962". Month and Day are 0 where they are not known.
// The zero Date is unknown.
type Date struct {
	Year  int16
	Month uint8
	Day   uint8
}

// IsZero says that nothing is known.
func (d Date) IsZero() bool { return d == Date{} }

// String returns "1962", "1962-03" or "1962-03-14"; "" for the zero Date.
func (d Date) String() string {
	switch {
	case d.Year == 0:
		return ""
	case d.Month == 0:
		return fmt.Sprintf("%04d", d.Year)
	case d.Day == 0:
		return fmt.Sprintf("%04d-%02d", d.Year, d.Month)
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

// First returns the first day that d can mean. The zero Date gives itself.
func (d Date) First() Date {
	if d.Year == 0 {
		return d
	}
	return Date{d.Year, max(d.Month, 1), max(d.Day, 1)}
}

// Last returns the last day that d can mean. The zero Date gives itself.
func (d Date) Last() Date {
	if d.Year == 0 || d.Day != 0 {
		return d
	}
	if d.Month == 0 {
		return Date{d.Year, 12, 31}
	}
	return Date{d.Year, d.Month, daysIn(int(d.Year), int(d.Month))}
}

// Compare orders full days; a partial date stands at its first day.
func (d Date) Compare(e Date) int {
	a, b := d.First(), e.First()
	return (int(a.Year)-int(b.Year))*10000 + (int(a.Month)-int(b.Month))*100 + int(a.Day) - int(b.Day)
}

// MarshalText writes the date as String does.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (d *Date) UnmarshalText(b []byte) error {
	p, err := ParseDate(string(b))
	if err == nil {
		*d = p
	}
	return err
}

// DateOf returns the day of t in t's own location.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{int16(y), uint8(m), uint8(d)}
}

// Time returns the first instant of the first day that d can mean, in UTC.
func (d Date) Time() time.Time {
	f := d.First()
	return time.Date(int(f.Year), time.Month(f.Month), int(f.Day), 0, 0, 0, 0, time.UTC)
}

// ParseDate reads "2006", "2006-01" or "2006-01-02", the partial ISO 8601 form
// of FollowTheMoney; a time of day after it is cut off. "" is the zero Date.
// Dates as lists print them in prose are the readers' business.
func ParseDate(s string) (Date, error) {
	t := strings.TrimSpace(s)
	if i := strings.IndexAny(t, "T "); i > 0 {
		t = t[:i]
	}
	if t == "" {
		return Date{}, nil
	}
	var d Date
	for i, f := range strings.Split(t, "-") {
		n, err := strconv.Atoi(f)
		ok := err == nil && n > 0
		switch {
		case i == 0 && ok && len(f) == 4:
			d.Year = int16(n)
		case i == 1 && ok && len(f) == 2 && n <= 12:
			d.Month = uint8(n)
		case i == 2 && ok && len(f) == 2 && n <= int(daysIn(int(d.Year), int(d.Month))):
			d.Day = uint8(n)
		default:
			return Date{}, fmt.Errorf("%q is no date: want 2006, 2006-01 or 2006-01-02", s)
		}
	}
	return d, nil
}

func daysIn(year, month int) uint8 {
	return uint8(time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day())
}

// A Span is a date as a list gives it: exact, partial, a range, or about.
// From and To are equal for a single date. The zero Span says nothing.
type Span struct {
	From  Date
	To    Date
	Circa bool
	Text  string // as printed, where the form above does not say it all
}

// On returns the Span of a single date.
func On(d Date) Span { return Span{From: d, To: d} }

// IsZero says that nothing is known.
func (s Span) IsZero() bool { return s.From.IsZero() && s.To.IsZero() }

// String returns "1962-03-14", "circa 1962" or "1962 to 1964".
func (s Span) String() string {
	if s.IsZero() {
		return s.Text
	}
	t := s.From.String()
	if s.To != s.From {
		t += " to " + s.To.String()
	}
	if s.Circa {
		t = "circa " + t
	}
	return t
}
