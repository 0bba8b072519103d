// SPDX-License-Identifier: Apache-2.0

package infra

import (
	"encoding/binary"
	"fmt"
	"math/bits"
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
	Below                       // every host below it, and not this one: '%.w8510.com' of a STIX pattern
)

// String returns "exact", "with-subdomains" or "below".
func (s Scope) String() string {
	switch s {
	case Exact:
		return "exact"
	case WithSubdomains:
		return "with-subdomains"
	case Below:
		return "below"
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
	case "below":
		*s = Below
	default:
		return fmt.Errorf("%q is no scope: want exact, with-subdomains or below", b)
	}
	return nil
}

// ScopeFor returns how far a statement about domain may reach when its source
// says s: below a public suffix and below a zone whose names belong to many
// tenants it reaches nobody but the host itself. [Reaches] says whom it reaches.
func ScopeFor(domain string, s Scope) Scope {
	if s == WithSubdomains && IsSharedSuffix(domain) {
		return Exact
	}
	return s
}

// IsSharedSuffix says that the names below a domain belong to strangers: it is a
// public suffix, or a zone of many tenants.
func IsSharedSuffix(domain string) bool { return isPublicSuffix(domain) || isSharedZone(domain) }

// Reaches says whether a statement about domain that reaches as far as s speaks
// of a host.
func Reaches(domain string, s Scope, host string) bool {
	if host == domain {
		return s != Below
	}
	return s != Exact && strings.HasSuffix(host, "."+domain) && !IsSharedSuffix(domain)
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
//
// It is an open hash table. A domain is hashed from its last byte to its first,
// so that one pass over a host gives the hashes of all domains above it. A byte
// of each hash stands in tags, eight of which are looked at in one step and
// which mostly say that a domain has no rule: of 5 M domains they are 7 MB, near
// at hand where the rest is not. An entry is one line of memory with its name
// beside its values, so a domain that has a rule costs one reach into memory
// more.
type DomainTable struct {
	tags    []byte   // of each place; 0 is empty. The first seven stand at the end once more
	entries []byte   // a line for each place
	long    []string // names that do not fit into their entries
	values  []uint32
	places  int
	size    int

	shortest, longest int // names: most top-level domains are shorter
}

// An entry is a line: the sets of values for the host itself, and for hosts
// below it, each as a packed span; the length of the name, or longName; the name.
// Both sets hold those of the rules above already, so one entry decides a lookup.
const (
	entryHost   = 0
	entryBelow  = 4
	entryLength = 8
	entryName   = 9
	maxName     = lineSize - entryName
)

// longName says that name begins with an index in long, in little-endian.
const longName = 255

// full is the most of the places that are taken, in percent.
const full = 75

// NewDomainTable builds a table; each rule reaches as far as [ScopeFor] lets
// it. It also returns the indexes of the rules that reach less far than they
// asked for. The order of the rules does not matter for lookups.
func NewDomainTable(rules []DomainRule) (t *DomainTable, narrowed []int) {
	if len(rules) == 0 {
		return &DomainTable{}, nil
	}
	places := len(rules)*100/full + 8
	t = &DomainTable{tags: pages(places + 7), entries: pages(places * lineSize), places: places}
	byName := make([]DomainRule, len(rules))
	for i, r := range rules {
		byName[i] = r
		if r.Scope != Exact && IsSharedSuffix(r.Domain) {
			byName[i].Scope, narrowed = Exact, append(narrowed, i)
		}
	}
	// What speaks of the hosts below a shared zone alone reaches nobody.
	kept := byName[:0]
	for i, r := range byName {
		if r.Scope != Exact || rules[i].Scope != Below {
			kept = append(kept, r)
		}
	}
	byName = kept
	slices.SortFunc(byName, func(a, b DomainRule) int {
		// A parent is shorter than its children and has to come first.
		if c := len(a.Domain) - len(b.Domain); c != 0 {
			return c
		}
		return strings.Compare(a.Domain, b.Domain)
	})
	var host, below []uint32 // used again
	for len(byName) > 0 {
		name, n := byName[0].Domain, 1
		for n < len(byName) && byName[n].Domain == name {
			n++
		}
		host = append(host[:0], t.Lookup(name)...)
		below = append(below[:0], host...)
		for _, r := range byName[:n] {
			if r.Scope != Below {
				host = append(host, r.Value)
			}
			if r.Scope != Exact {
				below = append(below, r.Value)
			}
		}
		t.insert(name, host, below)
		byName = byName[n:]
	}
	return t, narrowed
}

// insert takes the first empty place for a name that is not in the table.
func (t *DomainTable) insert(name string, host, below []uint32) {
	if t.size == 0 {
		t.shortest = len(name)
	}
	t.shortest, t.longest = min(t.shortest, len(name)), max(t.longest, len(name))
	hostSet := appendPacked(&t.values, host)
	belowSet := hostSet
	if !slices.Equal(below, host) {
		belowSet = appendPacked(&t.values, below)
	}
	h := uint64(hashStart)
	for i := len(name) - 1; i >= 0; i-- {
		h = hashStep(h, name[i])
	}
	at, tag := t.place(h)
	for t.tags[at] != 0 {
		if at++; at == t.places {
			at = 0
		}
	}
	t.tags[at] = tag
	e := t.entry(at)
	binary.LittleEndian.PutUint32(e[entryHost:], uint32(hostSet))
	binary.LittleEndian.PutUint32(e[entryBelow:], uint32(belowSet))
	if len(name) <= maxName {
		e[entryLength] = uint8(copy(e[entryName:], name))
	} else {
		e[entryLength] = longName
		binary.LittleEndian.PutUint32(e[entryName:], uint32(len(t.long)))
		t.long = append(t.long, name)
	}
	if at < 7 {
		t.tags[t.places+at] = tag
	}
	t.size++
}

func (t *DomainTable) entry(at int) *[lineSize]byte {
	return (*[lineSize]byte)(t.entries[at*lineSize:])
}

// The hash is FNV-1a over the bytes in reverse.
const (
	hashStart = 14695981039346656037
	hashPrime = 1099511628211
)

func hashStep(h uint64, c byte) uint64 { return (h ^ uint64(c)) * hashPrime }

// place returns where a hash belongs and its tag. Its bits are mixed before (the
// first half of Murmur3's finalizer); the highest give the place and the lowest
// the tag.
func (t *DomainTable) place(h uint64) (at int, tag byte) {
	h = (h ^ h>>33) * 0xff51afd7ed558ccd
	h ^= h >> 33
	hi, _ := bits.Mul64(h, uint64(t.places))
	return int(hi), max(byte(h), 1)
}

// One in each byte, and the highest bit of each byte.
const ones, tops = 0x0101010101010101, 0x8080808080808080

// A probe is one domain that a host is or lies below.
type probe struct {
	eight uint64 // the tags from where it belongs
	at    int
	from  int // of the name in the host
	tag   byte
}

// find returns the entry of a name, nil where there is none.
func (t *DomainTable) find(p *probe, name string) *[lineSize]byte {
	at, eight := p.at, p.eight
	for {
		// A byte that is zero after the exclusive or is the tag. The trick may show
		// the byte above it as well: names are compared.
		same := eight ^ ones*uint64(p.tag)
		for m := (same - ones) &^ same & tops; m != 0; m &= m - 1 {
			i := at + bits.TrailingZeros64(m)/8
			if i >= t.places {
				i -= t.places
			}
			if e := t.entry(i); t.isName(e, name) {
				return e
			}
		}
		if (eight-ones)&^eight&tops != 0 {
			return nil // an empty place: the name would stand there
		}
		if at += 8; at >= t.places {
			at -= t.places
		}
		eight = binary.LittleEndian.Uint64(t.tags[at:])
	}
}

func (t *DomainTable) isName(e *[lineSize]byte, name string) bool {
	n := int(e[entryLength])
	if n == longName {
		return len(name) > maxName && t.long[binary.LittleEndian.Uint32(e[entryName:])] == name
	}
	return n == len(name) && string(e[entryName:entryName+n]) == name
}

// maxProbes is how many domains are looked for in one go; names on the wire
// rarely have more labels.
const maxProbes = 8

// Lookup returns the values of all rules that a canonical host falls under, in
// ascending order, each once. The caller must not change them. It allocates
// nothing.
func (t *DomainTable) Lookup(host string) []uint32 {
	if t.size == 0 {
		return nil
	}
	// All tags are fetched before the first is looked at, so that memory brings
	// them side by side; then the nearest domain that has a rule decides.
	var probes [maxProbes]probe
	n, found := 0, packed(0)
	h := uint64(hashStart)
	for i := len(host) - 1; i >= 0; i-- {
		if above := len(host) - i - 1; host[i] == '.' && above >= t.shortest && above <= t.longest {
			if n == maxProbes-1 { // room for the host itself is left
				found, n = t.nearest(probes[:n], host, found), 0
			}
			t.fetch(&probes[n], h, i+1)
			n++
		}
		h = hashStep(h, host[i])
	}
	t.fetch(&probes[n], h, 0)
	found = t.nearest(probes[:n+1], host, found)
	return found.in(t.values)
}

func (t *DomainTable) fetch(p *probe, h uint64, from int) {
	p.at, p.tag = t.place(h)
	p.eight, p.from = binary.LittleEndian.Uint64(t.tags[p.at:]), from
}

// nearest returns the values that the last probe with an entry has for the host,
// above where none has one. A name that ends in a full stop has an empty domain
// above it, which no rule has.
func (t *DomainTable) nearest(probes []probe, host string, above packed) packed {
	for k := len(probes) - 1; k >= 0; k-- {
		p := &probes[k]
		e := t.find(p, host[p.from:])
		switch {
		case e == nil:
		case p.from == 0:
			return packed(binary.LittleEndian.Uint32(e[entryHost:]))
		default:
			return packed(binary.LittleEndian.Uint32(e[entryBelow:]))
		}
	}
	return above
}

// Len returns the number of different domains.
func (t *DomainTable) Len() int { return t.size }
