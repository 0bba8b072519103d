// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"

	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/watchlist"
)

// Past returns the path of the book of a past day: of each list the edition
// that was the newest then, with the entries that the next edition kept says were
// listed since and by that day; and where none so old is kept, the oldest. It is
// compiled into the cache on first use. [errkind.NotFound] where no list is kept.
func (h *Home) Past(ctx context.Context, day party.Date) (string, error) {
	a, err := h.Archive()
	if err != nil {
		return "", err
	}
	states, err := statesOn(a, day)
	if err != nil {
		return "", fmt.Errorf("the book of %s: %w", day, err)
	}
	m, err := h.compose(ctx, a, states)
	if err != nil {
		return "", fmt.Errorf("the book of %s: %w", day, err)
	}
	if len(states) == 0 && m.kept == nil {
		return "", errkind.New(errkind.NotFound, "no list was added yet")
	}
	parts := []string{"past", fmt.Sprint(m.joins), m.intel, h.packs().key()}
	for _, p := range m.plans {
		parts = append(parts, p.key)
	}
	path := filepath.Join(h.Cache, "past-"+h.key(parts...)+".book")
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	if err := os.MkdirAll(h.Cache, 0o755); err != nil {
		return "", fmt.Errorf("the book of %s: %w", day, err)
	}
	d, err := h.compile(ctx, path, m)
	if err != nil {
		return "", fmt.Errorf("the book of %s: %w", day, err)
	}
	if err := h.keepRecipe(d, m.recipe); err != nil {
		return "", fmt.Errorf("the book of %s: %w", day, err)
	}
	return path, h.sweepCache(path)
}

// A state is what of a list goes into a book.
type state struct {
	watchlist.Status
	// later is the first edition after the day that a past book is of, where one is
	// kept beside an older one: by its listing dates it tells who came in between.
	later watchlist.Edition
	day   party.Date
}

// today returns the states of lists as they are.
func today(all []watchlist.Status) []state {
	out := make([]state, len(all))
	for i := range all {
		out[i].Status = all[i]
	}
	return out
}

// statesOn returns the state of each series as of a day.
func statesOn(a *watchlist.Archive, day party.Date) ([]state, error) {
	all, err := a.AllSeries()
	if err != nil {
		return nil, err
	}
	var out []state
	for _, s := range all {
		editions, err := a.Editions(s)
		if err != nil {
			return nil, err
		}
		st := state{Status: watchlist.Status{Series: s, Editions: len(editions), Newest: editions[0]}}
		for _, e := range editions {
			if editionDay(e).Compare(day) <= 0 {
				st.Newest = e
			} else if st.later.ID == "" && e.ID != st.Newest.ID && !isLocal(e.Format) {
				st.later, st.day = e, day
			}
		}
		if st.Live, err = a.LiveAt(st.Newest); err != nil {
			return nil, err
		}
		if editionDay(st.Newest).Compare(day) > 0 {
			st.later, st.day = watchlist.Edition{}, party.Date{} // its own dates tell
		}
		out = append(out, st)
	}
	return out, nil
}

// listedBetween yields the entries of the later edition that were listed on the
// day of the older one or after it, and by the day of the book.
func (h *Home) listedBetween(a *watchlist.Archive, st *state) (iter.Seq2[party.Entry, error], error) {
	entries, err := h.parse(a, st.later)
	if err != nil {
		return nil, err
	}
	from := editionDay(st.Newest)
	return func(yield func(party.Entry, error) bool) {
		var reject *watchlist.Reject
		for e, err := range entries {
			if errors.As(err, &reject) {
				continue // of another edition: counted with it
			}
			if err != nil || slices.ContainsFunc(e.Listings, func(l party.Listing) bool {
				return !l.Listed.IsZero() && l.Listed.Compare(from) >= 0 && l.Listed.Compare(st.day) <= 0
			}) {
				if !yield(e, err) {
					return
				}
			}
		}
	}, nil
}

// editionDay is the day from which on an edition stood: of its publication, and
// of its fetching where the files do not say.
func editionDay(e watchlist.Edition) party.Date {
	if d := e.Header.Published; !d.IsZero() {
		return d
	}
	return party.DateOf(e.Fetched)
}
