// SPDX-License-Identifier: Apache-2.0

package watchlist

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/party"
)

// EditionVersion is the newest version of the file that describes an edition; see
// doc/home.md. Versions ever used: 1, the first; 2, of an edition with files that
// are kept thin, which programs before it would take for damaged.
const EditionVersion = 2

// An Archive keeps the editions of lists in a folder, as they were fetched,
// with what was counted in them and what people decided about them. It is the
// folder "lists" of the program's home; doc/home.md draws it.
//
// Any number of programs may read an archive while one writes. A second writer
// at the same time gets [errkind.Conflict] and tries again later. A full disk or
// a crash at any point leaves the archive as it was before.
type Archive struct {
	dir    string
	create func(folder string) (temp, error) // tests give one whose disk is full
}

// A Series names the editions that follow each other: those of one list.
type Series string

// SeriesOf returns the series of an edition: its list, and for the lists of
// users, which share one name, the title as well.
func SeriesOf(h Header) Series {
	if h.List == "local" {
		return Series("local/" + h.Title)
	}
	return Series(h.List)
}

// An Edition is one published state of a list, as it is kept.
type Edition struct {
	ID      string // SHA-256 of the set of files as fetched: [Files.Digest]
	Header  Header
	Format  string    // [Source.Format]
	From    string    // the address or path that it came from
	Fetched time.Time // when it was fetched first
	Checked time.Time // when the publisher was last seen to give the same
	Seq     int       // counts the editions of a series in the order of adding, from 1
	Files   []Kept    // in the order of names
	Counts  Counts
	Words   Words
	// Accepted are the decisions about what waited at this edition, in order.
	Accepted []Decision
	// Base is the edition that the publisher's changes were applied to; "" for one
	// that was published whole.
	Base string
	// Drift is how a whole edition differs from what the changes before it made.
	Drift Drift

	marks   Kept  // the entries and their marks
	rejects *Kept // nil where every entry could be read
	gate    gateNote
}

// A Drift says how the edition that the publisher's changes made differs from the
// whole one of the same version. There should be none: where there is, a change
// was lost or misread, and the whole edition counts.
type Drift struct {
	Of      string      `json:"of"`                // the edition that changes made
	Missing []party.Ref `json:"missing,omitempty"` // the changes did not give them
	Extra   []party.Ref `json:"extra,omitempty"`   // the whole edition does not have them
	Other   []party.Ref `json:"other,omitempty"`   // they differ
}

// IsZero says that nothing differs, or nothing was compared.
func (d Drift) IsZero() bool { return len(d.Missing)+len(d.Extra)+len(d.Other) == 0 }

// String says what differs.
func (d Drift) String() string {
	return fmt.Sprintf("edition %.12s, which the publisher's changes made, lacks %s of the whole one, has %d that it does not have, and %d differ", d.Of, count(len(d.Missing), "entry", "entries"), len(d.Extra), len(d.Other))
}

// A gateNote remembers how many entries an edition alone makes wait, against
// the one before it. It saves reading a year of editions to learn that none did.
type gateNote struct {
	Of   string `json:"of"` // what was compared: see [noteOf]
	Held int    `json:"held"`
}

// noteOf names the comparison of two editions as they were read.
func noteOf(before, e *Edition) string {
	h := sha256.New()
	io.WriteString(h, before.marks.SHA256+" "+e.marks.SHA256)
	if e.rejects != nil {
		io.WriteString(h, " "+e.rejects.SHA256)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Series returns the series that the edition belongs to.
func (e *Edition) Series() Series { return SeriesOf(e.Header) }

// Kept is one file of an edition.
type Kept struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`   // bytes, as fetched
	SHA256 string `json:"sha256"` // of the bytes as fetched, and the name of the file that keeps them
	Packed bool   `json:"packed"` // kept with zstd over it; else as fetched
	// Thin is what is kept in place of the file: see [Archive.Thin]. nil for a file
	// that is kept as fetched.
	Thin []Thinned `json:"thin,omitempty"`
}

// Counts are what was counted when an edition was added.
type Counts struct {
	Entries   int            `json:"entries"`
	Kinds     map[string]int `json:"kinds"`     // by [party.Kind]; "unknown" for those without
	Relations int            `json:"relations"` // as the entries hold them
	Rejects   int            `json:"rejects"`
	Repeated  int            `json:"repeated,omitempty"` // entries whose Ref an earlier entry had; counted among the rejects, not the entries
}

// OpenArchive opens the archive in a folder, which is made where it is missing.
func OpenArchive(folder string) (*Archive, error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, fmt.Errorf("open archive of lists: %w", err)
	}
	return &Archive{dir: folder, create: createTemp}, nil
}

// Add keeps an edition. From is where its files come from, when is the time of
// fetching. Files that are no edition that source can use are an error, and
// nothing is kept. An edition that is kept already is returned with added
// false; only its time of checking moves, and what is damaged of it is written
// again.
//
// The order of writes: the files as fetched and what was read of them, named by
// their content; last the description of the edition, which alone makes it
// exist. A crash before that leaves files that nothing names and that the same
// Add would write again; after it everything is there and synced.
func (a *Archive) Add(ctx context.Context, files *Files, source Source, from string, when time.Time) (e Edition, added bool, err error) {
	return a.add(ctx, files, source, from, when, "")
}

// AddChanged keeps an edition that is an older one, base, with the publisher's
// changes applied: files are those of both. The next whole edition of the same
// version is held against it; see [Edition.Drift].
func (a *Archive) AddChanged(ctx context.Context, files *Files, source Source, from string, when time.Time, base string) (e Edition, added bool, err error) {
	return a.add(ctx, files, source, from, when, base)
}

func (a *Archive) add(ctx context.Context, files *Files, source Source, from string, when time.Time, base string) (e Edition, added bool, err error) {
	unlock, err := a.lock()
	if err != nil {
		return Edition{}, false, err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	h, err := source.Detect(files)
	if err != nil {
		return Edition{}, false, fmt.Errorf("add edition: %w", err)
	}
	if h.List == "" {
		return Edition{}, false, fmt.Errorf("add edition: format %s names no list", source.Format())
	}
	id, err := files.Digest()
	if err != nil {
		return Edition{}, false, fmt.Errorf("add edition: %w", err)
	}
	all, err := a.Editions(SeriesOf(h))
	if err != nil {
		return Edition{}, false, err
	}
	for _, e := range all {
		if e.ID != id {
			continue
		}
		if a.verify(e) != nil {
			if err := a.keep(ctx, &e, files, source); err != nil {
				return Edition{}, false, fmt.Errorf("mend edition of %s: %w", e.Series(), err)
			}
		}
		return a.checked(e, when)
	}
	e = Edition{ID: id, Header: h, Format: source.Format(), From: from, Fetched: when.UTC(), Checked: when.UTC(), Seq: nextSeq(all), Base: base}
	if err := a.keep(ctx, &e, files, source); err != nil {
		return Edition{}, false, fmt.Errorf("add edition of %s: %w", e.Series(), err)
	}
	return e, true, nil
}

// keep reads the edition and writes everything about it.
func (a *Archive) keep(ctx context.Context, e *Edition, files *Files, source Source) error {
	r, err := readEdition(ctx, e, source.Parse(files))
	if err != nil {
		return err
	}
	e.Files = nil
	for i, in := range files.Inputs() {
		k, err := a.putObject(in.Name, files.OpenInput(i))
		if err != nil {
			return err
		}
		if k.Size != in.Size {
			return fmt.Errorf("%s changed while it was read: it had %d bytes and then %d", in.Path, in.Size, k.Size)
		}
		e.Files = append(e.Files, k)
	}
	slices.SortFunc(e.Files, func(x, y Kept) int { return strings.Compare(x.Name, y.Name) })
	return a.keepReading(e, r)
}

// keepReading writes what was read of an edition, and its description.
func (a *Archive) keepReading(e *Edition, r reading) (err error) {
	if e.marks, err = a.putMarks(r.marks); err != nil {
		return err
	}
	if e.rejects, err = a.putRejects(r.rejects); err != nil {
		return err
	}
	if err := a.note(e, r); err != nil {
		return err
	}
	return a.putEdition(e)
}

// note compares an edition with the one before it.
func (a *Archive) note(e *Edition, r reading) error {
	all, err := a.Editions(e.Series())
	if err != nil {
		return err
	}
	var before *Edition
	for _, x := range inFormat(all, e.Format) {
		if compareInFormat(&x, e) < 0 {
			before = &x
		}
	}
	if before == nil {
		return nil
	}
	was, err := a.Contents(*before)
	if err != nil {
		// The one before is damaged; that is said when it is needed.
		e.gate = gateNote{}
		return nil
	}
	if e.Base == "" && before.Base != "" && isSameVersion(before, e) {
		e.Drift = driftOf(before.ID, was.Entries, r.marks)
	}
	first := Gate(nil, was, nil)
	e.gate = gateNote{noteOf(before, e), len(Gate(&first, r.contents(e), nil).Held)}
	return nil
}

// isSameVersion says that two editions are of one state of the list.
func isSameVersion(x, y *Edition) bool {
	if x.Header.Version != "" && x.Header.Version == y.Header.Version {
		return true
	}
	return !x.Header.Published.IsZero() && x.Header.Published == y.Header.Published
}

func driftOf(id string, made, whole []Marked) Drift {
	d := Drift{Of: id}
	d.Missing, d.Other, d.Extra = CompareMarks(made, whole)
	return d
}

func (r reading) contents(e *Edition) Contents {
	c := Contents{Edition: e.ID, Entries: r.marks, Repeated: e.Counts.Repeated, Words: e.Words}
	for _, x := range r.rejects {
		if x.Reason != repeated {
			c.Unread = append(c.Unread, x.ID)
		}
	}
	return c
}

// Reread reads a kept edition once more, with a source that may have learnt
// since, and replaces what was counted in it. Decisions about it stay.
func (a *Archive) Reread(ctx context.Context, s Series, id string, source Source) (e Edition, err error) {
	unlock, err := a.lock()
	if err != nil {
		return Edition{}, err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	if e, err = a.Edition(s, id); err != nil {
		return Edition{}, err
	}
	if source.Format() != e.Format {
		return Edition{}, errkind.Wrap(errkind.Invalid, fmt.Errorf("read edition %.12s again: it has format %s, not %s", e.ID, e.Format, source.Format()))
	}
	files, err := a.Open(e)
	if err != nil {
		return Edition{}, err
	}
	defer func() { err = errors.Join(err, files.Close()) }()
	r, err := readEdition(ctx, &e, source.Parse(files))
	if err != nil {
		return Edition{}, fmt.Errorf("read edition %.12s of %s again: %w", e.ID, s, err)
	}
	return e, a.keepReading(&e, r)
}

// verify says whether everything of an edition is as it was kept.
func (a *Archive) verify(e Edition) error {
	files, err := a.Open(e)
	if err != nil {
		return err
	}
	_, err = a.Contents(e)
	return errors.Join(err, files.Close())
}

// checked notes that the publisher still gives an edition.
func (a *Archive) checked(e Edition, when time.Time) (Edition, bool, error) {
	if when.After(e.Checked) {
		e.Checked = when.UTC()
		if err := a.putEdition(&e); err != nil {
			return Edition{}, false, err
		}
	}
	return e, false, nil
}

// Check notes that the publisher was asked at a time and had nothing newer than
// an edition, as with the HTTP answer 304.
func (a *Archive) Check(s Series, id string, when time.Time) (err error) {
	unlock, err := a.lock()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	e, err := a.Edition(s, id)
	if err != nil {
		return err
	}
	_, _, err = a.checked(e, when)
	return err
}

// A reading is what Add keeps of the entries.
type reading struct {
	marks   []Marked
	rejects []Reject
}

// readEdition reads all entries and counts them into e.
func readEdition(ctx context.Context, e *Edition, entries iter.Seq2[party.Entry, error]) (reading, error) {
	var r reading
	e.Counts = Counts{Kinds: map[string]int{}}
	e.Words = Words{}
	seen := map[party.Ref]bool{}
	n := 0
	for entry, err := range entries {
		if n++; n%256 == 0 && ctx.Err() != nil {
			return reading{}, ctx.Err()
		}
		var reject *Reject
		switch {
		case err == nil && seen[entry.Ref]:
			e.Counts.Repeated++
			r.rejects = append(r.rejects, Reject{ID: entry.Ref.ID, Reason: repeated, Raw: entry.Name()})
		case err == nil:
			seen[entry.Ref] = true
			e.count(&entry)
			r.marks = append(r.marks, Marked{entry.Ref, MarkOf(&entry)})
		case errors.As(err, &reject):
			r.rejects = append(r.rejects, *reject)
		default:
			return reading{}, err
		}
	}
	e.Counts.Rejects = len(r.rejects)
	if len(r.marks) == 0 {
		return reading{}, errkind.Wrap(errkind.Invalid, fmt.Errorf("no entry could be read, of %s", count(n, "entry", "entries")))
	}
	slices.SortFunc(r.marks, func(a, b Marked) int { return a.Ref.Compare(b.Ref) })
	return r, nil
}

// repeated is the reason of a reject that was read, but whose Ref an entry
// before it has.
const repeated = "an entry with this identifier came before"

func (e *Edition) count(entry *party.Entry) {
	kind := entry.Kind.String()
	if entry.Kind == party.Unknown {
		kind = "unknown"
	}
	e.Counts.Entries++
	e.Counts.Kinds[kind]++
	e.Counts.Relations += len(entry.Relations)
	e.Words.Count(entry)
}

func nextSeq(all []Edition) int {
	n := 0
	for _, e := range all {
		n = max(n, e.Seq)
	}
	return n + 1
}

// AllSeries lists the series that have editions, in the order of their names.
func (a *Archive) AllSeries() ([]Series, error) {
	folders, err := os.ReadDir(filepath.Join(a.dir, "editions"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list the lists kept: %w", err)
	}
	var out []Series
	var bad []error
	for _, f := range folders {
		s, ok, err := a.seriesIn(f.Name())
		if ok {
			out = append(out, s)
		}
		bad = append(bad, err)
	}
	slices.Sort(out)
	return out, errors.Join(bad...)
}

// seriesIn returns the series of a folder; ok is false where it has no edition.
func (a *Archive) seriesIn(folder string) (s Series, ok bool, err error) {
	paths, err := a.descriptions(folder)
	if err != nil || len(paths) == 0 {
		return "", false, err
	}
	if name, err := url.PathUnescape(folder); err == nil && folderOf(Series(name)) == folder {
		return Series(name), true, nil
	}
	e, err := readDescription(paths[0]) // the name was too long for a folder
	return e.Series(), err == nil, err
}

// descriptions lists the files that describe the editions of one folder.
func (a *Archive) descriptions(folder string) ([]string, error) {
	files, err := os.ReadDir(filepath.Join(a.dir, "editions", folder))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list the editions kept: %w", err)
	}
	var out []string
	for _, f := range files {
		if strings.HasSuffix(f.Name(), ".json") && !strings.HasPrefix(f.Name(), ".") {
			out = append(out, filepath.Join(a.dir, "editions", folder, f.Name()))
		}
	}
	return out, nil
}

// Editions lists the editions of a series, the oldest first: by the date of
// publishing (of fetching where the files give none), then by the publisher's
// version where the format is the same, then by fetching and adding. There may
// be several formats among them.
func (a *Archive) Editions(s Series) ([]Edition, error) {
	paths, err := a.descriptions(folderOf(s))
	if err != nil {
		return nil, err
	}
	out := make([]Edition, 0, len(paths))
	for _, p := range paths {
		e, err := readDescription(p)
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	slices.SortFunc(out, func(x, y Edition) int { return compareEditions(&x, &y) })
	return out, nil
}

func compareEditions(x, y *Edition) int {
	return cmp.Or(
		x.published().Compare(y.published()),
		x.Fetched.Compare(y.Fetched),
		cmp.Compare(x.Seq, y.Seq),
	)
}

// compareInFormat orders editions of one format, whose versions are alike. On one
// day the whole edition that came after changes were applied follows what they
// made, whatever the versions are called.
func compareInFormat(x, y *Edition) int {
	versions := compareVersions(x.Header.Version, y.Header.Version)
	if (x.Base == "") != (y.Base == "") {
		versions = 0
	}
	return cmp.Or(x.published().Compare(y.published()), versions, compareEditions(x, y))
}

func (e *Edition) published() party.Date {
	if e.Header.Published.IsZero() {
		return party.DateOf(e.Fetched)
	}
	return e.Header.Published
}

// compareVersions orders texts with numbers in them: "9" before "10".
func compareVersions(a, b string) int {
	for a != "" && b != "" {
		i, j := digits(a), digits(b)
		if i > 0 && j > 0 {
			x, y := strings.TrimLeft(a[:i], "0"), strings.TrimLeft(b[:j], "0")
			if c := cmp.Or(cmp.Compare(len(x), len(y)), strings.Compare(x, y)); c != 0 {
				return c
			}
			a, b = a[i:], b[j:]
			continue
		}
		if a[0] != b[0] {
			return cmp.Compare(a[0], b[0])
		}
		a, b = a[1:], b[1:]
	}
	return cmp.Compare(len(a), len(b))
}

func digits(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}

// Edition returns the edition of an identifier, or of the only one that starts
// so, with at least six digits. None is [errkind.NotFound].
func (a *Archive) Edition(s Series, id string) (Edition, error) {
	all, err := a.Editions(s)
	if err != nil {
		return Edition{}, err
	}
	var found []Edition
	for _, e := range all {
		if e.ID == id || len(id) >= 6 && strings.HasPrefix(e.ID, id) {
			found = append(found, e)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return Edition{}, errkind.Wrap(errkind.NotFound, fmt.Errorf("no edition %q of %s is kept; see `interdict lists status`", id, s))
	}
	return Edition{}, errkind.Wrap(errkind.Invalid, fmt.Errorf("%q begins the name of %d editions of %s", id, len(found), s))
}

// Newest returns the newest edition of a series, in whichever format. None is
// [errkind.NotFound].
func (a *Archive) Newest(s Series) (Edition, error) {
	all, err := a.Editions(s)
	if err != nil {
		return Edition{}, err
	}
	if len(all) == 0 {
		return Edition{}, errkind.Wrap(errkind.NotFound, fmt.Errorf("no edition of %s is kept; add one with `interdict lists add FILE`", s))
	}
	line := inFormat(all, all[len(all)-1].Format)
	return line[len(line)-1], nil
}

// inFormat returns the editions of one format in their order.
func inFormat(all []Edition, format string) []Edition {
	var line []Edition
	for _, e := range all {
		if e.Format == format {
			line = append(line, e)
		}
	}
	slices.SortFunc(line, func(x, y Edition) int { return compareInFormat(&x, &y) })
	return line
}

// Contents returns what the gate sees of an edition.
func (a *Archive) Contents(e Edition) (Contents, error) {
	marks, err := a.readMarks(&e)
	if err != nil {
		return Contents{}, err
	}
	rejects, err := a.Rejects(e)
	if err != nil {
		return Contents{}, err
	}
	return reading{marks, rejects}.contents(&e), nil
}

// Live returns what is live of a series now: the step of its newest edition,
// over all editions in that format and the decisions about them. A series
// without editions is [errkind.NotFound].
func (a *Archive) Live(s Series) (Step, error) {
	newest, err := a.Newest(s)
	if err != nil {
		return Step{}, err
	}
	return a.LiveAt(newest)
}

// LiveAt returns what became live with an edition.
func (a *Archive) LiveAt(e Edition) (Step, error) {
	all, err := a.Editions(e.Series())
	if err != nil {
		return Step{}, err
	}
	line := inFormat(all, e.Format)
	at := slices.IndexFunc(line, func(x Edition) bool { return x.ID == e.ID })
	if at < 0 {
		return Step{}, errkind.Wrap(errkind.NotFound, fmt.Errorf("edition %s of %s is not kept", e.ID, e.Series()))
	}
	var before *Step
	for _, x := range line[start(line[:at]) : at+1] {
		c, err := a.Contents(x)
		if err != nil {
			return Step{}, err
		}
		step := Gate(before, c, x.Accepted)
		before = &step
	}
	return *before, nil
}

// Held yields the older versions of entries that a step holds, edition by
// edition in the order of their identifiers. Together with the entries of the
// step's own edition they are what is live. A held entry that its edition does
// not give any more is an error: the answer would lack it.
func (a *Archive) Held(ctx context.Context, s Series, step Step, source Source) iter.Seq2[party.Entry, error] {
	return func(yield func(party.Entry, error) bool) {
		from := map[string]map[party.Ref]bool{}
		for _, h := range step.Held {
			if from[h.From] == nil {
				from[h.From] = map[party.Ref]bool{}
			}
			from[h.From][h.Ref] = true
		}
		for _, id := range slices.Sorted(maps.Keys(from)) {
			stopped, err := a.heldIn(ctx, s, id, from[id], source, yield)
			if err != nil {
				yield(party.Entry{}, fmt.Errorf("read what is held of %s: %w", s, err))
			}
			if stopped || err != nil {
				return
			}
		}
	}
}

// heldIn yields the entries that one edition gives; stopped says that yield had
// enough.
func (a *Archive) heldIn(ctx context.Context, s Series, id string, want map[party.Ref]bool, source Source, yield func(party.Entry, error) bool) (stopped bool, err error) {
	e, err := a.Edition(s, id)
	if err != nil {
		return false, err
	}
	files, err := a.Open(e)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, files.Close()) }()
	var reject *Reject
	for entry, err := range source.Parse(files) {
		switch {
		case errors.As(err, &reject):
			continue // counted with its own edition
		case err != nil:
			return false, err
		case ctx.Err() != nil:
			return false, ctx.Err()
		case !want[entry.Ref]:
			continue
		}
		delete(want, entry.Ref)
		if !yield(entry, nil) {
			return true, nil
		}
		if len(want) == 0 {
			return false, nil
		}
	}
	return false, errkind.Wrap(errkind.Unavailable, fmt.Errorf("edition %.12s does not give %s that it gave before", id, count(len(want), "entry", "entries")))
}

// start returns the newest edition after which nothing waits for sure: what was
// before it cannot matter to those after it.
func start(line []Edition) int {
	at, nothing := 0, true
	for i := range line {
		e := &line[i]
		nothing = i == 0 || nothing && e.gate.Held == 0 && e.gate.Of == noteOf(&line[i-1], e) || acceptsAll(e)
		if nothing {
			at = i
		}
	}
	return at
}

func acceptsAll(e *Edition) bool {
	return slices.ContainsFunc(e.Accepted, func(d Decision) bool { return len(d.Refs) == 0 })
}

// Accept records that a person lets go of what waits at an edition: of all of
// it, or of the entries named. By and reason are required. Where nothing waits,
// or not what is named, the answer is [errkind.Conflict]: somebody was faster.
func (a *Archive) Accept(s Series, id string, d Decision) (err error) {
	if strings.TrimSpace(d.By) == "" || strings.TrimSpace(d.Reason) == "" {
		return errkind.New(errkind.Invalid, "accept: who accepts and for what reason are required (--by, --reason)")
	}
	unlock, err := a.lock()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	e, err := a.Edition(s, id)
	if err != nil {
		return err
	}
	step, err := a.LiveAt(e)
	if err != nil {
		return err
	}
	if !step.IsWaiting() {
		return errkind.Wrap(errkind.Conflict, fmt.Errorf("accept: nothing waits at edition %.12s of %s", e.ID, s))
	}
	for _, r := range d.Refs {
		if !slices.ContainsFunc(step.Held, func(h Hold) bool { return h.Ref == r }) {
			return errkind.Wrap(errkind.Conflict, fmt.Errorf("accept: %v does not wait at edition %.12s", r, e.ID))
		}
	}
	d.When = d.When.UTC()
	e.Accepted = append(e.Accepted, d)
	return a.putEdition(&e)
}

// Status is the state of one series, for people and for the doors.
type Status struct {
	Series   Series
	Editions int // kept, in all formats
	Formats  []string
	Newest   Edition
	Live     Step       // of the newest edition
	Accepted []Decision // about editions in its format, oldest first
}

// PublishedAge returns how long ago the newest edition was published, to the
// day; ok is false where its files do not say when.
func (s *Status) PublishedAge(now time.Time) (age time.Duration, ok bool) {
	d := s.Newest.Header.Published
	return now.Sub(d.Time()), !d.IsZero()
}

// CheckedAge returns how long ago the publisher was last seen to have nothing
// newer.
func (s *Status) CheckedAge(now time.Time) time.Duration { return now.Sub(s.Newest.Checked) }

// Status returns the state of every series, in the order of their names. The
// error names those whose state cannot be read; the others are returned with it.
func (a *Archive) Status() ([]Status, error) {
	series, err := a.AllSeries()
	bad := []error{err}
	var out []Status
	for _, s := range series {
		st, err := a.status(s)
		if err != nil {
			bad = append(bad, fmt.Errorf("status of %s: %w", s, err))
			continue
		}
		out = append(out, st)
	}
	return out, errors.Join(bad...)
}

func (a *Archive) status(s Series) (Status, error) {
	all, err := a.Editions(s)
	if err != nil {
		return Status{}, err
	}
	formats := map[string]bool{}
	for _, e := range all {
		formats[e.Format] = true
	}
	line := inFormat(all, all[len(all)-1].Format)
	st := Status{Series: s, Editions: len(all), Formats: slices.Sorted(maps.Keys(formats)), Newest: line[len(line)-1]}
	for _, e := range line {
		st.Accepted = append(st.Accepted, e.Accepted...)
	}
	st.Live, err = a.LiveAt(st.Newest)
	if len(line) == 1 && len(all) > 1 {
		st.Live.Warnings = append(st.Live.Warnings, "this is the first edition in format "+st.Newest.Format+": nothing of the same format to compare it with")
	}
	return st, err
}

// An editionFile is the description of an edition on disk.
type editionFile struct {
	Version   int          `json:"version"`
	ID        string       `json:"id"`
	List      party.ListID `json:"list"`
	Title     string       `json:"title"`
	Published party.Date   `json:"published"`
	Stamp     string       `json:"stamp,omitempty"` // the publisher's own version
	Format    string       `json:"format"`
	From      string       `json:"from"`
	Fetched   time.Time    `json:"fetched"`
	Checked   time.Time    `json:"checked"`
	Seq       int          `json:"seq"`
	Files     []Kept       `json:"files"`
	Counts    Counts       `json:"counts"`
	Words     Words        `json:"words"`
	Accepted  []Decision   `json:"accepted,omitempty"`
	Base      string       `json:"base,omitempty"`
	Drift     Drift        `json:"drift,omitzero"`
	Marks     Kept         `json:"marks"`
	Rejects   *Kept        `json:"rejects,omitempty"`
	Gate      gateNote     `json:"gate"`
}

func (a *Archive) putEdition(e *Edition) error {
	version := 1
	if slices.ContainsFunc(e.Files, func(k Kept) bool { return k.Thin != nil }) {
		version = 2
	}
	f := editionFile{
		version, e.ID, e.Header.List, e.Header.Title, e.Header.Published, e.Header.Version, e.Format, e.From,
		e.Fetched, e.Checked, e.Seq, e.Files, e.Counts, e.Words, e.Accepted, e.Base, e.Drift, e.marks, e.rejects, e.gate,
	}
	return a.write(a.description(e), func(w io.Writer) error {
		enc := json.NewEncoder(w)
		enc.SetIndent("", "\t")
		enc.SetEscapeHTML(false)
		return enc.Encode(f)
	})
}

func readDescription(path string) (Edition, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return Edition{}, fmt.Errorf("read edition: %w", err)
	}
	var v struct{ Version int }
	if err := json.Unmarshal(b, &v); err != nil {
		return Edition{}, errkind.Wrap(errkind.Unavailable, fmt.Errorf("read edition %s: the file is damaged: %w", path, err))
	}
	if v.Version < 1 || v.Version > EditionVersion {
		return Edition{}, errkind.Wrap(errkind.Invalid, fmt.Errorf("read edition %s: it has version %d and this program reads up to %d: use a newer program", path, v.Version, EditionVersion))
	}
	var f editionFile
	if err := json.Unmarshal(b, &f); err != nil {
		return Edition{}, errkind.Wrap(errkind.Unavailable, fmt.Errorf("read edition %s: the file is damaged: %w", path, err))
	}
	return Edition{
		ID: f.ID, Header: Header{f.List, f.Title, f.Published, f.Stamp}, Format: f.Format, From: f.From,
		Fetched: f.Fetched, Checked: f.Checked, Seq: f.Seq, Files: f.Files, Counts: f.Counts, Words: f.Words,
		Accepted: f.Accepted, Base: f.Base, Drift: f.Drift, marks: f.Marks, rejects: f.Rejects, gate: f.Gate,
	}, nil
}

// description returns the path of the file that describes an edition.
func (a *Archive) description(e *Edition) string {
	date := e.Header.Published.String()
	if date == "" {
		date = "undated"
	}
	return filepath.Join(a.dir, "editions", folderOf(e.Series()), date+"-"+e.ID[:min(16, len(e.ID))]+".json")
}

// folderOf returns the folder of a series: its name, with whatever some file
// system might not keep apart written as %XX.
func folderOf(s Series) string {
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_' {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	if b.Len() > 200 { // many file systems end at 255
		sum := sha256.Sum256([]byte(s))
		return b.String()[:150] + "~" + hex.EncodeToString(sum[:16])
	}
	return b.String()
}
