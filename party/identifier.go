// SPDX-License-Identifier: Apache-2.0

package party

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// An Identifier is a number or string that names one party in one register.
type Identifier struct {
	Scheme  Scheme
	Country string // who issues it: ISO 3166-1 alpha-2 in lower case where known; "" where not said
	Value   string // as printed
	Normal  string // the form that is compared; see [NewIdentifier]
	Check   Check
	Label   string // the publisher's name for the scheme: "Tax ID No."
	Issued  Date
	Expires Date
	Note    string
}

// A Scheme is the register or format of an identifier, as in "uscc". A wallet's
// scheme is "wallet-" and its currency; see [Wallet].
type Scheme string

// Schemes with a form of their own; most have check digits.
const (
	USCC       Scheme = "uscc"        // Unified Social Credit Code, GB 32100-2015
	CNOrgCode  Scheme = "cn-org-code" // organisation code, GB 11714-1997: characters 9 to 17 of a USCC
	CNResident Scheme = "cn-resident" // PRC resident identity number, GB 11643-1999 (ISO 7064 mod 11-2)
	LEI        Scheme = "lei"         // ISO 17442 (ISO 7064 mod 97-10)
	BIC        Scheme = "bic"         // ISO 9362, also called SWIFT code
	IBAN       Scheme = "iban"        // ISO 13616 (ISO 7064 mod 97-10)
	ISIN       Scheme = "isin"        // ISO 6166 (Luhn)
	IMO        Scheme = "imo"         // IMO ship identification number, IMO resolution A.1117(30)
	IMOCompany Scheme = "imo-company" // IMO company and registered owner number, IMO resolution MSC.160(78)
	MMSI       Scheme = "mmsi"        // ITU-R M.585: nine digits
	CallSign   Scheme = "call-sign"   // ITU Radio Regulations, article 19
	INN        Scheme = "inn"         // Russian taxpayer number: 10 digits, persons 12 (order ММВ-7-6/435@ of 2012)
	KPP        Scheme = "kpp"         // Russian tax registration reason code: nine characters, not unique
	OGRN       Scheme = "ogrn"        // Russian state register of legal entities: 13 digits
	OGRNIP     Scheme = "ogrnip"      // Russian state register of sole traders: 15 digits
	OKPO       Scheme = "okpo"        // Russian statistics code: 8 or 10 digits; OFAC's "Government Gazette Number"
	BIK        Scheme = "bik"         // Russian bank code: nine digits beginning with 04
	DUNS       Scheme = "duns"        // D-U-N-S number: nine digits; check digits were given up in 2006
	EIN        Scheme = "ein"         // U.S. employer identification number: nine digits
	SSN        Scheme = "ssn"         // U.S. social security number: nine digits
	GIIN       Scheme = "giin"        // FATCA global intermediary number: 19 characters
	FIGI       Scheme = "figi"        // Financial Instrument Global Identifier: 12 characters
)

// Schemes whose form depends on who issues them, so that country and digits
// are all there is to compare.
const (
	Number         Scheme = "number" // a number of a register that nobody named
	Registration   Scheme = "registration"
	TaxID          Scheme = "tax"
	VAT            Scheme = "vat"
	NationalID     Scheme = "national-id"
	Passport       Scheme = "passport"
	License        Scheme = "license"
	Account        Scheme = "account" // a bank account that is no IBAN
	Ticker         Scheme = "ticker"  // "688244 CH": code and market
	TailNumber     Scheme = "tail-number"
	AircraftSerial Scheme = "aircraft-serial"
	ModeS          Scheme = "mode-s"                  // ICAO 24-bit address: six hexadecimal digits
	TelegraphCode  Scheme = "chinese-commercial-code" // four digits for each character of a name: not unique
	CAGE           Scheme = "cage"
	CIK            Scheme = "cik"
	UEI            Scheme = "uei"
	PermID         Scheme = "permid"
	Wikidata       Scheme = "wikidata"
)

// Wallet returns the scheme of the addresses of a currency, by the code that
// OFAC prints: Wallet("XBT") is "wallet-xbt". Wallet("") is that of an address
// whose currency is not said.
func Wallet(currency string) Scheme {
	if currency == "" {
		return "wallet"
	}
	return Scheme("wallet-" + strings.ToLower(currency))
}

// Currency returns "xbt" for "wallet-xbt". It is not ok for a scheme that is no
// wallet's.
func (s Scheme) Currency() (code string, ok bool) {
	if s == "wallet" {
		return "", true
	}
	return strings.CutPrefix(string(s), "wallet-")
}

// A Check is what form and check digits of an identifier say.
type Check uint8

// Results of a check. The zero Check means that nothing speaks against the
// form and there are no check digits to confirm it.
const (
	Unchecked Check = iota
	Valid           // the check digits confirm it
	Bad             // the form or the check digits rule it out: mistyped, or of another scheme
)

var checkNames = [...]string{"unchecked", "valid", "bad"}

// String returns the result in one word.
func (c Check) String() string {
	if int(c) < len(checkNames) {
		return checkNames[c]
	}
	return fmt.Sprintf("check(%d)", c)
}

// MarshalText writes the result as String does.
func (c Check) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads a result by its name.
func (c *Check) UnmarshalText(b []byte) error {
	for i, s := range checkNames {
		if s == string(b) {
			*c = Check(i)
			return nil
		}
	}
	return fmt.Errorf("unknown result of a check %q", b)
}

// NewIdentifier returns an identifier with its normal form and the result of
// its check digits.
//
// The normal form keeps letters and digits in upper case; wallets keep their
// case where it counts. It is cut to the identifier itself where the value
// carries more: "IMO 9187629" is 9187629, and a USCC with "(Sichuan branch)"
// after it is the USCC. The head office's BIC is its first eight characters.
// A value that does not fit its scheme is kept whole, with the check [Bad].
func NewIdentifier(scheme Scheme, country, value string) Identifier {
	id := Identifier{Scheme: scheme, Country: country, Value: value}
	if currency, ok := scheme.Currency(); ok {
		id.Normal, id.Check = wallet(currency, value)
		return id
	}
	if scheme == Ticker {
		id.Normal = newTicker(value).String()
		return id
	}
	check, ok := formOf(scheme)
	if !ok {
		id.Normal = compact(value)
		return id
	}
	if scheme == IMO || scheme == IMOCompany {
		value = strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(value)), "IMO") // "IMO9187629" is one word
	}
	id.Normal, id.Check = pick(value, check)
	if scheme == BIC && len(id.Normal) == 11 {
		id.Normal = strings.TrimSuffix(id.Normal, "XXX")
	}
	return id
}

// pick returns what fits the form in value: the whole of it, else one of its
// words, else the whole of it without words that hold no digit.
func pick(value string, form func(string) Check) (string, Check) {
	whole := compact(value)
	best, result := whole, form(whole)
	if result != Bad {
		return best, result
	}
	candidates := append(strings.FieldsFunc(value, isGap), digitWords(value))
	for _, w := range candidates {
		w = compact(w)
		if c := form(w); c != Bad && (result == Bad || c == Valid && result != Valid) {
			best, result = w, c
		}
	}
	return best, result
}

func isGap(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("(),;:/", r) }

// compact returns the letters and digits of s in upper case, full-width forms
// as ASCII.
func compact(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		if r >= '！' && r <= '～' {
			r -= '！' - '!'
		}
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			b.WriteRune(unicode.ToUpper(r))
		}
	}
	return b.String()
}

// digitWords returns the compact form of those words of s that hold a digit:
// "Goztepe V.D. 823 026 0248" is "8230260248", "7136946 (Delaware)" is "7136946".
func digitWords(s string) string {
	var b strings.Builder
	for w := range strings.FieldsFuncSeq(s, isGap) {
		if strings.ContainsFunc(w, unicode.IsDigit) {
			b.WriteString(compact(w))
		}
	}
	return b.String()
}

// Normals returns every key under which id should be found, its normal form
// first: the ticker without its market, the head office of a bank's branch, a
// number without leading zeros, the organisation code in a USCC. Two
// identifiers of one party share a key; sharing a key does not yet make them
// one, which [Agree] decides.
func Normals(id Identifier) []string {
	if id.Normal == "" {
		return nil
	}
	keys := []string{id.Normal}
	add := func(k string) {
		if k != "" && !slices.Contains(keys, k) {
			keys = append(keys, k)
		}
	}
	if _, ok := id.Scheme.Currency(); ok {
		return keys
	}
	switch id.Scheme {
	case Ticker:
		add(newTicker(id.Value).code)
		return keys
	case BIC:
		add(id.Normal[:min(8, len(id.Normal))])
		return keys
	case USCC:
		if len(id.Normal) == 18 {
			add(id.Normal[8:17])
		}
		return keys
	case CNResident:
		add(longResident(id.Normal))
		return keys
	case VAT:
		add(strings.TrimPrefix(id.Normal, strings.ToUpper(id.Country)))
		if len(id.Normal) > 4 && isLetters(id.Normal[:2]) {
			add(id.Normal[2:])
		}
	}
	if _, fixed := formOf(id.Scheme); !fixed {
		add(digitWords(id.Value))
	}
	for _, k := range slices.Clone(keys) {
		if t := strings.TrimLeft(k, "0"); len(t) >= 4 {
			add(t)
		}
	}
	return keys
}

// An Agreement is what two identifiers say about each other.
type Agreement uint8

// The agreements. The zero Agreement is that of identifiers which say nothing
// about each other: other registers, other countries, or no value.
const (
	Silent Agreement = iota
	Same             // the same number of the same register, as far as both say
	Differ           // a party has one number of this register, and these are two
)

// Agree says whether two identifiers are the same number. Numbers of registers
// that nobody named, and those that lists print under a general label ("Tax ID
// No." for an OGRN), are the same when the number is and nothing contradicts:
// the country, or a form that only one register has. A number of fewer than
// six characters needs the same scheme.
func Agree(a, b Identifier) Agreement {
	if a.Normal == "" || b.Normal == "" || a.Scheme == TelegraphCode || a.Scheme == KPP {
		return Silent // these two are shared by many
	}
	if sharesKey(a, b) {
		if sameRegister(a, b) {
			return Same
		}
		return Silent
	}
	if a.Scheme == b.Scheme && a.Scheme.isSingular() && a.Check != Bad && b.Check != Bad {
		return Differ
	}
	return Silent
}

func sharesKey(a, b Identifier) bool {
	if a.Normal == b.Normal {
		return true
	}
	if a.Scheme == USCC && b.Scheme == USCC {
		return false // the organisation code in it is for those who know no more
	}
	keys := Normals(b)
	for _, k := range Normals(a) {
		if slices.Contains(keys, k) {
			return true
		}
	}
	return false
}

func sameRegister(a, b Identifier) bool {
	if a.Scheme == Ticker && b.Scheme == Ticker {
		x, y := newTicker(a.Value), newTicker(b.Value)
		return x.market == "" || y.market == "" || x.market == y.market
	}
	_, walletA := a.Scheme.Currency()
	_, walletB := b.Scheme.Currency()
	if walletA || walletB {
		return walletA && walletB // one address may hold tokens of many currencies
	}
	if a.Scheme != b.Scheme && (a.Scheme.isApart() || b.Scheme.isApart()) {
		return a.Scheme == Number || b.Scheme == Number
	}
	worldA, worldB := a.Scheme.isWorldwide(), b.Scheme.isWorldwide()
	switch {
	case a.Scheme == b.Scheme:
		return worldA || sameCountry(a, b)
	case worldA && worldB:
		return false
	case worldA:
		return b.Scheme.isGeneral()
	case worldB:
		return a.Scheme.isGeneral()
	}
	general := a.Scheme.isGeneral() || b.Scheme.isGeneral() || a.Scheme == CNOrgCode || b.Scheme == CNOrgCode
	return general && len(a.Normal) >= 6 && len(b.Normal) >= 6 && sameCountry(a, b)
}

func sameCountry(a, b Identifier) bool {
	return a.Country == "" || b.Country == "" || a.Country == b.Country
}

// isGeneral says that lists print numbers of many registers under s.
func (s Scheme) isGeneral() bool {
	switch s {
	case "", Number, Registration, TaxID, VAT, NationalID, License, Account:
		return true
	}
	return false
}

// isApart says that no list prints numbers of s under a general label.
func (s Scheme) isApart() bool {
	switch s {
	case Ticker, CallSign, TailNumber, AircraftSerial, ModeS, TelegraphCode:
		return true
	}
	return false
}

// isWorldwide says that one register in the world gives numbers of s.
func (s Scheme) isWorldwide() bool {
	switch s {
	case LEI, BIC, IBAN, ISIN, IMO, IMOCompany, MMSI, DUNS, GIIN, FIGI, CIK, UEI, CAGE, PermID, Wikidata, ModeS:
		return true
	}
	return false
}

// isSingular says that a party has at most one number of s at a time, so that
// two of them speak for two parties. Banks have many BICs, and persons change
// passports.
func (s Scheme) isSingular() bool {
	switch s {
	case USCC, CNResident, LEI, IMO, IMOCompany, INN, OGRN, OKPO, SSN, EIN:
		return true
	}
	return false
}
