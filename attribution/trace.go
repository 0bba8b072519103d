// SPDX-License-Identifier: Apache-2.0

package attribution

import (
	"fmt"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/evidence"
	"github.com/interdict-dev/interdict/infra"
	"github.com/interdict-dev/interdict/party"
)

// A Trace is every chain from one thing to a listed party, and what speaks for
// and against them.
type Trace struct {
	Asked    claim.Thing `json:"asked"`
	Name     string      `json:"name"`
	At       party.Date  `json:"at,omitzero"`
	Says     string      `json:"says"`
	Grade    string      `json:"grade,omitempty"`
	Listings []Standing  `json:"listings,omitempty"` // of the thing itself, when it is a party
	// Host is the judgement of the indicator itself; nil for a party.
	Host      *Answer `json:"host,omitempty"`
	Chains    []Chain `json:"chains"`
	Truncated bool    `json:"truncated,omitempty"`
	// Origins are the independent ones that all chains together rest on.
	Origins []string `json:"independent_origins,omitempty"`
	// Corroborated are steps that two independent origins state; Single those that
	// rest on one. Contradicted are points in which sources differ.
	Corroborated []string `json:"corroborated,omitempty"`
	Single       []string `json:"single_origin,omitempty"`
	Contradicted []string `json:"contradicted,omitempty"`
	// Corrected are statements that later ones of their source replace.
	Corrected []Statement `json:"corrected,omitempty"`
	// Unlisted are parties on the way that were on no list of the book on its day.
	Unlisted []Party `json:"not_listed,omitempty"`
	// Unknown says what these answers do not know.
	Unknown []string `json:"not_known"`
}

// Trace finds every simple chain within the bound from a thing to a listed
// party, the strongest first, judged at a moment; the zero moment asks about no
// day in particular.
func (v *View) Trace(from claim.Thing, at party.Date, bound evidence.Bound) Trace {
	found := v.Graph.Trace(from, at, bound)
	t := Trace{Asked: from, Name: v.Name(from), At: at, Chains: v.chains(found.Chains, at), Truncated: found.Truncated}
	if from.IsParty() {
		t.Listings = v.Standings(from.Party, at)
	} else {
		a := v.Ask(Query{Text: from.Indicator.Value, Seen: from.Indicator, At: at})
		a.Chains = nil // they are the trace's own
		t.Host, t.Grade, t.Contradicted = &a, a.Grade, a.Differences
	}
	t.weigh(v)
	t.sayWhatIsCorrected(v)
	t.Says = v.sayTrace(&t)
	t.Unknown = v.unknown(&t)
	return t
}

// weigh puts what corroborates and what contradicts side by side, once for each
// step however many chains lead over it.
func (t *Trace) weigh(v *View) {
	seen := map[[2]claim.Thing]bool{}
	var all []claim.Claim
	for i := range t.Chains {
		for k := range t.Chains[i].Steps {
			s := &t.Chains[i].Steps[k]
			if pair := [2]claim.Thing{s.From, s.To}; seen[pair] {
				continue
			} else {
				seen[pair] = true
			}
			all = append(all, t.weighStep(v, s)...)
		}
	}
	t.Origins = claim.Origins(all)
	slices.Sort(t.Origins)
	slices.SortFunc(t.Unlisted, func(a, b Party) int { return a.Ref.Compare(b.Ref) })
}

// weighStep says what the sources of a step are to one another, and returns their
// claims.
func (t *Trace) weighStep(v *View, s *Step) []claim.Claim {
	claims := make([]claim.Claim, len(s.Claims))
	for i := range s.Claims {
		claims[i] = *s.Claims[i].claim
	}
	origins := claim.Origins(claims)
	line := s.FromName + " -> " + s.ToName + ": "
	if len(origins) > 1 {
		t.Corroborated = append(t.Corroborated, line+strings.Join(origins, " and "))
	} else {
		t.Single = append(t.Single, fmt.Sprintf("%s%s (%d claims)", line, strings.Join(origins, ""), len(s.Claims)))
	}
	for _, d := range s.Differences {
		if t.Host == nil || !slices.Contains(t.Host.Differences, d) {
			t.Contradicted = append(t.Contradicted, line+d)
		}
	}
	for _, end := range [...]claim.Thing{s.From, s.To} {
		if end.IsParty() && !v.IsListed(end.Party) && !slices.ContainsFunc(t.Unlisted, func(p Party) bool { return p.Ref == end.Party }) {
			t.Unlisted = append(t.Unlisted, v.Party(end.Party))
		}
	}
	return claims
}

// sayWhatIsCorrected shows statements about the things of the chains that their
// source has replaced: they take no part, and are not hidden.
func (t *Trace) sayWhatIsCorrected(v *View) {
	ends := map[claim.Thing]bool{t.Asked: true}
	for i := range t.Chains {
		for k := range t.Chains[i].Steps {
			ends[t.Chains[i].Steps[k].From] = true
		}
	}
	var old []claim.Claim
	for _, c := range v.Graph.Superseded() {
		if ends[c.From] {
			old = append(old, c)
		}
	}
	t.Corrected = v.statements(old, nil)
}

// sayTrace says the answer in one sentence of legal words.
func (v *View) sayTrace(t *Trace) string {
	listed := slices.ContainsFunc(t.Listings, func(s Standing) bool { return s.Stands })
	switch {
	case listed:
		return "the party itself is listed"
	case t.Host != nil && t.Host.Verdict == evidence.Own:
		return t.Host.Says
	case len(t.Chains) == 0 && t.Host != nil && len(t.Host.Claims) > 0:
		return "attributed; no chain of claims leads to a listed party"
	case len(t.Chains) == 0:
		return "no chain of claims leads to a listed party"
	case t.Chains[0].Beside:
		return "association alone: no chain says that a listed party stands behind it" + sayWho(t)
	case t.Host != nil && (t.Host.Verdict == evidence.WasAttributed || t.Host.Verdict == evidence.Seized):
		return t.Host.Verdict.String() + "; the chain leads to a listed party" + sayWho(t)
	}
	return "a chain of claims leads to a listed party" + sayWho(t)
}

func sayWho(t *Trace) string { return ": " + name(t.Chains[0].Party) }

func name(p Party) string {
	if p.Name == "" {
		return p.Ref.String()
	}
	return fmt.Sprintf("%s (%v)", p.Name, p.Ref)
}

// unknown says what the answer does not know. An answer without this part would
// read as if it knew everything.
func (v *View) unknown(t *Trace) []string {
	out := v.unknownPayee(t)
	if len(t.Chains) == 0 {
		out = append(out, "Absence of a chain is no proof of absence: the book holds what somebody published and you loaded, and nothing else.")
	}
	if t.Truncated {
		out = append(out, "More chains exist than were followed; --steps and --chains set the bound.")
	}
	if len(t.Chains) > 0 {
		c := &t.Chains[0]
		if w := c.Weakest; w >= 0 && c.Steps[w].Origins == 1 && c.Steps[w].Class != claim.Legal { // a list needs nobody to confirm it
			s := &c.Steps[w]
			out = append(out, fmt.Sprintf("The weakest step of the strongest chain rests on one origin (%s): nobody independent confirms it.", s.Claims[0].Origin))
		}
		if slices.ContainsFunc(c.Steps, func(s Step) bool { return s.Time == claim.TimeUnknown.String() }) {
			out = append(out, "For a step of the strongest chain no source says when it held, or the moment asked about lies where its dates are silent.")
		}
		if slices.ContainsFunc(c.Steps, func(s Step) bool { return s.Time == claim.Outside.String() }) {
			out = append(out, "A step of the strongest chain was seen at other times than the moment asked about.")
		}
	}
	if t.Host != nil && t.Host.Tenancy != "" {
		out = append(out, "The place is shared ("+t.Host.Tenancy+"): who of its tenants was behind a contact is not known.")
	}
	return append(out, "Ownership is not asked here: a party on the way may be owned by a listed one; `interdict own` answers that.")
}

// unknownPayee says what a wallet does not tell.
func (v *View) unknownPayee(t *Trace) []string {
	if t.Asked.Indicator.Type != infra.Wallet {
		return nil
	}
	var out []string
	if w := t.Asked.Indicator.Value; !checksOut(w) {
		out = append(out, "The check digits of "+w+" fit no chain that this program knows: it may be mistyped.")
	}
	if len(t.Host.Claims) == 0 {
		out = append(out,
			"No list in the book prints this wallet, and no claim ties it to a malware family, a group or a party.",
			"Most wallets of listed parties are never published; a new one is made for each victim. That this one is unknown clears nobody.")
	}
	return append(out,
		"Who controls the wallet today, where the money goes from it, and who else takes a share is not known from an address.",
		"Which family attacked you is yours to establish (note, sample, decryptor); then trace the family's name as well.",
		"Paying may be a dealing with a listed party under strict liability even where nobody could know; whether it is one, and whether a licence is needed, is for counsel and the authority.")
}

// chains are the currencies whose addresses package party checks.
var chains = [...]string{"xbt", "eth", "trx", "xmr", "ltc", "zec", "dash", "bch", "xrp", "btg", "xvg", "bnb", "sol"}

// checksOut says that a wallet is an address of some chain that is known.
func checksOut(wallet string) bool {
	return slices.ContainsFunc(chains[:], func(currency string) bool {
		return party.NewIdentifier(party.Wallet(currency), "", wallet).Check != party.Bad
	})
}
