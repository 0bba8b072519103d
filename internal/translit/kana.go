// SPDX-License-Identifier: Apache-2.0

package translit

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed data/kana.txt
var kanaData string

var kanaTable = sync.OnceValue(func() *table { return parseTable(kanaData, 0x30A0) })

// katakana shifts hiragana to katakana and spells out the marks of repetition.
func katakana(word string) string {
	var previous rune
	return strings.Map(func(r rune) rune {
		switch {
		case 0x3041 <= r && r <= 0x3096:
			r += 0x60
		case r == 'ゝ' || r == 'ヽ':
			r = previous
		case r == 'ゞ' || r == 'ヾ':
			r = previous + 1 // the voiced letter follows the plain one
		case r == '・' || r == '゠':
			return -1
		}
		if r == 0 {
			return -1
		}
		previous = r
		return r
	}, word)
}

// readKana reads a word in kana. Han letters beside the kana are read by their
// usual Japanese readings where those are known.
func readKana(word string, h Hint, out *collector) {
	foreign := 6
	if strings.ContainsFunc(word, func(r rune) bool { return 0x3041 <= r && r <= 0x3096 }) {
		foreign = 3 // hiragana write Japanese words
	}
	word = katakana(word)
	out.within(foreign, func(out *collector) { readNativeKana(word, out) })
	readLearned(learnedKana(), lettersOf(word, Kana), "ja-learned", out)
}

// readNativeKana reads a Japanese word.
func readNativeKana(word string, out *collector) {
	native := spellKana(word, "ja")
	out.add("ja", shortVowels(native))
	out.add("ja-n", shortVowels(spellKana(word, "ja-n")))
	out.add("ja-ou", longVowels(native, 'u'))
	out.add("ja-oh", longVowels(native, 'h'))
	out.add("ja-kunrei", shortVowels(spellKana(word, "ja-kunrei")))
	out.add("ja-oo", longVowels(native, 'o'))
}

// spellKana spells a katakana word under one system, with the small tsu
// resolved and the long-vowel bar left as "=".
func spellKana(word, system string) string {
	t := kanaTable()
	var buf [128]byte
	return doubleConsonants(t.append(buf[:0], t.systems[system], word))
}

// doubleConsonants resolves each Q: the consonant behind it is written twice,
// ch as tch. At the end it is silent.
func doubleConsonants(b []byte) string {
	out := make([]byte, 0, len(b))
	for i, c := range b {
		if c != 'Q' {
			out = append(out, c)
			continue
		}
		switch next := at(b, i+1); {
		case next == 'c' && at(b, i+2) == 'h':
			out = append(out, 't')
		case next >= 'a' && next <= 'z' && !isVowel(next):
			out = append(out, next)
		}
	}
	return string(out)
}

// shortVowels writes long vowels short, as passports do: the bar, ou, oo and uu.
func shortVowels(s string) string {
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch p := at(b, len(b)-1); {
		case s[i] == '=':
		case s[i] == 'u' && p == 'o' && at([]byte(s), i+1) == 'e':
			b = append(b, 'u') // Inoue
		case s[i] == 'u' && (p == 'o' || p == 'u'), s[i] == 'o' && p == 'o':
		default:
			b = append(b, s[i])
		}
	}
	return string(b)
}

// longVowels writes long vowels out: a long o as ou, oh or oo by mark, any
// other bar by doubling the vowel.
func longVowels(s string, mark byte) string {
	b := make([]byte, 0, len(s)+2)
	for i := 0; i < len(s); i++ {
		c, p := s[i], at(b, len(b)-1)
		switch {
		case p == 'o' && (c == '=' || c == 'u' || c == 'o'):
			b = append(b, mark)
		case c == '=' && isVowel(p):
			b = append(b, p)
		case c != '=':
			b = append(b, c)
		}
	}
	return string(b)
}
