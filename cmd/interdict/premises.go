// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/interdict-dev/interdict/screening"
)

// printPremises prints an address that the subject shares with listed parties.
func printPremises(w io.Writer, p *screening.Premises) error {
	var b strings.Builder
	weak := ""
	if p.Weak {
		weak = ", in other units"
	}
	fmt.Fprintf(&b, "  CO-LOCATED with %s%s  %s\n    Address  %s\n", countOf(p.Shared, "listed party", "listed parties"), weak, p.Ref, p.Address)
	for _, n := range p.Parties {
		fmt.Fprintf(&b, "    There    %s  %s: %s", n.Name, n.Ref, n.Address)
		if len(n.Programs) > 0 {
			fmt.Fprintf(&b, "  [%s]", strings.Join(n.Programs, " "))
		}
		if !n.Listed.IsZero() {
			fmt.Fprintf(&b, ", listed %s", n.Listed)
		}
		b.WriteString("\n")
	}
	if more := p.Shared - len(p.Parties); more > 0 {
		fmt.Fprintf(&b, "             and %d more\n", more)
	}
	if note := p.Note(); note != "" {
		fmt.Fprintf(&b, "    %s.\n", note)
	}
	b.WriteString("    An address is a red flag, no match of a listed party: a person looks at who is behind both.\n\n")
	_, err := io.WriteString(w, b.String())
	return err
}

func countOf(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// premisesCells are the cells of an address behind those of its subject.
func premisesCells(p *screening.Premises) []string {
	var names, reasons []string
	for _, n := range p.Parties {
		names = append(names, fmt.Sprintf("%s (%s)", n.Name, n.Ref))
		reasons = append(reasons, fmt.Sprintf("%s: %s", n.Ref, n.Address))
	}
	if more := p.Shared - len(p.Parties); more > 0 {
		names = append(names, fmt.Sprintf("and %d more", more))
	}
	reasons = append([]string{p.Address + ", co-located with " + countOf(p.Shared, "listed party", "listed parties")}, reasons...)
	return []string{"", "", p.Ref.String(), strings.Join(names, "; "), "", fmt.Sprint(p.Weak), "", "", "", "", "", strings.Join(reasons, "; "), ""}
}
