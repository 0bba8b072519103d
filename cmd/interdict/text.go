// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/mattn/go-runewidth"

	"github.com/interdict-dev/interdict/cases"
	"github.com/interdict-dev/interdict/documents"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/screening"
)

// textOutput writes answers as a compliance officer can read them aloud.
type textOutput struct {
	w      io.Writer
	book   *opened
	single bool // names of the command line: say also that nothing was found
}

func (t *textOutput) row(r *answered) error {
	if r.Err != nil {
		f := failedRow(r)
		where := f.Subject.Pointer
		if where == "" {
			where = fmt.Sprintf("row %d", f.Subject.Row)
		}
		_, err := fmt.Fprintf(t.w, "NOT ANSWERED  %s: %s\n\n", where, f.Error)
		return err
	}
	a := &r.Answer
	if len(a.Findings)+len(a.Gone)+len(a.Places)+len(a.Premises) == 0 {
		if !t.single {
			return nil
		}
		_, err := fmt.Fprintf(t.w, "%s: nothing found%s\n\n", title(a.Subject), t.beside(a))
		return err
	}
	if _, err := fmt.Fprintf(t.w, "%s%s\n", title(a.Subject), t.beside(a)); err != nil {
		return err
	}
	for i := range a.Findings {
		if err := t.finding(&a.Findings[i], sayOFACLike(r.ofacLike, a.Findings[i].Ref)); err != nil {
			return err
		}
	}
	for i := range a.Gone {
		if err := t.gone(&a.Gone[i]); err != nil {
			return err
		}
	}
	for i := range a.Places {
		if err := printPlace(t.w, &a.Places[i]); err != nil {
			return err
		}
	}
	for i := range a.Premises {
		if err := printPremises(t.w, &a.Premises[i]); err != nil {
			return err
		}
	}
	return nil
}

// title names a subject: "Acme Ltd" (row 17, V-1017, vendors.csv#B17).
func title(d screening.Described) string {
	var at []string
	if d.Row > 0 {
		at = append(at, fmt.Sprintf("row %d", d.Row))
	}
	if d.ID != "" {
		at = append(at, d.ID)
	}
	if d.Pointer != "" {
		at = append(at, d.Pointer)
	}
	if d.Role != "" {
		at = append(at, d.Role)
	}
	s := fmt.Sprintf("%q", d.Name)
	if d.Name == "" {
		s = "the identifier"
	}
	if len(at) > 0 {
		s += " (" + strings.Join(at, ", ") + ")"
	}
	return s
}

// beside says what was counted and not shown.
func (t *textOutput) beside(a *screening.Answer) string {
	var notes []string
	for _, n := range []struct {
		n    int
		text string
	}{{a.WeakOnly, "resembled by a weak alias alone (--weak shows them)"}, {a.WeakPlaces, "perhaps in a place under an embargo (--places all shows them)"}, {a.WeakPremises, "at the house of listed parties, in other units (--premises all shows them)"}, {a.PastContacts, "machines attributed at other times, or seized (interdict host says which)"}, {a.Omitted, "beyond --limit"}, {a.Suppressed, "suppressed by an earlier decision"}} {
		if n.n > 0 {
			notes = append(notes, fmt.Sprintf("%d %s", n.n, n.text))
		}
	}
	if len(notes) == 0 {
		return ""
	}
	return "  [" + strings.Join(notes, "; ") + "]"
}

// gone prints an entry that its list no longer gives.
func (t *textOutput) gone(g *screening.Gone) error {
	var b strings.Builder
	fmt.Fprintf(&b, "  NO LONGER LISTED  match strength %s  %s\n    Who      %s\n    Why\n", g.Score, g.Ref, g.Name)
	printReasons(&b, g.Reasons, "      ")
	if len(g.Programs) > 0 {
		fmt.Fprintf(&b, "    Was      %s\n", strings.Join(g.Programs, ", "))
	}
	b.WriteString("    What was held or blocked because of it wants a person.\n\n")
	_, err := io.WriteString(t.w, b.String())
	return err
}

func (t *textOutput) finding(f *screening.Finding, ofacLike string) error {
	if f.Says != "" {
		return printContact(t.w, f)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "  %s  match strength %s  %s\n", strings.ToUpper(string(f.Grade)), f.Score, f.Ref)
	fmt.Fprintf(&b, "    Who      %s", f.Name)
	if f.Kind != 0 {
		fmt.Fprintf(&b, " (%s)", f.Kind)
	}
	b.WriteString("\n")
	if f.Matched != f.Name {
		weak := ""
		if f.Weak {
			weak = ", a weak alias"
		}
		fmt.Fprintf(&b, "    By name  %s%s\n", f.Matched, weak)
	}
	if ofacLike != "" {
		fmt.Fprintf(&b, "    OFAC     its own search would show about %s of 100; nothing is judged by that\n", ofacLike)
	}
	b.WriteString("    Why\n")
	printReasons(&b, f.Reasons, "      ")
	listed := f.Programs
	if !f.Listed.IsZero() {
		listed = append(slices.Clone(listed), "listed "+f.Listed.String())
	}
	if len(listed) > 0 {
		fmt.Fprintf(&b, "    List     %s\n", strings.Join(listed, ", "))
	}
	if f.Remarks != "" {
		fmt.Fprintf(&b, "    Remarks  %s\n", f.Remarks)
	}
	if len(f.Identity) > 0 {
		fmt.Fprintf(&b, "    Also     %s\n", joinRefs(f))
	}
	for i, e := range f.Effects {
		label := "         "
		if i == 0 {
			label = "If confirmed by a person"
		}
		fmt.Fprintf(&b, "    %-8s %s: %s", label, e.Regime, e.IfConfirmed)
		if e.Authority != "" {
			fmt.Fprintf(&b, ", %s", e.Authority)
		}
		if !e.Listed.IsZero() {
			fmt.Fprintf(&b, ", since %s", e.Listed)
		}
		b.WriteString("\n")
	}
	printDealing(&b, f)
	for i, x := range f.Flips {
		label := "    Would change"
		if i > 0 {
			label = "                "
		}
		fmt.Fprintf(&b, "%s %s: to %s\n", label, x.If, x.Score)
	}
	fmt.Fprintf(&b, "    An innocent name would score this high %s times per name screened.\n\n", sayRate(f.Innocent))
	_, err := io.WriteString(t.w, b.String())
	return err
}

func joinRefs(f *screening.Finding) string {
	var out []string
	for _, r := range f.Identity {
		out = append(out, r.String())
	}
	return strings.Join(out, ", ")
}

// printReasons prints reasons as two columns, the subject's words beside the
// list's, with the weight of each.
func printReasons(w io.Writer, reasons []screening.Reason, indent string) {
	width := 0
	for _, r := range reasons {
		width = max(width, min(runewidth.StringWidth(r.Left), 32))
	}
	for _, r := range reasons {
		left := runewidth.FillRight(runewidth.Truncate(r.Left, 32, "…"), width)
		sign := "="
		switch {
		case r.Left == "" && r.Right == "":
			sign = " "
		case r.Left == "" || r.Right == "":
			sign = "·"
		case r.Weight < 0:
			sign = "≠"
		case r.Kind != "name.same" && strings.HasPrefix(r.Kind, "name."):
			sign = "≈"
		}
		text := r.Right
		note := kindWords(r.Kind)
		if r.Note != "" {
			note += ", " + r.Note
		}
		fmt.Fprintf(w, "%s%+6.1f  %s %s %s  (%s)\n", indent, float64(r.Weight)/1000, left, sign, runewidth.FillRight(text, 24), note)
	}
}

// kindWords says the kind of a reason in words.
func kindWords(kind string) string {
	words := map[string]string{
		"name.same": "same word", "name.reading": "same in a reading", "name.variant": "spellings of one name", "name.spelling": "the same but for romanisation",
		"name.nickname": "nickname", "name.typo": "a typing error apart", "name.glued": "written together or apart", "name.initial": "initial", "name.acronym": "acronym",
		"name.extra": "not in the listed name", "name.missing": "not in the name asked for", "name.whole": "the names as wholes", "name.forgiven": "the name may differ",
		"identifier.same": "same number", "identifier.other": "another number", "domain.same": "same domain", "email.same": "same e-mail address", "phone.same": "same phone number",
		"birth.same": "same date of birth", "birth.near": "date of birth close", "birth.other": "another date of birth", "country.same": "a country in common", "country.other": "no country in common",
		"gender.same": "same gender", "gender.other": "another gender", "city.same": "same city", "address.premises": "same address", "address.street": "same street", "kind.other": "another kind of party",
		"ownership.owned": "not listed itself", "ownership.controlled": "not listed itself", "ownership.open": "not listed itself", "ownership.holds": "a stake",
		"place.name": "names the place", "place.city": "a town in it", "place.area": "an area partly in it", "place.people": "of the place", "place.country": "country",
		"place.postcode": "postcode", "place.phone": "dialling code", "place.domain": "domain",
		"host.own": "its own", "host.attributed": "attributed", "host.undated": "attributed, time unknown", "host.chain": "behind it", "host.origins": "sources",
		"host.differ": "sources differ", "host.shared": "a shared place", "host.noted": "a warning list",
		"list.added": "new on the list", "list.changed": "the entry changed", "list.removed": "taken off the list",
		"ownership.listed": "whose listing reaches what it owns", "ownership.suspected": "a signal, which proves nothing",
	}
	if w, ok := words[kind]; ok {
		return w
	}
	return kind
}

// sayReason says one reason on one line.
func sayReason(r screening.Reason) string {
	s := fmt.Sprintf("%+.1f %s", float64(r.Weight)/1000, kindWords(r.Kind))
	if r.Left != "" || r.Right != "" {
		s += fmt.Sprintf(" (%s | %s)", r.Left, r.Right)
	}
	return s
}

func (t *textOutput) close(s *tallied) error {
	if s == nil {
		return nil
	}
	return s.print(t.w, t.book)
}

// tallied counts what a screening answered.
type tallied struct {
	Rows       int `json:"rows"`
	Answered   int `json:"answered"`
	Failed     int `json:"failed"`
	WithFind   int `json:"with_findings"`
	Findings   int `json:"findings"`
	Gone       int `json:"gone,omitempty"`
	WithPlaces int `json:"with_places"`
	Places     int `json:"places"`
	WeakPlaces int `json:"weak_places"`
	// Premises counts addresses shared with listed parties, WeakPremises those that
	// the policy does not want said.
	Premises     int `json:"premises"`
	WeakPremises int `json:"weak_premises"`

	WeakOnly   int                 `json:"weak_only"`
	Omitted    int                 `json:"omitted"`
	Suppressed int                 `json:"suppressed"`
	Lapsed     int                 `json:"lapsed_decisions"`
	Past       int                 `json:"past_contacts"`
	Coverage   *documents.Coverage `json:"coverage,omitempty"`
	Incomplete string              `json:"incomplete,omitempty"`
}

func (t *tallied) count(r *screening.Row) {
	t.Rows++
	if r.Err != nil {
		t.Failed++
		return
	}
	t.Answered++
	t.Findings += len(r.Answer.Findings)
	t.Gone += len(r.Answer.Gone)
	t.WeakOnly += r.Answer.WeakOnly
	t.Omitted += r.Answer.Omitted
	t.Past += r.Answer.PastContacts
	t.Suppressed += r.Answer.Suppressed
	if len(r.Answer.Findings) > 0 {
		t.WithFind++
	}
	t.Places += len(r.Answer.Places)
	t.WeakPlaces += r.Answer.WeakPlaces
	t.Premises += len(r.Answer.Premises)
	t.WeakPremises += r.Answer.WeakPremises
	if len(r.Answer.Places) > 0 {
		t.WithPlaces++
	}
}

func (t *tallied) finish(o *opened, past *cases.Decisions) {
	if past != nil {
		t.Lapsed = past.Lapsed()
	}
	t.Incomplete = o.incomplete()
	if t.Failed > 0 {
		t.Incomplete = strings.TrimPrefix(fmt.Sprintf("%s; %d rows could not be read or answered", t.Incomplete, t.Failed), "; ")
	}
}

// exit is the exit code of the screening.
func (t *tallied) exit() int {
	code, found := exitClear, t.Findings+t.Gone+t.Places+t.Premises > 0
	if found {
		code = exitFindings
	}
	if t.Incomplete != "" {
		code = exitIncomplete
		if found {
			code = exitBoth
		}
	}
	return code
}

// print is the coverage statement after a screening.
func (t *tallied) print(w io.Writer, o *opened) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%d asked, %d answered, %d with findings (%d findings)", t.Rows, t.Answered, t.WithFind, t.Findings)
	for _, n := range []struct {
		n    int
		text string
	}{{t.Failed, "not read or answered"}, {t.Gone, "resembling entries that are no longer listed"}, {t.Places, "places under an embargo"}, {t.WeakPlaces, "perhaps such places"}, {t.Premises, "addresses shared with listed parties"}, {t.WeakPremises, "houses shared with them, in other units"}, {t.WeakOnly, "hits on weak aliases alone"}, {t.Suppressed, "suppressed by earlier decisions"}, {t.Lapsed, "earlier decisions lapsed"}, {t.Omitted, "findings beyond --limit"}, {t.Past, "machines attributed at other times, or seized: no findings"}} {
		if n.n > 0 {
			fmt.Fprintf(&b, ", %d %s", n.n, n.text)
		}
	}
	b.WriteString("\n")
	if c := t.Coverage; c != nil {
		printCoverage(&b, c)
	}
	fmt.Fprintf(&b, "book %s, program %s\n", o.Digest(), version)
	printLists(&b, o)
	if t.Incomplete != "" {
		fmt.Fprintf(&b, "INCOMPLETE: %s.\n", t.Incomplete)
	}
	b.WriteString("A finding is exposure with evidence, for a person to confirm; it is no legal advice.\n")
	_, err := io.WriteString(w, b.String())
	return err
}

func printCoverage(w io.Writer, c *documents.Coverage) {
	fmt.Fprintf(w, "file %s (%s): %d rows, %d parties, %d rows in error, %d that are no party\n", c.Name, c.Kind, c.Rows, c.Subjects, c.Errors, c.Skipped)
	var used []string
	for _, u := range c.Used {
		used = append(used, fmt.Sprintf("%s as %s", u.Header, u.Use))
	}
	fmt.Fprintf(w, "  columns used: %s\n", strings.Join(used, ", "))
	if len(c.Ignored) > 0 {
		fmt.Fprintf(w, "  columns not screened: %s\n", strings.Join(c.Ignored, ", "))
	}
	if len(c.OtherSheets) > 0 {
		fmt.Fprintf(w, "  sheets not screened: %s\n", strings.Join(c.OtherSheets, ", "))
	}
}

// printLists prints each list with its edition and age.
func printLists(w io.Writer, o *opened) {
	for _, l := range o.lists {
		if l.List == "intel" {
			continue
		}
		fmt.Fprintf(w, "  %-14s %7d entries, %s, %s old", l.List, l.Entries, sayPublished(l.Published), l.Age)
		if l.Held > 0 {
			fmt.Fprintf(w, ", %d entries of earlier editions held", l.Held)
		}
		if l.Incomplete != "" {
			fmt.Fprintf(w, "  (%s)", l.Incomplete)
		}
		fmt.Fprintln(w)
	}
	if len(o.without) > 0 {
		fmt.Fprintf(w, "  lists not screened: %s\n", strings.Trim(fmt.Sprint(o.without), "[]"))
	}
	for _, why := range []string{o.otherRules(), o.otherModel()} {
		if why != "" {
			fmt.Fprintf(w, "  %s\n", why)
		}
	}
	if o.sayBeside != nil {
		o.sayBeside(w)
	}
}

// sayPublished says when an edition was published.
func sayPublished(d party.Date) string {
	if d.IsZero() {
		return "undated"
	}
	return "published " + d.String()
}
