// SPDX-License-Identifier: Apache-2.0

package translit

import (
	_ "embed"
	"strings"
	"sync"
	"unicode/utf8"
)

//go:embed data/japanese.txt
var japaneseData string

//go:embed data/learned-japanese.txt
var learnedJapaneseData string

var learnedJapanese = sync.OnceValue(func() learned { return parseLearned(learnedJapaneseData) })

// japaneseNames holds the readings of family and given names, with long vowels
// written out.
type japaneseNames struct{ family, given map[string][]string }

var japaneseTable = sync.OnceValue(func() *japaneseNames {
	t := &japaneseNames{make(map[string][]string, 12000), make(map[string][]string, 16000)}
	for line := range strings.Lines(japaneseData) {
		fields := strings.Fields(line)
		if len(fields) < 3 || fields[0] == "#" {
			continue
		}
		m := t.given
		if fields[0] == "f" {
			m = t.family
		}
		for _, name := range fields[2:] {
			name, later := strings.CutSuffix(name, "1")
			name, later2 := strings.CutSuffix(name, "2")
			name = strings.TrimSuffix(name, "3")
			if later || later2 || len(m[name]) == 0 {
				m[name] = append(m[name], fields[1])
				continue
			}
			m[name] = append([]string{fields[1]}, m[name]...)
		}
	}
	return t
})

// readJapanese reads a name in Han letters as a Japanese one: a known family
// name and what follows, or a lone name.
func readJapanese(word string, h Hint, out *collector) {
	t := japaneseTable()
	if h.Person {
		family, given := cutJapanese(word)
		if family != "" {
			givens := japaneseGiven(given)
			for i, g := range givens {
				for _, f := range t.family[family] {
					addJapanese(f, g, out)
					if i > 0 {
						break
					}
				}
			}
			return
		}
	}
	for _, m := range [...]map[string][]string{t.family, t.given} {
		for _, s := range m[word] {
			addJapanese("", s, out)
		}
	}
	out.within(out.max/4, func(out *collector) {
		readLearned(learnedJapanese(), lettersOf(word, Han), "ja-learned", out)
	})
}

// cutJapanese cuts a known family name off the start of a name so that the rest
// is a known given name, or else the longest known one. It gives none if the
// whole is a family or given name itself and short.
func cutJapanese(word string) (family, given string) {
	t := japaneseTable()
	n := utf8.RuneCountInString(word)
	if n < 2 || n == 2 && (t.family[word] != nil || t.given[word] != nil) {
		return "", word
	}
	for k := min(3, n-1); k > 0; k-- {
		f := prefix(word, k)
		if t.family[f] == nil {
			continue
		}
		rest := word[len(f):]
		if t.given[rest] != nil {
			return f, rest
		}
		if family == "" {
			family, given = f, rest
		}
	}
	return family, given
}

// japaneseGiven returns the readings of a given name, by the table or else as
// learned from it.
func japaneseGiven(given string) []string {
	if known := japaneseTable().given[given]; known != nil {
		return known
	}
	var out []string
	var l lattice
	if learnedJapanese().search(lettersOf(given, Han), &l) {
		for s := range l.spellings {
			if out = append(out, string(s)); len(out) == 3 {
				break
			}
		}
	}
	if out == nil {
		out = append(out, strings.Join(syllables(given), ""))
	}
	return out
}

// addJapanese adds a name with its long vowels short, as passports have them,
// then written out.
func addJapanese(family, given string, out *collector) {
	join := func(spell func(string) string) string {
		if family == "" {
			return spell(given)
		}
		return spell(family) + " " + spell(given)
	}
	out.add("ja", join(shortVowels))
	out.add("ja-ou", join(func(s string) string { return s }))
	out.add("ja-oh", join(func(s string) string { return longVowels(s, 'h') }))
}
