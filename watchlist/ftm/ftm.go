// SPDX-License-Identifier: Apache-2.0

// Package ftm reads data sets of FollowTheMoney entities, as OpenSanctions and
// others publish them: entities.ftm.json and targets.nested.json ([JSON]),
// targets.simple.csv ([Simple]) and statements.csv ([Statements]).
//
// The list is ftm-<dataset>, and an entry's identifier the entity's. Which data
// set the files are is said by the index.json beside them, of the data set or of
// the whole catalog; else by the name of the file, as in
// us_ofac_sdn.entities.ftm.json; else by the entities themselves, where all are of
// one. With an index the file is held to its checksum. Delta files beside
// entities.ftm.json are applied to it in the order of their versions.
//
// Entries are the targets. In files that do not mark them they are the parties
// that have a topic or a sanction, and where none has one, all parties. Sanctions
// become listings, on the list that their data set is where that is one of ours;
// documents and addresses become the entry's own, and other edges relations.
package ftm

import (
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"iter"
	"path"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/internal/ftm"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/watchlist"
)

// Sources returns the readers of the package.
func Sources() []watchlist.Source { return []watchlist.Source{JSON{}, Simple{}, Statements{}} }

// listPrefix begins the lists of all data sets.
const listPrefix = "ftm-"

// JSON reads lines of JSON: entities.ftm.json, and targets.nested.json, in which
// the entities around a target stand within it.
type JSON struct{}

// Format returns "ftm-json".
func (JSON) Format() string { return "ftm-json" }

// A set is the files of one edition.
type set struct {
	files  fs.FS
	main   string // the file of entities
	index  string // "" where there is none
	deltas string // delta.json
	ops    []string
	data   dataset
}

// find sorts the files of a set by their names and contents. isMain tells the
// file of entities.
func find(files fs.FS, isMain func(name string, head []byte) bool) (*set, error) {
	s := &set{files: files}
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		return nil, fmt.Errorf("list the files of the set: %w", err)
	}
	var others []string
	for _, e := range entries {
		name := e.Name()
		switch lower := strings.ToLower(name); {
		case e.IsDir():
			if ops := path.Join(name, "entities.delta.json"); exists(files, ops) {
				s.ops = append(s.ops, ops)
			}
		case slices.Contains([]string{".txt", ".md"}, path.Ext(lower)):
		case strings.HasSuffix(lower, "entities.delta.json"):
			s.ops = append(s.ops, name)
		case strings.HasSuffix(lower, "delta.json"):
			s.deltas = name
		case strings.HasSuffix(lower, "index.json"):
			s.index = name
		default:
			head, err := watchlist.Head(files, name)
			switch {
			case isMain(name, head) && s.main != "":
				return nil, errkind.Wrap(errkind.Invalid, fmt.Errorf("%s and %s are two editions: hand in one at a time", s.main, name))
			case isMain(name, head):
				s.main = name
			case err != nil:
				return nil, err
			default:
				others = append(others, name)
			}
		}
	}
	switch {
	case s.main == "":
		return nil, watchlist.ErrFormat
	case len(others) > 0:
		return nil, errkind.Wrap(errkind.Invalid, fmt.Errorf("%s was handed in with %s, of which it is no part", strings.Join(others, ", "), s.main))
	}
	return s, nil
}

func exists(files fs.FS, name string) bool {
	_, err := fs.Stat(files, name)
	return err == nil
}

// isJSON tells lines of entities by the first one, or by as much of it as the
// head holds.
func isJSON(_ string, head []byte) bool {
	line, _, _ := strings.Cut(strings.TrimSpace(strings.TrimPrefix(string(head), "\ufeff")), "\n")
	return strings.HasPrefix(line, "{") && strings.Contains(line, `"schema"`) && strings.Contains(line, `"properties"`) && strings.Contains(line, `"id"`)
}

// Detect reads the index, and the heads of the entities. A catalog of many data
// sets names its files by their checksums alone; with it the file is read whole.
func (JSON) Detect(files fs.FS) (watchlist.Header, error) {
	s, err := find(files, isJSON)
	if err != nil {
		return watchlist.Header{}, err
	}
	if err := s.identify(s.datasetsOfHead); err != nil {
		return watchlist.Header{}, err
	}
	deltas, err := s.pending()
	if err != nil {
		return watchlist.Header{}, err
	}
	h := s.data.header()
	if n := len(deltas); n > 0 {
		h.Version = deltas[n-1].version
		h.Published = dateOfVersion(h.Version)
	}
	return h, nil
}

// datasetsOfHead returns the data sets that all entities share which stand
// whole in the file's head.
func (s *set) datasetsOfHead() (common []string, err error) {
	head, err := watchlist.Head(s.files, s.main)
	if err != nil {
		return nil, err
	}
	first := true
	for line, err := range ftm.ReadAll(strings.NewReader(string(head))) {
		if err != nil {
			continue // the head ends within a line; a broken one is told by Parse
		}
		if first {
			common, first = line.Entity.Datasets, false
		}
		common = slices.DeleteFunc(slices.Clone(common), func(d string) bool { return !slices.Contains(line.Entity.Datasets, d) })
	}
	return common, nil
}

// Parse yields the entries in the order of the file, then those that deltas
// added. It reads the file twice: the edges may stand before or after their
// ends, and only they are kept in memory.
func (JSON) Parse(files fs.FS) iter.Seq2[party.Entry, error] {
	return func(yield func(party.Entry, error) bool) {
		s, err := find(files, isJSON)
		if err == nil {
			err = s.identify(s.datasetsOfHead)
		}
		if err != nil {
			yield(party.Entry{}, err)
			return
		}
		p, err := s.patch()
		if err != nil {
			yield(party.Entry{}, err)
			return
		}
		g := newGraph(s)
		g.nested = strings.Contains(strings.ToLower(s.main), "nested")
		g.emit(func() iter.Seq2[ftm.Line, error] { return p.apply(s.lines()) }, p, yield)
	}
}

// lines yields the entities of the main file, and at its end an error where the
// checksum of the index does not fit.
func (s *set) lines() iter.Seq2[ftm.Line, error] {
	return func(yield func(ftm.Line, error) bool) {
		f, err := s.files.Open(s.main)
		if err != nil {
			yield(ftm.Line{}, err)
			return
		}
		defer f.Close()
		sum := sha1.New()
		for l, err := range ftm.ReadAll(io.TeeReader(f, sum)) {
			var bad *ftm.LineError
			if err != nil && !errors.As(err, &bad) {
				err = fmt.Errorf("%s: %w", s.main, err)
			}
			if !yield(l, err) {
				return
			}
		}
		if err := s.checkSum(sum); err != nil {
			yield(ftm.Line{}, err)
		}
	}
}

// checkSum holds the main file to the index: SHA-1 is what the publisher gives,
// against damage, not against forgers.
func (s *set) checkSum(h hash.Hash) error {
	want := s.data.checksum
	if got := hex.EncodeToString(h.Sum(nil)); want != "" && got != want {
		return errkind.Wrap(errkind.Invalid, fmt.Errorf("%s has the checksum %s, and %s says %s: it is cut off or of another version, fetch both again", s.main, got, s.index, want))
	}
	return nil
}
