// SPDX-License-Identifier: Apache-2.0

package reports

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/names"
	"github.com/interdict-dev/interdict/ownership"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/screening"
)

// sheet is a finding with every field filled in.
func sheet() *Sheet {
	return &Sheet{
		Subject: screening.Described{ID: "K-17", Pointer: "vendors.csv:12", Role: "vendor", Name: "Integrity Tech", Type: party.Organization},
		Record:  "sha256:aa",
		Finding: screening.Finding{
			Ref: party.Ref{List: "us-ofac-sdn", ID: "50543"}, Kind: party.Organization, Name: "INTEGRITY TECHNOLOGY GROUP", Matched: "永信至成科技集团股份有限公司", Score: 9726, Grade: screening.Listed,
			Weak: true, Programs: []string{"CYBER2", "RUSSIA-EO14024"}, Listed: party.Date{Year: 2025, Month: 1, Day: 3}, Identity: []party.Ref{{List: "uk-ofsi", ID: "9"}}, Innocent: 0.00025,
			Reasons: []screening.Reason{
				{Kind: "name.same", Weight: 2900, Left: "Integrity", Right: "INTEGRITY"},
				{Kind: "name.extra", Weight: -700, Left: "Beijing", Note: "place"},
				{Kind: "country.same", Weight: 700, Left: "cn", Right: "cn", Note: "address"},
			},
			Effects:  []screening.Effect{{Regime: "us", IfConfirmed: "blocked", Authority: "31 CFR 578", Note: "all property"}},
			Remarks:  "also known by its ticker",
			Evidence: 2900, Record: "sha256:bb",
		},
		Book: "sha256:cc", Program: "interdict 1", Policy: "default", LawAsOf: party.Date{Year: 2026, Month: 11, Day: 23}, FactsAsOf: party.Date{Year: 2026, Month: 11, Day: 22},
		Lists:  []SheetList{{List: "us-ofac-sdn", Published: "2025-11-19", Age: "4 days", Notice: "held", Entries: 18367}},
		Notice: "built-in facts only",
	}
}

// text prints a sheet and returns its visible text, and how often each element
// stands in it.
func text(t *testing.T, s *Sheet) (string, map[string]int) {
	t.Helper()
	var b bytes.Buffer
	if err := s.Write(&b); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	tags := map[string]int{}
	for z := html.NewTokenizer(&b); ; {
		switch z.Next() {
		case html.ErrorToken:
			return out.String(), tags
		case html.TextToken:
			out.WriteString(string(z.Text()) + "\n")
		case html.StartTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			tags[string(name)]++
		}
	}
}

func TestSheetSaysAll(t *testing.T) {
	s := sheet()
	got, _ := text(t, s)
	want := []string{
		"Finding: listed, match strength 0.97", "built-in facts only", "Integrity Tech", "K-17", "vendors.csv:12", "vendor",
		"us-ofac-sdn/50543, uk-ofsi/9", "INTEGRITY TECHNOLOGY GROUP", "永信至成科技集团股份有限公司 (weak alias)", "CYBER2, RUSSIA-EO14024", "2025-01-03", "also known by its ticker",
		"0.000250", "blocked; 31 CFR 578", "(all property)", "18367 entries, 2025-11-19, 4 days old (held)", "2026-11-23", "2026-11-22",
		"book sha256:cc", "policy default", "subject sha256:aa", "entry sha256:bb", "program interdict 1",
	}
	sum := names.Nats(0)
	for _, r := range s.Finding.Reasons {
		want = append(want, r.Kind, fmt.Sprintf("%+.1f", float64(r.Weight)/1000), r.Note, r.Left, r.Right)
		sum += r.Weight
	}
	if sum != s.Finding.Evidence {
		t.Fatalf("the reasons of the fixture add up to %d, its evidence is %d", sum, s.Finding.Evidence)
	}
	for _, w := range append(want, "+2.9\nin sum.") {
		if !strings.Contains(strings.ReplaceAll(got, "\n\n", "\n"), w) && !strings.Contains(got, w) {
			t.Errorf("the sheet does not say %q:\n%s", w, got)
		}
	}
}

func TestSheetEscapesWhatOthersWrote(t *testing.T) {
	const evil = `<script>alert(1)</script><img src=x onerror="a()">'"&`
	_, before := text(t, sheet())
	s := sheet()
	s.Subject.Name, s.Subject.ID, s.Subject.Pointer, s.Subject.Role = evil, evil, evil, evil
	s.Finding.Name, s.Finding.Matched, s.Finding.Remarks = evil, evil, evil
	s.Finding.Programs = []string{evil, evil}
	s.Finding.Ref.ID = evil
	for i := range s.Finding.Reasons {
		r := &s.Finding.Reasons[i]
		r.Kind, r.Left, r.Right, r.Note = evil, evil, evil, evil
	}
	s.Finding.Effects[0].Authority, s.Finding.Effects[0].Note = evil, evil
	s.Lists[0].List, s.Lists[0].Notice, s.Notice, s.Policy, s.Book, s.Program = evil, evil, evil, evil, evil, evil
	var b bytes.Buffer
	if err := s.Write(&b); err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(b.Bytes(), []byte("<script")) || bytes.Contains(b.Bytes(), []byte("<img")) {
		t.Error("text of a list stands in the page as markup")
	}
	_, after := text(t, s)
	if len(after) != len(before) {
		t.Errorf("elements %v, without the text of others %v", after, before)
	}
	for tag, n := range before {
		if after[tag] != n {
			t.Errorf("%d elements %s, want %d", after[tag], tag, n)
		}
	}
	if n := bytes.Count(b.Bytes(), []byte("&lt;script&gt;")); n < 15 {
		t.Errorf("the names stand %d times in the page, want each shown as written", n)
	}
}

func TestSheetWithoutEffectsAndReasons(t *testing.T) {
	s := sheet()
	s.Finding.Effects, s.Finding.Reasons, s.Finding.Identity, s.Finding.Programs, s.Lists = nil, nil, nil, nil, nil
	s.Finding.Listed, s.Notice, s.Finding.Weak = party.Date{}, "", false
	got, _ := text(t, s)
	if !strings.Contains(got, "No effect is known for the regimes asked about.") {
		t.Error("a sheet without effects does not say so")
	}
	for _, absent := range []string{"Incomplete", "weak alias", "0000"} {
		if strings.Contains(got, absent) {
			t.Errorf("a sheet without it says %q", absent)
		}
	}
	got, _ = text(t, &Sheet{})
	if !strings.Contains(got, "Decision") {
		t.Error("an empty sheet is cut short")
	}
}

func TestSheetNeedsNothingElse(t *testing.T) {
	_, tags := text(t, sheet())
	for _, tag := range []string{"script", "img", "link", "iframe", "a"} {
		if tags[tag] > 0 {
			t.Errorf("the page has %d elements %s", tags[tag], tag)
		}
	}
}

// Where the answer rests on ownership, on licences or on what cascades, the
// sheet says so: one that is printed is all that some reader will see.
func TestSheetPrintsProofsLicencesAndCascades(t *testing.T) {
	s := sheet()
	s.Finding.Grade = screening.Owned
	half, err := claim.NewPercent(50, 1)
	if err != nil {
		t.Fatal(err)
	}
	a, b := party.Ref{List: "local", ID: "acme"}, party.Ref{List: "us-ofac-sdn", ID: "7"}
	s.Finding.Proofs = []*ownership.Proof{{Version: 1, Company: a, Grade: "owned", Regime: "us-ofac", Rule: "us-ofac/2014", Threshold: half, Law: s.LawAsOf, Facts: s.FactsAsOf,
		Listed: []ownership.Listed{{Party: b, Entry: b}}, Sources: []string{"31 CFR 578.411 <b>"}}}
	s.Called = func(r party.Ref) string { return "the firm " + r.ID }
	s.Finding.Effects = []screening.Effect{
		{Regime: "us-ofac", IfConfirmed: "block", Authority: "31 CFR 578", Cascades: true, Licences: []string{"31 CFR 578.206 (exemption)", "Cyber General License 1C"}},
		{Regime: "uk", IfConfirmed: "review", Authority: "S.I. 2020/597"},
	}
	flat := flat(t, s)
	for _, want := range []string{"Who is reached, and not listed", "Proof: how listed parties reach it", "the firm acme is owned under us-ofac/2014 (at least 50 %)", "31 CFR 578.411 <b>",
		"reaches companies that the party owns", "does not reach companies that the party owns", "31 CFR 578.206 (exemption); Cyber General License 1C"} {
		if !strings.Contains(flat, want) {
			t.Errorf("the sheet does not say %q:\n%s", want, flat)
		}
	}
	if plain, _ := text(t, sheet()); strings.Contains(plain, "Proof:") || strings.Contains(plain, "licences that stood") {
		t.Error("a sheet without proofs and licences speaks of them")
	}
}

// flat is the text of a sheet with one blank between its words.
func flat(t *testing.T, s *Sheet) string {
	t.Helper()
	got, _ := text(t, s)
	return strings.Join(strings.Fields(html.UnescapeString(got)), " ")
}

// The sheet of a place says nothing of a listed party.
func TestSheetOfAPlace(t *testing.T) {
	s := sheet()
	s.Place = &screening.Place{Ref: party.Ref{List: screening.PlaceList, ID: "crimea"}, Name: "Crimea", Country: "ua-cri", Record: "sha256:dd",
		Reasons: []screening.Reason{{Kind: "place.city", Left: "Simferopol", Right: "Crimea", Note: "address"}},
		Bans: []screening.PlaceBan{
			{Regime: "us-ofac", Measure: "embargo", Authority: "E.O. 13685", Since: party.Date{Year: 2014, Month: 12, Day: 19}, Source: "https://example.org", Licences: []string{"General License 9"}},
			{Regime: "eu", Measure: "partial", Authority: "692/2014", Since: party.Date{Year: 2014, Month: 6, Day: 25}, Until: party.Date{Year: 2030}, Unsure: true},
		}}
	flat := flat(t, s)
	for _, want := range []string{"Place under an embargo: Crimea", "no listed party is matched", "Simferopol", "place.city, address", "embargo on nearly all trade and services; E.O. 13685; since 2014-12-19",
		"General License 9", "the dealings that the authority names; 692/2014; since 2014-06-25, until 2030 (not read in the source: confirm)", "law of the place sha256:dd", "Decision"} {
		if !strings.Contains(flat, want) {
			t.Errorf("the sheet does not say %q:\n%s", want, flat)
		}
	}
	for _, absent := range []string{"INTEGRITY", "match strength", "50543", "nats of log-odds"} {
		if strings.Contains(flat, absent) {
			t.Errorf("the sheet of a place says %q", absent)
		}
	}
}

// The sheet of a shared address says who is there, and of no finding.
func TestSheetOfASharedAddress(t *testing.T) {
	s := sheet()
	s.Premises = &screening.Premises{Ref: party.Ref{List: screening.PremisesList, ID: "9f86d081"}, Address: "15 Lenin St., <Moscow>", Shared: 12, Record: "sha256:ee",
		Parties: []screening.Neighbour{{Ref: party.Ref{List: "us-ofac-sdn", ID: "2"}, Name: "BALTIC PUMP FACTORY", Address: "ul. Lenina 15, Moscow", Programs: []string{"SDGT"}, Listed: party.Date{Year: 2025, Month: 5, Day: 3},
			Reasons: []screening.Reason{{Kind: "premises.house", Left: "15", Right: "15", Note: "agrees"}}}}}
	flat := flat(t, s)
	for _, want := range []string{"Address shared with 12 listed parties", "resembles none of them", "15 Lenin St., <Moscow>", "BALTIC PUMP FACTORY; ul. Lenina 15, Moscow; SDGT; listed 2025-05-03",
		"premises.house agrees: 15, 15.", "12 listed parties have this address", "who is there sha256:ee", "premises/9f86d081", "Decision"} {
		if !strings.Contains(flat, want) {
			t.Errorf("the sheet does not say %q:\n%s", want, flat)
		}
	}
	for _, absent := range []string{"INTEGRITY", "match strength", "50543", "nats of log-odds"} {
		if strings.Contains(flat, absent) {
			t.Errorf("the sheet of an address says %q", absent)
		}
	}
}

type full struct{ room int }

var errFull = errors.New("disk full")

func (f *full) Write(p []byte) (int, error) {
	if f.room -= len(p); f.room < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestSheetReportsAFullDisk(t *testing.T) {
	for _, room := range []int{0, 10, 1500} {
		if err := sheet().Write(&full{room}); !errors.Is(err, errFull) || !strings.Contains(err.Error(), "us-ofac-sdn/50543") {
			t.Errorf("error %v after %d bytes, want one of the disk that names the finding", err, room)
		}
	}
}
