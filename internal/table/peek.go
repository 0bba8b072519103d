// SPDX-License-Identifier: Apache-2.0

package table

import (
	"io"
	"iter"
)

// A Peeked is a table whose first rows were looked at, to find its header.
type Peeked struct {
	first []peekedRow
	rest  iter.Seq2[Row, error]
}

type peekedRow struct {
	row Row
	err error
}

// peekRows is how many rows are looked at.
const peekRows = 20

// Peek reads the first rows, and no others.
func (c *CSV) Peek() *Peeked {
	p := &Peeked{rest: c.Rows()}
	for len(p.first) < peekRows {
		r, err := c.Read()
		if err == io.EOF {
			break
		}
		p.first = append(p.first, peekedRow{r, err})
		if err != nil && !isRowError(err) {
			p.rest = func(func(Row, error) bool) {}
			break
		}
	}
	return p
}

// Peek reads the first rows.
func (x *XLSX) Peek() *Peeked {
	p := &Peeked{}
	for r, err := range x.Rows() {
		p.first = append(p.first, peekedRow{r, err})
		if len(p.first) == peekRows {
			break
		}
	}
	p.rest = func(yield func(Row, error) bool) {
		n := len(p.first)
		for r, err := range x.Rows() {
			if n--; n < 0 && !yield(r, err) {
				return
			}
		}
	}
	return p
}

// Head returns the first rows that could be read and their numbers. Without any
// it returns what was wrong with the first, and io.EOF for a table without rows.
func (p *Peeked) Head() (cells [][]string, numbers []int, err error) {
	for _, f := range p.first {
		if f.err == nil {
			cells = append(cells, f.row.Cells)
			numbers = append(numbers, f.row.Number)
		}
	}
	switch {
	case len(cells) > 0:
		return cells, numbers, nil
	case len(p.first) > 0:
		return nil, nil, p.first[0].err
	}
	return nil, nil, io.EOF
}

// Rows yields all rows, the first ones too, once.
func (p *Peeked) Rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for _, f := range p.first {
			if !yield(f.row, f.err) || f.err != nil && !isRowError(f.err) {
				return
			}
		}
		for r, err := range p.rest {
			if !yield(r, err) {
				return
			}
		}
	}
}
