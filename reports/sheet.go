// SPDX-License-Identifier: Apache-2.0

// Package reports turns values into documents for people: a printable sheet for
// one finding, and packs of tables for who has to prove something, as a page or
// a workbook. It knows no case and decides nothing; what a sheet prints are the
// reasons of the finding and nothing else.
package reports

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
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
		"strong": func(n names.Nats) bool { return n > 0 },
	}).Parse(sheetText))
})

// Write prints the sheet as one HTML page that needs nothing else. All text of
// lists and subjects is escaped.
func (s *Sheet) Write(w io.Writer) error {
	if err := sheetTemplate().Execute(w, s); err != nil {
		return fmt.Errorf("print sheet of %s: %w", s.Finding.Ref, err)
	}
	return nil
}
