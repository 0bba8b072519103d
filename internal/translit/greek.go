// SPDX-License-Identifier: Apache-2.0

package translit

import (
	_ "embed"
	"strings"
	"sync"

	"golang.org/x/text/unicode/norm"
)

//go:embed data/greek.txt
var greekData string

var greekTable = sync.OnceValue(func() *table { return parseTable(greekData, 0x370) })

var greekSystems = [...]string{"el", "el-press", "el-plain", "el-foreign", "el-old", "el-kh", "el-foreign2", "el-latin"}

// readGreek reads a word in Greek letters. A diaeresis parts two vowels, so the
// pair is kept from being read as one sound.
func readGreek(word string, out *collector) {
	folded := foldGreek(word)
	out.within(2, func(room *collector) { greekTable().read(folded, greekSystems[:], room) })
	readLearned(learnedGreek(), lettersOf(word, Greek), "el-learned", out)
}

// foldGreek drops the accents of a word. A letter with diaeresis is followed by
// a mark that no key holds and that is left out when spelling.
func foldGreek(word string) string {
	decomposed := norm.NFD.String(word)
	var b strings.Builder
	for i, r := range decomposed {
		switch {
		case r == '\u0308' && i > 0:
			b.WriteRune(r) // breaks up a digraph that would follow; see below
		case r >= 0x300 && r < 0x370:
		default:
			b.WriteRune(r)
		}
	}
	return splitDiaeresis(b.String())
}

// splitDiaeresis moves each diaeresis before its letter, where it parts the
// letter from the vowel before it.
func splitDiaeresis(word string) string {
	if !strings.ContainsRune(word, '\u0308') {
		return word
	}
	runes := []rune(word)
	for i := 1; i < len(runes); i++ {
		if runes[i] == '\u0308' {
			runes[i-1], runes[i] = runes[i], runes[i-1]
		}
	}
	return string(runes)
}
