// SPDX-License-Identifier: Apache-2.0

package claim

import (
	"slices"
	"testing"
)

func TestPublisher(t *testing.T) {
	for name, want := range map[string]string{
		"Black Lotus Labs":                     "lumen",
		"Lumen, Derailing the Raptor Train":    "lumen",
		"lumen":                                "lumen",
		"Lumenary Research":                    "lumenary research",
		"FBI/CISA/NSA AA26-281A":               "us-advisories",
		"AA26-281A":                            "us-advisories",
		"abuse.ch ThreatFox":                   "abuse.ch",
		"ThreatFox":                            "abuse.ch",
		"OFAC SDN list, edition of 2025-11-19": "us-treasury",
		"My Own SOC":                           "my own soc",
		"":                                     "",
	} {
		if got := (Source{Name: name}).Publisher(); got != want {
			t.Errorf("Publisher(%q) = %q, want %q", name, got, want)
		}
	}
}

// TestOrigins holds the rule: one origin for each publisher, unless stated.
func TestOrigins(t *testing.T) {
	said := func(sources ...Source) (out []Claim) {
		for _, s := range sources {
			out = append(out, Claim{Source: s})
		}
		return out
	}
	raptor, kv := Source{Name: "Black Lotus Labs", Origin: "lumen-fbi-raptor-train"}, Source{Name: "Black Lotus Labs", Origin: "lumen-kv-botnet"}
	for _, c := range []struct {
		what   string
		claims []Claim
		want   []string
	}{
		{"a file of the same publisher that states no origin", said(raptor, Source{Name: "Black Lotus Labs"}, Source{Name: "Lumen Technologies"}), []string{"lumen-fbi-raptor-train"}},
		{"whose origin another publisher shares", said(Source{Name: "AA26-281A", Origin: raptor.Origin}, raptor, Source{Name: "Black Lotus Labs"}), []string{"lumen-fbi-raptor-train"}},
		{"in any order", said(Source{Name: "Lumen"}, raptor), []string{"lumen-fbi-raptor-train"}},
		{"two investigations, stated", said(raptor, kv, Source{Name: "Lumen"}), []string{"lumen-fbi-raptor-train", "lumen-kv-botnet"}},
		{"two feeds of one project", said(Source{Name: "ThreatFox"}, Source{Name: "abuse.ch URLhaus"}), []string{"ThreatFox"}},
		{"two strangers", said(Source{Name: "A"}, Source{Name: "B"}), []string{"A", "B"}},
		{"nobody", nil, nil},
	} {
		if got := Origins(c.claims); !slices.Equal(got, c.want) {
			t.Errorf("%s: Origins = %q, want %q", c.what, got, c.want)
		}
	}
}

// TestPublishersAreNotTwice holds that no name stands in two lines.
func TestPublishersAreNotTwice(t *testing.T) {
	all := publishers()
	if len(all) < 50 {
		t.Fatalf("%d names of publishers were read", len(all))
	}
	for i, p := range all {
		if p.name == "" || i > 0 && p.name == all[i-1].name && p.key != all[i-1].key {
			t.Errorf("%q belongs to %q and %q", p.name, p.key, all[i-1].key)
		}
	}
}
