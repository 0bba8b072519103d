// SPDX-License-Identifier: Apache-2.0

//go:build unix

package infra

import (
	"syscall"
	"time"
)

// cpuTime is the processor time of this program: on a machine that others use
// as well it says more than the clock.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
