// SPDX-License-Identifier: Apache-2.0

package screening

import (
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"

	"github.com/interdict-dev/interdict/law"
	"github.com/interdict-dev/interdict/names"
	"github.com/interdict-dev/interdict/ownership"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/subject"
)

// An Answer is what was found about one subject. doc/findings.md describes its
// JSON, which is the same on the command line, in the API and in the store.
type Answer struct {
	Subject  Described `json:"subject"`
	Record   string    `json:"record"` // digest of what was known of the subject
	Findings []Finding `json:"findings"`
	// Gone are entries that lists gave at the editions of the policy's Since and give
	// no more.
	Gone []Gone `json:"gone,omitempty"`
	// Places are the territories under an embargo that the subject names or
	// belongs to: red flags of their own kind.
	Places []Place `json:"places,omitempty"`
	// WeakPlaces counts places whose every reason may well mean something else,
	// and that the policy does not want said.
	WeakPlaces int `json:"weak_places,omitempty"`
	// Premises are the addresses of the subject at which listed parties are that it
	// does not resemble: red flags of their own kind.
	Premises []Premises `json:"premises,omitempty"`
	// WeakPremises counts those that say little, and that the policy does not want
	// said.
	WeakPremises int `json:"weak_premises,omitempty"`
	// WeakOnly counts entries that only a weak alias of an OFAC list resembles
	// and that the policy does not let alert.
	WeakOnly int `json:"weak_only,omitempty"`
	// Omitted counts findings beyond the policy's limit.
	Omitted int `json:"omitted,omitempty"`
	// PastContacts counts machines that were attributed at other times than the one
	// asked about, or seized before it; `interdict host` says which.
	PastContacts int `json:"past_contacts,omitempty"`
	// Suppressed counts findings that an earlier decision calls false.
	Suppressed int `json:"suppressed,omitempty"`
}

// A Described is what an answer repeats of its subject.
type Described struct {
	ID      string     `json:"id,omitempty"`
	Row     int        `json:"row,omitempty"`
	Pointer string     `json:"pointer,omitempty"`
	Role    string     `json:"role,omitempty"`
	Name    string     `json:"name,omitempty"`
	Type    party.Kind `json:"type,omitempty"`
	Country string     `json:"country,omitempty"`
}

func describe(s *subject.Subject) Described {
	d := Described{ID: s.ID, Row: s.Row, Pointer: s.Pointer, Role: s.Role, Name: s.Party.Name(), Type: s.Party.Kind}
	if d.Name == "" && !s.Host.IsZero() {
		d.Name = s.Host.Value
	}
	if c := slices.Concat(s.Party.Countries, s.Party.Nationalities); len(c) > 0 {
		d.Country = c[0]
	}
	return d
}

func (d Described) title() string {
	switch {
	case d.Pointer != "":
		return d.Pointer
	case d.Name != "":
		return strconv.Quote(d.Name)
	}
	return "subject " + d.ID
}

func digest(e *party.Entry) string {
	sum := party.Digest(e)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// A Grade says how a subject stands to what is listed. Grades never melt into
// one another: no score changes one.
type Grade string

// The grades.
const (
	Listed     Grade = "listed"
	Owned      Grade = "owned"
	Controlled Grade = "controlled"
	Related    Grade = "related"
	Contact    Grade = "contact"
	Suspected  Grade = "suspected"
)

// A Finding is one answer about one subject.
type Finding struct {
	Ref      party.Ref   `json:"ref"`
	Kind     party.Kind  `json:"kind,omitempty"`
	Name     string      `json:"name"`           // the entry's primary name, as printed
	Matched  string      `json:"matched"`        // the name that the subject resembles
	Score    Score       `json:"score,omitzero"` // none for a contact, which resembles nobody
	Grade    Grade       `json:"grade"`
	Weak     bool        `json:"weak"`
	Programs []string    `json:"programs,omitempty"`
	Listed   party.Date  `json:"listed,omitzero"`
	Identity []party.Ref `json:"identity,omitempty"` // the same party on other lists
	Reasons  []Reason    `json:"reasons"`
	Innocent float64     `json:"expected_innocent,omitzero"`
	// Says is the answer about a machine, as a sentence of legal words; "" for what
	// was found by name or identifier.
	Says string `json:"says,omitempty"`
	// Dealing says how the dated dealing of the subject stands to the listings; the
	// effects have it one by one.
	Dealing string   `json:"dealing,omitempty"`
	Flips   []Flip   `json:"would_change,omitempty"`
	Effects []Effect `json:"effects"`
	Remarks string   `json:"remarks,omitempty"`
	// Proofs show why a party that nobody lists is owned or controlled.
	Proofs   []*ownership.Proof `json:"proofs,omitempty"`
	Record   string             `json:"record"` // digest of the entry
	Evidence names.Nats         `json:"evidence"`
	mode     names.Mode
}

// A Score is a probability in ten-thousandths; JSON has it as a fraction.
type Score int32

// MarshalJSON writes 9700 as 0.97.
func (s Score) MarshalJSON() ([]byte, error) {
	return strconv.AppendFloat(nil, float64(s)/10000, 'f', -1, 64), nil
}

// UnmarshalJSON reads a fraction.
func (s *Score) UnmarshalJSON(b []byte) error {
	f, err := strconv.ParseFloat(string(b), 64)
	*s = Score(f*10000 + 0.5)
	return err
}

// String returns the score as a fraction of two decimals, cut and not rounded:
// 0.9999 is not 1.
func (s Score) String() string { return strconv.FormatFloat(float64(s/100)/100, 'f', 2, 64) }

// An Effect is what would follow under one regime if a person confirms the
// finding.
type Effect = law.Effect

// A Reason is one piece of why. The weights of all reasons of a finding add up
// to its evidence.
type Reason struct {
	Kind   string // "name.reading", "birth.same": doc/findings.md has all
	Weight names.Nats
	Left   string // what the subject says
	Right  string // what the list says
	Note   string // what to know beside: the romanisation, the field
}

type reasonJSON struct {
	Kind    string      `json:"kind"`
	For     *names.Nats `json:"for,omitempty"`
	Against *names.Nats `json:"against,omitempty"`
	Left    string      `json:"left,omitempty"`
	Right   string      `json:"right,omitempty"`
	Note    string      `json:"note,omitempty"`
}

// MarshalJSON writes the weight under "for" or "against", in nats.
func (r Reason) MarshalJSON() ([]byte, error) {
	j := reasonJSON{Kind: r.Kind, Left: r.Left, Right: r.Right, Note: r.Note}
	w := r.Weight
	switch {
	case w > 0:
		j.For = &w
	case w < 0:
		w = -w
		j.Against = &w
	}
	return json.Marshal(j)
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (r *Reason) UnmarshalJSON(b []byte) error {
	var j reasonJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return err
	}
	*r = Reason{Kind: j.Kind, Left: j.Left, Right: j.Right, Note: j.Note}
	if j.For != nil {
		r.Weight = *j.For
	}
	if j.Against != nil {
		r.Weight = -*j.Against
	}
	return nil
}

// A Flip is a fact that is not known of the subject and would move the score.
type Flip struct {
	If    string `json:"if"` // "birth date 1962-03-14", "another birth date"
	Score Score  `json:"score"`
}
