// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/interdict-dev/interdict/bench"
)

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
func (c *benchSpeedCmd) Run(a *app) (err error) {
	fmt.Fprintln(a.out, bench.ThisMachine(version))
	if len(c.Files) > 0 {
		dir, err2 := os.MkdirTemp("", "interdict-bench-")
		if err2 != nil {
			return err2
		}
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
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
