// SPDX-License-Identifier: Apache-2.0

package names

import (
	"math/bits"
	"slices"

	"github.com/interdict-dev/interdict/party"
)

// A Pairing says that some parts of the subject's name may be some parts of
// the listed name. Q and C are sets of part numbers as bits.
type Pairing struct {
	Q, C uint64
	Tie  Tie
	// Words are the readings that met, for reasons; empty inside the index.
	QWord, CWord string

	gain int32 // evidence of the pair itself
	lift int32 // gain, plus what leaving the parts over would cost
}

// Evidence is what the pair says, in milli-nats.
func (p *Pairing) Evidence() int32 { return p.gain }

// A Leftover is a part that found no partner.
type Leftover struct {
	Part     int
	Listed   bool // of the listed name; else of the subject's
	Evidence int32
}

// A Result is one comparison of two names. The evidence of its pairs, its
// leftovers and Base add up to Evidence exactly.
type Result struct {
	Evidence int32 // milli-nats of log-odds at an even prior
	Base     int32 // what does not belong to one word: bias, completeness, clashes
	Vector   Vector
	Pairs    []Pairing
	Left     []Leftover
}

// A Scorer holds the scratch space of Score, so that comparing allocates
// nothing. The zero Scorer is ready; it is not for concurrent use.
type Scorer struct {
	Result
	pairs []Pairing
}

// Score pairs the parts of q and c by the pairings that are possible and adds
// up what speaks for and against. The result is valid until the next call.
// There is one copy of this arithmetic; the index and Compare both end here.
func (s *Scorer) Score(w *Weights, q, c []Shape, possible []Pairing) *Result {
	r := &s.Result
	r.Pairs, r.Left, r.Vector, r.Evidence = r.Pairs[:0], r.Left[:0], Vector{}, 0
	s.pairs = s.pairs[:0]
	for _, p := range possible {
		if !allowed(q, c, &p) {
			continue
		}
		p.gain = s.weigh(w, q, c, &p, nil)
		p.lift = p.gain
		for set := p.Q; set != 0; set &= set - 1 {
			p.lift -= leftover(w, q[bits.TrailingZeros64(set)], false, nil)
		}
		for set := p.C; set != 0; set &= set - 1 {
			p.lift -= leftover(w, c[bits.TrailingZeros64(set)], true, nil)
		}
		if p.lift > 0 {
			s.pairs = append(s.pairs, p)
		}
	}
	slices.SortFunc(s.pairs, comparePairings)
	var usedQ, usedC uint64
	for _, p := range s.pairs {
		if p.Q&usedQ|p.C&usedC != 0 {
			continue
		}
		usedQ |= p.Q
		usedC |= p.C
		s.weigh(w, q, c, &p, &r.Vector)
		r.Pairs = append(r.Pairs, p)
		r.Evidence += p.gain
	}
	for i, part := range q {
		if usedQ>>i&1 == 0 {
			s.leave(w, i, part, false)
		}
	}
	for i, part := range c {
		if usedC>>i&1 == 0 {
			s.leave(w, i, part, true)
		}
	}
	r.Base = base(w, q, c, r, usedQ, usedC)
	if len(r.Pairs) == 0 {
		r.Base = nothingAgrees
	}
	r.Evidence += r.Base
	return r
}

// allowed says whether a pairing counts: a legal form is not the typing error of
// a word, nor its other spelling, VII is not VIII, and a link or a legal form is
// no acronym.
func allowed(q, c []Shape, p *Pairing) bool {
	if p.Tie.Kind == Acronym {
		one := q[bits.TrailingZeros64(p.Q)]
		if bits.OnesCount64(p.Q) > 1 {
			one = c[bits.TrailingZeros64(p.C)]
		}
		return one.Class != Legal && !one.Class.silent()
	}
	if p.Tie.Kind != Typo && p.Tie.Kind != Spelling && p.Tie.Kind != Variant && p.Tie.Kind != Nickname {
		return true
	}
	a, b := q[bits.TrailingZeros64(p.Q)].Class, c[bits.TrailingZeros64(p.C)].Class
	return a != Legal && b != Legal && (a != Number || b != Number)
}

// comparePairings puts the pairing first that lifts the evidence most; ties go
// to the earlier words, so that the outcome never depends on the order given.
func comparePairings(a, b Pairing) int {
	switch {
	case a.lift != b.lift:
		return int(b.lift) - int(a.lift)
	case a.Q != b.Q:
		return cmpUint(a.Q, b.Q)
	case a.C != b.C:
		return cmpUint(a.C, b.C)
	}
	return int(a.Tie.Cost) - int(b.Tie.Cost)
}

func cmpUint(a, b uint64) int {
	if a < b {
		return -1
	}
	return 1
}

// weigh returns the evidence of one pairing and, with a vector, adds its
// features there.
func (s *Scorer) weigh(w *Weights, q, c []Shape, p *Pairing, v *Vector) int32 {
	t := tally{w: w, v: v}
	class, info := joint(q, c, p)
	if p.Tie.Most > 0 {
		info = min(info, p.Tie.Most)
	}
	switch {
	case class.silent():
	case class == Legal:
		t.add(FLegalSame, 1000)
	case class == Number && p.Tie.Kind != Typo && p.Tie.Kind != Spelling:
		t.add(FNumber, info/numberShare)
	case p.Tie.Kind == Initials:
		t.add(FInitial, 1000)
	case p.Tie.Kind == Acronym:
		t.add(FAcronym, 1000+acronymLetter*int32(min(max(bits.OnesCount64(p.Q), bits.OnesCount64(p.C)), maxAcronym)-minAcronym))
	case class != Content:
		t.add(FGeneric, info)
		t.add(FTypoCost, min(p.Tie.Cost, info))
		t.add(FFar, p.Tie.Far)
	case p.Tie.Kind == Same:
		t.add(FSame, info)
	case p.Tie.Kind == Reading:
		t.add(FSame, info)
		t.add(FSpellingCost, p.Tie.Cost)
	case p.Tie.Kind == Typo:
		t.add(FTypo, info)
		t.add(FTypoCost, p.Tie.Cost)
	case p.Tie.Kind == Glued:
		t.add(FSame, info)
		t.add(FGlued, 1000)
		t.add(FSpellingCost, p.Tie.Cost)
	case p.Tie.Kind == Nickname:
		t.add(FNickname, 1000)
		t.add(FReading, info)
		t.add(FSpellingCost, p.Tie.Cost)
	default:
		t.add(FReading, info)
		t.add(FSpellingCost, p.Tie.Cost)
		t.add(FFar, p.Tie.Far)
	}
	return t.sum()
}

// An acronym of three letters counts one; each further letter, up to five, a
// tenth more.
const (
	acronymLetter = 100
	minAcronym    = 3
	maxAcronym    = 5
)

// numberShare is the information, in milli-nats, that counts as a thousandth of
// a number that agrees: 17 is one number, 61398 two, 2 two thirds.
const numberShare = 3

// joint returns the class under which a pairing counts, the most naming one of
// either side, and its information: that of the side that says less.
func joint(q, c []Shape, p *Pairing) (Class, int32) {
	qc, qi := side(q, p.Q)
	cc, ci := side(c, p.C)
	class := qc
	if qc.silent() || (cc != Content && qc == Content) {
		class = cc
	}
	return class, min(qi, ci)
}

// side sums the information of some parts, capped at what one rare word says,
// and picks the class that names most.
func side(shapes []Shape, set uint64) (Class, int32) {
	class, info := Link, int32(0)
	for ; set != 0; set &= set - 1 {
		s := &shapes[bits.TrailingZeros64(set)]
		info += s.Info
		if s.Class < class {
			class = s.Class
		}
	}
	return class, min(info, MaxInfo)
}

// MaxInfo is the most that one word may say, in milli-nats. A Latin word says
// 12,000 at most, one in 160,000 names: beyond that we only know that it is rare.
// A fancy name of four Han characters says more.
const MaxInfo = 20000

// The most that a business word, or a place, says by being left over, however
// rare it is: firms drop their trade, and their city more lightly still.
const (
	maxLeftInfo  = 3000
	maxLeftPlace = 1500
)

// leave records a part without partner.
func (s *Scorer) leave(w *Weights, i int, part Shape, listed bool) {
	e := leftover(w, part, listed, &s.Vector)
	s.Left = append(s.Left, Leftover{i, listed, e})
	s.Evidence += e
}

// leftover returns the evidence of a part that found no partner and, with a
// vector, adds its features there.
func leftover(w *Weights, p Shape, listed bool, v *Vector) int32 {
	t := tally{w: w, v: v}
	switch p.Class {
	case Honorific, Link, Legal:
	case Number:
		t.add(FExtraNumber, 1000)
	case Generic, Place, Particle:
		info := min(p.Info, maxLeftInfo)
		if p.Class == Place {
			info = min(info, maxLeftPlace)
		}
		if listed {
			t.add(FMissingGeneric, info)
		} else {
			t.add(FExtraGeneric, info)
		}
	default:
		if !listed {
			t.add(FExtra, 1000)
			t.add(FExtraInfo, p.Info)
			if p.Role == party.PartPatronymic || p.Class == Initial {
				t.add(FExtraMinor, 1000)
			}
			break
		}
		t.add(FMissing, 1000)
		t.add(FMissingInfo, p.Info)
		switch {
		case p.Class == Initial:
			t.add(FMissingMinor, 1000)
		case p.Role == party.PartFamily:
			t.add(FMissingFamily, 1000)
		case p.Role == party.PartMiddle || p.Role == party.PartPatronymic || p.Role == party.PartMatronymic:
			t.add(FMissingMinor, 1000)
		}
	}
	return t.sum()
}

// Leftovers is the evidence that would remain if no part of a name found a
// partner: the index stores it for each listed name to bound what the name can
// still reach.
func Leftovers(w *Weights, shapes []Shape, listed bool) int32 {
	var sum int32
	for _, s := range shapes {
		sum += leftover(w, s, listed, nil)
	}
	return sum
}

// base returns the evidence that belongs to the names as wholes.
func base(w *Weights, q, c []Shape, r *Result, usedQ, usedC uint64) int32 {
	t := tally{w: w, v: &r.Vector}
	t.add(FBias, 1000)
	ql, cl := left(q, usedQ), left(c, usedC)
	naming, near, same, acronym := 0, 0, true, false
	says := false // something other than a number and legal forms agrees
	for i := range r.Pairs {
		p := &r.Pairs[i]
		same = same && p.Tie.Kind == Same
		acronym = acronym || p.Tie.Kind == Acronym
		class, _ := joint(q, c, p)
		says = says || class != Number && class != Legal && !class.silent()
		if class == Content && p.Tie.Kind != Initials && p.Tie.Kind != Acronym {
			naming++
			if p.Tie.Kind != Same && p.Tie.Kind != Reading && p.Tie.Kind != Glued {
				near++
			}
		}
	}
	turned := turned(q, c, r.Pairs)
	complete := (ql|cl)&^(1<<Legal) == 0 && len(r.Pairs) > 0 && !acronym && says && !turned
	if complete {
		t.add(FComplete, 1000)
		t.add(FCompleteWords, 1000*int32(min(naming, maxCompleteWords)))
		if same {
			t.add(FExact, 1000)
		}
	}
	if ql&(1<<Legal) != 0 && cl&(1<<Legal) != 0 {
		t.add(FLegalOther, 1000)
	}
	if ql&(1<<Number) != 0 && cl&(1<<Number) != 0 {
		t.add(FNumberClash, 1000)
	}
	if ql&(1<<Place) != 0 && cl&(1<<Place) != 0 {
		t.add(FPlaceClash, 1000)
	}
	if n := min(distinct(q, usedQ), distinct(c, usedC)); n > 0 {
		t.add(FNameClash, 1000*n)
	}
	if turned {
		t.add(FTurned, 1000)
	}
	switch naming {
	case 0:
		switch {
		case !says:
			t.add(FNone, 2000) // a number and a legal form are less than business words
		case complete:
			t.add(FNone, 500) // a name of business words alone, all of which agree
		default:
			t.add(FNone, 1000)
		}
		if !complete {
			t.add(FGenericAlone, min(r.Vector[FGeneric], maxGenericAlone))
		}
	case 1:
		t.add(FSingle, 1000)
		if near == 1 {
			t.add(FSingleNear, 1000)
		}
	}
	return t.sum()
}

// maxGenericAlone is up to how much information business words alone say less
// than their share: a name of a dozen of them, all of which agree, names after
// all.
const maxGenericAlone = 12000

// turned says that what is the son in one name is the father in the other: X bin
// Y is not Y bin X.
func turned(q, c []Shape, pairs []Pairing) bool {
	qSon, qFather := chain(q)
	if qSon == 0 {
		return false
	}
	cSon, cFather := chain(c)
	if cSon == 0 {
		return false
	}
	met := func(a, b uint64) bool {
		for i := range pairs {
			if pairs[i].Q == a && pairs[i].C == b {
				return true
			}
		}
		return false
	}
	return met(qSon, cFather) && met(qFather, cSon)
}

// chain returns the parts before and after the first "son of" of a name, as
// sets; none where no name stands on either side.
func chain(shapes []Shape) (son, father uint64) {
	at := -1
	for i, s := range shapes {
		switch {
		case s.Class == Particle && s.Role == party.PartPatronymic:
			if son == 0 {
				return 0, 0
			}
			at = i
		case s.Class == Content && at >= 0:
			return son, 1 << i
		case s.Class == Content:
			son = 1 << i
		}
	}
	return 0, 0
}

// distinct counts the parts left over that tell one party from another.
func distinct(shapes []Shape, used uint64) int32 {
	n := int32(0)
	for i, s := range shapes {
		if used>>i&1 == 0 && s.Distinct() {
			n++
		}
	}
	return n
}

// nothingAgrees is the evidence of two names without any pair, in milli-nats:
// below any threshold, whatever else is known.
const nothingAgrees = -30000

// maxCompleteWords is how many naming words add to the weight of a complete
// agreement; the fifth says no more than the four before.
const maxCompleteWords = 4

// left returns the classes of the parts that found no partner as a set of
// bits, silent ones left out.
func left(shapes []Shape, used uint64) uint16 {
	var set uint16
	for i, s := range shapes {
		if used>>i&1 == 0 && !s.Class.silent() {
			set |= 1 << s.Class
		}
	}
	return set
}

// A tally sums weighted features: each contribution is rounded once, so that
// what is shown adds up to what is counted.
type tally struct {
	w     *Weights
	v     *Vector
	total int64
}

func (t *tally) add(f Feature, x int32) {
	t.total += int64(t.w[f]) * int64(x)
	if t.v != nil {
		t.v[f] += x
	}
}

func (t *tally) sum() int32 { return int32(t.total / 1000) }

// A Ceiling bounds Base by what is known of a comparison before it is made.
type Ceiling struct {
	base  [2][2]int32 // by: may every word of the subject be paired, may a naming word
	clash int32       // of one more word that each side has left over; not positive
}

// NewCeiling returns the ceiling under some weights.
func NewCeiling(w *Weights) Ceiling {
	var c Ceiling
	any := w[FBias] + max(w[FLegalOther], 0) + max(w[FNumberClash], 0) + max(w[FPlaceClash], 0) + MaxParts*max(w[FNameClash], 0) + int32(int64(max(w[FGenericAlone], 0))*MaxParts*MaxInfo/1000) + 1
	complete := max(w[FComplete], 0) + maxCompleteWords*max(w[FCompleteWords], 0) + max(w[FExact], 0)
	naming := max(w[FNone], w[FSingle], w[FSingle]+w[FSingleNear], 0)
	c.base = [2][2]int32{{any + w[FNone], any + naming}, {any + complete + w[FNone]/2, any + complete + naming}}
	c.clash = min(w[FNameClash], 0)
	return c
}

// Base bounds the evidence of the names as wholes: complete says that every
// word of the subject may find a partner, naming that a naming word may.
// Clashes are words that tell one party from another of which each side is
// bound to have so many left over.
func (c *Ceiling) Base(complete, naming bool, clashes int32) int32 {
	return c.base[bit(complete)][bit(naming)] + c.clash*clashes
}

// Acronym bounds the evidence of a comparison in which a word stands for the
// whole of the other name, but for what other pairs lift it by.
func (c *Ceiling) Acronym(w *Weights) int32 { return c.base[0][1] + max(w[FAcronym], 0)*MaxParts }

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Needed says that a name is not complete as long as the part has no partner.
func (s *Shape) Needed() bool { return s.Class != Legal && !s.Class.silent() }

// Distinct says that the part tells one party from another: two names that
// differ in one clash.
func (s *Shape) Distinct() bool { return s.Class == Content || s.Class == Place }

// Names says whether a pairing of parts of the subject with parts of a listed
// name may be one of naming words.
func Names(q, c []Shape, p Pairing) bool {
	if p.Tie.Kind == Initials {
		return false
	}
	class, _ := joint(q, c, &p)
	return class == Content
}

// Gain is the evidence of a pairing.
func (s *Scorer) Gain(w *Weights, q, c []Shape, p Pairing) int32 { return s.weigh(w, q, c, &p, nil) }

// InitialLift bounds what the initials of one name can lift the evidence by:
// each may stand for the costliest word of the other.
func InitialLift(w *Weights, shapes []Shape, listed bool) int32 {
	var sum int32
	for _, s := range shapes {
		if s.Class == Initial {
			sum += max(0, w[FInitial]-leftover(w, s, listed, nil)+costliest(w, !listed))
		}
	}
	return sum
}

// costliest is the most that one part can cost when it is left over.
func costliest(w *Weights, listed bool) int32 {
	least := int32(0)
	for _, class := range []Class{Content, Particle, Initial} {
		for _, role := range []party.PartType{party.PartUnknown, party.PartFamily, party.PartMiddle} {
			for _, info := range []int32{0, MaxInfo} {
				least = min(least, leftover(w, Shape{class, role, info}, listed, nil))
			}
		}
	}
	return -least
}
