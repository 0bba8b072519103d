// SPDX-License-Identifier: Apache-2.0

package screening

import (
	"context"
	"iter"
	"sync"

	"github.com/interdict-dev/interdict/book"
	"github.com/interdict-dev/interdict/subject"
)

// A Row is one row of a batch: its answer, or the error that it could not be
// read or answered with. Subject is the zero value where the row was not read.
type Row struct {
	Subject subject.Subject
	Answer  Answer
	Err     error
}

// chunkSize is how many subjects one worker takes at a time: large enough that
// handing over costs nothing, small enough that order costs little memory.
const chunkSize = 256

// Stream screens subjects on several workers and yields their rows in the order
// of the input. It holds a few chunks at a time, however long the input. An
// error among the subjects becomes the Err of its row. When the context ends,
// the rest of the rows is not read and the last row says why.
func Stream(ctx context.Context, b *book.Book, p Policy, subjects iter.Seq2[subject.Subject, error], workers int, extra ...Extra) (iter.Seq[Row], error) {
	screeners := make([]*Screener, max(workers, 1))
	for i := range screeners {
		s, err := New(b, p, extra...)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			s.quiet = screeners[0].quiet
		}
		screeners[i] = s
	}
	return func(yield func(Row) bool) { stream(ctx, screeners, subjects, yield) }, nil
}

type chunk struct {
	rows []Row
	done chan struct{}
}

func stream(ctx context.Context, screeners []*Screener, subjects iter.Seq2[subject.Subject, error], yield func(Row) bool) {
	work := make(chan *chunk, len(screeners))
	ordered := make(chan *chunk, 2*len(screeners))
	stop := make(chan struct{})
	var all sync.WaitGroup
	for _, s := range screeners {
		all.Go(func() {
			for c := range work {
				s.fill(c.rows)
				close(c.done)
			}
		})
	}
	all.Go(func() {
		defer close(ordered)
		defer close(work)
		send(ctx, subjects, work, ordered, stop)
	})
	defer all.Wait()
	defer func() {
		close(stop)
		for c := range ordered {
			<-c.done
		}
	}()
	for c := range ordered {
		<-c.done
		for _, r := range c.rows {
			if !yield(r) {
				return
			}
		}
	}
}

// send cuts the subjects into chunks and hands each to the workers and to the
// consumer, in order.
func send(ctx context.Context, subjects iter.Seq2[subject.Subject, error], work, ordered chan<- *chunk, stop <-chan struct{}) {
	c := newChunk()
	pass := func() bool {
		if len(c.rows) == 0 {
			return true
		}
		select {
		case <-stop:
			return false
		case ordered <- c:
		}
		work <- c
		c = newChunk()
		return true
	}
	for s, err := range subjects {
		if e := ctx.Err(); e != nil {
			c.rows = append(c.rows, Row{Err: e})
			break
		}
		c.rows = append(c.rows, Row{Subject: s, Err: err})
		if len(c.rows) == chunkSize && !pass() {
			return
		}
	}
	pass()
}

func newChunk() *chunk { return &chunk{make([]Row, 0, chunkSize), make(chan struct{})} }

// fill answers the rows that were read.
func (s *Screener) fill(rows []Row) {
	for i := range rows {
		if rows[i].Err == nil {
			rows[i].Answer, rows[i].Err = s.Screen(&rows[i].Subject)
		}
	}
}
