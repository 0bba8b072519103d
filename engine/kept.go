// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/interdict-dev/interdict/book"
	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/infra"
	"github.com/interdict-dev/interdict/intel"
	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/starter"
	"github.com/interdict-dev/interdict/watchlist"
)

// A KeptIntel is one file of intelligence that the home keeps, with what the one
// who brought it said of it.
type KeptIntel struct {
	Version int       `json:"version"` // of this description: 1
	ID      string    `json:"id"`      // SHA-256 of the file's digest and of what was said of it
	Name    string    `json:"name"`    // the series: a newer file of this name takes the place of an older one
	SHA256  string    `json:"sha256"`
	Size    int64     `json:"size"`
	Format  string    `json:"format"`
	Added   time.Time `json:"added"`
	Seq     int       `json:"seq"` // counts what was added, in its order

	Source    claim.Source `json:"source"`
	Party     party.Ref    `json:"party,omitzero"`
	Published party.Date   `json:"published,omitzero"`
	Scope     infra.Scope  `json:"scope,omitempty"`
	// Rolling says that the publisher drops what is old: what earlier files of this
	// name said stays in the book.
	Rolling bool `json:"rolling,omitempty"`

	Counts IntelCounts `json:"counts"`
}

// IntelCounts are what one file gave when it was added.
type IntelCounts struct {
	Rows        int `json:"rows"`
	Claims      int `json:"claims"`
	Parties     int `json:"parties"`
	Annotations int `json:"annotations"`
	Others      int `json:"others"` // kept in the file and claimed of nobody
	Rejects     int `json:"rejects"`
}

func countsOf(r *intel.Reading) IntelCounts {
	return IntelCounts{r.Rows, len(r.Claims), len(r.Parties), len(r.Annotations), len(r.Others), len(r.Rejects)}
}

// Brief returns what was said of the file.
func (k *KeptIntel) Brief() intel.Brief {
	return intel.Brief{Source: k.Source, Party: k.Party, Published: k.Published, Scope: k.Scope}
}

// intelVersion is the version of the description that this program writes.
// Versions ever used: 1, the first.
const intelVersion = 1

func (h *Home) intelDir() string            { return filepath.Join(h.Dir, "intel") }
func (h *Home) intelObject(d string) string { return filepath.Join(h.intelDir(), "objects", d) }

// AddIntel keeps a file of intelligence in the home; k has its name and what is
// said of it. A file that cannot be read is not kept. It returns false where the
// home keeps the same file with the same words already. The book does not know
// of it before [Home.Rebuild].
//
// The order of writing: the bytes, under their digest, then the description,
// which alone makes them count. A crash between leaves bytes that nothing names.
func (h *Home) AddIntel(path string, k KeptIntel, now time.Time) (_ KeptIntel, added bool, err error) {
	if err := os.MkdirAll(filepath.Join(h.intelDir(), "objects"), 0o755); err != nil {
		return k, false, err
	}
	unlock, err := watchlist.Lock(filepath.Join(h.intelDir(), "lock"))
	if err != nil {
		return k, false, fmt.Errorf("keep intelligence: %w", err)
	}
	defer func() { err = errors.Join(err, unlock()) }()
	data, err := os.ReadFile(path)
	if err != nil {
		return k, false, err
	}
	sum := sha256.Sum256(data)
	k.Version, k.SHA256, k.Size, k.Added = intelVersion, hex.EncodeToString(sum[:]), int64(len(data)), now.UTC()
	k.Name = cmp.Or(k.Name, IntelName(path))
	k.ID = k.id()
	all, err := h.AllIntel()
	if err != nil {
		return k, false, err
	}
	for _, old := range all {
		if old.ID == k.ID && newestIntel(all, old.Name).ID == k.ID {
			return old, false, nil
		}
		k.Seq = max(k.Seq, old.Seq)
	}
	k.Seq++
	r, format, err := readIntelFile(path, k.Name, k.Brief())
	if err != nil {
		return k, false, err
	}
	k.Format, k.Counts = format, countsOf(&r)
	if err := swapSynced(h.intelObject(k.SHA256), data); err != nil {
		return k, false, err
	}
	text, err := json.MarshalIndent(k, "", "\t")
	if err != nil {
		return k, false, err
	}
	return k, true, swapSynced(filepath.Join(h.intelDir(), fmt.Sprintf("%06d-%.12s.json", k.Seq, k.ID)), append(text, '\n'))
}

// id names the file together with what was said of it.
func (k *KeptIntel) id() string {
	s := sha256.New()
	fmt.Fprintf(s, "%q %q %q %q %v %v %v %v", k.Name, k.SHA256, k.Source.Name, k.Source.Class, k.Party, k.Published, k.Scope, k.Rolling)
	fmt.Fprintf(s, "%q %q", k.Source.Origin, k.Source.URL)
	return hex.EncodeToString(s.Sum(nil))
}

// IntelName is the series of a file: its name, and for the "list.json" of a
// warning list, which they all have, its folder's as well.
func IntelName(path string) string {
	name := filepath.Base(path)
	for _, packed := range []string{".gz", ".zst"} {
		name = strings.TrimSuffix(name, packed)
	}
	if dir := filepath.Base(filepath.Dir(path)); name == "list.json" && dir != "." && dir != string(filepath.Separator) {
		return dir + "/" + name
	}
	return name
}

// AllIntel returns what the home keeps, older files of a name included, in the
// order in which they were added.
func (h *Home) AllIntel() ([]KeptIntel, error) {
	files, err := filepath.Glob(filepath.Join(h.intelDir(), "*.json"))
	if err != nil {
		return nil, err
	}
	var out []KeptIntel
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			return nil, err
		}
		var k KeptIntel
		if err := json.Unmarshal(text, &k); err != nil {
			return nil, fmt.Errorf("%s: %w", f, err)
		}
		if k.Version > intelVersion {
			return nil, errkind.New(errkind.Invalid, fmt.Sprintf("%s has format %d and this program reads formats up to %d: use a newer program", f, k.Version, intelVersion))
		}
		if len(k.SHA256) != 2*sha256.Size || strings.Trim(k.SHA256, "0123456789abcdef") != "" {
			return nil, errkind.New(errkind.Invalid, fmt.Sprintf("%s: %q is no digest", f, k.SHA256))
		}
		if h.past == nil || k.Seq <= h.past.Intel {
			out = append(out, k)
		}
	}
	slices.SortFunc(out, func(a, b KeptIntel) int { return cmp.Or(a.Seq-b.Seq, strings.Compare(a.ID, b.ID)) })
	return out, nil
}

// LiveIntel returns the files that are in the book: of each name the newest, and
// of a rolling one all.
func (h *Home) LiveIntel() ([]KeptIntel, error) {
	all, err := h.AllIntel()
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(all), func(k KeptIntel) bool {
		newest := newestIntel(all, k.Name)
		return k.ID != newest.ID && !newest.Rolling || k.ID == newest.ID && k.Seq != newest.Seq
	}), nil
}

func newestIntel(all []KeptIntel, name string) KeptIntel {
	for _, k := range slices.Backward(all) {
		if k.Name == name {
			return k
		}
	}
	return KeptIntel{}
}

// DropIntel forgets every file of a name; [errkind.NotFound] where there is none.
// It returns how many. The book loses what they say with [Home.Rebuild].
func (h *Home) DropIntel(name string) (n int, err error) {
	all, err := h.AllIntel()
	if err != nil {
		return 0, err
	}
	if newestIntel(all, name).ID == "" {
		return 0, errkind.New(errkind.NotFound, fmt.Sprintf("no intelligence of the name %q is kept; see `interdict intel status`", name))
	}
	unlock, err := watchlist.Lock(filepath.Join(h.intelDir(), "lock"))
	if err != nil {
		return 0, fmt.Errorf("drop intelligence: %w", err)
	}
	defer func() { err = errors.Join(err, unlock()) }()
	for _, k := range all {
		if k.Name != name {
			continue
		}
		if err := os.Remove(filepath.Join(h.intelDir(), fmt.Sprintf("%06d-%.12s.json", k.Seq, k.ID))); err != nil {
			return n, err
		}
		n++
		used := slices.ContainsFunc(all, func(o KeptIntel) bool { return o.SHA256 == k.SHA256 && o.Name != name })
		if err := os.Remove(h.intelObject(k.SHA256)); !used && err != nil && !errors.Is(err, fs.ErrNotExist) {
			return n, err
		}
	}
	return n, nil
}

// ReadKept reads one kept file anew.
func (h *Home) ReadKept(k *KeptIntel) (intel.Reading, error) {
	r, _, err := readIntelFile(h.intelObject(k.SHA256), k.Name, k.Brief())
	if err != nil {
		return r, fmt.Errorf("%w; to go on without it, `interdict intel drop %s`", err, k.Name)
	}
	return r, nil
}

// keptIntel reads all that is live, nil where the home keeps none, and returns
// what names it.
func (h *Home) keptIntel() (in *Intel, key string, err error) {
	live, err := h.LiveIntel()
	if err != nil || len(live) == 0 {
		return nil, "", err
	}
	origins, err := h.Origins()
	if err != nil {
		return nil, "", err
	}
	in = newIntel()
	ids := []string{"intel", starter.Date().String(), fmt.Sprint(origins)}
	for _, k := range slices.Backward(live) { // of two that say the same, the newest speaks
		r, err := h.ReadKept(&k)
		if err != nil {
			return nil, "", err
		}
		in.add(k.Name, &r)
		ids = append(ids, k.ID)
	}
	for i := range in.Claims {
		origins.Set(&in.Claims[i].Source)
	}
	return in, h.key(ids...), nil
}

// withIntel adds the parties that kept intelligence speaks of to the plans.
func (h *Home) withIntel(plans []plan, in *Intel, key string) []plan {
	if in == nil || len(in.Parties) == 0 {
		return plans
	}
	for i := range plans {
		if plans[i].input.Info.List == starter.Intel {
			lists := addParties([]book.ListInput{plans[i].input}, in)
			plans[i] = plan{key, lists[0]}
			return plans
		}
	}
	return append(plans, plan{key, addParties(nil, in)[0]})
}

// claims returns the built-in claims and those of kept intelligence that the
// same publisher has not said there.
func (in *Intel) claims() []claim.Claim {
	out := slices.Clone(starter.Claims())
	if in == nil {
		return out
	}
	said := map[claim.Claim]bool{}
	for _, c := range out {
		said[statement(c)] = true
	}
	for _, c := range in.Claims {
		if !said[statement(c)] {
			out = append(out, c)
		}
	}
	return out
}

// statement is what a claim says and who, without how it is kept.
func statement(c claim.Claim) claim.Claim {
	c.ID, c.Note, c.Supersedes, c.Window.Text = "", "", "", ""
	c.Source = claim.Source{Name: c.Source.Publisher()}
	return c
}

// notes returns the entries of kept warning lists.
func (in *Intel) notes() []intel.Annotation {
	if in == nil {
		return nil
	}
	return in.Annotations
}
