// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"bytes"
	"strings"
	"testing"

	"github.com/interdict-dev/interdict/party"
)

// ran runs a small deck over the starter book.
func ran(t testing.TB, p Plan) *Report {
	t.Helper()
	b := starterBook(t)
	deck, err := Make(b, Options{Seed: 3, N: 60, Innocents: map[party.Kind][]string{party.Person: {"=Will Smith", "Jane Doe"}, party.Organization: {"Acme Trading LLC", "Phoenix"}}})
	if err != nil {
		t.Fatal(err)
	}
	deck = append(deck, Case{ID: "gone", Kind: "pos", Class: "exact", Type: "person", Query: "Somebody Else", Listed: "ELSE, Somebody", Expect: []string{"no such entry"}})
	r, err := Run(t.Context(), b, deck, p)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestPackListsEveryRecord holds that every record of the deck stands in the
// pack, and that misses, false alarms, cases set apart and absent ones stand in
// their lists and nowhere else.
func TestPackListsEveryRecord(t *testing.T) {
	r := ran(t, Plan{MinScore: 9990}) // so high that much is missed
	pack := r.Pack()
	in := func(title string) map[string]string {
		for _, s := range pack.Sections {
			if s.Title == title {
				out := map[string]string{}
				for _, row := range s.Rows {
					out[row[0].Text] = row[7].Text
				}
				return out
			}
		}
		t.Fatalf("the pack has no section %s", title)
		return nil
	}
	all, misses, alarms, apart, absent := in("All records"), in("Misses"), in("False alarms"), in("Set apart"), in("Absent")
	if len(all) != r.Cases || len(misses) == 0 || len(absent) != 1 {
		t.Errorf("%d of %d records, %d misses, %d absent", len(all), r.Cases, len(misses), len(absent))
	}
	for i := range r.Outcomes {
		o := &r.Outcomes[i]
		result := all[o.Case.ID]
		_, missed := misses[o.Case.ID]
		_, alarm := alarms[o.Case.ID]
		_, isApart := apart[o.Case.ID]
		_, gone := absent[o.Case.ID]
		if want := o.counts() && o.Found != 1; missed != want || strings.HasPrefix(result, "missed") && !missed && !isApart {
			t.Errorf("%s, %q: missed %v, want %v", o.Case.ID, result, missed, want)
		}
		if want := o.Case.Kind == "neg" && o.Findings > 0; alarm != want || (result == "false alarm") != want {
			t.Errorf("%s, %q: false alarm %v, want %v", o.Case.ID, result, alarm, want)
		}
		if isApart != o.isApart() || gone != (o.Case.ID == "gone") {
			t.Errorf("%s, %q: set apart %v, absent %v", o.Case.ID, result, isApart, gone)
		}
		if n := len(result); n == 0 {
			t.Errorf("%s has no result", o.Case.ID)
		}
	}
	var page, workbook bytes.Buffer
	if err := pack.WriteHTML(&page); err != nil {
		t.Error(err)
	}
	if err := pack.WriteXLSX(&workbook); err != nil {
		t.Error(err)
	}
	for _, s := range pack.Sections {
		if !strings.Contains(page.String(), ">"+s.Title+"</h2>") {
			t.Errorf("the page has no section %s", s.Title)
		}
		if len([]rune(s.Title)) > 31 || strings.ContainsAny(s.Title, `[]:*?/\`) {
			t.Errorf("%q is no name of a sheet", s.Title)
		}
		seen := map[string]bool{}
		for _, c := range s.Columns {
			if seen[strings.ToLower(c.Name)] || c.Name == "" {
				t.Errorf("%s: the column %q stands twice or has no name, and Excel would repair the table", s.Title, c.Name)
			}
			seen[strings.ToLower(c.Name)] = true
		}
		for _, row := range s.Rows {
			if len(row) != len(s.Columns) {
				t.Errorf("%s: a row of %d cells under %d columns", s.Title, len(row), len(s.Columns))
			}
		}
	}
}

// TestPackSignsNothing holds that the lines for people stay blank.
func TestPackSignsNothing(t *testing.T) {
	pack := ran(t, Plan{}).Pack()
	last := pack.Sections[len(pack.Sections)-1]
	if len(last.Sign) != 3 || len(last.Rows) != 0 || !strings.Contains(last.Text[0], "signs nothing") {
		t.Errorf("the last section is %+v", last)
	}
}
