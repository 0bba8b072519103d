// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"strings"
	"testing"

	"github.com/interdict-dev/interdict/party"
)

func TestApart(t *testing.T) {
	c := &census{byWord: map[string][]int32{}}
	for i, e := range []party.Entry{
		{Kind: party.Person, Names: []party.Name{{Full: "KIM, Nam Ung"}}},
		{Kind: party.Person, Names: []party.Name{{Full: "KIM, Kyong Nam"}, {Full: "Nam", Weak: true}}},
		{Kind: party.Organization, Names: []party.Name{{Full: "KOREA SAMJONG SHIPPING CO"}}},
		{Kind: party.Organization, Names: []party.Name{{Full: "ASRE SANAT ESHRAGH COMPANY"}}},
		{Kind: party.Organization, Names: []party.Name{{Full: "RUSSIAN FINANCIAL ALLIANCE BANK"}}},
		{Kind: party.Organization, Names: []party.Name{{Full: "RUSSIAN FINANCIAL CORPORATION BANK JSC"}}},
	} {
		e.Ref = party.Ref{List: "us-ofac-sdn", ID: string(rune('1' + i))}
		c.count(&e)
	}
	for _, k := range []struct {
		kind, query, listed, id, want string
	}{
		{"person", "Nam KIM", "KIM, Nam Ung", "1", "it fits KIM, Kyong Nam"},
		{"person", "Nam Ung KIM", "KIM, Nam Ung", "1", ""},
		{"person", "Nm KIM", "KIM, Nam Ung", "1", ""}, // not a matter of words left out
		{"business", "KOREA SHIPPING CO", "KOREA SAMJONG SHIPPING CO", "3", "the words that name it are gone"},
		{"business", "KOREA SAMJONG CO", "KOREA SAMJONG SHIPPING CO", "3", ""},
		{"business", "ASRE SANAT COMPANY", "ASRE SANAT ESHRAGH COMPANY", "4", ""},
		{"business", "RUSSIAN FINANCIAL BANK", "RUSSIAN FINANCIAL ALLIANCE BANK", "5", "it fits RUSSIAN FINANCIAL CORPORATION BANK JSC"},
		{"business", "JOINT STOCK COMPANY", "JOINT STOCK COMPANY SIGNUM", "3", "nothing is left of it"},
		{"business", "JOINT STOCK COMPANY SIGNUM", "JOINT STOCK COMPANY SIGNUM", "3", ""},
		{"business", "SHIPPING KOREA SAMJONG", "KOREA SAMJONG SHIPPING CO", "3", ""},
	} {
		got := c.apart(&Case{Kind: "pos", Type: k.kind, Query: k.query, Listed: k.listed, Expect: []string{k.id}})
		if !strings.HasPrefix(got, k.want) || (k.want == "") != (got == "") {
			t.Errorf("%q for %q: apart %q, want %q", k.query, k.listed, got, k.want)
		}
	}
	if got := c.apart(&Case{Kind: "neg", Query: "Nam KIM"}); got != "" {
		t.Errorf("an innocent name is set apart: %q", got)
	}
}
