// SPDX-License-Identifier: Apache-2.0

package ofac

import (
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/interdict-dev/interdict/internal/xmlscan"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/watchlist"
)

// Advanced reads SDN_ADVANCED.XML and CONS_ADVANCED.XML, the only format that
// carries other scripts, the parts of names, relations and the dates of entries.
// Schema: https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/ADVANCED_XML.xsd;
// before 2024 the namespace was http://www.un.org/sanctions/1.0.
//
// The file names a party in one section, its documents in a section before it
// and its relations and listings in sections after it, so nothing is yielded
// before the whole file is read.
type Advanced struct{}

// Format returns "ofac-advanced".
func (Advanced) Format() string { return "ofac-advanced" }

// Detect reads the date of issue. The file's name says which list it is; where
// it does not, the listings in it do, and Detect reads them all.
func (Advanced) Detect(files fs.FS) (watchlist.Header, error) {
	name, err := xmlFile(files, "Sanctions")
	if err != nil {
		return watchlist.Header{}, err
	}
	d := &advanced{file: name, headOnly: listOfFile(name) != ""}
	if err := d.read(files); err != nil && !errors.Is(err, errHead) {
		return watchlist.Header{}, err
	}
	list, err := d.list()
	if err != nil {
		return watchlist.Header{}, err
	}
	return watchlist.Header{List: list, Title: title(list), Published: d.issued}, nil
}

// Parse yields the entries in the order of the file, then the rejects.
func (Advanced) Parse(files fs.FS) iter.Seq2[party.Entry, error] {
	return func(yield func(party.Entry, error) bool) {
		name, err := xmlFile(files, "Sanctions")
		if err != nil {
			yield(party.Entry{}, err)
			return
		}
		d := &advanced{file: name}
		if err := d.read(files); err != nil {
			yield(party.Entry{}, err)
			return
		}
		if err := d.finish(); err != nil {
			yield(party.Entry{}, err)
			return
		}
		for i := range d.parties {
			if !d.parties[i].rejected && !yield(d.parties[i].Entry, nil) {
				return
			}
		}
		for _, r := range d.rejects {
			if !yield(party.Entry{}, r) {
				return
			}
		}
	}
}

// errHead ends a reading that wants the head only.
var errHead = errors.New("the head is read")

// An advanced is one reading of an ADVANCED file.
type advanced struct {
	*tree
	file     string
	headOnly bool
	issued   party.Date
	sections int // how many of sectionOrder have begun

	refs      references
	locations map[int]location
	documents map[int][]identityDocument // by identity
	parties   []advancedParty
	profiles  map[int]int // profile → index in parties
	fixedRefs map[string]bool
	countries map[string]string // printed name → code or the name
	rejects   []*watchlist.Reject

	keep func(name, value string) // takes what the present item holds and we have no place for
}

type advancedParty struct {
	party.Entry
	line     int
	rejected bool
}

// sectionOrder is the order in which the schema puts the sections. Each needs
// those before it.
var sectionOrder = [...]string{"DateOfIssue", "ReferenceValueSets", "Locations", "IDRegDocuments", "DistinctParties", "ProfileRelationships", "SanctionsEntries", "SanctionsEntryLinks"}

func (d *advanced) read(files fs.FS) error {
	f, err := files.Open(d.file)
	if err != nil {
		return err
	}
	defer f.Close()
	d.tree = &tree{Scanner: xmlscan.New(f, 0)}
	d.locations, d.documents = map[int]location{}, map[int][]identityDocument{}
	d.profiles, d.fixedRefs, d.countries = map[int]int{}, map[string]bool{}, map[string]string{}
	d.refs = references{}
	if err := d.root(); err != nil {
		if errors.Is(err, errHead) {
			return err
		}
		return fmt.Errorf("%s: %w", d.file, err)
	}
	return nil
}

func (d *advanced) root() error {
	if _, err := d.Next(); err != nil {
		return err
	}
	if string(d.Name()) != "Sanctions" {
		return watchlist.ErrFormat
	}
	if v := d.Attr("DeltaBaseVersion"); len(v) > 0 {
		return fmt.Errorf("a file of changes against version %s is no edition: fetch the whole file", v)
	}
	if err := d.children(d.section); err != nil {
		return err
	}
	if _, err := d.Next(); err != nil { // what follows the root element
		return err
	}
	for i, name := range sectionOrder[:len(sectionOrder)-1] {
		if d.sections&(1<<i) == 0 {
			return fmt.Errorf("the section %s is missing", name)
		}
	}
	return nil
}

func (d *advanced) section() error {
	name := string(d.Name())
	i := slices.Index(sectionOrder[:], name)
	if i < 0 {
		return d.unread(name)
	}
	if d.sections>>i != 0 {
		return fmt.Errorf("line %d: the section %s stands twice or too late", d.Line(), name)
	}
	d.sections |= 1 << i
	switch name {
	case "DateOfIssue":
		date, err := d.date()
		d.issued = date
		if err == nil && d.headOnly {
			return errHead
		}
		return err
	case "ReferenceValueSets":
		return d.children(func() error { return d.children(d.reference) })
	case "Locations":
		return d.items("Location", d.location)
	case "IDRegDocuments":
		return d.items("IDRegDocument", d.document)
	case "DistinctParties":
		return d.items("DistinctParty", d.distinctParty)
	case "ProfileRelationships":
		return d.items("ProfileRelationship", d.relationship)
	case "SanctionsEntries":
		return d.items("SanctionsEntry", d.sanctionsEntry)
	}
	return d.children(func() error { return d.unread("SanctionsEntryLinks/" + string(d.Name())) })
}

// items reads the elements of a section. One that is well-formed but wrong is a
// reject; the others are read all the same.
func (d *advanced) items(name string, read func() error) error {
	return d.children(func() error {
		if string(d.Name()) != name {
			return d.unread(string(d.Name()))
		}
		d.Mark()
		depth, line := d.Depth(), d.Line()
		id := string(d.Attr("ID"))
		if id == "" {
			id = string(d.Attr("FixedRef"))
		}
		err := read()
		d.keep = nil
		if err == nil || isSyntax(err) {
			return err
		}
		if err := d.leave(depth); err != nil {
			return err
		}
		d.reject(line, id, d.Marked(), "%v", err)
		return nil
	})
}

// unread keeps an element that this reader does not know with what it stands
// in. Outside of entries it is a reject, so that a person sees it.
func (d *advanced) unread(what string) error {
	if d.keep != nil {
		text, err := d.flatText()
		if text != "" {
			d.keep(what, text)
		}
		return err
	}
	d.Mark()
	line, id := d.Line(), string(d.Attr("ID"))
	if err := d.Skip(); err != nil {
		return err
	}
	d.reject(line, id, d.Marked(), "an element %s, which this program does not know", what)
	return nil
}

func (d *advanced) reject(line int, id, raw, format string, args ...any) {
	d.rejects = append(d.rejects, &watchlist.Reject{File: d.file, Line: line, ID: id, Reason: fmt.Sprintf(format, args...), Raw: raw})
}

// A reference is one value of the file's own reference value sets.
type reference struct {
	text string
	code string // ISO2 of a country, lower case
	up   int    // PartyTypeID of a PartySubType, CountryID of an AreaCode
}

// references holds the reference value sets by the name of their elements.
type references map[string]map[int]reference

// label returns the text of a value, and for a number that the file does not
// define the number itself, so that it is seen.
func (r references) label(set string, id int) string {
	v, ok := r[set][id]
	if !ok {
		return set + " " + strconv.Itoa(id)
	}
	return v.text
}

// said is label, but "" for OFAC's "Unknown".
func (r references) said(set string, id int) string {
	if s := r.label(set, id); s != unknown {
		return s
	}
	return ""
}

func (d *advanced) reference() error {
	set := string(d.Name())
	id, err := d.number("ID")
	if err != nil {
		return err
	}
	var v reference
	switch set {
	case "Country":
		v.code = lower(d.Attr("ISO2"))
	case "AreaCode":
		v.up, err = d.number("CountryID")
	case "PartySubType":
		v.up, err = d.number("PartyTypeID")
	}
	if err != nil {
		return err
	}
	text, err := d.Value()
	if err != nil {
		return err
	}
	v.text = trimmed(text)
	if d.refs[set] == nil {
		d.refs[set] = map[int]reference{}
	}
	d.refs[set][id] = v
	return nil
}

// country returns the code of a country of the reference values, or its name.
func (d *advanced) country(id int) string {
	c, ok := d.refs["Country"][id]
	if ok && c.code != "" {
		return c.code
	}
	return d.countryNamed(d.refs.label("Country", id))
}

// undetermined is OFAC's country of an address whose country it does not know.
const undetermined = "undetermined"

func (d *advanced) countryNamed(name string) string {
	if name == undetermined {
		return ""
	}
	c, ok := d.countries[name]
	if !ok {
		c = countryOf(name)
		d.countries[name] = c
	}
	return c
}

// A location is a place in the forms that the file gives: the first in Latin
// script, then others.
type location struct {
	addresses []party.Address
	country   string // what a nationality means by it
}

func (d *advanced) location() error {
	id, err := d.number("ID")
	if err != nil {
		return err
	}
	var country string
	var parts []locationPart
	d.keep = func(name, value string) { parts = append(parts, locationPart{kind: name, value: name + " " + value}) }
	err = d.children(func() error {
		switch string(d.Name()) {
		case "LocationCountry":
			n, err := d.number("CountryID")
			if err != nil {
				return err
			}
			country = d.refs.label("Country", n)
			if code := d.country(n); code != "" {
				country = code
			}
		case "LocationAreaCode":
			n, err := d.number("AreaCodeID")
			if err != nil {
				return err
			}
			if country == "" {
				if up := d.refs["AreaCode"][n].up; up != 0 {
					country = d.refs.label("Country", up)
					if code := d.country(up); code != "" {
						country = code
					}
				}
			}
		case "LocationPart":
			n, err := d.number("LocPartTypeID")
			if err != nil {
				return err
			}
			return d.locationPart(d.refs.label("LocPartType", n), &parts)
		case "FeatureVersionReference", "IDRegDocumentReference":
			// They point back at who uses the place, and say no more.
		default:
			return d.unread("Location/" + string(d.Name()))
		}
		return d.Skip()
	})
	if err == nil {
		d.locations[id] = newLocation(country, parts, d.countryNamed)
	}
	return err
}

type locationPart struct {
	kind   string
	script string // "" for the main form
	value  string
}

func (d *advanced) locationPart(kind string, parts *[]locationPart) error {
	return d.children(func() error {
		if string(d.Name()) != "LocationPartValue" {
			return d.unread("LocationPart/" + string(d.Name()))
		}
		p := locationPart{kind: kind}
		primary := string(d.Attr("Primary")) != "false"
		err := d.children(func() error {
			name := string(d.Name())
			text, err := d.Value()
			switch {
			case err != nil:
				return err
			case name == "Comment":
				p.script = trimmed(text)
			case name == "Value":
				p.value = trimmed(text)
			default:
				p.value += " " + trimmed(text)
			}
			return nil
		})
		if primary {
			p.script = ""
		} else if p.script == "" {
			p.script = "other"
		}
		*parts = append(*parts, p)
		return err
	})
}

// newLocation makes one address for each script.
func newLocation(country string, parts []locationPart, code func(string) string) location {
	l := location{country: country}
	var scripts []string
	for _, p := range parts {
		if !slices.Contains(scripts, p.script) {
			scripts = append(scripts, p.script)
		}
		if l.country == "" && p.kind == unknown {
			l.country = code(p.value)
		}
	}
	slices.Sort(scripts) // the main form has the empty script
	for _, s := range scripts {
		a := party.Address{}
		for _, p := range parts {
			if p.script == s {
				addPart(&a, p.kind, p.value)
			}
		}
		setCountry(&a, country)
		l.addresses = append(l.addresses, a)
	}
	if len(parts) == 0 && country != "" {
		a := party.Address{}
		setCountry(&a, country)
		l.addresses = []party.Address{a}
	}
	return l
}

func setCountry(a *party.Address, country string) {
	if country == undetermined {
		addPart(a, unknown, country)
		return
	}
	a.Country = country
}

// addPart puts a part of an address in its field by the label that both XML
// formats give it.
func addPart(a *party.Address, kind, value string) {
	field := &a.Full
	switch kind {
	case "ADDRESS1", "ADDRESS2", "ADDRESS3":
		field = &a.Street
	case "CITY":
		field = &a.City
	case "REGION", "STATE/PROVINCE":
		field = &a.Region
	case "POSTAL CODE":
		field = &a.Postal
	}
	if *field != "" {
		*field += ", "
	}
	*field += value
}

// An identityDocument waits for its owner, which stands later in the file.
type identityDocument struct {
	label, value, country, note string
	issued, expires             party.Date
}

func (d *advanced) document() error {
	kind, err := d.number("IDRegDocTypeID")
	if err != nil {
		return err
	}
	identity, err := d.number("IdentityID")
	if err != nil {
		return err
	}
	doc := identityDocument{label: d.refs.label("IDRegDocType", kind)}
	var notes noteList
	d.keep = notes.property
	if len(d.Attr("IssuedBy-CountryID")) > 0 {
		n, err := d.number("IssuedBy-CountryID")
		if err != nil {
			return err
		}
		doc.country = d.country(n)
	}
	if len(d.Attr("IssuedIn-LocationID")) > 0 {
		n, err := d.number("IssuedIn-LocationID")
		if err != nil {
			return err
		}
		for _, a := range d.locations[n].addresses {
			notes.add("issued in " + a.String())
		}
	}
	if v := d.Attr("ValidityID"); len(v) > 0 {
		n, err := d.number("ValidityID")
		if err != nil {
			return err
		}
		if s := d.refs.said("Validity", n); s != "Valid" {
			notes.add(s)
		}
	}
	err = d.children(func() error {
		switch name := string(d.Name()); name {
		case "IDRegistrationNo":
			text, err := d.Value()
			doc.value = trimmed(text)
			return err
		case "IssuingAuthority":
			text, err := d.Value()
			if s := trimmed(text); s != "" {
				notes.add("issued by " + s)
			}
			return err
		case "Comment":
			text, err := d.Value()
			notes.add(trimmed(text))
			return err
		case "DocumentDate":
			return d.documentDate(&doc, &notes)
		case "DocumentedNameReference", "FeatureVersionReference":
			// The name that the document gives, which is one of the party's names;
			// the feature that it confirms.
			return d.Skip()
		default:
			return d.unread("IDRegDocument/" + name)
		}
	})
	if err == nil {
		doc.note = notes.String()
		d.documents[identity] = append(d.documents[identity], doc)
	}
	return err
}

func (d *advanced) documentDate(doc *identityDocument, notes *noteList) error {
	n, err := d.number("IDRegDocDateTypeID")
	if err != nil {
		return err
	}
	kind := d.refs.label("IDRegDocDateType", n)
	return d.children(func() error {
		span, _, err := d.period()
		switch {
		case kind == "Issue Date" && doc.issued.IsZero() && span.From == span.To && !span.Circa:
			doc.issued = span.From
		case kind == "Expiration Date" && doc.expires.IsZero() && span.From == span.To && !span.Circa:
			doc.expires = span.From
		default:
			notes.add(kind + " " + span.String())
		}
		return err
	})
}

func (doc identityDocument) identifier(kind party.Kind) party.Identifier {
	id := document(doc.label, kind, doc.country, doc.value)
	id.Issued, id.Expires, id.Note = doc.issued, doc.expires, doc.note
	return id
}

func (d *advanced) distinctParty() error {
	index := len(d.parties)
	// The place is taken before the party is read and counts as rejected until
	// it is, since its profiles point to it.
	d.parties = append(d.parties, advancedParty{line: d.Line(), rejected: true})
	p := &d.parties[index]
	p.Ref.ID = string(d.Attr("FixedRef"))
	d.keep = func(name, value string) {
		p.Properties = append(p.Properties, party.Property{Name: name, Value: value})
	}
	var notes noteList
	profiles := 0
	err := d.children(func() error {
		switch name := string(d.Name()); name {
		case "Comment":
			text, err := d.Value()
			notes.add(trimmed(text))
			return err
		case "Profile":
			profiles++
			return d.profile(p, index)
		default:
			return d.unread(name)
		}
	})
	if err != nil {
		return err
	}
	p.Remarks = notes.String()
	switch {
	case p.Ref.ID == "":
		return errors.New("it has no FixedRef")
	case d.fixedRefs[p.Ref.ID]:
		return errors.New("its FixedRef stands twice in the file")
	case profiles == 0:
		return errors.New("it has no profile")
	case p.Name() == "":
		return errors.New("it has no name")
	}
	d.fixedRefs[p.Ref.ID] = true
	p.rejected = false
	return nil
}

func (d *advanced) profile(p *advancedParty, index int) error {
	id, err := d.number("ID")
	if err != nil {
		return err
	}
	sub, err := d.number("PartySubTypeID")
	if err != nil {
		return err
	}
	d.profiles[id] = index
	if err := d.setKind(p, sub); err != nil {
		return err
	}
	var others []party.Name // of identities that are not the primary one
	err = d.children(func() error {
		switch name := string(d.Name()); name {
		case "Identity":
			return d.identity(p, &others)
		case "Feature":
			return d.feature(&p.Entry)
		default:
			return d.unread(name)
		}
	})
	p.Names = append(p.Names, others...)
	return err
}

func (d *advanced) setKind(p *advancedParty, sub int) error {
	v, ok := d.refs["PartySubType"][sub]
	if !ok {
		return fmt.Errorf("line %d: the PartySubType %d of entry %s is not among the reference values", d.Line(), sub, p.Ref.ID)
	}
	label := v.text
	if label == unknown {
		label = d.refs.label("PartyType", v.up)
	}
	kind, err := party.ParseKind(label)
	if err != nil {
		p.Properties = append(p.Properties, party.Property{Name: "PartyType", Value: label})
	}
	p.Kind = kind
	return nil
}

// An unsortedName is a name before the types of its parts are known: the file
// gives them after the names.
type unsortedName struct {
	party.Name
	groups []int
	first  bool // the primary name in Latin script
}

func (d *advanced) identity(p *advancedParty, others *[]party.Name) error {
	id, err := d.number("ID")
	if err != nil {
		return err
	}
	primary := string(d.Attr("Primary")) != "false"
	invented := string(d.Attr("False")) == "true"
	var names []unsortedName
	types := map[int]party.PartType{}
	err = d.children(func() error {
		switch name := string(d.Name()); name {
		case "Alias":
			return d.alias(&names)
		case "NamePartGroups":
			return d.children(func() error { return d.children(func() error { return d.namePartGroup(types) }) })
		default:
			return d.unread("Identity/" + name)
		}
	})
	if err != nil {
		return err
	}
	slices.SortStableFunc(names, func(a, b unsortedName) int { return rank(a) - rank(b) })
	for _, n := range names {
		for i, g := range n.groups {
			n.Parts[i].Type = types[g]
		}
		n.Full = compose(n.Parts, n.Script)
		if invented {
			n.Weak = true
			p.Properties = append(p.Properties, party.Property{Name: "Identity (false)", Value: n.Full})
		}
		if primary {
			p.Names = append(p.Names, n.Name)
		} else {
			*others = append(*others, n.Name)
		}
	}
	for _, doc := range d.documents[id] {
		p.Identifiers = append(p.Identifiers, doc.identifier(p.Kind))
	}
	delete(d.documents, id)
	return nil
}

// rank puts the primary name in Latin script before all others.
func rank(n unsortedName) int {
	switch {
	case n.first:
		return 0
	case n.Kind == party.Primary:
		return 1
	}
	return 2
}

func (d *advanced) namePartGroup(types map[int]party.PartType) error {
	id, err := d.number("ID")
	if err != nil {
		return err
	}
	kind, err := d.number("NamePartTypeID")
	if err != nil {
		return err
	}
	types[id] = partType(d.refs.label("NamePartType", kind))
	return d.Skip()
}

func (d *advanced) alias(names *[]unsortedName) error {
	kind, err := d.number("AliasTypeID")
	if err != nil {
		return err
	}
	primary := string(d.Attr("Primary")) == "true"
	base := party.Name{Kind: nameKind(d.refs.label("AliasType", kind)), Weak: string(d.Attr("LowQuality")) == "true"}
	return d.children(func() error {
		if string(d.Name()) != "DocumentedName" {
			return d.unread("Alias/" + string(d.Name()))
		}
		status, err := d.number("DocNameStatusID")
		if err != nil {
			return err
		}
		n := unsortedName{Name: base, first: primary && d.refs.label("DocNameStatus", status) == "Primary Latin"}
		err = d.children(func() error {
			return d.children(func() error { return d.namePart(&n) })
		})
		*names = append(*names, n)
		return err
	})
}

func (d *advanced) namePart(n *unsortedName) error {
	if string(d.Name()) != "NamePartValue" {
		return d.unread("DocumentedNamePart/" + string(d.Name()))
	}
	group, err := d.number("NamePartGroupID")
	if err != nil {
		return err
	}
	script, err := d.number("ScriptID")
	if err != nil {
		return err
	}
	if n.Script == "" {
		n.Script = d.refs.said("Script", script)
	}
	text, err := d.Value()
	n.groups = append(n.groups, group)
	n.Parts = append(n.Parts, party.NamePart{Value: trimmed(text)})
	return err
}

func (d *advanced) feature(e *party.Entry) error {
	kind, err := d.number("FeatureTypeID")
	if err != nil {
		return err
	}
	label := d.refs.label("FeatureType", kind)
	return d.children(func() error {
		switch name := string(d.Name()); name {
		case "FeatureVersion":
			return d.featureVersion(e, label)
		case "IdentityReference":
			return d.Skip() // the identity that it belongs to is the party's own
		default:
			return d.unread("Feature/" + name)
		}
	})
}

func (d *advanced) featureVersion(e *party.Entry, label string) error {
	f := feature{label: label}
	if len(d.Attr("ReliabilityID")) > 0 {
		n, err := d.number("ReliabilityID")
		if err != nil {
			return err
		}
		f.reliability = d.refs.said("Reliability", n)
	}
	var places []location
	err := d.children(func() error {
		switch name := string(d.Name()); name {
		case "Comment":
			text, err := d.Value()
			f.comment = trimmed(text)
			return err
		case "DatePeriod":
			span, text, err := d.period()
			f.when = span
			if text != "" {
				f.comment += text
			}
			return err
		case "VersionDetail":
			return d.versionDetail(&f)
		case "VersionLocation":
			n, err := d.number("LocationID")
			if err != nil {
				return err
			}
			l, ok := d.locations[n]
			if !ok {
				return fmt.Errorf("line %d: the location %d is not in the file", d.Line(), n)
			}
			places = append(places, l)
			return d.Skip()
		default:
			return d.unread("FeatureVersion/" + name)
		}
	})
	if err != nil {
		return err
	}
	d.addFeature(e, f, places)
	return nil
}

func (d *advanced) addFeature(e *party.Entry, f feature, places []location) {
	if f.label != "Location" {
		for _, l := range places {
			f.country = l.country
			f.addTo(e)
		}
		if len(places) == 0 {
			f.addTo(e)
		}
		return
	}
	for _, l := range places {
		if f.reliability == "False" {
			for _, a := range l.addresses {
				f.text = a.String()
				f.addTo(e)
			}
			continue
		}
		e.Addresses = append(e.Addresses, l.addresses...)
		f.country = l.country
		if f.comment != "" {
			f.remark(e)
		}
	}
}

func (d *advanced) versionDetail(f *feature) error {
	if len(d.Attr("DetailReferenceID")) > 0 {
		n, err := d.number("DetailReferenceID")
		if err != nil {
			return err
		}
		f.text = d.refs.label("DetailReference", n)
	}
	text, err := d.Value()
	if s := trimmed(text); s != "" {
		f.text = s
	}
	return err
}

func (d *advanced) relationship() error {
	var numbers [4]int
	for i, name := range []string{"From-ProfileID", "To-ProfileID", "RelationTypeID", "RelationQualityID"} {
		n, err := d.number(name)
		if err != nil {
			return err
		}
		numbers[i] = n
	}
	r := party.Relation{Label: d.refs.label("RelationType", numbers[2]), Former: string(d.Attr("Former")) == "true", Quality: d.refs.said("RelationQuality", numbers[3])}
	r.Kind = relationKind(r.Label)
	var notes noteList
	d.keep = notes.property
	err := d.children(func() error {
		switch name := string(d.Name()); name {
		case "Comment":
			text, err := d.Value()
			notes.add(trimmed(text))
			return err
		case "DatePeriod":
			span, text, err := d.period()
			r.From, r.Until = span.From, span.To
			notes.add(text)
			return err
		default:
			return d.unread("ProfileRelationship/" + name)
		}
	})
	if err != nil {
		return err
	}
	r.Note = notes.String()
	from, okFrom := d.profiles[numbers[0]]
	to, okTo := d.profiles[numbers[1]]
	if !okFrom || !okTo {
		return fmt.Errorf("the relation %q ties profile %d to profile %d, and one of them is not in the file", r.Label, numbers[0], numbers[1])
	}
	r.To.ID = d.parties[to].Ref.ID // its list is known at the end
	p := &d.parties[from]
	p.Relations = append(p.Relations, r)
	return nil
}

func (d *advanced) sanctionsEntry() error {
	profile, err := d.number("ProfileID")
	if err != nil {
		return err
	}
	list, err := d.number("ListID")
	if err != nil {
		return err
	}
	l := party.Listing{List: listNamed(d.refs.label("List", list)), Authority: authority}
	var extra []party.Property
	d.keep = func(name, value string) { extra = append(extra, party.Property{Name: name, Value: value}) }
	err = d.children(func() error {
		switch name := string(d.Name()); name {
		case "EntryEvent":
			return d.entryEvent(&l)
		case "SanctionsMeasure":
			return d.measure(&l)
		default:
			return d.unread("SanctionsEntry/" + name)
		}
	})
	if err != nil {
		return err
	}
	i, ok := d.profiles[profile]
	if !ok {
		return fmt.Errorf("the listing is of profile %d, which is not in the file", profile)
	}
	p := &d.parties[i]
	p.Listings = append(p.Listings, l)
	p.Properties = append(p.Properties, extra...)
	return nil
}

// entryEvent reads a dated act about a listing. Its date is OFAC's, unchanged:
// an event whose date is earlier than the order it names gives the date on
// which the party was first listed, not that of the order's program.
func (d *advanced) entryEvent(l *party.Listing) error {
	kind, err := d.number("EntryEventTypeID")
	if err != nil {
		return err
	}
	basis, err := d.number("LegalBasisID")
	if err != nil {
		return err
	}
	e := party.Event{Type: d.refs.label("EntryEventType", kind), LegalBasis: d.refs.said("LegalBasis", basis)}
	err = d.children(func() error {
		switch name := string(d.Name()); name {
		case "Comment":
			text, err := d.Value()
			e.Comment = trimmed(text)
			return err
		case "Date":
			date, err := d.date()
			e.Date = date
			return err
		default:
			return d.unread("EntryEvent/" + name)
		}
	})
	l.Events = append(l.Events, e)
	if !e.Date.IsZero() && (l.Listed.IsZero() || e.Date.Compare(l.Listed) < 0) {
		l.Listed = e.Date
	}
	if e.LegalBasis != "" && !slices.Contains(l.LegalBasis, e.LegalBasis) {
		l.LegalBasis = append(l.LegalBasis, e.LegalBasis)
	}
	return err
}

func (d *advanced) measure(l *party.Listing) error {
	kind, err := d.number("SanctionsTypeID")
	if err != nil {
		return err
	}
	label := d.refs.label("SanctionsType", kind)
	var comment, period string
	err = d.children(func() error {
		switch name := string(d.Name()); name {
		case "Comment":
			text, err := d.Value()
			comment = trimmed(text)
			return err
		case "DatePeriod":
			span, text, err := d.period()
			period = span.String() + text
			return err
		default:
			return d.unread("SanctionsMeasure/" + name)
		}
	})
	switch {
	case label == "Program" && comment != "":
		l.Programs = appendNew(l.Programs, comment)
		comment = ""
	default:
		l.Measures = appendNew(l.Measures, label)
	}
	if comment != "" || period != "" {
		d.keep("SanctionsMeasure", strings.TrimSpace(label+": "+comment+" "+period))
	}
	return err
}

func appendNew(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// list says which list the file is: by its name, else by its listings. All
// parties of the SDN file are on the SDN list; in the other file all are on the
// consolidated list and few on the SDN list.
func (d *advanced) list() (party.ListID, error) {
	if list := listOfFile(d.file); list != "" {
		return list, nil
	}
	for _, list := range []party.ListID{SDN, Consolidated} {
		if len(d.parties) > 0 && d.listed(list) == len(d.parties) {
			return list, nil
		}
	}
	return "", fmt.Errorf("%s: neither its name nor its listings say whether it is the SDN list: name it SDN_ADVANCED.XML or CONS_ADVANCED.XML", d.file)
}

// listed counts the parties that have a listing of a list.
func (d *advanced) listed(list party.ListID) (n int) {
	for _, p := range d.parties {
		if slices.ContainsFunc(p.Listings, func(l party.Listing) bool { return l.List == list }) {
			n++
		}
	}
	return n
}

// finish gives the entries their list and finds what is left over.
func (d *advanced) finish() error {
	list, err := d.list()
	if err != nil {
		return err
	}
	if len(d.parties) > 0 && d.listed(list) == 0 {
		return fmt.Errorf("%s: none of its %d parties is on the list that its name says (%s)", d.file, len(d.parties), list)
	}
	for i := range d.parties {
		p := &d.parties[i]
		p.Ref.List = list
		for j := range p.Relations {
			p.Relations[j].To.List = list
		}
		if len(p.Listings) == 0 && !p.rejected {
			p.rejected = true
			d.reject(p.line, p.Ref.ID, p.Name(), "no sanctions entry says which list holds it, and why")
		}
	}
	for identity, docs := range d.documents {
		for _, doc := range docs {
			d.reject(0, "", doc.value, "the document %s %s is of identity %d, which is not in the file", doc.label, doc.value, identity)
		}
	}
	slices.SortStableFunc(d.rejects, func(a, b *watchlist.Reject) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return strings.Compare(a.Reason, b.Reason)
	})
	return nil
}
