// SPDX-License-Identifier: Apache-2.0

package evidence

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/infra"
	"github.com/interdict-dev/interdict/party"
)

func backEnd(t testing.TB) *Graph {
	return graph(t,
		"sdn/1 controls intel/raptor B fbi 2021-06..2024-09",
		"intel/campaign part-of intel/raptor C lumen 2023-06..2024-09",
		"sdn/1 partner-of sdn/2 E press",
		"ipv4:3.0.0.1 attributed-to intel/raptor C lumen 2024-01-01..2024-06-30 raptor/tier3",
		"ipv4:3.0.0.2 attributed-to intel/raptor C lumen 2024-05-01..2024-09-01 raptor/tier3-sparrow",
		"ipv4:2.0.0.1 attributed-to intel/raptor C lumen 2024-01-01..2024-04-01 raptor/tier2",
		"ipv4:2.0.0.2 attributed-to intel/raptor C lumen 2024-05-15..2024-07-01 raptor/tier2",
		"ipv4:2.0.0.3 attributed-to intel/raptor C lumen 2020-05-15..2020-07-01 raptor/tier2",
		"domain:w8510.com attributed-to intel/campaign C lumen 2023-06-01..2024-09-04 below",
		"domain:seized.com attributed-to intel/raptor B doj seized:2024-09-18",
		"ipv4:2.0.0.2 presents cert-cn:kr C lumen 2024-05-15..2024-07-01",
		"cert-cn:kr attributed-to intel/raptor C lumen",
	)
}

func TestNetwork(t *testing.T) {
	n := backEnd(t).Network(party.Ref{List: "sdn", ID: "1"}, party.Date{})
	find := func(s string) int {
		i := n.Find(thing(t, s))
		if i < 0 {
			t.Fatalf("%s is not in the network", s)
		}
		return i
	}
	linked := func(a, b string) *Link {
		i := slices.IndexFunc(n.Links, func(l Link) bool { return l.From == find(a) && l.To == find(b) })
		if i < 0 {
			return nil
		}
		return &n.Links[i]
	}
	if len(n.Nodes) != 3+8 || n.Nodes[0].Thing.Party.ID != "1" || !n.Nodes[0].Listed {
		t.Errorf("%d nodes, first %v; want 11 and the party", len(n.Nodes), n.Nodes[0])
	}
	if n.Find(thing(t, "sdn/2")) >= 0 {
		t.Error("a partner stands in the network")
	}
	for _, c := range []struct {
		from, to string
		want     bool
		inferred bool
	}{
		{"sdn/1", "intel/raptor", true, false},
		{"intel/raptor", "intel/campaign", true, false},
		{"intel/raptor", "ipv4:3.0.0.1", true, false},
		{"ipv4:3.0.0.1", "ipv4:2.0.0.1", true, true},
		{"ipv4:3.0.0.2", "ipv4:2.0.0.1", false, false},
		{"ipv4:3.0.0.1", "ipv4:2.0.0.2", true, true},
		{"ipv4:3.0.0.2", "ipv4:2.0.0.2", true, true},
		{"intel/raptor", "ipv4:2.0.0.2", false, false},
		{"intel/raptor", "ipv4:2.0.0.3", true, false}, // seen with nobody of the tier above
		{"intel/campaign", "domain:w8510.com", true, false},
		{"ipv4:2.0.0.2", "cert-cn:kr", true, false},
	} {
		l := linked(c.from, c.to)
		if (l != nil) != c.want || l != nil && (l.Inferred != "") != c.inferred {
			t.Errorf("link from %s to %s: %+v, want %v, inferred %v", c.from, c.to, l, c.want, c.inferred)
		}
	}
	if x := n.Nodes[find("ipv4:3.0.0.2")]; x.Tier != 3 || !slices.Equal(x.Roles, []string{"raptor/tier3-sparrow"}) {
		t.Errorf("node %+v, want tier 3", x)
	}
	cut := n.Cut(2)
	if len(cut.Lost) != 2 || len(cut.Severed) != 2 || !slices.Equal(cut.Beyond, []int{find("ipv4:2.0.0.3")}) {
		t.Errorf("cut %+v, want both of tier 3, and the lone node beyond", cut)
	}
	if s := n.Severed([]int{find("ipv4:3.0.0.1")}); !slices.Equal(s, []int{find("ipv4:2.0.0.1")}) {
		t.Errorf("without 3.0.0.1 the party loses %v", s)
	}
	if d := n.Dominators(); d[find("ipv4:2.0.0.1")] != find("ipv4:3.0.0.1") || d[find("ipv4:2.0.0.2")] != find("intel/raptor") || d[0] != -1 {
		t.Errorf("dominators %v", d)
	}
	if a := n.Articulations(); !slices.Contains(a, find("intel/raptor")) {
		t.Errorf("articulations %v, want the botnet among them", a)
	}
	line := n.Timeline()
	if first := line[0]; first.Date.String() != "2020-05-15" || first.What != FirstSeen {
		t.Errorf("the timeline begins with %+v", first)
	}
	if !slices.ContainsFunc(line, func(m Moment) bool { return m.What == ControlEnded && m.Date.String() == "2024-09-18" }) {
		t.Error("the seizure is missing from the timeline")
	}
	if !slices.IsSortedFunc(line, func(a, b Moment) int { return a.Date.Compare(b.Date) }) {
		t.Error("the timeline is not in order")
	}
}

func TestNetworkAsOf(t *testing.T) {
	n := backEnd(t).Network(party.Ref{List: "sdn", ID: "1"}, day(t, "2024-03-01"))
	if n.Find(thing(t, "ipv4:3.0.0.1")) < 0 || n.Find(thing(t, "ipv4:3.0.0.2")) >= 0 || n.Find(thing(t, "ipv4:2.0.0.1")) < 0 {
		t.Errorf("nodes of 2024-03-01: %+v", n.Nodes)
	}
	// Outside: 3.0.0.2, 2.0.0.2, 2.0.0.3. Unknown: the seized domain before its seizure, and the undated certificate.
	if n.Left[claim.Outside] != 3 || n.Left[claim.TimeUnknown] != 2 {
		t.Errorf("left out %v, want 3 outside and 2 of unknown time", n.Left)
	}
	if n := backEnd(t).Network(party.Ref{List: "sdn", ID: "9"}, party.Date{}); len(n.Nodes) != 0 || len(n.Articulations()) != 0 || len(n.Dominators()) != 0 || len(n.Cut(2).Lost) != 0 {
		t.Errorf("a party of which nothing is known has nodes: %+v", n.Nodes)
	}
}

// randomNetwork makes a small network: node 0 and some others are parties.
func randomNetwork(rng *rand.Rand) *Network {
	n := &Network{}
	for i := range 4 + rng.IntN(8) {
		x := Node{Thing: claim.OfIndicator(infra.Indicator{Type: infra.IPv4, Value: fmt.Sprintf("10.0.0.%d", i)}), Tier: 1 + rng.IntN(3)}
		if i == 0 || rng.IntN(5) == 0 {
			x = Node{Thing: claim.OfParty(party.Ref{List: "intel", ID: fmt.Sprint(i)})}
		}
		n.Nodes = append(n.Nodes, x)
	}
	for range rng.IntN(3 * len(n.Nodes)) {
		a, b := rng.IntN(len(n.Nodes)), rng.IntN(len(n.Nodes))
		if a != b && b != 0 {
			n.Links = append(n.Links, Link{From: a, To: b})
		}
	}
	n.finish()
	return n
}

func TestDominatorsAgreeWithBruteForce(t *testing.T) {
	rng := rand.New(rand.NewPCG(19, 20))
	deep := 0
	for range 2000 {
		n := randomNetwork(rng)
		// a dominates b when the loss of a takes b; the immediate one is dominated by all others.
		takes := make([][]bool, len(n.Nodes))
		for a := range n.Nodes {
			takes[a] = make([]bool, len(n.Nodes))
			for _, b := range n.Severed([]int{a}) {
				takes[a][b] = true
			}
		}
		reach := n.reached(nil)
		for b, got := range n.Dominators() {
			want := -1
			for a := range n.Nodes {
				if b == 0 || !reach[b] || a == b || !(takes[a][b] || a == 0) {
					continue
				}
				if want < 0 || takes[want][a] || want == 0 {
					want = a
				}
			}
			if got != want {
				t.Fatalf("immediate dominator of %d = %d, want %d in %v", b, got, want, n.Links)
			}
			if want > 0 {
				deep++
			}
		}
	}
	if deep < 100 {
		t.Fatalf("only %d nodes are dominated by another than the party", deep)
	}
}

func pieces(n *Network, without int) int {
	group := make([]int, len(n.Nodes))
	for i := range group {
		group[i] = i
	}
	var root func(int) int
	root = func(i int) int {
		if group[i] != i {
			group[i] = root(group[i])
		}
		return group[i]
	}
	for _, l := range n.Links {
		if l.From != without && l.To != without {
			group[root(l.From)] = root(l.To)
		}
	}
	count := 0
	for i := range group {
		if i != without && root(i) == i {
			count++
		}
	}
	return count
}

func TestArticulationsAgreeWithBruteForce(t *testing.T) {
	rng := rand.New(rand.NewPCG(21, 22))
	found := 0
	for range 2000 {
		n := randomNetwork(rng)
		var want []int
		for i := range n.Nodes {
			alone := !slices.ContainsFunc(n.Links, func(l Link) bool { return l.From == i || l.To == i })
			if !alone && pieces(n, i) > pieces(n, -1) {
				want = append(want, i)
			}
		}
		if got := n.Articulations(); !slices.Equal(got, want) {
			t.Fatalf("Articulations = %v, want %v in %v", got, want, n.Links)
		}
		found += len(want)
	}
	if found < 100 {
		t.Fatalf("only %d articulation points in all", found)
	}
}

func TestCutAgreesWithBruteForce(t *testing.T) {
	rng := rand.New(rand.NewPCG(23, 24))
	cuts := 0
	for range 2000 {
		n := randomNetwork(rng)
		c := n.Cut(1)
		var sinks, mayLose []int
		reach := n.reached(nil)
		for i, x := range n.Nodes {
			switch {
			case x.Thing.IsParty():
			case x.Tier != 1:
				mayLose = append(mayLose, i)
			case reach[i] && !slices.Contains(c.Beyond, i):
				sinks = append(sinks, i)
			}
		}
		separates := func(lost []int) bool {
			after := n.reached(lost)
			return !slices.ContainsFunc(sinks, func(i int) bool { return after[i] })
		}
		if !separates(c.Lost) || len(sinks) > 0 && !slices.Equal(c.Severed, sinks) {
			t.Fatalf("cut %+v does not take the tier %v in %v", c, sinks, n.Links)
		}
		for _, i := range c.Lost {
			if !slices.Contains(mayLose, i) {
				t.Fatalf("cut %+v loses node %d, which is a party or of the tier", c, i)
			}
		}
		for _, i := range c.Beyond {
			if !n.reached(mayLose)[i] {
				t.Fatalf("node %d is said to be beyond any cut and is not", i)
			}
		}
		best := len(mayLose)
		for set := range 1 << len(mayLose) {
			var lost []int
			for k, i := range mayLose {
				if set>>k&1 == 1 {
					lost = append(lost, i)
				}
			}
			if separates(lost) {
				best = min(best, len(lost))
			}
		}
		if len(c.Lost) != best {
			t.Fatalf("cut of %d nodes, and %d are enough in %v", len(c.Lost), best, n.Links)
		}
		if best > 0 {
			cuts++
		}
	}
	if cuts < 100 {
		t.Fatalf("only %d networks had something to cut", cuts)
	}
}
