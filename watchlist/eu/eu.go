// SPDX-License-Identifier: Apache-2.0

// Package eu reads the consolidated list of persons, groups and entities subject
// to EU financial sanctions (FSF) in the two forms of its version 1.1: [XML] and
// [CSV]. https://webgate.ec.europa.eu/fsd/fsf
//
// An entry's identifier is the EU reference number (EU.27.28), or the number of
// the record where it has none. The regulation's programme is the program. All
// that the file lists is frozen, so it names no measure and none is made up; only
// the Official Journal is authentic. Both forms become the same elements, and
// what has no field is kept as a property under the file's own name.
package eu

import (
	"bytes"
	"io/fs"
	"iter"

	"github.com/interdict-dev/interdict/internal/xmlscan"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/watchlist"
)

// List is the list of all entries.
const List party.ListID = "eu-fsf"

const title = "EU Consolidated Financial Sanctions List"

// Sources returns the readers of the package.
func Sources() []watchlist.Source { return []watchlist.Source{XML{}, CSV{}} }

// XML reads xmlFullSanctionsList 1.1.
type XML struct{}

// Format returns "eu-fsf-xml".
func (XML) Format() string { return "eu-fsf-xml" }

// file wants the word sanctionEntity too: "export" is anybody's root.
func file() watchlist.XMLFile {
	return watchlist.XMLFile{
		IsOurs: func(_ string, head []byte) bool {
			for r, err := range xmlscan.Records(bytes.NewReader(head), visit) {
				return err == nil && r.Root && r.Attr("generationDate") != ""
			}
			return false
		},
		Visit: visit,
	}
}

func visit(path []string) xmlscan.Visit {
	switch {
	case len(path) == 1 && path[0] == "export":
		return xmlscan.Enter
	case len(path) == 2 && path[1] == "sanctionEntity":
		return xmlscan.Read
	}
	return xmlscan.Unknown
}

// Detect reads the date and number of the file.
func (XML) Detect(files fs.FS) (watchlist.Header, error) {
	return file().Header(files, watchlist.Header{List: List, Title: title}, func(r xmlscan.Record, h *watchlist.Header) (err error) {
		h.Version = r.Attr("globalFileId")
		h.Published, err = party.ParseDate(r.Attr("generationDate"))
		return err
	})
}

// Parse yields the entries in the order of the file.
func (XML) Parse(files fs.FS) iter.Seq2[party.Entry, error] {
	return file().Entries(files, func(r xmlscan.Record) (party.Entry, error) { return entry(r.Element) })
}
