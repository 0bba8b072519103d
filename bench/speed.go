// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"context"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"runtime"
	"slices"
	"time"

	"github.com/interdict-dev/interdict/book"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/screening"
	"github.com/interdict-dev/interdict/subject"
)

// A Speed is how fast a book answers on this machine.
type Speed struct {
	Entries   int           `json:"entries"`
	Rows      int           `json:"rows"`   // of the batch
	Hidden    int           `json:"hidden"` // listed names among them
	Found     int           `json:"found"`  // of those, with the right entry among the findings
	Alarms    int           `json:"alarms"` // rows of innocent names with a finding
	Batch     time.Duration `json:"batch"`
	Workers   int           `json:"workers"`
	Clean     Percentiles   `json:"clean"`  // one innocent name at a time, one core
	Listed    Percentiles   `json:"listed"` // one listed name at a time, one core
	HeapBytes uint64        `json:"heap_bytes"`
}

// MeasureSpeed screens a batch of rows made of innocent names with listed ones
// hidden among them, on all cores, and single names on one.
func MeasureSpeed(ctx context.Context, b *book.Book, rows, hidden int) (*Speed, error) {
	day := party.DateOf(time.Now())
	policy := screening.Policy{MinScore: screening.DefaultMinScore, LawAsOf: day, FactsAsOf: day}
	in, want, err := batch(b, rows, hidden)
	if err != nil {
		return nil, err
	}
	s := &Speed{Rows: rows, Hidden: len(want), Workers: runtime.GOMAXPROCS(0)}
	for _, l := range b.Lists() {
		s.Entries += l.Len()
	}
	start := time.Now()
	answers, err := screening.Stream(ctx, b, policy, in, s.Workers)
	if err != nil {
		return nil, err
	}
	for r := range answers {
		if r.Err != nil {
			return nil, r.Err
		}
		ref, listed := want[r.Subject.Row]
		switch {
		case listed && slices.ContainsFunc(r.Answer.Findings, func(f screening.Finding) bool { return f.Ref == ref || slices.Contains(f.Identity, ref) }):
			s.Found++
		case !listed && len(r.Answer.Findings) > 0:
			s.Alarms++
		}
	}
	s.Batch = time.Since(start)
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	s.HeapBytes = m.HeapSys
	return s, s.single(b, policy)
}

// batch makes rows of innocent names, each a little different, with exact names
// of listed parties at random places. It returns which row holds which entry.
func batch(b *book.Book, rows, hidden int) (iter.Seq2[subject.Subject, error], map[int]party.Ref, error) {
	r := rand.New(rand.NewPCG(1, 2))
	names := Innocents()
	people, firms := names[party.Person], names[party.Organization]
	want, listed := map[int]party.Ref{}, map[int]party.Entry{}
	all := b.Lists()
	for len(want) < hidden {
		l := all[r.IntN(len(all))]
		e, err := l.Entry(uint32(r.IntN(l.Len())))
		if err != nil {
			return nil, nil, err
		}
		if len(e.Listings) == 0 || e.Names[0].Weak {
			continue
		}
		row := 1 + r.IntN(rows)
		want[row], listed[row] = e.Ref, party.Entry{Kind: e.Kind, Names: e.Names[:1]}
	}
	return func(yield func(subject.Subject, error) bool) {
		for i := 1; i <= rows; i++ {
			s := subject.Subject{Row: i}
			if e, ok := listed[i]; ok {
				s.Party = e
			} else if i%2 == 0 {
				s.Party = party.Entry{Kind: party.Person, Names: []party.Name{{Full: people[r.IntN(len(people))]}}}
			} else {
				s.Party = party.Entry{Kind: party.Organization, Names: []party.Name{{Full: firms[r.IntN(len(firms))]}}}
			}
			if !yield(s, nil) {
				return
			}
		}
	}, want, nil
}

// single times single screenings.
func (s *Speed) single(b *book.Book, p screening.Policy) error {
	sc, err := screening.New(b, p)
	if err != nil {
		return err
	}
	var clean, listed []time.Duration
	in, want, err := batch(b, 6000, 2000)
	if err != nil {
		return err
	}
	for sub := range in {
		start := time.Now()
		if _, err := sc.Screen(&sub); err != nil {
			return err
		}
		if _, ok := want[sub.Row]; ok {
			listed = append(listed, time.Since(start))
		} else {
			clean = append(clean, time.Since(start))
		}
	}
	s.Clean, s.Listed = percentiles(clean), percentiles(listed)
	return nil
}

// Print prints the figures for people.
func (s *Speed) Print(w io.Writer) {
	fmt.Fprintf(w, "batch of %d rows against %d entries on %d cores: %.1f s, %.0f rows/s, heap %.0f MB\n", s.Rows, s.Entries, s.Workers, s.Batch.Seconds(), float64(s.Rows)/s.Batch.Seconds(), float64(s.HeapBytes)/1e6)
	fmt.Fprintf(w, "  hidden listed names found: %d of %d; rows of innocent names with a finding: %d of %d\n", s.Found, s.Hidden, s.Alarms, s.Rows-s.Hidden)
	fmt.Fprintf(w, "one innocent name, one core: median %v, p90 %v, p99 %v, worst %v\n", s.Clean.P50, s.Clean.P90, s.Clean.P99, s.Clean.Max)
	fmt.Fprintf(w, "one listed name with its findings, one core: median %v, p90 %v, p99 %v, worst %v\n", s.Listed.P50, s.Listed.P90, s.Listed.P99, s.Listed.Max)
}
