// SPDX-License-Identifier: Apache-2.0

package names_test

import (
	"bufio"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"hash/fnv"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/interdict-dev/interdict/index"
	"github.com/interdict-dev/interdict/internal/segment"
	"github.com/interdict-dev/interdict/names"
	"github.com/interdict-dev/interdict/party"
)

// A pair is one name in its own script and in Latin letters, and how often it
// was found so.
type pair struct {
	native, latin string
	n             int
}

// publishedPairs reads one file of data/names/transliteration: the half whose
// hash is odd, on which nothing was learned or tuned, of the pairs that were
// found three times at least. A pair that was found once is as often wrong: a
// given name beside a family name.
func publishedPairs(t *testing.T, file string) (held, all []pair) {
	f, err := os.Open(filepath.Join(data(t), "names", "transliteration", file+".gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() // only read
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	s := bufio.NewScanner(z)
	for s.Scan() {
		c := strings.Split(s.Text(), "\t")
		n, err := strconv.Atoi(c[2])
		if err != nil {
			t.Fatalf("%s: %q: %v", file, s.Text(), err)
		}
		p := pair{strings.ReplaceAll(c[1], " ", ""), c[0], n}
		all = append(all, p)
		if n >= 3 && hashOf(p.native)&1 == 1 {
			held = append(held, p)
		}
	}
	if err := s.Err(); err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(held, func(a, b pair) int { return int(int64(hashOf(a.latin+a.native)) - int64(hashOf(b.latin+b.native))) })
	return held, all
}

func hashOf(s string) uint32 {
	h := fnv.New32a()
	h.Write([]byte(s)) // never fails
	return h.Sum32()
}

// greekPairs writes the Latin names of the Russian pairs in Greek by rule, and
// spells them back by ISO 843 as a passport does.
func greekPairs(t *testing.T) (held, all []pair) {
	latin, _ := publishedPairs(t, "wd_russian_80")
	greek := strings.NewReplacer("ch", "τσ", "sh", "σ", "th", "θ", "ph", "φ", "ts", "τσ", "ou", "ου", "u", "ου", "a", "α", "b", "μπ", "v", "β", "g", "γκ", "d", "ντ", "e", "ε", "z", "ζ", "i", "ι", "k", "κ", "l", "λ", "m", "μ",
		"n", "ν", "x", "ξ", "o", "ο", "p", "π", "r", "ρ", "s", "σ", "t", "τ", "y", "ι", "f", "φ", "h", "χ", "j", "τζ", "w", "β", "c", "κ", "q", "κ")
	for _, p := range latin {
		if strings.Trim(p.latin, "abcdefghijklmnopqrstuvwxyz") == "" && len(p.latin) > 2 {
			native := greek.Replace(p.latin)
			if rest, ok := strings.CutSuffix(native, "σ"); ok {
				native = rest + "ς"
			}
			held = append(held, pair{native, p.latin, p.n})
		}
	}
	return held, held
}

// listedPersons are the names of the persons of the SDN list of 2021, among
// which the pairs are to be found.
func listedPersons(t *testing.T) []string {
	f, err := os.Open(filepath.Join(data(t), "lists/ofac-legacy-2021-07/sdn.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() // only read
	r := csv.NewReader(f)
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	var out []string
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		if len(row) > 2 && strings.TrimSpace(row[2]) == "individual" {
			out = append(out, row[1])
		}
	}
}

func indexOf(t *testing.T, list []string) *index.Index {
	t.Helper()
	b := index.NewBuilder(names.Default())
	for i, n := range list {
		f := names.Read(party.Name{Full: n}, names.Persons, names.Hint{})
		if err := b.Add(i, 0, false, &f); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "scripts.segment")
	w, err := segment.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Write(w, "t/", nil); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Finish(); err != nil {
		t.Fatal(err)
	}
	f, err := segment.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() }) // only read
	x, err := index.Open(f, "t/", names.Default())
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// A scriptDeck asks for names of an index in another script. The right answers
// to a name are all names that stand beside it somewhere in the pairs.
type scriptDeck struct {
	pairs []pair
	right map[string][]string
}

// single makes a deck of lone names, which is harder than life: 보리스 is Boris,
// and so are Borys and Borisz.
func single(held, all []pair) scriptDeck {
	d := scriptDeck{held[:min(1000, len(held))], map[string][]string{}}
	for _, p := range all {
		d.right["n "+p.native] = append(d.right["n "+p.native], p.latin)
		d.right["l "+p.latin] = append(d.right["l "+p.latin], p.native)
	}
	return d
}

// full makes a deck of names of two words, as people have them.
func full(held []pair) scriptDeck {
	d := scriptDeck{nil, map[string][]string{}}
	n := min(500, len(held)/2)
	for i := range n {
		a, b := held[i], held[n+i]
		p := pair{a.native + " " + b.native, a.latin + " " + b.latin, 1}
		d.pairs = append(d.pairs, p)
		d.right["n "+p.native], d.right["l "+p.latin] = []string{p.latin}, []string{p.native}
	}
	return d
}

// rank1 is the share, in percent, of the names whose right entry outranks
// every other, among those of the deck and the others. With reverse, Latin names ask
// for native ones.
func (d *scriptDeck) rank1(t *testing.T, others []string, reverse bool) float64 {
	var list []string
	seen := map[string]bool{}
	for _, p := range d.pairs {
		e := p.latin
		if reverse {
			e = p.native
		}
		if !seen[e] {
			seen[e] = true
			list = append(list, e)
		}
	}
	mine := len(list)
	x := indexOf(t, append(list, others...))
	var sr index.Searcher
	right := 0
	for _, p := range d.pairs {
		asked, want := p.native, d.right["n "+p.native]
		if reverse {
			asked, want = p.latin, d.right["l "+p.latin]
		}
		const none = -1 << 30
		best, found := int32(none), int32(none)
		q := names.ReadText(asked, names.Persons)
		sr.Search(x, &q, -12000, func(h index.Hit) {
			if int(h.Entry) < mine && slices.Contains(want, list[h.Entry]) {
				found = max(found, h.Evidence)
			} else {
				best = max(best, h.Evidence)
			}
		})
		if found > best {
			right++
		}
	}
	return 100 * float64(right) / float64(len(d.pairs))
}

// TestScriptsFindEachOther asks for the published pairs of names of each script,
// a Latin index for a native name and the reverse, among the listed persons of
// 2021. The floors are a point below what was measured (a tie is none); doc/names.md says what is
// missing.
func TestScriptsFindEachOther(t *testing.T) {
	others := listedPersons(t)
	for _, c := range []struct {
		file                           string
		full, fullBack, lone, loneBack float64
	}{
		{"wd_russian_80", 98, 98, 93, 94},
		{"wd_arabic_80", 97, 96, 86, 88},
		{"wd_hebrew_80", 96, 95, 83, 83},
		{"wd_chinese_80", 89, 92, 56, 57},
		{"wd_katakana_80", 95, 97, 87, 88},
		{"wd_japanese_80", 95, 97, 87, 87},
		{"wd_korean_80", 92, 93, 76, 78},
		{"greek", 98, 98, 95, 97},
	} {
		held, all := greekPairs(t)
		if c.file != "greek" {
			held, all = publishedPairs(t, c.file)
		}
		if len(held) < 900 {
			t.Fatalf("%s: only %d pairs are held out", c.file, len(held))
		}
		two, one := full(held), single(held, all)
		for _, m := range []struct {
			what    string
			deck    *scriptDeck
			reverse bool
			floor   float64
		}{{"full names", &two, false, c.full}, {"full names, reverse", &two, true, c.fullBack}, {"lone names", &one, false, c.lone}, {"lone names, reverse", &one, true, c.loneBack}} {
			got := m.deck.rank1(t, others, m.reverse)
			t.Logf("%-15s %-20s %.1f %% at rank 1", c.file, m.what, got)
			if got < m.floor {
				t.Errorf("%s, %s: %.1f %% at rank 1, want at least %.0f", c.file, m.what, got, m.floor)
			}
		}
	}
}
