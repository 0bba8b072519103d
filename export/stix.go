// SPDX-License-Identifier: Apache-2.0

package export

import (
	"bytes"
	"crypto/sha1"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/attribution"
	"github.com/interdict-dev/interdict/infra"
	"github.com/interdict-dev/interdict/party"
)

// namespace is that of our identifiers, made once for this program. STIX 2.1,
// section 2.9: identifiers of objects that are no observables are version 4, or
// version 5 with a namespace other than its own.
var namespace = [16]byte{0x6c, 0x1f, 0x0a, 0x52, 0x3e, 0x9b, 0x4d, 0x57, 0x9a, 0x21, 0x88, 0x5c, 0xd0, 0x4e, 0x17, 0xb3}

// stixID names an object of a type by what it is about, always the same way.
func stixID(typ, about string) string {
	h := sha1.New()
	h.Write(namespace[:])
	h.Write([]byte(typ + "\x00" + about))
	u := h.Sum(nil)[:16]
	u[6] = u[6]&0x0f | 0x50 // version 5, RFC 9562
	u[8] = u[8]&0x3f | 0x80
	return fmt.Sprintf("%s--%x-%x-%x-%x-%x", typ, u[:4], u[4:6], u[6:8], u[8:10], u[10:])
}

// stixObject is an object of STIX 2.1, with the fields that we write. JSON
// keeps their order.
type stixObject struct {
	Type               string         `json:"type"`
	SpecVersion        string         `json:"spec_version"`
	ID                 string         `json:"id"`
	CreatedByRef       string         `json:"created_by_ref,omitempty"`
	Created            string         `json:"created"`
	Modified           string         `json:"modified"`
	Name               string         `json:"name,omitempty"`
	Description        string         `json:"description,omitempty"`
	IdentityClass      string         `json:"identity_class,omitempty"`
	InfrastructureType []string       `json:"infrastructure_types,omitempty"`
	IsFamily           *bool          `json:"is_family,omitempty"`
	IndicatorTypes     []string       `json:"indicator_types,omitempty"`
	Pattern            string         `json:"pattern,omitempty"`
	PatternType        string         `json:"pattern_type,omitempty"`
	ValidFrom          string         `json:"valid_from,omitempty"`
	ValidUntil         string         `json:"valid_until,omitempty"`
	Labels             []string       `json:"labels,omitempty"`
	RelationshipType   string         `json:"relationship_type,omitempty"`
	SourceRef          string         `json:"source_ref,omitempty"`
	TargetRef          string         `json:"target_ref,omitempty"`
	External           []stixExternal `json:"external_references,omitempty"`
}

type stixExternal struct {
	Source      string `json:"source_name"`
	URL         string `json:"url,omitempty"`
	ExternalID  string `json:"external_id,omitempty"`
	Description string `json:"description,omitempty"`
}

// stix writes a bundle: an indicator for each item, the party that it is
// attributed to, the listed party, and how they are tied. Identifiers and times
// follow from what is said, so two exports of one book on one day are equal and
// those of two days share their identifiers.
func (w *writer) stix() {
	s := stixBundle{w: w, at: stamp(w.sel.Day), ids: map[string]bool{}}
	s.author = s.put(stixObject{Type: "identity", ID: stixID("identity", "interdict"), Name: "interdict", IdentityClass: "system",
		Description: "made from book " + w.origin.Book})
	for k := range w.sel.Items {
		s.item(&w.sel.Items[k])
	}
	slices.SortStableFunc(s.objects, func(a, b stixObject) int { return strings.Compare(a.ID, b.ID) })
	var all strings.Builder
	for _, o := range s.objects {
		all.WriteString(o.ID)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	w.err = e.Encode(struct {
		Type    string       `json:"type"`
		ID      string       `json:"id"`
		Objects []stixObject `json:"objects"`
	}{"bundle", stixID("bundle", s.at+all.String()), s.objects})
	w.file("interdict.stix.json", &b)
}

// stamp is the first instant of a day as STIX writes it.
func stamp(d party.Date) string { return d.Time().Format("2006-01-02T15:04:05.000Z") }

type stixBundle struct {
	w       *writer
	at      string
	author  string
	objects []stixObject
	ids     map[string]bool
}

// put adds an object once, and returns its identifier.
func (s *stixBundle) put(o stixObject) string {
	if !s.ids[o.ID] {
		s.ids[o.ID] = true
		o.SpecVersion, o.Created, o.Modified = "2.1", s.at, s.at
		if o.ID != s.author {
			o.CreatedByRef = s.author
		}
		s.objects = append(s.objects, o)
	}
	return o.ID
}

func (s *stixBundle) item(i *Item) {
	pattern, ok := stixPattern(i)
	if !ok {
		s.w.skip(i)
		return
	}
	s.w.written++
	from := i.First
	labels := slices.Clone(i.Roles)
	if from.IsZero() {
		from = s.w.sel.Day // the standard wants a beginning; the label says that nobody knows it
		labels = append(labels, "time-unknown")
	}
	o := stixObject{
		Type: "indicator", ID: i.stixID(), Name: i.Indicator.Value, Description: i.Comment(), IndicatorTypes: []string{"attribution"},
		Pattern: pattern, PatternType: "stix", ValidFrom: stamp(from), Labels: labels,
	}
	if until := i.Expires; !until.IsZero() && until.Compare(from) > 0 { // the standard: later than valid_from
		o.ValidUntil = stamp(until)
	}
	for _, name := range i.Sources {
		e := stixExternal{Source: name}
		if name == i.Source {
			e.URL, e.Description = i.URL, "class "+i.Class.String()
		}
		o.External = append(o.External, e)
	}
	id := s.put(o)
	behind := s.party(&i.Behind)
	s.tie("indicates", id, behind)
	if i.Listed != nil && i.Listed.Ref != i.Behind.Ref {
		s.tie("related-to", behind, s.party(i.Listed))
	}
}

// stixID is the identifier that the claim came with, when it came from STIX.
func (i *Item) stixID() string {
	for _, c := range i.Claims {
		if strings.HasPrefix(c, "indicator--") {
			return c
		}
	}
	return stixID("indicator", i.Indicator.String())
}

func (s *stixBundle) tie(kind, from, to string) {
	s.put(stixObject{Type: "relationship", ID: stixID("relationship", kind+from+to), RelationshipType: kind, SourceRef: from, TargetRef: to})
}

// party adds a party. A listed or named company is an identity.
func (s *stixBundle) party(p *attribution.Party) string {
	name := p.Name
	if name == "" {
		name = p.Ref.String()
	}
	o := stixObject{Name: name, External: []stixExternal{{Source: string(p.Ref.List), ExternalID: p.Ref.ID}}}
	for _, r := range p.Same {
		o.External = append(o.External, stixExternal{Source: string(r.List), ExternalID: r.ID})
	}
	if p.Listed {
		o.Labels = []string{"listed"}
	}
	family := true
	switch p.Kind {
	case party.ThreatGroup:
		o.Type = "intrusion-set"
	case party.Botnet:
		o.Type, o.InfrastructureType = "infrastructure", []string{"botnet"}
	case party.Malware:
		o.Type, o.IsFamily = "malware", &family
	case party.Campaign:
		o.Type = "campaign"
	case party.Person:
		o.Type, o.IdentityClass = "identity", "individual"
	case party.Organization:
		o.Type, o.IdentityClass = "identity", "organization"
	default:
		o.Type, o.IdentityClass = "identity", "unknown"
	}
	o.ID = stixID(o.Type, p.Ref.String())
	return s.put(o)
}

// stixPattern says an indicator as a pattern of STIX 2.1, section 9; what has
// no object of the standard has none.
func stixPattern(i *Item) (string, bool) {
	v := stixString(i.Indicator.Value)
	like := strings.NewReplacer(`%`, `\\%`, `_`, `\\_`).Replace(v)
	switch i.Indicator.Type {
	case infra.IPv4:
		return "[ipv4-addr:value = '" + v + "']", true
	case infra.IPv6:
		return "[ipv6-addr:value = '" + v + "']", true
	case infra.Prefix:
		if strings.Contains(v, ":") {
			return "[ipv6-addr:value ISSUBSET '" + v + "']", true
		}
		return "[ipv4-addr:value ISSUBSET '" + v + "']", true
	case infra.ASN:
		return "[autonomous-system:number = " + strings.TrimPrefix(v, "AS") + "]", true
	case infra.Domain:
		if i.Below {
			return "[domain-name:value = '" + v + "' OR domain-name:value LIKE '%." + like + "']", true
		}
		return "[domain-name:value = '" + v + "']", true
	case infra.URL:
		return "[url:value = '" + v + "']", true
	case infra.URLPart:
		return "[url:value LIKE '%" + like + "%']", true
	case infra.Email:
		return "[email-addr:value = '" + v + "']", true
	case infra.MD5:
		return "[file:hashes.MD5 = '" + v + "']", true
	case infra.SHA1:
		return "[file:hashes.'SHA-1' = '" + v + "']", true
	case infra.SHA256:
		return "[file:hashes.'SHA-256' = '" + v + "']", true
	case infra.CertSHA1:
		return "[x509-certificate:hashes.'SHA-1' = '" + v + "']", true
	case infra.CertSHA256:
		return "[x509-certificate:hashes.'SHA-256' = '" + v + "']", true
	case infra.CertCN:
		return "[x509-certificate:subject LIKE '%CN=" + like + "%']", true
	}
	return "", false
}

// stixString escapes what ends a string of a pattern.
func stixString(s string) string {
	return strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(oneLine(s))
}
