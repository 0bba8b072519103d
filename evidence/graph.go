// SPDX-License-Identifier: Apache-2.0

// Package evidence makes chains out of claims: from something that was seen,
// an address or a domain, to a listed party, with every step's sources beside
// it and the weakest step named.
//
// A [Graph] is made of [Tables], which are built once from claims, in memory or
// into a book, and never changes, so any number of goroutines may ask it. It adds nothing to what the claims say: a step is as
// strong as the best class of source that states it, two sources of one origin
// count once, sources that differ are both kept, and a claim without dates is
// of unknown time. Chains run towards those who stand behind a thing and end
// at the first listed party; who is listed, and which entries are one party,
// comes in as arguments.
//
// A [Network] is the structure behind a party: tiers, what lies between, and
// what the loss of a node would cut off. What it infers it marks as inferred.
package evidence

import (
	"net/netip"
	"slices"
	"strings"
	"sync"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/infra"
	"github.com/interdict-dev/interdict/party"
)

// Parties says what a graph has to know of parties.
type Parties struct {
	// Listed says whether a party is listed, as of the date that is asked about: an
	// entry of the claims, or the one that Same gives for it. Required.
	Listed func(party.Ref) bool
	// Same gives one entry for all entries that are one party. Nil: every entry
	// is a party of its own.
	Same func(party.Ref) party.Ref
}

// A Graph is claims, tied where they speak of the same thing.
type Graph struct {
	t      *Tables
	same   func(party.Ref) party.Ref
	listed []bool  // of each party
	far    []uint8 // of each node: steps to the nearest listed party, or unreachable

	urlParts  []string // the pieces of URLs that claims speak of, in the order of their nodes
	firstPart int32

	addresses6 func() []address // the IPv6 addresses, in order
}

const unreachable = ^uint8(0)

// NewGraph builds a graph in memory. A claim that another claim of the same
// graph and of the same origin supersedes takes no part in chains;
// [Graph.Superseded] returns it. The order of the claims does not matter.
func NewGraph(claims []claim.Claim, parties Parties) *Graph {
	same := parties.Same
	if same == nil {
		same = func(r party.Ref) party.Ref { return r }
	}
	t := Build(slices.Clone(claims), same)
	listed := map[party.Ref]bool{}
	for n := range t.Standing {
		c := t.Claims.Claim(n)
		for _, end := range [...]claim.Thing{c.From, c.To} {
			if r := same(end.Party); end.IsParty() && !listed[r] {
				listed[r] = parties.Listed(end.Party)
			}
		}
	}
	return Open(t, Parties{Listed: func(r party.Ref) bool { return listed[r] }, Same: same})
}

// Open makes a graph of tables. parties.Same is the function that they were
// built with; parties.Listed is asked about what it gives alone.
func Open(t *Tables, parties Parties) *Graph {
	g := &Graph{t: t, same: parties.Same}
	if g.same == nil {
		g.same = func(r party.Ref) party.Ref { return r }
	}
	g.listed = make([]bool, t.kind(infra.None+1))
	for n := range g.listed {
		g.listed[n] = parties.Listed(t.thing(int32(n)).Party)
	}
	g.measure()
	g.firstPart = t.kind(infra.URLPart)
	for n := g.firstPart; n < t.kind(infra.URLPart+1); n++ {
		g.urlParts = append(g.urlParts, t.thing(n).Indicator.Value)
	}
	g.addresses6 = sync.OnceValue(g.sortAddresses6)
	return g
}

func (g *Graph) claim(n uint32) claim.Claim { return g.t.Claims.Claim(int(n)) }

// thing returns the end of a claim under which the graph knows it.
func (g *Graph) thing(t claim.Thing) claim.Thing {
	if t.IsParty() {
		return claim.OfParty(g.same(t.Party))
	}
	return t
}

func (g *Graph) isListedNode(n int32) bool { return int(n) < len(g.listed) && g.listed[n] }

func (g *Graph) isPartyNode(n int32) bool { return int(n) < len(g.listed) }

// measure finds how far each node is from a listed party, walking backwards
// from all of them at once.
func (g *Graph) measure() {
	start, from := g.back()
	g.far = make([]uint8, g.t.Len())
	var queue []int32
	for n := range g.far {
		g.far[n] = unreachable
		if g.isListedNode(int32(n)) {
			g.far[n] = 0
			queue = append(queue, int32(n))
		}
	}
	for ; len(queue) > 0; queue = queue[1:] {
		n := queue[0]
		for _, m := range from[start[n]:start[n+1]] {
			if g.far[m] == unreachable && g.far[n] < unreachable-1 {
				g.far[m] = g.far[n] + 1
				queue = append(queue, m)
			}
		}
	}
}

// back returns the edges turned round: those that lead to node n come from
// from[start[n]:start[n+1]], in the order of the nodes.
func (g *Graph) back() (start []uint32, from []int32) {
	n := g.t.Len()
	start = make([]uint32, n+2)
	for i := 0; i < len(g.t.Edges); i += 2 {
		start[g.t.Edges[i]+2]++
	}
	for i := range n {
		start[i+2] += start[i+1]
	}
	from = make([]int32, len(g.t.Edges)/2)
	for i := range n {
		for es := g.t.edgesOf(int32(i)); es.len() > 0; es = es.from(1) {
			to := es.to(0)
			from[start[to+1]] = int32(i)
			start[to+1]++
		}
	}
	return start[:n+1], from
}

// reach returns the claims that speak of what was seen: of i itself, of the
// prefix it lies in, of a domain above it whose claim reaches that far, and of
// the host and the parts of a URL.
func (g *Graph) reach(i infra.Indicator) []uint32 {
	var found []uint32
	h, isPlace := i.Host()
	p, isNet := i.Prefix()
	switch {
	case i.Type == infra.Domain:
	case isNet:
		found = g.ofPrefixes(found, p)
	default:
		found = g.of(found, i)
		if twin, ok := twinOf(i); ok {
			found = g.of(found, twin)
		}
	}
	if i.Type == infra.URL {
		for k, part := range g.urlParts {
			if strings.Contains(i.Value, part) {
				found = append(found, g.t.mentionsOf(g.firstPart+int32(k))...)
			}
		}
	}
	if isPlace && !isNet && i.Type != infra.Email {
		if a, ok := h.Addr(); ok {
			found = g.ofPrefixes(found, netip.PrefixFrom(a, a.BitLen()))
		} else {
			found = g.ofDomains(found, h.Value)
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

func (g *Graph) of(found []uint32, i infra.Indicator) []uint32 {
	if n, ok := g.t.node(claim.OfIndicator(i)); ok {
		found = append(found, g.t.mentionsOf(n)...)
	}
	return found
}

// ofPrefixes adds the claims about the prefixes that hold p, itself among them.
func (g *Graph) ofPrefixes(found []uint32, p netip.Prefix) []uint32 {
	a := p.Addr().Unmap().WithZone("")
	lengths := g.t.Lengths6
	if a.Is4() {
		lengths = g.t.Lengths4
	}
	for _, bits := range lengths {
		if int(bits) <= p.Bits() {
			found = g.of(found, infra.FromPrefix(netip.PrefixFrom(a, int(bits))))
		}
	}
	return found
}

// ofDomains adds the claims about a host and the domains above it that reach it.
func (g *Graph) ofDomains(found []uint32, host string) []uint32 {
	for d, more := host, true; more; _, d, more = strings.Cut(d, ".") {
		n, ok := g.t.node(claim.OfIndicator(infra.Indicator{Type: infra.Domain, Value: d}))
		if !ok {
			continue
		}
		for _, m := range g.t.mentionsOf(n) {
			if infra.Reaches(d, g.claim(m).Scope, host) {
				found = append(found, m)
			}
		}
	}
	return found
}

// claimed returns the end of a claim that reaches what was seen.
func claimed(c *claim.Claim, seen infra.Indicator) infra.Indicator {
	for _, x := range [...]infra.Indicator{c.From.Indicator, c.To.Indicator} {
		if !x.IsZero() && covers(x, seen, c.Scope) {
			return x
		}
	}
	return c.From.Indicator
}

// covers says that a claim about x speaks of seen.
func covers(x, seen infra.Indicator, s infra.Scope) bool {
	if x == seen {
		return x.Type != infra.Domain || s != infra.Below
	}
	if twin, ok := twinOf(seen); ok && x == twin {
		return true
	}
	if x.Type == infra.URLPart {
		return seen.Type == infra.URL && strings.Contains(seen.Value, x.Value)
	}
	h, ok := seen.Host()
	if !ok {
		h = seen
	}
	if p, ok := x.Prefix(); ok {
		q, ok := h.Prefix()
		return ok && p.Bits() <= q.Bits() && p.Contains(q.Addr())
	}
	return x.Type == infra.Domain && h.Type == infra.Domain && seen.Type != infra.Email &&
		infra.Reaches(x.Value, s, h.Value)
}

// twinOf returns a URL with the other of http and https: lists print URLs without
// their scheme, and servers answer under both.
func twinOf(i infra.Indicator) (infra.Indicator, bool) {
	if i.Type != infra.URL {
		return i, false
	}
	if rest, ok := strings.CutPrefix(i.Value, "http://"); ok {
		return infra.Indicator{Type: infra.URL, Value: "https://" + rest}, true
	}
	rest, ok := strings.CutPrefix(i.Value, "https://")
	return infra.Indicator{Type: infra.URL, Value: "http://" + rest}, ok
}

// Claims returns the claims that speak of an indicator that was seen, the
// strongest source first, whatever their time.
func (g *Graph) Claims(seen infra.Indicator) []claim.Claim { return g.claimsAt(g.reach(seen)) }

func (g *Graph) claimsAt(ns []uint32) []claim.Claim {
	out := make([]claim.Claim, len(ns))
	for i, n := range ns {
		out[i] = g.claim(n)
	}
	return out
}

// Speaks says whether any claim speaks of an indicator that was seen.
func (g *Graph) Speaks(seen infra.Indicator) bool { return len(g.reach(seen)) > 0 }

// Superseded returns the claims that others of the graph correct.
func (g *Graph) Superseded() []claim.Claim {
	var out []claim.Claim
	for n := range g.t.Superseded {
		out = append(out, g.claim(uint32(g.t.Standing+n)))
	}
	return out
}

// Attributed returns every indicator that a claim ties to a party behind it, in
// order, each once.
func (g *Graph) Attributed() []infra.Indicator {
	var out []infra.Indicator
	for n := int32(len(g.listed)); int(n) < g.t.Len(); n++ {
		for es := g.t.edgesOf(n); es.len() > 0; es = es.from(1) {
			if es.attributes(0) {
				out = append(out, g.t.thing(n).Indicator)
				break
			}
		}
	}
	return out
}

// Associations returns the claims that merely name two parties together, the
// strongest source first.
func (g *Graph) Associations() []claim.Claim {
	var ns []uint32
	for n := range int32(len(g.listed)) {
		for es := g.t.edgesOf(n); es.len() > 0; es = es.from(1) {
			if es.beside(0) {
				ns = append(ns, es.claim(0))
			}
		}
	}
	slices.Sort(ns)
	return g.claimsAt(slices.Compact(ns))
}

// Len returns the number of claims that stand.
func (g *Graph) Len() int { return g.t.Standing }
