// SPDX-License-Identifier: Apache-2.0

// Package misp reads what MISP instances exchange: events and feeds
// ([Events]), galaxies with the names of threat groups and botnets ([Galaxy]),
// and warning lists ([WarningList]), which annotate and say nothing about any
// party.
//
// A cluster of a galaxy is the party intel/misp-<uuid>, wherever it is met.
// The formats are those of https://www.misp-standard.org.
package misp

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/interdict-dev/interdict/intel"
	"github.com/interdict-dev/interdict/party"
)

// maxFile bounds a file, which is held in memory: the largest galaxy has 30 MB.
const maxFile = 1 << 30

// errStop ends reading because the caller has had enough.
var errStop = errors.New("stop")

// sink hands out what a file gives, and remembers what must not come twice.
type sink struct {
	file    string
	brief   intel.Brief
	yield   func(intel.Statement, error) bool
	row     int
	line    int
	ids     map[string]bool
	parties map[party.Ref]bool
}

func newSink(file string, b intel.Brief, yield func(intel.Statement, error) bool) *sink {
	return &sink{file: file, brief: b, yield: yield, ids: map[string]bool{}, parties: map[party.Ref]bool{}}
}

// next begins a row on a line.
func (s *sink) next(line int) { s.row, s.line = s.row+1, line }

func (s *sink) say(st intel.Statement) error {
	st.Row, st.Line = s.row, s.line
	if !s.yield(st, nil) {
		return errStop
	}
	return nil
}

func (s *sink) reject(id, reason string, raw []byte) error {
	if !s.yield(intel.Statement{}, intel.NewReject(s.file, s.row, s.line, id, reason, string(raw))) {
		return errStop
	}
	return nil
}

// end hands out the error that ended reading, if one did.
func (s *sink) end(err error) {
	if err != nil && !errors.Is(err, errStop) {
		s.yield(intel.Statement{}, fmt.Errorf("%s: %w", s.file, err))
	}
}

// id makes an identifier that no other claim of the file has.
func (s *sink) id(id string) string {
	unique := id
	for n := 2; s.ids[unique]; n++ {
		unique = fmt.Sprintf("%s#%d", id, n)
	}
	s.ids[unique] = true
	return unique
}

// make hands out the entry of a party the first time.
func (s *sink) make(e *party.Entry) error {
	if s.parties[e.Ref] {
		return nil
	}
	s.parties[e.Ref] = true
	return s.say(intel.Statement{Party: e})
}

// ref returns the party that a cluster is.
func ref(uuid string) party.Ref {
	return party.Ref{List: intel.List, ID: "misp-" + strings.ToLower(uuid)}
}

// hasKeys says that the head of a file is JSON that names all keys.
func hasKeys(head []byte, keys ...string) bool {
	if !intel.IsJSON(head) {
		return false
	}
	for _, k := range keys {
		if !bytes.Contains(head, []byte(`"`+k+`"`)) {
			return false
		}
	}
	return true
}

// load reads a file and its outermost object into v.
func load(name string, r io.Reader, v any) ([]byte, error) {
	b, err := intel.ReadAll(name, r, maxFile)
	if err != nil {
		return nil, err
	}
	if !intel.IsJSON(b) {
		return nil, intel.ErrFormat
	}
	if err := json.Unmarshal(b, v); err != nil {
		return nil, fmt.Errorf("it is no JSON of this kind: %w", err)
	}
	return b, nil
}

// text is a JSON string or number, which MISP writes one for the other.
type text string

// UnmarshalJSON reads either.
func (t *text) UnmarshalJSON(b []byte) error {
	var s string
	if json.Unmarshal(b, &s) != nil {
		if s = string(b); s == "null" {
			s = ""
		}
	}
	*t = text(s)
	return nil
}
