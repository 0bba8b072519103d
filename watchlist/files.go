// SPDX-License-Identifier: Apache-2.0

package watchlist

import (
	"compress/bzip2"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zip"

	"github.com/interdict-dev/interdict/internal/errkind"
)

// DefaultMaxSize is the size over which [Files] refuses to decompress one
// file: 4 GiB, forty times OFAC's largest file.
const DefaultMaxSize = 4 << 30

// maxFiles bounds how many files one set may hold. The largest set that a
// publisher gives has four.
const maxFiles = 4096

// Files is what a user hands in, as one flat file system: plain files as they
// are, the members of .zip archives, and .gz and .bz2 files decompressed while
// they are read, in constant memory. A file's name in it is its base name
// without .gz or .bz2.
//
// Files keeps what it was given open until Close, so a file that is replaced
// meanwhile is still read as it was. Any number of goroutines may open and read.
type Files struct {
	// MaxSize is how large one file may grow when it is decompressed; 0 means
	// [DefaultMaxSize]. Set it before the first Open.
	MaxSize int64

	inputs  []*input
	members []member // sorted by name
}

// An Input is one file as it was handed in, before anything is unpacked.
type Input struct {
	Path string
	Name string // base name
	Size int64  // bytes
}

type input struct {
	Input
	file *os.File
	time time.Time
}

// raw reads the input as fetched, from its start.
func (in *input) raw() *io.SectionReader { return io.NewSectionReader(in.file, 0, in.Size) }

type member struct {
	name  string // in the file system
	label string // for errors: the path, or path and member of an archive
	size  int64  // as stored in the file or archive; of .gz and .bz2 the packed size
	time  time.Time
	open  func() (io.ReadCloser, error)
}

// OpenFiles opens files and folders. A folder stands for its regular files,
// without those whose names start with a dot and without its sub-folders. A
// missing file, an empty one, an archive that cannot be read and two files of
// one name are errors that name the file.
func OpenFiles(paths ...string) (*Files, error) {
	f := &Files{}
	if len(paths) == 0 {
		return nil, errkind.New(errkind.Invalid, "no file is named")
	}
	for _, p := range paths {
		if err := f.add(p); err != nil {
			return nil, errors.Join(err, f.Close())
		}
	}
	slices.SortFunc(f.members, func(a, b member) int { return strings.Compare(a.name, b.name) })
	if err := f.distinct(); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// Close lets go of the files. Readers that are still open fail after it.
func (f *Files) Close() error {
	var errs []error
	for _, in := range f.inputs {
		errs = append(errs, in.file.Close())
	}
	f.inputs = nil
	return errors.Join(errs...)
}

// Inputs lists what was handed in, in that order, folders as their files.
func (f *Files) Inputs() []Input {
	out := make([]Input, len(f.inputs))
	for i, in := range f.inputs {
		out[i] = in.Input
	}
	return out
}

// OpenInput reads the i-th of [Files.Inputs] as it was fetched, packed or not.
func (f *Files) OpenInput(i int) io.Reader { return f.inputs[i].raw() }

// Names lists the files of the set in the order of their names.
func (f *Files) Names() []string {
	out := make([]string, len(f.members))
	for i, m := range f.members {
		out[i] = m.name
	}
	return out
}

// Digest returns the SHA-256 of the set in hexadecimal: for each input in the
// order of names, its base name, a zero byte, its length in decimal, a zero
// byte, and its bytes as fetched. The order of the arguments does not count.
func (f *Files) Digest() (string, error) {
	sorted := slices.Clone(f.inputs)
	slices.SortStableFunc(sorted, func(a, b *input) int { return strings.Compare(a.Name, b.Name) })
	h := sha256.New()
	for _, in := range sorted {
		fmt.Fprintf(h, "%s\x00%d\x00", in.Name, in.Size)
		n, err := io.Copy(h, in.raw())
		if err == nil && n < in.Size {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return "", fmt.Errorf("read %s: %w", in.Path, err)
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// Open implements [fs.FS]. Every error of a reader names the file.
func (f *Files) Open(name string) (fs.File, error) {
	if name == "." {
		return &folder{files: f}, nil
	}
	i, ok := slices.BinarySearchFunc(f.members, name, func(m member, n string) int { return strings.Compare(m.name, n) })
	if !ok || !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	m := f.members[i]
	r, err := m.open()
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", m.label, err)
	}
	limit := f.MaxSize
	if limit <= 0 {
		limit = DefaultMaxSize
	}
	return &opened{member: m, r: r, limit: limit}, nil
}

// Find returns the name that a file of the set has, whatever its case:
// publishers and browsers disagree about SDN.CSV and sdn.csv.
func Find(files fs.FS, name string) (string, bool, error) {
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		return "", false, fmt.Errorf("list the files of the set: %w", err)
	}
	for _, e := range entries {
		if !e.IsDir() && strings.EqualFold(e.Name(), name) {
			return e.Name(), true, nil
		}
	}
	return "", false, nil
}

func (f *Files) add(p string) error {
	info, err := os.Stat(p)
	if errors.Is(err, fs.ErrNotExist) {
		return errkind.Wrap(errkind.NotFound, fmt.Errorf("%s: there is no such file", p))
	}
	if err != nil {
		return err
	}
	if info.IsDir() {
		return f.addFolder(p)
	}
	if !info.Mode().IsRegular() {
		return errkind.Wrap(errkind.Invalid, fmt.Errorf("%s is no regular file", p))
	}
	return f.addFile(p)
}

func (f *Files) addFolder(p string) error {
	entries, err := os.ReadDir(p)
	if err != nil {
		return err
	}
	before := len(f.inputs)
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") {
			continue // the notes of editors and file browsers
		}
		full := filepath.Join(p, e.Name())
		info, err := os.Stat(full)
		if err != nil {
			return err
		}
		if !info.Mode().IsRegular() {
			continue
		}
		if err := f.addFile(full); err != nil {
			return err
		}
	}
	if len(f.inputs) == before {
		return errkind.Wrap(errkind.Invalid, fmt.Errorf("the folder %s holds no files", p))
	}
	return nil
}

func (f *Files) addFile(p string) error {
	file, err := os.Open(p)
	if err != nil {
		return err
	}
	info, err := file.Stat()
	if err != nil {
		return errors.Join(err, file.Close())
	}
	in := &input{Input{p, filepath.Base(p), info.Size()}, file, info.ModTime()}
	f.inputs = append(f.inputs, in)
	if in.Size == 0 {
		return errkind.Wrap(errkind.Invalid, fmt.Errorf("%s is empty", p))
	}
	if hasSuffixFold(p, ".zip") {
		return f.addArchive(in)
	}
	f.members = append(f.members, unpacked(member{
		name: in.Name, label: p, size: in.Size, time: in.time,
		open: func() (io.ReadCloser, error) { return io.NopCloser(in.raw()), nil },
	}))
	return nil
}

// encrypted is bit 0 of a zip member's general purpose flags (APPNOTE.TXT 4.4.4).
const encrypted = 0x1

func (f *Files) addArchive(in *input) error {
	z, err := zip.NewReader(in.file, in.Size)
	if err != nil {
		return errkind.Wrap(errkind.Invalid, fmt.Errorf("%s cannot be read as a zip archive, fetch it again: %w", in.Path, err))
	}
	before := len(f.members)
	for _, zf := range z.File {
		name := strings.ReplaceAll(zf.Name, `\`, "/")
		if zf.FileInfo().IsDir() || strings.HasPrefix(name, "__MACOSX/") {
			continue // macOS keeps its own notes beside the files
		}
		label := in.Path + "!" + zf.Name
		if zf.Flags&encrypted != 0 {
			return errkind.Wrap(errkind.Invalid, fmt.Errorf("%s is encrypted", label))
		}
		if zf.UncompressedSize64 == 0 {
			return errkind.Wrap(errkind.Invalid, fmt.Errorf("%s is empty", label))
		}
		f.members = append(f.members, unpacked(member{
			name: path.Base(name), label: label, size: int64(zf.UncompressedSize64), time: zf.Modified, open: zf.Open,
		}))
	}
	if len(f.members) == before {
		return errkind.Wrap(errkind.Invalid, fmt.Errorf("%s holds no files", in.Path))
	}
	return nil
}

// distinct refuses sets in which a name means two files, also on systems
// where case does not count.
func (f *Files) distinct() error {
	if len(f.members) > maxFiles {
		return errkind.Wrap(errkind.Invalid, fmt.Errorf("%d files are too many for one set, the most is %d", len(f.members), maxFiles))
	}
	seen := map[string]string{}
	for _, m := range f.members {
		key := strings.ToLower(m.name)
		if other, ok := seen[key]; ok {
			return errkind.Wrap(errkind.Invalid, fmt.Errorf("%s and %s have the same name: hand in one edition at a time", other, m.label))
		}
		seen[key] = m.label
	}
	return nil
}

// unpacked returns m with its .gz or .bz2 packing taken off.
func unpacked(m member) member {
	packed := m.open
	switch {
	case hasSuffixFold(m.name, ".gz"):
		m.name = m.name[:len(m.name)-len(".gz")]
		m.open = func() (io.ReadCloser, error) {
			r, err := packed()
			if err != nil {
				return nil, err
			}
			z, err := gzip.NewReader(r)
			if err != nil {
				return nil, errors.Join(cut(err), r.Close())
			}
			return readCloser{z, r}, nil
		}
	case hasSuffixFold(m.name, ".bz2"):
		m.name = m.name[:len(m.name)-len(".bz2")]
		m.open = func() (io.ReadCloser, error) {
			r, err := packed()
			if err != nil {
				return nil, err
			}
			return readCloser{bzip2.NewReader(r), r}, nil
		}
	}
	return m
}

type readCloser struct {
	io.Reader
	io.Closer
}

// cut makes the end of a packed file that stops in its first bytes an error
// that does not look like a regular end.
func cut(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

func hasSuffixFold(s, suffix string) bool {
	return len(s) >= len(suffix) && strings.EqualFold(s[len(s)-len(suffix):], suffix)
}

// An opened is one file that is being read.
type opened struct {
	member
	r     io.ReadCloser
	read  int64
	limit int64
}

func (o *opened) Stat() (fs.FileInfo, error) { return fileInfo{o.member}, nil }
func (o *opened) Close() error               { return o.r.Close() }

func (o *opened) Read(p []byte) (int, error) {
	n, err := o.r.Read(p)
	o.read += int64(n)
	if o.read > o.limit {
		return 0, errkind.Wrap(errkind.Invalid, fmt.Errorf("%s is larger than %d bytes when it is unpacked: refused", o.label, o.limit))
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = errkind.Wrap(errkind.Invalid, fmt.Errorf("%s is cut off, fetch it again: %w", o.label, err))
	} else if err != nil && err != io.EOF {
		err = fmt.Errorf("read %s: %w", o.label, err)
	}
	return n, err
}

// A fileInfo describes one file of the set. The size of a .gz or .bz2 file is
// the packed one: the other is known only after reading.
type fileInfo struct{ member }

func (i fileInfo) Name() string               { return i.member.name }
func (i fileInfo) Size() int64                { return i.member.size }
func (i fileInfo) Mode() fs.FileMode          { return 0o444 }
func (i fileInfo) Type() fs.FileMode          { return 0 }
func (i fileInfo) ModTime() time.Time         { return i.member.time }
func (i fileInfo) IsDir() bool                { return false }
func (i fileInfo) Sys() any                   { return nil }
func (i fileInfo) Info() (fs.FileInfo, error) { return i, nil }

// A folder is the root of the set, opened.
type folder struct {
	files *Files
	next  int
}

func (d *folder) Stat() (fs.FileInfo, error) { return rootInfo{}, nil }
func (d *folder) Close() error               { return nil }

func (d *folder) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: ".", Err: errors.New("is a folder")}
}

func (d *folder) ReadDir(n int) ([]fs.DirEntry, error) {
	rest := d.files.members[d.next:]
	if n > 0 {
		if len(rest) == 0 {
			return nil, io.EOF
		}
		rest = rest[:min(n, len(rest))]
	}
	d.next += len(rest)
	out := make([]fs.DirEntry, len(rest))
	for i, m := range rest {
		out[i] = fileInfo{m}
	}
	return out, nil
}

type rootInfo struct{}

func (rootInfo) Name() string       { return "." }
func (rootInfo) Size() int64        { return 0 }
func (rootInfo) Mode() fs.FileMode  { return fs.ModeDir | 0o555 }
func (rootInfo) ModTime() time.Time { return time.Time{} }
func (rootInfo) IsDir() bool        { return true }
func (rootInfo) Sys() any           { return nil }
