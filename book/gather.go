// SPDX-License-Identifier: Apache-2.0

package book

import (
	"cmp"
	"context"
	"errors"
	"hash/maphash"
	"iter"
	"math"
	"runtime"
	"slices"

	"github.com/interdict-dev/interdict/index"
	"github.com/interdict-dev/interdict/names"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/places"
	"github.com/interdict-dev/interdict/watchlist"
)

// A listCompiler holds what is gathered of a list: of an entry, its encoding, its
// Ref and some fifty bytes for each name. Entries are numbered as they come and
// ordered at the end.
type listCompiler struct {
	info     Info
	index    *index.Builder
	refs     []party.Ref
	seen     map[uint64]uint32 // hash of a Ref to the number of its entry
	seed     maphash.Seed
	twice    []party.Ref // of entries that came a second time
	entries  arena
	keys     []uint64 // hash of a key<<32 | number of the entry
	premises []uint64 // the same of the keys of addresses
	onReject func(*watchlist.Reject)
}

func newListCompiler(info Info, b *index.Builder) *listCompiler {
	return &listCompiler{info: info, index: b, seen: map[uint64]uint32{}, seed: maphash.MakeSeed()}
}

func (c *listCompiler) reject(r *watchlist.Reject) {
	c.info.Rejects++
	if c.onReject != nil {
		c.onReject(r)
	}
}

// compiled is one entry, ready to be gathered.
type compiled struct {
	ref   party.Ref
	bytes []byte
	forms []form
	keys  []uint32

	premises []uint32
}

type form struct {
	name int
	weak bool
	form names.Form
}

// batchSize is how many entries a processor takes at a time.
const batchSize = 128

// A batch is some entries on their way through a processor.
type batch struct {
	entries []party.Entry
	done    chan []compiled
}

// collect compiles the entries, several at a time on all processors, and
// gathers them in the order in which they come. It holds a few batches.
func (c *listCompiler) collect(ctx context.Context, entries iter.Seq2[party.Entry, error]) error {
	workers := runtime.GOMAXPROCS(0)
	work, ordered := make(chan batch, workers), make(chan batch, 4*workers)
	for range workers {
		go func() {
			for b := range work {
				out := make([]compiled, len(b.entries))
				for i := range b.entries {
					out[i] = compileEntry(&b.entries[i])
				}
				b.done <- out
			}
		}()
	}
	gathered := make(chan error)
	go func() {
		var err error
		for b := range ordered {
			if done := <-b.done; err == nil {
				err = c.gather(done)
			}
		}
		gathered <- err
	}()
	err := c.batches(ctx, entries, func(es []party.Entry) {
		b := batch{es, make(chan []compiled, 1)}
		ordered <- b
		work <- b
	})
	close(ordered)
	close(work)
	err = errors.Join(err, <-gathered)
	for _, r := range c.twice {
		c.reject(&watchlist.Reject{ID: r.ID, Reason: "an entry of this identifier stands before it"})
	}
	return err
}

// batches cuts the entries into batches and counts the rejects among them.
func (c *listCompiler) batches(ctx context.Context, entries iter.Seq2[party.Entry, error], send func([]party.Entry)) error {
	next := make([]party.Entry, 0, batchSize)
	for e, err := range entries {
		var r *watchlist.Reject
		if errors.As(err, &r) {
			c.reject(r)
			continue
		}
		if err = cmp.Or(err, ctx.Err()); err != nil {
			return err
		}
		if next = append(next, e); len(next) == batchSize {
			send(next)
			next = make([]party.Entry, 0, batchSize)
		}
	}
	send(next)
	return nil
}

func compileEntry(e *party.Entry) compiled {
	c := compiled{ref: e.Ref, bytes: party.Append(nil, e)}
	hint := names.Hint{Country: Country(e)}
	for i, n := range e.Names {
		for _, mode := range names.Modes(e.Kind) {
			c.forms = append(c.forms, form{i, n.Weak, names.Read(n, mode, hint)})
		}
	}
	Keys(e, func(k string) { c.keys = append(c.keys, keyHash(k)) })
	for _, a := range e.Addresses {
		p := places.ReadPremise(a)
		for _, k := range p.Keys() {
			c.premises = append(c.premises, keyHash(k))
		}
	}
	return c
}

// gather takes in some entries. Of two with one Ref the first counts.
func (c *listCompiler) gather(entries []compiled) error {
	for i := range entries {
		e := &entries[i]
		n := len(c.refs)
		if n >= math.MaxUint32 {
			return errors.New("a list may have 4,294,967,295 entries")
		}
		if !c.first(e.ref, uint32(n)) {
			c.twice = append(c.twice, e.ref)
			continue
		}
		c.refs = append(c.refs, e.ref)
		c.entries.add(e.bytes)
		for j := range e.forms {
			if err := c.index.Add(n, e.forms[j].name, e.forms[j].weak, &e.forms[j].form); err != nil {
				return err
			}
		}
		for _, k := range e.keys {
			c.keys = append(c.keys, uint64(k)<<32|uint64(n))
		}
		for _, k := range e.premises {
			c.premises = append(c.premises, uint64(k)<<32|uint64(n))
		}
	}
	return nil
}

// first says whether no entry had this Ref before. A table of hashes takes a
// third of the memory of a table of Refs; where two Refs share a hash, the next
// hash is taken.
func (c *listCompiler) first(r party.Ref, n uint32) bool {
	for h := maphash.Comparable(c.seed, r); ; h++ {
		have, ok := c.seen[h]
		if !ok {
			c.seen[h] = n
			return true
		}
		if c.refs[have] == r {
			return false
		}
	}
}

// order returns the numbers of the entries in the order of their Refs, so that
// the order in which they came leaves no trace, and for each entry as it came
// its place there.
func (c *listCompiler) order() (order, place []uint32) {
	order, place = make([]uint32, len(c.refs)), make([]uint32, len(c.refs))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(a, b uint32) int { return c.refs[a].Compare(c.refs[b]) })
	for i, n := range order {
		place[n] = uint32(i)
	}
	return order, place
}

// numbered returns the sorted pairs of the hash of a key and the place of an
// entry, the hash in the lower half as it is written.
func numbered(pairs []uint64, place []uint32) []uint64 {
	for i, p := range pairs {
		pairs[i] = p&^math.MaxUint32 | uint64(place[uint32(p)])
	}
	slices.Sort(pairs)
	pairs = slices.Compact(pairs)
	for i, p := range pairs {
		pairs[i] = p>>32 | p<<32
	}
	return pairs
}

// An arena keeps many short runs of bytes, numbered as they come, without one
// allocation for each.
type arena struct {
	blocks [][]byte
	spans  []span
}

type span struct{ block, start, end uint32 }

const arenaBlock = 1 << 20

func (a *arena) add(b []byte) {
	last := len(a.blocks) - 1
	if last < 0 || len(a.blocks[last])+len(b) > cap(a.blocks[last]) {
		a.blocks = append(a.blocks, make([]byte, 0, max(arenaBlock, len(b))))
		last++
	}
	start := len(a.blocks[last])
	a.blocks[last] = append(a.blocks[last], b...)
	a.spans = append(a.spans, span{uint32(last), uint32(start), uint32(start + len(b))})
}

func (a *arena) at(i uint32) []byte {
	s := a.spans[i]
	return a.blocks[s.block][s.start:s.end]
}
