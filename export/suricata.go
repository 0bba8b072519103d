// SPDX-License-Identifier: Apache-2.0

package export

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/infra"
)

// firstSID is where the rules' numbers begin: from 1,000,000 to 1,999,999 is
// for local rules (sidallocation.org).
const firstSID = 1_920_000

// category is the number of our category; a sensor has up to 60, and 53 leaves
// the low ones to others.
const category = 53

// scores are the reputation, of 127, that Suricata gives an address: more for
// a stronger class of source. The order means something, the distance does not.
var scores = [...]int{claim.Ungraded: 10, claim.Legal: 127, claim.Official: 110, claim.Research: 90, claim.Registry: 70, claim.Press: 40, claim.Unverified: 20}

// suricata writes a folder that Suricata 6 and later load: a reputation list,
// datasets, rules that use them, and the lines for suricata.yaml. Lines of
// datasets hold no comments, so all reasons stand in reasons.csv.
func (w *writer) suricata() {
	s := suricataFiles{w: w}
	for k := range w.sel.Items {
		s.add(&w.sel.Items[k])
	}
	s.finish()
}

type suricataFiles struct {
	w                      *writer
	iprep, below           bytes.Buffer
	domains, sha256s, md5s bytes.Buffer
	sid                    int
	used                   []*Item
}

func (s *suricataFiles) add(i *Item) {
	value := i.Indicator.Value
	switch {
	case isNet(i):
		fmt.Fprintf(&s.iprep, "# %s\n%s,%d,%d\n", ascii(i.Comment()), value, category, scores[i.Class])
	case i.NotItself: // its rules match the domain as well
		s.w.skip(i)
		return
	case isType(i, infra.Domain) && i.Below:
		s.domainRules(i)
	case isType(i, infra.Domain):
		fmt.Fprintln(&s.domains, base64.StdEncoding.EncodeToString([]byte(value)))
	case isType(i, infra.SHA256):
		fmt.Fprintln(&s.sha256s, value)
	case isType(i, infra.MD5):
		fmt.Fprintln(&s.md5s, value)
	default:
		s.w.skip(i)
		return
	}
	s.used = append(s.used, i)
}

// domainRules match a domain and every host below it: a dataset matches the
// whole name only.
func (s *suricataFiles) domainRules(i *Item) {
	for _, on := range [...]struct{ proto, buffer string }{{"dns", "dns.query"}, {"tls", "tls.sni"}} {
		fmt.Fprintf(&s.below, "alert %s $HOME_NET any -> any any (msg:\"INTERDICT %s\"; %s; dotprefix; content:\".%s\"; nocase; endswith; reference:url,%s; classtype:misc-activity; sid:%d; rev:1;)\n",
			on.proto, suricataText(i.Comment()), on.buffer, i.Indicator.Value, suricataURL(i.URL), firstSID+100+s.sid)
		s.sid++
	}
}

// suricataText escapes what ends a message: ; " \ and bytes that are no ASCII.
func suricataText(s string) string {
	return strings.NewReplacer(`\`, "/", `"`, "'", ";", ",").Replace(ascii(s))
}

// suricataURL is a reference without its scheme, which the keyword adds.
func suricataURL(u string) string {
	_, rest, ok := strings.Cut(u, "://")
	if !ok {
		return "interdict.invalid/no-url"
	}
	return strings.NewReplacer(";", "%3B", `"`, "%22", `\`, "%5C", " ", "%20", ",", "%2C").Replace(ascii(rest))
}

func (s *suricataFiles) finish() {
	w := s.w
	var rules, yaml, cats bytes.Buffer
	fmt.Fprintf(&cats, "%d,Attributed,Attributed infrastructure: contact is no dealing\n", category)
	rules.WriteString(w.head("#"))
	rule := func(n int, proto, text, match string) {
		fmt.Fprintf(&rules, "alert %s $HOME_NET any -> any any (msg:\"INTERDICT contact with attributed infrastructure, %s\"; %s classtype:misc-activity; sid:%d; rev:1;)\n", proto, text, match, firstSID+n)
	}
	rule(1, "ip", "address", "iprep:any,Attributed,>,0;")
	if s.domains.Len() > 0 {
		rule(2, "dns", "query", "dns.query; to_lowercase; dataset:isset,interdict-domains,type string,load domains.lst;")
		rule(3, "tls", "server name", "tls.sni; to_lowercase; dataset:isset,interdict-domains;")
	}
	if s.sha256s.Len() > 0 {
		rule(4, "http", "file", "filesha256:sha256.lst;")
	}
	if s.md5s.Len() > 0 {
		rule(5, "http", "file", "filemd5:md5.lst;")
	}
	rules.Write(s.below.Bytes())
	yaml.WriteString(w.head("#"))
	yaml.WriteString("# put these lines into suricata.yaml, with this folder for DIR\nreputation-categories-file: DIR/categories.txt\ndefault-reputation-path: DIR\nreputation-files:\n  - iprep.list\nrule-files:\n  - DIR/interdict.rules\n")
	for _, f := range []struct {
		name string
		b    *bytes.Buffer
	}{{"categories.txt", &cats}, {"domains.lst", &s.domains}, {"interdict.rules", &rules}, {"iprep.list", &s.iprep}, {"md5.lst", &s.md5s}, {"sha256.lst", &s.sha256s}, {"suricata.yaml.part", &yaml}} {
		w.file(f.name, f.b)
	}
	w.table("reasons.csv", slices.Values(s.used))
	w.written = len(s.used)
}
