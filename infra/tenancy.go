// SPDX-License-Identifier: Apache-2.0

package infra

import (
	"fmt"
	"net/netip"
	"strings"
	"sync"

	"golang.org/x/net/publicsuffix"
)

// A Tenancy says whether many strangers share a place. A statement about a
// shared place holds for one tenant and says nothing about the others, so it
// annotates a finding; it never suppresses one.
type Tenancy struct {
	Kind TenancyKind
	Zone string // the domain or prefix that is shared
	By   string // who runs it, where our table knows; "" for a rule of the public suffix list
}

// A TenancyKind is how a place is shared. The zero kind means that we do not
// know of any sharing.
type TenancyKind uint8

// The kinds.
const (
	NotShared     TenancyKind = iota
	CDN                       // one address serves many customers' sites
	DynamicDNS                // names below the zone are given to anybody
	SharedHosting             // sites below the zone, or ports of one host, belong to customers
)

var tenancyKinds = [...]string{"", "cdn", "dynamic-dns", "shared-hosting"}

// String returns the kind in one word; "" for [NotShared].
func (k TenancyKind) String() string {
	if int(k) < len(tenancyKinds) {
		return tenancyKinds[k]
	}
	return fmt.Sprintf("tenancy(%d)", k)
}

// MarshalText writes the kind as String does.
func (k TenancyKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// zones are shared zones by their operators' own description. The private
// section of the public suffix list (publicsuffix.org, "private domains")
// knows many more; they stand here too where the list does not say which kind
// of sharing it is, or lacks them: softether.net and hmbcloud.net are not in
// it. The names of dynamic DNS are those that AA26-281A abuses, and those of
// the same operators.
var zones = [...]Tenancy{
	{DynamicDNS, "softether.net", "SoftEther VPN"},
	{DynamicDNS, "accesscam.org", "Dynu"},
	{DynamicDNS, "camdvr.org", "Dynu"},
	{DynamicDNS, "casacam.net", "Dynu"},
	{DynamicDNS, "dynu.net", "Dynu"},
	{DynamicDNS, "freeddns.org", "Dynu"},
	{DynamicDNS, "giize.com", "Dynu"},
	{DynamicDNS, "gleeze.com", "Dynu"},
	{DynamicDNS, "kozow.com", "Dynu"},
	{DynamicDNS, "loseyourip.com", "Dynu"},
	{DynamicDNS, "mywire.org", "Dynu"},
	{DynamicDNS, "ooguy.com", "Dynu"},
	{DynamicDNS, "theworkpc.com", "Dynu"},
	{DynamicDNS, "webredirect.org", "Dynu"},
	{DynamicDNS, "ddns.net", "No-IP"},
	{DynamicDNS, "hopto.org", "No-IP"},
	{DynamicDNS, "myftp.org", "No-IP"},
	{DynamicDNS, "no-ip.org", "No-IP"},
	{DynamicDNS, "serveftp.com", "No-IP"},
	{DynamicDNS, "sytes.net", "No-IP"},
	{DynamicDNS, "zapto.org", "No-IP"},
	{DynamicDNS, "duckdns.org", "Duck DNS"},
	{DynamicDNS, "dyndns.org", "Oracle Dyn"},
	{DynamicDNS, "changeip.com", "ChangeIP"},
	{DynamicDNS, "myqnapcloud.com", "QNAP"},
	{DynamicDNS, "myds.me", "Synology"},
	{DynamicDNS, "synology.me", "Synology"},
	{DynamicDNS, "ngrok.io", "ngrok"},
	{DynamicDNS, "ngrok-free.app", "ngrok"},
	{DynamicDNS, "trycloudflare.com", "Cloudflare Tunnel"},
	{DynamicDNS, "nip.io", "nip.io"},
	{DynamicDNS, "sslip.io", "sslip.io"},
	{CDN, "akamaiedge.net", "Akamai"},
	{CDN, "akamaihd.net", "Akamai"},
	{CDN, "akamaized.net", "Akamai"},
	{CDN, "edgekey.net", "Akamai"},
	{CDN, "edgesuite.net", "Akamai"},
	{CDN, "azureedge.net", "Microsoft Azure"},
	{CDN, "azurefd.net", "Microsoft Azure"},
	{CDN, "cdn.cloudflare.net", "Cloudflare"},
	{CDN, "cloudfront.net", "Amazon Web Services"},
	{CDN, "fastly.net", "Fastly"},
	{CDN, "fastlylb.net", "Fastly"},
	{CDN, "b-cdn.net", "bunny.net"},
	{CDN, "alikunlun.com", "Alibaba Cloud"},
	{CDN, "cdngslb.com", "Alibaba Cloud"},
	{CDN, "cdntip.com", "Tencent Cloud"},
	{SharedHosting, "amazonaws.com", "Amazon Web Services"},
	{SharedHosting, "azurewebsites.net", "Microsoft Azure"},
	{SharedHosting, "blob.core.windows.net", "Microsoft Azure"},
	{SharedHosting, "cloudapp.net", "Microsoft Azure"},
	{SharedHosting, "googleusercontent.com", "Google Cloud"},
	{SharedHosting, "pages.dev", "Cloudflare"},
	{SharedHosting, "workers.dev", "Cloudflare"},
	{SharedHosting, "vultrusercontent.com", "Vultr"},
	{SharedHosting, "hmbcloud.com", "HMBCloud, reseller"},
	{SharedHosting, "hmbcloud.net", "HMBCloud, reseller"},
	{SharedHosting, "hmbiplc-01.com", "HMBCloud, reseller"},
	{SharedHosting, "iepl.node.cm", "IEPL reseller"},
	{SharedHosting, "blogspot.com", "Google Blogger"},
	{SharedHosting, "github.io", "GitHub"},
	{SharedHosting, "wordpress.com", "Automattic"},
}

// cdnPrefixes are the ranges that the operators publish:
// https://www.cloudflare.com/ips/ and https://api.fastly.com/public-ip-list,
// both as of August 2026.
var cdnPrefixes = [...]struct{ by, prefixes string }{
	{"Cloudflare", "103.21.244.0/22 103.22.200.0/22 103.31.4.0/22 104.16.0.0/13 104.24.0.0/14 108.162.192.0/18 131.0.72.0/22 " +
		"141.101.64.0/18 162.158.0.0/15 172.64.0.0/13 173.245.48.0/20 188.114.96.0/20 190.93.240.0/20 197.234.240.0/22 198.41.128.0/17 " +
		"2400:cb00::/32 2405:8100::/32 2405:b500::/32 2606:4700::/32 2803:f800::/32 2a06:98c0::/29 2c0f:f248::/32"},
	{"Fastly", "23.235.32.0/20 43.249.72.0/22 103.244.50.0/24 103.245.222.0/23 103.245.224.0/24 104.156.80.0/20 140.248.64.0/18 " +
		"140.248.128.0/17 146.75.0.0/17 151.101.0.0/16 157.52.64.0/18 167.82.0.0/17 167.82.128.0/20 167.82.160.0/20 167.82.224.0/20 " +
		"172.111.64.0/18 185.31.16.0/22 199.27.72.0/21 199.232.0.0/16 2a04:4e40::/32 2a04:4e42::/32"},
}

// sharing is the tables above in the form that is searched.
type sharing struct {
	zones    map[string]*Tenancy
	prefixes *PrefixTable
	ranges   []Tenancy // what the values of prefixes count
}

var shared = sync.OnceValue(func() *sharing {
	s := &sharing{zones: make(map[string]*Tenancy, len(zones))}
	for i := range zones {
		s.zones[zones[i].Zone] = &zones[i]
	}
	var rules []PrefixRule
	for _, c := range cdnPrefixes {
		for p := range strings.FieldsSeq(c.prefixes) {
			rules = append(rules, PrefixRule{netip.MustParsePrefix(p), uint32(len(s.ranges))})
			s.ranges = append(s.ranges, Tenancy{CDN, p, c.by})
		}
	}
	s.prefixes = NewPrefixTable(rules)
	return s
})

func isSharedZone(domain string) bool { return shared().zones[domain] != nil }

// TenancyOf says whether the place that i points at is shared. A host is
// shared when it is a shared zone or lies below one.
func TenancyOf(i Indicator) Tenancy {
	h, ok := i.Host()
	if !ok {
		return Tenancy{}
	}
	s := shared()
	if a, ok := h.Addr(); ok {
		if vs := s.prefixes.Lookup(a); len(vs) > 0 {
			return s.ranges[vs[0]]
		}
		return Tenancy{}
	}
	for d := h.Value; ; {
		if z := s.zones[d]; z != nil {
			return *z
		}
		var ok bool
		if _, d, ok = strings.Cut(d, "."); !ok {
			break
		}
	}
	if suffix, icann := publicsuffix.PublicSuffix(h.Value); !icann && strings.Contains(suffix, ".") {
		return Tenancy{Kind: SharedHosting, Zone: suffix}
	}
	return Tenancy{}
}
