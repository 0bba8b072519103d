// SPDX-License-Identifier: Apache-2.0

// Package screening decides how much a subject resembles what a book lists.
//
// [Screener.Screen] is a pure function of subject, book and policy: the same
// arguments give the same findings on every machine and next year. Each finding
// carries its evidence as reasons, from the same sums as its score; its grade,
// which no score can change; and what would follow under each regime if a
// person confirms it. The package confirms nothing, suppresses nothing and
// keeps nothing: that is for package cases and for people.
//
// What cannot be read in the book, because it is damaged or cut, is an error of
// kind errkind.Unavailable: the answer is incomplete, never "nothing found".
package screening

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/interdict-dev/interdict/book"
	"github.com/interdict-dev/interdict/index"
	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/names"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/starter"
	"github.com/interdict-dev/interdict/subject"
)

// A Screener screens subjects against one book under one policy. It holds
// scratch space and is for one goroutine; make one for each.
type Screener struct {
	book   *book.Book
	policy Policy
	lists  []*book.List
	extra  []Extra
	search index.Searcher
	asked  int
	quiet  *quiet // shared with the screeners of a stream
	least  int32  // evidence of the policy's threshold
}

// New returns a screener. The book must stay open while it is used. A policy
// that names a list which the book does not hold is an error: the answer would
// be silent about it.
//
// The books of extra are screened beside it, whatever lists the policy names.
func New(b *book.Book, p Policy, extra ...Extra) (*Screener, error) {
	s := &Screener{book: b, policy: p, extra: extra, quiet: &quiet{}, least: b.Model().Evidence(p.MinScore)}
	for _, id := range p.Lists {
		if _, ok := b.List(id); !ok {
			return nil, fmt.Errorf("the book holds no list %s", id)
		}
	}
	for _, l := range b.Lists() {
		if l.Info.List == starter.Intel {
			continue // listed nowhere: what evidence says of them is another question
		}
		if len(p.Lists) == 0 || slices.Contains(p.Lists, l.Info.List) {
			s.lists = append(s.lists, l)
		}
	}
	for _, x := range extra {
		if x.Book != nil {
			s.lists = append(s.lists, x.Book.Lists()...)
		}
	}
	return s, nil
}

// Policy returns the policy of the screener.
func (s *Screener) Policy() Policy { return s.policy }

// Screen answers for one subject.
func (s *Screener) Screen(sub *subject.Subject) (Answer, error) {
	a := Answer{Subject: describe(sub), Record: RecordOf(sub)}
	plain, question := isPlain(sub), a.Record+" "+sub.At.String()
	if plain {
		if old, ok := s.quiet.get(question); ok {
			old.Subject = a.Subject
			old.Findings = []Finding{}
			return old, nil
		}
	}
	err := s.guard(func() error {
		if s.asked++; s.asked == loadAfter {
			s.load()
		}
		forms, found, err := s.proposed(sub)
		if err != nil {
			return err
		}
		if err := s.judge(&a, sub, forms, found); err != nil {
			return err
		}
		return s.beside(&a, sub)
	})
	if err != nil {
		return Answer{}, fmt.Errorf("screen %s: %w", a.Subject.title(), err)
	}
	if err := s.guard(func() error { return s.places(&a, sub) }); err != nil {
		return Answer{}, fmt.Errorf("screen %s: %w", a.Subject.title(), err)
	}
	if err := s.guard(func() error { return s.premises(&a, sub) }); err != nil {
		return Answer{}, fmt.Errorf("screen %s: %w", a.Subject.title(), err)
	}
	if plain && len(a.Findings)+len(a.Places)+len(a.Premises) == 0 {
		s.quiet.put(question, a)
	}
	return a, nil
}

// isPlain says that an answer without a finding depends on what is known of the
// subject and on the day alone.
func isPlain(s *subject.Subject) bool {
	return !s.Bare && !s.Prose && s.Dealing.IsZero()
}

// maxQuiet is how many questions without a finding are remembered: the suppliers
// of a bill of material, the payees of a ledger come again and again.
const maxQuiet = 1 << 16

// quiet are the answers without a finding to questions that may come again. All
// screeners of a stream share one.
type quiet struct {
	mu  sync.RWMutex
	all map[string]Answer // guarded by mu
}

func (q *quiet) get(question string) (Answer, bool) {
	q.mu.RLock()
	defer q.mu.RUnlock()
	a, ok := q.all[question]
	return a, ok
}

func (q *quiet) put(question string, a Answer) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.all == nil || len(q.all) >= maxQuiet {
		q.all = map[string]Answer{}
	}
	q.all[question] = a
}

// loadAfter is how many subjects are screened before the indexes are checked as
// wholes: that takes about as long as so many searches in parts that were not.
const loadAfter = 500

func (s *Screener) load() {
	for _, l := range s.lists {
		l.Index.Load()
	}
}

// readForms reads the names of a subject under the modes of its kind.
func readForms(sub *subject.Subject) []names.Form {
	var forms []names.Form
	hint := names.Hint{Country: book.Country(&sub.Party)}
	for _, n := range sub.Party.Names {
		for _, m := range names.Modes(sub.Party.Kind) {
			if f := names.Read(n, m, hint); len(f.Parts) > 0 {
				forms = append(forms, f)
			}
		}
	}
	return forms
}

// A candidate is an entry that may be the subject, with the best of its names.
type candidate struct {
	list   *book.List
	entry  uint32
	strong match // best name that the publisher does not call weak
	weak   match
	keyed  bool // it shares an identifier, a domain, an e-mail or a phone
}

// A match is one name of an entry and its evidence.
type match struct {
	form     int // of the subject
	name     int // of the entry
	evidence int32
	ok       bool
}

// improve keeps the match of more evidence; of equal ones the earlier name of
// the subject, then that of the entry.
func (m *match) improve(n match) {
	if !m.ok || n.evidence > m.evidence || n.evidence == m.evidence && n.form == m.form && n.name < m.name {
		*m = n
	}
}

type entryKey struct {
	list  party.ListID
	entry uint32
}

// proposed returns what the index proposes for a subject, and how its names read.
// Names that no list resembles are asked about once: a supplier of a thousand
// components has one name and as many addresses.
func (s *Screener) proposed(sub *subject.Subject) (forms []names.Form, found []*candidate, err error) {
	digest := party.Digest(&party.Entry{Kind: sub.Party.Kind, Names: sub.Party.Names})
	question := fmt.Sprintf("%x %s %d", digest, book.Country(&sub.Party), s.low(sub))
	if _, resemblesNobody := s.quiet.get(question); resemblesNobody {
		if found, err = s.candidates(sub, nil); err != nil || len(found) == 0 {
			return nil, nil, err
		}
	}
	forms = readForms(sub)
	if found, err = s.candidates(sub, forms); err != nil {
		return nil, nil, err
	}
	if !slices.ContainsFunc(found, func(c *candidate) bool { return c.strong.ok || c.weak.ok }) {
		s.quiet.put(question, Answer{})
	}
	return forms, found, nil
}

// low is the evidence of a name below which nothing else that is known of the
// subject can make a finding.
func (s *Screener) low(sub *subject.Subject) int32 { return s.least - mostBeside(s.book.Model(), sub) }

// candidates collects what the index and the keys propose.
func (s *Screener) candidates(sub *subject.Subject, forms []names.Form) ([]*candidate, error) {
	var found []*candidate
	at := map[entryKey]*candidate{}
	get := func(l *book.List, entry uint32) *candidate {
		k := entryKey{l.Info.List, entry}
		c := at[k]
		if c == nil {
			c = &candidate{list: l, entry: entry}
			at[k] = c
			found = append(found, c)
		}
		return c
	}
	low, keys := s.low(sub), subjectKeys(sub)
	for _, l := range s.lists {
		for i := range forms {
			s.search.Search(l.Index, &forms[i], low, func(h index.Hit) {
				c, m := get(l, h.Entry), match{i, int(h.Name), h.Evidence, true}
				if h.Weak {
					c.weak.improve(m)
				} else {
					c.strong.improve(m)
				}
			})
		}
		for _, key := range keys {
			for e := range l.Keyed(key) {
				get(l, e).keyed = true
			}
		}
	}
	return found, nil
}

// judge weighs the candidates and fills in the answer.
func (s *Screener) judge(a *Answer, sub *subject.Subject, forms []names.Form, found []*candidate) error {
	var all []*Finding
	for _, c := range found {
		f, err := s.weigh(sub, forms, c)
		if err != nil {
			return err
		}
		switch {
		case f == nil:
		case f.Weak && !s.policy.alertsOnWeak(c.list.Info.List):
			a.WeakOnly++
		default:
			all = append(all, f)
		}
	}
	slices.SortFunc(all, compareFindings)
	merged, err := s.joinIdentities(all)
	if err != nil {
		return err
	}
	a.Findings = merged
	return nil
}

// beside adds what is found by other ways than name and identifier, and keeps to
// the policy's limit.
func (s *Screener) beside(a *Answer, sub *subject.Subject) error {
	if err := s.hosts(a, sub); err != nil {
		return err
	}
	if s.policy.Limit > 0 && len(a.Findings) > s.policy.Limit {
		a.Omitted = len(a.Findings) - s.policy.Limit
		a.Findings = a.Findings[:s.policy.Limit]
	}
	s.dealings(a, sub)
	return nil
}

// compareFindings puts the most evidence first; equal evidence in the order of
// the entries.
func compareFindings(a, b *Finding) int {
	return cmp.Or(cmp.Compare(b.Evidence, a.Evidence), a.Ref.Compare(b.Ref))
}

// weigh returns the finding of a candidate, or nil when it stays below the
// threshold.
func (s *Screener) weigh(sub *subject.Subject, forms []names.Form, c *candidate) (*Finding, error) {
	e, err := c.list.Entry(c.entry)
	if err != nil {
		return nil, fmt.Errorf("list %s: entry %d: %w", c.list.Info.List, c.entry, err)
	}
	if !s.policy.keepStanding(&e) {
		return nil, nil // not listed yet, or no longer, on the day that is asked about
	}
	j := judgement{model: s.book.Model(), subject: sub, entry: &e}
	j.beside()
	if c.keyed && !j.identified && !c.strong.ok && !c.weak.ok {
		return nil, nil // a hash or a number that another register gave: a stranger
	}
	m, weak := c.strong, false
	if c.weak.ok && (!m.ok || m.evidence+j.sum < s.least && c.weak.evidence > m.evidence) {
		m, weak = c.weak, true // a name that alerts speaks itself; a weak one does where none alerts
	}
	if j.identified {
		if !m.ok {
			m, weak = bestName(s.book.Model(), forms, &e), false
		}
		m.evidence = max(m.evidence, lostName)
	}
	if j.sum+m.evidence < s.least {
		return nil, nil
	}
	if m.ok {
		j.name(forms, m, book.Country(&e))
	}
	return s.finding(&j, m, weak && !j.identified)
}

// lostName is the least evidence of a name beside an identifier that agrees:
// the name may be anything, a typing error in the number is still possible.
const lostName = -4000

// bestName compares the names in full, for an entry that only a key found.
func bestName(m *names.Model, forms []names.Form, e *party.Entry) match {
	var best match
	hint := names.Hint{Country: book.Country(e)}
	for _, mode := range names.Modes(e.Kind) {
		for k, n := range e.Names {
			listed := names.Read(n, mode, hint)
			for i := range forms {
				if forms[i].Mode == mode && len(listed.Parts) > 0 {
					best.improve(match{i, k, m.Compare(&forms[i], &listed).Evidence, true})
				}
			}
		}
	}
	return best
}

// joinIdentities makes one finding of those about one party: the one with the
// most evidence speaks, the others add their lists and effects.
func (s *Screener) joinIdentities(all []*Finding) ([]Finding, error) {
	out := []Finding{} // JSON says [] and never null
	at := map[party.Ref]int{}
	for _, f := range all {
		id, err := s.book.Identity(f.Ref)
		if err != nil {
			return nil, err
		}
		if i, ok := at[id.Refs[0]]; ok {
			out[i].Effects = append(out[i].Effects, f.Effects...)
			continue
		}
		for _, r := range id.Refs {
			if r == f.Ref {
				continue
			}
			stood, err := s.addEffects(f, r, all)
			if err != nil {
				return nil, err
			}
			if stood {
				f.Identity = append(f.Identity, r)
			}
		}
		at[id.Refs[0]] = len(out)
		out = append(out, *f)
	}
	for i := range out {
		slices.SortStableFunc(out[i].Effects, func(a, b Effect) int {
			return cmp.Or(cmp.Compare(regimeOrder(a.Regime), regimeOrder(b.Regime)), a.Listed.Compare(b.Listed))
		})
	}
	return out, nil
}

// addEffects adds what the entry r of the same identity brings, unless it is a
// finding itself and will add its own. It returns false for an entry that was not
// listed on the policy's day: that a list will have the party one day is not said
// of the day before.
func (s *Screener) addEffects(f *Finding, r party.Ref, all []*Finding) (stood bool, err error) {
	if slices.ContainsFunc(all, func(g *Finding) bool { return g.Ref == r }) {
		return true, nil
	}
	l, ok := s.book.List(r.List)
	if !ok {
		return true, nil // the list is not in the book; the ref alone is said
	}
	e, err := s.book.Entry(r)
	if errors.Is(err, errkind.NotFound) {
		return false, nil // only the decision names it: the list gives it no more, or not yet
	}
	if err != nil || !s.policy.keepStanding(&e) {
		return false, err
	}
	if !slices.Contains(s.lists, l) {
		return true, nil // not asked; the ref alone is said
	}
	effects, err := s.effects(&e)
	f.Effects = append(f.Effects, effects...)
	return true, err
}
