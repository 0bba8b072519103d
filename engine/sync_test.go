// SPDX-License-Identifier: Apache-2.0

package engine_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/interdict-dev/interdict/engine"
	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/internal/fetch"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/watchlist"
	"github.com/interdict-dev/interdict/watchlist/ofac"
	"github.com/interdict-dev/interdict/watchlist/un"
)

const unList party.ListID = "un-sc"

// unFile writes a list of invented parties in the UN's layout.
func unFile(day string, n int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "<?xml version=\"1.0\"?>\n<CONSOLIDATED_LIST dateGenerated=\"%sT03:04:05.678Z\"><INDIVIDUALS/><ENTITIES>\n", day)
	for i := range n {
		fmt.Fprintf(&b, "<ENTITY><DATAID>%d</DATAID><FIRST_NAME>PRIMER TRADING HOUSE %d</FIRST_NAME><UN_LIST_TYPE>DPRK</UN_LIST_TYPE><REFERENCE_NUMBER>KPe.%d</REFERENCE_NUMBER><LISTED_ON>2018-03-30</LISTED_ON></ENTITY>\n", i, i, 900+i)
	}
	return b.String() + "</ENTITIES></CONSOLIDATED_LIST>\n"
}

// A site plays a publisher. Its handler may be changed between two syncs.
type site struct {
	t       *testing.T
	home    *engine.Home
	handler http.HandlerFunc
	asked   []*http.Request
	server  *httptest.Server
	sync    engine.Sync
	lists   []engine.Publisher
	now     time.Time
}

func newSite(t *testing.T) *site {
	h := home(t)
	h.Sources = slices.Concat(ofac.Sources(), un.Sources())
	s := &site{t: t, home: h, now: now}
	s.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.asked = append(s.asked, r)
		if !strings.HasPrefix(r.UserAgent(), "interdict") {
			http.Error(w, "who are you", http.StatusForbidden)
			return
		}
		s.handler(w, r)
	}))
	t.Cleanup(s.server.Close)
	tr := fetch.Transport(nil)
	t.Cleanup(tr.CloseIdleConnections)
	clock := func() time.Time { return s.now }
	limits := fetch.Limits{MaxSize: 1 << 20, Tries: 2, Backoff: time.Millisecond, Header: 2 * time.Second, Stall: 50 * time.Millisecond, StallBytes: 1000}
	s.sync = engine.Sync{Home: h, Client: fetch.New(tr, "interdict/test", clock, limits), Now: clock}
	s.lists = []engine.Publisher{{List: unList, Files: []engine.PublishedFile{{Name: "consolidated.xml", Address: s.server.URL + "/list?token={token}"}}, Token: "s3cret"}}
	return s
}

// gives makes the site give a file, with an ETag where there is one.
func (s *site) gives(text, etag string) {
	s.handler = func(w http.ResponseWriter, r *http.Request) {
		if etag != "" {
			w.Header().Set("ETag", etag)
		}
		if etag != "" && r.Header.Get("If-None-Match") == etag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		fmt.Fprint(w, text)
	}
}

// run syncs the first list.
func (s *site) run() engine.Synced {
	s.t.Helper()
	s.asked = nil
	all, err := s.sync.Run(s.t.Context(), s.lists[:1])
	if err != nil || len(all) != 1 || all[0].List != s.lists[0].List {
		s.t.Fatalf("Run = %+v, %v", all, err)
	}
	return all[0]
}

func (s *site) want(o engine.Outcome) engine.Synced {
	s.t.Helper()
	got := s.run()
	if got.Outcome != o || (got.Err != nil) != (o == engine.Failed || o == engine.Behind) {
		s.t.Fatalf("outcome %q, %v, want %q", got.Outcome, got.Err, o)
	}
	return got
}

func (s *site) editions() []watchlist.Edition {
	s.t.Helper()
	a, err := s.home.Archive()
	if err != nil {
		s.t.Fatal(err)
	}
	all, err := a.Editions(watchlist.Series(s.lists[0].List))
	if err != nil {
		s.t.Fatal(err)
	}
	return all
}

// inSync lists what lies in the folder of the list.
func (s *site) inSync() []string {
	s.t.Helper()
	files, err := os.ReadDir(filepath.Join(s.home.Dir, "sync", string(s.lists[0].List)))
	if err != nil {
		s.t.Fatal(err)
	}
	var names []string
	for _, f := range files {
		names = append(names, f.Name())
	}
	return names
}

func TestSync(t *testing.T) {
	s := newSite(t)
	s.gives(unFile("2026-02-03", 10), `"1"`)
	first := s.want(engine.Added)
	if e := first.Edition; e.Counts.Entries != 10 || !e.Fetched.Equal(now) || e.From != s.server.URL+"/list?token={token}" {
		t.Errorf("edition %+v", e)
	}
	if got := s.asked[0].URL.RawQuery; got != "token=s3cret" {
		t.Errorf("asked with %q", got)
	}
	if got := s.inSync(); !slices.Equal(got, []string{"state.json"}) {
		t.Errorf("in the folder lie %q", got)
	}
	state, err := os.ReadFile(filepath.Join(s.home.Dir, "sync", "un-sc", "state.json"))
	if err != nil || strings.Contains(string(state), "s3cret") || !strings.Contains(string(state), first.Edition.ID) {
		t.Errorf("state %s, %v", state, err)
	}

	// 304: the list is as fresh as the asking.
	s.now = now.Add(20 * time.Hour)
	if again := s.want(engine.Unchanged); again.Edition.ID != first.Edition.ID || !again.Edition.Checked.Equal(s.now) || len(s.asked) != 1 {
		t.Errorf("unchanged: %+v", again.Edition)
	}

	// Another ETag for the same file is no other edition.
	s.now = now.Add(40 * time.Hour)
	s.gives(unFile("2026-02-03", 10), `"2"`)
	if again := s.want(engine.Unchanged); !again.Edition.Checked.Equal(s.now) || !again.Edition.Fetched.Equal(now) {
		t.Errorf("another ETag: %+v", again.Edition)
	}
	s.want(engine.Unchanged)
	if got := s.asked[0].Header.Get("If-None-Match"); got != `"2"` {
		t.Errorf("asked with ETag %s", got)
	}

	// The same entries under a new date are an edition, in which nothing differs.
	s.gives(unFile("2026-02-06", 10), `"3"`)
	dated := s.want(engine.Added)
	a, err := s.home.Archive()
	if err != nil {
		t.Fatal(err)
	}
	d, err := s.home.Diff(a, first.Edition, dated.Edition)
	if err != nil || d.Unchanged != 10 || len(d.Added)+len(d.Removed)+len(d.Changed) != 0 {
		t.Errorf("the same under a new date differs: %+v, %v", d, err)
	}

	// The file from before again: the newest stays, and it is said.
	s.gives(unFile("2026-02-03", 10), `"4"`)
	if got := s.want(engine.Behind); !strings.Contains(got.Err.Error(), "2026-02-03") || !strings.Contains(got.Err.Error(), "2026-02-06") {
		t.Errorf("behind: %v", got.Err)
	}
	s.want(engine.Behind) // and so it is with 304
	if n := len(s.editions()); n != 2 {
		t.Errorf("%d editions, want 2", n)
	}
}

// TestSyncOfALostArchive holds that the state of the last sync counts for
// nothing where the archive does not have its edition.
func TestSyncOfALostArchive(t *testing.T) {
	s := newSite(t)
	s.gives(unFile("2026-02-03", 10), `"1"`)
	s.want(engine.Added)
	if err := os.RemoveAll(filepath.Join(s.home.Dir, "lists")); err != nil {
		t.Fatal(err)
	}
	s.want(engine.Added)
	if err := os.WriteFile(filepath.Join(s.home.Dir, "sync", "un-sc", "state.json"), []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	s.want(engine.Unchanged)
	if s.asked[0].Header.Get("If-None-Match") != "" {
		t.Error("a damaged state was used")
	}
}

func TestSyncShrunkListWaits(t *testing.T) {
	s := newSite(t)
	s.gives(unFile("2026-02-03", 10), `"1"`)
	s.want(engine.Added)
	s.gives(unFile("2026-02-04", 6), `"2"`)
	s.want(engine.Added)
	r := rebuild(t, s.home)
	if !slices.Equal(r.Waiting, []watchlist.Series{"un-sc"}) {
		t.Errorf("waiting: %v", r.Waiting)
	}
	if _, err := open(t, r.Path).Entry(party.Ref{List: unList, ID: "KPe.909"}); err != nil {
		t.Errorf("an entry that waits: %v", err)
	}
}

// TestPublishersBadDays holds that what is no list is never kept, that the
// edition before stays, that it is said why, and that the next day works.
func TestPublishersBadDays(t *testing.T) {
	good := unFile("2026-02-03", 10)
	for _, c := range []struct {
		name, want string
		kind       error
		handler    http.HandlerFunc
	}{
		{"a web page with status 200", `a web page ("Scheduled maintenance")`, errkind.Unavailable, func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, "<!DOCTYPE html><html><head><title>Scheduled maintenance</title></head></html>")
		}},
		{"a page that calls itself the list's first page", "no known list format", nil, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "maintenance") }},
		{"cut, and the server says so", "the answer stopped after", errkind.Unavailable, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", fmt.Sprint(len(good)))
			fmt.Fprint(w, good[:len(good)-100])
		}},
		{"cut, and the server does not", "consolidated.xml", nil, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, good[:len(good)-100]) }},
		{"empty", "is empty", errkind.Invalid, func(http.ResponseWriter, *http.Request) {}},
		{"another list", "what came is list us-ofac-cons", errkind.Invalid, func(w http.ResponseWriter, r *http.Request) {
			http.ServeFile(w, r, fixture)
		}},
		{"a circle of redirects", "circle", errkind.Invalid, func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.String(), http.StatusFound)
		}},
		{"a slow drip", "less than 1000 bytes came in", errkind.Unavailable, func(w http.ResponseWriter, r *http.Request) {
			for i := range 1000 {
				fmt.Fprint(w, good[i:i+1])
				w.(http.Flusher).Flush()
				select {
				case <-r.Context().Done():
					return
				case <-time.After(5 * time.Millisecond):
				}
			}
		}},
		{"forbidden", "403", errkind.Invalid, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }},
		{"gone", "404", errkind.NotFound, http.NotFound},
		{"in trouble", "503", errkind.Unavailable, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }},
		{"without end", "larger than", errkind.Invalid, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, strings.Repeat("<x>", 1<<19)) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newSite(t)
			s.gives(good, "")
			s.want(engine.Added)
			s.handler = c.handler
			got := s.want(engine.Failed)
			if !strings.Contains(got.Err.Error(), c.want) || c.kind != nil && !errors.Is(got.Err, c.kind) || strings.Contains(got.Err.Error(), "s3cret") {
				t.Errorf("failed with %v, want %q of kind %v", got.Err, c.want, c.kind)
			}
			if n := len(s.editions()); n != 1 {
				t.Errorf("%d editions are kept", n)
			}
			s.gives(unFile("2026-02-05", 11), "")
			s.want(engine.Added)
			if left := s.inSync(); !slices.Equal(left, []string{"state.json"}) {
				t.Errorf("left behind: %q", left)
			}
		})
	}
}

func TestSyncCheckWritesNothing(t *testing.T) {
	s := newSite(t)
	s.gives(unFile("2026-02-03", 10), `"1"`)
	s.sync.Check = true
	s.want(engine.Missing)
	if _, err := os.Stat(filepath.Join(s.home.Dir, "sync")); err == nil {
		t.Error("--check made a folder")
	}
	s.sync.Check = false
	s.want(engine.Added)
	s.sync.Check = true
	s.now = now.Add(time.Hour)
	s.want(engine.Unchanged)
	s.gives(unFile("2026-02-04", 10), `"2"`)
	s.want(engine.Added)
	s.gives(unFile("2026-02-04", 10), "")
	s.want(engine.Unknown)
	if all := s.editions(); len(all) != 1 || !all[0].Checked.Equal(now) {
		t.Errorf("editions %+v", all)
	}
}

// TestSyncSets holds that a set of several files is taken whole: where one
// changed, those that did not are fetched again.
func TestSyncSets(t *testing.T) {
	s := newSite(t)
	s.lists = []engine.Publisher{{List: "us-ofac-sdn"}}
	for _, n := range []string{"sdn.csv", "add.csv", "alt.csv"} {
		s.lists[0].Files = append(s.lists[0].Files, engine.PublishedFile{Name: n, Address: s.server.URL + "/" + n})
	}
	files := map[string]string{
		"/sdn.csv": `1,"VOLGA TEST PLANT",-0- ,"CYBER2",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ` + "\n",
		"/add.csv": `1,1,"1 Test St.","Samara","Russia",-0- ` + "\n",
		"/alt.csv": `1,1,"aka","VTP",-0- ` + "\n",
	}
	s.handler = func(w http.ResponseWriter, r *http.Request) {
		sum := sha256.Sum256([]byte(files[r.URL.Path]))
		w.Header().Set("ETag", fmt.Sprintf("%q", hex.EncodeToString(sum[:])))
		http.ServeContent(w, r, "", time.Time{}, strings.NewReader(files[r.URL.Path]))
	}
	s.want(engine.Added)
	s.want(engine.Unchanged)
	if len(s.asked) != 3 {
		t.Errorf("%d requests, want 3", len(s.asked))
	}
	files["/alt.csv"] = `1,1,"aka","VOLGA TEST",-0- ` + "\n"
	if got := s.want(engine.Added); len(got.Edition.Files) != 3 {
		t.Errorf("edition of %v", got.Edition.Files)
	}
}

func TestSyncChecksums(t *testing.T) {
	s := newSite(t)
	good := unFile("2026-02-03", 10)
	sum := sha256.Sum256([]byte(good))
	sums := hex.EncodeToString(sum[:]) + " *consolidated.xml\n"
	s.lists[0].Sums = s.server.URL + "/sums"
	text := good
	s.handler = func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/sums" {
			fmt.Fprint(w, sums)
			return
		}
		fmt.Fprint(w, text)
	}
	s.want(engine.Added)
	text = strings.Replace(good, "KPe.901", "KPe.999", 1)
	if got := s.want(engine.Failed); !strings.Contains(got.Err.Error(), "published is") {
		t.Errorf("another file than published: %v", got.Err)
	}
	sums = hex.EncodeToString(sum[:]) + "  another.xml\n"
	if got := s.want(engine.Failed); !strings.Contains(got.Err.Error(), "no line for consolidated.xml") {
		t.Errorf("no checksum: %v", got.Err)
	}
	sums = "<html>"
	s.want(engine.Failed)
}

func TestSyncFromMirrors(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, kind := range []string{"folder", "server"} {
		t.Run(kind, func(t *testing.T) {
			s := newSite(t)
			s.handler = http.StripPrefix("/base", http.FileServer(http.Dir(dir))).ServeHTTP
			s.sync.Mirror = dir
			if kind == "server" {
				s.sync.Mirror = strings.Replace(s.server.URL, "://", "://joe:hunter2@", 1) + "/base/"
			}
			s.lists[0].Token = "-" // a mirror wants none
			s.want(engine.Failed)
			good := unFile("2026-02-03", 10)
			write("un-sc/consolidated.xml", good)
			first := s.want(engine.Added)
			if from := first.Edition.From; !strings.HasSuffix(from, "un-sc") && !strings.HasSuffix(from, "/base/un-sc/consolidated.xml") || strings.Contains(from, "hunter2") {
				t.Errorf("it came from %s", from)
			}
			s.now = now.Add(time.Hour)
			if again := s.want(engine.Unchanged); !again.Edition.Checked.Equal(s.now) {
				t.Errorf("checked %s", again.Edition.Checked)
			}
			s.sync.Check = true
			s.want(engine.Unchanged)
			s.sync.Check = false
			sum := sha256.Sum256([]byte("another"))
			write("un-sc/SHA256SUMS", hex.EncodeToString(sum[:])+"  consolidated.xml\n")
			write("un-sc/consolidated.xml", unFile("2026-02-04", 11))
			if got := s.want(engine.Failed); !strings.Contains(got.Err.Error(), "published is") {
				t.Errorf("against its checksum: %v", got.Err)
			}
			if err := os.RemoveAll(filepath.Join(dir, "un-sc")); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// TestSyncSeveral holds that one bad list leaves the others alone, in the order
// asked, and that no host is asked for two at a time.
func TestSyncSeveral(t *testing.T) {
	s := newSite(t)
	busy := make(chan struct{}, 1)
	s.handler = func(w http.ResponseWriter, r *http.Request) {
		select {
		case busy <- struct{}{}:
			defer func() { <-busy }()
		default:
			t.Error("one host was asked for two lists at a time")
		}
		switch r.URL.Path {
		case "/un":
			fmt.Fprint(w, unFile("2026-02-03", 10))
		case "/sdn":
			http.ServeFile(w, r, fixture)
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}
	var lists []engine.Publisher
	for _, l := range []struct{ list, name, path string }{{"us-ofac-sdn", "SDN_ADVANCED.XML", "/sdn"}, {"eu-fsf", "x.xml", "/eu"}, {"un-sc", "consolidated.xml", "/un"}} {
		lists = append(lists, engine.Publisher{List: party.ListID(l.list), Files: []engine.PublishedFile{{Name: l.name, Address: s.server.URL + l.path}}})
	}
	s.sync.Parallel = 3
	all, err := s.sync.Run(t.Context(), lists)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, x := range all {
		got = append(got, fmt.Sprintf("%s %s", x.List, x.Outcome))
	}
	if want := []string{"us-ofac-sdn new edition", "eu-fsf failed", "un-sc new edition"}; !slices.Equal(got, want) {
		t.Errorf("Run = %q, want %q", got, want)
	}
}

func TestSyncsAtOneTime(t *testing.T) {
	s := newSite(t)
	s.handler = func(w http.ResponseWriter, r *http.Request) {
		other := engine.Sync{Home: s.home, Client: s.sync.Client, Now: s.sync.Now}
		if _, err := other.Run(r.Context(), s.lists); !errors.Is(err, errkind.Conflict) {
			t.Errorf("a second sync: %v, want a conflict", err)
		}
		fmt.Fprint(w, unFile("2026-02-03", 10))
	}
	s.want(engine.Added)
}

func TestPublishers(t *testing.T) {
	h := home(t)
	all, err := h.Publishers()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range []party.ListID{"us-ofac-sdn", "us-ofac-cons", "un-sc", "eu-fsf", "uk-fcdo", "us-csl", "ch-seco", "ca-sema", "au-dfat"} {
		if !slices.ContainsFunc(all, func(p engine.Publisher) bool { return p.List == l && p.Source != "" && len(p.Files) > 0 }) {
			t.Errorf("no address of %s", l)
		}
	}
	own := "interdict publishers 1\nlist ftm-sanctions\n file entities.ftm.json https://example.org/entities.ftm.json\n header Authorization: Token {token}\n token -\n optional\nlist un-sc\n file c.xml http://localhost:8080/c.xml\n"
	if err := os.WriteFile(filepath.Join(h.Dir, "publishers.txt"), []byte(own), 0o644); err != nil {
		t.Fatal(err)
	}
	more, err := h.Publishers()
	if err != nil || len(more) != len(all)+1 {
		t.Fatalf("%d publishers, %v, want %d", len(more), err, len(all)+1)
	}
	if usual, err := engine.Choose(more, nil); err != nil || len(usual) != len(all) {
		t.Errorf("Choose chose %d, %v, want %d", len(usual), err, len(all))
	}
	got, err := engine.Choose(more, []string{"ftm-sanctions", "un-sc", "un-sc"})
	if err != nil || len(got) != 2 || got[0].Token != "-" || got[0].Header.Get("Authorization") != "Token {token}" || got[1].Files[0].Name != "c.xml" {
		t.Errorf("Choose = %+v, %v", got, err)
	}
	if _, err := engine.Choose(more, []string{"nobody"}); !errors.Is(err, errkind.NotFound) {
		t.Errorf("Choose of an unknown list: %v", err)
	}
	s := engine.Sync{Home: h, Now: time.Now}
	s.Client = fetch.New(http.DefaultTransport, "interdict/test", time.Now, fetch.Limits{})
	if all, err := s.Run(t.Context(), got[:1]); err != nil || all[0].Err == nil || !strings.Contains(all[0].Err.Error(), "--token ftm-sanctions=TOKEN") {
		t.Errorf("without its token: %+v, %v", all, err)
	}
}

func TestPublishersSaysWhatIsWrong(t *testing.T) {
	for text, want := range map[string]string{
		"":                         "empty",
		"interdict publishers 2\n": "line 1",
		"interdict publishers 1\nfile a https://example.org/\n":                                         "line 2",
		"interdict publishers 1\nlist a\n":                                                              "no file",
		"interdict publishers 1\nlist ../a\n":                                                           "line 2",
		"interdict publishers 1\nlist a\nfile x http://example.org/\n":                                  "https",
		"interdict publishers 1\nlist a\nfile ../x https://example.org/\n":                              "no name for a file",
		"interdict publishers 1\nlist a\nfile x https://example.org/\nlist a\n":                         "twice",
		"interdict publishers 1\nlist a\nfail x https://example.org/\n":                                 "line 3",
		"interdict publishers 1\nlist a\ntoken\n":                                                       "line 3",
		"interdict publishers 1\nlist a\nfile x https://example.org/\ndelta rss https://example.org/\n": "no kind of changes",
		"interdict publishers 1\nlist a\nfile x https://example.org/\ndelta ftm http://example.org/\n":  "https",
	} {
		h := home(t)
		if err := os.WriteFile(filepath.Join(h.Dir, "publishers.txt"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Publishers(); !errors.Is(err, errkind.Invalid) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func FuzzPublishers(f *testing.F) {
	f.Add([]byte("interdict publishers 1\nlist a\n\tfile x https://example.org/{token}\n\ttoken -\n\theader A: b\n\tnote n\n"))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text []byte) {
		h := &engine.Home{Dir: dir}
		if err := os.WriteFile(filepath.Join(dir, "publishers.txt"), text, 0o644); err != nil {
			t.Fatal(err)
		}
		all, err := h.Publishers()
		if err != nil {
			return
		}
		for _, p := range all {
			for _, f := range p.Files {
				if filepath.Base(f.Name) != f.Name || strings.HasPrefix(f.Name, ".") {
					t.Errorf("a file of %s is named %q", p.List, f.Name)
				}
			}
		}
	})
}
