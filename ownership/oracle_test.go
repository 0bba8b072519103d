// SPDX-License-Identifier: Apache-2.0

package ownership_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/law"
	. "github.com/interdict-dev/interdict/ownership"
	"github.com/interdict-dev/interdict/ownership/verify"
	"github.com/interdict-dev/interdict/party"
)

// The oracle tries every way in which the unknown can be. It counts in
// sixthousandths of a percent, so that thirds are whole numbers and an open
// end is one of them.
const (
	onePercent = 6000
	all        = 100 * onePercent
)

type edge struct {
	from, to int
	lo, hi   int // open ends are moved in by one
	loOpen   bool
	hiOpen   bool
}

type world struct {
	n      int
	edges  []edge
	listed []int
	joint  []int // one arrangement, nil for none
	person []bool
}

func randomWorld(r *rand.Rand) world {
	w := world{n: 3 + r.IntN(5)}
	left := make([]int, w.n)
	for i := range left {
		left[i] = all
	}
	wide := 0
	seen := map[[2]int]bool{}
	for range 2 + r.IntN(9) {
		e := edge{from: r.IntN(w.n), to: r.IntN(w.n)}
		if e.from == e.to || seen[[2]int{e.from, e.to}] {
			continue
		}
		seen[[2]int{e.from, e.to}] = true
		shares := []int{50 * onePercent, 51 * onePercent, 25 * onePercent, 49*onePercent + 5940, 100 * onePercent / 3, 50 * onePercent / 3, 100 * onePercent, 10 * onePercent, 40 * onePercent}
		e.lo = shares[r.IntN(len(shares))]
		e.hi = e.lo
		if wide < 4 && r.IntN(3) == 0 {
			wide++
			lo, hi := r.IntN(4)*25*onePercent, 0
			hi = lo + (1+r.IntN(4))*25*onePercent
			e.lo, e.hi = lo, min(hi, all)
			e.loOpen, e.hiOpen = r.IntN(3) == 0, r.IntN(3) == 0
		}
		if e.lo > left[e.to] && r.IntN(10) > 0 {
			continue // few companies with more than 100 %
		}
		left[e.to] -= e.lo
		w.edges = append(w.edges, e)
	}
	for range 1 + r.IntN(2) {
		w.listed = append(w.listed, r.IntN(w.n))
	}
	w.person = make([]bool, w.n)
	for i := range w.person {
		w.person[i] = r.IntN(3) == 0
	}
	for _, e := range w.edges {
		w.person[e.to] = false
	}
	if r.IntN(3) == 0 {
		w.joint = r.Perm(w.n)[:2]
	}
	return w
}

// rule is what the oracle knows of a regime.
type rule struct {
	regime    law.Regime
	law       string
	more, sum bool
	joint     bool
}

func oracleRules() []rule {
	return []rule{
		{law.OFAC, "2025-12-01", false, true, false},
		{law.OFAC, "2010-01-01", false, false, false},
		{law.EU, "2025-12-01", false, true, false},
		{law.EU, "2020-12-01", true, true, false},
		{law.UK, "2025-12-01", true, false, true},
		{law.BIS, "2026-11-23", false, true, false},
	}
}

// owned is the rule on one world in which every share is known: the loop of
// DOMAIN.md, in the plainest way.
func (ru rule) owned(w world, share []int, seeds []int, target int) bool {
	in := make([]bool, w.n+1)
	for _, s := range seeds {
		in[s] = true
	}
	for changed := true; changed; {
		changed = false
		for c := range w.n {
			if in[c] {
				continue
			}
			joint := ru.joint && w.joint != nil && w.holds(w.joint[0], c) && w.holds(w.joint[1], c)
			together := joint && (in[w.joint[0]] || in[w.joint[1]])
			sum := 0
			for i, e := range w.edges {
				counts := in[e.from]
				if joint && (e.from == w.joint[0] || e.from == w.joint[1]) {
					counts = together
				}
				if e.to == c && counts {
					sum += share[i]
				}
			}
			if sum > all/2 || sum == all/2 && !ru.more {
				in[c], changed = true, true
			}
		}
	}
	return in[target]
}

func (w world) holds(x, c int) bool {
	for _, e := range w.edges {
		if e.from == x && e.to == c {
			return true
		}
	}
	return false
}

// status tries the least of everything, then for each set of holders the most
// that they may have.
func (ru rule) status(w world, target int, closed bool) Status {
	persons := [][]int{nil}
	if ru.sum {
		for _, s := range w.listed {
			if s != target {
				persons[0] = append(persons[0], s)
			}
		}
	} else {
		for _, s := range w.listed {
			if s != target {
				persons = append(persons, []int{s})
			}
		}
	}
	best := NotOwned
	holders := false
	for _, e := range w.edges {
		holders = holders || e.to == target
	}
	if !holders {
		best = NoData
	}
	for _, p := range persons {
		if !holders {
			continue
		}
		switch {
		case ru.owned(w, w.least(), p, target):
			best = max(best, Owned)
		case ru.possible(w, p, target):
			best = max(best, Indeterminate)
		case !closed && ru.possible(w.withStranger(), append([]int{w.n}, p...), target):
			best = max(best, Below)
		}
	}
	return best
}

func (w world) least() []int {
	out := make([]int, len(w.edges))
	for i, e := range w.edges {
		out[i] = e.min()
	}
	return out
}

func (e edge) min() int {
	if e.loOpen && e.lo < e.hi {
		return e.lo + 1
	}
	return e.lo
}

func (e edge) max() int {
	if e.hiOpen && e.lo < e.hi {
		return e.hi - 1
	}
	return e.hi
}

// withStranger adds somebody listed who may hold whatever is not accounted for.
func (w world) withStranger() world {
	x := w
	x.n++
	x.edges = append([]edge(nil), w.edges...)
	for c := range w.n {
		if !w.person[c] {
			x.edges = append(x.edges, edge{from: w.n, to: c, hi: all})
		}
	}
	x.person = append(append([]bool(nil), w.person...), true)
	return x
}

// possible says whether the target is owned in some world that the intervals
// allow: the favoured holders of each company get as much as there is, the
// others as little.
func (ru rule) possible(w world, seeds []int, target int) bool {
	var wide []int
	for i, e := range w.edges {
		if e.min() < e.max() {
			wide = append(wide, i)
		}
	}
	for favour := range 1 << len(wide) {
		share := w.least()
		for c := range w.n {
			room, total := all, 0
			for i, e := range w.edges {
				if e.to == c {
					room -= share[i]
					total += e.min()
				}
			}
			over := total > all
			for k, i := range wide {
				if e := w.edges[i]; e.to == c && favour&(1<<k) != 0 {
					more := e.max() - share[i]
					if !over {
						more = min(more, max(room, 0))
					}
					share[i] += more
					room -= more
				}
			}
		}
		if ru.owned(w, share, seeds, target) {
			return true
		}
	}
	return false
}

func node(i int) party.Ref { return party.Ref{List: "local", ID: strconv.Itoa(i)} }

func (w world) graphStakes(t *testing.T) []claim.Stake {
	t.Helper()
	var out []claim.Stake
	for i, e := range w.edges {
		lo, err := claim.NewPercent(int64(e.lo), onePercent)
		if err != nil {
			t.Fatal(err)
		}
		hi, err := claim.NewPercent(int64(e.hi), onePercent)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, claim.Stake{Owner: node(e.from), Owned: node(e.to), Share: claim.Share{Lo: lo, Hi: hi, LoOpen: e.loOpen && lo != hi, HiOpen: e.hiOpen && lo != hi}, File: "world", Line: i + 1})
	}
	return out
}

func (w world) graph(t *testing.T) *Graph {
	t.Helper()
	b := NewBuilder()
	for _, st := range w.graphStakes(t) {
		if err := b.Add(st); err != nil {
			t.Fatal(err)
		}
	}
	if w.joint != nil {
		if err := b.AddJoint(Joint{Holders: []party.Ref{node(w.joint[0]), node(w.joint[1])}}); err != nil {
			t.Fatal(err)
		}
	}
	for i, p := range w.person {
		if p {
			b.SetKind(node(i), party.Person)
		}
	}
	return b.Graph()
}

func mustDate(t testing.TB, s string) party.Date {
	t.Helper()
	d, err := party.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestAgainstOracle compares with brute force: 300 graphs, or as many as
// INTERDICT_ORACLE says (100000 before a release).
func TestAgainstOracle(t *testing.T) {
	worlds := 300
	if s := os.Getenv("INTERDICT_ORACLE"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatal(err)
		}
		worlds = n
	}
	r := rand.New(rand.NewPCG(5, 50))
	got := map[Status]int{}
	for i := range worlds {
		w := randomWorld(r)
		checkWorld(t, w, fmt.Sprintf("world %d", i), got, i%2 == 0, i%20 == 0)
		if t.Failed() {
			return
		}
	}
	for s := NoData; s <= Owned; s++ {
		if got[s] == 0 {
			t.Errorf("no world with the answer %v in %v", s, got)
		}
	}
	t.Logf("%d worlds, answers %v", worlds, got)
}

func checkWorld(t *testing.T, w world, name string, got map[Status]int, closed, tamper bool) {
	g := w.graph(t)
	var ls []Listed
	for _, s := range w.listed {
		for _, regime := range Regimes() {
			ls = append(ls, Listed{Party: node(s), Entry: party.Ref{List: "test", ID: strconv.Itoa(s)}, Regime: regime, Cascades: true})
		}
	}
	seeds := g.Seeds(ls)
	for _, ru := range oracleRules() {
		q := Query{Regime: ru.regime, Law: mustDate(t, ru.law), Listed: seeds, Closed: closed, Certify: true}
		for target := range w.n {
			if !g.Has(node(target)) {
				continue
			}
			a, err := g.Own(node(target), q)
			if err != nil {
				t.Fatal(err)
			}
			want := ru.status(w, target, closed)
			got[want]++
			if a.Status != want {
				t.Errorf("%s, %s %s, company %d, closed %v: %v, want %v\n%+v", name, ru.regime, ru.law, target, closed, a.Status, want, w)
				return
			}
			if want == Owned {
				checkProof(t, a.Proof)
			} else if want != NoData {
				checkCertificate(t, a.Certificate, want, tamper)
			}
			if t.Failed() {
				t.Fatalf("%s, %s %s, company %d, closed %v: %v, %+v", name, ru.regime, ru.law, target, closed, want, w)
			}
		}
	}
}

func checkProof(t *testing.T, p *Proof) {
	t.Helper()
	text, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	var back Proof
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	if err := verify.Proof(&back); err != nil {
		t.Errorf("%v: %s", err, text)
	}
	back.Steps = back.Steps[1:]
	if verify.Proof(&back) == nil {
		t.Errorf("a proof without its first step is taken: %s", text)
	}
}

// checkCertificate checks that the certificate holds, and that it does not when
// somebody takes a party or a holder out of it, or puts another answer in.
func checkCertificate(t *testing.T, c *Certificate, want Status, tamper bool) {
	t.Helper()
	if !tamper {
		if err := verify.Certificate(c); err != nil || c.Status != want {
			t.Errorf("%v: %+v", err, c)
		}
		return
	}
	text, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	read := func() *Certificate {
		var back Certificate
		if err := json.Unmarshal(text, &back); err != nil {
			t.Fatalf("%v in %s", err, text)
		}
		return &back
	}
	if c := read(); verify.Certificate(c) != nil || c.Status != want {
		t.Errorf("%v: %s", verify.Certificate(c), text)
		return
	}
	for i, p := range c.Parts {
		for k := range p.Outside {
			less := read()
			less.Parts[i].Outside = append(less.Parts[i].Outside[:k:k], less.Parts[i].Outside[k+1:]...)
			if verify.Certificate(less) == nil {
				t.Errorf("without the limit of %v it holds still: %s", p.Outside[k].Party, text)
			}
			other := read()
			other.Parts[i].Listed = append(other.Parts[i].Listed, Listed{Party: p.Outside[k].Party})
			if verify.Certificate(other) == nil {
				t.Errorf("although %v is listed it holds still: %s", p.Outside[k].Party, text)
			}
		}
	}
	for _, s := range []Status{Owned, NoData, NoRule} {
		other := read()
		if other.Status = s; verify.Certificate(other) == nil {
			t.Errorf("it is taken for %v: %s", s, text)
		}
	}
}
