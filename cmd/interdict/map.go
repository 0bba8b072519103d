// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/attribution"
	"github.com/interdict-dev/interdict/party"
)

type mapCmd struct {
	bookFlag
	Of string `arg:"" help:"The name or Ref of a botnet, group or company."`

	Cut      bool `help:"Say what the loss of which machines would cut off, and mark it."`
	Timeline bool `help:"Draw claims, designations and seizures on one axis."`

	Format string `enum:"svg,dot,json,text" default:"text" help:"svg, dot, json or text."`
	Out    string `short:"o" placeholder:"FILE" help:"Write the map here instead of standard output."`
}

// Help gives examples.
func (mapCmd) Help() string {
	return `Examples:
  interdict map raptor-train --format svg --out raptor-train.svg
  interdict map 'Integrity Technology Group' --cut
  interdict map raptor-train --as-of 2024-03-01 --format json
  interdict map raptor-train --timeline --format svg --out time.svg

Without --as-of all times are drawn together; with it only machines whose window holds the day.
Links between tiers are inferred from being seen at the same time, and drawn dashed. A map is no
finding: the exit code is 0, or 11 where the book is incomplete.`
}

// Run draws.
func (c *mapCmd) Run(a *app) error {
	day, err := c.day(a)
	if err != nil {
		return err
	}
	at := party.Date{}
	if c.AsOf != "" {
		at = day
	}
	o, view, err := c.openView(a, day)
	if err != nil {
		return err
	}
	defer o.Close() // only read
	return view.Guard(func() error { return c.draw(a, o, view, at) })
}

func (c *mapCmd) draw(a *app, o *opened, view *attribution.View, at party.Date) error {
	root, err := o.find(view, c.Of)
	if err != nil {
		return err
	}
	m := view.Map(root, at)
	w, done, err := create(a, c.Out)
	if err != nil {
		return err
	}
	if err := errors.Join(c.print(w, o, view, m), done()); err != nil {
		return fmt.Errorf("write the map: %w", err)
	}
	a.code = exitCode(false, o.incomplete() != "")
	if c.Format == "svg" || c.Format == "dot" {
		var b strings.Builder
		printEvidence(&b, o, view, o.incomplete())
		_, err = io.WriteString(a.err, b.String())
	}
	return err
}

func (c *mapCmd) print(w io.Writer, o *opened, v *attribution.View, m *attribution.Map) error {
	switch {
	case c.Format == "svg" && c.Timeline:
		return m.Timeline().SVG(w)
	case c.Format == "svg":
		return m.Graph(c.Cut).SVG(w)
	case c.Format == "dot":
		return m.Graph(c.Cut).DOT(w)
	case c.Format == "json":
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(struct {
			hostEnvelope
			Lists []listState `json:"lists"`
			*attribution.Map
		}{hostEnvelope{o.Digest().String(), version, v.Day, o.incomplete()}, o.lists, m})
	}
	var b strings.Builder
	c.text(&b, m)
	b.WriteString("\n")
	printEvidence(&b, o, v, o.incomplete())
	_, err := io.WriteString(w, b.String())
	return err
}

func (c *mapCmd) text(b *strings.Builder, m *attribution.Map) {
	fmt.Fprintln(b, m.Title())
	for i, l := range m.Listings {
		fmt.Fprintf(b, "  %-10s %v since %v\n", once(i, "Listed"), l.Ref, l.Listed)
	}
	for i := range m.Behind {
		chain := &m.Behind[i]
		verb := "behind it"
		if chain.Beside {
			verb = "associated"
		}
		fmt.Fprintf(b, "  %-10s %s (%v), in %d steps\n", once(i, "Behind"), verb+": "+chain.Party.Name, chain.Party.Ref, len(chain.Steps))
	}
	for i, p := range m.Beside {
		state := "on no list of this book"
		if p.Party.Listed {
			state = "listed"
		}
		fmt.Fprintf(b, "  %-10s %s (%v), %s: %s %v, %s\n", once(i, "Named"), p.Party.Name, p.Party.Ref, state, p.Relation, p.With, p.Source)
	}
	textParties(b, m)
	textTiers(b, m)
	for i, why := range slices.Sorted(maps.Keys(m.Left)) {
		fmt.Fprintf(b, "  %-10s %d machines: %s\n", once(i, "Left out"), m.Left[why], why)
	}
	for i, s := range m.Suspected {
		if i == 10 {
			fmt.Fprintf(b, "             and %d more (--format json)\n", len(m.Suspected)-i)
			break
		}
		fmt.Fprintf(b, "  %-10s %s beside %s: %s\n", once(i, "Suspected"), s.Indicator.Defang(), m.Nodes[s.Node].Name, s.Reason)
	}
	if c.Cut {
		textCuts(b, m)
	}
	if c.Timeline {
		for i, t := range m.Moments {
			fmt.Fprintf(b, "  %-10s %-10v %s: %s (%s)\n", once(i, "Timeline"), t.Date, t.What, t.Name, t.Source)
		}
	}
}

func textParties(b *strings.Builder, m *attribution.Map) {
	n := 0
	for _, l := range m.Links {
		if !m.Nodes[l.To].Thing.IsParty() {
			continue
		}
		to := m.Nodes[l.To]
		fmt.Fprintf(b, "  %-10s %s (%s, %v) below %s: %s\n", once(n, "Parties"), to.Name, to.Kind, to.Thing, m.Nodes[l.From].Name, sayStatement(&l.Claims[0]))
		n++
	}
}

// textTiers counts machines by tier, and says when each was seen.
func textTiers(b *strings.Builder, m *attribution.Map) {
	byTier := map[int][]int{}
	for i, n := range m.Nodes {
		if !n.Thing.IsParty() {
			byTier[n.Tier] = append(byTier[n.Tier], i)
		}
	}
	inferred := 0
	for _, l := range m.Links {
		if l.Inferred {
			inferred++
		}
	}
	for k, tier := range slices.Backward(slices.Sorted(maps.Keys(byTier))) {
		kinds := map[string]int{}
		var first, last party.Date
		for _, i := range byTier[tier] {
			n := m.Nodes[i]
			kinds[n.Kind]++
			if !n.First.IsZero() && (first.IsZero() || n.First.Compare(first) < 0) {
				first = n.First
			}
			if n.Last.Compare(last) > 0 {
				last = n.Last
			}
		}
		var parts []string
		for _, kind := range sortedKeys(kinds) {
			parts = append(parts, fmt.Sprintf("%d %s", kinds[kind], kind))
		}
		name := fmt.Sprintf("tier %d", tier)
		if tier == 0 {
			name = "no tier said"
		}
		when := "undated"
		if !first.IsZero() || !last.IsZero() {
			when = fmt.Sprintf("seen %v to %v", first, last)
		}
		fmt.Fprintf(b, "  %-10s %s: %s; %s\n", once(len(byTier)-1-k, "Machines"), name, strings.Join(parts, ", "), when)
	}
	if inferred > 0 {
		fmt.Fprintf(b, "  %-10s %d links between tiers, since both ends were seen at the same time; no claim says so\n", "Inferred", inferred)
	}
}

func textCuts(b *strings.Builder, m *attribution.Map) {
	for _, c := range m.Cuts {
		fmt.Fprintf(b, "  %-10s tier %d, %d nodes: ", "Cut", c.Tier, c.Nodes)
		if len(c.Lost) == 0 {
			fmt.Fprintf(b, "nothing above it that we know of")
		} else {
			fmt.Fprintf(b, "the loss of %d machines disconnects %d", len(c.Lost), len(c.Severed))
		}
		if len(c.Beyond) > 0 {
			fmt.Fprintf(b, "; %d hang on the party itself", len(c.Beyond))
		}
		b.WriteString("\n")
		for _, i := range c.Lost {
			fmt.Fprintf(b, "             x %s %s to %s\n", m.Nodes[i].Name, m.Nodes[i].First, m.Nodes[i].Last)
		}
	}
	for i, d := range m.Dominators {
		fmt.Fprintf(b, "  %-10s every way to %d others leads over %s\n", once(i, "Dominators"), d.Below, m.Nodes[d.Node].Name)
	}
	for i, n := range m.Articulations {
		fmt.Fprintf(b, "  %-10s its loss divides the picture: %s\n", once(i, "Joints"), m.Nodes[n].Name)
	}
	if len(m.Seized) > 0 {
		var names []string
		for _, i := range m.Seized {
			names = append(names, m.Nodes[i].Name)
		}
		fmt.Fprintf(b, "  %-10s on record: %s; that cut off %d others and left %d machines and marks\n", "Seizures", strings.Join(names, ", "), len(m.Severed), m.Remained)
	} else {
		fmt.Fprintf(b, "  %-10s none on record among these machines\n", "Seizures")
	}
}
