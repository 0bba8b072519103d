// SPDX-License-Identifier: Apache-2.0

package watchlisttest_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestPageAddsSources does what doc/adding-a-source.md says: it writes the
// files of the page, lays them over the tree, and runs their tests.
func TestPageAddsSources(t *testing.T) {
	goTool, err := exec.LookPath("go")
	if err != nil {
		t.Skip("the go command, which compiles what the page says, is not here")
	}
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	overlay := struct{ Replace map[string]string }{map[string]string{}}
	folders := map[string]bool{}
	for name, text := range pageFiles(t, filepath.Join(root, "doc", "adding-a-source.md")) {
		to := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, ".go") {
			overlay.Replace[filepath.Join(root, filepath.FromSlash(name))] = to
			folders[filepath.Dir(name)] = true
		}
	}
	if len(folders) < 2 {
		t.Fatalf("the page adds %d packages: the test looks in the wrong place", len(folders))
	}
	b, err := json.Marshal(overlay)
	if err != nil {
		t.Fatal(err)
	}
	laid := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(laid, b, 0o600); err != nil {
		t.Fatal(err)
	}
	for folder := range folders {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			if out, err := exec.Command("gofmt", "-l", filepath.Join(dir, folder)).CombinedOutput(); err == nil && len(out) > 0 {
				t.Errorf("gofmt would change %s", out)
			}
			program := filepath.Join(dir, filepath.Base(folder)+".test")
			build := exec.Command(goTool, "test", "-c", "-vet=off", "-buildvcs=false", "-overlay", laid, "-o", program, "./"+filepath.ToSlash(folder))
			build.Dir = root
			if out, err := build.CombinedOutput(); err != nil {
				t.Fatalf("what the page says does not compile: %v\n%s", err, out)
			}
			run := exec.Command(program)
			run.Dir = filepath.Join(dir, folder)
			if out, err := run.CombinedOutput(); err != nil {
				t.Fatalf("what the page says does not pass: %v\n%s", err, out)
			}
		})
	}
}

// pageFiles returns the files of a page: the blocks whose first line names
// one, those of one file after another.
func pageFiles(t *testing.T, page string) map[string]string {
	t.Helper()
	b, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	name := ""
	for line := range strings.Lines(string(b)) {
		switch mark, ok := strings.CutPrefix(line, "```"); {
		case ok && name == "":
			if f := strings.Fields(mark); len(f) == 2 {
				if name = f[1]; files[name] != "" {
					files[name] += "\n"
				}
			} else {
				name = "-" // a block of another kind
			}
		case ok:
			name = ""
		case name != "" && name != "-":
			files[name] += line
		}
	}
	return files
}
