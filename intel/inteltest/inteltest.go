// SPDX-License-Identifier: Apache-2.0

// Package inteltest is the suite that every intel.Source passes.
//
// A source's test calls [Run] with one or more files, real ones where they are
// at hand, and says how many rows a file has by a count of its own over the
// bytes. The suite then holds the source to the contract: every row is a
// statement or a reject with its place, reading twice gives the same, a cut file
// or a web page is an error, nothing panics, and any number of goroutines may
// read. What a claim should say is left to the source's own tests.
package inteltest

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/intel"
	"github.com/interdict-dev/interdict/party"
)

// A Case is one file and what is known of it.
type Case struct {
	File  string // its name; also of the subtest
	Data  []byte
	Brief intel.Brief

	// Count counts the rows or objects by other means than the source does.
	Count func(data []byte) int

	Claims      int // what the file gives when all is well
	Parties     int
	Annotations int
	Others      int
	Rejects     int

	// NoEnd says that the format has no mark at its end: a file that is cut off
	// is a shorter file, which nobody can see.
	NoEnd bool
}

// Run holds source to the contract of intel.Source on each case.
func Run(t *testing.T, source intel.Source, cases ...Case) {
	t.Helper()
	if len(cases) == 0 {
		t.Fatal("the suite has no case to run on")
	}
	if source.Format() == "" || strings.ContainsAny(source.Format(), " \t\n/") {
		t.Errorf("Format() = %q, want a word", source.Format())
	}
	for _, c := range cases {
		t.Run(strings.ReplaceAll(c.File, "/", "_"), func(t *testing.T) {
			s := suite{source, c}
			first := s.whole(t)
			s.detect(t)
			s.statements(t, first)
			s.again(t, first)
			s.stop(t)
			s.cut(t, first)
			s.other(t)
			s.damaged(t)
		})
	}
}

type suite struct {
	intel.Source
	Case
}

func (s suite) read(data []byte) (intel.Reading, error) {
	return intel.Collect(s.Source, s.File, bytes.NewReader(data), s.Brief)
}

// whole reads the file and compares it with the independent count.
func (s suite) whole(t *testing.T) intel.Reading {
	t.Helper()
	r, err := s.read(s.Data)
	if err != nil {
		t.Fatalf("Read ended with %v", err)
	}
	got := [...]int{len(r.Claims), len(r.Parties), len(r.Annotations), len(r.Others), len(r.Rejects)}
	if want := [...]int{s.Claims, s.Parties, s.Annotations, s.Others, s.Rejects}; got != want {
		t.Errorf("claims, parties, annotations, others, rejects = %v, want %v", got, want)
		for _, x := range r.Rejects[:min(8, len(r.Rejects))] {
			t.Logf("a reject: %v (%.80q)", x, x.Raw)
		}
	}
	if s.Count == nil {
		t.Fatal("the case has no independent count")
	}
	if want := s.Count(s.Data); r.Rows != want {
		t.Errorf("%d rows were read, and the file has %d", r.Rows, want)
	}
	return r
}

func (s suite) detect(t *testing.T) {
	t.Helper()
	if !s.Detect(s.File, s.Data[:min(len(s.Data), intel.HeadSize)]) {
		t.Errorf("Detect does not know a file that Read reads")
	}
}

func (s suite) statements(t *testing.T, r intel.Reading) {
	t.Helper()
	ids := map[string]bool{}
	parties := map[party.Ref]bool{}
	for _, e := range r.Parties {
		switch {
		case e.Ref.List != intel.List || e.Ref.ID == "" || parties[e.Ref]:
			t.Errorf("%q is not of the list %s, or stands twice", e.Ref, intel.List)
		case strings.TrimSpace(e.Name()) == "":
			t.Errorf("%s has no name", e.Ref)
		case len(e.Listings) > 0:
			t.Errorf("%s has a listing: intelligence lists nobody", e.Ref)
		case e.Kind == party.Person:
			t.Errorf("%s is a natural person who is not designated", e.Ref)
		}
		parties[e.Ref] = true
	}
	for _, c := range r.Claims {
		switch {
		case c.ID == "" || ids[c.ID]:
			t.Errorf("the claim %q has no ID of its own", c.ID)
		case c.From.IsZero() || c.To.IsZero():
			t.Errorf("%s ties %q and %q", c.ID, c.From, c.To)
		case c.Source.Name == "":
			t.Errorf("%s has no source", c.ID)
		case (c.Window.Kind == claim.Undated) != (c.Window.First.IsZero() && c.Window.Last.IsZero()):
			t.Errorf("%s: dates and the kind of window do not go together: %+v", c.ID, c.Window)
		}
		ids[c.ID] = true
		d, rest, err := claim.Decode(c.Append(nil))
		if err != nil || len(rest) > 0 || d != c {
			t.Errorf("%s does not come back out of a book: %v", c.ID, err)
		}
	}
	for _, a := range r.Annotations {
		if a.List == "" || a.Indicator.IsZero() {
			t.Errorf("the annotation %+v says nothing", a)
		}
	}
	for _, x := range r.Rejects {
		if x.Reason == "" || x.File == "" || x.Line < 1 || x.Row < 1 || len(x.Raw) > 4<<10 {
			t.Errorf("the reject %+v does not say where and why in at most 4 KiB", x)
		}
	}
}

// again reads with several goroutines at once; all must give the same.
func (s suite) again(t *testing.T, first intel.Reading) {
	t.Helper()
	var wg sync.WaitGroup
	got := make([]intel.Reading, 2)
	errs := make([]error, 2)
	for i := range got {
		wg.Go(func() { got[i], errs[i] = s.read(s.Data) })
	}
	wg.Wait()
	for i, r := range got {
		if errs[i] != nil || !reflect.DeepEqual(r, first) {
			t.Fatalf("reading the same file again gave another result (%v)", errs[i])
		}
	}
}

// stop leaves the iteration at once. A source that goes on panics.
func (s suite) stop(t *testing.T) {
	t.Helper()
	n := 0
	for range s.Read(s.File, bytes.NewReader(s.Data), s.Brief) {
		n++
		break
	}
	if n != 1 {
		t.Errorf("the iteration gave nothing")
	}
}

// cut ends the file too early, in a few places.
func (s suite) cut(t *testing.T, first intel.Reading) {
	t.Helper()
	rng := rand.New(rand.NewPCG(1, 2))
	end := len(bytes.TrimRight(s.Data, " \t\r\n"))
	for range s.tries(12) {
		n := rng.IntN(end)
		r, err := s.read(s.Data[:n])
		if !s.NoEnd && err == nil && len(r.Rejects) <= len(first.Rejects) {
			t.Errorf("cut off after %d of %d bytes it gave %d rows of %d and no error", n, len(s.Data), r.Rows, first.Rows)
		}
	}
}

// tries bounds how often a large file is read.
func (s suite) tries(n int) int { return max(1, min(n, 4<<20/len(s.Data))) }

// other hands in what is no file of the format.
func (s suite) other(t *testing.T) {
	t.Helper()
	for what, data := range map[string]string{
		"a web page":    "<!DOCTYPE html>\n<html><head><title>Service unavailable</title></head><body><p>We will be back.</p></body></html>\n",
		"an empty file": "", "a blank file": "\n \n", "a zip archive": "PK\x03\x04\x14\x00\x00\x00\x08\x00", "zero bytes": strings.Repeat("\x00", 4096),
	} {
		if s.Detect(s.File, []byte(data)) {
			t.Errorf("Detect takes %s for its own", what)
		}
		if r, err := s.read([]byte(data)); err == nil {
			t.Errorf("%s gave %d rows and no error", what, r.Rows)
		}
	}
	broken := errors.New("the disk is on fire")
	half := io.MultiReader(bytes.NewReader(s.Data[:len(s.Data)/2]), iotest.ErrReader(broken))
	if _, err := intel.Collect(s.Source, s.File, half, s.Brief); !errors.Is(err, broken) {
		t.Errorf("a failing reader gave %v, want it wrapped", err)
	}
}

// damaged changes single bytes. Whatever comes of it, nothing panics.
func (s suite) damaged(t *testing.T) {
	t.Helper()
	rng := rand.New(rand.NewPCG(3, 4))
	for range s.tries(12) {
		data := bytes.Clone(s.Data)
		data[rng.IntN(len(data))] = "<>&\"',;\n\x00\xff0[]{}"[rng.IntN(15)]
		for st, err := range s.Read(s.File, bytes.NewReader(data), s.Brief) {
			checkStatement(t, st, err)
		}
	}
}

func checkStatement(t *testing.T, st intel.Statement, err error) {
	t.Helper()
	if err != nil {
		return
	}
	n := 0
	for _, is := range [...]bool{st.Claim != nil, st.Party != nil, st.Annotation != nil, st.Other != nil} {
		if is {
			n++
		}
	}
	if n != 1 || st.Row < 1 || st.Line < 1 {
		t.Fatalf("the statement %+v is not one thing with its place", st)
	}
	if c := st.Claim; c != nil {
		if d, _, err := claim.Decode(c.Append(nil)); err != nil || d != *c {
			t.Fatalf("%+v does not come back out of a book: %v", *c, err)
		}
	}
}

// Fuzz feeds a source with any bytes under the name of a file.
func Fuzz(f *testing.F, source intel.Source, name string) {
	f.Fuzz(func(t *testing.T, data []byte) {
		mine := source.Detect(name, data[:min(len(data), intel.HeadSize)])
		for st, err := range source.Read(name, bytes.NewReader(data), intel.Brief{}) {
			checkStatement(t, st, err)
		}
		if len(bytes.TrimSpace(data)) == 0 && mine {
			t.Error("an empty file is taken for one of the format")
		}
	})
}

// Published returns a real published file by its path below data/intel. They
// are never in the repository: they are looked for in $INTERDICT_DATA, else in
// ../shared/data beside it. Where they are not, the test skips, or fails if
// $INTERDICT_REQUIRE_DATA is 1.
func Published(t testing.TB, name string) []byte {
	t.Helper()
	root := os.Getenv("INTERDICT_DATA")
	if root == "" {
		root = filepath.Join(repository(t), "..", "shared", "data")
	}
	data, err := os.ReadFile(filepath.Join(root, "intel", filepath.FromSlash(name)))
	if err != nil {
		if os.Getenv("INTERDICT_REQUIRE_DATA") == "1" {
			t.Fatalf("the published files are required: %v", err)
		}
		t.Skipf("the published files are not at hand: %v", err)
	}
	return data
}

// Folder returns the names of the published files in a folder below
// data/intel, as paths for [Published].
func Folder(t testing.TB, pattern string) []string {
	t.Helper()
	root := os.Getenv("INTERDICT_DATA")
	if root == "" {
		root = filepath.Join(repository(t), "..", "shared", "data")
	}
	found, err := filepath.Glob(filepath.Join(root, "intel", filepath.FromSlash(pattern)))
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range found {
		rel, err := filepath.Rel(filepath.Join(root, "intel"), f)
		if err != nil {
			t.Fatal(err)
		}
		found[i] = filepath.ToSlash(rel)
	}
	if len(found) == 0 {
		if os.Getenv("INTERDICT_REQUIRE_DATA") == "1" {
			t.Fatalf("the published files %s are required", pattern)
		}
		t.Skipf("the published files %s are not at hand", pattern)
	}
	return found
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
