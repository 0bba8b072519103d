// SPDX-License-Identifier: Apache-2.0

package ownership_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/law"
	"github.com/interdict-dev/interdict/ownership"
	"github.com/interdict-dev/interdict/ownership/verify"
	"github.com/interdict-dev/interdict/party"
)

// X is listed and owns 50 % of A, which owns 50 % of B. Multiplied that is
// 25 %; under the rule B is owned.
func Example() {
	x, a, c := party.Ref{List: "us-ofac-sdn", ID: "1"}, party.Ref{List: "local", ID: "A"}, party.Ref{List: "local", ID: "B"}
	half, err := ownership.ParseShare("50 %")
	if err != nil {
		panic(err)
	}
	b := ownership.NewBuilder()
	for _, s := range []claim.Stake{{Owner: x, Owned: a, Share: half, File: "stakes.csv", Line: 2}, {Owner: a, Owned: c, Share: half, File: "stakes.csv", Line: 3}} {
		if err := b.Add(s); err != nil {
			panic(err)
		}
	}
	g := b.Graph()
	seeds := g.Seeds([]ownership.Listed{{Party: x, Entry: x, Name: "X", Regime: law.OFAC, Programs: []string{"CYBER2"}, Cascades: true, From: party.Date{Year: 2025, Month: 1, Day: 3}}})
	answer, err := g.Own(c, ownership.Query{Regime: law.OFAC, Law: party.Date{Year: 2025, Month: 12, Day: 1}, Listed: seeds})
	if err != nil {
		panic(err)
	}
	if err := answer.Write(os.Stdout, nil); err != nil {
		panic(err)
	}
	fmt.Println("checked:", verify.Proof(answer.Proof) == nil)
	// Output:
	// local/B under us-ofac/2014 on 2025-12-01: owned
	//   holder: local/A, 50 %, owned
	//   no longer owned if the stakes that count fell at all
	// local/B is owned under us-ofac/2014 (at least 50 %), law of 2025-12-01, facts of 2025-12-01
	//   local/A holds 50 %
	//       source: stakes.csv:3
	//     us-ofac-sdn/1 holds 50 %
	//         source: stakes.csv:2
	//       listed: us-ofac-sdn/1 X, CYBER2, since 2025-01-03
	// rule: 31 CFR 578.411
	// rule: 79 FR 47726, guidance of 13 Aug 2014: aggregation
	// rule: OFAC FAQ 398 (ownership, not control), 399 (aggregate across programs), 401 (indirectly: a chain of 50 % or more), 402 (divestment)
	// checked: true
}

// BenchmarkOwn answers for one company at the end of a chain of eight, with
// its proof. The figure to hold is one millisecond.
func BenchmarkOwn(b *testing.B) {
	build := ownership.NewBuilder()
	share, err := ownership.ParseShare("50")
	if err != nil {
		b.Fatal(err)
	}
	for i := range 8 {
		for k := range 4 {
			owner := local(fmt.Sprint(i - 1))
			if k > 0 {
				owner = local(fmt.Sprintf("other %d of %d", k, i))
			}
			if err := build.Add(claim.Stake{Owner: owner, Owned: local(fmt.Sprint(i)), Share: share}); err != nil {
				b.Fatal(err)
			}
		}
	}
	g := build.Graph()
	seeds := g.Seeds([]ownership.Listed{{Party: local("-1"), Entry: local("-1"), Regime: law.OFAC, Cascades: true}})
	for b.Loop() {
		a, err := g.Own(local("7"), ownership.Query{Regime: law.OFAC, Law: party.Date{Year: 2025, Month: 12, Day: 1}, Listed: seeds})
		if err != nil || a.Status != ownership.Owned {
			b.Fatal(a.Status, err)
		}
	}
}

// BenchmarkUpdate changes the holders of one company of a hundred thousand and
// answers again for what that touches; BenchmarkSolve answers for all.
func BenchmarkUpdate(b *testing.B) {
	g, ls := wide(b, 100_000)
	q := ownership.Query{Regime: law.OFAC, Law: party.Date{Year: 2025, Month: 12, Day: 1}, Listed: g.Seeds(ls)}
	s, err := g.Solve(q)
	if err != nil {
		b.Fatal(err)
	}
	half, err := ownership.ParseShare("49")
	if err != nil {
		b.Fatal(err)
	}
	c := local("50004")
	changed, err := g.With(c, []claim.Stake{{Owner: local("50003"), Owned: c, Share: half}})
	if err != nil {
		b.Fatal(err)
	}
	seeds := q.Listed.On(changed)
	for b.Loop() {
		after, err := s.Update(changed, seeds, c)
		if err != nil {
			b.Fatal(err)
		}
		if s.Status(c) != ownership.Owned || after.Status(c) != ownership.NotOwned {
			b.Fatalf("%v before and %v after", s.Status(c), after.Status(c))
		}
	}
}

func BenchmarkSolve(b *testing.B) {
	g, ls := wide(b, 100_000)
	q := ownership.Query{Regime: law.OFAC, Law: party.Date{Year: 2025, Month: 12, Day: 1}, Listed: g.Seeds(ls)}
	for b.Loop() {
		if _, err := g.Solve(q); err != nil {
			b.Fatal(err)
		}
	}
}

// wide is n companies in chains of ten, each held by half, the head of each
// chain by a listed party.
func wide(b *testing.B, n int) (*ownership.Graph, []ownership.Listed) {
	b.Helper()
	build := ownership.NewBuilder()
	half, err := ownership.ParseShare("50")
	if err != nil {
		b.Fatal(err)
	}
	var ls []ownership.Listed
	for i := range n {
		owner := local(fmt.Sprint(i - 1))
		if i%10 == 0 {
			owner = local(fmt.Sprintf("listed %d", i))
			ls = append(ls, ownership.Listed{Party: owner, Entry: owner, Regime: law.OFAC, Cascades: true})
		}
		if err := build.Add(claim.Stake{Owner: owner, Owned: local(fmt.Sprint(i)), Share: half}); err != nil {
			b.Fatal(err)
		}
	}
	return build.Graph(), ls
}
