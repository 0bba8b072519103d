// SPDX-License-Identifier: Apache-2.0

// Package index finds, out of everything listed, the names that may be the
// name asked for. It proposes and never decides: what a full scan with
// [names.Compare] would report, it proposes, and nothing else counts.
//
// # How it finds
//
// The words of all listed names are a vocabulary. Every way in which a word of
// the subject can hang together with a listed word ([names.Relate]: equal, a
// known variant, the same skeleton, one or two edits, written together or
// apart) is answered by a look-up in the vocabulary: a hash table for equal
// words, a table of skeletons, and a table of what remains of each word when one
// or two letters are deleted (two words within k edits share such a remainder).
// Then the lists of names that hold those words are merged, rarest first. A name
// is left aside only when an upper bound of its evidence is below what is asked
// for: the bound takes the best tie of every word and forgives everything else,
// so it cannot be too low. doc/names.md has the argument, the tests have a scan.
//
// # On disk
//
// Persons and things have a vocabulary each. The sections of one side, named
// "<list>/<side>.<section>":
//
//	words   for each word the end of its text in text (uint32)
//	text    the words, sorted, one after the other
//	hash    open addressing, word number + 1 or 0 (uint32)
//	keys    skeletons and remainders: hash, word number (uint32 each), sorted
//	dir     where the hashes with the same leading bits begin in keys (uint32)
//	bounds  for each word: classes it stands for | most information<<16, and what a part of it costs at most when left over (2 × uint32)
//	posts   for each word the end of its names in post (uint32)
//	post    name numbers, ascending (uint32)
//	names   for each name: entry, number in the entry and flags, bound, where its form begins (4 × uint32);
//	        those with initials first, then the higher bound
//	ranks   how many names there are of what cost: see rank.go
//	forms   the parts of the names (uint32): see form.go
package index

import (
	"fmt"
	"math/bits"
	"sync/atomic"

	"github.com/interdict-dev/interdict/internal/segment"
	"github.com/interdict-dev/interdict/names"
)

// Version is the version of the sections that this package writes.
const Version = 2

// sideNames are the names of the two sides in the names of sections.
var sideNames = [names.NumModes]string{"persons", "things"}

// A Role says which side of a comparison the names of an index are on. The
// comparison is not symmetric: a word that only the subject has costs another
// amount than one that only the listed name has.
type Role uint32

// The roles. Names of a list are compared with subjects, names of subjects with
// listed names: the hits are the same pairs.
const (
	Listed Role = iota
	Subjects
)

// An Index is one list's names, read from an open segment. It is immutable and
// serves any number of goroutines, each with a [Searcher] of its own.
type Index struct {
	model *names.Model
	sides [names.NumModes]side
	whole atomic.Pointer[[names.NumModes]side] // the same, after Load
}

// side is the vocabulary and the postings of one mode.
type side struct {
	numWords, numNames int
	text               text
	words, hash        numbers
	keys, dir          numbers
	bounds             numbers
	posts, post        numbers
	names, forms       numbers
	ranks              numbers
	role               Role
	hashMask           uint32
	dirShift           uint
}

// Open reads the index of one list from the segment, where its sections are
// named with the prefix.
func Open(f *segment.File, prefix string, m *names.Model) (*Index, error) {
	x := &Index{model: m}
	for i := range x.sides {
		s := &x.sides[i]
		for name, to := range s.sections() {
			full := prefix + sideNames[i] + "." + name
			sec, ok := f.Section(full)
			if !ok {
				return nil, fmt.Errorf("section %q is missing", full)
			}
			if sec.Version() != Version {
				return nil, fmt.Errorf("section %q has version %d, this program reads %d", full, sec.Version(), Version)
			}
			*to = sec
		}
		s.numWords = s.words.len()
		s.numNames = s.names.len() / nameSize
		slots := s.hash.len()
		if slots == 0 || slots&(slots-1) != 0 {
			return nil, fmt.Errorf("section %q has %d slots, want a power of two", s.hash.section.Name(), slots)
		}
		s.role = Role(s.ranks.at(0, 1)[0])
		s.hashMask = uint32(slots - 1)
		s.dirShift = uint(32 - bits.TrailingZeros(uint(s.dir.len()-1)))
	}
	return x, nil
}

// sections are the sections of a side by their names.
func (s *side) sections() map[string]**segment.Section {
	return map[string]**segment.Section{
		"words": &s.words.section, "text": &s.text.section, "hash": &s.hash.section, "keys": &s.keys.section, "dir": &s.dir.section,
		"bounds": &s.bounds.section, "posts": &s.posts.section, "post": &s.post.section, "names": &s.names.section, "forms": &s.forms.section, "ranks": &s.ranks.section,
	}
}

// Load checks the whole index, so that what follows need not look whether what
// it reads was checked. It pays from a few hundred searches on. Damage is a
// panic with a [*segment.Fault].
func (x *Index) Load() {
	if x.whole.Load() != nil {
		return
	}
	sides := x.sides
	for i := range sides {
		s := &sides[i]
		s.text.load()
		for _, n := range []*numbers{&s.words, &s.hash, &s.keys, &s.dir, &s.bounds, &s.posts, &s.post, &s.names, &s.forms, &s.ranks} {
			n.load()
		}
	}
	x.whole.Store(&sides)
}

// side returns the side of a mode, loaded if it is.
func (x *Index) side(m names.Mode) *side {
	if sides := x.whole.Load(); sides != nil {
		return &sides[m]
	}
	return &x.sides[m]
}

// Names returns how many names are indexed under a mode.
func (x *Index) Names(m names.Mode) int { return x.sides[m].numNames }

// Words returns how many distinct words they hold.
func (x *Index) Words(m names.Mode) int { return x.sides[m].numWords }

// numbers are a section of uint32, checked as they are read or all at once.
type numbers struct {
	section *segment.Section
	all     []uint32 // nil before load
}

// at returns n numbers from the i-th on; they point into the map.
func (s *numbers) at(i, n int) []uint32 {
	if s.all != nil {
		return s.all[i : i+n]
	}
	return s.section.Uint32s(i*4, n)
}

func (s *numbers) len() int { return s.section.Len() / 4 }

func (s *numbers) load() { s.all = s.section.Uint32s(0, s.len()) }

// text is a section of bytes, in the same manner.
type text struct {
	section *segment.Section
	all     []byte
}

func (s *text) at(i, n int) []byte {
	if s.all != nil {
		return s.all[i : i+n]
	}
	return s.section.Bytes(i, n)
}

func (s *text) load() { s.all = s.section.All() }

// word returns the text of a word; it points into the map.
func (s *side) word(id uint32) []byte {
	start, end := ends(&s.words, id)
	return s.text.at(int(start), int(end-start))
}

// ends returns where the run with number id begins and ends.
func ends(n *numbers, id uint32) (start, end uint32) {
	if id == 0 {
		return 0, n.at(0, 1)[0]
	}
	e := n.at(int(id)-1, 2)
	return e[0], e[1]
}

// find returns the number of a word.
func find[T string | []byte](s *side, w T) (uint32, bool) {
	for i := hash32(w) & s.hashMask; ; i = (i + 1) & s.hashMask {
		slot := s.hash.at(int(i), 1)[0]
		if slot == 0 {
			return 0, false
		}
		if string(s.word(slot-1)) == string(w) {
			return slot - 1, true
		}
	}
}

// postings returns the names that hold a word.
func (s *side) postings(id uint32) []uint32 {
	start, end := ends(&s.posts, id)
	return s.post.at(int(start), int(end-start))
}

// count returns how many they are.
func (s *side) count(id uint32) int {
	start, end := ends(&s.posts, id)
	return int(end - start)
}

// keyed calls yield for each word with the key hash h.
func (s *side) keyed(h uint32, yield func(id uint32)) {
	e := s.dir.at(int(h>>s.dirShift), 2)
	lo, hi := int(e[0]), int(e[1])
	if lo == hi {
		return
	}
	run := s.keys.at(lo*2, (hi-lo)*2)
	for i := 0; i < len(run); i += 2 {
		if run[i] == h {
			yield(run[i+1])
		}
	}
}

// nameSize is how many numbers one record of the section names has.
const nameSize = 4

// hash32 is FNV-1a over the bytes of w, mixed so that its leading bits are as
// good as the trailing ones. It is part of the format.
func hash32[T string | []byte](w T) uint32 {
	h := uint32(2166136261)
	for i := range len(w) {
		h = (h ^ uint32(w[i])) * 16777619
	}
	return mix(h)
}

func mix(h uint32) uint32 {
	h ^= h >> 16
	h *= 0x85ebca6b
	h ^= h >> 13
	h *= 0xc2b2ae35
	return h ^ h>>16
}
