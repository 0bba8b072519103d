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
	"strings"

	"github.com/interdict-dev/interdict/attribution"
	"github.com/interdict-dev/interdict/infra"
	"github.com/interdict-dev/interdict/intel"
	"github.com/interdict-dev/interdict/intel/misp"
	"github.com/interdict-dev/interdict/party"
)

type hostCmd struct {
	bookFlag
	Host []string `arg:"" optional:"" help:"Addresses, prefixes, domains, URLs, certificates, AS numbers, hashes, wallets, also defanged; - reads one a line from standard input."`

	File     string            `short:"f" placeholder:"FILE" help:"Ask about every host of a file, each row at its own time: one a line, or CSV, TSV or a Zeek log, also .gz and .zst; - is standard input."`
	Column   map[string]string `placeholder:"FIELD=HEADER" help:"Which column holds host or time, as in host=Remote or time=C."`
	At       string            `placeholder:"TIME" help:"When the contact was, as in 2024-03-01; default is now. A file's column of times overrides it."`
	Warnings []string          `placeholder:"FILE" help:"MISP warning lists beside those of the book, as files or folders: they annotate and never set a claim aside."`
	All      bool              `help:"Print the hosts of a file of which no claim speaks, too."`

	Format string `enum:"text,json,jsonl" default:"text" help:"text, json or jsonl."`
	Out    string `short:"o" placeholder:"FILE" help:"Write the answers here instead of standard output."`
}

// Help gives examples.
func (hostCmd) Help() string {
	return `Examples:
  interdict host 202.182.109.151 --at 2024-03-01
  interdict host 'outlook3650[.]com' hxxp://www.integritytech.com.cn/
  interdict host cert-sha256:2b640582... AS4808
  interdict host --file dns.csv --column host=qname --column time=ts

The answers are: listed party's own, attributed, was attributed (outside the window), seized,
annotated, and attributed, time unknown. Contact with attributed infrastructure is no dealing
with a sanctioned person. Was attributed, seized and annotated are no findings.
Exit codes are those of interdict screen.`
}

// Run asks.
func (c *hostCmd) Run(a *app) error {
	day, err := c.day(a)
	if err != nil {
		return err
	}
	at, err := c.moment(a)
	if err != nil {
		return err
	}
	warnings, unread, err := readWarnings(c.Warnings)
	if err != nil {
		return err
	}
	o, view, err := c.openView(a, day)
	if err != nil {
		return err
	}
	defer o.Close() // only read
	return view.Guard(func() error { return c.answer(a, o, view, at, warnings, unread) })
}

func (c *hostCmd) answer(a *app, o *opened, view *attribution.View, at party.Date, warnings *intel.Annotations, unread int) error {
	w, done, err := create(a, c.Out)
	if err != nil {
		return err
	}
	sheet := hostSheet{cmd: c, book: o, view: view, w: w, rest: a.err, day: view.Day, Warned: unread}
	err = c.ask(a, at, func(q attribution.Query, err error) error {
		if err != nil {
			return sheet.fail(q, err)
		}
		answer := view.Ask(q, attribution.Notes(warnings, q.Seen)...)
		return sheet.answer(&answer)
	}, &sheet)
	if err == nil {
		err = sheet.close()
	}
	if err = errors.Join(err, done()); err != nil {
		return fmt.Errorf("write answers: %w", err)
	}
	a.code = sheet.exit()
	return nil
}

func (c *hostCmd) moment(a *app) (party.Date, error) {
	if c.At == "" {
		return party.DateOf(a.now.UTC()), nil
	}
	at, err := attribution.ParseMoment(c.At)
	if err != nil {
		return at, fmt.Errorf("--at: %w", err)
	}
	return at, nil
}

// ask gives each host of the arguments or of the file to answer.
func (c *hostCmd) ask(a *app, at party.Date, answer func(attribution.Query, error) error, sheet *hostSheet) error {
	file := c.File
	if len(c.Host) == 1 && c.Host[0] == "-" && file == "" {
		file = "-"
	} else if file != "" && len(c.Host) > 0 {
		return errors.New("give hosts or --file, not both")
	}
	if file == "" {
		if len(c.Host) == 0 {
			return errors.New("nothing to ask about: give a host or --file FILE; see interdict host --help")
		}
		for _, text := range c.Host {
			i, err := infra.Parse(text)
			if err := answer(attribution.Query{Text: text, Seen: i, At: at}, err); err != nil {
				return err
			}
		}
		return nil
	}
	name, r := file, io.Reader(nil)
	if file == "-" {
		name, r = "standard input", a.in
	} else {
		f, err := os.Open(file)
		if err != nil {
			return err
		}
		defer f.Close() // only read
		r = f
	}
	hosts, err := attribution.ReadHosts(name, r, attribution.ReadOptions{Columns: c.Column, At: at})
	if err != nil {
		return err
	}
	for q, err := range hosts.Queries() {
		var bad *attribution.RowError
		if err != nil && !errors.As(err, &bad) {
			return err
		}
		if err := answer(q, err); err != nil {
			return err
		}
		if a.ctx.Err() != nil {
			return a.ctx.Err()
		}
	}
	coverage := hosts.Coverage()
	sheet.Coverage = &coverage
	return nil
}

// readWarnings reads warning lists; of a folder every list.json below it. What
// of them no indicator would ever meet, as a regular expression, is counted.
func readWarnings(paths []string) (lists *intel.Annotations, unread int, err error) {
	var entries []intel.Annotation
	files, err := listFiles(paths)
	if err != nil {
		return nil, 0, fmt.Errorf("--warnings: %w", err)
	}
	for _, name := range files {
		read, err := readWarningList(name)
		if err != nil {
			return nil, 0, fmt.Errorf("--warnings: %w", err)
		}
		entries = append(entries, read.Annotations...)
		unread += len(read.Rejects)
	}
	return intel.NewAnnotations(entries), unread, nil
}

func readWarningList(name string) (intel.Reading, error) {
	f, err := os.Open(name)
	if err != nil {
		return intel.Reading{}, err
	}
	defer f.Close() // only read
	return intel.Collect(misp.WarningList{}, name, f, intel.Brief{})
}

// create opens what --out asks for, buffered.
func create(a *app, out string) (io.Writer, func() error, error) {
	w, closeFile := a.out, func() error { return nil }
	if out != "" {
		f, err := os.Create(out)
		if err != nil {
			return nil, nil, err
		}
		w, closeFile = f, f.Close
	}
	buf := bufio.NewWriter(w)
	return buf, func() error { return errors.Join(buf.Flush(), closeFile()) }, nil
}

// hostSheet writes answers about hosts and counts them.
type hostSheet struct {
	cmd  *hostCmd
	book *opened
	view *attribution.View
	w    io.Writer
	rest io.Writer
	day  party.Date
	rows []any

	Asked    int                   `json:"asked"`
	Failed   int                   `json:"failed"`
	Findings int                   `json:"findings"`
	ByAnswer map[string]int        `json:"by_answer"`
	Coverage *attribution.Coverage `json:"coverage,omitempty"`
	Warned   int                   `json:"warning_values_not_used,omitempty"`
	Why      string                `json:"incomplete,omitempty"`
}

// hostEnvelope is what every answer says of how it came about.
type hostEnvelope struct {
	Book       string     `json:"book"`
	Program    string     `json:"program"`
	AsOf       party.Date `json:"as_of"`
	Incomplete string     `json:"incomplete,omitempty"`
}

func (s *hostSheet) envelope() hostEnvelope {
	return hostEnvelope{s.book.Digest().String(), version, s.day, s.book.incomplete()}
}

// hostLine is one answer in JSON; doc/evidence.md describes it.
type hostLine struct {
	hostEnvelope
	*attribution.Answer
}

type hostFailure struct {
	Text    string `json:"text"`
	Row     int    `json:"row,omitempty"`
	Pointer string `json:"pointer,omitempty"`
	Error   string `json:"error"`
}

func (s *hostSheet) fail(q attribution.Query, err error) error {
	s.Failed++
	f := hostFailure{q.Text, q.Row, q.Pointer, err.Error()}
	switch s.cmd.Format {
	case "jsonl":
		return json.NewEncoder(s.w).Encode(f)
	case "json":
		s.rows = append(s.rows, f)
		return nil
	}
	_, werr := fmt.Fprintf(s.w, "NOT ANSWERED  %s\n\n", f.Error)
	return werr
}

func (s *hostSheet) answer(a *attribution.Answer) error {
	s.Asked++
	if s.ByAnswer == nil {
		s.ByAnswer = map[string]int{}
	}
	s.ByAnswer[a.Verdict.String()]++
	if a.IsFinding() {
		s.Findings++
	}
	switch s.cmd.Format {
	case "jsonl":
		return json.NewEncoder(s.w).Encode(hostLine{s.envelope(), a})
	case "json":
		s.rows = append(s.rows, a)
		return nil
	}
	if a.Row > 0 && len(a.Claims) == 0 && len(a.Chains) == 0 && !s.cmd.All {
		return nil
	}
	_, err := io.WriteString(s.w, sayHost(a, s.view))
	return err
}

func (s *hostSheet) close() error {
	s.Why = s.book.incomplete()
	if s.Failed > 0 {
		s.Why = strings.TrimPrefix(fmt.Sprintf("%s; %d rows could not be read", s.Why, s.Failed), "; ")
	}
	switch s.cmd.Format {
	case "json":
		e := json.NewEncoder(s.w)
		e.SetIndent("", "  ")
		return e.Encode(struct {
			hostEnvelope
			Lists   []listState `json:"lists"`
			Answers []any       `json:"answers"`
			Summary *hostSheet  `json:"summary"`
		}{s.envelope(), s.book.lists, s.rows, s})
	case "jsonl":
		return s.print(s.rest)
	}
	return s.print(s.w)
}

func (s *hostSheet) exit() int { return exitCode(s.Findings > 0, s.Why != "") }

// exitCode is the exit code of an answer.
func exitCode(findings, incomplete bool) int {
	switch {
	case findings && incomplete:
		return exitBoth
	case findings:
		return exitFindings
	case incomplete:
		return exitIncomplete
	}
	return exitClear
}

// print is the coverage statement.
func (s *hostSheet) print(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%d hosts asked", s.Asked)
	for _, v := range sortedKeys(s.ByAnswer) {
		fmt.Fprintf(&b, ", %d %s", s.ByAnswer[v], v)
	}
	if s.Failed > 0 {
		fmt.Fprintf(&b, ", %d not read", s.Failed)
	}
	b.WriteString("\n")
	if s.Warned > 0 {
		fmt.Fprintf(&b, "%d entries of warning lists are no indicator and were not used\n", s.Warned)
	}
	if c := s.Coverage; c != nil {
		fmt.Fprintf(&b, "file %s: %d rows, %d hosts, %d in error, %d without a host or comments\n", c.Name, c.Rows, c.Queries, c.Errors, c.Skipped)
		fmt.Fprintf(&b, "  hosts from: %s\n", strings.Join(c.Hosts, ", "))
		switch {
		case c.Time != "":
			fmt.Fprintf(&b, "  each at its own time, from: %s", c.Time)
			if c.Undated > 0 {
				fmt.Fprintf(&b, "; %d hosts of rows without a time", c.Undated)
			}
			b.WriteString("\n")
		default:
			b.WriteString("  all at one time: no column of times is known (--column time=HEADER)\n")
		}
		if len(c.Ignored) > 0 {
			fmt.Fprintf(&b, "  columns not asked about: %s\n", strings.Join(c.Ignored, ", "))
		}
	}
	printEvidence(&b, s.book, s.view, s.Why)
	_, err := io.WriteString(w, b.String())
	return err
}

// printEvidence says what an answer about evidence rests on.
func printEvidence(b *strings.Builder, o *opened, v *attribution.View, why string) {
	fmt.Fprintf(b, "book %s, program %s: %d claims, as of %v\n", o.Digest(), version, v.Graph.Len(), v.Day)
	printLists(b, o)
	for _, l := range o.lists {
		if l.List == intel.List && l.Starter {
			fmt.Fprintf(b, "  the claims about machines are built-in facts of %v: a host of which none speaks may be in newer reports\n", l.Published)
		}
	}
	if n := len(v.Unread()); n > 0 {
		fmt.Fprintf(b, "  %d websites or wallets of entries are no indicator and were not asked\n", n)
	}
	if why != "" {
		fmt.Fprintf(b, "INCOMPLETE: %s.\n", why)
	}
	b.WriteString("Contact with attributed infrastructure is no dealing with a sanctioned person. A finding is exposure with evidence,\nfor a person to confirm; it is no legal advice.\n")
}

func sortedKeys(m map[string]int) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// sayHost prints one answer for people.
func sayHost(a *attribution.Answer, v *attribution.View) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s", a.Seen.Defang())
	if !a.At.IsZero() {
		fmt.Fprintf(&b, " on %v", a.At)
	}
	if a.Pointer != "" {
		fmt.Fprintf(&b, " (row %d, %s)", a.Row, a.Pointer)
	}
	fmt.Fprintf(&b, ": %s\n", strings.ToUpper(a.Verdict.String()))
	if a.Grade != "" {
		fmt.Fprintf(&b, "  Grade    %s\n", a.Grade)
	}
	fmt.Fprintf(&b, "  Says     %s\n", a.Says)
	for i, c := range a.Claims {
		fmt.Fprintf(&b, "  %-8s %s\n", once(i, "Claims"), sayStatement(&c))
	}
	if len(a.Claims) > 1 {
		fmt.Fprintf(&b, "           %s\n", sayOrigins(len(a.Claims), a.Origins))
	}
	for i, d := range a.Differences {
		fmt.Fprintf(&b, "  %-8s %s\n", once(i, "Differ"), d)
	}
	if len(a.Chains) > 0 {
		sayChain(&b, &a.Chains[0], "  ")
		if n := len(a.Chains) - 1; n > 0 {
			fmt.Fprintf(&b, "           %d more chains: interdict trace %s\n", n, a.Seen.Value)
		}
	}
	if a.Tenancy != "" {
		fmt.Fprintf(&b, "  Shared   %s: what is said of one tenant says nothing of another\n", a.Tenancy)
	}
	for _, n := range a.Annotations {
		fmt.Fprintf(&b, "  Noted    %s: %s\n", n.List, n.Reason)
	}
	for i, p := range a.Pivots {
		if i == 5 {
			fmt.Fprintf(&b, "           and %d more\n", len(a.Pivots)-i)
			break
		}
		fmt.Fprintf(&b, "  %-8s %s: %s (suspected, for review)\n", once(i, "Beside"), p.Indicator.Defang(), p.Reason)
	}
	b.WriteString("\n")
	return b.String()
}

// once returns a label for the first of several lines.
func once(i int, label string) string {
	if i > 0 {
		return ""
	}
	return label
}

func sayOrigins(claims, origins int) string {
	if origins == 1 {
		return fmt.Sprintf("%d claims of one origin: they do not corroborate one another", claims)
	}
	return fmt.Sprintf("%d claims of %d independent origins", claims, origins)
}

// sayStatement says one claim: what, who says so, how strong, when.
func sayStatement(s *attribution.Statement) string {
	what := s.Relation + " " + s.To.String()
	if s.ToName != "" {
		what = s.Relation + " " + s.ToName
	}
	if s.Role != "" {
		what += " as " + s.Role
	}
	line := fmt.Sprintf("%s; %s, grade %v; %s", what, s.Source, s.Class, s.Window)
	if s.Time != "" {
		line += ": " + s.Time
	}
	if s.Note != "" {
		line += " (" + s.Note + ")"
	}
	return line
}

// sayChain prints a chain to a listed party with its weakest step named.
func sayChain(b *strings.Builder, c *attribution.Chain, indent string) {
	for i := range c.Steps {
		s := &c.Steps[i]
		mark := ""
		if i == c.Weakest {
			mark = "  <- weakest"
		}
		best := &s.Claims[0]
		verb := "behind it"
		if s.Beside {
			verb = "beside it"
		}
		fmt.Fprintf(b, "%s%-8s %d. %s, %s: %s [%s, grade %v, %s]%s\n", indent, once(i, "Chain"), i+1, s.FromName, verb, s.ToName, best.Source, s.Class, best.Window, mark)
	}
	var lists []string
	for _, l := range c.Standings {
		text := fmt.Sprintf("%v since %v", l.Ref, l.Listed)
		if l.Listed.IsZero() {
			text = l.Ref.String()
		}
		if l.AtTheTime != "" {
			text += " (" + l.AtTheTime + ")"
		}
		lists = append(lists, text)
	}
	fmt.Fprintf(b, "%s%-8s %s: %s\n", indent, "Listed", c.Party.Name, strings.Join(lists, "; "))
}
