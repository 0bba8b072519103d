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
	Proof   string   `placeholder:"FILE" help:"Write the proofs, and the certificates of what is not owned, as JSON."`
	Verify  string   `placeholder:"PROOF" help:"Check proofs and certificates; nothing else is needed for it."`
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
	opts := holdings.Options{Day: day, Certify: c.Proof != ""}
	for _, r := range c.Regime {
		opts.Regimes = append(opts.Regimes, law.Regime(r))
	}
	h, err := c.load(a, o, opts)
	if err != nil {
		return err
	}
	s := &owning{cmd: c, book: o, holdings: h, day: day, grades: map[string]int{}}
	if err := s.open(a); err != nil {
		return err
	}
	if err := s.answer(a); err != nil {
		return errors.Join(err, s.close())
	}
	if err := errors.Join(s.out.close(), s.close()); err != nil {
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

// verify checks proofs and certificates with none of the solver's code.
func (c *ownCmd) verify(a *app) error {
	f, err := os.Open(c.Verify)
	if err != nil {
		return err
	}
	defer f.Close() // only read
	dec := json.NewDecoder(f)
	certificates := false
	for n := 1; ; n++ {
		if err := a.ctx.Err(); err != nil {
			return err
		}
		var text json.RawMessage
		err := dec.Decode(&text)
		if err == io.EOF && n > 1 {
			return sayLimits(a.out, certificates)
		}
		if err != nil {
			return fmt.Errorf("%s: proof %d: %w", c.Verify, n, err)
		}
		is, err := verifyOne(a.out, text)
		if err != nil {
			return fmt.Errorf("%s: proof %d, %w", c.Verify, n, err)
		}
		certificates = certificates || is
	}
}

// verifyOne checks a proof or a certificate and says which it was.
func verifyOne(w io.Writer, text json.RawMessage) (isCertificate bool, err error) {
	var kind struct {
		Certificate string `json:"certificate"`
	}
	if err := json.Unmarshal(text, &kind); err != nil {
		return false, err
	}
	if kind.Certificate == "" {
		var p ownership.Proof
		if err := json.Unmarshal(text, &p); err != nil {
			return false, err
		}
		if err := verify.Proof(&p); err != nil {
			return false, fmt.Errorf("%s under %s: DOES NOT HOLD: %w", shows(&p), p.Rule, err)
		}
		sayProof(w, &p)
		return false, nil
	}
	var x ownership.Certificate
	if err := json.Unmarshal(text, &x); err != nil {
		return true, err
	}
	if err := verify.Certificate(&x); err != nil {
		return true, fmt.Errorf("%v under %s: DOES NOT HOLD: %w", x.Company, x.Rule, err)
	}
	sayCertificate(w, &x)
	return true, nil
}

// sayLimits says what no checker can tell.
func sayLimits(w io.Writer, certificates bool) error {
	said := "What the proof cites, and whether its listed parties are those of the list entries, is for a person to look up."
	if certificates {
		said += "\nA certificate holds if its stakes are all that there are of the companies in it, and nobody in it is listed but those it names."
	}
	_, err := fmt.Fprintln(w, said)
	return err
}

// sayCertificate says what a certificate shows.
func sayCertificate(w io.Writer, x *ownership.Certificate) {
	said := map[ownership.Counting]string{
		ownership.CountLeast: "is not surely owned, by the least that each share may be",
		ownership.CountMost:  "is not owned, by the most that the shares stated may be",
		ownership.CountOpen:  "is not owned, whoever has what nobody accounts for",
	}[x.Counting]
	parties := map[party.Ref]bool{}
	for _, p := range x.Parts {
		for _, l := range p.Outside {
			parties[l.Party] = true
		}
	}
	fmt.Fprintf(w, "holds: %v %s, under %s on %v; %d parties are looked at\n", x.Company, said, x.Rule, x.Law, len(parties))
}

// shows says what a proof is of.
func shows(p *ownership.Proof) string {
	if n := len(p.Companies); n > 0 {
		return fmt.Sprintf("%d companies", n)
	}
	return p.Company.String()
}

// sayProof says what a proof shows, by which listings.
func sayProof(w io.Writer, p *ownership.Proof) {
	is := "is"
	if len(p.Companies) > 1 {
		is = "are"
	}
	fmt.Fprintf(w, "holds: %s %s %s under %s on %v, by:\n", shows(p), is, p.Grade, p.Rule, p.Law)
	some(w, "listings", p.Listed, func(l ownership.Listed) string {
		return fmt.Sprintf("%v %s, %s, listed %v", l.Entry, l.Name, strings.Join(l.Programs, " "), l.From)
	})
}

// owning is one run of own: the answers and what they rest on.
type owning struct {
	cmd      *ownCmd
	book     *opened
	holdings *holdings.Holdings
	day      party.Date
	coverage *documents.Coverage
	hints    []holdings.Hint // of --all

	out    ownOutput
	proofs *json.Encoder // nil where no proofs are wanted
	done   []func() error

	asked, found, unanswered int
	unfinished               bool           // some answer is incomplete
	grades                   map[string]int // how many companies have each
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

func (s *owning) answer(a *app) error {
	switch {
	case s.cmd.All:
		return s.all(a)
	case s.cmd.File != "":
		return s.rows(a)
	}
	for _, name := range s.cmd.Company {
		ref, err := s.holdings.Find(name)
		if err := s.add(a, owned{Asked: name}, ref, err); err != nil {
			return err
		}
	}
	return nil
}

// all asks about every company at once, so that their answers share what stands
// above them, and their proofs.
func (s *owning) all(a *app) (err error) {
	if s.hints, err = allHints(a, s.holdings, s.day); err != nil {
		return err
	}
	census, err := watch(a, "asking about all companies", func(p *holdings.Progress) (*holdings.Census, error) {
		return s.holdings.Census(a.ctx, p)
	})
	if err != nil {
		return err
	}
	if s.proofs != nil {
		for p := range census.Proofs() {
			if err := s.proofs.Encode(p); err != nil {
				return fmt.Errorf("write proofs: %w", err)
			}
		}
	}
	_, err = watch(a, "answering", func(p *holdings.Progress) (struct{}, error) {
		for r, err := range census.All(a.ctx, p) {
			if err != nil {
				return struct{}{}, err
			}
			if err := s.emit(&owned{Result: &r}); err != nil {
				return struct{}{}, err
			}
		}
		return struct{}{}, nil
	})
	return err
}

// rows asks about every party of the file.
func (s *owning) rows(a *app) error {
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
		if err := a.ctx.Err(); err != nil {
			return fmt.Errorf("stopped after %d rows: %w", s.asked, err)
		}
		q := owned{Asked: sub.Party.Name(), Row: sub.Row}
		var ref party.Ref
		if err == nil {
			ref, err = s.holdings.FindParty(&sub)
		}
		if err := s.add(a, q, ref, err); err != nil {
			return err
		}
	}
	coverage := d.Coverage()
	s.coverage = &coverage
	return nil
}

// add answers about a party; an error in finding it is an answer, too.
func (s *owning) add(a *app, q owned, ref party.Ref, notFound error) error {
	if notFound != nil {
		q.Error = notFound.Error()
		return s.emit(&q)
	}
	r, err := s.holdings.Own(a.ctx, ref)
	if err != nil {
		return err
	}
	r.Hints, err = watch(a, "names of the holders", func(p *holdings.Progress) ([]holdings.Hint, error) {
		return s.holdings.Hints(a.ctx, ref, hintPolicy(s.day), runtime.GOMAXPROCS(0), p)
	})
	if err != nil {
		return err
	}
	if len(s.cmd.Stakes) == 0 {
		r.Answers = []holdings.Answer{}
		q.Incomplete = noShares
	} else {
		q.Incomplete = r.Incomplete()
	}
	q.Result = &r
	return s.emit(&q)
}

// emit counts an answer and hands it to whatever wants it. Nothing keeps it:
// the answers about a large book do not fit in memory.
func (s *owning) emit(q *owned) error {
	s.asked++
	if q.Result == nil {
		s.unanswered++
	} else {
		if q.Found() {
			s.found++
		}
		for _, g := range q.Grades {
			s.grades[string(g)]++
		}
		if q.Open() {
			s.grades[openGrade]++
		}
	}
	s.unfinished = s.unfinished || q.Error != "" || q.Incomplete != ""
	if s.proofs != nil && q.Result != nil {
		for _, x := range q.Answers {
			if x.Certificate != nil {
				if err := s.proofs.Encode(x.Certificate); err != nil {
					return fmt.Errorf("write proofs: %w", err)
				}
			}
			if x.Proof == nil || x.Proof.Cut || s.cmd.All && x.Proof.Grade == "owned" {
				continue // in the proofs of many, if anywhere
			}
			if err := s.proofs.Encode(x.Proof); err != nil {
				return fmt.Errorf("write proofs: %w", err)
			}
		}
	}
	if s.cmd.Svg != "" || s.cmd.Dot != "" {
		if err := s.draw(q); err != nil {
			return err
		}
	}
	if err := s.out.answer(q); err != nil {
		return fmt.Errorf("write answers: %w", err)
	}
	return nil
}

const noShares = "no shares were given (--stakes): who owns it is not answered, and what the lists state is related at most"

// open opens what answers are written to.
func (s *owning) open(a *app) error {
	if s.cmd.Proof != "" {
		f, err := os.Create(s.cmd.Proof)
		if err != nil {
			return err
		}
		b := bufio.NewWriter(f)
		s.proofs = json.NewEncoder(b)
		s.proofs.SetIndent("", "  ")
		s.done = append(s.done, b.Flush, f.Close)
	}
	w := bufio.NewWriter(a.out)
	s.out = s.output(w, a.err)
	s.done = append([]func() error{w.Flush}, s.done...)
	return nil
}

// close ends the files and the stream; that of the answers has its own.
func (s *owning) close() error {
	var err error
	for _, end := range s.done {
		err = errors.Join(err, end())
	}
	return err
}

// draw writes the pictures of an answer.
func (s *owning) draw(q *owned) error {
	g, err := s.picture(q)
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

// picture draws the strongest of the answers; of equals the first regime's.
func (s *owning) picture(q *owned) (*draw.Graph, error) {
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
	found, incomplete := s.found > 0, s.unfinished || s.incomplete() != ""
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
