// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/watchlist"
)

// Change keeps the edition that the publisher's files of changes make of the
// newest one of a list. The files of both are read as one set, by the reader of
// the list's format; bytes that are kept already are kept once. Changes that do
// not fit what is kept are rejects or an error, as the reader says. Formats
// without changes are [errkind.Invalid].
func (h *Home) Change(ctx context.Context, a *watchlist.Archive, list party.ListID, paths []string, when time.Time) (e watchlist.Edition, added bool, err error) {
	newest, err := a.Newest(watchlist.Series(list))
	if err != nil {
		return e, false, err
	}
	if newest.Format != "ftm-json" && newest.Format != "ofac-enhanced" {
		return e, false, errkind.Wrap(errkind.Invalid, fmt.Errorf("the newest edition of %s is in the format %s, to which no publisher gives changes: they are for ofac-enhanced and ftm-json", list, newest.Format))
	}
	d, done, err := h.openChanged(a, newest, paths)
	if err != nil {
		return e, false, err
	}
	defer func() { err = errors.Join(err, done()) }()
	if d.Header.Version == newest.Header.Version {
		return e, false, errkind.Wrap(errkind.Conflict, fmt.Errorf("the changes are in edition %.12s of %s already", newest.ID, list))
	}
	return a.AddChanged(ctx, d.Files, d.Source, strings.Join(paths, " "), when, newest.ID)
}

// unpackBase writes the files of an edition as they were fetched.
func unpackBase(a *watchlist.Archive, e watchlist.Edition, dir string) (paths []string, err error) {
	files, err := a.Open(e)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, files.Close()) }()
	for i, k := range e.Files {
		r, err := files.Raw(i)
		if err != nil {
			return nil, err
		}
		path := filepath.Join(dir, k.Name)
		if err := errors.Join(writeAll(path, r), r.Close()); err != nil {
			return nil, err
		}
		paths = append(paths, path)
	}
	return paths, nil
}

// versionIn is a version of FollowTheMoney data, which names the folder that a
// file of changes is published in.
var versionIn = regexp.MustCompile(`^\d{14}-[a-z0-9]{3}$`)

// copyChange copies a file of changes beside the base. A set of files is flat, so
// the version that its folder is named by goes into its name.
func copyChange(path, dir string) (string, error) {
	name := filepath.Base(path)
	if folder := filepath.Base(filepath.Dir(path)); versionIn.MatchString(folder) && !strings.Contains(name, folder) {
		name = folder + "." + name
	}
	to := filepath.Join(dir, name)
	if _, err := os.Stat(to); err == nil {
		return "", errkind.Wrap(errkind.Invalid, fmt.Errorf("%s has the name of a file that the edition holds already", path))
	}
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	return to, errors.Join(writeAll(to, f), f.Close())
}

func writeAll(path string, r io.Reader) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	return errors.Join(err, f.Close())
}

// Drifts returns the whole editions that differ from what changes had made, of
// the newest of each list.
func Drifts(all []watchlist.Status) []watchlist.Edition {
	var out []watchlist.Edition
	for _, s := range all {
		if !s.Newest.Drift.IsZero() {
			out = append(out, s.Newest)
		}
	}
	return slices.Clip(out)
}
