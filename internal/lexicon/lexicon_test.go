// SPDX-License-Identifier: Apache-2.0

package lexicon

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestTablesAreCurrent holds that the embedded tables are what the readable
// files say, and that every line of those loads.
func TestTablesAreCurrent(t *testing.T) {
	tables, err := Compile(os.DirFS("data"))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range tables {
		got, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is not what the data files compile to: go run ./internal/lexicon/lexgen", name)
		}
	}
}

func TestCompileReportsBadLines(t *testing.T) {
	for _, c := range []struct{ file, text, want string }{
		{"forms.txt", "de: gmbh\n", "forms.txt:1"},
		{"forms.txt", "@form\nde: gmbh\n", "forms.txt:1"},
		{"trade.txt", "@trade\n\ntechnology tech\n", "trade.txt:3"},
		{"trade.txt", "@nonsense\n", "trade.txt:1"},
		{"trade.txt", "@trade\ntechnology: tech,,teknik\n", "trade.txt:2"},
		{"variants.txt", "a, b\n", "variants.txt:1"},
		{"variants.txt", "@nickname\na, b\n", "variants.txt:2"},
		{"variants.txt", "@variant\na, , b\n", "variants.txt:2"},
		{"han.txt", "團团團\n", "han.txt:1"},
		{"background.txt", "100: a\n", "background.txt:1"},
		{"background.txt", "100 125: a\n", "background.txt:1"},
		{"background.txt", "100 100: a a\n", "background.txt:1"},
	} {
		_, err := Compile(overlay{c.file: c.text})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("Compile with %s = %q: error %v, want one at %s", c.file, c.text, err, c.want)
		}
	}
}

// TestAmbiguousWordsAreListed holds that a word with several meanings stands in
// ambiguous.txt, where somebody has seen it.
func TestAmbiguousWordsAreListed(t *testing.T) {
	var got []string
	s := wordStore()
	for key, payload := range s.all {
		var ms []string
		for i := 1; i+1 < len(payload); i += 2 {
			m := s.tail().readMeaning(4 + meaningSize*payload.u16(i))
			ms = append(ms, m.Class.String()+"/"+m.Concept)
		}
		if len(ms) > 1 {
			got = append(got, key+": "+strings.Join(ms, " "))
		}
	}
	slices.Sort(got)
	text, err := os.ReadFile("data/ambiguous.txt")
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, line := range dataLines(string(text)) {
		want = append(want, line)
	}
	slices.Sort(want)
	for _, line := range got {
		if !slices.Contains(want, line) {
			t.Errorf("%s: not in ambiguous.txt", line)
		}
	}
	for _, line := range want {
		if !slices.Contains(got, line) {
			t.Errorf("ambiguous.txt has %q, which is not so", line)
		}
	}
}

func TestLongest(t *testing.T) {
	for _, c := range []struct {
		words string
		n     int
		form  Form
	}{
		{"limited liability company x", 3, Limited},
		{"l l c", 3, Limited},
		{"gmbh", 1, Limited},
		{"g m b h", 4, Limited},
		{"gmbh co kg", 3, LimitedPartnership},
		{"общество с ограниченной ответственностью", 4, Limited},
		{"публичное акционерное общество", 3, Public},
		{"закрытое акционерное общество", 3, Closed},
		{"федеральное государственное унитарное предприятие", 4, StateBody},
		{"股份有限公司", 1, Public},
		{"有限責任公司", 1, Limited},
		{"有限责任公司", 1, Limited},
		{"sociedad anonima de capital variable", 5, Public},
		{"s a de c v", 5, Public},
		{"gesellschaft mit beschrankter haftung", 4, Limited},
		{"شركة ذات مسؤولية محدودة", 4, Limited},
		{"شركة ذات مسئولية محدودة", 4, Limited},
		{"co ltd", 2, Limited | Public},
		{"joint stock company", 3, Public},
		{"closed joint stock company", 4, Closed},
		{"d o o", 3, Limited},
		{"doo", 1, Limited},
		{"s p a", 3, Public},
		{"sp z o o", 4, Limited},
		{"株式会社", 1, Public},
		{"株式會社", 1, Public},
		{"주식회사", 1, Public},
		{"จำกัด มหาชน", 2, Public},
		{"private limited", 2, Limited},
		{"pte ltd", 2, Limited},
		{"sherkat sahami khas", 3, Closed},
		{"سهامی خاص", 2, Closed},
		{"limited sirketi", 2, Limited},
		{"בע\"מ", 1, Limited},
		{"sas", 1, Public | LimitedPartnership},
		{"zzz", 0, 0},
	} {
		n, m := LongestIn(strings.Fields(c.words), In(LegalForm))
		if n != c.n || m.Form&c.form != c.form || (m.Form == 0) != (c.form == 0) {
			t.Errorf("LongestIn(%q) = %d, %v, want %d, %v", c.words, n, m.Form, c.n, c.form)
		}
	}
}

func TestContradicts(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"gmbh", "ag", true},
		{"gmbh", "ооо", false},
		{"оао", "зао", false},
		{"inc", "ltd", false},
		{"company", "ag", false},
		{"ltd", "foundation", true},
	} {
		a, _ := WordIn(c.a, In(LegalForm))
		b, _ := WordIn(c.b, In(LegalForm))
		if got := a.Form.Contradicts(b.Form); got != c.want || b.Form.Contradicts(a.Form) != got {
			t.Errorf("%s (%v) contradicts %s (%v): %v, want %v, both ways", c.a, a.Form, c.b, b.Form, got, c.want)
		}
	}
	if Form(0).Contradicts(Limited) {
		t.Error("a missing form contradicts Limited")
	}
}

// TestConcepts holds that words over languages are one concept.
func TestConcepts(t *testing.T) {
	for concept, list := range map[string]string{
		"technology":    "technology technologies tech tecnologia технологии технологий 科技 技术 技術 テクノロジー 기술 تكنولوجيا فناوری teknoloji",
		"group":         "group grp gruppe groupe grupo группа 集团 集團 グループ 그룹 مجموعة المجموعة گروه majmua",
		"trading":       "trading торговый торговая торговля 贸易 貿易 무역 تجارة التجارة للتجارة bazargani بازرگانی ticaret",
		"international": "international intl int'l международный 国际 國際 国際 국제 دولية بین‌المللی uluslararasi internacional",
		"bank":          "bank banco banque банк 银行 銀行 은행 بنك בנק بانک",
		"insurance":     "insurance seguros versicherung страхование 保险 보험 تأمين بیمه sigorta",
		"shipping":      "shipping naviera судоходная 航运 海運 해운 کشتیرانی ملاحة",
		"factory":       "factory plant завод 厂 工厂 공장 مصنع کارخانه fabrika",
		"institute":     "institute inst институт 研究所 研究院 연구소 معهد",
		"university":    "university univ университет 大学 대학교 جامعة دانشگاه universidad",
		"ministry":      "ministry министерство وزارة وزارت bakanligi",
		"committee":     "committee комитет لجنة comite komitet",
		"state":         "state государственный 国家 حكومية دولت devlet",
		"national":      "national natl национальный وطنية ملی ulusal nacional nazionale",
		"east":          "east восток восточный شرق 东 東 oriental",
		"brothers":      "brothers bros братья hermanos fratelli kardesler إخوان",
		"and":           "and y und и و 和 ve",
		"network":       "network netzwerk сеть 网络 網絡 ネットワーク 네트워크 شبكة",
		"electronics":   "electronics электроника 电子 電子 전자 إلكترونيات elektronik",
		"cn-beijing":    "beijing peking 北京 пекин",
		"ru-moscow":     "moscow moskva москва московский 莫斯科 موسكو",
		"cn":            "china chinese 中国 中國 китай الصين",
		"ir":            "iran iranian иран ایران إيران 伊朗",
		"haji":          "haji hajji الحاج حاجی",
		"servant-of":    "abd abdul عبد",
	} {
		for _, w := range strings.Fields(list) {
			found := false
			for c := LegalForm; c < classes; c++ {
				if m, ok := WordIn(w, In(c)); ok && m.Concept == concept {
					found = true
				}
			}
			if !found {
				m, ok := Word(w)
				t.Errorf("Word(%q) = %v %q, %v, want %q", w, m.Class, m.Concept, ok, concept)
			}
		}
	}
}

// TestFloors holds the sizes that issue 3 asks for.
func TestFloors(t *testing.T) {
	concepts, countries, formCountries := map[string]bool{}, map[string]int{}, map[string]bool{}
	s := wordStore()
	for _, payload := range s.all {
		for i := 1; i+1 < len(payload); i += 2 {
			m := s.tail().readMeaning(4 + meaningSize*payload.u16(i))
			switch {
			case Generic.Has(m.Class):
				concepts[m.Concept] = true
			case m.Class == LegalForm && m.Countries != "" && m.Form != Company:
				for c := range strings.SplitSeq(m.Countries, ",") {
					formCountries[c] = true
				}
			}
		}
	}
	places := map[string]bool{}
	for i := range s.tail().u32(0) {
		if m := s.tail().readMeaning(4 + meaningSize*i); m.Class == Place && !places[m.Concept] {
			places[m.Concept] = true
			countries[m.Concept[:2]]++
		}
	}
	if len(formCountries) < 90 || len(concepts) < 400 || len(places) < 900 || countries["cn"] < 300 {
		t.Errorf("%d countries of legal forms, %d concepts, %d places, %d of them in China; want 90, 400, 900, 300",
			len(formCountries), len(concepts), len(places), countries["cn"])
	}
}

// TestTraditionalHan holds that each Han word is found with every character in
// its traditional or Japanese form.
func TestTraditionalHan(t *testing.T) {
	back := map[rune]rune{}
	for i := 0; i+3 < len(hanBin); i += 4 {
		s := store(hanBin)
		back[rune(s.u16(i+2))] = rune(s.u16(i))
	}
	n := 0
	for key, payload := range wordStore().all {
		trad := strings.Map(func(r rune) rune {
			if b, ok := back[r]; ok {
				return b
			}
			return r
		}, key)
		if trad == key {
			continue
		}
		n++
		if got := wordStore().findFolded(trad); got != payload {
			t.Errorf("%s is not found as %s", key, trad)
		}
	}
	if n < 500 {
		t.Errorf("%d words with traditional characters, want 500 and more", n)
	}
}

func TestLookupsDoNotAllocate(t *testing.T) {
	words := []string{"общество", "с", "ограниченной", "ответственностью"}
	for name, f := range map[string]func(){
		"Word":       func() { Word("technology"); Word("Технологии"); Word("貿易"); Word("الصناعية") },
		"Longest":    func() { Longest(words) },
		"Related":    func() { Related("muhammad", "mohamed"); Related("саша", "aleksandr") },
		"Background": func() { Background("muhammad", true); Background("zzzz", false) },
		"Number":     func() { Number("26165"); Number("first"); Number("第五十五") },
		"Bytes":      func() { Word(string(byteWord)) },
	} {
		f()
		if n := testing.AllocsPerRun(100, f); n != 0 {
			t.Errorf("%s allocates %v times", name, n)
		}
	}
}

var byteWord = []byte("technology")

func FuzzLongest(f *testing.F) {
	for _, s := range []string{"co ltd", "شركة ذات مسؤولية محدودة", "\xff\xfe", strings.Repeat("общество ", 200), "株式会社", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		words := strings.Fields(s)
		n, m := Longest(words)
		if n < 0 || n > len(words) || (n == 0) != (m.Class == None) {
			t.Errorf("Longest(%q) = %d, %v", words, n, m)
		}
		Background(s, true)
		Number(s)
		Related(s, "muhammad")
		PatronymicOf(s)
		if utf8.RuneCountInString(s) < 300 {
			Variants(s)
		}
	})
}

func BenchmarkWord(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Word("technology")
	}
}

func BenchmarkWordCyrillic(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Word("торговый")
	}
}

func BenchmarkLongest(b *testing.B) {
	b.ReportAllocs()
	words := []string{"limited", "liability", "company"}
	for b.Loop() {
		Longest(words)
	}
}
