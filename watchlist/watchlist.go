// SPDX-License-Identifier: Apache-2.0

// Package watchlist says what a source of list entries must do, what an
// edition is, when an edition may go live, and how two editions differ.
//
// A publisher's format lives in a folder of its own below this one and
// implements [Source]; package watchlisttest holds the suite that each of them
// passes. [XMLFile] and [CSVFile] do what editions of one file have in common.
// To add a source: doc/adding-a-source.md.
package watchlist

import (
	"fmt"
	"io/fs"
	"iter"

	"github.com/interdict-dev/interdict/party"
)

// A Source reads the files of one publisher's format. It holds no state, so
// any number of goroutines may use it.
type Source interface {
	// Format names the format, as in "ofac-advanced".
	Format() string

	// Detect looks at the files, reading no more than their heads, and says
	// which edition they are. It returns [ErrFormat] when the files are not of
	// this format at all, and any other error when they are but cannot be used:
	// a file of the set is missing, or the files do not belong together.
	Detect(files fs.FS) (Header, error)

	// Parse reads the published files of one edition. It yields every entry that it
	// understood, and a [*Reject] as the error for each one that it did not: an entry
	// is never left out in silence. Any other error ends the sequence and means that
	// the edition as a whole cannot be used.
	Parse(files fs.FS) iter.Seq2[party.Entry, error]
}

// A Header is what the files say about the edition they are.
type Header struct {
	List      party.ListID
	Title     string     // as printed: "OFAC Specially Designated Nationals"
	Published party.Date // zero where the files do not say
	Version   string     // the publisher's own version or file stamp; "" where there is none
}

// ErrFormat means that files are not of a source's format.
var ErrFormat = fmt.Errorf("not this format")

// A Reject is one entry that could not be read: kept, counted, and shown by
// `interdict lists rejects`.
type Reject struct {
	File   string
	Line   int    // 1-based line or row, where the reader knows it; else 0
	ID     string // the publisher's identifier, where it could be read
	Reason string
	Raw    string // the start of the entry as published, at most 4 KiB
}

// Error says where and why.
func (r *Reject) Error() string {
	s := r.File
	if r.Line > 0 {
		s += fmt.Sprintf(":%d", r.Line)
	}
	if r.ID != "" {
		s += ": entry " + r.ID
	}
	return s + ": " + r.Reason
}
