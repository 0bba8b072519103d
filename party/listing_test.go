// SPDX-License-Identifier: Apache-2.0

package party

import "testing"

func TestStoodOn(t *testing.T) {
	for _, c := range []struct {
		listed, delisted, day string
		want                  bool
	}{
		{"2025-01-03", "", "2025-01-02", false},
		{"2025-01-03", "", "2025-01-03", true},
		{"", "", "1990-01-01", true},
		{"2025", "", "2024-12-31", false},
		{"2025", "", "2025-01-01", true}, // it may have
		{"2014-01-01", "2016-05-10", "2016-05-09", true},
		{"2014-01-01", "2016-05-10", "2016-05-10", false},
		{"2014-01-01", "2016-05", "2016-05-30", true}, // it may have
		{"2014-01-01", "2016-05", "2016-06-01", false},
		{"2014-01-01", "2016", "2016-12-30", true},
		{"2014-01-01", "2016", "2017-01-01", false},
		{"2014-01-01", "2016-05-10", "", false},
		{"2014-01-01", "", "", true},
	} {
		l := Listing{Listed: parsed(t, c.listed), Delisted: parsed(t, c.delisted)}
		if got := l.StoodOn(parsed(t, c.day)); got != c.want {
			t.Errorf("listed %q, delisted %q: StoodOn(%q) = %v, want %v", c.listed, c.delisted, c.day, got, c.want)
		}
	}
}

func parsed(t *testing.T, s string) Date {
	t.Helper()
	d, err := ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
