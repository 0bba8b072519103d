// SPDX-License-Identifier: Apache-2.0

package places

import (
	"slices"
	"strings"
	"testing"

	"github.com/interdict-dev/interdict/party"
)

// compared are pairs of addresses, how near they are, and why.
var compared = []struct {
	name string
	a, b party.Address
	want Level
	says string // the reasons that agree or contradict
}{
	{"the same in other words",
		party.Address{Street: "15 Lenina Street, Suite 4", City: "Moscow", Postal: "101000", Country: "ru"},
		party.Address{Full: "ул. Ленина, д. 15, офис 4, 101000 Москва, Россия"},
		SamePremises, "country+ city+ postcode+ street+ house+ unit+"},
	{"another house",
		party.Address{Street: "15 Lenina Street", City: "Moscow", Country: "ru"},
		party.Address{Street: "Lenina ul., 17", City: "Moskva", Country: "Russia"},
		SameStreet, "country+ city+ street+ house-"},
	{"another floor is the same house",
		party.Address{Street: "28 Harbour Road, Floor 3", City: "Hong Kong", Country: "hk"},
		party.Address{Street: "28 Harbour Rd., Suite 1201", City: "Hong Kong", Country: "China"},
		SamePremises, "country+ city+ street+ house+ unit-"},
	{"Chinese and English",
		party.Address{Full: "北京市海淀区丰豪东路9号院6号楼103"},
		party.Address{Street: "Building 6, Yard 9, Fenghao East Road, Haidian District", City: "Beijing", Country: "cn"},
		SamePremises, "city+ street+ house+"},
	{"missing is not contradicting",
		party.Address{City: "Beijing", Country: "cn"},
		party.Address{Street: "Yard 9, Fenghao East Road", Country: "cn"},
		SameCountry, "country+"},
	{"only the city",
		party.Address{City: "Tehran", Country: "Iran"},
		party.Address{Street: "Pasdaran Avenue 30", City: "Téhéran", Country: "ir"},
		SameCity, "country+ city+"},
	{"another city",
		party.Address{Street: "Lenina 5", City: "Perm", Country: "ru"},
		party.Address{Street: "Lenina 5", City: "Omsk", Country: "ru"},
		Apart, "country+ city- street+ house+"},
	{"another country",
		party.Address{Street: "1 High Street", City: "Georgetown", Country: "gy"},
		party.Address{Street: "1 High Street", City: "Georgetown", Country: "us"},
		Apart, "country- city+ street+ house+"},
	{"nothing to go by",
		party.Address{}, party.Address{City: "Perm"}, Unknown, ""},
	{"the postcode makes up for the spelling of the city",
		party.Address{Street: "Hauptstrasse 12", City: "Köln", Postal: "50667", Country: "de"},
		party.Address{Street: "Haupt Str. 12", City: "Cologne", Postal: "50667", Country: "Germany"},
		SamePremises, "country+ city+ postcode+ street+ house+"},
	{"ZIP and ZIP+4",
		party.Address{Street: "1500 Pennsylvania Ave NW", City: "Washington", Postal: "20220", Country: "us"},
		party.Address{Full: "1500 Pennsylvania Avenue, N.W., Washington, DC 20220-0001, USA"},
		SamePremises, "country+ city+ postcode+ street+ house+"},
	{"a box", party.Address{Street: "P.O. Box 2340", City: "Doha", Country: "qa"},
		party.Address{Full: "PO Box 2340, Doha, Qatar"}, SamePremises, "country+ city+ box+"},
	{"the unit stands behind a comma",
		party.Address{Full: "Москва, ул. Ленина, д. 15, офис 4"},
		party.Address{Full: "ul. Lenina 15, of. 9, Moscow, 101000, Russia"},
		SamePremises, "city+ street+ house+ unit-"},
	{"English word order, and a case",
		party.Address{Full: "15 Lenin Street, Moskva 101000"},
		party.Address{Full: "ul. Lenina 15, of. 4, Moscow, 101000, Russia"},
		SamePremises, "city+ postcode+ street+ house+"},
	{"a box of that number is no house",
		party.Address{Full: "PO Box 15, Moscow"},
		party.Address{Full: "ul. Lenina 15, of. 4, Moscow, 101000, Russia"},
		SameCity, "city+"},
	{"Persian and English",
		party.Address{Full: "تهران، خیابان ولیعصر، پلاک 30"},
		party.Address{Full: "No. 30, Valiasr Street, Tehran, Iran"},
		SamePremises, "city+ street+ house+"},
	{"Korean and English",
		party.Address{Full: "평양시 모란봉구역 승리거리 12"},
		party.Address{Full: "12 Sungri Street, Moranbong District, Pyongyang"},
		SamePremises, "city+ street+ house+"},
	{"Ukrainian and Russian",
		party.Address{Full: "вул. Хрещатик, 22, Київ, Україна"},
		party.Address{Full: "ул. Крещатик 22, г. Киев, Украина"},
		SamePremises, "country+ city+ street+ house+"},
	{"Arabic city", party.Address{City: "دمشق", Country: "sy"}, party.Address{City: "Damascus", Country: "Syria"}, SameCity, "country+ city+"},
	{"a city that cannot be compared says nothing",
		party.Address{City: "莫日根", Country: "cn"}, party.Address{City: "Canton", Country: "cn"}, SameCountry, "country+"},
}

func TestCompare(t *testing.T) {
	for _, c := range compared {
		for _, swap := range []bool{false, true} {
			a, b := c.a, c.b
			if swap {
				a, b = b, a
			}
			got := Compare(a, b)
			var out []string
			for _, r := range got.Reasons {
				_, kind, _ := strings.Cut(r.Kind, ".")
				switch r.Says {
				case Agrees:
					out = append(out, kind+"+")
				case Contradicts:
					out = append(out, kind+"-")
				}
			}
			if s := strings.Join(out, " "); got.Level != c.want || s != c.says {
				t.Errorf("%s: Compare(%v, %v) = %v, %q, want %v, %q\n%+v", c.name, a, b, got.Level, s, c.want, c.says, got.Reasons)
			}
		}
	}
}

// An address agrees with itself in everything that it says, and taking a part
// away from one side never makes a contradiction.
func TestCompareCutsWhatIsNoAddress(t *testing.T) {
	long := strings.Repeat("улица ", 200_000)
	a := read(party.Address{Full: "Lenina 15, Moscow, " + long, City: long})
	if n := len(a.text); n > 2*longest {
		t.Errorf("%d words of an address of megabytes are compared", n)
	}
	if got := Compare(party.Address{Full: "Lenina 15, Moscow, " + long}, party.Address{Full: "Lenina 15, Moscow"}).Level; got != SamePremises {
		t.Errorf("the beginning of a long address is %v, want it compared", got)
	}
}

func TestCompareMissingNeverContradicts(t *testing.T) {
	full := party.Address{Street: "Building 6, Yard 9, Fenghao East Road, Suite 12", City: "Beijing", Region: "Beijing", Postal: "100094", Country: "cn"}
	if got := Compare(full, full).Level; got != SamePremises {
		t.Errorf("an address and itself are %v", got)
	}
	for mask := range 32 {
		part := full
		for i, f := range []*string{&part.Street, &part.City, &part.Region, &part.Postal, &part.Country} {
			if mask>>i&1 == 1 {
				*f = ""
			}
		}
		got := Compare(full, part)
		if slices.ContainsFunc(got.Reasons, func(r Reason) bool { return r.Says == Contradicts }) || got.Level == Apart {
			t.Errorf("Compare(full, %v) = %+v", part, got)
		}
	}
}

func TestCitiesFile(t *testing.T) {
	seen := map[string]string{}
	n := 0
	for line := range strings.Lines(citiesText) {
		if line[0] == '#' {
			continue
		}
		code, names, ok := strings.Cut(strings.TrimRight(line, "\n"), "\t")
		if !ok || Name(code) == "" {
			t.Fatalf("%q is no city", line)
		}
		n++
		for s := range strings.SplitSeq(names, "|") {
			if o := seen[fold(s)]; o != "" && o != names {
				t.Errorf("%q stands in two lines", s)
			}
			seen[fold(s)] = names
		}
	}
	if n < 100 {
		t.Fatalf("%d cities, want over 100", n)
	}
}

func FuzzCompare(f *testing.F) {
	f.Add("15 Lenina Street, Moscow", "ул. Ленина 15", "Москва", "ru")
	f.Add("北京市9号院", "", "市", "\xff")
	f.Fuzz(func(t *testing.T, full, street, city, country string) {
		a := party.Address{Full: full, City: city, Country: country}
		b := party.Address{Street: street, City: city}
		x, y := Compare(a, b), Compare(b, a)
		if x.Level != y.Level || len(x.Reasons) != len(y.Reasons) {
			t.Errorf("Compare(%v, %v) is %v, and %v the other way", a, b, x, y)
		}
		for _, r := range Compare(a, party.Address{}).Reasons {
			if r.Says == Contradicts {
				t.Errorf("%v contradicts nothing: %+v", a, r)
			}
		}
	})
}

func BenchmarkCompare(b *testing.B) {
	x := party.Address{Street: "15 Lenina Street, Suite 4", City: "Moscow", Postal: "101000", Country: "ru"}
	y := party.Address{Street: "Lenina St 17", City: "Moskva", Country: "ru"}
	for b.Loop() {
		Compare(x, y)
	}
}
