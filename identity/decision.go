// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/party"
)

// A Kind says what a decision does.
type Kind uint8

// The kinds.
const (
	Joined Kind = iota // A and B are one party
	Split              // A and B are two parties, whatever their identifiers say
)

// A Decision is what somebody recorded about two entries.
type Decision struct {
	Kind     Kind
	A, B     party.Ref
	Identity int // of a join: the number that names the identity, from 1; 0 leaves it to other joins
	By       string
	Date     party.Date
	Reason   string
}

// The file of decisions is JSON lines. The first line names format and
// version; each further line is one decision, in the order in which they were
// recorded. Decisions are appended and never changed.
//
//	version 1: {"join":[A,B],"identity":N,"by":…,"date":…,"reason":…} or {"split":[A,B],…}
const (
	fileFormat  = "interdict-identities"
	fileVersion = 1
	maxLine     = 1 << 16
)

type header struct {
	Format  string `json:"format"`
	Version int    `json:"version"`
}

type line struct {
	Join     []party.Ref `json:"join,omitempty"`
	Split    []party.Ref `json:"split,omitempty"`
	Identity int         `json:"identity,omitempty"`
	By       string      `json:"by"`
	Date     party.Date  `json:"date"`
	Reason   string      `json:"reason"`
}

// Read reads a file of decisions. The first line that is none is an error of
// kind invalid with its number: half a file of decisions would join and split
// other parties than was decided. A file of a newer version is refused.
func Read(r io.Reader) ([]Decision, error) {
	sc := bufio.NewScanner(r)
	sc.Buffer(nil, maxLine)
	var out []Decision
	n := 0
	for sc.Scan() {
		n++
		if len(bytes.TrimSpace(sc.Bytes())) == 0 {
			continue
		}
		if n == 1 {
			if err := checkHeader(sc.Bytes()); err != nil {
				return nil, err
			}
			continue
		}
		d, err := parseLine(sc.Bytes())
		if err != nil {
			return nil, errkind.Wrap(errkind.Invalid, fmt.Errorf("identities, line %d: %w", n, err))
		}
		out = append(out, d)
	}
	if err := sc.Err(); err != nil {
		return nil, fmt.Errorf("identities, after line %d: %w", n, err)
	}
	if n == 0 {
		return nil, errkind.New(errkind.Invalid, "identities: the file is empty, and should begin with a line that names its format")
	}
	return out, nil
}

func checkHeader(b []byte) error {
	var h header
	if err := json.Unmarshal(b, &h); err != nil || h.Format != fileFormat {
		return errkind.New(errkind.Invalid, fmt.Sprintf("identities, line 1: no file of decisions: want {\"format\":%q,\"version\":%d}", fileFormat, fileVersion))
	}
	if h.Version < 1 || h.Version > fileVersion {
		return errkind.New(errkind.Invalid, fmt.Sprintf("identities: the file has version %d and this program reads up to %d: use a newer program", h.Version, fileVersion))
	}
	return nil
}

func parseLine(b []byte) (Decision, error) {
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	var l line
	if err := dec.Decode(&l); err != nil {
		return Decision{}, err
	}
	if _, err := dec.Token(); err != io.EOF {
		return Decision{}, errors.New("something follows the decision")
	}
	d := Decision{Identity: l.Identity, By: l.By, Date: l.Date, Reason: l.Reason}
	refs := l.Join
	if l.Split != nil {
		d.Kind, refs = Split, l.Split
	}
	if (l.Join == nil) == (l.Split == nil) || len(refs) != 2 {
		return Decision{}, errors.New(`want either "join" or "split" with two entries`)
	}
	d.A, d.B = refs[0], refs[1]
	return d, d.check()
}

// check says what a decision lacks.
func (d Decision) check() error {
	switch {
	case d.A.IsZero() || d.B.IsZero() || d.A == d.B:
		return errors.New("a decision is about two different entries")
	case d.Identity < 0 || d.Kind == Split && d.Identity != 0:
		return fmt.Errorf("identity %d: want a number from 1, and only for a join", d.Identity)
	case d.By == "" || d.Reason == "" || d.Date.IsZero():
		return errors.New("a decision says who made it, when and why")
	}
	return nil
}

// Write writes a file of decisions that [Read] reads back.
func Write(w io.Writer, decisions []Decision) error {
	bw := bufio.NewWriter(w)
	enc := json.NewEncoder(bw)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(header{fileFormat, fileVersion}); err != nil {
		return fmt.Errorf("write identities: %w", err)
	}
	for i, d := range decisions {
		if err := d.check(); err != nil {
			return errkind.Wrap(errkind.Invalid, fmt.Errorf("write identities, decision %d: %w", i+1, err))
		}
		l := line{Identity: d.Identity, By: d.By, Date: d.Date, Reason: d.Reason}
		refs := []party.Ref{d.A, d.B}
		if d.Kind == Split {
			l.Split = refs
		} else {
			l.Join = refs
		}
		if err := enc.Encode(l); err != nil {
			return fmt.Errorf("write identities, decision %d: %w", i+1, err)
		}
	}
	if err := bw.Flush(); err != nil {
		return fmt.Errorf("write identities: %w", err)
	}
	return nil
}

// NextNumber returns the number for an identity that none of the decisions
// has named yet: one more than the largest ever given, so that a number is
// never given twice, also when its join was taken back.
func NextNumber(decisions []Decision) int {
	n := 0
	for _, d := range decisions {
		n = max(n, d.Identity)
	}
	return n + 1
}
