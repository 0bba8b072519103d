// SPDX-License-Identifier: Apache-2.0

package ownership

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/party"
)

// An Issue is something odd about a statement. A reader yields it as the error
// of its row: alone when nothing could be kept, beside the record when it was.
// A graph reports those that only show when statements are put together.
type Issue struct {
	Kind   IssueKind `json:"kind"`
	File   string    `json:"file,omitempty"`
	Line   int       `json:"line,omitempty"` // 1-based; 0 where not known
	Owner  party.Ref `json:"owner,omitzero"`
	Owned  party.Ref `json:"owned,omitzero"`
	Reason string    `json:"reason"`
	Raw    string    `json:"raw,omitempty"` // the start of what was read, at most 4 KiB
}

// Error says where and what.
func (i *Issue) Error() string {
	s := i.File
	if i.Line > 0 {
		s += fmt.Sprintf(":%d", i.Line)
	}
	if s != "" {
		s += ": "
	}
	return s + i.Reason
}

// An IssueKind is what is odd.
type IssueKind uint8

// The kinds. Only a row of kind Unreadable is lost to the graph; of all others
// the statement is kept, with whatever is not known left open.
const (
	Unreadable    IssueKind = iota // no stake could be made of the row
	BadShare                       // the share is no number, negative or above 100 %: kept as unknown
	BadDate                        // a date could not be read: kept as unknown
	DatesReversed                  // the end is not after the beginning
	SelfOwned                      // a company holds itself
	Duplicate                      // the same statement twice from one source
	Disagree                       // sources give different shares for one holding
	OverWhole                      // the shares in a company add to more than 100 %
	Dangling                       // a party is named but nowhere described
	Unspecified                    // the source says that it does not say who holds
	Withdrawn                      // the publisher has taken the record back
)

var issueKinds = [...]string{"unreadable", "bad-share", "bad-date", "dates-reversed", "self-owned", "duplicate", "disagree", "over-100", "dangling", "unspecified", "withdrawn"}

// String returns the kind as reports print it.
func (k IssueKind) String() string {
	if int(k) < len(issueKinds) {
		return issueKinds[k]
	}
	return fmt.Sprintf("issue(%d)", k)
}

// MarshalText writes the kind as String does.
func (k IssueKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// Issues returns what is odd about the stakes, in the order of the input for
// single statements, then by company.
func (g *Graph) Issues() []Issue { return slices.Clone(g.issues) }

// lookOver finds what only shows when statements stand beside each other.
func (g *Graph) lookOver(claimed []uint64) []Issue {
	var out []Issue
	for i := 1; i < len(g.stakes); i++ {
		a, b := &g.stakes[i-1], &g.stakes[i]
		if a.owner != b.owner || a.owned != b.owned {
			continue
		}
		first := i - 1
		for first > 0 && g.stakes[first-1].owner == b.owner && g.stakes[first-1].owned == b.owned {
			first--
		}
		for j := first; j < i; j++ {
			if is := g.compare(&g.stakes[j], b); is != nil {
				out = append(out, *is)
				break
			}
		}
	}
	for x, units := range claimed {
		if units > wholeUnits {
			out = append(out, g.overWhole(int32(x))...)
		}
	}
	return out
}

// compare reports two statements about one holding that are the same or that
// cannot both be true.
func (g *Graph) compare(a, b *rec) *Issue {
	if a.kind != b.kind || g.part(*a) != g.part(*b) || !overlap(a, b) {
		return nil
	}
	s, t := g.stake(*a), g.stake(*b)
	is := &Issue{File: t.File, Line: t.Line, Owner: t.Owner, Owned: t.Owned, Raw: t.Text}
	lo, hi := boundOf(s.Share.Lo, s.Share.LoOpen), boundOf(s.Share.Hi, s.Share.HiOpen)
	if l := boundOf(t.Share.Lo, t.Share.LoOpen); cmpLower(l, lo) > 0 {
		lo = l
	}
	if h := boundOf(t.Share.Hi, t.Share.HiOpen); cmpUpper(h, hi) < 0 {
		hi = h
	}
	switch {
	case s.Share == t.Share && a.source == b.source && a.from == b.from && a.to == b.to:
		is.Kind, is.Reason = Duplicate, fmt.Sprintf("%v in %v: said already at %s; it counts once", t.Owner, t.Owned, place(s))
	case empty(lo, hi):
		is.Kind, is.Reason = Disagree, fmt.Sprintf("%v in %v: %v here, %v at %s; neither is dropped", t.Owner, t.Owned, t.Share, s.Share, place(s))
	default:
		return nil
	}
	return is
}

func overlap(a, b *rec) bool {
	ends := func(x, y *rec) bool { return x.to != 0 && y.from != 0 && x.to.last() <= y.from.first() }
	return !ends(a, b) && !ends(b, a)
}

func place(s claim.Stake) string {
	at := s.File
	if at == "" {
		at = s.Source.Name
	}
	if s.Line > 0 {
		at += fmt.Sprintf(":%d", s.Line)
	}
	if at == "" {
		return "another place"
	}
	return at
}

// some prints the first places of many.
func some(places []string) string {
	if n := len(places); n > 5 {
		return fmt.Sprintf("%s and %d more", strings.Join(places[:5], ", "), n-5)
	}
	return strings.Join(places, ", ")
}

// overWhole reports the kinds of shares in x that add to more than 100 % on
// some day.
func (g *Graph) overWhole(x int32) []Issue {
	var sums [8]int64
	idx := g.inIdx[g.inOff[x]:g.inOff[x+1]]
	for _, i := range idx {
		r := &g.stakes[i]
		sums[r.kind] += int64(r.lo)
	}
	var out []Issue
	for k, s := range sums {
		if s <= wholeUnits {
			continue
		}
		if is, ok := g.overWholeOn(x, claim.StakeKind(k)); ok {
			out = append(out, is)
		}
	}
	return out
}

func (g *Graph) overWholeOn(x int32, k claim.StakeKind) (Issue, bool) {
	recs := g.in(x, nil)
	days := []day{99991231}
	for _, r := range recs {
		if r.from != 0 {
			days = append(days, r.from.last())
		}
		if r.to != 0 {
			days = append(days, r.to.first()-1) // orders before the end, which is all that is asked
		}
	}
	v := &view{g: g, n: int32(g.size()), gates: int32(len(g.gates))}
	for i := range v.limbOf {
		v.limbOf[i] = -1
	}
	v.limbOf[k] = 0
	v.rule.Limbs = [][]claim.StakeKind{{k}}
	for _, d := range days {
		v.on = d
		total := Bound{}
		for _, h := range v.holders(x) {
			total = total.plus(h.lo)
		}
		if total.Rat().Cmp(big.NewRat(100, 1)) > 0 {
			var last claim.Stake
			var places []string
			for i := range recs {
				s := g.stake(recs[i])
				if may, _ := recs[i].heldOn(d); !may || !v.counts(&recs[i]) {
					continue
				}
				places = append(places, place(s))
				if s.Line >= last.Line {
					last = s
				}
			}
			return Issue{Kind: OverWhole, File: last.File, Line: last.Line, Owned: last.Owned,
				Reason: fmt.Sprintf("%v: the shares of %v add to %v %%, in %s", last.Owned, k, total, some(places))}, true
		}
	}
	return Issue{}, false
}
