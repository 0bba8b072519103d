// SPDX-License-Identifier: Apache-2.0

package index

import (
	"cmp"
	"encoding/binary"
	"math/bits"
	"slices"

	"github.com/interdict-dev/interdict/internal/lexicon"
	"github.com/interdict-dev/interdict/names"
)

// A tie says that some parts of the subject hang together with a listed word.
type tie struct {
	q    uint64 // parts of the subject; not set in what is remembered
	word uint32
	tie  names.Tie
	all  bool  // acronym: the word stands for the whole listed name, or for the whole subject
	next int32 // another tie of the same word, plus one
}

// A split is a word of the subject that is two or three listed words.
type split struct {
	q     uint64
	words [maxPieces]uint32
	n     int
}

const maxPieces = 3

// known is what one part of a subject, or a run of parts written as one word,
// may be. It depends on the part and on the list alone, so it is remembered.
type known struct {
	ties       []tie
	splits     []split
	lists      []list   // the best first
	acronyms   []uint32 // words of listed names' acronyms
	lift, gain int32    // the most of any list
	beside     int32    // the most lift of those that may stand beside an acronym
	naming     parts    // naming, where a list may name
	takes      uint16   // listed parts that it pairs with, at most
	postings   int
}

// A list is the names of one word and the lift of meeting them: the evidence
// gained, at most, beyond leaving both sides over.
type list struct {
	word       uint32
	start, end uint32 // its names in post
	with       uint32 // how many of them have initials
	lift, gain int32  // gain is lift without what the listed part costs when left over
	naming     parts  // naming, where the word may name
	beside     bool   // it may be a legal form, a number or a link, which stand beside an acronym
}

// A group is what some parts of the subject may be. A name gains from it what
// one of its lists brings.
type group struct {
	*known
	set   uint64
	by    parts // the same, where it has lists
	later parts // parts that the groups after it can pair
}

// parts is a set of parts of the subject, those from manyParts on as one, and
// whether a naming word is among what they meet.
type parts uint32

const (
	manyParts = 30
	naming    = parts(1) << 31
)

func partsOf(set uint64) parts {
	p := parts(set & (1<<manyParts - 1))
	if set>>manyParts != 0 {
		p |= 1 << manyParts
	}
	return p
}

// A searcher remembers what parts of subjects are: the words of many subjects
// are few.
type (
	memory struct {
		known map[memoryKey]*known
		size  int // of all in it
	}
	memoryKey struct {
		side *side
		part string // all that a part is: see partKey
	}
)

// maxMemory is how many ties and lists a searcher remembers before it begins
// anew: some thirty megabytes.
const maxMemory = 1 << 20

// tied is what a search of that number knows of a word.
type tied struct {
	search uint32
	first  int32 // its first tie, plus one
	lift   int32 // sum of its lifts in the groups that are put off
	by     parts // of those
}

// tied returns what this search knows of a word.
func (sr *Searcher) tied(word uint32) *tied {
	t := &sr.byWord[word]
	if t.search != sr.search {
		*t = tied{search: sr.search}
	}
	return t
}

// forget begins a new search.
func (sr *Searcher) forget() {
	if n := sr.s.numWords; len(sr.byWord) < n {
		sr.byWord = make([]tied, n)
	}
	if sr.search++; sr.search == 0 { // once in four thousand million searches
		clear(sr.byWord)
		sr.search = 1
	}
}

// group finds what the parts of the subject may be, the rarest first.
func (sr *Searcher) group() {
	sr.groups, sr.acronyms, sr.whole = sr.groups[:0], sr.acronyms[:0], nil
	for i := range sr.q.Parts {
		p := &sr.q.Parts[i]
		if p.Class == names.Initial {
			continue // what an initial may add is granted to every name
		}
		k := sr.knownPart(p, sr.shapes[i])
		sr.add(k, 1<<i)
		sr.acronyms = append(sr.acronyms, k.acronyms...)
	}
	for i := range sr.q.Parts {
		for n := 2; n <= names.MaxGlue && i+n <= len(sr.q.Parts); n++ {
			word, ok := sr.q.AppendGlue(sr.text[:0], i, n)
			sr.text = word
			if !ok || sr.s.role == Subjects && sr.q.ShortPiece(i, n) {
				break
			}
			if id, ok := find(sr.s, word); ok {
				sr.add(sr.glued(id, sr.shapes[i:i+n]), uint64(1<<n-1)<<i)
			}
		}
	}
	if sr.q.Acronym != "" {
		if id, ok := find(sr.s, sr.q.Acronym); ok {
			sr.whole = &known{ties: []tie{{word: id, tie: names.Tie{Kind: names.Acronym}, all: true}}}
			sr.acronyms = append(sr.acronyms, id)
		}
	}
	slices.SortStableFunc(sr.groups, func(a, b group) int { return cmp.Compare(a.postings, b.postings) })
}

// add adds a group, unless no pair of it would ever be made.
func (sr *Searcher) add(k *known, set uint64) {
	switch {
	case len(k.lists) > 0:
		sr.groups = append(sr.groups, group{known: k, set: set, by: partsOf(set) | k.naming})
	case len(k.acronyms) > 0:
		sr.groups = append(sr.groups, group{known: k, set: set})
	}
}

// link makes the ties of all groups ready for verifying names.
func (sr *Searcher) link() {
	sr.ties, sr.splits = sr.ties[:0], sr.splits[:0]
	for i := range sr.groups {
		sr.linkKnown(sr.groups[i].known, sr.groups[i].set)
	}
	if sr.whole != nil {
		sr.linkKnown(sr.whole, names.Named(sr.shapes))
	}
}

func (sr *Searcher) linkKnown(k *known, set uint64) {
	for _, t := range k.ties {
		to := sr.tied(t.word)
		t.q, t.next = set, to.first
		sr.ties = append(sr.ties, t)
		to.first = int32(len(sr.ties))
	}
	for _, s := range k.splits {
		s.q = set
		sr.splits = append(sr.splits, s)
	}
}

// firstTie returns the number of a word's first tie, plus one, or 0.
func (sr *Searcher) firstTie(word uint32) int32 {
	if t := &sr.byWord[word]; t.search == sr.search {
		return t.first
	}
	return 0
}

// partKey appends all that what a part may be depends on.
func partKey(b []byte, p *names.Part, s names.Shape) []byte {
	b = append(b, byte(s.Class), byte(s.Role))
	b = binary.LittleEndian.AppendUint32(b, uint32(s.Info))
	for _, w := range p.Words {
		b = append(b, w...)
		b = append(b, 0)
	}
	return b
}

// knownPart returns what a part may be, alone.
func (sr *Searcher) knownPart(p *names.Part, s names.Shape) *known {
	sr.text = partKey(sr.text[:0], p, s)
	if k, ok := sr.memory.known[memoryKey{sr.s, string(sr.text)}]; ok {
		return k
	}
	key := memoryKey{sr.s, string(sr.text)}
	k := sr.findKnown(p)
	sr.weigh(k, []names.Shape{s})
	sr.memory.keep(key, k)
	return k
}

func (m *memory) keep(key memoryKey, k *known) {
	size := len(k.ties) + len(k.lists) + 8
	if m.known == nil || m.size+size > maxMemory {
		*m = memory{known: map[memoryKey]*known{}}
	}
	m.known[key] = k
	m.size += size
}

// glued returns what parts written as one listed word are.
func (sr *Searcher) glued(word uint32, shapes []names.Shape) *known {
	k := &known{ties: []tie{{word: word, tie: names.GluedTie()}}}
	sr.weigh(k, shapes)
	return k
}

// findKnown finds the words that a part may be.
func (sr *Searcher) findKnown(p *names.Part) *known {
	sr.forget()
	k := &known{}
	for r, w := range p.Words {
		if id, ok := find(sr.s, w); ok {
			t := names.Tie{Kind: names.Same}
			if r > 0 && w[0] != '~' {
				t = names.ByReading(t)
			}
			sr.tie(k, tie{word: id, tie: t})
		}
		if !isKeyed(w) {
			continue
		}
		if p.Class.InAcronym() {
			if id, ok := find(sr.s, "^"+w); ok {
				sr.tie(k, tie{word: id, tie: names.Tie{Kind: names.Acronym}, all: true})
				k.acronyms = append(k.acronyms, id)
			}
		}
		for _, n := range sr.neighbours(w) {
			t := n.tie
			if r > 0 {
				t = names.ByReading(t)
			}
			sr.tie(k, tie{word: n.word, tie: t})
		}
		sr.splitWord(k, w)
	}
	k.ties, k.splits = slices.Clip(k.ties), slices.Clip(k.splits)
	return k
}

// tie keeps the closest tie with a word.
func (sr *Searcher) tie(k *known, t tie) {
	first := &sr.tied(t.word).first
	for at := *first; at != 0; at = k.ties[at-1].next {
		if old := &k.ties[at-1]; old.all == t.all {
			if t.tie.Closer(old.tie) {
				old.tie = t.tie
			}
			return
		}
	}
	t.next = *first
	k.ties = append(k.ties, t)
	*first = int32(len(k.ties))
}

// A neighbour is a listed word that hangs together with a word of a subject.
type neighbour struct {
	word uint32
	tie  names.Tie
}

// neighbours returns the listed words that w hangs together with, but for w
// itself. Those that are variants of w, or share a skeleton with it, are looked
// at first and in full; what else shares a remainder can only be a typing error.
func (sr *Searcher) neighbours(w string) []neighbour {
	if len(sr.seen) < sr.s.numWords {
		sr.seen = make([]uint32, sr.s.numWords)
	}
	if sr.turn++; sr.turn == 0 { // once in four thousand million words
		clear(sr.seen)
		sr.turn = 1
	}
	var out []neighbour
	probe := &sr.asked
	probe.Set(w)
	whole := func(id uint32) {
		if sr.seen[id] == sr.turn {
			return
		}
		sr.seen[id] = sr.turn
		if listed := string(sr.s.word(id)); listed != w {
			sr.listed.Set(listed)
			if t := probe.Relate(&sr.listed); t.Kind != names.NoTie {
				out = append(out, neighbour{id, t})
			}
		}
	}
	for _, v := range lexicon.Variants(w) {
		if id, ok := find(sr.s, v.Word); ok {
			whole(id)
		}
	}
	sr.keys = skeletonKeys(sr.keys[:0], w)
	for _, key := range sr.keys {
		sr.s.keyed(key, whole)
	}
	sr.keys = remainders(sr.keys[:0], w)
	for _, key := range sr.keys {
		sr.s.keyed(key, func(id uint32) {
			if sr.seen[id] == sr.turn {
				return
			}
			sr.seen[id] = sr.turn
			if t := probe.Typo(string(sr.s.word(id))); t.Kind != names.NoTie {
				out = append(out, neighbour{id, t})
			}
		})
	}
	return out
}

// splitWord finds the ways to cut w into two or three listed words.
func (sr *Searcher) splitWord(k *known, w string) {
	minPiece := names.MinPiece
	if sr.s.role == Subjects {
		minPiece = 1 // what a list writes as one word, a subject may have spelt
	}
	if len(w) < 2*minPiece || w[0] >= 0x80 {
		return
	}
	for i := minPiece; i <= len(w)-minPiece; i++ {
		a, ok := sr.piece(w[:i])
		if !ok {
			continue
		}
		if b, ok := sr.piece(w[i:]); ok {
			k.splits = append(k.splits, split{0, [maxPieces]uint32{a, b}, 2})
		}
		for j := i + minPiece; j <= len(w)-minPiece; j++ {
			b, ok := sr.piece(w[i:j])
			if !ok {
				continue
			}
			if c, ok := sr.piece(w[j:]); ok {
				k.splits = append(k.splits, split{0, [maxPieces]uint32{a, b, c}, 3})
			}
		}
	}
}

// piece looks up a word that is part of a glued one. Digits are a number in the
// name of a thing, unless they are too many, and a word in that of a person.
func (sr *Searcher) piece(w string) (uint32, bool) {
	if id, ok := find(sr.s, w); ok || !allDigits(w) {
		return id, ok
	}
	return find(sr.s, "#"+w)
}

func allDigits(w string) bool {
	for i := range len(w) {
		if w[i] < '0' || w[i] > '9' {
			return false
		}
	}
	return w != ""
}

// weigh bounds what the ties and splits can bring to parts of these shapes.
func (sr *Searcher) weigh(k *known, shapes []names.Shape) {
	k.takes = 1
	for _, t := range k.ties {
		if !t.all {
			sr.list(k, sr.lift(shapes, t.tie, t.word))
		}
	}
	for _, sp := range k.splits {
		l := sr.lift(shapes, names.GluedTie(), sp.words[:sp.n]...)
		l.word = sr.rarest(sp.words[:sp.n])
		sr.list(k, l)
		k.takes = max(k.takes, uint16(sp.n))
	}
	slices.SortFunc(k.lists, func(a, b list) int { return cmp.Or(cmp.Compare(b.lift, a.lift), cmp.Compare(a.word, b.word)) })
	k.lists = slices.Clip(k.lists)
}

func (sr *Searcher) list(k *known, l list) {
	if l.lift <= 0 {
		return
	}
	l.start, l.end = ends(&sr.s.posts, l.word)
	l.with = uint32(below(sr.s.post.at(int(l.start), int(l.end-l.start)), sr.s.blocks()[0].end))
	k.lists = append(k.lists, l)
	k.lift, k.gain = max(k.lift, l.lift), max(k.gain, l.gain)
	k.naming |= l.naming
	if l.beside {
		k.beside = max(k.beside, l.lift)
	}
	k.postings += int(l.end - l.start)
}

func (sr *Searcher) rarest(words []uint32) uint32 {
	best := words[0]
	for _, w := range words[1:] {
		if sr.s.count(w) < sr.s.count(best) {
			best = w
		}
	}
	return best
}

// lift bounds what a pairing of parts of the subject with listed words can
// lift the evidence by, and what of it is gain: what it lifts a name by that
// has no other parts.
func (sr *Searcher) lift(shapes []names.Shape, t names.Tie, words ...uint32) list {
	l := list{word: words[0], gain: -1 << 30}
	var c names.Shape
	var classes uint32
	var cost int32
	for _, w := range words {
		b := sr.s.bounds.at(int(w)*2, 2)
		classes |= b[0] & 0xffff
		c.Info += int32(b[0] >> 16)
		cost += int32(b[1])
	}
	one, set := []names.Shape{c}, uint64(1)<<len(shapes)-1
	for ; classes != 0; classes &= classes - 1 {
		c.Class = names.Class(bits.TrailingZeros32(classes))
		l.beside = l.beside || !c.Class.InAcronym()
		one[0] = c
		q, c, p := sr.sides(shapes, one, set, 1, t)
		l.gain = max(l.gain, sr.scorer.Gain(sr.w, q, c, p))
		if names.Names(q, c, p) {
			l.naming = naming
		}
	}
	l.gain -= names.Leftovers(sr.w, shapes, sr.s.role == Subjects)
	l.lift = l.gain + cost
	return l
}

// sides puts a pairing of what is asked for with what is indexed in the order
// of a comparison: the subject first.
func (sr *Searcher) sides(asked, indexed []names.Shape, a, i uint64, t names.Tie) (q, c []names.Shape, p names.Pairing) {
	if sr.s.role == Subjects {
		return indexed, asked, names.Pairing{Q: i, C: a, Tie: t}
	}
	return asked, indexed, names.Pairing{Q: a, C: i, Tie: t}
}
