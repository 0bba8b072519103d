// SPDX-License-Identifier: Apache-2.0

package claim

import (
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/interdict-dev/interdict/party"
)

func TestParsePercent(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"50", "50"}, {"50 %", "50"}, {"33.34", "33.34"}, {"33,34%", "33.34"}, {"100/3", "100/3"},
		{"0", "0"}, {"0.000", "0"}, {"100", "100"}, {"049.50", "49.5"}, {".5", "0.5"},
		{"49.999999999999999", "49.999999999999999"}, {"150/3", "50"},
	} {
		p, err := ParsePercent(c.in)
		if err != nil || p.String() != c.want {
			t.Errorf("ParsePercent(%q) = %v, %v, want %s", c.in, p, err, c.want)
		}
		if q, err := ParsePercent(p.String()); err != nil || q != p {
			t.Errorf("ParsePercent(%q) = %v, %v: String does not read back", p.String(), q, err)
		}
	}
	for _, in := range []string{"", "%", "abc", "-1", "101", "100.1", "1e2", "1/0", "-1/3", "1.2.3", "+5", "33.3333333333333333", "99999999999999999999"} {
		if p, err := ParsePercent(in); err == nil {
			t.Errorf("ParsePercent(%q) = %v, want an error", in, p)
		}
	}
}

func TestPercentComparesAsRationalsDo(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	draw := func() (Percent, *big.Rat) {
		den := 1 + rng.Int64N(1<<uint(1+rng.IntN(55)))
		num := rng.Int64N(den) + rng.Int64N(99)*den/128
		p, err := NewPercent(num, den)
		if err != nil {
			t.Fatal(err)
		}
		return p, big.NewRat(num, den)
	}
	for range 20_000 {
		p, a := draw()
		q, b := draw()
		if got, want := p.Cmp(q), a.Cmp(b); got != want {
			t.Fatalf("%v.Cmp(%v) = %d, want %d", p, q, got, want)
		}
		if (p == q) != (a.Cmp(b) == 0) {
			t.Fatalf("%v and %v: equal values must be equal shares", p, q)
		}
	}
}

func TestShare(t *testing.T) {
	if _, err := NewShare(Percent{50, 1}, Percent{25, 1}); err == nil {
		t.Error("NewShare(50, 25) gives no error")
	}
	for _, c := range []struct {
		s    Share
		want string
	}{
		{Share{}, "0 %"}, {UnknownShare(), "unknown"}, {Exactly(Percent{50, 1}), "50 %"}, {Share{Lo: Percent{25, 1}, Hi: Percent{50, 1}}, "25 to 50 %"},
	} {
		if got := c.s.String(); got != c.want {
			t.Errorf("%#v.String() = %q, want %q", c.s, got, c.want)
		}
	}
}

func TestHeldOn(t *testing.T) {
	s := Stake{From: party.Date{Year: 2020}, To: party.Date{Year: 2024, Month: 3, Day: 1}}
	for _, c := range []struct {
		on   party.Date
		want bool
	}{
		{party.Date{Year: 2019, Month: 12, Day: 31}, false},
		{party.Date{Year: 2020, Month: 1, Day: 1}, true},
		{party.Date{Year: 2024, Month: 2, Day: 29}, true},
		{party.Date{Year: 2024, Month: 3, Day: 1}, false},
		{party.Date{}, false},
	} {
		if got := s.HeldOn(c.on); got != c.want {
			t.Errorf("HeldOn(%v) = %v, want %v", c.on, got, c.want)
		}
	}
}

func TestClassOrder(t *testing.T) {
	order := []Class{Legal, Official, Research, Registry, Press, Unverified, Ungraded}
	for i, c := range order {
		for j, d := range order {
			if got, want := c.Weaker(d), i > j; got != want {
				t.Errorf("%v.Weaker(%v) = %v, want %v", c, d, got, want)
			}
		}
	}
}
