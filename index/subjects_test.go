// SPDX-License-Identifier: Apache-2.0

package index

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/interdict-dev/interdict/internal/segment"
	"github.com/interdict-dev/interdict/names"
	"github.com/interdict-dev/interdict/party"
)

// subjects is an index of what is asked, and the forms in it.
type subjects struct {
	index *Index
	forms [names.NumModes][]names.Form
	texts []string
}

func buildSubjects(t testing.TB, texts []string) *subjects {
	t.Helper()
	s := &subjects{texts: texts}
	b := NewSubjectBuilder(names.Default())
	for i, text := range texts {
		for m := range names.NumModes {
			f := names.ReadText(text, m)
			if err := b.Add(i, 0, false, &f); err != nil {
				t.Fatal(err)
			}
			s.forms[m] = append(s.forms[m], f)
		}
	}
	path := filepath.Join(t.TempDir(), "subjects.segment")
	write(t, b, path)
	f, err := segment.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() }) // only read
	if s.index, err = Open(f, "t/", names.Default()); err != nil {
		t.Fatal(err)
	}
	return s
}

// check searches one listed name among the subjects and compares every subject
// with it; it returns how many were found.
func (s *subjects) check(t *testing.T, sr *Searcher, listed party.Name, m names.Mode, min int32) int {
	t.Helper()
	c := names.Read(listed, m, names.Hint{})
	var got, want []Hit
	sr.Search(s.index, &c, min, func(h Hit) { got = append(got, h) })
	for i := range s.forms[m] {
		q := &s.forms[m][i]
		if len(q.Parts) == 0 || len(c.Parts) == 0 {
			continue
		}
		if r := names.Default().Compare(q, &c); r.Evidence >= min && len(r.Pairs) > 0 {
			want = append(want, Hit{Entry: uint32(i), Evidence: r.Evidence})
		}
	}
	slices.SortFunc(got, byName)
	if !slices.Equal(got, want) {
		for _, h := range want {
			if !slices.Contains(got, h) {
				t.Errorf("%q under %v at %d: subject %q with %d was not found", listed.Full, m, min, s.texts[h.Entry], h.Evidence)
			}
		}
		for _, h := range got {
			if !slices.Contains(want, h) {
				t.Errorf("%q under %v at %d: subject %q was found with %d, the scan says otherwise", listed.Full, m, min, s.texts[h.Entry], h.Evidence)
			}
		}
	}
	return len(want)
}

// TestListedAmongSubjects holds a search of listed names among subjects to the
// comparison of subjects with listed names: the same pairs, from the other side.
func TestListedAmongSubjects(t *testing.T) {
	s := buildSubjects(t, append(mixedQueries(), "abc", "A BC Trading", "O O O Romashka", "S E Z Oyadav", "12 34", "J R Smith"))
	var sr Searcher
	found := 0
	for _, min := range []int32{-6000, -847, 1000} {
		for _, e := range mixed {
			for _, n := range e.names {
				for m := range names.NumModes {
					found += s.check(t, &sr, n, m, min)
				}
			}
		}
	}
	if found < 500 {
		t.Fatalf("the scan found %d subjects", found)
	}
}

// TestListedAmongSubjectsOnDecks does the same with the queries of the decks and
// listed names of 2021.
func TestListedAmongSubjectsOnDecks(t *testing.T) {
	decks, err := filepath.Glob("../../shared/decks/*.jsonl")
	listed := sdn2021(t)
	if err != nil || len(decks) == 0 {
		t.Fatalf("no deck beside the data: %v", err)
	}
	var texts []string
	for _, path := range decks {
		for i, q := range deckQueries(t, path) {
			if i%2 == 0 {
				texts = append(texts, q.Query)
			}
		}
	}
	s := buildSubjects(t, texts)
	var sr Searcher
	found := 0
	for i, l := range listed[:600] {
		for _, m := range names.Modes(l.kind) {
			found += s.check(t, &sr, l.name, m, []int32{-847, -9000, 0}[i%3])
		}
	}
	if found < 100 {
		t.Fatalf("the scan found %d subjects among %d", found, len(texts))
	}
}

func FuzzListedAmongSubjects(f *testing.F) {
	s := buildSubjects(f, mixedQueries())
	for _, e := range mixed {
		for _, n := range e.names {
			f.Add(n.Full, int16(-2000))
		}
	}
	f.Fuzz(func(t *testing.T, text string, min int16) {
		var sr Searcher
		for m := range names.NumModes {
			s.check(t, &sr, party.Name{Full: text}, m, max(int32(min), -20000))
		}
	})
}
