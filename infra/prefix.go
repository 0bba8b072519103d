// SPDX-License-Identifier: Apache-2.0

package infra

import (
	"net/netip"
	"slices"

	"github.com/gaissmai/bart"
)

// A PrefixRule ties a prefix to a number of the caller's: the index of a
// claim, a list, a party.
type PrefixRule struct {
	Prefix netip.Prefix
	Value  uint32
}

// A PrefixTable finds the rules whose prefix holds an address. It never
// changes, so any number of goroutines may ask it. The zero table is empty.
type PrefixTable struct {
	spans  bart.Fast[span]
	values []uint32
}

// span is a stretch of a table's values.
type span struct{ from, to uint32 }

// NewPrefixTable builds a table. Prefixes are masked, and IPv4 in IPv6 form is
// read as IPv4; a rule with an invalid prefix never matches. The order of the
// rules does not matter.
func NewPrefixTable(rules []PrefixRule) *PrefixTable {
	sorted := make([]PrefixRule, 0, len(rules))
	for _, r := range rules {
		if p, ok := FromPrefix(r.Prefix).Prefix(); ok {
			sorted = append(sorted, PrefixRule{p, r.Value})
		}
	}
	slices.SortFunc(sorted, func(a, b PrefixRule) int {
		if c := a.Prefix.Compare(b.Prefix); c != 0 {
			return c
		}
		return int(int64(a.Value) - int64(b.Value))
	})
	t := &PrefixTable{}
	for len(sorted) > 0 {
		p, n := sorted[0].Prefix, 1
		for n < len(sorted) && sorted[n].Prefix == p {
			n++
		}
		// Prefixes are sorted, so each one comes after those that hold it: the
		// longest of them already has the values of all.
		vs := make([]uint32, 0, n)
		if s, ok := t.spans.LookupPrefix(p); ok {
			vs = append(vs, t.values[s.from:s.to]...)
		}
		for _, r := range sorted[:n] {
			vs = append(vs, r.Value)
		}
		t.spans.Insert(p, appendSet(&t.values, vs))
		sorted = sorted[n:]
	}
	return t
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
	if a.Is4In6() {
		a = a.Unmap()
	}
	s, ok := t.spans.Lookup(a)
	if !ok {
		return nil
	}
	return t.values[s.from:s.to:s.to]
}

// Len returns the number of different prefixes.
func (t *PrefixTable) Len() int { return t.spans.Size() }
