// SPDX-License-Identifier: Apache-2.0

// Package attribution answers what the claims of a book say of machines, and
// of parties that stand behind machines: whose a host is at its own time, by
// which chains a thing leads to a listed party, what a botnet looks like.
//
// It makes the evidence graph of a book ([New]) and puts what package evidence
// finds into answers that people and programs read: with names beside Refs,
// with the listings of a party as they stood at the moment of a contact, and in
// legal words. A contact with attributed infrastructure is never called a
// dealing. It adds no judgement of its own to that of package evidence, and it
// prints nothing.
package attribution

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/interdict-dev/interdict/book"
	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/evidence"
	"github.com/interdict-dev/interdict/infra"
	"github.com/interdict-dev/interdict/intel"
	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/rows"
	"github.com/interdict-dev/interdict/starter"
)

// A View is the claims of a book as of one day: who was listed on that day
// decides where chains end. It never changes, and any number of goroutines may
// ask it while its book is open. Claims and entries are read when a question
// needs them, so all questions are asked inside [View.Guard].
type View struct {
	Graph *evidence.Graph
	Day   party.Date // as of which parties count as listed

	book     *book.Book
	evidence *book.Evidence
	entries  sync.Map // of party.Ref: *entry
	notes    func() (*intel.Annotations, error)
	failed   atomic.Pointer[error] // the first error of reading
}

// entry is what answers say of an entry.
type entry struct {
	held bool // by the book
	head party.Head
	same []party.Ref // the entries that are one party with it, itself among them
}

// New makes the view of a book: its claims, what its entries publish as their
// own, and how they say that they are tied to one another.
func New(b *book.Book, day party.Date) (*View, error) {
	v := &View{Day: day, book: b}
	v.notes = sync.OnceValues(v.readNotes)
	err := v.Guard(func() (err error) {
		if v.evidence, err = b.Evidence(); err != nil {
			return err
		}
		v.Graph = evidence.Open(v.evidence.Tables, evidence.Parties{Listed: v.IsListed, Same: v.first})
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the claims of the book: %w", err)
	}
	return v, nil
}

// Guard runs read, which asks the view, and turns whatever of the book could not
// be read meanwhile into an error.
func (v *View) Guard(read func() error) error {
	if err := v.book.Guard(read); err != nil {
		return err
	}
	if p := v.failed.Load(); p != nil {
		return *p
	}
	if v.evidence == nil {
		return nil
	}
	return v.evidence.Err()
}

// keep remembers the first error.
func (v *View) keep(err error) {
	if err != nil {
		v.failed.CompareAndSwap(nil, &err)
	}
}

func (v *View) readNotes() (*intel.Annotations, error) {
	notes, err := v.book.Annotations()
	return intel.NewAnnotations(notes), err
}

// entry returns what the book has of an entry.
func (v *View) entry(r party.Ref) *entry {
	if e, ok := v.entries.Load(r); ok {
		return e.(*entry)
	}
	e := &entry{same: []party.Ref{r}}
	head, err := v.book.Head(r)
	if err == nil {
		e.held, e.head = true, head
		id, err := v.book.Identity(r)
		v.keep(err)
		e.same = id.Refs
	} else if !errors.Is(err, errkind.NotFound) {
		v.keep(err)
	}
	v.entries.Store(r, e)
	return e
}

// first gives one entry for all that are one party, as [book.Book.Representative]
// does.
func (v *View) first(r party.Ref) party.Ref {
	e := v.entry(r)
	if !e.held {
		return r
	}
	for _, s := range slices.Backward(e.same) {
		if v.entry(s).held {
			return s
		}
	}
	return r
}

// IsListed says that a listing of the party stood on the day of the view, under
// whatever list the book holds.
func (v *View) IsListed(r party.Ref) bool {
	return slices.ContainsFunc(v.Standings(r, party.Date{}), func(s Standing) bool { return s.Stands })
}

// A Standing is one listing of a party, and how a moment stands to it.
type Standing struct {
	Ref      party.Ref  `json:"ref"`
	List     string     `json:"list"`
	Programs []string   `json:"programs,omitempty"`
	Listed   party.Date `json:"listed,omitzero"`
	Delisted party.Date `json:"delisted,omitzero"`
	Stands   bool       `json:"stands"` // on the day of the view
	// AtTheTime says how the moment of the question stands to the listing: "before
	// the listing", "while listed", "after the listing ended"; "" for no moment.
	AtTheTime string `json:"at_the_time,omitempty"`
}

// Standings returns the listings of a party under all lists, in the order of
// their entries.
func (v *View) Standings(r party.Ref, at party.Date) []Standing {
	var out []Standing
	for _, ref := range v.Same(r) {
		for _, l := range v.entry(ref).head.Listings {
			out = append(out, Standing{
				Ref: ref, List: string(l.List), Programs: l.Programs, Listed: l.Listed, Delisted: l.Delisted,
				Stands: stands(&l, v.Day), AtTheTime: atTheTime(&l, at),
			})
		}
	}
	return out
}

func stands(l *party.Listing, day party.Date) bool {
	if day.IsZero() {
		return l.Delisted.IsZero()
	}
	return (l.Listed.IsZero() || l.Listed.Compare(day) <= 0) && (l.Delisted.IsZero() || day.Compare(l.Delisted) < 0)
}

func atTheTime(l *party.Listing, at party.Date) string {
	switch {
	case at.IsZero():
		return ""
	case !l.Delisted.IsZero() && at.Compare(l.Delisted) >= 0:
		return "after the listing ended"
	case l.Listed.IsZero():
		return "date of listing not said"
	case at.Last().Compare(l.Listed) < 0:
		return "before the listing"
	}
	return "while listed"
}

// Same returns the entries that are one party with r, r among them.
func (v *View) Same(r party.Ref) []party.Ref { return v.entry(r).same }

// A Party is a party as answers name it.
type Party struct {
	Ref    party.Ref   `json:"ref"`
	Name   string      `json:"name,omitempty"`
	Kind   party.Kind  `json:"kind,omitempty"`
	Listed bool        `json:"listed"`
	Same   []party.Ref `json:"same,omitempty"` // its entries on other lists
}

// Party returns how answers name a party; one that the book does not hold has
// its Ref alone.
func (v *View) Party(r party.Ref) Party {
	p := Party{Ref: r, Listed: v.IsListed(r)}
	if e := v.entry(r); e.held {
		p.Name, p.Kind = e.head.Name, e.head.Kind
		p.Same = slices.DeleteFunc(slices.Clone(e.same), func(s party.Ref) bool { return s == r })
	}
	return p
}

// Name returns the name of a thing for people: a party's name with its Ref, an
// indicator made harmless.
func (v *View) Name(t claim.Thing) string {
	if !t.IsParty() {
		return t.Indicator.Defang()
	}
	if p := v.Party(t.Party); p.Name != "" {
		return fmt.Sprintf("%s (%v)", p.Name, p.Ref)
	}
	return t.Party.String()
}

// Unread returns websites and wallets of entries that are no indicator.
func (v *View) Unread() []string { return v.evidence.Unread }

// Find finds the party that a word means: a Ref, the identifier of a party that
// evidence speaks of ("raptor-train"), or a name of one, case and marks apart.
// Names of listed parties are for screening to find. The error is of kind not
// found, or invalid when several parties have the name.
func (v *View) Find(word string) (party.Ref, error) {
	if r, err := party.ParseRef(word); err == nil {
		if v.entry(r).held {
			return r, nil
		}
	}
	found, err := v.named(rows.Fold(word))
	if err != nil {
		return party.Ref{}, err
	}
	switch len(found) {
	case 0:
		return party.Ref{}, errkind.New(errkind.NotFound, fmt.Sprintf("no threat group, botnet or tool %q in the book", word))
	case 1:
		return found[0], nil
	}
	return party.Ref{}, errkind.New(errkind.Invalid, fmt.Sprintf("%q may be %s: name one of them", word, joinRefs(found)))
}

// named returns the parties that only evidence speaks of and that have a folded
// name, in order.
func (v *View) named(folded string) (found []party.Ref, err error) {
	l, ok := v.book.List(starter.Intel)
	if !ok || folded == "" {
		return nil, nil
	}
	for i := range l.Len() {
		e, err := l.Entry(uint32(i))
		if err != nil {
			return nil, fmt.Errorf("entry %d of %s: %w", i, starter.Intel, err)
		}
		if rows.Fold(e.Ref.ID) == folded || slices.ContainsFunc(e.Names, func(n party.Name) bool { return rows.Fold(n.Full) == folded }) {
			found = append(found, e.Ref)
		}
	}
	return found, nil
}

func joinRefs(refs []party.Ref) string {
	words := make([]string, len(refs))
	for i, r := range refs {
		words[i] = r.String()
	}
	return strings.Join(words, " or ")
}

// Attributed returns every indicator that a claim of the view ties to a party
// behind it, in order, each once.
func (v *View) Attributed() []infra.Indicator { return v.Graph.Attributed() }
