// SPDX-License-Identifier: Apache-2.0

package verify

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/interdict-dev/interdict/ownership"
)

// proof is written by hand: X holds 50 % of A, A 30 % and X 20 % of B.
const proof = `{"version":1,"company":"local/B","grade":"owned","regime":"us-ofac","rule":"us-ofac/2014","threshold":"50","aggregate":true,"joint":"all",
"law_as_of":"2025-12-01","facts_as_of":"2025-12-01","listed":[{"party":"local/X","entry":"us-ofac-sdn/1","regime":"us-ofac","cascades":true,"from":"2025-01-03"}],
"steps":[
{"company":"local/A","kinds":["equity","capital"],"sum":"50","by":[{"holders":["local/X"],"least":"50","stakes":[{"Owner":"local/X","Owned":"local/A","Share":{"Lo":"50","Hi":"50"},"From":"2020"}]}]},
{"company":"local/B","kinds":["equity","capital"],"sum":"50","by":[
 {"holders":["local/X"],"least":"20","stakes":[{"Owner":"local/X","Owned":"local/B","Share":{"Lo":"20","Hi":"20"}}]},
 {"holders":["local/A"],"least":"30","stakes":[{"Owner":"local/A","Owned":"local/B","Share":{"Lo":"30","Hi":"30"}}]}]}]}`

// TestProof changes one thing at a time, as somebody might who wants a proof
// to say more than it shows.
func TestProof(t *testing.T) {
	for _, c := range []struct{ from, to, wrong string }{
		{"", "", ""},
		{`"Lo":"30","Hi":"30"`, `"Lo":"29.99","Hi":"30"`, "do not carry it"},
		{`"Owner":"local/A","Owned":"local/B"`, `"Owner":"local/Z","Owned":"local/B"`, "of the holders"},
		{`"holders":["local/A"]`, `"holders":["local/Z"]`, "neither listed nor shown"},
		{`"Owned":"local/B","Share":{"Lo":"20"`, `"Owned":"local/C","Share":{"Lo":"20"`, "no share that counts"},
		{`"from":"2025-01-03"`, `"from":"2026-01-03"`, "not a listing"},
		{`"cascades":true`, `"cascades":false`, "not a listing"},
		{`"From":"2020"`, `"From":"2025"`, "do not carry it"},
		{`"law_as_of":"2025-12-01"`, `"law_as_of":"2013-12-01"`, "was not in force"},
		{`"rule":"us-ofac/2014"`, `"rule":"us-ofac/2099"`, "no rule"},
		{`"rule":"us-ofac/2014"`, `"rule":"uk/2020"`, "does not ask"},
		{`"threshold":"50"`, `"threshold":"20"`, "does not ask"},
		{`"company":"local/B","grade"`, `"company":"local/C","grade"`, "does not show"},
		{`"grade":"owned"`, `"grade":"controlled"`, "do not show the grade"},
		{`"Owner":"local/A","Owned":"local/B",`, `"Owner":"local/A","Owned":"local/B","Kind":"profit",`, "no share that counts"},
		{`"Owner":"local/A","Owned":"local/B",`, `"Owner":"local/A","Owned":"local/B","Held":"nominee",`, "does not hold for itself"},
		{`"Owner":"local/A","Owned":"local/B",`, `"Owner":"local/A","Owned":"local/B","Held":"indirect",`, "do not carry it"},
		{`"version":1`, `"version":2`, "version"},
	} {
		text := strings.Replace(proof, c.from, c.to, 1)
		if c.from != "" && text == proof {
			t.Fatalf("%q is not in the proof", c.from)
		}
		var p ownership.Proof
		if err := json.Unmarshal([]byte(text), &p); err != nil {
			t.Fatal(err)
		}
		err := Proof(&p)
		if c.wrong == "" && err != nil || c.wrong != "" && (err == nil || !strings.Contains(err.Error(), c.wrong)) {
			t.Errorf("%s instead of %s: %v, want %q", c.to, c.from, err, c.wrong)
		}
	}
}
