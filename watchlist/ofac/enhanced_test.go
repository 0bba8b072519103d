// SPDX-License-Identifier: Apache-2.0

package ofac_test

import (
	"errors"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/watchlist"
	"github.com/interdict-dev/interdict/watchlist/ofac"
	"github.com/interdict-dev/interdict/watchlist/watchlisttest"
)

func TestEnhancedSuite(t *testing.T) {
	watchlisttest.Run(t, ofac.Enhanced{}, watchlisttest.Case{
		Name: "hand-written, packed with bzip2", Files: open(t, filepath.Join("testdata", "SDN_ENHANCED.XML.bz2")),
		List: ofac.SDN, Count: tags("entity"), Entries: 2,
	})
}

func TestEnhancedSuiteOnPublishedFile(t *testing.T) {
	watchlisttest.Run(t, ofac.Enhanced{}, watchlisttest.Case{
		Name: "consolidated", Files: open(t, data(t, "ofac-cons/CONS_ENHANCED.ZIP")...),
		List: ofac.Consolidated, Count: tags("entity"), Entries: 443, Large: true,
	})
}

func TestEnhancedFields(t *testing.T) {
	got := readAll(t, ofac.Enhanced{}, mapOf("list.xml", fixture(t, "SDN_ENHANCED.XML")))
	day := func(y int16, m, d uint8) party.Date { return party.Date{Year: y, Month: m, Day: d} }
	passport := party.NewIdentifier(party.Passport, "ru", "AB 123456")
	passport.Label, passport.Note, passport.Expires = "Passport", "Fraudulent; issued by FMS 770", day(2019, 5, 4)
	wallet := party.NewIdentifier(party.Wallet("XBT"), "", "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2")
	wallet.Label, wallet.Note = "Digital Currency Address - XBT", "No forks."
	want := party.Entry{
		Ref: party.Ref{List: ofac.SDN, ID: "900001"}, Kind: party.Person,
		Names: []party.Name{
			{Full: "PRIMEROV, Ivan", Script: "Latin", Parts: []party.NamePart{{Type: party.PartFamily, Value: "Primerov"}, {Type: party.PartGiven, Value: "Ivan"}}},
			{Full: "ПРИМЕРОВ, Иван", Script: "Cyrillic", Parts: []party.NamePart{{Type: party.PartFamily, Value: "Примеров"}}},
			{Full: "VANYA & CO", Kind: party.Alias, Weak: true, Script: "Latin", Parts: []party.NamePart{{Type: party.PartFamily, Value: "Vanya & Co"}}},
		},
		Births:        []party.Span{{From: party.Date{Year: 1962}, To: party.Date{Year: 1962}, Circa: true}},
		Nationalities: []string{"kp"},
		Titles:        []string{"Grandmaster"},
		Addresses:     []party.Address{{City: "Moscow", Country: "ru"}},
		Identifiers:   []party.Identifier{wallet, passport},
		Relations: []party.Relation{
			{Kind: party.OwnedBy, Label: "Owned or Controlled By", To: party.Ref{List: ofac.SDN, ID: "900002"}, ToName: "PRIMER TRADING LLC", Quality: "High"},
			{Kind: party.ActingFor, Label: "Acting for or on behalf of", To: party.Ref{List: ofac.Consolidated, ID: "880000"}, ToName: "A PARTY OF THE OTHER FILE"},
		},
		Listings: []party.Listing{{
			List: ofac.SDN, Authority: "OFAC", Programs: []string{"CYBER2", "SHOES"}, LegalBasis: []string{"Executive Order 13694 (Cyber)"}, Measures: []string{"Block"},
			Listed: day(2025, 1, 3), Events: []party.Event{{Type: "Published", Date: day(2025, 1, 3)}},
		}},
		Remarks:    "Not to be taken for his brother",
		Properties: []party.Property{{Name: "livingStatus", Value: "Alive"}},
	}
	if !reflect.DeepEqual(got["900001"], want) {
		t.Errorf("900001 =\n%+v, want\n%+v", got["900001"], want)
	}
	if l := got["900002"].Listings; len(l) != 2 || l[1].List != "us-ofac-ssi" || l[1].Listed != day(2014, 7, 16) || l[1].Programs[0] != "CYBER2" {
		t.Errorf("900002 has the listings %+v", l)
	}
}

func TestEnhancedHeader(t *testing.T) {
	h, err := ofac.Enhanced{}.Detect(mapOf("list.xml", fixture(t, "SDN_ENHANCED.XML")))
	if err != nil || h.List != ofac.SDN || h.Published.String() != "2026-02-03" || h.Version != "2026-02-03T00:00:00" {
		t.Errorf("Detect = %+v, %v", h, err)
	}
}

func TestEnhancedRefusesAndRejects(t *testing.T) {
	good := string(fixture(t, "SDN_ENHANCED.XML"))
	for _, c := range []struct {
		old, new string
		entries  int
		want     string
	}{
		{`<entity id="900002">`, `<entity id="900001">`, 1, "its id stands twice"},
		{`datePublished="2014-07-16"`, `datePublished="2014-17-16"`, 1, `"2014-17-16" is no date`},
		{`</entities>`, `</entities><annex><x/></annex>`, 2, "an element annex"},
		{`</sanctionsLists></filters>`, `</sanctionsLists><sanctionsPrograms><sanctionsProgram refId="1">CYBER2</sanctionsProgram></sanctionsPrograms></filters>`, 0, "was made for the sanctionsProgram CYBER2 only"},
		{`<sanctionsList refId="1550">SDN List</sanctionsList>`, `<sanctionsList refId="1">FSE List</sanctionsList>`, 0, `was made for ["FSE List"]`},
	} {
		bad := strings.Replace(good, c.old, c.new, 1)
		if bad == good {
			t.Fatalf("the fixture has no %q", c.old)
		}
		entries, found := 0, false
		for _, err := range (ofac.Enhanced{}).Parse(mapOf("list.xml", []byte(bad))) {
			if err == nil {
				entries++
				continue
			}
			var r *watchlist.Reject
			found = found || strings.Contains(err.Error(), c.want) && errors.As(err, &r) == (c.entries > 0)
		}
		if entries != c.entries || !found {
			t.Errorf("%s: %d entries, want %d and %q (found: %v)", c.new, entries, c.entries, c.want, found)
		}
	}
}

func FuzzEnhanced(f *testing.F) {
	f.Add(fixture(f, "SDN_ENHANCED.XML"))
	f.Add([]byte("<sanctionsData/>"))
	watchlisttest.Fuzz(f, ofac.Enhanced{}, "SDN_ENHANCED.XML")
}
