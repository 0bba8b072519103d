// SPDX-License-Identifier: Apache-2.0

// Package csl reads the Consolidated Screening List of the U.S. International
// Trade Administration, as [CSV] and [JSON]:
// https://www.trade.gov/consolidated-screening-list. It joins thirteen lists of
// Commerce, State and Treasury.
//
// An entry's identifier is the short name of its source and the number there, as
// in el:4a838cd7 or sdn:21944. The listing's list is the one that the source is
// (us-bis-el, us-ofac-ssi), its authority the source as printed, and its measures
// what the row says: the licence requirement and policy, the directives. A row
// without them names none, and package law says what its list means.
//
// Several values of one CSV cell stand between semicolons. Where a value holds one
// itself the two cannot be told apart; the JSON form has no such doubt.
package csl

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/rows"
	"github.com/interdict-dev/interdict/watchlist"
)

// List is the list of all entries. What each is listed on is in its listing.
const List party.ListID = "us-csl"

const title = "U.S. Consolidated Screening List"

// Sources returns the readers of the package.
func Sources() []watchlist.Source { return []watchlist.Source{CSV{}, JSON{}} }

// listOf returns the list that a source is by its short name; [List] for one
// that is new.
func listOf(short string) party.ListID {
	switch short {
	case "sdn":
		return "us-ofac-sdn"
	case "ssi":
		return "us-ofac-ssi"
	case "plc":
		return "us-ofac-plc"
	case "fse":
		return "us-ofac-fse"
	case "cap", "capta":
		return "us-ofac-capta"
	case "mbs", "ns-mbs":
		return "us-ofac-mbs"
	case "cmic", "ns-cmic":
		return "us-ofac-cmic"
	case "el":
		return "us-bis-el"
	case "dpl":
		return "us-bis-dpl"
	case "uvl":
		return "us-bis-uvl"
	case "meu":
		return "us-bis-meu"
	case "dtc":
		return "us-state-dtc"
	case "isn":
		return "us-state-isn"
	}
	return List
}

// shortName returns the letters in brackets of a source, as in "Entity List (EL)
// - Bureau of Industry and Security"; without them the words before the dash.
func shortName(source string) string {
	name, _, _ := strings.Cut(source, " - ")
	if _, in, ok := strings.Cut(name, "("); ok {
		name, _, _ = strings.Cut(in, ")")
	}
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	if n := len(words); n > 1 && words[n-1] == "list" {
		words = words[:n-1]
	}
	return strings.Join(words, "-")
}

// A record is one row, or one object of the JSON form.
type record struct {
	texts     map[string]string // single values by the name of their field
	lists     map[string][]string
	addresses []party.Address
	numbers   []number
	rest      []party.Property // fields that are not known
	raw       string
}

// A number is one of the record's ids, which are details of any sort.
type number struct{ country, value, label, issued, expires, dated string }

// A builder makes entries of the records of one file.
type builder struct {
	seen map[string]int             // how often each identifier stood
	rows map[[sha256.Size]byte]bool // records as printed
}

func newBuilder() *builder {
	return &builder{map[string]int{}, map[[sha256.Size]byte]bool{}}
}

// entry returns a record's entry, with its identifier beside an error.
func (b *builder) entry(r record) (party.Entry, error) {
	short := shortName(r.texts["source"])
	id := r.number()
	e := party.Entry{Ref: party.Ref{List: List, ID: short + ":" + id}}
	l := party.Listing{List: listOf(short), Authority: r.texts["source"], URL: r.texts["source_list_url"]}
	err := r.fill(&e, &l)
	switch {
	case short == "":
		err = errors.New("it names no source")
	case strings.TrimSpace(r.texts["name"]) == "":
		err = errors.New("it has no name")
	}
	if err != nil {
		return e, err
	}
	sum := sha256.Sum256([]byte(r.raw))
	if b.rows[sum] {
		return e, errors.New("it stands twice in the file, word for word")
	}
	b.rows[sum] = true
	b.seen[e.Ref.ID]++
	if n := b.seen[e.Ref.ID]; n > 1 { // sources repeat some numbers; each row is an entry
		e.Ref.ID += fmt.Sprintf("#%d", n)
	}
	e.Listings = []party.Listing{l}
	return e, nil
}

// number returns what names the record in its source: the source's number, else
// that of the list's data base, else one made of what it says.
func (r record) number() string {
	for _, f := range []string{"entity_number", "_id", "id"} {
		if v := r.texts[f]; v != "" {
			return v
		}
	}
	h := sha256.New()
	for _, f := range []string{"source", "name", "start_date", "federal_register_notice"} {
		fmt.Fprintf(h, "%s\x00", r.texts[f])
	}
	fmt.Fprintf(h, "%v", r.addresses)
	return "h-" + hex.EncodeToString(h.Sum(nil))[:16]
}

func (r record) fill(e *party.Entry, l *party.Listing) error {
	var err error
	if e.Kind, err = party.ParseKind(r.texts["type"]); err != nil {
		return err
	}
	e.Names = []party.Name{{Full: strings.TrimSpace(r.texts["name"])}}
	for _, n := range r.lists["alt_names"] {
		if !slices.ContainsFunc(e.Names, func(o party.Name) bool { return o.Full == n }) {
			e.Names = append(e.Names, party.Name{Full: n, Kind: party.Alias})
		}
	}
	if t := r.texts["title"]; t != "" {
		e.Titles = []string{t}
	}
	for _, d := range r.lists["dates_of_birth"] {
		e.Births = append(e.Births, rows.Dates(d)...)
	}
	e.BirthPlaces = r.lists["places_of_birth"]
	e.Nationalities = countries(r.lists["nationalities"])
	e.Citizenships = countries(r.lists["citizenships"])
	e.Addresses = r.addresses
	e.Remarks = r.texts["remarks"]
	e.Relations = linked(e.Remarks)
	r.craft(e)
	if err := r.listing(l); err != nil {
		return err
	}
	for _, n := range r.numbers {
		n.addTo(e, l)
	}
	for _, f := range []string{"standard_order", "source_information_url", "country"} {
		if v := r.texts[f]; v != "" {
			e.Properties = append(e.Properties, party.Property{Name: f, Value: v})
		}
	}
	e.Properties = append(e.Properties, r.rest...)
	return nil
}

func countries(printed []string) []string {
	var out []string
	for _, c := range printed {
		out = append(out, rows.CountryOf(c))
	}
	return out
}

// linked reads what remarks say of other parties: "(Linked To: ROSTEC)".
func linked(remarks string) []party.Relation {
	var out []party.Relation
	for rest, ok := remarks, true; ok; {
		var name string
		if _, rest, ok = strings.Cut(rest, "(Linked To: "); !ok {
			break
		}
		depth, end := 0, len(rest)
		for i, c := range rest {
			if c == '(' {
				depth++
			}
			if c == ')' {
				if depth--; depth < 0 {
					end = i
					break
				}
			}
		}
		name, rest = rest[:end], rest[end:]
		if name = strings.TrimSpace(name); name != "" {
			out = append(out, party.Relation{Kind: party.RelatedTo, Label: "Linked To", ToName: name})
		}
	}
	return out
}

// craft reads the particulars of vessels.
func (r record) craft(e *party.Entry) {
	c := party.Craft{
		Type: r.texts["vessel_type"], Owner: r.texts["vessel_owner"], CallSign: r.texts["call_sign"],
		Tonnage: r.texts["gross_tonnage"], GrossTonnage: r.texts["gross_registered_tonnage"],
	}
	if f := r.texts["vessel_flag"]; f != "" {
		c.Flag = rows.CountryOf(f)
	}
	if c.CallSign != "" {
		id := party.NewIdentifier(party.CallSign, "", c.CallSign)
		id.Label = "call_sign"
		e.Identifiers = append(e.Identifiers, id)
	}
	if c.Type+c.Owner+c.CallSign+c.Tonnage+c.GrossTonnage+c.Flag != "" {
		e.Craft = &c
	}
}

// listing reads the act. An end date is an event: it may lie in the future, and
// the source keeps the row until it takes it off.
func (r record) listing(l *party.Listing) error {
	l.Programs = r.lists["programs"]
	if f := r.texts["federal_register_notice"]; f != "" {
		l.LegalBasis = []string{f}
	}
	for _, x := range [...]struct{ field, label string }{{"license_requirement", "License requirement: "}, {"license_policy", "License policy: "}} {
		if v := r.texts[x.field]; v != "" {
			l.Measures = append(l.Measures, x.label+v)
		}
	}
	for _, f := range []string{"start_date", "end_date"} {
		day, err := party.ParseDate(r.texts[f])
		if err != nil {
			return fmt.Errorf("%s: %w", f, err)
		}
		if day.IsZero() {
			continue
		}
		if f == "start_date" {
			l.Listed = day
		}
		l.Events = append(l.Events, party.Event{Type: f, Date: day})
	}
	return nil
}
