// SPDX-License-Identifier: Apache-2.0

package names

import (
	"strings"

	"github.com/interdict-dev/interdict/internal/lexicon"
)

// How many letters the misspelt word of a legal form of two words has at least,
// where no name is known to have it and where one may.
const (
	minFormLetters  = 7
	sureFormLetters = 10
)

// misspeltForm returns the legal form, or the place of several words, that words
// begin with when some of its words are misspelt or one is left out, and how many
// words it takes; the longest. A misspelt form of two words counts only if each
// misspelt word is long and one that no name is known to have.
func misspeltForm(words []string) (int, lexicon.Meaning) {
	first := words[0]
	if len(words) < 2 || len(first) < lexicon.MinPhraseWord-1 || len(first) > maxFormWord || first[0] >= 0x80 {
		return 0, lexicon.Meaning{}
	}
	best, most := lexicon.Phrase{}, 1
	try := func(p lexicon.Phrase) {
		if n := strings.Count(p.Text, " ") + 1; (n > most || n == most && p.Text < best.Text) && n <= len(words) && fits(p, n, words) {
			best, most = p, n
		}
	}
	var buf [maxFormWord]byte
	lexicon.PhrasesFrom(append(buf[:0], first...), try)
	for i := range len(first) {
		if i == 0 && usual(first) {
			break // no slip
		}
		if i == 0 || first[i] != first[i-1] {
			lexicon.PhrasesFrom(append(append(buf[:0], first[:i]...), first[i+1:]...), try)
		}
	}
	if best.Text == "" {
		return 0, lexicon.Meaning{}
	}
	m, ok := lexicon.PhraseMeaning(best.Entry)
	if !ok {
		return 0, lexicon.Meaning{}
	}
	return most, m
}

// maxFormWord is how many letters a misspelt word of a form has at most; the
// longest have twenty.
const maxFormWord = 32

// fits says that every word of a phrase of n is the word at its place, or within
// the edits that may lie between misspelt words; of a place one word, and that to
// no word that is usual. A whole phrase whose words are all right is none that is
// misspelt.
func fits(p lexicon.Phrase, n int, words []string) bool {
	misspelt, place, asked := false, false, false
	i := 0
	for want := range strings.SplitSeq(p.Text, " ") {
		w := words[i]
		i++
		if w == want {
			continue
		}
		if d := len(w) - len(want); d < -2 || d > 2 || len(want) < lexicon.MinPhraseWord {
			return false
		}
		if _, ok := Edits(want, w, MaxEdits(min(len(want), len(w)))); !ok {
			return false
		}
		if !asked {
			m, _ := lexicon.PhraseMeaning(p.Entry)
			place, asked = m.Class == lexicon.Place, true
		}
		switch {
		case place:
			if misspelt || usual(w) {
				return false
			}
		case n < 3 && (p.Short() || len(want) < minFormLetters || len(want) < sureFormLetters && usual(w)):
			return false
		}
		misspelt = true
	}
	return misspelt || p.Short()
}

// usual says that a word has a meaning, or stands in more than one of the names
// that the background was counted on: lists have misspelt words too.
func usual(w string) bool {
	if _, ok := lexicon.WordIn(w, lexicon.Organisation); ok {
		return true
	}
	return lexicon.Background(w, false) < seenOnce
}

// seenOnce is the information of a word that one name in the background has, in
// milli-nats.
const seenOnce = 11000

// singleForms are the words that are a legal form by themselves, long enough to
// be told though misspelt.
var singleForms = [...]string{"limited", "incorporated", "corporation", "company", "limitada"}

// misspeltWord returns the legal form that is one word when that is misspelt and
// no word that a name is known to have.
func misspeltWord(w string) (lexicon.Meaning, bool) {
	if len(w) < minFormLetters-2 || w[0] >= 0x80 || usual(w) {
		return lexicon.Meaning{}, false
	}
	for _, f := range singleForms {
		if _, ok := Edits(f, w, MaxEdits(min(len(f), len(w)))); ok {
			return lexicon.WordIn(f, lexicon.In(lexicon.LegalForm))
		}
	}
	return lexicon.Meaning{}, false
}

// cutForm returns where a word is to be cut that is a name and a word of a legal
// form written together ("COMPANYDORIS"), or 0. Words that names are known to
// have stay whole.
func cutForm(w string) int {
	if len(w) < minFormLetters+2 || len(w) > maxFormWord || w[0] >= 0x80 {
		return 0
	}
	var buf [maxFormWord]byte
	for n := len(w) - 2; n >= minFormLetters; n-- {
		at := 0
		switch {
		case lexicon.EndsForm(append(buf[:0], w[:n]...)):
			at = n
		case lexicon.EndsForm(append(buf[:0], w[len(w)-n:]...)):
			at = len(w) - n
		}
		if at > 0 && !usual(w) {
			return at
		}
	}
	return 0
}

// cutNumber returns where a word is to be cut that is a word and a number
// written together ("Unit61398", "7Karnes"), or 0. One letter and a number stay
// together, and a number and two letters ("10th").
func cutNumber(w string) int {
	if w[0] <= '9' {
		return cutDigits(w)
	}
	i := 0
	for i < len(w) && 'a' <= w[i] && w[i] <= 'z' {
		i++
	}
	if i < 2 || i == len(w) {
		return 0
	}
	for j := i; j < len(w); j++ {
		if w[j] < '0' || w[j] > '9' {
			return 0
		}
	}
	return i
}

// cutDigits does so for a word that starts with digits.
func cutDigits(w string) int {
	i := 0
	for i < len(w) && '0' <= w[i] && w[i] <= '9' {
		i++
	}
	if i == 0 || len(w)-i < 3 {
		return 0
	}
	for j := i; j < len(w); j++ {
		if w[j] < 'a' || w[j] > 'z' {
			return 0
		}
	}
	return i
}
