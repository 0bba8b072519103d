// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/internal/fetch"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/watchlist"
)

// A DeltaKind says how a publisher gives what changed.
type DeltaKind string

// The kinds of changes.
const (
	DeltaFTM DeltaKind = "ftm" // the address is that of delta.json
	DeltaSLS DeltaKind = "sls" // the address is that of OFAC's Sanctions List Service, which has the folder changes
)

// deltaFormats are the formats of whole files that a kind of changes fits: only
// these share identifiers with the changes down to the last element.
var deltaFormats = map[DeltaKind]string{DeltaFTM: "ftm-json", DeltaSLS: "ofac-enhanced"}

// wholeEvery is how long changes alone are taken. Then the whole list is fetched
// as well, and held against what the changes made; see [watchlist.Drift].
const wholeEvery = 7 * 24 * time.Hour

// A pending is one file of changes that is not applied yet.
type pending struct {
	name    string // under which it stands beside the whole file
	address string
	state   int // of [DeltaSLS], its number
}

// errWhole means that the whole list has to be fetched. It says why, and that is
// said with what became of the list.
type errWhole struct{ why error }

func (e errWhole) Error() string {
	return "its changes cannot be taken, so the whole list was asked for: " + e.why.Error()
}
func (e errWhole) Unwrap() error { return e.why }

// changes brings a list up to date by what the publisher says changed. It
// returns false where the whole list is to be fetched: note says why, where that
// is more than that its time has come.
//
// Changes are taken only where all of them are had and each fits what is kept:
// one that adds what is there, or changes what is not, is no guess but a reason
// to fetch the whole list. What one file of changes breaks, nothing is kept of.
func (s *Sync) changes(ctx context.Context, a *watchlist.Archive, p Publisher, st *syncState) (got Synced, done bool, note string) {
	newest, err := a.Newest(watchlist.Series(p.List))
	if err != nil || newest.ID != st.Edition || newest.Format != deltaFormats[p.Delta] || s.token(p) == "-" {
		return Synced{}, false, ""
	}
	verify := s.Now().Sub(st.Whole) >= wholeEvery
	got, err = s.applyChanges(ctx, a, p, st, newest)
	if err != nil {
		return Synced{}, false, errWhole{err}.Error()
	}
	return got, !verify, ""
}

func (s *Sync) applyChanges(ctx context.Context, a *watchlist.Archive, p Publisher, st *syncState, newest watchlist.Edition) (Synced, error) {
	list, at, err := s.pending(ctx, p, st, newest.Header.Version)
	if err != nil {
		return Synced{}, err
	}
	if len(list) == 0 {
		return s.unchanged(a, p, *st, at)
	}
	var paths []string
	defer func() {
		for _, path := range paths {
			_ = os.Remove(path) // the archive has it, or nobody wants it
		}
	}()
	for _, d := range list {
		r := fetch.Request{Address: d.address, Header: s.headerFor(p, d.address), File: filepath.Join(s.folder(), string(p.List), d.name)}
		res, err := s.Client.Get(ctx, r)
		if err != nil {
			return Synced{}, err
		}
		paths = append(paths, r.File)
		if res.Page != "" {
			return Synced{}, pageError(res.Page, d.name)
		}
		at = res.At
	}
	got, err := s.keepChanged(ctx, a, newest, paths, at)
	if err != nil {
		return Synced{}, err
	}
	got.Note = fmt.Sprintf("made of edition %.12s and %d files of changes", newest.ID, len(list))
	st.Edition, st.Publication = got.Edition.ID, list[len(list)-1].state
	return got, s.settle(p, *st, nil)
}

// keepChanged applies files of changes to an edition and keeps what they made.
func (s *Sync) keepChanged(ctx context.Context, a *watchlist.Archive, newest watchlist.Edition, paths []string, at time.Time) (got Synced, err error) {
	s.adding.Lock()
	defer s.adding.Unlock()
	d, done, err := s.Home.openChanged(a, newest, paths)
	if err != nil {
		return Synced{}, err
	}
	defer func() { err = errors.Join(err, done()) }()
	if err := fits(d, paths); err != nil {
		return Synced{}, err
	}
	e, _, err := a.AddChanged(ctx, d.Files, d.Source, "changes to "+newest.From, at, newest.ID)
	return Synced{Outcome: Added, Edition: e}, err
}

// fits is an error where a change does not fit the edition that it is applied to.
func fits(d Detected, changes []string) error {
	names := map[string]bool{}
	for _, p := range changes {
		names[filepath.Base(p)] = true
	}
	for _, err := range d.Source.Parse(d.Files) {
		var r *watchlist.Reject
		if err == nil {
			continue
		}
		if !errors.As(err, &r) {
			return err
		}
		if names[r.File] {
			return errkind.Wrap(errkind.Conflict, r)
		}
	}
	return nil
}

// pending returns the changes since what is kept, the oldest first, and when the
// publisher said so.
func (s *Sync) pending(ctx context.Context, p Publisher, st *syncState, have string) ([]pending, time.Time, error) {
	if p.Delta == DeltaFTM {
		return s.pendingFTM(ctx, p, have)
	}
	if st.Publication == 0 {
		return nil, time.Time{}, errors.New("which of them are in what is kept is not known yet")
	}
	all, at, err := s.publications(ctx, p, st.Whole)
	return slices.DeleteFunc(all, func(d pending) bool { return d.state <= st.Publication }), at, err
}

// pendingFTM reads delta.json, which names the address of the changes of each
// version. Versions are ordered by their text.
func (s *Sync) pendingFTM(ctx context.Context, p Publisher, have string) ([]pending, time.Time, error) {
	var index struct {
		Versions map[string]string `json:"versions"`
	}
	at, err := s.getJSON(ctx, p, p.DeltaAddress, &index)
	if err != nil {
		return nil, at, err
	}
	versions := slices.Sorted(maps.Keys(index.Versions))
	switch {
	case have == "":
		return nil, at, errors.New("what is kept does not say its version")
	case len(versions) == 0:
		return nil, at, errors.New("delta.json lists no versions")
	case have < versions[0]:
		return nil, at, fmt.Errorf("version %s is kept, and the changes begin with %s", have, versions[0])
	case have > versions[len(versions)-1]:
		return nil, at, fmt.Errorf("version %s is kept, and the changes end with %s", have, versions[len(versions)-1])
	}
	var out []pending
	for _, v := range versions {
		if v <= have {
			continue
		}
		if !versionIn.MatchString(v) {
			return nil, at, errkind.Wrap(errkind.Invalid, fmt.Errorf("delta.json: %q is no version", v))
		}
		address := index.Versions[v]
		if err := checkAddress(address); err != nil {
			return nil, at, fmt.Errorf("delta.json: changes of %s: %w", v, err)
		}
		out = append(out, pending{name: v + ".entities.delta.json", address: address})
	}
	return out, at, nil
}

// publications returns the publications of the Sanctions List Service of the
// years from a time until now, by their numbers.
func (s *Sync) publications(ctx context.Context, p Publisher, from time.Time) (all []pending, at time.Time, err error) {
	base := strings.TrimSuffix(p.DeltaAddress, "/")
	for year := from.Year(); year <= s.Now().Year(); year++ {
		var history []struct {
			ID int `json:"publicationID"`
		}
		if at, err = s.getJSON(ctx, p, base+"/changes/history/"+strconv.Itoa(year), &history); err != nil {
			return nil, at, err
		}
		for _, h := range history {
			if h.ID <= 0 {
				return nil, at, errkind.New(errkind.Invalid, "the history of changes names no number")
			}
			n := strconv.Itoa(h.ID)
			all = append(all, pending{name: "delta-" + n + ".xml", address: base + "/changes/" + n, state: h.ID})
		}
	}
	slices.SortFunc(all, func(x, y pending) int { return x.state - y.state })
	return slices.CompactFunc(all, func(x, y pending) bool { return x.state == y.state }), at, nil
}

// before notes what the changes begin with that come after the whole list, which
// is fetched next: a publication in between is in both, does not fit the next
// time, and has the whole list fetched once more.
func (s *Sync) before(ctx context.Context, p Publisher) (publication int) {
	if p.Delta != DeltaSLS || s.Mirror != "" {
		return 0
	}
	all, _, err := s.publications(ctx, p, s.Now())
	if err != nil || len(all) == 0 {
		return 0 // no changes are taken then
	}
	return all[len(all)-1].state
}

// getJSON fetches a small document.
func (s *Sync) getJSON(ctx context.Context, p Publisher, address string, to any) (time.Time, error) {
	r := fetch.Request{Address: address, Header: s.headerFor(p, address), File: filepath.Join(s.folder(), string(p.List), "changes.json")}
	res, err := s.Client.Get(ctx, r)
	if err != nil {
		return res.At, err
	}
	text, err := os.ReadFile(r.File)
	if err = errors.Join(err, os.Remove(r.File)); err != nil {
		return res.At, err
	}
	if res.Page != "" {
		return res.At, pageError(res.Page, "the list of changes")
	}
	if err := json.Unmarshal(text, to); err != nil {
		return res.At, errkind.Wrap(errkind.Invalid, fmt.Errorf("%s is no list of changes: %w", fetch.Show(address), err))
	}
	return res.At, nil
}

// headerFor returns the headers of a list for an address of changes: only for the
// host that the file of publishers names, since delta.json may name others.
func (s *Sync) headerFor(p Publisher, address string) (out map[string][]string) {
	u, err := url.Parse(address)
	own, e := url.Parse(p.DeltaAddress)
	if err != nil || e != nil || u.Host != own.Host {
		return nil
	}
	return s.header(p, s.token(p))
}

// token returns what {token} means for a list.
func (s *Sync) token(p Publisher) string {
	if t, ok := s.Tokens[p.List]; ok {
		return t
	}
	return p.Token
}

// checkDelta says what is wrong with where changes come from.
func (p *Publisher) checkDelta() error {
	if p.Delta == "" {
		return nil
	}
	if deltaFormats[p.Delta] == "" {
		return fmt.Errorf("%q is no kind of changes: want ftm or sls", p.Delta)
	}
	return checkAddress(p.DeltaAddress)
}

// openChanged opens the files of an edition with files of changes beside them, as
// the reader of its format sees them. The caller calls done.
func (h *Home) openChanged(a *watchlist.Archive, e watchlist.Edition, changes []string) (d Detected, done func() error, err error) {
	dir, err := os.MkdirTemp("", "interdict-changes-")
	if err != nil {
		return d, nil, err
	}
	done = func() error { return os.RemoveAll(dir) }
	fail := func(err error) (Detected, func() error, error) { return Detected{}, nil, errors.Join(err, done()) }
	all, err := unpackBase(a, e, dir)
	if err != nil {
		return fail(err)
	}
	for _, p := range changes {
		to, err := copyChange(p, dir)
		if err != nil {
			return fail(err)
		}
		all = append(all, to)
	}
	source, err := h.source(e)
	if err != nil {
		return fail(err)
	}
	if d, err = Detect([]watchlist.Source{source}, all...); err != nil {
		return fail(err)
	}
	done = func() error { return errors.Join(d.Files.Close(), os.RemoveAll(dir)) }
	if list := party.ListID(e.Series()); d.Header.List != list {
		return fail(errkind.Wrap(errkind.Invalid, errors.Join(fmt.Errorf("the changes are of list %s", d.Header.List), d.Files.Close())))
	}
	return d, done, nil
}
