// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

const rdapAnswer = `{"rdapConformance":["rdap_level_0","cidr0"],"objectClassName":"ip network","handle":"NET-1","cidr0_cidrs":[{"v4prefix":"203.0.113.0","length":24}],
"events":[{"eventAction":"registration","eventDate":"2025-07-10T00:00:00Z"}],"entities":[{"roles":["registrant"],"vcardArray":["vcard",[["fn",{},"text","Example Hosting Ltd"]]]}]}`

// TestRDAPAsksOnlyWhenTold holds that one command alone asks a registry, and
// only with both of its flags.
func TestRDAPAsksOnlyWhenTold(t *testing.T) {
	var asked atomic.Int32
	var path atomic.Value
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		path.Store(r.URL.Path)
		if _, err := w.Write([]byte(rdapAnswer)); err != nil {
			t.Error(err)
		}
	}))
	defer server.Close()
	home, out := t.TempDir(), filepath.Join(t.TempDir(), "a.json")
	do := func(args ...string) (string, int, error) {
		var stdout, stderr bytes.Buffer
		getenv := func(name string) string {
			if name == "INTERDICT_HOME" {
				return home
			}
			return ""
		}
		now := func() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) }
		code, err := run(context.Background(), args, streams{strings.NewReader(""), &stdout, &stderr}, getenv, now)
		return stdout.String(), code, err
	}
	for _, args := range [][]string{
		{"intel", "rdap", "203.0.113.7", "--out", out},
		{"intel", "rdap", "203.0.113.7", "--base", server.URL, "--out", out},
		{"intel", "rdap", "203.0.113.7", "--yes-ask-the-network", "--out", out},
		{"intel", "rdap", "203.0.113.7", "--base", server.URL, "--no-yes-ask-the-network", "--out", out},
		{"intel", "rdap", "203.0.113.7", "--base", server.URL, "--yes-ask-the-network=false", "--out", out},
		{"intel", "rdap", "10.1.2.3", "--base", server.URL, "--yes-ask-the-network", "--out", out},
		{"intel", "rdap", "127.0.0.1", "--base", server.URL, "--yes-ask-the-network", "--out", out},
		{"intel", "rdap", "co.uk", "--base", server.URL, "--yes-ask-the-network", "--out", out},
		{"intel", "rdap", "rdap.example.com", "--base", "https://rdap.example.com", "--yes-ask-the-network", "--out", out},
		{"intel", "rdap", "203.0.113.7", "--base", "http://203.0.113.9/", "--yes-ask-the-network", "--out", out}, // plain HTTP
	} {
		if _, _, err := do(args...); err == nil {
			t.Errorf("%v gave no error", args)
		}
	}
	for _, args := range [][]string{{"host", "203.0.113.7"}, {"trace", "203.0.113.7"}, {"screen", "203.0.113.7"}, {"intel", "status"}} {
		if _, _, err := do(args...); err != nil {
			t.Errorf("%v: %v", args, err)
		}
	}
	if n := asked.Load(); n != 0 {
		t.Fatalf("the registry was asked %d times without being told to", n)
	}
	text, code, err := do("intel", "rdap", "203.0.113.7", "--base", server.URL, "--yes-ask-the-network", "--out", out)
	if err != nil || code != 0 || asked.Load() != 1 || path.Load() != "/ip/203.0.113.7" {
		t.Fatalf("code %d, error %v, asked %d times for %v", code, err, asked.Load(), path.Load())
	}
	if !strings.Contains(text, "prefix:203.0.113.0/24 is registered to Example Hosting Ltd (a name in this answer, joined with nobody)") {
		t.Errorf("printed %s", text)
	}
	if b, err := os.ReadFile(out); err != nil || string(b) != rdapAnswer {
		t.Errorf("kept %q, %v", b, err)
	}
	if text, _, err := do("intel", "add", out, "--source", "APNIC", "--class", "D"); err != nil || !strings.Contains(text, "1 claims") {
		t.Errorf("intel add printed %q, %v", text, err)
	}
	if asked.Load() != 1 {
		t.Error("intel add asked the registry")
	}
}
