// SPDX-License-Identifier: Apache-2.0

package claim

import (
	"bytes"
	"testing"

	"github.com/interdict-dev/interdict/infra"
	"github.com/interdict-dev/interdict/party"
)

func date(t testing.TB, s string) party.Date {
	t.Helper()
	d, err := party.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestWindowClass(t *testing.T) {
	for _, c := range []struct {
		first, last string
		kind        WindowKind
		at          string
		want        TimeClass
	}{
		{"2023-07-13", "2024-09-04", Observed, "2024-03-01", InWindow},
		{"2023-07-13", "2024-09-04", Observed, "2023-07-13", InWindow},
		{"2023-07-13", "2024-09-04", Observed, "2024-09-04", InWindow},
		{"2023-07-13", "2024-09-04", Observed, "2024-10-04", Near},
		{"2023-07-13", "2024-09-04", Observed, "2024-10-05", Outside},
		{"2023-07-13", "2024-09-04", Observed, "2023-06-13", Near},
		{"2023-07-13", "2024-09-04", Observed, "2022-03-01", Outside},
		{"2023-07-13", "2024-09-04", Observed, "", TimeUnknown},
		{"2023-07-13", "2024-09-04", Observed, "2023-07", TimeUnknown},
		{"2023-07-13", "2024-09-04", Observed, "2023-08", InWindow},
		{"2023-07-13", "2024-09-04", Undated, "2024-03-01", TimeUnknown},
		{"", "", Observed, "2024-03-01", TimeUnknown},
		{"2023", "2024-02", Fuzzy, "2024-02-29", InWindow},
		{"2023", "2024-02", Fuzzy, "2023-01-01", InWindow},
		{"", "2026-10-08", Seizure, "2026-10-09", AfterSeizure},
		{"", "2026-10-08", Seizure, "2026-10-08", TimeUnknown},
		{"", "2026-10-08", Seizure, "2020-01-01", TimeUnknown},
		{"2020-01-01", "2026-10-08", Seizure, "2024-01-01", InWindow},
		{"2020-01-01", "2026-10-08", Seizure, "2010-01-01", Outside},
		{"", "2024-09", Observed, "2024-09-30", TimeUnknown},
		{"", "2024-09", Observed, "2025-01-01", Outside},
		{"2025-03", "", Observed, "2026-01-01", TimeUnknown},
		{"2025-03", "", Observed, "2025-02-20", Near},
	} {
		w := Window{First: date(t, c.first), Last: date(t, c.last), Kind: c.kind}
		if got := w.Class(date(t, c.at)); got != c.want {
			t.Errorf("%v %v.Class(%q) = %v, want %v", c.kind, w, c.at, got, c.want)
		}
	}
}

func TestOverlaps(t *testing.T) {
	w := func(a, b string) Window { return Window{First: date(t, a), Last: date(t, b), Kind: Observed} }
	for _, c := range []struct {
		a, b Window
		want bool
	}{
		{w("2024-01-01", "2024-02-01"), w("2024-02-01", "2024-03-01"), true},
		{w("2024-01-01", "2024-01-31"), w("2024-02-01", "2024-03-01"), false},
		{w("2024-01-01", "2024"), w("2024-02-01", "2024-03-01"), false}, // "2024" may end on its first day
		{Window{}, w("2024-02-01", "2024-03-01"), false},
	} {
		if got := c.a.Overlaps(c.b); got != c.want {
			t.Errorf("%v overlaps %v = %v, want %v", c.a, c.b, got, c.want)
		}
		if got := c.b.Overlaps(c.a); got != c.want {
			t.Errorf("overlap of %v and %v depends on the order", c.a, c.b)
		}
	}
}

func TestEveryRelationHasWords(t *testing.T) {
	seen := map[string]bool{}
	for r := range relationCount {
		if r.String() == "" || r.Words() == "" || seen[r.String()] {
			t.Errorf("relation %d: name %q, words %q", r, r.String(), r.Words())
		}
		seen[r.String()] = true
		if p, err := ParseRelation(r.String()); err != nil || p != r {
			t.Errorf("ParseRelation(%q) = %v, %v", r, p, err)
		}
	}
}

func TestParseThing(t *testing.T) {
	for _, s := range []string{"us-ofac-sdn/50543", "eu-oj/2019-796:I.B.5", "domain:w8510.com", "ipv6:2001:db8::1", "url:http://w8510.com/a", "cert-cn:kr", ""} {
		th, err := ParseThing(s)
		if err != nil || th.String() != s {
			t.Errorf("ParseThing(%q) = %v, %v", s, th, err)
		}
	}
	for _, s := range []string{"w8510.com", "domain:", "nothing", "ipv4:300.1.1.1"} {
		if th, err := ParseThing(s); err == nil {
			t.Errorf("ParseThing(%q) = %v, want an error", s, th)
		}
	}
}

func example() Claim {
	return Claim{
		ID:       "bll/raptor-train/3",
		From:     OfIndicator(infra.Indicator{Type: infra.IPv4, Value: "202.182.109.151"}),
		Relation: AttributedTo,
		To:       OfParty(party.Ref{List: "intel", ID: "raptor-train"}),
		Role:     "raptor-train/tier3-sparrow",
		Window:   Window{First: party.Date{Year: 2023, Month: 7, Day: 13}, Last: party.Date{Year: 2024, Month: 9}, Kind: Fuzzy, Text: "July 13, 2023 – Sept. 2024"},
		Source:   Source{Name: "Black Lotus Labs", Class: Research, Origin: "raptor-train-2024", URL: "https://github.com/blacklotuslabs/IOCs"},
		Scope:    infra.WithSubdomains, Supersedes: "x", Note: "IP",
	}
}

func TestCodecReadsBack(t *testing.T) {
	b := example().Append(nil)
	b = Claim{}.Append(b)
	c, rest, err := Decode(b)
	if err != nil || c != example() {
		t.Fatalf("Decode = %+v, %v, want %+v", c, err, example())
	}
	z, rest, err := Decode(rest)
	if err != nil || z != (Claim{}) || len(rest) != 0 {
		t.Fatalf("Decode of a zero claim = %+v, %d bytes left, %v", z, len(rest), err)
	}
	full := example().Append(nil)
	for i := range full {
		if _, _, err := Decode(full[:i]); err == nil {
			t.Errorf("Decode of the first %d of %d bytes gives no error", i, len(full))
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(example().Append(nil))
	f.Add(Claim{}.Append(nil))
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01})
	f.Fuzz(func(t *testing.T, b []byte) {
		c, _, err := Decode(b)
		if err != nil {
			return
		}
		canon := c.Append(nil)
		d, rest, err := Decode(canon)
		if err != nil || d != c || len(rest) != 0 || !bytes.Equal(d.Append(nil), canon) {
			t.Fatalf("claim %+v does not read back: %+v, %v", c, d, err)
		}
	})
}
