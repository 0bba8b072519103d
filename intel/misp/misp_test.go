// SPDX-License-Identifier: Apache-2.0

package misp

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/infra"
	"github.com/interdict-dev/interdict/intel"
	"github.com/interdict-dev/interdict/intel/inteltest"
	"github.com/interdict-dev/interdict/party"
)

// length counts the elements of one list of an object.
func length(key string) func([]byte) int {
	return func(b []byte) int {
		var m map[string]json.RawMessage
		var list []any
		if json.Unmarshal(b, &m) != nil || json.Unmarshal(m[key], &list) != nil {
			return -1
		}
		return len(list)
	}
}

func TestPublishedWarningLists(t *testing.T) {
	// Entries, and rejects among them: top-level domains alone, and names with a
	// hyphen at an end of a label.
	want := map[string][2]int{
		"akamai": {268, 0}, "amazon-aws": {3847, 0}, "cisco_top10k": {10000, 1}, "cloudflare": {22, 0}, "common-ioc-false-positive": {69, 0},
		"dynamic-dns": {35467, 0}, "fastly": {21, 0}, "google": {669, 0}, "microsoft-azure": {2683, 0}, "public-dns-hostname": {34783, 28},
		"public-dns-v4": {62745, 0}, "rfc1918": {3, 0}, "rfc5735": {15, 0}, "second-level-tlds": {10231, 1448}, "sinkholes": {107, 0},
		"tranco10k": {10000, 0}, "url-shortener": {255, 0}, "vpn-ipv4": {42426, 0},
	}
	var all []intel.Annotation
	for _, f := range inteltest.Folder(t, "warninglists/*/list.json") {
		data := inteltest.Published(t, f)
		w := want[path.Base(path.Dir(f))]
		inteltest.Run(t, WarningList{}, inteltest.Case{File: f, Data: data, Count: length("list"), Annotations: w[0] - w[1], Rejects: w[1]})
		r, err := intel.Collect(WarningList{}, f, bytes.NewReader(data), intel.Brief{})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, r.Annotations...)
	}
	a := intel.NewAnnotations(all)
	for _, c := range []struct{ in, list string }{
		{"202.182.109.151", "Specialized list of vpn-ipv4 addresses belonging to common VPN providers and datacenters"},
		{"a.b.ddns.net", "List of known dynamic DNS domains"}, {"10.1.2.3", "List of RFC 1918 CIDR blocks"}, {"www.google.ad", "List of known google domains"},
	} {
		i, err := infra.Parse(c.in)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(a.Of(i), func(x intel.Annotation) bool { return x.List == c.list }) {
			t.Errorf("%s stands in %v, want %q", c.in, a.Of(i), c.list)
		}
	}
}

func TestPublishedGalaxies(t *testing.T) {
	inteltest.Run(t, Galaxy{},
		inteltest.Case{File: "threat-actor.json", Data: inteltest.Published(t, "galaxy/threat-actor.json"), Count: length("values"), Parties: 1041, Claims: 408},
		inteltest.Case{File: "botnet.json", Data: inteltest.Published(t, "galaxy/botnet.json"), Count: length("values"), Parties: 148, Claims: 71},
	)
	r, err := intel.Collect(Galaxy{}, "threat-actor.json", bytes.NewReader(inteltest.Published(t, "galaxy/threat-actor.json")), intel.Brief{})
	if err != nil {
		t.Fatal(err)
	}
	flax := slices.IndexFunc(r.Parties, func(e party.Entry) bool { return e.Ref.ID == "misp-50ee2b1b-979e-4507-8747-8597a95938f6" })
	if flax < 0 {
		t.Fatal("no Flax Typhoon by its uuid")
	}
	e := r.Parties[flax]
	var names []string
	for _, n := range e.Names {
		names = append(names, n.Full)
	}
	if e.Kind != party.ThreatGroup || !slices.Contains(names, "Ethereal Panda") || !slices.Contains(names, "Flax Typhoon") || !slices.Contains(e.Countries, "cn") {
		t.Errorf("Flax Typhoon: %v %v %v", e.Kind, names, e.Countries)
	}
}

// countRows counts events and attributes by walking over any JSON.
func countRows(b []byte) int {
	var v any
	if json.Unmarshal(b, &v) != nil {
		return -1
	}
	var walk func(any) int
	walk = func(v any) (n int) {
		switch v := v.(type) {
		case map[string]any:
			for k, x := range v {
				if list, ok := x.([]any); ok && k == "Attribute" {
					n += len(list)
					continue
				}
				if k == "Event" {
					n++
				}
				n += walk(x)
			}
		case []any:
			for _, x := range v {
				n += walk(x)
			}
		}
		return n
	}
	return walk(v)
}

func TestPublishedEvents(t *testing.T) {
	for _, c := range []inteltest.Case{
		{File: "test_attributes_collection_1.json", Claims: 2, Parties: 1},
		{File: "test_attributes_collection_2.json", Claims: 2, Parties: 1, Others: 1},
		{File: "test_events_collection_1.json", Claims: 2, Parties: 2, Others: 2},
		{File: "test_events_collection_2.json", Claims: 2, Parties: 1, Others: 3},
		{File: "test_objects_collection_1.json", Claims: 4, Parties: 1, Others: 6},
		{File: "test_objects_collection_2.json", Claims: 2, Parties: 1, Others: 7},
	} {
		c.Data, c.Count = inteltest.Published(t, "formats/misp-stix/tests/"+c.File), countRows
		inteltest.Run(t, Events{}, c)
	}
}

// sample is written by hand after the MISP core format.
const sample = `{"Event": {"uuid": "aaaa", "info": "Raptor Train", "date": "2024-09-18", "Orgc": {"name": "Lumen"},
 "Attribute": [
  {"uuid": "1", "type": "ip-dst|port", "value": "192.0.2.1|443", "to_ids": true, "first_seen": "2024-01-02T00:00:00.000000+00:00", "last_seen": "2024-02-03T00:00:00+00:00", "category": "Network activity"},
  {"uuid": "2", "type": "domain|ip", "value": "evil.com|192.0.2.2", "to_ids": true},
  {"uuid": "3", "type": "ip-src", "value": "192.0.2.0/24", "to_ids": false},
  {"uuid": "4", "type": "ip-src", "value": "999.0.2.0", "to_ids": true},
  {"uuid": "5", "type": "mutex", "value": "x"},
  {"uuid": "6", "type": "sha256", "value": "3d43f5b3b2c9142ca0c5cdc4a82f9088e090d077ef61c2297c51b4ccd3085d78", "deleted": true},
  {"uuid": "7", "type": "md5", "value": "3ed1a6d57f00c1643cc85e049c82d1b4", "last_seen": "yesterday"},
  {"uuid": "8", "type": "email-dst", "value": "victim@example.com"}],
 "Galaxy": [{"type": "botnet", "GalaxyCluster": [{"uuid": "BBBB", "value": "Raptor Train"}]}, {"type": "sector", "GalaxyCluster": [{"uuid": "CCCC", "value": "Telecoms"}]}]}}`

func TestEvents(t *testing.T) {
	r, err := intel.Collect(Events{}, "t.json", strings.NewReader(sample), intel.Brief{Source: claim.Source{Name: "me", Class: claim.Research}})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range r.Claims {
		got = append(got, fmt.Sprint(c.ID, " ", c.From, " ", c.Relation, " ", c.To, " ", c.Window, " ", c.Source.Name, c.Source.Class))
	}
	want := []string{
		"misp/1 ipv4:192.0.2.1 attributed-to intel/misp-bbbb 2024-01-02 to 2024-02-03 LumenC",
		"misp/2 domain:evil.com attributed-to intel/misp-bbbb undated LumenC", "misp/2/resolves domain:evil.com resolves-to ipv4:192.0.2.2 undated LumenC",
		"misp/3 prefix:192.0.2.0/24 related-to intel/misp-bbbb undated LumenC",
	}
	if !slices.Equal(got, want) {
		t.Errorf("claims\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if len(r.Rejects) != 2 || r.Rejects[0].Line != 6 || r.Rejects[0].ID != "4" || r.Rejects[1].ID != "7" || len(r.Parties) != 1 || r.Parties[0].Kind != party.Botnet {
		t.Errorf("rejects %v, parties %v", r.Rejects, r.Parties)
	}
	if len(r.Others) != 5 { // the event, mutex, deleted, recipient, sector
		t.Errorf("others %+v", r.Others)
	}
}

func TestWarningListTypes(t *testing.T) {
	for _, c := range []struct {
		typ, v, want string
	}{
		{"cidr", "10.0.0.0/8", "prefix:10.0.0.0/8 exact"}, {"cidr", "10.0.0.1", "ipv4:10.0.0.1 exact"}, {"hostname", ".ddns.net", "domain:ddns.net with-subdomains"},
		{"string", ".google.ad", "domain:google.ad with-subdomains"}, {"string", "evil.internal", "domain:evil.internal exact"}, {"string", "001dd76872d80801692ff942308c64e6", "md5:001dd76872d80801692ff942308c64e6 exact"},
		{"cidr", "wolf", ""}, {"string", "wolf", ""}, {"regex", ".*", ""}, {"substring", "a.com", ""},
	} {
		i, s, err := entry(c.typ, c.v)
		if got := fmt.Sprint(i, " ", s); (err == nil) != (c.want != "") || err == nil && got != c.want {
			t.Errorf("entry(%q, %q) = %s, %v, want %q", c.typ, c.v, got, err, c.want)
		}
	}
}

func FuzzEvents(f *testing.F) {
	f.Add([]byte(sample))
	f.Add([]byte(`{"response":[{"Object":{"Attribute":[{"uuid":"1","type":"AS","value":174}]}}]}`))
	inteltest.Fuzz(f, Events{}, "t.json")
}

func FuzzGalaxy(f *testing.F) {
	f.Add([]byte(`{"category":"actor","type":"threat-actor","values":[{"uuid":"a","value":"x","meta":{"synonyms":["y"]},"related":[{"dest-uuid":"b","type":"uses"}]}]}`))
	inteltest.Fuzz(f, Galaxy{}, "t.json")
}

func FuzzWarningList(f *testing.F) {
	f.Add([]byte(`{"name":"n","description":"d","type":"cidr","version":3,"list":["10.0.0.0/8","x",4]}`))
	inteltest.Fuzz(f, WarningList{}, "t.json")
}
