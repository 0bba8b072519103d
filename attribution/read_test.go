// SPDX-License-Identifier: Apache-2.0

package attribution_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/interdict-dev/interdict/attribution"
)

// read returns the queries of a file as "row value at", and its errors as "row!".
func read(t testing.TB, text string, o attribution.ReadOptions) ([]string, attribution.Coverage) {
	t.Helper()
	h, err := attribution.ReadHosts("hosts.csv", strings.NewReader(text), o)
	if err != nil {
		t.Fatalf("ReadHosts(%.60q): %v", text, err)
	}
	var out []string
	for q, err := range h.Queries() {
		var bad *attribution.RowError
		switch {
		case errors.As(err, &bad):
			out = append(out, fmt.Sprintf("%d!", q.Row))
		case err != nil:
			t.Fatal(err)
		default:
			out = append(out, strings.TrimSpace(fmt.Sprintf("%d %s %v", q.Row, q.Seen.Value, q.At)))
		}
	}
	return out, h.Coverage()
}

func TestReadHosts(t *testing.T) {
	now := date(t, "2026-11-23")
	for _, c := range []struct{ name, text, want string }{
		{"one to a line", "8.8.8.8\n\nw8510[.]com\n# ours\nnonsense\n", "1 8.8.8.8 2026-11-23, 3 w8510.com 2026-11-23, 5!"},
		{"a header", "Time,Client,QName\n2024-03-01T10:00:00Z,pc1,w8510.com\n,pc2,b2047.com\nsoon,pc3,k3121.com\n", "2 w8510.com 2024-03-01, 3 b2047.com, 4!"},
		{"two hosts in a row", "ts;src_ip;dest_ip\n1709287200;10.0.0.1;202.182.109.151\n", "2 10.0.0.1 2024-03-01, 2 202.182.109.151 2024-03-01"},
		{"milliseconds", "timestamp,domain\n1709287200000,w8510.com\n", "2 w8510.com 2024-03-01"},
		{"a zone that is ahead", "timestamp,domain\n2024-03-01T01:00:00+08:00,w8510.com\n", "2 w8510.com 2024-02-29"},
		{"an ambiguous day", "date,host\n03/04/2024,w8510.com\n31/12/2024,w8510.com\n", "2!, 3 w8510.com 2024-12-31"},
		{"no header", "2024-03-01 10:00:00,w8510.com\n2024-03-02 10:00:00,b2047.com\n", "1 w8510.com 2024-03-01, 2 b2047.com 2024-03-02"},
		{"answers of a resolver", "ts,query,answers\n2024-03-01,w8510.com,\"1.2.3.4,1.2.3.5\"\n2024-03-01,b2047.com,-\n", "2 w8510.com 2024-03-01, 2 1.2.3.4 2024-03-01, 2 1.2.3.5 2024-03-01, 3 b2047.com 2024-03-01"},
	} {
		got, cov := read(t, c.text, attribution.ReadOptions{At: now})
		if s := strings.Join(got, ", "); s != c.want {
			t.Errorf("%s: %s, want %s", c.name, s, c.want)
		}
		if cov.Queries+cov.Errors != len(got) {
			t.Errorf("%s: coverage %+v does not add up to %d", c.name, cov, len(got))
		}
	}
}

func TestReadNamedColumns(t *testing.T) {
	got, cov := read(t, "Zeit,Gegenstelle,Info\n2024-03-01,w8510.com,x\n", attribution.ReadOptions{Columns: map[string]string{"host": "Gegenstelle", "time": "A"}})
	if len(got) != 1 || got[0] != "2 w8510.com 2024-03-01" || len(cov.Ignored) != 1 {
		t.Errorf("named columns: %v, ignored %v", got, cov.Ignored)
	}
	if _, err := attribution.ReadHosts("x.csv", strings.NewReader("a,b\n1,2\n"), attribution.ReadOptions{}); err == nil {
		t.Error("a table without hosts was taken")
	}
	if _, err := attribution.ReadHosts("x.csv", strings.NewReader("host,b\nw8510.com,2\n"), attribution.ReadOptions{Columns: map[string]string{"host": "nowhere"}}); err == nil {
		t.Error("a column that is not there was taken")
	}
	if _, err := attribution.ReadHosts("x.csv", strings.NewReader(""), attribution.ReadOptions{}); err == nil {
		t.Error("an empty file was taken")
	}
}

// A Zeek log as Zeek 6 writes it, hand-written.
func TestReadZeekLog(t *testing.T) {
	log := "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tdns\n#open\t2024-03-01-10-00-00\n" +
		"#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tquery\tanswers\n#types\ttime\tstring\taddr\tport\taddr\tport\tstring\tvector[string]\n" +
		strings.Repeat("1709287200.123456\tCabc\t10.0.0.1\t53122\t9.9.9.9\t53\tw8510.com\t45.13.199.45\n", 9) + "#close\t2024-03-01-11-00-00\n"
	got, _ := read(t, log, attribution.ReadOptions{})
	want := "9 10.0.0.1 2024-03-01, 9 9.9.9.9 2024-03-01, 9 w8510.com 2024-03-01, 9 45.13.199.45 2024-03-01"
	if s := strings.Join(got[:min(len(got), 4)], ", "); s != want || len(got) != 9*4 {
		t.Errorf("Zeek log: %d answers, the first row's %s; want %d and %s", len(got), s, 9*4, want)
	}
}

func TestReadReportsCutGzip(t *testing.T) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	for i := range 20000 {
		fmt.Fprintf(z, "host-%d.example.com\n", i*7919)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	h, err := attribution.ReadHosts("hosts.gz", bytes.NewReader(b.Bytes()[:b.Len()/2]), attribution.ReadOptions{})
	if err != nil {
		return // found at once
	}
	for _, err := range h.Queries() {
		var bad *attribution.RowError
		if err != nil && !errors.As(err, &bad) {
			return
		}
	}
	t.Error("a cut gzip stream was read to its end without an error")
}

func FuzzReadHosts(f *testing.F) {
	f.Add("ts,host\n2024-03-01,w8510.com\n")
	f.Add("8.8.8.8\nw8510[.]com\n")
	f.Add("#fields\tts\tquery\n1\tx\n")
	f.Fuzz(func(t *testing.T, text string) {
		h, err := attribution.ReadHosts("f", strings.NewReader(text), attribution.ReadOptions{})
		if err != nil {
			return
		}
		n := 0
		for q, err := range h.Queries() {
			n++
			if err == nil && q.Seen.IsZero() {
				t.Errorf("row %d gives nothing and no error", q.Row)
			}
		}
		if c := h.Coverage(); c.Queries+c.Errors < n-1 {
			t.Errorf("coverage %+v of %d answers", c, n)
		}
	})
}

func TestIsHostList(t *testing.T) {
	for _, c := range []struct {
		text string
		want bool
	}{
		{"1.2.3.4\nw8510.com\n", true},
		{"# feed\n\nhxxps[:]//w8510[.]com/a\n2001:db8::1\n", true},
		{"domain\nw8510.com\n", true},
		{"w8510.com\n???\nsoftether.net\n1.2.3.4\nAS4808\n", true}, // one line of five is broken
		{"w8510.com\n???\n", false},
		{"Acme Trading LLC\nw8510.com\nIvan Petrov\n", false},
		{"name,country\nAcme,cn\n", false},
		{"# nothing\n", false},
		{"who@w8510.com\n", false}, // may be meant for a party's
		{"", false},
	} {
		if got := attribution.IsHostList([]byte(c.text), false); got != c.want {
			t.Errorf("IsHostList(%q) = %v, want %v", c.text, got, c.want)
		}
	}
}
