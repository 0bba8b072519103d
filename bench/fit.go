// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"fmt"

	"github.com/interdict-dev/interdict/book"
	"github.com/interdict-dev/interdict/names"
	"github.com/interdict-dev/interdict/party"
)

// Examples turns the cases of a deck into comparisons of known truth: of a
// positive, the right entry for and the best wrong entry against; of a
// negative, the best entry against. Classes weigh the same within a truth,
// whatever their number of cases, and wrong entries of positives count a tenth:
// a near name of another listed party is no innocent.
func Examples(b *book.Book, deck []Case) ([]names.Example, error) {
	deep := &finder{book: b}
	perClass := map[string]int{}
	for _, c := range deck {
		perClass[c.Kind+c.Class+c.Type]++
	}
	var out []names.Example
	err := b.Guard(func() error {
		for _, c := range deck {
			found, err := examplesOf(b, deep, &c)
			if err != nil {
				return fmt.Errorf("case %s: %w", c.ID, err)
			}
			for i := range found {
				found[i].Weight /= float64(perClass[c.Kind+c.Class+c.Type])
			}
			out = append(out, found...)
		}
		return nil
	})
	balance(out)
	return out, err
}

// balance makes the examples of either truth weigh the same in each mode.
func balance(es []names.Example) {
	var sum [names.NumModes][2]float64
	for _, e := range es {
		sum[e.Mode][truth(e.Match)] += e.Weight
	}
	for i := range es {
		es[i].Weight /= sum[es[i].Mode][truth(es[i].Match)]
	}
}

func truth(match bool) int {
	if match {
		return 1
	}
	return 0
}

func examplesOf(b *book.Book, deep *finder, c *Case) ([]names.Example, error) {
	p := c.Subject().Party
	var out []names.Example
	var right, wrong bool
	for _, h := range deep.find(c) {
		is, err := h.right(c)
		if err != nil {
			return nil, err
		}
		if is && right || !is && wrong {
			continue
		}
		e, err := h.list.Entry(h.entry)
		if err != nil {
			return nil, err
		}
		x := compare(b, &p, &e, e.Names[h.name])
		x.Match, x.Weight = is, 1
		if !is && c.Kind == "pos" {
			x.Weight = 0.1
		}
		out = append(out, x)
		right, wrong = right || is, wrong || !is
		if wrong && (right || c.Kind == "neg") {
			break
		}
	}
	if c.Kind == "pos" && !right {
		return missed(b, c, &p, out)
	}
	return out, nil
}

// missed adds the right entry of a positive that stayed too low to be found.
func missed(b *book.Book, c *Case, p *party.Entry, out []names.Example) ([]names.Example, error) {
	for _, l := range b.Lists() {
		e, err := b.Entry(party.Ref{List: l.Info.List, ID: c.Expect[0]})
		if err != nil {
			continue // another list
		}
		x := compare(b, p, &e, e.Names[0])
		x.Match, x.Weight = true, 1
		return append(out, x), nil
	}
	return out, nil
}

func compare(b *book.Book, p, e *party.Entry, n party.Name) names.Example {
	mode := names.Things
	if e.Kind == party.Person {
		mode = names.Persons
	}
	q := names.Read(p.Names[0], mode, names.Hint{})
	c := names.Read(n, mode, names.Hint{Country: book.Country(e)})
	return names.Example{Mode: mode, Vector: b.Model().Compare(&q, &c).Vector}
}
