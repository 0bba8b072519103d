// SPDX-License-Identifier: Apache-2.0

package places

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/interdict-dev/interdict/internal/translit"
	"github.com/interdict-dev/interdict/party"
)

//go:embed cities.txt
var citiesText string

//go:embed address.txt
var addressText string

// cities gives the first spelling of a city for each of its spellings.
var cities = sync.OnceValue(func() map[string]string {
	m := make(map[string]string, 800)
	for line := range strings.Lines(citiesText) {
		_, names, ok := strings.Cut(strings.TrimRight(line, "\n"), "\t")
		if !ok || line[0] == '#' {
			continue
		}
		first, _, _ := strings.Cut(names, "|")
		for s := range strings.SplitSeq(names, "|") {
			m[fold(s)] = fold(first)
		}
	}
	return m
})

// addressWords gives the kind of each word of address.txt. A word of two kinds
// has the first: "st" is a street.
var addressWords = sync.OnceValue(func() map[string]string {
	m := make(map[string]string, 400)
	for line := range strings.Lines(addressText) {
		kind, words, ok := strings.Cut(strings.TrimRight(line, "\n"), "\t")
		if !ok || line[0] == '#' {
			continue
		}
		for w := range strings.SplitSeq(words, "|") {
			if k := fold(w); m[k] == "" {
				m[k] = kind
			}
		}
	}
	return m
})

// parts is an address as it is compared.
type parts struct {
	country string
	city    []word // of the field; nil where the address has none
	cityKey string // first spelling of a city that cities.txt knows
	postal  string // of the field, compact
	street  []word // names: of streets, buildings, districts
	text    []word // every word of every field
	house   []string
	unit    []string
	box     []string
}

// A word is one word of an address with its readings in Latin letters.
type word struct {
	text     string // folded
	readings []string
	script   translit.Script
	apart    bool // a comma or the like stands before it
}

// longest is how many bytes of each part of an address are compared. Published
// ones have some hundred; a file from anywhere may have a megabyte, and is
// compared with every address of every candidate.
const longest = 4 << 10

func cutLong(s string) string {
	if len(s) <= longest {
		return s
	}
	n := longest
	for n > longest-utf8.UTFMax && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

func read(a party.Address) parts {
	for _, s := range []*string{&a.Full, &a.Street, &a.City, &a.Region, &a.Postal, &a.Country} {
		*s = cutLong(*s)
	}
	p := parts{postal: compactDigits(a.Postal)}
	p.country = countryOf(a)
	p.city = words(a.City)
	p.cityKey = cityKey(a.City)
	p.text = words(a.Full + ", " + a.Street + ", " + a.City + ", " + a.Region + ", " + a.Postal)
	if p.cityKey == "" && len(p.city) == 0 {
		p.cityKey = cityIn(a.Full, a.Region)
	}
	if p.cityKey == "" && len(p.city) == 0 {
		p.cityKey = cityAmong(p.text)
	}
	p.readStreet(words(a.Full + ", " + a.Street)) // its words are those that are not the city's
	return p
}

// countryOf reads the field, else the last part of an address that is one text.
func countryOf(a party.Address) string {
	if a.Country != "" {
		if c, ok := Country(a.Country); ok {
			return c
		}
		return fold(a.Country)
	}
	last := lastPart(a.Full)
	if c, ok := Country(last); ok && len(last) >= 3 {
		return c
	}
	return ""
}

// lastPart returns what stands behind the last comma, where countries stand.
func lastPart(s string) string {
	return strings.TrimSpace(s[strings.LastIndexAny(s, ",;\n")+1:])
}

// cityKey returns the city that a field names: as a whole, or one of its parts
// between commas ("Haidian, Beijing"), with or without the word "city".
func cityKey(field string) string {
	m := cities()
	for s := range strings.FieldsFuncSeq(field, func(r rune) bool { return r == ',' || r == '/' || r == '(' || r == ')' }) {
		f := fold(s)
		for _, cut := range []string{"", " city", "市"} {
			if k := m[strings.TrimSuffix(f, cut)]; k != "" {
				return k
			}
		}
		for _, cut := range []string{"г ", "гор ", "город ", "city of ", "g ", "м "} {
			if k := m[strings.TrimPrefix(f, cut)]; k != "" {
				return k
			}
		}
	}
	return ""
}

// cityIn returns the city that one part of a whole address is, read from the
// end, where cities stand; in Han the longest known city that it begins with
// after a province.
func cityIn(texts ...string) string {
	for _, text := range texts {
		list := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",;\n，、،", r) })
		for _, s := range slices.Backward(list) {
			if k := cityKey(s); k != "" {
				return k
			}
			if k := cityKey(strings.TrimFunc(s, func(r rune) bool { return unicode.IsDigit(r) || unicode.IsSpace(r) || r == '-' })); k != "" {
				return k
			}
			if k := cityInHan(s); k != "" {
				return k
			}
		}
	}
	return ""
}

// cityAmong returns the last city that a word of an address is, for one that
// is written without commas. Cities that streets are named after are none.
func cityAmong(ws []word) string {
	kinds, m := addressWords(), cities()
	street := func(i int) bool { return i >= 0 && i < len(ws) && kinds[ws[i].text] == "street" }
	for i, w := range slices.Backward(ws) {
		if k := m[w.text]; k != "" && kinds[w.text] == "" && !street(i-1) && !street(i+1) {
			return k
		}
	}
	return ""
}

func cityInHan(s string) string {
	before, _, ok := strings.Cut(s, "市")
	if !ok {
		return ""
	}
	if _, city, ok := strings.Cut(before, "省"); ok {
		before = city
	}
	return cities()[fold(before)]
}

// readStreet sorts the words of street and free text into names and numbers.
// What a number counts is said by the word before it ("Suite 4"), in Han and
// Cyrillic also by the word behind it ("4 этаж", "9号").
func (p *parts) readStreet(ws []word) {
	kinds := addressWords()
	for i := 0; i < len(ws); i++ {
		w := ws[i]
		kind := kinds[w.text]
		if !hasDigit(w.text) {
			if kind == "" && !p.names(w) {
				p.street = append(p.street, w)
			}
			continue
		}
		before, after := "", ""
		if i > 0 {
			before = kinds[ws[i-1].text]
		}
		if i+1 < len(ws) && !ws[i+1].apart && (ws[i+1].script == translit.Han || ws[i+1].script == translit.Cyrillic || kinds[ws[i+1].text] == "unit") {
			after = kinds[ws[i+1].text]
		}
		switch {
		case before == "box":
			// "P.O. Box 19395-6947" is box 6947 of the district 19395.
			box := w.text
			for ; i+1 < len(ws) && !ws[i+1].apart && isNumber(w.text) && isNumber(ws[i+1].text); i++ {
				box += "-" + ws[i+1].text
			}
			p.box = append(p.box, box)
		case before == "unit" || before != "house" && after == "unit":
			p.unit = append(p.unit, w.text)
		case w.text != p.postal && p.isLongHouse(w.text, before, i == 0):
			p.house = append(p.house, w.text)
		case w.text == p.postal || len(w.text) >= 5 && isNumber(w.text):
			// a postcode, or a number as long as one
		default:
			p.house = append(p.house, strings.TrimLeft(w.text, "0"))
		}
	}
}

// isLongHouse says that a number as long as a postcode is that of a house: five
// digits with "No." before them, or at the beginning of an address of the United
// States, where houses are counted along the whole of a road.
func (p *parts) isLongHouse(number, before string, first bool) bool {
	return len(number) == 5 && isNumber(number) && (before == "house" || first && p.country == "us")
}

// names says that a word names the city or the country of the address.
func (p *parts) names(w word) bool {
	for _, c := range p.city {
		if alike(c, w) {
			return true
		}
	}
	if p.cityKey != "" && cities()[w.text] == p.cityKey {
		return true
	}
	code, ok := Country(w.text)
	return ok && code == p.country && len(w.text) > 3
}

// words cuts a text into words with readings. A run of Han is cut behind the
// characters for province, city, district, town and street, which fall away,
// and before a direction.
func words(text string) []word {
	var out []word
	for _, t := range tokenize(text) {
		if t.han {
			out = append(out, hanWords(t.folded)...)
			continue
		}
		w := newWord(t.folded)
		w.apart = t.apart
		out = append(out, w)
	}
	return out
}

func newWord(s string) word {
	w := word{text: s, script: translit.LatinScript}
	for _, r := range s {
		if sc := translit.ScriptOf(r); sc != translit.Common {
			w.script = sc
			break
		}
	}
	if w.script == translit.LatinScript || hasDigit(s) {
		w.text = withoutStreet(s)
		w.readings = []string{w.text}
		return w
	}
	if w.script == translit.Hangul {
		s = withoutKorean(s)
		w.text = s
	}
	for _, r := range translit.Word(s, translit.Hint{}, 6) {
		w.readings = append(w.readings, strings.ReplaceAll(r.Text, " ", ""))
	}
	return w
}

// koreanMarkers are the syllables for city, province, county, district, village,
// road and street that stand at the end of a word, the longest first.
var koreanMarkers = sync.OnceValue(func() []string {
	var out []string
	for _, s := range []string{"특별시", "광역시", "직할시", "구역", "대로", "거리", "시", "도", "군", "구", "동", "로", "길", "읍", "면", "리"} {
		out = append(out, fold(s))
	}
	return out
})

// withoutKorean cuts such a marker off a word that says more.
func withoutKorean(s string) string {
	for _, m := range koreanMarkers() {
		if stem, ok := strings.CutSuffix(s, m); ok && utf8.RuneCountInString(stem) >= 4 { // two syllables, in letters
			return stem
		}
	}
	return s
}

// withoutStreet cuts the word for a street off a word that it is glued to, as
// German, Dutch and the Nordic languages do: "Hauptstrasse" is "haupt".
func withoutStreet(s string) string {
	for _, suffix := range [...]string{"strasse", "straat", "gatan", "gade", "gasse", "platz", "allee", "str"} {
		if stem, ok := strings.CutSuffix(s, suffix); ok && len(stem) >= 4 {
			return stem
		}
	}
	return s
}

var hanDirections = [...]struct{ han, english string }{{"东", "east"}, {"東", "east"}, {"西", "west"}, {"南", "south"}, {"北", "north"}, {"中", "middle"}}

// hanWords cuts a run of Han at its markers.
func hanWords(run string) []word {
	var out []word
	for piece := range strings.FieldsFuncSeq(markHan(run), func(r rune) bool { return r == ' ' }) {
		if addressWords()[piece] != "" {
			out = append(out, word{text: piece, script: translit.Han})
			continue
		}
		stem := piece
		for _, d := range hanDirections {
			if s, ok := strings.CutSuffix(piece, d.han); ok && s != "" && len(s) >= 2*len(d.han) {
				stem = s
				out = append(out, word{text: d.english, readings: []string{d.english}, script: translit.LatinScript})
				break
			}
		}
		out = append(out, newWord(stem))
	}
	return out
}

// markHan puts blanks for the markers of a Chinese address.
func markHan(run string) string {
	return strings.NewReplacer("特别行政区", " ", "自治区", " ", "自治州", " ", "街道", " ", "大道", " ", "大街", " ", "胡同", " ",
		"号院", " 号院 ", "号楼", " 号楼 ", "省", " ", "市", " ", "区", " ", "區", " ", "县", " ", "縣", " ", "镇", " ", "鎮", " ", "乡", " ", "村", " ",
		"路", " ", "街", " ", "巷", " ", "弄", " ", "号", " 号 ", "號", " 號 ", "楼", " 号楼 ", "樓", " 樓 ", "层", " 层 ", "室", " 室 ", "座", " 座 ", "中国", " ", "中國", " ").Replace(run)
}

// alike says that two words have a reading in common, or that two long ones
// are one letter apart.
func alike(a, b word) bool {
	if a.text == b.text {
		return true
	}
	for _, x := range a.readings {
		for _, y := range b.readings {
			if x == y || len(x) >= 6 && len(y) >= 6 && oneApart(x, y) || genitive(x, y) || genitive(y, x) {
				return true
			}
		}
	}
	return a.script != b.script && sameSkeleton(a, b)
}

// genitive says that one word is the other in the case in which Slavic street
// names stand: "Lenin" and "Lenina".
func genitive(a, b string) bool {
	return len(a) >= 5 && len(b) == len(a)+1 && strings.HasPrefix(b, a) && strings.ContainsRune("aiuy", rune(b[len(a)]))
}

func sameSkeleton(a, b word) bool {
	if len(a.readings) == 0 || len(b.readings) == 0 {
		return false
	}
	x, y := translit.Skeleton(a.readings[0]), translit.Skeleton(b.readings[0])
	return len(x) >= 3 && x == y
}

// oneApart says that one letter was put in, left out or changed.
func oneApart(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) == len(b) {
		return i < len(a) && a[i+1:] == b[i+1:]
	}
	return a[i:] == b[i+1:]
}

func hasDigit(s string) bool { return strings.ContainsFunc(s, unicode.IsDigit) }

func isNumber(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsDigit(r) })
}

// compactDigits returns the letters and digits of a postcode in lower case.
func compactDigits(s string) string { return strings.ReplaceAll(fold(s), " ", "") }
