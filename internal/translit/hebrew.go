// SPDX-License-Identifier: Apache-2.0

package translit

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed data/hebrew.txt
var hebrewData string

//go:embed data/hebrewwords.txt
var hebrewWordData string

var (
	hebrewTable = sync.OnceValue(func() *table { return parseTable(hebrewData, 0x590) })
	hebrewWords = sync.OnceValue(func() wordList { return parseWordList(hebrewWordData, foldHebrew) })
)

var hebrewSystems = [...]string{"he", "he-h", "he-s", "he-c"}

// foldHebrew drops vowel points, except the dagesh that tells b, k and p from
// v, kh and f.
func foldHebrew(word string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == 0x5BC, r == '\'', r == '׳':
			return r
		case 0x591 <= r && r <= 0x5C7, r == '"', r == '״', r == '\u200f', r == '\u200e':
			return -1
		}
		return r
	}, word)
}

// readHebrew reads a word in Hebrew letters: by the list of names, by rule with
// vowels put in, and as a consonant skeleton.
func readHebrew(word string, out *collector) {
	word = foldHebrew(word)
	for _, s := range hebrewWords()[word] {
		out.add("he-word", s)
	}
	t := hebrewTable()
	var buf [128]byte
	out.within(1, func(out *collector) { // the skeleton has a place
		out.within(5, func(out *collector) {
			for i, name := range hebrewSystems {
				b := t.append(buf[:0], t.systems[name], word)
				out.add(name, voweled(string(b), "aeae"[i]))
			}
		})
		readLearned(learnedHebrew(), lettersOf(word, Hebrew), "he-learned", out)
	})
	b := t.append(buf[:0], t.systems["he"], word)
	out.add("he-skeleton", consonants(string(b)))
}

// voweled puts a vowel between consonant sounds where three would meet, two
// start the word, or two end it.
func voweled(s string, vowel byte) string {
	var b []byte
	run := 0 // consonant sounds since the last vowel
	for i := 0; i < len(s); {
		if isVowel(s[i]) {
			b = append(b, s[i])
			run = 0
			i++
			continue
		}
		n := 1
		if i+1 < len(s) && (s[i+1] == 'h' && strings.IndexByte("cskztg", s[i]) >= 0 || s[i] == 't' && (s[i+1] == 'z' || s[i+1] == 's')) {
			n = 2
		}
		last := i+n == len(s)
		next := !last && isVowel(s[i+n])
		if run > 0 && (last || run == len(b) && run == 1 || !next) {
			b = append(b, vowel)
			run = 0
		}
		b = append(b, s[i:i+n]...)
		run++
		i += n
	}
	return string(b)
}

// consonants drops the vowels of a spelling, the first letter apart.
func consonants(s string) string {
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if i == 0 && s[i] == 'y' || !isVowel(s[i]) {
			b = append(b, s[i])
		}
	}
	return string(b)
}
