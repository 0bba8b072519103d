// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"os"
	"runtime"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/cases"
	"github.com/interdict-dev/interdict/documents"
	"github.com/interdict-dev/interdict/law"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/rows"
	"github.com/interdict-dev/interdict/screening"
	"github.com/interdict-dev/interdict/subject"
)

type screenCmd struct {
	bookFlag
	stakesFlag
	dealingFlag
	Name []string `arg:"" optional:"" help:"Names to screen, each an argument; - reads one name a line from standard input. A bare word may also be an identifier, a ticker or a domain."`

	File      string            `short:"f" placeholder:"FILE" help:"Screen every party of a file: CSV, XLSX, JSONL or FollowTheMoney, also .gz and .zst; - is standard input."`
	Customers string            `placeholder:"FILE" help:"Screen the parties of a file that book customers made; with --since only those that a change may concern are asked."`
	Kind      string            `placeholder:"KIND" help:"The file's format, where its name and content do not tell: csv, xlsx, jsonl, cyclonedx, cyclonedx-xml, spdx, spdx-tag, hosts, ..."`
	Column    map[string]string `placeholder:"FIELD=HEADER" help:"Which column holds a field, as in name=Vendor or name=B; give it once for each."`
	Sheet     string            `name:"worksheet" help:"The sheet of a workbook, by name; the first otherwise."`

	Type      string   `placeholder:"TYPE" help:"What the names are: person, organization, vessel or aircraft."`
	ID        []string `sep:"none" placeholder:"[SCHEME=]VALUE" help:"An identity number of the party asked for: lei=..., passport=..., or bare."`
	Country   []string `sep:"none" placeholder:"COUNTRY" help:"A country of the party asked for: nationality, residence, registration."`
	BirthDate string   `placeholder:"DATE" help:"Date of birth of the person asked for: 1962, 1962-03 or 1962-03-14."`
	Address   string   `placeholder:"TEXT" help:"Address of the party asked for."`

	MinScore  float64  `default:"0.3" help:"Least match strength of a finding, from 0 to 1."`
	Weak      bool     `help:"Let weak aliases of OFAC lists alert; they confirm otherwise and are counted."`
	Since     string   `placeholder:"DATE|EDITION" help:"Answer only for what the lists added, changed or took off since this day, or since this edition of one list."`
	List      []string `placeholder:"LIST" help:"Screen against these lists only."`
	Regime    []string `placeholder:"REGIME" help:"Say the effects under these regimes only: us-ofac, us-bis, eu, uk, un."`
	Places    string   `enum:"sure,all,off" default:"sure" help:"Which territories under an embargo to say: sure, all (weak ones too), off."`
	Premises  string   `enum:"sure,all,off" default:"sure" help:"Which addresses shared with listed parties to say: sure, all (other units of the house too), off."`
	Limit     int      `default:"0" help:"At most so many findings of each party; what is left out is counted. 0 is all."`
	OFACLike  bool     `name:"ofac-like" help:"Say with each finding about which score OFAC's Sanctions List Search would show. It judges nothing."`
	Decisions string   `placeholder:"FILE" help:"Earlier decisions about false hits; each lapses when either record changes."`

	Format  string `enum:"text,json,jsonl,csv,xlsx" default:"text" help:"text, json, jsonl, csv or xlsx."`
	Out     string `short:"o" placeholder:"FILE" help:"Write the answers here instead of standard output."`
	SheetTo string `name:"sheet" placeholder:"DIR" help:"Write a printable HTML sheet for each finding into this folder."`
}

// Help gives examples.
func (screenCmd) Help() string {
	return `Examples:
  interdict screen "Integrity Technology Group"
  interdict screen 永信至诚
  interdict screen 91110108562135265P
  interdict screen --type person --id 5892464 "John Smith"
  interdict screen --file vendors.csv --format jsonl --out answers.jsonl
  cut -f1 names.txt | interdict screen -
  interdict screen --stakes register.csv --file vendors.csv
  interdict screen --since 2026-11-01 --file vendors.csv
  interdict book customers --out customers.book customers.csv
  interdict screen --since 2026-11-01 --customers customers.book

With --stakes a company that is not listed but owned by listed parties is found
by its own name; interdict own --help says how shares add up.

Countries and territories under an embargo (Crimea, Cuba, Iran ...) that an address,
a phone, a domain or a text names are said beside the findings, in any script.

Exit codes: 0 nothing found and everything was answered, 10 findings or places,
11 incomplete (a stale or missing list, rejects, rows that could not be read), 12 both.
A finding is no decision: a person confirms it, and only then its effects follow.`
}

// Run screens.
func (c *screenCmd) Run(a *app) (err error) {
	policy, err := c.policy(a)
	if err != nil {
		return err
	}
	var past *cases.Decisions
	if c.Decisions != "" {
		if past, err = cases.ReadDecisions(c.Decisions); err != nil {
			return err
		}
	}
	input, err := c.input(a)
	if err != nil {
		return err
	}
	defer input.close()
	if c.Customers == "" {
		if input.subjects, err = c.dated(input.subjects); err != nil {
			return err
		}
	}
	o, err := c.open(a)
	if err != nil {
		return err
	}
	defer o.Close() // only read
	policy.Lists = o.named(policy.Lists)
	o.only(policy.Lists)
	if c.Book == "" {
		o.under(policy.Regimes)
	}
	reached, err := c.reached(a, o, &policy)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, reached.close()) }()
	since, err := c.since(a, o, &policy)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, since.close()) }()
	if err := c.narrow(a, o, policy, input, since); err != nil {
		return err
	}
	answers, err := screening.Stream(a.ctx, o.Book, since.whole(policy), input.subjects, runtime.GOMAXPROCS(0), append(reached.extra, o.contacts(policy.LawAsOf))...)
	if err != nil {
		return err
	}
	out, err := c.output(a, o, policy)
	if err != nil {
		return err
	}
	sum := tallied{}
	bar := a.progress("screening", input.progress)
	for row := range answers {
		r := answered{Row: row}
		since.only(&r.Row)
		if r.Err == nil && past != nil {
			r.decisions = past.Suppress(&r.Answer)
		}
		if r.Err == nil && c.OFACLike {
			r.ofacLike, r.Err = o.ofacLike(&r.Row)
		}
		sum.count(&r.Row)
		if err := out.row(&r); err != nil {
			bar.stop()
			return errors.Join(fmt.Errorf("write answers: %w", err), out.close(nil))
		}
	}
	bar.stop()
	if err := a.ctx.Err(); err != nil {
		return errors.Join(fmt.Errorf("stopped after %d rows: %w", sum.Rows, err), out.close(nil))
	}
	if input.coverage != nil {
		coverage := input.coverage()
		sum.Coverage = &coverage
	}
	sum.finish(o, past)
	if err := out.close(&sum); err != nil {
		return fmt.Errorf("write answers: %w", err)
	}
	a.code = sum.exit()
	return nil
}

// policy makes the policy of the flags.
func (c *screenCmd) policy(a *app) (screening.Policy, error) {
	day, err := c.day(a)
	if err != nil {
		return screening.Policy{}, err
	}
	if c.MinScore <= 0 || c.MinScore >= 1 || math.IsNaN(c.MinScore) {
		return screening.Policy{}, fmt.Errorf("--min-score %v: want more than 0 and less than 1", c.MinScore)
	}
	p := screening.Policy{MinScore: int32(c.MinScore*10000 + 0.5), Weak: c.Weak, LawAsOf: day, FactsAsOf: day, Limit: c.Limit}
	if c.Premises != "sure" {
		p.Premises = screening.PlaceMode(c.Premises)
	}
	if c.Places != "sure" {
		p.Places = screening.PlaceMode(c.Places)
	}
	for _, l := range c.List {
		p.Lists = append(p.Lists, party.ListID(l))
	}
	for _, r := range c.Regime {
		if !slices.Contains(law.Regimes(), law.Regime(r)) {
			return p, fmt.Errorf("--regime %q: want one of %v", r, law.Regimes())
		}
		p.Regimes = append(p.Regimes, law.Regime(r))
	}
	return p, nil
}

// An input is what is to be screened.
type input struct {
	subjects iter.Seq2[subject.Subject, error]
	coverage func() documents.Coverage // nil where no file is read
	progress func() (done, of int64)
	close    func()
}

func (c *screenCmd) input(a *app) (*input, error) {
	in := &input{close: func() {}, progress: func() (int64, int64) { return 0, 0 }}
	switch {
	case c.File != "" && len(c.Name) > 0, c.Customers != "" && (c.File != "" || len(c.Name) > 0):
		return nil, errors.New("give names, --file or --customers, not several")
	case c.Customers != "":
		return in, nil // opened when the book is: see narrow
	case c.File != "":
		return in, c.openFile(a, in)
	case len(c.Name) == 1 && c.Name[0] == "-":
		in.subjects = documents.Names(a.in)
		return in, nil
	case len(c.Name) == 0 && len(c.ID) == 0:
		return nil, errors.New("nothing to screen: give a name, an --id, or --file FILE; see interdict screen --help")
	}
	subjects, err := c.typed()
	in.subjects = func(yield func(subject.Subject, error) bool) {
		for _, s := range subjects {
			if !yield(s, nil) {
				return
			}
		}
	}
	return in, err
}

func (c *screenCmd) openFile(a *app, in *input) error {
	opts := documents.Options{Kind: c.Kind, Columns: c.Column, Sheet: c.Sheet}
	var err error
	if opts.Party, err = party.ParseKind(c.Type); err != nil {
		return fmt.Errorf("--type: %w", err)
	}
	name, r := c.File, io.Reader(nil)
	if c.File == "-" {
		name, r = "standard input", a.in
	} else {
		f, err := os.Open(c.File)
		if err != nil {
			return err
		}
		in.close = func() { _ = f.Close() } // only read
		r = f
	}
	file, regular := r.(*os.File)
	if c.Kind == "hosts" || c.Kind == "" && len(c.Column) == 0 && regular && isHosts(file) {
		return in.openHosts(name, r, c.Column)
	}
	document, err := documents.Open(name, r, opts)
	if err != nil {
		if regular && c.Kind == "" && len(c.Column) == 0 && in.reopenHosts(name, file) {
			return nil
		}
		in.close()
		return err
	}
	in.subjects, in.progress, in.coverage = document.Subjects(), document.Progress, document.Coverage
	return nil
}

// reopenHosts reads a table without a column of names from its start again, as one
// of hosts with headers that are known: a log of queries. It says whether it is
// one.
func (in *input) reopenHosts(name string, f *os.File) bool {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return false
	}
	return in.openHosts(name, f, nil) == nil
}

// typed makes the subjects of the command line.
func (c *screenCmd) typed() ([]subject.Subject, error) {
	kind, err := party.ParseKind(c.Type)
	if err != nil {
		return nil, fmt.Errorf("--type: %w", err)
	}
	p := party.Entry{Kind: kind}
	for _, id := range c.ID {
		scheme, value, ok := strings.Cut(id, "=")
		if !ok {
			scheme, value = string(party.Number), id
		}
		p.Identifiers = append(p.Identifiers, party.NewIdentifier(party.Scheme(strings.ToLower(scheme)), "", value))
	}
	for _, country := range c.Country {
		p.Countries = append(p.Countries, rows.CountryOf(country))
	}
	if c.BirthDate != "" {
		p.Births = rows.Dates(c.BirthDate)
		for _, b := range p.Births {
			if b.IsZero() {
				return nil, fmt.Errorf("--birth-date %q is no date: want 1962, 1962-03 or 1962-03-14", c.BirthDate)
			}
		}
	}
	if c.Address != "" {
		p.Addresses = []party.Address{{Full: c.Address}}
	}
	names := c.Name
	if len(names) == 0 {
		names = []string{""}
	}
	var out []subject.Subject
	for _, n := range names {
		s := subject.Subject{Party: p, Bare: true}
		if n != "" {
			s.Party.Names = []party.Name{{Full: n}}
		}
		out = append(out, s)
	}
	return out, nil
}
