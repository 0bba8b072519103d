// SPDX-License-Identifier: Apache-2.0

package table

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"iter"
)

// A Line is one line of a text file, without its end. Text is valid until the
// next line is asked for.
type Line struct {
	Number int
	Text   []byte
}

// Lines reads text line by line, as JSON lines come. Blank lines are counted
// and left out, a byte order mark is dropped. A line longer than
// Options.MaxRow is a [*RowError], and the lines after it are read.
func Lines(r io.Reader, o Options) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		br := bufio.NewReaderSize(r, 256<<10)
		var buf []byte
		for n := 1; ; n++ {
			text, long, err := readLine(br, &buf, o.maxRow())
			if err != nil && err != io.EOF {
				yield(Line{Number: n}, fmt.Errorf("%s: line %d: %w", o.File, n, err))
				return
			}
			done := err == io.EOF
			if n == 1 {
				text = bytes.TrimPrefix(text, []byte("\xEF\xBB\xBF"))
			}
			if done && len(bytes.TrimSpace(bytes.Trim(text, "\x1A"))) == 0 {
				return
			}
			switch {
			case long:
				e := &RowError{File: o.File, Row: n, Line: n, Raw: head(text), Reason: fmt.Sprintf("the line is longer than %d bytes", o.maxRow())}
				if !yield(Line{Number: n}, e) {
					return
				}
			case len(bytes.TrimSpace(text)) > 0:
				if !yield(Line{n, text}, nil) {
					return
				}
			}
			if done {
				return
			}
		}
	}
}

// readLine returns the next line without its end. long says that it was cut at
// limit; the rest of it is skipped. With io.EOF comes the last line.
func readLine(br *bufio.Reader, buf *[]byte, limit int) (text []byte, long bool, err error) {
	*buf = (*buf)[:0]
	for {
		part, err := br.ReadSlice('\n')
		if len(*buf)+len(part) > limit+2 {
			long = true
		}
		if !long && err == nil && len(*buf) == 0 {
			text = part
		} else if !long || len(*buf) == 0 {
			*buf = append(*buf, part[:min(len(part), limit)]...)
			text = *buf
		}
		if err == bufio.ErrBufferFull {
			continue
		}
		text = bytes.TrimSuffix(bytes.TrimSuffix(text, []byte("\n")), []byte("\r"))
		return text, long || len(text) > limit, err
	}
}
