// SPDX-License-Identifier: Apache-2.0

package names

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// real are names as lists print them, for properties that hold for any name.
// They are written by hand after public lists.
var real = map[Mode][]string{
	Persons: {
		"PAK, Il-Kyu", "MADURO MOROS, Nicolas", "KIM, Jong Un", "HUSAYN, Muhammad 'Abd al-Aziz", "SMITH, John", "Юрий Иванов", "王小明", "김정은", "محمد عبد العزيز",
		"IVANOV, Sergey Vladimirovich", "AL-ZAWAHIRI, Dr. Ayman", "GARCIA LOPEZ, Maria del Carmen", "NGUYEN, Van A", "Γιώργος Παπαδόπουλος", "יוסף כהן", "BIN LADEN, Usama", "LI, Wei", "J. R. SMITH",
	},
	Things: {
		"INTEGRITY TECHNOLOGY GROUP, INCORPORATED", "永信至成科技集团股份有限公司", "TRY PHEAP OYADAV S E Z CO., LTD.", "MIRIM SHIPPING CO LTD", "UNIT 61398", "CARLYLE VII", "NATIONAL OIL COMPANY",
		"ООО Ромашка", "삼성전자 주식회사", "株式会社トヨタ", "STATE GRID OF CHILE", "BANK OF MOSCOW JSC", "LAZARUS GROUP", "AERO CONTINENTE S.A.", "SIS D.O.O.", "D.E.S. DEFENSE ENGINEERING SOLUTIONS LTD", "DAN", "EP-IBC", "TRUST", "GRUPO EMPRESARIAL DEL NORTE S.A. DE C.V.", "شركة النفط الوطنية",
	},
}

// defaultEvidence is the evidence of the default threshold of screening
// (screening.DefaultMinScore), which this package does not know.
func defaultEvidence() int32 { return Default().Evidence(3000) }

// alter makes a name as people, or nobody, would get it wrong.
func alter(r *rand.Rand, s string) string {
	words := strings.Fields(s)
	for range r.IntN(4) {
		if len(words) == 0 {
			break
		}
		i := r.IntN(len(words))
		switch b := []rune(words[i]); r.IntN(7) {
		case 0:
			b[r.IntN(len(b))] = 'a' + rune(r.IntN(26))
			words[i] = string(b)
		case 1:
			words[i] = string(slices.Insert(b, r.IntN(len(b)), 'x'))
		case 2:
			words = slices.Delete(words, i, i+1)
		case 3:
			r.Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
		case 4:
			words[0] += words[len(words)-1]
		case 5:
			words = append(words, []string{"Ltd", "7", "Group", "A.", "China", "bin"}[r.IntN(6)])
		case 6:
			words[i] = string(b[:1])
		}
	}
	return strings.Join(words, " ")
}

// checkResult holds a comparison to its promises: what is shown adds up to the
// evidence, every part stands in one pair or is left over, and the features
// times the weights are the evidence but for rounding.
func checkResult(t *testing.T, q, c *Form, r *Result) {
	t.Helper()
	sum := r.Base
	var usedQ, usedC uint64
	for i := range r.Pairs {
		p := &r.Pairs[i]
		if p.Q == 0 || p.C == 0 || p.Q&usedQ != 0 || p.C&usedC != 0 {
			t.Errorf("pair %d of %q and %q takes parts %b and %b, which are none or taken", i, parts(q), parts(c), p.Q, p.C)
		}
		usedQ, usedC = usedQ|p.Q, usedC|p.C
		sum += p.Evidence()
	}
	for _, l := range r.Left {
		used := &usedQ
		if l.Listed {
			used = &usedC
		}
		if *used>>l.Part&1 != 0 {
			t.Errorf("part %d of %q and %q is left over and paired, or left over twice", l.Part, parts(q), parts(c))
		}
		*used |= 1 << l.Part
		sum += l.Evidence
	}
	if sum != r.Evidence {
		t.Errorf("the evidence of %q and %q is %d, its reasons add up to %d", parts(q), parts(c), r.Evidence, sum)
	}
	if usedQ != all(len(q.Parts)) || usedC != all(len(c.Parts)) {
		t.Errorf("%q and %q: parts %b and %b stand in pairs or are left over, want all", parts(q), parts(c), usedQ, usedC)
	}
	if len(r.Pairs) == 0 {
		return // defined to resemble nothing, whatever the features
	}
	total := int64(0)
	for f, x := range r.Vector {
		total += int64(Default().Weights[q.Mode][f]) * int64(x)
	}
	slack := int64(len(r.Pairs) + len(r.Left) + 1)
	if d := total/1000 - int64(r.Evidence); d < -slack || d > slack {
		t.Errorf("%q and %q: features times weights are %d, the evidence is %d", parts(q), parts(c), total/1000, r.Evidence)
	}
}

// all is the set of the first n parts.
func all(n int) uint64 {
	if n == 64 {
		return ^uint64(0)
	}
	return 1<<n - 1
}

func TestReasonsAddUp(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	pairs := 0
	for mode, list := range real {
		for range 3000 {
			a := list[r.IntN(len(list))]
			b := a
			if r.IntN(3) == 0 {
				b = list[r.IntN(len(list))]
			}
			q, c := ReadText(alter(r, a), mode), ReadText(alter(r, b), mode)
			res := Default().Compare(&q, &c)
			checkResult(t, &q, &c, res)
			pairs += len(res.Pairs)
		}
	}
	if pairs < 5000 {
		t.Fatalf("%d pairs were made: the test tests little", pairs)
	}
}

func TestOrderOfPairingsDoesNotCount(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	w := Default().Weights
	shuffled := 0
	for mode, list := range real {
		for range 800 {
			a := list[r.IntN(len(list))]
			q, c := ReadText(alter(r, a+" "+a), mode), ReadText(alter(r, a+" "+a), mode)
			possible := Pairings(&q, &c)
			var s Scorer
			want := describe(s.Score(&w[mode], q.Shapes(nil), c.Shapes(nil), possible))
			for range 4 {
				r.Shuffle(len(possible), func(i, j int) { possible[i], possible[j] = possible[j], possible[i] })
				if got := describe(s.Score(&w[mode], q.Shapes(nil), c.Shapes(nil), possible)); got != want {
					t.Fatalf("%q and %q: the order of pairings shows:\n%s\n%s", parts(&q), parts(&c), want, got)
				}
			}
			if len(possible) > 3 {
				shuffled++
			}
		}
	}
	if shuffled < 500 {
		t.Fatalf("%d comparisons had pairings to shuffle", shuffled)
	}
}

func describe(r *Result) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d base %d left %v features %v pairs", r.Evidence, r.Base, r.Left, r.Vector)
	for _, p := range r.Pairs {
		fmt.Fprintf(&b, " %b=%b %v %d", p.Q, p.C, p.Tie, p.Evidence())
	}
	return b.String()
}

func TestEqualNamesReachTheDefaultThreshold(t *testing.T) {
	for mode, list := range real {
		for _, text := range list {
			f, g := ReadText(text, mode), ReadText(text, mode)
			r := Default().Compare(&f, &g)
			if r.Evidence < defaultEvidence() {
				t.Errorf("%q compared with itself says %d, the threshold is %d", text, r.Evidence, defaultEvidence())
			}
			for _, l := range r.Left {
				if p := f.Parts[l.Part]; !p.Class.silent() || l.Evidence != 0 {
					t.Errorf("%q compared with itself leaves %q over, which says %d", text, p.Written, l.Evidence)
				}
			}
		}
	}
}

// evidence compares two texts as names of things, or as names of persons.
func evidence(mode Mode, a, b string) int32 {
	q, c := ReadText(a, mode), ReadText(b, mode)
	return Default().Compare(&q, &c).Evidence
}

// TestNearerNamesSayMore is about order alone: the first name is nearer to the
// listed one than the second.
func TestNearerNamesSayMore(t *testing.T) {
	for _, c := range []struct {
		mode                  Mode
		listed, near, farther string
	}{
		{Things, "State Grid of Chile", "State Grid of Chile", "State Grid of China"},
		{Things, "Carlyle VIII", "Carlyle VIII", "Carlyle VII"},
		{Things, "Carlyle VII", "Carlyle 7", "Carlyle 8"},
		{Things, "Unit 61398", "Unit 61398", "Unit 26165"},
		{Things, "Acme Robotics Ltd", "Acme Robotics Limited", "Acme Robotics Limited Partnership"},
		{Things, "Acme Robotics Ltd", "Acme Robotics GmbH", "Acme Robotics General Partnership"},
		{Things, "SIS DOO", "SIS d.o.o.", "SYS d.o.o."},
		{Things, "Acme CO., LTD", "Acme Company Limited", "Acne Company Limited"},
		{Things, "Integrity Technology Group", "Integrity Technology Group Inc", "Integrity Marketing Group"},
		{Things, "Integrity Technology Group", "Integrity Tech Group", "Technology Group"},
		{Things, "Integrity Technology Group", "ITG", "IGT"},
		{Things, "永信至成科技集团股份有限公司", "永信至成科技集团", "北京科技集团股份有限公司"},
		{Things, "Mirim Shipping Co Ltd", "Mirimshipping Co Ltd", "Merom Shipping Co Ltd"},
		{Persons, "MADURO MOROS, Nicolas", "Nicolas Maduro Moros", "Nicolas Maduro"},
		{Persons, "MADURO MOROS, Nicolas", "Nicolas Maduro", "Nicolas Moros Vega"},
		{Persons, "MADURO MOROS, Nicolas", "Nicolas Madoro Moros", "Nicolas Madeiros Moros"},
		{Persons, "SMITH, John", "John Smith", "Jon Smith"},
		{Persons, "SMITH, John", "J. Smith", "K. Smith"},
		{Persons, "HUSAYN, Muhammad", "Mohamed Hussein", "Mahmoud Hussein"},
		{Persons, "Юрий Иванов", "Yuri Ivanov", "Igor Ivanov"},
		{Persons, "Ivanov, Yuri", "Юрий Иванов", "Игорь Иванов"},
	} {
		near, far := evidence(c.mode, c.near, c.listed), evidence(c.mode, c.farther, c.listed)
		if near <= far {
			t.Errorf("%q against %q says %d, %q says %d: want less", c.near, c.listed, near, c.farther, far)
		}
	}
}

// TestFoundAndNotFound holds single pairs to the default threshold.
func TestFoundAndNotFound(t *testing.T) {
	const integrity, yongxin = "INTEGRITY TECHNOLOGY GROUP, INCORPORATED", "永信至成科技集团股份有限公司"
	for _, c := range []struct {
		mode          Mode
		query, listed string
		want          bool
	}{
		// the cases of issue 2: the Latin name of the company is a weak alias, so it
		// is the Chinese primary name that is to be found
		{Things, "Integrity Technology Group", integrity, true},
		{Things, "Beijing Yongxin Zhicheng Tech Co Ltd", yongxin, true},
		{Things, "永信至诚", yongxin, true},
		{Things, "北京永信至诚科技股份有限公司", yongxin, true},
		{Things, "Integrity Marketing Group", integrity, false},
		{Things, "Acme Trading LLC", "ABC TRADING LLC", false},
		{Persons, "Will Smith", "SMITH, John", false},
		// sister companies
		{Things, "State Grid of Chile", "State Grid of China", false},
		{Things, "Carlyle VII", "Carlyle VIII", false},
		{Things, "Unit 61398", "Unit 26165", false},
		{Things, "Unit 61398", "Unit 61398", true},
		// generic words alone are nothing
		{Things, "Technology Group", integrity, false},
		{Things, "National Trading Company", "NATIONAL OIL COMPANY", false},
		// legal forms written otherwise, or missing
		{Things, "SIS d.o.o.", "SIS DOO", true},
		{Things, "Acme Company Limited", "ACME CO., LTD", true},
		{Things, "Acme", "ACME CO., LTD", true},
		{Things, "Acme Ltd", "ACME", true},
		// what the eye cannot see
		{Persons, "Nicol\u0430s M\u0430duro Moros", "MADURO MOROS, Nicolas", true},
		{Persons, "Nico\u200blas \u202eMaduro\u202c Moros", "MADURO MOROS, Nicolas", true},
		{Persons, "Nicolás MADURO", "MADURO MOROS, Nicolas", true},
		{Persons, "", "MADURO MOROS, Nicolas", false},
		{Persons, "!!!", "MADURO MOROS, Nicolas", false},
	} {
		if got := evidence(c.mode, c.query, c.listed); got >= defaultEvidence() != c.want {
			t.Errorf("%q against %q says %d, the threshold is %d; want found %v", c.query, c.listed, got, defaultEvidence(), c.want)
		}
	}
}

func TestLegalFormOfOtherClassLowers(t *testing.T) {
	same := evidence(Things, "Acme Robotics Ltd", "ACME ROBOTICS LIMITED")
	missing := evidence(Things, "Acme Robotics", "ACME ROBOTICS LIMITED")
	other := evidence(Things, "Acme Robotics Limited Partnership", "ACME ROBOTICS LIMITED")
	if same <= missing || same <= other || other > missing {
		t.Errorf("the same legal form says %d, a missing one %d, another one %d; want them in this order", same, missing, other)
	}
}

func TestAcronymIsPairedWithTheWholeName(t *testing.T) {
	q, c := ReadText("ITG", Things), ReadText("Integrity Technology Group", Things)
	for _, r := range []*Result{Default().Compare(&q, &c), Default().Compare(&c, &q)} {
		if len(r.Pairs) != 1 || r.Pairs[0].Tie.Kind != Acronym || len(r.Left) != 0 {
			t.Errorf("ITG and the name it stands for: pairs %v, left over %v", r.Pairs, r.Left)
		}
	}
}

func TestNamesWithoutAPairResembleNothing(t *testing.T) {
	for mode := range NumModes {
		if e := evidence(mode, "Qwertz Yxcvb", "Maduro Moros"); e > nothingAgrees {
			t.Errorf("mode %v: names without a pair say %d, want %d at most", mode, e, nothingAgrees)
		}
	}
}

func FuzzCompare(f *testing.F) {
	for _, s := range [][2]string{
		{"Il-KyuPAK", "PAK, Il-Kyu"}, {"ITG", "Integrity Technology Group"}, {"永信至诚", "永信至成科技集团股份有限公司"}, {"Carlyle VIII", "CARLYLE VII"},
		{"J. R. Smith", "S. John"}, {"a b c d e", "abcde ab cd"}, {"محمد", "Muhammad bin Muhammad"}, {"1 2 3", "123 12 3"}, {"", "\xff"},
	} {
		f.Add(s[0], s[1])
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		for mode := range NumModes {
			q, c := ReadText(a, mode), ReadText(b, mode)
			possible := Pairings(&q, &c)
			if most := mostPairings(len(q.Parts), len(c.Parts)); len(possible) > most {
				t.Errorf("%d pairings of %d and %d parts, want at most %d", len(possible), len(q.Parts), len(c.Parts), most)
			}
			var s Scorer
			r := s.Score(&Default().Weights[mode], q.Shapes(nil), c.Shapes(nil), possible)
			checkResult(t, &q, &c, r)
			if p := Default().Probability(r.Evidence); p <= 0 || p >= 10000 {
				t.Errorf("Probability(%d) = %d", r.Evidence, p)
			}
			checkBound(t, mode, &q, &c, r)
		}
	})
}

// mostPairings is how many pairings names of n and m parts can have: every part
// with every part, runs of two and three with a part, acronyms.
func mostPairings(n, m int) int { return n*m + (MaxGlue-1)*2*n*m + n + m }

// checkBound holds the part of a comparison that belongs to no word to the
// bound that the index prunes by.
func checkBound(t *testing.T, mode Mode, q, c *Form, r *Result) {
	t.Helper()
	ceiling := NewCeiling(&Default().Weights[mode])
	most := ceiling.Base(r.Vector[FComplete] != 0, r.Vector[FNone] == 0, r.Vector[FNameClash]/1000)
	if len(r.Pairs) > 0 && r.Base > most {
		t.Errorf("%q and %q: the names as wholes say %d, their ceiling is %d", parts(q), parts(c), r.Base, most)
	}
}

func BenchmarkCompare(b *testing.B) {
	for _, c := range []struct {
		name string
		q, c string
		mode Mode
	}{
		{"person", "Mohamed Abdul Aziz Hussein", "HUSAYN, Muhammad 'Abd al-Aziz", Persons},
		{"thing", "Integrity Tech Group Inc", "INTEGRITY TECHNOLOGY GROUP, INCORPORATED", Things},
		{"han", "北京永信至诚科技股份有限公司", "永信至成科技集团股份有限公司", Things},
		{"64 words", hostile["600 words"], hostile["600 words"], Persons},
		{"64 words of Arabic", hostile["600 words of Arabic"], hostile["600 words of Arabic"], Persons},
		{"long words", hostile["10,000 letters"], hostile["10,000 letters"], Things},
	} {
		q, l := ReadText(c.q, c.mode), ReadText(c.c, c.mode)
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Default().Compare(&q, &l)
			}
		})
	}
}

// TestCustomsOfNames holds what makes names of one party, and of two, in the
// customs of their languages, at the default threshold.
func TestCustomsOfNames(t *testing.T) {
	for _, c := range []struct {
		mode  Mode
		a, b  string
		found bool
	}{
		{Persons, "Abd al Hakim Murad", "MURAD, Abdul Hakim", true},
		{Persons, "Abdulhakim Murad", "MURAD, 'Abd al-Hakim", true},
		{Persons, "Abdurrahman Nazari", "NAZARI, 'Abd al-Rahman", true},
		{Persons, "Usama bin Ladin", "BIN LADIN, Usama", true},
		{Persons, "Usama bin Ladin", "Ladin bin Usama", false},
		{Persons, "Vladimir Nikolaevich Pavlenko", "PAVLENKO, Vladimir", true},
		{Persons, "Elena Pavlenko", "PAVLENKO, Elena Nikolaevna", true},
		{Persons, "Haji M. Khan", "KHAN, Haji Mohammad", true},
		{Persons, "김정은", "KIM, Jong Un", true},
		{Persons, "Quan You", "YOU, Chuan", true},
		{Things, "Limted Laibility Comapny Romashka", "OOO Romashka", true},
		{Things, "LIMITED LIABILITY COMPANYDORIS", "Limited Liability Company Doris", true},
		{Things, "Korea Samchong Shipping Co", "KOREA SAMJONG SHIPPING CO", true},
		{Things, "Unit61398", "Unit 61398", true},
		{Things, "Unit 61398", "Unit 26165", false},
		{Things, "21st Century Trading", "Twenty-first Century Trading", true},
		{Things, "Carlyle VII", "Carlyle VIII", false},
		{Things, "State Grid of Chile", "State Grid of China", false},
		{Things, "Comp 1", "Companhia Prima", false},
		{Things, "Hong Kong Trading", "Kong Trading", false},
		{Things, "ITG", "Integrity Technology Group, Inc.", false}, // an acronym alone says too little
	} {
		a, b := ReadText(c.a, c.mode), ReadText(c.b, c.mode)
		if got := Default().Compare(&a, &b).Evidence; (got >= defaultEvidence()) != c.found {
			t.Errorf("%q and %q: evidence %d, the threshold is %d, want found %v", c.a, c.b, got, defaultEvidence(), c.found)
		}
	}
	a, b := ReadText("ITG", Things), ReadText("Integrity Technology Group, Inc.", Things)
	if got := Default().Compare(&a, &b).Evidence; got < acronymAlone-10 || got > acronymAlone+10 {
		t.Errorf("an acronym alone says %d, want %d", got, acronymAlone)
	}
}

// TestNothingPrintsDirectionMarks holds what reasons print to letters that stay
// where they are.
func TestNothingPrintsDirectionMarks(t *testing.T) {
	f := ReadText("\u202ePak\u200f \u2066Il\u200b-Kyu\u2069", Persons)
	for i := range f.Parts {
		if w := f.Parts[i].Written; strings.ContainsFunc(w, isInvisible) {
			t.Errorf("part %q prints a mark that nobody sees", w)
		}
	}
}
