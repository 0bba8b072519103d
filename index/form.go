// SPDX-License-Identifier: Apache-2.0

package index

import (
	"github.com/interdict-dev/interdict/names"
	"github.com/interdict-dev/interdict/party"
)

// A form on disk is a run of uint32:
//
//	number of parts | 0x80000000 when an acronym follows, then its word number
//	for each part
//	    class | role<<4 | readings<<8 | 1 + number of the first Latin reading<<12 | information<<16
//	    the word number of each reading
const hasAcronym = 1 << 31

func partHeader(p *names.Part, latin int) uint32 {
	return uint32(p.Class) | uint32(p.Role)<<4 | uint32(len(p.Words))<<8 | uint32(latin+1)<<12 | uint32(p.Info)<<16
}

// A stored is one listed name as the searcher decodes it.
type stored struct {
	shapes  []names.Shape
	words   [][]uint32 // readings of each part; they point into the map
	latin   []uint32   // first Latin reading of each part, or none
	acronym uint32     // word number, or none
}

const none = ^uint32(0)

// load decodes the form that begins at a place in forms.
func (s *side) load(at uint32, f *stored) {
	f.shapes, f.words, f.latin, f.acronym = f.shapes[:0], f.words[:0], f.latin[:0], none
	head := s.form(&at, 1)[0]
	if head&hasAcronym != 0 {
		f.acronym = s.form(&at, 1)[0]
	}
	for range head &^ hasAcronym {
		h := s.form(&at, 1)[0]
		words := s.form(&at, h>>8&15)
		f.shapes = append(f.shapes, names.Shape{Class: names.Class(h & 15), Role: party.PartType(h >> 4 & 15), Info: int32(h >> 16)})
		f.words = append(f.words, words)
		if first := h >> 12 & 15; first > 0 {
			f.latin = append(f.latin, words[first-1])
		} else {
			f.latin = append(f.latin, none)
		}
	}
}

// form reads n numbers and moves on.
func (s *side) form(at *uint32, n uint32) []uint32 {
	v := s.forms.at(int(*at), int(n))
	*at += n
	return v
}
