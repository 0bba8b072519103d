// SPDX-License-Identifier: Apache-2.0

package ftm

import (
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/watchlist"
)

// A dataset is what is known of the data set that the files are.
type dataset struct {
	name     string
	title    string
	version  string
	updated  party.Date
	checksum string // SHA-1 of the main file; "" where no index says it
}

func (d dataset) list() party.ListID { return party.ListID(listPrefix + d.name) }

func (d dataset) header() watchlist.Header {
	h := watchlist.Header{List: d.list(), Title: d.title, Published: d.updated, Version: d.version}
	if day := dateOfVersion(d.version); !day.IsZero() {
		h.Published = day
	}
	if h.Title == "" {
		h.Title = "FollowTheMoney data set " + d.name
	}
	return h
}

// dateOfVersion reads the day at the beginning of a version: 20240527134702-zbn.
func dateOfVersion(v string) party.Date {
	if len(v) < 14 {
		return party.Date{}
	}
	day, err := party.ParseDate(v[:4] + "-" + v[4:6] + "-" + v[6:8])
	if err != nil {
		return party.Date{} // versions are the publisher's: not all are dates
	}
	return day
}

// catalogEntry is a data set in an index.json: the whole file, or one of the
// catalog's.
type catalogEntry struct {
	Name       string     `json:"name"`
	Title      string     `json:"title"`
	Version    string     `json:"version"`
	UpdatedAt  string     `json:"updated_at"`
	LastExport string     `json:"last_export"`
	Resources  []resource `json:"resources"`
}

type resource struct {
	Name     string `json:"name"`
	Path     string `json:"path"`
	URL      string `json:"url"`
	Checksum string `json:"checksum"`
}

// identify finds out which data set the main file is. datasets tells what the
// file itself says.
func (s *set) identify(datasets func() ([]string, error)) error {
	if s.index != "" {
		return s.fromIndex()
	}
	base := strings.ToLower(s.main)
	for _, suffix := range [...]string{".entities.ftm.json", ".targets.nested.json", ".targets.simple.csv", ".statements.csv"} {
		if name, ok := strings.CutSuffix(base, suffix); ok && isName(name) {
			s.data.name = name
			return nil
		}
	}
	d, err := datasets()
	if err != nil {
		return err
	}
	if len(d) == 1 && isName(d[0]) {
		s.data.name = d[0]
		return nil
	}
	return errkind.Wrap(errkind.Invalid, fmt.Errorf("%s does not say which data set it is: hand in the index.json of the data set with it, or name the file as in sanctions.entities.ftm.json", s.main))
}

// isName says that a text can name a data set.
func isName(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_' && r != '-' && r != '.'
	})
}

// fromIndex finds the main file among the resources that the index describes: by
// its checksum, and where the index is of one data set only, by its name.
func (s *set) fromIndex() error {
	b, err := fs.ReadFile(s.files, s.index)
	if err != nil {
		return err
	}
	var index struct {
		catalogEntry
		Datasets json.RawMessage `json:"datasets"`
	}
	if err := json.Unmarshal(b, &index); err != nil {
		return errkind.Wrap(errkind.Invalid, fmt.Errorf("%s cannot be read: %w", s.index, err))
	}
	// In a catalog datasets are objects; in the index of a collection, names.
	var catalog []catalogEntry
	if index.Name != "" {
		catalog = []catalogEntry{index.catalogEntry}
	} else if err := json.Unmarshal(index.Datasets, &catalog); err != nil {
		return errkind.Wrap(errkind.Invalid, fmt.Errorf("%s is no index of a data set and no catalog: %w", s.index, err))
	}
	if len(catalog) == 1 {
		return s.fromEntry(catalog[0])
	}
	sum, err := s.sum()
	if err != nil {
		return err
	}
	for _, c := range catalog {
		for _, r := range c.Resources {
			if r.Checksum == sum {
				return s.fromEntry(c)
			}
		}
	}
	return errkind.Wrap(errkind.Invalid, fmt.Errorf("%s describes %d data sets, and none has a file with the checksum %s of %s: it is cut off or of another version, fetch both again", s.index, len(catalog), sum, s.main))
}

func (s *set) fromEntry(c catalogEntry) error {
	if !isName(c.Name) {
		return errkind.Wrap(errkind.Invalid, fmt.Errorf("%s: %q is no name for a data set", s.index, c.Name))
	}
	s.data = dataset{name: c.Name, title: c.Title, version: c.Version}
	for _, t := range []string{c.LastExport, c.UpdatedAt} {
		if day, err := party.ParseDate(t); err == nil && s.data.updated.IsZero() {
			s.data.updated = day
		}
	}
	for _, r := range c.Resources {
		if name := r.Name; name != "" && strings.HasSuffix(strings.ToLower(s.main), strings.ToLower(name)) {
			s.data.checksum = strings.ToLower(r.Checksum)
		}
	}
	if s.data.checksum == "" && len(c.Resources) > 0 {
		return errkind.Wrap(errkind.Invalid, fmt.Errorf("%s describes no file %s of the data set %s", s.index, s.main, c.Name))
	}
	return nil
}

// sum reads the main file whole.
func (s *set) sum() (string, error) {
	f, err := s.files.Open(s.main)
	if err != nil {
		return "", err
	}
	h := sha1.New()
	_, err = io.Copy(h, f)
	if err = errors.Join(err, f.Close()); err != nil {
		return "", fmt.Errorf("%s: %w", s.main, err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
