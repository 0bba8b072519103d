// SPDX-License-Identifier: Apache-2.0

package holdings

import (
	"context"
	"io"
	"sync/atomic"
)

// A Progress tells another goroutine how far the work is. The zero Progress has
// nothing to tell, and a nil one is told nothing.
type Progress struct{ done, of atomic.Int64 }

// State returns how much of how much is done, in whatever the work counts.
func (p *Progress) State() (done, of int64) { return p.done.Load(), p.of.Load() }

func (p *Progress) begin(of int64) {
	if p != nil {
		p.done.Store(0)
		p.of.Store(of)
	}
}

func (p *Progress) add(n int64) {
	if p != nil {
		p.done.Add(n)
	}
}

// A watched reader ends with its context and counts its bytes.
type watched struct {
	ctx      context.Context
	r        io.Reader
	progress *Progress
}

func (w watched) Read(b []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := w.r.Read(b)
	w.progress.add(int64(n))
	return n, err
}
