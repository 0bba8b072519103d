// SPDX-License-Identifier: Apache-2.0

package infra

import (
	"encoding/hex"
	"fmt"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"

	"github.com/interdict-dev/interdict/internal/errkind"
)

// maxLen bounds what is looked at: no indicator is longer than a URL, and
// FollowTheMoney bounds those at 4096.
const maxLen = 4096

// Parse recognises an indicator however it is written, with its defanging
// undone. What could be several things is the commonest one: 32 hexadecimal
// digits are the MD5 of a file, and [ParseAs] is for those who know better. A
// type in front decides too: "ja3:e7d7…". A host is only recognised below a
// suffix of the public suffix list, since "report.pdf" is none. A port behind
// an address or a domain is dropped. The error is of kind invalid.
func Parse(s string) (Indicator, error) {
	t := trim(s)
	if len(t) > maxLen {
		return Indicator{}, invalid("%.40q... is no indicator: it is %d bytes long", t, len(t))
	}
	if typ, rest, ok := strings.Cut(t, ":"); ok {
		if typ, err := ParseType(strings.ToLower(typ)); err == nil {
			return ParseAs(typ, rest)
		}
	}
	if i, ok := guess(t); ok {
		return i, nil
	}
	return Indicator{}, invalid("%q is no indicator: want an address, prefix, AS number, domain, URL, e-mail address, hash, JA4 or wallet", s)
}

// ParseAs reads s as an indicator of type t, with its defanging undone. The
// error is of kind invalid.
func ParseAs(t Type, s string) (Indicator, error) {
	v := trim(s)
	if len(v) > maxLen {
		return Indicator{}, invalid("%.40q... is no %v: it is %d bytes long", v, t, len(v))
	}
	if i, ok := parseAs(t, v); ok {
		return i, nil
	}
	return Indicator{}, invalid("%q is no %v", s, t)
}

func invalid(format string, args ...any) error {
	return errkind.New(errkind.Invalid, fmt.Sprintf(format, args...))
}

// guess tries the types from the most particular form to the least.
func guess(s string) (Indicator, bool) {
	switch {
	case urlScheme(s) > 0:
		return parseAs(URL, s)
	case strings.Contains(refang(s), "@"):
		return parseAs(Email, s)
	}
	for _, t := range [...]Type{IPv4, Prefix, ASN, JA4, MD5, SHA1, SHA256} {
		if t == Prefix && !strings.Contains(s, "/") || t == JA4 && len(s) != ja4Length {
			continue // most are hosts, and trying takes its time
		}
		if i, ok := parseAs(t, s); ok {
			return i, true
		}
	}
	if !strings.Contains(s, ".") && walletForms().MatchString(s) {
		return parseAs(Wallet, s)
	}
	i, ok := parseHost(refang(s))
	if !ok {
		return bareURL(s)
	}
	if i.Type == Domain && !hasKnownSuffix(i.Value) {
		return Indicator{}, false
	}
	return i, ok
}

// bareURL reads a URL without its scheme, as lists print it: "w8510.com/a", which
// is taken for http. A slash with nothing behind it leaves the host. What is
// behind the slash of an address must not look like the length of a prefix.
func bareURL(s string) (Indicator, bool) {
	host, path := cutHost(strings.TrimPrefix(s, "//"))
	h, ok := parseHost(refang(host))
	if !ok || path == "" || h.Type == Domain && !hasKnownSuffix(h.Value) {
		return Indicator{}, false
	}
	if path == "/" {
		return h, true
	}
	if h.Type != Domain && strings.Trim(path, "/0123456789") == "" {
		return Indicator{}, false
	}
	return parseURL("http://" + host + path)
}

func parseAs(t Type, s string) (Indicator, bool) {
	switch t {
	case IPv4, IPv6:
		return parseAddr(refang(s))
	case Prefix:
		p, err := netip.ParsePrefix(refang(s))
		if err != nil {
			return Indicator{}, false
		}
		return FromPrefix(p), true
	case ASN:
		return parseASN(s)
	case Domain:
		d, ok := canonDomain(refang(s))
		return Indicator{Domain, d}, ok
	case URL:
		return parseURL(s)
	case URLPart:
		return Indicator{URLPart, s}, s != ""
	case CertCN:
		if d, ok := canonDomain(refang(s)); ok {
			return Indicator{CertCN, d}, true
		}
		return Indicator{CertCN, s}, s != ""
	case MD5, JA3:
		return parseHex(t, s, 16)
	case SHA1, CertSHA1:
		return parseHex(t, s, 20)
	case SHA256, CertSHA256:
		return parseHex(t, s, 32)
	case JA4:
		v := strings.ToLower(s)
		return Indicator{JA4, v}, ja4Form().MatchString(v)
	case Wallet:
		return parseWallet(s)
	case Email:
		return parseEmail(refang(s))
	}
	return Indicator{}, false
}

// trim takes off what clings to a pasted indicator.
func trim(s string) string {
	return strings.Trim(s, " \t\r\n\u00a0\u200b\ufeff\"'`<>,;")
}

// refang undoes the ways in which a host is written so that nobody clicks on
// it. It is for hosts alone: a path may hold these strings in earnest.
func refang(s string) string {
	if !strings.ContainsAny(s, "[({\\ ") {
		return s
	}
	return fangs().Replace(s)
}

var fangs = sync.OnceValue(func() *strings.Replacer {
	var pairs []string
	for _, b := range [...]string{"[]", "()", "{}"} {
		l, r := b[:1], b[1:]
		for _, dot := range [...]string{".", "dot", "DOT"} { // set apart by blanks
			m := l + dot + r
			pairs = append(pairs, " "+m+" ", ".", " "+m, ".", m+" ", ".")
		}
		for _, dot := range [...]string{".", "dot", "DOT", "Dot", " dot ", "punkt"} {
			pairs = append(pairs, l+dot+r, ".")
		}
		for _, at := range [...]string{"@", "at", "AT", " at "} {
			pairs = append(pairs, l+at+r, "@")
		}
		pairs = append(pairs, l+":"+r, ":", l+"/"+r, "/", l+"."+"", ".", "."+r, ".")
	}
	return strings.NewReplacer(append(pairs, `\.`, ".", " dot ", ".", " DOT ", ".", " at ", "@", " AT ", "@")...)
})

// schemes are the ones that reports write, each with its defanged forms.
var schemes = [...]struct{ written, means string }{
	{"https", "https"}, {"http", "http"}, {"hxxps", "https"}, {"hxxp", "http"}, {"hxps", "https"}, {"hxp", "http"},
	{"h**ps", "https"}, {"h**p", "http"}, {"ftp", "ftp"}, {"fxp", "ftp"}, {"ftps", "ftps"}, {"sftp", "sftp"}, {"ssh", "ssh"},
	{"ldap", "ldap"}, {"tcp", "tcp"}, {"udp", "udp"}, {"ws", "ws"}, {"wss", "wss"}, {"smb", "smb"}, {"rdp", "rdp"},
}

// urlScheme returns the length of a scheme of ours with its "://", in any of
// its defanged forms, at the start of s; else 0.
func urlScheme(s string) int {
	_, n := cutScheme(s)
	return n
}

func cutScheme(s string) (means string, n int) {
	for _, sc := range schemes {
		if len(s) < len(sc.written) || !strings.EqualFold(s[:len(sc.written)], sc.written) {
			continue
		}
		for _, sep := range [...]string{"://", "[:]//", "[://]", ":[//]", "[:]\\\\", ":\\\\"} {
			if strings.HasPrefix(s[len(sc.written):], sep) {
				return sc.means, len(sc.written) + len(sep)
			}
		}
	}
	return "", 0
}

// cutHost divides what follows "://" into the host with its port, and the
// path with its slash.
func cutHost(s string) (host, path string) {
	if i := strings.IndexAny(s, "/?#"); i >= 0 {
		return s[:i], s[i:]
	}
	return s, ""
}

// defaultPorts are not part of the canonical form (RFC 3986, 6.2.3).
var defaultPorts = [...]struct{ scheme, port string }{{"http", "80"}, {"https", "443"}, {"ws", "80"}, {"wss", "443"}, {"ftp", "21"}, {"ssh", "22"}}

func parseURL(s string) (Indicator, bool) {
	scheme, n := cutScheme(s)
	if n == 0 || strings.ContainsAny(s, " \t\r\n") {
		return Indicator{}, false
	}
	// "[/]" is the one mark that hides where the host ends.
	rest := strings.Replace(s[n:], "[/]", "/", 1)
	authority, path := cutHost(rest)
	if i := strings.LastIndexByte(authority, '@'); i >= 0 {
		authority = authority[i+1:] // user names are no part of the place
	}
	host, port := splitPort(refang(authority))
	h, ok := parseHost(host)
	if !ok {
		return Indicator{}, false
	}
	v := h.Value
	if h.Type == IPv6 {
		v = "[" + v + "]"
	}
	for _, d := range defaultPorts {
		if d.scheme == scheme && d.port == port {
			port = ""
		}
	}
	if port != "" {
		v += ":" + port
	}
	path, _, _ = strings.Cut(path, "#")
	path = trim(path) // the end that the fragment hid
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	return Indicator{URL, scheme + "://" + v + path}, true
}

// splitPort cuts a port of digits off a host: "1.2.3.4:443", "[::1]:443".
func splitPort(s string) (host, port string) {
	i := strings.LastIndexByte(s, ':')
	if i < 0 || strings.Count(s, ":") > 1 && !strings.HasSuffix(s[:i], "]") {
		return s, ""
	}
	if n, err := strconv.ParseUint(s[i+1:], 10, 16); err != nil || n == 0 {
		return s, ""
	}
	return s[:i], strings.TrimLeft(s[i+1:], "0")
}

// parseHost reads an address or a domain, with or without a port.
func parseHost(s string) (Indicator, bool) {
	if i, ok := parseAddr(s); ok {
		return i, true
	}
	host, _ := splitPort(s)
	d, ok := canonDomain(host)
	return Indicator{Domain, d}, ok
}

func parseAddr(s string) (Indicator, bool) {
	host, _ := splitPort(s)
	if strings.HasPrefix(host, "[") && strings.HasSuffix(host, "]") {
		host = host[1 : len(host)-1]
	}
	a, err := netip.ParseAddr(strings.TrimSuffix(host, ".")) // as names of the DNS end
	if err != nil {
		return Indicator{}, false
	}
	return FromAddr(a), true
}

func parseASN(s string) (Indicator, bool) {
	v := strings.ToUpper(s)
	for _, p := range [...]string{"ASN", "AS"} {
		if digits, ok := strings.CutPrefix(v, p); ok {
			n, ok := asNumber(strings.TrimSpace(digits))
			return Indicator{ASN, "AS" + strconv.FormatUint(n, 10)}, ok
		}
	}
	return Indicator{}, false
}

// asNumber reads a number of four octets (RFC 6793), also as two halves with a
// full stop between them (RFC 5396, asdot): "1.10" is 65546.
func asNumber(s string) (uint64, bool) {
	high, low, isDot := strings.Cut(s, ".")
	if !isDot {
		n, err := strconv.ParseUint(s, 10, 32)
		return n, err == nil
	}
	h, err := strconv.ParseUint(high, 10, 16)
	l, err2 := strconv.ParseUint(low, 10, 16)
	return h<<16 | l, err == nil && err2 == nil
}

func parseHex(t Type, s string, size int) (Indicator, bool) {
	v := strings.ToLower(s)
	if len(v) == 3*size-1 {
		v = strings.ReplaceAll(v, ":", "") // as certificate viewers print it
	}
	if len(v) != 2*size {
		return Indicator{}, false
	}
	_, err := hex.DecodeString(v)
	return Indicator{t, v}, err == nil
}

// ja4Form is the layout of the JA4 TLS client fingerprint: transport, version,
// SNI, counts, ALPN, then two truncated SHA-256.
// It is ja4Length long.
var ja4Form = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[tqd](?:1[0-3]|[sd][123]|00)[di][0-9]{4}[0-9a-z]{2}_[0-9a-f]{12}_[0-9a-f]{12}$`)
})

const ja4Length = 36

// walletForms are the shapes of addresses on the chains that OFAC publishes.
// They are shapes only: check digits belong to package party.
var walletForms = sync.OnceValue(func() *regexp.Regexp {
	const base58, bech32 = `[1-9A-HJ-NP-Za-km-z]`, `[02-9ac-hj-np-z]`
	return regexp.MustCompile(`^(?:0x[0-9a-fA-F]{40}` + // Ethereum and its kin
		`|(?:bc|ltc)1` + bech32 + `{11,71}|BC1[02-9AC-HJ-NP-Z]{11,71}` + // BIP 173
		`|[13]` + base58 + `{25,34}` + // Bitcoin
		`|[TXDG]` + base58 + `{33}` + // Tron, Dash, Verge and Dogecoin, Bitcoin Gold
		`|[LM]` + base58 + `{32,33}` + // Litecoin
		`|[48]` + base58 + `{94}` + // Monero
		`|t[13]` + base58 + `{33}` + // Zcash
		`|r` + base58 + `{24,34}` + // XRP
		`|(?:bitcoincash:)?[qp]` + bech32 + `{41})$`) // Bitcoin Cash
})

// anyWallet is what may be a wallet when somebody says that it is one: lists
// also print chains that we do not know, and the hash of a transaction.
var anyWallet = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(?:[a-z]{2,16}:)?[0-9A-Za-z]{20,128}$`) })

func parseWallet(s string) (Indicator, bool) {
	if !anyWallet().MatchString(s) {
		return Indicator{}, false
	}
	s = strings.TrimPrefix(s, "bitcoincash:")
	if strings.HasPrefix(s, "0x") || strings.HasPrefix(s, "BC1") {
		s = strings.ToLower(s)
	}
	return Indicator{Wallet, s}, s != ""
}

func parseEmail(s string) (Indicator, bool) {
	s = strings.ToLower(s)
	s = strings.TrimPrefix(s, "mailto:")
	local, domain, ok := strings.Cut(s, "@")
	d, isDomain := canonDomain(domain)
	if !ok || !isDomain || local == "" || len(local) > 64 || strings.ContainsAny(local, " \t\r\n<>()[]{},;:\\\"'`") {
		return Indicator{}, false
	}
	return Indicator{Email, local + "@" + d}, true
}

// CanonDomain returns the canonical form of a host name as it stands in a log,
// and whether it is one: lower case, punycode, no final dot, at least two
// labels. It allocates nothing for a name that is canonical already.
func CanonDomain(s string) (string, bool) { return canonDomain(s) }

func canonDomain(s string) (string, bool) {
	s = strings.TrimSuffix(s, ".")
	if !isASCII(s) {
		a, err := idnaProfile().ToASCII(s)
		if err != nil {
			return "", false
		}
		s = strings.TrimSuffix(a, ".")
	}
	s = strings.ToLower(s)
	return s, isDomain(s)
}

// idnaProfile maps as browsers do (UTS 46, non-transitional) but leaves the
// characters of host names to isDomain: real names have underscores.
var idnaProfile = sync.OnceValue(func() *idna.Profile {
	return idna.New(idna.MapForLookup(), idna.Transitional(false), idna.StrictDomainName(false), idna.CheckHyphens(false), idna.BidiRule())
})

// isDomain checks the lengths of RFC 1035 and the characters that names on
// the wire have; the last label needs a letter, so that no address is a domain.
func isDomain(s string) bool {
	if len(s) > 253 {
		return false
	}
	labels, start, letter := 0, 0, false
	for i := 0; i <= len(s); i++ {
		if i < len(s) && s[i] != '.' {
			c := s[i]
			switch {
			case 'a' <= c && c <= 'z':
				letter = true
			case '0' <= c && c <= '9', c == '_':
			case c == '-' && i > start:
			default:
				return false
			}
			continue
		}
		if n := i - start; n == 0 || n > 63 || s[i-1] == '-' {
			return false
		}
		labels++
		if i < len(s) {
			start, letter = i+1, false
		}
	}
	return labels >= 2 && letter
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// hasKnownSuffix says that the public suffix list has a rule for the name.
func hasKnownSuffix(domain string) bool {
	suffix, icann := publicsuffix.PublicSuffix(domain)
	return icann || strings.Contains(suffix, ".") || suffix == "onion"
}
