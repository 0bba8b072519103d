// SPDX-License-Identifier: Apache-2.0

package ownership_test

import (
	"bufio"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/law"
	. "github.com/interdict-dev/interdict/ownership"
	"github.com/interdict-dev/interdict/ownership/verify"
	"github.com/interdict-dev/interdict/party"
)

// A story is one case of testdata/vectors.txt.
type story struct {
	title   string
	stakes  []claim.Stake
	listed  []Listed
	joints  []Joint
	persons []party.Ref
}

func local(s string) party.Ref { return party.Ref{List: "local", ID: s} }

// options cuts "k=v" fields off the end.
func options(fields []string) ([]string, map[string]string) {
	o := map[string]string{}
	var rest []string
	for _, f := range fields {
		if k, v, ok := strings.Cut(f, "="); ok && k != "" {
			o[k] = v
		} else {
			rest = append(rest, f)
		}
	}
	return rest, o
}

func (s *story) line(t *testing.T, fields []string, no int) {
	t.Helper()
	args, o := options(fields[1:])
	switch fields[0] {
	case "stake":
		share, err := ParseShare(args[2])
		if err != nil {
			t.Fatal(err)
		}
		st := claim.Stake{Owner: local(args[0]), Owned: local(args[1]), Share: share, From: mustDate(t, o["from"]), To: mustDate(t, o["to"]),
			Part: o["part"], Together: o["together"], Source: claim.Source{Name: o["source"]}, File: "vectors.txt", Line: no}
		if k := o["kind"]; k != "" {
			if err := st.Kind.UnmarshalText([]byte(k)); err != nil {
				t.Fatal(err)
			}
		}
		if h := o["held"]; h != "" {
			if err := st.Held.UnmarshalText([]byte(h)); err != nil {
				t.Fatal(err)
			}
		}
		if f := o["for"]; f != "" {
			st.For = local(f)
		}
		s.stakes = append(s.stakes, st)
	case "listed":
		for _, r := range Regimes() {
			s.listed = append(s.listed, Listed{Party: local(args[0]), Entry: party.Ref{List: "test", ID: args[0]}, Regime: r, Programs: []string{"T"},
				Cascades: o["cascades"] != "no", Measure: o["measure"], From: mustDate(t, o["from"]), Until: mustDate(t, o["until"])})
		}
	case "joint":
		s.joints = append(s.joints, Joint{Holders: []party.Ref{local(args[0]), local(args[1])}, Source: "test"})
	case "person":
		s.persons = append(s.persons, local(args[0]))
	default:
		t.Fatalf("line %d: %q", no, fields)
	}
}

func (s *story) graph(t *testing.T) *Graph {
	t.Helper()
	b := NewBuilder()
	for _, st := range s.stakes {
		if err := b.Add(st); err != nil {
			t.Fatal(err)
		}
	}
	for _, j := range s.joints {
		if err := b.AddJoint(j); err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range s.persons {
		b.SetKind(p, party.Person)
	}
	return b.Graph()
}

func TestVectors(t *testing.T) {
	f, err := os.Open("testdata/vectors.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var s story
	asked := 0
	sc := bufio.NewScanner(f)
	for no := 1; sc.Scan(); no++ {
		fields := strings.Fields(sc.Text())
		switch {
		case len(fields) == 0 || fields[0] == "#":
		case fields[0] == "case":
			s = story{title: strings.TrimPrefix(sc.Text(), "case ")}
		case fields[0] == "ask":
			asked++
			s.ask(t, fields[1:], no)
		default:
			s.line(t, fields, no)
		}
	}
	if err := sc.Err(); err != nil {
		t.Fatal(err)
	}
	if asked < 70 {
		t.Errorf("%d questions read", asked)
	}
}

func (s *story) ask(t *testing.T, fields []string, no int) {
	t.Helper()
	eq := slices.Index(fields, "=")
	args, o := options(fields[:eq])
	want, more := options(fields[eq+1:])
	g := s.graph(t)
	q := Query{Regime: law.Regime(args[1]), Law: mustDate(t, args[2]), Listed: g.Seeds(s.listed), Measure: o["measure"], Certify: true}
	switch o["treasury"] {
	case "counts":
		q.Treasury = TreasuryCounts
	case "out":
		q.Treasury = TreasuryDoesNotCount
	}
	a, err := g.Own(local(args[0]), q)
	if err != nil {
		t.Fatal(err)
	}
	fail := func(what string, got, want any) {
		t.Errorf("vectors.txt:%d (%s): %s is %v, want %v", no, s.title, what, got, want)
	}
	if a.Status.String() != want[0] {
		fail("status", a.Status, want[0])
	}
	if len(want) > 1 && a.Least.String() != want[1] {
		fail("least", a.Least, want[1])
	}
	flags := map[string]bool{}
	for _, f := range a.Review {
		flags[f.Kind] = true
	}
	if got := strings.Join(slices.Sorted(maps.Keys(flags)), ","); len(want) > 2 && got != want[2] || len(want) == 2 && got != "" && a.Status == Owned {
		fail("review", got, want[2:])
	}
	if n := more["needs"]; n != "" && (a.Flip == nil || a.Flip.Points.String() != n) {
		fail("flip", a.Flip, n)
	}
	if n := more["if-in-force"]; n != "" && a.IfInForce.String() != n {
		fail("if in force", a.IfInForce, n)
	}
	if c := more["controlled"]; c != "" && a.Controlled != (c == "yes") {
		fail("controlled", a.Controlled, c)
	}
	if proven := a.Status == Owned || a.IfInForce == Owned || a.Controlled; proven != (a.Proof != nil) {
		fail("proof", a.Proof, proven)
	}
	if st := max(a.Status, a.IfInForce); st == NotOwned || st == Below || st == Indeterminate {
		checkCertificate(t, a.Certificate, st, true)
	}
	if a.Proof != nil {
		checkProof(t, a.Proof)
		s.tamper(t, a.Proof, no)
	}
	if _, err := fmt.Fprint(new(strings.Builder), a.Picture(nil)); err != nil {
		t.Error(err)
	}
	if err := a.Picture(nil).SVG(new(strings.Builder)); err != nil {
		t.Errorf("vectors.txt:%d: %v", no, err)
	}
	sol, err := g.Solve(q)
	if err != nil {
		t.Fatal(err)
	}
	if st := max(a.Status, a.IfInForce); len(a.Listed) == 0 && g.Has(local(args[0])) {
		if got := sol.Status(local(args[0])); (got == Owned) != (st == Owned) || (got == Indeterminate) != (st == Indeterminate) {
			fail("the answer among all", got, st)
		}
	}
}

// tamper checks that the checker refuses a proof that says more than its
// sources.
func (s *story) tamper(t *testing.T, p *Proof, no int) {
	t.Helper()
	bad := *p
	bad.Listed = nil
	if verify.Proof(&bad) == nil {
		t.Errorf("vectors.txt:%d: a proof without listings is taken", no)
	}
	bad = *p
	bad.Company = local("somebody else")
	if verify.Proof(&bad) == nil {
		t.Errorf("vectors.txt:%d: a proof of another company is taken", no)
	}
	bad = *p
	bad.Steps = slices.Clone(p.Steps)
	last := &bad.Steps[len(bad.Steps)-1]
	if last.Control {
		return
	}
	last.By = slices.Clone(last.By)
	last.By[0].Stakes = slices.Clone(last.By[0].Stakes)
	for i := range last.By[0].Stakes {
		last.By[0].Stakes[i].Share = claim.Share{}
	}
	if verify.Proof(&bad) == nil {
		t.Errorf("vectors.txt:%d: a proof whose stake is nothing is taken", no)
	}
	last.By[0] = p.Steps[len(p.Steps)-1].By[0]
	last.By = append(last.By[:1:1], last.By[0])
	if err := verify.Proof(&bad); err == nil {
		t.Errorf("vectors.txt:%d: a proof that counts a stake twice is taken", no)
	}
}

// TestChangedGraphIsTheGraphBuiltAnew changes one company after the other, under
// every rule, and compares each time with everything asked anew.
func TestChangedGraphIsTheGraphBuiltAnew(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	compared := map[Status]int{}
	for range 150 {
		w := randomWorld(r)
		stakes := w.graphStakes(t)
		for i := range stakes {
			dress(r, &stakes[i], w.n)
		}
		var joints []Joint
		if w.joint != nil {
			joints = []Joint{{Holders: []party.Ref{node(w.joint[0]), node(w.joint[1])}}}
		}
		var ls []Listed
		for _, s := range append(slices.Clone(w.listed), w.n+1) { // the last may come in later
			for _, regime := range Regimes() {
				ls = append(ls, Listed{Party: node(s), Entry: node(s), Regime: regime, Cascades: true})
			}
		}
		g := built(t, stakes, joints)
		var asked []*Solution
		var seeds []*Seeds
		for i, ru := range oracleRules() {
			seeds = append(seeds, g.Seeds(ls))
			s, err := g.Solve(Query{Regime: ru.regime, Law: mustDate(t, ru.law), Listed: seeds[i]})
			if err != nil {
				t.Fatal(err)
			}
			asked = append(asked, s)
		}
		for step := range 3 {
			target := r.IntN(w.n)
			stakes = slices.DeleteFunc(stakes, func(s claim.Stake) bool { return s.Owned == node(target) })
			var in []claim.Stake
			for range r.IntN(4) {
				s := claim.Stake{Owner: node(r.IntN(w.n + 2)), Owned: node(target), Share: []claim.Share{mustShare(t, "50"), mustShare(t, "30"), mustShare(t, "25-75"), mustShare(t, "60"), mustShare(t, "1/3")}[r.IntN(5)], Line: 100 + step}
				dress(r, &s, w.n)
				in = append(in, s)
			}
			var err error
			if g, err = g.With(node(target), in); err != nil {
				t.Fatal(err)
			}
			stakes = append(stakes, in...)
			fresh := built(t, stakes, joints)
			for i, ru := range oracleRules() {
				seeds[i] = seeds[i].On(g)
				after, err := asked[i].Update(g, seeds[i], node(target))
				if err != nil {
					t.Fatal(err)
				}
				asked[i] = after
				want, err := fresh.Solve(Query{Regime: ru.regime, Law: mustDate(t, ru.law), Listed: fresh.Seeds(ls)})
				if err != nil {
					t.Fatal(err)
				}
				for x := range w.n + 2 {
					if !fresh.Has(node(x)) {
						continue
					}
					compared[want.Status(node(x))]++
					if got, want := after.Status(node(x)), want.Status(node(x)); got != want {
						t.Fatalf("%s %s: company %d is %v after %d changes, the last of %d, and %v built anew: %+v", ru.regime, ru.law, x, got, step+1, target, want, stakes)
					}
				}
			}
		}
	}
	if len(compared) < 3 {
		t.Errorf("compared %v, want all answers", compared)
	}
}

// dress makes of a plain stake, now and then, one that is held for somebody,
// jointly, or in votes.
func dress(r *rand.Rand, s *claim.Stake, n int) {
	switch r.IntN(8) {
	case 0:
		s.Held, s.For = claim.Nominee, node(r.IntN(n))
	case 1:
		s.Held, s.Together = claim.Joint, "parcel"
	case 2:
		s.Kind = claim.Votes
	case 3:
		s.Held = claim.Trust
	}
}

func built(t *testing.T, stakes []claim.Stake, joints []Joint) *Graph {
	t.Helper()
	b := NewBuilder()
	for _, s := range stakes {
		if err := b.Add(s); err != nil {
			t.Fatal(err)
		}
	}
	for _, j := range joints {
		if err := b.AddJoint(j); err != nil {
			t.Fatal(err)
		}
	}
	return b.Graph()
}

func mustShare(t testing.TB, s string) claim.Share {
	t.Helper()
	share, err := ParseShare(s)
	if err != nil {
		t.Fatal(err)
	}
	return share
}

func TestSweep(t *testing.T) {
	s := story{}
	s.line(t, strings.Fields("stake X A 55 to=2025-03-01"), 1)
	s.line(t, strings.Fields("stake X A 45 from=2025-03-01"), 2)
	s.line(t, strings.Fields("stake P A 55 from=2025-03-01"), 3)
	s.line(t, strings.Fields("stake A B 100"), 4)
	s.line(t, strings.Fields("person P"), 5)
	s.line(t, strings.Fields("listed X from=2024-01-01"), 6)
	g := s.graph(t)
	h, err := g.Sweep(t.Context(), local("B"), Query{Regime: law.OFAC, Listed: g.Seeds(s.listed)})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, sp := range h.Spans {
		got = append(got, fmt.Sprintf("%v %v", sp.From, sp.Status))
	}
	want := " no-rule|2008-02-14 below|2014-08-13 below|2024-01-01 owned|2025-03-01 not-owned"
	if g := strings.Join(got, "|"); g != want {
		t.Errorf("spans %s, want %s", g, want)
	}
	if len(h.Past) != 1 || h.Past[0].From.String() != "2024-01-01" || h.Past[0].Until.String() != "2025-03-01" || h.Past[0].Ended != ByStakes || !slices.Equal(h.Past[0].Sold, []party.Ref{local("A")}) {
		t.Errorf("past %+v, want one until 2025-03-01, through the sale of A", h.Past)
	}
	if early := h.Until(mustDate(t, "2025-02-28")); len(early.Past) != 0 || !early.Spans[len(early.Spans)-1].Until.IsZero() {
		t.Errorf("on 2025-02-28 nobody knew of a sale: %+v", early)
	}
	h, err = g.Sweep(t.Context(), local("A"), Query{Regime: law.OFAC, Listed: g.Seeds(s.listed)})
	if err != nil {
		t.Fatal(err)
	}
	if len(h.Past) != 1 || !slices.Equal(h.Past[0].Sold, []party.Ref{local("A")}) || h.Past[0].Least.String() != "55" || h.Past[0].After.String() != "45" {
		t.Errorf("past %+v, want a divestment from 55 to 45", h.Past)
	}
	if text := h.Past[0].Text(law.OFAC, "", party.Ref.String); !strings.Contains(text, "stays blocked until licensed") || !strings.Contains(text, "RED FLAG") {
		t.Errorf("%q", text)
	}
	iv, err := g.Intervals(t.Context(), Query{Regime: law.OFAC, Listed: g.Seeds(s.listed)})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for c, times := range iv.All() {
		n++
		if _, past := iv.Of(c); len(times) != 1 || times[0].From.String() != "2024-01-01" || times[0].Until.String() != "2025-03-01" || len(past) != 1 || !slices.Equal(past[0].Sold, []party.Ref{local("A")}) {
			t.Errorf("%v: %+v, %+v", c, times, past)
		}
	}
	if n != 2 {
		t.Errorf("%d companies have intervals, want A and B", n)
	}
}

// TestSweepIsTheAnswerOfEachDay asks on random days.
func TestSweepIsTheAnswerOfEachDay(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 9))
	day := func() party.Date {
		return party.Date{Year: int16(2018 + r.IntN(9)), Month: uint8(1 + r.IntN(12)), Day: 1}
	}
	for range 60 {
		w := randomWorld(r)
		b := NewBuilder()
		for _, st := range w.graphStakes(t) {
			if r.IntN(2) == 0 {
				st.From = day()
			}
			if r.IntN(3) == 0 {
				st.To = day()
			}
			if err := b.Add(st); err != nil {
				t.Fatal(err)
			}
		}
		g := b.Graph()
		var ls []Listed
		for _, s := range w.listed {
			for _, regime := range Regimes() {
				ls = append(ls, Listed{Party: node(s), Entry: node(s), Regime: regime, Cascades: true, From: day()})
			}
		}
		seeds := g.Seeds(ls)
		for _, regime := range Regimes() {
			ever := map[party.Ref]bool{}
			reached, err := g.Reached(Query{Regime: regime, Listed: seeds})
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range reached {
				ever[c] = true
			}
			for i := range w.n {
				h, err := g.Sweep(t.Context(), node(i), Query{Regime: regime, Listed: seeds})
				if err != nil {
					t.Fatal(err)
				}
				for range 10 {
					d := day()
					d.Day = uint8(1 + r.IntN(28))
					a, err := g.Own(node(i), Query{Regime: regime, Law: d, Listed: seeds})
					if err != nil {
						t.Fatal(err)
					}
					at := slices.IndexFunc(h.Spans, func(s Span) bool {
						return (s.From.IsZero() || d.Compare(s.From) >= 0) && (s.Until.IsZero() || d.Compare(s.Until) < 0)
					})
					if at < 0 || h.Spans[at].Status != a.Status {
						t.Fatalf("%s, company %d on %v: %v, swept %+v", regime, i, d, a.Status, h.Spans)
					}
					if a.Status >= Indeterminate && !ever[node(i)] {
						t.Fatalf("%s, company %d is %v on %v and not reached", regime, i, a.Status, d)
					}
				}
			}
		}
	}
}
