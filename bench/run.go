// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/interdict-dev/interdict/book"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/screening"
	"github.com/interdict-dev/interdict/subject"
)

// Levels are the shares of innocent names with a finding, in percent, at which
// recall is reported.
var Levels = []float64{0.1, 1, 2, 5}

// An Outcome is what one case gave.
type Outcome struct {
	Case    Case          `json:"case"`
	Top     int32         `json:"top"` // evidence of the best finding, in milli-nats; Nothing without one
	TopRef  string        `json:"top_ref,omitempty"`
	TopName string        `json:"top_name,omitempty"`
	Right   int32         `json:"right"`           // evidence of the best right finding; Nothing without one
	Rank    int           `json:"rank"`            // of the best right finding, from 1; 0 without one
	Tied    bool          `json:"tied,omitempty"`  // another entry has the very same evidence as the right one, at the top
	Apart   string        `json:"apart,omitempty"` // why no matcher could tell the right entry
	Took    time.Duration `json:"took"`
}

// Nothing stands for evidence where there is no finding.
const Nothing = math.MinInt32

// A Report is what a run of a deck measured.
type Report struct {
	Book      string    `json:"book"`
	Model     string    `json:"model"`
	Entries   int       `json:"entries"`
	Cases     int       `json:"cases"`
	Levels    []Level   `json:"levels"`
	Classes   []Class   `json:"classes"`
	Bands     []Band    `json:"reliability"`
	ECE       float64   `json:"calibration_error"`
	Latency   Latency   `json:"latency"`
	Tied      int       `json:"tied"` // cases set apart: they fit another entry as well, or nothing is left that names
	Outcomes  []Outcome `json:"outcomes,omitempty"`
	Negatives int       `json:"negatives"`
	Alerts    []Alert   `json:"alerts"`
}

// An Alert is how many of 10,000 innocent names have a finding at a threshold.
type Alert struct {
	Score    float64 `json:"score"`
	Per10000 int     `json:"per_10000"`
}

// A Level is recall where a share of the innocent names has a finding.
type Level struct {
	FalsePositives float64 `json:"false_positives"` // percent asked for
	Threshold      int32   `json:"threshold"`       // evidence in milli-nats
	Score          float64 `json:"score"`
	Recall1        float64 `json:"recall_1"`
	Recall10       float64 `json:"recall_10"`
	Whole          float64 `json:"recall_1_whole"` // recall at rank 1 with the cases that are set apart
}

// A Class is the recall of one kind of alteration.
type Class struct {
	Name     string    `json:"class"`
	N        int       `json:"n"`
	Recall1  []float64 `json:"recall_1"` // at each of Levels
	Recall10 []float64 `json:"recall_10"`
	Default  float64   `json:"default"` // found at the default threshold, at any rank
}

// A Band is one band of scores of the reliability table: of the pairs scored
// so, which share was right, positives and negatives weighing the same.
type Band struct {
	From, To float64
	N        int     `json:"n"`
	Mean     float64 `json:"mean"`
	Right    float64 `json:"right"`
}

// Latency are percentiles of single screenings at the default threshold.
type Latency struct {
	P50, P90, P99, Max time.Duration
}

// Run asks every case of a deck.
func Run(ctx context.Context, b *book.Book, deck []Case) (*Report, error) {
	if len(deck) == 0 {
		return nil, fmt.Errorf("the deck is empty")
	}
	today := party.DateOf(time.Now())
	deep := &finder{book: b}
	usual, err := screening.New(b, screening.Policy{MinScore: screening.DefaultMinScore, LawAsOf: today, FactsAsOf: today})
	if err != nil {
		return nil, err
	}
	all, err := takeCensus(b)
	if err != nil {
		return nil, err
	}
	r := &Report{Book: b.Digest().String(), Model: b.Model().Version, Cases: len(deck)}
	for _, l := range b.Lists() {
		r.Entries += l.Len()
	}
	for _, c := range deck {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if _, err := party.ParseKind(c.Type); err != nil {
			return nil, fmt.Errorf("case %s: %w", c.ID, err)
		}
		var o Outcome
		err := b.Guard(func() (err error) {
			o, err = ask(deep, usual, c)
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("case %s: %w", c.ID, err)
		}
		o.Apart = all.apart(&c)
		r.Outcomes = append(r.Outcomes, o)
	}
	r.measure(b)
	return r, nil
}

// Subject makes the subject of a case.
func (c *Case) Subject() subject.Subject {
	return subject.Subject{ID: c.ID, Party: party.Entry{Kind: c.kind(), Names: []party.Name{{Full: c.Query}}}}
}

func ask(deep *finder, usual *screening.Screener, c Case) (Outcome, error) {
	o := Outcome{Case: c, Top: Nothing, Right: Nothing}
	s := c.Subject()
	start := time.Now()
	if _, err := usual.Screen(&s); err != nil {
		return o, err
	}
	o.Took = time.Since(start)
	for i, h := range deep.find(&c) {
		if i == 0 {
			e, err := h.list.Entry(h.entry)
			if err != nil {
				return o, err
			}
			o.Top, o.TopRef, o.TopName = h.evidence, e.Ref.String(), e.Names[h.name].Full
		}
		is, err := h.right(&c)
		if err != nil {
			return o, err
		}
		if is {
			o.Rank, o.Right = i+1, h.evidence
			o.Tied = i > 0 && o.Right == o.Top
			break
		}
	}
	return o, nil
}

func (r *Report) measure(b *book.Book) {
	var negatives []int32
	var positives, apart []*Outcome
	var took []time.Duration
	for i := range r.Outcomes {
		o := &r.Outcomes[i]
		took = append(took, o.Took)
		switch {
		case o.Case.Kind == "neg":
			negatives = append(negatives, o.Top)
		case o.Tied || o.Apart != "":
			r.Tied++
			apart = append(apart, o)
		default:
			positives = append(positives, o)
		}
	}
	r.Negatives = len(negatives)
	slices.Sort(negatives)
	for _, l := range Levels {
		t := threshold(negatives, l)
		level := Level{FalsePositives: l, Threshold: t, Score: float64(b.Model().Probability(t)) / 10000}
		level.Recall1, level.Recall10 = recall(positives, t, 1), recall(positives, t, 10)
		level.Whole = recall(slices.Concat(positives, apart), t, 1)
		r.Levels = append(r.Levels, level)
	}
	for _, score := range []int32{3000, 5000, 7000, 8000, 9000, 9500, 9900} {
		e := b.Model().Evidence(score)
		at, _ := slices.BinarySearch(negatives, e)
		r.Alerts = append(r.Alerts, Alert{float64(score) / 10000, 10000 * (len(negatives) - at) / max(1, len(negatives))})
	}
	r.classes(positives, b.Model().Evidence(screening.DefaultMinScore))
	r.reliability(b)
	r.Latency = percentiles(took)
}

// threshold is the least evidence that at most a share of the negatives, in
// percent, reaches.
func threshold(sorted []int32, percent float64) int32 {
	allowed := int(float64(len(sorted)) * percent / 100)
	if len(sorted) == 0 || allowed >= len(sorted) {
		return -1 << 20
	}
	t := sorted[len(sorted)-1-allowed]
	if t == Nothing {
		return -1 << 20
	}
	return t + 1
}

func recall(os []*Outcome, t int32, rank int) float64 {
	if len(os) == 0 {
		return 0
	}
	n := 0
	for _, o := range os {
		if o.Rank > 0 && o.Rank <= rank && o.Right >= t {
			n++
		}
	}
	return float64(n) / float64(len(os))
}

// classes fills in the recall of each class, of each type and of each origin.
func (r *Report) classes(positives []*Outcome, usual int32) {
	by := map[string][]*Outcome{}
	for _, o := range positives {
		by["all"] = append(by["all"], o)
		for _, k := range []string{o.Case.Class, "type " + o.Case.Type, "origin " + o.Case.Origin} {
			if k != "type " && k != "origin " {
				by[k] = append(by[k], o)
			}
		}
	}
	for name, os := range by {
		c := Class{Name: name, N: len(os), Default: recall(os, usual, 1<<30)}
		for _, l := range r.Levels {
			c.Recall1 = append(c.Recall1, recall(os, l.Threshold, 1))
			c.Recall10 = append(c.Recall10, recall(os, l.Threshold, 10))
		}
		r.Classes = append(r.Classes, c)
	}
	slices.SortFunc(r.Classes, func(a, b Class) int { return cmp.Compare(a.Name, b.Name) })
}

// reliability compares scores with how often they are right, over the best
// pair of each case: the right entry of a positive, the best entry of a
// negative. Cases of both kinds weigh the same in sum: an even prior.
func (r *Report) reliability(b *book.Book) {
	const bands = 10
	var n [bands]int
	var weight, score, right [bands]float64
	positives := float64(r.Cases - r.Negatives)
	for i := range r.Outcomes {
		o := &r.Outcomes[i]
		e, w, is := o.Right, 1/positives, 1.0
		if o.Case.Kind == "neg" {
			e, w, is = o.Top, 1/float64(r.Negatives), 0
		}
		p := 0.0
		if e != Nothing {
			p = float64(b.Model().Probability(e)) / 10000
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
