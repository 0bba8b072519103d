// SPDX-License-Identifier: Apache-2.0

package fetch_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/internal/fetch"
)

var now = time.Date(2026, 2, 4, 12, 0, 0, 0, time.UTC)

// quick are limits that let a test see each of them reached.
var quick = fetch.Limits{MaxSize: 1 << 20, Tries: 3, Backoff: time.Millisecond, MaxBackoff: 5 * time.Millisecond, Header: 2 * time.Second, Stall: 50 * time.Millisecond, StallBytes: 1000}

func client(t *testing.T, l fetch.Limits) *fetch.Client {
	tr := fetch.Transport(nil)
	t.Cleanup(tr.CloseIdleConnections)
	return fetch.New(tr, "interdict/test", func() time.Time { return now }, l)
}

// serve starts a publisher and returns a request for its file.
func serve(t *testing.T, h http.HandlerFunc) fetch.Request {
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return fetch.Request{Address: s.URL + "/list.xml?token=secret", File: filepath.Join(t.TempDir(), "list.xml")}
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// nothing holds that no file stands under the name of a whole one.
func nothing(t *testing.T, r fetch.Request) {
	t.Helper()
	if _, err := os.Stat(r.File); err == nil {
		t.Errorf("%s is there: %q", r.File, read(t, r.File))
	}
}

const text = "<list>everything that is listed</list>"

func TestGet(t *testing.T) {
	r := serve(t, func(w http.ResponseWriter, req *http.Request) {
		if req.UserAgent() != "interdict/test" || req.Header.Get("Accept-Encoding") != "identity" {
			http.Error(w, "who are you", http.StatusForbidden)
			return
		}
		w.Header().Set("ETag", `"1"`)
		w.Header().Set("Last-Modified", "Tue, 03 Feb 2026 00:00:00 GMT")
		if req.Header.Get("If-None-Match") == `"1"` {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		fmt.Fprint(w, text)
	})
	var seen []int64
	r.Progress = func(done, of int64) { seen = append(seen, done, of) }
	res, err := client(t, quick).Get(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	sum := fmt.Sprintf("%x", sha256.Sum256([]byte(text)))
	want := fetch.State{ETag: `"1"`, Modified: "Tue, 03 Feb 2026 00:00:00 GMT", Size: int64(len(text)), SHA256: sum}
	if res.State != want || !res.At.Equal(now) || res.Unchanged || res.Page != "" || res.Attempts != 1 {
		t.Errorf("Get = %+v, want %+v", res, want)
	}
	if got := read(t, r.File); got != text {
		t.Errorf("the file holds %q", got)
	}
	if n := int64(len(text)); !slices.Equal(seen, []int64{n, n}) {
		t.Errorf("progress %v", seen)
	}
	r.Have = res.State
	if again, err := client(t, quick).Get(t.Context(), r); err != nil || !again.Unchanged || again.State != want {
		t.Errorf("Get of the same = %+v, %v", again, err)
	}
	left, err := filepath.Glob(filepath.Join(filepath.Dir(r.File), "*"))
	if err != nil || len(left) != 1 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestAsk(t *testing.T) {
	etag := `"1"`
	r := serve(t, func(w http.ResponseWriter, req *http.Request) {
		if etag != "" {
			w.Header().Set("ETag", etag)
		}
		fmt.Fprint(w, text)
	})
	for _, c := range []struct {
		have, is         string
		unchanged, known bool
	}{
		{`"1"`, `"1"`, true, true},
		{`W/"1"`, `"1"`, true, true},
		{`"1"`, `"2"`, false, true},
		{``, `"2"`, false, false},
		{`"1"`, ``, false, false},
	} {
		etag, r.Have.ETag = c.is, c.have
		a, err := client(t, quick).Ask(t.Context(), r)
		if err != nil || a.Unchanged != c.unchanged || a.Known != c.known {
			t.Errorf("Ask with %s, the server has %s: %+v, %v", c.have, c.is, a, err)
		}
	}
	nothing(t, r)
}

func TestRedirects(t *testing.T) {
	var other *httptest.Server
	paths := map[string]string{"/list.xml": "/signed?X-Amz-Signature=secret", "/loop": "/loop2", "/loop2": "/loop", "/up": "http://192.0.2.1/x"}
	h := func(w http.ResponseWriter, req *http.Request) {
		if to, ok := paths[req.URL.Path]; ok {
			http.Redirect(w, req, to, http.StatusFound)
			return
		}
		if n := strings.TrimPrefix(req.URL.Path, "/far/"); n != req.URL.Path {
			http.Redirect(w, req, "/far/x"+n, http.StatusFound)
			return
		}
		if req.URL.Path == "/elsewhere" {
			http.Redirect(w, req, other.URL+"/signed", http.StatusTemporaryRedirect)
			return
		}
		w.Header().Set("ETag", `"1"`)
		fmt.Fprint(w, req.Header.Get("Authorization"))
	}
	other = httptest.NewServer(http.HandlerFunc(h))
	defer other.Close()
	r := serve(t, h)
	base := strings.TrimSuffix(r.Address, "/list.xml?token=secret")
	r.Header = http.Header{"Authorization": {"Token abc"}}
	if _, err := client(t, quick).Get(t.Context(), r); err != nil || read(t, r.File) != "Token abc" {
		t.Errorf("behind a redirect: %v", err)
	}
	r.Address = base + "/elsewhere"
	if _, err := client(t, quick).Get(t.Context(), r); err != nil || read(t, r.File) != "" {
		t.Errorf("a token went to another host (%v)", err)
	}
	for path, want := range map[string]string{"/loop": "circle", "/far/x": "more than 5 redirects", "/up": "only https"} {
		r := r
		r.Address, r.File = base+path, filepath.Join(t.TempDir(), "x")
		_, err := client(t, quick).Get(t.Context(), r)
		if err == nil || !strings.Contains(err.Error(), want) || !errors.Is(err, errkind.Invalid) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v, want %q", path, err, want)
		}
		nothing(t, r)
	}
}

func TestPlainHTTPStaysHome(t *testing.T) {
	for _, a := range []string{"http://example.org/x", "ftp://127.0.0.1/x", "file:///etc/passwd", "list.xml", "https://"} {
		_, err := client(t, quick).Get(t.Context(), fetch.Request{Address: a, File: filepath.Join(t.TempDir(), "x")})
		if !errors.Is(err, errkind.Invalid) {
			t.Errorf("Get(%s) = %v, want that it is refused", a, err)
		}
	}
}

func TestErrorsHoldNoSecrets(t *testing.T) {
	dead := httptest.NewServer(http.NotFoundHandler())
	dead.Close()
	u, err := url.Parse(dead.URL)
	if err != nil {
		t.Fatal(err)
	}
	u.User, u.Path, u.RawQuery = url.UserPassword("joe", "hunter2"), "/list.xml", "token=secret"
	_, err = client(t, quick).Get(t.Context(), fetch.Request{Address: u.String(), File: filepath.Join(t.TempDir(), "x")})
	if err == nil || !errors.Is(err, errkind.Unavailable) || !strings.Contains(err.Error(), "/list.xml, 3 attempts") {
		t.Fatalf("Get from a dead server: %v", err)
	}
	for _, s := range []string{"secret", "hunter2"} {
		if strings.Contains(err.Error(), s) {
			t.Errorf("the error says %q: %v", s, err)
		}
	}
}

func TestStatuses(t *testing.T) {
	for _, c := range []struct {
		status, attempts int
		kind             error
	}{
		{403, 1, errkind.Invalid}, {404, 1, errkind.NotFound}, {400, 1, errkind.Invalid}, {304, 1, errkind.Invalid}, {206, 1, errkind.Invalid},
		{500, 3, errkind.Unavailable}, {503, 3, errkind.Unavailable}, {429, 3, errkind.Unavailable},
	} {
		n := 0
		r := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			n++
			w.Header().Set("Retry-After", "3600") // more than the limit
			w.WriteHeader(c.status)
		})
		_, err := client(t, quick).Get(t.Context(), r)
		if !errors.Is(err, c.kind) || n != c.attempts {
			t.Errorf("status %d: %v after %d attempts, want %v after %d", c.status, err, n, c.kind, c.attempts)
		}
		nothing(t, r)
	}
}

func TestTroubleThatPasses(t *testing.T) {
	n := 0
	r := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		if n++; n < 3 {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		fmt.Fprint(w, text)
	})
	res, err := client(t, quick).Get(t.Context(), r)
	if err != nil || res.Attempts != 3 || read(t, r.File) != text {
		t.Errorf("Get = %+v, %v", res, err)
	}
}

// big is a file that does not fit into the buffers of a connection.
var big = strings.Repeat("0123456789abcdef", 20000)

// cutOff sends so many bytes of a longer answer and hangs up.
func cutOff(w http.ResponseWriter, n int) {
	w.Header().Set("Content-Length", fmt.Sprint(len(big)))
	fmt.Fprint(w, big[:n])
	w.(http.Flusher).Flush()
	panic(http.ErrAbortHandler)
}

func TestResume(t *testing.T) {
	var ranges []string
	r := serve(t, func(w http.ResponseWriter, req *http.Request) {
		w.Header().Set("ETag", `"1"`)
		w.Header().Set("Accept-Ranges", "bytes")
		ranges = append(ranges, req.Header.Get("Range"))
		if len(ranges) == 1 {
			cutOff(w, 100000)
		}
		http.ServeContent(w, req, "", time.Time{}, strings.NewReader(big))
	})
	r.Have = fetch.State{ETag: `"0"`}
	res, err := client(t, quick).Get(t.Context(), r)
	if err != nil || read(t, r.File) != big {
		t.Fatalf("Get = %+v, %v", res, err)
	}
	if want := fmt.Sprintf("bytes=%d-", res.Resumed); res.Resumed == 0 || len(ranges) != 2 || ranges[1] != want {
		t.Errorf("asked for %q and resumed at %d", ranges, res.Resumed)
	}
	if sum := fmt.Sprintf("%x", sha256.Sum256([]byte(big))); res.SHA256 != sum || res.Size != int64(len(big)) {
		t.Errorf("Get = %+v, want the digest of the whole file", res)
	}
}

// TestResumeLater holds that a download continues in another run.
func TestResumeLater(t *testing.T) {
	cut := true
	r := serve(t, func(w http.ResponseWriter, req *http.Request) {
		w.Header().Set("Last-Modified", "Tue, 03 Feb 2026 00:00:00 GMT")
		w.Header().Set("Accept-Ranges", "bytes")
		if cut {
			cutOff(w, 100000)
		}
		http.ServeContent(w, req, "", time.Date(2026, 2, 3, 0, 0, 0, 0, time.UTC), strings.NewReader(big))
	})
	once := quick
	once.Tries = 1
	if _, err := client(t, once).Get(t.Context(), r); !errors.Is(err, errkind.Unavailable) {
		t.Fatalf("Get of a cut file: %v", err)
	}
	nothing(t, r)
	cut = false
	if res, err := client(t, once).Get(t.Context(), r); err != nil || res.Resumed == 0 || read(t, r.File) != big {
		t.Errorf("Get = %+v, %v", res, err)
	}
}

// TestResumeOfAnotherFile holds that the rest of another file is never joined to
// the beginning of the first, whatever the server does with If-Range.
func TestResumeOfAnotherFile(t *testing.T) {
	other := strings.ToUpper(big)
	for name, rest := range map[string]func(w http.ResponseWriter, req *http.Request){
		"whole": func(w http.ResponseWriter, req *http.Request) {
			w.Header().Set("ETag", `"2"`)
			http.ServeContent(w, req, "", time.Time{}, strings.NewReader(other))
		},
		"rest although it is another": func(w http.ResponseWriter, req *http.Request) {
			w.Header().Set("ETag", `"2"`)
			req.Header.Del("If-Range")
			http.ServeContent(w, req, "", time.Time{}, strings.NewReader(other))
		},
		"another rest": func(w http.ResponseWriter, req *http.Request) {
			w.Header().Set("ETag", `"1"`)
			if req.Header.Get("Range") != "" {
				req.Header.Del("If-Range")
				req.Header.Set("Range", "bytes=5-")
			}
			http.ServeContent(w, req, "", time.Time{}, strings.NewReader(other))
		},
		"416": func(w http.ResponseWriter, req *http.Request) {
			if req.Header.Get("Range") != "" {
				w.WriteHeader(http.StatusRequestedRangeNotSatisfiable)
				return
			}
			fmt.Fprint(w, other)
		},
	} {
		t.Run(name, func(t *testing.T) {
			n := 0
			r := serve(t, func(w http.ResponseWriter, req *http.Request) {
				w.Header().Set("Accept-Ranges", "bytes")
				if n++; n == 1 {
					w.Header().Set("ETag", `"1"`)
					cutOff(w, 100000)
				}
				rest(w, req)
			})
			if res, err := client(t, quick).Get(t.Context(), r); err != nil || read(t, r.File) != other || res.Resumed != 0 {
				t.Errorf("Get = %+v, %v", res, err)
			}
		})
	}
}

// TestNoResumeWithoutLeave holds that a server that does not say that it can
// continue is asked for the whole file.
func TestNoResumeWithoutLeave(t *testing.T) {
	n := 0
	r := serve(t, func(w http.ResponseWriter, req *http.Request) {
		if req.Header.Get("Range") != "" {
			t.Errorf("asked for %s", req.Header.Get("Range"))
		}
		w.Header().Set("ETag", `W/"1"`)
		if n++; n == 1 {
			cutOff(w, 100000)
		}
		fmt.Fprint(w, big)
	})
	if res, err := client(t, quick).Get(t.Context(), r); err != nil || read(t, r.File) != big {
		t.Errorf("Get = %+v, %v", res, err)
	}
}

func TestSlowDrip(t *testing.T) {
	end := make(chan struct{})
	r := serve(t, func(w http.ResponseWriter, req *http.Request) {
		w.Header().Set("Content-Length", fmt.Sprint(len(big)))
		for i := 0; i < len(big); i++ {
			fmt.Fprint(w, big[i:i+1])
			w.(http.Flusher).Flush()
			select {
			case <-end:
				return
			case <-req.Context().Done():
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	})
	t.Cleanup(func() { close(end) })
	l := quick
	l.Tries = 2
	_, err := client(t, l).Get(t.Context(), r)
	if !errors.Is(err, errkind.Unavailable) || !strings.Contains(err.Error(), "2 attempts: less than 1000 bytes came in 50ms") {
		t.Errorf("Get of a drip: %v", err)
	}
	nothing(t, r)
}

func TestSilence(t *testing.T) {
	end := make(chan struct{})
	r := serve(t, func(_ http.ResponseWriter, req *http.Request) {
		select {
		case <-end:
		case <-req.Context().Done():
		}
	})
	t.Cleanup(func() { close(end) })
	l := quick
	l.Tries, l.Header = 1, 20*time.Millisecond
	if _, err := client(t, l).Get(t.Context(), r); !errors.Is(err, errkind.Unavailable) || !strings.Contains(err.Error(), "no answer in 20ms") {
		t.Errorf("Get of silence: %v", err)
	}
	l = quick
	l.Total = 20 * time.Millisecond
	if _, err := client(t, l).Get(t.Context(), r); !errors.Is(err, errkind.Unavailable) || !strings.Contains(err.Error(), "not done after 20ms") {
		t.Errorf("Get without end: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(20*time.Millisecond, cancel)
	if _, err := client(t, quick).Get(ctx, r); !errors.Is(err, context.Canceled) {
		t.Errorf("Get that was called off: %v", err)
	}
}

func TestTooLarge(t *testing.T) {
	l := quick
	l.MaxSize = 1000
	for _, said := range []bool{true, false} {
		var n atomic.Int32
		r := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			n.Add(1)
			if !said {
				w.(http.Flusher).Flush()
			}
			fmt.Fprint(w, big[:1001])
		})
		if _, err := client(t, l).Get(t.Context(), r); !errors.Is(err, errkind.Invalid) || n.Load() != 1 || !strings.Contains(err.Error(), "larger than 1000 bytes") {
			t.Errorf("Get of too much: %v after %d attempts", err, n.Load())
		}
		nothing(t, r)
	}
}

func TestChecksums(t *testing.T) {
	good, bad := sha256.Sum256([]byte(text)), sha256.Sum256([]byte("another"))
	for _, c := range []struct{ name, form string }{{"Repr-Digest", "sha-256=:%s:"}, {"Digest", "SHA-256=%s"}, {"X-Amz-Checksum-Sha256", "%s"}, {"", ""}} {
		for _, sum := range [][32]byte{good, bad} {
			r := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				if c.name != "" {
					w.Header().Set(c.name, fmt.Sprintf(c.form, base64.StdEncoding.EncodeToString(sum[:])))
				}
				fmt.Fprint(w, text)
			})
			if c.name == "" {
				r.SHA256 = fmt.Sprintf("%X", sum)
			}
			_, err := client(t, quick).Get(t.Context(), r)
			if (err == nil) != (sum == good) {
				t.Errorf("%q, right is %v: %v", c.name, sum == good, err)
			}
			if err != nil {
				nothing(t, r)
			}
		}
	}
}

func TestPage(t *testing.T) {
	for body, want := range map[string]string{
		"\ufeff <!DOCTYPE html><html><head><title> Down for\n maintenance </title>": "Down for maintenance",
		"<html><body>Sorry": "untitled",
		text:                "",
		"":                  "",
	} {
		r := serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, body) })
		if res, err := client(t, quick).Get(t.Context(), r); err != nil || res.Page != want {
			t.Errorf("%q: page %q, %v, want %q", body, res.Page, err, want)
		}
	}
}

func TestPackedAnswerIsRefused(t *testing.T) {
	r := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		fmt.Fprint(w, "\x1f\x8b")
	})
	if _, err := client(t, quick).Get(t.Context(), r); !errors.Is(err, errkind.Invalid) {
		t.Errorf("Get = %v", err)
	}
}

func TestProxy(t *testing.T) {
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) { fmt.Fprint(w, "through the proxy to ", req.URL.Host) }))
	defer proxy.Close()
	u, err := url.Parse(proxy.URL)
	if err != nil {
		t.Fatal(err)
	}
	tr := fetch.Transport(func(*http.Request) (*url.URL, error) { return u, nil })
	defer tr.CloseIdleConnections()
	r := fetch.Request{Address: "http://localhost/x", File: filepath.Join(t.TempDir(), "x")}
	if _, err := fetch.New(tr, "interdict/test", time.Now, quick).Get(t.Context(), r); err != nil || read(t, r.File) != "through the proxy to localhost" {
		t.Errorf("Get = %v", err)
	}
}
