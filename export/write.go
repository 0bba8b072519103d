// SPDX-License-Identifier: Apache-2.0

package export

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/infra"
	"github.com/interdict-dev/interdict/internal/errkind"
)

// An Origin says what an export was made from; it stands in every file.
type Origin struct {
	Book    string // digest
	Program string
	Note    string // why the selection may be incomplete; "" for none
	Zone    string // of a response policy zone; "" for "rpz.interdict.local"
}

// A File is one file of an export.
type File struct {
	Name string
	Data []byte
}

// A Result is the files of an export, and how many items have no place in them.
type Result struct {
	Files   []File
	Written int
	Unfit   map[string]int // by type: what the format cannot say
}

// format is one format that a defence loads.
type format struct {
	name  string
	about string
	write func(w *writer)
}

func formats() []format {
	return []format{
		{"csv", "every field, for people and spreadsheets", (*writer).csv},
		{"edl", "plain list of addresses for firewalls (Palo Alto EDL and others)", (*writer).edl},
		{"edl-domain", "the same of domains, with their reasons beside it; a folder", (*writer).edlDomain},
		{"edl-url", "the same of URLs; a folder", (*writer).edlURL},
		{"nft", "nftables sets of addresses", (*writer).nft},
		{"rpz", "response policy zone for DNS servers", (*writer).rpz},
		{"stix", "STIX 2.1 bundle", (*writer).stix},
		{"suricata", "reputation list, datasets and rules; a folder", (*writer).suricata},
		{"zeek", "Zeek intelligence file", (*writer).zeek},
	}
}

// Formats lists the formats, each with what it is.
func Formats() [][2]string {
	var out [][2]string
	for _, f := range formats() {
		out = append(out, [2]string{f.name, f.about})
	}
	return out
}

// Write gives the files of a format. Most formats have one; those whose lines
// hold no comments have reasons.csv beside it. An item that the format cannot
// say is counted in Result.Unfit. The error is of kind invalid.
func Write(name string, s Selection, o Origin) (Result, error) {
	all := formats()
	i := slices.IndexFunc(all, func(f format) bool { return f.name == name })
	if i < 0 {
		var names []string
		for _, f := range all {
			names = append(names, f.name)
		}
		return Result{}, errkind.New(errkind.Invalid, fmt.Sprintf("unknown format %q: want %s", name, strings.Join(names, ", ")))
	}
	w := &writer{sel: s, origin: o, unfit: map[string]int{}}
	all[i].write(w)
	if w.err != nil {
		return Result{}, fmt.Errorf("export %s: %w", name, w.err)
	}
	return Result{Files: w.files, Written: w.written, Unfit: w.unfit}, nil
}

// writer collects the files of one export.
type writer struct {
	sel     Selection
	origin  Origin
	files   []File
	written int
	unfit   map[string]int
	err     error
}

func (w *writer) file(name string, b *bytes.Buffer) {
	w.files = append(w.files, File{name, b.Bytes()})
}

// skip counts an item that the format cannot say.
func (w *writer) skip(i *Item) { w.unfit[i.Indicator.Type.String()]++ }

// head is the comment at the top of a file, each line behind mark.
func (w *writer) head(mark string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s attributed infrastructure as of %v, made by interdict %s\n", mark, w.sel.Day, oneLine(w.origin.Program))
	fmt.Fprintf(&b, "%s book %s\n", mark, oneLine(w.origin.Book))
	if w.origin.Note != "" {
		fmt.Fprintf(&b, "%s INCOMPLETE: %s\n", mark, oneLine(w.origin.Note))
	}
	fmt.Fprintf(&b, "%s contact with attributed infrastructure is no dealing with a sanctioned person\n", mark)
	return b.String()
}

// oneLine makes text safe behind the mark of a comment and inside a cell that
// ends at a tab: without line ends and control characters.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 || r == 0x7f || r == 0x85 || r == 0x2028 || r == 0x2029 {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
}

// ascii is oneLine for consumers that read bytes: what is not ASCII is "?".
func ascii(s string) string {
	return strings.Map(func(r rune) rune {
		if r > 0x7e {
			return '?'
		}
		return r
	}, oneLine(s))
}

// isNet says that an item is an address or a prefix.
func isNet(i *Item) bool {
	_, ok := i.Indicator.Prefix()
	return ok
}

func isType(i *Item, types ...infra.Type) bool { return slices.Contains(types, i.Indicator.Type) }
