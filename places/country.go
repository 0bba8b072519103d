// SPDX-License-Identifier: Apache-2.0

package places

import (
	_ "embed"
	"iter"
	"slices"
	"strings"
	"sync"
)

//go:embed countries.txt
var countriesText string

// The gazetteer of countries.txt in two steps, each read when first asked for:
// a cold command that names a country by its code or its usual name never folds
// the spellings of a dozen languages (4 ms).
var (
	countries = sync.OnceValue(func() *countryTable { return parseCountries(countriesText) })
	spellings = sync.OnceValue(func() map[string]string { return parseSpellings(countriesText) })
)

type countryTable struct {
	codes map[string]string // alpha-2, alpha-3, folded name → code
	names map[string]string // code → name
}

// countryLines yields the four fields of each line of countries.txt. The file
// is embedded and a test holds its form.
func countryLines(text string) iter.Seq[[4]string] {
	return func(yield func([4]string) bool) {
		for line := range strings.Lines(text) {
			if line[0] == '#' {
				continue
			}
			f := strings.SplitN(strings.TrimRight(line, "\n"), "\t", 4)
			if len(f) == 4 && !yield([4]string(f)) {
				return
			}
		}
	}
}

func parseCountries(text string) *countryTable {
	t := &countryTable{make(map[string]string, 1000), make(map[string]string, 300)}
	for f := range countryLines(text) {
		code, alpha3, name := f[0], f[1], f[2]
		t.names[code] = name
		t.codes[code], t.codes[fold(code)], t.codes[fold(name)] = code, code, code
		if alpha3 != "" {
			t.codes[alpha3] = code
		}
	}
	return t
}

func parseSpellings(text string) map[string]string {
	m := make(map[string]string, 5000)
	for f := range countryLines(text) {
		for s := range strings.SplitSeq(f[3], "|") {
			m[fold(s)] = f[0]
		}
	}
	delete(m, "")
	return m
}

// Country returns the code of a country for a name or code as lists, vendors
// and registers print it: "Korea, North", "КНДР", "PRK" and "kp" are all "kp".
//
// The code is ISO 3166-1 alpha-2 in lower case. What ISO does not know, or no
// longer knows, has the code of FollowTheMoney data sets: "suhh" for the Soviet
// Union, "xk" for Kosovo, "eu", and "ua-cri", "ua-dpr", "ua-lpr" for the parts
// of Ukraine that sanctions law singles out. [Related] compares codes with that
// in mind. Anything else, "undetermined" for one, is not ok.
func Country(name string) (code string, ok bool) {
	folded := fold(name)
	if c, ok := codeOf(folded); ok || folded == "" {
		return c, ok
	}
	for _, prefix := range [...]string{"region ", "the "} {
		if rest, cut := strings.CutPrefix(folded, prefix); cut {
			return codeOf(rest)
		}
	}
	if last, first, cut := strings.Cut(name, ","); cut && !strings.Contains(first, ",") {
		if c, ok := codeOf(fold(first + " " + last)); ok {
			return c, true
		}
	}
	if strings.Contains(name, ".") {
		return codeOf(fold(strings.ReplaceAll(name, ".", " ")))
	}
	return "", false
}

func codeOf(folded string) (string, bool) {
	if c, ok := countries().codes[folded]; ok {
		return c, true
	}
	c, ok := spellings()[folded]
	return c, ok
}

// Name returns the English name of a country by its code, in either case, and
// "" for a code that is not known.
func Name(code string) string {
	return countries().names[strings.ToLower(code)]
}

// heirs ties the codes of states that are no more to those of the states on
// their soil (ISO 3166-3 and the succession of states).
func heirs(code string) []string {
	switch code {
	case "suhh":
		return []string{"am", "az", "by", "ee", "ge", "kg", "kz", "lt", "lv", "md", "ru", "tj", "tm", "ua", "uz"}
	case "yucs":
		return []string{"ba", "csxx", "hr", "me", "mk", "rs", "si", "xk"}
	case "csxx":
		return []string{"me", "rs", "xk"}
	case "cshh":
		return []string{"cz", "sk"}
	case "ddde":
		return []string{"de"}
	case "anhh":
		return []string{"bq", "cw", "sx"}
	case "ydyd":
		return []string{"ye"}
	case "vdvn":
		return []string{"vn"}
	}
	return nil
}

// dependencies returns the codes of what vendors print under a country's name
// as well: Hong Kong is "China", Puerto Rico the "United States".
func dependencies(code string) string {
	switch code {
	case "cn":
		return "hk mo"
	case "us":
		return "as gu mp pr um vi"
	case "gb":
		return "gg gi im je"
	case "fr":
		return "bl gf gp mf mq nc pf pm re wf yt"
	case "nl":
		return "aw bq cw sx"
	case "dk":
		return "fo gl"
	case "fi":
		return "ax"
	case "no":
		return "bv sj"
	}
	return ""
}

// Related says that two codes do not contradict each other: they are equal, one
// is a part of the other ("ua-cri" of "ua", "hk" of "cn"), or one is a state that is no more
// and the other stands on its soil ("suhh" and "kz"). An empty code is related
// to every code, since missing is not contradicting.
func Related(a, b string) bool {
	return a == b || a == "" || b == "" || covers(a, b) || covers(b, a)
}

func covers(whole, part string) bool {
	if strings.HasPrefix(part, whole+"-") || slices.Contains(strings.Fields(dependencies(whole)), part) {
		return true
	}
	for _, h := range heirs(whole) {
		if h == part || covers(h, part) {
			return true
		}
	}
	return false
}
