// SPDX-License-Identifier: Apache-2.0

package csv

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/interdict-dev/interdict/ownership"
)

// testdata/messy.csv is written by hand: one line for each thing that goes
// wrong in practice.
func TestMessyTable(t *testing.T) {
	text, err := os.ReadFile("testdata/messy.csv")
	if err != nil {
		t.Fatal(err)
	}
	b := ownership.NewBuilder()
	rep, err := b.Load(Read(bytes.NewReader(text), "messy.csv"), nil)
	if err != nil {
		t.Fatal(err)
	}
	g := b.Graph()
	var got []string
	for _, is := range append(rep.Issues, g.Issues()...) {
		if is.File != "messy.csv" || is.Line == 0 {
			t.Errorf("%+v does not say file and line", is)
		}
		got = append(got, fmt.Sprintf("%d %v", is.Line, is.Kind))
	}
	want := "5 bad-share|13 bad-date|14 unreadable|15 unreadable|16 unreadable|17 unreadable|8 self-owned|12 dates-reversed|10 disagree|11 duplicate|7 over-100"
	if s := strings.Join(got, "|"); s != want {
		t.Errorf("issues\n%s\nwant\n%s", s, want)
	}
	if rep.Stakes != 12 || rep.Rejects != 4 {
		t.Errorf("%d stakes and %d rejects, want 12 and 4", rep.Stakes, rep.Rejects)
	}
}

func TestSeparatorsAndMarks(t *testing.T) {
	for _, text := range []string{
		"\ufeffowner;owned;percent\nX;A;25,5\n",
		"company\tholder\tshare\nA\tX\t25.5 %\n",
		"OWNER, OWNED, PERCENT\r\nX, A, \"25,5\"\r\n",
	} {
		n := 0
		for r, err := range Read(strings.NewReader(text), "f") {
			if err != nil {
				t.Errorf("%q: %v", text, err)
			}
			if s := r.Stake; s.Owner.ID != "X" || s.Owned.ID != "A" || s.Share.String() != "25.5 %" || s.Line != 2 {
				t.Errorf("%q: %+v", text, s)
			}
			n++
		}
		if n != 1 {
			t.Errorf("%q: %d records, want 1", text, n)
		}
	}
}

func TestUnusableFiles(t *testing.T) {
	for _, text := range []string{"", "a,b\n1,2\n", "\xff\xfeo\x00", "owner,percent\nX,5\n"} {
		for r, err := range Read(strings.NewReader(text), "f") {
			var is *ownership.Issue
			if err == nil || errors.As(err, &is) {
				t.Errorf("%q: %+v, %v, want an error about the file", text, r, err)
			}
		}
	}
}

func TestKeys(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"us-ofac-sdn/50543", "us-ofac-sdn/50543"}, {"lei/5493001Z012YSB2A0K51", "lei/5493001Z012YSB2A0K51"}, {"local/a/1", "local/a/1"},
		{"A/S Dampskib", "local/A/S Dampskib"}, {"Maersk A/S", "local/Maersk A/S"}, {"x/", "local/x/"}, {"ooo/ltd", "local/ooo/ltd"},
	} {
		if got := key(c.in).String(); got != c.want {
			t.Errorf("key(%q) = %s, want %s", c.in, got, c.want)
		}
	}
}

func FuzzRead(f *testing.F) {
	text, err := os.ReadFile("testdata/messy.csv")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte("owner;owned;percent;from\nX;A;25,5;2020\n\"\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		b := ownership.NewBuilder()
		n := 0
		_, err := b.Load(Read(bytes.NewReader(text), "f"), nil)
		for range Read(bytes.NewReader(text), "f") {
			n++
		}
		if err != nil {
			return
		}
		if _, stakes := b.Graph().Len(); stakes > n {
			t.Errorf("%d stakes from %d records", stakes, n)
		}
	})
}

func TestRowsThatAreNotUTF8(t *testing.T) {
	var kinds []string
	for r, err := range Read(strings.NewReader("owner,owned,percent\nX\xff,A,50\n\"X\xff\",A,50\nX,A,50\n"), "f") {
		var is *ownership.Issue
		if errors.As(err, &is) {
			kinds = append(kinds, fmt.Sprintf("%d %v", is.Line, is.Kind))
		} else {
			kinds = append(kinds, r.Stake.Owner.ID)
		}
	}
	if got := strings.Join(kinds, ", "); got != "2 unreadable, 3 unreadable, X" {
		t.Errorf("%s, want two rejects and a stake", got)
	}
}

// A quote that is never closed costs its own line and no other.
func TestOpenQuoteSwallowsNothing(t *testing.T) {
	n, rejects := 0, 0
	text := "owner,owned,percent\n\"X,A,50\n" + strings.Repeat("Y,B,50\n", 200)
	for r, err := range Read(strings.NewReader(text), "f") {
		if err != nil {
			rejects++
		} else if !r.Stake.Owner.IsZero() {
			n++
		}
	}
	if n != 200 || rejects != 1 {
		t.Errorf("%d stakes and %d rejects, want 200 and 1", n, rejects)
	}
}
