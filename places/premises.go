// SPDX-License-Identifier: Apache-2.0

package places

import (
	"slices"

	"github.com/interdict-dev/interdict/internal/translit"
	"github.com/interdict-dev/interdict/party"
)

// A Premise is one address, read once to be compared with many.
type Premise struct{ parts parts }

// ReadPremise reads an address.
func ReadPremise(a party.Address) Premise { return Premise{read(a)} }

// Compare is [Compare] with another address that was read.
func (p *Premise) Compare(q *Premise) Comparison { return compare(&p.parts, &q.parts) }

// Bounds of the keys of one address: a house has one number or two, a street a
// few words. What lists more is a text and no address.
const (
	mostNumbers  = 6
	mostWords    = 12
	mostReadings = 4
)

// Keys returns keys by which to look for addresses of the same premises, over
// scripts: two addresses that [Compare] calls [SamePremises] share one, unless no
// word of their streets is the same but for its romanisation. Two that share one
// need not be the same. An address without a number has none.
//
// The keys are part of the format of books; they change with the readings of
// package translit.
func (p *Premise) Keys() []string {
	var out []string
	add := func(k string) {
		if !slices.Contains(out, k) {
			out = append(out, k)
		}
	}
	a := &p.parts
	numbers := a.house[:min(len(a.house), mostNumbers)]
	for _, n := range numbers {
		for _, w := range a.street[:min(len(a.street), mostWords)] {
			if len(w.text) < 3 || isDirection(w.text) {
				continue
			}
			for _, r := range w.readings[:min(len(w.readings), mostReadings)] {
				add("street " + n + " " + skeletonOf(r))
			}
		}
		if isFine(a.country) && a.postal != "" {
			add("code " + n + " " + a.postal)
		}
	}
	for _, n := range a.box[:min(len(a.box), mostNumbers)] {
		if a.cityKey != "" {
			add("box " + n + " " + a.cityKey)
		}
		for _, w := range a.city[:min(len(a.city), mostWords)] {
			for _, r := range w.readings[:min(len(w.readings), mostReadings)] {
				add("box " + n + " " + skeletonOf(r))
			}
		}
	}
	return out
}

// skeletonOf returns the skeleton of a reading; of a longer one without its first
// letter, on which scripts differ (Khreshchatyk, Kreshchatik); of one that has
// hardly a consonant, the reading.
func skeletonOf(reading string) string {
	switch s := translit.Skeleton(reading); {
	case len(s) >= 4:
		return s[1:]
	case len(s) >= 2:
		return s
	}
	return reading
}

// isFine says that a postcode of a country, together with a number, names a
// house: it is that of a stretch of one street or of one building in the United
// Kingdom (Royal Mail: 15 addresses on average), the Netherlands, Canada,
// Singapore and Ireland. Elsewhere it is that of a district.
func isFine(country string) bool {
	return slices.Contains([]string{"gb", "nl", "ca", "sg", "ie"}, country)
}
