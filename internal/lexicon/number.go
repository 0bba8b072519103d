// SPDX-License-Identifier: Apache-2.0

package lexicon

import (
	"strconv"
	"unicode/utf8"
)

// Number returns the value of a folded word that is a number: digits of any
// script (26165), ordinals in digits (1st, 2-й, 第55), numerals and ordinals in
// words ("first", "двадцать", "الثالث"), Han numerals (第五十五). ok is false for
// other words and for numbers over a thousand million. Roman numerals are read
// by Roman: in lower case "vi" and "di" are more often words.
func Number(word string) (n int, ok bool) {
	if n, ok := digits(word); ok {
		return n, true
	}
	if n, ok := hanNumber(word); ok {
		return n, true
	}
	m, ok := WordIn(word, In(Numeral))
	if !ok || m.Concept == "" {
		return 0, false
	}
	n, err := strconv.Atoi(m.Concept)
	return n, err == nil
}

// NumberOf returns the value of the number that starts words, as "twenty
// ninth" does, and how many words it takes; none is 0 where there is none.
func NumberOf(words []string) (none, value int) {
	if len(words) == 0 {
		return 0, 0
	}
	if k, m := LongestIn(words, In(Numeral)); k > 1 {
		if n, err := strconv.Atoi(m.Concept); err == nil {
			return k, n
		}
	}
	if n, ok := Number(words[0]); ok {
		return 1, n
	}
	return 0, 0
}

// ordinals are the endings of ordinals in digits, folded: English, French,
// Spanish, Italian and Portuguese, Russian and Ukrainian, Chinese and Japanese
// and Korean counters.
var ordinals = []string{"st", "nd", "rd", "th", "er", "ere", "eme", "e", "o", "a", "º", "ª", "i", "й", "и", "я", "ый", "ыи", "ая", "ой", "ои", "го", "号", "號", "호", "째", "."}

// digits reads decimal digits of one script, before them perhaps 第 or 제, after
// them perhaps the ending of an ordinal, joined or with a hyphen.
func digits(w string) (int, bool) {
	for _, p := range [...]string{"第", "제"} {
		if len(w) > len(p) && w[:len(p)] == p {
			w = w[len(p):]
			break
		}
	}
	n, i := 0, 0
	for i < len(w) {
		r, size := utf8.DecodeRuneInString(w[i:])
		d, ok := digit(r)
		if !ok {
			break
		}
		if n = n*10 + d; n > 1e9 {
			return 0, false
		}
		i += size
	}
	if i == 0 {
		return 0, false
	}
	rest := w[i:]
	if len(rest) > 1 && rest[0] == '-' {
		rest = rest[1:]
	}
	for _, o := range ordinals {
		if rest == o {
			return n, true
		}
	}
	return n, rest == ""
}

// zeros are the digits zero of the scripts whose ten digits follow each other:
// ASCII, Arabic, Persian, Devanagari, Bengali, Thai, Khmer, Myanmar, fullwidth.
var zeros = [...]rune{'0', '٠', '۰', '०', '০', '๐', '០', '၀', '０'}

func digit(r rune) (int, bool) {
	for _, z := range zeros {
		if r >= z && r <= z+9 {
			return int(r - z), true
		}
	}
	return 0, false
}

// hanNumber reads a Chinese numeral, with or without 第: 五十五, 一百零三, 二〇二五.
func hanNumber(w string) (int, bool) {
	total, section, last, n := 0, 0, -1, 0
	row := true // digits only, read as a row: 二〇二五
	for i, r := range w {
		if r == '第' && i == 0 {
			continue
		}
		if d := hanDigit(r); d >= 0 {
			if n++; n > 9 {
				return 0, false
			}
			if last >= 0 && row {
				section = section*10 + last
			}
			last = d
			continue
		}
		unit := hanUnit(r)
		if unit == 0 || n > 9 {
			return 0, false
		}
		if row {
			row, section = false, 0
		}
		n++
		switch {
		case unit == 10000:
			total, section = (total+section+max(last, 0))*unit, 0
		default:
			if last <= 0 {
				last = 1
			}
			section += last * unit
		}
		if last = -1; total > 1e9 {
			return 0, false
		}
	}
	if n == 0 {
		return 0, false
	}
	if row {
		return section*10 + last, true
	}
	return total + section + max(last, 0), true
}

func hanDigit(r rune) int {
	switch r {
	case '零', '〇':
		return 0
	case '一', '壹':
		return 1
	case '二', '贰', '两':
		return 2
	case '三', '叁':
		return 3
	case '四', '肆':
		return 4
	case '五', '伍':
		return 5
	case '六', '陆':
		return 6
	case '七', '柒':
		return 7
	case '八', '捌':
		return 8
	case '九', '玖':
		return 9
	}
	return -1
}

func hanUnit(r rune) int {
	switch r {
	case '十', '拾':
		return 10
	case '百', '佰':
		return 100
	case '千', '仟':
		return 1000
	case '万', '萬':
		return 10000
	}
	return 0
}

// Roman returns the value of a Roman numeral from 1 to 49 in its one correct
// spelling, folded to lower case. The caller knows that it stood alone and in
// capitals ("CARLYLE VII"): nothing else tells it from a word.
func Roman(word string) (n int, ok bool) {
	rest := word
	for len(rest) > 0 && rest[0] == 'x' && n < 30 {
		n, rest = n+10, rest[1:]
	}
	if n == 10 && len(rest) > 0 && rest[0] == 'l' {
		n, rest = 40, rest[1:]
	}
	for d := 9; d > 0; d-- {
		if rest == romanUnits[d] {
			return n + d, true
		}
	}
	return n, rest == "" && n > 0
}

var romanUnits = [...]string{"", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"}
