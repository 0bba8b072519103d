// SPDX-License-Identifier: Apache-2.0

package ownership

import (
	"cmp"
	"math/big"
	"slices"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/law"
	"github.com/interdict-dev/interdict/party"
)

// A Certificate shows why the answer is not "owned", as a [Proof] shows why it
// is: by a set of parties that listed ones do not own. For each of its companies
// it has all holders, and those that are not of the set are too few, even if all
// of them were owned. So no chain of holdings enters the set, and the company
// is in it.
//
// It holds if the stakes in it are all that there are of its companies, and if
// none of the set is listed: that is what its reader has to believe, and
// package ownership/verify checks the rest. Which shares it counts depends on
// what it shows; see [Counting].
type Certificate struct {
	Version   int           `json:"version"`
	Company   party.Ref     `json:"company"`
	Status    Status        `json:"certificate"` // not-owned, below or indeterminate
	Counting  Counting      `json:"counting"`
	Regime    law.Regime    `json:"regime"`
	Rule      string        `json:"rule"`
	Threshold claim.Percent `json:"threshold"`
	MoreThan  bool          `json:"more_than"`
	Aggregate bool          `json:"aggregate"`
	Joint     string        `json:"joint"`
	Treasury  Treasury      `json:"own_shares"`
	Law       party.Date    `json:"law_as_of"`
	Facts     party.Date    `json:"facts_as_of"`
	Measure   string        `json:"measure,omitempty"`
	// Parts are one for all listed parties together, or one for each where their
	// stakes do not add up.
	Parts []Part `json:"parts"`
}

// CertificateVersion is the version of the form of a [Certificate].
//
//	1  the first
const CertificateVersion = 1

// A Counting says which shares are held against a company.
type Counting string

// What is counted. Each shows more than the one before.
const (
	// CountLeast shows that a company is not surely owned: of each share the least
	// is counted. What is indeterminate has it.
	CountLeast Counting = "least"
	// CountMost shows that what the holders are said to have is not enough,
	// whatever the shares in doubt are. What is below the threshold has it, and
	// what is not owned if the stakes are all there are.
	CountMost Counting = "most"
	// CountOpen shows that it is not enough even if all that nobody accounts for
	// belonged to listed parties. What is not owned has it.
	CountOpen Counting = "open"
)

// A Part is the set that these listed parties do not own.
type Part struct {
	Listed  []Listed `json:"listed"`
	Outside []Limit  `json:"outside"` // of the set of whom they own; the company is among them
}

// A Limit is one party that is not owned, and who holds it. Without holders it
// is a person, or nobody is said to hold it.
type Limit struct {
	Party     party.Ref     `json:"party"`
	Person    bool          `json:"person,omitempty"`
	Holders   []LimitHolder `json:"holders,omitempty"`
	OwnShares []claim.Stake `json:"own_shares,omitempty"`
}

// A LimitHolder is one holding. It counts against the company, or it does not
// because its holders are not owned either.
type LimitHolder struct {
	Parties []party.Ref   `json:"parties"`
	How     How           `json:"how,omitempty"`
	Counts  bool          `json:"counts"`
	Stakes  []claim.Stake `json:"stakes"`
}

// certify makes the certificate of an answer that is not "owned".
func (a *Answer) certify(runs []*run, q *Query) *Certificate {
	rule := &runs[0].l.v.rule
	c := &Certificate{
		Version: CertificateVersion, Company: a.Company, Status: a.Status, Regime: rule.Regime, Rule: rule.ID,
		Threshold: rule.Threshold, MoreThan: rule.MoreThan, Aggregate: rule.Aggregate, Joint: rule.Joint,
		Treasury: q.Treasury, Law: a.Law, Facts: a.Facts, Measure: q.Measure,
	}
	switch {
	case a.Status == Indeterminate:
		c.Counting = CountLeast
	case a.Status == Below, q.Closed:
		c.Counting = CountMost
	default:
		c.Counting = CountOpen
	}
	for _, r := range runs {
		c.Parts = append(c.Parts, r.part(c.Counting))
	}
	return c
}

// part gathers the limits that the company's own needs, each once.
func (r *run) part(counting Counting) Part {
	p := Part{Listed: []Listed{}}
	for _, x := range sorted(r.seeds) {
		p.Listed = append(p.Listed, r.seeds[x]...)
	}
	m := limiter{run: r, counting: counting, owned: map[Counting]*set{CountLeast: r.lower, CountMost: r.upper, CountOpen: r.open}[counting]}
	seen := map[int32]bool{r.x: true}
	for queue := []int32{r.x}; len(queue) > 0; queue = queue[1:] {
		limit, rest := m.limit(queue[0])
		p.Outside = append(p.Outside, limit)
		for _, y := range rest {
			if !seen[y] {
				seen[y] = true
				queue = append(queue, y)
			}
		}
	}
	return p
}

// A limiter makes limits for one way of counting.
type limiter struct {
	*run
	counting Counting
	owned    *set
}

// limit writes down who holds local node x. Of those who are not owned it
// counts as many as it may, so that fewer need a limit of their own, which it
// returns.
func (m *limiter) limit(x int32) (Limit, []int32) {
	v := m.l.v
	node := m.l.nodes[x]
	out := Limit{Party: v.g.ref(node), Person: v.g.kind(node) == party.Person}
	if v.g.own[node] {
		for _, r := range v.run(node, node) {
			if may, _ := r.heldOn(v.on); may && v.limbOf[r.kind] >= 0 {
				out.OwnShares = append(out.OwnShares, v.g.stake(r))
			}
		}
	}
	var rest []int32
	for limb := range v.limbs() {
		var all []holder
		for _, h := range v.holders(node) {
			if int(h.limb) == limb {
				all = append(all, h)
			}
		}
		counts := m.choose(x, all)
		for i, h := range all {
			row := LimitHolder{Counts: counts[i]}
			row.Parties, row.How = v.parties(h.node)
			for _, r := range h.recs {
				row.Stakes = append(row.Stakes, v.g.stake(r))
			}
			out.Holders = append(out.Holders, row)
			if !counts[i] {
				rest = append(rest, m.because(h.node)...)
			}
		}
	}
	return out, rest
}

// choose says which holdings of one limb are counted: those of whoever is
// owned, and of the others the small ones while all of it stays too little.
func (m *limiter) choose(x int32, all []holder) []bool {
	counts := make([]bool, len(all))
	order := make([]int, 0, len(all))
	for i, h := range all {
		if counts[i] = m.owned.has(m.l.at[h.node]); !counts[i] {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(i, k int) int { return cmp.Or(cmpUpper(all[i].hi, all[k].hi), cmpLower(all[i].lo, all[k].lo)) })
	for _, i := range order {
		counts[i] = true
		if m.enough(x, all, counts) {
			counts[i] = false
			break
		}
	}
	return counts
}

// enough says whether what is counted carries x over the bar.
func (m *limiter) enough(x int32, all []holder, counts []bool) bool {
	v, node := m.l.v, m.l.nodes[x]
	least, most, others, total := Bound{}, Bound{}, Bound{}, Bound{}
	for i, h := range all {
		total = total.plus(h.lo)
		if counts[i] {
			least, most = least.plus(h.lo), most.plus(h.hi)
		} else {
			others = others.plus(h.lo)
		}
	}
	if m.counting == CountLeast {
		return v.passes(node, least, false)
	}
	hundred := big.NewRat(100, 1)
	own, _ := v.ownShares(node)
	left := new(big.Rat).Sub(hundred, others.Rat())
	if m.counting == CountOpen {
		if total.Rat().Cmp(new(big.Rat).Sub(hundred, big.NewRat(own, unitsPerPercent))) > 0 {
			return true // more than there is: nothing to reckon with
		}
		return v.passes(node, Bound{left.Sub(left, big.NewRat(own, unitsPerPercent)), others.Open}, true)
	}
	if total.Rat().Cmp(hundred) > 0 {
		return v.passes(node, most, true)
	}
	return v.passes(node, most, true) && v.passes(node, Bound{left, others.Open}, true)
}

// because returns the local nodes whose limits show that a holding does not
// count: its holder, or as many of those behind it as it takes.
func (m *limiter) because(holder int32) []int32 {
	v := m.l.v
	switch {
	case v.isParty(holder):
		return []int32{m.l.at[holder]}
	case v.isGroup(holder) || m.counting != CountLeast:
		return m.members(holder, false)
	}
	switch g := &v.g.gates[holder-v.n]; {
	case g.how == InTrust:
		return nil // never sure
	case g.how == ThroughNominee:
		return m.members(holder, true)
	case v.rule.Joint == "any":
		return m.members(holder, false)
	default:
		for _, x := range m.members(holder, false) {
			if !m.owned.has(x) {
				return []int32{x}
			}
		}
	}
	return nil
}

// members returns who stands behind a gate or an arrangement; those alone whom
// the source is sure of.
func (m *limiter) members(holder int32, sure bool) []int32 {
	var out []int32
	for _, a := range m.l.ins[m.l.at[holder]] {
		if a.lo > 0 || !sure {
			out = append(out, a.node)
		}
	}
	return out
}
