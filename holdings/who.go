// SPDX-License-Identifier: Apache-2.0

package holdings

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/identity"
	"github.com/interdict-dev/interdict/law"
	"github.com/interdict-dev/interdict/ownership"
	"github.com/interdict-dev/interdict/ownership/gleif"
	"github.com/interdict-dev/interdict/ownership/psc"
	"github.com/interdict-dev/interdict/party"
)

// A who says which parties of the files are one, and which list entries they
// are.
type who struct {
	alias   map[party.Ref]party.Ref   // to the party that stands for it
	entries map[party.Ref][]party.Ref // of each party that stands for itself
	joins   []ownership.Joined
	issues  []ownership.Issue
}

// whoIsWho joins the parties of the files with the entries of the lists, and
// with each other: by their names as entries, by identifiers, by recorded
// matches.
func (h *Holdings) whoIsWho() (*who, error) {
	w := &who{alias: map[party.Ref]party.Ref{}, entries: map[party.Ref][]party.Ref{}}
	described := h.described()
	entries := map[party.Ref][]party.Ref{} // of each node
	add := func(node, entry party.Ref, by string) {
		if h.entries[entry] == nil || h.isSplit(node, entry) || slices.Contains(entries[node], entry) {
			return
		}
		entries[node] = append(entries[node], entry)
		if by != "" {
			w.joins = append(w.joins, ownership.Joined{Party: node, Entry: entry, By: by})
		}
	}
	for _, e := range described {
		if h.entries[e.Ref] != nil {
			add(e.Ref, e.Ref, "")
		} else if isSanctions(e.Ref.List) {
			file, line := h.graph.Named(e.Ref)
			w.issues = append(w.issues, ownership.Issue{Kind: ownership.Dangling, File: file, Line: line, Owner: e.Ref, Reason: fmt.Sprintf("the stakes name %v, and the book holds no such entry: it counts as listed nowhere", e.Ref)})
		}
	}
	for _, j := range ownership.Join(slices.Values(described), pointers(h.entries), h.reviewed()) {
		add(j.Party, j.Entry, j.By)
	}
	if err := h.spread(entries, add); err != nil {
		return nil, err
	}
	h.merge(w, described, entries)
	return w, nil
}

// spread adds to each node the entries that are one party with one of its own,
// by the identities of the book.
func (h *Holdings) spread(entries map[party.Ref][]party.Ref, add func(node, entry party.Ref, by string)) error {
	return h.book.Guard(func() error {
		for _, node := range sortedRefs(entries) {
			for _, r := range slices.Clone(entries[node]) {
				id, err := h.book.Identity(r)
				if err != nil {
					return err
				}
				for _, other := range id.Refs {
					add(node, other, fmt.Sprintf("one party with %v", r))
				}
			}
		}
		return nil
	})
}

// merge makes one party of the nodes that carry one strong identifier, and of
// those that are the same entries: a stake that two files state of one holder
// under two names would count twice.
func (h *Holdings) merge(w *who, described []*party.Entry, entries map[party.Ref][]party.Ref) {
	g := grouping{}
	set := identity.Build(func(yield func(party.Entry) bool) {
		for _, e := range described {
			if !yield(*e) {
				return
			}
		}
	}, h.options.Matches)
	for id := range set.All() {
		nodes := slices.DeleteFunc(slices.Clone(id.Refs), func(r party.Ref) bool { return !h.known(r) })
		for _, r := range nodes {
			g.tie(nodes[0], r)
		}
	}
	for r := range h.graph.Parties() {
		if r.List != "local" || !strings.Contains(r.ID, "/") {
			continue
		}
		if named, err := party.ParseRef(r.ID); err == nil && h.parties[named] != nil {
			g.tie(named, r) // a cell of a table that names a party of another file
		}
	}
	first := map[party.Ref]party.Ref{} // of an entry, the first node that is it
	for _, node := range sortedRefs(entries) {
		if !h.plain(entries[node]) {
			continue // two entries of one list: which of them it is, nobody knows
		}
		for _, e := range entries[node] {
			if n, ok := first[e]; ok {
				g.tie(n, node)
			} else {
				first[e] = node
			}
		}
	}
	for _, node := range sortedRefs(g) {
		to := g.root(node)
		if to == node {
			continue
		}
		w.alias[node] = to
		w.joins = append(w.joins, ownership.Joined{Party: node, Entry: to, By: "one party of the stakes"})
	}
	for _, node := range sortedRefs(entries) {
		to := node
		if a, ok := w.alias[node]; ok {
			to = a
		}
		for _, e := range entries[node] {
			if !slices.Contains(w.entries[to], e) {
				w.entries[to] = append(w.entries[to], e)
			}
		}
	}
}

// known says that the files name the party.
func (h *Holdings) known(r party.Ref) bool { return h.graph.Has(r) || h.parties[r] != nil }

// plain says that the entries are of different lists, or one party by the book.
func (h *Holdings) plain(entries []party.Ref) bool {
	for i, e := range entries {
		for _, f := range entries[:i] {
			if e.List == f.List {
				return false
			}
		}
	}
	return true
}

// A grouping ties parties to the least of their group.
type grouping map[party.Ref]party.Ref

func (g grouping) root(r party.Ref) party.Ref {
	for {
		up, ok := g[r]
		if !ok || up == r {
			return r
		}
		r = up
	}
}

func (g grouping) tie(a, b party.Ref) {
	a, b = g.root(a), g.root(b)
	if b.Compare(a) < 0 {
		a, b = b, a
	}
	g[a] = a
	g[b] = a
}

// described returns an entry for every party of the files by which it can be
// joined: as they describe it, else with the identifier that its name in the
// files is.
func (h *Holdings) described() []*party.Entry {
	var out []*party.Entry
	for _, r := range sortedRefs(h.parties) {
		out = append(out, h.parties[r])
	}
	reviewed := h.reviewed()
	for r := range h.graph.Parties() {
		if h.parties[r] != nil {
			continue
		}
		if e := bare(r); len(e.Identifiers) > 0 || !reviewed[r].IsZero() || h.entries[r] != nil || isSanctions(r.List) {
			out = append(out, e)
		}
	}
	return out
}

// bareDigits is the least length of a local key that may be an identifier:
// shorter ones are the row numbers of somebody's table.
const bareDigits = 10

// bare describes a party of which the files give nothing but a key.
func bare(r party.Ref) *party.Entry {
	e := &party.Entry{Ref: r}
	switch r.List {
	case gleif.List:
		e.Identifiers = []party.Identifier{party.NewIdentifier(party.LEI, "", r.ID)}
	case psc.List:
		if !strings.Contains(r.ID, "/") {
			e.Identifiers = []party.Identifier{party.NewIdentifier(party.Registration, "gb", r.ID)}
		}
	case "local":
		if len(r.ID) < bareDigits || strings.Contains(r.ID, " ") || !strings.ContainsAny(r.ID, "0123456789") {
			break
		}
		for _, id := range party.Guess(r.ID) {
			if id.Check == party.Valid && len(id.Normal) >= bareDigits {
				e.Identifiers = append(e.Identifiers, id)
			}
		}
	}
	return e
}

// isSanctions says that a list is one of a regime, by its name.
func isSanctions(l party.ListID) bool {
	return slices.ContainsFunc(append(law.Regimes(), law.State, law.Switzerland, law.Canada, law.Australia), func(r law.Regime) bool {
		return strings.HasPrefix(string(l), string(r)+"-")
	})
}

func pointers(m map[party.Ref]*party.Entry) iter.Seq[*party.Entry] {
	return func(yield func(*party.Entry) bool) {
		for _, r := range sortedRefs(m) {
			if !yield(m[r]) {
				return
			}
		}
	}
}

// reviewed returns the recorded matches of parties with entries. Of two about
// one party the later one holds.
func (h *Holdings) reviewed() map[party.Ref]party.Ref {
	out := map[party.Ref]party.Ref{}
	for _, d := range h.options.Matches {
		if node, entry, ok := h.ends(d); ok && d.Kind == identity.Joined {
			out[node] = entry
		}
	}
	return out
}

// ends returns the party and the entry of a decision about both.
func (h *Holdings) ends(d identity.Decision) (node, entry party.Ref, ok bool) {
	switch {
	case h.entries[d.B] != nil && h.entries[d.A] == nil:
		return d.A, d.B, true
	case h.entries[d.A] != nil && h.entries[d.B] == nil:
		return d.B, d.A, true
	}
	return node, entry, false
}

// isSplit says that the last recorded decision about the two keeps them apart.
func (h *Holdings) isSplit(a, b party.Ref) bool {
	split := false
	for _, d := range h.options.Matches {
		if d.A == a && d.B == b || d.A == b && d.B == a {
			split = d.Kind == identity.Split
		}
	}
	return split
}

// rename gives every party of a record the name that stands for it.
func (w *who) rename(r ownership.Record) ownership.Record {
	to := func(p *party.Ref) {
		if a, ok := w.alias[*p]; ok {
			*p = a
		}
	}
	to(&r.Stake.Owner)
	to(&r.Stake.Owned)
	to(&r.Stake.For)
	to(&r.About)
	if r.Party != nil {
		to(&r.Party.Ref)
	}
	if r.Tie != nil {
		to(&r.Tie.Party)
		to(&r.Tie.Company)
	}
	if r.Joint != nil {
		to(&r.Joint.Company)
		for i := range r.Joint.Holders {
			to(&r.Joint.Holders[i])
		}
	}
	return r
}
