// SPDX-License-Identifier: Apache-2.0

package index

import (
	"bufio"
	"cmp"
	"encoding/binary"
	"fmt"
	"iter"
	"math/bits"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/internal/segment"
	"github.com/interdict-dev/interdict/names"
)

// A Builder collects the names of one list. It keeps some fifty bytes of a name
// and each word once. It is for one goroutine.
type Builder struct {
	model *names.Model
	role  Role
	sides [names.NumModes]sideBuilder
}

// sideBuilder numbers words and names as they come; Write orders both, so that
// the bytes do not depend on the order in which they came.
type sideBuilder struct {
	ids   map[string]uint32
	words []string
	bound []bound
	names column // records of nameSize numbers
	forms column
	role  Role
}

// A bound is what a word can do at most, over all listed parts that hold it.
type bound struct {
	classes uint16
	info    uint16
	cost    uint32 // of leaving such a part over, in milli-nats, positive
}

// A column is a long list of numbers that grows without being copied.
type column struct {
	blocks [][]uint32
	size   int
}

const blockSize = 1 << 16

func (c *column) add(xs ...uint32) {
	for _, x := range xs {
		if c.size%blockSize == 0 {
			c.blocks = append(c.blocks, make([]uint32, 0, blockSize))
		}
		last := &c.blocks[len(c.blocks)-1]
		*last = append(*last, x)
		c.size++
	}
}

func (c *column) at(i int) uint32 { return c.blocks[i/blockSize][i%blockSize] }

// NewBuilder returns an empty builder for listed names, whose bounds come from
// the model.
func NewBuilder(m *names.Model) *Builder { return newBuilder(m, Listed) }

// NewSubjectBuilder returns an empty builder for the names of subjects, so that
// listed names can be searched among them.
func NewSubjectBuilder(m *names.Model) *Builder { return newBuilder(m, Subjects) }

func newBuilder(m *names.Model, r Role) *Builder {
	b := &Builder{model: m, role: r}
	for i := range b.sides {
		b.sides[i] = sideBuilder{ids: map[string]uint32{}, role: r}
	}
	return b
}

// maxNameNumber is how many names of one entry can be told apart.
const maxNameNumber = 1<<24 - 1

// The second number of a name's record: its number in the entry; whether it is
// a weak alias; whether it has initials; how many of its parts tell one party
// from another, as far as that many can be said.
const (
	weakFlag      = 1 << 24
	initialFlag   = 1 << 25
	distinctShift = 26
	maxDistinct   = 1<<6 - 1
)

// Add indexes one form of a name: the entry and the name in it by their
// numbers. The names come in any order.
func (b *Builder) Add(entry, name int, weak bool, f *names.Form) error {
	if len(f.Parts) == 0 {
		return nil // nothing to find it by; its identifiers still are
	}
	if name > maxNameNumber {
		return fmt.Errorf("name %d of entry %d: an entry may have %d names", name, entry, maxNameNumber)
	}
	s := &b.sides[f.Mode]
	w := &b.model.Weights[f.Mode]
	shapes := f.Shapes(nil)
	second := uint32(name) | flags(shapes)
	if weak {
		second |= weakFlag
	}
	listed := b.role == Listed
	least := names.Leftovers(w, shapes, listed) + names.InitialLift(w, shapes, listed)
	s.names.add(uint32(entry), second, uint32(least), uint32(s.forms.size))
	head := uint32(len(f.Parts))
	if f.Acronym != "" {
		s.forms.add(head|hasAcronym, s.id("^"+f.Acronym))
	} else {
		s.forms.add(head)
	}
	for i := range f.Parts {
		p := &f.Parts[i]
		s.forms.add(partHeader(p, p.Latin()))
		for _, word := range p.Words {
			n := s.id(word)
			s.forms.add(n)
			s.bound[n].widen(shapes[i], names.Leftovers(w, shapes[i:i+1], listed))
		}
	}
	return nil
}

// flags returns what the record of a name says of its parts.
func flags(shapes []names.Shape) uint32 {
	distinct, initial := uint32(0), uint32(0)
	for i := range shapes {
		if shapes[i].Distinct() {
			distinct++
		}
		if shapes[i].Class == names.Initial {
			initial = initialFlag
		}
	}
	return initial | min(distinct, maxDistinct)<<distinctShift
}

// id returns the number of a word.
func (s *sideBuilder) id(w string) uint32 {
	id, ok := s.ids[w]
	if !ok {
		id = uint32(len(s.words))
		w = strings.Clone(w) // the name it stands in need not be kept
		s.ids[w] = id
		s.words = append(s.words, w)
		s.bound = append(s.bound, bound{})
	}
	return id
}

// widen makes the bound hold for one more part.
func (b *bound) widen(s names.Shape, left int32) {
	b.classes |= 1 << s.Class
	b.info = max(b.info, uint16(s.Info))
	b.cost = max(b.cost, uint32(-min(left, 0)))
}

// Write writes the sections of the index, their names beginning with prefix.
// Entries get their final numbers: entry i of Add is number[i], or i where
// number is nil. The builder is spent.
func (b *Builder) Write(w *segment.Writer, prefix string, number []uint32) error {
	for i := range b.sides {
		if err := b.sides[i].write(w, prefix+sideNames[i]+".", number); err != nil {
			return err
		}
		b.sides[i] = sideBuilder{}
	}
	return nil
}

func (s *sideBuilder) write(w *segment.Writer, prefix string, number []uint32) error {
	words := s.sort()
	order := s.order(number)
	var ends, text = make([]uint32, len(s.words)), []byte(nil)
	for i, word := range s.words {
		text = append(text, word...)
		ends[i] = uint32(len(text))
	}
	keys, dir := s.keys()
	for _, sec := range []struct {
		name string
		data []uint32
	}{{"words", ends}, {"hash", s.table()}, {"keys", keys}, {"dir", dir}, {"bounds", s.bounds()}, {"ranks", s.ranks(order)}} {
		if err := writeUint32s(w, prefix+sec.name, slices.Values(sec.data)); err != nil {
			return err
		}
	}
	posts, post := s.postings(order, words)
	if err := writeUint32s(w, prefix+"posts", slices.Values(posts)); err != nil {
		return err
	}
	if err := writeUint32s(w, prefix+"post", slices.Values(post)); err != nil {
		return err
	}
	if err := writeUint32s(w, prefix+"names", s.records(order)); err != nil {
		return err
	}
	if err := writeUint32s(w, prefix+"forms", s.ordered(order, words)); err != nil {
		return err
	}
	sec, err := w.Section(prefix+"text", Version)
	if err == nil {
		_, err = sec.Write(text)
	}
	return err
}

func writeUint32s(w *segment.Writer, name string, data iter.Seq[uint32]) error {
	sec, err := w.Section(name, Version)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(sec, 1<<16)
	var four [4]byte
	for x := range data {
		binary.LittleEndian.PutUint32(four[:], x)
		if _, err := out.Write(four[:]); err != nil {
			return err
		}
	}
	return out.Flush()
}

func (s *sideBuilder) bounds() []uint32 {
	out := make([]uint32, 0, 2*len(s.bound))
	for _, b := range s.bound {
		out = append(out, uint32(b.classes)|uint32(b.info)<<16, b.cost)
	}
	return out
}

// sort orders the words by their bytes and returns the new number of each.
func (s *sideBuilder) sort() []uint32 {
	sorted := slices.Sorted(slices.Values(s.words))
	renumber := make([]uint32, len(sorted))
	bounds := make([]bound, len(sorted))
	for i, w := range sorted {
		old := s.ids[w]
		renumber[old] = uint32(i)
		bounds[i] = s.bound[old]
	}
	s.words, s.bound, s.ids = sorted, bounds, nil
	return renumber
}

// A place is where a name stands among all: those with initials first, then by
// what their parts cost when all are left over, the cheapest first, so that of
// any list of names those that can still reach something are the first ones.
// Names that agree in this stand in the order of their entries.
type place struct {
	order uint64 // whether it has no initials, in bit 32, and its cost below
	entry uint32
	name  uint32
	id    uint32 // as it came
}

// order returns the names in the order in which they are written.
func (s *sideBuilder) order(number []uint32) []place {
	out := make([]place, s.names.size/nameSize)
	for id := range out {
		at := id * nameSize
		p := place{entry: s.names.at(at), name: s.names.at(at+1) & maxNameNumber, id: uint32(id)}
		if number != nil {
			p.entry = number[p.entry]
		}
		p.order = uint64(costKey(int32(s.names.at(at + 2))))
		if s.names.at(at+1)&initialFlag == 0 {
			p.order |= 1 << 32
		}
		out[id] = p
	}
	slices.SortFunc(out, func(a, b place) int {
		return cmp.Or(cmp.Compare(a.order, b.order), cmp.Compare(a.entry, b.entry), cmp.Compare(a.name, b.name))
	})
	return out
}

// costKey orders bounds from the highest.
func costKey(least int32) uint32 { return uint32(-least) + 1<<31 }

// ranks returns, for the names with initials and then for the others, how many
// there are and the least cost, and for each step of cost above it how many
// names cost less than the end of the step.
func (s *sideBuilder) ranks(order []place) []uint32 {
	out := []uint32{uint32(s.role)}
	cost := func(p place) int32 { return -int32(s.names.at(int(p.id)*nameSize + 2)) }
	with, _ := slices.BinarySearchFunc(order, uint64(1)<<32, func(p place, o uint64) int { return cmp.Compare(p.order, o) })
	for _, block := range [2][]place{order[:with], order[with:]} {
		least := int32(0)
		if len(block) > 0 {
			least = cost(block[0])
		}
		out = append(out, uint32(len(block)), uint32(least))
		n := 0
		for step := range int32(rankSteps) {
			for n < len(block) && cost(block[n]) < least+(step+1)*rankStep {
				n++
			}
			out = append(out, uint32(n))
		}
	}
	return out
}

// records yields the records of the names.
func (s *sideBuilder) records(order []place) iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		start := uint32(0)
		for _, p := range order {
			at := int(p.id) * nameSize
			if !yield(p.entry) || !yield(s.names.at(at+1)) || !yield(s.names.at(at+2)) || !yield(start) {
				return
			}
			for range s.form(p.id) {
				start++
			}
		}
	}
}

// form yields the numbers of a name's form, and of each whether it is a word.
func (s *sideBuilder) form(id uint32) iter.Seq2[uint32, bool] {
	return func(yield func(uint32, bool) bool) {
		at := int(s.names.at(int(id)*nameSize + 3))
		head := s.forms.at(at)
		if !yield(head, false) {
			return
		}
		if at++; head&hasAcronym != 0 {
			if !yield(s.forms.at(at), true) {
				return
			}
			at++
		}
		for range head &^ hasAcronym {
			h := s.forms.at(at)
			if !yield(h, false) {
				return
			}
			at++
			for range h >> 8 & 15 {
				if !yield(s.forms.at(at), true) {
					return
				}
				at++
			}
		}
	}
}

// ordered yields the forms in the order of the names, with the numbers that the
// words have now.
func (s *sideBuilder) ordered(order []place, words []uint32) iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		for _, p := range order {
			for x, isWord := range s.form(p.id) {
				if isWord {
					x = words[x]
				}
				if !yield(x) {
					return
				}
			}
		}
	}
}

// postings returns the ends and the names of the words. A name that holds a
// word twice stands once.
func (s *sideBuilder) postings(order []place, words []uint32) (ends, post []uint32) {
	last := make([]uint32, len(words)) // by word: the last name that held it, plus one
	ends = make([]uint32, len(words))
	each := func(count func(word uint32, name uint32)) {
		clear(last)
		for name, p := range order {
			for x, isWord := range s.form(p.id) {
				if isWord && last[words[x]] != uint32(name)+1 {
					last[words[x]] = uint32(name) + 1
					count(words[x], uint32(name))
				}
			}
		}
	}
	each(func(w, _ uint32) { ends[w]++ })
	total := uint32(0)
	for w, n := range ends { // from counts to starts
		ends[w] = total
		total += n
	}
	post = make([]uint32, total)
	each(func(w, name uint32) {
		post[ends[w]] = name
		ends[w]++ // and so to ends
	})
	return ends, post
}

// table lays the words out for look-up: twice as many slots as words at least.
func (s *sideBuilder) table() []uint32 {
	size := 1 << bits.Len(uint(2*len(s.words)))
	slots := make([]uint32, size)
	mask := uint32(size - 1)
	for id, w := range s.words {
		i := hash32(w) & mask
		for slots[i] != 0 {
			i = (i + 1) & mask
		}
		slots[i] = uint32(id) + 1
	}
	return slots
}

// keys returns the sorted pairs of key and word, and the directory of the
// leading bits of the keys, about four pairs to a directory slot.
func (s *sideBuilder) keys() (keys, dir []uint32) {
	var pairs []uint64
	var buf []uint32
	for id, w := range s.words {
		if !isKeyed(w) {
			continue
		}
		buf = remainders(buf[:0], w)
		buf = skeletonKeys(buf, w)
		for _, k := range buf {
			pairs = append(pairs, uint64(k)<<32|uint64(id))
		}
	}
	slices.SortFunc(pairs, cmp.Compare[uint64])
	width := max(1, bits.Len(uint(len(pairs)/4)))
	shift := 32 - width
	dir = make([]uint32, 1<<width+1)
	keys = make([]uint32, 0, 2*len(pairs))
	for _, p := range pairs {
		dir[p>>32>>shift+1]++
		keys = append(keys, uint32(p>>32), uint32(p))
	}
	for i := 1; i < len(dir); i++ {
		dir[i] += dir[i-1]
	}
	return keys, dir
}
