// SPDX-License-Identifier: Apache-2.0

package attribution

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/evidence"
	"github.com/interdict-dev/interdict/infra"
	"github.com/interdict-dev/interdict/internal/errkind"
)

// Warnings are warning lists in the format of MISP: addresses, prefixes and
// domains of well-known services. They annotate an answer and never change
// it. The zero Warnings annotate nothing. Add lists, then ask: [Warnings.Of]
// may be called by any number of goroutines, [Warnings.Add] by none beside it.
type Warnings struct {
	lists    []string
	prefixes []infra.PrefixRule
	byPrefix *infra.PrefixTable
	below    map[string][]uint32 // domains that stand for all hosts below them, too
	exact    map[infra.Indicator][]uint32
	Skipped  int // values that are no indicator, and lists of patterns
}

// warningList is the format of https://github.com/MISP/misp-warninglists.
type warningList struct {
	Name        string   `json:"name"`
	Description string   `json:"description"`
	Type        string   `json:"type"`
	List        []string `json:"list"`
}

// maxWarnings bounds one list; the longest published one has a million domains.
const maxWarnings = 256 << 20

// Add reads one list.
func (w *Warnings) Add(name string, r io.Reader) error {
	var l warningList
	d := json.NewDecoder(io.LimitReader(r, maxWarnings))
	if err := d.Decode(&l); err != nil {
		return errkind.Wrap(errkind.Invalid, fmt.Errorf("warning list %s: %w", name, err))
	}
	if l.Name == "" || len(l.List) == 0 {
		return errkind.New(errkind.Invalid, fmt.Sprintf("warning list %s: no name or no values: want the JSON of a MISP warning list", name))
	}
	if w.exact == nil {
		w.exact, w.below = map[infra.Indicator][]uint32{}, map[string][]uint32{}
	}
	at := uint32(len(w.lists))
	w.lists = append(w.lists, l.Name)
	for _, value := range l.List {
		w.value(l.Type, value, at)
	}
	w.byPrefix = infra.NewPrefixTable(w.prefixes)
	return nil
}

// value keeps one value. In a list of type "hostname" a domain stands for all
// hosts below it, in one of type "string" for itself.
func (w *Warnings) value(kind, value string, at uint32) {
	if kind == "regex" || kind == "substring" {
		w.Skipped++
		return
	}
	i, err := infra.Parse(strings.TrimPrefix(value, "."))
	if err != nil {
		w.Skipped++
		return
	}
	if p, ok := i.Prefix(); ok {
		w.prefixes = append(w.prefixes, infra.PrefixRule{Prefix: p, Value: at})
		return
	}
	if i.Type == infra.Domain && kind == "hostname" {
		w.below[i.Value] = append(w.below[i.Value], at)
		return
	}
	w.exact[i] = append(w.exact[i], at)
}

// Of returns what the lists say of an indicator.
func (w *Warnings) Of(i infra.Indicator) []evidence.Annotation {
	if w == nil || w.byPrefix == nil {
		return nil
	}
	found := slices.Clone(w.exact[i])
	if h, ok := i.Host(); ok {
		if h != i {
			found = append(found, w.exact[h]...)
		}
		if a, ok := h.Addr(); ok {
			found = append(found, w.byPrefix.Lookup(a)...)
		}
		for d, more := h.Value, h.Type == infra.Domain; more; _, d, more = strings.Cut(d, ".") {
			found = append(found, w.below[d]...)
		}
	}
	var out []evidence.Annotation
	seen := map[uint32]bool{}
	for _, n := range found {
		if !seen[n] {
			seen[n] = true
			out = append(out, evidence.Annotation{List: w.lists[n], Reason: "on a warning list: shown, and never a reason to set a claim aside"})
		}
	}
	return out
}
