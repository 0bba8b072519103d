// SPDX-License-Identifier: Apache-2.0

package screening

import (
	"github.com/interdict-dev/interdict/book"
	"github.com/interdict-dev/interdict/names"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/subject"
)

// A Comparison is how alike two parties are, outside of any book.
type Comparison struct {
	Score    Score
	Evidence names.Nats
	Reasons  []Reason
}

// Compare compares two parties by the same sums as a screening. Of several
// names the pair that agrees best counts. Parties without a name in common
// letters, or of kinds that are never read alike, get the evidence of names in
// which nothing agrees.
func Compare(m *names.Model, left, right *party.Entry) Comparison {
	sub := subject.Subject{Party: *left}
	j := judgement{model: m, subject: &sub, entry: right}
	j.beside()
	forms := readForms(&sub)
	best := bestName(m, forms, right)
	if !best.ok {
		mode := names.Modes(right.Kind)[0]
		forms = append(forms, names.ReadText("", mode))
		best = match{form: len(forms) - 1, ok: len(right.Names) > 0}
	}
	if best.ok {
		j.name(forms, best, book.Country(right))
	}
	return Comparison{Score(m.Probability(j.sum)), names.Nats(j.sum), j.reasons}
}
