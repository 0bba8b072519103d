// SPDX-License-Identifier: Apache-2.0

package translit

import (
	"strings"
	"testing"
)

// checkText fails unless s is a-z, 0-9 and single inner blanks.
func checkText(t *testing.T, what, s string) {
	t.Helper()
	if s != strings.Join(strings.Fields(s), " ") {
		t.Errorf("%s: blanks of %.80q are not single inner ones", what, s)
	}
	for _, r := range s {
		if r != ' ' && (r < 'a' || r > 'z') && (r < '0' || r > '9') {
			t.Fatalf("%s: %.80q holds %q", what, s, r)
		}
	}
}

// longest bounds a reading: six letters for each of 64 letters, with a blank.
const longest = 64*8 + 32

func checkWord(t *testing.T, word string, h Hint) {
	t.Helper()
	rs := Word(word, h, 8)
	if len(rs) > 8 {
		t.Fatalf("Word(%q) = %d readings, want at most 8", word, len(rs))
	}
	seen := map[string]bool{}
	for _, r := range rs {
		checkText(t, "Word", r.Text)
		checkText(t, "Skeleton", Skeleton(r.Text))
		if r.Text == "" || len(r.Text) > longest || seen[r.Text] {
			t.Fatalf("Word(%.80q) holds %.80q of %d bytes: empty, twice or too long", word, r.Text, len(r.Text))
		}
		seen[r.Text] = true
	}
	folded, alternates := Latin(word)
	for _, s := range append(alternates, folded) {
		checkText(t, "Latin", s)
	}
	FoldLookalikes(word)
	Simplified(word)
	if n := SurnameLen(word); n < 0 || n > 4 {
		t.Fatalf("SurnameLen(%q) = %d", word, n)
	}
}

var hints = [...]Hint{{}, {Person: true}, {Lang: "ja", Person: true}, {Country: "kp", Person: true}, {Country: "hk", Person: true},
	{Lang: "fa"}, {Lang: "uk"}, {Lang: "zh"}, {Country: "kr"}}

func FuzzWord(f *testing.F) {
	for _, s := range []string{"", "Юрий", "عبدال", "عبدالواحد", "王小明", "田中太郎", "김정은", "ッー", "กรุงเทพ", "नरेंद्र", "საქ", "և",
		"\xff\xfe", "aб", "ΐΰ", "קּ", "１２３", "٣٤", "ﷺ", "㍿", "ｱｲ", "々", "éß"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, word string) {
		for _, h := range hints {
			checkWord(t, word, h)
		}
	})
}

func TestWordIsBoundedForVeryLongWords(t *testing.T) {
	for _, s := range []string{"a", "é", "ж", "ب", "ا", "王", "ッ", "힣", "ก", "न", "ა", "և", "ש", "ﷺ", "\xff", "1", "ß", "ㄱ"} {
		for _, h := range hints[:3] {
			checkWord(t, strings.Repeat(s, 10_000), h)
		}
	}
}
