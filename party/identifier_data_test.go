// SPDX-License-Identifier: Apache-2.0

package party_test

import (
	"archive/zip"
	"bufio"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/interdict-dev/interdict/party"
)

// shared returns a path under ../shared of the repository, or $INTERDICT_DATA
// for its data folder. Where it is missing the test skips, and fails where data
// is required.
func shared(t *testing.T, elem ...string) string {
	t.Helper()
	root := filepath.Join("..", "..", "shared")
	if d := os.Getenv("INTERDICT_DATA"); d != "" {
		root = filepath.Dir(filepath.Clean(d))
		if elem[0] == "data" {
			root, elem = d, elem[1:]
		}
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

// ofacTokens calls f with the tag and the text after it of every element of the
// newest SDN_ADVANCED.XML.
func ofacTokens(t *testing.T, f func(tag, text string)) {
	t.Helper()
	z, err := zip.OpenReader(shared(t, "data", "lists", "ofac-advanced", "SDN_ADVANCED_2025-11-19_1644.zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	r, err := z.File[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
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
	for sc.Scan() {
		tag, text, _ := strings.Cut(sc.Text(), ">")
		f(tag, strings.NewReplacer("&amp;", "&", "&apos;", "'", "&quot;", `"`).Replace(text))
	}
	if err := sc.Err(); err != nil {
		t.Fatal(err)
	}
}

func attr(tag, name string) string {
	_, rest, _ := strings.Cut(tag, " "+name+`="`)
	v, _, _ := strings.Cut(rest, `"`)
	return v
}

// TestIdentifiersOfOFAC reads every identifier of the newest file. The failures
// counted below are what the list prints: IMO numbers of six and eight digits
// and some whose last digit does not fit, an MMSI of ten digits, a Swiss register
// number as a U.S. FEIN. They are kept as printed.
func TestIdentifiersOfOFAC(t *testing.T) {
	labels := map[string]string{}
	var label string
	var all []party.Identifier
	ofacTokens(t, func(tag, text string) {
		name, _, _ := strings.Cut(tag, " ")
		switch name {
		case "IDRegDocType", "FeatureType":
			labels[name+attr(tag, "ID")] = text
		case "IDRegDocument":
			label = labels["IDRegDocType"+attr(tag, "IDRegDocTypeID")]
		case "Feature":
			label = labels["FeatureType"+attr(tag, "FeatureTypeID")]
		case "IDRegistrationNo", "VersionDetail":
			if text != "" {
				all = append(all, party.Labelled(label, "", text))
			}
		}
	})
	if len(all) < 20000 {
		t.Fatalf("%d identifiers read: the test looks in the wrong place", len(all))
	}
	count, bad := map[party.Scheme]int{}, map[party.Scheme]int{}
	for _, id := range all {
		count[id.Scheme]++
		if id.Check == party.Bad {
			bad[id.Scheme]++
			if bad[id.Scheme] <= 4 {
				t.Logf("%s: %q (%s) is bad", id.Scheme, id.Value, id.Label)
			}
		}
	}
	t.Log("read", count)
	t.Log("bad", bad)
	for scheme, want := range map[party.Scheme]struct{ count, bad int }{
		party.USCC:       {251, 0}, // 245 so labelled, 6 under other labels
		party.LEI:        {165, 0},
		party.BIC:        {219, 0},
		party.ISIN:       {4, 0},
		party.DUNS:       {35, 0},
		party.IMO:        {1374, 9},
		party.IMOCompany: {409, 6},
		party.MMSI:       {646, 2},
		party.BIK:        {24, 1},
	} {
		if count[scheme] < want.count || bad[scheme] > want.bad {
			t.Errorf("%s: %d read, %d bad, want at least %d and at most %d", scheme, count[scheme], bad[scheme], want.count, want.bad)
		}
	}
	for scheme, n := range bad {
		if _, wallet := scheme.Currency(); wallet {
			t.Errorf("%d addresses of %s are bad", n, scheme)
		}
	}
}

func TestWalletsOfOFAC(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(shared(t, "data", "crypto"), "*", "sanctioned_addresses_*.txt"))
	if err != nil {
		t.Fatal(err)
	}
	n, valid := 0, 0
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		_, currency, _ := strings.Cut(strings.TrimSuffix(filepath.Base(file), ".txt"), "sanctioned_addresses_")
		for line := range strings.Lines(string(b)) {
			address := strings.TrimSpace(line)
			n++
			id := party.NewIdentifier(party.Wallet(currency), "", address)
			switch id.Check {
			case party.Bad:
				t.Errorf("%s %q is bad", currency, address)
			case party.Valid:
				valid++
			}
			if currency == "XMR" && len(address) == 64 {
				continue // a payment id has the form of any SHA-256: nothing to guess
			}
			if len(party.Guess(address)) == 0 {
				t.Errorf("Guess(%q) finds nothing", address)
			}
		}
	}
	if n != 758 {
		t.Errorf("%d addresses read, want 758", n)
	}
	t.Logf("%d addresses, %d confirmed by check digits", n, valid)
}

// TestIdentifiersOfFacts holds the Chinese numbers of the starter's parties:
// each word of 18 digits and capitals is one, and every one passes.
func TestIdentifiersOfFacts(t *testing.T) {
	seen := map[string]party.Scheme{}
	count := map[party.Scheme]int{}
	for _, name := range []string{"parties.jsonl", "ofac-cyber-parties-2025-11-19.jsonl"} {
		b, err := os.ReadFile(shared(t, "facts", name))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`"([0-9]{16}[0-9A-Z]{2})[" ]`).FindAllSubmatch(b, -1) {
			value := string(m[1])
			scheme := party.CNResident
			if value[0] == '9' {
				scheme = party.USCC
			}
			if seen[value] != "" {
				continue
			}
			seen[value] = scheme
			count[scheme]++
			if id := party.NewIdentifier(scheme, "cn", value); id.Check != party.Valid {
				t.Errorf("%s %q is %v", scheme, value, id.Check)
			}
		}
	}
	if count[party.USCC] != 8 || count[party.CNResident] != 10 {
		t.Errorf("%d USCCs and %d resident IDs, want 8 and 10", count[party.USCC], count[party.CNResident])
	}
}
