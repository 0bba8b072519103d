// SPDX-License-Identifier: Apache-2.0

// Package watchlisttest is the suite that every watchlist.Source passes.
//
// A source's test calls [Run] with one or more editions, real ones where they
// are at hand, and says how many entries an edition has by a count of its own
// over the raw bytes. The suite then holds the source to the contract: every
// published entry is a party or a reject, reading twice gives the same, a cut
// file or a web page is an error and never a shorter list, nothing panics, and
// any number of goroutines may read. What the fields of an entry should be is
// left to the source's own tests.
package watchlisttest

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"reflect"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/watchlist"
)

// A Case is one edition and what is known of it.
type Case struct {
	Name  string // of the subtest
	Files fs.FS
	List  party.ListID

	// Count counts the published entries by other means than the source does,
	// from the unpacked bytes of one file; the counts of all files are added.
	Count   func(name string, data []byte) int
	Entries int // parties, when all is well
	Rejects int // entries that the source must reject

	// Large says that the suite need not read the edition dozens of times: of
	// the damages only a few are tried.
	Large bool

	// NoEnd says that the format has no mark at its end, as tables and lines of
	// JSON have none: a file that is cut off exactly between two records is a
	// shorter edition, which only the comparison of editions can see.
	NoEnd bool
}

// Run holds source to the contract of watchlist.Source on each case.
func Run(t *testing.T, source watchlist.Source, cases ...Case) {
	t.Helper()
	if len(cases) == 0 {
		t.Fatal("the suite has no case to run on")
	}
	if source.Format() == "" || strings.ContainsAny(source.Format(), " \t\n/") {
		t.Errorf("Format() = %q, want a word", source.Format())
	}
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			s := suite{source, c, load(t, c.Files)}
			first := s.whole(t)
			t.Run("detect", s.detect)
			t.Run("entries", func(t *testing.T) { s.entries(t, first) })
			t.Run("again", func(t *testing.T) { s.again(t, first) })
			t.Run("stop", s.stop)
			t.Run("cut", func(t *testing.T) { s.cut(t, len(first.entries)) })
			t.Run("other", s.other)
			if !c.Large {
				t.Run("damaged", s.damaged)
				t.Run("hostile", func(t *testing.T) { s.hostile(t, first) })
			}
		})
	}
}

type suite struct {
	source watchlist.Source
	Case
	data fstest.MapFS
}

// load reads the files of a case once, so that damage can be done to them.
func load(t *testing.T, files fs.FS) fstest.MapFS {
	t.Helper()
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		t.Fatal(err)
	}
	out := fstest.MapFS{}
	for _, e := range entries {
		data, err := fs.ReadFile(files, e.Name())
		if err != nil {
			t.Fatal(err)
		}
		out[e.Name()] = &fstest.MapFile{Data: data}
	}
	if len(out) == 0 {
		t.Fatal("the case has no files")
	}
	return out
}

// A reading is all that Parse yields.
type reading struct {
	entries []party.Entry
	rejects []*watchlist.Reject
	err     error // what ended it
}

func read(source watchlist.Source, files fs.FS) (r reading) {
	for e, err := range source.Parse(files) {
		var reject *watchlist.Reject
		switch {
		case errors.As(err, &reject):
			r.rejects = append(r.rejects, reject)
		case err != nil:
			r.err = err
		default:
			r.entries = append(r.entries, e)
		}
	}
	return r
}

// whole reads the edition and compares it with the independent count.
func (s suite) whole(t *testing.T) reading {
	r := read(s.source, s.Files)
	if r.err != nil {
		t.Fatalf("Parse ended with %v", r.err)
	}
	if len(r.entries) != s.Entries || len(r.rejects) != s.Rejects {
		t.Errorf("Parse gave %d entries and %d rejects, want %d and %d", len(r.entries), len(r.rejects), s.Entries, s.Rejects)
		for _, x := range r.rejects[:min(5, len(r.rejects))] {
			t.Logf("a reject: %v", x)
		}
	}
	if s.Count == nil {
		t.Fatal("the case has no independent count")
	}
	published := 0
	for name, f := range s.data {
		published += s.Count(name, f.Data)
	}
	if got := len(r.entries) + len(r.rejects); got != published {
		t.Errorf("%d entries and rejects, but %d entries are published", got, published)
	}
	return r
}

func (s suite) detect(t *testing.T) {
	h, err := s.source.Detect(s.Files)
	if err != nil {
		t.Fatalf("Detect of an edition that Parse reads: %v", err)
	}
	if h.List != s.List || h.Title == "" {
		t.Errorf("Detect = %+v, want the list %s and a title", h, s.List)
	}
}

func (s suite) entries(t *testing.T, r reading) {
	seen := map[party.Ref]bool{}
	for _, e := range r.entries {
		switch {
		case e.Ref.List != s.List:
			t.Fatalf("%s is not of the list %s", e.Ref, s.List)
		case e.Ref.ID == "":
			t.Fatalf("an entry %q has no identifier", e.Name())
		case seen[e.Ref]:
			t.Fatalf("%s stands twice", e.Ref)
		case strings.TrimSpace(e.Name()) == "":
			t.Errorf("%s has no primary name: it should be a reject that says so", e.Ref)
		case len(e.Listings) == 0:
			t.Errorf("%s has no listing", e.Ref)
		}
		for _, n := range e.Names {
			if n.Full == "" {
				t.Errorf("%s has an empty name", e.Ref)
			}
		}
		for _, id := range e.Identifiers {
			if id.Scheme == "" || id.Value == "" {
				t.Errorf("%s has an identifier without scheme or value: %+v", e.Ref, id)
			}
		}
		seen[e.Ref] = true
	}
	for _, x := range r.rejects {
		if x.Reason == "" || x.File == "" || len(x.Raw) > 4<<10 {
			t.Errorf("the reject %+v does not say where and why in at most 4 KiB", x)
		}
	}
}

// again reads with several goroutines at once; all must give the same.
func (s suite) again(t *testing.T, first reading) {
	var wg sync.WaitGroup
	got := make([]reading, 2)
	for i := range got {
		wg.Go(func() { got[i] = read(s.source, s.Files) })
	}
	wg.Wait()
	for _, r := range got {
		if r.err != nil || !reflect.DeepEqual(r.entries, first.entries) || !reflect.DeepEqual(r.rejects, first.rejects) {
			t.Fatalf("reading the same edition again gave another result (%d entries, %v)", len(r.entries), r.err)
		}
	}
}

// stop leaves the iteration at once. A source that goes on panics.
func (s suite) stop(t *testing.T) {
	n := 0
	for range s.source.Parse(s.Files) {
		n++
		break
	}
	if n != 1 {
		t.Errorf("the iteration gave nothing")
	}
}

// cut ends each file too early, in many places, among them the ends of lines.
func (s suite) cut(t *testing.T, entries int) {
	places := 40
	if s.Large {
		places = 3
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for name, f := range s.data {
		for i := range places {
			n := rng.IntN(len(f.Data))
			if i%2 == 1 { // the end of the line, the hardest to see
				if j := bytes.LastIndexByte(f.Data[:n], '\n'); j >= 0 {
					n = j + 1
				}
			}
			if len(bytes.TrimSpace(f.Data[n:])) == 0 {
				continue // only blanks would be missing
			}
			if s.NoEnd && n > 0 && f.Data[n-1] == '\n' {
				continue
			}
			r := read(s.source, with(s.data, name, f.Data[:n]))
			if r.err == nil && len(r.rejects) <= s.Rejects {
				t.Errorf("%s cut off after %d of %d bytes gave %d entries of %d and no error", name, n, len(f.Data), len(r.entries), entries)
			}
		}
	}
}

// with returns the files with other contents of one of them.
func with(files fstest.MapFS, name string, data []byte) fstest.MapFS {
	out := fstest.MapFS{}
	for n, f := range files {
		out[n] = f
	}
	out[name] = &fstest.MapFile{Data: data}
	return out
}

const webPage = "<!DOCTYPE html>\n<html><head><title>Service unavailable</title></head><body><p>We will be back.</p></body></html>\n"

// other hands in what is no edition: web pages, as publishers send on bad days,
// empty files, archives, readers that fail.
func (s suite) other(t *testing.T) {
	broken := errors.New("the disk is on fire")
	for name := range s.data {
		for what, files := range map[string]fs.FS{
			"a web page":         with(s.data, name, []byte(webPage)),
			"an empty file":      with(s.data, name, nil),
			"a blank file":       with(s.data, name, []byte("\n \n")),
			"a zip archive":      with(s.data, name, []byte("PK\x03\x04\x14\x00\x00\x00\x08\x00")),
			"zero bytes":         with(s.data, name, make([]byte, 4096)),
			"a reader's failure": failing{s.data, name, broken},
		} {
			r := read(s.source, files)
			if r.err == nil && len(r.rejects) <= s.Rejects {
				t.Errorf("%s as %s gave %d entries and no error", what, name, len(r.entries))
			}
			if what == "a reader's failure" && !errors.Is(r.err, broken) {
				t.Errorf("a failing reader of %s gave %v, want it wrapped", name, r.err)
			}
			_, err := s.source.Detect(files)
			if len(s.data) == 1 && err == nil && what != "a reader's failure" { // which is beyond the head
				t.Errorf("Detect took %s for an edition", what)
			}
			if what == "a web page" && len(s.data) == 1 && !errors.Is(err, watchlist.ErrFormat) {
				t.Errorf("Detect of a web page gave %v, want ErrFormat", err)
			}
		}
	}
	if _, err := s.source.Detect(fstest.MapFS{"notes.dat": {Data: []byte("nothing of the kind")}}); !errors.Is(err, watchlist.ErrFormat) {
		t.Errorf("Detect of a file of another format gave %v, want ErrFormat", err)
	}
	if r := read(s.source, fstest.MapFS{}); r.err == nil {
		t.Error("no files at all gave no error")
	}
}

// failing is files one of which fails in its middle.
type failing struct {
	files fstest.MapFS
	name  string
	err   error
}

func (f failing) Open(name string) (fs.File, error) {
	file, err := f.files.Open(name)
	if err != nil || name != f.name {
		return file, err
	}
	return &failingFile{file, int64(len(f.files[name].Data) / 2), f.err}, nil
}

type failingFile struct {
	fs.File
	left int64
	err  error
}

func (f *failingFile) Read(p []byte) (int, error) {
	if f.left <= 0 {
		return 0, f.err
	}
	n, err := f.File.Read(p[:min(int64(len(p)), f.left)])
	f.left -= int64(n)
	if err == io.EOF {
		err = f.err
	}
	return n, err
}

// damaged changes single bytes. Whatever comes of it, nothing panics, and no
// entry disappears without an error or a reject.
func (s suite) damaged(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for name, f := range s.data {
		for range 40 {
			data := bytes.Clone(f.Data)
			at := rng.IntN(len(data))
			data[at] = "<>&\"',;\n\x00\xff0"[rng.IntN(11)]
			r := read(s.source, with(s.data, name, data))
			if r.err == nil && len(r.entries)+len(r.rejects) < s.Entries+s.Rejects {
				t.Errorf("%s with the byte %d as %q gave %d entries and %d rejects of %d, and no error", name, at, data[at], len(r.entries), len(r.rejects), s.Entries+s.Rejects)
			}
		}
	}
}

// Fuzz feeds a source with any bytes under the names of its files: it must not
// panic, and must not take an empty edition for a good one.
func Fuzz(f *testing.F, source watchlist.Source, names ...string) {
	f.Fuzz(func(t *testing.T, data []byte) {
		files := fstest.MapFS{}
		parts := bytes.Split(data, []byte("\x00\x00"))
		for i, name := range names {
			files[name] = &fstest.MapFile{Data: parts[min(i, len(parts)-1)]}
		}
		_, detectErr := source.Detect(files)
		r := read(source, files)
		if detectErr == nil && r.err == nil && len(r.entries)+len(r.rejects) == 0 && len(data) == 0 {
			t.Errorf("an empty file is taken for an edition")
		}
		if errors.Is(detectErr, watchlist.ErrFormat) && len(r.entries) > 0 {
			t.Errorf("Parse gives %d entries of files that Detect says are of another format", len(r.entries))
		}
	})
}
