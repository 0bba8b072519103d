// SPDX-License-Identifier: Apache-2.0

package ofaclike

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// TestJaroWinkler has the values that the literature computes by hand: Winkler
// (1990, 1994, 2006).
func TestJaroWinkler(t *testing.T) {
	for _, c := range []struct {
		a, b          string
		jaro, winkler float64
	}{
		{"MARTHA", "MARHTA", 0.944, 0.961},
		{"DIXON", "DICKSONX", 0.767, 0.813},
		{"DWAYNE", "DUANE", 0.822, 0.840},
		{"DUNNINGHAM", "CUNNINGHAM", 0.933, 0.933}, // (9/10 + 9/10 + 1) / 3
		{"ABROMS", "ABRAMS", 0.889, 0.922},
		{"ITMAN", "SMITH", 0.467, 0.467},
		{"JERALDINE", "GERALDINE", 0.926, 0.926},
		{"MICHELLE", "MICHAEL", 0.869, 0.921},
		{"SAME", "SAME", 1, 1},
		{"A", "B", 0, 0},
		{"", "B", 0, 0},
		{"A", "A", 1, 1},
	} {
		if got := jaro([]rune(c.a), []rune(c.b)); math.Abs(got-c.jaro) > 0.0006 {
			t.Errorf("jaro(%s, %s) = %.4f, want %.3f", c.a, c.b, got, c.jaro)
		}
		if got := JaroWinkler(c.a, c.b); math.Abs(got-c.winkler) > 0.0006 {
			t.Errorf("JaroWinkler(%s, %s) = %.4f, want %.3f", c.a, c.b, got, c.winkler)
		}
	}
}

// TestSoundex has the examples of the National Archives and of Knuth.
func TestSoundex(t *testing.T) {
	for word, want := range map[string]string{
		"WASHINGTON": "W252", "LEE": "L000", "GUTIERREZ": "G362", "PFISTER": "P236", "JACKSON": "J250", "TYMCZAK": "T522", "ASHCRAFT": "A261",
		"ROBERT": "R163", "RUPERT": "R163", "RUBIN": "R150", "EULER": "E460", "GAUSS": "G200", "HILBERT": "H416", "KNUTH": "K530", "LLOYD": "L300", "LUKASIEWICZ": "L222",
		"": "", "9ARMY": "", "ÖZ": "",
	} {
		if got := Soundex(word); got != want {
			t.Errorf("Soundex(%q) = %q, want %q", word, got, want)
		}
	}
}

func TestScore(t *testing.T) {
	for _, c := range []struct {
		asked, listed string
		want          int
		why           string
	}{
		{"Nicolas Maduro Moros", "MADURO MOROS, Nicolas", 100, "each part has its listed part, in whatever order"},
		{"nicolás maduro", "MADURO MOROS, Nicolas", 100, "listed parts that were not asked for cost nothing"},
		{"Martha", "MARHTA", 96, "one pair of letters exchanged"},
		{"Dixon", "DICKSONX", 81, "half alike, and the same first letter"},
		{"Dwayne Marhta", "MARTHA DUANE", 90, "the mean of 0.840 and 0.961"},
		{"Jerald", "GERALD", 0, "another first letter is not looked at"},
		{"Smith", "SCHMIDT", 70, "4 of 5 and of 7 letters in common, 3 of them misplaced: (4/5 + 4/7 + 2.5/4) / 3 = 0.665, and a tenth of the rest"},
		{"Robert Zzz", "RUPERT", 40, "(4/6 + 4/6 + 1) / 3 = 0.778, a tenth of the rest more is 0.8, for one part of two"},
		{"Мадуро", "MADURO", 0, "other scripts are not compared"},
		{"O'Hara", "OHARA", 100, "an apostrophe is none"},
		{"", "X", 0, "nothing asked"},
		{"...", "X", 0, "nothing but marks"},
	} {
		if got := Score(c.asked, c.listed); got != c.want {
			t.Errorf("Score(%q, %q) = %d, want %d: %s", c.asked, c.listed, got, c.want, c.why)
		}
	}
	if got := Best([]string{"x", "Maduro"}, []string{"OTHER", "MADURO"}); got != 100 {
		t.Errorf("Best = %d, want 100", got)
	}
	if got := Best(nil, []string{"OTHER"}); got != 0 {
		t.Errorf("Best of nothing = %d, want 0", got)
	}
}

// TestEditsIsLevenshtein holds edits to its recursive definition.
func TestEditsIsLevenshtein(t *testing.T) {
	var slow func(a, b []rune) int
	slow = func(a, b []rune) int {
		if len(a) == 0 || len(b) == 0 {
			return len(a) + len(b)
		}
		if a[0] == b[0] {
			return slow(a[1:], b[1:])
		}
		return 1 + min(slow(a[1:], b[1:]), slow(a[1:], b), slow(a, b[1:]))
	}
	r := rand.New(rand.NewPCG(1, 2))
	text := func() []rune {
		out := make([]rune, r.IntN(7))
		for i := range out {
			out[i] = 'a' + rune(r.IntN(3))
		}
		return out
	}
	for range 500 {
		a, b := text(), text()
		if got, want := edits(a, b), slow(a, b); got != want {
			t.Fatalf("edits(%q, %q) = %d, want %d", string(a), string(b), got, want)
		}
	}
}

func FuzzScore(f *testing.F) {
	f.Add("Nicolas Maduro", "MADURO MOROS, Nicolas")
	f.Add("\xff\u202e", "é̂")
	f.Add(strings.Repeat("A B ", 3000), strings.Repeat("A", 10000))
	f.Fuzz(func(t *testing.T, a, b string) {
		start := time.Now()
		got := Score(a, b)
		if got < 0 || got > 100 {
			t.Errorf("Score(%q, %q) = %d", a, b, got)
		}
		if took := time.Since(start); took > time.Second {
			t.Errorf("Score of %d and %d bytes took %v", len(a), len(b), took)
		}
		if s := Score(a, a); s != 0 && s != 100 {
			t.Errorf("Score(%q, itself) = %d, want 100, or 0 where it is not compared", a, s)
		}
	})
}
