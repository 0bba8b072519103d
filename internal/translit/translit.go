// SPDX-License-Identifier: Apache-2.0

// Package translit writes words of every script in Latin letters, in the ways
// that people, passports and sanctions lists really write them.
//
// [Word] gives the readings of one word, the likeliest first: Юрий is yuriy,
// yuri, iurii and jurij. [Latin] folds what is Latin already. [Skeleton] is a
// key that most romanisations of one name share. Every reading holds only a-z,
// 0-9 and single blanks, whatever the input was, and the same input always
// gives the same output.
//
// The tables are text files under data; each says from which published standard
// or public data it was written. They are read when a script is first met, so a
// program that sees only Latin letters pays nothing for them.
//
// The package compares nothing and knows no names of parties: which reading of
// a listed name agrees with which of a customer's is for package names.
package translit

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A Script is a writing system as far as it matters for reading a word aloud.
type Script uint8

// The scripts that [Word] can read, and two classes for the rest. Common are
// digits and marks, which belong to the word around them.
const (
	Other Script = iota
	Common
	LatinScript
	Cyrillic
	Greek
	Arabic
	Hebrew
	Han
	Kana
	Hangul
	Thai
	Devanagari
	Georgian
	Armenian
)

var scriptNames = [...]string{"other", "common", "latin", "cyrillic", "greek", "arabic", "hebrew", "han", "kana",
	"hangul", "thai", "devanagari", "georgian", "armenian"}

// String returns the English name of the script in lower case.
func (s Script) String() string {
	if int(s) < len(scriptNames) {
		return scriptNames[s]
	}
	return "other"
}

// ScriptOf returns the script of one rune. Letters of scripts that the package
// cannot read are Other; digits, marks and punctuation are Common.
func ScriptOf(r rune) Script {
	switch {
	case r < 0x80:
		if 'a' <= r|0x20 && r|0x20 <= 'z' {
			return LatinScript
		}
		return Common
	case r < 0x250:
		if r == 'ª' || r == 'º' || r >= 0xC0 && r != '×' && r != '÷' {
			return LatinScript
		}
		return Common
	case r < 0x2B0:
		return LatinScript
	case r < 0x370:
		return Common
	case r < 0x400:
		return letterOr(r, Greek)
	case r < 0x530:
		return letterOr(r, Cyrillic)
	case r < 0x590:
		return letterOr(r, Armenian)
	case r < 0x600:
		return letterOr(r, Hebrew)
	case r < 0x700 || 0x750 <= r && r < 0x780 || 0x8A0 <= r && r < 0x900:
		return letterOr(r, Arabic)
	case 0x900 <= r && r < 0x980:
		return letterOr(r, Devanagari)
	case 0xE00 <= r && r < 0xE80:
		return letterOr(r, Thai)
	case 0x10A0 <= r && r < 0x1100 || 0x1C90 <= r && r < 0x1CC0 || 0x2D00 <= r && r < 0x2D30:
		return letterOr(r, Georgian)
	}
	return highScript(r)
}

// highScript is ScriptOf for the rarer blocks above the first alphabets.
func highScript(r rune) Script {
	switch {
	case 0x1100 <= r && r < 0x1200 || 0x3130 <= r && r < 0x3190 || 0xAC00 <= r && r < 0xD7B0:
		return Hangul
	case 0x1E00 <= r && r < 0x1F00 || 0x2C60 <= r && r < 0x2C80 || 0xA720 <= r && r < 0xA800 ||
		0xFB00 <= r && r < 0xFB07 || 0xFF21 <= r && r <= 0xFF3A || 0xFF41 <= r && r <= 0xFF5A:
		return LatinScript
	case 0x1F00 <= r && r < 0x2000:
		return letterOr(r, Greek)
	case 0x1C80 <= r && r < 0x1C90 || 0x2DE0 <= r && r < 0x2E00 || 0xA640 <= r && r < 0xA6A0:
		return letterOr(r, Cyrillic)
	case 0x3041 <= r && r < 0x3100 && r != '・', 0x31F0 <= r && r < 0x3200, 0xFF66 <= r && r < 0xFF9E:
		return Kana
	case r == '々' || r == '〇' || 0x3400 <= r && r < 0x4DC0 || 0x4E00 <= r && r < 0xA000 ||
		0xF900 <= r && r < 0xFB00 || 0x20000 <= r && r < 0x32000:
		return Han
	case 0xFB13 <= r && r < 0xFB18:
		return Armenian
	case 0xFB1D <= r && r < 0xFB50:
		return letterOr(r, Hebrew)
	case 0xFB50 <= r && r < 0xFE00 || 0xFE70 <= r && r < 0xFEFF:
		return letterOr(r, Arabic)
	case 0x1D400 <= r && r < 0x1D6A4:
		return LatinScript // mathematical letters, which NFKC folds
	case unicode.IsLetter(r):
		return Other
	}
	return Common
}

// letterOr returns s for a letter or mark that belongs to a letter, and Common
// for the digits and punctuation of the same block.
func letterOr(r rune, s Script) Script {
	if unicode.IsLetter(r) {
		return s
	}
	return Common
}

// A Reading is one way to write a word in Latin letters: lower case ASCII a-z
// and 0-9, words separated by single blanks.
type Reading struct {
	Text   string
	System string // the romanisation, as in "ru", "ru-passport", "ar-skeleton", "pinyin"
}

// A Hint is what is known about a word besides its letters. The zero Hint knows
// nothing.
type Hint struct {
	Lang    string // ISO 639-1 language in lower case, as in "uk"; empty if unknown
	Country string // ISO 3166-1 alpha-2 country in lower case, as in "ir"; empty if unknown
	Person  bool   // the word is part of the name of a natural person
}

// maxRunes bounds the work for one word. No real word of a name is longer; the
// longest that we met is a Thai name of 37 letters. What is beyond is not read.
const maxRunes = 64

// Word returns the readings of one word (letters of one script, no blanks), the
// likeliest first, without duplicates, at most max. Digits stay. A word without
// a readable letter or digit has none. Letters after the first 64 are not read.
func Word(word string, h Hint, max int) []Reading {
	if max <= 0 {
		return nil
	}
	out := collector{max: max}
	word = prepare(word)
	switch s := dominant(word); s {
	case LatinScript, Common:
		readLatin(word, &out)
	case Other:
		out.add("", digitsOf(word))
	default:
		read(s, word, h, &out)
	}
	return out.readings
}

// read sends a word to the reader of its script. Foreign letters inside it were
// folded if they only looked foreign, and are left out otherwise.
func read(s Script, word string, h Hint, out *collector) {
	switch s {
	case Cyrillic:
		readCyrillic(word, h, out)
	case Arabic:
		readArabic(word, h, out)
	case Han:
		readHan(word, h, out)
	case Greek:
		readGreek(word, out)
	case Hebrew:
		readHebrew(word, out)
	case Georgian:
		readGeorgian(word, out)
	case Armenian:
		readArmenian(word, h, out)
	case Kana:
		readKana(word, h, out)
	case Hangul:
		readHangul(word, h, out)
	case Thai:
		readThai(word, out)
	case Devanagari:
		readDevanagari(word, out)
	default:
		out.add("", digitsOf(word))
	}
}

// prepare brings a word to the form that the tables know: valid UTF-8, NFKC,
// lower case, at most maxRunes runes, look-alike letters folded.
func prepare(word string) string {
	word = clip(word)
	if isPlain(word) {
		return word
	}
	if !norm.NFKC.IsNormalString(word) {
		word = clip(norm.NFKC.String(word))
	}
	word, _ = FoldLookalikes(word) // capitals look alike more often, so before ToLower
	return strings.ToLower(word)
}

// clip cuts a word after maxRunes runes.
func clip(word string) string {
	if len(word) <= maxRunes {
		return word
	}
	n := 0
	for i := range word {
		if n == maxRunes {
			return word[:i]
		}
		n++
	}
	return word
}

// dominant returns the script of most letters of a word; between equals, of the
// first. Kana beside Han is Japanese and counts as Kana. A word without letters
// is Common.
func dominant(word string) Script {
	var n [Armenian + 1]int
	best := Common
	for _, r := range word {
		s := ScriptOf(r)
		if s == Common {
			continue
		}
		n[s]++
		if best == Common || n[s] > n[best] {
			best = s
		}
	}
	if best == Han && n[Kana] > 0 {
		return Kana
	}
	return best
}

// A collector gathers readings, drops duplicates and empty ones, and stops at
// max.
type collector struct {
	readings []Reading
	max      int
}

// within lets read add readings, but leaves room for n more where max allows
// twice as many again.
func (c *collector) within(n int, read func(*collector)) {
	room := *c
	room.max = max(c.max-n, (c.max+2)/3)
	read(&room)
	c.readings = room.readings
}

// full reports whether the collector takes no further reading.
func (c *collector) full() bool { return len(c.readings) >= c.max }

// add takes one reading. Text must be a-z, 0-9 and blanks; blanks at its ends
// and doubled ones are dropped.
func (c *collector) add(system, text string) {
	if text != "" && (text[0] == ' ' || text[len(text)-1] == ' ' || strings.Contains(text, "  ")) {
		text = strings.Join(strings.Fields(text), " ")
	}
	if text == "" || c.full() || c.has(text) {
		return
	}
	if c.readings == nil {
		c.readings = make([]Reading, 0, min(c.max, 8))
	}
	c.readings = append(c.readings, Reading{Text: text, System: system})
}

// addBytes is add for bytes that the caller will overwrite.
func (c *collector) addBytes(system string, text []byte) {
	if len(text) == 0 || c.full() {
		return
	}
	for i := range c.readings {
		if c.readings[i].Text == string(text) {
			return
		}
	}
	c.add(system, string(text))
}

// has reports whether a reading with this text was taken.
func (c *collector) has(text string) bool {
	return slices.ContainsFunc(c.readings, func(r Reading) bool { return r.Text == text })
}

// digitsOf returns the decimal digits of a word, of any script, in ASCII.
func digitsOf(word string) string {
	var b []byte
	for _, r := range word {
		if d, ok := digit(r); ok {
			b = append(b, d)
		}
	}
	return string(b)
}

// digit returns the ASCII digit for a decimal digit of any script. Unicode lays
// the ten digits of a script out in a row that starts at a multiple of ten
// within its run of Nd, so the distance to the first digit is the value.
func digit(r rune) (byte, bool) {
	switch {
	case '0' <= r && r <= '9':
		return byte(r), true
	case r < 0x660 || !unicode.IsDigit(r):
		return 0, false
	}
	for v := rune(0); v < 10; v++ {
		if !unicode.IsDigit(r - v - 1) {
			return byte('0' + v), true
		}
	}
	return byte('0' + (r-'0')%10), utf8.ValidRune(r)
}
