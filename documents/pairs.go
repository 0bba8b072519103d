// SPDX-License-Identifier: Apache-2.0

package documents

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/valyala/fastjson"

	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/internal/table"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/rows"
	"github.com/interdict-dev/interdict/subject"
)

// A Pair is two parties to compare.
type Pair struct {
	Row         int // 1-based row or line
	Left, Right subject.Subject
	Cells       []string // the row as it came, under [PairFile.Header], to be written out again
	JSON        string   // the line as it came, of a JSON file
}

// A PairFile is a file of pairs: CSV or XLSX with a name in each of two columns
// (name1 and name2, left and right ...) and a schema where it says one, or lines
// of JSON {"left": ..., "right": ...} with FollowTheMoney entities, flat objects
// or bare names.
type PairFile struct {
	Header []string // of the columns; nil for JSON
	name   string
	opts   Options
	read   func(yield func(Pair, error) bool)
}

// Pairs finds out what a file of pairs holds, reading no more than its head.
// Options.Columns may name the columns "left", "right" and "schema".
func Pairs(name string, r io.Reader, o Options) (*PairFile, error) {
	d, src, err := begin(name, r)
	if err != nil {
		return nil, err
	}
	d.opts = o
	f := &PairFile{name: d.name, opts: o}
	switch err = refuse(src.head); {
	case err != nil:
		err = errkind.Wrap(errkind.Invalid, err)
	case isLines("", src.head):
		f.readLines(src)
	case isXLSX("", src.head):
		err = f.openXLSX(d, src)
	default:
		err = f.openCSV(d, src)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return f, nil
}

// Pairs yields the pairs in order, once. A row that could not be read is a
// [*RowError] with a Pair that holds its number and cells.
func (f *PairFile) Pairs() iter.Seq2[Pair, error] {
	return func(yield func(Pair, error) bool) { f.read(yield) }
}

func (f *PairFile) openCSV(d *Document, src *source) error {
	o := d.tableOptions()
	if isTSV(strings.ToLower(d.name), nil) && o.Delimiter == 0 {
		o.Delimiter = '\t'
	}
	c, err := table.NewCSV(src, o)
	if err != nil {
		return err
	}
	return f.openTable(c.Peek())
}

func (f *PairFile) openXLSX(d *Document, src *source) error {
	x, err := d.workbook(src)
	if err != nil {
		return err
	}
	return f.openTable(x.Peek())
}

// pairWords are the headers of the two names and the schema, folded.
var pairWords = [3][]string{
	{"left", "name1", "name 1", "name a", "left name", "query", "a", "first", "first name", "subject", "name left"},
	{"right", "name2", "name 2", "name b", "right name", "listed", "b", "second", "second name", "candidate", "name right", "match"},
	{"schema", "type", "entity type", "kind"},
}

func (f *PairFile) openTable(p *table.Peeked) error {
	head, numbers, err := p.Head()
	if err == io.EOF {
		return errkind.New(errkind.Invalid, "it holds no rows")
	}
	if err != nil {
		return err
	}
	f.Header = head[0]
	left, right, schema := f.find("left", 0), f.find("right", 1), f.find("schema", 2)
	if left < 0 || right < 0 {
		return errkind.New(errkind.Invalid, fmt.Sprintf("no two columns of names: want name1 and name2, or --column left=... --column right=...; the columns are %s", strings.Join(head[0], ", ")))
	}
	f.read = func(yield func(Pair, error) bool) {
		for r, err := range p.Rows() {
			if r.Number == numbers[0] && err == nil {
				continue
			}
			pair, err := f.row(r, err, left, right, schema)
			if !yield(pair, err) || isFatal(err) {
				return
			}
		}
	}
	return nil
}

func isFatal(err error) bool {
	var re *RowError
	return err != nil && !errors.As(err, &re)
}

// find returns the column of one side: named by hand, else by its header.
func (f *PairFile) find(key string, side int) int {
	want := pairWords[side]
	if name, ok := f.opts.Columns[key]; ok {
		if i := slices.Index(f.Header, name); i >= 0 {
			return i
		}
		want = []string{rows.Fold(name)}
	}
	for _, w := range want {
		if i := slices.IndexFunc(f.Header, func(h string) bool { return rows.Fold(h) == w }); i >= 0 {
			return i
		}
	}
	return -1
}

func (f *PairFile) row(r table.Row, err error, left, right, schema int) (Pair, error) {
	p := Pair{Row: r.Number, Cells: r.Cells}
	if err != nil {
		return p, err
	}
	get := func(i int) string {
		if i < 0 || i >= len(r.Cells) {
			return ""
		}
		return strings.TrimSpace(r.Cells[i])
	}
	fail := func(reason string) (Pair, error) {
		return p, &RowError{File: f.name, Row: r.Number, Line: r.Line, Reason: reason, Raw: strings.Join(r.Cells, " | ")}
	}
	kind, ok := rows.KindOf(get(schema))
	if !ok {
		return fail(fmt.Sprintf("unknown schema %q", get(schema)))
	}
	if get(left) == "" || get(right) == "" {
		return fail("one of the two names is missing")
	}
	side := func(i int) subject.Subject {
		return subject.Subject{Row: r.Number, Pointer: f.name + "#" + table.Cell(i, r.Number), Party: party.Entry{Kind: kind, Names: []party.Name{{Full: get(i)}}}}
	}
	p.Left, p.Right = side(left), side(right)
	return p, nil
}

func (f *PairFile) readLines(src *source) {
	f.read = func(yield func(Pair, error) bool) {
		var json fastjson.Parser
		for line, err := range table.Lines(src, table.Options{File: f.name}) {
			p := Pair{Row: line.Number, JSON: string(line.Text)}
			if err == nil {
				err = f.line(&json, line, &p)
			}
			if !yield(p, err) || isFatal(err) {
				return
			}
		}
	}
}

func (f *PairFile) line(json *fastjson.Parser, line table.Line, p *Pair) error {
	fail := func(reason string) error {
		return &RowError{File: f.name, Row: line.Number, Line: line.Number, Reason: reason, Raw: start(line.Text)}
	}
	if !utf8.Valid(line.Text) {
		return fail("the line is not UTF-8")
	}
	v, err := json.ParseBytes(line.Text)
	if err != nil {
		return fail("not JSON: " + err.Error())
	}
	for _, side := range []struct {
		key string
		to  *subject.Subject
	}{{"left", &p.Left}, {"right", &p.Right}} {
		s, err := f.side(v.Get(side.key), fmt.Sprintf("%s#L%d/%s", f.name, line.Number, side.key))
		if err != nil {
			return fail(fmt.Sprintf("%q: %v", side.key, err))
		}
		s.Row = line.Number
		*side.to = s
	}
	return nil
}

// side reads one end of a pair.
func (f *PairFile) side(v *fastjson.Value, at string) (subject.Subject, error) {
	if v == nil {
		return subject.Subject{}, errors.New("it is missing")
	}
	if b := v.GetStringBytes(); len(b) > 0 {
		return subject.Subject{Pointer: at, Party: party.Entry{Kind: f.opts.Party, Names: []party.Name{{Full: string(b)}}}}, nil
	}
	obj, err := rows.ReadObject(v, rows.Options{Kind: f.opts.Party})
	if err != nil {
		return subject.Subject{}, err
	}
	if obj == nil || len(obj.Parties) == 0 {
		return subject.Subject{}, errors.New("it holds neither a name nor an identifier")
	}
	return objectSubject(obj.Parties[0], at), nil
}
