// SPDX-License-Identifier: Apache-2.0

// Package ownership answers whether a company is owned by listed parties under
// the rule of one regime, and proves it.
//
// A [Graph] is built once from ownership statements and never changes, so any
// number of goroutines may query it. Shares are exact. A holder that the rule
// itself blocks counts with its whole stake, any other holder with none: shares
// are never multiplied along a chain. A cycle without a listed party behind it
// proves nothing. What is not known is an interval, and an answer that could go
// either way says so and says what would decide it.
//
// The package knows no lists: who is listed comes in as an argument. It reads
// no files; the readers are the folders below it, and ownership/verify checks
// a proof without any of this package's code.
package ownership

import (
	"cmp"
	"fmt"
	"iter"
	"slices"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/party"
)

// A Graph holds who owns whom, over all dates. It never changes.
type Graph struct {
	names names
	kinds []party.Kind   // by node; short where the rest is not said
	own   map[int32]bool // companies that hold their own shares
	// silent is why sources do not say who holds a company.
	silent map[int32][]string

	stakes []rec    // by owner, then owned, then as they came
	outOff []uint32 // stakes of owner v are stakes[outOff[v]:outOff[v+1]]
	inOff  []uint32 // stakes in v are stakes[i] for i in inIdx[inOff[v]:inOff[v+1]]
	inIdx  []uint32

	details  []detail
	sources  []origin
	gates    []gate
	forGates map[int32][]int32 // gates in which a node stands behind a nominee or trustee
	joints   []arrangement

	over   *overlay
	issues []Issue
}

// An overlay is what a changed graph has in place of its base.
type overlay struct {
	refs  map[party.Ref]int32
	names []party.Ref
	out   map[int32][]rec
	in    map[int32][]rec
}

// A rec is one stake, small. Most stakes have no detail.
type rec struct {
	owner, owned int32
	lo, hi       uint32 // in units; lo rounded down and hi up where flagInexact says so
	from, to     day
	source       uint32
	line         uint32
	detail       uint32 // 1-based; 0 where there is none
	kind         claim.StakeKind
	held         claim.Holding
	flags        uint8
}

const (
	flagLoOpen uint8 = 1 << iota
	flagHiOpen
	flagInexact  // detail.share has the exact one
	flagBadDates // the end is before the beginning: when it held is not known
	flagGate     // held jointly or for somebody else: counts through detail.gate
)

// A detail is what few stakes have.
type detail struct {
	share    claim.Share
	id       string
	part     string
	together string
	behind   party.Ref
	recorded party.Date
	text     string
	note     string
	gate     int32 // the index into gates, -1 where there is none
}

type origin struct {
	source claim.Source
	file   string
}

// A gate is a holding that does not simply belong to one holder: joint
// holders, a nominee, a trustee. It is a node between the holders and the
// company, and passes on when enough of its members do.
type gate struct {
	owned   int32
	how     How
	group   string
	part    string
	members []member
}

// A member of a gate. A stated beneficial owner is sure, a nominee is not.
type member struct {
	node int32
	sure bool
}

// An arrangement ties holders who act together.
type arrangement struct {
	members []int32
	company int32 // -1 for every company in which at least two members hold
	source  string
}

// A Joint is an arrangement by which several holders exercise their rights
// together. Company is zero where it is for every company that at least two of
// them hold.
type Joint struct {
	Holders []party.Ref
	Company party.Ref
	Source  string
}

// A Builder collects stakes and makes a graph of them. It is used by one
// goroutine.
type Builder struct {
	g       Graph
	batch   []claim.Stake // not yet in chunks
	names   int           // bytes of the names in it, at most
	warmed  uint64        // see names.warm
	chunks  [][]rec
	srcs    map[origin]uint32
	last    origin // of the stake before, which mostly has the same
	lastSrc uint32
	n       int
	gateOf  map[gateKey]int32
	issues  []Issue
	// numbered gives nodes their numbers where a graph is changed; nil for a new
	// one.
	numbered func(party.Ref) int32
}

type gateKey struct {
	owned, owner int32 // owner is -1 for a joint holding
	group, part  string
}

// NewBuilder returns an empty builder.
func NewBuilder() *Builder {
	return &Builder{
		g:      Graph{names: newNames(), own: map[int32]bool{}, silent: map[int32][]string{}, forGates: map[int32][]int32{}},
		srcs:   map[origin]uint32{},
		gateOf: map[gateKey]int32{},
	}
}

// chunk is how many stakes the builder takes room for at a time, at most.
const chunk = 1 << 16

// Add takes one stake. It refuses only a stake without both ends, or one more
// than the graph can hold; whatever else is odd is kept and reported by
// [Graph.Issues].
func (b *Builder) Add(s claim.Stake) error {
	if s.Owner.IsZero() || s.Owned.IsZero() {
		return fmt.Errorf("stake of %q in %q: want an owner and a company", s.Owner, s.Owned)
	}
	b.names += len(s.Owner.List) + len(s.Owner.ID) + len(s.Owned.List) + len(s.Owned.ID) + 2
	if !b.g.names.fits(b.names) || b.n == 1<<31-1 {
		return fmt.Errorf("stake of %v in %v: the graph is full", s.Owner, s.Owned)
	}
	if b.batch = append(b.batch, s); len(b.batch) == batchSize {
		b.flush()
	}
	return nil
}

// batchSize is how many stakes are numbered at a time; see names.warm.
const batchSize = 64

// flush takes the batch into the graph.
func (b *Builder) flush() {
	b.warmed += b.g.names.warm(b.batch)
	for i := range b.batch {
		b.keep(b.rec(&b.batch[i]))
	}
	b.batch, b.names = b.batch[:0], 0
}

func (b *Builder) keep(r rec) {
	if k := len(b.chunks); k == 0 || len(b.chunks[k-1]) == cap(b.chunks[k-1]) {
		b.chunks = append(b.chunks, make([]rec, 0, min(max(b.n, 16), chunk)))
	}
	last := &b.chunks[len(b.chunks)-1]
	*last = append(*last, r)
	b.n++
}

// SetKind tells what a node is. A person has no owners, so nothing about it is
// unaccounted for.
func (b *Builder) SetKind(ref party.Ref, k party.Kind) {
	v := int(b.g.names.add(ref))
	for len(b.g.kinds) <= v {
		b.g.kinds = append(b.g.kinds, party.Unknown)
	}
	b.g.kinds[v] = k
}

// AddJoint takes a joint arrangement; only regimes that know such a thing ask
// for it.
func (b *Builder) AddJoint(j Joint) error {
	if len(j.Holders) < 2 {
		return fmt.Errorf("joint arrangement of %v: want at least two holders", j.Holders)
	}
	a := arrangement{company: -1, source: j.Source}
	if !j.Company.IsZero() {
		a.company = b.g.names.add(j.Company)
	}
	for _, h := range j.Holders {
		a.members = append(a.members, b.g.names.add(h))
	}
	b.g.joints = append(b.g.joints, a)
	return nil
}

func (b *Builder) rec(s *claim.Stake) rec {
	r := rec{
		owner: b.number(s.Owner), owned: b.number(s.Owned),
		from: dayOf(s.From), to: dayOf(s.To), kind: s.Kind, held: s.Held, line: uint32(max(s.Line, 0)),
	}
	r.source = b.origin(s)
	r.setShare(s.Share)
	if r.owner == r.owned {
		r.held = claim.Treasury
		b.g.own[r.owner] = true
		b.issue(SelfOwned, s, "the company holds its own shares: they count for nobody")
	}
	if r.from != 0 && r.to != 0 && r.to.first() <= r.from.first() {
		r.flags |= flagBadDates
		b.issue(DatesReversed, s, fmt.Sprintf("from %v to %v: the end is not after the beginning, so when it held is not known", s.From, s.To))
	}
	gate := int32(-1)
	if r.owner != r.owned {
		gate = b.gate(r, s)
	}
	if gate >= 0 {
		r.flags |= flagGate
	}
	if r.flags&(flagInexact|flagGate) != 0 || s.ID != "" || s.Part != "" || s.Together != "" || !s.For.IsZero() || !s.Recorded.IsZero() || s.Text != "" || s.Note != "" {
		b.g.details = append(b.g.details, detail{share: s.Share, id: s.ID, part: s.Part, together: s.Together, behind: s.For, recorded: s.Recorded, text: s.Text, note: s.Note, gate: gate})
		r.detail = uint32(len(b.g.details))
	}
	return r
}

func (b *Builder) number(ref party.Ref) int32 {
	if b.numbered != nil {
		return b.numbered(ref)
	}
	return b.g.names.add(ref)
}

func (b *Builder) origin(s *claim.Stake) uint32 {
	o := origin{s.Source, s.File}
	if len(b.g.sources) > 0 && o == b.last {
		return b.lastSrc
	}
	src, ok := b.srcs[o]
	if !ok {
		src = uint32(len(b.g.sources))
		b.g.sources = append(b.g.sources, o)
		b.srcs[o] = src
	}
	b.last, b.lastSrc = o, src
	return src
}

func (b *Builder) issue(k IssueKind, s *claim.Stake, text string) {
	b.issues = append(b.issues, Issue{Kind: k, File: s.File, Line: s.Line, Owner: s.Owner, Owned: s.Owned, Reason: text, Raw: s.Text})
}

// gate returns the gate that the stake goes through, or -1.
func (b *Builder) gate(r rec, s *claim.Stake) int32 {
	how := Direct
	key := gateKey{owned: r.owned, owner: r.owner, part: s.Part}
	switch {
	case s.Together != "":
		how, key.owner, key.group = JointHolders, -1, s.Together
	case s.Held == claim.Nominee:
		how = ThroughNominee
	case s.Held == claim.Trust:
		how = InTrust
	default:
		return -1
	}
	at, ok := b.gateOf[key]
	if !ok {
		at = int32(len(b.g.gates))
		b.g.gates = append(b.g.gates, gate{owned: r.owned, how: how, group: s.Together, part: s.Part})
		b.gateOf[key] = at
	}
	g := &b.g.gates[at]
	g.join(member{r.owner, how == JointHolders})
	if !s.For.IsZero() {
		p := b.number(s.For)
		if g.join(member{p, how == ThroughNominee}) {
			b.g.forGates[p] = append(b.g.forGates[p], at)
		}
	}
	return at
}

func (g *gate) join(m member) bool {
	for i := range g.members {
		if g.members[i].node == m.node {
			g.members[i].sure = g.members[i].sure || m.sure // a nominee for itself
			return false
		}
	}
	g.members = append(g.members, m)
	return true
}

// Graph sorts what was added and returns the graph. The builder is spent.
func (b *Builder) Graph() *Graph {
	b.flush()
	g := new(Graph)
	*g = b.g
	n := g.names.len()
	g.outOff = make([]uint32, n+1)
	g.inOff = make([]uint32, n+1)
	claimed := make([]uint64, n) // of each company, to see where a second look is due
	for _, c := range b.chunks {
		for i := range c {
			claimed[c[i].owned] += uint64(c[i].lo)
			g.outOff[c[i].owner+1]++
			g.inOff[c[i].owned+1]++
		}
	}
	for v := range n {
		g.outOff[v+1] += g.outOff[v]
		g.inOff[v+1] += g.inOff[v]
	}
	g.stakes = make([]rec, b.n)
	for i, c := range b.chunks {
		for j := range c {
			at := &g.outOff[c[j].owner]
			g.stakes[*at] = c[j]
			*at++
		}
		b.chunks[i] = nil
	}
	copy(g.outOff[1:], g.outOff[:n]) // each start has moved to the next one's
	g.outOff[0] = 0
	for v := range n {
		if s := g.stakes[g.outOff[v]:g.outOff[v+1]]; len(s) > 1 {
			slices.SortStableFunc(s, func(a, b rec) int { return cmp.Compare(a.owned, b.owned) })
		}
	}
	g.inIdx = make([]uint32, b.n)
	for i := range g.stakes {
		at := &g.inOff[g.stakes[i].owned]
		g.inIdx[*at] = uint32(i)
		*at++
	}
	copy(g.inOff[1:], g.inOff[:n])
	g.inOff[0] = 0
	g.issues = append(b.issues, g.lookOver(claimed)...)
	*b = Builder{}
	return g
}

// Len returns how many parties and how many stakes the graph holds.
func (g *Graph) Len() (parties, stakes int) { return g.size(), len(g.stakes) }

func (g *Graph) size() int {
	if g.over != nil {
		return g.names.len() + len(g.over.names)
	}
	return g.names.len()
}

func (g *Graph) kind(v int32) party.Kind {
	if int(v) < len(g.kinds) {
		return g.kinds[v]
	}
	return party.Unknown
}

// find returns the number of ref, or -1.
func (g *Graph) find(ref party.Ref) int32 {
	if g.over != nil {
		if v, ok := g.over.refs[ref]; ok {
			return v
		}
	}
	return g.names.find(ref)
}

func (g *Graph) ref(v int32) party.Ref {
	if n := g.names.len(); int(v) >= n {
		return g.over.names[int(v)-n]
	}
	return g.names.ref(v)
}

// out returns the stakes that v holds, by company.
func (g *Graph) out(v int32) []rec {
	if g.over != nil {
		if s, ok := g.over.out[v]; ok {
			return s
		}
		if int(v) >= g.names.len() {
			return nil
		}
	}
	return g.stakes[g.outOff[v]:g.outOff[v+1]]
}

// in appends the stakes in v, by holder, to buf.
func (g *Graph) in(v int32, buf []rec) []rec {
	if g.over != nil {
		if s, ok := g.over.in[v]; ok {
			return append(buf, s...)
		}
		if int(v) >= g.names.len() {
			return buf
		}
	}
	for _, i := range g.inIdx[g.inOff[v]:g.inOff[v+1]] {
		buf = append(buf, g.stakes[i])
	}
	return buf
}

// stake returns the statement as it came in.
func (g *Graph) stake(r rec) claim.Stake {
	s := claim.Stake{
		Owner: g.ref(r.owner), Owned: g.ref(r.owned), Kind: r.kind, Held: r.held,
		From: r.from.date(), To: r.to.date(), Source: g.sources[r.source].source, File: g.sources[r.source].file, Line: int(r.line),
		Share: r.share(),
	}
	if r.detail != 0 {
		d := g.details[r.detail-1]
		s.Share, s.ID, s.Part, s.Together, s.For, s.Recorded, s.Text, s.Note = d.share, d.id, d.part, d.together, d.behind, d.recorded, d.text, d.note
	}
	return s
}

func (g *Graph) part(r rec) string {
	if r.detail == 0 {
		return ""
	}
	return g.details[r.detail-1].part
}

// Parties yields everybody whom a stake names, in the order of the input.
func (g *Graph) Parties() iter.Seq[party.Ref] {
	return func(yield func(party.Ref) bool) {
		for v := range g.size() {
			if !yield(g.ref(int32(v))) {
				return
			}
		}
	}
}

// Has says whether the graph knows the party at all.
func (g *Graph) Has(ref party.Ref) bool { return g.find(ref) >= 0 }

// Holdings returns the statements about who holds the company, over all dates.
func (g *Graph) Holdings(company party.Ref) []claim.Stake {
	v := g.find(company)
	if v < 0 {
		return nil
	}
	var out []claim.Stake
	for _, r := range g.in(v, nil) {
		out = append(out, g.stake(r))
	}
	return out
}

// Named returns where a party is first named: the file and the line of the
// earliest statement of one of its files. It returns "" and 0 where none is known.
func (g *Graph) Named(ref party.Ref) (file string, line int) {
	v := g.find(ref)
	if v < 0 {
		return "", 0
	}
	for _, r := range g.in(v, slices.Clone(g.out(v))) {
		s := g.stake(r)
		if s.File != "" && (file == "" || s.File == file && s.Line < line) {
			file, line = s.File, s.Line
		}
	}
	return file, line
}
