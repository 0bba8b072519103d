// SPDX-License-Identifier: Apache-2.0

package lexicon

import _ "embed" // the compiled table

// The compiled form of the files of meanings; see Compile.
//
//go:embed words.bin
var wordsBin string

// A payload of wordsBin is the largest number of words of a key that starts
// with this one (0 for keys of several words), then two bytes for each meaning,
// in the order of the files: its number in the tail.
//
// The tail is the number of meanings, then 14 bytes each: class, one unused,
// form (2), start and length of concept and of countries (4 + 1 each) in the
// text that follows, then the text.
const meaningSize = 14

func wordStore() store { return store(wordsBin) }

// meaning returns the first meaning of a payload among the classes.
func (s store) meaning(payload store, in Classes) (Meaning, bool) {
	tail := s.tail()
	for i := 1; i+1 < len(payload); i += 2 {
		at := 4 + meaningSize*payload.u16(i)
		if in.Has(Class(tail[at])) {
			return tail.readMeaning(at), true
		}
	}
	return Meaning{}, false
}

func (tail store) readMeaning(at int) Meaning {
	text := tail[4+meaningSize*tail.u32(0):]
	cut := func(at int) string {
		start := tail.u32(at)
		return string(text[start : start+int(tail[at+4])])
	}
	return Meaning{
		Class:     Class(tail[at]),
		Form:      Form(tail.u16(at + 2)),
		Concept:   cut(at + 4),
		Countries: cut(at + 9),
	}
}
