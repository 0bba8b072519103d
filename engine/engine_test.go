// SPDX-License-Identifier: Apache-2.0

package engine_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/interdict-dev/interdict/book"
	"github.com/interdict-dev/interdict/engine"
	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/starter"
	"github.com/interdict-dev/interdict/watchlist"
	"github.com/interdict-dev/interdict/watchlist/local"
	"github.com/interdict-dev/interdict/watchlist/ofac"
)

var now = time.Date(2026, 2, 4, 12, 0, 0, 0, time.UTC)

func home(t testing.TB) *engine.Home {
	t.Helper()
	dir := t.TempDir()
	return &engine.Home{Dir: dir, Cache: filepath.Join(dir, "cache"), Program: "test", Sources: ofac.Sources()}
}

// fixture is the hand-written edition of watchlist/ofac, published 2026-02-03.
var fixture = filepath.Join("..", "watchlist", "ofac", "testdata", "SDN_ADVANCED.XML")

func add(t testing.TB, h *engine.Home, sources []watchlist.Source, paths ...string) engine.Rebuilt {
	t.Helper()
	a, err := h.Archive()
	if err != nil {
		t.Fatal(err)
	}
	d, err := engine.Detect(sources, paths...)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := h.Keep(t.Context(), a, d, "test", now); err != nil {
		t.Fatal(err)
	}
	if err := d.Files.Close(); err != nil {
		t.Fatal(err)
	}
	return rebuild(t, h)
}

func rebuild(t testing.TB, h *engine.Home) engine.Rebuilt {
	t.Helper()
	r, err := h.Rebuild(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func open(t testing.TB, path string) *book.Book {
	t.Helper()
	b, err := book.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

func own(t testing.TB, h *engine.Home, name, text string) engine.Rebuilt {
	t.Helper()
	path := filepath.Join(t.TempDir(), name+".csv")
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	l := local.List{Name: name, Title: name, Kind: party.Organization}
	if err := h.SetLocal(l); err != nil {
		t.Fatal(err)
	}
	return add(t, h, []watchlist.Source{l}, path)
}

func TestNoListIsNotFound(t *testing.T) {
	if _, err := home(t).Current(); !errors.Is(err, errkind.NotFound) {
		t.Fatalf("Current of an empty home: %v", err)
	}
}

func TestStarterIsCompiledOnce(t *testing.T) {
	h := home(t)
	path, err := h.Starter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	before, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	again, err := h.Starter(t.Context())
	if err != nil || again != path {
		t.Fatalf("Starter = %s, %v, want %s", again, err, path)
	}
	if after, err := os.Stat(path); err != nil || !after.ModTime().Equal(before.ModTime()) {
		t.Errorf("it was compiled anew (%v)", err)
	}
	for _, l := range open(t, path).Manifest().Lists {
		if !l.Starter {
			t.Errorf("%s does not say that it is built in", l.List)
		}
	}
	h.Program = "another build"
	if other, err := h.Starter(t.Context()); err != nil || other == path {
		t.Errorf("another program took the book of this one: %s, %v", other, err)
	}
}

func TestRebuildCompilesWhatChanged(t *testing.T) {
	h := home(t)
	first := add(t, h, ofac.Sources(), fixture)
	if want := starter.Lists(); len(first.Compiled) != len(want) {
		t.Errorf("compiled %v first, want all of %v", first.Compiled, want)
	}
	if r := rebuild(t, h); len(r.Compiled) != 0 || r.Digest != first.Digest {
		t.Errorf("compiled %v again although nothing changed, digest %s after %s", r.Compiled, r.Digest, first.Digest)
	}
	r := own(t, h, "watched", "id,name\n7,Ocean View Hotel\n")
	if !slices.Equal(r.Compiled, []party.ListID{local.ID("watched")}) || r.Digest == first.Digest {
		t.Errorf("compiled %v for a new list of one's own", r.Compiled)
	}
	if current, err := h.Current(); err != nil || current != r.Path {
		t.Errorf("Current = %s, %v, want %s", current, err, r.Path)
	}
	b := open(t, r.Path)
	if b.Digest() != r.Digest || filepath.Base(r.Path) != r.Digest.Hex()+".book" {
		t.Errorf("book %s at %s", b.Digest(), r.Path)
	}
	if _, err := b.Entry(party.Ref{List: local.ID("watched"), ID: "7"}); err != nil {
		t.Error(err)
	}
	left, err := filepath.Glob(filepath.Join(h.Dir, "*", ".new-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v (%v)", left, err)
	}
}

// TestEditionsAndBuiltInFacts holds the rule of DESIGN.md: an edition newer
// than the built-in facts replaces those of its list, an older one is joined
// with them, and they win.
func TestEditionsAndBuiltInFacts(t *testing.T) {
	older := home(t)
	b := open(t, add(t, older, ofac.Sources(), fixture).Path)
	itg, primer := party.Ref{List: "us-ofac-sdn", ID: "50543"}, party.Ref{List: "us-ofac-sdn", ID: "900002"}
	for _, r := range []party.Ref{itg, primer} {
		if _, err := b.Entry(r); err != nil {
			t.Errorf("an edition older than the built-in facts: %v", err)
		}
	}
	text, err := os.ReadFile(fixture)
	if err != nil {
		t.Fatal(err)
	}
	later := strings.Replace(string(text), "<Year>2026</Year><Month>2</Month>", "<Year>2099</Year><Month>2</Month>", 1)
	if later == string(text) {
		t.Fatal("the fixture has no date where this test changes it")
	}
	path := filepath.Join(t.TempDir(), "SDN_ADVANCED.XML")
	if err := os.WriteFile(path, []byte(later), 0o644); err != nil {
		t.Fatal(err)
	}
	newer := home(t)
	b = open(t, add(t, newer, ofac.Sources(), path).Path)
	if _, err := b.Entry(primer); err != nil {
		t.Error(err)
	}
	if _, err := b.Entry(itg); !errors.Is(err, errkind.NotFound) {
		t.Errorf("a newer edition without the entry: %v, want that it is gone", err)
	}
	if _, err := b.Entry(party.Ref{List: "uk-fcdo", ID: "CYB0113"}); err != nil {
		t.Errorf("the built-in facts of another list: %v", err)
	}
}

func TestOpenBooksOutliveRebuilds(t *testing.T) {
	h := home(t)
	b := open(t, own(t, h, "watched", "id,name\n7,Ocean View Hotel\n").Path)
	for _, name := range []string{"Alpine Ski School", "Grand Palace Casino", "Hotel Seeblick", "Lakeside Bakery"} {
		own(t, h, "watched", "id,name\n7,Ocean View Hotel\n8,"+name+"\n")
	}
	if _, err := b.Entry(party.Ref{List: local.ID("watched"), ID: "7"}); err != nil {
		t.Errorf("a book that is open: %v", err)
	}
	books, err := filepath.Glob(filepath.Join(h.Dir, "books", "*.book"))
	if err != nil || len(books) > 4 {
		t.Errorf("%d books are kept (%v)", len(books), err)
	}
	segments, err := filepath.Glob(filepath.Join(h.Dir, "segments", "*.segment"))
	if err != nil || len(segments) != len(starter.Lists())+1 {
		t.Errorf("%d segments are kept (%v), want one for each list", len(segments), err)
	}
}

func TestMissingBookIsUnavailable(t *testing.T) {
	h := home(t)
	r := own(t, h, "watched", "id,name\n7,Ocean View Hotel\n")
	if err := os.Remove(r.Path); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Current(); !errors.Is(err, errkind.Unavailable) {
		t.Fatalf("Current = %v, want an error that says the book is missing", err)
	}
	if again := rebuild(t, h); again.Path != r.Path {
		t.Errorf("rebuilt %s, want %s", again.Path, r.Path)
	}
}

// TestRebuildsAtOneTime holds that what two rebuilds leave is one whole book
// under its own name.
func TestRebuildsAtOneTime(t *testing.T) {
	h := home(t)
	want := own(t, h, "watched", "id,name\n7,Ocean View Hotel\n")
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if r, err := h.Rebuild(context.Background()); err != nil || r.Digest != want.Digest {
				t.Errorf("Rebuild = %s, %v", r.Digest, err)
			}
		})
	}
	all.Wait()
	path, err := h.Current()
	if err != nil {
		t.Fatal(err)
	}
	if b := open(t, path); b.Digest() != want.Digest {
		t.Errorf("current is %s, want %s", b.Digest(), want.Digest)
	}
}

func TestDetectSaysWhy(t *testing.T) {
	note := filepath.Join(t.TempDir(), "note.txt")
	if err := os.WriteFile(note, []byte("the list is attached"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := engine.Detect(ofac.Sources(), note); err == nil || !strings.Contains(err.Error(), "no known list format") {
		t.Errorf("Detect(note) = %v", err)
	}
	if _, err := engine.Detect(ofac.Sources(), filepath.Join("..", "watchlist", "ofac", "testdata", "sdn.csv")); err == nil || !strings.Contains(err.Error(), "lacks") {
		t.Errorf("Detect of half a set = %v", err)
	}
}

func TestBuildHoldsExactlyWhatIsNamed(t *testing.T) {
	detect := func() engine.Detected {
		d, err := engine.Detect(ofac.Sources(), fixture)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = d.Files.Close() }) // only read
		return d
	}
	path := filepath.Join(t.TempDir(), "b.book")
	built, err := engine.Build(t.Context(), path, []engine.Detected{detect()}, engine.Options{})
	if err != nil || len(built.Rejects) != 0 {
		t.Fatalf("%v, %v", built, err)
	}
	if lists := open(t, path).Manifest().Lists; len(lists) != 1 || lists[0].List != "us-ofac-sdn" || lists[0].Entries != 3 {
		t.Errorf("lists %+v", lists)
	}
	if _, err := engine.Build(t.Context(), path, []engine.Detected{detect(), detect()}, engine.Options{}); err == nil || !strings.Contains(err.Error(), "two editions") {
		t.Errorf("two editions of one list: %v", err)
	}
}
