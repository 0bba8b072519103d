// SPDX-License-Identifier: Apache-2.0

package evidence

import (
	"slices"
	"testing"
)

func TestPivots(t *testing.T) {
	g := graph(t,
		"ipv4:5.188.33.135 attributed-to intel/raptor C lumen 2023-10-08..2024-03-22",
		"ipv4:5.188.33.228 attributed-to intel/raptor C lumen 2024-03-09..2024-09-04",
		"ipv4:5.188.33.1 attributed-to intel/raptor C lumen 2020-01-01..2020-02-01",
		"ipv4:5.188.34.1 attributed-to intel/raptor C lumen 2024-01-01..2024-02-01",
		"ipv4:5.188.33.135 presents cert-cn:kr C lumen 2024-01-01..2024-02-01",
		"ipv4:9.9.9.9 presents cert-cn:kr C lumen 2024-01-15..2024-03-01",
		"ipv4:8.8.8.8 presents cert-cn:kr C lumen 2021-01-15..2021-03-01",
		"cert-cn:w8510.com attributed-to intel/raptor C lumen",
		"domain:w8510.com attributed-to intel/raptor C lumen",
		"ipv4:104.16.0.1 attributed-to intel/raptor C lumen 2024-01-01..2024-02-01",
		"ipv4:104.16.0.2 attributed-to intel/raptor C lumen 2024-01-01..2024-02-01",
	)
	for _, c := range []struct {
		seen string
		want []string
	}{
		{"ipv4:5.188.33.135", []string{
			"9.9.9.9 both: presents cert-cn:kr, at the same time",
			"5.188.33.228 in the same 5.188.33.0/24 at the same time",
		}},
		{"ipv4:5.188.33.99", []string{ // nobody has spoken of it
			"5.188.33.1 attributed, in the same 5.188.33.0/24",
			"5.188.33.135 attributed, in the same 5.188.33.0/24",
			"5.188.33.228 attributed, in the same 5.188.33.0/24",
		}},
		{"domain:w8510.com", []string{"w8510.com a domain and a certificate's common name of the same spelling"}},
		{"ipv4:104.16.0.1", nil}, // a CDN
		{"ipv4:1.2.3.4", nil},
	} {
		var got []string
		for _, p := range g.Pivots(thing(t, c.seen).Indicator) {
			got = append(got, p.Indicator.Value+" "+p.Reason)
			if len(p.Claims) == 0 {
				t.Errorf("%s: the suggestion %v rests on no claim", c.seen, p)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("Pivots(%s):\n%q\nwant:\n%q", c.seen, got, c.want)
		}
	}
}
