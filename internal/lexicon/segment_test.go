// SPDX-License-Identifier: Apache-2.0

package lexicon

import (
	"archive/zip"
	"bufio"
	"encoding/xml"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// written puts pieces as testdata/segment.txt has them.
func written(s string, ps []Piece) string {
	var out []string
	for _, p := range ps {
		w := s[p.Start:p.End]
		if p.Meaning.Class == None {
			w = "[" + w + "]"
		}
		out = append(out, w)
	}
	return strings.Join(out, " ")
}

func TestSegment(t *testing.T) {
	text, err := os.ReadFile("testdata/segment.txt")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, want := range dataLines(string(text)) {
		n++
		name := strings.NewReplacer(" ", "", "[", "", "]", "").Replace(want)
		if got := written(name, Segment(name)); got != want {
			t.Errorf("Segment(%s) = %s, want %s", name, got, want)
		}
	}
	if n < 50 {
		t.Errorf("%d names, want 50 and more", n)
	}
}

// TestSegmentOFAC holds that all Han names of organisations of the real list
// keep a name of their own, but for those that are made of generic words.
func TestSegmentOFAC(t *testing.T) {
	names := ofacHanNames(t)
	generic := 0
	for _, name := range names {
		fancy := false
		for _, p := range Segment(name) {
			fancy = fancy || p.Meaning.Class == None
		}
		if !fancy {
			generic++
			t.Logf("all generic: %s", written(name, Segment(name)))
		}
	}
	if len(names) < 250 || generic*30 > len(names) {
		t.Errorf("%d of %d names have no part of their own, want at most one in thirty of 250 and more", generic, len(names))
	}
}

// ofacHanNames reads the names in Chinese script of the organisations of OFAC's
// newest edition.
func ofacHanNames(t *testing.T) []string {
	t.Helper()
	zr, err := zip.OpenReader(filepath.Join(sharedData(t), "lists/ofac-advanced/SDN_ADVANCED_2025-11-19_1644.zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer zr.Close()
	f, err := zr.File[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var names []string
	d := xml.NewDecoder(bufio.NewReaderSize(f, 1<<20))
	entity, han := false, false
	for {
		tok, err := d.RawToken()
		if err == io.EOF {
			return names
		}
		if err != nil {
			t.Fatal(err)
		}
		switch x := tok.(type) {
		case xml.StartElement:
			switch x.Name.Local {
			case "Profile":
				entity = attribute(x, "PartySubTypeID") == "3"
			case "NamePartValue":
				script := attribute(x, "ScriptID") // Chinese Simplified, Traditional
				han = entity && (script == "501" || script == "502")
			}
		case xml.CharData:
			if han {
				names = append(names, string(x))
			}
		case xml.EndElement:
			han = false
		}
	}
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// sharedData finds the published files for tests: $INTERDICT_DATA, else
// ../shared/data beside the repository.
func sharedData(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("INTERDICT_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	if _, err := os.Stat(dir); err != nil {
		if os.Getenv("INTERDICT_REQUIRE_DATA") == "1" {
			t.Fatalf("the published files are required: %v", err)
		}
		t.Skipf("the published files are not here: %v", err)
	}
	if testing.Short() {
		t.Skip("reads 115 MB of XML")
	}
	return dir
}

func FuzzSegment(f *testing.F) {
	for _, s := range []string{"北京永信至诚科技股份有限公司", "株式会社東芝", "주식회사 삼성", "第第第五十", "中", "㈱\x80北", strings.Repeat("京", 300)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		end := 0
		for _, p := range Segment(s) {
			if p.Start < end || p.End <= p.Start || p.End > len(s) {
				t.Fatalf("Segment(%q): piece %v after %d", s, p, end)
			}
			if utf8.ValidString(s) && !utf8.ValidString(s[p.Start:p.End]) {
				t.Fatalf("Segment(%q) cuts a character: %v", s, p)
			}
			end = p.End
		}
	})
}

func BenchmarkSegment(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Segment("北京永信至诚科技股份有限公司")
	}
}
