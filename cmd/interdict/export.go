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

	"github.com/interdict-dev/interdict/attribution"
	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/export"
	"github.com/interdict-dev/interdict/infra"
	"github.com/interdict-dev/interdict/party"
)

type exportCmd struct {
	bookFlag
	To string `arg:"" name:"format" help:"csv, edl, edl-domain, edl-url, nft, rpz, stix, suricata or zeek."`

	Party  []string `placeholder:"PARTY" help:"Only what leads to this party: a name or a Ref, as in us-ofac-sdn/50543 or raptor-train."`
	Grade  string   `placeholder:"A-F" help:"The weakest grade of source that will do."`
	Role   []string `placeholder:"WORD" help:"Only roles that hold this word, as in tier3."`
	Type   []string `placeholder:"TYPE" help:"Only these types: ipv4, ipv6, prefix, domain, url, sha256, wallet, ..."`
	MaxAge int      `name:"seen-within" placeholder:"DAYS" help:"Leave out what was last seen longer ago; default is as long as nodes of its role live."`
	Also   []string `placeholder:"WHAT" help:"Export also what is left out by default: shared, expired, seized, undated, unlisted."`
	Zone   string   `placeholder:"NAME" help:"The name of the response policy zone; default is rpz.interdict.local."`
	Out    string   `short:"o" placeholder:"PATH" help:"Write to this file; a folder for formats of several files."`
}

// Help gives examples.
func (exportCmd) Help() string {
	var b strings.Builder
	b.WriteString("Formats:\n")
	for _, f := range export.Formats() {
		fmt.Fprintf(&b, "  %-11s %s\n", f[0], f[1])
	}
	b.WriteString(`Examples:
  interdict export rpz --out rpz.zone
  interdict export nft --party raptor-train --as-of 2024-09-06 --out interdict.nft
  interdict export csv --also expired --also undated --grade C

Compromised devices of others are never exported. What was left out is counted on standard error.
The exit code is 11 where the book is incomplete; an export is no finding.`)
	return b.String()
}

// Run exports.
func (c *exportCmd) Run(a *app) error {
	day, err := c.day(a)
	if err != nil {
		return err
	}
	f, err := c.filter(day)
	if err != nil {
		return err
	}
	o, view, err := c.openView(a, day)
	if err != nil {
		return err
	}
	defer o.Close() // only read
	return view.Guard(func() error { return c.export(a, o, view, f) })
}

func (c *exportCmd) export(a *app, o *opened, view *attribution.View, f export.Filter) error {
	for _, word := range c.Party {
		r, err := o.find(view, word)
		if err != nil {
			return fmt.Errorf("--party: %w", err)
		}
		f.Parties = append(f.Parties, r)
	}
	f.Same = func(r, s party.Ref) bool { return slices.Contains(view.Same(r), s) }
	s, err := export.Select(view, f)
	if err != nil {
		return err
	}
	result, err := export.Write(c.To, s, export.Origin{Book: o.Digest().String(), Program: version, Note: o.incomplete(), Zone: c.Zone})
	if err != nil {
		return err
	}
	if err := c.write(a, result.Files); err != nil {
		return err
	}
	a.code = exitCode(false, o.incomplete() != "")
	return sayExport(a.err, o, view, &s, &result)
}

func (c *exportCmd) filter(day party.Date) (export.Filter, error) {
	f := export.Filter{Day: day, Roles: c.Role, MaxAge: c.MaxAge, Also: map[export.Left]bool{}}
	var err error
	if f.Class, err = claim.ParseClass(strings.ToUpper(c.Grade)); err != nil {
		return f, fmt.Errorf("--grade: %w", err)
	}
	for _, t := range c.Type {
		typ, err := infra.ParseType(t)
		if err != nil {
			return f, fmt.Errorf("--type: %w", err)
		}
		f.Types = append(f.Types, typ)
	}
	for _, w := range c.Also {
		if !slices.Contains(export.Defaults(), export.Left(w)) {
			return f, fmt.Errorf("--also %q: want one of %v", w, export.Defaults())
		}
		f.Also[export.Left(w)] = true
	}
	if c.MaxAge < 0 {
		return f, fmt.Errorf("--seen-within %d: want a number of days", c.MaxAge)
	}
	return f, nil
}

// write puts one file where --out says, and several into the folder that it
// names.
func (c *exportCmd) write(a *app, files []export.File) error {
	if len(files) > 1 {
		if c.Out == "" {
			var names []string
			for _, f := range files {
				names = append(names, f.Name)
			}
			return fmt.Errorf("this export is several files (%s): give --out FOLDER", strings.Join(names, ", "))
		}
		if err := os.MkdirAll(c.Out, 0o755); err != nil {
			return err
		}
	}
	for _, f := range files {
		path := c.Out
		if info, err := os.Stat(path); len(files) > 1 || err == nil && info.IsDir() {
			path = filepath.Join(path, f.Name)
		}
		if path == "" {
			if _, err := a.out.Write(f.Data); err != nil {
				return err
			}
			continue
		}
		if err := replaceFile(path, f.Data); err != nil {
			return err
		}
	}
	return nil
}

// replaceFile writes a file beside its place and then moves it there: a
// defence that reloads never sees half a list.
func replaceFile(path string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Chmod(0o644), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

// sayExport says what was exported and what was left out.
func sayExport(w io.Writer, o *opened, v *attribution.View, s *export.Selection, r *export.Result) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%d indicators exported, of %d chosen\n", r.Written, len(s.Items))
	counts := map[string]int{}
	for why, n := range s.Left {
		counts[string(why)] = n
	}
	for _, why := range sortedKeys(counts) {
		how := ""
		if slices.Contains(export.Defaults(), export.Left(why)) {
			how = " (--also " + why + ")"
		}
		fmt.Fprintf(&b, "  %d left out: %s%s\n", counts[why], why, how)
	}
	for _, typ := range sortedKeys(r.Unfit) {
		fmt.Fprintf(&b, "  %d of type %s: this format has no place for them\n", r.Unfit[typ], typ)
	}
	printEvidence(&b, o, v, o.incomplete())
	_, err := io.WriteString(w, b.String())
	return err
}
