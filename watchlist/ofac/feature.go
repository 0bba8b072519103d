// SPDX-License-Identifier: Apache-2.0

package ofac

import (
	"strings"

	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/places"
)

// A feature is one detail of an entry, in the terms that all three formats
// share: OFAC's label and what stands beside it.
type feature struct {
	label       string
	text        string     // the value as printed; of a date its text form
	when        party.Span // of a dated feature
	country     string     // of a feature that names a country: the code, else as printed
	comment     string
	reliability string // "Confirmed", "Reported", "False"; "" where not said
}

// wallet is how OFAC labels the addresses of virtual currencies, followed by the
// currency's code.
const walletLabel = "Digital Currency Address - "

// addTo puts the feature where party.Entry has a place for it, and keeps it as
// a property under its own label where it has none. What OFAC marks as false (an
// invented birth date, say) is kept as a property only, so that it never
// speaks for or against a match.
func (f feature) addTo(e *party.Entry) {
	if f.reliability == "False" {
		e.Properties = append(e.Properties, party.Property{Name: f.label + " (false)", Value: f.value()})
		f.remark(e)
		return
	}
	if f.reliability != "" && f.reliability != unknown {
		e.Properties = append(e.Properties, party.Property{Name: f.label + " (reliability)", Value: f.value() + ": " + f.reliability})
	}
	if currency, ok := strings.CutPrefix(f.label, walletLabel); ok {
		f.identifier(e, party.Wallet(currency), "")
		return
	}
	if f.addToParty(e) || f.addToCraft(e) {
		f.remark(e)
		return
	}
	if scheme, country := featureScheme(f.label); scheme != "" {
		f.identifier(e, scheme, country)
		return
	}
	f.property(e)
}

// value is the feature as text, whatever it consists of.
func (f feature) value() string {
	switch {
	case !f.when.IsZero():
		return f.when.String()
	case f.text != "":
		return f.text
	}
	return f.country
}

func (f feature) property(e *party.Entry) {
	e.Properties = append(e.Properties, party.Property{Name: f.label, Value: f.value()})
	f.remark(e)
}

// remark keeps the publisher's comment on the feature.
func (f feature) remark(e *party.Entry) {
	if f.comment != "" {
		e.Properties = append(e.Properties, party.Property{Name: f.label + " (comment)", Value: f.value() + ": " + f.comment})
	}
}

func (f feature) identifier(e *party.Entry, scheme party.Scheme, country string) {
	id := party.NewIdentifier(scheme, country, f.text)
	id.Label, id.Note = f.label, f.comment
	e.Identifiers = append(e.Identifiers, id)
}

func (f feature) addToParty(e *party.Entry) bool {
	switch f.label {
	case "Birthdate":
		e.Births = append(e.Births, f.when)
	case "Place of Birth":
		e.BirthPlaces = append(e.BirthPlaces, f.text)
	case "Nationality Country":
		e.Nationalities = append(e.Nationalities, f.country)
	case "Citizenship Country":
		e.Citizenships = append(e.Citizenships, f.country)
	case "Nationality of Registration", "Registration Country":
		e.Countries = append(e.Countries, f.country)
	case "Other Vessel Flag":
		e.Countries = append(e.Countries, countryOf(f.text))
		e.Properties = append(e.Properties, party.Property{Name: f.label, Value: f.text})
	case "Gender":
		if e.Gender != "" {
			return false
		}
		e.Gender = gender(f.text)
	case "Title":
		e.Titles = append(e.Titles, f.text)
	case "Organization Established Date":
		e.Founded = append(e.Founded, f.when)
	case "Website":
		e.Websites = append(e.Websites, f.text)
	case "Email Address":
		e.Emails = append(e.Emails, f.text)
	case "Phone Number":
		e.Phones = append(e.Phones, f.text)
	default:
		return false
	}
	return true
}

// gender returns FollowTheMoney's word.
func gender(text string) string {
	switch s := strings.ToLower(strings.TrimSpace(text)); s {
	case "male", "female":
		return s
	}
	return "other"
}

// addToCraft fills the particulars of a vessel or an aircraft. A particular
// that stands twice is kept as a property the second time.
func (f feature) addToCraft(e *party.Entry) bool {
	if f.label == "Former Vessel Flag" {
		c := craft(e)
		c.FormerFlags = append(c.FormerFlags, countryOf(f.text))
		return true
	}
	if f.label == "Aircraft Manufacture Date" || f.label == "Vessel Year of Build" {
		c := craft(e)
		if !c.Built.IsZero() || c.Built.Text != "" {
			return false
		}
		c.Built = f.when
		if d, err := party.ParseDate(f.text); f.when.IsZero() && err == nil {
			c.Built = party.On(d)
		} else if f.when.IsZero() {
			c.Built.Text = f.text
		}
		return true
	}
	field := craftField(f.label)
	if field == nil {
		return false
	}
	value := f.text
	if f.label == "Vessel Flag" {
		value = countryOf(f.text)
	}
	if p := field(craft(e)); *p == "" {
		*p = value
	} else if *p != value {
		return false
	}
	if f.label == "Vessel Call Sign" {
		id := party.NewIdentifier(party.CallSign, "", f.text)
		id.Label = f.label
		e.Identifiers = append(e.Identifiers, id)
	}
	return true
}

func craft(e *party.Entry) *party.Craft {
	if e.Craft == nil {
		e.Craft = &party.Craft{}
	}
	return e.Craft
}

func craftField(label string) func(*party.Craft) *string {
	switch label {
	case "VESSEL TYPE":
		return func(c *party.Craft) *string { return &c.Type }
	case "Vessel Flag":
		return func(c *party.Craft) *string { return &c.Flag }
	case "Vessel Call Sign":
		return func(c *party.Craft) *string { return &c.CallSign }
	case "Vessel Owner":
		return func(c *party.Craft) *string { return &c.Owner }
	case "Vessel Tonnage":
		return func(c *party.Craft) *string { return &c.Tonnage }
	case "Vessel Gross Registered Tonnage":
		return func(c *party.Craft) *string { return &c.GrossTonnage }
	case "Aircraft Model":
		return func(c *party.Craft) *string { return &c.Model }
	case "Aircraft Operator":
		return func(c *party.Craft) *string { return &c.Operator }
	}
	return nil
}

// featureScheme maps the labels of features that are identifiers.
func featureScheme(label string) (scheme party.Scheme, country string) {
	switch label {
	case "SWIFT/BIC":
		return party.BIC, ""
	case "BIK (RU)":
		return party.BIK, "ru"
	case "D-U-N-S Number":
		return party.DUNS, ""
	case "ISIN":
		return party.ISIN, ""
	case "Equity Ticker":
		return party.Ticker, ""
	case "MICEX Code":
		return party.Ticker, "ru"
	case "Vessel Call Sign", "Other Vessel Call Sign":
		return party.CallSign, ""
	case "Aircraft Tail Number", "Previous Aircraft Tail Number":
		return party.TailNumber, ""
	case "Aircraft Manufacturer's Serial Number (MSN)", "Aircraft Construction Number (also called L/N or S/N or F/N)":
		return party.AircraftSerial, ""
	case "Aircraft Mode S Transponder Code":
		return party.ModeS, ""
	}
	return "", ""
}

// countryOf returns the code of a country, or the name as printed.
func countryOf(name string) string {
	if code, ok := places.Country(name); ok {
		return code
	}
	return name
}
