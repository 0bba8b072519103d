// SPDX-License-Identifier: Apache-2.0

package index

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/interdict-dev/interdict/internal/segment"
	"github.com/interdict-dev/interdict/names"
	"github.com/interdict-dev/interdict/party"
)

// A listed name of the tests.
type listed struct {
	name party.Name
	kind party.Kind
}

func build(t testing.TB, ls []listed) *Index {
	t.Helper()
	b := NewBuilder(names.Default())
	for i, l := range ls {
		for _, m := range names.Modes(l.kind) {
			f := names.Read(l.name, m, names.Hint{})
			if err := b.Add(i, 0, l.name.Weak, &f); err != nil {
				t.Fatal(err)
			}
		}
	}
	path := filepath.Join(t.TempDir(), "index.segment")
	w, err := segment.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Write(w, "t/", nil); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Finish(); err != nil {
		t.Fatal(err)
	}
	f, err := segment.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	x, err := Open(f, "t/", names.Default())
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// byName orders hits as a scan finds them.
func byName(a, b Hit) int { return cmp.Or(cmp.Compare(a.Entry, b.Entry), cmp.Compare(a.Name, b.Name)) }

// scan is the plain definition of a search: every name compared in full.
func scan(forms []names.Form, q *names.Form, min int32) []Hit {
	var out []Hit
	for i := range forms {
		if e := names.Default().Compare(q, &forms[i]).Evidence; e >= min {
			out = append(out, Hit{Entry: uint32(i), Evidence: e})
		}
	}
	return out
}

func readAll(ls []listed, m names.Mode) []names.Form {
	out := make([]names.Form, len(ls))
	for i, l := range ls {
		out[i] = names.Read(l.name, m, names.Hint{})
	}
	return out
}

// checkAgainstScan holds the index to the scan over one mode.
func checkAgainstScan(t *testing.T, ls []listed, m names.Mode, queries []string, min int32) {
	t.Helper()
	x := build(t, ls)
	forms := readAll(ls, m)
	var sr Searcher
	found := 0
	for _, text := range queries {
		q := names.ReadText(text, m)
		want := scan(forms, &q, min)
		var got []Hit
		sr.Search(x, &q, min, func(h Hit) { got = append(got, h) })
		found += len(want)
		slices.SortFunc(got, byName)
		if !slices.Equal(got, want) {
			t.Errorf("Search(%q) differs from the scan:%s", text, difference(ls, got, want))
		}
	}
	if found == 0 {
		t.Fatal("the scan found nothing: the test tests nothing")
	}
	t.Logf("%d queries over %d names, %d hits", len(queries), len(ls), found)
}

func difference(ls []listed, got, want []Hit) string {
	var b strings.Builder
	for _, h := range want {
		if !slices.Contains(got, h) {
			fmt.Fprintf(&b, "\n\tmissing %d %q", h.Evidence, ls[h.Entry].name.Full)
		}
	}
	for _, h := range got {
		if !slices.Contains(want, h) {
			fmt.Fprintf(&b, "\n\tnot in the scan %d %q", h.Evidence, ls[h.Entry].name.Full)
		}
	}
	return b.String()
}

var smallList = []listed{
	{party.Name{Full: "PAK, Il-Kyu"}, party.Person},
	{party.Name{Full: "MADURO MOROS, Nicolas"}, party.Person},
	{party.Name{Full: "KIM, Jong Un"}, party.Person},
	{party.Name{Full: "HUSAYN, Muhammad 'Abd al-Aziz"}, party.Person},
	{party.Name{Full: "SMITH, John"}, party.Person},
	{party.Name{Full: "J. SMITH"}, party.Person},
	{party.Name{Full: "Юрий Иванов"}, party.Person},
	{party.Name{Full: "王小明"}, party.Person},
}

var smallThings = []listed{
	{party.Name{Full: "INTEGRITY TECHNOLOGY GROUP, INCORPORATED"}, party.Organization},
	{party.Name{Full: "永信至成科技集团股份有限公司"}, party.Organization},
	{party.Name{Full: "TRY PHEAP OYADAV S E Z CO., LTD."}, party.Organization},
	{party.Name{Full: "MIRIM SHIPPING CO LTD"}, party.Organization},
	{party.Name{Full: "UNIT 61398"}, party.Organization},
	{party.Name{Full: "CARLYLE VII"}, party.Organization},
	{party.Name{Full: "NATIONAL OIL COMPANY"}, party.Organization},
	{party.Name{Full: "NOC"}, party.Organization},
}

func TestSearchIsTheScan(t *testing.T) {
	checkAgainstScan(t, smallList, names.Persons, []string{
		"Il Kyu Pak", "IlKyuPak", "Pak Ilkyu", "Il-KyuPAK", "Nicolas Maduro", "Nicolás Maduro Moros", "Kim Jongun", "Mohamed Abdul Aziz Hussein",
		"John Smith", "J Smith", "Jon Smyth", "Yuri Ivanov", "Юрий Иванов", "Jurij Iwanow", "Wang Xiaoming", "Xiao Ming Wang", "王小明", "", "!!!", "Nobody Atall"}, -6000)
	checkAgainstScan(t, smallThings, names.Things, []string{
		"Integrity Technology Group", "Integrity Tech Group Inc", "永信至诚科技集团", "Yongxin Zhicheng Technology Group Co Ltd", "MIRIMSHIPPING CO LTD",
		"Unit 61398", "Unit 61399", "Carlyle VIII", "National Oil Co", "NOC", "ITG", "Try Pheap Oyadav SEZ", "Integrty Tecnology"}, -6000)
}

// alter makes a name as people get it wrong.
func alter(r *rand.Rand, s string) string {
	words := strings.Fields(s)
	if len(words) == 0 {
		return s
	}
	switch i := r.IntN(len(words)); r.IntN(6) {
	case 0:
		words[i] = typo(r, words[i])
	case 1:
		for i := range words {
			words[i] = typo(r, words[i])
		}
	case 2:
		words = slices.Delete(words, i, i+1)
	case 3:
		r.Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
	case 4:
		if i+1 < len(words) {
			words[i] += words[i+1]
			words = slices.Delete(words, i+1, i+2)
		}
	}
	return strings.Join(words, " ")
}

func typo(r *rand.Rand, w string) string {
	b := []rune(w)
	i := r.IntN(len(b))
	c := 'a' + rune(r.IntN(26))
	switch r.IntN(4) {
	case 0:
		b[i] = c
	case 1:
		b = slices.Insert(b, i, c)
	case 2:
		b = slices.Delete(b, i, i+1)
	case 3:
		if i+1 < len(b) {
			b[i], b[i+1] = b[i+1], b[i]
		}
	}
	return string(b)
}

// TestSearchIsTheScanOnRealNames does the same over names of the 2021 SDN list,
// altered at random.
func TestSearchIsTheScanOnRealNames(t *testing.T) {
	all := sdn2021(t)
	r := rand.New(rand.NewPCG(1, 2021))
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	ls := all[:1500]
	for mode, kind := range map[names.Mode]party.Kind{names.Persons: party.Person, names.Things: party.Organization} {
		var some []listed
		for _, l := range ls {
			if l.kind == kind {
				some = append(some, l)
			}
		}
		var queries []string
		for range 300 {
			queries = append(queries, alter(r, some[r.IntN(len(some))].name.Full))
		}
		checkAgainstScan(t, some, mode, queries, 0)
		checkAgainstScan(t, some, mode, queries[:60], -5000)
	}
}

func sdn2021(t testing.TB) []listed {
	t.Helper()
	dir := os.Getenv("INTERDICT_DATA")
	if dir == "" {
		dir = "../../shared/data"
	}
	f, err := os.Open(filepath.Join(dir, "lists/ofac-legacy-2021-07/sdn.csv"))
	if err != nil {
		if os.Getenv("INTERDICT_REQUIRE_DATA") == "1" {
			t.Fatal(err)
		}
		t.Skipf("the 2021 SDN list is not at hand: %v", err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []listed
	for _, row := range rows {
		if len(row) < 3 {
			continue
		}
		kind := party.Organization
		if strings.TrimSpace(row[2]) == "individual" {
			kind = party.Person
		}
		out = append(out, listed{party.Name{Full: row[1]}, kind})
	}
	if len(out) < 8000 {
		t.Fatalf("%d rows in sdn.csv, want more than 8,000", len(out))
	}
	return out
}

func BenchmarkSearch(b *testing.B) {
	all := sdn2021(b)
	x := build(b, all)
	r := rand.New(rand.NewPCG(7, 7))
	type query struct {
		mode names.Mode
		text string
	}
	var qs []query
	for range 1000 {
		l := all[r.IntN(len(all))]
		qs = append(qs, query{names.Modes(l.kind)[0], alter(r, l.name.Full)})
	}
	var sr Searcher
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		q := names.ReadText(qs[i%len(qs)].text, qs[i%len(qs)].mode)
		sr.Search(x, &q, 0, func(Hit) {})
	}
}
