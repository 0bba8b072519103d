// SPDX-License-Identifier: Apache-2.0

package book

import (
	"math"
	"testing"
)

// TestFall holds that the fall is that of the exponential function. Its bits are
// part of answers, so some are held as they are.
func TestFall(t *testing.T) {
	for _, n := range []int64{0, 1, 7, 999, 1000, 4321, 25000, 700000} {
		got, want := fall(0.25, n), 0.25*math.Exp(-float64(n)/1000)
		if math.Abs(got-want) > want*1e-9 {
			t.Errorf("fall(0.25, %d) = %v, want %v", n, got, want)
		}
	}
	if got := fall(1.0/3000, 12345); math.Float64bits(got) != fallBits {
		t.Errorf("fall(1/3000, 12345) has the bits %#x, want %#x: answers of before are not the same bit for bit", math.Float64bits(got), uint64(fallBits))
	}
}

const fallBits = 0x3e18eb4d64bc22a9
