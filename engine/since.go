// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/book"
	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/internal/segment"
	"github.com/interdict-dev/interdict/names"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/screening"
	"github.com/interdict-dev/interdict/watchlist"
)

// A From is the edition of one list since which changes are asked for.
type From struct {
	Series  watchlist.Series
	Edition watchlist.Edition
	// Late says that no edition of the day or before is kept: this one is the oldest,
	// and what changed before it is not seen.
	Late bool
}

// String writes a From as a policy keeps it.
func (f From) String() string { return string(f.Series) + " " + f.Edition.ID }

// Since finds the editions that a word means: a day, or the identifier of an
// edition or its start. A day means of each list the newest edition of then; an
// edition means its list alone. None is [errkind.NotFound].
func (h *Home) Since(word string) ([]From, error) {
	a, err := h.Archive()
	if err != nil {
		return nil, err
	}
	all, err := a.AllSeries()
	if err != nil {
		return nil, err
	}
	day, err := party.ParseDate(word)
	if err == nil && day.Day != 0 {
		return sinceDay(a, all, day)
	}
	var out []From
	for _, s := range all {
		e, err := a.Edition(s, word)
		switch {
		case err == nil:
			out = append(out, From{Series: s, Edition: e})
		case !errors.Is(err, errkind.NotFound):
			return nil, err
		}
	}
	switch len(out) {
	case 0:
		return nil, errkind.New(errkind.NotFound, fmt.Sprintf("%q is neither a day nor an edition that is kept; see `interdict lists history LIST`", word))
	case 1:
		return out, nil
	}
	return nil, errkind.New(errkind.Invalid, fmt.Sprintf("%q begins the name of editions of several lists", word))
}

func sinceDay(a *watchlist.Archive, all []watchlist.Series, day party.Date) ([]From, error) {
	var out []From
	for _, s := range all {
		editions, err := a.Editions(s)
		if err != nil {
			return nil, err
		}
		f := From{Series: s, Edition: editions[0], Late: editionDay(editions[0]).Compare(day) > 0}
		for _, e := range editions {
			if editionDay(e).Compare(day) <= 0 {
				f.Edition = e
			}
		}
		out = append(out, f)
	}
	if len(out) == 0 {
		return nil, errkind.New(errkind.NotFound, "no list was added yet: nothing is known of changes")
	}
	return out, nil
}

// Froms reads what [From.String] wrote.
func (h *Home) Froms(words []string) ([]From, error) {
	a, err := h.Archive()
	if err != nil {
		return nil, err
	}
	var out []From
	for _, w := range words {
		i := strings.LastIndexByte(w, ' ') // titles of lists may have blanks
		if i < 0 {
			return nil, fmt.Errorf("%q names no edition of a list", w)
		}
		e, err := a.Edition(watchlist.Series(w[:i]), w[i+1:])
		if err != nil {
			return nil, err
		}
		out = append(out, From{Series: watchlist.Series(w[:i]), Edition: e})
	}
	return out, nil
}

// Changes says what became of lists between editions and a book of this home:
// entries added, changed, and gone. It depends on the book, these editions and
// the readers alone, so that a past answer can be asked again. The book of the
// entries that are gone is in the cache; the caller closes it.
func (h *Home) Changes(ctx context.Context, digest segment.Digest, from []From) (*screening.Changes, error) {
	r, err := h.readRecipe(digest)
	if err != nil {
		return nil, fmt.Errorf("what changed until book %.19s…: %w", digest, err)
	}
	a, err := h.Archive()
	if err != nil {
		return nil, err
	}
	states, err := r.states(a)
	if err != nil {
		return nil, err
	}
	path := h.changesPath(digest, from)
	if c, err := readChanges(path); err == nil {
		return c, nil
	}
	if err := os.MkdirAll(h.Cache, 0o755); err != nil {
		return nil, err
	}
	all := map[party.Ref]screening.Change{}
	var gone []party.Entry
	for _, f := range from {
		i := slices.IndexFunc(states, func(s state) bool { return s.Series == f.Series })
		if i < 0 {
			continue // a list that the book does not hold
		}
		lost, err := h.changesOf(ctx, a, &states[i], f, all)
		if err != nil {
			return nil, fmt.Errorf("what changed in %s since edition %.12s: %w", f.Series, f.Edition.ID, err)
		}
		gone = append(gone, lost...)
	}
	if err := writeChanges(ctx, path, all, gone); err != nil {
		return nil, err
	}
	if err := leaveNewest(filepath.Join(h.Cache, "changes-*"), 2*cachedBooks, path+".json", path+".book"); err != nil {
		return nil, err
	}
	return readChanges(path)
}

func (h *Home) changesPath(digest segment.Digest, from []From) string {
	s := sha256.New()
	fmt.Fprintln(s, h.Program, names.Default().Version, book.Version, digest)
	for _, f := range from {
		fmt.Fprintln(s, f)
	}
	return filepath.Join(h.Cache, "changes-"+hex.EncodeToString(s.Sum(nil)[:12]))
}

// changesOf compares one list and returns the entries that are gone.
func (h *Home) changesOf(ctx context.Context, a *watchlist.Archive, now *state, f From, all map[party.Ref]screening.Change) ([]party.Entry, error) {
	was, err := a.Contents(f.Edition)
	if err != nil {
		return nil, err
	}
	live, err := liveMarks(a, now)
	if err != nil {
		return nil, err
	}
	added, changed, removed := watchlist.CompareMarks(was.Entries, live)
	if f.Edition.Format != now.Newest.Format { // marks of two formats say nothing of each other
		changed = nil
	}
	change := func(op screening.ChangeOp) screening.Change {
		return screening.Change{Op: op, From: editionDay(f.Edition), To: editionDay(now.Newest)}
	}
	for _, r := range added {
		all[r] = change(screening.ListAdded)
	}
	if len(changed)+len(removed) == 0 {
		return nil, nil
	}
	then, err := h.entriesOf(ctx, a, f.Edition, slices.Concat(changed, removed))
	if err != nil {
		return nil, err
	}
	fresh, err := h.liveEntries(ctx, a, now, changed)
	if err != nil {
		return nil, err
	}
	for _, r := range changed {
		c := change(screening.ListChanged)
		old, is := then[r], fresh[r]
		for _, d := range watchlist.Changes(&old, &is) {
			if !slices.Contains(c.Fields, d.Field) {
				c.Fields = append(c.Fields, d.Field)
			}
		}
		all[r] = c
	}
	var gone []party.Entry
	for _, r := range removed {
		all[r] = change(screening.ListRemoved)
		gone = append(gone, then[r])
	}
	return gone, nil
}

// liveMarks returns the marks of what is live of a list: its edition's, and those
// of the entries held.
func liveMarks(a *watchlist.Archive, st *state) ([]watchlist.Marked, error) {
	c, err := a.Contents(st.Newest)
	if err != nil {
		return nil, err
	}
	marks := slices.Clone(c.Entries)
	from := map[string][]watchlist.Marked{}
	for _, held := range st.Live.Held {
		if from[held.From] == nil {
			e, err := a.Edition(st.Series, held.From)
			if err != nil {
				return nil, err
			}
			old, err := a.Contents(e)
			if err != nil {
				return nil, err
			}
			from[held.From] = old.Entries
		}
		i, ok := slices.BinarySearchFunc(from[held.From], held.Ref, func(m watchlist.Marked, r party.Ref) int { return m.Ref.Compare(r) })
		if !ok {
			return nil, fmt.Errorf("edition %.12s does not give %v, which is held from it", held.From, held.Ref)
		}
		marks = append(marks, from[held.From][i])
	}
	slices.SortFunc(marks, func(x, y watchlist.Marked) int { return x.Ref.Compare(y.Ref) })
	return marks, nil
}

// entriesOf reads some entries of a kept edition.
func (h *Home) entriesOf(ctx context.Context, a *watchlist.Archive, e watchlist.Edition, refs []party.Ref) (map[party.Ref]party.Entry, error) {
	entries, err := h.parse(a, e)
	if err != nil {
		return nil, err
	}
	return pick(ctx, entries, refs)
}

// liveEntries reads some of the entries that are live.
func (h *Home) liveEntries(ctx context.Context, a *watchlist.Archive, st *state, refs []party.Ref) (map[party.Ref]party.Entry, error) {
	if len(refs) == 0 {
		return nil, nil
	}
	live, err := h.live(ctx, a, st)
	if err != nil {
		return nil, err
	}
	return pick(ctx, live, refs)
}

// pick takes some entries out of many. One that is not among them is an error:
// this program reads the edition otherwise than the one that kept it.
func pick(ctx context.Context, entries iter.Seq2[party.Entry, error], refs []party.Ref) (map[party.Ref]party.Entry, error) {
	want := map[party.Ref]bool{}
	for _, r := range refs {
		want[r] = true
	}
	found := make(map[party.Ref]party.Entry, len(refs))
	var reject *watchlist.Reject
	for e, err := range entries {
		if err != nil && !errors.As(err, &reject) {
			return nil, err
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err == nil && want[e.Ref] {
			found[e.Ref] = e
			if len(found) == len(want) {
				return found, nil
			}
		}
	}
	for _, r := range refs {
		if _, ok := found[r]; !ok {
			return nil, errkind.Wrap(errkind.Unavailable, fmt.Errorf("%v is not read any more, though it was when the edition was kept: this program reads it otherwise", r))
		}
	}
	return found, nil
}

// writeChanges writes the changes, and a book of what is gone beside them.
func writeChanges(ctx context.Context, path string, all map[party.Ref]screening.Change, gone []party.Entry) error {
	if len(gone) > 0 {
		lists := map[party.ListID][]party.Entry{}
		for _, e := range gone {
			lists[e.Ref.List] = append(lists[e.Ref.List], e)
		}
		in := book.Input{}
		for _, l := range slices.Sorted(maps.Keys(lists)) {
			in.Lists = append(in.Lists, book.ListInput{Info: book.Info{List: l, Title: "entries that are gone", Format: "gone"}, Entries: each(lists[l])})
		}
		if _, err := book.Compile(ctx, path+".book", in); err != nil {
			return err
		}
	}
	text, err := json.Marshal(all)
	if err != nil {
		return err
	}
	return swap(path+".json", string(text))
}

func each(entries []party.Entry) iter.Seq2[party.Entry, error] {
	return func(yield func(party.Entry, error) bool) {
		for _, e := range entries {
			if !yield(e, nil) {
				return
			}
		}
	}
}

// readChanges reads what writeChanges wrote.
func readChanges(path string) (*screening.Changes, error) {
	text, err := os.ReadFile(path + ".json")
	if err != nil {
		return nil, err
	}
	c := &screening.Changes{}
	if err := json.Unmarshal(text, &c.Of); err != nil {
		return nil, err
	}
	for _, x := range c.Of {
		if x.Op == screening.ListRemoved {
			c.Gone, err = book.Open(path + ".book")
			return c, err
		}
	}
	return c, nil
}
