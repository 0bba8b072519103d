// SPDX-License-Identifier: Apache-2.0

//go:build unix

package bench

import (
	"runtime"
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

// mostMemory is the largest resident set that this process has had, in bytes; 0
// where the system does not say.
func mostMemory() uint64 {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	if runtime.GOOS == "darwin" || runtime.GOOS == "ios" {
		return uint64(u.Maxrss) // getrusage(2) of macOS counts bytes, of the others kilobytes
	}
	return uint64(u.Maxrss) << 10
}
