// SPDX-License-Identifier: Apache-2.0

package watchlist

import (
	"fmt"
	"math/rand/v2"
	"os"
	"testing"
	"time"
)

// TestAgesAreThoseOfStatus adds editions in any order, with and without a date,
// two on one day, with rejects and decisions about them, and holds the age to the
// status, which reads everything.
func TestAgesAreThoseOfStatus(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	for round := range 12 {
		a := testArchive(t)
		for i := range 6 {
			date := fmt.Sprintf("2026-%02d-%02d", 1+r.IntN(2), 1+r.IntN(3))
			switch r.IntN(6) {
			case 0:
				date = "-" // undated: the day of fetching counts
			case 1:
				date = "2026-01"
			}
			more := []string{}
			if r.IntN(3) == 0 {
				more = append(more, "!00003")
			}
			e := add(t, a, edition(fmt.Sprintf("us-test %s %d", date, r.IntN(12)), 10*round, 10*round+20+i, more...), noon.Add(time.Duration(r.IntN(90)-60)*24*time.Hour))
			if r.IntN(4) == 0 && e.Counts.Rejects > 0 {
				if err := a.Accept("us-test", e.ID, Decision{By: "A. Officer", Reason: "read it", When: noon}); err != nil {
					t.Fatal(err)
				}
			}
			all, err := a.Status()
			if err != nil || len(all) != 1 {
				t.Fatalf("Status = %v, %v", all, err)
			}
			ages, err := a.Ages()
			if err != nil || len(ages) != 1 {
				t.Fatalf("Ages = %v, %v", ages, err)
			}
			if got, want := ages[0], all[0]; got.Newest.ID != want.Newest.ID || got.Unread != want.Live.Unread || got.Checked(noon) != want.CheckedAge(noon) {
				t.Fatalf("round %d, edition %d: %.8s with %d unread, want %.8s with %d", round, i, got.Newest.ID, got.Unread, want.Newest.ID, want.Live.Unread)
			}
		}
	}
}

// TestAgesReadFewFiles damages the descriptions of all but the newest edition.
func TestAgesReadFewFiles(t *testing.T) {
	a := testArchive(t)
	old := add(t, a, edition("us-test 2026-01-01 1", 0, 10), noon)
	add(t, a, edition("us-test 2026-01-02 2", 0, 11), noon)
	if err := os.WriteFile(a.description(&old), []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	if ages, err := a.Ages(); err != nil || len(ages) != 1 || ages[0].Newest.Header.Version != "2" {
		t.Errorf("Ages = %+v, %v", ages, err)
	}
	if _, err := a.Status(); err == nil {
		t.Error("Status reads the damaged description and does not say so")
	}
}
