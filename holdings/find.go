// SPDX-License-Identifier: Apache-2.0

package holdings

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/book"
	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/rows"
	"github.com/interdict-dev/interdict/screening"
	"github.com/interdict-dev/interdict/subject"
)

// Name returns the name of a party as the files give it, else as the list does;
// a party without a name gives its key.
func (h *Holdings) Name(r party.Ref) string {
	if e := h.parties[r]; e != nil && e.Name() != "" {
		return e.Name()
	}
	if e := h.entries[r]; e != nil {
		return e.Name()
	}
	for _, entry := range h.entryOf[r] {
		if n := h.entries[entry].Name(); n != "" && r.List != "local" {
			return n
		}
	}
	if r.List == "local" {
		return r.ID
	}
	return r.String()
}

// describe returns what is known of a party of the files, with a name where
// its key is one.
func (h *Holdings) describe(r party.Ref) party.Entry {
	var e party.Entry
	if p := h.parties[r]; p != nil {
		e = *p
	} else {
		e = *bare(r)
	}
	if len(e.Names) == 0 && r.List == "local" {
		e.Names = []party.Name{{Full: r.ID}}
	}
	return e
}

// A finder finds parties by what people call them.
type finder struct {
	names map[string][]party.Ref // by the folded name
	keys  map[string][]party.Ref // by the keys of package book
}

func (h *Holdings) newFinder() *finder {
	f := &finder{names: map[string][]party.Ref{}, keys: map[string][]party.Ref{}}
	add := func(m map[string][]party.Ref, key string, r party.Ref) {
		if key != "" && !slices.Contains(m[key], r) {
			m[key] = append(m[key], r)
		}
	}
	index := func(r party.Ref) {
		e := h.describe(r)
		for _, n := range e.Names {
			add(f.names, rows.Fold(n.Full), r)
		}
		book.Keys(&e, func(k string) { add(f.keys, k, r) })
	}
	for r := range h.graph.Parties() {
		index(r)
	}
	for _, r := range sortedRefs(h.parties) {
		if !h.graph.Has(r) {
			index(r)
		}
	}
	for _, r := range sortedRefs(h.alias) {
		if r.List == "local" {
			add(f.names, rows.Fold(r.ID), h.alias[r])
		}
	}
	return f
}

// Find returns the party that a user means: by its name as an entry or in the
// files, by an identifier, else by a name that one party alone has. The error,
// of kind errkind.NotFound, says what else it could be.
func (h *Holdings) Find(what string) (party.Ref, error) {
	if r, err := party.ParseRef(what); err == nil {
		if at, ok := h.Party(r); ok || h.entries[r] != nil {
			return at, nil
		}
	}
	if at, ok := h.Party(party.Ref{List: "local", ID: what}); ok {
		return at, nil
	}
	f := h.find()
	e := party.Entry{Identifiers: party.Guess(what)}
	if found := f.agree(h, &e); len(found) > 0 {
		return only(what, "carry this number", found)
	}
	if found := f.names[rows.Fold(what)]; len(found) > 0 {
		return only(what, "have this name", found)
	}
	if found := h.listedAs(what, &e); len(found) > 0 {
		return only(what, "of the lists are this", found)
	}
	return party.Ref{}, errkind.New(errkind.NotFound, fmt.Sprintf("%q: no party of the stakes, and no entry of the lists, has this name, key or number%s", what, f.near(what)))
}

// FindParty returns the party of the files that a subject is: by its
// identifiers, by its own key, by a name that one party alone has.
func (h *Holdings) FindParty(s *subject.Subject) (party.Ref, error) {
	f := h.find()
	if found := f.agree(h, &s.Party); len(found) > 0 {
		return only(s.Party.Name(), "carry a number of it", found)
	}
	if r, ok := h.Party(party.Ref{List: "local", ID: s.ID}); ok && s.ID != "" {
		return r, nil
	}
	return h.Find(s.Party.Name())
}

// agree returns the parties that carry an identifier of e.
func (f *finder) agree(h *Holdings, e *party.Entry) []party.Ref {
	var out []party.Ref
	book.Keys(e, func(k string) {
		for _, r := range f.keys[k] {
			if p := h.describe(r); !slices.Contains(out, r) && sameNumber(e, &p) {
				out = append(out, r)
			}
		}
	})
	return out
}

func sameNumber(a, b *party.Entry) bool {
	for _, x := range a.Identifiers {
		for _, y := range b.Identifiers {
			if party.Agree(x, y) == party.Same {
				return true
			}
		}
	}
	return false
}

// listedAs returns the entries of the lists that have the name or the number.
func (h *Holdings) listedAs(what string, asked *party.Entry) []party.Ref {
	var out []party.Ref
	name := rows.Fold(what)
	for _, r := range sortedRefs(h.entries) {
		e := h.entries[r]
		if sameNumber(asked, e) || slices.ContainsFunc(e.Names, func(n party.Name) bool { return rows.Fold(n.Full) == name }) {
			out = append(out, r)
		}
	}
	return out
}

func only(what, are string, found []party.Ref) (party.Ref, error) {
	if len(found) == 1 {
		return found[0], nil
	}
	var names []string
	for _, r := range found[:min(len(found), mostNear)] {
		names = append(names, r.String())
	}
	return party.Ref{}, errkind.New(errkind.Invalid, fmt.Sprintf("%q: %d parties %s: %s; name one of them", what, len(found), are, strings.Join(names, ", ")))
}

// mostNear is how many parties a message names.
const mostNear = 5

// near names parties whose names hold what was asked for, or are in it.
func (f *finder) near(what string) string {
	folded := rows.Fold(what)
	var near []string
	for name := range f.names {
		if len(folded) >= 3 && len(name) >= 3 && (strings.Contains(name, folded) || strings.Contains(folded, name)) {
			near = append(near, f.names[name][0].String())
		}
	}
	if len(near) == 0 {
		return ""
	}
	slices.Sort(near)
	return "; did you mean " + strings.Join(near[:min(len(near), mostNear)], ", ") + "?"
}

// A Hint says that a party of the stakes has a name that resembles a listed
// one. It joins nothing: a person looks, and records what it is.
type Hint struct {
	Party   party.Ref       `json:"party"`
	Name    string          `json:"name"`
	Entry   party.Ref       `json:"entry"`
	Matched string          `json:"matched"`
	Score   screening.Score `json:"score"`
}

// mostHints is how many entries a hint names for one party; the first ones
// resemble it most.
const mostHints = 3

// Hints returns the listed names that the company and the parties above it
// resemble, where they are not joined and nobody has recorded that they are
// others. Workers look at them; it is stopped by ctx.
func (h *Holdings) Hints(ctx context.Context, company party.Ref, p screening.Policy, workers int, progress *Progress) ([]Hint, error) {
	above := slices.DeleteFunc(h.above(company), func(r party.Ref) bool {
		return len(h.entryOf[r]) > 0 || h.entries[r] != nil || len(h.describe(r).Names) == 0
	})
	return h.hintsAbout(ctx, above, p, workers, progress)
}

// hintsIn returns the hints that an answer about a party of the stakes gives.
func (h *Holdings) hintsIn(r party.Ref, a *screening.Answer) []Hint {
	var out []Hint
	for _, f := range a.Findings {
		if f.Grade == screening.Listed && !h.isSplit(r, f.Ref) && len(out) < mostHints {
			out = append(out, Hint{r, a.Subject.Name, f.Ref, f.Matched, f.Score})
		}
	}
	return out
}

// above returns the company and everybody who holds it, directly or through
// others, over all dates.
func (h *Holdings) above(company party.Ref) []party.Ref {
	seen := map[party.Ref]bool{company: true}
	order := []party.Ref{company}
	for i := 0; i < len(order); i++ {
		for _, s := range h.graph.Holdings(order[i]) {
			for _, r := range []party.Ref{s.Owner, s.For} {
				if !r.IsZero() && !seen[r] {
					seen[r] = true
					order = append(order, r)
				}
			}
		}
	}
	return order
}
