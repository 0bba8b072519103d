// SPDX-License-Identifier: Apache-2.0

package lexicon

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestRelated(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want Relation
	}{
		{"muhammad", "mohamed", Variant},
		{"mohd", "mohammed", Variant},
		{"hussein", "hossein", Variant},
		{"abdallah", "abdullah", Variant},
		{"yusuf", "youssef", Variant},
		{"qasim", "kassem", Variant},
		{"qadhafi", "gaddafi", Variant},
		{"محمد", "muhammad", Variant},
		{"حسین", "husayn", Variant},
		{"volodymyr", "vladimir", Variant},
		{"lee", "rhee", Variant},
		{"park", "pak", Variant},
		{"choi", "ch'oe", Variant},
		{"zhang", "cheung", Variant},
		{"wong", "huang", Variant},
		{"wong", "wang", Variant},
		{"wang", "huang", Unrelated}, // not transitive
		{"sasha", "aleksandr", Nickname},
		{"саша", "александр", Nickname},
		{"dima", "dmitry", Nickname},
		{"pepe", "jose", Nickname},
		{"chuy", "jesus", Nickname},
		{"bill", "william", Nickname},
		{"bob", "robert", Nickname},
		{"kolya", "nikolai", Nickname},
		{"sasha", "shura", Unrelated}, // two short forms
		{"john", "juan", Translated},
		{"john", "ivan", Translated},
		{"yusuf", "joseph", Translated},
		{"stepan", "stephen", Translated},
		{"ivan", "igor", Unrelated},
		{"muhammad", "mahmud", Unrelated},
		{"ahmad", "hamid", Unrelated},
		{"salim", "salih", Unrelated},
		{"hasan", "hussein", Unrelated},
		{"muhammad", "muhammad", Unrelated},
		{"зло", "muhammad", Unrelated},
	} {
		got, ok := Related(c.a, c.b)
		back, _ := Related(c.b, c.a)
		if got != c.want || ok != (c.want != Unrelated) || back != got {
			t.Errorf("Related(%q, %q) = %v, %v and back %v, want %v", c.a, c.b, got, ok, back, c.want)
		}
	}
}

// TestVariantsAgreeWithRelated holds both readers of the table to each other on
// words drawn from it.
func TestVariantsAgreeWithRelated(t *testing.T) {
	var keys []string
	for k := range store(relationsBin).all {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	rng := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		w := keys[rng.IntN(len(keys))]
		vs := Variants(w)
		if len(vs) == 0 {
			t.Errorf("Variants(%q) is empty", w)
		}
		for _, v := range vs {
			if r, ok := Related(w, v.Word); !ok || r != v.Relation {
				t.Errorf("Variants(%q) has %v, Related says %v", w, v, r)
			}
		}
	}
	if vs := Variants("zzzz"); len(vs) != 0 {
		t.Errorf("Variants(zzzz) = %v", vs)
	}
}

func TestPatronymicOf(t *testing.T) {
	for _, c := range []struct {
		word, stem string
		kind       Patronymic
	}{
		{"ivanovich", "ivan", SonOf},
		{"ivanovna", "ivan", DaughterOf},
		{"sergeevich", "serge", SonOf},
		{"sergeevna", "serge", DaughterOf},
		{"ilyinichna", "ily", DaughterOf},
		{"владимирович", "владимир", SonOf},
		{"петровна", "петр", DaughterOf},
		{"миколайович", "микола", SonOf},
		{"aliyevoglu", "aliyev", SonOf},
		{"mammadzade", "mammad", ChildOf},
		{"akhundzadeh", "akhund", ChildOf},
		{"aliqizi", "ali", DaughterOf},
		{"ivanov", "", NotPatronymic},
		{"ovich", "", NotPatronymic},
		{"", "", NotPatronymic},
	} {
		if stem, kind := PatronymicOf(c.word); stem != c.stem || kind != c.kind {
			t.Errorf("PatronymicOf(%q) = %q, %v, want %q, %v", c.word, stem, kind, c.stem, c.kind)
		}
	}
}

func BenchmarkRelated(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Related("muhammad", "mohamed")
	}
}

func BenchmarkRelatedStranger(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Related("petrosyan", "mohamed")
	}
}
