// SPDX-License-Identifier: Apache-2.0

package watchlist

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/party"
)

// A lines is a source for tests. Its format is text: the first line is
// "LIST DATE VERSION", every other one an entry, "id name", a reject, "!id",
// or "STOP", which makes the edition unusable.
type lines struct{}

func (lines) Format() string { return "test-lines" }

func (lines) Detect(files fs.FS) (Header, error) {
	b, err := readAllText(files)
	if err != nil {
		return Header{}, err
	}
	head, _, _ := strings.Cut(b, "\n")
	f := strings.Split(head, " ")
	if len(f) != 3 {
		return Header{}, ErrFormat
	}
	d, err := party.ParseDate(strings.Trim(f[1], "-"))
	return Header{List: party.ListID(f[0]), Title: "Test list", Published: d, Version: f[2]}, err
}

func (lines) Parse(files fs.FS) iter.Seq2[party.Entry, error] {
	return func(yield func(party.Entry, error) bool) {
		b, err := readAllText(files)
		if err != nil {
			yield(party.Entry{}, err)
			return
		}
		_, b, _ = strings.Cut(b, "\n")
		sc := bufio.NewScanner(strings.NewReader(b))
		for n := 2; sc.Scan(); n++ {
			id, name, _ := strings.Cut(sc.Text(), " ")
			more := false
			switch {
			case id == "STOP":
				yield(party.Entry{}, errors.New("the file stops"))
				return
			case id[0] == '!':
				more = yield(party.Entry{}, &Reject{File: "list.txt", Line: n, ID: id[1:], Reason: "cannot be read", Raw: sc.Text() + "\xff"})
			default:
				more = yield(party.Entry{
					Ref: party.Ref{List: "us-test", ID: id}, Kind: party.Person, Names: []party.Name{{Full: name}},
					Relations: []party.Relation{{Label: "knows"}},
				}, nil)
			}
			if !more {
				return
			}
		}
		if err := sc.Err(); err != nil {
			yield(party.Entry{}, err)
		}
	}
}

func readAllText(files fs.FS) (string, error) {
	f, err := files.Open("list.txt")
	if err != nil {
		return "", errors.Join(ErrFormat, err)
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	return string(b), err
}

// edition is the text of an edition with the entries from..to-1.
func edition(head string, from, to int, more ...string) string {
	var b strings.Builder
	fmt.Fprintln(&b, head)
	for i := from; i < to; i++ {
		fmt.Fprintf(&b, "%05d Name Number %d\n", i, i)
	}
	for _, m := range more {
		fmt.Fprintln(&b, m)
	}
	return b.String()
}

func testArchive(t testing.TB) *Archive {
	t.Helper()
	a, err := OpenArchive(filepath.Join(t.TempDir(), "lists"))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// files writes an edition to disk, zipped where the name says so, and opens it.
func files(t testing.TB, name, text string) *Files {
	t.Helper()
	b := []byte(text)
	if strings.HasSuffix(name, ".zip") {
		var z bytes.Buffer
		w := zip.NewWriter(&z)
		f, err := w.Create("list.txt")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write(b); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		b = z.Bytes()
	}
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	fs, err := OpenFiles(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := fs.Close(); err != nil {
			t.Error(err)
		}
	})
	return fs
}

var noon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

// add adds an edition and wants it to be new.
func add(t testing.TB, a *Archive, text string, when time.Time) Edition {
	t.Helper()
	e, added, err := a.Add(context.Background(), files(t, "list.txt", text), lines{}, "https://example.org/list.txt", when)
	if err != nil || !added {
		t.Fatalf("Add = %v, added %v, %v", e.ID, added, err)
	}
	return e
}

func TestAddKeepsWhatWasFetched(t *testing.T) {
	text := edition("us-test 2026-01-01 1", 0, 1000, "!09999", "77777 Last One")
	for _, name := range []string{"list.txt", "list.zip"} {
		a := testArchive(t)
		in := files(t, name, text)
		e, added, err := a.Add(context.Background(), in, lines{}, "https://example.org/x", noon)
		if err != nil || !added {
			t.Fatalf("%s: Add: %v, %v", name, added, err)
		}
		want := Counts{Entries: 1001, Kinds: map[string]int{"person": 1001}, Relations: 1001, Rejects: 1}
		if !reflect.DeepEqual(e.Counts, want) || e.From != "https://example.org/x" || !e.Fetched.Equal(noon) || e.Format != "test-lines" || e.Seq != 1 {
			t.Errorf("%s: edition %+v", name, e)
		}
		kept, err := a.Newest("us-test")
		if err != nil || !reflect.DeepEqual(kept, e) {
			t.Errorf("%s: Newest = %+v, %v, want %+v", name, kept, err, e)
		}
		rejects, err := a.Rejects(kept)
		if want := []Reject{{"list.txt", 1002, "09999", "cannot be read", "!09999\xff"}}; err != nil || !reflect.DeepEqual(rejects, want) {
			t.Errorf("%s: Rejects = %+v, %v, want %+v", name, rejects, err, want)
		}
		s, err := a.Open(kept)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, err := range (lines{}).Parse(s) {
			var r *Reject
			if err != nil && !errors.As(err, &r) {
				t.Fatal(err)
			}
			n++
		}
		if n != 1002 {
			t.Errorf("%s: %d entries and rejects from the archive, want 1002", name, n)
		}
		r, err := s.Raw(0)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		orig, err := io.ReadAll(in.OpenInput(0))
		if err != nil || !bytes.Equal(got, orig) {
			t.Errorf("%s: other bytes than fetched: %d and %d, %v", name, len(got), len(orig), err)
		}
		if err := errors.Join(r.Close(), s.Close()); err != nil {
			t.Error(err)
		}
		if packed := e.Files[0].Packed; packed != (name == "list.txt") {
			t.Errorf("%s: packed %v", name, packed)
		}
	}
}

func TestAddTwice(t *testing.T) {
	a := testArchive(t)
	text := edition("us-test 2026-01-01 1", 0, 100)
	first := add(t, a, text, noon)
	before := tree(t, a)
	e, added, err := a.Add(context.Background(), files(t, "list.txt", text), lines{}, "elsewhere", noon.Add(time.Hour))
	if err != nil || added || e.ID != first.ID || !e.Fetched.Equal(noon) || !e.Checked.Equal(noon.Add(time.Hour)) {
		t.Errorf("Add = %+v, added %v, %v", e, added, err)
	}
	if after := tree(t, a); !slices.Equal(before, after) {
		t.Errorf("files before %q, after %q", before, after)
	}
	if err := a.Check("us-test", first.ID, noon.Add(2*time.Hour)); err != nil {
		t.Fatal(err)
	}
	st, err := a.Status()
	if err != nil || len(st) != 1 || st[0].CheckedAge(noon.Add(5*time.Hour)) != 3*time.Hour {
		t.Errorf("Status = %+v, %v", st, err)
	}
	if age, ok := st[0].PublishedAge(noon); !ok || age != 12*time.Hour {
		t.Errorf("PublishedAge = %v, %v", age, ok)
	}
}

// tree lists the files of an archive.
func tree(t testing.TB, a *Archive) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(a.dir, func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && d.Name() != "lock" {
			out = append(out, p)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestWhatIsNoEditionIsNotKept(t *testing.T) {
	a := testArchive(t)
	for name, text := range map[string]string{
		"another format": "<!DOCTYPE html>\n<html>\n",
		"cut":            edition("us-test 2026-01-01 1", 0, 10, "STOP"),
		"nothing in it":  "us-test 2026-01-01 1\n",
		"only rejects":   "us-test 2026-01-01 1\n!1\n!2\n",
	} {
		if _, _, err := a.Add(context.Background(), files(t, "list.txt", text), lines{}, "x", noon); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, _, err := a.Add(ctx, files(t, "list.txt", edition("us-test 2026-01-01 1", 0, 1000)), lines{}, "x", noon); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if got := tree(t, a); len(got) != 0 {
		t.Errorf("kept: %q", got)
	}
	if s, err := a.AllSeries(); err != nil || len(s) != 0 {
		t.Errorf("AllSeries = %v, %v", s, err)
	}
	if _, err := a.Newest("us-test"); !errors.Is(err, errkind.NotFound) {
		t.Errorf("Newest = %v", err)
	}
}

func TestEditionsAreOrderedByPublishing(t *testing.T) {
	a := testArchive(t)
	// Added in another order than published; two on one day differ by version,
	// and 9 comes before 10.
	for i, head := range []string{"2025-11-19 10", "2024-12-19 3", "2025-11-19 9", "2025-02-11 4"} {
		add(t, a, edition("us-test "+head, 0, 100+i), noon.Add(time.Duration(i)*time.Minute))
	}
	all, err := a.Editions("us-test")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range inFormat(all, "test-lines") {
		got = append(got, e.Header.Published.String()+" "+e.Header.Version)
	}
	if want := []string{"2024-12-19 3", "2025-02-11 4", "2025-11-19 9", "2025-11-19 10"}; !slices.Equal(got, want) {
		t.Errorf("order %q, want %q", got, want)
	}
	if e, err := a.Newest("us-test"); err != nil || e.Header.Version != "10" {
		t.Errorf("Newest = %q, %v", e.Header.Version, err)
	}
	if _, err := a.Edition("us-test", all[0].ID[:8]); err != nil {
		t.Error(err)
	}
	if _, err := a.Edition("us-test", "ffffffffff"); !errors.Is(err, errkind.NotFound) {
		t.Errorf("an unknown edition: %v", err)
	}
}

func TestVersionsCompare(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"", "1", -1}, {"9", "10", -1}, {"1.9", "1.10", -1}, {"009", "9", 0}, {"b2", "a10", 1}, {"1a", "1", 1}} {
		if got := compareVersions(c.a, c.b); got != c.want {
			t.Errorf("compareVersions(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
		if got := compareVersions(c.b, c.a); got != -c.want {
			t.Errorf("compareVersions(%q, %q) = %d, want %d", c.b, c.a, got, -c.want)
		}
	}
}

func TestAcceptLetsGo(t *testing.T) {
	a := testArchive(t)
	first := add(t, a, edition("us-test 2026-01-01 1", 0, 100), noon)
	second := add(t, a, edition("us-test 2026-01-02 2", 10, 100, "!00005"), noon)
	step, err := a.Live("us-test")
	if err != nil || len(step.Held) != 10 || step.Held[0].From != first.ID || step.Held[5].Why != HeldUnread || step.Unread != 1 {
		t.Fatalf("Live = %d held, %d not read, %v", len(step.Held), step.Unread, err)
	}
	for _, d := range []Decision{{By: "A. Officer"}, {Reason: "delisted"}, {By: " ", Reason: "x"}} {
		if err := a.Accept("us-test", second.ID, d); !errors.Is(err, errkind.Invalid) {
			t.Errorf("Accept(%+v) = %v, want a refusal", d, err)
		}
	}
	d := Decision{By: "A. Officer", Reason: "press release of 2026-01-02", When: noon}
	if err := a.Accept("us-test", first.ID, d); !errors.Is(err, errkind.Conflict) {
		t.Errorf("Accept where nothing waits = %v", err)
	}
	some := d
	some.Refs = []party.Ref{ref("00001")}
	if err := a.Accept("us-test", second.ID[:12], some); err != nil {
		t.Fatal(err)
	}
	if err := a.Accept("us-test", second.ID, some); !errors.Is(err, errkind.Conflict) {
		t.Errorf("Accept of what does not wait = %v", err)
	}
	third := add(t, a, edition("us-test 2026-01-03 3", 10, 100), noon)
	if step, err = a.Live("us-test"); err != nil || len(step.Held) != 9 {
		t.Fatalf("after one was accepted: %d held, %v", len(step.Held), err)
	}
	if err := a.Accept("us-test", third.ID, d); err != nil {
		t.Fatal(err)
	}
	st, err := a.Status()
	if err != nil {
		t.Fatal(err)
	}
	if len(st) != 1 || st[0].Editions != 3 || st[0].Live.IsWaiting() || len(st[0].Accepted) != 2 || st[0].Accepted[1].By != "A. Officer" || st[0].Accepted[1].Reason != d.Reason {
		t.Errorf("Status = %+v", st)
	}
	// Editions after a decision about everything start afresh.
	add(t, a, edition("us-test 2026-01-04 4", 11, 100), noon)
	if step, err = a.Live("us-test"); err != nil || step.IsWaiting() || len(step.Removed) != 1 || step.Before != third.ID {
		t.Errorf("after everything was accepted: %+v, %v", step.Summary(), err)
	}
	// An edition that is found later takes its place in the order.
	add(t, a, edition("us-test 2025-12-31 0", 0, 101), noon)
	if step, err = a.LiveAt(second); err != nil || len(step.Held) != 9 || len(step.Dropped) != 1 {
		t.Errorf("with an older edition: %d held, %v", len(step.Held), err)
	}
}

func TestHeldEntriesAreRead(t *testing.T) {
	a := testArchive(t)
	add(t, a, edition("us-test 2026-01-01 1", 0, 100, "!55555"), noon)
	add(t, a, edition("us-test 2026-01-02 2", 10, 110), noon)          // nothing waits
	add(t, a, edition("us-test 2026-01-03 3", 20, 90, "!00095"), noon) // 30 wait
	add(t, a, edition("us-test 2026-01-04 4", 25, 80), noon)           // 15 more
	step, err := a.Live("us-test")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for e, err := range a.Held(context.Background(), "us-test", step, lines{}) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, e.Ref.ID)
	}
	var want []string
	for _, h := range step.Held {
		want = append(want, h.Ref.ID)
	}
	slices.Sort(got)
	if len(want) != 45 || !slices.Equal(got, want) {
		t.Errorf("held entries %q, want %q", got, want)
	}
	for _, err := range a.Held(context.Background(), "us-test", step, lines{}) {
		if err != nil {
			t.Fatal(err)
		}
		break // a caller that has enough
	}
	step.Held[0].Ref.ID = "nobody"
	var last error
	for _, err := range a.Held(context.Background(), "us-test", step, lines{}) {
		last = err
	}
	if !errors.Is(last, errkind.Unavailable) {
		t.Errorf("an entry that is gone from its edition: %v", last)
	}
}

// TestNotesDoNotMatter runs histories with and without the notes that save
// reading old editions: the answer is the same, and with them less is read.
func TestNotesDoNotMatter(t *testing.T) {
	a := testArchive(t)
	texts := []string{
		edition("us-test 2026-01-01 1", 0, 100), edition("us-test 2026-01-05 5", 0, 100, "x1 More"),
		edition("us-test 2026-01-06 6", 50, 101), edition("us-test 2026-01-07 7", 40, 101),
		edition("us-test 2026-01-08 8", 40, 100), edition("us-test 2026-01-03 3", 30, 100, "!00001"), // found late
		edition("us-test 2026-01-09 9", 0, 100), edition("us-test 2026-01-10 10", 0, 101),
	}
	shortcuts := 0
	for _, text := range texts {
		add(t, a, text, noon)
		all, err := a.Editions("us-test")
		if err != nil {
			t.Fatal(err)
		}
		line := inFormat(all, "test-lines")
		var before *Step
		for i, e := range line {
			c, err := a.Contents(e)
			if err != nil {
				t.Fatal(err)
			}
			want := Gate(before, c, e.Accepted)
			got, err := a.LiveAt(e)
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Fatalf("edition %d of %d: LiveAt = %s, %v, want %s", i, len(line), got.Summary(), err, want.Summary())
			}
			if start(line[:i]) > 0 {
				shortcuts++
			}
			before = &want
		}
	}
	if shortcuts == 0 {
		t.Fatal("no note ever saved anything")
	}
}

func TestAnotherFormatStartsAfresh(t *testing.T) {
	a := testArchive(t)
	add(t, a, edition("us-test 2026-01-01 1", 0, 100), noon)
	if _, _, err := a.Add(context.Background(), files(t, "list.txt", edition("us-test 2026-01-02 1", 0, 50)), other{}, "x", noon); err != nil {
		t.Fatal(err)
	}
	st, err := a.Status()
	if err != nil {
		t.Fatal(err)
	}
	s := st[0]
	if s.Newest.Format != "test-other" || s.Editions != 2 || len(s.Formats) != 2 || s.Live.IsWaiting() || !strings.Contains(strings.Join(s.Live.Warnings, "\n"), "first edition in format test-other") {
		t.Errorf("Status = %+v", s)
	}
}

type other struct{ lines }

func (other) Format() string { return "test-other" }

func TestOneWriterAtATime(t *testing.T) {
	a := testArchive(t)
	e := add(t, a, edition("us-test 2026-01-01 1", 0, 100), noon)
	b, err := OpenArchive(a.dir)
	if err != nil {
		t.Fatal(err)
	}
	unlock, err := b.lock()
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = a.Add(context.Background(), files(t, "list.txt", edition("us-test 2026-01-02 2", 0, 100)), lines{}, "x", noon)
	for what, err := range map[string]error{"Add": err, "Check": a.Check("us-test", e.ID, noon), "Accept": a.Accept("us-test", e.ID, Decision{By: "a", Reason: "b"})} {
		if !errors.Is(err, errkind.Conflict) || !strings.Contains(err.Error(), "another program") {
			t.Errorf("%s beside a writer = %v", what, err)
		}
	}
	if _, err := a.Live("us-test"); err != nil {
		t.Errorf("reading beside a writer: %v", err)
	}
	if err := unlock(); err != nil {
		t.Fatal(err)
	}
	add(t, a, edition("us-test 2026-01-02 2", 0, 100), noon)
}

func TestDamageIsNamed(t *testing.T) {
	for _, pattern := range []string{"file", "marks", "rejects", "editions/us-test/*.json"} {
		for what, change := range map[string]func(b []byte) []byte{
			"a byte":  func(b []byte) []byte { b[len(b)/2] ^= 1; return b },
			"the end": func(b []byte) []byte { return b[:len(b)/2] },
		} {
			if what == "a byte" && strings.HasSuffix(pattern, ".json") {
				continue // people may correct a description by hand
			}
			a := testArchive(t)
			text := edition("us-test 2026-01-01 1", 0, 100, "!7")
			e := add(t, a, text, noon)
			glob := filepath.Join(a.dir, pattern)
			if k, ok := map[string]Kept{"file": e.Files[0], "marks": e.marks, "rejects": *e.rejects}[pattern]; ok {
				glob = a.objectPath(k)
			}
			paths, err := filepath.Glob(glob)
			if err != nil || len(paths) != 1 {
				t.Fatalf("%s: %q, %v", pattern, paths, err)
			}
			b, err := os.ReadFile(paths[0])
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(paths[0], change(b), 0o600); err != nil {
				t.Fatal(err)
			}
			check := func() error {
				e, err := a.Newest("us-test")
				if err != nil {
					return err
				}
				return a.verify(e)
			}
			if err := check(); !errors.Is(err, errkind.Unavailable) || !strings.Contains(err.Error(), "us-test") {
				t.Errorf("%s: %s is damaged: %v", pattern, what, err)
			}
			if strings.HasSuffix(pattern, ".json") {
				if _, err := a.Status(); !errors.Is(err, errkind.Unavailable) {
					t.Errorf("Status = %v", err)
				}
				continue
			}
			// Adding the edition again mends it.
			if _, added, err := a.Add(context.Background(), files(t, "list.txt", text), lines{}, "x", noon); err != nil || added {
				t.Errorf("%s: Add = %v, %v", pattern, added, err)
			}
			if err := check(); err != nil {
				t.Errorf("%s: not mended: %v", pattern, err)
			}
		}
	}
}

func TestNewerDescriptionIsRefused(t *testing.T) {
	a := testArchive(t)
	e := add(t, a, edition("us-test 2026-01-01 1", 0, 100), noon)
	path := a.description(&e)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, bytes.Replace(b, []byte(`"version": 1`), []byte(`"version": 3`), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Editions("us-test"); err == nil || !strings.Contains(err.Error(), "version 3") || !strings.Contains(err.Error(), "up to 2") {
		t.Errorf("Editions = %v", err)
	}
}

// TestOldDescriptions reads one archive of each version that was ever written.
func TestOldDescriptions(t *testing.T) {
	a, err := OpenArchive(filepath.Join("testdata", "archive-1"))
	if err != nil {
		t.Fatal(err)
	}
	st, err := a.Status()
	if err != nil || len(st) != 1 || st[0].Editions != 2 || len(st[0].Live.Held) != 1 || st[0].Live.Unread != 1 || len(st[0].Accepted) != 1 {
		t.Fatalf("Status = %+v, %v", st, err)
	}
	s, err := a.Open(st[0].Newest)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := readAllText(s); err != nil || !strings.HasPrefix(text, "us-test 2026-01-02 2\n") {
		t.Errorf("text %q, %v", text, err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// A full disk has room for so many bytes, over all files.
type fullDisk struct {
	*os.File
	left *int
}

var errFull = errors.New("no space left on device")

func (d fullDisk) Write(p []byte) (int, error) {
	if *d.left -= len(p); *d.left < 0 {
		return 0, errFull
	}
	return d.File.Write(p)
}

// TestFullDisk fills the disk at every point of an Add: the state before stays,
// nothing else is left, and the same Add succeeds when there is room.
func TestFullDisk(t *testing.T) {
	full := 0
	for room := 0; ; room += 300 {
		a := testArchive(t)
		add(t, a, edition("us-test 2026-01-01 1", 0, 100), noon)
		before, err := a.Live("us-test")
		if err != nil {
			t.Fatal(err)
		}
		left := room
		a.create = func(folder string) (temp, error) {
			f, err := os.CreateTemp(folder, tempPrefix)
			return fullDisk{f, &left}, err
		}
		in := files(t, "list.txt", edition("us-test 2026-01-02 2", 3, 100, "!00001"))
		_, _, err = a.Add(context.Background(), in, lines{}, "x", noon)
		if err == nil {
			if left > 2000 {
				t.Fatal("the steps of this test are too coarse")
			}
			break
		}
		full++
		if !errors.Is(err, errFull) || !errors.Is(err, errkind.Unavailable) {
			t.Errorf("room for %d bytes: %v", room, err)
		}
		after, err := a.Live("us-test")
		if err != nil || !reflect.DeepEqual(before, after) {
			t.Errorf("room for %d bytes: the state before is gone: %v", room, err)
		}
		for _, p := range tree(t, a) {
			if strings.Contains(p, tempPrefix) {
				t.Errorf("room for %d bytes: left %s", room, p)
			}
		}
		a.create = createTemp
		if _, added, err := a.Add(context.Background(), in, lines{}, "x", noon); err != nil || !added {
			t.Errorf("room for %d bytes: with room: %v, %v", room, added, err)
		}
		if step, err := a.Live("us-test"); err != nil || step.Unread != 1 {
			t.Errorf("room for %d bytes: with room: %v", room, err)
		}
	}
	if full < 5 {
		t.Fatalf("the disk was full %d times only", full)
	}
}

func TestLeftoversAreSwept(t *testing.T) {
	a := testArchive(t)
	add(t, a, edition("us-test 2026-01-01 1", 0, 100), noon)
	before := tree(t, a)
	for _, p := range []string{"objects/sha256/.tmp-X", "editions/us-test/.tmp-Y.json"} {
		if err := os.WriteFile(filepath.Join(a.dir, p), []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := a.Live("us-test"); err != nil {
		t.Errorf("a leftover is in the way: %v", err)
	}
	if err := a.Check("us-test", newestID(t, a), noon); err != nil {
		t.Fatal(err)
	}
	if after := tree(t, a); !slices.Equal(before, after) {
		t.Errorf("left: %q", after)
	}
}

func newestID(t *testing.T, a *Archive) string {
	t.Helper()
	e, err := a.Newest("us-test")
	if err != nil {
		t.Fatal(err)
	}
	return e.ID
}

func TestSeriesHaveFoldersOfTheirOwn(t *testing.T) {
	seen := map[string]Series{}
	for _, h := range []Header{{List: "us-ofac-sdn"}, {List: "local", Title: "Customers"}, {List: "local", Title: "customers"}, {List: "local", Title: "../../etc"}, {List: ".."}, {List: "local", Title: strings.Repeat("я", 200)}, {List: "local", Title: strings.Repeat("я", 201)}} {
		s := SeriesOf(h)
		f := strings.ToLower(folderOf(s))
		if other, ok := seen[f]; ok || strings.ContainsAny(f, `./\`) || len(f) > 200 {
			t.Errorf("folder of %q is %q, that of %q too", s, f, other)
		}
		seen[f] = s
	}
}

func TestRepeatedEntriesAreCounted(t *testing.T) {
	a := testArchive(t)
	e := add(t, a, edition("us-test 2026-01-01 1", 0, 100, "00007 Another Name"), noon)
	if e.Counts.Entries != 100 || e.Counts.Repeated != 1 || e.Counts.Rejects != 1 {
		t.Errorf("counts %+v", e.Counts)
	}
	s, err := a.Live("us-test")
	if err != nil || s.IsWaiting() || len(s.Warnings) != 1 || !strings.Contains(s.Warnings[0], "identifier that an entry before has") {
		t.Errorf("Live: %q, %v", s.Warnings, err)
	}
}

func FuzzMarks(f *testing.F) {
	f.Add([]byte(marksHead + "\x02\x00\x03a/1\x00\x00\x00\x00\x00\x00\x00\x00\x02\x012\x00\x00\x00\x00\x00\x00\x00\x00"))
	f.Add([]byte(marksHead))
	f.Fuzz(func(t *testing.T, b []byte) {
		marks, err := parseMarks(b)
		if err == nil && len(marks)*10 > len(b) {
			t.Errorf("%d marks out of %d bytes", len(marks), len(b))
		}
	})
}

// A better lines reads the rejects of lines too.
type better struct{ lines }

func (better) Parse(files fs.FS) iter.Seq2[party.Entry, error] {
	return func(yield func(party.Entry, error) bool) {
		for e, err := range (lines{}).Parse(files) {
			var r *Reject
			if errors.As(err, &r) {
				e, err = party.Entry{Ref: ref(r.ID), Names: []party.Name{{Full: "Read Now"}}}, nil
			}
			if !yield(e, err) {
				return
			}
		}
	}
}

func TestReread(t *testing.T) {
	a := testArchive(t)
	add(t, a, edition("us-test 2026-01-01 1", 0, 100), noon)
	e := add(t, a, edition("us-test 2026-01-02 2", 3, 100, "!00001"), noon)
	if err := a.Accept("us-test", e.ID, Decision{By: "a", Reason: "b", Refs: []party.Ref{ref("00002")}}); err != nil {
		t.Fatal(err)
	}
	got, err := a.Reread(context.Background(), "us-test", e.ID, better{})
	if err != nil || got.Counts.Entries != 98 || got.Counts.Rejects != 0 || len(got.Accepted) != 1 {
		t.Fatalf("Reread = %+v, %v", got, err)
	}
	s, err := a.Live("us-test")
	if err != nil || s.Unread != 0 || len(s.Held) != 0 || len(s.Removed) != 2 {
		t.Errorf("Live: %s, %v", s.Summary(), err)
	}
	if _, err := a.Reread(context.Background(), "us-test", e.ID, other{}); !errors.Is(err, errkind.Invalid) {
		t.Errorf("Reread in another format = %v", err)
	}
}
