// SPDX-License-Identifier: Apache-2.0

package claim

import (
	"fmt"
	"math"
	"math/bits"
	"strconv"
	"strings"
)

// A Percent is an exact share of a whole, in percent: 33 1/3 is {100, 3}.
// It is kept in lowest terms with a positive denominator, so equal shares are
// equal values. The zero Percent is 0 %. A Percent is between 0 and 100.
type Percent struct {
	num int64
	den int64 // 0 in the zero Percent, else positive
}

// hundred is the whole; nothing changes it.
var hundred = Percent{100, 1}

// NewPercent returns num/den percent. It refuses a negative number, a
// denominator that is not positive, and more than the whole.
func NewPercent(num, den int64) (Percent, error) {
	if den <= 0 || num < 0 {
		return Percent{}, fmt.Errorf("%d/%d is no share: want a number from 0 to 100 percent", num, den)
	}
	if num == 0 {
		return Percent{}, nil
	}
	g := gcd(num, den)
	p := Percent{num / g, den / g}
	if p.Cmp(hundred) > 0 {
		return Percent{}, fmt.Errorf("%d/%d percent is more than the whole", num, den)
	}
	return p, nil
}

// Num returns the numerator in lowest terms.
func (p Percent) Num() int64 { return p.num }

// Den returns the denominator in lowest terms; it is 1 for 0 %.
func (p Percent) Den() int64 { return max(p.den, 1) }

// Cmp compares exactly: negative when p is smaller than q, 0 when equal.
func (p Percent) Cmp(q Percent) int {
	ah, al := bits.Mul64(uint64(p.num), uint64(q.Den()))
	bh, bl := bits.Mul64(uint64(q.num), uint64(p.Den()))
	switch {
	case ah != bh:
		return sign(ah > bh)
	case al != bl:
		return sign(al > bl)
	}
	return 0
}

func sign(greater bool) int {
	if greater {
		return 1
	}
	return -1
}

// String returns the shortest exact form: "50", "33.34", or "100/3" where no
// decimal is exact. It has no percent sign.
func (p Percent) String() string {
	num, den := p.num, p.Den()
	if den == 1 {
		return strconv.FormatInt(num, 10)
	}
	scale := int64(1)
	for places := 1; places <= 15; places++ {
		scale *= 10
		if scale%den != 0 || num > math.MaxInt64/(scale/den) {
			continue
		}
		v := num * (scale / den)
		return fmt.Sprintf("%d.%0*d", v/scale, places, v%scale)
	}
	return fmt.Sprintf("%d/%d", num, den)
}

// MarshalText writes the share as String does.
func (p Percent) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (p *Percent) UnmarshalText(b []byte) error {
	q, err := ParsePercent(string(b))
	if err == nil {
		*p = q
	}
	return err
}

// ParsePercent reads "50", "33.34", "33,34" or "100/3", with or without a
// percent sign. Nothing is rounded: a number with more than 15 decimals is
// refused.
func ParsePercent(s string) (Percent, error) {
	t := strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(s), "%"))
	fail := func(err error) (Percent, error) { return Percent{}, fmt.Errorf("share %q: %w", s, err) }
	if n, d, ok := strings.Cut(t, "/"); ok {
		num, err := strconv.ParseInt(n, 10, 64)
		if err != nil {
			return fail(err)
		}
		den, err := strconv.ParseInt(d, 10, 64)
		if err != nil {
			return fail(err)
		}
		return NewPercent(num, den)
	}
	whole, frac, _ := strings.Cut(strings.Replace(t, ",", ".", 1), ".")
	if len(frac) > 15 || len(whole) > 3 || whole+frac == "" || strings.ContainsAny(whole+frac, "+-_") {
		return fail(fmt.Errorf("want 0 to 100 with at most 15 decimals"))
	}
	num, err := strconv.ParseInt(whole+frac, 10, 64)
	if err != nil {
		return fail(err)
	}
	den := int64(1)
	for range frac {
		den *= 10
	}
	return NewPercent(num, den)
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
