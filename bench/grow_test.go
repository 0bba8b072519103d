// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"github.com/interdict-dev/interdict/party"
)

func TestGrownListsAreTheSameEachTime(t *testing.T) {
	g, err := NewGrower(starterBook(t))
	if err != nil {
		t.Fatal(err)
	}
	collect := func(seed uint64, n int) []party.Entry {
		var out []party.Entry
		for e, err := range g.Entries(seed, n) {
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, e)
		}
		return out
	}
	n := g.Real() + 500
	long := collect(7, n)
	if !reflect.DeepEqual(long, collect(7, n)) {
		t.Error("the same seed gives other entries")
	}
	if !reflect.DeepEqual(long[:n-200], collect(7, n-200)) {
		t.Error("a longer list does not begin with the shorter one")
	}
	if reflect.DeepEqual(long, collect(8, n)) {
		t.Error("another seed gives the same entries")
	}
	refs, changed, persons := map[party.Ref]bool{}, 0, 0
	for i, e := range long {
		if refs[e.Ref] || e.Ref.List != Grown || len(e.Names) == 0 || e.Name() == "" {
			t.Fatalf("entry %d: %+v", i, e)
		}
		refs[e.Ref] = true
		if i < g.Real() {
			continue
		}
		if e.Kind == party.Person {
			persons++
		}
		like := false
		for _, x := range g.real {
			like = like || x.Name() == e.Name()
		}
		if !like {
			changed++
		}
	}
	if changed < 400 || persons == 0 || persons == 500 {
		t.Errorf("of 500 invented parties %d have a name of their own and %d are persons", changed, persons)
	}
}

// TestInventedWordsAreReal holds that an invented name has no word that no
// listed name has.
func TestInventedWordsAreReal(t *testing.T) {
	g, err := NewGrower(starterBook(t))
	if err != nil {
		t.Fatal(err)
	}
	words := map[string]bool{}
	add := func(e *party.Entry, visit func(string)) {
		for _, n := range e.Names {
			for _, w := range strings.FieldsFunc(n.Full, func(r rune) bool { return strings.ContainsRune(" ,-./()\"'’&«»、・·", r) }) {
				visit(w)
			}
		}
	}
	for i := range g.real {
		add(&g.real[i], func(w string) { words[w] = true })
	}
	n, strange := 0, 0
	for e, err := range g.Entries(1, g.Real()+300) {
		if err != nil {
			t.Fatal(err)
		}
		add(&e, func(w string) {
			n++
			if !words[w] {
				strange++
			}
		})
	}
	if n == 0 || strange*50 > n { // parts of names without blanks between are cut anew
		t.Errorf("%d of %d words stand in no listed name", strange, n)
	}
}

func TestJoinThing(t *testing.T) {
	cut := func(s string) *piece {
		p, ok := cutName(party.Name{Full: s}, party.Organization)
		if !ok {
			t.Fatalf("%q has no naming word", s)
		}
		return &p
	}
	for _, c := range []struct{ a, b, want string }{
		{"Zzyrq Trading LLC", "Qwubb Shipping Company Limited", "Zzyrq Shipping Company Limited"},
		{"Zzyrq Vrolk Trading LLC", "Qwubb Shipping Limited", "Zzyrq Vrolk Shipping Limited"},
		{"Zzyrq Trading LLC", "Qwubb Vrolk Shipping Limited", "Zzyrq Shipping Limited"},
	} {
		if got := joinThing(cut(c.a), cut(c.b)).Full; got != c.want {
			t.Errorf("the naming words of %q in %q: %q, want %q", c.a, c.b, got, c.want)
		}
	}
	if _, ok := cutName(party.Name{Full: "..."}, party.Organization); ok {
		t.Error("a name without a naming word is cut")
	}
	p, ok := cutName(party.Name{Full: "PETROV, Ivan Ivanovich"}, party.Person)
	if !ok || p.family != "PETROV" || p.given != "Ivan Ivanovich" {
		t.Errorf("cut into %+v", p)
	}
}

func TestCustomers(t *testing.T) {
	first := map[int]string{}
	seen := map[string]bool{}
	persons := 0
	for i, e := range Customers(1, 2000) {
		first[i] = e.Name()
		seen[e.Name()] = true
		if e.Kind == party.Person {
			persons++
		}
	}
	for i, e := range Customers(1, 2000) {
		if first[i] != e.Name() {
			t.Fatalf("customer %d is %q, and %q before", i, e.Name(), first[i])
		}
	}
	if len(first) != 2000 || persons != 1000 || len(seen) < 1900 {
		t.Errorf("%d customers, %d persons, %d names", len(first), persons, len(seen))
	}
}

// TestGrow grows the starter book and finds its real names in it.
func TestGrow(t *testing.T) {
	b := starterBook(t)
	deck, err := Make(b, Options{Seed: 1, N: 40, Classes: []string{"exact", "typo1"}, Innocents: map[party.Kind][]string{party.Person: {"Jane Doe"}}})
	if err != nil {
		t.Fatal(err)
	}
	var all []*Growth
	for x, err := range Grow(t.Context(), b, GrowthPlan{Sizes: []int{900, 300}, Seed: 1, Dir: t.TempDir(), Deck: deck, Speed: SpeedPlan{Rows: 300, Hidden: 5, Seed: 1}}) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, x)
	}
	if len(all) != 2 || all[0].Size != 300 || all[1].Size != 900 || all[0].Invented != 0 || all[1].Invented == 0 || all[1].Speed.Entries != 900 {
		t.Fatalf("sizes %+v", all)
	}
	big := all[1].Speed
	if big.First < 0.9 || big.Join.Found != big.Join.Hidden || big.Join.Hidden == 0 || all[1].Compile.Wall == 0 || big.Bytes == 0 {
		t.Errorf("right entry first %.2f, hidden names found %d of %d", big.First, big.Join.Found, big.Join.Hidden)
	}
	var out bytes.Buffer
	all[1].Print(&out)
	PrintGrowth(&out, all)
	for _, want := range []string{"900 parties, ", "invented", "hidden listed names found: 5 of 5", "join/s"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the print lacks %q:\n%s", want, out.String())
		}
	}
}

func TestCoreCounts(t *testing.T) {
	for n, want := range map[int][]int{1: {1}, 2: {1, 2}, 6: {1, 2, 3, 4, 6}, 8: {1, 2, 3, 4, 8}, 12: {1, 2, 3, 4, 8, 12}} {
		if got := CoreCounts(n); !reflect.DeepEqual(got, want) {
			t.Errorf("CoreCounts(%d) = %v, want %v", n, got, want)
		}
	}
}
