// SPDX-License-Identifier: Apache-2.0

//go:build unix

package book_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/interdict-dev/interdict/book"
)

// TestFullDisk lets the system refuse every byte of a file beyond a limit, as a
// full disk does: the compilation fails, what was there stays, and nothing is
// left behind. The limits meet the segment of a list and the book. The test
// runs in a process of its own: the limit would meet the log of the tests, too.
func TestFullDisk(t *testing.T) {
	const own = "INTERDICT_TEST_FULL_DISK"
	if os.Getenv(own) == "" {
		c := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestFullDisk$")
		c.Env = append(os.Environ(), own+"=1")
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return
	}
	in := input(facts(t))
	path, _ := compile(t, in)
	size := uint64(len(read(t, path)))
	for _, limit := range []uint64{1, 5000, size / 2, size - 1} {
		path := filepath.Join(t.TempDir(), "test.book")
		if err := os.WriteFile(path, []byte("what was there"), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := compileWithin(t, path, in, limit); err == nil {
			t.Errorf("a book of %d bytes was written although the disk ends at %d", size, limit)
		}
		onlyOld(t, path)
	}
	if err := compileWithin(t, filepath.Join(t.TempDir(), "test.book"), in, size); err != nil {
		t.Errorf("on a disk that is just large enough: %v", err)
	}
}

// compileWithin compiles while no file may grow beyond limit bytes.
func compileWithin(t *testing.T, path string, in book.Input, limit uint64) error {
	t.Helper()
	var was syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &was); err != nil {
		t.Fatal(err)
	}
	now := was
	now.Cur = limit
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &now); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &was); err != nil {
			t.Fatal(err)
		}
	}()
	_, err := book.Compile(t.Context(), path, in)
	return err
}
