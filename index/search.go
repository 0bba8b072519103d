// SPDX-License-Identifier: Apache-2.0

package index

import (
	"cmp"
	"math/bits"
	"slices"

	"github.com/interdict-dev/interdict/internal/lexicon"
	"github.com/interdict-dev/interdict/names"
)

// A Hit is a listed name whose evidence reaches what was asked for.
type Hit struct {
	Entry    uint32 // number of the entry in the list
	Name     uint32 // number of the name in the entry
	Weak     bool
	Evidence int32 // exactly what [names.Compare] says, in milli-nats
}

// A Searcher holds the scratch space of searches, so that a search allocates
// nothing once it has grown. It is for one goroutine and any number of indexes.
type Searcher struct {
	s       *side
	w       *names.Weights
	ceiling names.Ceiling
	q       *names.Form
	shapes  []names.Shape

	ties   []tie           // all ties of words of the subject with listed words
	byWord []tied          // by word: its first tie
	splits []split         // words of the subject that are several listed words
	groups []group         // ties by the part of the subject they belong to
	lists  []list          // postings of the groups
	reach  []reach         // by name
	met    []uint32        // names with last != 0
	form   stored          // the name that is being verified
	pairs  []names.Pairing // its possible pairings
	scorer names.Scorer
	keys   []uint32
	memory memory
	seen   []uint32 // by word: the turn in which it was looked at
	turn   uint32   // of seen
	search uint32   // number of this search, for byWord
}

// tied is the first tie of a word, plus one, in the search of that number.
type tied struct {
	search uint32
	first  int32
}

// A reach is what is known of a name before it is compared.
type reach struct {
	acc  int32  // sum of the lifts that it was met with
	by   parts  // the parts of the subject that it was met by
	last uint16 // the group that met it last, plus one; 0 before any
	took uint16 // how many of its own parts those can pair with, at most
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

// A tie says that some parts of the subject hang together with a listed word.
type tie struct {
	q    uint64 // parts of the subject
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

// A group holds the ties of one part of the subject, or of a run of parts that
// is one listed word. A name gains at most lift from it.
type group struct {
	lift        int32 // bound of the evidence gained, beyond leaving both sides over
	gain        int32 // the same without what the listed part costs when left over
	by          parts
	takes       uint16 // listed parts that it pairs with, at most
	first, last int    // its lists
	postings    int
}

// A list is the names of one word and the lift of meeting them.
type list struct {
	word       uint32
	lift, gain int32
	by         parts // those of its group; naming where this word may be
}

// Search calls emit for every name of the index whose evidence, compared with
// q, is at least min. The order is that of the names.
func (sr *Searcher) Search(x *Index, q *names.Form, min int32, emit func(Hit)) {
	sr.s, sr.q, sr.w = x.side(q.Mode), q, &x.model.Weights[q.Mode]
	if sr.s.numNames == 0 || len(q.Parts) == 0 {
		return
	}
	sr.ceiling = names.NewCeiling(sr.w)
	sr.shapes = q.Shapes(sr.shapes[:0])
	sr.tieAll()
	able := sr.able(sr.merge(min))
	slices.Sort(able)
	for _, n := range able {
		rec := sr.s.names.at(int(n)*nameSize, nameSize)
		if e := sr.verify(rec[3]); e >= min {
			emit(Hit{rec[0], rec[1] & maxNameNumber, rec[1]&weakFlag != 0, e})
		}
	}
	sr.met = sr.met[:0]
}

// tieAll finds every listed word that some part of the subject may be.
func (sr *Searcher) tieAll() {
	if n := sr.s.numWords; len(sr.byWord) < n {
		sr.byWord = make([]tied, n)
		sr.search = 0
	}
	if sr.search++; sr.search == 0 { // once in four thousand million searches
		clear(sr.byWord)
		sr.search = 1
	}
	sr.ties, sr.splits, sr.groups, sr.lists = sr.ties[:0], sr.splits[:0], sr.groups[:0], sr.lists[:0]
	for i := range sr.q.Parts {
		sr.begin()
		sr.tiePart(i)
		sr.end(1<<i, 0)
	}
	for i := range sr.q.Parts {
		for n := 2; n <= names.MaxGlue && i+n <= len(sr.q.Parts); n++ {
			word, ok := sr.q.Glue(i, n)
			if !ok {
				break
			}
			if id, ok := sr.s.find(word); ok {
				set := uint64(1<<n-1) << i
				sr.begin()
				sr.tie(tie{q: set, word: id, tie: names.GluedTie()})
				sr.end(set, 0)
			}
		}
	}
	if sr.q.Acronym != "" {
		if id, ok := sr.s.find(sr.q.Acronym); ok {
			set := names.Named(sr.shapes)
			sr.begin()
			sr.tie(tie{q: set, word: id, tie: names.Tie{Kind: names.Acronym}, all: true})
			sr.end(set, anyLift)
		}
	}
}

// anyLift stands for a lift that is not worth bounding: every name that is met
// so is verified.
const anyLift = 1 << 20

// tiePart finds the words that part i may be, alone.
func (sr *Searcher) tiePart(i int) {
	p := &sr.q.Parts[i]
	set := uint64(1) << i
	if p.Class == names.Initial {
		return // see merge: what an initial may add is granted to every name
	}
	for r, w := range p.Words {
		if id, ok := sr.s.find(w); ok {
			t := names.Tie{Kind: names.Same}
			if r > 0 && w[0] != '~' {
				t = names.ByReading(t)
			}
			sr.tie(tie{q: set, word: id, tie: t})
		}
		if !isKeyed(w) {
			continue
		}
		if id, ok := sr.s.find("^" + w); ok {
			sr.tie(tie{q: set, word: id, tie: names.Tie{Kind: names.Acronym}, all: true})
		}
		for _, n := range sr.neighbours(w) {
			t := n.tie
			if r > 0 {
				t = names.ByReading(t)
			}
			sr.tie(tie{q: set, word: n.word, tie: t})
		}
		sr.splitWord(set, w)
	}
}

// A neighbour is a listed word that hangs together with a word of a subject.
type neighbour struct {
	word uint32
	tie  names.Tie
}

// A searcher remembers the neighbours of the words that it was asked about: the
// words of many subjects are few.
type (
	memory    map[memoryKey][]neighbour
	memoryKey struct {
		side *side
		word string
	}
)

// maxMemory is how many words a searcher remembers before it begins anew: some
// ten megabytes.
const maxMemory = 1 << 15

// neighbours returns the listed words that w hangs together with, but for w
// itself.
func (sr *Searcher) neighbours(w string) []neighbour {
	k := memoryKey{sr.s, w}
	if ns, ok := sr.memory[k]; ok {
		return ns
	}
	if sr.memory == nil || len(sr.memory) >= maxMemory {
		sr.memory = memory{}
	}
	ns := sr.findNeighbours(w)
	sr.memory[k] = ns
	return ns
}

func (sr *Searcher) findNeighbours(w string) []neighbour {
	var out []neighbour
	if len(sr.seen) < sr.s.numWords {
		sr.seen = make([]uint32, sr.s.numWords)
	}
	if sr.turn++; sr.turn == 0 { // once in four thousand million words
		clear(sr.seen)
		sr.turn = 1
	}
	look := func(id uint32) {
		if sr.seen[id] == sr.turn {
			return
		}
		sr.seen[id] = sr.turn
		if listed := sr.s.word(id); string(listed) != w {
			if t := names.Relate(w, string(listed)); t.Kind != names.NoTie {
				out = append(out, neighbour{id, t})
			}
		}
	}
	for _, v := range lexicon.Variants(w) {
		if id, ok := sr.s.find(v.Word); ok {
			look(id)
		}
	}
	sr.keys = remainders(sr.keys[:0], w)
	if key, n := skeletonKey(w); n > 0 {
		sr.keys = append(sr.keys, key)
	}
	for _, key := range sr.keys {
		sr.s.keyed(key, look)
	}
	return slices.Clip(out)
}

// firstTie returns the number of a word's first tie, plus one, or 0.
func (sr *Searcher) firstTie(word uint32) int32 {
	if t := sr.byWord[word]; t.search == sr.search {
		return t.first
	}
	return 0
}

// tie keeps the closest tie of some parts with a word.
func (sr *Searcher) tie(t tie) {
	first := sr.firstTie(t.word)
	for at := first; at != 0; at = sr.ties[at-1].next {
		if old := &sr.ties[at-1]; old.q == t.q && old.all == t.all {
			if t.tie.Closer(old.tie) {
				old.tie = t.tie
			}
			return
		}
	}
	t.next = first
	sr.ties = append(sr.ties, t)
	sr.byWord[t.word] = tied{sr.search, int32(len(sr.ties))}
}

// splitWord finds the ways to cut w into two or three listed words.
func (sr *Searcher) splitWord(set uint64, w string) {
	if len(w) < 2*minPiece || w[0] >= 0x80 {
		return
	}
	for i := minPiece; i <= len(w)-minPiece; i++ {
		a, ok := sr.piece(w[:i])
		if !ok {
			continue
		}
		if b, ok := sr.piece(w[i:]); ok {
			sr.splits = append(sr.splits, split{set, [maxPieces]uint32{a, b}, 2})
		}
		for j := i + minPiece; j <= len(w)-minPiece; j++ {
			b, ok := sr.piece(w[i:j])
			if !ok {
				continue
			}
			if c, ok := sr.piece(w[j:]); ok {
				sr.splits = append(sr.splits, split{set, [maxPieces]uint32{a, b, c}, 3})
			}
		}
	}
}

// minPiece is how many letters a piece of a glued word has at least.
const minPiece = names.MinPiece

// piece looks up a word that is part of a glued one. Digits are a number in the
// name of a thing, unless they are too many, and a word in that of a person.
func (sr *Searcher) piece(w string) (uint32, bool) {
	if id, ok := sr.s.find(w); ok || !allDigits(w) {
		return id, ok
	}
	return sr.s.find("#" + w)
}

func allDigits(w string) bool {
	for i := range len(w) {
		if w[i] < '0' || w[i] > '9' {
			return false
		}
	}
	return w != ""
}

// begin starts a group.
func (sr *Searcher) begin() {
	sr.groups = append(sr.groups, group{first: len(sr.lists), last: len(sr.ties), postings: len(sr.splits)})
}

// end closes the group of the ties and splits that were added since begin.
func (sr *Searcher) end(set uint64, atLeast int32) {
	g := &sr.groups[len(sr.groups)-1]
	ties, splits := sr.ties[g.last:], sr.splits[g.postings:]
	g.postings, g.by, g.takes = 0, partsOf(set), 1
	for _, t := range ties {
		if t.all {
			sr.list(g, list{t.word, anyLift, anyLift, g.by | naming})
			continue
		}
		l := sr.lift(set, t.tie, t.word)
		l.lift, l.gain = max(l.lift, atLeast), max(l.gain, atLeast)
		sr.list(g, l)
	}
	for _, sp := range splits {
		l := sr.lift(set, names.GluedTie(), sp.words[:sp.n]...)
		l.word = sr.rarest(sp.words[:sp.n])
		sr.list(g, l)
		g.takes = max(g.takes, uint16(sp.n))
	}
	slices.SortFunc(sr.lists[g.first:], func(a, b list) int { return cmp.Or(cmp.Compare(b.lift, a.lift), cmp.Compare(a.word, b.word)) })
	g.last = len(sr.lists)
	if g.first == g.last {
		sr.groups = sr.groups[:len(sr.groups)-1]
	}
}

func (sr *Searcher) list(g *group, l list) {
	if l.lift <= 0 {
		return
	}
	sr.lists = append(sr.lists, l)
	g.lift, g.gain = max(g.lift, l.lift), max(g.gain, l.gain)
	g.by |= l.by
	g.postings += sr.s.count(l.word)
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
func (sr *Searcher) lift(set uint64, t names.Tie, words ...uint32) list {
	l := list{word: words[0], gain: -1 << 30, by: partsOf(set)}
	var c names.Shape
	var classes uint32
	var cost int32
	for _, w := range words {
		b := sr.s.bounds.at(int(w)*2, 2)
		classes |= b[0] & 0xffff
		c.Info += int32(b[0] >> 16)
		cost += int32(b[1])
	}
	for ; classes != 0; classes &= classes - 1 {
		c.Class = names.Class(bits.TrailingZeros32(classes))
		l.gain = max(l.gain, sr.scorer.Gain(sr.w, sr.shapes, set, c, t))
		if names.Names(sr.shapes, set, c.Class, t) {
			l.by |= naming
		}
	}
	for ; set != 0; set &= set - 1 {
		l.gain -= names.Leftovers(sr.w, sr.shapes[bits.TrailingZeros64(set):][:1], false)
	}
	l.lift = l.gain + cost
	return l
}

// A promise is what every name has without being met: what the subject's parts
// say alone, its initials, and the groups that were not worth reading.
type promise struct {
	start  int32 // evidence, less what is asked for
	by     parts // parts of the subject that may be paired all the same
	took   int32 // listed parts that may be
	needed parts // parts without which the names do not agree in full
	tells  parts // parts that tell one party from another
}

// promised begins the promise.
func (sr *Searcher) promised(min int32) promise {
	p := promise{start: names.Leftovers(sr.w, sr.shapes, false) + names.InitialLift(sr.w, sr.shapes) - min}
	for i := range sr.shapes {
		part, s := partsOf(1<<i), &sr.shapes[i]
		if s.Needed() {
			p.needed |= part
		}
		if s.Distinct() {
			p.tells |= part
		}
		if s.Class == names.Initial {
			p.by |= part
			p.took++
		}
	}
	return p
}

// base bounds the evidence of the names as wholes, for a listed name that can
// pair with some parts alone and has at least so many that clash then.
func (sr *Searcher) base(p *promise, by parts, tells int32) int32 {
	clashes := min(int32(bits.OnesCount32(uint32(p.tells&^by))), max(tells, 0))
	return sr.ceiling.Base(p.needed&^by == 0, by&naming != 0, clashes)
}

// merge meets the names that can still reach min, and returns what was granted
// to all of them.
func (sr *Searcher) merge(min int32) promise {
	if n := sr.s.numNames; len(sr.reach) < n {
		sr.reach = make([]reach, n)
	}
	slices.SortStableFunc(sr.groups, func(a, b group) int { return cmp.Compare(a.postings, b.postings) })
	p := sr.promised(min)
	all := sr.ceiling.Base(true, true, 0)
	initials := sr.initials()
	unread := p                       // what is granted later helps no name that was not met before
	rest, unmet := int32(0), int32(0) // what the groups from k on can add; what of it is gain
	for i := range sr.groups {
		rest += sr.groups[i].lift
		unmet += sr.groups[i].gain
	}
	for k := range sr.groups {
		g := &sr.groups[k]
		later := unread.by // parts that the groups after this one, or none, can pair
		for i := k + 1; i < len(sr.groups); i++ {
			later |= sr.groups[i].by
		}
		least := unread.start + rest + all // with what is stored with a name, the bound of one that was not met
		rest -= g.lift
		unmet -= g.gain
		fresh := unread.start+unmet+g.gain+sr.base(&unread, later|g.by, 0) >= 0
		abbreviated := initials > 0 && unread.start+unmet+g.gain+initials+all >= 0
		if !fresh && !abbreviated && g.postings > maxAdd*len(sr.met) {
			p.start += g.lift // not worth reading: granted to every name
			p.by |= g.by
			p.took += int32(g.takes)
			continue
		}
		for _, l := range sr.lists[g.first:g.last] {
			switch {
			case fresh && unread.start+unmet+max(l.gain, 0)+sr.base(&unread, later|l.by, 0) >= 0:
				sr.meet(uint16(k+1), l, g.takes)
			case abbreviated:
				sr.meetAble(uint16(k+1), l, g.takes, least)
			default:
				sr.meetAgain(uint16(k+1), l, g.takes)
			}
		}
	}
	return p
}

// maxAdd is how many postings are read for each name met, rather than verify
// the name: a posting costs about a nanosecond, a verification a hundred.
const maxAdd = 32

// able forgets what was met and returns the names of it that may reach what is
// asked for.
func (sr *Searcher) able(p promise) []uint32 {
	able := sr.met[:0]
	for _, n := range sr.met {
		r := sr.reach[n]
		sr.reach[n] = reach{}
		rec := sr.s.names.at(int(n)*nameSize+1, 2)
		by, tells := r.by|p.by, int32(rec[0]>>distinctShift)-int32(r.took)-p.took
		if rec[0]&initialFlag != 0 { // an initial may be any part
			by, tells = ^parts(0), 0
		}
		if p.start+r.acc+sr.base(&p, by, tells)+int32(rec[1]) >= 0 {
			able = append(able, n)
		}
	}
	return able
}

// initials bounds what the initials of a listed name can add: each stands for a
// part of the subject. It is what unmet lacks for a name that has some.
func (sr *Searcher) initials() int32 {
	if sr.q.Mode != names.Persons {
		return 0 // a thing has no initials
	}
	var sum int32
	for i := range sr.shapes {
		sum += max(0, sr.w[names.FInitial]-names.Leftovers(sr.w, sr.shapes[i:i+1], false))
	}
	return sum
}

// meet adds the lift of a list to its names. A name counts the best list of a
// group alone: lists come in the order of their lift.
func (sr *Searcher) meet(k uint16, l list, takes uint16) {
	for _, n := range sr.s.postings(l.word) {
		r := &sr.reach[n]
		switch {
		case r.last == k:
			r.by |= l.by
			continue
		case r.last == 0:
			sr.met = append(sr.met, n)
		}
		*r = reach{r.acc + l.lift, r.by | l.by, k, r.took + takes}
	}
}

// meetAgain does the same for names that were met before.
func (sr *Searcher) meetAgain(k uint16, l list, takes uint16) {
	for _, n := range sr.s.postings(l.word) {
		switch r := &sr.reach[n]; r.last {
		case 0:
		case k:
			r.by |= l.by
		default:
			*r = reach{r.acc + l.lift, r.by | l.by, k, r.took + takes}
		}
	}
}

// meetAble does the same, and meets a name for the first time only where it has
// initials and the bound that is stored with it, which counts them, lets it
// reach what is asked for.
func (sr *Searcher) meetAble(k uint16, l list, takes uint16, least int32) {
	for _, n := range sr.s.postings(l.word) {
		r := &sr.reach[n]
		switch {
		case r.last == k:
			r.by |= l.by
			continue
		case r.last == 0:
			rec := sr.s.names.at(int(n)*nameSize+1, 2)
			if rec[0]&initialFlag == 0 || least+int32(rec[1]) < 0 {
				continue
			}
			sr.met = append(sr.met, n)
		}
		*r = reach{r.acc + l.lift, r.by | l.by, k, r.took + takes}
	}
}

// verify compares the subject with one listed name.
func (sr *Searcher) verify(at uint32) int32 {
	f := &sr.form
	sr.s.load(at, f)
	sr.pairs = sr.pairs[:0]
	for j, words := range f.words {
		sr.pairPart(j, words)
	}
	if f.acronym != none {
		sr.pairAcronym()
	}
	for i := range sr.splits {
		sr.pairSplit(&sr.splits[i])
	}
	return sr.scorer.Score(sr.w, sr.shapes, f.shapes, sr.pairs).Evidence
}

// pairPart finds the parts of the subject that listed part j may be.
func (sr *Searcher) pairPart(j int, words []uint32) {
	if sr.form.shapes[j].Class == names.Initial {
		sr.pairInitial(j, words)
		return
	}
	start := len(sr.pairs)
	for r, id := range words {
		for at := sr.firstTie(id); at != 0; {
			t := &sr.ties[at-1]
			at = t.next
			p := names.Pairing{Q: t.q, C: 1 << j, Tie: t.tie}
			if r > 0 && !t.all && t.tie.Kind != names.Glued && !sr.isConcept(id) {
				p.Tie = names.ByReading(p.Tie)
			}
			sr.keep(start, p)
		}
	}
	for i := range sr.q.Parts {
		if sr.q.Parts[i].Class == names.Initial {
			sr.pairLetters(i, j, words)
		}
	}
}

func (sr *Searcher) isConcept(id uint32) bool { return sr.s.word(id)[0] == '~' }

// pairInitial pairs a listed initial with the words that start with it.
func (sr *Searcher) pairInitial(j int, words []uint32) {
	for i := range sr.q.Parts {
		sr.pairLetters(i, j, words)
	}
}

// pairLetters pairs two parts of which one is an initial.
func (sr *Searcher) pairLetters(i, j int, words []uint32) {
	for _, id := range words {
		first := sr.s.word(id)[0]
		for _, w := range sr.q.Parts[i].Words {
			if names.SameInitial(w[0], first) {
				sr.pairs = append(sr.pairs, names.Pairing{Q: 1 << i, C: 1 << j, Tie: names.Tie{Kind: names.Initials}})
				return
			}
		}
	}
}

// pairAcronym pairs a word of the subject with the acronym of the listed name.
func (sr *Searcher) pairAcronym() {
	for at := sr.firstTie(sr.form.acronym); at != 0; {
		t := &sr.ties[at-1]
		at = t.next
		if t.all {
			sr.pairs = append(sr.pairs, names.Pairing{Q: t.q, C: names.Named(sr.form.shapes), Tie: t.tie})
		}
	}
}

// pairSplit pairs a word of the subject with a run of listed parts that make it
// up.
func (sr *Searcher) pairSplit(sp *split) {
	latin := sr.form.latin
	for j := 0; j+sp.n <= len(latin); j++ {
		if slices.Equal(latin[j:j+sp.n], sp.words[:sp.n]) {
			sr.pairs = append(sr.pairs, names.Pairing{Q: sp.q, C: uint64(1<<sp.n-1) << j, Tie: names.GluedTie()})
		}
	}
}

// keep adds a pairing, or replaces one of the same parts that is farther.
func (sr *Searcher) keep(start int, p names.Pairing) {
	for i := start; i < len(sr.pairs); i++ {
		if old := &sr.pairs[i]; old.Q == p.Q && old.C == p.C {
			if p.Tie.Closer(old.Tie) {
				old.Tie = p.Tie
			}
			return
		}
	}
	sr.pairs = append(sr.pairs, p)
}
