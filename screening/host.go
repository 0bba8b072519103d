// SPDX-License-Identifier: Apache-2.0

package screening

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/infra"
	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/law"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/subject"
)

// A Met is a listed party to which claims lead from a machine.
type Met struct {
	Party party.Ref
	// Grade is [Contact] or [Suspected]; "" where control had ended or every window
	// lies elsewhere, which is counted and no finding.
	Grade Grade
	// Says is the answer as a sentence of legal words.
	Says string
	// Value says that money or a service may have moved: a wallet.
	Value bool
	// Reasons are the claims and the chain, without weight.
	Reasons []Reason
}

// hosts adds the findings of grade contact and suspected: what claims say of the
// machines that a subject names, at the time at which they were met.
func (s *Screener) hosts(a *Answer, sub *subject.Subject) error {
	at := sub.At
	if at.IsZero() {
		at = s.policy.FactsAsOf
	}
	for _, x := range s.extra {
		if x.Hosts == nil {
			continue
		}
		var asked []infra.Indicator
		for _, i := range hostsOf(sub) {
			if slices.Contains(asked, i) {
				continue
			}
			asked = append(asked, i)
			all, err := x.Hosts(i, at)
			if err != nil {
				return err
			}
			for _, m := range all {
				if err := s.met(a, sub, i, &m); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// RecordOf returns the digest of all that is known of a subject, which a decision
// about a false hit names.
func RecordOf(sub *subject.Subject) string {
	d := digest(&sub.Party)
	if sub.Host.IsZero() {
		return d
	}
	sum := sha256.Sum256([]byte(d + "\x00" + sub.Host.String()))
	return "sha256:" + hex.EncodeToString(sum[:])
}

// hostsOf returns the machines that a subject names.
func hostsOf(sub *subject.Subject) []infra.Indicator {
	var out []infra.Indicator
	if !sub.Host.IsZero() {
		out = append(out, sub.Host)
	}
	if sub.Bare || len(sub.Party.Names) == 1 && hasFormOfHost(sub.Party.Name()) {
		if i, err := infra.Parse(sub.Party.Name()); err == nil {
			out = append(out, i)
		}
	}
	for _, w := range slices.Concat(sub.Party.Websites, sub.Party.Emails) {
		if i, err := infra.Parse(w); err == nil { // what is none is no machine, and no party either
			out = append(out, i)
		}
	}
	for _, id := range sub.Party.Identifiers {
		_, isWallet := id.Scheme.Currency()
		i, err := infra.ParseAs(infra.Wallet, id.Value)
		if id.Scheme == party.Number { // nobody said what it is: only what has the shape of one
			i, err = infra.Parse(id.Value)
			isWallet = i.Type == infra.Wallet
		}
		if isWallet && err == nil {
			out = append(out, i)
		}
	}
	return out
}

// hasFormOfHost says that a name may be a host: a list of names may hold some.
func hasFormOfHost(name string) bool {
	return strings.ContainsAny(name, ".:") && !strings.ContainsAny(name, " \t")
}

// met adds the finding about one party, unless the subject is found to be that
// party already, or the policy does not ask about any list of it.
func (s *Screener) met(a *Answer, sub *subject.Subject, seen infra.Indicator, m *Met) error {
	id, err := s.book.Identity(m.Party)
	if err != nil {
		return err
	}
	f := Finding{Ref: m.Party, Matched: seen.String(), Grade: m.Grade, Says: m.Says + sayValue(sub, m), Reasons: m.Reasons, Effects: []Effect{}}
	if m.Grade == "" {
		a.PastContacts++
		return nil
	}
	standing := false
	for _, r := range id.Refs {
		if slices.ContainsFunc(a.Findings, func(g Finding) bool { return g.Ref == r && (g.Grade == Listed || g.Matched == f.Matched) }) {
			return nil
		}
		ok, err := s.addEntry(&f, r)
		if err != nil {
			return err
		}
		standing = standing || ok
		if r != m.Party {
			f.Identity = append(f.Identity, r)
		}
	}
	if !standing {
		return nil
	}
	for _, r := range f.Reasons {
		f.Record += r.Kind + "\x00" + r.Left + "\x00" + r.Right + "\x00" + r.Note + "\x00"
	}
	sum := sha256.Sum256([]byte(f.Record)) // when the claims change, a decision about them lapses
	f.Record = "sha256:" + hex.EncodeToString(sum[:])
	a.Findings = append(a.Findings, f)
	return nil
}

// addEntry adds what one entry of the party says, where the policy asks for its
// list and a listing stood.
func (s *Screener) addEntry(f *Finding, r party.Ref) (bool, error) {
	l, ok := s.book.List(r.List)
	if !ok || !slices.Contains(s.lists, l) {
		return false, nil
	}
	e, err := s.book.Entry(r)
	if errors.Is(err, errkind.NotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if f.Name == "" || r == f.Ref {
		f.Name, f.Kind, f.Remarks = e.Name(), e.Kind, e.Remarks
	}
	if !s.policy.keepStanding(&e) || len(e.Listings) == 0 {
		return false, nil
	}
	f.Record += digest(&e)
	f.addListings(&e)
	effects, err := s.effects(&e)
	if err != nil {
		return false, err
	}
	for _, effect := range effects {
		// Nothing is blocked by a contact: what the listing would bring to a dealing
		// is what has to be reviewed.
		effect.Note = strings.TrimPrefix(effect.Note+"; contact is no dealing: this listing would bring \""+string(effect.IfConfirmed)+"\" to one", "; ")
		effect.IfConfirmed, effect.Cascades = law.Review, false
		f.Effects = append(f.Effects, effect)
	}
	return true, nil
}

// sayValue adds that a dealing is possible, where the subject shows that money
// or a service may have moved.
func sayValue(sub *subject.Subject, m *Met) string {
	role := strings.ToLower(sub.Role)
	switch {
	case strings.HasPrefix(role, "service"):
		return "; a service there is used: possible dealing, for legal review"
	case role == "reference" || role == "download location":
		return "; something may be supplied from there: possible dealing, for legal review"
	case m.Value:
		return "; money may move: possible dealing, for legal review"
	case !sub.Dealing.IsZero():
		return "; something was provided or paid: possible dealing, for legal review"
	}
	return ""
}

// dealings dates the dealing of a subject against each effect, and sums up.
func (s *Screener) dealings(a *Answer, sub *subject.Subject) {
	d := sub.Dealing
	if d.IsZero() {
		return
	}
	for i := range a.Findings {
		f := &a.Findings[i]
		by := map[law.Timing][]string{}
		for k := range f.Effects {
			e := &f.Effects[k]
			e.Dealing, e.DealingWhy = e.Time(d.Served, d.Paid, d.Owed)
			if r := string(e.Regime); !slices.Contains(by[e.Dealing], r) {
				by[e.Dealing] = append(by[e.Dealing], r)
			}
		}
		f.Dealing = sayDealing(by)
	}
}

// sayDealing sums up how a dealing stands under all regimes.
func sayDealing(by map[law.Timing][]string) string {
	if len(by) == 1 && len(by[law.Before]) > 0 {
		return "before designation everywhere"
	}
	var parts []string
	for _, p := range []struct {
		t     law.Timing
		words string
	}{
		{law.Payable, "a payable in which a blocked person has an interest"}, {law.After, "after designation"},
		{law.Unsaid, "not known, since a date that decides is not said"}, {law.Before, "before designation: not yet"},
	} {
		if rs := by[p.t]; len(rs) > 0 {
			parts = append(parts, fmt.Sprintf("%s: %s", strings.Join(rs, ", "), p.words))
		}
	}
	return strings.Join(parts, "; ")
}
