// SPDX-License-Identifier: Apache-2.0

package watchlisttest_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/watchlist"
	"github.com/interdict-dev/interdict/watchlist/csl"
	"github.com/interdict-dev/interdict/watchlist/dfat"
	"github.com/interdict-dev/interdict/watchlist/eu"
	"github.com/interdict-dev/interdict/watchlist/ftm"
	"github.com/interdict-dev/interdict/watchlist/ofac"
	"github.com/interdict-dev/interdict/watchlist/seco"
	"github.com/interdict-dev/interdict/watchlist/sema"
	"github.com/interdict-dev/interdict/watchlist/senzing"
	"github.com/interdict-dev/interdict/watchlist/uk"
	"github.com/interdict-dev/interdict/watchlist/un"
	"github.com/interdict-dev/interdict/watchlist/watchlisttest"
)

// sources are all of them. A new one is added here too (doc/adding-a-source.md).
func sources() (all []watchlist.Source) {
	for _, s := range [][]watchlist.Source{
		ofac.Sources(), un.Sources(), eu.Sources(), uk.Sources(), csl.Sources(), seco.Sources(), sema.Sources(), dfat.Sources(), ftm.Sources(), senzing.Sources(),
	} {
		all = append(all, s...)
	}
	return all
}

// only holds that one source takes files for its own, and that the others say
// that they are of another format.
func only(t *testing.T, files fs.FS, format string, list party.ListID) {
	t.Helper()
	for _, s := range sources() {
		h, err := s.Detect(files)
		switch {
		case s.Format() == format && (err != nil || h.List != list):
			t.Errorf("%s: Detect = %+v, %v, want the list %s", format, h, err, list)
		case s.Format() != format && !errors.Is(err, watchlist.ErrFormat):
			t.Errorf("%s says of the files of %s %+v, %v; want ErrFormat", s.Format(), format, h, err)
		}
	}
}

// What follows are the fixtures of the sources, which are in the repository.
func TestOneSourceTakesEachFixture(t *testing.T) {
	for _, c := range []struct {
		file, format string
		list         party.ListID
	}{
		{"un/testdata/consolidated.xml", "un-xml", un.List},
		{"eu/testdata/list.xml", "eu-fsf-xml", eu.List}, {"eu/testdata/list.csv", "eu-fsf-csv", eu.List},
		{"uk/testdata/list.xml", "uk-fcdo-xml", uk.List}, {"uk/testdata/list.csv", "uk-fcdo-csv", uk.List},
		{"csl/testdata/consolidated.csv", "csl-csv", csl.List}, {"csl/testdata/consolidated.json", "csl-json", csl.List},
		{"seco/testdata/list.xml", "seco-xml", seco.List}, {"sema/testdata/list.xml", "sema-xml", sema.List},
		{"ftm/testdata/primer.targets.nested.json", "ftm-json", "ftm-primer"}, {"ftm/testdata/primer.targets.simple.csv", "ftm-simple", "ftm-primer"},
		{"ftm/testdata/primer.statements.csv", "ftm-statements", "ftm-primer"},
		{"senzing/testdata/records.jsonl", "senzing-json", "senzing-primer-list"}, {"senzing/testdata/records.json", "senzing-json", "senzing-primer-list"},
		{"ofac/testdata/SDN_ADVANCED.XML", "ofac-advanced", ofac.SDN},
	} {
		only(t, watchlisttest.Open(t, filepath.Join("..", filepath.FromSlash(c.file))), c.format, c.list)
	}
}

// The published files of ../shared/data/lists, each as it was fetched.
func TestOneSourceTakesEachPublishedFile(t *testing.T) {
	for _, c := range []struct {
		file, format string
		list         party.ListID
	}{
		{"un/un_consolidated_2026-02-27.xml", "un-xml", un.List},
		{"samples/eu_fsf_xml_1_1_sample_2018-12-21.xml", "eu-fsf-xml", eu.List}, {"samples/eu_fsf_csv_1_1_first21cols_2026-08-05.csv", "eu-fsf-csv", eu.List},
		{"samples/uk_sanctions_list_xml_sample_2026-09-02.xml", "uk-fcdo-xml", uk.List}, {"us-csl-2022/consolidated.csv.gz", "csl-csv", csl.List},
		{"samples/ch_seco_sample_2026-08-27.xml", "seco-xml", seco.List}, {"ca/sema-lmes_2020.xml", "sema-xml", sema.List}, {"au/regulation8_consolidated.xlsx", "dfat-xlsx", dfat.List},
		{"opensanctions-formats/t1/entities.ftm.json", "ftm-json", "ftm-eu_fsf"}, {"ofac-cons/CONS_ENHANCED.ZIP", "ofac-enhanced", ofac.Consolidated},
	} {
		only(t, watchlisttest.Published(t, c.file), c.format, c.list)
	}
}

// Files that are of no source: each says so.
func TestNoSourceTakesOthers(t *testing.T) {
	for _, name := range []string{"samples/fiaa_freezes.csv", "samples/uk_ofsi_conlist_rows_2026-06-03.csv", "samples/sdn_csv_rows_50529-50549_2026.csv", "samples/ofac_sls_delta_shape_2026-08-28.xml"} {
		files := watchlisttest.Published(t, name)
		for _, s := range sources() {
			if _, err := s.Detect(files); err == nil {
				t.Errorf("%s takes %s for its own", s.Format(), name)
			}
		}
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "notes.json"), []byte(`{"hello":"world"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	only(t, os.DirFS(dir), "none", "")
}
