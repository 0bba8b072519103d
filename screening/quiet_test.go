// SPDX-License-Identifier: Apache-2.0

package screening_test

import (
	"encoding/json"
	"testing"

	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/screening"
	"github.com/interdict-dev/interdict/subject"
)

// TestSamePartyAgain holds what a screener remembers to what a new one answers:
// the same party in other rows, with and without a finding, and the same name
// where it may be something else.
func TestSamePartyAgain(t *testing.T) {
	b, _ := starterBook(t)
	policy := screening.Policy{MinScore: screening.DefaultMinScore}
	old, err := screening.New(b, policy)
	if err != nil {
		t.Fatal(err)
	}
	var subjects []subject.Subject
	for row, name := range []string{"Lakeside Bakery", "Integrity Technology Group", "Lakeside Bakery", "Sevastopol Bakery", "Lakeside Bakery", "Integrity Technology Group", "Sevastopol Bakery"} {
		s := subject.Subject{Row: row, Role: "supplier", Party: party.Entry{Names: []party.Name{{Full: name}}}}
		subjects = append(subjects, s)
		s.Bare = true
		subjects = append(subjects, s)
		s.Bare, s.Prose = false, true
		subjects = append(subjects, s)
	}
	for i := range subjects {
		fresh, err := screening.New(b, policy)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := answer(t, old, &subjects[i]), answer(t, fresh, &subjects[i]); got != want {
			t.Errorf("row %d again: %s, at first %s", i, got, want)
		}
	}
}

func answer(t *testing.T, s *screening.Screener, sub *subject.Subject) string {
	t.Helper()
	a, err := s.Screen(sub)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
