// SPDX-License-Identifier: Apache-2.0

package book_test

import (
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/interdict-dev/interdict/law"
	"github.com/interdict-dev/interdict/party"
)

// TestBooksOfFormat2AreRead opens a book that the program of 2026-11-23 wrote of
// one invented party, before books held their rule pack.
func TestBooksOfFormat2AreRead(t *testing.T) {
	f, err := os.Open("testdata/format-2.book.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
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
	b := open(t, path)
	e, err := b.Entry(party.Ref{List: "ftm-x", ID: "NK-a"})
	if err != nil || e.Name() != "Zelenograd Widget Works" {
		t.Errorf("its entry is %q, %v", e.Name(), err)
	}
	pack, err := b.Law()
	if err != nil || pack != law.Default() || b.Manifest().LawDigest != "" || b.Digest().Hex()[:8] != "8ca4be98" {
		t.Errorf("book %s of format %d has the rule pack %v, %v", b.Digest(), b.Manifest().Version, pack, err)
	}
}

// TestTheRulePackIsOfTheBook compiles a book with another rule pack than the
// program's: the book keeps to it, and is another book.
func TestTheRulePackIsOfTheBook(t *testing.T) {
	other, err := law.ParsePack(strings.ReplaceAll(law.DefaultText(), "version "+law.Default().Version(), "version 1999-01-01"))
	if err != nil {
		t.Fatal(err)
	}
	in := input(facts(t))
	_, usual := compile(t, in)
	in.Law = other
	path, d := compile(t, in)
	b := open(t, path)
	pack, err := b.Law()
	if err != nil || d == usual || pack.Version() != "1999-01-01" || b.Manifest().Law != "1999-01-01" || b.LawDigest() != other.Digest() || pack.Text() != other.Text() {
		t.Errorf("the book has the rule pack %s (%s), %v", pack.Version(), b.LawDigest(), err)
	}
}
