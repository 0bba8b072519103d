// SPDX-License-Identifier: Apache-2.0

package ownership_test

import (
	"archive/zip"
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/interdict-dev/interdict/internal/draw"
	"github.com/interdict-dev/interdict/law"
	. "github.com/interdict-dev/interdict/ownership"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/watchlist/ofac"
)

var update = flag.Bool("update", false, "write the pictures of doc/ownership.md")

func sdn(id string) party.Ref { return party.Ref{List: "us-ofac-sdn", ID: id} }

// A fact is what OFAC's file of 2025-11-19 says of one party. The file itself
// is not in the repository; TestStoriesAreInTheFile holds the facts to it.
type fact struct {
	id, name string
	kind     party.Kind
	listed   string
	founded  string
	ties     []party.Relation
}

func ownedBy(id string) party.Relation {
	return party.Relation{Kind: party.OwnedBy, Label: "Owned or Controlled By", To: sdn(id)}
}

func facts() []fact {
	return []fact{
		{"54566", "Aeza Group LLC", party.Organization, "2025-07-01", "2021-06-17", nil},
		{"54567", "Aeza International, Ltd.", party.Organization, "2025-07-01", "2023-09-01", []party.Relation{ownedBy("54566")}},
		{"56404", "Hypercore Ltd", party.Organization, "2025-11-19", "2025-07-03", []party.Relation{ownedBy("54566")}},
		{"56399", "Datavice MCHJ", party.Organization, "2025-11-19", "2025-07-03", []party.Relation{ownedBy("54566")}},
		{"56402", "Smart Digital Ideas DOO", party.Organization, "2025-11-19", "", []party.Relation{{Kind: party.SupportTo, Label: "Providing support to", To: sdn("54566")}}},

		{"52828", "ZHOU, Shuai", party.Person, "2025-03-05", "", []party.Relation{{Kind: party.Owns, Label: "Owns, controls, or operates", To: sdn("52829")}}},
		{"52829", "Shanghai Heiying Information Technology Company, Limited", party.Organization, "2025-03-05", "2010-06-07", []party.Relation{ownedBy("52828")}},

		{"36025", "GARANTEX EUROPE OU", party.Organization, "2022-04-05", "2019-11-18", nil},
		{"54628", "A7 Limited Liability Company", party.Organization, "2025-08-14", "2024-09-02", []party.Relation{{Kind: party.SupportTo, Label: "Providing support to", To: sdn("36025")}}},
		{"54629", "A71 Limited Liability Company", party.Organization, "2025-08-14", "2024-09-26", []party.Relation{ownedBy("54628")}},
		{"54630", "A7 Agent Limited Liability Company", party.Organization, "2025-08-14", "2024-09-26", []party.Relation{ownedBy("54628")}},
		{"55045", "Grinex", party.Organization, "2025-08-14", "2024-12-23", []party.Relation{{Kind: party.ActingFor, Label: "Acting for or on behalf of", To: sdn("36025")}}},
	}
}

func (f *fact) entry(t *testing.T) *party.Entry {
	e := &party.Entry{Ref: sdn(f.id), Kind: f.kind, Names: []party.Name{{Full: f.name}}, Relations: f.ties}
	if d := mustDate(t, f.founded); !d.IsZero() {
		e.Founded = []party.Span{party.On(d)}
	}
	return e
}

// storyLinks returns the links of the facts and what stands in each box.
func storyLinks(t *testing.T) (*Links, func(party.Ref) []string) {
	fs := facts()
	ls := NewLinks(func(yield func(*party.Entry) bool) {
		for i := range fs {
			if !yield(fs[i].entry(t)) {
				return
			}
		}
	})
	return ls, func(r party.Ref) []string {
		for _, f := range fs {
			if sdn(f.id) == r {
				out := []string{f.name, r.String() + ", listed " + f.listed}
				if f.founded != "" {
					out = append(out, "founded "+f.founded)
				}
				return out
			}
		}
		return []string{r.String()}
	}
}

// picture compares with the committed file, or writes it.
func picture(t *testing.T, name string, write func(*bytes.Buffer) error) {
	t.Helper()
	var svg bytes.Buffer
	if err := write(&svg); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("..", "doc", name)
	if *update {
		if err := os.WriteFile(path, svg.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(svg.Bytes(), want) {
		t.Errorf("%s is not what is drawn now: look at it, then run go test ./ownership -update", path)
	}
}

func TestPicturesOfTheDocument(t *testing.T) {
	ls, lines := storyLinks(t)
	refs := func(ids ...string) []party.Ref {
		var out []party.Ref
		for _, id := range ids {
			out = append(out, sdn(id))
		}
		return out
	}
	picture(t, "ownership-aeza.svg", func(b *bytes.Buffer) error {
		return ls.Picture("Aeza Group: what OFAC states, 2025-11-19", refs("54566", "54567", "56404", "56399", "56402"), lines).SVG(b)
	})
	picture(t, "ownership-heiying.svg", func(b *bytes.Buffer) error {
		return ls.Picture("Zhou Shuai and Shanghai Heiying: what OFAC states, 2025-11-19", refs("52828", "52829"), lines).SVG(b)
	})
	picture(t, "ownership-a7.svg", func(b *bytes.Buffer) error {
		return ls.Picture("Garantex, Grinex and A7: what OFAC states, 2025-11-19", refs("36025", "55045", "54628", "54629", "54630"), lines).SVG(b)
	})
	picture(t, "ownership-aeza-time.svg", func(b *bytes.Buffer) error {
		day := func(s string) party.Date { return mustDate(t, s) }
		tl := draw.Timeline{
			Title: "Aeza Group and two companies founded after its designation",
			Rows: []draw.Row{
				{Label: "Aeza Group LLC", Bars: []draw.Bar{{From: day("2025-07-01").Time(), Text: "listed by OFAC", Style: draw.Strong}}},
				{Label: "Hypercore Ltd", Bars: []draw.Bar{{From: day("2025-07-03").Time(), To: day("2025-11-19").Time(), Text: "exists, not listed: suspected at most", Style: draw.Open}, {From: day("2025-11-19").Time(), Text: "listed", Style: draw.Strong}}},
				{Label: "Datavice MCHJ", Bars: []draw.Bar{{From: day("2025-07-03").Time(), To: day("2025-11-19").Time(), Text: "exists, not listed: suspected at most", Style: draw.Open}, {From: day("2025-11-19").Time(), Text: "listed", Style: draw.Strong}}},
			},
			Events: []draw.Event{{At: day("2025-07-01").Time(), Text: "designation", Heavy: true}, {At: day("2025-07-03").Time(), Text: "both founded"}, {At: day("2025-11-19").Time(), Text: "both designated", Heavy: true}},
			To:     day("2026-01-15").Time(),
		}
		return tl.SVG(b)
	})
	picture(t, "ownership-50-50.svg", func(b *bytes.Buffer) error {
		s := story{}
		s.line(t, strings.Fields("stake X A 50 from=2019-05-01 source=register"), 2)
		s.line(t, strings.Fields("stake P A 50 source=register"), 3)
		s.line(t, strings.Fields("stake A B 50 from=2020-02-01 source=register"), 4)
		s.line(t, strings.Fields("stake Q B 50 source=register"), 5)
		s.line(t, strings.Fields("person P"), 6)
		s.line(t, strings.Fields("person Q"), 7)
		s.line(t, strings.Fields("listed X from=2025-01-03"), 8)
		g := s.graph(t)
		a, err := g.Own(local("B"), Query{Regime: law.OFAC, Law: mustDate(t, "2025-12-01"), Listed: g.Seeds(s.listed)})
		if err != nil {
			return err
		}
		return a.Picture(func(r party.Ref) string {
			return map[string]string{"X": "X (listed)", "A": "Company A", "B": "Company B", "P": "a person", "Q": "another person"}[r.ID]
		}).SVG(b)
	})
}

// TestStoriesEndAsTheyShould: the relation is related, and a suspicion wants
// two families of signals.
func TestStoriesEndAsTheyShould(t *testing.T) {
	ls, _ := storyLinks(t)
	fs := facts()
	profile := func(id string, links *Links) Profile {
		i := slices.IndexFunc(fs, func(f fact) bool { return f.id == id })
		return NewProfile(fs[i].entry(t), links, "us-ofac-sdn 2025-11-19")
	}
	aeza := Designation{Party: profile("54566", nil), Entry: sdn("54566"), On: mustDate(t, "2025-07-01")}
	for _, id := range []string{"56404", "56399"} {
		if s, ok := Suspect(profile(id, nil), aeza, nil, nil); ok || len(s.Signals) != 1 {
			t.Errorf("%s before OFAC states the relation: %v, %+v: the date alone is no suspicion", id, ok, s)
		}
		if s, ok := Suspect(profile(id, ls), aeza, ls, nil); !ok || len(s.Signals) != 2 {
			t.Errorf("%s with the relation: %v, %+v", id, ok, s)
		}
	}
	for _, l := range ls.Of(sdn("54628")) {
		if l.Subject == sdn("54628") && l.Kind == party.OwnedBy {
			t.Errorf("A7 supports Garantex and is not owned by it: %+v", l)
		}
	}
	if l := ls.Of(sdn("52829")); len(l) != 1 || !l[0].Both {
		t.Errorf("%+v, want one link said from both ends", l)
	}
}

func TestStoriesAreInTheFile(t *testing.T) {
	dir := os.Getenv("INTERDICT_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared", "data")
	}
	z, err := zip.OpenReader(filepath.Join(dir, "lists", "ofac-advanced", "SDN_ADVANCED_2025-11-19_1644.zip"))
	if err != nil {
		if os.Getenv("INTERDICT_REQUIRE_DATA") == "1" {
			t.Fatal(err)
		}
		t.Skipf("%v: OFAC's file is not part of the repository", err)
	}
	defer z.Close()
	if testing.Short() {
		t.Skip("reads 121 MB")
	}
	wanted := map[party.Ref]*fact{}
	fs := facts()
	for i := range fs {
		wanted[sdn(fs[i].id)] = &fs[i]
	}
	var entries []*party.Entry
	for _, src := range ofac.Sources() {
		if src.Format() != "ofac-advanced" {
			continue
		}
		for e, err := range src.Parse(z) {
			if err != nil {
				t.Fatal(err)
			}
			entries = append(entries, &e)
			f := wanted[e.Ref]
			if f == nil {
				continue
			}
			delete(wanted, e.Ref)
			if e.Name() != f.name || e.Kind != f.kind {
				t.Errorf("%v is %q, %v", e.Ref, e.Name(), e.Kind)
			}
			if f.founded != "" && (len(e.Founded) == 0 || e.Founded[0].From.String() != f.founded) {
				t.Errorf("%v founded %v, want %s", e.Ref, e.Founded, f.founded)
			}
			if len(e.Listings) == 0 || e.Listings[0].Listed.String() != f.listed {
				t.Errorf("%v listed %+v, want %s", e.Ref, e.Listings, f.listed)
			}
			for _, want := range f.ties {
				if !slices.ContainsFunc(e.Relations, func(r party.Relation) bool { return r.Kind == want.Kind && r.To == want.To }) {
					t.Errorf("%v: no relation %v %v in %+v", e.Ref, want.Kind, want.To, e.Relations)
				}
			}
		}
	}
	if len(wanted) > 0 {
		t.Errorf("not in the file: %v", wanted)
	}
	ls := NewLinks(slices.Values(entries))
	doubts, both := 0, 0
	for _, e := range entries {
		for _, l := range ls.Of(e.Ref) {
			if l.Subject != e.Ref {
				continue
			}
			if l.Doubt != "" {
				doubts++
			}
			if l.Both {
				both++
			}
		}
	}
	t.Logf("%d entries, %d links, %d said from both ends, %d with a doubtful direction", len(entries), ls.Len(), both, doubts)
	if ls.Len() < 7000 {
		t.Errorf("%d links, want most of the file's 8,194 relationships", ls.Len())
	}
}
