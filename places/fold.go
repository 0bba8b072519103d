// SPDX-License-Identifier: Apache-2.0

package places

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// fold returns the words of s between single blanks: lower case, compatibility
// forms and marks folded, full stops dropped ("U.S.A." is "usa"), "&" read as
// "and", any other character that is neither letter nor digit as a blank.
func fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	s = strings.ReplaceAll(s, "&", " and ")
	if isASCII(s) {
		foldASCII(&b, s)
		return b.String()
	}
	s = norm.NFKD.String(s)
	gap := false
	for _, r := range s {
		switch {
		case r == '.' || r == 'ـ' || unicode.Is(unicode.Mn, r):
			continue
		case !unicode.IsLetter(r) && !unicode.IsNumber(r):
			gap = b.Len() > 0
			continue
		}
		if gap {
			b.WriteByte(' ')
			gap = false
		}
		writeFolded(&b, unicode.ToLower(r))
	}
	return b.String()
}

// foldASCII does what fold does, for the common case.
func foldASCII(b *strings.Builder, s string) {
	gap := false
	for i := range len(s) {
		c := s[i]
		switch {
		case 'A' <= c && c <= 'Z':
			c += 'a' - 'A'
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
		case c == '.':
			continue
		default:
			gap = b.Len() > 0
			continue
		}
		if gap {
			b.WriteByte(' ')
			gap = false
		}
		b.WriteByte(c)
	}
}

// writeFolded writes the plain form of a lower-case letter: letters with a
// stroke have no Unicode decomposition, and Persian keyboards type other code
// points for the Arabic kaf and ya.
func writeFolded(b *strings.Builder, r rune) {
	switch r {
	case 'ß':
		b.WriteString("ss")
	case 'æ':
		b.WriteString("ae")
	case 'œ':
		b.WriteString("oe")
	case 'ø':
		b.WriteByte('o')
	case 'ł':
		b.WriteByte('l')
	case 'đ', 'ð':
		b.WriteByte('d')
	case 'ı':
		b.WriteByte('i')
	case 'ی', 'ى':
		b.WriteRune('ي')
	case 'ک':
		b.WriteRune('ك')
	default:
		b.WriteRune(r)
	}
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
