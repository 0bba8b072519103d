// SPDX-License-Identifier: Apache-2.0

package watchlist_test

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/watchlist"
	"github.com/interdict-dev/interdict/watchlist/ofac"
)

// ofacEditions are the published files at hand, in their order: how many
// parties each has, how many of them came and went since the one before, and
// how many removals wait. The numbers of parties are those that the project's
// issues state; the others were counted without our reader, by comparing the
// FixedRef attributes of the DistinctParty elements with grep, sort and comm.
var ofacEditions = []struct {
	file                          string
	parties, added, removed, held int
}{
	{"SDN_ADVANCED_2024-12-19_1719.zip", 16983, 16983, 0, 0},
	{"SDN_ADVANCED_2025-02-11_1458.zip", 17587, 652, 48, 0},
	{"SDN_ADVANCED_2025-05-29_1509.zip", 17917, 342, 12, 0},
	{"SDN_ADVANCED_2025-07-01_1454.zip", 17509, 112, 0, 520},
	{"SDN_ADVANCED_2025-11-19_1450.zip", 18348, 933, 94, 520},
	{"SDN_ADVANCED_2025-11-19_1644.zip", 18367, 19, 0, 520},
}

// data returns the path of a published file, or skips.
func data(t testing.TB, path ...string) string {
	t.Helper()
	root := os.Getenv("INTERDICT_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "shared", "data")
	}
	p := filepath.Join(append([]string{root}, path...)...)
	if _, err := os.Stat(p); err != nil {
		if os.Getenv("INTERDICT_REQUIRE_DATA") == "1" {
			t.Fatalf("the published files are required here: %v", err)
		}
		t.Skipf("the published files are not at hand: %v", err)
	}
	return p
}

func openFiles(t testing.TB, path string) *watchlist.Files {
	t.Helper()
	f, err := watchlist.OpenFiles(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

// TestHistoryOfOFAC archives six editions of OFAC's list, in an order of its
// own, and wants the known history: who came, who went, and the step of
// 2025-07-01, whose 520 removals wait for a person.
func TestHistoryOfOFAC(t *testing.T) {
	data(t, "lists", "ofac-advanced")
	folder := t.TempDir()
	a, err := watchlist.OpenArchive(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range []int{5, 0, 3, 1, 4, 2} {
		want := ofacEditions[i]
		when, err := time.Parse("2006-01-02_1504.zip", strings.TrimPrefix(want.file, "SDN_ADVANCED_"))
		if err != nil {
			t.Fatal(err)
		}
		f := openFiles(t, data(t, "lists", "ofac-advanced", want.file))
		e, added, err := a.Add(context.Background(), f, ofac.Advanced{}, "https://example.org/"+want.file, when)
		if err != nil || !added {
			t.Fatalf("%s: %v, %v", want.file, added, err)
		}
		if e.Counts.Entries != want.parties || e.Counts.Rejects != 0 || e.Counts.Repeated != 0 {
			t.Errorf("%s: counts %+v, want %d entries and no rejects", want.file, e.Counts, want.parties)
		}
		if i == 5 && e.Counts.Relations != 8194 {
			t.Errorf("%s: %d relations, want 8194", want.file, e.Counts.Relations)
		}
	}
	editions, err := a.Editions("us-ofac-sdn")
	if err != nil || len(editions) != len(ofacEditions) {
		t.Fatalf("Editions: %d, %v", len(editions), err)
	}
	integrity := party.Ref{List: "us-ofac-sdn", ID: "50543"}
	for i, e := range editions {
		want := ofacEditions[i]
		s, err := a.LiveAt(e)
		if err != nil {
			t.Fatal(err)
		}
		if len(s.Contents.Entries) != want.parties || len(s.Added) != want.added || len(s.Removed) != want.removed || len(s.Held) != want.held || s.Shrank != (i == 3) {
			t.Errorf("%s: %s, want %+v", want.file, s.Summary(), want)
		}
		if has := slices.Contains(s.Added, integrity); has != (i == 1) {
			t.Errorf("%s: Integrity Technology Group is an addition: %v", want.file, has)
		}
	}
	acceptRemovals(t, a, editions)
	readBack(t, a, editions[0])
	full := sizeOf(t, folder)
	thin(t, a, editions)
	t.Logf("the archive of six editions has %d KiB, and %d KiB when five of them are kept thin", full>>10, sizeOf(t, folder)>>10)
}

// thin keeps all editions but the newest thin, and wants the first and the fifth
// back as they were published. The step from one day to the next adds some ten
// kilobytes, eleven months 760: a year of daily editions is far under 2 GB.
func thin(t *testing.T, a *watchlist.Archive, editions []watchlist.Edition) {
	t.Helper()
	done, err := a.Thin(t.Context(), 1, 0)
	if err != nil || done.Editions != 5 || done.After*3 > done.Before {
		t.Fatalf("Thin = %+v, %v", done, err)
	}
	readBack(t, a, editions[0])
	kept, err := a.Open(fresh(t, a, editions[4]))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, err := range (ofac.Advanced{}).Parse(kept) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	if n != ofacEditions[4].parties {
		t.Errorf("%d entries out of a thin edition, want %d", n, ofacEditions[4].parties)
	}
	if err := kept.Close(); err != nil {
		t.Error(err)
	}
}

func fresh(t *testing.T, a *watchlist.Archive, e watchlist.Edition) watchlist.Edition {
	t.Helper()
	e, err := a.Edition(e.Series(), e.ID)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// acceptRemovals accepts the step of 2025-07-01 after the fact.
func acceptRemovals(t *testing.T, a *watchlist.Archive, editions []watchlist.Edition) {
	t.Helper()
	d := watchlist.Decision{By: "A. Officer", Reason: "the Syria programme ended", When: time.Date(2025, 7, 2, 9, 0, 0, 0, time.UTC)}
	if err := a.Accept("us-ofac-sdn", editions[3].ID, d); err != nil {
		t.Fatal(err)
	}
	st, err := a.Status()
	if err != nil || len(st) != 1 {
		t.Fatalf("Status: %d, %v", len(st), err)
	}
	if s := st[0]; s.Live.IsWaiting() || s.Newest.Counts.Entries != 18367 || len(s.Accepted) != 1 || s.Accepted[0].Reason != d.Reason {
		t.Errorf("after the decision: %s", s.Live.Summary())
	}
}

// readBack parses an edition out of the archive and wants what was published.
func readBack(t *testing.T, a *watchlist.Archive, e watchlist.Edition) {
	t.Helper()
	kept, err := a.Open(fresh(t, a, e))
	if err != nil {
		t.Fatal(err)
	}
	orig := openFiles(t, data(t, "lists", "ofac-advanced", ofacEditions[0].file))
	d, err := watchlist.Diff(ofac.Advanced{}.Parse(orig), ofac.Advanced{}.Parse(kept))
	if err != nil || d.Unchanged != 16983 || len(d.Added)+len(d.Removed)+len(d.Changed) != 0 {
		t.Errorf("out of the archive: %s, %v", d.Summary(), err)
	}
	if err := kept.Close(); err != nil {
		t.Error(err)
	}
}

func sizeOf(t *testing.T, folder string) (n int64) {
	t.Helper()
	err := filepath.WalkDir(folder, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		n += info.Size()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestDiffOfOFAC compares the first two editions in full.
func TestDiffOfOFAC(t *testing.T) {
	old := openFiles(t, data(t, "lists", "ofac-advanced", ofacEditions[0].file))
	new := openFiles(t, data(t, "lists", "ofac-advanced", ofacEditions[1].file))
	d, err := watchlist.Diff(ofac.Advanced{}.Parse(old), ofac.Advanced{}.Parse(new))
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Added) != 652 || len(d.Removed) != 48 || len(d.Changed)+d.Unchanged != 16983-48 || len(d.Unread) != 0 {
		t.Errorf("Diff: %s, want 652 added, 48 removed", d.Summary())
	}
	var b strings.Builder
	if err := d.WriteText(&b); err != nil {
		t.Fatal(err)
	}
	if want := "us-ofac-sdn/50543  organization  Integrity Technology Group, Incorporated  [CYBER2]\n"; strings.Count(b.String(), want) != 1 {
		t.Errorf("the text does not say %q", want)
	}
	for _, c := range d.Changed {
		if len(c.Fields) == 0 || c.Fields[0].Field == "other details" {
			t.Errorf("%v changed, and nobody says how: %v", c.Ref, c.Fields)
		}
	}
}

// BenchmarkDiff compares editions four months apart; the figure to reach is
// five seconds, most of it parsing 242 MB of XML on two cores.
func BenchmarkDiff(b *testing.B) {
	old := openFiles(b, data(b, "lists", "ofac-advanced", ofacEditions[3].file))
	new := openFiles(b, data(b, "lists", "ofac-advanced", ofacEditions[5].file))
	for b.Loop() {
		d, err := watchlist.Diff(ofac.Advanced{}.Parse(old), ofac.Advanced{}.Parse(new))
		if err != nil {
			b.Fatal(err)
		}
		if len(d.Added) != 952 || len(d.Removed) != 94 {
			b.Fatal(d.Summary())
		}
	}
}
