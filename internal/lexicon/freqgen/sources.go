// SPDX-License-Identifier: Apache-2.0

package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"strings"
)

// readPairs counts the Latin words of the transliteration pairs: each comes with
// the number of persons that have it. A person has two words on average.
func readPairs(root fs.FS) (*sample, error) {
	s := newSample("pairs of Wikidata")
	for _, lang := range []string{"arabic", "chinese", "hebrew", "japanese", "korean", "russian"} {
		file := "names/transliteration/wd_" + lang + "_80.gz"
		f, err := root.Open(file)
		if err != nil {
			return nil, err
		}
		zr, err := gzip.NewReader(f)
		if err != nil {
			return nil, fail(file, err)
		}
		var scanErr error
		for line := range lines(zr, &scanErr) {
			fields := strings.Split(line, "\t")
			n, err := strconv.Atoi(strings.TrimSpace(fields[len(fields)-1]))
			if len(fields) != 3 || err != nil {
				return nil, fail(file, fmt.Errorf("line %q: want name, name and count", line))
			}
			s.names += float64(n) / 2
			for _, w := range words(fields[0]) {
				s.count[w] += float64(n)
			}
		}
		if err := errors.Join(scanErr, zr.Close(), f.Close()); err != nil {
			return nil, fail(file, err)
		}
	}
	return s, nil
}

// readCountries counts forenames and surnames by country, each country alike.
// Where the file has no share, the n-th name of a country has that of Zipf's
// law under which all its names together cover a third of its people.
func readCountries(root fs.FS) (*sample, error) {
	s := newSample("names by country")
	for _, file := range []struct{ path, column string }{
		{"negatives/names_by_country/common-forenames-by-country.csv", "Romanized Name"},
		{"negatives/names_by_country/common-surnames-by-country.csv", "Romanized Name"},
	} {
		rows, err := openTable(root, file.path)
		if err != nil {
			return nil, err
		}
		by := map[string][]string{}
		for _, r := range rows {
			c := r["Country"]
			if !slices.Contains(by[c], r[file.column]) {
				by[c] = append(by[c], r[file.column])
			}
		}
		for _, names := range by {
			sum := 0.0
			for i := range names {
				sum += 1 / float64(i+1)
			}
			for i, n := range names {
				for _, w := range words(n) {
					s.count[w] += 1000.0 / 3 / sum / float64(i+1) / float64(len(by))
				}
			}
		}
	}
	s.names = 1000
	return s, nil
}

// readLists counts each name of the plain lists once: they have no counts.
func readLists(root fs.FS) (*sample, error) {
	s := newSample("plain lists")
	for _, file := range []string{"first_names/all.txt", "first_names/us.txt", "first_names/es.txt", "surnames/all.txt"} {
		b, err := fs.ReadFile(root, "negatives/name_databases/"+file)
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(string(b)) {
			s.add(line)
		}
	}
	s.names /= 2
	return s, nil
}

func readSEC(root fs.FS) (*sample, error) {
	const file = "negatives/sec_company_tickers/company_tickers.json"
	b, err := fs.ReadFile(root, file)
	if err != nil {
		return nil, err
	}
	var companies map[string]struct {
		CIK   int    `json:"cik_str"`
		Title string `json:"title"`
	}
	if err := json.Unmarshal(b, &companies); err != nil {
		return nil, fail(file, err)
	}
	s := newSample("SEC companies")
	seen := map[int]bool{}
	for _, c := range companies {
		if !seen[c.CIK] {
			s.add(c.Title)
		}
		seen[c.CIK] = true
	}
	return s, nil
}

func readUniversities(root fs.FS) (*sample, error) {
	const file = "negatives/universities/world_universities_and_domains.json"
	b, err := fs.ReadFile(root, file)
	if err != nil {
		return nil, err
	}
	var all []struct{ Name string }
	if err := json.Unmarshal(b, &all); err != nil {
		return nil, fail(file, err)
	}
	s := newSample("universities")
	for _, u := range all {
		s.add(u.Name)
	}
	return s, nil
}

// readCSL counts the organisations of the U.S. lists other than OFAC's SDN.
func readCSL(root fs.FS) (*sample, error) {
	const file = "lists/us-csl-2022/consolidated.csv.gz"
	b, err := fs.ReadFile(root, file)
	if err != nil {
		return nil, err
	}
	zr, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, fail(file, err)
	}
	rows, err := readTable(zr)
	if err != nil {
		return nil, fail(file, err)
	}
	s := newSample("other U.S. lists")
	for _, r := range rows {
		if strings.HasPrefix(r["source"], "Specially") || r["type"] == "Individual" {
			continue
		}
		s.add(r["name"])
		for n := range strings.SplitSeq(r["alt_names"], ";") {
			s.add(n)
		}
	}
	return s, nil
}

func openTable(root fs.FS, file string) ([]map[string]string, error) {
	f, err := root.Open(file)
	if err != nil {
		return nil, err
	}
	rows, err := readTable(f)
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, fail(file, err)
	}
	return rows, nil
}

func readTable(r io.Reader) ([]map[string]string, error) {
	cr := csv.NewReader(r)
	head, err := cr.Read()
	if err != nil {
		return nil, err
	}
	head[0] = strings.TrimPrefix(head[0], "\ufeff")
	var out []map[string]string
	for {
		rec, err := cr.Read()
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		row := make(map[string]string, len(head))
		for i, h := range head {
			row[h] = rec[i]
		}
		out = append(out, row)
	}
}

// The identifiers of SDN_ADVANCED.XML that are needed: PartySubType 4 is an
// individual, Script 215 is Latin.
const (
	individual = "4"
	entity     = "3"
	latin      = "215"
)

// readOFAC counts the Latin names of the newest edition, every alias as a name,
// persons and organisations apart; ships and aircraft are neither.
func readOFAC(root fs.FS) (persons, things *sample, err error) {
	const file = "lists/ofac-advanced/SDN_ADVANCED_2025-11-19_1644.zip"
	b, err := fs.ReadFile(root, file)
	if err != nil {
		return nil, nil, err
	}
	zr, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, nil, fail(file, err)
	}
	f, err := zr.File[0].Open()
	if err != nil {
		return nil, nil, fail(file, err)
	}
	persons, things = newSample("OFAC persons"), newSample("OFAC organisations")
	if err := errors.Join(scanOFAC(f, persons, things), f.Close()); err != nil {
		return nil, nil, fail(file, err)
	}
	return persons, things, nil
}

func scanOFAC(r io.Reader, persons, things *sample) error {
	d := xml.NewDecoder(r)
	var to *sample
	var name []string
	inLatin := false
	for {
		tok, err := d.RawToken()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		switch t := tok.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "Profile":
				to = map[string]*sample{individual: persons, entity: things}[attr(t, "PartySubTypeID")]
			case "DocumentedName":
				name = name[:0]
			case "NamePartValue":
				inLatin = attr(t, "ScriptID") == latin
			}
		case xml.CharData:
			if inLatin {
				name = append(name, string(t))
			}
		case xml.EndElement:
			inLatin = false
			if t.Name.Local == "DocumentedName" && to != nil {
				to.add(strings.Join(name, " "))
			}
		}
	}
}

func attr(t xml.StartElement, name string) string {
	for _, a := range t.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}
