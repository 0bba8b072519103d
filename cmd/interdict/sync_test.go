// SPDX-License-Identifier: Apache-2.0

package main

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestSyncScripts runs the scripts of testdata/sync, which have the command
// exits of TestScripts. $SITE is the address of a publisher on this machine that
// gives the files of the script's folder "site", each with an ETag. Under
// $SITE/page it answers every question with a web page, under $SITE/circle with
// a redirect to itself, and under $SITE/half with the first half of the file.
func TestSyncScripts(t *testing.T) {
	root := repository(t)
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "sync"),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			s := httptest.NewServer(publisher(filepath.Join(e.WorkDir, "site")))
			e.Defer(s.Close)
			e.Setenv("SITE", s.URL)
			e.Setenv(nowVariable, "2026-02-04T12:00:00Z")
			e.Setenv("INTERDICT_HOME", filepath.Join(e.WorkDir, "home"))
			e.Setenv("OFAC", filepath.Join(root, "watchlist", "ofac", "testdata"))
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits},
	})
}

func publisher(folder string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/page/", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "<!DOCTYPE html><title>Scheduled maintenance</title>")
	})
	mux.HandleFunc("/circle/", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, r.URL.String(), http.StatusFound)
	})
	mux.HandleFunc("/half/", func(w http.ResponseWriter, r *http.Request) {
		b, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(strings.TrimPrefix(r.URL.Path, "/half/"))))
		if err != nil {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write(b[:len(b)/2]) // the client may be gone
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		name := filepath.Join(folder, filepath.FromSlash(r.URL.Path))
		if b, err := os.ReadFile(name); err == nil {
			w.Header().Set("ETag", fmt.Sprintf(`"%x"`, sha256.Sum256(b)))
		}
		if !strings.HasPrefix(r.UserAgent(), "interdict/") {
			http.Error(w, "who are you", http.StatusForbidden)
			return
		}
		http.ServeFile(w, r, name)
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/SHA256SUMS") {
			http.NotFound(w, r) // nothing is published beside the files
			return
		}
		mux.ServeHTTP(w, r)
	})
}
