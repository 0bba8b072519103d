// SPDX-License-Identifier: Apache-2.0

package replay

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/interdict-dev/interdict/attribution"
	"github.com/interdict-dev/interdict/book"
	"github.com/interdict-dev/interdict/cases"
	"github.com/interdict-dev/interdict/contacts"
	"github.com/interdict-dev/interdict/law"
	"github.com/interdict-dev/interdict/screening"
)

// A Verdict is what became of one line.
type Verdict string

// The verdicts.
const (
	Same    Verdict = "same"    // the same answer
	Differs Verdict = "differs" // another answer, or the line contradicts itself
	Cannot  Verdict = "cannot"  // it cannot be asked again
)

// A Difference is one field that is not the same.
type Difference struct {
	Field string `json:"field"`         // as a path: "findings[0].score"
	Then  string `json:"then"`          // as JSON; "" where the line did not have the field
	Now   string `json:"now,omitempty"` // "" where the answer does not have it now
}

// A Result says what became of one line.
type Result struct {
	Line    int     `json:"line"`
	Row     int     `json:"row,omitempty"`
	ID      string  `json:"id,omitempty"`
	Name    string  `json:"name,omitempty"`
	Verdict Verdict `json:"verdict"`
	// Why says why it cannot be asked again, or of a same answer what is odd about
	// the line all the same.
	Why         string       `json:"why,omitempty"`
	Differences []Difference `json:"differences,omitempty"`
	Program     string       `json:"program,omitempty"` // that answered, where it is not this one
	Rules       string       `json:"rules,omitempty"`   // that said the effects, where the book holds no rule pack and this program's is another
}

// A Replayer asks lines again. It keeps what it opened and is for one goroutine.
type Replayer struct {
	// Program is the version of this program.
	Program string
	// Open returns the book of a digest, written as in an [Envelope]. It is asked
	// once for each.
	Open func(digest string) (*book.Book, error)
	// Extra returns what else a policy was asked with, where it names any; the
	// terms it returns must be the policy's Stakes. nil: there is none.
	Extra func(*book.Book, screening.Policy) (extra []screening.Extra, terms []string, err error)

	// Since returns what changed between editions and a book, where a policy asks for
	// changes alone. nil: nothing is known of changes.
	Since func(b *book.Book, since []string) (*screening.Changes, error)

	screeners map[string]asker // by the digests of book and policy
}

type asker struct {
	screener *screening.Screener
	since    *screening.Since // nil where the whole of the lists was asked
	pack     bool             // the book holds its rule pack: version and digest
	rules    string
	digest   string
	err      error
}

// Replay asks one line again; number is its number in the file, from 1.
func (r *Replayer) Replay(number int, text []byte) Result {
	text = bytes.TrimSpace(text)
	res := Result{Line: number, Verdict: Cannot}
	l, err := parse(text)
	if l != nil {
		d := l.Answer.Subject
		res.Row, res.ID, res.Name = d.Row, d.ID, d.Name
		if l.Program != r.Program {
			res.Program = l.Program
		}
	}
	if err != nil {
		res.Why = err.Error()
		return res
	}
	if res.Differences = l.check(); len(res.Differences) > 0 {
		res.Verdict, res.Why = Differs, "the line contradicts itself: it was altered after it was written"
		return res
	}
	now, err := r.again(l, &res)
	if err != nil {
		res.Why = err.Error()
		return res
	}
	return compare(res, text, now)
}

// again asks what a line asked.
func (r *Replayer) again(l *Line, res *Result) ([]byte, error) {
	s, err := l.subject()
	if err != nil {
		return nil, err
	}
	a := r.asker(l)
	if a.err != nil {
		return nil, a.err
	}
	again := *l
	if !a.pack {
		// The book is of a format that held no rule pack: this program's answers.
		if l.Rules != law.Default().Version() {
			res.Rules = l.Rules
		}
	} else {
		again.Rules, again.Pack = a.rules, a.digest
	}
	if again.Answer, err = a.screener.Screen(&s); err != nil {
		return nil, err
	}
	if a.since != nil {
		if err := a.since.Only(&s, &again.Answer); err != nil {
			return nil, err
		}
	}
	if len(l.Decisions) > 0 {
		d, err := cases.NewDecisions(l.Decisions)
		if err != nil {
			return nil, err
		}
		again.Decisions = d.Suppress(&again.Answer)
	}
	return again.Encode()
}

// asker returns the screener of a line's book and policy.
func (r *Replayer) asker(l *Line) asker {
	key := l.Book + " " + l.Policy
	a, ok := r.screeners[key]
	if !ok {
		a = r.open(l)
		if r.screeners == nil {
			r.screeners = map[string]asker{}
		}
		r.screeners[key] = a
	}
	return a
}

// open opens what a line asked.
func (r *Replayer) open(l *Line) (a asker) {
	b, err := r.Open(l.Book)
	if err != nil {
		return asker{err: err}
	}
	if got := b.Digest().String(); got != l.Book {
		return asker{err: fmt.Errorf("the book at hand is %s and not %s", got, l.Book)}
	}
	m := b.Manifest()
	a = asker{pack: m.LawDigest != "", rules: m.Law, digest: m.LawDigest}
	p := *l.PolicyValues
	extra, err := r.extra(b, p)
	if err != nil {
		return asker{err: err}
	}
	if len(p.Since) == 0 {
		a.screener, a.err = screening.New(b, p, extra...)
		return a
	}
	if r.Since == nil {
		return asker{err: errors.New("it was asked for changes alone, of which nothing is known here")}
	}
	changes, err := r.Since(b, p.Since)
	if err != nil {
		return asker{err: err}
	}
	if a.since, a.err = screening.NewSince(changes, p); a.err == nil {
		a.screener, a.err = screening.New(b, p.Whole(), extra...)
	}
	return a
}

// extra returns what else a policy was asked with.
func (r *Replayer) extra(b *book.Book, p screening.Policy) ([]screening.Extra, error) {
	machines := contacts.Extra(func() (*attribution.View, error) { return attribution.New(b, p.LawAsOf) })
	if len(p.Stakes) == 0 {
		return []screening.Extra{machines}, nil
	}
	if r.Extra == nil {
		return nil, errors.New("it was asked with stakes: give the same files with --stakes")
	}
	extra, terms, err := r.Extra(b, p)
	if err != nil {
		return nil, err
	}
	if !slices.Equal(terms, p.Stakes) {
		return nil, fmt.Errorf("it was asked with other stakes or other options about them: %v then, %v now", p.Stakes, terms)
	}
	return extra, nil
}

// compare holds the answer of now against the line. Lines that another program
// wrote out again, with other blanks or fields in another order, are compared by
// their values.
func compare(res Result, then, now []byte) Result {
	if bytes.Equal(then, now) {
		res.Verdict = Same
		return res
	}
	a, errA := tree(then)
	b, errB := tree(now)
	if err := errors.Join(errA, errB); err != nil {
		res.Why = err.Error()
		return res
	}
	differ("", a, b, &res.Differences)
	if len(res.Differences) == 0 {
		res.Verdict, res.Why = Same, "the values are the same and the bytes are not: the line was written out again"
		return res
	}
	res.Verdict = Differs
	return res
}

func tree(text []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	err := d.Decode(&v)
	return v, err
}

// differ collects the fields in which two JSON values differ.
func differ(path string, then, now any, out *[]Difference) {
	switch t := then.(type) {
	case map[string]any:
		if n, ok := now.(map[string]any); ok {
			differFields(path, t, n, out)
			return
		}
	case []any:
		if n, ok := now.([]any); ok {
			differItems(path, t, n, out)
			return
		}
	case json.Number:
		if n, ok := now.(json.Number); ok && sameNumber(t, n) {
			return
		}
	default:
		if then == now {
			return
		}
	}
	*out = append(*out, Difference{path, text(then), text(now)})
}

func differFields(path string, then, now map[string]any, out *[]Difference) {
	keys := slices.Collect(maps.Keys(then))
	for k := range now {
		if _, ok := then[k]; !ok {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	for _, k := range keys {
		at := k
		if path != "" {
			at = path + "." + k
		}
		t, inThen := then[k]
		n, inNow := now[k]
		switch {
		case !inThen:
			*out = append(*out, Difference{Field: at, Now: text(n)})
		case !inNow:
			*out = append(*out, Difference{Field: at, Then: text(t)})
		default:
			differ(at, t, n, out)
		}
	}
}

func differItems(path string, then, now []any, out *[]Difference) {
	for i := range max(len(then), len(now)) {
		at := path + "[" + strconv.Itoa(i) + "]"
		switch {
		case i >= len(then):
			*out = append(*out, Difference{Field: at, Now: text(now[i])})
		case i >= len(now):
			*out = append(*out, Difference{Field: at, Then: text(then[i])})
		default:
			differ(at, then[i], now[i], out)
		}
	}
}

// sameNumber says that two numbers are one value, however they are written.
func sameNumber(a, b json.Number) bool {
	x, errX := a.Float64()
	y, errY := b.Float64()
	return a == b || errX == nil && errY == nil && x == y
}

func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(b)
}
