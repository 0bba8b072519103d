// SPDX-License-Identifier: Apache-2.0

package screening

import (
	"fmt"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/book"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/subject"
)

// Changes are what became of lists between earlier editions and a book.
type Changes struct {
	Of map[party.Ref]Change
	// Gone is a book of the entries that the lists no longer give, as they were; nil
	// where there are none. It must stay open while it is used.
	Gone *book.Book
}

// A Change is what became of one entry.
type Change struct {
	Op     ChangeOp   `json:"op"`
	From   party.Date `json:"from"`             // of the earlier edition
	To     party.Date `json:"to"`               // of the edition in the book
	Fields []string   `json:"fields,omitempty"` // that differ
}

// A ChangeOp says what became of an entry.
type ChangeOp string

// What may become of an entry.
const (
	ListAdded   ChangeOp = "list.added"
	ListChanged ChangeOp = "list.changed"
	ListRemoved ChangeOp = "list.removed"
)

// String says the change as a note of a reason.
func (c Change) String() string {
	switch c.Op {
	case ListAdded:
		return fmt.Sprintf("in the edition of %s, not in that of %s", c.To, c.From)
	case ListChanged:
		return fmt.Sprintf("since the edition of %s: %s", c.From, strings.Join(c.Fields, ", "))
	}
	return fmt.Sprintf("in the edition of %s, no longer in that of %s", c.From, c.To)
}

// A Gone is an entry that the lists no longer give and that a subject resembles.
// It has no effects: what was held or reported because of it wants a person.
type Gone struct {
	Ref      party.Ref  `json:"ref"`
	Name     string     `json:"name"`
	Matched  string     `json:"matched"`
	Score    Score      `json:"score"`
	Programs []string   `json:"programs,omitempty"`
	Listed   party.Date `json:"listed,omitzero"`
	Reasons  []Reason   `json:"reasons"`
	Record   string     `json:"record"` // digest of the entry as it last was
}

// A Since leaves of answers what lists changed. It is for one goroutine.
type Since struct {
	changes *Changes
	limit   int
	gone    *Screener
}

// NewSince returns what leaves the changes under a policy. Answers must be those
// of [Policy.Whole]: the limit counts what is left.
func NewSince(c *Changes, p Policy) (*Since, error) {
	s := &Since{changes: c, limit: p.Limit}
	if c.Gone == nil {
		return s, nil
	}
	p = p.Whole()
	p.FactsAsOf = party.Date{} // as they last stood
	p.Lists = slices.DeleteFunc(slices.Clone(p.Lists), func(l party.ListID) bool {
		_, ok := c.Gone.List(l)
		return !ok
	})
	if len(p.Lists) == 0 && len(c.Of) == 0 {
		return s, nil
	}
	var err error
	s.gone, err = New(c.Gone, p)
	return s, err
}

// Whole returns the policy without its limit.
func (p Policy) Whole() Policy {
	p.Limit = 0
	return p
}

// Only leaves of an answer the findings about entries that were added or changed,
// with a reason that says so, and adds the entries that are gone. Addresses stay
// where one of the parties there was added or changed. Places under an embargo
// are no change of a list, and are left out.
func (s *Since) Only(sub *subject.Subject, a *Answer) error {
	kept := a.Findings[:0]
	for _, f := range a.Findings {
		if s.isNews(&f) {
			kept = append(kept, f)
		}
	}
	a.Findings, a.Places, a.WeakPlaces, a.WeakPremises = kept, nil, 0, 0
	a.Premises = slices.DeleteFunc(a.Premises, func(p Premises) bool { return !s.isNewAt(&p) })
	if s.limit > 0 && len(kept) > s.limit {
		a.Omitted = len(kept) - s.limit
		a.Findings = kept[:s.limit]
	}
	if s.gone == nil {
		return nil
	}
	was, err := s.gone.Screen(sub)
	if err != nil {
		return err
	}
	for _, f := range was.Findings {
		c := s.changes.Of[f.Ref]
		f.Reasons = append(f.Reasons, Reason{Kind: string(c.Op), Right: f.Ref.String(), Note: c.String()})
		a.Gone = append(a.Gone, Gone{f.Ref, f.Name, f.Matched, f.Score, f.Programs, f.Listed, f.Reasons, f.Record})
	}
	return nil
}

// isNewAt says that a party at an address was added or changed.
func (s *Since) isNewAt(p *Premises) bool {
	return slices.ContainsFunc(p.refs, func(r party.Ref) bool {
		c, ok := s.changes.Of[r]
		return ok && c.Op != ListRemoved
	})
}

// isNews says that one of the entries of a finding changed, and adds the reasons.
func (s *Since) isNews(f *Finding) bool {
	news := false
	for _, r := range append([]party.Ref{f.Ref}, f.Identity...) {
		c, ok := s.changes.Of[r]
		if !ok || c.Op == ListRemoved {
			continue
		}
		news = true
		f.Reasons = append(f.Reasons, Reason{Kind: string(c.Op), Right: r.String(), Note: c.String()})
	}
	return news
}
