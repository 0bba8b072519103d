// SPDX-License-Identifier: Apache-2.0

package xmlscan

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
)

const sample = `<list xmlns="urn:x" date="2026-01-02"><head>then</head><people>
<person id="1" note=" x "><name>Ann <!-- a --> Lee</name><name/><city zip="10">Oslo</city><city>Bergen</city><odd><deep a="b">c</deep></odd></person>
<animal>Rex</animal></people></list>`

func visitSample(path []string) Visit {
	switch strings.Join(path, "/") {
	case "list", "list/people":
		return Enter
	case "list/head", "list/people/person":
		return Read
	}
	return Unknown
}

func TestRecords(t *testing.T) {
	var got []string
	for r, err := range Records(strings.NewReader(sample), visitSample) {
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case r.Root:
			got = append(got, "root "+r.Attr("date"))
		case r.Stray:
			got = append(got, fmt.Sprint("stray ", strings.Join(r.Path, "/"), " ", r.Text(), " ", r.Raw))
		case r.Name == "person":
			got = append(got, fmt.Sprint("person ", r.Attr("id"), " ", r.Line, " ", r.Get("name"), " ", r.Texts("name")))
			r.Drop("nothing")
			want := []Rest{{"@note", "x"}, {"city@zip", "10"}, {"city", "Oslo"}, {"city", "Bergen"}, {"odd/deep@a", "b"}, {"odd/deep", "c"}}
			if rest := r.Rest(); !reflect.DeepEqual(rest, want) {
				t.Errorf("Rest() = %v, want %v", rest, want)
			}
			for deep := range r.In("odd", "deep") {
				got = append(got, deep.Text()+deep.Attr("a"))
			}
			r.Drop("city")
			if rest := r.Rest(); len(rest) != 1 {
				t.Errorf("after asking for all but a note, the rest is %v", rest)
			}
		default:
			got = append(got, r.Name+" "+r.Text())
		}
	}
	want := []string{"root 2026-01-02", "head then", "person 1 2 Ann  Lee [Ann  Lee]", "cb", "stray list/people/animal Rex <animal>Rex</animal>"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("Records gave\n%q, want\n%q", got, want)
	}
}

func TestRecordsRefuses(t *testing.T) {
	for _, bad := range []string{"", "<list>", "<list>text</list>", sample[:len(sample)-20], "<list><people><person>" + strings.Repeat("<b/>", MaxElement/60)} {
		var last error
		for _, err := range Records(strings.NewReader(bad), visitSample) {
			last = err
		}
		if last == nil {
			t.Errorf("Records(%.40q) ended without an error", bad)
		}
	}
}

func TestRoot(t *testing.T) {
	for in, want := range map[string]string{sample: "list", "<?xml version='1.0'?>\n<a:b x='": "", "<?xml version='1.0'?>\n<a:b x=''>": "b", "<!DOCTYPE html><html>": "", "PK": "", "": ""} {
		if got := Root([]byte(in)); got != want {
			t.Errorf("Root(%.30q) = %q, want %q", in, got, want)
		}
	}
}
