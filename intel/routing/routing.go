// SPDX-License-Identifier: Apache-2.0

// Package routing reads facts of registries and of the routing system that
// users bring as CSV: which prefix was announced by which AS, registered to
// which organisation, and when.
//
// The columns are named in the first row, in any order: prefix or address, asn,
// organisation, from, to; one of prefix and asn has to be there. Further
// columns are kept in the note. A row gives up to two claims: the prefix lies
// within the AS, and the prefix (or, without one, the AS) is registered to the
// organisation. Equal names of organisations in one file are one party of that
// file; that it is a listed one is for people to record, or for the brief.
// The dates say when it was so; without them the time is unknown. The package
// asks no registry.
package routing

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"path"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/infra"
	"github.com/interdict-dev/interdict/intel"
	"github.com/interdict-dev/interdict/internal/table"
	"github.com/interdict-dev/interdict/party"
)

// A Source reads routing facts.
type Source struct{}

// Format returns "routing".
func (Source) Format() string { return "routing" }

// columns are the names that a column may have.
var columns = [...]struct{ field, names string }{
	{"prefix", "prefix cidr network address ip"},
	{"asn", "asn as origin origin_as autnum"},
	{"org", "organisation organization org holder registrant"},
	{"from", "from first first_seen since registered"},
	{"to", "to last last_seen until"},
}

// header returns where each field stands; nil where the row names too little.
func header(cells []string) map[string]int {
	at := map[string]int{}
	for i, c := range cells {
		c = strings.ToLower(strings.TrimSpace(c))
		for _, col := range columns {
			if _, twice := at[col.field]; !twice && slices.Contains(strings.Fields(col.names), c) {
				at[col.field] = i
			}
		}
	}
	_, prefix := at["prefix"]
	_, asn := at["asn"]
	_, org := at["org"]
	if prefix && (asn || org) || asn && org {
		return at
	}
	return nil
}

// Detect says whether the first row names a prefix or an AS, and who has it.
func (Source) Detect(_ string, head []byte) bool {
	if intel.IsPage(head) || intel.IsJSON(head) {
		return false
	}
	c, err := table.NewCSV(strings.NewReader(string(head)), table.Options{})
	if err != nil {
		return false
	}
	for row, err := range c.Rows() {
		if err != nil || !row.Blank() {
			return err == nil && header(row.Cells) != nil
		}
	}
	return false
}

// Read reads one file. A row is a row of the table, its header included.
func (Source) Read(name string, r io.Reader, b intel.Brief) iter.Seq2[intel.Statement, error] {
	return func(yield func(intel.Statement, error) bool) {
		rd := reader{file: name, brief: b, yield: yield, made: map[party.Ref]bool{}}
		if err := rd.read(r); err != nil && !rd.stopped {
			yield(intel.Statement{}, fmt.Errorf("%s: %w", name, err))
		}
	}
}

type reader struct {
	file    string
	brief   intel.Brief
	yield   func(intel.Statement, error) bool
	stopped bool
	at      map[string]int
	names   []string
	made    map[party.Ref]bool
	row     table.Row
}

func (r *reader) emit(s intel.Statement, err error) {
	s.Row, s.Line = r.row.Number, r.row.Line
	r.stopped = r.stopped || !r.yield(s, err)
}

func (r *reader) reject(reason string) {
	r.emit(intel.Statement{}, intel.NewReject(r.file, r.row.Number, r.row.Line, "", reason, strings.Join(r.row.Cells, ",")))
}

func (r *reader) read(in io.Reader) error {
	c, err := table.NewCSV(in, table.Options{File: r.file})
	if err != nil {
		return err
	}
	for row, err := range c.Rows() {
		var bad *table.RowError
		switch {
		case errors.As(err, &bad) && r.at != nil:
			r.row = table.Row{Number: bad.Row, Line: bad.Line, Cells: []string{bad.Raw}}
			r.reject(bad.Reason)
		case err != nil:
			return err
		case row.Blank():
		case r.at == nil:
			r.row, r.names = row, row.Cells
			if r.at = header(row.Cells); r.at == nil {
				return fmt.Errorf("the first row names no prefix or AS with its holder: %w", intel.ErrFormat)
			}
			r.emit(intel.Statement{Other: &intel.Object{Kind: "header", Raw: strings.Join(row.Cells, ",")}}, nil)
		default:
			r.row = row
			if err := r.fact(); err != nil {
				r.reject(err.Error())
			}
		}
		if r.stopped {
			return nil
		}
	}
	if r.at == nil {
		return fmt.Errorf("there are no rows: %w", intel.ErrFormat)
	}
	return nil
}

func (r *reader) get(field string) string {
	if i, ok := r.at[field]; ok && i < len(r.row.Cells) {
		return strings.TrimSpace(r.row.Cells[i])
	}
	return ""
}

// fact makes the claims of a row.
func (r *reader) fact() error {
	var prefix, asn infra.Indicator
	var err error
	if v := r.get("prefix"); strings.Contains(v, "/") {
		prefix, err = infra.ParseAs(infra.Prefix, v)
	} else if v != "" {
		prefix, err = infra.ParseAs(infra.IPv4, v)
	}
	if err != nil {
		return err
	}
	if v := r.get("asn"); v != "" {
		if asn, err = infra.ParseAs(infra.ASN, "AS"+strings.TrimPrefix(strings.ToUpper(v), "AS")); err != nil {
			return err
		}
	}
	w, err := r.window()
	if err != nil {
		return err
	}
	org := r.get("org")
	holder := prefix
	if holder.IsZero() {
		holder = asn
	}
	switch {
	case holder.IsZero():
		return errors.New("the row has neither a prefix nor an AS")
	case asn.IsZero() && org == "":
		return errors.New("the row does not say who has it")
	case org == "" && prefix.IsZero():
		return errors.New("the row does not say whose AS it is")
	}
	src := r.brief.SourceFor(r.file, "")
	base := claim.Claim{ID: fmt.Sprintf("%s/%s#%d", intel.Slug(src.Name), intel.Slug(path.Base(r.file)), r.row.Number), Window: w, Source: src, Note: r.note()}
	if !prefix.IsZero() && !asn.IsZero() {
		c := base
		c.ID += "/as"
		c.From, c.Relation, c.To = claim.OfIndicator(prefix), claim.Within, claim.OfIndicator(asn)
		r.emit(intel.Statement{Claim: &c}, nil)
	}
	if org == "" {
		return nil
	}
	to, e := r.brief.NamedParty(r.file, org)
	if e != nil && !r.made[to] {
		r.made[to] = true
		e.Kind = party.Organization
		r.emit(intel.Statement{Party: e}, nil)
	}
	base.From, base.Relation, base.To = claim.OfIndicator(holder), claim.RegisteredTo, claim.OfParty(to)
	r.emit(intel.Statement{Claim: &base}, nil)
	return nil
}

// window returns when the fact held.
func (r *reader) window() (claim.Window, error) {
	first, err := party.ParseDate(r.get("from"))
	if err != nil {
		return claim.Window{}, err
	}
	last, err := party.ParseDate(r.get("to"))
	switch {
	case err != nil:
		return claim.Window{}, err
	case first.IsZero() && last.IsZero():
		return claim.Window{}, nil
	case !first.IsZero() && !last.IsZero() && last.Last().Compare(first) < 0:
		return claim.Window{}, fmt.Errorf("it ends on %v, before it begins on %v", last, first)
	}
	return claim.Window{First: first, Last: last, Kind: claim.Observed}, nil
}

// note keeps the columns that have no field.
func (r *reader) note() string {
	used := map[int]bool{}
	for _, i := range r.at {
		used[i] = true
	}
	var note []string
	for i, c := range r.row.Cells {
		if c = strings.TrimSpace(c); c != "" && !used[i] && i < len(r.names) {
			note = append(note, strings.TrimSpace(r.names[i])+": "+c)
		}
	}
	return strings.Join(note, "; ")
}
