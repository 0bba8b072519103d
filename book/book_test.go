// SPDX-License-Identifier: Apache-2.0

package book_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/interdict-dev/interdict/book"
	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/identity"
	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/internal/segment"
	"github.com/interdict-dev/interdict/names"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/starter"
	"github.com/interdict-dev/interdict/watchlist"
)

// facts are the entries of the starter: real ones, and there on every machine.
func facts(t testing.TB) []party.Entry {
	t.Helper()
	var out []party.Entry
	for e, err := range starter.Entries() {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, e)
	}
	return out
}

// input puts entries into one list each for their Ref.
func input(entries []party.Entry) book.Input {
	in := book.Input{Joins: starter.Joins(), Claims: starter.Claims()}
	for _, e := range entries {
		l := e.Ref.List
		if !slices.ContainsFunc(in.Lists, func(i book.ListInput) bool { return i.Info.List == l }) {
			own := slices.DeleteFunc(slices.Clone(entries), func(e party.Entry) bool { return e.Ref.List != l })
			in.Lists = append(in.Lists, book.ListInput{Info: book.Info{List: l, Title: "List " + string(l), Published: party.Date{Year: 2026, Month: 2, Day: 3}}, Entries: all(own)})
		}
	}
	return in
}

func all(entries []party.Entry) iter.Seq2[party.Entry, error] {
	return func(yield func(party.Entry, error) bool) {
		for _, e := range entries {
			if !yield(e, nil) {
				return
			}
		}
	}
}

func compile(t testing.TB, in book.Input) (path string, d segment.Digest) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "test.book")
	d, err := book.Compile(context.Background(), path, in)
	if err != nil {
		t.Fatal(err)
	}
	return path, d
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

func read(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestSameContentSameBytes(t *testing.T) {
	entries := facts(t)
	path, d := compile(t, input(entries))
	want := read(t, path)
	r := rand.New(rand.NewPCG(1, 2))
	for range 3 {
		shuffled := slices.Clone(entries)
		r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		in := input(shuffled)
		r.Shuffle(len(in.Lists), func(i, j int) { in.Lists[i], in.Lists[j] = in.Lists[j], in.Lists[i] })
		again, d2 := compile(t, in)
		if d2 != d || !bytes.Equal(read(t, again), want) {
			t.Fatalf("the order of the entries shows: digest %s, want %s", d2, d)
		}
	}
	// and one entry less is another book
	if _, other := compile(t, input(entries[:len(entries)-1])); other == d {
		t.Fatal("a book of other content has the same digest")
	}
}

func TestAssembledIsCompiled(t *testing.T) {
	in := input(facts(t))
	_, want := compile(t, in)
	dir := t.TempDir()
	var segments []string
	for i, l := range in.Lists {
		p := filepath.Join(dir, fmt.Sprint(i))
		if err := book.CompileList(t.Context(), p, l, names.Default()); err != nil {
			t.Fatal(err)
		}
		segments = append(segments, p)
	}
	slices.Reverse(segments)
	got, err := book.Assemble(filepath.Join(dir, "b"), segments, in)
	if err != nil || got != want {
		t.Fatalf("assembled %s (%v), want %s", got, err, want)
	}
	if _, err := book.Assemble(filepath.Join(dir, "c"), append(segments, segments[0]), in); err == nil || !strings.Contains(err.Error(), "two editions") {
		t.Errorf("a list that stands twice: %v", err)
	}
	if _, err := book.Open(segments[0]); !errors.Is(err, errkind.Invalid) {
		t.Errorf("a segment opened as a book: %v", err)
	}
}

func TestEntriesReadBack(t *testing.T) {
	entries := facts(t)
	path, d := compile(t, input(entries))
	b := open(t, path)
	if b.Digest() != d || b.Path() != path || b.Size() != int64(len(read(t, path))) {
		t.Errorf("opened %s %s of %d bytes", b.Path(), b.Digest(), b.Size())
	}
	n := 0
	for _, info := range b.Manifest().Lists {
		n += info.Entries
		if info.Title != "List "+string(info.List) || info.Rejects != 0 {
			t.Errorf("%+v", info)
		}
	}
	if n != len(entries) {
		t.Errorf("%d entries in the book, want %d", n, len(entries))
	}
	for _, e := range entries {
		got, err := b.Entry(e.Ref)
		if err != nil || party.Digest(&got) != party.Digest(&e) {
			t.Fatalf("Entry(%s) = %+v (%v), want %+v", e.Ref, got, err, e)
		}
	}
	for _, missing := range []party.Ref{{List: "us-ofac-sdn", ID: "0"}, {List: "us-ofac-sdn", ID: "zzz"}, {List: "none", ID: "1"}} {
		if _, err := b.Entry(missing); !errors.Is(err, errkind.NotFound) {
			t.Errorf("Entry(%s): %v", missing, err)
		}
	}
	var claims []claim.Claim
	for c, err := range b.Claims() {
		if err != nil {
			t.Fatal(err)
		}
		claims = append(claims, c)
	}
	if !slices.Equal(claims, starter.Claims()) {
		t.Errorf("%d claims read back, %d compiled, or they differ", len(claims), len(starter.Claims()))
	}
}

func TestEveryKeyFindsItsEntry(t *testing.T) {
	entries := facts(t)
	path, _ := compile(t, input(entries))
	b := open(t, path)
	n := 0
	for _, e := range entries {
		l, ok := b.List(e.Ref.List)
		if !ok {
			t.Fatalf("no list %s", e.Ref.List)
		}
		book.Keys(&e, func(key string) {
			n++
			for i := range l.Keyed(key) {
				if got, err := l.Entry(i); err == nil && got.Ref == e.Ref {
					return
				}
			}
			t.Errorf("key %s does not find %s", key, e.Ref)
		})
		for i := range l.Keyed("id:no such number") {
			t.Fatalf("a key that nobody has finds entry %d", i)
		}
	}
	if n == 0 {
		t.Fatal("no keys: nothing was tested")
	}
}

func TestIdentitiesAreJoined(t *testing.T) {
	path, _ := compile(t, input(facts(t)))
	b := open(t, path)
	itg := party.Ref{List: "us-ofac-sdn", ID: "50543"}
	id, err := b.Identity(itg)
	if err != nil || !slices.Contains(id.Refs, itg) || !slices.Contains(id.Refs, party.Ref{List: "uk-fcdo", ID: "CYB0113"}) {
		t.Errorf("Identity(%s) = %v (%v), want the entries of both lists", itg, id.Refs, err)
	}
	alone := party.Ref{List: "us-ofac-sdn", ID: "none"}
	if id, err := b.Identity(alone); err != nil || !slices.Equal(id.Refs, []party.Ref{alone}) {
		t.Errorf("Identity(%s) = %v (%v), want itself", alone, id.Refs, err)
	}
}

func TestRejectsAreCounted(t *testing.T) {
	entry := func(id, name string) party.Entry {
		return party.Entry{Ref: party.Ref{List: "local", ID: id}, Names: []party.Name{{Full: name}}}
	}
	var rejected []string
	l := book.ListInput{Info: book.Info{List: "local"}, OnReject: func(r *watchlist.Reject) { rejected = append(rejected, r.ID) }}
	l.Entries = func(yield func(party.Entry, error) bool) {
		_ = yield(entry("1", "One"), nil) &&
			yield(party.Entry{}, &watchlist.Reject{File: "x", ID: "2", Reason: "broken"}) &&
			yield(entry("1", "One again"), nil) &&
			yield(entry("3", "Three"), nil)
	}
	path, _ := compile(t, book.Input{Lists: []book.ListInput{l}})
	b := open(t, path)
	if got := b.Manifest().Lists[0]; got.Entries != 2 || got.Rejects != 2 || !slices.Equal(rejected, []string{"2", "1"}) {
		t.Errorf("%+v, rejected %v: want 2 entries and the rejects 2 and 1", got, rejected)
	}
	if e, err := b.Entry(party.Ref{List: "local", ID: "1"}); err != nil || e.Name() != "One" {
		t.Errorf("of two entries with one key %q stayed (%v), want the first", e.Name(), err)
	}
}

func TestCompileStops(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.book")
	if err := os.WriteFile(path, []byte("what was there"), 0o644); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("the edition cannot be used")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, c := range map[string]struct {
		ctx  context.Context
		in   book.Input
		want error
	}{
		"error of the source": {t.Context(), book.Input{Lists: []book.ListInput{{Info: book.Info{List: "x"}, Entries: func(yield func(party.Entry, error) bool) {
			_ = yield(party.Entry{Ref: party.Ref{List: "x", ID: "1"}}, nil) && yield(party.Entry{}, broken)
		}}}}, broken},
		"cancelled": {ctx, input(facts(t)), context.Canceled},
		"no name":   {t.Context(), book.Input{Lists: []book.ListInput{{Entries: all(nil)}}}, nil},
	} {
		if _, err := book.Compile(c.ctx, path, c.in); err == nil || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s: Compile = %v, want %v", name, err, c.want)
		}
		onlyOld(t, path)
	}
}

// onlyOld holds that a failed compilation left what was there and nothing else.
func onlyOld(t *testing.T, path string) {
	t.Helper()
	if got := string(read(t, path)); got != "what was there" {
		t.Errorf("the old file became %.40q", got)
	}
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(left) != 1 {
		t.Errorf("left behind: %v (%v)", left, err)
	}
}

func TestRefusals(t *testing.T) {
	path, _ := compile(t, input(facts(t)[:20]))
	whole := read(t, path)
	for name, c := range map[string]struct {
		change func([]byte) []byte
		says   string
	}{
		"empty":          {func(b []byte) []byte { return nil }, ""},
		"cut by a byte":  {func(b []byte) []byte { return b[:len(b)-1] }, ""},
		"cut in half":    {func(b []byte) []byte { return b[:len(b)/2] }, ""},
		"longer":         {func(b []byte) []byte { return append(b, 0) }, ""},
		"another file":   {func(b []byte) []byte { return []byte(strings.Repeat("name,country\n", 1000)) }, ""},
		"header damaged": {func(b []byte) []byte { b[20] ^= 1; return b }, ""},
		"tail damaged":   {func(b []byte) []byte { b[len(b)-1] ^= 1; return b }, ""},
		"newer segment":  {func(b []byte) []byte { b[8]++; return b }, "newer"},
	} {
		bad := filepath.Join(t.TempDir(), "bad.book")
		if err := os.WriteFile(bad, c.change(bytes.Clone(whole)), 0o644); err != nil {
			t.Fatal(err)
		}
		b, err := book.Open(bad)
		if err == nil {
			err = errors.Join(b.Close(), errors.New("it was opened"))
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !strings.Contains(err.Error(), "bad.book") || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: error %q does not name the file, or %q", name, err, c.says)
		}
	}
	if _, err := book.Open(filepath.Join(t.TempDir(), "missing.book")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing book: %v", err)
	}
}

// TestNewerBookFormatIsNamed writes a book whose manifest has the next version,
// as the next program will.
func TestNewerBookFormatIsNamed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "next.book")
	w, err := segment.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	s, err := w.Section("manifest", book.Version+1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Write([]byte(`{"version":2,"of":"things to come"}`)); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Finish(); err != nil {
		t.Fatal(err)
	}
	_, err = book.Open(path)
	if !errors.Is(err, errkind.Invalid) || !strings.Contains(err.Error(), "use a newer program") {
		t.Fatalf("Open = %v", err)
	}
}

func TestReferencesKeepABookOpen(t *testing.T) {
	path, _ := compile(t, input(facts(t)[:20]))
	b, err := book.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if !b.Acquire() {
		t.Fatal("an open book cannot be acquired")
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	l := b.Lists()[0]
	if err := b.Guard(func() error { _, err := l.Entry(0); return err }); err != nil {
		t.Errorf("a book in use was closed under its user: %v", err)
	}
	if err := b.Release(); err != nil {
		t.Fatal(err)
	}
	if b.Acquire() {
		t.Error("a closed book was acquired")
	}
}

func TestInnocentsFallWithEvidence(t *testing.T) {
	path, _ := compile(t, input(facts(t)))
	b := open(t, path)
	for _, mode := range []names.Mode{names.Persons, names.Things} {
		last := 2.0
		for e := int32(-20000); e <= 40000; e += 500 {
			got := b.ExpectedInnocent(mode, e)
			if got > last || got < 0 || got > 1 {
				t.Errorf("%v: %v innocent hits at evidence %d, %v at less", mode, got, e, last)
			}
			last = got
		}
		if last <= 0 || last > 1e-6 {
			t.Errorf("%v: %v innocent hits at 40 nats", mode, last)
		}
	}
	lines := slices.Collect(strings.Lines(book.InnocentSample()))
	if screened, _ := b.Innocents(names.Persons, 0); screened == 0 || screened > len(lines) {
		t.Errorf("%d of %d innocent names were screened", screened, len(lines))
	}
}

func TestOneDecisionAboutNobody(t *testing.T) {
	in := input(facts(t)[:5])
	in.Joins = append(in.Joins, identity.Decision{A: party.Ref{List: "no", ID: "1"}, B: party.Ref{List: "no", ID: "2"}, Identity: 99999, By: "test", Reason: "nobody"})
	path, _ := compile(t, in)
	if _, err := open(t, path).Identity(party.Ref{List: "no", ID: "1"}); err != nil {
		t.Fatal(err)
	}
}

func BenchmarkCompile(b *testing.B) {
	entries := facts(b)
	path := filepath.Join(b.TempDir(), "b")
	for b.Loop() {
		if _, err := book.Compile(b.Context(), path, input(entries)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpen(b *testing.B) {
	path, _ := compile(b, input(facts(b)))
	for b.Loop() {
		bk, err := book.Open(path)
		if err = cmp.Or(err, bk.Close()); err != nil {
			b.Fatal(err)
		}
	}
}
