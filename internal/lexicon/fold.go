// SPDX-License-Identifier: Apache-2.0

package lexicon

import (
	_ "embed" // the table of characters
	"sync"
	"unicode/utf8"
)

// maxKey is the longest key in bytes, folded, blanks included; longer input is
// in no table.
const maxKey = 240

// fold writes w into buf with the differences levelled that folding rules
// disagree about. The result is nil where it does not fit; it lives no longer
// than buf.
func fold(buf *[maxKey]byte, w string) []byte {
	if len(w) > maxKey {
		return nil
	}
	return foldInto(buf, 0, w, hanTable())
}

// foldAll is fold of the words joined by single blanks.
func foldAll(buf *[maxKey]byte, words []string) []byte {
	n := 0
	for i, w := range words {
		if n+len(w)+1 > maxKey {
			return nil
		}
		if i > 0 {
			buf[n] = ' '
			n++
		}
		n = len(foldInto(buf, n, w, hanTable()))
	}
	return buf[:n]
}

// foldInto appends w to buf[:n]; the caller has seen that it fits. A folded
// rune is never longer than the one that it replaces.
func foldInto(buf *[maxKey]byte, n int, w string, han *hanMap) []byte {
	for i := 0; i < len(w); {
		c := w[i]
		if c < utf8.RuneSelf {
			buf[n] = c
			n, i = n+1, i+1
			continue
		}
		r, size := utf8.DecodeRuneInString(w[i:])
		if r == utf8.RuneError {
			buf[n] = c
			n, i = n+1, i+1
			continue
		}
		i += size
		if r = level(r, han); r >= 0 {
			n += utf8.EncodeRune(buf[n:], r)
		}
	}
	return buf[:n]
}

// level maps a rune onto the one that stands for it in the tables; -1 drops it.
func level(r rune, han *hanMap) rune {
	switch {
	case r < 0x370:
		return r
	case r < 0x400:
		return levelGreek(r)
	case r < 0x530:
		return levelCyrillic(r)
	case r < 0x600:
		if r >= 0x591 && r <= 0x5C7 {
			return -1 // Hebrew points
		}
		return r
	case r < 0x700:
		return levelArabic(r)
	case isHan(r):
		return han.simplified(r)
	case r == 0x200B || r == 0x200C || r == 0x200D || r == 0x200E || r == 0x200F || r == 0x2060 || r == 0xFEFF:
		return -1
	}
	return r
}

func levelGreek(r rune) rune {
	switch r {
	case 'ά':
		return 'α'
	case 'έ':
		return 'ε'
	case 'ή':
		return 'η'
	case 'ί', 'ϊ', 'ΐ':
		return 'ι'
	case 'ό':
		return 'ο'
	case 'ύ', 'ϋ', 'ΰ':
		return 'υ'
	case 'ώ':
		return 'ω'
	case 'ς':
		return 'σ'
	}
	return r
}

func levelCyrillic(r rune) rune {
	switch r {
	case 'ё', 'ѐ':
		return 'е'
	case 'й', 'ѝ':
		return 'и'
	case 'ї':
		return 'і'
	case 'ў':
		return 'у'
	case 'ѓ':
		return 'г'
	case 'ќ':
		return 'к'
	}
	return r
}

// levelArabic drops vowel marks and tatweel and brings the letters together
// that Arabic, Persian and Urdu keyboards and normal forms interchange.
func levelArabic(r rune) rune {
	switch r {
	case 'آ', 'أ', 'إ', 'ٱ':
		return 'ا'
	case 'ى', 'ی', 'ئ':
		return 'ي'
	case 'ؤ':
		return 'و'
	case 'ة', 'ۀ', 'ە', 'ہ', 'ۂ':
		return 'ه'
	case 'ک':
		return 'ك'
	case 'ـ':
		return -1
	}
	if r >= 0x64B && r <= 0x65F || r == 0x670 || r >= 0x610 && r <= 0x61A {
		return -1
	}
	return r
}

// A hanMap holds, for each character of the two blocks below U+A000, the
// simplified one, 0 where it is the same: 54 KB for one load a character.
type hanMap [0xA000 - 0x3400]uint16

// isHan says whether r is a character of those blocks.
func isHan(r rune) bool { return r >= 0x3400 && r < 0xA000 }

func (m *hanMap) simplified(r rune) rune {
	if s := m[r-0x3400]; s != 0 {
		return rune(s)
	}
	return r
}

func readHan(s store) *hanMap {
	var m hanMap
	for i := 0; i+3 < len(s); i += 4 {
		m[s.u16(i)-0x3400] = uint16(s.u16(i + 2))
	}
	return &m
}

//go:embed han.bin
var hanBin string

// hanTable holds the traditional and Japanese characters of data/han.txt.
var hanTable = sync.OnceValue(func() *hanMap { return readHan(store(hanBin)) })
