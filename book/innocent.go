// SPDX-License-Identifier: Apache-2.0

package book

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/index"
	"github.com/interdict-dev/interdict/internal/segment"
	"github.com/interdict-dev/interdict/names"
)

//go:embed innocent.txt
var innocentText string

// InnocentSample returns the innocent names that every book is screened
// against, a line each: "p " before a person, "t " before anything else.
func InnocentSample() string { return innocentText }

// innocents yields the sample of innocent names of each mode.
func innocents(yield func(names.Mode, string) bool) {
	for line := range strings.Lines(innocentText) {
		kind, name, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok || kind == "#" {
			continue
		}
		mode := names.Persons
		if kind == "t" {
			mode = names.Things
		}
		if !yield(mode, name) {
			return
		}
	}
}

// noEvidence stands for an innocent name that resembles nothing in the book.
const noEvidence = math.MinInt32

// floorEvidence is how low the evidence of an innocent name is still told
// apart: far below any threshold.
const floorEvidence = -4000

// screenInnocents finds the evidence of the best hit of each innocent name, in
// falling order, on all processors.
func (a *assembly) screenInnocents() error {
	type question struct {
		mode names.Mode
		name string
	}
	var all []question
	for mode, name := range innocents {
		all = append(all, question{mode, name})
	}
	var files []*segment.File
	for _, p := range a.parts {
		files = append(files, p.file)
	}
	best := make([]int32, len(all))
	errs := make([]error, runtime.GOMAXPROCS(0))
	var wait sync.WaitGroup
	for w := range errs {
		wait.Go(func() {
			errs[w] = segment.Catch(func() error {
				var sr index.Searcher
				for i := w; i < len(all); i += len(errs) {
					best[i] = a.bestHit(&sr, all[i].mode, all[i].name)
				}
				return nil
			}, files...)
		})
	}
	wait.Wait()
	for i, q := range all {
		a.innocent[q.mode] = append(a.innocent[q.mode], best[i])
	}
	for mode := range a.innocent {
		slices.SortFunc(a.innocent[mode], func(x, y int32) int { return cmp.Compare(y, x) })
	}
	return errors.Join(errs...)
}

// bestHit returns the evidence of the best hit of a name.
func (a *assembly) bestHit(sr *index.Searcher, mode names.Mode, name string) int32 {
	best := int32(noEvidence)
	form := names.ReadText(name, mode)
	for _, p := range a.parts {
		sr.Search(p.list.Index, &form, floorEvidence, func(h index.Hit) { best = max(best, h.Evidence) })
	}
	return best
}

func (a *assembly) writeInnocent(w *segment.Writer) error {
	return writeJSON(w, "innocent", a.innocent)
}

func (b *Book) readInnocent() error {
	text, err := b.section("innocent")
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, &b.innocent); err != nil {
		return fmt.Errorf("innocent names: %w", err)
	}
	return nil
}

// Innocents returns how many innocent names of a mode were screened when the
// book was compiled, and how many of them reached at least this evidence.
func (b *Book) Innocents(mode names.Mode, evidence int32) (screened, reached int) {
	e := b.innocent[mode]
	return len(e), search(len(e), func(i int) bool { return e[i] < evidence })
}

// ExpectedInnocent estimates how many innocent hits screening one innocent name
// gives that have at least this evidence. Beyond the best of the sample
// the estimate falls by a factor of e for each 1,000 milli-nats, as log-odds
// do by their definition.
func (b *Book) ExpectedInnocent(mode names.Mode, evidence int32) float64 {
	screened, reached := b.Innocents(mode, evidence)
	if screened == 0 {
		return 0
	}
	if reached > 0 {
		return float64(reached) / float64(screened)
	}
	best := b.innocent[mode][0]
	if best == noEvidence {
		best = floorEvidence
	}
	return fall(1/float64(screened), int64(evidence)-int64(best))
}

// fall returns x after it fell by a factor of e for each 1,000 milli-nats, by
// multiplications alone: these give the same bits on every processor, and what
// math.Exp gives on one it need not on another.
func fall(x float64, milliNats int64) float64 {
	const perMilliNat = 0.99900049983337499167 // e to the power of -1/1000
	for factor := perMilliNat; milliNats > 0; milliNats >>= 1 {
		if milliNats&1 != 0 {
			x *= factor
		}
		factor *= factor
	}
	return x
}

func readClaims(b []byte) func(yield func(claim.Claim, error) bool) {
	return func(yield func(claim.Claim, error) bool) {
		for len(b) > 0 {
			c, rest, err := claim.Decode(b)
			if !yield(c, err) || err != nil {
				return
			}
			b = rest
		}
	}
}
