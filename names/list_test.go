// SPDX-License-Identifier: Apache-2.0

package names_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/interdict-dev/interdict/names"
	"github.com/interdict-dev/interdict/screening"
	"github.com/interdict-dev/interdict/watchlist"
	"github.com/interdict-dev/interdict/watchlist/ofac"
)

// data is the folder of published files; the test is skipped where it is not.
func data(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("INTERDICT_DATA")
	if dir == "" {
		dir = "../../shared/data"
	}
	if _, err := os.Stat(dir); err != nil {
		if os.Getenv("INTERDICT_REQUIRE_DATA") == "1" {
			t.Fatal(err)
		}
		t.Skipf("the published lists are not at hand: %v", err)
	}
	return dir
}

// TestEveryListedNameFindsItself reads the primary name of each entry of the
// newest OFAC edition at hand as the list gives it, and as a customer would
// write it, and compares the two.
func TestEveryListedNameFindsItself(t *testing.T) {
	files, err := watchlist.OpenFiles(filepath.Join(data(t), "lists/ofac-advanced/SDN_ADVANCED_2025-11-19_1644.zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer files.Close() // only read
	m := names.Default()
	least := m.Evidence(screening.DefaultMinScore)
	n, silent := 0, 0
	for e, err := range (ofac.Advanced{}).Parse(files) {
		if err != nil {
			t.Fatal(err)
		}
		if len(e.Names) == 0 {
			continue
		}
		for _, mode := range names.Modes(e.Kind) {
			n++
			listed := names.Read(e.Names[0], mode, names.Hint{})
			if r := m.Compare(&listed, &listed); r.Evidence < least {
				silent++
				t.Errorf("%v %v %q says %d of itself, the threshold is %d", e.Ref, mode, e.Names[0].Full, r.Evidence, least)
			}
			asked := names.ReadText(e.Names[0].Full, mode)
			if r := m.Compare(&asked, &listed); r.Evidence < least {
				silent++
				t.Errorf("%v %v: its text %q says %d of it, the threshold is %d", e.Ref, mode, e.Names[0].Full, r.Evidence, least)
			}
		}
	}
	if n < 18000 {
		t.Fatalf("%d names were compared, want the whole edition", n)
	}
	if silent > 0 {
		t.Errorf("%d of %d names do not find themselves", silent, n)
	}
}
