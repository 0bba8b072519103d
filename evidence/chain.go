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

// A Step ties two things by all the claims that tie them.
type Step struct {
	From claim.Thing // as the claims name it; for the first step what was seen may lie below it
	To   claim.Thing // the one that stands behind From, or beside it
	// Claims are all that tie the two: first those that make To stand behind From,
	// then those of mere association, each the strongest source first. They are
	// never merged: what one source says differently stands beside the other.
	Claims []claim.Claim
	// Times says of each claim how the moment that was asked about stands to it.
	Times []claim.TimeClass
	// Origins counts the independent origins among the claims.
	Origins int
	// Beside says that no claim makes To stand behind From: an association.
	Beside bool
}

// Class is the class of the strongest source; an association with a strong
// source does not lend its class to what a weak one says.
func (s *Step) Class() claim.Class { return s.Claims[0].Source.Class }

// Time is the best that any claim of the step says of the moment.
func (s *Step) Time() claim.TimeClass {
	return slices.MinFunc(s.Times, func(a, b claim.TimeClass) int { return timeRank(a) - timeRank(b) })
}

// timeRank orders classes of time by how much they speak for an attribution.
func timeRank(c claim.TimeClass) int {
	switch c {
	case claim.InWindow:
		return 0
	case claim.Near:
		return 1
	case claim.TimeUnknown:
		return 2
	case claim.Outside:
		return 3
	}
	return 4
}

// compare orders steps by strength, the stronger first: what stands behind
// before what stands beside, then the class, then the number of origins.
func (s *Step) compare(t *Step) int {
	switch {
	case s.Beside != t.Beside:
		if s.Beside {
			return 1
		}
		return -1
	case t.Class().Weaker(s.Class()):
		return -1
	case s.Class().Weaker(t.Class()):
		return 1
	}
	return t.Origins - s.Origins
}

// String says the step and its best source in one line.
func (s *Step) String() string {
	c := s.Claims[0]
	line := fmt.Sprintf("%v %s %v (%s, grade %v", c.From, c.Relation.Words(), c.To, c.Source.Name, c.Source.Class)
	if c.Role != "" {
		line += ", " + c.Role
	}
	line += ", " + c.Window.String() + ")"
	if n := len(s.Claims); n > 1 {
		line += fmt.Sprintf(" and %d more, %d independent in all", n-1, s.Origins)
	}
	return line
}

// A Difference is a point in which two sources of a step disagree.
type Difference struct {
	What string // "first seen", "last seen", "role"
	A, B claim.Claim
}

// String puts the two side by side.
func (d Difference) String() string {
	says := func(c claim.Claim) string {
		switch d.What {
		case "first seen":
			return fmt.Sprintf("%s says %v", c.Source.Name, c.Window.First)
		case "last seen":
			return fmt.Sprintf("%s says %v", c.Source.Name, c.Window.Last)
		}
		return fmt.Sprintf("%s says %q", c.Source.Name, c.Role)
	}
	return d.What + ": " + says(d.A) + ", " + says(d.B)
}

// Differences returns the points in which the sources of the step disagree.
func (s *Step) Differences() []Difference { return differences(s.Claims) }

// differences compares claims of different sources: one source may say several
// things of one node. What a source does not say contradicts nothing.
func differences(claims []claim.Claim) []Difference {
	var out []Difference
	for i, a := range claims {
		for _, b := range claims[i+1:] {
			if a.Source.Name == b.Source.Name {
				continue
			}
			if differ(a.Window.First, b.Window.First) {
				out = append(out, Difference{"first seen", a, b})
			}
			if differ(a.Window.Last, b.Window.Last) {
				out = append(out, Difference{"last seen", a, b})
			}
			if a.Role != "" && b.Role != "" && a.Role != b.Role {
				out = append(out, Difference{"role", a, b})
			}
		}
	}
	return out
}

// differ says that no day fits both dates: 2024-09 and 2024-09-04 agree.
func differ(a, b party.Date) bool {
	return !a.IsZero() && !b.IsZero() && (a.Last().Compare(b.First()) < 0 || b.Last().Compare(a.First()) < 0)
}

// A Chain leads from what was seen to a listed party, each step to somebody
// who stands behind the one before, or beside it.
type Chain struct {
	Party party.Ref // the listed one at the end
	Steps []Step    // empty when the question was about the listed party itself
}

// Weakest returns the index of the step that the chain is as strong as, the
// first of equally weak ones; -1 for a chain without steps.
func (c *Chain) Weakest() int {
	w := -1
	for i := range c.Steps {
		if w < 0 || c.Steps[i].compare(&c.Steps[w]) > 0 {
			w = i
		}
	}
	return w
}

// compare orders chains, the stronger first: those without an association, then
// those that hold at the moment that was asked about, then by the weakest step,
// then the shorter one.
func (c *Chain) compare(d *Chain) int {
	if len(c.Steps) == 0 || len(d.Steps) == 0 {
		return len(c.Steps) - len(d.Steps)
	}
	v, w := &c.Steps[c.Weakest()], &d.Steps[d.Weakest()]
	if v.Beside != w.Beside {
		return v.compare(w)
	}
	return cmp.Or(
		timeRank(c.Steps[0].Time())-timeRank(d.Steps[0].Time()),
		v.compare(w),
		len(c.Steps)-len(d.Steps),
		slices.CompareFunc(c.Steps, d.Steps, func(a, b Step) int { return cmp.Or(a.From.Compare(b.From), a.To.Compare(b.To)) }),
	)
}

// String says the chain line by line and names its weakest step.
func (c *Chain) String() string {
	if len(c.Steps) == 0 {
		return fmt.Sprintf("%v is listed", c.Party)
	}
	var b strings.Builder
	w := c.Weakest()
	for i := range c.Steps {
		fmt.Fprintf(&b, "%d. %s", i+1, c.Steps[i].String())
		if i == w {
			b.WriteString(" [weakest]")
		}
		b.WriteByte('\n')
	}
	fmt.Fprintf(&b, "%v is listed", c.Party)
	return b.String()
}

// A Bound says how far a trace goes. Zero fields are the defaults.
type Bound struct {
	Steps  int // longest chain; 6
	Chains int // most chains; 200
	Work   int // most steps that are tried; 100,000
}

func (b Bound) orDefault() Bound {
	return Bound{Steps: cmp.Or(b.Steps, 6), Chains: cmp.Or(b.Chains, 200), Work: cmp.Or(b.Work, 100_000)}
}

// A Trace is the chains from one thing to listed parties.
type Trace struct {
	From   claim.Thing
	At     party.Date
	Chains []Chain // the strongest first
	// Truncated says that the bound was met before every chain was found. Shorter
	// chains are found before longer ones.
	Truncated bool
}

// Trace returns every simple chain within the bound from a thing to a listed
// party, judged at the day at; the zero at asks about no day in particular.
func (g *Graph) Trace(from claim.Thing, at party.Date, bound Bound) Trace {
	w := walker{g: g, at: at, bound: bound.orDefault(), seen: map[int32]bool{}, steps: map[[2]int32]Step{}}
	t := Trace{From: from, At: at}
	if from.IsParty() {
		n, ok := g.t.node(g.thing(from))
		if !ok {
			return t
		}
		if g.isListedNode(n) {
			t.Chains = []Chain{{Party: g.t.thing(n).Party}}
			return t
		}
		w.climb(n)
	} else {
		w.enter(from)
	}
	slices.SortFunc(w.chains, func(a, b Chain) int { return a.compare(&b) })
	t.Chains, t.Truncated = w.chains, w.truncated
	return t
}

// walker walks all simple paths of one length after the other, never into a
// node from which no listed party is within reach.
type walker struct {
	g         *Graph
	at        party.Date
	bound     Bound
	seen      map[int32]bool // nodes on the path
	path      []Step
	depth     int // steps that the paths of this round have
	work      int
	chains    []Chain
	truncated bool
	steps     map[[2]int32]Step // made before, whose claims all chains share; nil keeps none
	known     *reached          // claims that are decoded; nil for none
}

// enter starts from something that was seen: its first steps are the claims
// that reach it, also those about a domain or a prefix above it.
func (w *walker) enter(seen claim.Thing) {
	ns := w.g.reach(seen.Indicator)
	w.known = &reached{ns, w.g.claimsAt(ns)}
	starts := w.g.startsOf(seen, w.known)
	for w.depth = 1; w.depth <= w.bound.Steps && !w.truncated; w.depth++ {
		for _, n := range starts {
			w.from(n, seen)
		}
	}
}

// climb starts from a party.
func (w *walker) climb(n int32) {
	for w.depth = 1; w.depth <= w.bound.Steps && !w.truncated; w.depth++ {
		w.from(n, w.g.t.thing(n))
	}
}

// from walks the paths of this round that begin at n. A claim about a domain
// above what was seen only counts when it reaches that far.
func (w *walker) from(n int32, seen claim.Thing) {
	w.seen[n] = true
	w.walk(n, seen)
	delete(w.seen, n)
}

func (w *walker) walk(n int32, seen claim.Thing) {
	g := w.g
	for all := g.t.edgesOf(n); all.len() > 0 && !w.truncated; {
		group := all.group()
		all = all.from(group.len())
		to, left := group.to(0), w.depth-len(w.path)-1
		if w.seen[to] || int(g.far[to]) > left || g.isListedNode(to) != (left == 0) {
			continue
		}
		if w.work++; w.work > w.bound.Work {
			w.truncated = true
			return
		}
		step, ok := w.step(n, to, group, seen)
		if !ok {
			continue
		}
		w.path = append(w.path, step)
		if left == 0 {
			w.found(g.t.thing(to).Party)
		} else {
			w.seen[to] = true
			w.walk(to, claim.Thing{})
			delete(w.seen, to)
		}
		w.path = w.path[:len(w.path)-1]
	}
}

func (w *walker) found(r party.Ref) {
	if len(w.chains) == w.bound.Chains {
		w.truncated = true
		return
	}
	w.chains = append(w.chains, Chain{Party: r, Steps: slices.Clone(w.path)})
}

func (w *walker) claim(n uint32) claim.Claim {
	if w.known != nil {
		return w.known.claim(w.g, n)
	}
	return w.g.claim(n)
}

// step makes a step of the claims that tie two nodes. For a first step seen is
// what was seen, and claims that do not reach it are left out.
func (w *walker) step(from, to int32, group edges, seen claim.Thing) (Step, bool) {
	key := [2]int32{from, to}
	if s, ok := w.steps[key]; ok {
		return s, len(s.Claims) > 0
	}
	s := Step{From: w.g.t.thing(from), To: w.g.t.thing(to), Beside: true}
	for _, beside := range [...]bool{false, true} {
		for i := range group.len() {
			if group.beside(i) != beside {
				continue
			}
			c := w.claim(group.claim(i))
			if !seen.Indicator.IsZero() && !covers(s.From.Indicator, seen.Indicator, c.Scope) {
				continue
			}
			s.Claims = append(s.Claims, c)
			s.Times = append(s.Times, c.Window.Class(w.at))
			s.Beside = s.Beside && beside
		}
	}
	s.Origins = origins(s.Claims)
	if w.steps != nil {
		w.steps[key] = s
	}
	return s, len(s.Claims) > 0
}

// origins counts the independent origins of claims.
func origins(claims []claim.Claim) int { return len(claim.Origins(claims)) }
