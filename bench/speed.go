// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"github.com/interdict-dev/interdict/book"
	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/screening"
	"github.com/interdict-dev/interdict/subject"
)

// A JoinFunc screens many subjects against a book, as [screening.Stream] does,
// which is the one that is taken where none is given. The rows may come in any
// order, and rows without findings may be left out.
type JoinFunc func(ctx context.Context, b *book.Book, p screening.Policy, subjects iter.Seq2[subject.Subject, error], workers int) (iter.Seq[screening.Row], error)

// A SpeedPlan says what is asked of a book.
type SpeedPlan struct {
	Day      party.Date // of the law and of the facts; the zero Day is any
	MinScore int32      // threshold in ten-thousandths; 0 means screening.DefaultMinScore
	Seed     uint64     // of the customers
	Rows     int        // customers to join with the book; 0 leaves it out
	Hidden   int        // listed names among them
	Join     JoinFunc
	JoinName string // how Join goes about it
}

func (p *SpeedPlan) policy() screening.Policy {
	return (&Plan{Day: p.Day, MinScore: p.MinScore}).policy()
}

// A Speed is how fast a book answers on this machine.
type Speed struct {
	Data
	Single []Latency `json:"single"` // one name at a time on one core: all, then by class
	Cost   PerQuery  `json:"per_query"`
	First  float64   `json:"first"` // share of the listed names whose right entry was the first finding
	Join   *Joined   `json:"join,omitempty"`
	Memory Memory    `json:"memory"`
}

// A Joined is what joining customers with a book cost and gave.
type Joined struct {
	How       string `json:"how"`
	Customers int    `json:"customers"`
	Cores     int    `json:"cores"`
	Cost
	Hidden int `json:"hidden"` // listed names among the customers
	Found  int `json:"found"`  // of those, with the right entry among the findings
	Alarms int `json:"alarms"` // innocent customers with a finding
}

// PerSecond is how many customers a second were joined.
func (j *Joined) PerSecond() float64 { return float64(j.Customers) / j.Wall.Seconds() }

// MeasureSpeed asks a book the cases of a deck, one at a time, after it has
// asked them once to warm up, and joins it with customers.
func MeasureSpeed(ctx context.Context, b *book.Book, deck []Case, p SpeedPlan) (*Speed, error) {
	if len(deck) == 0 {
		return nil, errkind.New(errkind.Invalid, "the deck is empty")
	}
	sc, err := screening.New(b, p.policy())
	if err != nil {
		return nil, err
	}
	r := runner{book: b, deck: deck, usual: sc}
	r.plan.Day = p.Day
	out := make([]Outcome, len(deck))
	positives, first := 0, 0
	for i := range deck {
		s := deck[i].Subject()
		a, err := sc.Screen(&s)
		if err := errors.Join(err, ctx.Err()); err != nil {
			return nil, err
		}
		out[i].Case = deck[i]
		if deck[i].Kind == "pos" {
			positives++
			if len(a.Findings) > 0 && deck[i].expects(a.Findings[0].Ref, a.Findings[0].Identity) {
				first++
			}
		}
	}
	report := Report{Outcomes: out}
	s := &Speed{Data: DataOf(b), First: share(first, positives)}
	if s.Cost, err = r.time(ctx, out); err != nil {
		return nil, err
	}
	report.latencies()
	s.Single = report.Latency
	if p.Rows > 0 {
		if s.Join, err = join(ctx, b, p); err != nil {
			return nil, err
		}
	}
	s.Memory = memory()
	return s, nil
}

// expects says that an entry, or one that is the same party, counts as right.
func (c *Case) expects(r party.Ref, same []party.Ref) bool {
	return slices.ContainsFunc(append(slices.Clip(same), r), func(x party.Ref) bool {
		return slices.Contains(c.Expect, x.ID) && (c.List == "" || c.List == string(x.List))
	})
}

// join joins customers, among them exact names of listed parties, with a book.
func join(ctx context.Context, b *book.Book, p SpeedPlan) (*Joined, error) {
	if p.Join == nil {
		p.JoinName = "one by one"
		p.Join = func(ctx context.Context, b *book.Book, policy screening.Policy, subjects iter.Seq2[subject.Subject, error], workers int) (iter.Seq[screening.Row], error) {
			return screening.Stream(ctx, b, policy, subjects, workers)
		}
	}
	hidden, err := hide(b, p)
	if err != nil {
		return nil, err
	}
	j := &Joined{How: p.JoinName, Customers: p.Rows, Cores: runtime.GOMAXPROCS(0), Hidden: len(hidden)}
	j.Cost, err = CostOf(func() error {
		rows, err := p.Join(ctx, b, p.policy(), customers(p, hidden), j.Cores)
		if err != nil {
			return err
		}
		for r := range rows {
			if r.Err != nil {
				return r.Err
			}
			e, listed := hidden[r.Subject.Row]
			switch {
			case listed && slices.ContainsFunc(r.Answer.Findings, func(f screening.Finding) bool { return f.Ref == e.Ref || slices.Contains(f.Identity, e.Ref) }):
				j.Found++
			case !listed && len(r.Answer.Findings) > 0:
				j.Alarms++
			}
		}
		return ctx.Err()
	})
	return j, err
}

// hide draws listed parties and the rows in which they stand.
func hide(b *book.Book, p SpeedPlan) (map[int]party.Entry, error) {
	r := rand.New(rand.NewPCG(p.Seed, 2))
	out := map[int]party.Entry{}
	lists := b.Lists()
	err := b.Guard(func() error {
		for tries := 0; len(out) < min(p.Hidden, p.Rows) && tries < 100*p.Hidden; tries++ {
			l := lists[r.IntN(len(lists))]
			if l.Len() == 0 {
				continue
			}
			e, err := l.Entry(uint32(r.IntN(l.Len())))
			if err != nil {
				return err
			}
			if len(e.Listings) > 0 && len(e.Names) > 0 && !e.Names[0].Weak && standsOn(&e, p.Day) {
				out[1+r.IntN(p.Rows)] = e
			}
		}
		return nil
	})
	if err == nil && len(out) == 0 && p.Hidden > 0 {
		err = errkind.New(errkind.Invalid, "the book lists nobody whose name could be hidden among the customers")
	}
	return out, err
}

// customers yields the rows of the join.
func customers(p SpeedPlan, hidden map[int]party.Entry) iter.Seq2[subject.Subject, error] {
	return func(yield func(subject.Subject, error) bool) {
		for i, c := range Customers(p.Seed, p.Rows) {
			s := subject.Subject{Row: i + 1, Party: c}
			if e, ok := hidden[s.Row]; ok {
				s.Party = party.Entry{Kind: e.Kind, Names: e.Names[:1]}
			}
			if !yield(s, nil) {
				return
			}
		}
	}
}

// Print prints the figures for people.
func (s *Speed) Print(w io.Writer) {
	p := printer{w}
	printLatency(p, s.Single)
	p.line("mean %s, %s of processor, %.0f allocations, %.1f kB; %.1f %% of the listed names have the right entry first", micro(s.Cost.Wall), micro(s.Cost.CPU), s.Cost.Allocs, s.Cost.Bytes/1000, 100*s.First)
	if j := s.Join; j != nil {
		p.line("%d customers against %d entries, %s, %d cores: %s, %.0f a second", j.Customers, s.Entries, j.How, j.Cores, j.Cost, j.PerSecond())
		p.line("  hidden listed names found: %d of %d; innocent customers with a finding: %d of %d", j.Found, j.Hidden, j.Alarms, j.Customers-j.Hidden)
	}
	p.line("memory: %s", s.Memory)
}

// A GrowthPlan says how a book is grown, and what is asked of it then.
type GrowthPlan struct {
	Sizes []int // parties
	Seed  uint64
	Dir   string // where the books are written, one at a time
	Deck  []Case // over the book that is grown
	Speed SpeedPlan
}

// A Growth is what a book of one size cost and how fast it answers.
type Growth struct {
	Size     int    `json:"parties"`
	Invented int    `json:"invented"`
	Compile  Cost   `json:"compile"`
	Peak     uint64 `json:"compile_peak_bytes"` // largest resident set while it was compiled
	IsReset  bool   `json:"peak_is_of_this"`    // false where the system cannot reset the peak: it is that since the program began
	Open     Cost   `json:"open"`
	Speed    *Speed `json:"speed"`
}

// Grow compiles books of rising size out of the entries of a book and measures
// each. A book that cannot be compiled ends the sequence with its error.
func Grow(ctx context.Context, b *book.Book, p GrowthPlan) iter.Seq2[*Growth, error] {
	return func(yield func(*Growth, error) bool) {
		g, err := NewGrower(b)
		if err != nil {
			yield(nil, err)
			return
		}
		deck := g.Deck(p.Deck)
		for _, n := range slices.Sorted(slices.Values(p.Sizes)) {
			x, err := g.grow(ctx, b, deck, n, p)
			if err != nil {
				err = fmt.Errorf("a book of %d parties: %w", n, err)
			}
			if !yield(x, err) || err != nil {
				return
			}
		}
	}
}

func (g *Grower) grow(ctx context.Context, b *book.Book, deck []Case, n int, p GrowthPlan) (_ *Growth, err error) {
	x := &Growth{Size: n, Invented: max(0, n-g.Real())}
	path := filepath.Join(p.Dir, fmt.Sprintf("grown-%d.book", n))
	defer func() {
		if e := os.Remove(path); e != nil && !errors.Is(e, os.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}()
	x.IsReset = ResetPeak()
	x.Compile, err = CostOf(func() error {
		_, err := book.Compile(ctx, path, book.Input{Model: b.Model(), Lists: []book.ListInput{{Info: book.Info{List: Grown, Title: "grown from " + b.Digest().String()}, Entries: g.Entries(p.Seed, n)}}})
		return err
	})
	if err != nil {
		return nil, err
	}
	x.Peak = memory().Peak
	ResetPeak()
	var grown *book.Book
	if x.Open, err = CostOf(func() (err error) { grown, err = book.Open(path); return err }); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, grown.Close()) }()
	x.Speed, err = MeasureSpeed(ctx, grown, deck, p.Speed)
	return x, err
}

// Print prints what one size gave.
func (x *Growth) Print(w io.Writer) {
	p := printer{w}
	since := ""
	if !x.IsReset {
		since = " since the program began"
	}
	p.line("\n%d parties, %d of them invented: compiled in %s, at most %s resident%s", x.Size, x.Invented, x.Compile, bytesText(x.Peak), since)
	p.line("  book of %.1f MB, %.0f bytes a party; opened in %s", float64(x.Speed.Bytes)/1e6, float64(x.Speed.Bytes)/float64(x.Size), x.Open.Wall.Round(time.Microsecond))
	x.Speed.Print(w)
}

// PrintGrowth prints what all sizes gave, a line each.
func PrintGrowth(w io.Writer, all []*Growth) {
	p := printer{w}
	p.line("\n%9s %9s %9s %9s %9s | processor of one name: %9s %9s %9s %9s %9s | %9s", "parties", "compile s", "cpu s", "peak MB", "book MB", "median", "p99", "typo-each", "innocent", "first", "join/s")
	for _, x := range all {
		of := func(class string) Percentiles {
			for _, l := range x.Speed.Single {
				if l.Class == class {
					return l.usual()
				}
			}
			return Percentiles{}
		}
		joined := "-"
		if x.Speed.Join != nil {
			joined = fmt.Sprintf("%.0f", x.Speed.Join.PerSecond())
		}
		p.line("%9d %9.1f %9.1f %9.0f %9.1f | %22s %9s %9s %9s %9s %8.1f%% | %9s", x.Size, x.Compile.Wall.Seconds(), x.Compile.CPU.Seconds(), float64(x.Peak)/1e6, float64(x.Speed.Bytes)/1e6, "",
			micro(of("all").P50), micro(of("all").P99), micro(of("typo-each").P50), micro(of("easy").P50), 100*x.Speed.First, joined)
	}
}

// usual are the times of processor where they are known, else those by the
// clock.
func (l *Latency) usual() Percentiles {
	if l.CPU == (Percentiles{}) {
		return l.Wall
	}
	return l.CPU
}
