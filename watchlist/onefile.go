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
	"github.com/interdict-dev/interdict/internal/xmlscan"
	"github.com/interdict-dev/interdict/party"
)

// An XMLFile is how a source whose editions are one XML file each finds the
// file and cuts it into records. Each record is an entry, but for the root and
// the notes.
type XMLFile struct {
	IsOurs func(name string, head []byte) bool // as for [OnlyFile]
	Visit  func(path []string) xmlscan.Visit
	Notes  []string // names of records that speak of the file and are no entries
}

// Records yields the records of the file; any error ends them and names the
// file.
func (x XMLFile) Records(files fs.FS) iter.Seq2[xmlscan.Record, error] {
	return func(yield func(xmlscan.Record, error) bool) {
		name, err := OnlyFile(files, x.IsOurs)
		if err != nil {
			yield(xmlscan.Record{}, err)
			return
		}
		x.records(files, name, yield)
	}
}

func (x XMLFile) records(files fs.FS, name string, yield func(xmlscan.Record, error) bool) {
	f, err := files.Open(name)
	if err != nil {
		yield(xmlscan.Record{}, err)
		return
	}
	defer f.Close()
	for r, err := range xmlscan.Records(f, x.Visit) {
		if err != nil {
			err = fmt.Errorf("%s: %w", name, err)
		}
		if !yield(r, err) || err != nil {
			return
		}
	}
}

// Header fills in what the root and the notes before the first entry say of
// the edition: read is called with each of them.
func (x XMLFile) Header(files fs.FS, h Header, read func(xmlscan.Record, *Header) error) (Header, error) {
	for r, err := range x.Records(files) {
		switch {
		case err != nil:
			return Header{}, err
		case !r.Root && !slices.Contains(x.Notes, r.Name):
			return h, nil
		}
		if err := read(r, &h); err != nil {
			return Header{}, fmt.Errorf("%s: %w", r.Name, err)
		}
	}
	return h, nil
}

// Entries yields what entry makes of each record. Its error makes the record a
// [Reject] under the identifier that it read; so do an element that the reader
// does not know and an identifier that stood before.
func (x XMLFile) Entries(files fs.FS, entry func(xmlscan.Record) (party.Entry, error)) iter.Seq2[party.Entry, error] {
	return func(yield func(party.Entry, error) bool) {
		name, err := OnlyFile(files, x.IsOurs)
		if err != nil {
			yield(party.Entry{}, err)
			return
		}
		seen := Seen{}
		x.records(files, name, func(r xmlscan.Record, err error) bool {
			switch {
			case err != nil:
				return yield(party.Entry{}, err)
			case r.Root || !r.Stray && slices.Contains(x.Notes, r.Name):
				return true
			case r.Stray:
				return yield(party.Entry{}, StrayReject(name, r))
			}
			e, err := entry(r)
			if err == nil {
				err = seen.Add(e.Ref)
			}
			if err != nil {
				return yield(party.Entry{}, NewReject(name, r.Line, e.Ref.ID, err.Error(), r.Raw))
			}
			return yield(e, nil)
		})
	}
}

// StrayReject is the reject of an element that a reader does not know.
func StrayReject(file string, r xmlscan.Record) *Reject {
	return NewReject(file, r.Line, "", "an element "+strings.Join(r.Path, "/")+", which this program does not know", r.Raw)
}

// Seen are the identifiers of the entries that were read.
type Seen map[party.Ref]bool

// Add remembers an identifier; one that is known is an error, as two entries
// would be one.
func (s Seen) Add(r party.Ref) error {
	if s[r] {
		return errors.New("its identifier stands twice in the file")
	}
	s[r] = true
	return nil
}

// Rejects are those that are kept until the entries before them are yielded.
type Rejects []*Reject

// Row keeps the row that a table did not give, and returns any other error with
// the name of the file.
func (r *Rejects) Row(file string, err error) error {
	err = RowError(file, err)
	var reject *Reject
	if errors.As(err, &reject) {
		*r = append(*r, reject)
		return nil
	}
	return err
}

// Tail keeps the reject of a file that was cut.
func (r *Rejects) Tail(file string, t *Tail) {
	if t.IsCut() {
		*r = append(*r, NewReject(file, 0, "", "the last row has no line end: the file is cut off, fetch it again", ""))
	}
}

// Yield yields them until yield wants no more.
func (r Rejects) Yield(yield func(party.Entry, error) bool) bool {
	for _, x := range r {
		if !yield(party.Entry{}, x) {
			return false
		}
	}
	return true
}

// RowError is the error of a row that a table did not give: a [Reject] where the
// row is at fault, the end of the reading otherwise. Both name the file.
func RowError(file string, err error) error {
	var bad *table.RowError
	if errors.As(err, &bad) {
		return NewReject(file, bad.Row, "", bad.Reason, bad.Raw)
	}
	return fmt.Errorf("%s: %w", file, err)
}

// RejectRow is the reject of a row that was read and makes no entry.
func RejectRow(file string, row table.Row, id, reason string) *Reject {
	return NewReject(file, row.Number, id, reason, strings.Join(row.Cells, ","))
}
