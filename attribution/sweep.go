// SPDX-License-Identifier: Apache-2.0

package attribution

import (
	"sync"

	"github.com/interdict-dev/interdict/evidence"
	"github.com/interdict-dev/interdict/infra"
	"github.com/interdict-dev/interdict/party"
)

// A Sweep asks a view about many indicators in turn, all at one moment, and finds
// the strongest chain of each alone. Any number of goroutines may use it.
type Sweep struct {
	v       *View
	sweep   *evidence.Sweep
	parties sync.Map // of party.Ref: Party
}

// Sweep prepares a sweep at a moment; the zero moment asks about no day in
// particular.
func (v *View) Sweep(at party.Date) *Sweep { return &Sweep{v: v, sweep: v.Graph.NewSweep(at)} }

// Judge is what [View.Ask] rests on, with the strongest chain alone.
func (s *Sweep) Judge(i infra.Indicator) evidence.Judgement { return s.sweep.Judge(i) }

// Party is [View.Party], found once for each party.
func (s *Sweep) Party(r party.Ref) Party {
	if p, ok := s.parties.Load(r); ok {
		return p.(Party)
	}
	p := s.v.Party(r)
	s.parties.Store(r, p)
	return p
}
