// SPDX-License-Identifier: Apache-2.0

package intel

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/infra"
)

// An Annotation is one entry of a warning list: what is known of an address, a
// host or a hash that is no statement about any party, as that it lies in the
// ranges of a VPN provider. It is printed beside a finding and never takes one
// away: between 14 % and 79 % of the attributed nodes of one botnet stand in
// published ranges of VPN providers.
type Annotation struct {
	List      string // the list as printed: "List of known sinkholes"
	Version   string // of the list; "" where it has none
	Indicator infra.Indicator
	Scope     infra.Scope
}

// Annotations answers which warning lists hold an indicator. It never changes,
// so any number of goroutines may ask it. The zero Annotations hold nothing.
type Annotations struct {
	entries  []Annotation
	prefixes *infra.PrefixTable
	exact    map[infra.Indicator][]uint32
	below    map[string][]uint32 // domains that reach the hosts below them
}

// NewAnnotations builds the tables. Unlike claims, entries about a shared zone
// reach every host below it: that a name belongs to a dynamic DNS service is
// true of all its names.
func NewAnnotations(entries []Annotation) *Annotations {
	a := &Annotations{entries: entries, exact: map[infra.Indicator][]uint32{}, below: map[string][]uint32{}}
	var rules []infra.PrefixRule
	for i, e := range entries {
		n := uint32(i)
		if p, ok := e.Indicator.Prefix(); ok {
			rules = append(rules, infra.PrefixRule{Prefix: p, Value: n})
			continue
		}
		a.exact[e.Indicator] = append(a.exact[e.Indicator], n)
		if e.Indicator.Type == infra.Domain && e.Scope == infra.WithSubdomains {
			a.below[e.Indicator.Value] = append(a.below[e.Indicator.Value], n)
		}
	}
	a.prefixes = infra.NewPrefixTable(rules)
	return a
}

// Len returns the number of entries.
func (a *Annotations) Len() int { return len(a.entries) }

// Of returns the entries that hold i, or the host that i points at, in the
// order in which they were given. A prefix is held by the entries that hold
// its first and its last address.
func (a *Annotations) Of(i infra.Indicator) []Annotation {
	if a.prefixes == nil {
		return nil
	}
	hits := slices.Clone(a.exact[i])
	if i.Type == infra.Prefix {
		hits = append(hits, a.ofPrefix(i)...)
	}
	if h, ok := i.Host(); ok {
		if h != i {
			hits = append(hits, a.exact[h]...)
		}
		if addr, ok := h.Addr(); ok {
			hits = append(hits, a.prefixes.Lookup(addr)...)
		} else {
			hits = append(hits, a.above(h.Value)...)
		}
	}
	slices.Sort(hits)
	hits = slices.Compact(hits)
	out := make([]Annotation, len(hits))
	for k, n := range hits {
		out[k] = a.entries[n]
	}
	return out
}

// above returns the entries for the domains above a host.
func (a *Annotations) above(host string) (hits []uint32) {
	for {
		var ok bool
		if _, host, ok = strings.Cut(host, "."); !ok {
			return hits
		}
		hits = append(hits, a.below[host]...)
	}
}

func (a *Annotations) ofPrefix(i infra.Indicator) (hits []uint32) {
	p, ok := i.Prefix()
	if !ok {
		return nil
	}
	last := a.prefixes.Lookup(lastOf(p))
	for _, n := range a.prefixes.Lookup(p.Addr()) {
		if q, ok := a.entries[n].Indicator.Prefix(); ok && q.Bits() <= p.Bits() && slices.Contains(last, n) {
			hits = append(hits, n)
		}
	}
	return hits
}

// lastOf returns the last address of a prefix.
func lastOf(p netip.Prefix) netip.Addr {
	b := p.Masked().Addr().AsSlice()
	for i := p.Bits(); i < 8*len(b); i++ {
		b[i/8] |= 1 << (7 - i%8)
	}
	a, _ := netip.AddrFromSlice(b) // the length is that of an address
	return a
}
