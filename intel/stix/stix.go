// SPDX-License-Identifier: Apache-2.0

// Package stix reads and writes bundles of STIX 2.1, and reads those of 2.0.
//
// Indicators whose patterns recognise infrastructure or files become claims,
// attributed to what they indicate; threat actors, intrusion sets, malware,
// tools, campaigns and infrastructure become parties named by their STIX
// identifier; relationships between them, and to addresses and domains, become
// claims. Everything else is kept as it stands. A pattern that is not
// understood is a reject with the identifier of its indicator.
//
// Identifiers, windows and patterns come back as they were when [Write] writes
// what was read. The standard is
// https://docs.oasis-open.org/cti/stix/v2.1/os/stix-v2.1-os.html.
package stix

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/infra"
	"github.com/interdict-dev/interdict/intel"
	"github.com/interdict-dev/interdict/party"
)

// A Source reads bundles. A row is an object of the bundle.
type Source struct{}

// maxFile bounds a bundle, which is held in memory.
const maxFile = 1 << 30

// Format returns "stix".
func (Source) Format() string { return "stix" }

// Detect looks for a bundle, or for one object by itself.
func (Source) Detect(_ string, head []byte) bool {
	s := string(head)
	return intel.IsJSON(head) && strings.Contains(s, `"type"`) && strings.Contains(s, `"id"`) &&
		(strings.Contains(s, `"objects"`) || strings.Contains(s, `"spec_version"`)) && strings.Contains(s, "--")
}

// Read reads one bundle.
func (Source) Read(name string, r io.Reader, b intel.Brief) iter.Seq2[intel.Statement, error] {
	return func(yield func(intel.Statement, error) bool) {
		rd := &reader{file: name, brief: b, yield: yield, byID: map[string]*object{}, made: map[party.Ref]bool{}, ids: map[string]bool{}}
		if err := rd.read(r); err != nil && !errors.Is(err, errStop) {
			yield(intel.Statement{}, fmt.Errorf("%s: %w", name, err))
		}
	}
}

// errStop ends reading because the caller has had enough.
var errStop = errors.New("stop")

// object is what we look at in an object; the rest stands in raw.
type object struct {
	Type        string
	ID          string
	Name        string
	Description string
	Aliases     []string
	MitreNames  []string `json:"x_mitre_aliases"`
	Class       string   `json:"identity_class"`
	Kinds       []string `json:"infrastructure_types"`
	CreatedBy   string   `json:"created_by_ref"`
	Revoked     bool

	Pattern     string
	PatternType string `json:"pattern_type"`
	ValidFrom   string `json:"valid_from"`
	ValidUntil  string `json:"valid_until"`

	Relation   string `json:"relationship_type"`
	SourceRef  string `json:"source_ref"`
	TargetRef  string `json:"target_ref"`
	Start      string `json:"start_time"`
	Stop       string `json:"stop_time"`
	SightingOf string `json:"sighting_of_ref"`
	FirstSeen  string `json:"first_seen"`
	LastSeen   string `json:"last_seen"`

	Value   json.RawMessage // of addresses, domains, URLs
	Number  json.Number     // of autonomous systems
	Subject string
	Hashes  map[string]string

	Own *own `json:"x_interdict"`

	row, line int
	raw       json.RawMessage
}

type reader struct {
	file  string
	brief intel.Brief
	yield func(intel.Statement, error) bool
	at    *object

	objects    []*object
	byID       map[string]*object
	indicates  map[string][]*object // indicator to relationships
	made       map[party.Ref]bool
	ids        map[string]bool
	identified map[string]bool // identities that relationships need as parties
}

func (r *reader) say(s intel.Statement) error {
	s.Row, s.Line = r.at.row, r.at.line
	if !r.yield(s, nil) {
		return errStop
	}
	return nil
}

func (r *reader) keep(why string) error {
	return r.say(intel.Statement{Other: &intel.Object{Kind: r.at.Type, ID: r.at.ID, Why: why, Raw: string(r.at.raw)}})
}

func (r *reader) reject(reason string) error {
	if !r.yield(intel.Statement{}, intel.NewReject(r.file, r.at.row, r.at.line, r.at.ID, reason, string(r.at.raw))) {
		return errStop
	}
	return nil
}

func (r *reader) read(in io.Reader) error {
	b, err := intel.ReadAll(r.file, in, maxFile)
	if err != nil {
		return err
	}
	if err := r.load(b); err != nil {
		return err
	}
	r.relate()
	for _, o := range r.objects {
		r.at = o
		if err := r.object(o); err != nil {
			return err
		}
	}
	return nil
}

// load reads the objects of a bundle; a file may also be one object.
func (r *reader) load(b []byte) error {
	var head struct {
		Type    string
		ID      string
		Objects json.RawMessage
	}
	d := intel.NewDoc(b)
	if d.Next() != '{' {
		return fmt.Errorf("a bundle is a JSON object: %w", intel.ErrFormat)
	}
	if err := json.Unmarshal(b, &head); err != nil {
		return fmt.Errorf("it is no bundle: %w", err)
	}
	switch {
	case head.Type != "" && strings.HasPrefix(head.ID, head.Type+"--") && head.Type != "bundle":
		e, err := d.Value()
		if err != nil {
			return err
		}
		e.Row = 1
		r.add(e)
		return d.End()
	case head.Type != "bundle":
		return fmt.Errorf("it has no type \"bundle\": %w", intel.ErrFormat)
	}
	err := d.Object(func(key string) error {
		if key == "objects" && d.Next() == '[' {
			return d.Array(func(e intel.Element) error { r.add(e); return nil })
		}
		_, err := d.Value()
		return err
	})
	if err != nil {
		return err
	}
	return d.End()
}

func (r *reader) add(e intel.Element) {
	o := &object{}
	if err := json.Unmarshal(e.Raw, o); err != nil {
		id := struct{ Type, ID string }{}
		if json.Unmarshal(e.Raw, &id) != nil {
			id.ID = "" // then the reject says what can be said
		}
		o = &object{ID: id.ID, Description: err.Error()}
	}
	o.row, o.line, o.raw = e.Row, e.Line, e.Raw
	r.objects = append(r.objects, o)
	if o.Type != "" && o.ID != "" && r.byID[o.ID] == nil {
		r.byID[o.ID] = o
	}
}

// relate finds what indicators indicate, and which organisations take part in
// a relationship.
func (r *reader) relate() {
	r.indicates, r.identified = map[string][]*object{}, map[string]bool{}
	for _, o := range r.objects {
		if o.Type != "relationship" || o.Revoked {
			continue
		}
		src, dst := r.byID[o.SourceRef], r.byID[o.TargetRef]
		if o.Relation == "indicates" && src != nil && src.Type == "indicator" && dst != nil && r.isParty(dst) {
			r.indicates[src.ID] = append(r.indicates[src.ID], o)
		}
		if o.Relation == "attributed-to" && dst != nil && dst.Type == "identity" {
			r.identified[dst.ID] = true
		}
	}
}

// isParty says that an object is a party. Of identities only organisations are
// that something is attributed to: natural persons are kept and never a party.
func (r *reader) isParty(o *object) bool {
	if o.Name == "" || o.Revoked {
		return false
	}
	if o.Own != nil && !o.Own.Ref.IsZero() {
		return true
	}
	switch o.Type {
	case "intrusion-set", "threat-actor", "malware", "tool", "campaign", "infrastructure":
		return true
	case "identity":
		return o.Class == "organization" && r.identified[o.ID]
	}
	return false
}

func (r *reader) object(o *object) error {
	switch {
	case o.Type == "":
		return r.reject("no object: " + o.Description)
	case o.ID == "":
		return r.reject("the object has no id")
	case r.byID[o.ID] != o:
		return r.reject("an object with this id stands above")
	case o.Revoked:
		return r.keep("its publisher revoked it")
	case r.isParty(o) && o.ref().List != intel.List:
		return r.keep("it is an entry of a list, which intelligence does not make")
	case r.isParty(o):
		e, err := o.entry()
		if err != nil {
			return r.reject(err.Error())
		}
		return r.say(intel.Statement{Party: e})
	case o.Type == "indicator":
		return r.indicator(o)
	case o.Type == "relationship":
		return r.relationship(o)
	case o.Type == "sighting":
		return r.sighting(o)
	}
	return r.keep("")
}

// ref returns the party that an object is: named by its identifier, or as it
// was named when we wrote it.
func (o *object) ref() party.Ref {
	if o.Own != nil && !o.Own.Ref.IsZero() {
		return o.Own.Ref
	}
	return party.Ref{List: intel.List, ID: o.ID}
}

// entry makes a party of an object. Keys without a field of their own become
// properties, their values as JSON where they are no strings.
func (o *object) entry() (*party.Entry, error) {
	e := &party.Entry{Ref: o.ref(), Kind: o.kind(), Names: []party.Name{{Full: o.Name}}, Remarks: o.Description}
	for _, a := range append(slices.Clone(o.Aliases), o.MitreNames...) {
		if a != "" && !slices.ContainsFunc(e.Names, func(n party.Name) bool { return n.Full == a }) {
			e.Names = append(e.Names, party.Name{Full: a, Kind: party.Alias})
		}
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(o.raw, &all); err != nil {
		return nil, err
	}
	for _, k := range slices.Sorted(maps.Keys(all)) {
		if k == "id" || k == "name" || k == "description" || k == "aliases" || k == "x_interdict" {
			continue
		}
		e.Properties = append(e.Properties, party.Property{Name: k, Value: property(all[k])})
	}
	return e, nil
}

// property returns a value as text: a string as it is, unless it could be
// taken for JSON; everything else as JSON.
func property(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil && raw[0] == '"' && !json.Valid([]byte(s)) {
		return s
	}
	return string(raw)
}

func (o *object) kind() party.Kind {
	switch o.Type {
	case "intrusion-set", "threat-actor":
		return party.ThreatGroup
	case "malware", "tool":
		return party.Malware
	case "campaign":
		return party.Campaign
	case "identity":
		return party.Organization
	case "infrastructure":
		if slices.Contains(o.Kinds, "botnet") {
			return party.Botnet
		}
	}
	return party.Unknown
}

func (r *reader) source(o *object) claim.Source {
	says := ""
	if c := r.byID[o.CreatedBy]; c != nil {
		says = c.Name
	}
	return r.brief.SourceFor(r.file, says)
}

// window reads two times of STIX. Both are kept as printed, since a date has no
// hour.
func window(kind claim.WindowKind, from, to string) (claim.Window, error) {
	var w claim.Window
	var err error
	if w.First, err = party.ParseDate(from); err != nil {
		return w, err
	}
	if w.Last, err = party.ParseDate(to); err != nil {
		return w, err
	}
	if w.First.IsZero() && w.Last.IsZero() {
		return claim.Window{}, nil
	}
	if !w.First.IsZero() && !w.Last.IsZero() && w.Last.Compare(w.First) < 0 {
		return w, fmt.Errorf("it ends on %s, before it begins on %s", to, from)
	}
	w.Kind, w.Text = kind, from+"/"+to
	return w, nil
}

// patternNote stands before the pattern in the note of an indicator's first
// claim.
const patternNote = "STIX pattern: "

func (r *reader) indicator(o *object) error {
	if o.PatternType != "" && o.PatternType != "stix" {
		return r.keep("its pattern is of the type " + o.PatternType)
	}
	ms, err := matches(o.Pattern)
	if err != nil {
		return r.reject("the pattern is not understood: " + err.Error())
	}
	w, err := window(claim.Validity, o.ValidFrom, o.ValidUntil)
	if err != nil {
		return r.reject(err.Error())
	}
	n := 0
	one := func(m match, to party.Ref, suffix string) error {
		n++
		c := claim.Claim{
			ID: fmt.Sprintf("%s#%d%s", o.ID, n, suffix), From: claim.OfIndicator(m.indicator), Relation: claim.AttributedTo, To: claim.OfParty(to),
			Window: w, Source: r.source(o), Scope: m.scope,
		}
		if m.only != "" {
			c.Note = "only where " + m.only
		}
		if n == 1 {
			c.Note = strings.TrimPrefix(c.Note+"; "+patternNote+o.Pattern, "; ")
		}
		o.Own.restore(&c)
		if err := r.claim(c); err != nil || m.resolves.IsZero() {
			return err
		}
		c.ID += "/resolves"
		c.Relation, c.To, c.Role, c.Note = claim.ResolvesTo, claim.OfIndicator(m.resolves), "", ""
		return r.claim(c)
	}
	for _, rel := range r.indicates[o.ID] {
		for _, m := range ms {
			if err := one(m, r.byID[rel.TargetRef].ref(), "@"+rel.ID); err != nil {
				return err
			}
		}
	}
	if n > 0 {
		return nil
	}
	to, e := r.brief.FileParty(r.file)
	if e != nil && !r.made[to] {
		r.made[to] = true
		if err := r.say(intel.Statement{Party: e}); err != nil {
			return err
		}
	}
	for _, m := range ms {
		if err := one(m, to, ""); err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) claim(c claim.Claim) error {
	if r.ids[c.ID] {
		return r.reject("a claim with the ID " + c.ID + " stands above")
	}
	r.ids[c.ID] = true
	return r.say(intel.Statement{Claim: &c})
}

// relations returns our word for a relationship between two parties, or of an
// observable and a party. What is done to a victim is never a claim.
func relations(typ string) (claim.Relation, bool) {
	switch typ {
	case "attributed-to":
		return claim.AttributedTo, true
	case "uses", "exploits-with":
		return claim.Uses, true
	case "controls":
		return claim.Controls, true
	case "owns":
		return claim.OwnerOf, true
	case "hosts":
		return claim.Operates, true
	case "consists-of":
		return claim.AttributedTo, true // with its ends exchanged
	case "resolves-to":
		return claim.ResolvesTo, true
	case "belongs-to":
		return claim.Within, true
	case "related-to", "variant-of", "duplicate-of", "derived-from", "communicates-with", "beacons-to", "exfiltrates-to", "downloads", "drops", "delivers":
		return claim.RelatedTo, true
	}
	return claim.RelatedTo, false
}

func (r *reader) relationship(o *object) error {
	src, dst := r.byID[o.SourceRef], r.byID[o.TargetRef]
	if o.Relation == "" || o.SourceRef == "" || o.TargetRef == "" {
		return r.reject("the relationship has no type or lacks an end")
	}
	rel, known := relations(o.Relation)
	from, isFrom := r.thing(src)
	to, isTo := r.thing(dst)
	switch {
	case o.Relation == "indicates" && len(r.indicates[o.SourceRef]) > 0 && dst != nil && r.isParty(dst):
		return r.keep("the claims of its indicator say it")
	case !known || !isFrom || !isTo || from == to:
		return r.keep("it ties no two parties or indicators")
	}
	w, err := window(claim.Validity, o.Start, o.Stop)
	if err != nil {
		return r.reject(err.Error())
	}
	c := claim.Claim{ID: o.ID, From: from, Relation: rel, To: to, Role: o.Relation, Window: w, Source: r.source(o), Note: o.Description}
	if o.Relation == "consists-of" {
		c.From, c.To = c.To, c.From
	}
	o.Own.restore(&c)
	return r.claim(c)
}

// thing returns the party or the indicator that an object is.
func (r *reader) thing(o *object) (claim.Thing, bool) {
	if o == nil || o.Revoked {
		return claim.Thing{}, false
	}
	if r.isParty(o) {
		return claim.OfParty(o.ref()), true
	}
	i, ok := o.observable()
	return claim.OfIndicator(i), ok
}

// observable returns the indicator that an observable object is.
func (o *object) observable() (infra.Indicator, bool) {
	var t infra.Type
	var v string
	if len(o.Value) > 0 && json.Unmarshal(o.Value, &v) != nil {
		return infra.Indicator{}, false
	}
	switch o.Type {
	case "ipv4-addr", "ipv6-addr":
		t = infra.IPv4
		if strings.Contains(v, "/") {
			t = infra.Prefix
		}
	case "domain-name":
		t = infra.Domain
	case "url":
		t = infra.URL
	case "email-addr":
		t = infra.Email
	case "autonomous-system":
		t, v = infra.ASN, "AS"+o.Number.String()
	case "file", "x509-certificate":
		for _, algo := range [...]string{"SHA-256", "SHA-1", "MD5"} {
			if h := o.Hashes[algo]; h != "" {
				if t, ok := typeOf(o.Type + ":hashes." + algo); ok {
					i, err := infra.ParseAs(t, h)
					return i, err == nil
				}
			}
		}
		return infra.Indicator{}, false
	default:
		return infra.Indicator{}, false
	}
	i, err := infra.ParseAs(t, v)
	return i, err == nil
}

// sighting says that what an indicator recognises was seen, and when.
func (r *reader) sighting(o *object) error {
	of := r.byID[o.SightingOf]
	if of == nil || of.Type != "indicator" || of.Revoked || o.FirstSeen == "" && o.LastSeen == "" {
		return r.keep("it is no dated sighting of an indicator of this bundle")
	}
	ms, err := matches(of.Pattern)
	if err != nil {
		return r.keep("the pattern of its indicator is not understood")
	}
	w, err := window(claim.Observed, o.FirstSeen, o.LastSeen)
	if err != nil {
		return r.reject(err.Error())
	}
	to, e := r.brief.FileParty(r.file)
	if rels := r.indicates[of.ID]; len(rels) > 0 {
		to, e = r.byID[rels[0].TargetRef].ref(), nil
	}
	if e != nil && !r.made[to] {
		r.made[to] = true
		if err := r.say(intel.Statement{Party: e}); err != nil {
			return err
		}
	}
	for n, m := range ms {
		c := claim.Claim{
			ID: fmt.Sprintf("%s#%d@%s", o.ID, n+1, of.ID), From: claim.OfIndicator(m.indicator), Relation: claim.AttributedTo, To: claim.OfParty(to),
			Window: w, Source: r.source(o), Scope: r.brief.ScopeOf(m.indicator), Note: o.Description,
		}
		if err := r.claim(c); err != nil {
			return err
		}
	}
	return nil
}
