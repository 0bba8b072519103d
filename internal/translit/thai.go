// SPDX-License-Identifier: Apache-2.0

package translit

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed data/thai.txt
var thaiData string

// A thaiLetter is how a Thai consonant is spelt at the start and at the end of
// a syllable.
type thaiLetter struct{ start, end string }

var thaiLetters = sync.OnceValue(func() map[rune]thaiLetter {
	m := make(map[rune]thaiLetter, 64)
	for line := range strings.Lines(thaiData) {
		f := strings.Fields(line)
		if len(f) != 3 || f[0] == "#" {
			continue
		}
		for _, r := range f[0] {
			m[r] = thaiLetter{strings.Trim(f[1], "-"), strings.Trim(f[2], "-")}
		}
	}
	return m
})

// thaiVowel spells the vowel signs written behind or around a consonant.
func thaiVowel(r rune) (string, bool) {
	switch r {
	case 'ะ', 'ั', 'า', 'ๅ':
		return "a", true
	case 'ำ':
		return "am", true
	case 'ิ', 'ี':
		return "i", true
	case 'ึ', 'ื':
		return "ue", true
	case 'ุ', 'ู':
		return "u", true
	case 'ฤ':
		return "rue", true
	case '็':
		return "", true
	}
	return "", false
}

// thaiLeading spells the vowel signs written before their consonant.
func thaiLeading(r rune) string {
	switch r {
	case 'เ':
		return "e"
	case 'แ':
		return "ae"
	case 'โ':
		return "o"
	case 'ใ', 'ไ':
		return "ai"
	}
	return ""
}

// readThai reads a word in Thai letters, close to RTGS: Thai does not mark
// where syllables end, so a consonant closes one where no vowel follows it.
func readThai(word string, out *collector) {
	word = dropThaiSilent(word)
	first := thaiSpelling(word, true)
	out.add("th", first)
	out.within(4, func(out *collector) {
		out.add("th-press", thaiPress().Replace(first))
		out.add("th-final", thaiSpelling(word, false))
		out.add("th-plain", thaiPlain().Replace(first))
	})
	out.within(1, func(out *collector) {
		readLearned(learnedThai(), lettersOf(word, Thai), "th-learned", out)
	})
	out.add("th-skeleton", consonants(first))
}

// thaiPress spells the sounds as the English press does; thaiPlain drops the
// marks of breath.
var (
	thaiPress = sync.OnceValue(func() *strings.Replacer {
		return strings.NewReplacer("ph", "p", "th", "t", "kh", "k", "ue", "u")
	})
	thaiPlain = sync.OnceValue(func() *strings.Replacer { return strings.NewReplacer("ae", "a", "ch", "j", "o", "aw") })
)

// dropThaiSilent drops tone marks, and each letter under the mark of silence.
func dropThaiSilent(word string) string {
	var out []rune
	for _, r := range word {
		switch {
		case r == '์':
			for len(out) > 0 && thaiIsMute(out[len(out)-1]) {
				out = out[:len(out)-1]
			}
			if len(out) > 0 {
				out = out[:len(out)-1]
			}
		case r >= '็' && r <= '๎':
		default:
			out = append(out, r)
		}
	}
	return string(out)
}

// thaiIsMute reports whether a vowel sign falls silent with its consonant.
func thaiIsMute(r rune) bool { return r == 'ิ' || r == 'ุ' }

// thaiSpelling spells word; short says to read an unwritten vowel between two
// consonants as o and elsewhere as a, as most names have it.
func thaiSpelling(word string, short bool) string {
	letters := thaiLetters()
	runes := []rune(word)
	var b []byte
	for i := 0; i < len(runes); i++ {
		r := runes[i]
		if lead := thaiLeading(r); lead != "" {
			i = appendThaiLed(&b, runes, i, lead)
			continue
		}
		if v, ok := thaiVowel(r); ok {
			b = append(b, v...)
			continue
		}
		c, ok := letters[r]
		if !ok {
			b = appendLatin(b, r, plainSpelling)
			continue
		}
		switch {
		case r == 'ร' && runeAt(runes, i+1) == 'ร':
			b = append(b, "an"...)
			i++
		case r == 'อ' && len(b) > 0 && !isVowel(b[len(b)-1]):
			b = append(b, 'o')
		case r == 'ว' && len(b) > 0 && !isVowel(b[len(b)-1]) && !thaiHasVowel(runes, i+1) && i+1 < len(runes):
			b = append(b, "ua"...)
		case thaiHasVowel(runes, i+1) || len(b) == 0:
			b = append(b, c.start...)
			if len(b) > 0 && i+1 < len(runes) && !thaiHasVowel(runes, i+1) && runeAt(runes, i+1) != 'อ' && runeAt(runes, i+1) != 'ร' && runeAt(runes, i+1) != 'ล' && runeAt(runes, i+1) != 'ว' {
				if i+2 >= len(runes) || !thaiHasVowel(runes, i+2) {
					b = append(b, 'o')
				} else {
					b = append(b, 'a')
				}
			}
		case isVowel(b[len(b)-1]) && (short || i+1 == len(runes)):
			b = append(b, c.end...)
		case i+1 == len(runes):
			b = append(b, 'o')
			b = append(b, c.end...)
		default:
			b = append(b, c.start...)
			b = append(b, 'a')
		}
	}
	return string(b)
}

// appendThaiLed spells a consonant whose vowel is written before it and returns
// the index of the last rune read.
func appendThaiLed(b *[]byte, runes []rune, i int, lead string) int {
	letters := thaiLetters()
	i++
	c, ok := letters[runeAt(runes, i)]
	if !ok {
		*b = append(*b, lead...)
		return i - 1
	}
	*b = append(*b, c.start...)
	if (runeAt(runes, i+1) == 'ร' || runeAt(runes, i+1) == 'ล') && i+2 < len(runes) {
		i++
		*b = append(*b, letters[runes[i]].start...)
	}
	switch {
	case lead == "e" && runeAt(runes, i+1) == 'ี' && runeAt(runes, i+2) == 'ย':
		*b = append(*b, "ia"...)
		return i + 2
	case lead == "e" && runeAt(runes, i+1) == 'ื' && runeAt(runes, i+2) == 'อ':
		*b = append(*b, "uea"...)
		return i + 2
	case lead == "e" && runeAt(runes, i+1) == 'า':
		*b = append(*b, "ao"...)
		return i + 1
	case lead == "e" && runeAt(runes, i+1) == 'ิ':
		*b = append(*b, "oe"...)
		return i + 1
	case lead == "e" && runeAt(runes, i+1) == 'ย':
		*b = append(*b, "oei"...)
		return i + 1
	case lead == "ai" && runeAt(runes, i+1) == 'ย':
		*b = append(*b, "ai"...)
		return i + 1
	}
	*b = append(*b, lead...)
	return i
}

// runeAt returns runes[i], or 0 beyond the end.
func runeAt(runes []rune, i int) rune {
	if i < len(runes) {
		return runes[i]
	}
	return 0
}

// thaiHasVowel reports whether a vowel sign stands at i.
func thaiHasVowel(runes []rune, i int) bool {
	_, ok := thaiVowel(runeAt(runes, i))
	return ok
}
