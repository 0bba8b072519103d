// SPDX-License-Identifier: Apache-2.0

// Package un reads the consolidated list of the Security Council of the United
// Nations, as XML: https://scsanctions.un.org/resources/xml/en/consolidated.xml.
//
// An entry's identifier is its permanent reference number, QDi.018. The
// committee's regime (UN_LIST_TYPE) is the program. The file names no measures
// and no law; all of its regimes freeze assets, which package law says. What the
// file says and has no field is kept as a property under the element's name.
package un

import (
	"io/fs"
	"iter"

	"github.com/interdict-dev/interdict/internal/xmlscan"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/watchlist"
)

// List is the list of all entries.
const List party.ListID = "un-sc"

// Sources returns the readers of the package.
func Sources() []watchlist.Source { return []watchlist.Source{XML{}} }

// XML reads the consolidated list.
type XML struct{}

// Format returns "un-xml".
func (XML) Format() string { return "un-xml" }

const root = "CONSOLIDATED_LIST"

// file is the one file of an edition.
func file() watchlist.XMLFile {
	return watchlist.XMLFile{
		IsOurs: func(_ string, head []byte) bool { return xmlscan.Root(head) == root },
		Visit:  visit,
	}
}

func visit(path []string) xmlscan.Visit {
	switch {
	case len(path) == 1 && path[0] == root,
		len(path) == 2 && (path[1] == "INDIVIDUALS" || path[1] == "ENTITIES"):
		return xmlscan.Enter
	case len(path) == 3 && (path[2] == "INDIVIDUAL" || path[2] == "ENTITY"):
		return xmlscan.Read
	}
	return xmlscan.Unknown
}

// Detect reads the date on which the file was made.
func (XML) Detect(files fs.FS) (watchlist.Header, error) {
	h := watchlist.Header{List: List, Title: "UN Security Council Consolidated List"}
	return file().Header(files, h, func(r xmlscan.Record, h *watchlist.Header) (err error) {
		h.Version = r.Attr("dateGenerated")
		h.Published, err = party.ParseDate(h.Version)
		return err
	})
}

// Parse yields the entries in the order of the file.
func (XML) Parse(files fs.FS) iter.Seq2[party.Entry, error] { return file().Entries(files, entry) }
