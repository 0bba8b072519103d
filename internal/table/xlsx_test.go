// SPDX-License-Identifier: Apache-2.0

package table

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// workbook builds a file with excelize, an independent implementation.
func workbook(t testing.TB, build func(f *excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	build(f)
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func must(t testing.TB, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

func readXLSX(t testing.TB, data []byte, o Options) []Row {
	t.Helper()
	x, err := NewXLSX(bytes.NewReader(data), int64(len(data)), o)
	must(t, err)
	var rows []Row
	for r, err := range x.Rows() {
		must(t, err)
		rows = append(rows, r)
	}
	return rows
}

func TestWorkbookCells(t *testing.T) {
	born := time.Date(1962, 3, 4, 0, 0, 0, 0, time.UTC)
	data := workbook(t, func(f *excelize.File) {
		style := func(code string) int {
			id, err := f.NewStyle(&excelize.Style{CustomNumFmt: &code})
			must(t, err)
			return id
		}
		short, err := f.NewStyle(&excelize.Style{NumFmt: 14})
		must(t, err)
		for i, c := range []struct {
			v     any
			style int
		}{
			{"永信至诚 & <Söhne>", 0}, {born, short}, {born, style("dd/mm/yyyy")}, {born, style("[$-409]d\\-mmm\\-yy;@")}, {born, style("mmm yyyy")},
			{7, style("00000")}, {123456789, style("000\\-00\\-0000")}, {9111010856213.0, 0}, {1.5, 0}, {1.1 + 2.2, 0}, {0.25, style("0%")},
			{1234567.891, style("#,##0.00")}, {true, 0}, {"=1+1", 0}, {"007", 0}, {" a\nb ", 0},
		} {
			ref := Cell(i, 3)
			must(t, f.SetCellValue("Sheet1", ref, c.v))
			if c.style > 0 {
				must(t, f.SetCellStyle("Sheet1", ref, ref, c.style))
			}
		}
	})
	rows := readXLSX(t, data, Options{})
	want := []string{"永信至诚 & <Söhne>", "1962-03-04", "1962-03-04", "1962-03-04", "1962-03", "00007", "123-45-6789", "9111010856213", "1.5", "3.3", "25%", "1234567.89", "TRUE", "=1+1", "007", " a\nb "}
	if len(rows) != 1 || rows[0].Number != 3 {
		t.Fatalf("rows %+v, want one with the number 3", rows)
	}
	for i, w := range want {
		if got := rows[0].Cells[i]; got != w {
			t.Errorf("%s = %q, want %q", Cell(i, 3), got, w)
		}
	}
}

func TestMergedCellsCountInEachRow(t *testing.T) {
	data := workbook(t, func(f *excelize.File) {
		must(t, f.SetSheetRow("Sheet1", "A1", &[]any{"vendor", "country"}))
		must(t, f.SetSheetRow("Sheet1", "A2", &[]any{"Acme", "FR"}))
		must(t, f.SetCellValue("Sheet1", "B3", "DE"), f.SetCellValue("Sheet1", "B4", "IT"), f.SetCellValue("Sheet1", "B5", "ES"))
		must(t, f.MergeCell("Sheet1", "A2", "A4"))
	})
	var got []string
	for _, r := range readXLSX(t, data, Options{}) {
		got = append(got, strings.Join(r.Cells, "/"))
	}
	if want := []string{"vendor/country", "Acme/FR", "Acme/DE", "Acme/IT", "/ES"}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestSheetByName(t *testing.T) {
	data := workbook(t, func(f *excelize.File) {
		_, err := f.NewSheet("Lieferanten")
		must(t, err, f.SetCellValue("Sheet1", "A1", "first"), f.SetCellValue("Lieferanten", "A1", "second"))
	})
	if got := readXLSX(t, data, Options{Sheet: "lieferanten"})[0].Cells[0]; got != "second" {
		t.Errorf("got %q", got)
	}
	_, err := NewXLSX(bytes.NewReader(data), int64(len(data)), Options{Sheet: "Kunden"})
	if err == nil || !strings.Contains(err.Error(), `"Sheet1", "Lieferanten"`) {
		t.Errorf("error %v does not list the sheets", err)
	}
}

// Random tables read the same as excelize wrote them, through both of its
// writers.
func TestWorkbookAgainstExcelize(t *testing.T) {
	var b bytes.Buffer
	w, err := NewXLSXWriter(&b, "Findings")
	must(t, err)
	var want [][]string
	for i := range 3000 {
		row := []string{fmt.Sprint("row ", i), strings.Repeat("é&<\"", i%5), fmt.Sprintf("=%d", i), fmt.Sprint(i), "x"}
		want = append(want, row)
		must(t, w.Write(row))
	}
	must(t, w.Close())
	rows := readXLSX(t, b.Bytes(), Options{Sheet: "Findings"})
	if len(rows) != len(want) {
		t.Fatalf("%d rows, want %d", len(rows), len(want))
	}
	for i, r := range rows {
		if !reflect.DeepEqual(r.Cells, want[i]) || r.Number != i+1 {
			t.Fatalf("row %d = %+v, want %q", i+1, r, want[i])
		}
	}
	f, err := excelize.OpenReader(bytes.NewReader(b.Bytes()))
	must(t, err)
	if typ, err := f.GetCellType("Findings", "C2"); err != nil || typ != excelize.CellTypeInlineString {
		t.Errorf("=1 was written as type %v (%v), want text", typ, err)
	}
	must(t, f.Close())
}

// rezip copies a workbook with one part changed.
func rezip(t testing.TB, data []byte, part string, change func([]byte) []byte) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	must(t, err)
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range z.File {
		r, err := f.Open()
		must(t, err)
		b, err := io.ReadAll(r)
		must(t, err)
		if f.Name == part {
			b = change(b)
		}
		p, err := w.Create(f.Name)
		must(t, err)
		_, err = p.Write(b)
		must(t, err)
	}
	must(t, w.Close())
	return out.Bytes()
}

func TestDamagedWorkbooksAreReported(t *testing.T) {
	good := workbook(t, func(f *excelize.File) {
		for i := range 100 {
			must(t, f.SetSheetRow("Sheet1", fmt.Sprint("A", i+1), &[]any{fmt.Sprint("vendor ", i), i}))
		}
	})
	const part = "xl/worksheets/sheet1.xml"
	for name, data := range map[string][]byte{
		"cut file":   good[:len(good)/2],
		"no ZIP":     []byte("PK\x03\x04nothing"),
		"cut sheet":  rezip(t, good, part, func(b []byte) []byte { return b[:len(b)/2] }),
		"long text":  rezip(t, good, part, func(b []byte) []byte { return append(b[:len(b)/2:len(b)/2], make([]byte, 4<<20)...) }),
		"type bomb":  rezip(t, good, part, func([]byte) []byte { return []byte(`<!DOCTYPE a [<!ENTITY b "b">]><worksheet/>`) }),
		"other ZIP":  rezip(t, good, "_rels/.rels", func([]byte) []byte { return []byte(`<Relationships/>`) }),
		"no content": rezip(t, good, "xl/workbook.xml", func([]byte) []byte { return []byte(`<workbook/>`) }),
	} {
		if _, err := NewXLSX(bytes.NewReader(data), int64(len(data)), Options{File: "v.xlsx"}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	// A text that is missing costs its row.
	data := rezip(t, good, part, func(b []byte) []byte { return bytes.Replace(b, []byte("<v>7</v>"), []byte("<v>7000</v>"), 1) })
	x, err := NewXLSX(bytes.NewReader(data), int64(len(data)), Options{})
	must(t, err)
	rows, bad := 0, 0
	for r, err := range x.Rows() {
		var re *RowError
		if errors.As(err, &re) {
			bad++
			if re.Row != 8 {
				t.Errorf("error about row %d, want 8: %v", re.Row, err)
			}
			continue
		}
		must(t, err)
		rows++
		_ = r
	}
	if rows != 99 || bad != 1 {
		t.Errorf("%d rows and %d errors, want 99 and 1", rows, bad)
	}
}

// A blank between two formatted words stands in an element of its own.
func TestRichTextKeepsItsBlanks(t *testing.T) {
	good := workbook(t, func(x *excelize.File) { must(t, x.SetCellValue("Sheet1", "A1", "x")) })
	b := rezip(t, good, "xl/worksheets/sheet1.xml", func([]byte) []byte {
		return []byte(`<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><r><t>Primer</t></r><r><t xml:space="preserve"> </t></r><r><t>Shoe</t></r></is></c></row></sheetData></worksheet>`)
	})
	if rows := readXLSX(t, b, Options{}); len(rows) != 1 || rows[0].Cells[0] != "Primer Shoe" {
		t.Errorf("rows %v, want the blank between the words", rows)
	}
}

// published finds the folder of published files, see DESIGN.md.
func published(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("INTERDICT_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	if _, err := os.Stat(dir); err != nil {
		if os.Getenv("INTERDICT_REQUIRE_DATA") == "1" {
			t.Fatal(err)
		}
		t.Skip("the published files are not here: set INTERDICT_DATA")
	}
	return dir
}

// The Australian list is a real workbook; excelize reads the same cells, dates
// aside.
func TestPublishedWorkbook(t *testing.T) {
	b, err := os.ReadFile(filepath.Join(published(t), "lists", "au", "regulation8_consolidated.xlsx"))
	must(t, err)
	rows := readXLSX(t, b, Options{})
	f, err := excelize.OpenReader(bytes.NewReader(b))
	must(t, err)
	raw, err := f.GetRows(f.GetSheetName(0))
	must(t, err)
	next, cells, dates := 0, 0, 0
	for i, want := range raw {
		if (Row{Cells: want}).Blank() {
			continue
		}
		if rows[next].Number != i+1 {
			t.Fatalf("row %d has the number %d", i+1, rows[next].Number)
		}
		for j, w := range want {
			got := ""
			if j < len(rows[next].Cells) {
				got = rows[next].Cells[j]
			}
			cells++
			for _, layout := range []string{"01-02-06", "2-Jan-06", "2/01/2006", "2 January 2006", "2-Jan-2006"} {
				if d, err := time.Parse(layout, w); err == nil && len(got) == len("2006-01-02") && got[4] == '-' {
					dates++
					w = got[:2] + d.Format("06-01-02") // excelize shows two digits of the year
				}
			}
			if strings.ReplaceAll(got, "\r\n", "\n") != w { // excelize loses the CR of _x000D_
				t.Fatalf("%s = %q, excelize %q", Cell(j, i+1), got, w)
			}
		}
		next++
	}
	if next != len(rows) || len(rows) < 9000 {
		t.Errorf("%d rows, excelize %d", len(rows), next)
	}
	if cells < 100_000 || dates < 10_000 {
		t.Errorf("%d cells and %d dates compared, want more", cells, dates)
	}
}

func FuzzXLSX(f *testing.F) {
	good := workbook(f, func(x *excelize.File) {
		must(f, x.SetSheetRow("Sheet1", "A1", &[]any{"vendor", 7, time.Unix(0, 0)}), x.MergeCell("Sheet1", "A1", "A3"))
	})
	f.Add([]byte(`<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>a&amp;b</t></is></c><c t="s"><v>0</v></c></row></sheetData></worksheet>`))
	f.Add([]byte(`<x:row/><!-- > --><![CDATA[a]]><c r='B9' s="2" ><v>1e9</v></c></row>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		file := rezip(t, good, "xl/worksheets/sheet1.xml", func([]byte) []byte { return data })
		x, err := NewXLSX(bytes.NewReader(file), int64(len(file)), Options{})
		if err != nil {
			return
		}
		for r := range x.Rows() {
			_ = r.Blank()
		}
	})
}

func BenchmarkXLSX(b *testing.B) {
	var buf bytes.Buffer
	w, err := NewXLSXWriter(&buf, "Vendors")
	must(b, err)
	for i := range 20_000 {
		must(b, w.Write([]string{fmt.Sprint("V-", i), fmt.Sprintf("Société Générale de Commerce %d", i), "FR", "12 rue de la Paix", "Paris", "75002"}))
	}
	must(b, w.Close())
	for b.Loop() {
		if n := len(readXLSX(b, buf.Bytes(), Options{})); n != 20_000 {
			b.Fatal(n)
		}
	}
}

func TestInert(t *testing.T) {
	for in, want := range map[string]string{
		"Acme": "Acme", "": "", "=1+1": "'=1+1", "+49 30 1": "'+49 30 1", "-5": "-5", "-5.25e3": "-5.25e3", "-cmd|' /C calc'!A0": "'-cmd|' /C calc'!A0",
		"@SUM(A1)": "'@SUM(A1)", "\t=1": "'\t=1", " =1": "' =1", "＝1": "'＝1",
	} {
		if got := Inert(in); got != want {
			t.Errorf("Inert(%q) = %q, want %q", in, got, want)
		}
	}
}
