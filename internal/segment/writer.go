// SPDX-License-Identifier: Apache-2.0

package segment

import (
	"cmp"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"

	"github.com/interdict-dev/interdict/internal/errkind"
)

// A Temp is the file that a [Writer] fills before it gets its name. [*os.File]
// is one.
type Temp interface {
	io.Writer
	io.WriterAt
	Name() string
	Sync() error
	Close() error
}

// Options are what a caller may choose. The zero Options are the usual ones.
type Options struct {
	// CreateTemp makes a new empty file in a folder; nil means on disk, with
	// the permissions that the umask leaves. Tests give one whose disk is full.
	CreateTemp func(folder string) (Temp, error)

	format uint32 // of tests of older ones; 0 means [Format]
}

// A Writer streams sections into a file that does not exist until Finish. One
// goroutine uses it. Errors stick: after one, every call returns it.
type Writer struct {
	path    string
	tmp     Temp
	pos     uint64 // bytes after the header
	chunk   hash.Hash
	format  uint32
	size    int // of a chunk
	inChunk int // bytes that chunk has seen
	sums    []byte
	entries []entry
	err     error
	done    bool
}

// Create starts a file. Nothing stands at path before [Writer.Finish]. A caller
// that does not reach Finish calls [Writer.Abort].
func Create(path string) (*Writer, error) { return CreateWith(path, Options{}) }

// CreateWith is Create with options.
func CreateWith(path string, o Options) (*Writer, error) {
	create := o.CreateTemp
	if create == nil {
		create = createTemp
	}
	tmp, err := create(filepath.Dir(path))
	if err != nil {
		return nil, fmt.Errorf("create segment %s: %w", path, err)
	}
	format := cmp.Or(o.format, Format)
	w := &Writer{path: path, tmp: tmp, chunk: sha256.New(), format: format, size: 1 << chunkShifts[format]}
	// The place of the header is filled with zeros, so a file that lost its
	// writer here is never taken for a segment.
	if _, err := tmp.Write(make([]byte, headerSize)); err != nil {
		return nil, w.fail(err)
	}
	return w, nil
}

// createTemp makes a file with a random name, which [os.CreateTemp] would too,
// but readable for those whom the umask allows.
func createTemp(folder string) (Temp, error) {
	name := filepath.Join(folder, ".segment-"+rand.Text()+".tmp")
	return os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
}

// A SectionWriter writes one section. Starting the next section ends it.
type SectionWriter struct {
	w *Writer
	i int
}

// Section ends the section before it and starts one with a name of its own, at
// most 65,535 bytes long. The version is the caller's, for the content.
func (w *Writer) Section(name string, version uint32) (*SectionWriter, error) {
	if w.err == nil && w.done {
		w.err = errors.New("the segment is finished")
	}
	if w.err == nil && (name == "" || len(name) > 0xffff) {
		return nil, w.fail(fmt.Errorf("a name of %d bytes for a section", len(name)))
	}
	for _, e := range w.entries {
		if w.err == nil && e.name == name {
			return nil, w.fail(fmt.Errorf("two sections named %q", name))
		}
	}
	if w.err != nil {
		return nil, w.err
	}
	if err := w.pad(); err != nil {
		return nil, err
	}
	w.entries = append(w.entries, entry{name: name, version: version, offset: w.pos})
	return &SectionWriter{w, len(w.entries) - 1}, nil
}

// Write appends to the section. Many small writes are slow: put a
// [bufio.Writer] before it and flush that.
func (s *SectionWriter) Write(p []byte) (int, error) {
	w := s.w
	if w.err == nil && (w.done || s.i != len(w.entries)-1) {
		return 0, w.fail(fmt.Errorf("section %q is written after its end", w.entries[s.i].name))
	}
	if err := w.write(p); err != nil {
		return 0, err
	}
	w.entries[s.i].size += uint64(len(p))
	return len(p), nil
}

// Size returns the number of bytes written to the section.
func (s *SectionWriter) Size() int64 { return int64(s.w.entries[s.i].size) }

func (w *Writer) pad() error { return w.write(make([]byte, align(w.pos)-w.pos)) }

// write appends to the region of sections and to the hash of its chunk.
func (w *Writer) write(p []byte) error {
	if w.err != nil {
		return w.err
	}
	if _, err := w.tmp.Write(p); err != nil {
		return w.fail(err)
	}
	w.pos += uint64(len(p))
	for len(p) > 0 {
		n := min(len(p), w.size-w.inChunk)
		w.chunk.Write(p[:n])
		w.inChunk += n
		p = p[n:]
		if w.inChunk == w.size {
			w.endChunk()
		}
	}
	return nil
}

func (w *Writer) endChunk() {
	w.sums = w.chunk.Sum(w.sums)
	w.chunk.Reset()
	w.inChunk = 0
}

// Finish completes the file and gives it its name. When it returns an error,
// nothing new stands at the path and the temporary file is gone.
func (w *Writer) Finish() (Digest, error) {
	_, d, err := w.FinishAs(func(Digest) string { return filepath.Base(w.path) })
	return d, err
}

// FinishAs is Finish for a file that is named by its digest: name returns the
// name in the folder of the path given to [Create].
func (w *Writer) FinishAs(name func(Digest) string) (path string, d Digest, err error) {
	if w.err == nil && w.done {
		w.err = errors.New("the segment is finished")
	}
	if err := w.pad(); err != nil {
		return "", Digest{}, err
	}
	w.done = true
	if w.inChunk > 0 {
		w.endChunk()
	}
	contents := appendContents(nil, w.entries)
	tail := append(contents, w.sums...)
	h := header{
		size:     headerSize + w.pos + uint64(len(tail)),
		tail:     headerSize + w.pos,
		contents: uint64(len(contents)),
		chunks:   uint64(len(w.sums) / sha256.Size),
		tailSum:  sha256.Sum256(tail),
		format:   w.format,
	}
	if err := h.check(uint32(w.size)); err != nil {
		return "", Digest{}, w.fail(err)
	}
	page, d := h.page()
	path = filepath.Join(filepath.Dir(w.path), name(d))
	if err := w.land(page, tail, path); err != nil {
		return "", Digest{}, w.fail(err)
	}
	w.tmp = nil
	return path, d, nil
}

// land writes what is left and renames. A crash before the rename leaves a
// temporary file that nobody reads; a crash after it leaves the whole file,
// because its bytes were synced first.
func (w *Writer) land(page, tail []byte, path string) error {
	if _, err := w.tmp.Write(tail); err != nil {
		return err
	}
	if _, err := w.tmp.WriteAt(page, 0); err != nil {
		return err
	}
	if err := w.tmp.Sync(); err != nil {
		return err
	}
	if err := w.tmp.Close(); err != nil {
		return err
	}
	if err := os.Rename(w.tmp.Name(), path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// Abort drops the file. After Finish it does nothing, so it may be deferred.
func (w *Writer) Abort() error {
	if w.tmp == nil {
		return nil
	}
	tmp := w.tmp
	w.tmp = nil
	if w.err == nil {
		w.err = errors.New("the segment was given up")
	}
	closed := tmp.Close()
	if errors.Is(closed, os.ErrClosed) {
		closed = nil
	}
	return errors.Join(closed, os.Remove(tmp.Name()))
}

// fail remembers the first error and removes the temporary file.
func (w *Writer) fail(err error) error {
	if w.err == nil {
		w.err = errkind.Wrap(errkind.Unavailable, fmt.Errorf("write segment %s: %w", w.path, err))
		if err := w.Abort(); err != nil {
			w.err = errors.Join(w.err, err)
		}
	}
	return w.err
}
