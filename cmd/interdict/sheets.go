// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/interdict-dev/interdict/reports"
	"github.com/interdict-dev/interdict/screening"
)

// sheets writes a printable page for each finding into a folder.
type sheets struct {
	dir    string
	book   *opened
	policy screening.Policy
	n      int
}

func newSheets(dir string, o *opened, p screening.Policy) (*sheets, error) {
	return &sheets{dir: dir, book: o, policy: p}, os.MkdirAll(dir, 0o755)
}

// withSheets is an output that writes sheets beside.
type withSheets struct {
	output
	sheets *sheets
}

func (w *withSheets) row(r *answered) error {
	if r.Err == nil {
		for i := range r.Answer.Findings {
			if err := w.sheets.write(r, i); err != nil {
				return err
			}
		}
	}
	return w.output.row(r)
}

// write writes the page of one finding; its name has the row and the entry.
func (s *sheets) write(r *answered, i int) (err error) {
	f := r.Answer.Findings[i]
	s.n++
	name := fmt.Sprintf("%06d-row%d-%s.html", s.n, r.Answer.Subject.Row, strings.NewReplacer("/", "-", ":", "-", " ", "-").Replace(f.Ref.String()))
	out, err := os.Create(filepath.Join(s.dir, name))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	sheet := reports.Sheet{Subject: r.Answer.Subject, Record: r.Answer.Record, Finding: f, Book: s.book.Digest().String(), Program: version,
		Policy: s.policy.Digest(), LawAsOf: s.policy.LawAsOf, FactsAsOf: s.policy.FactsAsOf, Notice: s.book.incomplete(),
		OFACLike: sayOFACLike(r.ofacLike, f.Ref)}
	for _, l := range s.book.lists {
		sheet.Lists = append(sheet.Lists, reports.SheetList{List: string(l.List), Published: sayPublished(l.Published), Age: l.Age, Notice: l.Incomplete, Entries: l.Entries})
	}
	return sheet.Write(out)
}
