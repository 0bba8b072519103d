// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/holdings"
	"github.com/interdict-dev/interdict/identity"
	"github.com/interdict-dev/interdict/ownership"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/screening"
)

// A stakesFlag is the flags of every command that reads stakes.
type stakesFlag struct {
	Stakes       []string `placeholder:"FILE" sep:"none" help:"A file of who owns whom: CSV, BODS, GLEIF, FollowTheMoney or UK PSC, also .gz and .zst. Give it once for each file."`
	StakesFormat string   `placeholder:"FORMAT" help:"The format of the stakes where their content does not tell: csv, bods, gleif, ftm or psc."`
	Match        string   `placeholder:"FILE" help:"Recorded decisions of who is who, in the format of identities; a name alone joins nobody."`
	Closed       bool     `help:"The stakes are all there are: what they leave out belongs to nobody."`
	OwnShares    string   `enum:"open,count,ignore" default:"open" help:"What a company's shares in itself do to the whole: open, count or ignore."`
	Affiliates   bool     `name:"confirm-affiliates" help:"Somebody has confirmed that the us-bis Affiliates Rule is in force again."`
}

// load reads the stakes and joins them with the book.
func (f *stakesFlag) load(a *app, o *opened, opts holdings.Options) (*holdings.Holdings, error) {
	opts.Closed, opts.Confirmed = f.Closed, f.Affiliates
	switch f.OwnShares {
	case "count":
		opts.Treasury = ownership.TreasuryCounts
	case "ignore":
		opts.Treasury = ownership.TreasuryDoesNotCount
	}
	if f.Match != "" {
		file, err := os.Open(f.Match)
		if err != nil {
			return nil, err
		}
		defer file.Close() // only read
		if opts.Matches, err = identity.Read(file); err != nil {
			return nil, fmt.Errorf("%s: %w", f.Match, err)
		}
	}
	var files []holdings.File
	for _, path := range f.Stakes {
		files = append(files, holdings.File{Path: path, Format: f.StakesFormat})
	}
	return watch(a, "reading stakes", func(p *holdings.Progress) (*holdings.Holdings, error) {
		return holdings.Load(a.ctx, o.Book, files, opts, p)
	})
}

// watch shows how far work is.
func watch[T any](a *app, title string, work func(*holdings.Progress) (T, error)) (T, error) {
	var p holdings.Progress
	bar := a.progress(title, p.State)
	defer bar.stop()
	return work(&p)
}

// allHints looks at the names of all holders.
func allHints(a *app, h *holdings.Holdings, day party.Date) ([]holdings.Hint, error) {
	return watch(a, "names of the holders", func(p *holdings.Progress) ([]holdings.Hint, error) {
		return h.AllHints(a.ctx, hintPolicy(day), runtime.GOMAXPROCS(0), p)
	})
}

// A reached is what stakes add to a screening: the companies that listed
// parties reach.
type reached struct {
	extra []screening.Extra
	dir   string
}

// reached compiles what the stakes make owned, for screening beside the book,
// and has the book say what it rests on. Without stakes there is nothing.
func (c *screenCmd) reached(a *app, o *opened, p *screening.Policy) (r *reached, err error) {
	r = &reached{}
	if len(c.Stakes) == 0 {
		if c.Match != "" {
			return nil, errors.New("--match wants --stakes: it says who the parties of stakes are")
		}
		return r, nil
	}
	h, err := c.load(a, o, holdings.Options{Day: p.LawAsOf, Lists: p.Lists})
	if err != nil {
		return nil, err
	}
	hints, err := allHints(a, h, p.LawAsOf)
	if err != nil {
		return nil, err
	}
	if r.dir, err = os.MkdirTemp("", "interdict-owned-"); err != nil {
		return nil, err
	}
	x, err := h.Extra(a.ctx, filepath.Join(r.dir, "owned.book"))
	if err != nil {
		return nil, errors.Join(err, r.close())
	}
	r.extra = []screening.Extra{x}
	if p.Stakes, err = h.Terms(); err != nil {
		return nil, errors.Join(err, r.close())
	}
	var why []string
	for _, w := range []string{h.Incomplete(), sayHints(hints)} {
		if w != "" {
			why = append(why, w)
		}
	}
	o.beside = strings.Join(why, "; ")
	o.sayBeside = func(w io.Writer) {
		sayStakes(w, h, hints)
		fmt.Fprintf(w, "  they make %d companies that are not listed themselves owned, controlled, open or owned once\n", len(x.Reach))
		sayRegimes(w, h)
	}
	return r, nil
}

// close removes what reached compiled.
func (r *reached) close() error {
	var err error
	for _, x := range r.extra {
		err = x.Book.Close()
	}
	if r.dir != "" {
		err = errors.Join(err, os.RemoveAll(r.dir))
	}
	return err
}

// mostIssues is how many odd statements, and how many hints, are printed.
const mostIssues = 20

// sayRegimes says of which regimes the book holds no list.
func sayRegimes(w io.Writer, h *holdings.Holdings) {
	if len(h.Missing) > 0 {
		fmt.Fprintf(w, "not answered under %s: the book holds no list of theirs\n", strings.Trim(fmt.Sprint(h.Missing), "[]"))
	}
	if len(h.Partial) > 0 {
		fmt.Fprintf(w, "answered in part under %s: the book holds no list of theirs, and only what their rules take from other lists counts\n", strings.Trim(fmt.Sprint(h.Partial), "[]"))
	}
}

// sayStakes says what was read of the stakes, and what is odd in them.
func sayStakes(w io.Writer, h *holdings.Holdings, hints []holdings.Hint) {
	if len(h.Files) == 0 {
		fmt.Fprintln(w, "no shares were given; the lists state relations and no shares")
	}
	for _, f := range h.Files {
		fmt.Fprintf(w, "stakes %s (%s, %.12s): %d stakes, %d parties described, %d rejects\n", f.File, f.Format, f.SHA256, f.Stakes, f.Parties, f.Rejects)
	}
	if n := len(h.Issues); n > 0 {
		fmt.Fprintf(w, "  %d odd statements: %s; each is kept as far as it says anything, and named here\n", n, countIssues(h.Issues))
	}
	some(w, "issues", h.Issues, func(i ownership.Issue) string { return fmt.Sprintf("%v: %v", i.Kind, i.Error()) })
	some(w, "hints", hints, func(h holdings.Hint) string { return "hint: " + sayHint(h) })
}

// countIssues says how many there are of each kind.
func countIssues(all []ownership.Issue) string {
	n := map[ownership.IssueKind]int{}
	for _, i := range all {
		n[i.Kind]++
	}
	var out []string
	for _, k := range slices.Sorted(maps.Keys(n)) {
		out = append(out, fmt.Sprintf("%d %v", n[k], k))
	}
	return strings.Join(out, ", ")
}

// some prints the first of many.
func some[T any](w io.Writer, what string, all []T, say func(T) string) {
	for i, x := range all {
		if i == mostIssues {
			fmt.Fprintf(w, "  and %d more %s; JSON has all\n", len(all)-mostIssues, what)
			return
		}
		fmt.Fprintf(w, "  %s\n", say(x))
	}
}

func sayHint(h holdings.Hint) string {
	return fmt.Sprintf("%s (%v) resembles %s (%v), match strength %s, by name alone: not joined; record with --match whether it is", h.Name, h.Party, h.Matched, h.Entry, h.Score)
}

// sayHints says that names of the stakes wait for a person, or "".
func sayHints(hints []holdings.Hint) string {
	if len(hints) == 0 {
		return ""
	}
	return fmt.Sprintf("%d holders of the stakes resemble listed names and are not joined", len(hints))
}
