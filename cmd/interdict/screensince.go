// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/book"
	"github.com/interdict-dev/interdict/engine"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/screening"
)

// A sinceFilter leaves of answers what lists changed; nil leaves all.
type sinceFilter struct {
	changes *screening.Changes
	since   *screening.Since
}

// since finds what changed, and has the book say what answers rest on. Without
// --since there is nothing.
func (c *screenCmd) since(a *app, o *opened, p *screening.Policy) (*sinceFilter, error) {
	if c.Since == "" {
		return nil, nil
	}
	if c.Book != "" || c.AsOf != "" {
		return nil, errors.New("--since asks the home about its current book: leave out --book and --as-of")
	}
	h, err := a.home()
	if err != nil {
		return nil, err
	}
	from, err := h.Since(c.Since)
	if err != nil {
		return nil, fmt.Errorf("--since: %w", err)
	}
	var why []string
	for _, f := range from {
		p.Since = append(p.Since, f.String())
		if f.Late {
			why = append(why, fmt.Sprintf("%s: the oldest edition kept is of %s, what changed before is not seen", f.Series, f.Edition.Header.Published))
		}
	}
	changes, err := h.Changes(a.ctx, o.Digest(), from)
	if err != nil {
		return nil, err
	}
	s := &sinceFilter{changes: changes}
	if s.since, err = screening.NewSince(changes, *p); err != nil {
		return nil, errors.Join(err, s.close())
	}
	if o.beside != "" {
		why = append([]string{o.beside}, why...)
	}
	o.beside = strings.Join(why, "; ")
	before := o.sayBeside
	o.sayBeside = func(w io.Writer) {
		if before != nil {
			before(w)
		}
		saySince(w, o.Book, from, changes)
	}
	return s, nil
}

// saySince says what was compared, and which lists were not.
func saySince(w io.Writer, b *book.Book, from []engine.From, changes *screening.Changes) {
	fmt.Fprintln(w, "answers are about changes alone:")
	named := map[party.ListID]bool{}
	for _, f := range from {
		l := f.Edition.Header.List
		named[l] = true
		count := map[screening.ChangeOp]int{}
		for r, c := range changes.Of {
			if r.List == l {
				count[c.Op]++
			}
		}
		fmt.Fprintf(w, "  %s since edition %.12s (%s): %d added, %d changed, %d gone\n", f.Series, f.Edition.ID, sayPublished(f.Edition.Header.Published), count[screening.ListAdded], count[screening.ListChanged], count[screening.ListRemoved])
	}
	var others []string
	for _, l := range b.Lists() {
		if !named[l.Info.List] && l.Info.List != "intel" {
			others = append(others, string(l.Info.List))
		}
	}
	slices.Sort(others)
	if len(others) > 0 {
		fmt.Fprintf(w, "  not asked for changes: %s\n", strings.Join(others, " "))
	}
}

// whole returns the policy that the book is asked under: the limit counts what is
// left.
func (s *sinceFilter) whole(p screening.Policy) screening.Policy {
	if s == nil {
		return p
	}
	return p.Whole()
}

// only leaves of a row what changed.
func (s *sinceFilter) only(r *screening.Row) {
	if s != nil && r.Err == nil {
		r.Err = s.since.Only(&r.Subject, &r.Answer)
	}
}

func (s *sinceFilter) close() error {
	if s == nil || s.changes.Gone == nil {
		return nil
	}
	return s.changes.Gone.Close()
}

// goneCells are the cells of an entry that its list no longer gives.
func goneCells(g *screening.Gone) []string {
	var reasons []string
	for _, r := range g.Reasons {
		reasons = append(reasons, sayReason(r))
	}
	return []string{g.Score.String(), "no longer listed", g.Ref.String(), g.Name, g.Matched, "", strings.Join(g.Programs, " "), g.Listed.String(), "", "", "", strings.Join(reasons, "; "), ""}
}
