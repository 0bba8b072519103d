// SPDX-License-Identifier: Apache-2.0

package engine_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/interdict-dev/interdict/engine"
	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/law"
	"github.com/interdict-dev/interdict/names"
	"github.com/interdict-dev/interdict/places"
)

// earlier is a home as a program of an earlier day sees it, with other rules,
// another model and another gazetteer.
func earlier(t *testing.T, h *engine.Home) *engine.Home {
	t.Helper()
	swap := func(text, old, new string) string {
		if !strings.Contains(text, old) {
			t.Fatalf("a pack has no %q", old)
		}
		return strings.Replace(text, old, new, 1)
	}
	l, err := law.ParsePack(strings.ReplaceAll(swap(law.DefaultText(), "CYBER2\t-\tblock", "CYBER2\t-\treview"), "version "+law.Default().Version(), "version 2025-01-01.1"))
	if err != nil {
		t.Fatal(err)
	}
	text := names.Default().Text()
	line, _, _ := strings.Cut(text[strings.Index(text, "version"):], "\n")
	m, err := names.ParseModel(strings.Replace(text, line, "version 2025-01-01", 1))
	if err != nil {
		t.Fatal(err)
	}
	g, err := places.ParseGazetteer(swap(places.GazetteerText(), "place crimea ua-cri Crimea", "place crimea ua-cri Krym"))
	if err != nil {
		t.Fatal(err)
	}
	return h.With(m, l, g)
}

// TestALaterProgramMakesABookWithTheRulesOfThen compiles a book, forgets it, and
// has a program with other rules make it again.
func TestALaterProgramMakesABookWithTheRulesOfThen(t *testing.T) {
	h := home(t)
	h.Program = "" // the test is about rules, not about builds
	then := earlier(t, h)
	first := add(t, then, then.Sources, fixture)
	if err := os.RemoveAll(filepath.Join(h.Dir, "segments")); err != nil { // of the other model
		t.Fatal(err)
	}
	now := rebuild(t, h)
	if now.Digest == first.Digest {
		t.Fatal("other rules make no other book")
	}
	b := open(t, now.Path)
	if b.Manifest().Law != law.Default().Version() || b.LawDigest() != law.Default().Digest() {
		t.Errorf("the new book says %s", b.Manifest().Law)
	}
	if err := os.Remove(first.Path); err != nil {
		t.Fatal(err)
	}
	path, err := h.BookOf(t.Context(), first.Digest.String())
	if err != nil {
		t.Fatal(err)
	}
	again := open(t, path)
	pack, err := again.Law()
	if err != nil {
		t.Fatal(err)
	}
	g, err := again.Gazetteer()
	if err != nil {
		t.Fatal(err)
	}
	if again.Digest() != first.Digest || pack.Version() != "2025-01-01.1" || again.Model().Version != "2025-01-01" || g.Territories()[0].Name != "Krym" {
		t.Errorf("made again: %s, law %s, model %s, %s", again.Digest(), pack.Version(), again.Model().Version, g.Territories()[0].Name)
	}
	e, err := again.Entry(ref("us-ofac-sdn/900001"))
	if err != nil {
		t.Fatal(err)
	}
	if got := pack.Effects(e.Listings[0], e.Listings[0].Listed); len(got) == 0 {
		t.Error("the rules of then say nothing of a listing")
	}
}

// TestTheStarterBookOfThenIsMadeAgain is the same without any list.
func TestTheStarterBookOfThenIsMadeAgain(t *testing.T) {
	h := home(t)
	path, err := earlier(t, h).Starter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	d := open(t, path).Digest()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	again, err := h.BookOf(t.Context(), d.String())
	if err != nil {
		t.Fatal(err)
	}
	if got := open(t, again).Digest(); got != d {
		t.Errorf("made %s, want %s", got, d)
	}
}

// TestRulesThatAreGoneAreSaid removes and damages what a recipe names.
func TestRulesThatAreGoneAreSaid(t *testing.T) {
	h := home(t)
	first := add(t, earlier(t, h), h.Sources, fixture)
	files, err := filepath.Glob(filepath.Join(h.Dir, "packs", "*.txt"))
	if err != nil || len(files) != 3 {
		t.Fatalf("%v, %v: want model, law and territories", files, err)
	}
	if err := os.Remove(first.Path); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		do   func(string) error
		says string
	}{
		{func(p string) error { return os.WriteFile(p, []byte("version 1\n"), 0o644) }, "damaged"},
		{os.Remove, "missing"},
	} {
		for _, f := range files {
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			if err := c.do(f); err != nil {
				t.Fatal(err)
			}
			if _, err := h.BookOf(t.Context(), first.Digest.String()); !errors.Is(err, errkind.Unavailable) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%s: BookOf = %v, want unavailable and %q", filepath.Base(f), err, c.says)
			}
			if err := os.WriteFile(f, text, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}
