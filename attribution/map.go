// SPDX-License-Identifier: Apache-2.0

package attribution

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/evidence"
	"github.com/interdict-dev/interdict/infra"
	"github.com/interdict-dev/interdict/party"
)

// A Map is the structure behind a party: who stands behind it, what it
// answers for, its machines by tier, and what a loss would cut off.
type Map struct {
	Root     Party          `json:"root"`
	At       party.Date     `json:"at,omitzero"` // zero: all times together
	Listings []Standing     `json:"listings,omitempty"`
	Nodes    []MapNode      `json:"nodes"` // the first is the root
	Links    []MapLink      `json:"links"`
	Left     map[string]int `json:"left_out,omitempty"` // machines that the day leaves out, by why
	Behind   []Chain        `json:"behind,omitempty"`   // chains from the root to listed parties
	Beside   []Association  `json:"beside,omitempty"`
	Cuts     []Cut          `json:"cuts,omitempty"` // of each tier, the lowest first
	// Dominators are machines through which every way to two or more others leads;
	// Articulations are nodes whose loss divides the picture.
	Dominators    []Dominator `json:"dominators,omitempty"`
	Articulations []int       `json:"articulations,omitempty"`
	Seized        []int       `json:"seized,omitempty"` // nodes that a seizure on record took
	Severed       []int       `json:"severed_by_seizures,omitempty"`
	Remained      int         `json:"machines_beyond_the_seizures"`
	Suspected     []Suspect   `json:"suspected,omitempty"`
	Moments       []Moment    `json:"timeline,omitempty"`
}

// A MapNode is a party, or a machine or mark of one.
type MapNode struct {
	Thing  claim.Thing `json:"thing"`
	Name   string      `json:"name"`
	Kind   string      `json:"kind"` // of a party its kind, of an indicator its type
	Tier   int         `json:"tier,omitempty"`
	Roles  []string    `json:"roles,omitempty"`
	Listed bool        `json:"listed,omitempty"`
	First  party.Date  `json:"first,omitzero"`
	Last   party.Date  `json:"last,omitzero"`
	Seized party.Date  `json:"seized,omitzero"`
	Claims []Statement `json:"claims,omitempty"`
}

// A MapLink leads downwards.
type MapLink struct {
	From     int         `json:"from"`
	To       int         `json:"to"`
	Relation string      `json:"relation"`
	Inferred bool        `json:"inferred,omitempty"` // no claim says so; Relation says why
	Claims   []Statement `json:"claims,omitempty"`
}

// An Association is a party beside one of the picture: named with it, and
// not said to stand behind it.
type Association struct {
	Party    Party     `json:"party"`
	With     party.Ref `json:"with"`
	Relation string    `json:"relation"`
	Source   string    `json:"source"`
}

// A Cut is a smallest set of machines whose loss takes a tier from the party.
type Cut struct {
	Tier    int   `json:"tier"`
	Nodes   int   `json:"nodes"` // of the tier
	Lost    []int `json:"lost"`
	Severed []int `json:"severed"`
	Beyond  []int `json:"beyond,omitempty"` // hang on no machine that we know of
}

// A Dominator is a machine through which every way to others leads.
type Dominator struct {
	Node  int `json:"node"`
	Below int `json:"below"`
}

// A Suspect shares a trait with a node and is not attributed to the root.
type Suspect struct {
	Node int `json:"node"`
	Pivot
}

// A Moment is one dated point of the history.
type Moment struct {
	Date   party.Date `json:"date"`
	What   string     `json:"what"`
	Name   string     `json:"name"`
	Source string     `json:"source,omitempty"`
	Node   int        `json:"node"` // -1 for a designation of a party
}

// Map draws up the structure behind a party on a day, or at all times together
// for the zero day.
func (v *View) Map(root party.Ref, at party.Date) *Map {
	net := v.Graph.Network(root, at)
	m := &Map{Root: v.Party(v.first(root)), At: at, Listings: v.Standings(root, at), Left: map[string]int{}}
	for why, n := range net.Left {
		m.Left[why.String()] = n
	}
	if len(net.Nodes) == 0 {
		net.Nodes = []evidence.Node{{Thing: claim.OfParty(root), Listed: v.IsListed(root)}}
	}
	for i := range net.Nodes {
		m.Nodes = append(m.Nodes, v.mapNode(&net.Nodes[i]))
	}
	for i := range net.Links {
		m.Links = append(m.Links, v.mapLink(&net.Links[i]))
	}
	if !m.Root.Listed {
		m.Behind = v.chains(v.Graph.Trace(claim.OfParty(root), at, evidence.Bound{}).Chains, at)
	}
	m.Beside = v.beside(m)
	if len(net.Links) > 0 {
		m.cuts(net)
	}
	m.Suspected = v.suspects(m)
	m.Moments = v.moments(m, net)
	return m
}

func (v *View) mapNode(n *evidence.Node) MapNode {
	out := MapNode{Thing: n.Thing, Name: v.Name(n.Thing), Tier: n.Tier, Roles: n.Roles, Listed: n.Listed, Claims: v.statements(n.Claims, nil)}
	if n.Thing.IsParty() {
		p := v.Party(n.Thing.Party)
		out.Kind = p.Kind.String()
		if p.Name != "" {
			out.Name = p.Name
		}
		return out
	}
	out.Kind = n.Thing.Indicator.Type.String()
	for _, c := range n.Claims {
		w := c.Window
		if w.Kind == claim.Seizure {
			out.Seized = w.Last
			continue
		}
		if out.First.IsZero() || !w.First.IsZero() && w.First.Compare(out.First) < 0 {
			out.First = w.First
		}
		if w.Kind != claim.RegistrationExpiry && w.Last.Compare(out.Last) > 0 {
			out.Last = w.Last
		}
	}
	return out
}

func (v *View) mapLink(l *evidence.Link) MapLink {
	out := MapLink{From: l.From, To: l.To, Relation: l.Inferred, Inferred: l.Inferred != "", Claims: v.statements(l.Claims, nil)}
	if len(l.Claims) > 0 {
		out.Relation = l.Claims[0].Relation.Words()
	}
	return out
}

// beside returns parties that claims merely name together with one of the map.
func (v *View) beside(m *Map) []Association {
	in := map[party.Ref]bool{}
	for _, n := range m.Nodes {
		if n.Thing.IsParty() {
			in[v.first(n.Thing.Party)] = true
		}
	}
	var out []Association
	for _, c := range v.Graph.Associations() {
		from, to := v.first(c.From.Party), v.first(c.To.Party)
		other, with := from, to
		if in[from] {
			other, with = to, from
		}
		a := Association{v.Party(other), with, c.Relation.Words(), c.Source.Name}
		known := slices.ContainsFunc(out, func(b Association) bool { return b.Party.Ref == other && b.With == with })
		if in[with] && !in[other] && !known {
			out = append(out, a)
		}
	}
	slices.SortFunc(out, func(a, b Association) int { return cmp.Or(a.Party.Ref.Compare(b.Party.Ref), a.With.Compare(b.With)) })
	return out
}

// cuts finds what the loss of machines would cut off, and what seizures did.
func (m *Map) cuts(net *evidence.Network) {
	tiers := map[int]int{}
	for i, n := range m.Nodes {
		if n.Tier > 0 {
			tiers[n.Tier]++
		}
		if !n.Seized.IsZero() {
			m.Seized = append(m.Seized, i)
		}
	}
	for _, tier := range sorted(tiers) {
		c := net.Cut(tier)
		if len(c.Lost)+len(c.Beyond) > 0 {
			m.Cuts = append(m.Cuts, Cut{tier, tiers[tier], c.Lost, c.Severed, c.Beyond})
		}
	}
	below := map[int]int{}
	for _, d := range net.Dominators() {
		if d > 0 && !m.Nodes[d].Thing.IsParty() {
			below[d]++
		}
	}
	for _, d := range sorted(below) {
		if below[d] > 1 {
			m.Dominators = append(m.Dominators, Dominator{d, below[d]})
		}
	}
	m.Articulations = net.Articulations()
	m.Severed = net.Severed(m.Seized)
	gone := map[int]bool{}
	for _, i := range slices.Concat(m.Seized, m.Severed) {
		gone[i] = true
	}
	for i, n := range m.Nodes {
		if !n.Thing.IsParty() && !gone[i] {
			m.Remained++
		}
	}
}

func sorted(m map[int]int) []int {
	var keys []int
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// suspects returns what shares a trait with a node of the map and is no node of
// it. One that several nodes point at is named with the first.
func (v *View) suspects(m *Map) []Suspect {
	in := map[infra.Indicator]bool{}
	for _, n := range m.Nodes {
		in[n.Thing.Indicator] = true
	}
	var out []Suspect
	for i, n := range m.Nodes {
		if n.Thing.IsParty() {
			continue
		}
		for _, p := range v.Graph.Pivots(n.Thing.Indicator) {
			if !in[p.Indicator] {
				in[p.Indicator] = true
				out = append(out, Suspect{i, pivotOf(p)})
			}
		}
	}
	return out
}

// moments are the dated points of the network, and the designations of the
// listed parties in and behind it.
func (v *View) moments(m *Map, net *evidence.Network) []Moment {
	var out []Moment
	for _, t := range net.Timeline() {
		out = append(out, Moment{t.Date, t.What.String(), m.Nodes[t.Node].Name, t.Claim.Source.Name, t.Node})
	}
	seen := map[party.Ref]bool{}
	designate := func(p Party) {
		for _, s := range v.Standings(p.Ref, party.Date{}) {
			if seen[s.Ref] || s.Listed.IsZero() {
				continue
			}
			seen[s.Ref] = true
			out = append(out, Moment{s.Listed, "designated", p.Name, s.List, -1})
		}
	}
	for _, n := range m.Nodes {
		if n.Thing.IsParty() && n.Listed {
			designate(v.Party(n.Thing.Party))
		}
	}
	for _, c := range m.Behind {
		designate(c.Party)
	}
	slices.SortStableFunc(out, func(a, b Moment) int { return a.Date.Compare(b.Date) })
	return out
}

// Title says what the map shows.
func (m *Map) Title() string {
	when := "all times together"
	if !m.At.IsZero() {
		when = "on " + m.At.String()
	}
	return fmt.Sprintf("The structure behind %s, %s", name(m.Root), when)
}
