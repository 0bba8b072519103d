// SPDX-License-Identifier: Apache-2.0

package lexicon

import (
	_ "embed" // the compiled table
	"unicode/utf8"
)

// backgroundBin is the compiled form of background.txt; see Compile. A payload
// is two bytes, in steps of 50 milli-nats: in persons' names, in organisations'.
// The tail holds the values of unseen words in the same steps: twelve for
// persons, by length, and twelve for organisations.
//
//go:embed background.bin
var backgroundBin string

const (
	backgroundStep    = 50 // milli-nats
	backgroundLengths = 12
)

// BackgroundVersion names the table that Background reads. Scores rest on it:
// it moves only when background.txt is written again.
const BackgroundVersion = 1

// Background returns how much it tells that two names share this folded Latin
// word: its self-information -1000·ln p in milli-nats, where p is the
// probability that a random name of the kind, innocent or listed, holds the
// word. 0 is a word that every name holds; the most is 12000. A word that was
// never seen has a value by its length, for a short word is more likely to come
// by chance. The table is part of the model's version and does not move because
// a list grew.
func Background(word string, person bool) int32 {
	s := store(backgroundBin)
	kind := 1
	if person {
		kind = 0
	}
	if p := s.findFolded(word); p != "" {
		return int32(p[kind]) * backgroundStep
	}
	n := min(utf8.RuneCountInString(word), backgroundLengths)
	if n == 0 {
		return 0
	}
	return int32(s.tail()[backgroundLengths*kind+n-1]) * backgroundStep
}

// Known says whether a folded Latin word was seen in the names that the
// background was counted on, or has a meaning in the names of organisations.
func Known(word string) bool {
	if store(backgroundBin).findFolded(word) != "" {
		return true
	}
	_, ok := WordIn(word, Organisation)
	return ok
}
