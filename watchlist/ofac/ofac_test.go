// SPDX-License-Identifier: Apache-2.0

package ofac_test

import (
	"bytes"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/watchlist"
	"github.com/interdict-dev/interdict/watchlist/ofac"
)

// data returns the path of published files under ../shared/data, or skips.
func data(t testing.TB, names ...string) []string {
	t.Helper()
	root := os.Getenv("INTERDICT_DATA")
	if root == "" {
		dir, err := filepath.Abs(".")
		if err != nil {
			t.Fatal(err)
		}
		for {
			if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
				break
			}
			up := filepath.Dir(dir)
			if up == dir {
				t.Fatal("no go.mod above the package")
			}
			dir = up
		}
		root = filepath.Join(dir, "..", "shared", "data")
	}
	var out []string
	for _, n := range names {
		p := filepath.Join(root, "lists", n)
		if _, err := os.Stat(p); err != nil {
			if os.Getenv("INTERDICT_REQUIRE_DATA") == "1" {
				t.Fatalf("the published lists are required: %v", err)
			}
			t.Skipf("the published lists are not at hand: %v", err)
		}
		out = append(out, p)
	}
	return out
}

func open(t testing.TB, paths ...string) *watchlist.Files {
	t.Helper()
	f, err := watchlist.OpenFiles(paths...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

// readAll returns the entries of an edition without rejects, by identifier.
func readAll(t testing.TB, s watchlist.Source, files fs.FS) map[string]party.Entry {
	t.Helper()
	out := map[string]party.Entry{}
	for e, err := range s.Parse(files) {
		if err != nil {
			t.Fatal(err)
		}
		out[e.Ref.ID] = e
	}
	return out
}

// tags counts the start tags of an element by looking for their bytes.
func tags(name string) func(string, []byte) int {
	return func(_ string, data []byte) int { return bytes.Count(data, []byte("<"+name+" ")) }
}

func fixture(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func mapOf(name string, data []byte) fstest.MapFS {
	return fstest.MapFS{name: {Data: data}}
}

func TestSourcesAgreeAboutWhoseTheFilesAre(t *testing.T) {
	sets := map[string]fs.FS{
		"ofac-advanced": mapOf("SDN_ADVANCED.XML", fixture(t, "SDN_ADVANCED.XML")),
		"ofac-enhanced": mapOf("SDN_ENHANCED.XML", fixture(t, "SDN_ENHANCED.XML")),
		"ofac-legacy":   legacyFixture(t),
	}
	for format, files := range sets {
		found := ""
		for _, s := range ofac.Sources() {
			if _, err := s.Detect(files); err == nil {
				found += s.Format()
			}
		}
		if found != format {
			t.Errorf("the files of %s are taken for %q", format, found)
		}
	}
}

// Publishers send web pages on bad days, and attackers what is below.
func TestBadXML(t *testing.T) {
	bomb := `<?xml version="1.0"?><!DOCTYPE Sanctions [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><Sanctions>&b;</Sanctions>`
	for _, c := range []struct{ name, data, want string }{
		{"SDN_ADVANCED.XML", "<!DOCTYPE html><html><body>Service unavailable</body></html>", "SDN_ADVANCED.XML is a web page or has a document type"},
		{"SDN_ADVANCED.XML", "<html><body>Service unavailable</body></html>", "SDN_ADVANCED.XML is a web page or has a document type"},
		{"SDN_ADVANCED.XML", bomb, "SDN_ADVANCED.XML is a web page or has a document type"},
		{"SDN_ADVANCED.XML", "", "SDN_ADVANCED.XML is empty or cut off"},
		{"SDN_ADVANCED.XML", "no such luck", "SDN_ADVANCED.XML is no XML"},
		{"SDN_ADVANCED.XML", `<Sanctions DeltaBaseVersion="7"></Sanctions>`, "a file of changes against version 7 is no edition"},
		{"SDN_ADVANCED.XML", `<Sanctions></Sanctions>`, "the section DateOfIssue is missing"},
	} {
		files := mapOf(c.name, []byte(c.data))
		_, err := ofac.Advanced{}.Detect(files)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("Detect(%.40q) = %v, want %q", c.data, err, c.want)
		}
		for _, err := range (ofac.Advanced{}).Parse(files) {
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("Parse(%.40q) = %v, want %q", c.data, err, c.want)
			}
		}
	}
}

// endless is a file with a text of two gigabytes in its middle, made while it
// is read.
type endless struct{ head string }

func (f endless) Open(name string) (fs.File, error) {
	if name == "." {
		return mapOf("SDN_ADVANCED.XML", nil).Open(name)
	}
	return &endlessFile{io.MultiReader(strings.NewReader(f.head), io.LimitReader(letters{}, 2<<30), strings.NewReader("</Year>"))}, nil
}

type letters struct{}

func (letters) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

type endlessFile struct{ io.Reader }

func (endlessFile) Close() error               { return nil }
func (endlessFile) Stat() (fs.FileInfo, error) { return endlessInfo{}, nil }

type endlessInfo struct{}

func (endlessInfo) Name() string       { return "SDN_ADVANCED.XML" }
func (endlessInfo) Size() int64        { return 2 << 30 }
func (endlessInfo) Mode() fs.FileMode  { return 0 }
func (endlessInfo) ModTime() time.Time { return time.Time{} }
func (endlessInfo) IsDir() bool        { return false }
func (endlessInfo) Sys() any           { return nil }

func TestTwoGigabytesOfTextAreRefused(t *testing.T) {
	for e, err := range (ofac.Advanced{}).Parse(endless{"<Sanctions><DateOfIssue><Year>"}) {
		if err == nil || !strings.Contains(err.Error(), "longer than 16777216 bytes") {
			t.Errorf("a text of 2 GB gave %v, %v", e.Ref, err)
		}
	}
}

func TestTwoEditionsAtOnceAreRefused(t *testing.T) {
	adv, enh := fixture(t, "SDN_ADVANCED.XML"), fixture(t, "SDN_ENHANCED.XML")
	for want, files := range map[string]fstest.MapFS{
		"are two editions":       {"SDN_ADVANCED.XML": {Data: adv}, "CONS_ADVANCED.XML": {Data: adv}},
		"was handed in with it":  {"SDN_ADVANCED.XML": {Data: adv}, "SDN_ENHANCED.XML": {Data: enh}},
		"sdn.csv was handed in ": {"SDN_ADVANCED.XML": {Data: adv}, "sdn.csv": {Data: []byte("1")}},
	} {
		if _, err := (ofac.Advanced{}).Detect(files); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Detect = %v, want %q", err, want)
		}
	}
}
