// SPDX-License-Identifier: Apache-2.0

package segment

import (
	"encoding/binary"
	"unsafe"
)

// Uint32s returns n numbers from byte off on, which is a multiple of four. On a
// little-endian machine they are a view into the mapping, elsewhere a copy. The
// rules of [Section.Bytes] hold.
func (s *Section) Uint32s(off, n int) []uint32 {
	s.aligned(off, n, 4)
	return view32(s.Bytes(off, n*4), littleEndian())
}

// Uint64s is [Section.Uint32s] for numbers of eight bytes.
func (s *Section) Uint64s(off, n int) []uint64 {
	s.aligned(off, n, 8)
	return view64(s.Bytes(off, n*8), littleEndian())
}

func (s *Section) aligned(off, n, size int) {
	if off%size != 0 || n < 0 || n > len(s.data)/size {
		panic(s.outside(off, n))
	}
}

func view32(b []byte, little bool) []uint32 {
	if len(b) == 0 {
		return nil
	}
	p := unsafe.Pointer(unsafe.SliceData(b))
	if little && uintptr(p)%4 == 0 {
		return unsafe.Slice((*uint32)(p), len(b)/4)
	}
	v := make([]uint32, len(b)/4)
	for i := range v {
		v[i] = binary.LittleEndian.Uint32(b[i*4:])
	}
	return v
}

func view64(b []byte, little bool) []uint64 {
	if len(b) == 0 {
		return nil
	}
	p := unsafe.Pointer(unsafe.SliceData(b))
	if little && uintptr(p)%8 == 0 {
		return unsafe.Slice((*uint64)(p), len(b)/8)
	}
	v := make([]uint64, len(b)/8)
	for i := range v {
		v[i] = binary.LittleEndian.Uint64(b[i*8:])
	}
	return v
}

// littleEndian is a constant for the compiler.
func littleEndian() bool {
	x := uint16(1)
	return *(*byte)(unsafe.Pointer(&x)) == 1
}
