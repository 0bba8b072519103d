// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/attribution"
	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/screening"
	"github.com/interdict-dev/interdict/subject"
)

// nameScore is how sure screening must be to take a word for the name of a
// party in a question about evidence: here a wrong party would answer another
// question.
const nameScore = 8000

// openView opens the book and what its claims say on a day.
func (f *bookFlag) openView(a *app, day party.Date) (*opened, *attribution.View, error) {
	o, err := f.open(a)
	if err != nil {
		return nil, nil, err
	}
	view, err := attribution.New(o.Book, day)
	if err != nil {
		return nil, nil, errors.Join(err, o.Close())
	}
	return o, view, nil
}

// find finds the party that a word means: first among those that evidence
// speaks of, then as screening finds names. Several that fit are an error that
// names them.
func (o *opened) find(v *attribution.View, word string) (party.Ref, error) {
	r, err := v.Find(word)
	if err == nil || !errors.Is(err, errkind.NotFound) {
		return r, err
	}
	// No day for the facts: a party that was not listed on the day may be asked about.
	s, err := screening.New(o.Book, screening.Policy{MinScore: nameScore, Weak: true, LawAsOf: v.Day})
	if err != nil {
		return party.Ref{}, err
	}
	answer, err := s.Screen(&subject.Subject{Party: party.Entry{Names: []party.Name{{Full: word}}}, Bare: true})
	if err != nil {
		return party.Ref{}, err
	}
	all := answer.Findings
	switch {
	case len(all) == 0:
		return party.Ref{}, errkind.New(errkind.NotFound, fmt.Sprintf("no party %q in the book", word))
	case len(all) == 1 || all[0].Evidence > all[1].Evidence:
		return all[0].Ref, nil
	}
	var names []string
	for _, f := range all[:min(len(all), 5)] {
		if name := fmt.Sprintf("%s (%v)", f.Name, f.Ref); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return party.Ref{}, errkind.New(errkind.Invalid, fmt.Sprintf("%q may be %s: give the Ref of one", word, strings.Join(names, " or ")))
}
