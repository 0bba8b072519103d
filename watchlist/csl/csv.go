// SPDX-License-Identifier: Apache-2.0

package csl

import (
	"io/fs"
	"iter"
	"slices"
	"strings"

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

func csvFile() watchlist.CSVFile {
	return watchlist.CSVFile{Needed: needed[:], Delimiter: ','}
}

// Detect looks at the header.
func (CSV) Detect(files fs.FS) (watchlist.Header, error) {
	return csvFile().Detect(files, watchlist.Header{List: List, Title: title})
}

// Parse yields the entries in the order of the file.
func (CSV) Parse(files fs.FS) iter.Seq2[party.Entry, error] {
	return func(yield func(party.Entry, error) bool) {
		b := newBuilder()
		csvFile().Entries(files, func(c *watchlist.Cells) (party.Entry, error) { return b.entry(recordOf(c)) })(yield)
	}
}

func recordOf(c *watchlist.Cells) record {
	r := record{texts: map[string]string{}, lists: map[string][]string{}, raw: c.Raw()}
	for name, cell := range c.All() {
		switch {
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
