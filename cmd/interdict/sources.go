// SPDX-License-Identifier: Apache-2.0

package main

import (
	"slices"

	"github.com/interdict-dev/interdict/watchlist"
	"github.com/interdict-dev/interdict/watchlist/csl"
	"github.com/interdict-dev/interdict/watchlist/dfat"
	"github.com/interdict-dev/interdict/watchlist/eu"
	"github.com/interdict-dev/interdict/watchlist/ftm"
	"github.com/interdict-dev/interdict/watchlist/ofac"
	"github.com/interdict-dev/interdict/watchlist/seco"
	"github.com/interdict-dev/interdict/watchlist/sema"
	"github.com/interdict-dev/interdict/watchlist/senzing"
	"github.com/interdict-dev/interdict/watchlist/sls"
	"github.com/interdict-dev/interdict/watchlist/uk"
	"github.com/interdict-dev/interdict/watchlist/un"
)

// sources are the formats of lists that this program reads, in the order in
// which they are tried.
func sources() []watchlist.Source {
	return slices.Concat(withChanges(ofac.Sources()), un.Sources(), eu.Sources(), uk.Sources(), csl.Sources(), seco.Sources(), sema.Sources(), dfat.Sources(), ftm.Sources(), senzing.Sources())
}

// withChanges lets OFAC's ENHANCED format take delta files.
func withChanges(all []watchlist.Source) []watchlist.Source {
	for i, s := range all {
		if s.Format() == (ofac.Enhanced{}).Format() {
			all[i] = sls.Source{Full: s}
		}
	}
	return all
}
