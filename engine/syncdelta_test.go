// SPDX-License-Identifier: Apache-2.0

package engine_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/interdict-dev/interdict/engine"
	"github.com/interdict-dev/interdict/watchlist"
	"github.com/interdict-dev/interdict/watchlist/ftm"
	"github.com/interdict-dev/interdict/watchlist/ofac"
	"github.com/interdict-dev/interdict/watchlist/sls"
)

// fileOf reads a hand-written sample of a reader.
func fileOf(t *testing.T, elem ...string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(append([]string{"..", "watchlist"}, elem...)...))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// files makes the site give files by their paths; "" is a page that is not there.
func (s *site) files(at map[string]string) {
	s.handler = func(w http.ResponseWriter, r *http.Request) {
		text, ok := at[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		fmt.Fprint(w, text)
	}
}

func (s *site) paths() []string {
	var out []string
	for _, r := range s.asked {
		out = append(out, r.URL.Path)
	}
	return out
}

const (
	ftmFirst = "20260102000000-bbb.entities.delta.json"
	ftmLast  = "20260103000000-ccc.entities.delta.json"
)

// ftmSite plays the publisher of a data set, of which version aaa is synced and
// versions bbb and ccc have come since.
func ftmSite(t *testing.T) (*site, map[string]string) {
	s := newSite(t)
	s.home.Sources = ftm.Sources()
	s.lists = []engine.Publisher{{
		List:  "ftm-primer",
		Files: []engine.PublishedFile{{Name: "entities.ftm.json", Address: s.server.URL + "/entities.ftm.json"}, {Name: "index.json", Address: s.server.URL + "/index.json"}},
		Delta: engine.DeltaFTM, DeltaAddress: s.server.URL + "/delta.json",
		Header: http.Header{"Authorization": {"Token {token}"}}, Token: "s3cret",
	}}
	deltas := strings.ReplaceAll(fileOf(t, "ftm", "testdata", "delta.json"), "https://data.example", s.server.URL)
	deltas = strings.Replace(deltas, `"versions": {`, `"versions": {"20260101000000-aaa": "`+s.server.URL+`/0",`, 1)
	at := map[string]string{
		"/entities.ftm.json": fileOf(t, "ftm", "testdata", "entities.ftm.json"),
		"/index.json":        fileOf(t, "ftm", "testdata", "index.json"),
		"/delta.json":        deltas,
		"/1":                 fileOf(t, "ftm", "testdata", ftmFirst),
		"/2":                 fileOf(t, "ftm", "testdata", ftmLast),
	}
	s.files(at)
	s.want(engine.Added)
	return s, at
}

// whole makes the site give the whole data set of version ccc.
func whole(t *testing.T, at map[string]string) {
	at["/entities.ftm.json"] = fileOf(t, "ftm", "testdata", "next.entities.ftm.json")
	at["/index.json"] = `{"name":"primer","version":"20260103000000-ccc","updated_at":"2026-01-03T00:00:00"}`
}

func TestSyncTakesChanges(t *testing.T) {
	s, at := ftmSite(t)
	got := s.want(engine.Added)
	if !slices.Equal(s.paths(), []string{"/delta.json", "/1", "/2"}) || got.Edition.Header.Version != "20260103000000-ccc" || got.Edition.Base == "" || !strings.Contains(got.Note, "2 files of changes") {
		t.Errorf("asked for %q: %+v", s.paths(), got)
	}
	if s.asked[1].Header.Get("Authorization") != "Token s3cret" {
		t.Error("the changes were asked for without the header of the list")
	}
	if left := s.inSync(); !slices.Equal(left, []string{"state.json"}) {
		t.Errorf("in the folder lie %q", left)
	}
	// Nothing newer is one small question.
	s.now = now.Add(30 * time.Hour)
	if again := s.want(engine.Unchanged); !slices.Equal(s.paths(), []string{"/delta.json"}) || again.Edition.ID != got.Edition.ID || !again.Edition.Checked.Equal(s.now) {
		t.Errorf("asked for %q: %+v", s.paths(), again)
	}
	// After a week the whole list is fetched and held against what changes made.
	whole(t, at)
	s.now = now.Add(8 * 24 * time.Hour)
	if held := s.want(engine.Added); held.Edition.Base != "" || !held.Edition.Drift.IsZero() || held.Edition.Counts.Entries != got.Edition.Counts.Entries || !slices.Contains(s.paths(), "/entities.ftm.json") {
		t.Errorf("held against the whole list: %+v", held)
	}
	s.want(engine.Unchanged)
	if !slices.Equal(s.paths(), []string{"/delta.json"}) {
		t.Errorf("the week after: asked for %q", s.paths())
	}
}

// TestSyncSaysWhatChangesLost plays changes that can be applied and are wrong.
func TestSyncSaysWhatChangesLost(t *testing.T) {
	s, at := ftmSite(t)
	at["/2"] = strings.TrimRight(at["/2"], "\n") + "\n" + `{"op":"ADD","entity":{"id":"x-1","schema":"Company","caption":"Baltic Pump Factory","properties":{"name":["Baltic Pump Factory"],"topics":["sanction"]},"datasets":["primer"],"target":true}}` + "\n"
	s.want(engine.Added)
	whole(t, at)
	s.now = now.Add(8 * 24 * time.Hour)
	if held := s.want(engine.Added); len(held.Edition.Drift.Extra) != 1 {
		t.Errorf("drift %+v", held.Edition.Drift)
	}
}

// TestSyncFetchesTheWholeListInstead plays every way in which changes cannot be
// taken: the whole list is fetched, it is said why, and nothing is kept of them.
func TestSyncFetchesTheWholeListInstead(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(s *site, at map[string]string)
		says  string
	}{
		"cut off":            {func(s *site, at map[string]string) { at["/2"] = at["/2"][:len(at["/2"])-20] }, "cut off"},
		"not there":          {func(s *site, at map[string]string) { delete(at, "/2") }, "404"},
		"a web page":         {func(s *site, at map[string]string) { at["/2"] = "<!DOCTYPE html><title>Be right back</title>" }, "Be right back"},
		"of another state":   {func(s *site, at map[string]string) { at["/1"] = `{"op":"DEL","entity":{"id":"nobody"}}` }, "not there"},
		"adds what is there": {func(s *site, at map[string]string) { at["/1"] = strings.ReplaceAll(at["/1"], `"MOD"`, `"ADD"`) }, "there already"},
		"no list of changes": {func(s *site, at map[string]string) { at["/delta.json"] = "oops" }, "no list of changes"},
		"a gap": {func(s *site, at map[string]string) {
			at["/delta.json"] = `{"versions":{"20260103000000-ccc":"` + s.server.URL + `/2"}}`
		}, "the changes begin with 20260103000000-ccc"},
		"behind what is kept": {func(s *site, at map[string]string) {
			at["/delta.json"] = `{"versions":{"20250103000000-ccc":"` + s.server.URL + `/2"}}`
		}, "the changes end with"},
		"no address": {func(s *site, at map[string]string) {
			at["/delta.json"] = strings.ReplaceAll(at["/delta.json"], s.server.URL+"/2", "file:///etc/passwd")
		}, "no address with https"},
		"a version that leads elsewhere": {func(s *site, at map[string]string) {
			at["/delta.json"] = strings.ReplaceAll(at["/delta.json"], "20260103000000-ccc", "20260103/../../../x")
		}, "is no version"},
	} {
		t.Run(name, func(t *testing.T) {
			s, at := ftmSite(t)
			c.spoil(s, at)
			whole(t, at)
			got := s.want(engine.Added)
			if got.Edition.Base != "" || !strings.Contains(got.Note, c.says) || !strings.Contains(got.Note, "whole list") || len(s.editions()) != 2 {
				t.Errorf("%d editions, note %q, want %q", len(s.editions()), got.Note, c.says)
			}
			if left := s.inSync(); !slices.Equal(left, []string{"state.json"}) {
				t.Errorf("in the folder lie %q", left)
			}
		})
	}
}

// TestSyncKeepsChangesWhereTheWholeListFails loses the server of whole files on
// the day on which they are due.
func TestSyncKeepsChangesWhereTheWholeListFails(t *testing.T) {
	s, at := ftmSite(t)
	delete(at, "/entities.ftm.json")
	s.now = now.Add(8 * 24 * time.Hour)
	if got := s.want(engine.Added); got.Edition.Header.Version != "20260103000000-ccc" || !strings.Contains(got.Note, "could not be had") {
		t.Errorf("%+v", got)
	}
	at["/delta.json"] = "oops"
	if got := s.run(); got.Outcome != engine.Failed || !strings.Contains(got.Err.Error(), "404") || !strings.Contains(got.Err.Error(), "no list of changes") {
		t.Errorf("without either: %q, %v", got.Outcome, got.Err)
	}
}

const slsDelta = `<?xml version="1.0" encoding="utf-8"?>
<sanctionsData xmlns="https://www.treasury.gov/ofac/DeltaFile/1.0"><publicationInfo><datePublished>2026-02-04T00:00:00-05:00</datePublished></publicationInfo><entities><entity id="900009" action="add"><generalInfo><entityType refId="601">Entity</entityType></generalInfo><sanctionsLists><sanctionsList refId="1550" id="9" datePublished="2026-02-04">SDN List</sanctionsList></sanctionsLists><sanctionsPrograms><sanctionsProgram id="64112" refId="211">CYBER2</sanctionsProgram></sanctionsPrograms><sanctionsTypes><sanctionsType id="51159" refId="1705">Block</sanctionsType></sanctionsTypes><names><name id="90481"><isPrimary>true</isPrimary><isLowQuality>false</isLowQuality><translations><translation id="1"><isPrimary>true</isPrimary><formattedFullName>BALTIC PUMP FACTORY</formattedFullName></translation></translations></name></names></entity></entities></sanctionsData>`

// TestSyncTakesChangesOfSLS plays OFAC's service: publications 7 and 8 are in the
// whole file, 9 comes later.
func TestSyncTakesChangesOfSLS(t *testing.T) {
	s := newSite(t)
	s.home.Sources = []watchlist.Source{sls.Source{Full: ofac.Enhanced{}}}
	s.lists = []engine.Publisher{{
		List:  "us-ofac-sdn",
		Files: []engine.PublishedFile{{Name: "SDN_ENHANCED.XML", Address: s.server.URL + "/full"}},
		Delta: engine.DeltaSLS, DeltaAddress: s.server.URL + "/sls/",
	}}
	history := "/sls/changes/history/2026"
	at := map[string]string{
		"/full":          fileOf(t, "ofac", "testdata", "SDN_ENHANCED.XML"),
		history:          `[{"publicationID":7,"datePublished":"2026-01-30T12:55:54.171841"},{"publicationID":8,"datePublished":"2026-02-03T12:55:54.171841"}]`,
		"/sls/changes/9": slsDelta,
	}
	s.files(at)
	first := s.want(engine.Added)
	s.want(engine.Unchanged)
	if !slices.Equal(s.paths(), []string{history}) {
		t.Errorf("asked for %q", s.paths())
	}
	at[history] = strings.TrimSuffix(at[history], "]") + `,{"publicationID":9,"datePublished":"2026-02-04T10:00:00"}]`
	got := s.want(engine.Added)
	if !slices.Equal(s.paths(), []string{history, "/sls/changes/9"}) || got.Edition.Counts.Entries != first.Edition.Counts.Entries+1 || got.Edition.Base != first.Edition.ID {
		t.Errorf("asked for %q: %+v", s.paths(), got)
	}
	s.want(engine.Unchanged)

	// A change of an entity that is not there: the whole file is fetched instead.
	at[history] = strings.TrimSuffix(at[history], "]") + `,{"publicationID":10,"datePublished":"2026-02-05T10:00:00"}]`
	at["/sls/changes/10"] = strings.NewReplacer("2026-02-04T", "2026-02-05T", `id="900009" action="add"`, `id="900077" action="remove"`).Replace(slsDelta)
	at["/full"] = strings.Replace(at["/full"], "<dataAsOf>2026-02-03", "<dataAsOf>2026-02-05", 1)
	if got := s.want(engine.Added); got.Edition.Base != "" || !strings.Contains(got.Note, "not there") || got.Edition.Header.Published.String() != "2026-02-05" {
		t.Errorf("%+v", got)
	}
	// Where the history cannot be had, only whole files are taken.
	delete(at, history)
	if got := s.want(engine.Unchanged); !slices.Contains(s.paths(), "/full") {
		t.Errorf("asked for %q: %+v", s.paths(), got)
	}
}

// TestSyncTakesNoChangesOfAnotherFormat holds that an edition in the format
// ADVANCED, whose elements have other identifiers, is never patched.
func TestSyncTakesNoChangesOfAnotherFormat(t *testing.T) {
	s := newSite(t)
	s.home.Sources = ofac.Sources()
	s.lists = []engine.Publisher{{
		List:  "us-ofac-sdn",
		Files: []engine.PublishedFile{{Name: "SDN_ADVANCED.XML", Address: s.server.URL + "/full"}},
		Delta: engine.DeltaSLS, DeltaAddress: s.server.URL,
	}}
	s.files(map[string]string{
		"/full":                 fileOf(t, "ofac", "testdata", "SDN_ADVANCED.XML"),
		"/changes/history/2026": `[{"publicationID":9,"datePublished":"2026-02-04T10:00:00"}]`,
		"/changes/9":            slsDelta,
	})
	s.want(engine.Added)
	s.want(engine.Unchanged)
	if len(s.editions()) != 1 || slices.Contains(s.paths(), "/changes/9") {
		t.Errorf("asked for %q, %d editions", s.paths(), len(s.editions()))
	}
}
