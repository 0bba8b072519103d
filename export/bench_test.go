// SPDX-License-Identifier: Apache-2.0

package export_test

import (
	"testing"

	"github.com/interdict-dev/interdict/export"
)

func BenchmarkSelect(b *testing.B) {
	v, day := view(b, "2026-11-23")
	for b.Loop() {
		selected(b, v, export.Filter{Day: day, Also: everything()})
	}
}
