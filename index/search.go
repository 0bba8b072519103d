// SPDX-License-Identifier: Apache-2.0

package index

import (
	"math/bits"
	"slices"

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

	memory   memory
	groups   []group         // what the parts of the subject may be
	acronyms []uint32        // words by which a name is met as a whole
	whole    *known          // what its acronym may be
	reach    []reach         // by name
	cut      []run           // of the group that is read
	met      []uint32        // names with last != 0
	form     stored          // the name that is being verified
	ties     []tie           // of the groups, for it
	splits   []split         // of the groups, for it
	pairs    []names.Pairing // its possible pairings
	scorer   names.Scorer

	byWord []tied   // by word
	search uint32   // number of this search, for byWord
	seen   []uint32 // by word: the turn in which it was looked at
	turn   uint32   // of seen
	keys   []uint32
	text   []byte
	asked  names.Probe // the word whose neighbours are looked for
	listed names.Probe // the one that it is compared with
}

// A reach is what is known of a name before it is compared.
type reach struct {
	acc  int32  // sum of the lifts that it was met with
	by   parts  // the parts of the subject that it was met by
	last uint16 // the group that met it last, plus one; 0 before any
	took uint16 // how many of its own parts those can pair with, at most
}

// Search calls emit for every name of the index whose evidence, compared with
// q, is at least min. The order is that of the numbers of names: see rank.go.
func (sr *Searcher) Search(x *Index, q *names.Form, min int32, emit func(Hit)) {
	sr.s, sr.q, sr.w = x.side(q.Mode), q, &x.model.Weights[q.Mode]
	if sr.s.numNames == 0 || len(q.Parts) == 0 {
		return
	}
	sr.ceiling = names.NewCeiling(sr.w)
	sr.shapes = q.Shapes(sr.shapes[:0])
	sr.group()
	sr.forget()
	able := sr.able(sr.merge(min))
	if len(able) > 0 {
		sr.link()
	}
	slices.Sort(able)
	for _, n := range able {
		rec := sr.s.names.at(int(n)*nameSize, nameSize)
		if e := sr.verify(n); e >= min {
			emit(Hit{rec[0], rec[1] & maxNameNumber, rec[1]&weakFlag != 0, e})
		}
	}
	sr.met = sr.met[:0]
}

// A promise is what every name has without being met: what the subject's parts
// say alone, and its initials.
type promise struct {
	start  int32 // evidence, less what is asked for
	by     parts // parts of the subject that may be paired all the same
	took   int32 // listed parts that may be
	needed parts // parts without which the names do not agree in full
	tells  parts // parts that tell one party from another
	// the groups that are put off, all together
	putOff     int32
	putOffBy   parts
	putOffTook int32
}

// promised begins the promise.
func (sr *Searcher) promised(min int32) promise {
	listed := sr.s.role == Subjects // what is asked for is listed then
	p := promise{start: names.Leftovers(sr.w, sr.shapes, listed) + names.InitialLift(sr.w, sr.shapes, listed) - min}
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

// merge meets the names that can still reach min, and returns what is to be
// added to what each of them was met with.
func (sr *Searcher) merge(min int32) promise {
	if n := sr.s.numNames; len(sr.reach) < n {
		sr.reach = make([]reach, n)
	}
	p := sr.promised(min)
	f := frontier{blocks: sr.s.blocks(), all: sr.ceiling.Base(true, true, 0)}
	f.met = [2]uint32{f.blocks[0].first, f.blocks[1].first}
	later := p.by
	for i := len(sr.groups) - 1; i >= 0; i-- {
		g := &sr.groups[i]
		g.later = later
		later |= g.by
		f.rest += g.lift
		f.gains += g.gain
	}
	for k := range sr.groups {
		g := &sr.groups[k]
		fresh := !sr.hopeless(&p, &f, g)
		if !fresh {
			if g.postings+listCost*len(g.lists) > maxAdd*len(sr.met) {
				sr.sieve(&p, g.later|g.by, f.rest)
			}
			if len(sr.met) == 0 {
				break // nor do the groups to come meet any
			}
			if g.postings+listCost*len(g.lists) > maxAdd*len(sr.met) {
				f.rest -= g.lift
				f.gains -= g.gain
				sr.putOff(&p, g)
				continue
			}
		}
		runs, again := sr.runs(&p, &f, g, fresh)
		if fresh && again > maxAdd*len(sr.met) {
			sr.sieve(&p, g.later|g.by, f.rest)
		}
		f.rest -= g.lift
		f.gains -= g.gain
		if fresh && again > maxAdd*len(sr.met) {
			sr.putOff(&p, g)
			for _, r := range runs {
				sr.propose(uint16(k+1), r.fresh)
			}
			continue
		}
		for _, r := range runs {
			sr.meet(uint16(k+1), r, g.takes)
			sr.meetAgain(uint16(k+1), r, g.takes)
		}
	}
	sr.meetAcronyms(min)
	return p
}

// meetAcronyms meets the names of acronyms, if one of them can reach what is
// asked for: all other words of the name belong to it but numbers, legal forms
// and those that say nothing.
func (sr *Searcher) meetAcronyms(min int32) {
	most := sr.ceiling.Acronym(sr.w) - min
	for i := range sr.groups {
		most += sr.groups[i].beside
	}
	if most < 0 {
		return
	}
	for _, word := range sr.acronyms {
		for _, n := range sr.s.postings(word) {
			r := &sr.reach[n]
			if r.last == 0 {
				r.last = 1
				sr.met = append(sr.met, n)
			}
			r.acc = anyLift
		}
	}
}

// anyLift stands for a lift that is not worth bounding.
const anyLift = 1 << 24

// A frontier is how far the names may still be met as the groups are read.
type frontier struct {
	blocks      [2]block  // names with initials, and the others
	met         [2]uint32 // names up to there may be met
	rest, gains int32     // what the groups not read can add; what of it is gain
	all         int32     // ceiling of a name with initials, which may pair with any part
}

// hopeless says that no name that was not met before can reach what is asked
// for by a group and those after it.
func (sr *Searcher) hopeless(p *promise, f *frontier, g *group) bool {
	most, base := p.start+f.rest, sr.base(p, g.later|g.by, 0)
	if f.blocks[0].able(most+f.all) > f.blocks[0].first {
		return false
	}
	return p.start+f.gains+base < 0 || f.blocks[1].able(most+base) == f.blocks[1].first
}

// A run is a stretch of the names of a list: some that it may meet first, and
// some that were met before if at all.
type run struct {
	lift         int32
	by           parts
	fresh, again []uint32
}

// runs cuts the lists of a group into runs, moves the frontier on, and returns
// how many names are in the second half of them.
func (sr *Searcher) runs(p *promise, f *frontier, g *group, fresh bool) ([]run, int) {
	out, again := sr.cut[:0], 0
	for i := range g.lists {
		l := &g.lists[i]
		by := g.by&^naming | l.naming
		ends := [2]uint32{f.blocks[0].first, f.blocks[1].first}
		if fresh {
			ends = sr.reachable(p, f, g, l, by)
		}
		post := sr.s.post.at(int(l.start), int(l.end-l.start))
		for i, names := range [2][]uint32{post[:l.with], post[l.with:]} {
			n := below(names, ends[i])
			r := run{lift: l.lift, by: by, fresh: names[:n]}
			if f.met[i] > ends[i] {
				r.again = names[n : n+below(names[n:], f.met[i])]
				again += len(r.again)
			}
			f.met[i] = max(f.met[i], ends[i])
			if len(r.fresh)+len(r.again) > 0 {
				out = append(out, r)
			}
		}
	}
	sr.cut = out
	return out, again
}

// maxAdd is how many postings are read for each name met, rather than look at
// the words of the name: a posting costs some nanoseconds, a name a hundred.
const maxAdd = 8

// listCost is what it costs to begin with a list, in postings.
const listCost = 8

// reachable returns up to where in each block a list of a group may meet names
// first.
func (sr *Searcher) reachable(p *promise, f *frontier, g *group, l *list, by parts) [2]uint32 {
	base := sr.base(p, g.later|by, 0)
	most := p.start + f.rest - g.lift + l.lift
	ends := [2]uint32{f.blocks[0].able(most + f.all), f.blocks[1].first}
	if p.start+f.gains-g.gain+max(l.gain, 0)+base >= 0 { // else even a name of nothing but these words falls short
		ends[1] = f.blocks[1].able(most + base)
	}
	return ends
}

// sieve forgets the names that cannot reach what is asked for even if they hold
// the best of all words that are still to be read.
func (sr *Searcher) sieve(p *promise, by parts, rest int32) {
	kept := sr.met[:0]
	for _, n := range sr.met {
		if r := &sr.reach[n]; sr.bound(p, n, r.acc+rest+p.putOff, r.by|by|p.putOffBy, int32(r.took)) >= 0 {
			kept = append(kept, n)
		} else {
			*r = reach{}
		}
	}
	sr.met = kept
}

// bound bounds the evidence of a name, less what is asked for, that was met
// with so much, by those parts, and pairs that many parts of its own besides.
func (sr *Searcher) bound(p *promise, n uint32, acc int32, by parts, took int32) int32 {
	rec := sr.s.names.at(int(n)*nameSize+1, 2)
	by |= p.by
	tells := int32(rec[0]>>distinctShift) - took - p.took - p.putOffTook
	if rec[0]&initialFlag != 0 { // an initial may be any part
		by, tells = ^parts(0), 0
	}
	return p.start + acc + sr.base(p, by, tells) + int32(rec[1])
}

// putOff leaves a group whose lists are long to be looked up in the few names
// that are left.
func (sr *Searcher) putOff(p *promise, g *group) {
	p.putOff += g.lift
	p.putOffBy |= g.by
	p.putOffTook += int32(g.takes)
	for _, l := range g.lists {
		t := sr.tied(l.word)
		t.lift += l.lift
		t.by |= g.by&^naming | l.naming
	}
}

// able forgets what was met and returns the names of it that may reach what is
// asked for.
func (sr *Searcher) able(p promise) []uint32 {
	able := sr.met[:0]
	for _, n := range sr.met {
		r := sr.reach[n]
		sr.reach[n] = reach{}
		ok := sr.bound(&p, n, r.acc+p.putOff, r.by|p.putOffBy, int32(r.took)) >= 0
		if ok && p.putOff > 0 {
			lift, by := sr.look(n)
			ok = sr.bound(&p, n, r.acc+min(lift, p.putOff), r.by|by, int32(r.took)) >= 0
		}
		if ok {
			able = append(able, n)
		}
	}
	return able
}

// look adds up what the words of a name bring in the groups that were put off.
func (sr *Searcher) look(n uint32) (lift int32, by parts) {
	form := sr.s.formOf(n)
	at := 1
	if form[0]&hasAcronym != 0 {
		at++ // what an acronym brings is not put off
	}
	for at < len(form) {
		end := at + 1 + int(form[at]>>8&15)
		for _, w := range form[at+1 : end] {
			if t := &sr.byWord[w]; t.search == sr.search {
				lift += t.lift
				by |= t.by
			}
		}
		at = end
	}
	return lift, by
}

// meet adds the lift of a run to the names that it may meet first. A name counts
// the best list of a group alone: lists come in the order of their lift.
func (sr *Searcher) meet(k uint16, run run, takes uint16) {
	for _, n := range run.fresh {
		r := &sr.reach[n]
		switch {
		case r.last == k:
			r.by |= run.by
			continue
		case r.last == 0:
			sr.met = append(sr.met, n)
		}
		*r = reach{r.acc + run.lift, r.by | run.by, k, r.took + takes}
	}
}

// meetAgain does the same for names that were met before.
func (sr *Searcher) meetAgain(k uint16, run run, takes uint16) {
	for _, n := range run.again {
		switch r := &sr.reach[n]; r.last {
		case 0:
		case k:
			r.by |= run.by
		default:
			*r = reach{r.acc + run.lift, r.by | run.by, k, r.took + takes}
		}
	}
}

// propose meets names whose words are looked up later.
func (sr *Searcher) propose(k uint16, post []uint32) {
	for _, n := range post {
		if r := &sr.reach[n]; r.last == 0 {
			r.last = k
			sr.met = append(sr.met, n)
		}
	}
}

// verify compares the subject with one listed name.
func (sr *Searcher) verify(n uint32) int32 {
	f := &sr.form
	f.load(sr.s.formOf(n))
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
	q, c := sr.shapes, f.shapes
	if sr.s.role == Subjects {
		q, c = c, q
	}
	return sr.scorer.Score(sr.w, q, c, sr.pairs).Evidence
}

// pair is a pairing of parts asked for with parts of the name.
func (sr *Searcher) pair(asked, indexed uint64, t names.Tie) names.Pairing {
	if sr.s.role == Subjects {
		asked, indexed = indexed, asked
	}
	return names.Pairing{Q: asked, C: indexed, Tie: t}
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
			p := sr.pair(t.q, 1<<j, t.tie)
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
				sr.pairs = append(sr.pairs, sr.pair(1<<i, 1<<j, names.Tie{Kind: names.Initials}))
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
			sr.pairs = append(sr.pairs, sr.pair(t.q, names.Named(sr.form.shapes), t.tie))
		}
	}
}

// pairSplit pairs a word of the subject with a run of listed parts that make it
// up.
func (sr *Searcher) pairSplit(sp *split) {
	latin := sr.form.latin
	for j := 0; j+sp.n <= len(latin); j++ {
		if slices.Equal(latin[j:j+sp.n], sp.words[:sp.n]) {
			sr.pairs = append(sr.pairs, sr.pair(sp.q, uint64(1<<sp.n-1)<<j, names.GluedTie()))
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
