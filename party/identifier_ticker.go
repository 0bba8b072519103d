// SPDX-License-Identifier: Apache-2.0

package party

import "strings"

// A ticker is a security's code on a market, which is named by its country:
// data vendors disagree on everything else.
type ticker struct {
	code   string
	market string // ISO 3166-1 alpha-2 in upper case, or the vendor's word; "" where not said
}

// newTicker reads "688244 CH", "688244.SS", "SSE:688244" and "688244". The
// market may be a Bloomberg exchange code, a Reuters suffix or the exchange's
// own abbreviation. Hong Kong's codes are read without leading zeros.
func newTicker(value string) ticker {
	s := strings.ToUpper(strings.TrimSpace(value))
	t := ticker{code: s}
	if market, code, ok := strings.Cut(s, ":"); ok {
		t = ticker{code, market}
	} else if i := strings.LastIndexAny(s, " ."); i > 0 {
		t = ticker{s[:i], s[i+1:]}
	}
	t.code, t.market = compact(t.code), market(compact(t.market))
	if isDigits(t.code) && len(t.code) <= 5 {
		t.code = strings.TrimLeft(t.code, "0")
	}
	return t
}

// String returns "688244 CN", or the code alone where the market is not said.
func (t ticker) String() string {
	if t.market == "" {
		return t.code
	}
	return t.code + " " + t.market
}

// market returns the country of a market by the code that a vendor gives it.
func market(code string) string {
	switch code {
	case "CH", "CG", "CS", "C1", "C2", "SS", "SH", "SZ", "SSE", "SHSE", "SZSE", "SHA", "SHE", "XSHG", "XSHE":
		return "CN"
	case "HK", "HKEX", "SEHK", "HKG", "XHKG":
		return "HK"
	case "US", "UN", "UW", "UQ", "UR", "UA", "N", "O", "OQ", "NYSE", "NASDAQ", "XNYS", "XNAS", "OTC":
		return "US"
	case "LN", "L", "LSE", "LON", "XLON":
		return "GB"
	case "RM", "RX", "RU", "ME", "MCX", "MOEX", "MICEX", "MISX", "RTS":
		return "RU"
	case "TT", "TW", "TWO", "TWSE", "TPEX", "XTAI":
		return "TW"
	case "JP", "JT", "T", "TSE", "XTKS":
		return "JP"
	case "KS", "KQ", "KP", "KRX", "KOSPI", "KOSDAQ", "XKRX":
		return "KR"
	}
	return code
}
