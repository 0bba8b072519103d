// SPDX-License-Identifier: Apache-2.0

package holdings

import (
	"slices"
	"strings"
	"unicode"

	"github.com/interdict-dev/interdict/law"
	"github.com/interdict-dev/interdict/ownership"
	"github.com/interdict-dev/interdict/party"
)

// suspects find the listed parties with which a company of the files has more
// in common than its date of foundation.
type suspects struct {
	profiles map[party.Ref]ownership.Profile // of the files' organisations
	shared   map[string]map[party.Ref]bool   // an address, a telephone, a domain: which of them have it
	listed   map[string][]ownership.Designation
}

func (h *Holdings) newSuspects() *suspects {
	s := &suspects{profiles: map[party.Ref]ownership.Profile{}, shared: map[string]map[party.Ref]bool{}, listed: map[string][]ownership.Designation{}}
	officers := map[party.Ref][]party.Ref{}
	for _, t := range h.ties {
		officers[t.Company] = append(officers[t.Company], t.Party)
	}
	for _, r := range sortedRefs(h.parties) {
		e := h.parties[r]
		if e.Kind == party.Person || h.isListed(r) {
			continue // people are never named, and what is listed is no suspect
		}
		p := ownership.NewProfile(e, nil, source(e))
		for _, o := range officers[r] {
			p.Officers = append(append(p.Officers, o), h.entryOf[o]...)
		}
		s.profiles[r] = p
		for _, v := range common(&p) {
			if s.shared[v] == nil {
				s.shared[v] = map[party.Ref]bool{}
			}
			s.shared[v][r] = true
		}
	}
	if len(s.profiles) == 0 {
		return s
	}
	for _, r := range sortedRefs(h.entries) {
		e := h.entries[r]
		if e.Kind == party.Person || len(h.effects[r]) == 0 {
			continue // nobody is the successor of one who is listed later
		}
		d := ownership.Designation{Party: ownership.NewProfile(e, h.links, r.String()), Entry: r, On: firstListed(h.effects[r])}
		for _, v := range append(common(&d.Party), officersOf(&d.Party)...) {
			s.listed[v] = append(s.listed[v], d)
		}
	}
	return s
}

// firstListed returns the first day on which a listing that stands began; zero
// where the list does not say.
func firstListed(effects []law.Effect) party.Date {
	var first party.Date
	for _, e := range effects {
		if !e.Listed.IsZero() && (first.IsZero() || e.Listed.Compare(first) < 0) {
			first = e.Listed
		}
	}
	return first
}

func source(e *party.Entry) string { return string(e.Ref.List) }

// common returns what of a profile several companies may have, in a form that
// finds; package ownership compares for itself.
func common(p *ownership.Profile) []string {
	var out []string
	for _, list := range [][]string{p.Addresses, p.Phones, p.Domains} {
		for _, v := range list {
			if k := level(v); k != "" {
				out = append(out, k)
			}
		}
	}
	return out
}

func officersOf(p *ownership.Profile) []string {
	var out []string
	for _, o := range p.Officers {
		out = append(out, "officer "+o.String())
	}
	return out
}

// level leaves letters and digits, and of a telephone number its last nine
// digits, so that the ways to write one come together.
func level(s string) string {
	digits, letters := 0, 0
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsDigit(r):
			digits++
		case unicode.IsLetter(r):
			letters++
		default:
			return -1
		}
		return unicode.ToLower(r)
	}, s)
	if letters == 0 && digits > 9 {
		return s[len(s)-9:]
	}
	return s
}

// suspicions returns what speaks for a company of the files being the
// continuation of a listed one.
func (h *Holdings) suspicions(company party.Ref) []ownership.Suspicion {
	s := h.suspect()
	p, ok := s.profiles[company]
	if !ok {
		return nil
	}
	var out []ownership.Suspicion
	var asked []party.Ref
	for _, v := range append(common(&p), officersOf(&p)...) {
		for _, d := range s.listed[v] {
			if slices.Contains(asked, d.Entry) {
				continue
			}
			asked = append(asked, d.Entry)
			if found, ok := ownership.Suspect(p, d, h.links, func(v string) int { return len(s.shared[level(v)]) }); ok {
				out = append(out, found)
			}
		}
	}
	return out
}

// suspected returns the companies of the files that are suspected.
func (h *Holdings) suspected() []party.Ref {
	var out []party.Ref
	for _, r := range sortedRefs(h.suspect().profiles) {
		if len(h.suspicions(r)) > 0 {
			out = append(out, r)
		}
	}
	return out
}
