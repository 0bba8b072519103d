// SPDX-License-Identifier: Apache-2.0

package export_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/interdict-dev/interdict/attribution"
	"github.com/interdict-dev/interdict/book"
	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/engine"
	"github.com/interdict-dev/interdict/export"
	"github.com/interdict-dev/interdict/infra"
	"github.com/interdict-dev/interdict/intel"
	"github.com/interdict-dev/interdict/party"
)

// roundTrip was written by hand after STIX 2.1, one kind of pattern after the
// other.
const roundTrip = `{"type":"bundle","id":"bundle--5d0092c5-5f74-4287-9642-33f4c354e56d","objects":[
{"type":"intrusion-set","spec_version":"2.1","id":"intrusion-set--4e78f46f-a023-4e5f-bc24-71b3ca22ec29","created":"2024-01-01T00:00:00.000Z","modified":"2024-01-01T00:00:00.000Z","name":"A Group"},
{"type":"indicator","spec_version":"2.1","id":"indicator--00000000-0000-4000-8000-000000000001","pattern":"[domain-name:value LIKE '%.only-below.com']","pattern_type":"stix","valid_from":"2024-01-02T03:04:05Z","valid_until":"2027-02-03T04:05:06.789Z"},
{"type":"indicator","spec_version":"2.1","id":"indicator--00000000-0000-4000-8000-000000000002","pattern":"[ipv4-addr:value IN ('192.0.2.1','192.0.2.2')   OR ipv4-addr:value = '198.51.100.0/24']","pattern_type":"stix","valid_from":"2024-01-02T03:04:05Z"},
{"type":"indicator","spec_version":"2.1","id":"indicator--00000000-0000-4000-8000-000000000003","pattern":"[file:hashes.'SHA-256' = 'ABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABAB' AND file:size = 12]","pattern_type":"stix","valid_from":"2024-01-02T00:00:00Z"},
{"type":"indicator","spec_version":"2.1","id":"indicator--00000000-0000-4000-8000-000000000004","pattern":"[domain-name:value = 'both.com'] OR [domain-name:value LIKE '%.both.com']","pattern_type":"stix","valid_from":"2024-01-02T03:04:05Z"},
{"type":"relationship","spec_version":"2.1","id":"relationship--00000000-0000-4000-8000-000000000011","relationship_type":"indicates","source_ref":"indicator--00000000-0000-4000-8000-000000000001","target_ref":"intrusion-set--4e78f46f-a023-4e5f-bc24-71b3ca22ec29"},
{"type":"relationship","spec_version":"2.1","id":"relationship--00000000-0000-4000-8000-000000000012","relationship_type":"indicates","source_ref":"indicator--00000000-0000-4000-8000-000000000002","target_ref":"intrusion-set--4e78f46f-a023-4e5f-bc24-71b3ca22ec29"},
{"type":"relationship","spec_version":"2.1","id":"relationship--00000000-0000-4000-8000-000000000013","relationship_type":"indicates","source_ref":"indicator--00000000-0000-4000-8000-000000000003","target_ref":"intrusion-set--4e78f46f-a023-4e5f-bc24-71b3ca22ec29"},
{"type":"relationship","spec_version":"2.1","id":"relationship--00000000-0000-4000-8000-000000000014","relationship_type":"indicates","source_ref":"indicator--00000000-0000-4000-8000-000000000004","target_ref":"intrusion-set--4e78f46f-a023-4e5f-bc24-71b3ca22ec29"}]}`

type object struct {
	Type, ID, Pattern string
	From              string `json:"valid_from"`
	Until             string `json:"valid_until"`
	Relation          string `json:"relationship_type"`
	Source            string `json:"source_ref"`
	Target            string `json:"target_ref"`
}

func objectsOf(t *testing.T, bundle []byte) map[string]object {
	t.Helper()
	var b struct{ Objects []object }
	if err := json.Unmarshal(bundle, &b); err != nil {
		t.Fatal(err)
	}
	out := map[string]object{}
	for _, o := range b.Objects {
		out[o.ID] = o
	}
	return out
}

// throughBook compiles a bundle into a book and returns what is exported of it.
func throughBook(t *testing.T, bundle []byte) (*attribution.View, []byte) {
	t.Helper()
	dir := t.TempDir()
	file, path := filepath.Join(dir, "in.json"), filepath.Join(dir, "b.book")
	if err := os.WriteFile(file, bundle, 0o644); err != nil {
		t.Fatal(err)
	}
	in, err := engine.ReadIntel([]string{file}, intel.Brief{Source: claim.Source{Name: "Somebody", Class: claim.Research}})
	if err != nil || len(in.Rejects) > 0 {
		t.Fatal(err, in.Rejects)
	}
	if _, err := engine.Build(t.Context(), path, nil, engine.Options{Intel: in}); err != nil {
		t.Fatal(err)
	}
	b, err := book.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() }) // only read; the view reads from it
	day := party.Date{Year: 2026, Month: 11, Day: 23}
	v, err := attribution.New(b, day)
	if err != nil {
		t.Fatal(err)
	}
	s := selected(t, v, export.Filter{Day: day, Also: everything()})
	out := files(t, "stix", s)
	if len(out) != 1 {
		t.Fatalf("%d files", len(out))
	}
	for _, text := range out {
		return v, []byte(text)
	}
	return nil, nil
}

// TestRoundTripThroughABook holds that a bundle that was compiled into a book
// comes out with its identifiers, its windows and its patterns to the letter,
// and does so again when what came out is compiled once more.
func TestRoundTripThroughABook(t *testing.T) {
	want := objectsOf(t, []byte(roundTrip))
	bundle := []byte(roundTrip)
	for range 2 {
		var v *attribution.View
		v, bundle = throughBook(t, bundle)
		got := objectsOf(t, bundle)
		for id, w := range want {
			g, ok := got[id]
			switch {
			case !ok:
				t.Errorf("%s is lost", id)
			case w.Until == "" && g.Until != "": // our expiry, where the source sets none
			case g != w:
				t.Errorf("%s came back as\n%+v, was\n%+v", id, g, w)
			}
		}
		for host, claims := range map[string]int{
			"only-below.com": 0, "a.only-below.com": 1, "both.com": 1, "a.b.both.com": 1, "192.0.2.2": 1, "198.51.100.7": 1, "198.51.101.7": 0,
		} {
			i, err := infra.Parse(host)
			if err != nil {
				t.Fatal(err)
			}
			if n := len(v.Graph.Claims(i)); n != claims {
				t.Errorf("%d claims speak of %s, want %d", n, host, claims)
			}
		}
	}
	if strings.Contains(string(bundle), "domain-name:value = 'only-below.com'") {
		t.Error("the pattern of the hosts below only-below.com was widened to it")
	}
}
