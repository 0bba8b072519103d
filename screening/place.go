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
	"github.com/interdict-dev/interdict/places"
	"github.com/interdict-dev/interdict/subject"
)

// PlaceList is the list of the refs of places: "place/crimea". It is no list
// of parties.
const PlaceList party.ListID = "place"

// A Place is a territory that sanctions law singles out and that a subject
// names or belongs to. It is a red flag of its own kind: it matches no listed
// party, has no grade and no score, and stands beside the findings.
type Place struct {
	Ref     party.Ref `json:"ref"`     // "place/crimea"
	Name    string    `json:"name"`    // "Crimea"
	Country string    `json:"country"` // "ua-cri"
	// Weak says that every reason may well mean something else.
	Weak    bool       `json:"weak"`
	Reasons []Reason   `json:"reasons"` // kinds place.name, place.city ...; without weight
	Bans    []PlaceBan `json:"bans"`
	Record  string     `json:"record"` // digest of the bans: a decision about the place lapses when they change
}

// A PlaceBan is what one regime forbids in a place on the day of the law.
type PlaceBan struct {
	Regime    law.Regime `json:"regime"`
	Measure   string     `json:"measure"` // "embargo": nearly all trade and services; "partial": what the authority names
	Authority string     `json:"authority"`
	Since     party.Date `json:"since"`
	Until     party.Date `json:"until,omitzero"` // the last day
	Source    string     `json:"source"`
	Unsure    bool       `json:"unsure,omitempty"` // written from general knowledge: read the source first
	// Licences are the general licences that stood on the day, as in package law.
	Licences []string `json:"licences,omitempty"`
}

// PlaceMode says which places a policy wants said. The zero PlaceMode is
// PlacesSure.
type PlaceMode string

// The modes. What is not said is counted.
const (
	PlacesSure PlaceMode = ""
	PlacesAll  PlaceMode = "all" // weak ones too
	PlacesOff  PlaceMode = "off" // none, and none is looked for
)

// places fills in the territories that a subject names or belongs to, as the
// gazetteer and the rule pack of the book have them.
func (s *Screener) places(a *Answer, sub *subject.Subject) error {
	if s.policy.Places == PlacesOff {
		return nil
	}
	in, err := s.book.Gazetteer()
	if err != nil {
		return err
	}
	pack, err := s.book.Law()
	if err != nil {
		return err
	}
	p := placeSearch{in: in, law: pack, on: s.policy.LawAsOf, wants: s.policy.wants}
	p.subject(sub)
	for i := range p.found {
		f := &p.found[i]
		if f.Weak && s.policy.Places != PlacesAll {
			a.WeakPlaces++
			continue
		}
		f.Record = digestBans(f.Bans)
		a.Places = append(a.Places, *f)
	}
	return nil
}

func digestBans(b []PlaceBan) string {
	text, err := json.Marshal(b)
	if err != nil {
		panic("bans are plain values: " + err.Error())
	}
	sum := sha256.Sum256(text)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// placeSearch collects the places of one subject.
type placeSearch struct {
	in    *places.Gazetteer
	law   *law.Pack
	on    party.Date
	wants func(law.Regime) bool
	found []Place
}

// subject looks at all that is known of a subject. What says where it is comes
// first; a name is no address, and a person's name is no place at all.
func (p *placeSearch) subject(sub *subject.Subject) {
	e := &sub.Party
	for _, a := range e.Addresses {
		if a.Country == "" && len(e.Countries) == 1 {
			a.Country = e.Countries[0] // a row says its country once
		}
		p.all("address", p.in.InAddress(a, p.on))
	}
	for _, c := range e.Countries {
		p.one("", p.in.OfCountry, c)
	}
	for _, c := range slices.Concat(e.Nationalities, e.Citizenships) {
		p.one("nationality", p.in.OfNationality, c)
	}
	if c := e.Craft; c != nil {
		p.one("flag", p.in.OfCountry, c.Flag)
		for _, f := range c.FormerFlags {
			p.weak("former flag", p.in.OfCountry, f, "a former flag")
		}
	}
	for _, h := range slices.Concat(e.Websites, e.Emails) {
		p.one("", p.in.OfHost, h)
	}
	for _, n := range e.Phones {
		p.one("", p.in.OfPhone, n)
	}
	for _, id := range e.Identifiers {
		p.one(strings.ToUpper(string(id.Scheme)), p.in.OfCountry, bankCountry(id))
	}
	for _, b := range e.BirthPlaces {
		p.allWeak("place of birth", p.in.Find(b, p.on), "a place of birth is no residence")
	}
	p.all("remarks", p.in.Find(e.Remarks, p.on))
	switch {
	case e.Kind == party.Person:
	case sub.Bare && !strings.ContainsAny(e.Name(), " \t") && strings.Contains(e.Name(), "."):
		p.one("", p.in.OfHost, e.Name())
		p.name(e.Name())
	case sub.Prose:
		p.all("text", p.in.Find(e.Name(), p.on))
	default:
		for _, n := range e.Names {
			p.name(n.Full)
		}
	}
}

// bankCountry returns the country in which a BIC or an IBAN was given; "" for
// other numbers. ISO 9362 has it in the fifth and sixth place, ISO 13616 first.
func bankCountry(id party.Identifier) string {
	v := strings.ReplaceAll(id.Value, " ", "")
	switch {
	case id.Scheme == party.BIC && (len(v) == 8 || len(v) == 11):
		return v[4:6]
	case id.Scheme == party.IBAN && len(v) > 4:
		return v[:2]
	}
	return ""
}

// name looks at the name of what may be an organisation. It tells nothing but
// that the place is named ("Havana Restaurant"), unless it is nothing but the
// place, or an office of its state.
func (p *placeSearch) name(full string) {
	found := p.in.Find(full, p.on)
	if len(found) == 0 {
		return
	}
	if places.OnlyNames(full, found) || places.IsOffice(full) {
		p.all("name", found)
		return
	}
	p.allWeak("name", found, "a name is no address")
}

func (p *placeSearch) one(where string, of func(string, party.Date) (places.Mention, bool), value string) {
	if value == "" {
		return
	}
	if m, ok := of(value, p.on); ok {
		p.add(where, &m)
	}
}

func (p *placeSearch) weak(where string, of func(string, party.Date) (places.Mention, bool), value, note string) {
	if m, ok := of(value, p.on); ok {
		p.allWeak(where, []places.Mention{m}, note)
	}
}

func (p *placeSearch) all(where string, found []places.Mention) {
	for i := range found {
		p.add(where, &found[i])
	}
}

func (p *placeSearch) allWeak(where string, found []places.Mention, note string) {
	for i := range found {
		m := &found[i]
		if !m.Weak {
			m.Weak, m.Note = true, joinNotes(note, m.Note)
		}
		p.add(where, m)
	}
}

// add adds a mention to its place, unless no regime that is asked for speaks
// of it.
func (p *placeSearch) add(where string, m *places.Mention) {
	i := slices.IndexFunc(p.found, func(f Place) bool { return f.Ref.ID == m.Territory })
	if i < 0 {
		f := Place{Ref: party.Ref{List: PlaceList, ID: m.Territory}, Name: m.Name, Country: m.Code, Weak: true, Bans: p.bans(m)}
		if len(f.Bans) == 0 {
			return
		}
		i = len(p.found)
		p.found = append(p.found, f)
	}
	f := &p.found[i]
	// An area of which the rules catch a part is where a person must look; "Cuban"
	// may be a sandwich.
	weak := m.Weak && m.By != places.ByArea || m.By == places.ByPeople
	r := Reason{Kind: "place." + m.By.String(), Left: strings.TrimSpace(m.Text), Right: m.Name, Note: joinNotes(where, m.Note)}
	said := slices.ContainsFunc(f.Reasons, func(o Reason) bool { return o.Kind == r.Kind && o.Left == r.Left })
	if said && (weak || !f.Weak) {
		return // the address and the row name the country, or the name stands twice
	}
	f.Weak = f.Weak && weak
	f.Reasons = append(f.Reasons, r)
}

// bans are the rules of a mention that stand on the day. Without a day it is
// those that stand today as far as the gazetteer knows.
func (p *placeSearch) bans(m *places.Mention) []PlaceBan {
	var out []PlaceBan
	for _, r := range m.Rules {
		if !p.wants(law.Regime(r.Regime)) || p.on.IsZero() && !r.To.IsZero() {
			continue
		}
		b := PlaceBan{Regime: law.Regime(r.Regime), Measure: r.Measure, Authority: r.Authority, Since: r.From, Until: r.To, Source: r.Source, Unsure: r.Confirm}
		for _, l := range p.law.Licences(b.Regime, string(PlaceList)+"/"+m.Territory, p.on) {
			b.Licences = append(b.Licences, l.ID)
		}
		out = append(out, b)
	}
	return out
}

func joinNotes(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "; " + b
}
