// SPDX-License-Identifier: Apache-2.0

package stix

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/infra"
	"github.com/interdict-dev/interdict/intel"
	"github.com/interdict-dev/interdict/intel/inteltest"
	"github.com/interdict-dev/interdict/party"
)

// countObjects counts the objects of a bundle, or one object by itself.
func countObjects(b []byte) int {
	var m struct {
		Type    string
		Objects []any
	}
	if json.Unmarshal(b, &m) != nil {
		return -1
	}
	if m.Type != "bundle" {
		return 1
	}
	return len(m.Objects)
}

// The published bundles: claims, parties, others, rejects.
var published = []struct {
	file                           string
	claims, parties, other, reject int
}{
	{"attack/attack_subset_china_dprk_russia_v18.1.json", 194, 154, 897, 0},
	{"formats/stix2/examples/indicator-for-c2-ip-address.json", 0, 1, 0, 1}, // 10.0.0.0 is nobody's
	{"formats/stix2/examples/indicator-to-campaign-relationship.json", 0, 1, 1, 1},
	{"formats/stix2/examples/indicators-for-C2-with-COA.json", 1, 1, 5, 1},
	{"formats/stix2/examples/infrastructure.json", 4, 4, 2, 0},
	{"formats/stix2/examples/interop-objectmarking-test.json", 0, 1, 0, 0},
	{"formats/stix2/examples/malicious-email-indicator-with-attachment.json", 0, 0, 4, 2},
	{"formats/stix2/examples/threat-reports/apt1.json", 17, 23, 35, 2},
	{"formats/stix2/examples/threat-reports/poisonivy.json", 145, 29, 80, 3},
	{"formats/misp-stix/tests/test_attributes_collection_stix20.json", 3, 1, 7, 1},
	{"formats/misp-stix/tests/test_attributes_collection_stix21.json", 3, 1, 12, 1},
	{"formats/misp-stix/tests/test_event1_stix20.json", 1, 1, 6, 0},
	{"formats/misp-stix/tests/test_event1_stix21.json", 1, 1, 8, 0},
	{"formats/misp-stix/tests/test_event2_stix20.json", 2, 1, 7, 1},
	{"formats/misp-stix/tests/test_event2_stix21.json", 2, 1, 10, 1},
	{"formats/misp-stix/tests/test_events_collection_stix20.json", 3, 1, 12, 1},
	{"formats/misp-stix/tests/test_events_collection_stix21.json", 3, 1, 17, 1},
	{"formats/misp-stix/tests/test_objects_collection_stix20.json", 5, 1, 7, 1},
	{"formats/misp-stix/tests/test_objects_collection_stix21.json", 5, 1, 15, 1},
}

func TestPublished(t *testing.T) {
	var cases []inteltest.Case
	for _, p := range published {
		cases = append(cases, inteltest.Case{File: path.Base(p.file), Data: inteltest.Published(t, p.file), Count: countObjects, Claims: p.claims, Parties: p.parties, Others: p.other, Rejects: p.reject})
	}
	files := len(inteltest.Folder(t, "attack/*.json"))
	for _, glob := range []string{"formats/stix2/examples/*.json", "formats/stix2/examples/*/*.json", "formats/misp-stix/tests/*stix2?.json"} {
		files += len(inteltest.Folder(t, glob))
	}
	if files != len(published) {
		t.Fatalf("%d bundles are published, %d are read", files, len(published))
	}
	inteltest.Run(t, Source{}, cases...)
}

// TestOthersAreRefused holds the files of the folder that are no STIX 2.
func TestOthersAreRefused(t *testing.T) {
	n := 0
	for _, glob := range []string{"formats/stix2/schemas/*/*.json", "formats/misp-stix/tests/*.xml"} {
		for _, f := range inteltest.Folder(t, glob) {
			n++
			data := inteltest.Published(t, f)
			if _, err := intel.Collect(Source{}, f, bytes.NewReader(data), intel.Brief{}); err == nil || !errors.Is(err, intel.ErrFormat) {
				t.Errorf("%s gave %v, want that it is not of this format", f, err)
			}
		}
	}
	if n == 0 {
		t.Fatal("nothing was refused")
	}
}

var created = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// again writes what was read, and reads it back with a brief that knows
// nothing but the class of its source.
func again(t *testing.T, r intel.Reading, class claim.Class) (intel.Reading, []claim.Claim) {
	t.Helper()
	var b bytes.Buffer
	skipped, err := Write(&b, Bundle{Claims: r.Claims, Parties: r.Parties, Others: r.Others, Created: created})
	if err != nil {
		t.Fatal(err)
	}
	back, err := intel.Collect(Source{}, "back.json", &b, intel.Brief{Source: claim.Source{Class: class}})
	if err != nil {
		t.Fatal(err)
	}
	return back, skipped
}

// TestRoundTrip reads each published bundle, writes what it gave, and reads it
// again: identifiers, windows, patterns and parties are the same.
func TestRoundTrip(t *testing.T) {
	n := 0
	for _, p := range published {
		r, err := intel.Collect(Source{}, "t.json", bytes.NewReader(inteltest.Published(t, p.file)), intel.Brief{})
		if err != nil {
			t.Fatal(err)
		}
		back, skipped := again(t, r, claim.Ungraded)
		if len(skipped) > 0 || len(back.Rejects) > 0 {
			t.Errorf("%s: %d skipped, rejects %v", p.file, len(skipped), back.Rejects)
		}
		byID := map[string]claim.Claim{}
		for _, c := range back.Claims {
			byID[c.ID] = c
		}
		for _, c := range r.Claims {
			n++
			got := byID[c.ID]
			if got.From != c.From || got.Window != c.Window || got.Note != c.Note || got.Relation != c.Relation || got.Scope != c.Scope {
				t.Errorf("%s: %+v\ncame back as %+v", p.file, c, got)
			}
			if got.To != c.To && !strings.HasPrefix(c.To.Party.ID, "file/") {
				t.Errorf("%s: %s is attributed to %v, was %v", p.file, c.ID, got.To, c.To)
			}
		}
		refs := map[party.Ref]party.Entry{}
		for _, e := range back.Parties {
			refs[e.Ref] = e
		}
		for _, e := range r.Parties {
			if got, ok := refs[e.Ref]; !ok || got.Name() != e.Name() || got.Kind != e.Kind && !strings.HasPrefix(e.Ref.ID, "file/") || len(got.Names) != len(e.Names) {
				t.Errorf("%s: %v %v came back as %v %v", p.file, e.Ref, e.Names, got.Ref, got.Names)
			}
		}
	}
	if n == 0 {
		t.Fatal("no claim was read")
	}
}

func TestClaimsOfOthersComeBack(t *testing.T) {
	ref := party.Ref{List: intel.List, ID: "raptor-train"}
	src := claim.Source{Name: "Black Lotus Labs", Class: claim.Research, Origin: "lumen", URL: "https://example.com"}
	win := claim.Window{First: party.Date{Year: 2023, Month: 7, Day: 13}, Last: party.Date{Year: 2024, Month: 9}, Kind: claim.Fuzzy, Text: "to Sept. 2024"}
	var r intel.Reading
	r.Parties = []party.Entry{{Ref: ref, Kind: party.Botnet, Names: []party.Name{{Full: "Raptor Train"}, {Full: "RT", Kind: party.Alias}}}}
	for i, s := range []string{"ipv4:192.0.2.1", "ipv6:2001:db8::1", "prefix:192.0.2.0/24", "asn:AS4808", "domain:w8510.com", "url:http://w8510.com/a'b", "url-part:JTM1PGovd3V2", "cert-cn:kr",
		"cert-sha256:" + strings.Repeat("ab", 32), "sha1:" + strings.Repeat("cd", 20), "md5:" + strings.Repeat("ef", 16), "email:a@w8510.com"} {
		ind, err := infra.Parse(s)
		if err != nil {
			t.Fatal(err)
		}
		r.Claims = append(r.Claims, claim.Claim{ID: fmt.Sprint("x/", i), From: claim.OfIndicator(ind), Relation: claim.AttributedTo, To: claim.OfParty(ref), Role: "raptor-train/tier2", Window: win, Source: src, Note: "n"})
	}
	r.Claims[4].Scope = infra.WithSubdomains
	r.Claims = append(r.Claims, claim.Claim{ID: "own", From: claim.OfParty(party.Ref{List: "us-ofac-sdn", ID: "50543"}), Relation: claim.Controls, To: claim.OfParty(ref), Source: src})
	wallet := claim.Claim{ID: "w", From: claim.OfIndicator(infra.Indicator{Type: infra.Wallet, Value: "0x" + strings.Repeat("a", 40)}), Relation: claim.AttributedTo, To: claim.OfParty(ref), Source: src}
	with := r
	with.Claims = append(slices.Clone(r.Claims), wallet)
	back, skipped := again(t, with, claim.Legal)
	if len(skipped) != 1 || skipped[0] != wallet {
		t.Errorf("skipped %v, want the wallet", skipped)
	}
	if !reflect.DeepEqual(back.Claims, r.Claims) {
		for i := range r.Claims {
			if i >= len(back.Claims) || back.Claims[i] != r.Claims[i] {
				t.Fatalf("%d of %d claims came back; %+v\nas %+v", len(back.Claims), len(r.Claims), r.Claims[i], back.Claims[min(i, len(back.Claims)-1)])
			}
		}
	}
	if ungraded, _ := again(t, r, claim.Ungraded); ungraded.Claims[0].Source.Class != claim.Ungraded {
		t.Errorf("a file that nobody graded gives itself the class %v", ungraded.Claims[0].Source.Class)
	}
	if len(back.Parties) != 1 || back.Parties[0].Ref != ref || back.Parties[0].Kind != party.Botnet || len(back.Parties[0].Names) != 2 {
		t.Errorf("parties %+v", back.Parties)
	}
}

func TestMatches(t *testing.T) {
	for _, c := range []struct{ pattern, want string }{
		{"[ipv4-addr:value = '10.0.0.1']", "ipv4:10.0.0.1"},
		{"[ipv4-addr:value = '10.0.0.0/8' OR domain-name:value = 'a.com']", "prefix:10.0.0.0/8 domain:a.com"},
		{"[ipv4-addr:value IN ('10.0.0.1', '10.0.0.2')]", "ipv4:10.0.0.1 ipv4:10.0.0.2"},
		{"[ipv4-addr:value ISSUBSET '10.0.0.0/8']", "prefix:10.0.0.0/8"},
		{"[domain-name:value LIKE '%.evil.com']", "domain:evil.com>below"},
		{"[domain-name:value = 'evil.com' OR domain-name:value LIKE '%.evil.com']", "domain:evil.com+"},
		{"[url:value = 'http://a.com/it\\'s']", "url:http://a.com/it's"},
		{"[file:hashes.'SHA-256' = '" + strings.Repeat("ab", 32) + "' AND file:hashes.MD5 = '" + strings.Repeat("cd", 16) + "' AND file:name = 'x']",
			"sha256:" + strings.Repeat("ab", 32) + "(file:name = x) md5:" + strings.Repeat("cd", 16) + "(file:name = x)"},
		{"[domain-name:value = 'a.com' AND domain-name:resolves_to_refs[*].value = '10.0.0.1']", "domain:a.com>ipv4:10.0.0.1"},
		{"[network-traffic:dst_ref.value = '10.0.0.1' AND network-traffic:dst_port = 443]", "ipv4:10.0.0.1(network-traffic:dst_port = 443)"},
		{"[autonomous-system:number = 4808] OR [x509-certificate:hashes.'SHA-1' = '" + strings.Repeat("ab", 20) + "']", "asn:AS4808 cert-sha1:" + strings.Repeat("ab", 20)},
		{"([a:b = 1 AND (ipv4-addr:value = '10.0.0.1' OR ipv4-addr:value = '10.0.0.2')])", "ipv4:10.0.0.1(a:b = 1) ipv4:10.0.0.2(a:b = 1)"},
		{"[x509-certificate:subject = 'C=CN, CN=kr']", "cert-cn:kr"},
		{"[domain-name:value LIKE '%.github.io']", ""}, {"[domain-name:value LIKE '%.com']", ""},
		{"[file:name = 'x']", ""}, {"[ipv4-addr:value != '10.0.0.1']", ""}, {"[ipv4-addr:value NOT IN ('10.0.0.1')]", ""}, {"[domain-name:value MATCHES 'x']", ""},
		{"[ipv4-addr:value = '10.0.0.1' AND domain-name:value = 'a.com']", ""}, {"[ipv4-addr:value = '10.0.0.1'] AND [domain-name:value = 'a.com']", ""},
		{"[ipv4-addr:value = '10.0.0.1'] FOLLOWEDBY [domain-name:value = 'a.com']", ""}, {"[ipv4-addr:value = '10.0.0.1'] REPEATS 5 TIMES WITHIN 10 SECONDS", ""},
		{"[domain-name:value = 'domain autuo.xicp.net']", ""}, {"", ""}, {"[", ""}, {"[ipv4-addr:value = ]", ""}, {"[ipv4-addr:value = '10.0.0.1", ""}, {"[ipv4-addr:value IN ()]", ""},
		{strings.Repeat("(", 100) + "[a:b=1]", ""}, {"[(a:b=1 OR a:b=2)" + strings.Repeat(" AND (a:b=1 OR a:b=2)", 20) + "]", ""},
	} {
		ms, err := matches(c.pattern)
		var got []string
		for _, m := range ms {
			s := m.indicator.String()
			switch m.scope {
			case infra.WithSubdomains:
				s += "+"
			case infra.Below:
				s += ">below"
			}
			if !m.resolves.IsZero() {
				s += ">" + m.resolves.String()
			}
			if m.only != "" {
				s += "(" + m.only + ")"
			}
			got = append(got, s)
		}
		if (err == nil) != (c.want != "") || strings.Join(got, " ") != c.want {
			t.Errorf("matches(%.80q) = %v, %v, want %s", c.pattern, got, err, c.want)
		}
	}
}

func TestPatternIsNarrowedWhenClaimsAreTakenAway(t *testing.T) {
	text := `{"type":"bundle","id":"bundle--1","objects":[{"type":"indicator","spec_version":"2.1","id":"indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","pattern":"[ipv4-addr:value = '192.0.2.1' OR ipv4-addr:value = '192.0.2.2']","pattern_type":"stix","valid_from":"2024-01-02T03:04:05Z","valid_until":"2024-02-03T04:05:06Z"}]}`
	r, err := intel.Collect(Source{}, "t.json", strings.NewReader(text), intel.Brief{})
	if err != nil || len(r.Claims) != 2 {
		t.Fatal(r, err)
	}
	r.Claims = r.Claims[:1]
	var b bytes.Buffer
	if _, err := Write(&b, Bundle{Claims: r.Claims, Parties: r.Parties, Created: created}); err != nil {
		t.Fatal(err)
	}
	if s := b.String(); strings.Contains(s, "192.0.2.2") || !strings.Contains(s, `"[ipv4-addr:value = '192.0.2.1']"`) || !strings.Contains(s, `"2024-01-02T03:04:05Z"`) || !strings.Contains(s, `"2024-02-03T04:05:06Z"`) {
		t.Errorf("written:\n%s", s)
	}
	w := r.Claims[0].Window
	if w.Kind != claim.Validity || w.Class(party.Date{Year: 2024, Month: 1, Day: 10}) != claim.InWindow {
		t.Errorf("window %+v", w)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"type":"bundle","id":"bundle--1","objects":[{"type":"malware","id":"malware--1","name":"x"},{"type":"indicator","id":"indicator--1","pattern":"[ipv4-addr:value = '1.2.3.4']"},{"type":"relationship","id":"relationship--1","relationship_type":"indicates","source_ref":"indicator--1","target_ref":"malware--1"},{"type":"sighting","id":"sighting--1","sighting_of_ref":"indicator--1","first_seen":"2024-01-01T00:00:00Z"}]}`))
	inteltest.Fuzz(f, Source{}, "t.json")
}

// FuzzPattern holds that what a pattern matches can be written and read again.
func FuzzPattern(f *testing.F) {
	f.Add("[ipv4-addr:value = '10.0.0.1' AND (a:b = 1 OR c:d IN ('x', 2))] OR [domain-name:value LIKE '%.x.com']")
	f.Add(`[file:hashes.'SHA-1' = 'da1cd4b75787d8c3079ca4b7709bf788e7e2021e']`)
	f.Fuzz(func(t *testing.T, s string) {
		ms, err := matches(s)
		if err != nil {
			return
		}
		for _, m := range ms {
			p := patternOf(m.indicator, m.scope)
			if p == "" {
				continue
			}
			back, err := matches("[" + p + "]")
			if err != nil || len(back) != 1 || back[0].indicator != m.indicator {
				t.Errorf("%v is written as %s and read as %v, %v", m.indicator, p, back, err)
			}
		}
	})
}
