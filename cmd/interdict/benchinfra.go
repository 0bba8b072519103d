// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/interdict-dev/interdict/bench"
)

type benchInfraCmd struct {
	Prefixes int    `default:"1000000" help:"Prefixes of the table, half of them IPv4."`
	Domains  int    `default:"5000000" help:"Domains of the table, half of which reach the hosts below them."`
	Seed     uint64 `default:"1" help:"Seed of the invented rules and questions."`
	Format   string `enum:"text,json" default:"text" help:"text or json."`
	Out      string `short:"o" placeholder:"FILE" help:"Write the figures here instead of standard output."`
}

// Help says what is measured.
func (benchInfraCmd) Help() string {
	return `The rules are invented and lie as in the wild. A lookup is the median of seven runs over a
million questions in no order, on one core: what is at hand from the question before helps nobody.
Most questions of a network meet no rule; those that do are given beside them.`
}

// Run measures.
func (c *benchInfraCmd) Run(a *app) error {
	if c.Prefixes < 0 || c.Domains < 0 {
		return errors.New("--prefixes and --domains want numbers that are not negative")
	}
	return a.writeTo(c.Out, func(w io.Writer) error {
		m := bench.ThisMachine(version, a.now)
		r := bench.MeasureInfra(bench.InfraPlan{Prefixes: c.Prefixes, Domains: c.Domains, Seed: c.Seed})
		if c.Format == "json" {
			return writeIndented(w, struct {
				Machine bench.Machine `json:"machine"`
				bench.InfraCost
			}{m, r})
		}
		if _, err := fmt.Fprintln(w, m); err != nil {
			return err
		}
		return r.Print(w)
	})
}
