// SPDX-License-Identifier: Apache-2.0

package translit

import "strings"

// An index finds lines of an embedded text by their first word. It holds only
// where each line starts, so making one is a walk over the text: a millisecond
// or less for the largest, where a map of parsed lines took seven.
type index struct {
	data  string
	slots []uint32 // line starts plus one, by hash of the key; 0 is free
}

// newIndex indexes the lines of data that are no comments.
func newIndex(data string) *index {
	n := 1
	for n < 2*strings.Count(data, "\n") {
		n *= 2
	}
	x := &index{data: data, slots: make([]uint32, n)}
	for start := 0; start < len(data); {
		end := strings.IndexByte(data[start:], '\n')
		if end < 0 {
			end = len(data) - start
		}
		if key := keyOf(data[start : start+end]); key != "" && key != "#" {
			h := hash(key)
			for x.slots[h&uint32(n-1)] != 0 {
				h++
			}
			x.slots[h&uint32(n-1)] = uint32(start) + 1
		}
		start += end + 1
	}
	return x
}

// keyOf returns the first word of a line.
func keyOf(line string) string {
	if i := strings.IndexByte(line, ' '); i >= 0 {
		return line[:i]
	}
	return ""
}

// hash is FNV-1a.
func hash[K string | []byte](key K) uint32 {
	h := uint32(2166136261)
	for i := 0; i < len(key); i++ {
		h = (h ^ uint32(key[i])) * 16777619
	}
	return h ^ h>>15
}

// find returns what follows the key and its blank on its line.
func (x *index) find(key []byte) (rest string, ok bool) {
	mask := uint32(len(x.slots) - 1)
	for h := hash(key) & mask; x.slots[h] != 0; h = (h + 1) & mask {
		line := x.data[x.slots[h]-1:]
		if len(line) > len(key) && line[len(key)] == ' ' && line[:len(key)] == string(key) {
			rest = line[len(key)+1:]
			if end := strings.IndexByte(rest, '\n'); end >= 0 {
				rest = rest[:end]
			}
			return rest, true
		}
	}
	return "", false
}
