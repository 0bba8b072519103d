// SPDX-License-Identifier: Apache-2.0

package dfat_test

import (
	"bytes"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/xuri/excelize/v2"

	"github.com/interdict-dev/interdict/internal/table"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/watchlist/dfat"
	"github.com/interdict-dev/interdict/watchlist/watchlisttest"
)

// cells are written by hand in the published layout: invented parties.
var cells = [][]string{
	{"Reference", "Name of Individual or Entity", "Type", "Name Type", "Date of Birth", "Place of Birth", "Citizenship", "Address", "Additional Information", "Listing Information", "Committees", "Control Date", "Colour"},
	{"901a", "Иван Примеров", "Individual ", "Original script", "a) 7/05/1962 b) Approximately 1955- 1958", "Tomsk, Russia", "Russian and Ukrainian", "a) 1 Shoe Lane; left, Tomsk, Russia b) Ukraine", "Sells shoes.", "Listed on: 15 Aug. 2014 (relisted on 6 Dec 2019)", "Autonomous (Russia)", "09-06-24"},
	{"901", "Ivan  Primerov", "Individual", "Primary Name ", "a) 7/05/1962 b) Approximately 1955- 1958", "Tomsk, Russia", "Russian and Ukrainian", "a) 1 Shoe Lane; left, Tomsk, Russia b) Ukraine", "Sells shoes.", "Listed on: 15 Aug. 2014 (relisted on 6 Dec 2019)", "Autonomous (Russia)", "2024-09-06", "blue"},
	{"901b1", "Vanya", "Individual", "Aka", "1962", "na", "NA", "", "", "Listed on: 15 Aug. 2014 (relisted on 6 Dec 2019)", "Autonomous (Russia)", "2024-09-06"},
	{"902", "Primer Shoe Works", "Entity", "Primary name", "", "", "", "Bosnia and Herzegovina", "", "Instrument of first designation: Autonomous Sanctions (Russia) Amendment (No. 10) Instrument 2023", "Autonomous (Russia)", "23/02/2024"},
	{"902a", "Primer Boots", "Entity", "Formerly known as"},
}

func workbook(t testing.TB, cells [][]string) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := table.NewXLSXWriter(&b, "Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range cells {
		if err := w.Write(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func files(t testing.TB, cells [][]string) fstest.MapFS {
	return fstest.MapFS{"list.xlsx": {Data: workbook(t, cells)}}
}

// count counts the different numbers of the first column with another reader.
func count(t *testing.T) func(string, []byte) int {
	number := regexp.MustCompile(`^\d+`)
	return func(_ string, data []byte) int {
		f, err := excelize.OpenReader(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		rows, err := f.GetRows(f.GetSheetList()[0])
		if err != nil {
			t.Fatal(err)
		}
		ids := map[string]bool{}
		for _, r := range rows[1:] {
			if len(r) > 0 {
				ids[number.FindString(r[0])] = true
			}
		}
		return len(ids)
	}
}

func TestSuite(t *testing.T) {
	watchlisttest.Run(t, dfat.XLSX{}, watchlisttest.Case{Name: "hand-written", Files: files(t, cells), List: dfat.List, Count: count(t), Entries: 2})
}

// What a listing brings is said in columns of their own, where there are any.
func TestMeasures(t *testing.T) {
	with := func(header []string, values ...string) []string {
		var rows [][]string
		for i, r := range cells {
			r = slices.Clone(r)
			for len(r) < len(cells[0]) {
				r = append(r, "")
			}
			if i == 0 {
				r = append(r, header...)
			} else {
				r = append(r, values...)
			}
			rows = append(rows, r)
		}
		return watchlisttest.Entries(t, dfat.XLSX{}, files(t, rows))["901"].Listings[0].Measures
	}
	all := []string{"Targeted Financial Sanction", "Travel Ban", "Arms Embargo", "Maritime Restriction"}
	for _, c := range []struct{ values, want []string }{
		{[]string{"TRUE", "TRUE", "FALSE", "FALSE"}, []string{"Targeted Financial Sanction", "Travel Ban"}},
		{[]string{"No", "Yes", "Yes", "No"}, []string{"Travel Ban", "Arms Embargo"}},
		{[]string{"", "Yes", "", ""}, nil},
	} {
		if got := with(all, c.values...); !slices.Equal(got, c.want) {
			t.Errorf("measures of %q = %q, want %q", c.values, got, c.want)
		}
	}
	if got := with(all[1:2], "Yes"); got != nil {
		t.Errorf("a travel ban in a file that does not say whether assets are frozen is %q: the freeze would be lost", got)
	}
}

const published = "au/regulation8_consolidated.xlsx"

func TestSuiteOnPublishedFile(t *testing.T) {
	watchlisttest.Run(t, dfat.XLSX{}, watchlisttest.Case{
		Name: "2024-12", Files: watchlisttest.Published(t, published), List: dfat.List, Count: count(t), Entries: 3062, Large: true,
	})
}

func day(y int16, m, d uint8) party.Date { return party.Date{Year: y, Month: m, Day: d} }

func TestFields(t *testing.T) {
	got := watchlisttest.Entries(t, dfat.XLSX{}, files(t, cells))
	want := party.Entry{
		Ref: party.Ref{List: dfat.List, ID: "901"}, Kind: party.Person,
		Names: []party.Name{{Full: "Ivan Primerov"}, {Full: "Иван Примеров", Kind: party.Alias, Script: "original"}, {Full: "Vanya", Kind: party.Alias}},
		Births: []party.Span{
			party.On(day(1962, 5, 7)),
			{From: party.Date{Year: 1955}, To: party.Date{Year: 1958}, Circa: true, Text: "Approximately 1955-1958"},
			party.On(party.Date{Year: 1962}),
		},
		BirthPlaces: []string{"Tomsk, Russia"}, Citizenships: []string{"ru", "ua"},
		Addresses: []party.Address{{Full: "1 Shoe Lane; left, Tomsk", Country: "ru"}, {Country: "ua"}},
		Listings: []party.Listing{{
			List: dfat.List, Authority: "DFAT", Programs: []string{"Autonomous (Russia)"}, LegalBasis: []string{"Listed on: 15 Aug. 2014 (relisted on 6 Dec 2019)"}, Listed: day(2014, 8, 15),
			Events: []party.Event{{Type: "Listed", Date: day(2014, 8, 15)}, {Type: "Control Date", Comment: "09-06-24"}, {Type: "Control Date", Date: day(2024, 9, 6)}},
		}},
		Remarks: "Sells shoes.", Properties: []party.Property{{Name: "Colour", Value: "blue"}},
	}
	if !reflect.DeepEqual(got["901"], want) {
		t.Errorf("901 =\n%+v, want\n%+v", got["901"], want)
	}
	e := got["902"]
	if e.Kind != party.Organization || e.Names[1].Kind != party.Former || !e.Listings[0].Listed.IsZero() || e.Addresses[0].Country != "ba" || e.Listings[0].Events[0].Date != day(2024, 2, 23) {
		t.Errorf("902 = %+v", e)
	}
}

func TestFieldsOfPublishedEntries(t *testing.T) {
	got := watchlisttest.Entries(t, dfat.XLSX{}, watchlisttest.Published(t, published))
	e := got["2"]
	if e.Name() != "MOHAMMAD HASSAN AKHUND" || len(e.Names) != 2 || e.Names[1].Script != "original" || len(e.Births) != 2 || !e.Births[0].Circa || e.Births[1].From != (party.Date{Year: 1945}) ||
		!slices.Equal(e.Citizenships, []string{"af"}) || len(e.Addresses) != 0 || e.Listings[0].Listed != day(2001, 1, 25) || e.Listings[0].Programs[0] != "1988 (Taliban)" || !strings.Contains(e.Remarks, "Kakar tribe") {
		t.Errorf("2 = %+v", e)
	}
	dated, unread, strange := 0, 0, map[string]int{}
	for _, e := range got {
		if !e.Listings[0].Listed.IsZero() {
			dated++
		}
		for _, b := range e.Births {
			if b.IsZero() {
				unread++
			}
		}
		for _, c := range e.Citizenships {
			if len(c) != 2 {
				strange[c]++
			}
		}
	}
	t.Logf("%d of %d have a date of listing, %d births are text only, citizenships %v", dated, len(got), unread, strange)
	if dated < 1150 || unread > 60 || len(strange) > 25 {
		t.Errorf("%d of %d have a date of listing, want 1,150; %d births are text only, want 60 at most; citizenships %v", dated, len(got), unread, strange)
	}
}

func TestRejects(t *testing.T) {
	for _, c := range []struct {
		row, column int
		with, want  string
	}{
		{2, 0, "n1", "no number with letters"},
		{2, 1, "", "without a name"},
		{2, 2, "Balloon", `unknown kind "Balloon"`},
		{2, 3, "Rumour", `the type "Rumour"`},
		{2, 3, "Aka", "0 of its rows have the primary name"},
		{1, 3, "Primary Name", "2 of its rows have the primary name"},
		{0, 3, "Kind", "has no header"},
	} {
		bad := slices.Clone(cells)
		bad[c.row] = slices.Clone(bad[c.row])
		bad[c.row][c.column] = c.with
		var all []string
		for _, err := range (dfat.XLSX{}).Parse(files(t, bad)) {
			if err != nil {
				all = append(all, err.Error())
			}
		}
		if !strings.Contains(strings.Join(all, "\n"), c.want) {
			t.Errorf("%q: no reject says %q but %q", c.with, c.want, all)
		}
	}
}

func FuzzXLSX(f *testing.F) {
	f.Add(workbook(f, cells))
	watchlisttest.Fuzz(f, dfat.XLSX{}, "list.xlsx")
}
