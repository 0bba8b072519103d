// SPDX-License-Identifier: Apache-2.0

package interdict_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/interdict-dev/interdict"

// floors is the house of DESIGN.md: a package imports from lower floors and
// from its own parent folder. A sub-folder of watchlist, intel and ownership is
// one publisher or format and stands a floor above its parent.
var floors = map[string]int{
	"internal/errkind": -1, "internal/xmlscan": -1, // so that the rest of floor 0 may use them
	"infra": 0, "internal": 0,
	"party": 1,
	"claim": 2, "subject": 2, "places": 2, "law": 2,
	"names": 3, "rows": 3, "ownership": 3, "evidence": 3, "identity": 3, "traffic": 3, "watchlist": 3, "intel": 3, "audit": 3,
	"index": 4, "starter": 4, "documents": 4, "watchlist/": 4, "intel/": 4, "ownership/": 4,
	"book":      5,
	"screening": 6, "attribution": 6,
	"cases": 7, "holdings": 7, "contacts": 7, "reports": 7, "monitor": 7, "export": 7,
	"engine": 8, "replay": 8, "sqlite": 8, "postgres": 8, "natsbus": 8,
	"api": 9, "web": 9, "bench": 9,
	"cmd/interdict": 10,
}

func floorOf(dir string) (int, bool) {
	if f, ok := floors[dir]; ok {
		return f, true
	}
	top, _, _ := strings.Cut(dir, "/")
	if f, ok := floors[top+"/"]; ok {
		return f, true
	}
	if top == "internal" {
		return floors[top], true
	}
	return 0, false
}

// mayImport says whether package from may import package to, both as folders
// of this module.
func mayImport(from, to string) bool {
	if path.Dir(from) == to {
		return true
	}
	f, ok := floorOf(from)
	g, ok2 := floorOf(to)
	return ok && ok2 && g < f
}

func TestFloors(t *testing.T) {
	n := 0
	for _, dir := range packages(t) {
		if strings.HasSuffix(dir, "test") || dir == "." {
			continue // suites for tests may use what they need
		}
		if _, ok := floorOf(dir); !ok {
			t.Errorf("package %s has no floor: add it to floors and to DESIGN.md", dir)
			continue
		}
		for _, file := range sources(t, dir) {
			f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
			if err != nil {
				t.Fatal(err)
			}
			for _, im := range f.Imports {
				p, err := strconv.Unquote(im.Path.Value)
				if err != nil {
					t.Fatal(err)
				}
				to, ours := strings.CutPrefix(p, module+"/")
				if !ours {
					continue
				}
				n++
				if !mayImport(dir, to) {
					t.Errorf("%s imports %s: packages import from lower floors and from their own parent folder, never sideways, never up", file, to)
				}
			}
		}
	}
	if n == 0 {
		t.Fatal("no import of our own packages found: the test looks in the wrong place")
	}
}

func TestPackageComments(t *testing.T) {
	for _, dir := range packages(t) {
		if dir == "." {
			continue
		}
		has := false
		for _, file := range sources(t, dir) {
			f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.PackageClauseOnly|parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			if f.Doc != nil && len(f.Doc.Text()) > 40 {
				has = true
			}
		}
		if !has {
			t.Errorf("package %s does not say what it is for", dir)
		}
	}
}

func TestSPDX(t *testing.T) {
	for _, dir := range packages(t) {
		for _, file := range all(t, dir) {
			f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.PackageClauseOnly|parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			if len(f.Comments) == 0 || !strings.Contains(f.Comments[0].List[0].Text, "SPDX-License-Identifier: Apache-2.0") {
				t.Errorf("%s: the first line is not the SPDX line", file)
			}
		}
	}
}

// packages lists the folders of this module that hold Go files.
func packages(t *testing.T) []string {
	t.Helper()
	var dirs []string
	err := filepath.WalkDir(".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		if name := d.Name(); p != "." && (strings.HasPrefix(name, ".") || name == "testdata" || name == "tools" || name == "node_modules") {
			return filepath.SkipDir
		}
		if len(all(t, p)) > 0 {
			dirs = append(dirs, filepath.ToSlash(p))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return dirs
}

func all(t *testing.T, dir string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func sources(t *testing.T, dir string) []string {
	t.Helper()
	var out []string
	for _, f := range all(t, dir) {
		if !strings.HasSuffix(f, "_test.go") {
			out = append(out, f)
		}
	}
	return out
}
