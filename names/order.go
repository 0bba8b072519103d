// SPDX-License-Identifier: Apache-2.0

package names

import (
	"math"
	"slices"
)

// alarmRates are the shares of innocent names with a finding at which recall is
// raised; operators work between three in a thousand and one in twenty.
var alarmRates = [...]float64{0.003, 0.006, 0.01, 0.015, 0.02, 0.03, 0.05}

const (
	orderSteps = 400  // the recall no longer moves in its third digit
	softness   = 0.8  // nats over which a right pair passes a threshold
	orderRate  = 0.02 // of the first step, in nats
	leastOrder = 200  // innocent names below which no threshold is known
)

// order moves the weights so that as many right pairs as can be stand above the
// thresholds that the innocents set, held to where they start by pull. What a
// likelihood spends on the thousands of pairs that nobody confuses, this spends
// on the few that decide. Innocents is how many innocent names were asked; those
// without an example resemble nothing. It is gradient ascent on a smooth recall,
// a mean over alarmRates, and gives the same result every time on one kind of
// processor.
func order(start Weights, mode Mode, examples []Example, innocents int, pull float64) Weights {
	var right, wrong []*Example
	for i := range examples {
		switch e := &examples[i]; {
		case e.Match && e.Weight > 0:
			right = append(right, e)
		case e.Innocent:
			wrong = append(wrong, e)
		}
	}
	if innocents < leastOrder || len(wrong) < leastOrder/2 || len(right) == 0 {
		return start
	}
	o := orderer{mode: mode, wrong: wrong, right: right, innocents: innocents, z: make([]float64, len(wrong))}
	for f := range start {
		o.w[f] = float64(start[f]) / 1000
	}
	from := o.w
	var first, second [NumFeatures]float64
	for step := 1; step <= orderSteps; step++ {
		grad := o.gradient()
		rate := orderRate / (1 + float64(step)/400)
		for f := range o.w {
			if pinned(mode, Feature(f)) || f == int(FBias) {
				continue
			}
			g := grad[f] - pull*(o.w[f]-from[f])
			first[f] = 0.9*first[f] + 0.1*g
			second[f] = 0.999*second[f] + 0.001*g*g
			a := first[f] / (1 - math.Pow(0.9, float64(step)))
			b := second[f] / (1 - math.Pow(0.999, float64(step)))
			o.w[f] += rate * a / (math.Sqrt(b) + 1e-6)
			if s := float64(signs[f]); s*o.w[f] < 0 {
				o.w[f] = 0
			}
		}
		o.w[FGenericAlone] = max(o.w[FGenericAlone], -0.8*o.w[FGeneric])
	}
	for f := range start {
		start[f] = int32(math.Round(o.w[f] * 1000))
	}
	return start
}

// An orderer holds what one ascent needs.
type orderer struct {
	mode         Mode
	w            [NumFeatures]float64
	right, wrong []*Example
	innocents    int
	z            []float64
}

func (o *orderer) evidence(v *Vector) float64 {
	z := 0.0
	for f, x := range v {
		z += o.w[f] * float64(x) / 1000
	}
	return z
}

// gradient returns that of the smooth recall.
func (o *orderer) gradient() [NumFeatures]float64 {
	rank := make([]int, len(o.wrong))
	for i, e := range o.wrong {
		o.z[i], rank[i] = o.evidence(&e.Vector), i
	}
	slices.SortStableFunc(rank, func(a, b int) int {
		switch {
		case o.z[a] > o.z[b]:
			return -1
		case o.z[a] < o.z[b]:
			return 1
		}
		return 0
	})
	var grad, at [NumFeatures]float64
	for _, share := range alarmRates {
		limit := o.threshold(rank, int(share*float64(o.innocents)), &at)
		for _, e := range o.right {
			s := 1 / (1 + math.Exp((o.evidence(&e.Vector)-limit)/softness))
			d := s * (1 - s) / softness / float64(len(o.right)*len(alarmRates))
			for f, x := range e.Vector {
				grad[f] += d * (float64(x)/1000 - at[f])
			}
		}
	}
	return grad
}

// threshold returns the mean evidence of the innocents around rank k, and sets at
// to the mean of their features.
func (o *orderer) threshold(rank []int, k int, at *[NumFeatures]float64) float64 {
	half := max(5, k/3)
	window := rank[min(max(0, k-half), len(rank)-1):min(len(rank), k+half+1)]
	*at = [NumFeatures]float64{}
	limit := 0.0
	for _, i := range window {
		limit += o.z[i] / float64(len(window))
		for f, x := range o.wrong[i].Vector {
			at[f] += float64(x) / 1000 / float64(len(window))
		}
	}
	return limit
}
