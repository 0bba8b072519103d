// SPDX-License-Identifier: Apache-2.0

package calendar

import (
	"slices"
	"testing"
	"time"
)

func day(t *testing.T, s string) time.Time {
	t.Helper()
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// The days that the Office of Personnel Management published as federal
// holidays of these years, without Inauguration Day.
func TestHolidaysOfKnownYears(t *testing.T) {
	for year, want := range map[string][]string{
		"1971": {"01-01", "02-15", "05-31", "07-05", "09-06", "10-11", "10-25", "11-25", "12-24", "12-31"},
		"2020": {"01-01", "01-20", "02-17", "05-25", "07-03", "09-07", "10-12", "11-11", "11-26", "12-25"},
		"2021": {"01-01", "01-18", "02-15", "05-31", "06-18", "07-05", "09-06", "10-11", "11-11", "11-25", "12-24", "12-31"},
		"2022": {"01-17", "02-21", "05-30", "06-20", "07-04", "09-05", "10-10", "11-11", "11-24", "12-26"},
		"2023": {"01-02", "01-16", "02-20", "05-29", "06-19", "07-04", "09-04", "10-09", "11-10", "11-23", "12-25"},
		"2024": {"01-01", "01-15", "02-19", "05-27", "06-19", "07-04", "09-02", "10-14", "11-11", "11-28", "12-25"},
		"2025": {"01-01", "01-20", "02-17", "05-26", "06-19", "07-04", "09-01", "10-13", "11-11", "11-27", "12-25"},
		"2026": {"01-01", "01-19", "02-16", "05-25", "06-19", "07-03", "09-07", "10-12", "11-11", "11-26", "12-25"},
	} {
		var got []string
		for d := day(t, year+"-01-01"); d.Year() == day(t, year+"-01-01").Year(); d = d.AddDate(0, 0, 1) {
			if Holiday(d) != "" {
				got = append(got, d.Format("01-02"))
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("holidays of %s are %v, want %v", year, got, want)
		}
	}
}

func TestAddBusinessDays(t *testing.T) {
	for _, c := range []struct {
		from string
		n    int
		want string
	}{
		{"2025-01-03", 10, "2025-01-17"}, // before the King holiday
		{"2025-01-06", 10, "2025-01-21"}, // over it; Inauguration Day fell on the same Monday
		{"2021-01-15", 3, "2021-01-21"},  // over the King holiday only: 20 January 2021 counts
		{"2025-12-19", 10, "2026-01-06"}, // Christmas and New Year
		{"2021-12-30", 1, "2022-01-03"},  // New Year's Day kept on 31 December
		{"2024-03-02", 1, "2024-03-04"},  // from a Saturday
		{"2024-03-02", 0, "2024-03-02"},
		{"2024-03-04", -1, "2024-03-01"},
		{"2020-06-18", 1, "2020-06-19"}, // Juneteenth was no holiday yet
		{"2021-06-17", 1, "2021-06-21"}, // kept on Friday 18 June
	} {
		got := AddBusinessDays(day(t, c.from), c.n)
		if got.Format(time.DateOnly) != c.want {
			t.Errorf("AddBusinessDays(%s, %d) = %s, want %s", c.from, c.n, got.Format(time.DateOnly), c.want)
		}
		if n := BusinessDays(day(t, c.from), got); c.n > 0 && n != c.n {
			t.Errorf("BusinessDays(%s, %s) = %d, want %d", c.from, c.want, n, c.n)
		}
	}
}

func TestHoursAndZonesDoNotCount(t *testing.T) {
	late := time.Date(2025, 7, 3, 23, 59, 0, 0, time.FixedZone("west", -5*3600))
	if got := AddBusinessDays(late, 1).Format(time.DateOnly); got != "2025-07-07" {
		t.Errorf("one business day after late 3 July 2025 is %s, want 2025-07-07", got)
	}
}

func FuzzAddBusinessDays(f *testing.F) {
	f.Add(int64(1735862400), 10)
	f.Fuzz(func(t *testing.T, unix int64, n int) {
		if n < -300 || n > 300 || unix < 0 || unix > 1<<33 {
			t.Skip()
		}
		from := time.Unix(unix, 0).UTC()
		to := AddBusinessDays(from, n)
		if n != 0 && !IsBusinessDay(to) {
			t.Errorf("%v is no business day", to)
		}
		if got := BusinessDays(from, to); n > 0 && got != n {
			t.Errorf("BusinessDays(%v, %v) = %d, want %d", from, to, got, n)
		}
	})
}
