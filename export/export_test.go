// SPDX-License-Identifier: Apache-2.0

package export_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/csv"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/interdict-dev/interdict/attribution"
	"github.com/interdict-dev/interdict/book"
	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/engine"
	"github.com/interdict-dev/interdict/export"
	"github.com/interdict-dev/interdict/infra"
	"github.com/interdict-dev/interdict/intel"
	"github.com/interdict-dev/interdict/intel/stix"
	"github.com/interdict-dev/interdict/party"
)

// compiled is the book of the built-in facts, compiled once.
var compiled = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "export")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "book")
	_, err = engine.Build(context.Background(), path, nil, engine.Options{WithStarter: true})
	return path, err
})

func TestMain(m *testing.M) {
	code := m.Run()
	if path, err := compiled(); err == nil {
		_ = os.RemoveAll(filepath.Dir(path)) // a temporary folder
	}
	os.Exit(code)
}

// fresh looks at the built-in facts as of a day.
func fresh(t testing.TB, day string) (*attribution.View, party.Date) {
	t.Helper()
	path, err := compiled()
	if err != nil {
		t.Fatal(err)
	}
	b, err := book.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	d, err := party.ParseDate(day)
	if err != nil {
		t.Fatal(err)
	}
	v, err := attribution.New(b, d) // it reads from the book, which stays open to the end
	if err != nil {
		t.Fatal(err)
	}
	return v, d
}

// selected is what a filter chooses.
func selected(t testing.TB, v *attribution.View, f export.Filter) export.Selection {
	t.Helper()
	s, err := export.Select(v, f)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// views are kept: they never change.
var views sync.Map

func view(t testing.TB, day string) (*attribution.View, party.Date) {
	t.Helper()
	if v, ok := views.Load(day); ok {
		return v.(*attribution.View), v.(*attribution.View).Day
	}
	v, d := fresh(t, day)
	views.Store(day, v)
	return v, d
}

func files(t testing.TB, format string, s export.Selection) map[string]string {
	t.Helper()
	r, err := export.Write(format, s, export.Origin{Book: "sha256:00", Program: "test"})
	if err != nil {
		t.Fatal(err)
	}
	unfit := 0
	for _, n := range r.Unfit {
		unfit += n
	}
	if r.Written+unfit != len(s.Items) {
		t.Errorf("%s: %d written and %d unfit of %d items", format, r.Written, unfit, len(s.Items))
	}
	out := map[string]string{}
	for _, f := range r.Files {
		out[f.Name] = string(f.Data)
	}
	return out
}

func has(s export.Selection, value string) bool {
	return slices.ContainsFunc(s.Items, func(i export.Item) bool { return i.Indicator.Value == value })
}

func everything() map[export.Left]bool {
	all := map[export.Left]bool{}
	for _, l := range export.Defaults() {
		all[l] = true
	}
	return all
}

func TestSelectLeavesOutByDefault(t *testing.T) {
	v, day := view(t, "2026-11-23")
	s := selected(t, v, export.Filter{Day: day})
	if !has(s, "integritytech.com.cn") || !has(s, "18dLDAWi8LmrHbEq3QzDJb9SLxCf4uimXB") {
		t.Error("a listed party's own site or wallet is not exported")
	}
	for value, why := range map[string]export.Left{
		"202.182.109.151":            export.Expired,
		"outlook3650.com":            export.Seized,
		"natcloudservice.com":        export.Undated,
		"vpn328433596.softether.net": export.Shared,
		"152.32.138.247":             export.Unlisted,
	} {
		if has(s, value) {
			t.Errorf("%s is exported, although it is %s", value, why)
		}
		also := map[export.Left]bool{why: true}
		if why == export.Shared {
			also[export.Undated] = true
		}
		if why == export.Unlisted {
			also[export.Expired] = true
		}
		if !has(selected(t, v, export.Filter{Day: day, Also: also}), value) {
			t.Errorf("%s is not exported with --also %s", value, why)
		}
	}
	n := len(s.Items)
	for _, left := range s.Left {
		n += left
	}
	if n != len(v.Attributed()) {
		t.Errorf("%d exported or left out for a reason, of %d attributed", n, len(v.Attributed()))
	}
}

func TestSelectFilters(t *testing.T) {
	v, day := view(t, "2026-11-23")
	raptor := party.Ref{List: "intel", ID: "raptor-train"}
	all := export.Filter{Day: day, Also: everything(), Parties: []party.Ref{raptor}}
	for _, i := range selected(t, v, all).Items {
		if s := strings.Join(i.Sources, " "); !strings.Contains(s, "Black Lotus Labs") && !strings.Contains(s, "Lumen") {
			t.Errorf("%v does not come from the source of Raptor Train: %v", i.Indicator, i.Sources)
		}
	}
	tier3 := all
	tier3.Roles = []string{"tier3"}
	items := selected(t, v, tier3).Items
	if len(items) == 0 || len(items) >= len(selected(t, v, all).Items) {
		t.Fatalf("%d items of tier 3", len(items))
	}
	for _, i := range items {
		if want := i.Last.Time().AddDate(0, 0, 150); i.Expires != party.DateOf(want) && i.Indicator.Type != infra.CertSHA256 && i.Indicator.Type != infra.CertSHA1 {
			t.Errorf("%v, last seen %v, expires %v: tier 3 lives 150 days", i.Indicator, i.Last, i.Expires)
		}
	}
	official := all
	official.Parties, official.Class = nil, claim.Official
	for _, i := range selected(t, v, official).Items {
		if i.Class != claim.Legal && i.Class != claim.Official {
			t.Errorf("%v of grade %v is exported with --grade B", i.Indicator, i.Class)
		}
	}
	recent := export.Filter{Day: party.Date{Year: 2024, Month: 9, Day: 20}, MaxAge: 10, Also: map[export.Left]bool{export.Unlisted: true}, Types: []infra.Type{infra.IPv4}}
	v24, _ := view(t, "2024-09-20")
	if !has(selected(t, v24, export.Filter{Day: recent.Day, Also: recent.Also}), "202.182.109.151") || has(selected(t, v24, recent), "202.182.109.151") {
		t.Error("last seen 2024-09-04: current on 2024-09-20, and not seen within 10 days")
	}
}

func TestEqualSelectionsGiveEqualBytes(t *testing.T) {
	v, day := view(t, "2026-11-23")
	w, _ := fresh(t, "2026-11-23")
	f := export.Filter{Day: day, Also: everything()}
	for _, format := range export.Formats() {
		a, b := files(t, format[0], selected(t, v, f)), files(t, format[0], selected(t, w, f))
		for name := range a {
			if a[name] != b[name] {
				t.Errorf("%s: two exports of one book differ in %s", format[0], name)
			}
		}
	}
}

// TestNoLineSaysMoreThanItsOwn feeds values and sources that try to end a line,
// a comment, a string or a rule.
func TestNoLineSaysMoreThanItsOwn(t *testing.T) {
	evil := "x\"; }\n1.2.3.4\r\n0.0.0.0/0\n@ CNAME . ;)\tIntel::ADDR\u2028"
	s := export.Selection{Day: party.Date{Year: 2026, Month: 1, Day: 2}, Items: []export.Item{{
		Indicator: infra.Indicator{Type: infra.IPv4, Value: "192.0.2.1"}, Answer: "attributed", Behind: attribution.Party{Ref: party.Ref{List: "intel", ID: "x"}, Name: evil},
		Roles: []string{evil}, Source: evil, Sources: []string{evil}, URL: "https://example.com/" + evil,
	}, {
		Indicator: infra.Indicator{Type: infra.Domain, Value: "bad.example.com"}, Below: true, Answer: "attributed", Source: evil, Sources: []string{evil},
		Behind: attribution.Party{Ref: party.Ref{List: "intel", ID: "x"}, Name: evil},
	}}}
	comment := regexp.MustCompile(`^\s*[#;]`)
	for _, format := range []string{"edl", "nft", "rpz", "zeek", "suricata"} {
		for name, text := range files(t, format, s) {
			if strings.HasSuffix(name, ".csv") {
				continue
			}
			for line := range strings.Lines(text) {
				bare := strings.TrimSpace(line)
				if comment.MatchString(bare) {
					continue
				}
				if strings.HasPrefix(bare, "1.2.3.4") || strings.HasPrefix(bare, "0.0.0.0/0") || strings.HasPrefix(bare, "@ CNAME") {
					t.Errorf("%s %s: a comment became the line %q", format, name, bare)
				}
			}
		}
	}
	rules := files(t, "suricata", s)["interdict.rules"]
	for line := range strings.Lines(rules) {
		if !strings.HasPrefix(line, "#") && strings.Count(line, `"`)%2 != 0 {
			t.Errorf("rule with an open string: %s", line)
		}
	}
	set := files(t, "nft", s)["interdict.nft"]
	for line := range strings.Lines(set) {
		if strings.Contains(line, "192.0.2.1 comment") && strings.Count(line, `"`) != 2 {
			t.Errorf("nft comment with an open string: %s", line)
		}
	}
}

func TestSuricataDatasets(t *testing.T) {
	v, day := view(t, "2026-11-23")
	out := files(t, "suricata", selected(t, v, export.Filter{Day: day, Also: everything()}))
	for line := range strings.Lines(out["domains.lst"]) {
		d, err := base64.StdEncoding.DecodeString(strings.TrimSpace(line))
		if err != nil || strings.TrimSpace(string(d)) == "" {
			t.Fatalf("line %q of domains.lst: %v", line, err)
		}
	}
	iprep := regexp.MustCompile(`^[0-9a-f.:/]+,53,[1-9][0-9]{0,2}$`)
	n := 0
	for line := range strings.Lines(out["iprep.list"]) {
		if line = strings.TrimSpace(line); !strings.HasPrefix(line, "#") {
			n++
			if !iprep.MatchString(line) {
				t.Errorf("line %q of iprep.list", line)
			}
		}
	}
	if n == 0 {
		t.Error("no address in iprep.list")
	}
	sids := map[string]bool{}
	for _, m := range regexp.MustCompile(`sid:(\d+);`).FindAllStringSubmatch(out["interdict.rules"], -1) {
		if sids[m[1]] {
			t.Errorf("two rules have the number %s", m[1])
		}
		sids[m[1]] = true
	}
	reasons, err := csv.NewReader(strings.NewReader(out["reasons.csv"])).ReadAll()
	if err != nil || len(reasons) < n {
		t.Errorf("%d reasons for %d addresses and more: %v", len(reasons), n, err)
	}
}

func TestSTIX(t *testing.T) {
	v, day := view(t, "2026-11-23")
	f := export.Filter{Day: day, Also: everything()}
	text := files(t, "stix", selected(t, v, f))["interdict.stix.json"]
	var b struct {
		Type, ID string
		Objects  []map[string]any
	}
	if err := json.Unmarshal([]byte(text), &b); err != nil {
		t.Fatal(err)
	}
	id := regexp.MustCompile(`^[a-z-]+--[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	ids, kinds := map[string]bool{}, map[string]int{}
	for _, o := range b.Objects {
		s := o["id"].(string)
		if !id.MatchString(s) || ids[s] || !strings.HasPrefix(s, o["type"].(string)+"--") {
			t.Errorf("identifier %q of %v", s, o["type"])
		}
		ids[s] = true
		kinds[o["type"].(string)]++
	}
	for _, o := range b.Objects {
		for _, ref := range []string{"source_ref", "target_ref", "created_by_ref"} {
			if r, ok := o[ref].(string); ok && !ids[r] {
				t.Errorf("%v of %v is not in the bundle", ref, o["id"])
			}
		}
		if o["type"] == "indicator" {
			if o["pattern"] == "" || o["valid_from"] == nil || o["pattern_type"] != "stix" {
				t.Errorf("indicator without what the standard requires: %v", o)
			}
			if u, ok := o["valid_until"].(string); ok && u <= o["valid_from"].(string) {
				t.Errorf("%v: valid until %v, from %v", o["name"], u, o["valid_from"])
			}
		}
	}
	if kinds["indicator"] == 0 || kinds["infrastructure"] == 0 || kinds["intrusion-set"] == 0 || kinds["relationship"] == 0 {
		t.Errorf("kinds of objects: %v", kinds)
	}
	if !strings.Contains(text, `[domain-name:value = 'w8510.com' OR domain-name:value LIKE '%.w8510.com']`) {
		t.Error("no pattern for w8510.com and the hosts below it")
	}
	// The identifiers of the next day are the same.
	v2, day2 := view(t, "2026-11-24")
	f.Day = day2
	for _, o := range files(t, "stix", selected(t, v2, f)) {
		if strings.Count(o, `"id": "indicator--`) != strings.Count(text, `"id": "indicator--`) {
			t.Error("the next day has other indicators")
		}
		for s := range ids {
			if strings.HasPrefix(s, "indicator--") && !strings.Contains(o, s) {
				t.Errorf("%s is gone the next day", s)
			}
		}
	}
}

// TestSTIXReadsBack holds that claims of the export come back as they were,
// though the bundle also says reasons and expiries.
func TestSTIXReadsBack(t *testing.T) {
	v, day := view(t, "2026-11-23")
	s := selected(t, v, export.Filter{Day: day, Also: everything()})
	text := files(t, "stix", s)["interdict.stix.json"]
	back, err := intel.Collect(stix.Source{}, "b.json", strings.NewReader(text), intel.Brief{Source: claim.Source{Name: "x", Class: claim.Legal}})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range back.Rejects {
		// A pattern that names a domain and the hosts below it says one claim twice;
		// the reader takes it once and says so.
		if !strings.Contains(r.Reason, "stands above") {
			t.Errorf("read back: %v", r)
		}
	}
	byID := map[string]claim.Claim{}
	for _, c := range back.Claims {
		if _, ok := byID[c.ID]; ok {
			t.Errorf("two claims %s", c.ID)
		}
		byID[c.ID] = c
	}
	n := 0
	for _, i := range s.Items {
		for _, c := range i.Claims {
			if got, ok := byID[c.ID]; ok && got != c {
				t.Errorf("%+v\ncame back as %+v", c, got)
			} else if ok {
				n++
			}
		}
	}
	if n < 500 {
		t.Errorf("%d claims came back of %d items", n, len(s.Items))
	}
}

// consumer runs the program that loads a format. It skips where the program is
// not installed or not allowed to run; where the published files are required, as
// in CI, that is a failure.
func consumer(t *testing.T, name string, args ...string) {
	t.Helper()
	without := t.Skipf
	if os.Getenv("INTERDICT_REQUIRE_DATA") == "1" {
		without = t.Fatalf
	}
	path, ok := programOf(name)
	if !ok {
		without("%s is not installed", name)
	}
	out, err := exec.Command(path, args...).CombinedOutput()
	if unshare, ok := programOf("unshare"); err != nil && ok && isForbidden(out) {
		// nft asks the kernel: in a network of its own it may.
		out, err = exec.Command(unshare, append([]string{"-rn", path}, args...)...).CombinedOutput()
	}
	switch {
	case err != nil && isForbidden(out):
		without("%s may not talk to the kernel here: %s", name, firstLine(string(out)))
	case err != nil:
		t.Fatalf("%s %v: %v\n%s", name, args, err, cut(string(out)))
	}
	t.Logf("%s: %s", name, cut(string(out)))
}

// programOf finds a program, also where only root's path has it.
func programOf(name string) (string, bool) {
	for _, n := range [...]string{name, filepath.Join("/usr/sbin", name)} {
		if path, err := exec.LookPath(n); err == nil {
			return path, true
		}
	}
	return "", false
}

func isForbidden(out []byte) bool {
	return bytes.Contains(out, []byte("Operation not permitted")) || bytes.Contains(out, []byte("cache initialization failed")) || bytes.Contains(out, []byte("unshare failed"))
}

func firstLine(s string) string { line, _, _ := strings.Cut(s, "\n"); return line }

func cut(s string) string { return s[:min(len(s), 1500)] }

// whole is a selection with all that is on record, and what is not: IPv6, a
// prefix and an address in it.
func whole(t *testing.T) export.Selection {
	v, day := view(t, "2026-11-23")
	s := selected(t, v, export.Filter{Day: day, Also: everything()})
	item := s.Items[0]
	for _, x := range []string{"2001:db8::1", "2001:db8:0:1::/64", "::1", "2001:db8:1:2:3:4:5:6", "2001:db8:0:0:1::1", "192.0.2.0/24", "192.0.2.77", "8.8.8.8"} {
		i, err := infra.Parse(x)
		if err != nil {
			t.Fatal(err)
		}
		item.Indicator, item.Below = i, false
		s.Items = append(s.Items, item)
	}
	return s
}

func write(t *testing.T, fs map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range fs {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestNamedCheckzone(t *testing.T) {
	dir := write(t, files(t, "rpz", whole(t)))
	consumer(t, "named-checkzone", "rpz.interdict.local", filepath.Join(dir, "rpz.zone"))
}

// TestNamedCheckconf loads the zone as the policy zone of a server, so that its
// address triggers are read, too.
func TestNamedCheckconf(t *testing.T) {
	dir := write(t, files(t, "rpz", whole(t)))
	conf := `options { directory "` + dir + `"; response-policy { zone "rpz.interdict.local"; }; };
zone "rpz.interdict.local" { type primary; file "rpz.zone"; };
`
	path := filepath.Join(dir, "named.conf")
	if err := os.WriteFile(path, []byte(conf), 0o644); err != nil {
		t.Fatal(err)
	}
	consumer(t, "named-checkconf", "-z", path)
}

func TestNft(t *testing.T) {
	dir := write(t, files(t, "nft", whole(t)))
	consumer(t, "nft", "-c", "-f", filepath.Join(dir, "interdict.nft"))
}

func TestSuricata(t *testing.T) {
	if _, ok := programOf("suricata"); !ok {
		t.Skip("suricata is not installed; Debian 12 has no package of it, so neither has CI")
	}
	fs := files(t, "suricata", whole(t))
	dir := write(t, fs)
	yaml := "%YAML 1.1\n---\nvars:\n  address-groups:\n    HOME_NET: \"[192.168.0.0/16]\"\n" + strings.ReplaceAll(fs["suricata.yaml.part"], "DIR", dir) + "\ndefault-log-dir: " + dir + "\nclassification-file: /etc/suricata/classification.config\nreference-config-file: /etc/suricata/reference.config\n"
	if err := os.WriteFile(filepath.Join(dir, "suricata.yaml"), []byte(yaml), 0o644); err != nil {
		t.Fatal(err)
	}
	consumer(t, "suricata", "-T", "-c", filepath.Join(dir, "suricata.yaml"), "-l", dir)
}

func TestZeekFileHasAllItsColumns(t *testing.T) {
	text := files(t, "zeek", whole(t))["interdict.intel"]
	for line := range strings.Lines(text) {
		cells, want := strings.Split(strings.TrimSuffix(line, "\n"), "\t"), 5
		if strings.HasPrefix(line, "#fields") {
			want = 6
		}
		if len(cells) != want || slices.Contains(cells, "") {
			t.Fatalf("line %q has %d columns, want %d, none of them empty", line, len(cells), want)
		}
	}
}
