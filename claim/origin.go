// SPDX-License-Identifier: Apache-2.0

package claim

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode"
)

// publishersText is documented in itself.
//
//go:embed publishers.txt
var publishersText string

// A publisher is one of the names under which one publisher speaks.
type publisher struct{ name, key string }

// publishers are in the order of their names.
var publishers = sync.OnceValue(func() []publisher {
	var out []publisher
	for line := range strings.Lines(publishersText) {
		key, names, ok := strings.Cut(line, " = ")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		for n := range strings.SplitSeq(names, "|") {
			out = append(out, publisher{foldName(n), key})
		}
	}
	slices.SortFunc(out, func(a, b publisher) int { return strings.Compare(a.name, b.name) })
	return out
})

// foldName is a name in small letters, with single blanks for what is neither
// letter nor digit.
func foldName(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), " ")
}

// Publisher returns who is behind the name of the source: "lumen" for "Black
// Lotus Labs" and for "Lumen, Derailing the Raptor Train". A name that no line of
// publishers.txt begins is its own publisher, in small letters.
func (s Source) Publisher() string {
	name := foldName(s.Name)
	all := publishers()
	for end := len(name); end > 0; end = strings.LastIndexByte(name[:end], ' ') {
		if i, ok := slices.BinarySearchFunc(all, name[:end], func(p publisher, n string) int { return strings.Compare(p.name, n) }); ok {
			return all[i].key
		}
	}
	return name
}

// SameOrigin says that two sources do not confirm one another: their origins are
// the same, or one of them states none and they have one publisher.
func (s Source) SameOrigin(t Source) bool {
	if s.Origin != "" && t.Origin != "" {
		return s.Origin == t.Origin
	}
	return s == t || s.Publisher() == t.Publisher()
}

// Origins returns the independent origins of claims: each origin that is stated,
// and of the sources that state none one for each publisher, unless the
// publisher speaks under a stated origin as well. They come in the order of the
// claims, by their [Source.Root].
func Origins(claims []Claim) []string {
	var out, publishers []string
	for _, stated := range [...]bool{true, false} {
		for i := range claims {
			s := claims[i].Source
			if (s.Origin != "") != stated {
				continue
			}
			p := s.Publisher()
			isNew := !slices.Contains(publishers, p)
			if isNew {
				publishers = append(publishers, p)
			}
			if root := s.Root(); (stated || isNew) && !slices.Contains(out, root) {
				out = append(out, root)
			}
		}
	}
	return out
}
