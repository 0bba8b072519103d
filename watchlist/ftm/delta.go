// SPDX-License-Identifier: Apache-2.0

package ftm

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/valyala/fastjson"

	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/internal/ftm"
	"github.com/interdict-dev/interdict/internal/table"
	"github.com/interdict-dev/interdict/watchlist"
)

// A delta is one file of changes.
type delta struct {
	version string
	file    string
}

var versionIn = regexp.MustCompile(`\d{14}-[a-z0-9]{3}`)

// pending returns the deltas that are newer than the entities, in order. With a
// delta.json every version that it lists after the entities' own must be there.
func (s *set) pending() ([]delta, error) {
	if len(s.ops) == 0 && s.deltas == "" {
		return nil, nil
	}
	if len(s.ops) > 0 && s.data.version == "" {
		return nil, errkind.Wrap(errkind.Invalid, fmt.Errorf("%s cannot be applied: which version %s is says only the index.json of its data set, hand it in too", strings.Join(s.ops, ", "), s.main))
	}
	listed, err := s.listedVersions()
	if err != nil {
		return nil, err
	}
	var out []delta
	for _, file := range s.ops {
		v := versionIn.FindString(file)
		if v == "" && len(s.ops) == 1 && len(newer(listed, s.data.version)) == 1 {
			v = newer(listed, s.data.version)[0]
		}
		if v == "" {
			return nil, errkind.Wrap(errkind.Invalid, fmt.Errorf("%s does not say its version: name it as in 20240527194702-wnk.%s", file, path.Base(file)))
		}
		if v > s.data.version {
			out = append(out, delta{v, file})
		}
	}
	slices.SortFunc(out, func(a, b delta) int { return strings.Compare(a.version, b.version) })
	return out, s.complete(out, listed)
}

// complete looks for gaps: a change that is missing is a wrong list.
func (s *set) complete(have []delta, listed []string) error {
	if len(have) == 0 || len(listed) == 0 {
		return nil
	}
	if s.data.version < listed[0] && have[0].version != listed[0] {
		return errkind.Wrap(errkind.Invalid, fmt.Errorf("%s is of version %s, before the first of %s: fetch the whole file again", s.main, s.data.version, s.deltas))
	}
	last := have[len(have)-1].version
	for _, v := range newer(listed, s.data.version) {
		if v <= last && !slices.ContainsFunc(have, func(d delta) bool { return d.version == v }) {
			return errkind.Wrap(errkind.Invalid, fmt.Errorf("the changes of version %s are missing between %s and %s: fetch them, or the whole file", v, s.data.version, last))
		}
	}
	return nil
}

func newer(versions []string, than string) []string {
	return slices.DeleteFunc(slices.Clone(versions), func(v string) bool { return v <= than })
}

// listedVersions reads delta.json.
func (s *set) listedVersions() ([]string, error) {
	if s.deltas == "" {
		return nil, nil
	}
	b, err := fs.ReadFile(s.files, s.deltas)
	if err != nil {
		return nil, err
	}
	var index struct {
		Versions map[string]string `json:"versions"`
	}
	if err := json.Unmarshal(b, &index); err != nil {
		return nil, errkind.Wrap(errkind.Invalid, fmt.Errorf("%s cannot be read: %w", s.deltas, err))
	}
	if len(index.Versions) == 0 {
		return nil, errkind.Wrap(errkind.Invalid, fmt.Errorf("%s lists no versions", s.deltas))
	}
	return slices.Sorted(maps.Keys(index.Versions)), nil
}

// A patch is what all deltas together change.
type patch struct {
	entities map[string]ftm.Entity // added or changed, as they are at last
	removed  map[string]bool
	order    []string          // of those added or changed
	stated   map[string]string // the first operation on an entity, to hold it against the file
	where    map[string]string // its file and version
	met      map[string]bool   // entities of the file that the patch speaks of
}

// patch reads the deltas that are pending.
func (s *set) patch() (*patch, error) {
	deltas, err := s.pending()
	if err != nil {
		return nil, err
	}
	p := &patch{entities: map[string]ftm.Entity{}, removed: map[string]bool{}, stated: map[string]string{}, where: map[string]string{}, met: map[string]bool{}}
	for _, d := range deltas {
		if err := p.read(s.files, d); err != nil {
			return nil, fmt.Errorf("%s: %w", d.file, err)
		}
	}
	return p, nil
}

// read takes in one delta. An empty file is a good one: nothing changed. A line
// that cannot be read leaves the list wrong, so it is an error, not a reject.
func (p *patch) read(files fs.FS, d delta) error {
	f, err := files.Open(d.file)
	if err != nil {
		return err
	}
	defer f.Close()
	var parser fastjson.Parser
	for line, err := range table.Lines(f, table.Options{File: d.file, MaxRow: ftm.MaxLine}) {
		if err != nil {
			return err
		}
		if err := p.op(&parser, line.Text, d.file); err != nil {
			return fmt.Errorf("line %d: %w", line.Number, err)
		}
	}
	return nil
}

func (p *patch) op(parser *fastjson.Parser, line []byte, file string) error {
	v, err := parser.ParseBytes(bytes.TrimSpace(line))
	if err != nil {
		return fmt.Errorf("not JSON, or cut off: %w", err)
	}
	op, entity := string(v.GetStringBytes("op")), v.Get("entity")
	if entity == nil {
		return errors.New("there is no entity")
	}
	id := string(entity.GetStringBytes("id"))
	if id == "" {
		return errors.New("the entity has no id")
	}
	if p.stated[id] == "" {
		p.stated[id], p.where[id] = op, file
	}
	switch op {
	case "ADD", "MOD":
		e, err := ftm.Read(entity)
		if err != nil {
			return err
		}
		if _, known := p.entities[id]; !known {
			p.order = append(p.order, id)
		}
		p.entities[id] = e
		delete(p.removed, id)
	case "DEL":
		delete(p.entities, id)
		p.removed[id] = true
	default:
		return fmt.Errorf("%q is no operation: want ADD, MOD or DEL", op)
	}
	return nil
}

// apply yields the lines with the patch applied: changed entities in the place of
// the old ones, new ones at the end, in the order in which they were added.
func (p *patch) apply(lines iter.Seq2[ftm.Line, error]) iter.Seq2[ftm.Line, error] {
	if len(p.stated) == 0 {
		return lines
	}
	return func(yield func(ftm.Line, error) bool) {
		last := 0
		for l, err := range lines {
			last = l.Number
			if err == nil {
				if _, changed := p.stated[l.Entity.ID]; changed {
					p.met[l.Entity.ID] = true
					if p.removed[l.Entity.ID] {
						continue
					}
					l.Entity = p.entities[l.Entity.ID]
				}
			}
			if !yield(l, err) {
				return
			}
		}
		done := map[string]bool{} // what was removed and added again stands twice in the order
		for _, id := range p.order {
			e, still := p.entities[id]
			if p.met[id] || !still || done[id] {
				continue
			}
			done[id] = true
			if last++; !yield(ftm.Line{Number: last, Entity: e}, nil) {
				return
			}
		}
	}
}

// doubts are the operations that do not fit the file: it is not of the version
// that they build on. They are told once all lines were read.
func (p *patch) doubts() []*watchlist.Reject {
	var out []*watchlist.Reject
	for _, id := range slices.Sorted(maps.Keys(p.stated)) {
		switch op, met := p.stated[id], p.met[id]; {
		case op == "ADD" && met:
			out = append(out, watchlist.NewReject(p.where[id], 0, id, "the change adds an entity that is there already: the entities are of another version", ""))
		case op != "ADD" && !met:
			out = append(out, watchlist.NewReject(p.where[id], 0, id, "the change is of an entity that is not there: the entities are of another version", ""))
		}
	}
	return out
}
