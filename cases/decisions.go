// SPDX-License-Identifier: Apache-2.0

// Package cases is what people do with findings. In this version: decisions
// that a finding was false, which keep it from being shown again until either
// record changes.
//
// A [Decision] names both records by their digests, as OFAC's guidance on
// false-hit lists asks (2015): when the customer's data or the list entry
// changes, the decision lapses by itself and the finding is shown again. What is
// suppressed is counted, never silent.
package cases

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/screening"
)

// A Decision says that one subject is not one entry, both as they were.
type Decision struct {
	Subject string    `json:"subject"` // digest of the subject's record
	Ref     party.Ref `json:"ref"`
	Record  string    `json:"record"` // digest of the entry
	By      string    `json:"by"`
	Reason  string    `json:"reason"`
	Date    string    `json:"date,omitempty"`
}

// Decisions are those of one file. They remember what lapsed and are for one
// goroutine.
type Decisions struct {
	by     map[key]Decision
	lapsed map[key]bool
}

type key struct {
	subject string
	ref     party.Ref
}

// ReadDecisions reads a file of decisions, one JSON object a line. A decision
// without a person or a reason is an error: a suppression needs both.
func ReadDecisions(path string) (*Decisions, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close() // only read
	d, err := ParseDecisions(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return d, nil
}

// maxLine is how long a line of a file of decisions may be.
const maxLine = 1 << 20

// ParseDecisions reads decisions; of two about one pair the later holds.
func ParseDecisions(r io.Reader) (*Decisions, error) {
	d := &Decisions{by: map[key]Decision{}, lapsed: map[key]bool{}}
	s := bufio.NewScanner(r)
	s.Buffer(nil, maxLine)
	for n := 1; s.Scan(); n++ {
		line := strings.TrimSpace(s.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		var x Decision
		if err := json.Unmarshal([]byte(line), &x); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		if err := d.add(x); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
	}
	return d, s.Err()
}

// NewDecisions returns decisions that were recorded; of two about one pair the
// later holds.
func NewDecisions(all []Decision) (*Decisions, error) {
	d := &Decisions{by: map[key]Decision{}, lapsed: map[key]bool{}}
	for _, x := range all {
		if err := d.add(x); err != nil {
			return nil, err
		}
	}
	return d, nil
}

func (d *Decisions) add(x Decision) error {
	if x.Subject == "" || x.Ref.IsZero() || x.Record == "" || x.By == "" || x.Reason == "" {
		return errors.New("a decision needs subject, ref, record, by and reason")
	}
	d.by[key{x.Subject, x.Ref}] = x
	return nil
}

// Suppress takes the findings, places and premises out of an answer that a decision calls
// false and whose records are as they were then, counts them, and returns the
// decisions that did it. A decision about records that changed lapses.
func (d *Decisions) Suppress(a *screening.Answer) []Decision {
	var met []Decision
	kept := a.Findings[:0]
	for _, f := range a.Findings {
		if x, ok := d.suppresses(a.Record, f.Ref, f.Record); ok {
			met = append(met, x)
		} else {
			kept = append(kept, f)
		}
	}
	a.Findings = kept
	places := a.Places[:0]
	for _, p := range a.Places {
		if x, ok := d.suppresses(a.Record, p.Ref, p.Record); ok {
			met = append(met, x)
		} else {
			places = append(places, p)
		}
	}
	a.Places = places
	premises := a.Premises[:0]
	for _, p := range a.Premises {
		if x, ok := d.suppresses(a.Record, p.Ref, p.Record); ok {
			met = append(met, x)
		} else {
			premises = append(premises, p)
		}
	}
	a.Premises = premises
	a.Suppressed += len(met)
	return met
}

// suppresses returns the decision about a subject and an entry, or a place, that
// holds, and remembers one that lapsed because the record is another.
func (d *Decisions) suppresses(subject string, ref party.Ref, record string) (Decision, bool) {
	k := key{subject, ref}
	x, ok := d.by[k]
	if ok && x.Record != record {
		d.lapsed[k] = true
		return Decision{}, false
	}
	return x, ok
}

// Lapsed counts the decisions that were met and no longer hold because the
// list entry changed. One about a subject that changed is simply never met.
func (d *Decisions) Lapsed() int { return len(d.lapsed) }
