// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"time"

	"github.com/interdict-dev/interdict/book"
	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/engine"
	"github.com/interdict-dev/interdict/intel"
	"github.com/interdict-dev/interdict/party"
)

type bookCmd struct {
	Build  bookBuildCmd  `cmd:"" help:"Compile list files into a book."`
	Info   bookInfoCmd   `cmd:"" help:"Say what a book holds."`
	Verify bookVerifyCmd `cmd:"" help:"Check every byte of a book."`

	Customers bookCustomersCmd `cmd:"" help:"Compile customers, so that a change of a list asks only those it may concern."`
}

type bookBuildCmd struct {
	Files       []string `arg:"" name:"file" help:"List files as published (.xml, .csv, .zip, .gz, .bz2). The files of a set (sdn.csv add.csv alt.csv) go together."`
	Out         string   `short:"o" required:"" placeholder:"FILE" help:"Where to write the book."`
	WithStarter bool     `help:"Add the built-in facts about lists that the files do not hold."`

	Intel       []string `placeholder:"FILE" help:"Add what a file of threat intelligence says (STIX, MISP, Zeek, tables of indicators); give it once for each."`
	IntelParty  string   `placeholder:"REF" help:"To whom the indicators are attributed that their file attributes to nobody, as in intel/raptor-train."`
	IntelSource string   `placeholder:"NAME" help:"Who says so, where the file does not."`
	IntelClass  string   `placeholder:"CLASS" help:"Class of that source: A to F, see doc/evidence.md."`
}

// Help gives an example.
func (bookBuildCmd) Help() string {
	return "The book holds exactly the files named; it replaces what was at FILE whole, at the end.\n\n" +
		"Example:\n  interdict book build --out sdn.book SDN_ADVANCED.ZIP\n  interdict screen --book sdn.book \"Integrity Technology Group\"\n" +
		"  interdict book build --out all.book --with-starter --intel Raptor_Train_IOCs.txt --intel-party intel/raptor-train --intel-source \"Black Lotus Labs\" --intel-class C SDN_ADVANCED.ZIP\n  interdict host --book all.book 202.182.109.151"
}

// Run builds a book.
func (c *bookBuildCmd) Run(a *app) error {
	start := time.Now()
	editions, err := detectAll(c.Files)
	if err != nil {
		return err
	}
	defer closeAll(editions)
	found, err := c.intel()
	if err != nil {
		return err
	}
	b, err := engine.Build(a.ctx, c.Out, editions, engine.Options{WithStarter: c.WithStarter, Intel: found})
	if err != nil {
		return err
	}
	opened, err := book.Open(c.Out)
	if err != nil {
		return err
	}
	defer opened.Close() // only read
	fmt.Fprintf(a.out, "%s  %s  %.1f MB  %.1f s\n", c.Out, b.Digest, float64(opened.Size())/1e6, time.Since(start).Seconds())
	for _, l := range opened.Manifest().Lists {
		fmt.Fprintf(a.out, "  %-14s %7d entries  %3d rejects  published %-10s  %s\n", l.List, l.Entries, l.Rejects, l.Published, l.Format)
	}
	for _, r := range b.Rejects {
		fmt.Fprintln(a.err, "interdict: not read:", r.Error())
	}
	if found != nil {
		fmt.Fprintf(a.out, "  %d claims and %d parties from %d files of intelligence, %d rejects\n", len(found.Claims), len(found.Parties), found.Files, len(found.Rejects))
		for _, r := range found.Rejects {
			fmt.Fprintln(a.err, "interdict: not read:", r.Error())
		}
	}
	if len(b.Rejects) > 0 || found != nil && len(found.Rejects) > 0 {
		a.code = exitIncomplete
	}
	return nil
}

// intel reads the files of --intel; nil where there are none.
func (c *bookBuildCmd) intel() (*engine.Intel, error) {
	if len(c.Intel) == 0 {
		return nil, nil
	}
	class, err := claim.ParseClass(c.IntelClass)
	if err != nil {
		return nil, fmt.Errorf("--intel-class: %w", err)
	}
	brief := intel.Brief{Source: claim.Source{Name: c.IntelSource, Class: class}}
	if c.IntelParty != "" {
		if brief.Party, err = party.ParseRef(c.IntelParty); err != nil {
			return nil, fmt.Errorf("--intel-party: %w", err)
		}
	}
	return engine.ReadIntel(c.Intel, brief)
}

// detectAll finds what edition the files are: all of them one set, or each one
// by itself.
func detectAll(files []string) ([]engine.Detected, error) {
	set, err := engine.Detect(sources(), files...)
	if err == nil && len(files) == 1 {
		return []engine.Detected{set}, nil
	}
	if err != nil && len(files) == 1 {
		return nil, err
	}
	var all []engine.Detected
	for _, f := range files {
		d, one := engine.Detect(sources(), f)
		if one != nil {
			closeAll(all)
			if err == nil {
				return []engine.Detected{set}, nil
			}
			return nil, err
		}
		all = append(all, d)
	}
	if err == nil {
		closeAll([]engine.Detected{set})
	}
	return all, nil
}

func closeAll(ds []engine.Detected) {
	for _, d := range ds {
		_ = d.Files.Close() // only read
	}
}

type bookInfoCmd struct {
	bookFlag
	Format string `enum:"text,json" default:"text" help:"text or json."`
}

// Run prints what the book holds.
func (c *bookInfoCmd) Run(a *app) error {
	o, err := c.open(a)
	if err != nil {
		return err
	}
	defer o.Close() // only read
	if c.Format == "json" {
		e := json.NewEncoder(a.out)
		e.SetIndent("", "  ")
		return e.Encode(struct {
			Book  string      `json:"book"`
			Path  string      `json:"path"`
			Bytes int64       `json:"bytes"`
			Model string      `json:"model"`
			Rules string      `json:"rules,omitempty"` // version of the rule pack; "" where the book holds none
			Pack  string      `json:"pack,omitempty"`  // its digest
			Lists []listState `json:"lists"`
		}{o.Digest().String(), o.Path(), o.Size(), o.Model().Version, o.Manifest().Law, o.Manifest().LawDigest, o.lists})
	}
	fmt.Fprintf(a.out, "%s\n%s  %.1f MB  model %s  rules %s\n", o.Path(), o.Digest(), float64(o.Size())/1e6, o.Model().Version, cmp.Or(o.Manifest().Law, "of the program"))
	printLists(a.out, o)
	return nil
}

type bookVerifyCmd struct {
	bookFlag
}

// Run checks every byte.
func (c *bookVerifyCmd) Run(a *app) error {
	o, err := c.open(a)
	if err != nil {
		return err
	}
	defer o.Close() // only read
	if err := o.File().VerifyAll(a.ctx, nil); err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.out, "%s  whole, %d bytes\n", o.Digest(), o.Size())
	return err
}
