// SPDX-License-Identifier: Apache-2.0

package ofac_test

import (
	"path/filepath"
	"testing"

	"github.com/interdict-dev/interdict/watchlist"
	"github.com/interdict-dev/interdict/watchlist/ofac"
)

func BenchmarkAdvanced(b *testing.B) {
	files, err := watchlist.OpenFiles(filepath.Join("../../../shared/data/lists/ofac-advanced/SDN_ADVANCED_2025-11-19_1644.zip"))
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(120977559)
	b.ReportAllocs()
	for b.Loop() {
		n, rel := 0, 0
		for e, err := range (ofac.Advanced{}).Parse(files) {
			if err != nil {
				b.Fatal(err)
			}
			n++
			rel += len(e.Relations)
		}
		if n != 18367 || rel != 8194 {
			b.Fatal(n, rel)
		}
	}
}
