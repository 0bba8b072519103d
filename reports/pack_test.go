// SPDX-License-Identifier: Apache-2.0

package reports

import (
	"bytes"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// pack is one with everything in it, and texts that would be formulas or markup.
func pack() *Pack {
	long := Section{Title: "Long", Columns: []Column{{Name: "n", Format: AsCount}}}
	for i := range longTable + 1 {
		long.Rows = append(long.Rows, []Cell{Count(i)})
	}
	return &Pack{Title: "=1+1", Subtitle: "<b>sub</b>", Sections: []Section{
		{Title: "First", Text: []string{"+text", strings.Repeat("long ", 100)}, Columns: []Column{{Name: "What"}, {Name: "Share", Format: AsPercent}, {Name: "Mean", Format: AsDecimal}, {Name: "How many", Format: AsCount}},
			Rows: [][]Cell{{Text(`=HYPERLINK("http://example.org","x")`), Number(0.982), Number(0.961), Count(1402)}, {Text("<script>alert(1)</script>"), Text("none"), Number(1), Count(0)}},
			Plot: &Plot{X: "Mean", Y: "Share", Points: []Point{{0.5, 0.4, 1}}}},
		{Title: "Nothing", Columns: []Column{{Name: "a"}}, Empty: "There is nothing."},
		long,
		{Title: "Sign-off", Sign: []string{"Tested by"}},
	}}
}

func TestPackAsPage(t *testing.T) {
	var b bytes.Buffer
	if err := pack().WriteHTML(&b); err != nil {
		t.Fatal(err)
	}
	page := b.String()
	for _, want := range []string{"98.2 %", "0.961", "1,402", "There is nothing.", "&lt;script&gt;alert(1)", "<details><summary>301 rows", "Tested by: name", `<circle cx="200.0" cy="230.0" r="10.0"`, "default-src &#39;none&#39;"} {
		if !strings.Contains(page, want) && !strings.Contains(page, strings.ReplaceAll(want, "&#39;", "'")) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, bad := range []string{"<script", "<b>sub", "http-equiv=\"refresh", "src=", "href=\"http"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page has %q", bad)
		}
	}
}

func TestPackAsWorkbook(t *testing.T) {
	var b bytes.Buffer
	p := pack()
	p.Sections[0].Rows = append(p.Sections[0].Rows, []Cell{Text(strings.Repeat("x", 40000)), Text(""), Text("@SUM(A1)"), Text("-1 name")})
	if err := p.WriteXLSX(&b); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}()
	if got, want := strings.Join(f.GetSheetList(), ","), "First,First chart,Nothing,Long,Sign-off"; got != want {
		t.Errorf("sheets %s, want %s", got, want)
	}
	cells := 0
	texts := map[string]bool{}
	for _, name := range []string{"First", "Nothing", "Long", "Sign-off"} {
		rows, err := f.GetRows(name)
		if err != nil {
			t.Fatal(err)
		}
		for r, row := range rows {
			for c, text := range row {
				at, err := excelize.CoordinatesToCellName(c+1, r+1)
				if err != nil {
					t.Fatal(err)
				}
				if formula, err := f.GetCellFormula(name, at); err != nil || formula != "" {
					t.Errorf("%s!%s is a formula %q, error %v", name, at, formula, err)
				}
				texts[text] = true
				cells++
			}
		}
	}
	for _, want := range []string{"'=1+1", "'+text", `'=HYPERLINK("http://example.org","x")`, "98.2%", "0.961", "1,402", "'@SUM(A1)", "'-1 name", "There is nothing.", "300", "Tested by", "signature"} {
		if !texts[want] {
			t.Errorf("no cell has %q", want)
		}
	}
	if cells < 300 {
		t.Fatalf("%d cells: the test looks in the wrong place", cells)
	}
	tables, err := f.GetTables("Long")
	if err != nil || len(tables) != 1 || tables[0].Range != "A3:A304" {
		t.Errorf("tables of the long sheet: %+v, error %v", tables, err)
	}
}
