// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"embed"
	"fmt"
	"strings"
	"sync"

	"github.com/interdict-dev/interdict/infra"
)

//go:embed layouts/*.txt
var files embed.FS

// Layouts are the names of the layouts, in the order in which a file is tried
// against them; each is a file in the folder layouts, which says in words and
// in its lines what such a file looks like.
const (
	Named    = "named"
	Tabs     = "tabs"
	Commas   = "commas"
	Pairs    = "pairs"
	Plain    = "plain"
	Sections = "sections"
)

// A field is what a column holds.
type field string

const (
	none      field = ""
	indicator field = "indicator"
	second    field = "second" // another indicator of the same row
	kind      field = "type"
	first     field = "first"
	last      field = "last"
	span      field = "span"
	role      field = "role"
	named     field = "party"
	source    field = "source"
	class     field = "class"
	scope     field = "scope"
	note      field = "note"
)

// A layout is one mapping file.
type layout struct {
	name         string
	divide       string
	signs        []string
	plainDomains bool // a domain need not be defanged
	columns      map[string]field
}

// vocabulary is the file of words that all layouts share. A type of "auto" is
// infra.None.
type vocabulary struct {
	types        map[string]infra.Type
	labels       map[string]field
	certificates []string
	victims      []string
	present      map[string]bool
	noRole       map[string]bool
}

// mapping is all the files, read.
type mapping struct {
	vocabulary
	layouts []layout
}

// mappings reads the files when they are first asked for.
var mappings = sync.OnceValue(func() *mapping {
	m, err := readMappings()
	if err != nil {
		panic(fmt.Sprintf("indicators: the embedded layouts do not read, which their test should have found: %v", err))
	}
	return m
})

func readMappings() (*mapping, error) {
	m := &mapping{vocabulary: vocabulary{types: map[string]infra.Type{}, labels: map[string]field{}, present: map[string]bool{}, noRole: map[string]bool{}}}
	if err := readFile("words", m.word); err != nil {
		return nil, err
	}
	for _, name := range [...]string{Named, Tabs, Commas, Pairs, Plain, Sections} {
		l := layout{name: name, columns: map[string]field{}}
		if err := readFile(name, l.line); err != nil {
			return nil, err
		}
		m.layouts = append(m.layouts, l)
	}
	return m, nil
}

// readFile calls f with the key and the values of each line of a mapping file.
func readFile(name string, f func(key string, values []string) error) error {
	b, err := files.ReadFile("layouts/" + name + ".txt")
	if err != nil {
		return err
	}
	n := 0
	for line := range strings.Lines(string(b)) {
		n++
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		key, rest, ok := strings.Cut(line, ": ")
		if !ok {
			return fmt.Errorf("%s.txt:%d: want \"key: value, value\"", name, n)
		}
		var values []string
		for _, v := range strings.Split(rest, ",") {
			values = append(values, strings.TrimSpace(v))
		}
		if err := f(key, values); err != nil {
			return fmt.Errorf("%s.txt:%d: %w", name, n, err)
		}
	}
	return nil
}

func (m *mapping) word(key string, values []string) error {
	what, arg, _ := strings.Cut(key, " ")
	switch {
	case what == "type":
		var t infra.Type
		if arg != "auto" {
			var err error
			if t, err = infra.ParseType(arg); err != nil {
				return err
			}
		}
		for _, v := range values {
			m.types[v] = t
		}
	case what == "label":
		for _, v := range values {
			m.labels[v] = field(arg)
		}
	case key == "certificate":
		m.certificates = values
	case key == "victim":
		m.victims = values
	case key == "present":
		for _, v := range values {
			m.present[v] = true
		}
	case key == "no role":
		for _, v := range values {
			m.noRole[v] = true
		}
	default:
		return fmt.Errorf("unknown key %q", key)
	}
	return nil
}

func (l *layout) line(key string, values []string) error {
	what, arg, _ := strings.Cut(key, " ")
	switch {
	case key == "divide":
		l.divide = values[0]
	case key == "sign":
		l.signs = values
	case key == "domains":
		l.plainDomains = values[0] == "plain"
	case what == "column":
		for _, v := range values {
			l.columns[v] = field(arg)
		}
	default:
		return fmt.Errorf("unknown key %q", key)
	}
	return nil
}

// header returns what the cells of a line name, nil where they are no header:
// one has to be the indicator, and at least one other has to be known.
func (l *layout) header(cells []string) []field {
	cols := make([]field, len(cells))
	known, hasIndicator := 0, false
	for i, c := range cells {
		f := l.columns[strings.ToLower(strings.TrimSpace(c))]
		if f == indicator && hasIndicator {
			f = second
		}
		if f != none {
			known++
		}
		hasIndicator = hasIndicator || f == indicator
		cols[i] = f
	}
	if !hasIndicator || known < 2 && !(l.divide == "csv" && len(cells) == 1) {
		return nil
	}
	return cols
}

// split divides a line into cells.
func (l *layout) split(line string) []string {
	if l.divide == "commas" {
		return splitCommas(line)
	}
	return splitTabs(line)
}

// splitTabs divides at a tab with the blanks around it, and at two blanks and
// more: people pad tables by hand.
func splitTabs(line string) []string {
	var cells []string
	start := 0
	for i := 0; i < len(line); {
		if line[i] != ' ' && line[i] != '\t' {
			i++
			continue
		}
		j, tabs := i, 0
		for j < len(line) && (line[j] == '\t' && tabs == 0 || line[j] == ' ') {
			if line[j] == '\t' {
				tabs++
			}
			j++
		}
		if tabs > 0 || j-i >= 2 {
			cells = append(cells, line[start:i])
			start = j
		}
		i = j
	}
	return append(cells, line[start:])
}

// splitCommas divides at commas, but keeps a year with the date before it.
func splitCommas(line string) []string {
	var cells []string
	for _, c := range strings.Split(line, ",") {
		c = strings.TrimSpace(c)
		if n := len(cells); n > 0 && isYear(c) && endsInDay(cells[n-1]) {
			cells[n-1] += ", " + c
			continue
		}
		cells = append(cells, c)
	}
	return cells
}
