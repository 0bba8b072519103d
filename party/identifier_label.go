// SPDX-License-Identifier: Apache-2.0

package party

import "strings"

// Labelled returns the identifier that a publisher prints under a label of its
// own: "Tax ID No.", "Digital Currency Address - XBT", "Vessel Registration
// Identification". The label is kept. Lists print Russian OGRNs as
// "Registration Number" and Chinese USCCs as "National ID No."; where check
// digits and country say so, the identifier gets that scheme.
func Labelled(label, country, value string) Identifier {
	id := refine(schemeOf(label), country, value)
	id.Label = label
	return id
}

// schemeOf returns the scheme that a label means; [Number] where none is known.
func schemeOf(label string) Scheme {
	l := strings.ToLower(strings.ReplaceAll(label, ".", ""))
	if currency, ok := strings.CutPrefix(l, "digital currency address - "); ok {
		return Wallet(currency)
	}
	words := " " + strings.Map(func(r rune) rune {
		if strings.ContainsRune("_-()/#:", r) {
			return ' '
		}
		return r
	}, l) + " "
	for _, s := range labels {
		if strings.Contains(words, s.part) {
			return s.scheme
		}
	}
	return Number
}

// labels are parts of the labels of OFAC, UN, EU, UK, SECO, SEMA and DFAT, the
// particular before the general. Full stops are dropped before.
var labels = [...]struct {
	part   string
	scheme Scheme
}{
	{"credit code", USCC}, {" uscc", USCC}, {"commercial code", TelegraphCode},
	{"passport", Passport}, {"travel document", Passport}, {"seafarer", Passport},
	{" ogrnip", OGRNIP}, {" ogrn", OGRN}, {" inn ", INN}, {" kpp ", KPP}, {" okpo ", OKPO}, {"government gazette", OKPO}, {" bik ", BIK},
	{" mmsi ", MMSI}, {"vessel registration", IMO}, {" imo company", IMOCompany}, {" imo ", IMO}, {"call sign", CallSign},
	{"swift", BIC}, {" bic ", BIC}, {" iban ", IBAN}, {" isin ", ISIN}, {" lei ", LEI}, {"legal entity", LEI},
	{"d u n s", DUNS}, {" duns", DUNS}, {"intermediary identification", GIIN}, {" giin ", GIIN},
	{"ticker", Ticker}, {"micex", Ticker}, {" figi ", FIGI}, {" cage ", CAGE}, {" uei ", UEI},
	{"tail number", TailNumber}, {"transponder", ModeS}, {"manufacturer's serial", AircraftSerial}, {"construction number", AircraftSerial}, {"aircraft serial", AircraftSerial},
	{"ssn", SSN}, {"social security", SSN}, {"fein", EIN}, {" ein ", EIN},
	{" vat ", VAT}, {"turkish identification", NationalID},
	{" tax", TaxID}, {" rfc ", TaxID}, {" nit ", TaxID}, {" ruc ", TaxID}, {" rif ", TaxID}, {" cuit ", TaxID}, {" cif ", TaxID}, {" nif ", TaxID}, {" rtn ", TaxID}, {"fiscal", TaxID}, {"tributaria", TaxID},
	{"organization code", CNOrgCode}, {"organisation code", CNOrgCode},
	{"license", License}, {"licence", License}, {"permit", License},
	{"curp", NationalID}, {"cedula", NationalID}, {" dni ", NationalID}, {" nie ", NationalID}, {" cui ", NationalID}, {" cuip ", NationalID}, {" ife ", NationalID}, {" le number", NationalID}, {" cnp ", NationalID},
	{"national", NationalID}, {"personal id", NationalID}, {"citizen", NationalID}, {"electoral", NationalID}, {"identidad", NationalID}, {"tazkira", NationalID}, {"kenyan id", NationalID}, {"federal id", NationalID}, {"residen", NationalID}, {"birth cert", NationalID}, {"refugee id", NationalID}, {"stateless person id", NationalID}, {"uae identification", NationalID}, {"identity", NationalID}, {"id card", NationalID},
	{"registration", Registration}, {"registered", Registration}, {"registry", Registration}, {"register", Registration}, {"registrationnumber", Registration}, {"company n", Registration}, {"business n", Registration}, {"enterprise n", Registration}, {"branch unit", Registration}, {"chamber", Registration}, {" cr no", Registration}, {"romanian cr", Registration}, {" cin ", Registration}, {"matricula", Registration}, {"folio", Registration}, {"charity", Registration}, {"incorporation", Registration}, {"file number", Registration}, {"legal entity number", Registration},
	{"account", Account},
}

// refine gives a number that was printed under a general or a wrong label the
// scheme that its check digits confirm.
func refine(scheme Scheme, country, value string) Identifier {
	id := NewIdentifier(scheme, country, value)
	if id.Check == Valid {
		return id
	}
	if isIMO := strings.HasPrefix(strings.ToUpper(strings.TrimSpace(value)), "IMO"); isIMO && scheme.isGeneral() {
		return NewIdentifier(IMOCompany, country, value)
	}
	for _, s := range mayBe(scheme, country) {
		if c := NewIdentifier(s, country, value); c.Check == Valid {
			return c
		}
	}
	if id.Check != Bad {
		return id
	}
	switch scheme {
	case LEI, CNOrgCode:
		return NewIdentifier(Registration, country, value) // "Legal Entity Number" is a Dutch register's too
	case OKPO:
		return NewIdentifier(Number, country, value)
	case IMO:
		if compactIMO := id.Normal; !strings.HasPrefix(compactIMO, "IMO") && len(compactIMO) != 7 {
			return NewIdentifier(Registration, country, value)
		}
	}
	return id
}

// mayBe lists the schemes whose numbers lists print under a general label.
func mayBe(scheme Scheme, country string) []Scheme {
	if !scheme.isGeneral() && scheme != LEI && scheme != CNOrgCode && scheme != USCC && scheme != INN && scheme != OGRN {
		return nil
	}
	may := []Scheme{LEI}
	if country == "cn" || country == "" {
		if scheme == NationalID || scheme == Number {
			may = append(may, CNResident) // before the other: one in 31 passes both
		}
		may = append(may, USCC)
	}
	if country != "ru" && (country != "" || scheme == NationalID || scheme == Number) {
		return may
	}
	switch scheme {
	case TaxID, INN:
		may = append(may, INN, OGRN, OGRNIP)
	case Registration, License, OGRN:
		may = append(may, OGRN, OGRNIP, INN)
	case Number, NationalID:
		may = append(may, OGRN, INN)
	}
	return may
}
