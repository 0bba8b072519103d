// SPDX-License-Identifier: Apache-2.0

// Package local reads lists of the user's own: a table in CSV or XLSX, or lines
// of JSON, flat or FollowTheMoney.
//
// Every row becomes an entry local-<list>/<row key>, without a limit; a row
// without a key has its number for one. A row that cannot be read and a key that
// stands twice are rejects. Columns are recognised as in documents, and further
// ones say what follows: program, measure, listed, delisted, reason, weak. A
// list that names no measure asks for review.
//
// CSV and JSON lines have no mark at their end, so a file that was cut between
// two rows is a shorter list; that an edition shrank is for package watchlist to
// see.
package local

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/valyala/fastjson"

	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/internal/table"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/rows"
	"github.com/interdict-dev/interdict/watchlist"
)

// Format is the format of every list of the user's own, by which such a list is
// told: publishers' lists may be called anything.
const Format = "local"

// prefix begins the name of every list of the user's own. Before v0.1.0 all were
// one list, "local".
const prefix = "local-"

// ID returns the list that a list of this name is.
func ID(name string) party.ListID { return party.ListID(prefix + name) }

// DefaultMeasure is what a row asks for that names no measure.
const DefaultMeasure = "review"

// A List is a [watchlist.Source] for one list of the user's own. Only Name is
// required.
type List struct {
	Name      string            // one word, the end of the list in local-<list>/<row key>
	Title     string            // for people; "" is the name
	Columns   map[string]string // field to header or letter; see rows.ParseField
	NoHeader  bool              // the first row is an entry
	Kind      party.Kind        // of entries whose row does not say
	Measure   string            // of rows that name none; "" is [DefaultMeasure]
	Sheet     string            // of a workbook; "" is the first
	Encoding  string            // of text; "" detects
	Delimiter byte              // 0 detects
}

// Format returns "local".
func (List) Format() string { return Format }

// headSize is how much of a file decides what it is.
const headSize = 64 << 10

// Detect finds the header of the one file that a list is.
func (l List) Detect(files fs.FS) (watchlist.Header, error) {
	h := watchlist.Header{List: ID(l.Name), Title: l.Title}
	if h.Title == "" {
		h.Title = "Local list " + l.Name
	}
	r, err := l.open(files)
	if err != nil {
		return watchlist.Header{}, err
	}
	return h, r.file.Close()
}

// Parse yields the entries in the order of the file.
func (l List) Parse(files fs.FS) iter.Seq2[party.Entry, error] {
	return func(yield func(party.Entry, error) bool) {
		r, err := l.open(files)
		if err != nil {
			yield(party.Entry{}, err)
			return
		}
		r.read(yield)
		if err := r.file.Close(); err != nil {
			yield(party.Entry{}, fmt.Errorf("close %s: %w", r.name, err))
		}
	}
}

// A reader reads one file.
type reader struct {
	list   List
	name   string
	file   fs.File
	seen   map[string]int // key to the row that has it
	rows   iter.Seq2[table.Row, error]
	header int // number of the header's row
	layout *rows.Layout
	lines  iter.Seq2[table.Line, error] // of JSON, instead of rows
	json   fastjson.Parser
}

// open finds the one file and what it is, reading no more than its head.
func (l List) open(files fs.FS) (*reader, error) {
	if l.Name == "" || strings.ContainsAny(l.Name, "/ \t\n") {
		return nil, errkind.New(errkind.Invalid, fmt.Sprintf("%q is no name for a list: want one word", l.Name))
	}
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", l.Name, err)
	}
	if len(entries) != 1 || entries[0].IsDir() {
		return nil, fmt.Errorf("list %s: %d files where a local list is one: %w", l.Name, len(entries), watchlist.ErrFormat)
	}
	r := &reader{list: l, name: entries[0].Name(), seen: map[string]int{}}
	if r.file, err = files.Open(r.name); err != nil {
		return nil, fmt.Errorf("list %s: %w", l.Name, err)
	}
	if err := r.start(); err != nil {
		return nil, errors.Join(fmt.Errorf("list %s: %s: %w", l.Name, r.name, err), r.file.Close())
	}
	return r, nil
}

func (r *reader) start() error {
	content, _, err := table.Decompress(r.file)
	if err != nil {
		return err
	}
	br := bufio.NewReaderSize(content, headSize)
	head, err := br.Peek(headSize)
	if err != nil && err != io.EOF {
		return err
	}
	text := bytes.TrimSpace(bytes.TrimPrefix(head, []byte("\xEF\xBB\xBF")))
	o := table.Options{File: r.name, Encoding: r.list.Encoding, Delimiter: r.list.Delimiter, Sheet: r.list.Sheet}
	switch {
	case len(text) == 0:
		return fmt.Errorf("the file is empty: %w", watchlist.ErrFormat)
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return r.startXLSX(br, o)
	case text[0] == '{':
		r.lines = table.Lines(br, o)
		return nil
	case text[0] == '<':
		return watchlist.ErrFormat
	}
	c, err := table.NewCSV(br, o)
	if errors.Is(err, table.ErrBinary) {
		return fmt.Errorf("%w: %w", watchlist.ErrFormat, err)
	}
	if err != nil {
		return err
	}
	return r.startTable(c.Peek())
}

// startXLSX holds the file in memory: what is kept of an edition may be packed.
func (r *reader) startXLSX(content io.Reader, o table.Options) error {
	b, err := io.ReadAll(content)
	if err != nil {
		return err
	}
	x, err := table.NewXLSX(bytes.NewReader(b), int64(len(b)), o)
	if err != nil {
		return err
	}
	return r.startTable(x.Peek())
}

func (r *reader) startTable(p *table.Peeked) error {
	head, numbers, err := p.Head()
	if err == io.EOF {
		return fmt.Errorf("there are no rows: %w", watchlist.ErrFormat)
	}
	if err != nil {
		return err
	}
	l, err := rows.Find(head, rows.Options{Columns: r.list.Columns, NoHeader: r.list.NoHeader, Kind: r.list.Kind, Own: true})
	switch {
	case err != nil && len(r.list.Columns) > 0:
		return err
	case err != nil:
		return fmt.Errorf("%w: %w", watchlist.ErrFormat, err)
	case l.HeaderRow < 0 && !r.list.NoHeader:
		return fmt.Errorf("the file has no header that is known: %w", watchlist.ErrFormat)
	}
	if l.HeaderRow >= 0 {
		r.header = numbers[l.HeaderRow]
	}
	r.layout, r.rows = l, p.Rows()
	return nil
}

func (r *reader) read(yield func(party.Entry, error) bool) {
	if r.lines != nil {
		for line, err := range r.lines {
			if !r.line(line, err, yield) {
				return
			}
		}
		return
	}
	for row, err := range r.rows {
		if !r.row(row, err, yield) {
			return
		}
	}
}

// row yields what a row of a table gives. It reports false when reading ends.
func (r *reader) row(row table.Row, err error, yield func(party.Entry, error) bool) bool {
	var re *table.RowError
	switch {
	case errors.As(err, &re):
		return yield(party.Entry{}, &watchlist.Reject{File: r.name, Line: re.Row, Reason: re.Reason, Raw: re.Raw})
	case err != nil:
		yield(party.Entry{}, fmt.Errorf("list %s: %w", r.list.Name, err))
		return false
	case row.Number <= r.header:
		return true
	}
	return r.entry(r.layout.Parties(row.Cells), row.Number, strings.Join(row.Cells, " | "), yield)
}

// line yields what a line of JSON gives. Entities that are no party, addresses
// and edges, are no entries.
func (r *reader) line(line table.Line, err error, yield func(party.Entry, error) bool) bool {
	var re *table.RowError
	switch {
	case errors.As(err, &re):
		return yield(party.Entry{}, &watchlist.Reject{File: r.name, Line: re.Row, Reason: re.Reason, Raw: re.Raw})
	case err != nil:
		yield(party.Entry{}, fmt.Errorf("list %s: %w", r.list.Name, err))
		return false
	}
	obj, err := r.object(line.Text)
	switch {
	case err != nil:
		return yield(party.Entry{}, &watchlist.Reject{File: r.name, Line: line.Number, Reason: err.Error(), Raw: start(string(line.Text))})
	case obj == nil:
		return true
	}
	parties := make([]rows.Party, len(obj.Parties))
	for i, p := range obj.Parties {
		parties[i] = p.Party
	}
	return r.entry(parties, line.Number, string(line.Text), yield)
}

func (r *reader) object(text []byte) (*rows.Object, error) {
	if !utf8.Valid(text) {
		return nil, errors.New("the line is not UTF-8")
	}
	v, err := r.json.ParseBytes(text)
	if err != nil {
		return nil, fmt.Errorf("not JSON: %w", err)
	}
	return rows.ReadObject(v, rows.Options{Kind: r.list.Kind, Own: true})
}

// entry makes an entry of a row's main party. The others are relations of it.
func (r *reader) entry(parties []rows.Party, number int, raw string, yield func(party.Entry, error) bool) bool {
	reject := &watchlist.Reject{File: r.name, Line: number, Raw: start(raw)}
	if len(parties) == 0 {
		reject.Reason = "it holds neither a name nor an identifier in a column that is read as such"
		return yield(party.Entry{}, reject)
	}
	p := parties[0]
	key := p.Key
	if key == "" {
		key = strconv.Itoa(number)
	}
	reject.ID = key
	if other, ok := r.seen[key]; ok {
		reject.Reason = fmt.Sprintf("the key %q stands in row %d already", key, other)
		return yield(party.Entry{}, reject)
	}
	r.seen[key] = number
	e := p.Entry
	e.Ref = party.Ref{List: ID(r.list.Name), ID: key}
	nameAfterNumber(&e)
	e.Listings = []party.Listing{r.listing(p.Listing)}
	for _, o := range parties[1:] {
		e.Relations = append(e.Relations, relation(o))
	}
	return yield(e, nil)
}

// nameAfterNumber names an entry that has no name by its identifier or website:
// a list of wallets is a list as well.
func nameAfterNumber(e *party.Entry) {
	switch {
	case len(e.Names) > 0:
	case len(e.Identifiers) > 0:
		e.Names = []party.Name{{Full: e.Identifiers[0].Value}}
	case len(e.Websites) > 0:
		e.Names = []party.Name{{Full: e.Websites[0]}}
	}
}

func (r *reader) listing(l party.Listing) party.Listing {
	l.List = ID(r.list.Name)
	if l.Authority == "" {
		l.Authority = r.list.Name
	}
	if len(l.Measures) == 0 {
		l.Measures = []string{DefaultMeasure}
		if r.list.Measure != "" {
			l.Measures[0] = r.list.Measure
		}
	}
	return l
}

// relation ties the entry to another party of its row, which has no entry.
func relation(p rows.Party) party.Relation {
	rel := party.Relation{Kind: party.RelatedTo, Label: p.Role, ToName: p.Entry.Name()}
	switch p.Role {
	case "owner":
		rel.Kind = party.OwnedBy
	case "parent":
		rel.Kind = party.SubsidiaryOf
	}
	if rel.ToName == "" && len(p.Entry.Identifiers) > 0 {
		rel.ToName = p.Entry.Identifiers[0].Value
	}
	return rel
}

// start cuts what a reject keeps of a row.
func start(s string) string {
	const limit = 4 << 10
	if len(s) > limit {
		s = strings.ToValidUTF8(s[:limit-3], "")
	}
	return s
}
