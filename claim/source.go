// SPDX-License-Identifier: Apache-2.0

package claim

import "fmt"

// A Class grades a source by what kind of source it is, not by whether we
// believe it. A smaller Class is the stronger one; the zero Class means that
// nobody graded the source, and counts as weaker than all.
type Class uint8

// The classes of DESIGN.md, "Evidence".
const (
	Ungraded   Class = iota
	Legal            // A: a list or a legal act
	Official         // B: an official statement or advisory
	Research         // C: primary technical research
	Registry         // D: a register, or a document of the company itself
	Press            // E: press
	Unverified       // F: unverified
)

// String returns the letter, "A" to "F"; "?" for [Ungraded].
func (c Class) String() string {
	if c >= Legal && c <= Unverified {
		return string(rune('A' + c - Legal))
	}
	return "?"
}

// MarshalText writes the class as String does.
func (c Class) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (c *Class) UnmarshalText(b []byte) error {
	p, err := ParseClass(string(b))
	if err == nil {
		*c = p
	}
	return err
}

// ParseClass reads a letter "A" to "F", or "?" or nothing for [Ungraded].
func ParseClass(s string) (Class, error) {
	switch {
	case s == "" || s == "?":
		return Ungraded, nil
	case len(s) == 1 && s[0] >= 'A' && s[0] <= 'F':
		return Legal + Class(s[0]-'A'), nil
	}
	return Ungraded, fmt.Errorf("%q is no class of source: want A to F", s)
}

// Weaker says that c is a weaker class of source than d.
func (c Class) Weaker(d Class) bool { return c-1 > d-1 } // Ungraded wraps to the weakest

// A Source is who says so. Sources are comparable.
//
// Origin names the investigation that the statement comes from, where several
// publications share one: two sources of one origin count once. An empty Origin
// means that the source is its own origin, known by its Name.
type Source struct {
	Name   string // "Black Lotus Labs", "AA26-281A", "Companies House"
	Class  Class
	Origin string
	URL    string
}

// Root returns the name under which the source counts once: its Origin, or
// its Name where it has none.
func (s Source) Root() string {
	if s.Origin != "" {
		return s.Origin
	}
	return s.Name
}
