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
	base    int      // where it begins in File.data
	seen    []uint32 // File.seen: 1 for each chunk that was checked; atomic
	data    []byte
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
	if off < 0 || n < 0 || off > len(s.data)-n || !s.checked(s.base+off, n) {
		s.touch(off, n)
	}
	return s.data[off : off+n : off+n]
}

// checked says that a range inside the section lies in one chunk that was
// checked before; it is the fast path.
func (s *Section) checked(start, n int) bool {
	i := start >> chunkShift
	return (start+n)>>chunkShift == i && i < len(s.seen) && atomic.LoadUint32(&s.seen[i]) != 0
}

// All returns the whole section; see [Section.Bytes].
func (s *Section) All() []byte { return s.Bytes(0, len(s.data)) }

// touch checks every chunk of a range that was not checked before.
func (s *Section) touch(off, n int) {
	if off < 0 || n < 0 || off > len(s.data)-n {
		panic(s.outside(off, n))
	}
	if n == 0 {
		return
	}
	for i := (s.base + off) >> chunkShift; i <= (s.base+off+n-1)>>chunkShift; i++ {
		if atomic.LoadUint32(&s.seen[i]) != 0 {
			continue
		}
		if fault := s.f.check(i, s.name); fault != nil {
			panic(fault)
		}
		atomic.StoreUint32(&s.seen[i], 1)
	}
}

func (s *Section) outside(off, n int) *Fault {
	return &Fault{Path: s.f.path, Section: s.name, Chunk: -1, reason: fmt.Sprintf("%d bytes at %d lie outside of %d", n, off, len(s.data))}
}

// check hashes one chunk. Section is the one that was asked for; "" means the
// first one in the chunk.
func (f *File) check(i int, section string) (fault *Fault) {
	start := i << chunkShift
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
	sum := sha256.Sum256(f.data[start:min(start+chunkSize, len(f.data))])
	if want := f.sums[i*sha256.Size : (i+1)*sha256.Size]; string(sum[:]) != string(want) {
		return &Fault{Path: f.path, Section: section, Chunk: i, reason: "the bytes are damaged"}
	}
	return nil
}
