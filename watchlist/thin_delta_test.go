// SPDX-License-Identifier: Apache-2.0

package watchlist

import (
	"bytes"
	"io"
	"math/rand/v2"
	"testing"
)

// TestDeltaComesBack makes files of stretches of others, with changes, and wants
// them back.
func TestDeltaComesBack(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for i := range 300 {
		base := make([]byte, rnd.IntN(5000))
		for j := range base {
			base[j] = byte('a' + rnd.IntN(3)) // few letters: stretches repeat
		}
		var next []byte
		for range rnd.IntN(20) {
			if len(base) > 0 && rnd.IntN(3) > 0 {
				from := rnd.IntN(len(base))
				next = append(next, base[from:from+rnd.IntN(len(base)-from)]...)
			}
			for range rnd.IntN(40) {
				next = append(next, byte(rnd.IntN(256)))
			}
		}
		var d bytes.Buffer
		if err := writeDelta(&d, base, next); err != nil {
			t.Fatal(err)
		}
		r, err := newDeltaReader(bytes.NewReader(d.Bytes()), base)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r)
		if err != nil || !bytes.Equal(got, next) {
			t.Fatalf("file %d: %d bytes came back of %d, %v", i, len(got), len(next), err)
		}
		for _, cut := range []int{len(deltaHead) + 1, d.Len() / 2, d.Len() - 1} {
			if cut < len(deltaHead) || cut >= d.Len() {
				continue
			}
			r, err := newDeltaReader(bytes.NewReader(d.Bytes()[:cut]), base)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := io.ReadAll(r); err == nil {
				t.Fatalf("a delta cut to %d of %d bytes reads to its end", cut, d.Len())
			}
		}
	}
}

// FuzzDelta holds that no delta crashes its reader or reads beyond the base.
func FuzzDelta(f *testing.F) {
	var d bytes.Buffer
	base := bytes.Repeat([]byte("0123456789abcdef"), 20)
	if err := writeDelta(&d, base, append([]byte("new "), base[16:]...)); err != nil {
		f.Fatal(err)
	}
	f.Add(d.Bytes())
	f.Fuzz(func(t *testing.T, delta []byte) {
		r, err := newDeltaReader(bytes.NewReader(delta), base)
		if err != nil {
			return
		}
		n, err := io.Copy(io.Discard, io.LimitReader(r, 1<<20))
		if err == nil && n < 0 {
			t.Error("impossible")
		}
	})
}
