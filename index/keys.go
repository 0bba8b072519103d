// SPDX-License-Identifier: Apache-2.0

package index

import (
	"slices"
	"unicode/utf8"

	"github.com/interdict-dev/interdict/internal/translit"
	"github.com/interdict-dev/interdict/names"
)

// keyPrefix is how many letters of a word the remainders are made from. Two
// words within two edits share a remainder of their first eight letters, since
// what a deletion shifts out of the prefix of one is one more deletion from the
// prefix of the other.
const keyPrefix = 8

// Salts keep the hashes of skeletons apart from those of remainders.
const (
	skeletonSalt = 0x5bd1e995
	coarseSalt   = 0x1b873593
)

// isKeyed says whether a word has neighbours: concepts, numbers and acronyms
// are looked up as they are.
func isKeyed(w string) bool { return w != "" && w[0] != '~' && w[0] != '#' && w[0] != '^' }

// skeletonKeys appends the keys of a word's skeleton and of its coarse one, where
// they are long enough to speak.
func skeletonKeys(dst []uint32, w string) []uint32 {
	if w[0] >= utf8.RuneSelf {
		return dst
	}
	var buf [96]byte
	if s := translit.AppendSkeleton(buf[:0], []byte(w)); len(s) >= names.MinSkeleton {
		dst = append(dst, hash32(s)^skeletonSalt)
	}
	if s := translit.AppendCoarse(buf[:0], []byte(w)); len(s) >= names.MinSkeleton {
		dst = append(dst, hash32(s)^coarseSalt)
	}
	return dst
}

// remainders appends the keys of what remains of w when up to k letters are
// deleted, w itself included, where k is what a word of its length may differ
// by. Each key stands once.
func remainders(dst []uint32, w string) []uint32 {
	start := len(dst)
	ascii := true
	for i := range len(w) {
		if w[i] >= utf8.RuneSelf {
			ascii = false
			break
		}
	}
	if ascii {
		dst = deletions(dst, w)
	} else {
		dst = runeDeletions(dst, []rune(w))
	}
	keys := dst[start:]
	slices.Sort(keys)
	return dst[:start+len(slices.Compact(keys))]
}

func deletions(dst []uint32, w string) []uint32 {
	k := names.MaxEdits(len(w))
	if k == 0 {
		return dst
	}
	p := w[:min(len(w), keyPrefix)]
	dst = append(dst, hash32(p))
	var one, two [keyPrefix]byte
	for i := range len(p) {
		a := append(append(one[:0], p[:i]...), p[i+1:]...)
		dst = append(dst, hash32(a))
		for j := i; k == 2 && j < len(a); j++ {
			b := append(append(two[:0], a[:j]...), a[j+1:]...)
			dst = append(dst, hash32(b))
		}
	}
	return dst
}

func runeDeletions(dst []uint32, w []rune) []uint32 {
	k := names.MaxEdits(len(w))
	if k == 0 {
		return dst
	}
	p := w[:min(len(w), keyPrefix)]
	dst = append(dst, hash32(string(p)))
	for i := range p {
		a := slices.Delete(slices.Clone(p), i, i+1)
		dst = append(dst, hash32(string(a)))
		for j := i; k == 2 && j < len(a); j++ {
			dst = append(dst, hash32(string(slices.Delete(slices.Clone(a), j, j+1))))
		}
	}
	return dst
}
