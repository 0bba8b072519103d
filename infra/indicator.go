// SPDX-License-Identifier: Apache-2.0

// Package infra says how infrastructure is recognised: by address, prefix, AS
// number, domain, URL, certificate, TLS fingerprint, hash, wallet or e-mail.
//
// An [Indicator] has one canonical form, so equal things are equal values
// however they were written: [Parse] undoes the ways in which reports make
// indicators harmless ("w8510[.]com", "hxxp://") and [Indicator.Defang] does it
// again. [PrefixTable] and [DomainTable] find the rules that a seen address or
// host falls under, and [TenancyOf] says where many tenants share one place, so
// that a rule never reaches the neighbours.
//
// The package knows no parties: who runs an indicator is a claim.
package infra

import (
	"fmt"
	"net/netip"
	"strings"
)

// A Type is a kind of indicator. The zero Type is none.
type Type uint8

// The types. A hash of a file and the hash of a certificate are of different
// types, since equal digits mean different things.
const (
	None       Type = iota
	IPv4            // dotted decimal
	IPv6            // RFC 5952
	Prefix          // masked CIDR; one of full length is an address
	ASN             // "AS4808"
	Domain          // lower case, punycode, no final dot
	URL             // scheme and host in lower case, no default port, no fragment
	URLPart         // a piece of a request's path or query, case kept
	CertCN          // the subject's common name; in lower case where it is a domain
	CertSHA1        // of the certificate's DER bytes
	CertSHA256      // of the certificate's DER bytes
	JA3             // MD5 of the JA3 string
	JA4             // JA4 of a TLS client (FoxIO, BSD part)
	MD5             // of a file
	SHA1            // of a file
	SHA256          // of a file
	Wallet          // as the chain prints it; in lower case where case says nothing
	Email           // lower case, domain as for Domain
	typeCount
)

var typeNames = [typeCount]string{
	"", "ipv4", "ipv6", "prefix", "asn", "domain", "url", "url-part", "cert-cn", "cert-sha1", "cert-sha256",
	"ja3", "ja4", "md5", "sha1", "sha256", "wallet", "email",
}

// String returns the type in one word; "" for [None].
func (t Type) String() string {
	if t < typeCount {
		return typeNames[t]
	}
	return fmt.Sprintf("type(%d)", t)
}

// MarshalText writes the type as String does.
func (t Type) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads a type by its name.
func (t *Type) UnmarshalText(b []byte) error {
	p, err := ParseType(string(b))
	if err == nil {
		*t = p
	}
	return err
}

// ParseType reads a type by its name.
func ParseType(s string) (Type, error) {
	for i, n := range typeNames {
		if n == s && i > 0 {
			return Type(i), nil
		}
	}
	return None, fmt.Errorf("%q is no type of indicator: want one of %s", s, strings.Join(typeNames[1:], ", "))
}

// An Indicator is one thing by which infrastructure is recognised, in its
// canonical form. Make one with [Parse] or [ParseAs]; indicators are
// comparable. The zero Indicator is none.
type Indicator struct {
	Type  Type
	Value string
}

// IsZero says that i is none.
func (i Indicator) IsZero() bool { return i == Indicator{} }

// String returns the indicator with its type, as in "domain:w8510.com".
// [Parse] reads it back.
func (i Indicator) String() string {
	if i.IsZero() {
		return ""
	}
	return i.Type.String() + ":" + i.Value
}

// Compare orders indicators by type, then by value as bytes.
func (i Indicator) Compare(j Indicator) int {
	if i.Type != j.Type {
		return int(i.Type) - int(j.Type)
	}
	return strings.Compare(i.Value, j.Value)
}

// MarshalText writes the indicator as String does.
func (i Indicator) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (i *Indicator) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*i = Indicator{}
		return nil
	}
	p, err := Parse(string(b))
	if err == nil {
		*i = p
	}
	return err
}

// Canonical reads what String wrote, and takes the value as it stands. It is for
// files that this program wrote from indicators that it had parsed: millions of
// them are read in the time in which [Parse] reads a few thousand.
func Canonical(s string) (Indicator, error) {
	typ, value, ok := strings.Cut(s, ":")
	if !ok || value == "" {
		return Indicator{}, fmt.Errorf("%q is no indicator with its type", s)
	}
	t, err := ParseType(typ)
	return Indicator{t, value}, err
}

// Addr returns the address of an IPv4 or IPv6 indicator.
func (i Indicator) Addr() (netip.Addr, bool) {
	if i.Type != IPv4 && i.Type != IPv6 {
		return netip.Addr{}, false
	}
	a, err := netip.ParseAddr(i.Value)
	return a, err == nil
}

// Prefix returns the prefix of a Prefix indicator, and the prefix of full
// length of an address.
func (i Indicator) Prefix() (netip.Prefix, bool) {
	if a, ok := i.Addr(); ok {
		return netip.PrefixFrom(a, a.BitLen()), true
	}
	if i.Type != Prefix {
		return netip.Prefix{}, false
	}
	p, err := netip.ParsePrefix(i.Value)
	return p, err == nil
}

// Host returns the address or domain that i points at: of a URL its host, of
// an e-mail address its domain, of an address or a domain itself.
func (i Indicator) Host() (Indicator, bool) {
	switch i.Type {
	case IPv4, IPv6, Domain:
		return i, true
	case Email:
		_, d, ok := strings.Cut(i.Value, "@")
		return Indicator{Domain, d}, ok
	case URL:
		_, rest, _ := strings.Cut(i.Value, "://")
		host, _ := cutHost(rest)
		return parseHost(host)
	}
	return Indicator{}, false
}

// FromAddr returns the indicator of an address; an IPv4 address in IPv6 form is
// the IPv4 address, and a zone is dropped.
func FromAddr(a netip.Addr) Indicator {
	a = a.Unmap().WithZone("")
	switch {
	case a.Is4():
		return Indicator{IPv4, a.String()}
	case a.Is6():
		return Indicator{IPv6, a.String()}
	}
	return Indicator{}
}

// FromPrefix returns the indicator of a prefix: its bits beyond the mask are
// cleared, and one of full length is the address.
func FromPrefix(p netip.Prefix) Indicator {
	if !p.IsValid() {
		return Indicator{}
	}
	if a := p.Addr(); a.Is4In6() && p.Bits() >= 96 {
		p = netip.PrefixFrom(a.Unmap(), p.Bits()-96)
	}
	if p.IsSingleIP() {
		return FromAddr(p.Addr())
	}
	return Indicator{Prefix, p.Masked().String()}
}

// Defang returns the value in a form that no mail client or browser makes a
// link of: "w8510[.]com", "hxxps://w8510[.]com/x". Types that are never links
// are returned as they are. [Parse] reads it back.
func (i Indicator) Defang() string {
	switch i.Type {
	case IPv4, Domain, Prefix:
		return strings.ReplaceAll(i.Value, ".", "[.]")
	case Email:
		return strings.NewReplacer("@", "[@]", ".", "[.]").Replace(i.Value)
	case URL:
		scheme, rest, _ := strings.Cut(i.Value, "://")
		host, path := cutHost(rest)
		scheme = strings.Replace(scheme, "http", "hxxp", 1)
		return scheme + "://" + strings.ReplaceAll(host, ".", "[.]") + path
	}
	return i.Value
}
