// SPDX-License-Identifier: Apache-2.0

package table

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// A style is what the number format of a cell makes of its number.
type style struct {
	kind     styleKind
	mask     string // digits and marks, for styleMask
	decimals int    // for styleFixed and stylePercent
}

type styleKind uint8

const (
	styleGeneral styleKind = iota
	styleText
	styleFixed   // "0.00", "#,##0"
	styleMask    // "00000", "000-00-0000": leading zeros count
	stylePercent // "0%"
	styleDate    // year, month and day
	styleMonth   // year and month only
	styleYear
	styleTime
	styleDateTime
)

// readStyles reads the number formats of the cell styles.
func (x *XLSX) readStyles(part string) error {
	if part == "" || x.files[part] == nil {
		return nil
	}
	codes := map[string]string{}
	cells := false
	return x.walk(part, func(t tag, _ []byte) error {
		switch string(t.name) {
		case "numFmt":
			if !t.close {
				codes[t.attr("numFmtId")] = t.attr("formatCode")
			}
		case "cellXfs":
			cells = !t.close
		case "xf":
			if cells && !t.close {
				id := t.attr("numFmtId")
				code, ok := codes[id]
				if !ok {
					code = builtinFormat(id)
				}
				x.styles = append(x.styles, styleOf(code))
			}
		}
		return nil
	})
}

// builtinFormat returns the code of a format that is not written in the file
// (ECMA-376 part 1, 18.8.30). 27-36 and 50-58 are dates in East Asian files.
func builtinFormat(id string) string {
	switch id {
	case "1", "3", "37", "38":
		return "0"
	case "2", "4", "39", "40":
		return "0.00"
	case "9":
		return "0%"
	case "10":
		return "0.00%"
	case "14", "15", "16", "27", "28", "29", "30", "31", "36", "50", "51", "52", "53", "54", "57", "58":
		return "yyyy-mm-dd"
	case "17":
		return "yyyy-mm"
	case "18", "19", "20", "21", "32", "33", "34", "35", "45", "46", "47", "55", "56":
		return "hh:mm:ss"
	case "22":
		return "yyyy-mm-dd hh:mm"
	case "49":
		return "@"
	}
	return ""
}

// styleOf reads a format code. Of several sections the first counts.
func styleOf(code string) style {
	plain := plainCode(code)
	lower := strings.ToLower(plain)
	year, day := strings.ContainsAny(lower, "ye"), strings.Contains(lower, "d")
	clock := strings.ContainsAny(lower, "hs")
	digits := strings.ContainsAny(plain, "0#?")
	switch {
	case plain == "" || lower == "general":
		return style{}
	case plain == "@":
		return style{kind: styleText}
	case !digits && day && clock:
		return style{kind: styleDateTime}
	case !digits && day:
		return style{kind: styleDate}
	case !digits && year && strings.Contains(lower, "m"):
		return style{kind: styleMonth}
	case !digits && year:
		return style{kind: styleYear}
	case !digits && strings.Contains(lower, "m") && !clock:
		return style{kind: styleDate}
	case clock && !strings.ContainsAny(plain, "#?"):
		return style{kind: styleTime}
	case strings.Contains(plain, "%"):
		return style{kind: stylePercent, decimals: decimals(plain)}
	case strings.Trim(plain, "0-/ ().") == "" && strings.Count(plain, "0") > 1 && !strings.Contains(plain, "."):
		return style{kind: styleMask, mask: plain}
	case strings.Contains(lower, "e+") || strings.Contains(plain, "/"):
		return style{} // exponents and fractions would lose digits
	case digits:
		return style{kind: styleFixed, decimals: decimals(plain)}
	}
	return style{}
}

// plainCode drops quoted text, escapes, colours and conditions of the first
// section.
func plainCode(code string) string {
	var out strings.Builder
	for i := 0; i < len(code); i++ {
		switch c := code[i]; c {
		case ';':
			return strings.TrimSpace(out.String())
		case '"':
			if j := strings.IndexByte(code[i+1:], '"'); j >= 0 {
				i += j + 1
			}
		case '[':
			j := strings.IndexByte(code[i:], ']')
			if j < 0 {
				break
			}
			if in := strings.ToLower(code[i+1 : i+j]); strings.Trim(in, "hms") == "" {
				out.WriteString(in) // [h]:mm, elapsed time
			}
			i += j
		case '\\', '_', '*':
			if i++; c == '\\' && i < len(code) && strings.IndexByte("-/ ().", code[i]) >= 0 {
				out.WriteByte(code[i])
			}
		default:
			out.WriteByte(c)
		}
	}
	return strings.TrimSpace(out.String())
}

func decimals(code string) int {
	_, after, ok := strings.Cut(code, ".")
	if !ok {
		return 0
	}
	n := 0
	for n < len(after) && strings.IndexByte("0#?", after[n]) >= 0 {
		n++
	}
	return n
}

// display writes a number as its style shows it.
func (x *XLSX) display(v string, index int) string {
	f, err := strconv.ParseFloat(v, 64)
	if err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
		return v
	}
	var s style
	if index < len(x.styles) {
		s = x.styles[index]
	}
	switch s.kind {
	case styleFixed:
		if exact := general(f); s.decimals == 0 && len(exact) > 15 {
			return exact
		}
		return strconv.FormatFloat(f, 'f', s.decimals, 64)
	case stylePercent:
		return strconv.FormatFloat(f*100, 'f', s.decimals, 64) + "%"
	case styleMask:
		return masked(f, s.mask)
	case styleDate, styleMonth, styleYear, styleTime, styleDateTime:
		if d := x.date(f, s.kind); d != "" {
			return d
		}
	}
	return general(f)
}

// general writes a number with the 15 digits that a spreadsheet keeps, never
// with an exponent.
func general(f float64) string {
	g, err := strconv.ParseFloat(strconv.FormatFloat(f, 'g', 15, 64), 64)
	if err != nil {
		g = f
	}
	if math.Abs(g) >= 1e21 || g != 0 && math.Abs(g) < 1e-9 {
		return strconv.FormatFloat(g, 'g', -1, 64)
	}
	return strconv.FormatFloat(g, 'f', -1, 64)
}

// masked puts the digits of a whole number into the places of a mask, from
// the right: 123456789 in "000-00-0000" is 123-45-6789.
func masked(f float64, mask string) string {
	if f < 0 || f != math.Trunc(f) || f >= 1e15 {
		return general(f)
	}
	digits := strconv.FormatFloat(f, 'f', 0, 64)
	if n := strings.Count(mask, "0"); len(digits) < n {
		digits = strings.Repeat("0", n-len(digits)) + digits
	}
	extra := len(digits) - strings.Count(mask, "0")
	out := make([]byte, 0, len(mask)+extra)
	next := 0
	for i := 0; i < len(mask); i++ {
		if mask[i] != '0' {
			out = append(out, mask[i])
			continue
		}
		n := 1
		if next == 0 {
			n += extra
		}
		out = append(out, digits[next:next+n]...)
		next += n
	}
	return string(out)
}

// date writes a day number; "" where it is none. Day 60 of the 1900 calendar
// is the 29 February that 1900 did not have, so the days before it are one off.
func (x *XLSX) date(f float64, k styleKind) string {
	if f < 0 || f >= 2958466 { // 9999-12-31
		return ""
	}
	epoch := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case x.date04:
		epoch = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	case f < 60:
		epoch = epoch.AddDate(0, 0, 1)
	}
	days, part := math.Modf(f)
	t := epoch.AddDate(0, 0, int(days)).Add(time.Duration(math.Round(part*86400)) * time.Second)
	switch {
	case k == styleTime && f < 1:
		return t.Format("15:04:05")
	case k == styleMonth:
		return t.Format("2006-01")
	case k == styleYear:
		return t.Format("2006")
	case part == 0:
		return t.Format("2006-01-02")
	}
	return t.Format("2006-01-02 15:04:05")
}
