// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"context"
	"errors"
	"fmt"

	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/watchlist"
)

// A Happened is what became of one entry with one edition.
type Happened struct {
	Edition   string                  `json:"edition"`
	Published party.Date              `json:"published"` // of the edition; the day of fetching where it does not say
	Op        EntryOp                 `json:"op"`
	Name      string                  `json:"name,omitempty"`
	Programs  []string                `json:"programs,omitempty"`
	Listed    party.Date              `json:"listed,omitzero"` // the first day that its listings name
	Fields    []watchlist.FieldChange `json:"fields,omitempty"`
	// Held says that the entry stays live although the edition does not give it.
	Held bool `json:"held,omitempty"`
	// By, Reason and When are of the decision that let it go.
	By     string     `json:"by,omitempty"`
	Reason string     `json:"reason,omitempty"`
	When   party.Date `json:"when,omitzero"`
}

// An EntryOp says what happened to an entry.
type EntryOp string

// What may happen to an entry.
const (
	EntryThere    EntryOp = "there"     // the first edition kept has it: it came with this one or before
	EntryNotThere EntryOp = "not there" // the first edition kept does not have it
	EntryAdded    EntryOp = "added"
	EntryChanged  EntryOp = "changed"
	EntryRemoved  EntryOp = "removed"
	EntryDropped  EntryOp = "let go" // was held, until somebody decided
)

// EntryHistory says what became of an entry with each edition of its list that
// is kept, the oldest first; editions in which nothing happened to it are left
// out. An entry that none has is [errkind.NotFound].
func (h *Home) EntryHistory(ctx context.Context, s watchlist.Series, ref party.Ref) ([]Happened, error) {
	a, err := h.Archive()
	if err != nil {
		return nil, err
	}
	turns, err := a.History(s)
	if err != nil {
		return nil, err
	}
	var out []Happened
	found := false
	last := map[string]*watchlist.Turn{} // by format: marks of two formats say nothing of each other
	for i := range turns {
		t := &turns[i]
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		_, is := t.Mark(ref)
		found = found || is
		got, err := h.happened(a, last[t.Edition.Format], t, ref)
		if err != nil {
			return nil, fmt.Errorf("history of %v: %w", ref, err)
		}
		out = append(out, got...)
		last[t.Edition.Format] = t
	}
	if !found {
		return nil, errkind.Wrap(errkind.NotFound, fmt.Errorf("no edition kept of %s has %v", s, ref))
	}
	return out, nil
}

// happened says what became of an entry from one edition to the next; before is
// nil for the first.
func (h *Home) happened(a *watchlist.Archive, before, t *watchlist.Turn, ref party.Ref) ([]Happened, error) {
	e := t.Edition
	out := Happened{Edition: e.ID, Published: editionDay(e)}
	now, is := t.Mark(ref)
	var then watchlist.Mark
	was := false
	if before != nil {
		then, was = before.Mark(ref)
	}
	switch {
	case before == nil && !is:
		out.Op = EntryNotThere
		return []Happened{out}, nil
	case before == nil:
		out.Op = EntryThere
	case is && !was:
		out.Op = EntryAdded
	case is && then != now:
		out.Op = EntryChanged
	case !is && was:
		out.Op = EntryRemoved
		out.Held = isHeld(t.Held, ref)
	}
	var all []Happened
	if out.Op != "" {
		if err := h.tell(a, &out, before, t, ref); err != nil {
			return nil, err
		}
		all = append(all, out)
	}
	if isHeld(t.Dropped, ref) {
		all = append(all, dropped(out, t, ref))
	}
	return all, nil
}

func isHeld(holds []watchlist.Hold, ref party.Ref) bool {
	for _, h := range holds {
		if h.Ref == ref {
			return true
		}
	}
	return false
}

// dropped says who let an entry go.
func dropped(out Happened, t *watchlist.Turn, ref party.Ref) Happened {
	out = Happened{Edition: out.Edition, Published: out.Published, Op: EntryDropped}
	for _, d := range t.Edition.Accepted {
		all := len(d.Refs) == 0
		for _, r := range d.Refs {
			all = all || r == ref
		}
		if all {
			out.By, out.Reason, out.When = d.By, d.Reason, party.DateOf(d.When)
			break
		}
	}
	return out
}

// tell fills in what the entry says, and in which fields it changed.
func (h *Home) tell(a *watchlist.Archive, out *Happened, before, t *watchlist.Turn, ref party.Ref) error {
	from := t
	if out.Op == EntryRemoved {
		from = before
	}
	e, err := h.entryIn(a, from.Edition, ref)
	if err != nil {
		return err
	}
	out.Name = e.Name()
	for _, l := range e.Listings {
		out.Programs = append(out.Programs, l.Programs...)
		if !l.Listed.IsZero() && (out.Listed.IsZero() || l.Listed.Compare(out.Listed) < 0) {
			out.Listed = l.Listed
		}
	}
	if out.Op == EntryChanged {
		old, err := h.entryIn(a, before.Edition, ref)
		if err != nil {
			return err
		}
		out.Fields = watchlist.Changes(&old, &e)
	}
	return nil
}

// entryIn reads one entry of a kept edition.
func (h *Home) entryIn(a *watchlist.Archive, e watchlist.Edition, ref party.Ref) (party.Entry, error) {
	entries, err := h.parse(a, e)
	if err != nil {
		return party.Entry{}, err
	}
	var reject *watchlist.Reject
	for entry, err := range entries {
		if err != nil && !errors.As(err, &reject) {
			return party.Entry{}, err
		}
		if err == nil && entry.Ref == ref {
			return entry, nil
		}
	}
	return party.Entry{}, errkind.Wrap(errkind.Unavailable, fmt.Errorf("edition %.12s does not give %v that it gave before: this program reads it otherwise", e.ID, ref))
}
