// SPDX-License-Identifier: Apache-2.0

package zeek

import (
	"bytes"
	"fmt"
	"path"
	"strings"
	"testing"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/infra"
	"github.com/interdict-dev/interdict/intel"
	"github.com/interdict-dev/interdict/intel/inteltest"
)

// countLines counts the lines that are not blank.
func countLines(data []byte) (n int) {
	for _, l := range bytes.Split(data, []byte("\n")) {
		if len(bytes.TrimSpace(l)) > 0 {
			n++
		}
	}
	return n
}

// The published files: lines without the header, and what is rejected of them.
var published = []struct {
	file          string
	lines, reject int
}{
	{"abuse-ch-threatfox-ip", 3494 - 1, 0},
	{"alienvault", 610 - 1, 0},
	{"censys", 355 - 1, 0},
	{"cloudzy", 3582 - 1, 0},
	{"cobaltstrike_ips", 2088 - 1, 5}, // loopback and private addresses
	{"compromised-ips", 540 - 1, 0},
	{"drb_ra_ip", 154 - 1, 0},
	{"drb_ra_ip_unverified", 153 - 1, 0},
	{"gru-aa25", 126 - 1, 0},
	{"lockbit_ip", 12 - 1, 0},
	{"stark-industries", 25401 - 1, 0},
	{"tor-exit", 3252 - 1, 0},
}

func TestPublished(t *testing.T) {
	var cases []inteltest.Case
	for _, p := range published {
		data := inteltest.Published(t, "zeek-intel/"+p.file+".intel")
		cases = append(cases, inteltest.Case{File: p.file + ".intel", Data: data, Count: countLines, Claims: p.lines - p.reject, Parties: 1, Others: 1, Rejects: p.reject, NoEnd: true})
	}
	if n := len(inteltest.Folder(t, "zeek-intel/*.intel")); n != len(published) {
		t.Errorf("%d files are published, %d are read", n, len(published))
	}
	inteltest.Run(t, Source{}, cases...)
}

// testdata is written by hand after the examples in Zeek's documentation.
const testdata = "#separator \\x09\n#fields\tindicator\tindicator_type\tmeta.source\tmeta.desc\tmeta.url\tmeta.do_notice\n" +
	"192.0.2.1\tIntel::ADDR\tGRU-AA25\tC2\thttps://example.com/r\tT\n" +
	"2001:db8::1\tIntel::ADDR\t-\t-\t-\tF\n" +
	"192.0.2.0/24\tIntel::SUBNET\ta\tb\t-\tF\n" +
	"evil.com/a.exe\tIntel::URL\ta\tb\t-\tF\n" +
	"EVIL.com\tIntel::DOMAIN\ta\tb\t-\tF\n" +
	"a@evil.com\tIntel::EMAIL\ta\tb\t-\tF\n" +
	"001dd76872d80801692ff942308c64e6\tIntel::FILE_HASH\ta\tb\t-\tF\n" +
	"001dd76872d80801692ff942308c64e6001dd768\tIntel::CERT_HASH\ta\tb\t-\tF\n" +
	"root\tIntel::USER_NAME\ta\tb\t-\tF\n" +
	"wolf\tIntel::WOLF\ta\tb\t-\tF\n" +
	"999.1.1.1\tIntel::ADDR\ta\tb\t-\tF\n" +
	"192.0.2.9\tIntel::ADDR\n"

func TestRead(t *testing.T) {
	b := intel.Brief{Source: claim.Source{Name: "me", Class: claim.Official}, Scope: infra.WithSubdomains}
	r, err := intel.Collect(Source{}, "dir/t.intel", strings.NewReader(testdata), b)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range r.Claims {
		got = append(got, fmt.Sprint(c.From, " ", c.Source.Name, " ", c.Source.Class, " ", c.Scope, " ", c.Note))
		if c.Window != (claim.Window{}) || c.To.String() != "intel/file/t" {
			t.Errorf("%+v: want it undated, and attributed to the party of the file", c)
		}
	}
	want := []string{
		"ipv4:192.0.2.1 GRU-AA25 B exact C2; do_notice: T", "ipv6:2001:db8::1 me B exact do_notice: F", "prefix:192.0.2.0/24 a B exact b; do_notice: F",
		"url:http://evil.com/a.exe a B exact b; do_notice: F", "domain:evil.com a B with-subdomains b; do_notice: F", "email:a@evil.com a B exact b; do_notice: F",
		"md5:001dd76872d80801692ff942308c64e6 a B exact b; do_notice: F", "cert-sha1:001dd76872d80801692ff942308c64e6001dd768 a B exact b; do_notice: F",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("claims\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if r.Claims[0].Source.URL != "https://example.com/r" {
		t.Errorf("source %+v", r.Claims[0].Source)
	}
	var lines []int
	for _, x := range r.Rejects {
		lines = append(lines, x.Line)
	}
	if fmt.Sprint(lines) != "[12 13 14]" || len(r.Others) != 3 || r.Rows != countLines([]byte(testdata)) {
		t.Errorf("rejects in the lines %v, %d others, %d rows", lines, len(r.Others), r.Rows)
	}
	if path.Base(r.Rejects[0].File) != "t.intel" {
		t.Errorf("reject %v", r.Rejects[0])
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(testdata))
	inteltest.Fuzz(f, Source{}, "t.intel")
}
