// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"github.com/interdict-dev/interdict/screening"
)

// TestCommandLinePage holds that doc/cli.md has every command and every flag.
func TestCommandLinePage(t *testing.T) {
	b, err := os.ReadFile(filepath.Join(repository(t), "doc", "cli.md"))
	if err != nil {
		t.Fatal(err)
	}
	page := string(b)
	var cmds commands
	parser, err := kong.New(&cmds, kong.Name("interdict"))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, leaf := range parser.Model.Leaves(true) {
		path := "interdict " + leaf.Path()
		if !strings.Contains(page, path) {
			t.Errorf("doc/cli.md does not have %q", path)
		}
		for _, flag := range leaf.Flags {
			n++
			if !strings.Contains(page, "--"+flag.Name) {
				t.Errorf("doc/cli.md does not have --%s of %s", flag.Name, path)
			}
		}
		if leaf.Help == "" {
			t.Errorf("%s does not say what it does", path)
		}
	}
	if n < 20 {
		t.Fatalf("%d flags found: the test looks in the wrong place", n)
	}
}

// TestDefaultThreshold holds that the flag and the package agree: tables of
// package bench and doc/names.md speak of the package's.
func TestDefaultThreshold(t *testing.T) {
	var cmds commands
	parser, err := kong.New(&cmds, kong.Name("interdict"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parser.Parse([]string{"screen", "x"}); err != nil {
		t.Fatal(err)
	}
	if got := int32(cmds.Screen.MinScore*10000 + 0.5); got != screening.DefaultMinScore {
		t.Errorf("--min-score is %d by default, screening.DefaultMinScore %d", got, screening.DefaultMinScore)
	}
}
