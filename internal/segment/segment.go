// SPDX-License-Identifier: Apache-2.0

// Package segment keeps named sections of bytes in one immutable file that is
// memory-mapped and checked piece by piece as it is read.
//
// A file is named by its [Digest], the root of a hash tree over chunks of 16
// KiB. [Open] checks the header, the table of contents and the table of chunk
// hashes, so opening costs the same few hundred microseconds for a large file;
// a chunk is checked when it is first touched, so damage in any page is seen
// however late it is read. Damage and memory faults reach the reader as a panic
// with a [*Fault], which [Catch] turns into an error: an incomplete answer, not
// a crash. The same sections in the same order give the same bytes, everywhere.
//
// What is checked once is trusted from then on: the package defends against
// damaged, cut and mistaken files, not against somebody who rewrites a file in
// place while it is mapped. What the sections mean is left to package book.
//
// # Layout
//
// All numbers are little-endian.
//
//	header, 4096 bytes
//	   0   8  "INTDSEG\n"
//	   8   4  format, see below
//	  12   4  size of a chunk: 16384; in format 1 65536
//	  16   8  size of the file
//	  24   8  where the sections end and the tail begins
//	  32   8  size of the table of contents
//	  40   8  number of chunks
//	  48  32  SHA-256 of the tail
//	  80      zero
//	4064  32  SHA-256 of the 4064 bytes before it: the Digest
//	sections, from 4096, each at a multiple of 64, zeros between; the chunks
//	are counted from 4096, the last one may be short
//	tail
//	   table of contents: number of sections (4); for each the size of its
//	   name (2), the name, its version (4), offset from 4096 (8), size (8)
//	   SHA-256 of each chunk, 32 bytes each
//
// # History
//
// Format 1: the first. Format 2: chunks of 16 KiB, so that a question that reads
// a few numbers in many places hashes a quarter of the bytes.
package segment

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
)

// Format is the version of the layout that this package writes; it reads this
// one and all before it.
const Format = 2

const (
	magic      = "INTDSEG\n"
	headerSize = 4096
	sumOffset  = headerSize - sha256.Size
	chunkShift = 14 // of the format that is written
	chunkSize  = 1 << chunkShift
	alignment  = 64
	// maxTail bounds what Open reads before it has checked anything: tables
	// for a file of 64 GiB and more.
	maxTail = 1 << 28
)

// chunkShifts are, by format, the logarithms of the sizes of chunks.
var chunkShifts = [Format + 1]uint8{1: 16, 2: chunkShift}

// A Digest names the content of a file: two files with one Digest are equal.
type Digest [sha256.Size]byte

// String returns the digest as in "sha256:9f86…", all 64 digits.
func (d Digest) String() string { return "sha256:" + hex.EncodeToString(d[:]) }

// Hex returns the 64 digits alone, for the name of a file.
func (d Digest) Hex() string { return hex.EncodeToString(d[:]) }

// ParseDigest reads what String or Hex wrote.
func ParseDigest(s string) (Digest, error) {
	var d Digest
	t := s
	if len(t) > 7 && t[:7] == "sha256:" {
		t = t[7:]
	}
	if len(t) != 2*len(d) {
		return d, fmt.Errorf("%q is no digest: want sha256: and 64 hexadecimal digits", s)
	}
	if _, err := hex.Decode(d[:], []byte(t)); err != nil {
		return Digest{}, fmt.Errorf("%q is no digest: %w", s, err)
	}
	return d, nil
}

// MarshalText writes the digest as String does.
func (d Digest) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads a digest as ParseDigest does.
func (d *Digest) UnmarshalText(b []byte) error {
	p, err := ParseDigest(string(b))
	if err == nil {
		*d = p
	}
	return err
}

// header is the fixed part of a file.
type header struct {
	size     uint64 // of the file
	tail     uint64 // where the tail begins
	contents uint64 // size of the table of contents
	chunks   uint64
	tailSum  [sha256.Size]byte
	format   uint32
}

// page returns the header as it stands in the file, and the digest at its end.
func (h header) page() ([]byte, Digest) {
	p := make([]byte, headerSize)
	copy(p, magic)
	le := binary.LittleEndian
	le.PutUint32(p[8:], h.format)
	le.PutUint32(p[12:], 1<<chunkShifts[h.format])
	le.PutUint64(p[16:], h.size)
	le.PutUint64(p[24:], h.tail)
	le.PutUint64(p[32:], h.contents)
	le.PutUint64(p[40:], h.chunks)
	copy(p[48:], h.tailSum[:])
	d := Digest(sha256.Sum256(p[:sumOffset]))
	copy(p[sumOffset:], d[:])
	return p, d
}

// parseHeader reads a header page of a file of the given size and checks all
// that can be checked without the tail.
func parseHeader(p []byte, size uint64) (header, Digest, error) {
	if len(p) < 12 || string(p[:8]) != magic {
		return header{}, Digest{}, fmt.Errorf("this is no segment of a book")
	}
	le := binary.LittleEndian
	format := le.Uint32(p[8:])
	switch {
	case format > Format:
		return header{}, Digest{}, fmt.Errorf("the file has format %d and this program reads formats up to %d: use a newer program", format, Format)
	case format == 0:
		return header{}, Digest{}, fmt.Errorf("the file has format %d, which never was", format)
	}
	if len(p) < headerSize {
		return header{}, Digest{}, fmt.Errorf("the file is cut: %d bytes are less than a header", size)
	}
	h := header{size: le.Uint64(p[16:]), tail: le.Uint64(p[24:]), contents: le.Uint64(p[32:]), chunks: le.Uint64(p[40:]), format: format}
	copy(h.tailSum[:], p[48:])
	d := Digest(p[sumOffset:headerSize])
	if got := sha256.Sum256(p[:sumOffset]); Digest(got) != d {
		return header{}, Digest{}, fmt.Errorf("the header is damaged")
	}
	if size != h.size {
		return header{}, Digest{}, fmt.Errorf("the file is cut or has grown: it has %d bytes and says %d", size, h.size)
	}
	return h, d, h.check(le.Uint32(p[12:]))
}

// check holds the numbers of a header against each other. They are covered by
// the digest, so this guards against a program that wrote nonsense.
func (h header) check(chunk uint32) error {
	size := uint64(1) << chunkShifts[h.format]
	switch {
	case uint64(chunk) != size:
		return fmt.Errorf("chunks of %d bytes, want %d", chunk, size)
	case h.tail < headerSize || h.tail > h.size || h.tail%alignment != 0:
		return fmt.Errorf("the sections end at %d in a file of %d bytes", h.tail, h.size)
	case h.size-h.tail > maxTail:
		return fmt.Errorf("tables of %d bytes, at most %d", h.size-h.tail, maxTail)
	case h.chunks != (h.tail-headerSize+size-1)/size:
		return fmt.Errorf("%d chunks for %d bytes", h.chunks, h.tail-headerSize)
	case h.contents+h.chunks*sha256.Size != h.size-h.tail || h.contents > h.size:
		return fmt.Errorf("tables of %d and %d bytes do not fill the last %d", h.contents, h.chunks*sha256.Size, h.size-h.tail)
	case h.size > maxInt:
		return fmt.Errorf("%d bytes are more than this machine can address", h.size)
	}
	return nil
}

const maxInt = uint64(^uint(0) >> 1)

// an entry of the table of contents.
type entry struct {
	name    string
	version uint32
	offset  uint64 // from the end of the header
	size    uint64
}

func appendContents(b []byte, es []entry) []byte {
	le := binary.LittleEndian
	b = le.AppendUint32(b, uint32(len(es)))
	for _, e := range es {
		b = le.AppendUint16(b, uint16(len(e.name)))
		b = append(b, e.name...)
		b = le.AppendUint32(b, e.version)
		b = le.AppendUint64(b, e.offset)
		b = le.AppendUint64(b, e.size)
	}
	return b
}

// parseContents reads a table of contents over a region of limit bytes.
func parseContents(b []byte, limit uint64) ([]entry, error) {
	le := binary.LittleEndian
	if len(b) < 4 {
		return nil, fmt.Errorf("the table of contents is cut")
	}
	n := le.Uint32(b)
	b = b[4:]
	var es []entry
	end := uint64(0)
	for i := range n {
		if len(b) < 2 || len(b) < 2+int(le.Uint16(b))+20 {
			return nil, fmt.Errorf("the table of contents is cut in section %d of %d", i+1, n)
		}
		k := 2 + int(le.Uint16(b))
		e := entry{string(b[2:k]), le.Uint32(b[k:]), le.Uint64(b[k+4:]), le.Uint64(b[k+12:])}
		b = b[k+20:]
		if e.offset != align(end) || e.size > limit || e.offset > limit-e.size {
			return nil, fmt.Errorf("section %q lies at %d, %d bytes long, in a region of %d", e.name, e.offset, e.size, limit)
		}
		end = e.offset + e.size
		es = append(es, e)
	}
	if len(b) != 0 {
		return nil, fmt.Errorf("%d bytes after the table of contents", len(b))
	}
	return es, nil
}

// align returns the next multiple of the alignment of sections.
func align(n uint64) uint64 { return (n + alignment - 1) &^ (alignment - 1) }
