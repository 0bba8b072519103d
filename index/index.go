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
//	names   for each name: entry, number in the entry and flags, bound, where its form begins (4 × uint32)
//	forms   the parts of the names (uint32): see form.go
package index

import (
	"fmt"
	"math/bits"

	"github.com/interdict-dev/interdict/internal/segment"
	"github.com/interdict-dev/interdict/names"
)

// Version is the version of the sections that this package writes.
const Version = 1

// sideNames are the names of the two sides in the names of sections.
var sideNames = [names.NumModes]string{"persons", "things"}

// An Index is one list's names, read from an open segment. It is immutable and
// serves any number of goroutines, each with a [Searcher] of its own.
type Index struct {
	model *names.Model
	sides [names.NumModes]side
}

// side is the vocabulary and the postings of one mode.
type side struct {
	numWords, numNames int
	words, text, hash  *segment.Section
	keys, dir          *segment.Section
	bounds             *segment.Section
	posts, post        *segment.Section
	names, forms       *segment.Section
	hashMask           uint32
	dirShift           uint
}

// Open reads the index of one list from the segment, where its sections are
// named with the prefix.
func Open(f *segment.File, prefix string, m *names.Model) (*Index, error) {
	x := &Index{model: m}
	for i := range x.sides {
		s := &x.sides[i]
		for name, to := range map[string]**segment.Section{
			"words": &s.words, "text": &s.text, "hash": &s.hash, "keys": &s.keys, "dir": &s.dir, "bounds": &s.bounds,
			"posts": &s.posts, "post": &s.post, "names": &s.names, "forms": &s.forms,
		} {
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
		s.numWords = s.words.Len() / 4
		s.numNames = s.names.Len() / nameSize
		slots := s.hash.Len() / 4
		if slots == 0 || slots&(slots-1) != 0 {
			return nil, fmt.Errorf("section %q has %d slots, want a power of two", s.hash.Name(), slots)
		}
		s.hashMask = uint32(slots - 1)
		s.dirShift = uint(32 - bits.TrailingZeros(uint(s.dir.Len()/4-1)))
	}
	return x, nil
}

// Names returns how many names are indexed under a mode.
func (x *Index) Names(m names.Mode) int { return x.sides[m].numNames }

// Words returns how many distinct words they hold.
func (x *Index) Words(m names.Mode) int { return x.sides[m].numWords }

// word returns the text of a word; it points into the map.
func (s *side) word(id uint32) []byte {
	var start uint32
	if id > 0 {
		start = s.words.Uint32s(int(id-1)*4, 1)[0]
	}
	end := s.words.Uint32s(int(id)*4, 1)[0]
	return s.text.Bytes(int(start), int(end-start))
}

// find returns the number of a word.
func (s *side) find(w string) (uint32, bool) {
	for i := hash32(w) & s.hashMask; ; i = (i + 1) & s.hashMask {
		slot := s.hash.Uint32s(int(i)*4, 1)[0]
		if slot == 0 {
			return 0, false
		}
		if string(s.word(slot-1)) == w {
			return slot - 1, true
		}
	}
}

// postings returns the names that hold a word.
func (s *side) postings(id uint32) []uint32 {
	start, end := s.span(id)
	return s.post.Uint32s(int(start)*4, int(end-start))
}

func (s *side) span(id uint32) (start, end uint32) {
	if id > 0 {
		start = s.posts.Uint32s(int(id-1)*4, 1)[0]
	}
	return start, s.posts.Uint32s(int(id)*4, 1)[0]
}

// keyed calls yield for each word with the key hash h.
func (s *side) keyed(h uint32, yield func(id uint32)) {
	b := int(h >> s.dirShift)
	ends := s.dir.Uint32s(b*4, 2)
	lo, hi := int(ends[0]), int(ends[1])
	if lo == hi {
		return
	}
	run := s.keys.Uint32s(lo*8, (hi-lo)*2)
	for i := 0; i < len(run); i += 2 {
		if run[i] == h {
			yield(run[i+1])
		}
	}
}

// nameSize is the size of one record of the section names.
const nameSize = 16

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
