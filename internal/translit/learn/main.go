// SPDX-License-Identifier: Apache-2.0

// Command learn writes the tables data/learned-*.txt of package translit: how
// names that came from a Latin script are spelt back from another one. It
// aligns published pairs of names (expectation-maximisation over one native
// letter to a few Latin ones), counts spellings by their native neighbours, and
// keeps the contexts that say something new.
//
// It learns from the half of the pairs whose hash is even, so the other half
// measures what was learned. Run it in this folder as
//
//	go run . -data ../../../../shared/data/names -out ../data
package main

import (
	"bufio"
	"compress/gzip"
	"flag"
	"fmt"
	"hash/fnv"
	"io"
	"log"
	"math"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/interdict-dev/interdict/internal/translit"
)

// A task is one table: its sources, the script it reads, and its limits.
type task struct {
	name     string
	file     string // under transliteration
	script   translit.Script
	longest  int // Latin letters per native one
	contexts int // how many contexts the table keeps
	clusters bool
	fit      float64 // the least mean log probability of a letter for a pair to be kept
}

var tasks = []task{
	{"cyrillic", "wd_russian_80", translit.Cyrillic, 4, 6000, true, -3.6},
	{"arabic", "wd_arabic_80", translit.Arabic, 4, 9000, true, -3.3},
	{"hebrew", "wd_hebrew_80", translit.Hebrew, 4, 9000, true, -3.3},
	{"han", "wd_chinese_80", translit.Han, 6, 12000, true, -3.9},
	{"kana", "wd_katakana_80", translit.Kana, 4, 9000, true, -3.3},
	{"hangul", "wd_korean_80", translit.Hangul, 4, 9000, true, -2.5},
	{"japanese", "", translit.Han, 8, 8000, false, -9},
	{"thai", "", translit.Thai, 4, 500, true, -4.5},
	{"greek", "", translit.Greek, 3, 2000, true, -3.3},
}

// A pair is one native word, in the letters that the model sees, and its Latin
// spelling.
type pair struct {
	native []rune
	latin  string
	path   []string // the Latin segment of each native letter
}

func main() {
	data := flag.String("data", "", "folder that holds transliteration and wikidata-name-clusters")
	out := flag.String("out", "", "folder to write to")
	only := flag.String("only", "", "the one table to write")
	flag.Parse()
	if *only == "" || *only == "letters" {
		if err := runLetters(*data, *out); err != nil {
			log.Fatalf("learn letters: %v", err)
		}
	}
	for _, t := range tasks {
		if *only != "" && *only != t.name {
			continue
		}
		if err := run(t, *data, *out); err != nil {
			log.Fatalf("learn %s: %v", t.name, err)
		}
	}
}

func run(t task, data, out string) error {
	var ps []pair
	if t.file != "" {
		if err := lines(filepath.Join(data, "transliteration", t.file+".gz"), func(line string) {
			f := strings.Split(line, "\t")
			if len(f) > 1 {
				ps = appendPair(ps, t, strings.ReplaceAll(f[1], " ", ""), f[0])
			}
		}); err != nil {
			return err
		}
	}
	if t.name == "japanese" {
		if err := japanese(filepath.Join(out, "japanese.txt"), func(name, reading string) {
			ps = append(ps, pair{native: translit.Letters(name, translit.Han), latin: reading})
		}); err != nil {
			return err
		}
	}
	if t.clusters {
		if err := lines(filepath.Join(data, "wikidata-name-clusters", "names.gz"), func(line string) {
			ps = appendCluster(ps, t, line)
		}); err != nil {
			return err
		}
	}
	n := len(ps)
	ps = align(ps, t.longest, t.fit)
	log.Printf("%s: %d pairs, %d kept", t.name, n, len(ps))
	return write(filepath.Join(out, "learned-"+t.name+".txt"), t, len(ps), table(ps, t.contexts))
}

// japanese calls do for each name and reading of data/japanese.txt.
func japanese(path string, do func(name, reading string)) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(b)) {
		f := strings.Fields(line)
		if len(f) == 0 || f[0] == "#" {
			continue
		}
		for _, reading := range f[1:] {
			do(f[0][1:], reading)
		}
	}
	return nil
}

// lines calls do for each line of a gzip file.
func lines(path string, do func(string)) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	r := bufio.NewReader(z)
	for {
		s, err := r.ReadString('\n')
		if s = strings.TrimSuffix(s, "\n"); s != "" {
			do(s)
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// appendPair takes a pair of the learning half whose letters fit.
func appendPair(ps []pair, t task, native, latin string) []pair {
	h := fnv.New32a()
	h.Write([]byte(native))
	if h.Sum32()&1 == 1 {
		return ps
	}
	l, _ := translit.Latin(latin)
	letters := translit.Letters(native, t.script)
	if len(letters) == 0 || len(l) == 0 || len(l) > t.longest*len(letters) || len(l) > 24 {
		return ps
	}
	return append(ps, pair{native: letters, latin: l})
}

// appendCluster takes each native name of a cluster with each Latin one.
func appendCluster(ps []pair, t task, line string) []pair {
	list, _, _ := strings.Cut(line, " => ")
	var native, latin []string
	for _, n := range strings.Split(list, ", ") {
		if strings.ContainsAny(n, " .-・=(") {
			continue
		}
		for _, r := range n {
			switch translit.ScriptOf(r) {
			case translit.LatinScript:
				latin = append(latin, n)
			case t.script:
				if t.script == translit.Han && utf8.RuneCountInString(n) < 3 {
					break // most are Chinese, Korean or Japanese names
				}
				native = append(native, n)
			}
			break
		}
	}
	if len(latin) > 3 {
		latin = latin[:3]
	}
	for _, n := range native {
		for _, l := range latin {
			ps = appendPair(ps, t, n, l)
		}
	}
	return ps
}

// A model gives for each native letter the probability of Latin segments.
type model map[rune]map[string]float64

// floor is the probability of a segment that was never seen.
const floor = 1e-7

// align runs expectation-maximisation, drops the pairs that do not fit (a
// translation beside a name, a different name), and leaves in each pair its best
// segmentation.
func align(ps []pair, longest int, fit float64) []pair {
	m := model{}
	for _, p := range ps { // start: letters at about the same place
		for i, c := range p.native {
			if m[c] == nil {
				m[c] = map[string]float64{}
			}
			at := i * len(p.latin) / len(p.native)
			for from := max(0, at-1); from <= min(at+1, len(p.latin)); from++ {
				for n := 0; n <= longest && from+n <= len(p.latin); n++ {
					m[c][p.latin[from:from+n]] += 1 / float64(1+n*n)
				}
			}
		}
	}
	normalise(m)
	for round := range 9 {
		next := model{}
		for _, p := range ps {
			expect(p, m, next, longest)
		}
		normalise(next)
		m = next
		if round == 4 || round == 7 {
			ps = slices.DeleteFunc(ps, func(p pair) bool {
				_, score := viterbi(p, m, longest)
				return score/float64(len(p.native)) < fit
			})
		}
	}
	for i := range ps {
		ps[i].path, _ = viterbi(ps[i], m, longest)
	}
	return slices.DeleteFunc(ps, func(p pair) bool { return p.path == nil })
}

func normalise(m model) {
	for _, segments := range m {
		sum := 0.0
		for _, v := range segments {
			sum += v
		}
		for s, v := range segments {
			if v /= sum; v < 1e-5 {
				delete(segments, s)
			} else {
				segments[s] = v
			}
		}
	}
}

// expect adds the expected counts of one pair under m to next.
func expect(p pair, m, next model, longest int) {
	n, l := len(p.native), len(p.latin)
	alpha := grid(n+1, l+1)
	beta := grid(n+1, l+1)
	alpha[0][0], beta[n][l] = 1, 1
	for i := 1; i <= n; i++ {
		for j := 0; j <= l; j++ {
			for k := 0; k <= min(longest, j); k++ {
				if a := alpha[i-1][j-k]; a > 0 {
					alpha[i][j] += a * prob(m, p.native[i-1], p.latin[j-k:j])
				}
			}
		}
	}
	total := alpha[n][l]
	if total == 0 {
		return
	}
	for i := n; i > 0; i-- {
		c := p.native[i-1]
		if next[c] == nil {
			next[c] = map[string]float64{}
		}
		for j := 0; j <= l; j++ {
			b := beta[i][j]
			if b == 0 {
				continue
			}
			for k := 0; k <= min(longest, j); k++ {
				q := prob(m, c, p.latin[j-k:j])
				beta[i-1][j-k] += b * q
				if v := alpha[i-1][j-k] * q * b / total; v > 1e-4 {
					next[c][p.latin[j-k:j]] += v
				}
			}
		}
	}
}

func grid(n, m int) [][]float64 {
	g := make([][]float64, n)
	flat := make([]float64, n*m)
	for i := range g {
		g[i] = flat[i*m : (i+1)*m]
	}
	return g
}

func prob(m model, c rune, s string) float64 {
	if p, ok := m[c][s]; ok {
		return p
	}
	return floor
}

// viterbi returns the best segmentation of a pair and its log probability.
func viterbi(p pair, m model, longest int) ([]string, float64) {
	n, l := len(p.native), len(p.latin)
	best := grid(n+1, l+1)
	from := make([][]int, n+1)
	for i := range best {
		from[i] = make([]int, l+1)
		for j := range best[i] {
			best[i][j] = math.Inf(-1)
		}
	}
	best[0][0] = 0
	for i := 1; i <= n; i++ {
		for j := 0; j <= l; j++ {
			for k := 0; k <= min(longest, j); k++ {
				if v := best[i-1][j-k] + math.Log(prob(m, p.native[i-1], p.latin[j-k:j])); v > best[i][j] {
					best[i][j], from[i][j] = v, k
				}
			}
		}
	}
	if math.IsInf(best[n][l], -1) {
		return nil, best[n][l]
	}
	path := make([]string, n)
	for i, j := n, l; i > 0; i-- {
		path[i-1] = p.latin[j-from[i][j] : j]
		j -= from[i][j]
	}
	return path, best[n][l]
}

// A context is a native letter with some neighbours, and how often each segment
// stood there.
type context struct {
	key    string
	parent string
	counts map[string]float64
	total  float64
	probs  map[string]float64
	gain   float64
}

// table counts all contexts, smooths each with its parent (Witten-Bell), and
// keeps those that differ most from what their parent says.
func table(ps []pair, keep int) []*context {
	all := map[string]*context{}
	for _, p := range ps {
		for i, s := range p.path {
			parent := ""
			for level := range translit.ContextLevels {
				key := translit.ContextKey(p.native, i, level)
				c := all[key]
				if c == nil {
					c = &context{key: key, parent: parent, counts: map[string]float64{}}
					all[key] = c
				}
				c.counts[s]++
				c.total++
				parent = key
			}
		}
	}
	var list []*context
	for _, c := range all {
		list = append(list, c)
	}
	sort.Slice(list, func(i, j int) bool { // parents before children
		a, b := list[i], list[j]
		if la, lb := level(a.key), level(b.key); la != lb {
			return la < lb
		}
		return a.key < b.key
	})
	var kept []*context
	for _, c := range list {
		c.smooth(all[c.parent])
		if c.parent == "" {
			if c.total >= 3 {
				kept = append(kept, c)
			}
			continue
		}
		if c.total >= 4 && c.gain > 0 {
			kept = append(kept, c)
		}
	}
	sort.SliceStable(kept, func(i, j int) bool {
		if a, b := kept[i].parent == "", kept[j].parent == ""; a != b {
			return a
		}
		return kept[i].gain > kept[j].gain
	})
	if len(kept) > keep {
		kept = kept[:keep]
	}
	sort.Slice(kept, func(i, j int) bool { return kept[i].key < kept[j].key })
	return kept
}

// level returns the level that is written as the first byte of a key.
func level(key string) int { return int(key[0] - '0') }

func (c *context) smooth(parent *context) {
	c.probs = map[string]float64{}
	types := float64(len(c.counts))
	lambda := c.total / (c.total + types)
	if parent != nil {
		for s, p := range parent.probs {
			c.probs[s] = (1 - lambda) * p
		}
	}
	for s, n := range c.counts {
		c.probs[s] += lambda * n / c.total
	}
	if parent == nil {
		return
	}
	for s, n := range c.counts {
		c.gain += n * math.Log(c.probs[s]/parent.probs[s])
	}
}

// write prints the table: a key, then its segments with their cost in tenths of
// a nat, the likeliest first. An empty segment is written "-".
func write(path string, t task, pairs int, kept []*context) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# How names from Latin scripts are spelt back: context, then Latin segments with -10 ln(probability).\n")
	fmt.Fprintf(&b, "# Learned by internal/translit/learn from the even half (by FNV-1a hash) of public-domain (CC0) pairs: %s\n", source(t))
	fmt.Fprintf(&b, "# %d aligned pairs.\n", pairs)
	for _, c := range kept {
		segments := make([]string, 0, len(c.probs))
		for s := range c.probs {
			segments = append(segments, s)
		}
		sort.Slice(segments, func(i, j int) bool {
			if a, b := c.probs[segments[i]], c.probs[segments[j]]; a != b {
				return a > b
			}
			return segments[i] < segments[j]
		})
		b.WriteString(c.key)
		for i, s := range segments {
			cost := int(math.Round(-10 * math.Log(c.probs[s])))
			if i >= 6 || cost > 45 {
				break
			}
			if s == "" {
				s = "-"
			}
			fmt.Fprintf(&b, " %s%d", s, cost)
		}
		b.WriteByte('\n')
	}
	return os.WriteFile(path, []byte(b.String()), 0o644)
}

// runLetters writes data/learned-letters.txt: how likely a letter is behind two
// others in the Latin names of all pairs, whatever the native script.
func runLetters(data, out string) error {
	const n = 27 // a word boundary and a-z
	var counts [n][n][n]float64
	seen := map[string]bool{}
	for _, t := range tasks {
		if t.file == "" {
			continue
		}
		if err := lines(filepath.Join(data, "transliteration", t.file+".gz"), func(line string) {
			l, _ := translit.Latin(strings.SplitN(line, "\t", 2)[0])
			h := fnv.New32a()
			h.Write([]byte(l))
			if seen[l] || h.Sum32()&1 == 1 || strings.ContainsAny(l, "0123456789") {
				return
			}
			seen[l] = true
			a, b := 0, 0
			for _, c := range []byte(l + "`") {
				x := int(c - '`')
				counts[a][b][x]++
				a, b = b, x
			}
		}); err != nil {
			return err
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# Likelihood of a Latin letter behind two others in %d names (even half by hash of the CC0 pairs of\n", len(seen))
	fmt.Fprintf(&b, "# steveash/NETransliteration-COLING2018), by internal/translit/learn. One row for each two letters (` is the start),\n")
	fmt.Fprintf(&b, "# one sign for each next letter (first the end, then a to z): -4 ln(probability) as a letter from A, at most z.\n")
	for x := range n {
		for y := range n {
			fmt.Fprintf(&b, "%c%c ", '`'+x, '`'+y)
			var one, two [n]float64
			var total, total2 float64
			for z := range n {
				one[z] = 0.5
				for w := range n {
					one[z] += counts[w][y][z]
				}
				two[z] = counts[x][y][z]
				total += one[z]
				total2 += two[z]
			}
			for z := range n {
				p := (two[z] + 8*one[z]/total) / (total2 + 8)
				b.WriteByte('A' + byte(min('z'-'A', math.Round(-4*math.Log(p)))))
			}
			b.WriteByte('\n')
		}
	}
	return os.WriteFile(filepath.Join(out, "learned-letters.txt"), []byte(b.String()), 0o644)
}

func source(t task) string {
	s := ""
	if t.name == "japanese" {
		return "the names of japanese.txt (all of them)."
	}
	if t.file != "" {
		s = t.file + " of steveash/NETransliteration-COLING2018"
	}
	if t.clusters {
		if s != "" {
			s += ", and "
		}
		s += "Wikidata name clusters"
	}
	return s + "."
}
