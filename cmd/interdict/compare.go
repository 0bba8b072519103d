// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/mattn/go-runewidth"

	"github.com/interdict-dev/interdict/documents"
	"github.com/interdict-dev/interdict/internal/table"
	"github.com/interdict-dev/interdict/names"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/screening"
)

type compareCmd struct {
	Names []string `arg:"" optional:"" help:"The two names to compare."`
	File  string   `short:"f" placeholder:"FILE" help:"Compare the pairs of a file: CSV with columns schema,name1,name2, or JSONL with {\"left\":...,\"right\":...}."`
	Type  string   `placeholder:"TYPE" help:"What the names are: person, organization, vessel or aircraft."`
	Out   string   `short:"o" placeholder:"FILE" help:"Write here instead of standard output."`
}

// Help gives examples.
func (compareCmd) Help() string {
	return `Examples:
  interdict compare "Beijing Yongxin Zhicheng Tech Co Ltd" 永信至成科技集团股份有限公司
  interdict compare --type person "Jon Smith" "SMITH, John"
  interdict compare --file pairs.csv > scored.csv

The score is the probability that both names belong to one party, at an even prior.
With --file the input columns are written with the column score behind them.`
}

// Run compares.
func (c *compareCmd) Run(a *app) error {
	kind, err := party.ParseKind(c.Type)
	if err != nil {
		return fmt.Errorf("--type: %w", err)
	}
	switch {
	case c.File != "" && len(c.Names) > 0:
		return errors.New("give two names or --file, not both")
	case c.File != "":
		return c.file(a)
	case len(c.Names) != 2:
		return fmt.Errorf("%d names: want two; see interdict compare --help", len(c.Names))
	}
	left := party.Entry{Kind: kind, Names: []party.Name{{Full: c.Names[0]}}}
	right := party.Entry{Kind: kind, Names: []party.Name{{Full: c.Names[1]}}}
	r := screening.Compare(names.Default(), &left, &right)
	fmt.Fprintf(a.out, "match strength %s\n", r.Score)
	printAlignment(a, &r)
	printReasons(a.out, r.Reasons, "  ")
	return nil
}

// printAlignment prints the paired words in two rows, one above the other.
func printAlignment(a *app, r *screening.Comparison) {
	var top, mid, low []string
	for _, x := range r.Reasons {
		if !strings.HasPrefix(x.Kind, "name.") || x.Left == "" && x.Right == "" {
			continue
		}
		sign := "="
		switch {
		case x.Left == "" || x.Right == "":
			sign = "·"
		case x.Kind != "name.same":
			sign = "≈"
		}
		top, mid, low = append(top, x.Left), append(mid, sign), append(low, x.Right)
	}
	for _, row := range [][]string{top, mid, low} {
		fmt.Fprint(a.out, " ")
		for i := range row {
			w := max(width(top[i]), width(low[i]), 1)
			fmt.Fprint(a.out, " ", row[i], strings.Repeat(" ", w-width(row[i])))
		}
		fmt.Fprintln(a.out)
	}
}

func (c *compareCmd) file(a *app) error {
	f, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer f.Close() // only read
	w, done := a.out, func() error { return nil }
	if c.Out != "" {
		out, err := os.Create(c.Out)
		if err != nil {
			return err
		}
		w, done = out, out.Close
	}
	buf := bufio.NewWriter(w)
	err = comparePairs(a, c.File, f, buf)
	return errors.Join(err, buf.Flush(), done())
}

// comparePairs writes the pairs of a file with their scores.
func comparePairs(a *app, name string, r *os.File, w io.Writer) error {
	pairs, err := documents.Pairs(name, r, documents.Options{})
	if err != nil {
		return err
	}
	write := jsonPairs(w)
	var flush = func() error { return nil }
	if pairs.Header != nil {
		t := table.NewCSVWriter(w)
		if err := t.Write(append(slices.Clone(pairs.Header), "score")); err != nil {
			return err
		}
		write = func(p *documents.Pair, score string) error { return t.Write(append(slices.Clone(p.Cells), score)) }
		flush = t.Flush
	}
	failed := 0
	for p, err := range pairs.Pairs() {
		score := ""
		if err != nil {
			failed++
			fmt.Fprintln(a.err, "interdict:", err)
		} else {
			c := screening.Compare(names.Default(), &p.Left.Party, &p.Right.Party)
			score = strconv.FormatFloat(float64(c.Score)/10000, 'f', -1, 64)
		}
		if err := write(&p, score); err != nil {
			return err
		}
	}
	if failed > 0 {
		a.code = exitIncomplete
	}
	return flush()
}

// jsonPairs writes a pair as it came, with its score.
func jsonPairs(w io.Writer) func(*documents.Pair, string) error {
	return func(p *documents.Pair, score string) error {
		var fields map[string]json.RawMessage
		if err := json.Unmarshal([]byte(p.JSON), &fields); err != nil || fields == nil {
			fields = map[string]json.RawMessage{}
		}
		fields["score"] = json.RawMessage("null")
		if score != "" {
			fields["score"] = json.RawMessage(score)
		}
		b, err := json.Marshal(fields)
		if err == nil {
			_, err = fmt.Fprintf(w, "%s\n", b)
		}
		return err
	}
}

func width(s string) int { return runewidth.StringWidth(s) }
