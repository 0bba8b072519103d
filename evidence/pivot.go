// SPDX-License-Identifier: Apache-2.0

package evidence

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/infra"
)

// A Pivot is a suggestion: something that shares a trait with what was seen.
// It is suspected at most, never attributed, and says why.
type Pivot struct {
	Indicator infra.Indicator
	Reason    string
	// Claims are what ties the two, or what attributes the other one.
	Claims []claim.Claim
}

// neighbourhood is how near two addresses are for a suggestion: one IPv4 /24 or
// one IPv6 /64, the usual smallest pieces that are routed or handed out.
func neighbourhood(a netip.Addr) netip.Prefix {
	bits := 64
	if a.Is4() {
		bits = 24
	}
	return netip.PrefixFrom(a, bits).Masked()
}

// addNeighbours sorts the addresses that a claim attributes, so that those of
// one prefix stand together.
func (g *Graph) addNeighbours() {
	for n, t := range g.things {
		if a, ok := t.Indicator.Addr(); ok {
			g.addresses = append(g.addresses, address{a, int32(n)})
		}
	}
	slices.SortFunc(g.addresses, func(a, b address) int { return a.addr.Compare(b.addr) })
}

// address is an address and its node.
type address struct {
	addr netip.Addr
	node int32
}

// Pivots suggests what may belong with an indicator: another that claims tie to
// the same certificate, name or place; the certificate name of a domain and
// the other way round; and an attributed address of the same small prefix whose
// window overlaps. A shared place suggests nothing: its tenants are strangers.
func (g *Graph) Pivots(seen infra.Indicator) []Pivot {
	out := append(g.sharedTraits(seen), g.sameName(seen)...)
	if infra.TenancyOf(seen).Kind == infra.NotShared {
		out = append(out, g.nearAddresses(seen)...)
	}
	return out
}

// sharedTraits goes one step to something that claims tie to what was seen,
// and one step back to another.
func (g *Graph) sharedTraits(seen infra.Indicator) []Pivot {
	var out []Pivot
	n, ok := g.nodes[claim.OfIndicator(seen)]
	if !ok {
		return nil
	}
	for _, there := range g.edgesOf(n) {
		trait := g.things[there.to]
		if trait.IsParty() || infra.TenancyOf(trait.Indicator).Kind != infra.NotShared {
			continue
		}
		for _, back := range g.edgesOf(there.to) {
			other := g.things[back.to]
			a, b := g.claims[there.claim], g.claims[back.claim]
			if back.to == n || other.IsParty() || a.Relation != b.Relation {
				continue
			}
			when := "time unknown"
			if a.Window.Overlaps(b.Window) {
				when = "at the same time"
			} else if isDated(a.Window) && isDated(b.Window) {
				continue // one after the other: a rented address changes hands
			}
			out = append(out, Pivot{other.Indicator, fmt.Sprintf("both: %s %v, %s", a.Relation.Words(), trait, when), []claim.Claim{a, b}})
		}
	}
	return out
}

func isDated(w claim.Window) bool { return !w.First.IsZero() && !w.Last.IsZero() }

// sameName ties a domain and the common name of a certificate.
func (g *Graph) sameName(seen infra.Indicator) []Pivot {
	other := infra.Indicator{Type: infra.CertCN, Value: seen.Value}
	switch seen.Type {
	case infra.Domain:
	case infra.CertCN:
		other.Type = infra.Domain
	default:
		return nil
	}
	if _, ok := g.nodes[claim.OfIndicator(other)]; !ok {
		return nil
	}
	return []Pivot{{other, "a domain and a certificate's common name of the same spelling", g.Claims(other)}}
}

// nearAddresses finds attributed addresses of the same small prefix that were
// seen at the same time as this one.
func (g *Graph) nearAddresses(seen infra.Indicator) []Pivot {
	at, ok := seen.Addr()
	if !ok {
		return nil
	}
	near := neighbourhood(at)
	mine := g.attributions(seen)
	i, _ := slices.BinarySearchFunc(g.addresses, near.Addr(), func(x address, a netip.Addr) int { return x.addr.Compare(a) })
	var out []Pivot
	for ; i < len(g.addresses) && near.Contains(g.addresses[i].addr); i++ {
		other := g.things[g.addresses[i].node].Indicator
		theirs := g.attributions(other)
		if other == seen || len(theirs) == 0 {
			continue
		}
		switch {
		case len(mine) == 0:
			out = append(out, Pivot{other, fmt.Sprintf("attributed, in the same %v", near), theirs})
		case overlap(mine, theirs):
			out = append(out, Pivot{other, fmt.Sprintf("in the same %v at the same time", near), theirs})
		}
	}
	return out
}

func (g *Graph) attributions(i infra.Indicator) []claim.Claim {
	return slices.DeleteFunc(g.Claims(i), func(c claim.Claim) bool { return !isAttribution(c) || c.From.Indicator != i })
}
