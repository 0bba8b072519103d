// SPDX-License-Identifier: Apache-2.0

package stix

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/infra"
)

// A test is one comparison of a pattern: path op literal.
type test struct {
	path string // "ipv4-addr:value", "file:hashes.SHA-256"
	op   string // "=", "!=", "IN", "LIKE", ...
	not  bool
	vals []string
}

func (t test) String() string {
	op := t.op
	if t.not {
		op = "NOT " + op
	}
	return t.path + " " + op + " " + strings.Join(t.vals, ", ")
}

// maxTests bounds a pattern: the ways in which its OR and AND can come true
// grow with its product.
const maxTests = 4096

// parsePattern returns the ways in which a pattern can come true; each is a
// list of tests that must all hold. It knows the comparisons of one
// observation, joined by AND, OR and brackets, and observations joined by OR
// (STIX 2.1, section 9). Everything that ties several observations by order,
// number or time is an error, since one address alone would say more than the
// pattern does.
func parsePattern(s string) ([][]test, error) {
	toks, err := scan(s)
	if err != nil {
		return nil, err
	}
	p := &patternParser{toks: toks}
	ways, err := p.observations(0)
	if err != nil {
		return nil, err
	}
	if p.at < len(p.toks) {
		return nil, fmt.Errorf("%q behind an observation is not understood", p.peek().text)
	}
	return ways, nil
}

type token struct {
	text   string
	quoted bool
}

// scan divides a pattern into words, marks and strings.
func scan(s string) ([]token, error) {
	var toks []token
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case strings.IndexByte(" \t\r\n", c) >= 0:
			i++
		case strings.IndexByte("[](),", c) >= 0:
			toks = append(toks, token{text: string(c)})
			i++
		case strings.IndexByte("=!<>", c) >= 0:
			n := 1
			if i+1 < len(s) && (s[i+1] == '=' || s[i+1] == '>') {
				n = 2
			}
			toks = append(toks, token{text: s[i : i+n]})
			i += n
		case c == '\'':
			text, n, ok := quoted(s[i:])
			if !ok {
				return nil, errors.New("a string does not end")
			}
			toks = append(toks, token{text, true})
			i += n
		default:
			word, n, ok := word(s[i:])
			if !ok {
				return nil, errors.New("a string does not end")
			}
			toks = append(toks, token{text: word})
			i += n
		}
	}
	return toks, nil
}

// quoted reads a string with its escapes.
func quoted(s string) (text string, n int, ok bool) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s):
			i++
			b.WriteByte(s[i])
		case s[i] == '\'':
			return b.String(), i + 1, true
		default:
			b.WriteByte(s[i])
		}
	}
	return "", 0, false
}

// word reads a path, a keyword or a number. A path may hold strings and
// brackets: file:hashes.'SHA-256', resolves_to_refs[*].value.
func word(s string) (text string, n int, ok bool) {
	var b strings.Builder
	for n < len(s) {
		switch c := s[n]; {
		case c == '\'':
			q, k, ok := quoted(s[n:])
			if !ok {
				return "", 0, false
			}
			b.WriteString(q)
			n += k
		case c == '[' && strings.HasPrefix(s[n:], "[*]"):
			b.WriteString("[*]")
			n += 3
		case strings.IndexByte(" \t\r\n[](),=!<>", c) >= 0:
			return b.String(), n, true
		default:
			b.WriteByte(c)
			n++
		}
	}
	return b.String(), n, true
}

type patternParser struct {
	toks []token
	at   int
}

func (p *patternParser) peek() token {
	if p.at < len(p.toks) {
		return p.toks[p.at]
	}
	return token{}
}

// is says whether the next token is a mark or a keyword, and takes it.
func (p *patternParser) is(text string) bool {
	if t := p.peek(); t.quoted || !strings.EqualFold(t.text, text) || t.text == "" {
		return false
	}
	p.at++
	return true
}

const maxBrackets = 50

func (p *patternParser) observations(depth int) (ways [][]test, err error) {
	if depth > maxBrackets {
		return nil, errors.New("its brackets stand too deep")
	}
	for {
		var more [][]test
		switch {
		case p.is("["):
			if more, err = p.or(depth); err == nil && !p.is("]") {
				err = fmt.Errorf("%q within an observation is not understood", p.peek().text)
			}
		case p.is("("):
			if more, err = p.observations(depth + 1); err == nil && !p.is(")") {
				err = fmt.Errorf("%q between observations is not understood", p.peek().text)
			}
		default:
			err = fmt.Errorf("%q stands where an observation should", p.peek().text)
		}
		if err != nil {
			return nil, err
		}
		if ways = append(ways, more...); len(ways) > maxTests {
			return nil, fmt.Errorf("it can come true in more than %d ways", maxTests)
		}
		if !p.is("OR") {
			return ways, nil
		}
	}
}

func (p *patternParser) or(depth int) (ways [][]test, err error) {
	for {
		more, err := p.and(depth)
		if err != nil {
			return nil, err
		}
		if ways = append(ways, more...); len(ways) > maxTests {
			return nil, fmt.Errorf("it can come true in more than %d ways", maxTests)
		}
		if !p.is("OR") {
			return ways, nil
		}
	}
}

func (p *patternParser) and(depth int) ([][]test, error) {
	ways := [][]test{nil}
	for {
		more, err := p.comparison(depth)
		if err != nil {
			return nil, err
		}
		if len(ways)*len(more) > maxTests || len(ways[0]) > maxTests {
			return nil, fmt.Errorf("it can come true in more than %d ways", maxTests)
		}
		var both [][]test
		for _, w := range ways {
			for _, m := range more {
				both = append(both, append(slices.Clone(w), m...))
			}
		}
		ways = both
		if !p.is("AND") {
			return ways, nil
		}
	}
}

func (p *patternParser) comparison(depth int) ([][]test, error) {
	if p.is("(") {
		if depth > maxBrackets {
			return nil, errors.New("its brackets stand too deep")
		}
		ways, err := p.or(depth + 1)
		if err == nil && !p.is(")") {
			err = fmt.Errorf("%q within brackets is not understood", p.peek().text)
		}
		return ways, err
	}
	path := p.peek()
	if path.quoted || !strings.Contains(path.text, ":") {
		return nil, fmt.Errorf("%q is no path of an object", path.text)
	}
	p.at++
	t := test{path: path.text, not: p.is("NOT"), op: strings.ToUpper(p.peek().text)}
	if !slices.Contains([]string{"=", "==", "!=", "<>", "<", ">", "<=", ">=", "IN", "LIKE", "MATCHES", "ISSUBSET", "ISSUPERSET"}, t.op) || p.peek().quoted {
		return nil, fmt.Errorf("%q is no comparison that is understood", p.peek().text)
	}
	p.at++
	if t.op != "IN" {
		v := p.peek()
		if !v.quoted && (v.text == "" || strings.Contains("[](),=!<>", v.text)) {
			return nil, fmt.Errorf("%s is compared with nothing", path.text)
		}
		p.at++
		t.vals = []string{v.text}
		return [][]test{{t}}, nil
	}
	return p.in(t)
}

// in reads the list behind IN, which is several ways to come true.
func (p *patternParser) in(t test) (ways [][]test, err error) {
	if !p.is("(") {
		return nil, errors.New("IN without a list")
	}
	for {
		v := p.peek()
		if !v.quoted && (v.text == "" || strings.Contains("[](),=!<>", v.text)) {
			return nil, errors.New("the list of IN is not understood")
		}
		p.at++
		if t.not {
			t.vals = append(t.vals, v.text)
		} else {
			ways = append(ways, []test{{path: t.path, op: "=", vals: []string{v.text}}})
		}
		if p.is(")") {
			if t.not {
				ways = [][]test{{t}}
			}
			return ways, nil
		}
		if !p.is(",") || len(ways) > maxTests {
			return nil, errors.New("the list of IN is not understood, or too long")
		}
	}
}

// A match is one indicator of a pattern, with what narrows it.
type match struct {
	indicator infra.Indicator
	scope     infra.Scope
	resolves  infra.Indicator // of a domain: the address that it must resolve to
	only      string          // further conditions, in words of the pattern
}

// matches returns what a pattern recognises.
func matches(pattern string) ([]match, error) {
	ways, err := parsePattern(pattern)
	if err != nil {
		return nil, err
	}
	var out []match
	for _, way := range ways {
		ms, err := wayMatches(way)
		if err != nil {
			return nil, err
		}
		for _, m := range ms {
			if !slices.Contains(out, m) {
				out = append(out, m)
			}
		}
	}
	return whole(out), nil
}

// whole makes one match of a domain and of the hosts below it, where a pattern
// has both: '%.w8510.com' alone is not the domain itself.
func whole(ms []match) []match {
	var out []match
	for _, m := range ms {
		other := m
		switch m.scope {
		case infra.Below:
			other.scope = infra.Exact
		default:
			other.scope = infra.Below
		}
		if m.indicator.Type == infra.Domain && slices.Contains(ms, other) {
			m.scope = infra.WithSubdomains
		}
		if !slices.Contains(out, m) {
			out = append(out, m)
		}
	}
	return out
}

// wayMatches reads tests that must all hold. Several hashes of one file are
// several indicators of it. Two things of which each is recognised by itself
// are an error: one of them alone says more than the pattern.
func wayMatches(way []test) ([]match, error) {
	var found []match
	var resolves infra.Indicator
	var only []string
	hashes := 0
	for _, t := range way {
		if t.path == "domain-name:resolves_to_refs[*].value" && t.op == "=" && !t.not {
			a, err := infra.ParseAs(infra.IPv4, t.vals[0])
			if err != nil {
				return nil, err
			}
			resolves = a
			continue
		}
		i, scope, known, err := t.indicator()
		switch {
		case err != nil:
			return nil, err
		case !known:
			only = append(only, t.String())
			continue
		}
		if strings.Contains(t.path, ":hashes.") {
			hashes++
		}
		found = append(found, match{indicator: i, scope: scope})
	}
	switch {
	case len(found) == 0:
		return nil, fmt.Errorf("nothing in %q recognises infrastructure or a file", join(way))
	case len(found) > 1 && hashes != len(found):
		return nil, fmt.Errorf("%q ties several things, and one of them alone says more than the pattern", join(way))
	case !resolves.IsZero() && (len(found) != 1 || found[0].indicator.Type != infra.Domain):
		return nil, fmt.Errorf("%q ties an address to no domain", join(way))
	}
	for k := range found {
		found[k].resolves, found[k].only = resolves, strings.Join(only, " AND ")
	}
	return found, nil
}

func join(way []test) string {
	var s []string
	for _, t := range way {
		s = append(s, t.String())
	}
	return strings.Join(s, " AND ")
}

// indicator reads one test. known is false for a test that recognises nothing
// by itself, as one of a port or a file's name.
func (t test) indicator() (i infra.Indicator, scope infra.Scope, known bool, err error) {
	typ, known := typeOf(t.path)
	if !known {
		return i, infra.Exact, false, nil
	}
	v := t.vals[0]
	switch {
	case t.not || t.op == "!=" || t.op == "<>":
		return i, infra.Exact, false, fmt.Errorf("%q says what it is not", t)
	case t.op == "=" || t.op == "==":
	case t.op == "ISSUBSET" && (typ == infra.IPv4):
		typ = infra.Prefix
	case t.op == "LIKE" && typ == infra.Domain && strings.HasPrefix(v, "%.") && !strings.ContainsAny(v[2:], "%_"):
		if v, scope = v[2:], infra.Below; infra.IsSharedSuffix(strings.ToLower(v)) {
			return i, infra.Exact, false, fmt.Errorf("%q reaches every tenant of a shared zone", t)
		}
	case t.op == "LIKE" && typ == infra.URL && len(v) > 2 && v[0] == '%' && v[len(v)-1] == '%' && !strings.ContainsAny(v[1:len(v)-1], "%_"):
		v, typ = v[1:len(v)-1], infra.URLPart
	default:
		return i, infra.Exact, false, fmt.Errorf("%q is compared in a way that is not understood", t)
	}
	if typ == infra.IPv4 && strings.Contains(v, "/") {
		typ = infra.Prefix
	}
	if typ == infra.ASN {
		v = "AS" + v
	}
	if typ == infra.CertCN {
		cn, ok := commonName(v)
		if !ok {
			return i, infra.Exact, false, nil
		}
		v = cn
	}
	i, err = infra.ParseAs(typ, v)
	return i, scope, true, err
}

// commonName returns the CN of a certificate's subject.
func commonName(subject string) (string, bool) {
	for _, f := range strings.FieldsFunc(subject, func(r rune) bool { return r == ',' || r == '/' }) {
		if cn, ok := strings.CutPrefix(strings.TrimSpace(f), "CN="); ok && cn != "" {
			return cn, true
		}
	}
	return "", false
}

// typeOf returns what the path of a test is compared with.
func typeOf(path string) (infra.Type, bool) {
	object, prop, _ := strings.Cut(path, ":")
	if algo, ok := strings.CutPrefix(strings.ToLower(prop), "hashes."); ok {
		algo = strings.ReplaceAll(algo, "-", "")
		cert := object == "x509-certificate"
		switch {
		case object != "file" && !cert:
			return infra.None, false
		case algo == "md5" && !cert:
			return infra.MD5, true
		case algo == "sha1" && !cert:
			return infra.SHA1, true
		case algo == "sha1":
			return infra.CertSHA1, true
		case algo == "sha256" && !cert:
			return infra.SHA256, true
		case algo == "sha256":
			return infra.CertSHA256, true
		}
		return infra.None, false
	}
	switch path {
	case "ipv4-addr:value", "ipv6-addr:value", "network-traffic:dst_ref.value", "network-traffic:src_ref.value":
		return infra.IPv4, true // or IPv6: the canonical form says which
	case "domain-name:value":
		return infra.Domain, true
	case "url:value":
		return infra.URL, true
	case "email-addr:value":
		return infra.Email, true
	case "autonomous-system:number":
		return infra.ASN, true
	case "x509-certificate:subject":
		return infra.CertCN, true
	}
	return infra.None, false
}

// patternOf writes the comparison that recognises an indicator; "" where
// patterns have no words for it, as for wallets and TLS fingerprints.
func patternOf(i infra.Indicator, scope infra.Scope) string {
	q := "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(i.Value) + "'"
	switch i.Type {
	case infra.IPv4:
		return "ipv4-addr:value = " + q
	case infra.IPv6:
		return "ipv6-addr:value = " + q
	case infra.Prefix:
		if strings.Contains(i.Value, ":") {
			return "ipv6-addr:value = " + q
		}
		return "ipv4-addr:value = " + q
	case infra.Domain:
		below := "domain-name:value LIKE '%." + q[1:]
		switch {
		case scope == infra.Below:
			return below
		case infra.ScopeFor(i.Value, scope) == infra.WithSubdomains:
			return "domain-name:value = " + q + " OR " + below
		}
		return "domain-name:value = " + q
	case infra.URL:
		return "url:value = " + q
	case infra.URLPart:
		if strings.ContainsAny(i.Value, "%_") {
			return ""
		}
		return "url:value LIKE '%" + q[1:len(q)-1] + "%'"
	case infra.Email:
		return "email-addr:value = " + q
	case infra.ASN:
		return "autonomous-system:number = " + strings.TrimPrefix(i.Value, "AS")
	case infra.MD5:
		return "file:hashes.MD5 = " + q
	case infra.SHA1:
		return "file:hashes.'SHA-1' = " + q
	case infra.SHA256:
		return "file:hashes.'SHA-256' = " + q
	case infra.CertSHA1:
		return "x509-certificate:hashes.'SHA-1' = " + q
	case infra.CertSHA256:
		return "x509-certificate:hashes.'SHA-256' = " + q
	case infra.CertCN:
		if strings.ContainsAny(i.Value, ",/") {
			return ""
		}
		return "x509-certificate:subject = 'CN=" + q[1:]
	}
	return ""
}
