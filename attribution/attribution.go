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
	"fmt"
	"slices"
	"strings"

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
// ask it while its book is open.
type View struct {
	Graph *evidence.Graph
	Day   party.Date // as of which parties count as listed

	claims  []claim.Claim
	said    map[tie]bool // what the book's own claims say of parties
	parties map[party.Ref]*entry
	unread  []error // websites and wallets that are no indicator
	notes   *intel.Annotations
}

// tie is what makes two claims of one origin the same statement.
type tie struct {
	from, to claim.Thing
	relation claim.Relation
	origin   string
}

func tieOf(c *claim.Claim) tie { return tie{c.From, c.To, c.Relation, c.Source.Root()} }

// entry is what answers say of an entry.
type entry struct {
	head  party.Head
	names []string
	same  []party.Ref // the entries that are one party with it, itself among them
}

// New makes the view of a book: its claims, what its entries publish as their
// own, and how they say that they are tied to one another.
func New(b *book.Book, day party.Date) (*View, error) {
	v := &View{Day: day, said: map[tie]bool{}, parties: map[party.Ref]*entry{}}
	if err := b.Guard(func() error { return v.read(b) }); err != nil {
		return nil, fmt.Errorf("read the claims of the book: %w", err)
	}
	notes, err := b.Annotations()
	if err != nil {
		return nil, err
	}
	v.notes = intel.NewAnnotations(notes)
	v.Graph = evidence.NewGraph(v.claims, evidence.Parties{Listed: v.IsListed, Same: v.first})
	return v, nil
}

func (v *View) read(b *book.Book) error {
	v.claims = make([]claim.Claim, 0, min(b.Manifest().Claims, 1<<24)+1<<12)
	for c, err := range b.Claims() {
		if err != nil {
			return err
		}
		v.claims = append(v.claims, c)
		if c.From.IsParty() { // entries say nothing else
			v.said[tieOf(&c)] = true
		}
	}
	for _, l := range b.Lists() {
		for i := range l.Len() {
			e, err := l.Entry(uint32(i))
			if err != nil {
				return fmt.Errorf("entry %d of %s: %w", i, l.Info.List, err)
			}
			if err := v.add(b, &l.Info, &e); err != nil {
				return err
			}
		}
	}
	return nil
}

// add keeps what answers say of an entry, and makes claims of what it says.
func (v *View) add(b *book.Book, l *book.Info, e *party.Entry) error {
	id, err := b.Identity(e.Ref)
	if err != nil {
		return err
	}
	kept := &entry{head: party.Head{Ref: e.Ref, Kind: e.Kind, Name: e.Name(), Listings: e.Listings}, same: id.Refs}
	for _, n := range e.Names {
		kept.names = append(kept.names, n.Full)
	}
	v.parties[e.Ref] = kept
	src := sourceOf(l, e.Ref)
	own, errs := claim.Own(e, src)
	v.unread = append(v.unread, errs...)
	v.claims = append(v.claims, own...)
	for _, c := range claim.Published(e, src) {
		if !v.said[tieOf(&c)] { // a claim of the book says it with more
			v.claims = append(v.claims, c)
		}
	}
	return nil
}

// sourceOf says who says what an entry says. A list is a legal act; the user's
// own list and the parties that only evidence speaks of are none.
func sourceOf(l *book.Info, r party.Ref) claim.Source {
	if l.Starter || l.List == starter.Intel {
		if s, ok := starter.Open().Source(r); ok {
			return s
		}
	}
	s := claim.Source{Name: l.Title, Class: claim.Legal}
	if s.Name == "" {
		s.Name = string(l.List)
	}
	switch {
	case l.List == starter.Intel, strings.HasPrefix(string(l.List), "local"):
		s.Class = claim.Ungraded
	case strings.HasPrefix(string(l.List), "us-ofac"):
		s.Origin = "us-treasury" // as the built-in facts have it: the lists and the press notes are one origin
	}
	return s
}

// first gives one entry for all that are one party: the last in order that the
// book holds, which is OFAC's where there is one.
func (v *View) first(r party.Ref) party.Ref {
	e, ok := v.parties[r]
	if !ok {
		return r
	}
	for _, s := range slices.Backward(e.same) {
		if _, ok := v.parties[s]; ok {
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
		e, ok := v.parties[ref]
		if !ok {
			continue
		}
		for _, l := range e.head.Listings {
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
func (v *View) Same(r party.Ref) []party.Ref {
	if e, ok := v.parties[r]; ok {
		return e.same
	}
	return []party.Ref{r}
}

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
	if e, ok := v.parties[r]; ok {
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
func (v *View) Unread() []error { return v.unread }

// Find finds the party that a word means: a Ref, the identifier of a party that
// evidence speaks of ("raptor-train"), or a name of one, case and marks apart.
// Names of listed parties are for screening to find. The error is of kind not
// found, or invalid when several parties have the name.
func (v *View) Find(word string) (party.Ref, error) {
	if r, err := party.ParseRef(word); err == nil {
		if _, ok := v.parties[r]; ok {
			return r, nil
		}
	}
	folded, found := rows.Fold(word), []party.Ref(nil)
	for r, e := range v.parties {
		if r.List != starter.Intel || folded == "" {
			continue
		}
		if rows.Fold(r.ID) == folded || slices.ContainsFunc(e.names, func(n string) bool { return rows.Fold(n) == folded }) {
			found = append(found, r)
		}
	}
	slices.SortFunc(found, party.Ref.Compare)
	switch len(found) {
	case 0:
		return party.Ref{}, errkind.New(errkind.NotFound, fmt.Sprintf("no threat group, botnet or tool %q in the book", word))
	case 1:
		return found[0], nil
	}
	return party.Ref{}, errkind.New(errkind.Invalid, fmt.Sprintf("%q may be %s: name one of them", word, joinRefs(found)))
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
func (v *View) Attributed() []infra.Indicator {
	var out []infra.Indicator
	for i := range v.claims {
		if c := &v.claims[i]; !c.From.IsParty() && c.To.IsParty() && c.Relation.Behind() == claim.ToBehind {
			out = append(out, c.From.Indicator)
		}
	}
	slices.SortFunc(out, infra.Indicator.Compare)
	return slices.Compact(out)
}
