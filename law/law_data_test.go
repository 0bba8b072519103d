// SPDX-License-Identifier: Apache-2.0

package law

import (
	"archive/zip"
	"bufio"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/interdict-dev/interdict/party"
)

// data returns a path under ../shared/data of the repository or under
// $INTERDICT_DATA. Where it is missing the test skips, and fails where data is
// required.
func data(t *testing.T, elem ...string) string {
	t.Helper()
	root := os.Getenv("INTERDICT_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "shared", "data")
	}
	p := filepath.Join(append([]string{root}, elem...)...)
	if _, err := os.Stat(p); err != nil {
		if os.Getenv("INTERDICT_REQUIRE_DATA") == "1" {
			t.Fatal(err)
		}
		t.Skipf("the published files are not at hand: %v", err)
	}
	return p
}

// listings reads the listings of an SDN_ADVANCED file, lists by the publisher's
// numbers.
func listings(t *testing.T, r io.Reader) []party.Listing {
	t.Helper()
	lists := map[string]party.ListID{"1550": "us-ofac-sdn", "91507": "us-ofac-ssi", "91512": "us-ofac-cons", "91243": "us-ofac-plc"}
	types := map[string]string{}
	var out []party.Listing
	sc := bufio.NewScanner(r)
	sc.Buffer(nil, 1<<20)
	sc.Split(func(data []byte, atEOF bool) (int, []byte, error) {
		if i := bytes.IndexByte(data, '<'); i >= 0 {
			return i + 1, data[:i], nil
		}
		if atEOF && len(data) > 0 {
			return len(data), data, io.EOF
		}
		return 0, nil, nil
	})
	measure := ""
	for sc.Scan() {
		tag, text, _ := strings.Cut(sc.Text(), ">")
		name, _, _ := strings.Cut(tag, " ")
		switch name {
		case "SanctionsType":
			types[attr(tag, "ID")] = text
		case "SanctionsEntry":
			list := lists[attr(tag, "ListID")]
			if list == "" {
				t.Fatalf("%s: a list that the test does not know", tag)
			}
			out = append(out, party.Listing{List: list})
		case "SanctionsMeasure":
			measure = types[attr(tag, "SanctionsTypeID")]
			if measure != "Program" {
				l := &out[len(out)-1]
				l.Measures = append(l.Measures, measure)
			}
		case "Comment":
			if len(out) > 0 && measure == "Program" && strings.TrimSpace(text) != "" {
				l := &out[len(out)-1]
				l.Programs = append(l.Programs, text)
			}
		case "/SanctionsEntry":
			measure = ""
		}
	}
	if err := sc.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

func attr(tag, name string) string {
	_, rest, _ := strings.Cut(tag, " "+name+`="`)
	v, _, _ := strings.Cut(rest, `"`)
	return v
}

// TestEveryProgramOfOFAC holds that the rule pack knows every program tag of
// the newest edition, and that every listing that says "Block" brings a block.
func TestEveryProgramOfOFAC(t *testing.T) {
	editions := []string{"SDN_ADVANCED_2025-11-19_1644.zip"}
	if os.Getenv("INTERDICT_REQUIRE_DATA") == "1" {
		editions = []string{"SDN_ADVANCED_2024-12-19_1719.zip", "SDN_ADVANCED_2025-07-01_1454.zip", "SDN_ADVANCED_2025-11-19_1644.zip"}
	}
	for _, edition := range editions {
		z, err := zip.OpenReader(data(t, "lists", "ofac-advanced", edition))
		if err != nil {
			t.Fatal(err)
		}
		defer z.Close()
		r, err := z.File[0].Open()
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		_, date, _ := strings.Cut(edition, "ADVANCED_")
		on := day(date[:10])
		tags, effects := map[string]int{}, map[Consequence]int{}
		all := listings(t, r)
		for _, l := range all {
			for _, tag := range l.Programs {
				if tags[tag]++; tags[tag] == 1 && !slices.ContainsFunc(Default().byTag[foldTag(tag)], func(r *Rule) bool { return r.Regime == OFAC }) {
					t.Errorf("%s: the rule pack does not know the program %q", edition, tag)
				}
			}
			got := Default().Effects(l, on)
			blocks := slices.ContainsFunc(got, func(e Effect) bool { return e.IfConfirmed == Block && e.Cascades })
			if says := slices.Contains(l.Measures, "Block"); says != blocks {
				t.Errorf("%s: %v of %v, %v: brings a block is %v", edition, l.List, l.Programs, l.Measures, blocks)
			}
			for _, e := range got {
				effects[e.IfConfirmed]++
				if strings.Contains(e.Authority, "not in the rule pack") && e.IfConfirmed == Block {
					t.Errorf("%s: %+v blocks without an authority", edition, e)
				}
			}
		}
		if strings.Contains(edition, "2025-11-19") {
			checkNotes(t, all)
		}
		if len(all) < 15000 || len(tags) < 70 {
			t.Fatalf("%s: %d listings with %d programs read: the test looks in the wrong place", edition, len(all), len(tags))
		}
		t.Logf("%s: %d listings, %d programs, effects %v", edition, len(all), len(tags), effects)
	}
}

// checkNotes counts again what notes of rules.txt say of the entries of 2025-11-19.
func checkNotes(t *testing.T, all []party.Listing) {
	t.Helper()
	for _, c := range []struct {
		tag, with     string
		n, block, has int // entries, of which say Block, of which carry the other tag
	}{
		{"FTO", "SDGT", 88, 88, 86},
		{"ILLICIT-DRUGS-EO14059", "", 553, 553, 0},
		{"UHRPA", "GLOMAG", 1, 1, 1},
		{"SYRIA-CAESAR", "PAARSSR-EO13894", 16, 16, 16},
		{"HRIT-SY", "", 1, 1, 0},
		{"HRIT-IR", "", 16, 16, 0},
		{"IRAN-EO13902", "", 483, 483, 0},
		{"IRAN-EO13876", "", 112, 112, 0},
		{"IRAN-EO13846", "", 397, 397, 0},
		{"BURMA-EO14014", "", 154, 154, 0},
		{"HIFPAA", "", 0, 0, 0},
		{"ISA", "", 0, 0, 0},
		{"SDT", "", 0, 0, 0},
		{"PEESA", "", 0, 0, 0},
	} {
		n, block, has := 0, 0, 0
		for _, l := range all {
			if !slices.Contains(l.Programs, c.tag) {
				continue
			}
			n++
			if slices.Contains(l.Measures, "Block") {
				block++
			}
			if slices.Contains(l.Programs, c.with) {
				has++
			}
		}
		if n != c.n || block != c.block || has != c.has {
			t.Errorf("%s: %d entries, %d say Block, %d with %q; the notes say %d, %d, %d", c.tag, n, block, has, c.with, c.n, c.block, c.has)
		}
	}
	conditions := 0
	for _, l := range all {
		if slices.Equal(l.Measures, []string{"NDAA Special Conditions"}) && slices.Equal(l.Programs, []string{"SDGT"}) {
			conditions++
		}
	}
	if conditions != 1 {
		t.Errorf("%d entries have NDAA Special Conditions alone, the notes say 1", conditions)
	}
}
