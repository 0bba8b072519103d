// SPDX-License-Identifier: Apache-2.0

package ownership

import (
	"errors"
	"fmt"
	"iter"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/party"
)

// A Record is one thing that a reader understood: a stake, a description of a
// party, a joint arrangement, a silence or a tie. The others are zero.
//
// Readers yield records with a nil error, an [*Issue] beside a record that was
// kept although something about it is odd, an [*Issue] and the zero Record for
// a row that was not understood, and any other error, which ends the sequence,
// when the file as a whole cannot be used.
type Record struct {
	Stake claim.Stake
	Party *party.Entry
	Joint *Joint
	// Silence is why a source does not say who holds a company; "" for others.
	Silence string
	About   party.Ref // the company that Silence is about
	Tie     *Tie
}

// A Tie is a role without a share and without control: a director, a member of
// the board. It is kept for signals of evasion and counts for nothing here.
type Tie struct {
	Party   party.Ref
	Company party.Ref
	Label   string // as the source prints it
	From    party.Date
	To      party.Date
	Source  claim.Source
	File    string
	Line    int
}

// A Report counts what a reader gave and what was odd.
type Report struct {
	Stakes   int
	Parties  int
	Joints   int
	Silences int
	Ties     int
	Rejects  int // rows of which nothing was kept
	Issues   []Issue
}

// Load puts what a reader yields into the builder. Records with a description
// of a party or a tie go to keep as well, which may be nil. What the whole graph shows to be odd comes
// later, from [Graph.Issues].
func (b *Builder) Load(records iter.Seq2[Record, error], keep func(Record)) (Report, error) {
	var rep Report
	for r, err := range records {
		if err != nil {
			var is *Issue
			if !errors.As(err, &is) {
				return rep, fmt.Errorf("load ownership: %w", err)
			}
			rep.Issues = append(rep.Issues, *is)
			if is.Kind == Unreadable {
				rep.Rejects++
			}
		}
		if r.Party != nil {
			rep.Parties++
			if k := r.Party.Kind; k != party.Unknown {
				b.SetKind(r.Party.Ref, k)
			}
		}
		if r.Tie != nil {
			rep.Ties++
		}
		if keep != nil && (r.Party != nil || r.Tie != nil) {
			keep(r)
		}
		if r.Joint != nil {
			rep.Joints++
			if err := b.AddJoint(*r.Joint); err != nil {
				return rep, fmt.Errorf("load ownership: %w", err)
			}
		}
		if r.Silence != "" {
			rep.Silences++
			b.silence(r.About, r.Silence)
		}
		if !r.Stake.Owner.IsZero() {
			rep.Stakes++
			if err := b.Add(r.Stake); err != nil {
				return rep, fmt.Errorf("load ownership: %w", err)
			}
		}
	}
	return rep, nil
}

// silence keeps why a source does not say who holds a company, so that an
// answer can say it in turn.
func (b *Builder) silence(company party.Ref, why string) {
	v := b.g.names.add(company)
	b.g.silent[v] = append(b.g.silent[v], why)
}

// Doubt turns the share of a stake into one that may be nothing, for a
// statement of which a reader cannot tell when it held. The share as printed
// stays beside it.
func Doubt(s *claim.Stake, printed string) {
	s.Share.Lo, s.Share.LoOpen = claim.Percent{}, false
	s.Text = printed
}
