// SPDX-License-Identifier: Apache-2.0

// Package dfat reads the Consolidated List of the Australian Department of Foreign
// Affairs and Trade, a workbook:
// https://www.dfat.gov.au/international-relations/security/sanctions/consolidated-list.
//
// Each name is a row. A party has one row with a number for its reference (2546)
// and further ones with letters and digits after it (2546a, 2546b1), which repeat
// what is known of the party; together they are one entry au-dfat/2546. The list
// prints no measures. The day of listing stands in prose, and only some rows have
// one: the others have no date.
package dfat

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"regexp"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/internal/table"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/watchlist"
)

// List is the list of all entries.
const List party.ListID = "au-dfat"

// Sources returns the readers of the package.
func Sources() []watchlist.Source { return []watchlist.Source{XLSX{}} }

// XLSX reads regulation8_consolidated.xlsx.
type XLSX struct{}

// Format returns "dfat-xlsx".
func (XLSX) Format() string { return "dfat-xlsx" }

// columns are those that are read. Any other is kept as a property.
var columns = []string{
	"Reference", "Name of Individual or Entity", "Type", "Name Type", "Date of Birth", "Place of Birth", "Citizenship", "Address", "Additional Information",
	"Listing Information", "Committees", "Control Date",
}

// needed are the first of them, without which the workbook is another one.
const needed = 4

// Detect reads the header of the first sheet. A workbook has its table of
// contents at its end, so the file is read whole.
func (XLSX) Detect(files fs.FS) (watchlist.Header, error) {
	if _, err := open(files); err != nil {
		return watchlist.Header{}, err
	}
	return watchlist.Header{List: List, Title: "Australia DFAT Consolidated List"}, nil
}

// A workbook is the sheet behind its header.
type workbook struct {
	name   string
	header []string
	rows   iter.Seq2[table.Row, error]
	first  int // the number of the header's row
}

// maxSize limits the workbook, which is held in memory: 200 times the
// published one.
const maxSize = 256 << 20

func open(files fs.FS) (*workbook, error) {
	name, err := watchlist.OnlyFile(files, func(_ string, head []byte) bool { return bytes.HasPrefix(head, []byte("PK\x03\x04")) })
	if err != nil {
		return nil, err
	}
	f, err := files.Open(name)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(f, maxSize+1))
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(data) > maxSize {
		return nil, fmt.Errorf("%s is larger than %d bytes, which is refused", name, maxSize)
	}
	x, err := table.NewXLSX(bytes.NewReader(data), int64(len(data)), table.Options{File: name})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	p := x.Peek()
	head, numbers, err := p.Head()
	if err != nil && err != io.EOF {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	for i, cells := range head {
		for j := range cells {
			cells[j] = clean(cells[j])
		}
		if len(cells) >= needed && !slices.ContainsFunc(columns[:needed], func(c string) bool { return !slices.Contains(cells, c) }) {
			return &workbook{name: name, header: cells, rows: p.Rows(), first: numbers[i]}, nil
		}
	}
	return nil, fmt.Errorf("%w: %s has no header with the columns %s", watchlist.ErrFormat, name, strings.Join(columns[:needed], ", "))
}

// reference is a number, and what tells the names of one party apart.
var reference = regexp.MustCompile(`^(\d+)([a-z]*\d*)$`)

// Parse yields the entries in the order of their first rows, then the rows that
// could not be read. It reads all rows first: nothing says that those of a party
// stand together.
func (XLSX) Parse(files fs.FS) iter.Seq2[party.Entry, error] {
	return func(yield func(party.Entry, error) bool) {
		w, err := open(files)
		if err != nil {
			yield(party.Entry{}, err)
			return
		}
		parties, order, rejects, err := w.parties()
		if err != nil {
			yield(party.Entry{}, err)
			return
		}
		for _, id := range order {
			e, err := w.entry(id, parties[id])
			if !yield(e, err) {
				return
			}
		}
		rejects.Yield(yield)
	}
}

// parties gathers the rows of each party.
func (w *workbook) parties() (parties map[string][]record, order []string, rejects watchlist.Rejects, err error) {
	parties = map[string][]record{}
	for row, err := range w.rows {
		if err != nil {
			if err := rejects.Row(w.name, err); err != nil {
				return nil, nil, nil, err
			}
			continue
		}
		if row.Number <= w.first {
			continue
		}
		r := w.record(row)
		m := reference.FindStringSubmatch(strings.ToLower(r.cells["Reference"]))
		if m == nil {
			rejects = append(rejects, watchlist.NewReject(w.name, row.Number, r.cells["Reference"], "its reference is no number with letters after it", r.raw))
			continue
		}
		if parties[m[1]] == nil {
			order = append(order, m[1])
		}
		parties[m[1]] = append(parties[m[1]], r)
	}
	if len(order) == 0 {
		return nil, nil, nil, fmt.Errorf("%s holds no entry", w.name)
	}
	return parties, order, rejects, nil
}

// A record is one row.
type record struct {
	number int
	cells  map[string]string
	rest   []party.Property // columns that are not known
	raw    string
}

func (w *workbook) record(row table.Row) record {
	r := record{number: row.Number, cells: map[string]string{}, raw: strings.Join(row.Cells, " | ")}
	for i, c := range row.Cells {
		name := table.Column(i) // a cell beyond the header
		if i < len(w.header) && w.header[i] != "" {
			name = w.header[i]
		}
		switch c = strings.TrimSpace(c); {
		case c == "" || strings.EqualFold(c, "na") || strings.EqualFold(c, "n/a"):
		case slices.Contains(columns, name):
			r.cells[name] = c
		default:
			r.rest = append(r.rest, party.Property{Name: name, Value: c})
		}
	}
	return r
}

// entry makes one entry of the rows of a party.
func (w *workbook) entry(id string, rows []record) (party.Entry, error) {
	d := draft{}
	d.Ref = party.Ref{List: List, ID: id}
	for _, r := range rows {
		if err := d.take(r); err != nil {
			return party.Entry{}, watchlist.NewReject(w.name, r.number, id, err.Error(), r.raw)
		}
	}
	if err := d.finish(); err != nil {
		return party.Entry{}, watchlist.NewReject(w.name, rows[0].number, id, err.Error(), rows[0].raw)
	}
	return d.Entry, nil
}

// clean makes one blank of every white space.
func clean(s string) string { return strings.Join(strings.Fields(s), " ") }
