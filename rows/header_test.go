// SPDX-License-Identifier: Apache-2.0

package rows

import (
	"slices"
	"strings"
	"testing"
)

func TestHeadersFile(t *testing.T) {
	owner := map[string]string{}
	n := 0
	for line := range strings.Lines(headersText) {
		left, right, ok := strings.Cut(line, " = ")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		role, isRole := strings.CutPrefix(left, "role:")
		if !isRole && !slices.Contains(fields[:], Field(left)) && !isScheme(left) {
			t.Errorf("%q is neither field nor scheme", left)
		}
		if isRole && role == "" {
			t.Errorf("line without a role: %q", line)
		}
		for phrase := range strings.SplitSeq(right, "|") {
			n++
			p := Fold(phrase)
			if other := owner[p]; other != "" && other != left {
				t.Errorf("%q is claimed by %s and by %s", p, other, left)
			}
			owner[p] = left
		}
	}
	if n < 1500 {
		t.Errorf("%d words, want the whole file", n)
	}
}
