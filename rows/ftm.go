// SPDX-License-Identifier: Apache-2.0

package rows

import (
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/internal/ftm"
	"github.com/interdict-dev/interdict/party"
)

// FromEntity returns what a FollowTheMoney entity says about a party. What has
// no field of its own is kept as a property, an unknown property too.
func FromEntity(e ftm.Entity, o Options) Party {
	d := draft{kind: kindOfSchema(e.Schema), own: o.Own}
	d.entityNames(e)
	for _, c := range []string{"country", "jurisdiction", "mainCountry"} {
		for _, v := range e.Texts(c) {
			d.add(Meaning{Field: Country}, c, v)
		}
	}
	for _, p := range e.Properties {
		for _, v := range p.Values {
			if v.Entity != nil {
				d.nested(p.Name, *v.Entity)
			} else if v.Text != "" {
				d.property(e, p.Name, v.Text)
			}
		}
	}
	out := Party{Key: e.ID, Entry: d.finish(), Listing: d.listing}
	if d.kind == party.Unknown && out.Entry.Kind == party.Person && !ftm.IsA("Person", e.Schema) {
		out.Entry.Kind = party.Unknown
	}
	return out
}

func kindOfSchema(schema string) party.Kind {
	switch {
	case ftm.IsA(schema, "Person"):
		return party.Person
	case ftm.IsA(schema, "Organization"):
		return party.Organization
	case ftm.IsA(schema, "Vessel"):
		return party.Vessel
	case ftm.IsA(schema, "Airplane"):
		return party.Aircraft
	}
	return party.Unknown
}

// IsParty says that entities of a schema can be asked about: persons,
// companies, ships, wallets; not addresses and the edges between them.
func IsParty(schema string) bool {
	s, known := ftm.Lookup(schema)
	return !known || s.Matchable && schema != "Address" && schema != "Position" || schema == "Thing" || schema == "Asset"
}

// entityNames puts the caption first among the names, since it is the one that
// the data set chose.
func (d *draft) entityNames(e ftm.Entity) {
	names := e.Texts("name")
	if i := slices.Index(names, e.Caption); i > 0 {
		names = append([]string{e.Caption}, slices.Delete(slices.Clone(names), i, i+1)...)
	}
	for _, n := range names {
		d.add(Meaning{Field: Name}, "name", n)
	}
	single := true
	for _, p := range nameParts {
		single = single && len(e.Texts(p.property)) <= 1
	}
	if !single { // the parts of several spellings cannot be told apart
		for _, p := range nameParts {
			for _, v := range e.Texts(p.property) {
				d.keep(p.property, v)
			}
		}
		return
	}
	for _, p := range nameParts {
		if v := e.First(p.property); v != "" {
			d.parts = append(d.parts, party.NamePart{Type: p.part, Value: v})
		}
	}
}

var nameParts = [...]struct {
	property string
	part     party.PartType
}{{"firstName", party.PartGiven}, {"secondName", party.PartMiddle}, {"middleName", party.PartMiddle}, {"fatherName", party.PartPatronymic}, {"motherName", party.PartMatronymic}, {"lastName", party.PartFamily}}

func isNamePart(name string) bool {
	return slices.ContainsFunc(nameParts[:], func(p struct {
		property string
		part     party.PartType
	}) bool {
		return p.property == name
	})
}

func (d *draft) keep(name, value string) {
	d.entry.Properties = append(d.entry.Properties, party.Property{Name: name, Value: value})
}

// property takes in one text of an entity.
func (d *draft) property(e ftm.Entity, name, v string) {
	if f, ok := propertyField(name); ok {
		// Values are single in FollowTheMoney: a semicolon is part of one.
		switch {
		case f.Field == Identifier:
			d.identities = append(d.identities, identity{scheme: d.scheme(e, f.Scheme), value: v, label: name})
		case f.Field == Alias || f.Field == WeakAlias || f.Field == Former:
			d.names = append(d.names, party.Name{Full: v, Kind: nameKind(f.Field), Weak: f.Field == WeakAlias})
		case f.Field == BirthPlace:
			d.entry.BirthPlaces = append(d.entry.BirthPlaces, v)
		case f.Field == Nationality && name == "citizenship":
			d.entry.Citizenships = append(d.entry.Citizenships, CountryOf(v))
		default:
			d.add(f, name, v)
		}
		return
	}
	switch {
	case name == "name" || name == "country" || name == "jurisdiction" || name == "mainCountry" || isNamePart(name):
	case d.craftProperty(name, v):
	default:
		d.keep(name, v)
	}
}

// scheme gives a wallet its currency.
func (d *draft) scheme(e ftm.Entity, s party.Scheme) party.Scheme {
	if s != "wallet" {
		return s
	}
	return party.Wallet(strings.ToLower(e.First("currencySymbol")))
}

func (d *draft) craftProperty(name, v string) bool {
	if d.kind != party.Vessel && d.kind != party.Aircraft {
		return false
	}
	c := d.craft()
	switch name {
	case "type":
		c.Type = v
	case "model":
		c.Model = v
	case "pastFlags":
		c.FormerFlags = append(c.FormerFlags, CountryOf(v))
	case "tonnage":
		c.Tonnage = v
	case "grossRegisteredTonnage":
		c.GrossTonnage = v
	case "buildDate":
		if s := Dates(v); len(s) == 1 {
			c.Built = s[0]
		}
	default:
		return false
	}
	return true
}

// propertyField says which field a property of FollowTheMoney is.
func propertyField(name string) (Meaning, bool) {
	switch name {
	case "alias":
		return Meaning{Field: Alias}, true
	case "weakAlias":
		return Meaning{Field: WeakAlias}, true
	case "previousName":
		return Meaning{Field: Former}, true
	case "nationality", "citizenship":
		return Meaning{Field: Nationality}, true
	case "birthDate":
		return Meaning{Field: BirthDate}, true
	case "birthPlace":
		return Meaning{Field: BirthPlace}, true
	case "deathDate":
		return Meaning{Field: DeathDate}, true
	case "gender":
		return Meaning{Field: Gender}, true
	case "title", "position":
		return Meaning{Field: Title}, true
	case "incorporationDate":
		return Meaning{Field: Founded}, true
	case "legalForm":
		return Meaning{Field: LegalForm}, true
	case "notes", "description", "summary":
		return Meaning{Field: Remarks}, true
	case "address":
		return Meaning{Field: Address}, true
	case "website":
		return Meaning{Field: Website}, true
	case "email":
		return Meaning{Field: Email}, true // its domain joins the websites
	case "phone":
		return Meaning{Field: Phone}, true
	case "flag":
		return Meaning{Field: Flag}, true
	}
	for _, p := range identifierProperties {
		if p.property == name {
			return Meaning{Field: Identifier, Scheme: p.scheme}, true
		}
	}
	return Meaning{}, false
}

var identifierProperties = [...]struct {
	property string
	scheme   party.Scheme
}{
	{"registrationNumber", party.Registration}, {"idNumber", party.NationalID}, {"taxNumber", party.TaxID}, {"licenseNumber", party.License}, {"vatCode", party.VAT},
	{"okpoCode", party.OKPO}, {"innCode", party.INN}, {"ogrnCode", party.OGRN}, {"kppCode", party.KPP}, {"bikCode", party.BIK}, {"leiCode", party.LEI}, {"dunsCode", party.DUNS},
	{"uniqueEntityId", party.UEI}, {"swiftBic", party.BIC}, {"bic", party.BIC}, {"iban", party.IBAN}, {"accountNumber", party.Account}, {"passportNumber", party.Passport},
	{"socialSecurityNumber", party.SSN}, {"cageCode", party.CAGE}, {"permId", party.PermID}, {"giiNumber", party.GIIN}, {"irsCode", party.EIN}, {"cikCode", party.CIK},
	{"isinCode", party.ISIN}, {"isin", party.ISIN}, {"figiCode", party.FIGI}, {"ticker", party.Ticker}, {"imoNumber", party.IMO}, {"mmsi", party.MMSI}, {"callSign", party.CallSign},
	{"icaoCode", party.ModeS}, {"serialNumber", party.AircraftSerial}, {"publicKey", "wallet"}, {"wikidataId", party.Wikidata}, {"voenCode", party.TaxID}, {"jibCode", party.TaxID},
	{"mbsCode", party.Registration}, {"ibcRuc", party.TaxID}, {"fnsCode", party.Number}, {"bvdId", party.Number}, {"npiCode", party.License}, {"unscId", party.Number}, {"crsNumber", party.Registration},
	{"uscCode", party.USCC},
}

// nested takes in an entity that an export puts into a property: addresses,
// passports and the acts of listing.
func (d *draft) nested(property string, e ftm.Entity) {
	switch {
	case ftm.IsA(e.Schema, "Address"):
		d.entry.Addresses = append(d.entry.Addresses, addressOf(e))
	case ftm.IsA(e.Schema, "Identification"):
		scheme := party.Number
		if ftm.IsA(e.Schema, "Passport") || strings.Contains(strings.ToLower(e.First("type")), "passport") {
			scheme = party.Passport
		}
		number := e.First("number")
		if number == "" {
			number = e.First("passportNumber")
		}
		if number != "" {
			d.identities = append(d.identities, identity{scheme: scheme, country: CountryOf(e.First("country")), value: number, label: e.First("type")})
		}
	case ftm.IsA(e.Schema, "Sanction"):
		d.sanction(e)
	case e.Schema == "CryptoWallet":
		for _, k := range e.Texts("publicKey") {
			d.identities = append(d.identities, identity{scheme: party.Wallet(strings.ToLower(e.First("currencySymbol"))), value: k, label: "CryptoWallet"})
		}
	default:
		name := e.Caption
		if name == "" {
			name = e.First("name")
		}
		d.keep(property, strings.TrimSpace(name+" "+e.ID))
	}
}

func addressOf(e ftm.Entity) party.Address {
	a := party.Address{Street: joinedTexts(e, "street", "street2", "postOfficeBox"), City: e.First("city"), Region: joinedTexts(e, "region", "state"), Postal: e.First("postalCode"), Country: CountryOf(e.First("country"))}
	if a.Street == "" {
		a.Full = e.First("full")
	}
	return a
}

func joinedTexts(e ftm.Entity, names ...string) string {
	s := ""
	for _, n := range names {
		if t := e.First(n); t != "" {
			s = joined(s, t)
		}
	}
	return s
}

// sanction reads the act of listing. Of several the first gives authority and
// date; programs add up.
func (d *draft) sanction(e ftm.Entity) {
	l := &d.listing
	for _, p := range append(e.Texts("programId"), e.Texts("program")...) {
		l.Programs = add(l.Programs, p)
	}
	l.Measures = append(l.Measures, e.Texts("provisions")...)
	if l.Authority == "" {
		l.Authority, l.URL = e.First("authority"), e.First("sourceUrl")
	}
	for _, r := range e.Texts("reason") {
		l.Reason = joined(l.Reason, r)
	}
	day := e.First("listingDate")
	if day == "" {
		day = e.First("startDate")
	}
	if s := Dates(day); len(s) == 1 && l.Listed.IsZero() {
		l.Listed = s[0].From
	}
}
