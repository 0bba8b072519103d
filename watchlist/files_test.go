// SPDX-License-Identifier: Apache-2.0

package watchlist_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/watchlist"
)

// packedList is "a list\n" as the bzip2 program packs it; Go cannot write bzip2.
const packedList = "425a6839314159265359364a340500000151800010400020240c00200021934c08602fa8e5c2ee48a70a1206c94680a0"

func write(t *testing.T, dir, name string, data []byte) string {
	t.Helper()
	p := filepath.Join(dir, name)
	if err := os.WriteFile(p, data, 0o644); err != nil {
		t.Fatal(err)
	}
	return p
}

func zipped(t *testing.T, files ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		w, err := z.Create(files[i])
		if err == nil {
			_, err = io.WriteString(w, files[i+1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func gzipped(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := io.WriteString(z, text); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func open(t *testing.T, paths ...string) *watchlist.Files {
	t.Helper()
	f, err := watchlist.OpenFiles(paths...)
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

func TestFilesAreOneFileSystemHoweverPacked(t *testing.T) {
	dir := t.TempDir()
	bz, err := hex.DecodeString(packedList)
	if err != nil {
		t.Fatal(err)
	}
	f := open(t,
		write(t, dir, "plain.csv", []byte("a list\n")),
		write(t, dir, "one.xml.GZ", gzipped(t, "a list\n")),
		write(t, dir, "two.xml.bz2", bz),
		write(t, dir, "set.ZIP", zipped(t, "folder/SDN.XML", "a list\n", "inner.csv.gz", string(gzipped(t, "a list\n")), "__MACOSX/._SDN.XML", "x", "folder/", "")),
	)
	want := []string{"SDN.XML", "inner.csv", "one.xml", "plain.csv", "two.xml"}
	if got := f.Names(); !slices.Equal(got, want) {
		t.Errorf("Names = %q, want %q", got, want)
	}
	for _, name := range want {
		if got, err := fs.ReadFile(f, name); err != nil || string(got) != "a list\n" {
			t.Errorf("%s = %q, %v", name, got, err)
		}
	}
	if err := fstest.TestFS(f, want...); err != nil {
		t.Error(err)
	}
	if name, ok, err := watchlist.Find(f, "sdn.xml"); err != nil || !ok || name != "SDN.XML" {
		t.Errorf("Find = %q, %v, %v", name, ok, err)
	}
	if name, ok, err := watchlist.Find(f, "none"); err != nil || ok {
		t.Errorf("Find of a missing file = %q, %v, %v", name, ok, err)
	}
}

func TestFolderStandsForItsFiles(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "a.csv", []byte("x"))
	write(t, dir, ".DS_Store", []byte("x"))
	if err := os.Mkdir(filepath.Join(dir, "deeper"), 0o755); err != nil {
		t.Fatal(err)
	}
	if got := open(t, dir).Names(); !slices.Equal(got, []string{"a.csv"}) {
		t.Errorf("the files of a folder = %q", got)
	}
}

func TestOpenFilesRefuses(t *testing.T) {
	dir := t.TempDir()
	good := zipped(t, "SDN.XML", strings.Repeat("a long list ", 1000))
	write(t, dir, "sub.csv", []byte("x"))
	other := t.TempDir()
	for _, c := range []struct {
		paths []string
		want  string
		kind  error
	}{
		{nil, "no file is named", errkind.Invalid},
		{[]string{filepath.Join(dir, "missing.csv")}, "there is no such file", errkind.NotFound},
		{[]string{write(t, dir, "empty.csv", nil)}, "empty.csv is empty", errkind.Invalid},
		{[]string{write(t, dir, "cut.zip", good[:len(good)-30])}, "cut.zip cannot be read as a zip archive", errkind.Invalid},
		{[]string{write(t, dir, "html.zip", []byte("<html>"))}, "html.zip cannot be read", errkind.Invalid},
		{[]string{write(t, dir, "none.zip", zipped(t))}, "none.zip holds no files", errkind.Invalid},
		{[]string{write(t, dir, "hollow.zip", zipped(t, "x.csv", ""))}, "hollow.zip!x.csv is empty", errkind.Invalid},
		{[]string{filepath.Join(dir, "sub.csv"), write(t, other, "SUB.CSV", []byte("y"))}, "have the same name", errkind.Invalid},
		{[]string{t.TempDir()}, "holds no files", errkind.Invalid},
	} {
		_, err := watchlist.OpenFiles(c.paths...)
		if err == nil || !strings.Contains(err.Error(), c.want) || !errors.Is(err, c.kind) {
			t.Errorf("OpenFiles(%q) = %v, want %q of kind %q", c.paths, err, c.want, c.kind)
		}
	}
}

func TestReadersNameTheFileThatIsCut(t *testing.T) {
	dir := t.TempDir()
	long := strings.Repeat("one line of a list, then another\n", 5000)
	gz := gzipped(t, long)
	bz, err := hex.DecodeString(packedList)
	if err != nil {
		t.Fatal(err)
	}
	damaged := zipped(t, "SDN.XML", "a list that is stored and then damaged")
	damaged[45] ^= 0x55
	for name, p := range map[string]string{
		"list.csv": write(t, dir, "list.csv.gz", gz[:len(gz)/2]),
		"tail.csv": write(t, dir, "tail.csv.gz", gz[:len(gz)-2]),
		"head.csv": write(t, dir, "head.csv.gz", gz[:4]),
		"b.csv":    write(t, dir, "b.csv.bz2", bz[:len(bz)-3]),
		"SDN.XML":  write(t, dir, "damaged.zip", damaged),
	} {
		_, err := fs.ReadFile(open(t, p), name)
		if err == nil || !strings.Contains(err.Error(), filepath.Base(p)) {
			t.Errorf("reading %s gave %v, want an error that names it", p, err)
		}
	}
}

func TestBombIsRefusedWhileUnpacking(t *testing.T) {
	dir := t.TempDir()
	f := open(t, write(t, dir, "bomb.csv.gz", gzipped(t, strings.Repeat("\x00", 10<<20))))
	f.MaxSize = 1 << 20
	n, err := io.Copy(io.Discard, mustOpen(t, f, "bomb.csv"))
	if err == nil || !strings.Contains(err.Error(), "larger than 1048576 bytes") || !errors.Is(err, errkind.Invalid) {
		t.Errorf("10 MB with a limit of 1 MB gave %d bytes and %v", n, err)
	}
}

func mustOpen(t *testing.T, f fs.FS, name string) fs.File {
	t.Helper()
	r, err := f.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestDigestIsOfTheBytesAsFetched(t *testing.T) {
	dir := t.TempDir()
	a, b := write(t, dir, "a.csv", []byte("1")), write(t, dir, "b.csv.gz", gzipped(t, "2"))
	digest := func(paths ...string) string {
		d, err := open(t, paths...).Digest()
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	if x, y := digest(a, b), digest(b, a); x != y || len(x) != 64 {
		t.Errorf("the digest depends on the order of the arguments: %s, %s", x, y)
	}
	before := digest(a, b)
	write(t, dir, "a.csv", []byte("9"))
	if digest(a, b) == before {
		t.Error("other bytes have the same digest")
	}
	if got := open(t, a, b).Inputs(); len(got) != 2 || got[0].Name != "a.csv" || got[0].Size != 1 {
		t.Errorf("Inputs = %+v", got)
	}
}

func TestReplacedFileIsReadAsItWas(t *testing.T) {
	dir := t.TempDir()
	p := write(t, dir, "a.csv", []byte("old"))
	f := open(t, p)
	if err := os.Rename(write(t, dir, "new", []byte("new")), p); err != nil {
		t.Skipf("this system does not replace open files: %v", err)
	}
	if got, err := fs.ReadFile(f, "a.csv"); err != nil || string(got) != "old" {
		t.Errorf("a file replaced after OpenFiles = %q, %v, want the old one", got, err)
	}
}
