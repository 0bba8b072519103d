// SPDX-License-Identifier: Apache-2.0

package book

import (
	"hash/fnv"
	"strings"

	"github.com/interdict-dev/interdict/infra"
	"github.com/interdict-dev/interdict/party"
)

// Keys yields every key under which an entry is to be found whatever its name
// says: the normal forms of its identifiers, its domains, e-mail addresses and
// phones. Subject and listed party share a key where they share one of these.
func Keys(e *party.Entry, yield func(key string)) {
	for _, id := range e.Identifiers {
		for _, k := range party.Normals(id) {
			yield("id:" + k)
		}
	}
	for _, w := range e.Websites {
		if d := Domain(w); d != "" {
			yield("domain:" + d)
		}
	}
	for _, m := range e.Emails {
		if k := Email(m); k != "" {
			yield("mail:" + k)
		}
	}
	for _, p := range e.Phones {
		if k := Phone(p); k != "" {
			yield("phone:" + k)
		}
	}
}

// Domain returns the domain that a website is under, as one registers it; ""
// where s holds none, or only a domain that many share.
func Domain(s string) string {
	i, err := infra.Parse(strings.TrimSpace(s))
	if err != nil {
		return ""
	}
	host, ok := i.Host()
	if !ok || host.Type != infra.Domain {
		return ""
	}
	return infra.RegistrableDomain(host.Value)
}

// Email returns an address in the form that is compared; "" for what is none.
func Email(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	if user, host, ok := strings.Cut(s, "@"); !ok || user == "" || !strings.Contains(host, ".") {
		return ""
	}
	return s
}

// minPhone is how many digits a phone number has at least to be a key: shorter
// ones are extensions.
const minPhone = 7

// Phone returns the digits of a phone number without leading zeros; "" for
// less than a number.
func Phone(s string) string {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
	digits = strings.TrimLeft(digits, "0")
	if len(digits) < minPhone {
		return ""
	}
	return digits
}

// keyHash is FNV-1a; it is part of the format.
func keyHash(key string) uint32 {
	h := fnv.New32a()
	h.Write([]byte(key)) // never fails
	return h.Sum32()
}
