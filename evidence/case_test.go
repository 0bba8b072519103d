// SPDX-License-Identifier: Apache-2.0

package evidence

import (
	"slices"
	"strings"
	"testing"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/identity"
	"github.com/interdict-dev/interdict/infra"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/starter"
)

// builtIn is the graph of the built-in facts, with everything that entries
// publish as their own.
func builtIn(t testing.TB) *Graph {
	t.Helper()
	claims := slices.Clone(starter.Claims())
	listed := map[party.Ref]bool{}
	var all []party.Entry
	for e, err := range starter.Entries() {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, e)
		listed[e.Ref] = len(e.Listings) > 0
		src, _ := starter.Open().Source(e.Ref)
		own, errs := claim.Own(&e, src)
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		claims = append(claims, own...)
	}
	set := identity.Build(slices.Values(all), starter.Joins())
	return NewGraph(claims, Parties{
		Listed: func(r party.Ref) bool { return listed[r] },
		Same: func(r party.Ref) party.Ref {
			// The identity is named by its last entry in order, which is OFAC's where
			// there is one.
			refs := set.Of(r).Refs
			return refs[len(refs)-1]
		},
	})
}

const integrity = "us-ofac-sdn/50543"

// TestAcceptance holds the cases of THREATS.md, section 5, that evidence
// answers, and their neighbours.
func TestAcceptance(t *testing.T) {
	g := builtIn(t)
	for _, c := range []struct {
		name, seen, at string
		want           Verdict
		time           claim.TimeClass
		role, chainTo  string
	}{
		{"(e) tier 3 in its window", "202.182.109.151", "2024-03-01", Attributed, claim.InWindow, "raptor-train/tier3-sparrow", integrity},
		{"(e) the same address before it", "202.182.109.151", "2022-03-01", WasAttributed, claim.Outside, "raptor-train/tier3-sparrow", integrity},
		{"(f) a seized domain after the seizure", "outlook3650[.]com", "2026-10-09", Seized, claim.AfterSeizure, "", integrity},
		{"(f) a host below it", "mail.outlook3650.com", "2026-10-09", Seized, claim.AfterSeizure, "", integrity},
		{"(f) the same domain before the seizure", "outlook3650.com", "2026-01-01", Unknown, claim.TimeUnknown, "", integrity},
		{"(g) the zone of a dynamic DNS host", "softether.net", "2025-01-01", Nothing, claim.TimeUnknown, "", ""},
		{"(g) the host itself", "vpn328433596.softether.net", "2025-01-01", Unknown, claim.TimeUnknown, "actor-used", integrity},
		{"(g) its neighbour", "vpn328433597.softether.net", "2025-01-01", Nothing, claim.TimeUnknown, "", ""},
		{"the command domain in its window", "w8510.com", "2024-06-03", Attributed, claim.InWindow, "", integrity},
		{"the company's own site", "http://www.integritytech.com.cn/about", "2025-02-01", Own, claim.TimeUnknown, "website", integrity},
		{"a wallet on the list", "18dLDAWi8LmrHbEq3QzDJb9SLxCf4uimXB", "2026-01-01", Own, claim.TimeUnknown, "wallet XBT", "us-ofac-sdn/53994"},
		{"an undated value of an advisory", "natcloudservice.com", "2025-01-01", Unknown, claim.TimeUnknown, "actor-used", integrity},
		{"an address of a botnet behind which nobody is listed", "152.32.138.247", "2023-12-20", Attributed, claim.InWindow, "kv-botnet/callback-server", ""},
		{"an innocent address", "8.8.8.8", "2024-03-01", Nothing, claim.TimeUnknown, "", ""},
	} {
		i, err := infra.Parse(c.seen)
		if err != nil {
			t.Fatal(err)
		}
		j := g.Judge(i, day(t, c.at))
		if j.Verdict != c.want || j.Time != c.time {
			t.Errorf("%s: %v on %s is %v, %v; want %v, %v", c.name, i, c.at, j.Verdict, j.Time, c.want, c.time)
			continue
		}
		if c.role != "" && !slices.ContainsFunc(j.Claims, func(k claim.Claim) bool { return k.Role == c.role }) {
			t.Errorf("%s: no claim with role %q among %v", c.name, c.role, j.Claims)
		}
		got := ""
		if len(j.Trace.Chains) > 0 {
			got = j.Trace.Chains[0].Party.String()
		}
		if got != c.chainTo || j.Trace.Truncated {
			t.Errorf("%s: the first chain leads to %q, want %q", c.name, got, c.chainTo)
		}
	}
}

// TestWarningListDoesNotSuppress is case (h).
func TestWarningListDoesNotSuppress(t *testing.T) {
	i := infra.Indicator{Type: infra.IPv4, Value: "202.182.109.151"}
	j := builtIn(t).Judge(i, day(t, "2024-03-01"), Annotation{List: "vpn-ipv4", Reason: "VPN or data centre"})
	if j.Verdict != Attributed || j.Time != claim.InWindow || len(j.Annotations) != 1 || len(j.Trace.Chains) == 0 {
		t.Errorf("judgement %v, %v with %v; want attributed, in window, annotated, with its chain", j.Verdict, j.Time, j.Annotations)
	}
}

// TestHypercore is case (d): the company leads to the Aeza group.
func TestHypercore(t *testing.T) {
	g := builtIn(t)
	tr := g.Trace(claim.OfParty(party.Ref{List: "us-ofac-sdn", ID: "56404"}), party.Date{}, Bound{})
	if len(tr.Chains) != 1 || len(tr.Chains[0].Steps) != 0 {
		t.Errorf("Hypercore is listed itself: %v", tr.Chains)
	}
	// As of the day before its own listing it is not listed, and the chain shows.
	g = NewGraph(starter.Claims(), Parties{Listed: func(r party.Ref) bool { return r.ID == "54566" }})
	tr = g.Trace(claim.OfParty(party.Ref{List: "us-ofac-sdn", ID: "56404"}), day(t, "2025-11-18"), Bound{})
	if len(tr.Chains) == 0 || tr.Chains[0].Party.ID != "54566" || tr.Chains[0].Steps[0].Claims[0].Relation != claim.ControlledBy {
		t.Errorf("chains of Hypercore before its listing: %v", tr.Chains)
	}
}

// TestTwoSourcesOfOneOrigin holds finding 8 of the case: 14 addresses stand in
// Lumen's list of 2024 and in AA26-281A, and the two are not independent.
func TestTwoSourcesOfOneOrigin(t *testing.T) {
	g := builtIn(t)
	both := map[string]bool{}
	for _, c := range starter.Claims() {
		if c.From.Indicator.Type != infra.IPv4 || both[c.From.Indicator.Value] {
			continue
		}
		j := g.Judge(c.From.Indicator, party.Date{})
		names := map[string]bool{}
		for _, k := range j.Claims {
			names[k.Source.Name] = true
		}
		if !names["Black Lotus Labs"] || !names["FBI/CISA/NSA AA26-281A"] {
			continue
		}
		both[c.From.Indicator.Value] = true
		if j.Origins != 1 {
			t.Errorf("%v has %d independent origins, want 1", c.From, j.Origins)
		}
	}
	if len(both) != 14 {
		t.Errorf("%d addresses stand in both, want 14", len(both))
	}
}

func TestChainOfTheCase(t *testing.T) {
	j := builtIn(t).Judge(infra.Indicator{Type: infra.IPv4, Value: "202.182.109.151"}, day(t, "2024-03-01"))
	if len(j.Trace.Chains) != 3 {
		t.Fatalf("%d chains, want two over Raptor Train and one over Flax Typhoon", len(j.Trace.Chains))
	}
	want := `1. ipv4:202.182.109.151 is attributed to intel/raptor-train (Black Lotus Labs, grade C, raptor-train/tier3-sparrow, 2023-07-13 to 2024-09-04) and 2 more, 1 independent in all [weakest]
2. us-ofac-sdn/50543 controls and manages intel/raptor-train (FBI, CNMF and NSA, joint advisory of 2024-09-18, grade B, 2021-06 to 2024-09 (fuzzy))
us-ofac-sdn/50543 is listed`
	if got := j.Trace.Chains[0].String(); got != want {
		t.Errorf("first chain:\n%s\nwant:\n%s", got, want)
	}
}

func TestNetworkOfIntegrity(t *testing.T) {
	g := builtIn(t)
	root := party.Ref{List: "us-ofac-sdn", ID: "50543"}
	tiers := map[string]map[claim.Thing]bool{"tier2": {}, "tier3": {}}
	for _, c := range starter.Claims() {
		for name, things := range tiers {
			if strings.Contains(c.Role, name) {
				things[c.From] = true
			}
		}
	}
	for th := range tiers["tier3"] {
		delete(tiers["tier2"], th) // a node of both tiers stands in the upper one
	}
	n := g.Network(root, party.Date{})
	if got, want := len(n.Tier(3)), len(tiers["tier3"]); got != want || want == 0 {
		t.Errorf("%d nodes of tier 3, want %d", got, want)
	}
	if got, want := len(n.Tier(2)), len(tiers["tier2"]); got != want || want == 0 {
		t.Errorf("%d nodes of tier 2, want %d", got, want)
	}
	for _, r := range []string{"intel/raptor-train", "intel/flax-typhoon", "intel/microscan", "intel/campaign-oriole", "domain:w8510.com"} {
		if n.Find(thing(t, r)) < 0 {
			t.Errorf("%s is not in the network", r)
		}
	}
	if n.Find(thing(t, "uk-fcdo/CYB0114")) >= 0 {
		t.Error("a reported partner is in the network")
	}
	cut := n.Cut(2)
	if len(cut.Lost) == 0 || len(cut.Lost) > len(n.Tier(3)) || len(cut.Severed)+len(cut.Beyond) != len(n.Tier(2)) {
		t.Errorf("cut of %d nodes severs %d of tier 2 and leaves %d, of %d", len(cut.Lost), len(cut.Severed), len(cut.Beyond), len(n.Tier(2)))
	}
	for _, i := range cut.Lost {
		if n.Nodes[i].Tier != 3 {
			t.Errorf("the cut loses %v of tier %d", n.Nodes[i].Thing, n.Nodes[i].Tier)
		}
	}
	then := g.Network(root, day(t, "2024-03-01"))
	if then.Find(thing(t, "ipv4:202.182.109.151")) < 0 || then.Left[claim.TimeUnknown] == 0 || len(then.Nodes) >= len(n.Nodes) {
		t.Errorf("as of 2024-03-01: %d of %d nodes, left %v", len(then.Nodes), len(n.Nodes), then.Left)
	}
	for _, x := range then.Nodes {
		if !x.Thing.IsParty() && !slices.ContainsFunc(x.Claims, func(c claim.Claim) bool { return c.Window.Class(then.At) == claim.InWindow }) {
			t.Errorf("%v was not seen around 2024-03-01: %v", x.Thing, x.Claims)
		}
	}
	seizures := 0
	for _, m := range n.Timeline() {
		if m.What == ControlEnded {
			seizures++
		}
	}
	if seizures != 6 {
		t.Errorf("%d seizures on the timeline, want 6", seizures)
	}
}

// TestNobodyTakesBackWhatAnotherSaid holds that a claim is corrected by its own
// origin alone: a file that a stranger sends must not empty a book.
func TestNobodyTakesBackWhatAnotherSaid(t *testing.T) {
	about := claim.OfIndicator(infra.Indicator{Type: infra.Domain, Value: "w8510.com"})
	to := claim.OfParty(party.Ref{List: "intel", ID: "x"})
	one := claim.Claim{ID: "1", From: about, Relation: claim.AttributedTo, To: to, Source: claim.Source{Name: "Black Lotus Labs", Class: claim.Research, Origin: "lumen-fbi"}}
	stranger := claim.Claim{ID: "2", From: about, Relation: claim.RelatedTo, To: to, Source: claim.Source{Name: "Somebody"}, Supersedes: "1"}
	own := stranger
	own.ID, own.Source = "3", claim.Source{Name: "Lumen"}
	listed := Parties{Listed: func(party.Ref) bool { return false }}
	if g := NewGraph([]claim.Claim{one, stranger}, listed); len(g.Superseded()) != 0 || g.Len() != 2 {
		t.Errorf("a stranger's file took back %v", g.Superseded())
	}
	if g := NewGraph([]claim.Claim{one, own}, listed); len(g.Superseded()) != 1 {
		t.Error("the publisher's own correction took nothing back")
	}
}
