// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"time"

	"github.com/interdict-dev/interdict/book"
	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/screening"
	"github.com/interdict-dev/interdict/subject"
)

// A Plan says how a deck is run.
type Plan struct {
	// Day is the day of the law and of the facts. What is not listed on it is set
	// apart as absent. The zero Day asks about no day in particular.
	Day party.Date
	// MinScore is the threshold of operation in ten-thousandths, at which misses
	// and false alarms are listed; 0 means [screening.DefaultMinScore].
	MinScore int32
	// Cores are the numbers of cores with which throughput is measured, for
	// Least each; none leaves it out.
	Cores []int
	Least time.Duration
	// Progress is told now and then how much is done; nil tells nobody.
	Progress func(done, of int)
}

// A Settings is what beside book and deck decided the figures.
type Settings struct {
	MinScore  float64    `json:"min_score"` // threshold of operation
	LawAsOf   party.Date `json:"law_as_of"`
	FactsAsOf party.Date `json:"facts_as_of"`
	Policy    string     `json:"policy"` // digest of the policy of the threshold of operation
}

// An Outcome is what one case gave. Top, Right and Rank are of the names alone
// and look far below any threshold; Found, Findings and First are the answer of
// a screening at the threshold of operation.
type Outcome struct {
	Case       Case            `json:"case"`
	Top        int32           `json:"top"` // evidence of the best entry, in milli-nats; Nothing without one
	TopRef     string          `json:"top_ref,omitempty"`
	TopName    string          `json:"top_name,omitempty"`
	Right      int32           `json:"right"`     // evidence of the best right entry; Nothing without one
	Rank       int             `json:"rank"`      // of the best right entry, from 1; 0 without one
	TopScore   screening.Score `json:"top_score"` // of Top and Right, as scores
	RightScore screening.Score `json:"right_score"`
	Tied       bool            `json:"tied,omitempty"`  // another entry has the very same evidence as the right one, at the top
	Apart      string          `json:"apart,omitempty"` // why no matcher could tell the right entry
	Absent     bool            `json:"absent,omitempty"`
	Found      int             `json:"found"`    // place of the right finding, from 1; 0 when it was missed
	Findings   int             `json:"findings"` // at the threshold of operation
	First      *Shown          `json:"first,omitempty"`
	List       string          `json:"list,omitempty"` // of the entry that is expected, where the book holds it
	Took       time.Duration   `json:"took_ns"`        // one screening, by the clock
	CPU        time.Duration   `json:"cpu_ns"`         // and of processor, which does not count what runs beside; 0 where the system does not say
}

// A Shown is what is told of a finding.
type Shown struct {
	Ref     string          `json:"ref"`
	Name    string          `json:"name"`
	Matched string          `json:"matched"`
	Score   screening.Score `json:"score"`
}

// counts says that the case is among those that recall is of.
func (o *Outcome) counts() bool { return o.Case.Kind == "pos" && !o.Absent && !o.isApart() }

// isApart says that the case fits another entry as well, or keeps nothing that
// names.
func (o *Outcome) isApart() bool {
	return o.Case.Kind == "pos" && !o.Absent && (o.Tied || o.Apart != "")
}

// Nothing stands for evidence where there is no finding.
const Nothing = math.MinInt32

// errStale is a deck about another list.
var errStale = errkind.New(errkind.Invalid, "the book holds none of the entries that the deck expects: the deck was made for another list or edition")

// Run asks every case of a deck, first to judge, then against the clock.
func Run(ctx context.Context, b *book.Book, deck []Case, p Plan) (*Report, error) {
	if len(deck) == 0 {
		return nil, errkind.New(errkind.Invalid, "the deck is empty")
	}
	r := runner{book: b, plan: p, deck: deck, steps: 2 * len(deck)}
	policy := p.policy()
	var err error
	if r.usual, err = screening.New(b, policy); err != nil {
		return nil, err
	}
	if r.deep, err = newFinder(b, p.Day); err != nil {
		return nil, err
	}
	if r.census, err = takeCensus(b); err != nil {
		return nil, err
	}
	out := &Report{Data: DataOf(b), Deck: describe(deck), Cases: len(deck),
		Settings: Settings{float64(policy.MinScore) / 10000, policy.LawAsOf, policy.FactsAsOf, policy.Digest()}}
	if out.Outcomes, err = r.judge(ctx); err != nil {
		return nil, err
	}
	if isStale(out.Outcomes) {
		return nil, errStale
	}
	if out.Cost, err = r.time(ctx, out.Outcomes); err != nil {
		return nil, err
	}
	if out.Throughput, err = throughput(ctx, b, policy, deck, p); err != nil {
		return nil, err
	}
	out.Memory = memory()
	out.measure(b.Model())
	return out, nil
}

// isStale says that the deck expects entries, and the book holds none of them.
func isStale(os []Outcome) bool {
	absent, present := 0, 0
	for i := range os {
		switch {
		case os[i].Absent:
			absent++
		case os[i].Case.Kind == "pos":
			present++
		}
	}
	return absent > 0 && present == 0
}

// policy is that of the threshold of operation.
func (p *Plan) policy() screening.Policy {
	least := p.MinScore
	if least == 0 {
		least = screening.DefaultMinScore
	}
	return screening.Policy{MinScore: least, LawAsOf: p.Day, FactsAsOf: p.Day}
}

// Subject makes the subject of a case.
func (c *Case) Subject() subject.Subject {
	return subject.Subject{ID: c.ID, Party: party.Entry{Kind: c.kind(), Names: []party.Name{{Full: c.Query}}}}
}

type runner struct {
	book   *book.Book
	plan   Plan
	deck   []Case
	usual  *screening.Screener
	deep   *finder
	census *census
	done   int
	steps  int
}

func (r *runner) step(ctx context.Context) error {
	r.done++
	if r.plan.Progress != nil {
		r.plan.Progress(r.done, r.steps)
	}
	return ctx.Err()
}

// judge asks every case and looks where the right entry stands.
func (r *runner) judge(ctx context.Context) ([]Outcome, error) {
	out := make([]Outcome, len(r.deck))
	for i := range r.deck {
		if err := r.step(ctx); err != nil {
			return nil, err
		}
		c := &r.deck[i]
		if _, err := party.ParseKind(c.Type); err != nil {
			return nil, errkind.New(errkind.Invalid, fmt.Sprintf("case %s: %v", c.ID, err))
		}
		err := r.book.Guard(func() (err error) {
			out[i], err = r.ask(c)
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("case %s: %w", c.ID, err)
		}
	}
	return out, nil
}

func (r *runner) ask(c *Case) (Outcome, error) {
	o := Outcome{Case: *c, Top: Nothing, Right: Nothing}
	right := r.deep.expected(c)
	if c.Kind == "pos" {
		o.Absent = len(right) == 0
		o.Apart = r.census.apart(c)
	}
	for ref := range right {
		if o.List == "" || string(ref.List) < o.List {
			o.List = string(ref.List)
		}
	}
	s := c.Subject()
	a, err := r.usual.Screen(&s)
	if err != nil {
		return o, err
	}
	o.answer(&a, right)
	if err := r.deep.place(&o, c, right); err != nil {
		return o, err
	}
	o.TopScore, o.RightScore = scoreOf(r.book, o.Top), scoreOf(r.book, o.Right)
	return o, nil
}

// scoreOf is the score of evidence; 0 where there is none.
func scoreOf(b *book.Book, evidence int32) screening.Score {
	if evidence == Nothing {
		return 0
	}
	return screening.Score(b.Model().Probability(evidence))
}

// answer notes what a screening found.
func (o *Outcome) answer(a *screening.Answer, right map[party.Ref]bool) {
	o.Findings = len(a.Findings)
	for i := range a.Findings {
		f := &a.Findings[i]
		if i == 0 {
			o.First = &Shown{f.Ref.String(), f.Name, f.Matched, f.Score}
		}
		if right[f.Ref] || slices.ContainsFunc(f.Identity, func(x party.Ref) bool { return right[x] }) {
			o.Found = i + 1
			return
		}
	}
}

// time asks every case again and takes the time of each. Judging has mapped the
// book, as in a process that serves; the screener is another one, which
// remembers nothing of the cases.
func (r *runner) time(ctx context.Context, out []Outcome) (PerQuery, error) {
	fresh, err := screening.New(r.book, r.usual.Policy())
	if err != nil {
		return PerQuery{}, err
	}
	runtime.LockOSThread() // the time of a thread is that of this work
	defer runtime.UnlockOSThread()
	before := allocated()
	cost, err := CostOf(func() error {
		for i := range r.deck {
			s := r.deck[i].Subject()
			wall, cpu := time.Now(), threadTime()
			_, err := fresh.Screen(&s)
			out[i].Took, out[i].CPU = time.Since(wall), threadTime()-cpu
			if err := errors.Join(err, r.step(ctx)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return PerQuery{}, err
	}
	return perQuery(cost, before, len(r.deck)), nil
}
