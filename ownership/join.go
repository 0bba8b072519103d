// SPDX-License-Identifier: Apache-2.0

package ownership

import (
	"iter"
	"slices"

	"github.com/interdict-dev/interdict/party"
)

// A Joined says that a party of ownership data is the party of a list entry,
// and why.
type Joined struct {
	Party party.Ref `json:"party"`
	Entry party.Ref `json:"entry"`
	By    string    `json:"by"` // "lei 5493001Z012YSB2A0K51", or "reviewed match"
}

// Join finds the list entries of the parties of ownership data: by an equal
// identifier first, else by a match that a person has reviewed. Names join
// nothing by themselves. An identifier whose check digits are wrong joins
// nothing either.
func Join(parties iter.Seq[*party.Entry], listed iter.Seq[*party.Entry], reviewed map[party.Ref]party.Ref) []Joined {
	by := map[identifier][]party.Ref{}
	for e := range listed {
		for _, id := range e.Identifiers {
			if k, ok := keyOf(id); ok && !slices.Contains(by[k], e.Ref) {
				by[k] = append(by[k], e.Ref)
			}
		}
	}
	var out []Joined
	for p := range parties {
		n := len(out)
		for _, id := range p.Identifiers {
			k, ok := keyOf(id)
			if !ok {
				continue
			}
			for _, entry := range by[k] {
				if !slices.ContainsFunc(out[n:], func(j Joined) bool { return j.Entry == entry }) {
					out = append(out, Joined{p.Ref, entry, string(id.Scheme) + " " + id.Value})
				}
			}
		}
		if entry, ok := reviewed[p.Ref]; ok && !slices.ContainsFunc(out[n:], func(j Joined) bool { return j.Entry == entry }) {
			out = append(out, Joined{p.Ref, entry, "reviewed match"})
		}
	}
	return out
}

// An identifier is one of one party: numbers of national registers only
// together with the country.
type identifier struct {
	scheme  party.Scheme
	country string
	value   string
}

func keyOf(id party.Identifier) (identifier, bool) {
	k := identifier{id.Scheme, id.Country, id.Normal}
	switch id.Scheme {
	case party.LEI, party.IMO, party.IMOCompany, party.BIC, party.USCC, party.INN, party.OGRN, party.OGRNIP, party.GIIN, party.DUNS:
		k.country = "" // unique everywhere
	case party.TaxID, party.VAT, party.NationalID, party.Passport, party.EIN:
		if id.Country == "" {
			return k, false
		}
	case party.Registration:
		// Countries with many registers give one number several times.
		if slices.Contains([]string{"", "at", "ca", "cn", "de", "us"}, id.Country) {
			return k, false
		}
	default:
		return k, false
	}
	return k, len(id.Normal) >= 4 && id.Check != party.Bad
}
