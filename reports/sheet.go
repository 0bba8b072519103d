// SPDX-License-Identifier: Apache-2.0

// Package reports turns values into documents for people: a printable sheet for
// one finding or for a territory under an embargo, and packs of tables for who
// has to prove something, as a page or a workbook. It knows no case and decides
// nothing; what a sheet prints stands in the finding and nowhere else: reasons,
// effects with the licences beside them, and, where the party is owned and not
// listed, the proof of each regime.
package reports

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"
	"sync"

	"github.com/interdict-dev/interdict/names"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/screening"
)

// A Sheet is what one printed page says of one finding.
type Sheet struct {
	Subject   screening.Described
	Record    string // digest of the subject
	Finding   screening.Finding
	Book      string
	Program   string
	Policy    string
	LawAsOf   party.Date
	FactsAsOf party.Date
	Lists     []SheetList
	Notice    string // why the answer is incomplete; "" where it is not
	OFACLike  string // about the score of OFAC's own search; "" where it was not asked for or would show nothing
	// Place makes it the sheet of a territory under an embargo: Finding is not
	// printed. Nil for a finding.
	Place *screening.Place
	// Premises makes it the sheet of an address shared with listed parties, likewise.
	Premises *screening.Premises
	// Called gives the name of a party of a proof; nil prints its ref.
	Called func(party.Ref) string
}

// Proofs are the proofs of the finding as text for people, one for each regime.
func (s *Sheet) Proofs() ([]string, error) {
	var out []string
	for _, p := range s.Finding.Proofs {
		var b strings.Builder
		if err := p.Write(&b, s.Called); err != nil {
			return nil, err
		}
		out = append(out, b.String())
	}
	return out, nil
}

// ref names what the sheet is about.
func (s *Sheet) ref() party.Ref {
	switch {
	case s.Place != nil:
		return s.Place.Ref
	case s.Premises != nil:
		return s.Premises.Ref
	}
	return s.Finding.Ref
}

// A SheetList is one list that was screened against.
type SheetList struct {
	List, Published, Age, Notice string
	Entries                      int
}

//go:embed sheet.html
var sheetText string

var sheetTemplate = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("sheet").Funcs(template.FuncMap{
		"nats":   func(n names.Nats) string { return fmt.Sprintf("%+.1f", float64(n)/1000) },
		"join":   func(s []string) string { return strings.Join(s, "; ") },
		"strong": func(n names.Nats) bool { return n > 0 },
	}).Parse(sheetText))
})

// Write prints the sheet as one HTML page that needs nothing else. All text of
// lists and subjects is escaped.
func (s *Sheet) Write(w io.Writer) error {
	if err := sheetTemplate().Execute(w, s); err != nil {
		return fmt.Errorf("print sheet of %s: %w", s.ref(), err)
	}
	return nil
}
