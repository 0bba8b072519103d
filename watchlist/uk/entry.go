// SPDX-License-Identifier: Apache-2.0

package uk

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/rows"
)

// A field is one value under its printed name. The key is the name folded, by
// which an element and a column are the same: "D.O.B" and "DOB".
type field struct{ key, label, value string }

// A group is the fields that belong together.
type group []field

func (g group) has(key string) bool {
	return slices.ContainsFunc(g, func(f field) bool { return f.key == key })
}

// pop returns the value of the first of the keys that is there, and takes the
// field out.
func (g group) pop(keys ...string) string {
	for _, k := range keys {
		for i := range g {
			if g[i].key == k {
				v := g[i].value
				g[i].value = ""
				if v != "" {
					return v
				}
			}
		}
	}
	return ""
}

// fold keeps the letters and digits of a name, in lower case.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z' || '0' <= r && r <= '9':
			return r
		case 'A' <= r && r <= 'Z':
			return r - 'A' + 'a'
		}
		return -1
	}, s)
}

// A draft is an entry while its fields are read. Rows of the CSV form repeat
// what they share, so a thing counts once.
type draft struct {
	party.Entry
	listing party.Listing
	primary int // index of the primary name, plus 1
}

// take reads a group. What it does not know becomes properties.
func (d *draft) take(g group) error {
	if id := g.pop("uniqueid"); id != "" {
		d.Ref = party.Ref{List: List, ID: id}
	}
	steps := []func(group) error{d.dates, d.kindOf, d.names, d.act}
	for _, step := range steps {
		if err := step(g); err != nil {
			return err
		}
	}
	d.person(g)
	d.documents(g)
	d.contacts(g)
	d.relations(g)
	d.ship(g)
	for _, f := range g {
		d.keep(f.label, f.value)
	}
	return nil
}

func (d *draft) keep(name, value string) {
	p := party.Property{Name: name, Value: value}
	if value != "" && !slices.Contains(d.Properties, p) {
		d.Properties = append(d.Properties, p)
	}
}

// finish puts the primary name first and holds that the entry is one.
func (d *draft) finish() error {
	switch {
	case d.Ref.ID == "":
		return errors.New("it has no Unique ID")
	case len(d.Names) == 0:
		return errors.New("it has no name")
	}
	if i := d.primary - 1; i > 0 {
		n := d.Names[i]
		d.Names = slices.Insert(slices.Delete(d.Names, i, i+1), 0, n)
	}
	d.Names[0].Kind = party.Primary
	d.listing.List, d.listing.Authority = List, "UK FCDO"
	d.Listings = []party.Listing{d.listing}
	if d.Craft != nil && d.Kind != party.Vessel {
		d.Kind = party.Vessel
	}
	return nil
}

// names reads Name 1 to Name 6, of which the sixth is the family's, or the whole
// name of an entity or a ship, and the name in its own script.
func (d *draft) names(g group) error {
	kind, strength := g.pop("nametype"), g.pop("aliasstrength", "aliasquality")
	n := party.Name{Kind: party.Alias, Weak: strings.Contains(strings.ToLower(strength), "low") || strings.Contains(strings.ToLower(strength), "weak")}
	for i := 1; i <= 6; i++ {
		v := g.pop(fmt.Sprintf("name%d", i))
		if v == "" {
			continue
		}
		part := party.PartMiddle
		switch i {
		case 1:
			part = party.PartGiven
		case 6:
			part = party.PartFamily
		}
		n.Full = strings.TrimSpace(n.Full + " " + v)
		n.Parts = append(n.Parts, party.NamePart{Type: part, Value: v})
	}
	if len(n.Parts) == 1 {
		n.Parts = nil
	}
	isPrimary := false
	switch k := fold(kind); {
	case strings.HasPrefix(k, "primarynamevariation"):
	case strings.HasPrefix(k, "primary"):
		isPrimary = true
	case strings.HasPrefix(k, "former"), k == "fka":
		n.Kind = party.Former
	case k == "" || k == "alias" || k == "aka":
	default:
		return fmt.Errorf("a name of the type %q, which this program does not know", kind)
	}
	if n.Full != "" {
		d.addName(n, isPrimary)
	}
	own := party.Name{Full: g.pop("namenonlatinscript"), Kind: party.Alias, Script: g.pop("nonlatinscripttype"), Lang: g.pop("nonlatinscriptlanguage")}
	if own.Full != "" {
		d.addName(own, false)
	}
	return nil
}

func (d *draft) addName(n party.Name, isPrimary bool) {
	i := slices.IndexFunc(d.Names, func(o party.Name) bool { return o.Full == n.Full })
	if i < 0 {
		i = len(d.Names)
		d.Names = append(d.Names, n)
	}
	if isPrimary && d.primary == 0 {
		d.primary, d.Names[i].Kind, d.Names[i].Weak = i+1, party.Primary, false
	}
}

func (d *draft) kindOf(g group) error {
	printed := g.pop("individualentityship", "designationtype")
	switch fold(printed) {
	case "":
	case "individual":
		d.Kind = party.Person
	case "entity":
		d.Kind = party.Organization
	case "ship", "vessel":
		d.Kind = party.Vessel
	default:
		return fmt.Errorf("%q is neither an individual nor an entity nor a ship", printed)
	}
	return nil
}

// dates reads the days of designation and of the last update, each an event.
func (d *draft) dates(g group) error {
	for _, x := range [...]struct{ key, event string }{{"datedesignated", "Designated"}, {"lastupdated", "Last updated"}} {
		day, err := dayMonthYear(g.pop(x.key))
		if err != nil {
			return fmt.Errorf("%s: %w", x.event, err)
		}
		if day.IsZero() {
			continue
		}
		if l := &d.listing; x.key == "datedesignated" && (l.Listed.IsZero() || day.Compare(l.Listed) < 0) {
			l.Listed = day
		}
		if ev := (party.Event{Type: x.event, Date: day}); !slices.Contains(d.listing.Events, ev) {
			d.listing.Events = append(d.listing.Events, ev)
		}
	}
	return nil
}

// act reads under which regulations the party is designated, what is imposed
// (measures between bars), by whom and why.
func (d *draft) act(g group) error {
	l := &d.listing
	if r := g.pop("regimename", "regime"); r != "" {
		l.Programs, l.LegalBasis = appendNew(l.Programs, r), appendNew(l.LegalBasis, r)
	}
	for m := range strings.SplitSeq(g.pop("sanctionsimposed"), "|") {
		l.Measures = appendNew(l.Measures, strings.TrimSpace(m))
	}
	if r := g.pop("ukstatementofreasons"); r != "" && !strings.Contains(l.Reason, r) {
		l.Reason = joined("\n", l.Reason, r)
	}
	if r := g.pop("otherinformation"); r != "" && !strings.Contains(d.Remarks, r) {
		d.Remarks = joined("\n", d.Remarks, r)
	}
	if un := g.pop("unreferencenumber"); un != "" {
		d.addIdentifier("UN reference number", un, "")
	}
	d.keep("OFSI Group ID", g.pop("ofsigroupid"))
	d.keep("Designation source", g.pop("designationsource"))
	return nil
}

// person reads what is said of people.
func (d *draft) person(g group) {
	if s := g.pop("dob", "dateofbirth"); s != "" {
		d.birth(s)
	}
	if p := joined(", ", g.pop("townofbirth"), g.pop("countryofbirth")); p != "" {
		d.BirthPlaces = appendNew(d.BirthPlaces, p)
	}
	for _, n := range several(g.pop("nationality", "nationalityies", "nationalities")) {
		d.Nationalities = appendNew(d.Nationalities, rows.CountryOf(n))
	}
	for _, key := range []string{"title", "titles", "position", "positions"} {
		d.Titles = appendNew(d.Titles, g.pop(key))
	}
	if s := strings.ToLower(g.pop("gender")); s != "" {
		d.Gender = s
	}
	if s := g.pop("typeofentity"); d.LegalForm == "" {
		d.LegalForm = s
	} else if s != d.LegalForm {
		d.keep("Type of entity", s)
	}
}

// birth reads a day printed as dd/mm/yyyy; where letters stand for digits, day or
// month are not known. What cannot be read is kept as text.
func (d *draft) birth(s string) {
	day, err := dayMonthYear(s)
	span := party.On(day)
	if err != nil {
		span = party.Span{Text: s}
	}
	if !slices.Contains(d.Births, span) {
		d.Births = append(d.Births, span)
	}
}

func (d *draft) documents(g group) {
	for _, x := range [...]struct{ label, number, note string }{
		{"Passport number", "passportnumber", "passportadditionalinformation"},
		{"National Identifier number", "nationalidentifiernumber", "nationalidentifieradditionalinformation"},
		{"Business registration number", "businessregistrationnumber", ""},
		{"Business registration number", "businessregistrationnumbers", ""},
		{"IMO number", "imonumber", ""},
		{"IMO number", "imonumbers", ""},
		{"Hull identification number", "hullidentificationnumber", ""},
		{"Hull identification number", "hullidentificationnumberhin", ""},
	} {
		number, note := g.pop(x.number), ""
		if x.note != "" {
			note = g.pop(x.note)
		}
		if number == "" {
			d.keep(x.label+": additional information", note)
			continue
		}
		for _, v := range several(number) {
			d.addIdentifier(x.label, v, note)
		}
	}
}

func (d *draft) addIdentifier(label, value, note string) {
	id := party.Labelled(label, "", value)
	id.Note = note
	if label == "UN reference number" {
		id = party.NewIdentifier(party.Number, "", value)
		id.Label = label
	}
	if !slices.Contains(d.Identifiers, id) {
		d.Identifiers = append(d.Identifiers, id)
	}
}

// contacts reads addresses and how the party is reached. The last line of an
// address is its province or city.
func (d *draft) contacts(g group) {
	var lines []string
	for i := 1; i <= 6; i++ {
		if v := g.pop(fmt.Sprintf("addressline%d", i), fmt.Sprintf("address%d", i)); v != "" {
			lines = append(lines, v)
		}
	}
	a := party.Address{Full: strings.Join(lines, ", "), Postal: g.pop("addresspostalcode", "postzipcode")}
	if c := g.pop("addresscountry"); c != "" {
		a.Country = rows.CountryOf(c)
	}
	if a != (party.Address{}) && !slices.Contains(d.Addresses, a) {
		d.Addresses = append(d.Addresses, a)
	}
	for _, x := range [...]struct {
		to   *[]string
		keys []string
	}{{&d.Phones, []string{"phonenumber", "phonenumbers", "phone"}}, {&d.Websites, []string{"website", "websites"}}, {&d.Emails, []string{"emailaddress", "emailaddresses", "email"}}} {
		for _, v := range several(g.pop(x.keys...)) {
			*x.to = appendNew(*x.to, v)
		}
	}
}

// relations reads the companies that an entity stands with. The list prints only
// their names.
func (d *draft) relations(g group) {
	for _, x := range [...]struct {
		label  string
		kind   party.RelationKind
		former bool
		keys   []string
	}{
		{"Subsidiaries", party.ParentOf, false, []string{"subsidiaries", "subsidiary"}},
		{"Parent company", party.SubsidiaryOf, false, []string{"parentcompany", "parentcompanies"}},
		{"Current owner/operator", party.OperatedBy, false, []string{"currentowneroperators", "currentowneroperator"}},
		{"Previous owner/operator", party.OperatedBy, true, []string{"previousowneroperators", "previousowneroperator"}},
	} {
		for _, name := range several(g.pop(x.keys...)) {
			r := party.Relation{Kind: x.kind, Label: x.label, ToName: name, Former: x.former}
			if !slices.Contains(d.Relations, r) {
				d.Relations = append(d.Relations, r)
			}
		}
	}
}

func (d *draft) ship(g group) {
	craft := party.Craft{}
	if d.Craft != nil {
		craft = *d.Craft
	}
	for _, x := range [...]struct {
		to   *string
		keys []string
	}{{&craft.Type, []string{"typeofship"}}, {&craft.Tonnage, []string{"tonnageofship"}}, {&craft.Flag, []string{"currentbelievedflagofship", "currentbelievedflagofships"}}} {
		if v := g.pop(x.keys...); v != "" {
			*x.to = v
		}
	}
	craft.Flag = rows.CountryOf(craft.Flag)
	for _, f := range several(g.pop("previousflags", "previousflag")) {
		craft.FormerFlags = appendNew(craft.FormerFlags, rows.CountryOf(f))
	}
	if year := g.pop("yearbuilt"); year != "" {
		built, err := party.ParseDate(year)
		if err != nil {
			craft.Built = party.Span{Text: year}
		} else {
			craft.Built = party.On(built)
		}
	}
	if craft.Type != "" || craft.Tonnage != "" || craft.Flag != "" || craft.FormerFlags != nil || craft.Built != (party.Span{}) {
		d.Craft = &craft
	}
}

// several parts a field that holds several values: between bars, semicolons or
// line ends, or after numbers in brackets.
func several(s string) []string {
	for i := range 40 {
		s = strings.ReplaceAll(s, fmt.Sprintf("(%d)", i+1), "|")
	}
	var out []string
	for v := range strings.FieldsFuncSeq(s, func(r rune) bool { return strings.ContainsRune("|;\n", r) }) {
		if v = strings.Trim(v, " \t\r,"); v != "" {
			out = append(out, v)
		}
	}
	return out
}

// dayMonthYear reads 04/08/2026, dd/mm/1945 and 00/00/1945, 02-Sep-2026 and ISO
// dates. "" is the zero Date.
func dayMonthYear(s string) (party.Date, error) {
	if s = strings.TrimSpace(s); s == "" {
		return party.Date{}, nil
	}
	f := strings.FieldsFunc(s, func(r rune) bool { return r == '/' || r == '-' || r == ' ' })
	if len(f) != 3 || len(f[0]) == 4 {
		return party.ParseDate(s)
	}
	iso := f[2]
	for _, p := range []string{monthNumber(f[1]), f[0]} {
		if strings.Trim(p, "0dDmM") == "" {
			break
		}
		iso += "-" + strings.Repeat("0", max(0, 2-len(p))) + p
	}
	d, err := party.ParseDate(iso)
	if err != nil {
		return d, fmt.Errorf("%q is no date: want dd/mm/yyyy", s)
	}
	return d, nil
}

func monthNumber(s string) string {
	i := strings.Index("janfebmaraprmayjunjulaugsepoctnovdec", strings.ToLower(s[:min(3, len(s))]))
	if len(s) < 3 || i < 0 || i%3 != 0 {
		return s
	}
	return fmt.Sprintf("%02d", i/3+1)
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
