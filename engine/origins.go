// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/internal/errkind"
)

// Origins say from which investigation the sources of kept intelligence speak.
// They are the user's words, from the file origins.txt in the home: a line is
// the name of a source, " = ", and the origin. Names that begin with a line's
// name as a whole word have it; # begins a comment. doc/intel.md tells the rule.
type Origins []origin

type origin struct{ name, origin string }

// Origins reads the file of the home; a home without one states no origins.
func (h *Home) Origins() (Origins, error) {
	path := filepath.Join(h.Dir, "origins.txt")
	text, err := h.originsText(path)
	if err != nil {
		return nil, err
	}
	var out Origins
	n := 0
	for line := range strings.Lines(text) {
		n++
		line, _, _ = strings.Cut(strings.TrimSpace(line), "#")
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		name, o, ok := strings.Cut(line, " = ")
		if name, o = strings.TrimSpace(name), strings.TrimSpace(o); !ok || name == "" || o == "" {
			return nil, errkind.New(errkind.Invalid, fmt.Sprintf("%s:%d: want NAME = ORIGIN, found %q", path, n, line))
		}
		out = append(out, origin{name: strings.ToLower(name), origin: o})
	}
	return out, nil
}

// originsText is the file, or what it said when a past book was made.
func (h *Home) originsText(path string) (string, error) {
	if h.past != nil {
		return h.past.Origins, nil
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return string(text), err
}

// Set states the origin of a source that states none: the first line whose name
// begins the source's.
func (o Origins) Set(s *claim.Source) {
	if s.Origin != "" {
		return
	}
	name := strings.ToLower(s.Name)
	for _, line := range o {
		if rest, ok := strings.CutPrefix(name, line.name); ok && (rest == "" || !isWordByte(rest[0])) {
			s.Origin = line.origin
			return
		}
	}
}

func isWordByte(c byte) bool {
	return 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c >= 0x80
}
