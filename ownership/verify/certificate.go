// SPDX-License-Identifier: Apache-2.0

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

// Certificate returns nil when c shows that its company is not owned, in the
// sense of its counting, if the stakes in it are all there are of its companies
// and nobody in it is listed but those whom it names; else what is wrong first.
func Certificate(c *ownership.Certificate) error {
	from, until, moreThan, aggregate, votes, _, err := asks(c.Rule)
	day := c.Law.String()
	counting := map[ownership.Status]ownership.Counting{ownership.Indeterminate: ownership.CountLeast, ownership.Below: ownership.CountMost}
	want, ok := counting[c.Status]
	switch {
	case err != nil:
		return err
	case c.Version != ownership.CertificateVersion:
		return fmt.Errorf("version %d of a certificate, want %d", c.Version, ownership.CertificateVersion)
	case len(day) != 10 || len(c.Facts.String()) != 10 || day < from || day >= until:
		return fmt.Errorf("rule %s was not in force on %s", c.Rule, day)
	case c.Threshold.String() != "50" || c.MoreThan != moreThan || c.Aggregate != aggregate:
		return fmt.Errorf("rule %s does not ask what the certificate says it asks", c.Rule)
	case ok && c.Counting != want, !ok && c.Status != ownership.NotOwned, !ok && c.Counting != ownership.CountMost && c.Counting != ownership.CountOpen:
		return fmt.Errorf("the shares are counted as %q, which does not show %v", c.Counting, c.Status)
	case len(c.Parts) == 0 || aggregate && len(c.Parts) > 1:
		return fmt.Errorf("%d parts", len(c.Parts))
	}
	for _, p := range c.Parts {
		if err := part(c, p, votes); err != nil {
			return err
		}
	}
	return nil
}

// part checks that no listed party of the part owns any of the set.
func part(c *ownership.Certificate, p ownership.Part, votes bool) error {
	set := map[party.Ref]bool{}
	for _, l := range p.Outside {
		set[l.Party] = true
	}
	persons := map[party.Ref]bool{}
	for _, l := range p.Listed {
		if persons[l.Party] = true; set[l.Party] {
			return fmt.Errorf("%v is listed", l.Party)
		}
	}
	if !set[c.Company] {
		return fmt.Errorf("%v is not in the set", c.Company)
	}
	if len(persons) > 1 && !c.Aggregate {
		return fmt.Errorf("rule %s asks about each listed party, not about %d together", c.Rule, len(persons))
	}
	for _, l := range p.Outside {
		if err := limit(c, l, set, votes); err != nil {
			return fmt.Errorf("%v: %w", l.Party, err)
		}
	}
	return nil
}

// limit checks that the holdings that count against a party are too few.
func limit(c *ownership.Certificate, l ownership.Limit, set map[party.Ref]bool, votes bool) error {
	if len(l.Holders) == 0 {
		if c.Counting == ownership.CountOpen && !l.Person {
			return fmt.Errorf("nobody says who holds it")
		}
		return nil
	}
	limbs := [2]tally{} // shares, votes
	for _, h := range l.Holders {
		if !h.Counts && !outside(c, h, set) {
			return fmt.Errorf("%v are not shown to be out of it", h.Parties)
		}
		lo, hi, limb, err := says(l.Party, h, c.Facts)
		if err != nil {
			return err
		}
		if limb == 1 && !votes {
			return fmt.Errorf("rule %s does not ask about votes", c.Rule)
		}
		limbs[limb].add(lo, hi, h.Counts)
	}
	least, most := ownShares(l, c.Facts)
	for _, t := range limbs {
		if t.any && t.carries(c, least, most) {
			return fmt.Errorf("what counts against it is enough to own it")
		}
	}
	return nil
}

// An end is a number of points that a share reaches, or is only near to.
type end struct {
	points *big.Rat
	open   bool
}

func (e end) plus(f end) end {
	return end{new(big.Rat).Add(e.points, f.points), e.open || f.open}
}

// A tally is the shares of one limb: what counts, at least and at most, what
// surely belongs to others, and what all have at least.
type tally struct {
	any                     bool
	least, most, others, of end
}

func (t *tally) add(lo, hi end, counts bool) {
	if !t.any {
		zero := end{points: new(big.Rat)}
		*t = tally{true, zero, zero, zero, zero}
	}
	t.of = t.of.plus(lo)
	if counts {
		t.least, t.most = t.least.plus(lo), t.most.plus(hi)
	} else {
		t.others = t.others.plus(lo)
	}
}

// carries says whether what counts reaches the threshold, half of the shares
// that count in the whole. least and most are the company's shares in itself.
func (t *tally) carries(c *ownership.Certificate, least, most *big.Rat) bool {
	hundred := big.NewRat(100, 1)
	left := end{new(big.Rat).Sub(hundred, t.others.points), t.others.open}
	half := func(own *big.Rat) *big.Rat {
		if c.Treasury == ownership.TreasuryCounts {
			own = new(big.Rat)
		}
		w := new(big.Rat).Sub(hundred, own)
		return w.Quo(w, big.NewRat(2, 1))
	}
	over := func(e end, bar *big.Rat, upper bool) bool {
		if cmp := e.points.Cmp(bar); cmp != 0 {
			return cmp > 0
		}
		return upper && !c.MoreThan && !e.open || !upper && (!c.MoreThan || e.open)
	}
	switch c.Counting {
	case ownership.CountLeast:
		if c.Treasury == ownership.TreasuryOpen {
			least = new(big.Rat)
		}
		return over(t.least, half(least), false)
	case ownership.CountMost:
		return over(t.most, half(most), true) && (t.of.points.Cmp(hundred) > 0 || over(left, half(most), true))
	}
	left.points.Sub(left.points, least)
	return t.of.points.Cmp(new(big.Rat).Sub(hundred, least)) > 0 || over(left, half(most), true)
}

// outside says that a holding does not count since those behind it are of the
// set, as many as the rule wants.
func outside(c *ownership.Certificate, h ownership.LimitHolder, set map[party.Ref]bool) bool {
	in := 0
	for _, p := range h.Parties {
		if set[p] {
			in++
		}
	}
	all := in == len(h.Parties) && in > 0
	if c.Counting != ownership.CountLeast {
		return all
	}
	switch h.How {
	case ownership.InTrust:
		return true // never sure
	case ownership.ThroughNominee:
		return !slices.ContainsFunc(h.Stakes, func(s claim.Stake) bool { return !s.For.IsZero() && !set[s.For] })
	case ownership.JointHolders:
		return all || in > 0 && c.Regime != law.UK
	}
	return all
}

// says returns what the stakes of one holding say of it, and whether of shares
// or of votes.
func says(company party.Ref, h ownership.LimitHolder, day party.Date) (lo, hi end, limb int, err error) {
	type parcel struct {
		lo, hi end
		said   []claim.Stake
	}
	parcels, order := map[string]*parcel{}, []string{}
	for _, s := range h.Stakes {
		of := 0
		switch s.Kind {
		case claim.Equity, claim.Capital:
		case claim.Votes:
			of = 1
		default:
			return lo, hi, 0, fmt.Errorf("a right to %v is no share", s.Kind)
		}
		held := s.Held == claim.Nominee || s.Held == claim.Trust || s.Together != ""
		through := h.How == ownership.ThroughNominee || h.How == ownership.JointHolders || h.How == ownership.InTrust
		if s.Owned != company || s.Owner == company || !slices.Contains(h.Parties, s.Owner) || held != through || len(order) > 0 && of != limb {
			return lo, hi, 0, fmt.Errorf("a stake of %v in %v does not belong to this holding", s.Owner, s.Owned)
		}
		limb = of
		a, b := end{rat(s.Share.Lo), s.Share.LoOpen}, end{rat(s.Share.Hi), s.Share.HiOpen}
		if !stood(s, day) || s.Held == claim.Indirect {
			a = end{points: new(big.Rat)}
		}
		key := s.Part
		if h.How == ownership.ByArrangement {
			key = s.Owner.String() + "|" + key // each member has a holding of its own
		}
		if m := parcels[key]; m != nil {
			m.lo, m.hi = meet(m.lo, m.hi, a, b, m.said, s)
			m.said = append(m.said, s)
			continue
		}
		parcels[key] = &parcel{a, b, []claim.Stake{s}}
		order = append(order, key)
	}
	lo, hi = end{points: new(big.Rat)}, end{points: new(big.Rat)}
	for _, k := range order {
		lo, hi = lo.plus(parcels[k].lo), hi.plus(parcels[k].hi)
	}
	hundred := big.NewRat(100, 1)
	if h.How != ownership.ByArrangement && len(order) > 1 && hi.points.Cmp(hundred) > 0 {
		if hi = (end{points: hundred}); lo.points.Cmp(hundred) > 0 {
			lo = hi
		}
	}
	return lo, hi, limb, nil
}

// meet puts two statements about one parcel together: where both can be true,
// what both allow, else all that either does. Two numbers of one source may be
// two parcels.
func meet(lo, hi, a, b end, said []claim.Stake, s claim.Stake) (end, end) {
	if l, h := later(lo, a), earlier(hi, b); l.points.Cmp(h.points) < 0 || l.points.Cmp(h.points) == 0 && !l.open && !h.open {
		return l, h
	}
	sum := hi.plus(b)
	if later(lo, a) == lo {
		lo = a
	}
	if earlier(hi, b) == hi {
		hi = b
	}
	if slices.ContainsFunc(said, func(t claim.Stake) bool { return t.Source == s.Source && t.File == s.File && t.Kind == s.Kind }) {
		hi = sum
	}
	if hundred := big.NewRat(100, 1); hi.points.Cmp(hundred) > 0 {
		hi = end{points: hundred}
	}
	return lo, hi
}

// later returns the higher of two lower ends, earlier the lower of two upper
// ends; of equal ones that which is not reached.
func later(a, b end) end {
	if c := a.points.Cmp(b.points); c > 0 || c == 0 && (a.open || !b.open) {
		return a
	}
	return b
}

func earlier(a, b end) end {
	if c := a.points.Cmp(b.points); c < 0 || c == 0 && (a.open || !b.open) {
		return a
	}
	return b
}

// ownShares returns the least and the most that the company holds of itself.
func ownShares(l ownership.Limit, day party.Date) (least, most *big.Rat) {
	least, most = new(big.Rat), new(big.Rat)
	for _, s := range l.OwnShares {
		if s.Owner != l.Party || s.Owned != l.Party {
			continue
		}
		if r := rat(s.Share.Hi); r.Cmp(most) > 0 {
			most = r
		}
		if r := rat(s.Share.Lo); stood(s, day) && r.Cmp(least) > 0 {
			least = r
		}
	}
	return least, most
}
