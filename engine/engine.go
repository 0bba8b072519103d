// SPDX-License-Identifier: Apache-2.0

// Package engine turns what a home holds into the book that is screened
// against, and keeps that book current.
//
// A home is a folder: the archive of editions (package watchlist), decisions
// about identities, the segments of lists and the books made of them. [Home.Rebuild]
// compiles what changed, puts the book together and swaps the pointer
// "current"; books in use stay open until they are released. Without any list
// there is the starter book, compiled from the built-in facts on first use.
// doc/home.md draws the folder.
package engine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"

	"github.com/interdict-dev/interdict/book"
	"github.com/interdict-dev/interdict/identity"
	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/internal/segment"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/starter"
	"github.com/interdict-dev/interdict/watchlist"
)

// A Home is the folder in which the program keeps lists and books.
type Home struct {
	Dir     string
	Cache   string             // for the starter book; may be emptied at any time
	Program string             // changes whenever the program may read or compile otherwise
	Sources []watchlist.Source // the readers of kept editions, by format

	past *recipe // of the book that is made again; nil for what the home holds now
	then *packs  // with which it is made; nil for this program's
}

// Archive opens the archive of editions.
func (h *Home) Archive() (*watchlist.Archive, error) {
	return watchlist.OpenArchive(filepath.Join(h.Dir, "lists"))
}

// Current returns the path of the home's book; [errkind.NotFound] where no list
// was added yet.
func (h *Home) Current() (string, error) {
	name, err := os.ReadFile(filepath.Join(h.Dir, "current"))
	if errors.Is(err, fs.ErrNotExist) {
		return "", errkind.New(errkind.NotFound, "no list was added yet: run `interdict lists add FILE`")
	}
	if err != nil {
		return "", fmt.Errorf("read the pointer to the book: %w", err)
	}
	path := filepath.Join(h.Dir, "books", strings.TrimSpace(string(name)))
	if _, err := os.Stat(path); err != nil {
		return "", errkind.Wrap(errkind.Unavailable, fmt.Errorf("the book that is current is missing: %w; run `interdict lists rebuild`", err))
	}
	return path, nil
}

// Starter returns the path of the starter book, which is compiled where the
// cache does not hold it.
func (h *Home) Starter(ctx context.Context) (string, error) {
	path := filepath.Join(h.Cache, "starter-"+h.key("starter", starter.Date().String(), h.packs().key())+".book")
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	if err := os.MkdirAll(h.Cache, 0o755); err != nil {
		return "", fmt.Errorf("compile the starter book: %w", err)
	}
	in := h.packs().input()
	in.Joins, in.Claims = starter.Joins(), starter.Claims()
	for _, l := range starter.Lists() {
		in.Lists = append(in.Lists, starterList(l))
	}
	d, err := book.Compile(ctx, path, in)
	if err != nil {
		return "", err
	}
	// No list, no decision and no intelligence of the home is in it.
	r := recipe{Version: recipeVersion, Program: h.Program, Starter: starter.Date(), Model: h.packs().model.Version, Law: h.packs().law.Version()}
	if err := h.keepRecipe(d, r); err != nil {
		return "", fmt.Errorf("compile the starter book: %w", err)
	}
	return path, nil
}

func starterList(l party.ListID) book.ListInput {
	return book.ListInput{
		Info:    book.Info{List: l, Title: starter.Open().ListTitle(l), Format: "starter", Published: starter.Open().ListDate(l), Edition: "starter " + starter.Date().String(), Starter: true},
		Entries: of(l, starter.Entries()),
	}
}

// of keeps the entries of one list.
func of(l party.ListID, all iter.Seq2[party.Entry, error]) iter.Seq2[party.Entry, error] {
	return func(yield func(party.Entry, error) bool) {
		for e, err := range all {
			if (err != nil || e.Ref.List == l) && !yield(e, err) {
				return
			}
		}
	}
}

// key names something compiled by all that it depends on.
func (h *Home) key(parts ...string) string {
	s := sha256.New()
	for _, p := range append(parts, h.Program, h.packs().model.Text(), fmt.Sprint(book.Version)) {
		fmt.Fprintf(s, "%d:%s", len(p), p)
	}
	return hex.EncodeToString(s.Sum(nil)[:12])
}

// A Rebuilt says what a rebuild did.
type Rebuilt struct {
	Path     string
	Digest   segment.Digest
	Compiled []party.ListID // lists whose segment was made anew
	Waiting  []watchlist.Series
}

// Rebuild compiles the home's book from the live entries of every series, the
// starter's lists that no newer edition replaces, and the recorded decisions.
// Segments of lists that did not change are used again.
//
// The order of writes: segments, the recipe of the book, the book, each named by
// its content; last the pointer "current". A crash before that leaves files that
// the next rebuild uses or replaces, and the old book current.
func (h *Home) Rebuild(ctx context.Context) (Rebuilt, error) {
	a, err := h.Archive()
	if err != nil {
		return Rebuilt{}, err
	}
	if err := h.renameLocal(ctx, a); err != nil {
		return Rebuilt{}, fmt.Errorf("rebuild the book: %w", err)
	}
	states, err := a.Status()
	if err != nil {
		return Rebuilt{}, fmt.Errorf("rebuild the book: %w", err)
	}
	m, err := h.compose(ctx, a, today(states))
	if err != nil {
		return Rebuilt{}, fmt.Errorf("rebuild the book: %w", err)
	}
	r := Rebuilt{Waiting: m.waiting}
	for _, dir := range []string{"segments", "books"} {
		if err := os.MkdirAll(filepath.Join(h.Dir, dir), 0o755); err != nil {
			return Rebuilt{}, fmt.Errorf("rebuild the book: %w", err)
		}
	}
	var segments []string
	if segments, r.Compiled, err = h.segments(ctx, m.plans, filepath.Join(h.Dir, "segments")); err != nil {
		return Rebuilt{}, err
	}
	if err := h.assemble(&r, segments, m); err != nil {
		return Rebuilt{}, err
	}
	return r, h.sweep(segments, r.Path)
}

// joins are the starter's and those that were recorded in this home.
func (h *Home) joins() ([]identity.Decision, error) {
	own, err := h.Decisions()
	return append(starter.Joins(), own...), err
}

func (h *Home) assemble(r *Rebuilt, segments []string, m making) (err error) {
	folder, err := os.MkdirTemp(filepath.Join(h.Dir, "books"), ".new-") // its own: two rebuilds at a time must not mix
	if err != nil {
		return fmt.Errorf("rebuild the book: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	tmp := filepath.Join(folder, "new.book")
	d, err := h.assembleAt(tmp, segments, m)
	if err != nil {
		return err
	}
	r.Digest, r.Path = d, filepath.Join(h.Dir, "books", d.Hex()+".book")
	if err := h.keepRecipe(d, m.recipe); err != nil {
		return fmt.Errorf("rebuild the book: %w", err)
	}
	if err := os.Rename(tmp, r.Path); err != nil {
		return fmt.Errorf("rebuild the book: %w", err)
	}
	return swap(filepath.Join(h.Dir, "current"), d.Hex()+".book\n")
}

// swap replaces a small file whole. Two at a time leave the one or the other.
func swap(path, text string) error {
	folder, err := os.MkdirTemp(filepath.Dir(path), ".new-")
	if err != nil {
		return fmt.Errorf("swap %s: %w", path, err)
	}
	tmp := filepath.Join(folder, filepath.Base(path))
	if err = os.WriteFile(tmp, []byte(text), 0o644); err == nil {
		err = os.Rename(tmp, path)
	}
	if err = errors.Join(err, os.RemoveAll(folder)); err != nil {
		return fmt.Errorf("swap %s: %w", path, err)
	}
	return nil
}

// keptBooks is how many books stay beside the current one, for programs that
// run and may still open them. Older ones are made again by their recipes.
const keptBooks = 2

// sweep removes segments and books that nothing current needs. What is mapped
// by a running program lives on until it lets go.
func (h *Home) sweep(segments []string, current string) error {
	return errors.Join(
		leaveNewest(filepath.Join(h.Dir, "segments", "*.segment"), 0, segments...),
		leaveNewest(filepath.Join(h.Dir, "books", "*.book"), keptBooks+1, current),
	)
}

func newestFirst(a, b string) int {
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	if errX != nil || errY != nil {
		return strings.Compare(a, b)
	}
	return y.ModTime().Compare(x.ModTime())
}
