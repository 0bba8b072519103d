// SPDX-License-Identifier: Apache-2.0

package screening_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"testing"
	"testing/synctest"

	"github.com/interdict-dev/interdict/book"
	"github.com/interdict-dev/interdict/screening"
	"github.com/interdict-dev/interdict/subject"
)

// withErrors yields subjects and in place of every seventh an error.
func withErrors(subjects []subject.Subject) iter.Seq2[subject.Subject, error] {
	return func(yield func(subject.Subject, error) bool) {
		for i, s := range subjects {
			var err error
			if i%7 == 3 {
				s, err = subject.Subject{Row: s.Row}, fmt.Errorf("row %d cannot be read", s.Row)
			}
			if !yield(s, err) {
				return
			}
		}
	}
}

func stream(t testing.TB, ctx context.Context, b *book.Book, in iter.Seq2[subject.Subject, error], workers int) iter.Seq[screening.Row] {
	t.Helper()
	rows, err := screening.Stream(ctx, b, policy(), in, workers)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestStreamIsScreenRowByRow(t *testing.T) {
	b, entries := starterBook(t)
	s := newScreener(t, b, policy())
	const chunk = 256
	for _, n := range []int{0, 1, chunk - 1, chunk, 2*chunk + 1} {
		subjects := about(entries, n)
		for _, workers := range []int{0, 2, 5} {
			i := 0
			for row := range stream(t, t.Context(), b, withErrors(subjects), workers) {
				if row.Subject.Row != subjects[i].Row {
					t.Fatalf("%d rows, %d workers: row %d came at the place of row %d", n, workers, row.Subject.Row, subjects[i].Row)
				}
				if i%7 == 3 {
					if row.Err == nil || row.Err.Error() != fmt.Sprintf("row %d cannot be read", subjects[i].Row) {
						t.Fatalf("row %d: error %v", subjects[i].Row, row.Err)
					}
				} else if got, want := asJSON(t, row.Answer), asJSON(t, screen(t, s, subjects[i])); row.Err != nil || !bytes.Equal(got, want) {
					t.Fatalf("row %d: %v, got\n%s\nwant\n%s", subjects[i].Row, row.Err, got, want)
				}
				i++
			}
			if i != n {
				t.Fatalf("%d workers: %d rows, want %d", workers, i, n)
			}
		}
	}
}

// TestStreamStopsWithItsConsumer holds that no goroutine is left behind, which
// the bubble would call a deadlock, and that the input is told to stop, having
// been read no more than a few chunks ahead.
func TestStreamStopsWithItsConsumer(t *testing.T) {
	b, entries := starterBook(t)
	subjects := about(entries, 300)
	const workers, chunk = 3, 256
	for _, after := range []int{1, 100, 256, 257, 2000} {
		synctest.Test(t, func(t *testing.T) {
			taken, ended := 0, false
			endless := func(yield func(subject.Subject, error) bool) {
				for yield(subjects[taken%len(subjects)], nil) {
					taken++
				}
				ended = true
			}
			seen := 0
			for range stream(t, t.Context(), b, endless, workers) {
				if seen++; seen == after {
					break
				}
			}
			if !ended {
				t.Errorf("stopped after %d rows: the input was not ended", after)
			}
			if ahead := taken - after; ahead > (3*workers+3)*chunk {
				t.Errorf("stopped after %d rows: %d rows were read ahead", after, ahead)
			}
		})
	}
}

func TestStreamEndsWithItsContext(t *testing.T) {
	b, entries := starterBook(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	subjects := about(entries, 5000)
	n := 0
	var last screening.Row
	for row := range stream(t, ctx, b, withErrors(subjects), 2) {
		if n++; n == 10 {
			cancel()
		}
		last = row
	}
	if n == len(subjects) || !errors.Is(last.Err, context.Canceled) {
		t.Fatalf("%d rows of %d, the last with error %v: want fewer, and the last to say why", n, len(subjects), last.Err)
	}
}
