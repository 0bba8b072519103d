// SPDX-License-Identifier: Apache-2.0

// Package zeek reads the files of Zeek's intelligence framework: a line that
// begins with "#fields" names the columns, and each line below it is one
// indicator with its type and what is known of it (meta.source, meta.desc and
// whatever else the file has), divided by tabs.
//
// The framework has no dates, so every claim is undated. The format is that of
// https://docs.zeek.org/en/master/frameworks/intel.html.
package zeek

import (
	"fmt"
	"io"
	"iter"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/infra"
	"github.com/interdict-dev/interdict/intel"
)

// A Source reads Zeek intelligence files.
type Source struct{}

// Format returns "zeek".
func (Source) Format() string { return "zeek" }

// Detect looks for the line with the names of the columns.
func (Source) Detect(_ string, head []byte) bool {
	for line := range strings.Lines(string(head)) {
		if cols := columns(strings.TrimRight(line, "\r\n")); cols != nil {
			return true
		}
		if line[0] != '#' && strings.TrimSpace(line) != "" {
			return false
		}
	}
	return false
}

// columns returns the names of a "#fields" line that has the two columns which
// the framework requires; nil for other lines.
func columns(line string) []string {
	rest, ok := strings.CutPrefix(strings.TrimPrefix(line, "\ufeff"), "#fields\t")
	cols := strings.Split(rest, "\t")
	if !ok || !slices.Contains(cols, "indicator") || !slices.Contains(cols, "indicator_type") {
		return nil
	}
	return cols
}

// Read reads one file. A row is a line; lines that begin with '#' are kept.
func (Source) Read(name string, r io.Reader, b intel.Brief) iter.Seq2[intel.Statement, error] {
	return func(yield func(intel.Statement, error) bool) {
		rd := reader{file: name, brief: b}
		stopped := false
		err := intel.Lines(r, func(n int, line string, err error) bool {
			if rd.fatal != nil {
				return false
			}
			for _, s := range rd.line(n, line, err) {
				if stopped = !yield(s.Statement, s.err); stopped {
					return false
				}
			}
			return rd.fatal == nil
		})
		switch {
		case stopped:
		case err != nil:
			yield(intel.Statement{}, fmt.Errorf("%s: %w", name, err))
		case rd.fatal != nil:
			yield(intel.Statement{}, fmt.Errorf("%s: %w", name, rd.fatal))
		case rd.cols == nil:
			yield(intel.Statement{}, fmt.Errorf("%s has no line #fields: %w", name, intel.ErrFormat))
		}
	}
}

type reader struct {
	file  string
	brief intel.Brief
	cols  []string
	made  bool  // the party of the file
	fatal error // the file is of another format
}

type result struct {
	intel.Statement
	err error
}

func (r *reader) line(n int, line string, err error) []result {
	at := func(s intel.Statement) result {
		s.Row, s.Line = n, n
		return result{Statement: s}
	}
	reject := func(reason string) []result {
		return []result{{err: intel.NewReject(r.file, n, n, "", reason, line)}}
	}
	switch cols := columns(line); {
	case strings.TrimSpace(line) == "":
		return nil
	case cols != nil:
		r.cols = cols
		return []result{at(intel.Statement{Other: &intel.Object{Kind: "header", Raw: line}})}
	case err != nil:
		return reject(err.Error())
	case !utf8.ValidString(line):
		return reject("the line is not UTF-8")
	case strings.HasPrefix(line, "#"):
		return []result{at(intel.Statement{Other: &intel.Object{Kind: "comment", Raw: line}})}
	case r.cols == nil:
		r.fatal = fmt.Errorf("line %d stands before any #fields: %w", n, intel.ErrFormat)
		return nil
	}
	cells := strings.Split(line, "\t")
	if len(cells) != len(r.cols) {
		return reject(fmt.Sprintf("the line has %d columns where #fields names %d", len(cells), len(r.cols)))
	}
	i, other, err := r.indicator(cells)
	switch {
	case err != nil:
		return reject(err.Error())
	case other != nil:
		other.Raw = line
		return []result{at(intel.Statement{Other: other})}
	}
	to, e := r.brief.FileParty(r.file)
	var out []result
	if e != nil && !r.made {
		r.made = true
		out = append(out, at(intel.Statement{Party: e}))
	}
	c := r.claim(n, i, cells)
	c.To = claim.OfParty(to)
	return append(out, at(intel.Statement{Claim: &c}))
}

// get returns the value of a column; "" where it is unset, which Zeek writes
// as "-".
func (r *reader) get(cells []string, col string) string {
	if k := slices.Index(r.cols, col); k >= 0 && cells[k] != "-" {
		return cells[k]
	}
	return ""
}

// claim makes the claim of a line, except for whom it is attributed to.
func (r *reader) claim(n int, i infra.Indicator, cells []string) claim.Claim {
	src := r.brief.SourceFor(r.file, r.get(cells, "meta.source"))
	if u := r.get(cells, "meta.url"); strings.HasPrefix(u, "http") {
		src.URL = u
	}
	var note []string
	for k, col := range r.cols {
		switch v := r.get(cells, col); {
		case v == "" || col == "indicator" || col == "indicator_type" || col == "meta.source" || v == src.URL:
		case col == "meta.desc":
			note = append(note, v)
		default:
			note = append(note, strings.TrimPrefix(r.cols[k], "meta.")+": "+v)
		}
	}
	return claim.Claim{
		ID:   fmt.Sprintf("%s/%s#%d", intel.Slug(src.Name), intel.Slug(path.Base(r.file)), n),
		From: claim.OfIndicator(i), Relation: claim.AttributedTo, Source: src, Scope: r.brief.ScopeOf(i), Note: strings.Join(note, "; "),
	}
}

// indicator reads the indicator of a line, or an object for the types by which
// no infrastructure is recognised.
func (r *reader) indicator(cells []string) (infra.Indicator, *intel.Object, error) {
	v, typ := r.get(cells, "indicator"), r.get(cells, "indicator_type")
	var i infra.Indicator
	var err error
	switch typ {
	case "Intel::ADDR":
		i, err = infra.ParseAs(infra.IPv4, v) // or IPv6: the canonical form says which
	case "Intel::SUBNET":
		i, err = infra.ParseAs(infra.Prefix, v)
	case "Intel::DOMAIN":
		i, err = infra.ParseAs(infra.Domain, v)
	case "Intel::URL": // Zeek's have no scheme
		if !strings.Contains(v, "://") {
			v = "http://" + v
		}
		i, err = infra.ParseAs(infra.URL, v)
	case "Intel::EMAIL":
		i, err = infra.ParseAs(infra.Email, v)
	case "Intel::FILE_HASH":
		i, err = hash(v, infra.MD5, infra.SHA1, infra.SHA256)
	case "Intel::CERT_HASH":
		i, err = hash(v, infra.None, infra.CertSHA1, infra.CertSHA256)
	case "Intel::SOFTWARE", "Intel::USER_NAME", "Intel::FILE_NAME", "Intel::PUBKEY_HASH":
		return i, &intel.Object{Kind: typ, ID: v, Why: "no infrastructure is recognised by it"}, nil
	default:
		err = fmt.Errorf("%q is no type of indicator that Zeek's framework has", typ)
	}
	return i, nil, err
}

// hash reads a hash by its length.
func hash(v string, md5, sha1, sha256 infra.Type) (infra.Indicator, error) {
	switch len(v) {
	case 32:
		return infra.ParseAs(md5, v)
	case 40:
		return infra.ParseAs(sha1, v)
	}
	return infra.ParseAs(sha256, v)
}
