// SPDX-License-Identifier: Apache-2.0

// Package psc reads the snapshot of persons with significant control that the
// UK register of companies publishes, one JSON object per line.
//
// The register knows bands, not numbers: "ownership-of-shares-25-to-50-percent"
// is more than 25 % and not more than 50 %, and stays that interval. The law
// behind it (Companies Act 2006, Schedule 1A) counts a share held through a
// chain of majority stakes whole, as the ownership rules do, so a band counts as
// direct. What is held as trustee or through a firm is marked.
package psc

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/internal/table"
	"github.com/interdict-dev/interdict/ownership"
	"github.com/interdict-dev/interdict/party"
)

// List is the list of the parties that this package names: companies are
// "gb-coh/<number>", other holders "gb-coh/<number>/<their own key>".
const List party.ListID = "gb-coh"

type line struct {
	Company string `json:"company_number"`
	Data    struct {
		Kind           string   `json:"kind"`
		Name           string   `json:"name"`
		Statement      string   `json:"statement"`
		Exemptions     any      `json:"exemptions"`
		Natures        []string `json:"natures_of_control"`
		NotifiedOn     string   `json:"notified_on"`
		CeasedOn       string   `json:"ceased_on"`
		Ceased         bool     `json:"ceased"`
		Nationality    string   `json:"nationality"`
		Identification struct {
			Number  string `json:"registration_number"`
			Place   string `json:"place_registered"`
			Country string `json:"country_registered"`
		} `json:"identification"`
		Links struct {
			Self string `json:"self"`
		} `json:"links"`
	} `json:"data"`
}

// Read yields the holders and stakes of a snapshot; file is its name in
// reports.
func Read(r io.Reader, file string) iter.Seq2[ownership.Record, error] {
	return func(yield func(ownership.Record, error) bool) {
		for l, err := range table.Lines(r, table.Options{File: file}) {
			var long *table.RowError
			switch {
			case errors.As(err, &long):
				if !yield(ownership.Record{}, &ownership.Issue{Kind: ownership.Unreadable, File: file, Line: long.Line, Reason: long.Reason, Raw: long.Raw}) {
					return
				}
				continue
			case err != nil:
				yield(ownership.Record{}, fmt.Errorf("read %s: %w", file, err))
				return
			}
			f := &reading{file: file, number: l.Number, raw: l.Text, yield: yield}
			if !f.line() {
				return
			}
		}
	}
}

// A reading is one line being read.
type reading struct {
	file   string
	number int
	raw    []byte
	yield  func(ownership.Record, error) bool
}

func (f *reading) issue(kind ownership.IssueKind, format string, args ...any) *ownership.Issue {
	return &ownership.Issue{Kind: kind, File: f.file, Line: f.number, Reason: fmt.Sprintf(format, args...), Raw: strings.ToValidUTF8(string(f.raw[:min(len(f.raw), 4096)]), "\ufffd")}
}

func (f *reading) reject(format string, args ...any) bool {
	return f.yield(ownership.Record{}, f.issue(ownership.Unreadable, format, args...))
}

func (f *reading) line() bool {
	var l line
	if err := json.Unmarshal(f.raw, &l); err != nil {
		return f.reject("not a line of the snapshot: %v", err)
	}
	kind := l.Data.Kind
	if strings.HasPrefix(kind, "totals#") {
		return true // the last line, which counts the others
	}
	if l.Company == "" {
		return f.reject("a line without company_number")
	}
	company := party.Ref{List: List, ID: l.Company}
	switch {
	case strings.HasSuffix(kind, "-statement"):
		return f.yield(ownership.Record{Silence: l.Data.Statement, About: company}, nil)
	case kind == "exemptions":
		return f.yield(ownership.Record{Silence: "exempt from naming persons with significant control", About: company}, nil)
	case strings.HasPrefix(kind, "super-secure-"):
		return f.yield(ownership.Record{Silence: "a person whose particulars are protected", About: company}, nil)
	case !strings.Contains(kind, "person") || l.Data.Name == "":
		return f.reject("a holder of kind %q named %q", kind, l.Data.Name)
	}
	owner, e := l.holder(company)
	if !f.yield(ownership.Record{Party: e}, nil) {
		return false
	}
	if len(l.Data.Natures) == 0 {
		return f.reject("%v in %v: no nature of control", owner, company)
	}
	for _, n := range l.Data.Natures {
		if !f.nature(&l, owner, company, n) {
			return false
		}
	}
	return true
}

// holder returns the party that holds. A company that says its number in the
// UK register is that company.
func (l *line) holder(company party.Ref) (party.Ref, *party.Entry) {
	d := &l.Data
	id := d.Links.Self
	if i := strings.LastIndexByte(id, '/'); i >= 0 {
		id = id[i+1:]
	}
	if id == "" {
		id = d.Name
	}
	e := &party.Entry{Ref: party.Ref{List: List, ID: company.ID + "/" + id}, Names: []party.Name{{Full: d.Name}}}
	switch {
	case strings.HasPrefix(d.Kind, "individual"):
		e.Kind = party.Person
	default:
		e.Kind = party.Organization
	}
	if d.Nationality != "" {
		e.Nationalities = []string{d.Nationality}
	}
	if n := d.Identification.Number; n != "" {
		reg := party.NewIdentifier(party.Registration, "", n)
		reg.Label = strings.TrimSpace(d.Identification.Place + " " + d.Identification.Country)
		if number, ok := ukNumber(n); ok && inUK(d.Identification.Place+" "+d.Identification.Country) {
			reg = party.NewIdentifier(party.Registration, "gb", number)
			reg.Label = n
			e.Ref = party.Ref{List: List, ID: number}
		}
		e.Identifiers = []party.Identifier{reg}
	}
	return e.Ref, e
}

// ukNumber returns the eight characters of a company number; the register
// leaves zeros out as often as not.
func ukNumber(s string) (string, bool) {
	s = strings.ToUpper(strings.ReplaceAll(s, " ", ""))
	if len(s) == 0 || len(s) > 8 {
		return "", false
	}
	letters := 0
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
		case c >= 'A' && c <= 'Z' && i < 2:
			letters++
		default:
			return "", false
		}
	}
	if letters > 0 && len(s) != 8 {
		return "", false
	}
	return strings.Repeat("0", 8-len(s)) + s, true
}

// inUK says that the place is the register of companies of the UK.
func inUK(place string) bool {
	p := strings.ToLower(place)
	for _, w := range []string{"companies house", "england", "wales", "scotland", "northern ireland", "united kingdom", "great britain"} {
		if strings.Contains(p, w) {
			return true
		}
	}
	return false
}

// A band is one of the register's, by what its name contains. The bounds are
// those of Companies Act 2006, Schedule 1A: more than 25 % is the first
// condition; 75 % itself is in the highest band.
type band struct {
	name  string
	share string // as ParseShare reads it
	below bool   // its upper end is not in it
}

func bands() []band {
	return []band{
		{"75-to-100-percent", "75-100", false},
		{"50-to-75-percent", "more than 50 to 75", true},
		{"25-to-50-percent", "more than 25 to 50", false},
		{"more-than-25-percent", "more than 25", false},
	}
}

// shareOf returns the interval of a nature of control, unknown where it has none.
func shareOf(nature string) (claim.Share, error) {
	for _, b := range bands() {
		if strings.Contains(nature, b.name) {
			s, err := ownership.ParseShare(b.share)
			s.HiOpen = b.below
			return s, err
		}
	}
	return claim.UnknownShare(), nil
}

func (f *reading) nature(l *line, owner, company party.Ref, nature string) bool {
	s := claim.Stake{Owner: owner, Owned: company, File: f.file, Line: f.number, Text: nature, Source: claim.Source{Name: "Companies House", Class: claim.Registry}}
	switch {
	case strings.HasPrefix(nature, "ownership-of-shares"):
		s.Kind = claim.Equity
	case strings.HasPrefix(nature, "voting-rights"):
		s.Kind = claim.Votes
	case strings.HasPrefix(nature, "right-to-share-surplus-assets"), strings.HasPrefix(nature, "part-right-to-share-surplus-assets"):
		s.Kind = claim.Capital
	case strings.HasPrefix(nature, "right-to-appoint-and-remove"):
		s.Kind = claim.Board
	case strings.HasPrefix(nature, "significant-influence-or-control"):
		s.Kind = claim.Influence
	default:
		return f.reject("%v in %v: nature of control %q is not known", owner, company, nature)
	}
	share, err := shareOf(nature)
	if err != nil {
		return f.reject("%v in %v: %q: %v", owner, company, nature, err)
	}
	s.Share = share
	switch {
	case strings.Contains(nature, "-as-trust"), strings.Contains(nature, "-as-control-over-trust"):
		s.Held = claim.Trust
	case strings.Contains(nature, "-as-firm"), strings.Contains(nature, "-as-control-over-firm"):
		s.Held = claim.Indirect
	}
	var bad, bad2 error
	s.From, bad = party.ParseDate(l.Data.NotifiedOn)
	s.To, bad2 = party.ParseDate(l.Data.CeasedOn)
	if err := errors.Join(bad, bad2); err != nil {
		ownership.Doubt(&s, nature)
		return f.yield(ownership.Record{Stake: s}, f.issue(ownership.BadDate, "%v in %v: %v; kept as a stake that may be nothing", owner, company, err))
	}
	if l.Data.Ceased && s.To.IsZero() {
		ownership.Doubt(&s, nature)
		s.Note = "ceased on a day that is not said"
	}
	return f.yield(ownership.Record{Stake: s}, nil)
}
