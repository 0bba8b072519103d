// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/interdict-dev/interdict/attribution"
	"github.com/interdict-dev/interdict/contacts"
	"github.com/interdict-dev/interdict/documents"
	"github.com/interdict-dev/interdict/infra"
	"github.com/interdict-dev/interdict/internal/table"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/screening"
	"github.com/interdict-dev/interdict/subject"
)

// A dealingFlag dates what was done with the parties that are screened.
type dealingFlag struct {
	Served string `placeholder:"DATE" help:"The last day on which goods or services were provided; a file's column of delivery or service dates goes before it."`
	Paid   string `placeholder:"DATE" help:"The day on which all of it was paid."`
	Owed   bool   `help:"Something is still to be paid."`
}

func (f *dealingFlag) dealing() (d subject.Dealing, err error) {
	d.Owed = f.Owed
	if f.Served != "" {
		if d.Served, err = party.ParseDate(f.Served); err != nil {
			return d, fmt.Errorf("--served: %w", err)
		}
	}
	if f.Paid != "" {
		if d.Paid, err = party.ParseDate(f.Paid); err != nil {
			return d, fmt.Errorf("--paid: %w", err)
		}
	}
	return d, nil
}

// dated gives the dealing of the flags to the subjects that date none themselves.
func (f *dealingFlag) dated(all iter.Seq2[subject.Subject, error]) (iter.Seq2[subject.Subject, error], error) {
	d, err := f.dealing()
	if err != nil || d.IsZero() {
		return all, err
	}
	return func(yield func(subject.Subject, error) bool) {
		for s, err := range all {
			if s.Dealing.IsZero() {
				s.Dealing = d
			}
			if !yield(s, err) {
				return
			}
		}
	}, nil
}

// contacts lets the screening ask what claims say of machines.
func (o *opened) contacts(day party.Date) screening.Extra {
	return contacts.Extra(func() (*attribution.View, error) { return attribution.New(o.Book, day) })
}

// openHosts makes subjects of a file of hosts: one to a line, or a table with
// columns of hosts and of times. Each is asked about at its own time.
func (in *input) openHosts(name string, r io.Reader, columns map[string]string) error {
	h, err := attribution.ReadHosts(name, r, attribution.ReadOptions{Columns: columns})
	if err != nil {
		return err
	}
	in.subjects = func(yield func(subject.Subject, error) bool) {
		for q, err := range h.Queries() {
			s := subject.Subject{Row: q.Row, Pointer: q.Pointer, Role: "host", Host: q.Seen, At: q.At}
			var bad *attribution.RowError
			if err == nil {
				s.Party.Websites = websitesOf(q)
			}
			if !yield(s, err) || err != nil && !errors.As(err, &bad) {
				return
			}
		}
	}
	in.coverage = func() documents.Coverage {
		c := h.Coverage()
		out := documents.Coverage{Name: c.Name, Kind: "hosts", Ignored: c.Ignored, Rows: c.Rows, Errors: c.Errors, Skipped: c.Skipped, Subjects: c.Queries}
		for _, col := range c.Hosts {
			out.Used = append(out.Used, documents.ColumnUse{Header: col, Use: "host"})
		}
		if c.Time != "" {
			out.Used = append(out.Used, documents.ColumnUse{Header: c.Time, Use: "time"})
		}
		return out
	}
	return nil
}

// websitesOf is what lists hold of a host: a domain may be the website of an
// entry.
func websitesOf(q attribution.Query) []string {
	if q.Seen.Type == infra.Domain || q.Seen.Type == infra.URL {
		return []string{q.Seen.Value}
	}
	return nil
}

// isHosts says that a file is a list of hosts, one to a line. It does not move
// the file.
func isHosts(f io.ReaderAt) bool {
	raw := make([]byte, 64<<10)
	n, err := f.ReadAt(raw, 0)
	if err != nil && err != io.EOF {
		return false // the reader of documents says why
	}
	content, _, err := table.Decompress(bytes.NewReader(raw[:n]))
	if err != nil {
		return false
	}
	head := make([]byte, 16<<10)
	n, err = io.ReadFull(content, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && err != io.EOF {
		return false
	}
	return attribution.IsHostList(head[:n], n == len(head))
}

// printContact prints a finding about a machine.
func printContact(w io.Writer, f *screening.Finding) error {
	var b strings.Builder
	fmt.Fprintf(&b, "  %s  %s\n    Who      %s", strings.ToUpper(string(f.Grade)), f.Ref, f.Name)
	if f.Kind != 0 {
		fmt.Fprintf(&b, " (%s)", f.Kind)
	}
	fmt.Fprintf(&b, "\n    Met      %s\n    Says     %s\n", f.Matched, f.Says)
	for i, r := range f.Reasons {
		words := strings.TrimSpace(r.Left + " " + sayArrow(r))
		fmt.Fprintf(&b, "    %-8s %s\n", once(i, "Why"), strings.TrimPrefix(words+" ("+kindWords(r.Kind)+": "+r.Note+")", " "))
	}
	printListing(&b, f)
	for i, e := range f.Effects {
		fmt.Fprintf(&b, "    %-8s %s: %s, %s, since %s: %s\n", once(i, "Law"), e.Regime, e.IfConfirmed, e.Authority, e.Listed, e.Note)
	}
	printDealing(&b, f)
	b.WriteString("\n")
	_, err := io.WriteString(w, b.String())
	return err
}

func sayArrow(r screening.Reason) string {
	if r.Right == "" {
		return ""
	}
	return "-> " + r.Right
}

func printListing(b *strings.Builder, f *screening.Finding) {
	listed := append([]string{}, f.Programs...)
	if !f.Listed.IsZero() {
		listed = append(listed, "listed "+f.Listed.String())
	}
	if len(listed) > 0 {
		fmt.Fprintf(b, "    List     %s\n", strings.Join(listed, ", "))
	}
	if len(f.Identity) > 0 {
		fmt.Fprintf(b, "    Also     %s\n", joinRefs(f))
	}
}

// printDealing says how the dated dealing stands to the listings.
func printDealing(b *strings.Builder, f *screening.Finding) {
	if f.Dealing == "" {
		return
	}
	fmt.Fprintf(b, "    Dealing  %s\n", f.Dealing)
	for _, e := range f.Effects {
		fmt.Fprintf(b, "             %s: %s (%s)\n", e.Regime, e.Dealing, e.DealingWhy)
	}
}
