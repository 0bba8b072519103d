// SPDX-License-Identifier: Apache-2.0

package party

import (
	"net/netip"
	"slices"
	"strings"
	"unicode"
)

// Guess returns the identifiers that a bare word may be, as typed on a command
// line: only schemes whose form fits and whose check digits, where there are
// any, confirm it. Those that check digits confirm come first. A number that
// fits no scheme comes back as a [Number], which agrees with numbers of
// registers that nobody named. A name gives nothing, an address or a domain
// either.
func Guess(bare string) []Identifier {
	s := strings.TrimSpace(bare)
	if s == "" || len(s) > 128 || strings.ContainsAny(s, "@/") {
		return nil
	}
	if _, err := netip.ParseAddr(s); err == nil {
		return nil
	}
	var ids []Identifier
	for _, scheme := range checkedSchemes {
		if id := NewIdentifier(scheme, schemeCountry(scheme), s); id.Check == Valid && fills(id, s) {
			ids = append(ids, id)
		}
	}
	if wallets := guessWallets(s); len(wallets) > 0 {
		return append(ids, wallets...)
	}
	c := compact(s)
	if looksLikeBIC(s, c) {
		ids = append(ids, NewIdentifier(BIC, "", s))
	}
	if isDigits(c) && len(c) == 9 {
		ids = append(ids, NewIdentifier(DUNS, "", s), NewIdentifier(MMSI, "", s))
	}
	if looksLikeTicker(s) {
		ids = append(ids, NewIdentifier(Ticker, "", s))
	}
	if looksLikeNumber(s) {
		ids = append(ids, NewIdentifier(Number, "", s))
	}
	return ids
}

// checkedSchemes are those that check digits can confirm, the longest first.
var checkedSchemes = [...]Scheme{LEI, USCC, CNResident, IBAN, ISIN, FIGI, OGRNIP, OGRN, INN, OKPO, CNOrgCode, IMO, IMOCompany}

// schemeCountry returns the country whose register alone gives numbers of s.
func schemeCountry(s Scheme) string {
	switch s {
	case USCC, CNResident, CNOrgCode:
		return "cn"
	case INN, OGRN, OGRNIP, OKPO, KPP, BIK:
		return "ru"
	case SSN, EIN:
		return "us"
	}
	return ""
}

// fills says that id is all of s but its separators and the letters IMO.
func fills(id Identifier, s string) bool {
	return strings.TrimPrefix(compact(s), "IMO") == id.Normal
}

func guessWallets(s string) []Identifier {
	var ids []Identifier
	for _, f := range walletForms("") {
		if _, check := f.read(s); check != Bad {
			ids = append(ids, NewIdentifier(Wallet(f.currency), "", s))
		}
	}
	return slices.CompactFunc(ids, func(a, b Identifier) bool { return a.Scheme == b.Scheme })
}

// looksLikeBIC keeps words of eight letters out: many hold a country's code in
// the right place, but nobody types a BIC in mixed case.
func looksLikeBIC(s, c string) bool {
	return checkBIC(c) != Bad && !strings.Contains(s, " ") && (s == c || strings.ContainsFunc(s, unicode.IsDigit) && !isDigits(c[:6]))
}

// looksLikeTicker wants the code that exchanges give: up to six digits or five
// capitals, with or without a market.
func looksLikeTicker(s string) bool {
	if s != strings.ToUpper(s) && !strings.ContainsAny(s, "0123456789") {
		return false
	}
	t := newTicker(s)
	named := t.market != "" && len(t.market) <= 2 && market(t.market) == t.market && isCountry(t.market)
	if t.market != "" && !named {
		return false
	}
	switch {
	case isDigits(t.code):
		return len(t.code) >= 3 && len(t.code) <= 6
	case isLetters(t.code):
		return len(t.code) <= 5 && (len(t.code) >= 2 || named)
	}
	return false
}

// looksLikeNumber wants five digits and no word without one.
func looksLikeNumber(s string) bool {
	digits := 0
	for _, r := range s {
		switch {
		case unicode.IsDigit(r):
			digits++
		case !unicode.IsLetter(r) && !strings.ContainsRune(" -._()#", r):
			return false
		}
	}
	return digits >= 5 && digits*2 >= len(compact(s)) && compact(s) == digitWords(s) && !looksLikeDomain(s)
}

func looksLikeDomain(s string) bool {
	i := strings.LastIndexByte(s, '.')
	return i >= 0 && strings.ContainsFunc(s[i+1:], unicode.IsLetter) && !strings.Contains(s, " ")
}
