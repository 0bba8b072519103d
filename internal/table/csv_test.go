// SPDX-License-Identifier: Apache-2.0

package table

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// readAll returns the rows and the row errors of a CSV text.
func readAll(t testing.TB, data []byte, o Options) (rows []Row, bad []*RowError, d Dialect) {
	t.Helper()
	c, err := NewCSV(bytes.NewReader(data), o)
	if err != nil {
		t.Fatalf("NewCSV: %v", err)
	}
	for r, err := range c.Rows() {
		var re *RowError
		switch {
		case errors.As(err, &re):
			bad = append(bad, re)
		case err != nil:
			t.Fatalf("after %d rows: %v", len(rows), err)
		default:
			rows = append(rows, r)
		}
	}
	return rows, bad, c.Dialect()
}

func TestDialects(t *testing.T) {
	want := [][]string{{"name", "country", "note"}, {"Acme, Inc", "US", "a"}, {"Beta; Sons", "GB", "b|c"}, {"Line\nbreak", "DE", `say "hi"`}}
	for _, delim := range ",;\t|" {
		for _, eol := range []string{"\n", "\r\n", "\r"} {
			var b bytes.Buffer
			for _, r := range want {
				for i, c := range r {
					if i > 0 {
						b.WriteRune(delim)
					}
					fmt.Fprintf(&b, "%q", strings.ReplaceAll(c, `"`, ``))
				}
				b.WriteString(eol)
			}
			data := strings.NewReplacer(`\n`, eol, `\t`, "\t", `say hi`, `say ""hi""`).Replace(b.String())
			rows, bad, d := readAll(t, []byte(data+"\x1a"), Options{})
			if len(bad) > 0 || len(rows) != len(want) || d.Delimiter != byte(delim) {
				t.Fatalf("delimiter %q, line end %q: rows %v, errors %v, dialect %+v", delim, eol, rows, bad, d)
			}
			for i, r := range rows {
				if !reflect.DeepEqual(r.Cells, want[i]) {
					t.Errorf("delimiter %q, line end %q: row %d = %q, want %q", delim, eol, i+1, r.Cells, want[i])
				}
			}
			if r := rows[3]; r.Number != 4 || r.Line != 4 {
				t.Errorf("last row has number %d and line %d, want 4 and 4", r.Number, r.Line)
			}
		}
	}
}

func TestEncodings(t *testing.T) {
	western := "Name;Ort\r\nMüller & Söhne GmbH;Köln\r\nÉlectricité Générale;Orléans\r\n"
	chinese := "名称,国家,统一社会信用代码\n永信至诚科技集团股份有限公司,中国,91110108562135265P\n华为技术有限公司,中国,914403001922038216\n"
	russian := "Наименование;Страна\r\nООО Ромашка и партнёры;Россия\r\nОткрытое акционерное общество Вектор;Беларусь\r\n"
	enc := func(e interface{ Bytes([]byte) ([]byte, error) }, s string) []byte {
		b, err := e.Bytes([]byte(s))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	late := strings.Repeat("plain;ascii\r\n", 40_000)
	for _, c := range []struct {
		name, want string
		data       []byte
		text       string
	}{
		{"utf-8", UTF8, []byte(chinese), chinese},
		{"utf-8 with mark", UTF8, []byte("\xEF\xBB\xBF" + chinese), chinese},
		{"utf-16le with mark", UTF16LE, enc(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder(), chinese), chinese},
		{"utf-16be with mark", UTF16BE, enc(unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder(), chinese), chinese},
		{"utf-16le", UTF16LE, enc(unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder(), western), western},
		{"utf-16be", UTF16BE, enc(unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder(), russian), russian},
		{"windows-1252", Windows1252, enc(charmap.Windows1252.NewEncoder(), western), western},
		{"windows-1251", Windows1251, enc(charmap.Windows1251.NewEncoder(), russian), russian},
		{"gb18030", GB18030, enc(simplifiedchinese.GB18030.NewEncoder(), chinese), chinese},
		{"ascii", ASCII, []byte("a,b\nc,d\n"), "a,b\nc,d\n"},
		{"windows-1252 after half a megabyte", Windows1252, enc(charmap.Windows1252.NewEncoder(), late+western), late + western},
		{"utf-8 after half a megabyte", UTF8, []byte(late + western), late + western},
		{"gb18030 after half a megabyte", GB18030, enc(simplifiedchinese.GB18030.NewEncoder(), strings.ReplaceAll(late, ";ascii", ",ascii,x")+chinese), strings.ReplaceAll(late, ";ascii", ",ascii,x") + chinese},
	} {
		got, bad, d := readAll(t, c.data, Options{})
		want, _, _ := readAll(t, []byte(c.text), Options{})
		if len(bad) > 0 {
			t.Errorf("%s: %v", c.name, bad[0])
		}
		if d.Encoding != c.want {
			t.Errorf("%s: detected as %q, want %q", c.name, d.Encoding, c.want)
		}
		if len(want) < 2 || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: rows differ: %d and %d, last %q", c.name, len(got), len(want), got[len(got)-1].Cells)
		}
	}
}

func TestEncodingCanBeNamed(t *testing.T) {
	b, err := charmap.ISO8859_2.NewEncoder().Bytes([]byte("nazwa,kraj\nŁódź Spółka,PL\n"))
	if err != nil {
		t.Fatal(err)
	}
	rows, _, _ := readAll(t, b, Options{Encoding: "iso-8859-2"})
	if got := rows[1].Cells[0]; got != "Łódź Spółka" {
		t.Errorf("got %q", got)
	}
	if _, err := NewCSV(bytes.NewReader(b), Options{Encoding: "klingon"}); err == nil {
		t.Error("an unknown encoding was accepted")
	}
}

func TestTextOfUnknownEncodingIsRefused(t *testing.T) {
	for name, data := range map[string][]byte{"PNG": []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x00\x00\x01\x00\x00\x00"), "shift": bytes.Repeat([]byte{0x83, 0x41, 0x83, 0x42, 0x0a}, 50)} {
		if _, err := NewCSV(bytes.NewReader(data), Options{}); !errors.Is(err, ErrBinary) {
			t.Errorf("%s: got %v, want ErrBinary", name, err)
		}
	}
}

// Three broken rows of 10,000 cost three rows.
func TestBrokenRowsCostThemselvesOnly(t *testing.T) {
	var b bytes.Buffer
	b.WriteString("name,country,id\n")
	for i := 2; i <= 10_001; i++ {
		switch i {
		case 17:
			fmt.Fprintf(&b, "\"Vendor %d,FR,%d\n", i, i) // the quote is not closed
		case 4000:
			fmt.Fprintf(&b, "Vendor, %d,FR,%d\n", i, i)
		case 9000:
			fmt.Fprintf(&b, "Vendor \xC3\x28 %d,FR,%d\n", i, i)
		case 42:
			fmt.Fprintf(&b, "Société \"%d\",FR,%d\n", i, i)
		default:
			fmt.Fprintf(&b, "Société %d,FR,%d\n", i, i)
		}
	}
	rows, bad, _ := readAll(t, b.Bytes(), Options{File: "v.csv"})
	if len(rows) != 9_998 || len(bad) != 3 {
		t.Fatalf("%d rows and %d errors, want 9998 (with the header) and 3: %v", len(rows), len(bad), bad)
	}
	for i, want := range []int{17, 4000, 9000} {
		if bad[i].Row != want || bad[i].Line != want {
			t.Errorf("error %d is about row %d, line %d, want %d: %v", i, bad[i].Row, bad[i].Line, want, bad[i])
		}
	}
	if last := rows[len(rows)-1]; last.Number != 10_001 || last.Cells[0] != "Société 10001" {
		t.Errorf("last row is %+v", last)
	}
}

func TestQuotes(t *testing.T) {
	for _, c := range []struct {
		in   string
		want []string // nil: the row is an error
	}{
		{`a,b`, []string{"a", "b"}},
		{`"a","b"`, []string{"a", "b"}},
		{`"a,1", "b" `, []string{"a,1", "b"}},
		{`"a ""x""",b`, []string{`a "x"`, "b"}},
		{`Pipe 5",b`, []string{`Pipe 5"`, "b"}},
		{`"a"x,b`, nil},
		{`"a,b`, nil},
		{`a,b,,`, []string{"a", "b"}},
		{`a,b,c`, nil},
		{`a`, nil},
		{"a\x00,b", nil},
	} {
		rows, bad, _ := readAll(t, []byte("h1,h2\nx,y\n"+c.in+"\nlast,row\nlast,row"), Options{})
		if n := len(rows); n < 2 || rows[n-1].Cells[0] != "last" || rows[n-1].Number != 5 {
			t.Fatalf("%q: the row after it was lost: %v", c.in, rows)
		}
		switch {
		case c.want == nil && (len(bad) != 1 || bad[0].Row != 3 || bad[0].Line != 3 || len(rows) != 4):
			t.Errorf("%q: errors %v, want one about row 3", c.in, bad)
		case c.want != nil && (len(rows) != 5 || !reflect.DeepEqual(rows[2].Cells, c.want)):
			t.Errorf("%q: rows %v, errors %v, want %q", c.in, rows, bad, c.want)
		}
	}
}

func TestTitlesAboveTheHeaderAreKept(t *testing.T) {
	rows, bad, d := readAll(t, []byte("Vendor list 2026\n\nname,country,id\na,FR,1\nb,FR,2\nc,DE,3\n"), Options{})
	if len(bad) > 0 || len(rows) != 5 || rows[1].Number != 3 || d.Width != 3 {
		t.Fatalf("rows %v, errors %v, dialect %+v", rows, bad, d)
	}
}

func TestLinesWithCommasInNamesAreOneCell(t *testing.T) {
	rows, _, d := readAll(t, []byte("Integrity Technology Group, Incorporated\nHuawei\nAcme\nBeta\n"), Options{})
	if d.Delimiter != Whole || len(rows) != 4 || rows[0].Cells[0] != "Integrity Technology Group, Incorporated" {
		t.Fatalf("dialect %+v, rows %v", d, rows)
	}
}

func TestRaggedFilesAreAccepted(t *testing.T) {
	rows, bad, d := readAll(t, []byte("name,country,note\na,FR\nb,FR,x\nc,DE\nd,DE\ne,IT,y\nf,IT,z\ng,FR,w\n"), Options{})
	if len(bad) > 0 || len(rows) != 8 || !d.Ragged {
		t.Fatalf("rows %v, errors %v, dialect %+v", rows, bad, d)
	}
}

func TestTruncatedGzipIsReported(t *testing.T) {
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	for i := range 50_000 {
		fmt.Fprintf(w, "Vendor %d,%d\n", i, i*7919%10007)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r, format, err := Decompress(bytes.NewReader(z.Bytes()[:z.Len()/2]))
	if err != nil || format != "gzip" {
		t.Fatal(format, err)
	}
	c, err := NewCSV(r, Options{File: "v.csv.gz"})
	if err != nil {
		t.Fatal(err)
	}
	n, last := 0, error(nil)
	for r, err := range c.Rows() {
		if err != nil {
			last = err
			break
		}
		if n++; r.Cells[0] != fmt.Sprintf("Vendor %d", n-1) || r.Cells[1] != fmt.Sprint((n-1)*7919%10007) {
			t.Fatalf("row %d is cut: %v", n, r)
		}
	}
	if n < 1000 || !errors.Is(last, io.ErrUnexpectedEOF) {
		t.Errorf("%d rows, then %v; want rows and then an unexpected end", n, last)
	}
}

func TestOverlongRowIsReported(t *testing.T) {
	data := "a,b\nc,d\n" + strings.Repeat("x", 300_000) + ",y\ne,f\n"
	rows, bad, _ := readAll(t, []byte(data), Options{MaxRow: 100_000})
	if len(rows) != 3 || len(bad) != 1 || bad[0].Row != 3 || rows[2].Number != 4 {
		t.Fatalf("%d rows, errors %v", len(rows), bad)
	}
}

func TestLines(t *testing.T) {
	long := strings.Repeat("x", 70_000)
	in := "\xEF\xBB\xBFone\r\n\n" + long + "\n" + strings.Repeat("y", 200_000) + "\nlast"
	var got []string
	var bad []*RowError
	for l, err := range Lines(strings.NewReader(in), Options{MaxRow: 100_000}) {
		var re *RowError
		if errors.As(err, &re) {
			bad = append(bad, re)
			continue
		}
		got = append(got, fmt.Sprintf("%d:%d", l.Number, len(l.Text)))
	}
	if want := []string{"1:3", "3:70000", "5:4"}; !reflect.DeepEqual(got, want) {
		t.Errorf("lines %v, want %v", got, want)
	}
	if len(bad) != 1 || bad[0].Line != 4 {
		t.Errorf("errors %v, want one about line 4", bad)
	}
}

// Memory does not grow with the rows.
func TestMemoryIsFlat(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 300,000 rows")
	}
	row := []byte("Vendor of many things Ltd,FR,12345\n")
	c, err := NewCSV(&repeat{row: row, n: 300_000}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var m runtime.MemStats
	n, peak := 0, uint64(0)
	for _, err := range c.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n%50_000 == 0 {
			runtime.GC()
			runtime.ReadMemStats(&m)
			peak = max(peak, m.HeapAlloc)
		}
	}
	if n != 300_000 || peak > 16<<20 {
		t.Errorf("%d rows, %d bytes of heap", n, peak)
	}
}

// repeat reads a row n times.
type repeat struct {
	row    []byte
	n, off int
}

func (r *repeat) Read(p []byte) (int, error) {
	if r.n == 0 {
		return 0, io.EOF
	}
	k := copy(p, r.row[r.off:])
	if r.off += k; r.off == len(r.row) {
		r.off, r.n = 0, r.n-1
	}
	return k, nil
}

// FuzzCSV compares with encoding/csv on all input that it accepts.
func FuzzCSV(f *testing.F) {
	for _, s := range []string{"a,b\nc,d\n", "\"a\",\"b\n\"\"c\"\r\n1,2", "a;b\r\n\r\n\"c;\";d", "\"\"\n,\n", "a\rb,c\r", "é,ü\n\"ß\",x\n", "\x1a", "a,b\n\"c,d\ne,f\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := NewCSV(bytes.NewReader(data), Options{Delimiter: ','})
		if err != nil {
			return
		}
		var got [][]string
		bad := 0
		for r, err := range c.Rows() {
			if err != nil {
				bad++
			} else {
				got = append(got, r.Cells)
			}
		}
		d := c.Dialect()
		if d.OldMac || d.Encoding != UTF8 && d.Encoding != ASCII || bytes.ContainsAny(data, "\x1a\x00") || bytes.HasPrefix(data, []byte("\xEF\xBB\xBF")) {
			return
		}
		r := csv.NewReader(bytes.NewReader(data))
		r.FieldsPerRecord = -1
		all, err := r.ReadAll()
		if err != nil {
			return
		}
		var want [][]string
		for _, cells := range all {
			if !(Row{Cells: cells}).Blank() {
				want = append(want, cells)
			}
		}
		if bad > 0 {
			if utf8.Valid(data) && !bytes.Contains(data, []byte("\uFFFD")) && even(want) {
				t.Fatalf("%q: %d rows are errors, but encoding/csv reads %q", data, bad, want)
			}
			return
		}
		if len(got) != len(want) {
			t.Fatalf("%q: %q, want %q", data, got, want)
		}
		for i := range got {
			if trim(got[i]) != trim(want[i]) {
				t.Fatalf("%q: row %d is %q, want %q", data, i, got[i], want[i])
			}
		}
	})
}

// even says that all rows have one number of cells.
func even(rows [][]string) bool {
	for _, r := range rows {
		if len(r) != len(rows[0]) {
			return false
		}
	}
	return true
}

// trim drops the empty cells at the end, which the reader may leave out.
func trim(cells []string) string {
	for len(cells) > 0 && strings.TrimSpace(cells[len(cells)-1]) == "" {
		cells = cells[:len(cells)-1]
	}
	return fmt.Sprintf("%q", cells)
}

func BenchmarkCSV(b *testing.B) {
	var buf bytes.Buffer
	for i := range 50_000 {
		fmt.Fprintf(&buf, "V-%d,Société Générale de Commerce %d,FR,12 rue de la Paix,Paris,75002,FR%011d,contact%d@example.fr\n", i, i, i, i)
	}
	b.SetBytes(int64(buf.Len()))
	b.ReportAllocs()
	for b.Loop() {
		c, err := NewCSV(bytes.NewReader(buf.Bytes()), Options{})
		if err != nil {
			b.Fatal(err)
		}
		n := 0
		for _, err := range c.Rows() {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if n != 50_000 {
			b.Fatal(n)
		}
	}
}
