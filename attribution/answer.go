// SPDX-License-Identifier: Apache-2.0

package attribution

import (
	"slices"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/evidence"
	"github.com/interdict-dev/interdict/infra"
	"github.com/interdict-dev/interdict/intel"
	"github.com/interdict-dev/interdict/party"
)

// A Query is one host that is asked about, at a moment of its own.
type Query struct {
	Text    string          `json:"text"` // as the user wrote it
	Seen    infra.Indicator `json:"seen"`
	At      party.Date      `json:"at,omitzero"` // zero: no day in particular
	Row     int             `json:"row,omitempty"`
	Pointer string          `json:"pointer,omitempty"`
}

// The grades of an answer, by the words of DESIGN.md. No grade means that the
// answer is for information: it asks nobody to act.
const (
	Contact   = "contact"   // with attributed infrastructure behind which a listed party stands
	Suspected = "suspected" // something is not known: the time, or whether a party stands behind or beside
)

// An Answer is what claims say of one host at one moment.
type Answer struct {
	Query
	Verdict     evidence.Verdict      `json:"answer"`
	Time        claim.TimeClass       `json:"time"`
	Grade       string                `json:"grade,omitempty"`
	Says        string                `json:"says"` // the answer as a sentence, in legal words
	Claims      []Statement           `json:"claims,omitempty"`
	Origins     int                   `json:"independent_origins,omitempty"`
	Differences []string              `json:"differences,omitempty"`
	Chains      []Chain               `json:"chains,omitempty"`
	Truncated   bool                  `json:"chains_truncated,omitempty"`
	Tenancy     string                `json:"shared,omitempty"` // who shares the place
	Annotations []evidence.Annotation `json:"annotations,omitempty"`
	Pivots      []Pivot               `json:"suspected_neighbours,omitempty"`
}

// A Statement is a claim as answers print it.
type Statement struct {
	ID       string       `json:"id"`
	From     claim.Thing  `json:"from"`
	Relation string       `json:"relation"`
	To       claim.Thing  `json:"to"`
	ToName   string       `json:"to_name,omitempty"`
	Role     string       `json:"role,omitempty"`
	Source   string       `json:"source"`
	Class    claim.Class  `json:"class"`
	Origin   string       `json:"origin"`
	URL      string       `json:"url,omitempty"`
	Window   string       `json:"window"`
	First    party.Date   `json:"first,omitzero"`
	Last     party.Date   `json:"last,omitzero"`
	Kind     string       `json:"window_kind"`
	Text     string       `json:"window_text,omitempty"`
	Time     string       `json:"time"` // how the moment stands to the window
	Scope    infra.Scope  `json:"scope,omitempty"`
	Note     string       `json:"note,omitempty"`
	claim    *claim.Claim // what it states
}

// Claim returns the claim as the book has it.
func (s *Statement) Claim() claim.Claim { return *s.claim }

// A Chain leads to a listed party.
type Chain struct {
	Party     Party      `json:"party"`
	Standings []Standing `json:"listings"`
	Steps     []Step     `json:"steps"`
	Weakest   int        `json:"weakest"` // index of the weakest step, -1 without steps
	Beside    bool       `json:"association_only,omitempty"`
	Origins   int        `json:"independent_origins"` // of the step with the fewest
}

// A Step of a chain, with everything that is said of it side by side.
type Step struct {
	From        claim.Thing `json:"from"`
	FromName    string      `json:"from_name"`
	To          claim.Thing `json:"to"`
	ToName      string      `json:"to_name"`
	Class       claim.Class `json:"class"`
	Time        string      `json:"time"`
	Beside      bool        `json:"association,omitempty"`
	Origins     int         `json:"independent_origins"`
	Claims      []Statement `json:"claims"`
	Differences []string    `json:"differences,omitempty"`
}

// A Pivot is a suggestion of grade suspected.
type Pivot struct {
	Indicator infra.Indicator `json:"indicator"`
	Reason    string          `json:"reason"`
	Sources   []string        `json:"sources"`
}

// Ask says how a host stands to the claims at its moment. What the warning lists
// of the book say stands beside the annotations that are given.
func (v *View) Ask(q Query, annotations ...evidence.Annotation) Answer {
	a := v.AskAlone(q, annotations...)
	for _, p := range v.Graph.Pivots(q.Seen) {
		a.Pivots = append(a.Pivots, pivotOf(p))
	}
	return a
}

// AskAlone is Ask without the suspected neighbours: for those who ask about every
// indicator in turn.
func (v *View) AskAlone(q Query, annotations ...evidence.Annotation) Answer {
	notes, err := v.notes()
	v.keep(err)
	for _, n := range Notes(notes, q.Seen) {
		if !slices.ContainsFunc(annotations, func(a evidence.Annotation) bool { return a.List == n.List }) {
			annotations = append(annotations[:len(annotations):len(annotations)], n)
		}
	}
	j := v.Graph.Judge(q.Seen, q.At, annotations...)
	a := Answer{
		Query: q, Verdict: j.Verdict, Time: j.Time, Origins: j.Origins, Annotations: j.Annotations, Truncated: j.Trace.Truncated,
		Differences: sayAll(j.Differences), Tenancy: SayTenancy(j.Tenancy),
	}
	a.Claims = v.statements(j.Claims, j.Times)
	a.Chains = v.chains(j.Trace.Chains, q.At)
	a.Grade = a.grade()
	a.Says = v.say(&a)
	return a
}

// IsFinding says that a person has to look at the answer: somebody attributes
// the host, and neither the time nor a seizure speaks against it.
func (a *Answer) IsFinding() bool {
	return a.Verdict == evidence.Own || a.Verdict == evidence.Attributed || a.Verdict == evidence.Unknown
}

func (a *Answer) grade() string {
	switch {
	case !a.IsFinding() || len(a.Chains) == 0:
		return ""
	case a.Verdict == evidence.Unknown || a.Chains[0].Beside:
		return Suspected
	}
	return Contact
}

// say puts the answer into one sentence of legal words.
func (v *View) say(a *Answer) string {
	who := ""
	if len(a.Chains) > 0 {
		who = a.Chains[0].Party.Name
		if who == "" {
			who = a.Chains[0].Party.Ref.String()
		}
	}
	switch a.Verdict {
	case evidence.Own:
		if a.Seen.Type == infra.Wallet {
			return "a listed party's own wallet, as its list says; a payment may be a dealing, for legal review: " + who
		}
		return "contact with what a listed party publishes as its own: " + who
	case evidence.Attributed:
		when := "in the window of the claim"
		if a.Time == claim.Near {
			when = "near the window of the claim, not in it"
		}
		return "contact with attributed infrastructure, " + when + sayBehind(a, who)
	case evidence.Unknown:
		return "contact with attributed infrastructure, time unknown" + sayBehind(a, who)
	case evidence.WasAttributed:
		return "was attributed; the moment lies outside every window" + sayBehind(a, who)
	case evidence.Seized:
		return "seized before the moment: what is there answers to the authorities, not to the actor" + sayBehind(a, who)
	case evidence.Annotated:
		return "no claim speaks of it; a warning list does"
	}
	if len(a.Chains) > 0 {
		return "not attributed; a claim ties it to something that is" + sayBehind(a, who)
	}
	return "no claim speaks of it"
}

func sayBehind(a *Answer, who string) string {
	switch {
	case who == "":
		return "; nobody listed stands behind it as far as the claims say"
	case a.Chains[0].Beside:
		return "; associated with a listed party, not said to be behind it: " + who
	}
	return "; behind it, a listed party: " + who
}

// Notes returns what warning lists say of an indicator, each list once.
func Notes(lists *intel.Annotations, i infra.Indicator) []evidence.Annotation {
	var out []evidence.Annotation
	for _, a := range lists.Of(i) {
		if !slices.ContainsFunc(out, func(n evidence.Annotation) bool { return n.List == a.List }) {
			out = append(out, evidence.Annotation{List: a.List, Reason: "holds " + a.Indicator.Defang() + "; shown, and never a reason to set a claim aside"})
		}
	}
	return out
}

// SayTenancy says who shares a place; "" for nobody known.
func SayTenancy(t infra.Tenancy) string {
	if t.Kind == infra.NotShared {
		return ""
	}
	s := t.Kind.String() + ": " + t.Zone
	if t.By != "" {
		s += " (" + t.By + ")"
	}
	return s
}

func sayAll(ds []evidence.Difference) []string {
	var out []string
	for _, d := range ds {
		if s := d.String(); !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

func (v *View) statements(claims []claim.Claim, times []claim.TimeClass) []Statement {
	var out []Statement
	for i := range claims {
		c := &claims[i]
		s := Statement{
			ID: c.ID, From: c.From, Relation: c.Relation.Words(), To: c.To, Role: c.Role, Source: c.Source.Name, Class: c.Source.Class,
			Origin: c.Source.Root(), URL: c.Source.URL, Window: c.Window.String(), First: c.Window.First, Last: c.Window.Last,
			Kind: c.Window.Kind.String(), Text: c.Window.Text, Scope: c.Scope, Note: c.Note, claim: c,
		}
		if c.To.IsParty() {
			s.ToName = v.Party(c.To.Party).Name
		}
		if i < len(times) {
			s.Time = times[i].String()
		}
		out = append(out, s)
	}
	return out
}

func (v *View) chains(chains []evidence.Chain, at party.Date) []Chain {
	var out []Chain
	for i := range chains {
		c := &chains[i]
		d := Chain{Party: v.Party(c.Party), Standings: v.Standings(c.Party, at), Weakest: c.Weakest(), Steps: []Step{}}
		for k := range c.Steps {
			s := &c.Steps[k]
			d.Steps = append(d.Steps, Step{
				From: s.From, FromName: v.Name(s.From), To: s.To, ToName: v.Name(s.To), Class: s.Class(), Time: s.Time().String(),
				Beside: s.Beside, Origins: s.Origins, Claims: v.statements(s.Claims, s.Times), Differences: sayAll(s.Differences()),
			})
			d.Beside = d.Beside || s.Beside
			if k == 0 || s.Origins < d.Origins {
				d.Origins = s.Origins
			}
		}
		out = append(out, d)
	}
	return out
}

func pivotOf(p evidence.Pivot) Pivot {
	out := Pivot{Indicator: p.Indicator, Reason: p.Reason}
	for _, c := range p.Claims {
		if s := c.Source.Name + ", " + c.Window.String(); !slices.Contains(out.Sources, s) {
			out.Sources = append(out.Sources, s)
		}
	}
	return out
}
