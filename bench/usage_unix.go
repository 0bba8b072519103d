// SPDX-License-Identifier: Apache-2.0

//go:build unix

package bench

import (
	"os"
	"runtime"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// cpuTime is the processor time, user and system, that this process has used so
// far, the collector's included; 0 where the system does not say.
func cpuTime() time.Duration {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// PeakOf is the largest resident set of a process that ended, in bytes; 0 where
// the system does not say.
func PeakOf(p *os.ProcessState) int64 {
	u, ok := p.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	return int64(bytesOf(u.Maxrss))
}

// bytesOf reads the unit of getrusage(2): macOS counts bytes, others kilobytes.
func bytesOf[T int32 | int64](maxrss T) uint64 {
	if runtime.GOOS == "darwin" || runtime.GOOS == "ios" {
		return uint64(maxrss)
	}
	return uint64(maxrss) << 10
}

// mostMemory is the largest resident set that this process has had, in bytes; 0
// where the system does not say.
func mostMemory() uint64 {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return bytesOf(u.Maxrss)
}
