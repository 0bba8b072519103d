// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"github.com/interdict-dev/interdict/bench"
	"github.com/interdict-dev/interdict/book"
)

type benchAllCmd struct {
	bookFlag
	Files  []string `arg:"" optional:"" name:"file" help:"List files to compile first; the book of --book, the home or the starter otherwise."`
	Deck   string   `placeholder:"FILE" help:"Run this deck; one is made from the book otherwise."`
	N      int      `default:"500" help:"How many listed names to alter for a made deck."`
	Seed   uint64   `default:"1" help:"Seed of the deck and of the customers."`
	Rows   int      `default:"100000" help:"Customers to join with the book."`
	Big    int      `default:"1000000" help:"Prefixes and domains of the tables that are looked up in; a tenth as many companies."`
	Format string   `enum:"text,json" default:"text" help:"text or json."`
	Out    string   `short:"o" placeholder:"FILE" help:"Write the figures here instead of standard output."`
}

// Help gives examples.
func (benchAllCmd) Help() string {
	return `Examples:
  interdict bench all SDN_ADVANCED.ZIP
  interdict bench all --book sdn-2021.book --deck sdn-2021-dev.jsonl

Prints every figure that the README quotes, with machine, commit and data, as a
table. Figures taken while the machine does other work are upper bounds: look at
the load in the first line, and at the times of processor.`
}

// allFigures is what bench all prints.
type allFigures struct {
	Machine bench.Machine  `json:"machine"`
	Load    float64        `json:"load_after"`
	Data    bench.Data     `json:"data"`
	Deck    bench.DeckInfo `json:"deck"`
	Figures []bench.Figure `json:"figures"`
}

// Run measures all of it.
func (c *benchAllCmd) Run(a *app) (err error) {
	f := &allFigures{Machine: bench.ThisMachine(version, a.now)}
	if len(c.Files) > 0 {
		dir, err := os.MkdirTemp("", "interdict-bench-")
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
		if err := c.compile(a, f, filepath.Join(dir, "bench.book")); err != nil {
			return err
		}
	}
	o, err := c.open(a)
	if err != nil {
		return err
	}
	defer o.Close() // only read
	f.Data = bench.DataOf(o.Book)
	for _, step := range []struct {
		what string
		run  func(*app, *allFigures, *book.Book) error
	}{{"start the program", c.cold}, {"run the deck", c.names}, {"join customers", c.speed}, {"look up machines, and who owns whom", c.rest}} {
		fmt.Fprintln(a.err, "interdict: measuring:", step.what)
		if err := step.run(a, f, o.Book); err != nil {
			return fmt.Errorf("%s: %w", step.what, err)
		}
	}
	f.Load = bench.ThisMachine(version, a.now).Load
	return a.writeTo(c.Out, func(w io.Writer) error {
		if c.Format == "json" {
			return writeIndented(w, f)
		}
		fmt.Fprintf(w, "%s; load %.1f after it\n", f.Machine, f.Load)
		f.Data.Print(w)
		fmt.Fprintf(w, "deck %s (%s)\n\n", f.Deck.Digest, f.Deck.From)
		bench.PrintFigures(w, f.Figures)
		return nil
	})
}

// compile compiles the files and lets the rest ask their book.
func (c *benchAllCmd) compile(a *app, f *allFigures, path string) error {
	build := bookBuildCmd{Files: c.Files, Out: path}
	quiet := *a
	quiet.out = io.Discard
	bench.ResetPeak()
	cost, err := bench.CostOf(func() error { return build.Run(&quiet) })
	if err != nil {
		return err
	}
	a.code, c.Book = quiet.code, path
	f.Figures = append(f.Figures, bench.Figure{What: "list files read and compiled", Value: cost.Wall.Seconds(), Unit: "s", Detail: fmt.Sprintf("%.1f s of processor", cost.CPU.Seconds())},
		bench.Figure{What: "the same, resident at most", Value: float64(bench.Peak()), Unit: "bytes"})
	return nil
}

// coldStarts is how often the program is started; the median is told.
const coldStarts = 15

// cold starts this program to screen one name.
func (c *benchAllCmd) cold(a *app, f *allFigures, b *book.Book) error {
	self, err := exec.LookPath(os.Args[0])
	if err != nil {
		return err
	}
	var wall, cpu []time.Duration
	var most int64
	for range coldStarts {
		cmd := exec.CommandContext(a.ctx, self, "screen", "--book", b.Path(), "Integrity Technology Group")
		var said bytes.Buffer
		cmd.Stderr = &said
		start := time.Now()
		err := cmd.Run()
		wall = append(wall, time.Since(start))
		if code := cmd.ProcessState.ExitCode(); code != exitClear && code != exitFindings && code != exitIncomplete && code != exitBoth {
			return fmt.Errorf("%s: %w: %s", self, err, said.Bytes())
		}
		cpu = append(cpu, cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime())
		most = max(most, bench.PeakOf(cmd.ProcessState))
	}
	slices.Sort(wall)
	slices.Sort(cpu)
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	start := time.Now()
	again, err := book.Open(b.Path())
	if err != nil {
		return err
	}
	f.Figures = append(f.Figures, bench.Figure{What: "book opened", Value: ms(time.Since(start)), Unit: "ms"})
	if err := again.Close(); err != nil {
		return err
	}
	f.Figures = append(f.Figures, bench.Figure{What: "the command line, cold: one name screened", Value: ms(wall[coldStarts/2]), Unit: "ms", Detail: fmt.Sprintf("%.0f ms of processor", ms(cpu[coldStarts/2]))})
	if most > 0 {
		f.Figures = append(f.Figures, bench.Figure{What: "the same, resident at most", Value: float64(most), Unit: "bytes"})
	}
	return nil
}

func (c *benchAllCmd) names(a *app, f *allFigures, b *book.Book) error {
	n := benchNamesCmd{bookFlag: c.bookFlag, Deck: c.Deck, N: c.N, Seed: c.Seed, MinScore: 0.3}
	plan, err := n.plan(a)
	if err != nil {
		return err
	}
	deck, from, err := n.deck(&opened{Book: b}, plan.Day)
	if err != nil {
		return err
	}
	r, err := bench.Run(a.ctx, b, deck, plan)
	if err != nil {
		return err
	}
	f.Deck = r.Deck
	f.Deck.From = from
	f.Figures = append(f.Figures, r.Figures()...)
	for _, t := range r.Throughput {
		f.Figures = append(f.Figures, bench.Figure{What: fmt.Sprintf("screenings with %d of %d cores", t.Cores, f.Machine.Cores), Value: t.PerSecond, Unit: "a second", Detail: fmt.Sprintf("%.1f µs of processor each", float64(t.CPU)/1000)})
	}
	return nil
}

func (c *benchAllCmd) speed(a *app, f *allFigures, b *book.Book) error {
	day, err := c.day(a)
	if err != nil {
		return err
	}
	deck, err := bench.Make(b, bench.Options{Seed: c.Seed, N: min(c.N, 200), Day: day, Innocents: fewInnocents()})
	if err != nil {
		return err
	}
	s, err := bench.MeasureSpeed(a.ctx, b, deck, bench.SpeedPlan{Day: day, Seed: c.Seed, Rows: c.Rows, Hidden: min(500, c.Rows/10)})
	if err != nil {
		return err
	}
	f.Figures = append(f.Figures, s.Figures()...)
	return nil
}

func (c *benchAllCmd) rest(_ *app, f *allFigures, _ *book.Book) error {
	if c.Big < 20000 {
		return fmt.Errorf("--big %d: want 20000 at least", c.Big)
	}
	f.Figures = append(f.Figures, bench.Infra(c.Big)...)
	owned, err := bench.Ownership(c.Big / 10)
	f.Figures = append(f.Figures, owned...)
	return err
}
