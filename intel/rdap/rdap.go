// SPDX-License-Identifier: Apache-2.0

// Package rdap reads one answer of a registry in the form of RDAP (RFC 9083):
// an address block, an AS number or a domain, with whom it is registered to.
//
// The registrant, where it is an organisation, is a party of that file: a name
// joins nobody. Natural persons, contacts and registrars are kept and are never
// parties. An answer says what held when the registry gave it: from the event
// "registration" to "last update of RDAP database", where it has them. The
// package asks no registry; `interdict intel rdap` does, when it is told to.
package rdap

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/netip"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/infra"
	"github.com/interdict-dev/interdict/intel"
	"github.com/interdict-dev/interdict/party"
)

// A Source reads answers of registries. A row is the object that was asked for,
// or one of its entities.
type Source struct{}

// Format returns "rdap".
func (Source) Format() string { return "rdap" }

// Detect looks for the two keys that every answer has.
func (Source) Detect(_ string, head []byte) bool {
	text := string(head)
	return intel.IsJSON(head) && strings.Contains(text, `"objectClassName"`) && strings.Contains(text, `"rdapConformance"`)
}

// maxFile bounds an answer: the largest that are known have some hundred KB.
const maxFile = 64 << 20

// answer is what of RFC 9083 says who has what, and when.
type answer struct {
	Class   string `json:"objectClassName"`
	Handle  string `json:"handle"`
	Name    string `json:"ldhName"`
	Start   string `json:"startAddress"`
	End     string `json:"endAddress"`
	First   uint32 `json:"startAutnum"`
	Last    uint32 `json:"endAutnum"`
	Country string `json:"country"`
	CIDRs   []struct {
		V4     string `json:"v4prefix"`
		V6     string `json:"v6prefix"`
		Length int    `json:"length"`
	} `json:"cidr0_cidrs"` // extension "cidr0" of NRO
	Origins  []uint32 `json:"arin_originas0_originautnums"` // extension of ARIN
	Events   []event  `json:"events"`
	Entities []entity `json:"entities"`
}

type event struct {
	Action string `json:"eventAction"`
	Date   string `json:"eventDate"`
}

type entity struct {
	Handle string            `json:"handle"`
	Roles  []string          `json:"roles"`
	VCard  []json.RawMessage `json:"vcardArray"` // ["vcard", [[name, {}, type, value], ...]] (RFC 7095)
}

// Read reads one answer.
func (Source) Read(name string, r io.Reader, b intel.Brief) iter.Seq2[intel.Statement, error] {
	return func(yield func(intel.Statement, error) bool) {
		text, err := intel.ReadAll(name, r, maxFile)
		var a answer
		switch {
		case err != nil:
		case !intel.IsJSON(text):
			err = fmt.Errorf("%s is no JSON: %w", name, intel.ErrFormat)
		default:
			err = json.Unmarshal(text, &a)
		}
		if err == nil && a.Class == "" {
			err = fmt.Errorf("it has no objectClassName: %w", intel.ErrFormat)
		}
		if err != nil {
			yield(intel.Statement{}, fmt.Errorf("%s: %w", name, err))
			return
		}
		rd := reader{file: name, brief: b, yield: yield, made: map[party.Ref]bool{}}
		rd.answer(&a)
	}
}

type reader struct {
	file    string
	brief   intel.Brief
	yield   func(intel.Statement, error) bool
	made    map[party.Ref]bool
	row     int
	stopped bool
}

func (r *reader) emit(s intel.Statement, err error) {
	if s.Row, s.Line = r.row, 1; !r.stopped {
		r.stopped = !r.yield(s, err)
	}
}

func (r *reader) answer(a *answer) {
	r.row = 1
	things, err := a.things()
	w := claim.Window{}
	if err == nil {
		w, err = a.window(r.brief.Published)
	}
	if err != nil {
		r.emit(intel.Statement{}, intel.NewReject(r.file, 1, 1, a.Handle, err.Error(), a.Class))
	} else {
		r.emit(intel.Statement{Other: &intel.Object{Kind: a.Class, ID: a.Handle, Raw: strings.TrimSpace(a.Name + " " + a.Start + " " + a.End)}}, nil)
	}
	base := claim.Claim{Window: w, Source: r.brief.SourceFor(r.file, "")}
	id := intel.Slug(base.Source.Name) + "/" + intel.Slug(r.file)
	for i, x := range things {
		for k, as := range a.Origins {
			c := base
			c.ID, c.From, c.Relation = fmt.Sprintf("%s/as%d.%d", id, i+1, k+1), claim.OfIndicator(x), claim.Within
			c.To = claim.OfIndicator(infra.Indicator{Type: infra.ASN, Value: fmt.Sprint("AS", as)})
			r.emit(intel.Statement{Claim: &c}, nil)
		}
	}
	for n := range a.Entities {
		r.row = n + 2
		r.entity(&a.Entities[n], things, base, fmt.Sprintf("%s/%d", id, n+1))
	}
}

// entity claims what is registered to a registrant, and keeps all others.
func (r *reader) entity(e *entity, things []infra.Indicator, base claim.Claim, id string) {
	name, person := e.name()
	why := ""
	switch {
	case !slices.Contains(e.Roles, "registrant"):
		why = "its role is " + strings.Join(e.Roles, ", ")
	case person:
		why = "a natural person"
	case name == "":
		why = "it has no name"
	case len(things) == 0:
		why = "what it is the registrant of could not be read"
	}
	if why != "" {
		o := &intel.Object{Kind: "entity", ID: e.Handle, Why: why}
		if !person {
			o.Raw = name
		}
		r.emit(intel.Statement{Other: o}, nil)
		return
	}
	to, made := r.brief.NamedParty(r.file, name)
	if made != nil && !r.made[to] {
		r.made[to] = true
		made.Kind = party.Organization
		r.emit(intel.Statement{Party: made}, nil)
	}
	for i, x := range things {
		c := base
		c.ID, c.From, c.Relation, c.To = fmt.Sprintf("%s.%d", id, i+1), claim.OfIndicator(x), claim.RegisteredTo, claim.OfParty(to)
		c.Note = strings.TrimSpace("handle " + e.Handle)
		if x.Type == infra.Domain {
			c.Scope = infra.ScopeFor(x.Value, infra.WithSubdomains) // who has a domain has what is below
		}
		r.emit(intel.Statement{Claim: &c}, nil)
	}
}

// things returns what the answer is about.
func (a *answer) things() ([]infra.Indicator, error) {
	switch a.Class {
	case "ip network":
		return a.prefixes()
	case "autnum":
		if a.First == 0 || a.Last < a.First {
			return nil, errors.New("it says no AS number")
		}
		if a.Last-a.First > 1024 {
			return nil, fmt.Errorf("%d AS numbers in one block: no holder", a.Last-a.First+1)
		}
		var out []infra.Indicator
		for n := a.First; ; n++ {
			out = append(out, infra.Indicator{Type: infra.ASN, Value: fmt.Sprint("AS", n)})
			if n == a.Last {
				return out, nil
			}
		}
	case "domain":
		i, err := infra.ParseAs(infra.Domain, a.Name)
		return []infra.Indicator{i}, err
	}
	return nil, fmt.Errorf("%q is neither an address block, nor an AS number, nor a domain", a.Class)
}

func (a *answer) prefixes() ([]infra.Indicator, error) {
	var out []infra.Indicator
	for _, c := range a.CIDRs {
		i, err := infra.ParseAs(infra.Prefix, fmt.Sprintf("%s%s/%d", c.V4, c.V6, c.Length))
		if err != nil {
			return nil, err
		}
		out = append(out, i)
	}
	if len(out) > 0 {
		return out, nil
	}
	first, err := netip.ParseAddr(a.Start)
	last, err2 := netip.ParseAddr(a.End)
	if err := errors.Join(err, err2); err != nil {
		return nil, err
	}
	if first.BitLen() != last.BitLen() || last.Less(first) {
		return nil, fmt.Errorf("the block from %v to %v is none", first, last)
	}
	for {
		p := widest(first, last)
		out = append(out, infra.FromPrefix(p))
		end := lastOf(p)
		if end == last {
			return out, nil
		}
		first = end.Next()
	}
}

// widest returns the largest prefix that begins at first and ends no later than
// last.
func widest(first, last netip.Addr) netip.Prefix {
	p := netip.PrefixFrom(first, first.BitLen())
	for p.Bits() > 0 {
		q := netip.PrefixFrom(first, p.Bits()-1)
		if q.Masked().Addr() != first || last.Less(lastOf(q)) {
			break
		}
		p = q
	}
	return p
}

// lastOf returns the last address of a prefix.
func lastOf(p netip.Prefix) netip.Addr {
	b := p.Masked().Addr().AsSlice()
	for i := p.Bits(); i < 8*len(b); i++ {
		b[i/8] |= 1 << (7 - i%8)
	}
	a, _ := netip.AddrFromSlice(b) // the length is that of an address
	return a
}

// window is when the answer held: to the day on which the registry's data was
// brought up to date, else to that of publication.
func (a *answer) window(published party.Date) (claim.Window, error) {
	w := claim.Window{Last: published}
	for _, e := range a.Events {
		day, _, _ := strings.Cut(e.Date, "T")
		d, err := party.ParseDate(day)
		if err != nil {
			return w, fmt.Errorf("event %s: %w", e.Action, err)
		}
		switch e.Action {
		case "registration":
			w.First = d
		case "last update of RDAP database":
			w.Last = d
		}
	}
	switch {
	case w.First.IsZero() && w.Last.IsZero():
		return claim.Window{}, nil
	case !w.First.IsZero() && !w.Last.IsZero() && w.Last.Compare(w.First) < 0:
		return claim.Window{}, fmt.Errorf("registered on %v, after the answer of %v", w.First, w.Last)
	}
	w.Kind = claim.Publication
	return w, nil
}

// name returns the name of a contact, and whether it is a natural person.
func (e *entity) name() (name string, person bool) {
	if len(e.VCard) < 2 {
		return "", false
	}
	var props [][]json.RawMessage
	if json.Unmarshal(e.VCard[1], &props) != nil {
		return "", false
	}
	org := ""
	for _, p := range props {
		var key, value string
		if len(p) < 4 || json.Unmarshal(p[0], &key) != nil || json.Unmarshal(p[3], &value) != nil {
			continue
		}
		switch key {
		case "fn":
			name = strings.TrimSpace(value)
		case "org":
			org = strings.TrimSpace(value)
		case "kind":
			person = value == "individual"
		}
	}
	if org != "" && person { // a person acts for it
		return org, false
	}
	if name == "" {
		name = org
	}
	return name, person
}
