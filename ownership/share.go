// SPDX-License-Identifier: Apache-2.0

package ownership

import (
	"fmt"
	"math/big"
	"math/bits"
	"strings"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/party"
)

// Shares are counted in units of 10⁻⁷ percent, so that seven decimals are
// exact and the whole still fits 32 bits. While sums are made, a unit is split
// into fine parts: an open end is one fine part inside its number, so "more
// than 50 %" compares as it should without a second field.
const (
	unitsPerPercent = 10_000_000
	fine            = 1 << 24
	wholeUnits      = 100 * unitsPerPercent
	whole           = int64(wholeUnits) * fine // 100 %
	ceiling         = 4 * whole                // sums stop here: 64 bits hold 549 wholes
)

// setShare keeps the share, rounded outwards where units cannot hold it.
func (r *rec) setShare(s claim.Share) {
	lo, exactLo := units(s.Lo, false)
	hi, exactHi := units(s.Hi, true)
	r.lo, r.hi = lo, hi
	if s.LoOpen {
		r.flags |= flagLoOpen
	}
	if s.HiOpen {
		r.flags |= flagHiOpen
	}
	if !exactLo || !exactHi {
		r.flags |= flagInexact
	}
}

func units(p claim.Percent, up bool) (uint32, bool) {
	h, l := bits.Mul64(uint64(p.Num()), unitsPerPercent)
	q, rem := bits.Div64(h, l, uint64(p.Den())) // the quotient fits: a percent is at most 100
	if rem != 0 && up {
		q++
	}
	return uint32(q), rem == 0
}

// share returns the share of a stake whose units are exact.
func (r rec) share() claim.Share {
	lo, errLo := claim.NewPercent(int64(r.lo), unitsPerPercent)
	hi, errHi := claim.NewPercent(int64(r.hi), unitsPerPercent)
	if errLo != nil || errHi != nil {
		panic(fmt.Sprintf("stake of %d to %d units: want at most %d", r.lo, r.hi, wholeUnits))
	}
	return claim.Share{Lo: lo, Hi: hi, LoOpen: r.flags&flagLoOpen != 0, HiOpen: r.flags&flagHiOpen != 0}
}

// fineLo and fineHi are the ends of the share as they are summed.
func (r rec) fineLo() int64 {
	f := int64(r.lo) * fine
	if r.flags&flagLoOpen != 0 {
		f++
	}
	return f
}

func (r rec) fineHi() int64 {
	f := int64(r.hi) * fine
	if r.flags&flagHiOpen != 0 {
		f--
	}
	return f
}

// A Bound is an exact end of an interval of percentage points. It may be above
// 100 where sources disagree. Open means that the end itself is not reached.
type Bound struct {
	points *big.Rat // nil is 0; never changed once made
	Open   bool
}

func boundOf(p claim.Percent, open bool) Bound {
	return Bound{big.NewRat(p.Num(), p.Den()), open}
}

// Rat returns the number as a new rational.
func (b Bound) Rat() *big.Rat {
	if b.points == nil {
		return new(big.Rat)
	}
	return new(big.Rat).Set(b.points)
}

func (b Bound) plus(c Bound) Bound {
	return Bound{new(big.Rat).Add(b.Rat(), c.Rat()), b.Open || c.Open}
}

// String returns "50", "49.99" or "100/3"; the door says whether an open end
// is "more than" or "less than".
func (b Bound) String() string { return points(b.Rat()) }

// points prints a rational exactly: as a decimal where it has one of at most
// 15 places, else as a fraction.
func points(r *big.Rat) string {
	if r.IsInt() {
		return r.Num().String()
	}
	if n, exact := r.FloatPrec(); exact && n <= 15 {
		return strings.TrimRight(r.FloatString(n), "0")
	}
	return r.String()
}

// MarshalText writes the number as String does.
func (b Bound) MarshalText() ([]byte, error) { return []byte(b.String()), nil }

// UnmarshalText reads a number; whether the end is open is not in it.
func (b *Bound) UnmarshalText(t []byte) error {
	r, ok := new(big.Rat).SetString(string(t))
	if !ok {
		return fmt.Errorf("%q is no number of points", t)
	}
	*b = Bound{points: r}
	return nil
}

// cmpLower orders lower ends: more than 50 is above 50.
func cmpLower(a, b Bound) int {
	if c := a.Rat().Cmp(b.Rat()); c != 0 {
		return c
	}
	return flag(a.Open) - flag(b.Open)
}

// cmpUpper orders upper ends: less than 50 is below 50.
func cmpUpper(a, b Bound) int {
	if c := a.Rat().Cmp(b.Rat()); c != 0 {
		return c
	}
	return flag(b.Open) - flag(a.Open)
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// A day is a party.Date in one number that orders: 20240916, 20240900 for a
// month, 20240000 for a year, 0 for unknown.
type day int32

func dayOf(d party.Date) day { return day(int(d.Year)*10000 + int(d.Month)*100 + int(d.Day)) }

func (d day) date() party.Date {
	return party.Date{Year: int16(d / 10000), Month: uint8(d / 100 % 100), Day: uint8(d % 100)}
}

func (d day) first() day {
	if d%100 != 0 {
		return d
	}
	return dayOf(d.date().First())
}

func (d day) last() day {
	if d%100 != 0 {
		return d
	}
	return dayOf(d.date().Last())
}

// heldOn says whether the stake may have stood on the day, and whether it
// certainly did. A stake stands from From to the day before To. A partial date
// and dates in the wrong order leave it open.
func (r *rec) heldOn(on day) (may, sure bool) {
	if r.from == 0 && r.to == 0 {
		return true, true
	}
	if r.flags&flagBadDates != 0 {
		return true, false
	}
	may, sure = true, true
	if r.from != 0 {
		may, sure = on >= r.from.first(), on >= r.from.last()
	}
	if r.to != 0 {
		may, sure = may && on < r.to.last(), sure && on < r.to.first()
	}
	return may, sure
}
