// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/interdict-dev/interdict/bench"
	"github.com/interdict-dev/interdict/party"
)

type benchCmd struct {
	Names benchNamesCmd `cmd:"" help:"Recall, false alarms and calibration of name screening."`
	Speed benchSpeedCmd `cmd:"" help:"How fast a book is compiled, opened and asked."`
}

type benchSpeedCmd struct {
	bookFlag
	Files  []string `arg:"" optional:"" name:"file" help:"List files to compile first; the book of --book, the home or the starter otherwise."`
	Rows   int      `default:"100000" help:"Rows of the batch."`
	Hidden int      `default:"500" help:"Listed names hidden among them."`
}

// Help gives an example.
func (benchSpeedCmd) Help() string {
	return "Example:\n  interdict bench speed SDN_ADVANCED.ZIP"
}

// Run measures.
func (c *benchSpeedCmd) Run(a *app) error {
	fmt.Fprintf(a.out, "%s, %s %s/%s, %d cores, %s\n", version, runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.GOMAXPROCS(0), cpu())
	if len(c.Files) > 0 {
		dir, err := os.MkdirTemp("", "interdict-bench-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		c.Book = filepath.Join(dir, "bench.book")
		start := time.Now()
		build := bookBuildCmd{Files: c.Files, Out: c.Book}
		if err := build.Run(a); err != nil {
			return err
		}
		fmt.Fprintf(a.out, "compiled in %.1f s\n", time.Since(start).Seconds())
	}
	start := time.Now()
	o, err := c.open(a)
	if err != nil {
		return err
	}
	defer o.Close() // only read
	fmt.Fprintf(a.out, "opened %s in %v\n", o.Digest(), time.Since(start))
	s, err := bench.MeasureSpeed(a.ctx, o.Book, c.Rows, c.Hidden)
	if err != nil {
		return err
	}
	s.Print(a.out)
	return nil
}

type benchNamesCmd struct {
	bookFlag
	Deck     string   `placeholder:"FILE" help:"Run this deck, one JSON object a line; a deck is made from the book otherwise."`
	N        int      `default:"500" help:"How many listed names of the book to alter."`
	Seed     uint64   `default:"1" help:"Seed of the made deck."`
	Classes  []string `help:"Classes of alteration; all otherwise."`
	Innocent string   `placeholder:"FILE" help:"Innocent names, one a line, persons as 'p NAME' and others as 't NAME'; the built-in sample otherwise."`
	Misses   int      `default:"0" help:"List so many of the worst misses and false alarms."`
	Save     string   `placeholder:"FILE" help:"Write the deck that was made here."`
	Format   string   `enum:"text,json" default:"text" help:"text or json."`
}

// Help gives examples.
func (benchNamesCmd) Help() string {
	return `Examples:
  interdict bench names --book sdn.book
  interdict bench names --book sdn-2021.book --deck sdn-2021-dev.jsonl --misses 20

A false positive is an innocent name with any finding at the threshold. Recall is
given where 0.1, 1, 2 and 5 percent of the innocent names have one.`
}

// Run measures.
func (c *benchNamesCmd) Run(a *app) error {
	o, err := c.open(a)
	if err != nil {
		return err
	}
	defer o.Close() // only read
	deck, err := c.deck(o)
	if err != nil {
		return err
	}
	start := time.Now()
	r, err := bench.Run(a.ctx, o.Book, deck)
	if err != nil {
		return err
	}
	if c.Format == "json" {
		e := json.NewEncoder(a.out)
		e.SetIndent("", "  ")
		return e.Encode(r)
	}
	fmt.Fprintf(a.out, "%s, %s %s/%s, %d cores, %s\n", version, runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.GOMAXPROCS(0), cpu())
	fmt.Fprintf(a.out, "book %s: %d entries; %d cases (%d innocent) in %.1f s\n\n", r.Book, r.Entries, r.Cases, r.Negatives, time.Since(start).Seconds())
	r.Print(a.out)
	if c.Misses > 0 {
		r.PrintWorst(a.out, c.Misses)
	}
	return nil
}

func (c *benchNamesCmd) deck(o *opened) ([]bench.Case, error) {
	if c.Deck != "" {
		f, err := os.Open(c.Deck)
		if err != nil {
			return nil, err
		}
		defer f.Close() // only read
		return bench.ReadDeck(f)
	}
	opts := bench.Options{Seed: c.Seed, N: c.N, Classes: c.Classes, Innocents: bench.Innocents()}
	if c.Innocent != "" {
		b, err := os.ReadFile(c.Innocent)
		if err != nil {
			return nil, err
		}
		opts.Innocents = bench.ParseInnocents(string(b))
		if len(opts.Innocents[party.Person])+len(opts.Innocents[party.Organization]) == 0 {
			return nil, fmt.Errorf("%s: no line starts with 'p ' or 't '", c.Innocent)
		}
	}
	deck, err := bench.Make(o.Book, opts)
	if err != nil || c.Save == "" {
		return deck, err
	}
	f, err := os.Create(c.Save)
	if err != nil {
		return nil, err
	}
	return deck, errors.Join(bench.WriteDeck(f, deck), f.Close())
}

// cpu names the processor where the system says.
func cpu() string {
	b, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return "processor not named"
	}
	for line := range strings.Lines(string(b)) {
		if name, ok := strings.CutPrefix(line, "model name"); ok {
			return strings.TrimSpace(strings.TrimLeft(name, "\t :"))
		}
	}
	return "processor not named"
}
