// SPDX-License-Identifier: Apache-2.0

package documents

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/valyala/fastjson"

	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/internal/table"
	"github.com/interdict-dev/interdict/internal/xmlscan"
	"github.com/interdict-dev/interdict/subject"
)

// Bills of materials have other forms beside JSON: CycloneDX in XML, SPDX as
// lines of tag and value. Each is read into the value that its JSON form is, and
// walked as that; pointers are translated back.

func isCycloneDXML(_ string, head []byte) bool {
	return bytes.HasPrefix(bytes.TrimSpace(bytes.TrimPrefix(head, []byte("\xEF\xBB\xBF"))), []byte("<")) && bytes.Contains(head, []byte("cyclonedx.org/schema/bom/"))
}

// openCycloneDXML reads the XML form of CycloneDX 1.0 to 1.7 ("bom.xsd" of the
// CycloneDX specification, which names elements as the JSON form names keys). A
// pointer is an XPath.
func openCycloneDXML(d *Document, src *source) error {
	d.coverage.Encoding = "utf-8"
	f := xmlForm{x: xmlscan.New(io.LimitReader(src, maxMessage), maxElement)}
	v, err := f.root()
	if err != nil {
		return errkind.Wrap(errkind.Invalid, err)
	}
	d.read = func(yield func(subject.Subject, error) bool) {
		b := &bom{d: d, yield: yield, pointer: xpathOf}
		if err := b.cycloneDX(v); err != nil && !b.ended {
			yield(subject.Subject{}, fmt.Errorf("%s: %w", d.name, err))
		}
	}
	return nil
}

// listOf returns what an element holds that is a list, under whose name the JSON
// form has an array; "" for other elements.
func listOf(name string) string {
	switch name {
	case "components":
		return "component"
	case "services":
		return "service"
	case "authors":
		return "author"
	case "endpoints":
		return "endpoint"
	case "externalReferences":
		return "reference"
	}
	return ""
}

// isRepeated says that an element may stand several times where the JSON form has
// an array.
func isRepeated(parent, name string) bool {
	return name == "contact" || name == "url" && parent != "reference"
}

// xmlForm makes the value of the JSON form out of elements.
type xmlForm struct {
	x     *xmlscan.Scanner
	arena fastjson.Arena
}

func (f *xmlForm) root() (*fastjson.Value, error) {
	for {
		k, err := f.x.Next()
		switch {
		case err != nil:
			return nil, err
		case k == xmlscan.EOF:
			return nil, errors.New("the document has no element")
		case k != xmlscan.Start:
			continue
		case string(f.x.Name()) != "bom":
			return nil, fmt.Errorf("the document is a %q and no bom", f.x.Name())
		}
		v, err := f.element("bom", 0)
		if err != nil {
			return nil, err
		}
		v.Set("bomFormat", f.arena.NewString("CycloneDX"))
		for k != xmlscan.EOF {
			if k, err = f.x.Next(); err != nil {
				return nil, err
			}
		}
		return v, nil
	}
}

// element reads what is in an element whose start tag was just read: a text, an
// object or an array.
func (f *xmlForm) element(name string, depth int) (*fastjson.Value, error) {
	if depth > 4*maxNested {
		return nil, fmt.Errorf("line %d: elements are nested more than %d deep", f.x.Line(), 4*maxNested)
	}
	item, text := listOf(name), ""
	object, array, n := f.arena.NewObject(), f.arena.NewArray(), 0
	for _, a := range [...]string{"bom-ref", "serialNumber", "type"} {
		if v := f.x.Attr(a); len(v) > 0 {
			object.Set(a, f.arena.NewStringBytes(v))
		}
	}
	for {
		k, err := f.x.Next()
		if err != nil {
			return nil, err
		}
		switch k {
		case xmlscan.EOF:
			return nil, fmt.Errorf("%s does not end", name)
		case xmlscan.Text:
			text += string(f.x.Text())
		case xmlscan.End:
			switch {
			case item != "":
				return array, nil
			case n == 0:
				return f.arena.NewString(strings.TrimSpace(text)), nil
			}
			return object, nil
		case xmlscan.Start:
			key := string(f.x.Name())
			v, err := f.element(key, depth+1)
			if err != nil {
				return nil, err
			}
			n++
			switch {
			case item != "" && key == item:
				array.SetArrayItem(len(array.GetArray()), v)
			case item != "":
				// an extension of somebody's
			case isRepeated(name, key):
				f.repeat(object, key, v)
			case !object.Exists(key):
				object.Set(key, v)
			}
		}
	}
}

func (f *xmlForm) repeat(object *fastjson.Value, key string, v *fastjson.Value) {
	all := object.Get(key)
	if all == nil {
		all = f.arena.NewArray()
		object.Set(key, all)
	}
	all.SetArrayItem(len(all.GetArray()), v)
}

// xpathOf returns the XPath of a JSON pointer into the value that an XML form was
// read into.
func xpathOf(pointer string) string {
	steps := strings.Split(pointer, "/")
	var b strings.Builder
	b.WriteString("/bom")
	for i := 1; i < len(steps); i++ {
		if n, err := strconv.Atoi(steps[i]); err == nil {
			if item := listOf(steps[i-1]); item != "" {
				b.WriteString("/" + item)
			}
			fmt.Fprintf(&b, "[%d]", n+1)
			continue
		}
		b.WriteString("/" + steps[i])
	}
	return b.String()
}

func isSPDXLines(_ string, head []byte) bool {
	for line := range bytes.Lines(bytes.TrimPrefix(head, []byte("\xEF\xBB\xBF"))) {
		line = bytes.TrimSpace(line)
		if len(line) > 0 && line[0] != '#' {
			return bytes.HasPrefix(line, []byte("SPDXVersion:"))
		}
	}
	return false
}

// openSPDXLines reads SPDX 2 as tags and values ("Conformance: standard data format
// requirements" of SPDX 2.3). A pointer is the number of a line.
func openSPDXLines(d *Document, src *source) error {
	d.coverage.Encoding = table.UTF8
	f := tagForm{file: d.name, lines: map[string]int{}}
	v, err := f.read(src, d.tableOptions())
	if err != nil {
		return err
	}
	d.read = func(yield func(subject.Subject, error) bool) {
		b := &bom{d: d, yield: yield, pointer: f.line}
		b.spdx2(v)
		for i := range f.broken {
			if b.ended {
				return
			}
			d.coverage.Rows++
			b.ended = !d.rowError(&f.broken[i], yield)
		}
	}
	return nil
}

// tagForm makes the value of the JSON form out of tags.
type tagForm struct {
	file   string
	arena  fastjson.Arena
	lines  map[string]int // of the JSON pointers that subjects may come from
	broken []RowError

	doc, info, creators, packages, pack, refs *fastjson.Value
	path                                      string // of the package
}

func (f *tagForm) line(pointer string) string { return "L" + strconv.Itoa(f.lines[pointer]) }

func (f *tagForm) read(r io.Reader, o table.Options) (*fastjson.Value, error) {
	a := &f.arena
	f.doc, f.info, f.creators, f.packages = a.NewObject(), a.NewObject(), a.NewArray(), a.NewArray()
	f.doc.Set("creationInfo", f.info)
	f.doc.Set("packages", f.packages)
	f.info.Set("creators", f.creators)
	inFile, text := false, 0 // text is the line where a <text> began that goes on
	for l, err := range table.Lines(r, o) {
		var re *RowError
		if errors.As(err, &re) {
			f.broken = append(f.broken, *re)
			continue
		} else if err != nil {
			return nil, err
		}
		line := strings.TrimSpace(string(l.Text))
		if text > 0 {
			if strings.Contains(line, "<text>") {
				break // the text before does not end: who stands in it is nobody's guess
			}
			if strings.Contains(line, "</text>") {
				text = 0
			}
			continue
		}
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		tag, value, ok := strings.Cut(line, ":")
		if !ok || strings.ContainsAny(tag, " \t") {
			f.broken = append(f.broken, RowError{File: f.file, Row: l.Number, Line: l.Number, Reason: "the line has no tag", Raw: start(l.Text)})
			continue
		}
		value = strings.TrimSpace(value)
		if rest, opens := strings.CutPrefix(value, "<text>"); opens {
			if inner, ends := strings.CutSuffix(rest, "</text>"); ends {
				value = inner
			} else if !strings.Contains(rest, "</text>") {
				text = l.Number
				continue // no tag with a party in it has a text of several lines
			}
		}
		switch tag {
		case "PackageName":
			f.begin()
			inFile = false
		case "FileName", "SnippetSPDXID", "LicenseID":
			inFile = true
		}
		if !inFile {
			f.tag(tag, value, l.Number)
		}
	}
	switch {
	case text > 0:
		return nil, errkind.New(errkind.Invalid, fmt.Sprintf("the text that begins on line %d does not end", text))
	case !f.doc.Exists("spdxVersion"):
		return nil, errkind.New(errkind.Invalid, "the document has no SPDXVersion")
	}
	return f.doc, nil
}

// begin starts a package.
func (f *tagForm) begin() {
	n := len(f.packages.GetArray())
	f.pack, f.refs, f.path = f.arena.NewObject(), f.arena.NewArray(), fmt.Sprintf("/packages/%d", n)
	f.pack.Set("externalRefs", f.refs)
	f.packages.SetArrayItem(n, f.pack)
}

// tag takes in one tag. Those that name nobody are not wanted.
func (f *tagForm) tag(tag, value string, line int) {
	text := f.arena.NewString(value)
	switch key := packageKey(tag); {
	case tag == "SPDXVersion":
		f.doc.Set("spdxVersion", text)
	case tag == "DocumentNamespace":
		f.doc.Set("documentNamespace", text)
	case tag == "Created":
		f.info.Set("created", text)
	case tag == "Creator":
		n := len(f.creators.GetArray())
		f.lines[fmt.Sprintf("/creationInfo/creators/%d", n)] = line
		f.creators.SetArrayItem(n, text)
	case f.pack == nil:
	case tag == "ExternalRef":
		words := strings.Fields(value) // category, type, locator
		if len(words) != 3 {
			f.broken = append(f.broken, RowError{File: f.file, Row: line, Line: line, Reason: "an ExternalRef wants category, type and locator", Raw: start([]byte(value))})
			return
		}
		n, ref := len(f.refs.GetArray()), f.arena.NewObject()
		ref.Set("referenceType", f.arena.NewString(words[1]))
		ref.Set("referenceLocator", f.arena.NewString(words[2]))
		f.lines[fmt.Sprintf("%s/externalRefs/%d/referenceLocator", f.path, n)] = line
		f.refs.SetArrayItem(n, ref)
	case key != "" && !f.pack.Exists(key):
		f.lines[f.path+"/"+key] = line
		f.pack.Set(key, text)
	}
}

// packageKey is the key of the JSON form for a tag of a package; "" for one that is
// not wanted.
func packageKey(tag string) string {
	switch tag {
	case "SPDXID":
		return tag
	case "PackageSupplier":
		return "supplier"
	case "PackageOriginator":
		return "originator"
	case "PackageDownloadLocation":
		return "downloadLocation"
	case "PackageHomePage":
		return "homepage"
	}
	return ""
}
