// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/screening"
)

// printPlace prints a territory under an embargo: what names it, and whose law
// forbids what since when.
func printPlace(w io.Writer, p *screening.Place) error {
	var b strings.Builder
	weak := ""
	if p.Weak {
		weak = ", perhaps"
	}
	fmt.Fprintf(&b, "  PLACE%s  %s  %s\n    Named by\n", weak, p.Name, p.Ref)
	for _, r := range p.Reasons {
		fmt.Fprintf(&b, "      %s  (%s)\n", r.Left, placeWords(r))
	}
	for i, x := range p.Bans {
		label := "        "
		if i == 0 {
			label = "Law     "
		}
		fmt.Fprintf(&b, "    %s %s: %s, %s, since %s%s\n", label, x.Regime, measureWords(x.Measure), x.Authority, x.Since, until(x))
		if len(x.Licences) > 0 {
			fmt.Fprintf(&b, "             licences to read: %s\n", strings.Join(x.Licences, ", "))
		}
	}
	b.WriteString("    A place is a red flag, no match of a listed party: a person looks at what the dealing has to do with it.\n\n")
	_, err := io.WriteString(w, b.String())
	return err
}

func placeWords(r screening.Reason) string {
	if r.Note == "" {
		return kindWords(r.Kind)
	}
	return kindWords(r.Kind) + ": " + r.Note
}

// measureWords says a measure of package places in words.
func measureWords(measure string) string {
	if measure == "embargo" {
		return "embargo on nearly all trade and services"
	}
	return "the dealings that the authority names"
}

func until(b screening.PlaceBan) string {
	said := ""
	if b.Until != (party.Date{}) {
		said = " until " + b.Until.String()
	}
	if b.Unsure {
		said += " (not read in the source: confirm)"
	}
	return said
}

// placeCells are the cells of a place behind those of its subject.
func placeCells(p *screening.Place) []string {
	var bans, reasons []string
	for _, x := range p.Bans {
		bans = append(bans, fmt.Sprintf("%s: %s (%s)", x.Regime, x.Measure, x.Authority))
	}
	for _, r := range p.Reasons {
		reasons = append(reasons, fmt.Sprintf("%s (%s)", r.Left, placeWords(r)))
	}
	return []string{"", "", p.Ref.String(), p.Name, "", fmt.Sprint(p.Weak), "", "", "", strings.Join(bans, "; "), "", strings.Join(reasons, "; "), ""}
}
