// SPDX-License-Identifier: Apache-2.0

package evidence

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/infra"
	"github.com/interdict-dev/interdict/party"
)

func thing(t testing.TB, s string) claim.Thing {
	t.Helper()
	th, err := claim.ParseThing(s)
	if err != nil {
		t.Fatal(err)
	}
	return th
}

func day(t testing.TB, s string) party.Date {
	t.Helper()
	d, err := party.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// said makes a claim from one line: "from relation to class origin first..last".
func said(t testing.TB, s string) claim.Claim {
	t.Helper()
	f := strings.Fields(s)
	if len(f) < 5 {
		t.Fatalf("%q: want from, relation, to, class, origin", s)
	}
	c := claim.Claim{ID: s, From: thing(t, f[0]), To: thing(t, f[2])}
	if err := c.Relation.UnmarshalText([]byte(f[1])); err != nil {
		t.Fatal(err)
	}
	class, err := claim.ParseClass(f[3])
	if err != nil {
		t.Fatal(err)
	}
	name, origin, _ := strings.Cut(f[4], "@")
	c.Source = claim.Source{Name: name, Origin: origin, Class: class}
	for _, w := range f[5:] {
		switch first, last, isWindow := strings.Cut(w, ".."); {
		case w == "below":
			c.Scope = infra.WithSubdomains
		case strings.HasPrefix(w, "seized:"):
			c.Window = claim.Window{Last: day(t, w[len("seized:"):]), Kind: claim.Seizure}
		case isWindow:
			c.Window = claim.Window{First: day(t, first), Last: day(t, last), Kind: claim.Observed}
		default:
			c.Role = w
		}
	}
	return c
}

func listedBySDN(r party.Ref) bool { return r.List == "sdn" }

func graph(t testing.TB, lines ...string) *Graph {
	t.Helper()
	var cs []claim.Claim
	for _, l := range lines {
		cs = append(cs, said(t, l))
	}
	return NewGraph(cs, Parties{Listed: listedBySDN})
}

func TestChain(t *testing.T) {
	g := graph(t,
		"domain:w8510.com attributed-to intel/raptor C lumen 2023-06-01..2024-09-04 below",
		"intel/raptor used-by intel/flax B fbi",
		"sdn/1 controls intel/raptor B fbi",
		"sdn/1 supports intel/flax A treasury",
		"sdn/1 partner-of sdn/2 E press",
	)
	tr := g.Trace(thing(t, "domain:a.w8510.com"), day(t, "2024-03-01"), Bound{})
	if len(tr.Chains) != 2 || tr.Truncated {
		t.Fatalf("%d chains, want raptor→sdn/1 and raptor→flax→sdn/1:\n%v", len(tr.Chains), tr.Chains)
	}
	c := tr.Chains[0]
	if c.Party.ID != "1" || len(c.Steps) != 2 || c.Weakest() != 0 || c.Steps[0].Class() != claim.Research || c.Steps[0].Time() != claim.InWindow {
		t.Errorf("best chain:\n%s", c.String())
	}
	if s := c.String(); !strings.Contains(s, "[weakest]") || !strings.Contains(s, "sdn/1 is listed") {
		t.Errorf("the chain in words:\n%s", s)
	}
	if tr := g.Trace(thing(t, "domain:w8511.com"), day(t, "2024-03-01"), Bound{}); len(tr.Chains) != 0 {
		t.Errorf("an unknown domain has chains: %v", tr.Chains)
	}
	if tr := g.Trace(thing(t, "sdn/1"), party.Date{}, Bound{}); len(tr.Chains) != 1 || len(tr.Chains[0].Steps) != 0 {
		t.Errorf("a listed party itself: %v", tr.Chains)
	}
}

func TestMachinesOfOnePartyDoNotTieItToAnother(t *testing.T) {
	g := graph(t,
		"ipv4:1.2.3.4 attributed-to intel/a C x",
		"ipv4:1.2.3.4 attributed-to intel/b C x",
		"sdn/1 controls intel/b A y",
		"ipv4:5.6.7.8 attributed-to intel/a C x",
	)
	if tr := g.Trace(thing(t, "ipv4:5.6.7.8"), party.Date{}, Bound{}); len(tr.Chains) != 0 {
		t.Errorf("a shared address makes a chain: %v", tr.Chains)
	}
	if tr := g.Trace(thing(t, "ipv4:1.2.3.4"), party.Date{}, Bound{}); len(tr.Chains) != 1 {
		t.Errorf("%d chains, want one over b", len(tr.Chains))
	}
}

func TestOneOriginCountsOnce(t *testing.T) {
	g := graph(t,
		"ipv4:1.2.3.4 attributed-to sdn/1 C lumen@joint 2023-01-01..2024-09-04 tier3",
		"ipv4:1.2.3.4 attributed-to sdn/1 B fbi@joint 2023-01-01..2024-08-01 tier3",
		"ipv4:1.2.3.4 attributed-to sdn/1 C other 2023-01-01..2024-09 tier2",
	)
	j := g.Judge(thing(t, "ipv4:1.2.3.4").Indicator, day(t, "2024-08-15"))
	if len(j.Claims) != 3 || j.Origins != 2 || j.Verdict != Attributed {
		t.Errorf("%d claims of %d origins, %v; want 3 of 2, attributed", len(j.Claims), j.Origins, j.Verdict)
	}
	s := j.Trace.Chains[0].Steps[0]
	if s.Origins != 2 || s.Claims[0].Source.Name != "fbi" {
		t.Errorf("step with %d origins, first %s; want 2, and the strongest first", s.Origins, s.Claims[0].Source.Name)
	}
	// 2024-09 and 2024-09-04 agree; 2024-08-01 differs from both. Two roles differ.
	var got []string
	for _, d := range j.Differences {
		got = append(got, d.String())
	}
	slices.Sort(got)
	want := []string{
		"last seen: fbi says 2024-08-01, lumen says 2024-09-04",
		"last seen: fbi says 2024-08-01, other says 2024-09",
		`role: fbi says "tier3", other says "tier2"`,
		`role: lumen says "tier3", other says "tier2"`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("differences:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestAssociationIsWeakest(t *testing.T) {
	g := graph(t,
		"ipv4:1.2.3.4 attributed-to intel/a A x",
		"intel/a related-to sdn/1 A x",
		"intel/a used-by intel/b F y",
		"sdn/2 controls intel/b F y",
	)
	tr := g.Trace(thing(t, "ipv4:1.2.3.4"), party.Date{}, Bound{})
	if len(tr.Chains) != 2 || tr.Chains[0].Party.ID != "2" || !tr.Chains[1].Steps[1].Beside {
		t.Errorf("an association of grade A stands before a chain of grade F: %v", tr.Chains)
	}
	// A strong association does not lend its class to a weak statement.
	g = graph(t, "intel/a related-to sdn/1 A x", "sdn/1 controls intel/a E y")
	if s := g.Trace(thing(t, "intel/a"), party.Date{}, Bound{}).Chains[0].Steps[0]; s.Beside || s.Class() != claim.Press || len(s.Claims) != 2 {
		t.Errorf("step %+v, want grade E with two claims", s)
	}
}

func TestSuperseded(t *testing.T) {
	old := said(t, "ipv4:1.2.3.4 attributed-to sdn/1 B doj")
	fixed := said(t, "ipv4:1.2.3.4 attributed-to intel/target B doj")
	fixed.Supersedes = old.ID
	g := NewGraph([]claim.Claim{old, fixed}, Parties{Listed: listedBySDN})
	if tr := g.Trace(old.From, party.Date{}, Bound{}); len(tr.Chains) != 0 || len(g.Superseded()) != 1 || g.Len() != 1 {
		t.Errorf("a corrected claim still makes chains: %v", tr.Chains)
	}
}

func TestOneIdentityIsOneNode(t *testing.T) {
	same := func(r party.Ref) party.Ref {
		if r == (party.Ref{List: "uk", ID: "1"}) {
			return party.Ref{List: "sdn", ID: "1"}
		}
		return r
	}
	c := said(t, "ipv4:1.2.3.4 attributed-to uk/1 A x")
	g := NewGraph([]claim.Claim{c}, Parties{Listed: func(r party.Ref) bool { return r.List == "uk" }, Same: same})
	tr := g.Trace(c.From, party.Date{}, Bound{})
	if len(tr.Chains) != 1 || tr.Chains[0].Party.String() != "sdn/1" {
		t.Errorf("chains %v, want one to the entry that names the identity", tr.Chains)
	}
}

// TestURLsOfBothSchemes: what a list says of a URL holds under http and https, and
// of no other path, port or host.
func TestURLsOfBothSchemes(t *testing.T) {
	g := graph(t, "url:http://w8510.com/a attributed-to sdn/1 C x", "url:https://1.2.3.4:8443/b attributed-to sdn/1 C x")
	for url, want := range map[string]int{
		"http://w8510.com/a": 1, "https://w8510.com/a": 1, "w8510.com/a": 1, "ftp://w8510.com/a": 0, "https://w8510.com/a/": 0, "https://w8510.com/": 0,
		"http://1.2.3.4:8443/b": 1, "https://1.2.3.4/b": 0,
	} {
		i, err := infra.Parse(url)
		if err != nil {
			t.Fatal(err)
		}
		j := g.Judge(i, party.Date{})
		if len(j.Claims) != want || len(j.Trace.Chains) != want {
			t.Errorf("%s: %d claims and %d chains, want %d", url, len(j.Claims), len(j.Trace.Chains), want)
		}
	}
}

func TestJudge(t *testing.T) {
	g := graph(t,
		"ipv4:1.1.1.1 attributed-to sdn/1 C x 2023-07-13..2024-09-04",
		"ipv4:2.2.2.2 attributed-to sdn/1 C x",
		"ipv4:3.3.3.3 attributed-to sdn/1 C lumen@joint 2023-07-13..2024-09-04",
		"ipv4:3.3.3.3 attributed-to sdn/1 B fbi@joint",
		"ipv4:4.4.4.4 attributed-to sdn/1 C x 2023-07-13..2024-09-04",
		"ipv4:4.4.4.4 attributed-to sdn/1 B y",
		"domain:seized.com attributed-to intel/f B doj seized:2026-10-08 below",
		"domain:again.com attributed-to intel/f B doj seized:2026-10-08",
		"domain:again.com attributed-to intel/f C x 2026-11-01..2026-12-31",
		"domain:own.com own-of sdn/1 A ofac below",
		"domain:theirs.com own-of intel/f D self",
		"prefix:10.0.0.0/8 registered-to sdn/1 D ripe",
		"domain:vpn1.softether.net attributed-to intel/f B fbi",
		"sdn/1 supports intel/f A t",
	)
	for _, c := range []struct {
		seen, at string
		want     Verdict
		time     claim.TimeClass
		chains   int
	}{
		{"ipv4:1.1.1.1", "2024-03-01", Attributed, claim.InWindow, 1},
		{"ipv4:1.1.1.1", "2024-09-20", Attributed, claim.Near, 1},
		{"ipv4:1.1.1.1", "2022-03-01", WasAttributed, claim.Outside, 1},
		{"ipv4:1.1.1.1", "", Unknown, claim.TimeUnknown, 1},
		{"ipv4:2.2.2.2", "2024-03-01", Unknown, claim.TimeUnknown, 1},
		{"ipv4:3.3.3.3", "2022-03-01", WasAttributed, claim.Outside, 1}, // the undated claim is of the same origin
		{"ipv4:4.4.4.4", "2022-03-01", Unknown, claim.TimeUnknown, 1},   // the undated claim is of its own
		{"ipv4:4.4.4.4", "2024-03-01", Attributed, claim.InWindow, 1},
		{"domain:seized.com", "2026-10-09", Seized, claim.AfterSeizure, 1},
		{"domain:mail.seized.com", "2026-10-09", Seized, claim.AfterSeizure, 1},
		{"domain:seized.com", "2026-10-01", Unknown, claim.TimeUnknown, 1},
		{"domain:again.com", "2026-11-02", Attributed, claim.InWindow, 1},
		{"domain:again.com", "2026-10-10", Attributed, claim.Near, 1},
		{"domain:again.com", "2028-01-01", Seized, claim.AfterSeizure, 1},
		{"domain:www.own.com", "2024-03-01", Own, claim.TimeUnknown, 1},
		{"url:https://own.com/x", "2024-03-01", Own, claim.TimeUnknown, 1},
		{"domain:theirs.com", "2024-03-01", Unknown, claim.TimeUnknown, 1},
		{"ipv4:10.1.2.3", "2024-03-01", Own, claim.TimeUnknown, 1},
		{"prefix:10.1.0.0/16", "2024-03-01", Own, claim.TimeUnknown, 1},
		{"prefix:0.0.0.0/0", "2024-03-01", Nothing, claim.TimeUnknown, 0},
		{"domain:vpn1.softether.net", "2024-03-01", Unknown, claim.TimeUnknown, 1},
		{"domain:softether.net", "2024-03-01", Nothing, claim.TimeUnknown, 0},
		{"email:somebody@own.com", "2024-03-01", Nothing, claim.TimeUnknown, 0},
		{"ipv4:9.9.9.9", "2024-03-01", Nothing, claim.TimeUnknown, 0},
	} {
		j := g.Judge(thing(t, c.seen).Indicator, day(t, c.at))
		if j.Verdict != c.want || j.Time != c.time || len(j.Trace.Chains) != c.chains {
			t.Errorf("Judge(%s, %q) = %v, %v with %d chains, want %v, %v with %d", c.seen, c.at, j.Verdict, j.Time, len(j.Trace.Chains), c.want, c.time, c.chains)
		}
	}
}

func TestWarningListAnnotatesAndNeverSuppresses(t *testing.T) {
	g := graph(t, "ipv4:1.1.1.1 attributed-to sdn/1 C x 2023-07-13..2024-09-04")
	vpn := Annotation{List: "vpn-ipv4"}
	if j := g.Judge(thing(t, "ipv4:1.1.1.1").Indicator, day(t, "2024-03-01"), vpn); j.Verdict != Attributed || len(j.Annotations) != 1 {
		t.Errorf("%v with %v, want attributed and annotated", j.Verdict, j.Annotations)
	}
	if j := g.Judge(thing(t, "ipv4:1.1.1.2").Indicator, day(t, "2024-03-01"), vpn); j.Verdict != Annotated {
		t.Errorf("%v, want annotated", j.Verdict)
	}
}

// randomClaims makes a tangle of parties and addresses.
func randomClaims(rng *rand.Rand, parties, addresses, n int) []claim.Claim {
	relations := []claim.Relation{claim.UsedBy, claim.Controls, claim.Supports, claim.PartOf, claim.RelatedTo, claim.FrontFor, claim.PartnerOf}
	partyThing := func() claim.Thing {
		i := rng.IntN(parties)
		list := party.ListID("intel")
		if i%5 == 0 {
			list = "sdn"
		}
		return claim.OfParty(party.Ref{List: list, ID: fmt.Sprint(i)})
	}
	var cs []claim.Claim
	for i := range n {
		c := claim.Claim{ID: fmt.Sprint(i), From: partyThing(), To: partyThing(), Relation: relations[rng.IntN(len(relations))]}
		if rng.IntN(3) == 0 {
			c.From = claim.OfIndicator(infra.Indicator{Type: infra.IPv4, Value: fmt.Sprintf("10.0.%d.%d", rng.IntN(addresses)/256, rng.IntN(addresses)%256)})
			c.Relation = claim.AttributedTo
		}
		c.Source = claim.Source{Name: fmt.Sprint("s", rng.IntN(4)), Class: claim.Class(1 + rng.IntN(6))}
		cs = append(cs, c)
	}
	return cs
}

// bruteChains finds the node paths of all chains in the plainest way.
func bruteChains(cs []claim.Claim, from claim.Thing, steps int) []string {
	var out []string
	var walk func(path []claim.Thing)
	walk = func(path []claim.Thing) {
		last := path[len(path)-1]
		if last.IsParty() && listedBySDN(last.Party) {
			out = append(out, fmt.Sprint(path))
			return
		}
		if len(path) > steps {
			return
		}
		next := map[claim.Thing]bool{}
		for _, c := range cs {
			behind := c.Relation.Behind()
			if c.From == last && behind != claim.FromBehind {
				next[c.To] = true
			}
			if c.To == last && behind != claim.ToBehind {
				next[c.From] = true
			}
		}
		for n := range next {
			if !slices.Contains(path, n) && (n.IsParty() || !last.IsParty()) {
				walk(append(slices.Clone(path), n))
			}
		}
	}
	walk([]claim.Thing{from})
	slices.Sort(out)
	return out
}

func TestTraceAgreesWithBruteForce(t *testing.T) {
	rng := rand.New(rand.NewPCG(13, 14))
	found := 0
	for range 150 {
		cs := randomClaims(rng, 12, 6, 25)
		g := NewGraph(cs, Parties{Listed: listedBySDN})
		for i := range 6 {
			from := thing(t, fmt.Sprintf("ipv4:10.0.0.%d", i))
			tr := g.Trace(from, party.Date{}, Bound{Steps: 5, Chains: 100_000, Work: 10_000_000})
			var got []string
			for k, c := range tr.Chains {
				path := []claim.Thing{c.Steps[0].From}
				for _, s := range c.Steps {
					path = append(path, s.To)
				}
				got = append(got, fmt.Sprint(path))
				if k > 0 && tr.Chains[k-1].compare(&tr.Chains[k]) > 0 {
					t.Fatalf("chains are not in order")
				}
			}
			slices.Sort(got)
			if want := bruteChains(cs, from, 5); !slices.Equal(got, want) || tr.Truncated {
				t.Fatalf("Trace(%v):\n%s\nwant:\n%s", from, strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
			found += len(got)
		}
	}
	if found < 100 {
		t.Fatalf("only %d chains in all: the test sees too little", found)
	}
}

func TestTraceDoesNotDependOnOrder(t *testing.T) {
	rng := rand.New(rand.NewPCG(15, 16))
	cs := randomClaims(rng, 20, 6, 60)
	a := NewGraph(cs, Parties{Listed: listedBySDN})
	slices.Reverse(cs)
	b := NewGraph(cs, Parties{Listed: listedBySDN})
	for i := range 6 {
		from := thing(t, fmt.Sprintf("ipv4:10.0.0.%d", i))
		if x, y := fmt.Sprint(a.Trace(from, party.Date{}, Bound{})), fmt.Sprint(b.Trace(from, party.Date{}, Bound{})); x != y {
			t.Fatalf("the order of claims matters:\n%s\n%s", x, y)
		}
	}
}

func TestTraceSaysWhenItIsTruncated(t *testing.T) {
	var lines []string
	for i := range 30 {
		lines = append(lines, fmt.Sprintf("ipv4:1.1.1.1 attributed-to intel/%d C x", i), fmt.Sprintf("sdn/1 controls intel/%d B y", i))
	}
	g := graph(t, lines...)
	from := thing(t, "ipv4:1.1.1.1")
	if tr := g.Trace(from, party.Date{}, Bound{Chains: 10}); !tr.Truncated || len(tr.Chains) != 10 {
		t.Errorf("%d chains, truncated %v; want 10, true", len(tr.Chains), tr.Truncated)
	}
	if tr := g.Trace(from, party.Date{}, Bound{}); tr.Truncated || len(tr.Chains) != 30 {
		t.Errorf("%d chains, truncated %v; want 30, false", len(tr.Chains), tr.Truncated)
	}
	if tr := g.Trace(from, party.Date{}, Bound{Work: 5}); !tr.Truncated {
		t.Error("a trace that met its bound of work does not say so")
	}
}

// TestReach holds the claims that reach what was seen to a walk over all claims.
func TestReach(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	random := func() infra.Indicator {
		label := func(n int) string { return string(rune('a' + rng.IntN(n))) }
		switch rng.IntN(8) {
		case 0, 1:
			return infra.Indicator{Type: infra.IPv4, Value: fmt.Sprintf("10.%d.%d.%d", rng.IntN(3), rng.IntN(3), rng.IntN(4))}
		case 2:
			return infra.FromPrefix(netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(rng.IntN(3)), byte(rng.IntN(3)), byte(rng.IntN(4))}), rng.IntN(33)))
		case 3:
			a := netip.AddrFrom16([16]byte{0x20, 1, 13: byte(rng.IntN(3)), 15: byte(rng.IntN(3))})
			return infra.FromPrefix(netip.PrefixFrom(a, []int{0, 16, 104, 112, 120, 127, 128}[rng.IntN(7)]))
		case 4:
			return infra.Indicator{Type: infra.URL, Value: "http://" + label(3) + ".x.com/" + label(3) + label(3)}
		case 5:
			return infra.Indicator{Type: infra.URLPart, Value: label(3) + label(3)}
		case 6:
			return infra.Indicator{Type: infra.Email, Value: "who@" + label(3) + ".x.com"}
		}
		d := []string{"com", "x.com", "softether.net", "co.uk"}[rng.IntN(4)]
		for range rng.IntN(3) {
			d = label(3) + "." + d
		}
		return infra.Indicator{Type: infra.Domain, Value: d}
	}
	var cs []claim.Claim
	for i := range 600 {
		c := claim.Claim{ID: fmt.Sprintf("%04d", i), From: claim.OfIndicator(random()), Relation: claim.AttributedTo, Scope: infra.Scope(rng.IntN(3))}
		if c.To = claim.OfParty(party.Ref{List: "sdn", ID: "1"}); rng.IntN(4) == 0 {
			c.To, c.Relation = claim.OfIndicator(random()), claim.RelatedTo
		}
		cs = append(cs, c)
	}
	g := NewGraph(cs, Parties{Listed: listedBySDN})
	met := 0
	for range 3000 {
		seen := random()
		var want, got []string
		for i := range cs {
			if c := &cs[i]; covers(c.From.Indicator, seen, c.Scope) || !c.To.IsParty() && covers(c.To.Indicator, seen, c.Scope) {
				want = append(want, c.ID)
			}
		}
		for _, c := range g.Claims(seen) {
			got = append(got, c.ID)
		}
		if met += len(want); !slices.Equal(got, want) {
			t.Fatalf("claims that reach %v: %v, want %v", seen, got, want)
		}
	}
	if met < 1000 {
		t.Errorf("only %d claims were met: the test looks in the wrong place", met)
	}
}

// TestSweep holds the strongest chain that a sweep finds to the first of all
// chains.
func TestSweep(t *testing.T) {
	chains, beside, machines := 0, 0, 0
	for seed := range uint64(40) {
		rng := rand.New(rand.NewPCG(seed, 2))
		cs := randomClaims(rng, 12+int(seed)%20, 40, 60)
		for i := range cs {
			if c := &cs[i]; !c.From.IsParty() && rng.IntN(2) == 0 {
				y, m := 2024, 1+rng.IntN(12)
				c.Window = claim.Window{First: party.Date{Year: int16(y), Month: uint8(m), Day: 1}, Last: party.Date{Year: int16(y), Month: uint8(m), Day: 28}, Kind: claim.Observed}
			}
		}
		for i := range 12 {
			ip := func() claim.Thing {
				return claim.OfIndicator(infra.Indicator{Type: infra.IPv4, Value: fmt.Sprintf("10.0.0.%d", rng.IntN(40))})
			}
			c := claim.Claim{ID: fmt.Sprint("r", i), From: ip(), To: ip(), Relation: claim.ResolvesTo, Source: claim.Source{Name: "r", Class: claim.Official}}
			if i == 0 {
				c.Relation = claim.AttributedTo
			}
			cs = append(cs, c)
		}
		g := NewGraph(cs, Parties{Listed: listedBySDN})
		at := party.Date{Year: 2024, Month: 6, Day: 15}
		s := g.NewSweep(at)
		for i := range 40 {
			seen := infra.Indicator{Type: infra.IPv4, Value: fmt.Sprintf("10.0.0.%d", i)}
			all := g.Trace(claim.OfIndicator(seen), at, Bound{Chains: 1 << 20, Work: 1 << 30})
			got, want := s.Judge(seen), g.Judge(seen, at)
			switch {
			case got.Verdict != want.Verdict || got.Time != want.Time || !slices.Equal(got.Claims, want.Claims):
				t.Fatalf("seed %d, %v: judged %v, want %v", seed, seen, got.Verdict, want.Verdict)
			case len(got.Trace.Chains) != min(len(all.Chains), 1):
				t.Fatalf("seed %d, %v: %d chains, want one of %d", seed, seen, len(got.Trace.Chains), len(all.Chains))
			case len(all.Chains) == 0:
				continue
			}
			c, w := got.Trace.Chains[0], all.Chains[0]
			if c.String() != w.String() {
				t.Fatalf("seed %d, %v: the strongest chain is\n%v\nwant\n%v", seed, seen, &c, &w)
			}
			chains++
			if c.Steps[c.Weakest()].Beside {
				beside++
			}
			if len(c.Steps) > 1 && !c.Steps[0].To.IsParty() {
				machines++
			}
		}
	}
	if chains < 300 || beside < 30 || machines < 10 {
		t.Errorf("%d chains, %d associations, %d over machines: the test looks in the wrong place", chains, beside, machines)
	}
}

func BenchmarkTraceMillion(b *testing.B) {
	rng := rand.New(rand.NewPCG(17, 18))
	cs := randomClaims(rng, 200_000, 65_000, 1_000_000)
	begun := time.Now()
	g := NewGraph(cs, Parties{Listed: listedBySDN})
	build := time.Since(begun)
	var from []claim.Thing
	for i := range 256 {
		from = append(from, claim.OfIndicator(infra.Indicator{Type: infra.IPv4, Value: fmt.Sprintf("10.0.%d.%d", i%200, i)}))
	}
	for i := 0; b.Loop(); i++ {
		g.Trace(from[i%len(from)], party.Date{}, Bound{})
	}
	b.ReportMetric(build.Seconds(), "s/build")
}

func BenchmarkSweepMillion(b *testing.B) {
	cs := randomClaims(rand.New(rand.NewPCG(17, 18)), 200_000, 65_000, 1_000_000)
	g := NewGraph(cs, Parties{Listed: listedBySDN})
	begun := time.Now()
	s := g.NewSweep(party.Date{})
	prepared := time.Since(begun)
	all := g.Attributed()
	for i := 0; b.Loop(); i++ {
		s.Judge(all[i%len(all)])
	}
	b.ReportMetric(prepared.Seconds(), "s/sweep")
	b.ReportMetric(float64(len(all)), "indicators")
}
