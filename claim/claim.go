// SPDX-License-Identifier: Apache-2.0

package claim

import (
	"fmt"
	"strings"

	"github.com/interdict-dev/interdict/infra"
	"github.com/interdict-dev/interdict/party"
)

// A Claim is one sourced statement that ties two things over a window of time:
// "202.182.109.151 is attributed to Raptor Train, as tier 3, seen 2023-07-13 to
// 2024-09-04, Black Lotus Labs, grade C". Read it as From Relation To. Claims
// are comparable, and two sources that differ are two claims.
type Claim struct {
	ID       string // unique in a book, and given by its source or by us once
	From     Thing
	Relation Relation
	To       Thing
	Role     string // what From is to To: "raptor-train/tier3"; "" where not said
	Window   Window
	Source   Source
	// Scope says how far a statement about a domain reaches. It is what the
	// source says; infra.ScopeFor says how far it may reach.
	Scope      infra.Scope
	Supersedes string // ID of the claim that this one corrects; "" for none
	Note       string
}

// A Thing is one end of a claim: a party or an indicator, never both. The zero
// Thing is neither. Things are comparable.
type Thing struct {
	Party     party.Ref
	Indicator infra.Indicator
}

// OfParty returns the thing that is the party r.
func OfParty(r party.Ref) Thing { return Thing{Party: r} }

// OfIndicator returns the thing that is the indicator i.
func OfIndicator(i infra.Indicator) Thing { return Thing{Indicator: i} }

// IsZero says that t is nothing.
func (t Thing) IsZero() bool { return t == Thing{} }

// IsParty says that t is a party.
func (t Thing) IsParty() bool { return !t.Party.IsZero() }

// String returns the Ref, "intel/raptor-train", or the indicator,
// "domain:w8510.com". No list's name has a colon, so the two cannot be mixed up.
func (t Thing) String() string {
	if t.IsParty() {
		return t.Party.String()
	}
	return t.Indicator.String()
}

// Compare orders parties before indicators, then each as its own kind does.
func (t Thing) Compare(u Thing) int {
	switch {
	case t.IsParty() != u.IsParty():
		if t.IsParty() {
			return -1
		}
		return 1
	case t.IsParty():
		return t.Party.Compare(u.Party)
	}
	return t.Indicator.Compare(u.Indicator)
}

// MarshalText writes the thing as String does.
func (t Thing) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (t *Thing) UnmarshalText(b []byte) error {
	p, err := ParseThing(string(b))
	if err == nil {
		*t = p
	}
	return err
}

// ParseThing reads "list/id" as a party and everything with a type of
// indicator in front as an indicator.
func ParseThing(s string) (Thing, error) {
	if s == "" {
		return Thing{}, nil
	}
	// No type has a slash, and every Ref has one before its first colon.
	if typ, value, ok := strings.Cut(s, ":"); ok && !strings.Contains(typ, "/") {
		t, err := infra.ParseType(typ)
		if err != nil {
			return Thing{}, err
		}
		i, err := infra.ParseAs(t, value)
		return OfIndicator(i), err
	}
	r, err := party.ParseRef(s)
	if err != nil {
		return Thing{}, fmt.Errorf("%q is neither a party (list/id) nor an indicator (type:value)", s)
	}
	return OfParty(r), nil
}

// A Relation is how From stands to To. The zero Relation says only that a
// source ties the two.
type Relation uint8

// The relations, as a sentence whose subject is From.
const (
	RelatedTo    Relation = iota
	AttributedTo          // is used or run by To, as the source says
	OwnOf                 // is published by To itself as its own: website, mail domain
	RegisteredTo          // is registered to To: RDAP, routing registry, certificate subject
	ResolvesTo            // domain to address
	Presents              // address to certificate or fingerprint
	Within                // address in prefix, prefix in AS, host below domain
	UsedBy                // botnet or tool, used by To
	PartOf                // campaign of a botnet
	Controls              // controls and manages To
	Operates              // operated To
	Supports              // supports To
	InvolvedIn            // had direct involvement in To
	Uses                  // is managed with, or deploys, the tool or malware To
	ActsFor               // acts for or on behalf of To
	OfficerOf             // holds an office in To
	EmployeeOf            // is employed or contracted by To
	LeaderOf              // leads To
	OwnerOf               // owns To; no share is said
	ControlledBy          // is owned or controlled by To; no share is said
	FrontFor              // is a front for To
	SuccessorOf           // succeeds To
	PartnerOf             // is a partner, client or competitor of To
	relationCount
)

// A Side says which end of a claim stands behind the other.
type Side uint8

// The sides. What happens on the infrastructure of one end is traced to the
// end that stands behind it; beside one another stand things of which neither
// answers for the other; a front and those whom it is a front for each do.
const (
	Beside Side = iota
	ToBehind
	FromBehind
	EachBehind
)

var relations = [relationCount]struct {
	name, words string
	behind      Side
}{
	RelatedTo:    {"related-to", "is tied to", Beside},
	AttributedTo: {"attributed-to", "is attributed to", ToBehind},
	OwnOf:        {"own-of", "is published as its own by", ToBehind},
	RegisteredTo: {"registered-to", "is registered to", ToBehind},
	ResolvesTo:   {"resolves-to", "resolves to", Beside},
	Presents:     {"presents", "presents", Beside},
	Within:       {"within", "lies within", Beside},
	UsedBy:       {"used-by", "is used by", ToBehind},
	PartOf:       {"part-of", "is part of", ToBehind},
	Controls:     {"controls", "controls and manages", FromBehind},
	Operates:     {"operates", "operates", FromBehind},
	Supports:     {"supports", "supports", FromBehind},
	InvolvedIn:   {"involved-in", "has direct involvement in", FromBehind},
	Uses:         {"uses", "uses", FromBehind},
	ActsFor:      {"acts-for", "acts for", ToBehind},
	OfficerOf:    {"officer-of", "is an officer of", ToBehind},
	EmployeeOf:   {"employee-of", "works for", ToBehind},
	LeaderOf:     {"leader-of", "leads", FromBehind},
	OwnerOf:      {"owner-of", "owns", FromBehind},
	ControlledBy: {"controlled-by", "is owned or controlled by", ToBehind},
	FrontFor:     {"front-for", "is a front for", EachBehind},
	SuccessorOf:  {"successor-of", "succeeds", Beside},
	PartnerOf:    {"partner-of", "is reported as a partner of", Beside},
}

// String returns the relation as the API prints it.
func (r Relation) String() string {
	if r < relationCount {
		return relations[r].name
	}
	return fmt.Sprintf("relation(%d)", r)
}

// Words returns the relation as people read it between two names.
func (r Relation) Words() string {
	if r < relationCount {
		return relations[r].words
	}
	return r.String()
}

// Behind returns which end stands behind the other.
func (r Relation) Behind() Side {
	if r < relationCount {
		return relations[r].behind
	}
	return Beside
}

// MarshalText writes the relation as String does.
func (r Relation) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads a relation by its name.
func (r *Relation) UnmarshalText(b []byte) error {
	p, err := ParseRelation(string(b))
	if err == nil {
		*r = p
	}
	return err
}

// ParseRelation reads a relation by its name.
func ParseRelation(s string) (Relation, error) {
	for i := range relations {
		if relations[i].name == s {
			return Relation(i), nil
		}
	}
	return RelatedTo, fmt.Errorf("unknown relation %q", s)
}
