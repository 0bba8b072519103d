// SPDX-License-Identifier: Apache-2.0

package ftm

import (
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/interdict-dev/interdict/internal/ftm"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/rows"
	"github.com/interdict-dev/interdict/watchlist"
)

// A graph is what must be known of all entities before the first entry can be
// made: the edges and details between them, and the names of their ends.
type graph struct {
	set    *set
	nested bool // every line of the file is a target

	nodes   map[string]node
	around  map[string]ftm.Entity // edges, sanctions, documents, addresses, by identifier
	touches map[string][]string   // end → those of around that name it, in the order of the file

	anyTarget, anyTopic bool
}

// A node is what is kept of an entity that may be an entry.
type node struct {
	caption string
	party   bool
	target  bool
	topic   bool // it has a topic or a sanction
}

func newGraph(s *set) *graph {
	return &graph{set: s, nodes: map[string]node{}, around: map[string]ftm.Entity{}, touches: map[string][]string{}}
}

// emit reads the lines twice and yields entries, rejects, and what the patch
// finds wrong.
func (g *graph) emit(lines func() iter.Seq2[ftm.Line, error], p *patch, yield func(party.Entry, error) bool) {
	if err := g.learn(lines()); err != nil {
		yield(party.Entry{}, err)
		return
	}
	if len(g.nodes) == 0 {
		yield(party.Entry{}, fmt.Errorf("%s holds no entity that could be a party", g.set.main))
		return
	}
	seen := map[string]bool{}
	for l, err := range lines() {
		e, yes, err := g.line(l, err, seen)
		if yes && !yield(e, err) {
			return
		}
		var reject *watchlist.Reject
		if err != nil && !errors.As(err, &reject) {
			return
		}
	}
	if p == nil {
		return
	}
	for _, r := range p.doubts() {
		if !yield(party.Entry{}, r) {
			return
		}
	}
}

// learn is the first reading. Lines that cannot be read are told in the second.
func (g *graph) learn(lines iter.Seq2[ftm.Line, error]) error {
	for l, err := range lines {
		var bad *ftm.LineError
		if errors.As(err, &bad) {
			continue
		}
		if err != nil {
			return err
		}
		e := l.Entity
		if isAround(e.Schema) {
			g.add(e)
		}
		if !mayBeListed(e) {
			continue
		}
		n := node{caption: caption(e), party: rows.IsParty(e.Schema), target: e.Target, topic: len(e.Get("topics")) > 0 || len(e.Get("sanctions")) > 0}
		g.nodes[e.ID] = n
		g.anyTarget = g.anyTarget || n.target
		g.anyTopic = g.anyTopic || n.topic
	}
	for id, n := range g.nodes {
		if !n.topic && slices.ContainsFunc(g.touches[id], func(a string) bool { return ftm.IsA(g.around[a].Schema, "Sanction") }) {
			n.topic, g.anyTopic = true, true
			g.nodes[id] = n
		}
	}
	return nil
}

// isAround says that entities of a schema are details of others, or tie others
// together.
func isAround(schema string) bool {
	s, known := ftm.Lookup(schema)
	switch {
	case !known:
		return false
	case s.Edge != [2]string{}, ftm.IsA(schema, "Interval"), schema == "CryptoWallet":
		return true
	}
	return !rows.IsParty(schema)
}

// mayBeListed says that an entity can be an entry.
func mayBeListed(e ftm.Entity) bool {
	s, known := ftm.Lookup(e.Schema)
	return e.ID != "" && (e.Target || rows.IsParty(e.Schema)) && !(known && (s.Edge != [2]string{} || ftm.IsA(e.Schema, "Interval")))
}

// isListed says that an entity is an entry.
func (g *graph) isListed(id string) bool {
	n, ok := g.nodes[id]
	switch {
	case !ok:
		return false
	case g.nested:
		return true
	case g.anyTarget:
		return n.target
	case g.anyTopic:
		return n.topic
	}
	return n.party
}

// add keeps an entity that is a detail or an edge, by the ends that it names.
func (g *graph) add(e ftm.Entity) {
	if e.ID == "" {
		return
	}
	if _, known := g.around[e.ID]; known {
		return
	}
	g.around[e.ID] = e
	for _, p := range e.Properties {
		if !isEntityTyped(e.Schema, p.Name) {
			continue
		}
		for _, v := range p.Values {
			if end := endOf(v); !slices.Contains(g.touches[end], e.ID) {
				g.touches[end] = append(g.touches[end], e.ID)
			}
		}
	}
}

func isEntityTyped(schema, property string) bool {
	p, ok := ftm.PropertyOf(schema, property)
	return ok && p.Type == "entity"
}

// endOf is the identifier that a value names.
func endOf(v ftm.Value) string {
	if v.Entity != nil {
		return v.Entity.ID
	}
	return v.Text
}

func caption(e ftm.Entity) string {
	if e.Caption != "" {
		return e.Caption
	}
	return e.First("name")
}

// line returns what a line of the second reading gives: nothing where the entity
// is no entry.
func (g *graph) line(l ftm.Line, err error, seen map[string]bool) (e party.Entry, yes bool, failed error) {
	var bad *ftm.LineError
	id := l.Entity.ID
	switch {
	case errors.As(err, &bad):
		return e, true, watchlist.NewReject(g.set.main, bad.Line, "", bad.Reason, bad.Raw)
	case err != nil:
		return e, true, err
	case id == "" && rows.IsParty(l.Entity.Schema):
		return e, true, watchlist.NewReject(g.set.main, l.Number, "", "the entity has no id", caption(l.Entity))
	case !g.isListed(id):
		return e, false, nil
	case seen[id]:
		return e, true, watchlist.NewReject(g.set.main, l.Number, id, "its id stands twice in the file", caption(l.Entity))
	}
	seen[id] = true
	e, failed = g.entry(l.Entity)
	if failed != nil {
		return party.Entry{}, true, watchlist.NewReject(g.set.main, l.Number, id, failed.Error(), caption(l.Entity))
	}
	return e, true, nil
}

// A view is the graph as seen from one entity, with what is nested in it.
type view struct {
	*graph
	local   map[string]ftm.Entity
	touched []string // identifiers of local entities that tie the entity to others
}

// flatten takes the entities out that are nested in e, and puts their identifiers
// in their places. An edge under a reverse property ("sanctions",
// "ownershipOwner") gets the end that it leaves out.
func (v *view) flatten(e *ftm.Entity) {
	kept := e.Properties[:0:0]
	for _, p := range e.Properties {
		forward := isEntityTyped(e.Schema, p.Name)
		var values []ftm.Value
		for i, x := range p.Values {
			if x.Entity == nil {
				values = append(values, x)
				continue
			}
			n := *x.Entity
			if n.ID == "" {
				n.ID = fmt.Sprintf("%s/%s/%d", e.ID, p.Name, i+1)
			}
			if back := reverse(n.Schema, p.Name); back != "" && !forward {
				complete(&n, back, e.ID)
				v.touched = append(v.touched, n.ID)
			} else {
				values = append(values, ftm.Value{Text: n.ID})
			}
			v.flatten(&n)
			if _, known := v.local[n.ID]; !known {
				v.local[n.ID] = n
			}
		}
		if len(values) > 0 {
			kept = append(kept, ftm.Values{Name: p.Name, Values: values})
		}
	}
	e.Properties = kept
}

// reverse returns the property of a schema that other entities see as name:
// "owner" of an Ownership for "ownershipOwner".
func reverse(schema, name string) string {
	s, ok := ftm.Lookup(schema)
	if !ok {
		return ""
	}
	for _, p := range s.Properties {
		if p.Reverse == name {
			return p.Name
		}
	}
	for _, parent := range s.Extends {
		if back := reverse(parent, name); back != "" {
			return back
		}
	}
	return ""
}

func complete(e *ftm.Entity, property, id string) {
	for i, p := range e.Properties {
		if p.Name == property {
			if !slices.ContainsFunc(p.Values, func(v ftm.Value) bool { return endOf(v) == id }) {
				e.Properties[i].Values = append(slices.Clone(p.Values), ftm.Value{Text: id})
			}
			return
		}
	}
	e.Properties = append(slices.Clone(e.Properties), ftm.Values{Name: property, Values: []ftm.Value{{Text: id}}})
}

func (v *view) get(id string) (ftm.Entity, bool) {
	if e, ok := v.local[id]; ok {
		return e, true
	}
	e, ok := v.around[id]
	return e, ok
}
