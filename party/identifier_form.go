// SPDX-License-Identifier: Apache-2.0

package party

import (
	"strconv"
	"strings"
)

// formOf returns the test of a scheme's form and check digits, which takes the
// compact form. It is not ok for a scheme without a form of its own.
func formOf(s Scheme) (func(string) Check, bool) {
	switch s {
	case USCC:
		return checkUSCC, true
	case CNOrgCode:
		return checkOrgCode, true
	case CNResident:
		return checkResident, true
	case LEI:
		return checkLEI, true
	case BIC:
		return checkBIC, true
	case IBAN:
		return checkIBAN, true
	case ISIN:
		return checkISIN, true
	case IMO:
		return withoutIMO(checkIMO), true
	case IMOCompany:
		return withoutIMO(checkIMOCompany), true
	case INN:
		return checkINN, true
	case OGRN:
		return checkOGRN, true
	case OGRNIP:
		return checkOGRNIP, true
	case OKPO:
		return checkOKPO, true
	case FIGI:
		return checkFIGI, true
	case MMSI, DUNS, EIN, SSN:
		return nineDigits, true
	case BIK:
		return func(s string) Check { return formIf(len(s) == 9 && isDigits(s) && s[:2] == "04") }, true
	case KPP:
		return func(s string) Check { return formIf(len(s) == 9 && isDigits(s[:4]) && isDigits(s[6:])) }, true
	case GIIN:
		return func(s string) Check { return formIf(len(s) == 16 && isAlnum(s)) }, true
	case ModeS:
		return func(s string) Check { return formIf(len(s) == 6 && isHex(s)) }, true
	}
	return nil, false
}

// formIf is the result for a form without check digits.
func formIf(ok bool) Check {
	if ok {
		return Unchecked
	}
	return Bad
}

// validIf is the result for check digits.
func validIf(ok bool) Check {
	if ok {
		return Valid
	}
	return Bad
}

func nineDigits(s string) Check { return formIf(len(s) == 9 && isDigits(s)) }

// usccAlphabet is that of GB 32100-2015: no I, O, S, V, Z.
const usccAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// checkUSCC holds the mod 31 check character of GB 32100-2015, section 5.
func checkUSCC(s string) Check {
	if len(s) != 18 {
		return Bad
	}
	sum, weight := 0, 1
	for i := range 17 {
		v := strings.IndexByte(usccAlphabet, s[i])
		if v < 0 {
			return Bad
		}
		sum += v * weight
		weight = weight * 3 % 31
	}
	return validIf(usccAlphabet[(31-sum%31)%31] == s[17])
}

// checkOrgCode holds the mod 11 check character of GB 11714-1997.
func checkOrgCode(s string) Check {
	if len(s) != 9 || !isAlnum(s) {
		return Bad
	}
	weights := [8]int{3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		sum += w * value36(s[i])
	}
	return validIf("0X987654321"[sum%11] == s[8])
}

// residentWeights are those of GB 11643-1999: 2^(18-i) mod 11.
var residentWeights = [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}

func residentDigit(s string) byte {
	sum := 0
	for i, w := range residentWeights {
		sum += w * int(s[i]-'0')
	}
	return "10X98765432"[sum%11]
}

// checkResident holds birth date and check character of a number of 18
// characters. The numbers of 15 digits that were given until 1999 have none.
func checkResident(s string) Check {
	switch {
	case len(s) == 15 && isDigits(s):
		return formIf(isBirthday("19" + s[6:12]))
	case len(s) != 18 || !isDigits(s[:17]) || !isBirthday(s[6:14]):
		return Bad
	}
	return validIf(residentDigit(s) == s[17])
}

// longResident returns the 18 characters of a number that was given with 15,
// and s itself otherwise: GB 11643-1999 put in the century, which was 19.
func longResident(s string) string {
	if len(s) != 15 || !isDigits(s) {
		return s
	}
	long := s[:6] + "19" + s[6:]
	return long + string(residentDigit(long))
}

func isBirthday(yyyymmdd string) bool {
	_, err := ParseDate(yyyymmdd[:4] + "-" + yyyymmdd[4:6] + "-" + yyyymmdd[6:])
	return err == nil && (yyyymmdd[:2] == "19" || yyyymmdd[:2] == "20" || yyyymmdd[:2] == "18")
}

// mod97 returns the remainder of ISO 7064 mod 97-10 with letters as 10 to 35.
func mod97(s string) int {
	m := 0
	for i := range len(s) {
		if v := value36(s[i]); v < 10 {
			m = (m*10 + v) % 97
		} else {
			m = (m*100 + v) % 97
		}
	}
	return m
}

func checkLEI(s string) Check {
	if len(s) != 20 || !isAlnum(s) || !isDigits(s[18:]) {
		return Bad
	}
	return validIf(mod97(s) == 1)
}

func checkIBAN(s string) Check {
	if len(s) < 15 || len(s) > 34 || !isAlnum(s) || !isCountry(s[:2]) || !isDigits(s[2:4]) {
		return Bad
	}
	return validIf(mod97(s[4:]+s[:4]) == 1)
}

// checkBIC holds the form of ISO 9362:2022: four characters of the party, the
// country, two of the place, and three of the branch or none.
func checkBIC(s string) Check {
	return formIf((len(s) == 8 || len(s) == 11) && isAlnum(s) && isCountry(s[4:6]))
}

// checkISIN holds the Luhn digit of ISO 6166 over letters as 10 to 35. The
// prefix is a country or one of the agencies' own (XS, EU, ...).
func checkISIN(s string) Check {
	if len(s) != 12 || !isLetters(s[:2]) || !isAlnum(s) || !isDigits(s[11:]) {
		return Bad
	}
	var digits strings.Builder
	for i := range len(s) {
		digits.WriteString(strconv.Itoa(value36(s[i])))
	}
	return validIf(luhn(digits.String()))
}

func luhn(digits string) bool {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			d *= 2
		}
		sum += d/10 + d%10
	}
	return sum%10 == 0
}

// checkFIGI holds the form and the digit of the OMG standard FIGI 1.0.
func checkFIGI(s string) Check {
	if len(s) != 12 || s[2] != 'G' || !isAlnum(s) || !isDigits(s[11:]) || strings.ContainsAny(s, "AEIOU") {
		return Bad
	}
	sum := 0
	for i := range 11 {
		v := value36(s[i])
		if i%2 == 1 {
			v *= 2
		}
		sum += v/10 + v%10
	}
	return validIf((10-sum%10)%10 == int(s[11]-'0'))
}

// withoutIMO lets a check see "9187629" where lists print "IMO 9187629".
func withoutIMO(check func(string) Check) func(string) Check {
	return func(s string) Check {
		if len(s) != 7 || !isDigits(s) {
			return Bad
		}
		return check(s)
	}
}

// checkIMO holds the last digit of a ship's number: the last digit of the sum
// of the first six by 7 to 2.
func checkIMO(s string) Check {
	sum := 0
	for i := range 6 {
		sum += int(s[i]-'0') * (7 - i)
	}
	return validIf(sum%10 == int(s[6]-'0'))
}

// checkIMOCompany holds the last digit of a company's number, by the weights
// 8 6 4 2 9 7 and mod 11. Of 406 such numbers in OFAC's file of 2025-11-19, 403
// pass.
func checkIMOCompany(s string) Check {
	sum := 0
	for i, w := range [6]int{8, 6, 4, 2, 9, 7} {
		sum += int(s[i]-'0') * w
	}
	return validIf((11-sum%11)%10 == int(s[6]-'0'))
}

// weighted returns the sum of the digits of s by weights, mod 11 mod 10.
func weighted(s string, weights ...int) int {
	sum := 0
	for i, w := range weights {
		sum += int(s[i]-'0') * w
	}
	return sum % 11 % 10
}

// checkINN holds one check digit for companies and two for persons.
func checkINN(s string) Check {
	if !isDigits(s) {
		return Bad
	}
	switch len(s) {
	case 10:
		return validIf(weighted(s, 2, 4, 10, 3, 5, 9, 4, 6, 8) == int(s[9]-'0'))
	case 12:
		return validIf(weighted(s, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8) == int(s[10]-'0') &&
			weighted(s, 3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8) == int(s[11]-'0'))
	}
	return Bad
}

// remainder returns the number s mod m, for a string of digits.
func remainder(s string, m int) int {
	r := 0
	for i := range len(s) {
		r = (r*10 + int(s[i]-'0')) % m
	}
	return r
}

func checkOGRN(s string) Check {
	if len(s) != 13 || !isDigits(s) {
		return Bad
	}
	return validIf(remainder(s[:12], 11)%10 == int(s[12]-'0'))
}

func checkOGRNIP(s string) Check {
	if len(s) != 15 || !isDigits(s) {
		return Bad
	}
	return validIf(remainder(s[:14], 13)%10 == int(s[14]-'0'))
}

// checkOKPO holds the digit of PR 50.1.024-2005: weights 1, 2, 3 ... mod 11,
// and 3, 4, 5 ... where that gives 10.
func checkOKPO(s string) Check {
	if len(s) != 8 && len(s) != 10 || !isDigits(s) {
		return Bad
	}
	n := len(s) - 1
	sum := func(first int) int {
		t := 0
		for i := range n {
			t += int(s[i]-'0') * ((first-1+i)%10 + 1)
		}
		return t % 11
	}
	r := sum(1)
	if r == 10 {
		r = sum(3) % 10
	}
	return validIf(r == int(s[n]-'0'))
}

// countryCodes are those of ISO 3166-1 alpha-2, and XK, as BICs and IBANs use them.
const countryCodes = " AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW "

func isCountry(s string) bool { return isLetters(s) && strings.Contains(countryCodes, " "+s+" ") }

// value36 returns the value of a digit, or of a letter as 10 to 35.
func value36(c byte) int {
	if c <= '9' {
		return int(c - '0')
	}
	return int(c-'A') + 10
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

func isLetters(s string) bool {
	for i := range len(s) {
		if s[i] < 'A' || s[i] > 'Z' {
			return false
		}
	}
	return s != ""
}

func isAlnum(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return s != ""
}

func isHex(s string) bool {
	for i := range len(s) {
		if c := s[i] | 0x20; (s[i] < '0' || s[i] > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return s != ""
}
