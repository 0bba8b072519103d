// SPDX-License-Identifier: Apache-2.0

package export_test

import (
	"encoding/hex"
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/interdict-dev/interdict/infra"
)

// What follows checks files of consumers that cannot be run here by the grammar
// that their documentation gives, strictly: what it does not name is an error.

// suricataRule is the head of a rule in the user guide of Suricata 7, chapter
// "Rules Format", as far as our rules use it.
var suricataRule = regexp.MustCompile(`^alert (ip|dns|tls|http) (\$HOME_NET) any -> any any \((.*;)\)$`)

// suricataKeywords are those of our rules: whether each has a value, and what
// form it has (chapters "Meta Keywords", "Payload Keywords", "DNS Keywords",
// "SSL/TLS Keywords", "IP Reputation", "Datasets", "File Keywords").
var suricataKeywords = map[string]*regexp.Regexp{
	"msg":          regexp.MustCompile(`^"[ -!#-:<-\[\]-~]+"$`), // printable, without " ; \
	"sid":          regexp.MustCompile(`^[1-9][0-9]{0,9}$`),
	"rev":          regexp.MustCompile(`^[1-9][0-9]*$`),
	"classtype":    regexp.MustCompile(`^misc-activity$`),
	"reference":    regexp.MustCompile(`^url,[!#-+\--:<-\[\]-~]+$`),
	"content":      regexp.MustCompile(`^"\.[a-z0-9._-]+"$`), // nothing that would have to be written in hexadecimal
	"iprep":        regexp.MustCompile(`^(any|src|dst|both),[A-Za-z0-9_]+,[<>=],([0-9]|[1-9][0-9]|1[01][0-9]|12[0-7])$`),
	"dataset":      regexp.MustCompile(`^(isset|isnotset),[a-z0-9-]{1,63}(,type (string|md5|sha256),load [a-z0-9.]+)?$`),
	"filesha256":   regexp.MustCompile(`^[a-z0-9.]+$`),
	"filemd5":      regexp.MustCompile(`^[a-z0-9.]+$`),
	"dns.query":    nil,
	"tls.sni":      nil,
	"dotprefix":    nil,
	"nocase":       nil,
	"endswith":     nil,
	"to_lowercase": nil,
}

// cutOptions divides the options of a rule, with their quotation marks heeded.
func cutOptions(s string) (out []string, err error) {
	quoted, from := false, 0
	for i := range len(s) {
		switch {
		case s[i] == '\\':
			return nil, fmt.Errorf("an escape at %d", i)
		case s[i] == '"':
			quoted = !quoted
		case s[i] == ';' && !quoted:
			out, from = append(out, strings.TrimSpace(s[from:i])), i+1
		}
	}
	if quoted || strings.TrimSpace(s[from:]) != "" {
		return nil, fmt.Errorf("it does not end: %q", s[from:])
	}
	return out, nil
}

func checkSuricataRule(line string) error {
	m := suricataRule.FindStringSubmatch(line)
	if m == nil {
		return fmt.Errorf("its head is none")
	}
	options, err := cutOptions(m[3])
	if err != nil {
		return err
	}
	var names []string
	for _, o := range options {
		name, value, has := strings.Cut(o, ":")
		form, known := suricataKeywords[name]
		switch {
		case !known:
			return fmt.Errorf("unknown keyword %q", name)
		case has != (form != nil):
			return fmt.Errorf("keyword %s with the value %q", name, value)
		case has && !form.MatchString(value):
			return fmt.Errorf("%s has the value %q", name, value)
		}
		names = append(names, name)
	}
	for _, once := range []string{"msg", "sid", "rev", "classtype"} {
		if strings.Count(" "+strings.Join(names, " ")+" ", " "+once+" ") != 1 {
			return fmt.Errorf("%s stands not once", once)
		}
	}
	at := func(n string) int { return slices.Index(names, n) }
	switch {
	case at("content") >= 0 && (at("dotprefix") < 0 || at("dotprefix") > at("content")):
		return fmt.Errorf("dotprefix does not stand before content")
	case at("dotprefix") >= 0 && at("dns.query") < 0 && at("tls.sni") < 0:
		return fmt.Errorf("dotprefix without a buffer")
	case at("dns.query") >= 0 && m[1] != "dns", at("tls.sni") >= 0 && m[1] != "tls", at("iprep") >= 0 && m[1] != "ip":
		return fmt.Errorf("a buffer of another protocol than %s", m[1])
	}
	return nil
}

// TestSuricataGrammar checks every line of every file for Suricata.
func TestSuricataGrammar(t *testing.T) {
	fs := files(t, "suricata", whole(t))
	rules, sids := 0, map[string]bool{}
	for line := range strings.Lines(fs["interdict.rules"]) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if err := checkSuricataRule(line); err != nil {
			t.Errorf("%v: %s", err, line)
		}
		sid := regexp.MustCompile(`sid:(\d+);`).FindStringSubmatch(line)[1]
		if sids[sid] {
			t.Errorf("two rules have the number %s", sid)
		}
		sids[sid] = true
		rules++
	}
	addresses := 0
	for line := range strings.Lines(fs["iprep.list"]) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(line, ",")
		if len(cells) != 3 {
			t.Fatalf("iprep.list: %q", line)
		}
		p, err := netip.ParsePrefix(cells[0])
		if err != nil {
			var a netip.Addr
			if a, err = netip.ParseAddr(cells[0]); err == nil {
				p = netip.PrefixFrom(a, a.BitLen())
			}
		}
		score, err2 := strconv.Atoi(cells[2])
		if err != nil || err2 != nil || p.Masked() != p || cells[1] != "53" || score < 1 || score > 127 {
			t.Errorf("iprep.list: %q", line)
		}
		addresses++
	}
	category := regexp.MustCompile(`^([1-9]|[1-5][0-9]),[A-Za-z0-9]+,[^\n]+\n$`)
	if !category.MatchString(fs["categories.txt"]) {
		t.Errorf("categories.txt: %q", fs["categories.txt"])
	}
	for name, size := range map[string]int{"sha256.lst": 32, "md5.lst": 16} {
		for line := range strings.Lines(fs[name]) {
			if b, err := hex.DecodeString(strings.TrimSpace(line)); err != nil || len(b) != size {
				t.Errorf("%s: %q", name, line)
			}
		}
	}
	if rules < 5 || addresses < 50 {
		t.Fatalf("%d rules and %d addresses were checked", rules, addresses)
	}
}

// TestSuricataGrammarIsStrict holds that the checker finds what is wrong.
func TestSuricataGrammarIsStrict(t *testing.T) {
	const good = `alert dns $HOME_NET any -> any any (msg:"x"; dns.query; dotprefix; content:".a.com"; nocase; endswith; classtype:misc-activity; sid:1; rev:1;)`
	if err := checkSuricataRule(good); err != nil {
		t.Fatal(err)
	}
	for _, pair := range [][2]string{{`"x"`, `"x;y"`}, {`"x"`, `"x\"`}, {`sid:1;`, ``}, {`sid:1`, `sid:0`}, {"alert dns", "alert tls"}, {"dotprefix; ", ""}, {"nocase", "nocas"}, {`.a.com`, `.a.com|00|`}, {"rev:1;)", "rev:1)"}, {"-> any", "-> [any"}} {
		if bad := strings.Replace(good, pair[0], pair[1], 1); checkSuricataRule(bad) == nil {
			t.Errorf("accepted: %s", bad)
		}
	}
}

// TestZeekGrammar checks the file for Zeek's Intelligence Framework: columns
// divided by single tabs, of the types of Intel::Type, with values in the form
// in which the framework compares them.
func TestZeekGrammar(t *testing.T) {
	text := files(t, "zeek", whole(t))["interdict.intel"]
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if lines[0] != "#fields\tindicator\tindicator_type\tmeta.source\tmeta.desc\tmeta.url" {
		t.Fatalf("head %q", lines[0])
	}
	n := map[string]int{}
	for _, line := range lines[1:] {
		cells := strings.Split(line, "\t")
		if len(cells) != 5 || slices.Contains(cells, "") {
			t.Fatalf("line %q", line)
		}
		if strings.ContainsFunc(line, func(r rune) bool { return r < ' ' && r != '\t' }) {
			t.Errorf("a control character in %q", line)
		}
		v, ok := cells[0], false
		switch cells[1] {
		case "Intel::ADDR":
			a, err := netip.ParseAddr(v)
			ok = err == nil && a.Zone() == ""
		case "Intel::SUBNET":
			p, err := netip.ParsePrefix(v)
			ok = err == nil && p.Masked() == p
		case "Intel::DOMAIN":
			d, is := infra.CanonDomain(v)
			ok = is && d == v
		case "Intel::URL": // without its scheme
			u, err := url.Parse("http://" + v)
			ok = err == nil && u.Host != "" && !strings.Contains(v, "://")
		case "Intel::EMAIL":
			ok = strings.Count(v, "@") == 1 && v == strings.ToLower(v)
		case "Intel::FILE_HASH", "Intel::CERT_HASH":
			b, err := hex.DecodeString(v)
			ok = err == nil && slices.Contains([]int{16, 20, 32}, len(b)) && v == strings.ToLower(v)
		}
		if !ok {
			t.Errorf("%q is no %s", v, cells[1])
		}
		n[cells[1]]++
	}
	if n["Intel::ADDR"] == 0 || n["Intel::DOMAIN"] == 0 {
		t.Fatalf("checked %v", n)
	}
}
