// SPDX-License-Identifier: Apache-2.0

package ownership_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/law"
	. "github.com/interdict-dev/interdict/ownership"
	"github.com/interdict-dev/interdict/ownership/verify"
	"github.com/interdict-dev/interdict/party"
)

// TestInquiryAnswersAsEachAlone asks about all companies of random graphs at
// once, with nominees, joint holdings, votes, control and arrangements, and
// compares with the answers about each alone.
func TestInquiryAnswersAsEachAlone(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 3))
	owned, controlled, cut := 0, 0, 0
	for range 150 {
		w := randomWorld(r)
		stakes := w.graphStakes(t)
		for i := range stakes {
			dress(r, &stakes[i], w.n)
			if r.IntN(6) == 0 {
				stakes[i].Kind = claim.Board
			}
		}
		var joints []Joint
		if w.joint != nil {
			joints = []Joint{{Holders: []party.Ref{node(w.joint[0]), node(w.joint[1])}}}
		}
		g := built(t, stakes, joints)
		var ls []Listed
		for _, s := range w.listed {
			for _, regime := range Regimes() {
				ls = append(ls, Listed{Party: node(s), Entry: node(s), Regime: regime, Cascades: true})
			}
		}
		var all []party.Ref
		for i := range w.n {
			all = append(all, node(i))
		}
		for _, ru := range oracleRules() {
			q := Query{Regime: ru.regime, Law: mustDate(t, ru.law), Listed: g.Seeds(ls)}
			many, err := g.Inquire(t.Context(), all, q, 1)
			if err != nil {
				t.Fatal(err)
			}
			shown := map[party.Ref]bool{}
			for p := range many.Proofs() {
				if err := verify.Proof(p); err != nil {
					t.Errorf("the proof of many: %v", err)
				}
				for _, c := range p.Companies {
					shown[c] = true
				}
			}
			for _, c := range all {
				alone := q
				alone.Certify = true
				want, err := g.Own(c, alone)
				if err != nil {
					t.Fatal(err)
				}
				got, err := many.Own(c)
				if err != nil {
					t.Fatal(err)
				}
				if a, b := gist(t, &got), gist(t, &want); a != b {
					t.Fatalf("%s %s, %v: %s among many, alone %s: %+v", ru.regime, ru.law, c, a, b, stakes)
				}
				if want.Certificate != nil {
					if err := verify.Certificate(want.Certificate); err != nil {
						t.Fatalf("%s %s, %v: %v in %+v of %+v", ru.regime, ru.law, c, err, want.Certificate, stakes)
					}
				}
				switch {
				case got.Proof == nil:
				case got.Proof.Cut:
					cut++
					if verify.Proof(got.Proof) == nil || len(got.Proof.Listed) == 0 || len(got.Proof.Steps) != 1 {
						t.Errorf("a cut proof is taken, or empty: %+v", got.Proof)
					}
				default:
					if err := verify.Proof(got.Proof); err != nil {
						t.Error(err)
					}
				}
				if want.Status == Owned && len(got.Listed) == 0 {
					if owned++; !shown[c] {
						t.Errorf("%s: no proof of many shows %v", ru.regime, c)
					}
				}
				if got.Controlled {
					controlled++
				}
			}
		}
	}
	if owned == 0 || controlled == 0 || cut == 0 {
		t.Errorf("%d owned, %d controlled, %d proofs cut: want some of each", owned, controlled, cut)
	}
}

// gist is what two ways to the same answer have in common: which of several
// equal proofs they show, and which of equal persons, is not.
func gist(t *testing.T, a *Answer) string {
	t.Helper()
	flip, kinds := "", map[string]bool{}
	if a.Flip != nil {
		flip = a.Flip.Text
	}
	for _, f := range a.Review {
		kinds[f.Kind] = true
	}
	text, err := json.Marshal([]any{a.Status, a.IfInForce, a.Rule, a.Least, a.Most, a.Controlled, len(a.Holders), a.Proof != nil, flip, kinds["circular"], kinds["controlled"], len(a.Listed)})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestGreatCircle: every one of many companies holds the next, so the proof of
// each is as long as the circle.
func TestGreatCircle(t *testing.T) {
	const n = 5_000
	b := NewBuilder()
	half := mustShare(t, "51")
	var all []party.Ref
	for i := range n {
		all = append(all, node(i))
		if err := b.Add(claim.Stake{Owner: node(i), Owned: node((i + 1) % n), Share: half}); err != nil {
			t.Fatal(err)
		}
	}
	x := party.Ref{List: "test", ID: "X"}
	if err := b.Add(claim.Stake{Owner: x, Owned: node(0), Share: mustShare(t, "50")}); err != nil {
		t.Fatal(err)
	}
	g := b.Graph()
	begun := time.Now()
	seeds := g.Seeds([]Listed{{Party: x, Entry: x, Regime: law.OFAC, Cascades: true}, {Party: x, Entry: x, Regime: law.UK, Cascades: true}})
	for _, c := range []struct {
		regime law.Regime
		want   Status
	}{{law.OFAC, Owned}, {law.UK, Below}} {
		q := Query{Regime: c.regime, Law: mustDate(t, "2025-12-01"), Listed: seeds}
		many, err := g.Inquire(t.Context(), all, q, 20)
		if err != nil {
			t.Fatal(err)
		}
		steps := 0
		for _, r := range all {
			a, err := many.Own(r)
			if err != nil {
				t.Fatal(err)
			}
			if a.Status != c.want && !(c.regime == law.UK && a.Status == NotOwned) {
				t.Fatalf("%v under %s: %v", r, c.regime, a.Status)
			}
			if a.Proof != nil {
				steps += len(a.Proof.Steps)
			}
		}
		if steps > 20*n {
			t.Errorf("%d steps in the proofs of %d companies", steps, n)
		}
		for p := range many.Proofs() {
			if err := verify.Proof(p); err != nil || len(p.Steps) != n {
				t.Errorf("%d steps, %v", len(p.Steps), err)
			}
		}
	}
	if took := time.Since(begun); took > 20*time.Second {
		t.Errorf("%v for a circle of %d: its cost must not be its square", took, n)
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if _, err := g.Inquire(stopped, all, Query{Regime: law.UK, Law: mustDate(t, "2025-12-01"), Listed: seeds}, 20); !errors.Is(err, context.Canceled) {
		t.Error(fmt.Sprint("a stopped inquiry goes on: ", err))
	}
}
