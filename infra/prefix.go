// SPDX-License-Identifier: Apache-2.0

package infra

import (
	"cmp"
	"encoding/binary"
	"net/netip"
	"slices"
)

// A PrefixRule ties a prefix to a number of the caller's: the index of a
// claim, a list, a party.
type PrefixRule struct {
	Prefix netip.Prefix
	Value  uint32
}

// A PrefixTable finds the rules whose prefix holds an address. It never
// changes, so any number of goroutines may ask it. The zero table is empty.
//
// Prefixes that lie in one another cut the addresses into stretches of which all
// addresses have the same rules. The table holds where the stretches begin, in
// lines of memory of which the first bits of an address choose one: a lookup reads
// one line out of many, and a number of an index that is small enough to be near
// at hand. A tree of as many prefixes is many times as large and is walked down.
type PrefixTable struct {
	v4     lines4
	v6     lines6
	values []uint32
	size   int
}

// packed is a set among a table's values: where it begins, and how many they are
// in the lowest bits; when those are all ones the first value says how many
// follow. 0 is the empty set.
type packed uint32

const (
	packedBits = 4
	packedMany = 1<<packedBits - 1
)

// in returns the set.
func (p packed) in(values []uint32) []uint32 {
	from, n := uint32(p>>packedBits), uint32(p&packedMany)
	switch n {
	case 0:
		return nil
	case packedMany:
		n = values[from]
		from++
	}
	return values[from : from+n : from+n]
}

// appendPacked appends vs to values as a sorted set.
func appendPacked(values *[]uint32, vs []uint32) packed {
	slices.Sort(vs)
	vs = slices.Compact(vs)
	p := packed(len(*values)<<packedBits | min(len(vs), packedMany))
	switch {
	case len(vs) == 0:
		return 0
	case len(vs) >= packedMany:
		*values = append(*values, uint32(len(vs)))
	}
	*values = append(*values, vs...)
	return p
}

// NewPrefixTable builds a table. Prefixes are masked, and IPv4 in IPv6 form is
// read as IPv4; a rule with an invalid prefix never matches. The order of the
// rules does not matter.
func NewPrefixTable(rules []PrefixRule) *PrefixTable {
	sorted := make([]PrefixRule, 0, len(rules))
	for _, r := range rules {
		if p, ok := canonPrefix(r.Prefix); ok {
			sorted = append(sorted, PrefixRule{p, r.Value})
		}
	}
	slices.SortFunc(sorted, func(a, b PrefixRule) int {
		x, y := a.Prefix.Addr(), b.Prefix.Addr()
		return cmp.Or(x.Compare(y), a.Prefix.Bits()-b.Prefix.Bits(), cmp.Compare(a.Value, b.Value))
	})
	t := &PrefixTable{}
	n := 0 // of IPv4, which stand first
	for n < len(sorted) && sorted[n].Prefix.Addr().Is4() {
		n++
	}
	t.v4 = newLines4(t.cut(sorted[:n]))
	t.v6 = newLines6(t.cut(sorted[n:]))
	return t
}

// canonPrefix masks a prefix and reads IPv4 in IPv6 form as IPv4.
func canonPrefix(p netip.Prefix) (netip.Prefix, bool) {
	if !p.IsValid() {
		return p, false
	}
	if a := p.Addr(); a.Is4In6() && p.Bits() >= 96 {
		p = netip.PrefixFrom(a.Unmap(), p.Bits()-96)
	}
	return p.Masked(), true
}

// A place is an address as a number: 128 bits, or those of IPv4 in lo.
type place struct{ hi, lo uint64 }

func placeOf(a netip.Addr) place {
	if a.Is4() {
		b := a.As4()
		return place{0, uint64(binary.BigEndian.Uint32(b[:]))}
	}
	b := a.As16()
	return place{binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])}
}

func (p place) compare(q place) int { return cmp.Or(cmp.Compare(p.hi, q.hi), cmp.Compare(p.lo, q.lo)) }

// next is the place after p; the one after the last is the first again.
func (p place) next() place {
	p.lo++
	if p.lo == 0 {
		p.hi++
	}
	return p
}

// lastPlace returns the last place of a prefix.
func lastPlace(p netip.Prefix) place {
	at, free := placeOf(p.Addr()), p.Addr().BitLen()-p.Bits()
	if free >= 64 {
		at.lo = ^uint64(0)
		at.hi |= 1<<(free-64) - 1
	} else {
		at.lo |= 1<<free - 1
	}
	return at
}

// A stretch begins at a place and ends where the next begins.
type stretch struct {
	at  place
	has packed
}

// cut cuts the addresses into stretches. Prefixes are sorted, so each one comes
// after those that hold it: the innermost of them has the values of all.
func (t *PrefixTable) cut(sorted []PrefixRule) []stretch {
	if len(sorted) == 0 {
		return nil
	}
	lastOfAll := lastPlace(netip.PrefixFrom(sorted[0].Prefix.Addr(), 0).Masked())
	var out []stretch
	begin := func(at place, has packed) {
		if n := len(out); n > 0 && out[n-1].at == at {
			out = out[:n-1]
		}
		out = append(out, stretch{at, has})
	}
	type open struct {
		last place
		has  packed
	}
	var within []open
	end := func() {
		last := within[len(within)-1].last
		within = within[:len(within)-1]
		outer := packed(0)
		if n := len(within); n > 0 {
			if outer = within[n-1].has; within[n-1].last == last {
				return // it ends here too
			}
		}
		if last != lastOfAll {
			begin(last.next(), outer)
		}
	}
	begin(place{}, 0)
	for len(sorted) > 0 {
		p, n := sorted[0].Prefix, 1
		for n < len(sorted) && sorted[n].Prefix == p {
			n++
		}
		first := placeOf(p.Addr())
		for len(within) > 0 && within[len(within)-1].last.compare(first) < 0 {
			end()
		}
		vs := make([]uint32, 0, 8)
		if k := len(within); k > 0 {
			vs = append(vs, within[k-1].has.in(t.values)...)
		}
		for _, r := range sorted[:n] {
			vs = append(vs, r.Value)
		}
		has := appendPacked(&t.values, vs)
		begin(first, has)
		within = append(within, open{lastPlace(p), has})
		t.size++
		sorted = sorted[n:]
	}
	for len(within) > 0 {
		end()
	}
	return out
}

// Lookup returns the values of all rules that hold a, in ascending order, each
// once. The caller must not change them. It allocates nothing.
func (t *PrefixTable) Lookup(a netip.Addr) []uint32 {
	switch {
	case a.Is4() || a.Is4In6():
		b := a.As4()
		return t.v4.find(binary.BigEndian.Uint32(b[:])).in(t.values)
	case a.IsValid():
		return t.v6.find(placeOf(a)).in(t.values)
	}
	return nil
}

// Len returns the number of different prefixes.
func (t *PrefixTable) Len() int { return t.size }
