// SPDX-License-Identifier: Apache-2.0

// Package bods reads the Beneficial Ownership Data Standard, version 0.4: a
// JSON array of statements, or one statement per line.
//
// Each interest with a share becomes a stake. What the standard says but does
// not know stays open: an unspecified holder is a silence about the company, an
// anonymous person is no known person, an indirect percentage is marked so,
// since it may be a product along a chain. Holdings of a nomination become those
// of its nominator, through the nominee. Later versions of a record end the
// earlier ones and are never mixed with them.
//
// Statements are judged as far as ownership goes; full validation against the
// schema is not done here.
package bods

import (
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/ownership"
	"github.com/interdict-dev/interdict/party"
)

// List is the list of the parties that this package names: "bods/<recordId>".
const List party.ListID = "bods"

type statement struct {
	ID          string          `json:"statementId"`
	Date        string          `json:"statementDate"`
	RecordID    string          `json:"recordId"`
	RecordType  string          `json:"recordType"`
	Status      string          `json:"recordStatus"`
	Details     json.RawMessage `json:"recordDetails"`
	Publication struct {
		Publisher struct {
			Name string `json:"name"`
		} `json:"publisher"`
	} `json:"publicationDetails"`
	Source struct {
		URL         string `json:"url"`
		Description string `json:"description"`
	} `json:"source"`
}

type relationship struct {
	Subject         json.RawMessage `json:"subject"`
	InterestedParty json.RawMessage `json:"interestedParty"`
	Interests       []interest      `json:"interests"`
	IsComponent     *bool           `json:"isComponent"`
}

type interest struct {
	Type    string `json:"type"`
	Direct  string `json:"directOrIndirect"`
	Details string `json:"details"`
	Share   *struct {
		Exact        json.Number `json:"exact"`
		Minimum      json.Number `json:"minimum"`
		Maximum      json.Number `json:"maximum"`
		ExclusiveMin json.Number `json:"exclusiveMinimum"`
		ExclusiveMax json.Number `json:"exclusiveMaximum"`
	} `json:"share"`
	StartDate string `json:"startDate"`
	EndDate   string `json:"endDate"`
}

// unspecified is what stands in the place of a party that is not given.
type unspecified struct {
	Reason      string `json:"reason"`
	Description string `json:"description"`
}

// Read yields the parties and stakes of a file; file is its name in reports.
// The parties come first, then the stakes, since a nomination may stand after
// what is held through it.
func Read(r io.Reader, file string) iter.Seq2[ownership.Record, error] {
	return func(yield func(ownership.Record, error) bool) {
		f := &reading{file: file, yield: yield, parties: map[string]bool{}, nominators: map[string][]string{}, nominees: map[string][]string{}, latest: map[string]int{}}
		for line, raw := range statements(r) {
			if raw.err != nil {
				yield(ownership.Record{}, fmt.Errorf("read %s: line %d: %w", file, line, raw.err))
				return
			}
			if !f.statement(line, raw.text) {
				return
			}
		}
		f.finish()
	}
}

// A reading is a file half read.
type reading struct {
	file       string
	yield      func(ownership.Record, error) bool
	parties    map[string]bool
	relations  []relation
	nominators map[string][]string // of an arrangement
	nominees   map[string][]string
	latest     map[string]int // the last version of each relationship record
}

// A relation is one version of one relationship record.
type relation struct {
	statement
	relationship
	line    int
	subject string
	holder  string
	next    int // the version after it, -1 for the last
}

func (f *reading) issue(kind ownership.IssueKind, line int, raw []byte, format string, args ...any) bool {
	return f.yield(ownership.Record{}, f.odd(kind, line, raw, format, args...))
}

func (f *reading) odd(kind ownership.IssueKind, line int, raw []byte, format string, args ...any) *ownership.Issue {
	return &ownership.Issue{Kind: kind, File: f.file, Line: line, Reason: fmt.Sprintf(format, args...), Raw: strings.ToValidUTF8(string(raw[:min(len(raw), 4096)]), "\ufffd")}
}

func (f *reading) statement(line int, raw []byte) bool {
	var s statement
	if err := json.Unmarshal(raw, &s); err != nil {
		return f.issue(ownership.Unreadable, line, raw, "no statement: %v", err)
	}
	switch {
	case s.RecordID == "":
		return f.issue(ownership.Unreadable, line, raw, "a statement without recordId")
	case len(s.Details) == 0:
		return f.issue(ownership.Unreadable, line, raw, "a statement without recordDetails")
	}
	if s.Status != "" && !slices.Contains([]string{"new", "updated", "closed"}, s.Status) {
		return f.issue(ownership.Unreadable, line, raw, "recordStatus %q is none of 0.4", s.Status)
	}
	switch s.RecordType {
	case "person", "entity":
		e, err := entry(&s)
		if err != nil {
			return f.issue(ownership.Unreadable, line, raw, "%v", err)
		}
		f.parties[s.RecordID] = true
		return f.yield(ownership.Record{Party: e}, nil)
	case "relationship":
		return f.relationship(line, raw, s)
	}
	return f.issue(ownership.Unreadable, line, raw, "recordType %q is none of 0.4", s.RecordType)
}

func (f *reading) relationship(line int, raw []byte, s statement) bool {
	rel := relation{statement: s, line: line, next: -1}
	if err := json.Unmarshal(s.Details, &rel.relationship); err != nil {
		return f.issue(ownership.Unreadable, line, raw, "no relationship: %v", err)
	}
	if rel.IsComponent == nil {
		return f.issue(ownership.Unreadable, line, raw, "a relationship that does not say whether it is a component")
	}
	var gap *unspecified
	var err error
	if rel.subject, gap, err = reference(rel.Subject); err != nil || gap != nil {
		if gap != nil {
			return f.issue(ownership.Unspecified, line, raw, "the subject is not specified: %s %s", gap.Reason, gap.Description)
		}
		return f.issue(ownership.Unreadable, line, raw, "subject: %v", err)
	}
	if rel.holder, gap, err = reference(rel.InterestedParty); err != nil {
		return f.issue(ownership.Unreadable, line, raw, "interestedParty: %v", err)
	}
	if gap != nil {
		why := strings.TrimSpace(gap.Reason + " " + gap.Description)
		return f.yield(ownership.Record{Silence: why, About: ref(rel.subject)}, nil)
	}
	for _, i := range rel.Interests {
		switch i.Type {
		case "nominator":
			f.nominators[rel.subject] = append(f.nominators[rel.subject], rel.holder)
		case "nominee":
			f.nominees[rel.subject] = append(f.nominees[rel.subject], rel.holder)
		}
	}
	if at, ok := f.latest[s.RecordID]; ok {
		f.relations[at].next = len(f.relations)
	}
	f.latest[s.RecordID] = len(f.relations)
	f.relations = append(f.relations, rel)
	return true
}

// reference reads a recordId, or why there is none.
func reference(raw json.RawMessage) (string, *unspecified, error) {
	var id string
	if err := json.Unmarshal(raw, &id); err == nil && id != "" {
		return id, nil, nil
	}
	var u unspecified
	if err := json.Unmarshal(raw, &u); err == nil && u.Reason != "" {
		return "", &u, nil
	}
	return "", nil, fmt.Errorf("want a recordId or a reason why there is none")
}

func ref(id string) party.Ref { return party.Ref{List: List, ID: id} }

// finish yields the stakes.
func (f *reading) finish() {
	for i := range f.relations {
		rel := &f.relations[i]
		for _, id := range []string{rel.subject, rel.holder} {
			if !f.parties[id] && !f.yield(ownership.Record{}, &ownership.Issue{Kind: ownership.Dangling, File: f.file, Line: rel.line, Owner: ref(rel.holder), Owned: ref(rel.subject), Reason: fmt.Sprintf("no statement describes the record %s", id)}) {
				return
			}
		}
		if len(rel.Interests) == 0 {
			rel.Interests = []interest{{Type: "unknownInterest"}}
		}
		for k := range rel.Interests {
			if !f.interest(rel, &rel.Interests[k]) {
				return
			}
		}
	}
}

// kinds says what an interest is a share of; 0 and false for a role without a
// share or control.
func kindOf(typ string) (kind claim.StakeKind, ok, known bool) {
	switch typ {
	case "shareholding", "unknownInterest", "unpublishedInterest", "":
		return claim.Equity, true, true
	case "votingRights":
		return claim.Votes, true, true
	case "appointmentOfBoard":
		return claim.Board, true, true
	case "rightsToProfitOrIncome", "rightsToSurplusAssetsOnDissolution", "rightToProfitOrIncomeFromAssets":
		return claim.Profit, true, true
	case "otherInfluenceOrControl", "controlViaCompanyRulesOrArticles", "controlByLegalFramework", "rightsGrantedByContract",
		"conditionalRightsGrantedByContract", "settlor", "trustee", "protector", "beneficiaryOfLegalArrangement", "enjoymentAndUseOfAssets":
		return claim.Influence, true, true
	case "seniorManagingOfficial", "boardMember", "boardChair", "nominee", "nominator":
		return 0, false, true
	}
	return 0, false, false
}

func (f *reading) interest(rel *relation, i *interest) bool {
	kind, counts, known := kindOf(i.Type)
	if !known {
		return f.yield(ownership.Record{}, &ownership.Issue{Kind: ownership.Unreadable, File: f.file, Line: rel.line, Owner: ref(rel.holder), Owned: ref(rel.subject), Reason: fmt.Sprintf("interest of type %q, which 0.4 does not know", i.Type)})
	}
	s := claim.Stake{
		ID: rel.ID, Owner: ref(rel.holder), Owned: ref(rel.subject), Kind: kind, File: f.file, Line: rel.line,
		Source: claim.Source{Name: rel.Publication.Publisher.Name, Class: claim.Registry, URL: rel.Source.URL}, Note: strings.TrimSpace(i.Type + " " + i.Details),
	}
	var issues []*ownership.Issue
	odd := func(kind ownership.IssueKind, err error) {
		issues = append(issues, &ownership.Issue{Kind: kind, File: f.file, Line: rel.line, Owner: s.Owner, Owned: s.Owned, Reason: err.Error()})
	}
	share, err := i.share(kind)
	if err != nil {
		odd(ownership.BadShare, fmt.Errorf("%w; kept as unknown", err))
	}
	s.Share = share
	f.dates(rel, i, &s, odd)
	switch i.Direct {
	case "direct", "":
	case "indirect", "unknown":
		s.Held = claim.Indirect
	default:
		odd(ownership.BadShare, fmt.Errorf("directOrIndirect %q is none of 0.4; kept as indirect", i.Direct))
		s.Held = claim.Indirect
	}
	rec := ownership.Record{Stake: s}
	switch {
	case !counts:
		rec = ownership.Record{Tie: &ownership.Tie{Party: s.Owner, Company: s.Owned, Label: i.Type, From: s.From, To: s.To, Source: s.Source, File: s.File, Line: s.Line}}
	case len(f.nominators[rel.holder]) > 0 || len(f.nominees[rel.holder]) > 0:
		rec.Stake.Held = claim.Nominee
		if n := f.nominators[rel.holder]; len(n) == 1 {
			rec.Stake.For = ref(n[0])
		}
	case i.Type == "trustee":
		rec.Stake.Held = claim.Trust
	}
	return f.deliver(rec, issues)
}

func (f *reading) deliver(rec ownership.Record, issues []*ownership.Issue) bool {
	if len(issues) == 0 {
		return f.yield(rec, nil)
	}
	for k, is := range issues {
		if k > 0 {
			rec = ownership.Record{}
		}
		if !f.yield(rec, is) {
			return false
		}
	}
	return true
}

// dates sets when the stake held: by its own dates, by the version that came
// after it, or by the statement that closed the record.
func (f *reading) dates(rel *relation, i *interest, s *claim.Stake, odd func(ownership.IssueKind, error)) {
	read := func(text string) party.Date {
		d, err := party.ParseDate(text)
		if err != nil {
			odd(ownership.BadDate, fmt.Errorf("%w; kept as a stake that may be nothing", err))
			ownership.Doubt(s, s.Share.String())
		}
		return d
	}
	s.From, s.To, s.Recorded = read(i.StartDate), read(i.EndDate), read(rel.Date)
	if rel.Status == "closed" && s.To.IsZero() {
		s.To = s.Recorded
	}
	if rel.next < 0 || !s.To.IsZero() {
		return
	}
	after := &f.relations[rel.next]
	d, err := party.ParseDate(after.Date)
	if err != nil {
		d = party.Date{} // reported with the statement itself
	}
	s.To = d
	for _, j := range after.Interests {
		if start, err := party.ParseDate(j.StartDate); err == nil && j.Type == i.Type && start.Compare(s.From) > 0 {
			s.To = start
		}
	}
	if s.To.IsZero() || !s.From.IsZero() && s.To.Compare(s.From) <= 0 {
		s.To = party.Date{}
		ownership.Doubt(s, s.Share.String())
		s.Note += "; a later version of the record replaces it, from a day that is not said"
	}
}

// share reads the percentage. Without one it is unknown, except for rights that
// have no number.
func (i *interest) share(kind claim.StakeKind) (claim.Share, error) {
	unknown := claim.UnknownShare()
	if i.Share == nil {
		return unknown, nil
	}
	s := unknown
	var err error
	number := func(n json.Number, into *claim.Percent) bool {
		if n == "" || err != nil {
			return false
		}
		var p claim.Percent
		if p, err = claim.ParsePercent(string(n)); err == nil {
			*into = p
		}
		return err == nil
	}
	number(i.Share.Minimum, &s.Lo)
	number(i.Share.Maximum, &s.Hi)
	s.LoOpen = number(i.Share.ExclusiveMin, &s.Lo)
	s.HiOpen = number(i.Share.ExclusiveMax, &s.Hi)
	var exact claim.Percent
	if number(i.Share.Exact, &exact) && err == nil {
		if exact.Cmp(s.Lo) < 0 || exact.Cmp(s.Hi) > 0 {
			return unknown, fmt.Errorf("share of exactly %v outside its own range", exact)
		}
		s = claim.Exactly(exact)
	}
	if err == nil && (s.Lo.Cmp(s.Hi) > 0 || s.Lo == s.Hi && (s.LoOpen || s.HiOpen)) {
		err = fmt.Errorf("share from %v to %v has its ends the wrong way round", s.Lo, s.Hi)
	}
	if err != nil {
		return unknown, err
	}
	return s, nil
}
