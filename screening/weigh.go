// SPDX-License-Identifier: Apache-2.0

package screening

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/book"
	"github.com/interdict-dev/interdict/law"
	"github.com/interdict-dev/interdict/names"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/places"
	"github.com/interdict-dev/interdict/subject"
)

// A judgement adds up the evidence about one subject and one entry.
type judgement struct {
	model      *names.Model
	subject    *subject.Subject
	entry      *party.Entry
	reasons    []Reason
	sum        int32
	identified bool // a strong identifier agrees
	mode       names.Mode
}

func (j *judgement) add(r Reason) {
	j.sum += int32(r.Weight)
	j.reasons = append(j.reasons, r)
}

func (j *judgement) other(o names.Other, kind, left, right, note string) {
	j.add(Reason{Kind: kind, Weight: names.Nats(j.model.Others[o]), Left: left, Right: right, Note: note})
}

// mostBeside is the most evidence that what is known of the subject beside its
// name can bring: the index must propose names that lack no more than that.
func mostBeside(m *names.Model, sub *subject.Subject) int32 { return mostOf(m, &sub.Party) }

// mostOf is the same of a party, on either side.
func mostOf(m *names.Model, p *party.Entry) int32 {
	var most int32
	if len(p.Births) > 0 {
		most += m.Others[names.BirthDay]
	}
	if len(p.Nationalities)+len(p.Citizenships)+len(p.Countries)+len(p.Addresses) > 0 {
		most += m.Others[names.CountrySame]
	}
	if p.Gender != "" {
		most += m.Others[names.GenderSame]
	}
	if len(p.Addresses) > 0 {
		most += max(m.Others[names.PlaceSame], m.Others[names.CitySame])
	}
	return most // what an identifier brings needs no proposal by name
}

// subjectKeys are the keys by which a subject finds entries whatever its name.
func subjectKeys(sub *subject.Subject) []string {
	var keys []string
	add := func(k string) {
		if !slices.Contains(keys, k) {
			keys = append(keys, k)
		}
	}
	book.Keys(&sub.Party, add)
	if sub.Bare {
		bare := bareParty(sub.Party.Name())
		book.Keys(&bare, add)
	}
	return keys
}

// bareParty is what a bare word may be beside a name.
func bareParty(word string) party.Entry {
	e := party.Entry{Identifiers: party.Guess(word)}
	if !strings.ContainsAny(strings.TrimSpace(word), " \t") {
		e.Websites, e.Emails = []string{word}, []string{word}
	}
	return e
}

// beside weighs everything but the name.
func (j *judgement) beside() {
	j.identifiers(&j.subject.Party)
	if j.subject.Bare {
		bare := bareParty(j.subject.Party.Name())
		j.identifiers(&bare)
	}
	j.kind()
	j.births()
	j.countries()
	j.gender()
	j.addresses()
}

// identifiers weighs numbers, domains, e-mail addresses and phones of p, which
// is the subject's party or what a bare word may be.
func (j *judgement) identifiers(p *party.Entry) {
	var differs *Reason
	agreed := false
	for _, a := range p.Identifiers {
		for _, b := range j.entry.Identifiers {
			switch party.Agree(a, b) {
			case party.Same:
				if !agreed {
					j.other(names.IdentifierSame, "identifier.same", a.Value, b.Value, cmp.Or(b.Label, string(b.Scheme)))
				}
				agreed, j.identified = true, true
			case party.Differ:
				differs = &Reason{Kind: "identifier.other", Weight: names.Nats(j.model.Others[names.IdentifierOther]), Left: a.Value, Right: b.Value, Note: string(b.Scheme)}
			}
		}
	}
	if differs != nil && !agreed {
		j.add(*differs)
	}
	if agreed {
		return
	}
	for _, c := range []struct {
		kind string
		a, b []string
		form func(string) string
	}{{"domain.same", p.Websites, j.entry.Websites, book.Domain}, {"email.same", p.Emails, j.entry.Emails, book.Email}, {"phone.same", p.Phones, j.entry.Phones, book.Phone}} {
		if left, right, ok := common(c.a, c.b, c.form); ok {
			j.other(names.IdentifierSame, c.kind, left, right, "")
			j.identified = true
			return
		}
	}
}

// common returns the first two values that have one form.
func common(a, b []string, form func(string) string) (left, right string, ok bool) {
	for _, x := range a {
		fx := form(x)
		if fx == "" {
			continue
		}
		for _, y := range b {
			if form(y) == fx {
				return x, y, true
			}
		}
	}
	return "", "", false
}

func (j *judgement) kind() {
	a, b := j.subject.Party.Kind, j.entry.Kind
	if a != party.Unknown && b != party.Unknown && a != b {
		j.other(names.KindOther, "kind.other", a.String(), b.String(), "")
	}
}

// births weighs dates of birth: the best agreement of any two counts, and a
// contradiction only when none agrees.
func (j *judgement) births() {
	best, left, right, found := j.bestBirth(j.subject.Party.Births)
	if !found {
		return
	}
	kind := "birth.same"
	switch best {
	case names.BirthNear, names.BirthSwapped:
		kind = "birth.near"
	case names.BirthOther:
		kind = "birth.other"
	}
	j.other(best, kind, left, right, "")
}

// bestBirth returns what the best agreement of some births with the entry's is,
// and the two dates.
func (j *judgement) bestBirth(births []party.Span) (best names.Other, left, right string, found bool) {
	for _, a := range births {
		for _, b := range j.entry.Births {
			o, ok := compareBirths(a, b)
			if ok && (!found || j.model.Others[o] > j.model.Others[best]) {
				best, left, right, found = o, a.String(), b.String(), true
			}
		}
	}
	return best, left, right, found
}

// compareBirths compares two dates of birth; ok is false when either is empty.
func compareBirths(a, b party.Span) (names.Other, bool) {
	if a.IsZero() || b.IsZero() {
		return 0, false
	}
	exact := func(s party.Span) bool { return s.From == s.To && !s.Circa && s.From.Month != 0 }
	x, y := a.From, b.From
	switch {
	case exact(a) && exact(b) && x.Year == y.Year && x.Month == y.Month && x.Day == y.Day:
		if x.Day != 0 {
			return names.BirthDay, true
		}
		return names.BirthMonth, true
	case exact(a) && exact(b) && x.Year == y.Year && x.Month == y.Month && (x.Day == 0 || y.Day == 0):
		return names.BirthMonth, true
	case exact(a) && exact(b) && x.Year == y.Year && x.Day != 0 && uint8(x.Month) == y.Day && x.Day == uint8(y.Month):
		return names.BirthSwapped, true
	case exact(a) && exact(b):
		// the same day in a neighbouring year is a slip of the pen; everything
		// else is another birth
		if x.Month == y.Month && x.Day == y.Day && abs(int(x.Year)-int(y.Year)) == 1 {
			return names.BirthNear, true
		}
		return names.BirthOther, true
	}
	slack := 0
	if a.Circa || b.Circa {
		slack = 2 // "circa" on lists covers a few years either way
	}
	lo, hi := max(int(a.From.Year), int(b.From.Year)), min(int(a.To.Last().Year), int(b.To.Last().Year))
	switch {
	case lo <= hi && a.From.Year == a.To.Year && b.From.Year == b.To.Year && slack == 0:
		return names.BirthYear, true
	case lo <= hi+slack:
		return names.BirthNear, true
	case lo == hi+1:
		return names.BirthNear, true
	}
	return names.BirthOther, true
}

func abs(n int) int { return max(n, -n) }

// countries weighs nationality, residence, registration and addresses together:
// one country in common speaks for, none in common a little against.
func (j *judgement) countries() {
	a, b := countriesOf(&j.subject.Party), countriesOf(j.entry)
	if len(a) == 0 || len(b) == 0 {
		return
	}
	for _, x := range a {
		for _, y := range b {
			if x == y || places.Related(x, y) {
				j.other(names.CountrySame, "country.same", x, y, "")
				return
			}
		}
	}
	j.other(names.CountryOther, "country.other", strings.Join(a, " "), strings.Join(b, " "), "")
}

func countriesOf(e *party.Entry) []string {
	var out []string
	add := func(c string) {
		if c != "" && !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	for _, list := range [][]string{e.Nationalities, e.Citizenships, e.Countries} {
		for _, c := range list {
			add(c)
		}
	}
	for _, a := range e.Addresses {
		add(a.Country)
	}
	return out
}

func (j *judgement) gender() {
	a, b := j.subject.Party.Gender, j.entry.Gender
	switch {
	case a == "" || b == "":
	case a == b:
		j.other(names.GenderSame, "gender.same", a, b, "")
	default:
		j.other(names.GenderOther, "gender.other", a, b, "")
	}
}

// maxAddresses is how many pairs of addresses are compared. Listed parties have
// up to a few dozen; the comparison of one pair costs some microseconds.
const maxAddresses = 64

// addresses weighs the best pair of addresses; another address says nothing:
// people and firms move. The same premises are said to be what they are, for a
// firm may share a house with a listed one and not be it.
func (j *judgement) addresses() {
	best, left, right := places.SameCountry, "", ""
	n := 0
	for _, a := range j.subject.Party.Addresses {
		for _, b := range j.entry.Addresses {
			if n++; n > maxAddresses {
				break
			}
			if l := places.Compare(a, b).Level; l > best {
				best, left, right = l, a.String(), b.String()
			}
		}
	}
	switch best {
	case places.SamePremises:
		j.other(names.PlaceSame, "address.premises", left, right, "co-located with a listed party")
	case places.SameStreet:
		j.other(names.CitySame, "address.street", left, right, "")
	case places.SameCity:
		j.other(names.CitySame, "city.same", left, right, "")
	}
}

// name weighs a name and gives its reasons.
func (j *judgement) name(forms []names.Form, m match, country string) {
	q := &forms[m.form]
	j.mode = q.Mode
	c := names.Read(j.entry.Names[m.name], q.Mode, names.Hint{Country: country})
	r := j.model.Compare(q, &c)
	before := j.sum
	var own []Reason
	j.reasons, own = nil, j.reasons
	for i := range r.Pairs {
		j.add(pairReason(q, &c, &r.Pairs[i]))
	}
	for _, l := range r.Left {
		if l.Evidence == 0 {
			continue
		}
		if l.Listed {
			j.add(Reason{Kind: "name.missing", Weight: names.Nats(l.Evidence), Right: c.Parts[l.Part].Written, Note: c.Parts[l.Part].Class.String()})
		} else {
			j.add(Reason{Kind: "name.extra", Weight: names.Nats(l.Evidence), Left: q.Parts[l.Part].Written, Note: q.Parts[l.Part].Class.String()})
		}
	}
	j.add(Reason{Kind: "name.whole", Weight: names.Nats(r.Base), Note: wholeNote(q, &c, r)})
	if got := j.sum - before; j.identified && got < lostName {
		j.add(Reason{Kind: "name.forgiven", Weight: names.Nats(lostName - got), Note: "an identifier outranks the name"})
	}
	j.reasons = append(j.reasons, own...)
}

// pairReason tells one pairing.
func pairReason(q, c *names.Form, p *names.Pairing) Reason {
	r := Reason{Kind: "name." + p.Tie.Kind.String(), Weight: names.Nats(p.Evidence()), Left: writtenParts(q, p.Q), Right: writtenParts(c, p.C)}
	if bits.OnesCount64(p.C) == 1 && bits.OnesCount64(p.Q) == 1 {
		part := &c.Parts[bits.TrailingZeros64(p.C)]
		if part.Class != names.Content && part.Class != names.Initial {
			r.Note = part.Class.String()
		}
		if i := slices.Index(part.Words, p.CWord); i > 0 && p.CWord[0] != '~' {
			r.Right += " (" + p.CWord + ")"
			r.Note = strings.TrimSpace(r.Note + " " + part.Systems[i])
		}
		other := &q.Parts[bits.TrailingZeros64(p.Q)]
		if i := slices.Index(other.Words, p.QWord); i > 0 && p.QWord[0] != '~' {
			r.Left += " (" + p.QWord + ")"
			r.Note = strings.TrimSpace(r.Note + " " + other.Systems[i])
		}
	} else if p.CWord != "" && p.CWord != strings.ToLower(r.Right) {
		r.Note = p.CWord
	}
	return r
}

func writtenParts(f *names.Form, set uint64) string {
	var out []string
	for ; set != 0; set &= set - 1 {
		out = append(out, f.Parts[bits.TrailingZeros64(set)].Written)
	}
	return strings.Join(out, " ")
}

// wholeNote says what the evidence of the names as wholes consists of.
func wholeNote(q, c *names.Form, r *names.Result) string {
	var notes []string
	for _, n := range []struct {
		f    names.Feature
		text string
	}{{names.FComplete, "every word found its partner"}, {names.FSingle, "one naming word alone agrees"}, {names.FNone, "no naming word agrees"},
		{names.FLegalOther, "the legal forms differ"}, {names.FTurned, "the son in one is the father in the other"}, {names.FNumberClash, "the numbers differ"}, {names.FPlaceClash, "the places differ"}} {
		if r.Vector[n.f] != 0 {
			notes = append(notes, n.text)
		}
	}
	if q.Mixed || c.Mixed {
		notes = append(notes, "letters of another script that look alike were read as Latin")
	}
	if q.Cut || c.Cut {
		notes = append(notes, "only the first 64 words were compared")
	}
	if q.Thin || c.Thin {
		notes = append(notes, "of so long a name only the likeliest ways to write each word were compared")
	}
	return strings.Join(append([]string{"what any two names have in common is discounted"}, notes...), "; ")
}

// finding makes the finding of a judgement that reached the threshold; nil for
// an entry that is no finding by itself.
func (s *Screener) finding(j *judgement, m match, weak bool) (*Finding, error) {
	e := j.entry
	f := &Finding{Ref: e.Ref, Kind: e.Kind, Name: e.Name(), Matched: e.Name(), Grade: Listed, Weak: weak, Reasons: j.reasons,
		Evidence: names.Nats(j.sum), Score: Score(j.model.Probability(j.sum)), Remarks: e.Remarks, Record: digest(e), mode: j.mode}
	if m.ok {
		f.Matched = e.Names[m.name].Full
	}
	f.Innocent = s.book.ExpectedInnocent(j.mode, j.sum)
	f.Flips = j.flips()
	f.addListings(e)
	var err error
	if f.Effects, err = s.effects(e); err != nil {
		return nil, err
	}
	if e.Ref.List == OwnedList && !s.reached(f) {
		return nil, nil
	}
	return f, nil
}

// addListings adds the programs of an entry and the first day of its listings.
func (f *Finding) addListings(e *party.Entry) {
	for _, l := range e.Listings {
		for _, p := range l.Programs {
			if !slices.Contains(f.Programs, p) {
				f.Programs = append(f.Programs, p)
			}
		}
		if !l.Listed.IsZero() && (f.Listed.IsZero() || l.Listed.Compare(f.Listed) < 0) {
			f.Listed = l.Listed
		}
	}
}

// flips says what would move the score: what the list knows and the subject does
// not say. An identifier that agrees leaves nothing to ask.
func (j *judgement) flips() []Flip {
	if j.identified {
		return nil
	}
	var out []Flip
	add := func(what string, o names.Other) {
		out = append(out, Flip{what, Score(j.model.Probability(j.sum + j.model.Others[o]))})
	}
	p := &j.subject.Party
	if len(p.Births) == 0 && len(j.entry.Births) > 0 && !j.entry.Births[0].IsZero() {
		add("birth date "+j.entry.Births[0].String(), names.BirthDay)
		add("another birth date", names.BirthOther)
	}
	if theirs := countriesOf(j.entry); len(countriesOf(p)) == 0 && len(theirs) > 0 {
		add("country "+strings.Join(theirs, " or "), names.CountrySame)
		add("another country", names.CountryOther)
	}
	return out
}

// effects are what the listings of an entry would bring on the policy's day, by
// the rule pack of the book.
func (s *Screener) effects(e *party.Entry) ([]Effect, error) {
	out := []Effect{} // JSON says [] and never null
	pack, err := s.book.Law()
	if err != nil {
		return nil, err
	}
	for _, l := range e.Listings {
		for _, f := range pack.Effects(l, s.policy.LawAsOf) {
			if s.policy.wants(f.Regime) {
				out = append(out, f)
			}
		}
	}
	return out, nil
}

// regimeOrder is the order in which effects are said.
func regimeOrder(r law.Regime) int {
	i := slices.Index([]law.Regime{"us-ofac", "us-bis", "eu", "uk", "un"}, r)
	if i < 0 {
		return 99
	}
	return i
}
