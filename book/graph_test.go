// SPDX-License-Identifier: Apache-2.0

package book

import (
	"context"
	"iter"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"github.com/interdict-dev/interdict/evidence"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/starter"
)

// starterBook compiles the built-in facts with one claim more that supersedes
// another, and a website that is none.
func starterBook(t *testing.T) *Book {
	t.Helper()
	claims := slices.Clone(starter.Claims())
	again := claims[0]
	again.ID, again.Supersedes, again.Note = "again", claims[0].ID, "corrected"
	in := Input{Joins: starter.Joins(), Claims: append(claims, again)}
	for _, l := range starter.Lists() {
		in.Lists = append(in.Lists, ListInput{Info: Info{List: l, Title: "List " + string(l), Starter: true}, Entries: entriesOf(l)})
	}
	path := filepath.Join(t.TempDir(), "starter.book")
	if _, err := Compile(context.Background(), path, in); err != nil {
		t.Fatal(err)
	}
	b, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() }) // only read
	return b
}

func entriesOf(l party.ListID) iter.Seq2[party.Entry, error] {
	return func(yield func(party.Entry, error) bool) {
		spoilt := false
		for e, err := range starter.Entries() {
			if err == nil && e.Ref.List != l {
				continue
			}
			if !spoilt && err == nil {
				e.Websites, spoilt = append(slices.Clone(e.Websites), "no website at all"), true
			}
			if !yield(e, err) {
				return
			}
		}
	}
}

// TestEvidenceIsThatOfItsClaims holds what a book has of its graph of claims to
// what is built claim by claim and entry by entry when it is open.
func TestEvidenceIsThatOfItsClaims(t *testing.T) {
	b := starterBook(t)
	got, err := b.Evidence()
	if err != nil {
		t.Fatal(err)
	}
	want, err := b.evidenceOfClaims()
	if err != nil {
		t.Fatal(err)
	}
	g, w := got.Tables, want.Tables
	if _, mapped := g.Claims.(*mappedClaims); !mapped {
		t.Fatal("the graph was built anew: the book does not hold it")
	}
	if g.Standing != w.Standing || g.Superseded != w.Superseded || w.Superseded != 1 {
		t.Fatalf("%d claims and %d superseded, want %d and %d, of which one", g.Standing, g.Superseded, w.Standing, w.Superseded)
	}
	own := g.Standing + g.Superseded - b.Manifest().Claims
	if own < 100 {
		t.Fatalf("%d claims of entries: the starter has more", own)
	}
	for n := range g.Standing + g.Superseded {
		if g.Claims.Claim(n) != w.Claims.Claim(n) {
			t.Fatalf("claim %d is %+v, want %+v", n, g.Claims.Claim(n), w.Claims.Claim(n))
		}
	}
	keys := int(w.KeyEnds[len(w.KeyEnds)-1])
	if string(g.Keys.Bytes(0, keys)) != string(w.Keys.Bytes(0, keys)) {
		t.Error("the keys differ")
	}
	for _, c := range [][2]any{
		{g.KeyEnds, w.KeyEnds}, {g.Slots, w.Slots}, {g.Kinds, w.Kinds}, {g.Start, w.Start}, {g.Edges, w.Edges},
		{g.MentionStart, w.MentionStart}, {g.Mentions, w.Mentions}, {g.Lengths4, w.Lengths4}, {g.Lengths6, w.Lengths6}, {got.Unread, want.Unread},
	} {
		if !reflect.DeepEqual(c[0], c[1]) {
			t.Errorf("%v\nwant %v", c[0], c[1])
		}
	}
	if len(want.Unread) < len(starter.Lists()) {
		t.Errorf("%d websites that are none, want one of each list", len(want.Unread))
	}
	if got.Err() != nil {
		t.Error(got.Err())
	}
}

// TestOldTablesAreBuiltAnew holds that a book whose tables this program does not
// know answers from its claims.
func TestOldTablesAreBuiltAnew(t *testing.T) {
	b := starterBook(t)
	e, err := b.evidenceFrom(graphHead{Version: evidence.TablesVersion + 1})
	if err != nil {
		t.Fatal(err)
	}
	if _, mapped := e.Tables.Claims.(*mappedClaims); mapped || e.Tables.Standing == 0 {
		t.Error("tables of another version were taken as they stand")
	}
}

func TestClaimAt(t *testing.T) {
	for _, c := range []struct {
		own      bool
		from, to int
	}{{false, 0, 0}, {true, 0, 1}, {false, 1<<39 - 1, 1<<39 + 100}, {true, 77, 77 + 1<<24 - 1}} {
		x, err := claimAt(c.own, c.from, c.to)
		if err != nil {
			t.Errorf("claimAt(%+v): %v", c, err)
			continue
		}
		own, from, n := wherein(x)
		if own != c.own || from != c.from || n != c.to-c.from {
			t.Errorf("claimAt(%+v) reads back as %v, %d, %d", c, own, from, n)
		}
	}
	for _, c := range [][2]int{{0, 1 << 24}, {1 << 39, 1<<39 + 1}} {
		if _, err := claimAt(false, c[0], c[1]); err == nil {
			t.Errorf("claimAt(%v) gave no error", c)
		}
	}
}
