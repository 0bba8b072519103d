// SPDX-License-Identifier: Apache-2.0

package csl

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/valyala/fastjson"

	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/rows"
	"github.com/interdict-dev/interdict/watchlist"
)

// JSON reads consolidated.json: an object whose results are the entries, or an
// array of them. The names of the fields are those of the CSV form; addresses and
// ids are objects.
type JSON struct{}

// Format returns "csl-json".
func (JSON) Format() string { return "csl-json" }

// maxJSON limits the file, which is read whole: twenty times the published one.
const maxJSON = 1 << 30

func findJSON(files fs.FS) (string, error) {
	return watchlist.OnlyFile(files, func(_ string, head []byte) bool {
		head = bytes.TrimSpace(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")))
		return len(head) > 0 && (head[0] == '{' || head[0] == '[') && bytes.Contains(head, []byte(`"source_list_url"`)) && bytes.Contains(head, []byte(`"alt_names"`))
	})
}

// Detect looks for the fields of an entry in the file's head.
func (JSON) Detect(files fs.FS) (watchlist.Header, error) {
	if _, err := findJSON(files); err != nil {
		return watchlist.Header{}, err
	}
	return watchlist.Header{List: List, Title: title}, nil
}

// Parse yields the entries in the order of the file.
func (JSON) Parse(files fs.FS) iter.Seq2[party.Entry, error] {
	return func(yield func(party.Entry, error) bool) {
		name, err := findJSON(files)
		if err != nil {
			yield(party.Entry{}, err)
			return
		}
		results, err := readJSON(files, name)
		if err != nil {
			yield(party.Entry{}, fmt.Errorf("%s: %w", name, err))
			return
		}
		b := newBuilder()
		for i, v := range results {
			r, err := recordOfJSON(v)
			e := party.Entry{Ref: party.Ref{ID: r.number()}}
			if err == nil {
				e, err = b.entry(r)
			}
			if err != nil {
				e, err = party.Entry{}, watchlist.NewReject(name, 0, e.Ref.ID, fmt.Sprintf("entry %d: %v", i+1, err), r.raw)
			}
			if !yield(e, err) {
				return
			}
		}
	}
}

func readJSON(files fs.FS, name string) ([]*fastjson.Value, error) {
	f, err := files.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxJSON+1))
	switch {
	case err != nil:
		return nil, err
	case len(data) > maxJSON:
		return nil, fmt.Errorf("the file is larger than %d bytes, which is refused", maxJSON)
	case !utf8.Valid(data):
		return nil, errors.New("the file is not UTF-8")
	}
	v, err := fastjson.ParseBytes(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")))
	if err != nil {
		return nil, fmt.Errorf("not JSON, or cut off: %w", err)
	}
	results := v
	if v.Type() == fastjson.TypeObject {
		results = v.Get("results")
		if total := v.Get("total"); results != nil && total != nil && total.Type() == fastjson.TypeNumber && total.GetInt() != len(results.GetArray()) {
			return nil, fmt.Errorf("the file says that there are %d entries, but holds %d: it is a page of a search, no list", total.GetInt(), len(results.GetArray()))
		}
	}
	if results == nil || results.Type() != fastjson.TypeArray || len(results.GetArray()) == 0 {
		return nil, errors.New("it holds no results")
	}
	return results.GetArray(), nil
}

func recordOfJSON(v *fastjson.Value) (record, error) {
	r := record{texts: map[string]string{}, lists: map[string][]string{}, raw: string(v.MarshalTo(nil))}
	o, err := v.Object()
	if err != nil {
		return r, fmt.Errorf("it is no object: %w", err)
	}
	var errs []error
	o.Visit(func(key []byte, v *fastjson.Value) {
		if err := r.field(string(key), v); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", key, err))
		}
	})
	return r, errors.Join(errs...)
}

func (r *record) field(name string, v *fastjson.Value) error {
	if v.Type() == fastjson.TypeNull {
		return nil
	}
	switch {
	case name == "addresses":
		return each(v, func(o *fastjson.Value) {
			if a := jsonAddress(o); a != (party.Address{}) {
				r.addresses = append(r.addresses, a)
			}
			r.keep("addresses", o, "address", "city", "state", "postal_code", "country")
		})
	case name == "ids":
		return each(v, func(o *fastjson.Value) {
			n := number{label: text(o.Get("type")), value: text(o.Get("number")), country: text(o.Get("country")), issued: text(o.Get("issue_date")), expires: text(o.Get("expiration_date"))}
			if n != (number{}) {
				r.numbers = append(r.numbers, n)
			}
			r.keep("ids", o, "type", "number", "country", "issue_date", "expiration_date")
		})
	case isList(name):
		if v.Type() != fastjson.TypeArray {
			return fmt.Errorf("want a list, not %s", v.Type())
		}
		for _, x := range v.GetArray() {
			if s := text(x); s != "" {
				r.lists[name] = append(r.lists[name], s)
			}
		}
	case !slices.Contains(columns[:], name):
		if s := text(v); s != "" {
			r.rest = append(r.rest, party.Property{Name: name, Value: s})
		}
	default:
		if s := text(v); s != "" {
			r.texts[name] = s
		}
	}
	return nil
}

func each(v *fastjson.Value, f func(*fastjson.Value)) error {
	list, err := v.Array()
	if err != nil {
		return err
	}
	for _, x := range list {
		if x.Type() != fastjson.TypeObject {
			return fmt.Errorf("want objects, not %s", x.Type())
		}
		f(x)
	}
	return nil
}

func jsonAddress(o *fastjson.Value) party.Address {
	a := party.Address{Street: text(o.Get("address")), City: text(o.Get("city")), Region: text(o.Get("state")), Postal: text(o.Get("postal_code"))}
	if c := text(o.Get("country")); c != "" {
		a.Country = rows.CountryOf(c)
	}
	return a
}

// keep keeps the keys of an object that are not known.
func (r *record) keep(name string, o *fastjson.Value, known ...string) {
	o.GetObject().Visit(func(key []byte, v *fastjson.Value) {
		if s := text(v); s != "" && !slices.Contains(known, string(key)) {
			r.rest = append(r.rest, party.Property{Name: name + "." + string(key), Value: s})
		}
	})
}

// text returns a value as text: a string without the white space around it, and
// anything else as JSON.
func text(v *fastjson.Value) string {
	switch {
	case v == nil || v.Type() == fastjson.TypeNull:
		return ""
	case v.Type() == fastjson.TypeString:
		return strings.TrimSpace(string(v.GetStringBytes()))
	}
	return string(v.MarshalTo(nil))
}
