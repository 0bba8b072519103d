// SPDX-License-Identifier: Apache-2.0

package names

import (
	"bytes"
	"math/bits"
	"unicode/utf8"

	"github.com/interdict-dev/interdict/internal/lexicon"
	"github.com/interdict-dev/interdict/internal/translit"
)

// A TieKind says why two words may be the same word.
type TieKind uint8

// The ties, from the closest. The zero kind is no tie.
const (
	NoTie    TieKind = iota
	Same             // equal as folded
	Reading          // equal in one of the ways to write them in Latin letters
	Variant          // spellings of one name that a table knows: Mohamed, Muhammad
	Spelling         // equal but for what varies between romanisations
	Nickname         // Bill, William
	Typo             // within one or two edits
	Glued            // one word on one side, several on the other
	Initials         // one letter for a word
	Acronym          // ITG for the whole name
)

var tieNames = [...]string{"none", "same", "reading", "variant", "spelling", "nickname", "typo", "glued", "initial", "acronym"}

// String returns the tie in one word, as reasons print it.
func (k TieKind) String() string { return tieNames[k] }

// A Tie is how two words hang together. Cost is how much less the pair says
// than the same word twice, in milli-nats, before the model scales it. Most is
// the most information that such a pair can carry, however rare the words: two
// words of four letters that differ by one meet often by chance. 0 is no limit.
// Far is how far the vowels of two spellings lie apart, in thousandths of a vowel.
type Tie struct {
	Kind TieKind
	Cost int32
	Most int32
	Far  int32
}

// Costs of ties in milli-nats; the model scales Typo and the rest apart. The
// shape of typoCost (an edit means more in a short word) was chosen on the
// alias pairs of the 2021 SDN list, see doc/names.md.
const (
	readingCost    = 250
	variantCost    = 500
	spellingCost   = 600
	respellCost    = 600
	nicknameCost   = 1800
	translatedCost = 3500
	gluedCost      = 400
)

// Limits of information, in milli-nats for each letter, with what the first
// letters do not carry. The chance that two unrelated words of an East Asian or
// Arabic name lie within one edit, or share a skeleton, falls by about this
// factor with each letter; measured between the words of different entries of
// the 2021 SDN list.
const (
	typoLetter     = 1600
	typoFree       = 2800
	skeletonLetter = 1900
	skeletonFree   = 400
)

// typoCost is the cost of d edits between words whose shorter has n letters.
func typoCost(d, n int) int32 {
	return int32(d) * int32(1500+9000/n)
}

// MaxEdits is how many edits two words may differ by when the shorter has n
// letters: none for one letter, one below eight, two from eight on.
func MaxEdits(n int) int {
	switch {
	case n < 2:
		return 0
	case n < 8:
		return 1
	}
	return 2
}

// MinSkeleton is how many letters a skeleton needs to speak: "l" would tie Lee,
// Ali and Leo.
const MinSkeleton = 2

// Relate says how two folded words hang together; the zero Tie if they do not.
// It is symmetric. A word that starts with ~ is a concept and ties to itself
// alone.
func Relate(a, b string) Tie {
	x, y := NewProbe(a), NewProbe(b)
	return x.Relate(&y)
}

// A Probe is a folded word with what is worth knowing of it before it is
// compared with hundreds of others: two names of sixty Arabic words have eighty
// thousand pairs of readings, a word of a customer meets thousands of a list, and
// all but a few hang together in no way.
type Probe struct {
	word     string
	skeleton []byte
	coarse   []byte // see coarseKey
	letters  uint32 // a bit for each letter of the alphabet that it has
	runes    int
	code     bool
	latin    bool
	made     bool // coarse is
	kin      lexicon.Kin
}

// NewProbe returns the probe of a folded word.
func NewProbe(w string) Probe {
	var p Probe
	p.Set(w)
	return p
}

// Set makes p the probe of a folded word, in the memory that it has.
func (p *Probe) Set(w string) {
	*p = Probe{word: w, skeleton: p.skeleton[:0], coarse: p.coarse[:0], code: isCode(w), latin: isLatin(w)}
	if p.latin {
		var buf [skeletonRoom]byte
		p.skeleton = translit.AppendSkeleton(p.skeleton, append(buf[:0], w...))
		p.kin = lexicon.KinOf(w)
	}
	p.letters, p.runes = letters(w)
}

// skeletonRoom holds any word that a name has without growing.
const skeletonRoom = 64

// coarseKey returns the word's coarse key, which few comparisons need.
func (p *Probe) coarseKey() []byte {
	if !p.made && p.latin {
		var buf [skeletonRoom]byte
		p.coarse, p.made = translit.AppendCoarse(p.coarse, append(buf[:0], p.word...)), true
	}
	return p.coarse
}

// letters returns the set of letters of a word and their number.
func letters(w string) (set uint32, n int) {
	for _, r := range w {
		set |= 1 << (r & 31)
		n++
	}
	return set, n
}

// Relate says how the words of two probes hang together.
func (p *Probe) Relate(o *Probe) Tie {
	switch {
	case p.word == o.word:
		return Tie{Kind: Same}
	case p.code || o.code:
		return Tie{}
	}
	var best Tie
	if p.kin.May(o.kin) {
		if r, ok := lexicon.Related(p.word, o.word); ok {
			best = relationTie(r)
		}
	}
	best = cheaper(best, p.typo(o.word, o.letters, o.runes))
	switch {
	case len(p.skeleton) >= MinSkeleton && bytes.Equal(p.skeleton, o.skeleton):
		best = cheaper(best, spellingTie(p.word, o.word, len(p.skeleton)))
	case best.Kind == NoTie && p.latin && o.latin && len(p.coarseKey()) >= MinSkeleton && bytes.Equal(p.coarseKey(), o.coarseKey()):
		best = coarseTie(p.word, o.word, len(p.coarse))
	}
	return best
}

// Typo is the tie of the probe's word and a listed one that has neither its
// skeleton nor its coarse key and is no variant of it: a typing error or none.
func (p *Probe) Typo(listed string) Tie {
	if p.word == listed || p.code || isCode(listed) {
		return Tie{}
	}
	set, n := letters(listed)
	return p.typo(listed, set, n)
}

// typo is the tie of the probe's word and one within the edits that a typing
// error may take. Two edits take away or bring four letters at most, and two
// places.
func (p *Probe) typo(w string, set uint32, runes int) Tie {
	n := min(p.runes, runes)
	if bits.OnesCount32(p.letters^set) > 4 || max(p.runes, runes)-n > 2 {
		return Tie{}
	}
	if d, ok := Edits(p.word, w, MaxEdits(n)); ok {
		return typoTie(d, n)
	}
	return Tie{}
}

// What two words whose customs of romanisation differ cost beyond those that
// differ in taste alone, and what they say less, in milli-nats.
const (
	coarseCost = 1200
	coarseLess = 1500
)

// coarseTie is the tie of two words with the same coarse key of n letters, if no
// more than two edits lie between them: Khorasan is not Horizon.
func coarseTie(a, b string, n int) Tie {
	if _, near := Edits(a, b, 2); !near {
		return Tie{}
	}
	t := spellingTie(a, b, n)
	t.Cost += coarseCost
	t.Far = 0 // two edits, as was seen, and skeletons that differ
	t.Most = max(minMost, t.Most-coarseLess)
	return t
}

// shortSkeleton is the longest skeleton that Min and Man may share by chance.
const shortSkeleton = 2

// spellingTie is the tie of two words with the same skeleton of n letters: the
// shorter it is and the more else differs, the less it says. More than two edits
// beside a short one are none: Guanghua is not King.
func spellingTie(a, b string, n int) Tie {
	d := 0
	if n <= shortSkeleton {
		var near bool
		if d, near = Edits(a, b, 2); !near {
			return Tie{}
		}
	}
	return Tie{Spelling, spellingCost + int32(d)*respellCost + 2400/int32(n), int32(n)*skeletonLetter - skeletonFree, translit.VowelDistance(a, b)}
}

// typoTie is the tie of two words d edits apart, the shorter of n letters.
func typoTie(d, n int) Tie {
	return Tie{Kind: Typo, Cost: typoCost(d, n), Most: max(minMost, int32(n-2*(d-1))*typoLetter-typoFree)}
}

func relationTie(r lexicon.Relation) Tie {
	switch r {
	case lexicon.Variant:
		return Tie{Kind: Variant, Cost: variantCost}
	case lexicon.Nickname:
		return Tie{Kind: Nickname, Cost: nicknameCost}
	}
	return Tie{Kind: Nickname, Cost: translatedCost}
}

// Closer says that t ties closer than u: it costs less, or the same and is of
// the earlier kind. No tie is the farthest.
func (t Tie) Closer(u Tie) bool {
	if t.Kind == NoTie || u.Kind == NoTie {
		return t.Kind != NoTie
	}
	if t.Cost != u.Cost {
		return t.Cost < u.Cost
	}
	return t.Kind < u.Kind
}

func cheaper(a, b Tie) Tie {
	if b.Closer(a) {
		return b
	}
	return a
}

// ByReading is the tie t between readings that are not what stands in the name.
func ByReading(t Tie) Tie {
	if t.Kind == Same {
		return Tie{Kind: Reading, Cost: readingCost}
	}
	t.Cost += readingCost
	if t.Kind == Typo {
		t.Most = max(minMost, t.Most-manyReadings)
	}
	return t
}

// manyReadings is what a typing error says less when it lies between readings
// and not between what was written: a word of another script has a dozen of
// them, one of which is near something by chance (ln 13), in milli-nats.
const manyReadings = 2600

// minMost is the least limit of what a tie can say.
const minMost = 1000

func isLatin(s string) bool { return s != "" && s[0] < utf8.RuneSelf && s[0] != '~' && s[0] != '#' }

// Edits returns how many edits (insert, delete, replace, swap of neighbours;
// optimal string alignment) lie between a and b, if they are at most max, which
// must not exceed 2.
func Edits(a, b string, max int) (int, bool) {
	if max == 0 {
		return 0, a == b
	}
	if isASCII(a) && isASCII(b) {
		return edits([]byte(a), []byte(b), max)
	}
	return edits([]rune(a), []rune(b), max)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// edits strips what both words share at their ends and fills only the band of
// the matrix that can stay within max.
func edits[T byte | rune](a, b []T, max int) (int, bool) {
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > max {
		return 0, false
	}
	if len(a) == 0 {
		return len(b), true
	}
	const width = 64
	if len(b) >= width {
		return 0, false // no word that long differs in its middle by two letters and matters
	}
	var rows [3][width]int8
	old, prev, cur := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		prev[j] = int8(j)
	}
	for i := range a {
		cur[0] = int8(i + 1)
		low := cur[0]
		for j := range b {
			d := prev[j]
			if a[i] != b[j] {
				d = min(d, prev[j+1], cur[j]) + 1
				if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
					d = min(d, old[j-1]+1)
				}
			}
			cur[j+1] = d
			low = min(low, d)
		}
		if int(low) > max {
			return 0, false
		}
		old, prev, cur = prev, cur, old
	}
	d := int(prev[len(b)])
	return d, d <= max
}

// isCode says that a word is a concept or a number: it has no spellings.
func isCode(w string) bool { return w == "" || w[0] == '~' || w[0] == '#' }
