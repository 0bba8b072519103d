// SPDX-License-Identifier: Apache-2.0

package lexicon

import "testing"

func TestBackground(t *testing.T) {
	// Each word tells less than the next in the same kind of name.
	for _, c := range []struct {
		person bool
		words  []string
	}{
		{true, []string{"al", "muhammad", "ivan", "prigozhin", "qwfpzxkv"}},
		{false, []string{"company", "technology", "shanghai", "integrity", "yongxin"}},
		{false, []string{"inc", "group", "shipping", "carlyle"}},
		{true, []string{"qz", "qzx", "qzxw"}},
	} {
		for i := range c.words[1:] {
			a, b := Background(c.words[i], c.person), Background(c.words[i+1], c.person)
			if a > b || a == b && len(c.words[i]) > 3 {
				t.Errorf("Background(%q) = %d, Background(%q) = %d: want less", c.words[i], a, c.words[i+1], b)
			}
		}
	}
	if p, o := Background("muhammad", true), Background("muhammad", false); p >= o {
		t.Errorf("muhammad tells %d in persons' names and %d in organisations'", p, o)
	}
	for w := range store(backgroundBin).all {
		for _, person := range []bool{true, false} {
			if b := Background(w, person); b < 0 || b > 12000 || b%50 != 0 {
				t.Fatalf("Background(%q, %v) = %d, want 0 to 12000 in steps of 50", w, person, b)
			}
		}
	}
	if b := Background("", true); b != 0 {
		t.Errorf("Background of no word = %d, want 0", b)
	}
}

func BenchmarkBackground(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Background("mohammadi", true)
	}
}

func BenchmarkBackgroundUnseen(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Background("zzyzzyx", false)
	}
}
