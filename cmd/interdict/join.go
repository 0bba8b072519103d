// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/interdict-dev/interdict/book"
	"github.com/interdict-dev/interdict/engine"
	"github.com/interdict-dev/interdict/identity"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/screening"
	"github.com/interdict-dev/interdict/starter"
)

// A decideFlags is what join and split are told.
type decideFlags struct {
	A      string `arg:"" help:"An entry, as in us-ofac-sdn/50543."`
	B      string `arg:"" help:"Another entry."`
	By     string `required:"" help:"Who decides."`
	Reason string `required:"" help:"Why."`
	Force  bool   `help:"Record it although an entry is not in the book, or lists and kinds speak against it."`
}

type listsJoinCmd struct {
	decideFlags `embed:""`
}

// Help gives an example.
func (listsJoinCmd) Help() string {
	return `Example:
  interdict lists join us-ofac-sdn/50543 uk-fcdo/CYB0113 --by "A. Officer" --reason "same name and seat"

The identity gets a number that it keeps. A later split of the same two entries takes
the join back; nothing that was recorded is ever changed.`
}

// Run records a join.
func (c *listsJoinCmd) Run(a *app) error { return c.record(a, identity.Joined) }

type listsSplitCmd struct {
	decideFlags `embed:""`
}

// Help gives an example.
func (listsSplitCmd) Help() string {
	return `Example:
  interdict lists split us-ofac-sdn/1 eu-fsf/EU.2 --by "A. Officer" --reason "father and son"

It also takes the pair out of what ` + "`interdict lists suggest`" + ` shows.`
}

// Run records a split.
func (c *listsSplitCmd) Run(a *app) error { return c.record(a, identity.Split) }

// record records a decision, rebuilds the book and holds that it took effect.
func (c *decideFlags) record(a *app, kind identity.Kind) error {
	d, err := c.decision(a, kind)
	if err != nil {
		return err
	}
	h, err := a.home()
	if err != nil {
		return err
	}
	if !c.Force {
		if err := checkDecision(a, d); err != nil {
			return fmt.Errorf("%w; --force records it all the same", err)
		}
	}
	if d, err = h.Decide(d); err != nil {
		return err
	}
	printDecision(a, d)
	archive, err := h.Archive()
	if err != nil {
		return err
	}
	if err := rebuild(a, h, archive); err != nil {
		return err
	}
	return sayEffect(a, d)
}

// decision returns what the flags say.
func (c *decideFlags) decision(a *app, kind identity.Kind) (identity.Decision, error) {
	d := identity.Decision{Kind: kind, By: strings.TrimSpace(c.By), Reason: strings.TrimSpace(c.Reason), Date: party.DateOf(a.now)}
	if d.By == "" || d.Reason == "" {
		return d, errors.New("--by and --reason must say something: the decision is kept")
	}
	var err error
	if d.A, err = party.ParseRef(c.A); err != nil {
		return d, err
	}
	if d.B, err = party.ParseRef(c.B); err != nil {
		return d, err
	}
	if d.A == d.B {
		return d, fmt.Errorf("%v is named twice: a decision is about two entries", d.A)
	}
	return d, nil
}

func checkDecision(a *app, d identity.Decision) (err error) {
	o, err := (&bookFlag{}).open(a)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.Close()) }()
	return engine.CheckDecision(o.Book, d)
}

// sayEffect says where another decision keeps this one from working.
func sayEffect(a *app, d identity.Decision) (err error) {
	o, err := (&bookFlag{}).open(a)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.Close()) }()
	same, err := o.Identity(d.A)
	if err != nil {
		return err
	}
	if joined := slices.Contains(same.Refs, d.B); joined != (d.Kind == identity.Joined) {
		fmt.Fprintln(a.out, "It has no effect yet: another decision stands against it; see `interdict lists joins --all`")
		a.code = exitIncomplete
		return nil
	}
	if d.Kind == identity.Joined {
		fmt.Fprintf(a.out, "one party: %s\n", strings.Trim(fmt.Sprint(same.Refs), "[]"))
	}
	return nil
}

func printDecision(a *app, d identity.Decision) {
	word := "split"
	if d.Kind == identity.Joined {
		word = fmt.Sprintf("join %d", d.Identity)
	}
	fmt.Fprintf(a.out, "%s  %s: %v %v, by %s: %s\n", d.Date, word, d.A, d.B, d.By, d.Reason)
}

type listsJoinsCmd struct {
	All bool `help:"Those that are built in, too."`
}

// Run prints the decisions in the order in which they count.
func (c *listsJoinsCmd) Run(a *app) error {
	h, err := a.home()
	if err != nil {
		return err
	}
	own, err := h.Decisions()
	if err != nil {
		return err
	}
	if c.All {
		for _, d := range starter.Joins() {
			d.By = cmp.Or(d.By, "the built-in facts")
			printDecision(a, d)
		}
	}
	for _, d := range own {
		printDecision(a, d)
	}
	if len(own) == 0 {
		fmt.Fprintln(a.out, "No decision was recorded in this home.")
	}
	return nil
}

type listsSuggestCmd struct {
	bookFlag `embed:""`
	MinScore float64 `default:"0.9" help:"Least match strength of a pair."`
	Limit    int     `default:"50" help:"Print at most so many, the strongest first; what is left out is counted. 0 is all."`
	Format   string  `enum:"text,jsonl" default:"text" help:"text or jsonl."`
}

// Help says what a suggestion is not.
func (listsSuggestCmd) Help() string {
	return `Each entry is screened against the larger lists. A pair is shown when the names are
alike and neither kind, birth date, gender, country nor identifier speaks against it.
Nothing is joined: record what you decide with ` + "`interdict lists join` or `lists split`" + `.`
}

// A suggestion is one line of the output for programs.
type suggestion struct {
	A       party.Ref          `json:"a"`
	B       party.Ref          `json:"b"`
	NameA   string             `json:"name_a"`
	NameB   string             `json:"name_b"`
	Score   screening.Score    `json:"score"`
	Reasons []screening.Reason `json:"reasons"`
}

// Run prints the queue.
func (c *listsSuggestCmd) Run(a *app) (err error) {
	if c.MinScore <= 0 || c.MinScore > 1 {
		return fmt.Errorf("--min-score %v: want more than 0 and at most 1", c.MinScore)
	}
	on, err := c.day(a)
	if err != nil {
		return err
	}
	o, err := c.open(a)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.Close()) }()
	h, err := a.home()
	if err != nil {
		return err
	}
	own, err := h.Decisions()
	if err != nil {
		return err
	}
	all, err := c.suggest(a, o.Book, append(starter.Joins(), own...), on)
	if err != nil {
		return err
	}
	return c.print(a, all)
}

// suggest collects the pairs, the strongest first.
func (c *listsSuggestCmd) suggest(a *app, b *book.Book, decided []identity.Decision, on party.Date) ([]engine.Suggestion, error) {
	var done, of atomic.Int64
	of.Store(1)
	bar := a.progress("entries", func() (int64, int64) { return done.Load(), of.Load() })
	defer bar.stop()
	var all []engine.Suggestion
	for s, err := range engine.Suggest(a.ctx, b, decided, int32(c.MinScore*10000+0.5), on, func(n, m int64) { done.Store(n); of.Store(m) }) {
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	slices.SortStableFunc(all, func(x, y engine.Suggestion) int {
		return cmp.Or(cmp.Compare(y.Score, x.Score), x.A.Compare(y.A), x.B.Compare(y.B))
	})
	return all, nil
}

func (c *listsSuggestCmd) print(a *app, all []engine.Suggestion) error {
	shown := all
	if c.Limit > 0 && len(all) > c.Limit {
		shown = all[:c.Limit]
	}
	for _, s := range shown {
		if c.Format == "jsonl" {
			if err := json.NewEncoder(a.out).Encode(suggestion{s.A, s.B, s.Names[0], s.Names[1], s.Score, s.Reason}); err != nil {
				return err
			}
			continue
		}
		fmt.Fprintf(a.out, "%s  %v %v\n      %s\n      %s\n", s.Score, s.A, s.B, s.Names[0], s.Names[1])
	}
	summary := a.out
	if c.Format == "jsonl" {
		summary = a.err
	}
	fmt.Fprintf(summary, "%d pairs, %d shown; nothing was joined\n", len(all), len(shown))
	return nil
}
