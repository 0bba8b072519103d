// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"strconv"
	"strings"

	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/internal/ofaclike"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/screening"
)

// ofacLike returns, for the findings of a row about entries of OFAC's lists, about
// what OFAC's own search would show. It comes after the judgement and changes
// nothing in it. Where that search would show nothing there is no number.
func (o *opened) ofacLike(row *screening.Row) (map[string]int, error) {
	asked := allNames(&row.Subject.Party)
	out := map[string]int{}
	err := o.Guard(func() error {
		for i := range row.Answer.Findings {
			f := &row.Answer.Findings[i]
			listed, err := o.ofacNames(f)
			if err != nil {
				return err
			}
			if score := ofaclike.Best(asked, listed); score > 0 {
				out[f.Ref.String()] = score
			}
		}
		return nil
	})
	return out, err
}

// ofacNames are the names under which OFAC lists the party of a finding; none
// where it does not: its search knows its own lists alone.
func (o *opened) ofacNames(f *screening.Finding) ([]string, error) {
	var out []string
	for _, r := range append([]party.Ref{f.Ref}, f.Identity...) {
		if !strings.HasPrefix(string(r.List), "us-ofac") {
			continue
		}
		e, err := o.Entry(r)
		switch {
		case errors.Is(err, errkind.NotFound): // an identity may name an entry of a list that the book does not hold
		case err != nil:
			return nil, err
		default:
			out = append(out, allNames(&e)...)
		}
	}
	return out, nil
}

// sayOFACLike is the number about one entry; "" where there is none.
func sayOFACLike(of map[string]int, r party.Ref) string {
	if n, ok := of[r.String()]; ok {
		return strconv.Itoa(n)
	}
	return ""
}
