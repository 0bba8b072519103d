// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"unicode"

	"github.com/interdict-dev/interdict/party"
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
			f := &r.Answer.Findings[i]
			if err := w.sheets.write(r, f.Ref, reports.Sheet{Finding: *f, OFACLike: sayOFACLike(r.ofacLike, f.Ref)}); err != nil {
				return err
			}
		}
		for i := range r.Answer.Places {
			p := &r.Answer.Places[i]
			if err := w.sheets.write(r, p.Ref, reports.Sheet{Place: p}); err != nil {
				return err
			}
		}
		for i := range r.Answer.Premises {
			p := &r.Answer.Premises[i]
			if err := w.sheets.write(r, p.Ref, reports.Sheet{Premises: p}); err != nil {
				return err
			}
		}
	}
	return w.output.row(r)
}

// write writes the page of one finding or place; its name has the row and the
// entry.
func (s *sheets) write(r *answered, ref party.Ref, sheet reports.Sheet) (err error) {
	s.n++
	name := fmt.Sprintf("%06d-row%d-%s.html", s.n, r.Answer.Subject.Row, fileName(ref.String()))
	out, err := os.Create(filepath.Join(s.dir, name))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	sheet.Subject, sheet.Record, sheet.Book, sheet.Program, sheet.Policy = r.Answer.Subject, r.Answer.Record, s.book.Digest().String(), version, s.policy.Digest()
	sheet.LawAsOf, sheet.FactsAsOf, sheet.Notice, sheet.Called = s.policy.LawAsOf, s.policy.FactsAsOf, s.book.incomplete(), s.called
	for _, l := range s.book.lists {
		sheet.Lists = append(sheet.Lists, reports.SheetList{List: string(l.List), Published: sayPublished(l.Published), Age: l.Age, Notice: l.Incomplete, Entries: l.Entries})
	}
	return sheet.Write(out)
}

// called names a party of a proof: a listed one by its entry, one of the user's
// stakes, which has none in the book, by its ref.
func (s *sheets) called(r party.Ref) string {
	name := ""
	err := s.book.Guard(func() error {
		e, err := s.book.Entry(r)
		name = e.Name()
		return err
	})
	if err != nil || name == "" {
		return r.String()
	}
	return fmt.Sprintf("%s (%v)", name, r)
}

// longestName is how many characters of an identifier a file's name has: file
// systems allow 255 bytes.
const longestName = 60

// fileName makes a part of a file's name of an identifier, which may be any text
// of a publisher: letters, digits, hyphens.
func fileName(id string) string {
	name := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return '-'
	}, id)
	if runes := []rune(name); len(runes) > longestName {
		name = string(runes[:longestName])
	}
	return name
}
