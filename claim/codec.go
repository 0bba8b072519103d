// SPDX-License-Identifier: Apache-2.0

package claim

import (
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/interdict-dev/interdict/infra"
	"github.com/interdict-dev/interdict/party"
)

// The form of a claim in a book, version 1: its fields in the order of the
// struct; a string as its length (unsigned varint) and its bytes, dates and
// enumerations as their text, so that a later program may
// number them anew. Equal claims have equal bytes.

// CodecVersion is the version of the form that [Claim.Append] writes.
const CodecVersion = 1

// Append appends the canonical form of the claim to b.
func (c Claim) Append(b []byte) []byte {
	for _, s := range [...]string{
		c.ID, c.From.String(), c.Relation.String(), c.To.String(), c.Role,
		c.Window.First.String(), c.Window.Last.String(), c.Window.Kind.String(), c.Window.Text,
		c.Source.Name, c.Source.Class.String(), c.Source.Origin, c.Source.URL,
		c.Scope.String(), c.Supersedes, c.Note,
	} {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	return b
}

// Decode reads the claim at the start of b, and returns the bytes after it. It
// takes indicators as Append wrote them, in their canonical form.
func Decode(b []byte) (c Claim, rest []byte, err error) {
	d := decoder{rest: b}
	c.ID = d.string()
	c.From = d.thing("from")
	d.text("relation", &c.Relation)
	c.To = d.thing("to")
	c.Role = d.string()
	d.text("first", &c.Window.First)
	d.text("last", &c.Window.Last)
	d.text("kind of window", &c.Window.Kind)
	c.Window.Text = d.string()
	c.Source.Name = d.string()
	d.text("class", &c.Source.Class)
	c.Source.Origin = d.string()
	c.Source.URL = d.string()
	d.text("scope", &c.Scope)
	c.Supersedes = d.string()
	c.Note = d.string()
	if d.err != nil {
		return Claim{}, b, fmt.Errorf("decode claim %q: %w", c.ID, d.err)
	}
	return c, d.rest, nil
}

// decoder reads strings off the front of rest; after the first error it reads
// empty ones.
type decoder struct {
	rest []byte
	err  error
}

func (d *decoder) string() string { return string(d.bytes()) }

func (d *decoder) bytes() []byte {
	if d.err != nil {
		return nil
	}
	n, k := binary.Uvarint(d.rest)
	if k <= 0 || n > uint64(len(d.rest)-k) {
		d.err = fmt.Errorf("cut short with %d bytes left", len(d.rest))
		return nil
	}
	s := d.rest[k : k+int(n)]
	d.rest = d.rest[k+int(n):]
	return s
}

// thing reads a thing without parsing the value of an indicator anew: a book may
// hold millions.
func (d *decoder) thing(field string) (t Thing) {
	s := d.string()
	if d.err != nil || s == "" {
		return t
	}
	var err error
	if typ, _, ok := strings.Cut(s, ":"); ok && !strings.Contains(typ, "/") {
		t.Indicator, err = infra.Canonical(s)
	} else {
		t.Party, err = party.ParseRef(s)
	}
	if err != nil {
		d.err = fmt.Errorf("%s: %w", field, err)
	}
	return t
}

func (d *decoder) text(field string, v interface{ UnmarshalText([]byte) error }) {
	b := d.bytes()
	if d.err != nil {
		return
	}
	if err := v.UnmarshalText(b); err != nil {
		d.err = fmt.Errorf("%s: %w", field, err)
	}
}
