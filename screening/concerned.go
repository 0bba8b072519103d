// SPDX-License-Identifier: Apache-2.0

package screening

import (
	"context"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"sync"

	"github.com/interdict-dev/interdict/book"
	"github.com/interdict-dev/interdict/index"
	"github.com/interdict-dev/interdict/names"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/places"
)

// Concerned returns the numbers of those customers, ascending, that a finding
// about some entries may be about: every customer whose answer under the policy
// names one of the entries is among them. Others are, too; [Screener.Screen]
// judges. It costs what a search of each entry's names among the customers'
// costs, however many customers there are that resemble none of them.
func Concerned(ctx context.Context, c *book.Customers, m *names.Model, p Policy, entries iter.Seq2[party.Entry, error]) ([]uint32, error) {
	least := m.Evidence(p.MinScore)
	work := make(chan party.Entry)
	found := make([]map[uint32]bool, runtime.GOMAXPROCS(0))
	errs := make([]error, len(found))
	var all sync.WaitGroup
	for i := range found {
		found[i] = map[uint32]bool{}
		all.Go(func() {
			s := reverse{customers: c, model: m, least: least, found: found[i]}
			for e := range work {
				if errs[i] == nil {
					errs[i] = c.Guard(func() error { return s.entry(&e) })
				}
			}
		})
	}
	err := func() error {
		defer close(work)
		for e, err := range entries {
			if err != nil {
				return err
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			work <- e
		}
		return nil
	}()
	all.Wait()
	var out []uint32
	for i := range found {
		if err == nil {
			err = errs[i]
		}
		for n := range found[i] {
			out = append(out, n)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("find the customers that entries concern: %w", err)
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// reverse searches entries among customers. It is for one goroutine.
type reverse struct {
	customers *book.Customers
	model     *names.Model
	least     int32
	search    index.Searcher
	found     map[uint32]bool
}

// entry notes the customers that an entry may concern.
func (r *reverse) entry(e *party.Entry) error {
	list := r.customers.List()
	book.Keys(e, func(key string) {
		for n := range list.Keyed(key) {
			r.found[n] = true
		}
	})
	for _, a := range e.Addresses {
		p := places.ReadPremise(a)
		for _, key := range p.Keys() {
			for n := range list.At(key) {
				r.found[n] = true
			}
		}
	}
	birth := int32(0)
	if len(e.Births) > 0 {
		birth = max(r.model.Others[names.BirthDay], 0)
	}
	beside := mostOf(r.model, e) - birth
	hint := names.Hint{Country: book.Country(e)}
	var fail error
	for _, n := range e.Names {
		for _, mode := range names.Modes(e.Kind) {
			form := names.Read(n, mode, hint)
			r.search.Search(list.Index, &form, r.least-beside-birth, func(h index.Hit) {
				if fail != nil || r.found[h.Entry] {
					return
				}
				ok := h.Evidence+beside >= r.least
				if !ok {
					ok, fail = r.bornAlike(e, h.Entry, r.least-beside-h.Evidence)
				}
				if ok {
					r.found[h.Entry] = true
				}
			})
		}
	}
	return fail
}

// bornAlike says whether the births of an entry and a customer bring as much
// evidence as a name lacks.
func (r *reverse) bornAlike(e *party.Entry, customer uint32, lacks int32) (bool, error) {
	c, err := r.customers.List().Entry(customer)
	if err != nil {
		return false, err
	}
	j := judgement{model: r.model, entry: e}
	o, _, _, ok := j.bestBirth(c.Births)
	return ok && r.model.Others[o] >= lacks, nil
}
