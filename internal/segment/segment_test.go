// SPDX-License-Identifier: Apache-2.0

package segment

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/interdict-dev/interdict/internal/errkind"
)

// content is the sections of a test file, by size. Together they fill several
// chunks, some sections several, some none.
var content = []struct {
	name string
	size int
}{{"names", 100}, {"empty", 0}, {"postings", 200_000}, {"edge", chunkSize - 1}, {"tail", 70_001}}

func random(size int, seed uint64) []byte {
	r := rand.New(rand.NewPCG(seed, 1))
	b := make([]byte, size)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

// fill writes the test sections in pieces of a size.
func fill(t testing.TB, w *Writer, piece int) {
	t.Helper()
	for i, c := range content {
		s, err := w.Section(c.name, uint32(i+1))
		if err != nil {
			t.Fatal(err)
		}
		for p := range slices.Chunk(random(c.size, uint64(i)), piece) {
			if _, err := s.Write(p); err != nil {
				t.Fatal(err)
			}
		}
		if s.Size() != int64(c.size) {
			t.Fatalf("Size() = %d, want %d", s.Size(), c.size)
		}
	}
}

func write(t testing.TB, piece int) (path string, d Digest) {
	t.Helper()
	w, err := Create(filepath.Join(t.TempDir(), "a.seg"))
	if err != nil {
		t.Fatal(err)
	}
	fill(t, w, piece)
	path, d, err = w.FinishAs(func(Digest) string { return "a.seg" })
	if err != nil {
		t.Fatal(err)
	}
	return path, d
}

func mustOpen(t testing.TB, path string) *File {
	t.Helper()
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

func section(t testing.TB, f *File, name string) *Section {
	t.Helper()
	s, ok := f.Section(name)
	if !ok {
		t.Fatalf("no section %q", name)
	}
	return s
}

func TestRoundTrip(t *testing.T) {
	path, d := write(t, 1000)
	f := mustOpen(t, path)
	if f.Digest() != d {
		t.Errorf("Digest() = %v, want %v", f.Digest(), d)
	}
	if len(f.Sections()) != len(content) {
		t.Fatalf("%d sections, want %d", len(f.Sections()), len(content))
	}
	for i, c := range content {
		s := section(t, f, c.name)
		if s.Version() != uint32(i+1) || s.Len() != c.size || s.base%alignment != 0 {
			t.Errorf("%s: version %d, %d bytes, at %d", c.name, s.Version(), s.Len(), s.base)
		}
		if !bytes.Equal(s.All(), random(c.size, uint64(i))) {
			t.Errorf("%s: other bytes than written", c.name)
		}
	}
	if _, ok := f.Section("nothing"); ok {
		t.Error("a section that was never written")
	}
	if err := f.VerifyAll(context.Background(), nil); err != nil {
		t.Error(err)
	}
}

func TestBytesOfAnyRange(t *testing.T) {
	path, _ := write(t, 1000)
	r := rand.New(rand.NewPCG(7, 7))
	for range 20 {
		f := mustOpen(t, path)
		for i, c := range content {
			s, want := section(t, f, c.name), random(c.size, uint64(i))
			for range 50 {
				off := r.IntN(c.size + 1)
				n := r.IntN(c.size - off + 1)
				if got := s.Bytes(off, n); !bytes.Equal(got, want[off:off+n]) || cap(got) != n {
					t.Fatalf("%s: Bytes(%d, %d) differs", c.name, off, n)
				}
			}
		}
	}
}

func TestOutsideIsAFault(t *testing.T) {
	path, _ := write(t, 1000)
	f := mustOpen(t, path)
	for _, name := range []string{"names", "postings", "empty"} {
		s := section(t, f, name)
		for range 2 { // before and after the chunks were checked
			for _, c := range [][2]int{{-1, 1}, {0, -1}, {10, -5}, {s.Len(), 1}, {s.Len() - 1, 2}, {s.Len() + 1, 0}, {int(^uint(0)>>1) - 3, 1}, {1, int(^uint(0) >> 1)}, {int(^uint(0) >> 1), 1}, {-int(^uint(0)>>1) - 1, 1}} {
				err := Catch(func() error { s.Bytes(c[0], c[1]); return nil }, f)
				var fault *Fault
				if !errors.As(err, &fault) || fault.Section != name || !errors.Is(err, errkind.Unavailable) {
					t.Errorf("%s: Bytes(%d, %d): %v", name, c[0], c[1], err)
				}
			}
			s.All()
		}
	}
}

func TestSameInputSameBytes(t *testing.T) {
	a, da := write(t, 1000)
	b, db := write(t, 77_777)
	x, y := read(t, a), read(t, b)
	if da != db || !bytes.Equal(x, y) {
		t.Fatal("the same sections in other pieces gave other bytes")
	}
	// The digest is a promise to every file that was ever named by it.
	if want := "sha256:" + golden; da.String() != want {
		t.Fatalf("digest of the test file = %v, want %v: the layout changed, so Format must", da, want)
	}
}

const golden = "02fcceefcdccc621ad5b29f13fd04d2f17fef18a30887993fcf61b56f6fcde99"

func read(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func save(t testing.TB, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "b.seg")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestDamage flips one byte in each chunk, in turn: that chunk is refused when
// it is touched, and the others still read.
func TestDamage(t *testing.T) {
	path, _ := write(t, 1000)
	good := read(t, path)
	chunks := len(mustOpen(t, path).seen)
	if chunks < 5 {
		t.Fatalf("%d chunks are too few for this test", chunks)
	}
	r := rand.New(rand.NewPCG(3, 3))
	for i := range chunks {
		bad := bytes.Clone(good)
		size := min(chunkSize, len(mustOpen(t, path).data)-i*chunkSize)
		bad[headerSize+i*chunkSize+r.IntN(size)] ^= 1 << r.IntN(8)
		f := mustOpen(t, save(t, bad))
		for _, s := range f.Sections() {
			for off := range s.Len() {
				if off%977 != 0 {
					continue
				}
				touched := (s.base + off) >> chunkShift
				err := Catch(func() error {
					if got := s.Bytes(off, 1)[0]; got != good[headerSize+s.base+off] {
						return fmt.Errorf("byte %d differs", off)
					}
					return nil
				}, f)
				if (err != nil) != (touched == i) {
					t.Fatalf("chunk %d damaged, %s[%d] in chunk %d: %v", i, s.Name(), off, touched, err)
				}
				if err != nil && !strings.Contains(err.Error(), fmt.Sprintf("b.seg: section %q: chunk %d: the bytes are damaged", s.Name(), i)) {
					t.Fatalf("the error does not say where: %v", err)
				}
			}
		}
		err := f.VerifyAll(context.Background(), nil)
		if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("chunk %d:", i)) || strings.Count(err.Error(), "damaged") != 1 {
			t.Errorf("VerifyAll of a file with chunk %d damaged: %v", i, err)
		}
	}
}

// TestDamagedTables flips every byte of the header that means something and
// bytes all over the tail: Open refuses each.
func TestDamagedTables(t *testing.T) {
	path, _ := write(t, 1000)
	good := read(t, path)
	tail := len(good) - len(mustOpen(t, path).sums) - 60
	for i := range good {
		if i >= headerSize && i < tail || i > 100 && i < sumOffset && i%400 != 0 {
			continue
		}
		bad := bytes.Clone(good)
		bad[i] ^= 0x40
		if _, err := Open(save(t, bad)); !errors.Is(err, errkind.Invalid) {
			t.Fatalf("byte %d flipped: Open = %v, want a refusal", i, err)
		}
	}
}

func TestCut(t *testing.T) {
	path, _ := write(t, 1000)
	good := read(t, path)
	sizes := []int{0, 1, 7, 8, 11, 12, 100, headerSize - 1, headerSize, headerSize + 1, len(good) - 1, len(good) - 32, len(good) - 33}
	for i := headerSize; i < len(good); i += chunkSize {
		sizes = append(sizes, i-1, i, i+1)
	}
	for _, n := range sizes {
		_, err := Open(save(t, good[:n]))
		if !errors.Is(err, errkind.Invalid) || !strings.Contains(err.Error(), "b.seg") {
			t.Errorf("cut to %d bytes: Open = %v, want a refusal that names the file", n, err)
		}
		if n >= headerSize && !strings.Contains(err.Error(), "cut") {
			t.Errorf("cut to %d bytes: %v does not say so", n, err)
		}
	}
	if _, err := Open(save(t, append(bytes.Clone(good), 0))); !errors.Is(err, errkind.Invalid) {
		t.Errorf("one byte longer: Open = %v, want a refusal", err)
	}
}

func TestRefusals(t *testing.T) {
	path, d := write(t, 1000)
	good := read(t, path)
	newer := bytes.Clone(good)
	binary.LittleEndian.PutUint32(newer[8:], Format+1)
	_, err := Open(save(t, newer))
	if err == nil || !strings.Contains(err.Error(), "format 3") || !strings.Contains(err.Error(), "up to 2") {
		t.Errorf("newer format: %v does not name both", err)
	}
	if _, err := Open(save(t, []byte("<!DOCTYPE html><html>"))); err == nil || !strings.Contains(err.Error(), "no segment") {
		t.Errorf("HTML: %v", err)
	}
	if _, err := Open(t.TempDir()); !errors.Is(err, errkind.Invalid) {
		t.Errorf("a folder: %v", err)
	}
	if _, err := Open(path + "x"); !errors.Is(err, errkind.NotFound) {
		t.Errorf("no file: %v", err)
	}
	d[0]++
	if _, err := OpenDigest(path, d); !errors.Is(err, errkind.Invalid) {
		t.Errorf("another digest: %v", err)
	}
}

func TestReplacedWhileRead(t *testing.T) {
	path, _ := write(t, 1000)
	f := mustOpen(t, path)
	w, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Section("other", 1); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Finish(); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(section(t, f, "postings").All(), random(200_000, 2)) {
		t.Error("a reader saw the file that took the place of its own")
	}
	if _, ok := mustOpen(t, path).Section("other"); !ok {
		t.Error("the path does not lead to the new file")
	}
}

// TestCutWhileMapped cuts the file below a reader, both before and after its
// chunks were checked.
func TestCutWhileMapped(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows does not cut a file that is mapped")
	}
	for _, warm := range []bool{false, true} {
		path, _ := write(t, 1000)
		f := mustOpen(t, path)
		s := section(t, f, "postings")
		if warm {
			s.All()
		}
		if err := os.Truncate(path, headerSize); err != nil {
			t.Fatal(err)
		}
		read := func() error {
			sum := 0
			for _, b := range s.Bytes(100_000, 10) {
				sum += int(b)
			}
			return fmt.Errorf("read %d from a file that is gone", sum)
		}
		err := Catch(read, f)
		var fault *Fault
		if !errors.As(err, &fault) || fault.Chunk != (s.base+100_000)>>chunkShift || fault.Section != "postings" || fault.Path != path || !errors.Is(err, errkind.Unavailable) {
			t.Errorf("checked before: %v: Catch = %v, want a fault in its chunk", warm, err)
		}
		if err := Catch(read); !errors.Is(err, errkind.Unavailable) {
			t.Errorf("checked before: %v: Catch without files = %v", warm, err)
		}
		if err := f.VerifyAll(context.Background(), nil); !errors.Is(err, errkind.Unavailable) {
			t.Errorf("VerifyAll = %v", err)
		}
	}
}

func TestCatchPassesOn(t *testing.T) {
	own := errors.New("own")
	if err := Catch(func() error { return own }); err != own {
		t.Errorf("Catch = %v, want the error of the function", err)
	}
	for _, cause := range []func(){func() { panic("a bug") }, func() { var p *File; _ = p.path }, func() { panic(own) }} {
		func() {
			defer func() {
				if recover() == nil {
					t.Error("Catch hid a bug")
				}
			}()
			if err := Catch(func() error { cause(); return nil }); err != nil {
				t.Error(err)
			}
		}()
	}
}

// A small disk holds so many bytes.
type smallDisk struct {
	*os.File
	left *int
}

func (d smallDisk) Write(p []byte) (int, error) {
	if *d.left -= len(p); *d.left < 0 {
		return 0, errFull
	}
	return d.File.Write(p)
}

func (d smallDisk) Sync() error {
	if *d.left < 50 {
		return errFull
	}
	return d.File.Sync()
}

var errFull = errors.New("no space left on device")

func TestFullDisk(t *testing.T) {
	path, _ := write(t, 1000)
	size := len(read(t, path))
	full := 0
	for left := 0; left < size+100; left += 40_000 {
		folder := t.TempDir()
		old := filepath.Join(folder, "a.seg")
		if err := os.WriteFile(old, []byte("the state before"), 0o600); err != nil {
			t.Fatal(err)
		}
		err := func() error {
			left := min(left, size+49)
			w, err := CreateWith(old, Options{CreateTemp: func(folder string) (Temp, error) {
				f, err := os.CreateTemp(folder, "")
				return smallDisk{f, &left}, err
			}})
			if err != nil {
				return err
			}
			for i, c := range content {
				s, err := w.Section(c.name, 1)
				if err != nil {
					return err
				}
				if _, err := s.Write(random(c.size, uint64(i))); err != nil {
					return err
				}
			}
			_, err = w.Finish()
			return err
		}()
		full++
		if !errors.Is(err, errFull) || !errors.Is(err, errkind.Unavailable) {
			t.Errorf("a disk with %d bytes: %v", left, err)
		}
		files, err := os.ReadDir(folder)
		if err != nil {
			t.Fatal(err)
		}
		if len(files) != 1 || string(read(t, old)) != "the state before" {
			t.Errorf("a disk with %d bytes: half a file is left: %v", left, files)
		}
	}
	if full < 5 {
		t.Fatalf("the disk was full %d times only", full)
	}
}

func TestAbortLeavesNothing(t *testing.T) {
	folder := t.TempDir()
	w, err := Create(filepath.Join(folder, "a.seg"))
	if err != nil {
		t.Fatal(err)
	}
	fill(t, w, 1000)
	for range 2 {
		if err := w.Abort(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.Section("more", 1); err == nil {
		t.Error("a section after Abort")
	}
	if _, err := w.Finish(); err == nil {
		t.Error("Finish after Abort")
	}
	if files, err := os.ReadDir(folder); err != nil || len(files) != 0 {
		t.Errorf("left after Abort: %v, %v", files, err)
	}
}

func TestMisuseOfWriter(t *testing.T) {
	for name, do := range map[string]func(w *Writer) error{
		"two of one name":   func(w *Writer) error { _, err := w.Section("names", 1); return err },
		"no name":           func(w *Writer) error { _, err := w.Section("", 1); return err },
		"an ended section":  func(w *Writer) error { s := &SectionWriter{w, 0}; _, err := io.WriteString(s, "x"); return err },
		"after Finish":      func(w *Writer) error { _, err := w.Finish(); return errors.Join(err, second(w)) },
		"Finish after that": func(w *Writer) error { _, err := w.Finish(); _, err2 := w.Finish(); return errors.Join(err, err2) },
	} {
		w, err := Create(filepath.Join(t.TempDir(), "a.seg"))
		if err != nil {
			t.Fatal(err)
		}
		fill(t, w, 1000)
		if err := do(w); err == nil {
			t.Errorf("%s: no error", name)
		}
		if err := w.Abort(); err != nil {
			t.Error(err)
		}
	}
}

func second(w *Writer) error { _, err := w.Section("late", 1); return err }

func TestReferences(t *testing.T) {
	path, _ := write(t, 1000)
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if !f.Acquire() {
		t.Fatal("Acquire of an open file")
	}
	for range 2 {
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if got := section(t, f, "tail").All(); !bytes.Equal(got, random(70_001, 4)) {
		t.Error("the file was unmapped below a reference")
	}
	if err := f.Release(); err != nil {
		t.Fatal(err)
	}
	if f.Acquire() {
		t.Error("Acquire after the last reference went")
	}
}

func TestManyReaders(t *testing.T) {
	path, _ := write(t, 1000)
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	want := random(200_000, 2)
	var wg sync.WaitGroup
	for g := range 8 {
		if !f.Acquire() {
			t.Fatal("Acquire")
		}
		wg.Go(func() {
			r := rand.New(rand.NewPCG(1, uint64(g)))
			s, _ := f.Section("postings")
			for range 500 {
				off := r.IntN(190_000)
				if !bytes.Equal(s.Bytes(off, 10_000), want[off:off+10_000]) {
					t.Error("other bytes")
				}
			}
			if err := f.Release(); err != nil {
				t.Error(err)
			}
		})
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	wg.Wait()
}

func TestNumbers(t *testing.T) {
	path, _ := write(t, 1000)
	f := mustOpen(t, path)
	s, b := section(t, f, "postings"), random(200_000, 2)
	for _, little := range []bool{true, false} {
		if got, want := view32(b[8:24], little), []uint32{binary.LittleEndian.Uint32(b[8:]), binary.LittleEndian.Uint32(b[12:]), binary.LittleEndian.Uint32(b[16:]), binary.LittleEndian.Uint32(b[20:])}; !slices.Equal(got, want) {
			t.Errorf("view32, little %v = %v, want %v", little, got, want)
		}
		if got, want := view64(b[8:24], little), []uint64{binary.LittleEndian.Uint64(b[8:]), binary.LittleEndian.Uint64(b[16:])}; !slices.Equal(got, want) {
			t.Errorf("view64, little %v = %v, want %v", little, got, want)
		}
	}
	if got := s.Uint32s(65_532, 3); got[2] != binary.LittleEndian.Uint32(b[65_540:]) {
		t.Error("Uint32s over the border of a chunk")
	}
	if got := s.Uint64s(16, 2); got[1] != binary.LittleEndian.Uint64(b[24:]) {
		t.Error("Uint64s")
	}
	for _, read := range []func(){func() { s.Uint32s(2, 1) }, func() { s.Uint64s(4, 1) }, func() { s.Uint32s(0, 50_001) }, func() { s.Uint32s(0, int(^uint(0)>>1)) }, func() { s.Uint64s(0, -1) }, func() { s.Uint32s(-4, 1) }} {
		if err := Catch(func() error { read(); return nil }, f); !errors.Is(err, errkind.Unavailable) {
			t.Errorf("a view that cannot be: %v", err)
		}
	}
}

func TestDigestText(t *testing.T) {
	_, d := write(t, 1000)
	for _, s := range []string{d.String(), d.Hex()} {
		if got, err := ParseDigest(s); err != nil || got != d {
			t.Errorf("ParseDigest(%q) = %v, %v", s, got, err)
		}
	}
	for _, s := range []string{"", "sha256:", d.Hex()[1:], "z" + d.Hex()[1:]} {
		if _, err := ParseDigest(s); err == nil {
			t.Errorf("ParseDigest(%q): no error", s)
		}
	}
}

// TestOldFormats reads one file of each format that was ever written.
func TestOldFormats(t *testing.T) {
	f := mustOpen(t, filepath.Join("testdata", "format-1.seg"))
	if got := string(section(t, f, "greeting").All()); got != "kept as written\n" {
		t.Errorf("format 1: %q", got)
	}
	if err := f.VerifyAll(context.Background(), nil); err != nil {
		t.Error(err)
	}
}

// TestLargeFilesOfFormat1 holds that files whose chunks are larger are read, and
// their damage seen, as before.
func TestLargeFilesOfFormat1(t *testing.T) {
	path := filepath.Join(t.TempDir(), "1.seg")
	w, err := CreateWith(path, Options{format: 1})
	if err != nil {
		t.Fatal(err)
	}
	content := bytes.Repeat([]byte("postings of then "), 20_000)
	for _, name := range []string{"a", "b"} {
		s, err := w.Section(name, 1)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Write(content); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.Finish(); err != nil {
		t.Fatal(err)
	}
	f := mustOpen(t, path)
	if len(f.seen) != (2*len(content)+64)/(1<<16)+1 {
		t.Errorf("%d chunks", len(f.seen))
	}
	for _, name := range []string{"a", "b"} {
		if !bytes.Equal(section(t, f, name).All(), content) {
			t.Errorf("section %s reads otherwise", name)
		}
	}
	bad := read(t, path)
	bad[headerSize+5<<16] ^= 1
	damaged := mustOpen(t, save(t, bad))
	err = damaged.VerifyAll(context.Background(), nil)
	if err == nil || !strings.Contains(err.Error(), "chunk 5:") || strings.Count(err.Error(), "damaged") != 1 {
		t.Errorf("VerifyAll = %v", err)
	}
}

func TestVerifyAllStopsWhenTold(t *testing.T) {
	path, _ := write(t, 1000)
	f := mustOpen(t, path)
	ctx, cancel := context.WithCancel(context.Background())
	calls := 0
	err := f.VerifyAll(ctx, func(done, all int64) {
		calls++
		if done <= 0 || done > all {
			t.Errorf("progress %d of %d", done, all)
		}
		cancel()
	})
	if !errors.Is(err, context.Canceled) || calls != 1 {
		t.Errorf("VerifyAll = %v after %d calls", err, calls)
	}
}

// FuzzOpen mutates a file: whatever comes, it opens or is refused, and what it
// gives is either right or an error.
func FuzzOpen(f *testing.F) {
	good, err := os.ReadFile(filepath.Join("testdata", "format-1.seg"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add(good[:headerSize])
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		file, err := Open(save(t, b))
		if err != nil {
			return
		}
		err = Catch(func() error {
			for _, s := range file.Sections() {
				s.All()
			}
			return nil
		}, file)
		if err != nil && !errors.Is(err, errkind.Unavailable) {
			t.Error(err)
		}
		if err := file.Close(); err != nil {
			t.Error(err)
		}
	})
}

// FuzzTables gives the parsers what lies behind the checksums.
func FuzzTables(f *testing.F) {
	f.Add(appendContents(nil, []entry{{"a", 1, 0, 10}, {"b", 2, 64, 5}}), uint64(128))
	f.Fuzz(func(t *testing.T, b []byte, limit uint64) {
		es, err := parseContents(b, limit)
		if err == nil && !bytes.Equal(appendContents(nil, es), b) {
			t.Errorf("parseContents(%x) took what appendContents does not write", b)
		}
	})
}

func large(b *testing.B, size int) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "large.seg")
	w, err := Create(path)
	if err != nil {
		b.Fatal(err)
	}
	s, err := w.Section("all", 1)
	if err != nil {
		b.Fatal(err)
	}
	p := random(1<<20, 1)
	for range size >> 20 {
		if _, err := s.Write(p); err != nil {
			b.Fatal(err)
		}
	}
	if _, err := w.Finish(); err != nil {
		b.Fatal(err)
	}
	return path
}

func BenchmarkOpen100MB(b *testing.B) {
	path := large(b, 100<<20)
	b.ResetTimer()
	for b.Loop() {
		f, err := Open(path)
		if err != nil {
			b.Fatal(err)
		}
		if err := f.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkBytes(b *testing.B) {
	f := mustOpen(b, large(b, 4<<20))
	s, _ := f.Section("all")
	s.All()
	i, n := 0, 0
	for b.Loop() {
		n += len(s.Bytes(i&0xfff, 16)) // the bytes themselves would measure the memory
		i += 61
	}
	_ = n
}

func BenchmarkFirstTouch(b *testing.B) {
	f := mustOpen(b, large(b, 4<<20))
	b.SetBytes(chunkSize)
	for b.Loop() {
		if fault := f.check(3, "all"); fault != nil {
			b.Fatal(fault)
		}
	}
}

func BenchmarkCatch(b *testing.B) {
	for b.Loop() {
		if err := Catch(func() error { return nil }); err != nil {
			b.Fatal(err)
		}
	}
}
