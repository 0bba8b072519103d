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
	"github.com/interdict-dev/interdict/internal/ofaclike"
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

	OFACLike bool `name:"ofac-like" help:"With --file, add a column with about the score that OFAC's Sanctions List Search would show; two names always have it."`
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
	fmt.Fprintf(a.out, "OFAC's own search would show about %d of 100 (approximate, after FAQ 249; nothing is judged by it)\n", ofaclike.Score(c.Names[0], c.Names[1]))
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
	err = c.pairs(a, f, buf)
	return errors.Join(err, buf.Flush(), done())
}

// pairs writes the pairs of a file with their scores.
func (c *compareCmd) pairs(a *app, r *os.File, w io.Writer) error {
	pairs, err := documents.Pairs(c.File, r, documents.Options{})
	if err != nil {
		return err
	}
	columns := []string{"score"}
	if c.OFACLike {
		columns = append(columns, "ofac_like")
	}
	write := jsonPairs(w, columns)
	var flush = func() error { return nil }
	if pairs.Header != nil {
		t := table.NewCSVWriter(w)
		if err := t.Write(append(slices.Clone(pairs.Header), columns...)); err != nil {
			return err
		}
		write = func(p *documents.Pair, scores []string) error {
			return t.Write(append(slices.Clone(p.Cells), scores...))
		}
		flush = t.Flush
	}
	failed := 0
	for p, err := range pairs.Pairs() {
		scores := make([]string, len(columns))
		if err != nil {
			failed++
			fmt.Fprintln(a.err, "interdict:", err)
		} else {
			comparePair(&p, scores)
		}
		if err := write(&p, scores); err != nil {
			return err
		}
	}
	if failed > 0 {
		a.code = exitIncomplete
	}
	return flush()
}

// comparePair fills in the score of a pair and, where there is room for a
// second one, about that of OFAC's own search.
func comparePair(p *documents.Pair, scores []string) {
	c := screening.Compare(names.Default(), &p.Left.Party, &p.Right.Party)
	scores[0] = strconv.FormatFloat(float64(c.Score)/10000, 'f', -1, 64)
	if len(scores) > 1 {
		scores[1] = strconv.Itoa(ofaclike.Best(allNames(&p.Left.Party), allNames(&p.Right.Party)))
	}
}

// allNames are the names of a party as printed.
func allNames(e *party.Entry) []string {
	var out []string
	for _, n := range e.Names {
		out = append(out, n.Full)
	}
	return out
}

// jsonPairs writes a pair as it came, with its scores.
func jsonPairs(w io.Writer, columns []string) func(*documents.Pair, []string) error {
	return func(p *documents.Pair, scores []string) error {
		var fields map[string]json.RawMessage
		if err := json.Unmarshal([]byte(p.JSON), &fields); err != nil || fields == nil {
			fields = map[string]json.RawMessage{}
		}
		for i, name := range columns {
			fields[name] = json.RawMessage("null")
			if scores[i] != "" {
				fields[name] = json.RawMessage(scores[i])
			}
		}
		b, err := json.Marshal(fields)
		if err == nil {
			_, err = fmt.Fprintf(w, "%s\n", b)
		}
		return err
	}
}

func width(s string) int { return runewidth.StringWidth(s) }
