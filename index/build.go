// SPDX-License-Identifier: Apache-2.0

package index

import (
	"bufio"
	"cmp"
	"encoding/binary"
	"fmt"
	"maps"
	"math/bits"
	"slices"

	"github.com/interdict-dev/interdict/internal/segment"
	"github.com/interdict-dev/interdict/names"
)

// A Builder collects the names of one list. It is for one goroutine.
type Builder struct {
	model *names.Model
	sides [names.NumModes]sideBuilder
}

// sideBuilder numbers words as they come; Write sorts them, so that the bytes
// do not depend on the order of a map.
type sideBuilder struct {
	ids   map[string]uint32
	words []string
	bound []bound
	names []uint32 // records of nameSize numbers
	forms []uint32
	post  []uint64 // word<<32 | name, not yet sorted
}

// A bound is what a word can do at most, over all listed parts that hold it.
type bound struct {
	classes uint16
	info    uint16
	cost    uint32 // of leaving such a part over, in milli-nats, positive
}

// NewBuilder returns an empty builder whose bounds come from the model.
func NewBuilder(m *names.Model) *Builder {
	b := &Builder{model: m}
	for i := range b.sides {
		b.sides[i].ids = map[string]uint32{}
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
// numbers. Names are to be added in the order of entries.
func (b *Builder) Add(entry, name int, weak bool, f *names.Form) error {
	if len(f.Parts) == 0 {
		return nil // nothing to find it by; its identifiers still are
	}
	if name > maxNameNumber {
		return fmt.Errorf("name %d of entry %d: an entry may have %d names", name, entry, maxNameNumber)
	}
	s := &b.sides[f.Mode]
	id := uint32(len(s.names) / nameSize)
	w := &b.model.Weights[f.Mode]
	shapes := f.Shapes(nil)
	second := uint32(name) | flags(shapes)
	if weak {
		second |= weakFlag
	}
	least := names.Leftovers(w, shapes, true) + names.InitialSlack(w, shapes)
	s.names = append(s.names, uint32(entry), second, uint32(least), uint32(len(s.forms)))
	head := uint32(len(f.Parts))
	if f.Acronym != "" {
		s.forms = append(s.forms, head|hasAcronym, s.id("^"+f.Acronym, id))
	} else {
		s.forms = append(s.forms, head)
	}
	for i := range f.Parts {
		p := &f.Parts[i]
		s.forms = append(s.forms, partHeader(p, p.Latin()))
		for _, word := range p.Words {
			n := s.id(word, id)
			s.forms = append(s.forms, n)
			s.bound[n].widen(shapes[i], names.Leftovers(w, shapes[i:i+1], true))
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

// id returns the number of a word and notes that the name holds it.
func (s *sideBuilder) id(w string, name uint32) uint32 {
	id, ok := s.ids[w]
	if !ok {
		id = uint32(len(s.words))
		s.ids[w] = id
		s.words = append(s.words, w)
		s.bound = append(s.bound, bound{})
	}
	s.post = append(s.post, uint64(id)<<32|uint64(name))
	return id
}

// widen makes the bound hold for one more part.
func (b *bound) widen(s names.Shape, left int32) {
	b.classes |= 1 << s.Class
	b.info = max(b.info, uint16(s.Info))
	b.cost = max(b.cost, uint32(-min(left, 0)))
}

// Write writes the sections of the index, their names beginning with prefix.
func (b *Builder) Write(w *segment.Writer, prefix string) error {
	for i := range b.sides {
		if err := b.sides[i].write(w, prefix+sideNames[i]+"."); err != nil {
			return err
		}
	}
	return nil
}

func (s *sideBuilder) write(w *segment.Writer, prefix string) error {
	s.sort()
	var ends, text = make([]uint32, len(s.words)), []byte(nil)
	for i, word := range s.words {
		text = append(text, word...)
		ends[i] = uint32(len(text))
	}
	keys, dir := s.keys()
	posts, post := s.postings()
	for _, sec := range []struct {
		name string
		data []uint32
	}{{"words", ends}, {"hash", s.table()}, {"keys", keys}, {"dir", dir}, {"bounds", s.bounds()}, {"posts", posts}, {"post", post}, {"names", s.names}, {"forms", s.forms}} {
		if err := writeUint32s(w, prefix+sec.name, sec.data); err != nil {
			return err
		}
	}
	sec, err := w.Section(prefix+"text", Version)
	if err == nil {
		_, err = sec.Write(text)
	}
	return err
}

func writeUint32s(w *segment.Writer, name string, data []uint32) error {
	sec, err := w.Section(name, Version)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(sec, 1<<16)
	var four [4]byte
	for _, x := range data {
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

// sort numbers the words anew in the order of their bytes.
func (s *sideBuilder) sort() {
	sorted := slices.Sorted(maps.Keys(s.ids))
	renumber := make([]uint32, len(sorted))
	for i, w := range sorted {
		renumber[s.ids[w]] = uint32(i)
	}
	bounds := make([]bound, len(sorted))
	for old, id := range renumber {
		bounds[id] = s.bound[old]
	}
	s.words, s.bound = sorted, bounds
	for i := range s.post {
		s.post[i] = uint64(renumber[s.post[i]>>32])<<32 | s.post[i]&0xffffffff
	}
	slices.Sort(s.post)
	s.post = slices.Compact(s.post)
	for i := 0; i < len(s.forms); {
		head := s.forms[i]
		i++
		if head&hasAcronym != 0 {
			s.forms[i] = renumber[s.forms[i]]
			i++
		}
		for range head &^ hasAcronym {
			n := int(s.forms[i] >> 8 & 15)
			i++
			for range n {
				s.forms[i] = renumber[s.forms[i]]
				i++
			}
		}
	}
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
		if key, n := skeletonKey(w); n > 0 {
			buf = append(buf, key)
		}
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

// postings returns the ends and the names of the words.
func (s *sideBuilder) postings() (ends, post []uint32) {
	ends = make([]uint32, len(s.words))
	post = make([]uint32, len(s.post))
	for i, p := range s.post {
		ends[p>>32] = uint32(i + 1)
		post[i] = uint32(p)
	}
	for i := 1; i < len(ends); i++ {
		ends[i] = max(ends[i], ends[i-1])
	}
	return ends, post
}
