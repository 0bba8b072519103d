// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/documents"
	"github.com/interdict-dev/interdict/holdings"
	"github.com/interdict-dev/interdict/internal/draw"
	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/internal/table"
	"github.com/interdict-dev/interdict/law"
	"github.com/interdict-dev/interdict/ownership"
	"github.com/interdict-dev/interdict/ownership/verify"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/screening"
)

type ownCmd struct {
	bookFlag
	stakesFlag
	Company []string `arg:"" optional:"" help:"Companies: an entry (us-ofac-sdn/50543), a key of the stakes, an identity number, or a name that one party alone has."`
	File    string   `short:"f" placeholder:"FILE" help:"Ask about every company of a file, as screen reads it."`
	All     bool     `help:"Find everything that the stakes make owned."`
	Regime  []string `placeholder:"REGIME" help:"Ask under these regimes only: us-ofac, eu, uk, us-bis."`
	Format  string   `enum:"text,json,jsonl,csv" default:"text" help:"text, json, jsonl or csv."`
	Svg     string   `placeholder:"FILE" help:"Draw the answer about one company."`
	Dot     string   `placeholder:"FILE" help:"The same for Graphviz."`
	Proof   string   `placeholder:"FILE" help:"Write the proofs as JSON."`
	Verify  string   `placeholder:"PROOF" help:"Check such proofs; nothing else is needed for it."`
}

// Help shows what everyone gets wrong.
func (ownCmd) Help() string {
	return `X is listed. X owns 50 % of A, and A owns 50 % of B. Is B blocked?
A tool that multiplies says 25 %, so no. The rule says YES: A is blocked because
X owns half of it, and what a blocked company owns counts whole (OFAC FAQ 401).
The other way round, X 49 % of A and A 100 % of B: nobody is blocked.

  $ cat stakes.csv
  owner,owned,percent,kind,from,to,source
  us-ofac-sdn/50543,Company A,50,equity,2019-05-01,,register
  Company A,Company B,50,equity,2020-02-01,,register
  $ interdict own --stakes stakes.csv "Company B"

Examples:
  interdict own --stakes stakes.csv --regime us-ofac --svg b.svg --proof b.json "Company B"
  interdict own --verify b.json
  interdict own --stakes gleif.xml.gz --stakes register.csv --match matches.jsonl --file vendors.csv
  interdict own --stakes stakes.csv --all --format csv
  interdict own us-ofac-sdn/54566

The last one has no stakes: it says what the lists state, which is related and
never owned. Parties are joined to list entries by their names as entries, by
identity numbers, and by the decisions of --match; a name that resembles a
listed one is said as a hint and joins nothing.

Exit codes: 0 not owned by anybody listed, 10 findings, 11 incomplete (rows in
doubt, shares unaccounted for, no data, names that resemble listed ones), 12 both.`
}

// Run answers who owns the companies.
func (c *ownCmd) Run(a *app) error {
	if c.Verify != "" {
		return c.verify(a)
	}
	day, err := c.day(a)
	if err != nil {
		return err
	}
	if err := c.check(); err != nil {
		return err
	}
	o, err := c.open(a)
	if err != nil {
		return err
	}
	defer o.Close() // only read
	opts := holdings.Options{Day: day}
	for _, r := range c.Regime {
		opts.Regimes = append(opts.Regimes, law.Regime(r))
	}
	h, err := c.load(o, opts)
	if err != nil {
		return err
	}
	s := &owning{cmd: c, book: o, holdings: h, day: day}
	if s.screener, err = screening.New(o.Book, hintPolicy(day)); err != nil {
		return err
	}
	if err := s.answer(a); err != nil {
		return err
	}
	if err := s.files(); err != nil {
		return err
	}
	if err := s.print(a); err != nil {
		return fmt.Errorf("write answers: %w", err)
	}
	a.code = s.exit()
	return nil
}

// check refuses questions that make no sense.
func (c *ownCmd) check() error {
	asked := 0
	for _, b := range []bool{len(c.Company) > 0, c.File != "", c.All} {
		if b {
			asked++
		}
	}
	for _, r := range c.Regime {
		if !slices.Contains(ownership.Regimes(), law.Regime(r)) {
			return fmt.Errorf("--regime %q: want one of %v", r, ownership.Regimes())
		}
	}
	switch {
	case asked != 1:
		return errors.New("name companies, or give --file FILE or --all; see interdict own --help")
	case c.All && len(c.Stakes) == 0:
		return errors.New("--all wants --stakes: the lists state no shares")
	case (c.Svg != "" || c.Dot != "") && len(c.Company) != 1:
		return errors.New("--svg and --dot draw the answer about one company: name one")
	}
	return nil
}

// verify checks proofs with none of the solver's code.
func (c *ownCmd) verify(a *app) error {
	f, err := os.Open(c.Verify)
	if err != nil {
		return err
	}
	defer f.Close() // only read
	dec := json.NewDecoder(f)
	for n := 1; ; n++ {
		var p ownership.Proof
		err := dec.Decode(&p)
		if err == io.EOF && n > 1 {
			_, err := fmt.Fprintln(a.out, "What the proof cites, and whether its listed parties are those of the list entries, is for a person to look up.")
			return err
		}
		if err != nil {
			return fmt.Errorf("%s: proof %d: %w", c.Verify, n, err)
		}
		if err := verify.Proof(&p); err != nil {
			return fmt.Errorf("%s: proof %d, %v under %s: DOES NOT HOLD: %w", c.Verify, n, p.Company, p.Rule, err)
		}
		fmt.Fprintf(a.out, "holds: %v is %s under %s on %v, by:\n", p.Company, p.Grade, p.Rule, p.Law)
		for _, l := range p.Listed {
			fmt.Fprintf(a.out, "  %v %s, %s, listed %v\n", l.Entry, l.Name, strings.Join(l.Programs, " "), l.From)
		}
	}
}

// owning is one run of own: the answers and what they rest on.
type owning struct {
	cmd      *ownCmd
	book     *opened
	holdings *holdings.Holdings
	screener *screening.Screener
	day      party.Date
	answers  []owned
	asked    int
	coverage *documents.Coverage
	hints    []holdings.Hint // of --all
}

// An owned is the answer to one question, or why there is none.
type owned struct {
	Asked string `json:"asked,omitempty"`
	Row   int    `json:"row,omitempty"`
	*holdings.Result
	Incomplete string `json:"incomplete,omitempty"`
	Error      string `json:"error,omitempty"`
}

// hintPolicy is how alike a name must be to be a hint: as alike as for a finding
// of screen.
func hintPolicy(day party.Date) screening.Policy {
	return screening.Policy{MinScore: screening.DefaultMinScore, LawAsOf: day, FactsAsOf: day}
}

func (s *owning) answer(a *app) (err error) {
	switch {
	case s.cmd.All:
		if s.hints, err = s.holdings.AllHints(a.ctx, hintPolicy(s.day), runtime.GOMAXPROCS(0)); err != nil {
			return err
		}
		for r, err := range s.holdings.All() {
			if err != nil {
				return err
			}
			s.asked++
			s.answers = append(s.answers, owned{Result: &r})
		}
		return nil
	case s.cmd.File != "":
		return s.rows()
	}
	for _, name := range s.cmd.Company {
		ref, err := s.holdings.Find(name)
		if err := s.add(owned{Asked: name}, ref, err); err != nil {
			return err
		}
	}
	return nil
}

// rows asks about every party of the file.
func (s *owning) rows() error {
	f, err := os.Open(s.cmd.File)
	if err != nil {
		return err
	}
	defer f.Close() // only read
	d, err := documents.Open(s.cmd.File, f, documents.Options{})
	if err != nil {
		return err
	}
	for sub, err := range d.Subjects() {
		q := owned{Asked: sub.Party.Name(), Row: sub.Row}
		var ref party.Ref
		if err == nil {
			ref, err = s.holdings.FindParty(&sub)
		}
		if err := s.add(q, ref, err); err != nil {
			return err
		}
	}
	coverage := d.Coverage()
	s.coverage = &coverage
	return nil
}

// add answers about a party; an error in finding it is an answer, too.
func (s *owning) add(q owned, ref party.Ref, notFound error) error {
	s.asked++
	if notFound != nil {
		q.Error = notFound.Error()
		s.answers = append(s.answers, q)
		return nil
	}
	r, err := s.holdings.Own(ref)
	if err != nil {
		return err
	}
	if r.Hints, err = s.holdings.Hints(ref, s.screener); err != nil {
		return err
	}
	if len(s.cmd.Stakes) == 0 {
		r.Answers = []holdings.Answer{}
		q.Incomplete = noShares
	} else {
		q.Incomplete = r.Incomplete()
	}
	q.Result = &r
	s.answers = append(s.answers, q)
	return nil
}

const noShares = "no shares were given (--stakes): who owns it is not answered, and what the lists state is related at most"

// files writes the pictures and the proofs.
func (s *owning) files() error {
	if s.cmd.Proof != "" {
		if err := writeFile(s.cmd.Proof, s.proofs); err != nil {
			return err
		}
	}
	if s.cmd.Svg == "" && s.cmd.Dot == "" {
		return nil
	}
	g, err := s.picture()
	if err != nil {
		return err
	}
	if s.cmd.Svg != "" {
		if err := writeFile(s.cmd.Svg, g.SVG); err != nil {
			return err
		}
	}
	if s.cmd.Dot != "" {
		return writeFile(s.cmd.Dot, g.DOT)
	}
	return nil
}

func writeFile(path string, write func(io.Writer) error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	b := bufio.NewWriter(f)
	return errors.Join(write(b), b.Flush(), f.Close())
}

func (s *owning) proofs(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	for _, q := range s.answers {
		if q.Result == nil {
			continue
		}
		for _, x := range q.Answers {
			if x.Proof == nil {
				continue
			}
			if err := e.Encode(x.Proof); err != nil {
				return err
			}
		}
	}
	return nil
}

// picture draws the strongest of the answers; of equals the first regime's.
func (s *owning) picture() (*draw.Graph, error) {
	q := s.answers[0]
	if q.Result == nil {
		return nil, errkind.New(errkind.NotFound, q.Error)
	}
	if len(q.Answers) == 0 {
		return nil, errors.New("nothing to draw: " + noShares)
	}
	best := 0
	for i, x := range q.Answers {
		if x.Status > q.Answers[best].Status {
			best = i
		}
	}
	return q.Answers[best].Picture(s.holdings.Name), nil
}

// exit is the exit code, as in screen.
func (s *owning) exit() int {
	found, incomplete := false, s.incomplete() != ""
	for _, q := range s.answers {
		found = found || q.Result != nil && q.Found()
		incomplete = incomplete || q.Error != "" || q.Incomplete != ""
	}
	switch {
	case found && incomplete:
		return exitBoth
	case found:
		return exitFindings
	case incomplete:
		return exitIncomplete
	}
	return exitClear
}

// incomplete says why no answer of this run is complete, or "".
func (s *owning) incomplete() string {
	why := []string{s.book.incomplete(), s.holdings.Incomplete(), sayHints(s.hints)}
	return strings.Join(slices.DeleteFunc(why, func(w string) bool { return w == "" }), "; ")
}

func (s *owning) print(a *app) error {
	w := bufio.NewWriter(a.out)
	var err error
	switch s.cmd.Format {
	case "json":
		err = s.json(w)
	case "jsonl":
		err = errors.Join(s.lines(w), s.summary(a.err))
	case "csv":
		err = errors.Join(s.table(w), s.summary(a.err))
	default:
		for i := range s.answers {
			if err = s.text(w, &s.answers[i]); err != nil {
				break
			}
		}
		err = errors.Join(err, s.summary(w))
	}
	return errors.Join(err, w.Flush())
}

func (s *owning) envelope() any {
	return struct {
		Book      string                `json:"book"`
		Program   string                `json:"program"`
		LawAsOf   party.Date            `json:"law_as_of"`
		FactsAsOf party.Date            `json:"facts_as_of"`
		Stakes    []holdings.FileReport `json:"stakes"`
	}{s.book.Digest().String(), version, s.day, s.day, s.holdings.Files}
}

func (s *owning) json(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	answers := s.answers
	if answers == nil {
		answers = []owned{}
	}
	return e.Encode(struct {
		On         any               `json:"rests_on"`
		Lists      []listState       `json:"lists"`
		Regimes    []law.Regime      `json:"regimes"`
		Missing    []law.Regime      `json:"regimes_without_list,omitempty"`
		Partial    []law.Regime      `json:"regimes_in_part,omitempty"`
		Answers    []owned           `json:"answers"`
		Hints      []holdings.Hint   `json:"hints,omitempty"`
		Issues     []ownership.Issue `json:"issues,omitempty"`
		Incomplete string            `json:"incomplete,omitempty"`
	}{s.envelope(), s.book.lists, s.holdings.Regimes(), s.holdings.Missing, s.holdings.Partial, answers, s.hints, s.holdings.Issues, s.incomplete()})
}

func (s *owning) lines(w io.Writer) error {
	e := json.NewEncoder(w)
	for _, q := range s.answers {
		err := e.Encode(struct {
			On any `json:"rests_on"`
			owned
		}{s.envelope(), q})
		if err != nil {
			return err
		}
	}
	return nil
}

// table writes one row for each company and regime.
func (s *owning) table(w io.Writer) error {
	t := table.NewCSVWriter(w)
	if err := t.Write([]string{"row", "asked", "company", "name", "grades", "regime", "rule", "status", "if_in_force", "controlled", "least", "most", "unaccounted", "listed_parties", "flip", "review", "related", "suspected", "hints", "incomplete"}); err != nil {
		return err
	}
	for _, q := range s.answers {
		head := []string{fmt.Sprint(q.Row), q.Asked}
		if q.Result == nil {
			if err := t.Write(append(head, "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", q.Error)); err != nil {
				return err
			}
			continue
		}
		var related, suspected, hints []string
		for _, r := range q.Related {
			related = append(related, r.Text)
		}
		for _, p := range q.Suspected {
			suspected = append(suspected, p.Of.String())
		}
		for _, h := range q.Hints {
			hints = append(hints, fmt.Sprintf("%v ~ %v", h.Party, h.Entry))
		}
		head = append(head, q.Company.String(), q.Name, joinGrades(q.Grades))
		tail := []string{strings.Join(related, "; "), strings.Join(suspected, " "), strings.Join(hints, "; "), q.Incomplete}
		answers := q.Answers
		if len(answers) == 0 {
			answers = []holdings.Answer{{}}
		}
		for _, x := range answers {
			if err := t.Write(slices.Concat(head, answerCells(&x), tail)); err != nil {
				return err
			}
		}
	}
	return t.Flush()
}

func answerCells(x *holdings.Answer) []string {
	var by, review []string
	flip := ""
	if x.Proof != nil {
		for _, l := range x.Proof.Listed {
			if !slices.Contains(by, l.Entry.String()) {
				by = append(by, l.Entry.String())
			}
		}
	}
	if x.Flip != nil {
		flip = x.Flip.Text
	}
	for _, f := range x.Review {
		review = append(review, f.Text)
	}
	controlled := ""
	if x.Controlled {
		controlled = "for review"
	}
	return []string{string(x.Regime), x.Rule, x.Status.String(), x.IfInForce.String(), controlled, x.Least.String(), x.Most.String(), x.Unaccounted.String(), strings.Join(by, " "), flip, strings.Join(review, "; ")}
}

func joinGrades(all []screening.Grade) string {
	var out []string
	for _, g := range all {
		out = append(out, string(g))
	}
	return strings.Join(out, " ")
}

// text prints one answer for people.
func (s *owning) text(w io.Writer, q *owned) error {
	at := ""
	if q.Row > 0 {
		at = fmt.Sprintf(" (row %d)", q.Row)
	}
	if q.Result == nil {
		_, err := fmt.Fprintf(w, "NOT ANSWERED%s  %s\n\n", at, q.Error)
		return err
	}
	var b strings.Builder
	grades := strings.ToUpper(joinGrades(q.Grades))
	switch {
	case grades == "" && q.Open():
		grades = "COULD GO EITHER WAY"
	case grades == "" && q.Incomplete != "":
		grades = "NOTHING FOUND, NOT COMPLETE"
	case grades == "":
		grades = "NOTHING FOUND"
	}
	fmt.Fprintf(&b, "%s%s  %v  %s\n", q.Name, at, q.Company, grades)
	for i := range q.Answers {
		var x strings.Builder
		if err := q.Answers[i].Write(&x, s.holdings.Name); err != nil {
			return err
		}
		indent(&b, x.String())
		if m := q.Answers[i].Measure; m != "" {
			fmt.Fprintf(&b, "    under the measure %s, which is no block\n", m)
		}
	}
	for _, j := range q.Joins {
		fmt.Fprintf(&b, "  joined: %v is %v, by %s\n", j.Party, j.Entry, j.By)
	}
	for _, r := range q.Related {
		fmt.Fprintf(&b, "  related: %s\n", r.Text)
	}
	for _, p := range q.Suspected {
		fmt.Fprintf(&b, "  suspected: may continue %v; it blocks nothing and proves nothing\n", p.Of)
		for _, g := range p.Signals {
			fmt.Fprintf(&b, "    %s: %s\n", g.Family, g.Evidence)
		}
	}
	for _, h := range q.Hints {
		fmt.Fprintf(&b, "  hint: %s\n", sayHint(h))
	}
	if q.Incomplete != "" {
		fmt.Fprintf(&b, "  incomplete: %s\n", q.Incomplete)
	}
	b.WriteString("\n")
	_, err := io.WriteString(w, b.String())
	return err
}

func indent(b *strings.Builder, text string) {
	for line := range strings.Lines(text) {
		b.WriteString("  ")
		b.WriteString(line)
	}
}

// summary says what the answers rest on.
func (s *owning) summary(w io.Writer) error {
	var b strings.Builder
	n := map[string]int{}
	found, unanswered := 0, 0
	for _, q := range s.answers {
		switch {
		case q.Result == nil:
			unanswered++
			continue
		case q.Found():
			found++
		}
		for _, g := range q.Grades {
			n[string(g)]++
		}
		if q.Open() {
			n["could go either way"]++
		}
	}
	if s.cmd.All {
		fmt.Fprintf(&b, "%d companies found", found)
	} else {
		fmt.Fprintf(&b, "%d asked, %d found", s.asked, found)
	}
	for _, g := range []string{"listed", "owned", "controlled", "related", "suspected", "could go either way"} {
		if n[g] > 0 {
			fmt.Fprintf(&b, ", %d %s", n[g], g)
		}
	}
	if unanswered > 0 {
		fmt.Fprintf(&b, ", %d not answered", unanswered)
	}
	b.WriteString("\n")
	sayStakes(&b, s.holdings, s.hints)
	if s.coverage != nil {
		printCoverage(&b, s.coverage)
	}
	sayRegimes(&b, s.holdings)
	fmt.Fprintf(&b, "book %s, program %s\n", s.book.Digest(), version)
	printLists(&b, s.book)
	if why := s.incomplete(); why != "" {
		fmt.Fprintf(&b, "INCOMPLETE: %s.\n", why)
	}
	b.WriteString("An answer says what the sources say, for a person to confirm; it is no legal advice.\n")
	_, err := io.WriteString(w, b.String())
	return err
}
