// SPDX-License-Identifier: Apache-2.0

package uk

import (
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/internal/table"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/watchlist"
)

// CSV reads UK-Sanctions-List.csv: a line that says when it was made, a header,
// and one or more rows for each entry, one for each of its names, addresses and
// so on. The file has no mark at its end.
type CSV struct{}

// Format returns "uk-fcdo-csv".
func (CSV) Format() string { return "uk-fcdo-csv" }

// headerLines is how far down the header may stand.
const headerLines = 5

func findCSV(files fs.FS) (string, error) {
	return watchlist.OnlyFile(files, func(_ string, head []byte) bool {
		for i, line := range strings.SplitN(string(head), "\n", headerLines+1) {
			line = fold(line)
			if i < headerLines && strings.Contains(line, "uniqueid") && strings.Contains(line, "name6") && strings.Contains(line, "regimename") {
				return true
			}
		}
		return false
	})
}

// Detect reads the day on which the file was made from the line above the header.
func (CSV) Detect(files fs.FS) (watchlist.Header, error) {
	r, err := openCSV(files)
	if err != nil {
		return watchlist.Header{}, err
	}
	return watchlist.Header{List: List, Title: title, Published: r.made, Version: r.version}, r.file.Close()
}

// A csvFile is one file behind its header.
type csvFile struct {
	name    string
	file    fs.File
	tail    *watchlist.Tail
	csv     *table.CSV
	made    party.Date
	version string
	header  []string // as printed
	keys    []string // folded
	id      int      // the column of the Unique ID
}

func openCSV(files fs.FS) (*csvFile, error) {
	name, err := findCSV(files)
	if err != nil {
		return nil, err
	}
	f, err := files.Open(name)
	if err != nil {
		return nil, err
	}
	r := &csvFile{name: name, file: f, tail: &watchlist.Tail{Reader: f}}
	if r.csv, err = table.NewCSV(r.tail, table.Options{File: name, Delimiter: ','}); err == nil {
		err = r.readHeader()
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", name, err), f.Close())
	}
	return r, nil
}

func (r *csvFile) readHeader() error {
	for range headerLines {
		row, err := r.csv.Read()
		if err != nil {
			return fmt.Errorf("the header: %w", err)
		}
		if r.keys = folded(row.Cells); slices.Contains(r.keys, "uniqueid") {
			r.header, r.id = row.Cells, slices.Index(r.keys, "uniqueid")
			return r.complete()
		}
		if err := r.note(row.Cells); err != nil {
			return err
		}
	}
	return errors.New("there is no header with a Unique ID")
}

// complete holds that the columns are there without which nothing can be said.
func (r *csvFile) complete() error {
	for _, need := range []string{"name6", "regimename", "sanctionsimposed", "datedesignated"} {
		if !slices.Contains(r.keys, need) {
			return fmt.Errorf("the header has no column %s", need)
		}
	}
	return nil
}

// note reads the line above the header: "Report Date: 02-Sep-2026", or the two in
// cells of their own.
func (r *csvFile) note(cells []string) error {
	text := strings.TrimSpace(strings.Join(cells, " "))
	if _, day, ok := strings.Cut(text, ":"); ok {
		text = day
	}
	if i := strings.IndexAny(text, "0123456789"); i >= 0 {
		r.version = strings.TrimSpace(text[i:])
		made, err := dayMonthYear(r.version)
		if err != nil {
			return fmt.Errorf("the line above the header: %w", err)
		}
		r.made = made
	}
	return nil
}

func folded(cells []string) []string {
	out := make([]string, len(cells))
	for i, c := range cells {
		out[i] = fold(c)
	}
	return out
}

// Parse yields the entries in the order of their first rows.
func (CSV) Parse(files fs.FS) iter.Seq2[party.Entry, error] {
	return func(yield func(party.Entry, error) bool) {
		r, err := openCSV(files)
		if err != nil {
			yield(party.Entry{}, err)
			return
		}
		defer r.file.Close()
		rows, order, rejects, err := r.rows()
		if err != nil {
			yield(party.Entry{}, err)
			return
		}
		for _, id := range order {
			e, err := r.entry(rows[id])
			if !yield(e, err) {
				return
			}
		}
		rejects.Yield(yield)
	}
}

// rows gathers the rows of each entry: nothing says that they stand together.
func (r *csvFile) rows() (rows map[string][]table.Row, order []string, rejects watchlist.Rejects, err error) {
	rows = map[string][]table.Row{}
	for row, err := range r.csv.Rows() {
		if err != nil {
			if err := rejects.Row(r.name, err); err != nil {
				return nil, nil, nil, err
			}
			continue
		}
		id := ""
		if r.id < len(row.Cells) {
			id = strings.TrimSpace(row.Cells[r.id])
		}
		if id == "" {
			rejects = append(rejects, watchlist.NewReject(r.name, row.Number, "", "it has no Unique ID", strings.Join(row.Cells, ",")))
			continue
		}
		if n := len(row.Cells); n > len(r.keys) {
			rejects = append(rejects, watchlist.NewReject(r.name, row.Number, id, fmt.Sprintf("it has %d cells, and the header has %d", n, len(r.keys)), strings.Join(row.Cells, ",")))
			continue
		}
		if rows[id] == nil {
			order = append(order, id)
		}
		rows[id] = append(rows[id], row)
	}
	rejects.Tail(r.name, r.tail)
	if len(order) == 0 {
		return nil, nil, nil, fmt.Errorf("%s holds no entry", r.name)
	}
	return rows, order, rejects, nil
}

func (r *csvFile) entry(rows []table.Row) (party.Entry, error) {
	var d draft
	for _, row := range rows {
		var g group
		for i, cell := range row.Cells {
			g = append(g, field{key: r.keys[i], label: r.header[i], value: strings.TrimSpace(cell)})
		}
		err := d.take(g)
		if err != nil {
			return party.Entry{}, watchlist.NewReject(r.name, row.Number, d.Ref.ID, err.Error(), strings.Join(row.Cells, ","))
		}
	}
	if err := d.finish(); err != nil {
		return party.Entry{}, watchlist.NewReject(r.name, rows[0].Number, d.Ref.ID, err.Error(), strings.Join(rows[0].Cells, ","))
	}
	return d.Entry, nil
}
