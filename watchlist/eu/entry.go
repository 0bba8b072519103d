// SPDX-License-Identifier: Apache-2.0

package eu

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/interdict-dev/interdict/internal/xmlscan"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/places"
)

// entry reads one sanctionEntity.
func entry(e *xmlscan.Element) (party.Entry, error) {
	d := draft{e: e}
	d.Ref = party.Ref{List: List, ID: e.Attr("euReferenceNumber")}
	if d.Ref.ID == "" {
		d.Ref.ID = e.Attr("logicalId")
	}
	err := d.read()
	if d.Ref.ID == "" {
		err = errors.New("it has neither an EU reference number nor a logicalId")
	}
	return d.Entry, err
}

// A draft is an entry while its element is read.
type draft struct {
	party.Entry
	e *xmlscan.Element
}

func (d *draft) read() error {
	if err := d.kind(); err != nil {
		return err
	}
	steps := []struct {
		element string
		read    func(*xmlscan.Element) error
	}{
		{"regulation", d.regulation}, {"nameAlias", d.name}, {"birthdate", d.birth}, {"citizenship", d.citizenship},
		{"address", d.address}, {"identification", d.identification},
	}
	for _, s := range steps {
		for x := range d.e.All(s.element) {
			if err := s.read(x); err != nil {
				return fmt.Errorf("%s: %w", s.element, err)
			}
		}
	}
	if d.Name() == "" {
		return errors.New("it has no name")
	}
	if err := d.listing(); err != nil {
		return err
	}
	if un := d.e.Attr("unitedNationId"); un != "" {
		id := party.NewIdentifier(party.Number, "", un)
		id.Label = "UN reference number"
		d.Identifiers = append(d.Identifiers, id)
	}
	d.Remarks = strings.Join(d.e.Texts("remark"), "\n")
	for _, x := range d.e.Rest() {
		d.keep(x.Path, x.Value)
	}
	return nil
}

func (d *draft) keep(name, value string) {
	p := party.Property{Name: name, Value: value}
	if value != "" && !slices.Contains(d.Properties, p) {
		d.Properties = append(d.Properties, p)
	}
}

// kind reads the subject's type by its code: P a person, E anything else, among
// it ships.
func (d *draft) kind() error {
	for x := range d.e.All("subjectType") {
		word, code := strings.ToLower(x.Attr("code")), strings.ToUpper(x.Attr("classificationCode"))
		if len(word) == 1 { // the CSV form prints the letter under either heading
			word, code = strings.ToLower(code), strings.ToUpper(word)
		}
		switch {
		case code == "P" || word == "person":
			d.Kind = party.Person
		case word == "vessel" || word == "ship":
			d.Kind = party.Vessel
		case code == "E" || word == "enterprise":
			d.Kind = party.Organization
		default:
			return fmt.Errorf("the subject's type %q %q is not known", word, code)
		}
	}
	return nil
}

// regulation reads an act that lists the party: its programme is one of the
// listing, and the act an event of it.
func (d *draft) regulation(x *xmlscan.Element) error {
	published, err := party.ParseDate(x.Attr("publicationDate"))
	if err != nil {
		return err
	}
	inForce, err := party.ParseDate(x.Attr("entryIntoForceDate"))
	if err != nil {
		return err
	}
	ev := party.Event{Type: x.Attr("regulationType"), Date: published, LegalBasis: x.Attr("numberTitle")}
	if ev.Type == "" {
		ev.Type = "regulation"
	}
	if !inForce.IsZero() && inForce != published {
		ev.Comment = "in force " + inForce.String()
	}
	if len(d.Listings) == 0 {
		d.Listings = []party.Listing{{List: List, Authority: "EU"}}
	}
	l := &d.Listings[0]
	l.Programs = appendNew(l.Programs, x.Attr("programme"))
	l.LegalBasis = appendNew(l.LegalBasis, ev.LegalBasis)
	if !slices.Contains(l.Events, ev) {
		l.Events = append(l.Events, ev)
	}
	if url := x.Get("publicationUrl"); l.URL == "" {
		l.URL = url
	}
	d.keep("regulation@organisationType", x.Attr("organisationType"))
	x.Drop("publicationUrl")
	x.Attr("logicalId") // of their database
	return nil
}

// listing dates the listing by the day of designation. Where the file does not
// say it, the listing has no date: the acts that are named are the newest, and
// the entry may be older than each of them.
func (d *draft) listing() error {
	if len(d.Listings) == 0 {
		return errors.New("no regulation is named that lists it")
	}
	l := &d.Listings[0]
	designated, err := party.ParseDate(d.e.Attr("designationDate"))
	if err != nil {
		return fmt.Errorf("designationDate: %w", err)
	}
	l.Listed = designated
	details := d.e.Attr("designationDetails")
	if details != "" || !designated.IsZero() {
		l.Events = append(l.Events, party.Event{Type: "designation", Date: designated, Comment: details})
	}
	return nil
}

// summary reads the act that a detail comes from: an event of the listing where
// the act is not one yet.
func (d *draft) summary(x *xmlscan.Element) error {
	for s := range x.All("regulationSummary") {
		published, err := party.ParseDate(s.Attr("publicationDate"))
		if err != nil {
			return fmt.Errorf("line %d: %w", s.Line, err)
		}
		ev := party.Event{Type: s.Attr("regulationType"), Date: published, LegalBasis: s.Attr("numberTitle")}
		if ev.Type == "" {
			ev.Type = "regulation"
		}
		known := func(o party.Event) bool { return o.LegalBasis == ev.LegalBasis && o.Date == ev.Date }
		if len(d.Listings) > 0 && ev.LegalBasis != "" && !slices.ContainsFunc(d.Listings[0].Events, known) {
			d.Listings[0].Events = append(d.Listings[0].Events, ev)
		}
	}
	x.Drop("regulationSummary")
	x.Attr("logicalId")
	x.Attr("regulationLanguage")
	return nil
}

func (d *draft) name(x *xmlscan.Element) error {
	n := party.Name{Full: x.Attr("wholeName"), Lang: strings.ToLower(x.Attr("nameLanguage")), Weak: x.Attr("strong") == "false"}
	for _, p := range [...]struct {
		attr string
		part party.PartType
	}{{"firstName", party.PartGiven}, {"middleName", party.PartMiddle}, {"lastName", party.PartFamily}} {
		if v := x.Attr(p.attr); v != "" {
			n.Parts = append(n.Parts, party.NamePart{Type: p.part, Value: v})
		}
	}
	if n.Full == "" {
		var parts []string
		for _, p := range n.Parts {
			parts = append(parts, p.Value)
		}
		n.Full = strings.Join(parts, " ")
	}
	n.Script = scriptOf(n.Full)
	if n.Full != "" {
		d.addName(n)
	}
	for _, attr := range []string{"function", "title"} {
		if t := x.Attr(attr); t != "" {
			d.Titles = appendNew(d.Titles, t)
		}
	}
	if g := x.Attr("gender"); g != "" && d.Gender == "" {
		d.Gender = genders(g)
	}
	for _, r := range x.Texts("remark") {
		d.keep("nameAlias/remark", n.Full+": "+r)
	}
	return d.summary(x)
}

// addName makes the first strong name the primary one.
func (d *draft) addName(n party.Name) {
	if len(d.Names) > 0 {
		n.Kind = party.Alias
		same := func(o party.Name) bool { return o.Full == n.Full && o.Lang == n.Lang }
		if slices.ContainsFunc(d.Names, same) {
			return
		}
	}
	d.Names = append(d.Names, n)
	if len(d.Names) > 1 && d.Names[0].Weak && !n.Weak {
		last := len(d.Names) - 1
		d.Names[0], d.Names[last] = d.Names[last], d.Names[0]
		d.Names[0].Kind, d.Names[last].Kind = party.Primary, party.Alias
	}
}

func genders(g string) string {
	switch strings.ToUpper(g) {
	case "M":
		return "male"
	case "F":
		return "female"
	}
	return "other"
}

// scriptOf names the script of a name that is not Latin: the file gives only
// its language.
func scriptOf(s string) string {
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Cyrillic, r):
			return "Cyrillic"
		case unicode.Is(unicode.Greek, r):
			return "Greek"
		case unicode.Is(unicode.Arabic, r):
			return "Arabic"
		case unicode.Is(unicode.Han, r):
			return "Han"
		case unicode.Is(unicode.Hangul, r):
			return "Hangul"
		case unicode.Is(unicode.Hebrew, r):
			return "Hebrew"
		}
	}
	return ""
}

// birth reads a day, a year, or the range of years, and the place. 00 is no
// country.
func (d *draft) birth(x *xmlscan.Element) error {
	span, err := birthSpan(x)
	if err != nil {
		return err
	}
	span.Circa = x.Attr("circa") == "true"
	if c := x.Attr("calendarType"); c != "" && !strings.EqualFold(c, "GREGORIAN") {
		span.Text = strings.TrimSpace(span.String() + " (" + c + " calendar)")
	}
	if (!span.IsZero() || span.Text != "") && !slices.Contains(d.Births, span) {
		d.Births = append(d.Births, span)
	}
	place := joined(", ", x.Attr("place"), x.Attr("city"), x.Attr("zipCode"), x.Attr("region"), countryName(x))
	if place != "" {
		d.BirthPlaces = appendNew(d.BirthPlaces, place)
	}
	for _, r := range x.Texts("remark") {
		d.keep("birthdate/remark", joined(": ", span.String(), r))
	}
	return d.summary(x)
}

func birthSpan(x *xmlscan.Element) (party.Span, error) {
	exact, err := party.ParseDate(x.Attr("birthdate"))
	if err != nil {
		return party.Span{}, err
	}
	year, month, day := x.Attr("year"), x.Attr("monthOfYear"), x.Attr("dayOfMonth")
	from, to := x.Attr("yearRangeFrom"), x.Attr("yearRangeTo")
	if !exact.IsZero() {
		return party.On(exact), nil
	}
	if year == "" || year == "0" {
		return yearRange(from, to)
	}
	for _, p := range []string{month, day} {
		if p == "" || p == "0" {
			break
		}
		year += "-" + strings.Repeat("0", max(0, 2-len(p))) + p
	}
	d, err := party.ParseDate(year)
	return party.On(d), err
}

func yearRange(from, to string) (party.Span, error) {
	a, err := party.ParseDate(strings.TrimPrefix(from, "0"))
	if err != nil {
		return party.Span{}, err
	}
	b, err := party.ParseDate(strings.TrimPrefix(to, "0"))
	if a.IsZero() {
		a = b
	}
	if b.IsZero() {
		b = a
	}
	return party.Span{From: a, To: b}, err
}

// country returns the code of the element's country, "" for 00, "UNKNOWN".
func country(x *xmlscan.Element) string {
	code, name := x.Attr("countryIso2Code"), x.Attr("countryDescription")
	if c, ok := places.Country(code); ok {
		return c
	}
	if c, ok := places.Country(name); ok {
		return c
	}
	if code == "00" || strings.EqualFold(name, "unknown") {
		return ""
	}
	return name
}

func countryName(x *xmlscan.Element) string {
	code := country(x)
	if name := x.Attr("countryDescription"); code != "" && name != "" {
		return name
	}
	return code
}

func (d *draft) citizenship(x *xmlscan.Element) error {
	if c := country(x); c != "" {
		d.Citizenships = appendNew(d.Citizenships, c)
	}
	d.keep("citizenship@region", x.Attr("region"))
	for _, r := range x.Texts("remark") {
		d.keep("citizenship/remark", r)
	}
	return d.summary(x)
}

func (d *draft) address(x *xmlscan.Element) error {
	a := party.Address{
		Street: joined(", ", x.Attr("street"), box(x.Attr("poBox"))), City: joined(", ", x.Attr("place"), x.Attr("city")),
		Region: x.Attr("region"), Postal: x.Attr("zipCode"), Country: country(x),
	}
	remarks := x.Texts("remark")
	if a == (party.Address{}) && len(remarks) > 0 {
		a.Full, remarks = remarks[0], remarks[1:]
	}
	if a != (party.Address{}) && !slices.Contains(d.Addresses, a) {
		d.Addresses = append(d.Addresses, a)
	}
	for _, r := range remarks {
		d.keep("address/remark", joined(": ", a.String(), r))
	}
	if x.Attr("asAtListingTime") == "true" {
		d.keep("address@asAtListingTime", a.String())
	}
	for c := range x.All("contactInfo") {
		d.contact(c)
	}
	return d.summary(x)
}

func box(s string) string {
	if s == "" {
		return ""
	}
	return "P.O. Box " + s
}

// contact reads a contactInfo: key and value, or a text of "key: value" parts.
func (d *draft) contact(c *xmlscan.Element) {
	key, value := strings.ToUpper(c.Attr("key")), c.Attr("value")
	if value == "" {
		value = c.Text()
	}
	switch {
	case value == "":
	case strings.Contains(key, "WEB"):
		d.Websites = appendNew(d.Websites, value)
	case strings.Contains(key, "MAIL"):
		d.Emails = appendNew(d.Emails, value)
	case strings.Contains(key, "PHONE"):
		d.Phones = appendNew(d.Phones, value)
	default:
		d.keep(joined(" ", "contactInfo", key), value)
	}
}

// identification reads a document with what is said of its standing.
func (d *draft) identification(x *xmlscan.Element) error {
	label, code := x.Attr("identificationTypeDescription"), x.Attr("identificationTypeCode")
	if label == "" {
		label = code
	}
	if label == "" {
		label = "identification"
	}
	number, latin := x.Attr("number"), x.Attr("latinNumber")
	if number == "" {
		number, latin = latin, ""
	}
	notes := x.Texts("remark")
	for _, flag := range []string{"diplomatic", "knownExpired", "knownFalse", "reportedLost", "revokedByIssuer"} {
		if x.Attr(flag) == "true" {
			notes = append(notes, flag)
		}
	}
	for _, attr := range []string{"latinNumber", "nameOnDocument", "issuedBy", "region"} {
		if v := x.Attr(attr); v != "" && !(attr == "latinNumber" && latin == "") {
			notes = append(notes, attr+" "+v)
		}
	}
	id := party.Labelled(label, country(x), number)
	for attr, to := range map[string]*party.Date{"issuedDate": &id.Issued, "issueDate": &id.Issued, "validTo": &id.Expires} {
		day, err := party.ParseDate(x.Attr(attr))
		if err != nil {
			return fmt.Errorf("%s: %w", attr, err)
		}
		if !day.IsZero() {
			*to = day
		}
	}
	id.Note = strings.Join(notes, "; ")
	same := func(o party.Identifier) bool { return o == id }
	switch {
	case number == "":
		d.keep("identification "+label, id.Note)
	case !slices.ContainsFunc(d.Identifiers, same):
		d.Identifiers = append(d.Identifiers, id)
	}
	return d.summary(x)
}

func appendNew(list []string, s string) []string {
	if s == "" || slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

func joined(sep string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), sep)
}
