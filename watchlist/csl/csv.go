// SPDX-License-Identifier: Apache-2.0

package csl

import (
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/internal/table"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/rows"
	"github.com/interdict-dev/interdict/watchlist"
)

// CSV reads consolidated.csv: a header of 28 columns or more and a row for each
// entry. The file says neither its date nor where it ends.
type CSV struct{}

// Format returns "csl-csv".
func (CSV) Format() string { return "csl-csv" }

// columns are those that are read; any other is kept as a property.
var columns = [...]string{
	"_id", "id", "source", "entity_number", "type", "programs", "name", "title", "addresses", "federal_register_notice", "start_date", "end_date", "standard_order",
	"license_requirement", "license_policy", "call_sign", "vessel_type", "gross_tonnage", "gross_registered_tonnage", "vessel_flag", "vessel_owner", "remarks",
	"source_list_url", "alt_names", "citizenships", "dates_of_birth", "nationalities", "places_of_birth", "source_information_url", "ids", "country",
}

// needed are the columns without which the file is another one.
var needed = [...]string{"source", "entity_number", "programs", "name", "addresses", "alt_names", "ids"}

func findCSV(files fs.FS) (string, error) {
	return watchlist.OnlyFile(files, func(_ string, head []byte) bool {
		line, _, _ := strings.Cut(strings.TrimPrefix(string(head), "\ufeff"), "\n")
		cells := strings.Split(strings.ReplaceAll(strings.TrimSpace(line), `"`, ""), ",")
		return !slices.ContainsFunc(needed[:], func(n string) bool { return !slices.Contains(cells, n) })
	})
}

// Detect looks at the header.
func (CSV) Detect(files fs.FS) (watchlist.Header, error) {
	if _, err := findCSV(files); err != nil {
		return watchlist.Header{}, err
	}
	return watchlist.Header{List: List, Title: title}, nil
}

// Parse yields the entries in the order of the file.
func (CSV) Parse(files fs.FS) iter.Seq2[party.Entry, error] {
	return func(yield func(party.Entry, error) bool) {
		name, err := findCSV(files)
		if err != nil {
			yield(party.Entry{}, err)
			return
		}
		f, err := files.Open(name)
		if err != nil {
			yield(party.Entry{}, err)
			return
		}
		defer f.Close()
		tail := &watchlist.Tail{Reader: f}
		t, err := table.NewCSV(tail, table.Options{File: name, Delimiter: ','})
		if err != nil {
			yield(party.Entry{}, fmt.Errorf("%s: %w", name, err))
			return
		}
		header, err := t.Read()
		if err != nil {
			yield(party.Entry{}, fmt.Errorf("%s: the header: %w", name, err))
			return
		}
		b := builder{file: name, seen: map[string]int{}}
		for row, err := range t.Rows() {
			e, err := b.row(header.Cells, row, err)
			if !yield(e, err) {
				return
			}
			var reject *watchlist.Reject
			if err != nil && !errors.As(err, &reject) {
				return
			}
		}
		var cut watchlist.Rejects
		cut.Tail(name, tail)
		cut.Yield(yield)
	}
}

func (b *builder) row(header []string, row table.Row, err error) (party.Entry, error) {
	switch {
	case err != nil:
		return party.Entry{}, watchlist.RowError(b.file, err)
	case slices.Equal(row.Cells, header):
		return party.Entry{}, watchlist.RejectRow(b.file, row, "", "the header stands again: these are two files in one")
	case len(row.Cells) > len(header):
		return party.Entry{}, watchlist.RejectRow(b.file, row, "", fmt.Sprintf("it has %d cells, and the header has %d", len(row.Cells), len(header)))
	}
	return b.entry(recordOf(header, row))
}

func recordOf(header []string, row table.Row) record {
	r := record{texts: map[string]string{}, lists: map[string][]string{}, line: row.Number, raw: strings.Join(row.Cells, ",")}
	for i, cell := range row.Cells {
		name, cell := strings.TrimSpace(header[i]), strings.TrimSpace(cell)
		switch {
		case cell == "":
		case !slices.Contains(columns[:], name):
			r.rest = append(r.rest, party.Property{Name: name, Value: cell})
		case name == "addresses":
			for _, a := range split(cell) {
				r.addresses = append(r.addresses, addressOf(a))
			}
		case name == "ids":
			for _, s := range split(cell) {
				r.numbers = append(r.numbers, parseNumber(s))
			}
		case isList(name):
			r.lists[name] = split(cell)
		default:
			r.texts[name] = cell
		}
	}
	return r
}

func isList(name string) bool {
	switch name {
	case "programs", "alt_names", "citizenships", "dates_of_birth", "nationalities", "places_of_birth":
		return true
	}
	return false
}

// split parts a cell. The Entity List writes the last of its names after an
// "and".
func split(cell string) []string {
	var out []string
	parts := strings.Split(cell, "; ")
	for i, p := range parts {
		if i > 0 && i == len(parts)-1 {
			p = strings.TrimPrefix(p, "and ")
		}
		if p = strings.Trim(p, "; "); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// addressOf takes the country off the end of an address.
func addressOf(s string) party.Address {
	i := strings.LastIndex(s, ", ") + 1
	last := strings.TrimSpace(s[i:])
	if len(last) == 2 && last == strings.ToUpper(last) {
		return party.Address{Full: strings.TrimRight(s[:i], ", "), Country: rows.CountryOf(last)}
	}
	return party.Address{Full: s}
}
