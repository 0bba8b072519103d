// SPDX-License-Identifier: Apache-2.0

package evidence

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/party"
)

// A Moment is one dated point of a network's history.
type Moment struct {
	Date  party.Date
	What  MomentKind
	Node  int // whose moment it is; of a link, the node below
	Claim claim.Claim
}

// A MomentKind says what happened.
type MomentKind uint8

// The kinds.
const (
	FirstSeen MomentKind = iota
	LastSeen
	ControlEnded // by a seizure
	Published    // the source's own date, in place of a last day
	Expires      // the registration of a domain
	Began        // what ties two parties
	Ended
)

var momentKinds = [...]string{"first seen", "last seen", "control ended", "published", "registration expires", "began", "ended"}

// String returns the kind in words.
func (k MomentKind) String() string {
	if int(k) < len(momentKinds) {
		return momentKinds[k]
	}
	return fmt.Sprintf("moment(%d)", k)
}

// MarshalText writes the kind as String does.
func (k MomentKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// lastKind says what the last date of a window is.
func lastKind(k claim.WindowKind) MomentKind {
	switch k {
	case claim.Seizure:
		return ControlEnded
	case claim.Publication:
		return Published
	case claim.RegistrationExpiry:
		return Expires
	}
	return LastSeen
}

// Timeline returns every dated point of the network in the order of its dates.
// Undated claims have none.
func (n *Network) Timeline() []Moment {
	var out []Moment
	add := func(d party.Date, k MomentKind, node int, c claim.Claim) {
		if !d.IsZero() {
			out = append(out, Moment{d, k, node, c})
		}
	}
	for i, x := range n.Nodes {
		for _, c := range x.Claims {
			add(c.Window.First, FirstSeen, i, c)
			add(c.Window.Last, lastKind(c.Window.Kind), i, c)
		}
	}
	for _, l := range n.Links {
		if !n.Nodes[l.To].Thing.IsParty() {
			continue
		}
		for _, c := range l.Claims {
			add(c.Window.First, Began, l.To, c)
			add(c.Window.Last, Ended, l.To, c)
		}
	}
	slices.SortFunc(out, func(a, b Moment) int {
		return cmp.Or(a.Date.Compare(b.Date), cmp.Compare(a.What, b.What), cmp.Compare(a.Node, b.Node), compareClaims(&a.Claim, &b.Claim))
	})
	return out
}
