// SPDX-License-Identifier: Apache-2.0

// Package gleif reads the golden copy files of the Global LEI Foundation in
// XML: level 1 (who is who), level 2 (who consolidates whom) and the reporting
// exceptions (why a parent is not named). Which of them a file is shows in its
// first elements.
//
// Level 2 states no shares. That a parent consolidates an entity in its
// accounts says that it controls it by the accounting rules, commonly with most
// of the votes: it becomes a stake of unknown size and a statement of influence,
// both beside their text. The quantifier that some records carry measures
// consolidation, is written as 100.00 and as 1.00 for the same thing, and is
// kept as text only. A branch is no legal person of its own and belongs whole
// to its head office.
package gleif

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/internal/xmlscan"
	"github.com/interdict-dev/interdict/ownership"
	"github.com/interdict-dev/interdict/party"
)

// List is the list of the parties that this package names: "lei/<LEI>".
const List party.ListID = "lei"

// Read yields the records of a file; file is its name in reports.
func Read(r io.Reader, file string) iter.Seq2[ownership.Record, error] {
	return func(yield func(ownership.Record, error) bool) {
		f := &reading{scan: xmlscan.New(r, 1<<20), file: file, yield: yield}
		for {
			kind, err := f.scan.Next()
			if err != nil {
				yield(ownership.Record{}, fmt.Errorf("read %s: %w", file, err))
				return
			}
			if kind == xmlscan.EOF {
				if !f.known {
					yield(ownership.Record{}, fmt.Errorf("read %s: no LEI, relationship or exception file", file))
				}
				return
			}
			if kind != xmlscan.Start {
				continue
			}
			more := true
			switch string(f.scan.Name()) {
			case "LEIData", "RelationshipData", "ReportingExceptionData":
				f.known = true
			case "LEIRecord":
				more = f.record(f.entity)
			case "RelationshipRecord":
				more = f.record(f.relationship)
			case "Exception":
				more = f.record(f.exception)
			}
			if !more {
				return
			}
		}
	}
}

// A reading is a file half read.
type reading struct {
	scan  *xmlscan.Scanner
	file  string
	known bool
	yield func(ownership.Record, error) bool
}

// A field is one text of a record with the path to it, as in
// "Relationship/StartNode/NodeID".
type field struct{ path, text string }

// A record is the texts of one element, in their order.
type record struct {
	line   int
	raw    string
	fields []field
}

func (r *record) get(path string) string {
	for _, f := range r.fields {
		if f.path == path {
			return f.text
		}
	}
	return ""
}

func (r *record) all(path string) []string {
	var out []string
	for _, f := range r.fields {
		if f.path == path {
			out = append(out, f.text)
		}
	}
	return out
}

// record reads the element that has begun and hands it on.
func (f *reading) record(use func(*record) bool) bool {
	rec := &record{line: f.scan.Line()}
	f.scan.Mark()
	var path []string
	for depth := f.scan.Depth(); ; {
		kind, err := f.scan.Next()
		if err == nil && kind == xmlscan.EOF {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			f.yield(ownership.Record{}, fmt.Errorf("read %s: %w", f.file, err))
			return false
		}
		switch kind {
		case xmlscan.Start:
			path = append(path, string(f.scan.Name()))
		case xmlscan.Text:
			rec.fields = append(rec.fields, field{strings.Join(path, "/"), strings.TrimSpace(string(f.scan.Text()))})
		case xmlscan.End:
			if f.scan.Depth() < depth {
				rec.raw = f.scan.Marked()
				return use(rec)
			}
			path = path[:len(path)-1]
		}
	}
}

func (f *reading) issue(kind ownership.IssueKind, rec *record, format string, args ...any) *ownership.Issue {
	return &ownership.Issue{Kind: kind, File: f.file, Line: rec.line, Reason: fmt.Sprintf(format, args...), Raw: strings.ToValidUTF8(rec.raw, "\ufffd")}
}

func (f *reading) reject(kind ownership.IssueKind, rec *record, format string, args ...any) bool {
	return f.yield(ownership.Record{}, f.issue(kind, rec, format, args...))
}

// node returns the party of an LEI, and an error for what is none.
func node(lei string) (party.Ref, error) {
	if id := party.NewIdentifier(party.LEI, "", lei); len(lei) != 20 || id.Check == party.Bad {
		return party.Ref{}, fmt.Errorf("%q is no LEI", lei)
	}
	return party.Ref{List: List, ID: lei}, nil
}

func (f *reading) entity(rec *record) bool {
	ref, err := node(rec.get("LEI"))
	if err != nil {
		return f.reject(ownership.Unreadable, rec, "%v", err)
	}
	if rec.get("Extension/Deletion/DeletedAt") != "" {
		return f.reject(ownership.Withdrawn, rec, "%v: deleted by the publisher", ref)
	}
	e := &party.Entry{Ref: ref, Kind: party.Organization, Identifiers: []party.Identifier{party.NewIdentifier(party.LEI, "", ref.ID)}}
	if n := rec.get("Entity/LegalName"); n != "" {
		e.Names = append(e.Names, party.Name{Full: n})
	}
	for _, path := range []string{"Entity/OtherEntityNames/OtherEntityName", "Entity/TransliteratedOtherEntityNames/TransliteratedOtherEntityName"} {
		for _, n := range rec.all(path) {
			e.Names = append(e.Names, party.Name{Full: n, Kind: party.Alias})
		}
	}
	for _, at := range []string{"Entity/LegalAddress/", "Entity/HeadquartersAddress/"} {
		lines := append(rec.all(at+"FirstAddressLine"), rec.all(at+"AdditionalAddressLine")...)
		a := party.Address{Street: strings.Join(lines, ", "), City: rec.get(at + "City"), Region: rec.get(at + "Region"), Postal: rec.get(at + "PostalCode"), Country: strings.ToLower(rec.get(at + "Country"))}
		if a != (party.Address{}) {
			e.Addresses = append(e.Addresses, a)
		}
	}
	country, _, _ := strings.Cut(strings.ToLower(rec.get("Entity/LegalJurisdiction")), "-")
	if country != "" {
		e.Countries = []string{country}
	}
	if id := rec.get("Entity/RegistrationAuthority/RegistrationAuthorityEntityID"); id != "" {
		reg := party.NewIdentifier(party.Registration, country, id)
		reg.Label = rec.get("Entity/RegistrationAuthority/RegistrationAuthorityID")
		e.Identifiers = append(e.Identifiers, reg)
	}
	if t := rec.get("Entity/EntityCreationDate"); t != "" {
		day, err := party.ParseDate(t)
		if err != nil {
			return f.yield(ownership.Record{Party: e}, f.issue(ownership.BadDate, rec, "%v: %v", ref, err))
		}
		e.Founded = []party.Span{party.On(day)}
	}
	return f.yield(ownership.Record{Party: e}, nil)
}

func (f *reading) relationship(rec *record) bool {
	child, err := node(rec.get("Relationship/StartNode/NodeID"))
	parent, err2 := node(rec.get("Relationship/EndNode/NodeID"))
	if err := errors.Join(err, err2); err != nil {
		return f.reject(ownership.Unreadable, rec, "%v", err)
	}
	if rec.get("Extension/Deletion/DeletedAt") != "" {
		return f.reject(ownership.Withdrawn, rec, "%v and %v: deleted by the publisher", child, parent)
	}
	s := claim.Stake{Owner: parent, Owned: child, Share: claim.UnknownShare(), File: f.file, Line: rec.line, Source: claim.Source{Name: "GLEIF", Class: claim.Registry}}
	s.Note = rec.get("Relationship/RelationshipType")
	s.Text = strings.TrimSpace(rec.get("Relationship/RelationshipQuantifiers/RelationshipQuantifier/QuantifierAmount") + " " + rec.get("Relationship/RelationshipQuantifiers/RelationshipQuantifier/QuantifierUnits"))
	var issue error
	if err := f.period(rec, &s); err != nil {
		issue = f.issue(ownership.BadDate, rec, "%v in %v: %v; kept as a stake that may be nothing", parent, child, err)
		ownership.Doubt(&s, s.Text)
	}
	switch s.Note {
	case "IS_DIRECTLY_CONSOLIDATED_BY":
	case "IS_ULTIMATELY_CONSOLIDATED_BY":
		s.Held = claim.Indirect
	case "IS_INTERNATIONAL_BRANCH_OF":
		p, err := claim.NewPercent(100, 1)
		if err != nil {
			return f.reject(ownership.Unreadable, rec, "%v", err)
		}
		s.Share = claim.Exactly(p)
		return f.yield(ownership.Record{Stake: s}, issue)
	case "IS_FUND-MANAGED_BY", "IS_SUBFUND_OF", "IS_FEEDER_TO":
		s.Kind = claim.Influence
		return f.yield(ownership.Record{Stake: s}, issue)
	default:
		return f.reject(ownership.Unreadable, rec, "relationship %q is not known", s.Note)
	}
	control := s
	control.Kind = claim.Influence
	return f.yield(ownership.Record{Stake: s}, issue) && f.yield(ownership.Record{Stake: control}, nil)
}

// period sets when the relationship held. Registers also give the periods of
// accounts and filings, which are left aside. One that is no longer active
// without an end may be nothing by now.
func (f *reading) period(rec *record, s *claim.Stake) error {
	var err error
	from, to := "", ""
	for _, fl := range rec.fields {
		switch fl.path {
		case "Relationship/RelationshipPeriods/RelationshipPeriod/StartDate":
			from, to = fl.text, ""
		case "Relationship/RelationshipPeriods/RelationshipPeriod/EndDate":
			to = fl.text
		case "Relationship/RelationshipPeriods/RelationshipPeriod/PeriodType":
			if fl.text == "RELATIONSHIP_PERIOD" {
				var bad, bad2 error
				s.From, bad = party.ParseDate(from)
				s.To, bad2 = party.ParseDate(to)
				err = errors.Join(err, bad, bad2)
			}
			from, to = "", ""
		}
	}
	if st := rec.get("Relationship/RelationshipStatus"); st != "ACTIVE" && s.To.IsZero() && err == nil {
		ownership.Doubt(s, s.Text)
		s.Note += "; status " + st
	}
	return err
}

func (f *reading) exception(rec *record) bool {
	ref, err := node(rec.get("LEI"))
	if err != nil {
		return f.reject(ownership.Unreadable, rec, "%v", err)
	}
	why := strings.TrimSpace(rec.get("ExceptionCategory") + ": " + strings.Join(rec.all("ExceptionReason"), ", ") + " " + strings.Join(rec.all("ExceptionReference"), ", "))
	if rec.get("Extension/Deletion/DeletedAt") != "" {
		return f.reject(ownership.Withdrawn, rec, "%v: %s: deleted by the publisher", ref, why)
	}
	return f.yield(ownership.Record{Silence: why, About: ref}, nil)
}
