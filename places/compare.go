// SPDX-License-Identifier: Apache-2.0

package places

import (
	"fmt"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/internal/translit"
	"github.com/interdict-dev/interdict/party"
)

// A Comparison is the evidence about two addresses.
type Comparison struct {
	Level   Level
	Reasons []Reason
}

// A Level says how near two addresses are to each other. The zero Level means
// that they have too little in common to tell.
type Level uint8

// The levels, in rising order but for Apart.
const (
	Unknown      Level = iota
	Apart              // another country, or another city
	SameCountry        // no more than the country
	SameCity           // city or postcode agree
	SameStreet         // and the street, where the house differs or is missing
	SamePremises       // and the house: co-located, whatever the floor
)

var levels = [...]string{"unknown", "apart", "same-country", "same-city", "same-street", "same-premises"}

// String returns the level in one word.
func (l Level) String() string { return levels[min(int(l), len(levels)-1)] }

// MarshalText writes the level as String does.
func (l Level) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText reads a level by its word.
func (l *Level) UnmarshalText(text []byte) error {
	i := slices.Index(levels[:], string(text))
	if i < 0 {
		return fmt.Errorf("unknown level of two addresses %q", text)
	}
	*l = Level(i)
	return nil
}

// A Reason is what one part of two addresses says. Left and Right are the parts
// as compared; one that is missing is "".
type Reason struct {
	Kind  string // "address.country", ".city", ".postcode", ".street", ".house", ".unit", ".box"
	Says  Says
	Left  string
	Right string
}

// Says is what a part says. The zero Says is that it is missing in one of the
// two, or cannot be compared, and so says nothing.
type Says uint8

// What parts say.
const (
	Missing Says = iota
	Agrees
	Contradicts
)

var says = [...]string{"missing", "agrees", "contradicts"}

// String returns it in one word.
func (s Says) String() string { return says[min(int(s), len(says)-1)] }

// MarshalText writes it as String does.
func (s Says) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads it by its word.
func (s *Says) UnmarshalText(text []byte) error {
	i := slices.Index(says[:], string(text))
	if i < 0 {
		return fmt.Errorf("a part of an address cannot say %q", text)
	}
	*s = Says(i)
	return nil
}

// Compare says what two addresses agree on and contradict each other in, over
// scripts: country, city, postcode, the words of the street, house number,
// unit. A part that is missing never contradicts. Words such as "street",
// "building" or "suite" do not count; the parts of an address that is one text
// are read from it.
func Compare(a, b party.Address) Comparison {
	p, q := read(a), read(b)
	return compare(&p, &q)
}

func compare(p, q *parts) Comparison {
	c := Comparison{Reasons: []Reason{
		compareCountry(p, q),
		compareCity(p, q),
		comparePostal(p, q),
		compareStreet(p, q),
		compareNumbers("address.house", p.house, q.house, append(slices.Clone(p.house), p.unit...), append(slices.Clone(q.house), q.unit...)),
		compareNumbers("address.unit", p.unit, q.unit, p.unit, q.unit),
		compareNumbers("address.box", p.box, q.box, p.box, q.box),
	}}
	c.Level = level(c.Reasons, isFine(p.country) || isFine(q.country))
	c.Reasons = slices.DeleteFunc(c.Reasons, func(r Reason) bool { return r.Left == "" && r.Right == "" })
	return c
}

// level sums up. Where postcodes are fine, one of them with a house number is as
// good as a street.
func level(rs []Reason, fine bool) Level {
	country, city, postal, street, house, box := rs[0].Says, rs[1].Says, rs[2].Says, rs[3].Says, rs[4].Says, rs[6].Says
	if country == Contradicts || city == Contradicts && postal != Agrees {
		return Apart
	}
	if city != Agrees && postal != Agrees {
		if country == Agrees {
			return SameCountry
		}
		return Unknown
	}
	premises := street == Agrees && house == Agrees || box == Agrees && street != Contradicts
	premises = premises || fine && postal == Agrees && house == Agrees && street == Missing
	switch {
	case premises && (postal != Contradicts || city == Agrees):
		return SamePremises
	case street == Agrees:
		return SameStreet
	}
	return SameCity
}

func compareCountry(p, q *parts) Reason {
	r := Reason{Kind: "address.country", Left: p.country, Right: q.country}
	switch {
	case p.country == "" || q.country == "":
	case Related(p.country, q.country):
		r.Says = Agrees
	default:
		r.Says = Contradicts
	}
	return r
}

func compareCity(p, q *parts) Reason {
	r := Reason{Kind: "address.city", Left: p.cityName(), Right: q.cityName()}
	switch {
	case p.cityKey != "" && p.cityKey == q.cityKey:
		r.Says = Agrees
	case among(p.city, q.text) || among(q.city, p.text):
		r.Says = Agrees
	case p.cityKey != "" && q.cityKey != "":
		r.Says = Contradicts
	case len(p.city) > 0 && len(q.city) > 0 && p.city[0].script == q.city[0].script && p.city[0].script == translit.LatinScript:
		r.Says = Contradicts
	}
	return r
}

func (p *parts) cityName() string {
	if len(p.city) > 0 {
		return join(p.city)
	}
	return p.cityKey
}

// among says that every word of a city that is more than "city" stands in text.
func among(city, text []word) bool {
	n := 0
	for _, c := range city {
		if addressWords()[c.text] != "" || hasDigit(c.text) {
			continue
		}
		if !slices.ContainsFunc(text, func(t word) bool { return alike(c, t) }) {
			return false
		}
		n++
	}
	return n > 0
}

// comparePostal compares postcodes. A shorter one that begins the longer agrees
// ("20005" and "20005-1234"); one that stands only in the other's text agrees,
// and none that is missing contradicts.
func comparePostal(p, q *parts) Reason {
	r := Reason{Kind: "address.postcode", Left: p.postal, Right: q.postal}
	switch {
	case p.postal == "" && q.postal == "":
		if n := longNumber(p.text, q.text); n != "" {
			r.Left, r.Right, r.Says = n, n, Agrees
		}
	case p.postal == "":
		if standsIn(q.postal, p.text) {
			r.Left, r.Says = q.postal, Agrees
		}
	case q.postal == "":
		if standsIn(p.postal, q.text) {
			r.Right, r.Says = p.postal, Agrees
		}
	case strings.HasPrefix(p.postal, q.postal) || strings.HasPrefix(q.postal, p.postal):
		r.Says = Agrees
	default:
		r.Says = Contradicts
	}
	return r
}

// standsIn says that a postcode stands in a text as one word or two.
func standsIn(postal string, text []word) bool {
	for i, w := range text {
		if w.text == postal || i+1 < len(text) && w.text+text[i+1].text == postal {
			return true
		}
	}
	return false
}

// longNumber returns a number of five or six digits that stands in both texts,
// which is the form of most postcodes.
func longNumber(a, b []word) string {
	for _, w := range a {
		if n := len(w.text); (n == 5 || n == 6) && isNumber(w.text) && slices.ContainsFunc(b, func(x word) bool { return x.text == w.text }) {
			return w.text
		}
	}
	return ""
}

// compareStreet wants half of the words of the shorter street, and one of at
// least three letters, in the other. Streets that share no word contradict
// each other where their letters can be compared.
func compareStreet(p, q *parts) Reason {
	r := Reason{Kind: "address.street", Left: join(p.street), Right: join(q.street)}
	short, long := p.street, q.street
	if len(short) > len(long) {
		short, long = long, short
	}
	if len(short) == 0 {
		return r
	}
	shared, telling, comparable := 0, false, false
	for _, w := range short {
		for _, x := range long {
			comparable = comparable || w.script == x.script
			if alike(w, x) {
				shared++
				telling = telling || len(w.text) >= 3 && !isDirection(w.text)
				break
			}
		}
	}
	switch {
	case telling && shared*2 >= len(short):
		r.Says = Agrees
	case shared == 0 && comparable:
		r.Says = Contradicts
	}
	return r
}

func isDirection(w string) bool {
	return slices.Contains([]string{"east", "west", "south", "north", "middle", "new", "old"}, w)
}

// compareNumbers says that numbers agree where one is in both, and contradict
// where each side has some and even those of other kinds are not the same:
// "Building 6, Yard 9" and "9号院6号楼" count differently.
func compareNumbers(kind string, a, b, allA, allB []string) Reason {
	r := Reason{Kind: kind, Left: strings.Join(a, " "), Right: strings.Join(b, " ")}
	switch {
	case len(a) == 0 || len(b) == 0:
	case overlap(a, b):
		r.Says = Agrees
	case !overlap(allA, b) && !overlap(a, allB):
		r.Says = Contradicts
	}
	return r
}

func overlap(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}

func join(ws []word) string {
	var out []string
	for _, w := range ws {
		out = append(out, w.text)
	}
	return strings.Join(out, " ")
}
