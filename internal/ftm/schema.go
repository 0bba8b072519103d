// SPDX-License-Identifier: Apache-2.0

package ftm

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// A Schema is one sort of entity, as FollowTheMoney defines it.
type Schema struct {
	Name       string
	Extends    []string
	Matchable  bool       // entities of it are compared with each other
	Edge       [2]string  // properties at both ends, for an edge; else empty
	Properties []Property // its own, without those it inherits
}

// A Property is one property of a schema.
type Property struct {
	Name    string
	Type    string // "name", "date", "identifier", "entity" ...
	Range   string // the schema that values of type entity have
	Format  string // of an identifier: "lei", "inn" ...
	Reverse string // how the other end names it, for type entity
	NoMatch bool   // not used in comparing
}

// schemata.txt is FollowTheMoney 3.8.4, MIT, in a form that people can read;
// its first lines explain it.
//
//go:embed schemata.txt
var schemataText string

var model = sync.OnceValue(func() map[string]*Schema {
	m, err := parseModel(schemataText)
	if err != nil {
		panic("ftm: the embedded schemata cannot be read: " + err.Error()) // a test reads them
	}
	return m
})

func parseModel(text string) (map[string]*Schema, error) {
	m := map[string]*Schema{}
	var s *Schema
	for i, line := range strings.Split(text, "\n") {
		f := strings.Fields(line)
		switch {
		case len(f) == 0 || strings.HasPrefix(line, "#"):
		case line[0] != '\t':
			s = &Schema{Name: f[0]}
			for _, w := range f[1:] {
				switch a, b, isEdge := strings.Cut(w, "->"); {
				case w == "match":
					s.Matchable = true
				case isEdge:
					s.Edge = [2]string{a, b}
				default:
					if m[w] == nil {
						return nil, fmt.Errorf("line %d: %s extends %s, which is not defined before it", i+1, s.Name, w)
					}
					s.Extends = append(s.Extends, w)
				}
			}
			m[s.Name] = s
		case s == nil || len(f) < 2:
			return nil, fmt.Errorf("line %d: a property without a schema or a type", i+1)
		default:
			s.Properties = append(s.Properties, parseProperty(f))
		}
	}
	return m, nil
}

func parseProperty(f []string) Property {
	p := Property{Name: f[0], Type: f[1]}
	for _, w := range f[2:] {
		switch {
		case w == "nomatch":
			p.NoMatch = true
		case w[0] == '[':
			p.Format = strings.Trim(w, "[]")
		case w[0] == '<':
			p.Reverse = w[1:]
		default:
			p.Range = w
		}
	}
	return p
}

// Lookup returns a schema by its name, in the case FollowTheMoney writes it. It
// is not ok for a schema that a later release added.
func Lookup(name string) (Schema, bool) {
	s, ok := model()[name]
	if !ok {
		return Schema{}, false
	}
	return *s, true
}

// Schemata returns the names of all schemata known here, in order.
func Schemata() []string {
	var names []string
	for n := range model() {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// IsA says that a schema is another one or extends it. A schema that is not
// known is only itself.
func IsA(schema, parent string) bool {
	if schema == parent {
		return true
	}
	s, ok := model()[schema]
	if !ok {
		return false
	}
	for _, e := range s.Extends {
		if IsA(e, parent) {
			return true
		}
	}
	return false
}

// PropertyOf returns a property of a schema, its own or inherited.
func PropertyOf(schema, name string) (Property, bool) {
	s, ok := model()[schema]
	if !ok {
		return Property{}, false
	}
	for _, p := range s.Properties {
		if p.Name == name {
			return p, true
		}
	}
	for _, e := range s.Extends {
		if p, ok := PropertyOf(e, name); ok {
			return p, true
		}
	}
	return Property{}, false
}
