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

// formOf returns the form of a name; it points into the map. Forms stand in the
// order of the names.
func (s *side) formOf(n uint32) []uint32 {
	start, end := int(s.names.at(int(n)*nameSize+3, 1)[0]), s.forms.len()
	if int(n)+1 < s.numNames {
		end = int(s.names.at(int(n+1)*nameSize+3, 1)[0])
	}
	return s.forms.at(start, end-start)
}

// load decodes a form.
func (f *stored) load(form []uint32) {
	f.shapes, f.words, f.latin, f.acronym = f.shapes[:0], f.words[:0], f.latin[:0], none
	at := 1
	if form[0]&hasAcronym != 0 {
		f.acronym = form[1]
		at++
	}
	for at < len(form) {
		h := form[at]
		end := at + 1 + int(h>>8&15)
		words := form[at+1 : end]
		at = end
		f.shapes = append(f.shapes, names.Shape{Class: names.Class(h & 15), Role: party.PartType(h >> 4 & 15), Info: int32(h >> 16)})
		f.words = append(f.words, words)
		if first := h >> 12 & 15; first > 0 {
			f.latin = append(f.latin, words[first-1])
		} else {
			f.latin = append(f.latin, none)
		}
	}
}
