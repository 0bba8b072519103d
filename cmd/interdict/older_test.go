// SPDX-License-Identifier: Apache-2.0

package main

import (
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/interdict-dev/interdict/book"
)

// TestAnOlderBookSaysSo opens a book of an older program: what it lacks, and what
// this program would do otherwise, stands beside its lists.
func TestAnOlderBookSaysSo(t *testing.T) {
	f, err := os.Open("../../book/testdata/format-2.book.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() // only read
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "2.book")
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	b, err := book.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close() // only read
	o := &opened{Book: b}
	if why := o.otherRules(); !strings.Contains(why, "holds no rule pack") {
		t.Errorf("of its rules it says %q", why)
	}
	if why := o.otherModel(); !strings.Contains(why, "model "+b.Manifest().Model+" of the book") {
		t.Errorf("of its model it says %q", why)
	}
}
