// SPDX-License-Identifier: Apache-2.0

package infra_test

import (
	"fmt"

	"github.com/interdict-dev/interdict/infra"
)

func ExampleParse() {
	for _, s := range []string{"hxxps://W8510[.]com/a", "202.182.109[.]151", "as4808"} {
		i, err := infra.Parse(s)
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(i, i.Defang())
	}
	// Output:
	// url:https://w8510.com/a hxxps://w8510[.]com/a
	// ipv4:202.182.109.151 202[.]182[.]109[.]151
	// asn:AS4808 AS4808
}
