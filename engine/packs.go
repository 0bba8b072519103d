// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/interdict-dev/interdict/book"
	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/law"
	"github.com/interdict-dev/interdict/names"
	"github.com/interdict-dev/interdict/places"
)

// packs are the data that judge: the model of name comparison, the rules and
// licences, the territories under an embargo. They go into every book, and the
// home keeps each that ever went into one, so that a later program makes a past
// book with those of its day.
type packs struct {
	model       *names.Model
	law         *law.Pack
	territories *places.Gazetteer
}

// packs returns those of the book that is made again, else this program's.
func (h *Home) packs() packs {
	if h.then != nil {
		return *h.then
	}
	return packs{names.Default(), law.Default(), places.Default()}
}

// key names the packs.
func (p packs) key() string {
	return digestOf(p.model.Text()) + " " + digestOf(p.law.Text()) + " " + digestOf(p.territories.Text())
}

// input returns the packs as a book takes them.
func (p packs) input() book.Input {
	return book.Input{Model: p.model, Law: p.law, Territories: p.territories}
}

// recipePacks are the digests of packs in a recipe.
type recipePacks struct {
	Model       string `json:"model"`
	Law         string `json:"law"`
	Territories string `json:"territories"`
}

// keepPacks keeps the texts of packs, each under its digest. They stand before
// the recipe that names them does; a crash between leaves texts that nothing
// names.
func (h *Home) keepPacks(p packs) (r recipePacks, err error) {
	for _, t := range []struct {
		text   string
		digest *string
	}{{p.model.Text(), &r.Model}, {p.law.Text(), &r.Law}, {p.territories.Text(), &r.Territories}} {
		*t.digest = digestOf(t.text)
		path := h.packPath(*t.digest)
		if have, err := os.ReadFile(path); err == nil && digestOf(string(have)) == *t.digest {
			continue
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return r, err
		}
		if err := swapSynced(path, []byte(t.text)); err != nil {
			return r, err
		}
	}
	return r, nil
}

// readPacks reads the packs of a recipe. Recipes of version 1 name none: this
// program's stand for them, and the digest of the book tells whether it was so.
func (h *Home) readPacks(r *recipePacks) (p packs, err error) {
	if r == nil {
		return packs{names.Default(), law.Default(), places.Default()}, nil
	}
	var texts [3]string
	for i, d := range []string{r.Model, r.Law, r.Territories} {
		if texts[i], err = h.readPack(d); err != nil {
			return p, err
		}
	}
	if p.model, err = names.ParseModel(texts[0]); err != nil {
		return p, err
	}
	if p.law, err = law.ParsePack(texts[1]); err != nil {
		return p, err
	}
	p.territories, err = places.ParseGazetteer(texts[2])
	return p, err
}

func (h *Home) readPack(digest string) (string, error) {
	if b, err := hex.DecodeString(digest); err != nil || len(b) != sha256.Size {
		return "", errkind.New(errkind.Invalid, fmt.Sprintf("%q in a recipe is no digest", digest))
	}
	text, err := os.ReadFile(h.packPath(digest))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", errkind.New(errkind.Unavailable, fmt.Sprintf("the rules that it was made with are gone: %s is missing", h.packPath(digest)))
	case err != nil:
		return "", err
	case digestOf(string(text)) != digest:
		return "", errkind.New(errkind.Unavailable, fmt.Sprintf("%s is damaged", h.packPath(digest)))
	}
	return string(text), nil
}

func (h *Home) packPath(digest string) string {
	return filepath.Join(h.Dir, "packs", digest+".txt")
}

func digestOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
