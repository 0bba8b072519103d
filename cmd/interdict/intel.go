// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/engine"
	"github.com/interdict-dev/interdict/infra"
	"github.com/interdict-dev/interdict/party"
)

type intelCmd struct {
	Add     intelAddCmd     `cmd:"" help:"Keep files of threat intelligence and warning lists, and rebuild the book."`
	Status  intelStatusCmd  `cmd:"" help:"Say which files are kept, who says so and what they gave."`
	Rejects intelRejectsCmd `cmd:"" help:"Show what of a kept file could not be used."`
	Drop    intelDropCmd    `cmd:"" help:"Forget a kept file and rebuild the book."`
	RDAP    intelRDAPCmd    `cmd:"" name:"rdap" help:"Ask a registry who has an address, an AS number or a domain. Asks the network, and only when told to."`
}

type intelAddCmd struct {
	Files []string `arg:"" name:"file" help:"STIX 2.1, MISP events, feeds, galaxies and warning lists, Zeek .intel, RDAP, tables of indicators, routing facts; also .gz and .zst. Of a folder every list.json below it."`

	Party     string `placeholder:"REF" help:"To whom the indicators are attributed that their file attributes to nobody, as in intel/raptor-train."`
	Source    string `placeholder:"NAME" help:"Who says so, where the file does not."`
	Class     string `placeholder:"A-F" help:"Class of that source: A to F, see doc/evidence.md."`
	Origin    string `placeholder:"NAME" help:"The investigation that it comes from: two sources of one origin count once. Without it a publisher is one origin."`
	URL       string `placeholder:"URL" help:"Where it was published."`
	Published string `placeholder:"DATE" help:"The day of publication, which \"last seen: present\" means."`
	Below     bool   `help:"What is said of a domain holds for the hosts below it as well, where the file does not say."`
	Name      string `help:"Keep the file under this name instead of its own; a newer file of one name replaces the older."`
	Rolling   bool   `help:"The publisher drops what is old: what earlier files of this name said stays in the book."`
}

// Help gives examples.
func (intelAddCmd) Help() string {
	return `Examples:
  interdict intel add Raptor_Train_IOCs.txt --party intel/raptor-train --source "Black Lotus Labs" --class C
  interdict intel add bundle.json --source "Our own SOC" --class F
  interdict intel add --rolling --source ThreatFox --class C threatfox.intel
  interdict intel add misp-warninglists/lists

Nothing is fetched. Warning lists annotate and never set a claim aside. doc/intel.md has the formats.`
}

// said is what the flags say of every file.
func (c *intelAddCmd) said() (k engine.KeptIntel, err error) {
	k = engine.KeptIntel{Name: c.Name, Rolling: c.Rolling, Source: claim.Source{Name: c.Source, Origin: c.Origin, URL: c.URL}}
	if k.Source.Class, err = claim.ParseClass(strings.ToUpper(c.Class)); err != nil {
		return k, fmt.Errorf("--class: %w", err)
	}
	if c.Party != "" {
		if k.Party, err = party.ParseRef(c.Party); err != nil {
			return k, fmt.Errorf("--party: %w", err)
		}
	}
	if c.Published != "" {
		if k.Published, err = party.ParseDate(c.Published); err != nil {
			return k, fmt.Errorf("--published: %w", err)
		}
	}
	if c.Below {
		k.Scope = infra.WithSubdomains
	}
	return k, nil
}

// Run keeps the files.
func (c *intelAddCmd) Run(a *app) error {
	h, err := a.home()
	if err != nil {
		return err
	}
	said, err := c.said()
	if err != nil {
		return err
	}
	files, err := listFiles(c.Files)
	if err != nil {
		return err
	}
	if c.Name != "" && len(files) > 1 {
		return errors.New("--name is for one file")
	}
	var failed []error
	added := false
	for _, f := range files {
		k, isNew, err := h.AddIntel(f, said, a.now)
		if err != nil {
			failed = append(failed, err)
			continue
		}
		added = added || isNew
		if k.Counts.Rejects > 0 {
			a.code = exitIncomplete
		}
		word := "kept"
		if !isNew {
			word = "is kept already"
		}
		fmt.Fprintf(a.out, "%s %s: %s (%s %.12s)\n", k.Name, word, sayCounts(&k), k.Format, k.SHA256)
	}
	if added {
		archive, err := h.Archive()
		if err != nil {
			return err
		}
		if err := rebuild(a, h, archive); err != nil {
			return err
		}
	}
	return errors.Join(failed...)
}

// listFiles returns the files of the arguments, of a folder every list.json in it
// and below it.
func listFiles(paths []string) ([]string, error) {
	var out []string
	for _, path := range paths {
		if info, err := os.Stat(path); err != nil || !info.IsDir() {
			out = append(out, path) // a missing one is an error of its reading
			continue
		}
		n := len(out)
		for _, pattern := range []string{"list.json", "*/list.json"} {
			found, err := filepath.Glob(filepath.Join(path, pattern))
			if err != nil {
				return nil, err
			}
			out = append(out, found...)
		}
		if len(out) == n {
			return nil, fmt.Errorf("%s: no list.json in it", path)
		}
	}
	return out, nil
}

func sayCounts(k *engine.KeptIntel) string {
	c := k.Counts
	s := fmt.Sprintf("%d rows, %d claims, %d parties", c.Rows, c.Claims, c.Parties)
	if c.Annotations > 0 {
		s = fmt.Sprintf("%d rows, %d annotations", c.Rows, c.Annotations)
	}
	return fmt.Sprintf("%s, %d kept and claimed of nobody, %d rejects", s, c.Others, c.Rejects)
}

type intelStatusCmd struct{}

// Run prints what is kept.
func (intelStatusCmd) Run(a *app) error {
	h, err := a.home()
	if err != nil {
		return err
	}
	n, err := sayIntel(a.out, a, h)
	if err == nil && n == 0 {
		fmt.Fprintln(a.out, "No intelligence is kept: the built-in facts alone speak of machines. Add some with `interdict intel add FILE`.")
	}
	return err
}

// sayIntel prints the kept files and returns how many there are.
func sayIntel(w io.Writer, a *app, h *engine.Home) (int, error) {
	all, err := h.AllIntel()
	if err != nil {
		return 0, err
	}
	live, err := h.LiveIntel()
	if err != nil {
		return 0, err
	}
	for _, k := range live {
		who := k.Source.Name
		if who == "" {
			who = "named in the file, or nobody"
		}
		fmt.Fprintf(w, "intel %s\n  %s %.12s, added %s ago: %s\n", k.Name, k.Format, k.SHA256, sayAge(a.now.Sub(k.Added)), sayCounts(&k))
		fmt.Fprintf(w, "  said by %s, grade %v, origin %s\n", who, k.Source.Class, sayOrigin(k.Source))
		if !k.Party.IsZero() {
			fmt.Fprintf(w, "  attributed to %v where the file does not say to whom\n", k.Party)
		}
		older := 0
		for _, o := range all {
			if o.Name == k.Name && o.Seq < k.Seq {
				older++
			}
		}
		if older > 0 && !k.Rolling {
			fmt.Fprintf(w, "  replaces %d older, which are kept and not in the book\n", older)
		}
	}
	return len(live), nil
}

func sayOrigin(s claim.Source) string {
	switch {
	case s.Origin != "":
		return s.Origin
	case s.Name == "":
		return "that of each source by itself"
	}
	return s.Publisher() + " (none is stated: one for each publisher)"
}

type intelRejectsCmd struct {
	Name string `arg:"" help:"The file, as intel status names it."`
}

// Run reads the file anew and prints what could not be used.
func (c *intelRejectsCmd) Run(a *app) error {
	h, err := a.home()
	if err != nil {
		return err
	}
	live, err := h.LiveIntel()
	if err != nil {
		return err
	}
	i := slices.IndexFunc(live, func(k engine.KeptIntel) bool { return k.Name == c.Name })
	if i < 0 {
		return fmt.Errorf("no intelligence of the name %q is kept; see `interdict intel status`", c.Name)
	}
	r, err := h.ReadKept(&live[i])
	if err != nil {
		return err
	}
	fmt.Fprintf(a.out, "%s: %d rejects\n", c.Name, len(r.Rejects))
	for _, x := range r.Rejects {
		fmt.Fprintf(a.out, "%s\n", x.Error())
		if x.Raw != "" {
			fmt.Fprintf(a.out, "    %s\n", strings.ReplaceAll(strings.TrimSpace(x.Raw), "\n", "\n    "))
		}
	}
	if len(r.Rejects) > 0 {
		a.code = exitIncomplete
	}
	return nil
}

type intelDropCmd struct {
	Name []string `arg:"" help:"The files, as intel status names them."`
}

// Run forgets the files and rebuilds the book.
func (c *intelDropCmd) Run(a *app) error {
	h, err := a.home()
	if err != nil {
		return err
	}
	for _, name := range c.Name {
		n, err := h.DropIntel(name)
		if err != nil {
			return err
		}
		fmt.Fprintf(a.out, "%s: dropped, %d editions\n", name, n)
	}
	archive, err := h.Archive()
	if err != nil {
		return err
	}
	return rebuild(a, h, archive)
}
