// SPDX-License-Identifier: Apache-2.0

// Package verify checks a proof of ownership by hand, so to speak: it adds up
// the shares that the proof cites, step by step, and shares no code with the
// solver that made it. What it promises: if the sources that a proof cites say
// what it says they say, the company meets the rule.
//
// It does not look whether a source says so, nor whether a party that the proof
// calls listed is the party of the list entry; both are for a person.
package verify

import (
	"fmt"
	"math/big"
	"slices"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/law"
	"github.com/interdict-dev/interdict/ownership"
	"github.com/interdict-dev/interdict/party"
)

// asks is what each rule asks, written down here once more so that an error in
// the solver's table does not repeat itself. Sources: DOMAIN.md section 1.
func asks(rule string) (from, until string, moreThan, aggregate, votes, control bool, err error) {
	switch rule {
	case "us-ofac/2008":
		return "2008-02-14", "2014-08-13", false, false, false, false, nil
	case "us-ofac/2014":
		return "2014-08-13", "9999-12-31", false, true, false, false, nil
	case "eu/2013":
		return "0001-01-01", "2024-07-03", true, true, false, true, nil
	case "eu/2024":
		return "2024-07-03", "9999-12-31", false, true, false, true, nil
	case "uk/2020":
		return "2020-12-31", "9999-12-31", true, false, true, true, nil
	case "us-bis/2025":
		return "2025-09-29", "2025-11-10", false, true, false, false, nil
	case "us-bis/suspended":
		return "2025-11-10", "2026-11-10", false, true, false, false, nil
	case "us-bis/2026":
		return "2026-11-10", "9999-12-31", false, true, false, false, nil
	}
	return "", "", false, false, false, false, fmt.Errorf("no rule %q is known here", rule)
}

// Proof returns nil when the steps of p show what p says, else what is wrong
// first.
func Proof(p *ownership.Proof) error {
	from, until, moreThan, aggregate, votes, control, err := asks(p.Rule)
	day := p.Law.String()
	switch {
	case err != nil:
		return err
	case p.Version != ownership.ProofVersion:
		return fmt.Errorf("version %d of a proof, want %d", p.Version, ownership.ProofVersion)
	case len(day) != 10 || len(p.Facts.String()) != 10 || day < from || day >= until:
		return fmt.Errorf("rule %s was not in force on %s", p.Rule, day)
	case p.Threshold.String() != "50" || p.MoreThan != moreThan || p.Aggregate != aggregate:
		return fmt.Errorf("rule %s does not ask what the proof says it asks", p.Rule)
	case p.Cut:
		return fmt.Errorf("the proof is cut: only its last step is here, and the proof of many that goes with it has all")
	case len(p.Steps) == 0 || len(p.Companies) == 0 && p.Steps[len(p.Steps)-1].Company != p.Company:
		return fmt.Errorf("the last step does not show %v", p.Company)
	case len(p.Companies) > 0 && !p.Company.IsZero():
		return fmt.Errorf("a proof of one company or of many, not of both")
	}
	shown := map[party.Ref]bool{}
	for _, l := range p.Listed {
		stood := (l.From.IsZero() || l.From.First().String() <= day) && (l.Until.IsZero() || day < l.Until.Last().String())
		if !stood || !l.Cascades || l.Regime != p.Regime || l.Measure != p.Measure || l.Entry.IsZero() {
			return fmt.Errorf("%v is not a listing that reaches what the party owns", l.Entry)
		}
		shown[l.Party] = true
	}
	if !aggregate && len(shown) > 1 {
		return fmt.Errorf("rule %s does not add up the stakes of %d listed parties", p.Rule, len(shown))
	}
	controlled := false
	for _, s := range p.Steps {
		if s.Control {
			controlled = true
			if err := controls(p, s, shown, control); err != nil {
				return err
			}
		} else if err := owns(p, s, shown, votes); err != nil {
			return err
		}
		shown[s.Company] = true
	}
	for _, c := range p.Companies {
		if !shown[c] {
			return fmt.Errorf("no step shows %v", c)
		}
	}
	if controlled != (p.Grade == "controlled") {
		return fmt.Errorf("the steps do not show the grade %q", p.Grade)
	}
	return nil
}

// owns checks that the holdings of a step add up to the threshold.
func owns(p *ownership.Proof, s ownership.Step, shown map[party.Ref]bool, votes bool) error {
	sum, open := new(big.Rat), false
	counted := map[string]bool{}
	for _, c := range s.By {
		if err := counts(p, c, shown); err != nil {
			return fmt.Errorf("step %v: %w", s.Company, err)
		}
		least, above, err := least(p, s, c, counted, votes)
		if err != nil {
			return fmt.Errorf("step %v: %w", s.Company, err)
		}
		sum.Add(sum, least)
		open = open || above
	}
	whole := big.NewRat(100, 1)
	for _, own := range s.OwnShares {
		if own.Owner != s.Company || own.Owned != s.Company || !stood(own, p.Facts) {
			return fmt.Errorf("step %v: no shares of its own", s.Company)
		}
		if left := new(big.Rat).Sub(big.NewRat(100, 1), rat(own.Share.Lo)); left.Cmp(whole) < 0 {
			whole = left
		}
	}
	half := new(big.Rat).Quo(whole, big.NewRat(2, 1))
	if c := sum.Cmp(half); c < 0 || c == 0 && p.MoreThan && !open {
		return fmt.Errorf("step %v: %s points do not carry it", s.Company, sum.RatString())
	}
	return nil
}

// counts checks that the holding belongs to parties that are listed or shown.
func counts(p *ownership.Proof, c ownership.Contribution, shown map[party.Ref]bool) error {
	if len(c.Holders) == 0 {
		return fmt.Errorf("a holding of nobody")
	}
	for _, h := range c.Holders {
		if !shown[h] {
			return fmt.Errorf("%v is neither listed nor shown before", h)
		}
	}
	if c.How == ownership.ByArrangement {
		return together(p, c)
	}
	known := 0
	for _, s := range c.Stakes {
		holder := s.Owner
		if c.How == ownership.ThroughNominee {
			holder = s.For
		}
		if slices.Contains(c.Holders, holder) {
			known++
		}
		held := s.Held == claim.Nominee || s.Held == claim.Trust || s.Together != ""
		if held != (c.How == ownership.ThroughNominee || c.How == ownership.JointHolders || c.How == ownership.InTrust) {
			return fmt.Errorf("%v does not hold for itself", s.Owner)
		}
	}
	if known == 0 || known < len(c.Stakes) && !(c.How == ownership.JointHolders && p.Regime == law.UK) {
		return fmt.Errorf("of the holders %v only %d count", c.Holders, known)
	}
	return nil
}

// together checks that one of those who act by an arrangement counts, and that
// all of its stakes are theirs: each is treated as holding what all of them do
// (Sched. 1).
func together(p *ownership.Proof, c ownership.Contribution) error {
	if p.Regime != law.UK {
		return fmt.Errorf("%s knows no arrangements", p.Rule)
	}
	for _, h := range c.Holders {
		if !slices.Contains(c.Members, h) {
			return fmt.Errorf("%v is not of the arrangement", h)
		}
	}
	for _, s := range c.Stakes {
		if !slices.Contains(c.Members, s.Owner) || s.Held == claim.Nominee || s.Held == claim.Trust || s.Together != "" {
			return fmt.Errorf("the stake of %v is not one of the arrangement", s.Owner)
		}
	}
	return nil
}

// least returns the least that the cited statements say: those about one
// parcel are met together, or the smallest is taken; parcels add up.
func least(p *ownership.Proof, s ownership.Step, c ownership.Contribution, counted map[string]bool, votes bool) (*big.Rat, bool, error) {
	type parcel struct {
		lo, hi, min *big.Rat
		open        bool
	}
	parcels := map[string]*parcel{}
	for _, st := range c.Stakes {
		ok := st.Kind == claim.Equity || st.Kind == claim.Capital || st.Kind == claim.Votes && votes
		if st.Owned != s.Company || !ok || !slices.Contains(s.Kinds, st.Kind) || st.Owner == st.Owned {
			return nil, false, fmt.Errorf("%v in %v is no share that counts", st.Owner, st.Owned)
		}
		if slices.Contains(s.Kinds, claim.Votes) && len(s.Kinds) > 1 {
			return nil, false, fmt.Errorf("votes and shares do not add up")
		}
		lo, open := rat(st.Share.Lo), st.Share.LoOpen
		if !stood(st, p.Facts) || st.Held == claim.Indirect {
			lo, open = new(big.Rat), false
		}
		key := st.Owner.String() + "|" + st.Part
		if st.Together != "" {
			key = "together " + st.Together + "|" + st.Part
		}
		m := parcels[key]
		if m == nil {
			parcels[key] = &parcel{lo, rat(st.Share.Hi), lo, open}
			continue
		}
		if lo.Cmp(m.min) < 0 {
			m.min = lo
		}
		if lo.Cmp(m.lo) > 0 {
			m.lo, m.open = lo, open
		}
		if hi := rat(st.Share.Hi); hi.Cmp(m.hi) < 0 {
			m.hi = hi
		}
	}
	sum, above := new(big.Rat), false
	for key, m := range parcels {
		if counted[key] {
			return nil, false, fmt.Errorf("%s counts twice", key)
		}
		counted[key] = true
		if m.lo.Cmp(m.hi) > 0 || m.lo.Cmp(m.hi) == 0 && m.open { // no number fits all statements
			m.lo, m.open = m.min, false
		}
		sum.Add(sum, m.lo)
		above = above || m.open
	}
	if hundred := big.NewRat(100, 1); sum.Cmp(hundred) > 0 && len(parcels) > 1 {
		sum = hundred
	}
	return sum, above, nil
}

// controls checks a statement of control.
func controls(p *ownership.Proof, s ownership.Step, shown map[party.Ref]bool, asked bool) error {
	if p.Grade != "controlled" || !asked || len(s.By) != 1 || len(s.By[0].Stakes) != 1 {
		return fmt.Errorf("step %v: rule %s has no such test of control", s.Company, p.Rule)
	}
	st := s.By[0].Stakes[0]
	most := st.Share.Hi
	ok := st.Kind == claim.Board || st.Kind == claim.Influence || st.Kind == claim.Votes && p.Regime == law.EU && rat(most).Cmp(big.NewRat(50, 1)) > 0
	if !ok || !shown[st.Owner] || st.Owned != s.Company {
		return fmt.Errorf("step %v: %v does not control it", s.Company, st.Owner)
	}
	return nil
}

// stood says whether the stake surely stood on the day.
func stood(s claim.Stake, day party.Date) bool {
	return (s.From.IsZero() || s.From.Last().String() <= day.String()) && (s.To.IsZero() || day.String() < s.To.First().String()) &&
		(s.From.IsZero() || s.To.IsZero() || s.From.First().String() < s.To.First().String())
}

func rat(p claim.Percent) *big.Rat { return big.NewRat(p.Num(), p.Den()) }
