// SPDX-License-Identifier: Apache-2.0

package law

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/party"
)

// Effects returns what a listing would bring on a day, one effect for each
// program and regime that has something to say, in the order of the listing's
// programs. A listing that did not stand on that day brings nothing; one of a
// list that is no sanctions list ("intel", "local") neither. The zero date asks
// for the listing as it stands.
//
// A listing that stands always brings something: where no rule knows its
// program, or the program has ended, that is a [Review] which says so. Where
// the listing says "Block" and its programs bring no block, the block is added.
func (p *Pack) Effects(l party.Listing, on party.Date) []Effect {
	list := listOf(l)
	if !l.StoodOn(on) || regimeOf(list) == "" {
		return nil
	}
	q := question{pack: p, listing: l, list: list, on: on}
	if regimeOf(list) == OFAC && len(l.Programs) > 0 {
		for _, tag := range l.Programs {
			q.program(tag)
		}
		q.addBlock()
	} else {
		q.listAlone()
	}
	if len(q.effects) == 0 {
		q.effects = append(q.effects, q.review(strings.Join(l.Programs, ", "), "listed before its program began: the list does not say under what"))
	}
	return q.effects
}

// listOf returns the list of a listing, and for the U.S. Consolidated Screening
// List the list that its source is.
func listOf(l party.Listing) string {
	list := string(l.List)
	if !strings.HasPrefix(list, "us-csl") {
		return list
	}
	said := strings.ToLower(strings.Join(append([]string{list, l.Authority}, l.Measures...), " "))
	for _, s := range cslSources {
		if strings.Contains(said, s.words) {
			return s.list
		}
	}
	return list
}

// cslSources are words of the names that the Consolidated Screening List gives
// its sources: https://www.trade.gov/consolidated-screening-list.
var cslSources = [...]struct{ words, list string }{
	{"specially designated nationals", "us-ofac-sdn"},
	{"sectoral sanctions", "us-ofac-ssi"},
	{"palestinian legislative", "us-ofac-plc"},
	{"foreign sanctions evaders", "us-ofac-fse"},
	{"capta", "us-ofac-capta"},
	{"menu-based", "us-ofac-mbs"},
	{"chinese military", "us-ofac-cmic"},
	{"military end user", "us-bis-meu"},
	{"entity list", "us-bis-el"},
	{"denied persons", "us-bis-dpl"},
	{"unverified", "us-bis-uvl"},
	{"itar debarred", "us-state-dtc"},
	{"nonproliferation", "us-state-isn"},
}

// RegimeOf returns whose sanctions law a list belongs to, by the beginning of its
// id; "" for a list that is no sanctions list of a known authority.
func RegimeOf(list party.ListID) Regime { return regimeOf(string(list)) }

func regimeOf(list string) Regime {
	for _, r := range [...]Regime{OFAC, BIS, State, EU, UK, UN, Switzerland, Canada, Australia} {
		if strings.HasPrefix(list, string(r)+"-") {
			return r
		}
	}
	if strings.HasPrefix(list, "us-csl") {
		return OFAC // a source that is not known: for review under the nearest
	}
	return ""
}

// question is one call of Effects.
type question struct {
	pack    *Pack
	listing party.Listing
	list    string
	on      party.Date
	effects []Effect
}

// program appends what one tag brings: under each regime the first rule that
// is in force and fits the measures. Where none is of OFAC, it says why.
func (q *question) program(tag string) {
	var done []Regime
	known, ended := false, party.Date{}
	unfit := false
	for _, r := range q.pack.byTag[foldTag(tag)] {
		if !q.isOf(r) || slices.Contains(done, r.Regime) {
			continue
		}
		known = known || r.Regime == OFAC
		switch {
		case q.inForce(r) && q.measured(r):
			done = append(done, r.Regime)
			q.add(q.effect(q.byMeasure(*r), tag))
		case r.Regime != OFAC:
		case q.inForce(r):
			unfit = true
		case !r.To.IsZero() && (q.on.IsZero() || q.on.Compare(r.To) > 0):
			ended = r.To
		}
	}
	switch {
	case slices.Contains(done, OFAC):
	case !known:
		q.effects = append(q.effects, q.review(tag, "confirm what the program means"))
	case !ended.IsZero():
		q.effects = append(q.effects, q.review(tag, fmt.Sprintf("the program ended on %v, and the listing stands: confirm under what", ended)))
	case unfit:
		q.effects = append(q.effects, q.review(tag, "no rule fits the measures of the listing: "+strings.Join(q.listing.Measures, ", ")))
	}
	// What remains is a program that had not begun on that day: the tag was added
	// to an older listing, and what it stood under then is said by the others.
}

// add appends an effect, or its program to an effect that says the same under
// the same authority: one export licence, whatever programs ask for it.
func (q *question) add(e Effect) {
	for i, o := range q.effects {
		if o.Regime == e.Regime && o.IfConfirmed == e.IfConfirmed && o.Authority == e.Authority && o.Cascades == e.Cascades && o.Note == e.Note && o.Listed == e.Listed {
			q.effects[i].Program += ", " + e.Program
			return
		}
	}
	q.effects = append(q.effects, e)
}

// isOf says that a rule speaks of the listing's list.
func (q *question) isOf(r *Rule) bool {
	return slices.ContainsFunc(r.Lists, func(s string) bool {
		return strings.HasPrefix(q.list, s) && (len(q.list) == len(s) || q.list[len(s)] == '-')
	})
}

// measured says that the listing names the measure that a rule wants. A listing
// that names none fits the rules for a block: the older formats of the SDN list
// print no measures.
func (q *question) measured(r *Rule) bool {
	return r.Measure == "" || q.names(r.Measure) || r.Measure == blockWord && len(q.listing.Measures) == 0
}

const blockWord = "Block"

func (q *question) names(part string) bool {
	part = strings.ToLower(part)
	return slices.ContainsFunc(q.listing.Measures, func(m string) bool { return strings.Contains(strings.ToLower(m), part) })
}

// byMeasure softens a rule that blocks where the listing names measures and
// none of them is a block: the rules for any program say what those mean. On a
// list that is not the SDN list, a listing without measures is for review.
func (q *question) byMeasure(r Rule) Rule {
	if r.Effect != Block || q.hasBlock() {
		return r
	}
	if len(q.listing.Measures) == 0 {
		if q.list != "us-ofac-sdn" {
			r.Effect, r.Cascades, r.Note = Review, false, join("not on the SDN list, and the listing names no measure", r.Note)
		}
		return r
	}
	for _, m := range q.pack.any {
		if m.Regime == r.Regime && q.isOf(m) && q.names(m.Measure) {
			r.Effect, r.Cascades, r.Note = m.Effect, m.Cascades, join(m.Note, r.Note)
			return r
		}
	}
	r.Effect, r.Cascades, r.Note = Review, false, join("the listing names no block but "+strings.Join(q.listing.Measures, ", "), r.Note)
	return r
}

func (q *question) hasBlock() bool {
	return slices.ContainsFunc(q.listing.Measures, func(m string) bool { return strings.EqualFold(m, blockWord) })
}

// addBlock holds that a listing which says "Block" brings one.
func (q *question) addBlock() {
	if !q.hasBlock() || slices.ContainsFunc(q.effects, func(e Effect) bool { return e.IfConfirmed == Block }) {
		return
	}
	for i, e := range q.effects {
		if e.Regime == OFAC && !strings.HasPrefix(e.Note, "the program ended") {
			q.effects[i].Note = join("the listing says Block", e.Note)
			q.effects[i].IfConfirmed, q.effects[i].Cascades = Block, true
			return
		}
	}
}

// listAlone appends what the list and the measures bring, for lists whose
// programs do not decide: the first rule for each measure, or that for none.
func (q *question) listAlone() {
	measures := q.listing.Measures
	if len(measures) == 0 {
		measures = []string{""}
	}
	var done []string
	for _, m := range measures {
		e, ok := q.forMeasure(m)
		if !ok {
			e = q.review(strings.Join(q.listing.Programs, ", "), "no rule for the measure "+m)
		}
		if key := string(e.IfConfirmed) + e.Note; !slices.Contains(done, key) {
			done = append(done, key)
			q.effects = append(q.effects, e)
		}
	}
}

// forMeasure returns the effect of the first rule of the list for a measure, ""
// for a listing that names none.
func (q *question) forMeasure(measure string) (Effect, bool) {
	for _, r := range q.pack.alone {
		if !q.isOf(r) || !q.inForce(r) {
			continue
		}
		fits := r.Measure == "" || r.Measure == "none" && measure == "" || measure != "" && strings.Contains(strings.ToLower(measure), strings.ToLower(r.Measure))
		if fits {
			return q.effect(*r, strings.Join(q.listing.Programs, ", ")), true
		}
	}
	return Effect{}, false
}

// inForce says that a rule holds on the day asked for; for the zero date, that
// it stands.
func (q *question) inForce(r *Rule) bool {
	if q.on.IsZero() {
		return r.To.IsZero()
	}
	return within(q.on, r.From, r.To)
}

// basisWord stands in a note for the legal bases that the listing names.
const basisWord = "{basis}"

func (q *question) effect(r Rule, program string) Effect {
	e := Effect{Regime: r.Regime, IfConfirmed: r.Effect, Authority: r.Authority, Program: program, Listed: q.listing.Listed, Cascades: r.Cascades, Note: r.Note}
	e.Note = strings.ReplaceAll(e.Note, basisWord, cmp.Or(strings.Join(q.listing.LegalBasis, ", "), "none"))
	if basis := strings.Join(q.listing.LegalBasis, "; "); basis != "" && (r.Regime != OFAC && r.Regime != BIS || e.Authority == "") {
		e.Authority = basis
	}
	if e.Authority == "" {
		e.Authority = unknownAuthority(program)
	}
	if !r.since.IsZero() && !e.Listed.IsZero() && e.Listed.Last().Compare(r.since) < 0 {
		e.Listed = r.since
		e.Note = join(fmt.Sprintf("listed since %v; this program exists since %v, and the list does not say when it was added", q.listing.Listed, r.since), e.Note)
	}
	for _, l := range q.pack.Licences(e.Regime, program, q.on) {
		e.Licences = append(e.Licences, l.ID)
	}
	return e
}

// review is the effect of what no rule knows.
func (q *question) review(program, note string) Effect {
	authority := unknownAuthority(program)
	if basis := strings.Join(q.listing.LegalBasis, "; "); basis != "" {
		note = join(note, "the list names "+basis)
	}
	return Effect{Regime: regimeOf(q.list), IfConfirmed: Review, Authority: authority, Program: program, Listed: q.listing.Listed, Note: note}
}

func unknownAuthority(program string) string {
	if program == "" {
		return "authority not in the rule pack"
	}
	return "program " + program + ": authority not in the rule pack"
}

func join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "; " + b
}
