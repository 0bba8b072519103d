// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/interdict-dev/interdict/intel"
)

// notIntelligence are the files of the folder that nobody takes for one: notes
// about where it comes from.
func notIntelligence(name string) bool {
	switch path.Base(name) {
	case "README.md", "SOURCE.txt", "LICENSE", "SOURCE.md":
		return true
	}
	return false
}

// TestIntelligencePage holds that doc/intel.md has a line for every published
// file of intelligence, with what it gives: what is counted is what is read.
func TestIntelligencePage(t *testing.T) {
	root := filepath.Join("..")
	data := os.Getenv("INTERDICT_DATA")
	if data == "" {
		data = filepath.Join(root, "..", "shared", "data")
	}
	folder := filepath.Join(data, "intel")
	if _, err := os.Stat(folder); err != nil {
		if os.Getenv("INTERDICT_REQUIRE_DATA") == "1" {
			t.Fatal("the published files are required: ", err)
		}
		t.Skip("the published files of intelligence are not at hand")
	}
	lines, refused := readFolder(t, folder)
	for _, k := range slices.Sorted(mapsKeys(refused)) {
		lines = append(lines, fmt.Sprintf("| `%s` | no intelligence: refused | %d files | | | | | |", k, refused[k]))
	}
	if len(lines) < 80 {
		t.Fatalf("%d files were found: the test looks in the wrong place", len(lines))
	}
	page, err := os.ReadFile(filepath.Join(root, "doc", "intel.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range lines {
		if !strings.Contains(string(page), l+"\n") {
			t.Errorf("doc/intel.md does not have\n%s", l)
		}
	}
	if n := strings.Count(string(page), "\n| `"); n < len(lines) {
		t.Errorf("doc/intel.md has %d lines of files and formats, %d files are published", n, len(lines))
	}
}

func mapsKeys(m map[string]int) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// readFolder reads every file as `intel add` would, and counts those that no
// reader takes by their folder and kind.
func readFolder(t *testing.T, folder string) (lines []string, refused map[string]int) {
	refused = map[string]int{}
	err := filepath.WalkDir(folder, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(folder, p)
		if err != nil || notIntelligence(rel) {
			return err
		}
		rel = filepath.ToSlash(rel)
		r, format, err := readIntelFile(p, IntelName(p), intel.Brief{})
		if err != nil {
			if !errors.Is(err, intel.ErrFormat) && !strings.Contains(err.Error(), "no known format") {
				t.Errorf("%s: %v", rel, err)
			}
			refused[path.Dir(rel)+"/*"+path.Ext(rel)]++
			return nil
		}
		c := countsOf(&r)
		lines = append(lines, fmt.Sprintf("| `%s` | %s | %d | %d | %d | %d | %d | %d |", rel, format, c.Rows, c.Claims, c.Parties, c.Annotations, c.Others, c.Rejects))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return lines, refused
}
