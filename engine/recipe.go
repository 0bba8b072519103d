// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/book"
	"github.com/interdict-dev/interdict/identity"
	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/internal/segment"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/starter"
	"github.com/interdict-dev/interdict/watchlist"
	"github.com/interdict-dev/interdict/watchlist/local"
)

// A recipe says of which editions and decisions a book was made, so that the book
// of a past answer can be made again, bit for bit, long after it was removed: a
// book of OFAC's list has 60 MB, its recipe some hundred bytes.
type recipe struct {
	Version int        `json:"version"`
	Book    string     `json:"book"`          // digest, as in answers
	Program string     `json:"program"`       // that made it
	Starter party.Date `json:"starter"`       // of the built-in facts
	Model   string     `json:"model"`         // of name comparison
	Law     string     `json:"law,omitempty"` // version of the rule pack
	// Packs are the texts in packs/ that the book holds; nil in a recipe of version 1.
	Packs  *recipePacks   `json:"packs,omitempty"`
	Series []recipeSeries `json:"series"`
	// Local is how lists of the user's own were read.
	Local map[string]local.List `json:"local,omitempty"`
	// Decisions is how many joins and splits of the home counted; they are only
	// ever appended.
	Decisions int `json:"decisions,omitempty"`
	// Intel is the number of the last file of intelligence that was kept.
	Intel int `json:"intel,omitempty"`
	// Origins is the text of origins.txt.
	Origins string `json:"origins,omitempty"`
}

// A recipeSeries is the state of one list.
type recipeSeries struct {
	Series  watchlist.Series `json:"series"`
	Edition string           `json:"edition"`
	Held    []recipeHeld     `json:"held,omitempty"`
	// Later is the edition whose listing dates tell who came until Day.
	Later string     `json:"later,omitempty"`
	Day   party.Date `json:"day,omitzero"`
}

// A recipeHeld are the entries of an earlier edition that stayed.
type recipeHeld struct {
	From string      `json:"from"`
	Refs []party.Ref `json:"refs"`
}

// recipeVersion is the version of recipes that this program writes. Versions
// ever used: 1, the first; 2, with the packs that judge.
const recipeVersion = 2

// recipeOf writes down what a book is made of.
func (h *Home) recipeOf(states []state, joins []identity.Decision) (recipe, error) {
	r := recipe{Version: recipeVersion, Program: h.Program, Starter: starter.Date(), Model: h.packs().model.Version, Law: h.packs().law.Version(), Decisions: len(joins) - len(starter.Joins())}
	all, err := h.AllIntel()
	if err != nil {
		return r, err
	}
	for _, k := range all {
		r.Intel = max(r.Intel, k.Seq)
	}
	if r.Origins, err = h.originsText(filepath.Join(h.Dir, "origins.txt")); err != nil {
		return r, err
	}
	for _, st := range states {
		s := recipeSeries{Series: st.Series, Edition: st.Newest.ID, Later: st.later.ID, Day: st.day}
		for _, hold := range st.Live.Held {
			i := slices.IndexFunc(s.Held, func(x recipeHeld) bool { return x.From == hold.From })
			if i < 0 {
				i, s.Held = len(s.Held), append(s.Held, recipeHeld{From: hold.From})
			}
			s.Held[i].Refs = append(s.Held[i].Refs, hold.Ref)
		}
		r.Series = append(r.Series, s)
		if isLocal(st.Newest.Format) {
			if r.Local == nil {
				r.Local = map[string]local.List{}
			}
			name := st.Newest.Header.Title
			if r.Local[name], err = h.Local(name); err != nil {
				return r, err
			}
		}
	}
	return r, nil
}

// isLocal says that a format is that of lists of the user's own.
func isLocal(format string) bool { return format == local.Format }

func (h *Home) recipePath(d segment.Digest) string {
	return filepath.Join(h.Dir, "books", d.Hex()+".json")
}

// keepRecipe writes the recipe of a book. Two of one book say the same in other
// words, so the first stays.
func (h *Home) keepRecipe(d segment.Digest, r recipe) error {
	if _, err := os.Stat(h.recipePath(d)); err == nil {
		return nil
	}
	kept, err := h.keepPacks(h.packs())
	if err != nil {
		return err
	}
	r.Book, r.Packs = d.String(), &kept
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(h.Dir, "books"), 0o755); err != nil {
		return err
	}
	return swapSynced(h.recipePath(d), append(text, '\n'))
}

// readRecipe reads the recipe of a book; [errkind.NotFound] where the home has
// none.
func (h *Home) readRecipe(d segment.Digest) (recipe, error) {
	text, err := os.ReadFile(h.recipePath(d))
	if errors.Is(err, fs.ErrNotExist) {
		return recipe{}, errkind.New(errkind.NotFound, "this home never had it: name the file with --book")
	}
	if err != nil {
		return recipe{}, err
	}
	var r recipe
	if err := json.Unmarshal(text, &r); err != nil {
		return r, errkind.Wrap(errkind.Unavailable, fmt.Errorf("the recipe %s is damaged: %w", h.recipePath(d), err))
	}
	if r.Version < 1 || r.Version > recipeVersion {
		return r, errkind.New(errkind.Invalid, fmt.Sprintf("the recipe %s has version %d and this program reads up to %d: use a newer program", h.recipePath(d), r.Version, recipeVersion))
	}
	return r, nil
}

// states returns the states of the lists that a recipe names.
func (r *recipe) states(a *watchlist.Archive) ([]state, error) {
	var out []state
	for _, s := range r.Series {
		e, err := a.Edition(s.Series, s.Edition)
		if err != nil {
			return nil, err
		}
		st := state{Status: watchlist.Status{Series: s.Series, Newest: e}, day: s.Day}
		if s.Later != "" {
			if st.later, err = a.Edition(s.Series, s.Later); err != nil {
				return nil, err
			}
		}
		for _, from := range s.Held {
			for _, ref := range from.Refs {
				st.Live.Held = append(st.Live.Held, watchlist.Hold{Ref: ref, From: from.From})
			}
		}
		slices.SortFunc(st.Live.Held, func(x, y watchlist.Hold) int { return x.Ref.Compare(y.Ref) })
		out = append(out, st)
	}
	return out, nil
}

// BookOf returns the path of the book of a digest, as it stands in answers. What
// the home does not keep any more it makes again in the cache, from the editions
// kept and the decisions of then, and returns it only where every bit is the
// same. [errkind.NotFound] means that this home never had it;
// [errkind.Unavailable] that it cannot be made again, and why.
func (h *Home) BookOf(ctx context.Context, digest string) (string, error) {
	d, err := segment.ParseDigest(digest)
	if err != nil {
		return "", err
	}
	for _, p := range []string{filepath.Join(h.Dir, "books", d.Hex()+".book"), filepath.Join(h.Cache, "again-"+d.Hex()+".book")} {
		if isBook(p, d) {
			return p, nil
		}
	}
	if p, err := h.Starter(ctx); err == nil && isBook(p, d) {
		return p, nil
	}
	r, err := h.readRecipe(d)
	if err != nil {
		return "", fmt.Errorf("book %.19s…: %w", digest, err)
	}
	p, err := h.again(ctx, d, r)
	if err != nil {
		return "", fmt.Errorf("make book %.19s… again: %w", digest, err)
	}
	return p, nil
}

// isBook says that a file is the book of a digest.
func isBook(path string, d segment.Digest) bool {
	if _, err := os.Stat(path); err != nil {
		return false
	}
	b, err := book.Open(path)
	if err != nil {
		return false
	}
	same := b.Digest() == d
	return b.Close() == nil && same
}

// again makes a book by its recipe.
func (h *Home) again(ctx context.Context, d segment.Digest, r recipe) (string, error) {
	packs, err := h.readPacks(r.Packs)
	if err != nil {
		return "", err
	}
	then := *h
	then.past, then.then = &r, &packs
	a, err := h.Archive()
	if err != nil {
		return "", err
	}
	states, err := r.states(a)
	if err != nil {
		return "", err
	}
	m, err := then.compose(ctx, a, states)
	if err != nil {
		return "", err
	}
	path := filepath.Join(h.Cache, "again-"+d.Hex()+".book")
	got, err := then.compile(ctx, path, m)
	if err != nil {
		return "", err
	}
	if got != d {
		return "", errkind.Wrap(errkind.Unavailable, errors.Join(fmt.Errorf("its editions are kept, but this program makes another book of them, %.19s…: %s", got, r.changed(h)), os.Remove(path)))
	}
	return path, h.sweepCache(path)
}

// changed says what differs between the program that made a book and this one.
func (r *recipe) changed(h *Home) string {
	var why []string
	if r.Starter != starter.Date() {
		why = append(why, fmt.Sprintf("its built-in facts are of %v, then of %v", starter.Date(), r.Starter))
	}
	if r.Packs == nil {
		why = append(why, "the book is of a format that held no rule pack")
	}
	if r.Program != h.Program {
		why = append(why, fmt.Sprintf("it is %s, then %s", h.Program, r.Program))
	}
	if why == nil {
		why = append(why, "intelligence or decisions of then are gone from the home")
	}
	return strings.Join(why, "; ") + "; the program of then makes it, or a copy of the book (--book)"
}

// A making is all that goes into a book.
type making struct {
	plans   []plan
	waiting []watchlist.Series
	kept    *Intel
	intel   string // names what is in kept
	joins   []identity.Decision
	recipe  recipe
}

// compose decides what the book of these states is made of.
func (h *Home) compose(ctx context.Context, a *watchlist.Archive, states []state) (m making, err error) {
	if m.plans, m.waiting, err = h.planAll(ctx, a, states); err != nil {
		return m, err
	}
	if m.kept, m.intel, err = h.keptIntel(); err != nil {
		return m, err
	}
	m.plans = h.withIntel(m.plans, m.kept, m.intel)
	if m.joins, err = h.joins(); err != nil {
		return m, err
	}
	m.recipe, err = h.recipeOf(states, m.joins)
	return m, err
}

// compile compiles a book of the cache. Segments that the home or the cache holds
// are used again.
func (h *Home) compile(ctx context.Context, path string, m making) (segment.Digest, error) {
	folder := filepath.Join(h.Cache, "segments")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return segment.Digest{}, err
	}
	segments, _, err := h.segments(ctx, m.plans, folder)
	if err != nil {
		return segment.Digest{}, err
	}
	tmp, err := os.MkdirTemp(h.Cache, ".new-")
	if err != nil {
		return segment.Digest{}, err
	}
	d, err := h.assembleAt(filepath.Join(tmp, "new.book"), segments, m)
	if err == nil {
		err = os.Rename(filepath.Join(tmp, "new.book"), path)
	}
	return d, errors.Join(err, os.RemoveAll(tmp))
}

func (h *Home) assembleAt(path string, segments []string, m making) (segment.Digest, error) {
	in := h.packs().input()
	in.Joins, in.Claims, in.Notes = m.joins, m.kept.claims(), m.kept.notes()
	return book.Assemble(path, segments, in)
}

// segments compiles what neither the home nor a folder holds into the folder.
func (h *Home) segments(ctx context.Context, plans []plan, folder string) (paths []string, compiled []party.ListID, err error) {
	for _, p := range plans {
		name := p.key + ".segment"
		path := filepath.Join(h.Dir, "segments", name)
		if _, err := os.Stat(path); err == nil {
			paths = append(paths, path)
			continue
		}
		path = filepath.Join(folder, name)
		if _, err := os.Stat(path); err != nil {
			if err := book.CompileList(ctx, path, p.input, h.packs().model); err != nil {
				return nil, nil, err
			}
			compiled = append(compiled, p.input.Info.List)
		}
		paths = append(paths, path)
	}
	return paths, compiled, nil
}

// What the cache keeps: the books of a few past days, and their segments. Both
// are made again when they are asked for.
const (
	cachedBooks    = 4
	cachedSegments = 12
)

// sweepCache removes the oldest books and segments of the cache, never keep.
func (h *Home) sweepCache(keep string) error {
	return errors.Join(
		leaveNewest(filepath.Join(h.Cache, "[pa]*-*.book"), cachedBooks, keep), // past- and again-
		leaveNewest(filepath.Join(h.Cache, "segments", "*.segment"), cachedSegments, keep),
	)
}

// leaveNewest removes all but the n newest files of a pattern. What a running
// program has mapped lives on until it lets go.
func leaveNewest(pattern string, n int, keep ...string) error {
	files, err := filepath.Glob(pattern)
	errs := []error{err}
	slices.SortFunc(files, newestFirst)
	for i, p := range files {
		if i >= n && !slices.Contains(keep, p) {
			errs = append(errs, os.Remove(p))
		}
	}
	return errors.Join(errs...)
}
