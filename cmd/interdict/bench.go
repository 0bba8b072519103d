// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	"github.com/interdict-dev/interdict/bench"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/reports"
)

type benchCmd struct {
	Names      benchNamesCmd      `cmd:"" help:"Recall, false alarms, calibration and cost of name screening."`
	Thresholds benchThresholdsCmd `cmd:"" help:"What a threshold gives on your own subjects, and what moving it would change."`
	All        benchAllCmd        `cmd:"" help:"Every figure that the README quotes, as a table."`
	Speed      benchSpeedCmd      `cmd:"" help:"How fast a book is compiled, opened and asked."`
	Infra      benchInfraCmd      `cmd:"" help:"What tables of addresses and domains cost, to load and to ask."`
}

type benchNamesCmd struct {
	bookFlag
	Deck     string   `placeholder:"FILE" help:"Run this deck, one JSON object a line; a deck is made from the book otherwise."`
	N        int      `default:"500" help:"How many listed names of the book to alter."`
	Seed     uint64   `default:"1" help:"Seed of the made deck."`
	Classes  []string `placeholder:"CLASS" help:"Classes of alteration, with commas between, or all; those of the usual deck otherwise."`
	Innocent string   `placeholder:"FILE" help:"Innocent names, one a line, persons as 'p NAME' and others as 't NAME'; the built-in sample otherwise."`
	Invent   int      `default:"0" help:"Add so many invented innocent names of persons, and of firms: common given and family names, fancy words and trades."`
	MinScore float64  `default:"0.3" help:"Threshold of operation, at which misses and false alarms are listed."`
	Cores    int      `default:"0" help:"Measure throughput with one core up to so many; 0 is all."`
	Skip     bool     `name:"skip-throughput" help:"Do not measure throughput, which takes a second for each number of cores."`
	Misses   int      `default:"0" help:"List so many of the worst misses, of the worst false alarms and of the cases set apart."`
	Save     string   `placeholder:"FILE" help:"Write the deck here."`
	Report   string   `placeholder:"FILE" help:"Write the evidence pack here: .xlsx or .html, with every record, miss and false alarm."`
	Format   string   `enum:"text,json" default:"text" help:"text or json."`
	Out      string   `short:"o" placeholder:"FILE" help:"Write the figures here instead of standard output."`
}

// Help gives examples.
func (benchNamesCmd) Help() string {
	return `Examples:
  interdict bench names --book sdn.book
  interdict bench names --book sdn.book --classes typo1,glue --seed 7 --n 2000 --misses 20
  interdict bench names --n 2000 --report evidence.xlsx
  interdict bench names --book sdn-2021.book --deck sdn-2021-dev.jsonl --format json --out figures.json

A false positive is an innocent name with any finding at the threshold. Recall is
given where 0.1, 1, 2 and 5 percent of the innocent names have one. Classes of
alteration: ` + strings.Join(bench.Classes(), ", ") + `; the last five are not in the usual deck.
doc/bench.md says what each figure means.`
}

// Run measures.
func (c *benchNamesCmd) Run(a *app) error {
	r, err := c.measure(a)
	if err != nil {
		return err
	}
	if err := a.writeTo(c.Out, func(w io.Writer) error { return c.print(w, r) }); err != nil {
		return err
	}
	return writePack(c.Report, r.Pack)
}

// checkPack says early that a pack cannot be written as its name asks.
func checkPack(path string) error {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".xlsx", ".html", ".htm":
		return nil
	}
	if path == "" {
		return nil
	}
	return fmt.Errorf("--report %s: want a name that ends in .xlsx or .html", path)
}

// writePack writes a pack as its name asks; "" writes none.
func writePack(path string, pack func() *reports.Pack) error {
	if path == "" {
		return nil
	}
	p := pack()
	if strings.ToLower(filepath.Ext(path)) == ".xlsx" {
		return writeFile(path, p.WriteXLSX)
	}
	return writeFile(path, p.WriteHTML)
}

// measure runs the deck of the flags.
func (c *benchNamesCmd) measure(a *app) (*bench.Report, error) {
	plan, err := c.plan(a)
	if err != nil {
		return nil, err
	}
	if err := checkPack(c.Report); err != nil {
		return nil, err
	}
	machine := bench.ThisMachine(version, a.now)
	o, err := c.open(a)
	if err != nil {
		return nil, err
	}
	defer o.Close() // only read
	deck, from, err := c.deck(o, plan.Day)
	if err != nil {
		return nil, err
	}
	if c.Save != "" {
		if err := writeFile(c.Save, func(w io.Writer) error { return bench.WriteDeck(w, deck) }); err != nil {
			return nil, err
		}
	}
	bar := a.steps("measuring", &plan.Progress)
	r, err := bench.Run(a.ctx, o.Book, deck, plan)
	bar.stop()
	if err != nil {
		return nil, err
	}
	r.Machine, r.Deck.From = machine, from
	return r, nil
}

// plan makes the plan of the flags.
func (c *benchNamesCmd) plan(a *app) (bench.Plan, error) {
	day, err := c.day(a)
	if err != nil {
		return bench.Plan{}, err
	}
	p := bench.Plan{Day: day, Least: time.Second}
	if p.MinScore, err = tenThousandths("--min-score", c.MinScore); err != nil {
		return p, err
	}
	all := runtime.GOMAXPROCS(0)
	if c.Cores < 0 || c.Cores > all {
		return p, fmt.Errorf("--cores %d: this machine lets the program have 1 to %d", c.Cores, all)
	}
	if !c.Skip {
		p.Cores = bench.CoreCounts(cmp.Or(c.Cores, all))
	}
	return p, nil
}

// tenThousandths reads the score of a flag.
func tenThousandths(flag string, score float64) (int32, error) {
	if !(score > 0 && score < 1) {
		return 0, fmt.Errorf("%s %v: want more than 0 and less than 1", flag, score)
	}
	return int32(score*10000 + 0.5), nil
}

func (c *benchNamesCmd) print(w io.Writer, r *bench.Report) error {
	if c.Format == "json" {
		return writeIndented(w, r)
	}
	r.Print(w)
	if c.Misses > 0 {
		r.PrintWorst(w, c.Misses)
	}
	return nil
}

// deck reads or makes the deck and says where it comes from.
func (c *benchNamesCmd) deck(o *opened, day party.Date) (deck []bench.Case, from string, err error) {
	if c.Deck != "" {
		f, err := os.Open(c.Deck)
		if err != nil {
			return nil, "", err
		}
		defer f.Close() // only read
		if deck, err = bench.ReadDeck(f); err != nil {
			return nil, "", fmt.Errorf("%s: %w", c.Deck, err)
		}
		return deck, filepath.Base(c.Deck), nil
	}
	opts := bench.Options{Seed: c.Seed, N: c.N, Classes: c.Classes, Day: day, Innocents: bench.Innocents(), Invent: c.Invent}
	from = fmt.Sprintf("made from the book: --seed %d --n %d", c.Seed, c.N)
	innocent := ", built-in sample of innocent names"
	if len(c.Classes) > 0 {
		from += " --classes " + strings.Join(c.Classes, ",")
	}
	if c.Invent > 0 {
		from += fmt.Sprintf(" --invent %d", c.Invent)
	}
	if c.Innocent != "" {
		b, err := os.ReadFile(c.Innocent)
		if err != nil {
			return nil, "", err
		}
		opts.Innocents = bench.ParseInnocents(string(b))
		if len(opts.Innocents[party.Person])+len(opts.Innocents[party.Organization]) == 0 {
			return nil, "", fmt.Errorf("%s: no line starts with 'p ' or 't '", c.Innocent)
		}
		innocent = " --innocent " + filepath.Base(c.Innocent)
	}
	from += innocent
	deck, err = bench.Make(o.Book, opts)
	return deck, from, err
}

// steps shows a bar for work that tells its progress through report, which it
// sets. The bar is nil, and report too, where there is no terminal.
func (a *app) steps(title string, report *func(done, of int)) *progress {
	var done, of atomic.Int64
	bar := a.progress(title, func() (int64, int64) { return done.Load(), of.Load() })
	if bar != nil {
		*report = func(d, o int) { done.Store(int64(d)); of.Store(int64(o)) }
	}
	return bar
}

// writeTo lets write write to a file, or to standard output where path is "".
func (a *app) writeTo(path string, write func(io.Writer) error) error {
	if path == "" {
		return write(a.out)
	}
	return writeFile(path, write)
}

func writeIndented(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
