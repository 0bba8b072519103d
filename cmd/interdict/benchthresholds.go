// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"runtime"

	"github.com/interdict-dev/interdict/bench"
	"github.com/interdict-dev/interdict/cases"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/screening"
)

type benchThresholdsCmd struct {
	bookFlag
	File   string            `short:"f" required:"" placeholder:"FILE" help:"Your own subjects, as for screen --file; - is standard input."`
	Kind   string            `placeholder:"KIND" help:"The file's format, where its name and content do not tell."`
	Column map[string]string `placeholder:"FIELD=HEADER" help:"Which column holds a field, as in name=Vendor or name=B; give it once for each."`
	Sheet  string            `name:"worksheet" help:"The sheet of a workbook, by name; the first otherwise."`
	Type   string            `placeholder:"TYPE" help:"What the names are: person, organization, vessel or aircraft."`

	From float64  `default:"0.3" help:"The threshold that is in use."`
	To   float64  `default:"0.5" help:"The threshold that is thought of."`
	List []string `placeholder:"LIST" help:"Screen against these lists only."`
	Weak bool     `help:"Let weak aliases of OFAC lists alert."`

	Decisions string `placeholder:"FILE" help:"Decisions that findings were false, as for screen."`
	Confirmed string `placeholder:"FILE" help:"Decisions that findings were true, in the same form."`

	Show   int    `default:"50" help:"Print at most so many of the findings that vanish or appear."`
	Report string `placeholder:"FILE" help:"Write the trial here, with every finding that vanishes or appears: .xlsx or .html."`
	Format string `enum:"text,json" default:"text" help:"text or json."`
	Out    string `short:"o" placeholder:"FILE" help:"Write the figures here instead of standard output."`
}

// Help gives examples.
func (benchThresholdsCmd) Help() string {
	return `Examples:
  interdict bench thresholds --file customers.csv
  interdict bench thresholds --file customers.csv --from 0.3 --to 0.8 --decisions false.jsonl --confirmed true.jsonl --report trial.xlsx

How many findings your own subjects have at each threshold, and which of them
would vanish or appear if it moved. Nothing is estimated: who has a finding at the
lowest threshold is screened at every other one. Exit code 11: rows that could not
be read.`
}

// Run tries the thresholds.
func (c *benchThresholdsCmd) Run(a *app) error {
	plan, err := c.plan(a)
	if err != nil {
		return err
	}
	if err := checkPack(c.Report); err != nil {
		return err
	}
	machine := bench.ThisMachine(version, a.now)
	screen := screenCmd{File: c.File, Kind: c.Kind, Column: c.Column, Sheet: c.Sheet, Type: c.Type}
	input, err := screen.input(a)
	if err != nil {
		return err
	}
	defer input.close()
	o, err := c.open(a)
	if err != nil {
		return err
	}
	defer o.Close() // only read
	bar := a.progress("screening", input.progress)
	w, err := bench.Thresholds(a.ctx, o.Book, input.subjects, plan)
	bar.stop()
	if err != nil {
		return err
	}
	if w.Asked == 0 {
		return fmt.Errorf("%s: no party could be read and screened, %d rows in error: %s", c.File, w.Unread, cmp.Or(w.Because, "the file has none"))
	}
	w.Machine, w.File = machine, input.coverage().Name
	if w.Unread > 0 {
		a.code = exitIncomplete
	}
	err = a.writeTo(c.Out, func(out io.Writer) error {
		if c.Format == "json" {
			return writeIndented(out, w)
		}
		w.Print(out, c.Show)
		return nil
	})
	return errors.Join(err, writePack(c.Report, w.Pack))
}

// plan makes the plan of the flags.
func (c *benchThresholdsCmd) plan(a *app) (p bench.WhatIfPlan, err error) {
	day, err := c.day(a)
	if err != nil {
		return p, err
	}
	p.Workers, p.Policy = runtime.GOMAXPROCS(0), screening.Policy{Weak: c.Weak, LawAsOf: day, FactsAsOf: day, Places: screening.PlacesOff}
	for _, l := range c.List {
		p.Policy.Lists = append(p.Policy.Lists, party.ListID(l))
	}
	if p.From, err = tenThousandths("--from", c.From); err != nil {
		return p, err
	}
	if p.To, err = tenThousandths("--to", c.To); err != nil {
		return p, err
	}
	if c.Decisions != "" {
		if p.False, err = cases.ReadDecisions(c.Decisions); err != nil {
			return p, err
		}
	}
	if c.Confirmed != "" {
		p.True, err = cases.ReadDecisions(c.Confirmed)
	}
	return p, err
}
