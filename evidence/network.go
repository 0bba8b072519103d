// SPDX-License-Identifier: Apache-2.0

package evidence

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/party"
)

// A Network is the structure behind a party as claims tell it: the parties for
// which it answers, their machines and marks, and what hangs on what.
//
// Nodes are numbered; node 0 is the party itself. Links lead downwards, from
// who commands to what is commanded. Most sources say of a machine only its
// tier. Where two tiers lie next to each other, a link from each node of the
// upper one to each node of the lower one that was seen at the same time is
// inferred and says so; only a node without such a link hangs on its party.
type Network struct {
	At    party.Date // zero: all times together
	Nodes []Node
	Links []Link
	// Left counts the machines that are not among the nodes since the day does not
	// lie in their window, by how it stands to them.
	Left map[claim.TimeClass]int

	down [][]int // of each node, those that its links lead to
}

// A Node is a party, or a machine or mark of one.
type Node struct {
	Thing  claim.Thing
	Tier   int      // the number that a role gives, as in "raptor-train/tier2"; 0 where none does
	Roles  []string // in order
	Claims []claim.Claim
	Listed bool
}

// A Link ties two nodes.
type Link struct {
	From, To int
	Claims   []claim.Claim // that say so; none for an inferred link
	Inferred string        // why; "" for a link that a claim says
}

// maxDepth bounds how far below a party its parties are followed.
const maxDepth = 8

// Network returns the structure behind a party on a day, or at all times for
// the zero day. It is empty for a party that no claim speaks of.
func (g *Graph) Network(root party.Ref, at party.Date) *Network {
	n := &Network{At: at, Left: map[claim.TimeClass]int{}}
	first, ok := g.t.node(claim.OfParty(g.same(root)))
	if !ok {
		return n
	}
	b := networkBuilder{g: g, n: n, index: map[int32]int{}}
	b.addParties(first)
	b.addMachines()
	b.linkTiers()
	n.finish()
	return n
}

type networkBuilder struct {
	g       *Graph
	n       *Network
	index   map[int32]int // of a node of the graph, its node here
	members [][]int       // of each party here, its machines
}

func (b *networkBuilder) add(graphNode int32) int {
	i := len(b.n.Nodes)
	b.index[graphNode] = i
	b.n.Nodes = append(b.n.Nodes, Node{Thing: b.g.t.thing(graphNode), Listed: b.g.isListedNode(graphNode)})
	return i
}

// upward is an edge, turned round.
type upward struct {
	from  int32
	claim uint32
}

// below returns the edges that lead up to each node, in the order of where they
// come from.
func (g *Graph) below() func(n int32) []upward {
	start, from := g.back()
	return func(n int32) []upward {
		var out []upward
		last := int32(-1)
		for _, m := range from[start[n]:start[n+1]] {
			if m == last {
				continue // it has several edges to n, all found at the first
			}
			last = m
			all := g.t.edgesOf(m)
			for ; all.len() > 0; all = all.from(1) {
				if all.to(0) == n && !all.beside(0) {
					out = append(out, upward{m, all.claim(0)})
				}
			}
		}
		return out
	}
}

// addParties adds the party and those for which it answers, nearest first.
func (b *networkBuilder) addParties(first int32) {
	below := b.g.below()
	b.add(first)
	order, depth := []int32{first}, map[int32]int{first: 0}
	links := map[[2]int]int{}
	for k := 0; k < len(order); k++ {
		at := order[k]
		for _, e := range below(at) {
			if !b.g.isPartyNode(e.from) || e.from == first || depth[at] == maxDepth {
				continue
			}
			i, known := b.index[e.from]
			if !known {
				i = b.add(e.from)
				depth[e.from] = depth[at] + 1
				order = append(order, e.from)
			}
			b.link(links, b.index[at], i, b.g.claim(e.claim))
		}
	}
	b.members = make([][]int, len(order))
	for p, at := range order {
		b.members[p] = b.addMachinesOf(below(at))
	}
}

// link ties two nodes by a claim, in one link however many claims there are.
func (b *networkBuilder) link(links map[[2]int]int, from, to int, c claim.Claim) {
	at, ok := links[[2]int{from, to}]
	if !ok {
		at = len(b.n.Links)
		links[[2]int{from, to}] = at
		b.n.Links = append(b.n.Links, Link{From: from, To: to})
	}
	if l := &b.n.Links[at]; !slices.Contains(l.Claims, c) {
		l.Claims = append(l.Claims, c)
	}
}

// addMachinesOf adds the machines among the edges that lead up to a party.
func (b *networkBuilder) addMachinesOf(edges []upward) (members []int) {
	for len(edges) > 0 {
		from, k := edges[0].from, 1
		for k < len(edges) && edges[k].from == from {
			k++
		}
		group := edges[:k]
		edges = edges[k:]
		if b.g.isPartyNode(from) {
			continue
		}
		var claims []claim.Claim
		best := claim.AfterSeizure
		for _, e := range group {
			c := b.g.claim(e.claim)
			claims = append(claims, c)
			if t := c.Window.Class(b.n.At); timeRank(t) < timeRank(best) {
				best = t
			}
		}
		if !b.n.At.IsZero() && best != claim.InWindow {
			b.n.Left[best]++
			continue
		}
		i, known := b.index[from]
		if !known {
			i = b.add(from)
		}
		b.n.Nodes[i].Claims = append(b.n.Nodes[i].Claims, claims...)
		members = append(members, i)
	}
	return members
}

// addMachines gives each machine its roles and tier, and ties machines that
// claims tie to one another.
func (b *networkBuilder) addMachines() {
	for i := range b.n.Nodes {
		node := &b.n.Nodes[i]
		slices.SortFunc(node.Claims, func(a, b claim.Claim) int { return compareClaims(&a, &b) })
		for _, c := range node.Claims {
			if c.Role != "" && !slices.Contains(node.Roles, c.Role) {
				node.Roles = append(node.Roles, c.Role)
			}
			node.Tier = max(node.Tier, tierOf(c.Role))
		}
		slices.Sort(node.Roles)
	}
	links := map[[2]int]int{}
	var among []uint32
	for n := range b.index {
		if !b.g.isPartyNode(n) {
			among = append(among, b.g.t.mentionsOf(n)...)
		}
	}
	slices.Sort(among)
	for _, i := range slices.Compact(among) {
		c := b.g.claim(i)
		if c.From.IsParty() || c.To.IsParty() {
			continue
		}
		from, ok := b.node(c.From)
		to, ok2 := b.node(c.To)
		if ok && ok2 {
			b.link(links, from, to, c)
		}
	}
}

// node returns the node here of a thing.
func (b *networkBuilder) node(t claim.Thing) (int, bool) {
	n, ok := b.g.t.node(t)
	if !ok {
		return 0, false
	}
	i, ok := b.index[n]
	return i, ok
}

// tierOf reads the number behind "tier" in a role; 0 where there is none.
func tierOf(role string) int {
	i := strings.Index(role, "tier")
	if i < 0 {
		return 0
	}
	n := 0
	for _, r := range strings.TrimLeft(role[i+len("tier"):], "-_ ") {
		if r < '0' || r > '9' || n > 99 {
			break
		}
		n = n*10 + int(r-'0')
	}
	return n
}

// linkTiers hangs the machines of each party on the tier above them, and what
// hangs on none on the party.
func (b *networkBuilder) linkTiers() {
	links := map[[2]int]int{}
	for p, members := range b.members {
		tiers := map[int][]int{}
		for _, i := range members {
			tiers[b.n.Nodes[i].Tier] = append(tiers[b.n.Nodes[i].Tier], i)
		}
		for _, i := range members {
			if b.hang(i, b.tierAbove(tiers, b.n.Nodes[i].Tier)) {
				continue
			}
			for _, c := range b.n.Nodes[i].Claims {
				if party := b.n.Nodes[p].Thing; b.g.thing(c.To) == party || b.g.thing(c.From) == party {
					b.link(links, p, i, c)
				}
			}
		}
	}
}

// tierAbove returns the machines of the next tier above, none for a machine
// that has no tier.
func (b *networkBuilder) tierAbove(tiers map[int][]int, tier int) []int {
	if tier == 0 {
		return nil
	}
	next := 0
	for t := range tiers {
		if t > tier && (next == 0 || t < next) {
			next = t
		}
	}
	if next == 0 {
		return nil
	}
	return tiers[next]
}

// hang links machine i to those above that were seen at the same time.
func (b *networkBuilder) hang(i int, above []int) bool {
	done := false
	for _, u := range above {
		if b.n.Nodes[u].Tier > b.n.Nodes[i].Tier && overlap(b.n.Nodes[u].Claims, b.n.Nodes[i].Claims) {
			b.n.Links = append(b.n.Links, Link{From: u, To: i, Inferred: fmt.Sprintf("tier %d and tier %d, seen at the same time", b.n.Nodes[u].Tier, b.n.Nodes[i].Tier)})
			done = true
		}
	}
	return done
}

func overlap(a, b []claim.Claim) bool {
	for _, x := range a {
		for _, y := range b {
			if x.Window.Overlaps(y.Window) {
				return true
			}
		}
	}
	return false
}

// finish puts the links in order and prepares walking down.
func (n *Network) finish() {
	slices.SortFunc(n.Links, func(a, b Link) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To), strings.Compare(a.Inferred, b.Inferred))
	})
	n.down = make([][]int, len(n.Nodes))
	for _, l := range n.Links {
		if k := len(n.down[l.From]); k == 0 || n.down[l.From][k-1] != l.To {
			n.down[l.From] = append(n.down[l.From], l.To)
		}
	}
}

// Find returns the number of the node of a thing, or -1.
func (n *Network) Find(t claim.Thing) int {
	return slices.IndexFunc(n.Nodes, func(x Node) bool { return x.Thing == t })
}

// Tier returns the nodes of a tier, in order.
func (n *Network) Tier(tier int) []int {
	var out []int
	for i, x := range n.Nodes {
		if x.Tier == tier && !x.Thing.IsParty() {
			out = append(out, i)
		}
	}
	return out
}
