// SPDX-License-Identifier: Apache-2.0

package law

import (
	"testing"

	"github.com/interdict-dev/interdict/party"
)

// TestTime holds the three dealings of acceptance case (c), and what is not said.
func TestTime(t *testing.T) {
	day := func(s string) party.Date {
		if s == "" {
			return party.Date{}
		}
		d, err := party.ParseDate(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for _, c := range []struct {
		listed, served, paid string
		owed                 bool
		effect               Consequence
		want                 Timing
	}{
		{"2025-01-03", "2024-12-20", "2024-12-20", false, Block, Before},
		{"2025-01-03", "2024-12-20", "", true, Block, Payable},
		{"2025-01-03", "2024-12-20", "2025-02-01", false, Block, Payable},
		{"2025-01-03", "2025-01-06", "", false, Block, After},
		{"2025-12-09", "2025-01-06", "2025-01-06", false, Freeze, Before},
		{"2025-01-03", "2025-01-03", "2024-01-01", false, Block, After},
		{"2025-01-03", "2024-12-20", "", false, Block, Unsaid},
		{"2025-01-03", "2025-01", "2025-01", false, Block, Unsaid},
		{"2025-01-03", "", "2024-12-20", false, Block, Unsaid},
		{"", "2024-12-20", "2024-12-20", false, Block, Unsaid},
		{"2025-01-03", "2024-12-20", "", true, Review, Before},
	} {
		e := Effect{Listed: day(c.listed), IfConfirmed: c.effect}
		if got, why := e.Time(day(c.served), day(c.paid), c.owed); got != c.want || why == "" {
			t.Errorf("listed %q, served %q, paid %q, owed %v: %s (%s), want %s", c.listed, c.served, c.paid, c.owed, got, why, c.want)
		}
	}
}
