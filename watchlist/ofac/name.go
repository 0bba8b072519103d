// SPDX-License-Identifier: Apache-2.0

package ofac

import (
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/party"
)

// nameKind maps the labels of AliasTypeValues.
func nameKind(label string) party.NameKind {
	switch strings.ToLower(label) {
	case "name":
		return party.Primary
	case "f.k.a.", "fka":
		return party.Former
	case "n.k.a.", "nka":
		return party.Later
	case "d.b.a.", "dba":
		return party.Trading
	}
	return party.Alias
}

// partType maps the labels of NamePartTypeValues.
func partType(label string) party.PartType {
	switch strings.ToLower(label) {
	case "last name":
		return party.PartFamily
	case "first name":
		return party.PartGiven
	case "middle name":
		return party.PartMiddle
	case "maiden name":
		return party.PartMaiden
	case "aircraft name", "entity name", "vessel name":
		return party.PartWhole
	case "nickname":
		return party.PartNickname
	case "patronymic":
		return party.PartPatronymic
	case "matronymic":
		return party.PartMatronymic
	}
	return party.PartUnknown
}

// compose writes the parts of a name as OFAC prints them. Persons are "FAMILY,
// Given Middle" in the scripts that have capitals. A patronymic beside a family
// name is the Russian kind and follows the given names; one without is the
// Spanish kind: it and the matronymic are the family name. That is how 4,500
// names of sdn.csv of 2021 stand beside their parts in SDN_ADVANCED.XML.
//
// Scripts without capitals are written as they are read: Han, Kana and Hangul
// without blanks and the family name first, Arabic and Hebrew with the given
// name first.
func compose(parts []party.NamePart, script string) string {
	if len(parts) == 1 && parts[0].Type != party.PartFamily {
		return parts[0].Value
	}
	family, given := arrange(parts)
	switch {
	case isEastAsian(script):
		return strings.Join(family, "") + strings.Join(given, "")
	case script == "Arabic" || script == "Hebrew":
		return strings.Join(slices.Concat(given, family), " ")
	}
	upper := strings.ToUpper(strings.Join(family, " "))
	rest := strings.Join(given, " ")
	if upper == "" || rest == "" {
		return upper + rest
	}
	return upper + ", " + rest
}

// arrange sorts the parts into family and given names, each in the order in
// which OFAC prints them.
func arrange(parts []party.NamePart) (family, given []string) {
	pick := func(types ...party.PartType) (out []string) {
		for _, t := range types {
			for _, p := range parts {
				if p.Type == t {
					out = append(out, p.Value)
				}
			}
		}
		return out
	}
	family = pick(party.PartFamily)
	if len(family) > 0 {
		family = append(family, pick(party.PartMatronymic)...)
		return family, pick(party.PartGiven, party.PartMiddle, party.PartPatronymic, party.PartMaiden, party.PartNickname, party.PartWhole, party.PartUnknown)
	}
	return pick(party.PartPatronymic, party.PartMatronymic),
		pick(party.PartGiven, party.PartMiddle, party.PartMaiden, party.PartNickname, party.PartWhole, party.PartUnknown)
}

func isEastAsian(script string) bool {
	switch script {
	case "Chinese Simplified", "Chinese Traditional", "Japanese", "Korean", "Hangul":
		return true
	}
	return false
}
