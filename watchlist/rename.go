// SPDX-License-Identifier: Apache-2.0

package watchlist

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/interdict-dev/interdict/party"
)

// Rename gives the editions of a series to another list. They are read again with
// a source that calls the entries by their new names; rename says how entries in
// decisions are called.
//
// The order of writes: each edition under its new list, the oldest first, then
// the removal of its old description. A crash between leaves both, and the same
// Rename goes on.
func (a *Archive) Rename(ctx context.Context, s Series, to party.ListID, source Source, rename func(party.Ref) party.Ref) (err error) {
	unlock, err := a.lock()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	all, err := a.Editions(s)
	if err != nil {
		return err
	}
	for _, e := range all {
		old := a.description(&e)
		if err := a.renameEdition(ctx, e, to, source, rename); err != nil {
			return fmt.Errorf("edition %.12s: %w", e.ID, err)
		}
		if err := os.Remove(old); err != nil {
			return err
		}
	}
	return nil
}

func (a *Archive) renameEdition(ctx context.Context, e Edition, to party.ListID, source Source, rename func(party.Ref) party.Ref) (err error) {
	files, err := a.Open(e)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, files.Close()) }()
	e.Header.List = to
	r, err := readEdition(ctx, &e, source.Parse(files))
	if err != nil {
		return err
	}
	for i := range e.Accepted {
		for j, ref := range e.Accepted[i].Refs {
			e.Accepted[i].Refs[j] = rename(ref)
		}
	}
	return a.keepReading(&e, r)
}
