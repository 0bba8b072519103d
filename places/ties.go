// SPDX-License-Identifier: Apache-2.0

package places

import (
	"net/url"
	"slices"
	"strings"
	"unicode"

	"github.com/interdict-dev/interdict/party"
)

// InAddress returns the territories that an address names: by its words as
// [Find] does, by its country, and by its postcode. Where the country of the
// address is another one, the words are weak: Havana in Illinois, a square of
// Panama named after Cuba. Ukraine and Russia are no other country than the
// parts of Ukraine that both claim.
func (g *Gazetteer) InAddress(a party.Address, on party.Date) []Mention {
	text := strings.Join(slices.DeleteFunc([]string{a.Full, a.Street, a.City, a.Region, a.Postal}, func(s string) bool { return s == "" }), ", ")
	out := g.Find(text, on)
	country := countryOf(a)
	for i := range out {
		if m := &out[i]; !inCountry(m.Code, country) && !m.Weak {
			m.Weak, m.Note = true, "the country of the address is "+named(country)
		}
	}
	if m, ok := g.OfCountry(country, on); ok {
		m.Text = a.Country
		if m.Text == "" {
			m.Text = lastPart(a.Full)
		}
		out = withCountry(out, m)
	}
	return append(out, g.byPostcode(a, text, country, on)...)
}

// withCountry adds the mention by a country, unless the words that named the
// country say the same already. Where they are weak, "Kuba" for one, the
// country takes their place.
func withCountry(out []Mention, m Mention) []Mention {
	for i := range out {
		switch {
		case out[i].Code != m.Code || out[i].Text != m.Text:
		case out[i].Weak:
			out[i] = m
			return out
		default:
			return out
		}
	}
	return append(out, m)
}

// inCountry says that a place may lie in an address of a country.
func inCountry(place, country string) bool {
	return Related(place, country) || country == "ru" && (place == "ua" || strings.HasPrefix(place, "ua-"))
}

func named(country string) string {
	if n := Name(country); n != "" {
		return n
	}
	return country
}

// byPostcode finds the postcodes that Ukraine and Russia gave a territory, in
// the field or as a word of an address of one of the two.
func (g *Gazetteer) byPostcode(a party.Address, text, country string, on party.Date) []Mention {
	var out []Mention
	for _, t := range g.places {
		for _, p := range t.postcodes {
			if country != p.country && !(country == t.Code && country != "") {
				continue
			}
			if code := p.in(a.Postal, text); code != "" {
				out = appendTie(out, t, ByPostcode, code, "a postcode of it", on)
				break
			}
		}
	}
	return out
}

// in returns the postcode of the field, or else the first word of the text,
// that has the form.
func (p postcode) in(field, text string) string {
	fits := func(s string) bool { return len(s) == p.length && strings.HasPrefix(s, p.prefix) && isNumber(s) }
	if s := compactDigits(field); s != "" {
		if fits(s) {
			return s
		}
		return ""
	}
	for w := range strings.FieldsFuncSeq(text, func(r rune) bool { return !unicode.IsDigit(r) && !unicode.IsLetter(r) }) {
		if fits(w) {
			return w
		}
	}
	return ""
}

// OfCountry returns the territory that a country's code or name stands for.
func (g *Gazetteer) OfCountry(country string, on party.Date) (Mention, bool) {
	code, ok := Country(country)
	if !ok {
		return Mention{}, false
	}
	for _, t := range g.places {
		if t.Code == code && code != "ua" { // Kherson and Zaporizhzhia have no code of their own
			return tie(t, ByCountry, country, "", on)
		}
	}
	return Mention{}, false
}

// OfNationality returns the territory of a nationality or citizenship. It is
// weak, since people live elsewhere, but for the law that counts citizens
// wherever they live.
func (g *Gazetteer) OfNationality(country string, on party.Date) (Mention, bool) {
	m, ok := g.OfCountry(country, on)
	if !ok {
		return m, false
	}
	m.Weak, m.Note = true, "a nationality or citizenship is no residence"
	for _, t := range g.places {
		if t.Key == m.Territory && t.citizens != "" {
			m.Weak, m.Note = false, t.citizens
		}
	}
	return m, true
}

// OfPhone returns the territory whose dialling code an international number
// begins with: "+98 21 ...", "0053 ...".
func (g *Gazetteer) OfPhone(number string, on party.Date) (Mention, bool) {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, number)
	if !strings.HasPrefix(strings.TrimLeft(number, " ("), "+") {
		rest, international := strings.CutPrefix(digits, "00")
		if !international {
			return Mention{}, false
		}
		digits = rest
	}
	for _, t := range g.places {
		for _, d := range t.dials {
			if strings.HasPrefix(digits, d) && len(digits) >= 7 {
				return tie(t, ByPhone, number, "+"+d+" is a dialling code of it", on)
			}
		}
	}
	return Mention{}, false
}

// OfHost returns the territory whose top-level domain a website, an e-mail
// address or a host name ends in.
func (g *Gazetteer) OfHost(s string, on party.Date) (Mention, bool) {
	host := hostOf(s)
	top := host[strings.LastIndexByte(host, '.')+1:]
	if len(top) == len(host) {
		return Mention{}, false
	}
	for _, t := range g.places {
		if slices.Contains(t.tlds, top) {
			return tie(t, ByDomain, s, "."+top+" is a top-level domain of it", on)
		}
	}
	return Mention{}, false
}

func hostOf(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	if i := strings.LastIndexByte(s, '@'); i >= 0 && !strings.Contains(s, "://") {
		s = s[i+1:]
	}
	if !strings.Contains(s, "://") {
		s = "//" + s
	}
	u, err := url.Parse(s)
	if err != nil {
		return "" // no address at all
	}
	return strings.TrimSuffix(u.Hostname(), ".")
}

// tie makes the mention of a territory by something that is not its name; not
// ok where no rule holds on the date.
func tie(t *Territory, by By, text, note string, on party.Date) (Mention, bool) {
	m := Mention{Territory: t.Key, Name: t.Name, Code: t.Code, Text: text, By: by, Note: note, Rules: t.rulesOn(on)}
	return m, len(m.Rules) > 0
}

func appendTie(out []Mention, t *Territory, by By, text, note string, on party.Date) []Mention {
	if m, ok := tie(t, by, text, note, on); ok {
		out = append(out, m)
	}
	return out
}
