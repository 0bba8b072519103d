// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/book"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/starter"
	"github.com/interdict-dev/interdict/watchlist"
	"github.com/interdict-dev/interdict/watchlist/local"
)

// A plan is one list of the book to be: its segment's key and how to read it.
type plan struct {
	key   string
	input book.ListInput
}

// planAll decides what each list of the book is made of, in the states that are
// given.
func (h *Home) planAll(ctx context.Context, a *watchlist.Archive, all []state) (plans []plan, waiting []watchlist.Series, err error) {
	lists := map[party.ListID][]state{}
	for _, st := range all {
		lists[st.Newest.Header.List] = append(lists[st.Newest.Header.List], st)
		if st.Live.IsWaiting() {
			waiting = append(waiting, st.Series)
		}
	}
	for _, l := range starter.Lists() {
		if _, ok := lists[l]; !ok {
			in := starterList(l)
			plans = append(plans, plan{h.key("starter", string(l), starter.Date().String()), in})
		}
	}
	for l, series := range lists {
		slices.SortFunc(series, func(x, y state) int { return strings.Compare(string(x.Series), string(y.Series)) })
		p, err := h.planList(ctx, a, l, series)
		if err != nil {
			return nil, nil, err
		}
		plans = append(plans, p)
	}
	slices.SortFunc(plans, func(x, y plan) int { return strings.Compare(string(x.input.Info.List), string(y.input.Info.List)) })
	return plans, waiting, nil
}

// planList plans a list of one series, or of several for the lists of users.
func (h *Home) planList(ctx context.Context, a *watchlist.Archive, l party.ListID, series []state) (plan, error) {
	info := book.Info{List: l}
	parts := []string{"list", string(l)}
	var sources []iter.Seq2[party.Entry, error]
	for _, st := range series {
		info.Title, info.Format, info.Published, info.Edition = st.Newest.Header.Title, st.Newest.Format, st.Newest.Header.Published, st.Newest.ID
		info.Held += len(st.Live.Held)
		parts = append(parts, st.Newest.ID)
		for _, held := range st.Live.Held {
			parts = append(parts, held.Ref.String(), held.From)
		}
		live, err := h.live(ctx, a, &st)
		if err != nil {
			return plan{}, err
		}
		if st.later.ID != "" {
			parts = append(parts, "later", st.later.ID, st.day.String())
			info.Later = &book.Later{Edition: st.later.ID, Published: editionDay(st.later)}
		}
		sources = append(sources, live)
	}
	entries := concat(sources)
	if slices.Contains(starter.Lists(), l) && !info.Published.IsZero() && info.Published.Compare(starter.Open().ListDate(l)) < 0 {
		// An older edition does not replace the built-in facts of its list.
		parts = append(parts, "with", starter.Date().String())
		entries = override(entries, of(l, starter.Entries()))
	}
	return plan{h.key(parts...), book.ListInput{Info: info, Entries: entries}}, nil
}

// live reads the entries that are live of a series: those of the newest edition
// and those of older ones that wait.
func (h *Home) live(ctx context.Context, a *watchlist.Archive, st *state) (iter.Seq2[party.Entry, error], error) {
	source, err := h.source(st.Newest)
	if err != nil {
		return nil, err
	}
	newest, err := h.parse(a, st.Newest)
	if err != nil {
		return nil, err
	}
	live := concat([]iter.Seq2[party.Entry, error]{newest, a.Held(ctx, st.Series, st.Live, source)})
	if st.later.ID == "" {
		return live, nil
	}
	between, err := h.listedBetween(a, st)
	return override(between, live), err
}

// source returns the reader of an edition.
func (h *Home) source(e watchlist.Edition) (watchlist.Source, error) {
	if isLocal(e.Format) {
		return h.Local(e.Header.Title)
	}
	i := slices.IndexFunc(h.Sources, func(s watchlist.Source) bool { return s.Format() == e.Format })
	if i < 0 {
		return nil, fmt.Errorf("this program has no reader for format %s of edition %.12s", e.Format, e.ID)
	}
	return h.Sources[i], nil
}

// Diff says how two kept editions differ.
func (h *Home) Diff(a *watchlist.Archive, from, to watchlist.Edition) (watchlist.Delta, error) {
	old, err := h.parse(a, from)
	if err != nil {
		return watchlist.Delta{}, err
	}
	now, err := h.parse(a, to)
	if err != nil {
		return watchlist.Delta{}, err
	}
	return watchlist.Diff(old, now)
}

// Local returns the source of a list of the user's own, as it was added.
func (h *Home) Local(name string) (local.List, error) {
	if h.past != nil {
		return h.past.Local[name], nil
	}
	l := local.List{}
	b, err := os.ReadFile(h.localFile(name))
	if err != nil {
		return l, fmt.Errorf("how local list %s is read: %w", name, err)
	}
	return l, json.Unmarshal(b, &l)
}

// SetLocal keeps how a list of the user's own is read.
func (h *Home) SetLocal(l local.List) error {
	b, err := json.MarshalIndent(l, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(h.localFile(l.Name)), 0o755); err != nil {
		return err
	}
	return swap(h.localFile(l.Name), string(b)+"\n")
}

func (h *Home) localFile(name string) string { return filepath.Join(h.Dir, "local", name+".json") }

func concat(seqs []iter.Seq2[party.Entry, error]) iter.Seq2[party.Entry, error] {
	return func(yield func(party.Entry, error) bool) {
		for _, s := range seqs {
			for e, err := range s {
				if !yield(e, err) {
					return
				}
			}
		}
	}
}

// override yields all of b and what of a has another Ref.
func override(a, b iter.Seq2[party.Entry, error]) iter.Seq2[party.Entry, error] {
	return func(yield func(party.Entry, error) bool) {
		seen := map[party.Ref]bool{}
		for e, err := range b {
			seen[e.Ref] = true
			if !yield(e, err) {
				return
			}
		}
		for e, err := range a {
			if (err != nil || !seen[e.Ref]) && !yield(e, err) {
				return
			}
		}
	}
}
