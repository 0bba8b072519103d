// SPDX-License-Identifier: Apache-2.0

package documents

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/subject"
)

func must(t testing.TB, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

// readAll returns what a document holds.
func readAll(t testing.TB, name string, data []byte, o Options) ([]subject.Subject, []*RowError, Coverage) {
	t.Helper()
	d, err := Open(name, bytes.NewReader(data), o)
	if err != nil {
		t.Fatalf("Open(%s): %v", name, err)
	}
	var subjects []subject.Subject
	var bad []*RowError
	for s, err := range d.Subjects() {
		var re *RowError
		switch {
		case errors.As(err, &re):
			if s.Row != re.Row {
				t.Errorf("%s: error about row %d comes with row %d", name, re.Row, s.Row)
			}
			bad = append(bad, re)
		case err != nil:
			t.Fatalf("%s: after %d subjects: %v", name, len(subjects), err)
		default:
			subjects = append(subjects, s)
		}
	}
	c := d.Coverage()
	if c.Subjects != len(subjects) || c.Errors != len(bad) {
		t.Errorf("%s: coverage counts %d subjects and %d errors, want %d and %d", name, c.Subjects, c.Errors, len(subjects), len(bad))
	}
	return subjects, bad, c
}

// describe writes a subject on one line, so that a test is a table.
func describe(s subject.Subject) string {
	e := s.Party
	var parts []string
	add := func(k, v string) {
		if v != "" {
			parts = append(parts, k+"="+v)
		}
	}
	add("role", s.Role)
	add("id", s.ID)
	add("kind", e.Kind.String())
	for _, n := range e.Names {
		v := n.Full
		if n.Weak {
			v += " (weak)"
		}
		add(n.Kind.String(), v)
	}
	for _, b := range e.Births {
		add("born", b.From.String())
	}
	add("place", strings.Join(e.BirthPlaces, ","))
	add("gender", e.Gender)
	add("nationality", strings.Join(e.Nationalities, ","))
	add("country", strings.Join(e.Countries, ","))
	for _, a := range e.Addresses {
		add("address", a.String())
	}
	for _, id := range e.Identifiers {
		v := string(id.Scheme) + ":" + id.Normal
		if id.Country != "" {
			v += "@" + id.Country
		}
		add("number", v)
	}
	add("web", strings.Join(e.Websites, ","))
	add("mail", strings.Join(e.Emails, ","))
	_, pointer, _ := strings.Cut(s.Pointer, "#")
	return fmt.Sprintf("%d %s %s", s.Row, pointer, strings.Join(parts, " | "))
}

func check(t *testing.T, got []subject.Subject, want ...string) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%d subjects, want %d", len(got), len(want))
	}
	for i := range max(len(got), len(want)) {
		g, w := "", ""
		if i < len(got) {
			g = describe(got[i])
		}
		if i < len(want) {
			w = want[i]
		}
		if g != w {
			t.Errorf("subject %d\n got %s\nwant %s", i, g, w)
		}
	}
}

const vendors = `Vendor No.,Vendor Name,DBA,Country,City,Street Address,Zip,Tax ID,Registration No,Website,Contact Person,Contact Email,Bank Name,SWIFT,IBAN,Annual spend
V-1017,Beijing Yongxin Zhicheng Tech Co Ltd,,China,Beijing,"Fenghao East Rd 9, Bldg 6",100094,,91110108562135265P,www.integritytech.com.cn,Wang Wei,wang.wei@integritytech.com.cn,Bank of China,BKCHCNBJ,,"1,200,000"
V-1018,Müller & Söhne GmbH,Müller Tools,Deutschland,Köln,Domstr. 1,50667,DE123456789,,,,,,,DE89370400440532013000,12
`

func TestVendorTable(t *testing.T) {
	got, bad, c := readAll(t, "dir/vendors.csv", []byte(vendors), Options{})
	if len(bad) > 0 {
		t.Error(bad)
	}
	check(t, got,
		"2 B2 role=vendor | id=V-1017 | primary=Beijing Yongxin Zhicheng Tech Co Ltd | country=cn | address=Fenghao East Rd 9, Bldg 6, Beijing, 100094, cn | number=uscc:91110108562135265P@cn | web=www.integritytech.com.cn,integritytech.com.cn | mail=wang.wei@integritytech.com.cn",
		"2 K2 role=contact | id=V-1017 | primary=Wang Wei | web=integritytech.com.cn | mail=wang.wei@integritytech.com.cn",
		"2 M2 role=bank | id=V-1017 | primary=Bank of China | number=bic:BKCHCNBJ",
		"3 B3 role=vendor | id=V-1018 | primary=Müller & Söhne GmbH | trading=Müller Tools | country=de | address=Domstr. 1, Köln, 50667, de | number=tax:DE123456789@de | number=iban:DE89370400440532013000",
	)
	if p := got[0].Pointer; p != "vendors.csv#B2" {
		t.Errorf("pointer %q", p)
	}
	if p := got[0].Pointers["Registration No"]; p != "vendors.csv#I2" {
		t.Errorf("pointer of the registration number is %q: %v", p, got[0].Pointers)
	}
	if len(c.Ignored) != 1 || c.Ignored[0] != "Annual spend" || c.Rows != 2 || c.HeaderRow != 1 || c.Delimiter != "," || c.Kind != "csv" || len(c.Used) != 15 {
		t.Errorf("coverage %+v", c)
	}
}

func TestHeadersInManyLanguages(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"Lieferantennummer;Firmenname;Land;Ort;USt-IdNr.\n7;Integrity GmbH;Österreich;Wien;ATU12345678\n", "2 B2 role=vendor | id=7 | kind=organization | primary=Integrity GmbH | country=at | address=Wien, at | number=vat:ATU12345678@at"},
		{"Raison sociale;Pays;Code postal;Ville;N° TVA\nÉlectricité SA;France;75002;Paris;FR40303265045\n", "2 A2 kind=organization | primary=Électricité SA | country=fr | address=Paris, 75002, fr | number=vat:FR40303265045@fr"},
		{"Razón social;País;Dirección;NIF\nAceros SA;España;Calle Mayor 1;A58818501\n", "2 A2 kind=organization | primary=Aceros SA | country=es | address=Calle Mayor 1, es | number=tax:A58818501@es"},
		{"Ragione Sociale;Paese;Partita IVA;Sito web\nRossi Srl;Italia;IT00743110157;rossi.it\n", "2 A2 kind=organization | primary=Rossi Srl | country=it | number=vat:IT00743110157@it | web=rossi.it"},
		{"Razão Social;Nome Fantasia;País;CNPJ\nAços SA;Aços Já;Brasil;11222333000181\n", "2 A2 kind=organization | primary=Aços SA | trading=Aços Já | country=br | number=tax:11222333000181@br"},
		{"Bedrijfsnaam;Plaats;KvK-nummer;Land\nJansen BV;Utrecht;12345678;Nederland\n", "2 A2 kind=organization | primary=Jansen BV | country=nl | address=Utrecht, nl | number=registration:12345678@nl"},
		{"Nazwa firmy;Kraj;NIP;Miasto\nStal Sp. z o.o.;Polska;5260250995;Łódź\n", "2 A2 kind=organization | primary=Stal Sp. z o.o. | country=pl | address=Łódź, pl | number=tax:5260250995@pl"},
		{"Наименование организации;ИНН;ОГРН;Страна\nООО Вектор;7707083893;1027700132195;Россия\n", "2 A2 kind=organization | primary=ООО Вектор | country=ru | number=inn:7707083893@ru | number=ogrn:1027700132195@ru"},
		{"供应商名称,统一社会信用代码,国家,地址,网址\n永信至诚科技集团股份有限公司,91110108562135265P,中国,北京市海淀区丰豪东路9号院6号楼103,integritytech.com.cn\n", "2 A2 role=vendor | primary=永信至诚科技集团股份有限公司 | country=cn | address=北京市海淀区丰豪东路9号院6号楼103, cn | number=uscc:91110108562135265P@cn | web=integritytech.com.cn"},
		{"اسم الشركة,البلد,السجل التجاري\nشركة النور,الأردن,12345\n", "2 A2 kind=organization | primary=شركة النور | country=jo | number=registration:12345@jo"},
		{"Ticaret Unvanı;Ülke;Vergi No\nDemir AŞ;Türkiye;1234567890\n", "2 A2 kind=organization | primary=Demir AŞ | country=tr | number=tax:1234567890@tr"},
		{"会社名,国,住所\n東京商事,日本,東京都港区\n", "2 A2 kind=organization | primary=東京商事 | country=jp | address=東京都港区, jp"},
	} {
		got, bad, _ := readAll(t, "v.csv", []byte(c.in), Options{})
		if len(bad) > 0 {
			t.Error(bad)
		}
		check(t, got, c.want)
	}
}

func TestPersons(t *testing.T) {
	in := "First name,Last name,Date of birth,Gender,Nationality,Passport No,Type\n" +
		"Ivan,Petrov,03/04/1962,M,Russian Federation,\"71 1234567; 72 7654321\",individual\n" +
		"Wei,Wang,1962-03-14,,PRC,,\n" +
		"Anna,Null,25.12.1980,weiblich,Germany,,\n"
	got, bad, _ := readAll(t, "p.csv", []byte(in), Options{})
	if len(bad) > 0 {
		t.Error(bad)
	}
	check(t, got,
		"2 A2 kind=person | primary=Ivan Petrov | born=1962-04-03 | born=1962-03-04 | gender=male | nationality=ru | number=passport:711234567@ru | number=passport:727654321@ru",
		"3 A3 kind=person | primary=Wei Wang | born=1962-03-14 | nationality=cn",
		"4 A4 kind=person | primary=Anna Null | born=1980-12-25 | gender=female | nationality=de",
	)
	if p := got[0].Party.Names[0].Parts; len(p) != 2 || p[1] != (party.NamePart{Type: party.PartFamily, Value: "Petrov"}) {
		t.Errorf("parts %v", p)
	}
}

func TestNameLinesAreOneName(t *testing.T) {
	got, _, _ := readAll(t, "sap.csv", []byte("Vendor;Name 1;Name 2;Country\n100;Beijing Integrity;Technology Co Ltd;CN\n101;Acme;;US\n"), Options{})
	check(t, got,
		"2 B2 role=vendor | id=100 | primary=Beijing Integrity Technology Co Ltd | alias=Beijing Integrity | alias=Technology Co Ltd | country=cn",
		"3 B3 role=vendor | id=101 | primary=Acme | country=us",
	)
}

func TestLooseNamesOnlyWhereNothingElseIsKnown(t *testing.T) {
	got, _, _ := readAll(t, "l.csv", []byte("Rank,Localized Name\n1,Иван\n"), Options{})
	check(t, got, "2 B2 primary=Иван")
	got, _, _ = readAll(t, "l.csv", []byte("Product name,Supplier\nBolt,Acme\n"), Options{})
	check(t, got, "2 B2 role=vendor | primary=Acme")
}

// Three broken rows of 10,000: 9,997 answers and 3 errors with row numbers.
func TestBrokenRows(t *testing.T) {
	var b bytes.Buffer
	b.WriteString("id,name,country\n")
	for i := 2; i <= 10_001; i++ {
		switch i {
		case 500:
			fmt.Fprintf(&b, "%d,\"Vendor %d,FR\n", i, i)
		case 6000:
			fmt.Fprintf(&b, "%d,Vendor, Inc,FR\n", i)
		case 10_000:
			fmt.Fprintf(&b, "%d,,\n", i)
		default:
			fmt.Fprintf(&b, "%d,Vendor %d,FR\n", i, i)
		}
	}
	got, bad, c := readAll(t, "v.csv", b.Bytes(), Options{})
	if len(got) != 9_997 || len(bad) != 3 || c.Rows != 10_000 {
		t.Fatalf("%d subjects, %d errors, %d rows", len(got), len(bad), c.Rows)
	}
	for i, want := range []int{500, 6000, 10_000} {
		if bad[i].Row != want {
			t.Errorf("error %d is about row %d, want %d", i, bad[i].Row, want)
		}
	}
	if s := got[len(got)-1]; s.Row != 10_001 || s.ID != "10001" {
		t.Errorf("last subject %+v", s)
	}
}

func TestWorkbook(t *testing.T) {
	f := excelize.NewFile()
	for i, row := range [][]any{{"Vendor list 2026"}, {}, {"Vendor", "Country", "Incorporation date", "LEI"}, {"永信至诚", "CN", "2010-09-02", ""}, {"Acme", "US", "", "5493001KJTIIGC8Y1R12"}} {
		must(t, f.SetSheetRow("Sheet1", fmt.Sprint("A", i+1), &row))
	}
	_, err := f.NewSheet("Notes")
	var b bytes.Buffer
	must(t, err, f.Write(&b))
	for _, r := range []io.Reader{bytes.NewReader(b.Bytes()), io.MultiReader(bytes.NewReader(b.Bytes()))} {
		d, err := Open("v.xlsx", r, Options{})
		must(t, err)
		var got []subject.Subject
		for s, err := range d.Subjects() {
			must(t, err)
			got = append(got, s)
		}
		check(t, got, "4 A4 role=vendor | primary=永信至诚 | country=cn", "5 A5 role=vendor | primary=Acme | country=us | number=lei:5493001KJTIIGC8Y1R12")
		if c := d.Coverage(); c.Kind != "xlsx" || c.Sheet != "Sheet1" || len(c.OtherSheets) != 1 || c.HeaderRow != 3 || c.Rows != 2 || len(c.Titles) != 1 {
			t.Errorf("coverage %+v", c)
		}
	}
}

func TestJSONLines(t *testing.T) {
	in := `{"id":"a1","name":"Acme Ltd","aliases":["Acme","ACM"],"type":"company","country":"GB","identifiers":[{"scheme":"lei","value":"5493001KJTIIGC8Y1R12"},{"scheme":"tax","value":"77","country":"FR"}],"score":3}` + "\n\n" +
		`{"names":["Ivan Petrov","Иван Петров"],"schema":"Person","dob":"1962-03","nationality":["ru"],"address":{"street":"Main 1","city":"Omsk","country":"Russia"}}` + "\n" +
		`not json` + "\n" +
		`{"country":"FR"}` + "\n" +
		`{"vendor":{"name":"Foo","website":"foo.example"},"bank":{"name":"Bar Bank","bic":"BKCHCNBJ"},"owners":["O One",{"name":"O Two","birthDate":"1970"}]}` + "\n"
	got, bad, c := readAll(t, "in.jsonl", []byte(in), Options{})
	check(t, got,
		"1 L1/name id=a1 | kind=organization | primary=Acme Ltd | alias=Acme | alias=ACM | country=gb | number=lei:5493001KJTIIGC8Y1R12 | number=tax:77@fr",
		"3 L3/names/0 kind=person | primary=Ivan Petrov | alias=Иван Петров | born=1962-03 | nationality=ru | address=Main 1, Omsk, ru",
		"6 L6/vendor/name primary=Foo | web=foo.example",
		"6 L6/bank/name role=bank | primary=Bar Bank | number=bic:BKCHCNBJ",
		"6 L6/owners/0 role=owner | primary=O One",
		"6 L6/owners/1/name role=owner | kind=person | primary=O Two | born=1970",
	)
	if len(bad) != 2 || bad[0].Row != 4 || bad[1].Row != 5 {
		t.Errorf("errors %v, want two about lines 4 and 5", bad)
	}
	if c.Rows != 5 || len(c.Ignored) != 1 || c.Ignored[0] != "score" {
		t.Errorf("coverage %+v", c)
	}
}

func TestJSONArray(t *testing.T) {
	got, bad, c := readAll(t, "a.json", []byte("[\n {\"name\": \"Acme\",\n  \"country\": \"FR\"},\n {\"x\": 1}, {\"name\":\"Beta\"}\n]\n"), Options{})
	check(t, got, "1 /0/name primary=Acme | country=fr", "3 /2/name primary=Beta")
	if len(bad) != 1 || bad[0].Row != 2 || c.Kind != "json" || c.Rows != 3 {
		t.Errorf("errors %v, coverage %+v", bad, c)
	}
	got, _, _ = readAll(t, "a.json", []byte("{\n  \"name\": \"Acme\"\n}\n"), Options{})
	check(t, got, "1 L1/name primary=Acme")
	for _, cut := range []string{`[{"name":"Acme"},{"na`, `[{"name":"Acme"}`, `[{"name":"Acme"},`} {
		d, err := Open("a.json", strings.NewReader(cut), Options{})
		must(t, err)
		n := 0
		var last error
		for _, err := range d.Subjects() {
			if last = err; err == nil {
				n++
			}
		}
		if re := (*RowError)(nil); n != 1 || last == nil || errors.As(last, &re) {
			t.Errorf("%s: %d subjects, then %v; want one and an error about the file", cut, n, last)
		}
	}
}

// published finds the folder of published files, see DESIGN.md.
func published(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("INTERDICT_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared", "data")
	}
	if _, err := os.Stat(dir); err != nil {
		if os.Getenv("INTERDICT_REQUIRE_DATA") == "1" {
			t.Fatal(err)
		}
		t.Skip("the published files are not here: set INTERDICT_DATA")
	}
	return dir
}

// The Consolidated Screening List is the largest real table at hand: as many
// rows as encoding/csv counts, none of them an error.
func TestPublishedTable(t *testing.T) {
	b, err := os.ReadFile(filepath.Join(published(t), "lists", "us-csl-2022", "consolidated.csv.gz"))
	must(t, err)
	z, err := gzip.NewReader(bytes.NewReader(b))
	must(t, err)
	all, err := csv.NewReader(z).ReadAll()
	must(t, err)
	got, bad, c := readAll(t, "consolidated.csv.gz", b, Options{})
	if c.Rows != len(all)-1 || len(bad) > 0 {
		t.Errorf("%d rows and %d errors, want %d and 0", c.Rows, len(bad), len(all)-1)
	}
	name := slices.Index(all[0], "name")
	for _, s := range got {
		if s.Role != "" {
			continue // the owner of a vessel
		}
		if want := strings.Join(strings.Fields(all[s.Row-1][name]), " "); s.Party.Name() != want {
			t.Fatalf("row %d is %q, want %q", s.Row, s.Party.Name(), want)
		}
	}
}

func TestEntities(t *testing.T) {
	in := `{"id":"NK-1","caption":"B Corp","schema":"Company","properties":{"name":["A Corp","B Corp"],"weakAlias":["BC"],"previousName":["Old; Corp"],"jurisdiction":["cn"],"uscCode":["91110108562135265P"],"addressEntity":[{"id":"x","schema":"Address","properties":{"full":["Main St"],"country":["cn"]}}],"topics":["sanction"]}}` + "\n" +
		`{"id":"NK-2","schema":"Ownership","properties":{"owner":["NK-1"],"asset":["NK-3"]}}` + "\n" +
		`{"id":"NK-3","schema":"Person","properties":{"firstName":["Ivan"],"lastName":["Petrov"],"birthDate":["1962"]}}` + "\n"
	got, bad, c := readAll(t, "e.ftm.json", []byte(in), Options{})
	if len(bad) > 0 {
		t.Error(bad)
	}
	check(t, got,
		"1 L1/properties/name/0 id=NK-1 | kind=organization | primary=B Corp | alias=A Corp | alias=BC (weak) | former=Old; Corp | country=cn | address=Main St, cn | number=uscc:91110108562135265P@cn",
		"3 L3/properties id=NK-3 | kind=person | primary=Ivan Petrov | born=1962",
	)
	if c.Kind != "ftm" || c.Skipped != 1 || c.Rows != 3 {
		t.Errorf("coverage %+v", c)
	}
}

func TestColumnsNamedByHand(t *testing.T) {
	in := "x1;x2;x3\nAcme;4711;DE\n"
	got, _, _ := readAll(t, "v.csv", []byte(in), Options{Columns: map[string]string{"name": "x1", "registration": "B", "country": "x3"}})
	check(t, got, "2 A2 primary=Acme | country=de | number=registration:4711@de")
	got, _, _ = readAll(t, "v.csv", []byte("4711;Acme\n4712;Beta\n"), Options{NoHeader: true, Columns: map[string]string{"name": "B", "key": "A"}})
	check(t, got, "1 B1 id=4711 | primary=Acme", "2 B2 id=4712 | primary=Beta")
	for _, columns := range []map[string]string{{"name": "nowhere"}, {"nonsense": "x1"}} {
		_, err := Open("v.csv", strings.NewReader(in), Options{Columns: columns})
		if err == nil || !strings.Contains(err.Error(), "are ") {
			t.Errorf("columns %v: error %v does not list what there is", columns, err)
		}
	}
}

func TestTableWithoutHeader(t *testing.T) {
	got, _, c := readAll(t, "names.txt", []byte("Huawei\nIntegrity Technology Group, Incorporated\nAcme\nBeta\n"), Options{})
	if len(got) != 4 || got[1].Party.Name() != "Integrity Technology Group, Incorporated" || c.HeaderRow != 0 {
		t.Errorf("%d subjects, coverage %+v", len(got), c)
	}
	// A name that is a word of headers as well makes no header of its row.
	got, _, _ = readAll(t, "names.txt", []byte("Huawei\nPartner\nAcme\n"), Options{})
	check(t, got, "1 A1 primary=Huawei", "2 A2 primary=Partner", "3 A3 primary=Acme")
	_, err := Open("v.csv", strings.NewReader("a7,Acme,12\nb8,Beta,14\n"), Options{})
	if err == nil || !strings.Contains(err.Error(), `B "Acme"`) || !strings.Contains(err.Error(), "--column name=") {
		t.Errorf("error %v does not list the columns and the flag", err)
	}
}

func TestCompressedAndEncoded(t *testing.T) {
	text := "供应商名称,国家\n永信至诚科技集团股份有限公司,中国\n华为技术有限公司,中国\n"
	gb, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(text))
	must(t, err)
	var g, s bytes.Buffer
	gw := gzip.NewWriter(&g)
	_, err = gw.Write(gb)
	must(t, err, gw.Close())
	sw, err := zstd.NewWriter(&s)
	must(t, err)
	_, err = sw.Write([]byte(text))
	must(t, err, sw.Close())
	for name, data := range map[string][]byte{"v.csv": gb, "v.csv.gz": g.Bytes(), "v.csv.zst": s.Bytes()} {
		got, _, _ := readAll(t, name, data, Options{})
		if len(got) != 2 || got[0].Party.Name() != "永信至诚科技集团股份有限公司" {
			t.Errorf("%s: %v", name, got)
		}
	}
	d, err := Open("v.csv.gz", bytes.NewReader(g.Bytes()[:g.Len()-12]), Options{})
	if err == nil {
		for _, e := range d.Subjects() {
			if e != nil {
				err = e
			}
		}
	}
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("cut gzip gives %v", err)
	}
}

func TestWhatIsRefused(t *testing.T) {
	for name, c := range map[string]struct{ data, want string }{
		"empty.csv": {"", "is empty"},
		"blank.csv": {"\n \n", "is empty"},
		"old.xls":   {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", ".xlsx"},
		"a.pdf":     {"%PDF-1.7 x", "PDF"},
		"list.csv":  {"<!DOCTYPE html><html>", "HTML"},
		"b.bin":     {"\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00", "no text"},
		"cut.xlsx":  {"PK\x03\x04zzzzzzzzzz", "cut short"},
		"x.xml":     {"<?xml version=\"1.0\"?><a/>", ""},
	} {
		_, err := Open(name, strings.NewReader(c.data), Options{})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", name, err, c.want)
		}
	}
	dir, err := os.Open(t.TempDir())
	must(t, err)
	defer dir.Close()
	if _, err := Open(dir.Name(), dir, Options{}); err == nil || !strings.Contains(err.Error(), "is a directory") {
		t.Errorf("a directory gives %v", err)
	}
	if _, err := Open("v.csv", strings.NewReader("name\nx\n"), Options{Kind: "nonsense"}); err == nil {
		t.Error("an unknown kind was accepted")
	}
}

func TestProgress(t *testing.T) {
	path := filepath.Join(t.TempDir(), "v.csv")
	must(t, os.WriteFile(path, []byte(vendors), 0o600))
	f, err := os.Open(path)
	must(t, err)
	defer f.Close()
	d, err := Open(path, f, Options{})
	must(t, err)
	for _, err := range d.Subjects() {
		must(t, err)
	}
	if done, of := d.Progress(); done != int64(len(vendors)) || of != done {
		t.Errorf("progress %d of %d, want %d", done, of, len(vendors))
	}
}

func TestNames(t *testing.T) {
	var got []string
	bad := 0
	for s, err := range Names(strings.NewReader("Huawei\n\n 91110108562135265P \n\xff\xfe\nlast")) {
		if err != nil {
			bad++
			continue
		}
		got = append(got, fmt.Sprintf("%d:%s:%v", s.Row, s.Party.Name(), s.Bare))
	}
	if want := "[1:Huawei:true 3:91110108562135265P:true 5:last:true]"; fmt.Sprint(got) != want || bad != 1 {
		t.Errorf("got %v and %d errors, want %s and 1", got, bad, want)
	}
}

// Any input ends in subjects and errors, and every row is counted once.
func FuzzOpen(f *testing.F) {
	f.Add("v.csv", []byte(vendors))
	f.Add("v.jsonl", []byte(`{"name":["a",{"full":"b"}],"identifiers":[{"scheme":"x"}],"bank":[{"bank":{}}]}`))
	f.Add("v.ftm", []byte(`{"schema":"Person","properties":{"name":["x"]}}`))
	f.Add("v.tsv", []byte("name\tdob\na\t1/2/03\n"))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		d, err := Open(name, bytes.NewReader(data), Options{})
		if err != nil {
			return
		}
		seen := map[int]bool{}
		for s, err := range d.Subjects() {
			seen[s.Row] = true
			if err == nil && s.Pointer == "" {
				t.Errorf("subject %+v has no pointer", s)
			}
		}
		if c := d.Coverage(); len(seen) > c.Rows+1 {
			t.Errorf("%d rows answered, %d counted", len(seen), c.Rows)
		}
	})
}

func BenchmarkCSV(b *testing.B) {
	var buf bytes.Buffer
	buf.WriteString("Vendor No,Vendor Name,Country,Address,City,Zip,VAT No,Contact Email\n")
	for i := range 20_000 {
		fmt.Fprintf(&buf, "V-%d,Société Générale de Commerce %d,FR,12 rue de la Paix,Paris,75002,FR%011d,contact%d@example.fr\n", i, i, i, i)
	}
	b.SetBytes(int64(buf.Len()))
	b.ReportAllocs()
	for b.Loop() {
		d, err := Open("v.csv", bytes.NewReader(buf.Bytes()), Options{})
		must(b, err)
		n := 0
		for _, err := range d.Subjects() {
			must(b, err)
			n++
		}
		if n != 20_000 {
			b.Fatal(n)
		}
	}
}
