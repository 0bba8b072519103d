// SPDX-License-Identifier: Apache-2.0

package screening

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/law"
	"github.com/interdict-dev/interdict/party"
)

// A Policy is everything beside subject and book that decides an answer. It is
// stored with the answer; its digest names it.
type Policy struct {
	// MinScore is the least score of a finding in ten-thousandths.
	MinScore int32 `json:"min_score"`
	// Weak lets weak aliases of OFAC lists alert. Those of other publishers
	// always do (OFAC FAQ 122 to 125 is OFAC's alone).
	Weak bool `json:"weak,omitempty"`
	// Lists are the lists to screen against; none means all in the book.
	Lists []party.ListID `json:"lists,omitempty"`
	// Regimes are the regimes whose effects are said; none means all.
	Regimes []law.Regime `json:"regimes,omitempty"`
	// Places says which territories under an embargo are said.
	Places PlaceMode `json:"places,omitempty"`
	// Premises says which addresses shared with listed parties are said.
	Premises PlaceMode `json:"premises,omitempty"`
	// LawAsOf and FactsAsOf are the days of the law and of the facts.
	LawAsOf   party.Date `json:"law_as_of"`
	FactsAsOf party.Date `json:"facts_as_of"`
	// Stakes are the SHA-256 of the files that an [Extra] was made of, and what
	// else decided what is in it.
	Stakes []string `json:"stakes,omitempty"`
	// Since are the editions since which changes are answered for, each as its list
	// and its identifier; none means that the whole of the lists is.
	Since []string `json:"since,omitempty"`
	// Limit is the most findings of one subject; 0 means all. What is left out
	// is counted.
	Limit int `json:"limit,omitempty"`
}

// DefaultMinScore was chosen by recall first, from the table in doc/names.md:
// every exact name of the decks is found, and one innocent name in a hundred,
// half of them made to resemble, has a finding. In ten-thousandths.
const DefaultMinScore = 3000

// Digest names the policy: SHA-256 of its canonical JSON.
func (p Policy) Digest() string {
	p.Lists, p.Regimes = slices.Clone(p.Lists), slices.Clone(p.Regimes)
	p.Since = slices.Clone(p.Since)
	slices.Sort(p.Since)
	slices.Sort(p.Lists)
	slices.Sort(p.Regimes)
	b, err := json.Marshal(p)
	if err != nil {
		panic("a policy is plain values: " + err.Error())
	}
	sum := sha256.Sum256(b)
	return "sha256:" + hex.EncodeToString(sum[:])
}

func (p *Policy) alertsOnWeak(l party.ListID) bool {
	return p.Weak || !strings.HasPrefix(string(l), "us-ofac")
}

func (p *Policy) wants(r law.Regime) bool {
	return len(p.Regimes) == 0 || slices.Contains(p.Regimes, r)
}

// keepStanding leaves the listings that stood on the day of the facts, and says
// whether any did. A listing without a date stood always; an entry that carries
// no listing is not about law and stays.
func (p *Policy) keepStanding(e *party.Entry) bool {
	if len(e.Listings) == 0 || p.FactsAsOf.IsZero() {
		return true
	}
	e.Listings = slices.DeleteFunc(e.Listings, func(l party.Listing) bool {
		return !l.StoodOn(p.FactsAsOf)
	})
	return len(e.Listings) > 0
}
