// SPDX-License-Identifier: Apache-2.0

// Package calendar counts the business days of the U.S. federal government,
// in which 31 CFR part 501 sets its deadlines.
//
// Holidays are those of 5 U.S.C. 6103(a) by the acts that made them, from 1971,
// when the Monday holidays began; one that falls on a Saturday is kept on the
// Friday before (6103(b)(1)), one on a Sunday on the Monday after (Executive
// Order 11582 of 1971). Inauguration Day (6103(c)) is a holiday in and around
// Washington alone and does not count, nor do days on which an executive order
// closes offices, which nobody can know beforehand.
//
// Days are dates at midnight UTC; hours and zones of a [time.Time] do not count.
package calendar

import "time"

// A holiday of 5 U.S.C. 6103(a).
type holiday struct {
	name  string
	since int // the first year in which it was kept
	on    func(year int) time.Time
}

// holidays returns those of 5 U.S.C. 6103(a), in the order of the year.
func holidays() [11]holiday {
	return [...]holiday{
		{"New Year's Day", 1971, fixed(time.January, 1)},
		{"Birthday of Martin Luther King, Jr.", 1986, nth(time.January, time.Monday, 3)}, // Pub. L. 98-144
		{"Washington's Birthday", 1971, nth(time.February, time.Monday, 3)},              // Pub. L. 90-363
		{"Memorial Day", 1971, last(time.May, time.Monday)},
		{"Juneteenth National Independence Day", 2021, fixed(time.June, 19)}, // Pub. L. 117-17
		{"Independence Day", 1971, fixed(time.July, 4)},
		{"Labor Day", 1971, nth(time.September, time.Monday, 1)},
		{"Columbus Day", 1971, nth(time.October, time.Monday, 2)},
		{"Veterans Day", 1971, veterans},
		{"Thanksgiving Day", 1971, nth(time.November, time.Thursday, 4)},
		{"Christmas Day", 1971, fixed(time.December, 25)},
	}
}

func fixed(m time.Month, day int) func(int) time.Time {
	return func(year int) time.Time { return date(year, m, day) }
}

// nth gives the n-th weekday of a month, counted from 1.
func nth(m time.Month, w time.Weekday, n int) func(int) time.Time {
	return func(year int) time.Time {
		first := date(year, m, 1)
		return first.AddDate(0, 0, (int(w-first.Weekday())+7)%7+7*(n-1))
	}
}

func last(m time.Month, w time.Weekday) func(int) time.Time {
	return func(year int) time.Time {
		end := date(year, m+1, 0)
		return end.AddDate(0, 0, -((int(end.Weekday()-w) + 7) % 7))
	}
}

// veterans gives 11 November, and from 1971 to 1977 the fourth Monday of
// October (Pub. L. 90-363, undone by Pub. L. 94-97).
func veterans(year int) time.Time {
	if year < 1978 {
		return nth(time.October, time.Monday, 4)(year)
	}
	return date(year, time.November, 11)
}

// Holiday returns the federal holiday that is kept on the day of t, as in
// "Independence Day"; "" where there is none. It is kept on another day than
// its own where that is a Saturday or a Sunday, and so New Year's Day may be
// kept on 31 December.
func Holiday(t time.Time) string {
	day := midnight(t)
	for _, h := range holidays() {
		for _, year := range [...]int{day.Year(), day.Year() + 1} {
			if year >= h.since && observed(h.on(year)).Equal(day) {
				return h.name
			}
		}
	}
	return ""
}

func observed(day time.Time) time.Time {
	switch day.Weekday() {
	case time.Saturday:
		return day.AddDate(0, 0, -1)
	case time.Sunday:
		return day.AddDate(0, 0, 1)
	}
	return day
}

// IsBusinessDay says that the day of t is neither a Saturday, a Sunday nor a
// federal holiday.
func IsBusinessDay(t time.Time) bool {
	day := midnight(t)
	return day.Weekday() != time.Saturday && day.Weekday() != time.Sunday && Holiday(day) == ""
}

// AddBusinessDays returns the n-th business day after the day of t, or before
// it where n is negative. The day itself does not count: a report that is due
// within ten business days of 3 January is due on AddBusinessDays(3 January,
// 10). With n = 0 it returns the day itself, business day or not.
func AddBusinessDays(t time.Time, n int) time.Time {
	day, step := midnight(t), 1
	if n < 0 {
		n, step = -n, -1
	}
	for n > 0 {
		day = day.AddDate(0, 0, step)
		if IsBusinessDay(day) {
			n--
		}
	}
	return day
}

// BusinessDays returns how many business days lie after the day of from, up to
// and with the day of to; negative where to is before from.
func BusinessDays(from, to time.Time) int {
	a, b, sign := midnight(from), midnight(to), 1
	if b.Before(a) {
		a, b, sign = b, a, -1
	}
	n := 0
	for day := a.AddDate(0, 0, 1); !day.After(b); day = day.AddDate(0, 0, 1) {
		if IsBusinessDay(day) {
			n++
		}
	}
	return sign * n
}

func date(year int, m time.Month, day int) time.Time {
	return time.Date(year, m, day, 0, 0, 0, 0, time.UTC)
}

func midnight(t time.Time) time.Time {
	y, m, d := t.Date()
	return date(y, m, d)
}
