// SPDX-License-Identifier: Apache-2.0

package intel

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/infra"
)

func TestSlug(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"Tier 3 Sparrow", "tier3-sparrow"}, {"Proxy Router C2", "proxy-router-c2"}, {" C2 ", "c2"}, {"1st stage (Cisco)", "1st-stage-cisco"},
		{"", "unnamed"}, {"--", "unnamed"}, {"永信至诚", "永信至诚"}, {"Tier-2", "tier2"},
	} {
		if got := Slug(c.in); got != c.want {
			t.Errorf("Slug(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestNobodysAddressesAreRejects(t *testing.T) {
	for _, c := range []struct {
		of     string
		isUsed bool
	}{
		{"127.0.0.1", false}, {"10.1.2.3", false}, {"172.16.0.0/12", false}, {"192.168.5.145", false}, {"169.254.1.1", false}, {"224.0.0.1", false},
		{"0.0.0.0", false}, {"0.0.0.0/0", false}, {"::/0", false}, {"2000::/3", false}, {"::1", false}, {"fe80::1", false}, {"fd00::/8", false},
		{"8.0.0.0/8", true}, {"192.0.2.1", true}, {"198.51.100.0/24", true}, {"2001:db8::/32", true}, {"172.32.0.1", true}, {"w8510.com", true}, {"AS64512", true},
	} {
		i, err := infra.Parse(c.of)
		if err != nil {
			t.Fatal(err)
		}
		if why := nobodys(&claim.Claim{From: claim.OfIndicator(i)}); (why == "") != c.isUsed {
			t.Errorf("nobodys(%s) = %q", c.of, why)
		}
	}
}

func TestLinesAreNumberedAndBounded(t *testing.T) {
	long := strings.Repeat("x", maxLine+5)
	var got []string
	err := Lines(strings.NewReader("\ufeffa\r\n\n"+long+"\nb"), func(n int, text string, err error) bool {
		got = append(got, fmt.Sprint(n, " ", len(text), " ", text[:min(1, len(text))], " ", err))
		return true
	})
	want := []string{"1 1 a <nil>", "2 0  <nil>", fmt.Sprint("3 ", maxLine, " x ", errLong), "4 1 b <nil>"}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("Lines = %q, %v, want %q", got, err, want)
	}
}

func TestDocKnowsLines(t *testing.T) {
	d := NewDoc([]byte("{\n \"a\": 1,\n \"list\": [\n  {\"x\":\n 2},\n\n  3 ]\n}\n"))
	var got []string
	err := d.Object(func(key string) error {
		if key != "list" {
			_, err := d.Value()
			return err
		}
		return d.Array(func(e Element) error {
			got = append(got, fmt.Sprint(e.Row, ":", e.Line, ":", len(e.Raw)))
			return nil
		})
	})
	if err != nil || d.End() != nil || !slices.Equal(got, []string{"1:4:9", "2:7:1"}) {
		t.Errorf("elements %q, %v", got, err)
	}
}

// TestAnnotationsAgainstScan compares the tables with a walk over all entries.
func TestAnnotationsAgainstScan(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	addr := func() netip.Addr {
		return netip.AddrFrom4([4]byte{10, byte(rng.IntN(3)), byte(rng.IntN(3)), byte(rng.IntN(4))})
	}
	host := func() string {
		s := "ddns.net"
		for range rng.IntN(3) {
			s = string(rune('a'+rng.IntN(3))) + "." + s
		}
		return s
	}
	var entries []Annotation
	for i := range 300 {
		e := Annotation{List: fmt.Sprint("list ", i)}
		if i%2 == 0 {
			e.Indicator = infra.FromPrefix(netip.PrefixFrom(addr(), 8+rng.IntN(25)))
		} else {
			e.Indicator, e.Scope = infra.Indicator{Type: infra.Domain, Value: host()}, infra.Scope(rng.IntN(2))
		}
		entries = append(entries, e)
	}
	a := NewAnnotations(entries)
	if a.Len() != len(entries) {
		t.Errorf("Len() = %d, want %d", a.Len(), len(entries))
	}
	hits := 0
	for range 2000 {
		i := infra.FromAddr(addr())
		if rng.IntN(2) == 0 {
			i = infra.Indicator{Type: infra.Domain, Value: host()}
		}
		var want []Annotation
		for _, e := range entries {
			if holds(e, i) {
				want = append(want, e)
			}
		}
		hits += len(want)
		if got := a.Of(i); !slices.Equal(got, want) {
			t.Fatalf("Of(%v) = %v, want %v", i, got, want)
		}
	}
	if hits == 0 {
		t.Fatal("nothing was ever found")
	}
	u, err := infra.Parse("http://10.0.0.1/x")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := a.Of(u), a.Of(infra.Indicator{Type: infra.IPv4, Value: "10.0.0.1"}); !slices.Equal(got, want) {
		t.Errorf("of a URL: %v, want those of its host", got)
	}
	if got := new(Annotations).Of(u); got != nil {
		t.Errorf("the zero Annotations hold %v", got)
	}
}

func holds(e Annotation, i infra.Indicator) bool {
	if p, ok := e.Indicator.Prefix(); ok {
		a, ok := i.Addr()
		return ok && p.Contains(a)
	}
	return e.Indicator == i || e.Scope == infra.WithSubdomains && strings.HasSuffix(i.Value, "."+e.Indicator.Value)
}

func TestAnnotationsOfPrefix(t *testing.T) {
	p := func(s string) infra.Indicator { return infra.FromPrefix(netip.MustParsePrefix(s)) }
	a := NewAnnotations([]Annotation{{List: "wide", Indicator: p("10.0.0.0/8")}, {List: "same", Indicator: p("10.1.0.0/16")}, {List: "within", Indicator: p("10.1.2.0/24")}})
	got := fmt.Sprint(a.Of(p("10.1.0.0/16")))
	if !strings.Contains(got, "wide") || !strings.Contains(got, "same") || strings.Contains(got, "within") {
		t.Errorf("10.1.0.0/16 lies in %s", got)
	}
}

func FuzzDoc(f *testing.F) {
	f.Add([]byte(`{"objects":[1,{"a":[]}],"x":null}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		d := NewDoc(b)
		var n int
		err := d.Object(func(string) error { n++; _, err := d.Value(); return err })
		var m map[string]json.RawMessage
		if err == nil && d.End() == nil && (json.Unmarshal(b, &m) != nil || len(m) > n) {
			t.Errorf("%q is read as an object of %d keys", b, n)
		}
	})
}
