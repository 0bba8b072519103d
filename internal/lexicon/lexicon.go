// SPDX-License-Identifier: Apache-2.0

// Package lexicon knows what the words of names mean: that GmbH, ООО and
// 有限公司 are limited companies, that 科技, технологии and "tech" are one
// generic word, that 北京, Peking and Пекин are one city, that Bill is short
// for William, that "first" is 1, and how often a word stands in names at all.
//
// Its promise: the knowledge is in readable files under data, one entry a line
// with its source in comments; every line loads or a test fails; a lookup
// allocates nothing and reads only immutable tables that are built on first
// use. The same word gives the same answer in every process.
//
// It leaves to others how text becomes words: callers pass words that are
// lower-case, Latin without diacritics. Differences that folding rules disagree
// about (й and и, the hamza of alef, final heh, traditional and simplified Han)
// are levelled here, so either form finds the entry.
package lexicon

import "strings"

// A Class says which part of a name a word can be.
// The zero Class is None: the lexicon says nothing.
type Class uint8

// The classes. Trade to Link are the generic words of organisation names.
const (
	None      Class = iota
	LegalForm       // "gmbh", "ооо", "co ltd"; see Form
	Trade           // what is done or sold: "technology", "贸易"
	Organ           // what kind of body it is: "institute", "committee", "bank", "group"
	State           // who stands behind it: "state", "national", "ministry", "people's"
	Quality         // "general", "new", "global", "united"
	Direction       // "east", "central"
	Link            // "and", "of", "the"
	Place           // country, demonym, province, city
	Honorific       // "dr", "haji", "colonel"
	Particle        // "al", "bin", "van", "de"
	Numeral         // numbers in words, digits and ordinals; see the function Number
	classes
)

var classNames = [...]string{"", "form", "trade", "organ", "state", "quality", "direction", "link", "place", "honorific", "particle", "number"}

// String returns the word that the data files use for the class.
func (c Class) String() string {
	if int(c) < len(classNames) {
		return classNames[c]
	}
	return "?"
}

// Classes is a set of classes. The zero value is empty.
type Classes uint16

// In returns the set of the given classes.
func In(cs ...Class) Classes {
	var s Classes
	for _, c := range cs {
		s |= 1 << c
	}
	return s
}

// Has says whether c is in the set.
func (s Classes) Has(c Class) bool { return s&(1<<c) != 0 }

// The sets that callers ask for: what a word may mean in the name of an
// organisation, and in the name of a person.
const (
	Organisation = Classes(1<<LegalForm | 1<<Trade | 1<<Organ | 1<<State | 1<<Quality | 1<<Direction | 1<<Link | 1<<Place | 1<<Numeral)
	Person       = Classes(1<<Honorific | 1<<Particle | 1<<Numeral)
	Generic      = Classes(1<<Trade | 1<<Organ | 1<<State | 1<<Quality | 1<<Direction | 1<<Link)
)

// Form is the set of kinds of legal person that a legal form can stand for:
// mostly one, two where usage is loose ("co ltd" translates both 有限公司 and
// 股份有限公司). The zero Form is no legal form.
type Form uint16

// The kinds. Company is a word that says "company" and not which.
const (
	Limited Form = 1 << iota
	Public       // joint stock, open or not said
	Closed       // joint stock, closed
	Partnership
	LimitedPartnership
	SoleTrader
	Cooperative
	Foundation
	Association
	StateBody // state enterprise, public body
	Trust
	Branch // branch or representative office: part of another legal person
	Holding
	Company
)

var formNames = [...]string{"limited", "public", "closed", "partnership", "limited-partnership", "sole-trader", "cooperative", "foundation", "association", "state-body", "trust", "branch", "holding", "company"}

// String returns the kinds joined by "+", as the data file has them.
func (f Form) String() string {
	var b strings.Builder
	for i, n := range formNames {
		if f&(1<<i) == 0 {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('+')
		}
		b.WriteString(n)
	}
	return b.String()
}

// Contradicts says that f and g cannot be the same legal person's form as far
// as their words tell. A missing form, and the bare word "company", contradict
// nothing; open and closed joint stock companies do not contradict each other,
// for translations drop the word.
func (f Form) Contradicts(g Form) bool {
	const loose = Company | Holding
	if f == 0 || g == 0 || (f|g)&loose != 0 {
		return false
	}
	if f&(Public|Closed) != 0 {
		f |= Public | Closed
	}
	return f&g == 0
}

// A Meaning is what one word, or a few words together, say.
type Meaning struct {
	Class Class
	// Concept is the same for all words that mean the same: "limited",
	// "technology", "cn-beijing".
	Concept string
	// Form is set for a LegalForm.
	Form Form
	// Countries of a LegalForm: ISO 3166-1 codes joined by commas, lower case;
	// "" where the form is used in many.
	Countries string
}

// Word returns the first meaning of a folded word. Where a word has several
// ("general" is a rank and a quality) the others are found with WordIn.
func Word(w string) (Meaning, bool) { return WordIn(w, ^Classes(0)) }

// WordIn returns the first meaning of a folded word among the given classes.
func WordIn(w string, in Classes) (Meaning, bool) {
	if in.Has(Numeral) && allDigits(w) {
		return Meaning{Class: Numeral}, true
	}
	s := wordStore()
	m, ok := s.meaning(s.findFolded(w), in)
	if ok || !strings.HasPrefix(w, "ا") && !strings.HasPrefix(w, "ل") && !strings.HasPrefix(w, "و") {
		return m, ok
	}
	for _, article := range arabicArticles {
		if rest, found := strings.CutPrefix(w, article); found {
			if m, ok := s.meaning(s.findFolded(rest), in); ok {
				return m, true
			}
		}
	}
	return Meaning{}, false
}

// arabicArticles are the article, alone and with "for" and "and".
var arabicArticles = [...]string{"ال", "لل", "وال"}

// Longest returns the longest entry that starts words and how many of them it
// takes; n is 0 where none does.
func Longest(words []string) (n int, m Meaning) { return LongestIn(words, ^Classes(0)) }

// LongestIn is Longest among the given classes.
func LongestIn(words []string, in Classes) (n int, m Meaning) {
	if len(words) == 0 {
		return 0, Meaning{}
	}
	s := wordStore()
	if first := s.findFolded(words[0]); first != "" && first[0] > 1 {
		var buf [maxKey]byte
		for k := min(int(first[0]), len(words)); k > 1; k-- {
			if m, ok := s.meaning(s.find(foldAll(&buf, words[:k])), in); ok {
				return k, m
			}
		}
	}
	if m, ok := WordIn(words[0], in); ok {
		return 1, m
	}
	return 0, Meaning{}
}

func allDigits(w string) bool {
	for i := range len(w) {
		if w[i] < '0' || w[i] > '9' {
			return false
		}
	}
	return w != ""
}
