// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"bufio"
	"fmt"
	"io"
	"iter"
	"os"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/intel"
	"github.com/interdict-dev/interdict/intel/indicators"
	"github.com/interdict-dev/interdict/intel/misp"
	"github.com/interdict-dev/interdict/intel/rdap"
	"github.com/interdict-dev/interdict/intel/routing"
	"github.com/interdict-dev/interdict/intel/stix"
	"github.com/interdict-dev/interdict/intel/zeek"
	"github.com/interdict-dev/interdict/internal/table"
	"github.com/interdict-dev/interdict/party"
)

// intelSources are the formats of intelligence that go into a book, in the order
// in which they are tried: the tolerant reader of tables last.
func intelSources() []intel.Source {
	return []intel.Source{stix.Source{}, misp.Events{}, misp.Galaxy{}, misp.WarningList{}, rdap.Source{}, zeek.Source{}, routing.Source{}, indicators.Source{}}
}

// Intel is what files of intelligence say: claims, the parties that only they
// speak of, entries of warning lists, and what could not be used.
type Intel struct {
	Claims      []claim.Claim
	Parties     []party.Entry
	Annotations []intel.Annotation
	Rejects     []*intel.Reject
	Files       int

	ids  map[string]bool
	said map[claim.Claim]bool // claims without their IDs
}

func newIntel() *Intel { return &Intel{ids: map[string]bool{}, said: map[claim.Claim]bool{}} }

// add adds what one file says. Claims that say the same, word for word, are one;
// two claims of one identifier are told apart by the file's name.
func (in *Intel) add(name string, r *intel.Reading) {
	for _, c := range r.Claims {
		same := c
		same.ID = ""
		if in.said[same] {
			continue
		}
		in.said[same] = true
		if in.ids[c.ID] {
			c.ID = name + ":" + c.ID
		}
		for n, id := 2, c.ID; in.ids[c.ID]; n++ {
			c.ID = fmt.Sprintf("%s#%d", id, n)
		}
		in.ids[c.ID] = true
		in.Claims = append(in.Claims, c)
	}
	in.Parties = append(in.Parties, r.Parties...)
	in.Annotations = append(in.Annotations, r.Annotations...)
	in.Rejects = append(in.Rejects, r.Rejects...)
	in.Files++
}

// ReadIntel reads files of intelligence, each in the format that it turns out to
// have. The brief says what the files do not.
func ReadIntel(paths []string, b intel.Brief) (*Intel, error) {
	out := newIntel()
	for _, p := range paths {
		name := IntelName(p)
		r, _, err := readIntelFile(p, name, b)
		if err != nil {
			return nil, err
		}
		out.add(name, &r)
	}
	return out, nil
}

// readIntelFile reads one file under a name, also a packed one, and returns the
// format that it has.
func readIntelFile(path, name string, b intel.Brief) (intel.Reading, string, error) {
	f, err := os.Open(path)
	if err != nil {
		return intel.Reading{}, "", err
	}
	defer f.Close() // only read
	content, _, err := table.Decompress(f)
	if err != nil {
		return intel.Reading{}, "", fmt.Errorf("read intelligence %s: %w", name, err)
	}
	br := bufio.NewReaderSize(content, intel.HeadSize)
	head, err := br.Peek(intel.HeadSize)
	if len(head) == 0 {
		return intel.Reading{}, "", fmt.Errorf("read intelligence %s: it is empty (%w)", name, err)
	}
	if err != nil && err != io.EOF {
		return intel.Reading{}, "", fmt.Errorf("read intelligence %s: %w", name, err)
	}
	for _, s := range intelSources() {
		if s.Detect(name, head) {
			r, err := intel.Collect(s, name, br, b)
			if err != nil {
				return r, "", fmt.Errorf("read intelligence %s: %w", name, err)
			}
			return r, s.Format(), nil
		}
	}
	return intel.Reading{}, "", fmt.Errorf("read intelligence %s: no known format", name)
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
