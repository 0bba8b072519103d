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

var learnedJapanese = sync.OnceValue(func() learned { return newLearned(learnedJapaneseData) })

var japaneseIndex = sync.OnceValue(func() *index { return newIndex(japaneseData) })

// japaneseFamily returns the readings of a known family name, long vowels
// written out.
func japaneseFamily(name string) []string { return japaneseName('f', name) }

// japaneseGiven is japaneseFamily for given names.
func japaneseGiven(name string) []string { return japaneseName('g', name) }

func japaneseName(kind byte, name string) []string {
	if len(name) > 24 {
		return nil // no listed name is so long
	}
	var buf [32]byte
	readings, ok := japaneseIndex().find(append(append(buf[:0], kind), name...))
	if !ok {
		return nil
	}
	return strings.Fields(readings)
}

// readJapanese reads a name in Han letters as a Japanese one: a known family
// name and what follows, or a lone name.
func readJapanese(word string, h Hint, out *collector) {
	if h.Person {
		family, given := cutJapanese(word)
		if family != "" {
			givens := readJapaneseGiven(given)
			for i, g := range givens {
				for _, f := range japaneseFamily(family) {
					addJapanese(f, g, out)
					if i > 0 {
						break
					}
				}
			}
			return
		}
	}
	for _, s := range append(japaneseFamily(word), japaneseGiven(word)...) {
		addJapanese("", s, out)
	}
	out.within(out.max/4, func(out *collector) {
		readLearned(learnedJapanese(), lettersOf(word, Han), "ja-learned", out)
	})
}

// cutJapanese cuts a known family name off the start of a name so that the rest
// is a known given name, or else the longest known one. It gives none if the
// whole is a family or given name itself and short.
func cutJapanese(word string) (family, given string) {
	n := utf8.RuneCountInString(word)
	if n < 2 || n == 2 && (japaneseFamily(word) != nil || japaneseGiven(word) != nil) {
		return "", word
	}
	for k := min(3, n-1); k > 0; k-- {
		f := prefix(word, k)
		if japaneseFamily(f) == nil {
			continue
		}
		rest := word[len(f):]
		if japaneseGiven(rest) != nil {
			return f, rest
		}
		if family == "" {
			family, given = f, rest
		}
	}
	return family, given
}

// readJapaneseGiven returns the readings of a given name, by the table or else
// as learned from it.
func readJapaneseGiven(given string) []string {
	if known := japaneseGiven(given); known != nil {
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
