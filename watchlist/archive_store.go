// SPDX-License-Identifier: Apache-2.0

package watchlist

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/klauspost/compress/zstd"

	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/party"
)

// A temp is a file that gets its name when it is complete.
type temp interface {
	io.Writer
	Name() string
	Sync() error
	Close() error
}

const tempPrefix = ".tmp-"

func createTemp(folder string) (temp, error) {
	return os.OpenFile(filepath.Join(folder, tempPrefix+rand.Text()), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
}

// write makes the file at path whole or not at all.
func (a *Archive) write(path string, fill func(io.Writer) error) error {
	return a.writeAs(filepath.Dir(path), func(w io.Writer) (string, error) { return filepath.Base(path), fill(w) })
}

// writeAs is write for a file whose name is known when it is written. The file
// is synced before it gets its name and the folder after, so a crash leaves the
// old state or the new one.
func (a *Archive) writeAs(folder string, fill func(io.Writer) (name string, err error)) (err error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	tmp, err := a.create(folder)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			closed := tmp.Close()
			if errors.Is(closed, os.ErrClosed) {
				closed = nil
			}
			err = errkind.Wrap(errkind.Unavailable, errors.Join(fmt.Errorf("write in %s: %w", folder, err), closed, os.Remove(tmp.Name())))
		}
	}()
	w := bufio.NewWriterSize(tmp, 1<<16)
	name, err := fill(w)
	if err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if err := tmp.Sync(); err != nil {
		return err
	}
	if err := tmp.Close(); err != nil {
		return err
	}
	if err := os.Rename(tmp.Name(), filepath.Join(folder, name)); err != nil {
		return err
	}
	return syncFolder(folder)
}

// syncFolder makes a rename outlast a crash, where the system can.
func syncFolder(folder string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// sweep removes the temporary files of writers that crashed. It runs under the
// lock, so no living writer has any.
func (a *Archive) sweep() error {
	var errs []error
	for _, pattern := range []string{"objects/*", "editions/*"} {
		paths, err := filepath.Glob(filepath.Join(a.dir, filepath.FromSlash(pattern), tempPrefix+"*"))
		errs = append(errs, err)
		for _, p := range paths {
			errs = append(errs, os.Remove(p))
		}
	}
	return errors.Join(errs...)
}

// lock keeps other writers out until the function it returns is called. The
// system drops the lock of a program that died.
func (a *Archive) lock() (unlock func() error, err error) {
	unlock, err = Lock(filepath.Join(a.dir, "lock"))
	if err != nil {
		return nil, fmt.Errorf("lock the archive of lists: %w", err)
	}
	if err := a.sweep(); err != nil {
		return nil, errors.Join(err, unlock())
	}
	return unlock, nil
}

// Lock locks a file, which is made where it is missing, until the function it
// returns is called or the program dies. Where another program holds it the
// answer is [errkind.Conflict] at once. It is for what stands beside an archive
// and may have one writer too.
func Lock(path string) (unlock func() error, err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, err
	}
	if err := lockFile(f); err != nil {
		if errors.Is(err, errLocked) {
			err = errkind.Wrap(errkind.Conflict, fmt.Errorf("another program writes to %s: try again when it is done", filepath.Dir(path)))
		}
		return nil, errors.Join(err, f.Close())
	}
	return f.Close, nil // closing drops the lock
}

var errLocked = errors.New("locked")

// packedMagic are the first bytes of formats that zstd does not make smaller:
// zip, gzip, bzip2, zstd, xz.
var packedMagic = []string{"PK\x03\x04", "\x1f\x8b", "BZh", "\x28\xb5\x2f\xfd", "\xfd7zXZ"}

func isPacked(head []byte) bool {
	for _, m := range packedMagic {
		if bytes.HasPrefix(head, []byte(m)) {
			return true
		}
	}
	return false
}

// putObject keeps bytes under their SHA-256, with zstd over them unless they
// are packed already. Bytes that are kept already are kept once.
func (a *Archive) putObject(name string, r io.Reader) (Kept, error) {
	k := Kept{Name: name}
	in := bufio.NewReaderSize(r, 1<<16)
	head, err := in.Peek(8)
	if err != nil && err != io.EOF {
		return Kept{}, err
	}
	k.Packed = !isPacked(head)
	h := sha256.New()
	err = a.writeAs(filepath.Join(a.dir, "objects", "sha256"), func(w io.Writer) (string, error) {
		var err error
		if k.Packed {
			k.Size, err = pack(w, io.TeeReader(in, h))
		} else {
			k.Size, err = io.Copy(w, io.TeeReader(in, h))
		}
		k.SHA256 = hex.EncodeToString(h.Sum(nil))
		return k.object(), err
	})
	return k, err
}

// object returns the name of the file that holds k.
func (k Kept) object() string {
	if k.Packed {
		return k.SHA256 + ".zst"
	}
	return k.SHA256
}

func (a *Archive) objectPath(k Kept) string {
	return filepath.Join(a.dir, "objects", "sha256", k.object())
}

// pack writes r with zstd over it and returns the number of bytes read.
func pack(w io.Writer, r io.Reader) (int64, error) {
	z, err := zstd.NewWriter(w, zstd.WithEncoderLevel(zstd.SpeedBetterCompression), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return 0, err
	}
	n, err := io.Copy(z, r)
	return n, errors.Join(err, z.Close())
}

// unpack returns the bytes under zstd.
func unpack(r io.Reader) (io.ReadCloser, error) {
	z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(1<<30))
	if err != nil {
		return nil, err
	}
	return z.IOReadCloser(), nil
}

// A Stored is an edition that is open for reading: a file system like the one
// that was added, which a [Source] parses.
type Stored struct {
	Edition Edition
	archive *Archive
	set     *Files
	files   []*os.File // by the number of the file; nil for one that is kept thin
}

// Open opens the files of an edition, after checking that they are as they were
// kept. What is damaged or missing is named, and is [errkind.Unavailable].
func (a *Archive) Open(e Edition) (*Stored, error) {
	s, err := a.open(e)
	if errors.Is(err, fs.ErrNotExist) { // it was made thin since its description was read
		if now, e2 := a.Edition(e.Series(), e.ID); e2 == nil {
			return a.open(now)
		}
	}
	return s, err
}

func (a *Archive) open(e Edition) (*Stored, error) {
	s := &Stored{Edition: e, archive: a, set: &Files{}}
	for i, k := range e.Files {
		if err := s.add(a, k); err != nil {
			err = errkind.Wrap(errkind.Unavailable, fmt.Errorf("open edition %.12s of %s: %s: %w", e.ID, e.Series(), e.Files[i].Name, err))
			return nil, errors.Join(err, s.Close())
		}
	}
	slices.SortFunc(s.set.members, func(a, b member) int { return strings.Compare(a.name, b.name) })
	return s, nil
}

// add adds one file of the edition.
func (s *Stored) add(a *Archive, k Kept) error {
	if k.Thin != nil {
		s.files = append(s.files, nil)
		return s.addThin(a, k)
	}
	path, fetched := a.objectPath(k), s.Edition.Fetched
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	s.files = append(s.files, f)
	if err := k.verify(f); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	raw := func() io.Reader { return io.NewSectionReader(f, 0, 1<<62) }
	if k.Packed {
		s.set.members = append(s.set.members, unpacked(member{name: k.Name, label: k.Name, size: k.Size, time: fetched, open: func() (io.ReadCloser, error) { return unpack(raw()) }}))
		return nil
	}
	if hasSuffixFold(k.Name, ".zip") {
		return s.set.addArchive(&input{Input{k.Name, k.Name, k.Size}, f, fetched})
	}
	s.set.members = append(s.set.members, unpacked(member{name: k.Name, label: k.Name, size: k.Size, time: fetched, open: func() (io.ReadCloser, error) { return io.NopCloser(raw()), nil }}))
	return nil
}

// Open implements [fs.FS].
func (s *Stored) Open(name string) (fs.File, error) { return s.set.Open(name) }

// Raw gives the i-th file of the edition as it was fetched; [errkind.Unavailable]
// where only its content is kept.
func (s *Stored) Raw(i int) (io.ReadCloser, error) {
	if k := s.Edition.Files[i]; k.Thin != nil {
		return s.rawThin(s.archive, k)
	}
	return s.Edition.Files[i].reader(s.files[i])
}

// Close lets go of the files.
func (s *Stored) Close() error {
	var errs []error
	for _, f := range s.files {
		if f != nil {
			errs = append(errs, f.Close())
		}
	}
	s.files = nil
	return errors.Join(errs...)
}

// reader gives the bytes of k out of the file that keeps them.
func (k Kept) reader(f io.ReaderAt) (io.ReadCloser, error) {
	r := io.NewSectionReader(f, 0, 1<<62)
	if k.Packed {
		return unpack(r)
	}
	return io.NopCloser(r), nil
}

// verify reads all of k out of the file that keeps it.
func (k Kept) verify(f io.ReaderAt) error {
	r, err := k.reader(f)
	if err != nil {
		return err
	}
	h := sha256.New()
	_, err = io.Copy(h, r)
	if err := errors.Join(err, r.Close()); err != nil {
		return fmt.Errorf("%w: %w", errDamaged, err)
	}
	if hex.EncodeToString(h.Sum(nil)) != k.SHA256 {
		return errDamaged
	}
	return nil
}

var errDamaged = errors.New("the kept file is damaged; add the edition again")

// The file of marks: a line of text with the version, the number of entries,
// then for each, sorted, how many bytes its Ref shares with the one before it,
// how many more it has, these, and its mark; numbers are varints. Zstd over it.
const marksHead = "interdict marks 1\n"

func (a *Archive) putMarks(marks []Marked) (Kept, error) {
	b := binary.AppendUvarint([]byte(marksHead), uint64(len(marks)))
	last := ""
	for _, m := range marks {
		s := string(m.Ref.List) + "/" + m.Ref.ID
		n := 0
		for n < min(len(s), len(last)) && s[n] == last[n] {
			n++
		}
		b = binary.AppendUvarint(b, uint64(n))
		b = binary.AppendUvarint(b, uint64(len(s)-n))
		b = append(b, s[n:]...)
		b = append(b, m.Mark[:]...)
		last = s
	}
	return a.putObject("marks", bytes.NewReader(b))
}

func (a *Archive) readMarks(e *Edition) ([]Marked, error) {
	b, err := a.readObject(e, e.marks)
	if err != nil {
		return nil, err
	}
	marks, err := parseMarks(b)
	if err != nil {
		return nil, errkind.Wrap(errkind.Unavailable, fmt.Errorf("read the marks of edition %.12s of %s: %w", e.ID, e.Series(), err))
	}
	return marks, nil
}

func parseMarks(b []byte) ([]Marked, error) {
	rest, ok := bytes.CutPrefix(b, []byte(marksHead))
	if !ok {
		return nil, errors.New("they are of another version")
	}
	cut := errors.New("they are cut")
	n, k := binary.Uvarint(rest)
	if k <= 0 || n > uint64(len(rest)) {
		return nil, cut
	}
	rest = rest[k:]
	marks := make([]Marked, 0, n)
	var last []byte
	for range n {
		shared, k := binary.Uvarint(rest)
		if k <= 0 || shared > uint64(len(last)) {
			return nil, cut
		}
		more, j := binary.Uvarint(rest[k:])
		if j <= 0 || more > uint64(len(rest)) || uint64(k+j)+more+8 > uint64(len(rest)) {
			return nil, cut
		}
		rest = rest[k+j:]
		last = append(last[:shared], rest[:more]...)
		list, id, ok := strings.Cut(string(last), "/")
		if !ok {
			return nil, fmt.Errorf("%q is no entry", last)
		}
		marks = append(marks, Marked{party.Ref{List: party.ListID(list), ID: id}, Mark(rest[more : more+8])})
		rest = rest[more+8:]
	}
	if len(rest) != 0 {
		return nil, errors.New("they are too long")
	}
	return marks, nil
}

// A rejectLine is one line of the file of rejects.
type rejectLine struct {
	File   string `json:"file,omitempty"`
	Line   int    `json:"line,omitempty"`
	ID     string `json:"id,omitempty"`
	Reason string `json:"reason"`
	Raw    string `json:"raw,omitempty"`
	Bytes  []byte `json:"bytes,omitempty"` // in place of raw where that is no UTF-8
}

// putRejects writes the rejects; an edition without any has no such file.
func (a *Archive) putRejects(rejects []Reject) (*Kept, error) {
	if len(rejects) == 0 {
		return nil, nil
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	for _, r := range rejects {
		l := rejectLine{File: r.File, Line: r.Line, ID: r.ID, Reason: r.Reason, Raw: r.Raw}
		if !utf8.ValidString(r.Raw) {
			l.Raw, l.Bytes = "", []byte(r.Raw)
		}
		if err := enc.Encode(l); err != nil {
			return nil, err
		}
	}
	k, err := a.putObject("rejects", &b)
	return &k, err
}

// Rejects returns the entries of an edition that could not be read, in the
// order of its files.
func (a *Archive) Rejects(e Edition) ([]Reject, error) {
	if e.rejects == nil {
		return nil, nil
	}
	b, err := a.readObject(&e, *e.rejects)
	if err != nil {
		return nil, err
	}
	var out []Reject
	dec := json.NewDecoder(bytes.NewReader(b))
	for {
		var l rejectLine
		if err := dec.Decode(&l); err == io.EOF {
			return out, nil
		} else if err != nil {
			return nil, errkind.Wrap(errkind.Unavailable, fmt.Errorf("read the rejects of edition %.12s of %s: %w", e.ID, e.Series(), err))
		}
		if l.Bytes != nil {
			l.Raw = string(l.Bytes)
		}
		out = append(out, Reject{l.File, l.Line, l.ID, l.Reason, l.Raw})
	}
}

// readObject returns the bytes of a kept file, after checking that they are
// those that were kept.
func (a *Archive) readObject(e *Edition, k Kept) ([]byte, error) {
	b, err := os.ReadFile(a.objectPath(k))
	if err == nil && k.Packed {
		b, err = unpackAll(b)
	}
	if sum := sha256.Sum256(b); err == nil && hex.EncodeToString(sum[:]) != k.SHA256 {
		err = errDamaged
	}
	if err != nil {
		return nil, errkind.Wrap(errkind.Unavailable, fmt.Errorf("read the %s of edition %.12s of %s: %s: %w", k.Name, e.ID, e.Series(), a.objectPath(k), err))
	}
	return b, nil
}

func unpackAll(packed []byte) ([]byte, error) {
	r, err := unpack(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(r)
	return b, errors.Join(err, r.Close())
}
