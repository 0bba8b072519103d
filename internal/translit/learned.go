// SPDX-License-Identifier: Apache-2.0

package translit

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

//go:embed data/learned-cyrillic.txt
var learnedCyrillicData string

//go:embed data/learned-arabic.txt
var learnedArabicData string

//go:embed data/learned-hebrew.txt
var learnedHebrewData string

//go:embed data/learned-han.txt
var learnedHanData string

//go:embed data/learned-kana.txt
var learnedKanaData string

//go:embed data/learned-hangul.txt
var learnedHangulData string

//go:embed data/learned-greek.txt
var learnedGreekData string

var (
	learnedCyrillic = sync.OnceValue(func() learned { return parseLearned(learnedCyrillicData) })
	learnedArabic   = sync.OnceValue(func() learned { return parseLearned(learnedArabicData) })
	learnedHebrew   = sync.OnceValue(func() learned { return parseLearned(learnedHebrewData) })
	learnedHan      = sync.OnceValue(func() learned { return parseLearned(learnedHanData) })
	learnedKana     = sync.OnceValue(func() learned { return parseLearned(learnedKanaData) })
	learnedHangul   = sync.OnceValue(func() learned { return parseLearned(learnedHangulData) })
	learnedGreek    = sync.OnceValue(func() learned { return parseLearned(learnedGreekData) })
)

// A learned table spells names that came from a Latin script back: for a letter
// among its neighbours, the Latin segments that stood there. See the command
// in folder learn.
type learned map[string][]segment

// A segment is one spelling of one native letter and its cost in tenths of a
// nat.
type segment struct {
	text string
	cost int
}

// parseLearned reads a table that the command learn wrote.
func parseLearned(data string) learned {
	t := make(learned, strings.Count(data, "\n"))
	all := make([]segment, 0, strings.Count(data, " ")+1)
	for line := range strings.Lines(data) {
		key, rest, ok := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		if !ok || key == "#" {
			continue
		}
		start := len(all)
		for rest != "" {
			var field string
			field, rest, _ = strings.Cut(rest, " ")
			all = append(all, parseSegment(field))
		}
		t[key] = all[start:len(all):len(all)]
	}
	return t
}

// parseSegment reads "sch12": a spelling, "-" for none, and its cost.
func parseSegment(field string) segment {
	n := len(field)
	for n > 0 && '0' <= field[n-1] && field[n-1] <= '9' {
		n--
	}
	s := segment{text: field[:n]}
	if s.text == "-" {
		s.text = ""
	}
	for _, c := range field[n:] {
		s.cost = 10*s.cost + int(c-'0')
	}
	return s
}

// ContextLevels is how many sizes of context [ContextKey] knows.
const ContextLevels = 5

// ContextKey returns the key of letters[i] with its neighbours in a learned
// table: level 0 the letter alone, 1 with the next, 2 with one on each side, 3
// with one more before, 4 with two on each side.
func ContextKey(letters []rune, i, level int) string {
	var buf [24]byte
	return string(appendContext(buf[:0], letters, i, level))
}

func appendContext(b []byte, letters []rune, i, level int) []byte {
	from, to := i, i
	switch level {
	case 1:
		to = i + 1
	case 2:
		from, to = i-1, i+1
	case 3:
		from, to = i-2, i+1
	case 4:
		from, to = i-2, i+2
	}
	b = append(b, byte('0'+level))
	for k := from; k <= to; k++ {
		switch {
		case k < 0:
			b = append(b, '^')
		case k >= len(letters):
			b = append(b, '$')
		default:
			b = utf8.AppendRune(b, letters[k])
		}
	}
	return b
}

// Letters returns a native word as the letters that a learned table of its
// script sees: folded, Hangul syllables taken apart, Han simplified, kana as
// katakana. It is exported for the command learn.
func Letters(word string, s Script) []rune {
	word = prepare(word)
	switch s {
	case Arabic:
		word = foldArabic(word)
	case Hebrew:
		word = foldHebrew(word)
	case Han:
		word = Simplified(word)
	case Kana:
		word = katakana(word)
	case Hangul:
		word = norm.NFD.String(word)
	case Greek:
		word = foldGreek(word)
	}
	var out []rune
	for _, r := range word {
		if ScriptOf(r) == s || r == 'ー' || r == '\'' {
			out = append(out, r)
		}
	}
	return out
}

// beamWidth is how many partial spellings are kept; wider finds next to nothing
// more on the learning half.
const beamWidth = 24

// A partial is a spelling of the first letters of a word.
type partial struct {
	text [48]byte
	n    int
	cost int
}

// spellings returns up to beamWidth spellings of letters, the likeliest first.
func (t learned) spellings(letters []rune) []string {
	if len(letters) > 24 {
		return nil
	}
	beam := make([]partial, 1, beamWidth*6)
	next := make([]partial, 0, beamWidth*6)
	for i := range letters {
		options := t.options(letters, i)
		if options == nil {
			continue
		}
		next = next[:0]
		for b := range beam {
			for _, o := range options {
				p := beam[b]
				p.cost += o.cost
				p.n += copy(p.text[p.n:], o.text)
				next = append(next, p)
			}
		}
		slices.SortStableFunc(next, func(a, b partial) int { return a.cost - b.cost })
		next = next[:min(len(next), beamWidth)]
		beam, next = next, beam
	}
	out := make([]string, 0, len(beam))
	for i := range beam {
		out = append(out, string(beam[i].text[:beam[i].n]))
	}
	return out
}

// options returns the segments of letters[i] in its largest known context.
func (t learned) options(letters []rune, i int) []segment {
	var buf [24]byte
	for level := ContextLevels - 1; level >= 0; level-- {
		if o := t[string(appendContext(buf[:0], letters, i, level))]; o != nil {
			return o
		}
	}
	return nil
}

// readLearned adds spellings of a name that may have come from a Latin script:
// the likeliest two, then those that differ from all before in their skeleton.
func readLearned(t learned, letters []rune, system string, out *collector) {
	all := t.spellings(letters)
	var keys []string
	for _, r := range out.readings {
		keys = append(keys, Skeleton(r.Text))
	}
	for i, s := range all {
		k := Skeleton(s)
		if i < 2 || !slices.Contains(keys, k) {
			out.add(system, s)
			keys = append(keys, k)
		}
	}
	for _, s := range all {
		out.add(system, s)
	}
}
