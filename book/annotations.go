// SPDX-License-Identifier: Apache-2.0

package book

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/interdict-dev/interdict/infra"
	"github.com/interdict-dev/interdict/intel"
	"github.com/interdict-dev/interdict/internal/segment"
)

// annotationsSection holds the entries of warning lists, those of one list and
// version together: the list, its version, the number of entries, then of each
// the scope and the indicator in its canonical text; strings with their length
// before them, numbers as unsigned varints. A book without it has none.
const annotationsSection = "annotations"

func writeAnnotations(w *segment.Writer, all []intel.Annotation) error {
	if len(all) == 0 {
		return nil
	}
	s, err := w.Section(annotationsSection, Version)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(s, 1<<16)
	for len(all) > 0 {
		n := 1
		for n < len(all) && all[n].List == all[0].List && all[n].Version == all[0].Version {
			n++
		}
		b := appendString(appendString(nil, all[0].List), all[0].Version)
		b = binary.AppendUvarint(b, uint64(n))
		for _, a := range all[:n] {
			b = appendString(append(b, byte(a.Scope)), a.Indicator.String())
		}
		if _, err := out.Write(b); err != nil {
			return err
		}
		all = all[n:]
	}
	return out.Flush()
}

func appendString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// Annotations returns the entries of warning lists that the book holds, those of
// one list together.
func (b *Book) Annotations() ([]intel.Annotation, error) {
	s, ok := b.file.Section(annotationsSection)
	if !ok {
		return nil, nil
	}
	out, err := readAnnotations(s.All())
	if err != nil {
		return nil, fmt.Errorf("annotations of the book: %w", err)
	}
	return out, nil
}

func readAnnotations(data []byte) ([]intel.Annotation, error) {
	var out []intel.Annotation
	for len(data) > 0 {
		list, rest, err := cutString(data)
		if err != nil {
			return nil, err
		}
		version, rest, err := cutString(rest)
		if err != nil {
			return nil, err
		}
		n, k := binary.Uvarint(rest)
		if k <= 0 {
			return nil, errShort
		}
		rest = rest[k:]
		for range n {
			if len(rest) == 0 {
				return nil, errShort
			}
			a := intel.Annotation{List: list, Version: version, Scope: infra.Scope(rest[0])}
			var text string
			if text, rest, err = cutString(rest[1:]); err != nil {
				return nil, err
			}
			if a.Indicator, err = infra.Canonical(text); err != nil {
				return nil, err
			}
			out = append(out, a)
		}
		data = rest
	}
	return out, nil
}

var errShort = errors.New("cut short")

func cutString(b []byte) (string, []byte, error) {
	n, k := binary.Uvarint(b)
	if k <= 0 || n > uint64(len(b)-k) {
		return "", nil, errShort
	}
	return string(b[k : k+int(n)]), b[k+int(n):], nil
}
