// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// nowVariable sets the clock of the program in scripts. Only the program that
// TestMain registers looks at it; the real one asks the system.
const nowVariable = "TEST_INTERDICT_NOW"

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"interdict": func() {
		now := func() time.Time {
			t, err := time.Parse(time.RFC3339, os.Getenv(nowVariable))
			if err != nil {
				panic("the script sets no clock: " + err.Error())
			}
			return t
		}
		code, err := run(context.Background(), os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr}, os.Getenv, now)
		if err != nil {
			fmt.Fprintln(os.Stderr, "interdict:", err)
			code = exitFailure
		}
		os.Exit(code)
	}})
}

// TestScripts runs the scripts of testdata/script against the program. Beside
// the commands of testscript they have:
//
//	exits CODE interdict ARGS...   run the program and want this exit code
//	lines FILE N                   the file, or stdout, has N lines
//	rows FILE N BROKEN...          write a CSV of N vendors, these rows of which are broken
//	decide ANSWERS FILE REF        write a decision that the finding about REF is false
//	damage FILE FROM-THE-END       flip one byte
//	alter FILE TO REGEXP TEXT      copy the file with what matches replaced
//	remove PATTERN...              remove files and folders, by the patterns of path/filepath
//	cut FILE BYTES                 cut so many bytes off the end
//
// $OFAC holds the hand-written fixtures of watchlist/ofac, $VENDORS the example
// vendors, $DATA the published files; [data] says whether those are there.
func TestScripts(t *testing.T) {
	root := repository(t)
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			e.Setenv(nowVariable, "2026-02-04T12:00:00Z")
			e.Setenv("INTERDICT_HOME", filepath.Join(e.WorkDir, "home"))
			e.Setenv("OFAC", filepath.Join(root, "watchlist", "ofac", "testdata"))
			e.Setenv("VENDORS", filepath.Join(root, "testdata", "vendors.csv"))
			e.Setenv("DATA", published(root))
			return nil
		},
		Condition: func(cond string) (bool, error) {
			if cond != "data" {
				return false, fmt.Errorf("unknown condition %q", cond)
			}
			_, err := os.Stat(filepath.Join(published(root), "lists"))
			if err != nil && os.Getenv("INTERDICT_REQUIRE_DATA") == "1" {
				return false, fmt.Errorf("the published files are required: %w", err)
			}
			return err == nil, nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "lines": lines, "rows": vendorRows, "decide": decide, "damage": damage, "alter": alter, "remove": remove, "cut": cut,
		},
	})
}

func repository(t testing.TB) string {
	t.Helper()
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(root, "go.mod")); err != nil {
		t.Fatal(err)
	}
	return root
}

// published is where the published files are, or would be.
func published(root string) string {
	if d := os.Getenv("INTERDICT_DATA"); d != "" {
		return d
	}
	return filepath.Join(root, "..", "shared", "data")
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM ARGS...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var e *exec.ExitError
		if !errors.As(err, &e) {
			ts.Fatalf("%v: %v", args[1:], err)
		}
		got = e.ExitCode()
	}
	if got != want {
		ts.Fatalf("%s: exit code %d, want %d", strings.Join(args[1:], " "), got, want)
	}
}

func lines(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: lines FILE N")
	}
	want, err := strconv.Atoi(args[1])
	ts.Check(err)
	if got := strings.Count(ts.ReadFile(args[0]), "\n"); got != want {
		ts.Fatalf("%s has %d lines, want %d", args[0], got, want)
	}
}

// vendorRows writes vendors whose broken rows hold a quote that is not closed
// before the end of the row's line and text behind it.
func vendorRows(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: rows FILE N BROKEN...")
	}
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	var b strings.Builder
	b.WriteString("id,name,country\n")
	for i := 1; i <= n; i++ {
		row := strconv.Itoa(i + 1) // the header is row 1
		if slices.Contains(args[2:], row) {
			fmt.Fprintf(&b, "V%d,\"Vendor \"%d,US\n", i, i)
			continue
		}
		fmt.Fprintf(&b, "V%d,Lakeside Bakery %d,US\n", i, i)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(b.String()), 0o644))
}

// decide takes the records of a finding out of answers in JSON lines, with
// regular expressions, so that it does not share the code under test.
func decide(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: decide ANSWERS FILE REF")
	}
	ref := regexp.QuoteMeta(args[2])
	for line := range strings.Lines(ts.ReadFile(args[0])) {
		subject := regexp.MustCompile(`"record":"(sha256:[0-9a-f]{64})","findings"`).FindStringSubmatch(line)
		entry := regexp.MustCompile(`"ref":"` + ref + `".*?"record":"(sha256:[0-9a-f]{64})"`).FindStringSubmatch(line)
		if subject == nil || entry == nil {
			continue
		}
		decision := fmt.Sprintf(`{"subject":%q,"ref":%q,"record":%q,"by":"A. Officer","reason":"another firm of that name"}`+"\n", subject[1], args[2], entry[1])
		ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(decision), 0o644))
		return
	}
	ts.Fatalf("no finding about %s in %s", args[2], args[0])
}

func damage(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: damage FILE FROM-THE-END")
	}
	back, err := strconv.Atoi(args[1])
	ts.Check(err)
	b := []byte(ts.ReadFile(args[0]))
	if back < 1 || back > len(b) {
		ts.Fatalf("%s has %d bytes", args[0], len(b))
	}
	b[len(b)-back] ^= 1
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), b, 0o644))
}

func cut(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: cut FILE BYTES")
	}
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	b := ts.ReadFile(args[0])
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(b[:len(b)-n]), 0o644))
}

// alter writes a copy of a file in which every match of a regular expression is
// another text.
func alter(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 4 {
		ts.Fatalf("usage: alter FILE TO REGEXP TEXT")
	}
	was := ts.ReadFile(args[0])
	is := regexp.MustCompile(args[2]).ReplaceAllString(was, args[3])
	if was == is {
		ts.Fatalf("nothing in %s matches %s", args[0], args[2])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(is), 0o644))
}

// remove removes the files of patterns, of which each must match one.
func remove(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: remove PATTERN...")
	}
	for _, p := range args {
		files, err := filepath.Glob(ts.MkAbs(p))
		ts.Check(err)
		if len(files) == 0 {
			ts.Fatalf("%s matches nothing", p)
		}
		for _, f := range files {
			ts.Check(os.RemoveAll(f))
		}
	}
}
