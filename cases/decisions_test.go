// SPDX-License-Identifier: Apache-2.0

package cases

import (
	"strings"
	"testing"

	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/screening"
)

const file = `# false hits of the year
{"subject":"sha256:aa","ref":"us-ofac-sdn/1","record":"sha256:01","by":"K. Meyer","reason":"another date of birth, passport seen"}
`

func answer(subject, record string) *screening.Answer {
	return &screening.Answer{Record: subject, Findings: []screening.Finding{
		{Ref: party.Ref{List: "us-ofac-sdn", ID: "1"}, Record: record}, {Ref: party.Ref{List: "us-ofac-sdn", ID: "2"}, Record: "sha256:02"}}}
}

func TestSuppressHoldsWhileBothRecordsStand(t *testing.T) {
	for _, c := range []struct {
		name, subject, record        string
		findings, suppressed, lapsed int
	}{
		{"as decided", "sha256:aa", "sha256:01", 1, 1, 0},
		{"the list entry changed", "sha256:aa", "sha256:99", 2, 0, 1},
		{"the subject changed", "sha256:bb", "sha256:01", 2, 0, 0},
	} {
		d, err := ParseDecisions(strings.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		a := answer(c.subject, c.record)
		d.Suppress(a)
		if len(a.Findings) != c.findings || a.Suppressed != c.suppressed || d.Lapsed() != c.lapsed {
			t.Errorf("%s: %d findings, %d suppressed, %d lapsed, want %d, %d, %d", c.name, len(a.Findings), a.Suppressed, d.Lapsed(), c.findings, c.suppressed, c.lapsed)
		}
	}
}

func TestDecisionsNeedAPersonAndAReason(t *testing.T) {
	for _, line := range []string{`{`, `{"subject":"a","ref":"l/1","record":"b","by":"me"}`, `{"subject":"a","ref":"nolist","record":"b","by":"me","reason":"r"}`} {
		if _, err := ParseDecisions(strings.NewReader(file + line)); err == nil || !strings.Contains(err.Error(), "line 3") {
			t.Errorf("ParseDecisions(%q) = %v, want an error that names line 3", line, err)
		}
	}
}

func FuzzParseDecisions(f *testing.F) {
	f.Add(file)
	f.Fuzz(func(t *testing.T, s string) {
		if d, err := ParseDecisions(strings.NewReader(s)); err == nil {
			d.Suppress(answer("sha256:aa", "sha256:01"))
		}
	})
}
