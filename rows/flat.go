// SPDX-License-Identifier: Apache-2.0

package rows

import (
	"fmt"
	"strings"

	"github.com/valyala/fastjson"

	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/internal/ftm"
	"github.com/interdict-dev/interdict/party"
)

// An Object is what one object of JSON says: its parties, and which of its keys
// were used.
type Object struct {
	Parties []ObjectParty
	Used    []string // keys at the top, in the order of the object
	Ignored []string
}

// An ObjectParty is a party of a JSON object. Path is the JSON pointer of what
// decides, "/name"; Paths those of its other keys, by key.
type ObjectParty struct {
	Party
	Path  string
	Paths map[string]string
}

// ReadObject reads one object: a FollowTheMoney entity (with schema and
// properties) or a flat object with keys as the headers of a table have them
// ("name", "aliases", "birth_date", "lei", "identifiers"). Values may be lists;
// an object under the name of a role ("bank", "owner") is a further party. It
// returns nil, without error, for an entity that is no party, an address or an
// edge.
func ReadObject(v *fastjson.Value, o Options) (*Object, error) {
	if v.Type() != fastjson.TypeObject {
		return nil, errkind.New(errkind.Invalid, "want a JSON object, not "+v.Type().String())
	}
	if v.Exists("properties") && v.Exists("schema") {
		return readEntity(v, o)
	}
	r := objectReader{opts: o}
	r.read(v.GetObject())
	if r.err != nil {
		return nil, r.err
	}
	return r.finish(), nil
}

func readEntity(v *fastjson.Value, o Options) (*Object, error) {
	e, err := ftm.Read(v)
	if err != nil {
		return nil, err
	}
	if !IsParty(e.Schema) {
		return nil, nil
	}
	p := ObjectParty{Party: FromEntity(e, o), Path: "/properties/name/0", Paths: map[string]string{}}
	if p.Entry.Kind == party.Unknown {
		p.Entry.Kind = o.Kind
	}
	obj := &Object{Used: []string{"id", "schema", "properties"}}
	for _, q := range e.Properties {
		p.Paths[q.Name] = "/properties/" + q.Name
	}
	if len(p.Entry.Names) == 0 && len(p.Entry.Identifiers) == 0 && len(p.Entry.Websites) == 0 {
		return obj, nil
	}
	if len(e.Get("name")) == 0 {
		p.Path = "/properties"
	}
	obj.Parties = []ObjectParty{p}
	return obj, nil
}

// objectReader gathers the parties of a flat object. The first is the main one.
type objectReader struct {
	opts   Options
	drafts []*objectDraft
	obj    Object
	err    error
}

type objectDraft struct {
	draft
	role  string
	path  string
	named bool
	paths map[string]string
}

// maxDepth bounds objects within objects.
const maxDepth = 8

// party returns the draft of a role; every call for a role other than "" with
// fresh makes another one, since a row may have two owners.
func (r *objectReader) party(role string, fresh bool) *objectDraft {
	if !fresh {
		for _, d := range r.drafts {
			if d.role == role {
				return d
			}
		}
	}
	d := &objectDraft{draft: draft{own: r.opts.Own}, role: role, paths: map[string]string{}}
	r.drafts = append(r.drafts, d)
	return d
}

// read takes in the keys of the whole object.
func (r *objectReader) read(o *fastjson.Object) {
	r.party("", true)
	o.Visit(func(key []byte, v *fastjson.Value) {
		k := string(key)
		if r.err != nil {
			return
		}
		m, ok := recogniseKey(k)
		if !ok || v.Type() == fastjson.TypeNull || !r.opts.Own && m.Field.isListing() {
			r.obj.Ignored = append(r.obj.Ignored, k)
			return
		}
		r.obj.Used = append(r.obj.Used, k)
		if m.Main {
			m.Role = ""
		}
		r.value(r.party(m.Role, false), m, k, v, "/"+escape(k), 0)
	})
}

// recogniseKey knows keys of JSON besides the headers of tables.
func recogniseKey(k string) (Meaning, bool) {
	switch k {
	case "id":
		return Meaning{Field: Key}, true
	case "identifiers", "ids":
		return Meaning{Field: Identifier}, true
	case "schema":
		return Meaning{Field: Type}, true
	}
	return Recognise(k)
}

func escape(k string) string {
	out := make([]byte, 0, len(k))
	for i := 0; i < len(k); i++ {
		switch k[i] {
		case '~':
			out = append(out, "~0"...)
		case '/':
			out = append(out, "~1"...)
		default:
			out = append(out, k[i])
		}
	}
	return string(out)
}

// value takes in one value of a key, a list of them or an object.
func (r *objectReader) value(d *objectDraft, m Meaning, key string, v *fastjson.Value, path string, depth int) {
	if depth > maxDepth {
		r.err = errkind.New(errkind.Invalid, fmt.Sprintf("objects are nested more than %d deep", maxDepth))
		return
	}
	switch v.Type() {
	case fastjson.TypeNull:
	case fastjson.TypeArray:
		items, err := v.Array()
		if err != nil {
			r.err = err
			return
		}
		for i, item := range items {
			if m.Role != "" && m.Field == Name && d.hasAny() {
				d = r.party(m.Role, true) // the next owner, not another name of the first
			}
			r.value(d, m, key, item, fmt.Sprintf("%s/%d", path, i), depth+1)
		}
	case fastjson.TypeObject:
		r.object(d, m, key, v, path, depth)
	case fastjson.TypeString:
		r.text(d, m, key, string(v.GetStringBytes()), path)
	default:
		r.text(d, m, key, v.String(), path)
	}
}

func (r *objectReader) text(d *objectDraft, m Meaning, key, text, path string) {
	if clean(text) == "" {
		return
	}
	d.add(m, key, text)
	if _, ok := d.paths[key]; !ok {
		d.paths[key] = path
	}
	decides := m.Field == Identifier || m.Field == Website && d.role == ""
	if name := m.Field.bearsName() && !isNone(text); name && !d.named || decides && d.path == "" {
		d.path, d.named = path, name
	}
}

// object reads an identifier, a name, an address, or another party.
func (r *objectReader) object(d *objectDraft, m Meaning, key string, v *fastjson.Value, path string, depth int) {
	get := func(keys ...string) string {
		for _, k := range keys {
			switch x := v.Get(k); {
			case x == nil:
			case x.Type() == fastjson.TypeString:
				return string(x.GetStringBytes())
			case x.Type() == fastjson.TypeNumber:
				return x.String()
			}
		}
		return ""
	}
	switch {
	case m.Field == Identifier:
		scheme := m.Scheme
		if f, ok := ParseField(get("scheme", "type", "kind")); ok && f.Field == Identifier && scheme == "" {
			scheme = f.Scheme
		} else if f, ok := Recognise(get("scheme", "type", "kind")); ok && f.Field == Identifier && scheme == "" {
			scheme = f.Scheme
		}
		value := get("value", "number", "id", "address")
		if c := get("currency", "symbol", "asset"); c != "" && (scheme == "" || scheme == "wallet") {
			scheme = party.Wallet(strings.ToLower(c))
		}
		if clean(value) == "" {
			d.keep(key, v.String())
			return
		}
		country := CountryOf(get("country", "issuer", "country_code"))
		d.identities = append(d.identities, identity{scheme: scheme, country: country, value: clean(value), label: get("scheme", "type", "kind")})
		if d.path == "" {
			d.path = path
		}
	case m.Role == "" && m.Field.isName() && (v.Exists("full") || v.Exists("value") || v.Exists("name") && !m.Main):
		kind := m
		if f, ok := ParseField(get("kind", "type")); ok && f.Field.isName() {
			kind = f
		}
		r.text(d, kind, key, get("full", "name", "value"), path)
	case m.Field == Address || m.Field == Street || m.Role == "" && m.Field == City:
		r.address(d, v)
	case m.Role != "" || m.Field == Name:
		sub := d
		if m.Role != "" && (d.role != m.Role || d.hasAny()) {
			sub = r.party(m.Role, true)
		}
		r.into(sub, v, path, depth)
	default:
		d.keep(key, v.String())
	}
}

// isName says that a field holds whole names.
func (f Field) isName() bool {
	switch f {
	case Name, NameVariant, Company, Individual, Vessel, Aircraft, Alias, WeakAlias, Trading, Former:
		return true
	}
	return false
}

func (d *objectDraft) hasAny() bool { return d.path != "" }

// into reads the keys of an object as those of one party.
func (r *objectReader) into(d *objectDraft, v *fastjson.Value, path string, depth int) {
	v.GetObject().Visit(func(key []byte, v *fastjson.Value) {
		k := string(key)
		m, ok := recogniseKey(k)
		if !ok || r.err != nil || !r.opts.Own && m.Field.isListing() {
			return
		}
		m.Role, m.Main = "", false
		r.value(d, m, k, v, path+"/"+escape(k), depth+1)
	})
}

func (r *objectReader) address(d *objectDraft, v *fastjson.Value) {
	var a draft
	v.GetObject().Visit(func(key []byte, v *fastjson.Value) {
		m, ok := Recognise(string(key))
		if v.Type() != fastjson.TypeString || !ok {
			return
		}
		if m.Field == Country {
			m.Field = AddrCountry
		}
		if text := clean(string(v.GetStringBytes())); text != "" && !isNone(text) {
			a.addPlace(m.Field, text)
		}
	})
	full := v.GetStringBytes("full")
	a.address.Full = clean(string(full))
	for _, s := range a.addresses {
		if s != a.address.Full {
			a.address.Full = joined(a.address.Full, s)
		}
	}
	if a.address != (party.Address{}) {
		d.entry.Addresses = append(d.entry.Addresses, a.address)
	}
}

func (r *objectReader) finish() *Object {
	key := ""
	for _, d := range r.drafts {
		if key == "" {
			key = d.key
		}
	}
	for i, d := range r.drafts {
		p := ObjectParty{Path: d.path, Paths: d.paths}
		p.Role, p.Key, p.Weak, p.Listing = d.role, key, d.weak, d.listing
		if i == 0 && d.kind == party.Unknown {
			d.kind = r.opts.Kind
		}
		p.Entry = d.finish()
		if len(p.Entry.Names)+len(p.Entry.Identifiers)+len(p.Entry.Websites) > 0 {
			r.obj.Parties = append(r.obj.Parties, p)
		}
	}
	return &r.obj
}

// KeyUse says in words what a key of an object is read as; "" for one that is
// ignored.
func KeyUse(key string) string {
	if key == "properties" {
		return "FollowTheMoney properties"
	}
	m, ok := recogniseKey(key)
	if !ok {
		return ""
	}
	return Column{Meaning: m}.Use()
}
