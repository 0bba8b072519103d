// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"context"
	"runtime"
	"slices"
	"time"

	"github.com/interdict-dev/interdict/book"
	"github.com/interdict-dev/interdict/screening"
	"github.com/interdict-dev/interdict/subject"
)

// A PerQuery is what one screening cost, as a mean over a deck, one screening
// after the other on one goroutine.
type PerQuery struct {
	Wall   time.Duration `json:"wall_ns"`
	CPU    time.Duration `json:"cpu_ns"` // user and system, the collector's included; 0 where the system does not say
	Allocs float64       `json:"allocations"`
	Bytes  float64       `json:"allocated_bytes"`
}

// allocated reads what was ever allocated.
func allocated() (a struct{ objects, bytes uint64 }) {
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	a.objects, a.bytes = s.Mallocs, s.TotalAlloc
	return a
}

// perQuery divides a cost by the number of queries.
func perQuery(c Cost, before struct{ objects, bytes uint64 }, n int) PerQuery {
	after := allocated()
	return PerQuery{c.Wall / time.Duration(n), c.CPU / time.Duration(n), float64(after.objects-before.objects) / float64(n), float64(after.bytes-before.bytes) / float64(n)}
}

// A Throughput is how many screenings a number of cores does.
type Throughput struct {
	Cores     int           `json:"cores"`
	Queries   int           `json:"queries"`
	PerSecond float64       `json:"queries_per_second"`
	CPU       time.Duration `json:"cpu_ns"` // of one query
}

// CoreCounts are the numbers of cores with which throughput is worth measuring
// on a machine of n: each up to four, then doubling, and all.
func CoreCounts(n int) []int {
	var out []int
	for k := 1; k <= n; k++ {
		if k <= 4 || k == n || k&(k-1) == 0 {
			out = append(out, k)
		}
	}
	return out
}

// throughput screens the deck over and over with each number of cores: the
// program has no more of them than that, the collector included.
func throughput(ctx context.Context, b *book.Book, policy screening.Policy, deck []Case, p Plan) (out []Throughput, err error) {
	usual := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(usual)
	for _, cores := range slices.Sorted(slices.Values(p.Cores)) {
		runtime.GOMAXPROCS(cores)
		t, err := busy(ctx, b, policy, deck, cores, p.Least)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}

// busy screens the deck over and over until the time is up.
func busy(ctx context.Context, b *book.Book, policy screening.Policy, deck []Case, cores int, least time.Duration) (Throughput, error) {
	t := Throughput{Cores: cores}
	start := time.Now()
	endless := func(yield func(subject.Subject, error) bool) {
		for i := 0; i < len(deck) || time.Since(start) < least; i++ {
			if !yield(deck[i%len(deck)].Subject(), nil) {
				return
			}
		}
	}
	cost, err := CostOf(func() error {
		rows, err := screening.Stream(ctx, b, policy, endless, cores)
		if err != nil {
			return err
		}
		for r := range rows {
			if r.Err != nil {
				return r.Err
			}
			t.Queries++
		}
		return nil
	})
	if err != nil {
		return t, err
	}
	t.PerSecond, t.CPU = float64(t.Queries)/cost.Wall.Seconds(), cost.CPU/time.Duration(t.Queries)
	return t, nil
}
