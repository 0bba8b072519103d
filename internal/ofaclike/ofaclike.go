// SPDX-License-Identifier: Apache-2.0

// Package ofaclike says approximately which score OFAC's public Sanctions List
// Search would show for two names, so that a desk can set a finding beside what
// it sees there.
//
// It follows OFAC's answer to FAQ 249 (28 April 2021): terms whose first letter
// differs, or that are less than half alike by edit distance, are not looked at;
// Jaro-Winkler compares the whole names, and Jaro-Winkler and Soundex their
// parts; the higher of the two is shown. What the answer leaves open, which is
// how the scores of parts become one and how the two measures meet, is chosen
// here and said at [Score]. So the number is approximate. Nothing is ever
// judged by it.
package ofaclike

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Score returns about what Sanctions List Search would show for a name asked
// for and a listed one, from 0 to 100, where 100 is the same. 0 means that it
// would show nothing: names in letters other than Latin are not compared there.
//
// The score of the parts is our reading: each part of the name asked for takes
// the best listed part that begins with its letter and either is half alike by
// edits or sounds the same, with the Jaro-Winkler similarity of the two; a part
// without one takes 0; the mean over the parts is the score.
func Score(asked, listed string) int {
	a, l := fold(asked), fold(listed)
	if len(a) == 0 || len(l) == 0 {
		return 0
	}
	whole, lwhole := strings.Join(a, " "), strings.Join(l, " ")
	best := parts(a, l)
	if alike(whole, lwhole) {
		best = max(best, JaroWinkler(whole, lwhole))
	}
	return int(best*100 + 0.5)
}

// Best returns the highest score of any name asked for with any listed one.
func Best(asked, listed []string) int {
	best := 0
	for _, a := range asked {
		for _, l := range listed {
			best = max(best, Score(a, l))
		}
	}
	return best
}

// maxLength is how many bytes of a name are compared: the longest published
// name has 400, and the work grows with the square.
const maxLength = 512

// fold writes a name in capitals without accents and cuts it into its parts at
// everything that is neither letter nor digit. A name in another script than
// Latin has none.
func fold(s string) []string {
	if len(s) > maxLength {
		s = strings.ToValidUTF8(s[:maxLength], "")
	}
	foreign := false
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r) || r == '\'' || r == '’':
			return -1
		case unicode.IsLetter(r) && !unicode.Is(unicode.Latin, r):
			foreign = true
			return -1
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			return unicode.ToUpper(r)
		}
		return ' '
	}, norm.NFD.String(s))
	if foreign {
		return nil
	}
	return strings.Fields(s)
}

func parts(asked, listed []string) float64 {
	sum := 0.0
	for _, a := range asked {
		best := 0.0
		for _, l := range listed {
			if alike(a, l) || a[0] == l[0] && Soundex(a) == Soundex(l) && Soundex(a) != "" {
				best = max(best, JaroWinkler(a, l))
			}
		}
		sum += best
	}
	return sum / float64(len(asked))
}

// alike is what FAQ 249 asks of terms before it scores them: the same first
// letter, and half alike by edit distance.
func alike(a, b string) bool {
	x, y := []rune(a), []rune(b)
	longer := max(len(x), len(y))
	return x[0] == y[0] && 2*(longer-edits(x, y)) >= longer
}

// edits is the Levenshtein distance.
func edits(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j, y := range b {
			change := diagonal
			if x != y {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// The constants of Winkler (1990), "String Comparator Metrics and Enhanced
// Decision Rules in the Fellegi-Sunter Model of Record Linkage": a common
// beginning of at most four letters counts a tenth of what is missing, each.
const (
	maxPrefix   = 4
	prefixScale = 0.1
)

// JaroWinkler is the similarity of two texts by Jaro and Winkler, from 0 to 1.
func JaroWinkler(a, b string) float64 {
	x, y := []rune(a), []rune(b)
	jaro := jaro(x, y)
	prefix := 0
	for prefix < min(maxPrefix, len(x), len(y)) && x[prefix] == y[prefix] {
		prefix++
	}
	return jaro + float64(prefix)*prefixScale*(1-jaro)
}

// jaro is the similarity of Jaro (1989): letters in common within half of the
// longer text, and how many of them stand in another order.
func jaro(x, y []rune) float64 {
	if len(x) == 0 || len(y) == 0 {
		return 0
	}
	reach := max(0, max(len(x), len(y))/2-1)
	taken := make([]bool, len(y))
	var common []rune
	for i, r := range x {
		for j := max(0, i-reach); j < min(len(y), i+reach+1); j++ {
			if !taken[j] && y[j] == r {
				taken[j] = true
				common = append(common, r)
				break
			}
		}
	}
	if len(common) == 0 {
		return 0
	}
	misplaced, k := 0, 0
	for j, r := range y {
		if taken[j] {
			if common[k] != r {
				misplaced++
			}
			k++
		}
	}
	m := float64(len(common))
	return (m/float64(len(x)) + m/float64(len(y)) + (m-float64(misplaced)/2)/m) / 3
}

// soundexCodes are the codes of the letters A to Z. 0 is no digit: a vowel or Y,
// which parts equal codes, or H or W, which do not.
const soundexCodes = "01230120022455012623010202"

// Soundex returns the code of a word in capital Latin letters as the National
// Archives of the United States code it: the first letter and three digits. A
// word that does not begin with a letter from A to Z has none.
func Soundex(word string) string {
	if word == "" || word[0] < 'A' || word[0] > 'Z' {
		return ""
	}
	code := []byte{word[0]}
	last := soundexCodes[word[0]-'A']
	for i := 1; i < len(word) && len(code) < 4; i++ {
		c := word[i]
		if c < 'A' || c > 'Z' || c == 'H' || c == 'W' {
			continue // H and W do not part equal codes
		}
		digit := soundexCodes[c-'A']
		if digit != '0' && digit != last {
			code = append(code, digit)
		}
		last = digit
	}
	for len(code) < 4 {
		code = append(code, '0')
	}
	return string(code)
}
