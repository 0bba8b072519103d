// SPDX-License-Identifier: Apache-2.0

package watchlisttest

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/watchlist"
)

// Published opens real published files by their paths below data/lists, as
// "un/un_consolidated_2026-02-27.xml". They are never in the repository: they
// are looked for in $INTERDICT_DATA, else in ../shared/data beside it. Where
// they are not, the test skips, or fails if $INTERDICT_REQUIRE_DATA is 1.
func Published(t testing.TB, names ...string) *watchlist.Files {
	t.Helper()
	root := os.Getenv("INTERDICT_DATA")
	if root == "" {
		root = filepath.Join(repository(t), "..", "shared", "data")
	}
	paths := make([]string, len(names))
	for i, n := range names {
		paths[i] = filepath.Join(root, "lists", filepath.FromSlash(n))
		if _, err := os.Stat(paths[i]); err != nil {
			if os.Getenv("INTERDICT_REQUIRE_DATA") == "1" {
				t.Fatalf("the published lists are required: %v", err)
			}
			t.Skipf("the published lists are not at hand: %v", err)
		}
	}
	return Open(t, paths...)
}

// repository returns the folder with go.mod above the package under test.
func repository(t testing.TB) string {
	t.Helper()
	dir, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Fatal("no go.mod above the package")
		}
		dir = up
	}
}

// Open opens files, as in testdata, until the test ends.
func Open(t testing.TB, paths ...string) *watchlist.Files {
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

// Entries returns the entries of an edition that has no rejects, by their
// identifiers.
func Entries(t testing.TB, s watchlist.Source, files fs.FS) map[string]party.Entry {
	t.Helper()
	out := map[string]party.Entry{}
	for e, err := range s.Parse(files) {
		if err != nil {
			t.Fatal(err)
		}
		out[e.Ref.ID] = e
	}
	return out
}

// CountText returns a counter for [Case] that looks for the bytes of a text, as
// of the end tag of a record.
func CountText(text string) func(string, []byte) int {
	return func(_ string, data []byte) int { return bytes.Count(data, []byte(text)) }
}
