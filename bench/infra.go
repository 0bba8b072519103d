// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/netip"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/interdict-dev/interdict/infra"
)

// An InfraPlan says how large the tables of addresses and domains are.
type InfraPlan struct {
	Prefixes int // half of them IPv4
	Domains  int
	Seed     uint64
}

// InfraCost is what tables of addresses and domains cost.
type InfraCost struct {
	Prefixes int           `json:"prefixes"`
	Domains  int           `json:"domains"`
	Load     time.Duration `json:"load_ns"`     // of all tables, rules made before
	LoadCPU  time.Duration `json:"load_cpu_ns"` // of all processors
	Heap     uint64        `json:"heap_bytes"`  // of the tables
	Peak     uint64        `json:"peak_bytes"`  // most that was resident, rules included
	Lookups  []InfraLookup `json:"lookups"`
}

// An InfraLookup is what one lookup costs on one core, as the median of several
// runs over questions in no order.
type InfraLookup struct {
	Of   string        `json:"of"`
	Wall time.Duration `json:"wall_ns"`
	CPU  time.Duration `json:"cpu_ns"` // of the thread; 0 where the system does not say
	Hits float64       `json:"hits"`   // share of questions that met a rule
}

// infraQuestions is how many questions a run asks: more than caches hold.
const infraQuestions = 1 << 20

// infraRuns is how many runs a median is of.
const infraRuns = 7

// MeasureInfra builds tables of invented rules and asks them. Prefixes lie as
// they do in the wild: IPv4 of 16 to 32 bits, IPv6 of 29 to 64 below 2000::/3;
// every other domain reaches the hosts below it.
func MeasureInfra(p InfraPlan) InfraCost {
	g := infraMaker{rand.New(rand.NewPCG(p.Seed, 1))}
	var r4, r6 []infra.PrefixRule
	for i := range p.Prefixes {
		if i%2 == 0 {
			r4 = append(r4, infra.PrefixRule{Prefix: netip.PrefixFrom(g.addr4(), 16+g.IntN(17)), Value: uint32(i)})
		} else {
			r6 = append(r6, infra.PrefixRule{Prefix: netip.PrefixFrom(g.addr6(), 29+g.IntN(36)), Value: uint32(i)})
		}
	}
	ds := make([]infra.DomainRule, p.Domains)
	for i := range ds {
		ds[i] = infra.DomainRule{Domain: g.word() + "." + g.pick("com", "net", "xyz", "org", "top"), Scope: infra.Scope(i & 1), Value: uint32(i)}
	}
	before := heapInUse()
	wall, cpu := time.Now(), cpuTime()
	addresses := infra.NewPrefixTable(slices.Concat(r4, r6))
	domains, _ := infra.NewDomainTable(ds)
	out := InfraCost{Prefixes: p.Prefixes, Domains: p.Domains, Load: time.Since(wall), LoadCPU: cpuTime() - cpu}
	out.Heap, out.Peak = heapInUse()-before, mostMemory()
	in := func(p netip.Prefix, a netip.Addr) netip.Addr { // p with the last bits of a
		x, y := p.Masked().Addr().AsSlice(), a.AsSlice()
		for i := p.Bits(); i < 8*len(x); i++ {
			x[i/8] |= y[i/8] & (1 << (7 - i%8))
		}
		b, _ := netip.AddrFromSlice(x) // the length is that of an address
		return b
	}
	address := func(of string, draw func() netip.Addr) {
		ask(&out, of, draw, func(a netip.Addr) bool { return len(addresses.Lookup(a)) > 0 })
	}
	domain := func(of string, draw func() string) {
		ask(&out, of, draw, func(h string) bool { return len(domains.Lookup(h)) > 0 })
	}
	address("IPv4, any", g.addr4)
	address("IPv6, any", g.addr6)
	if len(r6) > 0 {
		address("IPv4, in a prefix", func() netip.Addr { return in(r4[g.IntN(len(r4))].Prefix, g.addr4()) })
		address("IPv6, in a prefix", func() netip.Addr { return in(r6[g.IntN(len(r6))].Prefix, g.addr6()) })
	}
	domain("host of three labels, no rule", func() string { return g.word() + "." + g.word() + "." + g.pick("com", "net", "org") })
	if len(ds) > 1 {
		domain("domain with a rule", func() string { return strings.Clone(ds[g.IntN(len(ds))].Domain) }) // not where the rules are
		domain("host below a domain with a rule", func() string { return "www." + ds[g.IntN(len(ds)/2)*2+1].Domain })
	}
	runtime.KeepAlive(ds)
	return out
}

// infraMaker invents.
type infraMaker struct{ *rand.Rand }

func (g infraMaker) addr4() netip.Addr {
	v := g.Uint32()
	return netip.AddrFrom4([4]byte{byte(v >> 24), byte(v >> 16), byte(v >> 8), byte(v)})
}

// addr6 draws from a sixteenth of 2000::/3, as registries have given.
func (g infraMaker) addr6() netip.Addr {
	var b [16]byte
	for i := range b {
		b[i] = byte(g.Uint32())
	}
	b[0], b[1] = 0x20|b[0]&0x0f, b[1]&0x0f
	return netip.AddrFrom16(b)
}

func (g infraMaker) word() string {
	w := make([]byte, 6+g.IntN(10))
	for i := range w {
		w[i] = byte('a' + g.IntN(26))
	}
	return string(w)
}

func (g infraMaker) pick(words ...string) string { return words[g.IntN(len(words))] }

func questions[T any](draw func() T) []T {
	out := make([]T, infraQuestions)
	for i := range out {
		out[i] = draw()
	}
	return out
}

// heapInUse is the heap after a collection.
func heapInUse() uint64 {
	runtime.GC()
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return s.HeapAlloc
}

// ask measures one kind of lookup.
func ask[T any](r *InfraCost, of string, draw func() T, hit func(T) bool) {
	qs, l := questions(draw), InfraLookup{Of: of}
	l.measure(len(qs), func() (n int) {
		for _, q := range qs {
			if hit(q) {
				n++
			}
		}
		return n
	})
	r.Lookups = append(r.Lookups, l)
}

func (l *InfraLookup) measure(n int, run func() int) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var wall, cpu []time.Duration
	for range infraRuns {
		w, c := time.Now(), threadTime()
		hits := run()
		wall, cpu = append(wall, time.Since(w)), append(cpu, threadTime()-c)
		l.Hits = float64(hits) / float64(n)
	}
	slices.Sort(wall)
	slices.Sort(cpu)
	l.Wall, l.CPU = wall[infraRuns/2]/time.Duration(n), cpu[infraRuns/2]/time.Duration(n)
}

// Print writes the figures for people.
func (r *InfraCost) Print(w io.Writer) error {
	_, err := fmt.Fprintf(w, "%d prefixes, %d domains: loaded in %.1f s (processor %.1f s), %.0f MB of tables, at most %.0f MB resident with the rules\n",
		r.Prefixes, r.Domains, r.Load.Seconds(), r.LoadCPU.Seconds(), float64(r.Heap)/1e6, float64(r.Peak)/1e6)
	for _, l := range r.Lookups {
		if err == nil {
			_, err = fmt.Fprintf(w, "  %-34s %4d ns by the clock, %4d ns of processor; %3.0f %% met a rule\n", l.Of, l.Wall.Nanoseconds(), l.CPU.Nanoseconds(), 100*l.Hits)
		}
	}
	return err
}
