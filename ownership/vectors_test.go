// SPDX-License-Identifier: Apache-2.0

package ownership

import (
	"encoding/json"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/law"
	"github.com/interdict-dev/interdict/party"
)

// sharedDir returns the folder of the shared vectors or data, or skips.
func sharedDir(t testing.TB, name string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if filepath.Dir(dir) == dir {
			t.Fatal("no go.mod above the package")
		}
		dir = filepath.Dir(dir)
	}
	path := filepath.Join(dir, "..", "shared", name)
	if env := os.Getenv("INTERDICT_DATA"); env != "" {
		path = filepath.Join(env, "..", name)
	}
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("INTERDICT_REQUIRE_DATA") == "1" {
			t.Fatalf("%s is required and not there", path)
		}
		t.Skipf("%s is not there: the shared vectors are not part of the repository", path)
	}
	return path
}

func ref(s string) party.Ref { return party.Ref{List: "local", ID: s} }

func date(s string) party.Date {
	d, err := party.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func pct(s string) claim.Share {
	p, err := claim.ParsePercent(s)
	if err != nil {
		panic(err)
	}
	return claim.Exactly(p)
}

// listed makes each name a listed party under each regime.
func listed(names ...string) []Listed {
	var out []Listed
	for _, n := range names {
		for _, r := range Regimes() {
			out = append(out, Listed{Party: ref(n), Entry: party.Ref{List: "test", ID: n}, Name: n, Regime: r, Programs: []string{"TEST"}, Cascades: true, From: date("2020-01-01")})
		}
	}
	return out
}

type sharedVector struct {
	ID           int
	Desc         string
	Edges        [][]any
	Listed       []string
	Joint        [][]string
	Target       string
	OFAC         bool   `json:"ofac_blocked"`
	OFACPercent  string `json:"ofac_attributed_pct"`
	EU           bool   `json:"eu_owned"`
	EUBefore     bool   `json:"eu_pre2024_owned"`
	UK           bool   `json:"uk_owned"`
	UKBestSingle string `json:"uk_best_single_pct"`
}

func (v sharedVector) graph(t *testing.T) *Graph {
	t.Helper()
	b := NewBuilder()
	for _, e := range v.Edges {
		if err := b.Add(claim.Stake{Owner: ref(e[0].(string)), Owned: ref(e[1].(string)), Share: pct(fmt.Sprint(e[2]))}); err != nil {
			t.Fatal(err)
		}
	}
	for _, j := range v.Joint {
		var hs []party.Ref
		for _, h := range j {
			hs = append(hs, ref(h))
		}
		if err := b.AddJoint(Joint{Holders: hs}); err != nil {
			t.Fatal(err)
		}
	}
	return b.Graph()
}

func TestSharedVectors(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(sharedDir(t, "vectors"), "ownership.json"))
	if err != nil {
		t.Fatal(err)
	}
	var vectors []sharedVector
	if err := json.Unmarshal(text, &vectors); err != nil {
		t.Fatal(err)
	}
	if len(vectors) != 18 {
		t.Fatalf("%d vectors, want 18", len(vectors))
	}
	for _, v := range vectors {
		g := v.graph(t)
		for _, c := range []struct {
			regime law.Regime
			law    string
			owned  bool
			points string
		}{
			{law.OFAC, "2025-12-01", v.OFAC, v.OFACPercent},
			{law.EU, "2025-12-01", v.EU, ""},
			{law.EU, "2024-07-02", v.EUBefore, ""},
			{law.UK, "2025-12-01", v.UK, v.UKBestSingle},
			{law.BIS, "2025-10-01", v.OFAC, v.OFACPercent}, // the Affiliates Rule counts as OFAC does
		} {
			for _, closed := range []bool{true, false} {
				a, err := g.Own(ref(v.Target), Query{Regime: c.regime, Law: date(c.law), Listed: g.Seeds(listed(v.Listed...)), Closed: closed})
				if err != nil {
					t.Fatal(err)
				}
				if (a.Status == Owned) != c.owned {
					t.Errorf("vector %d (%s), %s on %s: %v, want owned %v", v.ID, v.Desc, c.regime, c.law, a.Status, c.owned)
				}
				if closed && a.Status != Owned && a.Status != NotOwned {
					t.Errorf("vector %d (%s), %s on %s, closed world: %v", v.ID, v.Desc, c.regime, c.law, a.Status)
				}
				if (a.Proof != nil) != c.owned {
					t.Errorf("vector %d (%s), %s: proof %v", v.ID, v.Desc, c.regime, a.Proof)
				}
				if want, ok := new(big.Rat).SetString(c.points); ok && a.Least.Rat().Cmp(want) != 0 {
					t.Errorf("vector %d (%s), %s: %s %% count, want %s", v.ID, v.Desc, c.regime, a.Least, c.points)
				}
				if circular := v.ID == 15 || v.ID == 17; circular != hasFlag(a, "circular") {
					t.Errorf("vector %d (%s), %s: flags %v", v.ID, v.Desc, c.regime, a.Review)
				}
			}
		}
	}
}

func hasFlag(a Answer, kind string) bool {
	for _, f := range a.Review {
		if f.Kind == kind {
			return true
		}
	}
	return false
}

func TestProofPrints(t *testing.T) {
	b := NewBuilder()
	for _, e := range []string{"X A", "A B"} {
		o, c, _ := strings.Cut(e, " ")
		if err := b.Add(claim.Stake{Owner: ref(o), Owned: ref(c), Share: pct("50"), File: "stakes.csv", Line: 2}); err != nil {
			t.Fatal(err)
		}
	}
	g := b.Graph()
	a, err := g.Own(ref("B"), Query{Regime: law.OFAC, Law: date("2025-12-01"), Listed: g.Seeds(listed("X"))})
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := a.Proof.Write(&out, func(r party.Ref) string { return r.ID }); err != nil {
		t.Fatal(err)
	}
	want := `B is owned under us-ofac/2014 (at least 50 %), law of 2025-12-01, facts of 2025-12-01
  A holds 50 %
      source: stakes.csv:2
    X holds 50 %
        source: stakes.csv:2
      listed: test/X X, TEST, since 2020-01-01
`
	if got := out.String(); !strings.HasPrefix(got, want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
