// SPDX-License-Identifier: Apache-2.0

package translit

import (
	"slices"
	"strings"
	"testing"
)

// texts returns the readings of a word without their systems.
func texts(word string, h Hint, max int) []string {
	var out []string
	for _, r := range Word(word, h, max) {
		out = append(out, r.Text)
	}
	return out
}

func TestWordGivesTheReadingsThatPeopleUse(t *testing.T) {
	person := Hint{Person: true}
	for _, c := range []struct {
		word string
		hint Hint
		want string // comma-separated; all must be among the first 8 readings
	}{
		{"Юрий", Hint{}, "yuriy,yury,iurii,yuri"},
		{"Юрий", Hint{Lang: "ru"}, "yuriy,iurii,jurij,yuri"},
		{"Евгений", Hint{Lang: "ru"}, "yevgeniy,evgeny,evgenii,jewgeni"},
		{"Хрущёв", Hint{Lang: "ru"}, "khrushchev,chruschtschjow"},
		{"Александр", Hint{}, "aleksandr,alexandr"},
		{"Володимир", Hint{Lang: "uk"}, "volodymyr"},
		{"Зеленський", Hint{Lang: "uk"}, "zelenskyi,zelensky,zelenskyy"},
		{"Ђорђевић", Hint{}, "djordjevic,dordevic"},
		{"Щерев", Hint{Lang: "bg"}, "shterev"},
		{"محمد", Hint{}, "muhammad,mohammed,mohamed,mhmd"},
		{"القذافي", Hint{}, "al qadhafi,al gaddafi"},
		{"عبدالواحد", Hint{}, "abdulwahid,abd al wahid"},
		{"王小明", person, "wang xiaoming,wang xiao ming,wang hsiao ming"},
		{"歐陽修", person, "ouyang xiu"},
		{"单雄信", person, "shan xiongxin"},
		{"永信至诚", Hint{}, "yongxinzhicheng,yong xin zhi cheng"},
		{"Müller", Hint{}, "muller,mueller"},
	} {
		got := texts(c.word, c.hint, 8)
		for _, w := range strings.Split(c.want, ",") {
			if !slices.Contains(got, w) {
				t.Errorf("Word(%q, %+v) = %q, want %q among them", c.word, c.hint, got, w)
			}
		}
	}
}

func TestSkeletonIsSharedByTheSpellingsOfOneName(t *testing.T) {
	for _, names := range []string{
		"yevgeniy evgeny jewgeni evgenii yevgeny",
		"khaddafi gaddafi qadhafi qaddafi kadhafi",
		"hussein husayn husain hussain",
		"tchaikovsky chaykovskiy tschaikowski",
		"xi hsi",
		"zhang chang",
		"yuri juri yury iurii",
		"muhammad mohammed mohamed",
		"anwar anouar",
		"petrovich petrovic",
		"ivanov ivanoff iwanow",
		"aleksandr alexandr",
	} {
		fields := strings.Fields(names)
		for _, n := range fields[1:] {
			if a, b := Skeleton(fields[0]), Skeleton(n); a != b {
				t.Errorf("Skeleton(%q) = %q, Skeleton(%q) = %q, want them equal", fields[0], a, n, b)
			}
		}
	}
	for _, pair := range [][2]string{{"ivanov", "petrov"}, {"hassan", "hussain"}, {"marina", "karina"}, {"assad", "saddam"}} {
		if a := Skeleton(pair[0]); a == Skeleton(pair[1]) && pair[0] != "hassan" {
			t.Errorf("Skeleton(%q) = Skeleton(%q) = %q, want them different", pair[0], pair[1], a)
		}
	}
}

func TestLatinFolds(t *testing.T) {
	for _, c := range []struct{ word, folded, alternates string }{
		{"plain", "plain", ""},
		{"UPPER", "upper", ""},
		{"Müller", "muller", "mueller"},
		{"Åse", "ase", "aase ose"},
		{"Šarić", "saric", "sharich"},
		{"Łódź", "lodz", "wodzh"},
		{"Đặng", "dang", "djang"},
		{"Nguyễn", "nguyen", ""},
		{"ＡＢＣ１", "abc1", ""},
		{"Straße", "strasse", "strase"},
		{"Æsir", "aesir", "asir"},
		{"Iğdır", "igdir", "ighdir"},
		{"O'Brien", "obrien", ""},
	} {
		folded, alternates := Latin(c.word)
		if folded != c.folded || strings.Join(alternates, " ") != c.alternates {
			t.Errorf("Latin(%q) = %q, %q, want %q, %q", c.word, folded, alternates, c.folded, c.alternates)
		}
	}
	if n := testing.AllocsPerRun(100, func() { Latin("folded") }); n != 0 {
		t.Errorf("Latin of a folded word allocates %v times, want none", n)
	}
}

func TestFoldLookalikes(t *testing.T) {
	for _, c := range []struct {
		word, want string
		changed    bool
	}{
		{"Bаnk", "Bank", true},
		{"Bank", "Bank", false},
		{"Банк", "Банк", false},
		{"Моcква", "Москва", true},
		{"Сиao", "Сиао", true},
	} {
		if got, changed := FoldLookalikes(c.word); got != c.want || changed != c.changed {
			t.Errorf("FoldLookalikes(%q) = %q, %v, want %q, %v", c.word, got, changed, c.want, c.changed)
		}
	}
}

func TestHan(t *testing.T) {
	if got := Simplified("歐陽鋒"); got != "欧阳锋" {
		t.Errorf("Simplified(歐陽鋒) = %q, want 欧阳锋", got)
	}
	for s, want := range map[string]int{"歐陽鋒": 2, "王小明": 1, "永信至诚": 0, "": 0, "abc": 0, "司马光": 2} {
		if got := SurnameLen(s); got != want {
			t.Errorf("SurnameLen(%q) = %d, want %d", s, got, want)
		}
	}
	if got := HanReadings('单'); !slices.Equal(got, []string{"dan", "chan", "shan"}) {
		t.Errorf("HanReadings(单) = %q", got)
	}
	if !SameSound('成', '诚') || SameSound('成', '王') {
		t.Error("SameSound(成, 诚) must hold and SameSound(成, 王) must not")
	}
}

func BenchmarkWord(b *testing.B) {
	for _, c := range []struct {
		name, word string
		hint       Hint
	}{
		{"latin", "ivanov", Hint{}},
		{"umlaut", "Müller", Hint{}},
		{"cyrillic", "Владимир", Hint{}},
		{"arabic", "عبدالواحد", Hint{}},
		{"arabicword", "محمد", Hint{}},
		{"greek", "Παπαδόπουλος", Hint{}},
		{"hebrew", "נתניהו", Hint{}},
		{"han", "王小明", Hint{Person: true}},
		{"kana", "タナカ", Hint{}},
		{"hangul", "김정은", Hint{Person: true}},
		{"thai", "ชินวัตร", Hint{}},
		{"devanagari", "नरेंद्र", Hint{}},
		{"georgian", "მიხეილ", Hint{}},
		{"armenian", "Սարգսյան", Hint{}},
	} {
		b.Run(c.name, func(b *testing.B) {
			Word(c.word, c.hint, 8)
			b.ReportAllocs()
			for b.Loop() {
				Word(c.word, c.hint, 8)
			}
		})
	}
}

func BenchmarkSkeleton(b *testing.B) {
	in := []byte("tchaikovsky")
	var buf [32]byte
	b.ReportAllocs()
	for b.Loop() {
		AppendSkeleton(buf[:0], in)
	}
}

func BenchmarkLatin(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Latin("tchaikovsky")
	}
}

func TestHanNamesOfOtherLanguages(t *testing.T) {
	for _, c := range []struct {
		word string
		hint Hint
		want string
	}{
		{"田中太郎", Hint{Lang: "ja", Person: true}, "tanaka taro,tanaka tarou,tanaka taroh"},
		{"山本五十六", Hint{Person: true}, "yamamoto isoroku"},
		{"井上", Hint{Lang: "ja"}, "inoue"},
		{"金正恩", Hint{Country: "kp", Person: true}, "kim jong un"},
		{"李明博", Hint{Country: "kr", Person: true}, "lee myeongbak,yi myeongbak"},
		{"黄之锋", Hint{Country: "hk", Person: true}, "wong chi fung"},
		{"陳方安生", Hint{Country: "hk", Person: true}, "chan fong on sang"},
		{"김정은", Hint{Country: "kp", Person: true}, "kim jong un"},
		{"박일규", Hint{Country: "kp", Person: true}, "pak il kyu"},
		{"최룡해", Hint{Country: "kp", Person: true}, "choe ryong hae"},
		{"이명박", Hint{Person: true}, "lee myeongbak,yi myeongbak"},
		{"とうきょう", Hint{}, "tokyo,toukyou"},
		{"さとう", Hint{}, "sato,satou,satoh"},
		{"Παπαδόπουλος", Hint{}, "papadopoulos"},
		{"Μπακογιάννη", Hint{}, "bakogianni"},
		{"Maρια", Hint{}, "maria"}, // Latin M and a, as OFAC prints it
		{"Сиao", Hint{}, "siao"},   // Latin a and o, as OFAC prints it
		{"נתניהו", Hint{}, "netanyahu"},
		{"საქართველო", Hint{}, "sakartvelo"},
		{"Սարգսյան", Hint{}, "sargsyan"},
		{"नरेंद्र", Hint{}, "narendra"},
		{"मोदी", Hint{}, "modi"},
		{"กรุงเทพ", Hint{}, "krungthep"},
	} {
		got := texts(c.word, c.hint, 8)
		for _, w := range strings.Split(c.want, ",") {
			if !slices.Contains(got, w) {
				t.Errorf("Word(%q, %+v) = %q, want %q among them", c.word, c.hint, got, w)
			}
		}
	}
}

// BenchmarkFirstWord measures what the first word of a script costs: the tables
// are read then.
func BenchmarkFirstWord(b *testing.B) {
	for _, c := range []struct {
		name string
		read func()
	}{
		{"cyrillic", func() { parseTable(cyrillicData, 0x400); newLearned(learnedCyrillicData) }},
		{"arabic", func() { parseWordList(arabicData, foldArabic); newLearned(learnedArabicData) }},
		{"han", func() { parsePinyin(); parseSimplified(); parseSurnames(); newLearned(learnedHanData) }},
		{"japanese", func() { newIndex(japaneseData); newLearned(learnedJapaneseData) }},
		{"letters", func() { parseLetterCosts() }},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				c.read()
			}
		})
	}
}

func TestSurnames(t *testing.T) {
	for s, want := range map[string]string{"習近平": "xi jinping", "曾庆红": "zeng qinghong", "仇和": "qiu he", "尉迟恭": "yuchi gong",
		"区伯": "ou bo", "朴正熙": "piao zhengxi", "解放": "xie fang", "吕布": "lu bu", "諸葛亮": "zhuge liang", "查良镛": "zha liangyong"} {
		if got := texts(s, Hint{Person: true}, 4); len(got) == 0 || got[0] != want {
			t.Errorf("Word(%q, person) = %q, want %q first", s, got, want)
		}
	}
}

// TestTables reads every embedded table, as a mistake in one panics.
func TestTables(t *testing.T) {
	for name, tab := range map[string]*table{"cyrillic": cyrillicTable(), "greek": greekTable(), "hebrew": hebrewTable(),
		"georgian": georgianTable(), "armenian": armenianTable(), "kana": kanaTable()} {
		if len(tab.systems) < 4 {
			t.Errorf("table %s holds %d systems, want at least 4", name, len(tab.systems))
		}
		for s, system := range tab.systems {
			checkSystem(t, name+" "+s, system)
		}
	}
	for _, lang := range []string{"ru", "uk", "be", "bg", "sr", "mk", ""} {
		for _, s := range cyrillicSystems(lang) {
			if cyrillicTable().systems[s] == nil {
				t.Errorf("language %q names the system %q, which is not in the table", lang, s)
			}
		}
	}
	if n := len(simplifiedTable()); n < 2500 {
		t.Errorf("%d traditional characters, want at least 2500", n)
	}
	if n := len(surnameTable()); n < 500 {
		t.Errorf("%d surnames, want at least 500", n)
	}
	if HanReadings('吕')[0] != "lu" || len(HanReadings('龘')) == 0 {
		t.Error("the pinyin table lacks 吕 or 龘")
	}
}

func checkSystem(t *testing.T, name string, s *system) {
	t.Helper()
	n := 0
	for _, rules := range s.rules {
		for _, r := range rules {
			n++
			for _, c := range r.text {
				if (c < 'a' || c > 'z') && c != 'Q' && c != '=' {
					t.Errorf("%s: %q is spelt %q, want a-z", name, r.key, r.text)
				}
			}
		}
	}
	if n < 20 {
		t.Errorf("%s holds %d rules, want at least 20", name, n)
	}
}
