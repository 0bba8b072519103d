// SPDX-License-Identifier: Apache-2.0

package ofac_test

import (
	"bytes"
	"errors"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/watchlist"
	"github.com/interdict-dev/interdict/watchlist/ofac"
	"github.com/interdict-dev/interdict/watchlist/watchlisttest"
)

func legacyFixture(t testing.TB) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	for _, name := range []string{"sdn.csv", "add.csv", "alt.csv", "sdn_comments.csv"} {
		files[name] = &fstest.MapFile{Data: fixture(t, name)}
	}
	return files
}

// rows counts the lines that begin with a number in the main file.
func rows(name string, data []byte) int {
	if name = strings.ToLower(name); name != "sdn.csv" && name != "cons_prim.csv" {
		return 0
	}
	return len(regexp.MustCompile(`(?m)^\d+,`).FindAll(data, -1))
}

func TestLegacySuite(t *testing.T) {
	watchlisttest.Run(t, ofac.Legacy{}, watchlisttest.Case{Name: "hand-written", Files: legacyFixture(t), List: ofac.SDN, Count: rows, Entries: 4})
}

func TestLegacySuiteOnPublishedFiles(t *testing.T) {
	cons := data(t, "ofac-cons/cons_prim.csv", "ofac-cons/cons_add.csv", "ofac-cons/cons_alt.csv", "ofac-cons/cons_comments.csv")
	watchlisttest.Run(t, ofac.Legacy{},
		watchlisttest.Case{Name: "SDN 2021", Files: open(t, data(t, "ofac-legacy-2021-07")...), List: ofac.SDN, Count: rows, Entries: 8976, Large: true},
		watchlisttest.Case{Name: "consolidated", Files: open(t, cons...), List: ofac.Consolidated, Count: rows, Entries: 442},
	)
}

// What stands in the remarks of 2021, counted with regular expressions.
func TestLegacyCounts(t *testing.T) {
	paths := data(t, "ofac-legacy-2021-07", "ofac-legacy-2021-07/sdn.csv", "ofac-legacy-2021-07/alt.csv", "ofac-legacy-2021-07/sdn_comments.csv")
	got := map[string]int{}
	for _, e := range readAll(t, ofac.Legacy{}, open(t, paths[0])) {
		got["births"] += len(e.Births)
		got["genders"] += len(e.Gender) / 4 // "male" and "female" hold four letters once
		for _, b := range e.Births {
			if b.IsZero() {
				t.Errorf("%s: a birth date is not understood: %q", e.Ref, b.Text)
			}
		}
		for _, n := range e.Names {
			switch {
			case n.Weak:
				got["weak names"]++
			case n.Kind != party.Primary:
				got["other names"]++
			}
		}
		got["links"] += len(e.Relations)
		for _, id := range e.Identifiers {
			if _, ok := id.Scheme.Currency(); ok {
				got["wallets"]++
			}
			if strings.HasSuffix(id.Label, "Passport") {
				got["passports"]++
			}
		}
	}
	var text, alt []byte
	for i, p := range paths[1:] {
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		if i == 1 {
			alt = b
		} else {
			text = append(text, b...)
		}
	}
	n := func(expr string) int { return len(regexp.MustCompile(expr).FindAll(text, -1)) }
	want := map[string]int{
		"births":      n(`[" ]DOB `),
		"genders":     n(`[" ]Gender (Male|Female)`),
		"weak names":  n(`[";] ?(alt\. )?[afn]\.k\.a\. '`),
		"links":       n(`Linked To: `),
		"wallets":     n(`Digital Currency Address - [A-Z]+ `) + 1, // one is cut within "Address" and goes on in the comments
		"passports":   n(`(Diplomatic |Overseas |Person |; |alt\. |")Passport [^;]*\d`),
		"other names": len(regexp.MustCompile(`(?m)^\d+,`).FindAll(alt, -1)),
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("counts = %v, want %v as published", got, want)
	}
}

func TestLegacyFields(t *testing.T) {
	got := readAll(t, ofac.Legacy{}, legacyFixture(t))
	ref := func(id string) party.Ref { return party.Ref{List: ofac.SDN, ID: id} }
	id := func(s party.Scheme, country, value, label string) party.Identifier {
		id := party.NewIdentifier(s, country, value)
		id.Label = label
		return id
	}
	passport := id(party.Passport, "ru", "AB123456", "Passport")
	passport.Issued, passport.Expires = party.Date{Year: 2009, Month: 5, Day: 4}, party.Date{Year: 2019, Month: 5, Day: 4}
	p := got["900001"]
	if !strings.HasSuffix(p.Remarks, "Linked To: PRIMER S.A.") || len(p.Remarks) < 1000 {
		t.Errorf("the remarks are not whole: %q", p.Remarks)
	}
	chess := 0
	for _, x := range p.Properties {
		if x.Name == "Remark" && strings.Contains(x.Value, "plays chess") {
			chess++
		}
	}
	if want := strings.Count(p.Remarks, "plays chess on Sundays"); chess < want || want == 0 {
		t.Errorf("%d remarks about chess, want %d", chess, want)
	}
	p.Remarks, p.Properties = "", nil
	want := party.Entry{
		Ref: ref("900001"), Kind: party.Person,
		Names: []party.Name{
			{Full: "PRIMEROV, Ivan", Script: "Latin"},
			{Full: "PRIMEROFF, Iwan", Kind: party.Alias, Script: "Latin"},
			{Full: "VANYA", Kind: party.Alias, Weak: true, Script: "Latin"},
		},
		Births:        []party.Span{party.On(party.Date{Year: 1962, Month: 3, Day: 12}), {From: party.Date{Year: 1964}, To: party.Date{Year: 1964}, Circa: true}},
		BirthPlaces:   []string{"Tver, Russia"},
		Gender:        "male",
		Nationalities: []string{"ru"},
		Citizenships:  []string{"cy"},
		Titles:        []string{"Grandmaster"},
		Addresses: []party.Address{
			{Street: "1 Tverskaya St.", City: "Moscow", Country: "ru"},
			{Street: "2 Long Rd.", Full: "London EC3N 1DY", Country: "gb"},
		},
		Identifiers: []party.Identifier{
			passport,
			id(party.INN, "ru", "7736581290", "Tax ID No."),
			id(party.Registration, "mx", "58593 (Jalisco)", "Folio Mercantil No."),
			id(party.Wallet("XBT"), "", "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", "Digital Currency Address - XBT"),
		},
		Websites: []string{"www.primerov.example"}, Emails: []string{"ivan@primerov.example"}, Phones: []string{"74951234567"},
		Relations: []party.Relation{
			{Label: "Linked To", To: ref("900002"), ToName: "PRIMER TRADING LLC"},
			{Label: "Linked To", ToName: "A PARTY THAT IS NO MORE"},
			{Label: "Linked To", To: ref("900004"), ToName: "PRIMER S.A."},
		},
		Listings: []party.Listing{{List: ofac.SDN, Authority: "OFAC", Programs: []string{"CYBER2", "SHOES"}}},
	}
	if !reflect.DeepEqual(p, want) {
		t.Errorf("900001 =\n%+v, want\n%+v", p, want)
	}
	org := got["900002"]
	if org.Kind != party.Organization || !reflect.DeepEqual(org.Founded, []party.Span{party.On(party.Date{Year: 2010})}) || org.Addresses != nil ||
		len(org.Identifiers) != 1 || org.Identifiers[0].Scheme != party.IMOCompany || !strings.Contains(org.Remarks, `said to be "the best" of Tver`) {
		t.Errorf("900002 = %+v", org)
	}
	ship := got["900003"]
	if !reflect.DeepEqual(ship.Craft, &party.Craft{Type: "Crude Oil Tanker", Flag: "ck", CallSign: "CL2685", Tonnage: "318,000", GrossTonnage: "163,660", Owner: "Primer Shipping"}) || len(ship.Identifiers) != 3 {
		t.Errorf("900003 = %+v", ship)
	}
	if a := got["900004"].Addresses; len(a) != 1 || a[0].City != "Gaza Strip" || a[0].Country != "" || a[0].Full != "undetermined" {
		t.Errorf("900004 has the addresses %+v", a)
	}
}

// A set that is not whole, or whose files are of different editions, is refused
// by name.
func TestLegacySetsThatAreRefused(t *testing.T) {
	for _, c := range []struct {
		do   func(fstest.MapFS)
		want string
	}{
		{func(f fstest.MapFS) { delete(f, "alt.csv") }, "the set lacks alt.csv"},
		{func(f fstest.MapFS) { delete(f, "sdn.csv") }, "the set lacks sdn.csv"},
		{func(f fstest.MapFS) { delete(f, "add.csv"); delete(f, "alt.csv") }, "the set lacks add.csv and alt.csv"},
		{func(f fstest.MapFS) { delete(f, "sdn_comments.csv") }, "the set lacks the file with the comments (sdn_comments.csv), in which the remarks of entry 900001 go on"},
		{edit("add.csv", "900004,5", "900009,5"), "add.csv has 1 rows of entries that sdn.csv does not have (900009 first)"},
		{edit("alt.csv", "900002,2", "900009,2"), "alt.csv has 1 rows of entries that sdn.csv does not have"},
		{edit("add.csv", "900003,4", "900001,4"), "entry 900003 of sdn.csv has no row in add.csv"},
		{edit("sdn_comments.csv", "900001", "900002"), "the remarks of entry 900001 are cut off, and sdn_comments.csv does not go on with them"},
		{edit("alt.csv", "\x1a", ""), "alt.csv is cut off"},
		{func(f fstest.MapFS) { f["cons_prim.csv"] = &fstest.MapFile{Data: []byte("1")} }, "are two editions"},
		{func(f fstest.MapFS) { f["mine.csv"] = &fstest.MapFile{Data: []byte("1")} }, "mine.csv is no part of the set"},
		{func(f fstest.MapFS) { f["sdn.csv"] = &fstest.MapFile{Data: []byte("\n<html></html>")} }, "is a web page"},
		{func(f fstest.MapFS) { f["sdn.csv"] = &fstest.MapFile{Data: bytes.Repeat([]byte("x"), 2<<20)} }, "sdn.csv:1: the line is longer than 1048576 bytes"},
	} {
		files := legacyFixture(t)
		c.do(files)
		n := 0
		for _, err := range (ofac.Legacy{}).Parse(files) {
			n++
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		}
		if n != 1 {
			t.Errorf("%q: Parse yielded %d times, want one error", c.want, n)
		}
	}
}

func edit(name, old, new string) func(fstest.MapFS) {
	return func(f fstest.MapFS) {
		f[name] = &fstest.MapFile{Data: bytes.Replace(f[name].Data, []byte(old), []byte(new), 1)}
	}
}

func TestIncompletePublishedSetIsRefused(t *testing.T) {
	files := open(t, data(t, "ofac-legacy-2026-06-incomplete")...)
	_, err := ofac.Legacy{}.Detect(files)
	if err == nil || !strings.Contains(err.Error(), "the set lacks sdn.csv") || !errors.Is(err, errkind.Invalid) || errors.Is(err, watchlist.ErrFormat) {
		t.Errorf("Detect = %v, want an error that names sdn.csv", err)
	}
}

func TestLegacyRowsThatAreRejected(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{`"PRIMER STAR"`, `"PRIMER" STAR`, "sdn.csv:3: text after a closed quote"},
		{`"PRIMER STAR"`, `-0- `, "sdn.csv:3: entry 900003: it has no name"},
		{"900003,", "900002,", "sdn.csv:3: entry 900002: its number stands twice"},
		{`"PRIMER STAR","vessel",`, `"PRIMER STAR",`, "sdn.csv:3: entry 900003: the row has 11 columns, want 12"},
	} {
		files := legacyFixture(t)
		edit("sdn.csv", c.old, c.new)(files)
		entries, found := 0, false
		for _, err := range (ofac.Legacy{}).Parse(files) {
			if err == nil {
				entries++
			} else {
				found = found || strings.HasPrefix(err.Error(), c.want)
			}
		}
		if entries != 3 || !found {
			t.Errorf("%s: %d entries, want 3 and the reject %q (found: %v)", c.new, entries, c.want, found)
		}
	}
}

func TestLegacyNamesOfFilesInAnyCase(t *testing.T) {
	files := fstest.MapFS{}
	for name, f := range legacyFixture(t) {
		files[strings.ToUpper(name)] = f
	}
	if n := len(readAll(t, ofac.Legacy{}, files)); n != 4 {
		t.Errorf("SDN.CSV and the others gave %d entries, want 4", n)
	}
}

func FuzzLegacy(f *testing.F) {
	var seed [][]byte
	names := []string{"sdn.csv", "add.csv", "alt.csv", "sdn_comments.csv"}
	for _, n := range names {
		seed = append(seed, fixture(f, n))
	}
	f.Add(bytes.Join(seed, []byte("\x00\x00")))
	f.Add([]byte("1,\"A\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,\"DOB 1; a.k.a. ';Passport 1 (\"\n\x00\x001,1,a,b,c,d\n\x00\x00\n\x00\x00\n"))
	watchlisttest.Fuzz(f, ofac.Legacy{}, names...)
}
