// SPDX-License-Identifier: Apache-2.0

package ownership

import (
	"bytes"
	"hash/maphash"
	"math"
	"slices"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/party"
)

// names numbers the nodes of a graph: 15 million keys of 20 bytes take some
// 600 MB, all in three allocations that the garbage collector need not scan.
type names struct {
	seed  maphash.Seed
	text  []byte   // all keys, one after the other
	end   []uint32 // end[i] is where key i ends in text
	slots []uint64 // open addressing: half the hash, then number + 1; 0 is free
}

func newNames() names { return names{seed: maphash.MakeSeed(), slots: make([]uint64, 1<<8)} }

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

// hash is 32 bits, which is what a slot keeps: growing needs no key again.
func (t *names) hash(ref party.Ref) uint32 {
	h := maphash.String(t.seed, ref.ID)
	return uint32(h>>32) ^ uint32(len(ref.List))*0x9e3779b1
}

// slot returns where ref stands in slots, or the free slot for it.
func (t *names) slot(ref party.Ref, h uint32) int {
	mask := len(t.slots) - 1
	at := int(h) & mask
	for s := t.slots[at]; s != 0; s = t.slots[at] {
		if uint32(s>>32) == h && isKey(t.key(int32(uint32(s))-1), ref) {
			break
		}
		at = (at + 1) & mask
	}
	return at
}

func isKey(key []byte, ref party.Ref) bool {
	n := len(ref.List)
	return len(key) == n+1+len(ref.ID) && key[n] == '/' && string(key[n+1:]) == ref.ID && string(key[:n]) == string(ref.List)
}

// warm touches the memory that adding the keys will need, all slots first, then
// all keys behind them. The loads do not wait for each other, so a batch waits
// for memory some three times instead of three times a key: that is a third
// of the time to load 15 million stakes. What it returns keeps the loads alive.
func (t *names) warm(batch []claim.Stake) uint64 {
	var found [2 * batchSize]uint64
	mask := len(t.slots) - 1
	n := 0
	for i := range batch {
		found[n] = t.slots[int(t.hash(batch[i].Owner))&mask]
		found[n+1] = t.slots[int(t.hash(batch[i].Owned))&mask]
		n += 2
	}
	sum := uint64(0)
	for i, s := range found[:n] {
		if k := uint32(s); k > 1 {
			found[i] = uint64(t.end[k-2])
			sum++
		} else {
			found[i] = 0
		}
	}
	for _, at := range found[:n] {
		if at < uint64(len(t.text)) {
			sum += uint64(t.text[at])
		}
	}
	return sum
}

// find returns the number of ref, or -1.
func (t *names) find(ref party.Ref) int32 {
	return int32(uint32(t.slots[t.slot(ref, t.hash(ref))])) - 1
}

// add returns the number of ref, a new one where it has none yet.
func (t *names) add(ref party.Ref) int32 {
	h := t.hash(ref)
	at := t.slot(ref, h)
	if s := t.slots[at]; s != 0 {
		return int32(uint32(s)) - 1
	}
	if n := len(ref.List) + len(ref.ID) + 1; len(t.text)+n > cap(t.text) {
		t.text = slices.Grow(t.text, max(len(t.text), n)) // append would grow by quarters, and copy five times as much
	}
	if len(t.end) == cap(t.end) {
		t.end = slices.Grow(t.end, max(len(t.end), 16))
	}
	t.text = append(t.text, ref.List...)
	t.text = append(t.text, '/')
	t.text = append(t.text, ref.ID...)
	t.end = append(t.end, uint32(len(t.text)))
	t.slots[at] = uint64(h)<<32 | uint64(len(t.end))
	if len(t.end)*3 > len(t.slots)*2 {
		t.grow()
	}
	return int32(len(t.end) - 1)
}

func (t *names) grow() {
	old := t.slots
	t.slots = make([]uint64, 2*len(old))
	mask := len(t.slots) - 1
	for _, s := range old {
		if s == 0 {
			continue
		}
		at := int(s>>32) & mask
		for t.slots[at] != 0 {
			at = (at + 1) & mask
		}
		t.slots[at] = s
	}
}

// ref returns the entry that number i names.
func (t *names) ref(i int32) party.Ref {
	list, id, _ := bytes.Cut(t.key(i), []byte("/")) // add writes the slash, and a list has none
	return party.Ref{List: party.ListID(list), ID: string(id)}
}
