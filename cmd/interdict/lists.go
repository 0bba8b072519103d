// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/interdict-dev/interdict/engine"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/watchlist"
	"github.com/interdict-dev/interdict/watchlist/local"
)

type listsCmd struct {
	Sync    listsSyncCmd    `cmd:"" help:"Fetch what publishers changed and rebuild the book."`
	Add     listsAddCmd     `cmd:"" help:"Keep an edition of a list and rebuild the book."`
	Status  listsStatusCmd  `cmd:"" help:"Say which editions are kept, how old they are and what waits."`
	Rejects listsRejectsCmd `cmd:"" help:"Show the entries of a list that could not be read."`
	Diff    listsDiffCmd    `cmd:"" help:"Say how two editions differ, field by field."`
	History listsHistoryCmd `cmd:"" help:"What each edition added, removed and changed; what became of an entry."`
	Accept  listsAcceptCmd  `cmd:"" help:"Let removals and rejects that wait take effect."`
	Join    listsJoinCmd    `cmd:"" help:"Record that two entries of two lists are one party."`
	Split   listsSplitCmd   `cmd:"" help:"Record that two entries are two parties, whatever their identifiers say."`
	Joins   listsJoinsCmd   `cmd:"" help:"Show the joins and splits that were recorded."`
	Suggest listsSuggestCmd `cmd:"" help:"Entries of different lists that may be one party, for a person to decide."`
	Tidy    listsTidyCmd    `cmd:"" help:"Keep of older editions only what differs from an earlier one."`
	Rebuild listsRebuildCmd `cmd:"" help:"Compile the home's book anew."`
}

type listsAddCmd struct {
	Files  []string          `arg:"" name:"file" help:"The files of one edition as published, or of several editions of one file each."`
	Name   string            `help:"The file is a list of your own (CSV, XLSX, JSONL) of this name; one word."`
	Column map[string]string `placeholder:"FIELD=HEADER" help:"Which column of your own list holds a field, as in name=Firma."`
	Delta  string            `placeholder:"LIST" help:"The files are the publisher's changes to the newest edition of this list: OFAC's delta files, FollowTheMoney's entities.delta.json."`
	Type   string            `help:"What the rows of your own list are, where they do not say: person, organization, vessel, aircraft."`
}

// Help gives examples.
func (listsAddCmd) Help() string {
	return `Examples:
  interdict lists add SDN_ADVANCED.ZIP
  interdict lists add sdn.csv add.csv alt.csv sdn_comments.csv
  interdict lists add --name watched --column name=Firma own-list.xlsx
  interdict lists add --delta us-ofac-sdn SDN_DELTA_2026-08-28.xml

Additions and changes go live at once. When an edition has lost unusually many
entries, or has entries that could not be read, those stay live as they were until
` + "`interdict lists accept`" + ` lets them go.`
}

// Run adds editions.
func (c *listsAddCmd) Run(a *app) error {
	h, archive, err := a.archive()
	if err != nil {
		return err
	}
	if c.Delta != "" {
		return c.change(a, h, archive)
	}
	editions, err := c.detect(h)
	if err != nil {
		return err
	}
	defer closeAll(editions)
	for _, d := range editions {
		from := strings.Join(d.Files.Names(), " ")
		e, added, err := h.Keep(a.ctx, archive, d, from, a.now)
		if err != nil {
			return err
		}
		sayKept(a, e, added)
	}
	return rebuild(a, h, archive)
}

// change keeps what the publisher's changes make of the newest edition.
func (c *listsAddCmd) change(a *app, h *engine.Home, archive *watchlist.Archive) error {
	if c.Name != "" {
		return errors.New("--delta is for lists of publishers; a list of your own is added whole")
	}
	e, added, err := h.Change(a.ctx, archive, party.ListID(c.Delta), c.Files, a.now)
	if err != nil {
		return err
	}
	sayKept(a, e, added)
	return rebuild(a, h, archive)
}

// sayKept says what became of an edition.
func sayKept(a *app, e watchlist.Edition, added bool) {
	word := "kept"
	if !added {
		word = "is kept already"
	}
	fmt.Fprintf(a.out, "%s %s: %d entries, %d rejects, %s (%s %.12s)\n", e.Series(), word, e.Counts.Entries, e.Counts.Rejects, sayPublished(e.Header.Published), e.Format, e.ID)
	if e.Base != "" {
		fmt.Fprintf(a.out, "  made of edition %.12s and the publisher's changes; the next whole edition is held against it\n", e.Base)
	}
}

// detect finds what editions the files are.
func (c *listsAddCmd) detect(h *engine.Home) ([]engine.Detected, error) {
	if c.Name == "" {
		return detectAll(c.Files)
	}
	kind, err := party.ParseKind(c.Type)
	if err != nil {
		return nil, fmt.Errorf("--type: %w", err)
	}
	l := local.List{Name: c.Name, Title: c.Name, Columns: c.Column, Kind: kind}
	d, err := engine.Detect([]watchlist.Source{l}, c.Files...)
	if err != nil {
		return nil, err
	}
	return []engine.Detected{d}, h.SetLocal(l)
}

// rebuild compiles the home's book and says what waits for a person.
func rebuild(a *app, h *engine.Home, archive *watchlist.Archive) error {
	r, err := h.Rebuild(a.ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.out, "book %s is current\n", r.Digest)
	all, err := archive.Status()
	if err != nil {
		return err
	}
	tidy(a, archive)
	for _, e := range engine.Drifts(all) {
		fmt.Fprintf(a.out, "MISMATCH %s: %s; the whole edition %.12s counts\n", e.Series(), e.Drift, e.ID)
		a.code = exitIncomplete
	}
	for _, s := range r.Waiting {
		live, err := archive.Live(s)
		if err != nil {
			return err
		}
		printWaiting(a, s, live)
	}
	return nil
}

// printWaiting says what waits at a list, and what a person does about it.
func printWaiting(a *app, s watchlist.Series, live watchlist.Step) {
	fmt.Fprintf(a.out, "WAITING %s: %s; look with `interdict lists diff %s`, then `interdict lists accept %s --by NAME --reason TEXT`\n", s, live.Summary(), s, s)
	a.code = exitIncomplete
}

type listsRebuildCmd struct{}

// Run compiles the book anew.
func (listsRebuildCmd) Run(a *app) error {
	h, archive, err := a.archive()
	if err != nil {
		return err
	}
	return rebuild(a, h, archive)
}

type listsStatusCmd struct{}

// Run prints the state of every list.
func (listsStatusCmd) Run(a *app) error {
	_, archive, err := a.archive()
	if err != nil {
		return err
	}
	all, err := archive.Status()
	if err != nil {
		return err
	}
	h, err := a.home()
	if err != nil {
		return err
	}
	if len(all) == 0 {
		fmt.Fprintln(a.out, "No list is kept: the starter book answers. Add one with `interdict lists add FILE`.")
		a.code = exitIncomplete
		_, err := sayIntel(a.out, a, h)
		return err
	}
	for _, s := range all {
		e := s.Newest
		fmt.Fprintf(a.out, "%s\n  %s, %s, %d editions kept\n", s.Series, e.Header.Title, strings.Join(s.Formats, " "), s.Editions)
		fmt.Fprintf(a.out, "  newest %.12s %s, checked %s ago: %d entries, %d relations, %d rejects\n", e.ID, sayPublished(e.Header.Published), sayAge(s.CheckedAge(a.now)), e.Counts.Entries, e.Counts.Relations, e.Counts.Rejects)
		fmt.Fprintf(a.out, "  live: %s\n", s.Live.Summary())
		for _, w := range s.Live.Warnings {
			fmt.Fprintf(a.out, "  note: %s\n", w)
		}
		if e.Base != "" {
			fmt.Fprintf(a.out, "  made of edition %.12s and the publisher's changes\n", e.Base)
		}
		if !e.Drift.IsZero() {
			fmt.Fprintf(a.out, "  MISMATCH: %s\n", e.Drift)
			a.code = exitIncomplete
		}
		for _, d := range s.Accepted {
			fmt.Fprintf(a.out, "  accepted by %s on %s: %s\n", d.By, d.When.Format("2006-01-02"), d.Reason)
		}
		if s.Live.IsWaiting() {
			a.code = exitIncomplete
		}
	}
	_, err = sayIntel(a.out, a, h)
	return err
}

// archive opens the home and its archive of editions.
func (a *app) archive() (*engine.Home, *watchlist.Archive, error) {
	h, err := a.home()
	if err != nil {
		return nil, nil, err
	}
	archive, err := h.Archive()
	return h, archive, err
}

type listsRejectsCmd struct {
	List    string `arg:"" help:"The list, as in us-ofac-sdn."`
	Edition string `help:"An edition by its identifier; the newest otherwise."`
}

// Run prints the rejects of an edition.
func (c *listsRejectsCmd) Run(a *app) error {
	_, archive, err := a.archive()
	if err != nil {
		return err
	}
	e, err := edition(archive, c.List, c.Edition)
	if err != nil {
		return err
	}
	rejects, err := archive.Rejects(e)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.out, "%s %.12s: %d rejects\n", e.Series(), e.ID, len(rejects))
	for _, r := range rejects {
		fmt.Fprintf(a.out, "%s\n", r.Error())
		if r.Raw != "" {
			fmt.Fprintf(a.out, "    %s\n", strings.ReplaceAll(strings.TrimSpace(r.Raw), "\n", "\n    "))
		}
	}
	if len(rejects) > 0 {
		a.code = exitIncomplete
	}
	return nil
}

// edition returns an edition of a list by its identifier, or the newest.
func edition(archive *watchlist.Archive, list, id string) (watchlist.Edition, error) {
	if id == "" {
		return archive.Newest(watchlist.Series(list))
	}
	return archive.Edition(watchlist.Series(list), id)
}

type listsDiffCmd struct {
	List string `arg:"" help:"The list, as in us-ofac-sdn."`
	From string `help:"The older edition; the one before the newest otherwise."`
	To   string `help:"The newer edition; the newest otherwise."`

	Format  string `enum:"text,json" default:"text" help:"text or json."`
	Summary bool   `help:"Only the counts."`
}

// Run prints how two editions differ.
func (c *listsDiffCmd) Run(a *app) error {
	h, archive, err := a.archive()
	if err != nil {
		return err
	}
	to, err := edition(archive, c.List, c.To)
	if err != nil {
		return err
	}
	from, err := c.older(archive, to)
	if err != nil {
		return err
	}
	d, err := h.Diff(archive, from, to)
	if err != nil {
		return err
	}
	if c.Format == "text" {
		fmt.Fprintf(a.out, "%s: %.12s (%s) to %.12s (%s)\n", to.Series(), from.ID, from.Header.Published, to.ID, to.Header.Published)
	}
	if c.Format == "json" {
		e := json.NewEncoder(a.out)
		e.SetIndent("", "  ")
		return e.Encode(d)
	}
	if c.Summary {
		_, err = fmt.Fprintln(a.out, d.Summary())
		return err
	}
	return d.WriteText(a.out)
}

// older returns the edition to compare with: the one named, else the one before.
func (c *listsDiffCmd) older(archive *watchlist.Archive, to watchlist.Edition) (watchlist.Edition, error) {
	if c.From != "" {
		return edition(archive, c.List, c.From)
	}
	all, err := archive.Editions(watchlist.Series(c.List))
	if err != nil {
		return watchlist.Edition{}, err
	}
	for i, e := range all {
		if e.ID == to.ID && i > 0 {
			return all[i-1], nil
		}
	}
	return watchlist.Edition{}, fmt.Errorf("no edition of %s before %.12s is kept: nothing to compare with", c.List, to.ID)
}

type listsAcceptCmd struct {
	List    string   `arg:"" help:"The list, as in us-ofac-sdn."`
	By      string   `required:"" help:"Who decides."`
	Reason  string   `required:"" help:"Why."`
	Edition string   `help:"An edition by its identifier; the newest otherwise."`
	Ref     []string `help:"Let only this entry go; give it once for each."`
}

// Run records the decision and rebuilds the book.
func (c *listsAcceptCmd) Run(a *app) error {
	if strings.TrimSpace(c.By) == "" || strings.TrimSpace(c.Reason) == "" {
		return errors.New("--by and --reason must say something: the decision is kept")
	}
	h, archive, err := a.archive()
	if err != nil {
		return err
	}
	e, err := edition(archive, c.List, c.Edition)
	if err != nil {
		return err
	}
	d := watchlist.Decision{By: c.By, Reason: c.Reason, When: a.now}
	for _, s := range c.Ref {
		r, err := party.ParseRef(s)
		if err != nil {
			return err
		}
		d.Refs = append(d.Refs, r)
	}
	if err := archive.Accept(watchlist.Series(c.List), e.ID, d); err != nil {
		return err
	}
	fmt.Fprintf(a.out, "%s %.12s: accepted by %s\n", c.List, e.ID, c.By)
	return rebuild(a, h, archive)
}
