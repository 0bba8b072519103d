// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"encoding"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestShapeOfJSON holds the fields that programs read: every path of what is
// printed as JSON, and the kind of value that stands there. A path that goes, or
// changes its kind, is a break.
func TestShapeOfJSON(t *testing.T) {
	for name, v := range map[string]any{"names": Report{}, "thresholds": WhatIf{}, "growth": Growth{}, "figures": []Figure{}} {
		paths := map[string]string{}
		shape(t, "", reflect.TypeOf(v), paths)
		var text strings.Builder
		for _, p := range slices.Sorted(maps.Keys(paths)) {
			fmt.Fprintf(&text, "%s %s\n", p, paths[p])
		}
		file := filepath.Join("testdata", name+".shape")
		if *update {
			if err := os.WriteFile(file, []byte(text.String()), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if text.String() != string(want) {
			t.Errorf("the JSON of %s has the fields\n%s\nwant (go test ./bench -run Shape -update rewrites them)\n%s", name, text.String(), want)
		}
	}
}

// shape notes the path of every value of a type of this package, and its kind.
func shape(t *testing.T, path string, of reflect.Type, out map[string]string) {
	t.Helper()
	switch {
	case of.Implements(reflect.TypeFor[json.Marshaler]()):
		out[path] = "value"
		return
	case of.Implements(reflect.TypeFor[encoding.TextMarshaler]()):
		out[path] = "string"
		return
	}
	switch of.Kind() {
	case reflect.Pointer:
		shape(t, path, of.Elem(), out)
	case reflect.Slice:
		shape(t, path+"[]", of.Elem(), out)
	case reflect.Map:
		shape(t, path+".*", of.Elem(), out)
	case reflect.Struct:
		if of.PkgPath() != reflect.TypeFor[Report]().PkgPath() {
			out[path] = "object" // of another package, which holds its own fields
			return
		}
		for _, f := range reflect.VisibleFields(of) {
			name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
			if f.Anonymous && name == "" || len(f.Index) > 1 && name == "" {
				continue // its fields are visited themselves
			}
			if name == "" {
				t.Errorf("%s has no name in JSON", f.Name)
			}
			shape(t, path+"."+name, f.Type, out)
			if kind, ok := out[path+"."+name]; ok && options != "" {
				out[path+"."+name] = kind + ", " + options
			}
		}
	default:
		kinds := map[bool]string{true: "number", false: of.Kind().String()}
		out[path] = kinds[of.Kind() >= reflect.Int && of.Kind() <= reflect.Float64]
	}
}
