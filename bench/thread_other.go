// SPDX-License-Identifier: Apache-2.0

//go:build !linux

package bench

import "time"

// threadTime is not known on this system.
func threadTime() time.Duration { return 0 }
