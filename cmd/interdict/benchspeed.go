// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/interdict-dev/interdict/bench"
	"github.com/interdict-dev/interdict/book"
	"github.com/interdict-dev/interdict/party"
)

type benchSpeedCmd struct {
	bookFlag
	Files  []string `arg:"" optional:"" name:"file" help:"List files to compile first; the book of --book, the home or the starter otherwise."`
	N      int      `default:"200" help:"How many listed names to alter for the questions."`
	Seed   uint64   `default:"1" help:"Seed of the questions, of the customers and of invented parties."`
	Rows   int      `default:"100000" help:"Customers to join with the book; 0 leaves it out."`
	Hidden int      `default:"500" help:"Listed names hidden among them."`
	Grow   []int    `placeholder:"PARTIES" help:"Grow the book to so many parties by recombining real names, and measure each size: 18367,100000,1000000."`
	Dir    string   `placeholder:"DIR" help:"Where grown books are written, one at a time; a temporary folder otherwise."`
	Format string   `enum:"text,json" default:"text" help:"text or json."`
	Out    string   `short:"o" placeholder:"FILE" help:"Write the figures here instead of standard output."`
}

// Help gives examples.
func (benchSpeedCmd) Help() string {
	return `Examples:
  interdict bench speed SDN_ADVANCED.ZIP
  interdict bench speed --book sdn.book --rows 1000000
  interdict bench speed --book sdn.book --grow 18367,100000,1000000 --rows 10000

Parties beyond those of the book are invented: family names of listed persons with
given names of others, naming words of listed companies in the names of others.
doc/bench.md says what that does to the figures.`
}

// A speedReport is what bench speed prints.
type speedReport struct {
	Machine bench.Machine   `json:"machine"`
	Compile *bench.Cost     `json:"compile,omitempty"` // of the files, reading included
	Open    time.Duration   `json:"open_ns"`
	Speed   *bench.Speed    `json:"speed,omitempty"`
	Growth  []*bench.Growth `json:"growth,omitempty"`
}

// Run measures.
func (c *benchSpeedCmd) Run(a *app) error {
	return a.writeTo(c.Out, func(w io.Writer) error {
		r, err := c.measure(a, w)
		if err == nil && c.Format == "json" {
			err = writeIndented(w, r)
		}
		return err
	})
}

// measure measures, and prints what is ready unless JSON is wanted.
func (c *benchSpeedCmd) measure(a *app, w io.Writer) (r *speedReport, err error) {
	if c.Format == "json" {
		w = io.Discard
	}
	r = &speedReport{Machine: bench.ThisMachine(version, a.now)}
	fmt.Fprintln(w, r.Machine)
	dir, err := os.MkdirTemp(c.Dir, "interdict-bench-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if len(c.Files) > 0 {
		if err := c.compile(a, w, r, filepath.Join(dir, "bench.book")); err != nil {
			return nil, err
		}
	}
	start := time.Now()
	o, err := c.open(a)
	if err != nil {
		return nil, err
	}
	defer o.Close() // only read
	r.Open = time.Since(start)
	day, err := c.day(a)
	if err != nil {
		return nil, err
	}
	data := bench.DataOf(o.Book)
	data.Print(w)
	fmt.Fprintf(w, "opened in %v; law and facts of %s\n", r.Open.Round(time.Microsecond), day)
	deck, err := bench.Make(o.Book, bench.Options{Seed: c.Seed, N: c.N, Day: day, Innocents: fewInnocents()})
	if err != nil {
		return nil, err
	}
	plan := bench.SpeedPlan{Day: day, Seed: c.Seed, Rows: c.Rows, Hidden: c.Hidden}
	if len(c.Grow) > 0 {
		return r, c.grow(a, w, r, o.Book, bench.GrowthPlan{Sizes: c.Grow, Seed: c.Seed, Dir: dir, Deck: deck, Speed: plan})
	}
	if r.Speed, err = bench.MeasureSpeed(a.ctx, o.Book, deck, plan); err != nil {
		return nil, err
	}
	r.Speed.Print(w)
	return r, nil
}

// compile compiles the files and lets the rest ask their book.
func (c *benchSpeedCmd) compile(a *app, w io.Writer, r *speedReport, path string) error {
	build := bookBuildCmd{Files: c.Files, Out: path}
	quiet := *a
	quiet.out = w
	cost, err := bench.CostOf(func() error { return build.Run(&quiet) })
	if err != nil {
		return err
	}
	a.code, c.Book, r.Compile = quiet.code, path, &cost
	fmt.Fprintf(w, "compiled in %s\n", cost)
	return nil
}

func (c *benchSpeedCmd) grow(a *app, w io.Writer, r *speedReport, b *book.Book, p bench.GrowthPlan) error {
	for _, n := range p.Sizes {
		if n < 1 {
			return fmt.Errorf("--grow %d: want 1 at least", n)
		}
	}
	for x, err := range bench.Grow(a.ctx, b, p) {
		if err != nil {
			return err
		}
		r.Growth = append(r.Growth, x)
		x.Print(w)
	}
	bench.PrintGrowth(w, r.Growth)
	return nil
}

// fewInnocents are some of the built-in innocent names: enough for percentiles,
// few enough for books of millions.
func fewInnocents() map[party.Kind][]string {
	const enough = 250
	out := map[party.Kind][]string{}
	for k, names := range bench.Innocents() {
		out[k] = slices.Clip(names[:min(enough, len(names))])
	}
	return out
}
