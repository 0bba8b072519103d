// SPDX-License-Identifier: Apache-2.0

package senzing

import (
	"errors"
	"slices"
	"strings"

	"github.com/valyala/fastjson"

	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/rows"
)

// A feature is attributes that belong together, in their order.
type feature struct {
	names  []string
	values map[string]string
}

func (f *feature) set(name, value string) {
	if f.values == nil {
		f.values = map[string]string{}
	}
	if _, known := f.values[name]; !known {
		f.names = append(f.names, name)
	}
	f.values[name] = value
}

// pop takes an attribute out.
func (f *feature) pop(name string) string {
	v := f.values[name]
	delete(f.values, name)
	return v
}

// attributes are those of the specification that are read, by the names that
// they have without a usage before them (HOME_ADDR_CITY).
var attributes = [...]string{
	"NAME_TYPE", "NAME_FULL", "NAME_ORG", "NAME_LAST", "NAME_FIRST", "NAME_MIDDLE", "NAME_PREFIX", "NAME_SUFFIX", "RECORD_TYPE", "GENDER",
	"DATE_OF_BIRTH", "DATE_OF_DEATH", "PLACE_OF_BIRTH", "NATIONALITY", "CITIZENSHIP", "REGISTRATION_DATE", "REGISTRATION_COUNTRY",
	"ADDR_TYPE", "ADDR_FULL", "ADDR_LINE1", "ADDR_LINE2", "ADDR_LINE3", "ADDR_LINE4", "ADDR_LINE5", "ADDR_LINE6", "ADDR_CITY", "ADDR_STATE", "ADDR_POSTAL_CODE", "ADDR_COUNTRY",
	"PHONE_TYPE", "PHONE_NUMBER", "EMAIL_ADDRESS", "WEBSITE_ADDRESS", "REL_ANCHOR_DOMAIN", "REL_ANCHOR_KEY", "REL_POINTER_DOMAIN", "REL_POINTER_KEY", "REL_POINTER_ROLE",
}

// identifiers are the features that are numbers: PASSPORT has PASSPORT_NUMBER,
// PASSPORT_COUNTRY, PASSPORT_TYPE and so on.
var identifiers = [...]struct {
	name   string
	scheme party.Scheme
}{
	{"PASSPORT", party.Passport}, {"DRIVERS_LICENSE", party.License}, {"SSN", party.SSN}, {"NATIONAL_ID", party.NationalID}, {"TAX_ID", party.TaxID},
	{"OTHER_ID", ""}, {"TRUSTED_ID", ""}, {"DUNS", party.DUNS}, {"LEI", party.LEI}, {"NPI", party.License}, {"ACCOUNT", party.Account},
}

// A draft is an entry while its record is read.
type draft struct {
	party.Entry
	list   party.ListID
	source string
}

// read takes in a record: its features in a list, in lists by their sorts, or
// flat beside the rest.
func (d *draft) read(v *fastjson.Value) error {
	o, err := v.Object()
	if err != nil {
		return errors.New("it is no object")
	}
	flat := map[string]*feature{}
	var usages []string
	o.Visit(func(key []byte, v *fastjson.Value) {
		name := string(key)
		switch {
		case v.Type() == fastjson.TypeNull:
		case name == "DATA_SOURCE":
			d.source = text(v)
		case name == "RECORD_ID":
			d.Ref.ID = text(v)
		case v.Type() == fastjson.TypeArray:
			d.array(name, v.GetArray())
		default:
			attribute, usage := split(name)
			if flat[usage] == nil {
				flat[usage] = &feature{}
				usages = append(usages, usage)
			}
			flat[usage].set(attribute, text(v))
		}
	})
	for _, u := range usages {
		d.take(flat[u], u)
	}
	d.order()
	return nil
}

func (d *draft) array(name string, items []*fastjson.Value) {
	for _, x := range items {
		o, err := x.Object()
		if err != nil {
			d.keep(name, text(x)) // a list of texts is payload
			continue
		}
		f := &feature{}
		usage := ""
		o.Visit(func(key []byte, v *fastjson.Value) {
			if v.Type() == fastjson.TypeNull {
				return
			}
			attribute, u := split(string(key))
			usage = max(usage, u)
			f.set(attribute, text(v))
		})
		d.take(f, usage)
	}
}

// split parts the usage from an attribute: HOME_ADDR_CITY is ADDR_CITY at HOME.
func split(name string) (attribute, usage string) {
	known := func(a string) bool {
		return slices.Contains(attributes[:], a) || slices.ContainsFunc(identifiers[:], func(i struct {
			name   string
			scheme party.Scheme
		}) bool {
			return strings.HasPrefix(a, i.name+"_")
		})
	}
	for rest := name; ; {
		if known(rest) {
			return rest, strings.TrimSuffix(strings.TrimSuffix(name, rest), "_")
		}
		_, after, ok := strings.Cut(rest, "_")
		if !ok {
			return name, ""
		}
		rest = after
	}
}

// take takes in one feature. What it does not know becomes properties.
func (d *draft) take(f *feature, usage string) {
	d.kind(f.pop("RECORD_TYPE"))
	d.name(f, usage)
	d.person(f)
	d.address(f)
	d.numbers(f)
	d.relation(f)
	for _, n := range f.names {
		if v, left := f.values[n]; left {
			d.keep(n, v)
		}
	}
}

func (d *draft) keep(name, value string) {
	if value != "" {
		d.Properties = append(d.Properties, party.Property{Name: name, Value: value})
	}
}

func (d *draft) kind(s string) {
	if s == "" {
		return
	}
	k, err := party.ParseKind(s)
	if err != nil {
		d.keep("RECORD_TYPE", s)
		return
	}
	d.Kind = k
}

func (d *draft) name(f *feature, usage string) {
	kind := f.pop("NAME_TYPE")
	if kind == "" {
		kind = usage
	}
	n := party.Name{Full: f.pop("NAME_FULL")}
	if org := f.pop("NAME_ORG"); org != "" {
		if n.Full == "" {
			n.Full = org
		}
		if d.Kind == party.Unknown {
			d.Kind = party.Organization
		}
	}
	var words []string
	for _, p := range [...]struct {
		name string
		kind party.PartType
	}{{"NAME_PREFIX", party.PartUnknown}, {"NAME_FIRST", party.PartGiven}, {"NAME_MIDDLE", party.PartMiddle}, {"NAME_LAST", party.PartFamily}, {"NAME_SUFFIX", party.PartUnknown}} {
		if v := f.pop(p.name); v != "" {
			n.Parts = append(n.Parts, party.NamePart{Type: p.kind, Value: v})
			words = append(words, v)
		}
	}
	if n.Full == "" {
		n.Full = strings.Join(words, " ")
	}
	if n.Full == "" {
		return
	}
	switch k := strings.ToUpper(kind); {
	case k == "PRIMARY" || k == "" && len(d.Names) == 0:
	case strings.Contains(k, "FKA") || strings.Contains(k, "FORMER") || strings.Contains(k, "MAIDEN"):
		n.Kind = party.Former
	case strings.Contains(k, "DBA") || strings.Contains(k, "TRAD"):
		n.Kind = party.Trading
	default:
		n.Kind = party.Alias
		n.Weak = strings.Contains(k, "WEAK") || strings.Contains(k, "LOW")
	}
	if !slices.ContainsFunc(d.Names, func(o party.Name) bool { return o.Full == n.Full }) {
		d.Names = append(d.Names, n)
	}
}

// order puts the primary name first; a record may have none or several, and then
// the first is it.
func (d *draft) order() {
	slices.SortStableFunc(d.Names, func(a, b party.Name) int { return min(int(a.Kind), 1) - min(int(b.Kind), 1) })
	for i := range d.Names {
		switch {
		case i == 0:
			d.Names[i].Kind = party.Primary
		case d.Names[i].Kind == party.Primary:
			d.Names[i].Kind = party.Alias
		}
	}
}

func (d *draft) person(f *feature) {
	if g := f.pop("GENDER"); g != "" {
		switch strings.ToUpper(g[:1]) {
		case "M":
			d.Gender = "male"
		case "F":
			d.Gender = "female"
		default:
			d.Gender = "other"
		}
	}
	d.Births = append(d.Births, rows.Dates(f.pop("DATE_OF_BIRTH"))...)
	d.Deaths = append(d.Deaths, rows.Dates(f.pop("DATE_OF_DEATH"))...)
	d.Founded = append(d.Founded, rows.Dates(f.pop("REGISTRATION_DATE"))...)
	d.BirthPlaces = appendNew(d.BirthPlaces, f.pop("PLACE_OF_BIRTH"))
	for _, x := range [...]struct {
		name string
		to   *[]string
	}{{"NATIONALITY", &d.Nationalities}, {"CITIZENSHIP", &d.Citizenships}, {"REGISTRATION_COUNTRY", &d.Countries}} {
		if v := f.pop(x.name); v != "" {
			*x.to = appendNew(*x.to, rows.CountryOf(v))
		}
	}
}

func (d *draft) address(f *feature) {
	a := party.Address{Full: f.pop("ADDR_FULL")}
	var lines []string
	for _, n := range []string{"ADDR_LINE1", "ADDR_LINE2", "ADDR_LINE3", "ADDR_LINE4", "ADDR_LINE5", "ADDR_LINE6"} {
		if v := f.pop(n); v != "" {
			lines = append(lines, v)
		}
	}
	a.Street, a.City, a.Region, a.Postal = strings.Join(lines, ", "), f.pop("ADDR_CITY"), f.pop("ADDR_STATE"), f.pop("ADDR_POSTAL_CODE")
	if c := f.pop("ADDR_COUNTRY"); c != "" {
		a.Country = rows.CountryOf(c)
	}
	if a != (party.Address{}) && !slices.Contains(d.Addresses, a) {
		d.Addresses = append(d.Addresses, a)
	}
	if p := f.pop("PHONE_NUMBER"); p != "" {
		d.Phones = appendNew(d.Phones, p)
		f.pop("PHONE_TYPE")
	}
	d.Emails = appendNew(d.Emails, f.pop("EMAIL_ADDRESS"))
	d.Websites = appendNew(d.Websites, f.pop("WEBSITE_ADDRESS"))
}

func (d *draft) numbers(f *feature) {
	for _, x := range identifiers {
		number := f.pop(x.name + "_NUMBER")
		if number == "" {
			continue
		}
		label, country := f.pop(x.name+"_TYPE"), f.pop(x.name+"_COUNTRY")
		if label == "" {
			label = f.pop(x.name + "_DOMAIN")
		}
		if country == "" {
			country = f.pop(x.name + "_STATE")
		}
		if country != "" {
			country = rows.CountryOf(country)
		}
		id := rows.NewIdentifier(x.scheme, country, number, label)
		if x.scheme == "" {
			id = party.Labelled(label, country, number)
		}
		if label == "" {
			id.Label = x.name
		}
		if !slices.Contains(d.Identifiers, id) {
			d.Identifiers = append(d.Identifiers, id)
		}
	}
}

// relation reads a pointer to another record of the same source. The anchor of a
// record is its own identifier once more.
func (d *draft) relation(f *feature) {
	if key := f.pop("REL_ANCHOR_KEY"); key != d.Ref.ID {
		d.keep("REL_ANCHOR_KEY", key)
	}
	f.pop("REL_ANCHOR_DOMAIN")
	key, role := f.pop("REL_POINTER_KEY"), f.pop("REL_POINTER_ROLE")
	f.pop("REL_POINTER_DOMAIN")
	if key == "" {
		return
	}
	d.Relations = append(d.Relations, party.Relation{Kind: relationKind(role), Label: role, To: party.Ref{List: d.list, ID: key}})
}

// relationKind reads a role, which is free text, by its plain words.
func relationKind(role string) party.RelationKind {
	r := " " + rows.Fold(role) + " "
	for _, x := range [...]struct {
		words string
		kind  party.RelationKind
	}{
		{" owned by ", party.OwnedBy}, {" subsidiary ", party.SubsidiaryOf}, {" parent ", party.ParentOf}, {" owner ", party.Owns}, {" owns ", party.Owns}, {" shareholder ", party.Owns},
		{" director ", party.LeaderOf}, {" officer ", party.LeaderOf}, {" leader ", party.LeaderOf}, {" employee ", party.EmployeeOf}, {" member ", party.MemberOf},
		{" family ", party.FamilyOf}, {" spouse ", party.FamilyOf}, {" son ", party.FamilyOf}, {" daughter ", party.FamilyOf}, {" associate ", party.AssociateOf}, {" agent ", party.ActingFor},
	} {
		if strings.Contains(r, x.words) {
			return x.kind
		}
	}
	return party.RelatedTo
}

func appendNew(list []string, s string) []string {
	if s == "" || slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// text returns a value as text: a string without the white space around it, and
// anything else as JSON.
func text(v *fastjson.Value) string {
	if v.Type() == fastjson.TypeString {
		return strings.TrimSpace(string(v.GetStringBytes()))
	}
	return string(v.MarshalTo(nil))
}
