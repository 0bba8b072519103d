// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"math/rand/v2"
	"slices"
	"strings"
	"unicode"
)

// reorder puts the family name first; of other names, it moves the last word to
// the front.
func reorder(r *rand.Rand, n *source) string {
	if len(n.words) < 2 {
		return ""
	}
	k := max(n.family, 1)
	if k >= len(n.words) {
		return ""
	}
	return strings.Join(slices.Concat(n.words[len(n.words)-k:], n.words[:len(n.words)-k]), " ")
}

// minTypo is how many letters a word has at least to be misspelt.
const minTypo = 4

// typos misspells up to most words, each with one edit.
func typos(r *rand.Rand, n *source, most int) string {
	words := slices.Clone(n.words)
	done := 0
	for _, i := range r.Perm(len(words)) {
		if len(letters(words[i])) >= minTypo && done < most {
			words[i] = typo(r, words[i])
			done++
		}
	}
	if done == 0 {
		return ""
	}
	return strings.Join(words, " ")
}

func letters(w string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsLetter(c) {
			return c
		}
		return -1
	}, w)
}

// typo makes one edit inside a word: its first letter is rarely wrong.
func typo(r *rand.Rand, w string) string {
	b := []rune(w)
	for range 20 {
		i := r.IntN(len(b))
		if i == 0 && r.IntN(4) != 0 || !unicode.IsLetter(b[i]) {
			continue
		}
		c := 'a' + rune(r.IntN(26))
		if unicode.IsUpper(b[i]) {
			c = unicode.ToUpper(c)
		}
		out := slices.Clone(b)
		switch r.IntN(4) {
		case 0:
			out[i] = c
		case 1:
			out = slices.Insert(out, i, c)
		case 2:
			out = slices.Delete(out, i, i+1)
		case 3:
			if i+1 == len(out) || !unicode.IsLetter(out[i+1]) {
				continue
			}
			out[i], out[i+1] = out[i+1], out[i]
		}
		if !slices.Equal(out, b) {
			return string(out)
		}
	}
	return w
}

// respellings are ways in which romanisations of one name differ, by the
// writing that the name comes from: no clerk writes an Arabic q as the Chinese
// do. They are written from the tables of BGN/PCGN, ISO 9, the French and German
// presses, Wade-Giles and McCune-Reischauer, and the usual spellings of Arabic
// names.
var respellings = map[string][][2]string{
	"russian": {{"yev", "ev"}, {"yu", "iu"}, {"ya", "ia"}, {"iy", "y"}, {"iy", "i"}, {"ey", "ei"}, {"ay", "ai"}, {"kh", "h"}, {"kh", "ch"}, {"zh", "j"}, {"ts", "c"}, {"ts", "tz"},
		{"shch", "sch"}, {"sh", "sch"}, {"ch", "tch"}, {"ov", "off"}, {"ov", "ow"}, {"ev", "eff"}, {"v", "w"}, {"ks", "x"}, {"y", "j"}, {"ei", "ey"}, {"ai", "ay"}},
	"arabic": {{"muhammad", "mohamed"}, {"muhammad", "mohammad"}, {"mohammad", "muhammed"}, {"ahmad", "ahmed"}, {"husayn", "hussein"}, {"hussein", "hossein"}, {"abd al", "abdul"},
		{"abdallah", "abdullah"}, {"khalid", "khaled"}, {"yusuf", "youssef"}, {"q", "k"}, {"q", "gh"}, {"dh", "z"}, {"th", "s"}, {"ou", "u"}, {"u", "ou"}, {"oo", "u"}, {"ee", "i"}, {"i", "ee"}, {"i", "e"},
		{"aa", "a"}, {"ii", "i"}, {"iyy", "iy"}, {"ss", "s"}, {"mm", "m"}, {"ll", "l"}, {"al-", "el-"}, {"gh", "g"}, {"j", "dj"}, {"a", "e"}, {"sh", "ch"}, {"ay", "ai"}, {"w", "ou"}},
	"chinese": {{"zh", "ch"}, {"x", "hs"}, {"q", "ch"}, {"jong", "jung"}, {"jong", "chong"}, {"pak", "park"}, {"song", "sung"}, {"yong", "yung"}, {"yong", "young"}, {"ian", "ien"}, {"b", "p"}, {"g", "k"}, {"r", "l"}, {"ong", "ung"}},
}

// transliterate respells one to three places of a name.
func transliterate(r *rand.Rand, n *source) string {
	rules := respellings[n.origin]
	s := strings.ToLower(n.text())
	done := 0
	want := 1 + r.IntN(3)
	for _, i := range r.Perm(len(rules)) {
		if from, to := rules[i][0], rules[i][1]; strings.Contains(s, from) && done < want {
			s = strings.Replace(s, from, to, 1)
			done++
		}
	}
	if done == 0 {
		return ""
	}
	return s
}

// drop leaves out one word of three or more.
func drop(r *rand.Rand, n *source) string {
	if len(n.words) < 3 {
		return ""
	}
	i := r.IntN(len(n.words))
	if n.person && n.family > 0 && n.family < len(n.words) {
		i = 1 + r.IntN(len(n.words)-1-n.family+1) // one of the middle names or of several family names
		if i >= len(n.words) {
			i = len(n.words) - 1
		}
		if i == len(n.words)-1 && n.family == 1 {
			i = 1
		}
	}
	return strings.Join(slices.Delete(slices.Clone(n.words), i, i+1), " ")
}

// glue writes two neighbouring words as one.
func glue(r *rand.Rand, n *source) string {
	if len(n.words) < 2 {
		return ""
	}
	i := r.IntN(len(n.words) - 1)
	if strings.ContainsAny(n.words[i], ",.&") || strings.ContainsAny(n.words[i+1], "&") {
		return ""
	}
	words := slices.Clone(n.words)
	words[i] += words[i+1]
	return strings.Join(slices.Delete(words, i+1, i+2), " ")
}

// legalForms are ways to write the same legal form.
var legalForms = [][]string{
	{"LLC", "L.L.C.", "Limited Liability Company"},
	{"LTD", "LTD.", "Limited"},
	{"CO., LTD.", "CO LTD", "Company Limited", "CO. LTD."},
	{"GMBH", "Gesellschaft mit beschrankter Haftung", "G.m.b.H."},
	{"S.A.", "SA", "Sociedad Anonima"},
	{"S.A. DE C.V.", "SA de CV", "Sociedad Anonima de Capital Variable"},
	{"JSC", "Joint Stock Company", "J.S.C."},
	{"OOO", "LLC", "Limited Liability Company"},
	{"LTDA.", "LTDA", "Limitada"},
	{"INC.", "Incorporated", "INC"},
	{"CORP.", "Corporation", "CORP"},
	{"S.A.S.", "SAS"},
	{"E.U.", "EU", "Empresa Unipersonal"},
	{"PJSC", "Public Joint Stock Company"},
}

// legalSwap writes the legal form at the end of a name in another way.
func legalSwap(r *rand.Rand, n *source) string {
	if n.person {
		return ""
	}
	text := n.text()
	for _, i := range r.Perm(len(legalForms)) {
		for _, form := range legalForms[i] {
			head, ok := cutSuffixFold(text, " "+form)
			if !ok {
				continue
			}
			other := legalForms[i][r.IntN(len(legalForms[i]))]
			if strings.EqualFold(other, form) {
				continue
			}
			return head + " " + other
		}
	}
	return ""
}

func cutSuffixFold(s, suffix string) (string, bool) {
	if len(s) < len(suffix) || !strings.EqualFold(s[len(s)-len(suffix):], suffix) {
		return s, false
	}
	return s[:len(s)-len(suffix)], true
}

// legalAdd adds a legal form to a name that has none.
func legalAdd(r *rand.Rand, n *source) string {
	if n.person {
		return ""
	}
	for _, forms := range legalForms {
		for _, form := range forms {
			if _, has := cutSuffixFold(n.text(), " "+form); has {
				return ""
			}
		}
	}
	return n.text() + " " + []string{"LLC", "Ltd", "Inc.", "GmbH", "Co., Ltd."}[r.IntN(5)]
}

// initials abbreviates the first given name.
func initials(_ *rand.Rand, n *source) string {
	if !n.person || len(n.words) < 3 || len(n.words[0]) < 3 {
		return ""
	}
	words := slices.Clone(n.words)
	words[1] = words[1][:1] + "."
	return strings.Join(words, " ")
}

var abbreviations = [][2]string{{"international", "intl"}, {"technology", "tech"}, {"technologies", "tech"}, {"company", "co"}, {"corporation", "corp"}, {"manufacturing", "mfg"},
	{"industrial", "ind"}, {"industries", "ind"}, {"development", "dev"}, {"group", "grp"}, {"services", "svcs"}, {"engineering", "eng"}, {"institute", "inst"}, {"university", "univ"},
	{"national", "natl"}, {"limited", "ltd"}, {"shipping", "shpg"}, {"and", "&"}, {"brothers", "bros"}, {"department", "dept"}, {"government", "govt"}}

// abbreviate shortens the business words of a name.
func abbreviate(_ *rand.Rand, n *source) string {
	if n.person {
		return ""
	}
	words := slices.Clone(n.words)
	for i, w := range words {
		for _, a := range abbreviations {
			if strings.EqualFold(strings.Trim(w, ",."), a[0]) {
				words[i] = a[1]
			}
		}
	}
	return strings.Join(words, " ")
}

// toCyrillic writes Latin letters in Cyrillic as a Russian clerk would.
var toCyrillic = strings.NewReplacer("shch", "щ", "zh", "ж", "kh", "х", "ts", "ц", "ch", "ч", "sh", "ш", "yu", "ю", "ya", "я", "ye", "е", "yo", "ё", "iy", "ий", "yy", "ый",
	"a", "а", "b", "б", "v", "в", "g", "г", "d", "д", "e", "е", "z", "з", "i", "и", "y", "й", "k", "к", "l", "л", "m", "м", "n", "н", "o", "о", "p", "п", "r", "р", "s", "с", "t", "т",
	"u", "у", "f", "ф", "h", "х", "c", "ц", "j", "дж", "w", "в", "x", "кс", "q", "к", "'", "")

// cyrillic writes the name of a Russian-speaking person in Cyrillic.
func cyrillic(_ *rand.Rand, n *source) string {
	if n.origin != "russian" || !n.person {
		return ""
	}
	return toCyrillic.Replace(strings.ToLower(n.text()))
}

// lowerCase writes a name without capitals.
func lowerCase(_ *rand.Rand, n *source) string { return strings.ToLower(n.text()) }

// accents are letters with the marks that several languages of Europe and
// Vietnam put on them.
var accents = strings.NewReplacer("a", "á", "c", "č", "e", "é", "i", "í", "n", "ñ", "o", "ö", "s", "š", "u", "ü", "y", "ý", "z", "ž",
	"A", "Á", "C", "Č", "E", "É", "I", "Í", "N", "Ñ", "O", "Ö", "S", "Š", "U", "Ü", "Y", "Ý", "Z", "Ž")

// diacritics puts marks on the letters of one word.
func diacritics(r *rand.Rand, n *source) string {
	words := slices.Clone(n.words)
	i := r.IntN(len(words))
	words[i] = accents.Replace(words[i])
	return strings.Join(words, " ")
}

// punctuation leaves out marks, and writes hyphens as blanks.
func punctuation(_ *rand.Rand, n *source) string {
	s := strings.Map(func(c rune) rune {
		switch {
		case c == '-' || c == '/':
			return ' '
		case unicode.IsPunct(c):
			return -1
		}
		return c
	}, n.text())
	return strings.Join(strings.Fields(s), " ")
}

// minSplit is how many letters a word has at least to be written as two.
const minSplit = 8

// split writes one long word as two.
func split(r *rand.Rand, n *source) string {
	words := slices.Clone(n.words)
	for _, i := range r.Perm(len(words)) {
		if w := []rune(words[i]); len(w) >= minSplit && letters(words[i]) == words[i] {
			at := 3 + r.IntN(len(w)-5)
			words[i] = string(w[:at]) + " " + string(w[at:])
			return strings.Join(words, " ")
		}
	}
	return ""
}

// lookalikes are Cyrillic letters that look like Latin ones.
var lookalikes = strings.NewReplacer("a", "а", "c", "с", "e", "е", "o", "о", "p", "р", "x", "х", "A", "А", "B", "В", "C", "С", "E", "Е", "H", "Н", "K", "К", "M", "М", "O", "О", "P", "Р", "T", "Т", "X", "Х")

// homoglyph writes letters of one word in Cyrillic ones that look the same, as
// somebody does who wants not to be found.
func homoglyph(r *rand.Rand, n *source) string {
	words := slices.Clone(n.words)
	for _, i := range r.Perm(len(words)) {
		if w := lookalikes.Replace(words[i]); w != words[i] && latinLetter(w) {
			words[i] = w
			return strings.Join(words, " ")
		}
	}
	return ""
}

// latinLetter says that a word still has a Latin letter: one wholly in Cyrillic
// is a word of its own.
func latinLetter(w string) bool {
	return strings.ContainsFunc(w, func(c rune) bool { return unicode.Is(unicode.Latin, c) })
}
