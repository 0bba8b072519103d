// SPDX-License-Identifier: Apache-2.0

package watchlist

import (
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"time"
)

// An Age is what an answer says of a list: how old it is, and how much of it
// could not be read. It is read from a file or two, also where a year of daily
// editions is kept; [Archive.Status] tells the rest.
type Age struct {
	Newest Edition
	// Unread is the number of rejects of the newest edition that nobody has
	// accepted, as in [Step].
	Unread int
}

// Checked returns how long ago the publisher was last seen to have nothing
// newer.
func (a *Age) Checked(now time.Time) time.Duration { return now.Sub(a.Newest.Checked) }

// Ages returns the age of every series, in the order of their names. The error
// names those that cannot be read; the others are returned with it.
func (a *Archive) Ages() ([]Age, error) {
	series, err := a.AllSeries()
	bad := []error{err}
	var out []Age
	for _, s := range series {
		age, err := a.age(s)
		if err != nil {
			bad = append(bad, fmt.Errorf("age of %s: %w", s, err))
			continue
		}
		out = append(out, age)
	}
	return out, errors.Join(bad...)
}

func (a *Archive) age(s Series) (Age, error) {
	e, err := a.newest(s)
	if err != nil || e.Counts.Rejects == 0 {
		return Age{Newest: e}, err
	}
	live, err := a.LiveAt(e)
	return Age{e, live.Unread}, err
}

// dated is the beginning of the name of a file that describes an edition, where
// its publisher says the day.
var dated = regexp.MustCompile(`^\d{4}-\d\d-\d\d-`)

// newest is [Archive.Newest], which reads only descriptions whose names do not
// rule them out: of the last day that a name says, and without a day.
func (a *Archive) newest(s Series) (Edition, error) {
	paths, err := a.descriptions(folderOf(s))
	if err != nil {
		return Edition{}, err
	}
	last := ""
	for _, p := range paths {
		last = max(last, dated.FindString(filepath.Base(p)))
	}
	var some []Edition
	for _, p := range paths {
		if day := dated.FindString(filepath.Base(p)); day != "" && day != last {
			continue
		}
		e, err := readDescription(p)
		if err != nil {
			return Edition{}, err
		}
		if a.description(&e) != p {
			return a.Newest(s) // somebody gave it another name
		}
		some = append(some, e)
	}
	if len(some) == 0 {
		return a.Newest(s)
	}
	// The newest one in the order of all formats has the last day; so has the newest
	// of its format.
	of := some[0]
	for _, e := range some[1:] {
		if compareEditions(&of, &e) < 0 {
			of = e
		}
	}
	best := of
	for _, e := range some {
		if e.Format == of.Format && compareInFormat(&best, &e) < 0 {
			best = e
		}
	}
	return best, nil
}
