// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strings"
	"unicode"

	"github.com/interdict-dev/interdict/book"
	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/party"
)

// Options say how a deck is made.
type Options struct {
	Seed    uint64
	N       int      // listed names to alter
	Classes []string // classes of alteration; none means those of the usual deck, "all" means further ones too
	// Day leaves out entries that are not listed on it; the zero Day none.
	Day party.Date
	// Innocents are names that are not listed, persons and things; they become
	// the negatives, as they are ("easy") and with a listed word put in ("hard").
	Innocents map[party.Kind][]string
	// Invent adds so many negatives of each kind that are put together from common
	// words ("invented"): given and family names, the fancy words of small firms.
	Invent int
}

// alterations are the ways in which names are got wrong, by class. Each returns
// "" where it does not apply to a name.
var alterations = []struct {
	class string
	alter func(r *rand.Rand, n *source) string
}{
	{"exact", func(_ *rand.Rand, n *source) string { return n.text() }},
	{"reorder", reorder},
	{"typo1", func(r *rand.Rand, n *source) string { return typos(r, n, 1) }},
	{"typo-each", func(r *rand.Rand, n *source) string { return typos(r, n, 99) }},
	{"translit", transliterate},
	{"drop", drop},
	{"glue", glue},
	{"legal-swap", legalSwap},
	{"legal-add", legalAdd},
	{"initials", initials},
	{"abbreviate", abbreviate},
	{"cyrillic", cyrillic},
}

// further are alterations beside the usual deck, which a validator may ask for.
// They draw from a stream of their own, so that asking for them changes no other
// case.
var further = []struct {
	class string
	alter func(r *rand.Rand, n *source) string
}{
	{"case", lowerCase},
	{"diacritics", diacritics},
	{"punctuation", punctuation},
	{"split", split},
	{"homoglyph", homoglyph},
}

// allClasses stands for every class, further ones too.
const allClasses = "all"

// Classes lists the classes of alteration that Make knows: those of the usual
// deck, "alias" and "native" among them, then further ones.
func Classes() []string {
	var out []string
	for _, a := range alterations {
		out = append(out, a.class)
	}
	out = append(out, "alias", "native")
	for _, a := range further {
		out = append(out, a.class)
	}
	return out
}

// A source is a listed name that is being altered.
type source struct {
	words  []string
	family int // words at the end that are the family name; 0 where not known
	person bool
	origin string
}

func (n *source) text() string { return strings.Join(n.words, " ") }

// Make makes a deck from the lists of a book: names drawn at random and altered
// in every way that applies, and innocent names. The same book, options and
// program give the same deck.
func Make(b *book.Book, o Options) ([]Case, error) {
	if o.N <= 0 {
		return nil, errkind.New(errkind.Invalid, fmt.Sprintf("alter %d names: want 1 at least", o.N))
	}
	for _, c := range o.Classes {
		if !slices.Contains(Classes(), c) && c != allClasses {
			return nil, errkind.New(errkind.Invalid, fmt.Sprintf("class %q: want some of %s, or %s", c, strings.Join(Classes(), ", "), allClasses))
		}
	}
	r := rand.New(rand.NewPCG(o.Seed, 0x696e7465726469))
	m := maker{r: r, o: o, words: map[string]int{}, several: len(b.Lists()) > 1}
	err := b.Guard(func() error {
		for _, l := range b.Lists() {
			for i := range l.Len() {
				e, err := l.Entry(uint32(i))
				if err != nil {
					return err
				}
				if len(e.Names) > 0 && len(e.Listings) > 0 && standsOn(&e, o.Day) {
					m.collect(&e)
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(m.entries) == 0 {
		return nil, errkind.New(errkind.Invalid, "the book lists nobody on that day")
	}
	r.Shuffle(len(m.entries), func(i, j int) { m.entries[i], m.entries[j] = m.entries[j], m.entries[i] })
	for i := range m.entries[:min(o.N, len(m.entries))] {
		m.positives(&m.entries[i])
	}
	m.negatives()
	m.invent(o.Invent)
	return m.deck, nil
}

type maker struct {
	r       *rand.Rand
	o       Options
	entries []party.Entry
	words   map[string]int // how many entries hold a word, as printed
	deck    []Case
	several bool // lists: identifiers of entries may be alike
}

func (m *maker) collect(e *party.Entry) {
	m.entries = append(m.entries, *e)
	seen := map[string]bool{}
	for _, w := range strings.Fields(e.Name()) {
		w = strings.Trim(w, ",.'\"()")
		if len(w) >= 4 && !seen[w] && unicode.IsUpper(rune(w[0])) {
			seen[w] = true
			m.words[kindKey(e.Kind)+w]++
		}
	}
}

func kindKey(k party.Kind) string {
	if k == party.Person {
		return "p "
	}
	return "t "
}

func (m *maker) wants(class string) bool {
	return len(m.o.Classes) == 0 || m.wantsMore(class)
}

// wantsMore says that a class was asked for by name, or with all.
func (m *maker) wantsMore(class string) bool {
	return slices.Contains(m.o.Classes, class) || slices.Contains(m.o.Classes, allClasses)
}

func (m *maker) positives(e *party.Entry) {
	n := sourceOf(e)
	if n == nil {
		return
	}
	for _, a := range alterations {
		if !m.wants(a.class) {
			continue
		}
		if q := a.alter(m.r, n); q != "" && (q != n.text() || a.class == "exact") {
			m.add(e, a.class, q, n.origin)
		}
	}
	m.further(e, n)
	for _, name := range e.Names[1:] {
		class := "alias"
		if !latin(name.Full) {
			class = "native"
		}
		if !name.Weak && m.wants(class) && m.r.IntN(2) == 0 {
			m.add(e, class, shown(name, e.Kind), n.origin)
			break
		}
	}
}

// further adds the cases of further classes.
func (m *maker) further(e *party.Entry, n *source) {
	name := fnv.New64a()
	fmt.Fprint(name, e.Ref) // a hash takes all
	r := rand.New(rand.NewPCG(m.o.Seed, name.Sum64()))
	for _, a := range further {
		if !m.wantsMore(a.class) {
			continue
		}
		if q := a.alter(r, n); q != "" && q != n.text() {
			m.add(e, a.class, q, n.origin)
		}
	}
}

func (m *maker) add(e *party.Entry, class, query, origin string) {
	c := Case{ID: e.Ref.ID + "-" + class, Kind: "pos", Class: class, Origin: origin, Type: e.Kind.String(), Query: query, Listed: e.Name(), Expect: []string{e.Ref.ID}}
	if m.several {
		c.ID, c.List = e.Ref.String()+"-"+class, string(e.Ref.List)
	}
	m.deck = append(m.deck, c)
}

// negatives adds the innocent names, each once as it is and once with a word
// that at least three listed entries share.
func (m *maker) negatives() {
	for _, k := range []party.Kind{party.Person, party.Organization} {
		var shared []string
		for w, n := range m.words {
			if kind, word, _ := strings.Cut(w, " "); kind+" " == kindKey(k) && n >= 3 {
				shared = append(shared, word)
			}
		}
		slices.Sort(shared)
		kind := k.String()
		for i, name := range m.o.Innocents[k] {
			m.deck = append(m.deck, Case{ID: fmt.Sprintf("n%d-%s-easy", i, kind), Kind: "neg", Class: "easy", Type: kind, Query: name})
			if len(shared) == 0 {
				continue
			}
			words := strings.Fields(name)
			if len(words) > 2 || k == party.Person {
				words[m.r.IntN(max(1, len(words)-1))] = title(shared[m.r.IntN(len(shared))])
			} else { // what names it stays: "Petropars SA" would be the listed firm and no innocent
				words = slices.Insert(words, 1, title(shared[m.r.IntN(len(shared))]))
			}
			m.deck = append(m.deck, Case{ID: fmt.Sprintf("n%d-%s-hard", i, kind), Kind: "neg", Class: "hard", Type: kind, Query: strings.Join(words, " ")})
		}
	}
}

func title(s string) string {
	return strings.ToUpper(s[:1]) + strings.ToLower(s[1:])
}

// sourceOf prepares the primary name of an entry; nil where it is not Latin.
func sourceOf(e *party.Entry) *source {
	name := e.Names[0]
	if !latin(name.Full) {
		return nil
	}
	n := &source{person: e.Kind == party.Person, origin: origin(e)}
	n.words = strings.Fields(shown(name, e.Kind))
	if n.person {
		if family, _, ok := strings.Cut(name.Full, ","); ok {
			n.family = len(strings.Fields(family))
		}
	}
	if len(n.words) == 0 {
		return nil
	}
	return n
}

// shown is a name as a customer file has it: given names first.
func shown(n party.Name, k party.Kind) string {
	if family, given, ok := strings.Cut(n.Full, ","); ok && k == party.Person {
		return strings.TrimSpace(given) + " " + strings.TrimSpace(family)
	}
	return n.Full
}

func latin(s string) bool {
	for _, r := range s {
		if unicode.IsLetter(r) && !unicode.Is(unicode.Latin, r) {
			return false
		}
	}
	return s != ""
}

// origin says from which writing a name comes, by the countries of its party.
func origin(e *party.Entry) string {
	all := slices.Concat(e.Nationalities, e.Citizenships, e.Countries)
	for _, a := range e.Addresses {
		all = append(all, a.Country)
	}
	for _, c := range all {
		switch c {
		case "ru", "by", "ua", "kz", "kg", "uz", "tj", "bg", "rs", "su":
			return "russian"
		case "cn", "kp", "hk", "tw", "mo", "kr", "sg":
			return "chinese"
		case "ir", "iq", "sy", "ye", "lb", "sa", "ae", "qa", "kw", "eg", "ly", "dz", "tn", "ma", "sd", "jo", "ps", "af", "pk", "om", "bh":
			return "arabic"
		}
	}
	return "other"
}
