// SPDX-License-Identifier: Apache-2.0

package lexicon

import (
	"strings"
	"testing"
)

func TestNumber(t *testing.T) {
	for word, want := range map[string]int{
		"1": 1, "61398": 61398, "007": 7, "1st": 1, "2nd": 2, "103rd": 103, "29th": 29, "3-й": 3, "5-я": 5, "2eme": 2, "1er": 1,
		"first": 1, "one": 1, "second": 2, "twelfth": 12, "ninety": 90, "hundred": 100,
		"первый": 1, "первая": 1, "второго": 2, "третий": 3, "двадцать": 20, "pervyi": 1,
		"primero": 1, "segunda": 2, "tres": 3, "deuxieme": 2, "dritte": 3, "funf": 5,
		"أول": 1, "الأول": 1, "الثالث": 3, "٢٦١٦٥": 26165, "۱۲": 12,
		"一": 1, "第一": 1, "第五十五": 55, "五十五": 55, "一百零三": 103, "二〇二五": 2025, "十": 10, "二十": 20, "第55": 55, "三千二百": 3200, "一万": 10000, "两": 2, "第五十五号": 0,
		"제1": 1, "１２": 12, "๕": 5,
		"vii": 0, "di": 0, "technology": 0, "": 0, "1x": 0, "99999999999": 0, "-": 0, "第": 0,
	} {
		got, ok := Number(word)
		if got != want || ok != (want != 0) {
			t.Errorf("Number(%q) = %d, %v, want %d", word, got, ok, want)
		}
	}
}

func TestNumberOf(t *testing.T) {
	for words, want := range map[string][2]int{
		"twenty ninth of": {2, 29}, "twenty": {1, 20}, "26165": {1, 26165}, "unit 5": {0, 0}, "": {0, 0}, "احد عشر": {2, 11},
	} {
		if n, v := NumberOf(strings.Fields(words)); n != want[0] || v != want[1] {
			t.Errorf("NumberOf(%q) = %d, %d, want %v", words, n, v, want)
		}
	}
}

func TestRoman(t *testing.T) {
	for word, want := range map[string]int{
		"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vii": 7, "viii": 8, "ix": 9, "x": 10, "xi": 11, "xiv": 14, "xx": 20, "xxix": 29, "xl": 40, "xlix": 49,
		"": 0, "iiii": 0, "vv": 0, "ic": 0, "xxxx": 0, "l": 0, "vx": 0, "di": 0, "xxl": 0,
	} {
		if got, ok := Roman(word); ok != (want != 0) || ok && got != want {
			t.Errorf("Roman(%q) = %d, %v, want %d", word, got, ok, want)
		}
	}
}
