// SPDX-License-Identifier: Apache-2.0

package party

import "fmt"

// A Listing is the act by which a list holds a party. One entry may carry
// listings of several lists, each with its own measures and dates: OFAC's SDN
// file also holds entries of the sectoral and consolidated lists.
type Listing struct {
	List       ListID   // the list of this listing; may differ from the entry's Ref
	Authority  string   // who lists, as printed, where the list has several
	Programs   []string // tags as printed: "CYBER2", "SDGT"
	LegalBasis []string // "Executive Order 13694 (Cyber)"
	Measures   []string // as printed: "Block", "Asset freeze", "Travel ban"
	Listed     Date     // the first date on which the listing stood; zero where not said
	Delisted   Date     // zero while it stands
	Events     []Event
	Reason     string // statement of reasons
	URL        string
}

// StoodOn says that the listing stood on a day, as far as it says: without a date
// it stood always, and a partial date counts for the listing. One that was taken
// off "in 2016" may have stood until the last day of that year. The zero day asks
// whether it stands.
func (l *Listing) StoodOn(day Date) bool {
	if day.IsZero() {
		return l.Delisted.IsZero()
	}
	return (l.Listed.IsZero() || l.Listed.First().Compare(day.Last()) <= 0) && (l.Delisted.IsZero() || day.First().Compare(l.Delisted.Last()) < 0)
}

// An Event is one dated act about a listing: created, amended, removed.
type Event struct {
	Type       string // as printed: "Created"
	Date       Date
	LegalBasis string
	Comment    string
}

// A Relation ties the entry that holds it to another entry.
//
// Kind is our word, Label the publisher's. Read it as a sentence whose subject
// is the entry that holds it: "this entry, owned-by, To". Inverse says that the
// publisher printed the sentence from the other end.
type Relation struct {
	Kind    RelationKind
	Label   string
	To      Ref
	ToName  string // as printed, where the other end has no entry of its own
	Inverse bool
	Former  bool
	From    Date
	Until   Date
	Quality string // as printed: how sure the publisher is
	Note    string
}

// A RelationKind is how two parties are tied. None of them carries a number:
// "owned or controlled by" proves no share.
type RelationKind uint8

// The kinds; the comment is OFAC's label.
const (
	RelatedTo       RelationKind = iota // a label we do not know
	AssociateOf                         // Associate Of
	SupportTo                           // Providing support to
	ActingFor                           // Acting for or on behalf of
	OwnedBy                             // Owned or Controlled By
	FamilyOf                            // Family member of
	SignificantRole                     // playing a significant role in
	LeaderOf                            // Leader or official of
	ExecutiveOf                         // Principal Executive Officer
	Owns                                // Owns, controls, or operates
	PropertyOf                          // Property in the interest of
	SubsidiaryOf
	ParentOf
	MemberOf
	EmployeeOf
	OperatedBy
	PartOf
	Successor // this entry succeeds To
)

var relationKinds = [...]string{"related-to", "associate-of", "support-to", "acting-for", "owned-by", "family-of", "significant-role-in", "leader-of", "executive-of", "owns", "property-of", "subsidiary-of", "parent-of", "member-of", "employee-of", "operated-by", "part-of", "successor-of"}

// String returns the kind as the API prints it.
func (k RelationKind) String() string {
	if int(k) < len(relationKinds) {
		return relationKinds[k]
	}
	return fmt.Sprintf("relation(%d)", k)
}

// MarshalText writes the kind as String does.
func (k RelationKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads a kind by its name.
func (k *RelationKind) UnmarshalText(b []byte) error {
	for i, s := range relationKinds {
		if s == string(b) {
			*k = RelationKind(i)
			return nil
		}
	}
	return fmt.Errorf("unknown relation %q", b)
}
