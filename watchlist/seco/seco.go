// SPDX-License-Identifier: Apache-2.0

// Package seco reads the sanctions list of the Swiss State Secretariat for
// Economic Affairs, as XML:
// https://www.seco.admin.ch/seco/en/home/Aussenwirtschaftspolitik_Wirtschaftliche_Zusammenarbeit/Wirtschaftsbeziehungen/exportkontrollen-und-sanktionen/sanktionen-embargos.html.
//
// An entry's identifier is the ssid of the target. The name of the set in which a
// target stands ("article 12 -- Restrictions on named individuals and entities") is
// the measure, as printed: not every set freezes assets. The programme is the
// program, and its ordinance the legal basis. Targets that were taken off stay in
// the file and have the day on which they were.
package seco

import (
	"fmt"
	"io/fs"
	"iter"
	"strings"

	"github.com/interdict-dev/interdict/internal/xmlscan"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/rows"
	"github.com/interdict-dev/interdict/watchlist"
)

// List is the list of all entries.
const List party.ListID = "ch-seco"

// Sources returns the readers of the package.
func Sources() []watchlist.Source { return []watchlist.Source{XML{}} }

// XML reads the whole list (list-type "whole-list").
type XML struct{}

// Format returns "seco-xml".
func (XML) Format() string { return "seco-xml" }

const root = "swiss-sanctions-list"

func file() watchlist.XMLFile {
	return watchlist.XMLFile{
		IsOurs: func(_ string, head []byte) bool { return xmlscan.Root(head) == root },
		Visit:  visit,
		Notes:  []string{"sanctions-program", "place"},
	}
}

func visit(path []string) xmlscan.Visit {
	switch {
	case len(path) == 1 && path[0] == root:
		return xmlscan.Enter
	case len(path) == 2 && (path[1] == "sanctions-program" || path[1] == "target" || path[1] == "place"):
		return xmlscan.Read
	}
	return xmlscan.Unknown
}

// Detect reads the day of the list. A file of changes is no edition.
func (XML) Detect(files fs.FS) (watchlist.Header, error) {
	h := watchlist.Header{List: List, Title: "Swiss SECO Sanctions List"}
	return file().Header(files, h, func(r xmlscan.Record, h *watchlist.Header) (err error) {
		if !r.Root {
			return nil
		}
		if err := isWhole(r); err != nil {
			return err
		}
		h.Version = r.Attr("date")
		h.Published, err = party.ParseDate(h.Version)
		return err
	})
}

func isWhole(r xmlscan.Record) error {
	if t := r.Attr("list-type"); t != "" && t != "whole-list" {
		return fmt.Errorf("the file is a %s and no whole list", t)
	}
	return nil
}

// Parse yields the entries in the order of the file. It reads the file twice:
// places and relations may lead to what comes later.
func (XML) Parse(files fs.FS) iter.Seq2[party.Entry, error] {
	return func(yield func(party.Entry, error) bool) {
		l := list{sets: map[string]set{}, places: map[string]place{}, names: map[string]string{}}
		if err := l.read(files); err != nil {
			yield(party.Entry{}, err)
			return
		}
		file().Entries(files, l.entry)(yield)
	}
}

// A list is what one file holds.
type list struct {
	sets   map[string]set    // by ssid
	places map[string]place  // by ssid
	names  map[string]string // of targets, by ssid
}

// A set is a part of a programme: who stands in it is under one measure.
type set struct{ program, ordinance, measure string }

// A place is where addresses and births lead to.
type place struct{ location, area, country string }

func (l *list) read(files fs.FS) error {
	for r, err := range file().Records(files) {
		switch {
		case err != nil:
			return err
		case r.Root:
			if err := isWhole(r); err != nil {
				return err
			}
		case r.Stray:
		case r.Name == "sanctions-program":
			l.program(r.Element)
		case r.Name == "place":
			l.place(r.Element)
		default:
			l.names[r.Attr("ssid")] = mainName(r.Element)
		}
	}
	return nil
}

// program reads a programme and its sets, in English where it is there.
func (l *list) program(e *xmlscan.Element) {
	key, name := inEnglish(e, "program-key"), inEnglish(e, "program-name")
	for s := range e.All("sanctions-set") {
		id, known := s.Attr("ssid"), set{}
		if old, ok := l.sets[id]; ok {
			known = old
		}
		if known.measure == "" || s.Attr("lang") == "eng" {
			known = set{key, name, s.Text()}
		}
		l.sets[id] = known
	}
}

func inEnglish(e *xmlscan.Element, name string) string {
	first := ""
	for c := range e.All(name) {
		if c.Attr("lang") == "eng" {
			return c.Text()
		}
		if first == "" {
			first = c.Text()
		}
	}
	return first
}

func (l *list) place(e *xmlscan.Element) {
	p := place{location: strings.Join(e.Texts("location"), ", "), area: strings.Join(e.Texts("area"), ", ")}
	for c := range e.All("country") {
		p.country = countryOf(c)
	}
	l.places[e.Attr("ssid")] = p
}

// countryOf reads a country by its code, else by its name.
func countryOf(c *xmlscan.Element) string {
	name := c.Text()
	for _, attr := range []string{"iso-code", "code"} {
		if code := c.Attr(attr); code != "" {
			return rows.CountryOf(code)
		}
	}
	if name == "" {
		return ""
	}
	return rows.CountryOf(name)
}
