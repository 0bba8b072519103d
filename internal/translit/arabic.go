// SPDX-License-Identifier: Apache-2.0

package translit

import (
	_ "embed"
	"strings"
	"sync"
	"unicode/utf8"
)

//go:embed data/arabic.txt
var arabicData string

// wordList maps a native word to its usual Latin spellings.
type wordList map[string][]string

// parseWordList reads lines of a word and its spellings. fold brings the word
// to the form in which it is looked up.
func parseWordList(data string, fold func(string) string) wordList {
	m := make(wordList, strings.Count(data, "\n"))
	for line := range strings.Lines(data) {
		fields := strings.Fields(line)
		if len(fields) < 2 || fields[0][0] == '#' {
			continue
		}
		key := fold(fields[0])
		for _, s := range fields[1:] {
			if !contains(m[key], s) {
				m[key] = append(m[key], s)
			}
		}
	}
	return m
}

var arabicWords = sync.OnceValue(func() wordList { return parseWordList(arabicData, foldArabic) })

// foldArabic brings a word to one form of the letters that are written in
// several ways: seats of hamza, final ya and alif, Persian kaf and ya; vowel
// signs and tatweel fall away.
func foldArabic(word string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case 'أ', 'إ', 'ٱ':
			return 'ا'
		case 'ى', 'ی', 'ې', 'ے':
			return 'ي'
		case 'ک', 'ڪ':
			return 'ك'
		case 'ۀ', 'ہ', 'ە', 'ھ':
			return 'ه'
		case 'ـ', 'ٰ':
			return -1
		}
		if r >= 0x64B && r <= 0x65F || r == 0x200C || r == 0x200D {
			return -1
		}
		return r
	}, word)
}

// arabicConsonant spells the letters that are always consonants.
func arabicConsonant(r rune) string {
	switch r {
	case 'ب':
		return "b"
	case 'پ':
		return "p"
	case 'ت', 'ط':
		return "t"
	case 'ث':
		return "th"
	case 'ج':
		return "j"
	case 'چ', 'څ':
		return "ch"
	case 'ح', 'ه':
		return "h"
	case 'خ', 'ځ':
		return "kh"
	case 'د', 'ض', 'ڈ', 'ډ':
		return "d"
	case 'ذ':
		return "dh"
	case 'ر', 'ڑ', 'ړ':
		return "r"
	case 'ز', 'ظ':
		return "z"
	case 'ژ', 'ږ':
		return "zh"
	case 'س', 'ص':
		return "s"
	case 'ش', 'ښ':
		return "sh"
	case 'غ':
		return "gh"
	case 'ف':
		return "f"
	case 'ڤ', 'ۋ':
		return "v"
	case 'ق':
		return "q"
	case 'ك':
		return "k"
	case 'گ', 'ګ', 'ڭ', 'ݣ', 'ڨ':
		return "g"
	case 'ل':
		return "l"
	case 'م':
		return "m"
	case 'ن', 'ں', 'ڼ', 'ٹ':
		if r == 'ٹ' {
			return "t"
		}
		return "n"
	}
	return ""
}

// readArabic reads a word in Arabic letters: by the dictionary of name words,
// by rule with vowels put in, and as a consonant skeleton.
func readArabic(word string, h Hint, out *collector) {
	persian := h.Lang == "fa" || h.Country == "ir" || h.Country == "af" || strings.ContainsAny(word, "پچژگکی")
	word = foldArabic(word)
	stem, article := cutArticle(word)
	out.within(1, func(out *collector) { // the skeleton has a place
		out.within(5, func(out *collector) {
			switch {
			case article:
				readArabicStem(stem, "al ", "ar", out)
			case persian:
				readArabicStem(word, "", "fa", out)
			default:
				readArabicStem(word, "", "ar", out)
			}
		})
		readLearned(learnedArabic(), lettersOf(word, Arabic), "ar-learned", out)
	})
	out.add("ar-skeleton", arabicSkeleton(stem))
}

// cutArticle cuts the article ال off a word that has enough letters left.
func cutArticle(word string) (stem string, ok bool) {
	stem, ok = strings.CutPrefix(word, "ال")
	if !ok || utf8.RuneCountInString(stem) < 3 || strings.HasPrefix(word, "اليا") {
		return word, false
	}
	return stem, true
}

func readArabicStem(word, before, system string, out *collector) {
	known := arabicWords()[word]
	for i, s := range known {
		if i == 4 && before != "" {
			break
		}
		out.add(system+"-word", before+s)
	}
	if known == nil {
		if rest, ok := strings.CutPrefix(word, "عبدال"); ok {
			readAbd(rest, system, out)
		}
	}
	for _, v := range vocalisations(system == "fa") {
		out.add(system, before+vocalise(word, v))
	}
}

// readAbd reads a glued servant name: عبدالواحد is abd al wahid, abdulwahid.
func readAbd(rest, system string, out *collector) {
	spelt := arabicWords()[rest]
	if spelt == nil {
		spelt = []string{vocalise(rest, vocalisations(false)[0])}
	}
	out.add(system+"-word", "abdul"+spelt[0])
	out.add(system+"-word", "abd al "+spelt[0])
	out.add(system+"-word", "abdel"+spelt[len(spelt)-1])
}

// A vocalisation is one custom of writing what Arabic letters leave open.
type vocalisation struct {
	short  string // the vowel put between consonants
	active string // the vowel of the last syllable after a long a (khalid, khaled)
	u, i   string // و and ي as vowels
	w      string // و as a consonant
	j      string // ج
	ta     string // ة
}

func vocalisations(persian bool) []vocalisation {
	if persian {
		return []vocalisation{
			{"a", "e", "u", "i", "v", "j", "eh"},
			{"a", "e", "ou", "i", "v", "j", "e"},
			{"e", "e", "o", "i", "v", "j", "a"},
			{"o", "a", "u", "ee", "w", "j", "a"},
		}
	}
	return []vocalisation{
		{"a", "i", "u", "i", "w", "j", "a"},
		{"a", "e", "ou", "i", "w", "j", "ah"},
		{"e", "e", "o", "e", "v", "g", "a"},
		{"i", "i", "o", "i", "w", "g", "e"},
		{"u", "i", "u", "ee", "w", "j", "a"},
	}
}

// vocalise spells a folded word and puts short vowels where a syllable needs
// one: after the first consonant before another, and then so that no three
// consonants meet and no two end the word.
func vocalise(word string, v vocalisation) string {
	var b []byte
	runes := []rune(word)
	open := 0     // consonants since the last vowel
	long := false // the last vowel was a long a
	for i, r := range runes {
		last := i == len(runes)-1
		if vowel := arabicVowel(runes, i, open, v); vowel != "" {
			b = append(b, vowel...)
			open, long = 0, r == 'ا' || r == 'آ'
			continue
		}
		c := arabicConsonant(r)
		switch r {
		case 'ج':
			c = v.j
		case 'و':
			c = v.w
		case 'ي':
			c = "y"
		case 'ع', 'ء', 'ئ', 'ؤ':
			if i == 0 {
				b = append(b, v.short...)
			} else if open > 0 && !last {
				b = append(b, v.short...)
				open = 0
			}
			continue
		}
		if c == "" {
			b = appendLatin(b, r, plainSpelling)
			continue
		}
		if needsVowel(runes, i, open, len(b) == 0 || open == len(b)) {
			if long {
				b = append(b, v.active...)
			} else {
				b = append(b, v.short...)
			}
			open, long = 0, false
		}
		b = append(b, c...)
		open++
	}
	return string(b)
}

// needsVowel reports whether a short vowel stands before the consonant at i.
func needsVowel(runes []rune, i, open int, initial bool) bool {
	if open == 0 {
		return false
	}
	if initial {
		return true
	}
	if i == len(runes)-1 {
		return true
	}
	return open >= 1 && !isArabicVowelLetter(runes, i+1)
}

// isArabicVowelLetter reports whether the letter at i can be a long vowel.
func isArabicVowelLetter(runes []rune, i int) bool {
	if i >= len(runes) {
		return false
	}
	switch runes[i] {
	case 'ا', 'آ', 'و', 'ي', 'ة':
		return true
	}
	return false
}

// arabicVowel spells the letter at i if it is a vowel there, else "".
func arabicVowel(runes []rune, i, open int, v vocalisation) string {
	next := rune(0)
	if i+1 < len(runes) {
		next = runes[i+1]
	}
	switch runes[i] {
	case 'آ':
		return "a"
	case 'ا':
		if i == 0 && next == 'ي' {
			return "i"
		}
		return "a"
	case 'ة':
		return v.ta
	case 'و':
		if i == 0 || next == 'ا' || open == 0 && i > 0 {
			return ""
		}
		return v.u
	case 'ي':
		if i == 0 && len(runes) > 1 || next == 'ا' || open == 0 && i > 0 && next != 0 {
			return ""
		}
		return v.i
	}
	return ""
}

// arabicSkeleton spells the consonants only, as one gets them by deleting the
// vowels from a usual Latin spelling: و and ي count where they start the word.
func arabicSkeleton(word string) string {
	var b []byte
	for i, r := range word {
		switch {
		case i == 0 && r == 'و':
			b = append(b, 'w')
		case i == 0 && r == 'ي':
			b = append(b, 'y')
		default:
			b = append(b, arabicConsonant(r)...)
		}
	}
	return string(b)
}
