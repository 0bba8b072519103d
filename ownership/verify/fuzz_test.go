// SPDX-License-Identifier: Apache-2.0

package verify

import (
	"encoding/json"
	"testing"

	"github.com/interdict-dev/interdict/ownership"
)

// certificate is written by hand: X holds 49 % of A, which holds all of B.
const certificate = `{"version":1,"company":"local/B","certificate":"not-owned","counting":"most","regime":"us-ofac","rule":"us-ofac/2014","threshold":"50",
"more_than":false,"aggregate":true,"joint":"all","own_shares":"open","law_as_of":"2025-12-01","facts_as_of":"2025-12-01",
"parts":[{"listed":[{"party":"local/X","entry":"us-ofac-sdn/1","regime":"us-ofac","cascades":true,"from":"2025-01-03"}],"outside":[
{"party":"local/B","holders":[{"parties":["local/A"],"counts":false,"stakes":[{"Owner":"local/A","Owned":"local/B","Share":{"Lo":"100","Hi":"100"}}]}]},
{"party":"local/A","holders":[{"parties":["local/X"],"counts":true,"stakes":[{"Owner":"local/X","Owned":"local/A","Share":{"Lo":"49","Hi":"49"}}]}]}]}]}`

func TestCertificateByHand(t *testing.T) {
	var c ownership.Certificate
	if err := json.Unmarshal([]byte(certificate), &c); err != nil {
		t.Fatal(err)
	}
	if err := Certificate(&c); err != nil {
		t.Error(err)
	}
	c.Parts[0].Outside = c.Parts[0].Outside[:1]
	if Certificate(&c) == nil {
		t.Error("nothing shows that A is not owned, and it holds still")
	}
}

// FuzzVerify reads what anybody may hand in: no proof and no certificate makes
// the checker fall over.
func FuzzVerify(f *testing.F) {
	f.Add([]byte(proof))
	f.Add([]byte(certificate))
	f.Add([]byte(`{"version":1,"certificate":"indeterminate","rule":"uk/2020","parts":[{}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var p ownership.Proof
		if json.Unmarshal(text, &p) == nil && Proof(&p) == nil && len(p.Listed) == 0 {
			t.Errorf("a proof without a listing is taken: %s", text)
		}
		var c ownership.Certificate
		if json.Unmarshal(text, &c) == nil && Certificate(&c) == nil && len(c.Parts) == 0 {
			t.Errorf("a certificate without parts is taken: %s", text)
		}
	})
}
