// SPDX-License-Identifier: Apache-2.0

// Package identity says which entries of which lists are one party.
//
// Two entries are joined by a strong identifier that both carry ([IsStrong]),
// or by a [Decision] that somebody recorded; never by names alone. A recorded
// split overrides every automatic join, also one over several steps. What
// could not be joined although something speaks for it is a [Conflict]: it is
// reported and decided by a person.
//
// An identity is named by a number that a recorded join gave it once. Lists
// come and go without moving it.
package identity

import (
	"fmt"
	"iter"
	"slices"

	"github.com/interdict-dev/interdict/party"
)

// An Identity is the entries that are one party.
type Identity struct {
	// Number is the smallest number that a join of these entries was recorded
	// with; 0 where only identifiers join them.
	Number int
	// Refs are in order. Entries that only a decision names are among them: their
	// list may not be at hand.
	Refs []party.Ref
}

// A Join is one reason why two entries are one party: a decision, or a strong
// identifier that both carry.
type Join struct {
	A, B       party.Ref
	Identifier party.Identifier // as A carries it; zero for a recorded join
	Decision   *Decision        // nil for an automatic join
}

// String says why in one sentence.
func (j Join) String() string {
	if j.Decision != nil {
		return fmt.Sprintf("%v and %v: %s (recorded by %s on %v)", j.A, j.B, j.Decision.Reason, j.Decision.By, j.Decision.Date)
	}
	return fmt.Sprintf("%v and %v carry the same %s %s", j.A, j.B, j.Identifier.Scheme, j.Identifier.Normal)
}

// A Conflict is a join that was not made, and why.
type Conflict struct {
	Join   Join
	Kind   ConflictKind
	Split  *Decision   // the split that forbids it, for [Forbidden]
	Others []party.Ref // the two entries that may not be one party
}

// String says what was not joined and why.
func (c Conflict) String() string {
	s := c.Join.String() + ": not joined, "
	switch c.Kind {
	case Forbidden:
		return s + fmt.Sprintf("since %v and %v are recorded as two parties (%s)", c.Others[0], c.Others[1], c.Split.Reason)
	case SameList:
		return s + fmt.Sprintf("since one list holds %v and %v as two entries", c.Others[0], c.Others[1])
	}
	return s + fmt.Sprintf("since %v and %v are not of one kind", c.Others[0], c.Others[1])
}

// A ConflictKind says what stands against a join.
type ConflictKind uint8

// The kinds.
const (
	Forbidden   ConflictKind = iota // a recorded split
	SameList                        // the publisher keeps the two apart; branches carry their head office's numbers
	KindsDiffer                     // a person and a company, say
)

// IsStrong says that an identifier names one party and no other, so that two
// entries of different lists that carry it are that party.
//
// Strong are numbers that one register gives to one legal person, ship or
// natural person for good, and whose check digits have been confirmed, since
// a list's typing mistake must not join strangers:
//
//   - LEI (ISO 17442), USCC (GB 32100), OGRN and OGRNIP, and the INN: given once
//     to one person, never given again. Branches share an INN, but a branch is
//     no person of its own and is told apart by the KPP.
//   - The IMO number of a ship stays with the hull for life, and that of a
//     company or owner with the company (IMO resolutions A.1117(30), MSC.160(78)).
//   - The resident identity number of the PRC (GB 11643).
//
// Not strong, though each of them speaks for a match elsewhere: a BIC names an
// institution with its branches and is given again; an ISIN names a security,
// which has issuers, guarantors and programmes; one wallet is listed under
// several persons who share it, and an exchange's serves thousands; passports
// have no check digits on lists, are forged and replaced; a number "of a
// register that nobody named" is unique nowhere; MMSI, call signs and tail
// numbers move to the next ship.
func IsStrong(id party.Identifier) bool {
	if id.Check != party.Valid || id.Normal == "" {
		return false
	}
	switch id.Scheme {
	case party.LEI, party.USCC, party.OGRN, party.OGRNIP, party.IMO, party.IMOCompany, party.CNResident:
		return true
	case party.INN:
		return id.Country == "" || id.Country == "ru"
	}
	return false
}

// A Set says of any entry which others are the same party. It never changes,
// so any number of goroutines may ask it.
type Set struct {
	refs      []party.Ref // those of ids, sorted
	of        []int32     // of each of refs, the index of its identity
	ids       []Identity
	joins     []Join // made ones
	conflicts []Conflict
}

// Build joins entries by their strong identifiers and by decisions, which stand
// in the order in which they were recorded: of two about the same pair the
// later one holds. The result does not depend on the order of the entries.
func Build(entries iter.Seq[party.Entry], decisions []Decision) *Set {
	b := newBuilder(entries, decisions)
	for _, j := range b.recorded(decisions) {
		b.join(j)
	}
	for _, j := range b.automatic() {
		b.join(j)
	}
	return b.set()
}

// Of returns the identity of an entry. An entry that is joined with no other
// gives an identity of its own without a number.
func (s *Set) Of(r party.Ref) Identity {
	if i, ok := s.find(r); ok {
		return s.ids[s.of[i]]
	}
	return Identity{Refs: []party.Ref{r}}
}

// Same says that two entries are one party.
func (s *Set) Same(a, b party.Ref) bool {
	i, ok := s.find(a)
	j, ok2 := s.find(b)
	return a == b || ok && ok2 && s.of[i] == s.of[j]
}

// All yields every identity of two entries or more, in the order of their
// first entries.
func (s *Set) All() iter.Seq[Identity] { return slices.Values(s.ids) }

// Joins returns the reasons that hold an identity together: of n entries, n-1
// joins, recorded ones first.
func (s *Set) Joins(id Identity) []Join {
	var out []Join
	for _, j := range s.joins {
		if slices.Contains(id.Refs, j.A) {
			out = append(out, j)
		}
	}
	return out
}

// Why returns the joins that lead from a to b, none where they are not the same
// party or are the same entry.
func (s *Set) Why(a, b party.Ref) []Join {
	if a == b || !s.Same(a, b) {
		return nil
	}
	joins := s.Joins(s.Of(a))
	from := map[party.Ref]Join{a: {}}
	for queue := []party.Ref{a}; len(queue) > 0; queue = queue[1:] {
		for _, j := range joins {
			next := j.other(queue[0])
			if _, seen := from[next]; next.IsZero() || seen {
				continue
			}
			from[next] = j
			queue = append(queue, next)
		}
	}
	var path []Join
	for at := b; at != a; at = from[at].other(at) {
		path = append(path, from[at])
	}
	slices.Reverse(path)
	return path
}

// other returns the other end of the join, or the zero Ref when r is no end.
func (j Join) other(r party.Ref) party.Ref {
	switch r {
	case j.A:
		return j.B
	case j.B:
		return j.A
	}
	return party.Ref{}
}

// Conflicts returns the joins that were not made, in order.
func (s *Set) Conflicts() []Conflict { return slices.Clone(s.conflicts) }

func (s *Set) find(r party.Ref) (int, bool) {
	return slices.BinarySearchFunc(s.refs, r, party.Ref.Compare)
}
