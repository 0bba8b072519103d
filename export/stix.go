// SPDX-License-Identifier: Apache-2.0

package export

import (
	"bytes"
	"slices"

	"github.com/interdict-dev/interdict/attribution"
	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/infra"
	intelstix "github.com/interdict-dev/interdict/intel/stix"
	"github.com/interdict-dev/interdict/party"
)

// stix writes the claims of the items, and those of the chain from whom they
// are attributed to up to the listed party, as package intel/stix does: what
// came from a STIX file keeps its identifiers, windows and patterns, and what
// did not has identifiers that follow from it. Each indicator of ours then says
// its reason, and its expiry where its claim sets none.
func (w *writer) stix() {
	in := intelstix.Bundle{Created: w.sel.Day.Time(), Explain: w.explain()}
	seen, named := map[string]bool{}, map[party.Ref]bool{}
	add := func(c claim.Claim) {
		if !seen[c.ID] {
			seen[c.ID] = true
			in.Claims = append(in.Claims, c)
		}
	}
	name := func(p attribution.Party) {
		if !named[p.Ref] {
			named[p.Ref] = true
			in.Parties = append(in.Parties, entryOf(p))
		}
	}
	for k := range w.sel.Items {
		i := &w.sel.Items[k]
		name(i.Behind)
		if i.Listed != nil {
			name(*i.Listed)
		}
		for _, c := range slices.Concat(i.Claims, i.Chain) {
			add(c)
		}
	}
	var b bytes.Buffer
	skipped, err := intelstix.Write(&b, in)
	if err != nil {
		w.err = err
		return
	}
	w.countSTIX(skipped)
	w.file("interdict.stix.json", &b)
}

// entryOf is what a bundle says of a party.
func entryOf(p attribution.Party) party.Entry {
	e := party.Entry{Ref: p.Ref, Kind: p.Kind, Names: []party.Name{{Full: p.Name}}}
	if p.Name == "" {
		e.Names[0].Full = p.Ref.String()
	}
	if p.Listed {
		e.Remarks = "listed as " + p.Ref.String()
		for _, r := range p.Same {
			e.Remarks += ", " + r.String()
		}
	}
	return e
}

// countSTIX counts the items of which no claim could be written.
func (w *writer) countSTIX(skipped []claim.Claim) {
	lost := map[string]bool{}
	for _, c := range skipped {
		lost[c.ID] = true
	}
	for k := range w.sel.Items {
		i := &w.sel.Items[k]
		if slices.ContainsFunc(i.Claims, func(c claim.Claim) bool { return !lost[c.ID] }) {
			w.written++
		} else {
			w.skip(i)
		}
	}
}

// explain gives reason and expiry of the indicators that are ours.
func (w *writer) explain() func(c *claim.Claim) (description, validUntil string) {
	items := make(map[infra.Indicator]*Item, len(w.sel.Items))
	for k := range w.sel.Items {
		items[w.sel.Items[k].Indicator] = &w.sel.Items[k]
	}
	return func(c *claim.Claim) (description, validUntil string) {
		i := items[c.From.Indicator]
		if i == nil {
			return "", ""
		}
		if !i.Expires.IsZero() {
			validUntil = stamp(i.Expires)
		}
		return oneLine(i.Comment()), validUntil
	}
}

// stamp is the first instant of a day as STIX writes it.
func stamp(d party.Date) string { return d.Time().Format("2006-01-02T15:04:05Z") }
