// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/interdict-dev/interdict/book"
	"github.com/interdict-dev/interdict/names"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/starter"
	"github.com/interdict-dev/interdict/watchlist"
	"github.com/interdict-dev/interdict/watchlist/ofac"
)

// starterOnce is the book of the built-in facts, compiled once for all tests.
var starterOnce = sync.OnceValues(func() (*book.Book, error) {
	in := book.Input{Joins: starter.Joins(), Claims: starter.Claims()}
	for _, l := range starter.Lists() {
		in.Lists = append(in.Lists, book.ListInput{Info: book.Info{List: l, Starter: true}, Entries: func(yield func(party.Entry, error) bool) {
			for e, err := range starter.Entries() {
				if (err != nil || e.Ref.List == l) && !yield(e, err) {
					return
				}
			}
		}})
	}
	dir, err := os.MkdirTemp("", "interdict-bench-test-")
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, "starter.book")
	if _, err := book.Compile(context.Background(), path, in); err != nil {
		return nil, err
	}
	return book.Open(path)
})

func TestMain(m *testing.M) {
	code := m.Run()
	if b, err := starterOnce(); err == nil { // compiled by some test, or now, to be removed
		err = errors.Join(b.Close(), os.RemoveAll(filepath.Dir(b.Path())))
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

func starterBook(t testing.TB) *book.Book {
	t.Helper()
	b, err := starterOnce()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func compiled(t testing.TB, in book.Input) *book.Book {
	t.Helper()
	path := filepath.Join(t.TempDir(), "bench.book")
	if _, err := book.Compile(context.Background(), path, in); err != nil {
		t.Fatal(err)
	}
	b, err := book.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

func TestReadDeckSaysTheLine(t *testing.T) {
	const good = `{"id":"a","kind":"pos","query":"x"}` + "\n"
	for deck, want := range map[string]string{
		good + "{":                    "line 2",
		good + "\n\n" + good + "nope": "line 5",
		`{"id":"a","kind":"maybe"}`:   `line 1: kind "maybe"`,
		good + `{"id":7}`:             "line 2",
		good + `{}`:                   `line 2: kind ""`,
	} {
		if _, err := ReadDeck(strings.NewReader(deck)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ReadDeck(%q): error %v, want one with %q", deck, err, want)
		}
	}
	got, err := ReadDeck(strings.NewReader(good + "\n" + strings.TrimSpace(good)))
	if err != nil || len(got) != 2 {
		t.Errorf("two cases, the last without an end of line: %d read, error %v", len(got), err)
	}
}

func TestDeckRoundTrips(t *testing.T) {
	want := []Case{
		{ID: "1", Kind: "pos", Class: "typo1", Origin: "russian", Type: "person", Query: `Ivanov "Юрий" <x>`, Listed: "IVANOV, Yuri", Expect: []string{"7", "8"}},
		{ID: "2", Kind: "neg", Class: "easy", Query: "Smith\n"},
	}
	var b bytes.Buffer
	if err := WriteDeck(&b, want); err != nil {
		t.Fatal(err)
	}
	got, err := ReadDeck(&b)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("read back %+v, error %v, want %+v", got, err, want)
	}
}

func TestParseInnocents(t *testing.T) {
	got := ParseInnocents("# about\np Will Smith\nt Acme Ltd\n\nx What\np José\n")
	want := map[party.Kind][]string{party.Person: {"Will Smith", "José"}, party.Organization: {"Acme Ltd"}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("ParseInnocents = %v, want %v", got, want)
	}
	all := Innocents()
	if len(all[party.Person]) < 500 || len(all[party.Organization]) < 500 {
		t.Errorf("the built-in sample has %d persons and %d others", len(all[party.Person]), len(all[party.Organization]))
	}
}

func TestMake(t *testing.T) {
	b := starterBook(t)
	o := Options{Seed: 7, N: 1000, Innocents: map[party.Kind][]string{party.Person: {"Will Smith", "Jane Doe"}, party.Organization: {"Acme Trading LLC", "Phoenix"}}}
	deck, err := Make(b, o)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Make(b, o)
	if err != nil || !reflect.DeepEqual(deck, again) {
		t.Errorf("the same options made another deck (error %v)", err)
	}
	o.Seed = 8
	if other, err := Make(b, o); err != nil || reflect.DeepEqual(deck, other) {
		t.Errorf("another seed made the same deck (error %v)", err)
	}
	listed, ids, classes := entries(t, b), map[string]bool{}, map[string]int{}
	for _, c := range deck {
		if ids[c.ID] {
			t.Errorf("two cases have the ID %s", c.ID)
		}
		ids[c.ID] = true
		classes[c.Class]++
		switch c.Kind {
		case "pos":
			e, ok := listed[c.Expect[0]]
			if len(c.Expect) != 1 || !ok || e.Name() != c.Listed || c.Query == "" || c.Type != e.Kind.String() {
				t.Errorf("case %+v does not fit the entry it expects", c)
			}
		case "neg":
			if c.Expect != nil || c.Class != "easy" && c.Class != "hard" {
				t.Errorf("case %+v is no negative", c)
			}
		default:
			t.Errorf("case %+v has no kind", c)
		}
	}
	for _, class := range []string{"exact", "reorder", "typo1", "typo-each", "drop", "glue", "legal-add", "abbreviate", "alias", "native", "easy", "hard"} {
		if classes[class] == 0 {
			t.Errorf("no case of the class %s: %v", class, classes)
		}
	}
	if classes["easy"] != 4 {
		t.Errorf("%d easy negatives, want one for each innocent name", classes["easy"])
	}
}

// entries are the listed entries of a book by their identifiers.
func entries(t testing.TB, b *book.Book) map[string]party.Entry {
	t.Helper()
	out := map[string]party.Entry{}
	for _, l := range b.Lists() {
		for i := range l.Len() {
			e, err := l.Entry(uint32(i))
			if err != nil {
				t.Fatal(err)
			}
			if len(e.Listings) > 0 {
				out[e.Ref.ID] = e
			}
		}
	}
	return out
}

func TestMakeKeepsToItsClasses(t *testing.T) {
	b := starterBook(t)
	deck, err := Make(b, Options{Seed: 1, N: 20, Classes: []string{"exact", "typo1"}})
	if err != nil || len(deck) == 0 {
		t.Fatalf("%d cases, error %v", len(deck), err)
	}
	for _, c := range deck {
		if c.Class != "exact" && c.Class != "typo1" {
			t.Errorf("case %+v was not asked for", c)
		}
		if c.Class == "typo1" && c.Query == c.Listed {
			t.Errorf("case %+v has no typo", c)
		}
	}
	usual, err := Make(b, Options{Seed: 1, N: 20})
	if err != nil {
		t.Fatal(err)
	}
	all, err := Make(b, Options{Seed: 1, N: 20, Classes: []string{"all"}})
	if err != nil {
		t.Fatal(err)
	}
	more := map[string]int{}
	kept := slices.DeleteFunc(all, func(c Case) bool {
		is := slices.ContainsFunc(further, func(a struct {
			class string
			alter func(*rand.Rand, *source) string
		}) bool {
			return a.class == c.Class
		})
		if is {
			more[c.Class]++
		}
		return is
	})
	if len(more) != len(further) || !reflect.DeepEqual(kept, usual) {
		t.Errorf("further classes %v, want each of %d; without them the deck has %d cases, the usual one %d", more, len(further), len(kept), len(usual))
	}
	for _, a := range alterations {
		if !slices.Contains(Classes(), a.class) {
			t.Errorf("Classes leaves out %s", a.class)
		}
	}
}

func TestThreshold(t *testing.T) {
	hundred := make([]int32, 100)
	for i := range hundred {
		hundred[i] = int32(i)
	}
	for _, c := range []struct {
		sorted  []int32
		percent float64
		want    int32
	}{
		{hundred, 0, 100},
		{hundred, 0.1, 100}, // a tenth of a name is none
		{hundred, 1, 99},
		{hundred, 5, 95},
		{hundred, 100, -1 << 20},
		{nil, 1, -1 << 20},
		{[]int32{Nothing, Nothing}, 0, -1 << 20},
		{[]int32{Nothing, 50}, 0, 51},
		{[]int32{7, 7, 7, 7}, 50, 8}, // of equal ones none is let through
	} {
		got := threshold(c.sorted, c.percent)
		if got != c.want {
			t.Errorf("threshold(%d negatives, %v) = %d, want %d", len(c.sorted), c.percent, got, c.want)
		}
		reach := 0
		for _, e := range c.sorted {
			if e >= got {
				reach++
			}
		}
		if float64(reach) > float64(len(c.sorted))*c.percent/100 {
			t.Errorf("threshold(%d negatives, %v) lets %d through", len(c.sorted), c.percent, reach)
		}
	}
}

func TestRecall(t *testing.T) {
	os := []*Outcome{{Rank: 1, Right: 5000}, {Rank: 2, Right: 5000}, {Rank: 1, Right: -100}, {Right: Nothing}}
	for _, c := range []struct {
		at   int32
		rank int
		want float64
	}{{0, 1, .25}, {0, 10, .5}, {-1000, 1, .5}, {-1000, 10, .75}, {5000, 1, .25}, {5001, 10, 0}, {Nothing, 10, .75}} {
		if got := recall(os, c.at, c.rank); got != c.want {
			t.Errorf("recall at %d within rank %d = %v, want %v", c.at, c.rank, got, c.want)
		}
	}
	if got := recall(nil, 0, 1); got != 0 {
		t.Errorf("recall of nothing = %v", got)
	}
}

// outcomes are right pairs and wrong pairs of one probability each.
func outcomes(right, wrong []int32) *Report {
	r := &Report{Cases: len(right) + len(wrong), Negatives: len(wrong)}
	for _, e := range right {
		r.Outcomes = append(r.Outcomes, Outcome{Case: Case{Kind: "pos"}, Top: e, Right: e, Rank: 1})
	}
	for _, e := range wrong {
		r.Outcomes = append(r.Outcomes, Outcome{Case: Case{Kind: "neg"}, Top: e, Right: Nothing})
	}
	return r
}

func TestReliability(t *testing.T) {
	b := starterBook(t)
	at := b.Model().Evidence
	repeat := func(e int32, n int) []int32 { return slices.Repeat([]int32{e}, n) }
	honest := outcomes(slices.Concat(repeat(at(9050), 90), repeat(at(950), 10)), slices.Concat(repeat(at(9050), 10), repeat(at(950), 90)))
	honest.reliability(b.Model())
	if honest.ECE > 0.01 {
		t.Errorf("nine of ten pairs scored 0.9 are right: calibration error %.3f, want about 0", honest.ECE)
	}
	boast := outcomes(repeat(at(9500), 50), repeat(at(9500), 50))
	boast.reliability(b.Model())
	if math.Abs(boast.ECE-0.45) > 0.01 || boast.Bands[9].N != 100 || math.Abs(boast.Bands[9].Right-0.5) > 1e-9 {
		t.Errorf("half of the pairs scored 0.95 are right: calibration error %.3f, band %+v", boast.ECE, boast.Bands[9])
	}
	// positives weigh as much as negatives in sum, however few they are
	few := outcomes(repeat(at(9500), 5), repeat(at(9500), 95))
	few.reliability(b.Model())
	if math.Abs(few.ECE-0.45) > 0.01 {
		t.Errorf("five positives against 95 negatives: calibration error %.3f, want 0.45", few.ECE)
	}
	silent := outcomes([]int32{Nothing}, []int32{Nothing})
	silent.reliability(b.Model())
	if silent.Bands[0].N != 2 || math.Abs(silent.ECE-0.5) > 1e-9 {
		t.Errorf("a pair that was not found has the score 0: band %+v, error %.3f", silent.Bands[0], silent.ECE)
	}
	n := 0
	for _, band := range honest.Bands {
		n += band.N
	}
	if n != honest.Cases || len(honest.Bands) != 10 {
		t.Errorf("%d cases stand in %d bands, want %d in 10", n, len(honest.Bands), honest.Cases)
	}
}

// TestReliabilityWithoutOneKind has no number to divide by.
func TestReliabilityWithoutOneKind(t *testing.T) {
	b := starterBook(t)
	for _, r := range []*Report{outcomes([]int32{5000}, nil), outcomes(nil, []int32{5000})} {
		r.reliability(b.Model())
		if math.IsNaN(r.ECE) || math.IsInf(r.ECE, 0) {
			t.Errorf("calibration error %v of %d positives and %d negatives", r.ECE, r.Cases-r.Negatives, r.Negatives)
		}
	}
}

func TestMeasureSetsTiedCasesApart(t *testing.T) {
	r := outcomes([]int32{8000, 8000}, []int32{-4000, 100})
	r.Outcomes[1].Tied, r.Outcomes[1].Rank = true, 2
	r.Outcomes[0].Case.Class = "typo1"
	r.measure(starterBook(t).Model())
	if r.Tied != 1 || r.Negatives != 2 || r.Levels[0].Recall1 != 1 || r.Levels[0].Threshold != 101 {
		t.Errorf("tied %d, negatives %d, level %+v", r.Tied, r.Negatives, r.Levels[0])
	}
	for _, c := range r.Classes {
		if c.N != 1 || c.Apart > 1 || c.Recall1[0] != 1 || c.Default != 0 || c.Missed != 1 {
			t.Errorf("class %+v, want the one case that is not tied", c)
		}
	}
	if got := r.Alerts[2]; got.Score != 0.3 || got.Per10000 != 5000 || got.Low >= 5000 || got.High <= 5000 {
		t.Errorf("alerts %+v, want one of two innocent names at 0.3", got)
	}
}

func TestPercentiles(t *testing.T) {
	var d []time.Duration
	for i := range 100 {
		d = append(d, time.Duration(100-i))
	}
	if got, want := percentiles(d), (Percentiles{51, 91, 100, 100}); got != want {
		t.Errorf("percentiles of 1 to 100 = %+v, want %+v", got, want)
	}
	if got := percentiles(nil); got != (Percentiles{}) {
		t.Errorf("percentiles of nothing = %+v", got)
	}
}

func TestRunOnTheStarter(t *testing.T) {
	b := starterBook(t)
	deck, err := Make(b, Options{Seed: 3, N: 60, Innocents: map[party.Kind][]string{party.Person: Innocents()[party.Person][:50], party.Organization: Innocents()[party.Organization][:50]}})
	if err != nil {
		t.Fatal(err)
	}
	r, err := Run(t.Context(), b, deck, Plan{})
	if err != nil {
		t.Fatal(err)
	}
	if r.Cases != len(deck) || len(r.Outcomes) != len(deck) || r.Negatives == 0 || r.Entries == 0 || r.Book != b.Digest().String() {
		t.Errorf("report %d cases, %d outcomes, %d negatives, %d entries, book %s", r.Cases, len(r.Outcomes), r.Negatives, r.Entries, r.Book)
	}
	exact := class(t, r, "exact")
	if exact.Default < 1 {
		t.Errorf("exact names: %.3f found at the default threshold, want all", exact.Default)
	}
	if all := class(t, r, "all"); all.Default < 0.9 {
		t.Errorf("altered names: %.3f found at the default threshold, want most", all.Default)
	}
	var out bytes.Buffer
	r.Print(&out)
	r.PrintWorst(&out, 3)
	for _, want := range []string{"by class", "by script", "exact", "worst misses", "calibration error", "alerts per 10,000", "allocations"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the printed report lacks %q", want)
		}
	}
}

func class(t testing.TB, r *Report, name string) Class {
	t.Helper()
	i := slices.IndexFunc(r.Classes, func(c Class) bool { return c.Name == name })
	if i < 0 {
		t.Fatalf("the report has no class %s", name)
	}
	return r.Classes[i]
}

func TestRunRefuses(t *testing.T) {
	b := starterBook(t)
	if _, err := Run(t.Context(), b, nil, Plan{}); err == nil {
		t.Error("an empty deck is run")
	}
	if _, err := Run(t.Context(), b, []Case{{ID: "x9", Kind: "pos", Type: "robot", Query: "A"}}, Plan{}); err == nil || !strings.Contains(err.Error(), "x9") {
		t.Errorf("an unknown type: error %v, want one that names the case", err)
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if _, err := Run(stopped, b, []Case{{ID: "x", Kind: "neg", Query: "A"}}, Plan{}); err == nil {
		t.Error("a stopped run gives a report")
	}
}

func TestExamples(t *testing.T) {
	b := starterBook(t)
	deck, err := Make(b, Options{Seed: 5, N: 40, Innocents: map[party.Kind][]string{party.Organization: Innocents()[party.Organization][:40]}})
	if err != nil {
		t.Fatal(err)
	}
	examples, err := Examples(b, deck)
	if err != nil {
		t.Fatal(err)
	}
	right := 0
	for _, e := range examples {
		if e.Weight < 0 || e.Weight > 1 || e.Vector[names.FBias] != 1000 {
			t.Errorf("example %+v", e)
		}
		if e.Match {
			right++
		}
	}
	if right == 0 || right == len(examples) {
		t.Errorf("%d of %d examples are right", right, len(examples))
	}
}

// data is the folder of published files; the test is skipped where it is not.
func data(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("INTERDICT_DATA")
	if dir == "" {
		dir = "../../shared/data"
	}
	if _, err := os.Stat(dir); err != nil {
		if os.Getenv("INTERDICT_REQUIRE_DATA") == "1" {
			t.Fatal(err)
		}
		t.Skipf("the published lists are not at hand: %v", err)
	}
	return dir
}

// TestDeckOf2021 holds the figures of doc/names.md.
func TestDeckOf2021(t *testing.T) {
	dir := data(t)
	files, err := watchlist.OpenFiles(filepath.Join(dir, "lists/ofac-legacy-2021-07"))
	if err != nil {
		t.Fatal(err)
	}
	defer files.Close() // only read
	b := compiled(t, book.Input{Lists: []book.ListInput{{Info: book.Info{List: ofac.SDN}, Entries: ofac.Legacy{}.Parse(files)}}})
	f, err := os.Open(filepath.Join(dir, "../decks/sdn-2021-dev.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() // only read
	deck, err := ReadDeck(f)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Run(t.Context(), b, deck, Plan{})
	if err != nil {
		t.Fatal(err)
	}
	at := slices.Index(Levels, 1)
	all, exact := class(t, r, "all"), class(t, r, "exact")
	if r.Cases < 1800 || r.Negatives != 400 || r.Entries < 8900 {
		t.Fatalf("%d cases, %d innocent, over %d entries", r.Cases, r.Negatives, r.Entries)
	}
	if got := all.Recall1[at]; got < 0.96 {
		t.Errorf("recall@1 at 1 %% is %.4f, want 0.96 at least", got)
	}
	if got := exact.Recall1[at]; got < 1 {
		t.Errorf("recall@1 of exact names at 1 %% is %.4f, want 1", got)
	}
	if r.ECE > 0.03 {
		t.Errorf("the calibration error is %.4f, want 0.03 at most", r.ECE)
	}
	var out bytes.Buffer
	r.Print(&out)
	t.Log("\n" + out.String())
}

func TestFurtherAlterations(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for _, c := range []struct {
		alter func(*rand.Rand, *source) string
		words string
		want  string
	}{
		{lowerCase, "Ocean STAR", "ocean star"},
		{diacritics, "Ozean", "Öžéáñ"},
		{punctuation, "O'Hara-Smith, L.L.C.", "OHara Smith LLC"},
		{split, "Star", ""},
		{homoglyph, "Rig Bud", "Rig Вud"},
		{homoglyph, "HOT", ""}, // wholly in Cyrillic: another word
	} {
		if got := c.alter(r, &source{words: strings.Fields(c.words)}); got != c.want {
			t.Errorf("%q altered is %q, want %q", c.words, got, c.want)
		}
	}
	for range 50 {
		got := split(r, &source{words: []string{"Petroleum"}})
		if len(got) != len("Petroleum")+1 || strings.ReplaceAll(got, " ", "") != "Petroleum" {
			t.Fatalf("split is %q", got)
		}
	}
}
