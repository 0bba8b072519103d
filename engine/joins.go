// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/book"
	"github.com/interdict-dev/interdict/identity"
	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/screening"
	"github.com/interdict-dev/interdict/starter"
	"github.com/interdict-dev/interdict/subject"
	"github.com/interdict-dev/interdict/watchlist"
	"github.com/interdict-dev/interdict/watchlist/local"
)

// firstOwn is the first number that a home gives to an identity. Smaller ones
// belong to the built-in facts, which later releases add to.
const firstOwn = 100001

func (h *Home) identities() string { return filepath.Join(h.Dir, "identities.jsonl") }

// Decisions returns the joins and splits that were recorded in this home, in
// their order.
func (h *Home) Decisions() ([]identity.Decision, error) {
	f, err := os.Open(h.identities())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close() // only read
	own, err := identity.Read(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.Name(), err)
	}
	for i := range own {
		own[i].A, own[i].B = ownRef(own[i].A), ownRef(own[i].B)
	}
	if h.past != nil {
		own = own[:min(len(own), h.past.Decisions)]
	}
	return own, nil
}

// Decide records a join or a split and returns it with the number that it got.
// The decision that already stands about the two entries, made here or built in,
// cannot be made again: that is [errkind.Conflict]. The book does not know of it
// before [Home.Rebuild].
//
// What was recorded stays, byte for byte: the file is replaced whole by itself
// with one line more, so a crash leaves it with the decision or without.
func (h *Home) Decide(d identity.Decision) (_ identity.Decision, err error) {
	if err := os.MkdirAll(h.Dir, 0o755); err != nil {
		return d, err
	}
	unlock, err := watchlist.Lock(h.identities() + ".lock")
	if err != nil {
		return d, fmt.Errorf("record a decision: %w", err)
	}
	defer func() { err = errors.Join(err, unlock()) }()
	own, err := h.Decisions()
	if err != nil {
		return d, err
	}
	all := append(starter.Joins(), own...)
	if last, ok := standing(all, d.A, d.B); ok && last.Kind == d.Kind {
		return d, errkind.Wrap(errkind.Conflict, fmt.Errorf("%v and %v: %s has recorded this on %v: %s", d.A, d.B, last.By, last.Date, last.Reason))
	}
	if d.Kind == identity.Joined {
		d.Identity = max(identity.NextNumber(all), firstOwn)
	}
	return d, h.record(d)
}

// standing returns the decision about two entries that stands: the last.
func standing(all []identity.Decision, a, b party.Ref) (identity.Decision, bool) {
	for _, d := range slices.Backward(all) {
		if d.A == a && d.B == b || d.A == b && d.B == a {
			return d, true
		}
	}
	return identity.Decision{}, false
}

// record writes the file of decisions with one more.
func (h *Home) record(d identity.Decision) error {
	before, err := os.ReadFile(h.identities())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	var b bytes.Buffer
	if err := identity.Write(&b, []identity.Decision{d}); err != nil {
		return err
	}
	text := b.Bytes()
	if len(before) > 0 {
		_, line, _ := bytes.Cut(text, []byte("\n")) // without the line that names the format
		if before[len(before)-1] != '\n' {
			before = append(before, '\n')
		}
		text = append(before, line...)
	}
	return swapSynced(h.identities(), text)
}

// swapSynced replaces a file whole, and returns when it is on the disk: what
// people decided cannot be computed again.
func swapSynced(path string, text []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("write %s: %w", path, err), os.Remove(f.Name()))
		}
	}()
	_, err = f.Write(text)
	if err = errors.Join(err, f.Chmod(0o644), f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// CheckDecision says what speaks against recording a decision: an entry that is
// in no list of the book, two entries of one list, a person and a company. A
// split may be about any two entries that are there.
func CheckDecision(b *book.Book, d identity.Decision) error {
	var kinds []party.Kind
	for _, r := range []party.Ref{d.A, d.B} {
		e, err := b.Entry(r)
		if errors.Is(err, errkind.NotFound) {
			return errkind.Wrap(errkind.NotFound, fmt.Errorf("%v is in no list of the book", r))
		}
		if err != nil {
			return err
		}
		kinds = append(kinds, e.Kind)
	}
	switch {
	case d.Kind == identity.Split:
	case d.A.List == d.B.List:
		return errkind.Wrap(errkind.Invalid, fmt.Errorf("%v and %v are two entries of one list: its publisher keeps them apart", d.A, d.B))
	case kinds[0] != kinds[1] && kinds[0] != party.Unknown && kinds[1] != party.Unknown:
		return errkind.Wrap(errkind.Invalid, fmt.Errorf("%v is listed as %s and %v as %s", d.A, kinds[0], d.B, kinds[1]))
	}
	return nil
}

// A Suggestion is two entries of different lists that may be one party. Nothing
// follows from it until a person records a join.
type Suggestion struct {
	A, B   party.Ref
	Names  [2]string // as the lists print them first
	Score  screening.Score
	Reason []screening.Reason
}

// Suggest screens the entries of each list against the larger lists of a book
// and yields the pairs of at least a score that neither share an identity nor
// were decided about, and in which neither kind, birth date, gender, country nor identifier
// speaks against. The lists of users and the evidence of the starter are left
// out. Progress is told how many entries were screened, of how many; it may be
// nil.
func Suggest(ctx context.Context, b *book.Book, decided []identity.Decision, minScore int32, on party.Date, progress func(done, of int64)) iter.Seq2[Suggestion, error] {
	lists := slices.DeleteFunc(slices.Clone(b.Lists()), func(l *book.List) bool {
		return isLocal(l.Info.Format) || strings.HasPrefix(string(l.Info.List), string(local.ID(""))) || l.Info.List == starter.Intel || l.Len() == 0
	})
	slices.SortFunc(lists, func(x, y *book.List) int {
		return cmp.Or(cmp.Compare(x.Len(), y.Len()), strings.Compare(string(x.Info.List), string(y.Info.List)))
	})
	var done, of int64
	for _, l := range lists[:max(len(lists)-1, 0)] {
		of += int64(l.Len())
	}
	return func(yield func(Suggestion, error) bool) {
		for i, l := range lists[:max(len(lists)-1, 0)] {
			p := screening.Policy{MinScore: minScore, Weak: true, LawAsOf: on, FactsAsOf: on}
			for _, larger := range lists[i+1:] {
				p.Lists = append(p.Lists, larger.Info.List)
			}
			s, err := screening.New(b, p)
			if err != nil {
				yield(Suggestion{}, err)
				return
			}
			for n := range uint32(l.Len()) {
				if done++; progress != nil {
					progress(done, of)
				}
				found, err := suggestFor(ctx, b, s, l, n, decided)
				if err != nil {
					yield(Suggestion{}, err)
					return
				}
				for _, f := range found {
					if !yield(f, nil) {
						return
					}
				}
			}
		}
	}
}

// suggestFor screens one entry.
func suggestFor(ctx context.Context, b *book.Book, s *screening.Screener, l *book.List, n uint32, decided []identity.Decision) ([]Suggestion, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	e, err := l.Entry(n)
	if err != nil {
		return nil, err
	}
	ref := e.Ref
	e.Ref = party.Ref{} // a subject has none
	answer, err := s.Screen(&subject.Subject{Party: e})
	if err != nil {
		return nil, err
	}
	same, err := b.Identity(ref)
	if err != nil {
		return nil, err
	}
	var out []Suggestion
	for _, f := range answer.Findings {
		_, known := standing(decided, ref, f.Ref)
		if known || f.Ref.List == ref.List || slices.Contains(same.Refs, f.Ref) || contradicts(&f, e.Kind) {
			continue
		}
		out = append(out, Suggestion{A: ref, B: f.Ref, Names: [2]string{e.Name(), f.Name}, Score: f.Score, Reason: f.Reasons})
	}
	return out, nil
}

// contradicts says that something beside the names speaks against one party.
func contradicts(f *screening.Finding, kind party.Kind) bool {
	if f.Kind != kind && f.Kind != party.Unknown && kind != party.Unknown {
		return true
	}
	return slices.ContainsFunc(f.Reasons, func(r screening.Reason) bool {
		switch field, _, _ := strings.Cut(r.Kind, "."); field {
		case "birth", "country", "gender", "kind", "identifier":
			return r.Weight < 0
		}
		return false
	})
}
