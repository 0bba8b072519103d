// SPDX-License-Identifier: Apache-2.0

package export

import (
	"bytes"
	"encoding/json"
	"fmt"
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
	in := intelstix.Bundle{Created: w.sel.Day.Time()}
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
	text, err := w.explain(b.Bytes())
	w.err = err
	w.file("interdict.stix.json", bytes.NewBuffer(text))
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

// explain puts reason and expiry into the indicators that are ours: those with
// a key of ours, from which they are read back as they were.
func (w *writer) explain(bundle []byte) ([]byte, error) {
	items := map[infra.Indicator]*Item{}
	for k := range w.sel.Items {
		items[w.sel.Items[k].Indicator] = &w.sel.Items[k]
	}
	var all struct {
		Type    string            `json:"type"`
		ID      string            `json:"id"`
		Objects []json.RawMessage `json:"objects"`
	}
	if err := json.Unmarshal(bundle, &all); err != nil {
		return nil, fmt.Errorf("read back what was written: %w", err)
	}
	for k, raw := range all.Objects {
		var o map[string]json.RawMessage
		var ours struct {
			Type string `json:"type"`
			Own  struct {
				From claim.Thing `json:"from"`
			} `json:"x_interdict"`
			From string `json:"valid_from"`
		}
		if err := json.Unmarshal(raw, &ours); err != nil {
			return nil, err
		}
		i := items[ours.Own.From.Indicator]
		if ours.Type != "indicator" || i == nil {
			continue
		}
		if err := json.Unmarshal(raw, &o); err != nil {
			return nil, err
		}
		put := func(key, text string) error {
			b, err := json.Marshal(text)
			o[key] = b
			return err
		}
		if err := put("description", oneLine(i.Comment())); err != nil {
			return nil, err
		}
		// The standard wants valid_until to be later than valid_from.
		if until := stamp(i.Expires); o["valid_until"] == nil && !i.Expires.IsZero() && until > ours.From {
			if err := put("valid_until", until); err != nil {
				return nil, err
			}
		}
		b, err := json.Marshal(o)
		if err != nil {
			return nil, err
		}
		all.Objects[k] = b
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetIndent("", " ")
	e.SetEscapeHTML(false)
	err := e.Encode(all)
	return out.Bytes(), err
}

// stamp is the first instant of a day as STIX writes it.
func stamp(d party.Date) string { return d.Time().Format("2006-01-02T15:04:05Z") }
