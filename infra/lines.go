// SPDX-License-Identifier: Apache-2.0

package infra

import "encoding/binary"

// All addresses with the same first bits are a block. A block without a beginning
// of a stretch has one set, which stands in the index. Any other is cut into a
// power of two of lines of memory, and the bits that follow choose the line.
//
// A line has the beginnings of stretches that lie in it, each as the bits of the
// address that follow, and their sets; before them stands the set that goes on
// from the line before. Places that are left are all ones, with the last set. A
// line in which more stretches begin is crowded, and says where they are in the
// table of all.

// lines4 are the stretches of IPv4, in blocks of 16 bits. Beginnings have the
// other 16, so that a line says all.
type lines4 struct {
	index numbers // of each block: see blockNumber
	lines []byte
	all   starts // of crowded lines
}

// lines6 are the stretches of IPv6, in blocks of the 20 bits after the first
// three of 2000::/3, from which all global addresses are given (RFC 4291, 2.4;
// the registries get blocks of /12 to /23). Beginnings have the 32 bits that
// follow: an address with the same ones as a beginning
// is looked up in the table of all.
type lines6 struct {
	index numbers
	lines []byte
	all   starts
}

// Where things stand in a line.
const (
	starts4 = 10 // of 16 bits
	sets4   = 2 * starts4
	starts6 = 7 // of 32 bits
	base6   = 4 * starts6
	sets6   = base6 + 4
)

// crowded stands in place of the first set. The three places behind it are
// numbers of the table of all, from and to, and the set that goes on.
const crowded = ^uint32(0)

// blockNumber is the number of the first line of a block, the logarithm of how many
// they are, and a highest bit that says so. Without it, it is a set.
func blockNumber(line, log int) uint32 { return isLines | uint32(log)<<26 | uint32(line) }

const (
	isLines = 1 << 31
	lineOf  = 1<<26 - 1
	maxLog  = 16
)

// starts are beginnings of stretches in their order, and their sets.
type starts struct {
	at  []byte // each in sixteen bytes, the upper half first
	has []packed
}

func (s *starts) add(x stretch) {
	s.at = binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(s.at, x.at.hi), x.at.lo)
	s.has = append(s.has, x.has)
}

// isAfter says that stretch i begins after a place.
func (s *starts) isAfter(i int, p place) bool {
	at := s.at[16*i:][:16]
	if hi := binary.LittleEndian.Uint64(at); hi != p.hi {
		return hi > p.hi
	}
	return binary.LittleEndian.Uint64(at[8:]) > p.lo
}

// among returns the set of a place among the stretches from..to; before is that of
// a place before the first of them.
func (s *starts) among(from, to int, before packed, p place) packed {
	lo, hi := from, min(to, len(s.has))
	for lo < hi {
		if mid := (lo + hi) / 2; s.isAfter(mid, p) {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	if lo == from {
		return before
	}
	return s.has[lo-1]
}

// A cutter cuts blocks into lines.
type cutter struct {
	most int // beginnings that a line has room for
	rest func(stretch) uint64
	fill func(line []byte, begin []stretch, before packed, isCrowded bool)
}

// cut returns the lines of sorted stretches, and numbers the blocks in index.
// block says in which block a stretch begins. In searched blocks the rest of an
// address does not order it: they are one line, which is crowded.
func (c *cutter) cut(index numbers, all []stretch, block func(stretch) int, searched func(int) bool) []byte {
	type cutting struct{ from, to, log int }
	blocks := make([]cutting, len(index)/4)
	lines := 0
	for i := range blocks {
		b := &blocks[i]
		if i > 0 {
			b.from = blocks[i-1].to
		}
		for b.to = b.from; b.to < len(all) && block(all[b.to]) == i; b.to++ {
		}
		before := before(all, b.from)
		if b.from == b.to && before < isLines {
			index.put(i, uint32(before))
			continue
		}
		if !searched(i) {
			b.log = c.log(all[b.from:b.to])
		}
		index.put(i, blockNumber(lines, b.log))
		lines += 1 << b.log
	}
	out := pages(lines * lineSize)
	for i, b := range blocks {
		if index.at(i) < isLines {
			continue
		}
		begin, first := all[b.from:b.to], int(index.at(i)&lineOf)
		for n := range 1 << b.log {
			k := 0
			for k < len(begin) && (b.log == 0 || int(c.rest(begin[k])>>(64-b.log)) == n) {
				k++
			}
			c.fill(out[(first+n)*lineSize:][:lineSize], begin[:k], before(all, b.to-len(begin)), k > c.most || searched(i))
			begin = begin[k:]
		}
	}
	return out
}

// before returns the set of the stretch before all[i].
func before(all []stretch, i int) packed {
	if i == 0 {
		return 0
	}
	return all[i-1].has
}

// log returns how often a block is halved until no line is crowded, or it has as
// many lines as beginnings.
func (c *cutter) log(begin []stretch) int {
	log := 0
	for ; log < maxLog && 2<<log <= len(begin); log++ {
		densest, n, last := 0, 0, uint64(0)
		for _, s := range begin {
			line := c.rest(s) >> 1 >> (63 - log)
			if line != last {
				n, last = 0, line
			}
			n++
			densest = max(densest, n)
		}
		if densest <= c.most {
			break
		}
	}
	return log
}

func rest4(s stretch) uint64 { return s.at.lo << 48 }

func newLines4(all []stretch) lines4 {
	if len(all) == 0 {
		return lines4{}
	}
	l := lines4{index: pages(4 << 16)}
	c := cutter{starts4, rest4, l.fill}
	l.lines = c.cut(l.index, all, func(s stretch) int { return int(s.at.lo >> 16) }, func(int) bool { return false })
	return l
}

func (l *lines4) fill(line []byte, begin []stretch, before packed, isCrowded bool) {
	if isCrowded {
		from := len(l.all.has)
		for _, s := range begin {
			l.all.add(s)
		}
		putSets(line[sets4:], crowded, uint32(from), uint32(len(l.all.has)), uint32(before))
		return
	}
	putSets(line[sets4:], uint32(before))
	for i := range starts4 {
		at := uint16(0xffff)
		if i < len(begin) {
			at, before = uint16(begin[i].at.lo), begin[i].has
		}
		binary.LittleEndian.PutUint16(line[2*i:], at)
		putSets(line[sets4+4*(i+1):], uint32(before))
	}
}

// numbers are of four bytes each.
type numbers []byte

func (n numbers) at(i int) uint32     { return binary.LittleEndian.Uint32(n[4*i:]) }
func (n numbers) put(i int, x uint32) { binary.LittleEndian.PutUint32(n[4*i:], x) }

func putSets(b numbers, sets ...uint32) {
	for i, s := range sets {
		b.put(i, s)
	}
}

func (l *lines4) find(a uint32) packed {
	if len(l.index) == 0 {
		return 0
	}
	n := l.index.at(int(a >> 16))
	if n < isLines {
		return packed(n)
	}
	log := n >> 26 & 31
	line := l.lines[(int(n&lineOf)+int(a<<16>>1>>(31-log)))*lineSize:][:lineSize]
	sets := numbers(line[sets4:])
	if sets.at(0) == crowded {
		return l.all.among(int(sets.at(1)), int(sets.at(2)), packed(sets.at(3)), place{lo: uint64(a)})
	}
	k, low := 0, int(uint16(a))
	for i := 0; i < 2*starts4; i += 2 {
		// One where the beginning is not after the address, without a branch.
		k += 1 + (low-int(binary.LittleEndian.Uint16(line[i:])))>>63
	}
	return packed(sets.at(k))
}

// The blocks of IPv6: before 2000::/3, in it, and after.
const blocks6 = 1<<20 + 2

func block6(hi uint64) int {
	switch hi >> 61 {
	case 0:
		return 0
	case 1:
		return 1 + int(hi<<3>>44)
	}
	return blocks6 - 1
}

func rest6(s stretch) uint64 { return s.at.hi << 23 }

func newLines6(all []stretch) lines6 {
	l := lines6{all: starts{pages(16 * len(all))[:0], make([]packed, 0, len(all))}}
	for _, s := range all {
		l.all.add(s)
	}
	if len(all) < 1<<12 {
		return l // a search of twelve steps needs no index of 4 MB
	}
	l.index = pages(4 * blocks6)
	next := uint32(0)
	c := cutter{starts6, rest6, func(line []byte, begin []stretch, before packed, isCrowded bool) {
		fill6(line, begin, before, isCrowded, next)
		next += uint32(len(begin))
	}}
	l.lines = c.cut(l.index, all, func(s stretch) int { return block6(s.at.hi) }, func(b int) bool { return b == 0 || b == blocks6-1 })
	return l
}

// fill6 writes a line; base is the number of its first stretch.
func fill6(line []byte, begin []stretch, before packed, isCrowded bool, base uint32) {
	binary.LittleEndian.PutUint32(line[base6:], base)
	if isCrowded {
		putSets(line[sets6:], crowded, base, base+uint32(len(begin)), uint32(before))
		return
	}
	putSets(line[sets6:], uint32(before))
	for i := range starts6 {
		at := ^uint32(0)
		if i < len(begin) {
			at, before = window6(begin[i].at.hi), begin[i].has
		}
		binary.LittleEndian.PutUint32(line[4*i:], at)
		putSets(line[sets6+4*(i+1):], uint32(before))
	}
}

// window6 are the 32 bits of an address behind those that choose its block.
func window6(hi uint64) uint32 { return uint32(hi << 23 >> 32) }

func (l *lines6) find(p place) packed {
	if len(l.index) == 0 {
		return l.all.among(0, len(l.all.has), 0, p)
	}
	n := l.index.at(block6(p.hi))
	if n < isLines {
		return packed(n)
	}
	log := n >> 26 & 31
	line := l.lines[(int(n&lineOf)+int(p.hi<<23>>1>>(63-log)))*lineSize:][:lineSize]
	sets := numbers(line[sets6:])
	if sets.at(0) == crowded {
		return l.all.among(int(sets.at(1)), int(sets.at(2)), packed(sets.at(3)), p)
	}
	before, same, window := 0, 0, window6(p.hi)
	for i := range starts6 {
		switch x := numbers(line).at(i); {
		case x < window:
			before++
		case x == window:
			same++
		}
	}
	has := packed(sets.at(before))
	if same == 0 {
		return has
	}
	// The bits in the line do not tell.
	from := int(binary.LittleEndian.Uint32(line[base6:])) + before
	if same == 1 && from < len(l.all.has) {
		if l.all.isAfter(from, p) {
			return has
		}
		return packed(sets.at(before + 1))
	}
	// Beyond the line's own stretches come only those of later addresses.
	return l.all.among(from, from+same, has, p)
}
