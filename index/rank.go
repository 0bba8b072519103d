// SPDX-License-Identifier: Apache-2.0

package index

import "slices"

// Names are numbered so that those with initials come first and, among these
// and among the others, those whose parts cost least when they are left over:
// they can reach most. The names of a word that can still reach what is asked
// for are therefore the first of its names with initials, and the first of its
// others; how many is read from the section ranks. It has the [Role] of the
// names and then, for each of the two:
//
//	how many names there are
//	the least cost
//	rankSteps times: how many names cost less than the least cost and so many steps
const (
	rankStep  = 128 // milli-nats
	rankSteps = 510
	rankSize  = rankSteps + 2
)

// A block is either the names with initials or those without.
type block struct {
	first, end uint32 // numbers of its names
	ranks      []uint32
}

// blocks returns the two.
func (s *side) blocks() [2]block {
	ranks := s.ranks.at(1, 2*rankSize)
	with, all := ranks[0], ranks[0]+ranks[rankSize]
	return [2]block{{0, with, ranks[:rankSize]}, {with, all, ranks[rankSize:]}}
}

// able returns the number after the last name whose cost is at most so much,
// or somewhat more.
func (b *block) able(cost int32) uint32 {
	least := int32(b.ranks[1])
	if cost < least {
		return b.first
	}
	step := (cost - least) / rankStep
	if step >= rankSteps {
		return b.end
	}
	return b.first + b.ranks[2+step]
}

// below returns how many of the names of a word are below a number.
func below(post []uint32, end uint32) int {
	if n := len(post); n == 0 || post[n-1] < end {
		return n
	}
	i, _ := slices.BinarySearch(post, end)
	return i
}
