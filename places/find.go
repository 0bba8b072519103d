// SPDX-License-Identifier: Apache-2.0

package places

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/interdict-dev/interdict/internal/translit"
	"github.com/interdict-dev/interdict/party"
)

// A Mention is a territory that a text names.
type Mention struct {
	Territory string // its key: "crimea"
	Name      string
	Code      string // as [Country] returns it: "ua-cri"
	Text      string // as written
	Start     int    // where it stands in the text, in bytes
	End       int
	By        By
	// Weak says that the words may well mean something else, and Note why: a
	// spelling that is another word too, a street that bears the name, an area
	// of which the rules catch a part.
	Weak  bool
	Note  string
	Rules []Rule // those that hold on the date asked for; at least one
}

// By says how a text names a territory. The zero By is its name.
type By uint8

// The ways. Find gives the first four, [InAddress] the next two beside them,
// [OfPhone] and [OfHost] one each.
const (
	ByName     By = iota
	ByCity        // a town in it
	ByArea        // an area of which the rules catch a part
	ByPeople      // "Cuban"
	ByCountry     // the country of an address, or a code
	ByPostcode    // a postcode of it
	ByPhone       // a dialling code of it
	ByDomain      // its top-level domain
	byWeak        // a spelling that is another word too
	byNot         // words that hold a spelling and mean another thing
)

var byWords = [...]string{"name", "city", "area", "people", "country", "postcode", "phone", "domain", "weak", "not"}

// String returns the way in one word.
func (b By) String() string { return byWords[min(int(b), len(byWords)-1)] }

// MarshalText writes the way as String does.
func (b By) MarshalText() ([]byte, error) { return []byte(b.String()), nil }

// UnmarshalText reads a way by its word.
func (b *By) UnmarshalText(text []byte) error {
	w, ok := byWord(string(text))
	if !ok {
		return fmt.Errorf("unknown way to name a place %q", text)
	}
	*b = w
	return nil
}

func byWord(w string) (By, bool) {
	i := slices.Index(byWords[:], w)
	return By(i), i >= 0
}

// Find returns the territories that an address or a free text names, in the
// order of the text, with the rules that hold on a date. Case, accents and
// punctuation do not count; words count whole, so Tirana names no Iran. The
// zero date asks for the rules of all times. A mention is a red flag for a
// person to look at, never a match of a party.
func (g *Gazetteer) Find(text string, on party.Date) []Mention {
	return g.find(text, on)
}

// A Gazetteer knows the territories that sanctions law singles out, what names
// them, and the rules of each. It never changes once it is read, for any number of
// goroutines, and is compiled into every book. It finds spellings by their first
// word; those in Han, where words are
// not set apart, by their first character.
type Gazetteer struct {
	text   string
	places []*Territory
	words  map[string][]entry // first folded word → the longest first
	han    map[rune][]entry
}

type entry struct {
	place *Territory
	words []string // folded; one string of Han for han
	by    By
}

func newGazetteer(places []*Territory) *Gazetteer {
	g := &Gazetteer{places: places, words: map[string][]entry{}, han: map[rune][]entry{}}
	for _, t := range places {
		for _, s := range t.spellings {
			g.add(entry{t, foldedWords(s.text), s.by})
		}
	}
	longest := func(a, b entry) int {
		if c := len(b.words) - len(a.words); c != 0 {
			return c
		}
		return len(b.words[0]) - len(a.words[0])
	}
	for _, es := range g.words {
		slices.SortStableFunc(es, longest)
	}
	for _, es := range g.han {
		slices.SortStableFunc(es, longest)
	}
	return g
}

func (g *Gazetteer) add(e entry) {
	if len(e.words) == 0 {
		return
	}
	first, _ := utf8.DecodeRuneInString(e.words[0])
	if unicode.Is(unicode.Han, first) && len(e.words) == 1 {
		g.han[first] = append(g.han[first], e)
		return
	}
	g.words[e.words[0]] = append(g.words[e.words[0]], e)
}

func (g *Gazetteer) find(text string, on party.Date) []Mention {
	tokens := tokenize(text)
	var out []Mention
	for i := 0; i < len(tokens); {
		e, n := g.longest(tokens[i:])
		if n == 0 {
			if tokens[i].han {
				out = g.findHan(out, text, tokens[i], on)
			}
			i++
			continue
		}
		m := mention(e, text, tokens[i].start, tokens[i+n-1].end, on)
		switch {
		case isStreet(tokens, i, i+n):
			m.Weak, m.Note = true, "the name of a street"
		case american(tokens[i+n:]):
			m.Weak, m.Note = true, "a town in the United States has that name"
		}
		out = keep(out, e, m)
		i += n
	}
	return out
}

// longest returns the longest spelling with which the tokens begin. In Arabic
// script the first word may have a conjunction or preposition of one letter
// written together with it.
func (g *Gazetteer) longest(tokens []token) (entry, int) {
	first := tokens[0].folded
	if e, n := begins(g.words[first], tokens); n > 0 {
		return e, n
	}
	for _, f := range bare(first) {
		if e, n := begins(g.words[f], tokens); n > 0 {
			return e, n
		}
	}
	return entry{}, 0
}

// bare returns a word without what is written together with it and is no part
// of a name: in Arabic script a conjunction or preposition of one letter, in
// Korean and Japanese particles and the word for a city.
func bare(word string) []string {
	first, size := utf8.DecodeRuneInString(word)
	var suffixes []string
	switch {
	case first < 'ا': // the scripts that do so are all behind
	case strings.ContainsRune("وبلف", first) && len(word) > size:
		return []string{word[size:]}
	case unicode.Is(unicode.Hangul, first):
		suffixes = []string{"시", "의", "에", "에서", "로", "으로", "은", "는", "이", "가", "과", "와", "도", "산", "행"}
	case unicode.In(first, unicode.Katakana, unicode.Hiragana):
		suffixes = []string{"の", "で", "に", "へ", "は", "が", "と", "を", "から", "まで"}
	}
	var out []string
	for _, s := range suffixes {
		// fold takes Korean syllables apart and marks off kana
		if stem, ok := strings.CutSuffix(word, fold(s)); ok && stem != "" {
			out = append(out, stem)
		}
	}
	return out
}

// begins returns the first entry whose words behind the first are those of the
// tokens.
func begins(entries []entry, tokens []token) (entry, int) {
	for _, e := range entries {
		if n := len(e.words); n <= len(tokens) && slices.EqualFunc(e.words[1:], tokens[1:n], func(w string, t token) bool { return w == t.folded }) {
			return e, n
		}
	}
	return entry{}, 0
}

func (g *Gazetteer) findHan(out []Mention, text string, t token, on party.Date) []Mention {
	for i := 0; i < len(t.folded); {
		first, size := utf8.DecodeRuneInString(t.folded[i:])
		n := size
		for _, e := range g.han[first] {
			if strings.HasPrefix(t.folded[i:], e.words[0]) {
				n = len(e.words[0])
				out = keep(out, e, mention(e, text, t.start+i, t.start+i+n, on))
				break
			}
		}
		i += n
	}
	return out
}

func mention(e entry, text string, start, end int, on party.Date) Mention {
	m := Mention{Territory: e.place.Key, Name: e.place.Name, Code: e.place.Code, Text: text[start:end], Start: start, End: end, By: e.by}
	switch e.by {
	case byWeak:
		m.By, m.Weak, m.Note = ByName, true, "another word or abbreviation too"
	case ByArea:
		m.Weak, m.Note = true, e.place.note
	case ByCity, ByPeople:
		m.Note = e.place.note
	}
	m.Rules = e.place.rulesOn(on)
	return m
}

// keep appends a mention unless the words mean another thing or no rule holds.
func keep(out []Mention, e entry, m Mention) []Mention {
	if e.by == byNot || len(m.Rules) == 0 {
		return out
	}
	return append(out, m)
}

// isStreet says that a word for a street stands beside the tokens from i to j:
// "Cuba Street", "rue de Damas", "ulitsa Havana".
func isStreet(tokens []token, i, j int) bool {
	if j < len(tokens) && !tokens[j].apart && streetAfter(tokens[j].folded) {
		return true
	}
	for k := i - 1; k >= 0 && k >= i-2 && !tokens[k+1].apart; k-- {
		if streetBefore(tokens[k].folded) {
			return true
		}
		if !slices.Contains([]string{"de", "du", "di", "da", "of", "la"}, tokens[k].folded) {
			return false
		}
	}
	return false
}

func streetAfter(w string) bool {
	switch w {
	case "street", "st", "str", "strasse", "road", "rd", "avenue", "ave", "av", "lane", "drive", "dr", "boulevard", "blvd", "square", "straat", "way", "highway", "hwy", "улица", "ул":
		return true
	}
	return false
}

func streetBefore(w string) bool {
	switch w {
	case "rue", "calle", "via", "avenida", "avenue", "boulevard", "bd", "rua", "ulitsa", "ul", "улица", "ул", "вул", "проспект", "пр", "place", "plaza":
		return true
	}
	return false
}

// A token is one word of a text; a run of Han is one token.
type token struct {
	start, end int // bytes of the text
	folded     string
	han        bool // folded has the bytes of the text
	apart      bool // more than blanks, full stops and hyphens stand before it
}

// tokenize cuts a text into words. Letters and digits belong to a word, and
// full stops within an abbreviation such as D.P.R.K., where each stands after a
// single letter. What nobody sees within a word, a blank without width or a soft
// hyphen, is as if it were not there, and letters of another script that look
// like those of the word are read as them: a place is not hidden by either.
func tokenize(text string) []token {
	tokens := make([]token, 0, 1+len(text)/5)
	lower := ""
	if isASCII(text) {
		lower = strings.ToLower(text)
	}
	start, han, apart, sinceDot := -1, false, false, 0
	flush := func(end int) {
		if start < 0 {
			return
		}
		t := token{start: start, end: end, han: han, apart: apart, folded: text[start:end]}
		switch {
		case han:
		case lower != "" && !strings.Contains(t.folded, "."):
			t.folded = lower[start:end]
		default:
			word, _ := translit.FoldLookalikes(strings.Map(visible, t.folded))
			t.folded = fold(word)
		}
		if t.folded != "" {
			tokens = append(tokens, t)
		}
		start, apart = -1, false
	}
	for i, r := range text {
		switch isHan := unicode.Is(unicode.Han, r); {
		case r == '.' && start >= 0 && !han && sinceDot == 1 && letterAt(text, i+1):
			sinceDot = 0
		case start >= 0 && visible(r) < 0:
		case !isHan && !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.Is(unicode.M, r):
			flush(i)
			apart = apart || r != '.' && r != '-' && !unicode.IsSpace(r)
		default:
			if start >= 0 && isHan != han {
				flush(i)
			}
			if start < 0 {
				start, han, sinceDot = i, isHan, 0
			}
			sinceDot++
		}
	}
	flush(len(text))
	return tokens
}

// visible drops what is not seen. The non-joiner of Persian parts a word, as a
// blank does, and is not among it.
func visible(r rune) rune {
	if r >= 0xAD && r != '\u200c' && unicode.Is(unicode.Cf, r) {
		return -1
	}
	return r
}

func letterAt(s string, i int) bool {
	r, _ := utf8.DecodeRuneInString(s[i:])
	return unicode.IsLetter(r)
}

// foldedWords returns the words of a spelling as Find sees those of a text.
func foldedWords(s string) []string {
	var words []string
	for _, t := range tokenize(s) {
		words = append(words, t.folded)
	}
	return words
}
