// SPDX-License-Identifier: Apache-2.0

package ofac_test

import (
	"bytes"
	"errors"
	"io/fs"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/watchlist"
	"github.com/interdict-dev/interdict/watchlist/ofac"
	"github.com/interdict-dev/interdict/watchlist/watchlisttest"
)

const newest = "ofac-advanced/SDN_ADVANCED_2025-11-19_1644.zip"

func TestAdvancedSuite(t *testing.T) {
	watchlisttest.Run(t, ofac.Advanced{}, watchlisttest.Case{
		Name: "hand-written", Files: mapOf("SDN_ADVANCED.XML", fixture(t, "SDN_ADVANCED.XML")),
		List: ofac.SDN, Count: tags("DistinctParty"), Entries: 3,
	})
}

func TestAdvancedSuiteOnPublishedFiles(t *testing.T) {
	skipIfShort(t)
	watchlisttest.Run(t, ofac.Advanced{},
		watchlisttest.Case{
			Name: "consolidated 2020, old namespace", Files: open(t, data(t, "ofac-cons/cons_advanced.xml")...),
			List: ofac.Consolidated, Count: tags("DistinctParty"), Entries: 375, Large: true,
		},
		watchlisttest.Case{
			Name: "SDN, newest", Files: open(t, data(t, newest)...),
			List: ofac.SDN, Count: tags("DistinctParty"), Entries: 18367, Large: true,
		})
}

// skipIfShort leaves out the tests that read 121 MB many times: the race
// detector makes minutes of them, and the hand-written files race as well.
func skipIfShort(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("-short: the published editions are read in the full run")
	}
}

func TestAdvancedEditions(t *testing.T) {
	skipIfShort(t)
	for _, c := range []struct {
		file, date string
		parties    int
	}{
		{"2024-12-19_1719", "2024-12-19", 16983},
		{"2025-02-11_1458", "2025-02-11", 17587},
		{"2025-05-29_1509", "2025-05-29", 17917},
		{"2025-07-01_1454", "2025-07-01", 17509},
		{"2025-11-19_1450", "2025-11-19", 18348},
	} {
		files := open(t, data(t, "ofac-advanced/SDN_ADVANCED_"+c.file+".zip")...)
		h, err := ofac.Advanced{}.Detect(files)
		if err != nil || h.List != ofac.SDN || h.Published.String() != c.date {
			t.Errorf("Detect(%s) = %+v, %v, want %s", c.file, h, err, c.date)
		}
		entries := readAll(t, ofac.Advanced{}, files)
		raw := published(t, files)
		if len(entries) != c.parties || tags("DistinctParty")("", raw) != c.parties {
			t.Errorf("%s has %d entries, want %d as published", c.file, len(entries), c.parties)
		}
		if _, ok := entries["50543"]; ok != (c.date > "2025-01-03") {
			t.Errorf("%s: Integrity Technology Group is listed: %v", c.file, ok)
		}
	}
}

func published(t testing.TB, files fs.FS) []byte {
	t.Helper()
	raw, err := fs.ReadFile(files, "SDN_ADVANCED.XML")
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// Each count of what was read is held against one that is made from the bytes
// by other means.
func TestAdvancedCounts(t *testing.T) {
	files := open(t, data(t, newest)...)
	raw := published(t, files)
	got, identifiers := map[string]int{}, 0
	listings := map[party.ListID]int{}
	for _, e := range readAll(t, ofac.Advanced{}, files) {
		got["relations"] += len(e.Relations)
		got["names"] += len(e.Names)
		got["listings"] += len(e.Listings)
		for _, r := range e.Relations {
			if r.Kind == party.OwnedBy {
				got["owned by"]++
			}
			if r.To.IsZero() || r.Inverse || r.Kind == party.RelatedTo {
				t.Errorf("%s has the relation %+v", e.Ref, r)
			}
		}
		for _, n := range e.Names {
			if n.Script != "Latin" {
				got["names in other scripts"]++
			}
		}
		for _, l := range e.Listings {
			got["events"] += len(l.Events)
			listings[l.List]++
			if l.Listed.IsZero() || l.Authority != "OFAC" {
				t.Errorf("%s has the listing %+v", e.Ref, l)
			}
		}
		for _, id := range e.Identifiers {
			if _, ok := id.Scheme.Currency(); ok {
				got["wallets"]++
			}
		}
		got["born"] += len(e.Births)
		identifiers += len(e.Identifiers)
	}
	want := map[string]int{
		"relations":              8194,
		"wallets":                761,
		"names":                  tags("DocumentedName")("", raw),
		"listings":               tags("SanctionsEntry")("", raw),
		"events":                 tags("EntryEvent")("", raw),
		"owned by":               count(raw, `RelationTypeID="`+idOf(t, raw, "RelationType", "Owned or Controlled By")+`"`),
		"names in other scripts": namesWithout(raw, `ScriptID="`+idOf(t, raw, "Script", "Latin")+`"`),
		"born":                   count(raw, `FeatureTypeID="`+idOf(t, raw, "FeatureType", "Birthdate")+`"`) - 4, // four are marked false
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("counts = %v, want %v", got, want)
	}
	if n := tags("ProfileRelationship")("", raw); n != want["relations"] {
		t.Errorf("%d relations are published, want %d", n, want["relations"])
	}
	if n := wallets(raw); n != want["wallets"] {
		t.Errorf("%d wallets are published, want %d", n, want["wallets"])
	}
	if docs := tags("IDRegDocument")("", raw); identifiers < docs+want["wallets"] {
		t.Errorf("%d identifiers, but %d documents and %d wallets are published", identifiers, docs, want["wallets"])
	}
	wantListings := map[party.ListID]int{ofac.SDN: 18367, ofac.Consolidated: 88, "us-ofac-ssi": 86, "us-ofac-plc": 2}
	if !reflect.DeepEqual(listings, wantListings) {
		t.Errorf("listings = %v, want %v", listings, wantListings)
	}
}

func count(raw []byte, s string) int { return bytes.Count(raw, []byte(s)) }

// namesWithout counts the names in whose elements s does not stand.
func namesWithout(raw []byte, s string) (n int) {
	for i, block := range bytes.Split(raw, []byte("<DocumentedName ")) {
		name, _, _ := bytes.Cut(block, []byte("</DocumentedName>"))
		if i > 0 && count(name, s) == 0 {
			n++
		}
	}
	return n
}

// idOf finds the number of a reference value with a regular expression.
func idOf(t *testing.T, raw []byte, set, label string) string {
	t.Helper()
	m := regexp.MustCompile(`<` + set + ` ID="(\d+)"[^>]*>` + regexp.QuoteMeta(label) + `<`).FindSubmatch(raw)
	if m == nil {
		t.Fatalf("no %s is called %q", set, label)
	}
	return string(m[1])
}

// wallets counts the features that are addresses of virtual currencies.
func wallets(raw []byte) (n int) {
	for _, m := range regexp.MustCompile(`<FeatureType ID="(\d+)"[^>]*>Digital Currency Address`).FindAllSubmatch(raw, -1) {
		n += count(raw, `FeatureTypeID="`+string(m[1])+`"`)
	}
	return n
}

func TestIntegrityTechnologyGroup(t *testing.T) {
	got := readAll(t, ofac.Advanced{}, open(t, data(t, newest)...))["50543"]
	whole := func(s string) []party.NamePart { return []party.NamePart{{Type: party.PartWhole, Value: s}} }
	uscc := party.NewIdentifier(party.USCC, "cn", "91110108562135265P")
	uscc.Label = "Unified Social Credit Code (USCC)"
	ticker := party.NewIdentifier(party.Ticker, "", "688244 CH")
	ticker.Label = "Equity Ticker"
	listed := party.Date{Year: 2025, Month: 1, Day: 3}
	want := party.Entry{
		Ref:  party.Ref{List: ofac.SDN, ID: "50543"},
		Kind: party.Organization,
		Names: []party.Name{
			{Full: "Integrity Technology Group, Incorporated", Script: "Latin", Parts: whole("Integrity Technology Group, Incorporated")},
			{Full: "永信至成科技集团股份有限公司", Script: "Chinese Simplified", Parts: whole("永信至成科技集团股份有限公司")},
			{Full: "Beijing Integrity Technology Company, Limited", Kind: party.Alias, Script: "Latin", Parts: whole("Beijing Integrity Technology Company, Limited")},
			{Full: "Yongxin Zhicheng Technology Group Company, Limited", Kind: party.Alias, Weak: true, Script: "Latin", Parts: whole("Yongxin Zhicheng Technology Group Company, Limited")},
		},
		Founded:     []party.Span{party.On(party.Date{Year: 2010, Month: 9, Day: 2})},
		Addresses:   []party.Address{{Street: "Room 103, Building 6, No. 9, Fenghao East Road, Haidian District", City: "Beijing", Country: "cn"}},
		Identifiers: []party.Identifier{uscc, ticker},
		Websites:    []string{"www.integritytech.com.cn"},
		Listings: []party.Listing{{
			List: ofac.SDN, Authority: "OFAC", Programs: []string{"CYBER2"}, LegalBasis: []string{"Executive Order 13694 (Cyber)"},
			Measures: []string{"Block"}, Listed: listed,
			Events: []party.Event{{Type: "Created", Date: listed, LegalBasis: "Executive Order 13694 (Cyber)"}},
		}},
		Properties: []party.Property{
			{Name: "Organization Established Date (reliability)", Value: "2010-09-02: Confirmed"},
			{Name: "Organization Type: (reliability)", Value: "Computer programming activities: Confirmed"},
			{Name: "Organization Type:", Value: "Computer programming activities"},
			{Name: "Website (reliability)", Value: "www.integritytech.com.cn: Confirmed"},
			{Name: "Equity Ticker (reliability)", Value: "688244 CH: Confirmed"},
		},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("us-ofac-sdn/50543 =\n%+v, want\n%+v", got, want)
	}
	if uscc.Check != party.Valid {
		t.Errorf("the check digit of %s is %s", uscc.Value, uscc.Check)
	}
}

func TestAdvancedFields(t *testing.T) {
	got := readAll(t, ofac.Advanced{}, mapOf("SDN_ADVANCED.XML", fixture(t, "SDN_ADVANCED.XML")))
	ref := func(id string) party.Ref { return party.Ref{List: ofac.SDN, ID: id} }
	day := func(y int16, m, d uint8) party.Date { return party.Date{Year: y, Month: m, Day: d} }
	identifier := func(s party.Scheme, country, value, label, note string) party.Identifier {
		id := party.NewIdentifier(s, country, value)
		id.Label, id.Note = label, note
		return id
	}
	passport := identifier(party.Passport, "ru", "AB 123456", "Passport", "issued in 1 Tverskaya St., Moscow, 125009, ru; issued in ул. Тверская, 1, ru; Fraudulent; Expired; issued by FMS 770")
	passport.Expires = day(2019, 5, 4)
	want := map[string]party.Entry{
		"900001": {
			Ref: ref("900001"), Kind: party.Person,
			Names: []party.Name{
				{Full: "PRIMEROV, Ivan Ivanovich", Script: "Latin", Parts: []party.NamePart{{Type: party.PartGiven, Value: "Ivan"}, {Type: party.PartPatronymic, Value: "Ivanovich"}, {Type: party.PartFamily, Value: "Primerov"}}},
				{Full: "ПРИМЕРОВ, Иван", Script: "Cyrillic", Parts: []party.NamePart{{Type: party.PartFamily, Value: "Примеров"}, {Type: party.PartGiven, Value: "Иван"}}},
				{Full: "VANYA & CO", Kind: party.Alias, Weak: true, Script: "Latin", Parts: []party.NamePart{{Type: party.PartFamily, Value: "Vanya & Co"}}},
			},
			Births:        []party.Span{{From: party.Date{Year: 1962}, To: party.Date{Year: 1964}, Circa: true}},
			Gender:        "male",
			Nationalities: []string{"kp"},
			Addresses: []party.Address{
				{Street: "1 Tverskaya St.", City: "Moscow", Postal: "125009", Country: "ru"},
				{Street: "ул. Тверская, 1", Country: "ru"},
				{Full: "undetermined"},
			},
			Identifiers: []party.Identifier{passport},
			Relations:   []party.Relation{{Label: "Plays chess with", To: ref("900002"), Quality: "High"}},
			Listings: []party.Listing{{
				List: ofac.SDN, Authority: "OFAC", Programs: []string{"CYBER2", "SHOES"}, LegalBasis: []string{"Executive Order 13694 (Cyber)"},
				Measures: []string{"Block"}, Listed: day(2022, 4, 5),
				Events: []party.Event{{Type: "Created", Date: day(2025, 1, 3), LegalBasis: "Executive Order 13694 (Cyber)"}, {Type: "Created", Date: day(2022, 4, 5), Comment: "again"}},
			}},
			Remarks: "Not to be taken for his brother",
			Properties: []party.Property{
				{Name: "Birthdate (reliability)", Value: "circa 1962 to 1964: Reported"},
				{Name: "Birthdate (comment)", Value: "circa 1962 to 1964: says his mother"},
				{Name: "Birthdate (false)", Value: "1999-03"},
				{Name: "FeatureVersion/Fitting", Value: "Day=2 tight"},
				{Name: "Shoe Size", Value: "44"},
			},
		},
		"900002": {
			Ref: ref("900002"), Kind: party.Organization,
			Names: []party.Name{
				{Full: "Primer Trading LLC", Script: "Latin", Parts: []party.NamePart{{Type: party.PartWhole, Value: "Primer Trading LLC"}}},
				{Full: "Primer Export", Kind: party.Former, Script: "Latin", Parts: []party.NamePart{{Type: party.PartWhole, Value: "Primer Export"}}},
			},
			Identifiers: []party.Identifier{
				identifier(party.INN, "ru", "7736581290", "Tax ID No.", ""),
				identifier(party.Number, "ru", "L-7", "Library Card", ""),
				identifier(party.Wallet("XBT"), "", "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", "Digital Currency Address - XBT", "No forks."),
			},
			Listings: []party.Listing{
				{List: ofac.SDN, Authority: "OFAC", LegalBasis: []string{"Executive Order 13694 (Cyber)"}, Measures: []string{"Block"}, Listed: day(2025, 1, 3), Events: []party.Event{{Type: "Created", Date: day(2025, 1, 3), LegalBasis: "Executive Order 13694 (Cyber)"}}},
				{List: "us-ofac-ssi", Authority: "OFAC", Measures: []string{"13662 Sectoral Directive 1"}, Listed: day(2014, 7, 16), Events: []party.Event{{Type: "Created", Date: day(2014, 7, 16)}}},
			},
		},
		"900003": {
			Ref: ref("900003"), Kind: party.Vessel,
			Names:       []party.Name{{Full: "PRIMER STAR", Script: "Latin", Parts: []party.NamePart{{Type: party.PartWhole, Value: "PRIMER STAR"}}}},
			Identifiers: []party.Identifier{identifier(party.IMO, "", "IMO 9187629", "Vessel Registration Identification", "")},
			Craft:       &party.Craft{Type: "Crude Oil Tanker", Flag: "ck"},
			Relations:   []party.Relation{{Kind: party.OwnedBy, Label: "Owned or Controlled By", To: ref("900002"), Former: true, From: day(2014, 6, 2), Note: "sold"}},
			Listings: []party.Listing{
				{List: ofac.SDN, Authority: "OFAC", LegalBasis: []string{"Executive Order 13694 (Cyber)"}, Listed: day(2025, 1, 3), Events: []party.Event{{Type: "Created", Date: day(2025, 1, 3), LegalBasis: "Executive Order 13694 (Cyber)"}}},
				{List: "us-ofac-non-sdn-left-shoes", Authority: "OFAC", LegalBasis: []string{"Executive Order 13694 (Cyber)"}, Listed: day(2025, 1, 3), Events: []party.Event{{Type: "Created", Date: day(2025, 1, 3), LegalBasis: "Executive Order 13694 (Cyber)"}}},
			},
		},
	}
	for id, w := range want {
		if !reflect.DeepEqual(got[id], w) {
			t.Errorf("entry %s =\n%+v, want\n%+v", id, got[id], w)
		}
	}
}

// What is well-formed but wrong costs one entry, and says so.
func TestAdvancedRejects(t *testing.T) {
	good := string(fixture(t, "SDN_ADVANCED.XML"))
	for _, c := range []struct {
		old, new string
		entries  int
		reject   string
	}{
		{`<Month>12</Month><Day>31</Day></From>`, `<Month>13</Month><Day>31</Day></From>`, 2, "1964-13-31 is no date"},
		{`FixedRef="900003">` + "\n      <Comment />", `FixedRef="900002">` + "\n      <Comment />", 2, "its FixedRef stands twice"},
		{`<VersionLocation LocationID="1" />`, `<VersionLocation LocationID="77" />`, 2, "the location 77 is not in the file"},
		{`ListID="63">`, `>`, 3, "<SanctionsEntry> has no ListID"},
		{`<SanctionsEntry ID="1" ProfileID="900001"`, `<SanctionsEntry ID="1" ProfileID="1"`, 2, "no sanctions entry says which list holds it"},
		{`From-ProfileID="900003"`, `From-ProfileID="5"`, 3, "ties profile 5 to profile 700002"},
		{`IDRegDocTypeID="3" IdentityID="12"`, `IDRegDocTypeID="3" IdentityID="99"`, 3, "is of identity 99, which is not in the file"},
		{`<SanctionsEntryLinks />`, `<SanctionsEntryLinks><Link ID="1"/></SanctionsEntryLinks>`, 3, "an element SanctionsEntryLinks/Link"},
		{`<SanctionsEntryLinks />`, `<Footnotes><F>1</F></Footnotes>`, 3, "an element Footnotes"},
	} {
		bad := strings.Replace(good, c.old, c.new, 1)
		if bad == good {
			t.Fatalf("the fixture has no %q", c.old)
		}
		entries, found := 0, false
		for _, err := range (ofac.Advanced{}).Parse(mapOf("SDN_ADVANCED.XML", []byte(bad))) {
			var r *watchlist.Reject
			switch {
			case err == nil:
				entries++
			case errors.As(err, &r):
				found = found || strings.Contains(err.Error(), c.reject) && r.File == "SDN_ADVANCED.XML"
			default:
				t.Errorf("%s: the edition cannot be used: %v", c.new, err)
			}
		}
		if entries != c.entries || !found {
			t.Errorf("%s gave %d entries, want %d and a reject %q (found: %v)", c.new, entries, c.entries, c.reject, found)
		}
	}
}

func TestAdvancedListWithoutAName(t *testing.T) {
	files := mapOf("list.xml", fixture(t, "SDN_ADVANCED.XML"))
	if h, err := (ofac.Advanced{}).Detect(files); err != nil || h.List != ofac.SDN {
		t.Errorf("Detect by the listings = %+v, %v", h, err)
	}
	misnamed := mapOf("CONS_ADVANCED.XML", fixture(t, "SDN_ADVANCED.XML"))
	for _, err := range (ofac.Advanced{}).Parse(misnamed) {
		if err == nil || !strings.Contains(err.Error(), "none of its 3 parties is on the list that its name says") {
			t.Errorf("an SDN file named CONS gave %v", err)
		}
	}
}

func FuzzAdvanced(f *testing.F) {
	f.Add(fixture(f, "SDN_ADVANCED.XML"))
	f.Add([]byte("<Sanctions/>"))
	watchlisttest.Fuzz(f, ofac.Advanced{}, "SDN_ADVANCED.XML")
}

func BenchmarkAdvanced(b *testing.B) {
	files := open(b, data(b, newest)...)
	b.SetBytes(120977559)
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		for _, err := range (ofac.Advanced{}).Parse(files) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if n != 18367 {
			b.Fatal(n)
		}
	}
}
