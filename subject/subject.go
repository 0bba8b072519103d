// SPDX-License-Identifier: Apache-2.0

// Package subject holds what a user asks about: a party or an indicator, with
// its place in the user's own file so that every answer can point back to it.
package subject

import (
	"github.com/interdict-dev/interdict/infra"
	"github.com/interdict-dev/interdict/party"
)

// A Subject is one thing to screen. Party carries what the user knows; its Ref
// is zero. The zero Subject asks about nothing and gets no findings.
type Subject struct {
	ID      string // the row's own key, passed through; "" where it has none
	Row     int    // 1-based row or line in the file; 0 for a subject typed in
	Pointer string // where the deciding name stands: "vendors.csv#B17", "sbom.json#/components/3/supplier"
	Role    string // what the row says the party is: "vendor", "beneficiary bank"; "" where it does not
	Party   party.Entry
	// Bare says that the one name may as well be an identifier, a ticker or a
	// domain: it was typed as a bare word.
	Bare bool
	// Prose says that the one name is a text that people wrote: a party or a
	// place may be named in it.
	Prose bool
	// Host is the machine that is asked about, zero for none; the websites and
	// wallets of Party are asked about as well. At is when it was met; zero is the
	// day of the facts.
	Host infra.Indicator
	At   party.Date
	// Dealing dates what was done with the party.
	Dealing Dealing
	// Pointers gives the place of each further field, by the column's header.
	Pointers map[string]string
}
