// SPDX-License-Identifier: Apache-2.0

package translit

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

//go:embed data/pinyin.txt
var pinyinData string

//go:embed data/simplified.txt
var simplifiedData string

//go:embed data/surnames.txt
var surnameData string

// hanFirst and hanLast bound the characters that have a reading.
const hanFirst, hanLast = 0x3400, 0x9FFF

// A pinyin table gives for each character up to three syllables, as indices
// into syllables; 0 is none.
type pinyin struct {
	syllables []string
	readings  [hanLast - hanFirst + 1][3]uint16
}

var pinyinTable = sync.OnceValue(parsePinyin)

// parsePinyin reads the readings by syllable.
func parsePinyin() *pinyin {
	t := &pinyin{syllables: []string{""}}
	for line := range strings.Lines(pinyinData) {
		if line[0] == '#' {
			continue
		}
		syllable, columns, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		t.syllables = append(t.syllables, syllable)
		n := uint16(len(t.syllables) - 1)
		column := 0
		for _, r := range columns {
			switch {
			case r == '\t':
				column++
			case r >= hanFirst && r <= hanLast && column < 3:
				t.readings[r-hanFirst][column] = n
			}
		}
	}
	return t
}

// of returns the readings of r as a slice of syllable indices.
func (t *pinyin) of(r rune) []uint16 {
	if r < hanFirst || r > hanLast {
		return nil
	}
	a := &t.readings[r-hanFirst]
	n := 0
	for n < len(a) && a[n] != 0 {
		n++
	}
	return a[:n]
}

// knownSounds maps a syllable to a character of the learned table that is read
// so, for the characters that the table has not met: foreign names are written
// by sound, with whichever character pleases.
var knownSounds = sync.OnceValue(func() map[uint16]rune {
	t, known := pinyinTable(), learnedHan()
	m := make(map[uint16]rune, 400)
	best := make(map[uint16]int32, 400)
	for line := range strings.Lines(known.data) {
		key, fields, _ := strings.Cut(line, " ")
		if key == "#" {
			continue
		}
		if key[0] != '0' {
			break // the keys are sorted
		}
		var segments [maxSegments]segment
		parseSegments(strings.TrimSuffix(fields, "\n"), &segments)
		r, _ := utf8.DecodeRuneInString(key[1:])
		of := t.of(r)
		if len(of) == 0 {
			continue
		}
		s := of[0]
		if c, ok := best[s]; !ok || segments[0].cost < c || segments[0].cost == c && r < m[s] {
			best[s], m[s] = segments[0].cost, r
		}
	}
	return m
})

// foreignLetters returns the characters of a foreign name with each unknown one
// replaced by a known one of the same sound.
func foreignLetters(word string) []rune {
	letters := lettersOf(word, Han)
	known := learnedHan()
	for i, r := range letters {
		if known.knows(letters, i) {
			continue
		}
		if of := pinyinTable().of(r); len(of) > 0 {
			if k, ok := knownSounds()[of[0]]; ok {
				letters[i] = k
			}
		}
	}
	return letters
}

// HanReadings returns the Mandarin readings of a character in pinyin without
// tones, the likeliest first; none for a character that has none. The u with
// two dots is u, then v and yu as passports have it.
func HanReadings(r rune) []string {
	t := pinyinTable()
	var out []string
	for _, n := range t.of(r) {
		s := t.syllables[n]
		if strings.ContainsRune(s, 'v') {
			out = append(out, strings.Replace(s, "v", "u", 1), s, strings.Replace(s, "v", "yu", 1))
			continue
		}
		out = append(out, s)
	}
	return out
}

// SameSound reports whether two Han characters share a Mandarin reading without
// regard to tone, as 成 and 诚 do.
func SameSound(a, b rune) bool {
	t := pinyinTable()
	for _, x := range t.of(a) {
		if slices.Contains(t.of(b), x) {
			return true
		}
	}
	return false
}

var simplifiedTable = sync.OnceValue(parseSimplified)

// parseSimplified reads pairs of a traditional and a simplified character.
func parseSimplified() map[rune]rune {
	m := make(map[rune]rune, 4096)
	for line := range strings.Lines(simplifiedData) {
		if line[0] == '#' {
			continue
		}
		var traditional rune
		for _, r := range strings.TrimSuffix(line, "\n") {
			if traditional == 0 {
				traditional = r
				continue
			}
			m[traditional] = r
			traditional = 0
		}
	}
	return m
}

// Simplified folds traditional Chinese characters, and the Japanese and Hong
// Kong variants of them, to the simplified ones. All else stays.
func Simplified(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r >= hanFirst && r <= hanLast }) {
		return s
	}
	m := simplifiedTable()
	return strings.Map(func(r rune) rune {
		if t, ok := m[r]; ok {
			return t
		}
		return r
	}, s)
}

// A surname is how one Han surname is read; empty where that is by character.
type surname struct {
	pinyin []string
}

var surnameTable = sync.OnceValue(parseSurnames)

// parseSurnames reads the surnames and their special readings.
func parseSurnames() map[string]surname {
	m := make(map[string]surname, 1024)
	for line := range strings.Lines(surnameData) {
		fields := strings.Fields(line)
		switch {
		case len(fields) == 0 || fields[0][0] == '#':
		case fields[0] == "single":
			for _, r := range fields[1] {
				if _, ok := m[string(r)]; !ok {
					m[string(r)] = surname{}
				}
			}
		default:
			m[fields[0]] = surname{pinyin: fields[1:]}
		}
	}
	return m
}

// SurnameLen returns how many runes of s are a Chinese, Korean or Japanese
// surname in Han at its start, 0 if none is known.
func SurnameLen(s string) int {
	return surnameLen(Simplified(s), 2)
}

// soundLetters write foreign names by sound (the table of Xinhua, Names of the
// World's Peoples in Chinese), and given names of Chinese people hardly ever.
const soundLetters = "尔斯特克卡巴德迪蒂杜厄弗戈格古哈赫霍基吉季加贾柯科肯库拉莱朗劳勒里鲁罗洛吕马玛迈曼门蒙米莫默姆穆纳内尼涅诺努帕佩皮齐切热若萨塞沙什史索塔坦汤提图托瓦旺韦温沃乌谢休耶伊因于约扎泽詹兹佐布波伯博彼贝本比埃艾奥宁朋"

// wideLetters write foreign names as well, and given names of Chinese people.
const wideLetters = "泰利森亚兰梅辛扬叶西夏希维威雷伦普奇乔思丽娜莎莉琳赛佛丁安文林海金康可"

// writtenBySound says that most letters of a given name are such as write foreign
// names, and the rest may be.
func writtenBySound(given string) bool {
	n, sounds := 0, 0
	for _, r := range Simplified(given) {
		n++
		switch {
		case strings.ContainsRune(soundLetters, r):
			sounds++
		case !strings.ContainsRune(wideLetters, r):
			sounds--
		}
	}
	return n > 1 && sounds > 0
}

// FamilyLen returns how many letters of a word in Han are the surname of a whole
// personal name, 0 where the word is none: no surname, too long, or a foreign
// name written by sound.
func FamilyLen(word string) int {
	n := SurnameLen(word)
	given := word[len(prefix(word, n)):]
	if m := utf8.RuneCountInString(given); n == 0 || m == 0 || m > 3 || writtenBySound(given) {
		return 0
	}
	return n
}

// surnameLen looks for the longest known surname of at most longest runes that
// leaves something for a given name.
func surnameLen(s string, longest int) int {
	m := surnameTable()
	total := utf8.RuneCountInString(s)
	for n := min(longest, total); n > 0; n-- {
		if n > 1 && n >= total {
			if _, ok := m[s]; ok && n == total {
				return n
			}
			continue
		}
		if _, ok := m[prefix(s, n)]; ok {
			return n
		}
	}
	return 0
}

// prefix returns the first n runes of s.
func prefix(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

// readHan reads a word in Han letters as the hint says: Japanese, Korean,
// Cantonese or, where it says nothing, Mandarin, with the others behind it.
func readHan(word string, h Hint, out *collector) {
	word = Simplified(word)
	switch {
	case h.Lang == "ja" || h.Country == "jp":
		out.within(2, func(out *collector) { readJapanese(word, h, out) })
		readMandarin(word, h, out)
	case h.Lang == "ko" || h.Country == "kr" || h.Country == "kp":
		out.within(2, func(out *collector) { readHanja(word, h, out) })
		readMandarin(word, h, out)
	case h.Lang == "yue" || h.Country == "hk" || h.Country == "mo":
		out.within(4, func(out *collector) { readCantonese(word, h, out) })
		readMandarin(word, h, out)
	case h.Lang == "" && h.Country == "" && isJapaneseName(word, h):
		out.within(3, func(out *collector) { readMandarin(word, h, out) })
		readJapanese(word, h, out)
	default:
		out.within(3, func(out *collector) { readMandarin(word, h, out) })
		if h.Person {
			out.within(2, func(out *collector) { readCantonese(word, h, out) })
		}
	}
	readForeignHan(word, h, out)
	if h.Lang == "" && h.Country == "" && utf8.RuneCountInString(word) < 4 {
		readHanAbroad(word, h, out)
	}
}

// readHanAbroad fills what room is left with the readings of a short name of
// unknown country: one in Cantonese, those of Korea, north and south, and the
// Japanese ones.
func readHanAbroad(word string, h Hint, out *collector) {
	some := func(n int, read func(string, Hint, *collector)) {
		first := collector{max: n}
		read(word, h, &first)
		for _, r := range first.readings {
			out.add(r.System, r.Text)
		}
	}
	some(1, readCantonese)
	some(1, readHanja)
	some(2, func(word string, h Hint, out *collector) { readHanja(word, Hint{Country: "kp", Person: h.Person}, out) })
	for _, s := range append(japaneseFamily(word), japaneseGiven(word)...) {
		out.add("ja", shortVowels(s))
	}
}

// isJapaneseName reports whether a personal name splits into a Japanese family
// name of two or more letters and a known given name, which Chinese ones do not.
func isJapaneseName(word string, h Hint) bool {
	if !h.Person || utf8.RuneCountInString(word) < 3 {
		return false
	}
	family, given := cutJapanese(word)
	return utf8.RuneCountInString(family) > 1 && japaneseGiven(given) != nil && surnameLen(word, 2) < 2
}

// readMandarin reads a word by pinyin and what derives from it.
func readMandarin(word string, h Hint, out *collector) {
	if h.Person {
		readHanPerson(word, out)
		return
	}
	out.within(5, func(out *collector) { readHanWord(word, out) })
	readForeignHan(word, h, out)
	readHanWord(word, out)
}

// isChinese reports whether the hint names the language or a country in which
// Han letters write Chinese.
func isChinese(h Hint) bool {
	switch h.Country {
	case "cn", "tw", "hk", "mo", "sg":
		return true
	}
	return h.Lang == "zh" || h.Lang == "yue"
}

// readForeignHan reads a word as a foreign name that is written by sound.
func readForeignHan(word string, h Hint, out *collector) {
	n := utf8.RuneCountInString(word)
	switch {
	case n < 2 || n > 8: // the longest foreign words are of seven or eight
	case h.Person && n < 4 && surnameLen(word, 2) > 0: // a Chinese name
	case !h.Person && isChinese(h): // a part of a Chinese company's name
	default:
		readLearned(learnedHan(), foreignLetters(word), "han-learned", out)
	}
}

// readHanWord reads a word of a company or place: all syllables glued, then
// apart, then with the second reading of the characters that have one.
func readHanWord(word string, out *collector) {
	first := syllables(word)
	out.add("pinyin", strings.Join(first, ""))
	out.add("pinyin-apart", strings.Join(first, " "))
	addOtherReadings(word, first, func(s []string) { out.add("pinyin-other", strings.Join(s, "")) })
	out.add("wade-giles", strings.Join(wadeGilesAll(first), ""))
}

// readHanPerson reads a Chinese personal name: the surname with its special
// reading, then the given name glued, then other spellings and orders.
func readHanPerson(word string, out *collector) {
	n := surnameLen(word, 2)
	if n == 0 || n == utf8.RuneCountInString(word) {
		readHanGiven(word, out)
		return
	}
	family := prefix(word, n)
	given := word[len(family):]
	families := familyReadings(family)
	g := syllables(given)
	out.add("pinyin", families[0]+" "+strings.Join(g, ""))
	for _, f := range families[1:] {
		out.add("pinyin-surname", f+" "+strings.Join(g, ""))
	}
	if len(g) > 1 {
		out.add("pinyin-apart", families[0]+" "+strings.Join(g, " "))
	}
	out.add("wade-giles", strings.Join(wadeGilesAll(strings.Fields(families[0])), "")+" "+strings.Join(wadeGilesAll(g), " "))
	addOtherReadings(given, g, func(s []string) { out.add("pinyin-other", families[0]+" "+strings.Join(s, "")) })
}

// readHanGiven reads a lone surname or given name.
func readHanGiven(word string, out *collector) {
	if s, ok := surnameTable()[word]; ok && s.pinyin != nil {
		for _, p := range s.pinyin {
			out.add("pinyin-surname", p)
		}
	}
	readHanWord(word, out)
}

// familyReadings returns the readings of a surname, at least one.
func familyReadings(family string) []string {
	if s := surnameTable()[family]; s.pinyin != nil {
		return s.pinyin
	}
	first := syllables(family)
	out := []string{strings.Join(first, "")}
	if utf8.RuneCountInString(family) == 1 {
		r, _ := utf8.DecodeRuneInString(family)
		if all := HanReadings(r); len(all) > 1 && strings.HasPrefix(all[1], "lv") || len(all) > 1 && strings.HasPrefix(all[1], "nv") {
			out = append(out, all[1:min(3, len(all))]...)
		}
	}
	return out
}

// syllables reads each character by its first reading. A character without one
// is left out, digits and Latin letters stay.
func syllables(word string) []string {
	var out []string
	var plain []byte
	flush := func() {
		if len(plain) > 0 {
			out = append(out, string(plain))
			plain = nil
		}
	}
	previous := ""
	for _, r := range word {
		if r == '々' && previous != "" {
			out = append(out, previous)
			continue
		}
		if all := HanReadings(r); len(all) > 0 {
			flush()
			previous = all[0]
			out = append(out, previous)
			continue
		}
		plain = appendLatin(plain, r, plainSpelling)
	}
	flush()
	return out
}

// addOtherReadings gives the word once more for each further reading of one of
// its characters.
func addOtherReadings(word string, first []string, add func([]string)) {
	if utf8.RuneCountInString(word) != len(first) {
		return
	}
	i := 0
	for _, r := range word {
		all := HanReadings(r)
		for _, s := range all[min(1, len(all)):] {
			other := slices.Clone(first)
			other[i] = s
			add(other)
		}
		i++
	}
}

func wadeGilesAll(pinyin []string) []string {
	out := make([]string, len(pinyin))
	for i, s := range pinyin {
		out[i] = wadeGiles(s)
	}
	return out
}

// wadeGiles turns one pinyin syllable into Wade-Giles as it is printed without
// apostrophes and dots: zhang chang, xiao hsiao, qing ching.
func wadeGiles(s string) string {
	switch s {
	case "zhi", "chi":
		return "chih"
	case "shi":
		return "shih"
	case "ri":
		return "jih"
	case "zi", "ci":
		return "tzu"
	case "si":
		return "szu"
	case "er":
		return "erh"
	case "yi":
		return "i"
	case "you":
		return "yu"
	case "yan":
		return "yen"
	case "ye":
		return "yeh"
	case "e", "ge":
		return "ko"
	case "ke":
		return "ko"
	case "he":
		return "ho"
	case "guo":
		return "kuo"
	case "luo":
		return "lo"
	}
	i := 0
	for i < len(s) && !isVowel(s[i]) {
		i++
	}
	head, tail := s[:i], s[i:]
	switch head {
	case "b":
		head = "p"
	case "d":
		head = "t"
	case "g":
		head = "k"
	case "j", "q", "zh":
		if (head == "j" || head == "q") && strings.HasPrefix(tail, "u") {
			// ü is u without its dots
			tail = "u" + tail[1:]
		}
		head = "ch"
	case "z", "c":
		head = "ts"
	case "x":
		head = "hs"
	case "r":
		head = "j"
	}
	switch tail {
	case "ong":
		tail = "ung"
	case "ian":
		tail = "ien"
	case "ie":
		tail = "ieh"
	case "ue", "ve":
		tail = "ueh"
	case "uo":
		if head != "k" && head != "h" && head != "sh" {
			tail = "o"
		}
	case "iong":
		tail = "iung"
	case "e":
		tail = "e"
	case "v":
		tail = "u"
	}
	return head + tail
}
