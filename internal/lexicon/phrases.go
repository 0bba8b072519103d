// SPDX-License-Identifier: Apache-2.0

package lexicon

import (
	_ "embed" // the compiled table
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// phrasesBin is the compiled form of the legal forms and places of several
// Latin words, to be found though one of their words is misspelt or left out; see
// Compile.
//
// A key is the first word of a phrase, or what is left of it without one letter;
// its payload has two bytes for each first word. A key that starts with = is a
// word that legal forms begin or end with and that means nothing else.
//
// The tail is the number of first words, then for each the start of its phrases
// in the text that follows (4 bytes), and the end of the last; then the phrases,
// the longer first: the length of the phrase, the phrase, the length of the entry
// that it stands for (0 where it is the entry itself), the entry.
//
//go:embed phrases.bin
var phrasesBin string

// A Phrase is a legal form or a place of several words, or such a legal form
// without one of them.
type Phrase struct {
	Text  string // words with blanks between them
	Entry string // the entry that it stands for; Text itself where no word is left out
}

// Short says that a word of the entry is left out.
func (p Phrase) Short() bool { return p.Entry != p.Text }

// PhrasesFrom yields the phrases whose first word is w, or has what is left of w
// without one letter, or of which w is what is left without one: of words within
// one edit some such key is shared. Phrases of one first word come the longer
// first.
func PhrasesFrom(key []byte, yield func(Phrase)) {
	s := store(phrasesBin)
	payload := s.find(key)
	tail := s.tail()
	text := tail[4+4*(tail.u32(0)+1):]
	for i := 0; i+1 < len(payload); i += 2 {
		first := payload.u16(i)
		for at, end := tail.u32(4+4*first), tail.u32(8+4*first); at < end; {
			n := int(text[at])
			p := Phrase{Text: string(text[at+1 : at+1+n])}
			at += 1 + n
			m := int(text[at])
			if p.Entry = p.Text; m > 0 {
				p.Entry = string(text[at+1 : at+1+m])
			}
			at += 1 + m
			yield(p)
		}
	}
}

// PhraseMeaning returns what the entry of a phrase means.
func PhraseMeaning(entry string) (Meaning, bool) {
	s := wordStore()
	return s.meaning(find(s, entry), In(LegalForm, Place))
}

// EndsForm says that legal forms of several words begin or end with a folded
// Latin word that means nothing else.
func EndsForm(w []byte) bool {
	var buf [maxKey]byte
	if len(w) >= len(buf) {
		return false
	}
	return store(phrasesBin).find(append(append(buf[:0], '='), w...)) != ""
}

// How many letters words of phrases have at least: one that may be misspelt, and
// one that is written together with the name beside it.
const (
	MinPhraseWord = 4
	minFormEnd    = 7
)

// compilePhrases makes the table from the compiled words.
func compilePhrases(words store) ([]byte, error) {
	payloads := map[string][]byte{}
	phrases := map[string][]Phrase{} // by first word
	add := func(p Phrase) {
		first, _, _ := strings.Cut(p.Text, " ")
		phrases[first] = append(phrases[first], p)
	}
	for key, payload := range words.all {
		m, ok := words.meaning(payload, In(LegalForm, Place))
		if split := strings.Fields(key); ok && len(split) > 1 && isASCII(key) && longWords(split) > 1 {
			add(Phrase{key, key})
			if m.Class == LegalForm {
				formEnds(words, split, payloads)
				shortened(words, split, add)
			}
		}
	}
	firsts := make([]string, 0, len(phrases))
	for first := range phrases {
		firsts = append(firsts, first)
	}
	slices.Sort(firsts)
	tail := binary.LittleEndian.AppendUint32(nil, uint32(len(firsts)))
	var text []byte
	for i, first := range firsts {
		tail = binary.LittleEndian.AppendUint32(tail, uint32(len(text)))
		of := phrases[first]
		slices.SortFunc(of, func(a, b Phrase) int {
			if d := strings.Count(b.Text, " ") - strings.Count(a.Text, " "); d != 0 {
				return d
			}
			return strings.Compare(a.Text+"\n"+a.Entry, b.Text+"\n"+b.Entry)
		})
		for _, p := range of {
			if len(p.Entry) > 255 {
				return nil, fmt.Errorf("phrase %.40q: want at most 255 bytes", p.Entry)
			}
			text = append(append(text, byte(len(p.Text))), p.Text...)
			if !p.Short() {
				text = append(text, 0)
				continue
			}
			text = append(append(text, byte(len(p.Entry))), p.Entry...)
		}
		for _, key := range remainders(first) {
			payloads[key] = binary.LittleEndian.AppendUint16(payloads[key], uint16(i))
		}
	}
	if len(firsts) >= 1<<16 {
		return nil, errors.New("phrases: more first words than two bytes count")
	}
	tail = binary.LittleEndian.AppendUint32(tail, uint32(len(text)))
	return compileStore(payloads, append(tail, text...))
}

// formEnds adds the words that a form begins and ends with, if long enough.
func formEnds(words store, form []string, payloads map[string][]byte) {
	for _, w := range []string{form[0], form[len(form)-1]} {
		if _, more := words.meaning(find(words, w), Generic|In(Place)); len(w) >= minFormEnd && !more {
			payloads["="+w] = []byte{1}
		}
	}
}

// shortened adds what is left of a form of three words or more without one of
// them, where that still tells it and is no entry of its own.
func shortened(words store, form []string, add func(Phrase)) {
	if len(form) < 3 {
		return
	}
	for i := range form {
		rest := slices.Delete(slices.Clone(form), i, i+1)
		text := strings.Join(rest, " ")
		if longWords(rest) > 1 && words.find([]byte(text)) == "" {
			add(Phrase{text, strings.Join(form, " ")})
		}
	}
}

func longWords(words []string) int {
	n := 0
	for _, w := range words {
		if len(w) >= MinPhraseWord {
			n++
		}
	}
	return n
}

// remainders returns a word, and what is left of it without one letter where it
// may be misspelt, each once.
func remainders(w string) []string {
	out := []string{w}
	if len(w) < MinPhraseWord {
		return out
	}
	for i := range len(w) {
		if i == 0 || w[i] != w[i-1] {
			out = append(out, w[:i]+w[i+1:])
		}
	}
	return out
}
