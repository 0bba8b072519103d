// SPDX-License-Identifier: Apache-2.0

package places

import (
	"strings"
	"testing"
)

func TestCountry(t *testing.T) {
	for name, want := range map[string]string{
		"Korea, North": "kp", "Korea, South": "kr", "DPRK": "kp", "КНДР": "kp", "D.P.R. Korea": "kp", "朝鲜": "kp", "كوريا الشمالية": "kp",
		"Democratic People's Republic of Korea": "kp", "Democratic People’s Republic of Korea": "kp", "N.Korea": "kp",
		"Burma": "mm", "Burma / Birmanie": "mm", "Myanmar": "mm", "MMR": "mm",
		"Congo, Democratic Republic of the": "cd", "Congo, Republic of the": "cg", "Cote d Ivoire": "ci", "Côte d’Ivoire": "ci",
		"Bahamas, The": "bs", "The Gambia": "gm", "Man, Isle of": "im", "Virgin Islands, British": "vg", "North Macedonia, The Republic of": "mk",
		"West Bank": "ps", "Palestinian": "ps", "Region: Gaza": "ps", "Region: Northern Mali": "ml", "Kosovo": "xk", "Netherlands Antilles": "anhh",
		"Region: Crimea": "ua-cri", "Крым": "ua-cri", "Crimea": "ua-cri", "Republic of Crimea": "ua-cri",
		"Russia": "ru", "Россия": "ru", "РОССИЙСКАЯ ФЕДЕРАЦИЯ": "ru", "RUS": "ru", "ru": "ru", "RU": "ru", "俄罗斯": "ru", "Russia / Russie": "ru",
		"China": "cn", "P.R.C.": "cn", "中国": "cn", "China (Mainland)": "cn", "People's Republic of China": "cn", "Китай": "cn",
		"China, Hong Kong Special Administrative Region": "hk", "Hong Kong, China": "hk", "Taiwan, Province of China": "tw",
		"USA": "us", "U.S.A.": "us", "the United States": "us", "Etats-Unis": "us", "Vereinigte Staaten": "us", "UK": "gb", "U.K.": "gb",
		"Iran (Islamic Republic of)": "ir", "IRAN, ISLAMIC REPUBLIC OF": "ir", "ایران": "ir", "إيران": "ir", "伊朗": "ir",
		"Türkiye": "tr", "TURKEY": "tr", "Viet Nam": "vn", "Kuba": "cu", "Soudan": "sd", "Syrian Arab Republic": "sy",
		"USSR": "suhh", "СССР": "suhh", "Yugoslavia": "yucs", "Serbia and Montenegro": "csxx", "East Germany": "ddde", "suhh": "suhh", "DDDE": "ddde",
		"España": "es", "Deutschland": "de", "L'Allemagne": "", "undetermined": "", "": "", "...": "", "Atlantis": "", "Unknown": "",
		" Cuba ": "cu", "Venezuela ": "ve", "EU": "eu",
	} {
		got, ok := Country(name)
		if got != want || ok != (want != "") {
			t.Errorf("Country(%q) = %q, %v, want %q", name, got, ok, want)
		}
	}
}

// OFAC's own list of countries, as in the reference values of SDN_ADVANCED.XML
// of 2025-11-19.
const ofacCountries = "Afghanistan|Albania|Algeria|Angola|Antigua and Barbuda|Argentina|Armenia|Australia|Austria|Azerbaijan|Bahamas, The|Bahrain|Bangladesh|Barbados|Belarus|Belgium|Belize|Benin|Bolivia|Bosnia and Herzegovina|Brazil|Brunei|Bulgaria|Burkina Faso|Burma|Cambodia|Canada|Cabo Verde|Central African Republic|Chile|China|Colombia|Comoros|Congo, Republic of the|Congo, Democratic Republic of the|Costa Rica|Cote d Ivoire|Croatia|Cuba|Cyprus|Czech Republic|Denmark|Djibouti|Dominica|Dominican Republic|Ecuador|Egypt|El Salvador|Equatorial Guinea|Eritrea|Estonia|Ethiopia|Fiji|Finland|France|The Gambia|Georgia|Germany|Ghana|Greece|Guatemala|Guinea|Guinea-Bissau|Guyana|Haiti|Honduras|Hungary|Iceland|India|Indonesia|Iran|Iraq|Ireland|Israel|Italy|Jamaica|Japan|Jordan|Kazakhstan|Kenya|Korea, North|Korea, South|Kuwait|Kyrgyzstan|Laos|Latvia|Lebanon|Liberia|Libya|Liechtenstein|Lithuania|Luxembourg|North Macedonia, The Republic of|Malaysia|Maldives|Mali|Malta|Marshall Islands|Mauritania|Mauritius|Mexico|Moldova|Monaco|Mongolia|Morocco|Mozambique|Namibia|Netherlands|New Zealand|Nicaragua|Niger|Nigeria|Norway|Oman|Pakistan|Palau|Panama|Paraguay|Peru|Philippines|Poland|Portugal|Qatar|Romania|Russia|Rwanda|Saint Kitts and Nevis|Saint Vincent and the Grenadines|Samoa|San Marino|Saudi Arabia|Senegal|Serbia|Seychelles|Sierra Leone|Singapore|Slovakia|Slovenia|Somalia|South Africa|Spain|Sri Lanka|Sudan|Suriname|Sweden|Switzerland|Syria|Tajikistan|Tanzania|Thailand|Trinidad and Tobago|Tunisia|Turkey|Turkmenistan|Uganda|Ukraine|United Arab Emirates|United Kingdom|United States|Uruguay|Uzbekistan|Vanuatu|Venezuela|Vietnam|Yemen|Zambia|Zimbabwe|Aruba|Bermuda|Cayman Islands|Gibraltar|Hong Kong|Jersey|Macau|Man, Isle of|Netherlands Antilles|Virgin Islands, British|West Bank|Taiwan|Palestinian|Kosovo|Montenegro|Region: Northern Mali|South Sudan|Region: Gaza"

func TestCountryKnowsOFACsSpellings(t *testing.T) {
	for name := range strings.SplitSeq(ofacCountries, "|") {
		if _, ok := Country(name); !ok {
			t.Errorf("Country(%q) is not known", name)
		}
	}
}

func TestCountriesFile(t *testing.T) {
	owner := map[string]string{}
	n := 0
	for line := range strings.Lines(countriesText) {
		line = strings.TrimRight(line, "\n")
		if line == "" || line[0] == '#' {
			continue
		}
		f := strings.Split(line, "\t")
		if len(f) != 4 || f[0] == "" || f[2] == "" {
			t.Fatalf("%q has not the four fields of the file", line)
		}
		n++
		spellings := append([]string{f[0], f[1], f[2]}, strings.Split(f[3], "|")...)
		for _, s := range spellings {
			k := fold(s)
			if o, taken := owner[k]; taken && o != f[0] && k != "" {
				t.Errorf("%q stands for both %s and %s", s, o, f[0])
			}
			owner[k] = f[0]
			if k == "" {
				continue
			}
			if got, ok := Country(s); !ok || got != f[0] {
				t.Errorf("Country(%q) = %q, want %q", s, got, f[0])
			}
		}
		if Name(f[0]) != f[2] {
			t.Errorf("Name(%q) = %q, want %q", f[0], Name(f[0]), f[2])
		}
	}
	if n < 250 {
		t.Fatalf("%d countries in the file, want the 249 of ISO 3166-1 and more", n)
	}
}

func TestRelated(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"ru", "ru", true}, {"ru", "ua", false}, {"", "ru", true},
		{"ua-cri", "ua", true}, {"ua", "ua-cri", true}, {"ua-cri", "ru", false}, {"ua-cri", "ua-dpr", false},
		{"suhh", "kz", true}, {"suhh", "ua-cri", true}, {"suhh", "pl", false}, {"yucs", "me", true}, {"ua", "uz", false},
	} {
		if got := Related(c.a, c.b); got != c.want {
			t.Errorf("Related(%q, %q) = %v, want %v", c.a, c.b, got, c.want)
		}
	}
}

func FuzzCountry(f *testing.F) {
	f.Add("Korea, North")
	f.Add("Region: ,,..")
	f.Add("\xff\u0301,")
	f.Fuzz(func(t *testing.T, s string) {
		code, ok := Country(s)
		if ok && Name(code) == "" {
			t.Errorf("Country(%q) = %q, a code without a name", s, code)
		}
	})
}

func BenchmarkParseCountries(b *testing.B) {
	for b.Loop() {
		parseCountries(countriesText)
	}
}

func BenchmarkParseSpellings(b *testing.B) {
	for b.Loop() {
		parseSpellings(countriesText)
	}
}

func BenchmarkCountry(b *testing.B) {
	for b.Loop() {
		Country("Korea, North")
	}
}
