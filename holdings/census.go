// SPDX-License-Identifier: Apache-2.0

package holdings

import (
	"context"
	"fmt"
	"iter"

	"github.com/interdict-dev/interdict/ownership"
	"github.com/interdict-dev/interdict/party"
)

// A Census is the answer about all companies of the stakes at once.
type Census struct {
	h          *Holdings
	candidates []party.Ref
	asked      map[question]*asked
}

// asked is one question about all candidates.
type asked struct {
	inquiry   *ownership.Inquiry
	intervals *ownership.Intervals
}

// mostSteps is how many steps the proof in an answer of a census has; a longer
// one is cut there, and whole in the proofs of the census.
const mostSteps = 20

// Census gathers whatever listed parties may reach. It is stopped by ctx and
// tells progress, which may be nil, how many of its questions are answered.
func (h *Holdings) Census(ctx context.Context, progress *Progress) (*Census, error) {
	candidates, err := h.candidates()
	if err != nil {
		return nil, err
	}
	c := &Census{h: h, candidates: candidates, asked: map[question]*asked{}}
	questions := h.questions()
	progress.begin(int64(len(questions)))
	for _, k := range questions {
		q := h.query(k)
		var a asked
		if a.inquiry, err = h.graph.Inquire(ctx, candidates, q, mostSteps); err != nil {
			return nil, err
		}
		if a.intervals, err = h.graph.Intervals(ctx, q); err != nil {
			return nil, err
		}
		c.asked[k] = &a
		progress.add(1)
	}
	return c, nil
}

func (c *Census) own(company party.Ref, k question) (ownership.Answer, error) {
	return c.asked[k].inquiry.Own(company)
}

// history knows of the times when the company was owned or open, and of no
// others. A company that was ever listed itself is said to be listed, and that
// is all.
func (c *Census) history(_ context.Context, company party.Ref, k question) ([]ownership.Span, []ownership.Past, error) {
	times, past := c.asked[k].intervals.Of(company)
	var spans []ownership.Span
	for _, t := range times {
		spans = append(spans, ownership.Span{From: t.From, Until: t.Until, Status: t.Status, Rule: t.Rule})
	}
	return spans, past, nil
}

// Len returns how many companies are looked at; not all of them are found.
func (c *Census) Len() int { return len(c.candidates) }

// All yields every company of the stakes that is owned, controlled or could be
// owned under a regime by which it is not listed itself, or once was owned, and
// those suspected, in the order of their names in the files.
func (c *Census) All(ctx context.Context, progress *Progress) iter.Seq2[Result, error] {
	return func(yield func(Result, error) bool) {
		progress.begin(int64(len(c.candidates)))
		for n, company := range c.candidates {
			if err := ctx.Err(); err != nil {
				yield(Result{}, fmt.Errorf("stopped after %d of %d companies: %w", n, len(c.candidates), err))
				return
			}
			r, err := c.h.own(ctx, company, c)
			progress.add(1)
			if err == nil && !r.reached() {
				continue
			}
			if !yield(r, err) || err != nil {
				return
			}
		}
	}
}

// Proofs yields the proofs of everything that is owned, each step once: one for
// each regime and measure, or one for each listed party where their stakes do
// not add up.
func (c *Census) Proofs() iter.Seq[*ownership.Proof] {
	return func(yield func(*ownership.Proof) bool) {
		for _, k := range c.h.questions() {
			for p := range c.asked[k].inquiry.Proofs() {
				if !yield(p) {
					return
				}
			}
		}
	}
}

// candidates returns the parties of the stakes that listed ones may reach under
// some regime, and those that are suspected.
func (h *Holdings) candidates() ([]party.Ref, error) {
	seen := map[party.Ref]bool{}
	for _, k := range h.questions() {
		reached, err := h.everReached(k)
		if err != nil {
			return nil, err
		}
		for r := range reached {
			seen[r] = true
		}
	}
	for _, s := range h.suspected() {
		seen[s] = true
	}
	return sortedRefs(seen), nil
}
