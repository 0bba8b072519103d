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
// order, behind an index by the first bits, so that one lookup reads two or three
// lines of memory, most of them near at hand: a tree of as many prefixes is many
// times as large and is walked down (1 M prefixes under load: 90 ns of processor
// time against 220 with bart, which the test holds the answers to).
type PrefixTable struct {
	v4     stretches4
	v6     stretches6
	values []uint32
	size   int
}

// span is a stretch of a table's values.
type span struct{ from, to uint32 }

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
	t.v4 = newStretches4(t.cut(sorted[:n]))
	t.v6 = newStretches6(t.cut(sorted[n:]))
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
	has span
}

// cut cuts the addresses into stretches. Prefixes are sorted, so each one comes
// after those that hold it: the innermost of them has the values of all.
func (t *PrefixTable) cut(sorted []PrefixRule) []stretch {
	if len(sorted) == 0 {
		return nil
	}
	lastOfAll := lastPlace(netip.PrefixFrom(sorted[0].Prefix.Addr(), 0).Masked())
	var out []stretch
	begin := func(at place, has span) {
		if n := len(out); n > 0 && out[n-1].at == at {
			out = out[:n-1]
		}
		out = append(out, stretch{at, has})
	}
	type open struct {
		last place
		has  span
	}
	var within []open
	end := func() {
		last := within[len(within)-1].last
		within = within[:len(within)-1]
		outer := span{}
		if n := len(within); n > 0 {
			if outer = within[n-1].has; within[n-1].last == last {
				return // it ends here too
			}
		}
		if last != lastOfAll {
			begin(last.next(), outer)
		}
	}
	begin(place{}, span{})
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
			vs = append(vs, t.values[within[k-1].has.from:within[k-1].has.to]...)
		}
		for _, r := range sorted[:n] {
			vs = append(vs, r.Value)
		}
		has := appendSet(&t.values, vs)
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

// stretches4 are those of IPv4, with an index by the first 16 bits.
type stretches4 struct {
	index []uint32 // index[h] stretches begin before h<<16
	at    []uint32
	has   []span
}

func newStretches4(all []stretch) stretches4 {
	if len(all) == 0 {
		return stretches4{}
	}
	s := stretches4{index: make([]uint32, 1<<16+1), at: make([]uint32, len(all)), has: make([]span, len(all))}
	for i, x := range all {
		s.at[i], s.has[i] = uint32(x.at.lo), x.has
		s.index[x.at.lo>>16+1]++
	}
	for h := range 1 << 16 {
		s.index[h+1] += s.index[h]
	}
	return s
}

func (s *stretches4) find(a uint32) span {
	if len(s.at) == 0 {
		return span{}
	}
	h := a >> 16
	lo, hi := s.index[h], s.index[h+1]
	for lo < hi { // how many begin at a or before
		mid := (lo + hi) / 2
		if s.at[mid] <= a {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return s.has[lo-1] // the first begins at 0
}

// stretches6 are those of IPv6, with an index by the 20 bits after the first
// three of 2000::/3, from which all global addresses are given (RFC 4291, 2.4;
// the registries get blocks of /12 to /23).
type stretches6 struct {
	index  []uint32
	hi, lo []uint64 // of where they begin; lo is looked at where hi is equal alone
	has    []span
}

const buckets6 = 1<<20 + 2 // what lies before 2000::/3, in it, and after

func bucket6(hi uint64) int {
	switch hi >> 61 {
	case 0:
		return 0
	case 1:
		return 1 + int(hi<<3>>44)
	}
	return buckets6 - 1
}

func newStretches6(all []stretch) stretches6 {
	s := stretches6{hi: make([]uint64, len(all)), lo: make([]uint64, len(all)), has: make([]span, len(all))}
	for i, x := range all {
		s.hi[i], s.lo[i], s.has[i] = x.at.hi, x.at.lo, x.has
	}
	if len(all) < 1<<12 {
		return s // a search of twelve steps needs no index of 4 MB
	}
	s.index = make([]uint32, buckets6+1)
	for _, hi := range s.hi {
		s.index[bucket6(hi)+1]++
	}
	for b := range buckets6 {
		s.index[b+1] += s.index[b]
	}
	return s
}

func (s *stretches6) find(p place) span {
	if len(s.hi) == 0 {
		return span{}
	}
	lo, hi := uint32(0), uint32(len(s.hi))
	if s.index != nil {
		b := bucket6(p.hi)
		lo, hi = s.index[b], s.index[b+1]
	}
	for lo < hi {
		mid := (lo + hi) / 2
		if x := s.hi[mid]; x < p.hi || x == p.hi && s.lo[mid] <= p.lo {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return s.has[lo-1]
}

// appendSet appends vs to values as a sorted set, and returns where it stands.
func appendSet(values *[]uint32, vs []uint32) span {
	slices.Sort(vs)
	vs = slices.Compact(vs)
	from := len(*values)
	*values = append(*values, vs...)
	return span{uint32(from), uint32(len(*values))}
}

// Lookup returns the values of all rules that hold a, in ascending order, each
// once. The caller must not change them. It allocates nothing.
func (t *PrefixTable) Lookup(a netip.Addr) []uint32 {
	var s span
	switch {
	case a.Is4() || a.Is4In6():
		b := a.As4()
		s = t.v4.find(binary.BigEndian.Uint32(b[:]))
	case a.IsValid():
		s = t.v6.find(placeOf(a))
	}
	if s.from == s.to {
		return nil
	}
	return t.values[s.from:s.to:s.to]
}

// Len returns the number of different prefixes.
func (t *PrefixTable) Len() int { return t.size }
