// SPDX-License-Identifier: Apache-2.0

// Package law says what a listing would bring under each regime if a person
// confirms it: block, freeze, reject, an export licence, or a review, with the
// authority that a report must name, and whether it reaches what the listed
// party owns.
//
// The rules are data, a [Pack]: one line for each program tag or measure, dated,
// with its authority and its source, and the general licences beside them. The
// pack of this program is embedded ([Default]); the one that an answer rests on
// stands in the book that was asked, so that a later program judges it by the
// rules of then. A tag that no rule knows brings a review that says so; it is
// never left out. The head of rules.txt says what stands behind its lines.
//
// The package confirms nothing and gives no legal advice. Who is matched is for
// package screening, what is owned for package ownership, what is due for
// package reports.
package law

import "github.com/interdict-dev/interdict/party"

// A Regime is whose law is asked.
type Regime string

// The regimes. The last four are those of lists whose entries must not be lost,
// although the program knows little more of them.
const (
	OFAC Regime = "us-ofac" // U.S. Treasury, Office of Foreign Assets Control
	BIS  Regime = "us-bis"  // U.S. Commerce, Bureau of Industry and Security
	EU   Regime = "eu"
	UK   Regime = "uk"
	UN   Regime = "un"

	State       Regime = "us-state" // U.S. State: debarment, nonproliferation
	Switzerland Regime = "ch"
	Canada      Regime = "ca"
	Australia   Regime = "au"
)

// Regimes returns the five regimes that a policy may ask for, in the order in
// which effects are printed.
func Regimes() []Regime { return []Regime{OFAC, BIS, EU, UK, UN} }

// A Consequence is what would follow, in one word.
type Consequence string

// The consequences.
const (
	Block         Consequence = "block"          // property is blocked: hold it, report it
	Freeze        Consequence = "freeze"         // the same in the words of the EU, the UK and the UN
	Reject        Consequence = "reject"         // the dealing is prohibited, property is not blocked
	ExportLicence Consequence = "export-licence" // exports need a licence
	Review        Consequence = "review"         // a person must read what it means
)

// An Effect is what a listing would bring under one regime if a person confirms
// the finding. Software confirms nothing.
type Effect struct {
	Regime      Regime      `json:"regime"`
	IfConfirmed Consequence `json:"if_confirmed"`
	// Authority is what a report names: executive order or statute, and the part
	// of the CFR. "SDN" is none (31 CFR 501.603(b)(1)(ii)(H)).
	Authority string `json:"authority"`
	Program   string `json:"program,omitempty"` // the tag as printed
	// Listed is the first day on which the listing stood, as far as the list
	// says, and never before the program began; zero where nothing is said.
	Listed party.Date `json:"listed,omitzero"`
	// Cascades says that it reaches entities that the listed party owns, by the
	// rule of the regime on that day.
	Cascades bool `json:"cascades"`
	// Note says what to know beside; "confirm" in it, that the rule pack is not
	// sure.
	Note string `json:"note,omitempty"`
	// Licences names the general licences that stood on that day; see [Pack.Licences].
	Licences []string `json:"licences,omitempty"`
	// Dealing says how the dated dealing of the subject stands to the listing, and
	// DealingWhy by which dates; "" where the subject dates none. See [Effect.Time].
	Dealing    Timing `json:"dealing,omitempty"`
	DealingWhy string `json:"dealing_why,omitempty"`
}
