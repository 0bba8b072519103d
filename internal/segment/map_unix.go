// SPDX-License-Identifier: Apache-2.0

//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package segment

import (
	"os"

	"golang.org/x/sys/unix"
)

// A mapping is a file in memory, read only.
type mapping struct{ bytes []byte }

func mapFile(f *os.File, size int) (mapping, error) {
	b, err := unix.Mmap(int(f.Fd()), 0, size, unix.PROT_READ, unix.MAP_SHARED)
	return mapping{b}, err
}

func (m mapping) unmap() error { return unix.Munmap(m.bytes) }

// syncFolder makes a rename outlast a crash.
func syncFolder(folder string) error {
	d, err := os.Open(folder)
	if err != nil {
		return err
	}
	defer d.Close() // it was only read
	return d.Sync()
}
