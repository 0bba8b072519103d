// SPDX-License-Identifier: Apache-2.0

package un

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/interdict-dev/interdict/internal/xmlscan"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/rows"
)

// entry reads an INDIVIDUAL or an ENTITY. An error means that it is rejected.
func entry(r xmlscan.Record) (party.Entry, error) {
	d := draft{record: r.Element, prefix: r.Name + "_"}
	d.Ref = party.Ref{List: List, ID: r.Get("REFERENCE_NUMBER")}
	d.Kind = party.Organization
	if r.Name == "INDIVIDUAL" {
		d.Kind = party.Person
	}
	err := d.read()
	if d.Ref.ID == "" {
		err = errors.New("it has no reference number")
	}
	return d.Entry, err
}

// A draft is an entry while its record is read.
type draft struct {
	party.Entry
	record *xmlscan.Element
	prefix string // INDIVIDUAL_ or ENTITY_
}

func (d *draft) read() error {
	for _, step := range []func() error{d.names, d.aliases, d.births, d.listing} {
		if err := step(); err != nil {
			return err
		}
	}
	d.birthPlaces()
	d.addresses()
	d.documents()
	d.Titles = slices.Concat(d.values("TITLE"), d.values("DESIGNATION"))
	for _, v := range d.values("NATIONALITY") {
		d.Nationalities = append(d.Nationalities, rows.CountryOf(v))
	}
	d.Gender = strings.ToLower(d.record.Get("GENDER"))
	d.Remarks = d.record.Get("COMMENTS1")
	d.record.Drop("DATAID", "VERSIONNUM", "SORT_KEY", "SORT_KEY_LAST_MOD") // of their database, not of the party
	for _, x := range d.record.Rest() {
		d.keep(x.Path, x.Value)
	}
	return nil
}

func (d *draft) keep(name, value string) {
	if value != "" {
		d.Properties = append(d.Properties, party.Property{Name: name, Value: value})
	}
}

// values returns the VALUEs in the elements of that name.
func (d *draft) values(name string) []string {
	var out []string
	for v := range d.record.In(name, "VALUE") {
		if t := v.Text(); t != "" {
			out = append(out, t)
		}
	}
	return out
}

// names reads the up to four parts, of which the UN does not say which is the
// family's, and the name in the original script.
func (d *draft) names() error {
	var parts []string
	for _, n := range []string{"FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME"} {
		if p := d.record.Get(n); p != "" {
			parts = append(parts, p)
		}
	}
	if len(parts) == 0 {
		return errors.New("it has no name")
	}
	name := party.Name{Full: strings.Join(parts, " ")}
	if len(parts) > 1 {
		for _, p := range parts {
			name.Parts = append(name.Parts, party.NamePart{Value: p})
		}
	}
	d.Names = append(d.Names, name)
	for _, s := range d.record.Texts("NAME_ORIGINAL_SCRIPT") {
		d.Names = append(d.Names, party.Name{Full: s, Kind: party.Alias})
	}
	return nil
}

// aliases reads the other names. Several may stand in one element: between
// semicolons, or one in brackets after another where the two are of different
// scripts.
func (d *draft) aliases() error {
	for a := range d.record.All(d.prefix + "ALIAS") {
		quality, note := a.Get("QUALITY"), a.Get("NOTE")
		name := party.Name{Kind: party.Alias}
		switch strings.ToLower(quality) {
		case "low":
			name.Weak = true
		case "f.k.a.":
			name.Kind = party.Former
		case "", "good", "a.k.a.":
		default:
			return fmt.Errorf("line %d: an alias of the quality %q, which this program does not know", a.Line, quality)
		}
		if l := strings.ToLower(note); strings.HasPrefix(l, "formerly listed as") || strings.HasPrefix(l, "previously listed as") {
			name.Kind = party.Former
		}
		printed := a.Get("ALIAS_NAME")
		for _, full := range splitNames(printed) {
			name.Full = full
			d.Names = append(d.Names, name)
		}
		if note != "" {
			d.keep("ALIAS_NOTE", joined(": ", printed, note))
		}
		d.aliasBirth(a)
	}
	return nil
}

// aliasBirth reads a birth that the file gives with an alias only: it is one
// more that the party may use.
func (d *draft) aliasBirth(a *xmlscan.Element) {
	if s := a.Get("DATE_OF_BIRTH"); s != "" && s != "null" {
		day, err := parseDate(s)
		if err != nil {
			d.addBirth(spanIn(s))
		} else {
			d.addBirth(party.On(day))
		}
	}
	d.birthPlace(a.Get("CITY_OF_BIRTH"), a.Get("COUNTRY_OF_BIRTH"))
}

// splitNames takes the names apart that stand in one element.
func splitNames(s string) []string {
	var out []string
	for n := range strings.SplitSeq(s, ";") {
		n = strings.Trim(strings.TrimSpace(n), ",")
		if n == "" {
			continue
		}
		outside, inside, ok := brackets(n)
		if ok && isLatin(outside) != isLatin(inside) {
			out = append(out, outside, inside)
			continue
		}
		out = append(out, n)
	}
	return out
}

// brackets parts "a (b)".
func brackets(s string) (outside, inside string, ok bool) {
	outside, inside, ok = strings.Cut(s, "(")
	inside, after, closed := strings.Cut(inside, ")")
	inside = strings.TrimSpace(strings.TrimPrefix(inside, "original script:"))
	outside = strings.TrimSpace(outside)
	return outside, inside, ok && closed && strings.Trim(after, " ,") == "" && outside != "" && inside != ""
}

func isLatin(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) && !unicode.Is(unicode.Latin, r) })
}

func joined(sep string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), sep)
}
