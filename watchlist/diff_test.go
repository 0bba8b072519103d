// SPDX-License-Identifier: Apache-2.0

package watchlist

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/interdict-dev/interdict/party"
)

// yielding gives entries and errors as a reader does.
func yielding(items ...any) iter.Seq2[party.Entry, error] {
	return func(yield func(party.Entry, error) bool) {
		for _, i := range items {
			var e party.Entry
			var err error
			switch i := i.(type) {
			case party.Entry:
				e = i
			case error:
				err = i
			}
			if !yield(e, err) {
				return
			}
		}
	}
}

func company(id, name string, more func(e *party.Entry)) party.Entry {
	e := party.Entry{
		Ref: ref(id), Kind: party.Organization, Names: []party.Name{{Full: name}},
		Listings: []party.Listing{{List: "us-test", Programs: []string{"CYBER2"}, Listed: party.Date{Year: 2025, Month: 1, Day: 3}}},
	}
	if more != nil {
		more(&e)
	}
	return e
}

func TestDiff(t *testing.T) {
	old := yielding(
		company("1", "Stays", nil), company("2", "Goes", nil), company("3", "Changes", nil), company("4", "Becomes Unreadable", nil),
		&Reject{ID: "9", Reason: "x"},
	)
	new := yielding(
		&Reject{ID: "4", Reason: "x"}, &Reject{ID: "", Reason: "x"},
		company("5", "Comes", nil), company("1", "Stays", nil),
		company("3", "Changed", func(e *party.Entry) {
			e.Names = append(e.Names, party.Name{Full: "変更", Kind: party.Alias, Weak: true, Script: "Japanese"})
			e.Listings[0].Programs = []string{"CYBER2", "CYBER4"}
			e.Listings[0].Delisted = party.Date{Year: 2026}
			e.Relations = []party.Relation{{Kind: party.OwnedBy, Label: "Owned or Controlled By", To: ref("1"), Former: true}}
		}),
	)
	d, err := Diff(old, new)
	if err != nil {
		t.Fatal(err)
	}
	brief := func(id, name string) Brief { return Brief{ref(id), party.Organization, name, []string{"CYBER2"}} }
	changed := brief("3", "Changed")
	changed.Programs = []string{"CYBER2", "CYBER4"}
	want := Delta{
		Added:   []Brief{brief("5", "Comes")},
		Removed: []Brief{brief("2", "Goes")},
		Unread:  []Brief{brief("4", "Becomes Unreadable")},
		Changed: []Change{{changed, []FieldChange{
			{"primary name", OpChanged, `"Changes" (primary)`, `"Changed" (primary)`},
			{"names", OpAdded, "", `"変更" (weak alias, Japanese)`},
			{"listing us-test", OpAdded, "", `program "CYBER4"`},
			{"listing us-test, delisted", OpChanged, "", "2026"},
			{"relations", OpAdded, "", `owned-by us-test/1 (printed as "Owned or Controlled By", former)`},
		}}},
		Unchanged: 1, OldRejects: 1, NewRejects: 2,
	}
	if !reflect.DeepEqual(d, want) {
		t.Errorf("Diff = %+v\nwant %+v", d, want)
	}
	var b strings.Builder
	if err := d.WriteText(&b); err != nil {
		t.Fatal(err)
	}
	const text = `1 added, 1 removed, 1 changed, 1 unchanged, 1 not readable in the new edition; rejects: 1 before, 2 now

added
  us-test/5  organization  Comes  [CYBER2]

removed
  us-test/2  organization  Goes  [CYBER2]

not readable in the new edition
  us-test/4  organization  Becomes Unreadable  [CYBER2]

changed
  us-test/3  organization  Changed  [CYBER2, CYBER4]
    primary name: "Changes" (primary) → "Changed" (primary)
    names: + "変更" (weak alias, Japanese)
    listing us-test: + program "CYBER4"
    listing us-test, delisted: (nothing) → 2026
    relations: + owned-by us-test/1 (printed as "Owned or Controlled By", former)
`
	if b.String() != text {
		t.Errorf("WriteText:\n%s\nwant\n%s", b.String(), text)
	}
	js, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	var back Delta
	if err := json.Unmarshal(js, &back); err != nil || !reflect.DeepEqual(back, d) {
		t.Errorf("as JSON and back: %+v, %v", back, err)
	}
}

func TestDiffEnds(t *testing.T) {
	stop := errors.New("the file stops")
	for _, c := range [][2]iter.Seq2[party.Entry, error]{{yielding(stop), yielding()}, {yielding(), yielding(company("1", "A", nil), stop)}} {
		if _, err := Diff(c[0], c[1]); !errors.Is(err, stop) {
			t.Errorf("Diff = %v, want the error of the reader", err)
		}
	}
	d, err := Diff(yielding(company("1", "A", nil), company("1", "B", nil)), yielding(company("1", "B", nil)))
	if err != nil || !slices.Equal(d.Repeated, []party.Ref{ref("1")}) || d.Unchanged != 1 {
		t.Errorf("a repeated entry: %+v, %v", d, err)
	}
}

// TestEveryChangeIsNamed changes each field of an entry in turn, found by
// reflection, and wants a line about it.
func TestEveryChangeIsNamed(t *testing.T) {
	var full party.Entry
	n := 0
	var fill func(v reflect.Value)
	fill = func(v reflect.Value) {
		n++
		switch v.Kind() {
		case reflect.String:
			v.SetString(fmt.Sprintf("text %d", n))
		case reflect.Bool:
			v.SetBool(true)
		case reflect.Uint8:
			v.SetUint(1)
		case reflect.Int16:
			v.SetInt(2000)
		case reflect.Struct:
			for i := range v.NumField() {
				fill(v.Field(i))
			}
		case reflect.Slice:
			v.Set(reflect.MakeSlice(v.Type(), 2, 2))
			for i := range v.Len() {
				fill(v.Index(i))
			}
		case reflect.Pointer:
			v.Set(reflect.New(v.Type().Elem()))
			fill(v.Elem())
		default:
			t.Fatalf("no such field before: %v", v.Type())
		}
	}
	fill(reflect.ValueOf(&full).Elem())
	b := party.Append(nil, &full)
	changed, err := party.Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	tried := 0
	try := func(path string) {
		tried++
		for _, cs := range [][]FieldChange{Changes(&full, &changed), Changes(&changed, &full)} {
			if len(cs) == 0 || slices.ContainsFunc(cs, func(c FieldChange) bool { return c.Field == "other details" }) {
				t.Errorf("a change of %s is not named: %v", path, cs)
			}
		}
	}
	var walk func(path string, v reflect.Value)
	walk = func(path string, v reflect.Value) {
		if path == ".Ref" {
			return
		}
		old := reflect.New(v.Type()).Elem()
		old.Set(v)
		if path != "" {
			v.SetZero()
			try("no " + path)
			v.Set(old)
		}
		switch v.Kind() {
		case reflect.String:
			v.SetString(v.String() + "x")
		case reflect.Uint8:
			v.SetUint(v.Uint() + 1)
		case reflect.Int16:
			v.SetInt(v.Int() + 1)
		case reflect.Struct:
			for i := range v.NumField() {
				walk(path+"."+v.Type().Field(i).Name, v.Field(i))
			}
			return
		case reflect.Slice:
			if v.Len() == 2 {
				swap := reflect.Swapper(v.Interface())
				swap(0, 1)
				try("order of " + path)
				swap(0, 1)
			}
			for i := range v.Len() {
				walk(fmt.Sprintf("%s[%d]", path, i), v.Index(i))
			}
			return
		case reflect.Pointer:
			walk(path, v.Elem())
			return
		case reflect.Bool:
			v.SetBool(false)
		}
		try(path)
		v.Set(old)
	}
	walk("", reflect.ValueOf(&changed).Elem())
	if cs := Changes(&full, &changed); cs != nil {
		t.Errorf("the test did not put everything back: %v", cs)
	}
	if tried < 200 {
		t.Fatalf("only %d changes were tried", tried)
	}
}

// TestHiddenChangeIsSaid: a part that repeats the whole name has no line of its
// own, but its coming is no silence either.
func TestHiddenChangeIsSaid(t *testing.T) {
	a := company("1", "A", nil)
	b := company("1", "A", func(e *party.Entry) { e.Names[0].Parts = []party.NamePart{{Type: party.PartWhole, Value: "A"}} })
	if cs := Changes(&a, &b); len(cs) != 1 || cs[0].Field != "other details" {
		t.Errorf("Changes = %v", cs)
	}
	if cs := Changes(&a, &a); cs != nil {
		t.Errorf("Changes of equal entries = %v", cs)
	}
}

func TestLongTextIsShortened(t *testing.T) {
	a, b := company("1", "A", nil), company("1", "A", func(e *party.Entry) { e.Remarks = strings.Repeat("я", 1000) })
	d, err := Diff(yielding(a), yielding(b))
	if err != nil {
		t.Fatal(err)
	}
	var w strings.Builder
	if err := d.WriteText(&w); err != nil || !strings.Contains(w.String(), "… (602 characters more)") {
		t.Errorf("WriteText: %v\n%s", err, w.String())
	}
	if len(d.Changed[0].Fields[0].New) != 2002 {
		t.Error("the data was shortened")
	}
}
