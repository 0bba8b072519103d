// SPDX-License-Identifier: Apache-2.0

package names

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/interdict-dev/interdict/internal/lexicon"
	"github.com/interdict-dev/interdict/internal/translit"
	"github.com/interdict-dev/interdict/party"
)

// A Hint says what is known about where a name comes from.
type Hint struct {
	Lang    string // ISO 639
	Country string // ISO 3166-1 alpha-2, lower case
}

// maxReadings is how many ways to write one word are kept beside what stands in
// the name. Of the published pairs in Han, Hangul, kana, Arabic and Hebrew one in
// thirty is found by a reading from the seventh on; of those in alphabets that
// write their vowels next to none is.
const (
	maxReadings   = 13
	alphaReadings = 7
)

// readingsOf is how many readings a word of a script has at most.
func readingsOf(s translit.Script) int {
	switch s {
	case translit.Han, translit.Hangul, translit.Kana, translit.Arabic, translit.Hebrew:
		return maxReadings
	}
	return alphaReadings
}

// maxText is how many bytes of a name are read. Published names have at most
// 350 letters (OFAC's field width); the rest of a longer text is cut.
const maxText = 2000

// Read reads a name under a mode. It never fails: a name without any letter or
// digit gives a form without parts, which resembles nothing.
func Read(n party.Name, mode Mode, h Hint) Form {
	r := reader{form: Form{Mode: mode}, hint: translit.Hint{Lang: h.Lang, Country: h.Country, Person: mode == Persons}}
	if r.hint.Lang == "" {
		r.hint.Lang = n.Lang
	}
	switch {
	case len(n.Parts) > 0:
		r.marked(n)
	case mode == Persons:
		r.person(n.Full)
	default:
		r.text(n.Full, party.PartUnknown)
	}
	r.finish()
	return r.form
}

// ReadText reads a name of which only the text is known.
func ReadText(s string, mode Mode) Form { return Read(party.Name{Full: s}, mode, Hint{}) }

type reader struct {
	form  Form
	hint  translit.Hint
	words []word // of the text being read
	// folded are the same words, for the lexicon.
	folded []string
	room   int // bytes read so far
}

// A word is a run of letters of one script, or of digits.
type word struct {
	written string
	folded  string
	script  translit.Script
	alts    []string
}

// marked reads the parts that the publisher marks, the family name last, as the
// other names of the world are written in Latin letters: order counts little.
func (r *reader) marked(n party.Name) {
	if r.form.Mode == Persons && r.markedWhole(n.Parts) {
		return
	}
	for _, p := range n.Parts {
		if p.Type != party.PartFamily && p.Type != party.PartMaiden {
			r.text(p.Value, p.Type)
		}
	}
	for _, p := range n.Parts {
		if p.Type == party.PartFamily || p.Type == party.PartMaiden {
			r.text(p.Value, p.Type)
		}
	}
}

// markedWhole reads a name in Han or Hangul whose parts are marked as the whole
// name that it is where it has the form of a native one: its given name is no
// foreign word that is written by sound.
func (r *reader) markedWhole(parts []party.NamePart) bool {
	var family, given strings.Builder
	for _, p := range parts {
		switch p.Type {
		case party.PartFamily:
			family.WriteString(p.Value)
		case party.PartGiven, party.PartMiddle:
			given.WriteString(p.Value)
		default:
			return false
		}
	}
	whole := family.String() + given.String()
	script := wordScript(whole)
	if script != translit.Han && script != translit.Hangul {
		return false
	}
	for _, c := range whole {
		if scriptOf(c) != script {
			return false
		}
	}
	r.split(whole)
	if len(r.words) != 1 || familyLen(r.words[0]) != utf8.RuneCountInString(family.String()) {
		return false
	}
	return r.eastAsian(r.words[0])
}

// person reads "FAMILY, Given" and "Given Family".
func (r *reader) person(s string) {
	family, given, ok := strings.Cut(s, ",")
	if !ok || strings.Contains(given, ",") || strings.TrimSpace(family) == "" || strings.TrimSpace(given) == "" {
		r.text(s, party.PartUnknown)
		return
	}
	r.text(given, party.PartGiven)
	r.text(family, party.PartFamily)
}

// text reads one stretch of a name whose words play one role.
func (r *reader) text(s string, role party.PartType) {
	if room := maxText - r.room; len(s) > room {
		s = strings.ToValidUTF8(s[:max(room, 0)], "")
		r.form.Cut = true
	}
	r.room += len(s)
	r.words = r.words[:0]
	r.split(s)
	r.folded = r.folded[:0]
	for _, w := range r.words {
		r.folded = append(r.folded, w.folded)
	}
	for i := 0; i < len(r.words); {
		if n := r.meaning(i, role); n > 0 {
			i += n
			continue
		}
		r.name(r.words[i], r.roleOf(i, role))
		i++
	}
}

// meaning adds the part for the longest run of words from word i on that the
// lexicon knows and returns how many words it took.
func (r *reader) meaning(i int, role party.PartType) int {
	if r.form.Mode == Persons {
		return r.personal(i, role)
	}
	folded, words := r.folded[i:], r.words[i:]
	if v, ok := r.roman(words[0]); ok {
		p := Part{Written: words[0].written, Role: role, Class: Number, Words: []string{"#" + strconv.Itoa(v)}, Systems: []string{""}}
		p.add(words[0].folded, "")
		r.add(p)
		return 1
	}
	n, m := longest(folded)
	if k, form := misspeltForm(folded); k > n {
		n, m = k, form
	}
	if n == 0 {
		if form, ok := misspeltWord(folded[0]); ok {
			n, m = 1, form
		}
	}
	if n == 0 || !r.means(m, words[:n], role) {
		return 0
	}
	return n
}

// personal does the same for the name of a person.
func (r *reader) personal(i int, role party.PartType) int {
	w := r.words[i]
	if len(w.folded) == 1 && w.folded != "y" && w.folded != "e" && w.written != w.folded {
		return 0 // an initial; in small letters it may be "b." for "bin"
	}
	m, ok := lexicon.WordIn(w.folded, lexicon.In(lexicon.Honorific, lexicon.Particle))
	switch {
	case !ok, m.Class == lexicon.Honorific && (role == party.PartFamily || r.ends(i, role) && !isSuffix(m.Concept)):
		return 0 // Khan and Sultan are names where a family name stands
	case m.Class == lexicon.Particle && m.Concept == "servant-of":
		return r.servant(w, role)
	case m.Class == lexicon.Particle && (m.Concept == "son" || m.Concept == "daughter"):
		role = party.PartPatronymic
	}
	if !r.means(m, r.words[i:i+1], role) {
		return 0
	}
	return 1
}

// ends says that word i is the last of a name whose parts are not marked.
func (r *reader) ends(i int, role party.PartType) bool {
	return role == party.PartUnknown && i > 0 && i == len(r.words)-1
}

// isSuffix says that titles of this concept stand behind names.
func isSuffix(concept string) bool {
	switch concept {
	case "generation", "dr", "mr", "professor", "engineer":
		return true
	}
	return false
}

// servant reads the first half of an Arabic name like Abd al-Aziz, written with
// its article (Abdul) or without.
func (r *reader) servant(w word, role party.PartType) int {
	switch w.folded {
	case "abid", "abed": // names of their own
		return 0
	case "abd", "abdu", "عبد", "абд", "абду":
		p := Part{Written: w.written, Role: role, Class: Particle}
		p.add(w.folded, "")
		p.add("abd", "servant-of")
		r.add(p)
		return 1
	}
	p := Part{Written: w.written, Role: role, Class: Particle}
	p.add(w.folded, "")
	p.add("abdal", "servant-of") // what "abd al" is when written together
	p.add("abd", "servant-of")
	r.add(p)
	return 1
}

// roleOf says what role word i plays: a patronymic where it has the form of one
// and does not stand first or where a family name stands.
func (r *reader) roleOf(i int, role party.PartType) party.PartType {
	if r.form.Mode != Persons || i == 0 || role != party.PartUnknown && role != party.PartGiven || !isPatronymic(r.folded[i]) {
		return role
	}
	last := len(r.words) - 1
	if role == party.PartUnknown && (i > 2 || i == last && (i != 2 || isPatronymic(r.folded[1]))) {
		return role
	}
	return party.PartPatronymic
}

// patronymicSpelling brings German and French endings to the English ones.
var patronymicSpelling = strings.NewReplacer("wich", "vich", "wna", "vna", "ffitch", "vich", "ffich", "vich")

// isPatronymic says that a folded word has the form of a Russian, Ukrainian or
// Belarusian patronymic. Forms that family names have as often are none.
func isPatronymic(w string) bool {
	for _, ending := range [...]string{"vich", "vych", "vna", "chna", "vitch", "witsch", "wich", "wna", "ffich", "ffitch", "вич", "вна", "чна", "віч", "йович"} {
		if strings.HasSuffix(w, ending) {
			_, kind := lexicon.PatronymicOf(patronymicSpelling.Replace(w))
			return kind != lexicon.NotPatronymic
		}
	}
	return false
}

// longest returns the meaning of the first words of a thing's name. Only a legal
// form, a number and a place that has no meaning word by word (Hong Kong) take
// several: other words that belong together are still got wrong, dropped and
// moved one by one.
func longest(folded []string) (int, lexicon.Meaning) {
	if n, m := lexicon.LongestIn(folded, lexicon.In(lexicon.LegalForm)); n > 0 {
		return n, m
	}
	m, ok := lexicon.WordIn(folded[0], lexicon.Organisation)
	switch {
	case !ok:
		if n, m := lexicon.LongestIn(folded, lexicon.In(lexicon.Place)); n > 1 {
			return n, m
		}
		if _, is := lexicon.Number(folded[0]); is && folded[0] != "" && (folded[0][0] <= '9' || folded[0][0] >= utf8.RuneSelf) {
			return 1, lexicon.Meaning{Class: lexicon.Numeral}
		}
		return 0, m
	case m.Class == lexicon.Numeral && m.Concept != "":
		if n, _ := lexicon.NumberOf(folded); n > 1 {
			return n, m
		}
	}
	return 1, m
}

// roman reads a Roman numeral of a thing's name: in capitals, and of two letters
// at least, since one letter is more often an initial.
func (r *reader) roman(w word) (int, bool) {
	if r.form.Mode != Things || len(w.written) < 2 || w.written != strings.ToUpper(w.written) || w.script != translit.LatinScript {
		return 0, false
	}
	return lexicon.Roman(w.folded)
}

// means adds the part for words whose meaning is known; false if it is none.
func (r *reader) means(m lexicon.Meaning, words []word, role party.PartType) bool {
	n := len(words)
	p := Part{Written: written(words), Role: role}
	switch m.Class {
	case lexicon.LegalForm:
		p.Class = Legal
		if m.Form == lexicon.Company {
			p.Class = Link // "company" says that it is one, not which
		}
		for f := lexicon.Limited; f <= lexicon.Company; f <<= 1 {
			if m.Form&f != 0 {
				p.add("~"+f.String(), "")
			}
		}
	case lexicon.Numeral:
		v, ok := numberOf(words)
		if !ok {
			return false
		}
		p.Class = Number
		p.add("#"+strconv.Itoa(v), "")
	case lexicon.Honorific:
		p.Class = Honorific
	case lexicon.Link:
		p.Class = Link
	case lexicon.Particle:
		p.Class = Particle
	case lexicon.Place:
		p.Class = Place
		p.add("~"+m.Concept, "")
	default:
		p.Class = Generic
		p.add("~"+m.Concept, "")
	}
	if n == 1 && (p.Class != Number || words[0].folded[0] > '9') {
		p.read(words[0], r.hint)
	}
	if len(p.Words) == 0 {
		for _, w := range words {
			p.add(w.folded, "")
		}
	}
	r.add(p)
	return true
}

func numberOf(words []word) (int, bool) {
	folded := make([]string, len(words))
	for i, w := range words {
		folded[i] = w.folded
	}
	n, v := lexicon.NumberOf(folded)
	return v, n == len(words)
}

func written(words []word) string {
	if len(words) == 1 {
		return words[0].written
	}
	var b strings.Builder
	for i, w := range words {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(w.written)
	}
	return b.String()
}

// name adds a word that the lexicon does not know.
func (r *reader) name(w word, role party.PartType) {
	switch w.script {
	case translit.Han, translit.Kana, translit.Hangul:
		if r.form.Mode == Things {
			r.glued(w, role)
			return
		}
		if role == party.PartUnknown && r.eastAsian(w) {
			return
		}
	}
	p := Part{Written: w.written, Role: role}
	if w.script == translit.Han && role == party.PartUnknown && utf8.RuneCountInString(w.folded) > 1 {
		p.readForeign(w, r.hint) // no whole Chinese name, so one written by sound
		r.add(p)
		return
	}
	if utf8.RuneCountInString(w.folded) == 1 && w.script == translit.LatinScript {
		p.Class = Initial
		if r.form.Mode == Things {
			p.Class = Content
		}
	}
	p.read(w, r.hint)
	if r.form.Mode == Persons {
		p.readServant(w.folded)
	}
	r.add(p)
}

// readServant adds the readings of a name like Abdulhakim or Abdurrahman: the
// name as if its article stood apart, and without the servant.
func (p *Part) readServant(w string) {
	rest, ok := strings.CutPrefix(w, "abd")
	if !ok || len(rest) < 5 || strings.HasSuffix(w, "ov") || strings.HasSuffix(w, "ova") || strings.HasSuffix(w, "ev") || strings.HasSuffix(w, "eva") {
		return
	}
	rest = strings.TrimLeft(rest, "aeiou")
	if len(rest) < 4 || len(rest) == len(w)-len("abd") {
		return
	}
	article := rest[:1]
	if strings.HasPrefix(rest, "sh") {
		article = "sh"
	}
	rest = rest[len(article):]
	switch {
	case article == "l" && !strings.HasPrefix(rest, "la"): // Abdullah is one name
	case strings.Contains("r s sh z n t d", article) && strings.HasPrefix(rest, article): // sun letters: Abdurrahman
	default:
		return
	}
	p.add("abdal"+rest, "servant-of")
	p.add(rest, "servant-of")
}

// familyLen is how many letters of a word in Han or Hangul are the family name,
// where the word has the form of a whole native name, else 0.
func familyLen(w word) int {
	switch w.script {
	case translit.Han:
		return translit.FamilyLen(w.folded)
	case translit.Hangul:
		return translit.HangulFamilyLen(w.folded)
	}
	return 0
}

// eastAsian cuts a whole personal name in Han or Hangul after the family name.
func (r *reader) eastAsian(w word) bool {
	for i := range r.words {
		if r.words[i].script == w.script && r.words[i].written != w.written {
			return false // the name is cut already
		}
	}
	n := familyLen(w)
	if n == 0 {
		return false
	}
	runes, shown := []rune(w.folded), []rune(w.written)
	if len(shown) != len(runes) {
		shown = runes
	}
	given := Part{Written: string(shown[n:]), Role: party.PartGiven}
	family := Part{Written: string(shown[:n]), Role: party.PartFamily}
	if w.script == translit.Han { // the hint of a surname counts only where a whole name is read
		given.readHan(w.folded, string(runes[n:]), 1, r.hint)
		family.readHan(w.folded, string(runes[:n]), 0, r.hint)
	} else {
		given.readNative(word{folded: string(runes[n:]), script: w.script}, translit.Hint{Lang: r.hint.Lang, Country: r.hint.Country})
		family.readNative(word{folded: string(runes[:n]), script: w.script}, r.hint)
	}
	r.add(given)
	r.add(family)
	return true
}

// glued cuts a name that is written without blanks into place, fancy name,
// trade and legal form.
func (r *reader) glued(w word, role party.PartType) {
	for _, piece := range lexicon.Segment(w.folded) {
		text := w.folded[piece.Start:piece.End]
		pw := word{written: text, folded: text, script: w.script}
		if piece.Meaning.Class != lexicon.None && r.means(piece.Meaning, []word{pw}, role) {
			continue
		}
		p := Part{Written: text, Role: role}
		p.read(pw, r.hint)
		r.add(p)
	}
}

// read adds the readings of a word to the part.
func (p *Part) read(w word, h translit.Hint) {
	p.add(w.folded, "")
	for _, a := range w.alts {
		p.add(a, "latin")
	}
	if w.script == translit.LatinScript || w.script == translit.Common {
		return
	}
	if w.script == translit.Han && h.Lang == "" && h.Country == "" {
		h.Country = "cn" // where nothing else is known, Han is Chinese
	}
	for _, rd := range translit.Word(w.folded, h, readingsOf(w.script)) {
		p.add(strings.ReplaceAll(rd.Text, " ", ""), rd.System)
	}
}

// readNative adds the readings of a word in Hangul that is part of a Korean
// name, not those that were learned from foreign ones.
func (p *Part) readNative(w word, h translit.Hint) {
	p.add(w.folded, "")
	for _, rd := range translit.Word(w.folded, h, maxReadings) {
		if rd.System != "ko-learned" {
			p.add(strings.ReplaceAll(rd.Text, " ", ""), rd.System)
		}
	}
}

// readForeign adds the readings of a word in Han that writes a foreign name.
func (p *Part) readForeign(w word, h translit.Hint) {
	h.Person = false
	if h.Country != "jp" && h.Country != "kr" && h.Country != "kp" {
		h.Country = ""
	}
	p.add(w.folded, "")
	for _, rd := range translit.Word(w.folded, h, maxReadings) {
		p.add(strings.ReplaceAll(rd.Text, " ", ""), rd.System)
	}
}

// readHan adds the part text and its readings: of every reading of the whole
// name, the word with number i.
func (p *Part) readHan(whole, text string, i int, h translit.Hint) {
	p.add(text, "")
	for _, rd := range translit.Word(whole, h, maxReadings) {
		words := strings.Fields(rd.Text)
		if len(words) == 2 {
			p.add(words[i], rd.System)
		}
	}
	if len(p.Words) == 1 {
		for _, rd := range translit.Word(text, translit.Hint{Lang: h.Lang, Country: h.Country}, maxReadings) {
			p.add(strings.ReplaceAll(rd.Text, " ", ""), rd.System)
		}
	}
}

func (p *Part) add(w, system string) {
	if w == "" || len(p.Words) > maxReadings {
		return
	}
	for _, have := range p.Words {
		if have == w {
			return
		}
	}
	p.Words = append(p.Words, w)
	p.Systems = append(p.Systems, system)
}

func (r *reader) add(p Part) {
	if len(r.form.Parts) == MaxParts {
		r.form.Cut = true
		return
	}
	p.Info = info(&p, r.form.Mode)
	r.form.Parts = append(r.form.Parts, p)
}

// Information of parts whose word says little by itself, in milli-nats.
const (
	legalInfo  = 500
	numberInfo = 2000 // and as much again for each two digits: fewer names have 61398 than 2
	shortInfo  = 3300 // ln 26: one letter
	latinInfo  = 12000
	hanInfo    = 5000 // ln 150: a character of a fancy name, of the few hundred in use for them
)

// hanRunes counts the characters of a word that is all Han, else 0.
func hanRunes(w string) int {
	n := 0
	for _, r := range w {
		if translit.ScriptOf(r) != translit.Han {
			return 0
		}
		n++
	}
	return n
}

// info is the self-information of a part.
func info(p *Part, mode Mode) int32 {
	switch p.Class {
	case Legal, Link, Honorific:
		return legalInfo
	case Number:
		return numberInfo + numberInfo/2*int32(min(len(p.Words[0]), 8)-2)
	case Initial:
		return shortInfo
	}
	least := int32(latinInfo)
	for i, w := range p.Words {
		if n := hanRunes(w); n > 1 && p.Class == Content {
			return min(int32(n)*hanInfo, MaxInfo)
		}
		if isCode(w) {
			w = w[1:]
		} else if !isLatin(w) || strings.HasSuffix(p.Systems[i], "skeleton") {
			continue
		}
		least = min(least, lexicon.Background(w, mode == Persons))
	}
	return least
}

// speak makes naming words of the parts of a name that has nothing but links,
// titles, numbers and legal forms: OFAC lists a ship DAN, which is "and" in
// Indonesian, an aircraft EP-IBC, and companies Trust, Premier and LLC 1A.
func (r *reader) speak() {
	for _, p := range r.form.Parts {
		if p.Class != Legal && p.Class != Number && !p.Class.silent() {
			return
		}
	}
	r.form.Bare = len(r.form.Parts) > 0
	for i := range r.form.Parts {
		p := &r.form.Parts[i]
		p.Class = Content
		p.dropConcepts()
		p.Info = info(p, r.form.Mode)
	}
}

// dropConcepts leaves a part the readings that are no concept and no number,
// where it has any.
func (p *Part) dropConcepts() {
	var words, systems []string
	for i, w := range p.Words {
		if !isCode(w) {
			words, systems = append(words, w), append(systems, p.Systems[i])
		}
	}
	if len(words) > 0 {
		p.Words, p.Systems = words, systems
	}
}

// maxWords is how many readings all parts of a name have together. The longest
// published name in Arabic or Han has a dozen words; what takes its name from
// sixty keeps the likeliest readings of each.
const maxWords = 320

// thin drops the last readings of the words of a very long name.
func (r *reader) thin() {
	total := 0
	for i := range r.form.Parts {
		total += len(r.form.Parts[i].Words)
	}
	if total <= maxWords {
		return
	}
	most := max(2, maxWords/len(r.form.Parts))
	for i := range r.form.Parts {
		if p := &r.form.Parts[i]; len(p.Words) > most {
			p.Words, p.Systems = p.Words[:most], p.Systems[:most]
		}
	}
	r.form.Thin = true
}

// finish looks at the form as a whole.
func (r *reader) finish() {
	r.speak()
	r.thin()
	if r.form.Mode != Things {
		return
	}
	var b []byte
	for i := range r.form.Parts {
		if c := r.form.Parts[i].initial(); c != 0 {
			b = append(b, c)
		}
	}
	if len(b) >= 3 && len(b) <= 8 {
		r.form.Acronym = string(b)
	}
}

// split cuts a text into words and folds them.
func (r *reader) split(s string) {
	if !isASCII(s) {
		s = norm.NFKC.String(strings.ToValidUTF8(s, " "))
		if len(s) > maxText { // one ligature of Arabic is eighteen letters
			s = strings.ToValidUTF8(s[:maxText], "")
			r.form.Cut = true
		}
	}
	start, script := -1, translit.Common
	end := func(i int) {
		if start >= 0 {
			r.word(s[start:i])
		}
		start, script = -1, translit.Common
	}
	for i, c := range s {
		switch {
		case unicode.IsLetter(c) || unicode.IsDigit(c) || unicode.IsMark(c):
			now := scriptOf(c)
			if start >= 0 && now != translit.Common && script != translit.Common && now != script && !(alphabetic(now) && alphabetic(script)) {
				end(i)
			}
			if start < 0 {
				start = i
			}
			if start >= 0 && unicode.IsUpper(c) && (camel(s[start:i], s[i:]) || r.form.Mode == Things && capitals(s[start:i], s[i:])) {
				end(i)
				start = i
			}
			if now != translit.Common {
				script = now
			}
		case isApostrophe(c) || isInvisible(c):
			// stays inside the word and is dropped when it is folded
		case c == '.' && r.form.Mode == Things && start >= 0 && abbreviated(s[start:i], s[i+1:]):
			// S.A., d.o.o.: the letters are one word
		case c == '&' || c == '+':
			end(i)
			r.words = append(r.words, word{written: string(c), folded: "and", script: translit.LatinScript})
		default:
			end(i)
		}
	}
	end(len(s))
}

// camel says that a word ends where a capital stands after a small letter, as in
// "KyuPAK" or "CompanyStroy", with enough letters on either side that it is not
// "McDonald".
func camel(before, after string) bool {
	if len(before) < minCamel || before[len(before)-1] < 'a' || before[len(before)-1] > 'z' {
		return false
	}
	for i := range minCamel {
		if i >= len(after) || !('a' <= after[i]|0x20 && after[i]|0x20 <= 'z') {
			return false
		}
	}
	return true
}

const minCamel = 3

// capitals says that a word ends where capitals stand before a capital and small
// letters, as in "AKSystems". A single one may be a slip of the finger.
func capitals(before, after string) bool {
	if len(before) < 2 || len(before) > maxCapitals || len(after) <= minCamel {
		return false
	}
	for i := range len(before) {
		if before[i] < 'A' || before[i] > 'Z' {
			return false
		}
	}
	for i := 1; i <= minCamel; i++ {
		if after[i] < 'a' || after[i] > 'z' {
			return false
		}
	}
	return true
}

// maxCapitals is how many capitals before a capitalised word are an abbreviation
// of their own.
const maxCapitals = 4

// scriptOf is translit.ScriptOf; marks belong to whatever they stand on.
func scriptOf(c rune) translit.Script {
	if unicode.IsMark(c) || unicode.IsDigit(c) || c == 'ー' {
		return translit.Common
	}
	return translit.ScriptOf(c)
}

// alphabetic says that letters of the script may stand in one word with letters
// of another that look the same.
func alphabetic(s translit.Script) bool {
	return s == translit.LatinScript || s == translit.Cyrillic || s == translit.Greek
}

func isApostrophe(c rune) bool {
	switch c {
	case '\'', '’', '‘', '`', '´', 'ʿ', 'ʾ', 'ʼ', 'ʻ', '′', '״', '׳':
		return true
	}
	return false
}

// isInvisible reports zero-width and direction marks, which hide inside words.
func isInvisible(c rune) bool { return unicode.Is(unicode.Cf, c) || c == '\u034f' }

// abbreviated says that a dot stands inside an abbreviation: single letters
// before it, and a single letter or nothing but a break after it.
func abbreviated(before, after string) bool {
	if len(before) > maxAbbreviation {
		return false
	}
	for i, piece := range strings.Split(before, ".") {
		if utf8.RuneCountInString(piece) != 1 && !(i > 0 && piece == "") {
			return false
		}
	}
	next, size := utf8.DecodeRuneInString(after)
	if size == 0 || !unicode.IsLetter(next) {
		return false
	}
	second, _ := utf8.DecodeRuneInString(after[size:])
	return !unicode.IsLetter(second) && !unicode.IsDigit(second)
}

// maxAbbreviation is how many bytes of dotted letters are one word. Legal forms
// have at most nine letters; without a limit a text of dots alone takes time
// that grows with its square.
const maxAbbreviation = 48

// word folds one run of letters and keeps it.
func (r *reader) word(s string) {
	if w, ok := asciiWord(s); ok {
		if r.form.Mode == Things && len(w.folded) == len(w.written) {
			if at := max(cutForm(w.folded), cutNumber(w.folded)); at > 0 {
				r.words = append(r.words, word{written: w.written[:at], folded: w.folded[:at], script: w.script}, word{written: w.written[at:], folded: w.folded[at:], script: w.script})
				return
			}
		}
		r.words = append(r.words, w)
		return
	}
	clean := strings.Map(func(c rune) rune {
		if isApostrophe(c) || isInvisible(c) || c == '.' {
			return -1
		}
		return c
	}, s)
	if clean == "" {
		return
	}
	if folded, did := translit.FoldLookalikes(clean); did {
		clean, r.form.Mixed = folded, true
	}
	w := word{written: visible(s), script: wordScript(clean)}
	if w.script == translit.LatinScript || w.script == translit.Common {
		w.folded, w.alts = translit.Latin(clean)
	}
	if w.folded == "" {
		w.folded = translit.Simplified(strings.ToLower(clean))
	}
	r.words = append(r.words, w)
}

// asciiWord is the short way for the words that most names are made of.
func asciiWord(s string) (word, bool) {
	upper, drop := false, false
	for i := range len(s) {
		switch c := s[i]; {
		case c >= utf8.RuneSelf:
			return word{}, false
		case c >= 'A' && c <= 'Z':
			upper = true
		case c == '\'' || c == '`' || c == '.':
			drop = true
		}
	}
	w := word{written: s, folded: s, script: translit.LatinScript}
	if drop {
		w.folded = strings.NewReplacer("'", "", "`", "", ".", "").Replace(s)
		w.written = strings.TrimRight(s, "'`")
	}
	if upper {
		w.folded = strings.ToLower(w.folded)
	}
	return w, w.folded != ""
}

// visible drops direction and zero-width marks, which would turn round what is
// printed after them, but for the joiners that Persian and Indian words need.
func visible(s string) string {
	return strings.Map(func(c rune) rune {
		if isInvisible(c) && c != '\u200c' && c != '\u200d' {
			return -1
		}
		return c
	}, s)
}

func wordScript(s string) translit.Script {
	for _, c := range s {
		if sc := scriptOf(c); sc != translit.Common {
			return sc
		}
	}
	return translit.Common
}
