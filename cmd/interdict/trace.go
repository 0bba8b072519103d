// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/attribution"
	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/evidence"
	"github.com/interdict-dev/interdict/infra"
	"github.com/interdict-dev/interdict/party"
)

type traceCmd struct {
	bookFlag
	From string `arg:"" help:"An indicator, a wallet, or the name or Ref of a botnet, group or company."`

	At     string `placeholder:"TIME" help:"Judge the claims at this moment; default is at no day in particular."`
	Steps  int    `default:"6" help:"The longest chain that is followed."`
	Chains int    `default:"200" help:"The most chains that are found."`
	Show   int    `default:"5" help:"The most chains that text shows; json has all."`

	Format string `enum:"text,json" default:"text" help:"text or json."`
	Out    string `short:"o" placeholder:"FILE" help:"Write the answer here instead of standard output."`
}

// Help gives examples.
func (traceCmd) Help() string {
	return `Examples:
  interdict trace 202.182.109.151 --at 2024-03-01
  interdict trace raptor-train
  interdict trace 'Hypercore Ltd' --as-of 2025-11-18
  interdict trace 18dLDAWi8LmrHbEq3QzDJb9SLxCf4uimXB      may we pay this ransom? and what is not known

Every simple chain up to --steps is found, the strongest first; its weakest step is named.
Two sources of one origin count once. Exit codes are those of interdict screen.`
}

// Run traces.
func (c *traceCmd) Run(a *app) error {
	day, err := c.day(a)
	if err != nil {
		return err
	}
	at := party.Date{}
	if c.At != "" {
		if at, err = attribution.ParseMoment(c.At); err != nil {
			return fmt.Errorf("--at: %w", err)
		}
	}
	if c.Steps < 1 || c.Steps > 20 || c.Chains < 1 {
		return errors.New("--steps wants 1 to 20, --chains at least 1")
	}
	o, view, err := c.openView(a, day)
	if err != nil {
		return err
	}
	defer o.Close() // only read
	return view.Guard(func() error { return c.trace(a, o, view, at) })
}

func (c *traceCmd) trace(a *app, o *opened, view *attribution.View, at party.Date) error {
	from, err := o.thing(view, c.From)
	if err != nil {
		return err
	}
	t := view.Trace(from, at, evidence.Bound{Steps: c.Steps, Chains: c.Chains})
	w, done, err := create(a, c.Out)
	if err != nil {
		return err
	}
	if err := errors.Join(c.print(w, o, view, &t), done()); err != nil {
		return fmt.Errorf("write the answer: %w", err)
	}
	listed := slices.ContainsFunc(t.Listings, func(s attribution.Standing) bool { return s.Stands })
	a.code = exitCode(len(t.Chains) > 0 || listed || t.Host != nil && t.Host.IsFinding(), o.incomplete() != "")
	return nil
}

// thing finds what a word means: an indicator, or a party of the book. A
// domain may be the name of a company as well: an indicator of which claims
// speak goes first, then a party, then any indicator.
func (o *opened) thing(v *attribution.View, word string) (claim.Thing, error) {
	i, notOne := infra.Parse(word)
	if notOne == nil && (i.Type != infra.Domain || len(v.Graph.Claims(i)) > 0) {
		return claim.OfIndicator(i), nil
	}
	r, err := o.find(v, word)
	switch {
	case err == nil:
		return claim.OfParty(r), nil
	case notOne == nil:
		return claim.OfIndicator(i), nil
	}
	return claim.Thing{}, fmt.Errorf("%w, and it is no indicator", err)
}

func (c *traceCmd) print(w io.Writer, o *opened, v *attribution.View, t *attribution.Trace) error {
	if c.Format == "json" {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(struct {
			hostEnvelope
			Lists []listState `json:"lists"`
			*attribution.Trace
		}{hostEnvelope{o.Digest().String(), version, v.Day, o.incomplete()}, o.lists, t})
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s", t.Name)
	if !t.At.IsZero() {
		fmt.Fprintf(&b, " on %v", t.At)
	}
	fmt.Fprintf(&b, "\n  Says     %s\n", t.Says)
	if t.Grade != "" {
		fmt.Fprintf(&b, "  Grade    %s\n", t.Grade)
	}
	for i, l := range t.Listings {
		not := ""
		if !l.Stands {
			not = fmt.Sprintf(" (not on %v)", v.Day)
		}
		fmt.Fprintf(&b, "  %-8s %v since %v %s%s\n", once(i, "Listed"), l.Ref, l.Listed, strings.Join(l.Programs, " "), not)
	}
	for i := range t.Chains {
		if i == c.Show {
			fmt.Fprintf(&b, "\n  %d more chains (--show)\n", len(t.Chains)-i)
			break
		}
		fmt.Fprintf(&b, "\n  %d of %d%s\n", i+1, len(t.Chains), sayStrength(&t.Chains[i]))
		sayWholeChain(&b, &t.Chains[i])
	}
	b.WriteString("\n")
	sayList(&b, "Independent origins", t.Origins)
	sayList(&b, "Corroborated by independent origins", t.Corroborated)
	sayList(&b, "Rests on one origin", t.Single)
	sayList(&b, "Sources differ; both are kept", t.Contradicted)
	var named []string
	for _, p := range t.Unlisted {
		named = append(named, fmt.Sprintf("%s (%v) %v", p.Name, p.Ref, p.Kind))
	}
	sayList(&b, fmt.Sprintf("On the way, and on no list of this book on %v", v.Day), named)
	var old []string
	for _, s := range t.Corrected {
		old = append(old, s.From.String()+" "+sayStatement(&s))
	}
	sayList(&b, "Corrected since by their own source", old)
	sayList(&b, "Not known", t.Unknown)
	b.WriteString("\n")
	printEvidence(&b, o, v, o.incomplete())
	_, err := io.WriteString(w, b.String())
	return err
}

func sayStrength(c *attribution.Chain) string {
	switch {
	case len(c.Steps) == 0:
		return ""
	case c.Beside:
		return ", an association"
	}
	return fmt.Sprintf(", as strong as its weakest step, grade %v", c.Steps[c.Weakest].Class)
}

// sayWholeChain prints each step with every claim about it.
func sayWholeChain(b *strings.Builder, c *attribution.Chain) {
	for i := range c.Steps {
		s := &c.Steps[i]
		mark, verb := "", "behind it"
		if i == c.Weakest {
			mark = "  <- weakest"
		}
		if s.Beside {
			verb = "beside it"
		}
		fmt.Fprintf(b, "    %d. %s, %s: %s%s\n", i+1, s.FromName, verb, s.ToName, mark)
		for k := range s.Claims {
			fmt.Fprintf(b, "         %v %s\n", s.Claims[k].From, sayStatement(&s.Claims[k]))
		}
		if n := len(s.Claims); n > 1 {
			fmt.Fprintf(b, "         %s\n", sayOrigins(n, s.Origins))
		}
	}
	var lists []string
	for _, l := range c.Standings {
		lists = append(lists, strings.TrimSpace(fmt.Sprintf("%v since %v %s", l.Ref, l.Listed, l.AtTheTime)))
	}
	fmt.Fprintf(b, "    Listed: %s: %s\n", c.Party.Name, strings.Join(lists, "; "))
}

func sayList(b *strings.Builder, title string, lines []string) {
	if len(lines) == 0 {
		return
	}
	fmt.Fprintf(b, "  %s\n", title)
	for _, l := range lines {
		fmt.Fprintf(b, "    - %s\n", l)
	}
}
