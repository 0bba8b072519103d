// SPDX-License-Identifier: Apache-2.0

package party

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
)

// EncodingVersion is the first byte of every encoded entry.
//
// Version 1: one byte version; the size of the head in four bytes, little
// endian; the head, which is Ref, Kind, the primary name as printed and the
// Listings; then all other fields in the order of [Entry]. Strings and slices
// follow their length, numbers are unsigned varints of minimal length, a date
// is year<<16 | month<<8 | day, a bool is 0 or 1. The first name stands without
// its Full, which is in the head.
//
// Digests of encodings are kept in decisions for years. Once version 1 was
// released, a new field of Entry is therefore written behind the last one, and
// only where it is not empty, so that the bytes of all other entries stay.
const EncodingVersion = 1

const headStart = 5

// Append appends the encoding of e to dst. Equal entries have equal encodings,
// on every machine; nil and empty slices are equal.
func Append(dst []byte, e *Entry) []byte {
	start := len(dst)
	w := writer{append(dst, EncodingVersion, 0, 0, 0, 0)}
	w.string(string(e.Ref.List))
	w.string(e.Ref.ID)
	w.byte(byte(e.Kind))
	w.string(e.Name())
	appendAll(&w, e.Listings, (*writer).listing)
	binary.LittleEndian.PutUint32(w.b[start+1:], uint32(len(w.b)-start-headStart))

	w.uint(len(e.Names))
	for i := range e.Names {
		w.name(&e.Names[i], i > 0)
	}
	appendAll(&w, e.Births, (*writer).span)
	appendAll(&w, e.Deaths, (*writer).span)
	w.strings(e.BirthPlaces)
	w.string(e.Gender)
	w.strings(e.Nationalities)
	w.strings(e.Citizenships)
	w.strings(e.Countries)
	w.strings(e.Titles)
	appendAll(&w, e.Founded, (*writer).span)
	w.string(e.LegalForm)
	appendAll(&w, e.Addresses, (*writer).address)
	appendAll(&w, e.Identifiers, (*writer).identifier)
	w.strings(e.Websites)
	w.strings(e.Emails)
	w.strings(e.Phones)
	w.bool(e.Craft != nil)
	if e.Craft != nil {
		w.craft(e.Craft)
	}
	appendAll(&w, e.Relations, (*writer).relation)
	w.string(e.Remarks)
	appendAll(&w, e.Properties, (*writer).property)
	return w.b
}

// Digest returns the SHA-256 of the encoding of e. It changes when anything
// that the publisher says changes, and only then.
func Digest(e *Entry) [sha256.Size]byte {
	return sha256.Sum256(Append(make([]byte, 0, 1024), e))
}

// A writer appends the parts of an entry.
type writer struct{ b []byte }

func (w *writer) byte(b byte) { w.b = append(w.b, b) }
func (w *writer) uint(n int)  { w.b = binary.AppendUvarint(w.b, uint64(n)) }
func (w *writer) date(d Date) { w.b = binary.AppendUvarint(w.b, uint64(packDate(d))) }
func (w *writer) string(s string) {
	w.uint(len(s))
	w.b = append(w.b, s...)
}

func (w *writer) bool(b bool) {
	if b {
		w.byte(1)
	} else {
		w.byte(0)
	}
}

func (w *writer) strings(ss []string) {
	w.uint(len(ss))
	for _, s := range ss {
		w.string(s)
	}
}

// appendAll writes the number of values and each of them.
func appendAll[T any](w *writer, vs []T, one func(*writer, *T)) {
	w.uint(len(vs))
	for i := range vs {
		one(w, &vs[i])
	}
}

func (w *writer) name(n *Name, full bool) {
	if full {
		w.string(n.Full)
	}
	w.byte(byte(n.Kind))
	w.bool(n.Weak)
	w.string(n.Script)
	w.string(n.Lang)
	appendAll(w, n.Parts, (*writer).part)
}

func (w *writer) part(p *NamePart) {
	w.byte(byte(p.Type))
	w.string(p.Value)
}

func (w *writer) span(s *Span) {
	w.date(s.From)
	w.date(s.To)
	w.bool(s.Circa)
	w.string(s.Text)
}

func (w *writer) address(a *Address) {
	w.string(a.Full)
	w.string(a.Street)
	w.string(a.City)
	w.string(a.Region)
	w.string(a.Postal)
	w.string(a.Country)
}

func (w *writer) identifier(i *Identifier) {
	w.string(string(i.Scheme))
	w.string(i.Country)
	w.string(i.Value)
	w.string(i.Normal)
	w.byte(byte(i.Check))
	w.string(i.Label)
	w.date(i.Issued)
	w.date(i.Expires)
	w.string(i.Note)
}

func (w *writer) craft(c *Craft) {
	w.string(c.Type)
	w.string(c.Flag)
	w.strings(c.FormerFlags)
	w.string(c.CallSign)
	w.string(c.Tonnage)
	w.string(c.GrossTonnage)
	w.string(c.Owner)
	w.string(c.Model)
	w.string(c.Operator)
	w.span(&c.Built)
}

func (w *writer) relation(r *Relation) {
	w.byte(byte(r.Kind))
	w.string(r.Label)
	w.string(string(r.To.List))
	w.string(r.To.ID)
	w.string(r.ToName)
	w.bool(r.Inverse)
	w.bool(r.Former)
	w.date(r.From)
	w.date(r.Until)
	w.string(r.Quality)
	w.string(r.Note)
}

func (w *writer) listing(l *Listing) {
	w.string(string(l.List))
	w.string(l.Authority)
	w.strings(l.Programs)
	w.strings(l.LegalBasis)
	w.strings(l.Measures)
	w.date(l.Listed)
	w.date(l.Delisted)
	appendAll(w, l.Events, (*writer).event)
	w.string(l.Reason)
	w.string(l.URL)
}

func (w *writer) event(e *Event) {
	w.string(e.Type)
	w.date(e.Date)
	w.string(e.LegalBasis)
	w.string(e.Comment)
}

func (w *writer) property(p *Property) {
	w.string(p.Name)
	w.string(p.Value)
}

func packDate(d Date) uint32 {
	return uint32(uint16(d.Year))<<16 | uint32(d.Month)<<8 | uint32(d.Day)
}

// A Head is what a finding shows of an entry: all that can be read without
// decoding the rest of it.
type Head struct {
	Ref      Ref
	Kind     Kind
	Name     string // the primary name as printed; "" where there is none
	Listings []Listing
}

// DecodeHead reads the head of an encoded entry. What follows the head is not
// looked at.
func DecodeHead(b []byte) (Head, error) {
	r, err := readerOf(b)
	if err != nil {
		return Head{}, err
	}
	r.s = string(b[headStart:r.head])
	h := r.readHead()
	if r.err == nil && r.s != "" {
		r.fail("the head is longer than its fields")
	}
	if r.err != nil {
		return Head{}, r.err
	}
	return h, nil
}

// DecodeRef reads the Ref of an encoded entry, and nothing after it.
func DecodeRef(b []byte) (Ref, error) {
	r, err := readerOf(b)
	if err != nil {
		return Ref{}, err
	}
	r.s = string(b[headStart:r.head])
	ref := Ref{List: ListID(r.string()), ID: r.string()}
	return ref, r.err
}

// Decode reads an encoded entry. It holds a copy of what it needs of b, in one
// piece, and takes only what Append writes: encoding its result gives b again.
func Decode(b []byte) (Entry, error) {
	r, err := readerOf(b)
	if err != nil {
		return Entry{}, err
	}
	r.s = string(b[headStart:])
	h := r.readHead()
	if r.err == nil && len(r.s) != len(b)-r.head {
		r.fail("the head does not end where it says")
	}
	e := Entry{Ref: h.Ref, Kind: h.Kind, Listings: h.Listings}
	e.Names = r.names(h.Name)
	e.Births = readAll(r, minSpan, (*reader).span)
	e.Deaths = readAll(r, minSpan, (*reader).span)
	e.BirthPlaces = r.strings()
	e.Gender = r.string()
	e.Nationalities = r.strings()
	e.Citizenships = r.strings()
	e.Countries = r.strings()
	e.Titles = r.strings()
	e.Founded = readAll(r, minSpan, (*reader).span)
	e.LegalForm = r.string()
	e.Addresses = readAll(r, 6, (*reader).address)
	e.Identifiers = readAll(r, 9, (*reader).identifier)
	e.Websites = r.strings()
	e.Emails = r.strings()
	e.Phones = r.strings()
	if r.bool() {
		e.Craft = r.craft()
	}
	e.Relations = readAll(r, 11, (*reader).relation)
	e.Remarks = r.string()
	e.Properties = readAll(r, 2, (*reader).property)
	if r.err == nil && r.s != "" {
		r.fail("%d bytes after the last field", len(r.s))
	}
	if r.err != nil {
		return Entry{}, r.err
	}
	return e, nil
}

// minSpan is the least size of an encoded Span. It and its like bound what a
// false count can make a reader allocate.
const minSpan = 4

// A reader takes the parts of an entry off the front of s. After an error it
// gives zero values.
type reader struct {
	s    string
	head int // where the head ends in the whole
	err  error
}

func readerOf(b []byte) (*reader, error) {
	if len(b) < headStart {
		return nil, errors.New("decode entry: cut")
	}
	if b[0] != EncodingVersion {
		return nil, fmt.Errorf("decode entry: encoding version %d, this program reads %d", b[0], EncodingVersion)
	}
	n := binary.LittleEndian.Uint32(b[1:])
	if uint64(n) > uint64(len(b)-headStart) {
		return nil, errors.New("decode entry: cut in the head")
	}
	return &reader{head: headStart + int(n)}, nil
}

func (r *reader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf("decode entry: "+format, args...)
	}
	r.s = ""
}

func (r *reader) byte() byte {
	if r.s == "" {
		r.fail("cut")
		return 0
	}
	b := r.s[0]
	r.s = r.s[1:]
	return b
}

func (r *reader) bool() bool {
	b := r.byte()
	if b > 1 {
		r.fail("%d is neither true nor false", b)
	}
	return b == 1
}

// uint reads a varint of at most 32 bits in its shortest form.
func (r *reader) uint() uint32 {
	if r.s != "" && r.s[0] < 0x80 { // nearly all
		n := uint32(r.s[0])
		r.s = r.s[1:]
		return n
	}
	return r.longUint()
}

func (r *reader) longUint() uint32 {
	var n uint64
	for i := range min(len(r.s), 5) {
		c := r.s[i]
		n |= uint64(c&0x7f) << (7 * i)
		if c >= 0x80 {
			continue
		}
		if bits.Len64(n) > 32 || i > 0 && c == 0 {
			break
		}
		r.s = r.s[i+1:]
		return uint32(n)
	}
	r.fail("bad number")
	return 0
}

func (r *reader) string() string {
	n := r.uint()
	if uint64(n) > uint64(len(r.s)) {
		r.fail("a string of %d bytes with %d left", n, len(r.s))
		return ""
	}
	s := r.s[:n]
	r.s = r.s[n:]
	return s
}

// count reads the number of values of at least size bytes each.
func (r *reader) count(size int) int {
	n := r.uint()
	if uint64(n)*uint64(size) > uint64(len(r.s)) {
		r.fail("%d values with %d bytes left", n, len(r.s))
		return 0
	}
	return int(n)
}

func (r *reader) strings() []string {
	n := r.count(1)
	if n == 0 {
		return nil
	}
	ss := make([]string, n)
	for i := range ss {
		ss[i] = r.string()
	}
	return ss
}

// readAll reads the number of values of at least size bytes, and each of them.
func readAll[T any](r *reader, size int, one func(*reader, *T)) []T {
	n := r.count(size)
	if n == 0 {
		return nil
	}
	vs := make([]T, n)
	for i := range vs {
		one(r, &vs[i])
	}
	return vs
}

func (r *reader) date() Date {
	n := r.uint()
	return Date{Year: int16(n >> 16), Month: uint8(n >> 8), Day: uint8(n)}
}

func (r *reader) readHead() Head {
	return Head{
		Ref:      Ref{List: ListID(r.string()), ID: r.string()},
		Kind:     Kind(r.byte()),
		Name:     r.string(),
		Listings: readAll(r, 10, (*reader).listing),
	}
}

func (r *reader) names(primary string) []Name {
	n := r.count(5)
	if n == 0 {
		if primary != "" {
			r.fail("a primary name but no names")
		}
		return nil
	}
	ns := make([]Name, n)
	ns[0].Full = primary
	for i := range ns {
		if i > 0 {
			ns[i].Full = r.string()
		}
		r.name(&ns[i])
	}
	return ns
}

func (r *reader) name(n *Name) {
	n.Kind = NameKind(r.byte())
	n.Weak = r.bool()
	n.Script = r.string()
	n.Lang = r.string()
	n.Parts = readAll(r, 2, (*reader).part)
}

func (r *reader) part(p *NamePart) {
	p.Type = PartType(r.byte())
	p.Value = r.string()
}

func (r *reader) span(s *Span) {
	s.From = r.date()
	s.To = r.date()
	s.Circa = r.bool()
	s.Text = r.string()
}

func (r *reader) address(a *Address) {
	a.Full = r.string()
	a.Street = r.string()
	a.City = r.string()
	a.Region = r.string()
	a.Postal = r.string()
	a.Country = r.string()
}

func (r *reader) identifier(i *Identifier) {
	i.Scheme = Scheme(r.string())
	i.Country = r.string()
	i.Value = r.string()
	i.Normal = r.string()
	i.Check = Check(r.byte())
	i.Label = r.string()
	i.Issued = r.date()
	i.Expires = r.date()
	i.Note = r.string()
}

func (r *reader) craft() *Craft {
	c := &Craft{
		Type:         r.string(),
		Flag:         r.string(),
		FormerFlags:  r.strings(),
		CallSign:     r.string(),
		Tonnage:      r.string(),
		GrossTonnage: r.string(),
		Owner:        r.string(),
		Model:        r.string(),
		Operator:     r.string(),
	}
	r.span(&c.Built)
	return c
}

func (r *reader) relation(v *Relation) {
	v.Kind = RelationKind(r.byte())
	v.Label = r.string()
	v.To.List = ListID(r.string())
	v.To.ID = r.string()
	v.ToName = r.string()
	v.Inverse = r.bool()
	v.Former = r.bool()
	v.From = r.date()
	v.Until = r.date()
	v.Quality = r.string()
	v.Note = r.string()
}

func (r *reader) listing(l *Listing) {
	l.List = ListID(r.string())
	l.Authority = r.string()
	l.Programs = r.strings()
	l.LegalBasis = r.strings()
	l.Measures = r.strings()
	l.Listed = r.date()
	l.Delisted = r.date()
	l.Events = readAll(r, 4, (*reader).event)
	l.Reason = r.string()
	l.URL = r.string()
}

func (r *reader) event(e *Event) {
	e.Type = r.string()
	e.Date = r.date()
	e.LegalBasis = r.string()
	e.Comment = r.string()
}

func (r *reader) property(p *Property) {
	p.Name = r.string()
	p.Value = r.string()
}
