// SPDX-License-Identifier: Apache-2.0

package translit

import (
	_ "embed"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

//go:embed data/devanagari.txt
var devanagariData string

// devanagariLetters spells each letter; keys are decomposed (a nukta is the
// second rune of its letter).
var devanagariLetters = sync.OnceValue(func() map[string]string {
	m := make(map[string]string, 128)
	for line := range strings.Lines(devanagariData) {
		f := strings.Fields(line)
		if len(f) == 0 || f[0] == "#" {
			continue
		}
		for i := 0; i+1 < len(f); i += 2 {
			m[norm.NFD.String(f[i])] = f[i+1]
		}
	}
	return m
})

const (
	nukta  = '\u093C'
	virama = '\u094D'
)

// An akshara is one letter group: a consonant or nothing, and its vowel. The
// vowel "A" is the one that is not written and may fall silent.
type akshara struct{ consonant, vowel string }

// readDevanagari reads a word in Devanagari letters. The unwritten a falls
// silent at the end of a word and between a vowel and a consonant with a vowel.
func readDevanagari(word string, out *collector) {
	as := aksharas(norm.NFD.String(word))
	spelt := spellAksharas(as, true)
	out.add("hi", spelt)
	out.add("hi-schwa", spellAksharas(as, false))
	for _, custom := range [...]string{"hi-w", "hi-long", "hi-plain", "hi-c"} {
		out.add(custom, devanagariCustoms()[custom].Replace(spelt))
	}
}

// devanagariCustoms are other spellings, each as replacements in the first.
var devanagariCustoms = sync.OnceValue(func() map[string]*strings.Replacer {
	return map[string]*strings.Replacer{
		"hi-w":     strings.NewReplacer("v", "w", "chh", "ch", "ph", "f"),
		"hi-long":  strings.NewReplacer("i", "ee", "u", "oo", "ai", "ai", "au", "au"),
		"hi-plain": strings.NewReplacer("chh", "ch", "th", "t", "kh", "k", "bh", "b", "dh", "d", "gh", "g", "jh", "j", "sh", "s"),
		"hi-c":     strings.NewReplacer("kh", "kh", "k", "c", "ph", "ph", "i", "y", "j", "g", "q", "q"),
	}
})

// aksharas cuts a decomposed word into its letter groups.
func aksharas(word string) []akshara {
	letters := devanagariLetters()
	var out []akshara
	for i := 0; i < len(word); {
		r, n := utf8.DecodeRuneInString(word[i:])
		if next, m := utf8.DecodeRuneInString(word[i+n:]); next == nukta {
			if _, ok := letters[word[i:i+n+m]]; ok {
				n += m
			}
		}
		spelt, ok := letters[word[i:i+n]]
		i += n
		switch {
		case r == virama && len(out) > 0:
			out[len(out)-1].vowel = ""
		case !ok:
			if b := appendLatin(nil, r, plainSpelling); len(b) > 0 {
				out = append(out, akshara{consonant: string(b)})
			}
		case 0x93E <= r && r <= 0x94C && len(out) > 0 && out[len(out)-1].consonant != "":
			out[len(out)-1].vowel = spelt
		case 0x904 <= r && r <= 0x914, r == 0x972, 0x93E <= r && r <= 0x94C:
			out = append(out, akshara{vowel: spelt})
		case 0x900 <= r && r <= 0x903:
			out = append(out, akshara{consonant: spelt})
		default:
			out = append(out, akshara{consonant: spelt, vowel: "A"})
		}
	}
	return out
}

// spellAksharas joins the groups; drop says to let the unwritten a fall silent
// where Hindi does (right to left: at the end, and between VC and CV).
func spellAksharas(as []akshara, drop bool) string {
	silent := make([]bool, len(as))
	for i := len(as) - 1; drop && i > 0; i-- {
		if as[i].vowel != "A" {
			continue
		}
		last := i == len(as)-1
		before := as[i-1].vowel != "" && !silent[i-1]
		after := !last && as[i+1].consonant != "" && as[i+1].vowel != "" && !silent[i+1]
		silent[i] = last && (before || as[i-1].vowel == "") || before && after && i > 1
		if last && as[i-1].vowel == "" && i > 1 && strings.HasSuffix(as[i].consonant, "r") {
			silent[i] = false // Chandra, Mitra
		}
	}
	var b strings.Builder
	for i, a := range as {
		b.WriteString(a.consonant)
		if a.vowel == "A" {
			if !silent[i] {
				b.WriteByte('a')
			}
			continue
		}
		b.WriteString(a.vowel)
	}
	return b.String()
}
