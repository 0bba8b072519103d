// SPDX-License-Identifier: Apache-2.0

package subject

import "github.com/interdict-dev/interdict/party"

// A Dealing is when something was done with a party. It is dated by the service,
// by the payment and by what is still owed, never by the invoice. The zero
// Dealing says nothing.
type Dealing struct {
	Served party.Date `json:"served,omitzero"` // the last day on which goods or services were provided; zero where not said
	Paid   party.Date `json:"paid,omitzero"`   // the day on which all of it was paid; zero: not, or not said
	Owed   bool       `json:"owed,omitempty"`  // something is still to be paid
}

// IsZero says that the dealing is not dated.
func (d Dealing) IsZero() bool { return d == Dealing{} }
