// SPDX-License-Identifier: Apache-2.0

package party

import "fmt"

// A NameKind says how a name stands to its party.
type NameKind uint8

// The kinds of names that lists publish. The zero kind is the primary name.
const (
	Primary NameKind = iota
	Alias            // a.k.a.
	Former           // f.k.a.
	Later            // n.k.a., "now known as"
	Trading          // doing business as
)

var nameKinds = [...]string{"primary", "alias", "former", "later", "trading"}

// String returns the kind in one word.
func (k NameKind) String() string {
	if int(k) < len(nameKinds) {
		return nameKinds[k]
	}
	return fmt.Sprintf("name(%d)", k)
}

// MarshalText writes the kind as String does.
func (k NameKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads a kind by its name.
func (k *NameKind) UnmarshalText(b []byte) error {
	for i, s := range nameKinds {
		if s == string(b) {
			*k = NameKind(i)
			return nil
		}
	}
	return fmt.Errorf("unknown kind of name %q", b)
}

// A Name is one name of a party.
type Name struct {
	Full   string // as printed; OFAC prints persons as "FAMILY, Given Middle"
	Kind   NameKind
	Weak   bool       // the publisher calls it a weak or low-quality alias
	Script string     // as published, "Latin", "Chinese Simplified"; "" where not said
	Lang   string     // ISO 639 code; "" where not said
	Parts  []NamePart // in the publisher's order; nil where only Full is known
}

// A NamePart is one part of a name that the publisher marks.
type NamePart struct {
	Type  PartType
	Value string
}

// A PartType says what a part of a name is. The zero PartType says nothing.
type PartType uint8

// The parts that lists mark.
const (
	PartUnknown PartType = iota
	PartFamily
	PartGiven
	PartMiddle
	PartPatronymic
	PartMatronymic
	PartMaiden
	PartNickname
	PartWhole // the name of an organisation, vessel or aircraft
)

var partTypes = [...]string{"", "family", "given", "middle", "patronymic", "matronymic", "maiden", "nickname", "whole"}

// String returns the type in one word; "" for [PartUnknown].
func (t PartType) String() string {
	if int(t) < len(partTypes) {
		return partTypes[t]
	}
	return fmt.Sprintf("part(%d)", t)
}

// MarshalText writes the type as String does.
func (t PartType) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads a type by its name.
func (t *PartType) UnmarshalText(b []byte) error {
	for i, s := range partTypes {
		if s == string(b) {
			*t = PartType(i)
			return nil
		}
	}
	return fmt.Errorf("unknown part of a name %q", b)
}
