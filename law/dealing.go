// SPDX-License-Identifier: Apache-2.0

package law

import (
	"fmt"

	"github.com/interdict-dev/interdict/party"
)

// A Timing says how a dealing stands in time to a listing.
type Timing string

// The timings.
const (
	Before  Timing = "before designation" // served, and paid for, before the day of the listing
	After   Timing = "after designation"  // served or paid on that day or later
	Payable Timing = "payable"            // served before, and not paid on that day: property in which the listed party has an interest
	Unsaid  Timing = "not known"          // a date that decides is not said
)

// Time says how a dealing stands to the listing behind an effect. served is the
// last day on which goods or services were provided, paid that of the payment of
// all of it, owed that something is still to be paid; a date that is not said is
// zero. The invoice decides nothing: a service given before the listing and
// unpaid on its day leaves a payable in which the listed party has an interest
// (31 CFR 578.314 and 578.405; for counsel to confirm). A partial date that may
// lie on both sides decides nothing.
func (e Effect) Time(served, paid party.Date, owed bool) (t Timing, why string) {
	if e.Listed.IsZero() {
		return Unsaid, "the list does not say since when"
	}
	since := e.Listed.First()
	switch {
	case on(served, since) == 1:
		return After, fmt.Sprintf("provided %v, listed since %v", served, e.Listed)
	case on(served, since) == 0:
		return Unsaid, fmt.Sprintf("whether it was provided before %v is not said", e.Listed)
	case !owed && on(paid, since) == -1:
		return Before, fmt.Sprintf("provided %v, paid %v, listed since %v", served, paid, e.Listed)
	case !owed && on(paid, since) == 0:
		return Unsaid, fmt.Sprintf("provided %v, before the listing; whether it was paid before %v is not said", served, e.Listed)
	}
	unpaid := "not paid"
	if !paid.IsZero() {
		unpaid = fmt.Sprintf("paid %v", paid)
	}
	if e.IfConfirmed != Block && e.IfConfirmed != Freeze {
		return Before, fmt.Sprintf("provided %v, %s, listed since %v: what is listed here blocks no property", served, unpaid, e.Listed)
	}
	return Payable, fmt.Sprintf("provided %v, %s on %v: a payable in which a listed party has an interest; to be blocked and reported, for legal review", served, unpaid, e.Listed)
}

// on says whether d lies before since (-1), on it or after (1), or whether that
// cannot be told (0).
func on(d, since party.Date) int {
	switch {
	case d.IsZero():
		return 0
	case d.Last().Compare(since) < 0:
		return -1
	case d.First().Compare(since) >= 0:
		return 1
	}
	return 0
}
