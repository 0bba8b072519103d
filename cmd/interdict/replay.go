// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/interdict-dev/interdict/book"
	"github.com/interdict-dev/interdict/holdings"
	"github.com/interdict-dev/interdict/internal/table"
	"github.com/interdict-dev/interdict/law"
	"github.com/interdict-dev/interdict/replay"
	"github.com/interdict-dev/interdict/screening"
)

type replayCmd struct {
	stakesFlag
	File []string `arg:"" name:"findings" help:"Files that screen --format jsonl wrote, also .gz and .zst; - is standard input."`
	Book []string `placeholder:"FILE" sep:"none" help:"A book that answered; give it once for each. Those of the home are found by themselves."`

	All    bool   `help:"Print the lines that are the same as well."`
	Format string `enum:"text,jsonl" default:"text" help:"text or jsonl."`
	Out    string `short:"o" placeholder:"FILE" help:"Write here instead of standard output."`
}

// Help says what is compared.
func (replayCmd) Help() string {
	return `Each answer is asked again: the same question, as it was read then, under the same
policy, of the same book, with the decisions that suppressed findings then. The
answers are compared byte for byte.

  same     the same answer
  differs  another answer, field by field, or a line that was altered
  cannot   it cannot be asked again, and why

The book is found by its digest in the home, which keeps the newest and makes
older ones again from the editions kept; or in the files of --book. Why an answer
was incomplete is of the clock, and is carried over.

Exit codes: 0 all are the same, 10 some differ, 11 some cannot be asked again, 12 both.

Example:
  interdict screen --file vendors.csv --format jsonl --out findings.jsonl
  interdict replay findings.jsonl`
}

// Run replays the files.
func (c *replayCmd) Run(a *app) (err error) {
	shelf := &shelf{cmd: c, app: a, open: map[string]shelved{}}
	defer func() { err = errors.Join(err, shelf.close()) }()
	if err := shelf.take(c.Book); err != nil {
		return err
	}
	w := a.out
	if c.Out != "" {
		f, err := os.Create(c.Out)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		w = f
	}
	out := &replayOutput{w: bufio.NewWriter(w), all: c.All, lines: c.Format == "jsonl", count: map[replay.Verdict]int{}, programs: map[string]int{}, rules: map[string]int{}, whys: map[string]int{}}
	for _, name := range c.File {
		if err := c.file(a, shelf, name, out); err != nil {
			return errors.Join(fmt.Errorf("replay %s: %w", name, err), out.w.Flush())
		}
	}
	if err := out.finish(a.err); err != nil {
		return err
	}
	a.code = out.exit()
	return nil
}

// file replays one file.
func (c *replayCmd) file(a *app, s *shelf, name string, out *replayOutput) error {
	in := a.in
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		defer f.Close() // only read
		in = f
	}
	content, _, err := table.Decompress(in)
	if err != nil {
		return err
	}
	replayers := make([]*replay.Replayer, runtime.GOMAXPROCS(0))
	for i := range replayers {
		replayers[i] = &replay.Replayer{Program: version, Open: s.book, Extra: s.stakes(), Since: s.since}
	}
	for r, err := range replay.All(a.ctx, content, replayers) {
		if err != nil {
			return err
		}
		if err := out.result(name, &r); err != nil {
			return err
		}
	}
	return nil
}

// A shelf has the books that answers ask for, and what stakes add to them.
type shelf struct {
	cmd *replayCmd
	app *app

	mu      sync.Mutex // guards what follows
	open    map[string]shelved
	extras  []*reached
	changes map[string]*screening.Changes // by book and editions
}

type shelved struct {
	book *book.Book
	err  error
}

// take opens the books that were named.
func (s *shelf) take(paths []string) error {
	for _, p := range paths {
		b, err := book.Open(p)
		if err != nil {
			return err
		}
		s.open[b.Digest().String()] = shelved{book: b}
	}
	return nil
}

// book returns the book of a digest: one that was named, else the home's.
func (s *shelf) book(digest string) (*book.Book, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if b, ok := s.open[digest]; ok {
		return b.book, b.err
	}
	var b shelved
	b.book, b.err = s.find(digest)
	s.open[digest] = b
	return b.book, b.err
}

func (s *shelf) find(digest string) (*book.Book, error) {
	h, err := s.app.home()
	if err != nil {
		return nil, err
	}
	path, err := h.BookOf(s.app.ctx, digest)
	if err != nil {
		return nil, err
	}
	return book.Open(path)
}

// stakes returns what makes an extra book of the stakes of the flags; nil where
// there are none.
func (s *shelf) stakes() func(*book.Book, screening.Policy) ([]screening.Extra, []string, error) {
	if len(s.cmd.Stakes) == 0 {
		return nil
	}
	return func(b *book.Book, p screening.Policy) ([]screening.Extra, []string, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		h, err := s.cmd.load(s.app, &opened{Book: b}, holdings.Options{Day: p.LawAsOf, Lists: p.Lists})
		if err != nil {
			return nil, nil, err
		}
		terms, err := h.Terms()
		if err != nil {
			return nil, nil, err
		}
		r := &reached{}
		if r.dir, err = os.MkdirTemp("", "interdict-owned-"); err != nil {
			return nil, nil, err
		}
		s.extras = append(s.extras, r)
		x, err := h.Extra(s.app.ctx, filepath.Join(r.dir, "owned.book"))
		if err != nil {
			return nil, nil, err
		}
		r.extra = []screening.Extra{x}
		return r.extra, terms, nil
	}
}

// since returns what changed between editions and a book of the home.
func (s *shelf) since(b *book.Book, words []string) (*screening.Changes, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := b.Digest().String() + strings.Join(words, ",")
	if c, ok := s.changes[key]; ok {
		return c, nil
	}
	h, err := s.app.home()
	if err != nil {
		return nil, err
	}
	from, err := h.Froms(words)
	if err != nil {
		return nil, err
	}
	c, err := h.Changes(s.app.ctx, b.Digest(), from)
	if err != nil {
		return nil, err
	}
	if s.changes == nil {
		s.changes = map[string]*screening.Changes{}
	}
	s.changes[key] = c
	return c, nil
}

func (s *shelf) close() error {
	var errs []error
	for _, c := range s.changes {
		if c.Gone != nil {
			errs = append(errs, c.Gone.Close())
		}
	}
	for _, x := range s.extras {
		errs = append(errs, x.close())
	}
	for _, b := range s.open {
		if b.book != nil {
			errs = append(errs, b.book.Close())
		}
	}
	return errors.Join(errs...)
}

// A replayOutput prints results and counts them.
type replayOutput struct {
	w        *bufio.Writer
	all      bool
	lines    bool
	count    map[replay.Verdict]int
	programs map[string]int
	rules    map[string]int
	whys     map[string]int // of lines that cannot be asked again
}

// A replayLine is a result as JSON lines have it.
type replayLine struct {
	File string `json:"file"`
	replay.Result
}

func (o *replayOutput) result(file string, r *replay.Result) error {
	o.count[r.Verdict]++
	if r.Program != "" {
		o.programs[r.Program]++
	}
	if r.Rules != "" {
		o.rules[r.Rules]++
	}
	if r.Verdict == replay.Same && r.Why == "" && !o.all {
		return nil
	}
	if o.lines {
		return json.NewEncoder(o.w).Encode(replayLine{file, *r})
	}
	if r.Verdict == replay.Cannot {
		// A book that is gone would say so a million times.
		if o.whys[r.Why]++; o.whys[r.Why] > mostAlike {
			return nil
		}
	}
	fmt.Fprintf(o.w, "%-7s  %s:%d", r.Verdict, file, r.Line)
	if r.Name != "" {
		fmt.Fprintf(o.w, "  %s", r.Name)
	}
	if r.Why != "" {
		fmt.Fprintf(o.w, ": %s", r.Why)
	}
	fmt.Fprintln(o.w)
	for _, d := range r.Differences {
		fmt.Fprintf(o.w, "         %s: %s → %s\n", d.Field, sayValue(d.Then), sayValue(d.Now))
	}
	return nil
}

// mostAlike is how many lines are printed that cannot be asked again for one
// reason; all are counted.
const mostAlike = 10

func sayValue(s string) string {
	const most = 300
	switch {
	case s == "":
		return "(nothing)"
	case len(s) > most:
		return strings.ToValidUTF8(s[:most], "") + "…"
	}
	return s
}

// finish prints the counts: beside the results, and for programs to standard
// error.
func (o *replayOutput) finish(rest io.Writer) error {
	w := io.Writer(o.w)
	if o.lines {
		w = rest
	}
	for _, why := range slices.Sorted(maps.Keys(o.whys)) {
		if n := o.whys[why]; n > mostAlike {
			fmt.Fprintf(w, "cannot   %d more: %s\n", n-mostAlike, why)
		}
	}
	fmt.Fprintf(w, "%d answers: %d the same, %d differ, %d cannot be asked again\n", o.total(), o.count[replay.Same], o.count[replay.Differs], o.count[replay.Cannot])
	for _, p := range slices.Sorted(maps.Keys(o.programs)) {
		fmt.Fprintf(w, "%d were answered by program %s; this is %s\n", o.programs[p], p, version)
	}
	for _, v := range slices.Sorted(maps.Keys(o.rules)) {
		fmt.Fprintf(w, "%d have the effects of rule pack %s; their books hold none, and this program's is %s\n", o.rules[v], v, law.Default().Version())
	}
	return o.w.Flush()
}

func (o *replayOutput) total() int {
	n := 0
	for _, c := range o.count {
		n += c
	}
	return n
}

func (o *replayOutput) exit() int {
	switch differ, cannot := o.count[replay.Differs] > 0, o.count[replay.Cannot] > 0 || o.total() == 0; {
	case differ && cannot:
		return exitBoth
	case differ:
		return exitFindings
	case cannot:
		return exitIncomplete
	}
	return exitClear
}
