// SPDX-License-Identifier: Apache-2.0

package misp

import (
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"path"
	"strings"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/infra"
	"github.com/interdict-dev/interdict/intel"
	"github.com/interdict-dev/interdict/party"
)

// Events is a source of claims: the attributes of events, as an instance
// exports them or a feed publishes them. Rows are events, attributes, and the
// clusters of galaxies that stand in events.
//
// Indicators are attributed to the brief's party; else to the one threat group,
// botnet, malware or campaign that their event names, if it names just one; else
// to the event itself. Only attributes that are marked for detection (to_ids)
// are attributed; the others are tied without anybody answering for them.
type Events struct{}

// Format returns "misp".
func (Events) Format() string { return "misp" }

// Detect looks for the keys of events and attributes.
func (Events) Detect(_ string, head []byte) bool {
	return hasKeys(head, "uuid") && (hasKeys(head, "Event") || hasKeys(head, "Attribute"))
}

// Read reads one file.
func (Events) Read(name string, r io.Reader, b intel.Brief) iter.Seq2[intel.Statement, error] {
	return func(yield func(intel.Statement, error) bool) {
		e := events{sink: newSink(name, b, yield)}
		e.end(e.read(r))
	}
}

type events struct {
	*sink
	event event // the one we are in
	found bool  // an event or an attribute
}

func (e *events) read(r io.Reader) error {
	b, err := intel.ReadAll(e.file, r, maxFile)
	if err != nil {
		return err
	}
	if !intel.IsJSON(b) {
		return intel.ErrFormat
	}
	d := intel.NewDoc(b)
	if err := e.outer(d, 0); err != nil {
		return err
	}
	if !e.found {
		return fmt.Errorf("it holds no event and no attribute: %w", intel.ErrFormat)
	}
	return d.End()
}

// maxDepth bounds how deep the wrappers of events are.
const maxDepth = 4

// outer walks through the wrappers around events: {"response": [...]}, lists,
// or nothing.
func (e *events) outer(d *intel.Doc, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("events stand too deep: %w", intel.ErrFormat)
	}
	if d.Next() == '[' {
		return d.Items(func(int) error { return e.outer(d, depth+1) })
	}
	return d.Object(func(key string) error {
		switch {
		case key == "response":
			return e.outer(d, depth+1)
		case key == "Event":
			v, err := d.Value()
			if err != nil {
				return err
			}
			return e.inEvent(v)
		case key == "Attribute" && d.Next() == '[':
			return d.Array(e.attribute)
		case key == "Object" && d.Next() == '[':
			return d.Array(e.object)
		case key == "Object":
			v, err := d.Value()
			if err != nil {
				return err
			}
			return e.object(v)
		}
		v, err := d.Value()
		if err != nil {
			return err
		}
		e.next(v.Line)
		return e.say(intel.Statement{Other: &intel.Object{Kind: key, Raw: intel.Start(string(v.Raw), 4<<10)}})
	})
}

// event is what an event says of all its attributes.
type event struct {
	UUID   string
	Info   string
	Date   string
	Orgc   struct{ Name string }
	Galaxy []struct {
		Type          string
		GalaxyCluster []json.RawMessage
	}
}

func (e *events) inEvent(v intel.Element) error {
	e.found = true
	e.next(v.Line)
	e.event = event{}
	if err := json.Unmarshal(v.Raw, &e.event); err != nil {
		return e.reject("", "no event: "+err.Error(), v.Raw)
	}
	if err := e.say(intel.Statement{Other: &intel.Object{Kind: "event", ID: e.event.UUID, Why: e.event.Info, Raw: intel.Start(string(v.Raw), 4<<10)}}); err != nil {
		return err
	}
	src := e.source()
	d := intel.NewDocAt(v)
	err := d.Object(func(key string) error {
		switch {
		case key == "Galaxy" && d.Next() == '[':
			return d.Array(func(g intel.Element) error { return e.galaxy(g, src) })
		case key == "Attribute" && d.Next() == '[':
			return d.Array(e.attribute)
		case key == "Object" && d.Next() == '[':
			return d.Array(e.object)
		}
		_, err := d.Value()
		return err
	})
	e.event = event{}
	return err
}

// galaxy makes parties of the clusters of an event.
func (e *events) galaxy(g intel.Element, src claim.Source) error {
	var head struct{ Type string }
	if err := json.Unmarshal(g.Raw, &head); err != nil {
		e.next(g.Line)
		return e.reject("", "no galaxy: "+err.Error(), g.Raw)
	}
	d := intel.NewDocAt(g)
	return d.Object(func(key string) error {
		if key != "GalaxyCluster" || d.Next() != '[' {
			_, err := d.Value()
			return err
		}
		return d.Array(func(c intel.Element) error {
			e.next(c.Line)
			var k cluster
			if json.Unmarshal(c.Raw, &k) == nil && e.parties[ref(k.UUID)] || kindOf(head.Type) == party.Unknown {
				return e.say(intel.Statement{Other: &intel.Object{Kind: "cluster", ID: k.UUID, Why: "it is no party, or stands above", Raw: string(c.Raw)}})
			}
			return e.cluster(head.Type, c.Raw, src)
		})
	})
}

func (e *events) source() claim.Source {
	src := e.brief.SourceFor(e.file, e.event.Orgc.Name)
	if src.Origin == "" && e.event.UUID != "" && e.brief.Source.Origin == "" && src.Name == path.Base(e.file) {
		src.Origin = "misp event " + e.event.UUID
	}
	return src
}

// object reads an object: a group of attributes.
func (e *events) object(v intel.Element) error {
	d := intel.NewDocAt(v)
	if d.Next() != '{' {
		e.next(v.Line)
		return e.reject("", "no object", v.Raw)
	}
	return d.Object(func(key string) error {
		if key == "Attribute" && d.Next() == '[' {
			return d.Array(e.attribute)
		}
		_, err := d.Value()
		return err
	})
}

// attribute is one attribute. ToIDs says that its publisher wants it used for
// detection.
type attribute struct {
	UUID      string
	Type      string
	Category  string
	Value     text
	Comment   string
	ToIDs     bool   `json:"to_ids"`
	FirstSeen string `json:"first_seen"`
	LastSeen  string `json:"last_seen"`
	Deleted   bool
	Relation  string `json:"object_relation"`
}

func (e *events) attribute(v intel.Element) error {
	e.found = true
	e.next(v.Line)
	var a attribute
	if err := json.Unmarshal(v.Raw, &a); err != nil {
		return e.reject("", "no attribute: "+err.Error(), v.Raw)
	}
	keep := func(why string) error {
		return e.say(intel.Statement{Other: &intel.Object{Kind: a.Type, ID: a.UUID, Why: why, Raw: string(v.Raw)}})
	}
	switch {
	case a.Deleted:
		return keep("its publisher deleted it")
	case a.Type == "" || a.Value == "":
		return e.reject(a.UUID, "the attribute has no type or no value", v.Raw)
	case a.Type == "email-dst" || a.Type == "email-dst-display-name":
		return keep("who received a message is a victim")
	}
	is, known, err := indicators(a.Type, string(a.Value))
	switch {
	case err != nil:
		return e.reject(a.UUID, err.Error(), v.Raw)
	case !known:
		return keep("no infrastructure is recognised by it")
	}
	w, err := a.window()
	if err != nil {
		return e.reject(a.UUID, err.Error(), v.Raw)
	}
	return e.claims(a, is, w)
}

// claims makes the claims of an attribute. A domain with its address is
// attributed, and resolves to the address.
func (e *events) claims(a attribute, is []infra.Indicator, w claim.Window) error {
	to, err := e.party()
	if err != nil {
		return err
	}
	id := a.UUID
	if id == "" {
		id = fmt.Sprintf("%s#%d", intel.Slug(path.Base(e.file)), e.row)
	}
	c := claim.Claim{
		ID: e.id("misp/" + strings.ToLower(id)), From: claim.OfIndicator(is[0]), To: claim.OfParty(to), Role: intel.RoleOf(to, a.Relation),
		Window: w, Source: e.source(), Scope: e.brief.ScopeOf(is[0]), Note: a.Comment,
	}
	if a.Relation == a.Type || a.Relation == "" {
		c.Role = intel.RoleOf(to, a.Category)
	}
	if a.ToIDs {
		c.Relation = claim.AttributedTo
	}
	if err := e.say(intel.Statement{Claim: &c}); err != nil || len(is) == 1 {
		return err
	}
	r := c
	r.ID, r.Relation, r.To, r.Role = e.id(c.ID+"/resolves"), claim.ResolvesTo, claim.OfIndicator(is[1]), ""
	return e.say(intel.Statement{Claim: &r})
}

// party returns whom the indicators of the event are attributed to.
func (e *events) party() (party.Ref, error) {
	if !e.brief.Party.IsZero() {
		return e.brief.Party, nil
	}
	var one string
	n := 0
	for _, g := range e.event.Galaxy {
		for _, raw := range g.GalaxyCluster {
			var c cluster
			if kindOf(g.Type) != party.Unknown && json.Unmarshal(raw, &c) == nil && c.UUID != "" && c.Value != "" {
				one, n = c.UUID, n+1
			}
		}
	}
	if n == 1 {
		return ref(one), nil
	}
	if e.event.UUID == "" {
		to, entry := e.brief.FileParty(e.file)
		return to, e.make(entry)
	}
	name := strings.TrimSpace(e.event.Info)
	if name == "" {
		name = "MISP event " + e.event.UUID
	}
	entry := &party.Entry{
		Ref: party.Ref{List: intel.List, ID: "misp-event-" + strings.ToLower(e.event.UUID)}, Names: []party.Name{{Full: name}},
		Remarks: "Made for a MISP event, which does not name one party that its indicators belong to.",
	}
	return entry.Ref, e.make(entry)
}

// window returns when the attribute was seen. The time at which somebody
// entered it says nothing.
func (a attribute) window() (claim.Window, error) {
	if a.FirstSeen == "" && a.LastSeen == "" {
		return claim.Window{}, nil
	}
	w := claim.Window{Kind: claim.Observed}
	var err error
	if w.First, err = party.ParseDate(a.FirstSeen); err != nil {
		return w, err
	}
	if w.Last, err = party.ParseDate(a.LastSeen); err != nil {
		return w, err
	}
	if w.First.IsZero() && w.Last.IsZero() {
		return claim.Window{}, nil
	}
	if !w.First.IsZero() && !w.Last.IsZero() && w.Last.Compare(w.First) < 0 {
		return w, fmt.Errorf("it was last seen on %s, before it was first seen on %s", a.LastSeen, a.FirstSeen)
	}
	return w, nil
}

// indicators reads the value of an attribute. known is false for the types by
// which no infrastructure is recognised.
func indicators(typ, v string) (is []infra.Indicator, known bool, err error) {
	left, right, two := strings.Cut(v, "|")
	one := func(t infra.Type, s string) ([]infra.Indicator, bool, error) {
		i, err := infra.ParseAs(t, s)
		return []infra.Indicator{i}, true, err
	}
	switch typ {
	case "ip-src", "ip-dst", "ip-src|port", "ip-dst|port":
		if strings.Contains(left, "/") {
			return one(infra.Prefix, left)
		}
		return one(infra.IPv4, left)
	case "domain", "hostname", "hostname|port":
		return one(infra.Domain, left)
	case "domain|ip":
		d, err := infra.ParseAs(infra.Domain, left)
		if err != nil || !two {
			return nil, true, fmt.Errorf("%q is no domain with its address", v)
		}
		a, err := infra.ParseAs(infra.IPv4, right)
		return []infra.Indicator{d, a}, true, err
	case "url":
		return one(infra.URL, v)
	case "AS":
		if !strings.HasPrefix(strings.ToUpper(v), "AS") {
			v = "AS" + v
		}
		return one(infra.ASN, v)
	case "md5", "sha1", "sha256":
		t, err := infra.ParseType(typ)
		if err != nil {
			return nil, true, err
		}
		return one(t, v)
	case "filename|md5", "filename|sha1", "filename|sha256":
		t, err := infra.ParseType(strings.TrimPrefix(typ, "filename|"))
		if err != nil {
			return nil, true, err
		}
		return one(t, v[strings.LastIndexByte(v, '|')+1:])
	case "x509-fingerprint-sha1":
		return one(infra.CertSHA1, v)
	case "x509-fingerprint-sha256":
		return one(infra.CertSHA256, v)
	case "ja3-fingerprint-md5":
		return one(infra.JA3, v)
	case "email", "email-src", "email-reply-to":
		return one(infra.Email, v)
	case "btc", "xmr", "dash":
		return one(infra.Wallet, v)
	}
	return nil, false, nil
}
