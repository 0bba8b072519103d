// SPDX-License-Identifier: Apache-2.0

package party

import "strings"

// An Identifier is a number or string that names one party in one register.
type Identifier struct {
	Scheme  Scheme
	Country string // who issues it: ISO 3166-1 alpha-2 in lower case where known; "" where not said
	Value   string // as printed
	Normal  string // the form that is compared; see [NewIdentifier]
	Check   Check
	Label   string // the publisher's name for the scheme: "Tax ID No."
	Issued  Date
	Expires Date
	Note    string
}

// A Scheme is the register or format of an identifier, as in "uscc".
type Scheme string

// A Check is what the check digits of an identifier say.
type Check uint8

// Results of a check. The zero Check means that the scheme has no check digits
// or that they were not looked at.
const (
	Unchecked Check = iota
	Valid
	Bad
)

// NewIdentifier returns an identifier with its normal form and the result of
// its check digits.
func NewIdentifier(scheme Scheme, country, value string) Identifier {
	return Identifier{Scheme: scheme, Country: country, Value: value, Normal: strings.ToUpper(strings.TrimSpace(value))}
}
