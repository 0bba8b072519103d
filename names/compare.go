// SPDX-License-Identifier: Apache-2.0

package names

import (
	"slices"
	"strings"
)

// Compare compares two forms of the same mode word by word. It is the plain
// definition of what the index must find.
func (m *Model) Compare(q, c *Form) *Result {
	var s Scorer
	return s.Score(&m.Weights[q.Mode], q.Shapes(nil), c.Shapes(nil), Pairings(q, c))
}

// Pairings lists every way in which parts of q may be parts of c.
func Pairings(q, c *Form) []Pairing {
	var out []Pairing
	left, right := probes(q), probes(c)
	for i := range q.Parts {
		for j := range c.Parts {
			if p, ok := pair(&q.Parts[i], &c.Parts[j], left[i], right[j]); ok {
				p.Q, p.C = 1<<i, 1<<j
				out = append(out, p)
			}
		}
	}
	out = append(out, glued(q, c, false)...)
	out = append(out, glued(c, q, true)...)
	out = append(out, acronyms(q, c, false)...)
	out = append(out, acronyms(c, q, true)...)
	return out
}

// probes returns those of all readings of a name, by part.
func probes(f *Form) [][]Probe {
	out := make([][]Probe, len(f.Parts))
	for i := range f.Parts {
		words := f.Parts[i].Words
		out[i] = make([]Probe, len(words))
		for k, w := range words {
			out[i][k] = NewProbe(w)
		}
	}
	return out
}

// pair finds the closest tie between the readings of two parts.
func pair(a, b *Part, left, right []Probe) (Pairing, bool) {
	if a.Class == Initial || b.Class == Initial {
		return initials(a, b)
	}
	var best Pairing
	for i := range left {
		for j := range right {
			x, y := left[i].word, right[j].word
			t := left[i].Relate(&right[j])
			if t.Kind == NoTie {
				continue
			}
			if i > 0 && x[0] != '~' {
				t = ByReading(t)
			}
			if j > 0 && y[0] != '~' {
				t = ByReading(t)
			}
			if t.Closer(best.Tie) {
				best = Pairing{Tie: t, QWord: x, CWord: y}
			}
		}
	}
	return best, best.Tie.Kind != NoTie
}

// initials ties a single letter to a word that starts with it. Two single
// letters tie when they are equal.
func initials(a, b *Part) (Pairing, bool) {
	for _, x := range a.Words {
		for _, y := range b.Words {
			if SameInitial(x[0], y[0]) {
				return Pairing{Tie: Tie{Kind: Initials}, QWord: x, CWord: y}, true
			}
		}
	}
	return Pairing{}, false
}

// SameInitial says that two words that start with a and b may be one word and
// its initial.
func SameInitial(a, b byte) bool { return a == b && a >= 'a' && a <= 'z' }

// MaxGlue is how many words may have been written as one; MinPiece how many
// letters each of them has at least when the subject wrote them so.
const (
	MaxGlue  = 3
	MinPiece = 2
)

// GluedTie is the tie of a word with several that make it up.
func GluedTie() Tie { return Tie{Kind: Glued, Cost: gluedCost} }

// glued finds runs of two or three words of a that together are one word of b.
// With swapped, a is the listed name.
func glued(a, b *Form, swapped bool) []Pairing {
	var out []Pairing
	for i := range a.Parts {
		for n := 2; n <= MaxGlue && i+n <= len(a.Parts); n++ {
			word, ok := a.Glue(i, n)
			if !ok || (swapped && a.ShortPiece(i, n)) {
				break
			}
			for j := range b.Parts {
				for _, y := range b.Parts[j].Words {
					if y != word {
						continue
					}
					p := Pairing{Q: (1<<n - 1) << i, C: 1 << j, Tie: GluedTie(), QWord: word, CWord: y}
					if swapped {
						p.Q, p.C = p.C, p.Q
					}
					out = append(out, p)
					break
				}
			}
		}
	}
	return out
}

// ShortPiece says that one of n parts from part i on has less than MinPiece
// letters.
func (f *Form) ShortPiece(i, n int) bool {
	for _, p := range f.Parts[i : i+n] {
		if len(p.latin()) < MinPiece {
			return true
		}
	}
	return false
}

// Glue returns n parts from part i on written as one word, if each of them has
// a Latin form.
func (f *Form) Glue(i, n int) (string, bool) {
	b, ok := f.AppendGlue(nil, i, n)
	return string(b), ok
}

// AppendGlue appends what Glue returns to b.
func (f *Form) AppendGlue(b []byte, i, n int) ([]byte, bool) {
	for j := i; j < i+n; j++ {
		w := f.Parts[j].latin()
		if w == "" {
			return b, false
		}
		b = append(b, w...)
	}
	return b, true
}

// Latin returns the number of the part's first reading in Latin letters, else of
// the first in digits, or -1.
func (p *Part) Latin() int {
	digits := -1
	for i, w := range p.Words {
		switch {
		case isLatin(w):
			return i
		case w != "" && w[0] == '#' && digits < 0:
			digits = i
		}
	}
	return digits
}

// latin returns that reading as it would be written, or "".
func (p *Part) latin() string {
	i := p.Latin()
	if i < 0 {
		return ""
	}
	return strings.TrimPrefix(p.Words[i], "#")
}

// acronyms ties a word of a to the initials of all of b.
func acronyms(a, b *Form, swapped bool) []Pairing {
	var out []Pairing
	if b.Acronym == "" {
		return nil
	}
	for i := range a.Parts {
		if !slices.Contains(a.Parts[i].Words, b.Acronym) {
			continue
		}
		p := Pairing{Q: 1 << i, C: b.named(), Tie: Tie{Kind: Acronym}, QWord: b.Acronym, CWord: b.Acronym}
		if swapped {
			p.Q, p.C = p.C, p.Q
		}
		out = append(out, p)
	}
	return out
}

// named returns the parts that an acronym stands for.
func (f *Form) named() uint64 { return Named(f.Shapes(nil)) }

// InAcronym says that words of the class give an acronym a letter, and may be
// one themselves.
func (c Class) InAcronym() bool { return c != Legal && !c.silent() && c != Number }

// Named returns the set of parts that an acronym of the name stands for.
func Named(shapes []Shape) uint64 {
	var set uint64
	for i, s := range shapes {
		if s.Class.InAcronym() {
			set |= 1 << i
		}
	}
	return set
}

// initial returns the letter that a part gives to an acronym, or 0.
func (p *Part) initial() byte {
	if !p.Class.InAcronym() {
		return 0
	}
	if w := p.latin(); w != "" {
		return w[0]
	}
	return 0
}
