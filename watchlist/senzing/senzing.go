// SPDX-License-Identifier: Apache-2.0

// Package senzing reads records in the Senzing entity specification, as lines of
// JSON or as one array: https://senzing.com/docs/entity_specification.
//
// The list is senzing-<data source>, and an entry's identifier the RECORD_ID. A
// file holds one data source; records of another are rejects. Attributes that are
// no features (the payload) and those that are not known are kept as properties.
// The format knows no acts of listing: what the payload says of them are
// properties too, and package law says nothing of such a list.
package senzing

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/valyala/fastjson"

	"github.com/interdict-dev/interdict/internal/table"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/watchlist"
)

// Sources returns the readers of the package.
func Sources() []watchlist.Source { return []watchlist.Source{JSON{}} }

// JSON reads lines of JSON, or one array.
type JSON struct{}

// Format returns "senzing-json".
func (JSON) Format() string { return "senzing-json" }

// maxArray limits a file that is one array, which is read whole.
const maxArray = 1 << 30

// dataSource finds the source of the first record in a file's head.
var dataSource = regexp.MustCompile(`"DATA_SOURCE"\s*:\s*"([^"\\]+)"`)

// A file is what Detect found.
type file struct {
	name   string
	source string // as printed
	array  bool
}

func (f file) list() party.ListID { return party.ListID("senzing-" + slug(f.source)) }

func slug(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') }), "-")
}

func find(files fs.FS) (file, error) {
	var found file
	name, err := watchlist.OnlyFile(files, func(_ string, head []byte) bool {
		head = bytes.TrimSpace(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")))
		m := dataSource.FindSubmatch(head)
		if len(head) == 0 || head[0] != '{' && head[0] != '[' || m == nil || !bytes.Contains(head, []byte(`"RECORD_ID"`)) || slug(string(m[1])) == "" {
			return false
		}
		found = file{source: string(m[1]), array: head[0] == '['}
		return true
	})
	found.name = name
	return found, err
}

// Detect looks at the first record.
func (JSON) Detect(files fs.FS) (watchlist.Header, error) {
	f, err := find(files)
	if err != nil {
		return watchlist.Header{}, err
	}
	return watchlist.Header{List: f.list(), Title: "Senzing records of " + f.source}, nil
}

// Parse yields the entries in the order of the file.
func (JSON) Parse(files fs.FS) iter.Seq2[party.Entry, error] {
	return func(yield func(party.Entry, error) bool) {
		f, err := find(files)
		if err != nil {
			yield(party.Entry{}, err)
			return
		}
		seen := map[string]bool{}
		for r, err := range f.records(files) {
			var e party.Entry
			if err == nil {
				e, err = f.entry(r, seen)
			}
			var reject *watchlist.Reject
			if !yield(e, err) || err != nil && !errors.As(err, &reject) {
				return
			}
		}
	}
}

// A record is one object of the file.
type record struct {
	line int
	raw  string
	*fastjson.Value
}

func (f file) records(files fs.FS) iter.Seq2[record, error] {
	return func(yield func(record, error) bool) {
		in, err := files.Open(f.name)
		if err != nil {
			yield(record{}, err)
			return
		}
		defer in.Close()
		if f.array {
			f.elements(in, yield)
		} else {
			f.lines(in, yield)
		}
	}
}

func (f file) elements(in io.Reader, yield func(record, error) bool) {
	data, err := io.ReadAll(io.LimitReader(in, maxArray+1))
	var v *fastjson.Value
	switch {
	case err != nil:
	case len(data) > maxArray:
		err = fmt.Errorf("the file is larger than %d bytes, which is refused: send lines of JSON", maxArray)
	case !utf8.Valid(data):
		err = errors.New("the file is not UTF-8")
	default:
		if v, err = fastjson.ParseBytes(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))); err != nil {
			err = fmt.Errorf("not JSON, or cut off: %w", err)
		}
	}
	if err != nil {
		yield(record{}, fmt.Errorf("%s: %w", f.name, err))
		return
	}
	for _, x := range v.GetArray() {
		if !yield(record{raw: string(x.MarshalTo(nil)), Value: x}, nil) {
			return
		}
	}
}

func (f file) lines(in io.Reader, yield func(record, error) bool) {
	for line, err := range table.Lines(in, table.Options{File: f.name}) {
		var bad *table.RowError
		switch {
		case errors.As(err, &bad):
			err = watchlist.NewReject(f.name, bad.Row, "", bad.Reason, bad.Raw)
		case err != nil:
			yield(record{}, fmt.Errorf("%s: %w", f.name, err))
			return
		}
		r := record{line: line.Number, raw: string(line.Text)}
		if err == nil {
			r.Value, err = parse(line.Text)
			if err != nil {
				err = watchlist.NewReject(f.name, line.Number, "", err.Error(), r.raw)
			}
		}
		if !yield(r, err) {
			return
		}
	}
}

func parse(line []byte) (*fastjson.Value, error) {
	if !utf8.Valid(line) {
		return nil, errors.New("the line is not UTF-8")
	}
	v, err := fastjson.ParseBytes(line)
	if err != nil {
		return nil, fmt.Errorf("not JSON, or cut off: %w", err)
	}
	return v, nil
}

// entry makes an entry of a record, or a reject.
func (f file) entry(r record, seen map[string]bool) (party.Entry, error) {
	d := draft{list: f.list()}
	err := d.read(r.Value)
	id := d.Ref.ID
	switch {
	case err != nil:
	case id == "":
		err = errors.New("it has no RECORD_ID")
	case d.source != f.source:
		err = fmt.Errorf("it is of the data source %q, and the file is of %s: hand in each by itself", d.source, f.source)
	case seen[id]:
		err = errors.New("its RECORD_ID stands twice in the file")
	case d.Name() == "":
		err = errors.New("it has no name")
	}
	seen[id] = true
	if err != nil {
		return party.Entry{}, watchlist.NewReject(f.name, r.line, id, err.Error(), r.raw)
	}
	d.Ref.List = d.list
	d.Listings = []party.Listing{{List: d.list, Authority: f.source}}
	return d.Entry, nil
}
