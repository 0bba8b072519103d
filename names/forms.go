// SPDX-License-Identifier: Apache-2.0

package names

import (
	"strings"

	"github.com/interdict-dev/interdict/internal/lexicon"
)

// longForms are the legal forms whose words are long enough that they are told
// though misspelt, the longer first. They are those of the lists that are
// screened most; each must be in the lexicon.
var longForms = [...][]string{
	{"sociedad", "anonima", "de", "capital", "variable"},
	{"obshchestvo", "s", "ogranichennoi", "otvetstvennostyu"},
	{"obshchestvo", "s", "ogranichennoy", "otvetstvennostyu"},
	{"gesellschaft", "mit", "beschrankter", "haftung"},
	{"sociedad", "de", "responsabilidad", "limitada"},
	{"societe", "a", "responsabilite", "limitee"},
	{"public", "joint", "stock", "company"},
	{"open", "joint", "stock", "company"},
	{"closed", "joint", "stock", "company"},
	{"private", "joint", "stock", "company"},
	{"limited", "liability", "company"},
	{"joint", "stock", "company"},
	{"public", "limited", "company"},
	{"private", "limited", "company"},
	{"limited", "liability", "partnership"},
	{"limited", "liability"},
	{"aktsionernoe", "obshchestvo"},
	{"aktsionernoye", "obshchestvo"},
	{"sociedad", "anonima"},
	{"company", "limited"},
	{"private", "limited"},
	{"limited", "company"},
	{"limited", "partnership"},
	{"limited"},
	{"incorporated"},
	{"corporation"},
	{"company"},
	{"limitada"},
}

// minFormLetters is how many letters the longest word of a misspelt legal form
// of one or two words has at least.
const minFormLetters = 7

// misspeltForm returns the legal form that words begin with when some of its
// words are misspelt, and how many words it takes. A form of one or two words
// counts only if each misspelt word is one that no name is known to have.
func misspeltForm(words []string) (int, lexicon.Meaning) {
	if first := words[0]; len(first) < 3 || first[0] >= 0x80 {
		return 0, lexicon.Meaning{}
	}
	for _, form := range longForms {
		if len(form) > len(words) || !nearForm(form, words) {
			continue
		}
		if n, m := lexicon.LongestIn(form, lexicon.In(lexicon.LegalForm)); n == len(form) {
			return n, m
		}
	}
	return 0, lexicon.Meaning{}
}

// nearForm says that every word of a form is the word at its place, or within
// the edits that may lie between misspelt words; equal words are not near.
func nearForm(form, words []string) bool {
	misspelt := false
	for i, f := range form {
		w := words[i]
		if w == f {
			continue
		}
		if d := len(w) - len(f); d < -2 || d > 2 || len(f) < 4 {
			return false
		}
		if _, ok := Edits(f, w, MaxEdits(min(len(f), len(w)))); !ok {
			return false
		}
		if len(form) < 3 && (len(f) < minFormLetters || lexicon.Known(w)) {
			return false
		}
		misspelt = true
	}
	return misspelt
}

// formWords are words of legal forms that are written together with the name
// beside them.
var formWords = [...]string{"company", "limited", "corporation"}

// cutForm returns where a word is to be cut that is a name and a word of a legal
// form written together ("COMPANYDORIS"), or 0. Words that names are known to
// have stay whole.
func cutForm(w string) int {
	if len(w) < minFormLetters+2 || w[0] >= 0x80 {
		return 0
	}
	at := 0
	for _, f := range formWords {
		switch {
		case strings.HasPrefix(w, f):
			at = len(f)
		case strings.HasSuffix(w, f):
			at = len(w) - len(f)
		}
	}
	if rest := min(at, len(w)-at); at == 0 || rest < 2 || lexicon.Known(w) {
		return 0
	}
	return at
}

// cutNumber returns where a word is to be cut that is a word and a number
// written together ("Unit61398"), or 0. One letter and a number stay together.
func cutNumber(w string) int {
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
