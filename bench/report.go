// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"time"
	"unicode"

	"github.com/interdict-dev/interdict/names"
)

// Levels are the shares of innocent names with a finding, in percent, at which
// recall is reported.
var Levels = []float64{0.1, 1, 2, 5}

// A Report is what a run of a deck measured. doc/bench.md says what each figure
// means.
type Report struct {
	Machine Machine `json:"machine"` // filled in by the caller
	Data
	Deck      DeckInfo  `json:"deck"`
	Settings  Settings  `json:"settings"`
	Cases     int       `json:"cases"`
	Negatives int       `json:"negatives"`
	Tied      int       `json:"tied"`   // cases set apart: they fit another entry as well, or nothing is left that names
	Absent    int       `json:"absent"` // cases whose entry the book does not hold or that does not stand on the day
	Levels    []Level   `json:"levels"` // none where the deck has no innocent names
	Classes   []Class   `json:"classes"`
	Alerts    []Alert   `json:"alerts"`
	Bands     []Band    `json:"reliability"`
	ECE       float64   `json:"calibration_error"`
	Latency   []Latency `json:"latency"` // all, then by class
	Cost      PerQuery  `json:"per_query"`

	Throughput []Throughput `json:"throughput,omitempty"`
	Memory     Memory       `json:"memory"`
	Outcomes   []Outcome    `json:"outcomes,omitempty"`
}

// An Alert is how many of 10,000 innocent names have a finding at a threshold,
// with the interval in which the true number lies 19 times in 20.
type Alert struct {
	Score    float64        `json:"score"`
	Per10000 int            `json:"per_10000"`
	Low      int            `json:"low"`
	High     int            `json:"high"`
	ByClass  map[string]int `json:"by_class,omitempty"`
}

// A Level is recall where a share of the innocent names has a finding.
type Level struct {
	FalsePositives float64 `json:"false_positives"` // percent asked for
	Allowed        int     `json:"allowed"`         // innocent names that may have a finding: 0 means none of the deck
	Threshold      int32   `json:"threshold"`       // evidence in milli-nats
	Score          float64 `json:"score"`
	Recall1        float64 `json:"recall_1"`
	Recall10       float64 `json:"recall_10"`
	Whole          float64 `json:"recall_1_whole"` // recall at rank 1 with the cases that are set apart
}

// A Class is the recall of one part of the deck. The intervals hold the true
// recall 19 times in 20 (Wilson, 1927).
type Class struct {
	Group    string    `json:"group"` // what parts the deck: "all", "class", "record", "type", "origin", "script", "list"
	Name     string    `json:"class"`
	N        int       `json:"n"`        // cases that count
	Recall1  []float64 `json:"recall_1"` // at each of Levels
	Low1     []float64 `json:"recall_1_low"`
	High1    []float64 `json:"recall_1_high"`
	Recall10 []float64 `json:"recall_10"`
	Default  float64   `json:"default"` // found at the threshold of operation, at any rank
	First    float64   `json:"first"`   // found there, and first
	Missed   int       `json:"missed"`  // not found there
	Apart    int       `json:"apart"`   // cases of the part that are set apart, beside N
}

// A Band is one band of scores of the reliability table: of the pairs scored
// so, which share was right, positives and negatives weighing the same.
type Band struct {
	From  float64 `json:"from"`
	To    float64 `json:"to"`
	N     int     `json:"n"`
	Mean  float64 `json:"mean"`
	Right float64 `json:"right"`
}

// A Latency has percentiles of single screenings at the threshold of operation,
// one at a time, by the clock and of processor time. On a machine that does
// nothing else they are nearly the same.
type Latency struct {
	Class string      `json:"class"`
	N     int         `json:"n"`
	Wall  Percentiles `json:"wall"`
	CPU   Percentiles `json:"cpu"` // 0 where the system does not say
}

// Percentiles are those of durations.
type Percentiles struct {
	P50 time.Duration `json:"p50_ns"`
	P90 time.Duration `json:"p90_ns"`
	P99 time.Duration `json:"p99_ns"`
	Max time.Duration `json:"max_ns"`
}

// measure reckons all figures from the outcomes.
func (r *Report) measure(m *names.Model) {
	var negatives []int32
	var positives, whole []*Outcome
	for i := range r.Outcomes {
		o := &r.Outcomes[i]
		switch {
		case o.Case.Kind == "neg":
			negatives = append(negatives, o.Top)
			continue
		case o.Absent:
			r.Absent++
			continue
		case o.isApart():
			r.Tied++
		default:
			positives = append(positives, o)
		}
		whole = append(whole, o)
	}
	r.Negatives = len(negatives)
	slices.Sort(negatives)
	for _, percent := range Levels {
		if len(negatives) == 0 {
			break
		}
		t := threshold(negatives, percent)
		r.Levels = append(r.Levels, Level{FalsePositives: percent, Allowed: allowed(len(negatives), percent), Threshold: t, Score: float64(m.Probability(t)) / 10000,
			Recall1: recall(positives, t, 1), Recall10: recall(positives, t, 10), Whole: recall(whole, t, 1)})
	}
	r.alerts(m)
	r.classes(whole)
	r.reliability(m)
	r.latencies()
}

// alertScores are the thresholds at which alerts are counted, in
// ten-thousandths.
var alertScores = []int32{1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 9000, 9500, 9900}

func (r *Report) alerts(m *names.Model) {
	if r.Negatives == 0 {
		return
	}
	for _, score := range alertScores {
		least := m.Evidence(score)
		all, reached := map[string]int{}, map[string]int{}
		n := 0
		for i := range r.Outcomes {
			o := &r.Outcomes[i]
			if o.Case.Kind != "neg" {
				continue
			}
			all[o.Case.Class]++
			if o.Top >= least {
				reached[o.Case.Class]++
				n++
			}
		}
		low, high := wilson(n, r.Negatives)
		a := Alert{Score: float64(score) / 10000, Per10000: 10000 * n / r.Negatives, Low: int(low * 10000), High: int(high*10000 + 0.5), ByClass: map[string]int{}}
		for class, k := range all {
			a.ByClass[class] = 10000 * reached[class] / k
		}
		r.Alerts = append(r.Alerts, a)
	}
}

// allowed is how many of n innocent names may have a finding.
func allowed(n int, percent float64) int { return int(float64(n) * percent / 100) }

// threshold is the least evidence that at most a share of the negatives, in
// percent, reaches.
func threshold(sorted []int32, percent float64) int32 {
	may := allowed(len(sorted), percent)
	if len(sorted) == 0 || may >= len(sorted) {
		return -1 << 20
	}
	t := sorted[len(sorted)-1-may]
	if t == Nothing {
		return -1 << 20
	}
	return t + 1
}

func recall(os []*Outcome, t int32, rank int) float64 {
	return share(count(os, func(o *Outcome) bool { return o.Rank > 0 && o.Rank <= rank && o.Right >= t }), len(os))
}

func count(os []*Outcome, is func(*Outcome) bool) int {
	n := 0
	for _, o := range os {
		if is(o) {
			n++
		}
	}
	return n
}

func share(k, n int) float64 {
	if n == 0 {
		return 0
	}
	return float64(k) / float64(n)
}

// wilson is the score interval of a share of k in n at 95 % (Wilson, 1927,
// "Probable inference, the law of succession, and statistical inference").
func wilson(k, n int) (low, high float64) {
	if n == 0 {
		return 0, 1
	}
	const z = 1.959964
	p, m := float64(k)/float64(n), float64(n)
	middle := (p + z*z/(2*m)) / (1 + z*z/m)
	half := z / (1 + z*z/m) * math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	return max(0, middle-half), min(1, middle+half)
}

// groups are the ways in which a deck is parted, in the order of their print.
var groups = []string{"all", "class", "record", "type", "origin", "script", "list"}

// parts says in which part of each group an outcome is; "" is in none.
func (o *Outcome) parts() [7]string {
	return [...]string{"all", o.Case.Class, o.Case.Record(), o.Case.Type, o.Case.Origin, Script(o.Case.Query), o.List}
}

// Record says what kind of record a case is in the words of EBA/GL/2024/14: a
// control record has a listed name as it is printed, a manipulated one an
// altered name; "innocent" is a name that nobody lists.
func (c *Case) Record() string {
	switch {
	case c.Kind == "neg":
		return "innocent"
	case c.Class == "exact" || c.Class == "alias" || c.Class == "native":
		return "control"
	}
	return "manipulated"
}

// scripts are those that are told apart, each with its letters. Kana comes
// before Han: Japanese is written with both.
var scripts = []struct {
	name    string
	letters []*unicode.RangeTable
}{
	{"Latin", []*unicode.RangeTable{unicode.Latin}}, {"Cyrillic", []*unicode.RangeTable{unicode.Cyrillic}}, {"Arabic", []*unicode.RangeTable{unicode.Arabic}},
	{"Kana", []*unicode.RangeTable{unicode.Hiragana, unicode.Katakana}}, {"Han", []*unicode.RangeTable{unicode.Han}}, {"Hangul", []*unicode.RangeTable{unicode.Hangul}},
	{"Hebrew", []*unicode.RangeTable{unicode.Hebrew}}, {"Greek", []*unicode.RangeTable{unicode.Greek}}, {"Armenian", []*unicode.RangeTable{unicode.Armenian}},
	{"Georgian", []*unicode.RangeTable{unicode.Georgian}}, {"Thai", []*unicode.RangeTable{unicode.Thai}}, {"Myanmar", []*unicode.RangeTable{unicode.Myanmar}},
	{"Devanagari", []*unicode.RangeTable{unicode.Devanagari}},
}

// Script is the script in which most letters of a text stand: "Latin",
// "Cyrillic", "other"; "none" for a text without letters. One kana makes it Kana.
func Script(s string) string {
	counts := make([]int, len(scripts))
	total := 0
	for _, c := range s {
		if !unicode.IsLetter(c) {
			continue
		}
		total++
		for i := range scripts {
			if unicode.In(c, scripts[i].letters...) {
				counts[i]++
				break
			}
		}
	}
	const kana = 3
	best := 0
	for i := range counts {
		if counts[i] > counts[best] {
			best = i
		}
	}
	switch {
	case total == 0:
		return "none"
	case counts[best] == 0:
		return "other"
	case counts[kana] > 0 && counts[best] > counts[kana] && scripts[best].name == "Han":
		return scripts[kana].name
	}
	return scripts[best].name
}

// classes fills in the recall of each part of each group.
func (r *Report) classes(whole []*Outcome) {
	type key struct {
		group int
		name  string
	}
	by, apart := map[key][]*Outcome{}, map[key]int{}
	for _, o := range whole {
		for g, name := range o.parts() {
			if name == "" {
				continue
			}
			k := key{g, name}
			if _, ok := by[k]; !ok {
				by[k] = nil // a part of which every case is set apart is shown all the same
			}
			if o.isApart() {
				apart[k]++
			} else {
				by[k] = append(by[k], o)
			}
		}
	}
	for k, os := range by {
		c := Class{Group: groups[k.group], Name: k.name, N: len(os), Apart: apart[k]}
		found := count(os, func(o *Outcome) bool { return o.Found > 0 })
		c.Default, c.Missed = share(found, len(os)), len(os)-found
		c.First = share(count(os, func(o *Outcome) bool { return o.Found == 1 }), len(os))
		for _, l := range r.Levels {
			one := recall(os, l.Threshold, 1)
			low, high := wilson(int(one*float64(len(os))+0.5), len(os))
			c.Recall1, c.Low1, c.High1 = append(c.Recall1, one), append(c.Low1, low), append(c.High1, high)
			c.Recall10 = append(c.Recall10, recall(os, l.Threshold, 10))
		}
		r.Classes = append(r.Classes, c)
	}
	slices.SortFunc(r.Classes, func(a, b Class) int {
		return cmp.Or(cmp.Compare(slices.Index(groups, a.Group), slices.Index(groups, b.Group)), cmp.Compare(a.Name, b.Name))
	})
}

// reliability compares scores with how often they are right, over the best
// pair of each case: the right entry of a positive, the best entry of a
// negative. Cases of both kinds weigh the same in sum: an even prior.
func (r *Report) reliability(m *names.Model) {
	const bands = 10
	var n [bands]int
	var weight, score, right [bands]float64
	positives := float64(r.Cases - r.Negatives - r.Absent)
	for i := range r.Outcomes {
		o := &r.Outcomes[i]
		e, w, is := o.Right, 1/positives, 1.0
		switch {
		case o.Absent:
			continue
		case o.Case.Kind == "neg":
			e, w, is = o.Top, 1/float64(r.Negatives), 0
		}
		p := 0.0
		if e != Nothing {
			p = float64(m.Probability(e)) / 10000
		}
		k := min(bands-1, int(p*bands))
		n[k]++
		weight[k] += w
		score[k] += w * p
		right[k] += w * is
	}
	total := 0.0
	for k := range bands {
		band := Band{From: float64(k) / bands, To: float64(k+1) / bands, N: n[k]}
		if weight[k] > 0 {
			band.Mean, band.Right = score[k]/weight[k], right[k]/weight[k]
		}
		total += weight[k]
		r.ECE += weight[k] * math.Abs(band.Mean-band.Right)
		r.Bands = append(r.Bands, band)
	}
	if total > 0 {
		r.ECE /= total
	}
}

// latencies fills in the percentiles of all screenings and of those of each
// class.
func (r *Report) latencies() {
	var all []timing
	by := map[string][]timing{}
	for i := range r.Outcomes {
		o := &r.Outcomes[i]
		t := timing{o.Took, o.CPU}
		all = append(all, t)
		by[o.Case.Class] = append(by[o.Case.Class], t)
	}
	r.Latency = append(r.Latency, latency("all", all))
	for _, class := range slices.Sorted(maps.Keys(by)) {
		r.Latency = append(r.Latency, latency(class, by[class]))
	}
}

// A timing is how long one screening took.
type timing struct{ wall, cpu time.Duration }

func latency(class string, all []timing) Latency {
	var wall, cpu []time.Duration
	for _, t := range all {
		wall, cpu = append(wall, t.wall), append(cpu, t.cpu)
	}
	return Latency{class, len(all), percentiles(wall), percentiles(cpu)}
}

// percentiles sorts d and reads its percentiles.
func percentiles(d []time.Duration) Percentiles {
	if len(d) == 0 {
		return Percentiles{}
	}
	slices.Sort(d)
	at := func(p float64) time.Duration { return d[min(len(d)-1, int(p*float64(len(d))))] }
	return Percentiles{at(.5), at(.9), at(.99), d[len(d)-1]}
}
