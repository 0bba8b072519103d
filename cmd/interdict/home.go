// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/interdict-dev/interdict/book"
	"github.com/interdict-dev/interdict/engine"
	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/law"
	"github.com/interdict-dev/interdict/names"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/starter"
	"github.com/interdict-dev/interdict/watchlist"
	"github.com/interdict-dev/interdict/watchlist/local"
)

// home returns the home that the environment names: $INTERDICT_HOME, else the
// user's data directory.
func (a *app) home() (*engine.Home, error) {
	dir := a.getenv("INTERDICT_HOME")
	if dir == "" {
		var err error
		if dir, err = a.dataDir(); err != nil {
			return nil, fmt.Errorf("no home for lists and books: %w; set INTERDICT_HOME", err)
		}
	}
	return &engine.Home{Dir: dir, Cache: filepath.Join(dir, "cache"), Program: program(), Sources: sources()}, nil
}

// dataDir is the place for data of programs by the customs of the system.
func (a *app) dataDir() (string, error) {
	if d := a.getenv("XDG_DATA_HOME"); d != "" {
		return filepath.Join(d, "interdict"), nil
	}
	switch runtime.GOOS {
	case "windows", "darwin":
		d, err := os.UserConfigDir()
		return filepath.Join(d, "interdict"), err
	}
	if d := a.getenv("HOME"); d != "" {
		return filepath.Join(d, ".local", "share", "interdict"), nil
	}
	return "", errors.New("neither XDG_DATA_HOME nor HOME is set")
}

// program names this build, so that what another build compiled is not taken
// for its own.
func program() string {
	p, err := os.Executable()
	if err != nil {
		return version
	}
	info, err := os.Stat(p)
	if err != nil {
		return version
	}
	return fmt.Sprint(version, info.Size(), info.ModTime().UnixNano())
}

// A bookFlag is the flag of every command that asks a book.
type bookFlag struct {
	Book   string        `placeholder:"FILE" help:"Ask this book instead of the home's, or of the starter."`
	AsOf   string        `placeholder:"DATE" help:"Ask as of this day (2006-01-02); default is today."`
	MaxAge time.Duration `default:"24h" help:"A list that was checked longer ago makes the answer incomplete."`
}

// day returns the day that is asked about.
func (f *bookFlag) day(a *app) (party.Date, error) {
	if f.AsOf == "" {
		return party.DateOf(a.now), nil
	}
	d, err := party.ParseDate(f.AsOf)
	if err == nil && d.Day == 0 {
		err = fmt.Errorf("%q is no day", f.AsOf)
	}
	if err != nil {
		return party.Date{}, fmt.Errorf("--as-of: %w", err)
	}
	return d, nil
}

// open opens the book that the flag, the home or the starter gives.
func (f *bookFlag) open(a *app) (*opened, error) {
	day, err := f.day(a)
	if err != nil {
		return nil, err
	}
	if f.Book != "" {
		b, err := book.Open(f.Book)
		if err != nil {
			return nil, err
		}
		return f.describe(a, b, nil, day), nil
	}
	h, err := a.home()
	if err != nil {
		return nil, err
	}
	if f.AsOf != "" {
		return f.openPast(a, h, day)
	}
	path, err := h.Current()
	var state []watchlist.Age
	switch {
	case errors.Is(err, errkind.NotFound):
		path, err = h.Starter(a.ctx)
	case err == nil:
		state, err = f.ages(h)
	}
	if err != nil {
		return nil, err
	}
	b, err := book.Open(path)
	if err != nil {
		return nil, err
	}
	return f.describe(a, b, state, day), nil
}

// openPast opens the book of a past day: of each list the edition kept that was
// the newest then, else the oldest one kept, whose listing dates tell what stood.
func (f *bookFlag) openPast(a *app, h *engine.Home, day party.Date) (*opened, error) {
	path, err := h.Past(a.ctx, day)
	if errors.Is(err, errkind.NotFound) {
		path, err = h.Starter(a.ctx)
	}
	if err != nil {
		return nil, err
	}
	b, err := book.Open(path)
	if err != nil {
		return nil, err
	}
	return f.describe(a, b, nil, day), nil
}

// ages reads what the archive knows of the age of lists.
func (f *bookFlag) ages(h *engine.Home) ([]watchlist.Age, error) {
	archive, err := h.Archive()
	if err != nil {
		return nil, err
	}
	return archive.Ages()
}

// opened is a book with what is known of the age of its lists.
type opened struct {
	*book.Book
	lists   []listState
	starter bool           // of the lists of sanctions authorities it holds nothing but built-in facts
	others  bool           // and lists of nobody's law beside them
	chosen  bool           // the lists are those that the user named
	without []party.ListID // lists of the book that the user did not name

	regimes   string          // of which regimes that the user named there is no full list
	beside    string          // what beside the lists makes answers incomplete
	sayBeside func(io.Writer) // says what beside the lists answers rest on; nil for nothing
}

// named returns the lists that the user named; "local" means all lists of the
// user's own.
func (o *opened) named(lists []party.ListID) []party.ListID {
	var out []party.ListID
	for _, l := range lists {
		all := []party.ListID{l}
		if l == local.Format {
			all = nil
			for _, s := range o.lists {
				if s.Format == local.Format {
					all = append(all, s.List)
				}
			}
		}
		if all == nil {
			all = []party.ListID{l} // there is none, which is said
		}
		out = append(out, all...)
	}
	return out
}

// only leaves the lists that the user named; none means all.
func (o *opened) only(named []party.ListID) {
	if len(named) == 0 {
		return
	}
	o.chosen, o.starter = true, false
	o.lists = slices.DeleteFunc(o.lists, func(l listState) bool {
		if slices.Contains(named, l.List) {
			return false
		}
		o.without = append(o.without, l.List)
		return true
	})
}

// under notes of which of the regimes that the user named the book has no full
// list: under them nothing found would mean nothing. Who named lists, or a book,
// chose what is asked.
func (o *opened) under(named []law.Regime) {
	if o.chosen {
		return
	}
	var why []string
	for _, r := range named {
		has, builtIn := false, false
		for _, l := range o.lists {
			of := law.RegimeOf(l.List) == r || r == law.BIS && strings.HasPrefix(string(l.List), "us-csl")
			has, builtIn = has || of && !l.Starter, builtIn || of
		}
		switch {
		case has:
		case builtIn:
			why = append(why, fmt.Sprintf("of the lists of %s the book has built-in facts alone", r))
		default:
			why = append(why, fmt.Sprintf("the book holds no list of %s", r))
		}
	}
	o.regimes = strings.Join(why, "; ")
}

// A listState is one list of the book as answers print it.
type listState struct {
	book.Info
	Age        string `json:"age"`
	Incomplete string `json:"incomplete,omitempty"` // why an answer that rests on it is incomplete
}

// describe says for each list how old it is, on the day asked about, and whether
// that will do. An edition that is younger than the day still tells by the dates
// of its listings who stood then, but not who was taken off before it.
func (f *bookFlag) describe(a *app, b *book.Book, state []watchlist.Age, day party.Date) *opened {
	now := a.now
	if f.AsOf != "" {
		now = day.Time().Add(24 * time.Hour) // to the end of that day
	}
	o := &opened{Book: b, starter: true}
	builtIn := slices.ContainsFunc(b.Manifest().Lists, func(i book.Info) bool { return i.Starter })
	for _, info := range b.Manifest().Lists {
		if info.Title == "" {
			info.Title = string(info.List)
		}
		s := listState{Info: info}
		if !info.Starter && info.List != starter.Intel {
			// A bank's own list, or one of an authority that the program does not know,
			// does not stand for the sanctions lists that it has of built-in facts alone.
			o.others = true
			if law.RegimeOf(info.List) != "" || !builtIn && info.Format != local.Format {
				o.starter = false
			}
		}
		age, known := time.Duration(0), false
		unread := info.Rejects
		for _, st := range state {
			if st.Newest.Header.List == info.List {
				age, known = max(age, st.Checked(a.now)), true
				unread -= st.Newest.Counts.Rejects - st.Unread // a person accepted the others
			}
		}
		if !known && !info.Published.IsZero() {
			age, known = now.Sub(info.Published.Time()), true
		}
		reconstructed := f.AsOf != "" && !info.Published.IsZero() && info.Published.Compare(day) > 0
		s.Age = "an unknown time"
		if reconstructed {
			s.Age = "not yet"
		} else if known {
			s.Age = sayAge(age)
		}
		switch {
		case info.List == "intel":
		case info.Starter:
			s.Incomplete = "built-in facts, not the full list"
		case info.Format == local.Format:
		case reconstructed:
			s.Incomplete = "no edition of " + day.String() + " or before is kept: who stood is read from the listing dates of a later one, and who was taken off before that is not seen"
		case age < -f.MaxAge:
			s.Incomplete = "published in the future: one of the clocks is wrong"
		case info.Later != nil && age > f.MaxAge:
			s.Incomplete = "the edition kept was " + sayAge(age) + " old on that day: who was listed since is read from the listing dates of the edition of " + info.Later.Published.String() + ", and who was taken off or changed in between is not seen"
		case !known || age > f.MaxAge:
			s.Incomplete = "older than " + sayAge(f.MaxAge) + "; run `interdict lists add` with a newer edition"
		}
		if unread > 0 && s.Incomplete == "" {
			s.Incomplete = fmt.Sprintf("%d entries could not be read; run `interdict lists rejects %s`", unread, info.List)
		}
		o.lists = append(o.lists, s)
	}
	return o
}

// incomplete says why no answer from this book can be complete, or "".
func (o *opened) incomplete() string {
	var why []string
	for _, s := range []string{o.beside, o.regimes} {
		if s != "" {
			why = append(why, s)
		}
	}
	if o.starter && o.others {
		return strings.Join(append(why, "of the lists of sanctions authorities this book has built-in facts alone, not the full lists"), "; ")
	}
	if o.starter {
		return strings.Join(append(why, "this is the starter book of built-in facts, not a full sanctions list"), "; ")
	}
	for _, l := range o.lists {
		if l.Incomplete != "" && (o.chosen || !l.Starter) {
			why = append(why, string(l.List)+": "+l.Incomplete)
		}
	}
	return strings.Join(why, "; ")
}

// otherRules says that the effects are judged by other rules than this program's,
// or "".
func (o *opened) otherRules() string {
	m := o.Manifest()
	switch {
	case m.LawDigest == "":
		return "the book is of an older program and holds no rule pack and no index of addresses: what listings bring is said by that of this program, " + law.Default().Version() + ", and shared addresses are not found"
	case m.LawDigest != law.DigestOf(law.DefaultText()):
		return "what listings bring is said by the rule pack of the book, " + m.Law + "; this program has " + law.Default().Version() + ": `interdict lists rebuild` takes it"
	}
	return ""
}

// otherModel says that names are compared by another model than this program's,
// or "".
func (o *opened) otherModel() string {
	if now := names.Default().Version; o.Manifest().Model != now {
		return "names are compared by model " + o.Manifest().Model + " of the book; this program has " + now + ": `interdict lists rebuild` takes it"
	}
	return ""
}

// sayAge says a duration as people do.
func sayAge(d time.Duration) string {
	switch {
	case d < 0:
		return "less than a day" // dates of publication are those of the publisher's zone
	case d < 2*time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < 2*time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 72*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	}
	return fmt.Sprintf("%d days", int(d.Hours()/24))
}
