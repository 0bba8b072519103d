// SPDX-License-Identifier: Apache-2.0

package stix

import (
	"bytes"
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/infra"
	"github.com/interdict-dev/interdict/intel"
	"github.com/interdict-dev/interdict/party"
)

// A Bundle is what [Write] writes. Created is required: it is the moment of
// writing for objects that never had one.
type Bundle struct {
	Claims  []claim.Claim
	Parties []party.Entry  // those that claims speak of; others that they need get a name only
	Others  []intel.Object // objects that were kept as they stood
	Created time.Time
	// Explain gives the description and the end of use, "" for none, of an indicator
	// that no STIX file gave us; nil gives neither.
	Explain func(c *claim.Claim) (description, validUntil string)
}

// own is what we add to an object that no STIX file gave us, so that it reads
// back as it was: the key "x_interdict".
type own struct {
	Claim    string         `json:"claim,omitempty"`
	Ref      party.Ref      `json:"ref,omitzero"`
	Relation claim.Relation `json:"relation,omitzero"`
	From     claim.Thing    `json:"from,omitzero"`
	To       claim.Thing    `json:"to,omitzero"`
	Role     string         `json:"role,omitempty"`
	Scope    infra.Scope    `json:"scope,omitzero"`
	Window   *ownWindow     `json:"window,omitempty"`
	Source   *ownSource     `json:"source,omitempty"`
	Replaces string         `json:"supersedes,omitempty"`
	Note     string         `json:"note,omitempty"`
}

type ownWindow struct {
	First party.Date       `json:"first"`
	Last  party.Date       `json:"last"`
	Kind  claim.WindowKind `json:"kind"`
	Text  string           `json:"text,omitempty"`
}

type ownSource struct {
	Name   string      `json:"name"`
	Class  claim.Class `json:"class"`
	Origin string      `json:"origin,omitempty"`
	URL    string      `json:"url,omitempty"`
}

func ownOf(c claim.Claim) *own {
	o := &own{Claim: c.ID, Relation: c.Relation, From: c.From, To: c.To, Role: c.Role, Scope: c.Scope, Replaces: c.Supersedes, Note: c.Note, Source: &ownSource{c.Source.Name, c.Source.Class, c.Source.Origin, c.Source.URL}}
	if c.Window != (claim.Window{}) {
		o.Window = &ownWindow{c.Window.First, c.Window.Last, c.Window.Kind, c.Window.Text}
	}
	return o
}

// restore makes c the claim that we once wrote. Without a key of ours it
// changes nothing. Anybody can write such a key, so the class of source never
// comes back stronger than that of the brief.
func (o *own) restore(c *claim.Claim) {
	if o == nil || o.Claim == "" || o.From.IsZero() || o.To.IsZero() {
		return
	}
	src := c.Source
	*c = claim.Claim{ID: o.Claim, From: o.From, Relation: o.Relation, To: o.To, Role: o.Role, Scope: o.Scope, Supersedes: o.Replaces, Note: o.Note}
	if w := o.Window; w != nil && (w.Kind != claim.Undated) == (!w.First.IsZero() || !w.Last.IsZero()) {
		c.Window = claim.Window{First: w.First, Last: w.Last, Kind: w.Kind, Text: w.Text}
	}
	c.Source = src
	if s := o.Source; s != nil && s.Name != "" {
		c.Source = claim.Source{Name: s.Name, Class: s.Class, Origin: s.Origin, URL: s.URL}
		if src.Class.Weaker(s.Class) {
			c.Source.Class = src.Class
		}
	}
}

// Write writes a bundle of STIX 2.1, the same bytes for the same arguments. It
// returns the claims for which STIX has no words: wallets, TLS fingerprints,
// and ties of an address and a domain that came out of a pattern and stand in
// it.
func Write(w io.Writer, b Bundle) (skipped []claim.Claim, err error) {
	wr := &writer{Bundle: b, written: map[string]bool{}, names: map[party.Ref]*party.Entry{}}
	for i := range b.Parties {
		wr.names[b.Parties[i].Ref] = &b.Parties[i]
	}
	for i := range b.Parties {
		wr.party(b.Parties[i].Ref)
	}
	for _, o := range b.Others {
		if o.ID != "" && json.Valid([]byte(o.Raw)) {
			wr.add(o.ID, json.RawMessage(o.Raw))
		}
	}
	for _, g := range groups(b.Claims) {
		skipped = append(skipped, wr.group(g)...)
	}
	if wr.err != nil {
		return nil, wr.err
	}
	return skipped, wr.print(w, "bundle--"+uuid5(wr.objects...))
}

// print writes the bundle, an object at a time: a large one would be copied
// several times.
func (w *writer) print(out io.Writer, id string) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "{\n \"type\": \"bundle\",\n \"id\": %q,\n \"objects\": [", id)
	for i, o := range w.objects {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString("\n  ")
		if err := json.Indent(&b, o, "  ", " "); err != nil {
			return err
		}
		if b.Len() > 1<<16 {
			if _, err := b.WriteTo(out); err != nil {
				return err
			}
		}
	}
	if len(w.objects) > 0 {
		b.WriteString("\n ")
	}
	b.WriteString("]\n}\n")
	_, err := b.WriteTo(out)
	return err
}

type writer struct {
	Bundle
	objects []json.RawMessage
	written map[string]bool
	names   map[party.Ref]*party.Entry
	err     error
}

// stixID is the form of an identifier; what stands behind it in a claim's ID
// tells the claims of one object apart.
var stixID = sync.OnceValue(func() *regexp.Regexp {
	const id = `[a-z0-9-]+--[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`
	return regexp.MustCompile(`^(` + id + `)(?:#[0-9]+(?:@(` + id + `))?)?(/resolves)?$`)
})

// ofSTIX returns the parts of an identifier, nil of one that no STIX file gave.
func ofSTIX(id string) []string {
	if !strings.Contains(id, "--") {
		return nil // most claims of a book: the expression takes its time
	}
	return stixID().FindStringSubmatch(id)
}

// groups puts the claims of one object together, in the order of the first.
func groups(claims []claim.Claim) [][]claim.Claim {
	at := map[string]int{}
	var out [][]claim.Claim
	for _, c := range claims {
		key := c.ID
		if m := ofSTIX(c.ID); m != nil {
			key = m[1]
		}
		i, ok := at[key]
		if !ok {
			i = len(out)
			at[key] = i
			out = append(out, nil)
		}
		out[i] = append(out[i], c)
	}
	return out
}

func (w *writer) add(id string, v any) {
	if w.written[id] || w.err != nil {
		return
	}
	b, err := json.Marshal(v)
	if err != nil {
		w.err = fmt.Errorf("write %s: %w", id, err)
		return
	}
	w.written[id] = true
	w.objects = append(w.objects, b)
}

func (w *writer) stamp() string { return w.Created.UTC().Format("2006-01-02T15:04:05.000Z") }

// party writes a party and returns its identifier.
func (w *writer) party(ref party.Ref) string {
	e := w.names[ref]
	if e == nil {
		e = &party.Entry{Ref: ref, Names: []party.Name{{Full: ref.String()}}}
	}
	m := map[string]any{"spec_version": "2.1", "created": w.stamp(), "modified": w.stamp(), "name": e.Name()}
	if e.Remarks != "" {
		m["description"] = e.Remarks
	}
	id := e.Ref.ID
	if s := stixID().FindStringSubmatch(id); s != nil && s[1] == id && ref.List == intel.List {
		m["type"], _, _ = strings.Cut(id, "--")
		for _, p := range e.Properties {
			m[p.Name] = p.Value
			if json.Valid([]byte(p.Value)) {
				m[p.Name] = json.RawMessage(p.Value)
			}
		}
	} else {
		m["type"] = w.typeFor(e, m)
		id = fmt.Sprint(m["type"], "--", uuid5(ref.String()))
		m["x_interdict"] = own{Ref: ref}
	}
	m["id"] = id
	var aliases []string
	for _, n := range e.Names[min(1, len(e.Names)):] {
		aliases = append(aliases, n.Full)
	}
	if len(aliases) > 0 && m["type"] != "identity" && m["x_mitre_aliases"] == nil {
		m["aliases"] = aliases
	}
	w.add(id, m)
	return id
}

// typeFor returns the type of a party that no STIX file gave us, and sets the
// keys that the type requires.
func (w *writer) typeFor(e *party.Entry, m map[string]any) string {
	switch e.Kind {
	case party.ThreatGroup:
		return "intrusion-set"
	case party.Botnet:
		m["infrastructure_types"] = []string{"botnet"}
		return "infrastructure"
	case party.Malware:
		m["is_family"] = true
		return "malware"
	case party.Campaign:
		return "campaign"
	case party.Organization:
		m["identity_class"] = "organization"
	case party.Person:
		m["identity_class"] = "individual"
	default:
		m["identity_class"] = "unknown"
	}
	return "identity"
}

// group writes the claims of one object.
func (w *writer) group(cs []claim.Claim) (skipped []claim.Claim) {
	m := ofSTIX(cs[0].ID)
	switch {
	case m == nil:
		for _, c := range cs {
			if !w.ours(c) {
				skipped = append(skipped, c)
			}
		}
		return skipped
	case strings.HasPrefix(m[1], "indicator--"):
		return w.indicator(m[1], cs)
	case strings.HasPrefix(m[1], "sighting--"):
		w.sighting(m[1], m[2], cs[0])
		return nil
	}
	for _, c := range cs {
		if !w.relationship(m[1], c) {
			skipped = append(skipped, c)
		}
	}
	return skipped
}

// indicator writes an indicator that a STIX file gave us, and what it
// indicates. Its pattern is the one that it had as long as all that the pattern
// recognises is still there; else it is made of what is left.
func (w *writer) indicator(id string, cs []claim.Claim) (skipped []claim.Claim) {
	var parts []string
	var found []match
	for _, c := range cs {
		if strings.HasSuffix(c.ID, "/resolves") {
			continue
		}
		found = append(found, match{indicator: c.From.Indicator})
		if p := patternOf(c.From.Indicator, c.Scope); p != "" && !slices.Contains(parts, p) {
			parts = append(parts, p)
		} else if p == "" {
			skipped = append(skipped, c)
		}
	}
	if len(parts) == 0 {
		return cs
	}
	pattern := "[" + strings.Join(parts, " OR ") + "]"
	if _, was, ok := strings.Cut(cs[0].Note, patternNote); ok && covers(found, was) {
		pattern = was
	}
	c := cs[0]
	from, until := validity(c.Window)
	if from == "" {
		from = w.stamp()
	}
	m := map[string]any{"type": "indicator", "spec_version": "2.1", "id": id, "created": w.stamp(), "modified": w.stamp(), "pattern": pattern, "pattern_type": "stix", "valid_from": from}
	if until != "" {
		m["valid_until"] = until
	}
	w.add(id, m)
	for _, c := range cs {
		if s := stixID().FindStringSubmatch(c.ID); s != nil && s[2] != "" && s[3] == "" && c.To.IsParty() {
			w.add(s[2], w.relation(s[2], "indicates", id, w.party(c.To.Party)))
		}
	}
	return skipped
}

// covers says that what a pattern recognises is still all there.
func covers(found []match, pattern string) bool {
	ms, err := matches(pattern)
	if err != nil {
		return false
	}
	for _, m := range ms {
		if !slices.ContainsFunc(found, func(f match) bool { return f.indicator == m.indicator }) {
			return false
		}
	}
	return true
}

// validity returns the two times of a window as STIX printed them, or as its
// days.
func validity(w claim.Window) (from, until string) {
	if a, b, ok := strings.Cut(w.Text, "/"); ok {
		f, err := party.ParseDate(a)
		l, err2 := party.ParseDate(b)
		if err == nil && err2 == nil && f == w.First && l == w.Last {
			return a, b
		}
	}
	day := func(d party.Date) string {
		if d.IsZero() {
			return ""
		}
		return d.Time().Format("2006-01-02T15:04:05Z")
	}
	if w.Kind != claim.Validity {
		return day(w.First), ""
	}
	return day(w.First), day(w.Last)
}

func (w *writer) relation(id, typ, from, to string) map[string]any {
	return map[string]any{"type": "relationship", "spec_version": "2.1", "id": id, "created": w.stamp(), "modified": w.stamp(), "relationship_type": typ, "source_ref": from, "target_ref": to}
}

func (w *writer) sighting(id, of string, c claim.Claim) {
	first, last := validity(c.Window)
	if last == "" && !c.Window.Last.IsZero() {
		last = c.Window.Last.Time().Format("2006-01-02T15:04:05Z")
	}
	m := map[string]any{"type": "sighting", "spec_version": "2.1", "id": id, "created": w.stamp(), "modified": w.stamp(), "sighting_of_ref": of}
	for k, v := range map[string]string{"first_seen": first, "last_seen": last, "description": c.Note} {
		if v != "" {
			m[k] = v
		}
	}
	w.add(id, m)
}

// relationship writes a relationship that a STIX file gave us.
func (w *writer) relationship(id string, c claim.Claim) bool {
	from, ok := w.thing(c.From)
	to, ok2 := w.thing(c.To)
	if !ok || !ok2 {
		return false
	}
	if c.Role == "consists-of" {
		from, to = to, from
	}
	m := w.relation(id, c.Role, from, to)
	if c.Note != "" {
		m["description"] = c.Note
	}
	start, stop := validity(c.Window)
	if start != "" {
		m["start_time"] = start
	}
	if stop != "" {
		m["stop_time"] = stop
	}
	w.add(id, m)
	return true
}

// thing writes a party or an observable object, and returns its identifier.
func (w *writer) thing(t claim.Thing) (string, bool) {
	if t.IsParty() {
		return w.party(t.Party), true
	}
	m := map[string]any{"spec_version": "2.1", "value": t.Indicator.Value}
	switch t.Indicator.Type {
	case infra.IPv4:
		m["type"] = "ipv4-addr"
	case infra.IPv6:
		m["type"] = "ipv6-addr"
	case infra.Prefix:
		m["type"] = "ipv4-addr"
		if strings.Contains(t.Indicator.Value, ":") {
			m["type"] = "ipv6-addr"
		}
	case infra.Domain:
		m["type"] = "domain-name"
	case infra.URL:
		m["type"] = "url"
	case infra.Email:
		m["type"] = "email-addr"
	case infra.ASN:
		delete(m, "value")
		m["type"], m["number"] = "autonomous-system", json.Number(strings.TrimPrefix(t.Indicator.Value, "AS"))
	default:
		return "", false
	}
	id := w.observable(m, t.Indicator)
	return id, true
}

// observable writes an observable object under the identifier that it had,
// where it stands among the objects that were kept.
func (w *writer) observable(m map[string]any, i infra.Indicator) string {
	for _, o := range w.Others {
		if o.Kind != m["type"] {
			continue
		}
		var k object
		if json.Unmarshal([]byte(o.Raw), &k) == nil {
			if j, ok := k.observable(); ok && j == i {
				return k.ID
			}
		}
	}
	id := fmt.Sprint(m["type"], "--", uuid5(i.String()))
	m["id"] = id
	w.add(id, m)
	return id
}

// ours writes a claim that no STIX file gave us.
func (w *writer) ours(c claim.Claim) bool {
	if c.From.IsParty() || !c.To.IsParty() {
		return w.ourRelation(c)
	}
	p := patternOf(c.From.Indicator, c.Scope)
	if p == "" {
		return false
	}
	id := "indicator--" + uuid5(c.ID)
	from, until := validity(c.Window)
	if from == "" {
		from = w.stamp()
	}
	m := map[string]any{
		"type": "indicator", "spec_version": "2.1", "id": id, "created": w.stamp(), "modified": w.stamp(), "name": c.From.Indicator.String(),
		"pattern": "[" + p + "]", "pattern_type": "stix", "valid_from": from, "x_interdict": ownOf(c),
	}
	if w.Explain != nil {
		description, end := w.Explain(&c)
		if description != "" {
			m["description"] = description
		}
		if until == "" && end > from { // the standard wants it to be later
			until = end
		}
	}
	if until != "" {
		m["valid_until"] = until
	}
	w.add(id, m)
	rel := "relationship--" + uuid5(c.ID+"/indicates")
	w.add(rel, w.relation(rel, "indicates", id, w.party(c.To.Party)))
	return true
}

func (w *writer) ourRelation(c claim.Claim) bool {
	from, ok := w.thing(c.From)
	to, ok2 := w.thing(c.To)
	if !ok || !ok2 {
		return false
	}
	id := "relationship--" + uuid5(c.ID)
	m := w.relation(id, ourWords(c.Relation), from, to)
	m["x_interdict"] = ownOf(c)
	w.add(id, m)
	return true
}

// ourWords returns the relationship of STIX that comes nearest.
func ourWords(r claim.Relation) string {
	switch r {
	case claim.AttributedTo, claim.Uses, claim.Controls:
		return r.String()
	case claim.OwnerOf:
		return "owns"
	case claim.Operates:
		return "hosts"
	case claim.ResolvesTo:
		return "resolves-to"
	case claim.Within:
		return "belongs-to"
	}
	return "related-to"
}

// namespace is the UUID below which identifiers of ours are made (RFC 4122,
// version 5), chosen at random once.
var namespace = [16]byte{0x5d, 0x1f, 0x0c, 0x2a, 0x7b, 0x64, 0x4e, 0x0b, 0x9c, 0x51, 0x3f, 0xa8, 0x1e, 0x6b, 0xd2, 0x90}

func uuid5[T ~string | ~[]byte](parts ...T) string {
	h := sha1.New()
	h.Write(namespace[:])
	for _, p := range parts {
		h.Write([]byte(p))
	}
	u := h.Sum(nil)[:16]
	u[6], u[8] = u[6]&0x0f|0x50, u[8]&0x3f|0x80
	x := hex.EncodeToString(u)
	return x[:8] + "-" + x[8:12] + "-" + x[12:16] + "-" + x[16:20] + "-" + x[20:]
}
