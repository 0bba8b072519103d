// SPDX-License-Identifier: Apache-2.0

package csv

import (
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/interdict-dev/interdict/law"
	"github.com/interdict-dev/interdict/ownership"
	"github.com/interdict-dev/interdict/party"
)

// generate writes a table of n companies and 3n/2 stakes: half of the companies
// belong to persons of their own, the rest to companies, a few of which hold
// very many, as registers have it.
func generate(w io.Writer, n int) error {
	r := rand.New(rand.NewPCG(1, 1))
	buf := make([]byte, 0, 1<<16)
	buf = append(buf, "owner,owned,percent,kind,from,to,source\n"...)
	shares := []string{"50", "51", "100", "25", "33.34", "49.99", "10", "25-50", "75", ">50"}
	most := []int{50, 51, 100, 25, 34, 50, 10, 25, 75, 51}
	left := make([]int8, n)
	for i := range left {
		left[i] = 100
	}
	for i := range n + n/2 {
		owned := i
		if i >= n {
			owned = r.IntN(n)
		}
		switch k := r.IntN(10); {
		case k < 5:
			buf = append(buf, "person-"...)
			buf = strconv.AppendInt(buf, int64(r.IntN(n)), 10)
		case k < 9:
			buf = append(buf, "company-"...)
			buf = strconv.AppendInt(buf, int64(r.IntN(n)), 10)
		default:
			x := r.Float64()
			buf = append(buf, "company-"...)
			buf = strconv.AppendInt(buf, int64(x*x*x*float64(n)), 10)
		}
		buf = append(buf, ",company-"...)
		buf = strconv.AppendInt(buf, int64(owned), 10)
		buf = append(buf, ',')
		k := r.IntN(len(shares))
		if int(left[owned]) < most[k] && r.IntN(1000) > 0 {
			buf = strconv.AppendInt(buf, int64(left[owned]), 10)
			left[owned] = 0
		} else {
			buf = append(buf, shares[k]...)
			left[owned] = int8(max(int(left[owned])-most[k], 0))
		}
		buf = append(buf, ",equity,"...)
		if r.IntN(4) == 0 {
			buf = fmt.Appendf(buf, "%d-%02d-%02d", 2012+r.IntN(14), 1+r.IntN(12), 1+r.IntN(28))
		}
		buf = append(buf, ",,register\n"...)
		if len(buf) > 1<<16-256 {
			if _, err := w.Write(buf); err != nil {
				return err
			}
			buf = buf[:0]
		}
	}
	_, err := w.Write(buf)
	return err
}

// TestBigGraph holds the figures of the design for INTERDICT_BIG companies
// (10000000 before a release); without it, it runs on few and holds no figures.
func TestBigGraph(t *testing.T) {
	n := 20_000
	if s := os.Getenv("INTERDICT_BIG"); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil {
			t.Fatal(err)
		}
	}
	in, err := os.Create(filepath.Join(t.TempDir(), "big.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	if err := generate(in, n); err != nil {
		t.Fatal(err)
	}
	if _, err := in.Seek(0, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	b := ownership.NewBuilder()
	start := time.Now()
	rep, err := b.Load(Read(in, "big.csv"), nil)
	if err != nil {
		t.Fatal(err)
	}
	read := time.Since(start)
	g := b.Graph()
	load := time.Since(start)
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	parties, stakes := g.Len()
	t.Logf("%d parties, %d stakes, %d issues: read in %v, ready in %v, %d MiB from the system", parties, stakes, len(g.Issues()), read, load, m.Sys>>20)
	if rep.Rejects != 0 || stakes != n+n/2 {
		t.Errorf("%d rejects, %d stakes", rep.Rejects, stakes)
	}

	var listed []ownership.Listed
	day, err := party.ParseDate("2025-12-01")
	if err != nil {
		t.Fatal(err)
	}
	for i := range 20_000 * n / 10_000_000 {
		name := "company-" + strconv.Itoa(i*97%n)
		if i%2 == 0 {
			name = "person-" + strconv.Itoa(i*101%n)
		}
		for _, r := range ownership.Regimes() {
			listed = append(listed, ownership.Listed{Party: key(name), Entry: key("test/" + name), Name: name, Regime: r, Cascades: true})
		}
	}
	seeds := g.Seeds(listed)
	for _, regime := range []law.Regime{law.OFAC, law.EU, law.UK} {
		start = time.Now()
		s, err := g.Solve(ownership.Query{Regime: regime, Law: day, Listed: seeds})
		if err != nil {
			t.Fatal(err)
		}
		took := time.Since(start)
		count := map[ownership.Status]int{}
		var some []party.Ref
		for ref, st := range s.All() {
			count[st]++
			if st == ownership.Owned && len(some) < 200 {
				some = append(some, ref)
			}
		}
		start = time.Now()
		for _, ref := range some {
			a, err := g.Own(ref, ownership.Query{Regime: regime, Law: day, Listed: seeds})
			if err != nil {
				t.Fatal(err)
			}
			if a.Status != ownership.Owned || a.Proof == nil {
				t.Errorf("%v, %s: %v alone, owned among all", ref, regime, a.Status)
			}
		}
		each := time.Duration(0)
		if len(some) > 0 {
			each = time.Since(start) / time.Duration(len(some))
		}
		start = time.Now()
		iv, err := g.Intervals(t.Context(), ownership.Query{Regime: regime, Listed: seeds})
		if err != nil {
			t.Fatal(err)
		}
		ever := 0
		for range iv.All() {
			ever++
		}
		t.Logf("%s: intervals of %d companies swept in %v", regime, ever, time.Since(start))
		t.Logf("%s: fixed points in %v, %v; one with proof %v", regime, took, strings.Trim(fmt.Sprint(count), "map[]"), each)
		if n >= 10_000_000 && (took > time.Second || each > time.Millisecond || load > 30*time.Second || m.Sys > 4<<30) {
			t.Errorf("want load in 30 s, 4 GiB, fixed points in 1 s and a proof in 1 ms")
		}
	}
}
