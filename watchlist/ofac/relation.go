// SPDX-License-Identifier: Apache-2.0

package ofac

import (
	"strings"

	"github.com/interdict-dev/interdict/party"
)

// relationKind maps the labels of RelationTypeValues. A label that is not here
// is kept as the relation's Label.
func relationKind(label string) party.RelationKind {
	switch strings.ToLower(label) {
	case "associate of":
		return party.AssociateOf
	case "providing support to":
		return party.SupportTo
	case "acting for or on behalf of":
		return party.ActingFor
	case "owned or controlled by":
		return party.OwnedBy
	case "family member of":
		return party.FamilyOf
	case "playing a significant role in":
		return party.SignificantRole
	case "leader or official of":
		return party.LeaderOf
	case "principal executive officer":
		return party.ExecutiveOf
	case "owns, controls, or operates":
		return party.Owns
	case "property in the interest of":
		return party.PropertyOf
	}
	return party.RelatedTo
}
