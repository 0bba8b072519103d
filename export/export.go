// SPDX-License-Identifier: Apache-2.0

// Package export writes attributed infrastructure in the formats that defences
// load: response policy zones, address lists of firewalls, Suricata, Zeek,
// STIX, CSV.
//
// [Select] chooses, and counts what it leaves out and why: by default nothing
// that is shared with strangers, out of date, seized, undated, or behind which
// nobody listed stands. Compromised devices are never exported, whatever the
// filter says: their owners are victims. [Write] gives the files of a format;
// equal selections give equal bytes, and each line says its reason, source and
// expiry, beside it where the format has no room for comments.
//
// The package decides nothing about anybody's traffic: what a defence does with
// a line is its operator's choice.
package export

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/interdict-dev/interdict/attribution"
	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/evidence"
	"github.com/interdict-dev/interdict/infra"
	"github.com/interdict-dev/interdict/party"
)

// An Item is one indicator to be exported, and why.
type Item struct {
	Indicator infra.Indicator
	Below     bool // of a domain: every host below it, too
	NotItself bool // of a domain: the hosts below it alone
	Answer    string
	Behind    attribution.Party  // to whom it is attributed, or whose own it is
	Listed    *attribution.Party // the listed party at the end of the strongest chain; nil for none
	Roles     []string
	Class     claim.Class // of the strongest source
	Source    string
	Sources   []string
	URL       string
	First     party.Date
	Last      party.Date
	Expires   party.Date    // last day on which it should be held; zero while the claim stands
	Shared    string        // who shares the place; "" for nobody known
	Claims    []claim.Claim // the strongest source first
	Chain     []claim.Claim // the best of each step from Behind to Listed
	until     party.Date    // the end of its use, as a source set it
}

// Reason says in one line why the item is exported.
func (i *Item) Reason() string {
	s := i.Answer + ": " + name(i.Behind)
	if len(i.Roles) > 0 {
		s += ", " + strings.Join(i.Roles, " ")
	}
	if i.Listed != nil && i.Listed.Ref != i.Behind.Ref {
		s += "; behind it " + name(*i.Listed)
	}
	return s
}

func name(p attribution.Party) string {
	if p.Name == "" {
		return p.Ref.String()
	}
	return p.Name + " (" + p.Ref.String() + ")"
}

// Expiry says until when the item holds, in a word or as a day.
func (i *Item) Expiry() string {
	if i.Expires.IsZero() {
		return "while listed"
	}
	return i.Expires.String()
}

// Comment says reason, source and expiry in one line.
func (i *Item) Comment() string {
	return fmt.Sprintf("%s; %s, grade %v; expires %s", i.Reason(), i.Source, i.Class, i.Expiry())
}

// A Filter says what is exported. The zero Filter, but for its Day, is the
// careful default.
type Filter struct {
	Day     party.Date                // as of which items are current; required
	Parties []party.Ref               // only what leads to one of them; none: all
	Class   claim.Class               // weakest class of source that will do; Ungraded: any
	Roles   []string                  // only roles that hold one of these words; none: all
	Types   []infra.Type              // none: all
	MaxAge  int                       // days since last seen; 0: as long as nodes of the role usually live
	Also    map[Left]bool             // what is exported although it is left out by default
	Same    func(a, b party.Ref) bool // whether two entries are one party; nil: when equal
}

// A Left is why something is left out.
type Left string

// The reasons. The first five are the defaults of [Filter.Also]; a victim is
// never exported.
const (
	Shared   Left = "shared"   // the place is shared with strangers
	Expired  Left = "expired"  // not seen for longer than nodes of its role live
	Seized   Left = "seized"   // it answers to the authorities
	Undated  Left = "undated"  // nobody says when
	Unlisted Left = "unlisted" // no listed party stands behind it
	Victim   Left = "victim"   // a compromised device of somebody else
	Filtered Left = "filtered" // the filter asks for others
)

// Defaults are the reasons that [Filter.Also] may lift.
func Defaults() []Left { return []Left{Shared, Expired, Seized, Undated, Unlisted} }

// life is how many days a node of a role is held after it was last seen.
//
// Tier 3 of Raptor Train lived for about 150 days, tier 2 was rotated every 75
// to 77 (Lumen, "Derailing the Raptor Train", 2024-09-18; THREATS.md, section
// 4). 77 is taken for roles that no source measured. What identifies a file, a
// certificate or a wallet does not age.
func life(i infra.Indicator, roles []string) (days int, ages bool) {
	switch i.Type {
	case infra.MD5, infra.SHA1, infra.SHA256, infra.CertSHA1, infra.CertSHA256, infra.Wallet, infra.URLPart:
		return 0, false
	}
	if slices.ContainsFunc(roles, func(r string) bool { return strings.Contains(r, "tier3") }) {
		return 150, true
	}
	return 77, true
}

// A Selection is what a filter chose.
type Selection struct {
	Day   party.Date
	Items []Item
	Left  map[Left]int
}

// Select chooses what is exported, in the order of the indicators. The error is
// that the book could not be read.
func Select(v *attribution.View, f Filter) (Selection, error) {
	s := Selection{Day: f.Day, Left: map[Left]int{}}
	var all []infra.Indicator
	c := chooser{f: &f}
	err := v.Guard(func() error {
		all, c.sweep = v.Attributed(), v.Sweep(f.Day)
		c.leads = v.Graph.Leads(f.isWanted)
		return nil
	})
	if err != nil {
		return s, err
	}
	// Every processor takes a piece at a time; what comes out stands in the order of
	// the pieces.
	const piece = 4096
	pieces := make([]chosen, (len(all)+piece-1)/piece)
	errs := make([]error, runtime.GOMAXPROCS(0))
	var next atomic.Int64
	var wait sync.WaitGroup
	for w := range errs {
		wait.Go(func() {
			errs[w] = v.Guard(func() error {
				for n := int(next.Add(1)) - 1; n < len(pieces); n = int(next.Add(1)) - 1 {
					pieces[n] = c.choose(all[n*piece : min((n+1)*piece, len(all))])
				}
				return nil
			})
		})
	}
	wait.Wait()
	if err := errors.Join(errs...); err != nil {
		return s, err
	}
	for _, p := range pieces {
		s.Items = append(s.Items, p.items...)
		for why, n := range p.left {
			s.Left[why] += n
		}
	}
	return s, nil
}

// chooser chooses among indicators; any number of goroutines may use it.
type chooser struct {
	f     *Filter
	sweep *attribution.Sweep
	leads func(infra.Indicator) bool // to a party that is asked for
}

type chosen struct {
	items []Item
	left  map[Left]int
}

func (c *chooser) choose(all []infra.Indicator) chosen {
	out := chosen{left: map[Left]int{}}
	for _, i := range all {
		j := c.sweep.Judge(i)
		if len(j.Claims) == 0 && i.Type == infra.Domain { // only what lies below is spoken of
			j = c.sweep.Judge(infra.Indicator{Type: infra.Domain, Value: "any." + i.Value})
			j.Seen = i
		}
		item := c.itemOf(&j)
		if why, ok := c.leaves(&j, &item); ok {
			out.left[why]++
			continue
		}
		out.items = append(out.items, item)
	}
	return out
}

func (c *chooser) itemOf(j *evidence.Judgement) Item {
	i := Item{Indicator: j.Seen, Answer: j.Verdict.String(), Shared: attribution.SayTenancy(j.Tenancy)}
	for k := range j.Claims {
		if j.Claims[k].From.Indicator != j.Seen {
			continue // what is said of a domain or prefix above is that one's item
		}
		i.addClaim(c.sweep, &j.Claims[k])
	}
	if len(j.Trace.Chains) > 0 {
		listed := c.sweep.Party(j.Trace.Chains[0].Party)
		i.Listed = &listed
		for k := range j.Trace.Chains[0].Steps {
			if s := &j.Trace.Chains[0].Steps[k]; s.From.IsParty() {
				i.Chain = append(i.Chain, s.Claims[0])
			}
		}
	}
	if !i.until.IsZero() {
		i.Expires = i.until
	} else if days, ages := life(i.Indicator, i.Roles); ages && !i.Last.IsZero() {
		i.Expires = party.DateOf(i.Last.Last().Time().AddDate(0, 0, days))
	}
	i.NotItself = len(i.Claims) > 0 && !slices.ContainsFunc(i.Claims, func(c claim.Claim) bool { return c.Scope != infra.Below })
	i.Below = i.Below || i.NotItself
	return i
}

// addClaim takes a claim into the item; the strongest comes first.
func (i *Item) addClaim(s *attribution.Sweep, c *claim.Claim) {
	if i.Source == "" {
		i.Source, i.Class, i.URL, i.Behind = c.Source.Name, c.Source.Class, c.Source.URL, s.Party(c.To.Party)
	}
	i.Claims = append(i.Claims, *c)
	i.Below = i.Below || i.Indicator.Type == infra.Domain && infra.ScopeFor(i.Indicator.Value, c.Scope) == infra.WithSubdomains
	if c.Role != "" && !slices.Contains(i.Roles, c.Role) {
		i.Roles = append(i.Roles, c.Role)
	}
	if !slices.Contains(i.Sources, c.Source.Name) {
		i.Sources = append(i.Sources, c.Source.Name)
	}
	w := c.Window
	if i.First.IsZero() || !w.First.IsZero() && w.First.Compare(i.First) < 0 {
		i.First = w.First
	}
	// Only what says when the actor was there dates an item: the end of a domain's
	// registration and a seizure do not.
	switch w.Kind {
	case claim.Validity:
		if w.Last.Compare(i.until) > 0 {
			i.until = w.Last
		}
	case claim.Observed, claim.Fuzzy, claim.Publication:
		if w.Last.Compare(i.Last) > 0 {
			i.Last = w.Last
		}
	}
}

// leaves says whether an item is left out, and why.
func (c *chooser) leaves(j *evidence.Judgement, i *Item) (Left, bool) {
	f := c.f
	if slices.ContainsFunc(i.Roles, isVictim) {
		return Victim, true
	}
	if !c.wants(j, i) {
		return Filtered, true
	}
	own, seized := j.Verdict == evidence.Own, j.Verdict == evidence.Seized // the day of a seizure is known
	_, ages := life(i.Indicator, i.Roles)
	for _, r := range []struct {
		is  bool
		why Left
	}{
		{i.Listed == nil, Unlisted},
		{seized, Seized},
		{i.Shared != "", Shared},
		{!own && !seized && ages && i.Last.IsZero() && i.until.IsZero(), Undated},
		{!own && f.isExpired(i, ages), Expired},
	} {
		if r.is && !f.Also[r.why] {
			return r.why, true
		}
	}
	return "", false
}

// isVictim says that a role is that of a device that somebody broke into: the
// bots of tier 1, and routers and cameras that serve as proxies.
func isVictim(role string) bool {
	return strings.Contains(role, "tier1") || strings.Contains(role, "victim") || strings.Contains(role, "bot-device")
}

func (f *Filter) isExpired(i *Item, ages bool) bool {
	switch {
	case !i.until.IsZero() && f.MaxAge == 0:
		return i.until.Last().Compare(f.Day) < 0
	case i.Last.IsZero() || !ages:
		return false
	case f.MaxAge > 0:
		return f.Day.Time().Sub(i.Last.Last().Time()).Hours() > float64(f.MaxAge)*24
	}
	return i.Expires.Compare(f.Day) < 0
}

// wants says that an item is of the kind that the filter asks for.
func (c *chooser) wants(j *evidence.Judgement, i *Item) bool {
	f := c.f
	if f.Class != claim.Ungraded && i.Class.Weaker(f.Class) {
		return false
	}
	if len(f.Types) > 0 && !slices.Contains(f.Types, i.Indicator.Type) {
		return false
	}
	if len(f.Roles) > 0 && !slices.ContainsFunc(i.Roles, func(r string) bool {
		return slices.ContainsFunc(f.Roles, func(w string) bool { return strings.Contains(r, w) })
	}) {
		return false
	}
	return len(f.Parties) == 0 || c.leads(j.Seen) || c.leadsTo(j)
}

// isWanted says that a party is one that the filter asks for.
func (f *Filter) isWanted(r party.Ref) bool {
	return slices.ContainsFunc(f.Parties, func(p party.Ref) bool { return r == p || f.Same != nil && f.Same(r, p) })
}

// leadsTo says that a claim or the strongest chain names a party that is asked
// for.
func (c *chooser) leadsTo(j *evidence.Judgement) bool {
	for i := range j.Claims {
		if c.f.isWanted(j.Claims[i].To.Party) {
			return true
		}
	}
	for i := range j.Trace.Chains {
		for k := range j.Trace.Chains[i].Steps {
			if t := j.Trace.Chains[i].Steps[k].To; t.IsParty() && c.f.isWanted(t.Party) {
				return true
			}
		}
	}
	return false
}
