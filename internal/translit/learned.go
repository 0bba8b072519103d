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

//go:embed data/learned-thai.txt
var learnedThaiData string

//go:embed data/learned-greek.txt
var learnedGreekData string

var (
	learnedCyrillic = sync.OnceValue(func() learned { return newLearned(learnedCyrillicData) })
	learnedArabic   = sync.OnceValue(func() learned { return newLearned(learnedArabicData) })
	learnedHebrew   = sync.OnceValue(func() learned { return newLearned(learnedHebrewData) })
	learnedHan      = sync.OnceValue(func() learned { return newLearned(learnedHanData) })
	learnedKana     = sync.OnceValue(func() learned { return newLearned(learnedKanaData) })
	learnedHangul   = sync.OnceValue(func() learned { return newLearned(learnedHangulData) })
	learnedThai     = sync.OnceValue(func() learned { return newLearned(learnedThaiData) })
	learnedGreek    = sync.OnceValue(func() learned { return newLearned(learnedGreekData) })
)

// A learned table spells names that came from a Latin script back: for a letter
// among its neighbours, the Latin segments that stood there. See the command
// in folder learn.
type learned struct{ *index }

// newLearned indexes a table that the command learn wrote.
func newLearned(data string) learned { return learned{newIndex(data)} }

// maxSegments is how many segments a context has at most.
const maxSegments = 6

// A segment is one spelling of one native letter and its cost in tenths of a
// nat.
type segment struct {
	text string
	cost int32
}

// parseSegments reads fields like "sch12", a spelling, "-" for none, and its
// cost, and returns how many there were.
func parseSegments(fields string, out *[maxSegments]segment) int {
	n := 0
	for i := 0; i < len(fields) && n < maxSegments; i++ {
		start := i
		for i < len(fields) && (fields[i] < '0' || fields[i] > '9') {
			i++
		}
		s := segment{text: fields[start:i]}
		if s.text == "-" {
			s.text = ""
		}
		for i < len(fields) && fields[i] != ' ' {
			s.cost = 10*s.cost + int32(fields[i]-'0')
			i++
		}
		out[n] = s
		n++
	}
	return n
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
	return lettersOf(prepare(word), s)
}

// lettersOf is Letters for a word that is prepared.
func lettersOf(word string, s Script) []rune {
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
	case Thai:
		word = dropThaiSilent(word)
	}
	var out []rune
	for _, r := range word {
		if ScriptOf(r) == s || r == 'ー' || r == '\'' || s == Thai && 0xE00 <= r && r < 0xE50 {
			out = append(out, r)
		}
	}
	return out
}

//go:embed data/learned-letters.txt
var lettersData string

// letterCosts is indexed by two letters and the next; letters count from 1, 0 is
// the start and the end.
type letterCosts [32][32][32]int8

// letterCost holds for two letters and a next one how unlikely it is, in
// quarters of a nat, which weigh as tenths: 0.4 of their worth.
var letterCost = sync.OnceValue(parseLetterCosts)

// parseLetterCosts reads one sign for each next letter.
func parseLetterCosts() *letterCosts {
	var t letterCosts
	for line := range strings.Lines(lettersData) {
		if line[0] == '#' || len(line) < 3+27 {
			continue
		}
		row := &t[line[0]-'`'][line[1]-'`']
		for i := range 27 {
			row[i] = int8(line[3+i] - 'A')
		}
	}
	return &t
}

// usualCost is what a letter costs on average. It is free, so long spellings
// are not worse than short ones. This and the weight were chosen on the learning
// half.
const usualCost = 9

// beamWidth is how many partial spellings are kept; wider finds next to nothing
// more on the learning half.
const beamWidth = 14

// longestLearned bounds the words that are spelt back, in letters.
const longestLearned = 24

// A node is a spelling of the first letters of a word: a spelling of all but
// the last of them, and a segment.
type node struct {
	cost    int32
	parent  uint8 // index among the nodes of the letter before
	segment uint8 // index among the options of this letter
	a, b    byte  // the last two letters, from 1; 0 is the start
}

// A lattice holds the best nodes of each letter, sorted by cost.
type lattice struct {
	options [longestLearned + 1][maxSegments]segment
	choices [longestLearned + 1]int // how many options there are
	nodes   [longestLearned + 1][beamWidth]node
	n       [longestLearned + 1]int
	depth   int // letters that the table knows
}

// search fills l with the best spellings of letters and reports whether there
// are any.
func (t learned) search(letters []rune, l *lattice) bool {
	if len(letters) == 0 || len(letters) > longestLearned {
		return false
	}
	l.n[0] = 1
	costs := letterCost()
	for i := range letters {
		if n := t.options(letters, i, &l.options[l.depth+1]); n > 0 {
			l.depth++
			l.choices[l.depth] = n
			l.grow(l.depth, costs)
		}
	}
	l.finish(costs)
	return l.depth > 0
}

// spellings yields the spellings that were found, the likeliest first. The
// bytes are overwritten between them.
func (l *lattice) spellings(yield func([]byte) bool) {
	var buf [256]byte
	for i := range l.n[l.depth] {
		if !yield(l.spell(l.depth, i, &buf)) {
			return
		}
	}
}

// grow makes the nodes of one more letter.
func (l *lattice) grow(depth int, costs *letterCosts) {
	for p := range l.n[depth-1] {
		parent := &l.nodes[depth-1][p]
		for o := range l.choices[depth] {
			s := &l.options[depth][o]
			n := node{cost: parent.cost + s.cost, parent: uint8(p), segment: uint8(o), a: parent.a, b: parent.b}
			if l.hopeless(depth, n.cost-2*usualCost) {
				break // options are sorted by cost, so the rest is worse
			}
			for i := 0; i < len(s.text); i++ {
				x := s.text[i] & 0x1F
				n.cost += int32(costs[n.a][n.b][x]) - usualCost
				n.a, n.b = n.b, x
			}
			l.insert(depth, n)
		}
	}
}

// hopeless reports whether a node of this cost would not be kept.
func (l *lattice) hopeless(depth int, cost int32) bool {
	return l.n[depth] == beamWidth && cost >= l.nodes[depth][beamWidth-1].cost
}

// insert keeps n in its place among the best nodes of its letter.
func (l *lattice) insert(depth int, n node) {
	if l.hopeless(depth, n.cost) {
		return
	}
	nodes := &l.nodes[depth]
	i := l.n[depth]
	if i < beamWidth {
		l.n[depth]++
	} else {
		i--
	}
	for i > 0 && nodes[i-1].cost > n.cost {
		nodes[i] = nodes[i-1]
		i--
	}
	nodes[i] = n
}

// finish adds to the last nodes what it costs to end there, and sorts them.
func (l *lattice) finish(costs *letterCosts) {
	last := l.nodes[l.depth][:l.n[l.depth]]
	for i := range last {
		last[i].cost += int32(costs[last[i].a][last[i].b][0]) - usualCost
	}
	slices.SortStableFunc(last, func(a, b node) int { return int(a.cost - b.cost) })
}

// spell writes the spelling that ends in a node, from the end of buf.
func (l *lattice) spell(depth, i int, buf *[256]byte) []byte {
	at := len(buf)
	for ; depth > 0; depth-- {
		n := &l.nodes[depth][i]
		text := l.options[depth][n.segment].text
		if len(text) > at {
			break
		}
		at -= len(text)
		copy(buf[at:], text)
		i = int(n.parent)
	}
	return buf[at:]
}

// options reads the segments of letters[i] in its largest known context and
// returns how many there are.
func (t learned) options(letters []rune, i int, out *[maxSegments]segment) int {
	var buf [24]byte
	for level := ContextLevels - 1; level >= 0; level-- {
		if fields, ok := t.find(appendContext(buf[:0], letters, i, level)); ok {
			return parseSegments(fields, out)
		}
	}
	return 0
}

// knows reports whether the table has met letters[i].
func (t learned) knows(letters []rune, i int) bool {
	var buf [8]byte
	_, ok := t.find(appendContext(buf[:0], letters, i, 0))
	return ok
}

// readLearned adds spellings of a name that may have come from a Latin script:
// the likeliest two, then those whose skeleton no reading has yet, then others.
func readLearned(t learned, letters []rune, system string, out *collector) {
	var l lattice
	if out.full() || !t.search(letters, &l) {
		return
	}
	var keys [beamWidth + 32][16]byte // skeletons, as far as that
	n := 0
	known := func(text []byte) bool {
		var k [16]byte
		var buf [128]byte
		copy(k[:], AppendSkeleton(buf[:0], text[:min(len(text), 64)]))
		if slices.Contains(keys[:n], k) {
			return true
		}
		if n < len(keys) {
			keys[n] = k
			n++
		}
		return false
	}
	for _, r := range out.readings {
		known([]byte(r.Text))
	}
	i := 0
	for s := range l.spellings {
		if out.full() {
			return
		}
		if fresh := !known(s); fresh || i < 2 {
			out.addBytes(system, s)
		}
		i++
	}
	for s := range l.spellings {
		if out.full() {
			return
		}
		out.addBytes(system, s)
	}
}
