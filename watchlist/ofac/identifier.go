// SPDX-License-Identifier: Apache-2.0

package ofac

import (
	"strings"

	"github.com/interdict-dev/interdict/party"
)

// documentSchemes maps the labels of identity documents (IDRegDocTypeValues;
// the same words stand in the remarks of the legacy files) to schemes, sorted
// by label. A label that is not here is a plain number under its own label.
var documentSchemes = [...]struct {
	label  string
	scheme party.Scheme
}{
	{"Afghan Money Service Provider License Number", party.License},
	{"Aircraft Serial Identification", party.AircraftSerial},
	{"Birth Certificate Number", party.NationalID},
	{"Bosnian Personal ID No.", party.NationalID},
	{"Branch Unit Number", party.Registration},
	{"British National Overseas Passport", party.Passport},
	{"Business Number", party.Registration},
	{"Business Registration Document #", party.Registration},
	{"Business Registration Number", party.Registration},
	{"C.I.F.", party.TaxID},
	{"C.I.N.", party.Registration},
	{"C.R. No.", party.Registration},
	{"C.U.I.", party.NationalID},
	{"C.U.I.P.", party.NationalID},
	{"C.U.I.T.", party.TaxID},
	{"C.U.R.P.", party.NationalID},
	{"CNP (Personal Numerical Code)", party.NationalID},
	{"Cartilla de Servicio Militar Nacional", party.NationalID},
	{"Cedula No.", party.NationalID},
	{"Central Registration System Number", party.Registration},
	{"Certificate of Incorporation Number", party.Registration},
	{"Chamber of Commerce Number", party.Registration},
	{"Chinese Commercial Code", party.TelegraphCode},
	{"Citizen's Card Number", party.NationalID},
	{"Commercial Registry Number", party.Registration},
	{"Company Number", party.Registration},
	{"Credencial electoral", party.NationalID},
	{"D.N.I.", party.NationalID},
	{"Diplomatic Passport", party.Passport},
	{"Driver's License No.", party.License},
	{"Dubai Chamber of Commerce Membership No.", party.Registration},
	{"Economic Register Number (CBLS)", party.Registration},
	{"Electoral Registry No.", party.NationalID},
	{"Enterprise Number", party.Registration},
	{"Federal ID Card", party.NationalID},
	{"File Number", party.Registration},
	{"Fiscal Code", party.TaxID},
	{"Folio Mercantil No.", party.Registration},
	{"Global Intermediary Identification Number", party.GIIN},
	{"Government Gazette Number", party.OKPO},
	{"I.F.E.", party.NationalID},
	{"Identification Number", party.Number},
	{"Immigration No.", party.NationalID},
	{"Istanbul Chamber of Comm. No.", party.Registration},
	{"Italian Fiscal Code", party.TaxID},
	{"Kenyan ID No.", party.NationalID},
	{"LE Number", party.NationalID},
	{"Legal Entity Number", party.LEI},
	{"License", party.License},
	{"MMSI", party.MMSI},
	{"MSB Registration Number", party.Registration},
	{"Matricula Mercantil No", party.Registration},
	{"Military Registration Number", party.NationalID},
	{"Moroccan Personal ID No.", party.NationalID},
	{"N.I.E.", party.NationalID},
	{"N.I.F.", party.TaxID},
	{"NIT #", party.TaxID},
	{"National Foreign ID Number", party.NationalID},
	{"National ID No.", party.NationalID},
	{"Numero Unico de Identificacao Tributaria (NUIT)", party.TaxID},
	{"Numero de Identidad", party.NationalID},
	{"Organization Code", party.CNOrgCode},
	{"Paraguayan tax identification number", party.TaxID},
	{"Passport", party.Passport},
	{"Permit Number", party.License},
	{"Personal ID Card", party.NationalID},
	{"Pilot License Number", party.License},
	{"Public Registration Number", party.Registration},
	{"Public Security and Immigration No.", party.NationalID},
	{"R.F.C.", party.TaxID},
	{"RFC", party.TaxID},
	{"RIF #", party.TaxID},
	{"RTN", party.TaxID},
	{"RUC #", party.TaxID},
	{"Refugee ID Card", party.NationalID},
	{"Registered Charity No.", party.Registration},
	{"Registration Certificate Number (Dubai)", party.Registration},
	{"Registration ID", party.Registration},
	{"Registration Number", party.Registration},
	{"Residency Number", party.NationalID},
	{"Romanian C.R.", party.Registration},
	{"Romanian Permanent Resident", party.NationalID},
	{"Romanian Tax Registration", party.TaxID},
	{"Russian State Individual Business Registration Number Pattern (OGRNIP)", party.OGRNIP},
	{"SRE Permit No.", party.License},
	{"SSN", party.SSN},
	{"Seafarer's Identification Document", party.NationalID},
	{"Serial No.", party.Number},
	{"Stateless Person ID Card", party.NationalID},
	{"Stateless Person Passport", party.Passport},
	{"Tarjeta de Identidad", party.NationalID},
	{"Tax ID No.", party.TaxID},
	{"Tazkira National ID Card", party.NationalID},
	{"Tourism License No.", party.License},
	{"Trade License No.", party.License},
	{"Trademark number", party.Number},
	{"Travel Document Number", party.Passport},
	{"Turkish Identification Number", party.NationalID},
	{"UAE Identification", party.NationalID},
	{"UK Company Number", party.Registration},
	{"US FEIN", party.EIN},
	{"Unified Social Credit Code (USCC)", party.USCC},
	{"United Social Credit Code Certificate (USCCC)", party.USCC},
	{"V.A.T. Number", party.VAT},
	{"Vessel Registration Identification", party.Registration},
	{"VisaNumberID", party.Number},
}

func documentScheme(label string) (party.Scheme, bool) {
	lo, hi := 0, len(documentSchemes)
	for lo < hi {
		if mid := (lo + hi) / 2; documentSchemes[mid].label < label {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo < len(documentSchemes) && documentSchemes[lo].label == label {
		return documentSchemes[lo].scheme, true
	}
	return party.Number, false
}

// finer lists the schemes with check digits that a country's numbers of a
// broad scheme may be of. The first whose check digits are right is taken.
var finer = [...]struct {
	country string
	scheme  party.Scheme
	try     []party.Scheme
}{
	{"cn", party.CNOrgCode, []party.Scheme{party.USCC}},
	{"cn", party.NationalID, []party.Scheme{party.CNResident}},
	{"cn", party.Number, []party.Scheme{party.USCC, party.CNResident}},
	{"cn", party.Registration, []party.Scheme{party.USCC, party.CNOrgCode}},
	{"cn", party.TaxID, []party.Scheme{party.USCC}},
	{"ru", party.Number, []party.Scheme{party.OGRN, party.OGRNIP}},
	{"ru", party.Registration, []party.Scheme{party.OGRN, party.OGRNIP}},
	{"ru", party.TaxID, []party.Scheme{party.INN}},
}

// document returns the identifier of an identity document under OFAC's label.
// Where the label is broader than the number, check digits decide: a Russian
// "Tax ID No." is an INN if its digits say so.
func document(label string, kind party.Kind, country, value string) party.Identifier {
	scheme, _ := documentScheme(label)
	try := []party.Scheme{}
	for _, f := range finer {
		if f.scheme == scheme && f.country == country {
			try = f.try
		}
	}
	if saysIMO(value) {
		// Ships and companies have registers of their own; the label does not say which.
		scheme, try = party.IMOCompany, []party.Scheme{party.IMOCompany, party.IMO}
		if kind == party.Vessel {
			scheme, try = party.IMO, []party.Scheme{party.IMO, party.IMOCompany}
		}
	}
	id := party.NewIdentifier(scheme, country, value)
	for _, s := range try {
		if finer := party.NewIdentifier(s, country, value); finer.Check == party.Valid {
			id = finer
			break
		}
	}
	id.Label = label
	return id
}

// saysIMO says that a number calls itself one of the International Maritime
// Organization, as it does under several labels.
func saysIMO(value string) bool {
	rest, ok := strings.CutPrefix(strings.ToUpper(strings.TrimSpace(value)), "IMO")
	return ok && strings.ContainsAny(rest, "0123456789")
}
