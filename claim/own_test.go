// SPDX-License-Identifier: Apache-2.0

package claim

import (
	"testing"

	"github.com/interdict-dev/interdict/infra"
	"github.com/interdict-dev/interdict/party"
)

func TestOwn(t *testing.T) {
	e := party.Entry{
		Ref: party.Ref{List: "us-ofac-sdn", ID: "50543"},
		Websites: []string{
			"www.integritytech.com.cn", "https://sinbad.io", "https://t.me/somebody", "facebook.com/somebody/",
			"somebody.github.io", "github.io", "Zservers.ru", "http://1.2.3.4/", "not a site",
		},
		Identifiers: []party.Identifier{
			party.NewIdentifier(party.Wallet("XBT"), "", "18dLDAWi8LmrHbEq3QzDJb9SLxCf4uimXB"),
			party.NewIdentifier(party.USCC, "cn", "91110108562135265P"),
		},
	}
	claims, errs := Own(&e, Source{Name: "OFAC", Class: Legal})
	want := []struct {
		from  string
		scope infra.Scope
	}{
		{"domain:integritytech.com.cn", infra.WithSubdomains},
		{"domain:sinbad.io", infra.WithSubdomains},
		{"url:https://t.me/somebody", infra.Exact},
		{"url:http://facebook.com/somebody/", infra.Exact},
		{"domain:somebody.github.io", infra.WithSubdomains},
		{"domain:github.io", infra.Exact},
		{"domain:zservers.ru", infra.WithSubdomains},
		{"ipv4:1.2.3.4", infra.Exact},
		{"wallet:18dLDAWi8LmrHbEq3QzDJb9SLxCf4uimXB", infra.Exact},
	}
	if len(claims) != len(want) || len(errs) != 1 {
		t.Fatalf("Own gives %d claims and errors %v, want %d and one error", len(claims), errs, len(want))
	}
	for i, c := range claims {
		if c.From.String() != want[i].from || c.Scope != want[i].scope || c.Relation != OwnOf || c.To.Party != e.Ref || c.Source.Class != Legal {
			t.Errorf("claim %d = %+v, want %v own-of the entry, %v", i, c, want[i].from, want[i].scope)
		}
	}
}
