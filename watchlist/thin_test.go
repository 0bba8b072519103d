// SPDX-License-Identifier: Apache-2.0

package watchlist

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/interdict-dev/interdict/internal/errkind"
)

// TestThin keeps ten editions, makes the older ones thin and wants every byte of
// them back; damage is told, and an edition that comes again is kept whole.
func TestThin(t *testing.T) {
	dir := t.TempDir()
	a, err := OpenArchive(dir)
	if err != nil {
		t.Fatal(err)
	}
	var texts, paths []string
	for day := range 10 {
		var b strings.Builder
		fmt.Fprintf(&b, "eu-fsf 2026-01-%02d v%d\n", day+1, day)
		for i := range 400 + 3*day {
			fmt.Fprintf(&b, "%d Primer Boots Factory number %d of Tomsk, changed %d\n", i, i*7919, day*(i%50/49))
		}
		texts = append(texts, b.String())
		paths = append(paths, thinFile(t, b.String()))
		addLines(t, a, paths[day])
	}
	done, err := a.Thin(t.Context(), 3, 2)
	if err != nil || done.Editions != 2 {
		t.Fatalf("Thin of two = %+v, %v", done, err)
	}
	if done, err = a.Thin(t.Context(), 3, 0); err != nil || done.Editions != 5 || done.After*2 > done.Before {
		t.Fatalf("Thin of the rest = %+v, %v", done, err)
	}
	if done, err = a.Thin(t.Context(), 3, 0); err != nil || done.Editions != 0 {
		t.Fatalf("Thin again = %+v, %v", done, err)
	}
	all, err := a.Editions("eu-fsf")
	if err != nil || len(all) != 10 {
		t.Fatalf("%d editions, %v", len(all), err)
	}
	for i, e := range all {
		s, err := a.Open(e)
		if err != nil {
			t.Fatal(err)
		}
		r, err := s.Raw(0)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil || string(text) != texts[i] {
			t.Errorf("edition %d: %d bytes of %d, %v", i, len(text), len(texts[i]), err)
		}
		if err := errors.Join(r.Close(), s.Close()); err != nil {
			t.Error(err)
		}
		if _, err := a.LiveAt(e); err != nil {
			t.Error(err)
		}
	}
	deltas, err := filepath.Glob(filepath.Join(dir, "objects", "content", "*-*.zst"))
	if err != nil || len(deltas) != 6 {
		t.Fatalf("%d deltas, %v; want 6 beside the one that is whole", len(deltas), err)
	}
	if err := os.Truncate(deltas[0], 20); err != nil {
		t.Fatal(err)
	}
	bad := -1
	for i, e := range all {
		s, err := a.Open(e)
		if err != nil {
			if !errors.Is(err, errkind.Unavailable) || bad >= 0 {
				t.Errorf("edition %d: %v", i, err)
			}
			bad = i
			continue
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	if bad < 0 {
		t.Fatal("a damaged delta is read")
	}
	addLines(t, a, paths[bad])
	if s, err := a.Open(mustEdition(t, a, all[bad].ID)); err != nil {
		t.Errorf("an edition that was added again: %v", err)
	} else if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func mustEdition(t *testing.T, a *Archive, id string) Edition {
	t.Helper()
	e, err := a.Edition("eu-fsf", id)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func thinFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "list.txt")
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func addLines(t *testing.T, a *Archive, path string) {
	t.Helper()
	files, err := OpenFiles(path)
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = a.Add(t.Context(), files, lines{}, "test", time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC))
	if err := errors.Join(err, files.Close()); err != nil {
		t.Fatal(err)
	}
}
