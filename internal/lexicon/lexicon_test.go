// SPDX-License-Identifier: Apache-2.0

package lexicon

import (
	"bytes"
	"os"
	"testing"
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

func TestLongest(t *testing.T) {
	for _, c := range []struct {
		words []string
		n     int
		form  Form
	}{
		{[]string{"limited", "liability", "company", "x"}, 3, Limited},
		{[]string{"g", "m", "b", "h"}, 4, Limited},
		{[]string{"общество", "с", "ограниченной", "ответственностью"}, 4, Limited},
		{[]string{"股份有限公司"}, 1, Public},
		{[]string{"有限責任公司"}, 1, Limited},
		{[]string{"sociedad", "anonima"}, 2, Public},
		{[]string{"gesellschaft", "mit", "beschrankter", "haftung"}, 4, Limited},
		{[]string{"شركة", "ذات", "مسؤولية", "محدودة"}, 4, Limited},
		{[]string{"co", "ltd"}, 2, Limited | Public},
		{[]string{"joint", "stock", "company"}, 3, Public},
		{[]string{"d", "o", "o"}, 3, Limited},
		{[]string{"sp", "z", "o", "o"}, 4, Limited},
		{[]string{"株式会社"}, 1, Public},
		{[]string{"株式會社"}, 1, Public},
		{[]string{"주식회사"}, 1, Public},
		{[]string{"private", "limited"}, 2, Limited},
		{[]string{"zzz"}, 0, 0},
	} {
		n, m := LongestIn(c.words, In(LegalForm))
		if n != c.n || m.Form&c.form != c.form {
			t.Errorf("LongestIn(%q) = %d, %v, want %d, %v", c.words, n, m.Form, c.n, c.form)
		}
	}
}
