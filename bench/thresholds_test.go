// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/interdict-dev/interdict/cases"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/screening"
	"github.com/interdict-dev/interdict/subject"
)

// someSubjects are altered names of the starter book, innocent names, and a row
// that cannot be read.
func someSubjects(t testing.TB) ([]subject.Subject, func(func(subject.Subject, error) bool)) {
	t.Helper()
	deck, err := Make(starterBook(t), Options{Seed: 2, N: 15, Innocents: map[party.Kind][]string{party.Person: Innocents()[party.Person][:20]}})
	if err != nil {
		t.Fatal(err)
	}
	var all []subject.Subject
	for i := range deck {
		s := deck[i].Subject()
		s.Row = i + 2
		all = append(all, s)
	}
	return all, func(yield func(subject.Subject, error) bool) {
		for _, s := range all {
			if !yield(s, nil) {
				return
			}
		}
		yield(subject.Subject{Row: len(all) + 2}, errors.New("not a row"))
	}
}

// TestThresholdsAreScreenings holds every count against plain screenings of all
// subjects at each threshold, and the changes against the difference of two.
func TestThresholdsAreScreenings(t *testing.T) {
	b := starterBook(t)
	subjects, rows := someSubjects(t)
	for _, move := range [][2]int32{{3000, 9000}, {9950, 500}} {
		p := WhatIfPlan{From: move[0], To: move[1], Workers: 2, Policy: screening.Policy{Weak: true}}
		w, err := Thresholds(t.Context(), b, rows, p)
		if err != nil {
			t.Fatal(err)
		}
		if w.Asked != len(subjects) || w.Unread != 1 {
			t.Errorf("%d asked and %d unread, want %d and 1", w.Asked, w.Unread, len(subjects))
		}
		found := map[int32]map[string]bool{}
		for _, step := range w.Steps {
			score := int32(step.Score*10000 + 0.5)
			policy := p.Policy
			policy.MinScore = score
			s, err := screening.New(b, policy)
			if err != nil {
				t.Fatal(err)
			}
			found[score] = map[string]bool{}
			want := Step{Score: step.Score}
			for i := range subjects {
				a, err := s.Screen(&subjects[i])
				if err != nil {
					t.Fatal(err)
				}
				for _, f := range a.Findings {
					found[score][fmt.Sprintf("%d %s", subjects[i].Row, f.Ref)] = true
				}
				want.Findings += len(a.Findings)
				if len(a.Findings) > 0 {
					want.Subjects++
				}
			}
			want.Open = want.Findings
			if step != want {
				t.Errorf("at %v: %+v, want %+v", step.Score, step, want)
			}
		}
		changed := map[string]bool{}
		for _, c := range w.Changes {
			changed[fmt.Sprintf("%d %s", c.Subject.Row, c.Ref)] = true
			if (c.What == vanishes) != (move[1] > move[0]) {
				t.Errorf("from %d to %d %s %s", move[0], move[1], c.Ref, c.What)
			}
		}
		low, high := found[min(move[0], move[1])], found[max(move[0], move[1])]
		for k := range low {
			if changed[k] == high[k] {
				t.Errorf("from %d to %d: %s changes %v, found at the higher one %v", move[0], move[1], k, changed[k], high[k])
			}
		}
		if len(changed) == 0 || len(changed) != len(low)-len(high) {
			t.Errorf("from %d to %d: %d changes, want %d less %d", move[0], move[1], len(changed), len(low), len(high))
		}
	}
}

func TestThresholdsKnowDecisions(t *testing.T) {
	b := starterBook(t)
	subjects, rows := someSubjects(t)
	s, err := screening.New(b, screening.Policy{MinScore: 3000})
	if err != nil {
		t.Fatal(err)
	}
	var decided []cases.Decision
	for i := range subjects {
		a, err := s.Screen(&subjects[i])
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range a.Findings {
			if f.Score < 9000 {
				decided = append(decided, cases.Decision{Subject: a.Record, Ref: f.Ref, Record: f.Record, By: "A. Officer", Reason: "told"})
			}
		}
	}
	if len(decided) < 2 {
		t.Fatalf("%d findings below 0.9: nothing to decide", len(decided))
	}
	of := func(ds []cases.Decision) *cases.Decisions {
		d, err := cases.NewDecisions(ds)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	w, err := Thresholds(t.Context(), b, rows, WhatIfPlan{From: 3000, To: 9000, Scores: []int32{3000, 9000}, Workers: 1, True: of(decided[:1]), False: of(decided[1:])})
	if err != nil {
		t.Fatal(err)
	}
	low, high := w.Steps[0], w.Steps[1]
	if low.True != 1 || low.False != len(decided)-1 || low.Open != low.Findings-len(decided) || high.True != 0 || high.False != 0 {
		t.Errorf("at 0.3 %+v and at 0.9 %+v, want 1 true and %d false, and none", low, high, len(decided)-1)
	}
	if got := w.said()[0]; !strings.Contains(got, fmt.Sprintf("1 decided true, %d decided false, 0 undecided", len(decided)-1)) {
		t.Errorf("it says %q", got)
	}
	var text, page, workbook bytes.Buffer
	w.Print(&text, 1)
	for _, want := range []string{"decided true", "from 0.3 to 0.9", "would vanish", fmt.Sprintf("and %d more", len(w.Changes)-1)} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("the print lacks %q:\n%s", want, text.String())
		}
	}
	if err := errors.Join(w.Pack().WriteHTML(&page), w.Pack().WriteXLSX(&workbook)); err != nil {
		t.Error(err)
	}
	var back WhatIf
	data, err := json.Marshal(w)
	if err == nil {
		err = json.Unmarshal(data, &back)
	}
	if err != nil || len(back.Changes) != len(w.Changes) {
		t.Errorf("%d changes come back from JSON, want %d, error %v", len(back.Changes), len(w.Changes), err)
	}
}

func TestThresholdsRefuse(t *testing.T) {
	_, rows := someSubjects(t)
	if _, err := Thresholds(t.Context(), starterBook(t), rows, WhatIfPlan{From: 3000, To: 3000}); err == nil {
		t.Error("a threshold that does not move is tried")
	}
	if _, err := Thresholds(t.Context(), starterBook(t), rows, WhatIfPlan{From: 3000, To: 4000, Policy: screening.Policy{Lists: []party.ListID{"no-list"}}}); err == nil {
		t.Error("a list that the book does not hold is screened against")
	}
}
