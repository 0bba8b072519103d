// SPDX-License-Identifier: Apache-2.0

// Command freqgen counts how often words stand in names and writes the
// readable table internal/lexicon/data/background.txt:
//
//	go run ./internal/lexicon/freqgen ../shared/data
//
// It runs in the root of the repository; lexgen compiles what it wrote. The
// same files give the same table.
//
// A person's name is drawn from a mixture: words of names that Wikidata knows
// (the transliteration pairs), the parties of OFAC's list, the commonest names
// of each country, and plain lists of names; an organisation's name from the
// companies that file with the SEC, OFAC's parties, the other U.S. lists, the
// universities, and, since companies are called after people, from the
// persons' mixture. The weights are chosen by hand: half for names of the
// world, the rest so that neither listed names nor those of one country rule.
package main

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

const (
	output  = "internal/lexicon/data/background.txt"
	keep    = 49000 // words in the table: what fits in 600 KB
	step    = 50    // milli-nats
	ceiling = 12000
	// choices is how many letters can follow one in a name, on average: the
	// measured perplexity of letter trigrams over names is between 8 and 10.
	choices = 9
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "freqgen:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("usage: freqgen DATA")
	}
	root := os.DirFS(args[0])
	ofacPersons, ofacThings, err := readOFAC(root)
	if err != nil {
		return err
	}
	persons := mixture{name: "person"}
	things := mixture{name: "organisation"}
	for _, s := range []struct {
		to     *mixture
		weight float64
		read   func() (*sample, error)
	}{
		{&persons, 0.40, func() (*sample, error) { return readPairs(root) }},
		{&persons, 0.30, func() (*sample, error) { return ofacPersons, nil }},
		{&persons, 0.20, func() (*sample, error) { return readCountries(root) }},
		{&persons, 0.10, func() (*sample, error) { return readLists(root) }},
		{&things, 0.35, func() (*sample, error) { return readSEC(root) }},
		{&things, 0.35, func() (*sample, error) { return ofacThings, nil }},
		{&things, 0.15, func() (*sample, error) { return readCSL(root) }},
		{&things, 0.08, func() (*sample, error) { return readUniversities(root) }},
	} {
		got, err := s.read()
		if err != nil {
			return err
		}
		fmt.Printf("%s: %-22s %8.0f names, %6d words\n", s.to.name, got.name, got.names, len(got.count))
		s.to.add(got, s.weight)
	}
	personal := persons.share()
	organised := things.share()
	for w, p := range personal {
		organised[w] += 0.07 * p
	}
	return write(personal, organised, persons.unseen(), things.unseen())
}

// A sample is a set of names: how many, and how many hold each word. The
// counts need not be whole where a source gives shares.
type sample struct {
	name  string
	names float64
	count map[string]float64
}

func newSample(name string) *sample { return &sample{name: name, count: map[string]float64{}} }

// add counts one name.
func (s *sample) add(name string) {
	ws := words(name)
	if len(ws) == 0 {
		return
	}
	s.names++
	slices.Sort(ws)
	for _, w := range slices.Compact(ws) {
		s.count[w]++
	}
}

// words folds a name as the matcher does: lower case, without diacritics and
// apostrophes, cut at everything else. Only words of Latin letters and digits
// count.
func words(name string) []string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(name)) {
		switch {
		case unicode.Is(unicode.Mn, r), strings.ContainsRune("'’‘`´ʿʾʼʻ", r):
		case letters[r] != "":
			b.WriteString(letters[r])
		case unicode.IsLetter(r), unicode.IsDigit(r):
			b.WriteRune(r)
		default:
			b.WriteByte(' ')
		}
	}
	return slices.DeleteFunc(strings.Fields(b.String()), func(w string) bool {
		return strings.ContainsFunc(w, func(r rune) bool { return r > 'z' || r < '0' })
	})
}

var letters = map[rune]string{'ł': "l", 'ø': "o", 'æ': "ae", 'œ': "oe", 'ß': "ss", 'đ': "d", 'ð': "d", 'þ': "th", 'ı': "i", 'ə': "e", 'ħ': "h"}

// A mixture adds samples by weight.
type mixture struct {
	name    string
	samples []*sample
	weights []float64
}

func (m *mixture) add(s *sample, weight float64) {
	m.samples, m.weights = append(m.samples, s), append(m.weights, weight)
}

// share returns the probability that a name of the mixture holds each word.
func (m *mixture) share() map[string]float64 {
	out := map[string]float64{}
	for i, s := range m.samples {
		for w, c := range s.count {
			out[w] += m.weights[i] * c / s.names
		}
	}
	return out
}

// unseen returns, for words of 1 to 12 letters, the self-information of one
// that no sample holds: the Good-Turing mass of such words (what was seen once)
// spread over the words that could be spelled, in milli-nats.
func (m *mixture) unseen() []int {
	out := make([]int, 12)
	for n := range out {
		mass := 0.0
		for i, s := range m.samples {
			once := 0.0
			for w, c := range s.count {
				if len(w) == n+1 && c <= 1 {
					once++
				}
			}
			mass += m.weights[i] * max(once, 1) / s.names
		}
		spellings := 26 * math.Pow(choices, float64(n))
		out[n] = info(mass / spellings)
	}
	for n := len(out) - 2; n >= 0; n-- {
		out[n] = min(out[n], out[n+1]) // a shorter word never tells more
	}
	return out
}

// info is the self-information of a probability in milli-nats, in steps, at
// most the ceiling.
func info(p float64) int {
	v := int(math.Round(-1000*math.Log(p)/step)) * step
	return min(max(v, 0), ceiling)
}

// write writes the table: words by the pair of their values.
func write(personal, organised map[string]float64, unseenPerson, unseenThing []int) error {
	type word struct {
		text          string
		person, thing int
		likely        float64
	}
	var all []word
	for w := range union(personal, organised) {
		p, o := personal[w], organised[w]
		if len(w) > 40 {
			continue
		}
		all = append(all, word{w, table(p), table(o), max(p, o)})
	}
	slices.SortFunc(all, func(a, b word) int {
		return cmp.Or(cmp.Compare(b.likely, a.likely), cmp.Compare(a.text, b.text))
	})
	fmt.Printf("words: %d, of which %d are kept\n", len(all), min(len(all), keep))
	all = all[:min(len(all), keep)]
	slices.SortFunc(all, func(a, b word) int {
		return cmp.Or(cmp.Compare(a.person, b.person), cmp.Compare(a.thing, b.thing), cmp.Compare(a.text, b.text))
	})
	f, err := os.Create(output)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	fmt.Fprint(w, header)
	fmt.Fprintf(w, "unseen person: %s\nunseen organisation: %s\n", numbers(unseenPerson), numbers(unseenThing))
	for i, x := range all {
		if i == 0 || all[i-1].person != x.person || all[i-1].thing != x.thing {
			if i > 0 {
				fmt.Fprintln(w)
			}
			fmt.Fprintf(w, "%d %d:", x.person, x.thing)
		}
		fmt.Fprintf(w, " %s", x.text)
	}
	fmt.Fprintln(w)
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Close()
}

// table is info of a share, and the ceiling for a word that was not seen.
func table(p float64) int {
	if p == 0 {
		return ceiling
	}
	return info(p)
}

func union(a, b map[string]float64) map[string]bool {
	out := make(map[string]bool, len(a)+len(b))
	for w := range a {
		out[w] = true
	}
	for w := range b {
		out[w] = true
	}
	return out
}

func numbers(ns []int) string {
	return strings.Trim(fmt.Sprint(ns), "[]")
}

const header = `# How much a word tells: its self-information, -1000 ln p milli-nats, where p is
# the probability that a random name holds the word; rounded to 50, at most
# 12000, which is also what a word has that the kind of name was never seen with.
# "in persons' names  in organisations' names: words". The two lines "unseen" are
# for words that are not here, by their length from one letter to twelve.
#
# Version 1. Written by freqgen from: transliteration pairs of Wikidata names and
# common names by country (CC0), OFAC's SDN list of 2025-11-19, the Consolidated
# Screening List of 2022, SEC company tickers of 2026 (works of the U.S.
# Government), names of universities (MIT, Hipo), NameDatabases (Unlicense).
`

func fail(file string, err error) error { return fmt.Errorf("read %s: %w", file, err) }

// lines yields the lines of a reader; errors end up in *errp.
func lines(r io.Reader, errp *error) func(func(string) bool) {
	return func(yield func(string) bool) {
		sc := bufio.NewScanner(r)
		sc.Buffer(nil, 1<<20)
		for sc.Scan() {
			if !yield(sc.Text()) {
				return
			}
		}
		*errp = sc.Err()
	}
}
