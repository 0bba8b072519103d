// SPDX-License-Identifier: Apache-2.0

package misp

import (
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/interdict-dev/interdict/infra"
	"github.com/interdict-dev/interdict/intel"
)

// A WarningList is a source of annotations: one entry of the list each. A row
// is an entry.
type WarningList struct{}

// Format returns "misp-warninglist".
func (WarningList) Format() string { return "misp-warninglist" }

// Detect looks for the keys of a warning list.
func (WarningList) Detect(_ string, head []byte) bool {
	return hasKeys(head, "list") && (hasKeys(head, "description") || hasKeys(head, "matching_attributes")) && !hasKeys(head, "values") && !hasKeys(head, "objects")
}

// Read reads one list. Entries of the types cidr, hostname and string that are
// indicators are annotations; a regular expression or part of a word is a
// reject, since nothing would ever be matched with it.
func (w WarningList) Read(name string, r io.Reader, b intel.Brief) iter.Seq2[intel.Statement, error] {
	return func(yield func(intel.Statement, error) bool) {
		s := newSink(name, b, yield)
		s.end(w.read(s, r))
	}
}

func (WarningList) read(s *sink, r io.Reader) error {
	var head struct {
		Name    string
		Type    string
		Version text
		List    json.RawMessage
	}
	b, err := load(s.file, r, &head)
	if err != nil {
		return err
	}
	if head.List == nil || head.Name == "" || head.Type == "" {
		return fmt.Errorf("a warning list has a name, a type and a list: %w", intel.ErrFormat)
	}
	d := intel.NewDoc(b)
	err = d.Object(func(key string) error {
		if !strings.EqualFold(key, "list") {
			_, err := d.Value()
			return err
		}
		return d.Array(func(e intel.Element) error {
			s.next(e.Line)
			var v string
			if err := json.Unmarshal(e.Raw, &v); err != nil {
				return s.reject("", "the entry is no string", e.Raw)
			}
			i, scope, err := entry(head.Type, v)
			if err != nil {
				return s.reject("", err.Error(), e.Raw)
			}
			return s.say(intel.Statement{Annotation: &intel.Annotation{List: head.Name, Version: string(head.Version), Indicator: i, Scope: scope}})
		})
	})
	if err != nil {
		return err
	}
	return d.End()
}

// entry reads one entry of a list. A hostname reaches the hosts below it, as
// MISP matches it; a string is that string, and a leading dot says that it is
// the end of names.
func entry(typ, v string) (infra.Indicator, infra.Scope, error) {
	switch typ {
	case "cidr":
		if strings.Contains(v, "/") {
			i, err := infra.ParseAs(infra.Prefix, v)
			return i, infra.Exact, err
		}
		i, err := infra.ParseAs(infra.IPv4, v)
		return i, infra.Exact, err
	case "hostname":
		i, err := infra.ParseAs(infra.Domain, strings.Trim(v, "."))
		return i, infra.WithSubdomains, err
	case "string":
		if rest, ok := strings.CutPrefix(v, "."); ok {
			i, err := infra.ParseAs(infra.Domain, rest)
			return i, infra.WithSubdomains, err
		}
		i, err := infra.Parse(v)
		if err != nil {
			i, err = infra.ParseAs(infra.Domain, v)
		}
		return i, infra.Exact, err
	}
	return infra.Indicator{}, infra.Exact, fmt.Errorf("entries of the type %q are not matched", typ)
}
