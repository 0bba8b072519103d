// SPDX-License-Identifier: Apache-2.0

// Package party holds what a list says about those it lists: names,
// identifiers, dates, addresses, relations and listings, as values.
//
// An [Entry] keeps the publisher's own words beside what we made of them, so
// nothing that was published is lost: a detail without a field of its own is
// kept as a [Property]. The same type describes a vendor or a customer that a
// user asks about, since screening compares like with like.
//
// The package reads no files and compares no names. Its one computation is the
// normal form and the check digits of identifiers.
package party

import (
	"fmt"
	"strings"
)

// A ListID names a list, as in "us-ofac-sdn". doc/formats.md has the table.
type ListID string

// A Ref names one entry of one list, as in "us-ofac-sdn/7771".
// The zero Ref names nothing.
type Ref struct {
	List ListID
	ID   string // the publisher's own identifier, unchanged
}

// String returns the Ref as "list/id", and "" for the zero Ref.
func (r Ref) String() string {
	if r == (Ref{}) {
		return ""
	}
	return string(r.List) + "/" + r.ID
}

// IsZero says that r names nothing.
func (r Ref) IsZero() bool { return r == Ref{} }

// Compare orders Refs by list, then by identifier, as bytes.
func (r Ref) Compare(s Ref) int {
	if c := strings.Compare(string(r.List), string(s.List)); c != 0 {
		return c
	}
	return strings.Compare(r.ID, s.ID)
}

// MarshalText writes the Ref as [Ref.String] does.
func (r Ref) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (r *Ref) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*r = Ref{}
		return nil
	}
	p, err := ParseRef(string(b))
	if err == nil {
		*r = p
	}
	return err
}

// ParseRef reads "list/id". The list has no slash; the identifier may.
func ParseRef(s string) (Ref, error) {
	list, id, ok := strings.Cut(s, "/")
	if !ok || list == "" || id == "" {
		return Ref{}, fmt.Errorf("%q is no entry: want list/id, as in us-ofac-sdn/50543", s)
	}
	return Ref{ListID(list), id}, nil
}

// A Kind says what sort of party an entry is. The zero Kind means that the
// list or the user did not say.
type Kind uint8

// The kinds of a list, and after them those that only evidence speaks of.
const (
	Unknown Kind = iota
	Person
	Organization
	Vessel
	Aircraft
	ThreatGroup
	Botnet
	Malware
	Campaign
)

var kindNames = [...]string{"", "person", "organization", "vessel", "aircraft", "threat-group", "botnet", "malware", "campaign"}

// String returns the kind as the API prints it; "" for [Unknown].
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("kind(%d)", k)
}

// MarshalText writes the kind as String does.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads a kind by its name.
func (k *Kind) UnmarshalText(b []byte) error {
	p, err := ParseKind(string(b))
	if err == nil {
		*k = p
	}
	return err
}

// ParseKind reads a kind by our name or by the FollowTheMoney schema that means
// the same ("Company", "LegalEntity", "Airplane"). LegalEntity and Thing say
// nothing about which, so they are [Unknown]. Case does not count.
func ParseKind(s string) (Kind, error) {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "", "unknown", "legalentity", "thing", "any":
		return Unknown, nil
	case "person", "individual", "natural person", "people":
		return Person, nil
	case "organization", "organisation", "company", "business", "entity", "publicbody", "legal person":
		return Organization, nil
	case "vessel", "ship":
		return Vessel, nil
	case "aircraft", "airplane", "plane":
		return Aircraft, nil
	case "threat-group", "intrusion-set":
		return ThreatGroup, nil
	case "botnet":
		return Botnet, nil
	case "malware":
		return Malware, nil
	case "campaign":
		return Campaign, nil
	}
	return Unknown, fmt.Errorf("unknown kind %q: want person, organization, vessel or aircraft", s)
}

// An Entry is one record of one list, or one party that a user asks about.
// Slices keep the publisher's order. Every field but Ref may be empty, and an
// empty field says nothing: it never speaks against a match.
type Entry struct {
	Ref   Ref
	Kind  Kind
	Names []Name // the first is the primary one

	Births        []Span // alternatives: a list may give several
	Deaths        []Span
	BirthPlaces   []string
	Gender        string   // "male", "female", "other"; FollowTheMoney's words
	Nationalities []string // ISO 3166-1 alpha-2 in lower case where known, else as printed
	Citizenships  []string
	Countries     []string // other ties: residence, registration, flag, jurisdiction
	Titles        []string // titles and positions, as printed

	Founded   []Span // an organisation's date of establishment
	LegalForm string // as printed

	Addresses   []Address
	Identifiers []Identifier
	Websites    []string
	Emails      []string
	Phones      []string

	Craft *Craft // particulars of a vessel or an aircraft; nil for others

	Relations  []Relation
	Listings   []Listing
	Remarks    string     // free text of the publisher, whole
	Properties []Property // what the publisher says and we have no field for
}

// Name returns the primary name as printed, or "" for an entry without names.
func (e *Entry) Name() string {
	if len(e.Names) == 0 {
		return ""
	}
	return e.Names[0].Full
}

// A Property is a detail that has no field of its own: the publisher's name
// for it and the value as printed.
type Property struct {
	Name  string
	Value string
}

// Craft holds the particulars of a vessel or an aircraft, as printed. The IMO
// number, MMSI and the like are identifiers.
type Craft struct {
	Type         string // "Crude Oil Tanker"
	Flag         string // country, as for Entry.Countries
	FormerFlags  []string
	CallSign     string
	Tonnage      string // deadweight
	GrossTonnage string
	Owner        string
	Model        string // aircraft model
	Operator     string
	Built        Span // construction or manufacture date
}

// An Address is a place where the party is, in the parts the publisher gives.
// Full holds what cannot be put into parts, or the whole where there are none.
type Address struct {
	Full    string
	Street  string
	City    string
	Region  string
	Postal  string
	Country string // ISO 3166-1 alpha-2 in lower case where known, else as printed
}

// String returns the address on one line, in the order that lists print it.
func (a Address) String() string {
	var parts []string
	for _, p := range []string{a.Full, a.Street, a.City, a.Region, a.Postal, a.Country} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, ", ")
}
