// SPDX-License-Identifier: Apache-2.0

package evidence

import (
	"fmt"
	"slices"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/infra"
	"github.com/interdict-dev/interdict/party"
)

// A Verdict says in one word how an indicator stands to what claims say of it
// at one moment. The zero Verdict is the honest nothing.
type Verdict uint8

// The verdicts. Own and the three kinds of attribution are said of parties
// that may or may not be listed; the chains of the judgement say which.
const (
	Nothing       Verdict = iota // no claim and no annotation speaks of it
	Annotated                    // only a warning list speaks of it
	Unknown                      // attributed, time unknown
	WasAttributed                // attributed, and the moment lies outside the window
	Seized                       // control ended before: the traffic reaches the authorities
	Attributed                   // attributed, and the moment lies in or near the window
	Own                          // a listed party's own: it publishes it, or it is registered to it
)

var verdicts = [...]string{"nothing", "annotated", "attributed, time unknown", "was attributed", "seized", "attributed", "listed party's own"}

// String returns the verdict in words.
func (v Verdict) String() string {
	if int(v) < len(verdicts) {
		return verdicts[v]
	}
	return fmt.Sprintf("verdict(%d)", v)
}

// MarshalText writes the verdict as String does.
func (v Verdict) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// An Annotation is what a warning list says of an indicator. It is shown and
// never changes what claims say.
type Annotation struct {
	List   string // "vpn-ipv4"
	Reason string
}

// A Judgement is everything the graph says of one indicator at one moment.
type Judgement struct {
	Seen    infra.Indicator
	At      party.Date // zero: no day in particular
	Verdict Verdict
	Time    claim.TimeClass
	// Claims are those that reach what was seen, the strongest source first, and
	// Times how the moment stands to each.
	Claims      []claim.Claim
	Times       []claim.TimeClass
	Origins     int // independent ones among the claims
	Differences []Difference
	Tenancy     infra.Tenancy
	Annotations []Annotation
	Trace       Trace // chains to listed parties
}

// Judge says how an indicator stands at day at. Annotations are passed through.
//
//   - Own: a listed party publishes it as its own, or it is registered to one.
//   - Seized: a seizure ended before at, and no source has seen the actor on it
//     afterwards and up to at.
//   - Attributed: at lies in the window of a claim, or at most
//     [claim.NearDays] outside; Time says which.
//   - Unknown: an origin that gives no dates attributes it. One that gives
//     dates in another claim has spoken for itself.
//   - WasAttributed: every dated claim lies further away.
func (g *Graph) Judge(seen infra.Indicator, at party.Date, annotations ...Annotation) Judgement {
	j, reached := g.judge(seen, at, annotations...)
	if len(reached.ns) > 0 {
		j.Trace = g.Trace(claim.OfIndicator(seen), at, Bound{})
	}
	return j
}

// reached are the claims that reach what was seen, decoded once.
type reached struct {
	ns     []uint32 // in order
	claims []claim.Claim
}

// claim returns claim n.
func (r *reached) claim(g *Graph, n uint32) claim.Claim {
	if i, ok := slices.BinarySearch(r.ns, n); ok {
		return r.claims[i]
	}
	return g.claim(n)
}

// judge is Judge without the chains, and returns the claims that reach what was
// seen.
func (g *Graph) judge(seen infra.Indicator, at party.Date, annotations ...Annotation) (j Judgement, r reached) {
	r.ns = g.reach(seen)
	r.claims = g.claimsAt(r.ns)
	j = Judgement{Seen: seen, At: at, Tenancy: infra.TenancyOf(seen), Annotations: annotations}
	for i := range r.claims {
		if c := &r.claims[i]; isAttribution(c) {
			j.Claims = append(j.Claims, *c)
			j.Times = append(j.Times, c.Window.Class(at))
		}
	}
	j.Origins, j.Differences = origins(j.Claims), differences(j.Claims)
	j.Verdict, j.Time = g.decide(&j)
	return j, r
}

// isAttribution says that a claim ties an indicator to a party behind it.
func isAttribution(c *claim.Claim) bool {
	return !c.From.IsParty() && c.To.IsParty() && c.Relation.Behind() == claim.ToBehind
}

func (g *Graph) decide(j *Judgement) (Verdict, claim.TimeClass) {
	if len(j.Claims) == 0 {
		if len(j.Annotations) > 0 {
			return Annotated, claim.TimeUnknown
		}
		return Nothing, claim.TimeUnknown
	}
	if end, ok := j.seizure(); ok && !j.seenSince(end) {
		return Seized, claim.AfterSeizure
	}
	best, own := claim.Outside, false
	for i, c := range j.Claims {
		t := j.Times[i]
		if t == claim.AfterSeizure || t == claim.TimeUnknown && j.isDated(c.Source) {
			continue
		}
		if timeRank(t) < timeRank(best) {
			best = t
		}
		if isOwn := c.Relation == claim.OwnOf || c.Relation == claim.RegisteredTo; isOwn && t != claim.Outside && g.isListed(c.To) {
			own = true
		}
	}
	switch {
	case own:
		return Own, best
	case best == claim.InWindow || best == claim.Near:
		return Attributed, best
	case best == claim.TimeUnknown:
		return Unknown, best
	}
	return WasAttributed, best
}

// seizure returns the last day of control, when it lies before the moment.
func (j *Judgement) seizure() (end party.Date, ok bool) {
	for i, c := range j.Claims {
		if j.Times[i] == claim.AfterSeizure && c.Window.Last.Compare(end) > 0 {
			end, ok = c.Window.Last, true
		}
	}
	return end, ok
}

// seenSince says that a source has seen the actor after the seizure, in a
// window that holds the moment or is near.
func (j *Judgement) seenSince(end party.Date) bool {
	for i, c := range j.Claims {
		if t := j.Times[i]; (t == claim.InWindow || t == claim.Near) && c.Window.First.First().Compare(end.Last()) > 0 {
			return true
		}
	}
	return false
}

// isDated says that a claim of an origin settles how the moment stands to it.
func (j *Judgement) isDated(s claim.Source) bool {
	for i, c := range j.Claims {
		if c.Source.SameOrigin(s) && j.Times[i] != claim.TimeUnknown && j.Times[i] != claim.AfterSeizure {
			return true
		}
	}
	return false
}

func (g *Graph) isListed(t claim.Thing) bool {
	n, ok := g.t.node(g.thing(t))
	return ok && g.isListedNode(n)
}
