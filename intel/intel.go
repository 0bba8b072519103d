// SPDX-License-Identifier: Apache-2.0

// Package intel says what a reader of threat intelligence must do: turn one
// file into sourced claims, parties that only evidence speaks of, annotations,
// and what it keeps without understanding it.
//
// A format lives in a folder of its own below this one and implements
// [Source]; package inteltest holds the suite that each of them passes. Every
// row or object of a file ends as a [Statement] or as a counted [*Reject] with
// its place: nothing is left out in silence. A row without dates gives a claim
// without dates, which is attributed at an unknown time and never in a window.
//
// The package judges nothing: package evidence makes chains out of claims. Nor
// does it join: that a group of one file is a group of another is a decision
// that people record, and names alone never make it.
package intel

import (
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/infra"
	"github.com/interdict-dev/interdict/party"
)

// List is the list of parties that only evidence speaks of. They are listed
// nowhere, and their entries have no listings.
const List party.ListID = "intel"

// ErrFormat means that a file is not of a source's format.
var ErrFormat = errors.New("not this format")

// A Source reads files of one format. It holds no state, so any number of
// goroutines may use it.
type Source interface {
	// Format names the format in one word, as in "stix".
	Format() string

	// Detect says from a file's name and its first bytes, [HeadSize] of them
	// where it has as many, whether it is of this format.
	Detect(name string, head []byte) bool

	// Read reads one file, in its order. The error is a [*Reject] for each row or
	// object that cannot be used, after which reading goes on. Any other error ends
	// the sequence and means that the file as a whole cannot be used: it is of
	// another format ([ErrFormat]), cut short, or cannot be read.
	Read(name string, r io.Reader, b Brief) iter.Seq2[Statement, error]
}

// HeadSize is how much of a file Detect may look at.
const HeadSize = 64 << 10

// A Brief is what the one who brings a file knows of it and the file does not
// say. The zero Brief knows nothing: its source is ungraded and named after
// the file.
type Brief struct {
	// Source is who says so, where the file does not say; its class, origin and
	// address also stand beside a name that the file gives.
	Source claim.Source
	// Party is whom the indicators are attributed to that the file attributes to
	// nobody. Zero: to a party made for the file, of which no more is known than
	// that the file speaks of it.
	Party party.Ref
	// Named gives the parties that the file calls by a name: "Storm-0156" is
	// intel/storm-0156. A name that is not there is a party of its own, in this
	// file alone.
	Named map[string]party.Ref
	// Published is the day of publication, which "last seen: present" means.
	Published party.Date
	// Scope is how far domains reach where the file does not say.
	Scope infra.Scope
}

// A Statement is one thing that a file says. Exactly one of Claim, Party,
// Annotation and Other is not nil. One row may give several statements.
type Statement struct {
	Row  int // 1-based: the line of a text file, the number of the object in a JSON file
	Line int // 1-based line on which the row begins

	Claim      *claim.Claim
	Party      *party.Entry // of [List], without listings
	Annotation *Annotation
	Other      *Object
}

// An Object is what a file holds and we make no claim of, kept as it stands: a
// heading, an attack pattern, the address of a victim.
type Object struct {
	Kind string // the format's word for it, or ours: "heading", "attack-pattern", "victim"
	ID   string // the format's identifier; "" where there is none
	Why  string // why it is no claim, where that is not plain from Kind
	Raw  string // as it stands in the file
}

// A Reject is one row or object that could not be used: kept and counted.
type Reject struct {
	File   string
	Row    int // as for [Statement]
	Line   int
	ID     string // the format's identifier, where it could be read
	Reason string
	Raw    string // the start of it, at most 4 KiB
}

// Error says where and why.
func (r *Reject) Error() string {
	s := r.File
	if r.Line > 0 {
		s += fmt.Sprintf(":%d", r.Line)
	}
	if r.ID != "" {
		s += ": " + r.ID
	}
	return s + ": " + r.Reason
}

// A Reading is all that one file says.
type Reading struct {
	Claims      []claim.Claim
	Parties     []party.Entry
	Annotations []Annotation
	Others      []Object
	Rejects     []*Reject
	Rows        int // rows or objects that gave a statement or a reject
}

// Collect reads a file whole. With an error, which is never a [*Reject], comes
// what was read before it.
func Collect(s Source, name string, r io.Reader, b Brief) (Reading, error) {
	var out Reading
	rows := map[int]struct{}{}
	for st, err := range s.Read(name, r, b) {
		var reject *Reject
		switch {
		case errors.As(err, &reject):
			out.Rejects = append(out.Rejects, reject)
			rows[reject.Row] = struct{}{}
			continue
		case err != nil:
			out.Rows = len(rows)
			return out, err
		case st.Claim != nil:
			if why := nobodys(st.Claim); why != "" {
				out.Rejects = append(out.Rejects, NewReject(name, st.Row, st.Line, st.Claim.ID, why, st.Claim.From.String()))
				break
			}
			out.Claims = append(out.Claims, *st.Claim)
		case st.Party != nil:
			out.Parties = append(out.Parties, *st.Party)
		case st.Annotation != nil:
			out.Annotations = append(out.Annotations, *st.Annotation)
		case st.Other != nil:
			out.Others = append(out.Others, *st.Other)
		}
		rows[st.Row] = struct{}{}
	}
	out.Rows = len(rows)
	return out, nil
}
