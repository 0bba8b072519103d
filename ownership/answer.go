// SPDX-License-Identifier: Apache-2.0

package ownership

import (
	"fmt"
	"maps"
	"math/big"
	"slices"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/law"
	"github.com/interdict-dev/interdict/party"
)

// A Listed says that a party is listed, and what that does to what it owns.
type Listed struct {
	Party    party.Ref  `json:"party"` // as the graph names it
	Entry    party.Ref  `json:"entry"` // the list entry
	Name     string     `json:"name,omitempty"`
	Regime   law.Regime `json:"regime"`
	Programs []string   `json:"programs,omitempty"`
	Measure  string     `json:"measure,omitempty"` // "" blocks; shares of other measures ("ssi-1") add up among themselves only
	Cascades bool       `json:"cascades"`          // what it owns falls under the measure: not so for NS-CMIC (FAQ 857)
	From     party.Date `json:"from"`              // the first day; zero: not said, so always
	Until    party.Date `json:"until,omitzero"`    // the first day after; zero: still
}

// FromEffects turns what a listing brings, as package law says, into seeds of
// the fixed point: node is the party in the graph, entry its list entry, and
// until the day on which the listing ended, zero while it stands.
//
// What blocks, freezes or asks for an export licence is one measure. Any other
// adds up only with its like, so it is a measure by its authority. The export
// side seeds whenever it is there: whether the Affiliates Rule stands on a day
// is for the rule here to say.
func FromEffects(node, entry party.Ref, name string, until party.Date, effects []law.Effect) []Listed {
	var out []Listed
	for _, e := range effects {
		l := Listed{Party: node, Entry: entry, Name: name, Regime: e.Regime, Cascades: e.Cascades, From: e.Listed, Until: until}
		if e.Program != "" {
			l.Programs = []string{e.Program}
		}
		switch e.IfConfirmed {
		case law.Block, law.Freeze:
		case law.ExportLicence:
			l.Cascades = true
		default:
			l.Measure = e.Authority
		}
		out = append(out, l)
	}
	return out
}

// standsOn says whether the listing stood on the day. A partial date is read
// against the listed party: it may have stood.
func (l *Listed) standsOn(day party.Date) bool {
	return (l.From.IsZero() || day.Compare(l.From.First()) >= 0) && (l.Until.IsZero() || day.Compare(l.Until.Last()) < 0)
}

// Seeds are the listings that questions about one graph are asked with.
type Seeds struct {
	g   *Graph
	all map[party.Ref][]Listed
	by  map[int32][]Listed
	of  *Seeds // whose maps these are, where they are another's
}

// Seeds numbers the listings for this graph. Nothing changes them afterwards.
func (g *Graph) Seeds(listed []Listed) *Seeds {
	s := &Seeds{g: g, all: map[party.Ref][]Listed{}, by: map[int32][]Listed{}}
	for _, l := range listed {
		s.all[l.Party] = append(s.all[l.Party], l)
		if v := g.find(l.Party); v >= 0 {
			s.by[v] = append(s.by[v], l)
		}
	}
	return s
}

// On returns the same listings for a graph that [Graph.With] has made of theirs.
// It costs nothing but for parties that are new and listed.
func (s *Seeds) On(g *Graph) *Seeds {
	n := &Seeds{g: g, all: s.all, by: s.by, of: s.base()}
	if g.over == nil {
		return n
	}
	for i, ref := range g.over.names {
		v := int32(g.names.len() + i)
		if ls := s.all[ref]; len(ls) > 0 && s.by[v] == nil {
			if n.of != nil {
				n.by, n.of = maps.Clone(s.by), nil
			}
			n.by[v] = ls
		}
	}
	return n
}

// base returns the listings whose maps these are.
func (s *Seeds) base() *Seeds {
	if s.of != nil {
		return s.of
	}
	return s
}

// A Query is what is asked about companies. Regime, Law and Listed are
// required.
type Query struct {
	Regime  law.Regime
	Law     party.Date // the day whose law and lists are asked
	Facts   party.Date // the day whose stakes are asked; zero: Law
	Listed  *Seeds
	Measure string // which measure of the listings; "" blocks

	// Closed says that the stakes in the graph are all there are. It is true of
	// worked examples and seldom of the world.
	Closed bool
	// Treasury says what a company's own shares do to the whole.
	Treasury Treasury
	// Confirmed says that the user has confirmed a rule that wants it.
	Confirmed bool
	// Certify asks for the certificate of an answer that is not "owned".
	Certify bool

	plain bool // proofs are not wanted
}

// A Status is the answer in one word. The zero Status is no answer.
type Status uint8

// The answers, each stronger than those below it.
const (
	NoAnswer      Status = iota
	NoRule               // the regime has no rule of ownership in force on that day
	NoData               // nobody says who owns the company
	NotOwned             // whoever the unknown holders are
	Below                // below the threshold with some of the shares unaccounted for
	Indeterminate        // could go either way on what is known
	Owned
)

var statuses = [...]string{"", "no-rule", "no-data", "not-owned", "below", "indeterminate", "owned"}

// String returns the status as the API prints it.
func (s Status) String() string {
	if int(s) < len(statuses) {
		return statuses[s]
	}
	return fmt.Sprintf("status(%d)", s)
}

// MarshalText writes the status as String does.
func (s Status) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads a status by its name.
func (s *Status) UnmarshalText(b []byte) error {
	for i, t := range statuses {
		if t == string(b) {
			*s = Status(i)
			return nil
		}
	}
	return fmt.Errorf("unknown status %q", b)
}

// An Answer says whether one company is owned by listed parties under one rule.
// It judges what the sources say; a person confirms.
type Answer struct {
	Company party.Ref  `json:"company"`
	Regime  law.Regime `json:"regime"`
	Rule    string     `json:"rule,omitempty"` // the ID of the rule
	Law     party.Date `json:"law_as_of"`
	Facts   party.Date `json:"facts_as_of"`
	Status  Status     `json:"status"`
	// IfInForce is the answer that a suspended rule would give.
	IfInForce Status `json:"if_in_force,omitempty"`
	// Unconfirmed says why the rule itself wants a confirmation.
	Unconfirmed string   `json:"unconfirmed,omitempty"`
	Listed      []Listed `json:"listed,omitempty"` // listings of the company itself

	// Least and Most are the points that count for listed parties; under a rule
	// without aggregation, those of the one who comes nearest.
	Least       Bound    `json:"least"`
	Most        Bound    `json:"most"`
	Unaccounted Bound    `json:"unaccounted"` // what nobody accounts for, or is held by parties whose owners nobody names
	Holders     []Holder `json:"holders,omitempty"`
	Flip        *Flip    `json:"flip,omitempty"`
	Controlled  bool     `json:"controlled,omitempty"` // not owned, but the control test may catch it: for review
	Proof       *Proof   `json:"proof,omitempty"`      // of owned or controlled
	Review      []Flag   `json:"review,omitempty"`
	// Certificate is of an answer that is not "owned", where the query asks for it.
	Certificate *Certificate `json:"certificate,omitempty"`
}

// A Holder is one holding in the company, as the answer counts it.
type Holder struct {
	Parties []party.Ref   `json:"parties"` // one, unless How says otherwise
	How     How           `json:"how,omitempty"`
	Role    Role          `json:"role"`
	Limb    int           `json:"limb,omitempty"`
	Least   Bound         `json:"least"`
	Most    Bound         `json:"most"`
	Share   string        `json:"share"` // for people
	Stakes  []claim.Stake `json:"stakes"`
}

// A How says how several parties come to one holding. The zero How is one
// holder of his own.
type How uint8

// The ways. Package claim's Holding is what the source says of one owner.
const (
	Direct         How = iota
	JointHolders       // several hold one parcel together
	ThroughNominee     // a nominee holds for another
	InTrust            // a trustee holds for others
	ByArrangement      // several act together by arrangement (UK)
)

var hows = [...]string{"", "joint", "nominee", "trust", "arrangement"}

// String returns the way in one word; "" for [Direct].
func (h How) String() string {
	if int(h) < len(hows) {
		return hows[h]
	}
	return fmt.Sprintf("how(%d)", h)
}

// MarshalText writes the way as String does.
func (h How) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText reads a way by its name.
func (h *How) UnmarshalText(b []byte) error {
	for i, s := range hows {
		if s == string(b) {
			*h = How(i)
			return nil
		}
	}
	return fmt.Errorf("unknown way of holding %q", b)
}

// A Role is what a holder is to the question.
type Role uint8

// The roles.
const (
	Outside    Role = iota // not owned by listed parties, or nobody knows it to be
	OpenOwners             // whose own owners are not all known
	MayBeOwned             // a holder that may be owned by listed parties on what is known
	IsOwned                // owned by listed parties, so that its whole stake counts
	IsListed
)

var roles = [...]string{"outside", "owners-unknown", "may-be-owned", "owned", "listed"}

// String returns the role as the API prints it.
func (r Role) String() string {
	if int(r) < len(roles) {
		return roles[r]
	}
	return fmt.Sprintf("role(%d)", r)
}

// MarshalText writes the role as String does.
func (r Role) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// A Flip says what would change the answer.
type Flip struct {
	To       Status      `json:"to"`
	Points   Bound       `json:"points"`    // how many points more, or fewer
	MoreThan bool        `json:"more_than"` // more than so many; else so many
	From     []party.Ref `json:"from,omitempty"`
	Text     string      `json:"text"`
}

// A Flag is something that a person has to look at.
type Flag struct {
	Kind    string      `json:"kind"`
	Text    string      `json:"text"`
	Parties []party.Ref `json:"parties,omitempty"`
}

// Own answers for one company. The error is for a question that cannot be
// asked; a company that the graph does not know has [NoData].
func (g *Graph) Own(company party.Ref, q Query) (Answer, error) {
	a, rule, inForce, err := g.start(company, q)
	if err != nil || !inForce {
		return a, err
	}
	x := g.find(company)
	if x < 0 {
		a.settle(rule, NoData)
		return a, nil
	}
	v := g.view(rule, a.Facts, q.Treasury)
	l := v.above(x)
	best, runs := v.nearest(l, 0, &q)
	best.fill(&a, &q)
	if a.Status == Owned && !q.plain {
		a.Proof = best.prove(&a, &q)
	} else if q.Certify && !q.plain && a.Status != NoData && a.Status != Owned {
		a.Certificate = a.certify(runs, &q)
	}
	if loop := l.loop(best.lower); len(loop) > 0 && a.Status != Owned {
		a.circular(loop)
	}
	a.control(v, &q, x)
	a.settle(rule, a.Status)
	return a, nil
}

// start checks the question and fills what does not depend on stakes.
func (g *Graph) start(company party.Ref, q Query) (Answer, Rule, bool, error) {
	a := Answer{Company: company, Regime: q.Regime, Law: q.Law, Facts: q.Facts}
	if a.Facts.IsZero() {
		a.Facts = q.Law
	}
	switch {
	case q.Law.IsZero():
		return a, Rule{}, false, fmt.Errorf("own %v: want a day whose law is asked", company)
	case q.Listed == nil || q.Listed.g != g:
		return a, Rule{}, false, fmt.Errorf("own %v: want listings numbered by Seeds of this graph", company)
	case q.Law.Day == 0 || a.Facts.Day == 0:
		return a, Rule{}, false, fmt.Errorf("own %v: %v and %v: want full days", company, q.Law, a.Facts)
	}
	rule, ok, err := RuleOn(q.Regime, q.Law)
	if err != nil {
		return a, Rule{}, false, fmt.Errorf("own %v: %w", company, err)
	}
	for _, l := range q.Listed.all[company] {
		if l.Regime == q.Regime && l.standsOn(q.Law) {
			a.Listed = append(a.Listed, l)
		}
	}
	if !ok {
		a.Status = NoRule
		a.flag("no-rule", fmt.Sprintf("%s had no rule of ownership on %v", q.Regime, q.Law))
		return a, Rule{}, false, nil
	}
	a.Rule = rule.ID
	if rule.Unconfirmed != "" && !q.Confirmed {
		a.Unconfirmed = rule.Unconfirmed
		a.flag("unconfirmed", rule.Unconfirmed)
	}
	return a, rule, true, nil
}

// settle turns the answer of a suspended rule into what it would be.
func (a *Answer) settle(rule Rule, s Status) {
	a.Status = s
	if rule.Suspended {
		a.Status, a.IfInForce = NoRule, s
		a.flag("suspended", fmt.Sprintf("%s is suspended from %v until %v; in force it would answer: %v", rule.ID, rule.From, rule.Until, s))
	}
	if s == NoData {
		a.flag("no-data", "nobody says who owns it")
	}
}

func (a *Answer) flag(kind, text string, parties ...party.Ref) {
	a.Review = append(a.Review, Flag{kind, text, parties})
}

// A ground is the fixed points that answers stand on: those of all listed
// parties together, or of one of them where the rule does not aggregate.
type ground struct {
	l     *local
	seeds map[int32][]Listed // by local node
	lower *set
	upper *set
	open  *set
	// behind gives a listed party behind each node of lower; nil where nobody
	// asks.
	behind func() []behind
}

// A run is the answer about one company on its ground.
type run struct {
	*ground
	x int32 // the company
	// status, and the exact sums of the limb that comes nearest
	status      Status
	limb        int8
	least, most Bound
	unaccounted Bound
	holders     []holder
}

// listedIn returns the local nodes, other than but, that are listed with a
// cascading measure on the day.
func (l *local) listedIn(q *Query, but int32) map[int32][]Listed {
	out := map[int32][]Listed{}
	for i, x := range l.nodes {
		if int32(i) == but || !l.v.isParty(x) {
			continue
		}
		for _, s := range q.Listed.by[x] {
			if q.seeds(&s) {
				out[int32(i)] = append(out[int32(i)], s)
			}
		}
	}
	return out
}

// nearest asks about local node x as the rule wants it and returns the run with
// the strongest answer, and all of them.
func (v *view) nearest(l *local, x int32, q *Query) (*run, []*run) {
	seeds := l.listedIn(q, x)
	base := open(l, v)
	var best *run
	var all []*run
	for _, some := range v.persons(seeds) {
		r := l.ground(some, base).run(x, q)
		if all = append(all, r); best == nil || r.nearer(best) {
			best = r
		}
	}
	return best, all
}

// nearer says that r is the answer rather than s: the stronger one, else that
// of the listed party who holds more.
func (r *run) nearer(s *run) bool {
	if r.status != s.status {
		return r.status > s.status
	}
	if c := cmpLower(r.least, s.least); c != 0 {
		return c > 0
	}
	return cmpUpper(r.most, s.most) > 0
}

func sorted(m map[int32][]Listed) []int32 { return sortedNodes(m) }

// ground runs the fixed points for the seeds. base is what is open whoever is
// listed.
func (l *local) ground(seeds map[int32][]Listed, base *openness) *ground {
	from := sorted(seeds)
	s := &ground{l: l, seeds: seeds, lower: grow(l, from, false, nil), upper: grow(l, from, true, nil)}
	s.open = base.with(s.upper.order).in
	return s
}

// run answers about local node x.
func (s *ground) run(x int32, q *Query) *run {
	r := &run{ground: s, x: x, holders: s.l.v.holders(s.l.nodes[x])}
	r.sums()
	switch {
	case r.lower.has(x):
		r.status = Owned
	case r.upper.has(x):
		r.status = Indeterminate
	case len(r.holders) == 0:
		r.status = NoData
	case !q.Closed && r.open.has(x):
		r.status = Below
	default:
		r.status = NotOwned
	}
	return r
}

// sums makes the exact sums of the limb in which most counts.
func (r *run) sums() {
	hundred := big.NewRat(100, 1)
	for limb := range r.l.v.limbs() {
		var least, most, outside, unknown Bound
		for _, h := range r.holders {
			if int(h.limb) != limb {
				continue
			}
			at := r.l.at[h.node]
			if r.lower.has(at) {
				least = least.plus(h.lo)
			}
			if r.upper.has(at) {
				most = most.plus(h.hi)
			} else {
				outside = outside.plus(h.lo)
			}
			if !r.open.has(at) {
				unknown = unknown.plus(h.lo)
			}
		}
		if left := (Bound{new(big.Rat).Sub(hundred, outside.Rat()), outside.Open}); cmpUpper(left, most) < 0 && cmpUpper(left, least) >= 0 {
			most = left
		}
		if limb == 0 || cmpLower(least, r.least) > 0 || cmpLower(least, r.least) == 0 && cmpUpper(most, r.most) > 0 {
			r.limb, r.least, r.most = int8(limb), least, most
			gap := new(big.Rat).Sub(hundred, unknown.Rat())
			gap.Sub(gap, most.Rat())
			if gap.Sign() < 0 {
				gap = new(big.Rat)
			}
			r.unaccounted = Bound{points: gap}
		}
	}
}

func (r *run) role(node int32) Role {
	at := r.l.at[node]
	_, listed := r.seeds[at]
	switch {
	case listed:
		return IsListed
	case r.lower.has(at):
		return IsOwned
	case r.upper.has(at):
		return MayBeOwned
	case r.open.has(at):
		return OpenOwners
	}
	return Outside
}

// fill writes the run into the answer.
func (r *run) fill(a *Answer, q *Query) {
	v := r.l.v
	a.Status, a.Least, a.Most, a.Unaccounted = r.status, r.least, r.most, r.unaccounted
	if q.Closed {
		a.Unaccounted = Bound{}
	}
	for _, h := range r.holders {
		parties, how := v.parties(h.node)
		row := Holder{Parties: parties, How: how, Role: r.role(h.node), Limb: int(h.limb), Least: h.lo, Most: h.hi, Share: h.text()}
		for _, s := range h.recs {
			row.Stakes = append(row.Stakes, v.g.stake(s))
		}
		a.Holders = append(a.Holders, row)
	}
	slices.SortStableFunc(a.Holders, func(x, y Holder) int {
		if x.Role != y.Role {
			return int(y.Role) - int(x.Role)
		}
		return cmpUpper(y.Most, x.Most)
	})
	a.Flip = r.flip()
	r.review(a, q)
}

// text prints the interval for people.
func (s interval) text() string {
	lo, hi := s.lo.String(), s.hi.String()
	switch {
	case lo == hi:
		return lo + " %"
	case lo == "0" && !s.lo.Open && hi == "100" && !s.hi.Open:
		return "unknown"
	case s.lo.Open && s.hi.Open:
		return "more than " + lo + " and less than " + hi + " %"
	case s.lo.Open && hi == "100":
		return "more than " + lo + " %"
	case s.lo.Open:
		return "more than " + lo + " to " + hi + " %"
	case s.hi.Open:
		return lo + " to less than " + hi + " %"
	}
	return lo + " to " + hi + " %"
}

// parties names the parties of a node: one, or the members of a gate or an
// arrangement.
func (v *view) parties(x int32) ([]party.Ref, How) {
	var out []party.Ref
	switch {
	case v.isGate(x):
		g := v.g.gates[x-v.n]
		for _, m := range g.members {
			out = append(out, v.g.ref(m.node))
		}
		return out, g.how
	case v.isGroup(x):
		for _, m := range v.groups[x-v.n-v.gates].members {
			out = append(out, v.g.ref(m))
		}
		return out, ByArrangement
	}
	return []party.Ref{v.g.ref(x)}, Direct
}

// flip says what would change the answer, in points of the nearest limb.
func (r *run) flip() *Flip {
	v := r.l.v
	t := Bound{points: big.NewRat(v.rule.Threshold.Num(), v.rule.Threshold.Den())}
	gap := new(big.Rat).Sub(t.Rat(), r.least.Rat())
	f := &Flip{To: Owned, Points: Bound{points: gap}, MoreThan: v.rule.MoreThan && !r.least.Open}
	word := ""
	if f.MoreThan {
		word = "more than "
	}
	switch r.status {
	case Owned:
		over := new(big.Rat).Neg(gap)
		f.To, f.Points, f.MoreThan = NotOwned, Bound{points: over}, !v.rule.MoreThan
		for _, h := range r.holders {
			if r.lower.has(r.l.at[h.node]) && h.limb == r.limb {
				p, _ := v.parties(h.node)
				f.From = append(f.From, p...)
			}
		}
		word = "at least "
		if f.MoreThan {
			word = "more than "
		}
		f.Text = fmt.Sprintf("no longer owned if the stakes that count fell by %s%s points", word, f.Points)
		if over.Sign() == 0 && f.MoreThan {
			f.Text = "no longer owned if the stakes that count fell at all"
		}
	case Indeterminate:
		for _, h := range r.holders {
			at := r.l.at[h.node]
			if h.limb == r.limb && r.upper.has(at) && (!r.lower.has(at) || cmpUpper(h.lo, h.hi) != 0) {
				p, _ := v.parties(h.node)
				f.From = append(f.From, p...)
			}
		}
		f.Text = fmt.Sprintf("owned if %s%s points more are held by listed or owned parties", word, f.Points)
	case Below:
		f.Text = fmt.Sprintf("owned if listed parties stand behind %s%s of the %s points that nobody accounts for", word, f.Points, r.unaccounted)
	default:
		return nil
	}
	return f
}
