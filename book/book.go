// SPDX-License-Identifier: Apache-2.0

// Package book compiles lists, claims and joins into one immutable file that
// is screened against, and opens such files.
//
// A book is named by the digest of its content: the same input, model and
// program format give the same bytes on every run and processor, and nothing in
// it says when or where it was made. Each list is a segment of its own, a pure
// function of its entries and the model; putting a book together copies the
// segments that did not change. An open [Book] is mapped, checked chunk by
// chunk as it is read, reference-counted, and never changes: a newer one is
// another file.
//
// The package judges nothing. What in the book resembles a subject is package
// index's to propose and package screening's to decide. doc/book.md draws the
// format and has its history.
package book

import (
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"sync"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/identity"
	"github.com/interdict-dev/interdict/index"
	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/internal/segment"
	"github.com/interdict-dev/interdict/law"
	"github.com/interdict-dev/interdict/names"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/places"
)

// Version is the version of the book format that this program writes. Versions
// ever used: 1, the first; 2, names say how many of their words tell one party
// from another; 3, the rule pack, the territories under an embargo and the
// addresses of the lists are in the book. All of them are read.
const Version = 3

// An Info says what a book holds of one list.
type Info struct {
	List      party.ListID `json:"list"`
	Title     string       `json:"title,omitempty"`
	Format    string       `json:"format,omitempty"`
	Published party.Date   `json:"published,omitzero"`
	Edition   string       `json:"edition"` // SHA-256 of the files as fetched, or the version of the built-in facts
	Entries   int          `json:"entries"`
	Rejects   int          `json:"rejects,omitempty"` // entries of the edition that could not be read
	Held      int          `json:"held,omitempty"`    // entries of an earlier edition that stay until somebody accepts their removal
	Starter   bool         `json:"starter,omitempty"` // built-in facts, not the whole list
	// Later is of the book of a past day: a later edition, whose listing dates tell
	// who was listed between this edition and the day. nil where there is none.
	Later *Later `json:"later,omitempty"`
}

// A Later names an edition of which a book holds only what was listed by a day.
type Later struct {
	Edition   string     `json:"edition"`
	Published party.Date `json:"published"`
}

// A Manifest says what a book holds.
type Manifest struct {
	Version int    `json:"version"`
	Model   string `json:"model"` // version of the model of name comparison
	// Law is the version of the rule pack, LawDigest its digest; "" in a book of
	// format 2 or before, which holds none.
	Law       string `json:"law,omitempty"`
	LawDigest string `json:"law_digest,omitempty"`
	Lists     []Info `json:"lists"`
	Joins     int    `json:"joins"`
	Claims    int    `json:"claims"`
}

// A Book is an open book. It serves any number of goroutines.
type Book struct {
	file     *segment.File
	manifest Manifest
	model    *names.Model
	lists    []*List
	groups   func() (*groups, error)
	law      func() (*law.Pack, error)
	places   func() (*places.Gazetteer, error)
	innocent [names.NumModes][]int32
}

// Open opens a book. A file that is damaged, cut, of another kind or of a newer
// format is refused by name.
func Open(path string) (*Book, error) {
	f, err := segment.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open book: %w", err)
	}
	b := &Book{file: f}
	if err := segment.Catch(b.load, f); err != nil {
		return nil, fmt.Errorf("open book %s: %w", path, joinClose(err, f))
	}
	return b, nil
}

func joinClose(err error, f *segment.File) error {
	if e := f.Close(); e != nil {
		return fmt.Errorf("%w (and %w)", err, e)
	}
	return err
}

func (b *Book) load() error {
	s, ok := b.file.Section("manifest")
	if !ok {
		return errkind.New(errkind.Invalid, "this is a segment of a list and no book")
	}
	if s.Version() > Version {
		return errkind.New(errkind.Invalid, fmt.Sprintf("the book has format %d and this program reads formats up to %d: use a newer program", s.Version(), Version))
	}
	if err := json.Unmarshal(s.All(), &b.manifest); err != nil {
		return fmt.Errorf("manifest: %w", err)
	}
	text, err := b.section("model")
	if err != nil {
		return err
	}
	if string(text) == names.Default().Text() {
		b.model = names.Default()
	} else if b.model, err = names.ParseModel(string(text)); err != nil {
		return err
	}
	for _, info := range b.manifest.Lists {
		l, err := openList(b.file, info, b.model)
		if err != nil {
			return fmt.Errorf("list %s: %w", info.List, err)
		}
		b.lists = append(b.lists, l)
	}
	b.groups = sync.OnceValues(b.readGroups)
	b.law, b.places = sync.OnceValues(b.readLaw), sync.OnceValues(b.readTerritories)
	return b.readInnocent()
}

func (b *Book) section(name string) ([]byte, error) {
	s, ok := b.file.Section(name)
	if !ok {
		return nil, fmt.Errorf("section %q is missing", name)
	}
	return s.All(), nil
}

// Digest names the book.
func (b *Book) Digest() segment.Digest { return b.file.Digest() }

// Path returns the file that is open.
func (b *Book) Path() string { return b.file.Path() }

// Size returns the size of the file in bytes.
func (b *Book) Size() int64 { return b.file.Size() }

// Manifest says what the book holds.
func (b *Book) Manifest() Manifest { return b.manifest }

// Model returns the model that the book was compiled with.
func (b *Book) Model() *names.Model { return b.model }

// Law returns the rule pack that the book was compiled with: what its listings
// bring is judged by that, also by a later program. A book of format 2 or before
// holds none and is judged by the program's own. It is read when first asked for.
func (b *Book) Law() (*law.Pack, error) { return b.law() }

// LawDigest returns the digest of [Book.Law] without reading it.
func (b *Book) LawDigest() string {
	if b.manifest.LawDigest == "" {
		return law.DigestOf(law.DefaultText())
	}
	return b.manifest.LawDigest
}

// Gazetteer returns the territories under an embargo that the book was compiled
// with, as [Book.Law] does.
func (b *Book) Gazetteer() (*places.Gazetteer, error) { return b.places() }

const (
	lawSection         = "law"
	territoriesSection = "territories"
)

func (b *Book) readLaw() (*law.Pack, error) {
	s, ok := b.file.Section(lawSection)
	if !ok {
		return law.Default(), nil
	}
	text := s.All()
	if string(text) == law.DefaultText() {
		return law.Default(), nil
	}
	p, err := law.ParsePack(string(text))
	if err != nil {
		return nil, fmt.Errorf("rule pack of the book: %w", err)
	}
	return p, nil
}

func (b *Book) readTerritories() (*places.Gazetteer, error) {
	s, ok := b.file.Section(territoriesSection)
	if !ok {
		return places.Default(), nil
	}
	text := s.All()
	if string(text) == places.GazetteerText() {
		return places.Default(), nil
	}
	g, err := places.ParseGazetteer(string(text))
	if err != nil {
		return nil, fmt.Errorf("territories of the book: %w", err)
	}
	return g, nil
}

// Lists returns the lists in the order of their names.
func (b *Book) Lists() []*List { return b.lists }

// List returns one list.
func (b *Book) List(id party.ListID) (*List, bool) {
	i := slices.IndexFunc(b.lists, func(l *List) bool { return l.Info.List == id })
	if i < 0 {
		return nil, false
	}
	return b.lists[i], true
}

// Acquire keeps the book open until Release; it returns false when the book
// was closed before.
func (b *Book) Acquire() bool { return b.file.Acquire() }

// Release gives back what Acquire took.
func (b *Book) Release() error { return b.file.Release() }

// Close closes the book; it is unmapped when the last reference is released.
func (b *Book) Close() error { return b.file.Close() }

// Guard runs read and turns damage of the file, also a file that is cut while
// it is read, into an error of kind [errkind.Unavailable].
func (b *Book) Guard(read func() error) error { return segment.Catch(read, b.file) }

// File returns the file, for verification.
func (b *Book) File() *segment.File { return b.file }

// Entry returns an entry by its name.
func (b *Book) Entry(r party.Ref) (party.Entry, error) {
	l, ok := b.List(r.List)
	if !ok {
		return party.Entry{}, errkind.New(errkind.NotFound, fmt.Sprintf("the book holds no list %s", r.List))
	}
	i, ok := l.byRef(r)
	if !ok {
		return party.Entry{}, errkind.New(errkind.NotFound, fmt.Sprintf("no entry %s in the book", r))
	}
	return l.Entry(i)
}

// Head returns what a finding shows of an entry, by its name. The error is of
// kind not found where the book has none.
func (b *Book) Head(r party.Ref) (party.Head, error) {
	l, ok := b.List(r.List)
	if !ok {
		return party.Head{}, errkind.New(errkind.NotFound, fmt.Sprintf("the book holds no list %s", r.List))
	}
	i, ok := l.byRef(r)
	if !ok {
		return party.Head{}, errkind.New(errkind.NotFound, fmt.Sprintf("no entry %s in the book", r))
	}
	return l.Head(i)
}

// Identity returns the entries that are one party with r, r among them.
func (b *Book) Identity(r party.Ref) (identity.Identity, error) {
	g, err := b.groups()
	if err != nil {
		return identity.Identity{}, err
	}
	if i, ok := g.of[r]; ok {
		return g.all[i], nil
	}
	return identity.Identity{Refs: []party.Ref{r}}, nil
}

// groups are the identities of two entries or more.
type groups struct {
	all []identity.Identity
	of  map[party.Ref]int
}

func (b *Book) readGroups() (*groups, error) {
	text, err := b.section("identities")
	if err != nil {
		return nil, err
	}
	g := &groups{of: map[party.Ref]int{}}
	if err := json.Unmarshal(text, &g.all); err != nil {
		return nil, fmt.Errorf("identities: %w", err)
	}
	for i, id := range g.all {
		for _, r := range id.Refs {
			g.of[r] = i
		}
	}
	return g, nil
}

// Claims yields the claims in the order of their compilation.
func (b *Book) Claims() iter.Seq2[claim.Claim, error] {
	return func(yield func(claim.Claim, error) bool) {
		data, err := b.section("claims")
		if err != nil {
			yield(claim.Claim{}, err)
			return
		}
		for c, err := range readClaims(data) {
			if !yield(c, err) {
				return
			}
		}
	}
}

// A List is one list of an open book.
type List struct {
	Info  Info
	Index *index.Index

	entries, ends, keys *segment.Section
	premises            *segment.Section // nil in a list of format 2 or before
}

// listSections are the sections of a list beside those of its index; the names
// begin with the name of the list and a slash.
//
//	entries  the entries in the encoding of package party, one after the other, ordered by Ref
//	ends     for each entry where it ends in entries (uint64)
//	premises hash of a key of an address and the entry that has it (2 × uint32), sorted
//	keys     hash of an identifier, domain, e-mail or phone and the entry that has it (2 × uint32), sorted
const (
	entriesSection = "entries"
	endsSection    = "ends"
	keysSection    = "keys"

	premisesSection = "premises"
)

func openList(f *segment.File, info Info, m *names.Model) (*List, error) {
	l := &List{Info: info}
	prefix := string(info.List) + "/"
	for name, to := range map[string]**segment.Section{entriesSection: &l.entries, endsSection: &l.ends, keysSection: &l.keys} {
		s, ok := f.Section(prefix + name)
		if !ok {
			return nil, fmt.Errorf("section %q is missing", prefix+name)
		}
		*to = s
	}
	if l.ends.Len()/8 != info.Entries {
		return nil, fmt.Errorf("%d entries, the manifest says %d", l.ends.Len()/8, info.Entries)
	}
	l.premises, _ = f.Section(prefix + premisesSection)
	var err error
	l.Index, err = index.Open(f, prefix, m)
	return l, err
}

// Len returns the number of entries.
func (l *List) Len() int { return l.Info.Entries }

// Encoded returns the encoding of entry i; it points into the book.
func (l *List) Encoded(i uint32) []byte { return run(l.entries, l.ends, i) }

// run returns run i of those that writeRuns wrote.
func run(blob, ends *segment.Section, i uint32) []byte {
	var start uint64
	if i > 0 {
		start = ends.Uint64s(int(i-1)*8, 1)[0]
	}
	end := ends.Uint64s(int(i)*8, 1)[0]
	return blob.Bytes(int(start), int(end-start))
}

// Entry returns entry i.
func (l *List) Entry(i uint32) (party.Entry, error) { return party.Decode(l.Encoded(i)) }

// Head returns what a finding shows of entry i.
func (l *List) Head(i uint32) (party.Head, error) { return party.DecodeHead(l.Encoded(i)) }

// byRef finds an entry by its name: entries are ordered by it.
func (l *List) byRef(r party.Ref) (uint32, bool) {
	lo, hi := 0, l.Len()
	for lo < hi {
		mid := (lo + hi) / 2
		ref, err := party.DecodeRef(l.Encoded(uint32(mid)))
		if err != nil {
			return 0, false
		}
		if c := ref.Compare(r); c == 0 {
			return uint32(mid), true
		} else if c < 0 {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return 0, false
}

// Keyed yields the entries that carry a key as [Keys] gives them. A hash may
// bring strangers: the caller compares.
func (l *List) Keyed(key string) iter.Seq[uint32] { return pairsOf(l.keys, key) }

// At yields the entries with an address that has a key of [places.Premise]. A
// hash may bring strangers: the caller compares. A list of format 2 or before
// yields none; see [List.HasPremises].
func (l *List) At(key string) iter.Seq[uint32] {
	if l.premises == nil {
		return func(func(uint32) bool) {}
	}
	return pairsOf(l.premises, key)
}

// HasPremises says that the addresses of the list are indexed.
func (l *List) HasPremises() bool { return l.premises != nil }

// pairsOf yields the entries behind a key in a section of pairs.
func pairsOf(s *segment.Section, key string) iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		h := keyHash(key)
		n := s.Len() / 8
		at := search(n, func(i int) bool { return s.Uint32s(i*8, 1)[0] >= h })
		for ; at < n; at++ {
			pair := s.Uint32s(at*8, 2)
			if pair[0] != h || !yield(pair[1]) {
				return
			}
		}
	}
}

func search(n int, f func(int) bool) int {
	lo, hi := 0, n
	for lo < hi {
		if mid := (lo + hi) / 2; f(mid) {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return lo
}
