// SPDX-License-Identifier: Apache-2.0

package ownership

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/internal/draw"
	"github.com/interdict-dev/interdict/party"
)

// A Link is a relation that a list states between two parties, without a
// number. Its grade is related, never owned: "owned or controlled by" proves
// no share, and it is not clear which of the two it is (FAQ 398).
//
// Read it as a sentence: Subject Kind Object. Owns is turned round to OwnedBy,
// so that the same fact stated from both ends is one link.
type Link struct {
	Subject party.Ref          `json:"subject"`
	Kind    party.RelationKind `json:"kind"`
	Object  party.Ref          `json:"object"`
	Label   string             `json:"label"` // as the publisher prints it
	Former  bool               `json:"former,omitempty"`
	From    party.Date         `json:"from,omitzero"`
	Until   party.Date         `json:"until,omitzero"`
	// Both says that the list states it from both ends, so the direction is sure.
	Both bool `json:"both,omitempty"`
	// Doubt says why the direction looks wrong; "" where it does not. The link is
	// kept as stated.
	Doubt string `json:"doubt,omitempty"`
}

// Links is the relations of the lists, by party. It never changes.
type Links struct {
	all   []Link
	of    map[party.Ref][]int
	kinds map[party.Ref]party.Kind
}

// NewLinks gathers the relations of list entries. A relation to a party
// without an entry has no far end in the graph and is left to the entry.
func NewLinks(entries iter.Seq[*party.Entry]) *Links {
	ls := &Links{of: map[party.Ref][]int{}, kinds: map[party.Ref]party.Kind{}}
	type fact struct {
		subject, object party.Ref
		kind            party.RelationKind
		former          bool
	}
	at := map[fact]int{}
	var from []bool // whether each was stated from the owner's end
	for e := range entries {
		ls.kinds[e.Ref] = e.Kind
		for _, r := range e.Relations {
			if r.To.IsZero() {
				continue
			}
			l := Link{Subject: e.Ref, Kind: r.Kind, Object: r.To, Label: r.Label, Former: r.Former, From: r.From, Until: r.Until}
			turned := false
			switch r.Kind {
			case party.Owns:
				l.Subject, l.Kind, l.Object, turned = r.To, party.OwnedBy, e.Ref, true
			case party.ParentOf:
				l.Subject, l.Kind, l.Object, turned = r.To, party.SubsidiaryOf, e.Ref, true
			}
			f := fact{l.Subject, l.Object, l.Kind, l.Former}
			if i, ok := at[f]; ok {
				ls.all[i].Both = ls.all[i].Both || turned != from[i]
				continue
			}
			at[f] = len(ls.all)
			ls.all, from = append(ls.all, l), append(from, turned)
		}
	}
	for i := range ls.all {
		l := &ls.all[i]
		_, reverse := at[fact{l.Object, l.Subject, l.Kind, l.Former}]
		l.Doubt = ls.doubt(l, reverse)
		ls.of[l.Subject] = append(ls.of[l.Subject], i)
		if l.Object != l.Subject {
			ls.of[l.Object] = append(ls.of[l.Object], i)
		}
	}
	return ls
}

// doubt says why the direction of a link cannot be right. OFAC's is sometimes
// inverted (DOMAIN.md section 3.2).
func (ls *Links) doubt(l *Link, reverse bool) string {
	s, o := ls.kinds[l.Subject], ls.kinds[l.Object]
	switch l.Kind {
	case party.OwnedBy, party.SubsidiaryOf:
		switch {
		case s == party.Person:
			return "a natural person cannot be owned: the direction looks inverted"
		case reverse:
			return "stated in both directions: one of them looks inverted"
		}
	case party.LeaderOf, party.ExecutiveOf, party.EmployeeOf:
		if s == party.Organization && o == party.Person {
			return "an organisation cannot lead or work for a person: the direction looks inverted"
		}
	case party.FamilyOf:
		if s == party.Organization || o == party.Organization {
			return "family ties are between persons"
		}
	}
	return ""
}

// Of returns the links of a party, those of ownership first, then in the order
// of the list.
func (ls *Links) Of(ref party.Ref) []Link {
	var out []Link
	for _, i := range ls.of[ref] {
		out = append(out, ls.all[i])
	}
	slices.SortStableFunc(out, func(a, b Link) int { return flag(b.owns()) - flag(a.owns()) })
	return out
}

func (l *Link) owns() bool { return l.Kind == party.OwnedBy || l.Kind == party.SubsidiaryOf }

// Len returns how many links there are.
func (ls *Links) Len() int { return len(ls.all) }

// Text prints the link as a sentence.
func (l *Link) Text(name func(party.Ref) string) string {
	if name == nil {
		name = party.Ref.String
	}
	s := fmt.Sprintf("%s: %s: %s", name(l.Subject), strings.ReplaceAll(l.Kind.String(), "-", " "), name(l.Object))
	if l.Former {
		s += " (former)"
	}
	s += ", no share is stated"
	if l.Doubt != "" {
		s += "; " + l.Doubt
	}
	return s
}

// Picture draws the links among parties: arrows of ownership run from the owner
// down, all others from the one of whom the list says it; all are dashed, since
// none has a share. lines gives what stands in a party's box.
func (ls *Links) Picture(title string, parties []party.Ref, lines func(party.Ref) []string) *draw.Graph {
	g := &draw.Graph{Title: title}
	for _, p := range parties {
		st := draw.Strong
		if ls.kinds[p] == party.Unknown {
			st = draw.Plain
		}
		g.Nodes = append(g.Nodes, draw.Node{ID: p.String(), Lines: lines(p), Style: st})
	}
	for i := range ls.all {
		l := &ls.all[i]
		if !slices.Contains(parties, l.Subject) || !slices.Contains(parties, l.Object) {
			continue
		}
		e := draw.Edge{From: l.Subject.String(), To: l.Object.String(), Label: strings.ToLower(l.Label), Dashed: true}
		if l.owns() {
			e.From, e.To, e.Label = e.To, e.From, "owns or controls"
		}
		if l.Both {
			e.Label += " (said from both ends)"
		}
		g.Edges = append(g.Edges, e)
	}
	g.Legend = []draw.Key{
		{Text: "listed", Style: draw.Strong},
		{Text: "the list states a relation and no share: related, never owned", IsEdge: true, Dashed: true},
	}
	return g
}
