// SPDX-License-Identifier: Apache-2.0

package eu

import (
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/internal/table"
	"github.com/interdict-dev/interdict/internal/xmlscan"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/watchlist"
)

// CSV reads csvFullSanctionsList 1.1: semicolons, a header, and one row for each
// name, address, birth, document and citizenship of an entity, whose own columns
// are repeated in each. The file does not say which names are weak, and it has
// no mark at its end.
//
// A column is called by the element of the XML form and the attribute:
// NameAlias_WholeName. Columns that this program does not know are kept.
type CSV struct{}

// Format returns "eu-fsf-csv".
func (CSV) Format() string { return "eu-fsf-csv" }

const firstColumn = "fileGenerationDate"

func findCSV(files fs.FS) (string, error) {
	return watchlist.OnlyFile(files, func(_ string, head []byte) bool {
		line, _, _ := strings.Cut(string(head), "\n")
		line = strings.ReplaceAll(strings.TrimPrefix(line, "\ufeff"), `"`, "")
		return strings.HasPrefix(line, firstColumn+";") && strings.Contains(line, ";Entity_LogicalId;")
	})
}

// Detect reads the date of the file from its first row.
func (CSV) Detect(files fs.FS) (watchlist.Header, error) {
	name, err := findCSV(files)
	if err != nil {
		return watchlist.Header{}, err
	}
	r, err := openCSV(files, name)
	if err != nil {
		return watchlist.Header{}, err
	}
	defer r.file.Close()
	row, err := r.csv.Read()
	if err != nil {
		return watchlist.Header{}, fmt.Errorf("%s: the first row: %w", name, err)
	}
	h := watchlist.Header{List: List, Title: title, Version: row.Cells[0]}
	if h.Published, err = dayMonthYear(row.Cells[0]); err != nil {
		return watchlist.Header{}, fmt.Errorf("%s: %s: %w", name, firstColumn, err)
	}
	return h, nil
}

// dayMonthYear reads 05/08/2026.
func dayMonthYear(s string) (party.Date, error) {
	f := strings.Split(s, "/")
	if len(f) != 3 {
		return party.ParseDate(s)
	}
	return party.ParseDate(f[2] + "-" + f[1] + "-" + f[0])
}

// A csvFile is one file behind its header.
type csvFile struct {
	name   string
	file   fs.File
	tail   *watchlist.Tail
	csv    *table.CSV
	header []column
}

// A column is where the cells of a column go: the attribute of an element.
type column struct{ element, attr string }

func openCSV(files fs.FS, name string) (*csvFile, error) {
	f, err := files.Open(name)
	if err != nil {
		return nil, err
	}
	r := &csvFile{name: name, file: f, tail: &watchlist.Tail{Reader: f}}
	if r.csv, err = table.NewCSV(r.tail, table.Options{File: name, Delimiter: ';', Encoding: table.UTF8}); err == nil {
		err = r.readHeader()
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", name, err), f.Close())
	}
	return r, nil
}

func (r *csvFile) readHeader() error {
	head, err := r.csv.Read()
	if err != nil {
		return fmt.Errorf("the header: %w", err)
	}
	for _, h := range head.Cells {
		r.header = append(r.header, columnOf(h))
	}
	for _, need := range []column{{"sanctionEntity", "logicalId"}, {"sanctionEntity", "euReferenceNumber"}, {"nameAlias", "wholeName"}, {"subjectType", "classificationCode"}} {
		if !slices.Contains(r.header, need) {
			return fmt.Errorf("the column of %s %s is missing", need.element, need.attr)
		}
	}
	return nil
}

// columnOf reads a header as in "NameAlias_Regulation_NumberTitle".
func columnOf(h string) column {
	h = strings.TrimSpace(h)
	first, rest, ok := strings.Cut(h, "_")
	if !ok {
		return column{"", h}
	}
	rest = strings.TrimSuffix(rest, "\r")
	element := lowerFirst(first)
	switch {
	case first == "Entity" && rest == "EU_ReferenceNumber":
		return column{"sanctionEntity", "euReferenceNumber"}
	case first == "Entity" && rest == "SubjectType":
		return column{"subjectType", "code"}
	case first == "Entity" && rest == "SubjectType_ClassificationCode":
		return column{"subjectType", "classificationCode"}
	case first == "Entity" && rest == "Regulation_Type":
		return column{"regulation", "regulationType"}
	case first == "Entity" && strings.HasPrefix(rest, "Regulation_"):
		return column{"regulation", lowerFirst(rest[len("Regulation_"):])}
	case first == "Entity":
		return column{"sanctionEntity", lowerFirst(rest)}
	case first == "BirthDate" && rest == "BirthDate":
		return column{"birthdate", "birthdate"}
	case first == "BirthDate" && rest == "Day":
		return column{"birthdate", "dayOfMonth"}
	case first == "BirthDate" && rest == "Month":
		return column{"birthdate", "monthOfYear"}
	case first == "BirthDate":
		element = "birthdate"
	case first == "Identification" && (rest == "TypeCode" || rest == "TypeDescription"):
		return column{"identification", "identification" + rest}
	}
	if part, ok := strings.CutPrefix(rest, "Regulation_"); ok {
		if part == "Type" {
			part = "RegulationType"
		}
		return column{element + "/regulationSummary", lowerFirst(part)}
	}
	return column{element, lowerFirst(rest)}
}

func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

// Parse yields the entries in the order of their first rows. It reads all rows
// first: nothing says that the rows of an entity stand together.
func (CSV) Parse(files fs.FS) iter.Seq2[party.Entry, error] {
	return func(yield func(party.Entry, error) bool) {
		name, err := findCSV(files)
		if err != nil {
			yield(party.Entry{}, err)
			return
		}
		r, err := openCSV(files, name)
		if err != nil {
			yield(party.Entry{}, err)
			return
		}
		defer r.file.Close()
		entities, rejects, err := r.entities()
		if err != nil {
			yield(party.Entry{}, err)
			return
		}
		seen := watchlist.Seen{}
		for _, x := range entities {
			e, err := entry(x.Element)
			if err == nil {
				err = seen.Add(e.Ref)
			}
			if err != nil {
				e, err = party.Entry{}, watchlist.NewReject(name, x.Line, e.Ref.ID, err.Error(), x.raw)
			}
			if !yield(e, err) {
				return
			}
		}
		rejects.Yield(yield)
	}
}

// An entity is an element made of the rows of one entity.
type entity struct {
	*xmlscan.Element
	raw string // its first row
}

func (r *csvFile) entities() (out []entity, rejects watchlist.Rejects, err error) {
	byID := map[string]int{}
	for row, err := range r.csv.Rows() {
		if err != nil {
			if err := rejects.Row(r.name, err); err != nil {
				return nil, nil, err
			}
			continue
		}
		raw := strings.Join(row.Cells, ";")
		id := r.cell(row, column{"sanctionEntity", "logicalId"})
		if id == "" {
			rejects = append(rejects, watchlist.NewReject(r.name, row.Number, "", "it has no Entity_LogicalId", raw))
			continue
		}
		if n := len(row.Cells); n > len(r.header) {
			rejects = append(rejects, watchlist.NewReject(r.name, row.Number, id, fmt.Sprintf("it has %d cells, and the header has %d", n, len(r.header)), raw))
			continue
		}
		i, known := byID[id]
		if !known {
			i = len(out)
			byID[id] = i
			out = append(out, entity{xmlscan.NewElement("sanctionEntity", "", row.Number), raw})
		}
		r.add(out[i].Element, row, !known)
	}
	rejects.Tail(r.name, r.tail)
	if len(out) == 0 {
		return nil, nil, fmt.Errorf("%s holds no entity", r.name)
	}
	return out, rejects, nil
}

func (r *csvFile) cell(row table.Row, c column) string {
	if i := slices.Index(r.header, c); i < len(row.Cells) {
		return strings.TrimSpace(row.Cells[i])
	}
	return ""
}

// add puts a row into its entity: the cells of one element become one child.
// The entity's own columns count in its first row; those of its regulation where
// they differ, which the builder sees.
func (r *csvFile) add(to *xmlscan.Element, row table.Row, first bool) {
	elements := map[string]*xmlscan.Element{}
	var order []string
	for i, c := range r.header {
		if i >= len(row.Cells) || c.element == "" {
			continue
		}
		cell := row.Cells[i]
		switch {
		case c.element == "sanctionEntity" && c.attr == "remark":
			if first {
				to.Add(xmlscan.NewElement("remark", cell, row.Number))
			}
			continue
		case c.element == "sanctionEntity":
			if first {
				to.Set(c.attr, cell)
			}
			continue
		}
		e := elements[c.element]
		if e == nil {
			name := c.element[strings.LastIndexByte(c.element, '/')+1:]
			e = xmlscan.NewElement(name, "", row.Number)
			elements[c.element], order = e, append(order, c.element)
		}
		switch c.attr {
		case "remark", "publicationUrl", "contactInfo":
			e.Add(xmlscan.NewElement(c.attr, cell, row.Number))
		default:
			e.Set(c.attr, cell)
		}
	}
	for _, name := range order {
		if parent, _, ok := strings.Cut(name, "/"); ok && elements[parent] != nil && !elements[parent].IsEmpty() {
			elements[parent].Add(elements[name])
		}
	}
	for _, name := range order {
		if !strings.Contains(name, "/") {
			to.Add(elements[name])
		}
	}
}
