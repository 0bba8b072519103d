// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/watchlist"
)

// Past returns the path of the book of a past day: of each list the edition
// that was the newest then, and where none so old is kept, the oldest. It is
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
	parts := []string{"past", fmt.Sprint(m.joins), m.intel}
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

// statesOn returns the state of each series as of a day.
func statesOn(a *watchlist.Archive, day party.Date) ([]watchlist.Status, error) {
	all, err := a.AllSeries()
	if err != nil {
		return nil, err
	}
	var out []watchlist.Status
	for _, s := range all {
		editions, err := a.Editions(s)
		if err != nil {
			return nil, err
		}
		best := editions[0]
		for _, e := range editions {
			if d := editionDay(e); d.Compare(day) <= 0 {
				best = e
			}
		}
		live, err := a.LiveAt(best)
		if err != nil {
			return nil, err
		}
		out = append(out, watchlist.Status{Series: s, Editions: len(editions), Newest: best, Live: live})
	}
	return out, nil
}

// editionDay is the day from which on an edition stood: of its publication, and
// of its fetching where the files do not say.
func editionDay(e watchlist.Edition) party.Date {
	if d := e.Header.Published; !d.IsZero() {
		return d
	}
	return party.DateOf(e.Fetched)
}
