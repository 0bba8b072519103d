// SPDX-License-Identifier: Apache-2.0

package bods

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/law"
	"github.com/interdict-dev/interdict/ownership"
	"github.com/interdict-dev/interdict/party"
)

// data returns the folder of the standard's own files, or skips.
func data(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("INTERDICT_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	dir = filepath.Join(dir, "ownership", "bods-0.4")
	if _, err := os.Stat(dir); err != nil {
		if os.Getenv("INTERDICT_REQUIRE_DATA") == "1" {
			t.Fatalf("%s is required and not there", dir)
		}
		t.Skipf("%s is not there: the standard's files are not part of the repository", dir)
	}
	return dir
}

type result struct {
	stakes   []claim.Stake
	parties  []*party.Entry
	ties     int
	silences []string
	issues   []*ownership.Issue
	err      error
}

func read(text []byte) result {
	var out result
	for r, err := range Read(bytes.NewReader(text), "f.json") {
		var is *ownership.Issue
		if errors.As(err, &is) {
			out.issues = append(out.issues, is)
		} else if err != nil {
			out.err = err
		}
		switch {
		case !r.Stake.Owner.IsZero():
			out.stakes = append(out.stakes, r.Stake)
		case r.Party != nil:
			out.parties = append(out.parties, r.Party)
		case r.Tie != nil:
			out.ties++
		case r.Silence != "":
			out.silences = append(out.silences, r.About.ID+": "+r.Silence)
		}
	}
	return out
}

func readFile(t *testing.T, path string) result {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return read(text)
}

func TestExamples(t *testing.T) {
	dir := filepath.Join(data(t), "examples")
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(files) < 15 {
		t.Fatalf("%d examples, %v", len(files), err)
	}
	stakes := 0
	for _, f := range files {
		r := readFile(t, f)
		if r.err != nil {
			t.Errorf("%s: %v", filepath.Base(f), r.err)
		}
		for _, is := range r.issues {
			if is.Line == 0 || is.Kind != ownership.Dangling {
				t.Errorf("%s: %v (%v)", filepath.Base(f), is, is.Kind)
			}
		}
		for _, s := range r.stakes {
			if s.Line < 2 || s.File != "f.json" {
				t.Errorf("%s: %+v does not say where it stands", filepath.Base(f), s)
			}
		}
		stakes += len(r.stakes)
	}
	if stakes < 60 {
		t.Errorf("%d stakes in all examples", stakes)
	}
}

func TestUnspecifiedAndNominee(t *testing.T) {
	dir := filepath.Join(data(t), "examples")
	r := readFile(t, filepath.Join(dir, "listed-company-exempt-from-disclosure.json"))
	if len(r.stakes) != 0 || len(r.silences) != 1 || !strings.Contains(r.silences[0], "subjectExemptFromDisclosure") {
		t.Errorf("stakes %v, silences %q", r.stakes, r.silences)
	}
	r = readFile(t, filepath.Join(dir, "nomination.json"))
	if r.ties != 3 {
		t.Errorf("%d ties, want nominator, nominee and board member", r.ties)
	}
}

func TestHoldingsOfANominationAreItsNominators(t *testing.T) {
	text := `[
{"statementId":"1","statementDate":"2024-01-01","recordId":"n","recordType":"entity","recordDetails":{"isComponent":true,"entityType":{"type":"arrangement","subtype":"nomination"},"name":"a nomination"}},
{"statementId":"2","statementDate":"2024-01-01","recordId":"r1","recordType":"relationship","recordDetails":{"isComponent":true,"subject":"c","interestedParty":"n","interests":[{"type":"shareholding","directOrIndirect":"direct","share":{"exact":60}}]}},
{"statementId":"3","statementDate":"2024-01-01","recordId":"r2","recordType":"relationship","recordDetails":{"isComponent":true,"subject":"n","interestedParty":"x","interests":[{"type":"nominator"}]}}
]`
	r := read([]byte(text))
	if len(r.stakes) != 1 || r.stakes[0].Held != claim.Nominee || r.stakes[0].For != ref("x") || r.stakes[0].Line != 3 {
		t.Errorf("%+v", r.stakes)
	}
}

// TestHistory follows the register of a real layout: 100 %, then 40, 30 and none.
func TestHistory(t *testing.T) {
	r := readFile(t, filepath.Join(data(t), "examples", "tecido.json"))
	b := ownership.NewBuilder()
	for _, s := range r.stakes {
		if err := b.Add(s); err != nil {
			t.Fatal(err)
		}
	}
	g := b.Graph()
	seeds := g.Seeds([]ownership.Listed{{Party: ref("018AF6B3EB"), Entry: ref("x"), Regime: law.OFAC, Cascades: true}})
	var got []string
	for _, day := range []string{"2010-01-01", "2021-09-23", "2021-09-24", "2022-12-01", "2024-01-01"} {
		d, err := party.ParseDate(day)
		if err != nil {
			t.Fatal(err)
		}
		a, err := g.Own(ref("01B68D7633"), ownership.Query{Regime: law.OFAC, Law: mustBe(t, "2023-12-01"), Facts: d, Listed: seeds})
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprintf("%v %v", a.Status, a.Least))
	}
	if s, want := strings.Join(got, ", "), "owned 100, owned 100, below 40, below 30, below 0"; s != want {
		t.Errorf("%s, want %s", s, want)
	}
}

func mustBe(t *testing.T, s string) party.Date {
	t.Helper()
	d, err := party.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestStandardsOwnTests: what the standard calls valid gives no reject; what
// it calls invalid, in what concerns ownership, is reported.
func TestStandardsOwnTests(t *testing.T) {
	dir := filepath.Join(data(t), "tests", "data")
	valid, err := filepath.Glob(filepath.Join(dir, "valid-statements", "*.json"))
	if err != nil || len(valid) < 50 {
		t.Fatalf("%d valid files, %v", len(valid), err)
	}
	for _, f := range valid {
		r := readFile(t, f)
		if r.err != nil {
			t.Errorf("valid %s: %v", filepath.Base(f), r.err)
		}
		for _, is := range r.issues {
			if is.Kind != ownership.Dangling && is.Kind != ownership.Unspecified {
				t.Errorf("valid %s: %v", filepath.Base(f), is)
			}
		}
	}
	// What does not touch ownership is the business of a validator.
	// A year alone is a date that the graph can hold open.
	leave := []string{"beneficialOwnershipOrControl", "componentRecords", "component_records", "end_date_dateformat"}
	invalid, err := filepath.Glob(filepath.Join(dir, "invalid-statements", "relationship_*.json"))
	if err != nil || len(invalid) < 20 {
		t.Fatalf("%d invalid files, %v", len(invalid), err)
	}
	for _, f := range invalid {
		name := filepath.Base(f)
		left := false
		for _, l := range leave {
			left = left || strings.Contains(name, l)
		}
		r := readFile(t, f)
		reported := r.err != nil
		for _, is := range r.issues {
			reported = reported || is.Kind != ownership.Dangling
		}
		if !reported && !left {
			t.Errorf("invalid %s is taken in silence: %+v", name, r.stakes)
		}
	}
}

func TestTruncatedFileIsAnError(t *testing.T) {
	for _, text := range []string{"", "[", `[{"recordId":"a"}`, `[{"recordId":`, "nonsense"} {
		if r := read([]byte(text)); r.err == nil {
			t.Errorf("%q: no error", text)
		}
	}
	if r := read([]byte(`{"recordId":"a","recordType":"other","recordDetails":{}}` + "\n" + `{"recordId":"b"}`)); r.err != nil || len(r.issues) != 2 || r.issues[1].Line != 2 {
		t.Errorf("%+v", r)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`[{"statementId":"2","recordId":"r1","recordType":"relationship","recordDetails":{"isComponent":true,"subject":"c","interestedParty":"n","interests":[{"type":"shareholding","share":{"exclusiveMinimum":25,"maximum":50},"startDate":"2020-01-01"}]}}]`))
	f.Add([]byte(`{"recordId":"a","recordType":"person","recordDetails":{"personType":"knownPerson"}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, s := range read(text).stakes {
			if s.Owner.IsZero() || s.Share.Lo.Cmp(s.Share.Hi) > 0 {
				t.Errorf("%+v", s)
			}
		}
	})
}
