// SPDX-License-Identifier: Apache-2.0

package ftm

import (
	"crypto/sha1"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/internal/ftm"
	"github.com/interdict-dev/interdict/internal/table"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/rows"
	"github.com/interdict-dev/interdict/watchlist"
)

// Simple reads targets.simple.csv: one row for each target, its values between
// semicolons. It has no relations and no kinds of identifiers.
type Simple struct{}

// Format returns "ftm-simple".
func (Simple) Format() string { return "ftm-simple" }

// Statements reads statements.csv: one row for each value of each entity, with
// its data set and language. Entities are put together by their canonical_id.
type Statements struct{}

// Format returns "ftm-statements".
func (Statements) Format() string { return "ftm-statements" }

var (
	simpleColumns    = []string{"id", "schema", "name", "aliases", "identifiers", "sanctions"}
	statementColumns = []string{"canonical_id", "entity_id", "prop", "schema", "value", "dataset"}
)

// isTable tells a CSV file by the columns of its header.
func isTable(columns []string) func(string, []byte) bool {
	return func(_ string, head []byte) bool {
		line, _, _ := strings.Cut(strings.TrimPrefix(string(head), "\ufeff"), "\n")
		cells := strings.Split(strings.ReplaceAll(strings.TrimSpace(line), `"`, ""), ",")
		return !slices.ContainsFunc(columns, func(c string) bool { return !slices.Contains(cells, c) })
	}
}

// Detect reads the index, or the first rows.
func (Simple) Detect(files fs.FS) (watchlist.Header, error) { return detectTable(files, simpleColumns) }

// Detect reads the index, or the first rows.
func (Statements) Detect(files fs.FS) (watchlist.Header, error) {
	return detectTable(files, statementColumns)
}

func detectTable(files fs.FS, columns []string) (watchlist.Header, error) {
	s, err := findTable(files, columns)
	if err != nil {
		return watchlist.Header{}, err
	}
	return s.data.header(), nil
}

func findTable(files fs.FS, columns []string) (*set, error) {
	s, err := find(files, isTable(columns))
	if err != nil {
		return nil, err
	}
	return s, s.identify(func() ([]string, error) { return s.datasetsOfRows(columns) })
}

// datasetsOfRows returns the data set that all rows in the file's head share.
// The simple form prints its title.
func (s *set) datasetsOfRows(columns []string) (common []string, err error) {
	head, err := watchlist.Head(s.files, s.main)
	if err != nil {
		return nil, err
	}
	t := tableOf{set: s, columns: columns}
	for r, err := range t.rows(strings.NewReader(string(head))) {
		d := slug(r.cell("dataset"))
		if err != nil || d == "" || slices.Contains(common, d) {
			continue
		}
		common = append(common, d)
	}
	return common, nil
}

func slug(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '_' }), "-")
}

// A tableOf is one of the CSV forms.
type tableOf struct {
	set     *set
	columns []string
}

// A row is one row of a table by the names of its columns.
type row struct {
	number int
	header []string
	cells  []string
}

func (r row) cell(name string) string {
	if i := slices.Index(r.header, name); i >= 0 && i < len(r.cells) {
		return strings.TrimSpace(r.cells[i])
	}
	return ""
}

func (r row) raw() string { return strings.Join(r.cells, ",") }

// rows yields the rows behind the header.
func (t tableOf) rows(from io.Reader) iter.Seq2[row, error] {
	return func(yield func(row, error) bool) {
		tail := &watchlist.Tail{Reader: from}
		c, err := table.NewCSV(tail, table.Options{File: t.set.main, Delimiter: ',', Encoding: table.UTF8})
		if err != nil {
			yield(row{}, fmt.Errorf("%s: %w", t.set.main, err))
			return
		}
		var header []string
		for x, err := range c.Rows() {
			var bad *watchlist.Reject
			switch {
			case err != nil:
				if err = watchlist.RowError(t.set.main, err); !errors.As(err, &bad) {
					yield(row{}, err)
					return
				}
			case header == nil:
				header = x.Cells
				continue
			case slices.Equal(x.Cells, header):
				err = watchlist.RejectRow(t.set.main, x, "", "the header stands again: these are two files in one")
			case len(x.Cells) > len(header):
				err = watchlist.RejectRow(t.set.main, x, "", fmt.Sprintf("it has %d cells, and the header has %d", len(x.Cells), len(header)))
			}
			if !yield(row{x.Number, header, x.Cells}, err) {
				return
			}
		}
		var cut watchlist.Rejects
		cut.Tail(t.set.main, tail)
		for _, r := range cut {
			yield(row{}, r)
		}
	}
}

// read yields the rows of the main file, and holds it to the checksum.
func (t tableOf) read() iter.Seq2[row, error] {
	return func(yield func(row, error) bool) {
		f, err := t.set.files.Open(t.set.main)
		if err != nil {
			yield(row{}, err)
			return
		}
		defer f.Close()
		sum := sha1.New()
		for r, err := range t.rows(io.TeeReader(f, sum)) {
			if !yield(r, err) {
				return
			}
		}
		if err := t.set.checkSum(sum); err != nil {
			yield(row{}, err)
		}
	}
}

// Parse yields the entries in the order of the file.
func (Simple) Parse(files fs.FS) iter.Seq2[party.Entry, error] {
	return func(yield func(party.Entry, error) bool) {
		s, err := findTable(files, simpleColumns)
		if err != nil {
			yield(party.Entry{}, err)
			return
		}
		seen := map[string]bool{}
		for r, err := range (tableOf{s, simpleColumns}).read() {
			var e party.Entry
			if err == nil {
				e, err = s.simple(r, seen)
			}
			var reject *watchlist.Reject
			if !yield(e, err) || err != nil && !errors.As(err, &reject) {
				return
			}
		}
	}
}

// simple makes an entry of a row. Its cells are the properties of an entity, but
// for the last ones.
func (s *set) simple(r row, seen map[string]bool) (party.Entry, error) {
	reject := func(reason string) (party.Entry, error) {
		return party.Entry{}, watchlist.NewReject(s.main, r.number, r.cell("id"), reason, r.raw())
	}
	e := ftm.Entity{ID: r.cell("id"), Schema: r.cell("schema"), Caption: r.cell("name")}
	for _, p := range [...]struct{ column, property string }{
		{"name", "name"}, {"aliases", "alias"}, {"birth_date", "birthDate"}, {"countries", "country"}, {"addresses", "address"}, {"phones", "phone"}, {"emails", "email"},
	} {
		values := []string{r.cell(p.column)}
		if p.column != "name" { // the one column with a single value
			values = rows.Split(values[0])
		}
		if v := (ftm.Values{Name: p.property, Values: textValues(values)}); len(v.Values) > 0 {
			e.Properties = append(e.Properties, v)
		}
	}
	switch {
	case e.ID == "":
		return reject("it has no id")
	case seen[e.ID]:
		return reject("its id stands twice in the file")
	case e.Schema == "":
		return reject("it has no schema")
	case e.Caption == "":
		return reject("it has no name")
	}
	seen[e.ID] = true
	out := rows.FromEntity(e, rows.Options{Own: true}).Entry
	out.Ref = party.Ref{List: s.data.list(), ID: e.ID}
	for _, v := range rows.Split(r.cell("identifiers")) {
		out.Identifiers = append(out.Identifiers, rows.NewIdentifier(party.Number, "", v, "identifiers"))
	}
	out.Listings = []party.Listing{{List: s.data.list(), Authority: r.cell("dataset"), Programs: appendNew(nil, rows.Split(r.cell("program_ids"))...), Reason: r.cell("sanctions")}}
	known := []string{"id", "name", "aliases", "birth_date", "countries", "addresses", "phones", "emails", "identifiers", "sanctions", "program_ids", "dataset", "last_seen", "last_change"}
	for i, c := range r.cells {
		if c = strings.TrimSpace(c); c != "" && !slices.Contains(known, r.header[i]) {
			out.Properties = append(out.Properties, party.Property{Name: r.header[i], Value: c})
		}
	}
	return out, nil
}

func textValues(texts []string) []ftm.Value {
	var out []ftm.Value
	for _, t := range texts {
		if t != "" {
			out = append(out, ftm.Value{Text: t})
		}
	}
	return out
}

// Parse yields the entries in the order of their first statements. It reads all
// of them first: nothing says that those of an entity stand together.
func (Statements) Parse(files fs.FS) iter.Seq2[party.Entry, error] {
	return func(yield func(party.Entry, error) bool) {
		s, err := findTable(files, statementColumns)
		if err != nil {
			yield(party.Entry{}, err)
			return
		}
		st := statements{at: map[string]int{}, langs: map[statement]string{}}
		for r, err := range (tableOf{s, statementColumns}).read() {
			var reject *watchlist.Reject
			switch {
			case errors.As(err, &reject):
				st.rejects = append(st.rejects, reject)
			case err != nil:
				yield(party.Entry{}, err)
				return
			default:
				st.take(s.main, r)
			}
		}
		more := true
		newGraph(s).emit(st.lines, nil, func(e party.Entry, err error) bool {
			st.giveLanguages(&e)
			more = yield(e, err)
			return more
		})
		for _, r := range st.rejects {
			if !more || !yield(party.Entry{}, r) {
				return
			}
		}
	}
}

// A statement is one value of one entity.
type statement struct{ entity, property, value string }

// statements puts entities together.
type statements struct {
	entities []ftm.Entity
	first    []int // the row with which each begins
	at       map[string]int
	langs    map[statement]string
	rejects  []*watchlist.Reject
}

// take takes in one statement. One that an enrichment proposes ("external") is
// kept under a name of its own, since nobody confirmed it.
func (st *statements) take(file string, r row) {
	id, prop, value := r.cell("canonical_id"), r.cell("prop"), r.cell("value")
	if id == "" {
		id = r.cell("entity_id")
	}
	schema := r.cell("schema")
	if id == "" || prop == "" || schema == "" {
		st.rejects = append(st.rejects, watchlist.NewReject(file, r.number, id, "a statement without entity, schema or property", r.raw()))
		return
	}
	i, known := st.at[id]
	if !known {
		i = len(st.entities)
		st.at[id] = i
		st.entities, st.first = append(st.entities, ftm.Entity{ID: id, Schema: schema}), append(st.first, r.number)
	}
	e := &st.entities[i]
	if ftm.IsA(schema, e.Schema) {
		e.Schema = schema // the most particular of them
	}
	e.Datasets = appendNew(e.Datasets, r.cell("dataset"))
	e.Referents = appendNew(e.Referents, r.cell("entity_id"))
	if first := r.cell("first_seen"); first != "" && (e.FirstSeen == "" || first < e.FirstSeen) {
		e.FirstSeen = first
	}
	if prop == "id" || value == "" {
		return
	}
	switch strings.ToLower(r.cell("external")) {
	case "t", "true", "1":
		prop += " (external)"
	}
	addValue(e, prop, value)
	if lang := r.cell("lang"); lang != "" {
		st.langs[statement{id, prop, value}] = lang
	}
}

func addValue(e *ftm.Entity, property, value string) {
	i := slices.IndexFunc(e.Properties, func(v ftm.Values) bool { return v.Name == property })
	if i < 0 {
		i = len(e.Properties)
		e.Properties = append(e.Properties, ftm.Values{Name: property})
	}
	v := ftm.Value{Text: value}
	if !slices.Contains(e.Properties[i].Values, v) {
		e.Properties[i].Values = append(e.Properties[i].Values, v)
	}
}

func (st *statements) lines() iter.Seq2[ftm.Line, error] {
	return func(yield func(ftm.Line, error) bool) {
		for i, e := range st.entities {
			if !yield(ftm.Line{Number: st.first[i], Entity: e}, nil) {
				return
			}
		}
	}
}

// giveLanguages puts the languages of the statements to the names.
func (st *statements) giveLanguages(e *party.Entry) {
	for i, n := range e.Names {
		for _, p := range [...]string{"name", "alias", "weakAlias", "previousName"} {
			if lang := st.langs[statement{e.Ref.ID, p, n.Full}]; lang != "" {
				e.Names[i].Lang = lang
			}
		}
	}
}
