// SPDX-License-Identifier: Apache-2.0

// Package sema reads the Consolidated Canadian Autonomous Sanctions List of Global
// Affairs Canada, as XML:
// https://www.international.gc.ca/world-monde/international_relations-relations_internationales/sanctions/consolidated-consolide.aspx.
//
// Items are numbered within the schedule of one regulation, so an entry's
// identifier is regulation, schedule and item: ir:1:5 is item 5 of schedule 1 of
// the Iran regulations, and - stands for a schedule that has no number. The
// regulation goes by the code of its country, or by the initials of its name. It
// is the program, as printed; the list prints neither measures nor, before 2022,
// days of listing.
package sema

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"slices"
	"strings"
	"unicode"

	"github.com/interdict-dev/interdict/internal/xmlscan"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/places"
	"github.com/interdict-dev/interdict/rows"
	"github.com/interdict-dev/interdict/watchlist"
)

// List is the list of all entries.
const List party.ListID = "ca-sema"

// Sources returns the readers of the package.
func Sources() []watchlist.Source { return []watchlist.Source{XML{}} }

// XML reads sema-lmes.xml, also with the columns for ships that it has today.
type XML struct{}

// Format returns "sema-xml".
func (XML) Format() string { return "sema-xml" }

const root = "data-set"

// file wants the list's own elements too: "data-set" is anybody's root.
func file() watchlist.XMLFile {
	return watchlist.XMLFile{
		IsOurs: func(_ string, head []byte) bool {
			return xmlscan.Root(head) == root && bytes.Contains(head, []byte("<Country>")) && bytes.Contains(head, []byte("<Item>"))
		},
		Visit: visit,
	}
}

func visit(path []string) xmlscan.Visit {
	switch {
	case len(path) == 1 && path[0] == root:
		return xmlscan.Enter
	case len(path) == 2 && path[1] == "record":
		return xmlscan.Read
	}
	return xmlscan.Unknown
}

// Detect finds the file, which says nothing of its date.
func (XML) Detect(files fs.FS) (watchlist.Header, error) {
	h := watchlist.Header{List: List, Title: "Consolidated Canadian Autonomous Sanctions List"}
	return file().Header(files, h, func(xmlscan.Record, *watchlist.Header) error { return nil })
}

// Parse yields the entries in the order of the file. An item stands once in a
// schedule.
func (XML) Parse(files fs.FS) iter.Seq2[party.Entry, error] { return file().Entries(files, entry) }

func entry(r xmlscan.Record) (party.Entry, error) {
	regulation, schedule, item := r.Get("Country"), r.Get("Schedule"), r.Get("Item")
	e := party.Entry{Ref: party.Ref{List: List, ID: key(regulation) + ":" + scheduleKey(schedule) + ":" + item}}
	if item == "" || regulation == "" {
		return e, errors.New("it has no item or no country")
	}
	if err := names(&e, r.Element); err != nil {
		return e, err
	}
	e.Titles = r.Texts("Title")
	for _, d := range append(r.Texts("DateOfBirth"), r.Texts("DateOfBirthOrShipBuildDate")...) {
		days := rows.Dates(d)
		if e.Kind == party.Vessel && len(days) == 1 {
			e.Craft = &party.Craft{Built: days[0]}
			continue
		}
		e.Births = append(e.Births, days...)
	}
	for _, n := range r.Texts("ShipIMONumber") {
		e.Identifiers = append(e.Identifiers, party.Labelled("IMO number", "", n))
	}
	l := party.Listing{List: List, Authority: "Global Affairs Canada", Programs: []string{regulation}}
	if schedule != "" {
		l.LegalBasis = []string{"schedule " + schedule + ", item " + item}
	} else {
		l.LegalBasis = []string{"item " + item}
	}
	if d := r.Get("DateOfListing"); d != "" {
		day, err := party.ParseDate(d)
		if err != nil {
			return e, fmt.Errorf("DateOfListing: %w", err)
		}
		l.Listed, l.Events = day, []party.Event{{Type: "DateOfListing", Date: day}}
	}
	e.Listings = []party.Listing{l}
	for _, x := range r.Rest() {
		e.Properties = append(e.Properties, party.Property{Name: x.Path, Value: x.Value})
	}
	return e, nil
}

// key names a regulation: by its country's code, or by the initials in brackets.
func key(country string) string {
	for part := range strings.SplitSeq(country, "/") {
		if c, ok := places.Country(strings.TrimSpace(part)); ok {
			return c
		}
	}
	if _, in, ok := strings.Cut(country, "("); ok {
		country, _, _ = strings.Cut(in, ")")
	}
	return hyphened(country)
}

func scheduleKey(s string) string {
	if s == "" || strings.EqualFold(s, "N/A") {
		return "-"
	}
	return hyphened(s)
}

// hyphened writes letters and digits in lower case, with hyphens for the rest.
func hyphened(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), "-")
}

// names reads the name and the aliases. The older form has elements for people
// and entities only; ships came with EntityOrShip.
func names(e *party.Entry, r *xmlscan.Element) error {
	last, given := r.Get("LastName"), r.Get("GivenName")
	entity := r.Get("Entity")
	if entity == "" {
		entity = r.Get("EntityOrShip")
	}
	ship := len(r.Texts("ShipIMONumber")) > 0
	switch {
	case entity != "" && last+given != "":
		return errors.New("it is a person and an entity at once")
	case entity != "":
		e.Kind = party.Organization
		if ship {
			e.Kind = party.Vessel
		}
		e.Names = append(e.Names, party.Name{Full: entity})
		inBothLanguages(e, entity)
	case last+given != "":
		e.Kind = party.Person
		n := party.Name{Full: strings.TrimSpace(given + " " + last)}
		if last != "" && given != "" {
			n.Parts = []party.NamePart{{Type: party.PartGiven, Value: given}, {Type: party.PartFamily, Value: last}}
		}
		e.Names = append(e.Names, n)
	default:
		return errors.New("it has no name")
	}
	for _, cell := range r.Texts("Aliases") {
		for _, a := range splitAliases(cell) {
			addAlias(e, a, given, last)
		}
	}
	return nil
}

// inBothLanguages adds the English and the French name of an entity that is
// printed as "English/français", beside the whole.
func inBothLanguages(e *party.Entry, entity string) {
	english, french, ok := strings.Cut(entity, "/")
	if !ok || strings.Count(strings.TrimSpace(english), " ") == 0 || strings.Count(strings.TrimSpace(french), " ") == 0 {
		return
	}
	add(e, party.Name{Full: strings.TrimSpace(english), Kind: party.Alias, Lang: "en"})
	add(e, party.Name{Full: strings.TrimSpace(french), Kind: party.Alias, Lang: "fr"})
}

func add(e *party.Entry, n party.Name) {
	if n.Full != "" && !slices.ContainsFunc(e.Names, func(o party.Name) bool { return o.Full == n.Full }) {
		e.Names = append(e.Names, n)
	}
}

// addAlias adds an alias. One word beside a person's name is another spelling of
// a part of it: of the family name where it is in capitals, else of the given
// name. It is weak by itself, and the name with it is an alias.
func addAlias(e *party.Entry, alias, given, last string) {
	n := party.Name{Full: alias, Kind: party.Alias}
	if e.Kind != party.Person || strings.Contains(alias, " ") {
		add(e, n)
		return
	}
	n.Weak = true
	add(e, n)
	whole := alias + " " + last
	if alias == strings.ToUpper(alias) {
		whole = given + " " + alias
	}
	add(e, party.Name{Full: strings.TrimSpace(whole), Kind: party.Alias})
}

// splitAliases parts aliases by commas, but for those before a legal form: "Primer
// Co., Ltd.".
func splitAliases(cell string) []string {
	var out []string
	for p := range strings.SplitSeq(cell, ",") {
		p = strings.TrimSpace(p)
		switch strings.ToLower(strings.Trim(p, ".")) {
		case "":
			continue
		case "ltd", "inc", "llc", "limited", "l.l.c", "co", "co. ltd", "s.a":
			if len(out) > 0 {
				out[len(out)-1] += ", " + p
				continue
			}
		}
		out = append(out, p)
	}
	return out
}
