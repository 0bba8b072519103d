// SPDX-License-Identifier: Apache-2.0

package evidence_test

import (
	"fmt"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/evidence"
	"github.com/interdict-dev/interdict/infra"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/starter"
)

func ExampleGraph_Judge() {
	g := evidence.NewGraph(starter.Claims(), evidence.Parties{
		Listed: func(r party.Ref) bool { return r.List != starter.Intel },
	})
	node := infra.Indicator{Type: infra.IPv4, Value: "202.182.109.151"}
	for _, at := range []party.Date{{Year: 2022, Month: 3, Day: 1}, {Year: 2024, Month: 3, Day: 1}} {
		j := g.Judge(node, at)
		fmt.Println(at, j.Verdict, j.Time == claim.InWindow)
	}
	// Output:
	// 2022-03-01 was attributed false
	// 2024-03-01 attributed true
}
