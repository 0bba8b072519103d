// SPDX-License-Identifier: Apache-2.0

// Package contacts lets a screening ask about machines: it turns what package
// attribution answers about an address, a domain or a wallet into findings of
// grade contact and suspected, each with its claims and its chain as reasons.
//
// It adds nothing to those answers. What is seized, outside every window, or
// spoken of by a warning list alone is no finding here as it is none there.
package contacts

import (
	"fmt"
	"slices"
	"sync"

	"github.com/interdict-dev/interdict/attribution"
	"github.com/interdict-dev/interdict/evidence"
	"github.com/interdict-dev/interdict/infra"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/screening"
)

// Extra returns what a screening needs to ask about machines. view makes the view
// of the book that is screened, when the first machine is asked about: a
// screening of names alone does not pay for it.
func Extra(view func() (*attribution.View, error)) screening.Extra {
	view = sync.OnceValues(view)
	return screening.Extra{Hosts: func(i infra.Indicator, at party.Date) ([]screening.Met, error) {
		v, err := view()
		if err != nil {
			return nil, err
		}
		var met []screening.Met
		err = v.Guard(func() error {
			met = Of(v, i, at)
			return nil
		})
		return met, err
	}}
}

// Of returns the listed parties to which claims lead from a machine at a moment:
// each of those that are said to stand behind it, and where none is, the first
// that it is associated with.
func Of(v *attribution.View, i infra.Indicator, at party.Date) []screening.Met {
	if !v.Graph.Speaks(i) {
		return nil // of most machines
	}
	a := v.AskAlone(attribution.Query{Text: i.Value, Seen: i, At: at})
	if a.Grade == "" {
		if (a.Verdict == evidence.WasAttributed || a.Verdict == evidence.Seized) && len(a.Chains) > 0 && !a.Chains[0].Beside {
			return []screening.Met{{Party: a.Chains[0].Party.Ref, Says: a.Says}}
		}
		return nil
	}
	var out []screening.Met
	for k := range a.Chains {
		c := &a.Chains[k]
		known := slices.ContainsFunc(out, func(m screening.Met) bool { return m.Party == c.Party.Ref })
		if known || c.Beside && len(out) > 0 {
			continue
		}
		out = append(out, screening.Met{
			Party: c.Party.Ref, Grade: screening.Grade(a.Grade), Says: a.Says, Value: i.Type == infra.Wallet, Reasons: reasons(&a, c),
		})
	}
	return out
}

// kindOf is the kind of the first reasons, by what is answered.
func kindOf(v evidence.Verdict) string {
	switch v {
	case evidence.Own:
		return "host.own"
	case evidence.Unknown:
		return "host.undated"
	}
	return "host.attributed"
}

// reasons are the claims about the machine, then the steps of the chain behind
// them, then what stands beside.
func reasons(a *attribution.Answer, c *attribution.Chain) []screening.Reason {
	var out []screening.Reason
	for i := range a.Claims {
		s := &a.Claims[i]
		out = append(out, screening.Reason{Kind: kindOf(a.Verdict), Left: a.Seen.Defang(), Right: sayTo(s), Note: sayClaim(s)})
	}
	for i := range c.Steps {
		if i == 0 && len(c.Steps) > 1 && len(a.Claims) > 0 {
			continue // the claims above
		}
		s := &c.Steps[i]
		note := sayClaim(&s.Claims[0])
		if s.Beside {
			note = "beside it, not behind it; " + note
		}
		if i == c.Weakest {
			note += "; the weakest step"
		}
		if len(c.Steps) > 1 || len(a.Claims) == 0 {
			out = append(out, screening.Reason{Kind: "host.chain", Left: s.FromName, Right: s.ToName, Note: note})
		}
	}
	if len(a.Claims) > 1 {
		out = append(out, screening.Reason{Kind: "host.origins", Note: fmt.Sprintf("%d claims of %d independent origins", len(a.Claims), a.Origins)})
	}
	for _, d := range a.Differences {
		out = append(out, screening.Reason{Kind: "host.differ", Note: d})
	}
	if a.Tenancy != "" {
		out = append(out, screening.Reason{Kind: "host.shared", Left: a.Seen.Defang(), Note: a.Tenancy + ": what is said of one tenant says nothing of another"})
	}
	for _, n := range a.Annotations {
		out = append(out, screening.Reason{Kind: "host.noted", Left: a.Seen.Defang(), Right: n.List, Note: n.Reason})
	}
	return out
}

func sayTo(s *attribution.Statement) string {
	if s.ToName != "" {
		return s.ToName
	}
	return s.To.String()
}

// sayClaim says how, who says so, how strong and when.
func sayClaim(s *attribution.Statement) string {
	note := s.Relation
	if s.Role != "" {
		note += " as " + s.Role
	}
	note += fmt.Sprintf("; %s, grade %v; %s", s.Source, s.Class, s.Window)
	if s.Time != "" {
		note += ": " + s.Time
	}
	return note
}
