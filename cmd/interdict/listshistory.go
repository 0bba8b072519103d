// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/interdict-dev/interdict/engine"
	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/watchlist"
)

type listsHistoryCmd struct {
	List   string `arg:"" help:"The list, as in us-ofac-sdn."`
	Entry  string `arg:"" optional:"" help:"An entry of it, as in 50543: what became of it with each edition."`
	Format string `enum:"text,json" default:"text" help:"text or json."`
}

// Help gives examples.
func (listsHistoryCmd) Help() string {
	return `Examples:
  interdict lists history us-ofac-sdn
  interdict lists history us-ofac-sdn 50543

Added, changed and removed are what the publisher did from one edition kept to the
next; held are the entries that stay live until somebody accepts their removal.`
}

// Run prints the history of a list or of an entry.
func (c *listsHistoryCmd) Run(a *app) error {
	h, archive, err := a.archive()
	if err != nil {
		return err
	}
	if c.Entry != "" {
		return c.entry(a, h)
	}
	turns, err := archive.History(watchlist.Series(c.List))
	if err != nil {
		return err
	}
	if len(turns) == 0 {
		return errkind.New(errkind.NotFound, fmt.Sprintf("no edition of %s is kept; add one with `interdict lists add FILE`", c.List))
	}
	if c.Format == "json" {
		return writeTurns(a, turns)
	}
	fmt.Fprintf(a.out, "%-10s  %-12s  %8s  %6s  %7s  %7s  %6s  %s\n", "published", "edition", "entries", "added", "removed", "changed", "held", "")
	for i := range turns {
		t := &turns[i]
		e := &t.Edition
		day := e.Header.Published
		if day.IsZero() {
			day = party.DateOf(e.Fetched)
		}
		fmt.Fprintf(a.out, "%-10s  %.12s  %8d", day, e.ID, e.Counts.Entries)
		if t.Before == "" {
			fmt.Fprintf(a.out, "  %6s  %7s  %7s  %6s  the first kept in format %s", "", "", "", "", e.Format)
		} else {
			fmt.Fprintf(a.out, "  %6d  %7d  %7d  %6d", len(t.Added), len(t.Removed), len(t.Changed), len(t.Held))
		}
		for _, d := range e.Accepted {
			fmt.Fprintf(a.out, "  accepted by %s on %s: %s", d.By, d.When.Format("2006-01-02"), d.Reason)
		}
		if n := e.Counts.Rejects; n > 0 {
			fmt.Fprintf(a.out, "  %d not read", n)
		}
		fmt.Fprintln(a.out)
	}
	return nil
}

// A turnJSON is one edition as data.
type turnJSON struct {
	Edition   string      `json:"edition"`
	Before    string      `json:"before,omitempty"`
	Published party.Date  `json:"published,omitzero"`
	Format    string      `json:"format"`
	Entries   int         `json:"entries"`
	Rejects   int         `json:"rejects"`
	Added     []party.Ref `json:"added"`
	Removed   []party.Ref `json:"removed"`
	Changed   []party.Ref `json:"changed"`
	Held      []party.Ref `json:"held"`

	Accepted []watchlist.Decision `json:"accepted,omitempty"`
}

func writeTurns(a *app, turns []watchlist.Turn) error {
	enc := json.NewEncoder(a.out)
	for i := range turns {
		t := &turns[i]
		e := &t.Edition
		j := turnJSON{Edition: e.ID, Before: t.Before, Published: e.Header.Published, Format: e.Format, Entries: e.Counts.Entries, Rejects: e.Counts.Rejects,
			Added: orNone(t.Added), Removed: orNone(t.Removed), Changed: orNone(t.Changed), Held: []party.Ref{}, Accepted: e.Accepted}
		for _, h := range t.Held {
			j.Held = append(j.Held, h.Ref)
		}
		if err := enc.Encode(j); err != nil {
			return err
		}
	}
	return nil
}

// orNone returns refs, which JSON says as [] and never as null.
func orNone(refs []party.Ref) []party.Ref {
	if refs == nil {
		return []party.Ref{}
	}
	return refs
}

// entry prints what became of one entry.
func (c *listsHistoryCmd) entry(a *app, h *engine.Home) error {
	ref := party.Ref{List: party.ListID(c.List), ID: c.Entry}
	if r, err := party.ParseRef(c.Entry); err == nil && strings.HasPrefix(c.Entry, c.List+"/") {
		ref = r
	}
	all, err := h.EntryHistory(a.ctx, watchlist.Series(c.List), ref)
	if errors.Is(err, errkind.NotFound) && len(all) == 0 {
		return err
	}
	if err != nil {
		return err
	}
	if c.Format == "json" {
		enc := json.NewEncoder(a.out)
		for _, x := range all {
			if err := enc.Encode(x); err != nil {
				return err
			}
		}
		return nil
	}
	fmt.Fprintln(a.out, ref)
	for _, x := range all {
		fmt.Fprintf(a.out, "  %-10s  %.12s  %s%s\n", x.Published, x.Edition, x.Op, sayHappened(&x))
		for _, f := range x.Fields {
			fmt.Fprintf(a.out, "      %s\n", f)
		}
	}
	return nil
}

// sayHappened says what goes with an operation.
func sayHappened(x *engine.Happened) string {
	var s strings.Builder
	switch x.Op {
	case engine.EntryThere:
		s.WriteString(" in the first edition kept, since then or before")
	case engine.EntryNotThere:
		s.WriteString(" in the first edition kept")
	case engine.EntryDropped:
		fmt.Fprintf(&s, " by %s on %s: %s", x.By, x.When, x.Reason)
	}
	if x.Name != "" {
		fmt.Fprintf(&s, ": %s", x.Name)
	}
	if len(x.Programs) > 0 {
		fmt.Fprintf(&s, " [%s]", strings.Join(x.Programs, ", "))
	}
	if !x.Listed.IsZero() {
		fmt.Fprintf(&s, ", listed %s", x.Listed)
	}
	if x.Held {
		s.WriteString("; it stays live until somebody accepts that")
	}
	return s.String()
}
