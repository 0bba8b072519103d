// SPDX-License-Identifier: Apache-2.0

package rows

import (
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/places"
)

// A draft gathers what the cells of one row say about one party.
type draft struct {
	entry   party.Entry
	key     string
	own     bool // an entry of a list, not what somebody asks about
	listing party.Listing
	weak    bool // the weak flag of the row

	kind       party.Kind // as the row says
	implied    party.Kind // as its columns imply
	full       string     // the name that decides
	lines      []string   // of the name, after its first
	parts      []party.NamePart
	names      []party.Name
	addresses  []string
	address    party.Address
	country    string // the first country, as a code where known
	identities []identity
}

type identity struct {
	scheme         party.Scheme
	country, value string
	label          string
}

// add takes in one cell. header is the publisher's word for it.
func (d *draft) add(m Meaning, header, value string) {
	value = clean(value)
	if value == "" || isNone(value) && !m.Field.isNamePart() {
		return
	}
	switch m.Field {
	case Name, Company, Individual, Vessel, Aircraft, NameVariant, NameLine, Alias, WeakAlias, Trading, Former, FirstName, MiddleName, LastName, Patronymic, SecondName:
		d.addName(m.Field, value)
	case Address, Street, City, Region, Postal, AddrCountry, Country:
		d.addPlace(m.Field, value)
	case Program, Measure, Authority, LegalBasis, Listed, Delisted, Reason, SourceURL, Weak:
		d.addListing(m.Field, header, value)
	case Identifier:
		d.addIdentifier(m.Scheme, header, value)
	case Key:
		d.key = value
	default:
		d.addDetail(m.Field, header, value)
	}
}

func (f Field) isNamePart() bool {
	return f == FirstName || f == MiddleName || f == LastName || f == Patronymic || f == SecondName
}

func (d *draft) addName(f Field, v string) {
	if strings.Contains(v, "\n") && nameKind(f) == party.Alias && f != Alias && f != WeakAlias {
		v = strings.Join(strings.Fields(v), " ") // one name, wrapped in its cell
	}
	switch f {
	case Name, Company, Individual, Vessel, Aircraft:
		d.imply(impliedKind(f))
		if d.full == "" {
			d.full = v
			return
		}
		d.names = append(d.names, party.Name{Full: v, Kind: party.Alias})
	case NameVariant:
		d.names = append(d.names, party.Name{Full: v, Kind: party.Alias})
	case NameLine:
		d.lines = append(d.lines, v)
	case Alias, WeakAlias, Trading, Former:
		for _, s := range Split(v) {
			d.names = append(d.names, party.Name{Full: s, Kind: nameKind(f), Weak: f == WeakAlias})
		}
	default:
		d.imply(party.Person)
		d.parts = append(d.parts, party.NamePart{Type: partType(f), Value: v})
	}
}

func impliedKind(f Field) party.Kind {
	switch f {
	case Company:
		return party.Organization
	case Individual:
		return party.Person
	case Vessel:
		return party.Vessel
	case Aircraft:
		return party.Aircraft
	}
	return party.Unknown
}

func nameKind(f Field) party.NameKind {
	switch f {
	case Trading:
		return party.Trading
	case Former:
		return party.Former
	}
	return party.Alias
}

func partType(f Field) party.PartType {
	switch f {
	case FirstName:
		return party.PartGiven
	case MiddleName:
		return party.PartMiddle
	case Patronymic:
		return party.PartPatronymic
	case SecondName:
		return party.PartMatronymic
	}
	return party.PartFamily
}

func (d *draft) imply(k party.Kind) {
	if d.implied == party.Unknown {
		d.implied = k
	}
}

func (d *draft) addPlace(f Field, v string) {
	switch f {
	case Address:
		d.addresses = append(d.addresses, v)
	case Street:
		d.address.Street = joined(d.address.Street, v)
	case City:
		d.address.City = joined(d.address.City, v)
	case Region:
		d.address.Region = joined(d.address.Region, v)
	case Postal:
		d.address.Postal = joined(d.address.Postal, v)
	case AddrCountry:
		d.address.Country = CountryOf(v)
	case Country:
		for _, c := range countries(v) {
			d.entry.Countries = add(d.entry.Countries, c)
			if d.country == "" {
				d.country = c
			}
		}
	}
}

func joined(a, b string) string {
	if a == "" {
		return b
	}
	return a + ", " + b
}

func add(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

func (d *draft) addListing(f Field, header, v string) {
	switch f {
	case Program:
		d.listing.Programs = append(d.listing.Programs, Split(v)...)
	case Measure:
		d.listing.Measures = append(d.listing.Measures, Split(v)...)
	case LegalBasis:
		d.listing.LegalBasis = append(d.listing.LegalBasis, Split(v)...)
	case Authority:
		d.listing.Authority = v
	case Reason:
		d.listing.Reason = joined(d.listing.Reason, v)
	case SourceURL:
		d.listing.URL = v
	case Weak:
		d.weak = isTrue(v)
	case Listed, Delisted:
		spans := Dates(v)
		if len(spans) != 1 || spans[0].IsZero() || spans[0].From != spans[0].To {
			d.entry.Properties = append(d.entry.Properties, party.Property{Name: header, Value: v})
			return
		}
		if f == Listed {
			d.listing.Listed = spans[0].From
		} else {
			d.listing.Delisted = spans[0].From
		}
	}
}

func isTrue(s string) bool {
	switch strings.ToLower(s) {
	case "1", "y", "yes", "true", "t", "x", "weak", "low", "ja", "oui", "si", "sí", "sim", "tak", "да", "是", "نعم", "evet", "はい":
		return true
	}
	return false
}

func (d *draft) addIdentifier(s party.Scheme, header, v string) {
	for _, one := range Split(v) {
		if isNone(one) {
			continue
		}
		if s == "" {
			if scheme, number, ok := labelled(one); ok {
				d.identities = append(d.identities, identity{scheme: scheme, value: number, label: header})
				continue
			}
		}
		d.identities = append(d.identities, identity{scheme: s, value: one, label: header})
	}
}

// labelled reads "LEI: 5493..." in a column of identifiers of any kind.
func labelled(v string) (scheme party.Scheme, number string, ok bool) {
	label, number, ok := strings.Cut(v, ":")
	if !ok {
		return "", "", false
	}
	m, ok := Recognise(label)
	return m.Scheme, strings.TrimSpace(number), ok && m.Field == Identifier && m.Scheme != ""
}

func (d *draft) addDetail(f Field, header, v string) {
	e := &d.entry
	switch f {
	case Type:
		k, ok := KindOf(v)
		if !ok {
			e.Properties = append(e.Properties, party.Property{Name: header, Value: v})
		}
		d.kind = k
	case Nationality:
		for _, c := range countries(v) {
			e.Nationalities = add(e.Nationalities, c)
		}
		d.imply(party.Person)
	case BirthLand:
		e.Properties = append(e.Properties, party.Property{Name: "birthCountry", Value: CountryOf(v)})
	case BirthDate:
		e.Births = append(e.Births, Dates(v)...)
		d.imply(party.Person)
	case DeathDate:
		e.Deaths = append(e.Deaths, Dates(v)...)
	case BirthPlace:
		e.BirthPlaces = append(e.BirthPlaces, Split(v)...)
	case Gender:
		e.Gender = gender(v)
	case Title:
		e.Titles = append(e.Titles, v)
	case Founded:
		e.Founded = append(e.Founded, Dates(v)...)
	case LegalForm:
		e.LegalForm = v
	case Remarks:
		e.Remarks = strings.TrimPrefix(e.Remarks+"\n"+v, "\n")
	case Website:
		e.Websites = append(e.Websites, fieldsOf(v)...)
	case Email:
		for _, m := range fieldsOf(v) {
			e.Emails = append(e.Emails, m)
			if w := MailDomain(m); w != "" && !d.own {
				e.Websites = add(e.Websites, w)
			}
		}
	case Phone:
		e.Phones = append(e.Phones, Split(v)...)
	case Flag:
		d.craft().Flag = CountryOf(v)
		d.imply(party.Vessel)
	case VesselType:
		d.craft().Type = v
		d.imply(party.Vessel)
	}
}

func (d *draft) craft() *party.Craft {
	if d.entry.Craft == nil {
		d.entry.Craft = &party.Craft{}
	}
	return d.entry.Craft
}

// finish returns the entry. It has no name where the cells gave none.
func (d *draft) finish() party.Entry {
	e := d.entry
	e.Kind = d.kind
	if e.Kind == party.Unknown {
		e.Kind = d.implied
	}
	d.finishNames(&e)
	if len(e.Nationalities) > 0 && d.country == "" {
		d.country = e.Nationalities[0]
	}
	for _, a := range d.addresses {
		e.Addresses = append(e.Addresses, party.Address{Full: a})
	}
	if d.address != (party.Address{}) {
		if len(e.Addresses) == 1 { // the columns are parts of one address
			d.address.Full = e.Addresses[0].Full
			e.Addresses = nil
		}
		e.Addresses = append(e.Addresses, d.address)
	}
	for i := range e.Addresses {
		if e.Addresses[i].Country == "" {
			e.Addresses[i].Country = d.country
		}
	}
	for _, id := range d.identities {
		country := id.country
		if country == "" {
			country = d.country
		}
		e.Identifiers = append(e.Identifiers, NewIdentifier(id.scheme, country, id.value, id.label))
	}
	return e
}

func (d *draft) finishNames(e *party.Entry) {
	if d.full != "" && isNone(d.full) {
		d.full = ""
	}
	d.joinLines()
	first := party.Name{Full: d.full, Parts: orderParts(d.parts)}
	if first.Full == "" && len(first.Parts) > 0 {
		var words []string
		for _, p := range first.Parts {
			words = append(words, p.Value)
		}
		first.Full = strings.Join(words, " ")
	}
	if first.Full != "" {
		e.Names = append(e.Names, first)
	}
	for _, n := range d.names {
		if !slices.ContainsFunc(e.Names, func(m party.Name) bool { return m.Full == n.Full }) {
			e.Names = append(e.Names, n)
		}
	}
	if len(e.Names) > 0 {
		e.Names[0].Kind, e.Names[0].Weak = party.Primary, e.Names[0].Weak || d.weak
	}
	if d.weak {
		for i := range e.Names {
			e.Names[i].Weak = true
		}
	}
}

// joinLines makes one name of the lines of an ERP system. What stands on one
// line may be a name of its own, so the first line stays as an alias, and a later
// one that is long enough for a name.
func (d *draft) joinLines() {
	if len(d.lines) == 0 {
		return
	}
	whole := strings.Join(d.lines, " ")
	if d.full != "" {
		whole = d.full + " " + whole
		d.names = append(d.names, party.Name{Full: d.full, Kind: party.Alias})
		for _, l := range d.lines {
			if len(l) >= 12 && strings.Contains(l, " ") {
				d.names = append(d.names, party.Name{Full: l, Kind: party.Alias})
			}
		}
	}
	d.full = whole
}

// orderParts puts given names first and family names last, as a full name is
// written where nothing else is known.
func orderParts(parts []party.NamePart) []party.NamePart {
	rank := func(t party.PartType) int {
		return slices.Index([]party.PartType{party.PartGiven, party.PartMiddle, party.PartPatronymic, party.PartFamily, party.PartMatronymic}, t)
	}
	out := slices.Clone(parts)
	slices.SortStableFunc(out, func(a, b party.NamePart) int { return rank(a.Type) - rank(b.Type) })
	return out
}

// NewIdentifier returns an identifier as a user's table gives it. A number under
// a general heading gets the scheme that its check digits confirm, as for lists.
// The label is the header.
func NewIdentifier(scheme party.Scheme, country, value, label string) party.Identifier {
	switch scheme {
	case party.USCC, party.CNResident, party.CNOrgCode:
		country = "cn"
	case party.INN, party.OGRN, party.OGRNIP, party.OKPO, party.KPP, party.BIK:
		country = "ru"
	case party.SSN, party.EIN:
		country = "us"
	case party.LEI, party.BIC, party.ISIN, party.IMO, party.IMOCompany, party.MMSI, party.DUNS, party.FIGI, party.IBAN:
		country = ""
	}
	var id party.Identifier
	switch scheme {
	case party.Registration:
		id = party.Labelled("registration", country, value)
	case party.TaxID:
		id = party.Labelled("tax", country, value)
	case party.NationalID:
		id = party.Labelled("national", country, value)
	case party.Number, "":
		id = party.Labelled("", country, value)
	default:
		id = party.NewIdentifier(scheme, country, value)
	}
	id.Label = label
	return id
}

// KindOf reads what sort of party a cell names, in the languages of the headers.
func KindOf(s string) (party.Kind, bool) {
	if k, err := party.ParseKind(s); err == nil {
		return k, true
	}
	f := " " + Fold(s) + " "
	for _, w := range kindWords {
		if strings.Contains(f, w.word) {
			return w.kind, true
		}
	}
	return party.Unknown, false
}

// kindWords are searched in order: "persona juridica" is no person.
var kindWords = [...]struct {
	word string
	kind party.Kind
}{
	{" juri", party.Organization}, {" legal ", party.Organization}, {" morale ", party.Organization}, {" giuridica", party.Organization}, {"collettiv", party.Organization}, {" юр", party.Organization}, {"法人", party.Organization}, {"tuzel", party.Organization}, {" rechts", party.Organization}, {" prawn", party.Organization},
	{" compan", party.Organization}, {" corp", party.Organization}, {" firm", party.Organization}, {" unternehm", party.Organization}, {" societ", party.Organization}, {" entrepris", party.Organization}, {" empres", party.Organization}, {" aziend", party.Organization}, {" bedrijf", party.Organization}, {" spolk", party.Organization}, {" organi", party.Organization}, {" компани", party.Organization}, {" предприят", party.Organization}, {" орган", party.Organization}, {"公司", party.Organization}, {"企业", party.Organization}, {"單位", party.Organization}, {"单位", party.Organization}, {"机构", party.Organization}, {"会社", party.Organization}, {"団体", party.Organization}, {"شركه", party.Organization}, {"موسسه", party.Organization}, {"sirket", party.Organization}, {"kurum", party.Organization}, {" trust ", party.Organization}, {" bank ", party.Organization}, {" government ", party.Organization},
	{" person", party.Person}, {" pers ", party.Person}, {" indiv", party.Person}, {" natu", party.Person}, {" natur", party.Person}, {" physi", party.Person}, {" fisica", party.Person}, {" privat", party.Person}, {" физ", party.Person}, {"个人", party.Person}, {"個人", party.Person}, {"自然人", party.Person}, {"فرد", party.Person}, {"شخص", party.Person}, {"gercek", party.Person}, {" sahis", party.Person}, {" osoba", party.Person}, {" человек", party.Person}, {" лицо ", party.Person},
	{" vessel", party.Vessel}, {" ship", party.Vessel}, {" schiff", party.Vessel}, {" navire", party.Vessel}, {" buque", party.Vessel}, {" судно", party.Vessel}, {"船", party.Vessel}, {"gemi", party.Vessel},
	{" aircraft", party.Aircraft}, {" plane", party.Aircraft}, {" flugzeug", party.Aircraft}, {" avion", party.Aircraft},
}

// gender returns FollowTheMoney's word where it knows the cell's, else the cell.
func gender(s string) string {
	switch Fold(s) {
	case "m", "male", "man", "mr", "mannlich", "mann", "masculin", "homme", "h", "masculino", "hombre", "maschile", "maschio", "masculino m", "mannelijk", "mezczyzna", "муж", "мужской", "м", "男", "男性", "ذكر", "erkek":
		return "male"
	case "f", "female", "woman", "mrs", "ms", "weiblich", "w", "frau", "feminin", "femme", "femenino", "mujer", "femminile", "femmina", "feminino", "vrouwelijk", "kobieta", "k", "жен", "женскии", "ж", "女", "女性", "انثي", "kadin":
		return "female"
	case "other", "divers", "d", "x", "nonbinary", "non binary", "diverse":
		return "other"
	}
	return s
}

// CountryOf returns the code of a country, and the text itself where it is
// none that is known.
func CountryOf(s string) string {
	if c, ok := places.Country(s); ok {
		return c
	}
	return s
}

// countries reads one country or several.
func countries(s string) []string {
	if c, ok := places.Country(s); ok {
		return []string{c}
	}
	parts := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(",;/|\n、，；", r) })
	for i, p := range parts {
		parts[i] = CountryOf(strings.TrimSpace(p))
	}
	return parts
}

// Split parts a cell that holds several values: by semicolons, bars and line
// ends. Commas stay, since names and addresses hold them.
func Split(s string) []string {
	if strings.IndexByte(s, ';') < 0 && strings.IndexByte(s, '|') < 0 && strings.IndexByte(s, '\n') < 0 && isPlain(s) {
		return []string{s}
	}
	var out []string
	for p := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == ';' || r == '|' || r == '\n' || r == '；' || r == '｜' }) {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// fieldsOf parts web and mail addresses, which hold no blanks and commas.
func fieldsOf(s string) []string {
	if isPlain(s) && !strings.ContainsAny(s, " ;|,<>\n") {
		return []string{s}
	}
	return strings.FieldsFunc(s, func(r rune) bool {
		switch r {
		case ';', '|', ',', '；', '，', '、', '<', '>':
			return true
		}
		return r <= ' '
	})
}

// clean trims blanks of all kinds and makes one of several within a line.
func clean(s string) string {
	s = strings.TrimSpace(s)
	if isPlain(s) {
		return s
	}
	lines := strings.Split(strings.Trim(s, invisible), "\n")
	for i, l := range lines {
		lines[i] = strings.Join(strings.Fields(l), " ")
	}
	return strings.Trim(strings.TrimSpace(strings.Join(lines, "\n")), invisible)
}

// invisible are characters without width that stick to copied cells.
const invisible = "\u200B\uFEFF\u200E\u200F"

// isPlain says that s is ASCII without anything that clean would change.
func isPlain(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c >= 0x80 || c == '\t' || c == '\r' || c == ' ' && s[i-1] == ' ' {
			return false
		}
	}
	return true
}
