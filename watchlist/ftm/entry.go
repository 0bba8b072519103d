// SPDX-License-Identifier: Apache-2.0

package ftm

import (
	"errors"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/internal/ftm"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/rows"
)

// entry makes an entry of an entity and of what stands around it.
func (g *graph) entry(e ftm.Entity) (party.Entry, error) {
	v := &view{graph: g, local: map[string]ftm.Entity{}}
	v.flatten(&e)
	a := assembly{view: v, of: e.ID}
	a.own(&e)
	for _, id := range append(slices.Clone(v.touched), g.touches[e.ID]...) {
		if x, ok := v.get(id); ok && !slices.Contains(a.done, id) {
			a.done = append(a.done, id)
			a.take(&e, x)
		}
	}
	p := rows.FromEntity(e, rows.Options{Own: true})
	out := p.Entry
	out.Ref = party.Ref{List: g.set.data.list(), ID: e.ID}
	if len(out.Names) == 0 && caption(e) != "" {
		out.Names = []party.Name{{Full: caption(e)}}
	}
	if len(out.Names) == 0 && len(out.Identifiers) > 0 {
		out.Names = []party.Name{{Full: out.Identifiers[0].Value}} // a wallet
	}
	if len(out.Names) == 0 {
		return out, errors.New("the entity has neither a name nor a caption nor an identifier")
	}
	out.Titles = appendNew(out.Titles, a.titles...)
	out.Relations = append(out.Relations, a.relations...)
	out.Properties = append(out.Properties, a.properties(e)...)
	out.Listings = a.listings
	if len(out.Listings) == 0 {
		out.Listings = g.listings(e)
	}
	return out, nil
}

// listings are those of an entity without a sanction: one for each of its data
// sets. Programs may stand on the entity itself.
func (g *graph) listings(e ftm.Entity) []party.Listing {
	sets := e.Datasets
	if len(sets) == 0 {
		sets = []string{g.set.data.name}
	}
	var out []party.Listing
	for _, d := range sets {
		out = append(out, party.Listing{List: listOf(d), Authority: d, Programs: appendNew(nil, append(e.Texts("program"), e.Texts("programId")...)...)})
	}
	return out
}

// listOf returns the list that a data set is where it is one that this program
// knows under a name of its own, so that package law knows it; else ftm-<dataset>.
// The names are OpenSanctions': https://www.opensanctions.org/datasets/.
func listOf(dataset string) party.ListID {
	switch dataset {
	case "us_ofac_sdn":
		return "us-ofac-sdn"
	case "us_ofac_cons":
		return "us-ofac-cons"
	case "us_trade_csl":
		return "us-csl"
	case "us_bis_denied":
		return "us-bis-dpl"
	case "un_sc_sanctions":
		return "un-sc"
	case "eu_fsf":
		return "eu-fsf"
	case "eu_journal_sanctions":
		return "eu-oj"
	case "gb_fcdo_sanctions":
		return "uk-fcdo"
	case "gb_hmt_sanctions":
		return "uk-ofsi"
	case "ch_seco_sanctions":
		return "ch-seco"
	case "ca_dfatd_sema_sanctions":
		return "ca-sema"
	case "au_dfat_sanctions":
		return "au-dfat"
	}
	return party.ListID(listPrefix + dataset)
}

// An assembly gathers what the entities around one say of it.
type assembly struct {
	*view
	of        string // the entity
	done      []string
	listings  []party.Listing
	relations []party.Relation
	titles    []string
}

// own takes the entity's own references: addresses are put in, a parent or an
// operator is a relation.
func (a *assembly) own(e *ftm.Entity) {
	kept := e.Properties[:0:0]
	for _, p := range e.Properties {
		if !isEntityTyped(e.Schema, p.Name) {
			kept = append(kept, p)
			continue
		}
		rest := ftm.Values{Name: p.Name}
		for _, v := range p.Values {
			x, known := a.get(v.Text)
			switch {
			case known && ftm.IsA(x.Schema, "Address"):
				rest.Values = append(rest.Values, ftm.Value{Entity: &x})
			case p.Name == "addressEntity" || p.Name == "proof":
				rest.Values = append(rest.Values, v) // its entity is not in the file
			default:
				a.relate(ownKind(p.Name), p.Name, v.Text, ftm.Entity{})
			}
		}
		if len(rest.Values) > 0 {
			kept = append(kept, rest)
		}
	}
	e.Properties = kept
}

func ownKind(property string) party.RelationKind {
	switch property {
	case "parent":
		return party.SubsidiaryOf
	case "owner", "holder":
		return party.OwnedBy
	case "operator":
		return party.OperatedBy
	case "issuer":
		return party.PropertyOf
	}
	return party.RelatedTo
}

// take takes in one entity that names this one.
func (a *assembly) take(e *ftm.Entity, x ftm.Entity) {
	s, _ := ftm.Lookup(x.Schema)
	switch {
	case ftm.IsA(x.Schema, "Sanction"):
		a.listings = append(a.listings, a.sanction(x))
	case ftm.IsA(x.Schema, "Identification"), x.Schema == "CryptoWallet":
		e.Properties = append(e.Properties, ftm.Values{Name: x.Schema, Values: []ftm.Value{{Entity: &x}}})
	case ftm.IsA(x.Schema, "Occupancy"):
		for _, post := range x.Texts("post") {
			a.titles = append(a.titles, a.nameOf(post))
		}
	case s.Edge != [2]string{}:
		a.edge(x, s.Edge)
	default: // an asset that names its owner, say
		a.relate(party.RelatedTo, x.Schema, x.ID, x)
	}
}

// edge reads an edge from the end at which the entity stands. What is said of the
// source ("director of") is a relation of the source; the target gets one of its
// own only where the sentence can be turned, or the source has no entry.
func (a *assembly) edge(x ftm.Entity, ends [2]string) {
	forward, backward := kindsOf(x.Schema)
	isSource := slices.Contains(x.Texts(ends[0]), a.of)
	if isSource {
		for _, far := range x.Texts(ends[1]) {
			a.relate(forward, x.Schema, far, x)
		}
		return
	}
	for _, far := range x.Texts(ends[0]) {
		if backward != party.RelatedTo || forward == party.RelatedTo || !a.isListed(far) {
			a.relate(backward, x.Schema, far, x)
		}
	}
}

// kindsOf returns how the source of an edge stands to its target, and the target
// to its source.
func kindsOf(schema string) (forward, backward party.RelationKind) {
	switch {
	case ftm.IsA(schema, "Ownership"):
		return party.Owns, party.OwnedBy
	case ftm.IsA(schema, "Directorship"):
		return party.LeaderOf, party.RelatedTo
	case ftm.IsA(schema, "Membership"):
		return party.MemberOf, party.RelatedTo
	case ftm.IsA(schema, "Employment"):
		return party.EmployeeOf, party.RelatedTo
	case ftm.IsA(schema, "Representation"):
		return party.ActingFor, party.RelatedTo
	case ftm.IsA(schema, "Family"):
		return party.FamilyOf, party.FamilyOf
	case ftm.IsA(schema, "Associate"):
		return party.AssociateOf, party.AssociateOf
	case ftm.IsA(schema, "Succession"): // the source is the predecessor
		return party.RelatedTo, party.Successor
	}
	return party.RelatedTo, party.RelatedTo
}

// relate adds a relation to another entity, by what the edge says of it. An
// entity that is no entry is named only.
func (a *assembly) relate(kind party.RelationKind, label, far string, x ftm.Entity) {
	r := party.Relation{Kind: kind, Label: label}
	if a.isListed(far) {
		r.To = party.Ref{List: a.set.data.list(), ID: far}
	}
	r.ToName = a.nameOf(far)
	for _, p := range []string{"role", "relationship"} {
		if t := strings.Join(x.Texts(p), "; "); t != "" {
			r.Label += ": " + t
		}
	}
	var notes []string
	for _, d := range [...]struct {
		property string
		to       *party.Date
	}{{"startDate", &r.From}, {"endDate", &r.Until}} {
		for _, t := range x.Texts(d.property) {
			day, err := party.ParseDate(t)
			if err != nil || !d.to.IsZero() {
				notes = append(notes, d.property+" "+t)
				continue
			}
			*d.to = day
		}
	}
	for _, p := range []string{"percentage", "sharesCount", "sharesType", "ownershipType", "legalBasis", "status", "summary", "description", "date"} {
		if t := strings.Join(x.Texts(p), "; "); t != "" {
			notes = append(notes, p+" "+t)
		}
	}
	r.Note = strings.Join(notes, "; ")
	if !slices.Contains(a.relations, r) {
		a.relations = append(a.relations, r)
	}
}

// nameOf returns the name of an entity, and its identifier where it is not in
// the file.
func (a *assembly) nameOf(id string) string {
	if x, ok := a.get(id); ok && caption(x) != "" {
		return caption(x)
	}
	if n, ok := a.nodes[id]; ok && n.caption != "" {
		return n.caption
	}
	return id
}

// sanction reads an act of listing. Its end counts where it lies before the
// edition; a later one is an event.
func (a *assembly) sanction(x ftm.Entity) party.Listing {
	d := a.set.data.name
	if len(x.Datasets) == 1 {
		d = x.Datasets[0]
	}
	l := party.Listing{List: listOf(d), Authority: strings.Join(x.Texts("authority"), "; "), URL: x.First("sourceUrl")}
	if l.Authority == "" {
		l.Authority = d
	}
	l.Programs = appendNew(nil, x.Texts("program")...)
	if len(l.Programs) == 0 {
		l.Programs = appendNew(nil, x.Texts("programId")...)
	}
	l.Measures = appendNew(nil, x.Texts("provisions")...)
	l.Reason = strings.Join(append(x.Texts("reason"), x.Texts("summary")...), "\n")
	for _, p := range []string{"listingDate", "startDate", "endDate", "modifiedAt"} {
		for _, t := range x.Texts(p) {
			ev := party.Event{Type: p}
			day, err := party.ParseDate(t)
			if err != nil {
				ev.Comment = t
			}
			ev.Date = day
			l.Events = append(l.Events, ev)
			switch {
			case day.IsZero():
			case p == "endDate" && !a.set.data.updated.IsZero() && day.Compare(a.set.data.updated) <= 0:
				l.Delisted = day
			case (p == "listingDate" || p == "startDate") && (l.Listed.IsZero() || day.Compare(l.Listed) < 0):
				l.Listed = day
			}
		}
	}
	for _, p := range []string{"status", "duration", "authorityId", "unscId", "description", "programUrl"} {
		if t := strings.Join(x.Texts(p), "; "); t != "" {
			l.Events = append(l.Events, party.Event{Type: p, Comment: t})
		}
	}
	return l
}

// properties are what the line says beside the properties of the entity. When it
// was seen last changes with each edition and is no detail of the party.
func (a *assembly) properties(e ftm.Entity) []party.Property {
	var out []party.Property
	for _, x := range [...]struct{ name, value string }{
		{"schema", e.Schema}, {"datasets", strings.Join(e.Datasets, "; ")}, {"referents", strings.Join(e.Referents, "; ")}, {"first_seen", e.FirstSeen},
	} {
		if x.value != "" {
			out = append(out, party.Property{Name: x.name, Value: x.value})
		}
	}
	for _, x := range e.Extra {
		out = append(out, party.Property{Name: x.Name, Value: x.JSON})
	}
	return out
}

func appendNew(list []string, values ...string) []string {
	for _, v := range values {
		if v != "" && !slices.Contains(list, v) {
			list = append(list, v)
		}
	}
	return list
}
