// SPDX-License-Identifier: Apache-2.0

package names

import (
	"slices"
	"strings"
	"sync"

	"github.com/interdict-dev/interdict/internal/lexicon"
)

// A legalForm is a legal form of several words as people get it wrong, or a place
// (Hong Kong).
type legalForm struct {
	words   []string
	meaning lexicon.Meaning
	short   bool // one word of the form is left out
}

// A formTable finds legal forms that are misspelt, or lack a word, by their
// first word.
type formTable struct {
	forms []legalForm      // the longer first
	first map[string][]int // first words, whole and less one letter, to forms
	ends  map[string]bool  // words that forms begin or end with
}

// How many letters the words of a legal form have at least: a word that may be
// misspelt, the misspelt word of a form of two words where no name is known to
// have it and where one may, and one that is written together with the name
// beside it.
const (
	minFormWord     = 4
	minFormLetters  = 7
	sureFormLetters = 10
	minFormEnd      = 7
)

// forms is made from the lexicon when the first name of a thing is read.
var forms = sync.OnceValue(func() *formTable {
	t := &formTable{first: map[string][]int{}, ends: map[string]bool{}}
	for key, m := range lexicon.Several(lexicon.In(lexicon.LegalForm, lexicon.Place)) {
		words := strings.Fields(key)
		if longWords(words) < 2 {
			continue
		}
		t.forms = append(t.forms, legalForm{words: words, meaning: m})
		if m.Class == lexicon.Place {
			continue
		}
		for _, w := range []string{words[0], words[len(words)-1]} {
			if _, more := lexicon.WordIn(w, lexicon.Generic|lexicon.In(lexicon.Place)); len(w) >= minFormEnd && !more {
				t.ends[w] = true
			}
		}
		t.shorten(words, m)
	}
	slices.SortFunc(t.forms, func(a, b legalForm) int {
		if d := len(b.words) - len(a.words); d != 0 {
			return d
		}
		return slices.Compare(a.words, b.words)
	})
	for i, f := range t.forms {
		for _, key := range remainders(f.words[0]) {
			t.first[key] = append(t.first[key], i)
		}
	}
	return t
})

// shorten adds what is left of a form of three words or more without one of
// them, where that still tells it.
func (t *formTable) shorten(words []string, m lexicon.Meaning) {
	if len(words) < 3 {
		return
	}
	for i := range words {
		rest := slices.Delete(slices.Clone(words), i, i+1)
		if longWords(rest) < 2 {
			continue
		}
		if n, _ := lexicon.Longest(rest); n < len(rest) {
			t.forms = append(t.forms, legalForm{rest, m, true})
		}
	}
}

func longWords(words []string) int {
	n := 0
	for _, w := range words {
		if len(w) >= minFormWord {
			n++
		}
	}
	return n
}

// remainders returns a word, and what is left of it without one letter where it
// may be misspelt: two words within one edit share one.
func remainders(w string) []string {
	out := []string{w}
	if len(w) < minFormWord {
		return out
	}
	for i := range len(w) {
		if i == 0 || w[i] != w[i-1] {
			out = append(out, w[:i]+w[i+1:])
		}
	}
	return out
}

// misspeltForm returns the legal form that words begin with when some of its
// words are misspelt or one is left out, and how many words it takes. A misspelt
// form of two words counts only if each misspelt word is long and one that no
// name is known to have.
func misspeltForm(words []string) (int, lexicon.Meaning) {
	first := words[0]
	if len(words) < 2 || len(first) < minFormWord-1 || len(first) > maxFormWord || first[0] >= 0x80 {
		return 0, lexicon.Meaning{}
	}
	t := forms()
	best := -1
	try := func(key []byte) {
		for _, i := range t.first[string(key)] {
			if (best < 0 || i < best) && t.forms[i].fits(words) {
				best = i
			}
		}
	}
	try([]byte(first))
	var buf [maxFormWord]byte
	for i := range len(first) {
		if i == 0 || first[i] != first[i-1] {
			try(append(append(buf[:0], first[:i]...), first[i+1:]...))
		}
	}
	if best < 0 {
		return 0, lexicon.Meaning{}
	}
	return len(t.forms[best].words), t.forms[best].meaning
}

// maxFormWord is how many letters a misspelt word of a form has at most; the
// longest have twenty.
const maxFormWord = 32

// fits says that every word of a form is the word at its place, or within the
// edits that may lie between misspelt words; of a place one word, and that to no
// word that is usual. A whole form whose words are all
// right is none that is misspelt.
func (f *legalForm) fits(words []string) bool {
	if len(f.words) > len(words) {
		return false
	}
	misspelt := false
	for i, want := range f.words {
		w := words[i]
		if w == want {
			continue
		}
		if d := len(w) - len(want); d < -2 || d > 2 || len(want) < minFormWord {
			return false
		}
		if _, ok := Edits(want, w, MaxEdits(min(len(want), len(w)))); !ok {
			return false
		}
		switch {
		case f.meaning.Class == lexicon.Place:
			if misspelt || usual(w) {
				return false
			}
		case len(f.words) < 3 && (f.short || len(want) < minFormLetters || len(want) < sureFormLetters && usual(w)):
			return false
		}
		misspelt = true
	}
	return misspelt || f.short
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
	if len(w) < minFormEnd+2 || w[0] >= 0x80 {
		return 0
	}
	ends := forms().ends
	for n := len(w) - 2; n >= minFormEnd; n-- {
		if ends[w[:n]] && !usual(w) {
			return n
		}
		if ends[w[len(w)-n:]] && !usual(w) {
			return len(w) - n
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
