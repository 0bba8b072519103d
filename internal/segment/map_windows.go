// SPDX-License-Identifier: Apache-2.0

package segment

import (
	"errors"
	"os"
	"unsafe"

	"golang.org/x/sys/windows"
)

// A mapping is a file in memory, read only.
type mapping struct {
	bytes  []byte
	handle windows.Handle
}

func mapFile(f *os.File, size int) (mapping, error) {
	h, err := windows.CreateFileMapping(windows.Handle(f.Fd()), nil, windows.PAGE_READONLY, 0, 0, nil)
	if err != nil {
		return mapping{}, os.NewSyscallError("CreateFileMapping", err)
	}
	addr, err := windows.MapViewOfFile(h, windows.FILE_MAP_READ, 0, 0, uintptr(size))
	if err != nil {
		return mapping{}, errors.Join(os.NewSyscallError("MapViewOfFile", err), windows.CloseHandle(h))
	}
	// The address is the system's, not one of Go's heap; the indirection says
	// so to vet.
	p := *(*unsafe.Pointer)(unsafe.Pointer(&addr))
	return mapping{unsafe.Slice((*byte)(p), size), h}, nil
}

func (m mapping) unmap() error {
	addr := uintptr(unsafe.Pointer(unsafe.SliceData(m.bytes)))
	return errors.Join(windows.UnmapViewOfFile(addr), windows.CloseHandle(m.handle))
}

// syncFolder does nothing: Windows has no such call for folders.
func syncFolder(string) error { return nil }
