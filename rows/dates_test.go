// SPDX-License-Identifier: Apache-2.0

package rows

import (
	"strings"
	"testing"
)

func TestDates(t *testing.T) {
	for in, want := range map[string]string{
		"1962-03-14":              "1962-03-14",
		"1962-03":                 "1962-03",
		"1962":                    "1962",
		"19620314":                "1962-03-14",
		"1962/3/14":               "1962-03-14",
		"1962-03-14T00:00:00Z":    "1962-03-14",
		"1962-03-14 12:30:00":     "1962-03-14",
		"14/03/1962 00:00":        "1962-03-14",
		"3/14/1962 12:00:00 AM":   "1962-03-14",
		"14.03.1962":              "1962-03-14",
		"03.04.1962":              "1962-04-03",
		"03/04/1962":              "1962-04-03; 1962-03-04",
		"03-04-1962":              "1962-04-03; 1962-03-04",
		"04/04/1962":              "1962-04-04",
		"14/3/62":                 "1962-03-14; 2062-03-14",
		"14-Mar-62":               "1962-03-14; 2062-03-14",
		"14 March 1962":           "1962-03-14",
		"March 14, 1962":          "1962-03-14",
		"14th of March 1962":      "1962-03-14",
		"14. März 1962":           "1962-03-14",
		"1er août 1962":           "1962-08-01",
		"14 de marzo de 1962":     "1962-03-14",
		"14 marca 1962":           "1962-03-14",
		"14 марта 1962 г.":        "1962-03-14",
		"14 Mayıs 1962":           "1962-05-14",
		"Mar 1962":                "1962-03",
		"03/1962":                 "1962-03",
		"1962年3月14日":              "1962-03-14",
		"1962年3月":                 "1962-03",
		"١٩٦٢/٠٣/١٤":              "1962-03-14",
		"１９６２．０３．１４":              "1962-03-14",
		"circa 1962":              "circa 1962",
		"ca. 1962":                "circa 1962",
		"1962-1964":               "1962 to 1964",
		"between 1962 and 1964":   "1962 to 1964",
		"1962-00-00":              "1962",
		"1962-03-00":              "1962-03",
		"1962-03-14; 1963-05":     "1962-03-14; 1963-05",
		"1962 or 1963":            "1962; 1963",
		"31/02/1962":              "? 31/02/1962",
		"spring 1962":             "? spring 1962",
		"n/a":                     "",
		"":                        "",
		"99/99/9999":              "? 99/99/9999",
		"2147483648-01-01":        "? 2147483648-01-01",
		"14/03/1962 or 15/3/1962": "1962-03-14; 1962-03-15",
	} {
		var got []string
		for _, s := range Dates(in) {
			if s.IsZero() {
				got = append(got, "? "+s.Text)
			} else {
				got = append(got, s.String())
			}
		}
		if g := strings.Join(got, "; "); g != want {
			t.Errorf("Dates(%q) = %q, want %q", in, g, want)
		}
	}
}

// What is not nothing is never lost: a date that cannot be read keeps its text.
func FuzzDates(f *testing.F) {
	for _, s := range []string{"03/04/62", "1er août 1962", "1962年3月14日", "between a and b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		spans := Dates(s)
		if len(spans) == 0 && strings.ContainsAny(s, "123456789") {
			t.Errorf("Dates(%q) lost it", s)
		}
		for _, d := range spans {
			if d.IsZero() && d.Text == "" || d.From.Compare(d.To) > 0 {
				t.Errorf("Dates(%q) gives %+v", s, d)
			}
		}
	})
}
