// SPDX-License-Identifier: Apache-2.0

// Package ftm reads stakes out of FollowTheMoney entities, one JSON object per
// line, as OpenSanctions and others publish them: Ownership becomes stakes,
// Directorship and other roles become ties, and every legal entity a
// description of a party.
//
// The percentage of FollowTheMoney is free text; it is read as
// [ownership.ParseShare] does, and what is no share is kept as unknown and
// reported. A reference to an entity that no line describes is reported too.
package ftm

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/internal/ftm"
	"github.com/interdict-dev/interdict/ownership"
	"github.com/interdict-dev/interdict/party"
)

// List is the list of the parties that this package names: "ftm/<id>".
const List party.ListID = "ftm"

// Read yields the parties, stakes and ties of a file; file is its name in
// reports. Dangling references come last, since edges may precede their ends.
func Read(r io.Reader, file string) iter.Seq2[ownership.Record, error] {
	return func(yield func(ownership.Record, error) bool) {
		f := &reading{file: file, yield: yield, seen: map[string]bool{}}
		for l, err := range ftm.ReadAll(r) {
			var bad *ftm.LineError
			switch {
			case errors.As(err, &bad):
				if !f.issue(ownership.Issue{Kind: ownership.Unreadable, Line: bad.Line, Reason: bad.Reason, Raw: bad.Raw}) {
					return
				}
			case err != nil:
				yield(ownership.Record{}, fmt.Errorf("read %s: %w", file, err))
				return
			default:
				f.line = l.Number
				if !f.entity(&l.Entity) {
					return
				}
			}
		}
		f.dangling()
	}
}

// A reading is a file half read.
type reading struct {
	file   string
	line   int
	yield  func(ownership.Record, error) bool
	seen   map[string]bool
	wanted []wanted
}

// A wanted entity is named by an edge.
type wanted struct {
	id   string
	line int
	edge string
}

func (f *reading) issue(is ownership.Issue) bool {
	is.File = f.file
	return f.yield(ownership.Record{}, &is)
}

func (f *reading) dangling() {
	told := map[string]bool{}
	for _, w := range f.wanted {
		if f.seen[w.id] || told[w.id] {
			continue
		}
		told[w.id] = true
		if !f.issue(ownership.Issue{Kind: ownership.Dangling, Line: w.line, Reason: fmt.Sprintf("%s names %s, which no line describes", w.edge, w.id)}) {
			return
		}
	}
}

// An edge schema ties the entities of two properties.
type edge struct{ schema, from, to string }

// edges are the schemata that tie two parties, besides Ownership.
func edges() []edge {
	return []edge{
		{"Directorship", "director", "organization"},
		{"Membership", "member", "organization"},
		{"Employment", "employee", "employer"},
		{"Representation", "agent", "client"},
		{"Succession", "predecessor", "successor"},
		{"UnknownLink", "subject", "object"},
	}
}

func (f *reading) entity(e *ftm.Entity) bool {
	if e.ID == "" {
		return f.issue(ownership.Issue{Kind: ownership.Unreadable, Line: f.line, Reason: "an entity without an id", Raw: e.Schema})
	}
	f.seen[e.ID] = true
	if e.Schema == "Ownership" {
		return f.ownership(e)
	}
	for _, s := range edges() {
		if e.Schema == s.schema {
			return f.ties(e, s)
		}
	}
	if !holds(e.Schema) {
		return true // an address, a sanction, a document: no party
	}
	p := describe(e)
	var issue error
	for _, d := range e.Texts("incorporationDate") {
		day, err := party.ParseDate(d)
		if err != nil {
			issue = &ownership.Issue{Kind: ownership.BadDate, File: f.file, Line: f.line, Owned: p.Ref, Reason: "incorporationDate: " + err.Error(), Raw: d}
		} else if !day.IsZero() {
			p.Founded = append(p.Founded, party.On(day))
		}
	}
	return f.yield(ownership.Record{Party: p}, issue) && f.parents(e)
}

// holds says that entities of the schema can hold or be held.
func holds(schema string) bool {
	switch schema {
	case "Person", "Company", "Organization", "LegalEntity", "PublicBody", "Asset", "Vessel", "Airplane", "Vehicle", "Thing":
		return true
	}
	return false
}

// parents reads the deprecated property that names a parent company without a
// share.
func (f *reading) parents(e *ftm.Entity) bool {
	for _, p := range f.ids(e, "parent") {
		s := claim.Stake{ID: e.ID, Owner: ref(p), Owned: ref(e.ID), Share: claim.UnknownShare(), Source: source(e), File: f.file, Line: f.line, Note: "parent"}
		if !f.yield(ownership.Record{Stake: s}, nil) {
			return false
		}
	}
	return true
}

// ids returns the entities that a property names. An entity nested there is
// described by being there.
func (f *reading) ids(e *ftm.Entity, property string) []string {
	var out []string
	for _, v := range e.Get(property) {
		id := v.Text
		if v.Entity != nil {
			id = v.Entity.ID
			f.seen[id] = true
		}
		if id == "" {
			continue
		}
		out = append(out, id)
		f.wanted = append(f.wanted, wanted{id, f.line, e.Schema + " " + e.ID})
	}
	return out
}

func ref(id string) party.Ref { return party.Ref{List: List, ID: id} }

func source(e *ftm.Entity) claim.Source {
	s := claim.Source{Name: strings.Join(e.Datasets, ", ")}
	if p := e.First("publisher"); p != "" {
		s.Name = p
	}
	s.URL = e.First("sourceUrl")
	return s
}

func (f *reading) ownership(e *ftm.Entity) bool {
	owners, assets := f.ids(e, "owner"), f.ids(e, "asset")
	if len(owners) == 0 || len(assets) == 0 {
		return f.issue(ownership.Issue{Kind: ownership.Unreadable, Line: f.line, Reason: fmt.Sprintf("Ownership %s has %d owners and %d assets", e.ID, len(owners), len(assets))})
	}
	percents := e.Texts("percentage")
	if len(percents) == 0 {
		percents = []string{""}
	}
	for _, o := range owners {
		for _, a := range assets {
			for _, p := range percents {
				if !f.stake(e, o, a, p) {
					return false
				}
			}
		}
	}
	return true
}

func (f *reading) stake(e *ftm.Entity, owner, asset, percent string) bool {
	s := claim.Stake{ID: e.ID, Owner: ref(owner), Owned: ref(asset), Source: source(e), File: f.file, Line: f.line}
	s.Note = strings.TrimSpace(strings.Join([]string{e.First("role"), e.First("ownershipType"), e.First("status"), e.First("sharesType")}, " "))
	var issues []ownership.Issue
	odd := func(kind ownership.IssueKind, err error) {
		issues = append(issues, ownership.Issue{Kind: kind, File: f.file, Line: f.line, Owner: s.Owner, Owned: s.Owned, Reason: err.Error(), Raw: percent})
	}
	share, err := ownership.ParseShare(percent)
	if err != nil {
		odd(ownership.BadShare, fmt.Errorf("%w; kept as unknown", err))
		share, s.Text = claim.UnknownShare(), percent
	}
	s.Share = share
	date := func(property string) party.Date {
		d, err := party.ParseDate(e.First(property))
		if err != nil {
			odd(ownership.BadDate, fmt.Errorf("%w; kept as a stake that may be nothing", err))
			ownership.Doubt(&s, percent)
		}
		return d
	}
	s.From, s.To, s.Recorded = date("startDate"), date("endDate"), date("date")
	kind := strings.ToLower(s.Note)
	switch {
	case strings.Contains(kind, "nominee"):
		s.Held = claim.Nominee
	case strings.Contains(kind, "trust"):
		s.Held = claim.Trust
	case strings.Contains(kind, "indirect"):
		s.Held = claim.Indirect
	}
	if strings.Contains(kind, "voting") {
		s.Kind = claim.Votes
	}
	if len(issues) == 0 {
		return f.yield(ownership.Record{Stake: s}, nil)
	}
	for i := range issues {
		rec := ownership.Record{}
		if i == 0 {
			rec.Stake = s
		}
		if !f.yield(rec, &issues[i]) {
			return false
		}
	}
	return true
}

func (f *reading) ties(e *ftm.Entity, s edge) bool {
	label := s.schema
	if role := e.First("role"); role != "" {
		label += ": " + role
	}
	from, err := party.ParseDate(e.First("startDate"))
	to, err2 := party.ParseDate(e.First("endDate"))
	bad := errors.Join(err, err2)
	for _, a := range f.ids(e, s.from) {
		for _, b := range f.ids(e, s.to) {
			t := &ownership.Tie{Party: ref(a), Company: ref(b), Label: label, From: from, To: to, Source: source(e), File: f.file, Line: f.line}
			var issue error
			if bad != nil {
				issue = &ownership.Issue{Kind: ownership.BadDate, File: f.file, Line: f.line, Owner: t.Party, Owned: t.Company, Reason: bad.Error()}
				bad = nil
			}
			if !f.yield(ownership.Record{Tie: t}, issue) {
				return false
			}
		}
	}
	return true
}

// describe makes the party of a legal entity, with the identifiers by which it
// may be joined to list entries.
func describe(e *ftm.Entity) *party.Entry {
	out := &party.Entry{Ref: ref(e.ID)}
	if k, err := party.ParseKind(e.Schema); err == nil {
		out.Kind = k
	}
	for i, n := range e.Texts("name") {
		kind := party.Primary
		if i > 0 {
			kind = party.Alias
		}
		out.Names = append(out.Names, party.Name{Full: n, Kind: kind})
	}
	if len(out.Names) == 0 && e.Caption != "" {
		out.Names = []party.Name{{Full: e.Caption}}
	}
	country := strings.ToLower(e.First("jurisdiction"))
	if country == "" {
		country = strings.ToLower(e.First("country"))
	}
	if country != "" {
		out.Countries = []string{country}
	}
	for _, id := range []struct {
		property string
		scheme   party.Scheme
		national bool
	}{
		{"leiCode", party.LEI, false}, {"innCode", party.INN, false}, {"ogrnCode", party.OGRN, false}, {"imoNumber", party.IMO, false}, {"swiftBic", party.BIC, false},
		{"dunsCode", party.DUNS, false}, {"registrationNumber", party.Registration, true}, {"taxNumber", party.TaxID, true}, {"vatCode", party.VAT, true},
	} {
		for _, v := range e.Texts(id.property) {
			c := ""
			if id.national {
				c = country
			}
			out.Identifiers = append(out.Identifiers, party.NewIdentifier(id.scheme, c, v))
		}
	}
	out.Phones, out.Emails, out.Websites = e.Texts("phone"), e.Texts("email"), e.Texts("website")
	for _, a := range e.Texts("address") {
		out.Addresses = append(out.Addresses, party.Address{Full: a})
	}
	return out
}
