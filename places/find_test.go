// SPDX-License-Identifier: Apache-2.0

package places

import (
	"slices"
	"strings"
	"testing"

	"github.com/interdict-dev/interdict/party"
)

func day(s string) party.Date {
	d, err := party.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// found writes mentions as "crimea:city:weak".
func found(ms []Mention) string {
	var out []string
	for _, m := range ms {
		s := m.Territory + ":" + m.By.String()
		if m.Weak {
			s += ":weak"
		}
		out = append(out, s)
	}
	return strings.Join(out, " ")
}

func TestFind(t *testing.T) {
	on := day("2024-06-01")
	for text, want := range map[string]string{
		"12 Lenina St, Simferopol, Krym": "crimea:city crimea:name",
		"KRIMEA":                         "crimea:name",
		"Crimée, Ukraine":                "crimea:name",
		"г. Ялта, Республика Крым":              "crimea:city crimea:name",
		"поставка в Крыму":                      "crimea:name",
		"克里米亚共和国辛菲罗波尔":                          "crimea:name",
		"Севастополь, ул. Ленина 1":             "sevastopol:name",
		"ДНР, г. Макеевка":                      "donetsk:name donetsk:city",
		"Luhansk People’s Republic":             "luhansk:name",
		"Donetsk Oblast":                        "donetsk:area:weak",
		"DNR":                                   "donetsk:name:weak",
		"Kherson":                               "kherson:city",
		"Calle 23, Vedado, La Habana":           "cuba:city",
		"Kuba":                                  "cuba:name:weak",
		"Havana Street 12, Aurora":              "cuba:city:weak",
		"rue de Cuba 4, Paris":                  "cuba:name:weak",
		"Cuba, NY 14727":                        "",
		"Pyongyang, DPRK":                       "north-korea:city north-korea:name",
		"D.P.R.K.":                              "north-korea:name",
		"Korea, North":                          "north-korea:name",
		"Democratic People's Republic of Korea": "north-korea:name",
		"Republic of Korea":                     "",
		"КНДР":                                  "north-korea:name",
		"朝鲜民主主义人民共和国平壤市":                        "north-korea:name north-korea:city",
		"延边朝鲜族自治州":                              "",
		"内蒙古巴彦淖尔市":                              "",
		"古巴共和国":                                 "cuba:name",
		"Tirana, Albania":                       "",
		"Miranda Iranzo, Teruel":                "",
		"Qazvin, Iran":                          "iran:name",
		"وإيران":                                "iran:name",
		"Unit 4, Tehran":                        "iran:city",
		"Iranian saffron":                       "iran:people",
		"Damascus, Syria":                       "syria:city syria:name",
		"Damascus, MD 20872":                    "",
		"シリアル":                                  "",
		"シリア":                                   "syria:name",
		"Juba, South Sudan":                     "",
		"Assyria Street":                        "",
		"Crimea.Ukraine":                        "crimea:name",
		"Crimean Tatar Resource Center":         "",
		"":                                      "",
		"Zaporizhzhia":                          "zaporizhzhia:city",
		"Сrimea":                                "crimea:name", // the first letter is Cyrillic
		"Тeгеран":                               "iran:city",   // the second is Latin
		"Cri\u200bmea, T\u00adehran\ufeff":      "crimea:name iran:city",
		"شبه\u200cجزیره کریمه":                  "crimea:name",
		"ＣＵＢＡ, İran":                            "cuba:name iran:name",
		"Novi Sad":                              "",
		"\xffCrimea\xff":                        "crimea:name",
		"42 Boulevard de Sébastopol, Paris":     "",
		"Bachtschyssaraj, Krim (Ukraine), Straße des 1. Maj.": "crimea:name:weak",
	} {
		if got := found(Default().Find(text, on)); got != want {
			t.Errorf("Find(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestFindKnowsWhenAndWhere(t *testing.T) {
	for _, c := range []struct {
		text, on string
		regimes  string
	}{
		{"Crimea", "2014-12-18", "eu"},
		{"Crimea", "2014-12-19", "us-ofac eu"},
		{"Crimea", "2024-01-01", "us-ofac us-bis eu uk"},
		{"Luhansk", "2022-02-20", ""},
		{"Luhansk", "2022-02-21", "us-ofac"},
		{"Kherson", "2022-10-05", ""},
		{"Kherson", "2022-10-06", "eu"},
		{"Kherson", "2024-01-01", "eu uk"},
		{"Syria", "2025-06-30", "us-ofac us-bis"},
		{"Syria", "2025-07-01", "us-bis"},
		{"Soudan", "2017-10-11", "us-ofac"},
		{"Soudan", "2017-10-12", ""},
		{"Soudan", "2017-10", "us-ofac"},
		{"Sudan", "", "us-ofac"},
		{"Habana", "1960", ""},
		{"Habana", "2026-01-01", "us-ofac us-bis"},
		{"Pyongyang", "2010-01-01", "us-bis eu un"},
	} {
		var got []string
		for _, m := range Default().Find(c.text, day(c.on)) {
			for _, r := range m.Rules {
				got = append(got, r.Regime)
			}
		}
		if s := strings.Join(got, " "); s != c.regimes {
			t.Errorf("Find(%q, %s) holds under %q, want %q", c.text, c.on, s, c.regimes)
		}
	}
}

func TestFindPointsIntoTheText(t *testing.T) {
	text := "ship to: Ялта / КРЫМ, then Kuba"
	for _, m := range Default().Find(text, party.Date{}) {
		if text[m.Start:m.End] != m.Text {
			t.Errorf("%q stands at %d, not %q", text[m.Start:m.End], m.Start, m.Text)
		}
	}
}

func TestTerritoriesFile(t *testing.T) {
	owner := map[string]string{}
	all := Default().Territories()
	if len(all) < 11 {
		t.Fatalf("%d territories, want at least 11", len(all))
	}
	for _, p := range all {
		if Name(p.Code) == "" {
			t.Errorf("%s: code %q has no name", p.Key, p.Code)
		}
		if len(p.Rules) == 0 {
			t.Errorf("%s has no rule", p.Key)
		}
		for _, r := range p.Rules {
			if !slices.Contains([]string{"us-ofac", "us-bis", "eu", "uk", "un"}, r.Regime) || !slices.Contains([]string{"embargo", "partial"}, r.Measure) {
				t.Errorf("%s: %+v has no known regime or measure", p.Key, r)
			}
			if !strings.HasPrefix(r.Source, "https://") || r.Authority == "" {
				t.Errorf("%s: %+v has no source", p.Key, r)
			}
			if !r.To.IsZero() && r.To.Compare(r.From) < 0 {
				t.Errorf("%s: %+v ends before it begins", p.Key, r)
			}
		}
		for _, s := range p.spellings {
			k := strings.Join(foldedWords(s.text), " ")
			if k == "" {
				t.Errorf("%s: %q has no words", p.Key, s.text)
			}
			if o := owner[k]; o != "" && o != p.Key {
				t.Errorf("%q stands for both %s and %s", s.text, o, p.Key)
			}
			owner[k] = p.Key
			got := Default().Find(s.text, party.Date{})
			if s.by == byNot {
				if len(got) > 0 {
					t.Errorf("Find(%q) = %s, want nothing", s.text, found(got))
				}
			} else if len(got) != 1 || got[0].Territory != p.Key || !strings.HasPrefix(s.text, got[0].Text) {
				t.Errorf("Find(%q) = %s, want %s alone", s.text, found(got), p.Key)
			}
		}
	}
}

func TestParseTerritoriesSaysWhatIsWrong(t *testing.T) {
	for _, text := range []string{"name X", "place x", "place x y Z\nword a", "place x y Z\nrule us-ofac 2014", "place x y Z\nrule us-ofac 2014-13-01 - embargo a ; b"} {
		if _, err := parseTerritories(text); err == nil {
			t.Errorf("parseTerritories(%q) is no error", text)
		}
	}
}

func FuzzFind(f *testing.F) {
	f.Add("г. Ялта, Крым; D.P.R.K. 朝鲜族")
	f.Add("\xff..D.\u0301古")
	f.Fuzz(func(t *testing.T, s string) {
		last := 0
		for _, m := range Default().Find(s, party.Date{}) {
			if m.Start < last || m.End <= m.Start || s[m.Start:m.End] != m.Text {
				t.Errorf("Find(%q): %q stands wrongly at %d", s, m.Text, m.Start)
			}
			last = m.End
		}
	})
}

func BenchmarkFind(b *testing.B) {
	Default().Find("", party.Date{})
	for b.Loop() {
		Default().Find("Office 402, 4th floor, 15 Lenina Street, 295000 Simferopol, Krym, Russia", party.Date{})
	}
}

func BenchmarkParseTerritories(b *testing.B) {
	for b.Loop() {
		places, err := parseTerritories(territoriesText)
		if err != nil {
			b.Fatal(err)
		}
		newGazetteer(places)
	}
}
