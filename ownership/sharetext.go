// SPDX-License-Identifier: Apache-2.0

package ownership

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/interdict-dev/interdict/claim"
)

// ParseShare reads a share as people and registers print it: "50", "25.5%",
// "25,5 %", "%25,5", "٢٥٫٥٪", "25-50 %", ">50", "more than 25 to 50", "≤ 10",
// "12½", "1/3". Nothing is rounded. A fraction of at most one is one of the
// whole unless a percent sign stands behind it; the text of [claim.Percent],
// "100/3", is one of a percent. Nothing, or a word for unknown, is
// [claim.UnknownShare].
//
// The error is for what cannot be a share: a negative number, more than the
// whole, ends the wrong way round, "approx. 50", two marks in one number.
func ParseShare(text string) (claim.Share, error) {
	if s, ok := plainShare(text); ok {
		return s, nil
	}
	t, percent := tidy(text)
	if isUnknown(t) {
		return claim.UnknownShare(), nil
	}
	s, err := parseTidy(t, percent)
	if err != nil {
		return claim.Share{}, fmt.Errorf("share %q: %w", text, err)
	}
	return s, nil
}

// plainShare reads the common cases, "50", ">50" and "25-50", without a look at
// anything else.
func plainShare(text string) (claim.Share, bool) {
	if p, ok := plainPercent(text); ok {
		return claim.Exactly(p), true
	}
	all := claim.UnknownShare()
	if rest, ok := strings.CutPrefix(text, ">"); ok {
		p, ok := plainPercent(rest)
		return claim.Share{Lo: p, Hi: all.Hi, LoOpen: true}, ok && p != all.Hi
	}
	lo, hi, ok := strings.Cut(text, "-")
	if !ok {
		return claim.Share{}, false
	}
	a, okA := plainPercent(lo)
	b, okB := plainPercent(hi)
	return claim.Share{Lo: a, Hi: b}, okA && okB && a.Cmp(b) <= 0
}

// plainPercent reads digits with at most one point.
func plainPercent(s string) (claim.Percent, bool) {
	if s == "" || len(s) > 12 {
		return claim.Percent{}, false
	}
	n, den, point := int64(0), int64(1), false
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			n = n*10 + int64(c-'0')
			if point {
				den *= 10
			}
		case c == '.' && !point && i > 0 && i < len(s)-1:
			point = true
		default:
			return claim.Percent{}, false
		}
	}
	p, err := claim.NewPercent(n, den)
	return p, err == nil
}

// unitWords mean percent. A longer word stands before what it begins with.
func unitWords() []string {
	return []string{"per cent", "percentage", "percent", "prozent", "pourcent", "pour cent", "por ciento", "процентов", "процента", "процент", "pct", "%"}
}

// tidy folds digits, spaces, dashes and signs to one form each and takes the
// words for percent away, saying whether there was one.
func tidy(text string) (string, bool) {
	var b strings.Builder
	for _, r := range strings.ToLower(text) {
		switch {
		case r >= '٠' && r <= '٩':
			r = '0' + r - '٠'
		case r >= '۰' && r <= '۹':
			r = '0' + r - '۰'
		case r >= '０' && r <= '９':
			r = '0' + r - '０'
		case unicode.IsSpace(r) || r == '\u200e' || r == '\u200f' || r == '\u202f':
			r = ' '
		case r == '٫' || r == '．':
			r = '.'
		case r == '，':
			r = ','
		case r == '٪' || r == '％' || r == '﹪':
			r = '%'
		case r == '–' || r == '—' || r == '‒' || r == '−' || r == '～' || r == '‐' || r == '‑':
			r = '-'
		case r == '＞':
			r = '>'
		case r == '＜':
			r = '<'
		case r == '⁄':
			r = '/'
		}
		b.WriteRune(r)
	}
	t, percent := b.String(), false
	for _, w := range unitWords() {
		if strings.Contains(t, w) {
			t, percent = strings.ReplaceAll(t, w, " "), true
		}
	}
	return strings.Join(strings.Fields(t), " "), percent
}

func isUnknown(t string) bool {
	return slices.Contains([]string{"", "-", "unknown", "n/a", "na", "none", "not known", "unbekannt", "inconnu", "desconocido", "неизвестно", "?"}, t)
}

// A comparison is a word or sign before a number.
type comparison struct {
	word  string
	lower bool // the number is the lower end
	open  bool
}

// comparisons are tried in this order: a longer one stands before what it
// begins with.
func comparisons() []comparison {
	return []comparison{
		{">=", true, false}, {"≥", true, false}, {"=>", true, false}, {"at least", true, false}, {"minimum", true, false}, {"not less than", true, false}, {"mindestens", true, false}, {"au moins", true, false}, {"не менее", true, false},
		{">", true, true}, {"more than", true, true}, {"over", true, true}, {"above", true, true}, {"greater than", true, true}, {"mehr als", true, true}, {"über", true, true}, {"plus de", true, true}, {"más de", true, true}, {"более", true, true}, {"свыше", true, true},
		{"<=", false, false}, {"≤", false, false}, {"=<", false, false}, {"up to", false, false}, {"at most", false, false}, {"maximum", false, false}, {"not more than", false, false}, {"no more than", false, false}, {"höchstens", false, false}, {"bis zu", false, false}, {"не более", false, false},
		{"<", false, true}, {"less than", false, true}, {"under", false, true}, {"below", false, true}, {"weniger als", false, true}, {"unter", false, true}, {"moins de", false, true}, {"менее", false, true},
	}
}

func parseTidy(t string, percent bool) (claim.Share, error) {
	lo, hi, ranged := splitRange(t)
	if !ranged {
		return parseEnd(t, percent)
	}
	a, err := parseEnd(lo, percent)
	if err != nil {
		return claim.Share{}, err
	}
	b, err := parseEnd(hi, percent)
	if err != nil {
		return claim.Share{}, err
	}
	lowEnd := a.IsExact() || a.Hi.Cmp(claim.UnknownShare().Hi) == 0 && !a.HiOpen
	highEnd := b.IsExact() || b.Lo == claim.Percent{} && !b.LoOpen
	if !lowEnd || !highEnd {
		return claim.Share{}, fmt.Errorf("the two ends do not make a range")
	}
	s, err := claim.NewShare(a.Lo, b.Hi)
	if err != nil {
		return claim.Share{}, err
	}
	s.LoOpen, s.HiOpen = a.LoOpen, b.HiOpen
	if s.IsExact() && (s.LoOpen || s.HiOpen) {
		return claim.Share{}, fmt.Errorf("no number is in that range")
	}
	return s, nil
}

// splitRange cuts "25-50", "25 to 50", "more than 25 but not more than 50".
func splitRange(t string) (lo, hi string, ok bool) {
	for _, sep := range []string{" but ", " and ", " to ", " bis ", "..", " - ", "-"} {
		if a, b, found := strings.Cut(t, sep); found && strings.TrimSpace(a) != "" && strings.TrimSpace(b) != "" {
			return strings.TrimPrefix(strings.TrimSpace(a), "between "), strings.TrimSpace(b), true
		}
	}
	return "", "", false
}

// parseEnd reads a number, with or without a comparison before it. The whole
// as a lower end and nothing as an upper one leave no number.
func parseEnd(t string, percent bool) (claim.Share, error) {
	for _, c := range comparisons() {
		rest, ok := strings.CutPrefix(t, c.word)
		if !ok {
			continue
		}
		p, err := parseNumber(strings.TrimSpace(rest), percent)
		if err != nil {
			return claim.Share{}, err
		}
		all := claim.UnknownShare()
		if c.lower {
			if p == all.Hi && c.open {
				return claim.Share{}, fmt.Errorf("more than the whole")
			}
			return claim.Share{Lo: p, Hi: all.Hi, LoOpen: c.open}, nil
		}
		if p == all.Lo && c.open {
			return claim.Share{}, fmt.Errorf("less than nothing")
		}
		return claim.Share{Hi: p, HiOpen: c.open}, nil
	}
	if rest, ok := strings.CutSuffix(t, "+"); ok && rest != "" {
		return parseEnd(">="+rest, percent)
	}
	p, err := parseNumber(t, percent)
	return claim.Exactly(p), err
}

// vulgar gives the fractions that have a character of their own.
func vulgar(r rune) (num, den int64) {
	switch r {
	case '½':
		return 1, 2
	case '⅓':
		return 1, 3
	case '⅔':
		return 2, 3
	case '¼':
		return 1, 4
	case '¾':
		return 3, 4
	case '⅕':
		return 1, 5
	case '⅙':
		return 1, 6
	case '⅛':
		return 1, 8
	}
	return 0, 0
}

func parseNumber(t string, percent bool) (claim.Percent, error) {
	if num, den, ok := strings.Cut(t, "/"); ok {
		return parseFraction(strings.TrimSpace(num), strings.TrimSpace(den), percent)
	}
	for i, r := range t {
		num, den := vulgar(r)
		if den == 0 {
			continue
		}
		whole := strings.TrimSpace(t[:i])
		if t[i+len(string(r)):] != "" || whole == "" && !percent {
			return claim.Percent{}, fmt.Errorf("of a percent, or of the whole")
		}
		n, err := int64(0), error(nil)
		if whole != "" {
			if n, err = strconv.ParseInt(whole, 10, 64); err != nil || n < 0 || n > 100 {
				return claim.Percent{}, fmt.Errorf("want a number from 0 to 100")
			}
		}
		return claim.NewPercent(n*den+num, den)
	}
	p, err := claim.ParsePercent(t)
	if err != nil {
		return p, fmt.Errorf("want a number from 0 to 100 with at most 15 decimals") // the caller says of what
	}
	return p, nil
}

func parseFraction(a, b string, percent bool) (claim.Percent, error) {
	num, err := strconv.ParseInt(a, 10, 64)
	if err != nil {
		return claim.Percent{}, fmt.Errorf("want a fraction: %w", err)
	}
	den, err := strconv.ParseInt(b, 10, 64)
	if err != nil {
		return claim.Percent{}, fmt.Errorf("want a fraction: %w", err)
	}
	if !percent && num >= 0 && num <= den && num < 1<<56 {
		num *= 100
	}
	return claim.NewPercent(num, den)
}
