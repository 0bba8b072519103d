// SPDX-License-Identifier: Apache-2.0

// Package evidence makes chains out of claims: from something that was seen,
// an address or a domain, to a listed party, with every step's sources beside
// it and the weakest step named.
//
// A [Graph] is built once from claims and never changes, so any number of
// goroutines may ask it. It adds nothing to what the claims say: a step is as
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
	"cmp"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/infra"
	"github.com/interdict-dev/interdict/party"
)

// Parties says what a graph has to know of parties.
type Parties struct {
	// Listed says whether an entry is listed, as of the date that is asked about.
	// Required.
	Listed func(party.Ref) bool
	// Same gives one entry for all entries that are one party. Nil: every entry
	// is a party of its own.
	Same func(party.Ref) party.Ref
}

// A Graph is claims, tied where they speak of the same thing.
type Graph struct {
	claims     []claim.Claim // those that stand, strongest source first
	superseded []claim.Claim
	things     []claim.Thing
	nodes      map[claim.Thing]int32
	listed     []bool  // of each node
	far        []uint8 // of each node: steps to the nearest listed party, or unreachable
	start      []int32 // edges of node i are edges[start[i]:start[i+1]]
	edges      []edge
	same       func(party.Ref) party.Ref

	prefixes *infra.PrefixTable // of claims about addresses and prefixes
	domains  *infra.DomainTable // of claims about domains
	exact    map[infra.Indicator][]uint32
	urlParts []uint32 // claims about pieces of URLs

	addresses []address // in order
}

// edge leads from a node to one that stands behind it or beside it.
type edge struct {
	to     int32
	claim  int32
	beside bool
}

const unreachable = ^uint8(0)

// NewGraph builds a graph. A claim that another claim of the same graph and of
// the same origin supersedes takes no part in chains; [Graph.Superseded] returns it. The order
// of the claims does not matter.
func NewGraph(claims []claim.Claim, parties Parties) *Graph {
	g := &Graph{nodes: make(map[claim.Thing]int32, len(claims)), same: parties.Same, exact: map[infra.Indicator][]uint32{}}
	if g.same == nil {
		g.same = func(r party.Ref) party.Ref { return r }
	}
	g.keep(claims)
	g.addNodes(parties.Listed)
	g.addEdges()
	g.measure()
	g.addTables()
	g.addNeighbours()
	return g
}

// keep sorts the claims and takes out those that are superseded.
func (g *Graph) keep(claims []claim.Claim) {
	corrects := map[string][]claim.Source{}
	for i := range claims {
		if c := &claims[i]; c.Supersedes != "" && c.Supersedes != c.ID {
			corrects[c.Supersedes] = append(corrects[c.Supersedes], c.Source)
		}
	}
	// Nobody takes back what another has said: a file that a stranger sends could
	// otherwise empty a book.
	isCorrected := func(c *claim.Claim) bool {
		return c.ID != "" && slices.ContainsFunc(corrects[c.ID], c.Source.SameOrigin)
	}
	// Claims are large: their numbers are sorted, and each is copied once.
	order := make([]int32, len(claims))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int { return compareClaims(&claims[a], &claims[b]) })
	g.claims = make([]claim.Claim, 0, len(claims))
	for _, i := range order {
		if isCorrected(&claims[i]) {
			g.superseded = append(g.superseded, claims[i])
		} else {
			g.claims = append(g.claims, claims[i])
		}
	}
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
func (g *Graph) thing(t claim.Thing) claim.Thing {
	if t.IsParty() {
		return claim.OfParty(g.same(t.Party))
	}
	return t
}

func (g *Graph) addNodes(listed func(party.Ref) bool) {
	for i := range g.claims {
		c := &g.claims[i]
		for _, end := range [...]claim.Thing{c.From, c.To} {
			t := g.thing(end)
			n, ok := g.nodes[t]
			if !ok {
				n = int32(len(g.things))
				g.nodes[t] = n
				g.things = append(g.things, t)
				g.listed = append(g.listed, false)
			}
			if end.IsParty() && !g.listed[n] {
				g.listed[n] = listed(end.Party)
			}
		}
	}
}

// addEdges builds the edges, grouped by their node and by where they lead,
// and within that the strongest claim first.
func (g *Graph) addEdges() {
	type full struct {
		from int32
		edge
	}
	all := make([]full, 0, len(g.claims))
	add := func(from, to int32, i int, beside bool) {
		// What a party does never becomes a trait of one of its machines.
		if from != to && !(g.things[from].IsParty() && !g.things[to].IsParty()) {
			all = append(all, full{from, edge{to, int32(i), beside}})
		}
	}
	for i := range g.claims {
		c := &g.claims[i]
		from, to := g.nodes[g.thing(c.From)], g.nodes[g.thing(c.To)]
		switch c.Relation.Behind() {
		case claim.ToBehind:
			add(from, to, i, false)
		case claim.FromBehind:
			add(to, from, i, false)
		case claim.EachBehind:
			add(from, to, i, false)
			add(to, from, i, false)
		default:
			add(from, to, i, true)
			add(to, from, i, true)
		}
	}
	rank := g.ranks()
	slices.SortFunc(all, func(a, b full) int {
		if a.from != b.from {
			return int(a.from) - int(b.from)
		}
		if a.to != b.to {
			return int(rank[a.to]) - int(rank[b.to])
		}
		return int(a.claim) - int(b.claim)
	})
	g.start = make([]int32, len(g.things)+1)
	g.edges = make([]edge, len(all))
	for i, e := range all {
		g.edges[i] = e.edge
		g.start[e.from+1]++
	}
	for i := range g.things {
		g.start[i+1] += g.start[i]
	}
}

// ranks returns the place of each node in the order of the things.
func (g *Graph) ranks() []int32 {
	order := make([]int32, len(g.things))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int { return g.things[a].Compare(g.things[b]) })
	rank := make([]int32, len(order))
	for r, n := range order {
		rank[n] = int32(r)
	}
	return rank
}

// measure finds how far each node is from a listed party, walking backwards
// from all of them at once.
func (g *Graph) measure() {
	back := make([][]int32, len(g.things))
	for n := range g.things {
		for _, e := range g.edgesOf(int32(n)) {
			back[e.to] = append(back[e.to], int32(n))
		}
	}
	g.far = make([]uint8, len(g.things))
	var queue []int32
	for n := range g.far {
		g.far[n] = unreachable
		if g.listed[n] {
			g.far[n] = 0
			queue = append(queue, int32(n))
		}
	}
	for ; len(queue) > 0; queue = queue[1:] {
		n := queue[0]
		for _, m := range back[n] {
			if g.far[m] == unreachable && g.far[n] < unreachable-1 {
				g.far[m] = g.far[n] + 1
				queue = append(queue, m)
			}
		}
	}
}

func (g *Graph) edgesOf(n int32) []edge { return g.edges[g.start[n]:g.start[n+1]] }

// addTables lets an indicator that was seen find the claims that reach it.
func (g *Graph) addTables() {
	var prefixes []infra.PrefixRule
	var domains []infra.DomainRule
	for i := range g.claims {
		c := &g.claims[i]
		for k, x := range [...]infra.Indicator{c.From.Indicator, c.To.Indicator} {
			if x.IsZero() || k == 1 && x == c.From.Indicator {
				continue
			}
			if p, ok := x.Prefix(); ok {
				prefixes = append(prefixes, infra.PrefixRule{Prefix: p, Value: uint32(i)})
				continue
			}
			switch x.Type {
			case infra.Domain:
				domains = append(domains, infra.DomainRule{Domain: x.Value, Scope: c.Scope, Value: uint32(i)})
			case infra.URLPart:
				g.urlParts = append(g.urlParts, uint32(i))
				g.exact[x] = append(g.exact[x], uint32(i))
			default:
				g.exact[x] = append(g.exact[x], uint32(i))
			}
		}
	}
	g.prefixes = infra.NewPrefixTable(prefixes)
	// Rules that reach less far than they asked for are on shared zones: their
	// neighbours are nobody's evidence, and Judge names the zone.
	g.domains, _ = infra.NewDomainTable(domains)
}

// reach returns the claims that speak of what was seen: of i itself, of the
// prefix it lies in, of a domain above it whose claim reaches that far, and of
// the host and the parts of a URL.
func (g *Graph) reach(i infra.Indicator) []uint32 {
	found := slices.Clone(g.exact[i])
	if i.Type == infra.URL {
		for _, n := range g.urlParts {
			if strings.Contains(i.Value, g.claims[n].From.Indicator.Value) && g.claims[n].From.Indicator.Type == infra.URLPart {
				found = append(found, n)
			}
		}
	}
	if i.Type != infra.Email {
		if h, ok := i.Host(); ok {
			if a, ok := h.Addr(); ok {
				found = append(found, g.prefixes.Lookup(a)...)
			} else {
				found = append(found, g.domains.Lookup(h.Value)...)
			}
		}
	}
	if i.Type == infra.Prefix {
		// A prefix is reached by those that hold it, as its first address is, unless
		// they are narrower.
		if p, ok := i.Prefix(); ok {
			for _, n := range g.prefixes.Lookup(p.Addr()) {
				if q, ok := g.claimed(n, i).Prefix(); ok && q.Bits() <= p.Bits() {
					found = append(found, n)
				}
			}
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// claimed returns the end of claim n that reaches what was seen.
func (g *Graph) claimed(n uint32, seen infra.Indicator) infra.Indicator {
	c := &g.claims[n]
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

// Claims returns the claims that speak of an indicator that was seen, the
// strongest source first, whatever their time.
func (g *Graph) Claims(seen infra.Indicator) []claim.Claim {
	ns := g.reach(seen)
	out := make([]claim.Claim, len(ns))
	for i, n := range ns {
		out[i] = g.claims[n]
	}
	return out
}

// Superseded returns the claims that others of the graph correct.
func (g *Graph) Superseded() []claim.Claim { return slices.Clone(g.superseded) }

// Len returns the number of claims that stand.
func (g *Graph) Len() int { return len(g.claims) }
