// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"

	"github.com/interdict-dev/interdict/watchlist"
)

// keptWhole is how many editions of each list stay as they were fetched. A month
// of daily editions is what a person may still want to hold against the
// publisher's own file.
const keptWhole = 30

type listsTidyCmd struct {
	Keep int `default:"30" help:"So many of the newest editions of each list stay as they were fetched."`
}

// Help says what becomes of editions.
func (listsTidyCmd) Help() string {
	return `Of older editions only what differs from an earlier one is kept, with every byte of
the content, which is checked against its own digest when it is read. The zip archive
around it is let go of; its digest stays. lists add and lists sync do this for one
edition each time they keep one.`
}

// Run makes older editions thin.
func (c *listsTidyCmd) Run(a *app) error {
	if c.Keep < 1 {
		return fmt.Errorf("--keep %d: at least the newest edition stays as it was fetched", c.Keep)
	}
	_, archive, err := a.archive()
	if err != nil {
		return err
	}
	done, err := archive.Thin(a.ctx, c.Keep, 0)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.out, "%d editions made thin: %.1f MB in place of %.1f MB\n", done.Editions, float64(done.After)/1e6, float64(done.Before)/1e6)
	return err
}

// tidy makes one older edition thin, once the book is current. What goes wrong is
// said and costs nothing: the edition stays as it was.
func tidy(a *app, archive *watchlist.Archive) {
	if _, err := archive.Thin(a.ctx, keptWhole, 1); err != nil {
		fmt.Fprintln(a.err, "interdict:", err)
	}
}
