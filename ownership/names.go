// SPDX-License-Identifier: Apache-2.0

package ownership

import (
	"hash/maphash"
	"math"

	"github.com/interdict-dev/interdict/party"
)

// names numbers the nodes of a graph: 10 million keys of 20 bytes take some
// 300 MB, all in three allocations that the garbage collector need not scan.
type names struct {
	seed  maphash.Seed
	text  []byte   // all keys, one after the other
	end   []uint32 // end[i] is where key i ends in text
	slots []int32  // open addressing by hash; number + 1, 0 is free
}

func newNames() names { return names{seed: maphash.MakeSeed(), slots: make([]int32, 1<<10)} }

// fits says whether another key of n bytes can be held.
func (t *names) fits(n int) bool {
	return len(t.text)+n < math.MaxUint32 && len(t.end) < math.MaxInt32/2
}

func (t *names) len() int { return len(t.end) }

func (t *names) key(i int32) []byte {
	from := uint32(0)
	if i > 0 {
		from = t.end[i-1]
	}
	return t.text[from:t.end[i]]
}

// slot returns where ref stands in slots, or the free slot for it.
func (t *names) slot(ref party.Ref) uint64 {
	var h maphash.Hash
	h.SetSeed(t.seed)
	h.WriteString(string(ref.List))
	h.WriteByte('/')
	h.WriteString(ref.ID)
	mask := uint64(len(t.slots) - 1)
	at := h.Sum64() & mask
	for t.slots[at] != 0 && !isKey(t.key(t.slots[at]-1), ref) {
		at = (at + 1) & mask
	}
	return at
}

func isKey(key []byte, ref party.Ref) bool {
	n := len(ref.List)
	return len(key) == n+1+len(ref.ID) && key[n] == '/' && string(key[:n]) == string(ref.List) && string(key[n+1:]) == ref.ID
}

// find returns the number of ref, or -1.
func (t *names) find(ref party.Ref) int32 { return t.slots[t.slot(ref)] - 1 }

// add returns the number of ref, a new one where it has none yet.
func (t *names) add(ref party.Ref) int32 {
	at := t.slot(ref)
	if i := t.slots[at]; i != 0 {
		return i - 1
	}
	t.text = append(t.text, ref.List...)
	t.text = append(t.text, '/')
	t.text = append(t.text, ref.ID...)
	t.end = append(t.end, uint32(len(t.text)))
	t.slots[at] = int32(len(t.end))
	if len(t.end)*3 > len(t.slots)*2 {
		t.grow()
	}
	return int32(len(t.end) - 1)
}

func (t *names) grow() {
	t.slots = make([]int32, 2*len(t.slots))
	mask := uint64(len(t.slots) - 1)
	for i := range t.end {
		at := maphash.Bytes(t.seed, t.key(int32(i))) & mask
		for t.slots[at] != 0 {
			at = (at + 1) & mask
		}
		t.slots[at] = int32(i + 1)
	}
}

// ref returns the entry that number i names.
func (t *names) ref(i int32) party.Ref {
	k := string(t.key(i))
	for n := range len(k) {
		if k[n] == '/' {
			return party.Ref{List: party.ListID(k[:n]), ID: k[n+1:]}
		}
	}
	return party.Ref{ID: k} // cannot be: add writes the slash
}
