// SPDX-License-Identifier: Apache-2.0

// Package claim holds sourced, dated statements: that a party runs an address,
// that a botnet is managed by a company, that a company owns another.
//
// Everything here is a value that says who states it ([Source], with its class
// and its origin) and when it held. Nothing here judges: package evidence
// makes chains out of claims, package ownership proofs out of stakes.
package claim

import (
	"fmt"

	"github.com/interdict-dev/interdict/party"
)

// A Stake is one sourced statement that Owner holds a share of Owned.
// Stakes are comparable.
type Stake struct {
	ID    string // unique within its source; "" where the source has none
	Owner party.Ref
	Owned party.Ref
	// Part tells parcels of one holder in one company apart ("class A", "lot 2").
	// Stakes of one Part are statements about the same holding and never add up;
	// different parts do.
	Part string
	// Together names the holding that several owners have jointly, as the source
	// names it; "" for a holding of one owner's own.
	Together string
	// For is who stands behind a nominee or a trustee; zero where nobody says.
	For   party.Ref
	Share Share
	Kind  StakeKind
	Held  Holding
	From  party.Date // zero: since before the source looked
	To    party.Date // the first day on which it no longer held; zero while it stands
	// Recorded is when the source said so; zero where it does not say.
	Recorded party.Date
	Source   Source
	File     string // the file that says so; "" where there is none
	Line     int    // 1-based line or row of File; 0 where not known
	Text     string // the share as printed, where Share does not say it all
	Note     string
}

// HeldOn says whether the stake stood on day d, as far as its dates tell. A
// partial date is read in favour of the stake: from its first possible day to
// its last. The zero d asks about no day in particular, and every stake
// without an end stands on it.
func (s Stake) HeldOn(d party.Date) bool {
	if d.IsZero() {
		return s.To.IsZero()
	}
	if !s.From.IsZero() && d.Compare(s.From.First()) < 0 {
		return false
	}
	return s.To.IsZero() || d.Compare(s.To.Last()) < 0
}

// A Share is an interval of percentages that holds the true one, its ends
// included unless they are open. A known share has equal ends; [UnknownShare]
// is 0 to 100. The zero Share is exactly 0 %.
type Share struct {
	Lo     Percent
	Hi     Percent
	LoOpen bool // more than Lo: ">50"
	HiOpen bool // less than Hi: "<25"
}

// UnknownShare returns the share of a holder of whom nothing more is known.
func UnknownShare() Share { return Share{Hi: hundred} }

// Exactly returns a known share.
func Exactly(p Percent) Share { return Share{Lo: p, Hi: p} }

// NewShare returns the interval from lo to hi, and an error when lo is the
// larger one.
func NewShare(lo, hi Percent) (Share, error) {
	if lo.Cmp(hi) > 0 {
		return Share{}, fmt.Errorf("share from %v to %v: the ends are the wrong way round", lo, hi)
	}
	return Share{Lo: lo, Hi: hi}, nil
}

// IsExact says that the share is known.
func (s Share) IsExact() bool { return s.Lo == s.Hi }

// String returns "50 %", "25 to 50 %" or "unknown".
func (s Share) String() string {
	switch {
	case s.IsExact():
		return s.Lo.String() + " %"
	case s == UnknownShare():
		return "unknown"
	case s.LoOpen && s.HiOpen:
		return "more than " + s.Lo.String() + " and less than " + s.Hi.String() + " %"
	case s.LoOpen && s.Hi == hundred:
		return "more than " + s.Lo.String() + " %"
	case s.LoOpen:
		return "more than " + s.Lo.String() + " to " + s.Hi.String() + " %"
	case s.HiOpen && s.Lo == Percent{}:
		return "less than " + s.Hi.String() + " %"
	case s.HiOpen:
		return s.Lo.String() + " to less than " + s.Hi.String() + " %"
	}
	return s.Lo.String() + " to " + s.Hi.String() + " %"
}

// A StakeKind is what a stake is a share of. The zero kind is equity.
type StakeKind uint8

// The kinds. OFAC asks for ownership; the EU and the UK ask for votes too, so
// they are never mixed.
const (
	Equity StakeKind = iota
	Votes
	Capital
	Profit
	Board     // the right to appoint or remove a majority of the board; has no number
	Influence // significant influence or control by other means; has no number
)

var stakeKinds = [...]string{"equity", "votes", "capital", "profit", "board", "influence"}

// String returns the kind in one word.
func (k StakeKind) String() string {
	if int(k) < len(stakeKinds) {
		return stakeKinds[k]
	}
	return fmt.Sprintf("stake(%d)", k)
}

// MarshalText writes the kind as String does.
func (k StakeKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads a kind by its name.
func (k *StakeKind) UnmarshalText(b []byte) error {
	for i, s := range stakeKinds {
		if s == string(b) {
			*k = StakeKind(i)
			return nil
		}
	}
	return fmt.Errorf("unknown kind of stake %q: want equity, votes, capital, profit, board or influence", b)
}

// A Holding says how the owner holds. The zero Holding is held directly, or
// the source does not say otherwise.
type Holding uint8

// The ways to hold. OFAC counts direct and indirect ownership; a nominee or a
// trustee holds for somebody else, which a person has to look at.
const (
	Direct Holding = iota
	Indirect
	Nominee
	Trust
	Joint
	Treasury // the company holds its own shares
)

var holdings = [...]string{"direct", "indirect", "nominee", "trust", "joint", "treasury"}

// String returns the way in one word.
func (h Holding) String() string {
	if int(h) < len(holdings) {
		return holdings[h]
	}
	return fmt.Sprintf("holding(%d)", h)
}

// MarshalText writes the way as String does.
func (h Holding) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText reads a way by its name.
func (h *Holding) UnmarshalText(b []byte) error {
	for i, s := range holdings {
		if s == string(b) {
			*h = Holding(i)
			return nil
		}
	}
	return fmt.Errorf("unknown way of holding %q: want direct, indirect, nominee, trust, joint or treasury", b)
}
