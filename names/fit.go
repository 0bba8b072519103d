// SPDX-License-Identifier: Apache-2.0

package names

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// An Example is one comparison whose truth is known.
type Example struct {
	Mode   Mode
	Vector Vector
	Match  bool
	Weight float64 // how much it counts; examples of either truth should sum to the same
	// Innocent says that it is the best that an innocent name resembles; other
	// wrong pairs are of altered names and another listed party.
	Innocent bool
}

// signs hold what each weight must be: a typo never speaks for a match, and a
// word that agrees never against one. Fitting that breaks a sign has found an
// accident of its decks.
var signs = [NumFeatures]int8{
	FSame: +1, FReading: +1, FSpellingCost: -1, FFar: -1, FTypo: +1, FTypoCost: -1, FNickname: -1, FGlued: -1, FInitial: +1, FAcronym: +1,
	FGeneric: +1, FGenericAlone: -1, FNumber: +1, FLegalSame: +1, FLegalOther: -1, FExtra: -1, FExtraInfo: -1, FMissing: -1, FMissingInfo: -1,
	FMissingFamily: -1, FExtraGeneric: -1, FMissingGeneric: -1, FExtraNumber: -1, FNumberClash: -1, FPlaceClash: -1, FNameClash: -1,
	FComplete: +1, FCompleteWords: +1, FExact: +1, FSingle: -1, FSingleNear: -1, FNone: -1, FTurned: -1,
}

// pinned weights are not fitted: decks say too little about them.
func pinned(m Mode, f Feature) bool {
	return (m == Persons && (f == FNone || f == FLegalOther || f == FNumberClash || f == FPlaceClash || f == FAcronym || f == FExtraMinor)) || f == FTurned || (m == Things && (f == FInitial || f == FAcronym || f == FLegalOther))
}

// Fit returns a model whose weights maximise the likelihood of the examples,
// held towards the weights of m by a penalty of strength pull on the square of
// each change, in nats; where innocents says that enough innocent names of a mode
// were asked, they are then moved to raise recall where those set thresholds, see
// order. Evidence is scaled to log-odds at an even prior at the end. The result is
// rounded to thousandths. It is plain gradient ascent over all examples and gives
// the same result every time on one kind of processor; what it returns is data,
// so no score depends on it.
func (m *Model) Fit(examples []Example, innocents [NumModes]int, pull float64, version string) *Model {
	out := *m
	out.Version = version
	for mode := range NumModes {
		var some []Example
		for _, e := range examples {
			if e.Mode == mode {
				some = append(some, e)
			}
		}
		if len(some) > 0 {
			w := fit(m.Weights[mode], mode, tilt(some), pull)
			w = order(w, mode, some, innocents[mode], orderPull)
			out.Weights[mode] = calibrate(w, some)
			hold(&out.Weights[mode], mode)
		}
	}
	out.text = out.format()
	return &out
}

// orderPull is how strongly order is held to the weights of most likelihood: it
// may undo what the many easy pairs say, not what many hard ones do.
const orderPull = 0.002

// hold sets the weights that follow from others and from what we want: decks have
// no acronyms, no son who is the other's father, few names of one business word
// alone, and innocent firms of other legal forms than ours, where a legal form
// that differs is in life a slip of the pen.
func hold(w *Weights, mode Mode) {
	w[FTurned] = turnedWeight
	if mode == Persons {
		return
	}
	w[FLegalOther] = legalOtherWeight
	w[FNone] = max(w[FNone], 2*(wordAlone-w[FBias]-w[FComplete]-w[FExact]-int32(int64(w[FGeneric])*leastWordInfo/1000)))
	w[FAcronym] = max(0, acronymAlone-w[FBias]-w[FNone])
}

// wordAlone is the least evidence of a name that is one business word and finds
// itself, with leastWordInfo milli-nats of information, as "Grupo, S.A.": above the
// default threshold of screening.
const (
	wordAlone     = -800
	leastWordInfo = 3300
)

// Weights that are set by hand, in thousandths.
const (
	turnedWeight     = -10000
	legalOtherWeight = -1000
)

// acronymAlone is the evidence of an acronym of three letters that fits, and
// nothing else: far below the default threshold of screening, so that ITG says
// something only where a country or a city says it too. Decks have no acronyms.
const acronymAlone = -1600

// strictness is how much more a wrong pair counts than a right one while the
// weights are found. What matters is the order of the few wrong pairs that
// resemble most, at thresholds where one innocent name in a hundred has a
// finding; at an even prior the many easy right pairs would drown them.
const strictness = 3

// tilt gives the wrong pairs more weight.
func tilt(examples []Example) []Example {
	out := slices.Clone(examples)
	for i := range out {
		if !out[i].Match {
			out[i].Weight *= strictness
		}
	}
	return out
}

// calibrate scales and shifts all weights together so that the evidence is
// log-odds at an even prior again (Platt 1999): the order of pairs stays.
func calibrate(w Weights, examples []Example) Weights {
	total := 0.0
	z := make([]float64, len(examples))
	for i, e := range examples {
		total += e.Weight
		for f, x := range e.Vector {
			z[i] += float64(w[f]) * float64(x) / 1e6
		}
	}
	scale, shift := 1.0, 0.0
	for range 4000 {
		var ds, db float64
		for i, e := range examples {
			d := -1 / (1 + math.Exp(-scale*z[i]-shift))
			if e.Match {
				d++
			}
			ds += d * z[i] * e.Weight / total
			db += d * e.Weight / total
		}
		scale, shift = scale+0.02*ds, shift+0.3*db
	}
	for f := range w {
		w[f] = int32(math.Round(float64(w[f]) * scale))
	}
	w[FBias] += int32(math.Round((shift + settle(examples, z, scale, shift)) * 1000))
	return w
}

// doubtful is how far from an even chance, in nats, pairs lie that are looked at
// again when evidence is settled.
const doubtful = 3

// settle returns what is to be added to calibrated evidence so that pairs near an
// even chance are right as often as it says: one line through all pairs follows
// the many that nobody doubts.
func settle(examples []Example, z []float64, scale, shift float64) float64 {
	more := 0.0
	for range 2000 {
		var d, total float64
		for i, e := range examples {
			at := scale*z[i] + shift
			if e.Weight == 0 || math.Abs(at) > doubtful {
				continue
			}
			total += e.Weight
			right := 0.0
			if e.Match {
				right = 1
			}
			d += (right - 1/(1+math.Exp(-at-more))) * e.Weight
		}
		if total == 0 {
			return 0
		}
		more += 0.3 * d / total
	}
	return more
}

// steps of the ascent; the likelihood no longer moves in its fifth digit.
const steps = 1500

func fit(prior Weights, mode Mode, examples []Example, pull float64) Weights {
	var w, w0, first, second [NumFeatures]float64
	for f := range w {
		w[f] = float64(prior[f]) / 1000
	}
	w0 = w
	total := 0.0
	for _, e := range examples {
		total += e.Weight
	}
	for step := 1; step <= steps; step++ {
		var grad [NumFeatures]float64
		for i := range examples {
			e := &examples[i]
			z := 0.0
			for f, x := range e.Vector {
				z += w[f] * float64(x) / 1000
			}
			d := -1 / (1 + math.Exp(-z))
			if e.Match {
				d++
			}
			d *= e.Weight / total
			for f, x := range e.Vector {
				grad[f] += d * float64(x) / 1000
			}
		}
		rate := 0.05 / (1 + float64(step)/500)
		for f := range w {
			if pinned(mode, Feature(f)) {
				continue
			}
			g := grad[f] - pull*(w[f]-w0[f])
			first[f] = 0.9*first[f] + 0.1*g
			second[f] = 0.999*second[f] + 0.001*g*g
			a := first[f] / (1 - math.Pow(0.9, float64(step)))
			b := second[f] / (1 - math.Pow(0.999, float64(step)))
			w[f] += rate * a / (math.Sqrt(b) + 1e-8)
			if s := float64(signs[f]); s*w[f] < 0 {
				w[f] = 0
			}
		}
		// One more business word in common never speaks against a match.
		w[FGenericAlone] = max(w[FGenericAlone], -0.8*w[FGeneric])
	}
	for f := range w {
		prior[f] = int32(math.Round(w[f] * 1000))
	}
	return prior
}

// format writes the model in the form that ParseModel reads.
func (m *Model) format() string {
	var b strings.Builder
	b.WriteString("# The model of name comparison: weights of features in thousandths, one line a mode and feature;\n")
	b.WriteString("# evidence beside names in milli-nats; and the probability, in ten-thousandths, of evidence 0, 50,\n")
	b.WriteString("# 100 ... milli-nats at an even prior. Written by `interdict names fit`; doc/names.md says from what.\n")
	fmt.Fprintf(&b, "version %s\n", m.Version)
	for mode, w := range m.Weights {
		for f, v := range w {
			fmt.Fprintf(&b, "%s %s %d\n", modeNames[mode], featureNames[f], v)
		}
	}
	for o, v := range m.Others {
		fmt.Fprintf(&b, "evidence %s %d\n", otherNames[o], v)
	}
	for chunk := range slices.Chunk(m.probability, 20) {
		b.WriteString("probability")
		for _, p := range chunk {
			fmt.Fprintf(&b, " %d", p)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// WithProbability returns the model with another table from evidence to
// probability, for evidence 0, 50, 100 ... milli-nats in ten-thousandths.
func (m *Model) WithProbability(table []int32) *Model {
	out := *m
	out.probability = slices.Clone(table)
	out.text = out.format()
	return &out
}
