// SPDX-License-Identifier: Apache-2.0

package holdings

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/book"
	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/identity"
	"github.com/interdict-dev/interdict/law"
	"github.com/interdict-dev/interdict/ownership"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/screening"
	"github.com/interdict-dev/interdict/subject"
)

// Extra compiles the companies that [Census.All] yields into a book at path,
// so that a vendor who is owned is found by its own name. Close the book of the
// Extra when it is not used any more.
func (h *Holdings) Extra(ctx context.Context, path string) (screening.Extra, error) {
	x := screening.Extra{Reach: map[party.Ref]screening.Reach{}}
	var entries []party.Entry
	census, err := h.Census(ctx, nil)
	if err != nil {
		return x, err
	}
	for r, err := range census.All(ctx, nil) {
		if err != nil {
			return x, err
		}
		reach := h.reach(&r)
		e := h.ownedEntry(r.Company, &reach)
		entries = append(entries, e)
		x.Reach[e.Ref] = reach
	}
	terms, err := h.Terms()
	if err != nil {
		return x, err
	}
	pack, err := h.book.Law()
	if err != nil {
		return x, err
	}
	info := book.Info{List: screening.OwnedList, Title: "reached by listed parties, by the stakes given", Edition: strings.Join(terms, " ")}
	_, err = book.Compile(ctx, path, book.Input{Model: h.book.Model(), Law: pack, Lists: []book.ListInput{{Info: info, Entries: func(yield func(party.Entry, error) bool) {
		for _, e := range entries {
			if !yield(e, nil) {
				return
			}
		}
	}}}})
	if err != nil {
		return x, err
	}
	x.Book, err = book.Open(path)
	return x, err
}

// Terms returns all that decides what the stakes make owned, beside book and
// day, for a policy: the SHA-256 of the files and of the recorded matches, and
// the options that are not the usual ones.
func (h *Holdings) Terms() ([]string, error) {
	var out []string
	for _, f := range h.Files {
		out = append(out, f.SHA256)
	}
	if len(h.options.Matches) > 0 {
		sum := sha256.New()
		if err := identity.Write(sum, h.options.Matches); err != nil {
			return nil, err
		}
		out = append(out, "matches "+hex.EncodeToString(sum.Sum(nil)))
	}
	if h.options.Closed {
		out = append(out, "closed")
	}
	if h.options.Treasury != ownership.TreasuryOpen {
		out = append(out, fmt.Sprintf("own shares %d", h.options.Treasury))
	}
	if h.options.Confirmed {
		out = append(out, "affiliates rule confirmed")
	}
	return out, nil
}

// ownedEntry describes a company as an entry of the extra book. What reaches it
// is part of the entry, so that a decision about it lapses when that changes.
func (h *Holdings) ownedEntry(company party.Ref, reach *screening.Reach) party.Entry {
	e := h.describe(company)
	for _, r := range h.entryOf[company] {
		e.Names = append(slices.Clone(e.Names), h.entries[r].Names...)
		e.Identifiers = append(slices.Clone(e.Identifiers), h.entries[r].Identifiers...)
	}
	e.Ref = party.Ref{List: screening.OwnedList, ID: company.String()}
	e.Listings, e.Relations = nil, nil
	for _, r := range reach.Reasons {
		e.Properties = append(slices.Clone(e.Properties), party.Property{Name: r.Kind, Value: r.Right})
	}
	return e
}

// grades of a company that is not listed, with the kind of their reasons.
const (
	kindOwned      = "ownership.owned"
	kindControlled = "ownership.controlled"
	kindOpen       = "ownership.open"
	kindHolds      = "ownership.holds"
	kindListed     = "ownership.listed"
	kindPast       = "ownership.past"
	kindSuspected  = "ownership.suspected"
)

// reach says what a finding about the company says.
func (h *Holdings) reach(r *Result) screening.Reach {
	var out screening.Reach
	grade := func(g screening.Grade, kind, text, note string) {
		if out.Grade == "" {
			out.Grade = g
		}
		out.Reasons = append(out.Reasons, screening.Reason{Kind: kind, Right: text, Note: note})
	}
	each := func(is func(*Answer) bool, do func(*Answer)) {
		for i := range r.Answers {
			if a := &r.Answers[i]; len(a.Listed) == 0 && is(a) {
				do(a)
			}
		}
	}
	each(func(a *Answer) bool { return a.Status == ownership.Owned }, func(a *Answer) {
		grade(screening.Owned, kindOwned, "owned under "+a.Rule, a.Unconfirmed)
		out.Effects = append(out.Effects, a.Effects...)
	})
	each(func(a *Answer) bool { return a.Controlled }, func(a *Answer) {
		grade(screening.Controlled, kindControlled, "the control test of "+a.Rule+" may catch it", "for review")
		out.Effects = append(out.Effects, review(a, "controlled, not owned: for review"))
	})
	each(func(a *Answer) bool { return a.Status == ownership.Indeterminate && !a.Controlled }, func(a *Answer) {
		note := a.Unconfirmed
		if a.Flip != nil {
			note = a.Flip.Text
		}
		grade(screening.Related, kindOpen, "could be owned or not under "+a.Rule, note)
		out.Effects = append(out.Effects, review(a, "could be owned or not: "+note))
	})
	for _, p := range r.Past {
		grade(screening.Related, kindPast, p.Text, string(p.Regime))
		out.Effects = append(out.Effects, law.Effect{Regime: p.Regime, IfConfirmed: law.Review, Authority: p.Rule, Note: p.Text})
	}
	for _, s := range r.Suspected {
		for _, g := range s.Signals {
			grade(screening.Suspected, kindSuspected, g.Evidence, fmt.Sprintf("%s; may continue %v", g.Family, s.Of))
		}
	}
	for i := range r.Answers {
		if p := r.Answers[i].Proof; p != nil && len(r.Answers[i].Listed) == 0 {
			out.Proofs = append(out.Proofs, p)
			out.Reasons = h.chain(out.Reasons, p)
		}
	}
	return out
}

// inherited are the effects of the listings behind an owned company: what
// follows for the listed party follows for what it owns.
func (h *Holdings) inherited(a *Answer) []law.Effect {
	var out []law.Effect
	for _, l := range a.Proof.Listed {
		for _, e := range h.effects[l.Entry] {
			same := slices.ContainsFunc(ownership.FromEffects(l.Party, l.Entry, "", party.Date{}, []law.Effect{e}), func(s ownership.Listed) bool {
				return s.Regime == a.Regime && s.Cascades && s.Measure == a.Measure
			})
			if !same {
				continue
			}
			e.Note = strings.TrimSuffix(fmt.Sprintf("owned under %s by %v, not listed itself; %s", a.Rule, l.Entry, a.Unconfirmed), "; ")
			e.Listed, e.Cascades = a.since(), true
			if !slices.ContainsFunc(out, func(o law.Effect) bool {
				return o.IfConfirmed == e.IfConfirmed && o.Authority == e.Authority && o.Program == e.Program
			}) {
				out = append(out, e)
			}
		}
	}
	return out
}

// since returns the first day of the time during which the company has been
// owned until now; zero where nobody says.
func (a *Answer) since() party.Date {
	from := party.Date{}
	for _, s := range slices.Backward(a.History) {
		if s.Status != ownership.Owned {
			break
		}
		from = s.From
	}
	return from
}

func review(a *Answer, note string) law.Effect {
	return law.Effect{Regime: a.Regime, IfConfirmed: law.Review, Authority: a.Rule, Note: note}
}

// chain appends the lines of a proof, from the company up; a line that another
// regime's proof has said already is not said again.
func (h *Holdings) chain(reasons []screening.Reason, p *ownership.Proof) []screening.Reason {
	say := func(kind, text, note string) {
		r := screening.Reason{Kind: kind, Right: text, Note: note}
		if !slices.Contains(reasons, r) {
			reasons = append(reasons, r)
		}
	}
	for _, s := range slices.Backward(p.Steps) {
		for _, c := range s.By {
			var who []string
			for _, r := range c.Holders {
				who = append(who, h.Name(r))
			}
			say(kindHolds, fmt.Sprintf("%s %s of %s", strings.Join(who, " and "), holds(&c), h.Name(s.Company)), places(c.Stakes))
		}
	}
	for _, l := range p.Listed {
		text := fmt.Sprintf("%s is listed: %v %s", h.Name(l.Party), l.Entry, strings.Join(l.Programs, " "))
		if !l.From.IsZero() {
			text += ", since " + l.From.String()
		}
		say(kindListed, text, string(l.Regime))
	}
	return reasons
}

// holds says a holding in words: "holds 50 %".
func holds(c *ownership.Contribution) string {
	kind := claim.Equity
	if len(c.Stakes) > 0 {
		kind = c.Stakes[0].Kind
	}
	s := "holds " + c.Least.String() + " %"
	switch {
	case kind == claim.Board || kind == claim.Influence:
		return "controls by " + kind.String()
	case c.Above:
		s = "holds more than " + c.Least.String() + " %"
	}
	if kind != claim.Equity {
		s += " of the " + kind.String()
	}
	if c.How != ownership.Direct {
		s += " (" + c.How.String() + ")"
	}
	return s
}

// places says where the stakes stand.
func places(stakes []claim.Stake) string {
	var out []string
	for _, s := range stakes {
		at := s.Source.Name
		if s.File != "" && s.File != at {
			at = strings.TrimPrefix(at+", "+s.File, ", ")
		}
		if s.Line > 0 {
			at = fmt.Sprintf("%s:%d", at, s.Line)
		}
		out = append(out, at)
	}
	return strings.Join(out, "; ")
}

// AllHints returns the listed names that any holder of the stakes resembles,
// where the two are not joined and nobody has recorded that they are others.
func (h *Holdings) AllHints(ctx context.Context, p screening.Policy, workers int, progress *Progress) ([]Hint, error) {
	return h.hintsAbout(ctx, h.holders(), p, workers, progress)
}

func (h *Holdings) hintsAbout(ctx context.Context, holders []party.Ref, p screening.Policy, workers int, progress *Progress) ([]Hint, error) {
	progress.begin(int64(len(holders)))
	rows, err := screening.Stream(ctx, h.book, p, h.asSubjects(holders), workers)
	if err != nil {
		return nil, err
	}
	var out []Hint
	for row := range rows {
		if row.Err != nil {
			return nil, row.Err
		}
		out = append(out, h.hintsIn(holders[row.Subject.Row-1], &row.Answer)...)
		progress.add(1)
	}
	return out, nil
}

// holders returns who holds something, is joined to no entry and has a name.
func (h *Holdings) holders() []party.Ref {
	seen := map[party.Ref]bool{}
	for r := range h.graph.Parties() {
		for _, s := range h.graph.Holdings(r) {
			for _, o := range []party.Ref{s.Owner, s.For} {
				if !o.IsZero() && len(h.entryOf[o]) == 0 && h.entries[o] == nil {
					seen[o] = true
				}
			}
		}
	}
	return sortedRefs(seen)
}

func (h *Holdings) asSubjects(parties []party.Ref) iter.Seq2[subject.Subject, error] {
	return func(yield func(subject.Subject, error) bool) {
		for i, r := range parties {
			if !yield(subject.Subject{Row: i + 1, Party: h.describe(r)}, nil) {
				return
			}
		}
	}
}
