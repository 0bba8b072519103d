// SPDX-License-Identifier: Apache-2.0

package engine_test

import (
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"testing"

	"github.com/interdict-dev/interdict/engine"
	"github.com/interdict-dev/interdict/identity"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/watchlist"
	"github.com/interdict-dev/interdict/watchlist/local"
)

// before reads a list as programs before v0.1.0 did, when all lists of the
// user's own were one.
type before struct{ local.List }

func (b before) Detect(files fs.FS) (watchlist.Header, error) {
	h, err := b.List.Detect(files)
	h.List = "local"
	return h, err
}

func (b before) Parse(files fs.FS) iter.Seq2[party.Entry, error] {
	return func(yield func(party.Entry, error) bool) {
		for e, err := range b.List.Parse(files) {
			e.Ref = party.Ref{List: "local", ID: b.Name + "/" + e.Ref.ID}
			if !yield(e, err) {
				return
			}
		}
	}
}

// TestOldLocalListsGetAListOfTheirOwn keeps two lists as an older program did,
// with a removal that waits and a decision, and wants each as a list of its own.
func TestOldLocalListsGetAListOfTheirOwn(t *testing.T) {
	h := home(t)
	a, err := h.Archive()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, text string }{
		{"watched", "id,name\n7,Ocean View Hotel\n8,Alpine Ski School\n"}, {"watched", "id,name\n8,Alpine Ski School\n"}, {"partners", "id,name\n7,Grand Palace Casino\n"},
	} {
		path := filepath.Join(t.TempDir(), c.name+".csv")
		if err := os.WriteFile(path, []byte(c.text), 0o644); err != nil {
			t.Fatal(err)
		}
		l := local.List{Name: c.name, Title: c.name, Kind: party.Organization}
		if err := h.SetLocal(l); err != nil {
			t.Fatal(err)
		}
		d, err := engine.Detect([]watchlist.Source{before{l}}, path)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := a.Add(t.Context(), d.Files, d.Source, "test", now); err != nil {
			t.Fatal(err)
		}
		if err := d.Files.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := h.Decide(identity.Decision{Kind: identity.Joined, A: party.Ref{List: "local", ID: "watched/8"}, B: party.Ref{List: "uk-fcdo", ID: "CYB0113"}, By: "A. Officer", Reason: "test", Date: party.DateOf(now)}); err != nil {
		t.Fatal(err)
	}
	b := open(t, rebuild(t, h).Path)
	for ref, name := range map[party.Ref]string{
		{List: "local-watched", ID: "7"}: "Ocean View Hotel", {List: "local-watched", ID: "8"}: "Alpine Ski School", {List: "local-partners", ID: "7"}: "Grand Palace Casino",
	} {
		if e, err := b.Entry(ref); err != nil || e.Name() != name {
			t.Errorf("%v is %q, %v; want %q", ref, e.Name(), err, name)
		}
	}
	if _, ok := b.List("local"); ok {
		t.Error("the book still has the list of all")
	}
	if id, err := b.Identity(party.Ref{List: "local-watched", ID: "8"}); err != nil || len(id.Refs) < 2 {
		t.Errorf("the join is lost: %v, %v", id, err)
	}
	step, err := a.Live("local-watched")
	if err != nil || len(step.Held) != 1 || step.Held[0].Ref != (party.Ref{List: "local-watched", ID: "7"}) {
		t.Errorf("what waits is %+v, %v", step.Held, err)
	}
	if again := rebuild(t, h); again.Digest != b.Digest() {
		t.Error("renaming twice gives another book")
	}
}
