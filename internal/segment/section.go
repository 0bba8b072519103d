// SPDX-License-Identifier: Apache-2.0

package segment

import (
	"crypto/sha256"
	"fmt"
	"runtime/debug"
	"sync/atomic"
)

// A Section is the view of one section of an open [File].
type Section struct {
	f       *File
	name    string
	version uint32
	base    int   // where it begins in File.data
	lead    int   // how far into its first chunk that is
	shift   uint8 // logarithm of the size of a chunk
	data    []byte
	// upto holds for each chunk of the section, counted from its first, where in
	// the section that chunk ends, or 0 as long as it was not checked; atomic.
	upto []uint64
}

func newSection(f *File, e entry) *Section {
	s := &Section{
		f: f, name: e.name, version: e.version, base: int(e.offset), lead: int(e.offset) & (1<<f.shift - 1), shift: f.shift & 63,
		data: f.data[e.offset : e.offset+e.size : e.offset+e.size],
	}
	s.upto = make([]uint64, (s.lead+len(s.data)+(1<<s.shift)-1)>>s.shift)
	return s
}

// Name returns the name of the section.
func (s *Section) Name() string { return s.name }

// Version returns the version that the writer gave to the content.
func (s *Section) Version() uint32 { return s.version }

// Len returns the size of the section in bytes.
func (s *Section) Len() int { return len(s.data) }

// Bytes returns n bytes from off on, after the chunks that hold them were
// checked. The slice points into the mapping: it may be read while the caller
// holds a reference, and never written. Damage, a file that was cut, or a place
// outside the section is a panic with a [*Fault]; see [Catch].
func (s *Section) Bytes(off, n int) []byte {
	end := off + n
	if i := uint(s.lead+off) >> (s.shift & 63); i < uint(len(s.upto)) && off|n >= 0 && uint64(end) <= atomic.LoadUint64(&s.upto[i]) {
		return s.data[off:end:end]
	}
	return s.touch(off, n)
}

// All returns the whole section; see [Section.Bytes].
func (s *Section) All() []byte { return s.Bytes(0, len(s.data)) }

// touch is Bytes where the range is not known to lie in one chunk that was
// checked before.
func (s *Section) touch(off, n int) []byte {
	if off < 0 || n < 0 || off > len(s.data)-n {
		panic(s.outside(off, n))
	}
	if n > 0 {
		for i := (s.lead + off) >> s.shift; i <= (s.lead+off+n-1)>>s.shift; i++ {
			s.checkChunk(i)
		}
	}
	return s.data[off : off+n : off+n]
}

// checkChunk checks the i-th chunk of the section, once.
func (s *Section) checkChunk(i int) {
	if atomic.LoadUint64(&s.upto[i]) != 0 {
		return
	}
	at := s.base>>s.shift + i
	if atomic.LoadUint32(&s.f.seen[at]) == 0 {
		if fault := s.f.check(at, s.name); fault != nil {
			panic(fault)
		}
		atomic.StoreUint32(&s.f.seen[at], 1)
	}
	atomic.StoreUint64(&s.upto[i], uint64(min((i+1)<<s.shift-s.lead, len(s.data))))
}

func (s *Section) outside(off, n int) *Fault {
	return &Fault{Path: s.f.path, Section: s.name, Chunk: -1, reason: fmt.Sprintf("%d bytes at %d lie outside of %d", n, off, len(s.data))}
}

// check hashes one chunk. Section is the one that was asked for; "" means the
// first one in the chunk.
func (f *File) check(i int, section string) (fault *Fault) {
	start := i << f.shift
	if section == "" {
		section = f.sectionAt(start)
	}
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			if _, ok := faultAddress(r); !ok {
				panic(r)
			}
			fault = &Fault{Path: f.path, Section: section, Chunk: i, reason: "the file was cut or cannot be read"}
		}
	}()
	sum := sha256.Sum256(f.data[start:min(start+(1<<f.shift), len(f.data))])
	if want := f.sums[i*sha256.Size : (i+1)*sha256.Size]; string(sum[:]) != string(want) {
		return &Fault{Path: f.path, Section: section, Chunk: i, reason: "the bytes are damaged"}
	}
	return nil
}
