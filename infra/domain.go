// SPDX-License-Identifier: Apache-2.0

package infra

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// A Scope says how far a statement about a domain reaches. The zero Scope is
// the host alone.
type Scope uint8

// The scopes.
const (
	Exact          Scope = iota // this host and no other
	WithSubdomains              // this host and every host below it
)

// String returns "exact" or "with-subdomains".
func (s Scope) String() string {
	switch s {
	case Exact:
		return "exact"
	case WithSubdomains:
		return "with-subdomains"
	}
	return fmt.Sprintf("scope(%d)", s)
}

// MarshalText writes the scope as String does.
func (s Scope) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads a scope by its name; "" is [Exact].
func (s *Scope) UnmarshalText(b []byte) error {
	switch string(b) {
	case "", "exact":
		*s = Exact
	case "with-subdomains":
		*s = WithSubdomains
	default:
		return fmt.Errorf("%q is no scope: want exact or with-subdomains", b)
	}
	return nil
}

// ScopeFor returns how far a statement about domain may reach when its source
// says s: below a public suffix and below a zone whose names belong to many
// tenants it reaches nobody but the host itself.
func ScopeFor(domain string, s Scope) Scope {
	if s == WithSubdomains && (isPublicSuffix(domain) || isSharedZone(domain)) {
		return Exact
	}
	return s
}

// RegistrableDomain returns the part of a canonical domain that somebody
// registered, one label below its public suffix; "" where the domain is a
// public suffix itself.
func RegistrableDomain(domain string) string {
	d, err := publicsuffix.EffectiveTLDPlusOne(domain)
	if err != nil {
		return "" // its one error is that the domain is a suffix
	}
	return d
}

func isPublicSuffix(domain string) bool {
	suffix, _ := publicsuffix.PublicSuffix(domain)
	return suffix == domain
}

// A DomainRule ties a domain to a number of the caller's.
type DomainRule struct {
	Domain string // canonical
	Scope  Scope
	Value  uint32
}

// A DomainTable finds the rules that a host falls under. It never changes, so
// any number of goroutines may ask it. The zero table is empty.
type DomainTable struct {
	spans  map[string]domainSpans
	values []uint32
}

// domainSpans are the values for the host itself, and for hosts below it. Both
// hold those of the rules above already, so one stop decides a lookup.
type domainSpans struct{ host, below span }

// NewDomainTable builds a table; each rule reaches as far as [ScopeFor] lets
// it. It also returns the indexes of the rules that reach less far than they
// asked for. The order of the rules does not matter for lookups.
func NewDomainTable(rules []DomainRule) (t *DomainTable, narrowed []int) {
	t = &DomainTable{spans: make(map[string]domainSpans, len(rules))}
	byName := make([]DomainRule, len(rules))
	for i, r := range rules {
		byName[i] = r
		byName[i].Scope = ScopeFor(r.Domain, r.Scope)
		if byName[i].Scope != r.Scope {
			narrowed = append(narrowed, i)
		}
	}
	slices.SortFunc(byName, func(a, b DomainRule) int {
		// A parent is shorter than its children and has to come first.
		if c := len(a.Domain) - len(b.Domain); c != 0 {
			return c
		}
		return strings.Compare(a.Domain, b.Domain)
	})
	for len(byName) > 0 {
		name, n := byName[0].Domain, 1
		for n < len(byName) && byName[n].Domain == name {
			n++
		}
		t.insert(name, byName[:n])
		byName = byName[n:]
	}
	return t, narrowed
}

func (t *DomainTable) insert(name string, rules []DomainRule) {
	below := slices.Clone(t.Lookup(name))
	host := slices.Clone(below)
	for _, r := range rules {
		host = append(host, r.Value)
		if r.Scope == WithSubdomains {
			below = append(below, r.Value)
		}
	}
	s := domainSpans{host: appendSet(&t.values, host)}
	if len(below) == len(host) {
		s.below = s.host
	} else {
		s.below = appendSet(&t.values, below)
	}
	t.spans[name] = s
}

// Lookup returns the values of all rules that a canonical host falls under, in
// ascending order, each once. The caller must not change them. It allocates
// nothing.
func (t *DomainTable) Lookup(host string) []uint32 {
	if s, ok := t.spans[host]; ok {
		return t.values[s.host.from:s.host.to:s.host.to]
	}
	for d := host; ; {
		_, parent, ok := strings.Cut(d, ".")
		if !ok {
			return nil
		}
		if s, ok := t.spans[parent]; ok {
			return t.values[s.below.from:s.below.to:s.below.to]
		}
		d = parent
	}
}

// Len returns the number of different domains.
func (t *DomainTable) Len() int { return len(t.spans) }
