// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"bufio"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/internal/fetch"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/watchlist"
)

// A Sync brings what publishers changed into a home's archive. It does not
// rebuild the book.
//
// The folder "sync" of the home holds for each list what its publisher said of
// the files that were fetched last, downloads that did not end, and the files
// that no reader took. It may be emptied at any time: the next sync then fetches
// everything. doc/operating.md draws it.
type Sync struct {
	Home   *Home
	Client *fetch.Client
	Now    func() time.Time
	// Mirror is a folder, or a base address, that holds each list in a folder of
	// its name; "" asks the publishers.
	Mirror string
	Tokens map[party.ListID]string // what {token} means in addresses
	// Parallel is how many lists are fetched at a time, never two from one host;
	// 0 means 2.
	Parallel int
	// Check only asks: nothing is fetched or written.
	Check bool
	// Progress is told how far a list is; of is -1 where the size is not known.
	// It may be nil, and is called from several goroutines.
	Progress func(l party.ListID, done, of int64)

	adding sync.Mutex // one edition at a time: an archive has one writer
}

// An Outcome is what became of one list.
type Outcome string

// The outcomes.
const (
	Added     Outcome = "new edition"      // was kept; with Check: is there
	Unchanged Outcome = "unchanged"        // the publisher has nothing newer
	Unknown   Outcome = "cannot be told"   // with Check: the publisher says nothing to tell by
	Missing   Outcome = "was never synced" // with Check
	Behind    Outcome = "behind"           // the publisher gives an edition that is older than the newest kept
	Failed    Outcome = "failed"
)

// A Synced is what became of one list, and for Failed and Behind why.
type Synced struct {
	List    party.ListID
	Outcome Outcome
	Edition watchlist.Edition // as kept; zero where there is none, and with Check
	Err     error
	Note    string // how it came, where changes were asked for
}

// Run asks for each list, and returns what became of them in the same order. Its
// error is about the home; what goes wrong with one list is in its place and
// leaves the others alone.
//
// The order of writes, for each list: files into the folder sync, the edition
// into the archive, last the state with which the publisher is asked the next
// time. A crash between two of them fetches once more what is kept already.
func (s *Sync) Run(ctx context.Context, lists []Publisher) (all []Synced, err error) {
	a, err := s.Home.Archive()
	if err != nil {
		return nil, err
	}
	unlock, err := s.lock()
	if err != nil {
		return nil, fmt.Errorf("sync: %w", err)
	}
	defer func() { err = errors.Join(err, unlock()) }()
	all = make([]Synced, len(lists))
	places := make(chan struct{}, cmp.Or(max(s.Parallel, 0), 2))
	hosts := map[string]*sync.Mutex{}
	var wait sync.WaitGroup
	for i, p := range lists {
		host := s.host(p)
		if hosts[host] == nil {
			hosts[host] = &sync.Mutex{}
		}
		turn := hosts[host]
		wait.Go(func() {
			turn.Lock() // first the host, then a place: nobody waits for a host in a place
			defer turn.Unlock()
			places <- struct{}{}
			defer func() { <-places }()
			all[i] = s.one(ctx, a, p)
		})
	}
	wait.Wait()
	return all, ctx.Err()
}

// lock keeps a second sync of this home out. Who only asks needs no lock.
func (s *Sync) lock() (unlock func() error, err error) {
	if s.Check {
		return func() error { return nil }, nil
	}
	if err := os.MkdirAll(s.folder(), 0o755); err != nil {
		return nil, err
	}
	return watchlist.Lock(filepath.Join(s.folder(), "lock"))
}

func (s *Sync) folder() string { return filepath.Join(s.Home.Dir, "sync") }

// host returns where a list comes from.
func (s *Sync) host(p Publisher) string {
	address := p.Files[0].Address
	if s.Mirror != "" {
		address = s.Mirror
	}
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return u.Host
}

// one syncs one list.
func (s *Sync) one(ctx context.Context, a *watchlist.Archive, p Publisher) Synced {
	var got Synced
	var err error
	switch {
	case ctx.Err() != nil:
		err = ctx.Err()
	case s.Mirror != "" && !strings.Contains(s.Mirror, "://"):
		got, err = s.fromFolder(ctx, a, p)
	case s.Check:
		got, err = s.ask(ctx, a, p)
	default:
		got, err = s.fetch(ctx, a, p)
	}
	got.List = p.List
	if err != nil {
		got.Outcome, got.Err = Failed, err
	}
	return got
}

// fromFolder takes a list from a mirror on this machine: all files of its
// folder, whatever their names.
func (s *Sync) fromFolder(ctx context.Context, a *watchlist.Archive, p Publisher) (Synced, error) {
	folder := filepath.Join(s.Mirror, string(p.List))
	entries, err := os.ReadDir(folder)
	if err != nil {
		return Synced{}, fmt.Errorf("the mirror does not have it: %w", err)
	}
	var paths []string
	for _, e := range entries {
		if e.Name() != sumsName && !strings.HasPrefix(e.Name(), ".") {
			paths = append(paths, filepath.Join(folder, e.Name()))
		}
	}
	sums, err := readSums(filepath.Join(folder, sumsName))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return Synced{}, err
	}
	for _, path := range paths {
		if err := checkSum(path, sums[filepath.Base(path)]); err != nil {
			return Synced{}, err
		}
	}
	if s.Check {
		return s.compare(a, p, paths)
	}
	return s.keep(ctx, a, p, paths, folder, s.Now())
}

// compare says whether the archive has the files of a mirror.
func (s *Sync) compare(a *watchlist.Archive, p Publisher, paths []string) (got Synced, err error) {
	files, err := watchlist.OpenFiles(paths...)
	if err != nil {
		return Synced{}, err
	}
	defer func() { err = errors.Join(err, files.Close()) }()
	id, err := files.Digest()
	if err != nil {
		return Synced{}, err
	}
	_, err = a.Edition(watchlist.Series(p.List), id)
	if errors.Is(err, errkind.NotFound) {
		return Synced{Outcome: Added}, nil
	}
	return Synced{Outcome: Unchanged}, err
}

// keep adds files to the archive.
func (s *Sync) keep(ctx context.Context, a *watchlist.Archive, p Publisher, paths []string, from string, when time.Time) (got Synced, err error) {
	s.adding.Lock()
	defer s.adding.Unlock()
	d, err := Detect(s.Home.Sources, paths...)
	if err != nil {
		return Synced{}, err
	}
	defer func() { err = errors.Join(err, d.Files.Close()) }()
	if d.Header.List != p.List {
		return Synced{}, errkind.Wrap(errkind.Invalid, fmt.Errorf("what came is list %s", d.Header.List))
	}
	e, added, err := s.Home.Keep(ctx, a, d, from, when)
	if err != nil {
		return Synced{}, err
	}
	got = Synced{Edition: e, Outcome: Unchanged}
	if added {
		got.Outcome = Added
	}
	return got, got.isBehind(a)
}

// isBehind notes where the publisher gives less than what is kept.
func (g *Synced) isBehind(a *watchlist.Archive) error {
	newest, err := a.Newest(g.Edition.Series())
	if err != nil || newest.ID == g.Edition.ID {
		return err
	}
	g.Outcome = Behind
	g.Err = errkind.Wrap(errkind.Conflict, fmt.Errorf("it gives edition %.12s again, of %s, and %.12s of %s is kept, which stays", g.Edition.ID, day(g.Edition), newest.ID, day(newest)))
	return nil
}

func day(e watchlist.Edition) party.Date {
	if e.Header.Published.IsZero() {
		return party.DateOf(e.Fetched)
	}
	return e.Header.Published
}

// A syncState is what is kept to ask a publisher the next time.
//
//	version 1
type syncState struct {
	Version int    `json:"version"`
	Edition string `json:"edition"` // that the files made, or the changes after them
	// Whole is when the whole list was fetched last, and Publication the number of
	// the last of OFAC's changes that is in the edition; 0 where that is not known.
	Whole       time.Time   `json:"whole,omitzero"`
	Publication int         `json:"publication,omitempty"`
	Files       []fileState `json:"files"`
}

type fileState struct {
	Name    string `json:"name"`
	Address string `json:"address"` // as published, without secrets
	fetch.State
}

const (
	stateName    = "state.json"
	sumsName     = "SHA256SUMS"
	stateVersion = 1
)

// state returns what is known of a list: of its files, those from these
// addresses. Where the archive does not have their edition, nothing is known.
func (s *Sync) state(a *watchlist.Archive, p Publisher) (syncState, error) {
	var st syncState
	b, err := os.ReadFile(filepath.Join(s.folder(), string(p.List), stateName))
	if errors.Is(err, fs.ErrNotExist) {
		return st, nil
	}
	if err != nil {
		return st, err
	}
	if json.Unmarshal(b, &st) != nil || st.Version != stateVersion {
		return syncState{}, nil // it only saves a download
	}
	_, err = a.Edition(watchlist.Series(p.List), st.Edition)
	if errors.Is(err, errkind.NotFound) {
		return syncState{}, nil
	}
	return st, err
}

func (st *syncState) of(name, address string) fetch.State {
	for _, f := range st.Files {
		if f.Name == name && f.Address == address {
			return f.State
		}
	}
	return fetch.State{}
}

// requests returns what to ask for the files of a list, and their addresses
// without secrets.
func (s *Sync) requests(p Publisher, st *syncState) (rs []fetch.Request, shown []string, err error) {
	token := s.token(p)
	header := http.Header{}
	for _, f := range p.Files {
		address, show := strings.ReplaceAll(f.Address, "{token}", url.QueryEscape(token)), f.Address
		if s.Mirror != "" {
			address, show, err = underMirror(s.Mirror, string(p.List), f.Name)
			if err != nil {
				return nil, nil, err
			}
		} else if token == "-" {
			return nil, nil, errkind.Wrap(errkind.Invalid, fmt.Errorf("it wants a token: --token %s=TOKEN", p.List))
		} else {
			header = s.header(p, token)
		}
		rs = append(rs, fetch.Request{
			Address: address, Header: header, File: filepath.Join(s.folder(), string(p.List), f.Name), Have: st.of(f.Name, show),
			Progress: func(done, of int64) { s.report(p.List, done, of) },
		})
		shown = append(shown, show)
	}
	return rs, shown, nil
}

// header returns what is sent along to the publisher of a list.
func (s *Sync) header(p Publisher, token string) http.Header {
	header := http.Header{}
	for name, values := range p.Header {
		for _, v := range values {
			header[http.CanonicalHeaderKey(name)] = []string{strings.ReplaceAll(v, "{token}", token)}
		}
	}
	return header
}

func (s *Sync) report(l party.ListID, done, of int64) {
	if s.Progress != nil {
		s.Progress(l, done, of)
	}
}

// underMirror returns the address of a file under a base address.
func underMirror(base, list, name string) (address, shown string, err error) {
	u, err := url.Parse(base)
	if err != nil {
		return "", "", errkind.New(errkind.Invalid, "the address of the mirror cannot be read")
	}
	u.Path = path.Join("/", u.Path, list, name)
	u.RawPath = ""
	return u.String(), fetch.Show(u.String()), nil
}

// ask asks for the files of a list without fetching them.
func (s *Sync) ask(ctx context.Context, a *watchlist.Archive, p Publisher) (Synced, error) {
	st, err := s.state(a, p)
	if err != nil {
		return Synced{}, err
	}
	rs, _, err := s.requests(p, &st)
	if err != nil {
		return Synced{}, err
	}
	got := Synced{Outcome: Unchanged}
	for _, r := range rs {
		is, err := s.Client.Ask(ctx, r)
		switch {
		case err != nil:
			return Synced{}, err
		case st.Edition == "":
			got.Outcome = Missing
		case !is.Known && got.Outcome == Unchanged:
			got.Outcome = Unknown
		case is.Known && !is.Unchanged:
			got.Outcome = Added
		}
	}
	return got, nil
}

// fetch brings a list into the archive.
func (s *Sync) fetch(ctx context.Context, a *watchlist.Archive, p Publisher) (Synced, error) {
	if err := os.MkdirAll(filepath.Join(s.folder(), string(p.List)), 0o755); err != nil {
		return Synced{}, err
	}
	st, err := s.state(a, p)
	if err != nil {
		return Synced{}, err
	}
	if p.Delta == "" || s.Mirror != "" {
		return s.fetchWhole(ctx, a, p, st)
	}
	made, done, note := s.changes(ctx, a, p, &st)
	if done {
		return made, nil
	}
	whole, err := s.fetchWhole(ctx, a, p, st)
	return s.held(made, whole, note, err)
}

// held puts together what changes made of a list and what its whole file, which
// was fetched after them, did.
func (s *Sync) held(made, whole Synced, note string, err error) (Synced, error) {
	switch {
	case made.Outcome != Added:
		whole.Note = note
		if err != nil && note != "" {
			err = fmt.Errorf("%w; %s", err, note)
		}
		return whole, err
	case err != nil:
		made.Note += "; the whole list, to be held against that, could not be had: " + err.Error()
		return made, nil
	case whole.Outcome == Unchanged:
		whole.Outcome = Added // the changes are new
	}
	whole.Note = made.Note + "; the whole list was fetched and held against it"
	return whole, nil
}

// fetchWhole fetches the whole files of a list.
func (s *Sync) fetchWhole(ctx context.Context, a *watchlist.Archive, p Publisher, st syncState) (Synced, error) {
	publication := s.before(ctx, p)
	rs, shown, err := s.requests(p, &st)
	if err != nil {
		return Synced{}, err
	}
	if err := s.sums(ctx, p, rs); err != nil {
		return Synced{}, err
	}
	results, err := s.fetchSet(ctx, rs)
	if err != nil {
		return Synced{}, err
	}
	if results[0].Unchanged {
		return s.unchanged(a, p, st, results[0].At)
	}
	paths := make([]string, len(rs))
	for i, r := range rs {
		paths[i] = r.File
	}
	got, err := s.keep(ctx, a, p, paths, strings.Join(shown, " "), results[0].At)
	if err != nil {
		return Synced{}, refuse(paths, results, err)
	}
	st = syncState{Version: stateVersion, Edition: got.Edition.ID, Whole: s.Now().UTC(), Publication: publication}
	for i, f := range p.Files {
		st.Files = append(st.Files, fileState{f.Name, shown[i], results[i].State})
	}
	return got, s.settle(p, st, paths)
}

// fetchSet fetches the files of a set: all of them where one changed.
func (s *Sync) fetchSet(ctx context.Context, rs []fetch.Request) ([]fetch.Result, error) {
	results := make([]fetch.Result, len(rs))
	changed := false
	for i, r := range rs {
		var err error
		if results[i], err = s.Client.Get(ctx, r); err != nil {
			return nil, err
		}
		changed = changed || !results[i].Unchanged
	}
	for i, r := range rs {
		if !changed || !results[i].Unchanged {
			continue
		}
		r.Have = fetch.State{}
		var err error
		if results[i], err = s.Client.Get(ctx, r); err != nil {
			return nil, err
		}
	}
	return results, nil
}

// unchanged notes that the publisher has nothing newer.
func (s *Sync) unchanged(a *watchlist.Archive, p Publisher, st syncState, at time.Time) (Synced, error) {
	s.adding.Lock()
	defer s.adding.Unlock()
	series := watchlist.Series(p.List)
	if err := a.Check(series, st.Edition, at); err != nil {
		return Synced{}, err
	}
	e, err := a.Edition(series, st.Edition)
	if err != nil {
		return Synced{}, err
	}
	got := Synced{Outcome: Unchanged, Edition: e}
	return got, got.isBehind(a)
}

// refuse sets files aside that no reader took, for a person to look at, and says
// what they look like.
func refuse(paths []string, results []fetch.Result, err error) error {
	for i, p := range paths {
		if page := results[i].Page; page != "" {
			err = pageError(page, filepath.Base(p))
		}
		aside := filepath.Join(filepath.Dir(p), "refused-"+filepath.Base(p))
		if e := os.Rename(p, aside); e != nil {
			return errors.Join(err, e)
		}
		if i == 0 {
			err = fmt.Errorf("%w; what came is kept as %s", err, aside)
		}
	}
	return err
}

func pageError(title, name string) error {
	return errkind.Wrap(errkind.Unavailable, fmt.Errorf("the publisher answered with a web page (%q) and not with %s", title, name))
}

// settle writes the state and removes the files, which the archive has now.
func (s *Sync) settle(p Publisher, st syncState, paths []string) error {
	b, err := json.MarshalIndent(st, "", "\t")
	if err != nil {
		return err
	}
	if err := swap(filepath.Join(s.folder(), string(p.List), stateName), string(b)+"\n"); err != nil {
		return err
	}
	var errs []error
	for _, path := range paths {
		errs = append(errs, os.Remove(path))
		if err := os.Remove(filepath.Join(filepath.Dir(path), "refused-"+filepath.Base(path))); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// sums fetches the published checksums of a list into its requests. A mirror
// may have a file SHA256SUMS and need not.
func (s *Sync) sums(ctx context.Context, p Publisher, rs []fetch.Request) error {
	r := fetch.Request{Address: p.Sums, Header: rs[0].Header, File: filepath.Join(s.folder(), string(p.List), sumsName)}
	var err error
	if s.Mirror != "" {
		if r.Address, _, err = underMirror(s.Mirror, string(p.List), sumsName); err != nil {
			return err
		}
	}
	if r.Address == "" {
		return nil
	}
	res, err := s.Client.Get(ctx, r)
	if s.Mirror != "" && errors.Is(err, errkind.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if res.Page != "" {
		return pageError(res.Page, sumsName)
	}
	sums, err := readSums(r.File)
	if err != nil {
		return err
	}
	for i, f := range p.Files {
		if rs[i].SHA256 = sums[f.Name]; rs[i].SHA256 == "" {
			return errkind.Wrap(errkind.Invalid, fmt.Errorf("%s has no line for %s", fetch.Show(r.Address), f.Name))
		}
		if rs[i].SHA256 != rs[i].Have.SHA256 {
			rs[i].Have = fetch.State{} // there is another, whatever date it has
		}
	}
	return nil
}

// readSums reads what sha256sum writes, by the names of the files.
func readSums(name string) (sums map[string]string, err error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close() // only read
	sums = map[string]string{}
	sc := bufio.NewScanner(f)
	for n := 1; sc.Scan(); n++ {
		sum, file, ok := strings.Cut(strings.TrimSpace(sc.Text()), " ")
		if sum == "" && !ok {
			continue
		}
		if len(sum) != 64 || strings.Trim(sum, "0123456789abcdefABCDEF") != "" {
			return nil, errkind.Wrap(errkind.Invalid, fmt.Errorf("%s, line %d: want what sha256sum writes", name, n))
		}
		sums[path.Base(strings.TrimLeft(file, " *"))] = strings.ToLower(sum)
	}
	return sums, sc.Err()
}

// checkSum holds a file to its published checksum, if there is one.
func checkSum(name, want string) error {
	if want == "" {
		return nil
	}
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close() // only read
	h := sha256.New()
	_, err = io.Copy(h, f)
	if got := hex.EncodeToString(h.Sum(nil)); err == nil && got != want {
		err = errkind.Wrap(errkind.Invalid, fmt.Errorf("%s has the SHA-256 %s, published is %s", name, got, want))
	}
	return err
}

// Choose returns the publishers of the lists that are named, or of all that are
// not optional. A name that is unknown is [errkind.NotFound].
func Choose(all []Publisher, named []string) ([]Publisher, error) {
	if len(named) == 0 {
		return slices.DeleteFunc(slices.Clone(all), func(p Publisher) bool { return p.Optional }), nil
	}
	var out []Publisher
	for _, n := range named {
		i := slices.IndexFunc(all, func(p Publisher) bool { return string(p.List) == n })
		if i < 0 {
			return nil, errkind.Wrap(errkind.NotFound, fmt.Errorf("no address is known of list %q; name it in publishers.txt of the home", n))
		}
		if !slices.ContainsFunc(out, func(p Publisher) bool { return string(p.List) == n }) {
			out = append(out, all[i])
		}
	}
	return out, nil
}
