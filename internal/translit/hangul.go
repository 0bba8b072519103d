// SPDX-License-Identifier: Apache-2.0

package translit

import (
	_ "embed"
	"strings"
	"sync"
	"unicode/utf8"
)

//go:embed data/hangul.txt
var hangulData string

// A hangul table holds the letters of each custom and the family names.
type hangul struct {
	letters map[string]*hangulLetters
	family  map[string][]string
}

// hangulLetters spells the initials, vowels and finals of one custom in the
// order of Unicode.
type hangulLetters struct{ initial, vowel, final []string }

var hangulTable = sync.OnceValue(func() *hangul {
	t := &hangul{letters: map[string]*hangulLetters{}, family: map[string][]string{}}
	for line := range strings.Lines(hangulData) {
		f := strings.Fields(line)
		if len(f) == 0 || f[0] == "#" {
			continue
		}
		if f[0] == "family" {
			t.family[f[1]] = f[2:]
			continue
		}
		custom, part, _ := strings.Cut(f[0], "-")
		l := t.letters[custom]
		if l == nil {
			l = &hangulLetters{}
			t.letters[custom] = l
		}
		spelt := f[1:]
		for i, s := range spelt {
			if s == "-" {
				spelt[i] = ""
			}
		}
		switch part {
		case "initial":
			l.initial = spelt
		case "vowel":
			l.vowel = spelt
		case "final":
			l.final = spelt
		}
	}
	return t
})

// readHangul reads a word in Hangul: as a person's name with the customary
// spellings of the family name, or as a word.
func readHangul(word string, h Hint, out *collector) {
	n := utf8.RuneCountInString(word)
	family, given := cutHangulFamily(word)
	if h.Person && family != "" && given != "" && n >= 3 && n <= 4 && areHanjaSyllables(given) {
		readHangulPerson(family, given, h, out)
		return
	}
	if spelt := hangulTable().family[word]; spelt != nil {
		for _, s := range spelt {
			out.add("hangul-family", s)
		}
	}
	out.within(5, func(out *collector) { readHangulWord(word, h, out) })
	readLearned(learnedHangul(), lettersOf(word, Hangul), "ko-learned", out)
	if h.Person && family != "" && given != "" && n == 2 {
		readHangulPerson(family, given, h, out)
	}
}

// HangulFamilyLen returns how many syllables of a word in Hangul are the family
// name, where the word looks like a whole Korean name: a known family name, then
// one or two syllables that given names are made of, three in all at least. 0 says
// that it does not; a foreign name, written by sound, has other syllables.
func HangulFamilyLen(word string) int {
	family, given := cutHangulFamily(word)
	n, m := utf8.RuneCountInString(family), utf8.RuneCountInString(given)
	if n == 0 || m == 0 || m > 2 || n+m < 3 || !areHanjaSyllables(given) {
		return 0
	}
	return n
}

// nativeSyllables stand in given names that are Korean words and no Sino-Korean
// ones.
const nativeSyllables = "슬별봄솔늘빛샘람찬누리로나다라름달새한울결든"

// hanjaSyllables holds the syllables in which Sino-Korean names are read.
var hanjaSyllables = sync.OnceValue(func() map[rune]bool {
	m := map[rune]bool{}
	for line := range strings.Lines(hanjaData) {
		if r, size := utf8.DecodeRuneInString(line); size > 1 {
			m[r] = true
		}
	}
	for _, r := range nativeSyllables {
		m[r] = true
	}
	return m
})

func areHanjaSyllables(word string) bool {
	m := hanjaSyllables()
	for _, r := range word {
		if !m[r] {
			return false
		}
	}
	return true
}

// cutHangulFamily cuts a known family name off the start of a name.
func cutHangulFamily(word string) (family, given string) {
	t := hangulTable()
	for n := 2; n > 0; n-- {
		p := prefix(word, n)
		if _, ok := t.family[p]; ok && (n == 1 || len(word) > len(p)) {
			return p, word[len(p):]
		}
	}
	return "", word
}

// readHangulWord reads a word under each custom, syllables glued.
func readHangulWord(word string, h Hint, out *collector) {
	for _, custom := range hangulCustoms(h) {
		out.add("ko-"+custom, spellHangul(word, custom, ""))
	}
	out.add("ko-foreign", spellHangul(word, "foreign", ""))
}

// hangulCustoms gives the customs, the likeliest first.
func hangulCustoms(h Hint) []string {
	if h.Country == "kp" {
		return []string{"dprk", "mr", "rr", "custom"}
	}
	return []string{"rr", "custom", "mr", "dprk"}
}

// readHangulPerson gives the name with each spelling of the family name and
// the given name glued and apart.
func readHangulPerson(family, given string, h Hint, out *collector) {
	families := hangulTable().family[family]
	if h.Country == "kp" {
		dprk := spellHangul(family, "dprk", "")
		if family == "이" {
			dprk = "ri"
		}
		out.add("hangul-family", dprk+" "+spellHangul(given, "dprk", " "))
		out.add("hangul-family", dprk+" "+spellHangul(given, "dprk", ""))
	}
	first := families[0]
	add := func(family, custom, glue string) {
		out.add("hangul-family", family+" "+spellHangul(given, custom, glue))
	}
	add(first, "rr", "")
	add(first, "rr", " ")
	if len(families) > 1 {
		add(families[1], "rr", "")
	}
	add(first, "custom", " ")
	add(first, "dprk", " ")
	add(first, "custom", "")
	for _, f := range families[1:] {
		add(f, "custom", "")
		add(f, "dprk", "")
	}
}

const (
	hangulBase   = 0xAC00
	hangulEnd    = 0xD7A3
	hangulVowels = 21
	hangulFinals = 28
)

// spellHangul spells each syllable and puts glue between them. A final before a
// syllable without initial is spoken as its initial, a doubled l is written ll.
func spellHangul(word, custom, glue string) string {
	l := hangulTable().letters[custom]
	var b []byte
	final := 0 // of the syllable before
	for _, r := range word {
		if r < hangulBase || r > hangulEnd {
			b = appendLatin(b, r, plainSpelling)
			final = 0
			continue
		}
		k := int(r - hangulBase)
		initial, vowel, f := k/(hangulVowels*hangulFinals), k/hangulFinals%hangulVowels, k%hangulFinals
		if len(b) > 0 {
			b = append(b, glue...)
		}
		b = append(b, hangulInitial(l, initial, final, glue)...)
		b = append(b, l.vowel[vowel]...)
		b = append(b, l.final[f]...)
		final = f
	}
	return string(b)
}

// The letters with a rule of their own, as indices in the order of Unicode.
const (
	initialRieul = 5
	finalRieul   = 8
)

// hangulInitial spells the initial of a syllable behind a final.
func hangulInitial(l *hangulLetters, initial, final int, glue string) string {
	if glue == "" && initial == initialRieul && final == finalRieul {
		return "l"
	}
	return l.initial[initial]
}
