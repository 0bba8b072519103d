// SPDX-License-Identifier: Apache-2.0

package indicators

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
	"github.com/interdict-dev/interdict/party"
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

var lumen = intel.Brief{Source: claim.Source{Name: "Black Lotus Labs", Class: claim.Research}, Party: party.Ref{List: "intel", ID: "x"}}

// The published files: layout, claims, parties, other lines, rejects. Claims
// and rejects were compared with the files by eye.
var published = []struct {
	file, layout                    string
	claims, parties, other, rejects int
}{
	{"AVrecon_IOCs.txt", Sections, 36, 0, 5, 0},
	{"Chaos_IoCs.txt", Sections, 58, 0, 6, 0},
	{"Cuttlefish_IOCs.txt", Sections, 40, 0, 193, 1},
	{"Elevator_IOCs.txt", Sections, 5, 0, 13, 0},
	{"FrostArmada_IOCs.txt", Tabs, 6, 0, 1, 0},
	{"Hiatus_2_IOCs.txt", Sections, 15, 0, 10, 0},
	{"Hiatus_IoCs.txt", Sections, 22, 0, 37, 2},
	{"JDY_6_2026_IOCs.txt", Pairs, 13, 0, 14, 0},
	{"Jmagic_IOCs.txt", Pairs, 6, 0, 23, 0},
	{"KVbotnet_IOCs.txt", Tabs, 78, 0, 19, 3},
	{"KadNap_IOCs.txt", Sections, 13, 0, 5, 0},
	{"Moon_Faceless_IOCs.txt", Sections, 32, 0, 5, 0},
	{"NSOCKS_IOCs.txt", Sections, 241, 0, 6, 0},
	{"Nosov_SP_certiciatefiles.txt", Plain, 49, 0, 0, 0},
	{"Pumpkin_Eclipse_IOCs.txt", Sections, 133, 0, 32, 2},
	{"Raptor_Train_IOCs.txt", Tabs, 251, 0, 56, 0},
	{"Secret_Blizzard_IoCs.txt", Commas, 38, 4, 1, 0},
	{"Showboat_IOCs.txt", Tabs, 15, 0, 4, 1},
	{"SystemBC_IOCs.txt", Sections, 178, 0, 4, 0},
	{"VersaMem_IOCs.txt", Sections, 1, 0, 24, 0},
	{"ZuoRAT_IoCs.txt", Sections, 40, 0, 39, 3},
	{"socks_IOCs.txt", Sections, 7, 0, 2, 0},
}

func TestBlackLotusLabs(t *testing.T) {
	var cases []inteltest.Case
	for _, p := range published {
		data := inteltest.Published(t, "blacklotuslabs/"+p.file)
		cases = append(cases, inteltest.Case{File: p.file, Data: data, Brief: lumen, Count: countLines, Claims: p.claims, Parties: p.parties, Others: p.other, Rejects: p.rejects, NoEnd: true})
		if l := (Source{}).find(p.file, data[:min(len(data), intel.HeadSize)]); l == nil || l.name != p.layout {
			t.Errorf("%s has the layout %+v, want %s", p.file, l, p.layout)
		}
	}
	if n := len(inteltest.Folder(t, "blacklotuslabs/*IOCs.txt")) + len(inteltest.Folder(t, "blacklotuslabs/*IoCs.txt")) + 1; n != len(published) {
		t.Errorf("%d files are published, %d are read", n, len(published))
	}
	inteltest.Run(t, Source{}, cases...)
}

func TestListsOfWebsites(t *testing.T) {
	b := intel.Brief{Source: claim.Source{Name: "United-States-SDN-List-Websites"}}
	for _, c := range []struct {
		file string
		n    int
	}{{"urls.txt", 1547}, {"urls-ABP.txt", 1341}, {"urls-pihole.txt", 1341}} {
		inteltest.Run(t, Source{}, inteltest.Case{File: c.file, Data: inteltest.Published(t, "ofac-websites/"+c.file), Brief: b, Count: countLines, Claims: c.n, Parties: 1, NoEnd: true})
	}
}

// read returns the claims of a text as lines.
func read(t *testing.T, file, text string) (claims []string, r intel.Reading) {
	t.Helper()
	r, err := intel.Collect(Source{}, file, strings.NewReader(text), lumen)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range r.Claims {
		claims = append(claims, fmt.Sprintf("%s | %s | %s | %s", c.From, c.Role, c.Window, c.Note))
	}
	return claims, r
}

func TestLayouts(t *testing.T) {
	for _, c := range []struct{ name, file, text, want string }{
		{"a table", "t.txt", "IOC\tType\tFirst Seen\tLast Seen\tCategory\n192.0.2.1\tIP\t2024-01-02\t2024-02-03\tTier 3 Sparrow\nx.com\tTLS Cert Domain\t\t\tTier 2\n",
			"ipv4:192.0.2.1 | x/tier3-sparrow | 2024-01-02 to 2024-02-03 | \ncert-cn:x.com | x/tier2 | undated | "},
		{"victims are kept and not claimed", "t.txt", "IOC\tType\tFirst Seen\tLast Seen\tCategory\n192.0.2.1\tIP\t2024-01-02\t2024-02-03\tTier 1\n192.0.2.2\tIP\t\t\tTier 10\n",
			"ipv4:192.0.2.2 | x/tier10 | undated | "},
		{"prose for dates", "t.txt", "IP Address\tTimeframe\tCharacterization\n192.0.2.1   Feb. 7 – May 6 2022\tProxy\n192.0.2.2\tNov. 12 – Feb. 2022\tProxy\n",
			"ipv4:192.0.2.1 | x/proxy | 2022-02-07 to 2022-05-06 (fuzzy) | \nipv4:192.0.2.2 | x/proxy | 2021-11-12 to 2022-02 (fuzzy) | "},
		{"commas in dates", "t.txt", "IP address, first seen, last seen\n192.0.2[.]1, Dec 11, 2022 , October 7, 2024\n192.0.2[.]2, May 2024, Present\n",
			"ipv4:192.0.2.1 |  | 2022-12-11 to 2024-10-07 | \nipv4:192.0.2.2 |  | from 2024-05 (publication) | "},
		{"pairs", "t.txt", "192.0.2[.]1\nFirst Seen: 2025-04-11; Last Seen: 2026-03-21; Description: C2\n192.0.2[.]2\n\tFirst: January 3, 2024\n\tLast: April 21, 2024\n",
			"ipv4:192.0.2.1 | x/c2 | 2025-04-11 to 2026-03-21 | \nipv4:192.0.2.2 |  | 2024-01-03 to 2024-04-21 | "},
		{"sections", "t.txt", "IOCs\nStaging\n192.0.2[.]1:8080\nKv-all.sh (Cisco)\nevil[.]com\nC2:hxxp://evil[.]com/a\n192.0.2[.]3/x.sh\n192.0.2[.]4 - suspected\n",
			"ipv4:192.0.2.1 | x/staging | undated | port 8080\ndomain:evil.com | x/kv-all-sh-cisco | undated | \nurl:http://evil.com/a | x/c2 | undated | Kv-all.sh (Cisco)\n" +
				"ipv4:192.0.2.3 | x/kv-all-sh-cisco | undated | printed as 192.0.2[.]3/x.sh\nipv4:192.0.2.4 | x/kv-all-sh-cisco | undated | suspected"},
		{"hashes of certificates", "t.txt", "X.509 Certificate\nSha256\n" + strings.Repeat("ab", 32) + "\n\nFiles\nsha1:" + strings.Repeat("cd", 20) + "\n",
			"cert-sha256:" + strings.Repeat("ab", 32) + " | x/x-509-certificate | undated | \nsha1:" + strings.Repeat("cd", 20) + " | x/files | undated | "},
		{"targets of an attack", "t.txt", "Domains to DDoS from Lua Script\nhxxps://victim[.]com\n\nC2\n192.0.2[.]1\n", "ipv4:192.0.2.1 | x/c2 | undated | "},
		{"plain", "t.txt", "||evil.com^\n192.0.2.1\n", "domain:evil.com |  | undated | \nipv4:192.0.2.1 |  | undated | "},
		{"named", "t.csv", "indicator,first_seen,last_seen,role,scope,asn\nevil.com,2024-01-02,2024-02-03,c2,with-subdomains,AS1\n192.0.2.1,,,,,\n",
			"domain:evil.com | x/c2 | 2024-01-02 to 2024-02-03 | asn: AS1\nipv4:192.0.2.1 |  | undated | "},
	} {
		claims, r := read(t, c.file, c.text)
		if got := strings.Join(claims, "\n"); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, got, c.want)
		}
		if len(r.Rejects) > 0 {
			t.Errorf("%s: reject %v", c.name, r.Rejects[0])
		}
		if r.Rows != countLines([]byte(c.text)) {
			t.Errorf("%s: %d rows, want %d", c.name, r.Rows, countLines([]byte(c.text)))
		}
	}
}

func TestRejects(t *testing.T) {
	for _, c := range []struct{ file, text, want string }{
		{"t.txt", "C2\n192.0.2[.]1\nSha1:3a2ef359ee152f2f4b19c418d7b3cbee\n", "labelled"},
		{"t.txt", "C2\n192.0.2[.]1\nThe domain resolves to 192.0.2[.]2 today\n", "inside the line"},
		{"t.txt", "C2\n192.0.2[.]1\n\xff\xfe broken\n", "UTF-8"},
		{"t.txt", "IOC\tType\tFirst Seen\tLast Seen\tCategory\n192.0.2.1\tIP\t2024-13-02\t2024-02-03\tTier 2\n", "no date"},
		{"t.txt", "IOC\tType\tFirst Seen\tLast Seen\tCategory\n192.0.2.1\tIP\t2024-03-02\t2024-02-03\tTier 2\n", "before it was first seen"},
		{"t.txt", "IOC\tType\tFirst Seen\tLast Seen\tCategory\n999.0.2.1\tIP\t2024-03-02\t2024-04-03\tTier 2\n", "no indicator"},
		{"t.csv", "indicator,type\n192.0.2.1,wolf\n", "no type"},
		{"t.csv", "indicator,class\n192.0.2.1,Z\n", "no class"},
		{"t.csv", "indicator,role\n,c2\n", "no indicator"},
	} {
		_, r := read(t, c.file, c.text)
		if len(r.Rejects) != 1 || !strings.Contains(r.Rejects[0].Reason, c.want) || r.Rejects[0].Line != countLines([]byte(c.text)) {
			t.Errorf("%q gives the rejects %v, want one with %q in the last line", c.text, r.Rejects, c.want)
		}
	}
}

func TestBriefIsHeeded(t *testing.T) {
	b := lumen
	b.Party, b.Published, b.Scope = party.Ref{}, party.Date{Year: 2026, Month: 6, Day: 30}, infra.WithSubdomains
	b.Named = map[string]party.Ref{"Storm-0156": {List: "intel", ID: "storm-0156"}}
	text := "IP address, Association, first seen, last seen\nevil[.]com, Storm-0156, May 2 2024, Present\nevil[.]net, Waiscot, May 2 2024, May 3 2024\nevil[.]org,, May 2 2024, May 3 2024\n"
	r, err := intel.Collect(Source{}, "dir/Some_IOCs.txt", strings.NewReader(text), b)
	if err != nil || len(r.Claims) != 3 || len(r.Parties) != 2 {
		t.Fatalf("%+v, %v", r, err)
	}
	for i, want := range []string{"intel/storm-0156", "intel/file/some-iocs/waiscot", "intel/file/some-iocs"} {
		if got := r.Claims[i].To.String(); got != want {
			t.Errorf("claim %d is attributed to %s, want %s", i, got, want)
		}
	}
	c := r.Claims[0]
	if c.Window.Last != b.Published || c.Window.Kind != claim.Publication || c.Scope != infra.WithSubdomains || c.Source.Class != claim.Research {
		t.Errorf("the brief is not heeded: %+v", c)
	}
}

// TestRaptorTrain holds the numbers of the file that people counted: THREATS.md
// says 56 names of certificates and 39 encoded URLs.
func TestRaptorTrain(t *testing.T) {
	data := inteltest.Published(t, "blacklotuslabs/Raptor_Train_IOCs.txt")
	r, err := intel.Collect(Source{}, "Raptor_Train_IOCs.txt", bytes.NewReader(data), lumen)
	if err != nil {
		t.Fatal(err)
	}
	types := map[infra.Type]int{}
	dated := 0
	for _, c := range r.Claims {
		types[c.From.Indicator.Type]++
		if c.Window.Kind == claim.Observed {
			dated++
		}
		if strings.HasSuffix(c.ID, "#4") && (c.From.Indicator.Value != "202.182.109.151" || c.Role != "x/tier3-sparrow" || c.Window.String() != "2023-07-13 to 2024-09-04") {
			t.Errorf("the node of tier 3: %+v", c)
		}
	}
	for typ, want := range map[infra.Type]int{infra.IPv4: 102, infra.CertCN: 56, infra.Domain: 51, infra.CertSHA256: 3, infra.URLPart: 39} {
		if types[typ] != want {
			t.Errorf("%d indicators are %v, want %d", types[typ], typ, want)
		}
	}
	if dated != 209 {
		t.Errorf("%d claims are dated, want 209", dated)
	}
}

func TestMappingsRead(t *testing.T) {
	m, err := readMappings()
	if err != nil || len(m.layouts) != 6 || len(m.types) < 20 {
		t.Fatalf("readMappings() = %+v, %v", m, err)
	}
	entries, err := files.ReadDir("layouts")
	if err != nil || len(entries) != 7 {
		t.Errorf("%d files, %v: one for each layout, and the words", len(entries), err)
	}
	for _, e := range entries {
		if path.Ext(e.Name()) != ".txt" {
			t.Errorf("%s", e.Name())
		}
	}
}

func TestReadSpan(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"Dec 5, 2023 - Jan 3, 2024", "2023-12-05 to 2024-01-03 (fuzzy)"}, {"Dec 15, 2023", "2023-12-15 (fuzzy)"},
		{"May – Nov. 2 2022", "2022-05 to 2022-11-02 (fuzzy)"}, {"Nov. 15 – 20, 2023", "2023-11-15 to 2023-11-20 (fuzzy)"},
		{"Nov. 28, 2022 – Nov. 13 2023", "2022-11-28 to 2023-11-13 (fuzzy)"}, {"2024-11-1 until 2025-02-19", "2024-11-01 to 2025-02-19 (fuzzy)"},
		{"Sept. 22 – Nov. 2 2022", "2022-09-22 to 2022-11-02 (fuzzy)"}, {"2/12/2026", "2026-02-12 (fuzzy)"},
		{"", ""}, {"soon", ""}, {"Feb 30 2024", ""}, {"May 2025 – April 2024", ""}, {"12", ""}, {"2024-02-03-04", ""}, {"1 2 3", ""},
	} {
		w, ok := readSpan(c.in)
		if ok != (c.want != "") || ok && w.String() != c.want {
			t.Errorf("readSpan(%q) = %v, %v, want %q", c.in, w, ok, c.want)
		}
	}
}

func TestOtherFormatsAreRefused(t *testing.T) {
	for _, s := range []string{"{\"objects\":[]}", "#fields\tindicator\tindicator_type\n192.0.2.1\tIntel::ADDR\n", "no indicators here\n"} {
		if (Source{}).Detect("t.txt", []byte(s)) {
			t.Errorf("%q is taken for indicators", s)
		}
	}
}

func FuzzText(f *testing.F) {
	for _, s := range []string{"C2\n192.0.2[.]1\nSha1:3a\n", "IOC\tType\tFirst Seen\n192.0.2.1\tIP\t2024-01-02\n", "192.0.2[.]1\nFirst Seen: 2025-04-11; Last Seen: Present\n", "IP address, first seen, last seen\n192.0.2.1, May 1, 2024, now\n"} {
		f.Add([]byte(s))
	}
	inteltest.Fuzz(f, Source{}, "t.txt")
}

func FuzzCSV(f *testing.F) {
	f.Add([]byte("indicator,first_seen,role\nevil.com,2024-01-02,c2\n"))
	inteltest.Fuzz(f, Source{}, "t.csv")
}
