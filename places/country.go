// SPDX-License-Identifier: Apache-2.0

package places

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed countries.txt
var countriesText string

// countries is the gazetteer of countries.txt, read when first asked for.
var countries = sync.OnceValue(func() *countryTable { return parseCountries(countriesText) })

type countryTable struct {
	codes map[string]string // folded spelling → code
	names map[string]string // code → name
}

// parseCountries reads countries.txt. The file is embedded and a test holds its
// form, so a line of another form is skipped here.
func parseCountries(text string) *countryTable {
	t := &countryTable{make(map[string]string, 6000), make(map[string]string, 300)}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if line == "" || line[0] == '#' {
			continue
		}
		f := strings.SplitN(line, "\t", 4)
		if len(f) != 4 {
			continue
		}
		code := f[0]
		t.names[code] = f[2]
		t.codes[code] = code
		t.codes[fold(code)] = code
		t.codes[fold(f[2])] = code
		if f[1] != "" {
			t.codes[f[1]] = code
		}
		for s := range strings.SplitSeq(f[3], "|") {
			t.codes[fold(s)] = code
		}
	}
	delete(t.codes, "")
	return t
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
	t := countries()
	folded := fold(name)
	if c, ok := t.codes[folded]; ok {
		return c, true
	}
	if rest, cut := strings.CutPrefix(folded, "region "); cut {
		return t.find(rest)
	}
	if rest, cut := strings.CutPrefix(folded, "the "); cut {
		return t.find(rest)
	}
	if last, first, cut := strings.Cut(name, ","); cut && !strings.Contains(first, ",") {
		if c, ok := t.find(fold(first + " " + last)); ok {
			return c, true
		}
	}
	if strings.Contains(name, ".") {
		return t.find(fold(strings.ReplaceAll(name, ".", " ")))
	}
	return "", false
}

func (t *countryTable) find(folded string) (string, bool) {
	c, ok := t.codes[folded]
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

// Related says that two codes do not contradict each other: they are equal, one
// is a part of the other ("ua-cri" of "ua"), or one is a state that is no more
// and the other stands on its soil ("suhh" and "kz"). An empty code is related
// to every code, since missing is not contradicting.
func Related(a, b string) bool {
	if a == b || a == "" || b == "" {
		return true
	}
	if covers(a, b) || covers(b, a) {
		return true
	}
	return false
}

func covers(whole, part string) bool {
	if strings.HasPrefix(part, whole+"-") {
		return true
	}
	for _, h := range heirs(whole) {
		if h == part || covers(h, part) {
			return true
		}
	}
	return false
}
