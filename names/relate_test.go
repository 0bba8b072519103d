// SPDX-License-Identifier: Apache-2.0

package names

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"
	"unicode/utf8"

	"github.com/interdict-dev/interdict/internal/lexicon"
	"github.com/interdict-dev/interdict/internal/translit"
)

// osa is the plain matrix of optimal string alignment: insert, delete, replace,
// swap of neighbours, no letter edited twice.
func osa(a, b []rune) int {
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		d[i][0] = i
	}
	for j := range b {
		d[0][j+1] = j + 1
	}
	for i := range a {
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			best := min(d[i][j]+cost, d[i][j+1]+1, d[i+1][j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				best = min(best, d[i-1][j-1]+1)
			}
			d[i+1][j+1] = best
		}
	}
	return d[len(a)][len(b)]
}

func randomWord(r *rand.Rand, letters []rune, most int) []rune {
	w := make([]rune, r.IntN(most+1))
	for i := range w {
		w[i] = letters[r.IntN(len(letters))]
	}
	return w
}

// edited returns w after up to n edits at random.
func edited(r *rand.Rand, w, letters []rune, n int) []rune {
	w = slices.Clone(w)
	for range r.IntN(n + 1) {
		c := letters[r.IntN(len(letters))]
		switch i := r.IntN(len(w) + 1); {
		case i == len(w):
			w = append(w, c)
		case r.IntN(4) == 0:
			w[i] = c
		case r.IntN(3) == 0:
			w = slices.Insert(w, i, c)
		case r.IntN(2) == 0:
			w = slices.Delete(w, i, i+1)
		case i+1 < len(w):
			w[i], w[i+1] = w[i+1], w[i]
		}
	}
	return w
}

func TestEditsIsTheMatrix(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	near := 0
	for _, letters := range [][]rune{[]rune("ab"), []rune("abcdefgh"), []rune("aбв"), []rune("永信至诚")} {
		for range 20000 {
			a := randomWord(r, letters, 14)
			b := randomWord(r, letters, 14)
			if r.IntN(2) == 0 {
				b = edited(r, a, letters, 4)
			}
			most := r.IntN(3)
			want := osa(a, b)
			got, ok := Edits(string(a), string(b), most)
			if ok != (want <= most) || ok && got != want {
				t.Fatalf("Edits(%q, %q, %d) = %d, %v; the matrix says %d", string(a), string(b), most, got, ok, want)
			}
			if ok && got > 0 {
				near++
			}
		}
	}
	if near < 5000 {
		t.Fatalf("%d pairs were near: the test tests little", near)
	}
}

func TestRelate(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want TieKind
	}{
		{"ivanov", "ivanov", Same},
		{"ivanov", "ivanow", Variant},
		{"romashka", "romaschka", Spelling},
		{"mohamed", "muhammad", Variant},
		{"li", "lee", Variant},
		{"maduro", "maduto", Typo},
		{"maduro", "mauro", Typo},
		{"maduro", "amduro", Typo},
		{"maduro", "amdruo", NoTie}, // two edits need eight letters
		{"zawahiri", "zawxhixi", Typo},
		{"bill", "william", Nickname},
		{"maduro", "moros", NoTie},
		{"a", "b", NoTie},
		{"~technology", "~technologi", NoTie},
		{"#7", "#8", NoTie},
		{"#61398", "#61399", NoTie},
		{"", "a", NoTie},
	} {
		if got := Relate(c.a, c.b); got.Kind != c.want {
			t.Errorf("Relate(%q, %q) = %v, want %v", c.a, c.b, got.Kind, c.want)
		}
	}
}

func TestRelateIsSymmetric(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 6))
	letters := []rune("aeioumhkstvwy'")
	tied := 0
	for range 30000 {
		a := randomWord(r, letters, 10)
		b := edited(r, a, letters, 3)
		x, y := Relate(string(a), string(b)), Relate(string(b), string(a))
		if x != y {
			t.Fatalf("Relate(%q, %q) = %v, the other way %v", string(a), string(b), x, y)
		}
		if x.Kind > Same {
			tied++
		}
		if x.Cost < 0 || x.Most < 0 {
			t.Fatalf("Relate(%q, %q) = %v: a tie never speaks for more than the same word", string(a), string(b), x)
		}
	}
	if tied < 5000 {
		t.Fatalf("%d pairs were tied: the test tests little", tied)
	}
}

func TestCloserIsAnOrder(t *testing.T) {
	var ties []Tie
	for k := NoTie; k <= Acronym; k++ {
		for _, cost := range []int32{0, 400, 1800} {
			ties = append(ties, Tie{Kind: k, Cost: cost})
		}
	}
	for _, a := range ties {
		for _, b := range ties {
			if a.Closer(b) && b.Closer(a) {
				t.Errorf("%v and %v are each closer than the other", a, b)
			}
			if a.Kind != NoTie && b.Kind == NoTie && (!a.Closer(b) || b.Closer(a)) {
				t.Errorf("no tie is as close as %v", a)
			}
		}
	}
}

// plainRelate is the definition of Relate, which prepares nothing and skips
// nothing.
func plainRelate(a, b string) Tie {
	if a == b {
		return Tie{Kind: Same}
	}
	if isCode(a) || isCode(b) {
		return Tie{}
	}
	var best Tie
	latin := isLatin(a) && isLatin(b)
	if latin {
		if r, ok := lexicon.Related(a, b); ok {
			best = relationTie(r)
		}
	}
	n, m := utf8.RuneCountInString(a), utf8.RuneCountInString(b)
	if d, ok := Edits(a, b, MaxEdits(min(n, m))); ok {
		best = cheaper(best, typoTie(d, min(n, m)))
	}
	if latin {
		var x, y [48]byte
		if s := translit.AppendSkeleton(x[:0], []byte(a)); len(s) >= MinSkeleton && string(s) == string(translit.AppendSkeleton(y[:0], []byte(b))) {
			best = cheaper(best, spellingTie(a, b, len(s)))
		}
		if best.Kind == NoTie {
			if s := translit.AppendCoarse(x[:0], []byte(a)); len(s) >= MinSkeleton && string(s) == string(translit.AppendCoarse(y[:0], []byte(b))) {
				best = coarseTie(a, b, len(s))
			}
		}
	}
	return best
}

// TestRelateByProbes holds Relate and Typo to the plain definition over the words of
// names in all scripts and near misses of them.
func TestRelateByProbes(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	words := []string{"quan", "chuan", "samjong", "samchong", "krymtets", "krymtec", "muhammad", "mohamed", "bill", "william", "~technology", "#7", "永信", "мир", "li", "lee", "khorasan", "horizon"}
	for mode, list := range real {
		for _, n := range list {
			f := ReadText(alter(r, n), mode)
			for i := range f.Parts {
				words = append(words, f.Parts[i].Words...)
			}
		}
	}
	var f Form
	for _, w := range words {
		f.Parts = append(f.Parts, Part{Words: []string{w}})
	}
	ties := 0
	ps := probes(&f)
	for i := range ps {
		for j := range ps {
			p, o := &ps[i][0], &ps[j][0]
			got, want := p.Relate(o), plainRelate(words[i], words[j])
			if got != want {
				t.Fatalf("%q and %q: %+v by probes, %+v without", words[i], words[j], got, want)
			}
			if _, related := lexicon.Related(words[i], words[j]); related || bytes.Equal(p.skeleton, o.skeleton) || bytes.Equal(p.coarseKey(), o.coarseKey()) {
				continue
			}
			if got = p.Typo(words[j]); got != want {
				t.Fatalf("%q and %q: %+v as a typing error, %+v in full", words[i], words[j], got, want)
			}
			if want.Kind > Same {
				ties++
			}
		}
	}
	if ties < 100 {
		t.Errorf("only %d ties among %d words: the test tests little", ties, len(words))
	}
}

// TestByReadingSaysNoMore holds what the index's bounds rest on: a tie between
// readings costs as much at least, carries no more and lies no nearer than the
// same tie between words as written.
func TestByReadingSaysNoMore(t *testing.T) {
	for _, w := range [][2]string{{"bright", "barakat"}, {"usama", "osama"}, {"samjong", "samchong"}, {"muhammad", "mohamed"}, {"maduro", "madura"}, {"bill", "william"}} {
		tie := Relate(w[0], w[1])
		if tie.Kind == NoTie {
			t.Fatalf("%v hang together in no way", w)
		}
		if r := ByReading(tie); r.Cost < tie.Cost || r.Far < tie.Far || tie.Most > 0 && (r.Most == 0 || r.Most > tie.Most) {
			t.Errorf("%v: %+v between readings, %+v as written", w, r, tie)
		}
	}
}
