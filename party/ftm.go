// SPDX-License-Identifier: Apache-2.0

package party

// ftmProperties ties schemes to the properties of the FollowTheMoney model
// 3.8.4. A property that holds numbers of several schemes stands for the first.
var ftmProperties = [...]struct {
	property string
	scheme   Scheme
}{
	{"leiCode", LEI},
	{"innCode", INN},
	{"ogrnCode", OGRN},
	{"ogrnCode", OGRNIP},
	{"kppCode", KPP},
	{"okpoCode", OKPO},
	{"bikCode", BIK},
	{"swiftBic", BIC},
	{"bic", BIC}, // of a BankAccount
	{"iban", IBAN},
	{"accountNumber", Account},
	{"dunsCode", DUNS},
	{"uniqueEntityId", UEI},
	{"isinCode", ISIN},
	{"isin", ISIN}, // of a Security
	{"figiCode", FIGI},
	{"ticker", Ticker},
	{"cikCode", CIK},
	{"cageCode", CAGE},
	{"permId", PermID},
	{"giiNumber", GIIN},
	{"imoNumber", IMO},
	{"imoNumber", IMOCompany},
	{"mmsi", MMSI},
	{"callSign", CallSign},
	{"serialNumber", AircraftSerial},
	{"icaoCode", ModeS},
	{"registrationNumber", Registration},
	{"registrationNumber", USCC},
	{"registrationNumber", CNOrgCode},
	{"registrationNumber", TailNumber},
	{"uscCode", USCC}, // newer releases of the model
	{"taxNumber", TaxID},
	{"taxNumber", EIN},
	{"vatCode", VAT},
	{"idNumber", NationalID},
	{"idNumber", CNResident},
	{"idNumber", Number},
	{"passportNumber", Passport},
	{"socialSecurityNumber", SSN},
	{"licenseNumber", License},
	{"wikidataId", Wikidata},
	{"publicKey", "wallet"},
}

// FollowTheMoney returns the property that holds identifiers of s in
// FollowTheMoney data, as in "leiCode"; "" where the model has no word.
func (s Scheme) FollowTheMoney() string {
	if _, ok := s.Currency(); ok {
		s = "wallet"
	}
	for _, p := range ftmProperties {
		if p.scheme == s {
			return p.property
		}
	}
	return ""
}

// FollowTheMoneyScheme returns the scheme whose identifiers a FollowTheMoney
// property holds. It is not ok for a property that holds none.
func FollowTheMoneyScheme(property string) (s Scheme, ok bool) {
	for _, p := range ftmProperties {
		if p.property == property {
			return p.scheme, true
		}
	}
	return "", false
}

// FromFollowTheMoney returns the identifier that a FollowTheMoney property
// holds. The check digits may give a general property's number a particular
// scheme, as in [Labelled]; the property is its label. It is not ok for a
// property that holds no identifiers.
func FromFollowTheMoney(property, country, value string) (id Identifier, ok bool) {
	s, ok := FollowTheMoneyScheme(property)
	if !ok {
		return Identifier{}, false
	}
	id = refine(s, country, value)
	if s == OGRN && id.Check == Bad {
		if trader := NewIdentifier(OGRNIP, country, value); trader.Check == Valid {
			id = trader
		}
	}
	if s == IMO && id.Check == Bad {
		if company := NewIdentifier(IMOCompany, country, value); company.Check == Valid {
			id = company
		}
	}
	id.Label = property
	return id, true
}

// FollowTheMoney returns the schema of a kind: [ParseKind] reads it back. The
// kinds that only evidence speaks of are organisations there, or nothing.
func (k Kind) FollowTheMoney() string {
	switch k {
	case Person:
		return "Person"
	case Organization, ThreatGroup:
		return "Organization"
	case Vessel:
		return "Vessel"
	case Aircraft:
		return "Airplane"
	case Unknown:
		return "LegalEntity"
	}
	return ""
}
