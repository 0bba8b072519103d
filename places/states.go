// SPDX-License-Identifier: Apache-2.0

package places

import (
	"strings"
	"sync"
)

// stateNames are the states of the U.S. by code and name (USPS Publication 28,
// appendix B): towns there are named after half of the world.
const stateNames = "al alabama|ak alaska|az arizona|ar arkansas|ca california|co colorado|ct connecticut|de delaware|dc district of columbia|fl florida|ga georgia|" +
	"hi hawaii|id idaho|il illinois|in indiana|ia iowa|ks kansas|ky kentucky|la louisiana|me maine|md maryland|ma massachusetts|mi michigan|mn minnesota|ms mississippi|" +
	"mo missouri|mt montana|ne nebraska|nv nevada|nh new hampshire|nj new jersey|nm new mexico|ny new york|nc north carolina|nd north dakota|oh ohio|ok oklahoma|or oregon|" +
	"pa pennsylvania|ri rhode island|sc south carolina|sd south dakota|tn tennessee|tx texas|ut utah|vt vermont|va virginia|wa washington|wv west virginia|wi wisconsin|wy wyoming"

// states has each code, and each name but Georgia's, which is a country too.
var states = sync.OnceValue(func() map[string]bool {
	m := make(map[string]bool, 102)
	for s := range strings.SplitSeq(stateNames, "|") {
		code, name, _ := strings.Cut(s, " ")
		m[code], m[name] = true, name != "georgia"
	}
	return m
})

// american says that the tokens behind the name of a place begin with a state
// of the U.S.: its name, or its code with a ZIP code behind ("Cuba, MO 65453").
func american(after []token) bool {
	if len(after) == 0 {
		return false
	}
	first := after[0].folded
	if len(first) == 2 && len(after) > 1 && states()[first] {
		zip := after[1].folded
		return len(zip) == 5 && isNumber(zip)
	}
	if len(first) > 2 && states()[first] {
		return true
	}
	return len(after) > 1 && len(first) > 2 && states()[first+" "+after[1].folded]
}
