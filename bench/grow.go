// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"iter"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"github.com/interdict-dev/interdict/book"
	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/names"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/starter"
)

// Grown is the list of the entries of a grown book.
const Grown party.ListID = "grown"

// A Grower makes lists of any length out of the entries of a book: those entries,
// and behind them invented ones. An invented person has the family name of one
// listed person and the given names of another of the same origin; any other
// invented party has the naming words of one listed name in the place of those
// of another, with the business words, places and legal form of that one. What
// else a listed party has, an invented one has too: as many names, addresses,
// texts as long, and numbers of the same kind with other digits.
//
// So the words are the real ones, as common among each other as they are, and
// each stands in more names: lists of words become longer, and the vocabulary
// hardly grows. A real list of that length has more words and rarer ones.
type Grower struct {
	real    []party.Entry
	persons map[string][]pieces // by origin
	things  []pieces
}

// Pieces are the names of a party, cut.
type pieces struct {
	names []piece
	entry int // in real
}

// A piece is one name, cut into what names and what stands around it.
type piece struct {
	script string
	family string   // of a person
	given  string   // of a person
	words  []string // of a thing; "" where a naming word stands
	naming []string // the naming words, in order
}

// NewGrower reads the listed entries of a book.
func NewGrower(b *book.Book) (*Grower, error) {
	g := &Grower{persons: map[string][]pieces{}}
	err := b.Guard(func() error {
		for _, l := range b.Lists() {
			if l.Info.List == starter.Intel {
				continue
			}
			for i := range l.Len() {
				e, err := l.Entry(uint32(i))
				if err != nil {
					return err
				}
				g.add(e)
			}
		}
		return nil
	})
	if err == nil && len(g.things) == 0 && len(g.persons) == 0 {
		err = errkind.New(errkind.Invalid, "the book lists nobody whose names could be recombined")
	}
	return g, err
}

// Real is how many entries are those of the book.
func (g *Grower) Real() int { return len(g.real) }

func (g *Grower) add(e party.Entry) {
	e.Ref = grownRef(e.Ref)
	g.real = append(g.real, e)
	p := pieces{entry: len(g.real) - 1}
	for _, n := range e.Names {
		if x, ok := cutName(n, e.Kind); ok {
			p.names = append(p.names, x)
		}
	}
	switch {
	case len(p.names) == 0:
	case e.Kind == party.Person:
		o := origin(&e)
		g.persons[o] = append(g.persons[o], p)
	default:
		g.things = append(g.things, p)
	}
}

// grownRef is the name of an entry in a grown book.
func grownRef(r party.Ref) party.Ref {
	return party.Ref{List: Grown, ID: string(r.List) + ":" + r.ID}
}

// Deck returns a deck over the book with the names that its entries have in a
// grown one.
func (g *Grower) Deck(deck []Case) []Case {
	out := slices.Clone(deck)
	at := map[string][]string{}
	for i := range g.real {
		_, id, _ := strings.Cut(g.real[i].Ref.ID, ":")
		at[id] = append(at[id], g.real[i].Ref.ID)
	}
	for i := range out {
		c := &out[i]
		var expect []string
		for _, id := range c.Expect {
			for _, grown := range at[id] {
				if c.List == "" || grown == c.List+":"+id {
					expect = append(expect, grown)
				}
			}
		}
		c.List, c.Expect = "", expect
	}
	return out
}

// cutName cuts a name; false where there is nothing to exchange.
func cutName(n party.Name, k party.Kind) (piece, bool) {
	p := piece{script: Script(n.Full)}
	if k == party.Person {
		family, given, ok := strings.Cut(n.Full, ",")
		if !ok {
			if words := strings.Fields(n.Full); len(words) > 1 {
				family, given = words[len(words)-1], strings.Join(words[:len(words)-1], " ")
			}
		}
		p.family, p.given = strings.TrimSpace(family), strings.TrimSpace(given)
		return p, p.family != "" && p.given != ""
	}
	f := names.Read(n, names.Things, names.Hint{})
	for i := range f.Parts {
		word := f.Parts[i].Written
		if f.Parts[i].Class == names.Content {
			p.naming = append(p.naming, word)
			word = ""
		}
		p.words = append(p.words, word)
	}
	return p, len(p.naming) > 0
}

// Entries yields a list of n entries: those of the book, as far as n goes, and
// invented ones. The same book and seed give the same entries; a longer list
// begins with the shorter one.
func (g *Grower) Entries(seed uint64, n int) iter.Seq2[party.Entry, error] {
	return func(yield func(party.Entry, error) bool) {
		for i := range n {
			e := g.entry(seed, i)
			if !yield(e, nil) {
				return
			}
		}
	}
}

func (g *Grower) entry(seed uint64, i int) party.Entry {
	if i < len(g.real) {
		return g.real[i]
	}
	r := rand.New(rand.NewPCG(seed, uint64(i)))
	like := g.real[r.IntN(len(g.real))] // what it is like beside its names
	e := like
	if others := g.persons[origin(&like)]; like.Kind == party.Person && len(others) > 0 {
		e.Names = mix(r, like.Names, others, joinPerson)
	} else if like.Kind != party.Person && len(g.things) > 0 {
		e.Names = mix(r, like.Names, g.things, joinThing)
	}
	e.Ref = party.Ref{List: Grown, ID: "invented:" + strconv.Itoa(i)}
	e.Relations = nil
	e.Identifiers = slices.Clone(like.Identifiers)
	for k := range e.Identifiers {
		e.Identifiers[k] = otherNumber(r, e.Identifiers[k])
	}
	return e
}

// mix makes as many names as like has, from two parties drawn at random; where
// these have too few, from two more.
func mix(r *rand.Rand, like []party.Name, from []pieces, join func(a, b *piece) party.Name) []party.Name {
	a, b := &from[r.IntN(len(from))], &from[r.IntN(len(from))]
	seen := map[string]bool{}
	var out []party.Name
	for k := range like {
		x, y := alikeIn(r, a, b, k)
		n := join(x, y)
		if seen[n.Full] {
			x, y = alikeIn(r, &from[r.IntN(len(from))], &from[r.IntN(len(from))], k)
			n = join(x, y)
		}
		if seen[n.Full] {
			continue
		}
		seen[n.Full] = true
		n.Kind, n.Weak = like[k].Kind, like[k].Weak && k > 0
		if like[k].Parts == nil {
			n.Parts = nil
		}
		out = append(out, n)
	}
	return out
}

// alikeIn picks the k-th name of a and one of b in the same script, or the first
// of both.
func alikeIn(r *rand.Rand, a, b *pieces, k int) (x, y *piece) {
	x, y = &a.names[min(k, len(a.names)-1)], &b.names[r.IntN(len(b.names))]
	if x.script == y.script {
		return x, y
	}
	if i := slices.IndexFunc(b.names, func(p piece) bool { return p.script == x.script }); i >= 0 {
		return x, &b.names[i]
	}
	return &a.names[0], &b.names[0]
}

func joinPerson(a, b *piece) party.Name {
	return party.Name{Full: a.family + ", " + b.given, Parts: []party.NamePart{{Type: party.PartFamily, Value: a.family}, {Type: party.PartGiven, Value: b.given}}}
}

// joinThing puts the naming words of a where those of b stand.
func joinThing(a, b *piece) party.Name {
	left := a.naming
	var out []string
	for i, w := range b.words {
		switch {
		case w != "":
			out = append(out, w)
		case len(left) > 0:
			out, left = append(out, left[0]), left[1:]
			if !slices.Contains(b.words[i+1:], "") { // the last place takes all that are left
				out, left = append(out, left...), nil
			}
		}
	}
	full := strings.Join(out, " ")
	return party.Name{Full: full, Parts: []party.NamePart{{Type: party.PartWhole, Value: full}}}
}

// otherNumber is a number of the same form with other digits.
func otherNumber(r *rand.Rand, id party.Identifier) party.Identifier {
	digits := strings.Map(func(c rune) rune {
		if c >= '0' && c <= '9' {
			return '0' + rune(r.IntN(10))
		}
		return c
	}, id.Value)
	return party.NewIdentifier(id.Scheme, id.Country, digits)
}

// Customers yields n names as a bank has them, the same for the same seed:
// innocent names recombined, half of them persons. A person has the given names
// of one innocent person and the family name of another, a firm the first word of
// one innocent firm and the rest of another.
func Customers(seed uint64, n int) iter.Seq2[int, party.Entry] {
	all := Innocents()
	cut := func(names []string, first func(words int) int) (heads, tails []string) {
		for _, s := range names {
			if words := strings.Fields(s); len(words) > 1 {
				k := first(len(words))
				heads, tails = append(heads, strings.Join(words[:k], " ")), append(tails, strings.Join(words[k:], " "))
			}
		}
		return heads, tails
	}
	given, family := cut(all[party.Person], func(words int) int { return words - 1 })
	head, rest := cut(all[party.Organization], func(int) int { return 1 })
	return func(yield func(int, party.Entry) bool) {
		for i := range n {
			r := rand.New(rand.NewPCG(seed, uint64(i)))
			e := party.Entry{Kind: party.Person}
			name := given[r.IntN(len(given))] + " " + family[r.IntN(len(family))]
			if i%2 == 1 {
				e.Kind, name = party.Organization, head[r.IntN(len(head))]+" "+rest[r.IntN(len(rest))]
			}
			e.Names = []party.Name{{Full: name}}
			if !yield(i, e) {
				return
			}
		}
	}
}
