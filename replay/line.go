// SPDX-License-Identifier: Apache-2.0

// Package replay keeps an answer so that it can be asked again, and asks it
// again.
//
// A [Line] is one answer with everything that decided it: what was asked in
// full, the policy, the digest of the book, the decisions that suppressed
// findings. [Replayer.Replay] asks the same book the same question under the same
// policy and compares the answers byte by byte; where they differ it says in
// which fields. What it cannot ask again it names with the reason: a line is
// never passed over.
//
// The age of lists, and with it the sentence why an answer was incomplete, is
// of the clock and not of book and policy: it is carried over and not compared.
// Where books come from is the caller's to say.
package replay

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/interdict-dev/interdict/book"
	"github.com/interdict-dev/interdict/cases"
	"github.com/interdict-dev/interdict/infra"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/screening"
	"github.com/interdict-dev/interdict/subject"
)

// An Envelope is what every answer says of how it came about.
type Envelope struct {
	Book      string     `json:"book"`
	Program   string     `json:"program"`
	LawAsOf   party.Date `json:"law_as_of"`
	FactsAsOf party.Date `json:"facts_as_of"`
	Policy    string     `json:"policy"`
	// Rules is the version of the rule pack that said the effects, and Pack its
	// digest: the book's own, see [book.Book.Law].
	Rules string `json:"rules,omitempty"`
	Pack  string `json:"pack,omitempty"`
}

// NewEnvelope returns what answers from a book under a policy say of themselves.
func NewEnvelope(b *book.Book, program string, p screening.Policy) (Envelope, error) {
	pack, err := b.Law()
	if err != nil {
		return Envelope{}, err
	}
	return Envelope{Book: b.Digest().String(), Program: program, LawAsOf: p.LawAsOf, FactsAsOf: p.FactsAsOf, Policy: p.Digest(), Rules: pack.Version(), Pack: pack.Digest()}, nil
}

// A Line is one answer as JSON lines have it; doc/findings.md describes it. Its
// bytes are those of [Line.Encode], which is what "bit for bit" speaks of: fields
// in this order, left out where they say nothing, no blanks, one line.
type Line struct {
	Envelope
	screening.Answer
	Incomplete string `json:"incomplete,omitempty"`
	// Asked and PolicyValues are what replay needs; lines of older programs lack
	// them.
	Asked        *Asked            `json:"asked,omitempty"`
	PolicyValues *screening.Policy `json:"policy_values,omitempty"`
	// Decisions are those that suppressed findings of this answer.
	Decisions []cases.Decision `json:"decisions,omitempty"`
	// OFACLike is, by entry, about the score that OFAC's own search would show.
	// Nothing was judged by it: it is carried over and not compared.
	OFACLike map[string]int `json:"ofac_like,omitempty"`
}

// An Asked is what a subject was, in full.
type Asked struct {
	// Party is all that was known of the party, in the canonical encoding of
	// package party. Its SHA-256 is the record of the answer, unless a host was
	// asked about.
	Party []byte `json:"party"`
	Bare  bool   `json:"bare,omitempty"`  // a word that may as well be an identifier or a domain
	Prose bool   `json:"prose,omitempty"` // a text that people wrote
	// Host is the machine that was asked about, At when it was met, Dealing what the
	// subject dates.
	Host    infra.Indicator `json:"host,omitzero"`
	At      party.Date      `json:"at,omitzero"`
	Dealing subject.Dealing `json:"dealing,omitzero"`
	// Pointers are the places of the fields in the file.
	Pointers map[string]string `json:"pointers,omitempty"`
}

// AskedOf returns what replay needs of a subject.
func AskedOf(s *subject.Subject) *Asked {
	return &Asked{Party: party.Append(nil, &s.Party), Bare: s.Bare, Prose: s.Prose, Host: s.Host, At: s.At, Dealing: s.Dealing, Pointers: s.Pointers}
}

// Encode returns the line without a line end.
func (l *Line) Encode() ([]byte, error) { return json.Marshal(l) }

// subject returns what was asked.
func (l *Line) subject() (subject.Subject, error) {
	p, err := party.Decode(l.Asked.Party)
	if err != nil {
		return subject.Subject{}, fmt.Errorf("what was asked cannot be read: %w", err)
	}
	d := l.Answer.Subject
	a := l.Asked
	return subject.Subject{
		ID: d.ID, Row: d.Row, Pointer: d.Pointer, Role: d.Role, Party: p, Bare: a.Bare, Prose: a.Prose,
		Host: a.Host, At: a.At, Dealing: a.Dealing, Pointers: a.Pointers,
	}, nil
}

// check says where a line contradicts itself: it was altered.
func (l *Line) check() []Difference {
	var out []Difference
	if s, err := l.subject(); err != nil {
		out = append(out, Difference{"asked", "", err.Error()})
	} else if record := screening.RecordOf(&s); record != l.Record {
		out = append(out, Difference{"record", l.Record, record})
	}
	if policy := l.PolicyValues.Digest(); policy != l.Policy {
		out = append(out, Difference{"policy", l.Policy, policy})
	}
	if p := l.PolicyValues; p.LawAsOf != l.LawAsOf || p.FactsAsOf != l.FactsAsOf {
		out = append(out, Difference{"law_as_of, facts_as_of", l.LawAsOf.String() + " " + l.FactsAsOf.String(), p.LawAsOf.String() + " " + p.FactsAsOf.String()})
	}
	return out
}

// errNoAnswer means that a line holds the error of a row and no answer.
var errNoAnswer = errors.New("it had no answer then")

// parse reads a line.
func parse(text []byte) (*Line, error) {
	var l struct {
		Line
		Error string `json:"error"`
	}
	if err := json.Unmarshal(text, &l); err != nil {
		return nil, fmt.Errorf("it is no answer in JSON: %w", err)
	}
	switch {
	case l.Error != "":
		return &l.Line, fmt.Errorf("%w: %s", errNoAnswer, l.Error)
	case l.Book == "":
		return &l.Line, errors.New("it is no answer: it names no book")
	case l.Asked == nil || l.PolicyValues == nil:
		return &l.Line, errors.New("it does not say in full what was asked: a program before replay wrote it, or `asked` and `policy_values` were taken out")
	}
	return &l.Line, nil
}
