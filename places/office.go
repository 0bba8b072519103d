// SPDX-License-Identifier: Apache-2.0

package places

import "strings"

// offices are words of the offices of a state, as tokens are folded. Embassies
// stand in other countries than their own.
const offices = "|embassy|consulate|ministry|government|chancery|embajada|consulado|ministerio|ambassade|consulat|ministere|botschaft|konsulat|generalkonsulat|" +
	"ambasciata|consolato|embaixada|посольство|посольства|консульство|министерство|правительство|сефарет|سفارة|السفارة|قنصلية|وزارة|سفارت|كنسولگري|"

// officesOfHan are such words in scripts that set no words apart.
var officesOfHan = [...]string{"大使馆", "大使館", "领事馆", "領事館", "대사관", "영사관"}

// IsOffice says that a name is one of an office of a state, as in "Embassy of
// Cuba".
func IsOffice(name string) bool {
	for _, t := range tokenize(name) {
		if strings.Contains(offices, "|"+t.folded+"|") {
			return true
		}
	}
	for _, w := range officesOfHan {
		if strings.Contains(name, w) {
			return true
		}
	}
	return false
}

// OnlyNames says that a text consists of the mentions found in it: every word,
// and in Han every character, belongs to one.
func OnlyNames(text string, found []Mention) bool {
	for _, t := range tokenize(text) {
		left := t.end - t.start
		for _, m := range found {
			left -= max(0, min(t.end, m.End)-max(t.start, m.Start))
		}
		if left > 0 {
			return false
		}
	}
	return len(found) > 0
}
