// SPDX-License-Identifier: Apache-2.0

// Package documents reads what users hand in and says which parties it asks
// about: vendor tables in CSV and XLSX, JSON lines, FollowTheMoney entities,
// bills of materials, payments.
//
// Every row ends as one or more subjects or as a [*RowError] with its number; a
// broken row costs itself alone. Every subject points to the cell or element
// that decides it. What was read, what each column was taken for and what was
// ignored is in the [Coverage], for the statement that ends a screening.
//
// Reading streams; memory does not grow with the rows, except for a workbook's
// shared texts and for documents that are one message (a payment, a bill of
// materials). The package screens nothing.
//
// To add a format: write a file with a detect and an open function and add it to
// formats.
package documents

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"path/filepath"
	"strings"
	"sync/atomic"

	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/internal/table"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/subject"
)

// A RowError is a row that could not be read. The rows after it can.
type RowError = table.RowError

// Options say what is known about a document. The zero Options find everything
// out from its name and content.
type Options struct {
	Kind      string            // a name of [Kinds]; "" detects
	Columns   map[string]string // field to header or letter, as in name=Vendor; see rows.ParseField
	NoHeader  bool              // the first row is a party, not a header
	Party     party.Kind        // of parties whose row does not say
	Role      string            // of parties whose row does not say: "vendor"
	Sheet     string            // of a workbook; "" is the first
	Encoding  string            // of text; "" detects
	Delimiter byte              // of a table; 0 detects
}

// A Coverage says what was read and what was not.
type Coverage struct {
	Name        string      `json:"name"`
	Kind        string      `json:"kind"`
	Encoding    string      `json:"encoding,omitempty"`
	Delimiter   string      `json:"delimiter,omitempty"`
	Sheet       string      `json:"sheet,omitempty"`
	OtherSheets []string    `json:"other_sheets,omitempty"` // not read
	HeaderRow   int         `json:"header_row,omitempty"`   // 0: without a header
	Titles      []string    `json:"titles,omitempty"`       // rows above the header, which were not taken for parties
	Used        []ColumnUse `json:"used,omitempty"`
	Ignored     []string    `json:"ignored,omitempty"` // headers or keys that were not used
	Rows        int         `json:"rows"`              // rows, lines or elements, without the header and blank ones
	Errors      int         `json:"errors"`            // of them, those that could not be read
	Skipped     int         `json:"skipped,omitempty"` // of them, those that are no party: addresses and edges of FollowTheMoney
	Subjects    int         `json:"subjects"`
}

// A ColumnUse is a column or key and what it was read as.
type ColumnUse struct {
	Column string `json:"column,omitempty"` // "B"; "" for a key of JSON
	Header string `json:"header,omitempty"`
	Use    string `json:"use"` // "name", "bank.bic"
}

// A Document is one file that is being read.
type Document struct {
	name     string
	opts     Options
	coverage Coverage
	read     func(yield func(subject.Subject, error) bool)
	bytes    *counter
}

// A source is the content of a document, decompressed.
type source struct {
	io.Reader
	head []byte      // its first bytes, which Reader gives as well
	at   io.ReaderAt // the same content at random, where the file allows it; else nil
	size int64
}

// A format is one kind of document.
type format struct {
	kind   string
	detect func(name string, head []byte) bool // name is in lower case, without .gz
	open   func(d *Document, src *source) error
}

// formats are tried in order. The last accepts any text.
func formats() []format {
	return []format{
		{"xlsx", isXLSX, openXLSX},
		{"iso20022", isISO20022, openISO20022},
		{"mt103", isMT, openMT},
		{"cyclonedx", isCycloneDX, openCycloneDX},
		{"spdx", isSPDX, openSPDX},
		{"cyclonedx-xml", isCycloneDXML, openCycloneDXML},
		{"spdx-tag", isSPDXLines, openSPDXLines},
		{"json", isJSON, openJSON},
		{"ftm", isEntities, openLines},
		{"jsonl", isLines, openLines},
		{"tsv", isTSV, openCSV},
		{"names", func(string, []byte) bool { return false }, openNames},
		{"csv", isText, openCSV},
	}
}

// Kinds lists the names of the formats.
func Kinds() []string {
	var names []string
	for _, f := range formats() {
		names = append(names, f.kind)
	}
	return names
}

// headSize is how much of a document decides its format.
const headSize = 64 << 10

// Open finds out what a document is, reading no more than its head. name is the
// file's, for its ending and for pointers. A workbook is read at random where r
// allows it (as a file does), and else held in memory.
func Open(name string, r io.Reader, o Options) (*Document, error) {
	d, src, err := begin(name, r)
	if err != nil {
		return nil, err
	}
	d.opts = o
	f, err := choose(o.Kind, strings.ToLower(d.name), src.head)
	if err != nil {
		return nil, errkind.Wrap(errkind.Invalid, fmt.Errorf("%s: %w", name, err))
	}
	d.coverage.Kind = f.kind
	if err := f.open(d, src); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return d, nil
}

// begin opens a document as far as its head.
func begin(name string, r io.Reader) (*Document, *source, error) {
	if f, ok := r.(interface{ Stat() (fs.FileInfo, error) }); ok {
		if info, err := f.Stat(); err == nil && info.IsDir() {
			return nil, nil, errkind.New(errkind.Invalid, fmt.Sprintf("%s is a directory; name a file in it", name))
		}
	}
	d := &Document{name: filepath.Base(name), bytes: newCounter(r)}
	d.coverage.Name = d.name
	content, packed, err := table.Decompress(d.bytes)
	if err != nil {
		return nil, nil, fmt.Errorf("read %s: %w", name, err)
	}
	br := bufio.NewReaderSize(content, headSize)
	head, err := br.Peek(headSize)
	if err != nil && err != io.EOF {
		return nil, nil, fmt.Errorf("read %s: %w", name, err)
	}
	if len(bytes.TrimSpace(bytes.TrimPrefix(head, []byte("\xEF\xBB\xBF")))) == 0 && len(head) < headSize {
		return nil, nil, errkind.New(errkind.Invalid, name+" is empty")
	}
	src := &source{Reader: br, head: head}
	if packed == "" {
		src.at, src.size = d.bytes.random()
	}
	return d, src, nil
}

func choose(kind, name string, head []byte) (format, error) {
	for _, ext := range []string{".gz", ".zst", ".zstd"} {
		name = strings.TrimSuffix(name, ext)
	}
	for _, f := range formats() {
		if kind == f.kind {
			return f, nil
		}
	}
	if kind != "" {
		return format{}, fmt.Errorf("unknown kind %q: want %s", kind, strings.Join(Kinds(), ", "))
	}
	if err := refuse(head); err != nil {
		return format{}, err
	}
	for _, f := range formats() {
		if f.detect(name, head) {
			return f, nil
		}
	}
	return format{}, table.ErrBinary
}

// refuse names the formats that people hand in and that are not read.
func refuse(head []byte) error {
	text := bytes.ToLower(bytes.TrimSpace(bytes.TrimPrefix(head[:min(len(head), 1024)], []byte("\xEF\xBB\xBF"))))
	switch {
	case bytes.HasPrefix(head, []byte("\xD0\xCF\x11\xE0")):
		return fmt.Errorf("this is an old Excel file (.xls) or a workbook with a password: save it as .xlsx without one, or as CSV")
	case bytes.HasPrefix(head, []byte("%PDF")):
		return fmt.Errorf("this is a PDF: hand in the table it was made from")
	case bytes.HasPrefix(text, []byte("<!doctype html")) || bytes.HasPrefix(text, []byte("<html")):
		return fmt.Errorf("this is a web page (HTML), not a table: perhaps a download that ended at a login or an error")
	case bytes.HasPrefix(text, []byte("{\\rtf")):
		return fmt.Errorf("this is an RTF text: save the table as CSV")
	}
	return nil
}

func isText(_ string, head []byte) bool {
	text := bytes.TrimSpace(head)
	return !bytes.HasPrefix(text, []byte("<?xml")) && !bytes.HasPrefix(head, []byte("PK\x03\x04"))
}

// Subjects yields the subjects in the order of the document, once. All subjects
// of a row follow each other. A row that could not be read is a [*RowError] with
// a Subject that holds its number; any other error ends the sequence.
func (d *Document) Subjects() iter.Seq2[subject.Subject, error] {
	return func(yield func(subject.Subject, error) bool) {
		d.read(func(s subject.Subject, err error) bool {
			if err == nil {
				d.coverage.Subjects++
			}
			return yield(s, err)
		})
	}
}

// Coverage returns what was read so far; it is complete when Subjects has ended.
func (d *Document) Coverage() Coverage { return d.coverage }

// Progress returns how many bytes of the file were read and how many it has; of
// is 0 where that is not known. Any goroutine may call it.
func (d *Document) Progress() (done, of int64) { return d.bytes.n.Load(), d.bytes.size }

// rowError yields an error about a row and counts it.
func (d *Document) rowError(e *RowError, yield func(subject.Subject, error) bool) bool {
	d.coverage.Errors++
	if e.File == "" {
		e.File = d.name
	}
	return yield(subject.Subject{Row: e.Row, Pointer: fmt.Sprintf("%s#%d", d.name, e.Row)}, e)
}

// A counter counts the bytes that are read from a file.
type counter struct {
	r    io.Reader
	size int64
	n    atomic.Int64
}

func newCounter(r io.Reader) *counter {
	c := &counter{r: r}
	switch f := r.(type) {
	case interface{ Stat() (fs.FileInfo, error) }:
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
			c.size = info.Size()
		}
	case interface{ Size() int64 }: // bytes.Reader, strings.Reader
		c.size = f.Size()
	}
	return c
}

// Read counts what it reads.
func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n.Add(int64(n))
	return n, err
}

// ReadAt counts what it reads. The file must allow it, see random.
func (c *counter) ReadAt(p []byte, off int64) (int, error) {
	n, err := c.r.(io.ReaderAt).ReadAt(p, off)
	if off+int64(n) > c.n.Load() {
		c.n.Store(off + int64(n))
	}
	return n, err
}

// random returns the file for reading at random, nil where it does not allow
// that.
func (c *counter) random() (io.ReaderAt, int64) {
	if _, ok := c.r.(io.ReaderAt); ok && c.size > 0 {
		return c, c.size
	}
	return nil, 0
}
