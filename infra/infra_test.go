// SPDX-License-Identifier: Apache-2.0

package infra

import (
	"errors"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/gaissmai/bart"

	"github.com/interdict-dev/interdict/internal/errkind"
)

func TestParse(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"w8510[.]com", "domain:w8510.com"},
		{"W8510(dot)COM.", "domain:w8510.com"},
		{"w8510[dot]com", "domain:w8510.com"},
		{"w8510 [.] com", "domain:w8510.com"},
		{"w8510 (dot) com", "domain:w8510.com"},
		{"w8510.com/", "domain:w8510.com"},
		{"w8510[.]com/a/b?c", "url:http://w8510.com/a/b?c"},
		{"//w8510.com/a", "url:http://w8510.com/a"},
		{"1.2.3.4:8080/x", "url:http://1.2.3.4:8080/x"},
		{"1.2.3.4.", "ipv4:1.2.3.4"},
		{"hxxps[:]//w8510[.]com/a", "url:https://w8510.com/a"},
		{"AS1.10", "asn:AS65546"},
		{"as65535.65535", "asn:AS4294967295"},
		{"w8510{.}com", "domain:w8510.com"},
		{"w8510 dot com", "domain:w8510.com"},
		{`w8510\.com`, "domain:w8510.com"},
		{"w8510[.com", "domain:w8510.com"},
		{"<w8510.com>,", "domain:w8510.com"},
		{"vpn328433596.softether.net", "domain:vpn328433596.softether.net"},
		{"_dmarc.w8510.com", "domain:_dmarc.w8510.com"},
		{"w8510.com:443", "domain:w8510.com"},
		{"bücher.example.de", "domain:xn--bcher-kva.example.de"},
		{"XN--BCHER-KVA.example.de", "domain:xn--bcher-kva.example.de"},
		{"永信至诚。公司", "domain:xn--vuqt40e42oz7i.xn--55qx5d"},
		{"1.2.3[.]4", "ipv4:1.2.3.4"},
		{"1[.]2[.]3[.]4", "ipv4:1.2.3.4"},
		{"1.2.3.4:8080", "ipv4:1.2.3.4"},
		{"::ffff:1.2.3.4", "ipv4:1.2.3.4"},
		{"2001:DB8::0:1", "ipv6:2001:db8::1"},
		{"[2001:db8::1]:443", "ipv6:2001:db8::1"},
		{"2001[:]db8[:][:]1", "ipv6:2001:db8::1"},
		{"fe80::1%eth0", "ipv6:fe80::1"},
		{"10.1.2.3/8", "prefix:10.0.0.0/8"},
		{"1.2.3[.]0/24", "prefix:1.2.3.0/24"},
		{"1.2.3.4/32", "ipv4:1.2.3.4"},
		{"2001:db8::/32", "prefix:2001:db8::/32"},
		{"as4808", "asn:AS4808"},
		{"ASN 4808", "asn:AS4808"},
		{"hxxp://w8510[.]com/a?b=[.]#c", "url:http://w8510.com/a?b=[.]"},
		{"hXXps[:]//w8510[.]com", "url:https://w8510.com/"},
		{"https://W8510.com:443", "url:https://w8510.com/"},
		{"http://user:pass@1.2.3[.]4:8080/X", "url:http://1.2.3.4:8080/X"},
		{"http://[2001:db8::1]:80/x", "url:http://[2001:db8::1]/x"},
		{"hxxp://w8510[.]com[/]x", "url:http://w8510.com/x"},
		{"Bad.Actor[at]w8510[.]com", "email:bad.actor@w8510.com"},
		{"mailto:a@w8510.com", "email:a@w8510.com"},
		{"F8DE2E99DC7523D2C83D1A48E844C5FF", "md5:f8de2e99dc7523d2c83d1a48e844c5ff"},
		{"da39a3ee5e6b4b0d3255bfef95601890afd80709", "sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709"},
		{"2aa12e5989065951be84ce932b65bd197dd6be3fa987838bad48536c0c74d145", "sha256:2aa12e5989065951be84ce932b65bd197dd6be3fa987838bad48536c0c74d145"},
		{"cert-sha1:DA:39:A3:EE:5E:6B:4B:0D:32:55:BF:EF:95:60:18:90:AF:D8:07:09", "cert-sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709"},
		{"ja3:f8de2e99dc7523d2c83d1a48e844c5ff", "ja3:f8de2e99dc7523d2c83d1a48e844c5ff"},
		{"t13d1516h2_8daaf6152771_b186095e22b6", "ja4:t13d1516h2_8daaf6152771_b186095e22b6"},
		{"0x8576aCC5C05D6Ce88f4e49bf65BdF0C62F91353C", "wallet:0x8576acc5c05d6ce88f4e49bf65bdf0c62f91353c"},
		{"1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "wallet:1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"},
		{"bitcoincash:qpf2cphc5dkuclkqur7lhj2yuqq9pk3hmukle77vhq", "wallet:qpf2cphc5dkuclkqur7lhj2yuqq9pk3hmukle77vhq"},
		{"wallet:5be5543ff73456ab9f2d207887e2af87322c651ea1a873c5b25b7ffae456c320", "wallet:5be5543ff73456ab9f2d207887e2af87322c651ea1a873c5b25b7ffae456c320"},
		{"cert-cn:W8510[.]com", "cert-cn:w8510.com"},
		{"cert-cn:BeiJing", "cert-cn:BeiJing"},
	} {
		i, err := Parse(c.in)
		if err != nil || i.String() != c.want {
			t.Errorf("Parse(%q) = %v, %v, want %s", c.in, i, err, c.want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, in := range []string{
		"", " ", "hello", "report.pdf", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.4/33", "AS", "AS99999999999", "as-1",
		"http://", "http:///x", "hxxp://nohost/x y", "a@b", "a b@w8510.com", "-x.com", "x-.com", "x..com", ".com", "x.nope/path", "1.2.3.4/33/", "1.2.3/x", "AS1.65536", "AS1.2.3", "1.10", "and/or", "//",
		"Acme Trading LLC", "Integrity Technology Group", "domain:nope", "md5:12", strings.Repeat("a.", 130) + "com", strings.Repeat("x", 5000),
	} {
		i, err := Parse(in)
		if err == nil {
			t.Errorf("Parse(%.60q) = %v, want an error", in, i)
		} else if !errors.Is(err, errkind.Invalid) {
			t.Errorf("Parse(%.60q): error %v is not of kind invalid", in, err)
		}
	}
}

func TestDefangReadsBack(t *testing.T) {
	for _, s := range []string{"w8510.com", "1.2.3.4", "1.2.3.0/24", "http://w8510.com/a.b", "https://1.2.3.4:8443/x", "a.b@w8510.com", "2001:db8::1"} {
		i, err := Parse(s)
		if err != nil {
			t.Fatal(err)
		}
		d := i.Defang()
		if i.Type != IPv6 && (strings.Contains(d, "http") || !strings.Contains(d, "[.]")) {
			t.Errorf("Defang(%v) = %q: still a link", i, d)
		}
		if j, err := Parse(d); err != nil || i != j {
			t.Errorf("Parse(%q) = %v, %v, want %v", d, j, err, i)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"w8510[.]com", "hxxp://[::1]:80/a", "1.2.3.4/8", "a[@]b.com", "bücher.de", "AS1", "cert-cn:kr", "url-part:=", "::ffff:0:0/96", "ftp://a.b\\.com:021/?#"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		i, err := Parse(s)
		if err != nil {
			return
		}
		if i.Type == None || i.Type >= typeCount || i.Value == "" {
			t.Fatalf("Parse(%q) = %#v without an error", s, i)
		}
		for _, form := range []string{i.String(), i.Type.String() + ":" + i.Defang()} {
			if j, err := Parse(form); err != nil || i != j {
				t.Fatalf("Parse(%q) = %v, but Parse(%q) = %v, %v: the canonical form is not stable", s, i, form, j, err)
			}
		}
	})
}

func TestHost(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"http://w8510.com:8080/x", "domain:w8510.com"},
		{"http://[2001:db8::1]/", "ipv6:2001:db8::1"},
		{"a@w8510.com", "domain:w8510.com"},
		{"1.2.3.4", "ipv4:1.2.3.4"},
		{"AS1", ""},
	} {
		i, err := Parse(c.in)
		if err != nil {
			t.Fatal(err)
		}
		if h, ok := i.Host(); h.String() != c.want || ok != (c.want != "") {
			t.Errorf("Host(%v) = %v, %v, want %q", i, h, ok, c.want)
		}
	}
}

func TestPrefixTableAgreesWithAScan(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	addr := func() netip.Addr {
		if rng.IntN(2) == 0 {
			return netip.AddrFrom4([4]byte{10, byte(rng.IntN(4)), byte(rng.IntN(4)), byte(rng.IntN(8))})
		}
		return netip.AddrFrom16([16]byte{0: 0x20, 1: 1, 15: byte(rng.IntN(16)), 8: byte(rng.IntN(2))})
	}
	var rules []PrefixRule
	for range 400 {
		a := addr()
		bits := a.BitLen() - rng.IntN(26)
		if rng.IntN(50) == 0 {
			bits = 0
		}
		rules = append(rules, PrefixRule{netip.PrefixFrom(a, bits), uint32(rng.IntN(300))})
	}
	table := NewPrefixTable(rules)
	found := 0
	for range 4000 {
		a := addr()
		var want []uint32
		for _, r := range rules {
			if r.Prefix.Contains(a) {
				want = append(want, r.Value)
			}
		}
		slices.Sort(want)
		want = slices.Compact(want)
		got := table.Lookup(a)
		if !slices.Equal(got, want) {
			t.Fatalf("Lookup(%v) = %v, want %v", a, got, want)
		}
		found += len(got)
		if a.Is4() && !slices.Equal(table.Lookup(netip.AddrFrom16(a.As16())), want) {
			t.Fatalf("Lookup of %v in IPv6 form differs", a)
		}
	}
	if found == 0 {
		t.Fatal("nothing found in any lookup")
	}
}

// TestPrefixTableAgreesWithATree holds the table to a tree of prefixes, with
// prefixes of all lengths in both families.
func TestPrefixTableAgreesWithATree(t *testing.T) {
	rng := rand.New(rand.NewPCG(21, 22))
	draw := func() netip.Addr {
		var a [16]byte
		for i := range a {
			a[i] = byte(rng.Uint32() & 0x83) // few bits, so that prefixes lie in one another
		}
		a[0] |= 0x20
		if rng.IntN(2) == 0 {
			return netip.AddrFrom4([4]byte(a[:4]))
		}
		return netip.AddrFrom16(a)
	}
	var tree bart.Table[uint32]
	var rules []PrefixRule
	for i := range 20_000 {
		a := draw()
		p := netip.PrefixFrom(a, rng.IntN(a.BitLen()+1)).Masked()
		if _, ok := tree.Get(p); !ok {
			tree.Insert(p, uint32(i))
			rules = append(rules, PrefixRule{p, uint32(i)})
		}
	}
	table, found := NewPrefixTable(rules), 0
	if table.Len() != len(rules) || table.Len() != tree.Size() {
		t.Fatalf("Len() = %d of %d rules, the tree has %d", table.Len(), len(rules), tree.Size())
	}
	for range 50_000 {
		a := draw()
		var want []uint32
		for _, v := range tree.Supernets(netip.PrefixFrom(a, a.BitLen())) {
			want = append(want, v)
		}
		slices.Sort(want)
		if got := table.Lookup(a); !slices.Equal(got, want) {
			t.Fatalf("Lookup(%v) = %v, want %v", a, got, want)
		}
		found += len(want)
	}
	if found == 0 {
		t.Fatal("nothing was found in any lookup")
	}
}

func TestDomainTableAgreesWithAScan(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	name := func() string {
		labels := []string{"w8510", "com"}
		for range rng.IntN(4) {
			labels = append([]string{string(rune('a' + rng.IntN(3)))}, labels...)
		}
		return strings.Join(labels, ".")
	}
	var rules []DomainRule
	for range 60 {
		rules = append(rules, DomainRule{name(), Scope(rng.IntN(2)), uint32(rng.IntN(50))})
	}
	table, narrowed := NewDomainTable(rules)
	if len(narrowed) != 0 {
		t.Fatalf("narrowed = %v, want none", narrowed)
	}
	found := 0
	for range 2000 {
		h := name()
		var want []uint32
		for _, r := range rules {
			if h == r.Domain || r.Scope == WithSubdomains && strings.HasSuffix(h, "."+r.Domain) {
				want = append(want, r.Value)
			}
		}
		slices.Sort(want)
		want = slices.Compact(want)
		got := table.Lookup(h)
		if !slices.Equal(got, want) {
			t.Fatalf("Lookup(%q) = %v, want %v", h, got, want)
		}
		found += len(got)
	}
	if found == 0 {
		t.Fatal("nothing found in any lookup")
	}
}

func TestRulesDoNotReachNeighbours(t *testing.T) {
	rules := []DomainRule{
		{"vpn328433596.softether.net", Exact, 0},
		{"softether.net", WithSubdomains, 1},
		{"co.uk", WithSubdomains, 2},
		{"github.io", WithSubdomains, 3},
		{"w8510.com", WithSubdomains, 4},
	}
	table, narrowed := NewDomainTable(rules)
	if want := []int{1, 2, 3}; !slices.Equal(narrowed, want) {
		t.Errorf("narrowed = %v, want %v", narrowed, want)
	}
	for _, c := range []struct {
		host string
		want []uint32
	}{
		{"vpn328433596.softether.net", []uint32{0}},
		{"vpn1.softether.net", nil},
		{"x.vpn328433596.softether.net", nil},
		{"softether.net", []uint32{1}},
		{"bbc.co.uk", nil},
		{"somebody.github.io", nil},
		{"a.b.w8510.com", []uint32{4}},
		{"w8510.com", []uint32{4}},
		{"notw8510.com", nil},
		{"com", nil},
		{"", nil},
	} {
		if got := table.Lookup(c.host); !slices.Equal(got, c.want) {
			t.Errorf("Lookup(%q) = %v, want %v", c.host, got, c.want)
		}
	}
	only, _ := NewDomainTable(rules[:1])
	if got := only.Lookup("softether.net"); got != nil {
		t.Errorf("Lookup(softether.net) = %v, but only a name below it is attributed", got)
	}
}

func TestTenancyOf(t *testing.T) {
	for _, c := range []struct {
		in   string
		kind TenancyKind
		zone string
	}{
		{"vpn328433596.softether.net", DynamicDNS, "softether.net"},
		{"random.cktime.ooguy.com", DynamicDNS, "ooguy.com"},
		{"d111.cloudfront.net", CDN, "cloudfront.net"},
		{"somebody.github.io", SharedHosting, "github.io"},
		{"x.vercel.app", SharedHosting, "vercel.app"}, // public suffix list only
		{"http://104.16.1.1/", CDN, "104.16.0.0/13"},
		{"w8510.com", NotShared, ""},
		{"bbc.co.uk", NotShared, ""},
		{"202.182.109.151", NotShared, ""},
		{"AS4808", NotShared, ""},
	} {
		i, err := Parse(c.in)
		if err != nil {
			t.Fatal(err)
		}
		if got := TenancyOf(i); got.Kind != c.kind || got.Zone != c.zone {
			t.Errorf("TenancyOf(%v) = %+v, want %v in %q", i, got, c.kind, c.zone)
		}
	}
}

func TestZonesAreCanonical(t *testing.T) {
	seen := map[string]bool{}
	for _, z := range zones {
		d, ok := CanonDomain(z.Zone)
		if !ok || d != z.Zone || seen[d] {
			t.Errorf("zone %q is not canonical or stands twice", z.Zone)
		}
		seen[d] = true
	}
}

func TestLookupsDoNotAllocate(t *testing.T) {
	prefixes := NewPrefixTable([]PrefixRule{{netip.MustParsePrefix("10.0.0.0/8"), 1}})
	domains, _ := NewDomainTable([]DomainRule{{"w8510.com", WithSubdomains, 1}})
	a := netip.MustParseAddr("10.1.2.3")
	if n := testing.AllocsPerRun(100, func() { prefixes.Lookup(a); domains.Lookup("a.b.w8510.com"); CanonDomain("a.b.w8510.com") }); n != 0 {
		t.Errorf("lookups allocate %v times, want 0", n)
	}
}

func benchPrefixes(n int) ([]PrefixRule, []netip.Addr) {
	rng := rand.New(rand.NewPCG(7, 8))
	rules, addrs := make([]PrefixRule, n), make([]netip.Addr, 1<<16)
	draw := func() netip.Addr {
		v := rng.Uint32()
		return netip.AddrFrom4([4]byte{byte(v >> 24), byte(v >> 16), byte(v >> 8), byte(v)})
	}
	for i := range rules {
		rules[i] = PrefixRule{netip.PrefixFrom(draw(), 16+rng.IntN(17)), uint32(i)}
	}
	for i := range addrs {
		addrs[i] = draw()
	}
	return rules, addrs
}

// TestLines holds tables that are large and crowded enough for lines of all kinds
// to a walk over all rules.
func TestLines(t *testing.T) {
	rng := rand.New(rand.NewPCG(21, 22))
	var near []netip.Addr // around which rules and questions cluster
	for range 40 {
		near = append(near, netip.AddrFrom4([4]byte{byte(rng.IntN(4)), byte(rng.IntN(3)), byte(rng.IntN(256)), byte(rng.IntN(256))}))
		b := [16]byte{byte([]int{0x20, 0x20, 0x20, 0x2a, 0x00, 0xfc}[rng.IntN(6)]), byte(rng.IntN(2)), byte(rng.IntN(256)), byte(rng.IntN(256))}
		for i := 4; i < 16; i++ {
			b[i] = byte(rng.IntN(2) * rng.IntN(256))
		}
		near = append(near, netip.AddrFrom16(b))
	}
	near = append(near, netip.MustParseAddr("255.255.255.255"), netip.MustParseAddr("0.0.255.255"), netip.MustParseAddr("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), netip.MustParseAddr("2000:0fff:ffff:ffff:ffff::"))
	draw := func() netip.Addr { // an address that shares some first bits with one of those
		a := near[rng.IntN(len(near))]
		b, keep := a.AsSlice(), rng.IntN(a.BitLen()+1)
		for i := keep; i < 8*len(b); i++ {
			if rng.IntN(2) == 0 {
				b[i/8] ^= 1 << (7 - i%8)
			}
		}
		a, _ = netip.AddrFromSlice(b)
		return a
	}
	var rules []PrefixRule
	for i := range 7000 {
		a := draw()
		rules = append(rules, PrefixRule{netip.PrefixFrom(a, a.BitLen()-rng.IntN(1+rng.IntN(a.BitLen()))), uint32(i)})
	}
	table := NewPrefixTable(rules)
	if table.v6.index == nil {
		t.Fatal("too few IPv6 rules for lines")
	}
	crowds, same := len(table.v4.all.has), 0
	hits := 0
	for n := range 4000 {
		a := draw()
		if n%4 == 0 { // the first or the last address of a rule, or one beside
			p := rules[rng.IntN(len(rules))].Prefix.Masked()
			if a = p.Addr(); n%8 == 0 {
				b := a.AsSlice()
				for i := p.Bits(); i < 8*len(b); i++ {
					b[i/8] |= 1 << (7 - i%8)
				}
				a, _ = netip.AddrFromSlice(b)
			}
			if beside := []netip.Addr{a, a.Next(), a.Prev()}[rng.IntN(3)]; beside.IsValid() {
				a = beside
			}
		}
		var want []uint32
		for _, r := range rules {
			if r.Prefix.Masked().Contains(a) {
				want = append(want, r.Value)
			}
		}
		if got := table.Lookup(a); !slices.Equal(got, want) {
			t.Fatalf("Lookup(%v) = %v, want %v", a, got, want)
		}
		if hits += len(want); a.Is6() && len(want) > 0 {
			same++
		}
	}
	if crowds == 0 || hits < 10_000 || same < 500 {
		t.Errorf("%d stretches in crowded lines, %d hits, %d of IPv6: the test looks in the wrong place", crowds, hits, same)
	}
}

// BenchmarkPrefixLookup1M asks for addresses in no order, so that none is at
// hand from the one before.
func BenchmarkPrefixLookup1M(b *testing.B) {
	rules, addrs := benchPrefixes(1_000_000)
	t := NewPrefixTable(rules)
	b.ReportAllocs()
	start := cpuTime()
	for i := 0; b.Loop(); i++ {
		t.Lookup(addrs[i&(len(addrs)-1)])
	}
	b.ReportMetric(float64(cpuTime()-start)/float64(b.N), "cpu-ns/op")
}

func BenchmarkPrefixLookup6(b *testing.B) {
	rng := rand.New(rand.NewPCG(11, 12))
	draw := func() netip.Addr {
		var a [16]byte
		for i := range a {
			a[i] = byte(rng.Uint32())
		}
		a[0], a[1] = 0x20|a[0]&0x0f, a[1]&0x0f // much in few blocks, as they are given
		return netip.AddrFrom16(a)
	}
	rules, addrs := make([]PrefixRule, 1_000_000), make([]netip.Addr, 1<<16)
	for i := range rules {
		rules[i] = PrefixRule{netip.PrefixFrom(draw(), 29+rng.IntN(36)), uint32(i)}
	}
	for i := range addrs {
		addrs[i] = draw()
	}
	t := NewPrefixTable(rules)
	start := cpuTime()
	for i := 0; b.Loop(); i++ {
		t.Lookup(addrs[i&(len(addrs)-1)])
	}
	b.ReportMetric(float64(cpuTime()-start)/float64(b.N), "cpu-ns/op")
}

func BenchmarkPrefixBuild1M(b *testing.B) {
	rules, _ := benchPrefixes(1_000_000)
	for b.Loop() {
		NewPrefixTable(rules)
	}
}

func benchDomains(n int) ([]DomainRule, []string) {
	rng := rand.New(rand.NewPCG(9, 10))
	word := func(n int) string {
		w := make([]byte, n)
		for i := range w {
			w[i] = byte('a' + rng.IntN(26))
		}
		return string(w)
	}
	rules, hosts := make([]DomainRule, n), make([]string, 1<<16)
	for i := range rules {
		rules[i] = DomainRule{word(8) + ".com", Scope(i & 1), uint32(i)}
	}
	for i := range hosts {
		hosts[i] = word(5) + "." + word(8) + ".com"
		if i&1 == 0 {
			hosts[i] = "www." + rules[rng.IntN(n)].Domain
		}
	}
	return rules, hosts
}

func BenchmarkDomainLookup5M(b *testing.B) {
	rules, hosts := benchDomains(5_000_000)
	t, _ := NewDomainTable(rules)
	b.ReportAllocs()
	start := cpuTime()
	for i := 0; b.Loop(); i++ {
		t.Lookup(hosts[i&(len(hosts)-1)])
	}
	b.ReportMetric(float64(cpuTime()-start)/float64(b.N), "cpu-ns/op")
}

// TestDomainTableHoldsMany fills a table and asks for every name, for hosts of
// many labels below them, and for as many strangers.
func TestDomainTableHoldsMany(t *testing.T) {
	rules, _ := benchDomains(50_000)
	for i := range rules {
		if i%100 == 0 {
			rules[i].Domain = strings.Repeat("long-label.", 5) + rules[i].Domain // beyond what an entry holds
		}
	}
	table, _ := NewDomainTable(rules)
	if table.Len() != len(rules) {
		t.Fatalf("Len() = %d, want %d: names of 8 random letters do not repeat", table.Len(), len(rules))
	}
	deep := strings.Repeat("a.", 40)
	for i, r := range rules {
		if got := table.Lookup(r.Domain); !slices.Equal(got, []uint32{uint32(i)}) {
			t.Fatalf("Lookup(%q) = %v, want %d", r.Domain, got, i)
		}
		got := table.Lookup(deep + r.Domain)
		if want := r.Scope == WithSubdomains; (len(got) == 1) != want {
			t.Fatalf("Lookup of a host 40 labels below %q, which reaches %v: %v", r.Domain, r.Scope, got)
		}
		if got := table.Lookup("x" + r.Domain); got != nil {
			t.Fatalf("Lookup(%q) = %v, want nothing", "x"+r.Domain, got)
		}
	}
	for _, odd := range []string{".", "..", "a..b", strings.Repeat(".", 300)} {
		if got := table.Lookup(odd); got != nil {
			t.Errorf("Lookup(%q) = %v", odd, got)
		}
	}
}
