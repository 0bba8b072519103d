// SPDX-License-Identifier: Apache-2.0

package ownership

import (
	"fmt"
	"io"
	"strings"

	"github.com/interdict-dev/interdict/party"
)

// Write prints the answer for people: the answer in a line, who holds the
// company, what would change it, what to look at, and the proof. name gives a
// party's name; nil prints references.
func (a *Answer) Write(w io.Writer, name func(party.Ref) string) error {
	if name == nil {
		name = party.Ref.String
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", a.title(name(a.Company)))
	for _, l := range a.Listed {
		fmt.Fprintf(&b, "  is listed itself: %v %s, since %s\n", l.Entry, strings.Join(l.Programs, " "), since(l.From))
	}
	if a.Status == Below || a.Status == Indeterminate || a.Status == NotOwned {
		fmt.Fprintf(&b, "  listed parties hold %s %%", a.Least)
		if a.Most.String() != a.Least.String() {
			fmt.Fprintf(&b, ", at most %s %%", a.Most)
		}
		if a.Unaccounted.Rat().Sign() > 0 {
			fmt.Fprintf(&b, "; %s %% unaccounted for", a.Unaccounted)
		}
		b.WriteString("\n")
	}
	for _, h := range a.Holders {
		var who []string
		for _, p := range h.Parties {
			who = append(who, name(p))
		}
		how := h.How.String()
		if how != "" {
			how = " (" + how + ")"
		}
		fmt.Fprintf(&b, "  holder: %s%s, %s, %s\n", strings.Join(who, " and "), how, h.Share, strings.ReplaceAll(h.Role.String(), "-", " "))
	}
	if a.Flip != nil && a.Flip.Text != "" {
		fmt.Fprintf(&b, "  %s\n", a.Flip.Text)
	}
	for _, f := range a.Review {
		fmt.Fprintf(&b, "  review: %s\n", f.Text)
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return err
	}
	if a.Proof == nil {
		return nil
	}
	return a.Proof.Write(w, name)
}
