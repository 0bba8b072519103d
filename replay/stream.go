// SPDX-License-Identifier: Apache-2.0

package replay

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"sync"
)

// maxLine is how long one line may be: an answer without a limit may hold
// thousands of findings, none of which has much over 100 KiB.
const maxLine = 1 << 28

// batch is how many lines are read at a time for each worker.
const batch = 64

// All asks every line of r again, on as many goroutines as there are replayers,
// and yields the results in the order of the lines. Empty lines are skipped. An
// error of r ends it, with the number of the line that could not be read; so
// does the end of the context.
func All(ctx context.Context, r io.Reader, replayers []*Replayer) iter.Seq2[Result, error] {
	return func(yield func(Result, error) bool) {
		in := bufio.NewReaderSize(r, 1<<20)
		number := 0
		for {
			lines, err := read(in, batch*len(replayers), &number)
			for _, res := range spread(lines, replayers) {
				if !yield(res, nil) {
					return
				}
			}
			if err == nil {
				err = ctx.Err()
			}
			switch {
			case err == io.EOF:
				return
			case err != nil:
				yield(Result{}, fmt.Errorf("after line %d: %w", number, err))
				return
			}
		}
	}
}

// A numbered is one line with its number.
type numbered struct {
	number int
	text   []byte
}

// read reads up to n lines that are not empty.
func read(in *bufio.Reader, n int, number *int) (lines []numbered, err error) {
	for len(lines) < n && err == nil {
		var text []byte
		text, err = line(in)
		if len(text) > 0 || err == nil {
			*number++
		}
		if text = bytes.TrimSpace(text); len(text) > 0 {
			lines = append(lines, numbered{*number, text})
		}
	}
	return lines, err
}

// line reads one line, whatever its length up to [maxLine].
func line(in *bufio.Reader) ([]byte, error) {
	var text []byte
	for {
		part, err := in.ReadSlice('\n')
		if text = append(text, part...); !errors.Is(err, bufio.ErrBufferFull) {
			return text, err
		}
		if len(text) > maxLine {
			return nil, fmt.Errorf("a line of more than %d bytes", maxLine)
		}
	}
}

// spread asks lines on all replayers.
func spread(lines []numbered, replayers []*Replayer) []Result {
	out := make([]Result, len(lines))
	var wait sync.WaitGroup
	for w, r := range replayers {
		wait.Go(func() {
			for i := w; i < len(lines); i += len(replayers) {
				out[i] = r.Replay(lines[i].number, lines[i].text)
			}
		})
	}
	wait.Wait()
	return out
}
