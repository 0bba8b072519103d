// SPDX-License-Identifier: Apache-2.0

package infra

// lineSize is how many bytes processors read from memory at once.
const lineSize = 64

// pages returns n zero bytes that begin at a line of memory, on large pages where
// the system has them.
func pages(n int) []byte {
	b := make([]byte, n) // large ones begin at a page
	if n >= 1<<22 {
		advise(b)
	}
	return b
}
