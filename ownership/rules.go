// SPDX-License-Identifier: Apache-2.0

package ownership

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/law"
	"github.com/interdict-dev/interdict/party"
)

// Regimes returns the regimes that have rules, in the order in which answers
// are printed.
func Regimes() []law.Regime { return []law.Regime{law.OFAC, law.EU, law.UK, law.BIS} }

// A Rule is what one regime asks during one time. Its values come from
// rules.json; how they are applied is the code of this package, at the version
// that Code names.
type Rule struct {
	ID     string     `json:"id"` // "us-ofac/2014"
	Regime law.Regime `json:"regime"`
	Code   int        `json:"code"`
	From   party.Date `json:"from"`  // zero: as far back as anyone asks
	Until  party.Date `json:"until"` // the first day after; zero: still

	Threshold claim.Percent `json:"threshold"`
	MoreThan  bool          `json:"more_than"` // more than the threshold; else at least
	Aggregate bool          `json:"aggregate"` // the stakes of several listed parties add up

	// Limbs are the tests of ownership, each on its own. The kinds of one limb
	// are measures of one holding and never add up.
	Limbs [][]claim.StakeKind `json:"limbs"`
	// Joint says which joint holders must be listed or owned for the joint
	// holding to count: "all" (else it is open), or "any".
	Joint string `json:"joint"`
	// Arrangements says that holders who act together by arrangement are each
	// treated as holding what all of them hold.
	Arrangements bool `json:"arrangements,omitempty"`
	// Control names what makes an entity controlled, where the regime has such a
	// test. It is an answer of its own, always for review.
	Control []claim.StakeKind `json:"control,omitempty"`

	Suspended    bool     `json:"suspended,omitempty"`
	Unconfirmed  string   `json:"unconfirmed,omitempty"` // why answers want a confirmation; "" where none is needed
	RedFlag29    bool     `json:"red_flag_29,omitempty"`
	MinorityFlag bool     `json:"minority_flag,omitempty"`
	Sure         string   `json:"sure"` // P, S or M: how sure the reading of the rule is
	Sources      []string `json:"sources"`
}

// codeVersion is the version of the code that applies rules. It rises when the
// same rule and the same stakes would give another answer.
const codeVersion = 1

//go:embed rules.json
var rulesJSON []byte

var rules = sync.OnceValues(func() ([]Rule, error) {
	var pack struct {
		Version string `json:"version"`
		Note    string `json:"note"`
		Phases  []Rule `json:"phases"`
	}
	if err := json.Unmarshal(rulesJSON, &pack); err != nil {
		return nil, fmt.Errorf("read the built-in rules: %w", err)
	}
	for _, r := range pack.Phases {
		if r.Code != codeVersion {
			return nil, fmt.Errorf("rule %s wants code version %d, this is %d", r.ID, r.Code, codeVersion)
		}
	}
	return pack.Phases, nil
})

// Rules returns the built-in rules of a regime, oldest first.
func Rules(regime law.Regime) ([]Rule, error) {
	all, err := rules()
	if err != nil {
		return nil, err
	}
	var out []Rule
	for _, r := range all {
		if r.Regime == regime {
			out = append(out, r)
		}
	}
	if out == nil {
		return nil, fmt.Errorf("no rule of ownership for regime %q: want one of %v", regime, Regimes())
	}
	return out, nil
}

// RuleOn returns the rule of a regime on a day, and false where the regime had
// none on it.
func RuleOn(regime law.Regime, day party.Date) (Rule, bool, error) {
	rs, err := Rules(regime)
	if err != nil {
		return Rule{}, false, err
	}
	for _, r := range rs {
		if (r.From.IsZero() || day.Compare(r.From) >= 0) && (r.Until.IsZero() || day.Compare(r.Until) < 0) {
			return r, true, nil
		}
	}
	return Rule{}, false, nil
}
