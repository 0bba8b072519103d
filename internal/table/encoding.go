// SPDX-License-Identifier: Apache-2.0

package table

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"

	"github.com/interdict-dev/interdict/internal/errkind"
)

// The encodings that are detected. Any other is named by its WHATWG label.
const (
	ASCII       = "ascii" // nothing else seen so far
	UTF8        = "utf-8"
	UTF16LE     = "utf-16le"
	UTF16BE     = "utf-16be"
	Windows1252 = "windows-1252"
	Windows1251 = "windows-1251"
	GB18030     = "gb18030"
)

// decoderOf returns the decoder of an encoding, nil for those that are UTF-8
// already.
func decoderOf(label string) (*encoding.Decoder, error) {
	switch label {
	case ASCII, UTF8, "utf8":
		return nil, nil
	case UTF16LE:
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder(), nil
	case UTF16BE:
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewDecoder(), nil
	}
	e, err := htmlindex.Get(label)
	if err != nil {
		return nil, errkind.New(errkind.Invalid, fmt.Sprintf("unknown encoding %q: want utf-8, utf-16le, windows-1252, windows-1251, gb18030, big5, shift_jis, euc-kr ...", label))
	}
	return e.NewDecoder(), nil
}

// DetectEncoding tells the encoding of text from its first bytes. more says
// that the text goes on after them. It returns "" when no encoding fits well
// enough to be chosen without asking, and for bytes that are no text.
//
// UTF-8 is proved by validity. Between the others, statistics decide: in GB
// text nearly all double bytes are hanzi of the first level (GB 2312 rows
// 16-55), in Cyrillic text high bytes come in words, in western text they
// stand alone among ASCII letters.
func DetectEncoding(b []byte, more bool) string {
	switch {
	case bytes.HasPrefix(b, []byte("\xEF\xBB\xBF")):
		return UTF8
	case bytes.HasPrefix(b, []byte("\xFF\xFE")):
		return UTF16LE
	case bytes.HasPrefix(b, []byte("\xFE\xFF")):
		return UTF16BE
	}
	if enc, ok := detectNUL(b); ok {
		return enc
	}
	high, good, bad := countUTF8(b, more)
	switch {
	case high == 0:
		return ASCII
	case bad == 0 || good >= 9*bad:
		return UTF8 // broken rows among good ones are reported one by one
	}
	return detectLegacy(b, more)
}

// detectNUL recognises UTF-16 without a mark by where its zero bytes stand,
// and files that are no text. ok is false for text without zero bytes.
func detectNUL(b []byte) (enc string, ok bool) {
	var n [2]int
	for i, c := range b {
		if c == 0 {
			n[i&1]++
		}
	}
	switch {
	case n[0]+n[1] == 0:
		return "", false
	case n[1] >= 2 && n[0]*50 < n[1]:
		return UTF16LE, true
	case n[0] >= 2 && n[1]*50 < n[0]:
		return UTF16BE, true
	case n[0]+n[1] <= 2 || (n[0]+n[1])*1000 < len(b):
		return "", false // a stray zero byte: that row is reported
	}
	return "", true
}

// countUTF8 counts bytes above ASCII, runes that are valid UTF-8 and bytes
// that are not. A rune cut by the end of b does not count when there is more.
func countUTF8(b []byte, more bool) (high, good, bad int) {
	for i := 0; i < len(b); {
		if b[i] < utf8.RuneSelf {
			i++
			continue
		}
		high++
		r, n := utf8.DecodeRune(b[i:])
		switch {
		case r != utf8.RuneError || n > 1:
			good++
		case more && !utf8.FullRune(b[i:]):
			return high, good, bad
		default:
			bad++
		}
		i += n
	}
	return high, good, bad
}

func detectLegacy(b []byte, more bool) string {
	var letters, high, words, cyrillic int // high: bytes above ASCII; words: those in runs of three and more
	for i := 0; i < len(b); {
		if b[i] < utf8.RuneSelf {
			if c := b[i] | 0x20; c >= 'a' && c <= 'z' {
				letters++
			}
			i++
			continue
		}
		j := i
		for j < len(b) && b[j] >= utf8.RuneSelf {
			if b[j] >= 0xC0 || b[j] == 0xA8 || b[j] == 0xB8 { // А-я, Ё, ё
				cyrillic++
			}
			j++
		}
		high += j - i
		if j-i >= 3 {
			words += j - i
		}
		i = j
	}
	pairs, common, invalid := countGB(b, more)
	switch {
	case pairs > 0 && invalid*50 <= pairs && common*10 >= pairs*6:
		return GB18030
	case words*10 >= high*7 && cyrillic*10 >= high*9:
		return Windows1251
	case high*3 <= letters+high:
		return Windows1252
	}
	return ""
}

// countGB walks b as GB18030 and counts its multi-byte characters, those that
// are hanzi of the first level or full-width punctuation, and bytes that fit
// nothing.
func countGB(b []byte, more bool) (pairs, common, invalid int) {
	for i := 0; i < len(b); {
		c := b[i]
		if c < 0x80 {
			i++
			continue
		}
		if i+1 >= len(b) {
			if !more {
				invalid++
			}
			break
		}
		d := b[i+1]
		switch {
		case c == 0x80 || c == 0xFF:
			invalid++
			i++
		case d >= 0x30 && d <= 0x39: // four bytes
			pairs++
			i += 4
		case d >= 0x40 && d != 0x7F && d != 0xFF:
			pairs++
			if c >= 0xB0 && c <= 0xD7 && d >= 0xA1 || c == 0xA3 || c == 0xA1 {
				common++
			}
			i += 2
		default:
			invalid++
			i++
		}
	}
	return pairs, common, invalid
}
