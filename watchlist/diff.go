// SPDX-License-Identifier: Apache-2.0

package watchlist

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/interdict-dev/interdict/party"
)

// A Delta is what changed from one edition to another, in the order of Refs.
type Delta struct {
	Added   []Brief  `json:"added"`
	Removed []Brief  `json:"removed"`
	Changed []Change `json:"changed"`
	// Unread are entries of the old edition that the new one has, but that could
	// not be read in it: nobody knows what changed.
	Unread    []Brief `json:"unread,omitempty"`
	Unchanged int     `json:"unchanged"`

	OldRejects int `json:"old_rejects"`
	NewRejects int `json:"new_rejects"`
	// Repeated names entries that an edition has twice; the last one counts.
	Repeated []party.Ref `json:"repeated,omitempty"`
}

// A Brief is an entry in one line.
type Brief struct {
	Ref      party.Ref  `json:"ref"`
	Kind     party.Kind `json:"kind"`
	Name     string     `json:"name"`
	Programs []string   `json:"programs,omitempty"`
}

// A Change is an entry whose details differ.
type Change struct {
	Brief                // as it is now
	Fields []FieldChange `json:"fields"`
}

// A FieldChange is one difference of one detail, in words.
type FieldChange struct {
	Field string `json:"field"` // "names", "listing us-ofac-sdn"
	Op    Op     `json:"op"`
	Old   string `json:"old,omitempty"`
	New   string `json:"new,omitempty"`
}

// An Op says how a detail differs.
type Op string

// The ways in which a detail differs.
const (
	OpAdded     Op = "added"
	OpRemoved   Op = "removed"
	OpChanged   Op = "changed"   // of a detail that an entry has once
	OpReordered Op = "reordered" // the same values in another order
)

// String returns the difference as people read it: `names: + "X" (weak alias)`.
func (c FieldChange) String() string {
	switch c.Op {
	case OpAdded:
		return c.Field + ": + " + c.New
	case OpRemoved:
		return c.Field + ": - " + c.Old
	case OpReordered:
		return c.Field + ": in another order"
	}
	return c.Field + ": " + orNothing(c.Old) + " → " + orNothing(c.New)
}

func orNothing(s string) string {
	if s == "" {
		return "(nothing)"
	}
	return s
}

// Diff compares the entries of two editions. Both are read at the same time,
// each in a goroutine of its own. An error that is no [*Reject] ends it.
func Diff(old, new iter.Seq2[party.Entry, error]) (Delta, error) {
	var was, is side
	var wg sync.WaitGroup
	wg.Go(func() { was.read(old) })
	is.read(new)
	wg.Wait()
	if err := errors.Join(was.err, is.err); err != nil {
		return Delta{}, fmt.Errorf("compare editions: %w", err)
	}
	return compareSides(&was, &is)
}

// A side is one edition, encoded: that takes a tenth of the memory of the
// entries, and equal bytes are equal entries.
type side struct {
	entries  map[party.Ref][]byte
	repeated []party.Ref
	unread   map[string]bool // by the publisher's identifier
	rejects  int
	err      error
}

func (s *side) read(entries iter.Seq2[party.Entry, error]) {
	s.entries = map[party.Ref][]byte{}
	s.unread = map[string]bool{}
	for e, err := range entries {
		var reject *Reject
		switch {
		case errors.As(err, &reject):
			s.rejects++
			s.unread[reject.ID] = true
		case err != nil:
			s.err = err
			return
		default:
			if s.entries[e.Ref] != nil {
				s.repeated = append(s.repeated, e.Ref)
			}
			s.entries[e.Ref] = party.Append(nil, &e)
		}
	}
}

func compareSides(was, is *side) (Delta, error) {
	d := Delta{Added: []Brief{}, Removed: []Brief{}, Changed: []Change{}, OldRejects: was.rejects, NewRejects: is.rejects, Repeated: append(was.repeated, is.repeated...)}
	refs := slices.Collect(maps.Keys(is.entries))
	for r := range was.entries {
		if is.entries[r] == nil {
			refs = append(refs, r)
		}
	}
	slices.SortFunc(refs, party.Ref.Compare)
	slices.SortFunc(d.Repeated, party.Ref.Compare)
	for _, r := range refs {
		if err := d.compare(was.entries[r], is.entries[r], is.unread[r.ID]); err != nil {
			return Delta{}, err
		}
	}
	return d, nil
}

// compare files one entry, of which one side may be missing.
func (d *Delta) compare(was, is []byte, unread bool) error {
	if bytes.Equal(was, is) {
		d.Unchanged++
		return nil
	}
	var o, n party.Entry
	var err error
	if was != nil {
		if o, err = party.Decode(was); err != nil {
			return err
		}
	}
	if is != nil {
		if n, err = party.Decode(is); err != nil {
			return err
		}
	}
	switch {
	case was == nil:
		d.Added = append(d.Added, briefOf(&n))
	case is == nil && unread:
		d.Unread = append(d.Unread, briefOf(&o))
	case is == nil:
		d.Removed = append(d.Removed, briefOf(&o))
	default:
		d.Changed = append(d.Changed, Change{briefOf(&n), Changes(&o, &n)})
	}
	return nil
}

func briefOf(e *party.Entry) Brief {
	b := Brief{Ref: e.Ref, Kind: e.Kind, Name: e.Name()}
	for _, l := range e.Listings {
		for _, p := range l.Programs {
			if !slices.Contains(b.Programs, p) {
				b.Programs = append(b.Programs, p)
			}
		}
	}
	return b
}

// Changes returns how two versions of one entry differ, field by field. It is
// empty exactly when their encodings are equal.
func Changes(old, new *party.Entry) []FieldChange {
	was, is := details(old), details(new)
	var out []FieldChange
	for _, f := range fieldOrder(was, is) {
		out = append(out, changesOf(f, was.of(f), is.of(f))...)
	}
	if len(out) == 0 && party.Digest(old) != party.Digest(new) {
		out = append(out, FieldChange{Field: "other details", Op: OpChanged, Old: "(as before)", New: "(not shown)"})
	}
	return out
}

// fieldOrder returns the fields of both sides, those of the old first where
// they stand, each once.
func fieldOrder(was, is detailList) []string {
	var out []string
	seen := map[string]bool{}
	for _, f := range slices.Concat(was, is) {
		if !seen[f.field] {
			seen[f.field] = true
			out = append(out, f.field)
		}
	}
	slices.SortStableFunc(out, func(a, b string) int { return rank(a) - rank(b) })
	return out
}

// rank puts first what matters most to a reader of changes.
func rank(field string) int {
	for i, p := range []string{"kind", "primary name", "names", "listing", "relations", "identifiers"} {
		if strings.HasPrefix(field, p) {
			return i
		}
	}
	return 6
}

func changesOf(field string, was, is []string) []FieldChange {
	if slices.Equal(was, is) {
		return nil
	}
	gone, come := minus(was, is), minus(is, was)
	if len(gone) == 0 && len(come) == 0 {
		return []FieldChange{{Field: field, Op: OpReordered}}
	}
	if isSingle(field) && len(gone) <= 1 && len(come) <= 1 {
		return []FieldChange{{Field: field, Op: OpChanged, Old: strings.Join(gone, ""), New: strings.Join(come, "")}}
	}
	var out []FieldChange
	for _, g := range gone {
		out = append(out, FieldChange{Field: field, Op: OpRemoved, Old: g})
	}
	for _, c := range come {
		out = append(out, FieldChange{Field: field, Op: OpAdded, New: c})
	}
	return out
}

// minus returns what of a is not in b, counting how often.
func minus(a, b []string) []string {
	n := map[string]int{}
	for _, s := range b {
		n[s]++
	}
	var out []string
	for _, s := range a {
		if n[s]--; n[s] < 0 {
			out = append(out, s)
		}
	}
	return out
}

// A detail is one thing that an entry says, in words.
type detail struct{ field, text string }

type detailList []detail

func (l detailList) of(field string) []string {
	var out []string
	for _, d := range l {
		if d.field == field {
			out = append(out, d.text)
		}
	}
	return out
}

func (l *detailList) add(field, text string) { *l = append(*l, detail{field, text}) }

// quoted adds each text that is not empty.
func (l *detailList) quoted(field string, texts ...string) {
	for _, t := range texts {
		if t != "" {
			l.add(field, fmt.Sprintf("%q", t))
		}
	}
}

// isSingle says that an entry, or one of its listings, has the detail at most
// once, so that a difference is one value in place of another.
func isSingle(field string) bool {
	switch field {
	case "kind", "primary name", "gender", "legal form", "remarks":
		return true
	}
	if strings.HasPrefix(field, "craft ") {
		return field != "craft former flags"
	}
	_, last, ok := strings.Cut(field, ", ")
	return ok && strings.HasPrefix(field, "listing ") && last != "event"
}

// details says everything that an entry says, but its Ref.
func details(e *party.Entry) detailList {
	var l detailList
	if e.Kind != party.Unknown {
		l.add("kind", e.Kind.String())
	}
	for i := range e.Names {
		if i == 0 {
			l.add("primary name", nameText(&e.Names[i]))
		} else {
			l.add("names", nameText(&e.Names[i]))
		}
	}
	for i := range e.Listings {
		l.listing(&e.Listings[i])
	}
	for i := range e.Relations {
		l.add("relations", relationText(&e.Relations[i]))
	}
	for i := range e.Identifiers {
		l.add("identifiers", identifierText(&e.Identifiers[i]))
	}
	l.spans("births", e.Births)
	l.spans("deaths", e.Deaths)
	l.quoted("birth places", e.BirthPlaces...)
	l.quoted("gender", e.Gender)
	l.quoted("nationalities", e.Nationalities...)
	l.quoted("citizenships", e.Citizenships...)
	l.quoted("countries", e.Countries...)
	l.quoted("titles", e.Titles...)
	l.spans("founded", e.Founded)
	l.quoted("legal form", e.LegalForm)
	for _, a := range e.Addresses {
		l.add("addresses", addressText(a))
	}
	l.quoted("websites", e.Websites...)
	l.quoted("emails", e.Emails...)
	l.quoted("phones", e.Phones...)
	if e.Craft != nil {
		l.craft(e.Craft)
	}
	l.quoted("remarks", e.Remarks)
	for _, p := range e.Properties {
		l.add("properties", fmt.Sprintf("%q: %q", p.Name, p.Value))
	}
	return l
}

func (l *detailList) listing(s *party.Listing) {
	name := "listing " + string(s.List)
	l.add("listings", strings.TrimSpace(string(s.List)+" "+inBrackets(labelled("authority", s.Authority))))
	for _, p := range s.Programs {
		l.add(name, fmt.Sprintf("program %q", p))
	}
	for _, b := range s.LegalBasis {
		l.add(name, fmt.Sprintf("legal basis %q", b))
	}
	for _, m := range s.Measures {
		l.add(name, fmt.Sprintf("measure %q", m))
	}
	if !s.Listed.IsZero() {
		l.add(name+", listed", dateText(s.Listed))
	}
	if !s.Delisted.IsZero() {
		l.add(name+", delisted", dateText(s.Delisted))
	}
	for _, v := range s.Events {
		l.add(name+", event", fmt.Sprintf("%q %s%s", v.Type, dateText(v.Date), inBrackets(labelled("legal basis", v.LegalBasis), labelled("comment", v.Comment))))
	}
	l.quoted(name+", reason", s.Reason)
	l.quoted(name+", address", s.URL)
}

func (l *detailList) spans(field string, spans []party.Span) {
	for _, s := range spans {
		l.add(field, spanText(s))
	}
}

func (l *detailList) craft(c *party.Craft) {
	l.add("craft", "particulars")
	l.quoted("craft type", c.Type)
	l.quoted("craft flag", c.Flag)
	l.quoted("craft former flags", c.FormerFlags...)
	l.quoted("craft call sign", c.CallSign)
	l.quoted("craft tonnage", c.Tonnage)
	l.quoted("craft gross tonnage", c.GrossTonnage)
	l.quoted("craft owner", c.Owner)
	l.quoted("craft model", c.Model)
	l.quoted("craft operator", c.Operator)
	if c.Built != (party.Span{}) {
		l.add("craft built", spanText(c.Built))
	}
}

// nameText describes a name: "X" (weak alias, Cyrillic, family "A", given "B").
// The part that is the whole name again is left out.
func nameText(n *party.Name) string {
	kind := n.Kind.String()
	if n.Weak {
		kind = "weak " + kind
	}
	notes := []string{kind, n.Script, n.Lang}
	if len(n.Parts) != 1 || n.Parts[0] != (party.NamePart{Type: party.PartWhole, Value: n.Full}) {
		for _, p := range n.Parts {
			notes = append(notes, strings.TrimSpace(fmt.Sprintf("%s %q", p.Type, p.Value)))
		}
	}
	return fmt.Sprintf("%q%s", n.Full, inBrackets(notes...))
}

func relationText(r *party.Relation) string {
	to := r.To.String()
	if r.ToName != "" {
		to = strings.TrimSpace(to + fmt.Sprintf(" %q", r.ToName))
	}
	notes := []string{labelled("printed as", r.Label)}
	if r.Inverse {
		notes = append(notes, "printed from the other end")
	}
	if r.Former {
		notes = append(notes, "former")
	}
	for _, d := range []struct {
		word string
		date party.Date
	}{{"from ", r.From}, {"until ", r.Until}} {
		if !d.date.IsZero() {
			notes = append(notes, d.word+dateText(d.date))
		}
	}
	notes = append(notes, labelled("quality", r.Quality), labelled("note", r.Note))
	return r.Kind.String() + " " + to + inBrackets(notes...)
}

func identifierText(i *party.Identifier) string {
	notes := []string{labelled("country", i.Country), labelled("printed as", i.Label)}
	if i.Normal != i.Value {
		notes = append(notes, labelled("read as", i.Normal))
	}
	switch i.Check {
	case party.Unchecked:
	case party.Valid:
		notes = append(notes, "check digits right")
	case party.Bad:
		notes = append(notes, "check digits wrong")
	default:
		notes = append(notes, fmt.Sprintf("check %d", i.Check))
	}
	for _, d := range []struct {
		word string
		date party.Date
	}{{"issued ", i.Issued}, {"expires ", i.Expires}} {
		if !d.date.IsZero() {
			notes = append(notes, d.word+dateText(d.date))
		}
	}
	notes = append(notes, labelled("note", i.Note))
	return fmt.Sprintf("%s %q%s", i.Scheme, i.Value, inBrackets(notes...))
}

func addressText(a party.Address) string {
	var parts []string
	for _, p := range []struct{ name, value string }{{"", a.Full}, {"street", a.Street}, {"city", a.City}, {"region", a.Region}, {"postal code", a.Postal}, {"country", a.Country}} {
		if p.value != "" {
			parts = append(parts, strings.TrimSpace(fmt.Sprintf("%s %q", p.name, p.value)))
		}
	}
	if parts == nil {
		return "(empty)"
	}
	return strings.Join(parts, ", ")
}

func spanText(s party.Span) string {
	t := dateText(s.From)
	if s.To != s.From {
		t += " to " + dateText(s.To)
	}
	if s.Circa {
		t = "circa " + t
	}
	return t + inBrackets(labelled("printed as", s.Text))
}

// dateText is the date as [party.Date.String] gives it, and what that cannot
// say, a day without a year, in full.
func dateText(d party.Date) string {
	if s := d.String(); s != "" {
		if p, err := party.ParseDate(s); err == nil && p == d {
			return s
		}
	}
	if d.IsZero() {
		return "(no date)"
	}
	return fmt.Sprintf("year %d, month %d, day %d", d.Year, d.Month, d.Day)
}

// labelled returns `label "text"`, and "" for no text.
func labelled(label, text string) string {
	if text == "" {
		return ""
	}
	return fmt.Sprintf("%s %q", label, text)
}

// inBrackets returns " (a, b)" for the notes that are not empty, or "".
func inBrackets(notes ...string) string {
	notes = slices.DeleteFunc(slices.Clone(notes), func(s string) bool { return s == "" })
	if len(notes) == 0 {
		return ""
	}
	return " (" + strings.Join(notes, ", ") + ")"
}

// Summary counts what changed, in one line.
func (d *Delta) Summary() string {
	s := fmt.Sprintf("%d added, %d removed, %d changed, %d unchanged", len(d.Added), len(d.Removed), len(d.Changed), d.Unchanged)
	if len(d.Unread) > 0 {
		s += fmt.Sprintf(", %d not readable in the new edition", len(d.Unread))
	}
	if d.OldRejects > 0 || d.NewRejects > 0 {
		s += fmt.Sprintf("; rejects: %d before, %d now", d.OldRejects, d.NewRejects)
	}
	return s
}

// maxText is how many characters of one value WriteText prints. The data has
// it all.
const maxText = 400

// WriteText prints the delta for people.
func (d *Delta) WriteText(w io.Writer) error {
	var b bytes.Buffer
	fmt.Fprintln(&b, d.Summary())
	for _, s := range []struct {
		title   string
		entries []Brief
	}{{"added", d.Added}, {"removed", d.Removed}, {"not readable in the new edition", d.Unread}} {
		if len(s.entries) > 0 {
			fmt.Fprintf(&b, "\n%s\n", s.title)
		}
		for _, e := range s.entries {
			fmt.Fprintf(&b, "  %s\n", e)
		}
	}
	if len(d.Changed) > 0 {
		fmt.Fprint(&b, "\nchanged\n")
	}
	for _, c := range d.Changed {
		fmt.Fprintf(&b, "  %s\n", c.Brief)
		for _, f := range c.Fields {
			f.Old, f.New = shorten(f.Old), shorten(f.New)
			fmt.Fprintf(&b, "    %s\n", f)
		}
	}
	for _, r := range d.Repeated {
		fmt.Fprintf(&b, "\n%s stands twice in one edition; the last one was compared\n", r)
	}
	_, err := w.Write(b.Bytes())
	return err
}

// String returns the entry in one line.
func (b Brief) String() string {
	s := b.Ref.String()
	if k := b.Kind.String(); k != "" {
		s += "  " + k
	}
	s += "  " + b.Name
	if len(b.Programs) > 0 {
		s += "  [" + strings.Join(b.Programs, ", ") + "]"
	}
	return s
}

func shorten(s string) string {
	n := utf8.RuneCountInString(s)
	if n <= maxText {
		return s
	}
	return fmt.Sprintf("%s… (%d characters more)", string([]rune(s)[:maxText]), n-maxText)
}
