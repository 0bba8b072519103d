// SPDX-License-Identifier: Apache-2.0

package lexicon

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"math/bits"
	"slices"
	"unicode/utf8"
)

// A store is a compiled table from keys to short payloads, read where it lies:
// opening it costs nothing and a lookup touches two places. All numbers are
// little-endian.
//
//	uint32   magic
//	uint32   n, the base-2 logarithm of the number of buckets
//	uint32   start of the tail
//	uint32   start of each of the 2^n buckets, and of the end of the last
//	...      entries: key length, payload length (a byte each), key, payload
//	...      tail: what the payloads point into
//
// The bucket of a key is the top n bits of its FNV-1a hash.
type store string

const (
	storeMagic  = 0x3158454c // "LEX1"
	storeHeader = 12
)

func (s store) u16(i int) int { return int(s[i]) | int(s[i+1])<<8 }

func (s store) u32(i int) int {
	return int(s[i]) | int(s[i+1])<<8 | int(s[i+2])<<16 | int(s[i+3])<<24
}

// tail returns what follows the entries.
func (s store) tail() store { return s[s.u32(8):] }

// find returns the payload of a key, "" where there is none; no payload of a
// key is empty.
func (s store) find(key []byte) store { return find(s, key) }

// A text is a key as callers have it, or folded in a buffer.
type text interface{ string | []byte }

func find[K text](s store, key K) store {
	b := storeHeader + 4*int(hash(key)>>(64-s[4]))
	i, end := s.u32(b), s.u32(b+4)
	for i < end {
		k, p := int(s[i]), int(s[i+1])
		i += 2
		if k == len(key) && equal(s[i:i+k], key) {
			return s[i+k : i+k+p]
		}
		i += k + p
	}
	return ""
}

func equal[K text](s store, key K) bool {
	for i := range len(key) {
		if s[i] != key[i] {
			return false
		}
	}
	return true
}

// findFolded returns the payload of a word as a caller has it: an ASCII word is
// its own key.
func (s store) findFolded(w string) store {
	if isASCII(w) {
		return find(s, w)
	}
	var buf [maxKey]byte
	return s.find(fold(&buf, w))
}

func isASCII(w string) bool {
	for i := range len(w) {
		if w[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// all yields every key with its payload, in no order that means anything.
func (s store) all(yield func(key string, payload store) bool) {
	for i, end := s.u32(storeHeader), s.u32(8); i < end; {
		k, p := int(s[i]), int(s[i+1])
		i += 2
		if !yield(string(s[i:i+k]), s[i+k:i+k+p]) {
			return
		}
		i += k + p
	}
}

// hash is FNV-1a with 64 bits, its result mixed once so that the top bits
// depend on the last bytes.
func hash[K text](key K) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(key) {
		h = (h ^ uint64(key[i])) * 1099511628211
	}
	return h * 0x9e3779b97f4a7c15
}

// compileStore lays out a store; equal arguments give equal bytes.
func compileStore(payloads map[string][]byte, tail []byte) ([]byte, error) {
	keys := make([]string, 0, len(payloads))
	size := 0
	for k, p := range payloads {
		if k == "" || len(k) > 255 || len(p) == 0 || len(p) > 255 {
			return nil, fmt.Errorf("key %.40q of %d bytes with %d of payload: want 1 to 255", k, len(k), len(p))
		}
		keys = append(keys, k)
		size += 2 + len(k) + len(p)
	}
	slices.SortFunc(keys, func(a, b string) int {
		return cmp.Or(cmp.Compare(hash(a), hash(b)), cmp.Compare(a, b))
	})
	n := max(1, bits.Len(uint(len(keys)))-2) // two to four entries a bucket
	at := storeHeader + 4*(1<<n+1)
	out := make([]byte, at, at+size+len(tail))
	binary.LittleEndian.PutUint32(out, storeMagic)
	binary.LittleEndian.PutUint32(out[4:], uint32(n))
	binary.LittleEndian.PutUint32(out[8:], uint32(at+size))
	next := 0
	for b := 0; b <= 1<<n; b++ {
		binary.LittleEndian.PutUint32(out[storeHeader+4*b:], uint32(len(out)))
		for next < len(keys) && int(hash(keys[next])>>(64-n)) == b {
			k := keys[next]
			out = append(out, byte(len(k)), byte(len(payloads[k])))
			out = append(append(out, k...), payloads[k]...)
			next++
		}
	}
	return append(out, tail...), nil
}
