// SPDX-License-Identifier: Apache-2.0

package watchlist

import (
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/internal/table"
	"github.com/interdict-dev/interdict/party"
)

// A CSVFile is how a source whose editions are one table each, with a header
// and a row for each entry, finds the file and reads it.
type CSVFile struct {
	Needed    []string // columns without which the file is another one
	Delimiter byte
}

// isOurs looks for the columns in the first line, whatever their order.
func (c CSVFile) isOurs(_ string, head []byte) bool {
	line, _, _ := strings.Cut(strings.TrimPrefix(string(head), "\ufeff"), "\n")
	cells := strings.Split(strings.ReplaceAll(strings.TrimSpace(line), `"`, ""), string(rune(c.Delimiter)))
	return !slices.ContainsFunc(c.Needed, func(n string) bool { return !slices.Contains(cells, n) })
}

// Detect returns h where the file is there: a table says nothing of itself.
func (c CSVFile) Detect(files fs.FS, h Header) (Header, error) {
	if _, err := OnlyFile(files, c.isOurs); err != nil {
		return Header{}, err
	}
	return h, nil
}

// Entries yields what entry makes of each row. Its error makes the row a
// [Reject] under the identifier that it read; so do an identifier that stood
// before, a header that stands again and a row with more or fewer cells than it.
// A file whose last row has no line end was cut, which is a reject at the end.
func (c CSVFile) Entries(files fs.FS, entry func(*Cells) (party.Entry, error)) iter.Seq2[party.Entry, error] {
	return func(yield func(party.Entry, error) bool) {
		name, err := OnlyFile(files, c.isOurs)
		if err != nil {
			yield(party.Entry{}, err)
			return
		}
		if err := c.entries(files, name, entry, yield); err != nil && !errors.Is(err, errStop) {
			yield(party.Entry{}, fmt.Errorf("%s: %w", name, err))
		}
	}
}

// errStop means that the caller wants no more.
var errStop = errors.New("stop")

func (c CSVFile) entries(files fs.FS, name string, entry func(*Cells) (party.Entry, error), yield func(party.Entry, error) bool) error {
	f, err := files.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	tail := &Tail{Reader: f}
	t, err := table.NewCSV(tail, table.Options{File: name, Delimiter: c.Delimiter})
	if err != nil {
		return err
	}
	header, err := t.Read()
	if err != nil {
		return fmt.Errorf("the header: %w", err)
	}
	names := make([]string, len(header.Cells))
	for i, h := range header.Cells {
		names[i] = strings.TrimSpace(h)
	}
	seen := Seen{}
	for row, err := range t.Rows() {
		var bad *table.RowError
		if err != nil && !errors.As(err, &bad) {
			return err
		}
		e, err := c.entry(name, names, row, err, seen, entry)
		if !yield(e, err) {
			return errStop
		}
	}
	var cut Rejects
	cut.Tail(name, tail)
	cut.Yield(yield)
	return nil
}

func (c CSVFile) entry(file string, header []string, row table.Row, err error, seen Seen, entry func(*Cells) (party.Entry, error)) (party.Entry, error) {
	switch n := len(row.Cells); {
	case err != nil:
		return party.Entry{}, RowError(file, err)
	case slices.EqualFunc(row.Cells, header, func(cell, name string) bool { return strings.TrimSpace(cell) == name }):
		return party.Entry{}, RejectRow(file, row, "", "the header stands again: these are two files in one")
	case n != len(header):
		return party.Entry{}, RejectRow(file, row, "", fmt.Sprintf("it has %d cells, and the header has %d", n, len(header)))
	}
	e, err := entry(&Cells{Row: row.Number, header: header, cells: row.Cells, asked: make([]bool, len(header))})
	if err == nil {
		err = seen.Add(e.Ref)
	}
	if err != nil {
		return party.Entry{}, RejectRow(file, row, e.Ref.ID, err.Error())
	}
	return e, nil
}

// Cells are the cells of one row by the names of their columns, without the
// blanks around them. They remember what was asked for, so that the reader can
// keep the rest.
type Cells struct {
	Row    int // 1-based, as in the file
	header []string
	cells  []string
	asked  []bool
}

// Get returns a cell, "" where the column or the cell is missing.
func (c *Cells) Get(column string) string {
	for i, h := range c.header[:min(len(c.header), len(c.cells))] {
		if h == column {
			c.asked[i] = true
			return strings.TrimSpace(c.cells[i])
		}
	}
	return ""
}

// All yields every cell that says something with the name of its column.
func (c *Cells) All() iter.Seq2[string, string] {
	return func(yield func(column, cell string) bool) {
		for i, cell := range c.cells {
			if cell = strings.TrimSpace(cell); cell != "" && !yield(c.header[i], cell) {
				return
			}
		}
	}
}

// Rest returns the cells that say something and that nobody asked for.
func (c *Cells) Rest() []party.Property {
	var out []party.Property
	for i, cell := range c.cells {
		if cell = strings.TrimSpace(cell); cell != "" && !c.asked[i] {
			out = append(out, party.Property{Name: c.header[i], Value: cell})
		}
	}
	return out
}

// Raw returns the row as it can be shown.
func (c *Cells) Raw() string { return strings.Join(c.cells, ",") }
