// SPDX-License-Identifier: Apache-2.0

package watchlist

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// A delta says how a file is made of an older one: text of its own, and stretches
// of the older file. It is written under zstd.
//
// Version 1: a line of text with the version; then, until both are zero, the
// length of text and that text, and the length of a stretch and where it begins
// in the older file. Numbers are unsigned varints.
const deltaHead = "interdict delta 1\n"

// deltaBlock is how many bytes of the older file are looked for at a time. The
// XML of publishers repeats itself between entries, so a block must be longer
// than what entries share; 48 gave the smallest deltas of OFAC's editions among
// 24, 32, 48 and 64.
const deltaBlock = 48

// writeDelta writes how next is made of base.
func writeDelta(w io.Writer, base, next []byte) error {
	d := deltaWriter{out: bufio.NewWriterSize(w, 1<<16), base: base, next: next}
	if _, err := d.out.WriteString(deltaHead); err != nil {
		return err
	}
	d.index()
	d.scan()
	d.op(next[d.done:], 0, 0)
	d.number(0)
	d.number(0)
	return errors.Join(d.err, d.out.Flush())
}

type deltaWriter struct {
	out        *bufio.Writer
	base, next []byte
	table      []uint32 // by hash: the number of a block of base, from 1
	mask       uint64
	done       int // of next, written
	from       int // where in base the last stretch ended
	err        error
}

// deltaPrime is the multiplier of the rolling hash: FNV-1a's for 64 bits.
const deltaPrime = 1099511628211

func (d *deltaWriter) index() {
	blocks := len(d.base) / deltaBlock
	size := 1
	for size < 2*blocks {
		size <<= 1
	}
	d.table, d.mask = make([]uint32, size), uint64(size-1)
	for i := range blocks {
		at := d.place(deltaHash(d.base[i*deltaBlock : (i+1)*deltaBlock]))
		if *at == 0 {
			*at = uint32(i + 1)
		}
	}
}

func (d *deltaWriter) place(h uint64) *uint32 { return &d.table[(h^h>>29)&d.mask] }

func deltaHash(b []byte) (h uint64) {
	for _, c := range b {
		h = h*deltaPrime + uint64(c)
	}
	return h
}

// scan finds stretches of base in next.
func (d *deltaWriter) scan() {
	top := uint64(1) // deltaPrime to the power of deltaBlock
	for range deltaBlock {
		top *= deltaPrime
	}
	at := 0
	for at+deltaBlock <= len(d.next) && d.err == nil {
		h := deltaHash(d.next[at : at+deltaBlock])
		for {
			if from, n := d.match(at, h); n >= deltaBlock {
				back := 0
				for at-back > d.done && from-back > 0 && d.next[at-back-1] == d.base[from-back-1] {
					back++
				}
				d.op(d.next[d.done:at-back], from-back, n+back)
				at += n
				d.done, d.from = at, from+n
				break
			}
			if at+deltaBlock >= len(d.next) {
				return
			}
			h = h*deltaPrime + uint64(d.next[at+deltaBlock]) - top*uint64(d.next[at])
			at++
		}
	}
}

// match returns the stretch of base that goes on at a place of next: first where
// it is expected when what was in between has the same length, else where a block
// of the same hash is.
func (d *deltaWriter) match(at int, h uint64) (from, n int) {
	if expected := d.from + at - d.done; expected+deltaBlock <= len(d.base) {
		if n := common(d.base[expected:], d.next[at:]); n >= deltaBlock {
			return expected, n
		}
	}
	if i := *d.place(h); i != 0 {
		from = int(i-1) * deltaBlock
		return from, common(d.base[from:], d.next[at:])
	}
	return 0, 0
}

// common returns how many bytes a and b begin with together.
func common(a, b []byte) int {
	n := min(len(a), len(b))
	i := 0
	for ; i+8 <= n; i += 8 {
		if binary.LittleEndian.Uint64(a[i:]) != binary.LittleEndian.Uint64(b[i:]) {
			break
		}
	}
	for i < n && a[i] == b[i] {
		i++
	}
	return i
}

// op writes text and a stretch; nothing for nothing.
func (d *deltaWriter) op(text []byte, from, n int) {
	if len(text)+n == 0 {
		return
	}
	d.number(len(text))
	if d.err == nil {
		_, d.err = d.out.Write(text)
	}
	d.number(n)
	if n > 0 {
		d.number(from)
	}
}

func (d *deltaWriter) number(n int) {
	var b [binary.MaxVarintLen64]byte
	if d.err == nil {
		_, d.err = d.out.Write(b[:binary.PutUvarint(b[:], uint64(n))])
	}
}

// newDeltaReader gives the file that a delta makes of base.
func newDeltaReader(delta io.Reader, base []byte) (io.Reader, error) {
	r := &deltaReader{in: bufio.NewReaderSize(delta, 1<<16), base: base}
	head := make([]byte, len(deltaHead))
	if _, err := io.ReadFull(r.in, head); err != nil || string(head) != deltaHead {
		return nil, errors.New("it is no delta of a version that this program reads")
	}
	return r, nil
}

type deltaReader struct {
	in   *bufio.Reader
	base []byte
	text uint64 // of its own, still to come
	copy []byte // of base, still to come
	half bool   // the stretch after the text was not read yet
	err  error
}

func (r *deltaReader) Read(p []byte) (int, error) {
	for r.err == nil {
		switch {
		case len(p) == 0:
			return 0, nil
		case r.text > 0:
			n, err := r.in.Read(p[:min(uint64(len(p)), r.text)])
			r.text -= uint64(n)
			if err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			r.err = err
			if n > 0 {
				return n, nil
			}
		case len(r.copy) > 0:
			n := copy(p, r.copy)
			r.copy = r.copy[n:]
			return n, nil
		default:
			r.next()
		}
	}
	return 0, r.err
}

// next reads the length of the next text, or the stretch behind it.
func (r *deltaReader) next() {
	n := r.number()
	if !r.half {
		r.text, r.half = n, true
		if n == 0 {
			r.stretch(true)
		}
		return
	}
	r.half = false
	r.cut(n)
}

// stretch reads a stretch; atEnd says that without one the file is complete.
func (r *deltaReader) stretch(atEnd bool) {
	n := r.number()
	r.half = false
	if n == 0 && atEnd && r.err == nil {
		r.err = io.EOF
		return
	}
	r.cut(n)
}

func (r *deltaReader) cut(n uint64) {
	if n == 0 || r.err != nil {
		return
	}
	from := r.number()
	if r.err == nil && (from > uint64(len(r.base)) || n > uint64(len(r.base))-from) {
		r.err = fmt.Errorf("a stretch of %d bytes at %d, of %d", n, from, len(r.base))
		return
	}
	if r.err == nil {
		r.copy = r.base[from : from+n]
	}
}

func (r *deltaReader) number() uint64 {
	n, err := binary.ReadUvarint(r.in)
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	if r.err == nil {
		r.err = err
	}
	return n
}
