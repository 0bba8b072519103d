// SPDX-License-Identifier: Apache-2.0

package rows

import (
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/interdict-dev/interdict/party"
)

// Dates reads a date as people type it, in every way it can be meant.
//
// 03/04/1962 is the 3 April and the 4 March, 14.3.62 is 1962 and 2062: both
// come back, in that order, since which one was meant is not ours to guess.
// Numbers with full stops are day, month, year, as everywhere they are written
// so. Months may have their names in eleven languages. Several dates are
// separated by semicolons, bars, line ends or "or"; "circa" and ranges of years
// are kept. What cannot be read comes back as a Span with the text alone.
func Dates(s string) []party.Span {
	var out []party.Span
	s = strings.NewReplacer("|", ";", "\n", ";", " or ", ";", " oder ", ";", " ou ", ";").Replace(s)
	for part := range strings.SplitSeq(s, ";") {
		part = strings.TrimSpace(part)
		if !isNone(part) {
			out = append(out, datesOf(part)...)
		}
	}
	return out
}

func datesOf(printed string) []party.Span {
	s := foldDate(printed)
	s, circa := cutCirca(s)
	if from, to, ok := cutRange(s); ok {
		a, b := readings(from), readings(to)
		if len(a) == 1 && len(b) == 1 && a[0].Compare(b[0]) <= 0 {
			return []party.Span{{From: a[0], To: b[0], Circa: circa, Text: printed}}
		}
	}
	days := readings(s)
	if len(days) == 0 {
		return []party.Span{{Text: printed}}
	}
	out := make([]party.Span, len(days))
	for i, d := range days {
		out[i] = party.Span{From: d, To: d, Circa: circa}
		if len(days) > 1 || circa {
			out[i].Text = printed
		}
	}
	return out
}

// foldDate makes digits of other scripts and full-width forms ASCII, folds case
// and marks, and reads 年 月 日 as separators.
func foldDate(s string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(strings.ToLower(s)) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case r >= '٠' && r <= '٩':
			b.WriteRune('0' + r - '٠')
		case r >= '۰' && r <= '۹':
			b.WriteRune('0' + r - '۰')
		case r == '年' || r == '月':
			b.WriteByte('-')
		case r == '日' || r == '号':
			b.WriteByte(' ')
		case r == '–' || r == '—' || r == '−':
			b.WriteByte('-')
		case r == 'ı':
			b.WriteByte('i')
		default:
			b.WriteRune(r)
		}
	}
	return strings.TrimRight(strings.TrimSpace(b.String()), "- .")
}

func cutCirca(s string) (string, bool) {
	for _, c := range []string{"circa", "ca.", "c.", "approximately", "approx.", "approx", "about", "around", "um ", "vers", "hacia", "okolo", "около", "约", "~"} {
		if t, ok := strings.CutPrefix(s, c); ok {
			return strings.TrimSpace(t), true
		}
	}
	return s, false
}

// cutRange finds "1962 to 1964", "between 1962 and 1964" and "1962-1964".
func cutRange(s string) (from, to string, ok bool) {
	s = strings.TrimPrefix(s, "between ")
	for _, sep := range []string{" to ", " and ", " bis ", " - ", " until "} {
		if a, b, ok := strings.Cut(s, sep); ok {
			return strings.TrimSpace(a), strings.TrimSpace(b), true
		}
	}
	if len(s) == 9 && s[4] == '-' && isDigits(s[:4]) && isDigits(s[5:]) {
		return s[:4], s[5:], true
	}
	return "", "", false
}

var (
	clock   = regexp.MustCompile(`[t ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[ap]\.?m\.?)?( ?z| ?utc| ?gmt|[+-]\d{2}:?\d{2})?$`)
	numbers = regexp.MustCompile(`^(\d{1,4})([-/. ]+)(\d{1,4})(?:[-/. ]+(\d{1,4}))?$`)
	ordinal = regexp.MustCompile(`(\d)(st|nd|rd|th|er|º|ª|\.)( |$)`)
)

// readings returns the days, months or years that a folded text can mean.
func readings(s string) []party.Date {
	s = strings.TrimSpace(clock.ReplaceAllString(s, ""))
	if isDigits(s) {
		return fromDigits(s)
	}
	if m := numbers.FindStringSubmatch(s); m != nil {
		return fromNumbers(m[1], strings.TrimSpace(m[2]), m[3], m[4])
	}
	return fromWords(s)
}

func fromDigits(s string) []party.Date {
	switch len(s) {
	case 4:
		return only(date(atoi(s), 0, 0))
	case 6:
		return only(date(atoi(s[:4]), atoi(s[4:]), 0))
	case 8:
		return only(date(atoi(s[:4]), atoi(s[4:6]), atoi(s[6:])))
	}
	return nil
}

// fromNumbers reads two or three numbers. A month or day of 00 is not known.
func fromNumbers(a, sep, b, c string) []party.Date {
	switch {
	case c == "" && len(a) == 4:
		return only(date(atoi(a), atoi(b), 0))
	case c == "" && len(b) == 4:
		return only(date(atoi(b), atoi(a), 0))
	case c == "" || len(b) > 2:
		return nil
	case len(a) == 4:
		return only(date(atoi(a), atoi(b), atoi(c)))
	case len(a) == 3 || len(c) == 3 || len(c) == 1:
		return nil
	}
	var out []party.Date
	for _, y := range years(c) {
		day := date(y, atoi(b), atoi(a))
		month := date(y, atoi(a), atoi(b))
		if !day.IsZero() {
			out = append(out, day)
		}
		dots := strings.HasPrefix(sep, ".")
		if !month.IsZero() && month != day && (!dots || day.IsZero()) {
			out = append(out, month)
		}
	}
	return out
}

// years returns the years that two or four digits can mean.
func years(s string) []int {
	if len(s) == 2 {
		return []int{1900 + atoi(s), 2000 + atoi(s)}
	}
	return []int{atoi(s)}
}

// fromWords reads dates with a month by its name: "14 March 1962", "mars 1962",
// "March 14, 1962", "14-Mar-62".
func fromWords(s string) []party.Date {
	s = ordinal.ReplaceAllString(s, "$1 ")
	month, day, year := 0, "", ""
	for _, w := range strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("-/,.'", r) }) {
		m := months()[w]
		switch {
		case m > 0 && month == 0:
			month = m
		case isDigits(w) && len(w) == 4 && year == "":
			year = w
		case isDigits(w) && len(w) <= 2 && day == "":
			day = w
		case isDigits(w) && len(w) == 2 && year == "":
			year = w
		case w == "de" || w == "of" || w == "del" || w == "г" || w == "года" || w == "den" || w == "the" || w == "r":
		default:
			return nil
		}
	}
	if month == 0 || year == "" {
		return nil
	}
	var out []party.Date
	for _, y := range years(year) {
		out = append(out, only(date(y, month, atoi(day)))...)
	}
	return out
}

func only(d party.Date) []party.Date {
	if d.IsZero() {
		return nil
	}
	return []party.Date{d}
}

// date returns the zero Date when there is no such day.
func date(y, m, d int) party.Date {
	if y < 1000 || y > 2999 || m > 12 || d > 31 || m < 0 || d < 0 {
		return party.Date{}
	}
	if m == 0 {
		return party.Date{Year: int16(y)}
	}
	t := party.Date{Year: int16(y), Month: uint8(m)}
	if d > int(t.Last().Day) {
		return party.Date{}
	}
	t.Day = uint8(d)
	return t
}

// months holds the names of months, folded: English, German, French, Spanish,
// Italian, Portuguese, Dutch, Polish, Russian, Turkish.
var months = sync.OnceValue(func() map[string]int {
	m := map[string]int{}
	for i, names := range []string{
		"january jan januar jaenner janner janvier janv enero ene gennaio gen janeiro januari stycznia styczen январь января янв ocak",
		"february feb februar fevrier fevr febrero febbraio fevereiro fev februari lutego luty февраль февраля фев subat",
		"march mar marz maerz mars marzo marco maart mrt marca marzec март марта мар mart",
		"april apr avril avr abril abr aprile kwietnia kwiecien апрель апреля апр nisan",
		"may mai mayo maggio mag maio mei maja maj май мая маи mayis",
		"june jun juni juin junio giugno giu junho czerwca czerwiec июнь июня июн haziran",
		"july jul juli juillet juil julio luglio lug julho lipca lipiec июль июля июл temmuz",
		"august aug aout agosto ago augustus sierpnia sierpien август августа авг agustos",
		"september sep sept septembre septiembre settembre set setembro wrzesnia wrzesien сентябрь сентября сен eylul",
		"october oct oktober okt octobre octubre ottobre ott outubro out pazdziernika pazdziernik октябрь октября окт ekim",
		"november nov novembre noviembre novembro listopada listopad ноябрь ноября ноя kasim",
		"december dec dezember dez decembre diciembre dic dicembre dezembro grudnia grudzien декабрь декабря дек aralik",
	} {
		for n := range strings.FieldsSeq(names) {
			m[foldDate(n)] = i + 1
		}
	}
	return m
})

func isDigits(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
}

// atoi reads digits that a pattern has matched.
func atoi(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0 // "": not known
	}
	return n
}

// isNone says that a cell holds a word for nothing.
func isNone(s string) bool {
	if len(s) > 16 {
		return false
	}
	for _, n := range nothing {
		if len(n) == len(s) && strings.EqualFold(n, s) {
			return true
		}
	}
	return strings.Trim(s, "-–—./?*_ ") == ""
}

var nothing = [...]string{"n/a", "na", "n.a.", "#n/a", "null", "nil", "none", "unknown", "not available", "not applicable", "not known", "unbekannt", "keine", "k.a.", "inconnu", "sin datos", "нет", "无", "无数据", "不详", "未知", "なし", "不明", "لا يوجد", "yok", "#ref!", "#value!", "#name?", "undefined", "nan", "(null)", "(none)", "\\n"}
