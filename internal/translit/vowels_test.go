// SPDX-License-Identifier: Apache-2.0

package translit

import "testing"

func TestVowelDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int32
	}{
		{"hussein", "husayn", 0},
		{"yacine", "yaceene", 0},
		{"anouar", "anwar", 0},
		{"sheikhutdinow", "shaykhutdinov", 0},
		{"usama", "osama", 500},
		{"gaddafi", "qadhafi", 500},
		{"bright", "barakat", 3500},
		{"orion", "iran", 2500},
		{"king", "guanghua", 2500},
		{"antharas", "interros", 2500},
	} {
		if Skeleton(c.a) != Skeleton(c.b) {
			t.Errorf("%s and %s have skeletons %s and %s", c.a, c.b, Skeleton(c.a), Skeleton(c.b))
		}
		if got, back := VowelDistance(c.a, c.b), VowelDistance(c.b, c.a); got != c.want || back != c.want {
			t.Errorf("VowelDistance(%s, %s) = %d and %d back, want %d", c.a, c.b, got, back, c.want)
		}
	}
}
