// SPDX-License-Identifier: Apache-2.0

package ofac

import (
	"strconv"
	"strings"

	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/places"
)

// readRemarks takes the remarks of an entry apart. They are clauses with ";"
// between them and a full stop at the end, most of them a label and a value:
//
//	DOB 02 Dec 1966; POB Caracas, Venezuela; nationality Venezuela; Gender Male; Cedula No. 6857541 (Venezuela).
//
// A second value of a kind has "alt. " before it. A clause that is not
// understood is kept as a property.
func (l *legacy) readRemarks(e *party.Entry) {
	text := strings.TrimSpace(e.Remarks)
	if text == "" {
		return
	}
	text = strings.TrimSuffix(text, ".")
	clauses := strings.Split(text, ";")
	for i, c := range clauses {
		c = strings.TrimSpace(c)
		bare := cutAlt(c)
		if bare == "" || l.readName(e, bare) || l.readLink(e, bare, i == len(clauses)-1) || readFeature(e, bare) || readDocument(e, bare) {
			continue
		}
		if len(e.Titles) > 0 && strings.Contains(e.Titles[0], c) {
			continue // the remarks say the title again
		}
		e.Properties = append(e.Properties, party.Property{Name: "Remark", Value: c})
	}
}

func cutAlt(clause string) string {
	if len(clause) > 5 && strings.EqualFold(clause[:5], "alt. ") {
		return strings.TrimSpace(clause[5:])
	}
	return clause
}

// readName reads a weak alias: a.k.a. 'THE CHESS PLAYER'. OFAC keeps those that
// are too common to screen for out of alt.csv.
func (l *legacy) readName(e *party.Entry, clause string) bool {
	for _, prefix := range [...]string{"a.k.a.", "f.k.a.", "n.k.a."} {
		rest, ok := strings.CutPrefix(clause, prefix+" '")
		if !ok {
			continue
		}
		e.Names = append(e.Names, party.Name{Full: strings.TrimSuffix(rest, "'"), Kind: nameKind(prefix), Weak: true, Script: "Latin"})
		return true
	}
	return false
}

// linkedTo is the one relation of the legacy files, without a type.
const linkedTo = "Linked To"

// readLink reads "Linked To: NAME". The name is the primary one of the other
// entry, which is found where only one has it. The last clause may have lost a
// full stop that belongs to the name.
func (l *legacy) readLink(e *party.Entry, clause string, last bool) bool {
	name, ok := strings.CutPrefix(clause, linkedTo+": ")
	if !ok {
		return false
	}
	id := l.primary[name]
	if with := l.primary[name+"."]; id == "" && last && with != "" {
		name, id = name+".", with
	}
	r := party.Relation{Kind: party.RelatedTo, Label: linkedTo, ToName: name}
	if id != "" {
		r.To = party.Ref{List: l.list, ID: id}
	}
	e.Relations = append(e.Relations, r)
	return true
}

// remarkLabels maps how the remarks name a feature to its label in the XML
// files; "" means the same word. They are tried in this order.
var remarkLabels = [...]struct{ remark, label string }{
	{"DOB", "Birthdate"},
	{"POB", "Place of Birth"},
	{"nationality", "Nationality Country"},
	{"citizen", "Citizenship Country"},
	{"Gender", ""},
	{"Website", ""},
	{"Email Address", ""},
	{"Email:", "Email Address"},
	{"Phone Number", ""},
	{"Phone No.", "Phone Number"},
	{"Telephone Number:", "Phone Number"},
	{"Telephone:", "Phone Number"},
	{"Telephone No.", "Phone Number"},
	{"SWIFT/BIC", ""},
	{"BIK (RU)", ""},
	{"D-U-N-S Number", ""},
	{"Equity Ticker", ""},
	{"ISIN", ""},
	{"MICEX Code", ""},
	{"Organization Established Date", ""},
	{"Nationality of Registration", ""},
	{"Registration Country", ""},
	{"Former Vessel Flag", ""},
	{"Other Vessel Flag", ""},
	{"Other Vessel Call Sign", ""},
	{"Vessel Year of Build", ""},
	{"Aircraft Manufacture Date", ""},
	{"Aircraft Model", ""},
	{"Aircraft Operator", ""},
	{"Aircraft Tail Number", ""},
	{"Previous Aircraft Tail Number", ""},
	{"Aircraft Manufacturer's Serial Number (MSN)", ""},
	{"Aircraft Construction Number (also called L/N or S/N or F/N)", ""},
	{"Aircraft Mode S Transponder Code", ""},
	{"Organization Type:", ""},
	{"Target Type", ""},
	{"Issuer Name", ""},
	{"Other Vessel Type", ""},
	{"UN/LOCODE", ""},
	{"Secondary sanctions risk:", ""},
	{"Additional Sanctions Information -", ""},
	{"IFCA Determination -", ""},
	{"CAATSA Section 235 Information:", ""},
	{"PEESA Information:", ""},
	{"Transactions Prohibited For Persons Owned or Controlled By U.S. Financial Institutions:", ""},
	{"Executive Order 13662 Directive Determination -", ""},
	{"Executive Order 13846 information:", ""},
	{"Executive Order 14024 Directive Information -", ""},
	{"Executive Order 14024 Directive Information", ""},
	{"Listing Date (CMIC)", ""},
	{"Effective Date (CMIC)", ""},
	{"Purchase/Sales For Divestment Date (CMIC)", ""},
}

// readFeature reads a clause that the XML files hold as a feature.
func readFeature(e *party.Entry, clause string) bool {
	if rest, ok := strings.CutPrefix(clause, walletLabel); ok {
		currency, address, ok := strings.Cut(rest, " ")
		if ok {
			feature{label: walletLabel + currency, text: strings.TrimSpace(address)}.addTo(e)
		}
		return ok
	}
	for _, r := range remarkLabels {
		if !strings.HasPrefix(clause, r.remark) {
			continue
		}
		rest := clause[len(r.remark):]
		value := strings.TrimSpace(rest)
		if value == "" || rest[0] != ' ' && !strings.HasSuffix(r.remark, ":") {
			continue
		}
		f := feature{label: r.label, text: value}
		if f.label == "" {
			f.label = r.remark
		}
		return f.complete(e)
	}
	return false
}

// complete adds a feature whose value is text to the entry, with the date or
// the country that the text says.
func (f feature) complete(e *party.Entry) bool {
	switch f.label {
	case "Birthdate", "Organization Established Date", "Aircraft Manufacture Date":
		span, ok := printedSpan(f.text)
		if !ok {
			span = party.Span{Text: f.text}
		}
		f.when = span
	case "Nationality Country", "Citizenship Country", "Nationality of Registration", "Registration Country":
		f.country = countryOf(f.text)
	}
	f.addTo(e)
	return true
}

// readDocument reads a clause that is an identity document:
//
//	Passport A0139243 (Iran) issued 21 Jun 1992 expires 01 Jan 2002
func readDocument(e *party.Entry, clause string) bool {
	label := documentLabel(clause)
	if label == "" {
		return false
	}
	value := strings.TrimSpace(strings.TrimLeft(clause[len(label):], " #:"))
	if !strings.ContainsAny(value, "0123456789") {
		return false
	}
	value, expires, okExpires := cutDate(value, " expires ")
	value, issued, okIssued := cutDate(value, " issued ")
	value, country := cutCountry(value)
	id := document(label, e.Kind, country, value)
	if okIssued {
		id.Issued = issued
	}
	if okExpires {
		id.Expires = expires
	}
	e.Identifiers = append(e.Identifiers, id)
	return true
}

// documentLabel returns the longest label of a document that a clause begins
// with.
func documentLabel(clause string) (label string) {
	for _, d := range documentSchemes {
		if len(d.label) > len(label) && strings.HasPrefix(clause, d.label) && len(clause) > len(d.label) && strings.ContainsRune(" #:", rune(clause[len(d.label)])) {
			label = d.label
		}
	}
	return label
}

// cutDate takes " issued 21 Jun 1992" off the end of s. What is no date stays.
func cutDate(s, word string) (rest string, d party.Date, ok bool) {
	i := strings.LastIndex(s, word)
	if i < 0 {
		return s, d, false
	}
	d, ok = printedDate(s[i+len(word):])
	if !ok {
		return s, d, false
	}
	return strings.TrimSpace(s[:i]), d, true
}

// cutCountry takes "(Iran)" off the end of s. What is no country stays.
func cutCountry(s string) (rest, country string) {
	i := strings.LastIndex(s, " (")
	if i < 0 || !strings.HasSuffix(s, ")") {
		return s, ""
	}
	code, ok := places.Country(s[i+2 : len(s)-1])
	if !ok {
		return s, ""
	}
	return strings.TrimSpace(s[:i]), code
}

// printedSpan reads dates as the remarks print them: "02 Dec 1966", "Mar 1962",
// "1962", "circa 1962", "1962 to 1964", "circa 1962-1964".
func printedSpan(s string) (party.Span, bool) {
	s = strings.TrimSpace(s)
	rest, circa := strings.CutPrefix(s, "circa ")
	from, to, isRange := strings.Cut(rest, " to ")
	if !isRange && len(rest) == len("1962-1964") && rest[4] == '-' {
		from, to, isRange = rest[:4], rest[5:], true
	}
	a, ok := printedDate(from)
	if !ok {
		return party.Span{}, false
	}
	span := party.On(a)
	span.Circa = circa
	if isRange {
		if span.To, ok = printedDate(to); !ok {
			return party.Span{}, false
		}
	}
	return span, true
}

const months = "JanFebMarAprMayJunJulAugSepOctNovDec"

// printedDate reads "02 Dec 1966", "Dec 1966" and "1966".
func printedDate(s string) (party.Date, bool) {
	words := strings.Fields(s)
	if len(words) == 0 || len(words) > 3 {
		return party.Date{}, false
	}
	year, err := strconv.Atoi(words[len(words)-1])
	if err != nil || year < 1000 || year > 9999 {
		return party.Date{}, false
	}
	d := party.Date{Year: int16(year)}
	if len(words) > 1 {
		i := strings.Index(months, words[len(words)-2])
		if i < 0 || i%3 != 0 || len(words[len(words)-2]) != 3 {
			return party.Date{}, false
		}
		d.Month = uint8(i/3 + 1)
	}
	if len(words) == 3 {
		day, err := strconv.Atoi(words[0])
		if err != nil || day < 1 || day > int(d.Last().Day) {
			return party.Date{}, false
		}
		d.Day = uint8(day)
	}
	return d, true
}
