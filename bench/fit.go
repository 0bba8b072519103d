// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"fmt"

	"github.com/interdict-dev/interdict/book"
	"github.com/interdict-dev/interdict/names"
	"github.com/interdict-dev/interdict/party"
)

// Examples turns the cases of a deck into comparisons of known truth: of a
// positive, the right entry for, where its name is still in what was asked, and
// the best wrong entry against; of a
// negative, the best entry against, if anything resembles it at all. Classes
// weigh the same within a truth, whatever their number of cases, and wrong entries of positives count a tenth:
// a near name of another listed party is no innocent.
func Examples(b *book.Book, deck []Case) ([]names.Example, error) {
	deep, err := newFinder(b, party.Date{})
	if err != nil {
		return nil, err
	}
	perClass, classes := map[string]int{}, map[string]int{}
	for _, c := range deck {
		if perClass[c.Kind+c.Class+c.Type]++; perClass[c.Kind+c.Class+c.Type] == 1 {
			classes[c.Kind+c.mode().String()]++
		}
	}
	var out []names.Example
	err = b.Guard(func() error {
		for _, c := range deck {
			found, err := examplesOf(b, deep, &c)
			if err != nil {
				return fmt.Errorf("case %s: %w", c.ID, err)
			}
			for i := range found {
				found[i].Weight /= float64(perClass[c.Kind+c.Class+c.Type] * classes[c.Kind+c.mode().String()])
			}
			out = append(out, found...)
		}
		return nil
	})
	return out, err
}

// mode is the mode under which the right entry of a case is read.
func (c *Case) mode() names.Mode { return names.Modes(c.kind())[0] }

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
		x.Match, x.Weight, x.Innocent = is, 1, c.Kind == "neg"
		if !is && c.Kind == "pos" {
			x.Weight = 0.1
		}
		if is && isHopeless(&x.Vector) {
			x.Weight = 0
		}
		out = append(out, x)
		right, wrong = right || is, wrong || !is
		if wrong && (right || c.Kind == "neg") {
			break
		}
	}
	return out, nil
}

// isHopeless says that an altered name kept no naming word of the listed one:
// "Trading LLC" for "Aydah Trading LLC", where one innocent name in a million has all that agrees. A model that learns to call that a
// match learns to call everything one.
func isHopeless(v *names.Vector) bool {
	return v[names.FNone] != 0 && v[names.FComplete] == 0 && v[names.FGeneric] < oneInAMillion
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

// Asked counts the innocent names of a deck by the mode under which they are
// read.
func Asked(deck []Case) [names.NumModes]int {
	var n [names.NumModes]int
	for i := range deck {
		if deck[i].Kind == "neg" {
			n[deck[i].mode()]++
		}
	}
	return n
}
