// SPDX-License-Identifier: Apache-2.0

// Package names says how likely two names belong to the same party, and why.
//
// A name is read once into a [Form]: its words in Latin letters with the other
// ways to write them, each with its class (given or family name, legal form,
// business word, place, number) and its self-information: how many nats of
// surprise it is to meet that word in a random name. [Compare] pairs the words
// of two forms, adds up the evidence for and against, and returns it in
// milli-nats of log-odds together with the pairs and the words left over, whose
// weights add up to it exactly. [Probability] turns evidence into a score at an
// even prior.
//
// All arithmetic is on integers, so that a score is the same on every processor
// and in every release; the numbers come from a [Model] that is data. The
// package knows no lists and does no input or output. Package index finds the
// pairs that are worth comparing; what Compare says is the truth it is held to.
package names

import (
	"math"
	"strconv"

	"github.com/interdict-dev/interdict/party"
)

// A Mode says under which rules a name is read: those for people or those for
// everything else. A person called "Sa" has no legal form.
type Mode uint8

// The two modes.
const (
	Persons Mode = iota
	Things
	NumModes
)

// Modes lists the modes under which a party of a kind is read. A party of
// unknown kind is read under both.
func Modes(k party.Kind) []Mode {
	switch k {
	case party.Person:
		return []Mode{Persons}
	case party.Unknown:
		return []Mode{Persons, Things}
	}
	return []Mode{Things}
}

// A Class says what a word does in a name.
type Class uint8

// The classes. The zero class is a word that names.
const (
	Content   Class = iota
	Generic         // a business word: technology, trading, group
	Legal           // a legal form
	Place           // a country, region or city
	Number          // digits, ordinals, numerals
	Particle        // al, bin, van, de
	Initial         // one letter
	Honorific       // mr, sheikh, general: says nothing about who
	Link            // and, of, the: says nothing about who
)

var classNames = [...]string{"name", "business word", "legal form", "place", "number", "particle", "initial", "honorific", "link"}

// String returns the class as reasons print it.
func (c Class) String() string { return classNames[c] }

// silent says that a word of the class, left over, is no evidence at all.
func (c Class) silent() bool { return c == Honorific || c == Link }

// MaxParts is how many words of a name are compared. Published names have at
// most 41; a longer text is cut there and the comparison says so.
const MaxParts = 64

// A Part is one word of a name, or several that are one thing ("limited
// liability company").
type Part struct {
	Written string   // as it stands in the name
	Words   []string // readings, the written one first: folded, Latin or native; a concept is "~technology"
	Systems []string // how each reading came about: "", "pinyin", "ru-passport"; parallel to Words
	Class   Class
	Role    party.PartType // family, given ..., where the list or the comma says so
	Info    int32          // self-information in milli-nats
}

// A Form is a name that was read under one mode.
type Form struct {
	Mode    Mode
	Parts   []Part
	Acronym string // initials of the words of a thing with three or more; else ""
	Mixed   bool   // letters of another script that only look alike were folded
	Cut     bool   // the name had more than MaxParts words
	Thin    bool   // the name is so long that the rarer ways to write its words were left out
	Bare    bool   // nothing but legal forms, links, titles and numbers: they were made to name
}

// Shape is what the arithmetic needs of a part.
type Shape struct {
	Class Class
	Role  party.PartType
	Info  int32
}

// Shapes appends the shapes of the form's parts to dst.
func (f *Form) Shapes(dst []Shape) []Shape {
	for i := range f.Parts {
		p := &f.Parts[i]
		dst = append(dst, Shape{p.Class, p.Role, p.Info})
	}
	return dst
}

// Nats are log-odds in thousandths of a nat. JSON has them in nats.
type Nats int32

// MarshalJSON writes 1900 as 1.9.
func (n Nats) MarshalJSON() ([]byte, error) {
	return strconv.AppendFloat(nil, float64(n)/1000, 'f', -1, 64), nil
}

// UnmarshalJSON reads nats.
func (n *Nats) UnmarshalJSON(b []byte) error {
	f, err := strconv.ParseFloat(string(b), 64)
	*n = Nats(math.Round(f * 1000))
	return err
}
