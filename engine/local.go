// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"context"
	"fmt"
	"strings"

	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/watchlist"
	"github.com/interdict-dev/interdict/watchlist/local"
)

// oldLocal is the list that all lists of the user's own once were: the entry 7 of
// the list watched was local/watched/7 and is local-watched/7.
const oldLocal party.ListID = "local"

// ownRef returns what an entry of a list of the user's own is called now.
func ownRef(r party.Ref) party.Ref {
	if name, key, ok := strings.Cut(r.ID, "/"); r.List == oldLocal && ok {
		return party.Ref{List: local.ID(name), ID: key}
	}
	return r
}

// renameLocal gives each list of the user's own that an older program kept a
// list of its own: its editions are read again, and decisions about them go with
// them. One that cannot be read stops the rebuild: it must not fall out of the
// book.
func (h *Home) renameLocal(ctx context.Context, a *watchlist.Archive) error {
	series, err := a.AllSeries()
	if err != nil {
		return err
	}
	for _, s := range series {
		name, ok := strings.CutPrefix(string(s), string(oldLocal)+"/")
		if !ok {
			continue
		}
		source, err := h.Local(name)
		if err != nil {
			return err
		}
		if err := a.Rename(ctx, s, local.ID(name), source, ownRef); err != nil {
			return fmt.Errorf("give list %s a name of its own: %w", name, err)
		}
	}
	return nil
}
