// SPDX-License-Identifier: Apache-2.0

package names

import (
	"math"
	"strings"
	"testing"
)

func TestModelRoundTrips(t *testing.T) {
	m := Default()
	text := m.format()
	again, err := ParseModel(text)
	if err != nil {
		t.Fatal(err)
	}
	if again.Version != m.Version || again.Weights != m.Weights || again.Others != m.Others || again.Text() != text || again.format() != text {
		t.Error("a model that is written and read is another one")
	}
	if m.Text() != modelText {
		t.Error("Text is not what was read")
	}
	for e := int32(-20000); e <= 20000; e += 7 {
		if m.Probability(e) != again.Probability(e) {
			t.Fatalf("Probability(%d) = %d, as written and read %d", e, m.Probability(e), again.Probability(e))
		}
	}
}

func TestParseModelRefuses(t *testing.T) {
	_, after, _ := strings.Cut(modelText, "\nthings same ")
	weight, _, _ := strings.Cut(after, "\n")
	same := "things same " + weight + "\n"
	for name, c := range map[string]struct{ old, new, want string }{
		"a missing weight":      {same, "", "weights"},
		"missing evidence":      {"evidence city-same 700\n", "", "weights"},
		"no version":            {"version 3\n", "", "version"},
		"a weight twice":        {same, same + same, "twice"},
		"an unknown feature":    {same, "things sam 299\n", `"things sam"`},
		"an unknown mode":       {same, "ships same 299\n", `"ships same"`},
		"unknown evidence":      {"evidence city-same 700\n", "evidence town-same 700\n", `"town-same"`},
		"no number":             {same, "things same 2.99\n", "2.99"},
		"a number too large":    {same, "things same 99999999999\n", "range"},
		"a line of two words":   {same, "things same\n", "three words"},
		"a probability no word": {"probability 5000 5125", "probability 5000 half", "half"},
	} {
		if !strings.Contains(modelText, c.old) {
			t.Fatalf("%s: the model has no line %q any more", name, c.old)
		}
		_, err := ParseModel(strings.Replace(modelText, c.old, c.new, 1))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one about %s", name, err, c.want)
		}
		if name != "a missing weight" && name != "missing evidence" && name != "no version" && err != nil && !strings.Contains(err.Error(), "line ") {
			t.Errorf("%s: error %v does not say the line", name, err)
		}
	}
	if _, err := ParseModel(""); err == nil {
		t.Error("an empty model is read")
	}
	head, _, _ := strings.Cut(modelText, "probability")
	if _, err := ParseModel(head); err == nil {
		t.Error("a model without probabilities is read")
	}
}

func TestProbability(t *testing.T) {
	m := Default()
	last := int32(0)
	for _, e := range []int32{math.MinInt32 + 1, -1 << 20, -30000} {
		if p := m.Probability(e); p < 1 {
			t.Errorf("Probability(%d) = %d, want at least 1", e, p)
		}
	}
	for e := int32(-16000); e <= 16000; e++ {
		p := m.Probability(e)
		if p < last || p < 1 || p > 9999 {
			t.Fatalf("Probability(%d) = %d after %d, want no less and within 1 to 9999", e, p, last)
		}
		if q := m.Probability(-e); p+q != 10000 {
			t.Fatalf("Probability(%d) = %d and Probability(%d) = %d, want 10000 in sum", e, p, -e, q)
		}
		want := 10000 / (1 + math.Exp(-float64(e)/1000))
		if math.Abs(float64(p)-want) > 2 {
			t.Fatalf("Probability(%d) = %d, the logistic function says %.1f", e, p, want)
		}
		last = p
	}
}

func TestEvidenceIsTheInverseOfProbability(t *testing.T) {
	m := Default()
	for p := int32(1); p <= 9999; p++ {
		e := m.Evidence(p)
		if m.Probability(e) < p || p > 1 && m.Probability(e-1) >= p {
			t.Fatalf("Evidence(%d) = %d, where the probability is %d, and %d just below", p, e, m.Probability(e), m.Probability(e-1))
		}
	}
}

// toy are examples in which words that are the same speak for a match and
// words that are left over against.
func toy() []Example {
	var out []Example
	for i := range int32(40) {
		match := Vector{FBias: 1000, FSame: 8000 + 100*i, FComplete: 1000}
		wrong := Vector{FBias: 1000, FSame: 4000 + 100*i, FExtra: 1000, FMissing: 1000}
		out = append(out, Example{Mode: Things, Vector: match, Match: true, Weight: 1}, Example{Mode: Things, Vector: wrong, Weight: 1})
	}
	return out
}

func TestFitRecoversSigns(t *testing.T) {
	start := *Default()
	start.Weights[Things] = Weights{}
	m := start.Fit(toy(), [NumModes]int{}, 0.001, "toy")
	w := m.Weights[Things]
	if w[FSame] <= 0 || w[FComplete] <= 0 || w[FExtra] >= 0 || w[FMissing] >= 0 {
		t.Errorf("same %d, complete %d, extra %d, missing %d: want the first two above zero and the others below", w[FSame], w[FComplete], w[FExtra], w[FMissing])
	}
	if m.Weights[Persons] != start.Weights[Persons] {
		t.Error("weights of persons moved without an example of them")
	}
	if m.Version != "toy" || start.Version == "toy" {
		t.Errorf("versions %q and %q", m.Version, start.Version)
	}
	for _, e := range toy() {
		if z := dot(&w, &e.Vector); z > 0 != e.Match {
			t.Errorf("an example with match %v has the evidence %.3f", e.Match, z)
		}
	}
	if again := start.Fit(toy(), [NumModes]int{}, 0.001, "toy"); again.Weights != m.Weights {
		t.Error("fitting twice gives two models")
	}
	if _, err := ParseModel(m.Text()); err != nil {
		t.Errorf("what Fit returns cannot be read: %v", err)
	}
}

// TestOrderRaisesRecall gives innocents and right pairs of which a word that the
// subject has over tells one from the other, while all easy pairs say the
// opposite: a likelihood listens to the many.
func TestOrderRaisesRecall(t *testing.T) {
	var examples []Example
	for i := range int32(400) {
		right := Vector{FBias: 1000, FSame: 5000 + 5*i, FMissing: 1000}
		innocent := Vector{FBias: 1000, FSame: 4000 + 10*i, FExtra: 1000}
		examples = append(examples, Example{Mode: Things, Vector: right, Match: true, Weight: 1}, Example{Mode: Things, Vector: innocent, Weight: 1, Innocent: true})
	}
	start := Weights{FBias: -5000, FSame: 1000, FExtra: -100, FMissing: -100}
	recall := func(w Weights) int {
		worst := math.Inf(-1)
		for _, e := range examples {
			if e.Innocent {
				worst = max(worst, dot(&w, &e.Vector))
			}
		}
		n := 0
		for _, e := range examples {
			if e.Match && dot(&w, &e.Vector) > worst {
				n++
			}
		}
		return n
	}
	w := order(start, Things, examples, 400, 0.0001)
	if before, after := recall(start), recall(w); before > 0 || after < 300 {
		t.Errorf("%d right pairs of 400 stood above all innocents before, %d after: want 0 and most", before, after)
	}
	if same := order(start, Things, examples, leastOrder-1, 0.0001); same != start {
		t.Error("weights moved for fewer innocents than set a threshold")
	}
}

func TestFitHoldsSignsAndPins(t *testing.T) {
	var wrong []Example // the same examples with the truth turned round
	for _, e := range toy() {
		e.Match = !e.Match
		wrong = append(wrong, e)
	}
	w := Default().Fit(wrong, [NumModes]int{}, 0.0001, "wrong").Weights[Things]
	for f, s := range signs {
		if s != 0 && int32(s)*w[f] < 0 {
			t.Errorf("%v has the weight %d against its sign", Feature(f), w[f])
		}
	}
	persons := toy()
	for i := range persons {
		persons[i].Mode = Persons
		persons[i].Vector[FNone] = 1000
	}
	if got, want := fit(Default().Weights[Persons], Persons, persons, 0.001)[FNone], Default().Weights[Persons][FNone]; got != want {
		t.Errorf("the pinned weight none moved from %d to %d", want, got)
	}
}

func TestCalibrateKeepsOrder(t *testing.T) {
	before := Default().Weights[Things]
	after := calibrate(before, toy())
	examples := toy()
	for i := range examples {
		for j := range examples {
			a, b := dot(&before, &examples[i].Vector), dot(&before, &examples[j].Vector)
			x, y := dot(&after, &examples[i].Vector), dot(&after, &examples[j].Vector)
			if a > b+0.1 && x <= y {
				t.Fatalf("evidence %.3f and %.3f became %.3f and %.3f", a, b, x, y)
			}
		}
	}
	if after == before {
		t.Error("nothing was calibrated: the test tests nothing")
	}
}

func dot(w *Weights, v *Vector) float64 {
	z := 0.0
	for f, x := range v {
		z += float64(w[f]) * float64(x) / 1e6
	}
	return z
}

func TestWithProbability(t *testing.T) {
	m := Default().WithProbability([]int32{5000, 6000, 9000})
	for e, want := range map[int32]int32{0: 5000, 25: 5500, 50: 6000, 100: 9000, 5000: 9000, -50: 4000, -5000: 1000} {
		if got := m.Probability(e); got != want {
			t.Errorf("Probability(%d) = %d, want %d", e, got, want)
		}
	}
	if Default().Probability(50) == 6000 {
		t.Error("the built-in model changed")
	}
}

// TestSettleMovesTheDoubtful gives pairs near an even chance of which three in
// four are right, beside many that nobody doubts.
func TestSettleMovesTheDoubtful(t *testing.T) {
	var examples []Example
	var z []float64
	for i := range 100 {
		examples = append(examples, Example{Match: i%4 > 0, Weight: 1}, Example{Match: true, Weight: 9}, Example{Weight: 9})
		z = append(z, 0, 20, -20)
	}
	if got, want := settle(examples, z, 1, 0), math.Log(3); math.Abs(got-want) > 0.01 {
		t.Errorf("settled by %.3f nats, want %.3f: three in four", got, want)
	}
	if got := settle(nil, nil, 1, 0); got != 0 {
		t.Errorf("nothing was settled by %.3f", got)
	}
}
