// SPDX-License-Identifier: Apache-2.0

package ownership

import (
	"testing"

	"github.com/interdict-dev/interdict/claim"
)

func TestParseShare(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"50", "50 %"}, {"25.5%", "25.5 %"}, {"25,5 %", "25.5 %"}, {"25,5\u00a0%", "25.5 %"}, {"25,5\u202f%", "25.5 %"}, {"%25,5", "25.5 %"}, {"٪٢٥٫٥", "25.5 %"}, {"２５％", "25 %"}, {"25,5 процентов", "25.5 %"}, {"50 per cent", "50 %"},
		{"25-50%", "25 to 50 %"}, {"25% - 50%", "25 to 50 %"}, {"25–50", "25 to 50 %"}, {"25 to 50", "25 to 50 %"}, {"between 25 and 50", "25 to 50 %"},
		{">50", "more than 50 %"}, {"> 50 %", "more than 50 %"}, {">=50", "50 to 100 %"}, {"more than 25 to 50", "more than 25 to 50 %"}, {"more than 25 but not more than 50", "more than 25 to 50 %"}, {"≤ 10", "0 to 10 %"}, {"<25", "less than 25 %"}, {"mehr als 50 %", "more than 50 %"}, {"более 50%", "more than 50 %"}, {"75+", "75 to 100 %"},
		{"12½", "12.5 %"}, {"33⅓ %", "100/3 %"}, {"½%", "0.5 %"}, {"1/3", "100/3 %"}, {"100/3", "100/3 %"}, {"1/2 %", "0.5 %"}, {"50/100", "50 %"}, {"1/1", "100 %"},
		{"", "unknown"}, {"unknown", "unknown"}, {"n/a", "unknown"}, {"0", "0 %"}, {"100", "100 %"}, {"100,00", "100 %"}, {"33.333333333333333", "33.333333333333333 %"},
	} {
		s, err := ParseShare(c.in)
		if err != nil || s.String() != c.want {
			t.Errorf("ParseShare(%q) = %v, %v, want %s", c.in, s, err, c.want)
		}
	}
	for _, in := range []string{"-5", "120", "120 %", "approx. 50", "~50", "50-25", "1,234.5", "½", "fifty", ">100", "<0", "2/1x", "1/0", "50%-", "-5%", "− 5", "25-50-75", ">25-<25", "12½½", "<25-50"} {
		if s, err := ParseShare(in); err == nil {
			t.Errorf("ParseShare(%q) = %v, want an error", in, s)
		}
	}
}

func FuzzParseShare(f *testing.F) {
	for _, s := range []string{"50", "25,5 %", ">50", "25-50%", "12½", "1/3", "more than 25 to 50", "-5", "٪٢٥"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := ParseShare(text)
		if err != nil {
			return
		}
		if s.Lo.Cmp(s.Hi) > 0 || s.Hi.Cmp(claim.UnknownShare().Hi) > 0 {
			t.Errorf("ParseShare(%q) = %v", text, s)
		}
	})
}
