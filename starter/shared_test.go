// SPDX-License-Identifier: Apache-2.0

package starter

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/interdict-dev/interdict/party"
)

// sharedFacts opens a file of the collected facts that facts.txt was written
// from. It skips where they are not at hand, and fails where they must be.
func sharedFacts(t *testing.T, name string) io.Reader {
	t.Helper()
	dir := filepath.Join("..", "..", "shared", "facts")
	if d := os.Getenv("INTERDICT_DATA"); d != "" {
		dir = filepath.Join(filepath.Dir(filepath.Clean(d)), "facts")
	}
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		if os.Getenv("INTERDICT_REQUIRE_DATA") == "1" {
			t.Fatal(err)
		}
		t.Skipf("the collected facts are not at hand: %v", err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

// TestEveryCollectedIndicatorIsHere counts rows by value, source and dates in
// the collected facts and here.
func TestEveryCollectedIndicatorIsHere(t *testing.T) {
	rows, err := csv.NewReader(sharedFacts(t, "indicators.csv")).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	type row struct{ value, source, first, last, role string }
	want := map[row]int{}
	for _, r := range rows[1:] {
		last := r[5]
		if end, ok := strings.CutPrefix(r[6], "control-end "); ok {
			last = end
		}
		want[row{r[0], r[10], r[4], last, r[3]}]++
	}
	for _, c := range Claims() {
		if !c.From.IsParty() {
			want[row{c.From.Indicator.Value, c.Source.Name, c.Window.First.String(), c.Window.Last.String(), c.Role}]--
		}
	}
	missing := 0
	for r, n := range want {
		if n > 0 {
			missing++
			t.Errorf("%d times missing: %+v", n, r)
		}
	}
	if len(rows) < 1000 {
		t.Fatalf("only %d rows", len(rows))
	}
}

// TestEveryCollectedPartyIsHere finds each OFAC party with its names,
// identifiers and wallets.
func TestEveryCollectedPartyIsHere(t *testing.T) {
	dec := json.NewDecoder(sharedFacts(t, "ofac-cyber-parties-2025-11-19.jsonl"))
	n := 0
	for {
		var p struct {
			UID      json.Number `json:"ofac_uid"`
			Name     string
			Aliases  []struct{ Name string }
			IDs      []struct{ Value string }
			Crypto   []struct{ Address string }
			Websites []string
			Programs []string
			Events   []struct{ Date string }
		}
		if err := dec.Decode(&p); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		n++
		e, ok := Open().Entry(party.Ref{List: "us-ofac-sdn", ID: p.UID.String()})
		if !ok {
			t.Errorf("no entry %s %s", p.UID, p.Name)
			continue
		}
		have := map[string]bool{}
		for _, x := range e.Names {
			have[x.Full] = true
		}
		for _, x := range e.Identifiers {
			have[x.Value] = true
		}
		for _, x := range append(e.Websites, e.Listings[0].Programs...) {
			have[x] = true
		}
		var want []string
		want = append(want, p.Name)
		for _, x := range p.Aliases {
			want = append(want, x.Name)
		}
		for _, x := range p.IDs {
			want = append(want, x.Value)
		}
		for _, x := range p.Crypto {
			want = append(want, x.Address)
		}
		for _, w := range append(append(want, p.Websites...), p.Programs...) {
			if !have[w] {
				t.Errorf("%v: %q is missing", e.Ref, w)
			}
		}
		if len(e.Listings[0].Events) != len(p.Events) {
			t.Errorf("%v: %d events, want %d", e.Ref, len(e.Listings[0].Events), len(p.Events))
		}
	}
	if n != 438 {
		t.Errorf("%d parties collected, want 438", n)
	}
}
