// SPDX-License-Identifier: Apache-2.0

package documents

import (
	"bytes"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/valyala/fastjson"

	"github.com/interdict-dev/interdict/infra"
	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/rows"
	"github.com/interdict-dev/interdict/subject"
)

// maxMessage bounds a document that is one JSON value or one message.
const maxMessage = 1 << 30

// headHolds knows a bill of materials by a key near its start.
func headHolds(head []byte, words ...string) bool {
	if !isLines("", head) {
		return false
	}
	for _, w := range words {
		if !bytes.Contains(head, []byte(w)) {
			return false
		}
	}
	return true
}

func isCycloneDX(_ string, head []byte) bool { return headHolds(head, `"bomFormat"`, "CycloneDX") }

func isSPDX(_ string, head []byte) bool {
	return headHolds(head, `"spdxVersion"`) || headHolds(head, `"@context"`, "spdx.org")
}

// A bom walks a bill of materials. Rows count its components, services and the
// document itself, from 1.
type bom struct {
	d     *Document
	yield func(subject.Subject, error) bool
	row   int
	id    string     // of the component
	at    party.Date // the day of the document: what it names was in use then
	gave  bool       // the component gave a subject
	ended bool       // the caller has seen enough

	pointer func(string) string // what a JSON pointer is in this form; nil for JSON
}

// openBOM reads a whole JSON document and hands it to walk.
func openBOM(d *Document, src *source, walk func(b *bom, v *fastjson.Value) error) error {
	d.coverage.Encoding = "utf-8"
	data, err := io.ReadAll(io.LimitReader(src, maxMessage+1))
	if err != nil {
		return err
	}
	if len(data) > maxMessage {
		return errkind.New(errkind.Invalid, fmt.Sprintf("the document is longer than %d bytes", maxMessage))
	}
	v, err := fastjson.ParseBytes(bytes.TrimPrefix(data, []byte("\xEF\xBB\xBF")))
	if err != nil {
		return errkind.Wrap(errkind.Invalid, fmt.Errorf("not JSON, or cut short: %w", err))
	}
	d.read = func(yield func(subject.Subject, error) bool) {
		b := &bom{d: d, yield: yield}
		if err := walk(b, v); err != nil && !b.ended {
			yield(subject.Subject{}, fmt.Errorf("%s: %w", d.name, err))
		}
	}
	return nil
}

// begin starts a component or service.
func (b *bom) begin(id string) { b.row, b.id, b.gave = b.row+1, id, false }

// done counts the component; one that names nobody is counted as skipped.
func (b *bom) done() {
	b.d.coverage.Rows++
	if !b.gave {
		b.d.coverage.Skipped++
	}
}

func (b *bom) emit(role, path string, e party.Entry) { b.emitAt(role, path, e, infra.Indicator{}) }

func (b *bom) emitAt(role, path string, e party.Entry, host infra.Indicator) {
	if b.ended || len(e.Names)+len(e.Websites)+len(e.Identifiers) == 0 {
		return
	}
	b.gave = true
	if b.pointer != nil {
		path = b.pointer(path)
	}
	s := subject.Subject{ID: b.id, Row: b.row, Role: role, Pointer: b.d.name + "#" + path, Party: e, Host: host, At: b.at}
	if !b.yield(s, nil) {
		b.ended = true
	}
}

func named(kind party.Kind, name string) party.Entry {
	e := party.Entry{Kind: kind}
	if name = strings.TrimSpace(name); name != "" {
		e.Names = []party.Name{{Full: name}}
	}
	return e
}

func openCycloneDX(d *Document, src *source) error { return openBOM(d, src, (*bom).cycloneDX) }

func (b *bom) cycloneDX(v *fastjson.Value) error {
	if string(v.GetStringBytes("bomFormat")) != "CycloneDX" {
		return errkind.New(errkind.Invalid, "bomFormat is not CycloneDX")
	}
	b.begin(str(v, "serialNumber"))
	meta := v.Get("metadata")
	b.at = dayOf(str(v, "metadata", "timestamp"))
	b.makers(meta, "/metadata")
	b.done()
	if tools := meta.Get("tools"); tools != nil && tools.Type() == fastjson.TypeObject { // a list of names before 1.5
		b.components(tools, "/metadata/tools", 0)
	}
	if c := meta.Get("component"); c != nil {
		b.component(c, "/metadata/component", 0)
	}
	b.components(v, "", 0)
	return nil
}

// dayOf reads the day of a time of ISO 8601, as both formats print it; zero where
// it is none, and the day of the facts is asked about then.
func dayOf(s string) party.Date {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return party.Date{}
	}
	return party.DateOf(t.UTC())
}

// withScheme makes a web address of an endpoint that is a host alone.
func withScheme(u string) string {
	if u = strings.TrimSpace(u); u == "" || strings.Contains(u, "://") {
		return u
	}
	return "https://" + u
}

func str(v *fastjson.Value, keys ...string) string { return string(v.GetStringBytes(keys...)) }

// maxNested bounds components within components.
const maxNested = 64

func (b *bom) components(v *fastjson.Value, path string, depth int) {
	for i, c := range v.GetArray("components") {
		b.component(c, fmt.Sprintf("%s/components/%d", path, i), depth)
	}
	for i, s := range v.GetArray("services") {
		b.service(s, fmt.Sprintf("%s/services/%d", path, i), depth)
	}
}

func (b *bom) component(c *fastjson.Value, path string, depth int) {
	if b.ended {
		return
	}
	id := str(c, "bom-ref")
	if id == "" {
		id = str(c, "purl")
	}
	b.begin(id)
	b.makers(c, path)
	b.references(c, path)
	b.namespace(str(c, "purl"), path+"/purl")
	b.done()
	b.tooDeep(depth, path)
	b.components(c, path, depth+1)
}

// tooDeep ends the walk of a document that is nested without end.
func (b *bom) tooDeep(depth int, path string) {
	if depth > maxNested && !b.ended {
		b.ended = true
		b.yield(subject.Subject{}, errkind.New(errkind.Invalid, fmt.Sprintf("%s#%s: components are nested more than %d deep", b.d.name, path, maxNested)))
	}
}

// makers yields those who made or supplied something. "manufacture" is the name
// of CycloneDX 1.5 and before.
func (b *bom) makers(v *fastjson.Value, path string) {
	for _, k := range []string{"supplier", "manufacturer", "manufacture"} {
		if o := v.Get(k); o != nil {
			b.organization(k, o, path+"/"+k)
		}
	}
	for _, k := range []string{"publisher", "author"} {
		if name := str(v, k); name != "" {
			b.emit(k, path+"/"+k, named(party.Unknown, name))
		}
	}
	for i, a := range v.GetArray("authors") {
		e := named(party.Unknown, str(a, "name"))
		addMail(&e, str(a, "email"))
		b.emit("author", fmt.Sprintf("%s/authors/%d/name", path, i), e)
	}
}

func addMail(e *party.Entry, mail string) {
	if mail == "" {
		return
	}
	e.Emails = append(e.Emails, mail)
	if w := rows.MailDomain(mail); w != "" {
		e.Websites = append(e.Websites, w)
	}
}

func (b *bom) organization(role string, o *fastjson.Value, path string) {
	e := named(party.Organization, str(o, "name"))
	for _, u := range o.GetArray("url") {
		e.Websites = append(e.Websites, string(u.GetStringBytes()))
	}
	if a := o.Get("address"); a != nil {
		e.Addresses = []party.Address{{Street: str(a, "streetAddress"), City: str(a, "locality"), Region: str(a, "region"), Postal: str(a, "postalCode"), Country: rows.CountryOf(str(a, "country"))}}
		if c := e.Addresses[0].Country; c != "" {
			e.Countries = []string{c}
		}
	}
	contacts := o.GetArray("contact")
	for _, c := range contacts {
		addMail(&e, str(c, "email"))
	}
	b.emit(role, path+"/name", e)
	for i, c := range contacts {
		b.emit(role+" contact", fmt.Sprintf("%s/contact/%d/name", path, i), named(party.Person, str(c, "name")))
	}
}

// place yields one machine that a bill of materials names: an endpoint, the place
// of a download, a website. What is no web address, as a BOM-Link or a scheme of
// packages, is none.
func (b *bom) place(role, u, path string) {
	u = strings.TrimSpace(u)
	scheme, _, ok := strings.Cut(u, "://")
	if !ok {
		return
	}
	if i := strings.IndexByte(scheme, '+'); i > 0 {
		u = u[i+1:] // git+https://
	}
	e := party.Entry{Websites: []string{u}}
	host, err := infra.Parse(u)
	if err != nil {
		host = infra.Indicator{} // kept as a website: its domain is looked up all the same
	}
	b.emitAt(role, path, e, host)
}

// references yields the web addresses of a component, each with its own place.
func (b *bom) references(c *fastjson.Value, path string) {
	for i, r := range c.GetArray("externalReferences") {
		role := "reference"
		if t := str(r, "type"); t == "distribution" || t == "distribution-intake" || t == "vcs" || t == "source-distribution" {
			role = "download location"
		}
		b.place(role, str(r, "url"), fmt.Sprintf("%s/externalReferences/%d/url", path, i))
	}
}

func (b *bom) service(s *fastjson.Value, path string, depth int) {
	if b.ended {
		return
	}
	b.begin(str(s, "bom-ref"))
	if p := s.Get("provider"); p != nil {
		b.organization("service provider", p, path+"/provider")
	}
	for i, u := range s.GetArray("endpoints") {
		b.place("service endpoint", withScheme(string(u.GetStringBytes())), fmt.Sprintf("%s/endpoints/%d", path, i))
	}
	b.references(s, path)
	b.done()
	b.tooDeep(depth, path)
	b.components(s, path, depth+1)
}

// namespace yields whose package a package URL names: the domain that a Maven
// group or a Go module begins with, the owner of an npm scope or a repository.
func (b *bom) namespace(purl, path string) {
	rest, ok := strings.CutPrefix(purl, "pkg:")
	if !ok {
		return
	}
	rest, _, _ = strings.Cut(rest, "?")
	rest, _, _ = strings.Cut(rest, "#")
	parts := strings.Split(rest, "/")
	if len(parts) < 3 {
		return // without a namespace
	}
	kind, space := parts[0], parts[1:len(parts)-1]
	for i, p := range space {
		if u, err := url.PathUnescape(p); err == nil {
			space[i] = u
		}
	}
	var e party.Entry
	switch kind {
	case "maven":
		labels := strings.Split(space[0], ".")
		for i, j := 0, len(labels)-1; i < j; i, j = i+1, j-1 {
			labels[i], labels[j] = labels[j], labels[i]
		}
		e.Websites = []string{strings.Join(labels, ".")}
	case "golang":
		e.Websites = []string{space[0]}
		if len(space) > 1 {
			e.Names = []party.Name{{Full: space[1]}}
		}
	default:
		e.Names = []party.Name{{Full: strings.TrimPrefix(space[len(space)-1], "@")}}
	}
	b.emit("namespace", path, e)
}

func openSPDX(d *Document, src *source) error {
	return openBOM(d, src, func(b *bom, v *fastjson.Value) error {
		if v.Exists("@graph") {
			b.spdx3(v)
			return nil
		}
		if !v.Exists("spdxVersion") {
			return errkind.New(errkind.Invalid, "the document has neither spdxVersion nor @graph")
		}
		b.spdx2(v)
		return nil
	})
}

func (b *bom) spdx2(v *fastjson.Value) {
	b.begin(str(v, "documentNamespace"))
	b.at = dayOf(str(v, "creationInfo", "created"))
	for i, c := range v.GetArray("creationInfo", "creators") {
		b.actor("creator", string(c.GetStringBytes()), fmt.Sprintf("/creationInfo/creators/%d", i))
	}
	b.done()
	for i, p := range v.GetArray("packages") {
		b.spdxPackage(p, fmt.Sprintf("/packages/%d", i))
	}
}

func (b *bom) spdxPackage(p *fastjson.Value, path string) {
	b.begin(str(p, "SPDXID"))
	b.actor("supplier", str(p, "supplier"), path+"/supplier")
	b.actor("originator", str(p, "originator"), path+"/originator")
	b.place("download location", str(p, "downloadLocation"), path+"/downloadLocation")
	b.place("reference", str(p, "homepage"), path+"/homepage")
	for i, r := range p.GetArray("externalRefs") {
		at := fmt.Sprintf("%s/externalRefs/%d/referenceLocator", path, i)
		if str(r, "referenceType") == "purl" {
			b.namespace(str(r, "referenceLocator"), at)
		} else {
			b.place("reference", str(r, "referenceLocator"), at)
		}
	}
	b.done()
}

// actor reads "Organization: Acme (info@acme.example)" of SPDX 2. A tool is no
// party.
func (b *bom) actor(role, s, path string) {
	kind, name, ok := strings.Cut(s, ":")
	var k party.Kind
	switch {
	case !ok || kind == "Tool":
		return
	case kind == "Organization":
		k = party.Organization
	case kind == "Person":
		k = party.Person
	}
	name, mail := strings.TrimSpace(name), ""
	if i := strings.LastIndexByte(name, '('); i >= 0 && strings.HasSuffix(name, ")") {
		if in := name[i+1 : len(name)-1]; in == "" || strings.Contains(in, "@") {
			name, mail = name[:i], in
		}
	}
	e := named(k, name)
	addMail(&e, mail)
	b.emit(role, path, e)
}

// spdx3 reads the graph of SPDX 3: who supplied what is told by identifiers of
// elements that stand elsewhere in it.
func (b *bom) spdx3(v *fastjson.Value) {
	graph := v.GetArray("@graph")
	agents := map[string]int{}
	for i, e := range graph {
		switch str(e, "type") {
		case "Organization", "Person", "Agent":
			agents[str(e, "spdxId")] = i
		case "CreationInfo":
			b.at = dayOf(str(e, "created"))
		}
	}
	for i, p := range graph {
		if b.ended {
			return
		}
		if t := str(p, "type"); !strings.HasSuffix(t, "Package") && !strings.HasSuffix(t, "File") && t != "SpdxDocument" && t != "CreationInfo" {
			continue
		}
		path := fmt.Sprintf("/@graph/%d", i)
		b.begin(str(p, "spdxId"))
		for _, k := range []string{"suppliedBy", "originatedBy", "createdBy"} {
			refs := p.GetArray(k)
			if one := p.Get(k); one != nil && one.Type() == fastjson.TypeString {
				refs = []*fastjson.Value{one}
			}
			for _, r := range refs {
				if j, ok := agents[string(r.GetStringBytes())]; ok {
					b.agent(k, graph[j], fmt.Sprintf("/@graph/%d/name", j))
				}
			}
		}
		b.place("download location", str(p, "software_downloadLocation"), path+"/software_downloadLocation")
		b.place("reference", str(p, "software_homePage"), path+"/software_homePage")
		b.namespace(str(p, "software_packageUrl"), path+"/software_packageUrl")
		b.done()
	}
}

func (b *bom) agent(role string, v *fastjson.Value, path string) {
	e := named(party.Unknown, str(v, "name"))
	switch str(v, "type") {
	case "Organization":
		e.Kind = party.Organization
	case "Person":
		e.Kind = party.Person
	}
	for _, x := range v.GetArray("externalIdentifier") {
		if str(x, "externalIdentifierType") == "email" {
			addMail(&e, str(x, "identifier"))
		}
	}
	b.emit(map[string]string{"suppliedBy": "supplier", "originatedBy": "originator", "createdBy": "creator"}[role], path, e)
}
