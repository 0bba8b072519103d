// SPDX-License-Identifier: Apache-2.0

package ownership

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"github.com/interdict-dev/interdict/party"
)

// A Profile is what may tie a company to a listed one. Source says where it
// comes from, for the evidence.
type Profile struct {
	Ref       party.Ref
	Name      string
	Kind      party.Kind
	Founded   party.Date // a full day, or it says nothing
	Addresses []string
	Phones    []string
	Domains   []string
	Officers  []party.Ref
	Source    string
}

// NewProfile takes from an entry what a profile holds. Officers are those that
// links say lead it.
func NewProfile(e *party.Entry, links *Links, source string) Profile {
	p := Profile{Ref: e.Ref, Name: e.Name(), Kind: e.Kind, Source: source, Phones: e.Phones}
	if len(e.Founded) > 0 && e.Founded[0].From == e.Founded[0].To && !e.Founded[0].Circa {
		p.Founded = e.Founded[0].From
	}
	for _, a := range e.Addresses {
		if a.Street != "" || a.Full != "" {
			p.Addresses = append(p.Addresses, a.String())
		}
	}
	for _, w := range e.Websites {
		p.Domains = append(p.Domains, hostOf(w))
	}
	for _, m := range e.Emails {
		if _, domain, ok := strings.Cut(m, "@"); ok && !isFreeMail(domain) {
			p.Domains = append(p.Domains, hostOf(domain))
		}
	}
	if links != nil {
		for _, l := range links.Of(e.Ref) {
			if (l.Kind == party.LeaderOf || l.Kind == party.ExecutiveOf) && l.Object == e.Ref {
				p.Officers = append(p.Officers, l.Subject)
			}
		}
	}
	return p
}

// A Designation is a listed party and the day on which it was listed.
type Designation struct {
	Party Profile
	Entry party.Ref
	On    party.Date
}

// A Signal is one thing that a company has in common with a listed one.
type Signal struct {
	// Family is what sort of thing it is: time, people, place, contact or
	// relation. Signals of one family are not independent of each other.
	Family   string `json:"family"`
	Evidence string `json:"evidence"`
	Source   string `json:"source,omitempty"`
}

// A Suspicion is what speaks for a company being the continuation of a listed
// one. Its grade is suspected: it blocks nothing and proves nothing, and it
// names no natural person.
type Suspicion struct {
	Company party.Ref `json:"company"`
	Of      party.Ref `json:"of"` // the list entry
	Signals []Signal  `json:"signals"`
}

// Days after a designation within which a new company is a signal. Hypercore
// and Datavice were founded two days after Aeza was listed; 30 days is a choice
// of ours.
const signalDays = 30

// Crowded is how many companies may share an address or a number before it
// says nothing: a formation agent's address is shared by thousands.
const crowded = 5

// Suspect looks for signals that tie the company to a designation. It returns
// false unless signals of at least two families do. links may be nil; sharedBy
// says how many companies of the user's data have the address, telephone or
// domain, and may be nil where nobody knows, and then such things count for
// nothing.
func Suspect(company Profile, d Designation, links *Links, sharedBy func(value string) int) (Suspicion, bool) {
	s := Suspicion{Company: company.Ref, Of: d.Entry}
	if company.Kind == party.Person || company.Ref == d.Party.Ref {
		return s, false
	}
	add := func(family, evidence, source string) {
		s.Signals = append(s.Signals, Signal{family, evidence, source})
	}
	if n, ok := daysBetween(d.On, company.Founded); ok && n >= 0 && n <= signalDays {
		add("time", fmt.Sprintf("founded on %v, %d days after the designation of %v on %v", company.Founded, n, d.Entry, d.On), company.Source)
	}
	officers := 0
	for _, o := range company.Officers {
		if slices.Contains(d.Party.Officers, o) {
			officers++
		}
	}
	if officers > 0 {
		add("people", fmt.Sprintf("%d officers in common with %s", officers, d.Party.Name), company.Source)
	}
	common := func(family, what string, a, b []string, level func(string) string) {
		for _, x := range a {
			rare := sharedBy != nil && sharedBy(x) <= crowded
			if level(x) != "" && rare && slices.ContainsFunc(b, func(y string) bool { return level(x) == level(y) }) {
				add(family, fmt.Sprintf("the %s %s is also that of %s", what, x, d.Party.Name), company.Source)
				return
			}
		}
	}
	common("place", "address", company.Addresses, d.Party.Addresses, levelText)
	common("contact", "telephone number", company.Phones, d.Party.Phones, levelDigits)
	common("contact", "domain", company.Domains, d.Party.Domains, strings.ToLower)
	if links != nil {
		for _, l := range links.Of(company.Ref) {
			if !l.Former && l.Doubt == "" && l.Subject == company.Ref && l.Object == d.Party.Ref {
				add("relation", fmt.Sprintf("%s states %q of it and %s", l.Subject.List, l.Label, d.Party.Name), string(l.Subject.List))
				break
			}
		}
	}
	var families []string
	for _, g := range s.Signals {
		if !slices.Contains(families, g.Family) {
			families = append(families, g.Family)
		}
	}
	return s, len(families) >= 2
}

func daysBetween(a, b party.Date) (int, bool) {
	if a.Day == 0 || b.Day == 0 {
		return 0, false
	}
	return int(b.Time().Sub(a.Time()).Hours() / 24), true
}

// levelText keeps letters and digits only, in lower case.
func levelText(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// levelDigits keeps the last nine digits, which leaves out how a country code
// is written. Fewer than seven are no telephone number.
func levelDigits(s string) string {
	d := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
	if len(d) < 7 {
		return ""
	}
	return d[max(0, len(d)-9):]
}

func hostOf(s string) string {
	t := strings.ToLower(strings.TrimSpace(s))
	if !strings.Contains(t, "://") {
		t = "http://" + t
	}
	u, err := url.Parse(t)
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(strings.TrimPrefix(u.Hostname(), "www."), ".")
}

// isFreeMail says that anybody may have an address there.
func isFreeMail(domain string) bool {
	return slices.Contains([]string{"gmail.com", "googlemail.com", "mail.ru", "bk.ru", "inbox.ru", "list.ru", "yandex.ru", "yandex.com", "ya.ru", "rambler.ru", "outlook.com", "hotmail.com", "live.com", "yahoo.com", "qq.com", "163.com", "126.com", "sina.com", "protonmail.com", "proton.me", "tutanota.com", "icloud.com", "aol.com", "gmx.de", "gmx.net", "web.de"}, strings.ToLower(domain))
}
