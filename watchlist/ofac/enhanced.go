// SPDX-License-Identifier: Apache-2.0

package ofac

import (
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"slices"

	"github.com/interdict-dev/interdict/internal/xmlscan"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/watchlist"
)

// Enhanced reads SDN_ENHANCED.XML and CONS_ENHANCED.XML. Schema:
// https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/ENHANCED_XML.xsd.
//
// The format gives an entity's lists with their dates, and its programs,
// measures and legal authorities without saying which list they are of: each
// listing carries them all.
type Enhanced struct{}

// Format returns "ofac-enhanced".
func (Enhanced) Format() string { return "ofac-enhanced" }

// Detect reads publicationInfo: the date and the list that the file was made for.
func (Enhanced) Detect(files fs.FS) (watchlist.Header, error) {
	name, err := xmlFile(files, "sanctionsData")
	if err != nil {
		return watchlist.Header{}, err
	}
	d := &enhanced{file: name, headOnly: true}
	if err := d.read(files); err != nil && !errors.Is(err, errHead) {
		return watchlist.Header{}, err
	}
	return watchlist.Header{List: d.list, Title: title(d.list), Published: d.asOf, Version: d.version}, nil
}

// Parse yields the entries in the order of the file, then the rejects. A
// relation may lead to the other of OFAC's two files, so nothing is yielded
// before all entities are known.
func (Enhanced) Parse(files fs.FS) iter.Seq2[party.Entry, error] {
	return func(yield func(party.Entry, error) bool) {
		name, err := xmlFile(files, "sanctionsData")
		if err != nil {
			yield(party.Entry{}, err)
			return
		}
		d := &enhanced{file: name}
		if err := d.read(files); err != nil {
			yield(party.Entry{}, err)
			return
		}
		d.resolve()
		for _, e := range d.entries {
			if !yield(e, nil) {
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

// An enhanced is one reading of an ENHANCED file.
type enhanced struct {
	*tree
	file     string
	headOnly bool

	list    party.ListID
	asOf    party.Date
	version string
	seen    map[string]bool // identifiers of entities
	whole   bool            // the section of entities was there
	entry   *party.Entry    // the present one
	entries []party.Entry
	rejects []*watchlist.Reject
}

func (d *enhanced) read(files fs.FS) error {
	f, err := files.Open(d.file)
	if err != nil {
		return err
	}
	defer f.Close()
	d.tree = &tree{Scanner: xmlscan.New(f, 0)}
	d.seen = map[string]bool{}
	err = d.root()
	if err != nil && !errors.Is(err, errHead) {
		return fmt.Errorf("%s: %w", d.file, err)
	}
	return err
}

func (d *enhanced) root() error {
	if _, err := d.Next(); err != nil {
		return err
	}
	err := d.children(func() error {
		switch name := string(d.Name()); name {
		case "publicationInfo":
			return d.publication()
		case "referenceValues", "featureTypes":
			return d.Skip() // entities repeat the labels beside the numbers
		case "entities":
			d.whole = true
			return d.children(d.entity)
		default:
			return d.unread(name)
		}
	})
	if err != nil {
		return err
	}
	if _, err := d.Next(); err != nil {
		return err
	}
	if !d.whole {
		return errors.New("the section entities is missing")
	}
	return nil
}

func (d *enhanced) publication() error {
	var lists []string
	err := d.children(func() error {
		if string(d.Name()) == "dataAsOf" {
			text, err := d.Value()
			if err != nil {
				return err
			}
			d.version = trimmed(text)
			d.asOf, err = party.ParseDate(d.version)
			return err
		}
		return d.children(func() error { // filters
			return d.children(func() error { // sanctionsLists, sanctionsPrograms
				name := string(d.Name())
				text, err := d.Value()
				switch {
				case err != nil:
					return err
				case name != "sanctionsList":
					return fmt.Errorf("the file was made for the %s %s only and is no whole list", name, trimmed(text))
				}
				lists = append(lists, trimmed(text))
				return nil
			})
		})
	})
	if err != nil {
		return err
	}
	if d.list, err = enhancedList(d.file, lists); err != nil {
		return err
	}
	if d.headOnly {
		return errHead
	}
	return nil
}

// enhancedList says which list a file is that was made for the lists named;
// where none is, its name has to say.
func enhancedList(file string, lists []string) (party.ListID, error) {
	for _, list := range []party.ListID{SDN, Consolidated} {
		if len(lists) == 1 && listNamed(lists[0]) == list {
			return list, nil
		}
	}
	if list := listOfFile(file); list != "" && len(lists) == 0 {
		return list, nil
	}
	return "", fmt.Errorf("the file was made for %q, want the SDN List or the Consolidated List", lists)
}

// unread keeps an element that this reader does not know: with the entry in
// which it stands, else as a reject.
func (d *enhanced) unread(what string) error {
	if d.entry != nil {
		text, err := d.flatText()
		d.property(what, text)
		return err
	}
	d.Mark()
	line := d.Line()
	if err := d.Skip(); err != nil {
		return err
	}
	d.rejects = append(d.rejects, &watchlist.Reject{File: d.file, Line: line, Reason: "an element " + what + ", which this program does not know", Raw: d.Marked()})
	return nil
}

// resolve gives the other end of each relation its list. OFAC numbers the
// entities of all its lists in one series, so what is not in this file is in the
// other.
func (d *enhanced) resolve() {
	other := SDN
	if d.list == SDN {
		other = Consolidated
	}
	for _, e := range d.entries {
		for i := range e.Relations {
			if to := &e.Relations[i].To; !d.seen[to.ID] {
				to.List = other
			}
		}
	}
}

func (d *enhanced) property(name, value string) {
	if value != "" {
		d.entry.Properties = append(d.entry.Properties, party.Property{Name: name, Value: value})
	}
}

// entity reads one entity. One that is well-formed but wrong is a reject.
func (d *enhanced) entity() error {
	if string(d.Name()) != "entity" {
		return d.unread(string(d.Name()))
	}
	d.Mark()
	depth, line, id := d.Depth(), d.Line(), string(d.Attr("id"))
	e := party.Entry{Ref: party.Ref{List: d.list, ID: id}}
	d.entry = &e
	err := d.readEntity()
	d.entry = nil
	if err == nil {
		d.entries = append(d.entries, e)
		return nil
	}
	if isSyntax(err) {
		return err
	}
	if err := d.leave(depth); err != nil {
		return err
	}
	d.rejects = append(d.rejects, &watchlist.Reject{File: d.file, Line: line, ID: id, Reason: err.Error(), Raw: d.Marked()})
	return nil
}

func (d *enhanced) readEntity() error {
	e := d.entry
	var shared party.Listing // programs, measures, authorities
	err := d.children(func() error {
		switch name := string(d.Name()); name {
		case "generalInfo":
			return d.children(d.generalInfo)
		case "sanctionsLists":
			return d.children(d.sanctionsList)
		case "sanctionsPrograms":
			return d.children(func() error { return d.appendText(&shared.Programs) })
		case "sanctionsTypes":
			return d.children(func() error { return d.appendText(&shared.Measures) })
		case "legalAuthorities":
			return d.children(func() error { return d.appendText(&shared.LegalBasis) })
		case "names":
			return d.children(d.name)
		case "addresses":
			return d.children(d.address)
		case "features":
			return d.children(d.feature)
		case "identityDocuments":
			return d.children(d.identityDocument)
		case "relationships":
			return d.children(d.relationship)
		default:
			return d.unread(name)
		}
	})
	if err != nil {
		return err
	}
	for i := range e.Listings {
		e.Listings[i].Programs, e.Listings[i].Measures, e.Listings[i].LegalBasis = slices.Clone(shared.Programs), slices.Clone(shared.Measures), slices.Clone(shared.LegalBasis)
	}
	slices.SortStableFunc(e.Names, func(a, b party.Name) int { return min(int(a.Kind), 1) - min(int(b.Kind), 1) })
	switch {
	case e.Ref.ID == "":
		return errors.New("it has no id")
	case d.seen[e.Ref.ID]:
		return errors.New("its id stands twice in the file")
	case e.Name() == "":
		return errors.New("it has no name")
	case len(e.Listings) == 0:
		return errors.New("no sanctions list is named that holds it")
	}
	d.seen[e.Ref.ID] = true
	return nil
}

// leaf reads an element that holds only text.
func (d *enhanced) leaf() (string, error) {
	text, err := d.Value()
	return trimmed(text), err
}

func (d *enhanced) appendText(list *[]string) error {
	s, err := d.leaf()
	if s != "" {
		*list = appendNew(*list, s)
	}
	return err
}

func (d *enhanced) generalInfo() error {
	name := string(d.Name())
	s, err := d.leaf()
	if err != nil {
		return err
	}
	switch name {
	case "identityId":
		// OFAC's number for the identity within the entity, which says no more.
	case "entityType":
		kind, err := party.ParseKind(s)
		if err != nil {
			d.property(name, s)
		}
		d.entry.Kind = kind
	case "title":
		d.entry.Titles = append(d.entry.Titles, s)
	case "remarks":
		d.entry.Remarks = s
	default:
		d.property(name, s)
	}
	return nil
}

func (d *enhanced) sanctionsList() error {
	published := string(d.Attr("datePublished"))
	date, err := party.ParseDate(published)
	if err != nil {
		return fmt.Errorf("line %d: datePublished: %w", d.Line(), err)
	}
	label, err := d.leaf()
	l := party.Listing{List: listNamed(label), Authority: authority, Listed: date}
	if !date.IsZero() {
		l.Events = []party.Event{{Type: "Published", Date: date}}
	}
	d.entry.Listings = append(d.entry.Listings, l)
	return err
}

func (d *enhanced) name() error {
	base := party.Name{Kind: party.Alias}
	primary := false
	var names []party.Name
	err := d.children(func() error {
		switch name := string(d.Name()); name {
		case "isPrimary":
			s, err := d.leaf()
			primary = s == "true"
			return err
		case "isLowQuality":
			s, err := d.leaf()
			base.Weak = s == "true"
			return err
		case "aliasType":
			s, err := d.leaf()
			base.Kind = nameKind(s)
			return err
		case "translations":
			return d.children(func() error { return d.nameTranslation(&names) })
		default:
			return d.unread("name/" + name)
		}
	})
	if err != nil {
		return err
	}
	if primary {
		base.Kind = party.Primary
	}
	for _, n := range names {
		n.Kind, n.Weak = base.Kind, base.Weak
		d.entry.Names = append(d.entry.Names, n)
	}
	return nil
}

// nameTranslation reads one spelling of a name; the main one comes first.
func (d *enhanced) nameTranslation(names *[]party.Name) error {
	var n party.Name
	first := false
	err := d.children(func() error {
		switch name := string(d.Name()); name {
		case "isPrimary":
			s, err := d.leaf()
			first = s == "true"
			return err
		case "script":
			s, err := d.leaf()
			n.Script = s
			return err
		case "formattedFullName":
			s, err := d.leaf()
			n.Full = s
			return err
		case "formattedFirstName", "formattedLastName":
			return d.Skip() // the full name is made of them
		case "nameParts":
			return d.children(func() error { return d.namePart(&n) })
		default:
			return d.unread("translation/" + name)
		}
	})
	if n.Full == "" {
		n.Full = compose(n.Parts, n.Script)
	}
	if first {
		*names = slices.Insert(*names, 0, n)
	} else {
		*names = append(*names, n)
	}
	return err
}

func (d *enhanced) namePart(n *party.Name) error {
	var p party.NamePart
	err := d.children(func() error {
		name := string(d.Name())
		s, err := d.leaf()
		switch name {
		case "type":
			p.Type = partType(s)
		case "value":
			p.Value = s
		default:
			d.property("namePart/"+name, s)
		}
		return err
	})
	n.Parts = append(n.Parts, p)
	return err
}

func (d *enhanced) address() error {
	country := ""
	var addresses []party.Address
	err := d.children(func() error {
		switch name := string(d.Name()); name {
		case "country":
			s, err := d.leaf()
			country = s
			return err
		case "translations":
			return d.children(func() error {
				if string(d.Name()) == "country" {
					s, err := d.leaf()
					country = s
					return err
				}
				return d.addressTranslation(&addresses)
			})
		default:
			return d.unread("address/" + name)
		}
	})
	if err != nil {
		return err
	}
	if len(addresses) == 0 {
		addresses = []party.Address{{}}
	}
	for i, a := range addresses {
		if country == undetermined {
			addPart(&a, unknown, country)
		} else if country != "" && (i == 0 || a != party.Address{}) {
			a.Country = countryOf(country)
		}
		if a != (party.Address{}) {
			d.entry.Addresses = append(d.entry.Addresses, a)
		}
	}
	return nil
}

func (d *enhanced) addressTranslation(addresses *[]party.Address) error {
	var a party.Address
	err := d.children(func() error {
		switch name := string(d.Name()); name {
		case "isPrimary", "script":
			return d.Skip() // the text shows its script
		case "addressParts":
			return d.children(func() error {
				var kind, value string
				err := d.children(func() error {
					name := string(d.Name())
					s, err := d.leaf()
					switch name {
					case "type":
						kind = s
					case "value":
						value = s
					default:
						d.property("addressPart/"+name, s)
					}
					return err
				})
				addPart(&a, kind, value)
				return err
			})
		default:
			return d.unread("address/translation/" + name)
		}
	})
	*addresses = append(*addresses, a)
	return err
}

func (d *enhanced) feature() error {
	var f feature
	err := d.children(func() error {
		switch name := string(d.Name()); name {
		case "type":
			s, err := d.leaf()
			f.label = s
			return err
		case "value":
			s, err := d.leaf()
			f.text = s
			return err
		case "valueDate":
			span, err := d.datePeriod()
			f.when = span
			return err
		case "reliability":
			s, err := d.leaf()
			f.reliability = s
			return err
		case "comments":
			s, err := d.leaf()
			f.comment = s
			return err
		case "versionId", "valueRefId", "isPrimary":
			return d.Skip() // numbers of OFAC's; the order says which is first
		default:
			return d.unread("feature/" + name)
		}
	})
	if err != nil {
		return err
	}
	if f.when.IsZero() {
		f.complete(d.entry)
		return nil
	}
	f.addTo(d.entry)
	return nil
}

// datePeriod reads a period of the schema's datePeriodType.
func (d *enhanced) datePeriod() (party.Span, error) {
	var from, to party.Date
	circa := false
	err := d.children(func() error {
		name := string(d.Name())
		s, err := d.leaf()
		if err != nil {
			return err
		}
		switch name {
		case "fromDateBegin":
			from, err = party.ParseDate(s)
		case "toDateEnd":
			to, err = party.ParseDate(s)
		case "fromDateEnd", "toDateBegin":
			_, err = party.ParseDate(s) // they lie between the two
		case "isApproximate":
			circa = s == "true"
		case "isDateRange":
			// Whether the two ends differ shows in them.
		default:
			d.property("date/"+name, s)
		}
		return err
	})
	span := spanOf(from, to)
	span.Circa = circa
	return span, err
}

func (d *enhanced) identityDocument() error {
	var doc identityDocument
	var notes noteList
	err := d.children(func() error {
		switch name := string(d.Name()); name {
		case "type":
			s, err := d.leaf()
			doc.label = s
			return err
		case "documentNumber":
			s, err := d.leaf()
			doc.value = s
			return err
		case "issuingCountry":
			s, err := d.leaf()
			doc.country = countryOf(s)
			return err
		case "issuingAuthority":
			s, err := d.leaf()
			if s != "" {
				notes.add("issued by " + s)
			}
			return err
		case "issuingLocation":
			s, err := d.leaf()
			if s != "" {
				notes.add("issued in " + s)
			}
			return err
		case "isValid":
			s, err := d.leaf()
			if s == "false" {
				notes.add("Fraudulent")
			}
			return err
		case "issueDate", "expirationDate":
			span, err := d.datePeriod()
			switch {
			case span.From != span.To || span.Circa:
				notes.add(name + " " + span.String())
			case name == "issueDate":
				doc.issued = span.From
			default:
				doc.expires = span.From
			}
			return err
		case "comments":
			s, err := d.leaf()
			notes.add(s)
			return err
		case "name":
			return d.Skip() // one of the names above
		default:
			s, err := d.flatText()
			notes.property(name, s)
			return err
		}
	})
	doc.note = notes.String()
	d.entry.Identifiers = append(d.entry.Identifiers, doc.identifier(d.entry.Kind))
	return err
}

func (d *enhanced) relationship() error {
	var r party.Relation
	var notes noteList
	err := d.children(func() error {
		switch name := string(d.Name()); name {
		case "type":
			s, err := d.leaf()
			r.Label, r.Kind = s, relationKind(s)
			return err
		case "relatedEntity":
			r.To = party.Ref{List: d.list, ID: string(d.Attr("entityId"))}
			s, err := d.leaf()
			r.ToName = s
			return err
		case "quality":
			s, err := d.leaf()
			if s != unknown {
				r.Quality = s
			}
			return err
		case "dateRange":
			span, err := d.datePeriod()
			r.From, r.Until = span.From, span.To
			return err
		case "comments":
			s, err := d.leaf()
			notes.add(s)
			return err
		default:
			s, err := d.flatText()
			notes.property(name, s)
			return err
		}
	})
	r.Note = notes.String()
	d.entry.Relations = append(d.entry.Relations, r)
	return err
}
