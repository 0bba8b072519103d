// SPDX-License-Identifier: Apache-2.0

package sls_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/watchlist"
	"github.com/interdict-dev/interdict/watchlist/ofac"
	"github.com/interdict-dev/interdict/watchlist/sls"
)

// The full file is the hand-written fixture of watchlist/ofac; the deltas below
// are written by hand in the shape of OFAC's, about invented parties.
const head = `<?xml version="1.0" encoding="utf-8"?>
<sanctionsData xmlns="https://www.treasury.gov/ofac/DeltaFile/1.0">
  <publicationInfo><datePublished>DAY</datePublished><publicationType>Standard Action</publicationType></publicationInfo>
  <entities>`

func delta(day, entities string) *fstest.MapFile {
	return &fstest.MapFile{Data: []byte(strings.Replace(head, "DAY", day, 1) + entities + "</entities></sanctionsData>")}
}

const added = `<entity id="900009" action="add"><generalInfo><entityType refId="601">Entity</entityType></generalInfo>
  <sanctionsLists><sanctionsList refId="1550" id="9" datePublished="2026-08-28">SDN List</sanctionsList></sanctionsLists>
  <sanctionsPrograms><sanctionsProgram id="64112" refId="211">SDGT</sanctionsProgram></sanctionsPrograms>
  <sanctionsTypes><sanctionsType id="51159" refId="1705">Block</sanctionsType></sanctionsTypes>
  <names><name id="90481"><isPrimary>true</isPrimary><isLowQuality>false</isLowQuality><translations><translation id="1"><isPrimary>true</isPrimary><formattedFullName>PRIMER &amp; SONS</formattedFullName></translation></translations></name></names></entity>`

const changed = `<entity id="900001" action="modify"><generalInfo><remarks>Said by the delta</remarks></generalInfo>
  <names><name id="77" action="add"><isPrimary>false</isPrimary><aliasType refId="1400">A.K.A.</aliasType><isLowQuality>false</isLowQuality><translations><translation id="1"><isPrimary>true</isPrimary><formattedFullName>PRIMEROV THE YOUNGER</formattedFullName></translation></translations></name>
  <name id="2" action="remove"/></names></entity>`

func full(t testing.TB) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "ofac", "testdata", "SDN_ENHANCED.XML"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func read(t testing.TB, files fstest.MapFS) (map[string]party.Entry, []string) {
	t.Helper()
	entries, rejects := map[string]party.Entry{}, []string(nil)
	for e, err := range (sls.Source{Full: ofac.Enhanced{}}).Parse(files) {
		var r *watchlist.Reject
		switch {
		case errors.As(err, &r):
			rejects = append(rejects, r.Error())
		case err != nil:
			t.Fatal(err)
		default:
			entries[e.Ref.ID] = e
		}
	}
	return entries, rejects
}

func TestDeltasAreApplied(t *testing.T) {
	before, was := read(t, fstest.MapFS{"SDN_ENHANCED.XML": {Data: full(t)}})
	files := fstest.MapFS{
		"SDN_ENHANCED.XML": {Data: full(t)},
		"delta2.xml":       delta("2026-08-29T00:00:00-04:00", `<entity id="900002" action="remove"/>`),
		"delta1.xml":       delta("2026-08-28T00:00:00-04:00", added+changed),
	}
	h, err := (sls.Source{Full: ofac.Enhanced{}}).Detect(files)
	if err != nil || h.Published != (party.Date{Year: 2026, Month: 8, Day: 29}) || h.List != "us-ofac-sdn" {
		t.Fatalf("Detect = %+v, %v", h, err)
	}
	after, rejects := read(t, files)
	if !slices.Equal(rejects, was) {
		t.Errorf("rejects %q, want %q as without deltas", rejects, was)
	}
	if _, ok := after["900002"]; ok || len(after) != len(before) {
		t.Errorf("%d entries after %d, one added and one removed", len(after), len(before))
	}
	if e := after["900009"]; e.Name() != "PRIMER & SONS" || len(e.Listings) != 1 || e.Listings[0].Programs[0] != "SDGT" {
		t.Errorf("the entity that was added is %+v", e)
	}
	old, now := before["900001"], after["900001"]
	var fields []string
	for _, c := range watchlist.Changes(&old, &now) {
		fields = append(fields, c.String())
	}
	text := strings.Join(fields, "\n")
	for _, want := range []string{`+ "PRIMEROV THE YOUNGER"`, `- "VANYA & CO"`, "Said by the delta"} {
		if !strings.Contains(text, want) {
			t.Errorf("the changes do not say %s:\n%s", want, text)
		}
	}
	if len(fields) > 6 {
		t.Errorf("more changed than the delta says:\n%s", text)
	}
}

func TestWithoutDeltas(t *testing.T) {
	files := fstest.MapFS{"SDN_ENHANCED.XML": {Data: full(t)}}
	h, err := (sls.Source{Full: ofac.Enhanced{}}).Detect(files)
	want, err2 := (ofac.Enhanced{}).Detect(files)
	if err != nil || err2 != nil || h != want {
		t.Errorf("Detect = %+v, %v, want %+v", h, err, want)
	}
}

func TestWhatDoesNotFit(t *testing.T) {
	for _, c := range []struct{ name, entities, want string }{
		{"change of nobody", `<entity id="5" action="modify"/>`, "not there"},
		{"removal of nobody", `<entity id="5" action="remove"/>`, "not there"},
		{"addition of somebody", strings.Replace(added, "900009", "900001", 1), "there already"},
		{"change of no name", `<entity id="900001" action="modify"><names><name id="99" action="remove"/></names></entity>`, "name 99"},
	} {
		_, rejects := read(t, fstest.MapFS{"SDN_ENHANCED.XML": {Data: full(t)}, "delta.xml": delta("2026-08-28", c.entities)})
		if text := strings.Join(rejects, "\n"); !strings.Contains(text, c.want) || !strings.Contains(text, "delta.xml") {
			t.Errorf("%s: rejects %q, want %q", c.name, text, c.want)
		}
	}
	for name, d := range map[string]*fstest.MapFile{
		"no day":      delta("soon", added),
		"too old":     delta("2020-01-01", added),
		"no action":   delta("2026-08-28", `<entity id="1"/>`),
		"half a file": {Data: delta("2026-08-28", added).Data[:500]},
	} {
		if h, err := (sls.Source{Full: ofac.Enhanced{}}).Detect(fstest.MapFS{"SDN_ENHANCED.XML": {Data: full(t)}, "delta.xml": d}); err == nil {
			t.Errorf("%s: Detect = %+v", name, h)
		}
	}
}

// FuzzDelta holds that no delta crashes the reader or loses an entity that it
// does not speak of.
func FuzzDelta(f *testing.F) {
	f.Add(string(delta("2026-08-28", added+changed).Data))
	f.Add(string(delta("2026-08-28", `<entity id="900002" action="remove"/>`).Data))
	base := full(f)
	f.Fuzz(func(t *testing.T, text string) {
		files := fstest.MapFS{"SDN_ENHANCED.XML": {Data: base}, "delta.xml": {Data: []byte(text)}}
		for _, err := range (sls.Source{Full: ofac.Enhanced{}}).Parse(files) {
			_ = err // any error will do, no panic
		}
	})
}
