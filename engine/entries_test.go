// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/watchlist"
)

// TestEntriesComeBack holds that what was read comes back as it was, rejects and
// bytes that are no text included, and that a damaged file never answers.
func TestEntriesComeBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.zst")
	w, err := createEntries(path)
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for i := range 1000 {
		e := party.Entry{Ref: party.Ref{List: "un-sc", ID: fmt.Sprint(i)}, Names: []party.Name{{Full: fmt.Sprintf("Primer Boots Factory %d", i*i)}}}
		w.add(&e, nil)
		want = append(want, e.Ref.String()+" "+e.Name())
		if i%100 == 0 {
			w.add(nil, &watchlist.Reject{File: "a.xml", Line: i, ID: "7", Reason: "no name", Raw: "a \xff b"})
			want = append(want, fmt.Sprintf("a.xml %d no name a \xff b", i))
		}
	}
	if err := w.close(true); err != nil {
		t.Fatal(err)
	}
	var got []string
	r := openEntries(path, len(want))
	if r == nil {
		t.Fatal("what was written down is not read")
	}
	r.read(func(e party.Entry, err error) bool {
		var reject *watchlist.Reject
		switch {
		case errors.As(err, &reject):
			got = append(got, fmt.Sprintf("%s %d %s %s", reject.File, reject.Line, reject.Reason, reject.Raw))
		case err != nil:
			t.Error(err)
		default:
			got = append(got, e.Ref.String()+" "+e.Name())
		}
		return true
	})
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%d came back of %d, or others", len(got), len(want))
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if openEntries(path, len(want)-1) != nil {
		t.Error("a file of another number of entries is taken")
	}
	for _, n := range []int{0, 1, len(text) / 2, len(text) - 1} {
		if err := os.WriteFile(path, text[:n], 0o644); err != nil {
			t.Fatal(err)
		}
		if openEntries(path, len(want)) != nil {
			t.Errorf("a file cut to %d of %d bytes is taken", n, len(text))
		}
	}
	for at := 0; at < len(text); at += len(text)/50 + 1 {
		bad := append([]byte{}, text...)
		bad[at] ^= 4
		if err := os.WriteFile(path, bad, 0o644); err != nil {
			t.Fatal(err)
		}
		if r := openEntries(path, len(want)); r != nil {
			r.close()
			t.Errorf("a file with a byte flipped at %d is taken", at)
		}
	}
}
