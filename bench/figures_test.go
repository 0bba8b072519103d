// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"bytes"
	"strings"
	"testing"
)

func TestFigureText(t *testing.T) {
	for _, c := range []struct {
		f    Figure
		want string
	}{
		{Figure{Value: 98.2345, Unit: "%"}, "98.2 %"},
		{Figure{Value: 0.0181, Detail: "deck x"}, "0.018, deck x"},
		{Figure{Value: 270e6, Unit: "bytes"}, "270 MB"},
		{Figure{Value: 1234.5, Unit: "a second"}, "1234 a second"},
		{Figure{Value: 0}, "0"},
		{Figure{Value: 106, Detail: "between 83 and 136"}, "106, between 83 and 136"},
		{Figure{Value: 3, Unit: "µs"}, "3 µs"},
	} {
		if got := c.f.String(); got != c.want {
			t.Errorf("%+v says %q, want %q", c.f, got, c.want)
		}
	}
}

// TestFiguresAreThoseOfTheReport holds some lines against the report itself.
func TestFiguresAreThoseOfTheReport(t *testing.T) {
	r := ran(t, Plan{MinScore: 3000})
	at := map[string]float64{}
	for _, f := range r.Figures() {
		at[f.What] = f.Value
	}
	if got, want := at["right entry first where 1 % of innocent names have a finding"], 100*r.Levels[1].Recall1; got != want || got == 0 {
		t.Errorf("recall at 1 %% is %v, want %v", got, want)
	}
	if got := at["calibration error"]; got != r.ECE || got == 0 {
		t.Errorf("calibration error %v, want %v", got, r.ECE)
	}
	if _, ok := at["alerts per 10,000 innocent names at that match strength"]; !ok {
		t.Errorf("no alerts at the threshold of operation in %v", at)
	}
}

func TestInfraAndOwnershipAnswer(t *testing.T) {
	owned, err := Ownership(2000)
	if err != nil {
		t.Fatal(err)
	}
	all := append(Infra(20000), owned...)
	var out bytes.Buffer
	PrintFigures(&out, all)
	for _, f := range all {
		if f.Value <= 0 {
			t.Errorf("%s: %v", f.What, f.Value)
		}
	}
	if !strings.Contains(out.String(), "2000 owned") {
		t.Errorf("half of half is half by the rule, and all companies are owned:\n%s", out.String())
	}
}

// TestInfraMeets holds that questions that should meet a rule do, and that others
// mostly do not.
func TestInfraMeets(t *testing.T) {
	c := MeasureInfra(InfraPlan{Prefixes: 3000, Domains: 3000, Seed: 2})
	asked := 0
	for _, l := range c.Lookups {
		want := 1.0
		if strings.Contains(l.Of, "no rule") {
			want = 0
		} else if strings.Contains(l.Of, "any") {
			continue
		}
		if asked++; l.Hits != want {
			t.Errorf("%s: %v met a rule, want %v", l.Of, l.Hits, want)
		}
	}
	if asked != 5 {
		t.Errorf("%d kinds of questions, want 5", asked)
	}
}
