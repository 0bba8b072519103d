// SPDX-License-Identifier: Apache-2.0

package translit

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// isPlain reports whether a word is lower-case ASCII letters and digits only.
func isPlain(word string) bool {
	for i := 0; i < len(word); i++ {
		c := word[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}

// Latin folds a Latin word to lower-case ASCII a-z and 0-9: accents fall away,
// ligatures and the letters of single languages (ø ł đ ð þ ß æ œ ı) become the
// letters that people write for them. Alternates are the other customs for the
// same word: Müller is muller and mueller, Šarić is saric and sharich. What is
// not Latin and no digit is left out. A word that is folded already is returned
// as it is, without an allocation.
func Latin(word string) (folded string, alternates []string) {
	if isPlain(word) {
		return word, nil
	}
	b := make([]byte, 0, len(word)+4)
	special := false
	for _, r := range word {
		if r < 0x80 {
			b = appendASCII(b, r)
			continue
		}
		special = true
		b = appendLatin(b, r, plainSpelling)
	}
	folded = string(b)
	if special {
		alternates = latinAlternates(word, folded)
	}
	return folded, alternates
}

// latinAlternates folds word by the customs that differ from the plain one.
func latinAlternates(word, folded string) []string {
	var out []string
	for custom := plainSpelling + 1; custom < spellings; custom++ {
		var b []byte
		for _, r := range word {
			b = appendLatin(b, r, custom)
		}
		s := string(b)
		if s != folded && !contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

func readLatin(word string, out *collector) {
	folded, alternates := Latin(word)
	out.add("latin", folded)
	for _, a := range alternates {
		out.add("latin-alternate", a)
	}
}

// appendASCII appends an ASCII letter in lower case or a digit, nothing else.
func appendASCII(b []byte, r rune) []byte {
	switch {
	case 'a' <= r && r <= 'z' || '0' <= r && r <= '9':
		return append(b, byte(r))
	case 'A' <= r && r <= 'Z':
		return append(b, byte(r)|0x20)
	}
	return b
}

// The customs of writing letters that ASCII does not have.
const (
	plainSpelling  = iota // drop the accent: ö o, å a, š s
	germanSpelling        // two letters for umlauts and Nordic letters: ö oe, å aa
	slavicSpelling        // English spelling of the sound: š sh, ç ch, ł w
	spellings
)

// letterSpellings gives for a letter its spelling under each custom; an empty
// one means the plain one. Sources: ICAO Doc 9303 part 3 section 6 for
// passports (ä ae, å aa, ñ, þ th, ß ss), and the spelling of the sound in
// English press use for the rest.
func letterSpellings(r rune) (spelt [spellings]string, ok bool) {
	switch r {
	case 'ä', 'æ', 'ǽ', 'ǣ':
		if r == 'ä' {
			return [...]string{"a", "ae", ""}, true
		}
		return [...]string{"ae", "ae", "a"}, true
	case 'ö', 'ø', 'ő', 'ǿ':
		return [...]string{"o", "oe", ""}, true
	case 'œ':
		return [...]string{"oe", "oe", "o"}, true
	case 'ü', 'ű':
		return [...]string{"u", "ue", ""}, true
	case 'å':
		return [...]string{"a", "aa", "o"}, true
	case 'ß', 'ẞ':
		return [...]string{"ss", "ss", "s"}, true
	case 'þ':
		return [...]string{"th", "th", "t"}, true
	case 'ð':
		return [...]string{"d", "d", "dh"}, true
	case 'đ', 'ɖ':
		return [...]string{"d", "dj", "dj"}, true
	case 'ł':
		return [...]string{"l", "l", "w"}, true
	case 'š', 'ş', 'ș', 'ś', 'ŝ':
		return [...]string{"s", "s", "sh"}, true
	case 'č', 'ç', 'ć', 'ĉ':
		return [...]string{"c", "c", "ch"}, true
	case 'ž', 'ź', 'ż':
		return [...]string{"z", "z", "zh"}, true
	case 'ğ':
		return [...]string{"g", "g", "gh"}, true
	case 'ñ', 'ń', 'ň':
		return [...]string{"n", "n", "ny"}, true
	}
	return plainLetter(r)
}

// plainLetter spells the letters that have one spelling and no decomposition.
func plainLetter(r rune) (spelt [spellings]string, ok bool) {
	s := ""
	switch r {
	case 'ı', 'ɨ':
		s = "i"
	case 'ĸ', 'ƙ':
		s = "k"
	case 'ŋ':
		s = "ng"
	case 'ħ', 'ⱨ':
		s = "h"
	case 'ŧ', 'ț', 'ƭ':
		s = "t"
	case 'ə', 'ǝ', 'ɛ', 'ɘ':
		s = "e"
	case 'ɔ', 'ɵ', 'ơ':
		s = "o"
	case 'ư', 'ʉ':
		s = "u"
	case 'ɓ', 'ƀ':
		s = "b"
	case 'ɗ':
		s = "d"
	case 'ƒ':
		s = "f"
	case 'ɠ', 'ǥ', 'ƣ':
		s = "g"
	case 'ĳ':
		s = "ij"
	case 'ƴ':
		s = "y"
	case 'ƶ':
		s = "z"
	case 'ʼ', 'ʻ', 'ˈ':
		return spelt, true
	default:
		return spelt, false
	}
	spelt[plainSpelling] = s
	return spelt, true
}

// appendLatin appends the spelling of one letter under a custom.
func appendLatin(b []byte, r rune, custom int) []byte {
	if r < 0x80 {
		return appendASCII(b, r)
	}
	r = unicode.ToLower(r)
	if spelt, ok := letterSpellings(r); ok {
		if spelt[custom] == "" {
			custom = plainSpelling
		}
		return append(b, spelt[custom]...)
	}
	if d, ok := digit(r); ok {
		return append(b, d)
	}
	return appendDecomposed(b, r)
}

// appendDecomposed appends the base letters of an accented letter or ligature.
func appendDecomposed(b []byte, r rune) []byte {
	var buf [16]byte
	n := norm.NFKD.AppendString(buf[:0], string(r))
	for _, d := range string(n) {
		if d < 0x80 {
			b = appendASCII(b, d)
		} else if d != r {
			if spelt, ok := letterSpellings(unicode.ToLower(d)); ok {
				b = append(b, spelt[plainSpelling]...)
			}
		}
	}
	return b
}

// lookalikes pairs each Latin letter with the Cyrillic and the Greek one that
// look the same in common fonts (Unicode UTS 39, confusables, the plain cases).
const lookalikeTable = "aаα" + "cс " + "eе " + "oоο" + "pрρ" + "xхχ" + "yу " + "iіι" + "jј " + "sѕ " + "hһ " +
	"AАΑ" + "BВΒ" + "CС " + "EЕΕ" + "HНΗ" + "KКΚ" + "MМΜ" + "OОΟ" + "PРΡ" + "TТΤ" + "XХΧ" + "YУΥ" + "IІΙ" + "JЈ " + "SЅ " + "NNΝ" + "ZZΖ" +
	"kк " + "vνν" + "uυυ" + "dԁ " + "qԛ " + "wԝ " + "lӏ " + "mм " + "tт "

// FoldLookalikes replaces letters of another script that look like Latin (or
// Cyrillic, or Greek) letters in a word of mixed scripts: towards the script
// into which all of them fold, else that of most letters. It says whether it
// did; a word of one script stays as it is.
func FoldLookalikes(word string) (string, bool) {
	var n [3]int // letters of each column of the table
	for _, r := range word {
		if c := lookalikeColumn(r); c >= 0 {
			n[c]++
		}
	}
	if n[0] == 0 || n[1]+n[2] == 0 {
		return word, false
	}
	to := 0
	for c := range n {
		if n[c] > n[to] {
			to = c
		}
	}
	for c := range n {
		if n[c] > 0 && !foldsInto(word, to) && foldsInto(word, c) {
			to = c
		}
	}
	changed := false
	folded := strings.Map(func(r rune) rune {
		if f, ok := lookalike(r, to); ok {
			changed = true
			return f
		}
		return r
	}, word)
	return folded, changed
}

// lookalikeColumn returns the column of the table that holds the script of r, -1
// for other scripts.
func lookalikeColumn(r rune) int {
	switch ScriptOf(r) {
	case LatinScript:
		return 0
	case Cyrillic:
		return 1
	case Greek:
		return 2
	}
	return -1
}

// foldsInto reports whether each letter of word is of the column or looks like
// a letter of it.
func foldsInto(word string, column int) bool {
	for _, r := range word {
		if c := lookalikeColumn(r); c >= 0 && c != column {
			if _, ok := lookalike(r, column); !ok {
				return false
			}
		}
	}
	return true
}

// lookalike returns the letter of the column (0 Latin, 1 Cyrillic, 2 Greek)
// that looks like r, if r belongs to another column.
func lookalike(r rune, to int) (rune, bool) {
	var row [3]rune
	i := 0
	for _, t := range lookalikeTable {
		row[i] = t
		if i++; i < 3 {
			continue
		}
		i = 0
		for c, x := range row {
			if x == r && c != to && row[to] != ' ' && row[to] != r {
				return row[to], true
			}
		}
	}
	return r, false
}
