// SPDX-License-Identifier: Apache-2.0

package screening_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/interdict-dev/interdict/book"
	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/subject"
)

// TestDamageIsNeverNothingFound flips one byte in every chunk and in every
// section of a book. Whatever is asked then, the answer is the whole one, from
// chunks that are sound, or an error of kind Unavailable: never a crash, and
// never less than there is.
func TestDamageIsNeverNothingFound(t *testing.T) {
	whole, entries := starterBook(t)
	s := newScreener(t, whole, policy())
	subjects := append(about(entries, 25), subject.Subject{Party: party.Entry{Names: []party.Name{{Full: "Integrity Technology Group"}}}})
	var want [][]byte
	for _, sub := range subjects {
		want = append(want, asJSON(t, screen(t, s, sub)))
	}
	data, err := os.ReadFile(whole.Path())
	if err != nil {
		t.Fatal(err)
	}
	places := map[string]int{"header": 20, "last byte": len(data) - 1}
	for at := 4096 + 1000; at < len(data); at += 1 << 16 {
		places[fmt.Sprintf("chunk %d", at>>16)] = at
	}
	for _, sec := range whole.File().Sections() {
		if sec.Len() == 0 {
			continue
		}
		at := bytes.Index(data, sec.All())
		if at < 0 {
			t.Fatalf("section %s does not stand in the file as it is read", sec.Name())
		}
		places["section "+sec.Name()] = at + sec.Len()/2
	}
	seen := map[string]int{}
	for name, at := range places {
		path := filepath.Join(t.TempDir(), "bent.book")
		bent := bytes.Clone(data)
		bent[at] ^= 0x10
		if err := os.WriteFile(path, bent, 0o644); err != nil {
			t.Fatal(err)
		}
		seen[answerDamaged(t, name, path, subjects, want)]++
	}
	if seen["error late"] == 0 || seen["refused"] == 0 {
		t.Fatalf("%v: no damage was met after opening, or none when opening: nothing was tested", seen)
	}
}

// answerDamaged asks a damaged book and says how far one got.
func answerDamaged(t *testing.T, name, path string, subjects []subject.Subject, want [][]byte) string {
	t.Helper()
	b, err := book.Open(path)
	if err != nil {
		if !errors.Is(err, errkind.Unavailable) && !errors.Is(err, errkind.Invalid) {
			t.Errorf("%s: refused with an error of no kind: %v", name, err)
		}
		return "refused"
	}
	defer b.Close() // only read
	s := newScreener(t, b, policy())
	failed := false
	for i, sub := range subjects {
		a, err := s.Screen(&sub)
		switch {
		case err == nil:
			if got := asJSON(t, a); !bytes.Equal(got, want[i]) {
				t.Errorf("%s: %q: got\n%s\nwant\n%s", name, sub.Party.Name(), got, want[i])
			}
		case !errors.Is(err, errkind.Unavailable):
			t.Errorf("%s: %q: error of another kind: %v", name, sub.Party.Name(), err)
		default:
			failed = true
			if len(a.Findings) > 0 || a.Record != "" {
				t.Errorf("%s: %q: an answer beside the error", name, sub.Party.Name())
			}
		}
	}
	if err := b.File().VerifyAll(t.Context(), nil); !errors.Is(err, errkind.Unavailable) {
		t.Errorf("%s: the damage is not found by verification: %v", name, err)
	}
	if failed {
		return "error late"
	}
	return "not met"
}

// TestStreamCarriesDamage holds that in a batch the damage is an error of the
// rows that met it, not the end of the others.
func TestStreamCarriesDamage(t *testing.T) {
	whole, entries := starterBook(t)
	data, err := os.ReadFile(whole.Path())
	if err != nil {
		t.Fatal(err)
	}
	for _, sec := range whole.File().Sections() {
		if sec.Name() == "us-ofac-sdn/entries" {
			data[bytes.Index(data, sec.All())+sec.Len()/2] ^= 1
		}
	}
	path := filepath.Join(t.TempDir(), "bent.book")
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	n, failed := 0, 0
	subjects := about(entries, 600)
	for row := range stream(t, t.Context(), open(t, path), plain(subjects), 3) {
		if row.Err != nil {
			failed++
			if !errors.Is(row.Err, errkind.Unavailable) {
				t.Errorf("row %d: %v", row.Subject.Row, row.Err)
			}
		}
		n++
	}
	if n != len(subjects) || failed == 0 || failed == n {
		t.Fatalf("%d rows of %d, %d failed", n, len(subjects), failed)
	}
}

func plain(subjects []subject.Subject) func(func(subject.Subject, error) bool) {
	return func(yield func(subject.Subject, error) bool) {
		for _, s := range subjects {
			if !yield(s, nil) {
				return
			}
		}
	}
}

// TestBookCutWhileScreening cuts a book short under a screener, as a careless
// copy over it does.
func TestBookCutWhileScreening(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows does not let a mapped file be cut")
	}
	whole, entries := starterBook(t)
	path := copied(t, whole.Path())
	b := open(t, path)
	s := newScreener(t, b, policy())
	if err := os.Truncate(path, 8192); err != nil {
		t.Fatal(err)
	}
	failed := 0
	for _, sub := range about(entries, 50) {
		if _, err := s.Screen(&sub); err != nil {
			failed++
			if !errors.Is(err, errkind.Unavailable) {
				t.Errorf("%q: %v", sub.Party.Name(), err)
			}
		}
	}
	if failed == 0 {
		t.Fatal("a book that is not there any more answered everything")
	}
}

func copied(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(t.TempDir(), "copy.book")
	if err := os.WriteFile(to, data, 0o644); err != nil {
		t.Fatal(err)
	}
	return to
}

// TestBookReplacedWhileScreening holds that who has a book open goes on with
// it, and who opens it anew gets the new one.
func TestBookReplacedWhileScreening(t *testing.T) {
	original, entries := starterBook(t)
	b := open(t, copied(t, original.Path()))
	s := newScreener(t, b, policy())
	sub := subject.Subject{Party: party.Entry{Names: []party.Name{{Full: "Integrity Technology Group"}}}}
	before := screen(t, s, sub)
	if len(before.Findings) == 0 {
		t.Fatal("nothing found before")
	}
	stranger := compile(t, []party.Entry{{Ref: party.Ref{List: "us-ofac-sdn", ID: "1"}, Names: []party.Name{{Full: "ZELENOGRAD WIDGETS"}}}}, nil)
	data, err := os.ReadFile(stranger.Path())
	if err != nil {
		t.Fatal(err)
	}
	next := b.Path() + ".new"
	if err := os.WriteFile(next, data, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(next, b.Path()); err != nil {
		t.Fatal(err)
	}
	for _, again := range append(about(entries, 20), sub) {
		screen(t, s, again)
	}
	if got := screen(t, s, sub); !bytes.Equal(asJSON(t, got), asJSON(t, before)) {
		t.Errorf("the answer changed under an open book: %s", asJSON(t, got))
	}
	if got := screen(t, newScreener(t, open(t, b.Path()), policy()), sub); len(got.Findings) != 0 {
		t.Errorf("the new book answers as the old one: %s", asJSON(t, got))
	}
}
