// SPDX-License-Identifier: Apache-2.0

package translit

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed data/georgian.txt
var georgianData string

//go:embed data/armenian.txt
var armenianData string

var (
	georgianTable = sync.OnceValue(func() *table { return parseTable(georgianData, 0x10A0) })
	armenianTable = sync.OnceValue(func() *table { return parseTable(armenianData, 0x530) })
)

var georgianSystems = [...]string{"ka", "ka-press", "ka-foreign", "ka-iso"}

// readGeorgian reads a word in Georgian letters; capitals (Mtavruli, and the
// old Asomtavruli) were folded to the common letters.
func readGeorgian(word string, out *collector) {
	word = strings.Map(func(r rune) rune {
		switch {
		case 0x10A0 <= r && r <= 0x10C5: // Asomtavruli capitals
			return r + 0x30
		case 0x1C90 <= r && r <= 0x1CBF: // Mtavruli capitals
			return r - 0x1C90 + 0x10D0
		case 0x2D00 <= r && r <= 0x2D25: // Nuskhuri
			return r - 0x2D00 + 0x10D0
		}
		return r
	}, word)
	georgianTable().read(word, georgianSystems[:], out)
}

// readArmenian reads a word in Armenian letters; western values come first
// where the hint says that the name is western.
func readArmenian(word string, h Hint, out *collector) {
	systems := []string{"hy", "hy-press", "hyw", "hy-foreign"}
	if h.Lang == "hyw" {
		systems = []string{"hyw", "hy", "hy-press", "hy-foreign"}
	}
	armenianTable().read(word, systems, out)
}
