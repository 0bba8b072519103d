// SPDX-License-Identifier: Apache-2.0

// Package holdings brings files of stakes and a book together: which company of
// the files do the listed parties of the book own, under which regime, with
// which proof.
//
// A party of the files is joined to a list entry by being named as one, by an
// identifier that both carry, or by a match that a person has recorded; never by
// its name. A name that resembles a listed one is a [Hint] for a person. How
// stakes add up is package ownership's business, what a listing brings package
// law's; here is only who is who.
package holdings

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/interdict-dev/interdict/book"
	"github.com/interdict-dev/interdict/identity"
	"github.com/interdict-dev/interdict/law"
	"github.com/interdict-dev/interdict/ownership"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/starter"
)

// Options say what is asked of stakes.
type Options struct {
	Day     party.Date     // the day of law and facts; required
	Lists   []party.ListID // lists whose parties count; none means all of the book
	Regimes []law.Regime   // none means all that have a rule and a list in the book
	// Matches are what people recorded: this party of the stakes is that entry,
	// or is not, whatever their identifiers say.
	Matches []identity.Decision
	// Closed, Treasury and Confirmed are those of [ownership.Query].
	Closed    bool
	Treasury  ownership.Treasury
	Confirmed bool
	// Certify asks for certificates of answers about one company that are not
	// "owned".
	Certify bool
}

// Holdings are the stakes of some files, seen with a book. They never change.
type Holdings struct {
	Files   []FileReport      `json:"files"`
	Issues  []ownership.Issue `json:"issues"`
	Joins   []ownership.Joined
	Missing []law.Regime // regimes that were asked for and of which the book holds nothing
	// Partial are regimes of which the book holds no list: what their rules take
	// from other lists is answered, and "not owned" says little.
	Partial []law.Regime

	book    *book.Book
	options Options
	lists   []party.ListID
	regimes []law.Regime
	graph   *ownership.Graph
	seeds   *ownership.Seeds
	listed  []ownership.Listed
	links   *ownership.Links

	entries map[party.Ref]*party.Entry // of the book's lists
	parties map[party.Ref]*party.Entry // whom the files describe
	ties    []ownership.Tie
	alias   map[party.Ref]party.Ref   // a party's other names in the files, to the one that the graph has
	entryOf map[party.Ref][]party.Ref // the list entries of a party of the graph
	effects map[party.Ref][]law.Effect
	// ended are listings that no longer stood on the day, for the times before.
	ended map[party.Ref][]ended

	reachedMu sync.Mutex // guards what follows
	reachedBy map[question]map[party.Ref]bool

	find    func() *finder
	suspect func() *suspects
}

// An ended listing is what a listing brought until the day it ended.
type ended struct {
	until   party.Date
	effects []law.Effect
}

// Load reads the files and joins their parties with the lists of the book. It
// fails when a file as a whole cannot be used; what is odd about rows is in
// Issues. It is stopped by ctx and tells progress, which may be nil, how many
// bytes of the files are read.
func Load(ctx context.Context, b *book.Book, files []File, o Options, progress *Progress) (*Holdings, error) {
	if o.Day.Day == 0 {
		return nil, errors.New("holdings: want a full day whose law and facts are asked")
	}
	if err := checkFormats(files); err != nil {
		return nil, err
	}
	h := &Holdings{book: b, options: o, reachedBy: map[question]map[party.Ref]bool{}}
	if err := b.Guard(h.readLists); err != nil {
		return nil, err
	}
	if err := h.readFiles(ctx, files, nil, progress); err != nil {
		return nil, err
	}
	w, err := h.whoIsWho()
	if err != nil {
		return nil, err
	}
	if len(w.alias) > 0 {
		if err := h.readFiles(ctx, files, w.rename, progress); err != nil {
			return nil, err
		}
	}
	h.alias, h.entryOf, h.Joins = w.alias, w.entries, w.joins
	h.Issues = append(h.Issues, w.issues...)
	h.seed()
	h.find, h.suspect = sync.OnceValue(h.newFinder), sync.OnceValue(h.newSuspects)
	return h, nil
}

// readLists decodes the entries of the lists and what their listings bring.
func (h *Holdings) readLists() error {
	h.entries, h.effects, h.ended = map[party.Ref]*party.Entry{}, map[party.Ref][]law.Effect{}, map[party.Ref][]ended{}
	pack, err := h.book.Law()
	if err != nil {
		return err
	}
	present := map[law.Regime]bool{}
	var all []*party.Entry
	for _, l := range h.book.Lists() {
		if l.Info.List == starter.Intel || len(h.options.Lists) > 0 && !slices.Contains(h.options.Lists, l.Info.List) {
			continue
		}
		h.lists = append(h.lists, l.Info.List)
		for i := range uint32(l.Len()) {
			e, err := l.Entry(i)
			if err != nil {
				return fmt.Errorf("list %s: entry %d: %w", l.Info.List, i, err)
			}
			if !isLater(&e, h.options.Day) {
				all = append(all, &e)
			}
			h.entries[e.Ref] = &e
			for _, listing := range e.Listings {
				h.effects[e.Ref] = append(h.effects[e.Ref], pack.Effects(listing, h.options.Day)...)
				if d := listing.Delisted; d.Day != 0 && d.Compare(h.options.Day) <= 0 {
					last := party.DateOf(d.Time().AddDate(0, 0, -1))
					h.ended[e.Ref] = append(h.ended[e.Ref], ended{d, pack.Effects(listing, last)})
				}
			}
			for _, f := range h.effects[e.Ref] {
				present[f.Regime] = true
			}
		}
	}
	h.links = ownership.NewLinks(slices.Values(all))
	h.chooseRegimes(present)
	return nil
}

// isLater says that the list did not have the entry yet on the day: what it
// states of it, nobody had stated.
func isLater(e *party.Entry, day party.Date) bool {
	for _, l := range e.Listings {
		if l.Listed.IsZero() || l.Listed.First().Compare(day) <= 0 {
			return false
		}
	}
	return len(e.Listings) > 0
}

// chooseRegimes leaves the regimes that can be answered for: where the book
// holds no list of a regime, "not owned" would say nothing.
func (h *Holdings) chooseRegimes(present map[law.Regime]bool) {
	for _, r := range ownership.Regimes() {
		asked := len(h.options.Regimes) == 0 || slices.Contains(h.options.Regimes, r)
		switch {
		case asked && present[r]:
			h.regimes = append(h.regimes, r)
			if !h.hasList(r) {
				h.Partial = append(h.Partial, r)
			}
		case asked:
			h.Missing = append(h.Missing, r)
		}
	}
}

// hasList says that a list of the regime's own is asked, or the one that has
// all of the United States'.
func (h *Holdings) hasList(r law.Regime) bool {
	return slices.ContainsFunc(h.lists, func(l party.ListID) bool {
		return strings.HasPrefix(string(l), string(r)+"-") || strings.HasPrefix(string(l), "us-csl") && strings.HasPrefix(string(r), "us-")
	})
}

// Regimes returns the regimes that answers are given for.
func (h *Holdings) Regimes() []law.Regime { return h.regimes }

// readFiles builds the graph. rename gives a party the one name that all files
// use for it; nil leaves names as they are.
func (h *Holdings) readFiles(ctx context.Context, files []File, rename func(ownership.Record) ownership.Record, progress *Progress) error {
	progress.begin(sizeOf(files))
	b := ownership.NewBuilder()
	h.parties, h.ties, h.Files, h.Issues = map[party.Ref]*party.Entry{}, nil, nil, nil
	for _, f := range files {
		rep, issues, err := load(b, f, func(r io.Reader) io.Reader { return watched{ctx, r, progress} }, rename, h.keep)
		if err != nil {
			return err
		}
		h.Files, h.Issues = append(h.Files, rep), append(h.Issues, issues...)
	}
	h.graph = b.Graph()
	h.Issues = append(h.Issues, h.graph.Issues()...)
	return nil
}

// keep keeps the description of a party; of several, what each one adds.
func (h *Holdings) keep(r ownership.Record) {
	if r.Tie != nil {
		h.ties = append(h.ties, *r.Tie)
	}
	if r.Party == nil {
		return
	}
	old := h.parties[r.Party.Ref]
	if old == nil {
		h.parties[r.Party.Ref] = r.Party
		return
	}
	old.Kind = cmp.Or(old.Kind, r.Party.Kind)
	for _, n := range r.Party.Names {
		if !slices.ContainsFunc(old.Names, func(m party.Name) bool { return m.Full == n.Full }) {
			old.Names = append(old.Names, n)
		}
	}
	for _, id := range r.Party.Identifiers {
		if !slices.Contains(old.Identifiers, id) {
			old.Identifiers = append(old.Identifiers, id)
		}
	}
	for _, a := range r.Party.Addresses {
		if !slices.Contains(old.Addresses, a) {
			old.Addresses = append(old.Addresses, a)
		}
	}
	if len(old.Founded) == 0 {
		old.Founded = r.Party.Founded
	}
	old.Countries = union(old.Countries, r.Party.Countries)
	old.Websites = union(old.Websites, r.Party.Websites)
	old.Emails = union(old.Emails, r.Party.Emails)
	old.Phones = union(old.Phones, r.Party.Phones)
}

func union(a, b []string) []string {
	for _, s := range b {
		if !slices.Contains(a, s) {
			a = append(a, s)
		}
	}
	return a
}

// seed turns the listings of all joined parties into seeds of the fixed point.
func (h *Holdings) seed() {
	for _, ref := range sortedRefs(h.entryOf) {
		for _, r := range h.entryOf[ref] {
			h.listed = append(h.listed, ownership.FromEffects(ref, r, h.entries[r].Name(), party.Date{}, h.effects[r])...)
			for _, e := range h.ended[r] {
				h.listed = append(h.listed, ownership.FromEffects(ref, r, h.entries[r].Name(), e.until, e.effects)...)
			}
		}
	}
	h.seeds = h.graph.Seeds(h.listed)
}

func sortedRefs[V any](m map[party.Ref]V) []party.Ref {
	out := make([]party.Ref, 0, len(m))
	for r := range m {
		out = append(out, r)
	}
	slices.SortFunc(out, party.Ref.Compare)
	return out
}

// Incomplete says why answers cannot be complete, or "".
func (h *Holdings) Incomplete() string {
	var why []string
	rejects := 0
	for _, f := range h.Files {
		rejects += f.Rejects
	}
	if rejects > 0 {
		why = append(why, fmt.Sprintf("%d rows of the stakes could not be read", rejects))
	}
	odd := 0
	for _, i := range h.Issues {
		if weighs(i.Kind) {
			odd++
		}
	}
	if odd > 0 {
		why = append(why, fmt.Sprintf("%d statements of the stakes are in doubt", odd))
	}
	if len(h.options.Regimes) > 0 && len(h.Missing) > 0 {
		why = append(why, fmt.Sprintf("the book holds no list of %s", join(h.Missing)))
	}
	if len(h.options.Regimes) > 0 && len(h.Partial) > 0 {
		why = append(why, fmt.Sprintf("the book holds no list of %s itself", join(h.Partial)))
	}
	return strings.Join(why, "; ")
}

// weighs says that an issue leaves answers in doubt. A statement said twice
// counts once, a silence stands in the answer itself, and what a publisher has
// taken back is taken back.
func weighs(k ownership.IssueKind) bool {
	switch k {
	case ownership.Unreadable: // counted as rejects
		return false
	case ownership.Duplicate, ownership.Unspecified, ownership.Withdrawn:
		return false
	}
	return true
}

func join[T ~string](all []T) string {
	var out []string
	for _, s := range all {
		out = append(out, string(s))
	}
	return strings.Join(out, ", ")
}
