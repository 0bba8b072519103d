// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"fmt"
	"iter"
	"os"
	"path/filepath"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/intel"
	"github.com/interdict-dev/interdict/intel/indicators"
	"github.com/interdict-dev/interdict/intel/misp"
	"github.com/interdict-dev/interdict/intel/routing"
	"github.com/interdict-dev/interdict/intel/stix"
	"github.com/interdict-dev/interdict/intel/zeek"
	"github.com/interdict-dev/interdict/party"
)

// intelSources are the formats of intelligence that go into a book, in the order
// in which they are tried: the tolerant reader of tables last. Warning lists
// annotate and are no claims.
func intelSources() []intel.Source {
	return []intel.Source{stix.Source{}, misp.Events{}, misp.Galaxy{}, zeek.Source{}, routing.Source{}, indicators.Source{}}
}

// Intel is what files of intelligence say: claims, the parties that only they
// speak of, and what could not be used.
type Intel struct {
	Claims  []claim.Claim
	Parties []party.Entry
	Rejects []*intel.Reject
	Files   int
}

// ReadIntel reads files of intelligence, each in the format that it turns out to
// have. The brief says what the files do not. Two claims of one identifier are
// told apart by the file's name.
func ReadIntel(paths []string, b intel.Brief) (*Intel, error) {
	out := &Intel{}
	seen := map[string]bool{}
	for _, p := range paths {
		r, err := readIntelFile(p, b)
		if err != nil {
			return nil, err
		}
		for _, c := range r.Claims {
			if seen[c.ID] {
				c.ID = filepath.Base(p) + ":" + c.ID
			}
			seen[c.ID] = true
			out.Claims = append(out.Claims, c)
		}
		out.Parties = append(out.Parties, r.Parties...)
		out.Rejects = append(out.Rejects, r.Rejects...)
		out.Files++
	}
	return out, nil
}

func readIntelFile(path string, b intel.Brief) (intel.Reading, error) {
	f, err := os.Open(path)
	if err != nil {
		return intel.Reading{}, err
	}
	defer f.Close() // only read
	head := make([]byte, intel.HeadSize)
	n, err := f.ReadAt(head, 0)
	if n == 0 {
		return intel.Reading{}, fmt.Errorf("read intelligence %s: %w", path, err)
	}
	name := filepath.Base(path)
	for _, s := range intelSources() {
		if s.Detect(name, head[:n]) {
			r, err := intel.Collect(s, name, f, b)
			if err != nil {
				return r, fmt.Errorf("read intelligence %s: %w", path, err)
			}
			return r, nil
		}
	}
	return intel.Reading{}, fmt.Errorf("read intelligence %s: no known format", path)
}

// parties yields the parties that only evidence speaks of, once each.
func (in *Intel) parties() iter.Seq2[party.Entry, error] {
	return func(yield func(party.Entry, error) bool) {
		seen := map[party.Ref]bool{}
		for _, e := range in.Parties {
			if seen[e.Ref] {
				continue
			}
			seen[e.Ref] = true
			if !yield(e, nil) {
				return
			}
		}
	}
}
