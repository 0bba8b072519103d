// SPDX-License-Identifier: Apache-2.0

package evidence

import (
	"bytes"
	"cmp"
	"math/bits"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/infra"
	"github.com/interdict-dev/interdict/party"
)

// TablesVersion is the version of what [Build] computes: the order of claims and
// nodes, keys, edges and slots. A book with other tables is read claim by claim.
const TablesVersion = 1

// Tables are what a graph knows of its claims, as numbers and bytes, so that a
// book may hold them and a graph of a million claims opens at once. Who is
// listed is not in them: that is a matter of the day.
//
// Claims are numbered with the strongest source first, and those that others
// supersede at the end. Nodes are things, numbered in the order of
// [claim.Thing.Compare]: parties, then indicators by their type.
type Tables struct {
	Standing   int // claims that take part
	Superseded int // claims after them
	Claims     Claims

	Keys    Bytes    // the key of each node, one after the other
	KeyEnds []uint32 // where each ends
	Slots   []uint64 // hash table of nodes: upper half of the hash, number of the node + 1; 0 is empty
	Kinds   []uint32 // Kinds[k] is the first node of type k or later; parties are type 0

	Start []uint32 // edges of node i are pairs Start[i] to Start[i+1] of Edges
	Edges []uint32 // node that it leads to, then claim<<2 and two flags

	MentionStart []uint32
	Mentions     []uint32 // claims that speak of each indicator

	Lengths4, Lengths6 []uint8 // lengths of prefixes that claims speak of, addresses among them
}

// Claims gives the claims of a graph by their number.
type Claims interface {
	Claim(n int) claim.Claim
}

// Bytes gives a run of bytes that may lie in a file.
type Bytes interface {
	Bytes(off, n int) []byte
}

// Flags of an edge.
const (
	edgeBeside     = 1 // association alone
	edgeAttributes = 2 // the claim ties the indicator where the edge begins to a party behind it
	edgeFlags      = 2 // how many bits they take
)

// edges are pairs of numbers, as [Tables].Edges has them: grouped by where they
// lead, and within that the strongest claim first.
type edges []uint32

func (e edges) len() int              { return len(e) / 2 }
func (e edges) to(i int) int32        { return int32(e[2*i]) }
func (e edges) claim(i int) uint32    { return e[2*i+1] >> edgeFlags }
func (e edges) beside(i int) bool     { return e[2*i+1]&edgeBeside != 0 }
func (e edges) attributes(i int) bool { return e[2*i+1]&edgeAttributes != 0 }
func (e edges) from(i int) edges      { return e[2*i:] }

// group returns the edges at the front that lead to one node.
func (e edges) group() edges {
	k := 1
	for k < e.len() && e.to(k) == e.to(0) {
		k++
	}
	return e[:2*k]
}

func (t *Tables) edgesOf(n int32) edges { return t.Edges[2*t.Start[n] : 2*t.Start[n+1]] }

func (t *Tables) mentionsOf(n int32) []uint32 {
	return t.Mentions[t.MentionStart[n]:t.MentionStart[n+1]]
}

// Len returns the number of nodes.
func (t *Tables) Len() int { return len(t.KeyEnds) }

// kind returns the first node that is of a type or of a later one.
func (t *Tables) kind(k infra.Type) int32 {
	if int(k) >= len(t.Kinds) {
		return int32(t.Len())
	}
	return int32(t.Kinds[k])
}

func (t *Tables) key(n int32) []byte {
	from := uint32(0)
	if n > 0 {
		from = t.KeyEnds[n-1]
	}
	return t.Keys.Bytes(int(from), int(t.KeyEnds[n]-from))
}

// thing returns what a node is.
func (t *Tables) thing(n int32) claim.Thing {
	k := t.key(n)
	if len(k) == 0 {
		return claim.Thing{}
	}
	if k[0] != 0 {
		return claim.OfIndicator(infra.Indicator{Type: infra.Type(k[0]), Value: string(k[1:])})
	}
	list, id, _ := strings.Cut(string(k[1:]), "\x00")
	return claim.OfParty(party.Ref{List: party.ListID(list), ID: id})
}

// appendKey appends the key of a thing: its bytes are in the order of things.
func appendKey(b []byte, t claim.Thing) []byte {
	if t.IsParty() {
		b = append(append(b, 0), t.Party.List...)
		return append(append(b, 0), t.Party.ID...)
	}
	return append(append(b, byte(t.Indicator.Type)), t.Indicator.Value...)
}

// node returns the number of a thing.
func (t *Tables) node(x claim.Thing) (int32, bool) {
	if len(t.Slots) == 0 {
		return 0, false
	}
	var buf [128]byte
	key := appendKey(buf[:0], x)
	h := hashKey(key)
	for at := h >> t.slotShift(); ; at = (at + 1) & uint64(len(t.Slots)-1) {
		s := t.Slots[at]
		if s == 0 {
			return 0, false
		}
		if n := int32(uint32(s)) - 1; uint32(s>>32) == uint32(h) && bytes.Equal(t.key(n), key) {
			return n, true
		}
	}
}

// slotShift leaves as many bits of a hash as the slots have numbers.
func (t *Tables) slotShift() int { return 64 - bits.TrailingZeros(uint(len(t.Slots))) }

// atOrAfter returns the first node whose key is not before key.
func (t *Tables) atOrAfter(key []byte) int32 {
	lo, hi := int32(0), int32(t.Len())
	for lo < hi {
		if mid := int32(uint32(lo+hi) / 2); bytes.Compare(t.key(mid), key) < 0 {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// hashKey is FNV-1a with the finalizer of Murmur3: the same on every processor,
// since books hold it.
func hashKey(key []byte) uint64 {
	h := uint64(14695981039346656037)
	for _, c := range key {
		h = (h ^ uint64(c)) * 1099511628211
	}
	h = (h ^ h>>33) * 0xff51afd7ed558ccd
	h = (h ^ h>>33) * 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}

// Build makes tables of claims, in memory. same gives one entry for all entries
// that are one party. The order of the claims leaves no trace but in [Numbered].
// The tables keep the slice, which must not change afterwards.
func Build(claims []claim.Claim, same func(party.Ref) party.Ref) *Tables {
	b := builder{claims: claims, known: map[party.Ref]party.Ref{}, same: same, nodes: make(map[claim.Thing]int32, len(claims))}
	b.keep()
	b.addNodes()
	b.addEdges()
	b.addMentions()
	return &b.t
}

// Numbered is the claims of [Build] in memory: of each number of a graph, where
// it stands among those that were given.
type Numbered struct {
	All   []claim.Claim
	Order []int32
}

// Claim returns claim n.
func (c Numbered) Claim(n int) claim.Claim { return c.All[c.Order[n]] }

// memory is bytes in memory.
type memory []byte

func (m memory) Bytes(off, n int) []byte { return m[off : off+n : off+n] }

type builder struct {
	t      Tables
	claims []claim.Claim
	order  []int32
	same   func(party.Ref) party.Ref
	known  map[party.Ref]party.Ref // what same said
	nodes  map[claim.Thing]int32
	things []claim.Thing
	ends   [][2]int32 // nodes of each standing claim
}

func (b *builder) at(n int) *claim.Claim { return &b.claims[b.order[n]] }

// keep sorts the claims, and puts those that are superseded at the end.
func (b *builder) keep() {
	corrects := map[string][]claim.Source{}
	for i := range b.claims {
		if c := &b.claims[i]; c.Supersedes != "" && c.Supersedes != c.ID {
			corrects[c.Supersedes] = append(corrects[c.Supersedes], c.Source)
		}
	}
	// Nobody takes back what another has said: a file that a stranger sends could
	// otherwise empty a book.
	isCorrected := func(c *claim.Claim) bool {
		return c.ID != "" && slices.ContainsFunc(corrects[c.ID], c.Source.SameOrigin)
	}
	// Claims are large: their numbers are sorted.
	order := make([]int32, len(b.claims))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(x, y int32) int { return compareClaims(&b.claims[x], &b.claims[y]) })
	b.order = make([]int32, 0, len(order))
	var old []int32
	for _, i := range order {
		if isCorrected(&b.claims[i]) {
			old = append(old, i)
		} else {
			b.order = append(b.order, i)
		}
	}
	b.t.Standing, b.t.Superseded = len(b.order), len(old)
	b.order = append(b.order, old...)
	b.t.Claims = Numbered{b.claims, b.order}
}

// compareClaims puts the stronger source first, then orders by what the claims
// say, so that equal sets of claims give equal graphs.
func compareClaims(a, b *claim.Claim) int {
	switch {
	case b.Source.Class.Weaker(a.Source.Class):
		return -1
	case a.Source.Class.Weaker(b.Source.Class):
		return 1
	}
	return cmp.Or(strings.Compare(a.ID, b.ID), a.From.Compare(b.From), a.To.Compare(b.To), strings.Compare(a.Source.Name, b.Source.Name))
}

// thing returns the end of a claim under which the graph knows it.
func (b *builder) thing(t claim.Thing) claim.Thing {
	if !t.IsParty() {
		return t
	}
	r, ok := b.known[t.Party]
	if !ok {
		r = b.same(t.Party)
		b.known[t.Party] = r
	}
	return claim.OfParty(r)
}

// addNodes numbers the things that the claims speak of, in their order.
func (b *builder) addNodes() {
	b.ends = make([][2]int32, b.t.Standing)
	for i := range b.ends {
		c := b.at(i)
		for k, end := range [...]claim.Thing{c.From, c.To} {
			t := b.thing(end)
			n, ok := b.nodes[t]
			if !ok {
				n = int32(len(b.things))
				b.nodes[t] = n
				b.things = append(b.things, t)
			}
			b.ends[i][k] = n
		}
	}
	rank := b.rank()
	for i := range b.ends {
		b.ends[i] = [2]int32{rank[b.ends[i][0]], rank[b.ends[i][1]]}
	}
	b.addKeys()
	b.addSlots()
}

// rank puts the things in order, and returns the new place of each.
func (b *builder) rank() []int32 {
	order := make([]int32, len(b.things))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(x, y int32) int { return b.things[x].Compare(b.things[y]) })
	rank, things := make([]int32, len(order)), make([]claim.Thing, len(order))
	for r, n := range order {
		rank[n], things[r] = int32(r), b.things[n]
	}
	b.things, b.nodes = things, nil
	return rank
}

func (b *builder) addKeys() {
	var keys memory
	var has4, has6 [129]bool
	for n, t := range b.things {
		kind := infra.None
		if !t.IsParty() {
			kind = t.Indicator.Type
		}
		for len(b.t.Kinds) <= int(kind) {
			b.t.Kinds = append(b.t.Kinds, uint32(n))
		}
		if p, ok := t.Indicator.Prefix(); ok && p.Addr().Is4() {
			has4[p.Bits()] = true
		} else if ok {
			has6[p.Bits()] = true
		}
		keys = appendKey(keys, t)
		b.t.KeyEnds = append(b.t.KeyEnds, uint32(len(keys)))
	}
	b.t.Keys = keys
	for l := range has4 {
		if has4[l] {
			b.t.Lengths4 = append(b.t.Lengths4, uint8(l))
		}
		if has6[l] {
			b.t.Lengths6 = append(b.t.Lengths6, uint8(l))
		}
	}
}

// addSlots fills the hash table; at most half of its slots are taken.
func (b *builder) addSlots() {
	if len(b.things) == 0 {
		return
	}
	b.t.Slots = make([]uint64, 1<<bits.Len(uint(2*len(b.things)-1)))
	for n := range b.things {
		h := hashKey(b.t.key(int32(n)))
		at := h >> b.t.slotShift()
		for b.t.Slots[at] != 0 {
			at = (at + 1) & uint64(len(b.t.Slots)-1)
		}
		b.t.Slots[at] = h<<32 | uint64(n+1)
	}
}

// addEdges builds the edges.
func (b *builder) addEdges() {
	type full struct{ from, to, claim uint32 }
	all := make([]full, 0, b.t.Standing)
	add := func(from, to int32, i int, flags uint32) {
		// What a party does never becomes a trait of one of its machines.
		if from != to && !(b.things[from].IsParty() && !b.things[to].IsParty()) {
			all = append(all, full{uint32(from), uint32(to), uint32(i)<<edgeFlags | flags})
		}
	}
	for i, end := range b.ends {
		c := b.at(i)
		attributes := uint32(0)
		if isAttribution(c) {
			attributes = edgeAttributes
		}
		switch c.Relation.Behind() {
		case claim.ToBehind:
			add(end[0], end[1], i, attributes)
		case claim.FromBehind:
			add(end[1], end[0], i, 0)
		case claim.EachBehind:
			add(end[0], end[1], i, attributes)
			add(end[1], end[0], i, 0)
		default:
			add(end[0], end[1], i, edgeBeside)
			add(end[1], end[0], i, edgeBeside)
		}
	}
	slices.SortFunc(all, func(x, y full) int {
		return cmp.Or(cmp.Compare(x.from, y.from), cmp.Compare(x.to, y.to), cmp.Compare(x.claim, y.claim))
	})
	b.t.Start = make([]uint32, len(b.things)+1)
	b.t.Edges = make([]uint32, 0, 2*len(all))
	for _, e := range all {
		b.t.Edges = append(b.t.Edges, e.to, e.claim)
		b.t.Start[e.from+1]++
	}
	for i := range b.things {
		b.t.Start[i+1] += b.t.Start[i]
	}
}

// addMentions lets an indicator find the claims that speak of it.
func (b *builder) addMentions() {
	start := make([]uint32, len(b.things)+2)
	each := func(do func(n int32, i int)) {
		for i, end := range b.ends {
			for k, n := range end {
				if !b.things[n].IsParty() && !b.things[n].IsZero() && (k == 0 || n != end[0]) {
					do(n, i)
				}
			}
		}
	}
	each(func(n int32, _ int) { start[n+2]++ })
	for i := range b.things {
		start[i+2] += start[i+1]
	}
	b.t.Mentions = make([]uint32, start[len(start)-1])
	each(func(n int32, i int) {
		b.t.Mentions[start[n+1]] = uint32(i)
		start[n+1]++
	})
	b.t.MentionStart = start[:len(b.things)+1]
}
