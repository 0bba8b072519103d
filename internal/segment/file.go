// SPDX-License-Identifier: Apache-2.0

package segment

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync/atomic"

	"github.com/interdict-dev/interdict/internal/errkind"
)

// A File is an open segment. Any number of goroutines may read it, each while
// it holds a reference.
type File struct {
	path     string
	digest   Digest
	mapping  mapping
	data     []byte   // the sections: the mapping without header and tail
	sums     []byte   // SHA-256 of each chunk, checked
	shift    uint8    // logarithm of the size of a chunk
	seen     []uint32 // 1 for each chunk that was checked; atomic
	sections []*Section
	refs     atomic.Int64
	closed   atomic.Bool
}

// Open maps a file and checks its header and tables; chunks are checked when
// they are read. The error names the file and says whether it is none of ours,
// newer than this program, cut, or damaged, and wraps [errkind.Invalid], or
// [errkind.NotFound] when there is no file. The File holds one reference, which
// Close gives back.
func Open(path string) (*File, error) {
	f, err := open(path)
	switch {
	case err == nil:
		return f, nil
	case errors.Is(err, fs.ErrNotExist):
		return nil, errkind.Wrap(errkind.NotFound, fmt.Errorf("open segment: %w", err))
	}
	return nil, errkind.Wrap(errkind.Invalid, fmt.Errorf("open segment %s: %w", path, err))
}

// OpenDigest is Open for a file that must have a digest: another one is
// refused.
func OpenDigest(path string, want Digest) (*File, error) {
	f, err := Open(path)
	if err != nil {
		return nil, err
	}
	if f.digest != want {
		return nil, errors.Join(errkind.Wrap(errkind.Invalid, fmt.Errorf("open segment %s: the file is %v, want %v", path, f.digest, want)), f.Close())
	}
	return f, nil
}

func open(path string) (*File, error) {
	r, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer r.Close() // the mapping stays
	st, err := r.Stat()
	if err != nil {
		return nil, err
	}
	if !st.Mode().IsRegular() {
		return nil, errors.New("this is no file")
	}
	page := make([]byte, min(st.Size(), headerSize))
	if _, err := r.ReadAt(page, 0); err != nil && err != io.EOF {
		return nil, err
	}
	h, d, err := parseHeader(page, uint64(st.Size()))
	if err != nil {
		return nil, err
	}
	f := &File{path: path, digest: d, shift: chunkShifts[h.format]}
	contents, err := f.readTail(r, h)
	if err != nil {
		return nil, err
	}
	if f.mapping, err = mapFile(r, int(h.size)); err != nil {
		return nil, fmt.Errorf("map: %w", err)
	}
	f.data = f.mapping.bytes[headerSize:h.tail:h.tail]
	f.seen = make([]uint32, h.chunks)
	for _, e := range contents {
		f.sections = append(f.sections, newSection(f, e))
	}
	f.refs.Store(1)
	return f, nil
}

// readTail reads the tables into memory of our own, where a cut file cannot
// reach them, and checks them against the header.
func (f *File) readTail(r io.ReaderAt, h header) ([]entry, error) {
	tail := make([]byte, h.size-h.tail)
	if _, err := r.ReadAt(tail, int64(h.tail)); err != nil && err != io.EOF {
		return nil, err
	}
	if sha256.Sum256(tail) != h.tailSum {
		return nil, errors.New("the table of contents or of chunks is damaged")
	}
	f.sums = tail[h.contents:]
	return parseContents(tail[:h.contents], h.tail-headerSize)
}

// Path returns the path that the file was opened by.
func (f *File) Path() string { return f.path }

// Digest returns the digest that names the file.
func (f *File) Digest() Digest { return f.digest }

// Size returns the size of the file in bytes.
func (f *File) Size() int64 { return int64(len(f.mapping.bytes)) }

// Section returns the section of a name; ok is false when there is none.
func (f *File) Section(name string) (s *Section, ok bool) {
	for _, s := range f.sections {
		if s.name == name {
			return s, true
		}
	}
	return nil, false
}

// Sections returns all sections in the order of the file.
func (f *File) Sections() []*Section { return append([]*Section(nil), f.sections...) }

// Acquire takes one more reference, which Release gives back. It returns false
// when the last one is gone already: the caller then asks again for the file
// that took its place.
func (f *File) Acquire() bool {
	for {
		n := f.refs.Load()
		if n == 0 {
			return false
		}
		if f.refs.CompareAndSwap(n, n+1) {
			return true
		}
	}
}

// Release gives a reference back. With the last one the file is unmapped, and
// nothing that points into it may be used any more.
func (f *File) Release() error {
	switch n := f.refs.Add(-1); {
	case n > 0:
		return nil
	case n < 0:
		panic("segment: " + f.path + ": a reference was released twice")
	}
	if err := f.mapping.unmap(); err != nil {
		return fmt.Errorf("unmap segment %s: %w", f.path, err)
	}
	return nil
}

// Close gives back the reference of Open, once; those who hold others read on.
func (f *File) Close() error {
	if f.closed.Swap(true) {
		return nil
	}
	return f.Release()
}

// VerifyAll reads every chunk and returns an error that names each damaged one,
// up to twenty. Progress, where not nil, hears the bytes done and all bytes
// after each chunk.
func (f *File) VerifyAll(ctx context.Context, progress func(done, all int64)) error {
	var bad []error
	missing := 0
	for i := range f.seen {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("verify %s: %w", f.path, err)
		}
		if fault := f.check(i, ""); fault != nil {
			if len(bad) < 20 {
				bad = append(bad, fault)
			} else {
				missing++
			}
		}
		if progress != nil {
			progress(int64(min((i+1)<<f.shift, len(f.data))), int64(len(f.data)))
		}
	}
	if missing > 0 {
		bad = append(bad, fmt.Errorf("and %d more chunks", missing))
	}
	return errors.Join(bad...)
}

// sectionAt returns the name of the section that holds or precedes a byte.
func (f *File) sectionAt(off int) string {
	name := ""
	for _, s := range f.sections {
		if s.base <= off {
			name = s.name
		}
	}
	return name
}
