// SPDX-License-Identifier: Apache-2.0

package claim

import (
	"fmt"

	"github.com/interdict-dev/interdict/party"
)

// published says what a relation that a list prints is as a claim.
var published = [...]Relation{
	party.RelatedTo:       RelatedTo,
	party.AssociateOf:     RelatedTo,
	party.SupportTo:       Supports,
	party.ActingFor:       ActsFor,
	party.OwnedBy:         ControlledBy,
	party.FamilyOf:        RelatedTo,
	party.SignificantRole: InvolvedIn,
	party.LeaderOf:        LeaderOf,
	party.ExecutiveOf:     OfficerOf,
	party.Owns:            OwnerOf,
	party.PropertyOf:      ControlledBy,
	party.SubsidiaryOf:    ControlledBy,
	party.ParentOf:        OwnerOf,
	party.MemberOf:        PartOf,
	party.EmployeeOf:      EmployeeOf,
	party.OperatedBy:      UsedBy,
	party.PartOf:          PartOf,
	party.Successor:       SuccessorOf,
}

// Published returns the relations that an entry carries as claims with source
// src. A relation without an entry at its other end gives none, and a kind that
// this program does not know is a mere tie. A former relation that has no end
// says so in its note.
func Published(e *party.Entry, src Source) []Claim {
	var out []Claim
	for i, r := range e.Relations {
		if r.To.IsZero() {
			continue
		}
		c := Claim{
			ID: fmt.Sprintf("published/%v/%d", e.Ref, i+1), From: OfParty(e.Ref), To: OfParty(r.To),
			Role: r.Label, Source: src, Note: r.Note,
		}
		if int(r.Kind) < len(published) {
			c.Relation = published[r.Kind]
		}
		if !r.From.IsZero() || !r.Until.IsZero() {
			c.Window = Window{First: r.From, Last: r.Until, Kind: Observed}
		} else if r.Former && c.Note == "" {
			c.Note = "former"
		}
		out = append(out, c)
	}
	return out
}
