// SPDX-License-Identifier: Apache-2.0

package seco

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/interdict-dev/interdict/internal/xmlscan"
	"github.com/interdict-dev/interdict/party"
)

// A part is one part of a name with its spellings.
type part struct {
	order    int
	kind     party.PartType
	value    string
	variants []variant
}

// A variant is another spelling of a part.
type variant struct{ value, lang, script string }

// name reads a name: its parts in their order, and one alias for each of the
// spellings that the parts have in one language and script.
func (d *draft) name(n *xmlscan.Element) error {
	n.Attr("ssid")
	name := party.Name{Kind: party.Alias, Weak: n.Attr("quality") == "low", Lang: n.Attr("lang")}
	isPrimary := false
	switch kind := n.Attr("name-type"); kind {
	case "primary-name":
		isPrimary = len(d.Names) == 0 || d.Names[0].Kind != party.Primary
	case "alias", "":
	case "formerly-known-as":
		name.Kind = party.Former
	default:
		return fmt.Errorf("line %d: a name of the type %q, which this program does not know", n.Line, kind)
	}
	parts, err := partsOf(n)
	if err != nil {
		return err
	}
	for _, p := range parts {
		name.Full = strings.TrimSpace(name.Full + " " + p.value)
		name.Parts = append(name.Parts, party.NamePart{Type: p.kind, Value: p.value})
	}
	if name.Full == "" {
		return nil
	}
	if len(name.Parts) == 1 {
		name.Parts = nil
	}
	if isPrimary {
		name.Kind = party.Primary
		d.Names = slices.Insert(d.Names, 0, name)
	} else {
		d.add(name)
	}
	for _, v := range spellings(parts) {
		v.Weak = name.Weak
		d.add(v)
	}
	return nil
}

func (d *draft) add(n party.Name) {
	if n.Full != "" && !slices.ContainsFunc(d.Names, func(o party.Name) bool { return o.Full == n.Full }) {
		d.Names = append(d.Names, n)
	}
}

func partsOf(n *xmlscan.Element) ([]part, error) {
	var out []part
	for x := range n.All("name-part") {
		p := part{value: x.Get("value"), kind: partType(x.Attr("name-part-type"))}
		if o := x.Attr("order"); o != "" {
			order, err := strconv.Atoi(o)
			if err != nil {
				return nil, fmt.Errorf("line %d: the order %q is no number", x.Line, o)
			}
			p.order = order
		}
		for v := range x.All("spelling-variant") {
			v.Attr("spelling-variant-type")
			if t := v.Text(); t != "" {
				p.variants = append(p.variants, variant{t, v.Attr("lang"), v.Attr("script")})
			}
		}
		if p.value != "" {
			out = append(out, p)
		}
	}
	slices.SortStableFunc(out, func(a, b part) int { return cmp.Compare(a.order, b.order) })
	return out, nil
}

// spellings makes whole names of the spellings of the parts: for each language
// and script the first of each part, then the second. A part without one keeps
// its value.
func spellings(parts []part) []party.Name {
	type key struct{ lang, script string }
	var keys []key
	most := map[key]int{}
	for _, p := range parts {
		have := map[key]int{}
		for _, v := range p.variants {
			k := key{v.lang, v.script}
			if !slices.Contains(keys, k) {
				keys = append(keys, k)
			}
			have[k]++
			most[k] = max(most[k], have[k])
		}
	}
	var out []party.Name
	for _, k := range keys {
		for i := range most[k] {
			n := party.Name{Kind: party.Alias, Lang: k.lang, Script: k.script}
			for _, p := range parts {
				v := p.spelling(k.lang, k.script, i)
				n.Full = strings.TrimSpace(n.Full + " " + v)
				n.Parts = append(n.Parts, party.NamePart{Type: p.kind, Value: v})
			}
			if len(n.Parts) == 1 {
				n.Parts = nil
			}
			out = append(out, n)
		}
	}
	return out
}

func (p part) spelling(lang, script string, i int) string {
	found := p.value
	for _, v := range p.variants {
		if v.lang != lang || v.script != script {
			continue
		}
		found = v.value
		if i == 0 {
			break
		}
		i--
	}
	return found
}

func partType(s string) party.PartType {
	switch s {
	case "family-name":
		return party.PartFamily
	case "given-name":
		return party.PartGiven
	case "further-given-name", "middle-name":
		return party.PartMiddle
	case "father-name", "grand-father-name":
		return party.PartPatronymic
	case "maiden-name":
		return party.PartMaiden
	case "whole-name":
		return party.PartWhole
	}
	return party.PartUnknown
}

// mainName is the first primary name of a target, for relations that lead to it.
func mainName(t *xmlscan.Element) string {
	for _, subject := range t.Children {
		for n := range subject.In("identity", "name") {
			parts, err := partsOf(n)
			if err != nil {
				continue // the target itself is a reject, which says so
			}
			var words []string
			for _, p := range parts {
				words = append(words, p.value)
			}
			if len(words) > 0 {
				return strings.Join(words, " ")
			}
		}
	}
	return ""
}
