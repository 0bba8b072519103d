// SPDX-License-Identifier: Apache-2.0

package screening

import (
	"github.com/interdict-dev/interdict/book"
	"github.com/interdict-dev/interdict/infra"
	"github.com/interdict-dev/interdict/ownership"
	"github.com/interdict-dev/interdict/party"
)

// OwnedList is the list of the entries of an [Extra]: "owned/local/acme" is
// the party local/acme of the user's stakes.
const OwnedList party.ListID = "owned"

// An Extra is what is screened beside the current book.
//
// Book holds parties that nobody lists and that listed ones reach all the same,
// since they own or control them. Their entries carry no listings; Reach says of
// each entry what it is, and an entry without one is no finding.
//
// Hosts says to which listed parties claims lead from a machine, at a moment. Any
// number of goroutines may call it.
//
// An Extra is an argument like book and policy: the same one gives the same
// findings. The policy names the files that it was made of.
type Extra struct {
	Book  *book.Book // nil for none
	Reach map[party.Ref]Reach
	Hosts func(i infra.Indicator, at party.Date) ([]Met, error) // nil asks about no machine
}

// A Reach says how listed parties reach a party that is not listed.
type Reach struct {
	Grade   Grade
	Effects []Effect
	// Reasons say how, in words. They have no weight: that a name is owned does
	// not make a subject more like it.
	Reasons []Reason
	Proofs  []*ownership.Proof
}

// reached completes the finding of an entry of an extra book; it returns false
// for an entry that nobody reaches.
func (s *Screener) reached(f *Finding) bool {
	for _, x := range s.extra {
		r, ok := x.Reach[f.Ref]
		if !ok {
			continue
		}
		f.Grade, f.Proofs = r.Grade, r.Proofs
		for _, e := range r.Effects {
			if s.policy.wants(e.Regime) {
				f.Effects = append(f.Effects, e)
			}
		}
		f.Reasons = append(f.Reasons, r.Reasons...)
		return true
	}
	return false
}

// guard runs read and turns damage of any of the books into an error.
func (s *Screener) guard(read func() error) error {
	for _, x := range s.extra {
		if x.Book == nil {
			continue
		}
		inner := read
		read = func() error { return x.Book.Guard(inner) }
	}
	return s.book.Guard(read)
}
