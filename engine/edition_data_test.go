// SPDX-License-Identifier: Apache-2.0

package engine_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/interdict-dev/interdict/engine"
	"github.com/interdict-dev/interdict/watchlist/ofac"
)

// published returns a published file, or skips.
func published(t testing.TB, elem ...string) string {
	t.Helper()
	root := os.Getenv("INTERDICT_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "shared", "data")
	}
	path := filepath.Join(append([]string{root}, elem...)...)
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("INTERDICT_REQUIRE_DATA") == "1" {
			t.Fatal(err)
		}
		t.Skip("the published files are not at hand")
	}
	return path
}

// BenchmarkNewEdition adds an edition of OFAC's list to a home that has one, and
// rebuilds the book: what happens on a day with a new edition. The figure to reach
// is four seconds on two cores.
func BenchmarkNewEdition(b *testing.B) {
	first, second := published(b, "lists", "ofac-advanced", "SDN_ADVANCED_2025-07-01_1454.zip"), published(b, "lists", "ofac-advanced", "SDN_ADVANCED_2025-11-19_1450.zip")
	for b.Loop() {
		b.StopTimer()
		h := home(b)
		add(b, h, ofac.Sources(), first)
		b.StartTimer()
		start := time.Now()
		a, err := h.Archive()
		if err != nil {
			b.Fatal(err)
		}
		d, err := engine.Detect(ofac.Sources(), second)
		if err != nil {
			b.Fatal(err)
		}
		if _, _, err := h.Keep(b.Context(), a, d, "test", now); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(time.Since(start).Seconds(), "s-keep")
		if err := d.Files.Close(); err != nil {
			b.Fatal(err)
		}
		r := rebuild(b, h)
		if len(r.Compiled) != 1 {
			b.Fatalf("compiled %v, want the one list that changed", r.Compiled)
		}
	}
}
