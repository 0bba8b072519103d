// SPDX-License-Identifier: Apache-2.0

// Package uk reads the UK Sanctions List of the Foreign, Commonwealth &
// Development Office as [XML] and [CSV]:
// https://www.gov.uk/government/publications/the-uk-sanctions-list. Since 28
// January 2026 it is the only list of the UK.
//
// An entry's identifier is its Unique ID, CYB0113; OFSI's group number is kept as
// a property. Each measure of "Sanctions Imposed" is a measure of the listing, as
// printed: not every entry is an asset freeze. Both forms have the same fields,
// in elements or in columns, and one that is not known is kept as a property.
package uk

import (
	"io/fs"
	"iter"
	"strings"

	"github.com/interdict-dev/interdict/internal/xmlscan"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/watchlist"
)

// List is the list of all entries.
const List party.ListID = "uk-fcdo"

const title = "UK Sanctions List"

// Sources returns the readers of the package.
func Sources() []watchlist.Source { return []watchlist.Source{XML{}, CSV{}} }

// XML reads UK-Sanctions-List.xml.
type XML struct{}

// Format returns "uk-fcdo-xml".
func (XML) Format() string { return "uk-fcdo-xml" }

func file() watchlist.XMLFile {
	return watchlist.XMLFile{
		IsOurs: func(_ string, head []byte) bool { return xmlscan.Root(head) == "Designations" },
		Visit:  visit,
		Notes:  []string{"DateGenerated"},
	}
}

func visit(path []string) xmlscan.Visit {
	switch {
	case len(path) == 1 && path[0] == "Designations":
		return xmlscan.Enter
	case len(path) == 2 && (path[1] == "Designation" || path[1] == "DateGenerated"):
		return xmlscan.Read
	}
	return xmlscan.Unknown
}

// Detect reads the day on which the file was made, where it says so before the
// first designation.
func (XML) Detect(files fs.FS) (watchlist.Header, error) {
	return file().Header(files, watchlist.Header{List: List, Title: title}, func(r xmlscan.Record, h *watchlist.Header) (err error) {
		if !r.Root {
			h.Version = r.Text()
			h.Published, err = dayMonthYear(h.Version)
		}
		return err
	})
}

// Parse yields the entries in the order of the file.
func (XML) Parse(files fs.FS) iter.Seq2[party.Entry, error] {
	return file().Entries(files, designation)
}

func designation(r xmlscan.Record) (party.Entry, error) {
	var d draft
	err := d.element(r.Element, "")
	if err == nil {
		err = d.finish()
	}
	return d.Entry, err
}

// element takes in the fields of an element, and of those within it. The leaves
// of one element belong together: the lines of an address, a passport's number
// and note. One that stands there twice begins anew.
func (d *draft) element(e *xmlscan.Element, path string) error {
	var g group
	for _, c := range e.Children {
		if len(c.Children) > 0 {
			continue
		}
		key := fold(c.Name)
		if g.has(key) {
			if err := d.take(g); err != nil {
				return err
			}
			g = nil
		}
		g = append(g, field{key: key, label: strings.TrimPrefix(path+"/"+c.Name, "/"), value: c.Text()})
	}
	if err := d.take(g); err != nil {
		return err
	}
	for _, c := range e.Children {
		if len(c.Children) == 0 {
			continue
		}
		if err := d.element(c, strings.TrimPrefix(path+"/"+c.Name, "/")); err != nil {
			return err
		}
	}
	if path == "" {
		for _, x := range e.Rest() { // attributes: the file has none
			d.keep(x.Path, x.Value)
		}
	}
	return nil
}
