// SPDX-License-Identifier: Apache-2.0

package screening

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/book"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/places"
	"github.com/interdict-dev/interdict/starter"
	"github.com/interdict-dev/interdict/subject"
)

// PremisesList is the list of the refs of addresses: "premises/9f86d081". It is
// no list of parties.
const PremisesList party.ListID = "premises"

// Premises are an address of the subject at which listed parties are. It is a red
// flag of its own kind: who shares a house with a listed party is not that party,
// is not owned by it, and nothing is blocked. It has no grade and no score, and
// stands beside the findings. Parties that are findings themselves are not
// counted.
type Premises struct {
	Ref     party.Ref `json:"ref"`     // "premises/9f86d081", by what is compared of the address
	Address string    `json:"address"` // as the subject says it
	// Shared counts the listed parties there, entries of one identity as one. Where
	// it is large the address may be an agent's, or a tower's: the house says less.
	Shared int `json:"shared"`
	// Weak says that every one of them is in another unit of the house.
	Weak bool `json:"weak"`
	// Parties are some of them, at most [MostNeighbours]: those without another
	// unit first, then in the order of their refs.
	Parties []Neighbour `json:"parties"`
	Record  string      `json:"record"` // digest of who is there: a decision about the address lapses when it changes

	refs []party.Ref // of all of them
}

// A Neighbour is a listed party at an address of the subject.
type Neighbour struct {
	Ref      party.Ref  `json:"ref"`
	Name     string     `json:"name"`
	Address  string     `json:"address"` // as the list prints it
	Programs []string   `json:"programs,omitempty"`
	Listed   party.Date `json:"listed,omitzero"`
	Reasons  []Reason   `json:"reasons"` // what of the addresses agrees or differs; without weight

	otherUnit bool
}

// MostNeighbours is how many parties an address names.
const MostNeighbours = 5

// manyNeighbours is from where on an address is said to be many parties'.
const manyNeighbours = 10

// Note says what to know of an address that many share, or "".
func (p *Premises) Note() string {
	if p.Shared < manyNeighbours {
		return ""
	}
	return fmt.Sprintf("%d listed parties have this address: it may be that of a formation agent, a tower or an institution", p.Shared)
}

// premises fills in the addresses of a subject at which listed parties are.
func (s *Screener) premises(a *Answer, sub *subject.Subject) error {
	if s.policy.Premises == PlacesOff {
		return nil
	}
	known := found(a)
	seen := map[string]bool{}
	for _, address := range sub.Party.Addresses {
		if address.Country == "" && len(sub.Party.Countries) == 1 {
			address.Country = sub.Party.Countries[0] // a row says its country once
		}
		mine := places.ReadPremise(address)
		keys := mine.Keys()
		id := nameOf(keys)
		if len(keys) == 0 || seen[id] {
			continue
		}
		seen[id] = true
		there, err := s.neighbours(&mine, keys, known)
		if err != nil {
			return err
		}
		if len(there) == 0 {
			continue
		}
		p := newPremises(id, address, there)
		if p.Weak && s.policy.Premises != PlacesAll {
			a.WeakPremises++
			continue
		}
		a.Premises = append(a.Premises, p)
	}
	return nil
}

// found returns the entries that are findings, with those of their identities.
func found(a *Answer) map[party.Ref]bool {
	known := map[party.Ref]bool{}
	for _, f := range a.Findings {
		known[f.Ref] = true
		for _, r := range f.Identity {
			known[r] = true
		}
	}
	return known
}

// neighbours returns the listed parties at an address but those that are known;
// of the entries of one identity the first.
func (s *Screener) neighbours(mine *places.Premise, keys []string, known map[party.Ref]bool) ([]Neighbour, error) {
	var out []Neighbour
	seen := map[party.Ref]bool{}
	for _, l := range s.lists {
		if l.Info.List == starter.Intel || l.Info.List == OwnedList {
			continue // listed nowhere
		}
		for _, e := range entriesAt(l, keys) {
			n, ok, err := s.neighbour(l, e, mine)
			if err != nil {
				return nil, err
			}
			if !ok {
				continue
			}
			id, err := s.book.Identity(n.Ref)
			if err != nil {
				return nil, err
			}
			if slices.ContainsFunc(id.Refs, func(r party.Ref) bool { return known[r] || seen[r] }) {
				continue
			}
			seen[n.Ref] = true
			out = append(out, n)
		}
	}
	slices.SortFunc(out, func(a, b Neighbour) int {
		return cmp.Or(compareBool(a.otherUnit, b.otherUnit), a.Ref.Compare(b.Ref))
	})
	return out, nil
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// entriesAt returns the entries of a list that share a key, each once.
func entriesAt(l *book.List, keys []string) []uint32 {
	var out []uint32
	for _, k := range keys {
		out = slices.AppendSeq(out, l.At(k))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// neighbour says whether an entry that stood on the policy's day has the address.
func (s *Screener) neighbour(l *book.List, i uint32, mine *places.Premise) (n Neighbour, ok bool, err error) {
	e, err := l.Entry(i)
	if err != nil {
		return n, false, fmt.Errorf("list %s: entry %d: %w", l.Info.List, i, err)
	}
	if !s.policy.keepStanding(&e) {
		return n, false, nil
	}
	for _, a := range e.Addresses {
		theirs := places.ReadPremise(a)
		c := mine.Compare(&theirs)
		if c.Level != places.SamePremises {
			continue
		}
		other := slices.ContainsFunc(c.Reasons, func(r places.Reason) bool { return r.Kind == "address.unit" && r.Says == places.Contradicts })
		if ok && (other || !n.otherUnit) {
			continue // an earlier address says as much
		}
		f := Finding{}
		f.addListings(&e)
		n = Neighbour{Ref: e.Ref, Name: e.Name(), Address: a.String(), Programs: f.Programs, Listed: f.Listed, Reasons: addressReasons(c), otherUnit: other}
		ok = true
	}
	return n, ok, nil
}

// addressReasons says what of two addresses agrees or differs.
func addressReasons(c places.Comparison) []Reason {
	out := []Reason{}
	for _, r := range c.Reasons {
		if r.Says != places.Missing {
			out = append(out, Reason{Kind: "premises." + strings.TrimPrefix(r.Kind, "address."), Left: r.Left, Right: r.Right, Note: r.Says.String()})
		}
	}
	return out
}

func newPremises(id string, a party.Address, there []Neighbour) Premises {
	p := Premises{Ref: party.Ref{List: PremisesList, ID: id}, Address: a.String(), Shared: len(there), Weak: there[0].otherUnit}
	h := sha256.New()
	for _, n := range there {
		p.refs = append(p.refs, n.Ref)
		fmt.Fprintf(h, "%v\x00%s\x00", n.Ref, n.Address)
	}
	p.Record = "sha256:" + hex.EncodeToString(h.Sum(nil))
	p.Parties = slices.Clone(there[:min(len(there), MostNeighbours)])
	return p
}

// nameOf names an address by its keys, so that its spelling does not matter.
func nameOf(keys []string) string {
	sum := sha256.Sum256([]byte(strings.Join(slices.Sorted(slices.Values(keys)), "\n")))
	return hex.EncodeToString(sum[:4])
}
