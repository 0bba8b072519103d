// SPDX-License-Identifier: Apache-2.0

package bods

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/interdict-dev/interdict/party"
)

type details struct {
	Name       string `json:"name"`
	PersonType string `json:"personType"`
	EntityType struct {
		Type    string `json:"type"`
		Subtype string `json:"subtype"`
	} `json:"entityType"`
	Names []struct {
		FullName string `json:"fullName"`
	} `json:"names"`
	AlternateNames []string `json:"alternateNames"`
	Identifiers    []struct {
		ID         string `json:"id"`
		Scheme     string `json:"scheme"`
		SchemeName string `json:"schemeName"`
	} `json:"identifiers"`
	Jurisdiction *struct {
		Code string `json:"code"`
		Name string `json:"name"`
	} `json:"jurisdiction"`
	FoundingDate string `json:"foundingDate"`
	BirthDate    string `json:"birthDate"`
	Addresses    []struct {
		Address  string `json:"address"`
		PostCode string `json:"postCode"`
		Country  *struct {
			Code string `json:"code"`
			Name string `json:"name"`
		} `json:"country"`
	} `json:"addresses"`
}

// entry describes the party of a person or entity statement. Who is anonymous
// or unknown is no person that anybody could have looked at, so its kind stays
// open.
func entry(s *statement) (*party.Entry, error) {
	var d details
	if err := json.Unmarshal(s.Details, &d); err != nil {
		return nil, fmt.Errorf("%s %s: %w", s.RecordType, s.RecordID, err)
	}
	e := &party.Entry{Ref: ref(s.RecordID)}
	switch {
	case d.PersonType == "knownPerson":
		e.Kind = party.Person
	case s.RecordType == "entity" && d.EntityType.Type != "unknownEntity" && d.EntityType.Type != "anonymousEntity":
		e.Kind = party.Organization
	}
	if d.Name != "" {
		e.Names = append(e.Names, party.Name{Full: d.Name})
	}
	for _, n := range d.Names {
		if n.FullName != "" {
			e.Names = append(e.Names, party.Name{Full: n.FullName, Kind: kindOfName(len(e.Names))})
		}
	}
	for _, n := range d.AlternateNames {
		e.Names = append(e.Names, party.Name{Full: n, Kind: party.Alias})
	}
	for _, id := range d.Identifiers {
		if id.ID != "" {
			e.Identifiers = append(e.Identifiers, identifierOf(id.Scheme, id.SchemeName, id.ID))
		}
	}
	if d.Jurisdiction != nil {
		e.Countries = append(e.Countries, firstOf(strings.ToLower(d.Jurisdiction.Code), d.Jurisdiction.Name))
	}
	for _, a := range d.Addresses {
		p := party.Address{Full: a.Address, Postal: a.PostCode}
		if a.Country != nil {
			p.Country = firstOf(strings.ToLower(a.Country.Code), a.Country.Name)
		}
		e.Addresses = append(e.Addresses, p)
	}
	if t := d.EntityType.Subtype; t != "" {
		e.Properties = append(e.Properties, party.Property{Name: "entitySubtype", Value: t})
	}
	founded, err := party.ParseDate(d.FoundingDate)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", s.RecordType, s.RecordID, err)
	}
	born, err := party.ParseDate(d.BirthDate)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", s.RecordType, s.RecordID, err)
	}
	if !founded.IsZero() {
		e.Founded = []party.Span{party.On(founded)}
	}
	if !born.IsZero() {
		e.Births = []party.Span{party.On(born)}
	}
	return e, nil
}

func kindOfName(n int) party.NameKind {
	if n == 0 {
		return party.Primary
	}
	return party.Alias
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// identifierOf reads a scheme of org-id.guide, "GB-COH", where the first part is
// the country; XI is theirs for what is international.
func identifierOf(scheme, name, value string) party.Identifier {
	country, _, ok := strings.Cut(scheme, "-")
	country = strings.ToLower(country)
	kind := party.Registration
	switch {
	case scheme == "XI-LEI" || strings.EqualFold(name, "LEI"):
		kind, country = party.LEI, ""
	case !ok || len(country) != 2 || country == "xi":
		kind, country = party.Number, ""
	}
	id := party.NewIdentifier(kind, country, value)
	id.Label = firstOf(scheme, name)
	return id
}

// A chunk is one statement as it stands in the file.
type chunk struct {
	text []byte
	err  error
}

// statements cuts a file into statements with the line on which each begins:
// the elements of an array, or values one after the other.
func statements(r io.Reader) iter.Seq2[int, chunk] {
	return func(yield func(int, chunk) bool) {
		lines := &lineReader{r: r}
		br := bufio.NewReader(lines)
		array := false
		for {
			b, err := br.ReadByte()
			if err != nil {
				yield(1, chunk{err: fmt.Errorf("no statements: %w", err)})
				return
			}
			if strings.IndexByte(" \t\r\n\xef\xbb\xbf", b) >= 0 {
				continue
			}
			if array = b == '['; !array {
				if err := br.UnreadByte(); err != nil {
					yield(1, chunk{err: err})
					return
				}
			}
			break
		}
		start := lines.n - int64(br.Buffered())
		d := json.NewDecoder(br)
		if array { // give the bracket back, so that the decoder knows commas
			d = json.NewDecoder(io.MultiReader(strings.NewReader("["), br))
			start--
			if _, err := d.Token(); err != nil {
				yield(1, chunk{err: err})
				return
			}
		}
		for d.More() {
			var raw json.RawMessage
			err := d.Decode(&raw)
			line := lines.at(start + d.InputOffset() - int64(len(raw)))
			if err != nil {
				yield(lines.at(start+d.InputOffset()), chunk{err: err})
				return
			}
			if !yield(line, chunk{text: raw}) {
				return
			}
		}
		if array {
			if _, err := d.Token(); err != nil {
				yield(lines.at(start+d.InputOffset()), chunk{err: fmt.Errorf("the array is not closed: %w", err)})
			}
		}
	}
}

// A lineReader remembers where lines end, as far as they were not asked for.
type lineReader struct {
	r    io.Reader
	n    int64
	ends []int64
	line int // lines before ends
}

func (l *lineReader) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	for at := 0; ; {
		i := bytes.IndexByte(p[at:n], '\n')
		if i < 0 {
			break
		}
		l.ends = append(l.ends, l.n+int64(at+i))
		at += i + 1
	}
	l.n += int64(n)
	return n, err
}

// at returns the line of an offset; offsets are asked for in rising order.
func (l *lineReader) at(offset int64) int {
	k := 0
	for k < len(l.ends) && l.ends[k] < offset {
		k++
	}
	l.ends = l.ends[k:]
	l.line += k
	return l.line + 1
}
