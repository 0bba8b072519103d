// SPDX-License-Identifier: Apache-2.0

package places

import (
	"strings"
	"testing"

	"github.com/interdict-dev/interdict/party"
)

func TestInAddress(t *testing.T) {
	on := day("2026-11-23")
	for _, c := range []struct {
		a    party.Address
		want string
	}{
		{party.Address{City: "Simferopol", Country: "ru"}, "crimea:city"},
		{party.Address{City: "Simferopol", Country: "ua"}, "crimea:city"},
		{party.Address{City: "Kherson", Country: "ua"}, "kherson:city"},
		{party.Address{City: "Kherson", Country: "ru"}, "kherson:city"},
		{party.Address{Full: "ul. Lenina 1, 295000, Russia"}, "crimea:postcode"},
		{party.Address{Street: "ul. Lenina 1", Postal: "299 011", Country: "ru"}, "sevastopol:postcode"},
		{party.Address{Postal: "98600", Country: "Ukraine"}, "crimea:postcode"},
		{party.Address{Postal: "98600", Country: "us"}, ""},
		{party.Address{Full: "Box 295000, Moscow", Postal: "101000", Country: "ru"}, ""},
		{party.Address{Full: "Kuba"}, "cuba:country"},
		{party.Address{City: "Krym"}, "crimea:name"},
		{party.Address{Country: "cu"}, "cuba:country"},
		{party.Address{Country: "Crimea"}, "crimea:country"},
		{party.Address{Country: "ua"}, ""},
		{party.Address{City: "Havana", Region: "IL", Postal: "62644", Country: "us"}, ""},
		{party.Address{City: "Havana", Region: "AR", Country: "us"}, "cuba:city:weak"},
		{party.Address{City: "Havana", Region: "AR", Postal: "72842"}, "cuba:city:weak"},
		{party.Address{City: "Cuba", Region: "Missouri", Country: "United States"}, ""},
		{party.Address{Full: "Avenida Cuba 34, Ciudad de Panamá, Panamá"}, "cuba:name:weak"},
		{party.Address{Full: "12 Crimea Street, London SW1, UK"}, "crimea:name:weak"},
		{party.Address{Full: "12 Yalta Rd, Dubai", Country: "ae"}, "crimea:city:weak"},
		{party.Address{City: "Tbilisi", Country: "Georgia"}, ""},
		{party.Address{Full: "Atlanta, Georgia"}, ""},
		{party.Address{City: "Juba", Country: "South Sudan"}, ""},
		{party.Address{Full: "Khartoum, Sudan"}, ""}, // the program ended in 2017
		{party.Address{City: "Pyongyang", Country: "Korea, North"}, "north-korea:city north-korea:country"},
		{party.Address{City: "평양"}, "north-korea:city"},
		{party.Address{City: "평양시"}, "north-korea:city"},
		{party.Address{Full: "クリミアの住所"}, "crimea:name"},
		{party.Address{Full: "Simferopol, Crimea"}, "crimea:city crimea:name"},
		{party.Address{Full: "خیابان ولیعصر، تهران"}, "iran:city"},
		{party.Address{Full: "乌克兰顿涅茨克"}, "donetsk:name"},
		{party.Address{}, ""},
	} {
		if got := found(Default().InAddress(c.a, on)); got != c.want {
			t.Errorf("InAddress(%+v) = %q, want %q", c.a, got, c.want)
		}
	}
	if got := found(Default().InAddress(party.Address{Full: "Khartoum, Sudan"}, day("2016-01-01"))); got != "sudan:city sudan:name" {
		t.Errorf("before the program ended, Khartoum is %q", got)
	}
}

func TestOther(t *testing.T) {
	on := day("2026-11-23")
	one := func(f func(string, party.Date) (Mention, bool)) func(string) string {
		return func(s string) string {
			if m, ok := f(s, on); ok {
				return found([]Mention{m})
			}
			return ""
		}
	}
	for _, c := range []struct {
		what string
		f    func(string) string
		in   string
		want string
	}{
		{"country", one(Default().OfCountry), "Korea, North", "north-korea:country"},
		{"country", one(Default().OfCountry), "ua-cri", "crimea:country"},
		{"country", one(Default().OfCountry), "UA", ""},
		{"country", one(Default().OfCountry), "Georgia", ""},
		{"country", one(Default().OfCountry), "sy", "syria:country"}, // exports still
		{"country", one(Default().OfCountry), "sd", ""},
		{"country", one(Default().OfCountry), "nowhere", ""},
		{"nationality", one(Default().OfNationality), "ir", "iran:country:weak"},
		{"nationality", one(Default().OfNationality), "cu", "cuba:country"},
		{"nationality", one(Default().OfNationality), "ru", ""},
		{"phone", one(Default().OfPhone), "+98 21 8888 0000", "iran:phone"},
		{"phone", one(Default().OfPhone), "0053 7 831 0000", "cuba:phone"},
		{"phone", one(Default().OfPhone), "(+850) 2-381-0000", "north-korea:phone"},
		{"phone", one(Default().OfPhone), "+7 978 123-45-67", "crimea:phone"},
		{"phone", one(Default().OfPhone), "+7 (869) 212-34-56", "sevastopol:phone"},
		{"phone", one(Default().OfPhone), "+7 949 123 45 67", "donetsk:phone"},
		{"phone", one(Default().OfPhone), "+7 495 123 45 67", ""},
		{"phone", one(Default().OfPhone), "98 21 8888 0000", ""},
		{"phone", one(Default().OfPhone), "+1 985 555 0100", ""},
		{"phone", one(Default().OfPhone), "+98", ""},
		{"host", one(Default().OfHost), "https://www.example.ir:8443/a", "iran:domain"},
		{"host", one(Default().OfHost), "sales@example.co.ir", "iran:domain"},
		{"host", one(Default().OfHost), "EXAMPLE.CU.", "cuba:domain"},
		{"host", one(Default().OfHost), "example.ir.com", ""},
		{"host", one(Default().OfHost), "ir", ""},
		{"host", one(Default().OfHost), "https://example.com/?a=b.ir", ""},
		{"host", one(Default().OfHost), "http://[::1", ""},
	} {
		if got := c.f(c.in); got != c.want {
			t.Errorf("the territory by %s of %q is %q, want %q", c.what, c.in, got, c.want)
		}
	}
}

func TestAmerican(t *testing.T) {
	if got := len(states()); got != 102 {
		t.Errorf("%d codes and names, want those of 50 states and the District", got)
	}
	for text, want := range map[string]bool{"MO 65453": true, "Missouri": true, "New Mexico, USA": true, "MO": false, "mo 12": false, "Georgia": false, "": false, "de 28001": true} {
		if got := american(tokenize(text)); got != want {
			t.Errorf("american(%q) = %v, want %v", text, got, want)
		}
	}
}

func FuzzInAddress(f *testing.F) {
	f.Add("Lenina 1, Krym", "Simferopol", "295000", "ru", "+7978", "a@b.ir")
	f.Fuzz(func(t *testing.T, full, city, postal, country, phone, host string) {
		for _, m := range Default().InAddress(party.Address{Full: full, City: city, Postal: postal, Country: country}, party.Date{}) {
			if m.Territory == "" || len(m.Rules) == 0 || strings.TrimSpace(m.Text) == "" {
				t.Errorf("%+v says too little", m)
			}
		}
		Default().OfPhone(phone, party.Date{})
		Default().OfHost(host, party.Date{})
	})
}
