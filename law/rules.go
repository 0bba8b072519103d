// SPDX-License-Identifier: Apache-2.0

package law

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/party"
)

// A Rule is one line of the rule pack.
type Rule struct {
	Regime    Regime
	Lists     []string // list ids, or their beginnings
	Programs  []string // tags; nil where the list alone decides, "*" for any
	Measure   string   // part of a measure that the listing must name; "" for any
	Effect    Consequence
	Cascades  bool
	From      party.Date // zero: always
	To        party.Date // zero: it stands
	Authority string     // "" where the listing's own legal basis is all there is
	Source    string
	Note      string

	since party.Date // the first day of the rule or of an earlier one that it replaces
}

// A Licence is a general licence or an exemption that stands beside programs.
type Licence struct {
	Regime   Regime     `json:"regime"`
	Programs []string   `json:"programs"`
	ID       string     `json:"id"`
	From     party.Date `json:"from,omitzero"`
	To       party.Date `json:"to,omitzero"`
	What     string     `json:"what"`
	Source   string     `json:"source"`

	folded []string // Programs
}

// newPack puts the rules of each tag at hand. Rules keep their order.
func newPack(rs []Rule, ls []Licence) *Pack {
	p := &Pack{rules: rs, licences: ls, byTag: make(map[string][]*Rule, len(rs))}
	for i := range rs {
		r := &rs[i]
		r.since = r.From
		for j := range rs[:i] {
			if rs[j].replacedBy(r) {
				r.since = rs[j].since
				break
			}
		}
		switch {
		case r.Programs == nil:
			p.alone = append(p.alone, r)
		case r.Programs[0] == "*":
			p.any = append(p.any, r)
		}
		for _, tag := range r.Programs {
			tag = foldTag(tag)
			p.byTag[tag] = append(p.byTag[tag], r)
		}
	}
	return p
}

// replacedBy says that a rule is of the same matter as a later one: Affiliates
// Rule in force, suspended, and back.
func (r *Rule) replacedBy(s *Rule) bool {
	return r.Regime == s.Regime && r.Measure == s.Measure && slices.Equal(r.Lists, s.Lists) && slices.Equal(r.Programs, s.Programs)
}

// Rules returns the rules in their order.
func (p *Pack) Rules() []Rule { return slices.Clone(p.rules) }

// Licences returns the general licences of a program that stood on a day, all
// of them for the zero date. The program shows them; a person reads whether
// their conditions are met.
func (p *Pack) Licences(regime Regime, program string, on party.Date) []Licence {
	var out []Licence
	tag := foldTag(program)
	for _, l := range p.licences {
		all := l.folded[0] == "*" && !strings.HasPrefix(tag, "PLACE/") // a territory is no program
		if l.Regime == regime && within(on, l.From, l.To) && (all || slices.Contains(l.folded, tag)) {
			out = append(out, l)
		}
	}
	return out
}

// within says that a day lies between two, with both; the zero day is within
// any, and a zero end is open.
func within(on, from, to party.Date) bool {
	if on.IsZero() {
		return true
	}
	return (from.IsZero() || on.Last().Compare(from) >= 0) && (to.IsZero() || on.Compare(to) <= 0)
}

// foldTag levels case, blanks and brackets: publishers write "CAATSA - RUSSIA",
// "CAATSA-RUSSIA" and "[CAATSA - RUSSIA]".
func foldTag(s string) string {
	if !strings.ContainsAny(s, " \t[]abcdefghijklmnopqrstuvwxyz") {
		return s
	}
	return strings.ToUpper(strings.Join(strings.Fields(strings.Trim(strings.TrimSpace(s), "[]")), ""))
}

// records splits a file of the pack into its lines of n fields, past comments,
// and returns the version that it names.
func records(text string, n int) (out [][]string, version string, err error) {
	number := 0
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimRight(line, "\r\n")
		if line == "" || line[0] == '#' {
			continue
		}
		if v, ok := strings.CutPrefix(line, "version "); ok {
			version = v
			continue
		}
		f := strings.Split(line, "\t")
		if len(f) != n {
			return nil, "", fmt.Errorf("line %d has %d fields, want %d", number, len(f), n)
		}
		for i, s := range f {
			if s == "-" {
				f[i] = ""
			}
		}
		out = append(out, f)
	}
	if version == "" {
		return nil, "", errors.New("no line names its version")
	}
	return out, version, nil
}

func parseRules(text string) (out []Rule, version string, err error) {
	records, version, err := records(text, 11)
	if err != nil {
		return nil, "", err
	}
	for _, f := range records {
		r := Rule{Regime: Regime(f[0]), Lists: split(f[1]), Programs: split(f[2]), Measure: f[3], Effect: Consequence(f[4]), Cascades: f[5] == "yes", Authority: f[8], Source: f[9], Note: f[10]}
		if f[5] != "yes" && f[5] != "no" {
			return nil, "", fmt.Errorf("%s %s: cascades is %q, want yes or no", f[0], f[2], f[5])
		}
		if !slices.Contains([]Consequence{Block, Freeze, Reject, ExportLicence, Review}, r.Effect) {
			return nil, "", fmt.Errorf("%s %s: %q is no effect", f[0], f[2], f[4])
		}
		if r.From, r.To, err = window(f[6], f[7]); err != nil {
			return nil, "", fmt.Errorf("%s %s: %w", f[0], f[2], err)
		}
		out = append(out, r)
	}
	return out, version, nil
}

func parseLicences(text string) (out []Licence, version string, err error) {
	records, version, err := records(text, 7)
	if err != nil {
		return nil, "", err
	}
	for _, f := range records {
		l := Licence{Regime: Regime(f[0]), Programs: split(f[1]), ID: f[2], What: f[5], Source: f[6]}
		if l.From, l.To, err = window(f[3], f[4]); err != nil {
			return nil, "", fmt.Errorf("%s: %w", f[2], err)
		}
		if len(l.Programs) == 0 {
			return nil, "", fmt.Errorf("%s: names no program", f[2])
		}
		for _, tag := range l.Programs {
			l.folded = append(l.folded, foldTag(tag))
		}
		out = append(out, l)
	}
	return out, version, nil
}

func window(from, to string) (a, b party.Date, err error) {
	if a, err = party.ParseDate(from); err != nil {
		return a, b, err
	}
	b, err = party.ParseDate(to)
	return a, b, err
}

func split(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ",")
}
