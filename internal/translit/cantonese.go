// SPDX-License-Identifier: Apache-2.0

package translit

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed data/cantonese.txt
var cantoneseData string

//go:embed data/hanja.txt
var hanjaData string

var (
	cantoneseTable = sync.OnceValue(func() map[rune]string { return parseBySyllable(cantoneseData) })
	hanjaTable     = sync.OnceValue(func() map[rune]string { return parseBySyllable(hanjaData) })
)

// parseBySyllable reads lines of a reading and the characters that have it.
func parseBySyllable(data string) map[rune]string {
	m := make(map[rune]string, len(data)/3)
	for line := range strings.Lines(data) {
		reading, characters, ok := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		if !ok || reading == "#" {
			continue
		}
		for _, r := range characters {
			m[r] = reading
		}
	}
	return m
}

// cantonese spells a Jyutping syllable the way Hong Kong identity cards do
// (the customary government romanisation, after Meyer and Wempe's; J. Kataoka
// and C. Lee, A System without a System, 2008).
func cantonese(jyutping string) string {
	if s := cantoneseUsual(jyutping); s != "" {
		return s
	}
	i := 0
	for i < len(jyutping) && !isVowel(jyutping[i]) {
		i++
	}
	head, tail := jyutping[:i], jyutping[i:]
	switch head {
	case "j":
		head = "y"
		if strings.HasPrefix(tail, "yu") {
			head = ""
		}
	case "z":
		head = "ch"
		if tail == "ang" || tail == "oi" || tail == "e" || tail == "oek" {
			head = "ts"
		}
	case "c":
		head = "ch"
		if tail == "oi" || tail == "eoi" || tail == "o" {
			head = "ts"
		}
	case "gw":
		head = "kw"
	case "g":
		head = "k"
	case "b":
		head = "p"
	case "d":
		head = "t"
	case "s":
		if tail == "i" || tail == "ing" || tail == "yu" || tail == "ek" || tail == "ik" || tail == "eoi" {
			head = "sh"
		}
	}
	switch tail {
	case "aa":
		tail = "a"
	case "oeng":
		tail = "eung"
	case "oek":
		tail = "euk"
	case "eon":
		tail = "un"
	case "eot":
		tail = "ut"
	case "eoi":
		tail = "ui"
	case "yun":
		tail = "uen"
	case "yut":
		tail = "uet"
	case "yu":
		tail = "u"
	case "ou":
		tail = "o"
	case "au":
		tail = "au"
	case "i":
		if head == "ch" || head == "sh" || head == "ts" {
			tail = "i"
		}
	default:
		tail = strings.Replace(tail, "aa", "a", 1)
	}
	if head == "y" && strings.HasPrefix(tail, "i") && len(tail) > 1 {
		return "y" + tail
	}
	return head + tail
}

// cantoneseUsual gives the syllables whose customary spelling follows no rule;
// they are those of frequent surnames.
func cantoneseUsual(jyutping string) string {
	switch jyutping {
	case "can":
		return "chan"
	case "wong":
		return "wong"
	case "zoeng":
		return "cheung"
	case "lei":
		return "lee"
	case "ng":
		return "ng"
	case "loeng":
		return "leung"
	case "lau":
		return "lau"
	case "lam":
		return "lam"
	case "zeng":
		return "cheng"
	case "zau":
		return "chow"
	case "jip":
		return "yip"
	case "ze":
		return "tse"
	case "joeng":
		return "yeung"
	case "fung":
		return "fung"
	case "zang":
		return "tsang"
	case "zyu":
		return "chu"
	case "lo":
		return "lo"
	case "gwok":
		return "kwok"
	case "heoi":
		return "hui"
	case "ceoi":
		return "tsui"
	case "dang":
		return "tang"
	case "coi":
		return "choi"
	case "so":
		return "so"
	case "sou":
		return "so"
	case "gou":
		return "ko"
	case "mou":
		return "mo"
	case "jyun":
		return "yuen"
	case "jyu":
		return "yu"
	case "jyut":
		return "yuet"
	case "jau":
		return "yau"
	case "siu":
		return "siu"
	case "au":
		return "au"
	case "keoi":
		return "kui"
	case "maa":
		return "ma"
	case "si":
		return "sze"
	case "sam":
		return "sum"
	case "zi":
		return "chi"
	case "hung":
		return "hung"
	case "dou":
		return "to"
	case "lou":
		return "lo"
	}
	return ""
}

// cantoneseSyllables reads each character in Cantonese; ok says whether all
// have a reading.
func cantoneseSyllables(word string) (out []string, ok bool) {
	t := cantoneseTable()
	for _, r := range word {
		s, known := t[r]
		if !known {
			return nil, false
		}
		out = append(out, cantonese(s))
	}
	return out, len(out) > 0
}

// readCantonese reads a name in Cantonese: the surname, then the given name
// apart, as in Hong Kong, and glued.
func readCantonese(word string, h Hint, out *collector) {
	n := 0
	if h.Person {
		n = surnameLen(word, 2)
	}
	s, ok := cantoneseSyllables(word)
	if !ok {
		return
	}
	if n == 0 || n >= len(s) {
		out.add("cantonese", strings.Join(s, " "))
		out.add("cantonese", strings.Join(s, ""))
		return
	}
	out.add("cantonese", strings.Join(s[:n], "")+" "+strings.Join(s[n:], " "))
	out.add("cantonese", strings.Join(s[:n], "")+" "+strings.Join(s[n:], ""))
}

// readHanja reads a name in Korean: its Hangul spelling is read as such. A
// character without a Korean reading ends the attempt.
func readHanja(word string, h Hint, out *collector) {
	t := hanjaTable()
	var b strings.Builder
	i := 0
	for _, r := range word {
		s, ok := t[r]
		if !ok {
			return
		}
		switch {
		case i == 0 && r == '金':
			s = "김" // read 금 in words, 김 as a family name
		case i == 0 && h.Country != "kp":
			s = initialSound(s)
		}
		b.WriteString(s)
		i++
	}
	readHangul(b.String(), h, out)
}

// initialSound applies the South Korean law of initial sounds to a syllable: 리
// becomes 이 and 로 becomes 노 at the start of a name.
func initialSound(s string) string {
	r := []rune(s)
	if len(r) != 1 || r[0] < hangulBase || r[0] > hangulEnd {
		return s
	}
	const nieun, ieung = 2, 11
	k := int(r[0] - hangulBase)
	initial, rest := k/(hangulVowels*hangulFinals), k%(hangulVowels*hangulFinals)
	switch vowel := rest / hangulFinals; {
	case initial != initialRieul && initial != nieun:
		return s
	case vowel == 2, vowel == 6, vowel == 7, vowel == 12, vowel == 17, vowel == 20: // ya yeo ye yo yu i
		initial = ieung
	case initial == initialRieul:
		initial = nieun
	}
	return string(rune(hangulBase + initial*hangulVowels*hangulFinals + rest))
}
