// SPDX-License-Identifier: Apache-2.0

package places

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/interdict-dev/interdict/party"
)

// data returns a published file, or skips the test.
func data(t *testing.T, elem ...string) string {
	t.Helper()
	root := os.Getenv("INTERDICT_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "shared", "data")
	}
	p := filepath.Join(append([]string{root}, elem...)...)
	if _, err := os.Stat(p); err != nil {
		if os.Getenv("INTERDICT_REQUIRE_DATA") == "1" {
			t.Fatal(err)
		}
		t.Skipf("the published files are not at hand: %v", err)
	}
	return p
}

func share(a, b *Premise) bool {
	other := b.Keys()
	return slices.ContainsFunc(a.Keys(), func(k string) bool { return slices.Contains(other, k) })
}

// TestTheSamePremisesShareAKey holds the keys to the comparison, on its own pairs.
func TestTheSamePremisesShareAKey(t *testing.T) {
	n := 0
	for _, c := range compared {
		a, b := ReadPremise(c.a), ReadPremise(c.b)
		if a.Compare(&b).Level != SamePremises {
			continue
		}
		if n++; !share(&a, &b) {
			t.Errorf("%s: %v has the keys %q and %v %q", c.name, c.a, a.Keys(), c.b, b.Keys())
		}
	}
	if n < 5 {
		t.Fatalf("%d pairs: too few to prove anything", n)
	}
}

func TestPremisesKeys(t *testing.T) {
	for _, c := range []struct {
		what string
		a    party.Address
		any  bool
	}{
		{"a house in a street", party.Address{Full: "Ulitsa Lenina 5, Perm, Russia"}, true},
		{"a street without a house", party.Address{Full: "Ulitsa Lenina, Perm, Russia"}, false},
		{"a town", party.Address{City: "Perm", Postal: "614000", Country: "ru"}, false},
		{"a box", party.Address{Street: "P.O. Box 5650", City: "Tehran", Country: "ir"}, true},
		{"a box nowhere", party.Address{Street: "P.O. Box 5650"}, false},
		{"a British postcode and a house", party.Address{Street: "No. 71-75", Postal: "WC2H 9JQ", Country: "gb"}, true},
		{"nothing", party.Address{}, false},
	} {
		p := ReadPremise(c.a)
		if got := p.Keys(); len(got) > 0 != c.any {
			t.Errorf("%s: keys %q", c.what, got)
		}
	}
	long := party.Address{Full: strings.Repeat("12 Broad 13 Narrow ", 10000)}
	if p := ReadPremise(long); len(p.Keys()) > mostNumbers*mostWords*mostReadings+mostNumbers {
		t.Errorf("a text has %d keys", len(p.Keys()))
	}
}

func TestNumbersOfBoxesAndCodes(t *testing.T) {
	for _, c := range []struct {
		a, b party.Address
		want Level
	}{
		{party.Address{Street: "71-75", Postal: "WC2H 9JQ", Country: "gb"}, party.Address{Street: "71-75 Shelton Street", City: "London", Postal: "WC2H9JQ", Country: "gb"}, SamePremises},
		{party.Address{Street: "12", Postal: "WC2H 9JQ", Country: "gb"}, party.Address{Street: "71-75 Shelton Street", City: "London", Postal: "WC2H9JQ", Country: "gb"}, SameCity},
		{party.Address{Street: "71", Postal: "101000", Country: "ru"}, party.Address{Street: "Lenina 71", City: "Moscow", Postal: "101000", Country: "ru"}, SameCity},
		// Houses of five digits, which are no postcodes.
		{party.Address{Street: "11250 NW 4 Street, Maple Court", City: "Plantation", Country: "us"}, party.Address{Full: "11250 NW 4th St, Maple Court, Plantation, FL 33325, USA"}, SamePremises},
		{party.Address{Street: "11250 Maple Street", City: "Plantation", Country: "us"}, party.Address{Street: "11301 Maple Street", City: "Plantation", Country: "us"}, SameStreet},
		{party.Address{Street: "Calle Ixtapan de la Sal No. 12137", City: "Tijuana", Country: "mx"}, party.Address{Full: "Ixtapan de la Sal No 12137, Tijuana, Mexico"}, SamePremises},
		{party.Address{Street: "101000, Lenina 5", City: "Moscow", Country: "ru"}, party.Address{Street: "101000, Lenina 7", City: "Moscow", Country: "ru"}, SameStreet},
		// Box numbers of Iran begin with a district that thousands share.
		{party.Address{Street: "P.O. Box 19395-6947", City: "Tehran", Country: "ir"}, party.Address{Street: "PO Box 19395-177", City: "Tehran", Country: "ir"}, SameCity},
		{party.Address{Street: "P.O. Box 19395-6947", City: "Tehran", Country: "ir"}, party.Address{Street: "PO Box 19395 - 6947", City: "Tehran", Country: "ir"}, SamePremises},
		{party.Address{Street: "P.O. Box 5650", City: "Tehran", Country: "ir"}, party.Address{Full: "PO Box 5650, Tehran, Iran"}, SamePremises},
	} {
		if got := Compare(c.a, c.b); got.Level != c.want {
			t.Errorf("%v and %v: %v, want %v: %+v", c.a, c.b, got.Level, c.want, got.Reasons)
		}
	}
}

// TestKeysFindWhatTheScanFinds compares every pair of real addresses of OFAC's
// list of 2021 and looks which of the same premises share no key.
func TestKeysFindWhatTheScanFinds(t *testing.T) {
	f, err := os.Open(data(t, "lists", "ofac-legacy-2021-07", "add.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var all []Premise
	for _, row := range rows {
		if len(row) < 5 || strings.HasPrefix(row[2], "-0-") {
			continue
		}
		all = append(all, ReadPremise(party.Address{Street: row[2], City: row[3], Country: row[4]}))
		if len(all) == 1500 {
			break
		}
	}
	same, lost := 0, 0
	for i := range all {
		for j := range i {
			if all[i].Compare(&all[j]).Level != SamePremises {
				continue
			}
			if same++; !share(&all[i], &all[j]) {
				lost++
				t.Logf("no key: %q and %q", join(all[i].parts.text), join(all[j].parts.text))
			}
		}
	}
	t.Logf("%d addresses, %d pairs of the same premises, %d without a key in common", len(all), same, lost)
	if same < 100 || lost*50 > same {
		t.Errorf("%d of %d pairs of the same premises share no key", lost, same)
	}
}

func BenchmarkPremise(b *testing.B) {
	a := party.Address{Street: "Building 6, Yard 9, Fenghao East Road, Haidian District", City: "Beijing", Country: "cn"}
	for b.Loop() {
		p := ReadPremise(a)
		p.Keys()
	}
}
