// SPDX-License-Identifier: Apache-2.0

package evidence

import (
	"bytes"
	"fmt"
	"net/netip"
	"slices"
	"strings"

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

// address is an address and its node.
type address struct {
	addr netip.Addr
	node int32
}

func compareAddresses(a, b address) int { return a.addr.Compare(b.addr) }

// sortAddresses6 puts the IPv6 addresses in order: their text is not in the order
// of the addresses.
func (g *Graph) sortAddresses6() []address {
	var out []address
	for n := g.t.kind(infra.IPv6); n < g.t.kind(infra.IPv6+1); n++ {
		if a, ok := g.t.thing(n).Indicator.Addr(); ok {
			out = append(out, address{a, n})
		}
	}
	slices.SortFunc(out, compareAddresses)
	return out
}

// within returns the addresses of a neighbourhood, in order.
func (g *Graph) within(near netip.Prefix) []address {
	if near.Addr().Is6() {
		all := g.addresses6()
		from, _ := slices.BinarySearchFunc(all, near.Addr(), func(x address, a netip.Addr) int { return x.addr.Compare(a) })
		to := from
		for to < len(all) && near.Contains(all[to].addr) {
			to++
		}
		return all[from:to]
	}
	text := near.Addr().String()
	text = text[:strings.LastIndexByte(text, '.')+1]
	key := appendKey(nil, claim.OfIndicator(infra.Indicator{Type: infra.IPv4, Value: text}))
	var out []address
	for n := g.t.atOrAfter(key); int(n) < g.t.Len() && bytes.HasPrefix(g.t.key(n), key); n++ {
		if a, ok := g.t.thing(n).Indicator.Addr(); ok {
			out = append(out, address{a, n})
		}
	}
	slices.SortFunc(out, compareAddresses)
	return out
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
	n, ok := g.t.node(claim.OfIndicator(seen))
	if !ok {
		return nil
	}
	for there := g.t.edgesOf(n); there.len() > 0; there = there.from(1) {
		trait := g.t.thing(there.to(0))
		if trait.IsParty() || infra.TenancyOf(trait.Indicator).Kind != infra.NotShared {
			continue
		}
		a := g.claim(there.claim(0))
		for back := g.t.edgesOf(there.to(0)); back.len() > 0; back = back.from(1) {
			if back.to(0) == n || g.isPartyNode(back.to(0)) {
				continue
			}
			other, b := g.t.thing(back.to(0)), g.claim(back.claim(0))
			if a.Relation != b.Relation {
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
	if _, ok := g.t.node(claim.OfIndicator(other)); !ok {
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
	var out []Pivot
	for _, x := range g.within(near) {
		other := g.t.thing(x.node).Indicator
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
	return slices.DeleteFunc(g.Claims(i), func(c claim.Claim) bool { return !isAttribution(&c) || c.From.Indicator != i })
}
