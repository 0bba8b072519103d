// SPDX-License-Identifier: Apache-2.0

package attribution_test

import (
	"strings"
	"testing"

	"github.com/interdict-dev/interdict/attribution"
	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/evidence"
	"github.com/interdict-dev/interdict/party"
)

func trace(t testing.TB, v *attribution.View, from, at string) attribution.Trace {
	t.Helper()
	th, err := claim.ParseThing(from)
	if err != nil {
		t.Fatal(err)
	}
	d := party.Date{}
	if at != "" {
		d = date(t, at)
	}
	return v.Trace(th, d, evidence.Bound{})
}

func TestTraceOfAnAddress(t *testing.T) {
	r := trace(t, view(t, "2026-11-23"), "ipv4:202.182.109.151", "2024-03-01")
	if len(r.Chains) != 3 || r.Chains[0].Party.Ref.String() != "us-ofac-sdn/50543" || r.Chains[0].Weakest != 0 || r.Grade != attribution.Contact {
		t.Fatalf("%d chains, the first %+v", len(r.Chains), r.Chains)
	}
	// Lumen and the FBI are one origin, so all that independence there is comes
	// from Treasury.
	if got := strings.Join(r.Origins, " "); got != "lumen-fbi-raptor-train us-treasury" {
		t.Errorf("independent origins %q", got)
	}
	if len(r.Corroborated) != 0 || len(r.Single) != 5 {
		t.Errorf("corroborated %v, of one origin %v", r.Corroborated, r.Single)
	}
	if len(r.Contradicted) == 0 {
		t.Error("the sources call the node differently, and that is not shown")
	}
	if len(r.Unlisted) != 2 || r.Unlisted[0].Ref.ID != "flax-typhoon" {
		t.Errorf("not listed, on the way: %v", r.Unlisted)
	}
}

// TestTraceOfHypercore is case (d): listed itself today, and before its own
// listing a company of the Aeza group.
func TestTraceOfHypercore(t *testing.T) {
	today := trace(t, view(t, "2026-11-23"), "us-ofac-sdn/56404", "")
	if today.Says != "the party itself is listed" {
		t.Errorf("today: %q", today.Says)
	}
	before := trace(t, view(t, "2025-11-18"), "us-ofac-sdn/56404", "")
	if len(before.Chains) == 0 || before.Chains[0].Party.Ref.ID != "54566" || before.Chains[0].Steps[0].Claims[0].Relation != claim.ControlledBy.Words() {
		t.Errorf("the day before its listing: %+v", before.Chains)
	}
}

// TestTraceOfCompaniesNamedAndNotListed holds that what an advisory names is an
// association, not a listing.
func TestTraceOfCompaniesNamedAndNotListed(t *testing.T) {
	r := trace(t, view(t, "2026-11-23"), "intel/zhixin-ruijie", "")
	if len(r.Chains) != 1 || !r.Chains[0].Beside || !strings.Contains(r.Says, "association alone") {
		t.Errorf("%q with chains %+v", r.Says, r.Chains)
	}
	found := false
	for _, p := range r.Unlisted {
		found = found || p.Ref.ID == "zhixin-ruijie" && !p.Listed
	}
	if !found {
		t.Errorf("the company itself is not said to be unlisted: %v", r.Unlisted)
	}
}

func TestTraceOfWallets(t *testing.T) {
	v := view(t, "2026-11-23")
	says := func(r attribution.Trace, what string) bool {
		return strings.Contains(strings.Join(r.Unknown, "\n"), what)
	}
	own := trace(t, v, "wallet:18dLDAWi8LmrHbEq3QzDJb9SLxCf4uimXB", "")
	if own.Grade != attribution.Contact || !strings.Contains(own.Says, "may be a dealing, for legal review") || !says(own, "for counsel and the authority") {
		t.Errorf("a listed wallet: %q, not known: %v", own.Says, own.Unknown)
	}
	stranger := trace(t, v, "wallet:1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "")
	if len(stranger.Chains) != 0 || !says(stranger, "clears nobody") || says(stranger, "mistyped") {
		t.Errorf("a wallet of nobody's: %v", stranger.Unknown)
	}
	typo := trace(t, v, "wallet:1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", "")
	if !says(typo, "mistyped") {
		t.Errorf("a wallet with a typing error: %v", typo.Unknown)
	}
}
