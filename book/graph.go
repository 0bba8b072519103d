// SPDX-License-Identifier: Apache-2.0

package book

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/evidence"
	"github.com/interdict-dev/interdict/internal/segment"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/starter"
)

// The sections of the graph of claims, as package evidence builds it. A book
// without them, or with those of another version of evidence.TablesVersion, is
// read claim by claim instead.
const (
	graphInfo         = "graph.info"          // JSON: graphHead
	graphOwn          = "graph.own"           // what entries say themselves, in the encoding of package claim
	graphClaims       = "graph.claims"        // uint64 for each claim: see claimAt
	graphKeys         = "graph.keys"          // the key of each node
	graphEnds         = "graph.ends"          // uint32: where each ends
	graphSlots        = "graph.slots"         // uint64: hash table of nodes
	graphStart        = "graph.start"         // uint32: where the edges of each node begin
	graphEdges        = "graph.edges"         // 2 × uint32 for each edge
	graphMentionStart = "graph.mention-start" // uint32: where the mentions of each node begin
	graphMentions     = "graph.mentions"      // uint32: claims
)

type graphHead struct {
	Version    int      `json:"version"`
	Standing   int      `json:"standing"`
	Superseded int      `json:"superseded,omitempty"`
	Kinds      []uint32 `json:"kinds,omitempty"`
	Lengths4   []int    `json:"lengths4,omitempty"`
	Lengths6   []int    `json:"lengths6,omitempty"`
	Unread     []string `json:"unread,omitempty"`
}

// An Evidence is the claims of a book as a graph knows them: those that were
// compiled into it, and what its entries say themselves of their websites, their
// wallets and one another. It serves any number of goroutines while its book is
// open, and is read inside [Book.Guard].
type Evidence struct {
	Tables *evidence.Tables
	Unread []string // websites and wallets of entries that are no indicator

	failed atomic.Pointer[error]
}

// Err returns the first error that reading a claim met, and nil where all could
// be read. A claim that could not be read says nothing.
func (e *Evidence) Err() error {
	if p := e.failed.Load(); p != nil {
		return *p
	}
	return nil
}

// Evidence opens the claims of the book as a graph knows them.
func (b *Book) Evidence() (*Evidence, error) {
	s, ok := b.file.Section(graphInfo)
	if !ok {
		return b.evidenceOfClaims()
	}
	var head graphHead
	if err := json.Unmarshal(s.All(), &head); err != nil {
		return nil, fmt.Errorf("%s: %w", graphInfo, err)
	}
	return b.evidenceFrom(head)
}

func (b *Book) evidenceFrom(head graphHead) (*Evidence, error) {
	if head.Version != evidence.TablesVersion {
		return b.evidenceOfClaims()
	}
	r := graphReader{file: b.file}
	e := &Evidence{Unread: head.Unread}
	e.Tables = &evidence.Tables{
		Standing: head.Standing, Superseded: head.Superseded, Kinds: head.Kinds, Lengths4: bytesOf(head.Lengths4), Lengths6: bytesOf(head.Lengths6),
		Claims: &mappedClaims{of: [2]*segment.Section{r.section("claims"), r.section(graphOwn)}, at: r.uint64s(graphClaims), failed: &e.failed},
		Keys:   r.section(graphKeys), KeyEnds: r.uint32s(graphEnds), Slots: r.uint64s(graphSlots),
		Start: r.uint32s(graphStart), Edges: r.uint32s(graphEdges),
		MentionStart: r.uint32s(graphMentionStart), Mentions: r.uint32s(graphMentions),
	}
	return e, r.err
}

// graphReader reads sections; after the first one that is missing the rest mean
// nothing.
type graphReader struct {
	file *segment.File
	err  error
}

func (r *graphReader) section(name string) *segment.Section {
	s, ok := r.file.Section(name)
	if !ok && r.err == nil {
		r.err = fmt.Errorf("section %q is missing", name)
	}
	return s
}

func (r *graphReader) uint32s(name string) []uint32 {
	if s := r.section(name); r.err == nil {
		return s.Uint32s(0, s.Len()/4)
	}
	return nil
}

func (r *graphReader) uint64s(name string) []uint64 {
	if s := r.section(name); r.err == nil {
		return s.Uint64s(0, s.Len()/8)
	}
	return nil
}

func bytesOf(ns []int) (out []uint8) {
	for _, n := range ns {
		out = append(out, uint8(n))
	}
	return out
}

func intsOf(ns []uint8) (out []int) { // JSON writes bytes as one string
	for _, n := range ns {
		out = append(out, int(n))
	}
	return out
}

// mappedClaims decodes a claim when it is asked for.
type mappedClaims struct {
	of     [2]*segment.Section // those of the book, and those of its entries
	at     []uint64
	failed *atomic.Pointer[error]
}

// Where a claim stands: its section in the highest bit, its length in the lowest,
// and where it begins between them.
const (
	lengthBits = 24
	ownBit     = 63
)

func claimAt(own bool, from, to int) (uint64, error) {
	if to-from >= 1<<lengthBits || from >= 1<<(ownBit-lengthBits) {
		return 0, fmt.Errorf("a claim of %d bytes at %d: too long for a book", to-from, from)
	}
	x := uint64(from)<<lengthBits | uint64(to-from)
	if own {
		x |= 1 << ownBit
	}
	return x, nil
}

func wherein(x uint64) (own bool, from, n int) {
	return x>>ownBit != 0, int(x << 1 >> (lengthBits + 1)), int(x & (1<<lengthBits - 1))
}

// Claim returns claim n.
func (m *mappedClaims) Claim(n int) claim.Claim {
	own, from, size := wherein(m.at[n])
	s := m.of[0]
	if own {
		s = m.of[1]
	}
	c, _, err := claim.Decode(s.Bytes(from, size))
	if err != nil {
		err = fmt.Errorf("claim %d of the book: %w", n, err)
		m.failed.CompareAndSwap(nil, &err)
	}
	return c
}

// evidenceOfClaims builds what [Book.Evidence] opens, in the time that the claims
// take to be read and sorted. It serves books that were written without it, and
// is what the written form is held to.
func (b *Book) evidenceOfClaims() (*Evidence, error) {
	var claims []claim.Claim
	for c, err := range b.Claims() {
		if err != nil {
			return nil, err
		}
		claims = append(claims, c)
	}
	own := newOwnClaims(claims)
	for _, l := range b.lists {
		for i := range l.Len() {
			e, err := l.Entry(uint32(i))
			if err != nil {
				return nil, fmt.Errorf("entry %d of %s: %w", i, l.Info.List, err)
			}
			own.add(&l.Info, &e)
		}
	}
	var failed error
	same := func(r party.Ref) party.Ref {
		s, err := b.Representative(r)
		if err != nil && failed == nil {
			failed = err
		}
		return s
	}
	t := evidence.Build(append(claims, own.claims...), same)
	return &Evidence{Tables: t, Unread: own.unread}, failed
}

// Representative gives one entry for all that are one party: the last in order
// that the book holds, which is OFAC's where there is one. An entry that the book
// does not hold stands for itself.
func (b *Book) Representative(r party.Ref) (party.Ref, error) {
	id, err := b.Identity(r)
	if err != nil {
		return r, err
	}
	return representative(r, id.Refs, b.Holds), nil
}

func representative(r party.Ref, same []party.Ref, holds func(party.Ref) bool) party.Ref {
	if !holds(r) {
		return r
	}
	for _, s := range slices.Backward(same) {
		if holds(s) {
			return s
		}
	}
	return r
}

// Holds says that the book has an entry of this name.
func (b *Book) Holds(r party.Ref) bool {
	l, ok := b.List(r.List)
	if !ok {
		return false
	}
	_, ok = l.byRef(r)
	return ok
}

// ownClaims gathers what entries say themselves.
type ownClaims struct {
	claims []claim.Claim
	unread []string
	said   map[tie]bool // what the book's own claims say of parties
}

// tie is what makes two claims of one origin the same statement.
type tie struct {
	from, to claim.Thing
	relation claim.Relation
	origin   string
}

func tieOf(c *claim.Claim) tie { return tie{c.From, c.To, c.Relation, c.Source.Root()} }

func newOwnClaims(claims []claim.Claim) *ownClaims {
	o := &ownClaims{said: map[tie]bool{}}
	for i := range claims {
		if c := &claims[i]; c.From.IsParty() { // entries say nothing else
			o.said[tieOf(c)] = true
		}
	}
	return o
}

func (o *ownClaims) add(l *Info, e *party.Entry) {
	if len(e.Websites) == 0 && len(e.Identifiers) == 0 && len(e.Relations) == 0 {
		return
	}
	src := sourceOf(l, e.Ref)
	own, errs := claim.Own(e, src)
	for _, err := range errs {
		o.unread = append(o.unread, err.Error())
	}
	o.claims = append(o.claims, own...)
	for _, c := range claim.Published(e, src) {
		if !o.said[tieOf(&c)] { // a claim of the book says it with more
			o.claims = append(o.claims, c)
		}
	}
}

// sourceOf says who says what an entry says. A list is a legal act; the user's
// own list and the parties that only evidence speaks of are none.
func sourceOf(l *Info, r party.Ref) claim.Source {
	if l.Starter || l.List == starter.Intel {
		if s, ok := starter.Open().Source(r); ok {
			return s
		}
	}
	s := claim.Source{Name: l.Title, Class: claim.Legal}
	if s.Name == "" {
		s.Name = string(l.List)
	}
	switch {
	case l.List == starter.Intel, strings.HasPrefix(string(l.List), "local"):
		s.Class = claim.Ungraded
	case strings.HasPrefix(string(l.List), "us-ofac"):
		s.Origin = "us-treasury" // as the built-in facts have it: the lists and the press notes are one origin
	}
	return s
}

// encodeClaims returns the claims one after the other, and where each ends.
func encodeClaims(claims []claim.Claim) (text []byte, ends []int) {
	ends = make([]int, len(claims))
	for i := range claims {
		text = claims[i].Append(text)
		ends[i] = len(text)
	}
	return text, ends
}

// writeGraph writes the graph of the claims, of which ends says where each ends
// in the section of claims, and of what the entries say themselves.
func (a *assembly) writeGraph(w *segment.Writer, ends []int, own *ownClaims, same func(party.Ref) party.Ref) error {
	n := len(a.Claims)
	t := evidence.Build(slices.Concat(a.Claims, own.claims), same)
	text, ownEnds := encodeClaims(own.claims)
	order := t.Claims.(evidence.Numbered).Order
	at := make([]uint64, len(order))
	for i, k := range order {
		all, k := ends, int(k)
		if k >= n {
			all, k = ownEnds, k-n
		}
		from := 0
		if k > 0 {
			from = all[k-1]
		}
		var err error
		if at[i], err = claimAt(int(order[i]) >= n, from, all[k]); err != nil {
			return err
		}
	}
	head := graphHead{
		Version: evidence.TablesVersion, Standing: t.Standing, Superseded: t.Superseded, Kinds: t.Kinds,
		Lengths4: intsOf(t.Lengths4), Lengths6: intsOf(t.Lengths6), Unread: own.unread,
	}
	if err := writeJSON(w, graphInfo, head); err != nil {
		return err
	}
	keys := []byte(nil)
	if k := len(t.KeyEnds); k > 0 {
		keys = t.Keys.Bytes(0, int(t.KeyEnds[k-1]))
	}
	for _, s := range []struct {
		name string
		data []byte
	}{{graphOwn, text}, {graphKeys, keys}} {
		if err := writeBytes(w, s.name, s.data); err != nil {
			return err
		}
	}
	for _, s := range []struct {
		name string
		data []uint64
	}{{graphClaims, at}, {graphSlots, t.Slots}} {
		if err := writeUint64s(w, s.name, s.data); err != nil {
			return err
		}
	}
	for _, s := range []struct {
		name string
		data []uint32
	}{{graphEnds, t.KeyEnds}, {graphStart, t.Start}, {graphEdges, t.Edges}, {graphMentionStart, t.MentionStart}, {graphMentions, t.Mentions}} {
		if err := writeUint32s(w, s.name, s.data); err != nil {
			return err
		}
	}
	return nil
}

func writeUint32s(w *segment.Writer, name string, data []uint32) error {
	s, err := w.Section(name, Version)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(s, 1<<16)
	for _, x := range data {
		var b [4]byte
		binary.LittleEndian.PutUint32(b[:], x)
		if _, err := out.Write(b[:]); err != nil {
			return err
		}
	}
	return out.Flush()
}
