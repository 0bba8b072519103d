// SPDX-License-Identifier: Apache-2.0

//go:build !unix

package bench

import (
	"os"
	"time"
)

// cpuTime is not known on this system.
func cpuTime() time.Duration { return 0 }

// mostMemory is not known on this system.
func mostMemory() uint64 { return 0 }

// PeakOf is not known on this system.
func PeakOf(*os.ProcessState) int64 { return 0 }
