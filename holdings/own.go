// SPDX-License-Identifier: Apache-2.0

package holdings

import (
	"context"
	"fmt"
	"slices"

	"github.com/interdict-dev/interdict/law"
	"github.com/interdict-dev/interdict/ownership"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/screening"
)

// A Result is all that is said about one company. Nothing in it is decided: a
// person confirms.
type Result struct {
	Company party.Ref `json:"company"`
	Name    string    `json:"name,omitempty"`
	// Grades are those that the company has, the strongest first.
	Grades  []screening.Grade `json:"grades"`
	Answers []Answer          `json:"answers"`
	// Past are the times of being owned that had ended by the day that is asked.
	Past      []Past                `json:"past,omitempty"`
	Related   []Relation            `json:"related,omitempty"`
	Suspected []ownership.Suspicion `json:"suspected,omitempty"`
	Hints     []Hint                `json:"hints,omitempty"`
	Joins     []ownership.Joined    `json:"joins,omitempty"` // of the company and of those in its proofs
}

// An Answer is that of one regime.
type Answer struct {
	ownership.Answer
	// Measure is which measure of the listings was asked; "" is the block, others
	// ("ssi-1") add up among themselves.
	Measure string `json:"measure,omitempty"`
	// History is the answer over time, until the day that is asked; only of what
	// is owned or open, or was.
	History []ownership.Span `json:"history,omitempty"`
	// Effects are what follows for a company that is owned and not listed, if a
	// person confirms it: what follows for the listed parties behind it, with
	// authority and licences, since the day from which it has been owned.
	Effects []law.Effect `json:"effects,omitempty"`
}

// A Past is a time during which the company was owned, under one regime.
type Past struct {
	ownership.Past
	Regime  law.Regime `json:"regime"`
	Measure string     `json:"measure,omitempty"`
	Text    string     `json:"text"`
}

// A Relation is a relation that a list states without a share.
type Relation struct {
	ownership.Link
	Text string `json:"text"`
}

// Party returns the party of the graph that stands for r, and whether the
// stakes know it.
func (h *Holdings) Party(r party.Ref) (party.Ref, bool) {
	if a, ok := h.alias[r]; ok {
		r = a
	}
	return r, h.graph.Has(r) || h.parties[r] != nil
}

// Own answers for one company: a party of the stakes, or an entry of the book.
// It is stopped by ctx.
func (h *Holdings) Own(ctx context.Context, company party.Ref) (Result, error) {
	return h.own(ctx, company, alone{h})
}

// An asker answers questions about companies: each alone, or many at once.
type asker interface {
	own(company party.Ref, k question) (ownership.Answer, error)
	// history returns the answer over time and what of it has ended, all of it.
	history(ctx context.Context, company party.Ref, k question) ([]ownership.Span, []ownership.Past, error)
}

// alone asks about each company alone.
type alone struct{ h *Holdings }

func (a alone) own(company party.Ref, k question) (ownership.Answer, error) {
	return a.h.graph.Own(company, a.h.query(k))
}

func (a alone) history(ctx context.Context, company party.Ref, k question) ([]ownership.Span, []ownership.Past, error) {
	s, err := a.h.graph.Sweep(ctx, company, a.h.query(k))
	return s.Spans, s.Past, err
}

func (h *Holdings) own(ctx context.Context, company party.Ref, ask asker) (Result, error) {
	company, _ = h.Party(company)
	r := Result{Company: company, Name: h.Name(company), Grades: []screening.Grade{}, Answers: []Answer{}}
	for _, k := range h.questions() {
		a, err := ask.own(company, k)
		if err != nil {
			return r, err
		}
		spans, err := h.past(ctx, &r, k, ask)
		if err != nil {
			return r, err
		}
		if k.measure != "" && a.Status < ownership.Indeterminate {
			continue
		}
		if k.measure == "" && len(a.Listed) == 0 {
			a.Listed = h.ownListing(company, k.regime)
		}
		answer := Answer{Answer: a, Measure: k.measure, History: spans}
		if a.Status == ownership.Owned && len(a.Listed) == 0 {
			answer.Effects = h.inherited(&answer)
		}
		r.Answers = append(r.Answers, answer)
	}
	if h.isListed(company) {
		r.Grades = append(r.Grades, screening.Listed)
	}
	h.relate(&r)
	r.Suspected = h.suspicions(company)
	r.Joins = h.joinsOf(&r)
	r.grade()
	return r, nil
}

// A question is what differs between the questions about one company.
type question struct {
	regime  law.Regime
	measure string
}

func (h *Holdings) questions() []question {
	var out []question
	for _, regime := range h.regimes {
		for _, measure := range h.measures(regime) {
			out = append(out, question{regime, measure})
		}
	}
	return out
}

func (h *Holdings) query(k question) ownership.Query {
	return ownership.Query{
		Regime: k.regime, Law: h.options.Day, Facts: h.options.Day, Listed: h.seeds, Measure: k.measure,
		Closed: h.options.Closed, Treasury: h.options.Treasury, Confirmed: h.options.Confirmed, Certify: h.options.Certify,
	}
}

// past adds when the company was owned, and returns the answer over time; none
// for a company that no listed party ever reached. Nothing that happened after
// the day that is asked is told.
func (h *Holdings) past(ctx context.Context, r *Result, k question, ask asker) ([]ownership.Span, error) {
	reached, err := h.everReached(k)
	if err != nil || !reached[r.Company] {
		return nil, err
	}
	spans, past, err := ask.history(ctx, r.Company, k)
	if err != nil {
		return nil, err
	}
	known := (&ownership.History{Spans: spans, Past: past}).Until(h.options.Day)
	for _, p := range known.Past {
		r.Past = append(r.Past, Past{p, k.regime, k.measure, p.Text(k.regime, k.measure, h.Name)})
	}
	if slices.ContainsFunc(known.Spans, func(s ownership.Span) bool { return s.Status >= ownership.Indeterminate || s.Controlled }) {
		return known.Spans, nil
	}
	return nil, nil
}

// everReached returns whom listed parties may ever have reached. It is found
// out once.
func (h *Holdings) everReached(k question) (map[party.Ref]bool, error) {
	h.reachedMu.Lock()
	defer h.reachedMu.Unlock()
	if m := h.reachedBy[k]; m != nil {
		return m, nil
	}
	all, err := h.graph.Reached(h.query(k))
	if err != nil {
		return nil, err
	}
	m := map[party.Ref]bool{}
	for _, r := range all {
		m[r] = true
	}
	h.reachedBy[k] = m
	return m, nil
}

// isListed says that a listing of the company stands on the day, of whatever
// regime.
func (h *Holdings) isListed(company party.Ref) bool {
	return len(h.effects[company]) > 0 || slices.ContainsFunc(h.entryOf[company], func(r party.Ref) bool { return len(h.effects[r]) > 0 })
}

// ownListing returns the listings of an entry of which the stakes know nothing.
func (h *Holdings) ownListing(company party.Ref, regime law.Regime) []ownership.Listed {
	e := h.entries[company]
	if e == nil || h.graph.Has(company) {
		return nil
	}
	return slices.DeleteFunc(ownership.FromEffects(company, company, e.Name(), party.Date{}, h.effects[company]), func(l ownership.Listed) bool { return l.Regime != regime })
}

// measures returns the measures to ask a regime about: the block, and those
// of listings that reach what the party owns.
func (h *Holdings) measures(regime law.Regime) []string {
	out := []string{""}
	for _, l := range h.listed {
		if l.Regime == regime && l.Cascades && !slices.Contains(out, l.Measure) {
			out = append(out, l.Measure)
		}
	}
	return out
}

// relate adds what the lists state of the company's entries, or of itself.
func (h *Holdings) relate(r *Result) {
	entries := h.entryOf[r.Company]
	if h.entries[r.Company] != nil && !slices.Contains(entries, r.Company) {
		entries = append(slices.Clone(entries), r.Company)
	}
	for _, e := range entries {
		for _, l := range h.links.Of(e) {
			r.Related = append(r.Related, Relation{l, l.Text(h.nameWithRef)})
		}
	}
}

func (h *Holdings) nameWithRef(ref party.Ref) string {
	n := h.Name(ref)
	if s := ref.String(); n != s {
		return n + " (" + s + ")"
	}
	return n
}

// joinsOf returns why the company, and the parties that its proofs rest on,
// are the parties of list entries.
func (h *Holdings) joinsOf(r *Result) []ownership.Joined {
	wanted := []party.Ref{r.Company}
	for _, a := range r.Answers {
		if a.Proof != nil {
			for _, l := range a.Proof.Listed {
				wanted = append(wanted, l.Party)
			}
		}
	}
	var out []ownership.Joined
	for _, j := range h.Joins {
		at, _ := h.Party(j.Party)
		if slices.Contains(wanted, at) {
			out = append(out, j)
		}
	}
	return out
}

// grade says what the company is, from what was found.
func (r *Result) grade() {
	has := func(g screening.Grade, yes bool) {
		if yes && !slices.Contains(r.Grades, g) {
			r.Grades = append(r.Grades, g)
		}
	}
	for _, g := range []struct {
		grade screening.Grade
		of    func(*Answer) bool
	}{
		{screening.Owned, func(a *Answer) bool { return a.Status == ownership.Owned }},
		{screening.Controlled, func(a *Answer) bool { return a.Controlled }},
	} {
		for i := range r.Answers {
			has(g.grade, g.of(&r.Answers[i]))
		}
	}
	has(screening.Related, len(r.Related) > 0 || len(r.Past) > 0)
	has(screening.Suspected, len(r.Suspected) > 0)
}

// Found says that a person has to look: the company has a grade, or could go
// either way.
func (r *Result) Found() bool { return len(r.Grades) > 0 || r.Open() }

// Open says that under some regime the company may be owned, or may not.
func (r *Result) Open() bool {
	return slices.ContainsFunc(r.Answers, func(a Answer) bool { return a.Status == ownership.Indeterminate })
}

// Incomplete says why the answer is none yet, or "".
func (r *Result) Incomplete() string {
	for _, a := range r.Answers {
		switch a.Status {
		case ownership.NoData:
			return "nobody says who owns it"
		case ownership.Below:
			return fmt.Sprintf("%s %% of it unaccounted for", a.Unaccounted)
		}
	}
	if len(r.Hints) > 0 {
		return fmt.Sprintf("%d names resemble listed ones and are not joined", len(r.Hints))
	}
	return ""
}

// reached says that the company is found, and not by its own listing or by what
// lists state alone.
func (r *Result) reached() bool {
	return len(r.Suspected) > 0 || len(r.Past) > 0 || slices.ContainsFunc(r.Answers, func(a Answer) bool {
		return len(a.Listed) == 0 && (a.Status == ownership.Owned || a.Status == ownership.Indeterminate || a.Controlled)
	})
}
